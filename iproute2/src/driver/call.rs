//! A message that is sent, and what became of it.

use crate::trace::{Log, Tables};
use netlink_packet::{Buffer, Expect, Flags, Outcome};
use netlink_sys::Socket;
use std::io;
use std::time::Duration;

/// A message that is to be sent now.
pub(crate) struct Call<'a> {
    pub(crate) message: &'a mut Buffer,
    pub(crate) message_type: u16,
    pub(crate) flags: Flags,
    pub(crate) expect: Expect,
    pub(crate) timeout: Option<Duration>,
    /// Whether it is for the route family, which knows the names of devices, and not for the connection's own.
    pub(crate) for_route: bool,
    /// What it and its replies consist of, for the log.
    pub(crate) tables: &'static Tables,
}

/// Sends a message that is complete.
#[inline(always)]
pub(crate) fn send(log: &Log, socket: &Socket, message: &[u8], tables: &'static Tables) -> io::Result<()> {
    log.sent(socket, message, tables);
    socket.send(message).map(drop)
}

/// What became of a message that was sent.
pub(crate) enum Answered {
    /// It was acknowledged, and that is all.
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
