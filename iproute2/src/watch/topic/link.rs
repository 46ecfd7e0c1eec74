//! Links.

use super::facts::{Facts, OnlyListed, Role, Types};
use super::link_change::{
    address_changes, bond_changes, bond_port_changes, bridge_id_changes, broadcast_queue,
    broadcast_queue_changes, carrier_changes, ipvlan_changes, ipvlan_settings, is_half_of_a_pair,
    is_port_of_a_bridge, is_repeated, mtu_changes, type_changes,
};
use super::link_parts::same_inside;
use super::list::Topic;
use super::message::Message;
use super::part::{nest_with, push, with_attributes};
use super::router::is_of_a_router;
use super::{netconf, qdisc};
use crate::device::Device;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{
    Doubts::All, Doubts::Those, Notification, Rule, Sign::Message as Raw, Sign::Object, Subjects, always,
    exists, goes, when,
};
use netlink_packet::View;
use rtnetlink::link::macvlan::MacvlanMode;
use rtnetlink::link::{Bond, ExtMask, FamilySpecs, LinkKind, LinkMessage, Macvlan};
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
        LinkMessage::IFLA_ALLMULTI.number(),
    ],
    same_inside,
    subjects,
    doubts: &[DOUBTS],
    ..Facts::of::<LinkMessage>(
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
    when(Object(Topic::Link), goes, Those(is_on_top)),
    when(Object(Topic::Link), is_half_of_a_pair, All),
    when(Object(Topic::Link), type_changes, Those(itself)),
    when(Object(Topic::Link), address_changes, Those(is_port_of)),
    when(Object(Topic::Link), bridge_id_changes, Those(is_port_of)),
    when(Object(Topic::Link), address_changes, Those(has_its_address)),
    when(Object(Topic::Link), address_changes, Those(itself_a_bond)),
    when(Object(Topic::Link), is_repeated, Those(itself_a_bond)),
    when(Object(Topic::Link), bond_changes, Those(itself)),
    when(Object(Topic::Link), bond_port_changes, Those(is_bond_of)),
    // The settings are among the address families' in a link.
    when(Object(Topic::Netconf), exists, Those(itself_with_other_settings)),
    when(Object(Topic::Link), has_other_ipv4_settings, Those(itself)),
    when(Object(Topic::Link), broadcast_queue_changes, Those(shares_the_broadcast_queue)),
    when(Object(Topic::Link), ipvlan_changes, Those(shares_the_ipvlan_settings)),
    when(Object(Topic::Qdisc), qdisc::is_at_root, Those(itself_with_another_qdisc)),
    when(Object(Topic::Route6), is_of_a_router, Those(itself_in_ipv6)),
    when(Raw(RTM_NEWLINK), is_port_of_a_bridge, All),
    when(Raw(RTM_DELLINK), is_port_of_a_bridge, All),
    when(Raw(RTM_NEWPREFIX), always, Those(itself_in_ipv6)),
    when(Raw(RTM_NEWNDUSEROPT), always, Those(itself_in_ipv6)),
];

/// Virtual functions (VF): in lists that [request them](ExtMask::VF).
const FUNCTIONS: &[u16] = &[
    LinkMessage::IFLA_NUM_VF.number(),
    LinkMessage::IFLA_VFINFO_LIST.number(),
    LinkMessage::IFLA_VF_PORTS.number(),
    LinkMessage::IFLA_PORT_SELF.number(),
];

/// Whether a link has virtual functions, or it is not known how many: a list says so of a device on a bus.
fn functions_may_change(link: Message<'_>) -> bool {
    let link: &LinkMessage = link.view();
    link.vf_count().map_or_else(|| link.parent_device().is_some(), |count| count > 0)
}

fn role(message: Message<'_>) -> Role {
    match message.family() {
        AddressFamily::UNSPEC if is_wireless_event(message) => Role::Other,
        AddressFamily::UNSPEC => Role::Object,
        // IPv6 notifies its part of a link to a group of its own.
        AddressFamily::INET6 => Role::Part,
        _ => Role::Other,
    }
}

/// Whether it has only the name of a link, and what a wireless driver reports of it.
fn is_wireless_event(link: Message<'_>) -> bool {
    !link.has(LinkMessage::IFLA_MTU) && link.has(LinkMessage::IFLA_WIRELESS)
}

