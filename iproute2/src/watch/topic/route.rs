//! What routes of both families have in common.

use super::facts::{Role, Types};
use super::link_change;
use super::list::Topic;
use super::message::{Message, address_length, family_of, number};
use super::netconf;
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{
    Doubts::Those, Rule, Sign::Message as Raw, Sign::Object, Subjects, goes, was_there, when,
};
use netlink_packet::RawAttributes;
use rtnetlink::ipnet::IpNet;
use rtnetlink::message::{RTM_DELROUTE, RTM_GETROUTE, RTM_NEWNETCONF, RTM_NEWROUTE};
use rtnetlink::route::{NextHop, NextHopFlags, RouteFlags, RouteMessage, RouteTable, RouteType};
use rtnetlink::{AddressFamily, IntoPrefix};
use std::net::IpAddr;

pub(super) const TYPES: Types = Types { new: RTM_NEWROUTE, gone: RTM_DELROUTE, get: RTM_GETROUTE };

pub(super) const HELPERS: &[Topic] = &[Topic::Link, Topic::Address, Topic::NextHop];

/// Attributes whose changes the kernel does not notify.
pub(super) const SILENT: &[u16] = &[RouteMessage::RTA_CACHEINFO.number()];

const RTA_DST: u16 = RouteMessage::RTA_DST.number();
const RTA_SRC: u16 = RouteMessage::RTA_SRC.number();
const RTA_OIF: u16 = RouteMessage::RTA_OIF.number();
const RTA_GATEWAY: u16 = RouteMessage::RTA_GATEWAY.number();
const RTA_PRIORITY: u16 = RouteMessage::RTA_PRIORITY.number();
pub(super) const RTA_MULTIPATH: u16 = RouteMessage::RTA_MULTIPATH.number();
const RTA_TABLE: u16 = RouteMessage::RTA_TABLE.number();
const RTA_VIA: u16 = RouteMessage::RTA_VIA.number();
const RTA_ENCAP: u16 = RouteMessage::RTA_ENCAP.number();

/// What hints at silent changes of routes of either family.
pub(super) const DOUBTS: &[Rule] = &[
    when(Object(Topic::Link), link_change::state_changes, Those(is_over)),
    when(Object(Topic::Link), link_change::routes_may_follow, Those(is_out_of_step)),
    when(Object(Topic::Link), link_change::vrf_changes, Those(is_over)),
    when(Object(Topic::Address), goes, Those(has_source)),
    when(Object(Topic::NextHop), was_there, Those(is_by_next_hop)),
    when(Object(Topic::Netconf), netconf::linkdown_changes, Those(lacks_carrier)),
    when(Raw(RTM_NEWNETCONF), netconf::is_about_linkdown, Those(lacks_carrier)),
];

/// Cached routes are none.
pub(super) fn role(message: Message<'_>, of: AddressFamily) -> Role {
    let route: &RouteMessage = message.view();
    let is_route = route.family() == of && !route.flags().intersects(RouteFlags::CLONED);
    if is_route { Role::Object } else { Role::Other }
}

/// Reads the attributes in one pass, since there may be a million routes.
pub(super) fn write_key(message: Message<'_>, key: &mut Vec<u8>) -> Option<()> {
    let route: &RouteMessage = message.view();
    let length = address_length(route.family());
    let (mut to, mut from) = (&[0; 16][..length], &[0; 16][..length]);
    let (mut table, mut metric) = (route.header_table().0, 0);
    for attribute in message.attributes::<RouteMessage>() {
        match attribute.number() {
            RTA_DST => to = attribute.payload.get(..length)?,
            RTA_SRC => from = attribute.payload.get(..length)?,
            RTA_TABLE => table = number(attribute.payload),
            RTA_PRIORITY => metric = number(attribute.payload),
            _ => (),
        }
    }
    write_prefix(key, table, to, route.destination_length());
    key.push(route.tos());
    key.extend(metric.to_be_bytes());
    key.push(route.source_length());
    if route.source_length() != 0 {
        key.extend(from);
    }
    Some(())
}

