//! Lists that go on in further attributes of the same number where one attribute is full.

use super::{Array, Codec, Context, Items, Put};
use crate::attribute::{Attr, NLA_F_NESTED, RawAttributes};
use crate::buffer::{Buffer, PooledBuffer};
use crate::header::{HEADER_LEN, align};
use crate::table::data::{Inside, Schema, Scope};
use crate::view::View;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::ops::Range;

/// Bytes of the longest list in one attribute. Its length has 16 bits, and so has that of a nest around it, in which it is not alone.
const LONGEST: usize = 64_000;

/// The items of a [`Spread`] list, an iterator: those that are well-formed.
pub struct SpreadItems<'a, C: ?Sized> {
    items: Items<'a, C>,
    /// The attributes behind the one whose items are read, and the number of those that count.
    after: RawAttributes<'a>,
    number: u16,
}

impl<C: ?Sized> Clone for SpreadItems<'_, C> {
    fn clone(&self) -> Self {
        SpreadItems { items: self.items.clone(), after: self.after, number: self.number }
    }
}

impl<'a, C: Codec + ?Sized> Iterator for SpreadItems<'a, C> {
    type Item = C::Value<'a>;

    fn next(&mut self) -> Option<C::Value<'a>> {
        loop {
            if let Some(item) = self.items.next() {
                return Some(item);
            }
            let number = self.number;
            let next = self.after.find(|attribute| attribute.number() == number)?;
            self.items = Array::<C>::decode(next.payload)?;
        }
    }
}

impl<C: Codec + ?Sized> FusedIterator for SpreadItems<'_, C> {}

impl<C: Codec + ?Sized> fmt::Debug for SpreadItems<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Codec of a nest of attributes that are all of one type, as [`Array`] is, which may be longer than an attribute can be:
/// `peers: SpreadItems<'_, Peer> as Spread<Peer>`.
///
/// Setting takes anything that can be iterated over, and marks each item as a nest. What does not fit into an attribute goes on in
/// another one of the same number. The kernel reads one of them, so such a message is sent in parts: [`parts`].
#[derive(Debug)]
pub struct Spread<C: ?Sized>(PhantomData<fn(&C)>);

impl<C: Codec + ?Sized> Codec for Spread<C> {
    type Value<'a> = SpreadItems<'a, C>;
    const SCHEMA: Schema = Array::<C>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<SpreadItems<'_, C>> {
        Some(SpreadItems { items: Array::<C>::decode(payload)?, after: RawAttributes::default(), number: 0 })
    }

    fn decode_among<'a>(payload: &'a [u8], around: Context<'a>) -> Option<SpreadItems<'a, C>> {
        Some(SpreadItems { items: Array::<C>::decode(payload)?, after: around.after, number: around.number })
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        Array::<C>::inside(scope)
    }
}

impl<C: ?Sized, I> Put<Spread<C>> for I
where
    I: IntoIterator,
    I::Item: Put<C>,
{
    fn put(self, out: &mut Buffer) {
        self.into_iter().for_each(|item| item.put_as(ITEM, out));
    }

    fn put_as(self, (number, _): (u16, &'static str), out: &mut Buffer) {
        let start = out.open(number);
        out.close(start, "");
        let mut list = Some(start);
        for item in self {
            push_item(out, number, &mut list, item);
        }
    }
}

/// The number of an item, which means nothing, and the name for errors.
const ITEM: (u16, &str) = (NLA_F_NESTED, "item");

/// Appends an item to the list that the message ends with, at `list`, or to a new one where there is none or it is full.
fn push_item<C: ?Sized>(out: &mut Buffer, number: u16, list: &mut Option<usize>, item: impl Put<C>) {
    let mut items = PooledBuffer::new(0);
    item.put_as(ITEM, &mut items);
    for item in RawAttributes::new(items.body()) {
        let has_room = |start: &usize| out.length() - start + align(item.length()) <= LONGEST;
        let start = list.filter(has_room).unwrap_or_else(|| out.open(number));
        *list = Some(start);
        out.push_attribute(&item);
        out.close(start, "");
    }
    out.take_extra(&items);
}

/// Appends an item to a list of the message that a buffer builds: for a setter that adds one.
pub fn append<S: View + ?Sized, C: ?Sized>(out: &mut Buffer, key: Attr<S, Spread<C>>, item: impl Put<C>) {
    let mut list = last(out, S::START).filter(|(_, number)| *number == key.number()).map(|(start, _)| start);
    push_item(out, key.number_and_flags(), &mut list, item);
    out.note_attributes(S::START);
}

/// Where the last attribute begins, and its number.
fn last(message: &Buffer, first: usize) -> Option<(usize, u16)> {
    placed(message, first).last().map(|(range, number)| (range.start, number))
}

/// The attributes: where they are, counted from the start of the message with its header, and their numbers.
fn placed(message: &Buffer, first: usize) -> impl Iterator<Item = (Range<usize>, u16)> {
    let mut attributes = RawAttributes::new(message.body().get(first..).unwrap_or_default());
    std::iter::from_fn(move || {
        let start = message.length() - attributes.rest().len();
        let attribute = attributes.next()?;
        Some((start..message.length() - attributes.rest().len(), attribute.number()))
    })
}

/// The messages in which a message is sent whose [`Spread`] list takes several attributes: the first with all else that is in
/// it, and one for each further part of the list, with the attributes `key`, which say what it is about.
pub fn parts<S: View + ?Sized>(message: PooledBuffer, list: u16, key: &[u16]) -> Vec<PooledBuffer> {
    let lists = placed(&message, S::START).filter(|(_, number)| *number == list).count();
    if lists < 2 {
        return vec![message];
    }
    let header = HEADER_LEN..HEADER_LEN + S::START;
    let part = |wanted: &dyn Fn(&Range<usize>, u16) -> bool| {
        let mut part = PooledBuffer::new(0);
        part.push_part(&message, header.clone());
        for (range, number) in placed(&message, S::START) {
            if wanted(&range, number) {
                part.push_part(&message, range);
            }
        }
        part.note_attributes(S::START);
        part
    };
    let ranges = placed(&message, S::START).filter(|(_, number)| *number == list).map(|(range, _)| range);
    ranges
        .enumerate()
        .map(|(index, at)| {
            part(&|range, number| match (index, number == list) {
                (_, true) => *range == at,
                (0, false) => true,
                (_, false) => key.contains(&number),
            })
        })
        .collect()
}
