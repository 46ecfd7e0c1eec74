//! Bitsets: values of bits by number or name, as a list or with a mask, compact or verbose.

use super::{StringSetId, StringSets};
use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::table::data::{Inside, Plain, Schema, Scope};
use crate::view::View;
use crate::{Chunks, Flag, Items, NLA_F_NESTED, Packed, Repeated, netlink};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

netlink! {
    /// A bitset as it is in a message (`ETHTOOL_A_BITSET`): compact, as bitmaps, or verbose, as a list of bits with their names.
    ///
    /// [`Bits`] reads both forms, and [`BitChange`] writes one.
    pub struct Bitset / BitsetBuf
    attributes {
        /// List: just these bits are on, and all others off. Without it, there is a mask, and bits outside it don't count.
        ETHTOOL_A_BITSET_NOMASK = 1 => is_list: bool as Flag,
        /// Size in bits; kernels differ in it.
        ETHTOOL_A_BITSET_SIZE = 2 => size: u32,
        /// Bits of a verbose bitset.
        ETHTOOL_A_BITSET_BITS = 3 | NLA_F_NESTED => verbose: &BitList as BitList,
        /// Values of a compact bitset: words of 32 bits in host byte order, bit 0 first.
        ETHTOOL_A_BITSET_VALUE = 4 => value: Chunks<'_, u32> as Packed<u32>,
        /// Mask of a compact bitset.
        ETHTOOL_A_BITSET_MASK = 5 => mask: Chunks<'_, u32> as Packed<u32>,
    }
}

netlink! {
    /// Bits of a verbose bitset: nested in `ETHTOOL_A_BITSET_BITS`.
    pub struct BitList / BitListBuf
    attributes {
        /// The bits: those that are on, of a list; otherwise those in the mask.
        ETHTOOL_A_BITSET_BITS_BIT = 1 | NLA_F_NESTED => bits: Items<'_, NamedBit> as Repeated<NamedBit>,
    }
}

netlink! {
    /// A bit of a verbose bitset: nested in `ETHTOOL_A_BITSET_BITS_BIT`.
    pub struct NamedBit / NamedBitBuf
    attributes {
        /// Bit index. A request has that or the name.
        ETHTOOL_A_BITSET_BIT_INDEX = 1 => index: u32,
        /// Name of the bit, of the string set.
        ETHTOOL_A_BITSET_BIT_NAME = 2 => name: &str as str,
        /// Value of the bit, where there is a mask: present if it is on.
        ETHTOOL_A_BITSET_BIT_VALUE = 3 => value: bool as Flag,
    }
}

/// Codec of a bitset whose bits are named by the string set `SET`.
#[derive(Debug)]
pub struct BitsOf<const SET: u32>;

impl<const SET: u32> Codec for BitsOf<SET> {
    type Value<'a> = Bits<'a>;
    const SCHEMA: Schema = <Bitset as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Bits<'_>> {
        Some(Bits { bitset: Bitset::cast(payload), set: StringSetId(SET) })
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        <Bitset as Codec>::inside(scope)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        <Bitset as Codec>::plain(payload, scope)
    }
}

/// A bitset: which bits are on, by number; a [`BitNames`] has their names.
///
/// Sizes differ by kernel, so it is read bit by bit, whatever its size is said to be: no more than there is.
#[derive(Clone, Copy)]
pub struct Bits<'a> {
    bitset: &'a Bitset,
    set: StringSetId,
}

/// A bit of a [bitset](Bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bit<'a> {
    /// Its number; absent where a request gives just the name.
    pub index: Option<u32>,
    /// Its name, of a verbose bitset.
    pub name: Option<&'a str>,
    /// Whether it is on.
    pub is_on: bool,
}

