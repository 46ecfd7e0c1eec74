//! Attributes by their keys: one, or several in one pass.

use crate::attribute::{Attr, Attributes};
use crate::bytes::Hex;
use crate::codec::{Codec, Context};
use crate::table::data::Scope;
use crate::view::View;

impl<S: View + ?Sized, C: Codec + ?Sized> Attr<S, C> {
    #[inline]
    fn decode<'a>(&self, payload: &'a [u8], context: Attributes<'a, S>) -> Option<C::Value<'a>> {
        let Attributes { raw: after, bytes: set, family, .. } = context;
        match C::decode_among(payload, Context { set, family, after, number: self.number() }) {
            Some(value) => Some(value),
            None => {
                Self::not_decoded(self.name(), payload, set);
                None
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn not_decoded(name: &'static str, payload: &[u8], set: &[u8]) {
        if log::log_enabled!(log::Level::Warn) && !C::accepts(payload, &Scope::new(S::table(), set)) {
            malformed(name, payload);
        }
    }
}

impl<'a, S: ?Sized> Attributes<'a, S> {
    /// The first attribute with this key that its codec can read; `None` if there is none (the view's `malformed` shows
    /// one that can't be read).
    #[inline]
    pub fn get<C: Codec + ?Sized>(self, key: Attr<S, C>) -> Option<C::Value<'a>>
    where
        S: View,
    {
        let mut rest = self;
        while let Some(attribute) = rest.raw.next() {
            if attribute.number() != key.number() {
                continue;
            }
            let value = key.decode(attribute.payload, rest);
            if value.is_some() {
                return value;
            }
        }
        None
    }

    /// Several attributes in one pass, in any order, up to 12: a tuple of keys gives a tuple of options.
    ///
    /// Each getter scans for its attribute; to read three or more of one message, this scans the message once.
    ///
    /// ```
    /// use netlink_packet::{Attr, Nest};
    ///
    /// const SIZE: Attr<Nest, u32> = Attr::new(1, "MY_SIZE");
    /// const NAME: Attr<Nest, str> = Attr::new(2, "MY_NAME");
    /// const SPEED: Attr<Nest, u64> = Attr::new(3, "MY_SPEED");
    /// let nest = Nest::build().with(NAME, "red").with(SIZE, 9);
    /// assert_eq!(nest.attributes().pick((SIZE, NAME, SPEED)), (Some(9), Some("red"), None));
    /// ```
    #[inline]
    pub fn pick<K: Keys<'a, S>>(self, keys: K) -> K::Values {
        keys.pick(self)
    }
}

/// A tuple of keys of one set, for [`Attributes::pick`].
pub trait Keys<'a, S: ?Sized> {
    /// An option for each key.
    type Values;

    /// Reads the attributes.
    fn pick(self, attributes: Attributes<'a, S>) -> Self::Values;
}

macro_rules! keys {
    ($($C:ident $i:tt),*) => {
        impl<'a, S: View + ?Sized, $($C: Codec + ?Sized),*> Keys<'a, S> for ($(Attr<S, $C>,)*) {
            type Values = ($(Option<$C::Value<'a>>,)*);

            #[inline]
            fn pick(self, mut attributes: Attributes<'a, S>) -> Self::Values {
                // Most attributes of a long message are not wanted, which a bit test of their number shows; a found one
                // is no longer wanted. Bits that keys share stay set.
                let mut wanted = 0u64 $(| 1 << (self.$i.number() & 63))*;
                let shared = usize::try_from(wanted.count_ones()) != Ok([$($i),*].len());
                let mut values: Self::Values = ($(None::<$C::Value<'a>>,)*);
                while let Some(attribute) = attributes.raw.next() {
                    let number = attribute.number();
                    if wanted >> (number & 63) & 1 == 0 {
                        continue;
                    }
                    $(if number == self.$i.number() {
                        if shared && values.$i.is_some() {
                            continue;
                        }
                        if let Some(value) = self.$i.decode(attribute.payload, attributes) {
                            values.$i = Some(value);
                            if !shared {
                                wanted &= !(1 << (self.$i.number() & 63));
                                if wanted == 0 {
                                    break;
                                }
                            }
                        }
                        continue;
                    })*
                }
                values
            }
        }
    };
}

keys!(C0 0);
keys!(C0 0, C1 1);
keys!(C0 0, C1 1, C2 2);
keys!(C0 0, C1 1, C2 2, C3 3);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4, C5 5);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4, C5 5, C6 6);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4, C5 5, C6 6, C7 7);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4, C5 5, C6 6, C7 7, C8 8);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4, C5 5, C6 6, C7 7, C8 8, C9 9);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4, C5 5, C6 6, C7 7, C8 8, C9 9, C10 10);
keys!(C0 0, C1 1, C2 2, C3 3, C4 4, C5 5, C6 6, C7 7, C8 8, C9 9, C10 10, C11 11);

