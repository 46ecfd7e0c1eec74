//! The verbs of `ip` for Rust programs, async and blocking: links, addresses, neighbours, routes, rules, next hops and
//! network namespaces.
//!
//! [`connect`] returns a [`Handle`] on the current network namespace for tasks of tokio (feature `tokio`, on by
//! default), `smol::connect` one for tasks of smol (feature `smol`), and [`blocking::connect`] one for programs without
//! a runtime. Each type of object has its verbs, and a page that shows them beside the commands of `ip`: [`link`],
//! [`address`], [`neighbour`], [`route`], [`rule`], [`nexthop`], [`stats`], [`address_label`], [`netconf`],
//! [`namespace_id`], of `bridge`: [`bridge::vlan`], [`bridge::vni`], and of `tc`: [`qdisc`], [`class`], [`filter`], [`chain`], [`action`]; namespaces
//! themselves are [`Namespace`]. Families beside the route family are features of their names: `dpll`, `ethtool`, `fou`, `handshake`, `ila`, `ioam6`, `l2tp`, `macsec`, `mptcp`,
//! `net_shaper`, `netdev`, `ovpn`, `psp`, `seg6`, `tcp_metrics`, `team`, `wireguard`. [`watch`] reports every change, and
//! waits for links and addresses.
//!
//! Async handles need a tokio runtime with I/O and timers, built with `enable_all` (as by `#[tokio::main]`); without
//! them, whatever has to wait fails with an error.
//!
//! Create a link with an address, and a route through it:
//!
//! ```no_run
//! use iproute2::{Route, Veth};
//!
//! # #[cfg(feature = "tokio")]
//! # async fn run() -> iproute2::Result<()> {
//! let ip = iproute2::connect()?;
//! ip.link().add(Veth::pair("v0", "v1").up()).await?;
//! ip.address().add("v0", "192.0.2.1/24").await?;
//! ip.route().add(Route::to("198.51.100.0/24").via("192.0.2.254")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! List the links that are up as a stream, and change them with the same handle:
//!
//! ```no_run
//! use iproute2::LinkMessage;
//!
//! # #[cfg(feature = "tokio")]
//! # async fn run() -> iproute2::Result<()> {
//! let ip = iproute2::connect()?;
//! let mut links = ip.link().list().up().stream();
//! while let Some(link) = links.try_next().await? {
//!     println!("{}: {}", link.index(), link.name());
//!     ip.link().change(&link, LinkMessage::build().alias("seen")).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Move one end of a pair into another namespace, and continue there:
//!
//! ```no_run
//! use iproute2::{LinkMessage, Namespace};
//!
//! # #[cfg(feature = "tokio")]
//! # async fn run() -> iproute2::Result<()> {
//! let ip = iproute2::connect()?;
//! let blue = Namespace::create("blue")?;
//! ip.link().change("v1", LinkMessage::build().namespace_file(&blue)).await?;
//! let in_blue = iproute2::connect_in(&blue)?;
//! in_blue.address().add("v1", "192.0.2.2/24").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Verbs accept listed objects as they are ([`IntoMessage`]), to delete them, create them elsewhere, or change some of
//! their attributes: `to_request()` is the object as a request, without counters, states and whatever else only the
//! kernel sets.
//!
//! ```no_run
//! # #[cfg(feature = "tokio")]
//! # async fn run() -> iproute2::Result<()> {
//! let ip = iproute2::connect()?;
//! for route in ip.route().list().table(100).await? {
//!     ip.route().add(route.to_request().table(200)).await?;
//!     ip.route().delete(&route).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Families without verbs here, and families of your own, are used through the same handle: a message whose type [says
//! where it goes](netlink_packet::Command) is sent by [`request`](Handle::request), listed by [`dump`](Handle::dump)
//! and received by [`events`](Handle::events), whatever its netlink protocol.
//!
//! ```no_run
//! use iproute2::netlink_packet::generic::ControllerMessage;
//!
//! # #[cfg(feature = "tokio")]
//! # async fn run() -> iproute2::Result<()> {
//! let ip = iproute2::connect()?;
//! let ethtool = ip.request(ControllerMessage::get_family().name("ethtool")).one().await?;
//! println!("{:?} of {} families", ethtool.id(), ip.dump(ControllerMessage::get_family()).await?.len());
//! # Ok(())
//! # }
//! ```
//!
//! An [`Error`] names the operation, the object and the kernel's reason; its methods tell apart the cases that programs
//! react to: [`is_not_found`](Error::is_not_found), [`is_already_exists`](Error::is_already_exists) and the like.
//! Requests have a timeout ([`Handle::with_timeout`], [`Request::timeout`]); dropping a future or a stream abandons its
//! answer and leaves the handle usable. At trace level the [`log`] has every message sent or received, decoded; a
//! malformed attribute is logged once as a warning, warnings of the kernel every time.

#![cfg_attr(
    not(test),
    warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)
)]

