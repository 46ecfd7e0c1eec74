//! The conversation with the kernel without I/O: matches replies to requests, and ends each exchange.
//!
//! It has no socket, clock or task: datagrams go in, outcomes come out. A driver sends requests with the sequence numbers
//! of [`Conversation::open`], receives, passes each datagram to [`Conversation::receive`], and takes the
//! outcomes. [`Exchange`] is the same for one request at a time, and [`Dump`] for a dump on a socket of its own, without keeping its messages.
//!
//! An exchange ends in one of these ways, each once:
//!
//! | received | outcome |
//! | --- | --- |
//! | an acknowledgement; the only object; the end of a multipart reply; an acknowledgement instead of that end | `Ok` |
//! | an errno, in an ack or at the end of a dump | [`Failure::Kernel`] |
//! | `NLM_F_DUMP_INTR` on any part, then the end | [`Failure::Interrupted`] |
//! | `ENOBUFS`, and an empty queue | [`Failure::Lost`] |
//! | a truncated message, or a control message without a code | [`Failure::Malformed`] |
//! | a datagram longer than the buffer | [`Failure::Truncated`] |
//! | nothing: the caller gives up | [`Conversation::close`]; a late reply is dropped |
//!
//! A message belongs to an exchange if it carries the exchange's sequence number **and** the port id of the socket, which the
//! kernel writes into every reply. A notification caused by another program's request can have the same number, but not
//! the same port id: it is an event.

mod dump;
mod exchange;

pub use dump::Dump;
pub use exchange::{Exchange, Expect, Failure, Objects, Outcome, RequestError};

use crate::buffer::Buffer;
use crate::control::request_header;
use crate::header::{Flags, Header, Message};
use bytes::BytesMut;
use exchange::Listener;
use std::collections::VecDeque;
use std::mem;

/// What [`Conversation::receive`] reports to its caller.
#[derive(Debug)]
#[non_exhaustive]
pub enum Incoming<'a, T> {
    /// An exchange has ended: its outcome can be taken.
    Ended {
        /// Its sequence number.
        sequence: u32,
        /// The tag given to it.
        tag: &'a mut T,
    },
    /// A notification: a message that answers no request, of a multicast group.
    Event(Message<'a>),
}

/// Exchanges on one socket, each with a tag of the driver's (a waker, say).
#[derive(Debug)]
pub struct Conversation<T> {
    /// In the order in which they were opened, so that the next one to be answered is mostly the first.
    exchanges: VecDeque<Open<T>>,
    /// How many sequence numbers have been assigned; the lower half is the number of the next exchange.
    next: u64,
    /// The port id of the socket; 0 if unknown.
    port: u32,
}

/// How many sequence numbers there are.
const NUMBERS: u64 = 1 << 32;

#[derive(Debug)]
struct Open<T> {
    exchange: Exchange,
    /// The sequence number before it wraps.
    place: u64,
    tag: T,
}

impl<T> Conversation<T> {
    /// A conversation on the socket with this port id (`nl_pid`), which the kernel's replies carry.
    ///
    /// Port 0 is not compared: for a socket that isn't bound yet and joins no multicast group, and for a family whose
    /// replies don't carry it (audit). In a group, notifications of other programs' requests could then be taken
    /// for replies, and late replies for notifications.
    pub fn new(port: u32) -> Self {
        Self::starting_at(port, 1)
    }

    /// A conversation whose first exchange has this sequence number.
    pub fn starting_at(port: u32, next: u32) -> Self {
        Conversation { exchanges: VecDeque::new(), next: next.into(), port }
    }

    /// Exchanges that have not been taken or closed.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether there are no exchanges.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// Opens an exchange whose request the caller writes, and returns its sequence number (of a batch, that of the first request).
    ///
    /// # Errors
    /// [`RequestError::NoNumber`]: not enough of the 4,294,967,295 sequence numbers are free.
    #[inline]
    pub fn open(&mut self, expect: Expect, tag: T) -> Result<u32, RequestError> {
        let span = expect.span();
        let sequence = self.reserve(span).ok_or(RequestError::NoNumber)?;
        let exchange = Exchange::new(self.port, sequence, expect);
        self.exchanges.push_back(Open { exchange, place: self.next, tag });
        self.next += u64::from(span);
        Ok(sequence)
    }

