//! The state that a watch knows, to be asked at any moment.

use super::topic::{Message, Topic, address_length, write_route_prefix};
use super::tree::{Record, Tree};
use crate::device::Device;
use netlink_packet::{HEADER_LEN, View};
use rtnetlink::ipnet::IpNet;
use rtnetlink::link::LinkMessage;
use rtnetlink::namespace::NamespaceIdMessage;
use rtnetlink::neighbour::NeighbourMessage;
use rtnetlink::nexthop::NextHopMessage;
use rtnetlink::route::{RouteMessage, RouteTable};
use rtnetlink::rule::RuleMessage;
use rtnetlink::{AddressMessage, IntoPrefix};
use std::fmt;
use std::net::IpAddr;

/// What a watch knows: links, addresses, neighbours, next hops, routes, rules and namespace ids, of the groups that it
/// watches.
///
/// A clone is a snapshot: it takes no time, and stays as it is while the watch goes on. The two share all that has not
/// changed since.
///
/// Counters, ages and lifetimes are those of the last message about an object: the kernel does not tell when they change.
#[derive(Clone, Default)]
pub struct Mirror {
    trees: [Tree; Topic::ALL.len()],
    /// The indices of links by name and alternative name.
    names: Tree,
}

/// Links and what belongs to them.
impl Mirror {
    /// A link by its index, its name or an alternative name.
    pub fn link(&self, device: impl Into<Device>) -> Option<&LinkMessage> {
        let index = self.index(device.into())?;
        self.tree(Topic::Link).get(&index.to_be_bytes()).map(view)
    }

    /// All links, by index.
    pub fn links(&self) -> impl Iterator<Item = &LinkMessage> {
        self.tree(Topic::Link).iter().map(view)
    }

    /// All addresses, by link.
    pub fn addresses(&self) -> impl Iterator<Item = &AddressMessage> {
        self.tree(Topic::Address).iter().map(view)
    }

    /// The addresses of a link.
    pub fn addresses_of(&self, device: impl Into<Device>) -> impl Iterator<Item = &AddressMessage> {
        let index = self.index(device.into());
        let key = index.map(u32::to_be_bytes);
        let from = key.map(|key| self.tree(Topic::Address).from(&key));
        from.into_iter()
            .flatten()
            .take_while(move |record| key.is_some_and(|key| record.key().starts_with(&key)))
            .map(view)
    }

    /// All neighbours, by address.
    pub fn neighbours(&self) -> impl Iterator<Item = &NeighbourMessage> {
        self.tree(Topic::Neighbour).iter().map(view)
    }

    /// The neighbours that have an address: one on each link, at most.
    pub fn neighbours_at(&self, address: IpAddr) -> impl Iterator<Item = &NeighbourMessage> {
        let mut key = vec![family(address)];
        push_address(&mut key, address);
        let from = self.tree(Topic::Neighbour).from(&key);
        from.take_while(move |record| record.key().starts_with(&key)).map(view)
    }

    /// The neighbour that has an address on a link.
    pub fn neighbour(&self, device: impl Into<Device>, address: IpAddr) -> Option<&NeighbourMessage> {
        let index = self.index(device.into())?;
        self.neighbours_at(address).find(|neighbour| neighbour.device() == index)
    }

    fn index(&self, device: Device) -> Option<u32> {
        match device {
            Device::Index(index) => Some(index),
            Device::Name(name) => {
                let record = self.names.get(name.get(..255).unwrap_or(&name))?;
                record.message().try_into().ok().map(u32::from_ne_bytes)
            }
        }
    }
}

/// Routes and what they depend on.
impl Mirror {
    /// All routes: those of IPv4 by table and destination, then those of IPv6.
    pub fn routes(&self) -> impl Iterator<Item = &RouteMessage> {
        self.tree(Topic::Route4).iter().chain(self.tree(Topic::Route6).iter()).map(view)
    }

    /// The routes of a table, by destination.
    pub fn routes_in(&self, table: impl Into<RouteTable>) -> impl Iterator<Item = &RouteMessage> {
        let key = table.into().0.to_be_bytes();
        let of = |topic| self.tree(topic).from(&key).take_while(move |record| record.key().starts_with(&key));
        of(Topic::Route4).chain(of(Topic::Route6)).map(view)
    }

    /// The routes of a table to just this destination, those that are preferred first; equal ones, as `ip route prepend`
    /// and `append` make them, in any order. What is no prefix has none.
    pub fn routes_to(
        &self,
        table: impl Into<RouteTable>,
        destination: impl IntoPrefix,
    ) -> impl Iterator<Item = &RouteMessage> {
        let key = destination.into_prefix().ok().map(|prefix| prefix_key(table.into(), prefix.trunc()));
        let from = key.as_ref().map(|(topic, key)| self.tree(*topic).from(key));
        let key = key.map(|(_, key)| key).unwrap_or_default();
        from.into_iter().flatten().take_while(move |record| record.key().starts_with(&key)).map(view)
    }

