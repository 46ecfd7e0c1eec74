//! Attributes that not every kernel knows: each is done, or the request fails and says which one is unknown. Which kernels know
//! them stands in the tables.

#![cfg(feature = "tokio")]

mod support;

use iproute2::netlink_packet::Scope;
use iproute2::rtnetlink::AddressFamily;
use iproute2::rtnetlink::link::bridge::BridgeOptions;
use iproute2::rtnetlink::link::gtp::GtpRole;
use iproute2::rtnetlink::link::{BridgePort, Gtp, Hsr, LinkMessageBuf, Macvlan};
use iproute2::rtnetlink::neighbour::NeighbourExtFlags;
use iproute2::rtnetlink::route::NextHop;
use iproute2::rtnetlink::route::encap::Seg6;
use iproute2::{
    Bridge, Dummy, Error, ErrorKind, LinkMessage, Namespace, Neighbour, NeighbourState, NextHopMessage,
    Route, RouteProtocol, Veth, Vxlan, blocking,
};
use support::{enter, is_unknown_kind, kernel, run, run_blocking, skip};

/// Whether it was done, which it is on kernels from this version on; else the error names just this attribute.
fn is_done(result: Result<(), Error>, field: &str, since: (u32, u32)) -> bool {
    match result {
        Ok(()) => {
            assert!(kernel() >= since, "{field} was taken");
            true
        }
        Err(error) => {
            println!("{error}");
            assert!(kernel() < since, "{error}");
            let ErrorKind::UnknownAttributes(rows) = error.kind() else { panic!("{error}") };
            assert_eq!(rows.iter().map(|row| row.field).collect::<Vec<_>>(), [field]);
            assert!(error.is_not_supported() && error.errno().is_none(), "{error}");
            let needs = match since {
                LATER => "a later Linux than 6.18".to_owned(),
                (major, minor) => format!("Linux {major}.{minor}"),
            };
            // By the method that sets it.
            let method = rows[0].setter(None);
            let words = format!("this kernel does not know {method} (needs {needs}");
            assert!(error.to_string().contains(&words), "{error}");
            false
        }
    }
}

/// A link of this name, or that this kernel lacks its kind.
fn made(ip: &blocking::Handle, link: LinkMessageBuf) -> bool {
    match ip.link().add(link).wait() {
        Err(error) if is_unknown_kind(&error) => {
            skip(&format!("{error}"));
            false
        }
        result => {
            result.unwrap();
            true
        }
    }
}

const GSO: (u32, u32) = (6, 3);

/// What no kernel of the matrix knows.
const LATER: (u32, u32) = (7, 0);

fn gso() -> LinkMessageBuf {
    LinkMessage::build().gso_ipv4_max_size(50_000)
}

#[test]
fn changes() {
    run_blocking(|ip| {
        let told = |name: &str| ip.link().get(name).wait().unwrap();
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        if is_done(ip.link().change("v0", gso().alias("an alias")).wait(), "gso_ipv4_max_size", GSO) {
            assert_eq!(told("v0").gso_ipv4_max_size(), Some(50_000));
        }
        assert_eq!(
            told("v0").alias().map(ToString::to_string),
            Some("an alias".to_owned()),
            "the rest is done"
        );
        let change = LinkMessage::build().gro_ipv4_max_size(50_000);
        let result = ip.link().change(told("v0"), change).changed().wait();
        is_done(
            result.map(|link| assert_eq!(link.gro_ipv4_max_size(), Some(50_000))),
            "gro_ipv4_max_size",
            GSO,
        );
        let error = ip.link().change("v0", gso()).wait().err();
        if let Some(error) = error {
            assert!(error.is_partly_done() && error.step().is_none(), "{error}");
            let words = "change link v0: this kernel does not know gso_ipv4_max_size (needs Linux 6.3) (the rest was done)";
            assert_eq!(error.to_string(), words);
        }
        // As one with others, by a new name, and in a batch.
        let renamed = gso().name("v9").alt_names(["other"]);
        is_done(ip.link().change("v0", renamed).wait(), "gso_ipv4_max_size", GSO);
        assert!(told("other").name() == "v9");
        let results = ip
            .batch([
                ip.link().change("v9", gso()).into(),
                ip.link().change("v1", LinkMessage::build().mtu(1400)).into(),
            ])
            .wait();
        for (result, is_known) in results.into_iter().zip([kernel() >= GSO, true]) {
            assert_eq!(result.is_ok(), is_known, "{result:?}");
        }
        assert_eq!(told("v1").mtu(), Some(1400));
        // Of a group, none of which the kernel can be asked for alone.
        ip.link().change("v9", LinkMessage::build().group(7)).wait().unwrap();
        is_done(ip.link().change_group(7, gso()).wait(), "gso_ipv4_max_size", GSO);
    });
}

