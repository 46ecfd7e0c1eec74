//! Tasks of tokio: everything specific to this runtime.

use crate::driver::reactor::Reactor;
use crate::error::{Error, ErrorKind, Fault, Result};
use ::tokio::runtime;
use ::tokio::task::{coop, unconstrained};
use ::tokio::time;
use netlink_sys::Socket;
use netlink_sys::tokio::{Missing, Readiness};
use std::future::Future;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

/// Marks handles and requests that are awaited in a tokio runtime.
#[derive(Clone, Copy, Debug)]
pub struct Tokio;

/// Marks handles and requests that are awaited in the default runtime: tokio.
pub type Async = Tokio;

/// Checks that the thread is in a runtime.
pub(crate) fn in_runtime() -> Result<()> {
    let found = runtime::Handle::try_current();
    found.map(drop).map_err(|_| Error::new("connect", String::new(), ErrorKind::NoRuntime))
}

impl Reactor for Tokio {
    type Id = runtime::Id;
    type Registration = Readiness;
    type Timer = Pin<Box<time::Sleep>>;

    fn here() -> io::Result<runtime::Id> {
        runtime::Handle::try_current()
            .map(|handle| handle.id())
            .map_err(|_| Fault::Plain(|| ErrorKind::NoRuntime).into())
    }

    fn register(socket: Arc<Socket>) -> io::Result<Readiness> {
        Readiness::new(socket).map_err(|error| match Missing::of(&error) {
            Some(Missing::Io) => Fault::Plain(|| ErrorKind::NoIo).into(),
            _ => error,
        })
    }

    fn poll_registered<T>(
        registration: &Readiness,
        cx: &mut Context<'_>,
        receive: impl FnMut(&Socket) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        registration.poll_io(cx, receive)
    }

    fn time() -> Instant {
        time::Instant::now().into_std()
    }

    /// tokio can't be asked whether a runtime has timers, and panics if it has none; the panic is caught.
    fn set_timer(due: Instant) -> io::Result<Self::Timer> {
        let set = || time::sleep_until(due.into());
        panic::catch_unwind(AssertUnwindSafe(set))
            .map(Box::pin)
            .map_err(|_| Fault::Plain(|| ErrorKind::NoTimers).into())
    }

    /// This is also the case when the task has used up its budget: it then only waits for its next turn.
    fn poll_timer(timer: &mut Self::Timer, cx: &mut Context<'_>) -> Poll<()> {
        let mut timer = unconstrained(timer.as_mut());
        Pin::new(&mut timer).poll(cx)
    }

    #[inline]
    fn poll_in_budget<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        let progress = ready!(coop::poll_proceed(cx));
        let polled = poll(cx);
        if polled.is_ready() {
            progress.made_progress();
        }
        polled
    }
}
