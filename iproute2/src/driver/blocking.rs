//! Requests of callers that wait: the lock is held for the whole request, since a thread asleep in a system
//! call can't be told that another took its answer. Answers come at once.

use crate::connection::Connection;
use netlink_packet::{Buffer, Exchange, Expect, Flags, Header, Outcome};
use netlink_sys::Socket;
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

/// Sends a request and waits for how it ends; `TimedOut` where it doesn't in time.
#[inline]
pub(crate) fn exchange(
    connection: &Connection,
    message: &mut Buffer,
    kind: u16,
    flags: Flags,
    expect: Expect,
    timeout: Option<Duration>,
) -> io::Result<Outcome> {
    let mut state = connection.lock();
    let sequence = state.number();
    message.set_header(Header { kind, flags: flags | Flags::REQUEST, sequence, ..Header::default() });
    let mut exchange = Exchange::new(sequence, expect);
    connection.send(message.message())?;
    let mut deadline = Deadline::new(timeout);
    while !exchange.is_ended() {
        match state.receive_alone(&mut exchange, &connection.socket) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if !exchange.queue_is_empty() {
                    deadline.wait(&connection.socket)?;
                }
            }
            result => result?,
        }
    }
    Ok(exchange.into_outcome())
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
        let elapsed = self.started.get_or_insert_with(Instant::now).elapsed();
        let left = self.timeout.map(|timeout| timeout.saturating_sub(elapsed));
        if socket.wait_readable(left)? { Ok(()) } else { Err(ErrorKind::TimedOut.into()) }
    }
}
