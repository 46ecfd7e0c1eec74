//! Messages of the family `BRIDGE`: the VLANs and settings of a bridge's ports, compared with `bridge`.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::LinkMessageBuf;
use iproute2::rtnetlink::link::{
    BridgePort, BridgeSpec, BridgeSpecBuf, BridgeTarget, BridgeVlan, BridgeVlanFlags, Veth, bridge::BridgeBuf,
};
use iproute2::{AddressFamily, Bridge, Error, LinkMessage, NamespaceId, Operation, blocking};
use serde_json::Value;
use std::process::Command;
use support::{Handle, made, run, run_blocking, skip};

/// A bridge, and a port of it.
fn bridge(ip: &blocking::Handle, bridge: BridgeBuf) -> bool {
    let bridge = LinkMessage::build().name("br0").kind(bridge).up();
    made(ip.link().add(bridge).wait(), "bridge") && {
        ip.link().add(Veth::pair("p0", "p1").master("br0").up()).wait().unwrap();
        true
    }
}

/// The same with VLAN filtering.
fn bridge_of_vlans(ip: &blocking::Handle) -> bool {
    if !bridge(ip, Bridge::build()) {
        return false;
    }
    let change = LinkMessage::build().kind(Bridge::build().vlan_filtering(true));
    let knows = ip.link().change("br0", change).wait();
    if knows.as_ref().is_err_and(Error::is_not_supported) {
        skip("this kernel's bridges tell no VLANs apart");
        return false;
    }
    knows.unwrap();
    true
}

/// The family is that of the specs.
fn of_bridge(specs: BridgeSpecBuf) -> LinkMessageBuf {
    LinkMessage::build().family_specs(specs)
}

fn vlans(ids: std::ops::RangeInclusive<u16>) -> BridgeSpecBuf {
    BridgeSpec::build().vlans(BridgeVlan::range(ids, BridgeVlanFlags::empty()))
}

/// The VLANs of a port, as `bridge` shows them, with the untagged ones; `None` if there is no `bridge`.
fn shown(port: &str) -> Option<Vec<(u64, bool)>> {
    let output = Command::new("bridge").args(["-j", "vlan", "show", "dev", port]).output();
    let Ok(output) = output else {
        skip("there is no bridge");
        return None;
    };
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    let vlans = shown[0]["vlans"].as_array().cloned().unwrap_or_default();
    let one = |vlan: &Value| {
        let first = vlan["vlan"].as_u64().unwrap();
        let untagged =
            vlan["flags"].as_array().is_some_and(|flags| flags.iter().any(|flag| flag == "Egress Untagged"));
        (first..=vlan["vlanEnd"].as_u64().unwrap_or(first)).map(move |id| (id, untagged))
    };
    Some(vlans.iter().flat_map(one).collect())
}

fn is_shown(port: &str, wanted: impl IntoIterator<Item = (u64, bool)>) {
    if let Some(shown) = shown(port) {
        assert_eq!(shown, wanted.into_iter().collect::<Vec<_>>(), "{port}");
    }
}

#[test]
fn vlans_of_a_port() {
    run_blocking(|ip| {
        if !bridge_of_vlans(&ip) {
            return;
        }
        let untagged = BridgeVlan::build().id(5).flags(BridgeVlanFlags::UNTAGGED);
        ip.link().change("p0", of_bridge(BridgeSpec::build().vlans([untagged]))).wait().unwrap();
        ip.link().change("p0", of_bridge(vlans(10..=14))).wait().unwrap();
        let tagged = |ids: std::ops::RangeInclusive<u64>| ids.map(|id| (id, false));
        is_shown("p0", [(1, true), (5, true)].into_iter().chain(tagged(10..=14)));
        ip.link().delete_bridge_spec("p0", vlans(11..=13)).wait().unwrap();
        is_shown("p0", [(1, true), (5, true), (10, false), (14, false)]);

        // Of the bridge itself.
        let own = |spec: BridgeSpecBuf| spec.flags(BridgeTarget::SELF);
        ip.link().change("br0", of_bridge(own(vlans(7..=8)))).wait().unwrap();
        is_shown("br0", [(1, true), (7, false), (8, false)]);
        ip.link().delete_bridge_spec("br0", own(vlans(8..=8))).wait().unwrap();
        is_shown("br0", [(1, true), (7, false)]);

        let error = ip.link().change("p9", of_bridge(vlans(7..=8))).wait().unwrap_err();
        assert_eq!(error.to_string(), "change link p9: no such device");
        assert!(ip.link().change("p1", of_bridge(vlans(7..=8))).wait().is_err(), "it is no port");
    });
}

