//! The verbs of families that no kernel or driver here has, by a kernel that says what it was asked.

use super::*;
use crate::dpll::{DpllMessage, DpllMode, DpllPinMessage, DpllPinState};
use crate::handshake::{HandshakeAcceptMessage, HandshakeClass, HandshakeDoneMessage};
use crate::net_shaper::{ShaperCapsMessage, ShaperHandle, ShaperLeaf, ShaperMessage, ShaperScope};
use crate::netdev::{DmabufMessage, QueueId, QueueLease, QueueMessage, QueueType};
use crate::ovpn::{OvpnCipher, OvpnKey, OvpnKeyDirection, OvpnKeySlot, OvpnMessage, OvpnPeer};
use crate::psp::{PspAssociationMessage, PspDeviceMessage, PspKey, PspStatsMessage, PspVersion, PspVersions};
use crate::team::{TeamMessage, TeamOption, TeamValue};
use crate::wireguard::WireguardMessage;
use crate::{LinkMessage, Wireguard};
use netlink_packet::generic::team::TeamOptionList;
use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL, GenericMessage};
use netlink_packet::{Command, Family, Flags, View};
use netlink_sys::errno::{EAGAIN, ENODEV, ENOENT, ESRCH};
use rtnetlink::message::RTM_NEWLINK;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const ID: u16 = 40;

/// The requests that came: command, flags and what is behind the header of generic netlink.
type Asks = Arc<Mutex<Vec<(u8, Flags, Vec<u8>)>>>;

/// A kernel with one family, which answers each request so.
fn family<M: Command + ?Sized>(
    mut answer: impl FnMut(&Asked, u8) -> Vec<Vec<u8>> + Send + 'static,
) -> (Kernel, Asks) {
    let Family::Generic { name, version } = M::FAMILY else { panic!("{} is none", M::FAMILY) };
    let asks: Asks = Arc::default();
    let noted = Arc::clone(&asks);
    let kernel = Kernel::answering(move |asked| {
        if asked.header.message_type == GENL_ID_CTRL {
            let question = ControllerMessage::cast(&asked.body);
            assert_eq!(question.name(), Some(name));
            let family = ControllerMessage::build().command(1).name(name).id(ID);
            return vec![asked.message(GENL_ID_CTRL, Flags::empty(), family.as_bytes())];
        }
        let header = GenericMessage::cast(&asked.body);
        assert_eq!(header.version(), version);
        noted.lock().unwrap().push((header.command(), asked.header.flags, asked.body.clone()));
        answer(asked, header.command())
    });
    (kernel, asks)
}

/// What is said back: as much as the request wants, one object, or a list of one.
fn one(asked: &Asked, object: &[u8]) -> Vec<Vec<u8>> {
    if asked.header.flags.contains(Flags::DUMP) {
        return vec![asked.message(ID, Flags::MULTI, object), asked.done(0)];
    }
    match asked.header.flags.contains(Flags::ACK) {
        true => vec![asked.ack(0)],
        false => vec![asked.message(ID, Flags::empty(), object)],
    }
}

/// A handle whose generic netlink is this kernel, and the route family's part.
fn with(kernel: &Kernel) -> (Kernel, Handle<Blocking>) {
    let route = Kernel::answering(|asked| vec![asked.object(7)]);
    let ip = blocking(route.connection(0));
    kernel.play_generic(&ip, 3);
    (route, ip)
}

/// The last request, which had this command.
fn last<M: View + ?Sized>(asks: &Asks, command: u8) -> netlink_packet::Packet<M> {
    let asks = asks.lock().unwrap();
    let (of, _, body) = asks.last().unwrap();
    assert_eq!(*of, command);
    assert!(M::read(body).unwrap().malformed_in().is_empty());
    let header = netlink_packet::Header::default();
    netlink_packet::Packet::new([&header.to_bytes()[..], body].concat().into()).unwrap()
}

