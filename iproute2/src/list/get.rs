//! One object that the kernel sends in several messages.

use super::{List, Listing};
use crate::driver::thread::wait;
use crate::error::{Error, ErrorKind, Result};
use crate::mode::{Blocking, Runtime, Wait};
use netlink_packet::{Packet, View};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// An object that the kernel may send in several messages, such as a WireGuard device with many peers.
pub trait Gathered: Sized {
    /// A message of it.
    type Part: View + ?Sized;

    /// The object of all of these messages; `None` where there are none.
    fn gather(parts: Vec<Packet<Self::Part>>) -> Option<Self>;

    /// What it means that the kernel sent none of them.
    #[doc(hidden)]
    fn missing() -> ErrorKind {
        ErrorKind::Malformed
    }
}

/// A request for one object that the kernel may send in several messages: awaited, or by [`wait`](Get::wait) on a blocking handle,
/// it gives the whole of it, in one consistent state, as a [`List`] does: the messages are merged into one object. If the kernel
/// refuses the rest after some messages, the error has those ([`Error::replies`](crate::Error::replies)).
#[must_use = "a request is sent when it is awaited, or by `wait` on a blocking handle"]
pub struct Get<D, T: Gathered> {
    list: List<D, T::Part>,
    object: PhantomData<fn() -> T>,
}

impl<D, T: Gathered> Get<D, T> {
    pub(crate) fn new(list: List<D, T::Part>) -> Self {
        Get { list, object: PhantomData }
    }

    /// Gives up after this long without anything new, in place of the handle's timeout.
    pub fn timeout(self, timeout: Duration) -> Self {
        Get { list: self.list.timeout(timeout), ..self }
    }
}

/// What is asked for.
impl<D, T: Gathered> fmt::Debug for Get<D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").field("operation", &self.list.plan.operation).finish_non_exhaustive()
    }
}

impl<T: Gathered> Get<Blocking, T> {
    /// Sends the request and waits for the object.
    ///
    /// # Errors
    /// See [`Error`]; [`is_interrupted`](Error::is_interrupted) where changes interrupted it 16 times.
    pub fn wait(self) -> Result<T> {
        let mut getting = Getting::new(self);
        wait(|cx| getting.poll_object(cx))
    }
}

/// The future of a [`Get`].
#[must_use = "futures do nothing unless polled"]
pub struct Getting<D: Wait, T: Gathered> {
    collect: Listing<D, T::Part>,
    operation: &'static str,
    object: PhantomData<fn() -> T>,
}

impl<D: Wait, T: Gathered> Getting<D, T> {
    pub(super) fn new(get: Get<D, T>) -> Self {
        let operation = get.list.plan.operation;
        Getting { collect: Listing::new(get.list), operation, object: PhantomData }
    }

    pub(super) fn poll_object(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let parts = ready!(self.collect.poll_objects(cx))?;
        let nothing = || Error::new(self.operation, self.collect.label(), T::missing());
        Poll::Ready(T::gather(parts).ok_or_else(nothing))
    }
}

/// What is asked for.
impl<D: Wait, T: Gathered> fmt::Debug for Getting<D, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Getting").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl<R: Runtime, T: Gathered> IntoFuture for Get<R, T> {
    type Output = Result<T>;
    type IntoFuture = Getting<R, T>;

    fn into_future(self) -> Getting<R, T> {
        Getting::new(self)
    }
}

impl<R: Runtime, T: Gathered> Future for Getting<R, T> {
    type Output = Result<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_object(cx)
    }
}
