//! Message types of the route family (`RTM_*`), and the table of each.

use crate::bridge::{VlanMessage, VlanRequest, VniMessage};
use crate::link::{BridgeSpec, RtGenMessage, StatsMessage, StatsRequest, can::CanStats};
use crate::neighbour::{NeighbourMessage, NeighbourTableMessage};
use crate::rule::{FamilyMessage, RuleMessage};
use crate::tc::action::ActionMessage;
use crate::tc::{ChainMessage, ClassMessage, FilterMessage, QdiscMessage};
use crate::{
    AddressLabelMessage, AddressMessage, LinkMessage, NamespaceIdMessage, NdOptionMessage, NetconfMessage,
    NextHopMessage, PrefixMessage, RouteMessage,
};
use netlink_packet::{Codec, Nest, Scope, Table, View};
use std::fmt;

/// Defines a constant for each number, and the lists from numbers to names and to tables.
macro_rules! messages {
    ($($(#[$doc:meta])* $NAME:ident = $number:literal $(=> $Message:ident)?,)*) => {
        $($(#[$doc])* pub const $NAME: u16 = $number;)*

        /// All message types of the route family, with their names.
        pub const MESSAGES: &[(u16, &str)] = &[$(($number, stringify!($NAME)),)*];

        /// Table of a message type; `None` if there is none here.
        pub fn table(kind: u16) -> Option<&'static Table> {
            match kind {
                $($($number => Some(<$Message as View>::table()),)?)*
                _ => None,
            }
        }
    };
}

messages! {
    /// Creates or changes a link; also a notification or reply.
    RTM_NEWLINK = 16 => LinkMessage,
    /// Deletes a link; also a notification.
    RTM_DELLINK = 17 => LinkMessage,
    /// Gets or dumps links.
    RTM_GETLINK = 18 => LinkMessage,
    /// Changes a link.
    RTM_SETLINK = 19 => LinkMessage,
    /// Creates or changes an IP address; also a notification or reply.
    RTM_NEWADDR = 20 => AddressMessage,
    /// Deletes an IP address; also a notification.
    RTM_DELADDR = 21 => AddressMessage,
    /// Gets or dumps IP addresses.
    RTM_GETADDR = 22 => AddressMessage,
    /// Creates or changes a route; also a notification or reply.
    RTM_NEWROUTE = 24 => RouteMessage,
    /// Deletes a route; also a notification.
    RTM_DELROUTE = 25 => RouteMessage,
    /// Gets or dumps routes.
    RTM_GETROUTE = 26 => RouteMessage,
    /// Creates or changes a neighbour or an FDB entry; also a notification or reply.
    RTM_NEWNEIGH = 28 => NeighbourMessage,
    /// Deletes a neighbour or an FDB entry; also a notification.
    RTM_DELNEIGH = 29 => NeighbourMessage,
    /// Gets or dumps neighbours or FDB entries.
    RTM_GETNEIGH = 30 => NeighbourMessage,
    /// Creates or changes a policy routing rule; also a notification or reply.
    RTM_NEWRULE = 32 => RuleMessage,
    /// Deletes a policy routing rule; also a notification.
    RTM_DELRULE = 33 => RuleMessage,
    /// Gets or dumps policy routing rules.
    RTM_GETRULE = 34 => RuleMessage,
    /// Creates or changes a queueing discipline (qdisc); also a notification or reply.
    RTM_NEWQDISC = 36 => QdiscMessage,
    /// Deletes a queueing discipline (qdisc); also a notification.
    RTM_DELQDISC = 37 => QdiscMessage,
    /// Gets or dumps queueing disciplines (qdiscs).
    RTM_GETQDISC = 38 => QdiscMessage,
    /// Creates or changes a traffic class; also a notification or reply.
    RTM_NEWTCLASS = 40 => ClassMessage,
    /// Deletes a traffic class; also a notification.
    RTM_DELTCLASS = 41 => ClassMessage,
    /// Gets or dumps traffic classes.
    RTM_GETTCLASS = 42 => ClassMessage,
    /// Creates or changes a traffic control filter; also a notification or reply.
    RTM_NEWTFILTER = 44 => FilterMessage,
    /// Deletes a traffic control filter; also a notification.
    RTM_DELTFILTER = 45 => FilterMessage,
    /// Gets or dumps traffic control filters.
    RTM_GETTFILTER = 46 => FilterMessage,
    /// Creates or changes traffic control actions; also a notification or reply.
    RTM_NEWACTION = 48 => ActionMessage,
    /// Deletes traffic control actions; also a notification.
    RTM_DELACTION = 49 => ActionMessage,
    /// Gets or dumps traffic control actions.
    RTM_GETACTION = 50 => ActionMessage,
    /// Notification: a prefix information option of a router advertisement.
    RTM_NEWPREFIX = 52 => PrefixMessage,
    /// Notification or reply: a multicast group that a link has joined.
    RTM_NEWMULTICAST = 56 => AddressMessage,
    /// Notification: a multicast group that a link has left.
    RTM_DELMULTICAST = 57 => AddressMessage,
    /// Dumps the multicast groups that links have joined.
    RTM_GETMULTICAST = 58 => AddressMessage,
    /// Notification or reply: an anycast address of a link.
    RTM_NEWANYCAST = 60 => AddressMessage,
    /// Notification: an anycast address was removed.
    RTM_DELANYCAST = 61 => AddressMessage,
    /// Dumps the anycast addresses of links.
    RTM_GETANYCAST = 62 => AddressMessage,
    /// Reply: a neighbour table, or its parameters for a link.
    RTM_NEWNEIGHTBL = 64 => NeighbourTableMessage,
    /// Dumps the neighbour tables and their parameters.
    RTM_GETNEIGHTBL = 66 => NeighbourTableMessage,
    /// Changes a neighbour table, or its parameters for a link.
    RTM_SETNEIGHTBL = 67 => NeighbourTableMessage,
    /// Notification: a neighbour discovery option for user space, such as RDNSS.
    RTM_NEWNDUSEROPT = 68 => NdOptionMessage,
    /// Creates or changes an IPv6 address label; also a notification or reply.
    RTM_NEWADDRLABEL = 72 => AddressLabelMessage,
    /// Deletes an IPv6 address label; also a notification.
    RTM_DELADDRLABEL = 73 => AddressLabelMessage,
    /// Gets or dumps IPv6 address labels.
    RTM_GETADDRLABEL = 74 => AddressLabelMessage,
    /// Gets data center bridging (DCB) settings.
    RTM_GETDCB = 78,
    /// Changes data center bridging (DCB) settings.
    RTM_SETDCB = 79,
    /// Notification or reply: per-interface protocol settings.
    RTM_NEWNETCONF = 80 => NetconfMessage,
    /// Notification: the protocol settings of a removed interface.
    RTM_DELNETCONF = 81 => NetconfMessage,
    /// Gets or dumps per-interface protocol settings.
    RTM_GETNETCONF = 82 => NetconfMessage,
    /// Creates or changes an entry of a bridge's multicast database (MDB); also a notification or reply.
    RTM_NEWMDB = 84,
    /// Deletes an entry of a bridge's multicast database (MDB); also a notification.
    RTM_DELMDB = 85,
    /// Gets or dumps entries of multicast databases (MDB) of bridges.
    RTM_GETMDB = 86,
    /// Assigns a network namespace id (nsid); also a notification or reply.
    RTM_NEWNSID = 88 => NamespaceIdMessage,
    /// Notification: a network namespace id (nsid) was removed.
    RTM_DELNSID = 89 => NamespaceIdMessage,
    /// Gets or dumps network namespace ids (nsid).
    RTM_GETNSID = 90 => NamespaceIdMessage,
    /// Notification or reply: link statistics.
    RTM_NEWSTATS = 92 => StatsMessage,
    /// Gets or dumps link statistics.
    RTM_GETSTATS = 94 => StatsRequest,
    /// Changes which link statistics are collected.
    RTM_SETSTATS = 95 => StatsRequest,
    /// Notification: a multicast routing cache report.
    RTM_NEWCACHEREPORT = 96,
    /// Creates or changes a chain of traffic control filters; also a notification or reply.
    RTM_NEWCHAIN = 100 => ChainMessage,
    /// Deletes a chain of traffic control filters; also a notification.
    RTM_DELCHAIN = 101 => ChainMessage,
    /// Gets or dumps chains of traffic control filters.
    RTM_GETCHAIN = 102 => ChainMessage,
    /// Creates or changes a next-hop object or group; also a notification or reply.
    RTM_NEWNEXTHOP = 104 => NextHopMessage,
    /// Deletes a next-hop object or group; also a notification.
    RTM_DELNEXTHOP = 105 => NextHopMessage,
    /// Gets or dumps next-hop objects or groups.
    RTM_GETNEXTHOP = 106 => NextHopMessage,
    /// Adds properties to a link: alternative names.
    RTM_NEWLINKPROP = 108 => LinkMessage,
    /// Deletes properties of a link: alternative names.
    RTM_DELLINKPROP = 109 => LinkMessage,
    /// Gets properties of a link; the kernel has no handler for it.
    RTM_GETLINKPROP = 110 => LinkMessage,
    /// Creates or changes an entry of a bridge's VLAN database; also a notification or reply.
    RTM_NEWVLAN = 112 => VlanMessage,
    /// Deletes an entry of a bridge's VLAN database; also a notification.
    RTM_DELVLAN = 113 => VlanMessage,
    /// Gets or dumps entries of VLAN databases of bridges.
    RTM_GETVLAN = 114 => VlanRequest,
    /// Notification or reply: a bucket of a resilient next-hop group.
    RTM_NEWNEXTHOPBUCKET = 116 => NextHopMessage,
    /// A bucket of a resilient next-hop group; the kernel has no handler for it.
    RTM_DELNEXTHOPBUCKET = 117 => NextHopMessage,
    /// Gets or dumps buckets of resilient next-hop groups.
    RTM_GETNEXTHOPBUCKET = 118 => NextHopMessage,
    /// Creates or changes an entry of a VXLAN's VNI filter; also a notification or reply.
    RTM_NEWTUNNEL = 120 => VniMessage,
    /// Deletes an entry of a VXLAN's VNI filter; also a notification.
    RTM_DELTUNNEL = 121 => VniMessage,
    /// Gets or dumps entries of VNI filters of VXLANs.
    RTM_GETTUNNEL = 122 => VniMessage,
}

/// The tables from which all others can be reached, by the families of the kernel's specification: those of messages,
/// and those that only a message's context selects (link kinds and route encapsulations have lists of their own:
/// [`kinds`](crate::link::kinds), [`encaps`](crate::route::encap::encaps)).
pub fn tables() -> impl Iterator<Item = (&'static str, &'static Table)> {
    [
        ("rt-link", LinkMessage::table()),
        ("rt-link", BridgeSpec::table()),
        ("rt-link", CanStats::table()),
        ("rt-link", RtGenMessage::table()),
        ("rt-link", StatsMessage::table()),
        ("rt-link", StatsRequest::table()),
        ("rt-addr", AddressMessage::table()),
        ("rt-route", <RouteMessage as View>::table()),
        ("rt-neigh", NeighbourMessage::table()),
        ("rt-neigh", NeighbourTableMessage::table()),
        ("rt-rule", <RuleMessage as View>::table()),
        ("rt-rule", FamilyMessage::table()),
        ("tc", QdiscMessage::table()),
        ("tc", ClassMessage::table()),
        ("tc", FilterMessage::table()),
        ("tc", ChainMessage::table()),
        ("tc", ActionMessage::table()),
        ("rt-nexthop", NextHopMessage::table()),
        ("rt-nsid", NamespaceIdMessage::table()),
        ("rt-netconf", NetconfMessage::table()),
        ("rt-addrlabel", AddressLabelMessage::table()),
        ("rt-prefix", PrefixMessage::table()),
        ("rt-nduseropt", NdOptionMessage::table()),
        ("rt-vlan", VlanMessage::table()),
        ("rt-vlan", VlanRequest::table()),
        ("rt-tunnel", VniMessage::table()),
    ]
    .into_iter()
}

/// Name of a message type, such as `RTM_NEWLINK`.
pub fn name(kind: u16) -> Option<&'static str> {
    MESSAGES.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

/// Prints a message by its number and what follows its header: every attribute by name where a table reads it,
/// else its bytes.
///
/// ```
/// use rtnetlink::{LinkMessage, message};
///
/// let link = LinkMessage::build().index(2).up();
/// let shown = format!("{:?}", message::describe(message::RTM_SETLINK, link.view().as_bytes()));
/// assert!(shown.starts_with("RTM_SETLINK LinkMessage { family: unspec"));
/// assert_eq!(format!("{:?}", message::describe(999, &[1, 255])), "999 [01 ff]");
/// ```
pub fn describe(kind: u16, payload: &[u8]) -> impl fmt::Debug {
    Described { kind, payload }
}

struct Described<'a> {
    kind: u16,
    payload: &'a [u8],
}

impl fmt::Debug for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name(self.kind) {
            Some(name) => write!(f, "{name} ")?,
            None => write!(f, "{} ", self.kind)?,
        }
        match table(self.kind) {
            Some(table) => Scope::new(table, self.payload).fmt(f),
            None => <[u8]>::show(self.payload, &Scope::new(Nest::table(), self.payload), f),
        }
    }
}
