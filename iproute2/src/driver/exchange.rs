//! Messages that are sent one after another, and how those who wait follow them.

use super::call::{Answered, Call};
use super::waiter::Waiter;
use crate::connection::Connection;
use netlink_packet::Outcome;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A way to wait for what becomes of messages on the socket that requests share.
pub(crate) trait Exchanges: Waiter {
    /// A message on its way, if there is one.
    type Exchange: Default + Send + Sync + Unpin;

    /// Sends messages one after another, unless one is on its way, and waits for what becomes of them.
    fn poll_exchange<M: Messages>(
        exchange: &mut Self::Exchange,
        connection: &Arc<Connection>,
        messages: &mut M,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M::Output, M::Error>>;
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
