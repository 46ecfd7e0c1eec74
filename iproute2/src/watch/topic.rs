//! What can be watched: by which messages the kernel tells of it, what tells objects apart, and when two messages say
//! the same of one.
//!
//! | topic | an object is known by |
//! | --- | --- |
//! | link | index |
//! | address of IPv4 | link, address, peer, length |
//! | address of IPv6 | link, address |
//! | neighbour | family, address, link. Those that need no asking, or did not answer yet, are not kept |
//! | route of IPv4 | table, destination, TOS, metric, and its paths where several were appended |
//! | route of IPv6 | the same with the source prefix; gateways of equal routes are one route's paths |
//! | rule | all that it says |
//! | next hop, namespace id | id |
//!
//! What the kernel changes silently, and what gives it away, is in [`silence`](super::silence).

use super::tree::Record;
use netlink_packet::{HEADER_LEN, RawAttributes, View, align};
use rtnetlink::address::AddressMessage;
use rtnetlink::link::{Bridge, BridgePort, Inet6Spec, LinkInfo, LinkMessage};
use rtnetlink::message::{
    RTM_DELADDR, RTM_DELLINK, RTM_DELNEIGH, RTM_DELNEXTHOP, RTM_DELNSID, RTM_DELROUTE, RTM_DELRULE,
    RTM_GETADDR, RTM_GETLINK, RTM_GETNEIGH, RTM_GETNEXTHOP, RTM_GETNSID, RTM_GETROUTE, RTM_GETRULE,
    RTM_NEWADDR, RTM_NEWLINK, RTM_NEWNDUSEROPT, RTM_NEWNEIGH, RTM_NEWNEXTHOP, RTM_NEWNSID, RTM_NEWPREFIX,
    RTM_NEWROUTE, RTM_NEWRULE,
};
use rtnetlink::namespace::NamespaceIdMessage;
use rtnetlink::neighbour::{NeighbourFlags, NeighbourMessage, NeighbourState};
use rtnetlink::nexthop::NextHopMessage;
use rtnetlink::route::{NextHop, RouteFlags, RouteMessage, RouteProtocol};
use rtnetlink::rule::RuleMessage;
use rtnetlink::{AddressFamily, Group};
use std::hash::{DefaultHasher, Hash, Hasher};

pub(super) const INET: u8 = AddressFamily::INET.0;
const INET6: u8 = AddressFamily::INET6.0;

/// What is listed by one dump, in the order in which that is done: what others depend on comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Topic {
    Link,
    Address,
    Neighbour,
    NextHop,
    Route4,
    Route6,
    Rule,
    NamespaceId,
}

/// Several topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TopicSet(u8);

impl TopicSet {
    pub(super) fn contains(self, topic: Topic) -> bool {
        self.0 & 1 << topic as u8 != 0
    }

    pub(super) fn add(&mut self, topic: Topic) {
        self.0 |= 1 << topic as u8;
    }