/// The message of a link with IPv6's part (`IFLA_AF_SPEC`) from another message; `None` if that lacks it.
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

/// The fixed header without the mask of changed flags.
fn header(message: Message<'_>) -> impl PartialEq {
    let link: &LinkMessage = message.view();
    (link.family(), link.link_type(), link.index(), link.flags())
}

fn subjects(message: Message<'_>, subjects: &mut Subjects) {
    let link: &LinkMessage = message.view();
    subjects.links.insert(link.index());
    subjects.addresses.extend(link.address().map(|address| address.as_bytes().into()));
}

/// A notification of a link has settings of IPv4 that are not those of the protocol: it may be older than they are, since the kernel
/// changes them without its lock, between making a notification and sending it.
fn has_other_ipv4_settings(change: &Notification<'_>) -> bool {
    change.now.is_some_and(|link| netconf::differs_from_ipv4(change.mirror, link.view()))
}

// Links that may have changed silently.

/// One of the links.
fn itself(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    subjects.links.contains(&link.view::<LinkMessage>().index())
}

/// One of the links, if it has settings of address families: the MTU of IPv6 among them follows later.
fn itself_in_ipv6(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    itself(mirror, link, subjects) && link.has(LinkMessage::IFLA_AF_SPEC)
}

/// One of the links, if a setting of a protocol differs from the one that is known by itself (netconf).
fn itself_with_other_settings(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    itself(mirror, link, subjects) && netconf::differs_from(mirror, link.view())
}

/// One of the links, if it names another queueing discipline than its own.
fn itself_with_another_qdisc(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let known = |link: &LinkMessage| {
        qdisc::root_of(mirror, link.index()).is_some_and(|root| link.qdisc() == root.kind_name())
    };
    itself(mirror, link, subjects) && !known(link.view())
}

/// One of the links, if a router advertised its MTU, which is forgotten when the link goes down.
fn itself_with_router_mtu(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let inet6 = || link.view::<LinkMessage>().inet6();
    itself(mirror, link, subjects) && inet6().is_some_and(|inet6| inet6.router_mtu().is_some())
}

/// One of the links, if it is a bond.
fn itself_a_bond(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    itself(mirror, link, subjects) && link.view::<LinkMessage>().kind_name() == Some(Bond::NAME)
}

/// A macvlan or macvtap whose parent's queue has another length because of one of the links, or may have become shorter without
/// it.
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

/// An IPVLAN or ipvtap that is known with another mode or other flags than one of the links on the same parent.
fn shares_the_ipvlan_settings(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let link: &LinkMessage = link.view();
    let Some(own) = ipvlan_settings(link) else { return false };
    let differs = |of: &LinkMessage| {
        of.parent() == link.parent() && ipvlan_settings(of).is_some_and(|settings| settings != own)
    };
    subjects.links.iter().any(|of| mirror.link(*of).is_some_and(differs))
}

/// A port of one of the links.
fn is_port_of(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    link.view::<LinkMessage>().master().is_some_and(|master| subjects.links.contains(&master))
}

/// A bond with one of the links as a port.
fn is_bond_of(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let link: &LinkMessage = link.view();
    let is_port = |port: &u32| mirror.link(*port).and_then(LinkMessage::master) == Some(link.index());
    link.kind_name() == Some(Bond::NAME) && subjects.links.iter().any(is_port)
}

/// A macvlan or macvtap on one of the links that has its address: mode `passthru`.
fn has_its_address(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let mode = || link.view::<LinkMessage>().kind::<Macvlan>().and_then(Macvlan::mode);
    is_on_top(mirror, link, subjects) && mode() == Some(MacvlanMode::PASSTHRU)
}

/// A link on top of one of the links, or the other end of its pair.
fn is_on_top(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let link: &LinkMessage = link.view();
    link.parent().is_some_and(|parent| parent != link.index() && subjects.links.contains(&parent))
}

/// A link on top of one of the links, such as a VLAN. Both ends of a pair are notified.
fn is_above(mirror: &Mirror, message: Message<'_>, subjects: &Subjects) -> bool {
    let link: &LinkMessage = message.view();
    let is_pair = || {
        let parent = link.parent().and_then(|parent| mirror.link(parent));
        parent.is_some_and(|parent| parent.parent() == Some(link.index()))
    };
    is_on_top(mirror, message, subjects) && !is_pair()
}

/// The same of a link that is down, whose carrier is not notified.
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
