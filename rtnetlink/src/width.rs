//! Values stored in integers of another width.

use netlink_packet::{Buffer, BuildError};
use std::fmt::Display;

/// Refuses a value that has more bits than there are.
#[cold]
pub(crate) fn refuse(value: &dyn Display, bits: u32, out: &mut Buffer) {
    out.refuse(BuildError::Invalid(format!("{value} does not fit into {bits} bits")));
}

/// A weight, which counts from 1, as the kernel has it, which counts from 0; refused where it is 0 or more than fits.
pub(crate) fn weight_on_wire<T: TryFrom<u32> + Into<u32>>(
    weight: u32,
    most: T,
    out: &mut Buffer,
) -> Option<T> {
    let on_wire = weight.checked_sub(1).and_then(|weight| T::try_from(weight).ok());
    if on_wire.is_none() {
        let most = most.into() + 1;
        out.refuse(BuildError::Invalid(format!("{weight} is not a valid weight: it must be 1 to {most}")));
    }
    on_wire
}

/// Makes the codec of a value that stands in an integer of another width: its name, the integer and the value, and how
/// one becomes the other: `None` if the value does not fit into the integer, which is then refused.
macro_rules! in_width {
    ($(#[$meta:meta])* $Codec:ident: $int:ident = $Value:ident, $from:expr, $into:expr) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $Codec;

        impl ::netlink_packet::Codec for $Codec {
            type Value<'a> = $Value;
            const SCHEMA: ::netlink_packet::Schema = ::netlink_packet::Schema {
                values: <$Value as ::netlink_packet::Codec>::SCHEMA.values,
                ..<$int as ::netlink_packet::Codec>::SCHEMA
            };

            #[inline]
            fn decode(payload: &[u8]) -> Option<$Value> {
                let from: fn($int) -> $Value = $from;
                <$int as ::netlink_packet::Codec>::decode(payload).map(from)
            }
        }

        impl ::netlink_packet::Fixed for $Codec {
            type Owned = $Value;
            const SIZE: usize = size_of::<$int>();

            #[inline]
            fn read(bytes: &[u8]) -> $Value {
                <Self as ::netlink_packet::Codec>::decode(bytes).unwrap_or_default()
            }
        }

        impl ::netlink_packet::Put<$Codec> for $Value {
            #[inline]
            fn put(self, out: &mut ::netlink_packet::Buffer) {
                let into: fn($Value) -> Option<$int> = $into;
                match into(self) {
                    Some(value) => ::netlink_packet::Put::<$int>::put(value, out),
                    None => {
                        $crate::width::refuse(&self, <$int>::BITS, out);
                        ::netlink_packet::Put::<$int>::put(0, out);
                    }
                }
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut ::netlink_packet::Buffer) {
                let into: fn($Value) -> Option<$int> = $into;
                match into(self) {
                    Some(value) => ::netlink_packet::Put::<$int>::put_at(value, at, out),
                    None => $crate::width::refuse(&self, <$int>::BITS, out),
                }
            }
        }
    };
}

/// Accepts text for a codec of another width than the value's own.
macro_rules! put_words_of {
    ($($Value:ident as $Codec:ident)*) => { $(
        impl ::netlink_packet::Put<$Codec> for &str {
            fn put(self, out: &mut ::netlink_packet::Buffer) {
                match self.parse::<$Value>() {
                    Ok(value) => ::netlink_packet::Put::<$Codec>::put(value, out),
                    Err(unknown) => out.refuse(unknown.into()),
                }
            }
        }
    )* };
}