    /// Opens an exchange and writes the header of its request: message type, flags and sequence number. Then send
    /// [the message](Buffer::message).
    ///
    /// The flags that the expected reply requires are set: `NLM_F_REQUEST` always, `NLM_F_ACK` for [`Expect::Ack`], `NLM_F_DUMP` for
    /// [`Expect::Dump`]. In a batch, whose requests have consecutive numbers, only the last has to request an
    /// acknowledgement.
    ///
    /// # Errors
    /// [`RequestError::Incomplete`]: the message has an invalid value or an unresolved
    /// device. [`RequestError::NoNumber`] as for [`open`](Self::open). No exchange is opened then.
    #[inline]
    pub fn request(
        &mut self,
        message: &mut Buffer,
        message_type: u16,
        flags: Flags,
        expect: Expect,
        tag: T,
    ) -> Result<u32, RequestError> {
        message.check()?;
        let sequence = self.open(expect, tag)?;
        message.write_header(request_header(message_type, flags | expect.flags(), sequence));
        Ok(sequence)
    }

    /// Free sequence numbers: 0 marks unsolicited messages, and after a wrap the oldest exchanges may still be open.
    /// `None` if there are none.
    #[expect(clippy::cast_possible_truncation, reason = "numbers wrap")]
    #[inline]
    fn reserve(&mut self, span: u32) -> Option<u32> {
        let first = self.next as u32;
        let oldest = self.exchanges.front().map_or(self.next, |oldest| oldest.place);
        let may_collide = self.next + u64::from(span) - oldest >= NUMBERS;
        if first != 0 && first.checked_add(span - 1).is_some() && !may_collide {
            return Some(first);
        }
        let place = self.search(span)?;
        self.next = place;
        Some(place as u32)
    }

    /// The next range of free numbers, looking at each exchange once.
    #[expect(clippy::cast_possible_truncation, reason = "numbers wrap")]
    #[cold]
    fn search(&self, span: u32) -> Option<u64> {
        let mut place = self.next;
        while place < self.next + NUMBERS {
            let first = place as u32;
            if first == 0 {
                place += 1;
            } else if first.checked_add(span - 1).is_none() {
                place += NUMBERS - u64::from(first);
            } else if let Some(open) = self.exchanges.iter().find(|open| open.exchange.overlaps(first, span))
            {
                let behind = open.exchange.sequence.wrapping_add(open.exchange.span());
                place += u64::from(behind.wrapping_sub(first));
            } else {
                return Some(place);
            }
        }
        None
    }

