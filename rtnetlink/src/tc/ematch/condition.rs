//! Conditions: trees of ematches as people write them.

use super::canid::CanidBuf;
use super::cmp::CmpBuf;
use super::ipset::IpsetBuf;
use super::ipt::IptBuf;
use super::meta::MetaBuf;
use super::nbyte::NbyteBuf;
use super::text::TextBuf;
use super::u32::U32Buf;
use super::{Ematch, EmatchBuf, EmatchFlags, EmatchKind, EmatchTree, EmatchTreeHeader, EmatchType};
use netlink_packet::{Buffer, Build, BuildError, Nest, Put, View as _};
use std::fmt;
use std::ops::{BitAnd, BitOr, Not};

/// A condition of ematches, made of those of the kinds by `&`, `|` and `!`.
///
/// Filters take it as their `ematches`; [`EmatchTree::condition`] reads it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// An ematch.
    Ematch(EmatchBuf),
    /// The opposite.
    Not(Box<Condition>),
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
}

impl Condition {
    /// An ematch of this kind.
    pub fn of(kind: impl Build<View: EmatchKind>) -> Self {
        Condition::Ematch(Ematch::build().kind(kind))
    }

    /// What is inverted, and whether it is.
    fn without_not(&self) -> (&Self, bool) {
        let (mut condition, mut inverted) = (self, false);
        while let Condition::Not(inner) = condition {
            (condition, inverted) = (inner, !inverted);
        }
        (condition, inverted)
    }

    /// Its sequence, and how those in it are related.
    fn sequence(&self) -> (&[Self], EmatchFlags) {
        match self {
            Condition::All(all) => (all, EmatchFlags::REL_AND),
            Condition::Any(any) => (any, EmatchFlags::REL_OR),
            one => (std::slice::from_ref(one), EmatchFlags::empty()),
        }
    }
}

impl<T: Into<Condition>> BitAnd<T> for Condition {
    type Output = Condition;

    fn bitand(self, other: T) -> Condition {
        let parts = |condition| match condition {
            Condition::All(all) => all,
            one => vec![one],
        };
        Condition::All(parts(self).into_iter().chain(parts(other.into())).collect())
    }
}

impl<T: Into<Condition>> BitOr<T> for Condition {
    type Output = Condition;

    fn bitor(self, other: T) -> Condition {
        let parts = |condition| match condition {
            Condition::Any(any) => any,
            one => vec![one],
        };
        Condition::Any(parts(self).into_iter().chain(parts(other.into())).collect())
    }
}

impl Not for Condition {
    type Output = Condition;

    fn not(self) -> Condition {
        match self {
            Condition::Not(inner) => *inner,
            other => Condition::Not(Box::new(other)),
        }
    }
}

/// The conditions of kinds: what is said of their builders can be combined, and given to a filter, as it is.
macro_rules! conditions {
    ($($Buf:ty)*) => { $(
        impl From<$Buf> for Condition {
            fn from(kind: $Buf) -> Condition {
                Condition::of(kind)
            }
        }

        impl<T: Into<Condition>> BitAnd<T> for $Buf {
            type Output = Condition;

            fn bitand(self, other: T) -> Condition {
                Condition::of(self) & other
            }
        }

        impl<T: Into<Condition>> BitOr<T> for $Buf {
            type Output = Condition;

            fn bitor(self, other: T) -> Condition {
                Condition::of(self) | other
            }
        }

        impl Not for $Buf {
            type Output = Condition;

            fn not(self) -> Condition {
                !Condition::of(self)
            }
        }

        impl Put<EmatchTree> for $Buf {
            fn put(self, out: &mut Buffer) {
                Condition::of(self).put(out);
            }
        }
    )* };
}

conditions! { CanidBuf CmpBuf IpsetBuf IptBuf MetaBuf NbyteBuf TextBuf U32Buf }

/// As `tc` takes it, with the names of kinds instead of what they compare.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (condition, inverted) = self.without_not();
        if inverted {
            f.write_str("not ")?;
        }
        let (parts, relation) = match condition {
            Condition::All(all) => (all, " and "),
            Condition::Any(any) => (any, " or "),
            Condition::Ematch(ematch) => return ematch.view().ematch_type().fmt(f),
            Condition::Not(_) => return Ok(()),
        };
        let is_inside = |part: &Condition| matches!(part, Condition::All(_) | Condition::Any(_));
        let open = if inverted { "(" } else { "" };
        f.write_str(open)?;
        for (index, part) in parts.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { relation })?;
            if is_inside(part) { write!(f, "({part})") } else { part.fmt(f) }?;
        }
        f.write_str(if inverted { ")" } else { "" })
    }
}

