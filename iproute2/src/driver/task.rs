//! How a task waits. There is no driver task: each waiting task tries the socket, passes answers on to the tasks that
//! they belong to, and waits for readiness only when there was nothing.
//!
//! Two locks, always in this order, neither held while sending nor across an await: the connection's state, and the
//! wakers of waiting tasks. The reactor wakes through the second only, so that it can be polled under the first.

use super::call::{Answered, Call, send};
use super::clock::Clock;
use super::exchange::{Exchanges, Messages};
use super::reactor::{Alarm, Place, Reactor};
use super::receive::{own, receive};
use super::state::State;
use super::waiter::Waiter;
use crate::connection::Connection;
use crate::error::{unanswered, unsendable};
use crate::rare::Rare;
use crate::resolve;
use netlink_packet::Outcome;
use netlink_packet::control::is_acknowledgement;
use netlink_sys::Socket;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

impl<R: Reactor> Waiter for R {
    type Place = Place<R>;
    type Alarm = Alarm<R>;

    const TAKES_TURNS: bool = true;

    fn now() -> Instant {
        R::time()
    }

    #[inline]
    fn poll_io<T>(
        place: &mut Place<R>,
        socket: &Arc<Socket>,
        cx: &mut Context<'_>,
        receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        place.poll_io(socket, cx, receive)
    }

    fn look(place: &mut Place<R>) {
        place.look();
    }

    fn poll_sleep(
        alarm: &mut Alarm<R>,
        _: &[&Socket],
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<bool>> {
        match until {
            Some(until) => alarm.poll(until, cx).map_ok(|()| false),
            None => Poll::Pending,
        }
    }

    #[inline]
    fn poll_in_turn<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        R::poll_in_budget(cx, poll)
    }
}

impl<R: Reactor> Exchanges for R {
    type Exchange = UnderWay<R>;

    #[inline]
    fn poll_exchange<M: Messages>(
        UnderWay { exchange, clock }: &mut UnderWay<R>,
        connection: &Arc<Connection>,
        messages: &mut M,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M::Output, M::Error>> {
        loop {
            let answered = match &mut **exchange {
                Some(exchange) => ready!(R::poll_in_budget(cx, |cx| exchange.poll(clock, cx))),
                None => match Exchange::start(connection, messages.next(connection)?, clock) {
                    Ok(started) => {
                        **exchange = Some(started);
                        continue;
                    }
                    Err(error) => Err(error),
                },
            };
            **exchange = None;
            clock.reset();
            if let Some(output) = messages.answered(answered)? {
                return Poll::Ready(Ok(output));
            }
        }
    }
}

/// A request that is on its way, if there is one, and how long its answer may take.
pub(crate) struct UnderWay<R: Reactor> {
    exchange: Rare<Exchange>,
    clock: Clock<R>,
}

impl<R: Reactor> Default for UnderWay<R> {
    fn default() -> Self {
        UnderWay { exchange: Rare::default(), clock: Clock::new(None) }
    }
}

/// A request in flight: from sending it to its outcome. Dropping it abandons the answer.
struct Exchange {
    connection: Arc<Connection>,
    sequence: u32,
    waits: bool,
    ended: bool,
}

// Inline up to where somebody waits: an outcome is 64 bytes, which each function that hands it on would move.
impl Exchange {
    /// Sends a request, and sets the clock for its answer.
    #[inline]
    fn start<R: Reactor>(
        connection: &Arc<Connection>,
        call: Call<'_>,
        clock: &mut Clock<R>,
    ) -> io::Result<Self> {
        let Call { message, message_type, flags, expect, timeout, for_route, tables } = call;
        let connection = if for_route { connection.shared_route() } else { connection }.shared_here()?;
        let begun = connection.lock().conversation.request(message, message_type, flags, expect, ());
        let sequence = begun.map_err(unsendable)?;
        let exchange = Exchange { connection: Arc::clone(connection), sequence, waits: false, ended: false };
        *clock = Clock::new(timeout);
        // Complete, or it would have no number.
        send(&connection.log, &connection.socket, message.as_written(), tables)?;
        resolve::sent(message_type);
        Ok(exchange)
    }