#[test]
fn options_of_bridges_and_ports() {
    run_blocking(|ip| {
        if !made(&ip, Bridge::named("b0")) {
            return;
        }
        ip.link().add(Veth::pair("v0", "v1").master("b0")).wait().unwrap();
        let told = |name: &str| ip.link().get(name).wait().unwrap();
        let limit = LinkMessage::build().kind(Bridge::build().fdb_max_learned(5));
        if is_done(ip.link().change("b0", limit).wait(), "fdb_max_learned", (6, 7)) {
            assert_eq!(told("b0").kind::<Bridge>().and_then(Bridge::fdb_max_learned), Some(5));
        }
        let suppress = BridgePort::build().neighbour_vlan_suppress(true);
        for change in [
            LinkMessage::build().port(suppress.clone()),
            LinkMessage::build().family(AddressFamily::BRIDGE).protocol_info(suppress),
        ] {
            if is_done(ip.link().change("v0", change).wait(), "neighbour_vlan_suppress", (6, 4)) {
                let port = told("v0").port::<BridgePort>().and_then(BridgePort::neighbour_vlan_suppress);
                assert_eq!(port, Some(true));
            }
        }
        // The kernel does not tell that there is none.
        let none = LinkMessage::build().port(BridgePort::build().backup_nexthop(0));
        ip.link().change("v0", none).wait().unwrap();
        let limit = Veth::pair("v2", "v3").master("b0").port(BridgePort::build().mac_auth_bypass(false));
        if !is_done(ip.link().add(limit).wait(), "mac_auth_bypass", (6, 2)) {
            assert!(ip.link().get("v2").wait().unwrap_err().is_not_found(), "it is deleted again");
        }
        // One attribute with options of which newer kernels know more.
        let newer = Bridge::build().set(BridgeOptions::FDB_LOCAL_VLAN_0);
        match ip.link().change("b0", LinkMessage::build().kind(newer)).wait() {
            Ok(()) => {
                let options = told("b0").kind::<Bridge>().and_then(Bridge::options).unwrap().options();
                assert!(options.contains(BridgeOptions::FDB_LOCAL_VLAN_0));
            }
            Err(error) => assert!(kernel() < (6, 18), "{error}"),
        }
        let old = Bridge::build().set(BridgeOptions::NO_LL_LEARN);
        ip.link().change("b0", LinkMessage::build().kind(old)).wait().unwrap();
        // What a kernel may be built without.
        let snooping = LinkMessage::build().kind(Bridge::build().multicast_snooping(false));
        let result = ip.link().change("b0", snooping).wait();
        let snooping = told("b0").kind::<Bridge>().and_then(Bridge::multicast_snooping);
        assert_eq!(snooping.is_some(), result.is_ok(), "{result:?}");
        assert_ne!(snooping, Some(true));
    });
}

