//! Lists: a dump, collected, streamed or visited.

use crate::connection::{ANY_PORT, Connection, send};
use crate::driver::blocking::{Deadline, exchange};
use crate::driver::call::Answered;
use crate::driver::dump::DumpSocket;
use crate::driver::receive::Received;
use crate::error::{Error, Kind, Result, failure_kind, io_kind, unsendable};
use crate::handle::Handle;
use crate::mode::Blocking;
use crate::object::Object;
use crate::resolve;
use bytes::{Buf, Bytes};
use netlink_packet::control::{Explanation, ExtendedAck};
use netlink_packet::{
    Buffer, Build, BuildError, DecodeError, Draft, Dump, Failure, Flags, Header, Messages, Outcome, Packet,
    View,
};
use netlink_sys::errno::EINVAL;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How often a list is made anew after changes interrupted it.
const TRIES: u32 = 16;

/// Whether an object is wanted; the second message is the request, with the names of devices resolved.
type Wanted<M> = Box<dyn Fn(&M, &M) -> bool + Send + Sync>;

/// A list of objects, which nothing asks for before it is awaited, streamed or visited.
///
/// - Awaited (or by [`wait`](List::wait) on a blocking handle) it gives a vector: one consistent state. Where changes
///   interrupt the dump it is made anew, up to 16 times; then it is an error that
///   [says so](Error::is_interrupted).
/// - [`stream`](List::stream) (or [`iter`](List::iter)) gives objects as they come, in constant memory, and ends with that
///   error where they were no consistent state.
/// - [`for_each`](List::for_each) is the fastest: it lends each object in place.
///
/// Each list that runs has a socket of its own, so lists and requests can be mixed freely, also in a loop over
/// a stream.
#[must_use = "a list is made when it is awaited, streamed or visited"]
pub struct List<D, M: Object + ?Sized> {
    connection: Arc<Connection>,
    plan: ListPlan<M>,
    mode: PhantomData<fn() -> D>,
}

/// What a list asks for, whoever drives it.
struct ListPlan<M: ?Sized> {
    operation: &'static str,
    kind: u16,
    message: Draft,
    /// The request without its filters, for kernels that don't take them: they are applied here anyway.
    plain: Draft,
    /// Whether no kernel takes one of the filters.
    here: bool,
    wanted: Vec<Wanted<M>>,
    timeout: Option<Duration>,
    /// The errno by which the kernel says that there is nothing to list.
    empty_on: Option<i32>,
    /// Whether a filter names objects that a flush spares otherwise.
    names_spared: bool,
}

impl<M: Object + ?Sized> ListPlan<M> {
    #[cold]
    fn error(&self, kind: Kind) -> Error {
        let device = resolve::question(&self.message).map(|question| resolve::label(&question));
        Error::new(self.operation, device.unwrap_or_default(), kind)
    }

    /// The next device to ask for, before the list can begin.
    fn question(&self) -> Result<Option<Draft>> {
        match self.message.problem() {
            Some(problem) => Err(self.error(Kind::Invalid(problem.clone()))),
            None => Ok(resolve::question(&self.message)),
        }
    }

    fn answered(&mut self, question: &Buffer, outcome: io::Result<Outcome>) -> Result<()> {
        let mut outcome = outcome.map_err(|error| self.error(io_kind(error)))?;
        match outcome.failure.take().map(|failure| *failure) {
            // Asked again, with the room that it needs.
            Some(Failure::Truncated { .. }) => return Ok(()),
            Some(failure) => {
                return Err(self.error(failure_kind(failure, question.as_written(), resolve::table)));
            }
            None => (),
        }
        resolve::answer(&mut self.message, outcome.objects.take_first()).map_err(|kind| self.error(kind))
    }

    /// The request, with the names of devices resolved.
    fn request(&self) -> &M {
        M::cast(self.message.body())
    }

    fn wants(&self, object: &M, request: &M) -> bool {
        self.wanted.iter().all(|wanted| wanted(object, request))
    }
}

