//! What was listed is deleted exactly, or nothing is: the kernel takes what a request leaves out for "any".

#![cfg(feature = "tokio")]

mod support;

use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::route::{NextHop, RouteMessageBuf};
use iproute2::{
    AddressFlags, AddressMessage, Error, LinkMessage, NextHopMessage, Route, RouteMessage, RouteProtocol,
    RouteType, Veth, blocking,
};
use support::{run, run_blocking};

/// A pair of links that are up, with addresses and a next hop object.
fn pair(ip: &blocking::Handle) {
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
    for address in ["192.0.2.1/24", "192.0.2.2/24", "2001:db8::1/64"] {
        let address = AddressMessage::build().prefix(address).flags(AddressFlags::NODAD);
        ip.address().add("v0", address).wait().unwrap();
    }
    ip.nexthop().add(NextHopMessage::via("192.0.2.254").device("v0").id(10)).wait().unwrap();
    ip.nexthop().add(NextHopMessage::via("2001:db8::fe").device("v0").id(11)).wait().unwrap();
    ip.nexthop().add(NextHopMessage::via("2001:db8::fd").device("v0").id(12)).wait().unwrap();
}

const DESTINATIONS: [&str; 2] = ["10.0.0.0/8", "2001:db8:9::/48"];

/// The routes to the destinations of these tests, in the kernel's order.
fn present(ip: &blocking::Handle) -> Vec<Packet<RouteMessage>> {
    let routes = ip.route().list().wait().unwrap();
    let is_ours = |route: &Packet<RouteMessage>| {
        route.prefix().is_some_and(|prefix| DESTINATIONS.contains(&&*prefix.to_string()))
    };
    routes.into_iter().filter(is_ours).map(|route| route.copy_out()).collect()
}

/// Routes to one destination, by which another might be deleted in place of one.
fn alike() -> Vec<(&'static str, Vec<RouteMessageBuf>)> {
    let v4 = || Route::to("10.0.0.0/8").metric(5);
    let v6 = || Route::to("2001:db8:9::/48").metric(5);
    let hops =
        |last: &[u8]| last.iter().map(|last| NextHop::via(format!("192.0.2.{last}"))).collect::<Vec<_>>();
    vec![
        ("a gateway", vec![v6().via("2001:db8::9").device("v0"), v6().device("v0")]),
        ("gateways", vec![v6().device("v0"), v6().via("2001:db8::9").device("v0")]),
        ("a next hop", vec![v6().via("2001:db8::9").device("v0"), v6().next_hop(11)]),
        ("a next hop before", vec![v6().next_hop(11), v6().via("2001:db8::9").device("v0")]),
        ("next hops", vec![v6().next_hop(11), v6().next_hop(12), v6().device("v0")]),
        ("devices", vec![v6().device("v0"), v6().device("v1"), v6().next_hop(11)]),
        ("an MTU", vec![v4().device("v0").mtu(1400), v4().device("v0")]),
        ("an MTU behind", vec![v4().device("v0"), v4().device("v0").mtu(1400), v4().device("v0").mtu(1300)]),
        ("a source", vec![v4().device("v0").preferred_source("192.0.2.1"), v4().device("v0")]),
        (
            "sources",
            vec![
                v4().device("v0"),
                v4().device("v0").preferred_source("192.0.2.1"),
                v4().device("v0").preferred_source("192.0.2.2"),
            ],
        ),
        (
            "metrics",
            vec![
                Route::to("10.0.0.0/8").device("v0"),
                Route::to("10.0.0.0/8").device("v0").metric(2000),
                Route::to("10.0.0.0/8").device("v0").metric(3000).mtu(1400),
            ],
        ),
        ("protocols", vec![v4().device("v0").protocol(RouteProtocol::STATIC), v4().device("v0")]),
        ("types", vec![v4().device("v0"), Route::of(RouteType::BLACKHOLE, "10.0.0.0/8").metric(5)]),
        ("an object", vec![v4().next_hop(10), v4().via("192.0.2.254"), v4().device("v0")]),
        ("a blackhole", vec![v4().next_hop(10), Route::of(RouteType::BLACKHOLE, "10.0.0.0/8").metric(5)]),
        (
            "paths",
            vec![v4().via("192.0.2.9"), v4().multipath(hops(&[9, 8])), v4().multipath(hops(&[9, 8, 7]))],
        ),
        (
            "weights",
            vec![
                v4().multipath([NextHop::via("192.0.2.9").weight(3), NextHop::via("192.0.2.8")]),
                v4().multipath(hops(&[9, 8])),
            ],
        ),
    ]
}

fn make(ip: &blocking::Handle, routes: &[RouteMessageBuf]) -> Vec<Packet<RouteMessage>> {
    for route in routes {
        ip.route().append(route).wait().unwrap();
    }
    let made = present(ip);
    assert_eq!(made.len(), routes.len(), "{made:?}");
    made
}

/// What is deleted is gone, and all else is there.
fn is_exact(
    what: &str,
    result: &Result<(), Error>,
    gone: &RouteMessage,
    before: &[Packet<RouteMessage>],
    after: &[Packet<RouteMessage>],
) {
    let left: Vec<_> =
        before.iter().filter(|route| result.is_err() || route.as_bytes() != gone.as_bytes()).collect();
    assert_eq!(after.iter().collect::<Vec<_>>(), left, "{what}: {result:?} of {gone:?}");
    if let Err(error) = result {
        assert!(error.is_invalid(), "{what}: {error}");
        assert!(error.to_string().contains("another one comes first"), "{what}: {error}");
    }
}

