//! Requests: one message to the kernel, what may have to be asked before it and after it, and how its answer reads.

use crate::connection::Connection;
use crate::driver::call::{Answered, Call};
use crate::error::{Error, ErrorKind, Result, failure_kind, io_kind};
use crate::handle::Handle;
use crate::mode::Blocking;
use crate::object::Object;
use crate::order::{self, Merge, Order, Question, Steps, Undo};
use crate::resolve;
use crate::target::Target;
use crate::trace::Tables;
use bytes::Bytes;
use netlink_packet::control::ExtAck;
use netlink_packet::{
    Buffer, Build, BuildError, Expect, Failure, Flags, HEADER_LEN, Objects, Outcome, Packet, PooledBuffer,
    Scope, View,
};
use netlink_sys::errno::{EEXIST, ENODEV, ENOENT};
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

/// The answer of a request of any family: the objects of the type `M` that the kernel replied with before it acknowledged.
pub struct Replies<M: ?Sized>(PhantomData<fn(&M)>);

/// How an answer reads.
pub trait Answer {
    /// What awaiting the request gives.
    type Output;

    /// Reads the object that came, if any.
    #[doc(hidden)]
    fn read(object: Option<Bytes>) -> std::result::Result<Self::Output, ErrorKind>;

    /// Reads all objects that came, where there may be several.
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

/// What a request does, whoever drives it.
pub(crate) struct Plan {
    order: Order,
    timeout: Option<Duration>,
    /// Whether it is still to be found out which steps the request takes.
    begins: bool,
    course: Course,
}

/// What there is of a plan besides the request's own message, where there is anything.
#[derive(Default)]
struct Course(Option<Box<Progress>>);

/// How far a plan has come that has more than one message.
#[derive(Default)]
struct Progress {
    step: Step,
    steps: Option<Box<Steps>>,
    /// Objects that came behind the first.
    others: Objects,
    /// The refusal of a request whose generic netlink family may have got another id than the one it was sent under.
    unknown: Option<Error>,
}

impl Course {
    fn step(&self) -> &Step {
        self.0.as_ref().map_or(&Step::Main, |progress| &progress.step)
    }

    fn steps(&self) -> Option<&Steps> {
        self.0.as_ref()?.steps.as_deref()
    }

    fn steps_mut(&mut self) -> Option<&mut Steps> {
        self.0.as_mut()?.steps.as_deref_mut()
    }

    fn take(&mut self, steps: Option<Box<Steps>>) {
        if steps.is_some() {
            self.0.get_or_insert_default().steps = steps;
        }
    }

    fn go_to(&mut self, step: Step) {
        self.0.get_or_insert_default().step = step;
    }

    /// Goes back to the request's own message, from the step that it gives.
    fn leave(&mut self) -> Step {
        self.0.as_mut().map(|progress| std::mem::take(&mut progress.step)).unwrap_or_default()
    }
}

/// Out of line, since few plans have one: letting go of the others is one comparison.
impl Drop for Course {
    #[inline]
    fn drop(&mut self) {
        #[cold]
        fn drop_some(progress: Box<Progress>) {
            drop(progress);
        }
        if let Some(progress) = self.0.take() {
            drop_some(progress);
        }
    }
}

/// Which message of a plan is on its way.
#[derive(Default)]
enum Step {
    /// The request itself, once it names no device, or a message after it.
    #[default]
    Main,
    /// A question for the index of a device that the request names.
    Resolve(PooledBuffer),
    /// A question for the object as it is, which is merged into the request or into what comes after it.
    Ask(Question, Merge),
    /// A question for the object that the request made, where the kernel did not echo it.
    ReadBack(Question),
    /// A question for the object that exists already: if it does not, another one that the request makes does.
    Taken(Question, Error),
    /// The deletion of what was made, after a later step failed.
    Undo(Undo, Error),
}

impl Step {
    /// The message to send, where it is not the request's own.
    #[cold]
    fn call(&mut self, tables: &'static Tables, timeout: Option<Duration>) -> Option<Call<'_>> {
        match self {
            Step::Main => None,
            Step::Resolve(question) => Some(resolve::call(question, timeout)),
            Step::Ask(question, _) | Step::ReadBack(question) | Step::Taken(question, _) => {
                Some(question.call(timeout))
            }
            Step::Undo(Undo { message, message_type, .. }, _) => Some(Call {
                message,
                message_type: *message_type,
                flags: Flags::ACK,
                expect: Expect::Ack,
                timeout,
                for_route: false,
                tables,
            }),
        }
    }
}

impl Plan {
    #[inline]
    fn new(order: Order, timeout: Option<Duration>) -> Self {
        let begins = order.subject.has_steps();
        Plan { order, timeout, begins, course: Course::default() }
    }

