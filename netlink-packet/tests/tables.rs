//! Messages of families that hardly any kernel answers here, against bytes written by hand: numbers and types are those of the
//! kernel's headers and specifications, and not of the tables.

#![cfg(all(
    feature = "dpll",
    feature = "handshake",
    feature = "net_shaper",
    feature = "netdev",
    feature = "ovpn",
    feature = "psp",
    feature = "team"
))]

use netlink_packet::generic::dpll::*;
use netlink_packet::generic::handshake::*;
use netlink_packet::generic::net_shaper::*;
use netlink_packet::generic::netdev::*;
use netlink_packet::generic::ovpn::*;
use netlink_packet::generic::psp::*;
use netlink_packet::generic::team::*;
use netlink_packet::{HEADER_LEN, NLA_F_NESTED, Packet, RawAttributes, View};
use std::fmt::Debug;
use std::fs::File;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An attribute, padded.
fn attribute(number: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 4).unwrap();
    let mut bytes = [length.to_ne_bytes(), number.to_ne_bytes()].concat();
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn nest(number: u16, attributes: &[Vec<u8>]) -> Vec<u8> {
    attribute(number | NLA_F_NESTED, &attributes.concat())
}

fn u8(number: u16, value: u8) -> Vec<u8> {
    attribute(number, &[value])
}

fn u32(number: u16, value: u32) -> Vec<u8> {
    attribute(number, &value.to_ne_bytes())
}

fn s32(number: u16, value: i32) -> Vec<u8> {
    attribute(number, &value.to_ne_bytes())
}

fn u64(number: u16, value: u64) -> Vec<u8> {
    attribute(number, &value.to_ne_bytes())
}

fn text(number: u16, value: &str) -> Vec<u8> {
    attribute(number, &[value.as_bytes(), b"\0"].concat())
}

fn flag(number: u16) -> Vec<u8> {
    attribute(number, &[])
}

/// A message of version 1 with this command.
fn message(command: u8, attributes: &[Vec<u8>]) -> Vec<u8> {
    [vec![command, 1, 0, 0], attributes.concat()].concat()
}

/// A message that is read without doubt, of whose attributes the table has each.
fn read<M: View + Debug + ?Sized>(bytes: &[u8]) -> Packet<M> {
    let length = u32::try_from(HEADER_LEN + bytes.len()).unwrap();
    let packet: Packet<M> =
        Packet::new([&length.to_ne_bytes()[..], &[0; HEADER_LEN - 4], bytes].concat().into()).unwrap();
    assert!(packet.malformed_in().is_empty(), "{packet:?}");
    for attribute in RawAttributes::new(&bytes[M::START..]) {
        assert!(M::ROWS.iter().any(|row| row.number == attribute.number()), "{attribute:?}");
    }
    packet
}

/// Cut anywhere, and with each length changed, nothing panics.
fn survives<M: View + Debug + ?Sized>(bytes: &[u8]) {
    for end in 0..bytes.len() {
        if let Ok(message) = M::read(&bytes[..end]) {
            let _ = (format!("{message:?}"), message.malformed_in());
        }
    }
    for at in (4..bytes.len()).step_by(2) {
        for value in [[0, 0], [3, 0], [5, 0], [0xff, 0x7f], [0xff, 0xff]] {
            let mut wrong = bytes.to_vec();
            wrong[at..at + 2].copy_from_slice(&value);
            let message = M::read(&wrong).unwrap();
            let _ = (format!("{message:?}"), message.malformed_in());
        }
    }
}

#[test]
fn netdev_devices() {
    // DEV_GET: IFINDEX 1, XDP_FEATURES 3 (u64), XDP_ZC_MAX_SEGS 4, XDP_RX_METADATA_FEATURES 5 (u64), XSK_FEATURES 6 (u64).
    let bytes = message(1, &[u32(1, 7), u64(3, 0x23), u32(4, 17), u64(5, 0x6), u64(6, 0x3)]);
    let device = read::<NetdevMessage>(&bytes);
    assert_eq!((device.index(), device.max_zero_copy_segments()), (Some(7), Some(17)));
    assert_eq!(device.xdp_features(), Some(XdpFeatures::BASIC | XdpFeatures::REDIRECT | XdpFeatures::RX_SG));
    assert_eq!(device.rx_metadata_features(), Some(XdpRxMetadata::HASH | XdpRxMetadata::VLAN_TAG));
    assert_eq!(device.xsk_features(), Some(XskFeatures::TX_TIMESTAMP | XskFeatures::TX_CHECKSUM));
    survives::<NetdevMessage>(&bytes);
}

