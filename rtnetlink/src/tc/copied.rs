//! Structs inside of other structs and in arrays: values that are copies of them.

/// Defines a struct of the kernel as a value with public fields, and its codec: a line for each member, as in
/// [`netlink!`](netlink_packet::netlink).
macro_rules! copied {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident = $header:ident : $length:literal {
            $($(#[$fmeta:meta])* $member:ident = $at:literal => $field:ident : $ty:ty $(as $codec:ty)? $(; $mark:ident)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $Name {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        // In here, the name is the table's, and `self::` before it means the value.
        const _: () = {
            ::netlink_packet::netlink! {
                $(#[$meta])*
                struct $Name / Builder
                header $header: $length {
                    $($(#[$fmeta])* $member = $at => $field: $ty $(as $codec)? $(; $mark)?,)*
                }
            }

            impl ::netlink_packet::Codec for self::$Name {
                type Value<'a> = self::$Name;
                const SCHEMA: ::netlink_packet::Schema = ::netlink_packet::Schema {
                    set: Some(<$Name as ::netlink_packet::View>::table),
                    ..::netlink_packet::Schema::new("binary")
                };

                fn decode(payload: &[u8]) -> Option<self::$Name> {
                    (payload.len() >= $length).then(|| <Self as ::netlink_packet::Fixed>::read(payload))
                }

                fn inside(_: &::netlink_packet::Scope<'_>) -> ::netlink_packet::Inside {
                    ::netlink_packet::Inside::Set(<$Name as ::netlink_packet::View>::table())
                }

                fn plain<'a>(
                    payload: &'a [u8],
                    _: &::netlink_packet::Scope<'_>,
                ) -> ::netlink_packet::Plain<'a> {
                    ::netlink_packet::Plain::raw(payload)
                }
            }

            impl ::netlink_packet::Fixed for self::$Name {
                type Owned = self::$Name;
                const SIZE: usize = $length;

                fn read(bytes: &[u8]) -> self::$Name {
                    let view = <$Name as ::netlink_packet::View>::cast(bytes);
                    self::$Name { $($field: view.$field(),)* }
                }
            }

            impl ::netlink_packet::Put<self::$Name> for self::$Name {
                fn put(self, out: &mut ::netlink_packet::Buffer) {
                    ::netlink_packet::Put::put($Name::build()$(.$field(self.$field))*, out);
                }
            }
        };
    };
}