    /// A request whose steps are known.
    pub(crate) fn of_steps(order: Order, steps: Box<Steps>, timeout: Option<Duration>) -> Self {
        let mut course = Course::default();
        course.take(Some(steps));
        Plan { order, timeout, begins: false, course }
    }

    /// Whether the request's own message is all that there is to send.
    #[inline]
    fn is_plain(&self) -> bool {
        self.course.0.is_none() && !self.begins
    }

    /// The next message to send.
    #[inline]
    fn next(&mut self, connection: &Connection) -> Result<Call<'_>> {
        if !self.is_plain() || !self.order.message.is_complete() {
            self.prepare(connection)?;
        }
        if let Some(progress) = &mut self.course.0 {
            if let Some(call) = progress.step.call(&self.order.subject.object.target.tables, self.timeout) {
                return Ok(call);
            }
        }
        let Order { ref subject, message_type, flags, ref mut message } = self.order;
        let tables = &subject.object.target.tables;
        let expect = if flags.contains(Flags::ACK) { Expect::Ack } else { Expect::Answer };
        Ok(Call { message, message_type, flags, expect, timeout: self.timeout, for_route: false, tables })
    }

    /// Finds out which steps there are, and whether something is to be asked before the next message is sent: for a device
    /// that it names, or for the object.
    #[cold]
    #[inline(never)]
    fn prepare(&mut self, connection: &Connection) -> Result<()> {
        if let Some(error) = self.course.0.as_mut().and_then(|progress| progress.unknown.take()) {
            let Order { subject, message_type, .. } = self.order;
            let Target { family, finder, .. } = subject.object.target;
            let renewed =
                finder.and_then(|finder| (finder.renewed)(connection, family, message_type, self.timeout));
            self.order.message_type = renewed.ok_or(error)?;
        }
        if self.begins || self.course.0.is_none() {
            self.order.address(connection, self.timeout)?;
            self.course.take(self.order.steps()?);
            self.begins = false;
        }
        if let Step::Main = self.course.step() {
            if let Some(question) = resolve::question(&self.order.message) {
                self.course.go_to(Step::Resolve(question));
            } else if let Some(merge) = self.course.steps_mut().and_then(|steps| steps.before.take()) {
                self.ask(merge);
            }
        }
        Ok(())
    }

    /// Asks for the object as it is, if the message says enough to find it.
    fn ask(&mut self, merge: Merge) -> bool {
        let question = (self.order.subject.object.read_back)(self.own().body());
        let step = question.map(|question| Step::Ask(question, merge));
        step.map(|step| self.course.go_to(step)).is_some()
    }

    /// Takes the answer to the message that was sent last: the object that came, if any. `None` means that there is a
    /// next message.
    #[inline]
    fn answered(&mut self, answered: io::Result<Answered>) -> Result<Option<Option<Bytes>>> {
        match answered {
            Ok(Answered::Plainly) if self.is_plain() && !self.order.flags.contains(Flags::ECHO) => {
                Ok(Some(None))
            }
            Ok(answered) => self.answered_with(answered.into_outcome()),
            Err(error) => {
                let error = self.error(io_kind(error));
                self.give_up(error).map(|()| None)
            }
        }
    }

    fn answered_with(&mut self, mut outcome: Outcome) -> Result<Option<Option<Bytes>>> {
        if let Some(failure) = outcome.failure {
            let objects = outcome.objects;
            return self.failed(*failure).map(|()| None).map_err(|error| error.after(objects));
        }
        if let Some(ext_ack) = outcome.ext_ack() {
            self.order.subject.warn(self.order.message.as_written(), ExtAck::cast(ext_ack));
        }
        let object = outcome.objects.take_first();
        if !outcome.objects.is_empty() {
            self.keep(outcome.objects);
        }
        if self.is_plain() && !self.order.flags.contains(Flags::ECHO) {
            return Ok(Some(object));
        }
        self.go_on_with(object)
    }

    /// Keeps objects that came behind the first.
    #[cold]
    fn keep(&mut self, others: Objects) {
        self.course.0.get_or_insert_default().others = others;
    }

