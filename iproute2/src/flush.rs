//! Deleting all that a list finds.

use crate::connection::Connection;
use crate::error::{Error, Result};
use crate::handle::Blocking;
use crate::list::List;
use crate::object::Object;
use crate::request::{Deleted, Plan, Request};
use netlink_packet::{Flags, Packet};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Deletes all that a list finds, like `ip ... flush`. It gives how many were deleted.
///
/// What is gone before it is deleted is no error: deleting an address takes the secondary ones of its network along.
#[must_use = "nothing is deleted before it is awaited, or waited for on a blocking handle"]
pub struct Flush<D, M: Object + ?Sized> {
    list: List<D, M>,
}

impl<D, M: Object + ?Sized> List<D, M> {
    /// Deletes all that this list finds, like `ip ... flush`.
    pub fn flush(self) -> Flush<D, M> {
        Flush { list: self }
    }
}

/// The requests that delete objects, one for each that can be deleted.
struct Deletions<D, M: Object + ?Sized> {
    connection: Arc<Connection>,
    timeout: Option<Duration>,
    objects: std::vec::IntoIter<Packet<M>>,
    count: usize,
    mode: PhantomData<fn() -> D>,
}

impl<D, M: Object + ?Sized> Deletions<D, M> {
    fn new(connection: Arc<Connection>, timeout: Option<Duration>, objects: Vec<Packet<M>>) -> Self {
        Deletions { connection, timeout, objects: objects.into_iter(), count: 0, mode: PhantomData }
    }

    fn deleted(&mut self, result: Result<()>) -> Result<()> {
        match result {
            Ok(()) => {
                self.count += 1;
                Ok(())
            }
            Err(error) if Error::is_not_found(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl<D, M: Object + ?Sized> Iterator for Deletions<D, M> {
    type Item = Request<D, Deleted>;

    fn next(&mut self) -> Option<Request<D, Deleted>> {
        let object = self.objects.next()?;
        let (operation, kind, message) = object.deletion();
        let plan = Plan::raw::<M>(operation, kind, Flags::ACK, message);
        Some(Request::new(&self.connection, self.timeout, plan))
    }
}

impl<M: Object + ?Sized> Flush<Blocking, M> {
    /// Deletes, and waits for it.
    ///
    /// # Errors
    /// See [`Error`]; what was deleted before it stays deleted.
    pub fn wait(self) -> Result<usize> {
        let (connection, timeout) = self.list.parts();
        let mut deletions = Deletions::new(connection, timeout, self.list.wait()?);
        while let Some(request) = deletions.next() {
            deletions.deleted(request.wait())?;
        }
        Ok(deletions.count)
    }
}

#[cfg(feature = "tokio")]
pub use flushing::Flushing;

#[cfg(feature = "tokio")]
mod flushing {
    use super::*;
    use crate::handle::Async;
    use crate::list::Collect;
    use crate::request::Sending;
    use std::future::{Future, IntoFuture};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// The future of a [`Flush`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Flushing<M: Object + ?Sized>(Stage<M>);

    enum Stage<M: Object + ?Sized> {
        Listing(Box<Collect<M>>, Arc<Connection>, Option<Duration>),
        Deleting(Deletions<Async, M>, Option<Sending<Deleted>>),
    }

    impl<M: Object + ?Sized> IntoFuture for Flush<Async, M> {
        type Output = Result<usize>;
        type IntoFuture = Flushing<M>;

        fn into_future(self) -> Flushing<M> {
            let (connection, timeout) = self.list.parts();
            Flushing(Stage::Listing(Box::new(self.list.into_future()), connection, timeout))
        }
    }

    impl<M: Object + ?Sized> Unpin for Flushing<M> {}

    impl<M: Object + ?Sized> Future for Flushing<M> {
        type Output = Result<usize>;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<usize>> {
            let stage = &mut self.get_mut().0;
            loop {
                match stage {
                    Stage::Listing(list, connection, timeout) => {
                        let objects = ready!(Pin::new(&mut **list).poll(cx))?;
                        *stage = Stage::Deleting(Deletions::new(connection.clone(), *timeout, objects), None);
                    }
                    Stage::Deleting(deletions, sending) => {
                        if let Some(request) = sending {
                            let result = ready!(Pin::new(request).poll(cx));
                            *sending = None;
                            deletions.deleted(result)?;
                        }
                        match deletions.next() {
                            Some(request) => *sending = Some(request.into_future()),
                            None => return Poll::Ready(Ok(deletions.count)),
                        }
                    }
                }
            }
        }
    }
}
