//! Routes of IPv4, IPv6 and MPLS, and multicast routes: `RTM_NEWROUTE` and related messages.
//!
//! ```
//! use rtnetlink::route::{NextHop, Route, RouteType, encap::Mpls};
//!
//! // ip route add 198.51.100.0/24 via 192.0.2.254 table 100
//! let simple = Route::to("198.51.100.0/24").via("192.0.2.254").table(100);
//! // ip route add default nexthop via 192.0.2.253 weight 2 nexthop via 192.0.2.254
//! let spread = Route::to("default").multipath([NextHop::via("192.0.2.253").weight(2), NextHop::via("192.0.2.254")]);
//! // ip route add 203.0.113.0/24 encap mpls 100/200 via 192.0.2.254
//! let labelled = Route::to("203.0.113.0/24").encap(Mpls::build().labels([100, 200])).via("192.0.2.254");
//! // ip route add unreachable 203.0.113.0/24
//! let unreachable = Route::of(RouteType::UNREACHABLE, "203.0.113.0/24");
//! ```

// | file | what |
// | --- | --- |
// | `message.rs` | `RouteMessage`, or `Route`: everything that is known of a route, at the top |
// | `next_hop.rs` | `NextHop`: one of several paths |
// | `flags.rs` | `RouteType`, `RouteProtocol`, `RouteTable`, `RouteFlags` and other enums |
// | `metrics.rs`, `cache.rs` | `RouteMetrics`: what is known of the path; `RouteCacheInfo`: how it is used |
// | `via.rs`, `realms.rs`, `label.rs`, `address.rs` | gateways of other families, realms, labels of MPLS, destinations |
// | `encap/` | what packets are put into: `encap::Mpls` and the others, a file each |

mod address;
mod cache;
pub mod encap;
mod flags;
mod label;
mod message;
mod metrics;
mod next_hop;
mod realms;
#[cfg(test)]
mod tests;
mod via;

pub use address::*;
pub use cache::*;
pub use encap::{Encap, EncapType};
pub use flags::*;
pub use label::*;
pub use message::*;
pub use metrics::*;
pub use next_hop::{NextHop, NextHopBuf};
pub use realms::Realms;
pub(crate) use via::family_of;
pub use via::{Via, ViaBuf, WideFamily, address_of};

/// A shorter name of the message of a route.
pub type Route = RouteMessage;
