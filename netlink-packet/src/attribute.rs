//! Attributes (`struct nlattr`): their bytes, arrays of structs inside them, and typed keys.
//!
//! ```text
//!  0               2               4
//!  | length        | N B type      | payload, padded to 4 ...
//! ```
//! `length` counts the header and not the padding; `N` marks a nest and `B` network byte order
//! (`struct nlattr`). Both integers are in host byte order.

use crate::bytes::{Hex, u16_at};
use crate::header::align;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::FusedIterator;
use std::marker::PhantomData;

/// Bytes of an attribute's header: `NLA_HDRLEN`.
pub const ATTRIBUTE_HEADER_LEN: usize = 4;
/// `NLA_F_NESTED`: the payload is nested attributes. Many families require it, older ones never set it.
pub const NLA_F_NESTED: u16 = 0x8000;
/// `NLA_F_NET_BYTEORDER`: the payload is in network byte order (rarely set).
pub const NLA_F_NET_BYTEORDER: u16 = 0x4000;
/// Bits of the attribute type: `NLA_TYPE_MASK`.
pub const NLA_TYPE_MASK: u16 = 0x3fff;

/// One attribute, in place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RawAttribute<'a> {
    /// Attribute type (number) with the two flag bits: `nla_type`.
    pub number_and_flags: u16,
    /// Payload, without the padding.
    pub payload: &'a [u8],
}

impl RawAttribute<'_> {
    /// Attribute type (number) without the flag bits.
    #[inline]
    pub fn number(&self) -> u16 {
        self.number_and_flags & NLA_TYPE_MASK
    }

    /// Length in bytes, with the header and without padding: `nla_len`.
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

/// Iterates over attributes.
///
/// It ends at the end of the bytes or at the first invalid length; [`rest`](Self::rest) returns
/// the bytes that could not be read.
#[derive(Clone, Copy, Default)]
pub struct RawAttributes<'a> {
    bytes: &'a [u8],
    /// Where the next one begins, or beyond the end. An offset takes fewer instructions than a shorter slice each time, and one
    /// of 32 bits fewer than one that could overflow.
    at: u32,
}

/// Bytes that are read at most, more than any message has: the offset never exceeds 32 bits.
const LONGEST: usize = u32::MAX as usize - 3;

impl<'a> RawAttributes<'a> {
    /// The attributes in `bytes`, of which those after the first 4 GiB are not read.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        RawAttributes { bytes: bytes.get(..LONGEST).unwrap_or(bytes), at: 0 }
    }

    /// The bytes not read yet; at the end, those that aren't an attribute.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at as usize..).unwrap_or_default()
    }

    /// The payload of the first attribute with this number.
    #[inline]
    pub fn payload_of(mut self, number: u16) -> Option<&'a [u8]> {
        self.find_map(|attribute| (attribute.number() == number).then_some(attribute.payload))
    }
}

impl<'a> Iterator for RawAttributes<'a> {
    type Item = RawAttribute<'a>;

    #[expect(clippy::cast_possible_truncation, reason = "the end is not beyond LONGEST")]
    #[inline]
    fn next(&mut self) -> Option<RawAttribute<'a>> {
        let at = self.at as usize;
        let header = self.bytes.get(at..at + ATTRIBUTE_HEADER_LEN)?;
        let (length, number_and_flags) = (u16_at(header, 0), u16_at(header, 2));
        let end = at + usize::from(length);
        let payload = self.bytes.get(at + ATTRIBUTE_HEADER_LEN..end)?;
        self.at = align(end) as u32;
        Some(RawAttribute { number_and_flags, payload })
    }
}

/// Equal if the bytes that are not read yet are.
impl PartialEq for RawAttributes<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rest() == other.rest()
    }
}

impl Eq for RawAttributes<'_> {}

impl Hash for RawAttributes<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rest().hash(state);
    }
}

impl fmt::Debug for RawAttributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAttributes").field("bytes", &self.rest()).finish()
    }
}

impl FusedIterator for RawAttributes<'_> {}

/// Iterates over structs that begin with their own length, as bytes with their offsets.
#[derive(Clone, Copy)]
pub(crate) struct RawRecords<'a> {
    bytes: &'a [u8],
    at: usize,
    least: usize,
}

impl<'a> RawRecords<'a> {
    /// The structs in `bytes`, each of at least `least` bytes.
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], least: usize) -> Self {
        RawRecords { bytes, at: 0, least }
    }

    /// The bytes not read yet, and their offset.
    pub(crate) fn rest(&self) -> (usize, &'a [u8]) {
        (self.at, self.bytes)
    }
}

impl<'a> Iterator for RawRecords<'a> {
    type Item = (usize, &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (at, length) = (self.at, usize::from(u16_at(self.bytes, 0)));
        let record = self.bytes.get(..length).filter(|_| length >= self.least.max(2))?;
        self.at += align(length);
        self.bytes = self.bytes.get(align(length)..).unwrap_or_default();
        Some((at, record))
    }
}

/// Typed key of an attribute: its number and name, the set it belongs to, and the codec of its value.
///
/// `S` is the set (a view such as `LinkMessage`) and `C` the [`Codec`](crate::Codec). Every line of a [`netlink!`](crate::netlink) table
/// defines one; define your own for an attribute that no table has:
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

/// Keys are equal if they have the same number, flags and name.
impl<S: ?Sized, C: ?Sized> PartialEq for Attr<S, C> {
    fn eq(&self, other: &Self) -> bool {
        (self.number_and_flags, self.name) == (other.number_and_flags, other.name)
    }
}

impl<S: ?Sized, C: ?Sized> Eq for Attr<S, C> {}

impl<S: ?Sized, C: ?Sized> Hash for Attr<S, C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.number_and_flags, self.name).hash(state);
    }
}

impl<S: ?Sized, C: ?Sized> fmt::Debug for Attr<S, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.number())
    }
}

impl<S: ?Sized, C: ?Sized> Attr<S, C> {
    /// A key from the number, with [`NLA_F_NESTED`] if builders have to set it, and the name in the kernel's headers.
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

/// The attributes of one set: those after the fixed header of a message or a nest.
pub struct Attributes<'a, S: ?Sized> {
    pub(crate) raw: RawAttributes<'a>,
    /// All bytes of the set.
    pub(crate) bytes: &'a [u8],
    /// The first of them.
    pub(crate) family: u8,
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
    /// Attributes of a set without its fixed header: values whose meaning depends on the header are read
    /// by their length.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        RawAttributes::new(bytes).into()
    }

    /// The attributes of a set from all its bytes, of which the first `start` are its fixed header.
    #[inline]
    pub(crate) fn behind(start: usize, bytes: &'a [u8]) -> Self {
        let (raw, family) = match bytes.get(start..) {
            Some(raw) => (raw, bytes.first().copied().unwrap_or_default()),
            None => Default::default(),
        };
        Attributes { raw: RawAttributes::new(raw), bytes, family, set: PhantomData }
    }

    /// All attributes as raw bytes, known or not.
    #[inline]
    pub fn raw(self) -> RawAttributes<'a> {
        self.raw
    }
}
