//! What the kernel changes without a notification, and which notification gives it away.
//!
//! Each line of [`RULES`] says: when this field of an object of this topic changes, objects of those topics may have changed
//! silently. A topic is listed again only if the mirror has an object there that depends on what changed.

use super::mirror::Mirror;
use super::topic::{INET, Message, Topic, TopicSet, u32_of};
use super::tree::Record;
use netlink_packet::View;
use rtnetlink::AddressFamily;
use rtnetlink::address::{AddressFlags, AddressMessage};
use rtnetlink::link::{Bond, LinkFlags, LinkKind, LinkMessage, Vrf};
use rtnetlink::nexthop::NextHopMessage;
use rtnetlink::route::{NextHopFlags, RouteFlags, RouteMessage, RouteProtocol, RouteType};
use rtnetlink::rule::{RuleAction, RuleMessage};
use std::collections::HashSet;

use self::Sign::{Advertisement, Ipv6, Object};
use self::Topic::{Address, Link, NextHop, Route4, Route6};

/// When something is notified, other objects may have changed silently.
struct Rule {
    /// What is notified.
    of: Sign,
    /// Whether it is such a change.
    when: fn(&Change<'_>) -> bool,
    /// What may have changed silently: the topics, and which of their objects.
    doubts: &'static [(Topic, Depends)],
}

/// What a notification is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A change of an object.
    Object(Topic),
    /// IPv6's part of a link, as a router may have advertised it.
    Ipv6,
    /// A prefix or an option that a router on a link advertised.
    Advertisement,
}

