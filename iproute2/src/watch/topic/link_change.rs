//! How links change: what hints at silent changes of links, and of what depends on them.

use super::list::Topic;
use super::message::{Message, number};
use crate::watch::silence::rule::{Notification, goes};
use netlink_packet::View;
use rtnetlink::AddressFamily;
use rtnetlink::link::ipvlan::{IpvlanFlags, IpvlanMode};
use rtnetlink::link::{Bond, BondPort, Bridge, Ipvlan, LinkFlags, LinkKind, LinkMessage, Macvlan, Vrf};

/// A bridge notifies one of its ports, in its own address family.
pub(super) fn is_port_of_a_bridge(notification: &Notification<'_>) -> bool {
    notification.object().is_some_and(|message| message.family() == AddressFamily::BRIDGE)
}

/// IPv6 notifies its part of a link.
pub(super) fn is_part_of_ipv6(notification: &Notification<'_>) -> bool {
    let part = notification.object().and_then(Message::read::<LinkMessage>);
    part.is_some_and(|part| part.family() == AddressFamily::INET6)
}

/// Whether a link is up, and has a carrier.
pub(super) fn state(link: &LinkMessage) -> LinkFlags {
    link.flags() & (LinkFlags::UP | LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

/// Whether a link is up, but can't carry packets.
pub(super) fn lacks_carrier(link: &LinkMessage) -> bool {
    link.is_up() && !link.flags().intersects(LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

/// A link is notified again, unchanged.
pub(super) fn is_repeated(change: &Notification<'_>) -> bool {
    change.before.zip(change.now).is_some_and(|(before, now)| std::ptr::eq(before.bytes, now.bytes))
}

/// The flags of a link change, or it is notified again unchanged or without a carrier: routes may follow only now, up to a
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

/// The same of a link that exists, or comes.
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
pub(super) fn type_changes(change: &Notification<'_>) -> bool {
    change.differs(LinkMessage::link_type)
}

/// A link gets another address. A bridge's is part of the designated bridge of its ports. A bond's is its first port's, and a
/// random one if that port is refused after all (if the port has the bond's own address, the bond is notified unchanged).
pub(super) fn address_changes(change: &Notification<'_>) -> bool {
    change.differs(LinkMessage::address)
}

/// A bridge's ID changes, or the root bridge's that it knows: both are parts of its ports as well.
pub(super) fn bridge_id_changes(change: &Notification<'_>) -> bool {
    change.differs(|link: &LinkMessage| {
        link.kind::<Bridge>()
            .map(|bridge| [bridge.bridge_id(), bridge.root_id()].map(|id| id.map(View::as_bytes)))
    })
}

/// The state of a bond's port changes: the bond may lose its active port after its carrier.
pub(super) fn bond_port_changes(change: &Notification<'_>) -> bool {
    change.differs(|link: &LinkMessage| link.port::<BondPort>().map(|port| (port.state(), port.mii_status())))
}

/// Whether a link joins or leaves a master of this kind.
pub(super) fn master_changes(change: &Notification<'_>, kind: &str) -> bool {
    let master = |link: Message<'_>| link.view::<LinkMessage>().master();
    let mut masters = change.before.and_then(master).into_iter().chain(change.now.and_then(master));
    let is_of_kind = |master| change.mirror.link(master).is_none_or(|link| link.kind_name() == Some(kind));
    change.differs(LinkMessage::master) && masters.any(is_of_kind)
}

/// A link joins or leaves a VRF: routes over it go with it, or are flushed.
pub(super) fn vrf_changes(change: &Notification<'_>) -> bool {
    master_changes(change, Vrf::NAME)
}

/// A link joins or leaves a bond: when the bond is deleted, its ports have their own MTUs again.
pub(super) fn bond_changes(change: &Notification<'_>) -> bool {
    master_changes(change, Bond::NAME)
}

/// The length of the broadcast queue of a macvlan or macvtap changes, or the link comes or goes: all on a parent share one queue, of
/// the largest length that any of them requests.
pub(super) fn broadcast_queue_changes(change: &Notification<'_>) -> bool {
    let lengths = |link: Message<'_>| broadcast_queue(link.view());
    change.before.map(lengths) != change.now.map(lengths)
        && change.before.and_then(lengths).or(change.now.and_then(lengths)).is_some()
}

/// The requested and the used length of the broadcast queue of a macvlan or macvtap.
pub(super) fn broadcast_queue(link: &LinkMessage) -> Option<(u32, u32)> {
    let macvlan = link.kind::<Macvlan>()?;
    Some((macvlan.broadcast_queue_length()?, macvlan.broadcast_queue_length_used()?))
}

/// The mode or flags of an IPVLAN or ipvtap change, or one comes, which sets them: all on a parent share them.
pub(super) fn ipvlan_changes(change: &Notification<'_>) -> bool {
    let settings = |link: Message<'_>| ipvlan_settings(link.view());
    let now = change.now.and_then(settings);
    now.is_some() && now != change.before.and_then(settings)
}

/// The mode and flags of an IPVLAN or ipvtap.
pub(super) fn ipvlan_settings(link: &LinkMessage) -> Option<(Option<IpvlanMode>, Option<IpvlanFlags>)> {
    link.kind::<Ipvlan>().map(|ipvlan| (ipvlan.mode(), ipvlan.flags()))
}

/// A new link is one end of a pair, and the other end does not say so: of the end that is created first, or was in another
/// namespace until now, the kernel does not notify what it is connected to.
pub(super) fn is_half_of_a_pair(change: &Notification<'_>) -> bool {
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