#[test]
fn settings_of_a_port() {
    run_blocking(|ip| {
        if !bridge(&ip, Bridge::build()) {
            return;
        }
        let settings = LinkMessage::build().family(AddressFamily::BRIDGE);
        ip.link().change("p0", settings.protocol_info(BridgePort::build().cost(17))).wait().unwrap();
        let cost = || ip.link().get("p0").wait().unwrap().bridge_port().and_then(BridgePort::cost);
        assert_eq!(cost(), Some(17));
        let of_no_family = LinkMessage::build().protocol_info(BridgePort::build().cost(18));
        let error = ip.link().change("p0", of_no_family).wait().unwrap_err();
        assert!(error.is_invalid() && error.to_string().contains("of the family BRIDGE"), "{error}");
        assert_eq!(cost(), Some(17));
    });
}

/// The kernel would set them for the port that the link was before, or refuse them.
#[test]
fn settings_as_a_port_of_another_bridge() {
    run_blocking(|ip| {
        if !bridge(&ip, Bridge::build()) {
            return;
        }
        ip.link().add(LinkMessage::build().name("br1").kind(Bridge::build())).wait().unwrap();
        let moved = |bridge: &str| {
            LinkMessage::build().master(bridge).port(BridgePort::build().isolated(true).cost(7))
        };
        for (port, bridge) in [("p1", "br1"), ("p0", "br1"), ("p0", "br0"), ("p0", "br0")] {
            ip.link().change(port, moved(bridge)).wait().unwrap();
            let link = ip.link().get(port).wait().unwrap();
            let settings = link.bridge_port().map(|port| (port.isolated(), port.cost()));
            assert_eq!(settings, Some((Some(true), Some(7))), "{port}");
            assert_eq!(link.master(), Some(ip.link().get(bridge).wait().unwrap().index()));
        }
        let elsewhere = moved("br1").namespace(NamespaceId(7));
        let error = ip.link().change("p0", elsewhere).wait().unwrap_err();
        assert!(error.is_invalid() && error.to_string().contains("port options"), "{error}");
    });
}

/// With other attributes in the same message, and for a link that is just being created.
#[test]
fn in_several_steps() {
    run(|ip: Handle| async move {
        if !bridge_of_vlans(&blocking::connect().unwrap()) {
            return;
        }
        // By its old name, which it loses; and it has to be a port first.
        let all = of_bridge(vlans(20..=21)).master("br0").mtu(1400).name("port");
        ip.link().change("p1", all).await.unwrap();
        is_shown("port", [(1, true), (20, false), (21, false)]);
        assert_eq!(ip.link().get("port").await.unwrap().mtu(), Some(1400));

        let port = |name: &str| {
            let link = of_bridge(vlans(30..=30)).protocol_info(BridgePort::build().cost(9));
            link.name(name).master("br0").kind(Veth::build())
        };
        ip.link().add(port("p2")).await.unwrap();
        is_shown("p2", [(1, true), (30, false)]);
        let operations: [Operation; 2] =
            [ip.link().add(port("p3")).into(), ip.link().change("p3", of_bridge(vlans(31..=31))).into()];
        let results = ip.batch(operations).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        is_shown("p3", [(1, true), (30, false), (31, false)]);
        assert_eq!(ip.link().get("p3").await.unwrap().bridge_port().and_then(BridgePort::cost), Some(9));
    });
}
