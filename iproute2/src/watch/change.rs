//! What a watch hands out: changes of objects, a variant a topic, and what else there is to say.

use super::message::EventMessage;
use super::tree::Record;
use bytes::Bytes;
use netlink_packet::{Attr, DecodeError, Packet, View};
use rtnetlink::AddressMessage;
use rtnetlink::link::LinkMessage;
use rtnetlink::namespace::NamespaceIdMessage;
use rtnetlink::neighbour::NeighbourMessage;
use rtnetlink::netconf::NetconfMessage;
use rtnetlink::nexthop::NextHopMessage;
use rtnetlink::route::RouteMessage;
use rtnetlink::rule::RuleMessage;

/// What a watch hands out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// Of a link.
    Link(Update<LinkMessage>),
    /// Of an address.
    Address(Update<AddressMessage>),
    /// Of a neighbour.
    Neighbour(Update<NeighbourMessage>),
    /// Of a route.
    Route(Update<RouteMessage>),
    /// Of a rule.
    Rule(Update<RuleMessage>),
    /// Of a next hop.
    NextHop(Update<NextHopMessage>),
    /// Of the id of a network namespace (nsid).
    NamespaceId(Update<NamespaceIdMessage>),
    /// Of the per-device settings of a protocol (netconf).
    Netconf(Update<NetconfMessage>),
    /// Of an entry in the forwarding database (FDB) of a bridge or a VXLAN.
    Fdb(Update<NeighbourMessage>),
    /// The present state is complete: what follows is news. It comes once.
    Complete,
    /// Notifications were lost. The watch lists again by itself, and the differences follow; only messages that are not objects
    /// ([`Other`](Change::Other)) are lost for good. It comes as well when a generic netlink family to whose groups the watch
    /// listens was registered only now or anew.
    Lost,
    /// A message of a group that is none of the objects above, as it came: of the route family, or of
    /// [another](EventMessage::of).
    Other(EventMessage),
}

/// How an object changed. A packet shares its memory with the mirror.
///
/// Two are equal if they say the same of the same change, as packets are: the messages' own headers do not count.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum Update<M: View + ?Sized> {
    /// It is new, or existed when the watch began.
    Added(Packet<M>),
    /// It is different.
    Changed {
        /// How it was in the last change of it that the watch handed out.
        before: Packet<M>,
        /// How it is.
        now: Packet<M>,
    },
    /// It is gone. This is how it was.
    Removed(Packet<M>),
}

impl<M: View + ?Sized> Update<M> {
    /// How it was; `None` if it is new.
    pub fn before(&self) -> Option<&Packet<M>> {
        match self {
            Update::Added(_) => None,
            Update::Changed { before, .. } | Update::Removed(before) => Some(before),
        }
    }

    /// How it is; `None` if it is gone.
    pub fn now(&self) -> Option<&Packet<M>> {
        match self {
            Update::Added(now) | Update::Changed { now, .. } => Some(now),
            Update::Removed(_) => None,
        }
    }

    /// How it is, or was.
    pub fn object(&self) -> &Packet<M> {
        match self {
            Update::Added(object) | Update::Changed { now: object, .. } | Update::Removed(object) => object,
        }
    }

    /// Whether it is gone.
    pub fn is_removed(&self) -> bool {
        matches!(self, Update::Removed(_))
    }

    /// Whether an attribute differs. Of an object that is new or gone: whether it has the attribute.
    ///
    /// ```
    /// # use iproute2::{LinkMessage, watch::Update};
    ///
    /// fn is_resized(update: &Update<LinkMessage>) -> bool {
    ///     update.differs(LinkMessage::IFLA_MTU)
    /// }
    /// ```
    pub fn differs<C: ?Sized>(&self, key: Attr<M, C>) -> bool {
        let payload = |packet: Option<&Packet<M>>| {
            packet
                .and_then(|packet| packet.attributes_of().raw().payload_of(key.number()).map(<[u8]>::to_vec))
        };
        payload(self.before()) != payload(self.now())
    }
}

impl<M: View + ?Sized> Clone for Update<M> {
    fn clone(&self) -> Self {
        match self {
            Update::Added(now) => Update::Added(now.clone()),
            Update::Changed { before, now } => Update::Changed { before: before.clone(), now: now.clone() },
            Update::Removed(before) => Update::Removed(before.clone()),
        }
    }
}

/// A change of an object, in the bytes of its messages.
pub(super) struct Difference {
    pub(super) before: Option<Record>,
    pub(super) now: Option<Record>,
}

impl<M: View + ?Sized> Update<M> {
    pub(super) fn new(Difference { before, now }: Difference) -> Option<Self> {
        let before = before.map(packet).transpose().ok()?;
        match (before, now.map(packet).transpose().ok()?) {
            (Some(before), Some(now)) => Some(Update::Changed { before, now }),
            (Some(before), None) => Some(Update::Removed(before)),
            (None, Some(now)) => Some(Update::Added(now)),
            (None, None) => None,
        }
    }
}

fn packet<M: View + ?Sized>(record: Record) -> Result<Packet<M>, DecodeError> {
    Packet::new(Bytes::from_owner(record))
}
