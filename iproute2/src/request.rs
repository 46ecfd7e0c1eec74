//! Requests: one message to the kernel, what may have to be asked before it and after it, and how its answer reads.

use crate::connection::Connection;
use crate::error::{Error, Kind, Refused, Result, io_kind};
use crate::handle::Blocking;
use crate::object::Object;
use crate::resolve;
use bytes::Bytes;
use netlink_packet::control::{Explanation, ExtendedAck};
use netlink_packet::{
    Buffer, Build, BuildError, Draft, Expect, Failure, Flags, HEADER_LEN, Outcome, Packet, View,
};
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// A request to the kernel. Nothing happens before it is awaited, or waited for with [`wait`](Self::wait) on a blocking
/// handle.
///
/// Dropping the future gives the answer up, not the request: what was sent may still be carried out. The handle
/// is as usable as before.
#[must_use = "a request is sent when it is awaited, or by `wait` on a blocking handle"]
pub struct Request<D, R> {
    connection: Arc<Connection>,
    order: Order,
    timeout: Option<Duration>,
    types: PhantomData<fn() -> (D, R)>,
}

/// The answer of a request that adds an object of the type `M`: that it was carried out.
pub struct Added<M: ?Sized>(PhantomData<fn(&M)>);

/// The answer of a request that changes an object of the type `M`: that it was carried out.
pub struct Changed<M: ?Sized>(PhantomData<fn(&M)>);

/// The answer of a request that deletes an object: that it was carried out.
pub struct Deleted(());

/// The answer of a request about several objects: that it was carried out.
pub struct Done(());

/// How an answer reads.
pub trait Answer {
    /// What awaiting the request gives.
    type Output;

    /// Reads the object that came, if any.
    #[doc(hidden)]
    fn read(object: Option<Bytes>) -> std::result::Result<Self::Output, Kind>;
}

macro_rules! carried_out {
    ($([$($generics:tt)*] $Answer:ty),*) => { $(
        impl<$($generics)*> Answer for $Answer {
            type Output = ();

            #[inline]
            fn read(_: Option<Bytes>) -> std::result::Result<(), Kind> {
                Ok(())
            }
        }
    )* };
}

carried_out! { [M: ?Sized] Added<M>, [M: ?Sized] Changed<M>, [] Deleted, [] Done }

impl<M: View + ?Sized> Answer for Packet<M> {
    type Output = Packet<M>;

    #[inline]
    fn read(object: Option<Bytes>) -> std::result::Result<Packet<M>, Kind> {
        Ok(Packet::new(object.ok_or(Kind::NotTold)?)?)
    }
}

/// What a request asks for.
pub(crate) struct Order {
    pub(crate) subject: Subject,
    pub(crate) kind: u16,
    pub(crate) flags: Flags,
    pub(crate) message: Draft,
}

/// What a request does, whoever drives it.
pub(crate) struct Plan {
    order: Order,
    timeout: Option<Duration>,
    step: Step,
}

/// What a request is about.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) operation: &'static str,
    object: &'static About,
}

/// What is to be known of the objects of a type.
struct About {
    label: fn(&[u8]) -> String,
    table: fn() -> &'static netlink_packet::Table,
    read_back: fn(&[u8]) -> Option<ReadBack>,
}

impl About {
    #[inline]
    fn of<M: Object + ?Sized>() -> &'static Self {
        const { &About { label: |body| M::cast(body).label(), table: M::table, read_back: ReadBack::of::<M> } }
    }
}

impl Subject {
    #[inline]
    fn of<M: Object + ?Sized>(operation: &'static str) -> Self {
        Subject { operation, object: About::of::<M>() }
    }

    fn label(&self, message: &[u8]) -> String {
        (self.object.label)(message.get(HEADER_LEN..).unwrap_or_default())
    }

    /// The error of a request that was sent as these bytes.
    #[cold]
    pub(crate) fn error(&self, message: &[u8], kind: Kind) -> Error {
        Error::new(self.operation, self.label(message), kind)
    }

    /// The error of a request one of whose devices could not be looked up by this question.
    #[cold]
    pub(crate) fn no_device(&self, message: &Buffer, question: &Buffer, kind: Kind) -> Error {
        let device = resolve::label(question);
        if resolve::asks_for_object(message, (self.object.table)()) {
            return Error::new(self.operation, device, kind);
        }
        self.error(message.as_written(), kind).about_device(device)
    }

    /// The error of a request that was sent as these bytes, and how its exchange failed.
    #[cold]
    pub(crate) fn failure(&self, message: &[u8], failure: Failure) -> Error {
        self.error(message, failure_kind(failure, message, self.object.table))
    }

