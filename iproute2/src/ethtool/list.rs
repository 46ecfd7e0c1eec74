//! Lists of what all devices answer, with the names of bits.

use super::known::{Names, Naming};
use super::with_flags;
use crate::driver::thread::wait;
use crate::error::Result;
use crate::list::{List, Listing, Stream};
use crate::mode::{Blocking, Runtime, Wait};
use netlink_packet::generic::ethtool::{BitNames, HeaderFlags, Named, Question};
use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A question to all devices: awaited, or by [`wait`](NamedList::wait) on a blocking handle, it gives the replies with the names of
/// their bits.
///
/// The names are asked for first, where the handle does not know them yet. Otherwise it is a [`List`].
#[must_use = "a list is made when it is awaited, streamed or visited"]
pub struct NamedList<D, M: Question + ?Sized> {
    names: Names<D>,
    list: List<D, M>,
}

impl<D, M: Question + ?Sized> NamedList<D, M> {
    pub(super) fn new(names: Names<D>, list: List<D, M>) -> Self {
        NamedList { names, list }
    }

    /// Asks for statistics, too, like `ethtool -I`: see [`Ask::statistics`](super::Ask::statistics).
    pub fn statistics(self) -> Self {
        let list = self.list.ask(|message: M::Builder| with_flags(message, HeaderFlags::STATS));
        NamedList { list, ..self }
    }

    /// Only replies for which this is true.
    pub fn filter(self, wanted: impl Fn(&M) -> bool + Send + Sync + 'static) -> Self {
        NamedList { list: self.list.filter(wanted), ..self }
    }

    /// Gives up after this long without anything new, instead of after the handle's timeout.
    pub fn timeout(self, timeout: Duration) -> Self {
        NamedList { list: self.list.timeout(timeout), ..self }
    }

    /// The list without names: bits are by number, and nothing is asked for but the list.
    pub fn by_number(self) -> List<D, M> {
        self.list
    }
}

/// What is asked for.
impl<D, M: Question + ?Sized> fmt::Debug for NamedList<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedList").field("list", &self.list).finish_non_exhaustive()
    }
}

impl<M: Question + ?Sized> NamedList<Blocking, M> {
    /// Requests the list and waits for all of it.
    ///
    /// # Errors
    /// See [`List::wait`].
    pub fn wait(self) -> Result<Vec<Named<M>>> {
        let mut listing = NamedListing::new(self);
        wait(|cx| listing.poll_replies(cx))
    }

    /// The replies as they arrive, in constant memory. It ends after an error.
    pub fn iter(self) -> NamedStream<Blocking, M> {
        NamedStream::new(self)
    }
}

impl<R: Runtime, M: Question + ?Sized> NamedList<R, M> {
    /// The replies as they arrive, in constant memory. It ends after an error.
    pub fn stream(self) -> NamedStream<R, M> {
        NamedStream::new(self)
    }
}

/// The names of bits, asked for before the first reply is.
struct Before<D: Wait> {
    naming: Option<Naming<D>>,
    known: Arc<BitNames>,
}

impl<D: Wait> Before<D> {
    fn new(names: Names<D>) -> Self {
        Before { naming: Some(Naming::new(names)), known: Arc::default() }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Some(naming) = &mut self.naming {
            let known = ready!(naming.poll_known(cx));
            self.naming = None;
            self.known = known?;
        }
        Poll::Ready(Ok(()))
    }
}

/// The future of a [`NamedList`].
#[must_use = "futures do nothing unless polled"]
pub struct NamedListing<D: Wait, M: Question + ?Sized> {
    before: Before<D>,
    listing: Listing<D, M>,
}

impl<D: Wait, M: Question + ?Sized> NamedListing<D, M> {
    fn new(NamedList { names, list }: NamedList<D, M>) -> Self {
        NamedListing { before: Before::new(names), listing: Listing::new(list) }
    }

    fn poll_replies(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<Named<M>>>> {
        ready!(self.before.poll(cx))?;
        let replies = ready!(self.listing.poll_objects(cx))?;
        let named = |reply| Named::new(reply, Arc::clone(&self.before.known));
        Poll::Ready(Ok(replies.into_iter().map(named).collect()))
    }
}

impl<D: Wait, M: Question + ?Sized> fmt::Debug for NamedListing<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedListing").finish_non_exhaustive()
    }
}

impl<R: Runtime, M: Question + ?Sized> IntoFuture for NamedList<R, M> {
    type Output = Result<Vec<Named<M>>>;
    type IntoFuture = NamedListing<R, M>;

    fn into_future(self) -> NamedListing<R, M> {
        NamedListing::new(self)
    }
}

impl<R: Runtime, M: Question + ?Sized> Future for NamedListing<R, M> {
    type Output = Result<Vec<Named<M>>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_replies(cx)
    }
}

/// The replies of a [`NamedList`] as they arrive: a stream, or an iterator on a blocking handle. It ends after an error.
#[must_use = "nothing is listed before it is polled or iterated over"]
pub struct NamedStream<D: Wait, M: Question + ?Sized> {
    before: Before<D>,
    /// `None` once it has ended.
    stream: Option<Stream<D, M>>,
}

impl<D: Wait, M: Question + ?Sized> NamedStream<D, M> {
    fn new(NamedList { names, list }: NamedList<D, M>) -> Self {
        NamedStream { before: Before::new(names), stream: Some(Stream::new(list)) }
    }

    pub(crate) fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Named<M>>>> {
        if let Err(error) = ready!(self.before.poll(cx)) {
            self.stream = None;
            return Poll::Ready(Some(Err(error)));
        }
        let Some(stream) = &mut self.stream else { return Poll::Ready(None) };
        let reply = ready!(stream.poll_object(cx));
        let named = |reply| Named::new(reply, Arc::clone(&self.before.known));
        Poll::Ready(reply.map(|reply| reply.map(named)))
    }
}

impl<D: Wait, M: Question + ?Sized> fmt::Debug for NamedStream<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedStream").finish_non_exhaustive()
    }
}

impl<R: Runtime, M: Question + ?Sized> NamedStream<R, M> {
    /// The next reply; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Named<M>>> {
        poll_fn(|cx| self.poll_reply(cx)).await
    }

    /// The next reply, its error by itself: for `while let Some(rings) = rings.try_next().await?`.
    pub async fn try_next(&mut self) -> Result<Option<Named<M>>> {
        self.next().await.transpose()
    }
}

/// Same as [`iter`](NamedList::iter): the replies as they arrive.
impl<M: Question + ?Sized> IntoIterator for NamedList<Blocking, M> {
    type Item = Result<Named<M>>;
    type IntoIter = NamedStream<Blocking, M>;

    fn into_iter(self) -> NamedStream<Blocking, M> {
        self.iter()
    }
}

impl<M: Question + ?Sized> Iterator for NamedStream<Blocking, M> {
    type Item = Result<Named<M>>;

    fn next(&mut self) -> Option<Self::Item> {
        wait(|cx| self.poll_reply(cx))
    }
}
