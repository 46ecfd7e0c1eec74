//! What was listed is deleted exactly, or nothing is: the kernel takes what a request leaves out for "any".

#![cfg(feature = "tokio")]

mod support;

use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::link::{BridgeSpec, BridgeVlan, BridgeVlanFlags};
use iproute2::rtnetlink::neighbour::{ActivityNotify, FdbExtension, NeighbourExtFlags, NeighbourMessageBuf};
use iproute2::rtnetlink::nexthop::ResilientGroup;
use iproute2::rtnetlink::route::{NextHop, RouteMessageBuf};
use iproute2::{
    AddressFamily, AddressFlags, AddressMessage, Bridge, Error, LinkMessage, Neighbour, NeighbourFlags,
    NeighbourMessage, NextHopMessage, Route, RouteMessage, RouteProtocol, RouteType, Veth, Vxlan, blocking,
};
use support::{run, run_blocking, skip};

/// A pair of links that are up, with addresses and a next hop object.
fn pair(ip: &blocking::Handle) {
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
    for address in ["192.0.2.1/24", "192.0.2.2/24", "2001:db8::1/64"] {
        let flags = if address.contains(':') { AddressFlags::NODAD } else { AddressFlags::empty() };
        let address = AddressMessage::build().prefix(address).flags(flags);
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
            .add(NextHopMessage::build().family(AddressFamily::INET6).device("v1").id(13))
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

/// Forwarding entries of a device for one hardware address.
fn entries_of(ip: &blocking::Handle) -> Vec<Packet<NeighbourMessage>> {
    let entries = ip.neighbour().fdb().wait().unwrap();
    entries.into_iter().filter(|entry| is_our_entry(entry)).map(|entry| entry.copy_out()).collect()
}

const HOST: [u8; 6] = [2, 0, 0, 0, 0, 7];

/// Only such an address has several remote hosts.
const GROUP: [u8; 6] = [1, 0, 0x5e, 0, 0, 7];

fn is_our_entry(entry: &NeighbourMessage) -> bool {
    [HOST, GROUP].map(|address| Some(address.into())).contains(&entry.hardware_address())
}

/// What tells entries apart: age and use pass.
fn essence(entry: &NeighbourMessage) -> String {
    let remote = (entry.address(), entry.vni(), entry.source_vni());
    format!("{} {:?} {:?} {remote:?}", entry.device(), entry.flags(), entry.vlan())
}

fn essences(entries: &[Packet<NeighbourMessage>]) -> Vec<String> {
    entries.iter().map(|entry| essence(entry)).collect()
}

/// An entry and its device.
type OnDevice = (&'static str, NeighbourMessageBuf);

/// Entries of which the kernel might delete several as one; those it makes of one request are counted.
fn entries_alike() -> Vec<(&'static str, Vec<OnDevice>, usize)> {
    let of_bridge = || Neighbour::fdb(HOST).flags(NeighbourFlags::MASTER);
    let own = || Neighbour::fdb(HOST);
    let of_group = || Neighbour::fdb(GROUP);
    let to = |last: u8| of_group().address(format!("198.51.100.{last}"));
    vec![
        ("all VLANs", vec![("v0", of_bridge())], 3),
        ("one VLAN", vec![("v0", of_bridge().vlan(10))], 1),
        ("two VLANs", vec![("v0", of_bridge().vlan(10)), ("v0", of_bridge().vlan(1))], 2),
        ("ports", vec![("v0", of_bridge().vlan(10)), ("v2", of_bridge().vlan(1)), ("v0", own())], 3),
        ("the bridge's", vec![("b0", own())], 2),
        ("remote hosts", vec![("x0", to(1)), ("x0", to(2)), ("x0", to(2).vni(9))], 3),
        ("VNIs", vec![("x1", to(1).source_vni(5)), ("x1", to(1).source_vni(6)), ("x1", to(1))], 3),
        ("tables", vec![("x0", to(1)), ("v0", of_bridge().vlan(1)), ("x1", to(1).source_vni(4))], 3),
    ]
}

/// Which of them can't be deleted alone, since the kernel would delete the others as well.
const REFUSED_ENTRIES: [(&str, usize); 2] = [("all VLANs", 1), ("the bridge's", 1)];

fn for_entries(ip: &blocking::Handle) -> bool {
    let links = [
        Bridge::named("b0").kind(Bridge::build().vlan_filtering(true)).up(),
        Vxlan::with_id(42).name("x0").kind(Vxlan::build().id(42).port(4789)).up(),
        LinkMessage::build().name("x1").kind(Vxlan::build().external(true).port(4790)).up(),
    ];
    for link in links {
        match ip.link().add(link).wait() {
            Err(error) if error.is_not_supported() => {
                skip(&format!("a bridge with VLANs, or VXLANs: {error}"));
                return false;
            }
            result => result.unwrap(),
        }
    }
    for [port, end] in [["v0", "v1"], ["v2", "v3"]] {
        ip.link().add(Veth::pair(port, end).master("b0").up()).wait().unwrap();
    }
    let vlan = BridgeSpec::build().vlans(BridgeVlan::range(10..=10, BridgeVlanFlags::empty()));
    let change = LinkMessage::build().family(AddressFamily::BRIDGE).family_specs(vlan);
    ip.link().change("v0", change).wait().unwrap();
    true
}

#[test]
fn a_listed_entry_is_deleted_or_none() {
    run_blocking(|ip| {
        if !for_entries(&ip) {
            return;
        }
        for (what, entries, count) in entries_alike() {
            let make = || {
                for (device, entry) in &entries {
                    ip.neighbour().append(*device, entry).wait().unwrap();
                }
                let made = entries_of(&ip);
                assert_eq!(made.len(), count, "{what}: {made:?}");
                made
            };
            let mut refused = 0;
            for place in 0..count {
                let made = make();
                let entry = &made[place];
                let name = ip.link().get(entry.device()).wait().unwrap().name().to_string();
                let result = match place % 2 {
                    0 => ip.neighbour().delete(entry.device(), entry).wait(),
                    _ => ip.neighbour().delete(&*name, entry).wait(),
                };
                let mut left = essences(&made);
                match &result {
                    Ok(()) => drop(left.remove(place)),
                    Err(error) => {
                        assert!(error.is_invalid(), "{what}: {error}");
                        assert!(error.to_string().contains("would delete others with it"), "{what}: {error}");
                        refused += 1;
                    }
                }
                assert_eq!(essences(&entries_of(&ip)), left, "{what}: {result:?} of {entry:?}");
                if result.is_ok() {
                    let again = ip.neighbour().delete(entry.device(), entry).wait();
                    assert!(again.is_err_and(|error| error.is_not_found()), "{what}: {entry:?}");
                }
                forget(&ip);

                // A flush that leaves the others alone, and one that leaves this one alone.
                for alone in [true, false] {
                    let made = make();
                    let key = essence(&made[place]);
                    let list = ip.neighbour().fdb().filter(move |entry| {
                        let is_this = essence(entry) == key;
                        is_our_entry(entry) && is_this == alone
                    });
                    let flushed = list.flush().all().wait();
                    let mut expected = essences(&made);
                    let this = expected.remove(place);
                    match (&flushed, alone) {
                        (Ok(count), true) => assert_eq!(*count, 1, "{what}"),
                        (Ok(count), false) => {
                            assert_eq!(*count, made.len() - 1, "{what}");
                            expected = vec![this.clone()];
                        }
                        (Err(error), _) => {
                            assert!(error.is_invalid(), "{what}: {error}");
                            assert_eq!(alone, result.is_err(), "{what}: {error}");
                            expected = essences(&made);
                        }
                    }
                    let left = essences(&entries_of(&ip));
                    if flushed.is_ok() {
                        assert_eq!(left, expected, "{what}, {alone}: {flushed:?}");
                    } else {
                        assert!(left.contains(&this), "{what}: {left:?}");
                    }
                    forget(&ip);
                }
            }
            let expected = REFUSED_ENTRIES.iter().find(|(of, _)| *of == what).map_or(0, |(_, count)| *count);
            assert_eq!(refused, expected, "{what}");

            // All of them, of which each counts.
            make();
            assert_eq!(
                ip.neighbour().fdb().filter(is_our_entry).flush().all().wait().unwrap(),
                count,
                "{what}"
            );
            assert!(entries_of(&ip).is_empty());
        }
    });
}

/// Deletes what is left: an entry that is built without a VLAN or a remote host selects all.
fn forget(ip: &blocking::Handle) {
    for (device, flags, vni) in [
        ("v0", NeighbourFlags::MASTER, None),
        ("v2", NeighbourFlags::MASTER, None),
        ("v0", NeighbourFlags::SELF, None),
        ("b0", NeighbourFlags::SELF, None),
        ("x0", NeighbourFlags::SELF, None),
        ("x1", NeighbourFlags::SELF, None),
        ("x1", NeighbourFlags::SELF, Some(4)),
        ("x1", NeighbourFlags::SELF, Some(5)),
        ("x1", NeighbourFlags::SELF, Some(6)),
    ] {
        for address in [HOST, GROUP] {
            let entry = Neighbour::fdb(address).flags(flags);
            let entry = match vni {
                Some(vni) => entry.source_vni(vni),
                None => entry,
            };
            if let Err(error) = ip.neighbour().delete(device, entry).wait() {
                assert!(error.is_not_found() || error.is_invalid(), "{error}");
            }
        }
    }
    assert!(entries_of(ip).is_empty());
}

/// The kernel would leave the entry as it is, and say nothing.
#[test]
fn a_remote_host_is_appended_or_refused() {
    run_blocking(|ip| {
        if !for_entries(&ip) {
            return;
        }
        let to = |address: [u8; 6], last: u8| Neighbour::fdb(address).address(format!("198.51.100.{last}"));
        for (address, takes_several) in [(HOST, false), (GROUP, true), ([0; 6], true)] {
            ip.neighbour().append("x0", to(address, 1)).wait().unwrap();
            let second = ip.neighbour().append("x0", to(address, 2)).wait();
            match takes_several {
                true => second.unwrap(),
                false => assert!(second.unwrap_err().is_already_exists()),
            }
        }
        let entries = ip.neighbour().fdb().device("x0").wait().unwrap();
        assert_eq!(entries.iter().filter(|entry| entry.address().is_some()).count(), 5, "{entries:?}");
    });
}

/// The kernel takes no notice of what the table that an entry is for does not have.
#[test]
fn an_entry_says_only_what_its_table_has() {
    run_blocking(|ip| {
        if !for_entries(&ip) {
            return;
        }
        let of_bridge = || Neighbour::fdb(HOST).flags(NeighbourFlags::MASTER);
        let remote = || Neighbour::fdb(HOST).address("198.51.100.1");
        let extension = || FdbExtension::build().activity_notify(ActivityNotify::BIT);
        for (device, entry) in [
            ("v0", of_bridge().address("198.51.100.1")),
            ("v0", of_bridge().port(4789)),
            ("v0", of_bridge().vni(5)),
            ("v0", of_bridge().via("v2")),
            ("v0", of_bridge().source_vni(5)),
            ("v0", of_bridge().next_hop_id(5)),
            ("v0", of_bridge().ext_flags(NeighbourExtFlags::MANAGED)),
            ("x0", remote().vlan(5)),
            ("x0", remote().fdb_extension(extension())),
            ("x0", remote().ext_flags(NeighbourExtFlags::EXT_VALIDATED)),
        ] {
            for result in [
                ip.neighbour().add(device, &entry).wait(),
                ip.neighbour().append(device, &entry).wait(),
                ip.neighbour().replace(device, &entry).wait(),
                ip.neighbour().change(device, &entry).wait(),
            ] {
                let error = result.unwrap_err();
                assert!(error.to_string().contains("the kernel ignores"), "{error}");
                assert!(error.is_invalid() && error.errno().is_none(), "{error}");
            }
            assert!(entries_of(&ip).is_empty(), "{:?}", entry.view());
        }
        // An entry of both tables has all.
        ip.link().change("x0", LinkMessage::build().master("b0")).wait().unwrap();
        let both = remote().flags(NeighbourFlags::MASTER | NeighbourFlags::SELF).vlan(1);
        ip.neighbour().add("x0", both).wait().unwrap();
        assert_eq!(entries_of(&ip).len(), 2);
    });
}

/// The id of a bucket is that of its group.
#[test]
fn a_bucket_is_no_next_hop_to_delete() {
    run_blocking(|ip| {
        pair(&ip);
        let group = NextHopMessage::group_of([(10, 1)]).id(20);
        let resilient = group.resilient_group(ResilientGroup::build().buckets(4u16));
        ip.nexthop().add(resilient).wait().unwrap();
        let buckets = ip.nexthop().buckets().wait().unwrap();
        assert_eq!(buckets.len(), 4);
        let error = ip.nexthop().delete(&buckets[0]).wait().unwrap_err();
        assert!(error.is_invalid() && error.errno().is_none(), "{error}");
        assert!(ip.nexthop().delete(buckets[0].to_request()).wait().unwrap_err().is_invalid());
        assert!(ip.nexthop().buckets().flush().wait().unwrap_err().is_invalid());
        assert!(ip.nexthop().get(20).wait().is_ok());
        ip.nexthop().delete(20).wait().unwrap();
    });
}
