//! Attributes: their bytes, their typed keys, and reading several in one pass.
//!
//! ```text
//!  0               2               4
//!  | length        | N B type      | payload, padded to 4 ...
//! ```
//! `length` counts the header and not the padding; `N` marks a nest and `B` network byte order
//! (`struct nlattr`). Both integers are in host byte order.

use crate::bytes::{Hex, u16_at};
use crate::codec::{Around, Codec};
use crate::header::align;
use crate::table::Scope;
use crate::view::View;
use std::fmt;
use std::marker::PhantomData;

/// Bytes of an attribute's header: `NLA_HDRLEN`.
pub const ATTRIBUTE_HEADER_LEN: usize = 4;
/// `NLA_F_NESTED`: the payload is attributes again. Many families ask for it, older ones never set it.
pub const NLA_F_NESTED: u16 = 0x8000;
/// `NLA_F_NET_BYTEORDER`: the payload is in network byte order (next to nobody sets it).
pub const NLA_F_NET_BYTEORDER: u16 = 0x4000;
/// The bits of the number itself: `NLA_TYPE_MASK`.
pub const NLA_TYPE_MASK: u16 = 0x3fff;

/// One attribute in place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RawAttribute<'a> {
    /// Its number with the two flag bits.
    pub number_and_flags: u16,
    /// What follows its header, without the padding.
    pub payload: &'a [u8],
}

impl RawAttribute<'_> {
    /// Its number without flag bits.
    #[inline]
    pub fn number(&self) -> u16 {
        self.number_and_flags & NLA_TYPE_MASK
    }

    /// Bytes that it takes with its header and without padding.
    #[inline]
    pub fn length(&self) -> usize {
        ATTRIBUTE_HEADER_LEN + self.payload.len()
    }
}

impl fmt::Debug for RawAttribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.number(), Hex(self.payload))
    }
}

/// Attributes one after another, by number.
///
/// It ends at the end of the bytes or at the first invalid length; [`rest`](Self::rest) holds
/// what could not be read then.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawAttributes<'a> {
    bytes: &'a [u8],
}

impl<'a> RawAttributes<'a> {
    /// The attributes in `bytes`.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        RawAttributes { bytes }
    }

    /// The bytes not read yet; after the end, those that are no attribute.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// The payload of the first attribute with this number.
    #[inline]
    pub fn payload_of(mut self, number: u16) -> Option<&'a [u8]> {
        self.find_map(|attribute| (attribute.number() == number).then_some(attribute.payload))
    }
}

impl<'a> Iterator for RawAttributes<'a> {
    type Item = RawAttribute<'a>;

    #[inline]
    fn next(&mut self) -> Option<RawAttribute<'a>> {
        if self.bytes.len() < ATTRIBUTE_HEADER_LEN {
            return None;
        }
        let length = u16_at(self.bytes, 0) as usize;
        let number_and_flags = u16_at(self.bytes, 2);
        let payload = self.bytes.get(ATTRIBUTE_HEADER_LEN..length)?;
        self.bytes = &self.bytes[align(length).min(self.bytes.len())..];
        Some(RawAttribute { number_and_flags, payload })
    }
}

/// The key of one attribute: its number and name, the set it belongs to, and the codec of its value.
///
/// `S` is the set (a view such as `LinkMessage`) and `C` the [`Codec`]. Every row of a [`netlink!`](crate::netlink) table
/// makes one; you can make your own for an attribute that no table has:
///
/// ```
/// use netlink_packet::{Attr, Nest};
///
/// const COLOUR: Attr<Nest, u32> = Attr::new(7, "MY_COLOUR");
/// let nest = Nest::build().with(COLOUR, 0xff8800);
/// assert_eq!(nest.attributes().get(COLOUR), Some(0xff8800));
/// ```
pub struct Attr<S: ?Sized, C: ?Sized> {
    number_and_flags: u16,
    name: &'static str,
    set: PhantomData<fn(&S)>,
    codec: PhantomData<fn(&C)>,
}

