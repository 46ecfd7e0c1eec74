//! Many requests in one go: packed into few sends, with a result for each of them.
//!
//! In a packet only the last request asks for an acknowledgement; of the others the kernel tells those that fail, by
//! their number. So a packet holds no more than the receive buffer has room for if all of them fail, and silence
//! counts as success only if the last was answered and nothing was lost.

use crate::connection::{ANY_PORT, Connection, send};
use crate::driver::blocking::{Deadline, exchange};
use crate::driver::call::Answered;
use crate::driver::dump::DumpSocket;
use crate::driver::receive::{Received, own, receive, try_recv};
use crate::error::{Kind, Result, copy_of, io_kind, unanswered};
use crate::handle::Handle;
use crate::mode::Blocking;
use crate::request::{Added, Changed, Deleted, Done, Order, Plan, Request, Subject};
use crate::resolve;
use netlink_packet::control::ExtendedAck;
use netlink_packet::{
    Buffer, BuildError, Draft, Exchange, Expect, Failure, Flags, HEADER_LEN, Header, Outcome, View, align,
};
use netlink_sys::Socket;
use std::io;
use std::marker::PhantomData;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of a packet: larger ones gain nothing.
const PACKET: usize = 16 * 1024;

/// Bytes of the receive buffer that an answer may take, whatever its length, on the kernels from 6.1 to 6.18.
const ANSWER: usize = 1024;

/// Bytes that a bulk would have the receive buffer have: a machine's usual limit. The kernel's usual size is half of it.
const ROOM: usize = 425_984;

/// How long a device that was looked up is taken to have its name.
const NAMES_LAST: Duration = Duration::from_millis(100);

/// One request of a [`Bulk`]: any of those that add, change or delete.
///
/// A bulk takes them as they are; turn requests of different types into operations by `into`.
pub struct Operation(Order);

macro_rules! into_operation {
    ($([$($generics:tt)*] $Answer:ty),*) => { $(
        impl<D, $($generics)*> From<Request<D, $Answer>> for Operation {
            #[inline]
            fn from(request: Request<D, $Answer>) -> Self {
                Operation(request.into_order())
            }
        }
    )* };
}

impl Operation {
    pub(crate) fn new(order: Order) -> Self {
        Operation(order)
    }
}

into_operation! { [M: ?Sized] Added<M>, [M: ?Sized] Changed<M>, [] Deleted, [] Done }

/// Requests in one go; [`Handle::bulk`](crate::handle::Handle::bulk) makes it. Nothing is sent before it is awaited or
/// iterated over.
///
/// It gives a result for each request, in their order, and takes the requests as it needs them: memory is bounded
/// however many there are. Awaited, or by [`wait`](Bulk::wait) on a blocking handle, it collects the results.
///
/// Requests are carried out one after another. One that fails does not keep those behind it from being
/// carried out. Where the answers were lost in an overrun, each request that is not known to have failed
/// [is lost](crate::Error::is_lost): it may have been carried out.
///
/// A device that a request names is looked up after the requests before it were carried out, and not again for those
/// behind it, until a request may have changed names, the source had to be waited for, or 0.1 seconds are over.
///
/// A request of several steps, such as a link that gets an alias, is sent by itself, after those before it were carried out.
#[must_use = "a bulk is sent when it is awaited or iterated over"]
pub struct Bulk<D, S> {
    operations: S,
    run: Run,
    mode: PhantomData<fn() -> D>,
}

/// What a bulk is doing.
struct Run {
    connection: Arc<Connection>,
    timeout: Option<Duration>,
    socket: Option<DumpSocket>,
    batch: Batch,
    /// Whether the source has come to its end, after which it is not asked again.
    is_over: bool,
    /// The operation that comes next: it was taken, and is not in the packet yet.
    next: Option<Order>,
    /// The same where it takes several steps.
    steps: Option<Box<Plan>>,
    /// Devices that were looked up, by their names, and when the first of them was.
    devices: Vec<resolve::Found>,
    looked_up: Option<Instant>,
    /// The exchange of the packet, while it goes on.
    exchange: Option<Exchange>,
}