#[test]
fn netdev_queues_and_napi_instances() {
    // QUEUE_GET: ID 1, IFINDEX 2, TYPE 3, NAPI_ID 4, DMABUF 5, IO_URING 6, XSK 7, LEASE 8 { IFINDEX 1, QUEUE 2 { ID 1, TYPE 3 }, NETNS_ID 3 }.
    let lease = nest(8, &[u32(1, 3), nest(2, &[u32(1, 5), u32(3, 0)]), s32(3, -1)]);
    let bytes = message(
        10,
        &[
            u32(1, 4),
            u32(2, 7),
            u32(3, 1),
            u32(4, 513),
            u32(5, 9),
            nest(6, &[u32(1, 4096)]),
            nest(7, &[]),
            lease,
        ],
    );
    let queue = read::<QueueMessage>(&bytes);
    assert_eq!((queue.id(), queue.device(), queue.queue_type()), (Some(4), Some(7), Some(QueueType::TX)));
    assert_eq!((queue.napi_id(), queue.dmabuf()), (Some(513), Some(9)));
    assert_eq!(queue.io_uring().unwrap().rx_buffer_length(), Some(4096));
    assert!(queue.xsk().is_some());
    let lease = queue.lease().unwrap();
    assert_eq!((lease.device(), lease.namespace_id()), (Some(3), Some(-1)));
    assert_eq!(
        lease.queue().map(|queue| (queue.id(), queue.queue_type())),
        Some((Some(5), Some(QueueType::RX)))
    );
    survives::<QueueMessage>(&bytes);

    // NAPI_SET: ID 2, DEFER_HARD_IRQS 5 (u32), GRO_FLUSH_TIMEOUT 6 and IRQ_SUSPEND_TIMEOUT 7 (uint), THREADED 8.
    let bytes = message(14, &[u32(2, 513), u32(5, 10), u32(6, 20_000), u32(7, 30_000), u32(8, 1)]);
    let built = NapiMessage::build().command(14).version(1).id(513).defer_hard_irqs(10);
    let built = built.gro_flush_timeout(20_000_u64).irq_suspend_timeout(30_000_u64);
    assert_eq!(built.threaded(NapiThreaded::ENABLED).as_bytes(), bytes);
    // NAPI_GET: IFINDEX 1, ID 2, IRQ 3, PID 4; a uint may have 8 bytes.
    let bytes = message(11, &[u32(1, 7), u32(2, 513), u32(3, 40), u32(4, 99), u64(6, 1 << 40), u32(8, 2)]);
    let napi = read::<NapiMessage>(&bytes);
    assert_eq!((napi.device(), napi.id(), napi.irq(), napi.pid()), (Some(7), Some(513), Some(40), Some(99)));
    assert_eq!((napi.gro_flush_timeout(), napi.threaded()), (Some(1 << 40), Some(NapiThreaded::BUSY_POLL)));
    survives::<NapiMessage>(&bytes);
}

