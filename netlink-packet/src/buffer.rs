//! The bytes of a message under construction.

use crate::attribute::{ATTRIBUTE_HEADER_LEN, NLA_TYPE_MASK};
use crate::bytes::u16_at;
use crate::error::BuildError;
use crate::header::{HEADER_LEN, Header, align};
use crate::view::View;
use std::fmt;
use std::ops::Range;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;

/// Bytes that a buffer holds without allocating: enough for a route or an address.
const INLINE: usize = 124;

/// A message under construction: room for its header, the fixed header of its type, and attributes.
///
/// Short messages stay inside the value itself; longer ones move to the heap. [`netlink!`](crate::netlink)
/// makes builders with named setters around it; what they can't write they [`refuse`](Self::refuse), and
/// devices that are given by name they leave [`unresolved`](Self::unresolved).
#[derive(Clone)]
pub struct Buffer {
    /// Where the next bytes go: at the end, but while a field of the fixed header is written.
    at: usize,
    /// Bytes in use of `inline`, while `heap` is empty. Those behind are zero.
    length: usize,
    inline: [u8; INLINE],
    heap: Vec<u8>,
    /// Bits of the attribute numbers modulo 64 that may be set already.
    seen: u64,
    extra: Option<Box<Extra>>,
}

/// What few messages have.
#[derive(Clone, Default)]
struct Extra {
    unresolved: Vec<Unresolved>,
    descriptors: Vec<Arc<OwnedFd>>,
    problem: Option<BuildError>,
}

/// A device that was given by name where the message holds its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// Where the index (4 bytes, host order) belongs, counted from the start of the message with its header.
    pub at: usize,
    /// The name or alternative name.
    pub name: Vec<u8>,
}

impl Unresolved {
    /// The same in bytes that begin at `to` and not at `from`.
    fn moved(&self, to: usize, from: usize) -> Self {
        Unresolved { at: self.at - from + to, name: self.name.clone() }
    }
}

impl Buffer {
    /// Room for the message's own header and a fixed header of `header` bytes, all zero.
    #[inline]
    pub fn new(header: usize) -> Self {
        let at = HEADER_LEN + header;
        let (length, heap) = if at <= INLINE { (at, Vec::new()) } else { (0, vec![0; at]) };
        Buffer { at, length, inline: [0; INLINE], heap, seen: 0, extra: None }
    }

    /// The whole message, its header first.
    #[inline]
    pub fn message(&self) -> &[u8] {
        if self.heap.is_empty() { self.inline.get(..self.length).unwrap_or_default() } else { &self.heap }
    }

    /// The message without its header.
    #[inline]
    pub fn body(&self) -> &[u8] {
        self.message().get(HEADER_LEN..).unwrap_or_default()
    }

    #[inline]
    fn message_mut(&mut self) -> &mut [u8] {
        if self.heap.is_empty() {
            self.inline.get_mut(..self.length).unwrap_or_default()
        } else {
            &mut self.heap
        }
    }

    /// Bytes of the message with its header.
    #[inline]
    pub fn length(&self) -> usize {
        if self.heap.is_empty() { self.length } else { self.heap.len() }
    }

    /// Writes the message's header; its length is filled in.
    #[inline]
    pub fn set_header(&mut self, header: Header) {
        let header = Header { length: self.length() as u32, ..header };
        if let Some(bytes) = self.message_mut().get_mut(..HEADER_LEN) {
            bytes.copy_from_slice(&header.to_bytes());
        }
    }

    /// Appends bytes.
    #[inline(always)]
    pub fn push(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        match self.inline.get_mut(self.at..end) {
            Some(room) if self.heap.is_empty() => {
                room.copy_from_slice(bytes);
                self.length = self.length.max(end);
                self.at = end;
            }
            _ => self.push_to_heap(bytes),
        }
    }

    #[cold]
    fn push_to_heap(&mut self, bytes: &[u8]) {
        if self.heap.is_empty() {
            self.heap.reserve((self.length + bytes.len()).max(4 * INLINE));
            self.heap.extend_from_slice(&self.inline[..self.length]);
        }
        let end = self.at + bytes.len();
        if end > self.heap.len() {
            self.heap.resize(end, 0);
        }
        self.heap[self.at..end].copy_from_slice(bytes);
        self.at = end;
    }