    pub(super) fn remove(&mut self, topic: Topic) {
        self.0 &= !(1 << topic as u8);
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Topic> {
        Topic::ALL.into_iter().filter(move |topic| self.contains(*topic))
    }

    /// These, and those by which the kernel gives away what it is silent about.
    pub(super) fn with_helpers(mut self) -> Self {
        for topic in self.iter() {
            topic.helpers().iter().for_each(|helper| self.add(*helper));
        }
        self
    }
}

impl FromIterator<Topic> for TopicSet {
    fn from_iter<I: IntoIterator<Item = Topic>>(topics: I) -> Self {
        let mut all = TopicSet::default();
        topics.into_iter().for_each(|topic| all.add(topic));
        all
    }
}

/// What a message of a group is.
pub(super) enum Told<'a> {
    /// An object is, or has become, like this.
    New(Topic, Message<'a>),
    /// An object is gone.
    Gone(Topic, Message<'a>),
    /// Of ports of bridges, which belong to links that are told of elsewhere.
    Port,
    /// IPv6's part of a link.
    Ipv6(Message<'a>),
    /// A prefix that a router announces.
    Prefix(Message<'a>),
    /// An option for programs, such as a DNS server, that a router announces.
    RouterOption(Message<'a>),
    /// Nothing that is kept here.
    Other,
}

/// A message of a topic.
#[derive(Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) bytes: &'a [u8],
}

impl Topic {
    pub(super) const ALL: [Topic; 8] = [
        Topic::Link,
        Topic::Address,
        Topic::Neighbour,
        Topic::NextHop,
        Topic::Route4,
        Topic::Route6,
        Topic::Rule,
        Topic::NamespaceId,
    ];

    pub(super) fn groups(self) -> &'static [Group] {
        match self {
            Topic::Link => &[Group::LINK],
            Topic::Address => &[Group::IPV4_IFADDR, Group::IPV6_IFADDR],
            Topic::Neighbour => &[Group::NEIGH],
            Topic::Route4 => &[Group::IPV4_ROUTE],
            Topic::Route6 => &[Group::IPV6_ROUTE],
            Topic::Rule => &[Group::IPV4_RULE, Group::IPV6_RULE],
            Topic::NextHop => &[Group::NEXTHOP],
            Topic::NamespaceId => &[Group::NSID],
        }
    }

    /// Topics whose messages are no objects of the topic, and give them away.
    pub(super) fn hints(self) -> &'static [Group] {
        match self {
            Topic::Link => &[Group::IPV6_IFINFO],
            Topic::Address => &[Group::IPV6_IFINFO, Group::IPV6_PREFIX],
            Topic::Route6 => &[Group::IPV6_IFINFO, Group::IPV6_PREFIX, Group::ND_USEROPT],
            _ => &[],
        }
    }

    fn helpers(self) -> &'static [Topic] {
        match self {
            Topic::Route4 | Topic::Route6 => &[Topic::Link, Topic::Address, Topic::NextHop],
            Topic::Address => &[Topic::Link],
            // Neighbours are found by the names of their links, too.
            Topic::Rule | Topic::NextHop | Topic::Neighbour => &[Topic::Link],
            _ => &[],
        }
    }

    /// What errors call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Topic::Link => "links",
            Topic::Address => "addresses",
            Topic::Neighbour => "neighbours",
            Topic::Route4 => "routes of IPv4",
            Topic::Route6 => "routes of IPv6",
            Topic::Rule => "rules",
            Topic::NextHop => "next hops",
            Topic::NamespaceId => "namespace ids",
        }
    }

    /// The type of the messages that tell an object.
    pub(super) fn message(self) -> u16 {
        match self {
            Topic::Link => RTM_NEWLINK,
            Topic::Address => RTM_NEWADDR,
            Topic::Neighbour => RTM_NEWNEIGH,
            Topic::Route4 | Topic::Route6 => RTM_NEWROUTE,
            Topic::Rule => RTM_NEWRULE,
            Topic::NextHop => RTM_NEWNEXTHOP,
            Topic::NamespaceId => RTM_NEWNSID,
        }
    }

    /// The kind of the request for a list, and what follows its header.
    pub(super) fn request(self) -> (u16, &'static [u8]) {
        match self {
            Topic::Link => (RTM_GETLINK, &[0; 16]),
            Topic::Address => (RTM_GETADDR, &[0; 8]),
            Topic::Neighbour => (RTM_GETNEIGH, &[0; 12]),
            Topic::Route4 => (RTM_GETROUTE, &[INET, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Topic::Route6 => (RTM_GETROUTE, &[INET6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Topic::Rule => (RTM_GETRULE, &[0; 12]),
            Topic::NextHop => (RTM_GETNEXTHOP, &[0; 8]),
            Topic::NamespaceId => (RTM_GETNSID, &[0; 4]),
        }
    }

    /// Bytes of the messages' fixed header.
    fn header(self) -> usize {
        match self {
            Topic::Link => LinkMessage::HEADER,
            Topic::Address => AddressMessage::HEADER,
            Topic::Neighbour => NeighbourMessage::HEADER,
            Topic::Route4 | Topic::Route6 => RouteMessage::HEADER,
            Topic::Rule => RuleMessage::HEADER,
            Topic::NextHop => NextHopMessage::HEADER,
            Topic::NamespaceId => NamespaceIdMessage::HEADER,
        }
    }

    /// Whether several objects can have what the kernel knows one by: their keys have a number behind it.
    pub(super) fn has_slots(self) -> bool {
        matches!(self, Topic::Route4 | Topic::Route6 | Topic::Rule)
    }

    /// What objects of a key have in common.
    pub(super) fn base(self, key: &[u8]) -> &[u8] {
        let slot = if self.has_slots() { SLOT } else { 0 };
        key.get(..key.len() - slot.min(key.len())).unwrap_or_default()
    }

    /// Attributes of which the kernel does not tell when they change.
    pub(super) fn silent(self) -> &'static [u16] {
        const LINK: &[u16] = &[
            LinkMessage::IFLA_STATS.number(),
            LinkMessage::IFLA_STATS64.number(),
            LinkMessage::IFLA_CARRIER_CHANGES.number(),
            LinkMessage::IFLA_CARRIER_UP_COUNT.number(),
            LinkMessage::IFLA_CARRIER_DOWN_COUNT.number(),
            LinkMessage::IFLA_EVENT.number(),
            LinkMessage::IFLA_WIRELESS.number(),
            LinkMessage::IFLA_PROMISCUITY.number(),
            LinkMessage::IFLA_QDISC.number(),
            LinkMessage::IFLA_ALLMULTI.number(),
        ];
        const ADDRESS: &[u16] = &[AddressMessage::IFA_CACHEINFO.number()];
        const NEIGHBOUR: &[u16] =
            &[NeighbourMessage::NDA_CACHEINFO.number(), NeighbourMessage::NDA_PROBES.number()];
        const ROUTE: &[u16] = &[RouteMessage::RTA_CACHEINFO.number()];
        match self {
            Topic::Link => LINK,
            Topic::Address => ADDRESS,
            Topic::Neighbour => NEIGHBOUR,
            Topic::Route4 | Topic::Route6 => ROUTE,
            _ => &[],
        }
    }

    /// Bytes of the fixed header that do not describe the object: which flags changed.
    fn silent_header(self) -> std::ops::Range<usize> {
        if self == Topic::Link { 12..16 } else { 0..0 }
    }
}

/// Bytes of the number behind a key that several objects can have.
pub(super) const SLOT: usize = 2;

/// Classifies a message that a group told, or a dump listed.
pub(super) fn told(kind: u16, bytes: &[u8]) -> Told<'_> {
    let message = Message { bytes };
    let family = message.body().first().copied().unwrap_or_default();
    let ip = matches!(family, INET | INET6);
    let topic = match kind {
        RTM_NEWLINK if family == 0 && message.is_wireless_event() => return Told::Other,
        RTM_NEWLINK | RTM_DELLINK if family == 0 => Topic::Link,
        RTM_NEWLINK | RTM_DELLINK if family == 7 => return Told::Port,
        RTM_NEWLINK if family == INET6 && message.body().len() >= Topic::Link.header() => {
            return Told::Ipv6(message);
        }
        RTM_NEWPREFIX => return Told::Prefix(message),
        RTM_NEWNDUSEROPT => return Told::RouterOption(message),
        RTM_NEWADDR | RTM_DELADDR if ip => Topic::Address,
        RTM_NEWNEIGH | RTM_DELNEIGH if ip && message.byte(10) & NeighbourFlags::PROXY.bits() == 0 => {
            Topic::Neighbour
        }
        RTM_NEWROUTE | RTM_DELROUTE if ip && message.u32(8) & RouteFlags::CLONED.bits() == 0 => {
            if family == INET { Topic::Route4 } else { Topic::Route6 }
        }
        RTM_NEWRULE | RTM_DELRULE => Topic::Rule,
        RTM_NEWNEXTHOP | RTM_DELNEXTHOP => Topic::NextHop,
        RTM_NEWNSID | RTM_DELNSID => Topic::NamespaceId,
        _ => return Told::Other,
    };
    if message.body().len() < topic.header() {
        return Told::Other;
    }
    match kind {
        RTM_DELLINK | RTM_DELADDR | RTM_DELNEIGH | RTM_DELROUTE | RTM_DELRULE | RTM_DELNEXTHOP
        | RTM_DELNSID => Told::Gone(topic, message),
        RTM_NEWNEIGH if is_silent_neighbour(message.u16(8)) => Told::Gone(topic, message),
        _ => Told::New(topic, message),
    }
}

/// Whether the kernel makes neighbours of this state without a word: none, `INCOMPLETE`, `NOARP`. They are not kept.
fn is_silent_neighbour(state: u16) -> bool {
    (NeighbourState::INCOMPLETE | NeighbourState::NOARP).contains(NeighbourState::from_bits_retain(state))
}

const RTA_DST: u16 = RouteMessage::RTA_DST.number();
const RTA_SRC: u16 = RouteMessage::RTA_SRC.number();
const RTA_GATEWAY: u16 = RouteMessage::RTA_GATEWAY.number();
const RTA_PRIORITY: u16 = RouteMessage::RTA_PRIORITY.number();
const RTA_MULTIPATH: u16 = RouteMessage::RTA_MULTIPATH.number();
const RTA_TABLE: u16 = RouteMessage::RTA_TABLE.number();
const RTA_VIA: u16 = RouteMessage::RTA_VIA.number();
const RTA_ENCAP: u16 = RouteMessage::RTA_ENCAP.number();

impl<'a> Message<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        Message { bytes: record.message() }
    }

    pub(super) fn body(&self) -> &'a [u8] {
        self.bytes.get(HEADER_LEN..).unwrap_or_default()
    }

    pub(super) fn byte(&self, at: usize) -> u8 {
        self.body().get(at).copied().unwrap_or_default()
    }

    pub(super) fn u16(&self, at: usize) -> u16 {
        u16::from_ne_bytes([self.byte(at), self.byte(at + 1)])
    }

    pub(super) fn u32(&self, at: usize) -> u32 {
        u32_of(self.body().get(at..at + 4))
    }

    pub(super) fn attributes(&self, topic: Topic) -> RawAttributes<'a> {
        RawAttributes::new(self.body().get(align(topic.header())..).unwrap_or_default())
    }

    pub(super) fn attribute(&self, topic: Topic, kind: u16) -> &'a [u8] {
        self.attributes(topic).payload_of(kind).unwrap_or_default()
    }

    pub(super) fn number(&self, topic: Topic, kind: u16) -> u32 {
        u32_of(self.attribute(topic, kind).get(..4))
    }

    /// Writes what the object is known by, without the number of those that have it in common. `None` where it says
    /// not enough.
    pub(super) fn write_key(&self, topic: Topic, key: &mut Vec<u8>) -> Option<()> {
        key.clear();
        match topic {
            Topic::Link => key.extend(self.u32(4).to_be_bytes()),
            Topic::Address => {
                key.extend(self.u32(4).to_be_bytes());
                key.push(self.byte(0));
                let peer = self.attribute(topic, AddressMessage::IFA_ADDRESS.number());
                let local = self.attribute(topic, AddressMessage::IFA_LOCAL.number());
                let own = if local.is_empty() { peer } else { local };
                key.extend(own.get(..address_length(self.byte(0)))?);
                // One of IPv6 is replaced by another length or peer.
                if self.byte(0) == INET6 {
                    return Some(());
                }
                key.push(self.byte(1));
                if !local.is_empty() && local != peer {
                    key.extend(peer.get(..peer.len().min(16))?);
                }
            }
            Topic::Neighbour => {
                key.push(self.byte(0));
                let to = self.attribute(topic, NeighbourMessage::NDA_DST.number());
                key.extend(to.get(..address_length(self.byte(0)))?);
                key.extend(self.u32(4).to_be_bytes());
            }
            Topic::Route4 | Topic::Route6 => self.write_route_key(topic, key)?,
            Topic::Rule => {
                key.push(self.byte(0));
                key.extend(self.number(topic, RuleMessage::FRA_PRIORITY.number()).to_be_bytes());
                key.extend(self.digest(topic).to_be_bytes());
            }
            Topic::NextHop => self.write_id(topic, NextHopMessage::NHA_ID.number(), key)?,
            Topic::NamespaceId => self.write_id(topic, NamespaceIdMessage::NETNSA_NSID.number(), key)?,
        }
        Some(())
    }

    fn write_id(&self, topic: Topic, kind: u16, key: &mut Vec<u8>) -> Option<()> {
        let id: [u8; 4] = self.attribute(topic, kind).get(..4)?.try_into().ok()?;
        key.extend(u32::from_ne_bytes(id).to_be_bytes());
        Some(())
    }

    /// Whether it has only the name of a link, and what a wireless driver says of it.
    fn is_wireless_event(&self) -> bool {
        let has = |kind| self.attributes(Topic::Link).payload_of(kind).is_some();
        !has(LinkMessage::IFLA_MTU.number()) && has(LinkMessage::IFLA_WIRELESS.number())
    }

    /// Read in one pass, since there may be a million.
    fn write_route_key(&self, topic: Topic, key: &mut Vec<u8>) -> Option<()> {
        let length = address_length(self.byte(0));
        let (mut to, mut from) = (&[0; 16][..length], &[0; 16][..length]);
        let (mut table, mut metric) = (u32::from(self.byte(4)), 0);
        for attribute in self.attributes(topic) {
            match attribute.number() {
                RTA_DST => to = attribute.payload.get(..length)?,
                RTA_SRC => from = attribute.payload.get(..length)?,
                RTA_TABLE => table = u32_of(Some(attribute.payload)),
                RTA_PRIORITY => metric = u32_of(Some(attribute.payload)),
                _ => (),
            }
        }
        write_route_prefix(key, table, to, self.byte(1));
        key.push(self.byte(3));
        key.extend(metric.to_be_bytes());
        key.push(self.byte(2));
        if self.byte(2) != 0 {
            key.extend(from);
        }
        Some(())
    }

    /// Stands for all that a rule says but its flags, some of which the kernel sets by itself.
    fn digest(&self, topic: Topic) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.body().get(..8).hash(&mut hasher);
        for attribute in self.attributes(topic) {
            (attribute.number(), attribute.payload).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Whether it is one path or more that the kernel joins with others of equal routes, as IPv6 does with gateways.
    pub(super) fn joins(&self, topic: Topic) -> bool {
        let has = |kind| self.attributes(topic).payload_of(kind).is_some();
        topic == Topic::Route6
            && self.byte(5) != RouteProtocol::RA.0
            && !has(RouteMessage::RTA_NH_ID.number())
            && (has(RTA_MULTIPATH) || has(RTA_GATEWAY) || has(RTA_VIA))
    }

    /// The paths of a route.
    pub(super) fn hops(&self, topic: Topic) -> Vec<Hop<'a>> {
        if self.attributes(topic).payload_of(RTA_MULTIPATH).is_some() {
            let hop = |hop: &'a NextHop| {
                let bytes = hop.as_bytes();
                Hop::new(hop.device(), hop.hops(), bytes.get(8..).unwrap_or_default())
            };
            let mut hops: Vec<_> = RouteMessage::cast(self.body()).next_hops().map(hop).collect();
            hops.sort();
            return hops;
        }
        let rest = self.body().get(align(topic.header())..).unwrap_or_default();
        vec![Hop::new(self.number(topic, RouteMessage::RTA_OIF.number()), 0, rest)]
    }

    /// The address of an address message.
    pub(super) fn local(&self) -> &'a [u8] {
        let local = self.attribute(Topic::Address, AddressMessage::IFA_LOCAL.number());
        if !local.is_empty() {
            return local;
        }
        self.attribute(Topic::Address, AddressMessage::IFA_ADDRESS.number())
    }
}

