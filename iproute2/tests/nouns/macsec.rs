//! MACsec.

use super::support::{ip_json, made, run_blocking, skip_always, with_simulated};
use super::{is_allowed, refused};
use iproute2::macsec::{MacsecCipher, MacsecMessage, MacsecOffload, MacsecSa, MacsecValidation, Sci};
use iproute2::rtnetlink::link::Macsec;
use iproute2::{LinkMessage, Namespace, Veth, blocking};
use std::io::ErrorKind;
use std::net::UdpSocket;
use std::time::Duration;

const OURS: [u8; 16] = [0x11; 16];
const THEIRS: [u8; 16] = [0x22; 16];
const PEER: &str = "02:00:00:00:00:02/1";

/// With a MACsec device `macsec0` on `v0`.
fn tested(macsec: LinkMessageOf, test: impl Fn(&blocking::Handle)) {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        if !made(ip.link().add(macsec()).wait(), "macsec") {
            return;
        }
        ip.link().change("macsec0", LinkMessage::build().up()).wait().unwrap();
        let added = ip.macsec().add_rx_sc("macsec0", 9, false).wait();
        if is_allowed(added) {
            ip.macsec().delete_rx_sc("macsec0", 9).wait().unwrap();
            test(&ip);
        }
    });
}

type LinkMessageOf = fn() -> iproute2::rtnetlink::link::LinkMessageBuf;

fn plain() -> iproute2::rtnetlink::link::LinkMessageBuf {
    Macsec::named("macsec0", "v0")
}

fn extended() -> iproute2::rtnetlink::link::LinkMessageBuf {
    let kind = Macsec::build().cipher_suite(MacsecCipher::GCM_AES_XPN_256);
    Macsec::named("macsec0", "v0").kind(kind)
}

fn device(ip: &blocking::Handle) -> iproute2::netlink_packet::Packet<MacsecMessage> {
    let device = ip.macsec().get("macsec0").wait().unwrap();
    assert_eq!(device.malformed().count(), 0, "{device:?}");
    device
}

fn sa(number: u8) -> iproute2::macsec::MacsecSaBuf {
    MacsecSa::number(number).packet_number(7).key("0102", OURS)
}

#[test]
fn transmit_associations() {
    tested(plain, |ip| {
        let macsec = ip.macsec();
        macsec.add_tx_sa("macsec0", sa(0).on()).wait().unwrap();
        macsec.add_tx_sa("macsec0", sa(3)).wait().unwrap();
        let read = device(ip);
        assert_eq!(read.tx_sas().unwrap().count(), 2);
        let first = read.tx_sa(0).unwrap();
        assert_eq!((first.active(), first.packet_number()), (Some(true), Some(7)));
        assert_eq!(first.key_id().unwrap().to_string(), "01020000000000000000000000000000");
        assert_eq!((first.secret_key(), read.tx_sa(3).unwrap().active()), (None, Some(false)));
        let secy = read.secy().unwrap();
        assert_eq!(
            (secy.operational(), secy.encrypt(), secy.icv_length()),
            (Some(true), Some(false), Some(16))
        );
        assert_eq!(secy.cipher_suite(), Some(MacsecCipher::GCM_AES_128));
        assert_eq!(secy.validation(), Some(MacsecValidation::STRICT));
        assert_eq!(secy.sci().unwrap().port(), 1);
        assert_eq!(read.offload().unwrap().mode(), Some(MacsecOffload::OFF));
        if let Some(shown) = ip_json("macsec show macsec0") {
            let shown = &shown[0];
            assert_eq!(shown["ifname"], "macsec0");
            let associations = shown["sa_list"].as_array().unwrap();
            let of = |number: u8| associations.iter().find(|sa| sa["an"] == number).unwrap();
            assert_eq!((&of(0)["pn"], &of(0)["active"]), (&7.into(), &true.into()), "{shown}");
            assert_eq!(of(0)["key"], "01020000000000000000000000000000");
            assert_eq!(of(3)["active"], false);
            assert_eq!(shown["sci"], format!("{:#x}", secy.sci().unwrap().0));
        }

        macsec.change_tx_sa("macsec0", MacsecSa::number(0).off().packet_number(99)).wait().unwrap();
        let read = device(ip);
        let first = read.tx_sa(0).unwrap();
        assert_eq!((first.active(), first.packet_number()), (Some(false), Some(99)));
        let busy = macsec.add_tx_sa("macsec0", sa(3)).wait().unwrap_err();
        assert!(busy.is_busy(), "{busy}");
        macsec.change_tx_sa("macsec0", MacsecSa::number(3).on()).wait().unwrap();
        let busy = macsec.delete_tx_sa("macsec0", 3).wait().unwrap_err();
        assert!(busy.is_busy(), "{busy}");
        assert_eq!(
            busy.to_string(),
            "delete MACsec transmit association macsec0 sa 3: device or resource busy"
        );
        macsec.delete_tx_sa("macsec0", 0).wait().unwrap();
        let missing = macsec.delete_tx_sa("macsec0", 0).wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        let wrong =
            macsec.add_tx_sa("macsec0", MacsecSa::number(1).packet_number(1).key("01", [1; 32])).wait();
        assert!(wrong.unwrap_err().is_invalid());
    });
}