/// A dump under way.
struct Run<M: Object + ?Sized> {
    connection: Arc<Connection>,
    plan: ListPlan<M>,
    /// None once the dump has ended.
    socket: Option<DumpSocket>,
    dump: Dump,
    /// What is left to read of a datagram.
    datagram: Bytes,
    /// An object of it is too short to be one.
    short: Option<DecodeError>,
    /// Objects that the kernel sent, wanted or not.
    seen: bool,
    plain: bool,
    tries: u32,
}

impl<M: Object + ?Sized> Run<M> {
    /// Asks for the dump.
    fn start(connection: Arc<Connection>, plan: ListPlan<M>) -> Result<Self> {
        let mut run = Run {
            connection,
            plain: plan.here,
            plan,
            socket: None,
            dump: Dump::new(ANY_PORT, 0),
            datagram: Bytes::new(),
            short: None,
            seen: false,
            tries: TRIES,
        };
        run.ask()?;
        Ok(run)
    }

    fn ask(&mut self) -> Result<()> {
        self.try_ask().map_err(|error| self.plan.error(io_kind(error)))
    }

    fn try_ask(&mut self) -> io::Result<()> {
        let mut socket = self.connection.dump_socket()?;
        let sequence = socket.sequence;
        socket.sequence = sequence.checked_add(1).unwrap_or(1);
        let flags = Flags::REQUEST | Flags::DUMP;
        let header = Header { kind: self.plan.kind, flags, sequence, ..Header::default() };
        let message = if self.plain { &mut self.plan.plain } else { &mut self.plan.message };
        send(&socket.socket, message.set_header(header).map_err(unsendable)?)?;
        socket.chunk.clear();
        self.dump = Dump::new(ANY_PORT, sequence);
        self.datagram = Bytes::new();
        self.socket = Some(socket);
        self.seen = false;
        Ok(())
    }

    /// Takes note of what a receive gave.
    fn received(&mut self, received: io::Result<Received>) -> Result<()> {
        match received {
            Ok(Received::Datagram { full_length }) => {
                if let Some(socket) = self.socket.as_ref().filter(|socket| full_length > socket.chunk.len()) {
                    self.dump.truncated(full_length);
                    self.connection.make_room(socket.room);
                }
                Ok(())
            }
            Ok(Received::Overrun) => {
                self.dump.overrun();
                Ok(())
            }
            Err(error) => Err(self.plan.error(io_kind(error))),
        }
    }

    /// The next wanted object of the datagrams received so far.
    fn next(&mut self) -> Option<Result<Packet<M>>> {
        if let Some(packet) = self.next_of_datagram() {
            return Some(Ok(packet));
        }
        if let Some(error) = self.short.take() {
            return Some(Err(self.plan.error(Kind::TooShort(error))));
        }
        let chunk = &mut self.socket.as_mut()?.chunk;
        if chunk.is_empty() {
            return None;
        }
        self.datagram = chunk.split().freeze();
        self.next()
    }

    /// The next wanted object of the datagram that is being read; `None` where it is read, or one is
    /// [too short](Run::short).
    #[inline]
    fn next_of_datagram(&mut self) -> Option<Packet<M>> {
        while !self.datagram.is_empty() {
            let mut messages = Messages::new(&self.datagram);
            let Some(message) = self.dump.read(&mut messages) else {
                self.datagram = Bytes::new();
                return None;
            };
            self.seen = true;
            // Messages that are not of this dump may have been passed over.
            let start = message.bytes.as_ptr().addr() - self.datagram.as_ptr().addr();
            let (length, end) = (message.bytes.len(), self.datagram.len() - messages.rest().len());
            let bytes = self.datagram.slice(start..start + length);
            if end < self.datagram.len() {
                self.datagram.advance(end);
            } else {
                // Its memory is to be used again as soon as its objects are gone.
                self.datagram = Bytes::new();
            }
            match Packet::new(bytes) {
                Ok(packet) if self.plan.wants(&packet, self.plan.request()) => return Some(packet),
                Ok(_) => (),
                Err(error) => {
                    self.short = Some(error);
                    return None;
                }
            }
        }
        None
    }

