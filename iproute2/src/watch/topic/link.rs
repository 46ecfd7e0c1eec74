//! Links, and what changes with them.

use super::message::number;
use super::part::{nest_with, push, with_attributes};
use super::{Facts, Message, OnlyListed, Role, Topic, Types};
use crate::device::Device;
use crate::watch::Mirror;
use crate::watch::change::{Change, Update};
use crate::watch::silence::{
    Doubts::All, Doubts::Those, Notification, Rule, Sign::Message as Raw, Sign::Object, Subjects, always,
    changes, goes, when,
};
use netlink_packet::{RawAttributes, View};
use rtnetlink::link::{
    Bond, Bridge, BridgePort, ExtMask, FamilySpecs, Inet6Flags, Inet6Spec, LinkFlags, LinkInfo, LinkKind,
    LinkMessage, Macvlan, PortKind, Vf, VfList, Vrf,
};
use rtnetlink::message::{RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK, RTM_NEWNDUSEROPT, RTM_NEWPREFIX};
use rtnetlink::{AddressFamily, Group};

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::LINK],
    hints: &[Group::IPV6_IFINFO],
    filter: |body| push(body, LinkMessage::IFLA_EXT_MASK.number(), &ExtMask::VF.bits().to_ne_bytes()),
    only_listed: Some(OnlyListed { attributes: FUNCTIONS, may_change: functions_may_change }),
    role,
    is_repeated: true,
    names: Some(names),
    with_part: with_ipv6,
    same_header: |a, b| header(a) == header(b),
    silent: &[
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
    ],
    same_inside,
    subjects,
    doubts: &[DOUBTS],
    ..Facts::of::<LinkMessage>(
        "links",
        Types { new: RTM_NEWLINK, gone: RTM_DELLINK, get: RTM_GETLINK },
        |link, key| {
            key.extend(link.view::<LinkMessage>().index().to_be_bytes());
            Some(())
        },
        |difference| Update::new(difference).map(Change::Link),
    )
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Link), carrier_changes, Those(is_down_above)),
    when(Object(Topic::Link), mtu_changes, Those(itself_in_ipv6)),
    when(Object(Topic::Link), mtu_changes, Those(is_above)),
    when(Object(Topic::Link), carrier_changes, Those(itself_with_router_mtu)),
    when(Object(Topic::Link), goes, Those(stands_on)),
    when(Object(Topic::Link), is_half_of_a_pair, All),
    when(Object(Topic::Link), type_changes, Those(itself)),
    when(Object(Topic::Link), address_changes, Those(is_port_of)),
    when(Object(Topic::Link), address_changes, Those(itself_a_bond)),
    when(Object(Topic::Link), is_repeated, Those(itself_a_bond)),
    when(Object(Topic::Link), bond_changes, Those(itself)),
    // They are among what address families say of it.
    when(Object(Topic::Netconf), changes, Those(itself)),
    when(Object(Topic::Link), broadcast_queue_changes, Those(shares_the_broadcast_queue)),
    when(Object(Topic::Route6), super::route_ipv6::is_of_a_router, Those(itself_in_ipv6)),
    when(Raw(RTM_NEWLINK), is_port_of_a_bridge, All),
    when(Raw(RTM_DELLINK), is_port_of_a_bridge, All),
    when(Raw(RTM_NEWPREFIX), always, Those(itself_in_ipv6)),
    when(Raw(RTM_NEWNDUSEROPT), always, Those(itself_in_ipv6)),
];

/// Virtual functions (VF): in lists that [ask for them](ExtMask::VF).
const FUNCTIONS: &[u16] = &[
    LinkMessage::IFLA_NUM_VF.number(),
    LinkMessage::IFLA_VFINFO_LIST.number(),
    LinkMessage::IFLA_VF_PORTS.number(),
    LinkMessage::IFLA_PORT_SELF.number(),
];

/// Whether a link has virtual functions, or none is known of: then a list says how many, if it is a device on a bus.
fn functions_may_change(link: Message<'_>) -> bool {
    let link: &LinkMessage = link.view();
    link.vf_count().map_or_else(|| link.parent_device().is_some(), |count| count > 0)
}

