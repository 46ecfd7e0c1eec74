//! Batches of tasks: of an iterator or a stream, streamed or collected.

use super::Batch;
use super::operation::Operation;
use super::run::{Fit, Run};
use crate::driver::clock::Timer;
use crate::driver::tokio::{Exchange, poll_dump};
use crate::driver::waiting::Place;
use crate::error::Result;
use crate::handle::Handle;
use crate::mode::Async;
use crate::request::Running;
use crate::resolve;
use netlink_packet::PooledBuffer;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

impl Handle<Async> {
    /// Many requests in one go, from a stream: see [`batch`](Self::batch). What is there is sent; a stream that has to be
    /// waited for does not keep back what came before.
    pub fn batch_stream<S>(&self, operations: S) -> Batch<Async, Streamed<S>>
    where
        S: futures_core::Stream + Unpin,
        S::Item: Into<Operation>,
    {
        Batch::new(self.connection(), self.timeout(), Streamed(operations)).beside(self)
    }
}

/// Where an async batch takes its operations from: an iterator, or a stream.
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

/// A stream as the source of a batch; [`Handle::batch_stream`](crate::handle::Handle::batch_stream) makes it.
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

/// The results of an async [`Batch`], in the order of its operations: a stream.
#[must_use = "streams do nothing unless polled"]
pub struct Results<S> {
    operations: S,
    run: Run,
    question: Option<(PooledBuffer, Exchange)>,
    /// The question which of the objects exists that a request would have added.
    doubt: Option<Exchange>,
    /// An operation of several steps that is on its way.
    running: Option<Box<Running>>,
    reactor: Place,
    timer: Timer,
    /// Whether it let other tasks run since the last packet.
    yielded: bool,
}

impl<S: Source> Batch<Async, S> {
    /// The results as they come, in constant memory.
    pub fn stream(self) -> Results<S> {
        let timer = Timer::new(self.run.timeout);
        Results {
            operations: self.operations,
            run: self.run,
            question: None,
            doubt: None,
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
        match self.run.outgoing.give_well() {
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
            ready!(self.poll_doubts(cx));
            if let Some(result) = self.run.outgoing.give() {
                return Poll::Ready(Some(result));
            }
            // The kernel answers within the call that sends: without this the task would keep its thread to itself.
            if !std::mem::replace(&mut self.yielded, true) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.run.begin();
            ready!(self.poll_fill(cx));
            if self.run.outgoing.is_empty() {
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
                        return if self.run.outgoing.is_empty() { Poll::Pending } else { Poll::Ready(()) };
                    }
                }
            };
            match fit {
                Fit::Yes if self.run.outgoing.is_complete() => return Poll::Ready(()),
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

    fn ask(&mut self, mut question: PooledBuffer) {
        let connection = Arc::clone(&self.run.connection);
        match Exchange::start(connection, resolve::call(&mut question, self.run.timeout)) {
            Ok(exchange) => self.question = Some((question, exchange)),
            Err(error) => self.run.answered(&question, Err(error)),
        }
    }

    /// Finds out what exists, where the requests of the packet don't say it.
    #[inline]
    fn poll_doubts(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(doubt) = &mut self.doubt {
                let outcome = ready!(doubt.poll_outcome(cx));
                self.doubt = None;
                self.run.outgoing.doubt_answered(outcome);
            }
            let Some(mut question) = self.run.outgoing.doubt() else { return Poll::Ready(()) };
            let connection = Arc::clone(&self.run.connection);
            match Exchange::start(connection, question.call(self.run.timeout)) {
                Ok(exchange) => self.doubt = Some(exchange),
                Err(error) => self.run.outgoing.doubt_answered(Err(error)),
            }
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

/// The future of a [`Batch`]: all results, in the order of the operations.
#[must_use = "futures do nothing unless polled"]
pub struct Collecting<S> {
    results: Results<S>,
    collected: Vec<Result<()>>,
}

impl<S: Source + Unpin> IntoFuture for Batch<Async, S> {
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