/// A packet of requests, and what became of them.
#[derive(Default)]
struct Batch {
    packet: Vec<u8>,
    /// What each request of the packet is about.
    subjects: Vec<Subject>,
    /// Files that requests of the packet name: they have to be open when it is sent.
    descriptors: Vec<Arc<OwnedFd>>,
    /// Where the last one begins.
    last: usize,
    /// The result of a request that is not in the packet, since it failed before or took several steps: none comes behind it.
    apart: Option<Result<()>>,
    /// The number of the packet's first request.
    first: u32,
    /// How many requests a packet may have.
    window: usize,
    outcome: Outcome,
    /// Why the packet was not sent, or its answer not received.
    broken: Option<io::Error>,
    /// Whether all that it was asked were carried out.
    all_well: bool,
    /// Results that were given of the packet's requests, and refusals among them.
    given: usize,
    refused: usize,
    /// Where the request begins whose result comes next, while not all went well.
    at: usize,
}

/// What came of an attempt to put the next operation into the packet.
enum Fit {
    /// It is in.
    Yes,
    /// The packet has to go first, or the operation failed without it.
    Full,
    /// A device has to be looked up first.
    Ask(Draft),
    /// It takes several steps, and is not for packets.
    Steps(Box<Plan>),
}

impl Batch {
    #[cfg(feature = "tokio")]
    fn is_empty(&self) -> bool {
        self.subjects.is_empty() && self.apart.is_none()
    }

    /// Whether it has as many requests as it may have.
    #[inline]
    fn is_complete(&self) -> bool {
        self.subjects.len() >= self.window
    }

    /// How many requests it has.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no more than the window, a part of what fits into 31 bits"
    )]
    #[inline]
    fn count(&self) -> u32 {
        self.subjects.len() as u32
    }

    /// Whether a message of this length fits in. The first one does whatever its length.
    fn has_room(&self, length: usize) -> bool {
        self.subjects.is_empty() || self.packet.len() + length <= PACKET
    }

    /// Appends a request, not asking for an acknowledgement.
    #[inline(always)]
    fn push(
        &mut self,
        subject: Subject,
        kind: u16,
        flags: Flags,
        message: &mut Buffer,
    ) -> std::result::Result<(), BuildError> {
        let header = Header {
            length: 0,
            kind,
            flags: (flags - Flags::ACK) | Flags::REQUEST,
            sequence: self.first + self.count(),
            port: 0,
        };
        if !message.descriptors().is_empty() {
            self.descriptors.extend_from_slice(message.descriptors());
        }
        let message = message.set_header(header)?;
        self.last = self.packet.len();
        self.packet.extend_from_slice(message);
        if message.len() % 4 != 0 {
            self.packet.resize(align(self.packet.len()), 0);
        }
        self.subjects.push(subject);
        Ok(())
    }

    /// Has the last request ask for an acknowledgement.
    fn close(&mut self) {
        if let Some(bytes) = self.packet.get_mut(self.last..self.last + HEADER_LEN) {
            if let Some(header) = Header::read(bytes) {
                let header = Header { flags: header.flags | Flags::ACK, ..header };
                bytes.copy_from_slice(&header.to_bytes());
            }
        }
    }

    /// The packet was answered.
    fn answered(&mut self, outcome: Outcome) {
        let well = outcome.failure.is_none() && outcome.refusals().is_empty() && !outcome.is_uncertain();
        self.all_well = well && self.apart.is_none();
        if let (Some(remark), Some(subject)) = (outcome.remark(), self.subjects.last()) {
            subject.warn(message_at(&self.packet, self.last), ExtendedAck::cast(remark));
        }
        self.outcome = outcome;
    }

    /// The result of the next request where all went well, as is common.
    #[inline]
    fn give_well(&mut self) -> Option<Result<()>> {
        if !self.all_well || self.given == self.subjects.len() {
            return None;
        }
        self.given += 1;
        Some(Ok(()))
    }

    /// The result of the next request; `None` once all are given.
    #[cold]
    fn give(&mut self) -> Option<Result<()>> {
        let Some(&subject) = self.subjects.get(self.given) else { return self.apart.take() };
        let message = message_at(&self.packet, self.at);
        let refusal = self.outcome.refusals().get(self.refused).filter(|(of, _)| *of as usize == self.given);
        self.given += 1;
        self.at += align(message.len());
        if let (None, Some(error)) = (refusal, &self.broken) {
            return Some(Err(subject.error(message, io_kind(copy_of(error)))));
        }
        let failure = match (refusal, &self.outcome.failure) {
            (Some((_, refusal)), _) => {
                self.refused += 1;
                Failure::Refused(refusal.clone())
            }
            (None, Some(failure)) => (**failure).clone(),
            (None, None) if self.outcome.is_uncertain() => Failure::Lost,
            (None, None) => return Some(Ok(())),
        };
        Some(Err(subject.failure(message, failure)))
    }

    /// Begins the next packet.
    fn clear(&mut self) {
        let Batch { mut packet, mut subjects, window, .. } = std::mem::take(self);
        packet.clear();
        subjects.clear();
        *self = Batch { packet, subjects, window, ..Batch::default() };
    }
}

