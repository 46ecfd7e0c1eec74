//! Messages under construction.

mod pooled;

pub use pooled::PooledBuffer;

use crate::attribute::{ATTRIBUTE_HEADER_LEN, NLA_TYPE_MASK, RawAttribute, RawAttributes};
use crate::bytes::{u16_at, u32_at};
use crate::error::{BuildError, Unresolved};
use crate::header::{HEADER_LEN, Header, align};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem;
use std::ops::Range;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;

/// Bytes that a buffer stores inline: enough for most messages.
const INLINE: usize = 232;

/// Length of the longest message: with padding, its length still fits into the header's field.
const LONGEST: usize = u32::MAX as usize - 3;

/// A message under construction: room for its header, the fixed header of its type, and attributes.
///
/// Short messages stay inside the value itself; longer ones move to the heap. [`netlink!`](crate::netlink)
/// makes builders with named setters around it, in a [`PooledBuffer`]. An invalid value is
/// [refused](Self::refuse), and a device given by name is [unresolved](Self::unresolved); a message with either
/// is incomplete, and the methods that return the bytes to send fail: [`set_header`](Self::set_header) and
/// [`message`](Self::message).
#[derive(Clone)]
pub struct Buffer {
    /// Bits of the attribute numbers modulo 64 that may already be set.
    seen: u64,
    extra: Option<Box<Extra>>,
    /// Bytes in use; while a field of the fixed header is written, those before it. The next bytes are written there.
    length: u32,
    /// The message while it is short. Bytes after its end are meaningless.
    inline: [u8; INLINE],
}

/// Rarely used parts.
#[derive(Clone, Default)]
struct Extra {
    /// The message once it has outgrown the inline storage.
    heap: Vec<u8>,
    unresolved: Vec<Unresolved>,
    /// The device that was resolved last, if it was given by name: the first one in the message.
    resolved: Option<Unresolved>,
    descriptors: Vec<Arc<OwnedFd>>,
    problem: Option<BuildError>,
    resets: Resets,
    /// Whether a secret was written.
    secret: bool,
    /// Whether 0 was written where an object is meant.
    zero: bool,
}

/// Attributes of a set that the kernel resets to their defaults if a request leaves them out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Resets {
    /// None: each keeps its value.
    #[default]
    None,
    /// All: a request replaces the whole set.
    All,
    /// Those with these numbers.
    These(&'static [u16]),
}

impl Resets {
    /// Whether the attribute with this number is reset.
    pub fn contains(&self, number: u16) -> bool {
        match self {
            Resets::None => false,
            Resets::All => true,
            Resets::These(numbers) => numbers.contains(&number),
        }
    }
}

/// The bit for the fields of the fixed header that the kernel may ignore, among those of the attributes' numbers modulo 64:
/// that of the number 0, which no attribute has.
pub(crate) const HEADER_SUSPECT: u64 = 1;

/// Length of a device name in a message: `IFNAMSIZ`, with the NUL.
const NAME_ROOM: usize = 16;

impl Buffer {
    /// A message with room for the netlink header and a fixed header of `header` bytes, all zero.
    #[inline]
    pub fn new(header: usize) -> Self {
        let mut buffer = Buffer { seen: 0, extra: None, length: 0, inline: [0; INLINE] };
        buffer.begin(header);
        buffer
    }

    /// Starts over, like [`new`](Self::new).
    #[inline(always)]
    fn begin(&mut self, header: usize) {
        let length = HEADER_LEN + header;
        debug_assert!(length <= LONGEST);
        self.drop_extra();
        // It is `None` by now; this tells the compiler so, which then builds short messages without a check.
        mem::forget(self.extra.take());
        self.seen = 0;
        self.set_length(length);
        match self.inline.get_mut(..length) {
            Some(room) => room.fill(0),
            None => self.extra.get_or_insert_default().heap.resize(length, 0),
        }
    }