    /// Takes what came, where that may not be all.
    #[inline(never)]
    fn go_on_with(&mut self, object: Option<Bytes>) -> Result<Option<Option<Bytes>>> {
        match self.course.leave() {
            Step::Ask(_, merge) => self.merge(merge, object),
            Step::Resolve(_) => {
                resolve::answer(&mut self.order.message, object).map_err(|kind| self.error(kind))?;
                Ok(None)
            }
            Step::Main => {
                let check = |steps: &mut Steps| steps.check(&self.order, object.as_ref());
                match self.course.steps_mut().map_or(Ok(()), check) {
                    Ok(()) => Ok(self.go_on(object)),
                    Err(problem) => Err(self.error(problem.into()).kept()),
                }
            }
            Step::ReadBack(back) => {
                let made = |object: &Bytes| {
                    object.get(HEADER_LEN..).is_some_and(|body| (back.is_answer)(body, self.own().body()))
                };
                Ok(Some(object.filter(made)))
            }
            Step::Taken(_, error) => Err(error),
            Step::Undo(Undo { done, .. }, error) => Err(error.undone(done, true)),
        }
    }

    /// Completes the request by the object as it is, and goes on: with the message, or, once that was carried out, behind it.
    fn merge(&mut self, merge: Merge, object: Option<Bytes>) -> Result<Option<Option<Bytes>>> {
        let Some(steps) = self.course.steps_mut() else { return Ok(None) };
        let merged = match object.as_ref().and_then(|object| object.get(HEADER_LEN..)) {
            Some(body) => merge(body, &mut self.order, steps).map_err(ErrorKind::Invalid),
            None => Err(ErrorKind::Malformed),
        };
        match merged {
            Ok(()) if steps.is_sent => Ok(self.go_on(None)),
            Ok(()) => Ok(None),
            Err(kind) => {
                let error = self.error(kind);
                self.give_up(error).map(|()| None)
            }
        }
    }

    /// A message was carried out, and maybe echoed. Gives the object that came, if any; `None` where there is a next message.
    fn go_on(&mut self, object: Option<Bytes>) -> Option<Option<Bytes>> {
        while let Some(steps) = self.course.steps_mut() {
            steps.is_sent = true;
            match steps.after.pop_front() {
                Some(order::Step::Send(further)) => {
                    steps.send(further, &mut self.order);
                    return None;
                }
                Some(order::Step::Ask(merge)) if self.ask(merge) => return None,
                Some(order::Step::Ask(_)) => (),
                None => break,
            }
        }
        let echoes = self.order.flags.contains(Flags::ECHO);
        let tells = self.course.steps().map_or(echoes, Steps::tells);
        if object.is_none() && tells {
            if let Some(question) = (self.order.subject.object.read_back)(self.own().body()) {
                self.course.go_to(Step::ReadBack(question));
                return None;
            }
        }
        Some(object)
    }

    /// The request's own message.
    fn own(&self) -> &PooledBuffer {
        self.course.steps().and_then(Steps::own).unwrap_or(&self.order.message)
    }

    /// Sends what is to be sent, and waits for the answers: gives the object that came, if any.
    pub(crate) fn carry_out(&mut self, connection: &Connection) -> Result<Option<Bytes>> {
        loop {
            let answered = crate::driver::blocking::exchange(connection, self.next(connection)?);
            if let Some(object) = self.answered(answered)? {
                return Ok(object);
            }
        }
    }

    /// Reads the answer.
    #[inline]
    fn read<R: Answer>(&mut self, object: Option<Bytes>) -> Result<R::Output> {
        let others = || self.course.0.take().map(|progress| progress.others).unwrap_or_default();
        R::read_all(object, others).map_err(|kind| self.error(kind))
    }