#[test]
fn shapers() {
    let shaper = ShaperMessage::build().device(7_u32).handle(ShaperHandle::node(3)).max_bandwidth(8_000_u64);
    let caps = ShaperCapsMessage::build().device(7_u32).scope(ShaperScope::QUEUE).has_burst(true);
    let (kernel, asks) = family::<ShaperMessage>(move |asked, command| {
        one(asked, if command == 5 { caps.as_bytes() } else { shaper.as_bytes() })
    });
    let (_route, ip) = with(&kernel);
    // By name, which the route family resolves.
    let got = ip.net_shaper().get("test7", ShaperHandle::queue(3)).wait().unwrap();
    assert_eq!(got.max_bandwidth(), Some(8_000));
    let asked = last::<ShaperMessage>(&asks, 1);
    let handle = asked.handle().unwrap();
    assert_eq!((asked.device(), handle.scope(), handle.id()), (Some(7), Some(ShaperScope::QUEUE), Some(3)));
    assert_eq!(ip.net_shaper().list(7).wait().unwrap().len(), 1);
    let limit =
        ShaperMessage::build().handle(ShaperHandle::device()).max_bandwidth(5_000_000_000_u64).burst(100_u64);
    ip.net_shaper().change(7, limit).wait().unwrap();
    let asked = last::<ShaperMessage>(&asks, 2);
    assert_eq!((asked.max_bandwidth(), asked.burst()), (Some(5_000_000_000), Some(100)));
    // What fits into 4 bytes has 4.
    assert_eq!(asked.attributes_of().raw().payload_of(5).map(<[u8]>::len), Some(4));
    ip.net_shaper().delete(7, ShaperHandle::queue(1)).wait().unwrap();
    assert_eq!(last::<ShaperMessage>(&asks, 3).handle().unwrap().id(), Some(1));
    let leaf = |id| ShaperLeaf::build().handle(ShaperHandle::queue(id)).weight(id + 1);
    let group = ShaperMessage::build()
        .handle(ShaperHandle::new_node())
        .parent(ShaperHandle::device())
        .leaves([leaf(0), leaf(1)]);
    let node = ip.net_shaper().group(7, group).wait().unwrap();
    assert_eq!(node.handle().unwrap().id(), Some(3));
    let asked = last::<ShaperMessage>(&asks, 4);
    let weights: Vec<_> = asked.leaves().unwrap().filter_map(ShaperLeaf::weight).collect();
    assert_eq!((weights, asked.handle().unwrap().id()), (vec![1, 2], None));
    assert_eq!(ip.net_shaper().capability(7, ShaperScope::QUEUE).wait().unwrap().has_burst(), Some(true));
    assert_eq!(ip.net_shaper().capabilities(7).wait().unwrap().len(), 1);
    assert_eq!(last::<ShaperCapsMessage>(&asks, 5).device(), Some(7));
}

#[test]
fn a_refusal_names_the_object() {
    let (kernel, _) = family::<ShaperMessage>(|asked, _| vec![asked.ack(ENOENT)]);
    let (_route, ip) = with(&kernel);
    let error = ip.net_shaper().delete(7, ShaperHandle::queue(1)).wait().unwrap_err();
    assert_eq!(error.to_string(), "delete shaper 7 queue 1: no such file or directory");
    assert!(error.is_not_found());
    let (kernel, _) = family::<OvpnMessage>(|asked, _| vec![asked.ack(ENODEV)]);
    let (_route, ip) = with(&kernel);
    let error = ip.ovpn().delete(7, 12).wait().unwrap_err();
    assert_eq!(error.to_string(), "delete ovpn peer 7 peer 12: no such device");
    let (kernel, _) = family::<HandshakeAcceptMessage>(|asked, _| vec![asked.ack(EAGAIN)]);
    let (_route, ip) = with(&kernel);
    let error = ip.handshake().accept(HandshakeClass::TLSHD).wait().unwrap_err();
    assert_eq!(error.errno(), Some(EAGAIN));
}