    /// Drops the rarely used parts.
    #[inline(always)]
    fn drop_extra(&mut self) {
        #[cold]
        fn drop_some(buffer: &mut Buffer) {
            if let Some(extra) = buffer.extra.take().filter(|extra| extra.secret) {
                buffer.inline.fill(0);
                let Extra { mut heap, .. } = *extra;
                heap.fill(0);
            }
        }
        if self.extra.is_some() {
            drop_some(self);
        }
    }

    /// The whole message, with its header, to be sent.
    ///
    /// # Errors
    /// The message is not [complete](Self::is_complete), or its header is not written
    /// ([`BuildError::NoHeader`]).
    #[inline]
    pub fn message(&self) -> Result<&[u8], BuildError> {
        self.check()?;
        let message = self.as_written();
        if message.len() >= HEADER_LEN && u32_at(message, 0) == self.length {
            Ok(message)
        } else {
            Err(BuildError::NoHeader)
        }
    }

    /// The whole message, complete or not: for inspection and for error paths, not to be sent.
    #[inline]
    pub fn as_written(&self) -> &[u8] {
        match &self.extra {
            Some(extra) if !extra.heap.is_empty() => &extra.heap,
            _ => self.inline.get(..self.length()).unwrap_or_default(),
        }
    }

    /// The message without its header.
    #[inline]
    pub fn body(&self) -> &[u8] {
        match &self.extra {
            Some(extra) if !extra.heap.is_empty() => extra.heap.get(HEADER_LEN..).unwrap_or_default(),
            _ => self.inline.get(HEADER_LEN..self.length()).unwrap_or_default(),
        }
    }

    #[inline]
    fn message_mut(&mut self) -> &mut [u8] {
        let length = self.length();
        match &mut self.extra {
            Some(extra) if !extra.heap.is_empty() => &mut extra.heap,
            _ => self.inline.get_mut(..length).unwrap_or_default(),
        }
    }

    /// The message without its header, to be overwritten.
    pub(crate) fn body_mut(&mut self) -> &mut [u8] {
        self.message_mut().get_mut(HEADER_LEN..).unwrap_or_default()
    }

    /// Bytes of the message with its header.
    #[inline]
    pub fn length(&self) -> usize {
        self.length as usize
    }

    #[expect(clippy::cast_possible_truncation, reason = "none is longer than `LONGEST`")]
    #[inline(always)]
    fn set_length(&mut self, length: usize) {
        self.length = length as u32;
    }

    /// Writes the message's header, with the length filled in, and returns the whole message, to be sent.
    ///
    /// # Errors
    /// The message is not [complete](Self::is_complete): a value could not be written, or a device is not resolved.
    #[inline]
    pub fn set_header(&mut self, header: Header) -> Result<&[u8], BuildError> {
        self.check()?;
        Ok(self.write_header(header))
    }

    /// Writes the header of a complete message.
    #[inline]
    pub(crate) fn write_header(&mut self, header: Header) -> &[u8] {
        let header = Header { length: self.length, ..header };
        let start = match &mut self.extra {
            Some(extra) if !extra.heap.is_empty() => extra.heap.first_chunk_mut(),
            _ => self.inline.first_chunk_mut(),
        };
        if let Some(start) = start {
            *start = header.to_bytes();
        }
        self.as_written()
    }

    /// Appends bytes.
    #[inline(always)]
    pub fn push(&mut self, bytes: &[u8]) {
        let at = self.length();
        match self.inline.get_mut(at..at + bytes.len()) {
            Some(room) if self.extra.is_none() => {
                room.copy_from_slice(bytes);
                self.set_length(at + bytes.len());
            }
            _ => self.push_slowly(bytes),
        }
    }

