//! A verb about one object affects that one or none: index 0, empty names and messages that identify nothing are
//! refused before anything is sent, and groups have verbs of their own.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::netlink_packet::{BuildError, Packet};
use iproute2::rtnetlink::ipnet::IpNet;
use iproute2::rtnetlink::link::StatsFilter;
use iproute2::rtnetlink::route::NextHop;
use iproute2::{
    AddressFamily, AddressFlags, AddressMessage, Error, ErrorKind, LinkMessage, Neighbour, NeighbourMessage,
    NextHopMessage, Route, RouteMessage, RouteTable, Rule, RuleMessage, Veth, blocking,
};
use std::collections::BTreeMap;
use std::net::IpAddr;
use support::{run, run_blocking};

/// Links of group 7, with addresses, a default route, rules and neighbours.
fn inhabited(ip: &blocking::Handle) {
    let link = ip.link();
    link.add(Veth::pair("v0", "v1").group(7).up()).wait().unwrap();
    link.change("v1", LinkMessage::build().group(7).up()).wait().unwrap();
    link.change("lo", LinkMessage::build().up()).wait().unwrap();
    for address in ["192.0.2.1/24", "192.0.2.2/24", "2001:db8::1/64"] {
        let flags = if address.contains(':') { AddressFlags::NODAD } else { AddressFlags::empty() };
        ip.address().add("v0", AddressMessage::build().prefix(address).flags(flags)).wait().unwrap();
    }
    for route in [Route::to("default").via("192.0.2.254"), Route::to("::/0").via("2001:db8::fe")] {
        ip.route().add(route.clone()).wait().unwrap();
        ip.route().add(route.table(100)).wait().unwrap();
    }
    ip.rule().add(Rule::lookup(100).from("192.0.2.0/24").priority(7)).wait().unwrap();
    ip.neighbour()
        .add("v0", Neighbour::of("192.0.2.9").hardware_address("02:00:00:00:00:09"))
        .wait()
        .unwrap();
    ip.nexthop().add(NextHopMessage::via("192.0.2.254").device("v0").id(10)).wait().unwrap();
}

/// The objects, without what changes over time: the kernel adds IPv6 addresses, routes and groups at any time.
fn present(ip: &blocking::Handle) -> Vec<String> {
    let links = ip.link().list().wait().unwrap();
    let links = links.iter().map(|link| {
        format!("{} {:?} {:?} {:?} {}", link.index(), link.name(), link.mtu(), link.group(), link.is_up())
    });
    let mut all: Vec<_> = links.collect();
    let made = |prefix: &Option<IpNet>| !prefix.is_some_and(|prefix| is_automatic(prefix.addr()));
    let addresses = ip.address().list().wait().unwrap();
    let prefixes = addresses.iter().map(|address| address.prefix()).filter(made);
    all.extend(prefixes.map(|prefix| format!("{prefix:?}")));
    let routes = ip.route().list().wait().unwrap();
    let routes = routes.iter().filter(|route| made(&route.prefix()));
    let settled = |route: &&Packet<RouteMessage>| {
        route.family() == AddressFamily::INET || route.table() != RouteTable::LOCAL
    };
    all.extend(routes.filter(settled).map(|route| format!("{:?} {:?}", route.table(), route.prefix())));
    all.extend(ip.rule().list().wait().unwrap().iter().map(|rule| format!("{rule:?}")));
    let neighbours = ip.neighbour().list().family(AddressFamily::INET).wait().unwrap();
    all.extend(neighbours.iter().map(|neighbour| format!("{:?}", neighbour.address())));
    all.extend(ip.nexthop().list().wait().unwrap().iter().map(|hop| format!("{hop:?}")));
    all
}

/// Whether it is an address of the link alone, or of a group.
fn is_automatic(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local() || v6.is_multicast())
}

