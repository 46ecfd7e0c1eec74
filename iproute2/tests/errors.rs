//! What errors say: the operation, the object, the reason, and where the kernel points.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::errno;
use iproute2::netlink_packet::Attr;
use iproute2::rtnetlink::AddressFamily;
use iproute2::rtnetlink::link::{
    BridgePort, BridgeSpec, BridgeVlan, LinkMessageBuf, PortProfile, PortVsi, Tunnel,
};
use iproute2::rtnetlink::route::RouterPreference;
use iproute2::{
    Device, Dummy, Error, ErrorKind, LinkMessage, Macvlan, Namespace, Neighbour, NeighbourTableMessage,
    NextHop, NextHopMessage, Route, Rule, Veth, Vlan, Vxlan, blocking, rtnetlink,
};
use support::{Handle, deny, enter, is_unknown_kind, run, run_blocking, skip};

/// An invalid VLAN id.
const SHORT_ID: Attr<Vlan, u8> = Attr::new(1, "IFLA_VLAN_ID");
const LONG_NAME: Attr<LinkMessage, [u8]> = Attr::new(3, "IFLA_IFNAME");

/// The error of a request, in one line.
fn line<T>(result: Result<T, Error>) -> String {
    let line = result.map(drop).expect_err("it should have failed").to_string();
    assert!(!line.contains('\n'), "{line}");
    line
}

async fn add(ip: &Handle, link: LinkMessageBuf) -> Error {
    ip.link().add(link).await.expect_err("it should have been refused")
}

fn vlan(id: u16) -> LinkMessageBuf {
    Vlan::on("v0", id).name("v0.5")
}

#[test]
fn a_vlan_with_an_impossible_id() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let error = add(&ip, vlan(5000)).await;
        if is_unknown_kind(&error) {
            return skip("this kernel lacks kind vlan");
        }
        assert_eq!(error.to_string(), "add link v0.5: numerical result out of range: 8021q: Invalid VLAN id");
        assert_eq!(
            (error.operation(), error.object(), error.errno()),
            ("add link", "v0.5", Some(errno::ERANGE))
        );
        assert_eq!(error.message(), Some("8021q: Invalid VLAN id"));
        assert!(error.path().is_empty(), "the kernel names no attribute, nor do we");

        let short = LinkMessage::build().name("v0.5").parent("v0").kind(Vlan::build().with(SHORT_ID, 5));
        let error = add(&ip, short).await;
        let path = ["IFLA_LINKINFO", "IFLA_INFO_DATA", "IFLA_VLAN_ID"];
        assert_eq!(error.path(), path);
        assert!(error.to_string().starts_with("add link v0.5: "), "{error}");
        assert!(error.to_string().contains("(IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_VLAN_ID"), "{error}");
        let policy = error.kernel_error().and_then(|refused| refused.diagnostic.policy.clone());
        assert!(policy.is_some(), "{error}");
        println!("{error}");
    });
}

#[test]
fn a_vxlan_with_an_impossible_id() {
    run(|ip| async move {
        let error = add(&ip, Vxlan::with_id(1 << 24).name("vx0")).await;
        if is_unknown_kind(&error) {
            return skip("this kernel lacks kind vxlan");
        }
        assert_eq!(
            error.to_string(),
            "add link vx0: numerical result out of range: VXLAN ID must be lower than 16777216 \
             (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_VXLAN_ID)"
        );
        assert_eq!(error.path(), ["IFLA_LINKINFO", "IFLA_INFO_DATA", "IFLA_VXLAN_ID"]);
    });
    run_blocking(|ip| {
        let error = ip.link().add(Vxlan::with_id(1 << 24).name("vx0")).wait().unwrap_err();
        assert!(is_unknown_kind(&error) || error.path().len() == 3, "{error}");
    });
}

