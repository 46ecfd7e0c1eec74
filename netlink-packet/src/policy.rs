//! The kernel's policy for an attribute: what it accepts. Sent with an error, and in a policy dump.

use crate::{netlink, values};
use std::fmt;

values! {
    /// Attribute type of a policy: `NL_ATTR_TYPE_*`.
    pub struct AttributeType: u32 = "attr-type" {
        /// Invalid: no attribute of this number is accepted.
        INVALID = 0 => "invalid",
        /// Flag: present or absent, without payload.
        FLAG = 1 => "flag",
        /// Unsigned 8-bit integer.
        U8 = 2 => "u8",
        /// Unsigned 16-bit integer.
        U16 = 3 => "u16",
        /// Unsigned 32-bit integer.
        U32 = 4 => "u32",
        /// Unsigned 64-bit integer.
        U64 = 5 => "u64",
        /// Signed 8-bit integer.
        S8 = 6 => "s8",
        /// Signed 16-bit integer.
        S16 = 7 => "s16",
        /// Signed 32-bit integer.
        S32 = 8 => "s32",
        /// Signed 64-bit integer.
        S64 = 9 => "s64",
        /// Binary data.
        BINARY = 10 => "binary",
        /// String, with or without a terminating NUL.
        STRING = 11 => "string",
        /// NUL-terminated string.
        NUL_STRING = 12 => "nul-string",
        /// Nested attributes.
        NESTED = 13 => "nested",
        /// Array of nested attribute sets.
        NESTED_ARRAY = 14 => "nested-array",
        /// 32 flag bits with a mask of those to change (`struct nla_bitfield32`).
        BITFIELD32 = 15 => "bitfield32",
        /// Signed integer of 32 or 64 bits.
        SINT = 16 => "sint",
        /// Unsigned integer of 32 or 64 bits.
        UINT = 17 => "uint",
    }
}

netlink! {
    /// Policy of an attribute, by which the kernel validates it: `NL_POLICY_TYPE_ATTR_*`.
    ///
    /// It prints in readable form: `u16 from 0 to 4095`.
    pub struct Policy / PolicyBuf
    attributes {
        /// Attribute type.
        NL_POLICY_TYPE_ATTR_TYPE = 1 => attribute_type: AttributeType,
        /// Minimum value of a signed integer.
        NL_POLICY_TYPE_ATTR_MIN_VALUE_S = 2 => min_signed: i64,
        /// Maximum value of a signed integer.
        NL_POLICY_TYPE_ATTR_MAX_VALUE_S = 3 => max_signed: i64,
        /// Minimum value of an unsigned integer.
        NL_POLICY_TYPE_ATTR_MIN_VALUE_U = 4 => min: u64,
        /// Maximum value of an unsigned integer.
        NL_POLICY_TYPE_ATTR_MAX_VALUE_U = 5 => max: u64,
        /// Minimum payload length, in bytes.
        NL_POLICY_TYPE_ATTR_MIN_LENGTH = 6 => min_length: u32,
        /// Maximum payload length, in bytes.
        NL_POLICY_TYPE_ATTR_MAX_LENGTH = 7 => max_length: u32,
        /// Policy index of the nested attributes, in a policy dump.
        NL_POLICY_TYPE_ATTR_POLICY_IDX = 8 => policy_index: u32,
        /// Highest attribute number (maxtype) of the nested policy, in a policy dump.
        NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE = 9 => max_type: u32,
        /// Mask of the flags that a bitfield may set.
        NL_POLICY_TYPE_ATTR_BITFIELD32_MASK = 10 => bitfield_mask: u32,
        /// Mask of the bits that an unsigned integer may have set.
        NL_POLICY_TYPE_ATTR_MASK = 12 => mask: u64,
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.attribute_type() {
            Some(number) => write!(f, "{number}")?,
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
    fn prints_readably() {
        let policy = Policy::build().attribute_type(AttributeType::U16).min(0).max(4095);
        assert_eq!(policy.view().to_string(), "u16 from 0 to 4095");
        let policy = Policy::build().attribute_type(AttributeType::NUL_STRING).max_length(15);
        assert_eq!(policy.view().to_string(), "nul-string of at most 15 bytes");
        assert_eq!(Policy::build().view().to_string(), "attribute");
    }
}