#[test]
fn receive_channels() {
    tested(plain, |ip| {
        let macsec = ip.macsec();
        let sci: Sci = PEER.parse().unwrap();
        macsec.add_rx_sc("macsec0", PEER, true).wait().unwrap();
        macsec.add_rx_sc("macsec0", ([2, 0, 0, 0, 0, 3], 7), false).wait().unwrap();
        macsec.add_rx_sa("macsec0", sci, sa(1).on()).wait().unwrap();
        macsec
            .add_rx_sa("macsec0", "0200000000020001", MacsecSa::number(2).key("03", THEIRS))
            .wait()
            .unwrap();
        let read = device(ip);
        assert_eq!(read.rx_scs().unwrap().count(), 2);
        let channel = read.rx_sc(sci).unwrap();
        assert_eq!((channel.active(), channel.sas().unwrap().count()), (Some(true), 2));
        assert_eq!(
            (channel.sa(1).unwrap().active(), channel.sa(1).unwrap().packet_number()),
            (Some(true), Some(7))
        );
        assert_eq!(
            (channel.sa(2).unwrap().active(), channel.sa(2).unwrap().packet_number()),
            (Some(false), Some(1))
        );
        assert_eq!(channel.stats().unwrap().in_packets_ok(), Some(0));
        assert_eq!(read.rx_sc(Sci::new([2, 0, 0, 0, 0, 3], 7)).unwrap().active(), Some(false));
        if let Some(shown) = ip_json("macsec show macsec0") {
            let channels = shown[0]["rx_sc"].as_array().unwrap();
            let one = channels.iter().find(|channel| channel["sci"] == "0x200000000020001").unwrap();
            assert_eq!(
                (&one["active"], one["sa_list"].as_array().unwrap().len()),
                (&true.into(), 2),
                "{one}"
            );
        }

        macsec.change_rx_sc("macsec0", PEER, false).wait().unwrap();
        macsec.change_rx_sa("macsec0", PEER, MacsecSa::number(1).packet_number(1000).off()).wait().unwrap();
        let read = device(ip);
        let channel = read.rx_sc(sci).unwrap();
        assert_eq!((channel.active(), channel.sa(1).unwrap().packet_number()), (Some(false), Some(1000)));
        macsec.delete_rx_sa("macsec0", PEER, 1).wait().unwrap();
        assert!(device(ip).rx_sc(sci).unwrap().sa(1).is_none());
        let exists = macsec.add_rx_sc("macsec0", PEER, true).wait().unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        macsec.delete_rx_sc("macsec0", PEER).wait().unwrap();
        let missing = macsec.delete_rx_sc("macsec0", PEER).wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(
            missing.to_string(),
            "delete MACsec receive channel macsec0 rx 0200000000020001: no such device"
        );
        assert_eq!(device(ip).rx_scs().unwrap().count(), 1);
        assert_eq!(macsec.list().device("macsec0").wait().unwrap().len(), 1);
    });
}

#[test]
fn extended_packet_numbers() {
    tested(extended, |ip| {
        let salt = "000102030405060708090a0b";
        let sa = MacsecSa::number(0).key("01", [7; 32]).ssci(0x0102_0304).salt(salt);
        let sa = sa.extended_packet_number(0x1_0000_0001).on();
        ip.macsec().add_tx_sa("macsec0", &sa).wait().unwrap();
        ip.macsec().add_rx_sc("macsec0", PEER, true).wait().unwrap();
        ip.macsec().add_rx_sa("macsec0", PEER, &sa).wait().unwrap();
        let read = device(ip);
        for sa in [read.tx_sa(0).unwrap(), read.rx_sc(PEER.parse::<Sci>().unwrap()).unwrap().sa(0).unwrap()] {
            assert_eq!((sa.packet_number(), sa.ssci()), (Some(0x1_0000_0001), Some(0x0102_0304)));
        }
        assert_eq!(read.secy().unwrap().cipher_suite(), Some(MacsecCipher::GCM_AES_XPN_256));
        // 32 bits are too few here.
        let short = MacsecSa::number(1).packet_number(1).key("01", [7; 32]).ssci(1).salt(salt);
        assert!(ip.macsec().add_tx_sa("macsec0", short).wait().unwrap_err().is_invalid());
        let change = MacsecSa::number(0).extended_packet_number(0x2_0000_0000);
        ip.macsec().change_tx_sa("macsec0", change).wait().unwrap();
        assert_eq!(device(ip).tx_sa(0).unwrap().packet_number(), Some(0x2_0000_0000));
    });
}

