//! Lists, results, changes and events as streams of `futures`.

use crate::batch::{Batch, Operation, Results, Source};
use crate::error::Result;
#[cfg(feature = "ethtool")]
use crate::ethtool::{Named, NamedStream, Question};
use crate::handle::Handle;
use crate::list::Stream;
use crate::mode::Runtime;
use crate::watch::{Change, Changes, Event, Events};
use netlink_packet::{Packet, View};
use std::pin::Pin;
use std::task::{Context, Poll};

impl<R: Runtime, M: View + ?Sized> futures_core::Stream for Stream<R, M> {
    type Item = Result<Packet<M>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_object(cx)
    }
}

#[cfg(feature = "ethtool")]
impl<R: Runtime, M: Question + ?Sized> futures_core::Stream for NamedStream<R, M> {
    type Item = Result<Named<M>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_reply(cx)
    }
}

impl<R: Runtime, S: Source + Unpin> futures_core::Stream for Results<R, S> {
    type Item = Result<()>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_result(cx)
    }
}

impl<R: Runtime> futures_core::Stream for Changes<R> {
    type Item = Result<Change>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_change(None, cx).map(Result::transpose)
    }
}

impl<R: Runtime> futures_core::Stream for Events<R> {
    type Item = Result<Event>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_event(None, cx).map(Result::transpose)
    }
}

impl<R: Runtime> Handle<R> {
    /// Sends many requests in one go, from a stream: see [`batch`](Self::batch). Requests are sent as soon as they are
    /// available: a stream that is not ready does not delay earlier ones.
    pub fn batch_stream<S>(&self, operations: S) -> Batch<R, Streamed<S>>
    where
        S: futures_core::Stream + Unpin,
        S::Item: Into<Operation>,
    {
        Batch::new(self, Streamed(operations))
    }
}

/// A stream as the source of a batch; [`Handle::batch_stream`] makes it.
#[derive(Debug)]
pub struct Streamed<S>(S);

impl<S> Source for Streamed<S>
where
    S: futures_core::Stream + Unpin,
    S::Item: Into<Operation>,
{
    fn poll_operation(&mut self, cx: &mut Context<'_>) -> Poll<Option<Operation>> {
        Pin::new(&mut self.0).poll_next(cx).map(|next| next.map(Into::into))
    }
}