    /// Lends the wanted objects of the datagram received last.
    fn visit(&mut self, visit: &mut impl FnMut(&M)) -> Result<()> {
        let Some(socket) = &mut self.socket else { return Ok(()) };
        let mut messages = Messages::new(&socket.chunk);
        let request = self.plan.request();
        while let Some(message) = self.dump.read(&mut messages) {
            self.seen = true;
            let object = match M::read(message.payload()) {
                Ok(object) => object,
                Err(error) => return Err(self.plan.error(Kind::TooShort(error))),
            };
            if self.plan.wants(object, request) {
                visit(object);
            }
        }
        socket.chunk.clear();
        Ok(())
    }

    #[cfg(feature = "tokio")]
    fn is_over(&self) -> bool {
        self.dump.ending().is_some()
    }

    /// How the dump ended, once all that came is read; `None` while more is to be received.
    fn ending(&mut self) -> Option<Result<()>> {
        let ending = self.dump.ending()?.clone();
        let refused = match &ending {
            Err(Failure::Refused(refusal)) if !self.seen => Some(refusal.errno),
            _ => None,
        };
        self.finish();
        match ending {
            Err(_) if refused.is_some() && refused == self.plan.empty_on => Some(Ok(())),
            // A kernel before 4.20 refuses some filters.
            Err(_) if refused == Some(EINVAL) && !self.plain && self.is_filtered() => {
                self.plain = true;
                self.ask().err().map(Err)
            }
            Err(failure) => {
                Some(Err(self.plan.error(failure_kind(failure, self.plan.message.as_written(), M::table))))
            }
            Ok(()) => {
                if let Some(remark) = self.dump.remark() {
                    self.warn(remark);
                }
                Some(Ok(()))
            }
        }
    }

    /// A kernel's warning reaches the log each time.
    #[cold]
    fn warn(&self, remark: &[u8]) {
        let message = if self.plain { &self.plan.plain } else { &self.plan.message };
        let text =
            Explanation::new(ExtendedAck::cast(remark), message.as_written(), Some(M::table())).to_string();
        if !text.is_empty() {
            log::warn!("{}: {text}", self.plan.operation);
        }
    }

    fn is_filtered(&self) -> bool {
        self.plan.plain.body() != self.plan.message.body()
    }

    /// The dump is over. Its socket is free for the next one if its end was read, however it ended.
    fn finish(&mut self) {
        if let Some(socket) = self.socket.take().filter(|_| self.dump.is_finished()) {
            self.connection.give_back(socket);
        }
    }

    /// Whether a list that ended with this error is to be made anew; it then is under way again.
    fn again(&mut self, error: &Error) -> Result<bool> {
        let passing = matches!(error.kind(), Kind::Interrupted | Kind::Truncated { .. } | Kind::Lost);
        if !passing || self.tries <= 1 {
            return Ok(false);
        }
        self.tries -= 1;
        self.ask().map(|()| true)
    }
}

impl<D> Handle<D> {
    pub(crate) fn list<B>(&self, operation: &'static str, kind: u16, message: B) -> List<D, B::View>
    where
        B: Build,
        B::View: Object,
    {
        List::new(self.connection(), self.timeout(), operation, kind, message)
    }
}

impl<D, M: Object + ?Sized> List<D, M> {
    pub(crate) fn new<B>(
        connection: &Arc<Connection>,
        timeout: Option<Duration>,
        operation: &'static str,
        kind: u16,
        message: B,
    ) -> Self
    where
        B: Build<View = M>,
    {
        let message = message.into_buffer();
        let plan = ListPlan {
            operation,
            kind,
            plain: message.clone(),
            here: false,
            message,
            wanted: Vec::new(),
            timeout,
            empty_on: None,
            names_spared: false,
        };
        List { connection: Arc::clone(connection), plan, mode: PhantomData }
    }

    /// Gives up after this long without anything new, in place of the handle's timeout.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.plan.timeout = Some(timeout);
        self
    }

    /// Only objects that this is true of. It is asked here, of each object that the kernel sends.
    pub fn filter(self, wanted: impl Fn(&M) -> bool + Send + Sync + 'static) -> Self {
        self.wanted(move |object, _| wanted(object))
    }

    /// The same with the request at hand, in which devices have become indices.
    pub(crate) fn wanted(mut self, wanted: impl Fn(&M, &M) -> bool + Send + Sync + 'static) -> Self {
        self.plan.wanted.push(Box::new(wanted));
        self
    }

