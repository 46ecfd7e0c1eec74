//! Routes: added, read back, compared with `ip`, looked up, deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::link::Xfrm;
use iproute2::rtnetlink::route::{NextHop, NextHopFlags, RouteFlags, RouteMessageBuf, RouteMetrics, encap};
use iproute2::{
    AddressFamily, LinkMessage, Route, RouteMessage, RouteProtocol, RouteScope, RouteTable, RouteType, Veth,
};
use serde_json::Value;
use std::net::IpAddr;
use support::{Handle, ip, ip_json, run, run_blocking, skip};

/// A pair of links whose ends are up, the first with an address of each family.
async fn pair(ip: &Handle) {
    ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
    ip.link().change("v1", iproute2::LinkMessage::build().up()).await.unwrap();
    ip.address().add("v0", "192.0.2.1/24").await.unwrap();
    let nodad =
        iproute2::AddressMessage::build().prefix("2001:db8::1/64").flags(iproute2::AddressFlags::NODAD);
    ip.address().add("v0", nodad).await.unwrap();
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Routes, with the output of `ip route show` after the destination.
fn plain() -> Vec<(RouteMessageBuf, &'static str)> {
    vec![
        (
            Route::to("198.51.100.0/24").via("192.0.2.254").device("v0").metric(100),
            "198.51.100.0/24 via 192.0.2.254 dev v0 metric 100",
        ),
        (
            Route::to("198.51.101.0/24").device("v0").preferred_source("192.0.2.1"),
            "198.51.101.0/24 dev v0 scope link src 192.0.2.1",
        ),
        (
            Route::to("default").via("192.0.2.254").protocol(RouteProtocol::STATIC),
            "default via 192.0.2.254 dev v0 proto static",
        ),
        (
            Route::to("198.51.102.0/24").via("2001:db8::fe").mtu(1400),
            "198.51.102.0/24 via inet6 2001:db8::fe dev v0 mtu 1400",
        ),
        (Route::of(RouteType::BLACKHOLE, "198.51.103.0/24"), "blackhole 198.51.103.0/24"),
        (Route::of(RouteType::LOCAL, "198.51.104.1").device("v0"), "local 198.51.104.1 dev v0 scope host"),
        (
            Route::to("198.51.105.0/24").via("203.0.113.1").device("v0").on_link(),
            "198.51.105.0/24 via 203.0.113.1 dev v0 onlink",
        ),
        (
            Route::to("198.51.106.0/24").device("v0").metrics(
                RouteMetrics::build()
                    .hop_limit(9)
                    .congestion_control("reno")
                    .quick_ack(1)
                    .features(iproute2::rtnetlink::route::RouteFeatures::ECN),
            ),
            "198.51.106.0/24 dev v0 scope link hoplimit 9 features ecn quickack 1 congctl reno",
        ),
        (
            Route::to("2001:db8:1::/48").via("2001:db8::fe").metric(50),
            "2001:db8:1::/48 via 2001:db8::fe dev v0 metric 50 pref medium",
        ),
    ]
}

#[test]
fn ip_shows_what_we_add() {
    run(|handle| async move {
        pair(&handle).await;
        for (route, shown) in plain() {
            let wanted = route.clone();
            let created = handle.route().add(route).created().await.unwrap();
            assert_eq!(created.malformed().count(), 0, "{created:?}");
            assert_eq!(
                (created.prefix(), created.gateway()),
                (wanted.view().prefix(), wanted.view().gateway())
            );
            let family = if created.family() == AddressFamily::INET6 { "-6" } else { "-4" };
            let table = if created.route_type() == RouteType::LOCAL { "local" } else { "all" };
            let Some(lines) = text(&format!("{family} route show table {table}")) else { continue };
            assert!(lines.iter().any(|line| line == shown), "{shown}: {lines:#?}");
        }
    });
}

/// The output of `ip`, lines without trailing spaces.
fn text(arguments: &str) -> Option<Vec<String>> {
    let output = std::process::Command::new("ip").args(arguments.split(' ')).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim_end().to_owned()).collect())
}

