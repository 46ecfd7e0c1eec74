//! One of everything but links: objects as we build them, each with the words by which a tool makes the same.

#![allow(dead_code, reason = "each test binary uses a part")]

use crate::support::{self, made, skip};
use iproute2::rtnetlink::link::{Vrf, Xfrm};
use iproute2::rtnetlink::neighbour::{NeighbourExtFlags, NeighbourMessageBuf};
use iproute2::rtnetlink::nexthop::{NextHopMessageBuf, ResilientGroup};
use iproute2::rtnetlink::route::encap::{
    self, Ip6Tunnel, IpTunnel, Mpls, Seg6, Seg6Local,
    ip::{ErspanOption, GeneveOption, TunnelFlags, TunnelOptions, VxlanOption},
    seg6::{Seg6Mode, SegmentHeader},
    seg6_local::{Seg6Action, Seg6Counters},
};
use iproute2::rtnetlink::route::{Realms, RouteFeatures, RouteMessageBuf, RouteMetrics, RouterPreference};
use iproute2::rtnetlink::rule::RuleMessageBuf;
use iproute2::{
    AddressFamily, AddressFlags, AddressMessage, Bridge, Error, LinkMessage, Neighbour, NeighbourFlags,
    NeighbourState, NextHop, NextHopMessage, Route, RouteProtocol, RouteTable, RouteType, Rule, RuleAction,
    Veth, Vxlan, blocking,
};
use std::net::IpAddr;
use std::time::Duration;

/// A handle in a namespace of its own, with a pair of links that are up, the first with an address of each family.
pub(crate) fn pair() -> Option<blocking::Handle> {
    if !support::enter() {
        return None;
    }
    let ip = blocking::connect().unwrap();
    ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
    let address = AddressMessage::build().prefix("2001:db8::1/64").flags(AddressFlags::NODAD);
    ip.address().add("v0", address).wait().unwrap();
    Some(ip)
}

/// Whether this kernel lacks an encapsulation, or the link that packets would be put into.
pub(crate) fn is_lacking(error: &Error, command: &str) -> bool {
    let text = error.message().unwrap_or_default();
    if command.contains("encap xfrm") || command.contains("vrftable") {
        return error.is_not_found() || error.is_not_supported() || error.is_invalid();
    }
    error.is_not_supported()
        && (text.contains("lwt encap") || text.contains("Unsupported") || text.is_empty())
}

/// Whether options of tunnels may be tried: others than these kernels never come back from some.
pub(crate) fn takes_tunnel_options() -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    release.starts_with("6.1.") || release.starts_with("6.12.")
}