/// How many of them can't be deleted by themselves, since the kernel can't be told which is meant.
const REFUSED: [(&str, usize); 5] =
    [("a next hop before", 1), ("next hops", 1), ("a source", 1), ("weights", 1), ("paths", 2)];

#[test]
fn a_listed_route_is_deleted_or_none() {
    run_blocking(|ip| {
        pair(&ip);
        for (what, routes) in alike() {
            let mut refused = 0;
            for place in 0..routes.len() {
                let made = make(&ip, &routes);
                let result = ip.route().delete(&made[place]).wait();
                let left = present(&ip);
                is_exact(what, &result, &made[place], &made, &left);
                refused += usize::from(result.is_err());
                if result.is_ok() {
                    let again = ip.route().delete(&made[place]).wait();
                    assert!(again.unwrap_err().is_not_found(), "{what}");
                    assert_eq!(present(&ip), left, "{what}");
                }
                clear(&ip);
            }
            let expected = REFUSED.iter().find(|(of, _)| *of == what).map_or(0, |(_, count)| *count);
            assert_eq!(refused, expected, "{what}");
        }
    });
}

/// Deletes what is left, in the kernel's order.
fn clear(ip: &blocking::Handle) {
    for destination in DESTINATIONS {
        ip.route().list().to(destination).flush().wait().unwrap();
    }
    assert!(present(ip).is_empty());
}

#[test]
fn a_flush_spares_what_its_list_does_not_find() {
    run_blocking(|ip| {
        pair(&ip);
        for (what, routes) in alike() {
            for place in 0..routes.len() {
                let made = make(&ip, &routes);
                let spared = made[place].clone();
                let list = ip.route().list();
                let flushed =
                    list.filter(is_ours(move |route| route.as_bytes() != spared.as_bytes())).flush().wait();
                let left = present(&ip);
                assert!(left.contains(&made[place]), "{what}: {:?}", made[place]);
                match flushed {
                    Ok(count) => assert_eq!((count, left.len()), (routes.len() - 1, 1), "{what}"),
                    Err(error) => assert!(error.is_invalid(), "{what}: {error}"),
                }
                clear(&ip);

                let made = make(&ip, &routes);
                let one = made[place].clone();
                let list = ip.route().list();
                let flushed =
                    list.filter(is_ours(move |route| route.as_bytes() == one.as_bytes())).flush().wait();
                let result = flushed.map(|count| assert_eq!(count, 1));
                is_exact(what, &result, &made[place], &made, &present(&ip));
                clear(&ip);
            }
        }
    });
}

fn is_ours(
    wanted: impl Fn(&RouteMessage) -> bool + Send + Sync + 'static,
) -> impl Fn(&RouteMessage) -> bool + Send + Sync + 'static {
    move |route| {
        route.prefix().is_some_and(|prefix| DESTINATIONS.contains(&&*prefix.to_string())) && wanted(route)
    }
}

/// The kernel does not list what its filters leave out, and deletes it all the same.
#[test]
fn a_flush_of_a_device_spares_others() {
    run_blocking(|ip| {
        pair(&ip);
        let v6 = || Route::to("2001:db8:9::/48").metric(5);
        ip.nexthop()
            .add(NextHopMessage::build().family(iproute2::AddressFamily::INET6).device("v1").id(13))
            .wait()
            .unwrap();
        let made = make(&ip, &[v6().next_hop(13), v6().device("v0")]);
        let flushed = ip.route().list().to("2001:db8:9::/48").device("v0").flush().wait();
        let left = present(&ip);
        assert!(left.contains(&made[0]), "{flushed:?}: {left:?}");
        assert!(flushed.unwrap_err().is_invalid());
    });
}

/// What has changed since it was listed is another route.
#[test]
fn a_changed_route_is_not_found() {
    run_blocking(|ip| {
        pair(&ip);
        let v6 = || Route::to("2001:db8:9::/48").metric(5);
        let routes = make(&ip, &[v6().multipath([NextHop::via("2001:db8::9"), NextHop::via("2001:db8::8")])]);
        ip.route().append(v6().via("2001:db8::7").device("v0")).wait().unwrap();
        let now = present(&ip);
        assert!(ip.route().delete(&routes[0]).wait().unwrap_err().is_not_found());
        assert_eq!(present(&ip), now);
        ip.route().delete(&now[0]).wait().unwrap();
        assert!(present(&ip).is_empty());
    });
}

#[test]
fn in_tasks_and_batches() {
    run(|ip| async move {
        pair(&blocking::connect().unwrap());
        let source = Route::to("10.0.0.0/8").metric(5).device("v0").preferred_source("192.0.2.1");
        let plain = Route::to("10.0.0.0/8").metric(5).device("v0");
        for route in [&source, &plain] {
            ip.route().append(route).await.unwrap();
        }
        let routes = ip.route().list().to("10.0.0.0/8").await.unwrap();
        assert!(ip.route().delete(&routes[1]).await.unwrap_err().is_invalid());
        let results = ip
            .batch(
                [&routes[1], &routes[0], &routes[1], &routes[0]].map(|route| ip.route().delete(route).into()),
            )
            .await;
        let [refused, first, second, gone] = &results[..] else { panic!("{results:?}") };
        assert!(refused.as_ref().is_err_and(Error::is_invalid), "{results:?}");
        assert!(first.is_ok() && second.is_ok(), "{results:?}");
        assert!(gone.as_ref().is_err_and(Error::is_not_found), "{results:?}");
        assert!(ip.route().list().to("10.0.0.0/8").await.unwrap().is_empty());
    });
}