#[test]
fn what_exists_and_what_does_not() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        let links = ip.link();
        let addresses = ip.address();

        let error = links.add(Veth::pair("v0", "v2")).await.unwrap_err();
        assert!(error.is_already_exists() && !error.is_not_found());
        assert_eq!(error.to_string(), "add link v0: file exists");
        let error = addresses.add("v0", "192.0.2.1/24").await.unwrap_err();
        assert!(error.is_already_exists(), "{error}");
        assert!(error.to_string().starts_with("add address 192.0.2.1/24: file exists"), "{error}");

        assert_eq!(line(links.get("no").await), "get link no: no such device");
        assert_eq!(line(links.get(4711).await), "get link 4711: no such device");
        assert_eq!(line(links.delete("no").await), "delete link no: no such device");
        assert_eq!(
            line(links.change("no", LinkMessage::build().up()).await),
            "change link no: no such device"
        );
        assert_eq!(
            line(links.change(4711, LinkMessage::build().up()).await),
            "change link 4711: no such device"
        );
        for error in [
            links.get("no").await.map(drop).unwrap_err(),
            links.delete(4711).await.unwrap_err(),
            links.change("no", LinkMessage::build().name("yes")).await.unwrap_err(),
            links.change("v0", LinkMessage::build().master("no")).await.unwrap_err(),
            links.add_alt_names("no", ["yes"]).await.unwrap_err(),
            addresses.add("no", "192.0.2.1/24").await.unwrap_err(),
            addresses.delete("v0", "192.0.2.2/24").await.unwrap_err(),
            addresses.list().device("no").await.unwrap_err(),
            addresses.list().device("no").flush().await.unwrap_err(),
            links.list().master("no").for_each(|_| ()).await.unwrap_err(),
        ] {
            assert!(error.is_not_found(), "{error}");
            assert!(!error.object().is_empty(), "{error}");
        }
        // A device that the request refers to is named besides the request's object.
        assert_eq!(
            line(addresses.add("no", "192.0.2.1/24").await),
            "add address 192.0.2.1/24: device no: no such device"
        );
        let error = links.add(Vlan::on("no", 5).name("v5")).await.unwrap_err();
        assert_eq!(error.to_string(), "add link v5: device no: no such device");
        assert_eq!((error.object(), error.device()), ("v5", Some("no")));
        let error = links.change("v0", LinkMessage::build().master("no")).await.unwrap_err();
        assert_eq!(error.to_string(), "change link v0: device no: no such device");
        assert_eq!(
            line(links.change("no", LinkMessage::build().name("yes")).await),
            "change link no: no such device"
        );
        let failed = ip.batch([addresses.add("no", "192.0.2.1/24").into()]).await.pop().unwrap().unwrap_err();
        assert_eq!(failed.to_string(), "add address 192.0.2.1/24: device no: no such device");
        assert_eq!(line(addresses.list().device("no").await), "list addresses no: no such device");
    });
}

