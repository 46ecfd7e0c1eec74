//! Watches: the current state, then each change, without a gap.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip monitor link address` | [`ip.watch(Topics::LINK \| Topics::ADDRESS)`](crate::Handle::watch), with the current state first |
//! | `ip monitor all-nsid link` | [`ip.events([Group::LINK]).all_namespaces()`](crate::Handle::events), only the messages |
//! | a loop until a link is up | [`ip.link().until_up("eth0", timeout)`](crate::link::Links::until_up) |
//!
//! A watch lists, then follows notifications. After an overrun of the receive buffer it lists again and reports the differences,
//! so what it has reported is always the state of the kernel, now or a moment ago: changes may be reported late, and several as
//! one, but none is missing and none is repeated. Its [`Mirror`] can be queried at any time.
//!
//! # What is known when
//!
//! The kernel does not notify every change.
//!
//! | change | noticed |
//! | --- | --- |
//! | notified | at once |
//! | implied by a notification: when a link goes down, its IPv4 routes vanish silently, for one | at once: the topic is listed again |
//! | IPv6 addresses while they are tentative, which the kernel notifies when duplicate address detection (DAD) ends | at once, except for a temporary address that replaces another |
//! | everything else | by an [audit](#audits): a second after the last notification, a minute later at the latest |
//! | counters, ages, timers | as of the last message; they are not changes |
//!
//! No notification implies the following, which only audits find:
//!
//! - settings of a link that is down other than its name, address, MTU and queue length (alternative names, alias, group,
//!   options of its kind or as a port, virtual functions), until it goes up, and what they change in other links;
//! - limits of segmentation offload (GSO, GRO); owner, persistence and carrier of a TUN or TAP device; an XDP program that
//!   a BPF link attaches; the 6rd prefix of a tunnel that `ip tunnel 6rd` resets;
//! - the LACP (802.3ad) state of a bond's ports, and their MII status while `updelay` or `downdelay` runs; the multicast
//!   queriers that a bridge knows;
//! - the number of virtual functions (VF) of a device and the queueing discipline (`tc qdisc`), until the link is notified;
//! - hop limit and route preferences in a router advertisement (RFC 4861) without a prefix, an option for user space (such as
//!   RDNSS), a new MTU or a new flag;
//! - among the per-device settings of protocols (netconf): `bc_forwarding` of IPv4, until the link is notified; `proxy_ndp`, if
//!   something else is changed at the same time; and in Linux 6.1 `ignore_routes_with_linkdown` of IPv6 for one link, with the
//!   `dead` flag of routes that have no carrier, which otherwise follows at once;
//! - the `offload` flag of forwarding entries; the address of a bridge port in a VLAN that the port leaves, if another port has
//!   it too;
//! - the `trap` and `offload` flags of routes in hardware, unless `net.ipv4.fib_notify_on_flag_change` (for IPv6:
//!   `net.ipv6...`) is 1;
//! - the carrier of a link that is down, unless it follows that of its lower link at once; IPv6 routes without a gateway that
//!   have the destination and metric of a multipath route: lists leave them out until that has one path;
//! - default qdiscs of `mq` that follow the number of queues in use; schedules of `taprio` that come into force;
//! - the peer or lower link of a link that moves back to this namespace or between others; settings in `/sys` and
//!   `/proc/sys`, and their effects on routes and addresses; and whatever later kernels change silently.
//!
//! Neighbours that have not answered yet (`INCOMPLETE`) or need no resolution (`NOARP`, which `ip neighbour` hides as well) are
//! left out: one that failed and is being resolved again stays `FAILED` in the mirror until it answers. Forwarding entries without ages
//! (`NDA_CACHEINFO`) are left out as well: the unicast and multicast addresses that a device receives, which the kernel changes
//! silently, and tables in hardware. None of these are kept, nor are proxy entries; their messages are reported as
//! [`Change::Other`].
//!
//! # What is in no topic
//!
//! A topic of routes has those of IPv4 or IPv6. Of the route family no topic has:
//!
//! - routes of MPLS, multicast routes (`ip mroute`), and cached exceptions of routes (`ip route show cache`);
//! - multicast databases (MDB), VLANs and multicast routers of bridges;
//! - classes, filters, chains and actions of traffic control, which the kernel lists one device or kind at a time;
//! - address labels, anycast and multicast addresses, parameters of neighbour tables, statistics.
//!
//! Their notifications come as [`Change::Other`] if their [group](Watch::group) is watched as well, such as
//! [`Group::MPLS_ROUTE`](rtnetlink::Group::MPLS_ROUTE), and there is no mirror of them; the nouns list what there is:
//! `ip.route().list().family(AddressFamily::MPLS)`.
//!
//! # Audits
//!
//! An audit lists a topic and compares the list with the mirror. Differences are reported as ordinary changes, counted in
//! [`Statistics`] and logged (`debug`). The topics are audited one after the other, in rounds:
//!
//! - a second after the last notification; then, as long as nothing happens and nothing is found, after 2, 4, 8, ...
//!   seconds, up to the period of 60 seconds ([`Watch::audit_every`]);
//! - once a period if notifications never stop;
//! - after a round, not before a hundred times its duration has passed: audits use at most 1 % of one CPU.
//!
//! They don't block the caller: a list is read in turns of about a millisecond, between which changes are reported and, in an
//! async runtime, other tasks run. Of a list of routes only the differences are kept, however long it is. Audits run while the
//! caller waits for the next change: a blocking iterator wakes up for them, and an async watch by the runtime's timer (without
//! timers, audits run when something else wakes the watch). [`Changes::audit_now`] runs one and waits for it,
//! [`Watch::without_audit`] turns them off.
//!
//! A watch of everything where nothing happens, on Linux 6.18: with a few links a round is 120 system calls and 0.4 ms of
//! CPU, so 7,200 calls and 0.02 s an hour; with 100,000 routes a round takes 46 ms, 2.8 s an hour (0.08 %).

mod audit;
mod begin;
mod change;
mod changes;
mod core;
mod differences;
mod event_group;
mod events;
mod feed;
mod marks;
mod message;
mod mirror;
mod names;
#[cfg(feature = "serde")]
mod serialize;
mod silence;
mod socket;
mod source;
mod statistics;
mod topic;
mod tree;
mod wait;
mod window;

pub use begin::{Watch, Watching};
pub use change::{Change, Update};
pub use changes::Changes;
pub use event_group::EventGroup;
pub use events::{Events, Listen};
pub use message::{Event, EventMessage};
pub use mirror::Mirror;
pub use statistics::Statistics;
pub use topic::list::Topics;

#[cfg(test)]
mod tests;
