//! The VLAN database of bridges, compared with `bridge`.

mod support;

use iproute2::rtnetlink::Group;
use iproute2::rtnetlink::bridge::{VlanEntry, VlanMessage, VlanOptions};
use iproute2::rtnetlink::link::bridge::{BridgeOptions, BridgePortState, MulticastRouter};
use iproute2::rtnetlink::link::{BridgePort, BridgeVlanFlags};
use iproute2::watch::Event;
use iproute2::{Bridge, Error, LinkMessage, Operation, Veth, Vxlan, blocking};
use serde_json::Value;
use std::ops::RangeInclusive;
use std::process::Command;
use std::time::Duration;
use support::{made, run_blocking, skip};

/// A bridge with VLAN filtering, and a port of it.
fn bridge(ip: &blocking::Handle, options: BridgeOptions) -> bool {
    let kind = Bridge::build().vlan_filtering(true).set(options);
    let added = ip.link().add(LinkMessage::build().name("br0").kind(kind).up()).wait();
    if added.as_ref().is_err_and(Error::is_not_supported) {
        skip("this kernel has no bridges with VLANs");
        return false;
    }
    made(added, "bridge") && {
        ip.link().add(Veth::pair("p0", "p1").master("br0").up()).wait().unwrap();
        ip.link().change("p1", LinkMessage::build().up()).wait().unwrap();
        true
    }
}

