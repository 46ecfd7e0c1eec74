//! A running list: its objects one by one, collected, or visited.

use super::List;
use super::over::{Devices, Over};
use super::plan::Plan;
use super::run::Run;
use crate::connection::Connection;
use crate::driver::clock::Clock;
use crate::driver::thread::wait;
use crate::driver::turn::Turn;
use crate::error::{Error, Result};
use crate::mode::{Blocking, Runtime, Wait};
use crate::resolve;
use netlink_packet::{Packet, PooledBuffer, View};
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// How many datagrams of 32 KiB a list receives before it yields to other tasks: about a millisecond. A single-threaded
/// runtime polls for events at each yield, which is a system call.
const TURN: u8 = 4;

/// The objects of a [`List`] as they arrive: a stream, or an iterator on a blocking handle. It ends after an error.
///
/// Dropping it midway closes its socket and disturbs nothing else.
#[must_use = "nothing is listed before it is polled or iterated over"]
pub struct Stream<D: Wait, M: View + ?Sized> {
    stage: Stage<D, M>,
    place: D::Place,
    clock: Clock<D>,
    turn: Turn,
}

enum Stage<D: Wait, M: View + ?Sized> {
    /// Devices are being looked up.
    Asking {
        connection: Arc<Connection>,
        plan: Plan<M>,
        over: Option<Box<Over<D>>>,
        question: Option<PooledBuffer>,
        exchange: D::Exchange,
    },
    /// All devices are being listed.
    Preparing {
        connection: Arc<Connection>,
        plan: Plan<M>,
        devices: Box<Devices<D>>,
    },
    Running(Run<M>),
    /// There were no objects: is there the device?
    Doubting {
        run: Run<M>,
        question: PooledBuffer,
        exchange: D::Exchange,
    },
    Over,
}

impl<D: Wait, M: View + ?Sized> Unpin for Stream<D, M> {}

impl<D: Wait, M: View + ?Sized> Stream<D, M> {
    pub(crate) fn new(list: List<D, M>) -> Self {
        let clock = Clock::new(list.plan.timeout);
        let List { connection, plan, over, .. } = list;
        let stage =
            Stage::Asking { connection, plan, over, question: None, exchange: D::Exchange::default() };
        Stream { stage, place: D::Place::default(), clock, turn: Turn::of(TURN) }
    }

    /// The next object, if it was received already: a datagram has many.
    #[inline]
    fn at_hand(&mut self) -> Option<Packet<M>> {
        let Stage::Running(run) = &mut self.stage else { return None };
        run.next_of_datagram()
    }

    pub(crate) fn poll_object(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Packet<M>>>> {
        let next = ready!(self.poll_with(cx, Run::next));
        if !matches!(next, Some(Ok(_))) {
            self.place = D::Place::default();
            self.stage = Stage::Over;
        }
        Poll::Ready(next)
    }

    /// Resolves devices and requests the dump.
    #[cold]
    fn poll_start(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            self.stage = match &mut self.stage {
                Stage::Asking { connection, plan, question, exchange, .. } => {
                    if question.is_none() {
                        *question = plan.question()?;
                    }
                    if let Some(asked) = question {
                        let mut call = resolve::call(asked, plan.timeout);
                        let outcome = ready!(D::poll_exchange(exchange, connection, &mut call, cx));
                        plan.answered(asked, outcome)?;
                        *question = None;
                        continue;
                    }
                    let Stage::Asking { connection, plan, over, .. } = self.take_stage() else { continue };
                    match over {
                        Some(over) => Stage::Preparing { connection, plan, devices: Box::new(over.begin()) },
                        None => Stage::Running(Run::start(connection, plan, None)?),
                    }
                }
                Stage::Preparing { devices, .. } => {
                    let parts = ready!(devices.poll_parts(cx))?;
                    let Stage::Preparing { connection, plan, .. } = self.take_stage() else { continue };
                    Stage::Running(Run::start(connection, plan, Some(parts))?)
                }
                Stage::Running(_) | Stage::Doubting { .. } | Stage::Over => return Poll::Ready(Ok(())),
            }
        }
    }