/// A path of a route, without its flags.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hop<'a> {
    device: u32,
    gateway: &'a [u8],
    encap: &'a [u8],
    weight: u8,
}

impl<'a> Hop<'a> {
    fn new(device: u32, weight: u8, attributes: &'a [u8]) -> Self {
        let (mut gateway, mut encap) = (&[][..], &[][..]);
        for attribute in RawAttributes::new(attributes) {
            match attribute.number() {
                RTA_GATEWAY | RTA_VIA => gateway = attribute.payload,
                RTA_ENCAP => encap = attribute.payload,
                _ => (),
            }
        }
        Hop { device, gateway, encap, weight }
    }

    pub(super) fn device(&self) -> u32 {
        self.device
    }

    /// Whether it is the same path, whatever its weight.
    pub(super) fn is(&self, other: &Hop<'_>) -> bool {
        (self.device, self.gateway, self.encap) == (other.device, other.gateway, other.encap)
    }
}

/// What the keys of routes to a destination begin with.
pub(super) fn write_route_prefix(key: &mut Vec<u8>, table: u32, to: &[u8], length: u8) {
    key.extend(table.to_be_bytes());
    key.extend(to);
    key.push(length);
}

/// Bytes of an address of this family.
pub(super) fn address_length(family: u8) -> usize {
    if family == INET { 4 } else { 16 }
}