fn role(message: Message<'_>) -> Role {
    match message.family() {
        AddressFamily::UNSPEC if is_wireless_event(message) => Role::Other,
        AddressFamily::UNSPEC => Role::Object,
        // IPv6 tells its part of a link, in a group of its own.
        AddressFamily::INET6 => Role::Part,
        _ => Role::Other,
    }
}

/// Whether it has only the name of a link, and what a wireless driver says of it.
fn is_wireless_event(link: Message<'_>) -> bool {
    !link.has(LinkMessage::IFLA_MTU) && link.has(LinkMessage::IFLA_WIRELESS)
}

/// The message of a link with IPv6's part (`IFLA_AF_SPEC`) as another message tells it; `None` if that does not tell it.
fn with_ipv6(link: Message<'_>, event: Message<'_>) -> Option<Vec<u8>> {
    let part = event.payload(LinkMessage::IFLA_PROTINFO)?;
    let families = link.payload(LinkMessage::IFLA_AF_SPEC).unwrap_or_default();
    let families = nest_with(families, FamilySpecs::AF_INET6.number(), part)?;
    let news = [(LinkMessage::IFLA_AF_SPEC.number(), families.as_slice())];
    with_attributes(link, LinkMessage::START, news.into_iter())
}

/// The name and the alternative names.
fn names(message: Message<'_>) -> Vec<&[u8]> {
    let link: &LinkMessage = message.view();
    let alt_names = link.alt_names().map(|name| name.as_bytes());
    std::iter::once(link.name().as_bytes()).chain(alt_names).collect()
}

/// The fixed header without that of which it says that it changed.
fn header(message: Message<'_>) -> impl PartialEq {
    let link: &LinkMessage = message.view();
    (link.family(), link.link_type(), link.index(), link.flags())
}

/// Link kinds and address families have clocks and counters inside.
fn same_inside(kind: u16, a: Message<'_>, b: Message<'_>) -> bool {
    const IFLA_LINKINFO: u16 = LinkMessage::IFLA_LINKINFO.number();
    const IFLA_AF_SPEC: u16 = LinkMessage::IFLA_AF_SPEC.number();
    const IFLA_VFINFO_LIST: u16 = LinkMessage::IFLA_VFINFO_LIST.number();
    let [a, b] = [a, b].map(|message| message.attributes::<LinkMessage>().payload_of(kind));
    let (Some(a), Some(b)) = (a, b) else { return false };
    match kind {
        _ if a.is_empty() || b.is_empty() => false,
        IFLA_LINKINFO => info_without_clocks(a) == info_without_clocks(b),
        IFLA_AF_SPEC => families_without_counters(a) == families_without_counters(b),
        IFLA_VFINFO_LIST => functions_without_counters(a) == functions_without_counters(b),
        _ => false,
    }
}

/// Payloads by their numbers.
type Parts<'a> = Vec<(u16, &'a [u8])>;

/// What address families say of a link, without IPv6's counters and clocks.
fn families_without_counters(spec: &[u8]) -> Vec<(u16, Parts<'_>, Option<Inet6Flags>)> {
    const INET6: u16 = FamilySpecs::AF_INET6.number();
    const SILENT: [u16; 4] = [
        Inet6Spec::IFLA_INET6_FLAGS.number(),
        Inet6Spec::IFLA_INET6_STATS.number(),
        Inet6Spec::IFLA_INET6_CACHEINFO.number(),
        Inet6Spec::IFLA_INET6_ICMP6STATS.number(),
    ];
    // Of the flags only what routers announced (managed addresses, other configuration) is told when it changes.
    let announced = Inet6Flags::RA_MANAGED | Inet6Flags::RA_OTHERCONF;
    RawAttributes::new(spec)
        .map(|family| match family.number() {
            INET6 => {
                let said = RawAttributes::new(family.payload).filter(|own| !SILENT.contains(&own.number()));
                let flags = Inet6Spec::cast(family.payload).flags().map(|flags| flags & announced);
                (INET6, said.map(|own| (own.number(), own.payload)).collect(), flags)
            }
            family_of_other => (family_of_other, vec![(0, family.payload)], None),
        })
        .collect()
}

