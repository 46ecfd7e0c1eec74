//! String sets that a handle has asked for.

use super::{Ethtool, to_device};
use crate::connection::Others;
use crate::device::Device;
use crate::driver::thread::wait;
use crate::error::Result;
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use crate::request::{Request, Running};
use netlink_packet::generic::ethtool::{BitNames, HeaderFlags, StringSetId, StringSets};
use netlink_packet::{Build, Command, Flags, Packet, PooledBuffer};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The request for string sets: the kernel's, or those of a device's driver.
pub(super) fn question<D>(
    handle: &Handle<D>,
    device: Option<Device>,
    sets: Vec<StringSetId>,
) -> Request<D, Packet<StringSets>> {
    let message = sets_of(device, sets);
    Ethtool(handle).request::<StringSets, _>("get string sets", Flags::empty(), message, StringSets::COMMAND)
}

/// The message that asks for them.
pub(super) fn sets_of(device: Option<Device>, sets: Vec<StringSetId>) -> PooledBuffer {
    // The kernel wants a header, even an empty one.
    to_device::<StringSets>(StringSets::of(sets).into_buffer(), device, HeaderFlags::empty())
}

/// A request for the names of bits and counters: see [`Ethtool::names`].
#[must_use = "a request is sent when it is awaited, or by `wait` on a blocking handle"]
pub struct Names<D> {
    request: Option<Request<D, Packet<StringSets>>>,
    others: Arc<Others>,
}

impl<D> Names<D> {
    pub(super) fn new(handle: &Handle<D>, sets: &[StringSetId]) -> Self {
        let others = Arc::clone(handle.others());
        let lacking = others.ethtool.lacks(sets);
        let request = (!lacking.is_empty()).then(|| question(handle, None, lacking));
        Names { request, others }
    }

    /// The names, if the handle has all of them.
    pub(super) fn known(&self) -> Option<Arc<BitNames>> {
        self.request.is_none().then(|| self.others.ethtool.names())
    }
}

impl<D> fmt::Debug for Names<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").field("request", &self.request).finish_non_exhaustive()
    }
}

impl Names<Blocking> {
    /// Sends the request, if there is something to ask, and waits for the answer.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [not supported](crate::Error::is_not_supported) where the kernel lacks one of the sets.
    pub fn wait(self) -> Result<Arc<BitNames>> {
        let mut naming = Naming::new(self);
        wait(|cx| naming.poll_names(cx))
    }
}

/// The future of [`Names`].
#[must_use = "futures do nothing unless polled"]
pub struct Naming<D: Wait> {
    running: Option<Running<D, Packet<StringSets>>>,
    others: Arc<Others>,
}

impl<D: Wait> Naming<D> {
    pub(super) fn new(Names { request, others }: Names<D>) -> Self {
        Naming { running: request.map(Running::new), others }
    }

    fn known(&self) -> Arc<BitNames> {
        self.others.ethtool.names()
    }

    /// The same where a kernel may lack the sets: those that it has are enough.
    pub(super) fn poll_known(&mut self, cx: &mut Context<'_>) -> Poll<Result<Arc<BitNames>>> {
        Poll::Ready(match ready!(self.poll_names(cx)) {
            Err(error) if error.is_not_supported() => Ok(self.known()),
            names => names,
        })
    }

    pub(super) fn poll_names(&mut self, cx: &mut Context<'_>) -> Poll<Result<Arc<BitNames>>> {
        if let Some(running) = &mut self.running {
            let reply = ready!(running.poll_answer(cx));
            self.running = None;
            self.others.ethtool.add(&reply?);
        }
        Poll::Ready(Ok(self.known()))
    }
}

impl<D: Wait> fmt::Debug for Naming<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Naming").finish_non_exhaustive()
    }
}

impl<R: Runtime> IntoFuture for Names<R> {
    type Output = Result<Arc<BitNames>>;
    type IntoFuture = Naming<R>;

    fn into_future(self) -> Naming<R> {
        Naming::new(self)
    }
}

impl<R: Runtime> Future for Naming<R> {
    type Output = Result<Arc<BitNames>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_names(cx)
    }
}