pub(super) fn u32_of(bytes: Option<&[u8]>) -> u32 {
    bytes.and_then(|bytes| bytes.get(..4)?.try_into().ok()).map(u32::from_ne_bytes).unwrap_or_default()
}

/// Whether two messages are about one object, where several can have a key in common.
pub(super) fn is_same_object(topic: Topic, a: Message<'_>, b: Message<'_>) -> bool {
    match topic {
        Topic::Route4 => {
            let fixed = |message: Message<'_>| message.body().get(..8).map(<[u8]>::to_vec);
            fixed(a) == fixed(b)
                && a.hops(topic) == b.hops(topic)
                && differing(topic, a, b).all(|difference| {
                    matches!(difference, Differing::Header | Differing::Attribute(RTA_MULTIPATH))
                })
        }
        Topic::Route6 => match (a.joins(topic), b.joins(topic)) {
            (true, true) => true,
            (false, false) => {
                let (a_hops, b_hops) = (a.hops(topic), b.hops(topic));
                a.number(topic, RouteMessage::RTA_NH_ID.number())
                    == b.number(topic, RouteMessage::RTA_NH_ID.number())
                    && a_hops.len() == b_hops.len()
                    && a_hops.iter().zip(&b_hops).all(|(a, b)| a.is(b))
            }
            _ => false,
        },
        Topic::Rule => differing(topic, a, b).all(|difference| difference == Differing::Header),
        _ => true,
    }
}