/// How deep containers may be in each other: `CONFIG_NET_EMATCH_STACK`.
const DEEPEST: usize = 32;

/// Appends a sequence of ematches, and what its containers refer to.
fn lay(condition: &Condition, depth: usize, out: &mut Vec<EmatchBuf>) -> Result<(), BuildError> {
    if depth > DEEPEST {
        return Err(BuildError::Invalid(format!("more than {DEEPEST} conditions inside of each other")));
    }
    let (parts, relation) = condition.sequence();
    let Some(last) = parts.len().checked_sub(1) else {
        return Err(BuildError::Invalid("there is no condition among all or any of these".to_owned()));
    };
    let start = out.len();
    for (index, part) in parts.iter().enumerate() {
        let (inner, inverted) = part.without_not();
        let (ematch, was_inverted) = match inner {
            Condition::Ematch(ematch) => {
                (ematch.clone(), ematch.view().flags().contains(EmatchFlags::INVERT))
            }
            _ => (Ematch::build().ematch_type(EmatchType::CONTAINER), false),
        };
        let simple = ematch.view().flags() & EmatchFlags::SIMPLE;
        let invert = if inverted == was_inverted { EmatchFlags::empty() } else { EmatchFlags::INVERT };
        let relation = if index == last { EmatchFlags::empty() } else { relation };
        out.push(ematch.flags(simple | invert | relation));
    }
    for (index, part) in (start..).zip(parts) {
        let (inner, _) = part.without_not();
        if !matches!(inner, Condition::Ematch(_)) {
            let place = u32::try_from(out.len()).unwrap_or(u32::MAX).to_ne_bytes();
            if let Some(container) = out.get_mut(index) {
                *container = std::mem::take(container).data(Nest::cast(&place));
            }
            lay(inner, depth + 1, out)?;
        }
    }
    Ok(())
}

impl Put<EmatchTree> for &Condition {
    fn put(self, out: &mut Buffer) {
        // What is inverted, or is in a list of its own, is one of a sequence of one.
        let (inner, inverted) = self.without_not();
        let whole = if inverted { &Condition::All(vec![!inner.clone()]) } else { inner };
        let mut list = Vec::new();
        let count = lay(whole, 0, &mut list).and_then(|()| {
            let count = list.len();
            u16::try_from(count)
                .map_err(|_| BuildError::Invalid(format!("{count} ematches, more than 65535")))
        });
        match count {
            Ok(count) => {
                let header = EmatchTreeHeader::build().count(count);
                EmatchTree::build().header(header).list(list).put(out);
            }
            Err(problem) => out.refuse(problem),
        }
    }
}

impl Put<EmatchTree> for Condition {
    fn put(self, out: &mut Buffer) {
        Put::<EmatchTree>::put(&self, out);
    }
}

/// How deep a condition may be that is read: each relation inside of another one counts.
const HIGHEST: usize = 128;

/// A condition and how deep it is.
type Read = (Condition, usize);

/// What reads a tree of ematches.
struct Reader<'a> {
    list: Vec<&'a Ematch>,
    /// How many more ematches may be read: each is once in a tree.
    left: usize,
}

impl Reader<'_> {
    /// The sequence that begins at this place, to whose containers nothing before them refers.
    fn sequence(&mut self, start: usize, depth: usize) -> Option<Read> {
        let mut parts = Vec::new();
        for index in start..self.list.len() {
            let ematch = *self.list.get(index)?;
            self.left = self.left.checked_sub(1)?;
            let flags = ematch.flags();
            let (condition, height) = self.one(ematch, index, depth)?;
            let inverted = flags.contains(EmatchFlags::INVERT);
            parts.push((if inverted { !condition } else { condition }, height, flags & RELATION));
            if parts.last().is_some_and(|(.., relation)| relation.is_empty()) {
                break;
            }
        }
        in_order(parts)
    }

    fn one(&mut self, ematch: &Ematch, index: usize, depth: usize) -> Option<Read> {
        if ematch.ematch_type() != EmatchType::CONTAINER {
            let flags = ematch.flags() & EmatchFlags::SIMPLE;
            return Some((Condition::Ematch(ematch.to_buf().flags(flags)), 1));
        }
        let place = ematch.data()?.as_bytes().first_chunk()?;
        let place = usize::try_from(u32::from_ne_bytes(*place)).ok()?;
        let is_later = place > index && place < self.list.len() && depth < DEEPEST;
        is_later.then(|| self.sequence(place, depth + 1)).flatten()
    }
}