    /// A refusal with this errno means that there is nothing to list.
    pub(crate) fn empty_on(mut self, errno: i32) -> Self {
        self.plan.empty_on = Some(errno);
        self
    }

    /// Names objects that a flush spares otherwise.
    pub(crate) fn naming_spared(mut self) -> Self {
        self.plan.names_spared = true;
        self
    }

    pub(crate) fn names_spared(&self) -> bool {
        self.plan.names_spared
    }

    /// A value that can't be asked for fails the list.
    pub(crate) fn refuse(mut self, problem: BuildError) -> Self {
        self.plan.message.refuse(problem);
        self
    }

    pub(crate) fn parts(&self) -> (Arc<Connection>, Option<Duration>) {
        (Arc::clone(&self.connection), self.plan.timeout)
    }

    /// Changes what filters compare objects with, and not what is sent: no kernel takes it.
    pub(crate) fn ask_here<B: Build<View = M>>(mut self, change: impl FnOnce(B) -> B) -> Self {
        if !self.plan.here {
            self.plan.plain = self.plan.message.clone();
            self.plan.here = true;
        }
        self.ask(change)
    }

    /// Changes the request.
    pub(crate) fn ask<B: Build<View = M>>(mut self, change: impl FnOnce(B) -> B) -> Self {
        self.plan.message = change(B::from_buffer(self.plan.message)).into_buffer();
        self
    }
}

impl<M: Object + ?Sized> List<Blocking, M> {
    /// Makes the list and waits for it.
    ///
    /// # Errors
    /// See [`Error`]; [`is_interrupted`](Error::is_interrupted) where changes interrupted it 16 times.
    pub fn wait(self) -> Result<Vec<Packet<M>>> {
        let mut iter = self.iter();
        loop {
            match iter.by_ref().collect::<Result<Vec<_>>>() {
                Err(error) if iter.again(&error)? => (),
                collected => return collected,
            }
        }
    }

    /// The objects as they come, in constant memory. After an error there are no more.
    pub fn iter(self) -> Iter<M> {
        let timeout = self.plan.timeout;
        Iter { run: Some(self.start()), timeout, over: false }
    }

    /// Lends each object in place, without keeping it: the fastest way through many.
    ///
    /// # Errors
    /// See [`Error`]; what was lent before an error came was no consistent state.
    pub fn for_each(self, mut visit: impl FnMut(&M)) -> Result<()> {
        let timeout = self.plan.timeout;
        let mut run = self.start()?;
        loop {
            if let Some(ending) = run.ending() {
                return ending;
            }
            receive(&mut run, timeout)?;
            run.visit(&mut visit)?;
        }
    }

    fn start(self) -> Result<Run<M>> {
        let List { connection, mut plan, .. } = self;
        while let Some(mut question) = plan.question()? {
            let call = resolve::call(&mut question, plan.timeout);
            let outcome = exchange(&connection, call).map(Answered::into_outcome);
            plan.answered(&question, outcome)?;
        }
        Run::start(connection, plan)
    }
}

/// Waits for the next datagram of a dump.
fn receive<M: Object + ?Sized>(run: &mut Run<M>, timeout: Option<Duration>) -> Result<()> {
    let Some(socket) = &mut run.socket else { return Ok(()) };
    let mut deadline = Deadline::new(timeout);
    let received = loop {
        match socket.receive() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => match deadline.wait(&socket.socket) {
                Ok(()) => (),
                Err(error) => break Err(error),
            },
            received => break received,
        }
    };
    run.received(received)
}

/// The objects of a [`List`] as they come, on a blocking handle.
pub struct Iter<M: Object + ?Sized> {
    run: Option<Result<Run<M>>>,
    timeout: Option<Duration>,
    over: bool,
}

impl<M: Object + ?Sized> Iter<M> {
    /// Whether a list that ended with this error is to be made anew.
    fn again(&mut self, error: &Error) -> Result<bool> {
        let Some(Ok(run)) = &mut self.run else { return Ok(false) };
        self.over = !run.again(error)?;
        Ok(!self.over)
    }