/// The message that begins there.
fn message_at(packet: &[u8], at: usize) -> &[u8] {
    let bytes = packet.get(at..).unwrap_or_default();
    let length = Header::read(bytes).map_or(0, |header| header.length as usize);
    bytes.get(..length).unwrap_or(bytes)
}

impl Run {
    /// Puts an operation into the packet.
    #[inline(always)]
    fn add(&mut self, order: Order) -> Fit {
        let Order { subject, kind, flags, mut message } = order;
        let (batch, buffer) = (&mut self.batch, &mut *message);
        if !batch.subjects.is_empty()
            && self.devices.is_empty()
            && !subject.has_steps()
            && batch.has_room(buffer.length())
            && batch.push(subject, kind, flags, buffer).is_ok()
        {
            return Fit::Yes;
        }
        self.next = Some(Order { subject, kind, flags, message });
        self.add_next()
    }

    /// Whether an operation was taken that is not in the packet yet.
    fn has_next(&self) -> bool {
        self.next.is_some() || self.steps.is_some()
    }

    /// Puts the next operation into the packet, where there is more to do.
    #[inline(never)]
    fn add_next(&mut self) -> Fit {
        if self.batch.apart.is_some() {
            return Fit::Full;
        }
        if let Some(mut order) = self.next.take() {
            match order.steps() {
                Ok(None) => return self.add_one(order),
                Ok(Some(steps)) => {
                    self.steps = Some(Box::new(Plan::of_steps(order, steps, self.timeout)));
                }
                Err(error) => self.batch.apart = Some(Err(error)),
            }
        }
        // What is in the packet is carried out before.
        match self.steps.take_if(|_| self.batch.subjects.is_empty()) {
            Some(plan) => Fit::Steps(plan),
            None => Fit::Full,
        }
    }

    /// The operation that takes several steps is done.
    fn done(&mut self, result: Result<()>) {
        self.devices.clear();
        self.batch.apart = Some(result);
    }

