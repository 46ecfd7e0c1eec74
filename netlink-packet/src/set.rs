//! The functions behind the tables' getters and setters, and the set without a table.

use crate::attribute::{ATTRIBUTE_HEADER_LEN, Attr, Attributes, RawAttributes};
use crate::buffer::{Buffer, PooledBuffer};
use crate::codec::{Codec, Context, Fixed, Put};
use crate::header::HEADER_LEN;
use crate::view::{Build, View};

crate::netlink! {
    /// Nested attributes without a table here; read and write them with keys of your own.
    pub struct Nest / NestBuf
    attributes {}
}

/// A field of a fixed header; its default if the bytes end before it.
#[inline]
pub fn field<C: Fixed<Owned = T>, T: Default>(bytes: &[u8], at: usize) -> T {
    bytes.get(at..at + C::SIZE).map(C::read).unwrap_or_default()
}

/// The first attribute with this number; `None` if there is none, or if the codec can't read its payload, which logs a
/// warning with the name.
#[inline]
pub fn get<'a, C, T, S>(attributes: Attributes<'a, S>, number: u16, name: &'static str) -> Option<T>
where
    C: Codec<Value<'a> = T> + ?Sized,
    S: View + ?Sized,
{
    attributes.get(Attr::<S, C>::new(number, name))
}

/// Sets an attribute of the message that `buffer` builds, replacing what was set under the key before.
#[inline(always)]
pub fn set<S: View + ?Sized, C: ?Sized>(buffer: &mut Buffer, key: Attr<S, C>, value: impl Put<C>) {
    buffer.set(S::START, key.number(), |out| value.put_as((key.number_and_flags(), key.name()), out));
}

/// The builder of a nest that the message already has, to be continued; an empty one if it has none.
///
/// ```
/// use netlink_packet::{Attr, Build, Nest, NestBuf, nested};
///
/// const INNER: Attr<Nest, Nest> = Attr::new(1, "INNER");
/// const SIZE: Attr<Nest, u32> = Attr::new(1, "SIZE");
/// const SPEED: Attr<Nest, u32> = Attr::new(2, "SPEED");
/// let message = Nest::build().with(INNER, Nest::build().with(SIZE, 9));
/// let inner: NestBuf = nested(message.buffer(), INNER);
/// assert_eq!(inner.with(SPEED, 5).attributes().pick((SIZE, SPEED)), (Some(9), Some(5)));
/// ```
pub fn nested<S: View + ?Sized, C: ?Sized, B: Build>(buffer: &Buffer, key: Attr<S, C>) -> B {
    let mut attributes = RawAttributes::new(buffer.body().get(S::START..).unwrap_or_default());
    let payload = loop {
        let start = buffer.length() - attributes.rest().len() + ATTRIBUTE_HEADER_LEN;
        match attributes.next() {
            Some(attribute) if attribute.number() == key.number() => {
                break start..start + attribute.payload.len();
            }
            Some(_) => (),
            None => return B::from_buffer(PooledBuffer::new(<B::View as View>::START)),
        }
    };
    B::from_buffer(buffer.copy_part(payload, <B::View as View>::START, <B::View as View>::ATTRIBUTES))
}

/// A builder with what a value writes, to be continued.
pub fn built<B: Build>(value: impl Put<B::View>) -> B {
    B::from_buffer(Buffer::from_value(value))
}

/// A builder of a request with what a value writes, which may have been listed: without attributes that only the kernel sets.
pub fn requested<B: Build>(value: impl Put<B::View>) -> B {
    let mut buffer = Buffer::from_value(value);
    for row in B::View::ROWS.iter().filter(|row| row.marks.is_read_only()) {
        buffer.unset(B::View::START, row.number);
    }
    B::from_buffer(buffer)
}

/// Sets a field of the fixed header, at its offset.
#[inline(always)]
pub fn set_field<C: Fixed>(buffer: &mut Buffer, at: usize, value: impl Put<C>) {
    value.put_at(HEADER_LEN + at, buffer);
}

/// Notes a field of the fixed header, which was just set, as one that the kernel may ignore, unless it is 0.
#[inline(always)]
pub fn note_field<C: Fixed>(buffer: &mut Buffer, at: usize) {
    buffer.note_suspect(HEADER_LEN + at, C::SIZE);
}

/// Removes the attributes with this key from the message that `buffer` builds.
#[inline(always)]
pub fn unset<S: View + ?Sized, C: ?Sized>(buffer: &mut Buffer, key: Attr<S, C>) {
    buffer.unset(S::START, key.number());
}

/// What follows a struct's fixed fields; `None` if the codec can't read it.
#[inline]
pub fn rest<'a, C, T>(bytes: &'a [u8], at: usize) -> Option<T>
where
    C: Codec<Value<'a> = T> + ?Sized,
{
    let context = Context {
        set: bytes,
        family: bytes.first().copied().unwrap_or_default(),
        after: RawAttributes::default(),
        number: 0,
    };
    C::decode_among(bytes.get(at..)?, context)
}

/// Sets what follows a struct's fixed fields, replacing what was there before.
pub fn set_rest<S: View + ?Sized, C: ?Sized>(buffer: &mut Buffer, value: impl Put<C>) {
    buffer.set_rest(S::HEADER, |out| value.put(out));
}
