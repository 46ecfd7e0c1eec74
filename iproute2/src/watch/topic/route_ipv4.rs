//! IPv4 routes.

use super::address;
use super::differing::{Differing, differing};
use super::facts::{Facts, Slots};
use super::list::Topic;
use super::message::Message;
use super::route::{self, RTA_MULTIPATH, hops};
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{Doubts::Those, Rule, Sign::Object, Subjects, when};
use rtnetlink::route::RouteMessage;
use rtnetlink::{AddressFamily, Group};

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::IPV4_ROUTE],
    hints: &[Group::IPV4_NETCONF],
    helpers: route::HELPERS,
    family: AddressFamily::INET,
    role: |message| route::role(message, AddressFamily::INET),
    slots: Some(Slots {
        is_same,
        are_replaced: true,
        can_be_equal: false,
        joins: |_| false,
        agree: |_, _| true,
        has_paths_of: |_, _| true,
    }),
    is_ordered: true,
    silent: route::SILENT,
    doubts: &[route::DOUBTS, DOUBTS],
    ..Facts::of::<RouteMessage>(route::TYPES, route::write_key, |difference| {
        Update::new(difference).map(Change::Route)
    })
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Address), address::last_goes, Those(route::is_over)),
    when(Object(Topic::Address), address::first_comes, Those(has_paths_over)),
];

/// Routes that were appended differ in their paths, or in a field of the fixed header other than its flags.
fn is_same(a: Message<'_>, b: Message<'_>) -> bool {
    let fixed = |message: Message<'_>| {
        let route: &RouteMessage = message.view();
        (route.header_table(), route.protocol(), route.scope(), route.route_type())
    };
    let counts = |difference| !matches!(difference, Differing::Header | Differing::Attribute(RTA_MULTIPATH));
    fixed(a) == fixed(b) && hops(a) == hops(b) && !differing(&TOPIC, a, b).any(counts)
}

/// A multipath route with a path over one of the links.
fn has_paths_over(mirror: &Mirror, route: Message<'_>, subjects: &Subjects) -> bool {
    route.has(RouteMessage::RTA_MULTIPATH) && route::is_over(mirror, route, subjects)
}