#[test]
fn what_ip_adds_is_listed() {
    run(|handle| async move {
        pair(&handle).await;
        for route in [
            "198.51.100.0/24 via 192.0.2.254 dev v0 metric 100 mtu lock 1400 realms 3/7",
            "default via 192.0.2.254 table 300 proto bgp",
            "unreachable 198.51.101.0/24 metric 9",
        ] {
            if !ip(&format!("route add {route}")) {
                return;
            }
        }
        let routes = handle.route().list().family(AddressFamily::INET).await.unwrap();
        let find = |prefix: &str| {
            let prefix = prefix.parse().unwrap();
            routes.iter().find(|route| route.prefix() == Some(prefix)).unwrap()
        };
        let first = find("198.51.100.0/24");
        assert_eq!(
            (first.gateway(), first.metric(), first.mtu()),
            (Some(address("192.0.2.254")), Some(100), Some(1400))
        );
        assert_eq!(first.realms().map(|realms| (realms.from, realms.to)), Some((3, 7)));
        assert_eq!(
            (first.table(), first.protocol(), first.scope()),
            (RouteTable::MAIN, RouteProtocol::BOOT, RouteScope::UNIVERSE)
        );
        assert_eq!(
            (find("0.0.0.0/0").table(), find("0.0.0.0/0").protocol()),
            (RouteTable(300), RouteProtocol::BGP)
        );
        assert_eq!(find("198.51.101.0/24").route_type(), RouteType::UNREACHABLE);
        assert!(routes.iter().all(|route| route.malformed().count() == 0));
        let count = ip_json("-4 route show table all").and_then(|all| all.as_array().map(Vec::len));
        assert_eq!(Some(routes.len()), count);
    });
}

#[test]
fn paths_have_weights_from_one() {
    run(|handle| async move {
        pair(&handle).await;
        let hops = [
            NextHop::via("192.0.2.253").device("v0").weight(2),
            NextHop::via("2001:db8::fe").device("v0"),
            NextHop::build().device("v1").weight(256),
        ];
        let created =
            handle.route().add(Route::to("198.51.100.0/24").multipath(hops)).created().await.unwrap();
        let hops: Vec<_> = created.next_hops().map(|hop| (hop.gateway(), hop.weight())).collect();
        assert_eq!(
            hops,
            [(Some(address("192.0.2.253")), 2), (Some(address("2001:db8::fe")), 1), (None, 256)]
        );
        assert_eq!(created.malformed().count(), 0);

        let hops = [NextHop::via("2001:db8::fd"), NextHop::via("2001:db8::fe").weight(3)];
        handle.route().add(Route::to("default").multipath(hops)).await.unwrap();
        let routes = handle.route().list().family(AddressFamily::INET6).to("::/0").await.unwrap();
        assert_eq!(routes.len(), 1, "{routes:?}");
        assert_eq!(routes[0].next_hops().map(NextHop::weight).collect::<Vec<_>>(), [1, 3]);

        if let Some(Value::Array(shown)) = ip_json("route show 198.51.100.0/24") {
            let weights: Vec<_> = shown[0]["nexthops"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hop| hop["weight"].as_u64().unwrap())
                .collect();
            assert_eq!(weights, [2, 1, 256]);
        }
        handle.route().delete("198.51.100.0/24").await.unwrap();
    });
}