/// Something in which two messages about an object differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Differing {
    /// A field of the fixed header.
    Header,
    /// The attributes with this number.
    Attribute(u16),
}

/// Whether two messages say the same of an object.
pub(super) fn says_the_same(topic: Topic, a: Message<'_>, b: Message<'_>) -> bool {
    a.body() == b.body() || differing(topic, a, b).next().is_none()
}

/// In what two messages differ, but for what the kernel does not tell of when it changes.
pub(super) fn differing<'a>(
    topic: Topic,
    a: Message<'a>,
    b: Message<'a>,
) -> impl Iterator<Item = Differing> + 'a {
    let header = header_differs(topic, a.body(), b.body()).then_some(Differing::Header);
    let both = move |kind| {
        let payloads = |of: Message<'a>| of.attributes(topic).filter(move |has| has.number() == kind);
        payloads(a).map(|has| has.payload).eq(payloads(b).map(|has| has.payload))
    };
    let in_a = move |kind| a.attributes(topic).payload_of(kind).is_some();
    let kinds = a
        .attributes(topic)
        .map(|attribute| attribute.number())
        .chain(b.attributes(topic).map(|attribute| attribute.number()).filter(move |kind| !in_a(*kind)));
    let mut last = None;
    let attributes = kinds.filter(move |kind| {
        let repeated = last.replace(*kind) == Some(*kind);
        !repeated
            && !topic.silent().contains(kind)
            && !both(*kind)
            && !says_the_same_inside(topic, *kind, a, b)
    });
    header.into_iter().chain(attributes.map(Differing::Attribute))
}