/// The flags that relate an ematch to the next one.
const RELATION: EmatchFlags = EmatchFlags::REL_AND.union(EmatchFlags::REL_OR);

/// A sequence as it is computed: each relation is between what is before it and **all** that follows.
fn in_order(parts: Vec<(Condition, usize, EmatchFlags)>) -> Option<Read> {
    let mut parts = parts.into_iter().rev();
    let (last, mut height, _) = parts.next()?;
    let (mut run, mut related) = (vec![last], EmatchFlags::empty());
    for (part, own_height, relation) in parts {
        if relation != related {
            (run, related) = (vec![joined(run, related)?], relation);
            height += 1;
        }
        run.push(part);
        height = height.max(own_height + 1);
        if height > HIGHEST {
            return None;
        }
    }
    Some((joined(run, related)?, height))
}

/// The conditions of a sequence, the last one first, that have this relation.
fn joined(mut run: Vec<Condition>, relation: EmatchFlags) -> Option<Condition> {
    run.reverse();
    match relation {
        EmatchFlags::REL_AND => Some(Condition::All(run)),
        EmatchFlags::REL_OR => Some(Condition::Any(run)),
        _ => run.pop().filter(|_| run.is_empty()),
    }
}

impl EmatchTree {
    /// The condition; `None` if there is none, which is always true, or if this is not a tree.
    pub fn condition(&self) -> Option<Condition> {
        let list: Vec<_> = self.list()?.collect();
        let mut reader = Reader { left: list.len(), list };
        reader.sequence(0, 0).map(|(condition, _)| condition)
    }
}

#[cfg(test)]
mod tests {
    use super::super::meta::{MetaId, MetaSide, MetaType};
    use super::super::{Canid, Cmp, Ipset, Ipt, Layer, Meta, Nbyte, Operand, Text, U32};
    use super::*;
    use crate::tc::filter::Basic;
    use crate::tc::filter::basic::BasicBuf;

    fn basic(condition: impl Into<Condition>) -> BasicBuf {
        Basic::build().ematches(condition.into())
    }

    fn read(basic: &BasicBuf) -> Option<Condition> {
        basic.view().ematches()?.condition()
    }

    fn cmp(value: u32) -> CmpBuf {
        Cmp::u8(Layer::NETWORK, 9).equals(value)
    }