    /// The slow path: a message with rarely used parts, or one that outgrows the inline storage.
    #[cold]
    fn push_slowly(&mut self, bytes: &[u8]) {
        let (at, end) = (self.length(), self.length() + bytes.len());
        if end > LONGEST {
            return self.refuse(BuildError::Invalid(format!("{end} bytes are too long for a message")));
        }
        let heap = &mut self.extra.get_or_insert_default().heap;
        if heap.is_empty() && end > INLINE {
            heap.reserve(end.max(2 * INLINE));
            heap.extend_from_slice(self.inline.get(..at).unwrap_or_default());
        }
        let room = if heap.is_empty() {
            &mut self.inline[..]
        } else {
            heap.resize(heap.len().max(end), 0);
            &mut heap[..]
        };
        room[at..end].copy_from_slice(bytes);
        self.set_length(end);
    }

    /// Appends an attribute with a payload of fixed length.
    #[inline(always)]
    pub fn attribute<const N: usize>(&mut self, number_and_flags: u16, payload: [u8; N]) {
        let (at, length) = (self.length(), ATTRIBUTE_HEADER_LEN + N);
        #[expect(clippy::cast_possible_truncation, reason = "it is only written where it fits inside")]
        let written = length as u16;
        match self.inline.get_mut(at..at + align(length)) {
            Some(room) if self.extra.is_none() => {
                room[..2].copy_from_slice(&written.to_ne_bytes());
                room[2..4].copy_from_slice(&number_and_flags.to_ne_bytes());
                room[4..length].copy_from_slice(&payload);
                room[length..].fill(0);
                self.set_length(at + align(length));
            }
            _ => self.attribute_slowly(number_and_flags, &payload),
        }
    }

    #[cold]
    fn attribute_slowly(&mut self, number_and_flags: u16, payload: &[u8]) {
        let start = self.open(number_and_flags);
        self.push(payload);
        self.close(start, "");
    }

    /// Opens an attribute; [`close`](Self::close) ends it after its payload was pushed.
    #[inline]
    pub fn open(&mut self, number_and_flags: u16) -> usize {
        let start = self.length();
        let [a, b] = number_and_flags.to_ne_bytes();
        self.push(&[0, 0, a, b]);
        start
    }

    /// Closes the attribute that begins at `start`: writes its length, and pads.
    #[inline]
    pub fn close(&mut self, start: usize, name: &'static str) {
        let length = self.length() - start;
        match (u16::try_from(length), self.message_mut().get_mut(start..start + 2)) {
            (Ok(length), Some(bytes)) => bytes.copy_from_slice(&length.to_ne_bytes()),
            _ => self.refuse(BuildError::TooLong {
                attribute: name,
                length: length.saturating_sub(ATTRIBUTE_HEADER_LEN),
            }),
        }
        self.push(&[0; 3][..align(length) - length]);
    }

    /// Appends a copy of an attribute.
    pub(crate) fn push_attribute(&mut self, attribute: &RawAttribute<'_>) {
        let start = self.open(attribute.number_and_flags);
        self.push(attribute.payload);
        self.close(start, "");
    }

    /// Truncates the message at `start`, an offset from the start of the message with its header.
    pub(crate) fn take_back(&mut self, start: usize) {
        self.truncate(start);
    }

    /// Appends zeros.
    pub(crate) fn push_zeros(&mut self, count: usize) {
        (0..count).for_each(|_| self.push(&[0]));
    }

    /// Registers the attributes after a fixed header of this many bytes, so that setters find them.
    pub(crate) fn note_attributes(&mut self, header: usize) {
        let mut attributes = RawAttributes::new(self.body().get(header..).unwrap_or_default());
        self.seen = numbers(&mut attributes);
    }

    /// Sets an attribute: writes it, or replaces what was set before.
    #[inline(always)]
    pub(crate) fn set(&mut self, first: usize, number: u16, write: impl FnOnce(&mut Self)) {
        self.unset(first, number);
        self.seen |= 1 << (number & 63);
        write(self);
    }

    /// Notes that a field of the fixed header is set that the kernel may ignore: some of these bytes are not 0.
    #[inline(always)]
    pub(crate) fn note_suspect(&mut self, at: usize, size: usize) {
        let field = match self.inline.get(at..at + size) {
            Some(field) if self.extra.is_none() => field,
            _ => self.as_written().get(at..at + size).unwrap_or_default(),
        };
        if field.iter().any(|byte| *byte != 0) {
            self.seen |= HEADER_SUSPECT;
        }
    }