#[test]
fn traffic_between_two_namespaces() {
    tested(plain, |ip| {
        let Ok(there) = Namespace::create("there") else {
            return skip_always("no namespace can be made");
        };
        ip.link().change("v1", LinkMessage::build().namespace_file(&there)).wait().unwrap();
        let peer = blocking::connect_in(&there).unwrap();
        peer.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        let kind = Macsec::build().encrypt(true);
        peer.link().add(Macsec::named("macsec0", "v1").kind(kind)).wait().unwrap();
        ip.address().add("macsec0", "192.0.2.1/24").wait().unwrap();
        peer.address().add("macsec0", "192.0.2.2/24").wait().unwrap();
        peer.link().change("macsec0", LinkMessage::build().up()).wait().unwrap();
        let sci = |ip: &blocking::Handle| device(ip).secy().unwrap().sci().unwrap();
        let (here, over_there) = (sci(ip), sci(&peer));
        for (at, of, own, other) in [(ip, over_there, OURS, THEIRS), (&peer, here, THEIRS, OURS)] {
            let macsec = at.macsec();
            macsec
                .add_tx_sa("macsec0", MacsecSa::number(0).packet_number(1).on().key("01", own))
                .wait()
                .unwrap();
            macsec.add_rx_sc("macsec0", of, true).wait().unwrap();
            let sa = MacsecSa::number(0).packet_number(1).on().key("02", other);
            macsec.add_rx_sa("macsec0", of, sa).wait().unwrap();
        }
        // Nobody has that port there, which is what comes back.
        let socket = UdpSocket::bind("192.0.2.1:0").unwrap();
        socket.connect("192.0.2.2:9").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let answer = (0..10).find_map(|_| {
            socket.send(b"hello").ok()?;
            socket.recv(&mut [0; 16]).err().filter(|error| error.kind() == ErrorKind::ConnectionRefused)
        });
        assert!(answer.is_some());
        for (at, of, encrypts) in [(ip, over_there, false), (&peer, here, true)] {
            let read = device(at);
            let received = read.rx_sc(of).unwrap();
            assert!(received.stats().unwrap().in_packets_ok() > Some(0), "{read:?}");
            assert!(received.sa(0).unwrap().stats().unwrap().in_packets_ok() > Some(0), "{read:?}");
            assert!(received.sa(0).unwrap().packet_number() > Some(1), "{read:?}");
            let sent = read.tx_stats().unwrap();
            let (protected, encrypted) = (sent.out_packets_protected(), sent.out_packets_encrypted());
            assert_eq!((protected > Some(0), encrypted > Some(0)), (!encrypts, encrypts), "{read:?}");
            assert_eq!(read.stats().unwrap().in_packets_bad_tag(), Some(0));
        }
        drop((peer, there));
        Namespace::delete("there").unwrap();
    });
}