    /// Appends an attribute whose payload has a fixed length.
    #[inline(always)]
    pub fn attribute<const N: usize>(&mut self, kind_and_flags: u16, payload: [u8; N]) {
        let [a, b] = ((ATTRIBUTE_HEADER_LEN + N) as u16).to_ne_bytes();
        let [c, d] = kind_and_flags.to_ne_bytes();
        self.push(&[a, b, c, d]);
        self.push(&payload);
        self.push(&[0; 3][..align(N) - N]);
    }

    /// Begins an attribute; [`close`](Self::close) ends it with what was pushed in between.
    #[inline]
    pub fn open(&mut self, kind_and_flags: u16) -> usize {
        let start = self.length();
        let [a, b] = kind_and_flags.to_ne_bytes();
        self.push(&[0, 0, a, b]);
        start
    }

    /// Ends the attribute that begins at `start`: writes its length, and pads.
    #[inline]
    pub fn close(&mut self, start: usize, name: &'static str) {
        let length = self.length() - start;
        match (u16::try_from(length), self.message_mut().get_mut(start..start + 2)) {
            (Ok(length), Some(bytes)) => bytes.copy_from_slice(&length.to_ne_bytes()),
            _ => self.refuse(BuildError::TooLong { attribute: name, length: length - ATTRIBUTE_HEADER_LEN }),
        }
        self.push(&[0; 3][..align(length) - length]);
    }

    /// Sets an attribute: writes it, or puts it in place of what was set before.
    #[inline(always)]
    pub(crate) fn set(&mut self, first: usize, kind: u16, write: impl FnOnce(&mut Self)) {
        let bit = 1 << (kind & 63);
        if self.seen & bit != 0 {
            self.remove(first, kind);
        }
        self.seen |= bit;
        write(self);
    }

    /// Removes the attributes with this number from those that begin at `first`, a length of the body.
    #[cold]
    pub(crate) fn remove(&mut self, first: usize, kind: u16) {
        let mut at = HEADER_LEN + first;
        while at + ATTRIBUTE_HEADER_LEN <= self.length() {
            let bytes = self.message();
            let length = align((u16_at(bytes, at) as usize).max(ATTRIBUTE_HEADER_LEN));
            if u16_at(bytes, at + 2) & NLA_TYPE_MASK == kind & NLA_TYPE_MASK {
                self.cut(at, length);
            } else {
                at += length;
            }
        }
    }

    fn cut(&mut self, at: usize, length: usize) {
        let whole = self.length();
        let end = (at + length).min(whole);
        self.message_mut().copy_within(end.., at);
        self.truncate(whole - (end - at));
        if let Some(extra) = &mut self.extra {
            extra.unresolved.retain(|device| !(at..end).contains(&device.at));
            for device in &mut extra.unresolved {
                if device.at >= end {
                    device.at -= end - at;
                }
            }
        }
    }

    fn truncate(&mut self, length: usize) {
        if self.heap.is_empty() {
            self.inline[length..self.length].fill(0);
            self.length = length;
        } else {
            self.heap.truncate(length);
        }
        self.at = length;
    }

    /// Writes a value into the fixed header, at an offset of the body.
    #[inline(always)]
    pub(crate) fn set_field(&mut self, offset: usize, write: impl FnOnce(&mut Self)) {
        let field = HEADER_LEN + offset;
        if let Some(extra) = &mut self.extra {
            extra.unresolved.retain(|device| device.at != field);
        }
        let end = std::mem::replace(&mut self.at, field);
        write(self);
        self.at = end;
    }

    /// Writes what stands behind a fixed header of `header` bytes, in place of what did before.
    pub(crate) fn set_rest(&mut self, header: usize, write: impl FnOnce(&mut Self)) {
        let start = HEADER_LEN + header;
        self.cut(start, self.length().saturating_sub(start));
        write(self);
    }

