//! Lists: repeated attributes, attributes in a nest, and values without headers.

use super::{Codec, Context, Fixed, Put};
use crate::attribute::{NLA_TYPE_MASK, RawAttributes, RawRecords};
use crate::buffer::Buffer;
use crate::error::BuildError;
use crate::table::data::{Inside, Plain, Schema, Scope, Table, Type};
use crate::view::View;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;

/// The items of a list of attributes, an iterator: those that are well-formed.
pub struct Items<'a, C: ?Sized> {
    first: Option<&'a [u8]>,
    rest: RawAttributes<'a>,
    /// The number of the items; `None` accepts any.
    number: Option<u16>,
    codec: PhantomData<fn(&C)>,
}

impl<'a, C: Codec + ?Sized> Items<'a, C> {
    /// The items of an [`Array`] with their numbers.
    pub fn numbered(self) -> impl Iterator<Item = (u16, C::Value<'a>)> {
        self.rest.filter_map(|item| Some((item.number(), C::decode(item.payload)?)))
    }
}

impl<C: ?Sized> Clone for Items<'_, C> {
    fn clone(&self) -> Self {
        Items { first: self.first, rest: self.rest, number: self.number, codec: PhantomData }
    }
}

impl<'a, C: Codec + ?Sized> Iterator for Items<'a, C> {
    type Item = C::Value<'a>;

    fn next(&mut self) -> Option<C::Value<'a>> {
        if let Some(value) = self.first.take().and_then(C::decode) {
            return Some(value);
        }
        let number = self.number;
        let counts = |found| number.is_none_or(|number| number == found);
        self.rest.find_map(|item| counts(item.number()).then(|| C::decode(item.payload)).flatten())
    }
}

impl<C: Codec + ?Sized> FusedIterator for Items<'_, C> {}

impl<C: Codec + ?Sized> fmt::Debug for Items<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Codec of an attribute that may occur several times in its set (`multi-attr`):
/// `alt_names: Items<Name> as Repeated<Name>`.
///
/// Setting takes anything that can be iterated over, and writes an attribute for each item.
#[derive(Debug)]
pub struct Repeated<C: ?Sized>(PhantomData<fn(&C)>);

impl<C: Codec + ?Sized> Codec for Repeated<C> {
    type Value<'a> = Items<'a, C>;
    const SCHEMA: Schema = Schema { multi: true, ..C::SCHEMA };

    fn decode(payload: &[u8]) -> Option<Items<'_, C>> {
        Some(Items {
            first: Some(payload),
            rest: RawAttributes::default(),
            number: Some(0),
            codec: PhantomData,
        })
    }

    fn decode_among<'a>(payload: &'a [u8], context: Context<'a>) -> Option<Items<'a, C>> {
        Some(Items {
            first: Some(payload),
            rest: context.after,
            number: Some(context.number),
            codec: PhantomData,
        })
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        C::inside(scope)
    }

    fn check(payload: &[u8]) -> bool {
        C::check(payload)
    }

    fn accepts(payload: &[u8], scope: &Scope<'_>) -> bool {
        C::accepts(payload, scope)
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        C::show(payload, scope, f)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        C::plain(payload, scope)
    }
}

impl<C: ?Sized, I> Put<Repeated<C>> for I
where
    I: IntoIterator,
    I::Item: Put<C>,
{
    fn put(self, out: &mut Buffer) {
        self.into_iter().for_each(|item| item.put(out));
    }

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        self.into_iter().for_each(|item| item.put_as(key, out));
    }
}

/// The values in a [`Joined`] attribute and those behind it, an iterator.
pub struct Parts<'a, V: ?Sized> {
    nest: RawAttributes<'a>,
    rest: RawAttributes<'a>,
    number: u16,
    view: PhantomData<fn() -> Box<V>>,
}

impl<V: ?Sized> Clone for Parts<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: ?Sized> Copy for Parts<'_, V> {}

impl<'a, V: View + ?Sized> Iterator for Parts<'a, V> {
    type Item = &'a V;

    fn next(&mut self) -> Option<&'a V> {
        loop {
            while let Some(part) = next_part(&mut self.nest, V::table()) {
                if let Ok(part) = V::read(part) {
                    return Some(part);
                }
            }
            let number = self.number;
            self.nest = RawAttributes::new(self.rest.find(|other| other.number() == number)?.payload);
        }
    }
}