    /// Puts an operation into the packet that takes one message.
    fn add_one(&mut self, mut order: Order) -> Fit {
        while let Some(device) = order.message.unresolved().last() {
            match self.devices.iter().find(|found| found.is(device)) {
                Some(found) => found.write(&mut order.message),
                // One of those in the packet may make the device.
                None if !self.batch.subjects.is_empty() => {
                    self.next = Some(order);
                    return Fit::Full;
                }
                None => {
                    let question = resolve::question(&order.message);
                    self.next = Some(order);
                    return question.map_or(Fit::Yes, Fit::Ask);
                }
            }
        }
        if !self.batch.has_room(order.message.length()) {
            self.next = Some(order);
            return Fit::Full;
        }
        if resolve::changes_names(order.kind) {
            self.forget_devices();
        }
        if self.batch.subjects.is_empty() {
            if let Err(error) = self.prepare() {
                self.batch.apart = Some(Err(order.error(io_kind(error))));
                return Fit::Full;
            }
        }
        match self.batch.push(order.subject, order.kind, order.flags, &mut order.message) {
            Ok(()) => Fit::Yes,
            Err(problem) => {
                self.batch.apart = Some(Err(order.error(Kind::Invalid(problem))));
                Fit::Full
            }
        }
    }

    /// Begins the next packet.
    fn begin(&mut self) {
        self.batch.clear();
        if self.looked_up.is_some_and(|since| since.elapsed() > NAMES_LAST) {
            self.forget_devices();
        }
    }

    /// Has devices looked up again: their names may be others' by now.
    fn forget_devices(&mut self) {
        self.devices.clear();
        self.looked_up = None;
    }

    /// Takes a socket, and numbers for a packet.
    fn prepare(&mut self) -> io::Result<()> {
        let socket = match &mut self.socket {
            Some(socket) => socket,
            None => {
                let socket = self.connection.dump_socket()?;
                self.batch.window = (room_for_answers(&socket.socket)? / ANSWER).max(1);
                self.socket.insert(socket)
            }
        };
        let window = u32::try_from(self.batch.window).unwrap_or(u32::MAX);
        if socket.sequence.checked_add(window).is_none_or(|last| last == u32::MAX) {
            socket.sequence = 1;
        }
        self.batch.first = socket.sequence;
        Ok(())
    }

    /// Sends the packet.
    fn send(&mut self) {
        let count = self.batch.count();
        let Some(socket) = self.socket.as_mut().filter(|_| count > 0) else { return };
        socket.sequence += count;
        self.batch.close();
        match own(&socket.socket).and_then(|()| send(&socket.socket, &self.batch.packet)) {
            Ok(()) => {
                self.exchange = Some(Exchange::new(ANY_PORT, self.batch.first, Expect::Batch { count }))
            }
            Err(error) => self.batch.broken = Some(error),
        }
    }

    /// Takes note of what a receive gave.
    fn received(&mut self, received: io::Result<Received>) {
        let (Some(exchange), Some(socket)) = (&mut self.exchange, &mut self.socket) else { return };
        match received {
            Ok(Received::Datagram { full_length }) => exchange.receive(&mut socket.chunk, full_length),
            Ok(Received::Overrun) => exchange.overrun(),
            Err(error) => {
                // A late answer must not be taken for one to the next packet.
                self.socket = None;
                // What was refused so far is known; of the others it is not.
                self.batch.outcome = self.exchange.take().map(Exchange::into_outcome).unwrap_or_default();
                self.batch.broken = Some(unanswered(error));
                return;
            }
        }
        self.check();
    }

    /// Nothing is in the queue; whether the packet is answered all the same, by an overrun.
    fn nothing_received(&mut self) -> bool {
        self.exchange.as_mut().is_none_or(Exchange::queue_is_empty) && self.check()
    }

    /// Ends the exchange if its last answer came.
    fn check(&mut self) -> bool {
        let Some(exchange) = self.exchange.take_if(|exchange| exchange.is_ended()) else {
            return self.exchange.is_none();
        };
        self.batch.answered(exchange.into_outcome());
        true
    }

    /// Takes the answer to a question for the device that the next operation names.
    fn answered(&mut self, question: &Buffer, outcome: io::Result<Outcome>) {
        let Some(mut order) = self.next.take() else { return };
        match resolve::Found::read(&order.message, question, outcome) {
            Ok(found) => {
                found.write(&mut order.message);
                self.looked_up.get_or_insert_with(Instant::now);
                self.devices.push(found);
                self.next = Some(order);
            }
            Err(kind) => {
                let error = order.subject.no_device(&order.message, question, kind);
                self.batch.apart = Some(Err(error));
            }
        }
    }
}