#[test]
fn ovpn_peers_and_keys() {
    let peer = OvpnMessage::build().device(7_u32).peer(OvpnPeer::of(12).vpn_rx_bytes(1_u64 << 40));
    let key = OvpnKey::of(12, OvpnKeySlot::PRIMARY).id(1).cipher(OvpnCipher::AES_GCM);
    let key = OvpnMessage::build().device(7_u32).key(key);
    let (kernel, asks) = family::<OvpnMessage>(move |asked, command| {
        one(asked, if command == 7 { key.as_bytes() } else { peer.as_bytes() })
    });
    let (_route, ip) = with(&kernel);
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let remote: std::net::IpAddr = "2001:db8::9".parse().unwrap();
    let new = OvpnPeer::of(12).socket(&socket).remote(remote, 1194).vpn([10, 8, 0, 2]).keepalive(10, 60);
    ip.ovpn().add("test7", new).wait().unwrap();
    let asked = last::<OvpnMessage>(&asks, 1);
    let peer = asked.peer().unwrap();
    assert_eq!(
        (asked.device(), peer.id(), peer.remote(), peer.remote_port()),
        (Some(7), Some(12), Some(remote), Some(1194))
    );
    assert_eq!((peer.vpn_v4(), peer.keepalive_timeout()), (Some([10, 8, 0, 2].into()), Some(60)));
    assert!(peer.socket().is_some_and(|descriptor| descriptor > 2));
    // In network byte order.
    assert_eq!(peer.attributes_of().raw().payload_of(5), Some(&1194_u16.to_be_bytes()[..]));
    ip.ovpn().change(7, OvpnPeer::of(12).keepalive(1, 2)).wait().unwrap();
    assert_eq!(last::<OvpnMessage>(&asks, 2).peer().unwrap().keepalive_interval(), Some(1));
    let got = ip.ovpn().get(7, 12).wait().unwrap();
    assert_eq!(got.peer().unwrap().vpn_rx_bytes(), Some(1 << 40));
    assert_eq!(last::<OvpnMessage>(&asks, 3).peer().unwrap().id(), Some(12));
    assert_eq!(ip.ovpn().list(7).wait().unwrap().len(), 1);
    ip.ovpn().delete(7, 12).wait().unwrap();
    assert_eq!(last::<OvpnMessage>(&asks, 4).peer().unwrap().id(), Some(12));
    let secret = OvpnKey::of(12, OvpnKeySlot::SECONDARY)
        .id(3)
        .cipher(OvpnCipher::CHACHA20_POLY1305)
        .encryption(OvpnKeyDirection::of([0x5a; 32], [0x77; 8]))
        .decryption(OvpnKeyDirection::of([0x6b; 32], [0x78; 8]));
    let text = format!("{secret:?} {:?}", secret.as_bytes().len());
    for printed in ["5a, 5a", "5a5a", "90, 90", "6b6b", "107, 107", "77, 77", "7777", "119, 119"] {
        assert!(!text.contains(printed), "{text}");
    }
    let request = ip.ovpn().add_key(7, secret);
    assert!(!format!("{request:?}").contains("90"), "{request:?}");
    request.wait().unwrap();
    let asked = last::<OvpnMessage>(&asks, 6);
    let key = asked.key().unwrap();
    assert_eq!(key.encryption().unwrap().key().unwrap().as_bytes(), [0x5a; 32]);
    assert_eq!(key.decryption().unwrap().nonce_tail().unwrap().as_bytes(), [0x78; 8]);
    assert!(format!("{asked:?}").contains("(hidden)"));
    let told = ip.ovpn().key(7, 12, OvpnKeySlot::PRIMARY).wait().unwrap();
    assert_eq!(told.key().unwrap().cipher(), Some(OvpnCipher::AES_GCM));
    ip.ovpn().swap_keys(7, 12).wait().unwrap();
    assert_eq!(last::<OvpnMessage>(&asks, 8).key().unwrap().peer_id(), Some(12));
    ip.ovpn().delete_key(7, 12, OvpnKeySlot::SECONDARY).wait().unwrap();
    assert_eq!(last::<OvpnMessage>(&asks, 10).key().unwrap().slot(), Some(OvpnKeySlot::SECONDARY));
}

