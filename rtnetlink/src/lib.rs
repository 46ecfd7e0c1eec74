//! The messages of rtnetlink(7), Linux's route family: links, addresses, neighbours, routes, rules and next hops.
//!
//! Every attribute has a name and a type, to read and to build. The crate does no I/O; `iproute2` has the verbs of `ip`
//! and the sockets.
//!
//! | module | messages | `ip` |
//! | --- | --- | --- |
//! | [`link`] | network interfaces of every kind | `ip link`, `bridge link` |
//! | [`address`] | IP addresses of network interfaces | `ip address` |
//! | [`address_label`] | IPv6 address labels | `ip addrlabel` |
//! | [`bridge`] | VLAN databases of bridges, VNIs of VXLAN devices | `bridge vlan`, `bridge vni` |
//! | [`neighbour`] | neighbours (ARP, NDP), FDB entries, and neighbour tables | `ip neighbour`, `bridge fdb`, `ip ntable` |
//! | [`route`] | routes, with metrics, multipath and lightweight tunnels | `ip route` |
//! | [`rule`] | policy routing rules | `ip rule` |
//! | [`nexthop`] | next-hop objects, groups and resilient buckets | `ip nexthop` |
//! | [`tc`] | traffic control: qdiscs and classes | `tc qdisc`, `tc class` |
//! | [`netconf`] | per-interface protocol settings | `ip netconf` |
//! | [`namespace`] | network namespace ids (nsid) | `ip netns set`, `ip netns list-id` |
//! | [`advertisement`] | router advertisements | `ip monitor prefix` |
//! | [`message`] | message types, and the table of each | |
//!
//! # Read a link message
//!
//! ```
//! use rtnetlink::LinkMessage;
//! use rtnetlink::link::Vlan;
//!
//! /// `eth0.5 is up, VLAN 5 of link 2`: from the payload of a message.
//! fn line(payload: &[u8]) -> Result<String, rtnetlink::netlink_packet::DecodeError> {
//!     let link = LinkMessage::new(payload)?;
//!     let state = if link.is_up() { "up" } else { "down" };
//!     let mut line = format!("{} is {state}", link.name());
//!     if let (Some(id), Some(parent)) = (link.kind::<Vlan>().and_then(Vlan::id), link.parent()) {
//!         line += &format!(", VLAN {id} of link {parent}");
//!     }
//!     Ok(line)
//! }
//!
//! let reported = Vlan::on(2, 5).name("eth0.5").up();
//! assert_eq!(line(reported.as_bytes())?, "eth0.5 is up, VLAN 5 of link 2");
//! # Ok::<(), rtnetlink::netlink_packet::DecodeError>(())
//! ```
//!
//! A view is the bytes themselves. Absent attributes read as `None`, and so do malformed ones, which `malformed()`
//! lists; `{:?}` shows everything, unknown attributes too.
//!
//! # Write a request
//!
//! ```
//! use rtnetlink::link::Veth;
//! use rtnetlink::message::{RTM_NEWADDR, RTM_NEWLINK};
//! use rtnetlink::netlink_packet::{Build, Flags, Header};
//! use rtnetlink::{AddressMessage, BuildError};
//!
//! /// The bytes to send, if the message is complete.
//! fn request(message_type: u16, message: impl Build) -> Result<Vec<u8>, BuildError> {
//!     let flags = Flags::REQUEST | Flags::ACK | Flags::CREATE | Flags::EXCL;
//!     let mut buffer = message.into_buffer();
//!     buffer.set_header(Header { message_type, flags, ..Header::default() }).map(<[u8]>::to_vec)
//! }
//!
//! // ip link add v0 up type veth peer name v1
//! let add = request(RTM_NEWLINK, Veth::pair("v0", "v1").up())?;
//! // ip address add 192.0.2.1/24 dev v0, whose index is 7
//! let address = AddressMessage::build().device(7).prefix("192.0.2.1/24");
//! assert!(request(RTM_NEWADDR, address).is_ok());
//! // Invalid values are an error before anything is sent, and so is an unresolved device name.
//! assert!(request(RTM_NEWLINK, Veth::pair("not/a/name", "v1")).is_err());
//! assert!(request(RTM_NEWADDR, AddressMessage::build().device("v0").prefix("192.0.2.1/24")).is_err());
//! # Ok::<(), BuildError>(())
//! ```
//!
//! A device may be given by its name too: the message then lists the names to resolve
//! ([`Buffer::unresolved`](netlink_packet::Buffer::unresolved)), and can't be sent before that.
//!
//! # Send back what was listed
//!
//! A listed object has attributes that a request must not have: counters, states, and some things twice.
//! [`to_request`](RouteMessage::to_request) leaves them out, and [`to_buf`](RouteMessage::to_buf) is an exact copy.
//!
//! ```
//! use rtnetlink::RouteMessage;
//! use rtnetlink::route::{Route, RouteFlags};
//!
//! // As the kernel lists a route with a next-hop object whose link has no carrier.
//! let reported = Route::to("198.51.100.0/24").device(2).via("192.0.2.254").next_hop(10).flags(RouteFlags::LINK_DOWN);
//! let listed: &RouteMessage = reported.view();
//! let request = listed.to_request();
//! let request = request.view();
//! assert_eq!((request.next_hop_id(), request.gateway(), request.device()), (Some(10), None, None));
//! assert_eq!(request.flags(), RouteFlags::empty());
//! ```
//!
//! # Print the messages of a socket
//!
//! ```
//! use rtnetlink::message::describe;
//! use rtnetlink::netlink_packet::Messages;
//!
//! fn print(datagram: &[u8]) {
//!     for message in Messages::new(datagram) {
//!         println!("{:?}", describe(message.header.message_type, message.payload()));
//!     }
//! }
//! ```
//!
//! For an attribute that a table doesn't have, define a key of your own ([`Attr`](netlink_packet::Attr)); for a link kind,
//! a [table of your own](link#a-kind-of-your-own).