    /// A kernel's warning reaches the log each time.
    #[cold]
    pub(crate) fn warn(&self, message: &[u8], remark: &ExtendedAck) {
        let text = Explanation::new(remark, message, Some((self.object.table)())).to_string();
        if !text.is_empty() {
            log::warn!("{} {}: {text}", self.operation, self.label(message));
        }
    }
}

/// Which message of a plan is on its way.
enum Step {
    /// The request itself, once it names no device.
    Main,
    /// A question for the index of a device that the request names.
    Resolve(Draft),
    /// A question for the object that the request made, where the kernel did not echo it.
    ReadBack(Box<ReadBack>),
}

/// A question for the object that a request made.
struct ReadBack {
    kind: u16,
    question: Draft,
    /// Whether the object that came is the one that the request made.
    is_answer: fn(&[u8], &[u8]) -> bool,
}

impl ReadBack {
    fn of<M: Object + ?Sized>(request: &[u8]) -> Option<Self> {
        let (kind, question) = M::cast(request).read_back()?;
        let is_answer = |object: &[u8], request: &[u8]| M::cast(object).is_made_by(M::cast(request));
        Some(ReadBack { kind, question, is_answer })
    }
}

/// A message that is to be sent now.
pub(crate) struct Call<'a> {
    pub(crate) message: &'a mut Buffer,
    pub(crate) kind: u16,
    pub(crate) flags: Flags,
    pub(crate) expect: Expect,
    pub(crate) timeout: Option<Duration>,
}

impl<'a> Call<'a> {
    /// A question about a device.
    pub(crate) fn question(message: &'a mut Draft, timeout: Option<Duration>) -> Self {
        Call { message, kind: resolve::KIND, flags: Flags::empty(), expect: Expect::Answer, timeout }
    }
}

/// What became of a message that was sent.
pub(crate) enum Answered {
    /// It was acknowledged, and that is all.
    Plainly,
    With(Outcome),
}

impl Answered {
    pub(crate) fn into_outcome(self) -> Outcome {
        match self {
            Answered::Plainly => Outcome::default(),
            Answered::With(outcome) => outcome,
        }
    }
}

impl Order {
    #[inline]
    pub(crate) fn new<B>(operation: &'static str, kind: u16, flags: Flags, message: B) -> Self
    where
        B: Build,
        B::View: Object,
    {
        Order::raw::<B::View>(operation, kind, flags, message.into_buffer())
    }

    #[inline]
    pub(crate) fn raw<M: Object + ?Sized>(
        operation: &'static str,
        kind: u16,
        flags: Flags,
        message: Draft,
    ) -> Self {
        Order { subject: Subject::of::<M>(operation), kind, flags, message }
    }

    #[cold]
    pub(crate) fn error(&self, kind: Kind) -> Error {
        let index = match &kind {
            Kind::Invalid(BuildError::NotAnIndex(index)) => Some(index.to_string()),
            _ => None,
        };
        let label = Some(self.subject.label(self.message.as_written())).filter(|label| !label.is_empty());
        Error::new(self.subject.operation, label.or(index).unwrap_or_default(), kind)
    }
}

impl Plan {
    #[inline]
    fn new(order: Order, timeout: Option<Duration>) -> Self {
        Plan { order, timeout, step: Step::Main }
    }

    /// The next message to send.
    #[inline]
    fn next(&mut self) -> Result<Call<'_>> {
        if !self.order.message.is_complete() {
            self.resolve()?;
        }
        let timeout = self.timeout;
        let ask =
            |message, kind| Call { message, kind, flags: Flags::empty(), expect: Expect::Answer, timeout };
        Ok(match &mut self.step {
            Step::Main => {
                let expect = if self.order.flags.contains(Flags::ACK) { Expect::Ack } else { Expect::Answer };
                Call {
                    message: &mut self.order.message,
                    kind: self.order.kind,
                    flags: self.order.flags,
                    expect,
                    timeout,
                }
            }
            Step::Resolve(question) => ask(question, resolve::KIND),
            Step::ReadBack(back) => ask(&mut back.question, back.kind),
        })
    }

    /// Asks for a device that the request names, if it is none of those that can't be sent.
    #[cold]
    fn resolve(&mut self) -> Result<()> {
        if let Some(problem) = self.order.message.problem() {
            let problem = Kind::Invalid(problem.clone());
            return Err(self.error(problem));
        }
        if let (Step::Main, Some(question)) = (&self.step, resolve::question(&self.order.message)) {
            self.step = Step::Resolve(question);
        }
        Ok(())
    }

