//! Neighbours as `ip` and `bridge` ask for them and as the kernel tells them.

use super::*;
use crate::capture::capture;
use crate::route::RouteProtocol;
use crate::{AddressFamily, HardwareAddress};
use netlink_packet::Build;
use std::net::IpAddr;
use std::time::Duration;

const SEVEN: [u8; 6] = [2, 0, 0, 0, 0, 7];

fn built(neighbour: NeighbourMessageBuf) -> Vec<u8> {
    assert_eq!(neighbour.buffer().problem(), None);
    neighbour.view().as_bytes().to_vec()
}

#[test]
fn built_as_ip_does() {
    let asked = capture!("add_neighbour");
    let device = asked.view::<NeighbourMessage>().device();
    let neighbour = Neighbour::of("192.0.2.7").hardware_address(SEVEN).device(device);
    assert_eq!(built(neighbour), asked.payload);
    let proxy = Neighbour::proxy("192.0.2.9").device(device);
    assert_eq!(built(proxy), capture!("add_neighbour_proxy").payload);

    let asked = capture!("add_neighbour_router");
    let router: &NeighbourMessage = asked.view();
    assert_eq!(router.flags(), NeighbourFlags::ROUTER | NeighbourFlags::EXT_LEARNED);
    assert_eq!((router.state(), router.protocol()), (NeighbourState::REACHABLE, Some(RouteProtocol::BGP)));
    let asked = capture!("add_neighbour_managed");
    assert_eq!(asked.view::<NeighbourMessage>().ext_flags(), Some(NeighbourExtFlags::MANAGED));
}

#[test]
fn built_as_bridge_does() {
    let asked = capture!("add_fdb");
    let reported: &NeighbourMessage = asked.view();
    let entry = Neighbour::fdb([0; 6])
        .device(reported.device())
        .address("198.51.100.7".parse::<IpAddr>().unwrap())
        .vni(43u32)
        .source_vni(44u32)
        .port(8472u16)
        .via(reported.via().unwrap());
    let fields = |entry: &NeighbourMessage| {
        let ports = (entry.vni(), entry.source_vni(), entry.port(), entry.via());
        (entry.family(), entry.state(), entry.flags(), entry.address(), entry.hardware_address(), ports)
    };
    assert_eq!(fields(entry.view()), fields(reported));
    assert_eq!(entry.view().as_bytes().len(), reported.as_bytes().len());
}

#[test]
fn listed_neighbours_are_read() {
    let reported = capture!("neighbour");
    let neighbour: &NeighbourMessage = reported.view();
    assert_eq!(neighbour.address(), Some([192, 0, 2, 7].into()));
    assert_eq!(neighbour.hardware_address(), Some(HardwareAddress::from(SEVEN)));
    assert!(neighbour.is_valid());
    let used = neighbour.cache_info().unwrap();
    assert!(used.used() < Duration::from_secs(60), "{used:?}");
    let reported = capture!("neighbour_managed");
    let neighbour: &NeighbourMessage = reported.view();
    assert_eq!(neighbour.ext_flags(), Some(NeighbourExtFlags::MANAGED));
    assert!(neighbour.state() == NeighbourState::FAILED && !neighbour.is_valid());
    let reported = capture!("neighbour_proxy");
    assert_eq!(reported.view::<NeighbourMessage>().flags(), NeighbourFlags::PROXY);
    let reported = capture!("fdb_vxlan");
    let entry: &NeighbourMessage = reported.view();
    assert_eq!((entry.family(), entry.port(), entry.vni()), (AddressFamily::BRIDGE, Some(8472), Some(43)));
    let reported = capture!("fdb_master");
    let entry: &NeighbourMessage = reported.view();
    assert!(entry.master().is_some() && entry.state() == NeighbourState::PERMANENT, "{entry:?}");
}

#[test]
fn settings_of_tables() {
    for reported in [capture!("neighbour_table"), capture!("neighbour_table_6_1")] {
        let table: &NeighbourTableMessage = reported.view();
        assert_eq!((table.name(), table.threshold3()), (Some("arp_cache"), Some(1024)));
        assert_eq!(table.collection_interval(), Some(Duration::from_secs(30)));
        assert_eq!(table.config().map(NeighbourTableConfig::key_length), Some(4));
        assert!(table.stats().unwrap().allocations() > 0);
        let settings = table.settings().unwrap();
        assert_eq!(settings.base_reachable_time(), Some(Duration::from_secs(30)));
        assert_eq!((settings.device(), settings.unicast_probes()), (None, Some(3)));
    }
    let reported = capture!("neighbour_table_device");
    let settings = reported.view::<NeighbourTableMessage>().settings().unwrap();
    assert!(settings.device().is_some());
}

#[test]
fn settings_are_changed_as_ip_does() {
    let asked = capture!("set_neighbour_table");
    let table: &NeighbourTableMessage = asked.view();
    assert_eq!(table.name(), Some("arp_cache"));
    let settings = table.settings().unwrap();
    assert_eq!(settings.retransmission_time(), Some(Duration::from_millis(500)));
    assert_eq!((settings.unicast_probes(), settings.queue_length()), (Some(7), Some(9)));
}

/// A request made of a request is the same: a state that can't be asked for turns into one that can, at once.
#[test]
fn states_to_ask_for_stay() {
    let neighbour = NeighbourMessage::of(IpAddr::from([192, 0, 2, 7]));
    let entry = NeighbourMessage::fdb(SEVEN).flags(NeighbourFlags::MASTER);
    for (of, asked) in [(neighbour, NeighbourState::STALE), (entry, NeighbourState::REACHABLE)] {
        for state in [NeighbourState::STALE, NeighbourState::DELAY, NeighbourState::PROBE] {
            let once = of.clone().state(state).view().to_request();
            assert_eq!(once.view().state(), asked, "{state}");
            assert_eq!(once.view().to_request().view(), once.view());
        }
    }
}
