//! Many requests in one go: packed into few sends, with a result for each of them.
//!
//! In a packet only the last request asks for an acknowledgement; of the others the kernel tells those that fail, by
//! their number. So a packet holds no more than the receive buffer has room for if all of them fail, and silence
//! counts as success only if the last was answered and nothing was lost.

mod operation;
mod outgoing;
mod pace;
mod results;
mod run;

pub use operation::Operation;
pub use results::{Collecting, Results, Source};

use crate::handle::Handle;
use crate::mode::Wait;

/// Requests in one go; [`Handle::batch`](crate::handle::Handle::batch) makes it. Nothing is sent before it is awaited or
/// iterated over.
///
/// It gives a result for each request, in their order, and takes the requests as it needs them: memory is bounded
/// however many there are. Awaited, or by [`wait`](Batch::wait) on a blocking handle, it collects the results.
///
/// Requests are carried out one after another. One that fails does not keep those behind it from being
/// carried out. They are packed as many as the kernel carries out in some milliseconds, within a system call that holds
/// the thread: where the last ones took longer, fewer. A single one that takes long nothing can cut short.
///
/// Where the answers were lost in an overrun, each request that is not known to have failed
/// [is lost](crate::Error::is_lost): it may have been carried out.
///
/// A device that a request names is looked up once the requests before it were carried out, and not again for those
/// behind it until names may have changed: by a request about links that this process sent, through whatever handle (the
/// source may do so between two requests), or by another program while the source had to be waited for, or for longer
/// than 10 milliseconds before a packet begins. A request that is in a packet keeps its device, up to 416 of them.
///
/// Requests may go to several netlink protocols, also to families of your own: those that follow each other and go to the same one
/// travel together. What they reply with is not kept, only whether they were carried out. The id of a generic netlink family
/// is asked for once a batch.
///
/// A request of several steps, such as a link that gets an alias, is sent by itself, after those before it were carried out.
#[must_use = "a batch is sent when it is awaited or iterated over"]
pub struct Batch<D: Wait, S> {
    results: Results<D, S>,
}

impl<D: Wait> Handle<D> {
    /// Many requests in one go, of any kind: packed into few system calls, with a result for each, in order.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tokio")]
    /// # async fn run() -> iproute2::Result<()> {
    /// let ip = iproute2::connect()?;
    /// let addresses = (1..=100).map(|host| ip.address().add("lo", std::net::Ipv4Addr::new(192, 0, 2, host)));
    /// let results = ip.batch(addresses).await;
    /// println!("{} of {} were added", results.iter().filter(|result| result.is_ok()).count(), results.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch<I>(&self, operations: I) -> Batch<D, I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Into<Operation>,
    {
        Batch::new(self, operations.into_iter())
    }
}

impl<D: Wait, S: Source> Batch<D, S> {
    pub(crate) fn new(handle: &Handle<D>, operations: S) -> Self {
        let results = Results::new(handle.connection(), handle.timeout(), operations);
        Batch { results: results.beside(handle) }
    }
}