    /// Its outcome; `TimedOut` if there is no answer in time.
    #[inline]
    fn poll<R: Reactor>(&mut self, clock: &mut Clock<R>, cx: &mut Context<'_>) -> Poll<io::Result<Answered>> {
        let mut woken = Vec::new();
        let polled = self.poll_socket::<R>(cx, &mut woken);
        if !woken.is_empty() {
            wake(woken);
        }
        if polled.is_ready() {
            self.ended = matches!(polled, Poll::Ready(Ok(_)));
            return polled;
        }
        // This can only end in a timeout.
        ready!(clock.poll_sleep(&self.connection.socket, cx))?;
        Poll::Pending
    }

    /// Passes answers to other tasks meanwhile; `woken` collects their wakers.
    #[inline]
    fn poll_socket<R: Reactor>(
        &mut self,
        cx: &mut Context<'_>,
        woken: &mut Vec<Waker>,
    ) -> Poll<io::Result<Answered>> {
        own(&self.connection.socket)?;
        let mut state = self.connection.lock();
        let state = &mut *state;
        // Once registered, it asks the reactor whether a system call is worthwhile.
        while !self.waits {
            if let Some(outcome) = state.conversation.take(self.sequence) {
                return Poll::Ready(Ok(Answered::With(outcome)));
            }
            let received = receive(&mut state.chunk, &mut state.room, &self.connection.socket);
            if received.is_ok()
                && is_acknowledgement(&state.chunk, self.sequence)
                && state.conversation.acknowledge(self.sequence)
            {
                state.chunk.clear();
                return Poll::Ready(Ok(Answered::Plainly));
            }
            match state.received(received, self.sequence, woken) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.waits = true;
                    state.waiting.count += 1;
                }
                result => result.map_err(unanswered)?,
            }
        }
        state.waiting.wakers.set(self.sequence, cx.waker());
        state.poll_outcome::<R>(&self.connection, self.sequence, woken).map_ok(Answered::With)
    }
}

/// Wakes others: rare where the kernel answers at once.
#[cold]
fn wake(woken: Vec<Waker>) {
    woken.into_iter().for_each(Waker::wake);
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
    /// Ends the exchange, and stops waiting.
    #[inline(never)]
    fn leave(&mut self) {
        let mut state = self.connection.lock();
        state.conversation.close(self.sequence);
        if self.waits {
            let waker = state.waiting.wakers.take(self.sequence);
            state.waiting.count -= 1;
            if state.waiting.count == 0 {
                // Under the lock: a socket can't be registered twice, and another task may start to wait at any moment.
                state.waiting.reactors.clear();
            }
            // Dropping a waker runs code of the runtime, so it is done outside the lock.
            drop(state);
            drop(waker);
        }
    }
}

impl State {
    /// The outcome of an exchange whose caller waits.
    #[inline(never)]
    fn poll_outcome<R: Reactor>(
        &mut self,
        connection: &Connection,
        sequence: u32,
        woken: &mut Vec<Waker>,
    ) -> Poll<io::Result<Outcome>> {
        loop {
            if let Some(outcome) = self.conversation.take(sequence) {
                return Poll::Ready(Ok(outcome));
            }
            if let Poll::Ready(result) = self.poll_reactor::<R>(connection, sequence, woken) {
                result.map_err(unanswered)?;
                continue;
            }
            // After an overrun, an empty queue ends it, too.
            let lost = self.conversation.take(sequence);
            return lost.map_or(Poll::Pending, |outcome| Poll::Ready(Ok(outcome)));
        }
    }

    /// Receives one datagram, once the reactor reports one.
    fn poll_reactor<R: Reactor>(
        &mut self,
        connection: &Connection,
        own: u32,
        woken: &mut Vec<Waker>,
    ) -> Poll<io::Result<()>> {
        let place = self.waiting.place::<R>(&connection.socket)?;
        let waker = Waker::from(Arc::clone(&self.waiting.wakers));
        let mut cx = Context::from_waker(&waker);
        let reactors = std::mem::take(&mut self.waiting.reactors);
        let polled = reactors.get(place).map_or(Poll::Pending, |reactor| {
            reactor.poll_receive(&mut cx, &mut |socket| receive(&mut self.chunk, &mut self.room, socket))
        });
        self.waiting.reactors = reactors;
        match polled {
            Poll::Ready(received) => Poll::Ready(self.received(received, own, woken)),
            Poll::Pending => {
                let _ = self.received(Err(io::ErrorKind::WouldBlock.into()), own, woken);
                Poll::Pending
            }
        }
    }
}