impl<V: View + ?Sized> FusedIterator for Parts<'_, V> {}

impl<V: View + ?Sized> fmt::Debug for Parts<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// The attributes up to the one with which the next value begins: the number of the first that the table knows comes again.
pub(crate) fn next_part<'a>(nest: &mut RawAttributes<'a>, table: &Table) -> Option<&'a [u8]> {
    let bytes = nest.rest();
    let mut first = None;
    loop {
        let end = bytes.len() - nest.rest().len();
        let mut after = *nest;
        let Some(number) = after.next().map(|next| next.number()) else {
            // What is no attribute stays with the last value.
            *nest = RawAttributes::default();
            return (!bytes.is_empty()).then_some(bytes);
        };
        if first == Some(number) {
            return bytes.get(..end);
        }
        if first.is_none() && table.rows.iter().any(|row| row.number == number) {
            first = Some(number);
        }
        *nest = after;
    }
}

/// Codec of a nest that may occur several times in its set, as [`Repeated`], and of which the kernel makes one where it lists
/// several: `options: Parts<'_, Option> as Joined<Option>`. A value ends where the first attribute of it that its table knows comes again.
///
/// Setting takes anything that can be iterated over, and writes an attribute for each item: of several values in one, kernels
/// take the last. So does a request that is made from what was listed.
#[derive(Debug)]
pub struct Joined<V: ?Sized>(PhantomData<fn() -> Box<V>>);

impl<V: View + ?Sized> Codec for Joined<V> {
    type Value<'a> = Parts<'a, V>;
    const SCHEMA: Schema = Schema { multi: true, joined: true, ..V::SCHEMA };

    fn decode(payload: &[u8]) -> Option<Parts<'_, V>> {
        let (nest, rest) = (RawAttributes::new(payload), RawAttributes::default());
        Some(Parts { nest, rest, number: 0, view: PhantomData })
    }

    fn decode_among<'a>(payload: &'a [u8], context: Context<'a>) -> Option<Parts<'a, V>> {
        Some(Parts { rest: context.after, number: context.number, ..Self::decode(payload)? })
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Set(V::table())
    }
}

impl<V, I> Put<Joined<V>> for I
where
    V: ?Sized,
    I: IntoIterator,
    I::Item: Put<V>,
{
    fn put(self, out: &mut Buffer) {
        self.into_iter().for_each(|item| item.put(out));
    }

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        self.into_iter().for_each(|item| item.put_as(key, out));
    }
}

/// The values of a [`Joined`] attribute, each as if it had one to itself; of another attribute, it alone.
pub(crate) fn parts<'a>(schema: &Schema, payload: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    let mut nest = RawAttributes::new(payload);
    let table = schema.set.filter(|_| schema.joined && !payload.is_empty());
    let mut whole = Some(payload).filter(|_| table.is_none());
    std::iter::from_fn(move || match table {
        Some(table) => next_part(&mut nest, table()),
        None => whole.take(),
    })
}

/// Codec of a nest of attributes that are all of one type, whatever their numbers (`indexed-array`):
/// `targets: Items<Ipv4Addr> as Array<Ipv4Addr>`.
///
/// Setting takes anything that can be iterated over, and numbers the items from `FIRST` on.
///
/// If the kernel requires the flag [`NLA_F_NESTED`](crate::NLA_F_NESTED) on each item, `FIRST` includes it:
///
/// ```
/// use netlink_packet::{Array, Items, NLA_F_NESTED, netlink};
///
/// netlink! {
///     /// A lamp.
///     pub struct Lamp / LampBuf
///     attributes {
///         /// Its bulbs, each a nest that is marked as one.
///         LAMP_BULBS = 1 | NLA_F_NESTED => bulbs: Items<'_, Bulb> as Array<Bulb, { 1 | NLA_F_NESTED }>,
///     }
/// }
///
/// netlink! {
///     /// A bulb.
///     pub struct Bulb / BulbBuf
///     attributes {
///         /// Its power, in watts.
///         BULB_POWER = 1 => power: u32,
///     }
/// }
///
/// let lamp = Lamp::build().bulbs([Bulb::build().power(40), Bulb::build().power(60)]);
/// let bulbs = lamp.attributes().raw().payload_of(1).unwrap();
/// let numbers: Vec<_> = netlink_packet::RawAttributes::new(bulbs).map(|item| item.number_and_flags).collect();
/// assert_eq!(numbers, [1 | NLA_F_NESTED, 2 | NLA_F_NESTED]);
/// assert_eq!(lamp.view().bulbs().unwrap().filter_map(Bulb::power).collect::<Vec<_>>(), [40, 60]);
/// ```
#[derive(Debug)]
pub struct Array<C: ?Sized, const FIRST: u16 = 1>(PhantomData<fn(&C)>);