#[test]
fn netdev_page_pools_and_statistics() {
    // PAGE_POOL_GET: ID 1 (uint), IFINDEX 2, NAPI_ID 3 (uint), INFLIGHT 4, INFLIGHT_MEM 5, DETACH_TIME 6 (uint), DMABUF 7, IO_URING 8.
    let bytes =
        message(5, &[u32(1, 12), u32(2, 7), u32(3, 513), u32(4, 64), u64(5, 1 << 33), u32(6, 5), u32(7, 9)]);
    let pool = read::<PagePoolMessage>(&bytes);
    assert_eq!((pool.id(), pool.device(), pool.napi_id()), (Some(12), Some(7), Some(513)));
    assert_eq!((pool.in_flight(), pool.in_flight_bytes()), (Some(64), Some(1 << 33)));
    assert_eq!((pool.detach_time(), pool.dmabuf()), (Some(5), Some(9)));
    survives::<PagePoolMessage>(&bytes);

    // PAGE_POOL_STATS_GET: INFO 1 { ID 1, IFINDEX 2 }, ALLOC_FAST 8 ... RECYCLE_RELEASED_REFCNT 18.
    let counters: Vec<_> = (8..=18).map(|number| u32(number, 100 + u32::from(number))).collect();
    let bytes = message(9, &[nest(1, &[u32(1, 12), u32(2, 7)]), counters.concat()]);
    let stats = read::<PagePoolStatsMessage>(&bytes);
    assert_eq!(stats.pool().map(|pool| (pool.id(), pool.device())), Some((Some(12), Some(7))));
    let read_back = [
        stats.alloc_fast(),
        stats.alloc_slow(),
        stats.alloc_slow_high_order(),
        stats.alloc_empty(),
        stats.alloc_refill(),
        stats.alloc_waive(),
        stats.recycle_cached(),
        stats.recycle_cache_full(),
        stats.recycle_ring(),
        stats.recycle_ring_full(),
        stats.recycle_released(),
    ];
    assert!(read_back.into_iter().eq((108..=118).map(Some)), "{read_back:?}");
    survives::<PagePoolStatsMessage>(&bytes);

    // QSTATS_GET: IFINDEX 1, QUEUE_TYPE 2, QUEUE_ID 3, SCOPE 4 (uint), RX_PACKETS 8 ... TX_WAKE 34.
    let counters: Vec<_> = (8..=34).map(|number| u64(number, (1 << 32) + u64::from(number))).collect();
    let bytes = message(12, &[u32(1, 7), u32(2, 1), u32(3, 2), counters.concat()]);
    let stats = read::<QueueStatsMessage>(&bytes);
    assert_eq!(
        (stats.device(), stats.queue_type(), stats.queue_id()),
        (Some(7), Some(QueueType::TX), Some(2))
    );
    let of = |number: u64| Some((1 << 32) + number);
    assert_eq!((stats.rx_packets(), stats.rx_bytes(), stats.tx_packets()), (of(8), of(9), of(10)));
    assert_eq!(
        (stats.tx_bytes(), stats.rx_alloc_failures(), stats.rx_hardware_drops()),
        (of(11), of(12), of(13))
    );
    assert_eq!((stats.rx_checksum_complete(), stats.rx_hardware_gro_wire_bytes()), (of(15), of(22)));
    assert_eq!((stats.tx_needs_checksum(), stats.tx_hardware_gso_packets()), (of(27), of(28)));
    assert_eq!(
        (stats.tx_hardware_drop_rate_limits(), stats.tx_stop(), stats.tx_wake()),
        (of(32), of(33), of(34))
    );
    survives::<QueueStatsMessage>(&bytes);
    let asked = QueueStatsMessage::build().command(12).version(1).scope(QueueStatsScope::QUEUE);
    assert_eq!(asked.as_bytes(), message(12, &[u32(4, 1)]));
}

#[test]
fn netdev_memory() {
    // BIND_RX: IFINDEX 1, QUEUES 2 { ID 1, TYPE 3 } each, FD 3, ID 4.
    let file = File::open("/dev/null").unwrap();
    let built = DmabufMessage::build().command(13).version(1).device(7_u32);
    let built = built.queues([QueueId::rx(1), QueueId::tx(2)]).buffer(&file);
    let number = built.view().buffer().unwrap();
    let queue = |id, kind| nest(2, &[u32(3, kind), u32(1, id)]);
    let mut bytes = message(13, &[u32(1, 7), queue(1, 0), queue(2, 1), u32(3, number)]);
    assert_eq!(built.as_bytes(), bytes);
    bytes.extend(u32(4, 3));
    let bound = read::<DmabufMessage>(&bytes);
    assert_eq!((bound.id(), bound.queues().unwrap().count()), (Some(3), 2));
    survives::<DmabufMessage>(&bytes);
}

