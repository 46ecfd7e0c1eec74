//! Buffers that are reused, and copies of messages and nests in them.

use super::{Buffer, INLINE, numbers};
use crate::attribute::RawAttributes;
use crate::header::HEADER_LEN;
use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut, Range};

/// A boxed [`Buffer`] that is reused.
///
/// Each thread keeps the box that it dropped last for the next message, so building and sending messages one after
/// another allocates nothing.
pub struct PooledBuffer(
    /// `None` once it has been returned.
    Option<Box<Buffer>>,
);

thread_local! {
    static SPARE: Cell<Option<Box<Buffer>>> = const { Cell::new(None) };
}

/// What a returned buffer reads as.
static NOTHING: Buffer = Buffer { seen: 0, extra: None, length: 0, inline: [0; INLINE] };

impl PooledBuffer {
    /// A message with room for the netlink header and a fixed header of `header` bytes, all zero.
    #[inline]
    pub fn new(header: usize) -> Self {
        let mut buffer = PooledBuffer::take();
        buffer.begin(header);
        PooledBuffer(Some(buffer))
    }

    /// A buffer with arbitrary contents.
    #[inline]
    fn take() -> Box<Buffer> {
        match SPARE.try_with(Cell::take) {
            Ok(Some(spare)) => spare,
            _ => PooledBuffer::allocate(),
        }
    }

    #[cold]
    fn allocate() -> Box<Buffer> {
        Box::new(NOTHING.clone())
    }

    /// Keeps the box for the next message. Not inlined, so that dropping a buffer is little enough to be: it then stays in
    /// a register.
    #[inline(never)]
    fn keep(mut buffer: Box<Buffer>) {
        #[cold]
        fn drop_other(buffer: Box<Buffer>) {
            drop(buffer);
        }
        buffer.drop_extra();
        // An exiting thread keeps nothing.
        if let Ok(Some(other)) = SPARE.try_with(|spare| spare.replace(Some(buffer))) {
            drop_other(other);
        }
    }
}

impl Deref for PooledBuffer {
    type Target = Buffer;

    #[inline]
    fn deref(&self) -> &Buffer {
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for PooledBuffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut Buffer {
        self.0.get_or_insert_with(PooledBuffer::allocate)
    }
}

impl Drop for PooledBuffer {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(buffer) = self.0.take() {
            PooledBuffer::keep(buffer);
        }
    }
}

impl Clone for PooledBuffer {
    fn clone(&self) -> Self {
        let mut buffer = PooledBuffer::take();
        (*buffer).clone_from(self);
        PooledBuffer(Some(buffer))
    }
}

impl PartialEq for PooledBuffer {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for PooledBuffer {}

impl Hash for PooledBuffer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl Default for PooledBuffer {
    fn default() -> Self {
        PooledBuffer::new(0)
    }
}

impl fmt::Debug for PooledBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl Buffer {
    /// Makes a buffer with a copy of a set, in which attributes may follow the first `start` bytes.
    pub(crate) fn copy_of(bytes: &[u8], start: usize, has_attributes: bool) -> PooledBuffer {
        let mut attributes = RawAttributes::new(bytes.get(start..).unwrap_or_default());
        let mut buffer = PooledBuffer::new(0);
        buffer.seen = numbers(&mut attributes);
        let (rest, boundary) = if has_attributes { (attributes.rest().len(), 4) } else { (0, 1) };
        buffer.push(&bytes[..bytes.len() - rest]);
        buffer.pad(boundary, HEADER_LEN + start);
        buffer
    }

    /// Makes a buffer with a copy of the nest in a part of this message, ready to be changed, including its unresolved
    /// devices and descriptors.
    pub(crate) fn copy_part(&self, part: Range<usize>, start: usize, has_attributes: bool) -> PooledBuffer {
        let bytes = self.as_written().get(part.clone()).unwrap_or_default();
        let mut nest = Buffer::copy_of(bytes, start, has_attributes);
        if let Some(outer) = &self.extra {
            let devices = outer.unresolved.iter().filter(|device| part.contains(&device.at));
            let extra = nest.extra.get_or_insert_default();
            extra.unresolved = devices.map(|device| device.moved(HEADER_LEN, part.start)).collect();
            extra.descriptors = outer.descriptors.clone();
            extra.resets = outer.resets;
            extra.secret = outer.secret;
        }
        nest
    }

    /// Appends zeros up to a boundary and a minimum length.
    fn pad(&mut self, boundary: usize, least: usize) {
        let length = self.length().next_multiple_of(boundary).max(least);
        self.push_zeros(length - self.length());
    }
}
