//! Values in integers of another width than their own.

/// Makes the codec of a value that stands in an integer of another width: its name, the integer and the value, and how
/// one becomes the other.
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
                let into: fn($Value) -> $int = $into;
                ::netlink_packet::Put::<$int>::put(into(self), out);
            }

            #[inline]
            fn put_at(self, at: usize, out: &mut ::netlink_packet::Buffer) {
                let into: fn($Value) -> $int = $into;
                ::netlink_packet::Put::<$int>::put_at(into(self), at, out);
            }
        }
    };
}