#[test]
fn routes_and_what_belongs_to_them() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        let (routes, rules, hops, neighbours) = (ip.route(), ip.rule(), ip.nexthop(), ip.neighbour());
        let route = || Route::to("198.51.100.0/24").via("192.0.2.254");
        let hop = || NextHopMessage::via("192.0.2.254").device("v0").id(10);
        let neighbour = || Neighbour::of("192.0.2.7").hardware_address([2, 0, 0, 0, 0, 7]);
        routes.add(route()).await.unwrap();
        rules.add(Rule::lookup(100).priority(10)).await.unwrap();
        hops.add(hop()).await.unwrap();
        neighbours.add("v0", neighbour()).await.unwrap();

        // What exists.
        for (result, expected) in [
            (routes.add(route()).await, "add route 198.51.100.0/24: file exists"),
            (rules.add(Rule::lookup(100).priority(10)).await, "add rule 10: lookup 100: file exists"),
            (hops.add(hop()).await, "add next hop 10: file exists"),
            (neighbours.add("v0", neighbour()).await, "add neighbour 192.0.2.7: file exists"),
        ] {
            let error = result.unwrap_err();
            assert!(error.is_already_exists() && error.to_string().starts_with(expected), "{error}");
        }
        // What does not.
        for (result, expected) in [
            (routes.delete("203.0.113.0/24").await, "delete route 203.0.113.0/24: no such process"),
            (
                routes.delete(Route::to("198.51.100.0/24").table(77)).await,
                "delete route 198.51.100.0/24: no such",
            ),
            (rules.delete(11).await, "delete rule 11 of IPv4: no such file or directory"),
            (hops.delete(11).await, "delete next hop 11: no such file or directory"),
            (
                neighbours.delete("v0", "192.0.2.8").await,
                "delete neighbour 192.0.2.8: no such file or directory",
            ),
            (
                neighbours.get("v0", "192.0.2.8").await.map(drop),
                "get neighbour 192.0.2.8: no such file or directory: Neighbour entry not found",
            ),
            (hops.get(11).await.map(drop), "get next hop 11: no such file or directory"),
            (
                routes.add(Route::to("203.0.113.0/24").device("no")).await,
                "add route 203.0.113.0/24: device no: no such device",
            ),
        ] {
            let error = result.unwrap_err();
            assert!(error.is_not_found() && error.to_string().starts_with(expected), "{error}");
        }
        // Refusals with the kernel's own message.
        let by = |gateway: &str| Route::to("203.0.113.0/24").via(gateway);
        let paths = [NextHop::via("192.0.2.254"), NextHop::via("203.0.113.9")];
        for (result, expected) in [
            (
                routes.add(by("203.0.113.9")).await,
                "add route 203.0.113.0/24: network is unreachable: Nexthop has invalid gateway",
            ),
            (
                routes.add(Route::to("203.0.113.0/24").multipath(paths)).await,
                "add route 203.0.113.0/24: network is unreachable: Nexthop has invalid gateway",
            ),
            (
                routes.add(Route::to("2001:db8:1::/48").via("2001:db8:9::1")).await,
                "add route 2001:db8:1::/48: no route to host",
            ),
            (
                routes.add(Route::to("203.0.113.0/24").next_hop(11)).await,
                "add route 203.0.113.0/24: invalid argument: Nexthop id does not exist",
            ),
            (
                hops.add(NextHopMessage::via("203.0.113.9").device("v0").id(11)).await,
                "add next hop 11: network is unreachable: Nexthop has invalid gateway",
            ),
            (
                neighbours.add("v0", Neighbour::of("192.0.2.9").hardware_address([2; 4])).await,
                "add neighbour 192.0.2.9: invalid argument",
            ),
        ] {
            let error = result.unwrap_err();
            assert!(!error.is_not_found() && error.to_string().starts_with(expected), "{error}");
        }
    });
}

#[test]
fn what_the_kernel_cannot_do() {
    run(|ip| async move {
        let error = add(
            &ip,
            LinkMessage::build().name("x0").info(rtnetlink::link::LinkInfo::build().kind_name("no")),
        )
        .await;
        assert!(error.is_not_supported(), "{error}");
        assert_eq!(error.to_string(), "add link x0: operation not supported: Unknown device type");
        let error = ip.link().delete("lo").await.unwrap_err();
        assert!(error.is_not_supported(), "{error}");
        // A kind that needs a parent.
        let macvlan = LinkMessage::build().name("mv0").kind(Macvlan::build());
        let error = add(&ip, macvlan).await;
        assert!(error.is_invalid() || is_unknown_kind(&error), "{error}");
        let error = ip.link().change("lo", LinkMessage::build().mtu(u32::MAX)).await.unwrap_err();
        assert!(error.is_invalid(), "{error}");
    });
}

