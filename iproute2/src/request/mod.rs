//! Requests: one message to the kernel, the queries it may take before and after, and how its answer is read.

mod checks;
mod course;
mod drive;
mod plan;

pub(crate) use checks::{Checked, Checks, refuse_as};
#[cfg_attr(not(feature = "full"), allow(unused_imports, reason = "families use it"))]
pub(crate) use checks::{ignored_in, invalid, takes_only};
pub(crate) use drive::Drive;
pub(crate) use plan::{Plan, is_missing};

use crate::connection::Connection;
use crate::driver::call::Answered;
use crate::driver::exchange::Messages;
use crate::driver::thread::{exchange, wait};
use crate::error::{ErrorKind, Result};
use crate::handle::Handle;
use crate::list::Gathered;
#[cfg(feature = "ethtool")]
use crate::mode::Wait;
use crate::mode::{Blocking, Runtime};
use crate::object::Object;
use crate::order::{Order, Subject};
use bytes::Bytes;
use netlink_packet::{Buffer, Build, BuildError, Flags, Objects, Outcome, Packet, View};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A request to the kernel. Nothing is sent before it is awaited, or waited for with [`wait`](Self::wait) on a blocking
/// handle.
///
/// Dropping the future abandons the answer, not the request: what was sent may still be carried out. The handle stays
/// usable.
#[must_use = "a request is sent when it is awaited, or by `wait` on a blocking handle"]
pub struct Request<D, R> {
    connection: Arc<Connection>,
    order: Order,
    timeout: Option<Duration>,
    types: PhantomData<fn() -> (D, R)>,
}

impl<D, R> fmt::Debug for Request<D, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.order.print("Request", f)
    }
}

/// The answer of a request that adds an object of the type `M`: an acknowledgement.
pub struct Added<M: ?Sized>(PhantomData<fn(&M)>);

/// The answer of a request that changes an object of the type `M`: an acknowledgement.
pub struct Changed<M: ?Sized>(PhantomData<fn(&M)>);

/// The answer of a request that deletes an object: an acknowledgement.
pub struct Deleted(());

/// The answer of a request about several objects: an acknowledgement.
pub struct Done(());

/// The answer of a request of any family: the objects of the type `M` that the kernel replied with before it acknowledged.
pub struct Replies<M: ?Sized>(PhantomData<fn(&M)>);

/// The answer of a request for one object that the kernel sends in several messages: all of it.
pub struct Whole<T>(PhantomData<fn() -> T>);

/// How an answer is read.
pub trait Answer {
    /// What awaiting the request returns.
    type Output;

    /// Reads the received object, if any.
    #[doc(hidden)]
    fn read(object: Option<Bytes>) -> std::result::Result<Self::Output, ErrorKind>;

    /// Reads all received objects, where there may be several.
    #[doc(hidden)]
    #[inline]
    fn read_all(
        object: Option<Bytes>,
        others: impl FnOnce() -> Objects,
    ) -> std::result::Result<Self::Output, ErrorKind> {
        let _ = others;
        Self::read(object)
    }
}

macro_rules! carried_out {
    ($([$($generics:tt)*] $Answer:ty),*) => { $(
        impl<$($generics)*> Answer for $Answer {
            type Output = ();

            #[inline]
            fn read(_: Option<Bytes>) -> std::result::Result<(), ErrorKind> {
                Ok(())
            }
        }
    )* };
}

carried_out! { [M: ?Sized] Added<M>, [M: ?Sized] Changed<M>, [] Deleted, [] Done }

impl<M: View + ?Sized> Answer for Packet<M> {
    type Output = Packet<M>;

    #[inline]
    fn read(object: Option<Bytes>) -> std::result::Result<Packet<M>, ErrorKind> {
        match object {
            Some(object) => Ok(Packet::new(object)?),
            None => Err(ErrorKind::NotEchoed),
        }
    }
}

impl<M: View + ?Sized> Answer for Replies<M> {
    type Output = Vec<Packet<M>>;

    fn read(object: Option<Bytes>) -> std::result::Result<Vec<Packet<M>>, ErrorKind> {
        Self::read_all(object, Objects::default)
    }