/// Writes the beginning of the keys of the routes to a destination.
fn write_prefix(key: &mut Vec<u8>, table: u32, to: &[u8], length: u8) {
    key.extend(table.to_be_bytes());
    key.extend(to);
    key.push(length);
}

/// The paths of a route, sorted.
pub(super) fn hops<'a>(message: Message<'a>) -> Vec<Hop<'a>> {
    let route: &RouteMessage = message.view();
    if !message.has(RouteMessage::RTA_MULTIPATH) {
        let device = route.device().unwrap_or_default();
        return vec![Hop::new(device, 0, message.attributes::<RouteMessage>())];
    }
    let hop = |hop: &'a NextHop| Hop::new(hop.device(), hop.hops(), hop.attributes().raw());
    let mut hops: Vec<_> = route.next_hops().map(hop).collect();
    hops.sort();
    hops
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
    fn new(device: u32, weight: u8, attributes: RawAttributes<'a>) -> Self {
        let (mut gateway, mut encap) = (&[][..], &[][..]);
        for attribute in attributes {
            match attribute.number() {
                RTA_GATEWAY | RTA_VIA => gateway = attribute.payload,
                RTA_ENCAP => encap = attribute.payload,
                _ => (),
            }
        }
        Hop { device, gateway, encap, weight }
    }

    /// Whether it is the same path, whatever its weight.
    pub(super) fn is(&self, other: &Hop<'_>) -> bool {
        (self.device, self.gateway, self.encap) == (other.device, other.gateway, other.encap)
    }
}

// Routes that may have changed silently.

/// A route over one of the links.
pub(super) fn is_over(_: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    for attribute in route.attributes::<RouteMessage>() {
        if attribute.number() == RTA_OIF && subjects.links.contains(&number(attribute.payload)) {
            return true;
        }
        if attribute.number() == RTA_MULTIPATH {
            return hops(route).iter().any(|hop| subjects.links.contains(&hop.device));
        }
    }
    false
}

/// A route over one of the links that disagrees with it about the carrier (`linkdown`), or with its own paths.
fn is_out_of_step(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    let route: &RouteMessage = route.view();
    let disagrees = |index: u32, is_down: bool| {
        let link = mirror.link(index);
        link.is_some_and(|link| link.is_up() && is_down != link_change::lacks_carrier(link))
    };
    let is_down = route.flags().contains(RouteFlags::LINK_DOWN);
    if let Some(link) = route.device() {
        let is_concerned = route.route_type() == RouteType::UNICAST && subjects.links.contains(&link);
        return is_concerned && disagrees(link, is_down);
    }
    let hops = || route.next_hops().map(|hop| (hop.device(), hop.flags().contains(NextHopFlags::LINKDOWN)));
    // Only in IPv4 the route as a whole has the flag as well.
    let are_down = || hops().all(|(_, is_down)| is_down);
    hops().any(|(link, _)| subjects.links.contains(&link))
        && (hops().any(|(link, is_down)| disagrees(link, is_down))
            || route.family() == AddressFamily::INET && is_down != are_down())
}

/// A route with one of the addresses as its preferred source.
fn has_source(_: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    let source = route.payload(RouteMessage::RTA_PREFSRC);
    source.is_some_and(|source| subjects.addresses.contains(source))
}

/// A route without a carrier (`linkdown`), or with a path that has none: by the setting `ignore_routes_with_linkdown` of its
/// link, lists call it dead.
fn lacks_carrier(_: &Mirror, route: Message<'_>, _: &Subjects) -> bool {
    let route: &RouteMessage = route.view();
    route.flags().contains(RouteFlags::LINK_DOWN)
        || route.next_hops().any(|hop| hop.flags().contains(NextHopFlags::LINKDOWN))
}

