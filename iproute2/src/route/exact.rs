//! Which route the kernel deletes: what it compares, of IPv4 in `fib_table_delete`, of IPv6 in `ip6_route_del`.
//!
//! Routes of a crowd are in the same table and to the same destination; the kernel tries them in the order in which it
//! lists them. What a request leaves out is any. IPv4 has no way to say "no preferred source", "metric 0" or "no
//! encapsulation", but 0 stands for each metric (`RTAX_*`) that a route does not have. IPv6 compares neither the type of
//! a route nor its metrics, takes a route by a next hop object whatever the gateway and device, and takes `::` for "no
//! gateway".

use netlink_packet::{Attr, Build, Nest, View};
use rtnetlink::AddressFamily;
use rtnetlink::RouteScope;
use rtnetlink::route::{
    NextHop, Realms, RouteFlags, RouteMessage, RouteMessageBuf, RouteMetrics, RouteMetricsBuf, RouteProtocol,
    RouteType,
};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr};

/// The number of the last metric that kernels know.
const LAST_METRIC: u16 = RouteMetrics::RTAX_FASTOPEN_NO_COOKIE.number();

/// What the routes have in common that the kernel may take for this one.
pub(super) fn crowd(route: &RouteMessage) -> Option<u64> {
    // The cached exceptions of IPv6 have a flag of their own.
    let is_cached = route.flags().contains(RouteFlags::CLONED);
    if route.family() != AddressFamily::INET && (route.family() != AddressFamily::INET6 || is_cached) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    route.family().0.hash(&mut hasher);
    (route.table().0, route.tos(), route.prefix().map(|prefix| prefix.trunc())).hash(&mut hasher);
    Some(hasher.finish())
}

/// Whether two routes are the same, as far as requests may say it. The time until one expires passes.
pub(super) fn is_same(one: &RouteMessage, other: &RouteMessage) -> bool {
    let said = |route: &RouteMessage| route.to_request().without(RouteMessage::RTA_EXPIRES).into_buffer();
    said(one).body() == said(other).body()
}

/// Says all of a listed route that a request to delete one can say.
pub(super) fn key(route: &RouteMessage) -> RouteMessageBuf {
    let key = route.to_request();
    let has_hop = route.next_hop_id().is_some() || route.raw_next_hops().is_some();
    match route.family() {
        AddressFamily::INET => with_all_metrics(key, route.metrics()),
        AddressFamily::INET6 if !has_hop && route.gateway().is_none() => {
            key.raw_gateway(IpAddr::from(Ipv6Addr::UNSPECIFIED))
        }
        _ => key,
    }
}

/// Adds the metrics that a route does not have. The name of its congestion control algorithm the kernel would look for among
/// its modules.
fn with_all_metrics(key: RouteMessageBuf, metrics: Option<&RouteMetrics>) -> RouteMessageBuf {
    let is_set =
        |number| metrics.is_some_and(|metrics| metrics.attributes().raw().payload_of(number).is_some());
    let absent =
        (1..=LAST_METRIC).filter(|number| *number != RouteMetrics::RTAX_CC_ALGO.number() && !is_set(*number));
    let all = metrics.map_or_else(RouteMetrics::build, RouteMetricsBuf::from_view);
    let all = absent.fold(all, |all, number| all.with(Attr::<RouteMetrics, u32>::new(number, "RTAX"), 0u32));
    key.metrics(all)
}

/// Whether a request to delete the first route might delete the second.
pub(super) fn finds(key: &RouteMessage, route: &RouteMessage) -> bool {
    let metric = key.metric().unwrap_or_default();
    let is_close = key.family() == route.family()
        && key.table() == route.table()
        && key.prefix().map(|prefix| prefix.trunc()) == route.prefix().map(|prefix| prefix.trunc())
        && key.tos() == route.tos()
        && (metric == 0 || route.metric() == Some(metric))
        && (key.protocol() == RouteProtocol::UNSPEC || key.protocol() == route.protocol());
    is_close
        && match key.family() {
            AddressFamily::INET => finds_ipv4(key, route),
            _ => finds_ipv6(key, route),
        }
}

fn finds_ipv4(key: &RouteMessage, route: &RouteMessage) -> bool {
    (key.route_type() == RouteType::UNSPEC || key.route_type() == route.route_type())
        && (key.scope() == RouteScope::NOWHERE || key.scope() == route.scope())
        && (key.preferred_source().is_none() || key.preferred_source() == route.preferred_source())
        && has_hops(key, route)
        && has_metrics(key.metrics(), route.metrics())
}

/// By `fib_nh_match`.
fn has_hops(key: &RouteMessage, route: &RouteMessage) -> bool {
    let says_one = key.device().is_some() || key.gateway().is_some();
    if key.next_hop_id().is_some() {
        return key.next_hop_id() == route.next_hop_id();
    }
    if route.next_hop_id().is_some() {
        return !says_one && key.raw_next_hops().is_none();
    }
    let (asked, hops) = (hops(key), hops(route));
    if says_one {
        // Of several the first.
        return asked.iter().zip(&hops).all(|(asked, hop)| asked.finds(hop));
    }
    key.raw_next_hops().is_none()
        || hops.len() <= asked.len() && asked.iter().zip(&hops).all(|(asked, hop)| asked.finds(hop))
}

/// By `fib_metrics_match`.
fn has_metrics(asked: Option<&RouteMetrics>, is: Option<&RouteMetrics>) -> bool {
    let Some(asked) = asked else { return true };
    let is = |number| is.and_then(|is| is.attributes().raw().payload_of(number)).unwrap_or(&[0; 4]);
    asked.attributes().raw().all(|asked| is(asked.number()) == asked.payload)
}

fn finds_ipv6(key: &RouteMessage, route: &RouteMessage) -> bool {
    if key.source_prefix() != route.source_prefix() {
        return false;
    }
    if route.next_hop_id().is_some() {
        return key.next_hop_id().is_none_or(|id| route.next_hop_id() == Some(id));
    }
    if key.next_hop_id().is_some() {
        return false;
    }
    // Of several each by itself.
    let hops = hops(route);
    self::hops(key).iter().any(|asked| hops.iter().any(|hop| asked.finds(hop)))
}

/// A next hop, as the kernel compares it.
struct Hop<'a> {
    device: Option<u32>,
    gateway: Option<IpAddr>,
    realms: Option<Realms>,
    encap: Option<&'a Nest>,
}

impl Hop<'_> {
    fn finds(&self, hop: &Hop<'_>) -> bool {
        let unspecified = |gateway: &IpAddr| !gateway.is_unspecified();
        (self.device.is_none() || self.device == hop.device)
            && (self.gateway.is_none() || self.gateway.filter(unspecified) == hop.gateway)
            && (self.realms.is_none() || self.realms == hop.realms)
            && (self.encap.is_none() || self.encap.map(View::as_bytes) == hop.encap.map(View::as_bytes))
    }
}

/// The next hops of a route: its own, or several.
fn hops(route: &RouteMessage) -> Vec<Hop<'_>> {
    let of = |hop: &'_ NextHop| (hop.device(), hop.gateway(), hop.realms());
    let several = route.next_hops().map(|hop| {
        let (device, gateway, realms) = of(hop);
        Hop { device: Some(device).filter(|device| *device != 0), gateway, realms, encap: None }
    });
    let several: Vec<_> = several.collect();
    if !several.is_empty() {
        return several;
    }
    let (device, gateway) = (route.device(), route.gateway());
    vec![Hop { device, gateway, realms: route.realms(), encap: route.raw_encap() }]
}