/// Bytes of the receive buffer, which is made large enough for the answers of a packet where the machine's limit lets it:
/// the fewer packets, the fewer system calls.
fn room_for_answers(socket: &Socket) -> io::Result<usize> {
    if socket.recv_buffer()? < ROOM {
        // The kernel doubles what is set.
        socket.set_recv_buffer(ROOM / 2)?;
    }
    socket.recv_buffer()
}

impl Drop for Run {
    fn drop(&mut self) {
        if let (None, Some(socket)) = (&self.exchange, self.socket.take()) {
            self.connection.give_back(socket);
        }
    }
}

impl<D> Handle<D> {
    /// Many requests in one go, of any kind: packed into few system calls, with a result for each, in order.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tokio")]
    /// # async fn run() -> iproute2::Result<()> {
    /// let ip = iproute2::connect()?;
    /// let addresses = (1..=100).map(|host| ip.address().add("lo", std::net::Ipv4Addr::new(192, 0, 2, host)));
    /// let results = ip.bulk(addresses).await;
    /// println!("{} of {} were added", results.iter().filter(|result| result.is_ok()).count(), results.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn bulk<I>(&self, operations: I) -> Bulk<D, I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Into<Operation>,
    {
        Bulk::new(self.connection(), self.timeout(), operations.into_iter())
    }
}

impl<D, S> Bulk<D, S> {
    pub(crate) fn new(connection: &Arc<Connection>, timeout: Option<Duration>, operations: S) -> Self {
        let run = Run {
            connection: Arc::clone(connection),
            timeout,
            socket: None,
            batch: Batch::default(),
            is_over: false,
            next: None,
            steps: None,
            devices: Vec::new(),
            looked_up: None,
            exchange: None,
        };
        Bulk { operations, run, mode: PhantomData }
    }
}

impl<I> Bulk<Blocking, I>
where
    I: Iterator,
    I::Item: Into<Operation>,
{
    /// Sends all of them and collects the results.
    pub fn wait(self) -> Vec<Result<()>> {
        self.collect()
    }

    /// The next result, if need be of the next packet.
    #[inline(never)]
    fn give_next(&mut self) -> Option<Result<()>> {
        self.run.batch.give().or_else(|| {
            self.exchange();
            self.run.batch.give()
        })
    }

    /// Fills a packet, and exchanges it for results.
    fn exchange(&mut self) {
        let run = &mut self.run;
        run.begin();
        loop {
            let fit = if run.has_next() {
                run.add_next()
            } else if run.is_over {
                break;
            } else if let Some(operation) = self.operations.next() {
                run.add(operation.into().0)
            } else {
                run.is_over = true;
                break;
            };
            match fit {
                Fit::Yes if run.batch.is_complete() => break,
                Fit::Yes => (),
                Fit::Full => break,
                Fit::Ask(mut question) => {
                    let call = resolve::call(&mut question, run.timeout);
                    let answered = exchange(&run.connection, call);
                    let outcome = answered.map(Answered::into_outcome);
                    run.answered(&question, outcome);
                }
                Fit::Steps(mut plan) => {
                    let result = plan.carry_out(&run.connection);
                    run.done(result.map(drop));
                }
            }
        }
        run.send();
        let mut deadline = Deadline::new(run.timeout);
        while let (Some(_), Some(socket)) = (&run.exchange, &mut run.socket) {
            let DumpSocket { socket, chunk, room, .. } = socket;
            let mut received = receive(chunk, room, try_recv(socket));
            if received.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
                let socket = Arc::clone(socket);
                if run.nothing_received() {
                    break;
                }
                match deadline.wait(&socket) {
                    Ok(()) => continue,
                    Err(error) => received = Err(error),
                }
            }
            run.received(received);
        }
    }
}