/// Requests that identify no object.
fn vague(ip: &blocking::Handle) -> Vec<(&'static str, Result<(), Error>)> {
    let changes = || LinkMessage::build().group(7).mtu(1300).down();
    let none = u32::MAX;
    let inet = AddressFamily::INET;
    let rule = RuleMessage::build;
    let address = || AddressMessage::build().family(inet);
    let neighbour = || NeighbourMessage::build().family(inet);
    let (to_default, to_net) = (|| Route::to("default"), || Route::to("198.51.100.0/24"));
    let hop = || NextHopMessage::build().family(inet).id(10);
    vec![
        ("change link 0", ip.link().change(0, changes()).wait()),
        ("change a negative link", ip.link().change(none, changes()).wait()),
        ("change a link without a name", ip.link().change("", changes()).wait()),
        ("change the name of link 0", ip.link().change(0, changes().name("new")).wait()),
        ("delete link 0", ip.link().delete(0).wait()),
        ("delete a negative link", ip.link().delete(none).wait()),
        ("delete a link without a name", ip.link().delete("").wait()),
        ("delete a link behind a NUL", ip.link().delete("v0\0x").wait()),
        ("get link 0", ip.link().get(0).wait().map(drop)),
        ("get a link without a name", ip.link().get("").wait().map(drop)),
        ("add a name to link 0", ip.link().add_alt_names(0, ["left"]).wait()),
        ("delete a name of link 0", ip.link().delete_alt_names(0, ["left"]).wait()),
        ("add an address to link 0", ip.address().add(0, "192.0.2.7/24").wait()),
        ("add an address to no name", ip.address().add("", "192.0.2.7/24").wait()),
        ("add an address to a name with a NUL", ip.address().add("v0\0x", "192.0.2.7/24").wait()),
        ("delete an address of link 0", ip.address().delete(0, "192.0.2.1/24").wait()),
        ("delete no address", ip.address().delete("v0", AddressMessage::build()).wait()),
        ("delete any address", ip.address().delete("v0", address()).wait()),
        ("delete any address of a label", ip.address().delete("v0", address().label("v0")).wait()),
        (
            "delete any address of a network",
            ip.address().delete("v0", address().address("192.0.2.0").prefix_length(24)).wait(),
        ),
        ("delete no route", ip.route().delete(RouteMessage::build()).wait()),
        ("delete any route", ip.route().delete(RouteMessage::build().family(inet)).wait()),
        (
            "delete any route of a device",
            ip.route().delete(RouteMessage::build().family(inet).device("v0")).wait(),
        ),
        ("delete a route of device 0", ip.route().delete(to_default().device(0)).wait()),
        ("delete a route by next hop 0", ip.route().delete(to_default().next_hop(0)).wait()),
        ("delete a route by no gateway", ip.route().delete(to_default().via("0.0.0.0")).wait()),
        ("delete a route by no gateway of IPv6", ip.route().delete(Route::to("::/0").via("::")).wait()),
        ("delete a route by no gateway of another family", ip.route().delete(to_net().via("::")).wait()),
        (
            "delete a route by hops that are none",
            ip.route().delete(to_default().multipath([NextHop::via("0.0.0.0").device("v0")])).wait(),
        ),
        ("add a route of device 0", ip.route().add(to_net().via("192.0.2.254").device(0)).wait()),
        ("add a route by next hop 0", ip.route().add(to_net().next_hop(0)).wait()),
        ("add a route by no gateway", ip.route().add(to_net().device("v0").via("0.0.0.0")).wait()),
        ("append a route of device 0", ip.route().append(to_net().device(0)).wait()),
        ("replace a route of device 0", ip.route().replace(to_net().device(0)).wait()),
        ("change a route to device 0", ip.route().change(to_default().device(0)).wait()),
        ("change a route to no gateway", ip.route().change(to_default().via("0.0.0.0")).wait()),
        ("get a route by device 0", ip.route().get("192.0.2.9").device(0).wait().map(drop)),
        ("get a route from device 0", ip.route().get("192.0.2.9").input_device(0).wait().map(drop)),
        ("add a next hop of device 0", ip.nexthop().add(hop().gateway("192.0.2.254").device(0)).wait()),
        ("add a next hop by no gateway", ip.nexthop().add(hop().gateway("0.0.0.0").device("v0")).wait()),
        ("replace a next hop of device 0", ip.nexthop().replace(hop().device(0)).wait()),
        ("delete no rule", ip.rule().delete(rule()).wait()),
        ("delete any rule", ip.rule().delete(rule().family(AddressFamily::INET6)).wait()),
        ("delete any rule from all", ip.rule().delete(rule().from("0.0.0.0/0")).wait()),
        ("delete any rule to all", ip.rule().delete(rule().to("::/0")).wait()),
        ("delete any rule with mark 0", ip.rule().delete(rule().mark(0)).wait()),
        ("delete any rule by its target", ip.rule().delete(rule().target(9)).wait()),
        ("delete a rule of no device", ip.rule().delete(rule().input_device("")).wait()),
        ("add a rule for no device", ip.rule().add(Rule::lookup(100).input_device("")).wait()),
        ("add a rule for device 0", ip.rule().add(Rule::lookup(100).device(0)).wait()),
        ("delete no neighbour", ip.neighbour().delete("v0", NeighbourMessage::build()).wait()),
        ("delete any neighbour", ip.neighbour().delete("v0", neighbour()).wait()),
        ("delete a neighbour of link 0", ip.neighbour().delete(0, "192.0.2.9").wait()),
        ("get a neighbour of link 0", ip.neighbour().get(0, "192.0.2.9").wait().map(drop)),
        ("delete any entry", ip.neighbour().delete("v0", neighbour().family(AddressFamily::BRIDGE)).wait()),
        ("delete next hop 0", ip.nexthop().delete(0).wait()),
        ("get next hop 0", ip.nexthop().get(0).wait().map(drop)),
        ("get stats of link 0", ip.stats().get(0, StatsFilter::LINK_64).wait().map(drop)),
        ("delete addresses of link 0", ip.address().list().device(0).flush().wait().map(drop)),
        ("delete neighbours of link 0", ip.neighbour().list().device(0).flush().wait().map(drop)),
        ("delete routes of link 0", ip.route().list().device(0).flush().wait().map(drop)),
        ("delete routes of no link", ip.route().list().device("").flush().wait().map(drop)),
        ("delete rules of link 0", ip.rule().list().device(0).flush().wait().map(drop)),
        ("delete next hops of link 0", ip.nexthop().list().device(0).flush().wait().map(drop)),
        ("delete ports of link 0", ip.link().list().master(0).flush().wait().map(drop)),
    ]
}

