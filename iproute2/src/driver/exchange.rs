//! Messages that are sent one after another, and how waiters follow them.

use super::call::{Answered, Call};
use super::waiter::Waiter;
use crate::connection::Connection;
use netlink_packet::Outcome;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A way to wait for the outcome of messages on the socket that requests share.
pub(crate) trait Exchanges: Waiter {
    /// A message in flight, if there is one.
    type Exchange: Default + Send + Sync + Unpin;

    /// Sends messages one after another, unless one is in flight, and waits for their outcome.
    fn poll_exchange<M: Messages>(
        exchange: &mut Self::Exchange,
        connection: &Arc<Connection>,
        messages: &mut M,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M::Output, M::Error>>;
}

/// Messages that depend on the answers to earlier ones.
pub(crate) trait Messages {
    /// The final result.
    type Output;
    type Error;

    /// The next message to send.
    fn next(&mut self, connection: &Connection) -> Result<Call<'_>, Self::Error>;

    /// Takes the outcome of the last message. `None` means that there is a next one.
    fn answered(&mut self, answered: io::Result<Answered>) -> Result<Option<Self::Output>, Self::Error>;
}

/// A single message.
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