/// Routes, and what makes them by `ip route add`.
pub(crate) fn routes() -> Vec<(RouteMessageBuf, &'static str)> {
    let by = |prefix: &str| Route::to(prefix).via("192.0.2.254").device("v0");
    let on = |prefix: &str| Route::to(prefix).device("v0");
    let realms = |from, to| Realms { from, to };
    let dropped = |route_type, prefix: &str| Route::of(route_type, prefix);
    let all_metrics = RouteMetrics::build()
        .lock(RouteMetrics::RTAX_MTU, 1400)
        .window(1000)
        .rtt(800)
        .rtt_variance(200)
        .slow_start_threshold(20)
        .congestion_window(10)
        .advertised_mss(1300)
        .reordering(5)
        .hop_limit(9)
        .initial_congestion_window(10)
        .features(RouteFeatures::ECN)
        .lock(RouteMetrics::RTAX_RTO_MIN, 300)
        .initial_receive_window(11)
        .quick_ack(1)
        .congestion_control("reno")
        .fast_open_no_cookie(1);
    let mut routes = vec![
        (
            by("198.51.100.0/24")
                .metric(100)
                .preferred_source("192.0.2.1")
                .tos(0x10)
                .protocol(RouteProtocol::STATIC)
                .realms(realms(3, 7)),
            "198.51.100.0/24 via 192.0.2.254 dev v0 metric 100 src 192.0.2.1 tos 0x10 proto static realms 3/7",
        ),
        (
            Route::to("198.51.101.0/24").via("2001:db8::fe").device("v0"),
            "198.51.101.0/24 via inet6 2001:db8::fe dev v0",
        ),
        (
            Route::to("198.51.102.0/24").multipath([
                NextHop::via("192.0.2.253").device("v0").weight(2).realms(realms(0, 5)),
                NextHop::via("2001:db8::fe").device("v0").on_link(),
                NextHop::build().device("v1").weight(256),
            ]),
            "198.51.102.0/24 nexthop via 192.0.2.253 dev v0 weight 2 realms 5 nexthop via inet6 2001:db8::fe dev v0 onlink nexthop dev v1 weight 256",
        ),
        (
            on("198.51.103.0/24").metrics(all_metrics),
            "198.51.103.0/24 dev v0 mtu lock 1400 window 1000 rtt 100ms rttvar 50ms ssthresh 20 cwnd 10 advmss 1300 reordering 5 hoplimit 9 initcwnd 10 features ecn rto_min 300ms initrwnd 11 quickack 1 congctl reno fastopen_no_cookie 1",
        ),
        (dropped(RouteType::BLACKHOLE, "203.0.1.0/24"), "blackhole 203.0.1.0/24"),
        (dropped(RouteType::UNREACHABLE, "203.0.2.0/24"), "unreachable 203.0.2.0/24"),
        (dropped(RouteType::PROHIBIT, "203.0.3.0/24"), "prohibit 203.0.3.0/24"),
        (dropped(RouteType::THROW, "203.0.4.0/24"), "throw 203.0.4.0/24"),
        (dropped(RouteType::BLACKHOLE, "2001:db8:201::/48"), "blackhole 2001:db8:201::/48"),
        (dropped(RouteType::UNREACHABLE, "2001:db8:202::/48"), "unreachable 2001:db8:202::/48"),
        (dropped(RouteType::PROHIBIT, "2001:db8:203::/48"), "prohibit 2001:db8:203::/48"),
        (dropped(RouteType::THROW, "2001:db8:204::/48"), "throw 2001:db8:204::/48"),
        (dropped(RouteType::LOCAL, "198.51.112.1").device("v0"), "local 198.51.112.1 dev v0"),
        (
            dropped(RouteType::BROADCAST, "198.51.113.255").device("v0").table(77),
            "broadcast 198.51.113.255 dev v0 table 77",
        ),
        (dropped(RouteType::MULTICAST, "239.1.0.0/16").device("v0"), "multicast 239.1.0.0/16 dev v0"),
        (dropped(RouteType::ANYCAST, "2001:db8:77::1").device("v0"), "anycast 2001:db8:77::1 dev v0"),
        (on("198.51.114.0/24").table(1000), "198.51.114.0/24 dev v0 table 1000"),
        (Route::to("198.51.115.0/24").next_hop(10), "198.51.115.0/24 nhid 10"),
        (Route::to("198.51.116.0/24").next_hop(20), "198.51.116.0/24 nhid 20"),
        (
            Route::to("198.51.117.0/24").via("203.0.113.9").device("v0").on_link(),
            "198.51.117.0/24 via 203.0.113.9 dev v0 onlink",
        ),
        (Route::to("default").via("192.0.2.254").metric(9), "default via 192.0.2.254 metric 9"),
        (
            Route::to("2001:db8:1::/48")
                .via("2001:db8::fe")
                .device("v0")
                .metric(50)
                .expires(Duration::from_secs(100))
                .preference(RouterPreference::HIGH),
            "2001:db8:1::/48 via 2001:db8::fe dev v0 metric 50 expires 100 pref high",
        ),
        (
            Route::to("2001:db8:2::/48").from("2001:db8:9::/48").via("2001:db8::fe").device("v0"),
            "2001:db8:2::/48 from 2001:db8:9::/48 via 2001:db8::fe dev v0",
        ),
        (
            Route::to("2001:db8:3::/48")
                .multipath([NextHop::via("2001:db8::fd").weight(3), NextHop::via("2001:db8::fe")]),
            "2001:db8:3::/48 nexthop via 2001:db8::fd weight 3 nexthop via 2001:db8::fe",
        ),
        (Route::to("2001:db8:6::/48").next_hop(12), "2001:db8:6::/48 nhid 12"),
        (
            by("198.51.104.0/24").encap(Mpls::build().labels([100, 200]).ttl(7)),
            "198.51.104.0/24 encap mpls 100/200 ttl 7 via 192.0.2.254 dev v0",
        ),
        (
            on("198.51.105.0/24").encap(
                IpTunnel::build()
                    .id(42)
                    .destination("203.0.113.1")
                    .source("192.0.2.1")
                    .ttl(9)
                    .tos(3)
                    .flags(TunnelFlags::KEY | TunnelFlags::CSUM | TunnelFlags::SEQ),
            ),
            "198.51.105.0/24 encap ip id 42 dst 203.0.113.1 src 192.0.2.1 ttl 9 tos 3 key csum seq dev v0",
        ),
        (
            on("198.51.106.0/24").encap(
                Ip6Tunnel::build()
                    .id(43)
                    .destination("2001:db8::9")
                    .source("2001:db8::1")
                    .hop_limit(8)
                    .traffic_class(5),
            ),
            "198.51.106.0/24 encap ip6 id 43 dst 2001:db8::9 src 2001:db8::1 hoplimit 8 tc 5 dev v0",
        ),
        (
            Route::to("198.51.107.0/24").multipath([
                NextHop::via("192.0.2.253").device("v0").encap(Mpls::build().labels([300])),
                NextHop::build().device("v0").encap(IpTunnel::build().id(7).destination("203.0.113.2")),
            ]),
            "198.51.107.0/24 nexthop encap mpls 300 via 192.0.2.253 dev v0 nexthop encap ip id 7 dst 203.0.113.2 dev v0",
        ),
        (
            Route::to("198.51.108.0/24")
                .device("x0")
                .encap(encap::Xfrm::build().interface_id(5).device("v0")),
            // Behind `link_dev` it would not read `dev`.
            "198.51.108.0/24 dev x0 encap xfrm if_id 5 link_dev v0",
        ),
        (
            on("2001:db8:4::/64").encap(Seg6::encap(["fc00::1", "fc00::2"])),
            "2001:db8:4::/64 encap seg6 mode encap segs fc00::1,fc00::2 dev v0",
        ),
        (
            on("2001:db8:4:1::/64").encap(Seg6::inline(["fc00::1", "fc00::2"])),
            "2001:db8:4:1::/64 encap seg6 mode inline segs fc00::1,fc00::2 dev v0",
        ),
        (
            on("2001:db8:4:2::/64").encap(Seg6::with_mode(Seg6Mode::L2ENCAP, ["fc00::1"])),
            "2001:db8:4:2::/64 encap seg6 mode l2encap segs fc00::1 dev v0",
        ),
    ];
    let local = |action| Seg6Local::build().action(action);
    let counters = Seg6Counters::build().packets(0).bytes(0).errors(0);
    let through = |own| SegmentHeader::through(["fc00::1", "fc00::2"], own);
    let locals = [
        (
            local(Seg6Action::END_DX4).next_hop4("192.0.2.254").counters(counters),
            "End.DX4 nh4 192.0.2.254 count",
        ),
        (local(Seg6Action::END), "End"),
        (local(Seg6Action::END_X).next_hop6("2001:db8::fe"), "End.X nh6 2001:db8::fe"),
        (local(Seg6Action::END_T).table(RouteTable(100)), "End.T table 100"),
        (local(Seg6Action::END_DX2).device("v1"), "End.DX2 oif v1"),
        (local(Seg6Action::END_DX6).next_hop6("2001:db8::fe"), "End.DX6 nh6 2001:db8::fe"),
        (local(Seg6Action::END_DT6).table(RouteTable(100)), "End.DT6 table 100"),
        (local(Seg6Action::END_DT4).vrf_table(RouteTable(100)), "End.DT4 vrftable 100"),
        (local(Seg6Action::END_DT46).vrf_table(RouteTable(100)), "End.DT46 vrftable 100"),
        (local(Seg6Action::END_B6).header(through(true)), "End.B6 srh segs fc00::1,fc00::2"),
        (local(Seg6Action::END_B6_ENCAP).header(through(false)), "End.B6.Encaps srh segs fc00::1,fc00::2"),
    ];
    for (number, (encap, command)) in (1..).zip(locals) {
        let prefix = format!("2001:db8:5:{number:x}::/64");
        let command = format!("{prefix} encap seg6local action {command} dev v0");
        routes.push((on(&prefix).encap(encap), command.leak()));
    }
    if takes_tunnel_options() {
        let tunnel = |options| IpTunnel::build().id(42).destination("203.0.113.1").options(options);
        let geneve = GeneveOption::build().class(0).option_type(1).data(&[0xab, 0xcd, 0x12, 0x34][..]);
        let erspan = ErspanOption::build().version(2).index(0).direction(1).hardware_id(12);
        routes.extend([
            (
                on("198.51.109.0/24").encap(tunnel(TunnelOptions::build().geneve([geneve]))),
                "198.51.109.0/24 encap ip id 42 dst 203.0.113.1 geneve_opts 0:1:abcd1234 dev v0",
            ),
            (
                on("198.51.110.0/24")
                    .encap(tunnel(TunnelOptions::build().vxlan(VxlanOption::build().group_policy(77)))),
                "198.51.110.0/24 encap ip id 42 dst 203.0.113.1 vxlan_opts 77 dev v0",
            ),
            (
                on("198.51.111.0/24").encap(tunnel(TunnelOptions::build().erspan(erspan))),
                "198.51.111.0/24 encap ip id 42 dst 203.0.113.1 erspan_opts 2:0:1:12 dev v0",
            ),
        ]);
        let tunnel = |options| Ip6Tunnel::build().id(42).destination("2001:db8::9").options(options);
        let geneve = || GeneveOption::build().class(0x102).option_type(0x81);
        let two = [
            geneve().data(&[0xab, 0xcd, 0x12, 0x34][..]),
            geneve().option_type(2).data(&[1, 2, 3, 4, 5, 6, 7, 8][..]),
        ];
        let erspan = |version: u8| ErspanOption::build().version(version);
        routes.extend([
            (
                on("2001:db8:91::/48").encap(tunnel(TunnelOptions::build().geneve(two))),
                "2001:db8:91::/48 encap ip6 id 42 dst 2001:db8::9 geneve_opts 258:129:abcd1234,258:2:0102030405060708 dev v0",
            ),
            (
                on("2001:db8:92::/48")
                    .encap(tunnel(TunnelOptions::build().vxlan(VxlanOption::build().group_policy(77)))),
                "2001:db8:92::/48 encap ip6 id 42 dst 2001:db8::9 vxlan_opts 77 dev v0",
            ),
            (
                on("2001:db8:93::/48").encap(tunnel(
                    TunnelOptions::build().erspan(erspan(2).index(0).direction(1).hardware_id(12)),
                )),
                "2001:db8:93::/48 encap ip6 id 42 dst 2001:db8::9 erspan_opts 2:0:1:12 dev v0",
            ),
            (
                on("2001:db8:94::/48").encap(tunnel(
                    TunnelOptions::build().erspan(erspan(1).index(9).direction(0).hardware_id(0)),
                )),
                "2001:db8:94::/48 encap ip6 id 42 dst 2001:db8::9 erspan_opts 1:9:0:0 dev v0",
            ),
        ]);
    }
    routes
}