    /// The route of a table with the longest prefix that an address is in, and of several the preferred one.
    ///
    /// It looks into one table, as if a rule had led there: rules, sources, types of service and links that are down
    /// are left to the caller. [`get`](crate::route::Routes::get) asks the kernel.
    pub fn route_for(&self, table: impl Into<RouteTable>, address: IpAddr) -> Option<&RouteMessage> {
        let table = table.into();
        let mut within = IpNet::from(address);
        loop {
            let (topic, mut key) = prefix_key(table, within.trunc());
            let start = key.len();
            key.resize(start + 64, 0xff);
            let record = self.tree(topic).last_until(&key)?;
            let found = prefix_of(topic, record.key())?;
            if record.key().get(..4) != key.get(..4) {
                return None;
            }
            if found.contains(&address) {
                // The first of those for the same destination.
                return self.routes_to(table, found).next();
            }
            // A longer prefix beside it; what they have in common is all that another can have.
            let common = common_bits(found.addr(), address).min(found.prefix_len());
            within = IpNet::new(address, common).ok()?;
        }
    }

    /// All rules, by family and priority.
    pub fn rules(&self) -> impl Iterator<Item = &RuleMessage> {
        self.tree(Topic::Rule).iter().map(view)
    }

    /// All next hops, by id.
    pub fn next_hops(&self) -> impl Iterator<Item = &NextHopMessage> {
        self.tree(Topic::NextHop).iter().map(view)
    }

    /// A next hop by its id.
    pub fn next_hop(&self, id: u32) -> Option<&NextHopMessage> {
        self.tree(Topic::NextHop).get(&id.to_be_bytes()).map(view)
    }

    /// All ids of namespaces.
    pub fn namespace_ids(&self) -> impl Iterator<Item = &NamespaceIdMessage> {
        self.tree(Topic::NamespaceId).iter().map(view)
    }
}

/// How the watch writes it.
impl Mirror {
    pub(super) fn tree(&self, topic: Topic) -> &Tree {
        &self.trees[topic as usize]
    }

    pub(super) fn insert(&mut self, topic: Topic, record: Record) -> Option<Record> {
        let before = self.trees[topic as usize].insert(record.clone());
        if topic == Topic::Link {
            self.rename(before.as_ref(), Some(&record));
        }
        before
    }

    pub(super) fn remove(&mut self, topic: Topic, key: &[u8]) -> Option<Record> {
        let before = self.trees[topic as usize].remove(key);
        if topic == Topic::Link {
            self.rename(before.as_ref(), None);
        }
        before
    }

    /// Puts a whole list in the place of what was known of a topic, but for links, which have names besides; gives what
    /// was known.
    pub(super) fn replace(&mut self, topic: Topic, tree: Tree) -> Tree {
        std::mem::replace(&mut self.trees[topic as usize], tree)
    }

    fn rename(&mut self, before: Option<&Record>, now: Option<&Record>) {
        let names = |record: Option<&Record>| record.map(names).unwrap_or_default();
        let (old, new) = (names(before), names(now));
        if old == new {
            return;
        }
        let index = before.or(now).map(|record| Message::of(record).u32(4)).unwrap_or_default().to_ne_bytes();
        for name in old {
            // Another link may have taken it over.
            if self.names.get(&name).is_some_and(|record| record.message() == index) {
                self.names.remove(&name);
            }
        }
        for name in new {
            self.names.insert(Record::new(&mut Vec::new(), &name, &index));
        }
    }
}

fn names(record: &Record) -> Vec<Vec<u8>> {
    let link: &LinkMessage = view(record);
    let alt_names = link.alt_names().map(|name| name.as_bytes());
    let all = std::iter::once(link.name().as_bytes()).chain(alt_names);
    all.map(|name| name.get(..255).unwrap_or(name).to_vec()).collect()
}

fn view<M: View + ?Sized>(record: &Record) -> &M {
    M::cast(record.message().get(HEADER_LEN..).unwrap_or_default())
}

fn family(address: IpAddr) -> u8 {
    if address.is_ipv4() { 2 } else { 10 }
}

fn push_address(key: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => key.extend(v4.octets()),
        IpAddr::V6(v6) => key.extend(v6.octets()),
    }
}

/// What the keys of the routes to a destination begin with.
fn prefix_key(table: RouteTable, prefix: IpNet) -> (Topic, Vec<u8>) {
    let (mut key, mut to) = (Vec::with_capacity(96), Vec::with_capacity(16));
    push_address(&mut to, prefix.addr());
    write_route_prefix(&mut key, table.0, &to, prefix.prefix_len());
    (if prefix.addr().is_ipv4() { Topic::Route4 } else { Topic::Route6 }, key)
}

/// The destination that the key of a route tells.
fn prefix_of(topic: Topic, key: &[u8]) -> Option<IpNet> {
    let length = address_length(if topic == Topic::Route4 { 2 } else { 10 });
    let address = key.get(4..4 + length)?;
    let address = match topic {
        Topic::Route4 => IpAddr::from(<[u8; 4]>::try_from(address).ok()?),
        _ => IpAddr::from(<[u8; 16]>::try_from(address).ok()?),
    };
    IpNet::new(address, *key.get(4 + length)?).ok()
}

fn common_bits(a: IpAddr, b: IpAddr) -> u8 {
    let differing = match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u32::from(a) ^ u32::from(b)).leading_zeros(),
        (IpAddr::V6(a), IpAddr::V6(b)) => (u128::from(a) ^ u128::from(b)).leading_zeros(),
        _ => 0,
    };
    u8::try_from(differing).unwrap_or(u8::MAX)
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Mirror");
        for topic in Topic::ALL {
            out.field(topic.name(), &self.tree(topic).len());
        }
        out.finish()
    }
}
