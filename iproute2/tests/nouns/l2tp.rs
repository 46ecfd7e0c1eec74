//! L2TP.

use super::support::{ip as program, ip_json, run_blocking};
use super::{refused, where_allowed};
use iproute2::l2tp::{
    EVENTS, L2tpEncap, L2tpPseudowire, L2tpSession, L2tpSublayer, L2tpTunnel, L2tpTunnelBuf,
};
use iproute2::netlink_packet::Command as _;
use iproute2::rtnetlink::{Group, message::RTM_DELLINK};
use iproute2::watch::Event;
use iproute2::{LinkMessage, blocking};
use std::fs::File;
use std::net::IpAddr;
use std::time::Duration;

fn tested(test: impl Fn(&blocking::Handle)) {
    where_allowed(|ip| ip.l2tp().tunnels().wait(), test);
}

fn tunnel(id: u32) -> L2tpTunnelBuf {
    L2tpTunnel::between(id, 100 + id).local("127.0.0.1").remote("127.0.0.2").udp(5000, 6000)
}

#[test]
fn tunnels_are_added_listed_and_deleted() {
    tested(|ip| {
        let l2tp = ip.l2tp();
        let mut events = ip.events([(L2tpTunnel::FAMILY, EVENTS)]).open().unwrap();
        l2tp.add_tunnel(tunnel(1).udp_checksum(true)).wait().unwrap();
        l2tp.add_tunnel(L2tpTunnel::between(2, 3).local("::1").remote("::1").udp(7000, 7001)).wait().unwrap();
        l2tp.add_tunnel(L2tpTunnel::between(4, 5).local("127.0.0.1").remote("127.0.0.3").ip())
            .wait()
            .unwrap();
        let event = events.next_within(Duration::from_secs(20)).unwrap();
        let Some(Event::Message(message)) = event else { panic!("{event:?}") };
        let told = message.of::<L2tpTunnel>().unwrap();
        assert!(message.of::<L2tpSession>().is_none());
        assert_eq!((told.command(), told.tunnel_id()), (1, Some(1)));

        let tunnels = l2tp.tunnels().wait().unwrap();
        for tunnel in &tunnels {
            assert_eq!(tunnel.malformed().count(), 0, "{tunnel:?}");
            assert_eq!((tunnel.protocol_version(), tunnel.stats().unwrap().rx_packets()), (Some(3), Some(0)));
        }
        let one = |id: u32| tunnels.iter().find(|tunnel| tunnel.tunnel_id() == Some(id)).unwrap();
        let address = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        assert_eq!((one(1).encap(), one(1).peer_tunnel_id()), (Some(L2tpEncap::UDP), Some(101)));
        assert_eq!((one(1).local(), one(1).remote()), (address("127.0.0.1"), address("127.0.0.2")));
        assert_eq!((one(1).local_port(), one(1).remote_port()), (Some(5000), Some(6000)));
        assert_eq!(one(1).udp_checksum(), Some(true));
        assert_eq!((one(2).local(), one(2).local_port()), (address("::1"), Some(7000)));
        assert_eq!((one(4).encap(), one(4).remote()), (Some(L2tpEncap::IP), address("127.0.0.3")));
        assert_eq!(tunnels.len(), 3);
        if let Some(shown) = ip_json("l2tp show tunnel") {
            let shown = shown.as_array().unwrap();
            let of = |id: u32| shown.iter().find(|tunnel| tunnel["tunnel_id"] == id).unwrap();
            assert_eq!((&of(1)["encap"], &of(1)["peer_tunnel"]), (&"UDP".into(), &101.into()));
            assert_eq!((&of(1)["local"], &of(1)["peer"]), (&"127.0.0.1".into(), &"127.0.0.2".into()));
            assert_eq!((&of(1)["local_port"], &of(1)["peer_port"]), (&5000.into(), &6000.into()));
            assert_eq!(of(2)["local"], "::1");
            assert_eq!(of(4)["encap"], "IP");
            assert_eq!(shown.len(), 3);
        }

        let exists = l2tp.add_tunnel(tunnel(1).udp(5001, 6001)).wait().unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        while events.next_within(Duration::from_millis(1)).unwrap().is_some() {}
        l2tp.announce_tunnel(1).wait().unwrap();
        let event = events.next_within(Duration::from_secs(20)).unwrap();
        let Some(Event::Message(message)) = event else { panic!("{event:?}") };
        let told = message.of::<L2tpTunnel>().unwrap();
        assert_eq!((told.command(), told.tunnel_id(), told.peer_tunnel_id()), (3, Some(1), Some(101)));
        assert!(l2tp.announce_tunnel(99).wait().unwrap_err().is_not_found());
        assert_eq!(l2tp.tunnel(4).wait().unwrap().encap(), Some(L2tpEncap::IP));
        // As it was listed, but for its id and port, which are taken.
        l2tp.add_tunnel(one(2).to_request().tunnel_id(22).local_port(7002)).wait().unwrap();
        assert_eq!(l2tp.tunnel(22).wait().unwrap().remote_port(), Some(7001));
        for id in [1, 2, 4, 22] {
            l2tp.delete_tunnel(id).wait().unwrap();
        }
        // One that the kernel never had: those are deleted in their time.
        let missing = l2tp.delete_tunnel(99).wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(missing.to_string(), "delete L2TP tunnel 99: no such device");
        assert!(l2tp.tunnel(99).wait().unwrap_err().is_not_found());
    });
}

