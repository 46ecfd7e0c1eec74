//! Requests of tokio tasks. There is no driver task: whoever waits tries the socket, hands others the answers that are
//! theirs, and waits for readiness only when there was nothing.
//!
//! Two locks, always in this order, neither held while sending nor across an await: the connection's state, and the
//! wakers of those that wait. The reactor wakes through the second alone, so that it can be polled under the first.

use super::call::{Answered, Call, send};
use super::clock::Timer;
use super::dump::{DumpSocket, try_recv_all};
use super::receive::{Received, own, receive, try_recv};
use super::state::State;
use super::waiting::Place;
use crate::connection::Connection;
use crate::error::{Fault, unanswered, unsendable};
use crate::resolve;
use netlink_packet::Outcome;
use netlink_packet::control::is_acknowledgement;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

/// A request on its way: from its sending to its outcome. Dropping it gives the answer up.
pub(crate) struct Exchange {
    connection: Arc<Connection>,
    sequence: u32,
    waits: bool,
    ended: bool,
    timer: Timer,
}

impl Exchange {
    /// Sends a request.
    pub(crate) fn start(connection: Arc<Connection>, call: Call<'_>) -> io::Result<Self> {
        let Call { message, message_type, flags, expect, timeout, for_route, tables } = call;
        let connection = if for_route { connection.to_route() } else { connection }.into_here()?;
        let begun = connection.lock().conversation.request(message, message_type, flags, expect, ());
        let sequence = begun.map_err(unsendable)?;
        let exchange =
            Exchange { connection, sequence, waits: false, ended: false, timer: Timer::new(timeout) };
        // Complete, or it would have no number.
        let Connection { log, socket, .. } = &*exchange.connection;
        send(log, socket, message.as_written(), tables)?;
        resolve::sent(message_type);
        Ok(exchange)
    }

    /// The outcome; `TimedOut` where there is none in time.
    pub(crate) fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Outcome>> {
        self.poll(cx).map_ok(Answered::into_outcome)
    }

    /// The same, where a plain acknowledgement needs no outcome.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Answered>> {
        // Nothing else yields where the kernel answers at once: a task that never waits would starve its thread.
        let progress = ready!(::tokio::task::coop::poll_proceed(cx));
        let mut woken = Vec::new();
        let polled = self.poll_socket(cx, &mut woken);
        woken.into_iter().for_each(Waker::wake);
        if polled.is_ready() {
            progress.made_progress();
            self.ended = matches!(polled, Poll::Ready(Ok(_)));
            return polled;
        }
        self.timer.poll(cx)
    }

    /// Gives others their answers on the way; `woken` are those to be told.
    fn poll_socket(&mut self, cx: &mut Context<'_>, woken: &mut Vec<Waker>) -> Poll<io::Result<Answered>> {
        if self.connection.socket.is_inherited() {
            return Poll::Ready(Err(Fault::Forked.into()));
        }
        let mut state = self.connection.lock();
        let state = &mut *state;
        // Once it waits it asks the reactor, which knows whether it is worth a system call.
        while !self.waits {
            if let Some(outcome) = state.conversation.take(self.sequence) {
                return Poll::Ready(Ok(Answered::With(outcome)));
            }
            let received = receive(&mut state.chunk, &mut state.room, try_recv(&self.connection.socket));
            if received.is_ok()
                && is_acknowledgement(&state.chunk, self.sequence)
                && state.conversation.acknowledge(self.sequence)
            {
                state.chunk.clear();
                return Poll::Ready(Ok(Answered::Plainly));
            }
            let wakers = Arc::clone(&state.waiting.wakers);
            match state.received(received, |sequence| wakers.tell(sequence, self.sequence, woken)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.waits = true;
                    state.waiting.count += 1;
                }
                result => result.map_err(unanswered)?,
            }
        }
        let wakers = Arc::clone(&state.waiting.wakers);
        wakers.set(self.sequence, cx.waker());
        loop {
            if let Some(outcome) = state.conversation.take(self.sequence) {
                return Poll::Ready(Ok(Answered::With(outcome)));
            }
            let mut ended = |sequence| wakers.tell(sequence, self.sequence, woken);
            if let Poll::Ready(result) = state.poll_reactor(&self.connection, &mut ended) {
                result.map_err(unanswered)?;
                continue;
            }
            // That nothing is left to receive ends it, too, after an overrun.
            let lost = state.conversation.take(self.sequence);
            return lost.map_or(Poll::Pending, |outcome| Poll::Ready(Ok(Answered::With(outcome))));
        }
    }
}

impl Drop for Exchange {
    #[inline]
    fn drop(&mut self) {
        if !self.ended || self.waits {
            self.leave();
        }
    }
}

impl Exchange {
    /// Ends what goes on, and waits no more.
    #[inline(never)]
    fn leave(&mut self) {
        let mut state = self.connection.lock();
        state.conversation.close(self.sequence);
        if self.waits {
            let waker = state.waiting.wakers.take(self.sequence);
            state.waiting.count -= 1;
            if state.waiting.count == 0 {
                // Under the lock: a socket can't be registered twice, and the next one may wait any moment.
                state.waiting.reactors.clear();
            }
            // What dropping a waker does is the runtime's, and better done without the lock.
            drop(state);
            drop(waker);
        }
    }
}

impl State {
    /// Receives one datagram, once the reactor says that there is one.
    fn poll_reactor(&mut self, connection: &Connection, ended: &mut impl FnMut(u32)) -> Poll<io::Result<()>> {
        let place = self.waiting.place(&connection.socket)?;
        let waker = Waker::from(Arc::clone(&self.waiting.wakers));
        let mut cx = Context::from_waker(&waker);
        let mut pending = false;
        let reactors = std::mem::take(&mut self.waiting.reactors);
        let received = receive(&mut self.chunk, &mut self.room, |chunk| {
            match reactors.get(place).map(|(_, reactor)| reactor.poll_recv(&mut cx, chunk)) {
                Some(Poll::Ready(result)) => result,
                Some(Poll::Pending) | None => {
                    pending = true;
                    Err(io::ErrorKind::WouldBlock.into())
                }
            }
        });
        let received = self.received(received, ended);
        self.waiting.reactors = reactors;
        if pending { Poll::Pending } else { Poll::Ready(received) }
    }
}

/// Receives a datagram of a dump, which has its socket for itself: `Ready` at once, but for slow kernels.
pub(crate) fn poll_dump(
    socket: &mut DumpSocket,
    place: &mut Place,
    cx: &mut Context<'_>,
) -> Poll<io::Result<Received>> {
    if !place.is_taken() {
        match socket.receive() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => (),
            result => return Poll::Ready(result),
        }
    }
    let DumpSocket { socket, chunk, overflow, room, .. } = socket;
    own(socket)?;
    let readiness = place.here(socket)?;
    let mut pending = false;
    let mut try_recv = |chunk: &mut _| readiness.poll_io(cx, |socket| try_recv_all(socket, chunk, overflow));
    let received = receive(chunk, room, |chunk| match try_recv(chunk) {
        Poll::Ready(result) => result,
        Poll::Pending => {
            pending = true;
            Err(io::ErrorKind::WouldBlock.into())
        }
    });
    if pending { Poll::Pending } else { Poll::Ready(received) }
}
