//! Settings of neighbour tables, address labels and namespace ids, whose verbs are not those of the others.

use crate::attributes::text_of;
use crate::support::{enter, run_blocking};
use crate::walk::incomplete_of;
use iproute2::netlink_packet::View;
use iproute2::rtnetlink::neighbour::{NeighbourSettings, NeighbourSettingsBuf, NeighbourTableMessage};
use iproute2::{AddressFamily, AddressLabelMessage, Namespace, NamespaceId, Veth, blocking};
use std::collections::BTreeSet;
use std::time::Duration;

type Set = fn(NeighbourSettingsBuf) -> NeighbourSettingsBuf;

/// Kernels keep times in whole ticks, which may be 100 a second.
const TIME: Duration = Duration::from_millis(700);

const SETTINGS: &[(&str, Set)] = &[
    // Which settings they are.
    ("NDTPA_IFINDEX", |settings| settings),
    ("NDTPA_BASE_REACHABLE_TIME", |settings| settings.base_reachable_time(TIME)),
    ("NDTPA_RETRANS_TIME", |settings| settings.retransmission_time(TIME)),
    ("NDTPA_GC_STALETIME", |settings| settings.stale_time(TIME)),
    ("NDTPA_DELAY_PROBE_TIME", |settings| settings.probe_delay(TIME)),
    ("NDTPA_QUEUE_LEN", |settings| settings.queue_length(7u32)),
    ("NDTPA_APP_PROBES", |settings| settings.app_probes(7u32)),
    ("NDTPA_UCAST_PROBES", |settings| settings.unicast_probes(7u32)),
    ("NDTPA_MCAST_PROBES", |settings| settings.multicast_probes(7u32)),
    ("NDTPA_ANYCAST_DELAY", |settings| settings.anycast_delay(TIME)),
    ("NDTPA_PROXY_DELAY", |settings| settings.proxy_delay(TIME)),
    ("NDTPA_PROXY_QLEN", |settings| settings.proxy_queue_length(7u32)),
    ("NDTPA_LOCKTIME", |settings| settings.lock_time(TIME)),
    ("NDTPA_QUEUE_LENBYTES", |settings| settings.queue_bytes(70_000u32)),
    ("NDTPA_MCAST_REPROBES", |settings| settings.multicast_reprobes(7u32)),
    ("NDTPA_INTERVAL_PROBE_TIME_MS", |settings| settings.probe_interval(Duration::from_secs(2))),
];

#[test]
fn settings_of_neighbour_tables() {
    let mut failures = incomplete_of(NeighbourSettings::table(), SETTINGS.iter().map(|(name, _)| *name));
    for (name, family) in [("arp_cache", AddressFamily::INET), ("ndisc_cache", AddressFamily::INET6)] {
        if !enter() {
            return;
        }
        let ip = blocking::connect().unwrap();
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        for (attribute, set) in SETTINGS {
            let is_told = |given: &NeighbourSettings| {
                let told = ip.neighbour_table().list().family(family).name(name).device("v0").wait().unwrap();
                let told = told[0].settings().unwrap().attributes().raw();
                let table = NeighbourSettings::table();
                let row = table.rows.iter().find(|row| row.name == *attribute).unwrap();
                let [given, told] =
                    [given.attributes().raw(), told].map(|raw| text_of(table, raw, row.number));
                (given == told, format!("{given:?} was given, {told:?} is told"))
            };
            let index = ip.link().get("v0").wait().unwrap().index();
            let is_key = *attribute == "NDTPA_IFINDEX";
            let given = set(NeighbourSettings::build());
            let given = if is_key { given.device(index) } else { given };
            if !is_key && is_told(given.view()).0 {
                failures.push(format!("{name}: {attribute}: it is so before"));
            }
            let settings = set(NeighbourSettings::build().device("v0"));
            let table = NeighbourTableMessage::build().family(family).name(name).settings(settings);
            if let Err(error) = ip.neighbour_table().change(table).wait() {
                failures.push(format!("{name}: {attribute}: {error}"));
                continue;
            }
            let (is_told, words) = is_told(given.view());
            failures.extend((!is_told).then(|| format!("{name}: {attribute}: {words}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn address_labels() {
    let table = AddressLabelMessage::table();
    let settable: BTreeSet<_> = table.rows.iter().map(|row| row.name).collect();
    assert_eq!(settable, BTreeSet::from(["IFAL_ADDRESS", "IFAL_LABEL"]));
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let of_v0 = || AddressLabelMessage::of("2001:db8::/32").device("v0");
        let added = ip.address_label().add(of_v0(), 99).created().wait().unwrap();
        assert_eq!((added.prefix(), added.label()), ("2001:db8::/32".parse().ok(), Some(99)));
        ip.address_label().replace(of_v0(), 98).wait().unwrap();
        let v0 = ip.link().get("v0").wait().unwrap().index();
        let told = ip.address_label().list().device("v0").wait().unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].device(), told[0].label()), (v0, Some(98)));
    });
}

#[test]
fn namespace_ids() {
    run_blocking(|ip| {
        let Ok(blue) = Namespace::create("settable") else {
            return crate::support::skip("no rights to mount");
        };
        ip.namespace_id().set(&blue, NamespaceId(7)).wait().unwrap();
        assert_eq!(ip.namespace_id().get(&blue).wait().unwrap().id(), Some(NamespaceId(7)));
        let error = ip.namespace_id().set(&blue, NamespaceId(8)).wait().unwrap_err();
        assert!(error.is_already_exists(), "a number stays: {error}");
        Namespace::delete("settable").unwrap();
    });
}