fn header_differs(topic: Topic, a: &[u8], b: &[u8]) -> bool {
    let silent = topic.silent_header();
    (0..topic.header()).any(|at| !silent.contains(&at) && a.get(at) != b.get(at))
}

/// Attributes that can say the same with other bytes: paths in another order, and link kinds with clocks inside.
fn says_the_same_inside(topic: Topic, kind: u16, a: Message<'_>, b: Message<'_>) -> bool {
    const IFLA_LINKINFO: u16 = LinkMessage::IFLA_LINKINFO.number();
    const IFLA_AF_SPEC: u16 = LinkMessage::IFLA_AF_SPEC.number();
    match (topic, kind) {
        (Topic::Route6, RTA_MULTIPATH) => {
            let has = |message: Message<'_>| message.attributes(topic).payload_of(kind).is_some();
            has(a) && has(b) && a.hops(topic) == b.hops(topic) && hop_flags(a) == hop_flags(b)
        }
        (Topic::Link, IFLA_LINKINFO) => {
            let (a, b) = (a.attribute(topic, kind), b.attribute(topic, kind));
            !a.is_empty() && !b.is_empty() && info_without_clocks(a) == info_without_clocks(b)
        }
        (Topic::Link, IFLA_AF_SPEC) => {
            let (a, b) = (a.attribute(topic, kind), b.attribute(topic, kind));
            !a.is_empty() && !b.is_empty() && families_without_counters(a) == families_without_counters(b)
        }
        _ => false,
    }
}