impl<C: Codec + ?Sized, const FIRST: u16> Codec for Array<C, FIRST> {
    type Value<'a> = Items<'a, C>;
    const SCHEMA: Schema = Schema { element: Some(&C::SCHEMA), ..Schema::new("indexed-array") };

    fn decode(payload: &[u8]) -> Option<Items<'_, C>> {
        Some(Items { first: None, rest: RawAttributes::new(payload), number: None, codec: PhantomData })
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Items(const { &Type::of::<C>() })
    }
}

impl<C: ?Sized, I, const FIRST: u16> Put<Array<C, FIRST>> for I
where
    I: IntoIterator,
    I::Item: Put<C>,
{
    fn put(self, out: &mut Buffer) {
        let last = FIRST | NLA_TYPE_MASK;
        let mut numbers = FIRST..=last;
        for item in self {
            match numbers.next() {
                Some(number) => item.put_as((number, "item"), out),
                None => {
                    return out.refuse(BuildError::Invalid(format!(
                        "more items than numbers up to {NLA_TYPE_MASK}"
                    )));
                }
            }
        }
    }
}

/// The entries of a [`Numbered`] nest, an iterator over numbers and values: those that are well-formed.
pub struct Entries<'a, C: ?Sized> {
    rest: RawAttributes<'a>,
    codec: PhantomData<fn(&C)>,
}

impl<'a, C: Codec + ?Sized> Entries<'a, C> {
    /// The value under this number.
    pub fn get(self, number: u16) -> Option<C::Value<'a>> {
        self.rest.payload_of(number).and_then(C::decode)
    }
}

impl<C: ?Sized> Clone for Entries<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: ?Sized> Copy for Entries<'_, C> {}

impl<'a, C: Codec + ?Sized> Iterator for Entries<'a, C> {
    type Item = (u16, C::Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.find_map(|entry| Some((entry.number(), C::decode(entry.payload)?)))
    }
}

impl<C: Codec + ?Sized> FusedIterator for Entries<'_, C> {}

impl<C: Codec + ?Sized> fmt::Debug for Entries<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(*self).finish()
    }
}

/// Codec of a nest of attributes that are all of one type and whose numbers are keys, such as an index or a command
/// (`nest-type-value`): `by_command: Entries<'_, Limits> as Numbered<Limits>`.
///
/// If a value has two keys, such as a policy's and an attribute's, nest one in the other: `Numbered<Numbered<Policy>>`.
/// Setting takes anything that can be iterated over as pairs.
#[derive(Debug)]
pub struct Numbered<C: ?Sized>(PhantomData<fn(&C)>);

impl<C: Codec + ?Sized> Codec for Numbered<C> {
    type Value<'a> = Entries<'a, C>;
    const SCHEMA: Schema =
        Schema { element: Some(&C::SCHEMA), set: C::SCHEMA.set, ..Schema::new("nest-type-value") };

    fn decode(payload: &[u8]) -> Option<Entries<'_, C>> {
        Some(Entries { rest: RawAttributes::new(payload), codec: PhantomData })
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Entries(const { &Type::of::<C>() })
    }
}

impl<C: ?Sized, I, V> Put<Numbered<C>> for I
where
    I: IntoIterator<Item = (u16, V)>,
    V: Put<C>,
{
    fn put(self, out: &mut Buffer) {
        for (number, value) in self {
            value.put_as((number, "entry"), out);
        }
    }
}