    /// An answer that was cut off is asked for again, with the room that it needs; all else is an error.
    #[cold]
    fn failed(&mut self, failure: Failure) -> Result<()> {
        let changes = match self.course.step() {
            Step::Undo(..) => true,
            Step::Main => self.order.flags.contains(Flags::ACK),
            _ => false,
        };
        if let (Failure::Truncated { .. }, false) = (&failure, changes) {
            return Ok(());
        }
        if self.is_missing_as_may_be(&failure) {
            self.course.leave();
            return Ok(());
        }
        let missing = is_missing(&failure);
        // Also of a generic netlink family that has no such id any more.
        let unknown = matches!(&failure, Failure::Kernel(refusal) if refusal.errno == ENOENT);
        let exists = matches!(&failure, Failure::Kernel(refusal) if refusal.errno == EEXIST);
        let error = match self.course.step() {
            Step::Main => self.error(failure_kind(
                failure,
                self.order.message.as_written(),
                self.order.subject.object.target.table,
            )),
            Step::Resolve(question) => {
                self.error(failure_kind(failure, question.as_written(), resolve::table))
            }
            // What was asked for is done. What it made is elsewhere, or already gone.
            Step::ReadBack(_) if matches!(failure, Failure::Kernel(_)) => self.error(ErrorKind::NotEchoed),
            Step::Ask(question, _) => self.asked_in_vain(question, failure),
            Step::ReadBack(question) => self.asked_in_vain(question, failure),
            Step::Taken(..) | Step::Undo(..) => self.error(ErrorKind::Malformed),
        };
        match self.course.leave() {
            Step::Taken(_, error) => Err(self.taken(error, missing)),
            Step::Main if unknown && self.order.subject.has_own_id() => self.ask_again(error),
            Step::Main if exists => self.ask_who_exists(error),
            step => self.give_up_at(step, error),
        }
    }

    /// Has the request sent once more, should its family have another id by now.
    fn ask_again(&mut self, error: Error) -> Result<()> {
        self.course.0.get_or_insert_default().unknown = Some(error);
        Ok(())
    }

    /// Whether the object that was asked for before the message is sent is missing, which it may be.
    fn is_missing_as_may_be(&self, failure: &Failure) -> bool {
        let may_be = self.course.steps().is_some_and(|steps| steps.may_be_missing && !steps.is_sent);
        matches!(self.course.step(), Step::Ask(..)) && may_be && is_missing(failure)
    }

    /// The object exists, or another one that is made with it: where there may be such, finds out which.
    fn ask_who_exists(&mut self, error: Error) -> Result<()> {
        let message = self.order.message.body();
        let is_sent = self.course.steps().is_some_and(|steps| steps.is_sent);
        let other = (self.order.subject.object.other)(message).filter(|_| !is_sent);
        match other.and_then(|_| (self.order.subject.object.read_back)(message)) {
            Some(question) => self.course.go_to(Step::Taken(question, error)),
            None => return self.give_up(error),
        }
        Ok(())
    }

    /// The error of an object that exists, which is the other one where the first is missing.
    fn taken(&self, error: Error, missing: bool) -> Error {
        match (self.order.subject.object.other)(self.order.message.body()) {
            Some(other) if missing => error.about_device(other),
            _ => error,
        }
    }

    fn asked_in_vain(&self, question: &Question, failure: Failure) -> Error {
        self.error(failure_kind(
            failure,
            question.message.as_written(),
            self.order.subject.object.target.table,
        ))
    }

    /// The step failed: it is an error, before which what was made is to be deleted where a step before made something.
    #[cold]
    fn give_up(&mut self, error: Error) -> Result<()> {
        let step = self.course.leave();
        self.give_up_at(step, error)
    }

    fn give_up_at(&mut self, step: Step, error: Error) -> Result<()> {
        if let Step::Undo(_, error) = step {
            return Err(error.undone("the rest was done", false));
        }
        let Some(steps) = self.course.steps_mut() else { return Err(error) };
        let (undo, error) = steps.failed(error)?;
        self.course.go_to(Step::Undo(undo, error));
        Ok(())
    }

