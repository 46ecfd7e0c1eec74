//! The verbs of `ip` for Rust programs, async and blocking: links, addresses, namespaces.

pub mod address;
pub mod blocking;
mod bulk;
mod connection;
mod device;
mod driver;
mod error;
mod flush;
mod handle;
pub mod link;
mod list;
mod namespace;
pub mod neighbour;
pub mod nexthop;
mod object;
mod request;
mod resolve;
pub mod route;
pub mod rule;
mod trace;

pub use bulk::{Bulk, Operation};
#[cfg(feature = "tokio")]
pub use bulk::{Collecting, Results, Source, Streamed};
pub use device::Device;
pub use error::{Error, Kind, Refused, Result};
pub use flush::Flush;
#[cfg(feature = "tokio")]
pub use flush::Flushing;
#[cfg(feature = "tokio")]
pub use handle::Async;
pub use handle::{Blocking, Handle};
#[cfg(feature = "tokio")]
pub use list::{Collect, ForEach, Stream};
pub use list::{Iter, List};
pub use namespace::Namespace;
pub use object::Object;
#[cfg(feature = "tokio")]
pub use request::Sending;
pub use request::{Added, Answer, Changed, Deleted, Request};
pub use rtnetlink::address::{AddressFlags, AddressMessage};
pub use rtnetlink::link::{
    Bridge, Dummy, LinkFlags, LinkKind, LinkMessage, Macvlan, OperState, Veth, Vlan, Vxlan,
};
pub use rtnetlink::neighbour::{
    Neighbour, NeighbourFlags, NeighbourMessage, NeighbourState, NeighbourTableMessage,
};
pub use rtnetlink::nexthop::NextHopMessage;
pub use rtnetlink::route::{NextHop, Route, RouteMessage, RouteProtocol, RouteTable, RouteType};
pub use rtnetlink::rule::{Rule, RuleAction, RuleMessage};
pub use rtnetlink::{self, AddressFamily, HardwareAddress, RouteScope, netlink_packet};

/// Connects to the kernel of the calling thread's network namespace. There is no driver to spawn.
///
/// The handle can be used in any tokio runtime, also in another one than this; the runtime is touched only where a
/// request really has to wait.
///
/// # Errors
/// There is no tokio runtime here, or a socket can't be opened.
///
/// # Panics
/// Later, where a request has to wait and the runtime was built without I/O or time: tokio can't be asked beforehand.
#[cfg(feature = "tokio")]
pub fn connect() -> Result<Handle> {
    in_runtime()?;
    Handle::open(None)
}

/// Connects to the kernel of another network namespace; see [`connect`].
///
/// # Errors
/// There is no tokio runtime here, or the caller may not enter the namespace.
#[cfg(feature = "tokio")]
pub fn connect_in(namespace: &Namespace) -> Result<Handle> {
    in_runtime()?;
    Handle::open(Some(namespace))
}

#[cfg(feature = "tokio")]
fn in_runtime() -> Result<()> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::new("connect", String::new(), Kind::NoRuntime)),
    }
}