/// Next hops for routes, a VRF, and a link that packets are put into.
pub(crate) fn for_routes(ip: &blocking::Handle) -> bool {
    for (object, _) in next_hops().into_iter().take(4) {
        ip.nexthop().add(object).wait().unwrap();
    }
    let vrf = LinkMessage::build().name("vrf0").kind(Vrf::build().table(100)).up();
    if made(ip.link().add(vrf).wait(), "vrf") {
        // Decapsulation into the table of a VRF wants each table to have one at most; without, it is skipped.
        let _ = std::fs::write("/proc/sys/net/vrf/strict_mode", "1");
    }
    let xfrm = LinkMessage::build().name("x0").kind(Xfrm::build().id(9).device("v0")).up();
    made(ip.link().add(xfrm).wait(), "xfrm");
    true
}

/// Routes of labels, and what makes them by `ip -M route add`.
pub(crate) fn labels() -> Vec<(RouteMessageBuf, &'static str)> {
    let hop = |label: u32, last: u8| {
        NextHop::build().new_labels([label]).raw_via(IpAddr::from([192, 0, 2, last])).device("v0")
    };
    vec![
        (
            Route::label(100).new_labels([200, 300]).via("192.0.2.254").device("v0"),
            "100 as 200/300 via inet 192.0.2.254 dev v0",
        ),
        (
            Route::label(101).via("2001:db8::fe").device("v0").ttl_propagate(true),
            "101 via inet6 2001:db8::fe dev v0 ttl-propagate enabled",
        ),
        (Route::label(102).device("lo"), "102 dev lo"),
        (
            Route::label(103).multipath([hop(201, 254), hop(202, 253)]),
            "103 nexthop as 201 via inet 192.0.2.254 dev v0 nexthop as 202 via inet 192.0.2.253 dev v0",
        ),
    ]
}

