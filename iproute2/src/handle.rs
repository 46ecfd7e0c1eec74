//! The handle: what a program holds, and where every verb begins.

use crate::address::Addresses;
use crate::address_label::AddressLabels;
use crate::bulk::{Bulk, Operation};
use crate::connection::Connection;
use crate::error::{Error, Kind, Result};
use crate::link::Links;
use crate::list::List;
use crate::namespace::Namespace;
use crate::namespace_id::NamespaceIds;
use crate::neighbour::{NeighbourTables, Neighbours};
use crate::netconf::Netconf;
use crate::nexthop::NextHops;
use crate::object::Object;
use crate::request::{Order, Request};
use crate::route::Routes;
use crate::rule::Rules;
use crate::stats::Stats;
use crate::watch::{Groups, Listen, Watch};
use netlink_packet::{Build, Flags};
use rtnetlink::Group;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a request waits for its answer, unless it is told otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Marks handles and requests that are awaited in a tokio runtime.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug)]
pub struct Async;

/// Marks handles and requests that wait in the calling thread.
#[derive(Clone, Copy, Debug)]
pub struct Blocking;

/// A connection to the kernel of one network namespace.
///
/// [`connect`](crate::connect) makes an async one, [`blocking::connect`](crate::blocking::connect) a blocking one. Clones
/// share the connection; they can be used by many tasks or threads at once, for everything at once: requests share a
/// socket, and each dump has one of its own while it runs. So a thousand lists at once take as many file descriptors.
///
/// After a fork (since Linux 4.14) a handle works in both processes: in the child it opens sockets of the child's own, in the
/// same namespace. What was begun before the fork (a list, batch, watch or request under way) goes on in the parent, and is
/// [`Kind::Forked`] in the child.
pub struct Handle<#[cfg(feature = "tokio")] D = Async, #[cfg(not(feature = "tokio"))] D = Blocking> {
    connection: Arc<Connection>,
    timeout: Option<Duration>,
    mode: PhantomData<fn() -> D>,
}

impl<D> Handle<D> {
    pub(crate) fn open(namespace: Option<&Namespace>) -> Result<Self> {
        match (Connection::open(namespace), namespace) {
            (Ok(connection), _) => Ok(Handle::over(connection)),
            (Err(error), Some(namespace)) => Err(namespace.failed("connect in namespace", error)),
            (Err(error), None) => Err(Error::new("connect", String::new(), Kind::Io(error))),
        }
    }

    pub(crate) fn over(connection: Connection) -> Self {
        Handle { connection: Arc::new(connection), timeout: Some(TIMEOUT), mode: PhantomData }
    }

    /// A handle on the same connection whose requests wait this long for an answer (30 seconds, if never told), or for
    /// ever. The kernel mostly answers at once, inside the call that sends the request.
    #[must_use]
    pub fn with_timeout(&self, timeout: Option<Duration>) -> Self {
        Handle { timeout, ..self.clone() }
    }