impl<'a> Bits<'a> {
    /// The bitset as it is in the message.
    pub fn bitset(&self) -> &'a Bitset {
        self.bitset
    }

    /// The string set that names the bits.
    pub fn string_set(&self) -> StringSetId {
        self.set
    }

    /// Whether it is a list: bits that it does not have are off. Otherwise it has a mask, and says nothing of bits outside it.
    pub fn is_list(&self) -> bool {
        self.bitset.is_list().is_some()
    }

    /// The bits that it says something of: those that are on, of a list; those in the mask otherwise.
    pub fn iter(&self) -> impl Iterator<Item = Bit<'a>> + use<'a> {
        let (verbose, compact) = self.forms();
        verbose.chain(compact.into_iter().flat_map(Bitmaps::bits))
    }

    /// The bits of a verbose bitset, and the bitmaps of a compact one.
    fn forms(&self) -> (impl Iterator<Item = Bit<'a>> + use<'a>, Option<Bitmaps<'a>>) {
        let (verbose, compact) = match self.form() {
            Form::Verbose(bits) => (bits, None),
            Form::Compact(bitmaps) => (None, Some(bitmaps)),
        };
        let is_list = verbose.is_some() && self.is_list();
        let verbose = verbose.into_iter().flatten().map(move |bit| Bit {
            index: bit.index(),
            name: bit.name(),
            is_on: is_list || bit.value().is_some(),
        });
        (verbose, compact)
    }

    /// The numbers of the bits that are on, and not outside the mask.
    pub fn on(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.iter().filter(|bit| bit.is_on).filter_map(|bit| bit.index)
    }

    /// The numbers of the bits in the mask, such as those that a device supports; of a list those that are on.
    pub fn masked(&self) -> impl Iterator<Item = u32> + use<'a> {
        self.iter().filter_map(|bit| bit.index)
    }

    /// Whether this bit is on.
    pub fn contains(&self, index: u32) -> bool {
        match self.form() {
            Form::Verbose(_) => self.on().any(|on| on == index),
            Form::Compact(bitmaps) => bitmaps.of(index).is_some_and(|is_on| is_on),
        }
    }

    /// Whether this bit is in the mask; in a list, whether it is on.
    pub fn is_masked(&self, index: u32) -> bool {
        match self.form() {
            Form::Verbose(_) => self.masked().any(|masked| masked == index),
            Form::Compact(bitmaps) => bitmaps.of(index).is_some(),
        }
    }

    /// What it consists of, looked up once.
    fn form(&self) -> Form<'a> {
        let (list, size, verbose, value, mask) = self.bitset.attributes().pick((
            Bitset::ETHTOOL_A_BITSET_NOMASK,
            Bitset::ETHTOOL_A_BITSET_SIZE,
            Bitset::ETHTOOL_A_BITSET_BITS,
            Bitset::ETHTOOL_A_BITSET_VALUE,
            Bitset::ETHTOOL_A_BITSET_MASK,
        ));
        match verbose {
            Some(list) => Form::Verbose(list.bits()),
            None => {
                let mask = if list.is_some() { value.clone() } else { mask };
                Form::Compact(Bitmaps { size: size.unwrap_or_default(), value, mask })
            }
        }
    }
}

/// The two forms of a bitset.
enum Form<'a> {
    /// Bits with their names.
    Verbose(Option<Items<'a, NamedBit>>),
    Compact(Bitmaps<'a>),
}

/// The bitmaps of a compact bitset; a list is its own mask.
struct Bitmaps<'a> {
    size: u32,
    value: Option<Chunks<'a, u32>>,
    mask: Option<Chunks<'a, u32>>,
}

impl<'a> Bitmaps<'a> {
    /// A word of the mask and of the value, without bits beyond the size; `None` behind the last.
    #[inline]
    fn word(&self, at: u32) -> Option<(u32, u32)> {
        let left = self.size.checked_sub(at.checked_mul(32)?).filter(|left| *left > 0)?;
        let within = u32::MAX >> 32u32.saturating_sub(left);
        let at = usize::try_from(at).ok()?;
        let value = self.value.as_ref().and_then(|value| value.at(at));
        Some((self.mask.as_ref()?.at(at)? & within, value.unwrap_or_default()))
    }

    /// Whether a bit is on; `None` outside the mask.
    fn of(&self, index: u32) -> Option<bool> {
        let (mask, value) = self.word(index / 32)?;
        let bit = 1 << (index % 32);
        (mask & bit != 0).then_some(value & bit != 0)
    }

    /// The numbers of the bits that are on.
    fn on(self) -> impl Iterator<Item = u32> {
        let words = (0..).map_while(move |at| self.word(at).map(|(mask, value)| (at * 32, mask & value)));
        words.flat_map(|(first, mut left)| {
            std::iter::from_fn(move || {
                let index = (left != 0).then(|| first + left.trailing_zeros())?;
                left &= left - 1;
                Some(index)
            })
        })
    }

    /// The bits in the mask.
    fn bits(self) -> impl Iterator<Item = Bit<'a>> {
        let (mut next, mut mask, mut value) = (0, 0, 0);
        std::iter::from_fn(move || {
            while mask == 0 {
                (mask, value) = self.word(next)?;
                next += 1;
            }
            let bit = mask & mask.wrapping_neg();
            mask ^= bit;
            Some(Bit {
                index: Some((next - 1) * 32 + bit.trailing_zeros()),
                name: None,
                is_on: value & bit != 0,
            })
        })
    }
}

impl fmt::Debug for Bits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bitset.fmt(f)
    }
}

/// By what they say, compact or verbose, whatever their size.
impl PartialEq for Bits<'_> {
    fn eq(&self, other: &Self) -> bool {
        let bits = |bits: &Self| -> Vec<_> { bits.iter().map(|bit| (bit.index, bit.is_on)).collect() };
        (self.set, self.is_list(), bits(self)) == (other.set, other.is_list(), bits(other))
    }
}

