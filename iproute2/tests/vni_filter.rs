//! VNIs of VXLAN devices that filter them, compared with `bridge`.

mod support;

use iproute2::rtnetlink::Group;
use iproute2::rtnetlink::bridge::{VniEntry, VniMessage};
use iproute2::watch::Event;
use iproute2::{LinkMessage, Vxlan, blocking};
use serde_json::Value;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::process::Command;
use std::time::Duration;
use support::{made, run_blocking, skip};

/// A VXLAN device that filters VNIs.
fn vxlan(ip: &blocking::Handle) -> bool {
    let kind = Vxlan::build()
        .external(true)
        .vni_filter(true)
        .port(4789)
        .local("192.0.2.1".parse::<std::net::Ipv4Addr>().unwrap());
    made(ip.link().add(LinkMessage::build().name("vx0").kind(kind).up()).wait(), "vxlan that filters VNIs")
}

fn listed(ip: &blocking::Handle) -> Vec<(RangeInclusive<u32>, Option<IpAddr>)> {
    let lists = ip.vni().list().device("vx0").wait().unwrap();
    let entries = lists.iter().flat_map(|list| list.entries().into_iter().flatten());
    entries.map(|entry| (entry.vnis().unwrap(), entry.group())).collect()
}

#[test]
fn vnis_of_a_device() {
    run_blocking(|ip| {
        if !vxlan(&ip) {
            return;
        }
        let mut events = ip.events([Group::TUNNEL]).open().unwrap();
        let (vni, group) = (ip.vni(), IpAddr::from([192, 0, 2, 7]));
        assert_eq!(listed(&ip), []);
        vni.add("vx0", VniEntry::of(100..=109)).wait().unwrap();
        vni.add("vx0", VniEntry::of(200).group(group)).wait().unwrap();
        assert_eq!(listed(&ip), [(100..=109, None), (200..=200, Some(group))]);
        vni.delete("vx0", 105).wait().unwrap();
        let ranges = [(100..=104, None), (106..=109, None), (200..=200, Some(group))];
        assert_eq!(listed(&ip), ranges);
        assert_eq!(vni.list().wait().unwrap().len(), 1);
        if let Ok(output) = Command::new("bridge").args(["-j", "vni", "show", "dev", "vx0"]).output() {
            // Some versions print ranges as text.
            let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
            let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
            let shown = shown[0]["vnis"].as_array().unwrap().iter().map(|vni| {
                let first = number(&vni["vni"]).unwrap();
                (first, number(&vni["vniEnd"]).unwrap_or(first))
            });
            assert_eq!(shown.collect::<Vec<_>>(), [(100, 104), (106, 109), (200, 200)]);
        } else {
            skip("there is no bridge");
        }
        let lists = vni.list().device("vx0").statistics().wait().unwrap();
        let entries: Vec<&VniEntry> = lists.iter().flat_map(|list| list.entries().unwrap()).collect();
        assert_eq!(entries.len(), 10);
        for entry in entries {
            let stats = entry.stats().unwrap();
            assert_eq!((stats.rx_packets(), stats.tx_errors()), (Some(0), Some(0)));
        }
        let mut added = Vec::new();
        while let Some(Event::Message(message)) = events.next_within(Duration::from_millis(100)).unwrap() {
            added.extend(
                message.view::<VniMessage>().unwrap().entries().unwrap().filter_map(|entry| entry.vnis()),
            );
        }
        assert!(added.contains(&(200..=200)) && added.contains(&(105..=105)), "{added:?}");

        let error = vni.delete("vx0", 105).wait().unwrap_err();
        assert!(error.is_not_found(), "{error}");
        let error = vni.add("lo", VniEntry::of(5)).wait().unwrap_err();
        assert_eq!(
            error.to_string(),
            "add VNI 5 on lo: invalid argument: vxlan: The device is not a vxlan device"
        );
        let error = vni.add("vx0", VniEntry::of(RangeInclusive::new(20, 10))).wait().unwrap_err();
        assert!(error.is_invalid(), "{error}");
        assert!(vni.list().device("nope").wait().unwrap_err().is_not_found());
    });
}
