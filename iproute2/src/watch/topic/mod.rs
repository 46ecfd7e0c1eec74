//! The topics of watches, one file each, whose `TOPIC` holds everything that the rest of the watch knows of it.
//!
//! | topic | key of an object |
//! | --- | --- |
//! | link | index |
//! | IPv4 address | link, address, peer, prefix length |
//! | IPv6 address | link, address |
//! | neighbour | family, address, link. Those that need no resolution, or are not resolved yet, are not kept |
//! | IPv4 route | table, destination, TOS, metric, and its paths where several were appended |
//! | IPv6 route | the same with the source prefix; gateways of equal routes are paths of one route |
//! | rule | all of it |
//! | next hop, namespace id | id |
//! | netconf | protocol, link |
//! | FDB | bridge or VXLAN, hardware address, VLAN, source VNI; where a VXLAN sends to several remotes, also the remote |
//! | qdisc | device, parent |
//!
//! Another topic is another file with a `TOPIC` and the methods of [`Mirror`](super::Mirror) that give access to it, its line in
//! the [list](list::topics), and its variant of [`Change`](super::Change).

pub(super) mod classify;
pub(super) mod differing;
pub(super) mod facts;
pub(super) mod list;
pub(super) mod message;
pub(super) mod part;
pub(super) mod slot;
mod table;

mod address;
mod fdb;
mod link;
mod link_change;
mod link_parts;
mod namespace_id;
mod neighbour;
mod netconf;
mod next_hop;
mod qdisc;
mod route;
mod route_ipv4;
mod route_ipv6;
mod router;
mod rule;
