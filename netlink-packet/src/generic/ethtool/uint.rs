//! Flags that are integers of 4 or 8 bytes on the wire.

use std::marker::PhantomData;

/// Codec of flags in an unsigned integer of 4 or 8 bytes, whichever fits (`NLA_UINT`).
#[derive(Debug)]
pub struct AsUint<F>(PhantomData<fn() -> F>);

/// Makes flags readable by [`AsUint`].
macro_rules! as_uint {
    ($Flags:ident) => {
        impl crate::Codec for AsUint<$Flags> {
            type Value<'a> = $Flags;
            const SCHEMA: crate::Schema = crate::Schema {
                values: <$Flags as crate::Codec>::SCHEMA.values,
                ..<crate::Uint as crate::Codec>::SCHEMA
            };

            fn decode(payload: &[u8]) -> Option<$Flags> {
                <crate::Uint as crate::Codec>::decode(payload).map($Flags::from_bits_retain)
            }

            fn plain<'a>(payload: &'a [u8], _: &crate::Scope<'_>) -> crate::Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl crate::Put<AsUint<$Flags>> for $Flags {
            fn put(self, out: &mut crate::Buffer) {
                crate::Put::<crate::Uint>::put(self.bits(), out);
            }
        }
    };
}

pub(super) use as_uint;
