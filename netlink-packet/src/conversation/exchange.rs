//! One exchange: a request, its replies, and how it ends.

use crate::control::{Ack, RawError, Reply};
use crate::error::BuildError;
use crate::header::{Flags, Header, Message, Messages};
use bytes::{Bytes, BytesMut};
use thiserror::Error;

/// Why an exchange failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Failure {
    /// The kernel returned an error.
    #[error("refused: {0}")]
    Kernel(RawError),
    /// The dump was interrupted by a change (`NLM_F_DUMP_INTR`): its objects aren't a consistent state.
    #[error("interrupted by a change")]
    Interrupted,
    /// The socket's receive buffer overflowed: whether the request was carried out is not known.
    #[error("the answer was lost in an overrun")]
    Lost,
    /// The reply doesn't decode.
    #[error("the answer is malformed")]
    Malformed,
    /// The reply was truncated for lack of room.
    #[error("the answer of {length} bytes was truncated")]
    Truncated {
        /// Bytes of the datagram.
        length: usize,
    },
}

/// The replies that complete an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expect {
    /// An acknowledgement (`NLM_F_ACK`); objects before it are kept.
    Ack,
    /// One object, or a multipart reply up to its end.
    Answer,
    /// A dump (`NLM_F_DUMP`): objects up to its end. An acknowledgement ends it, too.
    Dump,
    /// A batch: the acknowledgement of the last of several requests with consecutive sequence numbers.
    Batch {
        /// Number of requests; at least one.
        count: u32,
    },
}

impl Expect {
    /// The flags that the request needs.
    #[inline]
    pub(super) fn flags(self) -> Flags {
        match self {
            Expect::Ack | Expect::Batch { count: 0 | 1 } => Flags::ACK,
            Expect::Dump => Flags::DUMP,
            Expect::Answer | Expect::Batch { .. } => Flags::empty(),
        }
    }

    /// How many sequence numbers the request takes.
    #[inline]
    pub(super) fn span(self) -> u32 {
        match self {
            Expect::Batch { count } => count.max(1),
            _ => 1,
        }
    }
}

/// Why a request can't be sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The message isn't complete.
    #[error(transparent)]
    Incomplete(#[from] BuildError),
    /// No sequence numbers are free, or not as many in a row as the request needs: exchanges must be taken or closed first.
    #[error("no free sequence number")]
    NoNumber,
}

/// Outcome of an exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The received objects, each a message with its header.
    pub objects: Objects,
    /// The failure, if it failed.
    pub failure: Option<Box<Failure>>,
    /// Rarely used parts.
    rare: Option<Box<Rare>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rare {
    ext_ack: Option<Bytes>,
    errors: Vec<(u32, RawError)>,
    uncertain: bool,
}

impl Outcome {
    /// Extended ack of a successful request, mostly a warning: the bytes of an
    /// [`ExtAck`](crate::control::ExtAck).
    #[inline]
    pub fn ext_ack(&self) -> Option<&Bytes> {
        self.rare.as_ref().and_then(|rare| rare.ext_ack.as_ref())
    }

    /// Errors of a batch, with the index of each request.
    pub fn errors(&self) -> &[(u32, RawError)] {
        self.rare.as_ref().map_or(&[], |rare| &rare.errors)
    }

    /// Whether replies of a batch were lost: requests without an error may have failed, too.
    pub fn is_uncertain(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.uncertain)
    }

    #[cold]
    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

/// Received objects, in order. A single one, as is common, allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    first: Option<Bytes>,
    #[expect(clippy::box_collection, reason = "moved often, and mostly none")]
    more: Option<Box<Vec<Bytes>>>,
}

impl Objects {
    fn push(&mut self, message: Bytes) {
        match self.first {
            None => self.first = Some(message),
            Some(_) => self.more.get_or_insert_default().push(message),
        }
    }

    /// Removes and returns the first one.
    #[inline]
    pub fn take_first(&mut self) -> Option<Bytes> {
        self.first.take()
    }

    /// How many are left.
    pub fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.more.as_ref().map_or(0, |more| more.len())
    }

    /// Whether there are none, or none is left.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.first.is_none() && self.more.is_none()
    }

    /// The objects in order, each a message with its header.
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        let more = self.more.as_ref().map_or(&[][..], |more| more);
        self.first.iter().chain(more)
    }
}