    fn advance(&mut self) -> Option<Result<Packet<M>>> {
        let run = match self.run.as_mut()? {
            Ok(run) => run,
            Err(_) => return self.run.take().and_then(Result::err).map(Err),
        };
        loop {
            if let Some(packet) = run.next() {
                return Some(packet);
            }
            if let Some(ending) = run.ending() {
                return ending.err().map(Err);
            }
            if let Err(error) = receive(run, self.timeout) {
                return Some(Err(error));
            }
        }
    }
}

impl<M: Object + ?Sized> Iterator for Iter<M> {
    type Item = Result<Packet<M>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.advance();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

#[cfg(feature = "tokio")]
pub use streaming::{Collect, ForEach, Stream};

#[cfg(feature = "tokio")]
mod streaming {
    use super::*;
    use crate::driver::clock::Timer;
    use crate::driver::tokio::{Exchange, poll_dump};
    use crate::driver::waiting::Place;
    use crate::mode::Async;
    use netlink_packet::Expect;
    use std::future::{Future, IntoFuture, poll_fn};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// Datagrams of 32 KiB that a list receives before other tasks have their turn: about a millisecond. A runtime of one
    /// thread looks for events each time, which is a system call.
    const TURN: u8 = 4;

    /// The objects of a [`List`] as they come. After an error there are no more.
    ///
    /// Dropping it midway closes its socket and disturbs nothing else.
    #[must_use = "streams do nothing unless polled"]
    pub struct Stream<M: Object + ?Sized> {
        stage: Stage<M>,
        reactor: Place,
        timer: Timer,
        /// Datagrams that it may still receive before it lets other tasks run.
        turn: u8,
    }

    enum Stage<M: Object + ?Sized> {
        /// Devices are being looked up.
        Asking {
            connection: Arc<Connection>,
            plan: ListPlan<M>,
            question: Option<(Draft, Exchange)>,
        },
        Running(Run<M>),
        Over,
    }

    impl<M: Object + ?Sized> List<Async, M> {
        /// The objects as they come, in constant memory. After an error there are no more.
        pub fn stream(self) -> Stream<M> {
            let timer = Timer::new(self.plan.timeout);
            let stage = Stage::Asking { connection: self.connection, plan: self.plan, question: None };
            Stream { stage, reactor: Place::default(), timer, turn: TURN }
        }

        /// Lends each object in place, without keeping it: the fastest way through many.
        ///
        /// The future's errors are those of [`Error`]; what was lent before an error came was no consistent state.
        pub fn for_each<F: FnMut(&M)>(self, visit: F) -> ForEach<M, F> {
            ForEach { stream: self.stream(), visit }
        }
    }

    impl<M: Object + ?Sized> IntoFuture for List<Async, M> {
        type Output = Result<Vec<Packet<M>>>;
        type IntoFuture = Collect<M>;

        fn into_future(self) -> Collect<M> {
            Collect { stream: self.stream(), objects: Vec::new() }
        }
    }

    impl<M: Object + ?Sized> Unpin for Stream<M> {}

    impl<M: Object + ?Sized> Stream<M> {
        /// The next object; `None` after the last.
        #[inline]
        pub async fn next(&mut self) -> Option<Result<Packet<M>>> {
            match self.at_hand() {
                Some(packet) => Some(Ok(packet)),
                None => poll_fn(|cx| self.poll_object(cx)).await,
            }
        }

        /// The next object, if it came already: most do, several in a datagram.
        #[inline]
        fn at_hand(&mut self) -> Option<Packet<M>> {
            let Stage::Running(run) = &mut self.stage else { return None };
            run.next_of_datagram()
        }

        /// The next object, its error by itself: for `while let Some(link) = links.try_next().await?`.
        #[inline]
        pub async fn try_next(&mut self) -> Result<Option<Packet<M>>> {
            self.next().await.transpose()
        }