#[test]
fn requests_without_an_object_change_nothing() {
    run_blocking(|ip| {
        inhabited(&ip);
        let before = present(&ip);
        for (what, result) in vague(&ip) {
            let error = result.expect_err(what);
            assert!(error.is_invalid(), "{what}: {error}");
            println!("{what}: {error}");
        }
        assert_eq!(present(&ip), before);
    });
}

/// What the kernel can't tell from nothing is any to it, as the pages of the verbs say.
#[test]
fn some_nothings_are_any() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let route = || Route::to("10.0.0.0/8").device("v0").metric(7);
        let key = || Route::to("10.0.0.0/8");
        for any in [key(), key().metric(0), key().preferred_source("0.0.0.0"), key().table(0)] {
            ip.route().add(route()).wait().unwrap();
            ip.route().delete(&any).wait().unwrap();
            assert!(ip.route().delete(any).wait().unwrap_err().is_not_found());
        }
        ip.route().add(route()).wait().unwrap();
        let one = [key().metric(8), key().device("v1"), key().preferred_source("10.0.0.1"), key().table(100)];
        for other in one {
            assert!(ip.route().delete(other).wait().unwrap_err().is_not_found());
        }
        assert_eq!(ip.route().list().to("10.0.0.0/8").wait().unwrap().len(), 1);
    });
}

#[test]
fn nor_does_it_in_a_batch() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").group(7)).await.unwrap();
        let down = || LinkMessage::build().group(7).mtu(1300);
        let rules = ip.rule().list().await.unwrap();
        let results =
            ip.batch([ip.link().change(0, down()).into(), ip.link().change("", down()).into()]).await;
        assert!(results.iter().all(|result| result.as_ref().is_err_and(Error::is_invalid)), "{results:?}");
        let results =
            ip.batch([ip.rule().delete(RuleMessage::build().family(AddressFamily::INET)).into()]).await;
        assert!(results[0].as_ref().is_err_and(Error::is_invalid), "{results:?}");
        assert_eq!(ip.link().get("v0").await.unwrap().mtu(), Some(1500));
        assert_eq!(ip.rule().list().await.unwrap().len(), rules.len());
    });
}

#[test]
fn errors_name_what_was_given() {
    run_blocking(|ip| {
        let words = |error: Error| error.to_string();
        assert_eq!(words(ip.link().get(0).wait().unwrap_err()), "get link 0: no device has index 0");
        let change = ip.link().change(0, LinkMessage::build().mtu(1300)).wait();
        assert_eq!(words(change.unwrap_err()), "change link 0: no device has index 0");
        let error = ip.address().add(0, "192.0.2.1/24").wait().unwrap_err();
        assert_eq!(words(error), "add address 192.0.2.1/24: no device has index 0");
        let error = ip.link().get(0).wait().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(BuildError::NotAnIndex(0))));
        assert_eq!(error.object(), "0");
    });
}

