//! Per-device settings of protocols (netconf): `ip netconf`.
//!
//! Silent changes:
//!
//! | change | known |
//! | --- | --- |
//! | settings of IPv4 that links inherit from `conf/default`, where their own were never set | at once: the default is notified |
//! | `conf/default/ignore_routes_with_linkdown` of IPv6, which follows `conf/all` | at once: that is notified |
//! | settings of IPv4 by `RTM_SETLINK` (`IFLA_AF_SPEC`) | at once, of a link that is up: the link is notified |
//! | `proxy_ndp`, where another process holds the kernel's lock: the kernel sets it, and starts over with nothing to change | by an audit |
//! | `ignore_routes_with_linkdown` of IPv6 for one link, in Linux 6.1 | by an audit |
//! | `bc_forwarding` | with the next notification of the link, or by an audit |

use super::facts::{Facts, Types};
use super::list::Topic;
use super::message::Message;
use super::part::with_attributes;
use crate::device::Device;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{
    Doubts::All, Doubts::Those, Notification, Rule, Sign::Object, Subjects, when,
};
use netlink_packet::View;
use rtnetlink::link::{Inet6Spec, InetSpec, Ipv4Setting, Ipv6Setting, LinkMessage};
use rtnetlink::message::{RTM_DELNETCONF, RTM_GETNETCONF, RTM_NEWNETCONF};
use rtnetlink::netconf::NetconfMessage;
use rtnetlink::{AddressFamily, Group};

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::IPV4_NETCONF, Group::IPV6_NETCONF, Group::MPLS_NETCONF],
    helpers: &[Topic::Link],
    is_notified_in_parts: true,
    with_part: with_news,
    subjects: |message, subjects| subjects.links.extend(message.view::<NetconfMessage>().device()),
    doubts: &[DOUBTS],
    ..Facts::of::<NetconfMessage>(
        Types { new: RTM_NEWNETCONF, gone: RTM_DELNETCONF, get: RTM_GETNETCONF },
        write_key,
        |difference| Update::new(difference).map(Change::Netconf),
    )
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Netconf), is_for_several, All),
    when(Object(Topic::Link), settings_change, Those(is_of_the_link)),
];

fn write_key(message: Message<'_>, key: &mut Vec<u8>) -> Option<()> {
    let settings: &NetconfMessage = message.view();
    key.push(settings.family().0);
    key.extend(settings.device()?.to_be_bytes());
    Some(())
}

/// The settings with those of a notification, which has a single one, unless the link is new.
fn with_news(settings: Message<'_>, event: Message<'_>) -> Option<Vec<u8>> {
    let news = event.attributes::<NetconfMessage>().map(|new| (new.number(), new.payload));
    with_attributes(settings, NetconfMessage::START, news)
}

/// A setting for all links changes, or the default of new ones: others may follow silently.
fn is_for_several(change: &Notification<'_>) -> bool {
    let device = change.object().and_then(|settings| settings.view::<NetconfMessage>().device());
    matches!(device, Some(NetconfMessage::ALL | NetconfMessage::DEFAULT))
}

/// The setting changes that decides whether routes without a carrier are dead.
pub(super) fn linkdown_changes(change: &Notification<'_>) -> bool {
    change.differs(NetconfMessage::ignore_routes_with_link_down)
}

/// A notification is about this setting, and not about all settings of a link.
pub(super) fn is_about_linkdown(change: &Notification<'_>) -> bool {
    change.now.is_some_and(|settings| {
        settings.has(NetconfMessage::NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN)
            && !settings.has(NetconfMessage::NETCONFA_FORWARDING)
    })
}

/// The settings that a link has as well, by the attribute and the index there.
const IPV4_SETTINGS: [(u16, Ipv4Setting); 6] = [
    (NetconfMessage::NETCONFA_FORWARDING.number(), Ipv4Setting::FORWARDING),
    (NetconfMessage::NETCONFA_RP_FILTER.number(), Ipv4Setting::RP_FILTER),
    (NetconfMessage::NETCONFA_MC_FORWARDING.number(), Ipv4Setting::MC_FORWARDING),
    (NetconfMessage::NETCONFA_PROXY_NEIGH.number(), Ipv4Setting::PROXY_ARP),
    (NetconfMessage::NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN.number(), Ipv4Setting::IGNORE_ROUTES_WITH_LINKDOWN),
    (NetconfMessage::NETCONFA_BC_FORWARDING.number(), Ipv4Setting::BC_FORWARDING),
];

