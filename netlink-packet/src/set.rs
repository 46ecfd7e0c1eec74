//! What the tables' getters and setters do, as functions, and the set that has no table.

use crate::attribute::{Attr, Attributes, RawAttributes};
use crate::buffer::Buffer;
use crate::codec::{Codec, Fixed, Put};
use crate::view::View;

crate::netlink! {
    /// Attributes of a set that nobody described: keys of your own read and write it.
    pub struct Nest / NestBuf
    attributes {}
}

/// A field of a fixed header; its default where the bytes end before it.
#[inline]
pub fn field<C: Fixed<Owned = T>, T: Default>(bytes: &[u8], at: usize) -> T {
    bytes.get(at..at + C::SIZE).map(C::read).unwrap_or_default()
}

/// The first attribute with this number; `None` where there is none, and where its payload is not what the
/// codec takes, of which a warning tells by the name.
#[inline]
pub fn get<'a, C, T>(attributes: RawAttributes<'a>, kind: u16, name: &'static str) -> Option<T>
where
    C: Codec<Value<'a> = T> + ?Sized,
{
    Attributes::<()>::from(attributes).get(Attr::<(), C>::new(kind, name))
}

/// Sets an attribute of the message that `buffer` builds, in place of what was set under the key before.
#[inline]
pub fn set<S: View + ?Sized, C: ?Sized>(buffer: &mut Buffer, key: Attr<S, C>, value: impl Put<C>) {
    buffer.set(S::START, key.kind(), |out| value.put_as((key.kind_and_flags(), key.name()), out));
}

/// Sets a field of the fixed header, at its offset.
#[inline]
pub fn set_field<C: Fixed>(buffer: &mut Buffer, at: usize, value: impl Put<C>) {
    buffer.set_field(at, C::SIZE, |out| value.put(out));
}
