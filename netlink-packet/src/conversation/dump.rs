//! A dump on a socket of its own.

use super::Failure;
use crate::control::{RawError, Reply};
use crate::header::{Flags, Header, Message, Messages};
use bytes::Bytes;

/// State of a dump on a socket of its own: the caller receives datagrams, and passes their messages to
/// [`read`](Self::read).
///
/// ```
/// use netlink_packet::{Dump, Flags, Header, Messages, NLMSG_DONE};
///
/// // What a kernel might send: an object and the end, in one datagram.
/// let object = Header { length: 16, message_type: 16, flags: Flags::MULTI, sequence: 1, port: 0 };
/// let done = Header { length: 20, message_type: NLMSG_DONE, ..object };
/// let datagram = [&object.to_bytes()[..], &done.to_bytes(), &0i32.to_ne_bytes()].concat();
///
/// let mut dump = Dump::new(0, 1);
/// let mut messages = Messages::new(&datagram);
/// assert_eq!(dump.read(&mut messages).map(|message| message.header.message_type), Some(16));
/// assert!(dump.read(&mut messages).is_none());
/// assert_eq!(dump.ending(), Some(&Ok(())));
/// ```
#[derive(Clone, Debug)]
pub struct Dump {
    port: u32,
    sequence: u32,
    finished: bool,
    interrupted: bool,
    ending: Option<Result<(), Failure>>,
    ext_ack: Option<Bytes>,
}

impl Dump {
    /// A dump requested with this sequence number on the socket with this port id.
    ///
    /// Port 0 is not compared: see [`Conversation::new`](super::Conversation::new).
    pub fn new(port: u32, sequence: u32) -> Self {
        Dump { port, sequence, finished: false, interrupted: false, ending: None, ext_ack: None }
    }

    /// Whether a message with this header belongs to it.
    #[inline]
    fn awaits(&self, header: &Header) -> bool {
        header.sequence == self.sequence && (self.port == 0 || header.port == self.port)
    }

    /// The next object of the dump among a datagram's messages. `None` means that the datagram is exhausted: then check
    /// [`ending`](Self::ending), and receive the next one while that is `None`.
    #[inline(always)]
    pub fn read<'a>(&mut self, messages: &mut Messages<'a>) -> Option<Message<'a>> {
        while self.ending.is_none() {
            let Some(message) = messages.next() else {
                self.check_rest(messages.rest());
                return None;
            };
            if !self.awaits(&message.header) {
                continue;
            }
            if message.header.flags.contains(Flags::DUMP_INTR) {
                self.interrupted = true;
            }
            match Reply::of(&message) {
                Reply::Object => return Some(message),
                other => self.control(other),
            }
        }
        None
    }

    #[cold]
    fn control(&mut self, reply: Reply<'_>) {
        self.finished |= matches!(reply, Reply::Done(_));
        if let Reply::Ack(ack) | Reply::Done(ack) = &reply {
            let ext_ack = ack.errno == 0 && !ack.extended.is_empty();
            self.ext_ack = ext_ack.then(|| Bytes::copy_from_slice(ack.extended));
        }
        self.ending = match reply {
            Reply::Ack(ack) | Reply::Done(ack) if ack.errno != 0 => {
                Some(Err(Failure::Kernel(RawError::new(ack))))
            }
            // Some generic families acknowledge a dump instead of ending it.
            Reply::Ack(_) | Reply::Done(_) if self.interrupted => Some(Err(Failure::Interrupted)),
            Reply::Ack(_) | Reply::Done(_) => Some(Ok(())),
            Reply::Overrun => Some(Err(Failure::Lost)),
            Reply::Malformed => Some(Err(Failure::Malformed)),
            Reply::Object | Reply::Nothing => None,
        };
    }

    /// The bytes after the last message: a truncated message of this dump if they begin with its header.
    #[inline]
    fn check_rest(&mut self, rest: &[u8]) {
        if Header::read(rest).is_some_and(|header| self.awaits(&header)) {
            self.ending = Some(Err(Failure::Malformed));
        }
    }

    /// The datagram was truncated: messages are lost. `length` is its full length.
    pub fn truncated(&mut self, length: usize) {
        self.ending.get_or_insert(Err(Failure::Truncated { length }));
    }

    /// The receive buffer overflowed (`ENOBUFS`): messages may be lost.
    pub fn overrun(&mut self) {
        self.ending.get_or_insert(Err(Failure::Lost));
    }

    /// Whether the end of the dump (`NLMSG_DONE`) was read, so that the socket is free for another one.
    ///
    /// After any other ending, an error included, the kernel may still be dumping: if it could not begin it reports
    /// `ENOBUFS`, and continues with the next receive. Another dump on the socket would fail with `EBUSY`.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether it was interrupted so far (`NLM_F_DUMP_INTR`); it will then end as [`Failure::Interrupted`].
    pub fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// How it ended; `None` while it is in progress.
    pub fn ending(&self) -> Option<&Result<(), Failure>> {
        self.ending.as_ref()
    }

    /// Extended ack of a successful end, mostly a warning: the bytes of an
    /// [`ExtAck`](crate::control::ExtAck).
    pub fn ext_ack(&self) -> Option<&Bytes> {
        self.ext_ack.as_ref()
    }
}
