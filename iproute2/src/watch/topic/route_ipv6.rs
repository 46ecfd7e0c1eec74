//! IPv6 routes.

use super::differing::{Differing, differing};
use super::facts::{Facts, Slots};
use super::link_change;
use super::list::Topic;
use super::message::Message;
use super::route::{self, RTA_MULTIPATH, hops};
use super::router::{is_advertised, is_of_a_router};
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{
    Doubts::Those, Rule, Sign::Message as Raw, Sign::Object, Subjects, always, when,
};
use rtnetlink::message::{RTM_NEWLINK, RTM_NEWNDUSEROPT, RTM_NEWPREFIX};
use rtnetlink::route::RouteMessage;
use rtnetlink::{AddressFamily, Group};

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::IPV6_ROUTE],
    hints: &[Group::IPV6_IFINFO, Group::IPV6_PREFIX, Group::ND_USEROPT, Group::IPV6_NETCONF],
    helpers: route::HELPERS,
    family: AddressFamily::INET6,
    role: |message| route::role(message, AddressFamily::INET6),
    slots: Some(Slots { is_same, are_replaced: true, can_be_equal: false, joins, agree, has_paths_of }),
    is_ordered: true,
    silent: route::SILENT,
    same_inside,
    subjects: |message, subjects| subjects.links.extend(message.view::<RouteMessage>().device()),
    doubts: &[route::DOUBTS, DOUBTS],
    ..Facts::of::<RouteMessage>(route::TYPES, route::write_key, |difference| {
        Update::new(difference).map(Change::Route)
    })
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Link), link_change::mtu_changes, Those(has_metrics_over)),
    when(Object(Topic::Route6), is_of_a_router, Those(is_of_a_router_over)),
    // What a router advertises is set in routes after the notification.
    when(Raw(RTM_NEWLINK), link_change::is_part_of_ipv6, Those(may_follow_a_router)),
    when(Raw(RTM_NEWPREFIX), always, Those(may_follow_a_router)),
    when(Raw(RTM_NEWNDUSEROPT), always, Those(may_follow_a_router)),
];

/// Whether it is one path or more that the kernel merges with those of equal routes, as it does where there are gateways.
fn joins(message: Message<'_>) -> bool {
    !is_advertised(message)
        && !message.has(RouteMessage::RTA_NH_ID)
        && (message.has(RouteMessage::RTA_MULTIPATH)
            || message.has(RouteMessage::RTA_GATEWAY)
            || message.has(RouteMessage::RTA_VIA))
}

fn is_same(a: Message<'_>, b: Message<'_>) -> bool {
    let next_hop = |message: Message<'_>| message.view::<RouteMessage>().next_hop_id();
    match (joins(a), joins(b)) {
        (true, true) => true,
        (false, false) => {
            let (a_hops, b_hops) = (hops(a), hops(b));
            next_hop(a) == next_hop(b)
                && a_hops.len() == b_hops.len()
                && a_hops.iter().zip(&b_hops).all(|(a, b)| a.is(b))
        }
        _ => false,
    }
}

fn agree(a: Message<'_>, b: Message<'_>) -> bool {
    let fixed = |message: Message<'_>| {
        let route: &RouteMessage = message.view();
        (route.protocol(), route.scope(), route.route_type())
    };
    let is_of_paths = |difference| match difference {
        Differing::Header => true,
        Differing::Attribute(number) => PATH.contains(&number),
    };
    fixed(a) == fixed(b) && differing(&TOPIC, a, b).all(is_of_paths)
}

/// The attributes of paths.
const PATH: [u16; 6] = [
    RTA_MULTIPATH,
    RouteMessage::RTA_OIF.number(),
    RouteMessage::RTA_GATEWAY.number(),
    RouteMessage::RTA_VIA.number(),
    RouteMessage::RTA_ENCAP.number(),
    RouteMessage::RTA_ENCAP_TYPE.number(),
];

fn has_paths_of(these: Message<'_>, route: Message<'_>) -> bool {
    let these = hops(these);
    hops(route).iter().all(|hop| these.iter().any(|this| this.is(hop)))
}

/// Paths come in any order.
fn same_inside(kind: u16, a: Message<'_>, b: Message<'_>) -> bool {
    let has_several = |message: Message<'_>| message.has(RouteMessage::RTA_MULTIPATH);
    kind == RTA_MULTIPATH
        && has_several(a)
        && has_several(b)
        && hops(a) == hops(b)
        && hop_flags(a) == hop_flags(b)
}

/// The flags of paths, in the order of their links.
fn hop_flags(message: Message<'_>) -> Vec<(u32, u32)> {
    let hops = message.view::<RouteMessage>().next_hops();
    let mut flags: Vec<_> = hops.map(|hop| (hop.device(), hop.flags().bits())).collect();
    flags.sort_unstable();
    flags
}

/// A route that a router on one of the links advertised.
fn is_of_a_router_over(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    is_advertised(route) && route::is_over(mirror, route, subjects)
}

/// A route with metrics of its own, among which the MTU follows that of its link.
fn has_metrics_over(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    route.has(RouteMessage::RTA_METRICS) && route::is_over(mirror, route, subjects)
}

/// Either of them.
fn may_follow_a_router(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    (is_advertised(route) || route.has(RouteMessage::RTA_METRICS)) && route::is_over(mirror, route, subjects)
}