#[test]
fn team_options_and_ports() {
    // OPTIONS_SET: TEAM_IFINDEX 1, LIST_OPTION 2 { ITEM 1 { NAME 1, TYPE 3 (u8), DATA 4, PORT_IFINDEX 6 } }.
    let option = |attributes: &[Vec<u8>]| nest(2, &[nest(1, attributes)]);
    for (built, attributes) in [
        (TeamOption::text("mode", "activebackup"), vec![text(1, "mode"), u8(3, 5), text(4, "activebackup")]),
        (TeamOption::number("activeport", 3), vec![text(1, "activeport"), u8(3, 3), u32(4, 3)]),
        (
            TeamOption::signed("priority", -5).port(3_u32),
            vec![text(1, "priority"), u8(3, 14), s32(4, -5), u32(6, 3)],
        ),
        (
            TeamOption::switch("enabled", true).port(3_u32),
            vec![text(1, "enabled"), u8(3, 6), flag(4), u32(6, 3)],
        ),
        (TeamOption::switch("enabled", false).port(3_u32), vec![text(1, "enabled"), u8(3, 6), u32(6, 3)]),
        (
            TeamOption::bytes("bpf_hash_func", &[1, 2, 3]),
            vec![text(1, "bpf_hash_func"), u8(3, 11), attribute(4, &[1, 2, 3])],
        ),
    ] {
        let built = TeamMessage::build().command(1).version(1).index(7_u32).change_option(built);
        assert_eq!(built.as_bytes(), message(1, &[u32(1, 7), option(&attributes)]));
    }

    // OPTIONS_GET: options as they are told, with CHANGED 2, REMOVED 5, ARRAY_INDEX 7.
    let items = [
        nest(1, &[text(1, "mode"), flag(2), u8(3, 5), text(4, "loadbalance")]),
        nest(1, &[text(1, "lb_hash_stats"), u8(3, 11), attribute(4, &[0; 8]), u32(7, 255)]),
        nest(1, &[text(1, "enabled"), u8(3, 6), u32(6, 3), flag(5)]),
        nest(1, &[text(1, "priority"), u8(3, 14), s32(4, -5), u32(6, 3)]),
        nest(1, &[text(1, "later"), u8(3, 99), u32(4, 3)]),
    ];
    let bytes = message(2, &[u32(1, 7), nest(2, &items)]);
    let options = read::<TeamMessage>(&bytes);
    let list: Vec<_> = options.options().unwrap().options().unwrap().collect();
    let values: Vec<_> = list.iter().map(|option| option.value()).collect();
    let wanted = [
        Some(TeamValue::Text("loadbalance")),
        Some(TeamValue::Bytes(&[0; 8])),
        Some(TeamValue::Switch(false)),
        Some(TeamValue::Signed(-5)),
        None,
    ];
    assert_eq!((options.index(), values.as_slice()), (Some(7), &wanted[..]));
    assert_eq!(
        (list[0].is_changed(), list[1].is_changed(), list[2].is_removed()),
        (Some(true), None, Some(true))
    );
    assert_eq!((list[1].array_index(), list[2].port(), list[0].port()), (Some(255), Some(3), None));
    survives::<TeamMessage>(&bytes);

    // PORT_LIST_GET: LIST_PORT 3 { ITEM 1 { IFINDEX 1, CHANGED 2, LINKUP 3, SPEED 4, DUPLEX 5 (u8), REMOVED 6 } }.
    let up = nest(1, &[u32(1, 3), flag(2), flag(3), u32(4, 10_000), u8(5, 1)]);
    let bytes = message(3, &[u32(1, 7), nest(3, &[up, nest(1, &[u32(1, 4), u32(4, u32::MAX), flag(6)])])]);
    let ports = read::<TeamMessage>(&bytes);
    let list: Vec<_> = ports.ports().unwrap().ports().unwrap().collect();
    assert_eq!((list[0].index(), list[0].is_up(), list[0].is_changed()), (Some(3), Some(true), Some(true)));
    assert_eq!((list[0].speed(), list[0].duplex(), list[0].is_removed()), (Some(10_000), Some(1), None));
    assert_eq!((list[1].is_up(), list[1].is_removed()), (None, Some(true)));
    survives::<TeamMessage>(&bytes);
}

