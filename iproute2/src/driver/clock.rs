//! Clocks of tasks: the timeout of what waits, and an alarm that may be put off.

use super::runtime::runtime;
use crate::error::Fault;
use ::tokio::runtime::Id;
use ::tokio::time::{Sleep, sleep, sleep_until};
use std::future::Future;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// A timer of the runtime. tokio can't be asked whether it has any, and panics where it has none, which is caught.
fn timer(start: impl FnOnce() -> Sleep) -> io::Result<Pin<Box<Sleep>>> {
    panic::catch_unwind(AssertUnwindSafe(start)).map(Box::pin).map_err(|_| Fault::NoTimers.into())
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
                    log::warn!("timed work of a watch, such as audits, is off: {error}");
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
        Pin::new(&mut sleep).poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }

    /// Something came: the time starts again with the next wait.
    pub(crate) fn reset(&mut self) {
        self.sleep = None;
    }
}
