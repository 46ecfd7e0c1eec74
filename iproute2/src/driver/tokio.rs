//! Requests of tokio tasks. There is no driver task: whoever waits tries the socket, hands others the answers that are
//! theirs, and waits for readiness only when there was nothing.
//!
//! Two locks, always in this order, neither held while sending nor across an await: the connection's state, and the
//! wakers of those that wait. The reactor wakes through the second alone, so that it can be polled under the first.

use crate::connection::{Connection, DumpSocket, send};
use crate::driver::{Received, State, own, receive, try_recv, try_recv_all};
use crate::error::{Fault, unanswered, unsendable};
use crate::request::Answered;
use ::tokio::runtime::{Handle, Id};
use ::tokio::time::{Sleep, sleep, sleep_until};
use netlink_packet::control::is_acknowledgement;
use netlink_packet::{Buffer, Expect, Flags, Outcome};
use netlink_sys::Socket;
use netlink_sys::tokio::{Missing, Readiness};
use std::future::Future;
use std::io::{self, ErrorKind};
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::{Duration, Instant};

/// Those who wait for answers, and the places in reactors that they share while there are any: one in each runtime
/// in which somebody waits, since the others may be idle, or have ended.
#[derive(Default)]
pub(crate) struct Waiting {
    count: usize,
    reactors: Vec<(Id, Readiness)>,
    wakers: Arc<Wakers>,
}

#[cfg(test)]
impl Waiting {
    /// How many wait, whether the socket is registered, and how many wakers there are.
    pub(crate) fn left_over(&self) -> (usize, bool, usize) {
        (self.count, !self.reactors.is_empty(), self.wakers.lock().len())
    }
}

/// The wakers of those who wait, by the number of what they wait for. The reactor wakes them all: one of them may never
/// be polled again, and the others must not depend on it.
#[derive(Default)]
struct Wakers(Mutex<Vec<(u32, Waker)>>);

impl Wakers {
    fn lock(&self) -> MutexGuard<'_, Vec<(u32, Waker)>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn set(&self, sequence: u32, waker: &Waker) {
        let mut wakers = self.lock();
        match wakers.iter_mut().find(|(of, _)| *of == sequence) {
            Some((_, old)) => old.clone_from(waker),
            None => wakers.push((sequence, waker.clone())),
        }
    }

    fn take(&self, sequence: u32) -> Option<Waker> {
        let mut wakers = self.lock();
        let index = wakers.iter().position(|(of, _)| *of == sequence)?;
        Some(wakers.swap_remove(index).1)
    }

    /// An exchange has ended: whoever waits for it is to be woken, but for the one who found out.
    fn tell(&self, sequence: u32, own: u32, woken: &mut Vec<Waker>) {
        if sequence != own {
            woken.extend(self.take(sequence));
        }
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        let wakers = std::mem::take(&mut *self.lock());
        wakers.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

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
    pub(crate) fn start(
        connection: Arc<Connection>,
        message: &mut Buffer,
        kind: u16,
        flags: Flags,
        expect: Expect,
        timeout: Option<Duration>,
    ) -> io::Result<Self> {
        let connection = connection.into_here()?;
        let begun = connection.lock().conversation.request(message, kind, flags, expect, ());
        let sequence = begun.map_err(unsendable)?;
        let exchange =
            Exchange { connection, sequence, waits: false, ended: false, timer: Timer::new(timeout) };
        // Complete, or it would have no number.
        send(&exchange.connection.socket, message.as_written())?;
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
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
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

/// The runtime in which somebody waits.
fn runtime() -> io::Result<Id> {
    Handle::try_current().map(|handle| handle.id()).map_err(|_| Fault::NoRuntime.into())
}

/// A place in its reactor.
fn register(socket: &Arc<Socket>) -> io::Result<Readiness> {
    Readiness::new(Arc::clone(socket)).map_err(|error| match Missing::of(&error) {
        Some(Missing::Io) => Fault::NoIo.into(),
        _ => error,
    })
}

/// A timer of the runtime. tokio can't be asked whether it has any, and panics where it has none, which is caught.
fn timer(start: impl FnOnce() -> Sleep) -> io::Result<Pin<Box<Sleep>>> {
    panic::catch_unwind(AssertUnwindSafe(start)).map(Box::pin).map_err(|_| Fault::NoTimers.into())
}

impl Waiting {
    /// The place in the reactor of this runtime.
    fn place(&mut self, socket: &Arc<Socket>) -> io::Result<usize> {
        let runtime = runtime()?;
        if let Some(place) = self.reactors.iter().position(|(of, _)| *of == runtime) {
            return Ok(place);
        }
        self.reactors.push((runtime, register(socket)?));
        Ok(self.reactors.len() - 1)
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
                    Err(ErrorKind::WouldBlock.into())
                }
            }
        });
        let received = self.received(received, ended);
        self.waiting.reactors = reactors;
        if pending { Poll::Pending } else { Poll::Ready(received) }
    }
}