#[test]
fn links_that_are_added() {
    run_blocking(|ip| {
        let absent = |name: &str| ip.link().get(name).wait().is_err_and(|error| error.is_not_found());
        let dummy = || LinkMessage::build().name("d0").kind(Dummy::build());
        if made(&ip, dummy()) {
            ip.link().delete("d0").wait().unwrap();
            let link = || dummy().gso_ipv4_max_size(50_000).alias("an alias").up();
            match is_done(ip.link().add(link()).wait(), "gso_ipv4_max_size", GSO) {
                true => {
                    let told = ip.link().get("d0").wait().unwrap();
                    assert_eq!((told.gso_ipv4_max_size(), told.is_up()), (Some(50_000), true));
                }
                false => assert!(absent("d0"), "it is deleted again"),
            }
            // One that is replaced stays.
            is_done(ip.link().replace(link()).wait(), "gso_ipv4_max_size", GSO);
            assert!(!absent("d0"));
            ip.link().delete("d0").wait().unwrap();
        }
        let vxlan = || Vxlan::build().id(5).port(4789).local_bypass(false);
        let link = || LinkMessage::build().name("x0").kind(vxlan());
        match ip.link().add(link()).created().wait() {
            Err(error) if is_unknown_kind(&error) => skip(&format!("{error}")),
            result => {
                let told = result.map(|link| link.kind::<Vxlan>().and_then(Vxlan::local_bypass));
                let told = told.map(|told| assert_eq!(told, Some(false)));
                if !is_done(told, "local_bypass", (6, 5)) {
                    assert!(absent("x0"), "it is deleted again");
                }
            }
        }
        // The other end of a pair is as its first one.
        let peer = LinkMessage::build().name("v1").gro_ipv4_max_size(40_000);
        let pair = LinkMessage::build().name("v0").kind(Veth::build().peer(peer));
        match is_done(ip.link().add(pair).wait(), "gro_ipv4_max_size", GSO) {
            true => assert_eq!(ip.link().get("v1").wait().unwrap().gro_ipv4_max_size(), Some(40_000)),
            false => assert!(absent("v0") && absent("v1"), "both are deleted again"),
        }
    });
}

#[test]
fn in_another_namespace_what_every_link_has_is_looked_for() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
    let other = std::thread::spawn(|| {
        assert!(enter());
        Namespace::current().unwrap()
    });
    let other = other.join().unwrap();
    let pair = Veth::pair("v2", "v3").gso_ipv4_max_size(50_000).namespace_file(&other);
    is_done(ip.link().add(pair).wait(), "gso_ipv4_max_size", GSO);
    is_done(ip.link().change("v1", gso().namespace_file(&other)).wait(), "gso_ipv4_max_size", GSO);
}

#[test]
fn async_requests() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        is_done(ip.link().change("v0", gso()).await, "gso_ipv4_max_size", GSO);
        let macvlan = LinkMessage::build().name("m0").parent("v0").kind(Macvlan::build().broadcast_cutoff(1));
        // The kernel does not tell the default.
        match ip.link().add(macvlan).await {
            Err(error) if is_unknown_kind(&error) => skip(&format!("{error}")),
            result => {
                result.unwrap();
                let cutoff = LinkMessage::build().kind(Macvlan::build().broadcast_cutoff(5));
                is_done(ip.link().change("m0", cutoff).await, "broadcast_cutoff", (6, 4));
            }
        }
    });
}

#[test]
fn other_requests_are_one_message() {
    let plain = |link: &LinkMessageBuf| {
        let mut needs = false;
        Scope::of(link.view()).find(&mut |row, _| {
            needs |= row.marks.needs().is_some();
            false
        });
        !needs
    };
    assert!(plain(&Veth::pair("v0", "v1").up()) && plain(&LinkMessage::build().mtu(1400)));
    assert!(plain(&Bridge::named("b0")) && plain(&Vxlan::with_id(5).name("x0")));
    assert!(!plain(&gso()) && !plain(&Bridge::named("b0").kind(Bridge::build().fdb_max_learned(5))));
}

/// A route or next hop whose packets would have another source address.
#[test]
fn flags_of_neighbours() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        let neighbour = Neighbour::of("192.0.2.7").state(NeighbourState::STALE);
        let neighbour =
            neighbour.hardware_address("02:00:00:00:00:07").ext_flags(NeighbourExtFlags::EXT_VALIDATED);
        let count = || ip.neighbour().list().family(AddressFamily::INET).wait().unwrap().len();
        match ip.neighbour().add("v0", &neighbour).wait() {
            Ok(()) => {
                assert!(kernel() >= (6, 16), "it was taken");
                assert_eq!(count(), 1);
            }
            // Since Linux 5.16 the kernel refuses the flags that it does not know.
            Err(error) => {
                assert!(kernel() < (6, 18), "{error}");
                let is_unknown = error.to_string().ends_with("the neighbour was deleted again)");
                assert!(is_unknown || kernel() >= (5, 16) && error.errno().is_some(), "{error}");
                assert_eq!(count(), 0);
            }
        }
        let known =
            Neighbour::of("192.0.2.8").hardware_address("02:00:00:00:00:08").protocol(RouteProtocol::STATIC);
        ip.neighbour().add("v0", known).wait().unwrap();
    });
}