    fn take_stage(&mut self) -> Stage<D, M> {
        std::mem::replace(&mut self.stage, Stage::Over)
    }

    /// The list is over, unless there is nothing in it because there is no such device.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Stage::Running(run) = &mut self.stage else { return Poll::Ready(Ok(())) };
        let Some(question) = run.doubt() else { return Poll::Ready(Ok(())) };
        if let Stage::Running(run) = self.take_stage() {
            self.stage = Stage::Doubting { run, question, exchange: D::Exchange::default() };
        }
        self.poll_doubts(cx)
    }

    /// Asks whether the devices are there of which there were no objects.
    #[cold]
    fn poll_doubts(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        while let Stage::Doubting { run, question, exchange } = &mut self.stage {
            let mut call = resolve::call(question, run.plan.timeout);
            let outcome = ready!(D::poll_exchange(exchange, run.connection(), &mut call, cx));
            run.plan.settled(question, outcome)?;
            match run.doubt() {
                Some(next) => *question = next,
                None => self.stage = Stage::Over,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Receives until `read` finds something in the datagrams; `None` once the dump has ended.
    fn poll_with<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut read: impl FnMut(&mut Run<M>) -> Option<Result<T>>,
    ) -> Poll<Option<Result<T>>> {
        if !matches!(self.stage, Stage::Running(_)) {
            ready!(self.poll_start(cx))?;
        }
        let Stage::Running(run) = &mut self.stage else {
            return self.poll_doubts(cx).map(|settled| settled.err().map(Err));
        };
        loop {
            if let Some(found) = read(run) {
                return Poll::Ready(Some(found));
            }
            if run.is_over() {
                // From here on the socket belongs to another dump, which may register it.
                self.place = D::Place::default();
            }
            match run.ending() {
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(())) => return self.poll_end(cx).map(|end| end.err().map(Err)),
                None => (),
            }
            // A dump never waits for the kernel, so without this it would never yield.
            ready!(self.turn.poll::<D>(cx));
            let Some(socket) = &mut run.socket else { return Poll::Ready(None) };
            let received = ready!(socket.poll_in_time(&mut self.place, &mut self.clock, cx));
            self.turn.step();
            run.received(received)?;
        }
    }

    /// Whether to retry a list that ended with this error.
    fn again(&mut self, error: &Error) -> Result<bool> {
        match &mut self.stage {
            Stage::Running(run) => run.again(error),
            _ => Ok(false),
        }
    }
}

impl<R: Runtime, M: View + ?Sized> List<R, M> {
    /// The objects as they arrive, in constant memory. It ends after an error.
    pub fn stream(self) -> Stream<R, M> {
        Stream::new(self)
    }

    /// Lends each object in place, without keeping it: the fastest way through many.
    ///
    /// For the future's errors see [`Error`]; objects lent before an error were not a consistent snapshot.
    pub fn for_each<F: FnMut(&M)>(self, visit: F) -> ForEach<R, M, F> {
        ForEach { stream: Stream::new(self), visit }
    }
}

impl<R: Runtime, M: View + ?Sized> Stream<R, M> {
    /// The next object; `None` after the last.
    #[inline]
    pub async fn next(&mut self) -> Option<Result<Packet<M>>> {
        match self.at_hand() {
            Some(packet) => Some(Ok(packet)),
            None => poll_fn(|cx| self.poll_object(cx)).await,
        }
    }

    /// The next object, its error by itself: for `while let Some(link) = links.try_next().await?`.
    #[inline]
    pub async fn try_next(&mut self) -> Result<Option<Packet<M>>> {
        self.next().await.transpose()
    }
}

impl<M: View + ?Sized> List<Blocking, M> {
    /// Requests the list and waits for all of it.
    ///
    /// # Errors
    /// See [`Error`]; [`is_interrupted`](Error::is_interrupted) if changes interrupted each of 16 attempts.
    pub fn wait(self) -> Result<Vec<Packet<M>>> {
        let mut collect = Listing::new(self);
        wait(|cx| collect.poll_objects(cx))
    }

