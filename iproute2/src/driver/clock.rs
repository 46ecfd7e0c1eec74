//! The timeout of a wait.

use super::waiter::Waiter;
use netlink_sys::Socket;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// How long to wait without receiving anything. The clock is read only when something has to wait.
pub(crate) struct Clock<W: Waiter> {
    timeout: Option<Duration>,
    due: Option<Instant>,
    alarm: W::Alarm,
}

impl<W: Waiter> Clock<W> {
    pub(crate) fn new(timeout: Option<Duration>) -> Self {
        Clock { timeout, due: None, alarm: W::Alarm::default() }
    }

    /// Sleeps until there may be something to receive; `TimedOut` if that takes too long.
    pub(crate) fn poll_sleep(&mut self, socket: &Socket, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_sleep_until(None, socket, cx).map_ok(drop)
    }

    /// The same, but at most until this time: `false` if it comes first.
    pub(crate) fn poll_sleep_until(
        &mut self,
        until: Option<Instant>,
        socket: &Socket,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<bool>> {
        if self.due.is_none() {
            self.due = self.timeout.and_then(|timeout| W::now().checked_add(timeout));
        }
        let wake = self.due.into_iter().chain(until).min();
        let is_readable = ready!(W::poll_sleep(&mut self.alarm, &[socket], wake, cx))?;
        let is_late = !is_readable && self.due.is_some_and(|due| until.is_none_or(|until| due <= until));
        Poll::Ready(if is_late { Err(io::ErrorKind::TimedOut.into()) } else { Ok(is_readable) })
    }

    /// Something was received: the next wait starts over.
    #[inline]
    pub(crate) fn reset(&mut self) {
        if self.due.take().is_some() {
            self.alarm = W::Alarm::default();
        }
    }
}