#[test]
fn requests_refused_before_sending() {
    run(|ip| async move {
        let named = |name: &str| LinkMessage::build().name(name).kind(Dummy::build());
        for name in ["", ".", "a/b", "a b", "sixteen_letters_"] {
            let error = add(&ip, named(name)).await;
            assert!(error.is_invalid(), "{error}");
            assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
            assert!(error.to_string().contains("is not a valid interface name"), "{error}");
        }
        for prefix in ["", "192.0.2.1/33", "192.0.2.256/24", "2001:db8::1/129", "v0"] {
            let error = ip.address().add("lo", prefix).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
            assert!(error.to_string().starts_with("add address"), "{error}");
            let error = ip.address().list().to(prefix).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
            println!("{error}");
        }
        // What the builder refuses is refused by the kernel, too, which has a policy for it.
        let long = LinkMessage::build().kind(Veth::build()).with(LONG_NAME, &b"seventeen_letters"[..]);
        let error = add(&ip, long).await;
        assert_eq!(error.path(), ["IFLA_IFNAME"], "{error}");
        println!("{error}");
    });
}

#[test]
fn the_object_is_called_as_it_was_given() {
    run_blocking(|ip| {
        let links = ip.link();
        links.add(Veth::pair("v0", "v1")).wait().unwrap();
        links.add_alt_names("v0", ["taken"]).wait().unwrap();
        links.add_alt_names("v1", ["other"]).wait().unwrap();
        let v1 = links.get("v1").wait().unwrap();
        let index = v1.index().to_string();
        let vlans = || BridgeSpec::build().vlans([BridgeVlan::build().id(5)]);
        let link = LinkMessage::build;
        let devices = [
            (Device::from("v1"), "v1"),
            (Device::from("other"), "other"),
            (Device::from(v1.index()), &index),
            (Device::from(&v1), &index),
        ];
        for (device, name) in devices {
            let device = || device.clone();
            let results = [
                // From the kernel.
                links.add_alt_names(device(), ["taken"]).wait(),
                links.delete_alt_names(device(), ["missing"]).wait(),
                links.change(device(), link().alt_names(["taken"])).wait(),
                links.change(device(), link().alt_names(["taken"]).alias("an alias")).wait(),
                links.change(device(), link().mtu(u32::MAX)).wait(),
                links.change(device(), link().master("lo")).wait(),
                links.change(device(), link().tx_queues(77)).wait(),
                links.change(device(), link().kind(Dummy::build())).wait(),
                links.change(device(), link().family_specs(vlans())).wait(),
                links.delete_bridge_spec(device(), vlans()).wait(),
                // Before it is sent.
                links.add_alt_names(device(), ["a/b"]).wait(),
                links.delete_alt_names(device(), ["a/b"]).wait(),
                links.change(device(), link().alt_names(["a/b"]).mtu(1400)).wait(),
                links.change(device(), link().new_index(5)).wait(),
                links.change(device(), link().protocol_info(BridgePort::build().cost(5))).wait(),
                links
                    .change(device(), link().port_profile(PortProfile::build().vsi_type(PortVsi::build())))
                    .wait(),
            ];
            for (at, result) in results.into_iter().enumerate() {
                let error = result.expect_err(&format!("{at} should have failed"));
                assert_eq!(error.object(), name, "{at}: {error}");
            }
        }
        let taken = links.add_alt_names("v1", ["taken"]).wait();
        assert_eq!(line(taken), "add alternative names to link v1: file exists");
        // Without IPv4 it has no settings of it.
        links.change("lo", link().mtu(60)).wait().unwrap();
        let error = ip.netconf().get(AddressFamily::INET, "lo").wait().unwrap_err();
        assert_eq!(error.object(), "lo", "{error}");
        let error = ip
            .nexthop()
            .add(NextHopMessage::build().family(AddressFamily::INET).device("v1"))
            .wait()
            .unwrap_err();
        assert_eq!(error.object(), "dev v1", "{error}");
    });
}