#[test]
fn routes_and_next_hops() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        let count = || ip.route().list().wait().unwrap().len() + ip.nexthop().list().wait().unwrap().len();
        let plain = || Seg6::encap(["2001:db8::1"]);
        let encap = || plain().source("2001:db8::99");
        let route = |last: u8| Route::to(format!("2001:db8:{last}::/48")).device("v0");
        let since = LATER;
        match ip.route().add(route(1).encap(plain())).wait() {
            Err(error) if error.is_not_supported() => return skip(&format!("segment routing: {error}")),
            result => result.unwrap(),
        }
        let before = count();
        let hop = NextHopMessage::build().family(AddressFamily::INET6).device("v0").id(7).encap(encap());
        let hops = [1, 2].map(|last| NextHop::via(format!("fe80::{last}")).device("v0").encap(encap()));
        let added = [
            ip.route().add(route(2).encap(encap())).wait(),
            ip.route().append(route(3).encap(encap())).wait(),
            ip.route().add(route(4).encap(encap())).created().wait().map(drop),
            ip.route().add(Route::to("2001:db8:5::/48").multipath(hops)).wait(),
            ip.nexthop().add(hop.clone()).wait(),
        ];
        for result in added {
            println!("{result:?}");
            if let Err(error) = &result {
                assert!(error.to_string().ends_with("was deleted again)"), "{error}");
            }
            if !is_done(result, "source", since) {
                assert_eq!(count(), before, "it is deleted again");
            }
        }
        // What is replaced or changed stays.
        for result in [
            ip.route().replace(route(1).encap(encap())).wait(),
            ip.route().change(route(1).encap(encap())).wait(),
        ] {
            if let Err(error) = &result {
                assert!(error.is_partly_done(), "{error}");
            }
            if !is_done(result, "source", since) {
                assert_eq!(count(), before);
            }
        }
        let results = ip.batch((ip.route().add(route(6).encap(encap())), ip.route().add(route(7)))).wait();
        assert!(results[1].is_ok(), "{results:?}");
        is_done(results.into_iter().next().unwrap(), "source", since);
    });
}

/// The kernel does not echo a route that replaces an equal one.
#[test]
fn a_route_of_ipv4_that_is_replaced_by_an_equal_one() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        let route = || Route::to("10.0.0.0/8").device("v0");
        match ip.route().add(route().encap(Seg6::encap(["2001:db8::1"]))).wait() {
            Err(error) if error.is_not_supported() => return skip(&format!("segment routing: {error}")),
            result => result.unwrap(),
        }
        let encap = Seg6::encap(["2001:db8::1"]).source("2001:db8::99");
        for _ in 0..2 {
            is_done(ip.route().replace(route().encap(encap.clone())).wait(), "source", LATER);
        }
    });
}

/// What the kernel does not tell it is asked about before.
#[test]
fn what_is_never_told() {
    run_blocking(|ip| {
        for (port, end) in [("v0", "w0"), ("v1", "w1"), ("v2", "w2")] {
            ip.link().add(Veth::pair(port, end).up()).wait().unwrap();
        }
        ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
        let absent = |name: &str| ip.link().get(name).wait().is_err_and(|error| error.is_not_found());
        let gtp = |local: &str| {
            let options = Gtp::build().create_sockets(true).role(GtpRole::GGSN);
            LinkMessage::build().name("x0").kind(options.local(local))
        };
        let ring = || Hsr::build().port1("v0").port2("v1");
        let cases = [
            ("local4", gtp("127.0.0.5")),
            ("local6", gtp("::1")),
            ("interlink", LinkMessage::build().name("x0").kind(ring().interlink("v2"))),
        ];
        for (field, link) in cases {
            match ip.link().add(link).wait() {
                Err(error) if error.is_not_supported() && error.errno().is_some() => skip(&error.to_string()),
                result => {
                    // Stable kernels got the interlink port later on.
                    let is_backported = field == "interlink" && result.is_ok();
                    if is_backported || is_done(result, field, (6, 10)) {
                        ip.link().delete("x0").wait().unwrap();
                    }
                    assert!(absent("x0"), "{field}: it is deleted again");
                }
            }
        }
    });
}