    fn read_all(
        object: Option<Bytes>,
        others: impl FnOnce() -> Objects,
    ) -> std::result::Result<Vec<Packet<M>>, ErrorKind> {
        let objects = object.into_iter().chain(others());
        Ok(objects.map(Packet::new).collect::<std::result::Result<_, _>>()?)
    }
}

impl<T: Gathered> Answer for Whole<T> {
    type Output = T;

    fn read(object: Option<Bytes>) -> std::result::Result<T, ErrorKind> {
        Self::read_all(object, Objects::default)
    }

    fn read_all(
        object: Option<Bytes>,
        others: impl FnOnce() -> Objects,
    ) -> std::result::Result<T, ErrorKind> {
        T::gather(Replies::<T::Part>::read_all(object, others)?).ok_or(ErrorKind::NotEchoed)
    }
}

impl<D> Handle<D> {
    #[inline]
    pub(crate) fn send<B, R>(
        &self,
        operation: &'static str,
        kind: u16,
        flags: Flags,
        message: B,
    ) -> Request<D, R>
    where
        B: Build,
        B::View: Object,
    {
        Request::new(self.connection(), self.timeout(), Order::new(operation, kind, flags, message))
    }
}

impl<D, R> Request<D, R> {
    #[inline]
    pub(crate) fn new(connection: &Arc<Connection>, timeout: Option<Duration>, order: Order) -> Self {
        Request { connection: Arc::clone(connection), order, timeout, types: PhantomData }
    }

    /// Gives up after this long without an answer, instead of after the handle's timeout.
    ///
    /// The clock starts when the request has to wait. Most requests are carried out within the system call that sends
    /// them, which can't be interrupted.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets flags of the message header (`NLM_F_*`) for which there is no method.
    pub fn flags(mut self, flags: Flags) -> Self {
        self.order.flags |= flags;
        self
    }

    /// Changes the message.
    pub(crate) fn ask<B: Build>(mut self, change: impl FnOnce(B) -> B) -> Self {
        self.order.message = change(B::from_buffer(self.order.message)).into_buffer();
        self
    }

    /// An invalid value fails the request.
    pub(crate) fn refuse(mut self, problem: BuildError) -> Self {
        self.order.message.refuse(problem);
        self
    }

    /// Has it carried out as another subject with this operation, if the function has one for its message.
    #[inline]
    pub(crate) fn planned(mut self, subject: impl FnOnce(&'static str, &Buffer) -> Option<Subject>) -> Self {
        if let Some(subject) = subject(self.order.subject.operation, &self.order.message) {
            self.order.subject = subject;
        }
        self
    }

    #[inline]
    pub(crate) fn into_order(self) -> Order {
        // Field by field, so that they stay in registers while the connection is dropped.
        let Request { connection, order: Order { subject, message_type, flags, message }, .. } = self;
        drop(connection);
        Order { subject, message_type, flags, message }
    }

    fn read_back<M: ?Sized>(mut self) -> Request<D, Packet<M>> {
        self.order.flags |= Flags::ECHO;
        Request { connection: self.connection, order: self.order, timeout: self.timeout, types: PhantomData }
    }
}

impl<D, M: Object + ?Sized> Request<D, Added<M>> {
    /// The same under another name, replacing or changing an existing object instead of failing.
    pub(crate) fn replacing(mut self, operation: &'static str, flag: Flags) -> Self {
        self.order.flags = (self.order.flags - Flags::EXCL) | flag;
        self.order.subject.operation = operation;
        self
    }