    /// Takes the answer to the message that was sent last: the object that came, if any. `None` means that there is a
    /// next message.
    #[inline]
    fn answered(&mut self, answered: io::Result<Answered>) -> Result<Option<Option<Bytes>>> {
        match answered {
            Ok(Answered::Plainly)
                if matches!(self.step, Step::Main) && !self.order.flags.contains(Flags::ECHO) =>
            {
                Ok(Some(None))
            }
            Ok(answered) => self.answered_with(answered.into_outcome()),
            Err(error) => Err(self.error(io_kind(error))),
        }
    }

    fn answered_with(&mut self, mut outcome: Outcome) -> Result<Option<Option<Bytes>>> {
        if let Some(failure) = outcome.failure {
            return self.failed(*failure).map(|()| None);
        }
        if let Some(remark) = outcome.remark() {
            self.order.subject.warn(self.order.message.as_written(), ExtendedAck::cast(remark));
        }
        let mut object = outcome.objects.take_first();
        match std::mem::replace(&mut self.step, Step::Main) {
            Step::Resolve(_) => {
                resolve::answer(&mut self.order.message, object).map_err(|kind| self.error(kind))?;
                return Ok(None);
            }
            Step::Main if object.is_none() && self.order.flags.contains(Flags::ECHO) => {
                if let Some(back) = (self.order.subject.object.read_back)(self.order.message.body()) {
                    self.step = Step::ReadBack(Box::new(back));
                    return Ok(None);
                }
            }
            Step::Main => (),
            Step::ReadBack(back) => {
                let body = |object: &Bytes| {
                    object
                        .get(HEADER_LEN..)
                        .is_some_and(|body| (back.is_answer)(body, self.order.message.body()))
                };
                object = object.filter(body);
            }
        }
        Ok(Some(object))
    }

    /// Sends what is to be sent, and waits for the answers: gives the object that came, if any.
    fn carry_out(&mut self, connection: &Connection) -> Result<Option<Bytes>> {
        loop {
            let answered = crate::driver::blocking::exchange(connection, self.next()?);
            if let Some(object) = self.answered(answered)? {
                return Ok(object);
            }
        }
    }

    /// Reads the answer.
    #[inline]
    fn read<R: Answer>(&self, object: Option<Bytes>) -> Result<R::Output> {
        R::read(object).map_err(|kind| self.error(kind))
    }

    /// An answer that was cut off is asked for again, with the room that it needs; all else is an error.
    #[cold]
    fn failed(&mut self, failure: Failure) -> Result<()> {
        let only_asks = !matches!(self.step, Step::Main) || !self.order.flags.contains(Flags::ACK);
        if let (Failure::Truncated { .. }, true) = (&failure, only_asks) {
            return Ok(());
        }
        match &self.step {
            Step::Main => Err(self.order.subject.failure(self.order.message.as_written(), failure)),
            Step::Resolve(question) => {
                Err(self.error(failure_kind(failure, question.as_written(), resolve::table)))
            }
            // What was asked for is done. What it made is elsewhere, or already gone.
            Step::ReadBack(_) if matches!(failure, Failure::Refused(_)) => Err(self.error(Kind::NotTold)),
            Step::ReadBack(back) => Err(self.error(failure_kind(
                failure,
                back.question.as_written(),
                self.order.subject.object.table,
            ))),
        }
    }

    #[cold]
    fn error(&self, kind: Kind) -> Error {
        match &self.step {
            Step::Resolve(question) => self.order.subject.no_device(&self.order.message, question, kind),
            Step::Main | Step::ReadBack(_) => self.order.error(kind),
        }
    }
}

/// What a failure of the conversation is to the caller, who sent this message.
#[cold]
pub(crate) fn failure_kind(
    failure: Failure,
    message: &[u8],
    table: fn() -> &'static netlink_packet::Table,
) -> Kind {
    match failure {
        Failure::Refused(refusal) => {
            let explanation = refusal.explain(message, Some(table()));
            Kind::Refused(Box::new(Refused { errno: refusal.errno, explanation }))
        }
        Failure::Interrupted => Kind::Interrupted,
        Failure::Lost => Kind::Lost,
        Failure::Malformed => Kind::Malformed,
        Failure::Truncated { length } => Kind::Truncated { length },
    }
}

impl<D, R> Request<D, R> {
    #[inline]
    pub(crate) fn new(connection: &Arc<Connection>, timeout: Option<Duration>, order: Order) -> Self {
        Request { connection: Arc::clone(connection), order, timeout, types: PhantomData }
    }

