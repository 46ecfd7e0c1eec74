//! A message to be sent, and its outcome.

use crate::trace::{Log, Tables};
use netlink_packet::{Buffer, Expect, Flags, Outcome};
use netlink_sys::Socket;
use std::io;
use std::time::Duration;

/// A message to be sent.
pub(crate) struct Call<'a> {
    pub(crate) message: &'a mut Buffer,
    pub(crate) message_type: u16,
    pub(crate) flags: Flags,
    pub(crate) expect: Expect,
    pub(crate) timeout: Option<Duration>,
    /// Whether it goes to the route family, which resolves names of devices, instead of the connection's own.
    pub(crate) for_route: bool,
    /// The tables of the message and its replies, for the log.
    pub(crate) tables: &'static Tables,
}

/// Sends a complete message.
#[inline(always)]
pub(crate) fn send(log: &Log, socket: &Socket, message: &[u8], tables: &'static Tables) -> io::Result<()> {
    log.sent(socket, message, tables);
    socket.send(message).map(drop)
}

/// The outcome of a sent message.
pub(crate) enum Answered {
    /// It was acknowledged, without objects.
    Plainly,
    With(Outcome),
}

impl Answered {
    pub(crate) fn into_outcome(self) -> Outcome {
        match self {
            Answered::Plainly => Outcome::default(),
            Answered::With(outcome) => outcome,
        }
    }
}