#[test]
fn what_is_read_first_is_called_as_it_was_given() {
    run_blocking(|ip| {
        let tunnel = Tunnel::build().local("192.0.2.1").remote("192.0.2.2").path_mtu_discovery(false);
        match ip.link().add(LinkMessage::build().name("t0").kind(tunnel)).wait() {
            Err(error) if is_unknown_kind(&error) => return skip("this kernel lacks kind ipip"),
            result => result.unwrap(),
        }
        let change = LinkMessage::build().kind(Tunnel::build().ttl(9));
        let error = ip.link().change("t0", change).wait().unwrap_err();
        assert_eq!(
            error.to_string(),
            "change link t0: the kernel ignores path_mtu_discovery in this request"
        );
    });
}

/// Most kernels list nothing of a device that there is not.
#[test]
fn lists_of_a_device_that_is_not_there() {
    run_blocking(|ip| {
        let no = 0x7eed_u32;
        let lists = [
            ("links", ip.link().list().master(no).wait().map(drop)),
            ("addresses", ip.address().list().device(no).wait().map(drop)),
            ("routes", ip.route().list().device(no).wait().map(drop)),
            ("neighbours", ip.neighbour().list().device(no).wait().map(drop)),
            ("neighbours", ip.neighbour().list().master(no).wait().map(drop)),
            ("forwarding entries", ip.neighbour().fdb().device(no).wait().map(drop)),
            ("neighbour tables", ip.neighbour_table().list().device(no).wait().map(drop)),
            ("next hops", ip.nexthop().list().device(no).wait().map(drop)),
            ("next hops", ip.nexthop().list().master(no).wait().map(drop)),
            ("settings", ip.netconf().list().device(no).wait().map(drop)),
            ("address labels", ip.address_label().list().device(no).wait().map(drop)),
            ("qdiscs", ip.qdisc().list().device(no).wait().map(drop)),
            ("classes", ip.class().list().device(no).wait().map(drop)),
            ("filters", ip.filter().list().device(no).ingress().wait().map(drop)),
            ("chains", ip.chain().list().device(no).wait().map(drop)),
        ];
        for (what, list) in lists {
            let error = list.expect_err(what);
            assert!(error.is_not_found() && error.object().contains("32493"), "{what}: {error}");
        }
        // Not of a device.
        assert!(!ip.netconf().list().device(iproute2::NetconfMessage::ALL).wait().unwrap().is_empty());
    });
}

#[test]
fn a_preference_that_the_kernel_would_make_medium() {
    run_blocking(|ip| {
        let route = Route::to("2001:db8::/64").device("lo").preference(RouterPreference::INVALID);
        let error = ip.route().add(&route).wait().unwrap_err();
        assert_eq!(
            error.to_string(),
            "add route 2001:db8::/64: the kernel ignores preference in this request: \
             only `low`, `medium` and `high` are preferences"
        );
    });
}

#[test]
fn names_of_namespaces() {
    if !support::enter() {
        return;
    }
    let error = Namespace::named("no").unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "open namespace no: no such file or directory");
    for name in ["", ".", "..", "a/b", "/a", "a/"] {
        assert!(Namespace::create(name).is_err());
        assert!(Namespace::named(name).is_err());
        assert!(Namespace::delete(name).is_err());
    }
    assert!(Namespace::delete("no").unwrap_err().is_not_found());
    let file = std::fs::File::open("/dev/null").unwrap();
    let no_namespace = Namespace::from(std::os::fd::OwnedFd::from(file));
    let error = blocking::connect_in(&no_namespace).unwrap_err();
    assert!(error.is_invalid() && matches!(error.kind(), ErrorKind::NotANamespace), "{error}");
    assert!(no_namespace.run(|| ()).unwrap_err().is_invalid());
}

