//! Addresses of links.

use super::facts::{Facts, Role, Types};
use super::link_change;
use super::list::Topic;
use super::message::{Message, address_length, is_ip};
use crate::device::Device;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{
    Doubts::All, Notification, Rule, Sign::Message as Raw, Sign::Object, Subjects, when,
};
use rtnetlink::address::{AddressFlags, AddressMessage};
use rtnetlink::advertisement::PrefixMessage;
use rtnetlink::message::{RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR, RTM_NEWLINK, RTM_NEWPREFIX};
use rtnetlink::{AddressFamily, Group};
use std::net::IpAddr;

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::IPV4_IFADDR, Group::IPV6_IFADDR],
    hints: &[Group::IPV6_IFINFO, Group::IPV6_PREFIX],
    helpers: &[Topic::Link],
    role: |address| if is_ip(address.family()) { Role::Object } else { Role::Other },
    is_ordered: true,
    silent: &[AddressMessage::IFA_CACHEINFO.number()],
    subjects,
    doubts: &[DOUBTS],
    ..Facts::of::<AddressMessage>(
        Types { new: RTM_NEWADDR, gone: RTM_DELADDR, get: RTM_GETADDR },
        write_key,
        |difference| Update::new(difference).map(Change::Address),
    )
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Link), link_change::comes_up_or_down, All),
    when(Object(Topic::Address), manages_temporary_ones, All),
    // A new address is notified only when its duplicate address detection ends.
    when(Raw(RTM_NEWLINK), link_change::is_part_of_ipv6, All),
    when(Raw(RTM_NEWPREFIX), implies_addresses, All),
];

fn write_key(message: Message<'_>, key: &mut Vec<u8>) -> Option<()> {
    let address: &AddressMessage = message.view();
    key.extend(address.device().to_be_bytes());
    key.push(address.family().0);
    key.extend(local(message).get(..address_length(address.family()))?);
    // An IPv6 address is replaced by one of another prefix length or peer.
    if address.family() == AddressFamily::INET6 {
        return Some(());
    }
    key.push(address.prefix_length());
    let own = message.payload(AddressMessage::IFA_LOCAL).filter(|own| !own.is_empty());
    let peer = message.payload(AddressMessage::IFA_ADDRESS).unwrap_or_default();
    if own.is_some_and(|own| own != peer) {
        key.extend(peer.get(..peer.len().min(LONGEST))?);
    }
    Some(())
}

/// Bytes of the longest address.
const LONGEST: usize = size_of::<std::net::Ipv6Addr>();

/// The address itself.
fn local(message: Message<'_>) -> &[u8] {
    let local = message.payload(AddressMessage::IFA_LOCAL).filter(|local| !local.is_empty());
    local.or_else(|| message.payload(AddressMessage::IFA_ADDRESS)).unwrap_or_default()
}

fn subjects(message: Message<'_>, subjects: &mut Subjects) {
    subjects.links.insert(message.view::<AddressMessage>().device());
    subjects.addresses.insert(local(message).into());
}

/// How many IPv4 addresses the link of an IPv4 address has, up to two; `None` for IPv6.
fn beside(change: &Notification<'_>) -> Option<usize> {
    let address: &AddressMessage = change.object()?.view();
    let of_ipv4 = Some(address.family()).filter(|family| *family == AddressFamily::INET)?;
    let own = [&address.device().to_be_bytes()[..], &[of_ipv4.0]].concat();
    Some(change.mirror.tree(Topic::Address).under(&own).take(2).count())
}

/// With the last IPv4 address of a link all routes over it go.
pub(super) fn last_goes(change: &Notification<'_>) -> bool {
    change.now.is_none() && beside(change) == Some(0)
}

/// With the first IPv4 address of a link, paths over it come back.
pub(super) fn first_comes(change: &Notification<'_>) -> bool {
    change.before.is_none() && beside(change) == Some(1)
}

/// An address comes from which the kernel creates temporary ones, which it notifies when they are tentative no more.
fn manages_temporary_ones(change: &Notification<'_>) -> bool {
    let manages = |address: Message<'_>| {
        address.view::<AddressMessage>().flags().contains(AddressFlags::MANAGETEMPADDR)
    };
    !change.before.is_some_and(manages) && change.now.is_some_and(manages)
}

/// Whether hosts configure addresses from an advertised prefix (SLAAC), and none is known on the link: new ones are still
/// tentative. Routers repeat themselves.
fn implies_addresses(notification: &Notification<'_>) -> bool {
    let Some(prefix) = notification.object().and_then(Message::read::<PrefixMessage>) else { return false };
    let Some(network) = prefix.prefix().filter(|_| prefix.is_autonomous()) else { return false };
    let own = notification.mirror.addresses_of(prefix.device());
    let mut own = own.filter_map(|own| own.local().or(own.address()));
    !own.any(|own| matches!(own, IpAddr::V6(own) if network.contains(&own)))
}

/// Addresses of links.
impl Mirror {
    /// All addresses, by link.
    pub fn addresses(&self) -> impl Iterator<Item = &AddressMessage> {
        self.all(Topic::Address)
    }

    /// The addresses of a link.
    pub fn addresses_of(&self, device: impl Into<Device>) -> impl Iterator<Item = &AddressMessage> {
        let index = self.index(device.into());
        self.under(Topic::Address, index.map(|index| index.to_be_bytes().to_vec()))
    }
}
