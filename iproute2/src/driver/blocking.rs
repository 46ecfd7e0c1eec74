//! Requests of callers that wait: the lock is held for the whole request, since a thread asleep in a system
//! call can't be told that another took its answer. Answers come at once.

use super::call::{Answered, Call, send};
use super::receive::Received;
use super::state::State;
use crate::connection::{ANY_PORT, Connection};
use crate::error::{unanswered, unsendable};
use crate::resolve;
use netlink_packet::control::is_acknowledgement;
use netlink_packet::{Exchange, Flags, Header, Outcome};
use netlink_sys::Socket;
use std::io;
use std::time::{Duration, Instant};

/// Sends a request and waits for how it ends; `TimedOut` where it doesn't in time.
#[inline(always)]
pub(crate) fn exchange(connection: &Connection, call: Call<'_>) -> io::Result<Answered> {
    let Call { message, message_type, flags, expect, timeout, for_route, tables } = call;
    let connection = if for_route { connection.route() } else { connection }.here()?;
    let state = &mut *connection.lock();
    let sequence = state.number();
    let header = Header { message_type, flags: flags | Flags::REQUEST, sequence, ..Header::default() };
    let message = message.set_header(header).map_err(unsendable)?;
    send(&connection.log, &connection.socket, message, tables)?;
    resolve::sent(message_type);
    match state.receive_alone(&connection.socket) {
        Ok(Received::DatagramInfo { .. }) if is_acknowledgement(&state.chunk, sequence) => {
            state.chunk.clear();
            Ok(Answered::Plainly)
        }
        first => state
            .follow(&connection.socket, first, Exchange::new(ANY_PORT, sequence, expect), timeout)
            .map(Answered::With),
    }
}

impl State {
    /// Follows an exchange from the first datagram on to its end.
    fn follow(
        &mut self,
        socket: &Socket,
        first: io::Result<Received>,
        mut exchange: Exchange,
        timeout: Option<Duration>,
    ) -> io::Result<Outcome> {
        let mut deadline = Deadline::new(timeout);
        let mut received = first;
        loop {
            match received {
                Ok(Received::DatagramInfo { full_length }) => exchange.receive(&mut self.chunk, full_length),
                Ok(Received::Overrun) => exchange.overrun(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !exchange.queue_is_empty() {
                        deadline.wait(socket).map_err(unanswered)?;
                    }
                }
                Err(error) => return Err(unanswered(error)),
            }
            if exchange.is_ended() {
                return Ok(exchange.into_outcome());
            }
            received = self.receive_alone(socket);
        }
    }
}

/// The point in time by which an answer must have come; the clock is read only once something has to wait.
pub(crate) struct Deadline {
    timeout: Option<Duration>,
    started: Option<Instant>,
}

impl Deadline {
    pub(crate) fn new(timeout: Option<Duration>) -> Self {
        Deadline { timeout, started: None }
    }

    /// Waits until there is something to receive.
    pub(crate) fn wait(&mut self, socket: &Socket) -> io::Result<()> {
        if self.wait_until(socket, None)? { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
    }

    /// The same, but no longer than until then: `false` where that comes first.
    pub(crate) fn wait_until(&mut self, socket: &Socket, until: Option<Instant>) -> io::Result<bool> {
        let elapsed = self.started.get_or_insert_with(Instant::now).elapsed();
        let own = self.timeout.map(|timeout| timeout.saturating_sub(elapsed));
        let others = until.map(|until| until.saturating_duration_since(Instant::now()));
        if socket.wait_readable(own.into_iter().chain(others).min())? {
            return Ok(true);
        }
        // Without a time of its own it can only have been the other one.
        if own.is_some_and(|own| others.is_none_or(|others| own <= others)) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(false)
    }
}