/// Whether an object of a topic depends on what changed.
type Depends = fn(&Mirror, Message<'_>, &Subjects) -> bool;

const fn when(of: Sign, when: fn(&Change<'_>) -> bool, doubts: &'static [(Topic, Depends)]) -> Rule {
    Rule { of, when, doubts }
}

const RULES: &[Rule] = &[
    when(Object(Link), state_changes, &[(NextHop, hop_over), (Route4, over), (Route6, over)]),
    when(Object(Link), routes_may_follow, &[(Route4, is_out_of_step), (Route6, is_out_of_step)]),
    when(Object(Link), carrier_changes, &[(Link, is_down_above)]),
    when(Object(Link), comes_up_or_down, &[(Address, always)]),
    when(Object(Link), mtu_changes, &[(Link, itself_in_ipv6), (Link, is_above)]),
    when(Object(Link), mtu_changes, &[(Route6, with_metrics_over)]),
    when(Object(Link), carrier_changes, &[(Link, itself_with_router_mtu)]),
    when(Object(Link), name_changes, &[(Topic::Rule, names_devices)]),
    when(Object(Link), goes, &[(Link, stands_on)]),
    when(Object(Link), is_half_of_a_pair, &[(Link, always)]),
    when(Object(Link), type_changes, &[(Link, itself)]),
    when(Object(Link), address_changes, &[(Link, is_port_of), (Link, itself_a_bond)]),
    when(Object(Link), is_repeated, &[(Link, itself_a_bond)]),
    when(Object(Link), bond_changes, &[(Link, itself)]),
    when(Object(Link), vrf_changes, &[(NextHop, hop_over), (Route4, over), (Route6, over)]),
    when(Object(Address), goes, &[(Route4, has_source), (Route6, has_source)]),
    when(Object(Address), last_goes, &[(Route4, over)]),
    when(Object(Address), first_comes, &[(Route4, with_paths_over)]),
    when(Object(Address), manages_temporary_ones, &[(Address, always)]),
    when(Object(Route6), is_of_a_router, &[(Link, itself_in_ipv6), (Route6, of_a_router_over)]),
    when(Ipv6, always_so, &[(Route6, of_a_router_over), (Route6, with_metrics_over)]),
    when(Advertisement, always_so, &[(Link, itself_in_ipv6)]),
    when(Advertisement, always_so, &[(Route6, of_a_router_over), (Route6, with_metrics_over)]),
    when(Object(Topic::Rule), comes_or_goes, &[(Topic::Rule, is_goto)]),
    when(Object(NextHop), is_no_news, &[(Route4, by_next_hop), (Route6, by_next_hop)]),
];

/// How an object changed; the mirror knows it already.
struct Change<'a> {
    of: Sign,
    before: Option<Message<'a>>,
    now: Option<Message<'a>>,
    mirror: &'a Mirror,
}

/// What changed under a rule.
#[derive(Default)]
struct Subjects {
    /// The indices of the links, or of those that the addresses or routes are on.
    links: HashSet<u32>,
    /// The addresses.
    addresses: HashSet<Box<[u8]>>,
    any: bool,
}

/// What may have changed other objects silently, by rule.
#[derive(Default)]
pub(super) struct Suspects([Subjects; RULES.len()]);

impl Suspects {
    pub(super) fn is_empty(&self) -> bool {
        !self.0.iter().any(|subjects| subjects.any)
    }

    /// Takes note of a change. Tells whether a rule among those for the topics that are tracked applies to it.
    pub(super) fn note(
        &mut self,
        (tracked, mirror): (TopicSet, &Mirror),
        of: Sign,
        before: Option<Message<'_>>,
        now: Option<Message<'_>>,
    ) -> bool {
        let change = Change { of, before, now, mirror };
        let mut applied = false;
        for (rule, subjects) in RULES.iter().zip(&mut self.0).filter(|(rule, _)| rule.of == of) {
            if rule.doubts.iter().any(|(topic, _)| tracked.contains(*topic)) && (rule.when)(&change) {
                subjects.add(&change);
                applied = true;
            }
        }
        applied
    }

    /// Begins to look whether these topics have an object that may have changed.
    pub(super) fn inquiry(self, topics: TopicSet) -> Inquiry {
        Inquiry { suspects: self, topics, last: None }
    }
}

/// Looks whether there are objects that may have changed silently, some at a time. What is told meanwhile is as told.
pub(super) struct Inquiry {
    suspects: Suspects,
    /// What is still to be looked at, the first of them behind a key.
    topics: TopicSet,
    last: Option<Box<[u8]>>,
}

impl Inquiry {
    /// Looks at so many objects, and adds topics to those in doubt; whether there is more to look at.
    pub(super) fn go_on(&mut self, mirror: &Mirror, doubted: &mut TopicSet, most: usize) -> bool {
        let mut left = most;
        while let Some(topic) = self.topics.iter().next() {
            let doubts = self.suspects.doubts_about(topic);
            let depends = |object: &&Record| {
                doubts.iter().any(|(depends, subjects)| depends(mirror, Message::of(object), subjects))
            };
            if !doubts.is_empty() {
                let mut objects =
                    mirror.tree(topic).from(self.last.as_deref().unwrap_or_default()).peekable();
                let found = objects.by_ref().take(left).inspect(|_| left -= 1).find(depends);
                if found.is_some() {
                    doubted.add(topic);
                } else if let Some(next) = objects.peek() {
                    self.last = Some(next.key().into());
                    return true;
                }
            }
            self.topics.remove(topic);
            self.last = None;
        }
        false
    }
}

impl Suspects {
    fn doubts_about(&self, topic: Topic) -> Vec<(Depends, &Subjects)> {
        let applied = RULES.iter().zip(&self.0).filter(|(_, subjects)| subjects.any);
        let doubts =
            applied.flat_map(|(rule, subjects)| rule.doubts.iter().map(move |doubt| (doubt, subjects)));
        doubts
            .filter(|((of, _), _)| *of == topic)
            .map(|((_, depends), subjects)| (*depends, subjects))
            .collect()
    }
}

impl Subjects {
    fn add(&mut self, change: &Change<'_>) {
        self.any = true;
        let Some(object) = change.object() else { return };
        match change.of {
            Object(Address) => {
                self.links.insert(object.u32(4));
                self.addresses.insert(object.local().into());
            }
            Object(Link) | Ipv6 | Advertisement => drop(self.links.insert(object.u32(4))),
            Object(Route6) => drop(self.links.insert(object.number(Route6, RouteMessage::RTA_OIF.number()))),
            Object(_) => (),
        }
    }
}

impl<'a> Change<'a> {
    /// The object as it is, or was.
    fn object(&self) -> Option<Message<'a>> {
        self.now.or(self.before)
    }

    /// Whether a value of the object differs, where it exists before and now.
    fn differs<T: PartialEq>(&self, value: impl Fn(Message<'a>) -> T) -> bool {
        self.before.zip(self.now).is_some_and(|(before, now)| value(before) != value(now))
    }
}

// Changes.

fn comes_or_goes(change: &Change<'_>) -> bool {
    change.before.is_some() != change.now.is_some()
}

fn always_so(_: &Change<'_>) -> bool {
    true
}

fn goes(change: &Change<'_>) -> bool {
    change.now.is_none()
}

/// Whether it was there already.
fn is_no_news(change: &Change<'_>) -> bool {
    change.before.is_some()
}

/// Whether a link is up, and has a carrier.
fn state(link: Message<'_>) -> LinkFlags {
    flags(link) & (LinkFlags::UP | LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

fn flags(link: Message<'_>) -> LinkFlags {
    LinkFlags::from_bits_retain(link.u32(8))
}

fn is_up(link: Message<'_>) -> bool {
    flags(link).contains(LinkFlags::UP)
}

/// Whether a link is up, but can't carry packets.
fn lacks_carrier(link: Message<'_>) -> bool {
    is_up(link) && !flags(link).intersects(LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

/// A link is notified again without news.
fn is_repeated(change: &Change<'_>) -> bool {
    change.before.zip(change.now).is_some_and(|(before, now)| std::ptr::eq(before.bytes, now.bytes))
}

/// The flags of a link change, it is notified again without news, or without a carrier: routes may follow only now, up to a
/// second later than the link.
fn routes_may_follow(change: &Change<'_>) -> bool {
    is_repeated(change) || change.differs(flags) || change.now.is_some_and(lacks_carrier)
}

/// A link goes up or down, gets or loses its carrier.
fn carrier_changes(change: &Change<'_>) -> bool {
    change.differs(state)
}

/// The same, or it is gone.
fn state_changes(change: &Change<'_>) -> bool {
    carrier_changes(change) || goes(change)
}

/// The same of a link that is there, or comes.
fn comes_up_or_down(change: &Change<'_>) -> bool {
    change.now.is_some_and(|now| change.before.map_or(LinkFlags::empty(), state) != state(now))
}

fn mtu_changes(change: &Change<'_>) -> bool {
    change.differs(|link| link.number(Link, LinkMessage::IFLA_MTU.number()))
}

/// A link gets another name, comes or goes.
fn name_changes<'a>(change: &Change<'a>) -> bool {
    let name =
        |link: Option<Message<'a>>| link.map(|link| link.attribute(Link, LinkMessage::IFLA_IFNAME.number()));
    name(change.before) != name(change.now)
}

/// A bond takes the type of its first port; where the port is refused after all, it has its own again.
fn type_changes(change: &Change<'_>) -> bool {
    change.differs(|link| link.u16(2))
}

/// A link gets another address. A bridge's is in the designated bridge of its ports; a bond's is its first port's, and a
/// random one if that port is refused after all (of a port with the bond's own address, the bond is notified without news).
fn address_changes(change: &Change<'_>) -> bool {
    change.differs(|link| link.attribute(Link, LinkMessage::IFLA_ADDRESS.number()))
}

/// Whether a link goes into or out of a master of this kind.
fn master_changes(change: &Change<'_>, kind: &str) -> bool {
    let master = |link: Message<'_>| link.number(Link, LinkMessage::IFLA_MASTER.number());
    let masters = change.before.map(master).into_iter().chain(change.now.map(master));
    let is_of_kind = |master| change.mirror.link(master).is_none_or(|link| link.kind_name() == Some(kind));
    change.differs(master) && masters.filter(|master| *master != 0).any(is_of_kind)
}

/// A link goes into or out of a VRF: routes over it go with it, or are flushed.
fn vrf_changes(change: &Change<'_>) -> bool {
    master_changes(change, Vrf::NAME)
}

/// A link goes into or out of a bond: when the bond is deleted, its ports have their own MTUs again.
fn bond_changes(change: &Change<'_>) -> bool {
    master_changes(change, Bond::NAME)
}

/// A router is announced, or announced differently. Its hop limit and MTU are set after its route is notified, in the route
/// and for the link.
fn is_of_a_router(change: &Change<'_>) -> bool {
    change.now.is_some_and(|route| route.byte(5) == RouteProtocol::RA.0)
}

/// A new link is an end of a pair whose other end says otherwise: of one that is made first, or that was elsewhere until
/// now, the kernel does not tell what it is joined to.
fn is_half_of_a_pair(change: &Change<'_>) -> bool {
    let (None, Some(link)) = (change.before, change.now) else { return false };
    let other = |link: Message<'_>| {
        let attributes = || link.attributes(Link);
        let elsewhere = attributes().payload_of(LinkMessage::IFLA_LINK_NETNSID.number()).is_some();
        attributes().payload_of(LinkMessage::IFLA_LINK.number()).map(|other| (u32_of(Some(other)), elsewhere))
    };
    let Some((index, elsewhere)) = other(link) else { return false };
    let there = change.mirror.tree(Link).get(&index.to_be_bytes()).map(Message::of);
    let kind = |link: Message<'_>| LinkMessage::cast(link.body()).kind_name().map(str::to_owned);
    let disagrees =
        |there: Message<'_>| kind(there) == kind(link) && other(there) != Some((link.u32(4), false));
    index == 0 || !elsewhere && there.is_some_and(disagrees)
}

/// The addresses of IPv4 that the link of one has, two at most; `None` of IPv6.
fn addresses_beside(change: &Change<'_>) -> Option<usize> {
    let address = change.object().filter(|address| address.byte(0) == INET)?;
    let own = [&address.u32(4).to_be_bytes()[..], &[INET]].concat();
    Some(change.mirror.tree(Address).under(&own).take(2).count())
}

/// With the last address of IPv4 of a link go all routes over it.
fn last_goes(change: &Change<'_>) -> bool {
    change.now.is_none() && addresses_beside(change) == Some(0)
}

/// With the first address of IPv4 of a link, paths over it come back.
fn first_comes(change: &Change<'_>) -> bool {
    change.before.is_none() && addresses_beside(change) == Some(1)
}

/// An address comes from which the kernel makes temporary ones: it tells of them when they are tentative no more.
fn manages_temporary_ones(change: &Change<'_>) -> bool {
    let manages = |address: Message<'_>| {
        let flags = address.number(Address, AddressMessage::IFA_FLAGS.number());
        AddressFlags::from_bits_retain(flags).contains(AddressFlags::MANAGETEMPADDR)
    };
    !change.before.is_some_and(manages) && change.now.is_some_and(manages)
}

// Objects.

fn always(_: &Mirror, _: Message<'_>, _: &Subjects) -> bool {
    true
}

/// One of the links, if it has a part for address families: IPv6's MTU in it follows later.
fn itself_in_ipv6(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    subjects.links.contains(&link.u32(4))
        && link.attributes(Link).payload_of(LinkMessage::IFLA_AF_SPEC.number()).is_some()
}

/// One of the links, if a router advertised its MTU: that is forgotten when it goes down.
fn itself_with_router_mtu(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let link = LinkMessage::cast(link.body());
    subjects.links.contains(&link.index()) && link.inet6().is_some_and(|inet6| inet6.router_mtu().is_some())
}

/// A route over one of the links.
fn over(_: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    for attribute in route.attributes(Route4) {
        if attribute.number() == RouteMessage::RTA_OIF.number()
            && subjects.links.contains(&u32_of(Some(attribute.payload)))
        {
            return true;
        }
        if attribute.number() == RouteMessage::RTA_MULTIPATH.number() {
            return route.hops(Route4).iter().any(|hop| subjects.links.contains(&hop.device()));
        }
    }
    false
}

/// A route over one of the links that does not agree with it about its carrier (`linkdown`), or with its own paths.
fn is_out_of_step(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    let route = RouteMessage::cast(route.body());
    let disagrees = |index: u32, is_down: bool| {
        let link = mirror.tree(Link).get(&index.to_be_bytes()).map(Message::of);
        link.is_some_and(|link| is_up(link) && is_down != lacks_carrier(link))
    };
    let is_down = route.flags().contains(RouteFlags::LINK_DOWN);
    if let Some(link) = route.device() {
        let is_concerned = route.route_type() == RouteType::UNICAST && subjects.links.contains(&link);
        return is_concerned && disagrees(link, is_down);
    }
    let hops = || route.next_hops().map(|hop| (hop.device(), hop.flags().contains(NextHopFlags::LINKDOWN)));
    // Only of IPv4 the whole route says it, too.
    let are_down = || hops().all(|(_, is_down)| is_down);
    hops().any(|(link, _)| subjects.links.contains(&link))
        && (hops().any(|(link, is_down)| disagrees(link, is_down))
            || route.family() == AddressFamily::INET && is_down != are_down())
}

/// A next hop over one of the links, or a group, which tells only ids and changes with its members.
fn hop_over(_: &Mirror, hop: Message<'_>, subjects: &Subjects) -> bool {
    let link = hop.attributes(NextHop).payload_of(NextHopMessage::NHA_OIF.number());
    link.is_none_or(|link| subjects.links.contains(&u32_of(Some(link))))
}

/// A route of several paths, of which one is over one of the links.
fn with_paths_over(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    route.attributes(Route4).payload_of(RouteMessage::RTA_MULTIPATH.number()).is_some()
        && over(mirror, route, subjects)
}

/// A route of IPv6 with metrics of its own, of which the kernel lowers and raises the MTU with that of its link.
fn with_metrics_over(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    route.attributes(Route6).payload_of(RouteMessage::RTA_METRICS.number()).is_some()
        && over(mirror, route, subjects)
}

/// A route with one of the addresses as its preferred source.
fn has_source(_: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    let source = route.attributes(Route4).payload_of(RouteMessage::RTA_PREFSRC.number());
    source.is_some_and(|source| subjects.addresses.contains(source))
}

/// A route by a next hop that is an object.
fn by_next_hop(_: &Mirror, route: Message<'_>, _: &Subjects) -> bool {
    route.attributes(Route4).payload_of(RouteMessage::RTA_NH_ID.number()).is_some()
}

/// A rule that names devices: it says whether they exist.
fn names_devices(_: &Mirror, rule: Message<'_>, _: &Subjects) -> bool {
    let names = [RuleMessage::FRA_IIFNAME.number(), RuleMessage::FRA_OIFNAME.number()];
    rule.attributes(Topic::Rule).any(|attribute| names.contains(&attribute.number()))
}

/// A rule that sends to another: it says whether that one exists.
fn is_goto(_: &Mirror, rule: Message<'_>, _: &Subjects) -> bool {
    rule.byte(7) == RuleAction::GOTO.0
}

/// A route that a router on one of the links announced.
fn of_a_router_over(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    route.byte(5) == RouteProtocol::RA.0 && over(mirror, route, subjects)
}

/// One of the links.
fn itself(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    subjects.links.contains(&link.u32(4))
}

/// One of the links, if it is a bond.
fn itself_a_bond(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let link = LinkMessage::cast(link.body());
    subjects.links.contains(&link.index()) && link.kind_name() == Some(Bond::NAME)
}

/// A port of one of the links.
fn is_port_of(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    subjects.links.contains(&link.number(Link, LinkMessage::IFLA_MASTER.number()))
}

fn parent(link: Message<'_>) -> Option<u32> {
    LinkMessage::cast(link.body()).parent()
}

/// A link that stands on one of the links, or is the other end of a pair.
fn stands_on(_: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    parent(link).is_some_and(|parent| parent != link.u32(4) && subjects.links.contains(&parent))
}

/// A link that stands on one of the links, as a VLAN does. The ends of a pair are told of alike.
fn is_above(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    let is_pair = || {
        let parent = parent(link).and_then(|parent| mirror.link(parent));
        parent.is_some_and(|parent| parent.parent() == Some(link.u32(4)))
    };
    stands_on(mirror, link, subjects) && !is_pair()
}

/// The same of a link that is down, and so says nothing of its carrier.
fn is_down_above(mirror: &Mirror, link: Message<'_>, subjects: &Subjects) -> bool {
    !is_up(link) && is_above(mirror, link, subjects)
}
