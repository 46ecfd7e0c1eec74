//! The conversation with the kernel: which message answers what, and how each exchange ends.
//!
//! No socket, no clock and no task: bytes go in, endings come out. A driver sends what it likes under the numbers
//! that [`Conversation::open`] gives, receives, hands each datagram to [`Conversation::receive`], and takes the
//! outcomes. [`Dump`] is the same for a dump on a socket of its own, without keeping its messages.
//!
//! An exchange ends in one of these ways, each once:
//!
//! | what comes | how it ends |
//! | --- | --- |
//! | an acknowledgement; the only answer; the end of an answer in parts | `Ok` |
//! | an errno, in a verdict or at the end of a dump | [`Failure::Refused`] |
//! | `NLM_F_DUMP_INTR` on any part, then the end | [`Failure::Interrupted`] |
//! | `ENOBUFS`, and nothing more in the queue | [`Failure::Lost`] |
//! | a message that is cut short, or a control message without a code | [`Failure::Malformed`] |
//! | a datagram longer than the room | [`Failure::Truncated`] |
//! | nothing: the caller leaves | [`Conversation::close`]; a late reply is dropped |

mod dump;

pub use dump::Dump;

use crate::buffer::Buffer;
use crate::control::{Refusal, Reply, Verdict, request_header};
use crate::header::{Flags, Header, Message, Messages};
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use thiserror::Error;

/// What ends an exchange other than success.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// The kernel said no.
    #[error("refused with errno {}", .0.errno)]
    Refused(Refusal),
    /// The dump changed while it was read (`NLM_F_DUMP_INTR`): what came is not one consistent state.
    #[error("interrupted by a change")]
    Interrupted,
    /// The socket's receive buffer overflowed: whether the request was carried out is not known.
    #[error("the answer was lost in an overrun")]
    Lost,
    /// The answer does not decode.
    #[error("the answer is malformed")]
    Malformed,
    /// The answer was longer than the room for it.
    #[error("the answer of {length} bytes was cut off")]
    Truncated {
        /// Bytes of the datagram.
        length: usize,
    },
}

/// What ends an exchange well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// An acknowledgement (`NLM_F_ACK`); objects that come before it are kept.
    Ack,
    /// One object, or several that are marked as parts and the end.
    Answer,
    /// Objects up to the end of the dump.
    Dump,
    /// The acknowledgement of the last of several requests that were sent under consecutive numbers.
    Batch {
        /// How many; at least one.
        count: u32,
    },
}

/// How an exchange went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The objects that came, each a message with its header.
    pub objects: Objects,
    /// The failure, if it was none of success.
    pub failure: Option<Box<Failure>>,
    /// What few exchanges have.
    rare: Option<Box<Rare>>,
}

#[derive(Debug, Default)]
struct Rare {
    remark: Option<Bytes>,
    refusals: Vec<(u32, Refusal)>,
    uncertain: bool,
}

impl Outcome {
    /// What the kernel says of a request that it carried out: the bytes of an
    /// [`ExtendedAck`](crate::control::ExtendedAck), mostly a warning.
    #[inline]
    pub fn remark(&self) -> Option<&Bytes> {
        self.rare.as_ref().and_then(|rare| rare.remark.as_ref())
    }

    /// Of a batch, the requests that were refused, by their place in it.
    pub fn refusals(&self) -> &[(u32, Refusal)] {
        self.rare.as_ref().map_or(&[], |rare| &rare.refusals)
    }

    /// Of a batch, whether answers were lost: those that are not refused may have been, too.
    pub fn is_uncertain(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| rare.uncertain)
    }

    #[cold]
    fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

/// Objects in the order in which they came. One, as is common, takes no memory of its own.
#[derive(Debug, Default)]
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

    /// Takes the first.
    #[inline]
    pub fn take_first(&mut self) -> Option<Bytes> {
        self.first.take()
    }
}

impl IntoIterator for Objects {
    type Item = Bytes;
    type IntoIter = std::iter::Chain<std::option::IntoIter<Bytes>, std::vec::IntoIter<Bytes>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.more.map(|more| *more).unwrap_or_default())
    }
}

/// What [`Conversation::receive`] tells its caller about.
#[derive(Debug)]
pub enum Heard<'a, T> {
    /// An exchange has ended: its outcome can be taken.
    Ended {
        /// Its number.
        sequence: u32,
        /// What the driver gave it.
        tag: &'a mut T,
    },
    /// A message that answers nothing: of a multicast group.
    Event(Message<'a>),
}

/// Exchanges on one socket, each with a tag of the driver's (a waker, say).
#[derive(Debug)]
pub struct Conversation<T> {
    /// In the order in which they were opened, so that the one that is answered next is mostly the first.
    exchanges: VecDeque<Exchange<T>>,
    /// How many numbers were given out; its lower half is the number that the next exchange gets.
    next: u64,
    /// The port of the socket, to tell late replies from events.
    port: u32,
}

