//! What a watch tells: changes of objects, a variant a topic, and what it has to say besides.

use super::core::Output;
use super::message::EventMessage;
use super::topic::{self, Differing, Message, Topic};
use super::tree::Record;
use bytes::Bytes;
use netlink_packet::{Attr, DecodeError, Field, Packet, View};
use rtnetlink::AddressMessage;
use rtnetlink::link::LinkMessage;
use rtnetlink::namespace::NamespaceIdMessage;
use rtnetlink::neighbour::NeighbourMessage;
use rtnetlink::netconf::NetconfMessage;
use rtnetlink::nexthop::NextHopMessage;
use rtnetlink::route::RouteMessage;
use rtnetlink::rule::RuleMessage;

/// What a watch tells.
#[derive(Debug)]
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
    /// Of the id of a namespace.
    NamespaceId(Update<NamespaceIdMessage>),
    /// Of the settings of a protocol for a link.
    Netconf(Update<NetconfMessage>),
    /// Of an entry of a bridge's or a VXLAN's forwarding database.
    Fdb(Update<NeighbourMessage>),
    /// The present state is told: what follows is news. It comes once.
    Complete,
    /// Events were lost. It lists again by itself, and the differences follow; only messages that are no objects
    /// ([`Other`](Change::Other)) are lost for good.
    Lost,
    /// A message of a group that is none of the objects above, as it came.
    Other(EventMessage),
}

/// How an object changed. A packet shares its memory with the mirror.
#[derive(Clone, Debug)]
pub enum Update<M: View + ?Sized> {
    /// It is new, or was there when the watch began.
    Added(Packet<M>),
    /// It has become another.
    Changed {
        /// How it was when the watch last told of it.
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

    /// Whether an attribute differs; of what is new or gone, whether it has it.
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

    /// In what it changed, by our names as the getters have them: `mtu`, `flags`. Of what is new or gone, nothing.
    ///
    /// An attribute that has no name here is told by its number.
    pub fn differences(&self) -> Vec<String> {
        let Update::Changed { before, now } = self else { return Vec::new() };
        let Some(topic) = topic::of(now.header().message_type, now.message()) else { return Vec::new() };
        let messages = (Message { bytes: before.message() }, Message { bytes: now.message() });
        let mut names = Vec::new();
        for differing in topic::differing(topic, messages.0, messages.1) {
            match differing {
                Differing::Header => {
                    let of = |message: Message<'_>, field: &Field| {
                        message.body().get(field.at..field.end()).map(<[u8]>::to_vec)
                    };
                    let fields = M::table().fields.iter();
                    let fields = fields.filter(|field| of(messages.0, field) != of(messages.1, field));
                    names.extend(fields.map(|field| field.field.to_owned()));
                }
                Differing::Attribute(kind) => {
                    let row = M::table().rows.iter().find(|row| row.number == kind);
                    names.push(row.map_or_else(|| format!("attribute {kind}"), |row| row.field.to_owned()));
                }
            }
        }
        names
    }
}

/// A change of an object, in the bytes of its messages.
pub(super) struct Difference {
    pub(super) topic: Topic,
    pub(super) before: Option<Record>,
    pub(super) now: Option<Record>,
}

impl<M: View + ?Sized> Update<M> {
    pub(super) fn new(Difference { before, now, .. }: Difference) -> Option<Self> {
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

impl Change {
    /// `None` of what does not decode, which is not kept in the first place.
    pub(super) fn new(output: Output) -> Option<Self> {
        match output {
            Output::Difference(difference) => (difference.topic.facts().change)(difference),
            Output::Complete => Some(Change::Complete),
            Output::Lost => Some(Change::Lost),
            Output::Other(message) => Some(Change::Other(message)),
        }
    }
}