#[test]
fn shapers() {
    // SET: HANDLE 1 { SCOPE 1, ID 2 }, METRIC 2, BW_MIN 3, BW_MAX 4, BURST 5 (uint), PRIORITY 6, WEIGHT 7, IFINDEX 8, PARENT 9, LEAVES 10.
    let handle = |number, scope, id| nest(number, &[u32(1, scope), u32(2, id)]);
    let leaf = nest(10, &[handle(1, 2, 4), u32(6, 1), u32(7, 9)]);
    let bytes = message(
        4,
        &[
            handle(1, 3, 11),
            u32(2, 0),
            u32(3, 1_000),
            u64(4, 10_000_000_000),
            u32(5, 64),
            u32(6, 2),
            u32(7, 3),
            u32(8, 7),
            nest(9, &[u32(1, 1)]),
            leaf,
        ],
    );
    let shaper = read::<ShaperMessage>(&bytes);
    let of = |handle: Option<&ShaperHandle>| handle.map(|handle| (handle.scope(), handle.id()));
    assert_eq!(of(shaper.handle()), Some((Some(ShaperScope::NODE), Some(11))));
    assert_eq!(of(shaper.parent()), Some((Some(ShaperScope::NETDEV), None)));
    assert_eq!((shaper.metric(), shaper.device()), (Some(ShaperMetric::BPS), Some(7)));
    assert_eq!((shaper.min_bandwidth(), shaper.max_bandwidth()), (Some(1_000), Some(10_000_000_000)));
    assert_eq!((shaper.burst(), shaper.priority(), shaper.weight()), (Some(64), Some(2), Some(3)));
    let leaf = shaper.leaves().unwrap().next().unwrap();
    assert_eq!(
        (of(leaf.handle()), leaf.priority(), leaf.weight()),
        (Some((Some(ShaperScope::QUEUE), Some(4))), Some(1), Some(9))
    );
    survives::<ShaperMessage>(&bytes);
    let built = ShaperMessage::build().command(2).version(1).device(7_u32).handle(ShaperHandle::queue(4));
    let built = built.metric(ShaperMetric::PPS).max_bandwidth(5_u64);
    assert_eq!(built.as_bytes(), message(2, &[u32(8, 7), handle(1, 2, 4), u32(2, 1), u32(4, 5)]));

    // CAP_GET: IFINDEX 1, SCOPE 2, flags 3 to 10.
    let bytes = message(5, &[u32(1, 7), u32(2, 3), flag(3), flag(5), flag(7), flag(8), flag(10)]);
    let caps = read::<ShaperCapsMessage>(&bytes);
    assert_eq!((caps.device(), caps.scope()), (Some(7), Some(ShaperScope::NODE)));
    assert_eq!((caps.has_bps(), caps.has_pps(), caps.has_nesting()), (Some(true), None, Some(true)));
    assert_eq!((caps.has_min_bandwidth(), caps.has_max_bandwidth()), (None, Some(true)));
    assert_eq!((caps.has_burst(), caps.has_priority(), caps.has_weight()), (Some(true), None, Some(true)));
    survives::<ShaperCapsMessage>(&bytes);
}

#[test]
fn ovpn_peers_and_keys() {
    // PEER_GET: IFINDEX 1, PEER 2 { ID 1, REMOTE_IPV4 2 (be32), REMOTE_IPV6 3, SCOPE_ID 4, REMOTE_PORT 5 (be16), SOCKET 6, NETNSID 7, ... }.
    let v6 = Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 9);
    let counters: Vec<_> = (16..=23).map(|number| u32(number, 100 + u32::from(number))).collect();
    let peer = nest(
        2,
        &[
            u32(1, 42),
            attribute(2, &[192, 0, 2, 9]),
            attribute(5, &1194_u16.to_be_bytes()),
            s32(7, 4),
            attribute(8, &[10, 8, 0, 2]),
            attribute(9, &v6.octets()),
            attribute(10, &[192, 0, 2, 1]),
            attribute(12, &1195_u16.to_be_bytes()),
            u32(13, 10),
            u32(14, 60),
            u32(15, 2),
            counters.concat(),
            u32(24, 43),
        ],
    );
    let bytes = message(3, &[u32(1, 7), peer]);
    let read_back = read::<OvpnMessage>(&bytes);
    let peer = read_back.peer().unwrap();
    assert_eq!((read_back.device(), peer.id(), peer.tx_id()), (Some(7), Some(42), Some(43)));
    assert_eq!((peer.remote_v4(), peer.remote_port()), (Some(Ipv4Addr::new(192, 0, 2, 9)), Some(1194)));
    assert_eq!((peer.local_v4(), peer.local_port()), (Some(Ipv4Addr::new(192, 0, 2, 1)), Some(1195)));
    assert_eq!((peer.vpn_v4(), peer.vpn_v6()), (Some(Ipv4Addr::new(10, 8, 0, 2)), Some(v6)));
    assert_eq!((peer.keepalive_interval(), peer.keepalive_timeout()), (Some(10), Some(60)));
    assert_eq!(
        (peer.socket_namespace(), peer.deletion_reason()),
        (Some(4), Some(OvpnDeletionReason::EXPIRED))
    );
    let counters = [
        peer.vpn_rx_bytes(),
        peer.vpn_tx_bytes(),
        peer.vpn_rx_packets(),
        peer.vpn_tx_packets(),
        peer.link_rx_bytes(),
        peer.link_tx_bytes(),
        peer.link_rx_packets(),
        peer.link_tx_packets(),
    ];
    assert!(counters.into_iter().eq((116..=123).map(Some)), "{counters:?}");
    survives::<OvpnMessage>(&bytes);

    // KEY_NEW: KEYCONF 3 { PEER_ID 1, SLOT 2, KEY_ID 3, CIPHER_ALG 4, ENCRYPT_DIR 5 { CIPHER_KEY 1, NONCE_TAIL 2 }, DECRYPT_DIR 6 }.
    let direction = |number, key: u8| nest(number, &[attribute(1, &[key; 32]), attribute(2, &[key; 8])]);
    let bytes = message(
        6,
        &[
            u32(1, 7),
            nest(3, &[u32(1, 42), u32(2, 1), u32(3, 5), u32(4, 2), direction(5, 0x51), direction(6, 0x52)]),
        ],
    );
    let key = OvpnKey::of(42, OvpnKeySlot::SECONDARY).id(5).cipher(OvpnCipher::CHACHA20_POLY1305);
    let key = key.encryption(OvpnKeyDirection::of([0x51; 32], [0x51; 8]));
    let key = key.decryption(OvpnKeyDirection::of([0x52; 32], [0x52; 8]));
    let built = OvpnMessage::build().command(6).version(1).device(7_u32).key(key);
    assert_eq!(built.as_bytes(), bytes);
    for printed in [format!("{built:?}"), format!("{:?}", read::<OvpnMessage>(&bytes))] {
        assert!(
            printed.contains("(hidden)") && !printed.contains("51") && !printed.contains("QQ"),
            "{printed}"
        );
    }
    survives::<OvpnMessage>(&bytes);
}