    /// Network interfaces: `ip link`.
    pub fn link(&self) -> Links<'_, D> {
        Links(self)
    }

    /// Addresses of network interfaces: `ip address`.
    pub fn address(&self) -> Addresses<'_, D> {
        Addresses(self)
    }

    /// Neighbours of network interfaces, and where bridges and VXLANs send frames: `ip neighbour`, `bridge fdb`.
    pub fn neighbour(&self) -> Neighbours<'_, D> {
        Neighbours(self)
    }

    /// The tables of neighbours, and how they work: `ip ntable`.
    pub fn neighbour_table(&self) -> NeighbourTables<'_, D> {
        NeighbourTables(self)
    }

    /// Routes: `ip route`.
    pub fn route(&self) -> Routes<'_, D> {
        Routes(self)
    }

    /// Many requests in one go, of any kind: packed into few system calls, with a result for each, in order.
    ///
    /// ```no_run
    /// # #[cfg(feature = "tokio")]
    /// # async fn run() -> iproute2::Result<()> {
    /// let ip = iproute2::connect()?;
    /// let addresses = (1..=100).map(|host| ip.address().add("lo", std::net::Ipv4Addr::new(192, 0, 2, host)));
    /// let results = ip.bulk(addresses).await;
    /// println!("{} of {} were added", results.iter().filter(|result| result.is_ok()).count(), results.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn bulk<I>(&self, operations: I) -> Bulk<D, I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Into<Operation>,
    {
        Bulk::new(&self.connection, self.timeout, operations.into_iter())
    }

    /// Rules, which say which packets go by which table: `ip rule`.
    pub fn rule(&self) -> Rules<'_, D> {
        Rules(self)
    }

    /// Next hops as objects of their own, and groups of them: `ip nexthop`.
    pub fn nexthop(&self) -> NextHops<'_, D> {
        NextHops(self)
    }

    /// The labels by which addresses of IPv6 are chosen: `ip addrlabel`.
    pub fn address_label(&self) -> AddressLabels<'_, D> {
        AddressLabels(self)
    }

    /// What links have counted, by kind and family: `ip stats`.
    pub fn stats(&self) -> Stats<'_, D> {
        Stats(self)
    }

    /// The settings of protocols for links: `ip netconf`.
    pub fn netconf(&self) -> Netconf<'_, D> {
        Netconf(self)
    }

    /// The numbers that other network namespaces have in this one: `ip netns set`, `ip netns list-id`.
    pub fn namespace_id(&self) -> NamespaceIds<'_, D> {
        NamespaceIds(self)
    }

    /// Watches: the present state, then each change, without a gap; see [`watch`](crate::watch).
    ///
    /// The watch has sockets of its own. The handle stays usable for everything else.
    ///
    /// ```no_run
    /// use iproute2::watch::{Change, Groups};
    ///
    /// # #[cfg(feature = "tokio")]
    /// # async fn run() -> iproute2::Result<()> {
    /// let ip = iproute2::connect()?;
    /// let mut changes = ip.watch(Groups::LINK | Groups::ADDRESS).await?;
    /// while let Some(change) = changes.try_next().await? {
    ///     if let Change::Link(link) = &change {
    ///         println!("{} {:?}", link.object().name(), link.differences());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(&self, groups: Groups) -> Watch<D> {
        Watch::new(&self.connection, self.timeout, groups)
    }

    /// Listens to multicast groups, and gives their messages as they come, like `ip monitor`.
    ///
    /// ```no_run
    /// use iproute2::rtnetlink::Group;
    /// use iproute2::watch::Event;
    ///
    /// # #[cfg(feature = "tokio")]
    /// # async fn run() -> iproute2::Result<()> {
    /// let ip = iproute2::connect()?;
    /// let mut events = ip.events([Group::LINK, Group::NEIGH]).open()?;
    /// loop {
    ///     match events.next().await? {
    ///         Event::Message(message) => println!("{message:?}"),
    ///         Event::Lost => println!("some were lost here"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn events(&self, groups: impl IntoIterator<Item = Group>) -> Listen<D> {
        Listen::new(&self.connection, groups.into_iter().map(|group| group.0).collect())
    }

    #[inline]
    pub(crate) fn request<B, R>(
        &self,
        operation: &'static str,
        kind: u16,
        flags: Flags,
        message: B,
    ) -> Request<D, R>
    where
        B: Build,
        B::View: Object,
    {
        Request::new(self.connection(), self.timeout, Order::new(operation, kind, flags, message))
    }

    pub(crate) fn list<B>(&self, operation: &'static str, kind: u16, message: B) -> List<D, B::View>
    where
        B: Build,
        B::View: Object,
    {
        List::new(self.connection(), self.timeout, operation, kind, message)
    }

    pub(crate) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }
}

#[cfg(feature = "tokio")]
impl Handle<Async> {
    /// Many requests in one go, from a stream: see [`bulk`](Self::bulk). What is there is sent; a stream that has to be
    /// waited for does not keep back what came before.
    pub fn bulk_stream<S>(&self, operations: S) -> Bulk<Async, crate::bulk::Streamed<S>>
    where
        S: futures_core::Stream + Unpin,
        S::Item: Into<Operation>,
    {
        Bulk::new(&self.connection, self.timeout, crate::bulk::Streamed(operations))
    }
}

/// Makes the type of a handle's verbs for one kind of object.
macro_rules! verbs {
    ($(#[$meta:meta])* pub struct $Verbs:ident) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $Verbs<'a, D>(pub(crate) &'a $crate::handle::Handle<D>);

        impl<D> Clone for $Verbs<'_, D> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<D> Copy for $Verbs<'_, D> {}
    };
}

pub(crate) use verbs;

impl<D> Clone for Handle<D> {
    fn clone(&self) -> Self {
        Handle { connection: Arc::clone(&self.connection), timeout: self.timeout, mode: PhantomData }
    }
}

impl<D> fmt::Debug for Handle<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("socket", &self.connection.socket).finish_non_exhaustive()
    }
}