    /// Returns the object as the kernel has it after the request, including what the kernel chose, such as its index.
    ///
    /// It asks the kernel to echo the object (`NLM_F_ECHO`), which takes one more receive; if the kernel does not,
    /// another request gets the object by its name or key, and others may have changed it in between. If the object is
    /// not found, the request was carried out all the same: [`ErrorKind::NotEchoed`].
    pub fn created(self) -> Request<D, Packet<M>> {
        self.read_back()
    }
}

impl<D, M: Object + ?Sized> Request<D, Changed<M>> {
    /// Returns the object as the kernel has it after the request, by another request, since the kernel does not echo
    /// changes. If it is not found, such as a link that moved to another namespace, the change was carried out all the
    /// same: [`ErrorKind::NotEchoed`].
    pub fn changed(self) -> Request<D, Packet<M>> {
        self.read_back()
    }
}

impl<D, M: ?Sized> Request<D, Replies<M>> {
    /// Sends this command instead of the message type's own: one table often serves several commands.
    pub fn command(self, command: u16) -> Self {
        Request { order: self.order.with_command(command), ..self }
    }

    /// Returns just the one object that the kernel replies with; [`ErrorKind::NotEchoed`] if it only acknowledges.
    pub fn one(self) -> Request<D, Packet<M>> {
        Request { connection: self.connection, order: self.order, timeout: self.timeout, types: PhantomData }
    }
}

impl<R: Answer> Request<Blocking, R> {
    /// Sends the request and waits for its answer.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn wait(self) -> Result<R::Output> {
        let Request { connection, mut order, timeout, .. } = self;
        if !order.is_simple() {
            return Plan::new(order, timeout).wait::<R>(&connection, None);
        }
        // Most requests are one message and its acknowledgement: these are followed in place.
        match exchange(&connection, order.call(timeout)) {
            Ok(Answered::Plainly) => R::read(None).map_err(|kind| order.error(kind)),
            Ok(Answered::With(outcome)) => {
                Plan::new(order, timeout).wait::<R>(&connection, Some(Ok(outcome)))
            }
            Err(error) => Plan::new(order, timeout).wait::<R>(&connection, Some(Err(error))),
        }
    }
}

impl Plan {
    /// Carries it out, or what is left of it after the answer to its first message.
    #[inline(never)]
    fn wait<R: Answer>(
        mut self,
        connection: &Arc<Connection>,
        outcome: Option<io::Result<Outcome>>,
    ) -> Result<R::Output> {
        let object = match outcome {
            Some(outcome) => self.answered(outcome.map(Answered::With))?,
            None => None,
        };
        let object = match object {
            Some(object) => object,
            None => {
                let mut drive = Drive::<Blocking>::default();
                wait(|cx| drive.poll(connection, &mut self, cx))?
            }
        };
        self.read::<R>(object)
    }
}

impl<D: Runtime, R: Answer> IntoFuture for Request<D, R> {
    type Output = Result<R::Output>;
    type IntoFuture = Sending<D, R>;

    fn into_future(self) -> Sending<D, R> {
        let plan = Plan::new(self.order, self.timeout);
        Sending { connection: self.connection, plan, drive: Drive::default(), answer: PhantomData }
    }
}

/// A request on its way, whoever waits for it.
#[cfg(feature = "ethtool")]
pub(crate) struct Running<D: Wait, R> {
    connection: Arc<Connection>,
    plan: Plan,
    drive: Drive<D>,
    answer: PhantomData<fn() -> R>,
}

#[cfg(feature = "ethtool")]
impl<D: Wait, R: Answer> Running<D, R> {
    pub(crate) fn new(request: Request<D, R>) -> Self {
        let plan = Plan::new(request.order, request.timeout);
        Running { connection: request.connection, plan, drive: Drive::default(), answer: PhantomData }
    }

    pub(crate) fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<R::Output>> {
        let object = ready!(self.drive.poll(&self.connection, &mut self.plan, cx))?;
        Poll::Ready(self.plan.read::<R>(object))
    }
}

/// The future of a [`Request`].
#[must_use = "futures do nothing unless polled"]
pub struct Sending<D: Runtime, R> {
    connection: Arc<Connection>,
    plan: Plan,
    drive: Drive<D>,
    answer: PhantomData<fn() -> R>,
}

impl<D: Runtime, R: Answer> Future for Sending<D, R> {
    type Output = Result<R::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Sending { connection, plan, drive, .. } = self.get_mut();
        let object = ready!(drive.poll(connection, plan, cx))?;
        Poll::Ready(plan.read::<R>(object))
    }
}
