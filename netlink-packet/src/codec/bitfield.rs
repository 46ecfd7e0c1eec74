//! Flags with a mask: `struct nla_bitfield32`.

use super::{Codec, Fixed};
use crate::table::data::{Plain, Schema, Scope};
use std::fmt;
use std::marker::PhantomData;

/// Codec of flags with a mask of those that are meant (`NLA_BITFIELD32`): `flags: LampFlags as Bitfield<LampFlags>`.
///
/// It reads as the flags that are set. Setting says exactly these: they are the mask, too.
#[derive(Debug)]
pub struct Bitfield<F>(PhantomData<F>);

impl<F: Fixed<Owned = F> + fmt::Debug> Codec for Bitfield<F> {
    type Value<'a> = F;
    const SCHEMA: Schema = Schema { values: F::SCHEMA.values, ..Schema::new("bitfield32") };

    fn decode(payload: &[u8]) -> Option<F> {
        payload.get(..F::SIZE).filter(|_| payload.len() == 2 * F::SIZE).map(F::read)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        payload.get(..F::SIZE).map_or(Plain::Null, |flags| F::plain(flags, scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Put;
    use crate::{Buffer, flags};

    flags! {
        /// What a lamp can do.
        struct LampFlags: u32 = "" {
            /// It can be dimmed.
            const DIMMABLE = 2 => "dimmable";
        }
    }

    #[test]
    fn the_flags_are_their_mask() {
        let mut out = Buffer::new(0);
        Put::<Bitfield<LampFlags>>::put(LampFlags::DIMMABLE, &mut out);
        assert_eq!(out.body(), [2_u32.to_ne_bytes(), 2_u32.to_ne_bytes()].concat());
        assert_eq!(Bitfield::<LampFlags>::decode(out.body()), Some(LampFlags::DIMMABLE));
        assert_eq!(Bitfield::<LampFlags>::decode(&[0; 4]), None);
    }
}
