//! A running batch: its operations from an iterator or a stream, its results one by one or collected.

use super::Batch;
use super::operation::Operation;
use super::run::{Fit, Run};
use crate::connection::Connection;
use crate::driver::clock::Clock;
use crate::driver::thread::wait;
use crate::driver::turn::Turn;
use crate::error::Result;
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use crate::order::Question;
use crate::request::{Drive, Plan};
use crate::resolve;
use netlink_packet::PooledBuffer;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Where a batch takes its operations from: an iterator, or a stream.
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
    #[inline(always)]
    fn poll_operation(&mut self, _: &mut Context<'_>) -> Poll<Option<Operation>> {
        Poll::Ready(self.next().map(Into::into))
    }
}

/// The results of a [`Batch`], in the order of its operations: a stream.
#[must_use = "nothing is sent before it is polled"]
pub struct Results<D: Wait, S> {
    operations: S,
    run: Run,
    question: Option<PooledBuffer>,
    /// An operation of several steps in progress.
    steps: Option<Box<Plan>>,
    drive: Drive<D>,
    /// The query for which of the objects that a request would have added exists.
    doubt: Option<Question>,
    /// The exchange of a query or a step.
    exchange: D::Exchange,
    place: D::Place,
    clock: Clock<D>,
    turn: Turn,
}

impl<D: Wait, S: Source> Results<D, S> {
    pub(crate) fn new(connection: &Arc<Connection>, timeout: Option<Duration>, operations: S) -> Self {
        Results {
            operations,
            run: Run::new(connection, timeout),
            question: None,
            steps: None,
            drive: Drive::default(),
            doubt: None,
            exchange: D::Exchange::default(),
            place: D::Place::default(),
            clock: Clock::new(timeout),
            turn: Turn::of(1),
        }
    }

    /// Lets the batch use other protocols as well, by the connections of this handle.
    pub(super) fn beside(mut self, handle: &Handle<D>) -> Self {
        self.run.others = Some(Arc::clone(handle.others()));
        self
    }

    /// The next result, if it came already: most do, many in an answer.
    #[inline]
    fn at_hand(&mut self) -> Option<Result<()>> {
        self.run.outgoing.give_well()
    }

    #[inline]
    pub(crate) fn poll_result(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        match self.at_hand() {
            Some(result) => Poll::Ready(Some(result)),
            None => self.poll_packet(cx),
        }
    }

    /// Sends packets and collects their results until the next one is known.
    #[inline(never)]
    fn poll_packet(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<()>>> {
        loop {
            if self.run.exchange.is_some() {
                ready!(self.poll_answer(cx));
            }
            ready!(self.poll_doubts(cx));
            if let Some(result) = self.run.outgoing.give() {
                return Poll::Ready(Some(result));
            }
            // The kernel answers within the sending call: without this the task would never yield.
            ready!(self.turn.poll::<D>(cx));
            self.run.begin();
            ready!(self.poll_fill(cx));
            if self.run.outgoing.is_empty() {
                return Poll::Ready(None);
            }
            self.run.send();
            self.turn.step();
        }
    }

    /// Fills a packet with what is available: a source that is not ready does not delay earlier operations.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.poll_apart(cx));
            loop {
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
                            // Meanwhile other programs may delete and recreate devices.
                            self.run.forget_devices();
                            return if self.run.outgoing.is_empty() {
                                Poll::Pending
                            } else {
                                Poll::Ready(())
                            };
                        }
                    }
                };
                match fit {
                    Fit::Yes if self.run.outgoing.is_complete() => return Poll::Ready(()),
                    Fit::Yes => continue,
                    Fit::Full => return Poll::Ready(()),
                    Fit::Ask(question) => self.question = Some(question),
                    Fit::Steps(plan) => self.steps = Some(plan),
                }
                break;
            }
        }
    }

    /// Sends what can't go into a packet, and waits for its answer.
    fn poll_apart(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Results { run, exchange, drive, .. } = self;
        if let Some(asked) = &mut self.question {
            let mut call = resolve::call(asked, run.timeout);
            let outcome = ready!(D::poll_exchange(exchange, &run.connection, &mut call, cx));
            run.answered(asked, outcome);
            self.question = None;
        }
        if let Some(plan) = &mut self.steps {
            let result = ready!(drive.poll(&run.connection, plan, cx));
            run.done(result.map(drop));
            self.steps = None;
        }
        Poll::Ready(())
    }

    /// Determines which object exists, where the kernel's error does not say it.
    #[inline]
    fn poll_doubts(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let Results { run, exchange, .. } = self;
            if self.doubt.is_none() {
                self.doubt = run.outgoing.doubt();
            }
            let Some(question) = &mut self.doubt else { return Poll::Ready(()) };
            let mut call = question.call(run.timeout);
            let outcome = ready!(D::poll_exchange(exchange, &run.connection, &mut call, cx));
            run.outgoing.doubt_answered(outcome);
            self.doubt = None;
        }
    }

    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let (Some(_), Some(socket)) = (&self.run.exchange, &mut self.run.socket) {
            let mut received = socket.poll_receive::<D>(&mut self.place, cx);
            if received.is_pending() {
                let socket = Arc::clone(&socket.socket);
                if self.run.nothing_received() {
                    break;
                }
                match ready!(self.clock.poll_sleep(&socket, cx)) {
                    Ok(()) => continue,
                    Err(error) => received = Poll::Ready(Err(error)),
                }
            }
            self.clock.reset();
            self.run.received(ready!(received));
        }
        self.place = D::Place::default();
        Poll::Ready(())
    }
}

impl<R: Runtime, S: Source> Batch<R, S> {
    /// The results as they arrive, in constant memory.
    pub fn stream(self) -> Results<R, S> {
        self.results
    }
}

impl<R: Runtime, S: Source> Results<R, S> {
    /// The next result; `None` after the last.
    #[expect(clippy::should_implement_trait, reason = "it gives a future, as the methods of streams do")]
    #[inline]
    pub fn next(&mut self) -> impl Future<Output = Option<Result<()>>> {
        poll_fn(|cx| self.poll_result(cx))
    }
}

impl<S: Source> Batch<Blocking, S> {
    /// Sends all of them and collects the results.
    pub fn wait(self) -> Vec<Result<()>> {
        self.collect()
    }
}

impl<S: Source> Iterator for Batch<Blocking, S> {
    type Item = Result<()>;

    #[inline]
    fn next(&mut self) -> Option<Result<()>> {
        match self.results.at_hand() {
            Some(result) => Some(result),
            None => wait(|cx| self.results.poll_packet(cx)),
        }
    }
}

/// The future of a [`Batch`]: all results, in the order of the operations.
#[must_use = "futures do nothing unless polled"]
pub struct Collecting<D: Wait, S> {
    results: Results<D, S>,
    collected: Vec<Result<()>>,
}

impl<R: Runtime, S: Source + Unpin> IntoFuture for Batch<R, S> {
    type Output = Vec<Result<()>>;
    type IntoFuture = Collecting<R, S>;

    fn into_future(self) -> Collecting<R, S> {
        Collecting { results: self.results, collected: Vec::new() }
    }
}

impl<R: Runtime, S: Source + Unpin> Future for Collecting<R, S> {
    type Output = Vec<Result<()>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<Result<()>>> {
        let this = self.get_mut();
        while let Some(result) = ready!(this.results.poll_result(cx)) {
            this.collected.push(result);
        }
        Poll::Ready(std::mem::take(&mut this.collected))
    }
}