impl Eq for Bits<'_> {}

impl<const SET: u32> Put<BitsOf<SET>> for Bits<'_> {
    fn put(self, out: &mut Buffer) {
        Put::<Bitset>::put(self.bitset, out);
    }
}

/// The names of bits, by number: the string sets of a kernel, of which each is asked for once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BitNames(BTreeMap<u32, Strings>);

/// The strings of a set with their numbers, in the order of these, which are mostly all from 0 on. Some bits are reserved, and have
/// an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Strings(Vec<(u32, String)>);

impl Strings {
    #[inline]
    fn name(&self, index: u32) -> Option<&str> {
        let name = match usize::try_from(index).ok().and_then(|at| self.0.get(at)) {
            Some((of, name)) if *of == index => name,
            _ => self.search(index)?,
        };
        (!name.is_empty()).then_some(name)
    }

    #[cold]
    fn search(&self, index: u32) -> Option<&String> {
        let at = self.0.binary_search_by_key(&index, |(of, _)| *of).ok()?;
        self.0.get(at).map(|(_, name)| name)
    }

    fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        self.0.iter().map(|(index, name)| (*index, &**name)).filter(|(_, name)| !name.is_empty())
    }
}

impl BitNames {
    /// Adds the string sets of a reply.
    pub fn add(&mut self, reply: &StringSets) {
        for set in reply.list().and_then(|list| list.sets()).into_iter().flatten() {
            let strings: BTreeMap<_, _> = set.strings().collect();
            let strings = strings.into_iter().map(|(index, string)| (index, string.to_owned())).collect();
            self.0.insert(set.id().unwrap_or_default().0, Strings(strings));
        }
    }

    /// Whether it has this string set.
    pub fn has(&self, set: StringSetId) -> bool {
        self.0.contains_key(&set.0)
    }

    /// The strings of a set with their indexes.
    pub fn strings(&self, set: StringSetId) -> impl Iterator<Item = (u32, &str)> {
        self.0.get(&set.0).into_iter().flat_map(Strings::iter)
    }

    /// The name of a bit or a counter.
    pub fn name(&self, set: StringSetId, index: u32) -> Option<&str> {
        self.0.get(&set.0)?.name(index)
    }

    /// The number of a bit or a counter by its name.
    pub fn index(&self, set: StringSetId, name: &str) -> Option<u32> {
        self.strings(set).find(|(_, of)| *of == name).map(|(index, _)| index)
    }

    /// The names of the bits that are on. One that has no name is left out.
    pub fn on<'a>(&'a self, bits: Bits<'a>) -> impl Iterator<Item = &'a str> {
        let strings = self.0.get(&bits.string_set().0);
        let (verbose, compact) = bits.forms();
        let verbose = verbose.filter(|bit| bit.is_on).filter_map(self.namer(bits));
        let compact = compact.into_iter().flat_map(Bitmaps::on);
        verbose.chain(compact.filter_map(move |index| strings?.name(index)))
    }

    /// The names of the bits in the mask. One that has no name is left out.
    pub fn masked<'a>(&'a self, bits: Bits<'a>) -> impl Iterator<Item = &'a str> {
        bits.iter().filter_map(self.namer(bits))
    }

    /// Whether the bit with this name is on; `None` if there is no such name.
    pub fn is_on(&self, bits: Bits<'_>, name: &str) -> Option<bool> {
        if let Some(index) = self.index(bits.string_set(), name) {
            return Some(bits.contains(index));
        }
        bits.iter().find(|bit| bit.name == Some(name)).map(|bit| bit.is_on)
    }

    /// Gives the names of the bits of a bitset.
    pub(super) fn namer<'a>(&'a self, bits: Bits<'a>) -> impl Fn(Bit<'a>) -> Option<&'a str> {
        let strings = self.0.get(&bits.string_set().0);
        move |bit| bit.name.or_else(|| strings?.name(bit.index?))
    }

    /// The first name in these bits of a request that the string set, which is known, does not have.
    pub fn unknown<'a>(&self, bits: Bits<'a>) -> Option<&'a str> {
        let set = self.0.get(&bits.string_set().0)?;
        let mut names = bits.iter().filter_map(|bit| bit.name);
        names.find(|name| !set.iter().any(|(_, of)| of == *name))
    }
}

/// A bit of a request: by its name or its number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum BitName<'a> {
    /// By its name in the string set.
    Name(Cow<'a, str>),
    /// By its number.
    Index(u32),
}

impl<'a> From<&'a str> for BitName<'a> {
    fn from(name: &'a str) -> Self {
        BitName::Name(name.into())
    }
}

