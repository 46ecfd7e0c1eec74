//! Changes as a watch reports them: a variant for each topic, and the state of the watch itself.

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
use rtnetlink::tc::QdiscMessage;

/// A change, as a [watch](super::Changes) reports it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Change {
    /// A link.
    Link(Update<LinkMessage>),
    /// An address.
    Address(Update<AddressMessage>),
    /// A neighbour.
    Neighbour(Update<NeighbourMessage>),
    /// A route.
    Route(Update<RouteMessage>),
    /// A rule.
    Rule(Update<RuleMessage>),
    /// A next hop.
    NextHop(Update<NextHopMessage>),
    /// The id of a network namespace (nsid).
    NamespaceId(Update<NamespaceIdMessage>),
    /// The per-device settings of a protocol (netconf).
    Netconf(Update<NetconfMessage>),
    /// An entry in the forwarding database (FDB) of a bridge or a VXLAN.
    Fdb(Update<NeighbourMessage>),
    /// A queueing discipline (qdisc).
    Qdisc(Update<QdiscMessage>),
    /// The initial state is complete: everything after this is a change. Reported once.
    Complete,
    /// Notifications were lost. The watch lists again by itself and reports the differences; only messages that are not objects
    /// ([`Other`](Change::Other)) are lost for good. Also reported when a generic netlink family whose groups the watch listens
    /// to is registered, for the first time or again.
    Lost,
    /// A multicast message that is not one of the objects above, as received: of the route family, or of
    /// [another family](EventMessage::of).
    Other(EventMessage),
}

/// How an object changed. A packet shares its memory with the mirror.
///
/// Two updates are equal if their packets are: the netlink headers of the messages do not count.
#[derive(Debug, PartialEq, Eq, Hash)]
pub enum Update<M: View + ?Sized> {
    /// The object is new, or existed when the watch began.
    Added(Packet<M>),
    /// The object changed.
    Changed {
        /// The object as last reported by the watch.
        before: Packet<M>,
        /// The object now.
        now: Packet<M>,
    },
    /// The object is gone. This is its last state.
    Removed(Packet<M>),
}

impl<M: View + ?Sized> Update<M> {
    /// The object before the change; `None` if it is new.
    pub fn before(&self) -> Option<&Packet<M>> {
        match self {
            Update::Added(_) => None,
            Update::Changed { before, .. } | Update::Removed(before) => Some(before),
        }
    }

    /// The object after the change; `None` if it is gone.
    pub fn now(&self) -> Option<&Packet<M>> {
        match self {
            Update::Added(now) | Update::Changed { now, .. } => Some(now),
            Update::Removed(_) => None,
        }
    }

    /// The object after the change, or its last state if it is gone.
    pub fn object(&self) -> &Packet<M> {
        match self {
            Update::Added(object) | Update::Changed { now: object, .. } | Update::Removed(object) => object,
        }
    }

    /// Whether the object is gone.
    pub fn is_removed(&self) -> bool {
        matches!(self, Update::Removed(_))
    }

    /// Whether an attribute differs. For an object that is new or gone: whether it has the attribute.
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

/// A change of an object, as the bytes of its messages.
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