#[derive(Debug)]
struct Exchange<T> {
    sequence: u32,
    /// The sequence number before it wraps.
    place: u64,
    expect: Expect,
    interrupted: bool,
    overrun: bool,
    ended: bool,
    outcome: Outcome,
    tag: T,
}

impl<T> Conversation<T> {
    /// A conversation on the socket with this port id.
    pub fn new(port: u32) -> Self {
        Self::starting_at(port, 1)
    }

    /// A conversation whose first exchange gets this number.
    pub fn starting_at(port: u32, next: u32) -> Self {
        Conversation { exchanges: VecDeque::new(), next: next.into(), port }
    }

    /// Exchanges that have not been taken or closed.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// Begins an exchange; gives its sequence number, of a batch that of its first request.
    pub fn open(&mut self, expect: Expect, tag: T) -> u32 {
        let span = match expect {
            Expect::Batch { count } => count.max(1),
            _ => 1,
        };
        let sequence = self.reserve(span);
        let place = self.next;
        self.next += u64::from(span);
        self.exchanges.push_back(Exchange {
            sequence,
            place,
            expect,
            interrupted: false,
            overrun: false,
            ended: false,
            outcome: Outcome::default(),
            tag,
        });
        sequence
    }

    /// Begins an exchange and writes the header of its request: kind, flags and number.
    pub fn request(&mut self, message: &mut Buffer, kind: u16, flags: Flags, expect: Expect, tag: T) -> u32 {
        let sequence = self.open(expect, tag);
        message.set_header(request_header(kind, flags, sequence));
        sequence
    }

    /// Numbers that no exchange has: 0 marks what nobody asked for, and once they have wrapped the oldest
    /// exchanges may still be open.
    fn reserve(&mut self, span: u32) -> u32 {
        let oldest = self.exchanges.front().map_or(self.next, |oldest| oldest.place);
        let may_collide = self.next + u64::from(span) - oldest > u64::from(u32::MAX);
        loop {
            let first = self.next as u32;
            let taken = may_collide && self.exchanges.iter().any(|open| open.overlaps(first, span));
            if first != 0 && first.checked_add(span - 1).is_some() && !taken {
                return first;
            }
            self.next += 1;
        }
    }

