//! Message types of the route family (`RTM_*`), and the table of each.

use crate::link::{BridgeSpec, RtGenMessage, StatsMessage, StatsRequest, can::CanStats};
use crate::neighbour::{NeighbourMessage, NeighbourTableMessage};
use crate::rule::{FamilyMessage, RuleMessage};
use crate::{
    AddressLabelMessage, AddressMessage, LinkMessage, NamespaceIdMessage, NdOptionMessage, NetconfMessage,
    NextHopMessage, PrefixMessage, RouteMessage,
};
use netlink_packet::{Codec, Nest, Scope, Table, View};
use std::fmt;

/// Makes a constant of each number, and the lists that go from numbers to names and to tables.
macro_rules! messages {
    ($($(#[$doc:meta])* $NAME:ident = $number:literal $(=> $Message:ident)?,)*) => {
        $($(#[$doc])* pub const $NAME: u16 = $number;)*

        /// The numbers of all messages of the route family, with their names.
        pub const MESSAGES: &[(u16, &str)] = &[$(($number, stringify!($NAME)),)*];

        /// Table of a message type; `None` where there is none here.
        pub fn table(kind: u16) -> Option<&'static Table> {
            match kind {
                $($($number => Some(<$Message as View>::table()),)?)*
                _ => None,
            }
        }
    };
}

messages! {
    /// A link is made, changed or told.
    RTM_NEWLINK = 16 => LinkMessage,
    /// A link is removed.
    RTM_DELLINK = 17 => LinkMessage,
    /// A link is asked for.
    RTM_GETLINK = 18 => LinkMessage,
    /// A link is changed.
    RTM_SETLINK = 19 => LinkMessage,
    /// An address is made, changed or told.
    RTM_NEWADDR = 20 => AddressMessage,
    /// An address is removed.
    RTM_DELADDR = 21 => AddressMessage,
    /// An address is asked for.
    RTM_GETADDR = 22 => AddressMessage,
    /// A route is made, changed or told.
    RTM_NEWROUTE = 24 => RouteMessage,
    /// A route is removed.
    RTM_DELROUTE = 25 => RouteMessage,
    /// A route is asked for.
    RTM_GETROUTE = 26 => RouteMessage,
    /// A neighbour is made, changed or told.
    RTM_NEWNEIGH = 28 => NeighbourMessage,
    /// A neighbour is removed.
    RTM_DELNEIGH = 29 => NeighbourMessage,
    /// A neighbour is asked for.
    RTM_GETNEIGH = 30 => NeighbourMessage,
    /// A rule is made, changed or told.
    RTM_NEWRULE = 32 => RuleMessage,
    /// A rule is removed.
    RTM_DELRULE = 33 => RuleMessage,
    /// A rule is asked for.
    RTM_GETRULE = 34 => RuleMessage,
    /// A queueing discipline is made, changed or told.
    RTM_NEWQDISC = 36,
    /// A queueing discipline is removed.
    RTM_DELQDISC = 37,
    /// A queueing discipline is asked for.
    RTM_GETQDISC = 38,
    /// A traffic class is made, changed or told.
    RTM_NEWTCLASS = 40,
    /// A traffic class is removed.
    RTM_DELTCLASS = 41,
    /// A traffic class is asked for.
    RTM_GETTCLASS = 42,
    /// A filter is made, changed or told.
    RTM_NEWTFILTER = 44,
    /// A filter is removed.
    RTM_DELTFILTER = 45,
    /// A filter is asked for.
    RTM_GETTFILTER = 46,
    /// An action of filters is made, changed or told.
    RTM_NEWACTION = 48,
    /// An action of filters is removed.
    RTM_DELACTION = 49,
    /// An action of filters is asked for.
    RTM_GETACTION = 50,
    /// A prefix that a router told is made, changed or told.
    RTM_NEWPREFIX = 52 => PrefixMessage,
    /// A group that a link is in is made, changed or told.
    RTM_NEWMULTICAST = 56 => AddressMessage,
    /// A group that a link is in is removed.
    RTM_DELMULTICAST = 57 => AddressMessage,
    /// A group that a link is in is asked for.
    RTM_GETMULTICAST = 58 => AddressMessage,
    /// An anycast address is made, changed or told.
    RTM_NEWANYCAST = 60 => AddressMessage,
    /// An anycast address is removed.
    RTM_DELANYCAST = 61 => AddressMessage,
    /// An anycast address is asked for.
    RTM_GETANYCAST = 62 => AddressMessage,
    /// A neighbour table is made, changed or told.
    RTM_NEWNEIGHTBL = 64 => NeighbourTableMessage,
    /// A neighbour table is asked for.
    RTM_GETNEIGHTBL = 66 => NeighbourTableMessage,
    /// A neighbour table is changed.
    RTM_SETNEIGHTBL = 67 => NeighbourTableMessage,
    /// An option of a router's announcement is made, changed or told.
    RTM_NEWNDUSEROPT = 68 => NdOptionMessage,
    /// A label of address selection is made, changed or told.
    RTM_NEWADDRLABEL = 72 => AddressLabelMessage,
    /// A label of address selection is removed.
    RTM_DELADDRLABEL = 73 => AddressLabelMessage,
    /// A label of address selection is asked for.
    RTM_GETADDRLABEL = 74 => AddressLabelMessage,
    /// The settings of data centre bridging are asked for.
    RTM_GETDCB = 78,
    /// The settings of data centre bridging are changed.
    RTM_SETDCB = 79,
    /// Settings of a protocol for a link are made, changed or told.
    RTM_NEWNETCONF = 80 => NetconfMessage,
    /// Settings of a protocol for a link are removed.
    RTM_DELNETCONF = 81 => NetconfMessage,
    /// Settings of a protocol for a link are asked for.
    RTM_GETNETCONF = 82 => NetconfMessage,
    /// A member of a group behind a bridge is made, changed or told.
    RTM_NEWMDB = 84,
    /// A member of a group behind a bridge is removed.
    RTM_DELMDB = 85,
    /// A member of a group behind a bridge is asked for.
    RTM_GETMDB = 86,
    /// A number of a namespace is made, changed or told.
    RTM_NEWNSID = 88 => NamespaceIdMessage,
    /// A number of a namespace is removed.
    RTM_DELNSID = 89 => NamespaceIdMessage,
    /// A number of a namespace is asked for.
    RTM_GETNSID = 90 => NamespaceIdMessage,
    /// Statistics of a link are made, changed or told.
    RTM_NEWSTATS = 92 => StatsMessage,
    /// Statistics of a link are asked for.
    RTM_GETSTATS = 94 => StatsRequest,
    /// Statistics of a link are changed.
    RTM_SETSTATS = 95 => StatsRequest,
    /// An event of multicast routing is made, changed or told.
    RTM_NEWCACHEREPORT = 96,
    /// A chain of filters is made, changed or told.
    RTM_NEWCHAIN = 100,
    /// A chain of filters is removed.
    RTM_DELCHAIN = 101,
    /// A chain of filters is asked for.
    RTM_GETCHAIN = 102,
    /// A next hop is made, changed or told.
    RTM_NEWNEXTHOP = 104 => NextHopMessage,
    /// A next hop is removed.
    RTM_DELNEXTHOP = 105 => NextHopMessage,
    /// A next hop is asked for.
    RTM_GETNEXTHOP = 106 => NextHopMessage,
    /// A property of a link is made, changed or told.
    RTM_NEWLINKPROP = 108 => LinkMessage,
    /// A property of a link is removed.
    RTM_DELLINKPROP = 109 => LinkMessage,
    /// A property of a link is asked for.
    RTM_GETLINKPROP = 110 => LinkMessage,
    /// A VLAN of a bridge is made, changed or told.
    RTM_NEWVLAN = 112,
    /// A VLAN of a bridge is removed.
    RTM_DELVLAN = 113,
    /// A VLAN of a bridge is asked for.
    RTM_GETVLAN = 114,
    /// A bucket of a next hop group is made, changed or told.
    RTM_NEWNEXTHOPBUCKET = 116 => NextHopMessage,
    /// A bucket of a next hop group is removed.
    RTM_DELNEXTHOPBUCKET = 117 => NextHopMessage,
    /// A bucket of a next hop group is asked for.
    RTM_GETNEXTHOPBUCKET = 118 => NextHopMessage,
    /// A number of a VXLAN is made, changed or told.
    RTM_NEWTUNNEL = 120,
    /// A number of a VXLAN is removed.
    RTM_DELTUNNEL = 121,
    /// A number of a VXLAN is asked for.
    RTM_GETTUNNEL = 122,
}

/// The tables that lead to all others, by the families of the kernel's own specification: those that messages
/// begin with, and those that only a message's context chooses (kinds of links and
/// encapsulations of routes have lists of their own: [`kinds`](crate::link::kinds), [`encaps`](crate::route::encap::encaps)).
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
        ("rt-nexthop", NextHopMessage::table()),
        ("rt-nsid", NamespaceIdMessage::table()),
        ("rt-netconf", NetconfMessage::table()),
        ("rt-addrlabel", AddressLabelMessage::table()),
        ("rt-prefix", PrefixMessage::table()),
        ("rt-nduseropt", NdOptionMessage::table()),
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