/// A route by a next hop that is an object.
fn is_by_next_hop(_: &Mirror, route: Message<'_>, _: &Subjects) -> bool {
    route.has(RouteMessage::RTA_NH_ID)
}

/// Routes of both families.
impl Mirror {
    /// All routes: those of IPv4 by table and destination, then those of IPv6.
    pub fn routes(&self) -> impl Iterator<Item = &RouteMessage> {
        self.all(Topic::Route4).chain(self.all(Topic::Route6))
    }

    /// The routes of a table, by destination.
    pub fn routes_in(&self, table: impl Into<RouteTable>) -> impl Iterator<Item = &RouteMessage> {
        let key = table.into().0.to_be_bytes().to_vec();
        self.under(Topic::Route4, Some(key.clone())).chain(self.under(Topic::Route6, Some(key)))
    }

    /// The routes of a table to exactly this destination, preferred ones first; equal ones, such as `ip route prepend`
    /// and `append` add, in any order. None where the destination is not a valid prefix.
    pub fn routes_to(
        &self,
        table: impl Into<RouteTable>,
        destination: impl IntoPrefix,
    ) -> impl Iterator<Item = &RouteMessage> {
        let key = destination.into_prefix().ok().map(|prefix| prefix_key(table.into(), prefix.trunc()));
        let (topic, key) = key.unzip();
        self.under(topic.unwrap_or(Topic::Route4), key)
    }

    /// The route of a table with the longest prefix that contains an address, and of several the preferred one.
    ///
    /// It looks up one table, as if a rule had selected it: rules, source prefixes, TOS and links that are down
    /// are left to the caller. [`get`](crate::route::Routes::get) asks the kernel.
    pub fn route_for(&self, table: impl Into<RouteTable>, address: IpAddr) -> Option<&RouteMessage> {
        let table = table.into();
        let mut within = IpNet::from(address);
        loop {
            let (topic, mut key) = prefix_key(table, within.trunc());
            let start = key.len();
            key.resize(start + 64, 0xff);
            let record = self.tree(topic).last_until(&key)?;
            let found = prefix_of(family_of(address), record.key(), table)?;
            if found.contains(&address) {
                // The first of those for the same destination.
                return self.routes_to(table, found).next();
            }
            // It is a longer prefix nearby; a shorter one that contains the address can have only the bits that they share.
            let common = common_bits(found.addr(), address).min(found.prefix_len());
            within = IpNet::new(address, common).ok()?;
        }
    }
}

/// The beginning of the keys of the routes to a destination.
fn prefix_key(table: RouteTable, prefix: IpNet) -> (Topic, Vec<u8>) {
    let mut key = Vec::with_capacity(96);
    match prefix.addr() {
        IpAddr::V4(to) => {
            write_prefix(&mut key, table.0, &to.octets(), prefix.prefix_len());
            (Topic::Route4, key)
        }
        IpAddr::V6(to) => {
            write_prefix(&mut key, table.0, &to.octets(), prefix.prefix_len());
            (Topic::Route6, key)
        }
    }
}

/// The destination in the key of a route, if it is in this table.
fn prefix_of(family: AddressFamily, key: &[u8], table: RouteTable) -> Option<IpNet> {
    let rest = key.strip_prefix(&table.0.to_be_bytes())?;
    let (address, rest) = rest.split_at_checked(address_length(family))?;
    let address = match family {
        AddressFamily::INET => IpAddr::from(<[u8; 4]>::try_from(address).ok()?),
        _ => IpAddr::from(<[u8; 16]>::try_from(address).ok()?),
    };
    IpNet::new(address, *rest.first()?).ok()
}

fn common_bits(a: IpAddr, b: IpAddr) -> u8 {
    let differing = match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u32::from(a) ^ u32::from(b)).leading_zeros(),
        (IpAddr::V6(a), IpAddr::V6(b)) => (u128::from(a) ^ u128::from(b)).leading_zeros(),
        _ => 0,
    };
    u8::try_from(differing).unwrap_or(u8::MAX)
}