#[test]
fn psp_devices_and_keys() {
    // DEV_GET: ID 1, IFINDEX 2, VERSIONS_CAP 3, VERSIONS_ENA 4 (u32, a bit a version), ASSOC_LIST 5 { IFINDEX 1, NSID 2 }, NSID 6, BY_ASSOCIATION 7.
    let bytes = message(
        2,
        &[
            u32(1, 1),
            u32(2, 7),
            u32(3, 0b1011),
            u32(4, 0b1),
            nest(5, &[u32(1, 9), s32(2, -1)]),
            s32(6, 3),
            flag(7),
        ],
    );
    let device = read::<PspDeviceMessage>(&bytes);
    assert_eq!((device.id(), device.device(), device.namespace_id()), (Some(1), Some(7), Some(3)));
    let all = PspVersions::HDR0_AES_GCM_128 | PspVersions::HDR0_AES_GCM_256 | PspVersions::HDR0_AES_GMAC_256;
    assert_eq!(
        (device.supported_versions(), device.versions()),
        (Some(all), Some(PspVersions::HDR0_AES_GCM_128))
    );
    let associated = device.associated().unwrap().next().unwrap();
    assert_eq!((associated.device(), associated.namespace_id()), (Some(9), Some(-1)));
    assert_eq!(device.is_associated(), Some(true));
    survives::<PspDeviceMessage>(&bytes);

    // TX_ASSOC: DEV_ID 1, VERSION 2, TX_KEY 4 { KEY 1, SPI 2 }, SOCK_FD 5.
    let file = File::open("/dev/null").unwrap();
    let key = PspKey::build().key([0x77; 16]).spi(0x8000_0001);
    let built = PspAssociationMessage::build().command(9).version(1).device(1);
    let built = built.psp_version(PspVersion::HDR0_AES_GCM_256).tx_key(key).socket(&file);
    let number = built.view().socket().unwrap();
    let key = nest(4, &[attribute(1, &[0x77; 16]), u32(2, 0x8000_0001)]);
    let bytes = message(9, &[u32(1, 1), u32(2, 1), key, u32(5, number)]);
    assert_eq!(built.as_bytes(), bytes);
    assert!(!format!("{built:?}").contains("77"), "{built:?}");
    // RX_ASSOC: RX_KEY 3.
    let bytes = message(8, &[u32(1, 1), nest(3, &[attribute(1, &[0x78; 16]), u32(2, 5)])]);
    let reply = read::<PspAssociationMessage>(&bytes);
    let key = reply.rx_key().unwrap();
    assert_eq!((key.key().unwrap().as_bytes(), key.spi()), (&[0x78; 16][..], Some(5)));
    survives::<PspAssociationMessage>(&bytes);

    // GET_STATS: DEV_ID 1, then 2 to 11 (uint).
    let counters: Vec<_> = (2..=11).map(|number| u32(number, 100 + u32::from(number))).collect();
    let bytes = message(10, &[u32(1, 1), counters.concat()]);
    let stats = read::<PspStatsMessage>(&bytes);
    let read_back = [
        stats.key_rotations(),
        stats.stale_events(),
        stats.rx_packets(),
        stats.rx_bytes(),
        stats.rx_authentication_failures(),
        stats.rx_errors(),
        stats.rx_bad(),
        stats.tx_packets(),
        stats.tx_bytes(),
        stats.tx_errors(),
    ];
    assert!(stats.device() == Some(1) && read_back.into_iter().eq((102..=111).map(Some)), "{stats:?}");
    survives::<PspStatsMessage>(&bytes);
}