/// The flags of paths, in the order of their links.
fn hop_flags(message: Message<'_>) -> Vec<(u32, u32)> {
    let hops = RouteMessage::cast(message.body()).next_hops();
    let mut flags: Vec<_> =
        hops.map(|hop| (hop.device(), hop.flags())).map(|(device, flags)| (device, flags.bits())).collect();
    flags.sort();
    flags
}

/// Payloads by their numbers.
type Parts<'a> = Vec<(u16, &'a [u8])>;

/// What address families say of a link, without IPv6's counters and clocks.
fn families_without_counters(spec: &[u8]) -> Vec<(u16, Parts<'_>, Option<u8>)> {
    const FLAGS: u16 = Inet6Spec::IFLA_INET6_FLAGS.number();
    const SILENT: [u16; 3] = [
        Inet6Spec::IFLA_INET6_STATS.number(),
        Inet6Spec::IFLA_INET6_CACHEINFO.number(),
        Inet6Spec::IFLA_INET6_ICMP6STATS.number(),
    ];
    // Of the flags only what routers announced (managed addresses, other configuration) is told when it changes.
    const ANNOUNCED: u8 = 0x40 | 0x80;
    RawAttributes::new(spec)
        .map(|family| match family.number() {
            kind if kind == u16::from(INET6) => {
                let own = || RawAttributes::new(family.payload);
                let said = own().filter(|own| own.number() != FLAGS && !SILENT.contains(&own.number()));
                let flags =
                    own().payload_of(FLAGS).map(|flags| u32_of(Some(flags)).to_be_bytes()[3] & ANNOUNCED);
                (kind, said.map(|own| (own.number(), own.payload)).collect(), flags)
            }
            kind => (kind, vec![(0, family.payload)], None),
        })
        .collect()
}

/// What a link's kind says, without a bridge's clocks and counters.
fn info_without_clocks(info: &[u8]) -> Vec<(u16, Parts<'_>)> {
    const KIND: u16 = LinkInfo::IFLA_INFO_KIND.number();
    const DATA: u16 = LinkInfo::IFLA_INFO_DATA.number();
    const STATS: u16 = LinkInfo::IFLA_INFO_XSTATS.number();
    const PORT_KIND: u16 = LinkInfo::IFLA_INFO_SLAVE_KIND.number();
    const PORT_DATA: u16 = LinkInfo::IFLA_INFO_SLAVE_DATA.number();
    const BRIDGE: &[u16] = &[
        Bridge::IFLA_BR_HELLO_TIMER.number(),
        Bridge::IFLA_BR_TCN_TIMER.number(),
        Bridge::IFLA_BR_TOPOLOGY_CHANGE_TIMER.number(),
        Bridge::IFLA_BR_GC_TIMER.number(),
        Bridge::IFLA_BR_FDB_N_LEARNED.number(),
    ];
    const BRIDGE_PORT: &[u16] = &[
        BridgePort::IFLA_BRPORT_MESSAGE_AGE_TIMER.number(),
        BridgePort::IFLA_BRPORT_FORWARD_DELAY_TIMER.number(),
        BridgePort::IFLA_BRPORT_HOLD_TIMER.number(),
        BridgePort::IFLA_BRPORT_MCAST_N_GROUPS.number(),
    ];
    let payload_of = |kind| RawAttributes::new(info).payload_of(kind).unwrap_or_default();
    let is_bridge = |kind| payload_of(kind).starts_with(b"bridge");
    let inside = |payload, clocks: &[u16]| {
        RawAttributes::new(payload)
            .filter(|attribute| !clocks.contains(&attribute.number()))
            .map(|attribute| (attribute.number(), attribute.payload))
            .collect()
    };
    RawAttributes::new(info)
        .filter(|attribute| attribute.number() != STATS)
        .map(|attribute| match attribute.number() {
            DATA if is_bridge(KIND) => (DATA, inside(attribute.payload, BRIDGE)),
            PORT_DATA if is_bridge(PORT_KIND) => (PORT_DATA, inside(attribute.payload, BRIDGE_PORT)),
            kind => (kind, vec![(0, attribute.payload)]),
        })
        .collect()
}