    /// Reads a datagram received from the kernel, and reports the exchanges that it ended and the notifications in it.
    ///
    /// Kept objects share the datagram's memory, split off `datagram`; if nothing is kept, it is cleared and its
    /// capacity can be reused. `full_length` is the length of the datagram: more than `datagram` has if it was
    /// truncated.
    pub fn receive(
        &mut self,
        datagram: &mut BytesMut,
        full_length: usize,
        hear: impl FnMut(Incoming<'_, T>),
    ) {
        exchange::receive(&mut Hearing { conversation: self, hear }, datagram, full_length);
    }

    /// The receive buffer overflowed (`ENOBUFS`). Queued datagrams can still be read; after them
    /// call [`queue_is_empty`](Self::queue_is_empty).
    pub fn overrun(&mut self) {
        self.exchanges.iter_mut().for_each(|open| open.exchange.overrun());
    }

    /// The socket's queue is empty: exchanges hit by an overrun end as [`Failure::Lost`].
    pub fn queue_is_empty(&mut self, mut hear: impl FnMut(Incoming<'_, T>)) {
        for open in &mut self.exchanges {
            if open.exchange.queue_is_empty() {
                hear(open.heard());
            }
        }
    }

    /// Removes an exchange that has ended, and returns its outcome; `None` while it is in progress.
    #[inline]
    pub fn take(&mut self, sequence: u32) -> Option<Outcome> {
        let (index, exchange) = self.find(|exchange| exchange.sequence == sequence)?;
        if exchange.is_ended() { self.take_ended(index) } else { None }
    }

    #[inline]
    fn take_ended(&mut self, index: usize) -> Option<Outcome> {
        self.remove(index).map(|open| open.exchange.into_outcome())
    }

    /// Fast path for the common case, a datagram that is just the [acknowledgement](crate::control::is_acknowledgement) of
    /// an exchange. Returns whether it ended the exchange successfully and removed it; if not, pass the datagram to
    /// [`receive`](Self::receive).
    #[inline]
    pub fn acknowledge(&mut self, sequence: u32) -> bool {
        let first = self.exchanges.front().map(|open| &open.exchange);
        let ends = first.is_some_and(|exchange| {
            exchange.sequence == sequence
                && exchange.is_untouched()
                && matches!(exchange.expect, Expect::Ack | Expect::Answer)
        });
        if ends {
            if let Some(open) = self.exchanges.pop_front() {
                // Untouched, it holds nothing that would have to be dropped.
                mem::forget(open.exchange);
            }
        }
        ends
    }

    /// Closes an exchange: later replies are dropped. Returns its tag.
    pub fn close(&mut self, sequence: u32) -> Option<T> {
        let index = self.place(|exchange| exchange.sequence == sequence)?;
        self.remove(index).map(|open| open.tag)
    }

    /// The tag of an exchange.
    pub fn tag(&mut self, sequence: u32) -> Option<&mut T> {
        let index = self.place(|exchange| exchange.sequence == sequence)?;
        self.exchanges.get_mut(index).map(|open| &mut open.tag)
    }

    /// The tags of the exchanges in progress.
    pub fn waiting(&mut self) -> impl Iterator<Item = &mut T> {
        self.exchanges.iter_mut().filter(|open| !open.exchange.is_ended()).map(|open| &mut open.tag)
    }

    #[inline]
    fn remove(&mut self, index: usize) -> Option<Open<T>> {
        if index == 0 { self.exchanges.pop_front() } else { self.exchanges.remove(index) }
    }

    /// The place of the first exchange for which this is true.
    #[inline]
    fn place(&self, is_it: impl Fn(&Exchange) -> bool) -> Option<usize> {
        self.find(is_it).map(|(index, _)| index)
    }

    /// The first exchange for which this is true, mostly the very first one, and its place.
    #[inline]
    fn find(&self, is_it: impl Fn(&Exchange) -> bool) -> Option<(usize, &Exchange)> {
        let oldest = &self.exchanges.front()?.exchange;
        if is_it(oldest) {
            return Some((0, oldest));
        }
        self.exchanges.iter().map(|open| &open.exchange).enumerate().find(|(_, exchange)| is_it(exchange))
    }
}

impl<T> Open<T> {
    fn heard(&mut self) -> Incoming<'_, T> {
        Incoming::Ended { sequence: self.exchange.sequence, tag: &mut self.tag }
    }
}

/// A conversation while it reads a datagram, and the callback for its events.
struct Hearing<'a, T, H> {
    conversation: &'a mut Conversation<T>,
    hear: H,
}

impl<T, H: FnMut(Incoming<'_, T>)> Listener for Hearing<'_, T, H> {
    #[inline]
    fn hear(&mut self, message: &Message<'_>) -> Option<&mut Objects> {
        let header = &message.header;
        let Some(index) = self.conversation.place(|exchange| exchange.awaits(header)) else {
            let port = self.conversation.port;
            if header.port != port || header.sequence == 0 || port == 0 {
                (self.hear)(Incoming::Event(*message));
            }
            return None;
        };
        let open = self.conversation.exchanges.get_mut(index)?;
        let keep = open.exchange.note(message);
        if open.exchange.is_ended() {
            (self.hear)(open.heard());
        }
        keep.then_some(&mut open.exchange.outcome.objects)
    }

    fn fail(&mut self, header: &Header, failure: Failure) {
        let index = self.conversation.place(|exchange| exchange.awaits(header));
        if let Some(open) = index.and_then(|index| self.conversation.exchanges.get_mut(index)) {
            open.exchange.fail(failure);
            (self.hear)(open.heard());
        }
    }

    fn overrun(&mut self) {
        self.conversation.overrun();
    }
}

#[cfg(test)]
mod tests;