#[test]
fn control_characters_are_escaped() {
    run_blocking(|ip| {
        let name = "v\u{1b}[2J\u{7}";
        ip.link().add(Veth::pair(name, "v1")).wait().unwrap();
        let alias = "caf\u{e9} \u{1b}]0;title\u{9c}\u{202e}";
        ip.link().change(name, LinkMessage::build().alias(alias)).wait().unwrap();
        let link = ip.link().get(name).wait().unwrap();
        assert_eq!(link.name(), name);
        assert_eq!(link.name().to_string(), "v\\u{1b}[2J\\u{7}");
        assert_eq!(format!("{:12}|", link.alias().unwrap()), "caf\u{e9} \\u{1b}]0;title\\u{9c}\\u{202e}|");
        let missing = "x\u{1b}[31m";
        let errors = [
            ip.link().get(missing).wait().map(drop),
            ip.address().add(missing, "192.0.2.1/24").wait(),
            ip.link().add(Veth::pair(name, "v2")).wait(),
            ip.link().change(name, LinkMessage::build().name("a\u{1b}/b")).wait(),
            ip.rule().add(Rule::lookup(100).input_device("a\u{1b} b")).wait(),
            ip.route().add(Route::to("\u{1b}[31m")).wait(),
            ip.neighbour_table().change(NeighbourTableMessage::build().name("\u{1b}[31m")).wait(),
            Namespace::at("/no/\u{1b}[31m").map(drop),
            Namespace::named("\u{1b}[31m").map(drop),
        ];
        let printed = errors.into_iter().map(|result| result.unwrap_err()).flat_map(|error| {
            let reason = error.kind().to_string();
            [format!("{error}"), format!("{error:?}"), reason]
        });
        for printed in printed.chain([format!("{link:?}"), format!("{:?}", link.name())]) {
            assert!(!printed.contains(char::is_control), "{printed:?}");
        }
    });
}

/// Receiving fails in this thread from now on.
fn deny_receiving() {
    deny(libc::SYS_recvfrom, &[], libc::EIO);
    deny(libc::SYS_recvmsg, &[], libc::EIO);
}

/// Fails with `EIO` from receiving, though the request was carried out.
fn is_lost(result: Result<(), Error>) {
    let error = result.expect_err("it was received");
    assert!(error.is_lost() && matches!(error.kind(), ErrorKind::Unanswered(_)), "{error}");
    assert_eq!(error.errno(), Some(libc::EIO));
    let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref::<std::io::Error>());
    assert_eq!(source.and_then(std::io::Error::raw_os_error), Some(libc::EIO));
    assert_eq!(error.to_string(), "change link v0: the answer was lost: input/output error");
}

#[test]
fn an_answer_that_can_not_be_received_is_lost() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
    let mtu = || ip.link().get("v0").wait().unwrap().mtu();
    let mtus = |mtu| LinkMessage::build().mtu(mtu);
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let ip = blocking::connect().unwrap();
            deny_receiving();
            is_lost(ip.link().change("v0", mtus(1401)).wait());
        });
        thread.join().unwrap();
        assert_eq!(mtu(), Some(1401), "it was carried out");
        let thread = scope.spawn(|| {
            let ip = blocking::connect().unwrap();
            deny_receiving();
            let results = ip.batch((1300..1400).map(|mtu| ip.link().change("v0", mtus(mtu)))).wait();
            assert_eq!(results.len(), 100);
            results.into_iter().for_each(is_lost);
        });
        thread.join().unwrap();
        assert_eq!(mtu(), Some(1399), "it was carried out");
        let thread = scope.spawn(|| {
            support::current_thread().block_on(async {
                let ip = support::connect().unwrap();
                deny_receiving();
                is_lost(ip.link().change("v0", mtus(1402)).await);
                for result in ip.batch([ip.link().change("v0", mtus(1403)).into()]).await {
                    is_lost(result);
                }
                // A list carries nothing out: the error is that of the system call.
                let error = ip.link().list().await.unwrap_err();
                assert!(!error.is_lost() && matches!(error.kind(), ErrorKind::Io(_)), "{error}");
            });
        });
        thread.join().unwrap();
        assert_eq!(mtu(), Some(1403), "it was carried out");
    });
}