/// By a driver that does as if.
#[test]
fn offload() {
    with_simulated(|ip, below| {
        let macsec = ip.macsec();
        if !made(ip.link().add(Macsec::named("macsec0", below)).wait(), "macsec") {
            return;
        }
        assert_eq!(device(ip).offload().unwrap().mode(), Some(MacsecOffload::OFF));
        match macsec.change_offload("macsec0", MacsecOffload::MAC).wait() {
            Err(error) if error.is_not_supported() => {
                return skip_always("netdevsim has no offload of MACsec here");
            }
            done => done.unwrap(),
        }
        assert_eq!(device(ip).offload().unwrap().mode(), Some(MacsecOffload::MAC));
        let link = ip.link().get("macsec0").wait().unwrap();
        assert_eq!(link.kind::<Macsec>().and_then(Macsec::offload), Some(MacsecOffload::MAC));
        if let Some(shown) = ip_json("macsec show macsec0") {
            assert_eq!(shown[0]["offload"], "mac", "{shown}");
        }
        assert!(macsec.change_offload("macsec0", "phy").wait().unwrap_err().is_not_supported());
        macsec
            .add_tx_sa("macsec0", MacsecSa::number(0).packet_number(1).on().key("01", OURS))
            .wait()
            .unwrap();
        macsec.add_rx_sc("macsec0", PEER, true).wait().unwrap();
        macsec
            .add_rx_sa("macsec0", PEER, MacsecSa::number(1).packet_number(1).key("02", THEIRS))
            .wait()
            .unwrap();
        macsec.change_rx_sa("macsec0", PEER, MacsecSa::number(1).on()).wait().unwrap();
        let read = device(ip);
        assert_eq!(read.tx_sa(0).and_then(MacsecSa::active), Some(true));
        assert_eq!(read.rx_scs().and_then(|mut all| all.next()?.sa(1)?.active()), Some(true));
        let busy = macsec.change_offload("macsec0", MacsecOffload::OFF).wait().unwrap_err();
        assert!(busy.is_busy(), "{busy}");
        macsec.change_rx_sa("macsec0", PEER, MacsecSa::number(1).off()).wait().unwrap();
        macsec.delete_rx_sa("macsec0", PEER, 1).wait().unwrap();
        macsec.delete_rx_sc("macsec0", PEER).wait().unwrap();
        macsec.change_tx_sa("macsec0", MacsecSa::number(0).off()).wait().unwrap();
        macsec.delete_tx_sa("macsec0", 0).wait().unwrap();
        macsec.change_offload("macsec0", "off").wait().unwrap();
        assert_eq!(device(ip).offload().unwrap().mode(), Some(MacsecOffload::OFF));
    });
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let macsec = ip.macsec();
        let of = |error| refused(error);
        let key = "00112233445566778899aabbccddee";
        let short = MacsecSa::number(0).packet_number(1).key("01", key);
        let error = of(macsec.add_tx_sa("lo", short).wait().unwrap_err());
        assert_eq!(
            error,
            "add MACsec transmit association lo sa 0: a MACsec key has 16 or 32 bytes, and this one 15"
        );
        let wrong = MacsecSa::number(0).packet_number(1).key("01", "secret!");
        let error = of(macsec.add_tx_sa("lo", wrong).wait().unwrap_err());
        assert!(!error.contains("secret!"), "{error}");
        assert!(
            of(macsec.add_tx_sa("lo", MacsecSa::number(0).key("01", OURS)).wait().unwrap_err())
                .contains("first packet")
        );
        assert!(
            of(macsec.add_tx_sa("lo", MacsecSa::number(0).packet_number(1)).wait().unwrap_err())
                .contains("needs a key")
        );
        assert!(of(macsec.add_tx_sa("lo", sa(4)).wait().unwrap_err()).contains("0 to 3, not 4"));
        assert!(
            of(macsec.add_tx_sa("lo", sa(0).packet_number(0)).wait().unwrap_err()).contains("start at 1")
        );
        assert!(of(macsec.add_rx_sa("lo", PEER, sa(0).ssci(1)).wait().unwrap_err()).contains("needs a salt"));
        let short = sa(0).ssci(1).salt([7; 12]);
        assert!(
            of(macsec.add_tx_sa("lo", short).wait().unwrap_err()).contains("needs an extended packet number")
        );
        let bare = sa(0).extended_packet_number(1);
        assert!(
            of(macsec.add_rx_sa("lo", PEER, bare).wait().unwrap_err()).contains("an SSCI and a salt, too")
        );
        assert!(of(macsec.change_tx_sa("lo", sa(0)).wait().unwrap_err()).contains("can't be changed"));
        assert!(
            of(macsec.add_rx_sc("lo", "02:00:00:00:00:02", true).wait().unwrap_err()).contains("identifier")
        );
        assert!(of(macsec.change_offload("lo", "moon").wait().unwrap_err()).contains("MacsecOffload"));
        let request = macsec.add_tx_sa("lo", sa(0));
        assert!(!format!("{request:?}").contains("1111"), "{request:?}");
    });
}

#[test]
fn a_device_of_another_kind_than_macsec() {
    run_blocking(|ip| {
        let error = ip.macsec().get("lo").wait().unwrap_err();
        assert!(error.is_not_found(), "{error}");
        if !matches!(error.kind(), iproute2::ErrorKind::UnknownFamily(_)) {
            assert_eq!(error.to_string(), "get MACsec device lo: no such device");
            let missing = ip.macsec().add_rx_sc("nosuch", PEER, true).wait().unwrap_err();
            assert!(missing.to_string().starts_with("add MACsec receive channel nosuch rx "), "{missing}");
        }
    });
}