#![warn(missing_debug_implementations)]
#![cfg_attr(
    not(test),
    warn(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)
)]

mod bare;
#[cfg(test)]
mod capture;
#[macro_use]
mod width;

mod family;
mod group;
mod hardware_address;
mod interface_name;
mod prefix;
mod scope;
mod time;

pub mod address;
pub mod address_label;
pub mod advertisement;
pub mod bridge;
pub mod link;
pub mod message;
pub mod namespace;
pub mod neighbour;
pub mod netconf;
pub mod nexthop;
pub mod route;
pub mod rule;
pub mod tc;

pub use address::{AddressMessage, AddressMessageBuf};
pub use address_label::{AddressLabelMessage, AddressLabelMessageBuf};
pub use advertisement::{NdOptionMessage, PrefixMessage};
pub use bare::Unterminated;
pub use family::AddressFamily;
pub use group::Group;
pub use hardware_address::{Ethernet, HardwareAddress, MAX_ADDRESS_LEN, Padded};
pub use interface_name::{AltName, InterfaceName, MAX_ALT_NAME_LEN, MAX_NAME_LEN};
pub use ipnet;
pub use link::{LinkMessage, LinkMessageBuf};
pub use namespace::{NamespaceId, NamespaceIdMessage, NamespaceIdMessageBuf};
pub use neighbour::{Neighbour, NeighbourMessage, NeighbourMessageBuf};
pub use netconf::{NetconfMessage, NetconfMessageBuf};
pub use netlink_packet::{self, BuildError, Descriptor, IfIndex, Name};
pub use nexthop::{NextHopMessage, NextHopMessageBuf};
pub use prefix::IntoPrefix;
pub use route::{
    NextHop, NextHopBuf, Route, RouteMessage, RouteMessageBuf, RouteProtocol, RouteTable, RouteType,
    address_of,
};
pub use rule::{Rule, RuleMessage, RuleMessageBuf};
pub use scope::RouteScope;
pub use time::{ClockTicks, Lifetime, Milliseconds, Seconds};