/// A socket's place in the reactor of the runtime in which somebody waits. Another runtime may be idle, or have ended:
/// whoever is moved to one gets a new place there.
#[derive(Default)]
pub(crate) struct Place(Option<(Id, Readiness)>);

impl Place {
    /// Whether somebody waited already.
    pub(crate) fn is_taken(&self) -> bool {
        self.0.is_some()
    }

    /// The place in the reactor of this runtime.
    pub(crate) fn here(&mut self, socket: &Arc<Socket>) -> io::Result<&Readiness> {
        let runtime = runtime()?;
        let place = match self.0.take().filter(|(of, _)| *of == runtime) {
            Some(place) => place,
            None => (runtime, register(socket)?),
        };
        Ok(&self.0.insert(place).1)
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
            Err(error) if error.kind() == ErrorKind::WouldBlock => (),
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
            Err(ErrorKind::WouldBlock.into())
        }
    });
    if pending { Poll::Pending } else { Poll::Ready(received) }
}

/// Wakes a task at a time that may change. In a runtime without timers it never does.
#[derive(Default)]
pub(crate) struct Alarm {
    set: Option<(Id, Pin<Box<Sleep>>)>,
    /// The runtime that has no timers.
    without: Option<Id>,
}

impl Alarm {
    /// `Ready` when it is time. Where the time is put off, the alarm that is set stays, and is set anew when it goes off.
    pub(crate) fn poll(&mut self, due: Option<Instant>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(due) = due else { return Poll::Pending };
        loop {
            if due <= Instant::now() {
                self.set = None;
                return Poll::Ready(());
            }
            let Some(sleep) = self.sleep(due) else { return Poll::Pending };
            ready!(sleep.as_mut().poll(cx));
            self.set = None;
        }
    }

    /// The alarm of this runtime, set to that time or an earlier one.
    fn sleep(&mut self, due: Instant) -> Option<&mut Pin<Box<Sleep>>> {
        let runtime = runtime().ok()?;
        self.set.take_if(|(of, sleep)| *of != runtime || sleep.deadline().into_std() > due);
        if self.set.is_none() && self.without != Some(runtime) {
            match timer(|| sleep_until(due.into())) {
                Ok(sleep) => self.set = Some((runtime, sleep)),
                Err(error) => {
                    log::warn!("nothing is done by the clock: {error}");
                    self.without = Some(runtime);
                }
            }
        }
        self.set.as_mut().map(|(_, sleep)| sleep)
    }
}

/// A timeout whose clock starts when something has to wait: the runtime's timer is not touched before.
pub(crate) struct Timer {
    timeout: Option<Duration>,
    /// The timer of the runtime in which somebody waits.
    sleep: Option<(Id, Pin<Box<Sleep>>)>,
}

impl Timer {
    pub(crate) fn new(timeout: Option<Duration>) -> Self {
        Timer { timeout, sleep: None }
    }

    /// `TimedOut` when it is time.
    pub(crate) fn poll<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let Some(timeout) = self.timeout else { return Poll::Pending };
        let runtime = runtime()?;
        let (_, sleep) = match self.sleep.take() {
            Some((of, sleep)) if of == runtime => self.sleep.insert((of, sleep)),
            Some((_, started)) => {
                let deadline = started.deadline();
                self.sleep.insert((runtime, timer(|| sleep_until(deadline))?))
            }
            None => self.sleep.insert((runtime, timer(|| sleep(timeout))?)),
        };
        // Also where the task has used up what it may do in a turn: then it waits for that alone, again and again.
        let mut sleep = ::tokio::task::unconstrained(sleep.as_mut());
        Pin::new(&mut sleep).poll(cx).map(|()| Err(ErrorKind::TimedOut.into()))
    }

    /// Something came: the time starts again with the next wait.
    pub(crate) fn reset(&mut self) {
        self.sleep = None;
    }
}