impl<I> Iterator for Bulk<Blocking, I>
where
    I: Iterator,
    I::Item: Into<Operation>,
{
    type Item = Result<()>;

    #[inline]
    fn next(&mut self) -> Option<Result<()>> {
        self.run.batch.give_well().or_else(|| self.give_next())
    }
}

#[cfg(feature = "tokio")]
pub use streaming::{Collecting, Results, Source, Streamed};

#[cfg(feature = "tokio")]
mod streaming {
    use super::*;
    use crate::driver::clock::Timer;
    use crate::driver::tokio::{Exchange as Question, poll_dump};
    use crate::driver::waiting::Place;
    use crate::mode::Async;
    use crate::request::Running;
    use std::future::{Future, IntoFuture, poll_fn};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    impl Handle<Async> {
        /// Many requests in one go, from a stream: see [`bulk`](Self::bulk). What is there is sent; a stream that has to be
        /// waited for does not keep back what came before.
        pub fn bulk_stream<S>(&self, operations: S) -> Bulk<Async, Streamed<S>>
        where
            S: futures_core::Stream + Unpin,
            S::Item: Into<Operation>,
        {
            Bulk::new(self.connection(), self.timeout(), Streamed(operations))
        }
    }

    /// Where an async bulk takes its operations from: an iterator, or a stream.
    pub trait Source {
        /// The next one; `None` after the last.
        #[doc(hidden)]
        fn poll_operation(&mut self, cx: &mut Context<'_>) -> Poll<Option<Operation>>;
    }

    impl<I> Source for I
    where
        I: Iterator,
        I::Item: Into<Operation>,
    {
        #[inline]
        fn poll_operation(&mut self, _: &mut Context<'_>) -> Poll<Option<Operation>> {
            Poll::Ready(self.next().map(Into::into))
        }
    }

    /// A stream as the source of a bulk; [`Handle::bulk_stream`](crate::handle::Handle::bulk_stream) makes it.
    #[derive(Debug)]
    pub struct Streamed<S>(pub(crate) S);

    impl<S> Source for Streamed<S>
    where
        S: futures_core::Stream + Unpin,
        S::Item: Into<Operation>,
    {
        fn poll_operation(&mut self, cx: &mut Context<'_>) -> Poll<Option<Operation>> {
            Pin::new(&mut self.0).poll_next(cx).map(|next| next.map(Into::into))
        }
    }

    /// The results of an async [`Bulk`], in the order of its operations: a stream.
    #[must_use = "streams do nothing unless polled"]
    pub struct Results<S> {
        operations: S,
        run: Run,
        question: Option<(Draft, Question)>,
        /// An operation of several steps that is on its way.
        running: Option<Box<Running>>,
        reactor: Place,
        timer: Timer,
        /// Whether it let other tasks run since the last packet.
        yielded: bool,
    }

    impl<S: Source> Bulk<Async, S> {
        /// The results as they come, in constant memory.
        pub fn stream(self) -> Results<S> {
            let timer = Timer::new(self.run.timeout);
            Results {
                operations: self.operations,
                run: self.run,
                question: None,
                running: None,
                reactor: Place::default(),
                timer,
                yielded: true,
            }
        }
    }

    impl<S: Source> Results<S> {
        /// The next result; `None` after the last.
        #[expect(clippy::should_implement_trait, reason = "it gives a future, as the methods of streams do")]
        #[inline]
        pub fn next(&mut self) -> impl Future<Output = Option<Result<()>>> {
            poll_fn(|cx| self.poll(cx))
        }

        #[inline]
        pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
            match self.run.batch.give_well() {
                Some(result) => Poll::Ready(Some(result)),
                None => self.poll_packet(cx),
            }
        }