    /// Appends the body of another message, with the devices that it leaves unresolved.
    pub fn push_body(&mut self, other: &Buffer) {
        let shift = self.length();
        self.push(other.body());
        if let Some(theirs) = &other.extra {
            let ours = self.extra.get_or_insert_default();
            ours.descriptors.extend(theirs.descriptors.iter().cloned());
            ours.problem = ours.problem.take().or_else(|| theirs.problem.clone());
            ours.unresolved.extend(theirs.unresolved.iter().map(|device| device.moved(shift, HEADER_LEN)));
        }
    }

    /// Appends 4 bytes for the index of a device that is known by name; see [`unresolved`](Self::unresolved).
    pub fn push_device(&mut self, name: &[u8]) {
        let at = self.at;
        self.push(&[0; 4]);
        self.extra.get_or_insert_default().unresolved.push(Unresolved { at, name: name.to_vec() });
    }

    /// Appends the number of a descriptor (4 bytes), and keeps it open until the message is dropped.
    pub fn push_descriptor(&mut self, descriptor: OwnedFd) {
        self.push(&descriptor.as_raw_fd().to_ne_bytes());
        self.extra.get_or_insert_default().descriptors.push(Arc::new(descriptor));
    }

    /// The devices that were given by name and whose index is 0 in the message so far.
    pub fn unresolved(&self) -> &[Unresolved] {
        self.extra.as_ref().map_or(&[], |extra| &extra.unresolved)
    }

    /// Writes the index of the device that was asked for last, which is then resolved.
    pub fn resolve_last(&mut self, index: u32) {
        let last = self.extra.as_mut().and_then(|extra| extra.unresolved.pop());
        let Some(Unresolved { at, .. }) = last else { return };
        if let Some(bytes) = self.message_mut().get_mut(at..at + 4) {
            bytes.copy_from_slice(&index.to_ne_bytes());
        }
    }

    /// Notes a value that can't be written: the first one is kept, and whoever sends the message fails with it.
    #[cold]
    pub fn refuse(&mut self, problem: BuildError) {
        self.extra.get_or_insert_default().problem.get_or_insert(problem);
    }

    /// What could not be written, if anything.
    #[inline]
    pub fn problem(&self) -> Option<&BuildError> {
        self.extra.as_ref().and_then(|extra| extra.problem.as_ref())
    }

    /// Makes a buffer that holds a copy of a view, ready to be changed.
    ///
    /// What a short header lacks is zero; bytes behind the attributes that are none are left out.
    pub fn from_view<V: View + ?Sized>(view: &V) -> Self {
        let bytes = view.as_bytes();
        let mut attributes = view.attributes_of().raw();
        let mut buffer = Buffer::new(0);
        buffer.seen = attributes.by_ref().fold(0, |seen, attribute| seen | 1 << (attribute.kind() & 63));
        let (rest, boundary) = if V::ATTRIBUTES { (attributes.rest().len(), 4) } else { (0, 1) };
        buffer.push(&bytes[..bytes.len() - rest]);
        buffer.pad(boundary, HEADER_LEN + V::START);
        buffer
    }

    /// Makes a buffer that holds a copy of the nest in a part of this message, ready to be changed; what it needs
    /// from outside of its bytes, such as the names of devices, comes with it.
    pub(crate) fn nest<V: View + ?Sized>(&self, part: Range<usize>) -> Self {
        let mut nest = Buffer::from_view(V::cast(self.message().get(part.clone()).unwrap_or_default()));
        if let Some(outer) = &self.extra {
            let devices = outer.unresolved.iter().filter(|device| part.contains(&device.at));
            nest.extra = Some(Box::new(Extra {
                unresolved: devices.map(|device| device.moved(HEADER_LEN, part.start)).collect(),
                descriptors: outer.descriptors.clone(),
                problem: None,
            }));
        }
        nest
    }

    /// Appends zeros up to a boundary, and up to a least length.
    fn pad(&mut self, boundary: usize, least: usize) {
        let length = self.length().next_multiple_of(boundary).max(least);
        while self.length() < length {
            self.push(&[0]);
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Buffer");
        f.field("body", &crate::bytes::Hex(self.body()));
        if let Some(extra) = &self.extra {
            f.field("unresolved", &extra.unresolved).field("problem", &extra.problem);
        }
        f.finish()
    }
}
