//! Many requests in one go: packed into few sends, with a result for each of them.
//!
//! Only the last request of a packet asks for an acknowledgement; of the others the kernel reports only failures, by
//! sequence number. So a packet has at most as many requests as the receive buffer can hold errors, and silence counts
//! as success only if the last request was answered and nothing was lost.

mod operation;
mod operations;
mod outgoing;
mod pace;
mod results;
mod run;

pub use operation::Operation;
pub use operations::IntoOperations;
pub use results::{Collecting, Results, Source};

use crate::handle::Handle;
use crate::mode::Wait;

/// Many requests in one go, made by [`Handle::batch`](crate::handle::Handle::batch). Nothing is sent before it is
/// awaited or iterated over.
///
/// There is a result for each request, in the same order. Requests are taken as they are needed, so memory is bounded
/// however many there are. Awaited, or with [`wait`](Batch::wait) on a blocking handle, it collects the results.
///
/// Requests are carried out one after another; one that fails does not stop those after it. A packet has as many as the
/// kernel carries out in a few milliseconds, since the sending system call blocks the thread meanwhile: fewer if the
/// last ones took longer. A single slow request can't be interrupted.
///
/// If answers were lost in an overrun, each request that is not known to have failed [is lost](crate::Error::is_lost):
/// it may or may not have been carried out.
///
/// A device name is resolved after the requests before it were carried out, and the result is reused until names may
/// have changed: through a request about links that this process sent by any handle (even by the source, between two
/// requests), or through another program, while the batch waited for its source or if the lookup is more than 10
/// milliseconds old when a packet begins. Requests that are already in a packet, up to 416, keep their devices.
///
/// Requests may go to several netlink protocols, including families of your own; consecutive requests to the same
/// protocol are sent together. Replies are dropped: the result only says whether a request was carried out. The id of a
/// generic netlink family is looked up once per batch.
///
/// A request of several steps, such as adding a link with an alias, is sent by itself, after those before it were
/// carried out.
#[must_use = "a batch is sent when it is awaited or iterated over"]
pub struct Batch<D: Wait, S> {
    results: Results<D, S>,
}

impl<D: Wait> Handle<D> {
    /// Sends many requests in one go, of any kind: packed into few system calls, with a result for each, in order.
    ///
    /// It takes an iterator or a vector, or requests of different types as a tuple or as an array of [`Operation`]s: see
    /// [`IntoOperations`].
    ///
    /// ```no_run
    /// # async fn run<R: iproute2::Runtime>(ip: iproute2::Handle<R>) -> iproute2::Result<()> {
    /// use iproute2::Veth;
    ///
    /// let addresses = (1..=100).map(|host| ip.address().add("lo", std::net::Ipv4Addr::new(192, 0, 2, host)));
    /// let results = ip.batch(addresses).await;
    /// println!("{} of {} were added", results.iter().filter(|result| result.is_ok()).count(), results.len());
    ///
    /// ip.batch((ip.link().add(Veth::pair("v0", "v1").up()), ip.address().add("v0", "192.0.2.1/24"))).await;
    /// ip.batch([ip.address().delete("v0", "192.0.2.1/24").into(), ip.link().delete("v0").into()]).await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn batch<I, Form>(&self, operations: I) -> Batch<D, I::Operations>
    where
        I: IntoOperations<Form>,
    {
        Batch::new(self, operations.into_operations())
    }
}

impl<D: Wait, S: Source> Batch<D, S> {
    pub(crate) fn new(handle: &Handle<D>, operations: S) -> Self {
        let results = Results::new(handle.connection(), handle.timeout(), operations);
        Batch { results: results.beside(handle) }
    }
}
