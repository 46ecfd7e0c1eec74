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
use rtnetlink::link::LinkMessage;
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
