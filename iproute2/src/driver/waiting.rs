//! The tasks that wait for answers on the socket that requests share: their wakers, and the socket's registrations.

use super::reactor::Reactor;
use super::receive::Received;
use netlink_sys::Socket;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Wake, Waker};

/// The waiting tasks, and the registrations that they share: one in each runtime in which a task waits, since the
/// others may be idle or have ended.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(super) count: usize,
    pub(super) reactors: Vec<Box<dyn Registered>>,
    pub(super) wakers: Arc<Wakers>,
}

/// The wakers of waiting tasks, by the number of their exchange. The reactor wakes all of them: one may never be polled
/// again, and the others must not depend on it.
#[derive(Default)]
pub(super) struct Wakers(pub(super) Mutex<Vec<(u32, Waker)>>);

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

    /// An exchange has ended: wakes the task that waits for it, unless that is the one that noticed.
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

/// A registration of the shared socket with any runtime: the connection does not know how its callers wait.
pub(super) trait Registered: Send {
    /// Whether it is with the runtime of the calling task.
    fn is_here(&self) -> io::Result<bool>;

    /// Calls `receive` to try the socket once there is something.
    fn poll_receive(
        &self,
        cx: &mut Context<'_>,
        receive: &mut dyn FnMut(&Socket) -> io::Result<Received>,
    ) -> Poll<io::Result<Received>>;
}

struct Registration<R: Reactor>(R::Id, R::Registration);

impl<R: Reactor> Registered for Registration<R> {
    fn is_here(&self) -> io::Result<bool> {
        Ok(R::here()? == self.0)
    }

    fn poll_receive(
        &self,
        cx: &mut Context<'_>,
        receive: &mut dyn FnMut(&Socket) -> io::Result<Received>,
    ) -> Poll<io::Result<Received>> {
        R::poll_registered(&self.1, cx, receive)
    }
}

impl Waiting {
    /// The registration with this runtime's reactor.
    pub(super) fn place<R: Reactor>(&mut self, socket: &Arc<Socket>) -> io::Result<usize> {
        for (place, registered) in self.reactors.iter().enumerate() {
            if registered.is_here()? {
                return Ok(place);
            }
        }
        let registration = Registration::<R>(R::here()?, R::register(Arc::clone(socket))?);
        self.reactors.push(Box::new(registration));
        Ok(self.reactors.len() - 1)
    }
}
