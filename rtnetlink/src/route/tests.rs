//! Routes as `ip` asks for them and as the kernel tells them.

use super::encap::ila::{IlaChecksumMode, IlaHook, IlaIdentifierType};
use super::encap::ioam6::{Ioam6Mode, Ioam6Trace};
use super::encap::ip::{ErspanOption, GeneveOption, IpTunnelBuf, TunnelFlags, TunnelOptions, VxlanOption};
use super::encap::seg6::{Seg6Mode, SegmentHeader};
use super::encap::seg6_local::{Seg6Action, Seg6Counters};
use super::encap::*;
use super::*;
use crate::capture::capture;
use crate::{AddressFamily, RouteScope};
use netlink_packet::{Build, Scope, View};
use std::net::IpAddr;
use std::time::Duration;

/// The bytes of a capture.
macro_rules! bytes {
    ($name:literal) => {
        capture!($name).payload
    };
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The devices of the machine that the captures come from.
const ETH0: u32 = 3;
const V1: u32 = 2;

/// The same but for the bytes that fill attributes up, in which `ip` leaves what was in its memory.
fn assert_same(route: RouteMessageBuf, asked: &[u8]) {
    let asked = RouteMessage::new(asked).unwrap();
    assert_eq!(route.buffer().problem(), None);
    assert_eq!(format!("{route:?}"), format!("{asked:?}"));
    assert_eq!(route.view().as_bytes().len(), asked.as_bytes().len());
}

/// The built message as bytes.
fn built(route: RouteMessageBuf) -> Vec<u8> {
    assert_eq!(route.buffer().problem(), None);
    route.view().as_bytes().to_vec()
}

#[test]
fn built_as_ip_does() {
    let plain = Route::to("198.51.100.0/24").via("192.0.2.254").metric(100).device(ETH0);
    assert_eq!(built(plain), bytes!("add_route"));
    let direct = Route::to("198.51.101.0/24").preferred_source("192.0.2.1").device(ETH0);
    assert_eq!(built(direct), bytes!("add_route_device"));
    let table = Route::to("default").via("192.0.2.254").table(300).protocol(RouteProtocol::STATIC);
    assert_eq!(built(table), bytes!("add_route_table"));
    let other_family = Route::to("198.51.102.0/24").via("2001:db8::fe").device(ETH0);
    assert_eq!(built(other_family), bytes!("add_route_via6"));
    assert_eq!(built(Route::of(RouteType::BLACKHOLE, "198.51.105.0/24")), bytes!("add_route_blackhole"));
    assert_eq!(built(Route::of(RouteType::LOCAL, "198.51.106.1").device(ETH0)), bytes!("add_route_local"));
    let on_link = Route::to("198.51.107.0/24").via("203.0.113.1").on_link().realms(Realms { from: 3, to: 7 });
    assert_eq!(built(on_link.device(ETH0)), bytes!("add_route_onlink"));
    assert_eq!(built(Route::to("198.51.108.0/24").next_hop(10)), bytes!("add_route_nhid"));
}

#[test]
fn built_as_ip_does_for_ipv6() {
    let expiring = Route::to("2001:db8:1::/48")
        .via("2001:db8::fe")
        .metric(50)
        .expires(Duration::from_secs(60))
        .preference(RouterPreference::HIGH)
        .device(ETH0);
    assert_eq!(built(expiring), bytes!("add_route6"));
    let from = Route::to("2001:db8:2::/48").from("2001:db8:3::/48").via("2001:db8::fe").device(ETH0);
    let asked = capture!("add_route6_from");
    let asked: &RouteMessage = asked.view();
    assert_eq!(asked.source_prefix(), from.view().source_prefix());
    assert_eq!((asked.prefix(), asked.gateway()), (from.view().prefix(), from.view().gateway()));
    assert_eq!(asked.as_bytes().len(), from.view().as_bytes().len());
}

#[test]
fn built_as_ip_does_over_several_paths() {
    let hops = [
        NextHop::via("192.0.2.253").device(ETH0).weight(2),
        NextHop::via("2001:db8::fe").device(ETH0),
        NextHop::build().device(V1).weight(256),
    ];
    assert_same(Route::to("198.51.103.0/24").multipath(hops), &bytes!("add_route_multipath"));
    let metrics = RouteMetrics::build()
        .locked(LockedMetrics::MTU)
        .mtu(1400)
        .advertised_mss(1360)
        .hop_limit(9)
        .features(RouteFeatures::ECN)
        .quick_ack(1)
        .congestion_control("cubic");
    let asked = capture!("add_route_metrics");
    let asked: &RouteMessage = asked.view();
    let of = |metrics: &RouteMetrics| {
        (
            (metrics.locked(), metrics.mtu(), metrics.advertised_mss(), metrics.hop_limit()),
            (metrics.features(), metrics.quick_ack(), metrics.congestion_control().map(str::to_owned)),
        )
    };
    assert_eq!(of(asked.metrics().unwrap()), of(metrics.view()));
}

#[test]
fn listed_routes_are_read() {
    let reported = capture!("route_multipath");
    let route: &RouteMessage = reported.view();
    let hops: Vec<_> = route.next_hops().map(|hop| (hop.gateway(), hop.device(), hop.weight())).collect();
    let expected =
        [(Some(address("192.0.2.253")), ETH0, 2), (Some(address("2001:db8::fe")), ETH0, 1), (None, V1, 256)];
    assert_eq!(hops, expected);
    let reported = capture!("route_table");
    let route: &RouteMessage = reported.view();
    assert_eq!((route.prefix(), route.table()), ("0.0.0.0/0".parse().ok(), RouteTable(300)));
    assert_eq!((route.protocol(), route.scope()), (RouteProtocol::STATIC, RouteScope::UNIVERSE));
    let reported = capture!("route_nhid");
    let route: &RouteMessage = reported.view();
    assert_eq!((route.next_hop_id(), route.gateway()), (Some(10), Some(address("192.0.2.254"))));
    let reported = capture!("route6");
    let route: &RouteMessage = reported.view();
    assert_eq!((route.preference(), route.metric()), (Some(RouterPreference::HIGH), Some(50)));
    let left = route.expires_in().unwrap().as_secs();
    assert!((1..=60).contains(&left), "{left}");
    let reported = capture!("route_onlink");
    let route: &RouteMessage = reported.view();
    assert!(route.flags().contains(RouteFlags::ON_LINK));
    assert_eq!(route.realms(), Some(Realms { from: 3, to: 7 }));
    let reported = capture!("route_metrics");
    let metrics = reported.view::<RouteMessage>().metrics().unwrap();
    assert_eq!((metrics.locked(), metrics.congestion_control()), (Some(LockedMetrics::MTU), Some("cubic")));
}

#[test]
fn labels() {
    let route = Route::label(100).new_labels([200, 300]).via("192.0.2.254").device(ETH0);
    assert_eq!(built(route), bytes!("add_route_label"));
    let reported = capture!("route_label");
    let route: &RouteMessage = reported.view();
    assert_eq!(route.family(), AddressFamily::MPLS);
    let labels: Vec<_> = route.labels().map(|label| (label.label(), label.is_bottom())).collect();
    assert_eq!(labels, [(100, true)]);
    let labels: Vec<_> =
        route.new_labels().unwrap().map(|label| (label.label(), label.is_bottom())).collect();
    assert_eq!(labels, [(200, false), (300, true)]);
    assert_eq!((route.prefix(), route.gateway()), (None, Some(address("192.0.2.254"))));
    assert!(format!("{route:?}").contains("destination: [100]"), "{route:?}");
}

#[test]
fn a_label_of_21_bits_is_refused() {
    let route = Route::label(1 << 20);
    assert!(route.buffer().problem().unwrap().to_string().starts_with("1048576 is not a valid MPLS label"));
}

#[test]
fn encapsulations_are_built_as_ip_does() {
    let mpls = Route::to("198.51.110.0/24").encap(Mpls::build().labels([100, 200]).ttl(7));
    assert_same(mpls.via("192.0.2.254").device(ETH0), &bytes!("add_route_mpls"));

    let seg6 = Route::to("2001:db8:14::/64").encap(Seg6::encap(["fc00::1", "fc00::2"])).device(ETH0);
    assert_same(seg6, &bytes!("add_route_seg6"));
    let inline = Route::to("2001:db8:15::/64").encap(Seg6::inline(["fc00::1"])).device(ETH0);
    assert_same(inline, &bytes!("add_route_seg6_inline"));
    let table = Seg6Local::build().action(Seg6Action::END_DT6).table(RouteTable(300));
    let route = Route::to("2001:db8:17::1").encap(table).device(ETH0);
    assert_same(route, &bytes!("add_route_seg6local_table"));
    let header = SegmentHeader::through(["fc00::1", "fc00::2"], false);
    let encaps = Seg6Local::build().header(header).action(Seg6Action::END_B6_ENCAP);
    let route = Route::to("2001:db8:18::1").encap(encaps).device(ETH0);
    same_encap::<Seg6Local>(&route, &bytes!("add_route_seg6local_b6"));
    // `segs fc00::1,fc00::2` of `ip`, which writes the last one first, while the kernel starts with the first one of
    // the header.
    let rpl = Route::to("2001:db8:19::/64").encap(Rpl::through(["fc00::2", "fc00::1"])).device(ETH0);
    assert_same(rpl, &bytes!("add_route_rpl"));
    let xfrm = Xfrm::build().interface_id(5).device(1u32);
    same_encap::<Xfrm>(&Route::to("198.51.114.0/24").encap(xfrm).device(ETH0), &bytes!("add_route_xfrm"));
}

/// The request of `ip` has the same encapsulation as the built one, perhaps in another order.
fn same_encap<E: Encap + ?Sized>(built: &RouteMessageBuf, asked: &[u8]) {
    let sorted = |route: &RouteMessage| {
        let shown = format!("{:?}", route.encap::<E>().unwrap());
        let mut fields: Vec<_> = shown.split(['{', '}', ',', ' ']).map(str::to_owned).collect();
        fields.sort();
        fields
    };
    assert_eq!(sorted(built.view()), sorted(RouteMessage::new(asked).unwrap()));
}

#[test]
fn tunnels_are_built_as_ip_does() {
    let v4 = IpTunnel::build()
        .id(42u64)
        .destination("203.0.113.1")
        .source("203.0.113.2")
        .ttl(9)
        .tos(4)
        .flags(TunnelFlags::KEY);
    let route = |encap| Route::to("198.51.111.0/24").encap::<IpTunnelBuf>(encap).device(ETH0);
    same_encap::<IpTunnel>(&route(v4), &bytes!("add_route_ip"));
    let to = || IpTunnel::build().id(42u64).destination("203.0.113.1");
    let geneve = GeneveOption::build().class(1u16).option_type(2).data([0xa1, 0xb2, 0xc3, 0xd4]);
    let options = TunnelOptions::build().geneve([geneve]);
    same_encap::<IpTunnel>(&route(to().options(options)), &bytes!("add_route_ip_geneve"));
    let options = TunnelOptions::build().vxlan(VxlanOption::build().group_policy(77u32));
    same_encap::<IpTunnel>(&route(to().options(options)), &bytes!("add_route_ip_vxlan"));
    let erspan = ErspanOption::build().version(1).index(123u32);
    let asked = bytes!("add_route_ip_erspan");
    let asked = RouteMessage::new(&asked).unwrap().encap::<IpTunnel>().unwrap();
    let asked = asked.options().and_then(TunnelOptions::erspan).unwrap();
    assert_eq!((asked.version(), asked.index()), (erspan.view().version(), erspan.view().index()));
    let v6 = Ip6Tunnel::build()
        .id(43u64)
        .destination("2001:db8::9")
        .source("2001:db8::8")
        .hop_limit(8)
        .traffic_class(3)
        .flags(TunnelFlags::KEY);
    same_encap::<Ip6Tunnel>(&Route::to("198.51.113.0/24").encap(v6), &bytes!("add_route_ip6"));
}

#[test]
fn rarer_encapsulations_are_built_as_ip_does() {
    let local = Seg6Local::build()
        .action(Seg6Action::END_DX4)
        .next_hop4("192.0.2.254")
        .counters(Seg6Counters::build().packets(0u64).bytes(0u64).errors(0u64));
    let route = Route::to("2001:db8:16::1").encap(local).device(ETH0);
    same_encap::<Seg6Local>(&route, &bytes!("add_route_seg6local"));
    let trace = Ioam6Trace::build().namespace(1u16).trace_type(0x8000_0000_u32).room(3);
    let ioam6 =
        Ioam6::build().mode(Ioam6Mode::ENCAP).destination("fc00::1").packets(1u32).every(3u32).trace(trace);
    same_encap::<Ioam6>(&Route::to("2001:db8:1a::/64").encap(ioam6), &bytes!("add_route_ioam6"));
    let ila = Ila::build()
        .locator("2001:0:0:1")
        .checksum_mode(IlaChecksumMode::NO_ACTION)
        .identifier_type(IlaIdentifierType::LUID)
        .hook(IlaHook::ROUTE_OUTPUT);
    same_encap::<Ila>(&Route::to("2001:db8:1b::1").encap(ila), &bytes!("add_route_ila"));
}

#[test]
fn listed_encapsulations_are_read() {
    let reported = capture!("route_mpls");
    let mpls = reported.view::<RouteMessage>().encap::<Mpls>().unwrap();
    assert_eq!(mpls.labels().unwrap().map(MplsLabel::label).collect::<Vec<_>>(), [100, 200]);
    assert_eq!(mpls.ttl(), Some(7));
    assert!(reported.view::<RouteMessage>().encap::<Seg6>().is_none());

    let reported = capture!("route_ip");
    let tunnel = reported.view::<RouteMessage>().encap::<IpTunnel>().unwrap();
    assert_eq!((tunnel.id(), tunnel.ttl(), tunnel.tos()), (Some(42), Some(9), Some(4)));
    assert_eq!(tunnel.destination(), Some([203, 0, 113, 1].into()));
    assert!(tunnel.flags().unwrap().contains(TunnelFlags::KEY));
    let reported = capture!("route_ip_vxlan");
    let options = reported.view::<RouteMessage>().encap::<IpTunnel>().and_then(IpTunnel::options).unwrap();
    assert_eq!(options.vxlan().and_then(VxlanOption::group_policy), Some(77));
    let reported = capture!("route_ip_erspan");
    let options = reported.view::<RouteMessage>().encap::<IpTunnel>().and_then(IpTunnel::options).unwrap();
    assert_eq!(options.erspan().and_then(ErspanOption::index), Some(123));
    let reported = capture!("route_ip6");
    let tunnel = reported.view::<RouteMessage>().encap::<Ip6Tunnel>().unwrap();
    assert_eq!((tunnel.id(), tunnel.hop_limit(), tunnel.traffic_class()), (Some(43), Some(8), Some(3)));

    let reported = capture!("route_seg6_inline");
    let seg6 = reported.view::<RouteMessage>().encap::<Seg6>().unwrap();
    assert_eq!(seg6.mode(), Some(Seg6Mode::INLINE));
    assert_eq!(seg6.path().map(|segment| segment.to_string()).collect::<Vec<_>>(), ["fc00::1", "::"]);
    let reported = capture!("route_seg6local");
    let local = reported.view::<RouteMessage>().encap::<Seg6Local>().unwrap();
    assert_eq!(
        (local.action(), local.next_hop4()),
        (Some(Seg6Action::END_DX4), Some([192, 0, 2, 254].into()))
    );
    let reported = capture!("route_seg6local_b6");
    let header = reported.view::<RouteMessage>().encap::<Seg6Local>().and_then(Seg6Local::header).unwrap();
    assert_eq!(header.path().map(|segment| segment.to_string()).collect::<Vec<_>>(), ["fc00::1", "fc00::2"]);
    let reported = capture!("route_ila");
    let ila = reported.view::<RouteMessage>().encap::<Ila>().unwrap();
    assert_eq!(
        (ila.locator().unwrap().to_string(), ila.identifier_type()),
        ("2001:0:0:1".into(), Some(IlaIdentifierType::LUID))
    );
}

#[test]
fn printing_looks_into_what_an_attribute_behind_it_chooses() {
    let reported = capture!("route_seg6");
    let shown = format!("{:?}", reported.view::<RouteMessage>());
    assert!(
        shown.contains("raw_encap: Seg6 { tunnel: Seg6Tunnel { mode: encap, header: SegmentHeader {"),
        "{shown}"
    );
    assert!(shown.contains("segments: [fc00::2, fc00::1]"), "{shown}");
    let route = Route::to("198.51.100.0/24").multipath([NextHop::build().encap(Mpls::build().labels(5))]);
    let shown = format!("{route:?}");
    assert!(shown.contains("raw_next_hops: [NextHop {") && shown.contains("Mpls { labels: [5] }"), "{shown}");
}

#[test]
fn an_error_points_into_a_path() {
    let hops = [NextHop::via("192.0.2.1"), NextHop::build().encap(Mpls::build().ttl(3))];
    let route = Route::to("198.51.100.0/24").multipath(hops);
    let at = route.as_bytes().len() - 8 - 8;
    assert_eq!(Scope::of(route.view()).path(at), ["RTA_MULTIPATH", "RTA_ENCAP", "MPLS_IPTUNNEL_TTL"],);
}

#[test]
fn a_default_route_is_of_its_gateways_family() {
    let of = |route: RouteMessageBuf| (route.view().family(), route.view().scope());
    assert_eq!(of(Route::to("default").via("192.0.2.1")), (AddressFamily::INET, RouteScope::UNIVERSE));
    assert_eq!(of(Route::to("default").via("2001:db8::1")), (AddressFamily::INET6, RouteScope::UNIVERSE));
    let hops = [NextHop::via("2001:db8::1")];
    assert_eq!(of(Route::to("default").multipath(hops)), (AddressFamily::INET6, RouteScope::UNIVERSE));
    assert_eq!(of(Route::to("0.0.0.0/0").via("2001:db8::1")), (AddressFamily::INET, RouteScope::UNIVERSE));
    assert_eq!(of(Route::to("default").device("ppp0")), (AddressFamily::INET, RouteScope::LINK));
    assert!(Route::to("defaults").buffer().problem().is_some());
}

#[test]
fn weights_count_from_one() {
    for (weight, hops) in [(1, 0), (256, 255)] {
        let hop = NextHop::build().weight(weight);
        assert_eq!((hop.view().hops(), hop.buffer().problem()), (hops, None));
    }
    for weight in [0, 257] {
        assert!(NextHop::build().weight(weight).buffer().problem().is_some());
    }
}

#[test]
fn a_table_moves_between_its_places() {
    let short = Route::to("default").table(300).table(100);
    assert_eq!((short.view().table(), short.view().raw_table()), (RouteTable(100), None));
    let long = Route::to("default").table(100).table(300);
    assert_eq!((long.view().table(), long.view().header_table()), (RouteTable(300), RouteTable::UNSPEC));
}

#[test]
fn hostile_next_hops() {
    let route = bytes!("add_route_multipath");
    for at in 12..route.len() {
        for value in [0, 1, 0xff] {
            let mut lying = route.clone();
            lying[at] = value;
            let route = RouteMessage::new(&lying).unwrap();
            let _ = format!("{route:?}");
            let _ = (route.next_hops().count(), route.malformed().count());
        }
    }
    assert_eq!(RouteMessage::HEADER, 12);
}

#[test]
fn a_destination_that_cannot_be_read_is_none() {
    let route = Route::to("198.51.100.0/24").metric(7);
    let at = route.as_bytes().len() - 16;
    assert_eq!(route.as_bytes()[at + 2..][..2], RouteMessage::RTA_DST.number().to_ne_bytes());
    for length in [0, 3, 7, 200] {
        let mut lying = route.as_bytes().to_vec();
        lying[at..at + 2].copy_from_slice(&u16::to_ne_bytes(length));
        let route = RouteMessage::new(&lying).unwrap();
        assert_eq!((route.prefix(), route.malformed().count() > 0), (None, true), "{length}");
    }
    assert_eq!(Route::to("default").view().prefix(), Some("0.0.0.0/0".parse().unwrap()));
    assert_eq!(Route::to("::/0").view().prefix(), Some("::/0".parse().unwrap()));
}

#[test]
fn what_was_listed_becomes_a_request() {
    let reported = capture!("route_nhid");
    let request = reported.view::<RouteMessage>().to_request();
    let kinds: Vec<_> = request.view().attributes().raw().map(|attribute| attribute.number()).collect();
    assert_eq!(
        kinds,
        [RouteMessage::RTA_TABLE.number(), RouteMessage::RTA_DST.number(), RouteMessage::RTA_NH_ID.number()]
    );
    let reported = capture!("route6");
    let request = reported.view::<RouteMessage>().to_request();
    let left = request.view().expires().unwrap().as_secs();
    assert!((1..=60).contains(&left) && request.view().cache_info().is_none(), "{request:?}");
    let reported = capture!("route_multipath");
    let request = reported.view::<RouteMessage>().to_request();
    assert_eq!(request.view().raw_next_hops().unwrap().count(), 3);
}