    /// Whether it may contain an attribute whose number modulo 64 is among these bits; `false` is certain.
    #[inline]
    pub fn may_hold(&self, bits: u64) -> bool {
        self.seen & bits != 0
    }

    /// Whether a builder may have set a field of the fixed header that the kernel may ignore; `false` is certain.
    #[inline]
    pub fn may_hold_field(&self) -> bool {
        self.may_hold(HEADER_SUSPECT)
    }

    /// Removes what was set before.
    #[inline(always)]
    pub(crate) fn unset(&mut self, first: usize, number: u16) {
        if self.seen & 1 << (number & 63) != 0 {
            self.remove(first, number);
        }
    }

    /// Removes the attributes with this number from those that begin at `first`, a length of the body.
    #[cold]
    pub(crate) fn remove(&mut self, first: usize, number: u16) {
        let mut at = HEADER_LEN + first;
        while at + ATTRIBUTE_HEADER_LEN <= self.length() {
            let bytes = self.as_written();
            let length = align((u16_at(bytes, at) as usize).max(ATTRIBUTE_HEADER_LEN));
            if u16_at(bytes, at + 2) & NLA_TYPE_MASK == number & NLA_TYPE_MASK {
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
        if let Some(extra) = &mut self.extra {
            extra.heap.truncate(length);
        }
        self.set_length(length);
    }

    /// Overwrites the bytes at offset `at`, from the start of the message with its header, with a value of fixed
    /// length.
    #[inline(always)]
    pub fn overwrite<const N: usize>(&mut self, at: usize, value: [u8; N]) {
        match self.inline.get_mut(at..at + N) {
            Some(room) if self.extra.is_none() => room.copy_from_slice(&value),
            _ => self.overwrite_with(at, |out| out.push(&value)),
        }
    }

    /// Overwrites the bytes at offset `at`, from the start of the message with its header.
    #[cold]
    pub(crate) fn overwrite_with(&mut self, at: usize, write: impl FnOnce(&mut Self)) {
        if let Some(extra) = &mut self.extra {
            extra.unresolved.retain(|device| device.at != at);
        }
        let end = self.length;
        self.set_length(at);
        write(self);
        self.length = end;
    }

    /// Writes what follows a fixed header of `header` bytes, replacing what was there before.
    pub(crate) fn set_rest(&mut self, header: usize, write: impl FnOnce(&mut Self)) {
        let start = HEADER_LEN + header;
        self.cut(start, self.length().saturating_sub(start));
        write(self);
    }

    /// Appends the body of another message, with its unresolved devices.
    pub fn push_body(&mut self, other: &Buffer) {
        self.push_part(other, HEADER_LEN..other.length());
    }

    /// Appends a part of another message, with the unresolved devices and descriptors in it.
    pub(crate) fn push_part(&mut self, other: &Buffer, part: Range<usize>) {
        let shift = self.length();
        self.push(other.as_written().get(part.clone()).unwrap_or_default());
        if let Some(theirs) = &other.extra {
            let ours = self.extra.get_or_insert_default();
            ours.descriptors.extend(theirs.descriptors.iter().cloned());
            ours.problem = ours.problem.take().or_else(|| theirs.problem.clone());
            ours.secret |= theirs.secret;
            ours.zero |= theirs.zero;
            if ours.resets == Resets::None {
                ours.resets = theirs.resets;
            }
            let devices = theirs.unresolved.iter().filter(|device| part.contains(&device.at));
            ours.unresolved.extend(devices.map(|device| device.moved(shift, part.start)));
        }
    }

    /// Takes over what another message, whose bytes were copied, needs besides them: an invalid value, or that it is secret.
    pub(crate) fn take_extra(&mut self, other: &Buffer) {
        if other.extra.is_some() {
            self.push_part(other, other.length()..other.length());
        }
    }

    /// Moves the attributes with the wanted numbers, of those that begin at `first`, a length of the body, to the end of
    /// another message, with the devices that they leave unresolved.
    pub(crate) fn move_from(&mut self, first: usize, to: &mut Buffer, wanted: impl Fn(u16) -> bool) {
        let mut at = HEADER_LEN + first;
        while at + ATTRIBUTE_HEADER_LEN <= self.length() {
            let number = u16_at(self.as_written(), at + 2) & NLA_TYPE_MASK;
            let length = align((u16_at(self.as_written(), at) as usize).max(ATTRIBUTE_HEADER_LEN));
            if wanted(number) {
                to.push_part(self, at..(at + length).min(self.length()));
                to.seen |= 1 << (number & 63);
                self.cut(at, length);
            } else {
                at += length;
            }
        }
    }

    /// Appends 4 bytes for the index of a device given by name; see [`unresolved`](Self::unresolved).
    pub fn push_device(&mut self, name: &[u8]) {
        self.refuse_name(name, false);
        let at = self.length();
        self.push(&[0; 4]);
        let device = Unresolved { at, name: name.to_vec(), index: 0, wants_name: false };
        self.extra.get_or_insert_default().unresolved.push(device);
    }

    /// Appends 16 bytes for the name of a device that is known by its index, or, if that is 0, by an alternative name;
    /// see [`unresolved`](Self::unresolved).
    pub fn push_device_name(&mut self, index: u32, name: &[u8]) {
        self.refuse_name(name, index != 0);
        let at = self.length();
        self.push(&[0; NAME_ROOM]);
        let device = Unresolved { at, name: name.to_vec(), index, wants_name: true };
        self.extra.get_or_insert_default().unresolved.push(device);
    }

    /// Refuses what can't be a device name: the kernel would look up the part before a NUL.
    fn refuse_name(&mut self, name: &[u8], may_be_empty: bool) {
        if name.contains(&0) {
            self.refuse(BuildError::Nul);
        }
        if name.is_empty() && !may_be_empty {
            self.refuse(BuildError::Invalid("the name of a device is empty".to_owned()));
        }
    }

    /// Appends a file descriptor (4 bytes), and keeps it open until the message is dropped.
    pub fn push_descriptor(&mut self, descriptor: OwnedFd) {
        self.push(&descriptor.as_raw_fd().to_ne_bytes());
        self.extra.get_or_insert_default().descriptors.push(Arc::new(descriptor));
    }

    /// File descriptors in the message: they must be open when it is sent.
    #[inline]
    pub fn descriptors(&self) -> &[Arc<OwnedFd>] {
        self.extra.as_ref().map_or(&[], |extra| &extra.descriptors)
    }

    /// Unresolved devices: those given by name, whose index is still 0 in the message, and those given by index, whose name is missing.
    #[inline]
    pub fn unresolved(&self) -> &[Unresolved] {
        self.extra.as_ref().map_or(&[], |extra| &extra.unresolved)
    }

    /// Whether it can be sent: no device is unresolved, and no value was refused.
    #[inline]
    pub fn is_complete(&self) -> bool {
        self.extra.as_ref().is_none_or(|extra| extra.unresolved.is_empty() && extra.problem.is_none())
    }

    /// The reason why it can't be sent, if it isn't [complete](Self::is_complete).
    #[inline]
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        #[cold]
        fn why_not(extra: &Extra) -> BuildError {
            let unresolved = || extra.unresolved.last().cloned().map(BuildError::Unresolved);
            extra.problem.clone().or_else(unresolved).unwrap_or(BuildError::NoHeader)
        }
        match &self.extra {
            Some(extra) if !self.is_complete() => Err(why_not(extra)),
            _ => Ok(()),
        }
    }

    /// Writes the index or the name of the last unresolved device, which is then resolved.
    pub fn resolve_last(&mut self, index: u32, name: &[u8]) {
        let last = self.extra.as_mut().and_then(|extra| extra.unresolved.pop());
        let Some(Unresolved { at, wants_name, name: given, .. }) = last else { return };
        let (value, longest) = if wants_name { (name, NAME_ROOM - 1) } else { (&index.to_ne_bytes()[..], 4) };
        let value = value.get(..longest).unwrap_or(value);
        if let Some(bytes) = self.message_mut().get_mut(at..at + value.len()) {
            bytes.copy_from_slice(value);
        }
        let by_name = !wants_name && !given.is_empty();
        if let Some(extra) = self.extra.as_mut().filter(|_| by_name) {
            extra.resolved = Some(Unresolved { at, name: given, index, wants_name });
        }
    }

    /// The device with this index, as the name that it was given by: of those that were resolved, the first one in the
    /// message.
    pub fn name_given_for(&self, index: u32) -> Option<&[u8]> {
        let resolved = self.extra.as_ref()?.resolved.as_ref()?;
        (resolved.index == index).then_some(&*resolved.name)
    }

    /// The name by which the first device in the message was given, of those that were resolved.
    pub fn first_name_given(&self) -> Option<&[u8]> {
        Some(&self.extra.as_ref()?.resolved.as_ref()?.name)
    }

    /// Notes that the message has attributes of a set in which the kernel resets those that a request leaves out. To
    /// change some of them, the others have to be read first.
    pub fn mark_resets(&mut self, resets: Resets) {
        if resets != Resets::None {
            self.extra.get_or_insert_default().resets = resets;
        }
    }

    /// Notes that the message holds a secret, such as a private key: `Debug` doesn't print its bytes, and they are overwritten before
    /// the buffer is used again.
    pub fn mark_secret(&mut self) {
        self.extra.get_or_insert_default().secret = true;
    }

    /// Notes that it says 0 where an object is meant, such as a device: kernels take that for none, or for any.
    #[cold]
    pub fn note_zero(&mut self) {
        self.extra.get_or_insert_default().zero = true;
    }

    /// Whether it may say 0 where an object is meant.
    #[inline]
    pub fn may_say_zero(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.zero)
    }