#[test]
fn psp_devices_and_keys() {
    let device = PspDeviceMessage::build().id(2).versions(PspVersions::HDR0_AES_GCM_128);
    let key = PspKey::build().key([0x5a; 16]).spi(0x8000_0001_u32);
    let association = PspAssociationMessage::build().device(2).rx_key(key);
    let stats = PspStatsMessage::build().device(2).rx_bytes(u64::MAX);
    let (kernel, asks) = family::<PspDeviceMessage>(move |asked, command| match command {
        8 => one(asked, association.as_bytes()),
        10 => one(asked, stats.as_bytes()),
        // What has nothing to say replies all the same.
        4 | 9 => vec![asked.message(ID, Flags::empty(), &[command, 1, 0, 0]), asked.ack(0)],
        _ => one(asked, device.as_bytes()),
    });
    let (_route, ip) = with(&kernel);
    assert_eq!(ip.psp().list().wait().unwrap()[0].versions(), Some(PspVersions::HDR0_AES_GCM_128));
    assert_eq!(ip.psp().get(2).wait().unwrap().id(), Some(2));
    ip.psp().change(2, PspVersions::HDR0_AES_GCM_128 | PspVersions::HDR0_AES_GMAC_256).wait().unwrap();
    assert_eq!(last::<PspDeviceMessage>(&asks, 4).versions().map(|versions| versions.bits()), Some(9));
    ip.psp().rotate_key(2).wait().unwrap();
    assert_eq!(last::<PspDeviceMessage>(&asks, 6).id(), Some(2));
    ip.psp().associate(2, "test7").wait().unwrap();
    assert_eq!(last::<PspDeviceMessage>(&asks, 11).device(), Some(7));
    ip.psp().disassociate(2, 7).wait().unwrap();
    assert_eq!(last::<PspDeviceMessage>(&asks, 12).device(), Some(7));
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let allocated = ip.psp().receive(2, PspVersion::HDR0_AES_GCM_256, &socket).wait().unwrap();
    let key = allocated.rx_key().unwrap();
    assert_eq!((key.spi(), key.key().unwrap().as_bytes()), (Some(0x8000_0001), &[0x5a; 16][..]));
    let text = format!("{allocated:?}");
    assert!(text.contains("(hidden)") && !text.contains("5a5a") && !text.contains("90, 90"), "{text}");
    assert_eq!(last::<PspAssociationMessage>(&asks, 8).psp_version(), Some(PspVersion::HDR0_AES_GCM_256));
    let theirs = PspKey::build().key([1; 32]).spi(9_u32);
    ip.psp().transmit(2, PspVersion::HDR0_AES_GCM_256, theirs, &socket).wait().unwrap();
    assert_eq!(last::<PspAssociationMessage>(&asks, 9).tx_key().unwrap().spi(), Some(9));
    assert_eq!(ip.psp().stats_of(2).wait().unwrap().rx_bytes(), Some(u64::MAX));
    assert_eq!(ip.psp().stats().wait().unwrap().len(), 1);
}