/// What is set of virtual functions.
fn functions_without_counters(list: &[u8]) -> Vec<Parts<'_>> {
    const INFO: u16 = VfList::IFLA_VF_INFO.number();
    const STATS: u16 = Vf::IFLA_VF_STATS.number();
    RawAttributes::new(list)
        .filter(|function| function.number() == INFO)
        .map(|function| RawAttributes::new(function.payload).filter(|own| own.number() != STATS))
        .map(|settings| settings.map(|own| (own.number(), own.payload)).collect())
        .collect()
}

/// What a link's kind says, without a bridge's clocks and counters.
fn info_without_clocks(info: &[u8]) -> Vec<(u16, Parts<'_>)> {
    const DATA: u16 = LinkInfo::IFLA_INFO_DATA.number();
    const STATS: u16 = LinkInfo::IFLA_INFO_XSTATS.number();
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
    let of = LinkInfo::cast(info);
    let inside = |payload, clocks: &[u16]| {
        RawAttributes::new(payload)
            .filter(|attribute| !clocks.contains(&attribute.number()))
            .map(|attribute| (attribute.number(), attribute.payload))
            .collect()
    };
    RawAttributes::new(info)
        .filter(|attribute| attribute.number() != STATS)
        .map(|attribute| match attribute.number() {
            DATA if of.kind_name() == Some(Bridge::NAME) => (DATA, inside(attribute.payload, BRIDGE)),
            PORT_DATA if of.port_kind_name() == Some(BridgePort::NAME) => {
                (PORT_DATA, inside(attribute.payload, BRIDGE_PORT))
            }
            kind => (kind, vec![(0, attribute.payload)]),
        })
        .collect()
}

fn subjects(message: Message<'_>, subjects: &mut Subjects) {
    let link: &LinkMessage = message.view();
    subjects.links.insert(link.index());
    subjects.addresses.extend(link.address().map(|address| address.as_bytes().into()));
}

// How links change.

/// A bridge tells of a port, in its own family.
fn is_port_of_a_bridge(notification: &Notification<'_>) -> bool {
    notification.object().is_some_and(|message| message.family() == AddressFamily::BRIDGE)
}

/// IPv6 tells its part of a link.
pub(super) fn is_part_of_ipv6(notification: &Notification<'_>) -> bool {
    let part = notification.object().and_then(Message::read::<LinkMessage>);
    part.is_some_and(|part| part.family() == AddressFamily::INET6)
}