impl<'a> IntoIterator for &'a Objects {
    type Item = &'a Bytes;
    type IntoIter = std::iter::Chain<std::option::Iter<'a, Bytes>, std::slice::Iter<'a, Bytes>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Objects {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl Eq for Objects {}

impl IntoIterator for Objects {
    type Item = Bytes;
    type IntoIter = std::iter::Chain<std::option::IntoIter<Bytes>, std::vec::IntoIter<Bytes>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.more.map(|more| *more).unwrap_or_default())
    }
}

/// A single exchange, for a driver that sends one request at a time.
/// [`Conversation`](super::Conversation) handles many at once.
#[derive(Debug)]
pub struct Exchange {
    port: u32,
    pub(super) sequence: u32,
    pub(super) expect: Expect,
    interrupted: bool,
    overrun: bool,
    ended: bool,
    pub(super) outcome: Outcome,
}

impl Exchange {
    /// An exchange on the socket with this port id; the request (the first one of a batch) has this sequence number.
    ///
    /// Port 0 is not compared: see [`Conversation::new`](super::Conversation::new).
    #[inline]
    pub fn new(port: u32, sequence: u32, expect: Expect) -> Self {
        let outcome = Outcome::default();
        Exchange { port, sequence, expect, interrupted: false, overrun: false, ended: false, outcome }
    }

    /// Whether it has ended.
    #[inline]
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// The outcome; final once the exchange [has ended](Self::is_ended).
    #[inline]
    pub fn into_outcome(self) -> Outcome {
        self.outcome
    }

    /// Reads a datagram that came from the kernel, like [`Conversation::receive`](super::Conversation::receive).
    /// Messages of other exchanges are ignored.
    #[inline]
    pub fn receive(&mut self, datagram: &mut BytesMut, full_length: usize) {
        receive(self, datagram, full_length);
    }

    /// The receive buffer overflowed (`ENOBUFS`). Queued datagrams can still be read; after them call
    /// [`queue_is_empty`](Self::queue_is_empty).
    pub fn overrun(&mut self) {
        if self.ended {
            return;
        }
        self.overrun = true;
        if let Expect::Batch { .. } = self.expect {
            self.outcome.rare().uncertain = true;
        }
    }

    /// The socket's queue is empty: an exchange hit by an overrun ends as
    /// [`Failure::Lost`]. Returns whether it did.
    pub fn queue_is_empty(&mut self) -> bool {
        let lost = self.overrun && !self.ended;
        if lost {
            self.fail(Failure::Lost);
        }
        lost
    }

    /// Whether nothing has been received so far.
    #[inline]
    pub(super) fn is_untouched(&self) -> bool {
        !(self.ended || self.overrun || self.interrupted || self.outcome.objects.first.is_some())
    }

    #[inline]
    pub(super) fn span(&self) -> u32 {
        self.expect.span()
    }

    #[inline]
    pub(super) fn overlaps(&self, first: u32, span: u32) -> bool {
        first.wrapping_sub(self.sequence) < self.span() || self.sequence.wrapping_sub(first) < span
    }

    /// Whether a message with this header belongs to it.
    #[inline]
    pub(super) fn awaits(&self, header: &Header) -> bool {
        !self.ended
            && header.sequence.wrapping_sub(self.sequence) < self.span()
            && (self.port == 0 || header.port == self.port)
    }

    /// Processes a message; returns whether it is an object to keep.
    #[inline(always)]
    pub(super) fn note(&mut self, message: &Message<'_>) -> bool {
        self.interrupted |= message.header.flags.contains(Flags::DUMP_INTR);
        match Reply::of(message) {
            Reply::Object => {
                self.ended = self.expect == Expect::Answer && !message.header.flags.contains(Flags::MULTI);
                return true;
            }
            Reply::Ack(ack) => self.ack(message.header.sequence, ack),
            Reply::Done(ack) => self.done(ack),
            Reply::Overrun => self.fail(Failure::Lost),
            Reply::Malformed => self.fail(Failure::Malformed),
            Reply::Nothing => (),
        }
        false
    }

    #[inline]
    fn ack(&mut self, sequence: u32, ack: Ack<'_>) {
        let plain = ack.errno == 0 && ack.extended.is_empty();
        match self.expect {
            Expect::Ack | Expect::Answer if plain => self.ended = true,
            _ => self.other_ack(sequence, ack),
        }
    }