#[test]
fn handshakes() {
    // ACCEPT: SOCKFD 1 (s32), HANDLER_CLASS 2, MESSAGE_TYPE 3, TIMEOUT 4, AUTH_MODE 5, PEER_IDENTITY 6 (each), CERTIFICATE 7 { CERT 1, PRIVKEY 2 }, PEERNAME 8, KEYRING 9.
    let bytes = message(
        2,
        &[
            s32(1, 8),
            u32(2, 1),
            u32(3, 1),
            u32(4, 5_000),
            u32(5, 3),
            u32(6, 0x1111),
            u32(6, 0x2222),
            nest(7, &[s32(1, 77), s32(2, 78)]),
            text(8, "server.example"),
            u32(9, 0x3333),
        ],
    );
    let asked = read::<HandshakeAcceptMessage>(&bytes);
    assert_eq!((asked.socket(), asked.class()), (Some(8), Some(HandshakeClass::TLSHD)));
    assert_eq!((asked.message_type(), asked.timeout()), (Some(HandshakeType::CLIENTHELLO), Some(5_000)));
    assert_eq!(asked.authentication(), Some(HandshakeAuthentication::X509));
    assert_eq!(asked.peer_identities().unwrap().collect::<Vec<_>>(), [0x1111, 0x2222]);
    let certificate = asked.certificates().unwrap().next().unwrap();
    assert_eq!((certificate.certificate(), certificate.private_key()), (Some(77), Some(78)));
    assert_eq!((asked.peer_name(), asked.keyring()), (Some("server.example"), Some(0x3333)));
    survives::<HandshakeAcceptMessage>(&bytes);
    let built = HandshakeAcceptMessage::build().command(2).version(1).class(HandshakeClass::TLSHD);
    assert_eq!(built.as_bytes(), message(2, &[u32(2, 1)]));
    // DONE: STATUS 1, SOCKFD 2, REMOTE_AUTH 3 (each).
    let built =
        HandshakeDoneMessage::build().command(3).version(1).status(110).socket(8).remote_identities([1, 2]);
    assert_eq!(built.as_bytes(), message(3, &[u32(1, 110), s32(2, 8), u32(3, 1), u32(3, 2)]));
}