#[test]
fn dplls_and_pins() {
    let device = DpllMessage::build().id(1).mode(DpllMode::AUTOMATIC).temperature(-1_500);
    let pin = DpllPinMessage::build().id(5).frequency_offset_ppt(-3_i64).phase_offset(-9_i64);
    let (kernel, asks) = family::<DpllMessage>(move |asked, command| {
        one(asked, if command >= 7 { pin.as_bytes() } else { device.as_bytes() })
    });
    let (_route, ip) = with(&kernel);
    let device = ip.dpll().get(1).wait().unwrap();
    assert_eq!((device.mode(), device.temperature()), (Some(DpllMode::AUTOMATIC), Some(-1_500)));
    assert_eq!(ip.dpll().list().wait().unwrap().len(), 1);
    let found = ip.dpll().find(DpllMessage::build().module("ice").clock_id(7_u64)).wait().unwrap();
    assert_eq!(found.id(), Some(1));
    assert_eq!(last::<DpllMessage>(&asks, 1).module(), Some("ice"));
    ip.dpll().change(1, DpllMessage::build().mode(DpllMode::MANUAL)).wait().unwrap();
    assert_eq!(last::<DpllMessage>(&asks, 3).id(), Some(1));
    let pin = ip.dpll().pin(5).wait().unwrap();
    assert_eq!((pin.frequency_offset_ppt(), pin.phase_offset()), (Some(-3), Some(-9)));
    assert_eq!(ip.dpll().pins().wait().unwrap().len(), 1);
    assert_eq!(ip.dpll().find_pin(DpllPinMessage::build().board_label("SMA1")).wait().unwrap().id(), Some(5));
    assert_eq!(last::<DpllPinMessage>(&asks, 7).board_label(), Some("SMA1"));
    let parent = crate::dpll::DpllParentDevice::build().device(1).state(DpllPinState::CONNECTED);
    ip.dpll().change_pin(5, DpllPinMessage::build().parent_devices([parent])).wait().unwrap();
    let asked = last::<DpllPinMessage>(&asks, 9);
    let states: Vec<_> =
        asked.parent_devices().unwrap().map(|parent| (parent.device(), parent.state())).collect();
    assert_eq!(states, [(Some(1), Some(DpllPinState::CONNECTED))]);
}

#[test]
fn handshakes() {
    let waiting =
        HandshakeAcceptMessage::build().socket(9).peer_name("example.net").peer_identities([4_u32, 5]);
    let (kernel, asks) = family::<HandshakeAcceptMessage>(move |asked, _| one(asked, waiting.as_bytes()));
    let (_route, ip) = with(&kernel);
    let accepted = ip.handshake().accept(HandshakeClass::TLSHD).wait().unwrap();
    assert_eq!((accepted.socket(), accepted.peer_name()), (Some(9), Some("example.net")));
    assert_eq!(accepted.peer_identities().unwrap().collect::<Vec<_>>(), [4, 5]);
    assert_eq!(last::<HandshakeAcceptMessage>(&asks, 2).class(), Some(HandshakeClass::TLSHD));
    ip.handshake().done(HandshakeDoneMessage::build().status(0).socket(9)).wait().unwrap();
    assert_eq!(last::<HandshakeDoneMessage>(&asks, 3).socket(), Some(9));
}

/// What of `netdev` takes hardware.
#[test]
fn memory_and_leased_queues() {
    let (kernel, asks) = family::<QueueMessage>(|asked, command| {
        let queue = QueueMessage::build().id(8);
        let bound = DmabufMessage::build().id(3);
        one(asked, if command == 16 { queue.as_bytes() } else { bound.as_bytes() })
    });
    let (_route, ip) = with(&kernel);
    let buffer = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let bound = ip.netdev().bind_rx("test7", &buffer, [QueueId::rx(1), QueueId::rx(2)]).wait().unwrap();
    assert_eq!(bound.id(), Some(3));
    let asked = last::<DmabufMessage>(&asks, 13);
    let queues: Vec<_> = asked.queues().unwrap().map(|queue| (queue.queue_type(), queue.id())).collect();
    assert_eq!(queues, [1, 2].map(|id| (Some(QueueType::RX), Some(id))));
    assert!(asked.device() == Some(7) && asked.buffer().is_some());
    let none = ip.netdev().bind_rx("test7", &buffer, []).wait().unwrap_err();
    assert_eq!(none.to_string(), "bind dma-buf test7: a dma-buf is bound to at least one queue");
    assert_eq!(ip.netdev().bind_tx(7, &buffer).wait().unwrap().id(), Some(3));
    assert_eq!(last::<DmabufMessage>(&asks, 15).device(), Some(7));
    let lease = QueueLease::build().device(3_u32).queue(QueueId::rx(1));
    assert_eq!(ip.netdev().create_queue(7, QueueType::RX, lease).wait().unwrap().id(), Some(8));
    assert_eq!(last::<QueueMessage>(&asks, 16).lease().unwrap().device(), Some(3));
}

