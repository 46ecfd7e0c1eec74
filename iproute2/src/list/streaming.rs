//! Lists of tasks: streamed, collected or visited.

use super::List;
use super::plan::Plan;
use super::run::Run;
use crate::connection::Connection;
use crate::driver::clock::Timer;
use crate::driver::tokio::{Exchange, poll_dump};
use crate::driver::waiting::Place;
use crate::error::{Error, Result, io_kind};
use crate::mode::Async;
use crate::resolve;
use netlink_packet::{Packet, PooledBuffer, View};
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Datagrams of 32 KiB that a list receives before other tasks have their turn: about a millisecond. A runtime of one
/// thread looks for events each time, which is a system call.
const TURN: u8 = 4;

/// The objects of a [`List`] as they come. After an error there are no more.
///
/// Dropping it midway closes its socket and disturbs nothing else.
#[must_use = "streams do nothing unless polled"]
pub struct Stream<M: View + ?Sized> {
    stage: Stage<M>,
    reactor: Place,
    timer: Timer,
    /// Datagrams that it may still receive before it lets other tasks run.
    turn: u8,
}

#[expect(clippy::large_enum_variant, reason = "nearly all streams run: a box would cost each an allocation")]
enum Stage<M: View + ?Sized> {
    /// Devices are being looked up.
    Asking {
        connection: Arc<Connection>,
        plan: Plan<M>,
        question: Option<(PooledBuffer, Exchange)>,
    },
    Running(Run<M>),
    Over,
}

impl<M: View + ?Sized> List<Async, M> {
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

impl<M: View + ?Sized> IntoFuture for List<Async, M> {
    type Output = Result<Vec<Packet<M>>>;
    type IntoFuture = Collect<M>;

    fn into_future(self) -> Collect<M> {
        Collect { stream: self.stream(), objects: Vec::new() }
    }
}

impl<M: View + ?Sized> Unpin for Stream<M> {}

impl<M: View + ?Sized> Stream<M> {
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
                let call = resolve::call(&mut message, plan.timeout);
                let exchange = Exchange::start(connection.clone(), call);
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

impl<M: View + ?Sized> futures_core::Stream for Stream<M> {
    type Item = Result<Packet<M>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_object(cx)
    }
}

/// The future of a [`List`]: all objects, as one consistent state.
#[must_use = "futures do nothing unless polled"]
pub struct Collect<M: View + ?Sized> {
    stream: Stream<M>,
    objects: Vec<Packet<M>>,
}

impl<M: View + ?Sized> Future for Collect<M> {
    type Output = Result<Vec<Packet<M>>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            match ready!(this.stream.poll_with(cx, Run::next)) {
                Some(Ok(packet)) => this.objects.push(packet),
                None => return Poll::Ready(Ok(std::mem::take(&mut this.objects))),
                Some(Err(error)) if this.stream.again(&error)? => this.objects.clear(),
                Some(Err(error)) => {
                    let before = std::mem::take(&mut this.objects);
                    return Poll::Ready(Err(
                        error.after(before.iter().map(|object| object.message().clone()))
                    ));
                }
            }
        }
    }
}

/// The future of [`List::for_each`].
#[must_use = "futures do nothing unless polled"]
pub struct ForEach<M: View + ?Sized, F> {
    stream: Stream<M>,
    visit: F,
}

impl<M: View + ?Sized, F> Unpin for ForEach<M, F> {}

impl<M: View + ?Sized, F: FnMut(&M)> Future for ForEach<M, F> {
    type Output = Result<()>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let visit = &mut this.visit;
        let end = this.stream.poll_with(cx, |run| run.visit(visit).err().map(Err::<(), _>));
        end.map(|end| end.unwrap_or(Ok(())))
    }
}