const IPV6_SETTINGS: [(u16, Ipv6Setting); 5] = [
    (NetconfMessage::NETCONFA_FORWARDING.number(), Ipv6Setting::FORWARDING),
    (NetconfMessage::NETCONFA_MC_FORWARDING.number(), Ipv6Setting::MC_FORWARDING),
    (NetconfMessage::NETCONFA_PROXY_NEIGH.number(), Ipv6Setting::PROXY_NDP),
    (NetconfMessage::NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN.number(), Ipv6Setting::IGNORE_ROUTES_WITH_LINKDOWN),
    (NetconfMessage::NETCONFA_FORCE_FORWARDING.number(), Ipv6Setting::FORCE_FORWARDING),
];

/// Whether a link has another value of a setting than the settings of the protocol have.
pub(super) fn differs_from(mirror: &Mirror, link: &LinkMessage) -> bool {
    let of_ipv6 = |settings| {
        let in_link = link.inet6().and_then(Inet6Spec::settings);
        in_link.is_some_and(|in_link| differ(settings, &IPV6_SETTINGS, |setting| in_link.get(setting)))
    };
    differs_from_ipv4(mirror, link) || settings(mirror, AddressFamily::INET6, link).is_some_and(of_ipv6)
}

/// The same of settings of IPv4 alone. It is asked at each notification of a link: it costs nothing where the settings are not
/// watched.
pub(super) fn differs_from_ipv4(mirror: &Mirror, link: &LinkMessage) -> bool {
    let Some(settings) = settings(mirror, AddressFamily::INET, link) else { return false };
    let in_link = link.inet().and_then(InetSpec::settings);
    in_link.is_some_and(|in_link| differ(settings, &IPV4_SETTINGS, |setting| in_link.get(setting)))
}

fn settings<'m>(mirror: &'m Mirror, family: AddressFamily, link: &LinkMessage) -> Option<&'m NetconfMessage> {
    let [a, b, c, d] = link.index().to_be_bytes();
    mirror.get(Topic::Netconf, &[family.0, a, b, c, d])
}

/// Whether a setting of the protocol has another value in the link.
fn differ<S: Copy>(
    settings: &NetconfMessage,
    shared: &[(u16, S)],
    in_link: impl Fn(S) -> Option<i32>,
) -> bool {
    settings.attributes().raw().any(|own| {
        let value = || own.payload.first_chunk().map(|bytes| i32::from_ne_bytes(*bytes));
        let setting = shared.iter().find(|(number, _)| *number == own.number());
        let in_link = setting.and_then(|(_, setting)| in_link(*setting));
        in_link.is_some_and(|in_link| value().is_some_and(|value| value != in_link))
    })
}

/// The settings of IPv4 change in a link.
fn settings_change(change: &Notification<'_>) -> bool {
    change.differs(|link: &LinkMessage| link.inet().map(View::as_bytes))
}

fn is_of_the_link(_: &Mirror, settings: Message<'_>, subjects: &Subjects) -> bool {
    let settings: &NetconfMessage = settings.view();
    let is_of_the_link = settings.device().is_some_and(|link| subjects.links.contains(&link));
    settings.family() == AddressFamily::INET && is_of_the_link
}

/// Settings of protocols for links.
impl Mirror {
    /// The settings of all protocols (IPv4, IPv6, MPLS) for all links, by protocol and link: `ip netconf show`. Those
    /// [for all links](NetconfMessage::ALL) and [for new ones](NetconfMessage::DEFAULT) are included.
    pub fn netconf(&self) -> impl Iterator<Item = &NetconfMessage> {
        self.all(Topic::Netconf)
    }

    /// The settings of a protocol for one link, or for [all](NetconfMessage::ALL) or [new](NetconfMessage::DEFAULT) ones.
    pub fn netconf_of(&self, family: AddressFamily, device: impl Into<Device>) -> Option<&NetconfMessage> {
        let key = [&[family.0], &self.index(device.into())?.to_be_bytes()[..]].concat();
        self.get(Topic::Netconf, &key)
    }
}
