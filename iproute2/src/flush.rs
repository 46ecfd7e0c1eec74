//! Deleting all that a list finds.

use crate::batch::Batch;
use crate::batch::operation::Operation;
use crate::connection::Connection;
use crate::error::{Error, Result};
use crate::list::List;
use crate::mode::Blocking;
use crate::object::Deletable;
use crate::order::Order;
use netlink_packet::{Flags, Packet};
use std::sync::Arc;
use std::time::Duration;

/// Deletes all objects of a list, like `ip ... flush`, and returns how many were deleted.
///
/// Unless [`all`](Self::all) is called, or a filter selects them, it keeps what `ip ... flush` keeps and what a host
/// can hardly do without:
///
/// | objects | kept | selected by |
/// | --- | --- | --- |
/// | rules | rules of priority 0, and those of multicast routing | [`priority`](List::priority); the family |
/// | routes | the table `local`, and IPv6's null entry (metric 4,294,967,295) | [`table`](List::table) |
/// | neighbours | `PERMANENT` and `NOARP` entries, unless they were learned externally | [`state`](List::state) |
/// | FDB entries | addresses that devices receive (`self` without a remote host); of a bridge, all `self` | |
///
/// An object that is gone already is no error: deleting an address deletes the secondary addresses of its network.
/// Where an object can't be deleted, the others are, and the first such error is the result.
#[must_use = "nothing is deleted before it is awaited, or waited for on a blocking handle"]
pub struct Flush<D, M: Deletable + ?Sized> {
    list: List<D, M>,
    all: bool,
}

impl<D, M: Deletable + ?Sized> List<D, M> {
    /// Deletes all that this list finds, like `ip ... flush`.
    pub fn flush(self) -> Flush<D, M> {
        Flush { all: self.names_spared(), list: self }
    }
}

impl<D, M: Deletable + ?Sized> Flush<D, M> {
    /// Deletes also what a flush keeps otherwise, like `ip neighbour flush nud all`.
    pub fn all(self) -> Self {
        Flush { all: true, ..self }
    }

    /// The list of what is to be deleted.
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
        Some(Operation::new(Order::new(operation, message_type, Flags::ACK, self.0.next()?.key())))
    }
}

impl<M: Deletable + ?Sized> Deletions<M> {
    fn batch<D>(
        objects: Vec<Packet<M>>,
        connection: &Arc<Connection>,
        timeout: Option<Duration>,
    ) -> Batch<D, Self> {
        Batch::new(connection, timeout, Deletions(objects.into_iter()))
    }
}

/// How many were deleted so far, and what could not be.
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
    /// Deletes, and waits for it.
    ///
    /// # Errors
    /// See [`Error`]; what was deleted stays deleted.
    pub fn wait(self) -> Result<usize> {
        let (connection, timeout) = self.list.parts();
        let mut count = Count::default();
        Deletions::batch::<Blocking>(self.into_list().wait()?, &connection, timeout)
            .for_each(|result| count.add(result));
        count.finish()
    }
}

#[cfg(feature = "tokio")]
pub use flushing::Flushing;

#[cfg(feature = "tokio")]
mod flushing {
    use super::*;
    use crate::batch::streaming::Results;
    use crate::list::streaming::Collect;
    use crate::mode::Async;
    use std::future::{Future, IntoFuture};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// The future of a [`Flush`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Flushing<M: Deletable + ?Sized> {
        connection: Arc<Connection>,
        timeout: Option<Duration>,
        stage: Stage<M>,
        count: Count,
    }

    enum Stage<M: Deletable + ?Sized> {
        Listing(Box<Collect<M>>),
        Deleting(Box<Results<Deletions<M>>>),
    }

    impl<M: Deletable + ?Sized> IntoFuture for Flush<Async, M> {
        type Output = Result<usize>;
        type IntoFuture = Flushing<M>;

        fn into_future(self) -> Flushing<M> {
            let (connection, timeout) = self.list.parts();
            let stage = Stage::Listing(Box::new(self.into_list().into_future()));
            Flushing { connection, timeout, stage, count: Count::default() }
        }
    }

    impl<M: Deletable + ?Sized> Unpin for Flushing<M> {}

    impl<M: Deletable + ?Sized> Future for Flushing<M> {
        type Output = Result<usize>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
            let this = self.get_mut();
            loop {
                match &mut this.stage {
                    Stage::Listing(list) => {
                        let objects = ready!(Pin::new(&mut **list).poll(cx))?;
                        let batch = Deletions::batch::<Async>(objects, &this.connection, this.timeout);
                        this.stage = Stage::Deleting(Box::new(batch.stream()));
                    }
                    Stage::Deleting(results) => match ready!(results.poll(cx)) {
                        Some(result) => this.count.add(result),
                        None => return Poll::Ready(this.count.finish()),
                    },
                }
            }
        }
    }
}