#[test]
fn checksums_are_off_unless_they_are_set() {
    tested(|ip| {
        ip.l2tp().add_tunnel(tunnel(1).udp_checksum(false)).wait().unwrap();
        assert_eq!(ip.l2tp().tunnel(1).wait().unwrap().udp_checksum(), Some(false));
        let zero = L2tpTunnel::between(2, 2).local("::1").remote("::1").udp(1, 2).udp6_zero_checksum_rx(true);
        ip.l2tp().add_tunnel(zero).wait().unwrap();
        let read = ip.l2tp().tunnel(2).wait().unwrap();
        assert_eq!((read.udp6_zero_checksum_rx(), read.udp6_zero_checksum_tx()), (Some(true), None));
    });
}

#[test]
fn sessions_are_added_listed_changed_and_deleted() {
    tested(|ip| {
        let l2tp = ip.l2tp();
        l2tp.add_tunnel(tunnel(1)).wait().unwrap();
        l2tp.add_tunnel(tunnel(2).udp(5002, 6002)).wait().unwrap();
        let session = L2tpSession::between(1, 10, 20).name("l2tp0").cookie([1, 2, 3, 4]);
        let session = session.peer_cookie([5, 6, 7, 8, 9, 10, 11, 12]).send_sequence(true).sublayer("none");
        l2tp.add_session(&session).wait().unwrap();
        l2tp.add_session(L2tpSession::between(2, 11, 21)).wait().unwrap();
        assert_eq!(ip.link().get("l2tp0").wait().unwrap().name(), "l2tp0");
        let sessions = l2tp.sessions().wait().unwrap();
        for session in &sessions {
            assert_eq!(session.malformed().count(), 0, "{session:?}");
        }
        assert_eq!(sessions.len(), 2);
        let read = l2tp.session(1, 10).wait().unwrap();
        assert_eq!(
            (read.pseudowire(), read.name().unwrap().to_string()),
            (Some(L2tpPseudowire::ETH), "l2tp0".into())
        );
        assert_eq!((read.peer_session_id(), read.peer_tunnel_id()), (Some(20), Some(101)));
        assert_eq!(
            (read.cookie(), read.peer_cookie()),
            (Some(&[1, 2, 3, 4][..]), Some(&[5, 6, 7, 8, 9, 10, 11, 12][..]))
        );
        assert_eq!((read.send_sequence(), read.receive_sequence()), (Some(true), Some(false)));
        assert_eq!(read.stats().unwrap().tx_packets(), Some(0));
        if let Some(shown) = ip_json("l2tp show session tunnel_id 1") {
            let shown = &shown[0];
            assert_eq!((&shown["session_id"], &shown["peer_session_id"]), (&10.into(), &20.into()));
            assert_eq!((&shown["interface"], &shown["cookie"]), (&"l2tp0".into(), &"01020304".into()));
            assert_eq!(shown["peer_cookie"], "05060708090a0b0c");
        }

        l2tp.change_session(L2tpSession::of(1, 10).receive_sequence(true).reorder_timeout(50_u64))
            .wait()
            .unwrap();
        let changed = l2tp.session(1, 10).wait().unwrap();
        assert_eq!((changed.receive_sequence(), changed.send_sequence()), (Some(true), Some(true)));
        // Kernels count in ticks of a clock.
        let timeout = changed.reorder_timeout().unwrap();
        assert!((48..=60).contains(&timeout), "{timeout}");

        assert_eq!(l2tp.sessions().tunnel(2).wait().unwrap().len(), 1);
        // Over UDP, newer kernels take two of one id.
        l2tp.add_tunnel(L2tpTunnel::between(3, 3).local("127.0.0.1").remote("127.0.0.3").ip())
            .wait()
            .unwrap();
        l2tp.add_session(L2tpSession::between(3, 30, 30)).wait().unwrap();
        let exists = l2tp.add_session(L2tpSession::between(3, 30, 31)).wait().unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        let lost = l2tp.add_session(L2tpSession::between(9, 10, 20)).wait().unwrap_err();
        assert!(lost.is_not_found(), "{lost}");
        assert_eq!(lost.to_string(), "add L2TP session 10 of tunnel 9: no such device");
        // The kernel deletes it in its own time.
        let mut links = ip.events([Group::LINK]).open().unwrap();
        l2tp.delete_session(1, 10).wait().unwrap();
        loop {
            let Some(Event::Message(message)) = links.next_within(Duration::from_secs(20)).unwrap() else {
                panic!()
            };
            if message.message_type() == RTM_DELLINK
                && message.view::<LinkMessage>().unwrap().name() == "l2tp0"
            {
                break;
            }
        }
        // As it was listed.
        l2tp.add_session(&changed).wait().unwrap();
        assert_eq!(l2tp.session(1, 10).wait().unwrap().cookie(), Some(&[1, 2, 3, 4][..]));
        assert!(l2tp.delete_session(1, 99).wait().unwrap_err().is_not_found());
    });
}