    fn other_ack(&mut self, sequence: u32, ack: Ack<'_>) {
        if let Expect::Batch { count } = self.expect {
            let place = sequence.wrapping_sub(self.sequence);
            if ack.errno != 0 {
                self.outcome.rare().errors.push((place, RawError::new(ack)));
            } else {
                self.ext_ack(ack);
            }
            self.ended |= place + 1 >= count;
        } else if ack.errno != 0 {
            self.fail(Failure::Kernel(RawError::new(ack)));
        } else if self.expect == Expect::Dump {
            // Some generic families acknowledge a dump instead of ending it.
            self.done(ack);
        } else {
            self.ext_ack(ack);
            self.ended = true;
        }
    }

    fn done(&mut self, ack: Ack<'_>) {
        match ack.errno {
            0 if self.interrupted => self.fail(Failure::Interrupted),
            0 => self.ended = true,
            _ => self.fail(Failure::Kernel(RawError::new(ack))),
        }
        if ack.errno == 0 {
            self.ext_ack(ack);
        }
    }

    fn ext_ack(&mut self, ack: Ack<'_>) {
        if !ack.extended.is_empty() {
            self.outcome.rare().ext_ack = Some(Bytes::copy_from_slice(ack.extended));
        }
    }

    #[cold]
    pub(super) fn fail(&mut self, failure: Failure) {
        self.ended = true;
        self.outcome.failure = Some(Box::new(failure));
    }
}

/// Follows exchanges: a single one, or many.
pub(super) trait Listener {
    /// Processes a message; returns where to store it if it is an object to keep.
    fn hear(&mut self, message: &Message<'_>) -> Option<&mut Objects>;

    /// A message with this header was truncated.
    fn fail(&mut self, header: &Header, failure: Failure);

    /// Messages of unknown exchanges were lost.
    fn overrun(&mut self);
}

impl Listener for Exchange {
    #[inline(always)]
    fn hear(&mut self, message: &Message<'_>) -> Option<&mut Objects> {
        let keep = self.awaits(&message.header) && self.note(message);
        keep.then_some(&mut self.outcome.objects)
    }

    fn fail(&mut self, header: &Header, failure: Failure) {
        if self.awaits(header) {
            self.fail(failure);
        }
    }

    fn overrun(&mut self) {
        self.overrun();
    }
}

/// Reads a datagram message by message. If a message is kept, the datagram is split off and kept messages are slices of
/// it; otherwise it is cleared at the end, and its capacity can be reused.
#[inline]
pub(super) fn receive(listener: &mut impl Listener, datagram: &mut BytesMut, full_length: usize) {
    let truncated = (full_length > datagram.len()).then_some(full_length);
    let mut messages = Messages::new(datagram);
    loop {
        let start = datagram.len() - messages.rest().len();
        let Some(message) = messages.next() else { break };
        let range = start..start + message.bytes.len();
        if let Some(objects) = listener.hear(&message) {
            let at = datagram.len() - messages.rest().len();
            let kept = datagram.split().freeze();
            // Alone in its datagram, as is the answer to most requests.
            if range.len() == kept.len() && truncated.is_none() {
                return objects.push(kept);
            }
            objects.push(kept.slice(range));
            return receive_rest(listener, kept, at, truncated);
        }
    }
    cut(listener, datagram, messages.rest(), truncated);
    datagram.clear();
}

/// The messages after the first one that is kept.
fn receive_rest(listener: &mut impl Listener, kept: Bytes, at: usize, truncated: Option<usize>) {
    let mut messages = Messages::new(kept.get(at..).unwrap_or_default());
    for message in messages.by_ref() {
        if let Some(objects) = listener.hear(&message) {
            objects.push(kept.slice_ref(message.bytes));
        }
    }
    cut(listener, &kept, messages.rest(), truncated);
}

/// The bytes after the last message of a datagram: a truncated message if they begin with a header.
#[inline]
fn cut(listener: &mut impl Listener, datagram: &[u8], rest: &[u8], truncated: Option<usize>) {
    match (Header::read(rest), truncated) {
        (None, None) => (),
        (Some(header), None) => listener.fail(&header, Failure::Malformed),
        (header, Some(length)) => cut_off(listener, datagram, header, length),
    }
}

/// A datagram was truncated. If not even a header is left of the truncated message, the one before it identifies the
/// exchange: a datagram of several messages is the reply to one request.
#[cold]
fn cut_off(listener: &mut impl Listener, datagram: &[u8], header: Option<Header>, length: usize) {
    let header = header.or_else(|| Messages::new(datagram).last().map(|message| message.header));
    match header {
        Some(header) => listener.fail(&header, Failure::Truncated { length }),
        None => listener.overrun(),
    }
}