    /// Whether it holds a secret.
    pub(crate) fn is_secret(&self) -> bool {
        self.extra.as_ref().is_some_and(|extra| extra.secret)
    }

    /// Attributes that the kernel resets if the message leaves them out.
    pub fn resets(&self) -> Resets {
        self.extra.as_ref().map_or(Resets::None, |extra| extra.resets)
    }

    /// Records an invalid value. The first one is kept, and the message can't be sent.
    #[cold]
    pub fn refuse(&mut self, problem: BuildError) {
        self.extra.get_or_insert_default().problem.get_or_insert(problem);
    }

    /// The first invalid value, if any.
    #[inline]
    pub fn problem(&self) -> Option<&BuildError> {
        self.extra.as_ref().and_then(|extra| extra.problem.as_ref())
    }
}

/// The bits of the attributes' numbers modulo 64.
fn numbers(attributes: &mut RawAttributes<'_>) -> u64 {
    attributes.fold(0, |seen, attribute| seen | 1 << (attribute.number() & 63))
}

/// Messages are equal if they have the same bytes after their headers, the same devices by name, and the same invalid
/// value, if any.
impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        let parts = |buffer: &Buffer| (buffer.unresolved().to_vec(), buffer.problem().cloned());
        self.body() == other.body()
            && (self.is_complete() && other.is_complete() || parts(self) == parts(other))
    }
}

impl Eq for Buffer {}

/// Hashes the bytes after the message header, as a view of them does.
impl Hash for Buffer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.body().hash(state);
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Buffer::new(0)
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Buffer");
        match self.is_secret() {
            true => f.field("body", &format_args!("(hidden)")),
            false => f.field("body", &crate::bytes::Hex(self.body())),
        };
        if let Some(extra) = &self.extra {
            f.field("unresolved", &extra.unresolved).field("problem", &extra.problem);
        }
        f.finish()
    }
}