#[test]
fn what_ip_adds_is_read() {
    tested(|ip| {
        if program("l2tp add tunnel remote 127.0.0.2 local 127.0.0.1 tunnel_id 3 peer_tunnel_id 4 encap ip")
            && program(
                "l2tp add session name l2tp3 tunnel_id 3 session_id 5 peer_session_id 6 seq both l2spec_type none",
            )
        {
            let tunnel = ip.l2tp().tunnel(3).wait().unwrap();
            assert_eq!((tunnel.encap(), tunnel.peer_tunnel_id()), (Some(L2tpEncap::IP), Some(4)));
            let session = ip.l2tp().session(3, 5).wait().unwrap();
            assert_eq!((session.receive_sequence(), session.send_sequence()), (Some(true), Some(true)));
            assert_eq!(session.name().unwrap(), "l2tp3");
        }
    });
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let l2tp = ip.l2tp();
        let of = |error| refused(error);
        let lacks = L2tpTunnel::between(1, 2).local("127.0.0.1");
        assert_eq!(
            of(l2tp.add_tunnel(lacks).wait().unwrap_err()),
            "add L2TP tunnel 1: an L2TP tunnel needs a remote address"
        );
        let mixed = L2tpTunnel::between(1, 2).local("127.0.0.1").remote("::1");
        assert!(of(l2tp.add_tunnel(mixed).wait().unwrap_err()).contains("different families"));
        assert!(of(l2tp.add_tunnel(tunnel(0)).wait().unwrap_err()).contains("other than 0"));
        let no_port = L2tpTunnel::between(1, 2).local("127.0.0.1").remote("127.0.0.2").udp(5000, 0);
        assert!(of(l2tp.add_tunnel(no_port).wait().unwrap_err()).contains("1 to 65535"));
        // What kernels would ignore.
        let at = |text: &str| tunnel(1).local(text).remote(text);
        let socket = File::open("/dev/null").unwrap();
        for (ignored, message) in [
            ("local_port", tunnel(1).ip()),
            ("udp_checksum", at("::1").udp_checksum(true)),
            ("udp6_zero_checksum_tx", at("127.0.0.1").udp6_zero_checksum_tx(true)),
            ("local", tunnel(1).socket(&socket)),
        ] {
            assert_eq!(
                of(l2tp.add_tunnel(message).wait().unwrap_err()),
                format!("add L2TP tunnel 1: the kernel ignores {ignored} in this request")
            );
        }
        for (ignored, message) in [
            ("cookie", L2tpSession::of(1, 2).cookie([1, 2, 3, 4])),
            ("name", L2tpSession::of(1, 2).name("l2tp7")),
            ("sublayer", L2tpSession::of(1, 2).sublayer("none")),
            ("peer_session_id", L2tpSession::of(1, 2).peer_session_id(7)),
        ] {
            let error = of(l2tp.change_session(message).wait().unwrap_err());
            assert!(error.ends_with(&format!(": the kernel ignores {ignored} in this request")), "{error}");
        }
        let vlan = L2tpSession::between(1, 2, 3).vlan(7);
        assert!(of(l2tp.add_session(vlan).wait().unwrap_err()).contains("ignores vlan"));
        let cookie = L2tpSession::between(1, 2, 3).cookie([1, 2, 3]);
        assert_eq!(
            of(l2tp.add_session(cookie).wait().unwrap_err()),
            "add L2TP session 2 of tunnel 1: a cookie has 4 or 8 bytes"
        );
        let name = L2tpSession::between(1, 2, 3).name("sixteen-letters-");
        assert!(of(l2tp.add_session(name).wait().unwrap_err()).contains("1 to 15 bytes"));
        assert!(
            of(l2tp.add_session(L2tpSession::of(1, 2)).wait().unwrap_err()).contains("its peer's session id")
        );
        assert!(L2tpSublayer::try_from("nothing").is_err());
    });
}
