//! Runtimes, and what is kept of one while somebody waits in it: a file of its own per runtime says the rest.

use netlink_sys::Socket;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

/// A runtime: where its reactor and its timers are, and how they are asked.
pub(crate) trait Reactor: Sized + 'static {
    /// Tells runtimes of the program apart.
    type Id: Copy + PartialEq + Send + Sync + Unpin;

    /// A socket's registration for reading. Dropping it deregisters, but not from a reactor of the parent process.
    type Registration: Send + Sync + Unpin;

    /// A timer that is set.
    type Timer: Send + Sync + Unpin;

    /// The runtime in which somebody waits.
    fn here() -> io::Result<Self::Id>;

    /// Registers a socket with the runtime in which somebody waits.
    fn register(socket: Arc<Socket>) -> io::Result<Self::Registration>;

    /// Has `receive` try the socket whenever it may be readable, until the result is anything but `WouldBlock`.
    fn poll_registered<T>(
        registration: &Self::Registration,
        cx: &mut Context<'_>,
        receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>>;

    /// The present time, by the clock of the timers.
    fn time() -> Instant;

    /// Sets a timer.
    fn set_timer(due: Instant) -> io::Result<Self::Timer>;

    /// `Ready` when it is time.
    fn poll_timer(timer: &mut Self::Timer, cx: &mut Context<'_>) -> Poll<()>;

    /// Polls, unless the task has used up what the runtime lets it do before others have their turn. Nothing else yields
    /// where the kernel answers at once: a task that never waits would starve its thread.
    fn poll_in_budget<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T>;
}

/// A socket's place in the reactor of the runtime in which somebody waits. Another runtime may be idle, or have ended:
/// whoever is moved to one gets a new place there.
pub(crate) struct Place<R: Reactor> {
    registered: Option<(R::Id, R::Registration)>,
    /// Whether the socket itself has to be asked: the reactor may not have heard yet of what is in its queue.
    looks: bool,
}

impl<R: Reactor> Default for Place<R> {
    fn default() -> Self {
        Place { registered: None, looks: false }
    }
}

impl<R: Reactor> Place<R> {
    /// Tries the socket, and registers it where there is nothing. Once it is registered it asks the reactor, which knows whether
    /// it is worth a system call.
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
pub(crate) struct Alarm<R: Reactor>(Option<Set<R>>);

/// A timer, and the time it is set to.
struct Set<R: Reactor> {
    runtime: R::Id,
    until: Instant,
    timer: R::Timer,
}

impl<R: Reactor> Default for Alarm<R> {
    fn default() -> Self {
        Alarm(None)
    }
}

impl<R: Reactor> Alarm<R> {
    /// `Ready` when it is time. Where the time is put off, the timer stays as it is set, and is set anew when it goes off.
    pub(super) fn poll(&mut self, due: Instant, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let runtime = R::here()?;
        self.0.take_if(|set| set.runtime != runtime || set.until > due);
        loop {
            if let Some(set) = &mut self.0 {
                ready!(R::poll_timer(&mut set.timer, cx));
                self.0 = None;
            }
            if due <= R::time() {
                return Poll::Ready(Ok(()));
            }
            self.0 = Some(Set { runtime, until: due, timer: R::set_timer(due)? });
        }
    }
}