/// Lets the namespace have labels; false where this kernel has none.
pub(crate) fn for_labels() -> bool {
    let labels = std::fs::write("/proc/sys/net/mpls/platform_labels", "1000").is_ok();
    if !labels {
        skip("this kernel has no labels");
    }
    labels
}

/// Next hops and groups of them, and what makes them by `ip nexthop add`.
pub(crate) fn next_hops() -> Vec<(NextHopMessageBuf, &'static str)> {
    let via = |id: u32, gateway: &str| NextHopMessage::via(gateway).device("v0").id(id);
    let fdb = |id: u32, gateway: &str| NextHopMessage::via(gateway).fdb(true).id(id);
    let resilient = ResilientGroup::build()
        .buckets(8)
        .idle_timer(Duration::from_secs(60))
        .unbalanced_timer(Duration::from_secs(300));
    vec![
        (via(10, "192.0.2.253"), "id 10 via 192.0.2.253 dev v0"),
        (
            via(11, "192.0.2.254").on_link().protocol(RouteProtocol::STATIC),
            "id 11 via 192.0.2.254 dev v0 onlink protocol static",
        ),
        (via(12, "2001:db8::fe"), "id 12 via 2001:db8::fe dev v0"),
        (NextHopMessage::group_of([(10, 1), (11, 3)]).id(20), "id 20 group 10/11,3"),
        (NextHopMessage::dropping().id(13), "id 13 blackhole"),
        (NextHopMessage::on("v0").id(14), "id 14 dev v0"),
        (fdb(15, "192.0.2.9"), "id 15 via 192.0.2.9 fdb"),
        (fdb(16, "192.0.2.8"), "id 16 via 192.0.2.8 fdb"),
        (
            NextHopMessage::on("v0").family(AddressFamily::INET6).encap(Seg6::encap(["fc00::1"])).id(17),
            "-6 id 17 encap seg6 mode encap segs fc00::1 dev v0",
        ),
        (
            NextHopMessage::group_of([(10, 1), (11, 200)]).resilient_group(resilient).id(21),
            "id 21 group 10,1/11,200 type resilient buckets 8 idle_timer 60 unbalanced_timer 300",
        ),
        (NextHopMessage::group_of([15, 16]).fdb(true).id(22), "id 22 group 15/16 fdb"),
    ]
}

