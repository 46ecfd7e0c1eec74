//! Routes, next hops and rules.

use crate::walk::What::{Refused, Shown, Told};
use crate::walk::{Row, not, row, walk};
use iproute2::netlink_packet::Packet;

use iproute2::rtnetlink::route::{Realms, RouteMessageBuf, RouteMetrics, RouterPreference};

use iproute2::{AddressFamily, LinkMessage, NextHopMessage, Result, Route, RouteMessage, Veth, blocking};

use std::net::IpAddr;
use std::time::Duration;

const DEVICE: u32 = 501;
const OTHER: u32 = 502;
const IGNORED: &str = "the kernel ignores ";
const NH: u32 = 9;

#[test]
fn routes_of_ipv4() {
    let mut rows = routes();
    rows.extend([
        row("RTA_FLOW", |route: RouteMessageBuf| route.realms(Realms { from: 1, to: 2 }), Told, Told),
        row(
            "RTA_VIA",
            |route: RouteMessageBuf| route.raw_via("2001:db8::9".parse::<IpAddr>().unwrap()),
            Told,
            Told,
        ),
        row(
            "RTA_PREF",
            |route: RouteMessageBuf| route.preference(RouterPreference::HIGH),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row(
            "RTA_EXPIRES",
            |route: RouteMessageBuf| route.expires(Duration::from_secs(60)),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row(
            "RTA_SRC",
            |route: RouteMessageBuf| route.source("192.0.2.0"),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row("RTA_PREFSRC", |route: RouteMessageBuf| route.preferred_source("192.0.2.1"), Told, Told),
        row(
            "RTA_GATEWAY",
            |route: RouteMessageBuf| route.family(AddressFamily::INET).via("192.0.2.9"),
            Told,
            Told,
        ),
    ]);
    walk(&rows, |ip, row| add(ip, row, "198.51.100.0/24"), |ip, row| change(ip, row, "198.51.100.0/24"));
}

#[test]
fn routes_of_ipv6() {
    let mut rows = routes();
    rows.extend([
        row(
            "RTA_FLOW",
            |route: RouteMessageBuf| route.realms(Realms { from: 1, to: 2 }),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row(
            "RTA_VIA",
            |route: RouteMessageBuf| route.via("192.0.2.9"),
            Refused("IPv6 does not support RTA_VIA"),
            Refused("IPv6 does not support RTA_VIA"),
        ),
        row("RTA_PREF", |route: RouteMessageBuf| route.preference(RouterPreference::HIGH), Told, Told),
        row("RTA_EXPIRES", |route: RouteMessageBuf| route.expires(Duration::from_secs(60)), Shown, Shown)
            .shown(|route| route.expires_in().is_some_and(|left| left.as_secs().abs_diff(60) < 2)),
        not("RTA_SRC", "kernels are built without routes by source"),
        row("RTA_PREFSRC", |route: RouteMessageBuf| route.preferred_source("2001:db8::1"), Told, Told),
        row(
            "RTA_GATEWAY",
            |route: RouteMessageBuf| route.family(AddressFamily::INET6).via("2001:db8::9"),
            Told,
            Told,
        ),
    ]);
    walk(&rows, |ip, row| add(ip, row, "2001:db8:1::/48"), |ip, row| change(ip, row, "2001:db8:1::/48"));
}

/// What both families have.
fn routes() -> Vec<Row<RouteMessageBuf>> {
    let ignored = |attribute, set: fn(RouteMessageBuf) -> RouteMessageBuf| {
        row(attribute, set, Refused(IGNORED), Refused(IGNORED))
    };
    vec![
        not("RTA_DST", "it says which route it is"),
        not("RTA_PRIORITY", "it says which route it is"),
        not("RTA_TABLE", "it says which route it is"),
        row("RTA_OIF", |route: RouteMessageBuf| route.device(OTHER), Told, Told),
        row(
            "RTA_METRICS",
            |route: RouteMessageBuf| {
                route.metrics(RouteMetrics::build().mtu(1300).initial_congestion_window(5))
            },
            Told,
            Told,
        ),
        not("RTA_MULTIPATH", "the tests of routes have it"),
        not("RTA_ENCAP_TYPE", "the tests of routes have each"),
        not("RTA_ENCAP", "the tests of routes have each"),
        row("RTA_NH_ID", |route: RouteMessageBuf| route.next_hop_id(NH), Told, Told).of("next hop"),
        ignored("RTA_IIF", |route| route.input_device(DEVICE)),
        ignored("RTA_MARK", |route| route.mark(5)),
        ignored("RTA_NEWDST", |route| route.new_labels([100u32])),
        ignored("RTA_UID", |route| route.uid(5)),
        ignored("RTA_TTL_PROPAGATE", |route| route.ttl_propagate(true)),
        ignored("RTA_IP_PROTO", |route| route.ip_protocol(6)),
        ignored("RTA_SPORT", |route| route.source_port(5)),
        ignored("RTA_DPORT", |route| route.destination_port(5)),
        ignored("RTA_FLOWLABEL", |route| route.flow_label(5u32)),
    ]
}

/// Two links with addresses, and a next hop.
fn prepare(ip: &blocking::Handle) -> Result<()> {
    let end = |index: u32, name: &str| LinkMessage::build().index(index).name(name);
    ip.link().add(end(DEVICE, "v0").kind(Veth::build().peer(end(OTHER, "v1")))).wait()?;
    for device in [DEVICE, OTHER] {
        ip.link().change(device, LinkMessage::build().up()).wait()?;
    }
    ip.address().add(DEVICE, "192.0.2.1/24").wait()?;
    let address = iproute2::AddressMessage::build().prefix("2001:db8::1/64");
    ip.address().add(DEVICE, address.flags(iproute2::AddressFlags::NODAD)).wait()
}

fn route(ip: &blocking::Handle, row: &Row<RouteMessageBuf>, to: &str) -> Result<RouteMessageBuf> {
    prepare(ip)?;
    if row.base == "next hop" {
        let family = if to.contains(':') { AddressFamily::INET6 } else { AddressFamily::INET };
        ip.nexthop().add(NextHopMessage::build().id(NH).family(family).device(DEVICE)).wait()?;
        return Ok(Route::to(to));
    }
    Ok(Route::to(to).device(DEVICE))
}

fn add(ip: &blocking::Handle, row: &Row<RouteMessageBuf>, to: &str) -> Result<Packet<RouteMessage>> {
    let route = route(ip, row, to)?;
    ip.route().add((row.set)(route)).created().wait()
}

fn change(ip: &blocking::Handle, row: &Row<RouteMessageBuf>, to: &str) -> Result<Packet<RouteMessage>> {
    let route = route(ip, row, to)?;
    ip.route().add(Route::to(to).device(DEVICE)).wait()?;
    ip.route().replace((row.changed)(route)).created().wait()
}