#[test]
fn lists_are_filtered() {
    run(|handle| async move {
        pair(&handle).await;
        let routes = handle.route();
        routes.add(Route::to("198.51.100.0/24").via("192.0.2.254").table(300)).await.unwrap();
        routes.add(Route::to("198.51.101.0/24").device("v1").protocol(RouteProtocol::STATIC)).await.unwrap();
        routes.add(Route::of(RouteType::BLACKHOLE, "198.51.102.0/24")).await.unwrap();
        let prefixes = |routes: Vec<iproute2::netlink_packet::Packet<RouteMessage>>| {
            routes
                .iter()
                .filter_map(|route| route.prefix())
                .map(|prefix| prefix.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(prefixes(routes.list().table(300).await.unwrap()), ["198.51.100.0/24"]);
        assert!(routes.list().table(999).await.unwrap().is_empty());
        assert!(routes.list().table(999).family(AddressFamily::INET).await.unwrap().is_empty());
        assert!(routes.list().table(999).family(AddressFamily::INET6).await.unwrap().is_empty());
        let on_v1 = routes.list().device("v1").table(RouteTable::MAIN).family(AddressFamily::INET);
        assert_eq!(prefixes(on_v1.await.unwrap()), ["198.51.101.0/24"]);
        assert_eq!(
            prefixes(routes.list().protocol(RouteProtocol::STATIC).await.unwrap()),
            ["198.51.101.0/24"]
        );
        assert_eq!(
            prefixes(routes.list().route_type(RouteType::BLACKHOLE).await.unwrap()),
            ["198.51.102.0/24"]
        );
        assert_eq!(prefixes(routes.list().via(address("192.0.2.254")).await.unwrap()), ["198.51.100.0/24"]);
        let covering = routes.list().covering("198.51.101.7").table(RouteTable::MAIN);
        assert_eq!(prefixes(covering.await.unwrap()), ["198.51.101.0/24"]);
        let within = routes.list().within("198.51.0.0/16").table(RouteTable::MAIN).await.unwrap();
        assert_eq!(prefixes(within), ["198.51.101.0/24", "198.51.102.0/24"]);
        assert!(routes.list().device("nothing").await.unwrap_err().is_not_found());
    });
}

#[test]
fn route_lookups() {
    run(|handle| async move {
        pair(&handle).await;
        handle.route().add(Route::to("198.51.100.0/24").via("192.0.2.254").metric(7)).await.unwrap();
        let way = handle.route().get("198.51.100.9").await.unwrap();
        assert_eq!(
            (way.gateway(), way.preferred_source()),
            (Some(address("192.0.2.254")), Some(address("192.0.2.1")))
        );
        assert_eq!(way.prefix().map(|prefix| prefix.prefix_len()), Some(32));
        let whole = handle
            .route()
            .get("198.51.100.9")
            .fib_match()
            .mark(3)
            .uid(0)
            .device("v0")
            .ip_protocol(6)
            .source_port(1)
            .destination_port(2)
            .await
            .unwrap();
        assert_eq!((whole.prefix(), whole.metric()), (Some("198.51.100.0/24".parse().unwrap()), Some(7)));
        let v6 = handle.route().get("2001:db8::5").await.unwrap();
        assert_eq!(v6.device(), way.device());
        let nowhere = handle.route().get("203.0.113.1").await.unwrap_err();
        assert_eq!(nowhere.errno(), Some(iproute2::errno::ENETUNREACH), "{nowhere}");
        assert!(
            nowhere.to_string().starts_with("get route 203.0.113.1/32: network is unreachable"),
            "{nowhere}"
        );
        assert_eq!(
            handle.route().get("no address").await.unwrap_err().to_string(),
            "get route: \"no address\" is not a valid IP prefix"
        );
    });
}

#[test]
fn the_verbs() {
    run(|handle| async move {
        pair(&handle).await;
        let routes = handle.route();
        let by = |gateway: &str| Route::to("198.51.100.0/24").via(gateway).device("v0");
        let missing = routes.change(by("192.0.2.251")).await.unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        routes.add(by("192.0.2.251")).await.unwrap();
        let twice = routes.add(by("192.0.2.252")).await.unwrap_err();
        assert_eq!(twice.to_string(), "add route 198.51.100.0/24: file exists");
        routes.append(by("192.0.2.252")).await.unwrap();
        routes.replace(by("192.0.2.253")).await.unwrap();
        routes.change(by("192.0.2.254")).await.unwrap();
        let gateways = |list: Vec<iproute2::netlink_packet::Packet<RouteMessage>>| {
            list.iter().map(|route| route.gateway().unwrap().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(
            gateways(routes.list().to("198.51.100.0/24").await.unwrap()),
            ["192.0.2.254", "192.0.2.252"]
        );
        routes.delete(by("192.0.2.252")).await.unwrap();
        assert_eq!(gateways(routes.list().to("198.51.100.0/24").await.unwrap()), ["192.0.2.254"]);
        let bad = routes.delete(by("192.0.2.9")).await.unwrap_err();
        assert!(bad.is_not_found(), "{bad}");
        routes.delete("198.51.100.0/24").await.unwrap();
        let gone = routes.delete("198.51.100.0/24").await.unwrap_err();
        assert!(
            gone.is_not_found()
                && gone.to_string().starts_with("delete route 198.51.100.0/24: no such process"),
            "{gone}"
        );

        let unreachable = routes.add(Route::to("198.51.100.0/24").via("203.0.113.9")).await.unwrap_err();
        assert_eq!(
            unreachable.to_string(),
            "add route 198.51.100.0/24: network is unreachable: Nexthop has invalid gateway"
        );

        for network in 0..20u8 {
            routes
                .add(Route::to(format!("10.0.{network}.0/24")).via("192.0.2.254").table(300))
                .await
                .unwrap();
        }
        assert_eq!(routes.list().table(300).flush().await.unwrap(), 20);
        assert!(routes.list().table(300).await.unwrap().is_empty());
    });
}

/// The kernel does not echo a route that replaces an equal one: it is looked up.
#[test]
fn a_route_that_replaces_an_equal_one_is_returned() {
    run(|handle| async move {
        pair(&handle).await;
        let routes = handle.route();
        for route in [
            Route::to("198.51.100.0/24").via("192.0.2.254").metric(100),
            Route::to("198.51.101.7").via("192.0.2.254"),
            Route::to("default").via("192.0.2.254"),
            Route::to("2001:db8:1::/48").via("2001:db8::fe").metric(50),
            Route::to("default").via("2001:db8::fe"),
        ] {
            let first = routes.add(route.clone()).created().await.unwrap();
            let again = routes.replace(route.clone()).created().await.unwrap();
            let key = |route: &RouteMessage| (route.prefix(), route.gateway(), route.metric(), route.table());
            assert_eq!(key(&again), key(&first));
            assert_eq!(again.malformed().count(), 0);
            let changed = routes.change(route).changed().await.unwrap();
            assert_eq!(key(&changed), key(&first));
        }
        // In a table that no rule selects, or hidden by a longer prefix, it can't be found.
        for route in [
            Route::to("198.51.102.0/24").via("192.0.2.254").table(300),
            Route::to("198.51.100.0/23").via("192.0.2.254"),
        ] {
            routes.add(route.clone()).await.unwrap();
            let error = routes.replace(route).created().await.unwrap_err();
            assert!(matches!(error.kind(), iproute2::ErrorKind::NotEchoed), "{error}");
        }
    });
}

#[test]
fn one_that_was_listed_is_deleted() {
    run(|handle| async move {
        pair(&handle).await;
        for (route, _) in plain() {
            let listed = handle.route().add(route).created().await.unwrap();
            handle.route().delete(&listed).await.unwrap();
        }
    });
}

#[test]
fn blocking_verbs() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.route().add(Route::to("198.51.100.0/24").device("v0")).wait().unwrap();
        let mut seen = 0;
        ip.route()
            .list()
            .device("v0")
            .for_each(|route| seen += usize::from(route.table() == RouteTable::MAIN))
            .unwrap();
        assert!(seen >= 1);
        ip.route().delete("198.51.100.0/24").wait().unwrap();
    });
}

#[test]
fn encapsulations() {
    run(|handle| async move {
        pair(&handle).await;
        // The encapsulation is a part of the module of this kind of link.
        let _ = handle.link().add(LinkMessage::build().name("x0").kind(Xfrm::build().id(9u32))).await;
        type Shown = (&'static str, RouteMessageBuf, fn(&RouteMessage));
        let v6 = |n: u8| Route::to(format!("2001:db8:{n:x}::/64")).device("v0");
        let v4 = |n: u8| Route::to(format!("198.51.{n}.0/24")).device("v0");
        let encaps: Vec<Shown> = vec![
            ("mpls", v4(1).encap(encap::Mpls::build().labels([100, 200]).ttl(7)), |route| {
                let mpls = route.encap::<encap::Mpls>().unwrap();
                assert_eq!(mpls.labels().unwrap().map(|label| label.label()).collect::<Vec<_>>(), [100, 200]);
                assert_eq!(mpls.ttl(), Some(7));
            }),
            (
                "ip",
                v4(2).encap(
                    encap::IpTunnel::build()
                        .id(42u64)
                        .destination("203.0.113.1")
                        .ttl(9)
                        .flags(encap::ip::TunnelFlags::KEY),
                ),
                |route| {
                    let tunnel = route.encap::<encap::IpTunnel>().unwrap();
                    assert_eq!((tunnel.id(), tunnel.ttl()), (Some(42), Some(9)));
                    assert!(tunnel.flags().unwrap().contains(encap::ip::TunnelFlags::KEY));
                },
            ),
            (
                "ip6",
                v4(3).encap(encap::Ip6Tunnel::build().id(43u64).destination("2001:db8::9").hop_limit(8)),
                |route| {
                    let tunnel = route.encap::<encap::Ip6Tunnel>().unwrap();
                    assert_eq!((tunnel.id(), tunnel.hop_limit()), (Some(43), Some(8)));
                },
            ),
            ("seg6", v6(4).encap(encap::Seg6::encap(["fc00::1", "fc00::2"])), |route| {
                let seg6 = route.encap::<encap::Seg6>().unwrap();
                assert_eq!(seg6.mode(), Some(encap::seg6::Seg6Mode::ENCAP));
                let path: Vec<_> = seg6.path().map(|segment| segment.to_string()).collect();
                assert_eq!(path, ["fc00::1", "fc00::2"]);
            }),
            (
                "seg6local",
                v6(5).encap(
                    encap::Seg6Local::build()
                        .action(encap::seg6_local::Seg6Action::END_DX4)
                        .next_hop4("192.0.2.254")
                        .counters(
                            encap::seg6_local::Seg6Counters::build().packets(0u64).bytes(0u64).errors(0u64),
                        ),
                ),
                |route| {
                    let local = route.encap::<encap::Seg6Local>().unwrap();
                    assert_eq!(local.action(), Some(encap::seg6_local::Seg6Action::END_DX4));
                    assert_eq!(local.counters().and_then(encap::seg6_local::Seg6Counters::packets), Some(0));
                },
            ),
            ("rpl", v6(6).encap(encap::Rpl::through(["fc00::1", "fc00::2"])), |route| {
                let header = route.encap::<encap::Rpl>().and_then(encap::Rpl::header).unwrap();
                assert_eq!(header.segments().unwrap().count(), 2);
            }),
            (
                "ioam6",
                v6(7).encap(encap::Ioam6::build().mode(encap::ioam6::Ioam6Mode::INLINE).trace(
                    encap::ioam6::Ioam6Trace::build().namespace(1u16).trace_type(0x8000_0000u32).room(3),
                )),
                |route| {
                    let trace = route.encap::<encap::Ioam6>().and_then(encap::Ioam6::trace).unwrap();
                    assert_eq!((trace.namespace(), trace.room()), (1, 3));
                },
            ),
            ("xfrm", v4(8).encap(encap::Xfrm::build().interface_id(5).device("v0")), |route| {
                assert_eq!(route.encap::<encap::Xfrm>().and_then(encap::Xfrm::interface_id), Some(5));
            }),
            (
                "ila",
                v6(9).encap(
                    encap::Ila::build()
                        .locator("2001:0:0:1")
                        .checksum_mode(encap::ila::IlaChecksumMode::NO_ACTION)
                        .identifier_type(encap::ila::IlaIdentifierType::LUID),
                ),
                |route| {
                    assert_eq!(
                        route.encap::<encap::Ila>().and_then(encap::Ila::locator),
                        Some("2001:0:0:1".parse().unwrap())
                    );
                },
            ),
        ];
        // The module with this encapsulation is loaded for a link of that name; the link itself would need more.
        let xfrm = rtnetlink::link::LinkInfo::build().kind_named("xfrm", iproute2::Dummy::build());
        let _ = handle.link().add(iproute2::LinkMessage::build().name("x0").info(xfrm)).await;
        for (name, route, check) in encaps {
            let wanted = route.clone();
            match handle.route().add(route).created().await {
                Ok(created) => {
                    assert_eq!(created.malformed().count(), 0, "{created:?}");
                    assert_eq!(created.encap_type(), wanted.view().encap_type());
                    check(&created);
                }
                Err(error) => {
                    let lacking = error.is_not_supported()
                        || error.message().is_some_and(|text| {
                            text.contains("lwt encap type not supported") || text.contains("Unsupported")
                        });
                    assert!(lacking, "{name}: {error}");
                    // The tested kernels are built without these.
                    let say =
                        if ["rpl", "ioam6", "ila"].contains(&name) { support::skip_always } else { skip };
                    say(&format!("this kernel lacks the encapsulation {name}: {error}"));
                }
            }
        }
    });
}

#[test]
fn flags_are_listed() {
    run(|handle| async move {
        pair(&handle).await;
        let route = Route::to("198.51.100.0/24").via("203.0.113.1").device("v0").on_link();
        let created = handle.route().add(route).created().await.unwrap();
        assert!(created.flags().contains(RouteFlags::ON_LINK), "{created:?}");
        let hops =
            [NextHop::via("203.0.113.1").device("v0").on_link(), NextHop::via("192.0.2.9").device("v0")];
        let created =
            handle.route().add(Route::to("198.51.101.0/24").multipath(hops)).created().await.unwrap();
        let on_link = |hop: &NextHop| hop.flags().contains(NextHopFlags::ONLINK);
        assert_eq!(created.next_hops().map(on_link).collect::<Vec<_>>(), [true, false], "{created:?}");
    });
}
