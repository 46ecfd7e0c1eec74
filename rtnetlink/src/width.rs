//! Values stored in integers of another width.

use netlink_packet::{Buffer, BuildError};
use std::fmt::Display;

/// Refuses a value that has more bits than there are.
#[cold]
pub(crate) fn refuse(value: &dyn Display, bits: u32, out: &mut Buffer) {
    out.refuse(BuildError::Invalid(format!("{value} does not fit into {bits} bits")));
}

/// Makes the codec of a value that stands in an integer of another width: its name, the integer and the value, and how
/// one becomes the other: `None` of a value that the integer does not hold, which then is refused.
macro_rules! in_width {
    ($(#[$meta:meta])* $Codec:ident: $int:ident = $Value:ident, $from:expr, $into:expr) => {
        $(#[$meta])*
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