/// Rules, and what makes them by `ip rule add`.
pub(crate) fn rules() -> Vec<(RuleMessageBuf, &'static str)> {
    vec![
        (
            Rule::lookup(1000)
                .from("192.0.2.0/24")
                .to("198.51.100.0/24")
                .input_device("v0")
                .masked_mark(7, 0xff)
                .priority(1000),
            "from 192.0.2.0/24 to 198.51.100.0/24 iif v0 fwmark 0x7/0xff lookup 1000 pref 1000",
        ),
        (
            Rule::of(RuleAction::UNREACHABLE)
                .inverted()
                .uids(0..=0)
                .ip_protocol(17)
                .source_ports(53)
                .destination_ports(8000..=8999)
                .priority(1001),
            "not uidrange 0-0 ipproto 17 sport 53 dport 8000-8999 unreachable pref 1001",
        ),
        (Rule::goto(1001).tos(0x10).priority(900), "goto 1001 tos 0x10 pref 900"),
        (Rule::goto(5000).priority(901), "goto 5000 pref 901"),
        (Rule::l3mdev().priority(1003), "l3mdev pref 1003"),
        (Rule::of(RuleAction::NOP).priority(1004), "nop pref 1004"),
        (
            Rule::of(RuleAction::BLACKHOLE).input_device("nothere").priority(1005),
            "blackhole iif nothere pref 1005",
        ),
        (Rule::of(RuleAction::PROHIBIT).device("nothere").priority(1006), "prohibit oif nothere pref 1006"),
        (
            Rule::lookup(7).from("192.0.2.1").to("192.0.2.2").mark(9).suppress_group(5).priority(1007),
            "from 192.0.2.1 to 192.0.2.2 fwmark 9 suppress_ifgroup 5 lookup 7 pref 1007",
        ),
        (
            Rule::lookup(100)
                .realms(Realms { from: 3, to: 4 })
                .protocol(RouteProtocol::STATIC)
                .priority(1008),
            "realms 3/4 protocol static lookup 100 pref 1008",
        ),
        (Rule::lookup(100).device("v1").tunnel_id(5).priority(1009), "oif v1 tun_id 5 lookup 100 pref 1009"),
        (
            Rule::lookup(254).suppress_prefix_length(0).ip_protocol(6).source_ports(1..=2).priority(1010),
            "suppress_prefixlength 0 ipproto 6 sport 1-2 lookup main pref 1010",
        ),
        (
            Rule::lookup(254)
                .from("2001:db8::/32")
                .to("2001:db8:1::/48")
                .device("v1")
                .suppress_prefix_length(0)
                .suppress_group(9)
                .protocol(RouteProtocol::BGP)
                .tunnel_id(5)
                .priority(1002),
            "-6 from 2001:db8::/32 to 2001:db8:1::/48 oif v1 suppress_prefixlength 0 suppress_ifgroup 9 protocol bgp tun_id 5 lookup main pref 1002",
        ),
    ]
}