        fn poll_object(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Packet<M>>>> {
            let next = ready!(self.poll_with(cx, Run::next));
            if !matches!(next, Some(Ok(_))) {
                self.reactor = Place::default();
                self.stage = Stage::Over;
            }
            Poll::Ready(next)
        }

        /// Looks up devices and asks for the dump.
        #[cold]
        fn poll_start(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
            while let Stage::Asking { connection, plan, question } = &mut self.stage {
                if let Some((asked, exchange)) = question {
                    let outcome = ready!(exchange.poll_outcome(cx));
                    plan.answered(asked, outcome)?;
                    *question = None;
                } else if let Some(mut message) = plan.question()? {
                    let exchange = Exchange::start(
                        connection.clone(),
                        &mut message,
                        resolve::KIND,
                        Flags::empty(),
                        Expect::Answer,
                        plan.timeout,
                    );
                    let exchange = exchange.map_err(|error| plan.error(io_kind(error)))?;
                    *question = Some((message, exchange));
                } else if let Stage::Asking { connection, plan, .. } =
                    std::mem::replace(&mut self.stage, Stage::Over)
                {
                    self.stage = Stage::Running(Run::start(connection, plan)?);
                }
            }
            Poll::Ready(Ok(()))
        }

        /// Receives until `read` finds something in what came, or the dump ends: then `None`.
        fn poll_with<T>(
            &mut self,
            cx: &mut Context<'_>,
            mut read: impl FnMut(&mut Run<M>) -> Option<Result<T>>,
        ) -> Poll<Option<Result<T>>> {
            if !matches!(self.stage, Stage::Running(_)) {
                ready!(self.poll_start(cx))?;
            }
            let Stage::Running(run) = &mut self.stage else { return Poll::Ready(None) };
            loop {
                if let Some(found) = read(run) {
                    return Poll::Ready(Some(found));
                }
                if run.is_over() {
                    // Its socket is another's from here on, who may register it.
                    self.reactor = Place::default();
                }
                if let Some(ending) = run.ending() {
                    return Poll::Ready(ending.err().map(Err));
                }
                // A dump never waits for the kernel, and would keep its thread to itself.
                if self.turn == 0 {
                    self.turn = TURN;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                let Some(socket) = &mut run.socket else { return Poll::Ready(None) };
                let received = match poll_dump(socket, &mut self.reactor, cx) {
                    Poll::Ready(received) => received,
                    Poll::Pending => ready!(self.timer.poll(cx)),
                };
                self.turn -= 1;
                self.timer.reset();
                run.received(received)?;
            }
        }

        /// Whether a list that ended with this error is to be made anew.
        fn again(&mut self, error: &Error) -> Result<bool> {
            match &mut self.stage {
                Stage::Running(run) => run.again(error),
                _ => Ok(false),
            }
        }
    }

    impl<M: Object + ?Sized> futures_core::Stream for Stream<M> {
        type Item = Result<Packet<M>>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.get_mut().poll_object(cx)
        }
    }

    /// The future of a [`List`]: all objects, as one consistent state.
    #[must_use = "futures do nothing unless polled"]
    pub struct Collect<M: Object + ?Sized> {
        stream: Stream<M>,
        objects: Vec<Packet<M>>,
    }

    impl<M: Object + ?Sized> Future for Collect<M> {
        type Output = Result<Vec<Packet<M>>>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let this = self.get_mut();
            loop {
                match ready!(this.stream.poll_with(cx, Run::next)) {
                    Some(Ok(packet)) => this.objects.push(packet),
                    None => return Poll::Ready(Ok(std::mem::take(&mut this.objects))),
                    Some(Err(error)) if this.stream.again(&error)? => this.objects.clear(),
                    Some(Err(error)) => return Poll::Ready(Err(error)),
                }
            }
        }
    }

    /// The future of [`List::for_each`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ForEach<M: Object + ?Sized, F> {
        stream: Stream<M>,
        visit: F,
    }

    impl<M: Object + ?Sized, F> Unpin for ForEach<M, F> {}

    impl<M: Object + ?Sized, F: FnMut(&M)> Future for ForEach<M, F> {
        type Output = Result<()>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            let this = self.get_mut();
            let visit = &mut this.visit;
            let end = this.stream.poll_with(cx, |run| run.visit(visit).err().map(Err::<(), _>));
            end.map(|end| end.unwrap_or(Ok(())))
        }
    }
}