#[test]
fn dplls_and_pins() {
    // DEVICE_GET: ID 1, MODULE_NAME 2, CLOCK_ID 4 (u64), MODE 5, MODE_SUPPORTED 6 (each), LOCK_STATUS 7, TEMP 8 (s32), TYPE 9, LOCK_STATUS_ERROR 10, ...
    let bytes = message(
        2,
        &[
            u32(1, 0),
            text(2, "ice"),
            u64(4, 0xdead_beef_0000_0001),
            u32(5, 1),
            u32(6, 1),
            u32(6, 2),
            u32(7, 4),
            s32(8, -40_000),
            u32(9, 2),
            u32(10, 3),
            u32(11, 4),
            u32(12, 1),
        ],
    );
    let device = read::<DpllMessage>(&bytes);
    assert_eq!(
        (device.id(), device.module(), device.clock_id()),
        (Some(0), Some("ice"), Some(0xdead_beef_0000_0001))
    );
    assert_eq!(device.mode(), Some(DpllMode::MANUAL));
    assert!(device.supported_modes().unwrap().eq([DpllMode::MANUAL, DpllMode::AUTOMATIC]));
    assert_eq!(
        (device.lock_status(), device.lock_error()),
        (Some(DpllLockStatus::HOLDOVER), Some(DpllLockError::MEDIA_DOWN))
    );
    assert_eq!((device.temperature(), device.dpll_type()), (Some(-40_000), Some(DpllType::EEC)));
    assert!(device.clock_quality().unwrap().eq([DpllClockQuality::ITU_OPT1_EEC1]));
    assert_eq!(device.phase_offset_monitor(), Some(DpllFeature::ENABLE));
    survives::<DpllMessage>(&bytes);
    let change = DpllMessage::build().command(3).version(1).id(0).mode(DpllMode::AUTOMATIC);
    assert_eq!(change.as_bytes(), message(3, &[u32(1, 0), u32(5, 2)]));

    // PIN_GET: ID 1, MODULE_NAME 3, CLOCK_ID 5, BOARD_LABEL 6, TYPE 9, FREQUENCY 11 (u64), FREQUENCY_SUPPORTED 12 { MIN 13, MAX 14 }, CAPABILITIES 17,
    // PARENT_DEVICE 18 { PARENT_ID 2, DIRECTION 10, PRIO 15, STATE 16, PHASE_OFFSET 23 (s64) }, PARENT_PIN 19 { PARENT_ID 2, STATE 16 }, PHASE_ADJUST 20 to 22 (s32), ...
    let bytes = message(
        8,
        &[
            u32(1, 13),
            text(3, "ice"),
            u64(5, 1),
            text(6, "SMA1"),
            text(7, "front"),
            text(8, "C827"),
            u32(9, 5),
            u64(11, 10_000_000),
            nest(12, &[u64(13, 1), u64(14, 25_000_000)]),
            u32(17, 0b110),
            nest(18, &[u32(2, 0), u32(10, 1), u32(15, 3), u32(16, 1), u64(23, (-5_i64).cast_unsigned())]),
            nest(19, &[u32(2, 2), u32(16, 2)]),
            s32(20, -100),
            s32(21, 100),
            s32(22, -7),
            s32(24, -9),
            u64(25, 1),
            u32(27, 25),
            nest(28, &[u32(1, 14), u32(16, 1)]),
            u32(29, 2),
        ],
    );
    let pin = read::<DpllPinMessage>(&bytes);
    assert_eq!((pin.id(), pin.module(), pin.clock_id()), (Some(13), Some("ice"), Some(1)));
    assert_eq!(
        (pin.board_label(), pin.panel_label(), pin.package_label()),
        (Some("SMA1"), Some("front"), Some("C827"))
    );
    assert_eq!((pin.pin_type(), pin.frequency()), (Some(DpllPinType::GNSS), Some(10_000_000)));
    let range = pin.supported_frequencies().unwrap().next().unwrap();
    assert_eq!((range.min(), range.max()), (Some(1), Some(25_000_000)));
    let can = DpllPinCapabilities::PRIORITY_CAN_CHANGE | DpllPinCapabilities::STATE_CAN_CHANGE;
    assert_eq!(pin.capabilities(), Some(can));
    let parent = pin.parent_devices().unwrap().next().unwrap();
    assert_eq!((parent.device(), parent.direction()), (Some(0), Some(DpllPinDirection::INPUT)));
    assert_eq!((parent.priority(), parent.state()), (Some(3), Some(DpllPinState::CONNECTED)));
    assert_eq!(parent.phase_offset(), Some(-5));
    let parent = pin.parent_pins().unwrap().next().unwrap();
    assert_eq!((parent.pin(), parent.state()), (Some(2), Some(DpllPinState::DISCONNECTED)));
    assert_eq!((pin.min_phase_adjustment(), pin.max_phase_adjustment()), (Some(-100), Some(100)));
    assert_eq!((pin.phase_adjustment(), pin.phase_adjustment_step()), (Some(-7), Some(2)));
    assert_eq!(
        (pin.frequency_offset_ppm(), pin.esync_frequency(), pin.esync_pulse()),
        (Some(-9), Some(1), Some(25))
    );
    let reference = pin.reference_sync().unwrap().next().unwrap();
    assert_eq!((reference.pin(), reference.state()), (Some(14), Some(DpllPinState::CONNECTED)));
    survives::<DpllPinMessage>(&bytes);
    // PIN_SET: through a parent.
    let parent = DpllParentDevice::build().device(0).priority(1).state(DpllPinState::SELECTABLE);
    let change = DpllPinMessage::build().command(9).version(1).id(13).parent_devices([parent]);
    assert_eq!(change.as_bytes(), message(9, &[u32(1, 13), nest(18, &[u32(2, 0), u32(15, 1), u32(16, 3)])]));
}