#[test]
fn a_change_is_about_the_link_that_the_verb_names() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let other = ip.link().get("v1").wait().unwrap().index();
        ip.link().change("v0", LinkMessage::build().index(other).mtu(1300)).wait().unwrap();
        let mtu = |name| ip.link().get(name).wait().unwrap().mtu();
        assert_eq!((mtu("v0"), mtu("v1")), (Some(1300), Some(1500)));
    });
}

#[test]
fn groups_have_verbs_of_their_own() {
    run_blocking(|ip| {
        let error = ip.link().change(0u32, LinkMessage::build().group(7).mtu(1300)).wait().unwrap_err();
        let words = "change link of group 7: no device has index 0: `change_group(7, ..)` changes the links of a group";
        assert_eq!(error.to_string(), words);
    });
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().add(Veth::pair("w0", "w1")).wait().unwrap();
        for name in ["v0", "w0"] {
            ip.link().change(name, LinkMessage::build().group(7)).wait().unwrap();
        }
        ip.link().change_group(7, LinkMessage::build().mtu(1300)).wait().unwrap();
        let links = ip.link().list().filter(|link| link.name() != "lo").wait().unwrap();
        let mtus: BTreeMap<_, _> = links
            .iter()
            .filter(|link| ["v0", "v1", "w0", "w1"].iter().any(|name| link.name() == *name))
            .map(|link| (link.name().to_string(), link.mtu().unwrap()))
            .collect();
        let mtus: Vec<_> = mtus.iter().map(|(name, mtu)| (&**name, *mtu)).collect();
        assert_eq!(mtus, [("v0", 1300), ("v1", 1500), ("w0", 1300), ("w1", 1500)]);

        let renamed = ip.link().change_group(7, LinkMessage::build().name("new")).wait();
        assert!(renamed.unwrap_err().is_invalid());
        let moved = ip.link().change_group(7, LinkMessage::build().group(8)).wait().unwrap_err();
        assert_eq!(
            moved.to_string(),
            "change links of group 7: a group's name, index and group can't be changed"
        );
        assert!(ip.link().change_group(7, LinkMessage::build().index(1)).wait().unwrap_err().is_invalid());
        assert!(ip.link().delete_group(0).wait().unwrap_err().is_not_permitted());

        ip.link().delete_group(7).wait().unwrap();
        let left = ip.link().list().wait().unwrap();
        assert!(!left.iter().any(|link| link.group() == Some(7)));
        let error = ip.link().delete_group(7).wait().unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert!(error.to_string().starts_with("delete links of group 7: no such device"), "{error}");
        ip.link().change_group(7, LinkMessage::build().up()).wait().unwrap();
    });
}

#[test]
fn what_is_said_is_enough() {
    run_blocking(|ip| {
        inhabited(&ip);
        ip.route().delete(Route::to("default")).wait().unwrap();
        let left = ip.route().list().to("0.0.0.0/0").wait().unwrap();
        assert_eq!(left.iter().map(|route| route.table().0).collect::<Vec<_>>(), [100]);
        ip.route().delete(RouteMessage::build().family(AddressFamily::INET).table(100)).wait().unwrap();
        ip.rule().delete(RuleMessage::build().family(AddressFamily::INET).priority(0)).wait().unwrap();
        ip.rule().delete(RuleMessage::build().from("192.0.2.0/24")).wait().unwrap();
        let priorities = ip.rule().list().family(AddressFamily::INET).wait().unwrap();
        assert_eq!(
            priorities.iter().map(|rule| rule.priority()).collect::<Vec<_>>(),
            [Some(32766), Some(32767)]
        );
        // A proxy for every device.
        ip.neighbour().add(0, Neighbour::proxy("192.0.2.77")).wait().unwrap();
        assert_eq!(ip.neighbour().list().proxy().wait().unwrap().len(), 1);
        ip.neighbour().delete(0, Neighbour::proxy("192.0.2.77")).wait().unwrap();
        assert_eq!(ip.neighbour().list().proxy().wait().unwrap().len(), 0);
    });
}