pub mod action;
pub mod address;
pub mod address_label;
mod batch;
pub mod blocking;
pub mod bridge;
pub mod chain;
pub mod class;
mod connection;
mod debug;
mod device;
#[cfg(feature = "dpll")]
pub mod dpll;
mod driver;
mod error;
#[cfg(feature = "ethtool")]
pub mod ethtool;
mod exact;
mod family;
pub mod filter;
mod flush;
#[cfg(feature = "fou")]
pub mod fou;
pub mod generic_family;
mod handle;
#[cfg(feature = "handshake")]
pub mod handshake;
#[cfg(feature = "ila")]
pub mod ila;
#[cfg(feature = "ioam6")]
pub mod ioam6;
mod known;
#[cfg(feature = "l2tp")]
pub mod l2tp;
pub mod link;
mod list;
#[cfg(feature = "macsec")]
pub mod macsec;
mod mode;
#[cfg(feature = "mptcp")]
pub mod mptcp;
mod namespace;
pub mod namespace_id;
pub mod neighbour;
#[cfg(feature = "net_shaper")]
pub mod net_shaper;
pub mod netconf;
#[cfg(feature = "netdev")]
pub mod netdev;
pub mod nexthop;
mod noun;
mod object;
mod order;
#[cfg(feature = "ovpn")]
pub mod ovpn;
mod own;
#[cfg(feature = "psp")]
pub mod psp;
pub mod qdisc;
mod rare;
mod request;
mod resolve;
pub mod route;
pub mod rule;
#[cfg(feature = "seg6")]
pub mod seg6;
#[cfg(feature = "smol")]
pub mod smol;
pub mod stats;
#[cfg(any(feature = "smol", feature = "tokio"))]
mod streams;
mod target;
#[cfg(feature = "tcp_metrics")]
pub mod tcp_metrics;
#[cfg(feature = "team")]
pub mod team;
#[cfg(feature = "tokio")]
mod tokio;
mod trace;
pub mod watch;
#[cfg(feature = "wireguard")]
pub mod wireguard;

#[cfg(feature = "tokio")]
pub use self::tokio::{Async, Tokio};
pub use batch::{Batch, Collecting, IntoOperations, Operation, Results, Source};
pub use device::Device;
pub use error::{Error, ErrorKind, KernelError, Result};
pub use flush::{Flush, Flushing};
pub use handle::Handle;
#[cfg(feature = "wireguard")]
pub use list::{Each, GettingEach};
pub use list::{ForEach, Gathered, Get, Getting, List, Listing, Stream};
pub use mode::{Blocking, Runtime, Wait};
pub use namespace::Namespace;
pub use netlink_sys::{Protocol, errno};
pub use object::{Deletable, IntoMessage, Object};
pub use request::{Added, Answer, Changed, Deleted, Done, Replies, Request, Sending, Whole};
pub use rtnetlink::address::{AddressFlags, AddressMessage};
pub use rtnetlink::address_label::AddressLabelMessage;
pub use rtnetlink::link::{
    Bond, BondPort, Bridge, BridgePort, Dummy, LinkFlags, LinkKind, LinkMessage, Macvlan, OperState, Veth,
    VfSettings, Vlan, Vrf, Vxlan, Wireguard, bond::BondMode,
};
pub use rtnetlink::namespace::{NamespaceId, NamespaceIdMessage};
pub use rtnetlink::neighbour::{
    Neighbour, NeighbourFlags, NeighbourMessage, NeighbourState, NeighbourTableMessage,
};
pub use rtnetlink::netconf::NetconfMessage;
pub use rtnetlink::nexthop::NextHopMessage;
pub use rtnetlink::route::{NextHop, Route, RouteMessage, RouteProtocol, RouteTable, RouteType};
pub use rtnetlink::rule::{Rule, RuleAction, RuleMessage};
pub use rtnetlink::{self, AddressFamily, HardwareAddress, RouteScope, netlink_packet};
#[cfg(any(feature = "smol", feature = "tokio"))]
pub use streams::Streamed;

/// Connects to the kernel of the calling thread's network namespace. There is no driver to spawn.
///
/// The handle can be used in any tokio runtime, not only the current one; the runtime is used only if a request really
/// has to wait.
///
/// # Errors
/// Called outside a tokio runtime, or a socket can't be opened.
///
/// Later, whatever has to wait fails if the runtime was built without I/O or timers ([`ErrorKind::NoIo`],
/// [`ErrorKind::NoTimers`]): build it with `enable_all`. Requests that the kernel answers at once, which are most, need
/// neither. (tokio can't be asked what a runtime has: it panics, and the panic is caught here. The panic hook still
/// prints it, and with `panic = "abort"` it ends the program.)
#[cfg(feature = "tokio")]
pub fn connect() -> Result<Handle> {
    tokio::in_runtime()?;
    Handle::open(None)
}

/// Connects to the kernel of another network namespace; see [`connect`].
///
/// # Errors
/// Called outside a tokio runtime, or the caller may not enter the namespace.
#[cfg(feature = "tokio")]
pub fn connect_in(namespace: &Namespace) -> Result<Handle> {
    tokio::in_runtime()?;
    Handle::open(Some(namespace))
}

/// The code in the README, as tests.
#[cfg(all(doctest, feature = "tokio"))]
#[doc = include_str!("../../README.md")]
struct Readme;