/// Whether a link is up, and has a carrier.
fn state(link: &LinkMessage) -> LinkFlags {
    link.flags() & (LinkFlags::UP | LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

/// Whether a link is up, but can't carry packets.
pub(super) fn lacks_carrier(link: &LinkMessage) -> bool {
    link.is_up() && !link.flags().intersects(LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

/// A link is notified again without news.
fn is_repeated(change: &Notification<'_>) -> bool {
    change.before.zip(change.now).is_some_and(|(before, now)| std::ptr::eq(before.bytes, now.bytes))
}

/// The flags of a link change, it is notified again without news, or without a carrier: routes may follow only now, up to a
/// second later than the link.
pub(super) fn routes_may_follow(change: &Notification<'_>) -> bool {
    let lacks_carrier = |link: Message<'_>| lacks_carrier(link.view());
    is_repeated(change) || change.differs(LinkMessage::flags) || change.now.is_some_and(lacks_carrier)
}

/// A link goes up or down, gets or loses its carrier.
pub(super) fn carrier_changes(change: &Notification<'_>) -> bool {
    change.differs(state)
}

/// The same, or it is gone.
pub(super) fn state_changes(change: &Notification<'_>) -> bool {
    carrier_changes(change) || goes(change)
}

/// The same of a link that is there, or comes.
pub(super) fn comes_up_or_down(change: &Notification<'_>) -> bool {
    let state = |link: Message<'_>| state(link.view());
    change.now.is_some_and(|now| change.before.map_or(LinkFlags::empty(), state) != state(now))
}

pub(super) fn mtu_changes(change: &Notification<'_>) -> bool {
    change.differs(LinkMessage::mtu)
}

/// A link gets another name, comes or goes.
pub(super) fn name_changes(change: &Notification<'_>) -> bool {
    change.before.is_some() != change.now.is_some() || change.differs(LinkMessage::name)
}

/// A bond takes the type of its first port; where the port is refused after all, it has its own again.
fn type_changes(change: &Notification<'_>) -> bool {
    change.differs(LinkMessage::link_type)
}

/// A link gets another address. A bridge's is in the designated bridge of its ports; a bond's is its first port's, and a
/// random one if that port is refused after all (of a port with the bond's own address, the bond is notified without news).
fn address_changes(change: &Notification<'_>) -> bool {
    change.differs(LinkMessage::address)
}

/// Whether a link goes into or out of a master of this kind.
fn master_changes(change: &Notification<'_>, kind: &str) -> bool {
    let master = |link: Message<'_>| link.view::<LinkMessage>().master();
    let mut masters = change.before.and_then(master).into_iter().chain(change.now.and_then(master));
    let is_of_kind = |master| change.mirror.link(master).is_none_or(|link| link.kind_name() == Some(kind));
    change.differs(LinkMessage::master) && masters.any(is_of_kind)
}

/// A link goes into or out of a VRF: routes over it go with it, or are flushed.
pub(super) fn vrf_changes(change: &Notification<'_>) -> bool {
    master_changes(change, Vrf::NAME)
}

/// A link goes into or out of a bond: when the bond is deleted, its ports have their own MTUs again.
fn bond_changes(change: &Notification<'_>) -> bool {
    master_changes(change, Bond::NAME)
}

/// The length of a macvlan's broadcast queue changes, or it comes or goes: those of a parent share one queue, of the
/// largest length that any of them requests.
fn broadcast_queue_changes(change: &Notification<'_>) -> bool {
    let lengths = |link: Message<'_>| broadcast_queue(link.view());
    change.before.map(lengths) != change.now.map(lengths)
        && change.before.and_then(lengths).or(change.now.and_then(lengths)).is_some()
}

/// The requested and the used length of a macvlan's broadcast queue.
fn broadcast_queue(link: &LinkMessage) -> Option<(u32, u32)> {
    let macvlan = link.kind::<Macvlan>()?;
    Some((macvlan.broadcast_queue_length()?, macvlan.broadcast_queue_length_used()?))
}

/// A new link is an end of a pair whose other end says otherwise: of one that is made first, or that was elsewhere until
/// now, the kernel does not tell what it is joined to.
fn is_half_of_a_pair(change: &Notification<'_>) -> bool {
    let (None, Some(new)) = (change.before, change.now) else { return false };
    let other = |link: Message<'_>| {
        Some((number(link.payload(LinkMessage::IFLA_LINK)?), link.has(LinkMessage::IFLA_LINK_NETNSID)))
    };
    let Some((index, elsewhere)) = other(new) else { return false };
    let link: &LinkMessage = new.view();
    let there = change.mirror.tree(Topic::Link).get(&index.to_be_bytes()).map(Message::of);
    let disagrees = |there: Message<'_>| {
        there.view::<LinkMessage>().kind_name() == link.kind_name()
            && other(there) != Some((link.index(), false))
    };
    index == 0 || !elsewhere && there.is_some_and(disagrees)
}

// Links that may have changed silently.

/// One of the links.
fn itself(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    subjects.links.contains(&link.view::<LinkMessage>().index())
}

/// One of the links, if it has a part for address families: IPv6's MTU in it follows later.
fn itself_in_ipv6(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    itself(mirror, link, subjects) && link.has(LinkMessage::IFLA_AF_SPEC)
}

/// One of the links, if a router advertised its MTU: that is forgotten when it goes down.
fn itself_with_router_mtu(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let inet6 = || link.view::<LinkMessage>().inet6();
    itself(mirror, link, subjects) && inet6().is_some_and(|inet6| inet6.router_mtu().is_some())
}

/// One of the links, if it is a bond.
fn itself_a_bond(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    itself(mirror, link, subjects) && link.view::<LinkMessage>().kind_name() == Some(Bond::NAME)
}

/// A macvlan whose parent's queue has another length by one of the links, or may have a shorter one without it.
fn shares_the_broadcast_queue(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let link: &LinkMessage = link.view();
    let Some((requested, used)) = broadcast_queue(link) else { return false };
    let differs = |of: u32| match mirror.link(of) {
        Some(of) => {
            of.parent() == link.parent() && broadcast_queue(of).is_some_and(|(_, length)| length != used)
        }
        None => used > requested,
    };
    subjects.links.iter().any(|of| differs(*of))
}

/// A port of one of the links.
fn is_port_of(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    link.view::<LinkMessage>().master().is_some_and(|master| subjects.links.contains(&master))
}

/// A link that stands on one of the links, or is the other end of a pair.
fn stands_on(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let link: &LinkMessage = link.view();
    link.parent().is_some_and(|parent| parent != link.index() && subjects.links.contains(&parent))
}

/// A link that stands on one of the links, as a VLAN does. The ends of a pair are told of alike.
fn is_above(mirror: &Mirror, message: Message<'_>, subjects: &Subjects) -> bool {
    let link: &LinkMessage = message.view();
    let is_pair = || {
        let parent = link.parent().and_then(|parent| mirror.link(parent));
        parent.is_some_and(|parent| parent.parent() == Some(link.index()))
    };
    stands_on(mirror, message, subjects) && !is_pair()
}

/// The same of a link that is down, and so says nothing of its carrier.
fn is_down_above(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    !link.view::<LinkMessage>().is_up() && is_above(mirror, link, subjects)
}

/// Links.
impl Mirror {
    /// A link by its index, its name or an alternative name.
    pub fn link(&self, device: impl Into<Device>) -> Option<&LinkMessage> {
        let index = self.index(device.into())?;
        self.get(Topic::Link, &index.to_be_bytes())
    }

    /// All links, by index.
    pub fn links(&self) -> impl Iterator<Item = &LinkMessage> {
        self.all(Topic::Link)
    }

    pub(super) fn index(&self, device: Device) -> Option<u32> {
        match device {
            Device::Index(index) => Some(index),
            Device::Name(name) => self.key_of(Topic::Link, &name)?.try_into().ok().map(u32::from_be_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::topic::part::push;
    use netlink_packet::Build;

    fn message(link: impl Build) -> Vec<u8> {
        let mut buffer = link.into_buffer();
        buffer.set_header(netlink_packet::Header::default()).unwrap().to_vec()
    }

    fn nest(parts: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        parts.iter().for_each(|(kind, payload)| push(&mut bytes, *kind, payload).unwrap());
        bytes
    }

    fn with(link: &[u8], attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = [link, &nest(attributes)].concat();
        let length = bytes.len() as u32;
        bytes[..4].copy_from_slice(&length.to_ne_bytes());
        bytes
    }

    #[test]
    fn the_part_of_ipv6_is_replaced_and_the_rest_stays() {
        const INET6: u16 = FamilySpecs::AF_INET6.number();
        let (spec, info) = (LinkMessage::IFLA_AF_SPEC.number(), LinkMessage::IFLA_PROTINFO.number());
        let link = message(LinkMessage::build().index(7).name("eth0").mtu(1500));
        let event = with(&message(LinkMessage::build().index(7)), &[(info, b"news")]);
        let event = Message { bytes: &event };
        let expected = with(&link, &[(spec, &nest(&[(2, b"four"), (INET6, b"news")]))]);
        let old = nest(&[(2, b"four"), (INET6, b"olds and more")]);
        assert_eq!(with_ipv6(Message { bytes: &with(&link, &[(spec, &old)]) }, event).unwrap(), expected);
        let old = nest(&[(2, b"four")]);
        assert_eq!(with_ipv6(Message { bytes: &with(&link, &[(spec, &old)]) }, event).unwrap(), expected);
        let alone = with(&link, &[(spec, &nest(&[(INET6, b"news")]))]);
        assert_eq!(with_ipv6(Message { bytes: &link }, event).unwrap(), alone);
        assert!(with_ipv6(Message { bytes: &link }, Message { bytes: &link }).is_none());
    }
}
