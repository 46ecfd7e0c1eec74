//! The kernel's policy for an attribute: what it takes. Told on a refusal, and by a policy dump.

use crate::{netlink, values};
use std::fmt;

values! {
    /// The type that a policy asks for: `NL_ATTR_TYPE_*`.
    pub struct AttributeType: u32 = "attr-type" {
        /// No attribute is accepted.
        INVALID = 0 => "invalid",
        /// No payload.
        FLAG = 1 => "flag",
        /// An unsigned integer of one byte.
        U8 = 2 => "u8",
        /// An unsigned integer of 2 bytes.
        U16 = 3 => "u16",
        /// An unsigned integer of 4 bytes.
        U32 = 4 => "u32",
        /// An unsigned integer of 8 bytes.
        U64 = 5 => "u64",
        /// A signed integer of one byte.
        S8 = 6 => "s8",
        /// A signed integer of 2 bytes.
        S16 = 7 => "s16",
        /// A signed integer of 4 bytes.
        S32 = 8 => "s32",
        /// A signed integer of 8 bytes.
        S64 = 9 => "s64",
        /// Bytes.
        BINARY = 10 => "binary",
        /// Text, with or without a NUL at its end.
        STRING = 11 => "string",
        /// Text that ends with a NUL.
        NUL_STRING = 12 => "nul-string",
        /// Attributes.
        NESTED = 13 => "nested",
        /// Nests.
        NESTED_ARRAY = 14 => "nested-array",
        /// Flags with a mask of those that count.
        BITFIELD32 = 15 => "bitfield32",
        /// A signed integer of 4 or 8 bytes.
        SINT = 16 => "sint",
        /// An unsigned integer of 4 or 8 bytes.
        UINT = 17 => "uint",
    }
}

netlink! {
    /// What the kernel takes as an attribute: `NL_POLICY_TYPE_ATTR_*`.
    ///
    /// It prints as a reader wants it: `u16 from 0 to 4095`.
    pub struct Policy / PolicyBuf
    attributes {
        /// The type.
        NL_POLICY_TYPE_ATTR_TYPE = 1 => attribute_type: AttributeType,
        /// The smallest value of a signed integer.
        NL_POLICY_TYPE_ATTR_MIN_VALUE_S = 2 => min_signed: i64,
        /// The largest value of a signed integer.
        NL_POLICY_TYPE_ATTR_MAX_VALUE_S = 3 => max_signed: i64,
        /// The smallest value of an unsigned integer.
        NL_POLICY_TYPE_ATTR_MIN_VALUE_U = 4 => min: u64,
        /// The largest value of an unsigned integer.
        NL_POLICY_TYPE_ATTR_MAX_VALUE_U = 5 => max: u64,
        /// The least bytes of payload.
        NL_POLICY_TYPE_ATTR_MIN_LENGTH = 6 => min_length: u32,
        /// The most bytes of payload.
        NL_POLICY_TYPE_ATTR_MAX_LENGTH = 7 => max_length: u32,
        /// In a policy dump, which of the family's policies a nest has to follow.
        NL_POLICY_TYPE_ATTR_POLICY_IDX = 8 => policy_index: u32,
        /// In a policy dump, the largest attribute number of the nest.
        NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE = 9 => max_type: u32,
        /// The flags that a bitfield may set.
        NL_POLICY_TYPE_ATTR_BITFIELD32_MASK = 10 => bitfield_mask: u32,
        /// The bits that an unsigned integer may set.
        NL_POLICY_TYPE_ATTR_MASK = 12 => mask: u64,
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attribute_type() {
            Some(kind) => write!(f, "{kind}")?,
            None => f.write_str("attribute")?,
        }
        range(f, self.min_signed(), self.max_signed(), "")?;
        range(f, self.min(), self.max(), "")?;
        range(f, self.min_length(), self.max_length(), " bytes")?;
        if let Some(mask) = self.mask().or(self.bitfield_mask().map(u64::from)) {
            write!(f, " with bits of {mask:#x}")?;
        }
        Ok(())
    }
}

fn range<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    min: Option<T>,
    max: Option<T>,
    after: &str,
) -> fmt::Result {
    match (min, max) {
        (Some(min), Some(max)) => write!(f, " from {min} to {max}{after}"),
        (Some(min), None) => write!(f, " of at least {min}{after}"),
        (None, Some(max)) => write!(f, " of at most {max}{after}"),
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_a_reader_wants_it() {
        let policy = Policy::build().attribute_type(AttributeType::U16).min(0).max(4095);
        assert_eq!(policy.view().to_string(), "u16 from 0 to 4095");
        let policy = Policy::build().attribute_type(AttributeType::NUL_STRING).max_length(15);
        assert_eq!(policy.view().to_string(), "nul-string of at most 15 bytes");
        assert_eq!(Policy::build().view().to_string(), "attribute");
    }
}