        /// Exchanges packets for results, up to the next one.
        #[inline(never)]
        fn poll_packet(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
            loop {
                if self.run.exchange.is_some() {
                    ready!(self.poll_answer(cx));
                }
                if let Some(result) = self.run.batch.give() {
                    return Poll::Ready(Some(result));
                }
                // The kernel answers within the call that sends: without this the task would keep its thread to itself.
                if !std::mem::replace(&mut self.yielded, true) {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                self.run.begin();
                ready!(self.poll_fill(cx));
                if self.run.batch.is_empty() {
                    return Poll::Ready(None);
                }
                self.run.send();
                self.yielded = false;
            }
        }

        /// Fills a packet, up to what is there: a source that has to be waited for does not keep others waiting.
        fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            loop {
                if let Some((asked, question)) = &mut self.question {
                    let outcome = ready!(question.poll_outcome(cx));
                    self.run.answered(asked, outcome);
                    self.question = None;
                }
                if let Some(running) = &mut self.running {
                    let result = ready!(running.poll(cx));
                    self.running = None;
                    self.run.done(result.map(drop));
                }
                let fit = if self.run.has_next() {
                    self.run.add_next()
                } else if self.run.is_over {
                    return Poll::Ready(());
                } else {
                    match self.operations.poll_operation(cx) {
                        Poll::Ready(Some(operation)) => self.run.add(operation.0),
                        Poll::Ready(None) => {
                            self.run.is_over = true;
                            return Poll::Ready(());
                        }
                        Poll::Pending => {
                            // Other programs have time to delete devices and make them anew.
                            self.run.forget_devices();
                            return if self.run.batch.is_empty() { Poll::Pending } else { Poll::Ready(()) };
                        }
                    }
                };
                match fit {
                    Fit::Yes if self.run.batch.is_complete() => return Poll::Ready(()),
                    Fit::Yes => (),
                    Fit::Full => return Poll::Ready(()),
                    Fit::Ask(question) => self.ask(question),
                    Fit::Steps(plan) => {
                        let connection = Arc::clone(&self.run.connection);
                        self.running = Some(Box::new(Running::new(connection, *plan)));
                    }
                }
            }
        }

        fn ask(&mut self, mut question: Draft) {
            let connection = Arc::clone(&self.run.connection);
            let (flags, expect) = (Flags::empty(), Expect::Answer);
            match Question::start(connection, &mut question, resolve::KIND, flags, expect, self.run.timeout) {
                Ok(exchange) => self.question = Some((question, exchange)),
                Err(error) => self.run.answered(&question, Err(error)),
            }
        }

        fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
            while let (Some(_), Some(socket)) = (&self.run.exchange, &mut self.run.socket) {
                let received = match poll_dump(socket, &mut self.reactor, cx) {
                    Poll::Ready(received) => received,
                    Poll::Pending if self.run.nothing_received() => break,
                    Poll::Pending => ready!(self.timer.poll(cx)),
                };
                self.timer.reset();
                self.run.received(received);
            }
            self.reactor = Place::default();
            Poll::Ready(())
        }
    }

    impl<S: Source + Unpin> futures_core::Stream for Results<S> {
        type Item = Result<()>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
            self.get_mut().poll(cx)
        }
    }

    /// The future of a [`Bulk`]: all results, in the order of the operations.
    #[must_use = "futures do nothing unless polled"]
    pub struct Collecting<S> {
        results: Results<S>,
        collected: Vec<Result<()>>,
    }

    impl<S: Source + Unpin> IntoFuture for Bulk<Async, S> {
        type Output = Vec<Result<()>>;
        type IntoFuture = Collecting<S>;

        fn into_future(self) -> Collecting<S> {
            Collecting { results: self.stream(), collected: Vec::new() }
        }
    }

    impl<S: Source + Unpin> Future for Collecting<S> {
        type Output = Vec<Result<()>>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<Result<()>>> {
            let this = self.get_mut();
            while let Some(result) = ready!(this.results.poll(cx)) {
                this.collected.push(result);
            }
            Poll::Ready(std::mem::take(&mut this.collected))
        }
    }
}