    /// Gives up after this long without an answer, in place of the handle's timeout.
    ///
    /// The clock starts when there is something to wait for. Most requests are carried out inside the system call
    /// that sends them, which nothing can cut short.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets flags of the message's header (`NLM_F_*`), for what no method here says.
    pub fn flags(mut self, flags: Flags) -> Self {
        self.order.flags |= flags;
        self
    }

    /// Changes the message.
    pub(crate) fn ask<B: Build>(mut self, change: impl FnOnce(B) -> B) -> Self {
        self.order.message = change(B::from_buffer(self.order.message)).into_buffer();
        self
    }

    /// A value that can't be sent fails the request.
    pub(crate) fn refuse(mut self, problem: BuildError) -> Self {
        self.order.message.refuse(problem);
        self
    }

    /// Fails the request unless its message says which object it is about.
    #[inline]
    pub(crate) fn about_one<M: Object + ?Sized>(self) -> Self {
        match M::cast(self.order.message.body()).lacks() {
            Some(what) => self.refuse(BuildError::Invalid(what.to_owned())),
            None => self,
        }
    }

    #[inline]
    pub(crate) fn into_order(self) -> Order {
        // Field by field, so that they stay in registers while the connection is let go.
        let Request { connection, order: Order { subject, kind, flags, message }, .. } = self;
        drop(connection);
        Order { subject, kind, flags, message }
    }

    fn read_back<M: ?Sized>(mut self) -> Request<D, Packet<M>> {
        self.order.flags |= Flags::ECHO;
        Request { connection: self.connection, order: self.order, timeout: self.timeout, types: PhantomData }
    }
}

impl<D, M: Object + ?Sized> Request<D, Added<M>> {
    /// Replaces or changes what exists already, like `ip ... replace`, in place of failing.
    pub fn replace(mut self) -> Self {
        self.order.flags = (self.order.flags - Flags::EXCL) | M::REPLACE;
        self
    }

    /// Gives the object as the kernel has it after the request: what was chosen for it, such as its index, included.
    ///
    /// It asks the kernel to echo (`NLM_F_ECHO`), which takes one more receive; where this kernel does not echo,
    /// one more request gets the object by its name or key. Between the two it may have been changed by others. Where
    /// that does not find it the request is done all the same: [`Kind::NotTold`].
    pub fn created(self) -> Request<D, Packet<M>> {
        self.read_back()
    }
}

impl<D, M: Object + ?Sized> Request<D, Changed<M>> {
    /// Gives the object as the kernel has it after the request, by one more request: kernels don't echo changes. Where
    /// that does not find it, such as a link that went to another namespace, the change is done all the same:
    /// [`Kind::NotTold`].
    pub fn changed(self) -> Request<D, Packet<M>> {
        self.read_back()
    }
}

impl<R: Answer> Request<Blocking, R> {
    /// Sends the request and waits for its answer.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn wait(self) -> Result<R::Output> {
        let mut plan = Plan::new(self.order, self.timeout);
        let object = plan.carry_out(&self.connection)?;
        plan.read::<R>(object)
    }
}

#[cfg(feature = "tokio")]
pub use sending::Sending;

#[cfg(feature = "tokio")]
mod sending {
    use super::*;
    use crate::driver::tokio::Exchange;
    use crate::handle::Async;
    use std::future::{Future, IntoFuture};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// The future of a [`Request`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Sending<R> {
        connection: Arc<Connection>,
        plan: Plan,
        exchange: Option<Exchange>,
        answer: PhantomData<fn() -> R>,
    }

    impl<R: Answer> IntoFuture for Request<Async, R> {
        type Output = Result<R::Output>;
        type IntoFuture = Sending<R>;

        fn into_future(self) -> Sending<R> {
            let plan = Plan::new(self.order, self.timeout);
            Sending { connection: self.connection, plan, exchange: None, answer: PhantomData }
        }
    }

    impl<R> Sending<R> {
        fn start(&mut self) -> Result<&mut Exchange> {
            let connection = Arc::clone(&self.connection);
            let Call { message, kind, flags, expect, timeout } = self.plan.next()?;
            match Exchange::start(connection, message, kind, flags, expect, timeout) {
                Ok(exchange) => Ok(self.exchange.insert(exchange)),
                Err(error) => Err(self.plan.error(io_kind(error))),
            }
        }
    }

    impl<R: Answer> Future for Sending<R> {
        type Output = Result<R::Output>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let this = self.get_mut();
            loop {
                let exchange = match &mut this.exchange {
                    Some(exchange) => exchange,
                    None => this.start()?,
                };
                let answered = ready!(exchange.poll(cx));
                this.exchange = None;
                if let Some(object) = this.plan.answered(answered)? {
                    return Poll::Ready(this.plan.read::<R>(object));
                }
            }
        }
    }
}
