//! Neighbours, forwarding entries and the settings of tables: added, read back, compared with `ip`, deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::neighbour::{NeighbourExtFlags, NeighbourSettings};
use iproute2::{
    AddressFamily, Bridge, HardwareAddress, LinkMessage, Neighbour, NeighbourFlags, NeighbourState,
    NeighbourTableMessage, Veth, Vxlan,
};
use std::net::IpAddr;
use std::time::Duration;
use support::{Handle, ip, ip_json, made, run, run_blocking, skip};

async fn pair(ip: &Handle) {
    ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
    ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// What one neighbour needs of a device says nothing of what another does.
#[test]
fn a_batch_looks_at_devices_for_each_need() {
    run_blocking(|ip| {
        for pair in [Veth::pair("v0", "v1").up(), Veth::pair("w0", "w1").up()] {
            ip.link().add(pair).wait().unwrap();
        }
        let add = |device: &str, neighbour| ip.neighbour().add(device, neighbour);
        let neighbour = |last: u8| {
            let address = IpAddr::from([192, 0, 2, last]);
            Neighbour::of(address).hardware_address([2, 0, 0, 0, 0, last])
        };
        let entry = || Neighbour::fdb([2, 0, 0, 0, 0, 99]);
        let requests = [
            add("v0", neighbour(1)),
            add("w0", neighbour(2)),
            add("v0", neighbour(3)),
            add("v0", entry()),
            add("v0", entry().address("198.51.100.7")),
            add("v0", entry().flag(NeighbourFlags::STICKY)),
            add("v0", neighbour(4).hardware_address([2, 0, 0, 0, 0, 0, 0, 0])),
            add("w0", neighbour(5)),
        ];
        let results = ip.batch(requests.into_iter());
        let problems: Vec<_> = results.map(|result| result.err().map(|error| error.to_string())).collect();
        let refused = |at: usize, words: &str| problems[at].as_ref().is_some_and(|text| text.contains(words));
        assert!(refused(4, "its device is no VXLAN"), "{problems:?}");
        assert!(refused(5, "neither a VXLAN nor a bridge"), "{problems:?}");
        assert!(refused(6, "those of the device have 6 bytes"), "{problems:?}");
        assert_eq!(problems.iter().flatten().count(), 3, "{problems:?}");
        let added = ip.neighbour().list().state(NeighbourState::PERMANENT).wait().unwrap();
        assert_eq!(added.len(), 4, "{added:?}");
    });
}

#[test]
fn an_entry_with_a_remote_host_is_a_vxlans() {
    run_blocking(|handle| {
        handle.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        handle
            .link()
            .add(LinkMessage::build().name("x0").kind(Vxlan::build().id(43).port(4789)))
            .wait()
            .unwrap();
        let own = |last: u8| format!("02:00:00:00:00:{last:02x}");
        let entry = |last: u8| Neighbour::fdb(own(last).as_str()).address("198.51.100.7");
        let has = |device: &str, last: u8| {
            let entries = handle.neighbour().fdb().device(device).wait().unwrap();
            entries.iter().any(|entry| entry.hardware_address().is_some_and(|it| it.to_string() == own(last)))
        };
        let v0 = handle.link().get("v0").wait().unwrap().index();
        for error in [
            handle.neighbour().add("v0", entry(7)).wait().unwrap_err(),
            handle.neighbour().add(v0, Neighbour::fdb(own(7).as_str()).vni(5)).wait().unwrap_err(),
            handle.neighbour().replace("v0", Neighbour::fdb(own(7).as_str()).port(5)).wait().unwrap_err(),
            handle.neighbour().append("v0", entry(7)).wait().unwrap_err(),
        ] {
            assert!(error.to_string().ends_with("its device is no VXLAN, but of kind veth"), "{error}");
        }
        assert!(!has("v0", 7));
        // One without a remote host is the device's own.
        handle.neighbour().add("v0", Neighbour::fdb(own(7).as_str())).wait().unwrap();
        assert!(has("v0", 7));
        handle.neighbour().add("x0", entry(8)).wait().unwrap();
        assert!(has("x0", 8));
        let missing = handle.neighbour().add("nope", entry(8)).wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        // In a batch, too, on changing devices.
        let entries = (20..60u8).map(|last| {
            let device = if last % 10 == 0 { "v0" } else { "x0" };
            handle.neighbour().add(device, entry(last))
        });
        let results: Vec<_> = handle.batch(entries).collect();
        for (last, result) in (20..60u8).zip(results) {
            assert_eq!(result.is_ok(), last % 10 != 0, "{last}: {result:?}");
            assert_eq!((has("v0", last), has("x0", last)), (false, last % 10 != 0), "{last}");
        }
    });
}

#[test]
fn the_verbs() {
    run(|handle| async move {
        pair(&handle).await;
        let neighbours = handle.neighbour();
        let seven = || Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07");
        let created = neighbours.add("v0", seven()).created().await.unwrap();
        assert_eq!(created.malformed().count(), 0, "{created:?}");
        assert_eq!(
            (created.address(), created.state()),
            (Some(address("192.0.2.7")), NeighbourState::PERMANENT)
        );
        assert_eq!(created.hardware_address(), Some(HardwareAddress::from([2, 0, 0, 0, 0, 7])));
        if let Some(shown) = ip_json("neighbour show dev v0") {
            assert_eq!(shown[0]["dst"], "192.0.2.7");
            assert_eq!(shown[0]["lladdr"], "02:00:00:00:00:07");
            assert_eq!(shown[0]["state"][0], "PERMANENT");
        }
        let twice = neighbours.add("v0", seven()).await.unwrap_err();
        assert_eq!(twice.to_string(), "add neighbour 192.0.2.7: file exists");
        neighbours.replace("v0", seven().state(NeighbourState::REACHABLE)).await.unwrap();
        let changed =
            neighbours.change("v0", Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:08"));
        assert_eq!(
            changed.changed().await.unwrap().hardware_address().unwrap().to_string(),
            "02:00:00:00:00:08"
        );
        assert!(
            neighbours
                .change("v0", Neighbour::of("192.0.2.9").hardware_address("02:00:00:00:00:08"))
                .await
                .unwrap_err()
                .is_not_found()
        );
        assert_eq!(neighbours.get("v0", "192.0.2.7").await.unwrap().device(), created.device());
        neighbours.delete("v0", "192.0.2.7").await.unwrap();
        assert!(neighbours.delete("v0", "192.0.2.7").await.unwrap_err().is_not_found());
        assert!(neighbours.get("v0", "192.0.2.7").await.unwrap_err().is_not_found());
    });
}

#[test]
fn lists_are_filtered() {
    run(|handle| async move {
        pair(&handle).await;
        let neighbours = handle.neighbour();
        let of = |text: &str| Neighbour::of(address(text)).hardware_address([2, 0, 0, 0, 0, 7]);
        neighbours.add("v0", of("192.0.2.7")).await.unwrap();
        neighbours.add("v0", of("2001:db8::7").flag(NeighbourFlags::ROUTER)).await.unwrap();
        neighbours.add("v1", of("192.0.2.8").state(NeighbourState::STALE)).await.unwrap();
        neighbours.add("v1", Neighbour::proxy("192.0.2.9")).await.unwrap();
        let found = |list: Vec<iproute2::netlink_packet::Packet<iproute2::NeighbourMessage>>| {
            let mut found: Vec<_> =
                list.iter().filter_map(|one| one.address()).map(|one| one.to_string()).collect();
            found.retain(|one| !one.starts_with("ff"));
            found.sort();
            found
        };
        assert_eq!(found(neighbours.list().device("v0").await.unwrap()), ["192.0.2.7", "2001:db8::7"]);
        let v6 = neighbours.list().family(AddressFamily::INET6).await.unwrap();
        assert_eq!(found(v6), ["2001:db8::7"]);
        assert_eq!(found(neighbours.list().state(NeighbourState::STALE).await.unwrap()), ["192.0.2.8"]);
        assert_eq!(found(neighbours.list().proxy().await.unwrap()), ["192.0.2.9"]);
        assert_eq!(found(neighbours.list().to(address("192.0.2.8")).await.unwrap()), ["192.0.2.8"]);
        let router = neighbours.get("v0", "2001:db8::7").await.unwrap();
        assert!(router.flags().contains(NeighbourFlags::ROUTER));

        assert!(neighbours.list().device("nothing").await.unwrap_err().is_not_found());
        let flushed = neighbours.list().device("v0").state(NeighbourState::PERMANENT).flush().await.unwrap();
        assert_eq!(flushed, 2);
        let error = neighbours.delete("v1", "192.0.2.9").await.unwrap_err();
        assert!(error.is_not_found(), "a neighbour is not a proxy: {error}");
        neighbours.delete("v1", Neighbour::proxy("192.0.2.9")).await.unwrap();
    });
}

#[test]
fn those_on_ports_of_a_master() {
    run(|handle| async move {
        pair(&handle).await;
        let bridge = LinkMessage::build().name("br0").kind(Bridge::build());
        if !made(handle.link().add(bridge).await, "bridge") {
            return;
        }
        handle.link().change("v0", LinkMessage::build().master("br0")).await.unwrap();
        let neighbours = handle.neighbour();
        let of = |text: &str| Neighbour::of(address(text)).hardware_address([2, 0, 0, 0, 0, 7]);
        neighbours.add("v0", of("192.0.2.7")).await.unwrap();
        neighbours.add("v1", of("192.0.2.8")).await.unwrap();
        let on_ports = neighbours.list().family(AddressFamily::INET).master("br0").await.unwrap();
        assert_eq!(
            on_ports.iter().map(|one| one.address()).collect::<Vec<_>>(),
            [Some(address("192.0.2.7"))]
        );

        let entry = Neighbour::fdb("02:00:00:00:00:09").flags(NeighbourFlags::MASTER);
        let created = neighbours.add("v0", entry).created().await.unwrap();
        assert_eq!(created.hardware_address().unwrap().to_string(), "02:00:00:00:00:09");
        assert_eq!((created.malformed().count(), created.master().is_some()), (0, true), "{created:?}");
        let entries = neighbours.fdb().master("br0").await.unwrap();
        assert!(entries.iter().any(|entry| entry.hardware_address() == created.hardware_address()));
        let on_v1 = neighbours.fdb().device("v1").await.unwrap();
        assert!(on_v1.iter().all(|entry| entry.hardware_address() != created.hardware_address()));
        // A kernel whose bridges know VLANs added it to that of the port, too, and would delete both: the listed one is
        // not deleted with others.
        let hardware = created.hardware_address();
        let present = async || {
            let entries =
                neighbours.fdb().device("v0").filter(move |entry| entry.hardware_address() == hardware);
            entries.await.unwrap().len()
        };
        let vlans = present().await == 2;
        let deleted = neighbours.delete("v0", &created).await;
        if !vlans {
            deleted.unwrap();
            skip("this kernel's bridges tell no VLANs apart");
            return assert_eq!(present().await, 0);
        }
        assert!(deleted.unwrap_err().to_string().contains("would delete others"));
        assert_eq!(present().await, 2);
        let built = Neighbour::fdb("02:00:00:00:00:09").flags(NeighbourFlags::MASTER);
        neighbours.delete("v0", built).await.unwrap();
        assert_eq!(present().await, 0);
    });
}

#[test]
fn where_a_vxlan_sends() {
    run(|handle| async move {
        pair(&handle).await;
        let vxlan = Vxlan::build().id(42).device("v0").port(4789);
        if !made(handle.link().add(LinkMessage::build().name("vx0").kind(vxlan).up()).await, "vxlan") {
            return;
        }
        let neighbours = handle.neighbour();
        let to = |text: &str| Neighbour::fdb("00:00:00:00:00:00").address(address(text));
        neighbours.append("vx0", to("198.51.100.7")).await.unwrap();
        neighbours.append("vx0", to("198.51.100.8").port(8472).vni(43).via("v0")).await.unwrap();
        let entries = neighbours.fdb().device("vx0").await.unwrap();
        let destinations: Vec<_> =
            entries.iter().map(|entry| (entry.address(), entry.port(), entry.vni())).collect();
        assert_eq!(
            destinations,
            [
                (Some(address("198.51.100.7")), None, None),
                (Some(address("198.51.100.8")), Some(8472), Some(43))
            ]
        );
        neighbours.delete("vx0", to("198.51.100.7")).await.unwrap();
        assert_eq!(neighbours.fdb().device("vx0").await.unwrap().len(), 1);
    });
}

#[test]
fn what_ip_adds_is_listed() {
    run(|handle| async move {
        pair(&handle).await;
        if !ip(
            "neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0 nud reachable router extern_learn protocol bgp",
        ) {
            return;
        }
        let found = handle.neighbour().get("v0", "192.0.2.7").await.unwrap();
        assert_eq!(found.state(), NeighbourState::REACHABLE);
        assert_eq!(found.flags(), NeighbourFlags::ROUTER | NeighbourFlags::EXT_LEARNED);
        assert_eq!(found.protocol(), Some(iproute2::RouteProtocol::BGP));
        assert!(found.cache_info().unwrap().used() < Duration::from_secs(60));
        let managed =
            Neighbour::of("192.0.2.8").state(NeighbourState::empty()).ext_flags(NeighbourExtFlags::MANAGED);
        let managed = handle.neighbour().add("v0", managed).created().await.unwrap();
        assert_eq!(managed.ext_flags(), Some(NeighbourExtFlags::MANAGED));
    });
}

#[test]
fn settings_of_tables() {
    run(|handle| async move {
        pair(&handle).await;
        let v0 = handle.link().get("v0").await.unwrap();
        let tables = handle.neighbour_table();
        let arp = tables.list().name("arp_cache").device("v0").await.unwrap();
        assert_eq!(arp.len(), 1, "{arp:?}");
        assert_eq!(arp[0].malformed().count(), 0);
        let before = arp[0].settings().unwrap();
        assert_eq!(before.probe_delay(), Some(Duration::from_secs(5)));
        let settings = NeighbourSettings::build()
            .device("v0")
            .unicast_probes(7u32)
            .retransmission_time(Duration::from_millis(500));
        tables
            .change(
                NeighbourTableMessage::build()
                    .family(AddressFamily::INET)
                    .name("arp_cache")
                    .settings(settings),
            )
            .await
            .unwrap();
        let after = tables.list().name("arp_cache").family(AddressFamily::INET).device(&v0).await.unwrap();
        let after = after[0].settings().unwrap();
        assert_eq!(
            (after.unicast_probes(), after.retransmission_time()),
            (Some(7), Some(Duration::from_millis(500)))
        );
        if let Some(shown) = ip_json("ntable show name arp_cache dev v0") {
            assert_eq!(shown[0]["ucast_probes"], 7);
            assert_eq!(shown[0]["retrans"], 500);
        }
        let whole = tables.list().family(AddressFamily::INET).await.unwrap();
        assert!(whole.iter().any(|table| table.config().is_some() && table.stats().is_some()));
    });
}

#[test]
fn blocking_verbs() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.neighbour()
            .add("v0", Neighbour::of("192.0.2.7").hardware_address([2, 0, 0, 0, 0, 7]))
            .wait()
            .unwrap();
        let mut seen = 0;
        ip.neighbour().list().device("v0").family(AddressFamily::INET).for_each(|_| seen += 1).unwrap();
        assert_eq!(seen, 1);
        ip.neighbour().delete("v0", "192.0.2.7").wait().unwrap();
    });
}