/// Neighbours on `v0`, and what makes them by `ip neighbour add`.
pub(crate) fn neighbours() -> Vec<(NeighbourMessageBuf, &'static str)> {
    let of = |address: &str| Neighbour::of(address);
    let at = |address: &str, last| of(address).hardware_address([2, 0, 0, 0, 0, last]);
    vec![
        (at("192.0.2.7", 7), "192.0.2.7 lladdr 02:00:00:00:00:07 dev v0"),
        (
            at("192.0.2.8", 8)
                .state(NeighbourState::REACHABLE)
                .flags(NeighbourFlags::ROUTER | NeighbourFlags::EXT_LEARNED)
                .protocol(RouteProtocol::BGP),
            "192.0.2.8 lladdr 02:00:00:00:00:08 dev v0 nud reachable router extern_learn protocol bgp",
        ),
        (
            at("192.0.2.9", 9).state(NeighbourState::NOARP),
            "192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 nud noarp",
        ),
        (
            at("192.0.2.11", 11).state(NeighbourState::STALE),
            "192.0.2.11 lladdr 02:00:00:00:00:0b dev v0 nud stale",
        ),
        (
            Neighbour::proxy("192.0.2.12").protocol(RouteProtocol::STATIC),
            "proxy 192.0.2.12 dev v0 protocol static",
        ),
        (
            at("2001:db8::7", 7).flags(NeighbourFlags::ROUTER),
            "2001:db8::7 lladdr 02:00:00:00:00:07 dev v0 router",
        ),
        (
            Neighbour::proxy("2001:db8::9").flag(NeighbourFlags::ROUTER | NeighbourFlags::EXT_LEARNED),
            "proxy 2001:db8::9 dev v0 router extern_learn",
        ),
        (
            of("2001:db8::a").state(NeighbourState::empty()).ext_flags(NeighbourExtFlags::MANAGED),
            "2001:db8::a dev v0 nud none managed",
        ),
    ]
}

