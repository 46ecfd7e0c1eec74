//! Deleting everything that a list finds.

use crate::batch::{Operation, Results};
use crate::connection::Connection;
use crate::driver::thread::wait;
use crate::error::{Error, Result};
use crate::list::{List, Listing};
use crate::mode::{Blocking, Runtime, Wait};
use crate::object::Deletable;
use crate::order::Order;
use crate::request::refuse_as;
use netlink_packet::{Flags, Packet};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// Deletes all objects of a list, like `ip ... flush`, and returns how many were deleted.
///
/// Unless [`all`](Self::all) is called or a filter selects them, it keeps what `ip ... flush` keeps, and what a host
/// can hardly do without:
///
/// | objects | kept | selected by |
/// | --- | --- | --- |
/// | rules | rules of priority 0, and those of multicast routing | [`priority`](List::priority); the family |
/// | routes | the table `local`, IPv6's null entry (metric 4,294,967,295) | [`table`](List::table) |
/// | | cached exceptions, which lists leave out | [`cached`](List::cached) |
/// | neighbours | `PERMANENT` and `NOARP` entries, unless they were learned externally | [`state`](List::state) |
/// | FDB entries | addresses that devices receive (`self` without a remote host); of a bridge, all `self` | |
///
/// A flush of routes covers what its list covers: all tables and both families, where `ip route flush` covers the table `main` of
/// IPv4. `.family(AddressFamily::INET).table(RouteTable::MAIN)` does the same. Routes that the kernel made (`proto kernel`)
/// are deleted as well.
///
/// An object that has disappeared meanwhile is not an error: deleting an address also deletes the secondary addresses
/// of its network. If an object can't be deleted, the others still are, and the first such error is the result.
#[must_use = "nothing is deleted before it is awaited, or waited for on a blocking handle"]
pub struct Flush<D, M: Deletable + ?Sized> {
    list: List<D, M>,
    all: bool,
}

impl<D, M: Deletable + ?Sized> fmt::Debug for Flush<D, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flush").field("list", &self.list).field("all", &self.all).finish()
    }
}

impl<D, M: Deletable + ?Sized> List<D, M> {
    /// Deletes everything that this list finds, like `ip ... flush`.
    pub fn flush(self) -> Flush<D, M> {
        Flush { all: self.names_spared(), list: self }
    }
}

impl<D, M: Deletable + ?Sized> Flush<D, M> {
    /// Also deletes what a flush otherwise keeps, like `ip neighbour flush nud all`.
    pub fn all(self) -> Self {
        Flush { all: true, ..self }
    }

    /// The list of objects to delete.
    fn into_list(self) -> List<D, M> {
        match self.all {
            true => self.list,
            false => self.list.wanted(|object, request| !object.is_spared(request)),
        }
    }
}

/// The deletions of what was listed.
struct Deletions<M: Deletable + ?Sized>(std::vec::IntoIter<Packet<M>>);

impl<M: Deletable + ?Sized> Iterator for Deletions<M> {
    type Item = Operation;

    fn next(&mut self) -> Option<Operation> {
        let (operation, message_type) = M::DELETION;
        let object = self.0.next()?;
        let mut order = Order::new(operation, message_type, Flags::ACK, object.key());
        if let Some(problem) = object.lacks() {
            refuse_as(&mut order.message, problem);
        }
        Some(Operation::new(order))
    }
}

/// How many were deleted so far, and the first error.
#[derive(Default)]
struct Count {
    deleted: usize,
    error: Option<Error>,
}

impl Count {
    fn add(&mut self, result: Result<()>) {
        match result {
            Ok(()) => self.deleted += 1,
            Err(error) if error.is_not_found() => (),
            Err(error) => {
                self.error.get_or_insert(error);
            }
        }
    }

    fn finish(&mut self) -> Result<usize> {
        self.error.take().map_or(Ok(self.deleted), Err)
    }
}

impl<M: Deletable + ?Sized> Flush<Blocking, M> {
    /// Deletes the objects and waits until it is done.
    ///
    /// # Errors
    /// See [`Error`]; what was deleted stays deleted.
    pub fn wait(self) -> Result<usize> {
        let mut flushing = Flushing::new(self);
        wait(|cx| flushing.poll_count(cx))
    }
}

impl<R: Runtime, M: Deletable + ?Sized> IntoFuture for Flush<R, M> {
    type Output = Result<usize>;
    type IntoFuture = Flushing<R, M>;

    fn into_future(self) -> Flushing<R, M> {
        Flushing::new(self)
    }
}

/// The future of a [`Flush`].
#[must_use = "futures do nothing unless polled"]
pub struct Flushing<D: Wait, M: Deletable + ?Sized> {
    connection: Arc<Connection>,
    timeout: Option<Duration>,
    stage: Stage<D, M>,
    count: Count,
}

#[expect(clippy::large_enum_variant, reason = "it becomes the large one soon")]
enum Stage<D: Wait, M: Deletable + ?Sized> {
    Listing(Listing<D, M>),
    Deleting(Results<D, Deletions<M>>),
}

impl<D: Wait, M: Deletable + ?Sized> Unpin for Flushing<D, M> {}

impl<D: Wait, M: Deletable + ?Sized> Flushing<D, M> {
    fn new(flush: Flush<D, M>) -> Self {
        let (connection, timeout) = flush.list.parts();
        let stage = Stage::Listing(Listing::new(flush.into_list()));
        Flushing { connection, timeout, stage, count: Count::default() }
    }

    fn poll_count(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        loop {
            match &mut self.stage {
                Stage::Listing(list) => {
                    let objects = Deletions(ready!(list.poll_objects(cx))?.into_iter());
                    self.stage = Stage::Deleting(Results::new(&self.connection, self.timeout, objects));
                }
                Stage::Deleting(results) => match ready!(results.poll_result(cx)) {
                    Some(result) => self.count.add(result),
                    None => return Poll::Ready(self.count.finish()),
                },
            }
        }
    }
}

impl<R: Runtime, M: Deletable + ?Sized> Future for Flushing<R, M> {
    type Output = Result<usize>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
        self.get_mut().poll_count(cx)
    }
}