/// Logs a warning about an attribute that can't be read: once for each name.
#[cold]
fn malformed(name: &'static str, payload: &[u8]) {
    use std::collections::BTreeSet;
    use std::sync::Mutex;
    static WARNED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

    let fresh = WARNED.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(name);
    if fresh {
        log::warn!("malformed attribute {name} reads as absent: {:?}", Hex(payload));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Nest;
    use crate::attribute::{NLA_F_NESTED, NLA_F_NET_BYTEORDER, RawAttributes};
    use crate::header::align;

    const A: Attr<Nest, u32> = Attr::new(1, "A");
    const B: Attr<Nest, u16> = Attr::new(2, "B");

    fn attribute(length: u16, number: u16, payload: &[u8]) -> Vec<u8> {
        let mut bytes = [length.to_ne_bytes(), number.to_ne_bytes()].concat();
        bytes.extend(payload);
        bytes.resize(align(bytes.len()), 0xa5);
        bytes
    }

    #[test]
    fn hostile_lengths_end_the_iteration() {
        for length in [0, 1, 3, 9, 0xffff] {
            let bytes = [attribute(8, 1, &[0; 4]), attribute(length, 2, &[0; 4])].concat();
            let mut raw = RawAttributes::new(&bytes);
            assert_eq!(raw.by_ref().count(), 1, "length {length}");
            assert_eq!(raw.rest().len(), 8);
        }
    }

    #[test]
    fn flag_bits_are_not_part_of_the_number() {
        let bytes = attribute(6, 2 | NLA_F_NESTED | NLA_F_NET_BYTEORDER, &7u16.to_ne_bytes());
        assert_eq!(Attributes::new(&bytes).get(B), Some(7));
    }

    #[test]
    fn a_wrong_length_costs_only_its_own_reader() {
        let bytes = [attribute(9, 1, &[0; 5]), attribute(6, 2, &7u16.to_ne_bytes())].concat();
        let attributes = Attributes::new(&bytes);
        assert_eq!((attributes.get(A), attributes.get(B)), (None, Some(7)));
        assert_eq!(attributes.pick((B, A)), (Some(7), None));
    }

    #[test]
    fn the_first_that_reads_is_picked_in_any_order_and_number() {
        const FAR: Attr<Nest, u32> = Attr::new(65, "FAR");
        let number = |number, value: u32| attribute(8, number, &value.to_ne_bytes());
        let bad = attribute(6, 1, &[0; 2]);
        let bytes = [bad, number(65, 5), number(1, 3), number(1, 4), number(65, 6), attribute(6, 2, &[7, 7])]
            .concat();
        let attributes = Attributes::new(&bytes);
        assert_eq!(attributes.pick((A,)), (Some(3),));
        assert_eq!(attributes.pick((B, A)), (Some(0x707), Some(3)));
        assert_eq!(
            attributes.pick((A, FAR)),
            (Some(3), Some(5)),
            "numbers that have their low bits in common"
        );
        assert_eq!(attributes.pick((FAR, B, A)), (Some(5), Some(0x707), Some(3)));
    }

    #[test]
    fn the_padding_of_the_last_attribute_may_be_missing() {
        let bytes = &attribute(6, 2, &7u16.to_ne_bytes())[..6];
        assert_eq!(Attributes::new(bytes).get(B), Some(7));
    }
}