    #[cold]
    fn error(&self, kind: ErrorKind) -> Error {
        match self.course.step() {
            Step::Resolve(question) if self.course.steps().is_some_and(|steps| steps.is_sent) => {
                let error = self.order.subject.error(self.own().as_written(), kind);
                error.about_device(resolve::label(question))
            }
            Step::Resolve(question) => {
                resolve::failed(&self.order.subject, &self.order.message, question, kind)
            }
            _ => self.order.subject.error(self.own().as_written(), kind),
        }
    }
}

/// Whether the kernel has no such device.
pub(crate) fn is_missing(failure: &Failure) -> bool {
    matches!(failure, Failure::Kernel(refusal) if refusal.errno == ENODEV)
}

/// Refuses a message for a reason in words.
#[cold]
fn refuse_as(message: &mut Buffer, problem: &str) {
    message.refuse(BuildError::Invalid(problem.to_owned()));
}

/// Refuses a message that has something that the kernel would ignore.
#[cold]
fn refuse_ignored<M: Object + ?Sized>(message: &mut Buffer) {
    let row = Scope::of(M::cast(message.body())).ignored();
    if let Some(row) = row {
        refuse_as(message, &order::would_be_ignored(row));
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
    pub(crate) fn about_one<M: Object + ?Sized>(mut self) -> Self {
        if let Some(what) = M::cast(self.order.message.body()).lacks() {
            refuse_as(&mut self.order.message, what);
        }
        self
    }

    /// Fails a request that adds or changes an object if the kernel would ignore a part of its message.
    #[inline]
    pub(crate) fn says_nothing_ignored<M: Object + ?Sized>(mut self) -> Self {
        if self.order.message.may_hold(M::SUSPECTS) {
            refuse_ignored::<M>(&mut self.order.message);
        }
        self
    }

    #[inline]
    pub(crate) fn into_order(self) -> Order {
        // Field by field, so that they stay in registers while the connection is let go.
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
    /// The same by another name, replacing or changing what exists already instead of failing.
    pub(crate) fn replacing(mut self, operation: &'static str, flag: Flags) -> Self {
        self.order.flags = (self.order.flags - Flags::EXCL) | flag;
        self.order.subject.operation = operation;
        self
    }

    /// Gives the object as the kernel has it after the request: what was chosen for it, such as its index, included.
    ///
    /// It asks the kernel to echo (`NLM_F_ECHO`), which takes one more receive; where this kernel does not echo,
    /// one more request gets the object by its name or key. Between the two it may have been changed by others. Where
    /// that does not find it the request is done all the same: [`ErrorKind::NotEchoed`].
    pub fn created(self) -> Request<D, Packet<M>> {
        self.read_back()
    }
}

impl<D, M: Object + ?Sized> Request<D, Changed<M>> {
    /// Gives the object as the kernel has it after the request, by one more request: kernels don't echo changes. Where
    /// that does not find it, such as a link that went to another namespace, the change is done all the same:
    /// [`ErrorKind::NotEchoed`].
    pub fn changed(self) -> Request<D, Packet<M>> {
        self.read_back()
    }
}

impl<D, M: ?Sized> Request<D, Replies<M>> {
    /// Sends this command, in place of the one that the message's type says: one table often serves several.
    pub fn command(self, command: u16) -> Self {
        Request { order: self.order.with_command(command), ..self }
    }

    /// Gives just the one object that the kernel replies with; [`ErrorKind::NotEchoed`] where it only acknowledges.
    pub fn one(self) -> Request<D, Packet<M>> {
        Request { connection: self.connection, order: self.order, timeout: self.timeout, types: PhantomData }
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
pub(crate) use sending::Running;
#[cfg(feature = "tokio")]
pub use sending::Sending;

#[cfg(feature = "tokio")]
mod sending {
    use super::*;
    use crate::driver::tokio::Exchange;
    use crate::mode::Async;
    use std::future::{Future, IntoFuture};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// The future of a [`Request`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Sending<R> {
        running: Running,
        answer: PhantomData<fn() -> R>,
    }

    /// A plan on its way.
    pub(crate) struct Running {
        connection: Arc<Connection>,
        plan: Plan,
        exchange: Option<Exchange>,
    }

    impl<R: Answer> IntoFuture for Request<Async, R> {
        type Output = Result<R::Output>;
        type IntoFuture = Sending<R>;

        fn into_future(self) -> Sending<R> {
            let plan = Plan::new(self.order, self.timeout);
            Sending { running: Running::new(self.connection, plan), answer: PhantomData }
        }
    }

    impl Running {
        #[inline]
        pub(crate) fn new(connection: Arc<Connection>, plan: Plan) -> Self {
            Running { connection, plan, exchange: None }
        }

        /// Sends the next message.
        #[inline]
        fn start(&mut self) -> Result<()> {
            let connection = Arc::clone(&self.connection);
            let call = self.plan.next(&self.connection)?;
            match Exchange::start(connection, call) {
                Ok(exchange) => self.exchange = Some(exchange),
                Err(error) => drop(self.plan.answered(Err(error))?),
            }
            Ok(())
        }

        /// Sends what is to be sent, and waits for the answers: gives the object that came, if any.
        #[inline]
        pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>>> {
            loop {
                let Some(exchange) = &mut self.exchange else {
                    self.start()?;
                    continue;
                };
                let answered = ready!(exchange.poll(cx));
                self.exchange = None;
                if let Some(object) = self.plan.answered(answered)? {
                    return Poll::Ready(Ok(object));
                }
            }
        }
    }

    impl<R: Answer> Future for Sending<R> {
        type Output = Result<R::Output>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let running = &mut self.get_mut().running;
            let object = ready!(running.poll(cx))?;
            Poll::Ready(running.plan.read::<R>(object))
        }
    }
}