    /// The objects as they arrive, in constant memory. It ends after an error.
    pub fn iter(self) -> Stream<Blocking, M> {
        Stream::new(self)
    }

    /// Lends each object in place, without keeping it: the fastest way through many.
    ///
    /// # Errors
    /// See [`Error`]; objects lent before an error were not a consistent snapshot.
    pub fn for_each(self, visit: impl FnMut(&M)) -> Result<()> {
        let mut each = ForEach { stream: Stream::new(self), visit };
        wait(|cx| each.poll_visit(cx))
    }
}

/// Same as [`iter`](List::iter): the objects as they arrive.
impl<M: View + ?Sized> IntoIterator for List<Blocking, M> {
    type Item = Result<Packet<M>>;
    type IntoIter = Stream<Blocking, M>;

    fn into_iter(self) -> Stream<Blocking, M> {
        self.iter()
    }
}

impl<M: View + ?Sized> Iterator for Stream<Blocking, M> {
    type Item = Result<Packet<M>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.at_hand() {
            Some(packet) => Some(Ok(packet)),
            None => wait(|cx| self.poll_object(cx)),
        }
    }
}

/// The future of a [`List`]: all objects, as one consistent snapshot.
#[must_use = "futures do nothing unless polled"]
pub struct Listing<D: Wait, M: View + ?Sized> {
    stream: Stream<D, M>,
    objects: Vec<Packet<M>>,
}

impl<D: Wait, M: View + ?Sized> Listing<D, M> {
    pub(crate) fn new(list: List<D, M>) -> Self {
        Listing { stream: Stream::new(list), objects: Vec::new() }
    }

    /// What errors call what is listed.
    #[cold]
    pub(super) fn label(&self) -> String {
        match &self.stream.stage {
            Stage::Asking { plan, .. } | Stage::Preparing { plan, .. } => plan.label(),
            Stage::Running(run) | Stage::Doubting { run, .. } => run.plan.label(),
            Stage::Over => String::new(),
        }
    }

    pub(crate) fn poll_objects(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<Packet<M>>>> {
        loop {
            match ready!(self.stream.poll_with(cx, Run::next)) {
                Some(Ok(packet)) => self.objects.push(packet),
                None => return Poll::Ready(Ok(std::mem::take(&mut self.objects))),
                Some(Err(error)) if self.stream.again(&error)? => self.objects.clear(),
                Some(Err(error)) => {
                    let before = self.objects.iter().map(|object| object.message().clone());
                    return Poll::Ready(Err(error.after(before)));
                }
            }
        }
    }
}

impl<R: Runtime, M: View + ?Sized> IntoFuture for List<R, M> {
    type Output = Result<Vec<Packet<M>>>;
    type IntoFuture = Listing<R, M>;

    fn into_future(self) -> Listing<R, M> {
        Listing::new(self)
    }
}

impl<R: Runtime, M: View + ?Sized> Future for Listing<R, M> {
    type Output = Result<Vec<Packet<M>>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_objects(cx)
    }
}

/// The future of [`List::for_each`].
#[must_use = "futures do nothing unless polled"]
pub struct ForEach<D: Wait, M: View + ?Sized, F> {
    stream: Stream<D, M>,
    visit: F,
}

impl<D: Wait, M: View + ?Sized, F> Unpin for ForEach<D, M, F> {}

impl<D: Wait, M: View + ?Sized, F: FnMut(&M)> ForEach<D, M, F> {
    fn poll_visit(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let visit = &mut self.visit;
        let end = self.stream.poll_with(cx, |run| run.visit(visit).err().map(Err::<(), _>));
        end.map(|end| end.unwrap_or(Ok(())))
    }
}

impl<R: Runtime, M: View + ?Sized, F: FnMut(&M)> Future for ForEach<R, M, F> {
    type Output = Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_visit(cx)
    }
}