    /// Reads a datagram that came from the kernel, and tells of the exchanges that ended by it and of messages
    /// that answer nothing.
    ///
    /// Objects that are kept share the datagram's memory, split off `datagram`; where nothing is kept, it is cleared
    /// and its room can be used again. `full_length` is what the datagram had: more than `datagram` has where
    /// it was cut off.
    pub fn receive(
        &mut self,
        datagram: &mut BytesMut,
        full_length: usize,
        mut hear: impl FnMut(Heard<'_, T>),
    ) {
        let truncated = (full_length > datagram.len()).then_some(full_length);
        let mut kept: Option<Bytes> = None;
        let mut at = 0;
        loop {
            let bytes = kept.as_deref().unwrap_or(datagram);
            let mut messages = Messages::new(bytes.get(at..).unwrap_or_default());
            let Some(message) = messages.next() else { break };
            let range = at..at + message.bytes.len();
            at = bytes.len() - messages.rest().len();
            let Some(index) = self.find(message.header.sequence) else {
                if message.header.port != self.port || message.header.sequence == 0 {
                    hear(Heard::Event(message));
                }
                continue;
            };
            let Some(exchange) = self.exchanges.get_mut(index) else { continue };
            if exchange.hear(&message) {
                let datagram = kept.get_or_insert_with(|| datagram.split().freeze());
                exchange.outcome.objects.push(datagram.slice(range));
            }
            if exchange.ended {
                hear(exchange.heard());
            }
        }
        let bytes = kept.as_deref().unwrap_or(datagram);
        let cut = Header::read(bytes.get(at..).unwrap_or_default());
        if let Some(exchange) = cut.and_then(|header| self.find_mut(header.sequence)) {
            exchange.end(match truncated {
                Some(length) => Some(Failure::Truncated { length }),
                None => Some(Failure::Malformed),
            });
            hear(exchange.heard());
        }
        if kept.is_none() {
            datagram.clear();
        }
    }

    /// The socket's receive buffer overflowed (`ENOBUFS`). What is in the queue can still be read; after that
    /// call [`queue_is_empty`](Self::queue_is_empty).
    pub fn overrun(&mut self) {
        for exchange in self.exchanges.iter_mut().filter(|exchange| !exchange.ended) {
            exchange.overrun = true;
            if let Expect::Batch { .. } = exchange.expect {
                exchange.outcome.rare().uncertain = true;
            }
        }
    }

    /// Nothing more is in the socket's queue: exchanges that an overrun hit before are over, as [`Failure::Lost`].
    pub fn queue_is_empty(&mut self, mut hear: impl FnMut(Heard<'_, T>)) {
        for exchange in self.exchanges.iter_mut().filter(|exchange| exchange.overrun && !exchange.ended) {
            exchange.end(Some(Failure::Lost));
            hear(exchange.heard());
        }
    }

    /// Takes the outcome of an exchange and forgets it; `None` while it goes on.
    #[inline]
    pub fn take(&mut self, sequence: u32) -> Option<Outcome> {
        let index = self.find_any(sequence)?;
        self.exchanges.get(index).filter(|exchange| exchange.ended)?;
        self.remove(index).map(|exchange| exchange.outcome)
    }

    /// The caller leaves: what comes for the exchange from now on is dropped. Gives its tag back.
    pub fn close(&mut self, sequence: u32) -> Option<T> {
        let index = self.find_any(sequence)?;
        self.remove(index).map(|exchange| exchange.tag)
    }

    /// The tag of an exchange.
    pub fn tag(&mut self, sequence: u32) -> Option<&mut T> {
        let index = self.find_any(sequence)?;
        self.exchanges.get_mut(index).map(|exchange| &mut exchange.tag)
    }

    /// The tags of the exchanges that go on.
    pub fn waiting(&mut self) -> impl Iterator<Item = &mut T> {
        self.exchanges.iter_mut().filter(|exchange| !exchange.ended).map(|exchange| &mut exchange.tag)
    }

    #[inline]
    fn remove(&mut self, index: usize) -> Option<Exchange<T>> {
        if index == 0 { self.exchanges.pop_front() } else { self.exchanges.remove(index) }
    }

    /// The exchange that a message with this number belongs to.
    #[inline]
    fn find(&self, sequence: u32) -> Option<usize> {
        match self.exchanges.front() {
            Some(oldest) if oldest.sequence == sequence && !oldest.ended => Some(0),
            _ => self.search(sequence),
        }
    }

    fn search(&self, sequence: u32) -> Option<usize> {
        self.exchanges.iter().position(|exchange| exchange.overlaps(sequence, 1) && !exchange.ended)
    }

    fn find_mut(&mut self, sequence: u32) -> Option<&mut Exchange<T>> {
        self.find(sequence).and_then(|index| self.exchanges.get_mut(index))
    }

    #[inline]
    fn find_any(&self, sequence: u32) -> Option<usize> {
        match self.exchanges.front() {
            Some(oldest) if oldest.sequence == sequence => Some(0),
            _ => self.search_any(sequence),
        }
    }

    fn search_any(&self, sequence: u32) -> Option<usize> {
        self.exchanges.iter().position(|exchange| exchange.sequence == sequence)
    }
}

impl<T> Exchange<T> {
    #[inline]
    fn span(&self) -> u32 {
        match self.expect {
            Expect::Batch { count } => count.max(1),
            _ => 1,
        }
    }

    #[inline]
    fn overlaps(&self, first: u32, span: u32) -> bool {
        first.wrapping_sub(self.sequence) < self.span() || self.sequence.wrapping_sub(first) < span
    }

    fn heard(&mut self) -> Heard<'_, T> {
        Heard::Ended { sequence: self.sequence, tag: &mut self.tag }
    }

    /// Takes note of a message; whether it is an object to keep.
    fn hear(&mut self, message: &Message<'_>) -> bool {
        self.interrupted |= message.header.flags.contains(Flags::DUMP_INTR);
        match Reply::of(message) {
            Reply::Object => {
                if self.expect == Expect::Answer && !message.header.flags.contains(Flags::MULTI) {
                    self.end(None);
                }
                return true;
            }
            Reply::Verdict(verdict) => self.verdict(message.header.sequence, verdict),
            Reply::Done(verdict) => self.done(verdict),
            Reply::Overrun => self.end(Some(Failure::Lost)),
            Reply::Malformed => self.end(Some(Failure::Malformed)),
            Reply::Nothing => (),
        }
        false
    }

    fn verdict(&mut self, sequence: u32, verdict: Verdict<'_>) {
        if let Expect::Batch { count } = self.expect {
            let place = sequence.wrapping_sub(self.sequence);
            if verdict.errno != 0 {
                self.outcome.rare().refusals.push((place, Refusal::new(verdict)));
            }
            if place + 1 >= count {
                self.end(None);
            }
        } else if verdict.errno != 0 {
            self.end(Some(Failure::Refused(Refusal::new(verdict))));
        } else if self.expect != Expect::Dump {
            self.remark(verdict);
            self.end(None);
        }
    }

    fn done(&mut self, verdict: Verdict<'_>) {
        let failure = match verdict.errno {
            0 if self.interrupted => Some(Failure::Interrupted),
            0 => None,
            _ => Some(Failure::Refused(Refusal::new(verdict))),
        };
        if verdict.errno == 0 {
            self.remark(verdict);
        }
        self.end(failure);
    }

    fn remark(&mut self, verdict: Verdict<'_>) {
        if !verdict.extended.is_empty() {
            self.outcome.rare().remark = Some(Bytes::copy_from_slice(verdict.extended));
        }
    }

    fn end(&mut self, failure: Option<Failure>) {
        self.ended = true;
        self.outcome.failure = failure.map(Box::new);
    }
}

#[cfg(test)]
mod tests;