impl<'a> From<&&'a str> for BitName<'a> {
    fn from(name: &&'a str) -> Self {
        BitName::Name((*name).into())
    }
}

impl<'a> From<&'a String> for BitName<'a> {
    fn from(name: &'a String) -> Self {
        BitName::Name(name.into())
    }
}

impl From<String> for BitName<'_> {
    fn from(name: String) -> Self {
        BitName::Name(name.into())
    }
}

impl From<u32> for BitName<'_> {
    fn from(index: u32) -> Self {
        BitName::Index(index)
    }
}

/// A change of a bitset: bits to be switched on and off, or all bits that are to be on.
///
/// ```
/// use netlink_packet::generic::ethtool::{BitChange, LinkModes};
///
/// // Two bits are changed, the others stay as they are.
/// let some = LinkModes::build().ours(BitChange::default().on("100baseT/Full").off("10baseT/Half"));
/// // Just this one is on.
/// let only = LinkModes::build().ours(BitChange::only(["1000baseT/Full"]));
/// assert!(only.view().ours().unwrap().is_list() && !some.view().ours().unwrap().is_list());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct BitChange {
    is_list: bool,
    bits: Vec<(BitName<'static>, bool)>,
}

impl BitChange {
    /// Just these bits are on; all others are switched off.
    pub fn only<'a, N: Into<BitName<'a>>>(bits: impl IntoIterator<Item = N>) -> Self {
        let list = BitChange { is_list: true, bits: Vec::new() };
        bits.into_iter().fold(list, |list, bit| list.with(bit.into(), true))
    }

    /// Switches a bit on.
    pub fn on<'a>(self, bit: impl Into<BitName<'a>>) -> Self {
        self.with(bit.into(), true)
    }

    /// Switches a bit off; of those that [only](Self::only) are on, it is left out.
    pub fn off<'a>(self, bit: impl Into<BitName<'a>>) -> Self {
        self.with(bit.into(), false)
    }

    /// The last word on a bit counts.
    fn with(mut self, bit: BitName<'_>, is_on: bool) -> Self {
        let bit = match bit {
            BitName::Name(name) => BitName::Name(Cow::Owned(name.into_owned())),
            BitName::Index(index) => BitName::Index(index),
        };
        self.bits.retain(|(other, _)| *other != bit);
        if is_on || !self.is_list {
            self.bits.push((bit, is_on));
        }
        self
    }

    /// Goes on with the change that a request has.
    pub(super) fn of(bits: Option<Bits<'_>>) -> Self {
        let Some(bits) = bits else { return BitChange::default() };
        let start = BitChange { is_list: bits.is_list(), bits: Vec::new() };
        bits.iter().fold(start, |change, bit| match (bit.name, bit.index) {
            (Some(name), _) => change.with(name.into(), bit.is_on),
            (None, Some(index)) => change.with(index.into(), bit.is_on),
            (None, None) => change,
        })
    }
}

impl<const SET: u32> Put<BitsOf<SET>> for BitChange {
    fn put(self, out: &mut Buffer) {
        let is_list = self.is_list;
        let bits = self.bits.into_iter().map(|(bit, is_on)| {
            let named = match bit {
                BitName::Name(name) => NamedBit::build().name(name),
                BitName::Index(index) => NamedBit::build().index(index),
            };
            named.value(is_on && !is_list)
        });
        Put::<Bitset>::put(Bitset::build().is_list(is_list).verbose(BitList::build().bits(bits)), out);
    }
}

impl<const SET: u32> Put<BitsOf<SET>> for &BitChange {
    fn put(self, out: &mut Buffer) {
        Put::<BitsOf<SET>>::put(self.clone(), out);
    }
}

impl<const SET: u32> Put<BitsOf<SET>> for BitsetBuf {
    fn put(self, out: &mut Buffer) {
        Put::<Bitset>::put(self, out);
    }
}

/// Gives a builder the methods that switch bits of its bitset.
macro_rules! bit_verbs {
    ($Buf:ident, $Message:ident::$KEY:ident, $bit:literal) => {
        impl $Buf {
            #[doc = concat!("Switches on ", $bit, "; others stay as they are.")]
            pub fn on<'a>(self, bit: impl Into<super::BitName<'a>>) -> Self {
                let bits = super::BitChange::of(self.view().attributes().get($Message::$KEY)).on(bit);
                self.with($Message::$KEY, bits)
            }

            #[doc = concat!("Switches off ", $bit, "; others stay as they are.")]
            pub fn off<'a>(self, bit: impl Into<super::BitName<'a>>) -> Self {
                let bits = super::BitChange::of(self.view().attributes().get($Message::$KEY)).off(bit);
                self.with($Message::$KEY, bits)
            }
        }
    };
}

pub(super) use bit_verbs;