/// Those that were made: the kernel makes some for itself, whenever it likes.
pub(crate) fn is_made(neighbour: &Neighbour) -> bool {
    neighbour.address().is_some_and(|address| {
        let text = address.to_string();
        text.starts_with("192.0.2.") || text.starts_with("2001:db8::")
    })
}

/// Entries of the tables of bridges and VXLANs, each on a device, and what makes them by `bridge fdb append`.
pub(crate) fn entries() -> Vec<((&'static str, NeighbourMessageBuf), &'static str)> {
    let entry = |last| Neighbour::fdb([2, 0, 0, 0, 0, last]);
    let of_master = |last| entry(last).flags(NeighbourFlags::MASTER);
    let to = |entry: NeighbourMessageBuf, last| entry.address(IpAddr::from([198, 51, 100, last]));
    let known = NeighbourState::NOARP | NeighbourState::REACHABLE;
    vec![
        (("v1", of_master(1).state(known)), "02:00:00:00:00:01 dev v1 master static"),
        (("v1", of_master(2).vlan(1)), "02:00:00:00:00:02 dev v1 master permanent vlan 1"),
        (("v1", entry(3)), "02:00:00:00:00:03 dev v1 self"),
        (
            ("v1", of_master(6).state(NeighbourState::REACHABLE).flag(NeighbourFlags::EXT_LEARNED)),
            "02:00:00:00:00:06 dev v1 master dynamic extern_learn",
        ),
        (
            ("v1", of_master(7).state(known).flag(NeighbourFlags::STICKY)),
            "02:00:00:00:00:07 dev v1 master sticky static",
        ),
        (("vx0", to(Neighbour::fdb([0; 6]), 7)), "00:00:00:00:00:00 dev vx0 dst 198.51.100.7"),
        (
            ("vx0", to(Neighbour::fdb([0; 6]), 8).port(8472).vni(43).via("v0")),
            "00:00:00:00:00:00 dev vx0 dst 198.51.100.8 port 8472 vni 43 via v0",
        ),
        (("vx0", entry(5).next_hop_id(22)), "02:00:00:00:00:05 dev vx0 nhid 22"),
        (
            ("vx0", to(entry(9), 7).flag(NeighbourFlags::ROUTER)),
            "02:00:00:00:00:09 dev vx0 dst 198.51.100.7 router",
        ),
        (("vx1", to(entry(10), 7).source_vni(77)), "02:00:00:00:00:0a dev vx1 dst 198.51.100.7 src_vni 77"),
    ]
}

/// A bridge with a port, two VXLANs, and a group of next hops for one of them.
pub(crate) fn for_entries(ip: &blocking::Handle) -> bool {
    for (object, command) in next_hops() {
        if command.contains("fdb") {
            ip.nexthop().add(object).wait().unwrap();
        }
    }
    let link = |name: &str| LinkMessage::build().name(name).up();
    let links = [
        link("br0").kind(Bridge::build().vlan_filtering(true)),
        link("vx0").kind(Vxlan::build().id(42).device("v0").port(4789)),
        link("vx1").kind(Vxlan::build().external(true).device("v0").port(4790)),
    ];
    for link in links {
        match ip.link().add(link).wait() {
            Ok(()) => (),
            Err(error) if error.is_not_supported() => {
                skip(&format!("this kernel lacks a link: {error}"));
                return false;
            }
            Err(error) => panic!("{error}"),
        }
    }
    ip.link().change("v1", LinkMessage::build().master("br0")).wait().unwrap();
    true
}
