//! Bytes seen as a message, and packets, which own their bytes.

use crate::attribute::Attributes;
use crate::buffer::{Buffer, PooledBuffer};
use crate::codec::{Codec, Put};
use crate::error::DecodeError;
use crate::header::{HEADER_LEN, Header};
use crate::table::data::{Inside, Plain, Row, Schema, Scope, Table, suspects};
use crate::table::read::Malformed;
use bytes::Bytes;
use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

/// Bytes seen as a message, a nest or a struct, as `str` is bytes seen as text.
///
/// [`netlink!`](crate::netlink) implements it; the methods that a view has are inherent ones of its type. No method of
/// a view panics, whatever the bytes: missing attributes read as absent, missing fields of a fixed header as zero.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a view nor another codec",
    label = "nothing says how bytes read as this",
    note = "a borrowed value's codec follows `as`: `&str as str`, `&Name as Name`, `Items<'_, u32> as Repeated<u32>`",
    note = "a type of your own becomes a codec by `netlink!`, `values!`, `flags!` or `impl Codec`"
)]
pub trait View: fmt::Debug + 'static {
    /// Length of the fixed header before the attributes; of a struct, the length that this library knows.
    const HEADER: usize;

    /// Whether attributes follow the header. If not, this is a struct, which may be shorter or longer than
    /// [`HEADER`](Self::HEADER): a missing tail reads as zero, an additional one is kept as bytes.
    const ATTRIBUTES: bool;

    /// Where the attributes begin: after the header and its padding. In a struct, where its tail begins.
    const START: usize = if Self::ATTRIBUTES { crate::align(Self::HEADER) } else { Self::HEADER };

    /// The known attributes.
    const ROWS: &'static [Row] = &[];

    /// The attributes that the kernel may ignore in a request, in whole or in part: the bits of their numbers modulo
    /// 64.
    const SUSPECTS: u64 = suspects(Self::ROWS);

    /// The rows that printing, error paths and the schema read.
    fn table() -> &'static Table;

    /// Casts bytes to the view, unchecked.
    fn cast(bytes: &[u8]) -> &Self;

    /// All the bytes.
    fn as_bytes(&self) -> &[u8];

    /// Casts bytes to the view.
    ///
    /// # Errors
    /// There are fewer bytes than the fixed header has (for messages and nests; a struct may be shorter).
    #[inline]
    fn read(bytes: &[u8]) -> Result<&Self, DecodeError> {
        if Self::ATTRIBUTES && bytes.len() < Self::HEADER {
            return Err(DecodeError { set: Self::table().name, wanted: Self::HEADER, found: bytes.len() });
        }
        Ok(Self::cast(bytes))
    }

    /// The attributes after the fixed header.
    #[inline]
    fn attributes_of(&self) -> Attributes<'_, Self> {
        Attributes::behind(Self::START, self.as_bytes())
    }

    /// The attributes that can't be read, here and in nests.
    fn malformed_in(&self) -> Vec<Malformed> {
        Scope::of(self).malformed()
    }
}

impl<'a> Scope<'a> {
    /// The outermost set: a whole message.
    pub fn of<V: View + ?Sized>(view: &'a V) -> Self {
        Scope::new(V::table(), view.as_bytes())
    }
}

/// A nest or a struct as the value of an attribute.
impl<V: View + ?Sized> Codec for V {
    type Value<'a> = &'a V;
    const SCHEMA: Schema = Schema { set: Some(V::table), ..Schema::new("nest") };

    #[inline]
    fn decode(payload: &[u8]) -> Option<&V> {
        V::read(payload).ok()
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Set(V::table())
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::Set(V::table(), payload.into())
    }
}

impl<V: View + ?Sized> Put<V> for &V {
    fn put(self, out: &mut Buffer) {
        out.push(self.as_bytes());
    }
}

/// What was received, as it is.
impl<V: View + ?Sized> Put<V> for &Packet<V> {
    fn put(self, out: &mut Buffer) {
        Put::<V>::put(&**self, out);
    }
}

impl Buffer {
    /// Makes a buffer that holds a copy of a view, ready to be changed.
    ///
    /// A short header is filled with zeros; trailing bytes that are not attributes are left out.
    pub fn from_view<V: View + ?Sized>(view: &V) -> PooledBuffer {
        Buffer::copy_of(view.as_bytes(), V::START, V::ATTRIBUTES)
    }