/// Values of one fixed length, one after another without headers: the iterator that [`Packed`] reads as.
///
/// An incomplete value at the end is left out.
pub struct Chunks<'a, C> {
    bytes: &'a [u8],
    codec: PhantomData<fn() -> C>,
}

impl<C: Fixed> Chunks<'_, C> {
    /// The value at this index, counted from 0.
    pub fn at(&self, index: usize) -> Option<C::Owned> {
        let start = index.checked_mul(C::SIZE)?;
        self.bytes.get(start..start.checked_add(C::SIZE)?).map(C::read)
    }
}

impl<C> Clone for Chunks<'_, C> {
    fn clone(&self) -> Self {
        Chunks { bytes: self.bytes, codec: PhantomData }
    }
}

impl<C: Fixed> Iterator for Chunks<'_, C> {
    type Item = C::Owned;

    fn next(&mut self) -> Option<C::Owned> {
        let value = self.bytes.get(..C::SIZE).map(C::read)?;
        self.bytes = self.bytes.get(C::SIZE..).unwrap_or_default();
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.bytes.len().checked_div(C::SIZE).unwrap_or_default();
        (left, Some(left))
    }
}

impl<C: Fixed> ExactSizeIterator for Chunks<'_, C> {}

impl<C: Fixed> FusedIterator for Chunks<'_, C> {}

impl<C: Fixed> fmt::Debug for Chunks<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Codec of values of one fixed length without any header: `conf: Chunks<u32> as Packed<u32>`.
///
/// Setting takes anything that can be iterated over.
#[derive(Debug)]
pub struct Packed<C>(PhantomData<fn() -> C>);

impl<C: Fixed> Codec for Packed<C> {
    type Value<'a> = Chunks<'a, C>;
    const SCHEMA: Schema = Schema { element: Some(&C::SCHEMA), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<Chunks<'_, C>> {
        Some(Chunks { bytes: payload, codec: PhantomData })
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        match C::SIZE {
            0 => Plain::hex(payload),
            size => payload.chunks_exact(size).map(|value| C::plain(value, scope)).collect(),
        }
    }
}

impl<C, I> Put<Packed<C>> for I
where
    I: IntoIterator,
    I::Item: Put<C>,
{
    fn put(self, out: &mut Buffer) {
        self.into_iter().for_each(|item| item.put(out));
    }
}

/// Structs that begin with their own length, one after another: the iterator that [`Recorded`] reads as. It ends at the
/// first invalid length.
pub struct Records<'a, V: ?Sized> {
    raw: RawRecords<'a>,
    view: PhantomData<fn() -> Box<V>>,
}

impl<V: ?Sized> Clone for Records<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: ?Sized> Copy for Records<'_, V> {}

impl<'a, V: View + ?Sized> Iterator for Records<'a, V> {
    type Item = &'a V;

    #[inline]
    fn next(&mut self) -> Option<&'a V> {
        self.raw.next().map(|(_, record)| V::cast(record))
    }
}

impl<V: View + ?Sized> FusedIterator for Records<'_, V> {}

impl<V: View + ?Sized> fmt::Debug for Records<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// Codec of structs that begin with their own length (a `u16`) and contain attributes, one after another without any
/// other header: `next_hops: Records<'_, NextHop> as Recorded<NextHop>`.
///
/// Setting takes anything that can be iterated over, and fills the lengths in.
#[derive(Debug)]
pub struct Recorded<V: ?Sized>(PhantomData<fn() -> Box<V>>);

impl<V: View + ?Sized> Codec for Recorded<V> {
    type Value<'a> = Records<'a, V>;
    const SCHEMA: Schema = Schema { set: Some(V::table), ..Schema::new("binary") };

    #[inline]
    fn decode(payload: &[u8]) -> Option<Records<'_, V>> {
        Some(Records { raw: RawRecords::new(payload, V::HEADER), view: PhantomData })
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Records(V::table())
    }
}

impl<V, I> Put<Recorded<V>> for I
where
    V: View + ?Sized,
    I: IntoIterator,
    I::Item: Put<V>,
{
    fn put(self, out: &mut Buffer) {
        for record in self {
            let start = out.length();
            record.put(out);
            out.close(start, V::table().name);
        }
    }
}
