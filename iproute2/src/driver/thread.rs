//! How a thread waits: asleep in a system call. The lock is held for the whole request, since a sleeping thread can't
//! be notified that another one took its answer. Answers arrive at once.

use super::call::{Answered, Call, send};
use super::clock::Clock;
use super::exchange::{Exchanges, Messages};
use super::receive::Received;
use super::state::State;
use super::waiter::Waiter;
use crate::connection::{ANY_PORT, Connection};
use crate::error::{unanswered, unsendable};
use crate::mode::Blocking;
use crate::resolve;
use netlink_packet::control::is_acknowledgement;
use netlink_packet::{Exchange, Flags, Header, Outcome};
use netlink_sys::Socket;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

impl Waiter for Blocking {
    type Place = ();
    type Alarm = ();

    const TAKES_TURNS: bool = false;

    fn now() -> Instant {
        Instant::now()
    }

    #[inline(always)]
    fn poll_io<T>(
        (): &mut (),
        socket: &Arc<Socket>,
        _: &mut Context<'_>,
        mut receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        match receive(socket) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
            received => Poll::Ready(received),
        }
    }

    fn look((): &mut ()) {}

    fn poll_sleep(
        (): &mut (),
        sockets: &[&Socket],
        until: Option<Instant>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<bool>> {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        Poll::Ready(match sockets {
            [socket] => socket.wait_readable(left),
            sockets => Socket::wait_any_readable(sockets, left),
        })
    }

    #[inline(always)]
    fn poll_in_turn<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        poll(cx)
    }
}

impl Exchanges for Blocking {
    type Exchange = ();

    #[inline(always)]
    fn poll_exchange<M: Messages>(
        (): &mut (),
        connection: &Arc<Connection>,
        messages: &mut M,
        _: &mut Context<'_>,
    ) -> Poll<Result<M::Output, M::Error>> {
        loop {
            let answered = exchange(connection, messages.next(connection)?);
            if let Some(output) = messages.answered(answered)? {
                return Poll::Ready(Ok(output));
            }
        }
    }
}

/// Waits in the calling thread: polling for a thread sleeps.
#[inline(always)]
pub(crate) fn wait<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(ready) = poll(&mut cx) {
            return ready;
        }
    }
}

/// Sends a request and waits for its outcome; `TimedOut` if there is none in time.
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
        Ok(Received::Datagram { .. }) if is_acknowledgement(&state.chunk, sequence) => {
            state.chunk.clear();
            Ok(Answered::Plainly)
        }
        first => state
            .follow(&connection.socket, first, Exchange::new(ANY_PORT, sequence, expect), timeout)
            .map(Answered::With),
    }
}

impl State {
    /// Follows an exchange from the first datagram to its end.
    fn follow(
        &mut self,
        socket: &Socket,
        first: io::Result<Received>,
        mut exchange: Exchange,
        timeout: Option<Duration>,
    ) -> io::Result<Outcome> {
        let mut clock = Clock::<Blocking>::new(timeout);
        let mut received = first;
        loop {
            match received {
                Ok(Received::Datagram { full_length }) => exchange.receive(&mut self.chunk, full_length),
                Ok(Received::Overrun) => exchange.overrun(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !exchange.queue_is_empty() {
                        wait(|cx| clock.poll_sleep(socket, cx)).map_err(unanswered)?;
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
