//! Questions on their way.

use super::known::{Names, Naming};
use crate::driver::thread::wait;
use crate::error::{Error, ErrorKind, Result};
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use crate::request::{Request, Running};
use netlink_packet::Packet;
use netlink_packet::generic::ethtool::{BitNames, HeaderFlags, Named, Question};
use netlink_sys::errno::EOPNOTSUPP;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A question to a device: awaited, or by [`wait`](Ask::wait) on a blocking handle, it gives the reply with the names of its bits.
///
/// The names are asked for first, where the handle does not know them yet.
#[must_use = "a request is sent when it is awaited, or by `wait` on a blocking handle"]
pub struct Ask<D, M: Question + ?Sized> {
    names: Names<D>,
    request: Request<D, Packet<M>>,
}

impl<D, M: Question + ?Sized> Ask<D, M> {
    pub(super) fn new(handle: &Handle<D>, request: Request<D, Packet<M>>) -> Self {
        Ask { names: Names::new(handle, M::NAMES), request }
    }

    /// Asks for statistics, too, like `ethtool -I`: of [`Pause`](super::Pause), [`Fec`](super::Fec), [`MacMerge`](super::MacMerge),
    /// [`Timestamping`](super::Timestamping). Other questions are refused with it by the kernel.
    pub fn statistics(self) -> Self {
        let request = self.request.ask(|message: M::Builder| super::with_flags(message, HeaderFlags::STATS));
        Ask { request, ..self }
    }

    /// Gives up after this long without an answer, instead of after the handle's timeout.
    pub fn timeout(self, timeout: Duration) -> Self {
        Ask { request: self.request.timeout(timeout), ..self }
    }
}

/// What is asked for.
impl<D, M: Question + ?Sized> fmt::Debug for Ask<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("request", &self.request).finish_non_exhaustive()
    }
}

impl<M: Question + ?Sized> Ask<Blocking, M> {
    /// Sends the question and waits for the reply.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn wait(self) -> Result<Named<M>> {
        let mut asking = Asking::new(self);
        wait(|cx| asking.poll_reply(cx))
    }
}

/// The future of an [`Ask`].
#[must_use = "futures do nothing unless polled"]
pub struct Asking<D: Wait, M: Question + ?Sized> {
    names: Option<Naming<D>>,
    known: Option<Arc<BitNames>>,
    running: Running<D, Packet<M>>,
}

impl<D: Wait, M: Question + ?Sized> Asking<D, M> {
    fn new(Ask { names, request }: Ask<D, M>) -> Self {
        Asking { names: Some(Naming::new(names)), known: None, running: Running::new(request) }
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Named<M>>> {
        if let Some(names) = &mut self.names {
            self.known = Some(ready!(names.poll_known(cx))?);
            self.names = None;
        }
        let reply = ready!(self.running.poll_answer(cx)).map_err(|error| match error.kind() {
            // Other kernels say this.
            ErrorKind::NotEchoed if M::MAY_LACK_REPLY => {
                let lacks = io::Error::from_raw_os_error(EOPNOTSUPP);
                Error::new(error.operation(), error.object().to_owned(), ErrorKind::Io(lacks))
            }
            _ => error,
        })?;
        Poll::Ready(Ok(Named::new(reply, self.known.take().unwrap_or_default())))
    }
}

impl<D: Wait, M: Question + ?Sized> fmt::Debug for Asking<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asking").finish_non_exhaustive()
    }
}

impl<R: Runtime, M: Question + ?Sized> IntoFuture for Ask<R, M> {
    type Output = Result<Named<M>>;
    type IntoFuture = Asking<R, M>;

    fn into_future(self) -> Asking<R, M> {
        Asking::new(self)
    }
}

impl<R: Runtime, M: Question + ?Sized> Future for Asking<R, M> {
    type Output = Result<Named<M>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_reply(cx)
    }
}