    /// Makes a buffer from what a value writes, ready to be changed.
    pub(crate) fn from_value<V: View + ?Sized>(value: impl Put<V>) -> PooledBuffer {
        let mut buffer = PooledBuffer::new(0);
        value.put(&mut buffer);
        buffer.note_attributes(V::START);
        buffer
    }

    /// Moves the attributes with the wanted numbers to the end of another message, with the devices that they leave
    /// unresolved. `V` is the message's view, whose fixed header precedes the attributes.
    pub fn move_attributes<V: View + ?Sized>(&mut self, to: &mut Buffer, wanted: impl Fn(u16) -> bool) {
        self.move_from(V::START, to, wanted);
    }
}

/// A builder of a view.
pub trait Build: Sized {
    /// The view that it builds.
    type View: View + ?Sized;

    /// The bytes so far.
    fn buffer(&self) -> &Buffer;

    /// The bytes, to be sent.
    fn into_buffer(self) -> PooledBuffer;

    /// A builder that continues a message.
    fn from_buffer(buffer: PooledBuffer) -> Self;

    /// A builder that starts from a view's bytes.
    fn from_view(view: &Self::View) -> Self;
}

/// A message that owns its bytes: a slice of the datagram in which it was received, shared and not copied.
///
/// Packets are compared and hashed by the bytes of their views, without the message headers.
///
/// It derefs to the view, can be sent to other threads, and keeps its datagram's memory alive (up to 64 KiB):
/// to keep one for long, [`copy_out`](Self::copy_out).
pub struct Packet<M: ?Sized> {
    bytes: Bytes,
    view: PhantomData<fn() -> Box<M>>,
}

impl<M: View + ?Sized> Packet<M> {
    /// A packet from the bytes of a message with its header.
    ///
    /// # Errors
    /// The message is shorter than its two headers.
    #[inline]
    pub fn new(message: Bytes) -> Result<Self, DecodeError> {
        M::read(message.get(HEADER_LEN..).unwrap_or_default())?;
        Ok(Packet { bytes: message, view: PhantomData })
    }

    /// The message's own header.
    pub fn header(&self) -> Header {
        Header::read(&self.bytes).unwrap_or_default()
    }

    /// The whole message with its header.
    pub fn message(&self) -> &Bytes {
        &self.bytes
    }

    /// The same message in memory of its own, so that it keeps no datagram alive.
    pub fn copy_out(&self) -> Self {
        Packet { bytes: Bytes::copy_from_slice(&self.bytes), view: PhantomData }
    }
}

impl<M: View + ?Sized> Deref for Packet<M> {
    type Target = M;

    #[inline]
    fn deref(&self) -> &M {
        M::cast(self.bytes.get(HEADER_LEN..).unwrap_or_default())
    }
}

impl<M: View + ?Sized> AsRef<M> for Packet<M> {
    fn as_ref(&self) -> &M {
        self
    }
}

/// By the bytes of the views, so that maps and sets of packets can be searched by view.
impl<M: View + Eq + Hash + ?Sized> Borrow<M> for Packet<M> {
    fn borrow(&self) -> &M {
        self
    }
}

/// Like the views: by the contents of the messages, not by their headers, which have a sequence number and a port.
impl<M: View + PartialEq + ?Sized> PartialEq for Packet<M> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<M: View + Eq + ?Sized> Eq for Packet<M> {}

impl<M: View + PartialEq + ?Sized> PartialEq<M> for Packet<M> {
    fn eq(&self, other: &M) -> bool {
        **self == *other
    }
}

impl<M: View + PartialEq + ?Sized> PartialEq<&M> for Packet<M> {
    fn eq(&self, other: &&M) -> bool {
        **self == **other
    }
}

impl<M: View + Hash + ?Sized> Hash for Packet<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<M: ?Sized> Clone for Packet<M> {
    fn clone(&self) -> Self {
        Packet { bytes: self.bytes.clone(), view: PhantomData }
    }
}

/// As the view does, with the feature `serde`.
#[cfg(feature = "serde")]
impl<M: View + ?Sized> serde::Serialize for Packet<M> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Scope::of(&**self).serialize(serializer)
    }
}

impl<M: View + ?Sized> fmt::Debug for Packet<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
