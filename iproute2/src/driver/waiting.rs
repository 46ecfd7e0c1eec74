//! Who waits in which runtime: places in reactors, and the wakers of tasks.

use super::runtime::runtime;
use crate::error::Fault;
use ::tokio::runtime::Id;
use netlink_sys::Socket;
use netlink_sys::tokio::{Missing, Readiness};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Wake, Waker};

/// Those who wait for answers, and the places in reactors that they share while there are any: one in each runtime
/// in which somebody waits, since the others may be idle, or have ended.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(super) count: usize,
    pub(super) reactors: Vec<(Id, Readiness)>,
    pub(super) wakers: Arc<Wakers>,
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
pub(super) struct Wakers(Mutex<Vec<(u32, Waker)>>);

impl Wakers {
    fn lock(&self) -> MutexGuard<'_, Vec<(u32, Waker)>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub(super) fn set(&self, sequence: u32, waker: &Waker) {
        let mut wakers = self.lock();
        match wakers.iter_mut().find(|(of, _)| *of == sequence) {
            Some((_, old)) => old.clone_from(waker),
            None => wakers.push((sequence, waker.clone())),
        }
    }

    pub(super) fn take(&self, sequence: u32) -> Option<Waker> {
        let mut wakers = self.lock();
        let index = wakers.iter().position(|(of, _)| *of == sequence)?;
        Some(wakers.swap_remove(index).1)
    }

    /// An exchange has ended: whoever waits for it is to be woken, but for the one who found out.
    pub(super) fn tell(&self, sequence: u32, own: u32, woken: &mut Vec<Waker>) {
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

impl Waiting {
    /// The place in the reactor of this runtime.
    pub(super) fn place(&mut self, socket: &Arc<Socket>) -> io::Result<usize> {
        let runtime = runtime()?;
        if let Some(place) = self.reactors.iter().position(|(of, _)| *of == runtime) {
            return Ok(place);
        }
        self.reactors.push((runtime, register(socket)?));
        Ok(self.reactors.len() - 1)
    }
}

/// A place in its reactor.
fn register(socket: &Arc<Socket>) -> io::Result<Readiness> {
    Readiness::new(Arc::clone(socket)).map_err(|error| match Missing::of(&error) {
        Some(Missing::Io) => Fault::NoIo.into(),
        _ => error,
    })
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