/// A device each of a list of links, of which one does not answer.
#[test]
fn each_of_a_list_ends_in_time() {
    let (kernel, asks) = family::<WireguardMessage>(|_, _| Vec::new());
    let route = Kernel::answering(|asked| {
        let link = LinkMessage::build().index(7_u32).kind(Wireguard::build());
        vec![asked.message(RTM_NEWLINK, Flags::MULTI, link.as_bytes()), asked.done(0)]
    });
    let ip = blocking(route.connection(1));
    kernel.play_generic(&ip, 3);
    let began = Instant::now();
    let error = ip.wireguard().list().timeout(Duration::from_millis(50)).wait().unwrap_err();
    assert_eq!(error.to_string(), "get WireGuard device 7: no answer in time");
    assert!(began.elapsed() >= Duration::from_millis(50) && asks.lock().unwrap().len() == 1);
}

/// A reply of several parts to a request that is no dump, whose end has no code.
#[test]
fn options_of_a_team_come_in_parts() {
    let part = |names: &[&str]| {
        let options = names.iter().map(|name| TeamOption::number(name, 7));
        let list = TeamOptionList::build().options(options);
        TeamMessage::build().index(7_u32).options(list)
    };
    let parts = [part(&["a", "b"]), part(&["c"])];
    let (kernel, asks) = family::<TeamMessage>(move |asked, _| {
        let parts = parts.iter().map(|part| asked.message(ID, Flags::MULTI, part.as_bytes()));
        match asked.header.flags.contains(Flags::ACK) {
            true => vec![asked.ack(0)],
            false => parts.chain([asked.bare_done()]).collect(),
        }
    });
    let (route, ip) = with(&kernel);
    for _ in 0..2 {
        let options = ip.team().options("test7").wait().unwrap();
        assert_eq!((options.messages().len(), options.options().count(), options.index()), (2, 3, Some(7)));
        assert_eq!(options.get("c"), Some(TeamValue::Number(7)));
    }
    in_both(async || {
        let ip = handle(route.connection(0));
        kernel.play_generic(&ip, 1);
        assert_eq!(ip.team().options(7).await.unwrap().options().count(), 3);
        assert_at_rest(&ip);
    });
    ip.team().change(7, TeamOption::text("mode", "random")).wait().unwrap();
    let asked = last::<TeamMessage>(&asks, 1);
    let values: Vec<_> = asked.options().unwrap().options().unwrap().map(|option| option.value()).collect();
    assert_eq!(values, [Some(TeamValue::Text("random"))]);
    // Linux refuses what it has done where nobody listens.
    let (kernel, _) = family::<TeamMessage>(|asked, _| vec![asked.ack(ESRCH)]);
    let (_route, ip) = with(&kernel);
    ip.team().change(7, TeamOption::switch("x", true)).wait().unwrap();
    let in_batch = ip.batch([ip.team().change(7, TeamOption::number("x", 1)).into()]);
    assert!(in_batch.wait().iter().all(Result::is_ok));
    // Nothing but the end.
    let (kernel, _) = family::<TeamMessage>(|asked, _| vec![asked.bare_done()]);
    let (_route, ip) = with(&kernel);
    assert!(matches!(ip.team().ports(7).wait().unwrap_err().kind(), crate::ErrorKind::NotEchoed));
    // Parts and then an error: neither success nor lost.
    let object = part(&["a"]);
    let (kernel, _) = family::<TeamMessage>(move |asked, _| {
        vec![asked.message(ID, Flags::MULTI, object.as_bytes()), asked.done(ENOENT)]
    });
    let (_route, ip) = with(&kernel);
    let error = ip.team().options(7).wait().unwrap_err();
    assert_eq!(error.replies::<TeamMessage>().len(), 1);
    assert_eq!(error.to_string(), "get options of team 7: no such file or directory (after 1 reply)");
}