impl<S: ?Sized, C: ?Sized> Clone for Attr<S, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ?Sized, C: ?Sized> Copy for Attr<S, C> {}

impl<S: ?Sized, C: ?Sized> fmt::Debug for Attr<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.number())
    }
}

impl<S: ?Sized, C: ?Sized> Attr<S, C> {
    /// A key by its number, which may carry [`NLA_F_NESTED`] for builders to write, and the name
    /// it has in the kernel's headers.
    pub const fn new(number_and_flags: u16, name: &'static str) -> Self {
        Attr { number_and_flags, name, set: PhantomData, codec: PhantomData }
    }

    /// The number without flag bits.
    #[inline]
    pub const fn number(&self) -> u16 {
        self.number_and_flags & NLA_TYPE_MASK
    }

    /// The number with the flag bits that builders write.
    #[inline]
    pub const fn number_and_flags(&self) -> u16 {
        self.number_and_flags
    }

    /// The name in the kernel's headers, such as `IFLA_MTU`.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<S: View + ?Sized, C: Codec + ?Sized> Attr<S, C> {
    #[inline]
    fn decode<'a>(&self, payload: &'a [u8], around: Attributes<'a, S>) -> Option<C::Value<'a>> {
        let Attributes { raw: after, bytes: set, family, .. } = around;
        match C::decode_among(payload, Around { set, family, after, number: self.number() }) {
            Some(value) => Some(value),
            None => {
                Self::not_decoded(self.name, payload, set);
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

/// The attributes of one set: what a message or a nest has behind its fixed header.
pub struct Attributes<'a, S: ?Sized> {
    raw: RawAttributes<'a>,
    /// All bytes of the set.
    bytes: &'a [u8],
    /// The first of them.
    family: u8,
    set: PhantomData<fn(&S)>,
}

impl<S: ?Sized> Clone for Attributes<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ?Sized> Copy for Attributes<'_, S> {}

impl<S: ?Sized> fmt::Debug for Attributes<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.raw).finish()
    }
}

impl<'a, S: ?Sized> From<RawAttributes<'a>> for Attributes<'a, S> {
    #[inline]
    fn from(raw: RawAttributes<'a>) -> Self {
        Attributes { raw, bytes: &[], family: 0, set: PhantomData }
    }
}

impl<'a, S: ?Sized> Attributes<'a, S> {
    /// The bytes, read as attributes of the set, whose fixed header is not at hand: values whose meaning depends on it
    /// read by their length.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        RawAttributes::new(bytes).into()
    }

    /// The attributes of a set, by all its bytes.
    #[inline]
    pub(crate) fn of(set: &'a S) -> Self
    where
        S: View,
    {
        let bytes = set.as_bytes();
        let (raw, family) = match bytes.get(S::START..) {
            Some(raw) => (raw, bytes.first().copied().unwrap_or_default()),
            None => Default::default(),
        };
        Attributes { raw: RawAttributes::new(raw), bytes, family, set: PhantomData }
    }

    /// All of them by number, known or not.
    #[inline]
    pub fn raw(self) -> RawAttributes<'a> {
        self.raw
    }

    /// The first attribute with this key that its codec can read; `None` where there is none (the view's `malformed`
    /// tells whether there is one that can't be read).
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
    /// A getter scans for its attribute; where a program reads three or more of one message, this reads
    /// the message once.
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

    /// Reads them.
    fn pick(self, attributes: Attributes<'a, S>) -> Self::Values;
}

macro_rules! keys {
    ($($C:ident $i:tt),*) => {
        impl<'a, S: View + ?Sized, $($C: Codec + ?Sized),*> Keys<'a, S> for ($(Attr<S, $C>,)*) {
            type Values = ($(Option<$C::Value<'a>>,)*);

            #[inline]
            fn pick(self, mut attributes: Attributes<'a, S>) -> Self::Values {
                // Most attributes of a long message are not asked for: one look at their number tells, and what is
                // found is asked for no more. Bits that keys share stay.
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

/// Warns of an attribute that its reader can't read: once for each name.
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
    fn flag_bits_are_no_part_of_the_number() {
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