/// What `bridge` prints as JSON.
fn shown(arguments: &str) -> Option<Value> {
    let output = Command::new("bridge").args(["-j", "-d"]).args(arguments.split(' ')).output();
    let Ok(output) = output else {
        skip("there is no bridge");
        return None;
    };
    Some(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

/// The VLANs of a device with their flags.
fn listed(ip: &blocking::Handle, device: &str) -> Vec<(RangeInclusive<u16>, BridgeVlanFlags)> {
    let lists = ip.bridge_vlan().list().device(device).wait().unwrap();
    let entries = lists.iter().flat_map(|list| list.entries().into_iter().flatten());
    entries.map(|entry| (entry.vlans().unwrap(), entry.flags())).collect()
}

#[test]
fn vlans_of_a_port() {
    run_blocking(|ip| {
        if !bridge(&ip, BridgeOptions::empty()) {
            return;
        }
        let (none, untagged) = (BridgeVlanFlags::empty(), BridgeVlanFlags::UNTAGGED);
        let pvid = BridgeVlanFlags::PVID | untagged;
        assert_eq!(listed(&ip, "p0"), [(1..=1, pvid)]);
        let vlan = ip.bridge_vlan();
        vlan.add("p0", VlanEntry::of(10).pvid().untagged()).wait().unwrap();
        vlan.add("p0", VlanEntry::of(20..=29)).wait().unwrap();
        vlan.add("br0", VlanEntry::of(20..=21).untagged()).wait().unwrap();
        assert_eq!(listed(&ip, "p0"), [(1..=1, untagged), (10..=10, pvid), (20..=29, none)]);
        // A VLAN gets the flags of the last request.
        vlan.add("p0", VlanEntry::of(10)).wait().unwrap();
        vlan.delete("p0", 24..=100).wait().unwrap();
        vlan.delete("p0", 1).wait().unwrap();
        assert_eq!(listed(&ip, "p0"), [(10..=10, none), (20..=23, none)]);
        let of_bridge = listed(&ip, "br0");
        assert!(
            of_bridge.iter().any(|(ids, flags)| *ids == (20..=21) && flags.contains(untagged)),
            "{of_bridge:?}"
        );
        if let Some(shown) = shown("vlan show dev p0") {
            let vlans = shown[0]["vlans"].as_array().unwrap();
            let ranges = vlans.iter().map(|vlan| {
                let first = vlan["vlan"].as_u64().unwrap();
                (first, vlan["vlanEnd"].as_u64().unwrap_or(first))
            });
            assert_eq!(ranges.collect::<Vec<_>>(), [(10, 10), (20, 23)]);
        }
        // All devices in one list.
        let all = vlan.list().wait().unwrap();
        let index = |name: &str| ip.link().get(name).wait().unwrap().index();
        let mut devices: Vec<u32> = all.iter().map(|list| list.device()).collect();
        devices.sort();
        assert_eq!(devices, {
            let mut both = [index("br0"), index("p0")];
            both.sort();
            both
        });
        // All in a batch, and none left.
        let results = ip.batch([
            Operation::from(vlan.add("p0", VlanEntry::of(4094))),
            Operation::from(vlan.delete("p0", 1..=4094)),
        ]);
        assert!(results.wait().iter().all(Result::is_ok));
        assert_eq!(listed(&ip, "p0"), []);
    });
}

#[test]
fn options_of_vlans() {
    run_blocking(|ip| {
        if !bridge(&ip, BridgeOptions::empty()) {
            return;
        }
        let vlan = ip.bridge_vlan();
        vlan.add("p0", VlanEntry::of(10..=12)).wait().unwrap();
        let options = VlanEntry::of(10..=12).state(BridgePortState::BLOCKING);
        vlan.change("p0", options.multicast_router(MulticastRouter::PERMANENT)).wait().unwrap();
        let lists = vlan.list().device("p0").statistics().wait().unwrap();
        let entries: Vec<_> = lists.iter().flat_map(|list| list.entries().unwrap()).collect();
        assert_eq!(
            entries.iter().map(|entry| entry.vlans().unwrap()).collect::<Vec<_>>(),
            [1..=1, 10..=10, 11..=11, 12..=12]
        );
        for entry in &entries[1..] {
            assert_eq!(entry.state(), Some(BridgePortState::BLOCKING));
            assert_eq!(entry.multicast_router(), Some(MulticastRouter::PERMANENT));
            assert_eq!(entry.stats().and_then(|stats| stats.rx_packets()), Some(0));
        }
        if let Some(shown) = shown("vlan show dev p0") {
            let vlans = shown[0]["vlans"].as_array().unwrap();
            assert!(
                vlans
                    .iter()
                    .any(|vlan| vlan["vlan"] == 10 && vlan["vlanEnd"] == 12 && vlan["state"] == "blocking"),
                "{shown}"
            );
        }
        // Flags are not options.
        let error = vlan.change("p0", VlanEntry::of(10).pvid()).wait().unwrap_err();
        assert_eq!(
            error.to_string(),
            "change bridge VLAN 10: flags of VLANs (<pvid>) are set by `add`, not with options"
        );
        let error = vlan.change("p0", VlanEntry::of(99).state(BridgePortState::BLOCKING)).wait().unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains("doesn't exist"), "{error}");
        let error = vlan.add("p0", VlanEntry::of(0)).wait().unwrap_err();
        assert!(error.is_invalid(), "{error}");
        let error = vlan.add("p0", VlanEntry::of(RangeInclusive::new(20, 10))).wait().unwrap_err();
        assert!(error.is_invalid(), "{error}");
        let error = vlan.add("p1", VlanEntry::of(5)).wait().unwrap_err();
        assert!(error.to_string().ends_with("The device is not a valid bridge or bridge port"), "{error}");
        assert!(vlan.list().device("nope").wait().unwrap_err().is_not_found());
        assert!(vlan.list().device(9_999u32).wait().unwrap_err().is_not_found());
    });
}

#[test]
fn mappings_to_tunnels() {
    run_blocking(|ip| {
        if !bridge(&ip, BridgeOptions::empty()) {
            return;
        }
        let vxlan = LinkMessage::build().name("vx0").kind(Vxlan::build().external(true).port(4789));
        if !made(ip.link().add(vxlan).wait(), "vxlan") {
            return;
        }
        let port = LinkMessage::build().master("br0").port(BridgePort::build().vlan_tunnel(true));
        ip.link().change("vx0", port).wait().unwrap();
        let vlan = ip.bridge_vlan();
        vlan.add("vx0", VlanEntry::of(10..=12).tunnel(110)).wait().unwrap();
        vlan.add("vx0", VlanEntry::of(20)).wait().unwrap();
        let tunnels = || {
            let lists = vlan.list().device("vx0").wait().unwrap();
            let entries = lists.iter().flat_map(|list| list.entries().unwrap());
            entries.filter_map(|entry| Some((entry.vlans()?, entry.tunnel()?))).collect::<Vec<_>>()
        };
        assert_eq!(tunnels(), [(10..=12, 110)]);
        if let Some(shown) = shown("vlan tunnelshow dev vx0") {
            assert!(shown.to_string().contains("110"), "{shown}");
        }
        vlan.change("vx0", VlanEntry::of(11).without_tunnel()).wait().unwrap();
        assert_eq!(tunnels(), [(10..=10, 110), (12..=12, 112)]);
    });
}

#[test]
fn global_options() {
    run_blocking(|ip| {
        if !bridge(&ip, BridgeOptions::MCAST_VLAN_SNOOPING) {
            return;
        }
        let vlan = ip.bridge_vlan();
        vlan.add("br0", VlanEntry::of(10..=12)).wait().unwrap();
        vlan.add("p0", VlanEntry::of(10..=12)).wait().unwrap();
        let options = VlanOptions::of(10..=11)
            .multicast_querier(true)
            .multicast_igmp_version(3)
            .multicast_mld_version(2)
            .multicast_last_member_count(5)
            .multicast_startup_query_count(6)
            .multicast_last_member_interval(Duration::from_secs(2))
            .multicast_membership_interval(Duration::from_secs(200))
            .multicast_querier_interval(Duration::from_secs(201))
            .multicast_query_interval(Duration::from_secs(100))
            .multicast_query_response_interval(Duration::from_secs(9))
            .multicast_startup_query_interval(Duration::from_secs(30));
        vlan.change_global("br0", options.clone()).wait().unwrap();
        vlan.change("p0", VlanEntry::of(10).multicast_router(MulticastRouter::PERMANENT)).wait().unwrap();
        let lists = vlan.list_global().device("br0").wait().unwrap();
        let listed: Vec<&VlanOptions> =
            lists.iter().flat_map(|list| list.global_options().unwrap()).collect();
        let of = |id: u16| *listed.iter().find(|options| options.vlans().unwrap().contains(&id)).unwrap();
        let known = of(11);
        let asked = options.view();
        assert_eq!(known.multicast_querier(), asked.multicast_querier());
        assert_eq!(known.multicast_igmp_version(), asked.multicast_igmp_version());
        assert_eq!(known.multicast_mld_version(), asked.multicast_mld_version());
        assert_eq!(known.multicast_last_member_count(), asked.multicast_last_member_count());
        assert_eq!(known.multicast_startup_query_count(), asked.multicast_startup_query_count());
        assert_eq!(known.multicast_last_member_interval(), asked.multicast_last_member_interval());
        assert_eq!(known.multicast_membership_interval(), asked.multicast_membership_interval());
        assert_eq!(known.multicast_querier_interval(), asked.multicast_querier_interval());
        assert_eq!(known.multicast_query_interval(), asked.multicast_query_interval());
        assert_eq!(known.multicast_query_response_interval(), asked.multicast_query_response_interval());
        assert_eq!(known.multicast_startup_query_interval(), asked.multicast_startup_query_interval());
        assert_eq!((known.multicast_snooping(), known.msti()), (Some(true), Some(0)));
        assert_eq!(of(12).multicast_querier(), Some(false));
        for options in &listed {
            assert_eq!(options.malformed().count(), 0);
        }
        let index = ip.link().get("p0").wait().unwrap().index();
        let routers: Vec<_> = of(10)
            .router_ports()
            .unwrap()
            .router()
            .unwrap()
            .ports()
            .unwrap()
            .map(|port| (port.port(), port.vlan()))
            .collect();
        assert_eq!(routers, [(index, Some(10))]);
        if let Some(shown) = shown("vlan global show dev br0") {
            let vlans = shown[0]["vlans"].as_array().unwrap();
            let of = vlans
                .iter()
                .find(|vlan| vlan["vlan"] == 11 || vlan["vlan"] == 10 && vlan["vlanEnd"] == 11)
                .unwrap();
            assert_eq!(
                (&of["mcast_querier"], &of["mcast_query_interval"]),
                (&1.into(), &10_000.into()),
                "{shown}"
            );
        }
        let error = vlan.change_global("p0", VlanOptions::of(10).multicast_querier(true)).wait().unwrap_err();
        assert!(
            error.to_string().ends_with("Global vlan options can only be set on bridge device"),
            "{error}"
        );
        let error =
            vlan.change_global("br0", VlanOptions::of(99).multicast_querier(true)).wait().unwrap_err();
        assert!(error.is_not_found(), "{error}");
    });
}

#[test]
fn what_changes_is_reported() {
    run_blocking(|ip| {
        if !bridge(&ip, BridgeOptions::empty()) {
            return;
        }
        let mut events = ip.events([Group::BRVLAN]).open().unwrap();
        ip.bridge_vlan().add("p0", VlanEntry::of(10..=12).untagged()).wait().unwrap();
        ip.bridge_vlan().delete("p0", 11).wait().unwrap();
        let mut reported = Vec::new();
        while let Some(Event::Message(message)) = events.next_within(Duration::from_millis(100)).unwrap() {
            let vlans = message.view::<VlanMessage>().unwrap();
            let entries = vlans.entries().unwrap().map(|entry| entry.vlans().unwrap());
            reported.push((message.message_type(), entries.collect::<Vec<_>>()));
        }
        use iproute2::rtnetlink::message::{RTM_DELVLAN, RTM_NEWVLAN};
        assert!(reported.contains(&(RTM_NEWVLAN, vec![10..=12])), "{reported:?}");
        assert!(reported.contains(&(RTM_DELVLAN, vec![11..=11])), "{reported:?}");
    });
}
