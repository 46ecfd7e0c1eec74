//! Structs inside of other structs and in arrays: values that are copies of them.

/// Defines a struct of the kernel as a value with public fields, and its codec: a line for each member, as in
/// [`netlink!`](netlink_packet::netlink). The table is in a module of its own.
macro_rules! copied {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident / $Buf:ident in $module:ident = $header:ident : $length:literal {
            $($(#[$fmeta:meta])* $member:ident = $at:literal => $field:ident : $ty:ty $(as $codec:ty)? $(; $mark:ident)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $Name {
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        /// The struct itself.
        mod $module {
            #[allow(unused_imports, reason = "not every struct has types of its own")]
            use super::*;

            ::netlink_packet::netlink! {
                $(#[$meta])*
                pub(super) struct $Name / $Buf
                header $header: $length {
                    $($(#[$fmeta])* $member = $at => $field: $ty $(as $codec)? $(; $mark)?,)*
                }
            }
        }

        impl ::netlink_packet::Codec for $Name {
            type Value<'a> = $Name;
            const SCHEMA: ::netlink_packet::Schema = ::netlink_packet::Schema {
                set: Some(<$module::$Name as ::netlink_packet::View>::table),
                ..::netlink_packet::Schema::new("binary")
            };

            fn decode(payload: &[u8]) -> Option<$Name> {
                (payload.len() >= $length).then(|| <Self as ::netlink_packet::Fixed>::read(payload))
            }

            fn inside(_: &::netlink_packet::Scope<'_>) -> ::netlink_packet::Inside {
                ::netlink_packet::Inside::Set(<$module::$Name as ::netlink_packet::View>::table())
            }

            fn plain<'a>(payload: &'a [u8], _: &::netlink_packet::Scope<'_>) -> ::netlink_packet::Plain<'a> {
                ::netlink_packet::Plain::raw(payload)
            }
        }

        impl ::netlink_packet::Fixed for $Name {
            type Owned = $Name;
            const SIZE: usize = $length;

            fn read(bytes: &[u8]) -> $Name {
                let view = <$module::$Name as ::netlink_packet::View>::cast(bytes);
                $Name { $($field: view.$field(),)* }
            }
        }

        impl ::netlink_packet::Put<$Name> for $Name {
            fn put(self, out: &mut ::netlink_packet::Buffer) {
                ::netlink_packet::Put::put($module::$Name::build()$(.$field(self.$field))*, out);
            }
        }
    };
}