    fn problem(condition: impl Into<Condition>) -> String {
        basic(condition).buffer().problem().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn conditions_are_read_as_they_were_written() {
        let u32 = || U32::word(1, 1, 0);
        let nbyte = || Nbyte::at(Layer::LINK, 0, b"x");
        let text = |condition: Condition| condition.to_string();
        for (condition, words) in [
            (Condition::of(cmp(1)), "cmp"),
            (!cmp(1), "not cmp"),
            (cmp(1) & u32() & nbyte(), "cmp and u32 and nbyte"),
            (cmp(1) | !u32() | nbyte(), "cmp or not u32 or nbyte"),
            (cmp(1) & (u32() | nbyte()), "cmp and (u32 or nbyte)"),
            ((cmp(1) | u32()) & (nbyte() | cmp(2)) & cmp(3), "(cmp or u32) and (nbyte or cmp) and cmp"),
            (!(cmp(1) & !(u32() | (nbyte() & cmp(2)))), "not (cmp and not (u32 or (nbyte and cmp)))"),
        ] {
            let basic = basic(condition.clone());
            assert_eq!(read(&basic), Some(condition.clone()), "{words}");
            assert_eq!(text(condition), words);
            assert_eq!(basic.view().malformed().count(), 0, "{basic:?}");
        }
        // What is said twice, or of one alone, is what it is.
        assert_eq!(read(&basic(!!Condition::of(cmp(1)))), Some(Condition::of(cmp(1))));
        assert_eq!(read(&basic(Condition::Not(Box::new(!cmp(1))))), Some(Condition::of(cmp(1))));
        assert_eq!(Basic::build().ematches(cmp(1)), basic(cmp(1)));
    }

    #[test]
    fn a_tree_is_sequences_of_which_containers_refer_to_later_ones() {
        let basic = basic((cmp(1) | cmp(2)) & !(cmp(3) & cmp(4)));
        let tree = basic.view().ematches().unwrap();
        assert_eq!(tree.header().map(EmatchTreeHeader::count), Some(6));
        let list: Vec<_> = tree.list().unwrap().collect();
        let flags: Vec<_> = list.iter().map(|ematch| ematch.flags().bits()).collect();
        assert_eq!(flags, [1, 4, 2, 0, 1, 0]);
        let places = list.iter().filter(|ematch| ematch.ematch_type() == EmatchType::CONTAINER);
        let places: Vec<_> = places.map(|ematch| ematch.data().unwrap().as_bytes()).collect();
        assert_eq!(places, [2_u32.to_ne_bytes(), 4_u32.to_ne_bytes()]);
        assert_eq!(list[5].kind::<Cmp>().map(Cmp::value), Some(4));
        assert!(list[5].kind::<U32>().is_none());
    }

    /// As kernels compute it: `a and b or c` is `a and (b or c)`.
    #[test]
    fn relations_hold_for_all_that_follows() {
        let ematch = |value: u32, flags| Ematch::build().kind(cmp(value)).flags(flags);
        let (and, or) = (EmatchFlags::REL_AND, EmatchFlags::REL_OR);
        let list = [ematch(1, and), ematch(2, or), ematch(3, EmatchFlags::empty())];
        let tree = EmatchTree::build().header(EmatchTreeHeader::build().count(3)).list(list);
        assert_eq!(tree.view().condition(), Some(cmp(1) & (cmp(2) | cmp(3))));
        let odd = EmatchTree::build().list([ematch(1, and | or), ematch(2, EmatchFlags::empty())]);
        assert_eq!(odd.view().condition(), None);
    }

    #[test]
    fn what_is_no_tree() {
        let container = |place: u32, flags| {
            let container = Ematch::build().ematch_type(EmatchType::CONTAINER).flags(flags);
            container.data(Nest::cast(&place.to_ne_bytes()))
        };
        let end = EmatchFlags::empty();
        let condition = |list: Vec<EmatchBuf>| EmatchTree::build().list(list).view().condition();
        assert_eq!(condition(Vec::new()), None);
        for place in [0, 1, 7, u32::MAX] {
            assert_eq!(condition(vec![container(place, end)]), None, "{place}");
        }
        assert_eq!(condition(vec![Ematch::build()]), None);
        // Each refers twice to the next: 2^1000 conditions, if they were read.
        let twice = |index: u32| {
            let place = (index / 2 + 1) * 2;
            container(place, if index % 2 == 0 { EmatchFlags::REL_AND } else { end })
        };
        assert_eq!(condition((0..2000).map(twice).collect()), None);
        // As deep as a sequence is long.
        let alternating = |index: u32| {
            let relation = if index % 2 == 0 { EmatchFlags::REL_AND } else { EmatchFlags::REL_OR };
            Ematch::build().kind(cmp(0)).flags(relation)
        };
        assert_eq!(condition((0..2000).map(alternating).collect()), None);
        assert!(condition((0..100).map(alternating).collect()).is_some());
        // Cut off anywhere.
        let whole =
            basic(cmp(1) & !(Nbyte::at(Layer::LINK, 0, b"xyz") | Meta::of(MetaId::PRIORITY).equals(5)));
        let bytes = whole.view().ematches().unwrap().as_bytes().to_vec();
        for length in 0..bytes.len() {
            let tree = EmatchTree::cast(&bytes[..length]);
            assert!(!format!("{tree:?} {:?}", tree.condition()).is_empty());
            for ematch in tree.list().into_iter().flatten() {
                let _ = (ematch.kind::<Nbyte>().map(Nbyte::pattern), ematch.kind::<Meta>().map(Meta::number));
            }
        }
    }

    #[test]
    fn conditions_that_no_kernel_takes() {
        let deep = |levels: u32| {
            (0..levels).fold(Condition::of(cmp(1)), |inner, level| {
                if level % 2 == 0 { inner & cmp(level) } else { inner | cmp(level) }
            })
        };
        assert_eq!(problem(deep(33)), "");
        assert_eq!(read(&basic(deep(33))), Some(deep(33)));
        assert_eq!(problem(deep(34)), "more than 32 conditions inside of each other");
        assert_eq!(problem(Condition::All(Vec::new())), "there is no condition among all or any of these");
        let many = Condition::Any(vec![Condition::of(cmp(1)); 20_000]);
        assert!(!problem(many).is_empty());
        assert_eq!(problem(cmp(256)), "256 is no number of 8 bits");
        assert!(problem(Nbyte::at(Layer::LINK, 0, &[0; 4096])).contains("4096 bytes"));
        assert!(problem(Cmp::u8(Layer(16), 0)).contains("16 does not fit into 4 bits"));
        assert!(problem(Text::find("much-too-long-name", b"x")).contains("1 to 15 bytes"));
        let parts = (0..7).fold(Ipset::of(1), |set, _| set.source());
        assert!(problem(parts).contains("more than 6 parts"));
        assert!(problem(Meta::of(MetaId(0x800))).contains("do not fit"));
    }

    #[test]
    fn kinds_have_the_bytes_of_the_kernel() {
        let data = |condition: Condition| match condition {
            Condition::Ematch(ematch) => ematch.view().data().unwrap().as_bytes().to_vec(),
            other => panic!("{other}"),
        };
        if cfg!(target_endian = "little") {
            let greater = Cmp::u16(Layer::TRANSPORT, 2).mask(0xff00).greater_than(1024);
            assert_eq!(data(greater.into()), [0, 4, 0, 0, 0, 0xff, 0, 0, 2, 0, 0x02, 0x12]);
            assert_eq!(data(Nbyte::at(Layer::TRANSPORT, 8, b"abc").into()), *b"\x08\0\x03\x20abc");
            let meta = Meta::of(MetaId::NFMARK).mask(0xff).shift(4).less_than(5);
            let bytes = [
                8, 0, 2, 0, 0xff, 0, 0, 0, 12, 0, 1, 0, 12, 0x10, 4, 2, 0, 0x10, 0, 0, 8, 0, 3, 0, 5, 0, 0, 0,
            ];
            assert_eq!(data(meta.into()), bytes);
        }
        assert_eq!(
            data(U32::word(0xc000_0207, 0xffff_ff00, 12).into())[..8],
            [255, 255, 255, 0, 192, 0, 2, 0]
        );
        let canid = Canid::build().standard(0x123, 0x7ff).extended(5, 0x1fff_ffff);
        let ids: Vec<_> = canid.view().rules().unwrap().map(|rule| rule.id).collect();
        assert_eq!(ids, [0x8000_0005, 0x123]);
        let text = Text::find("kmp", b"needle").from(Layer::NETWORK, 1).to(Layer::TRANSPORT, 100);
        assert_eq!((text.view().algorithm(), text.view().pattern()), (Some("kmp"), Some(&b"needle"[..])));
        assert_eq!((text.view().layers().from, text.view().layers().to), (Layer::NETWORK, Layer::TRANSPORT));
        assert_eq!(Ipt::of("policy", 0, &[1]).view().match_name(), Some("policy"));
    }

    #[test]
    fn metadata_is_compared_with_numbers_names_and_metadata() {
        let meta = Meta::of(MetaId::PRIORITY).mask(0xff).equals(5);
        assert_eq!((meta.view().number(), meta.view().number_mask()), (Some(5), Some(0xff)));
        assert_eq!(meta.view().left().operand, Operand::EQ);
        let long = meta.right_value(&7_u64.to_ne_bytes()[..]);
        assert_eq!(long.view().number(), Some(7));
        let name = Meta::of(MetaId::DEV).equals_name("eth0");
        assert_eq!((name.view().number(), name.view().number_mask()), (None, None));
        assert_eq!((name.view().left_value(), name.view().right_value()), (None, Some(&b"eth0"[..])));
        let both = Meta::of(MetaId::NFMARK).equals_meta(MetaId::TCINDEX);
        let side = MetaSide { id: MetaId::TCINDEX, value_type: MetaType::INT, ..MetaSide::default() };
        assert_eq!((both.view().right(), both.view().number()), (side, None));
    }
}
