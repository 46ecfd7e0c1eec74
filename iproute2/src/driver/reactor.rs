//! Runtimes, and the state kept while something waits in one: everything else is in a file per runtime.

use crate::rare::Rare;
use netlink_sys::Socket;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

/// A runtime: its reactor and its timers.
pub(crate) trait Reactor: Sized + 'static {
    /// Identifies a runtime within the program.
    type Id: Copy + PartialEq + Send + Sync + Unpin;

    /// A socket's registration for reading. Dropping it deregisters, but not from a reactor of the parent process.
    type Registration: Send + Sync + Unpin;

    /// A timer that is set.
    type Timer: Send + Sync + Unpin;

    /// The runtime of the calling task.
    fn here() -> io::Result<Self::Id>;

    /// Registers a socket with the runtime of the calling task.
    fn register(socket: Arc<Socket>) -> io::Result<Self::Registration>;

    /// Calls `receive` whenever the socket may be readable, until it returns anything but `WouldBlock`.
    fn poll_registered<T>(
        registration: &Self::Registration,
        cx: &mut Context<'_>,
        receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>>;

    /// The current time, by the clock of the timers.
    fn time() -> Instant;

    /// Sets a timer.
    fn set_timer(due: Instant) -> io::Result<Self::Timer>;

    /// `Ready` when it is time.
    fn poll_timer(timer: &mut Self::Timer, cx: &mut Context<'_>) -> Poll<()>;

    /// Polls, unless the task has used up its budget. Nothing else yields if the kernel answers at once: a task that
    /// never waits would starve the others on its thread.
    fn poll_in_budget<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T>;
}

/// A socket's registration with the reactor of the calling task's runtime. Another runtime may be idle or have ended,
/// so a future that moves to another runtime is registered there.
pub(crate) struct Place<R: Reactor> {
    registered: Option<(R::Id, R::Registration)>,
    /// Whether to try the socket itself: the reactor may not know yet what is in its queue.
    looks: bool,
}

impl<R: Reactor> Default for Place<R> {
    fn default() -> Self {
        Place { registered: None, looks: false }
    }
}

impl<R: Reactor> Place<R> {
    /// Tries the socket, and registers it if there is nothing. Once registered, it asks the reactor whether a system
    /// call is worthwhile.
    #[inline]
    pub(super) fn poll_io<T>(
        &mut self,
        socket: &Arc<Socket>,
        cx: &mut Context<'_>,
        mut receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        let is_here = match &self.registered {
            Some((of, _)) => *of == R::here()?,
            None => false,
        };
        if self.looks || !is_here {
            match receive(socket) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => (),
                received => return Poll::Ready(received),
            }
            self.looks = false;
        }
        if !is_here {
            self.registered = None;
        }
        let (_, registration) = match &mut self.registered {
            Some(registered) => registered,
            none => none.insert((R::here()?, R::register(Arc::clone(socket))?)),
        };
        R::poll_registered(registration, cx, receive)
    }

    pub(super) fn look(&mut self) {
        self.looks = true;
    }
}

/// Wakes a task at a time that may change.
pub(crate) struct Alarm<R: Reactor> {
    timer: Rare<R::Timer>,
    /// The runtime of the last timer, and the time it was set to.
    set: Option<(R::Id, Instant)>,
}

impl<R: Reactor> Default for Alarm<R> {
    fn default() -> Self {
        Alarm { timer: Rare::default(), set: None }
    }
}

impl<R: Reactor> Alarm<R> {
    /// `Ready` when it is time. If the time is postponed, the timer stays as it is, and is set again when it fires.
    pub(super) fn poll(&mut self, due: Instant, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let runtime = R::here()?;
        if self.set.is_some_and(|(of, until)| of != runtime || until > due) {
            *self.timer = None;
        }
        loop {
            if let Some(timer) = &mut *self.timer {
                ready!(R::poll_timer(timer, cx));
                *self.timer = None;
            }
            if due <= R::time() {
                return Poll::Ready(Ok(()));
            }
            *self.timer = Some(R::set_timer(due)?);
            self.set = Some((runtime, due));
        }
    }
}
