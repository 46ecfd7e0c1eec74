//! A message that is sent, and what became of it.

use crate::connection::Connection;
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

/// Messages that follow from each other's answers.
pub(crate) trait Messages {
    /// What comes of them in the end.
    type Output;
    type Error;

    /// The next message to send.
    fn next(&mut self, connection: &Connection) -> Result<Call<'_>, Self::Error>;

    /// Takes what became of the message that was sent last. `None` means that there is a next one.
    fn answered(&mut self, answered: io::Result<Answered>) -> Result<Option<Self::Output>, Self::Error>;
}

/// One message, whatever becomes of it.
impl Messages for Call<'_> {
    type Output = Outcome;
    type Error = io::Error;

    fn next(&mut self, _: &Connection) -> io::Result<Call<'_>> {
        Ok(Call { message: &mut *self.message, ..*self })
    }

    fn answered(&mut self, answered: io::Result<Answered>) -> io::Result<Option<Outcome>> {
        answered.map(|answered| Some(answered.into_outcome()))
    }
}
