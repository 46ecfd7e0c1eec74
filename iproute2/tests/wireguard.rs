//! WireGuard devices and their peers: set, read back, and compared with `wg`.

#![cfg(all(feature = "tokio", feature = "wireguard"))]

mod support;

use iproute2::wireguard::{
    AllowedIp, Peer, PeerBuf, PresharedKey, PrivateKey, PublicKey, WireguardDevice, WireguardMessageBuf,
    WireguardPeer,
};
use iproute2::{LinkMessage, Wireguard, blocking, errno};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use support::{made, run, run_blocking, skip_always};

const PRIVATE: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PUBLIC: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

/// A key that is not the same as another number's.
fn key(number: u32) -> [u8; 32] {
    let mut key = [0x40; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    key
}

fn public(number: u32) -> PublicKey {
    key(number).into()
}

fn preshared(number: u32) -> PresharedKey {
    key(!number).into()
}

/// A namespace with a device `wg0`; `None` where this kernel has none.
fn with_device(test: impl Fn(&blocking::Handle)) {
    run_blocking(|ip| {
        if made(ip.link().add(Wireguard::named("wg0")).wait(), "wireguard") {
            test(&ip);
        }
    });
}

/// What `wg` prints, by lines and tabs; `None` where there is no `wg`.
fn wg(arguments: &str) -> Option<Vec<Vec<String>>> {
    let output = match Command::new("wg").args(arguments.split(' ')).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            skip_always("there is no wg");
            return None;
        }
        Err(error) => panic!("wg: {error}"),
    };
    assert!(output.status.success(), "wg {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(lines.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

fn change(ip: &blocking::Handle, change: WireguardMessageBuf) {
    ip.wireguard().change("wg0", change).wait().unwrap();
}

fn device(ip: &blocking::Handle) -> WireguardDevice {
    let device = ip.wireguard().get("wg0").wait().unwrap();
    for message in device.messages() {
        assert_eq!(message.malformed().count(), 0, "{message:?}");
    }
    device
}

fn allowed(peer: &WireguardPeer<'_>) -> Vec<String> {
    let mut allowed: Vec<_> =
        peer.allowed_ips().filter_map(AllowedIp::prefix).map(|ip| ip.to_string()).collect();
    allowed.sort();
    allowed
}

/// A device in the words of `wg show DEV dump`.
fn dumped(device: &WireguardDevice) -> Vec<Vec<String>> {
    let none = || "(none)".to_owned();
    let mut lines = vec![vec![
        device.private_key().map_or_else(none, |key| key.to_base64()),
        device.public_key().map_or_else(none, |key| key.to_base64()),
        device.listen_port().unwrap_or(0).to_string(),
        match device.mark() {
            Some(0) | None => "off".to_owned(),
            Some(mark) => format!("{mark:#x}"),
        },
    ]];
    for peer in device.peers() {
        let handshake =
            peer.last_handshake().map(|time| time.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs());
        let prefixes: Vec<_> =
            peer.allowed_ips().filter_map(AllowedIp::prefix).map(|ip| ip.to_string()).collect();
        lines.push(vec![
            peer.public_key().unwrap().to_string(),
            peer.preshared_key().map_or_else(none, |key| key.to_base64()),
            peer.endpoint().map_or_else(none, |endpoint| endpoint.to_string()),
            if prefixes.is_empty() { none() } else { prefixes.join(",") },
            handshake.unwrap_or(0).to_string(),
            peer.rx_bytes().unwrap().to_string(),
            peer.tx_bytes().unwrap().to_string(),
            match peer.keepalive() {
                Some(0) | None => "off".to_owned(),
                Some(seconds) => seconds.to_string(),
            },
        ]);
    }
    lines
}

fn compare(ip: &blocking::Handle) {
    if let Some(shown) = wg("show wg0 dump") {
        assert_eq!(dumped(&device(ip)), shown);
    }
}

/// Peers of each sort.
fn peers() -> [PeerBuf; 4] {
    [
        Peer::of(PUBLIC).endpoint("192.0.2.9:51820").allow(["10.0.0.0/8", "2001:db8::/48"]).keepalive(25),
        Peer::of(public(1)).preshared_key(preshared(1)).endpoint("[2001:db8::9]:65535"),
        Peer::of(public(2)).allow([Ipv4Addr::new(198, 51, 100, 7)]),
        Peer::of(public(3)).allow(["0.0.0.0/0", "::/0"]).endpoint(SocketAddr::from(([203, 0, 113, 1], 1))),
    ]
}

#[test]
fn what_is_set_is_read_back_and_shown_by_wg() {
    with_device(|ip| {
        change(
            ip,
            WireguardDevice::build().private_key(PRIVATE).listen_port(51_820).mark(0x1f).peers(peers()),
        );
        let device = device(ip);
        assert_eq!(device.private_key().unwrap().to_base64(), PRIVATE);
        assert_eq!((device.listen_port(), device.mark()), (Some(51_820), Some(0x1f)));
        assert_eq!(device.name().unwrap(), "wg0");
        assert_eq!(device.peers().count(), 4);
        let server = device.peer(&PUBLIC.parse().unwrap()).unwrap();
        assert_eq!(allowed(&server), ["10.0.0.0/8", "2001:db8::/48"]);
        assert_eq!((server.keepalive(), server.last_handshake()), (Some(25), None));
        assert_eq!(server.endpoint(), Some("192.0.2.9:51820".parse().unwrap()));
        assert_eq!(
            (server.preshared_key(), server.rx_bytes(), server.protocol_version()),
            (None, Some(0), Some(1))
        );
        assert_eq!(device.peer(&public(1)).unwrap().preshared_key(), Some(preshared(1)));
        compare(ip);
    });
}

#[test]
fn async_too_and_by_index() {
    run(|ip| async move {
        let made_one = ip.link().add(Wireguard::named("wg0")).await;
        if !made(made_one, "wireguard") {
            return;
        }
        let link = ip.link().get("wg0").await.unwrap();
        ip.wireguard()
            .change(&link, WireguardDevice::build().private_key(PRIVATE).peers(peers()))
            .await
            .unwrap();
        assert_eq!(ip.wireguard().get(link.index()).await.unwrap().peers().count(), 4);
    });
}

#[test]
fn peers_are_added_changed_and_removed() {
    with_device(|ip| {
        change(ip, WireguardDevice::build().private_key(PRIVATE).peers(peers()));
        // What a change does not say stays.
        change(ip, WireguardDevice::build().peer(Peer::of(PUBLIC).allow(["172.16.0.0/12"])));
        let now = device(ip);
        let server = now.peer(&PUBLIC.parse().unwrap()).unwrap();
        assert_eq!(allowed(&server), ["10.0.0.0/8", "172.16.0.0/12", "2001:db8::/48"]);
        assert_eq!((server.keepalive(), now.private_key().is_some()), (Some(25), true));
        change(
            ip,
            WireguardDevice::build()
                .peer(Peer::of(PUBLIC).replace_allowed_ips().allow(["10.1.0.0/16"]).keepalive(0)),
        );
        let now = device(ip);
        let server = now.peer(&PUBLIC.parse().unwrap()).unwrap();
        assert_eq!((allowed(&server), server.keepalive()), (vec!["10.1.0.0/16".to_owned()], Some(0)));
        // An allowed IP has one peer: it goes over.
        change(ip, WireguardDevice::build().peer(Peer::of(public(2)).allow(["10.1.0.0/16"])));
        let now = device(ip);
        assert!(allowed(&now.peer(&PUBLIC.parse().unwrap()).unwrap()).is_empty());
        // One that is not there is not added, and one that is there is removed.
        change(
            ip,
            WireguardDevice::build()
                .peer(Peer::of(public(9)).update_only().keepalive(7))
                .peer(Peer::of(public(1)).remove()),
        );
        let keys: Vec<_> = device(ip).peers().filter_map(|peer| peer.public_key()).collect();
        assert_eq!(keys.len(), 3, "{keys:?}");
        assert!(!keys.contains(&public(9)) && !keys.contains(&public(1)));
        change(ip, WireguardDevice::build().peer(Peer::of(public(3)).preshared_key(preshared(3))));
        assert!(device(ip).peer(&public(3)).unwrap().preshared_key().is_some());
        change(ip, WireguardDevice::build().peer(Peer::of(public(3)).preshared_key(PresharedKey::NONE)));
        assert_eq!(device(ip).peer(&public(3)).unwrap().preshared_key(), None);
        compare(ip);
        change(
            ip,
            WireguardDevice::build().replace_peers().peer(Peer::of(public(7))).private_key(PrivateKey::NONE),
        );
        let now = device(ip);
        assert_eq!((now.peers().count(), now.private_key(), now.public_key()), (1, None, None));
        compare(ip);
    });
}

/// Kernels that can't take one away say so, and don't add it instead.
#[test]
fn an_allowed_ip_is_taken_away_or_refused() {
    with_device(|ip| {
        change(ip, WireguardDevice::build().peer(Peer::of(PUBLIC).allow(["10.0.0.0/8", "172.16.0.0/12"])));
        let less = WireguardDevice::build().peer(Peer::of(PUBLIC).disallow(["10.0.0.0/8", "192.0.2.0/24"]));
        let taken = ip.wireguard().change("wg0", less).wait();
        let now = device(ip);
        let left = allowed(&now.peer(&PUBLIC.parse().unwrap()).unwrap());
        match taken {
            Ok(()) => assert_eq!(left, ["172.16.0.0/12"]),
            Err(error) => {
                assert_eq!(error.kernel_error().map(|error| error.errno), Some(errno::EINVAL), "{error}");
                assert_eq!(left, ["10.0.0.0/8", "172.16.0.0/12"]);
            }
        }
    });
}

#[test]
fn ten_thousand_peers_in_and_out() {
    with_device(|ip| {
        let peer = |number: u32| {
            let [a, b, c, d] = (0x0a00_0000 + number).to_be_bytes();
            Peer::of(public(number)).allow([Ipv4Addr::new(a, b, c, d)]).preshared_key(preshared(number))
        };
        let all = WireguardDevice::build().private_key(PRIVATE).replace_peers().peers((0..10_000).map(peer));
        let messages = all.clone().into_messages().len();
        assert!((15..30).contains(&messages), "{messages}");
        change(ip, all);
        let now = device(ip);
        assert!(now.messages().len() > 20, "{}", now.messages().len());
        let mut keys: Vec<_> = now.peers().filter_map(|peer| peer.public_key()).collect();
        keys.sort();
        assert_eq!(keys, (0..10_000).map(public).collect::<Vec<_>>());
        assert!(now.peers().all(|peer| allowed(&peer).len() == 1 && peer.preshared_key().is_some()));
        compare(ip);
    });
}

/// One that needs several messages, each way: the parts are one peer.
#[test]
fn a_peer_with_ten_thousand_allowed_ips() {
    with_device(|ip| {
        let prefix = |number: u32| Ipv4Addr::from(0x0a00_0000 + number);
        let rich = Peer::of(public(1)).replace_allowed_ips().allow((0..10_000).map(prefix)).keepalive(9);
        change(ip, WireguardDevice::build().peer(Peer::of(public(0))).peer(rich).peer(Peer::of(public(2))));
        let now = device(ip);
        assert_eq!(now.peers().count(), 3);
        let peer = now.peer(&public(1)).unwrap();
        assert_eq!((peer.allowed_ips().count(), peer.keepalive()), (10_000, Some(9)));
        compare(ip);
        // Again as it was read, with others in between.
        change(ip, WireguardDevice::build().replace_peers().peer(Peer::of(public(4))));
        change(ip, now.to_request());
        let again = device(ip);
        assert_eq!(dumped(&again), dumped(&now));
        // And update_only of one that is not there adds nothing, in none of its parts.
        let absent = Peer::of(public(5)).update_only().allow((0..10_000).map(prefix));
        change(ip, WireguardDevice::build().peer(absent));
        assert_eq!(device(ip).peers().count(), 3);
    });
}

#[test]
fn what_wg_sets_is_read() {
    with_device(|ip| {
        let set = format!(
            "set wg0 listen-port 7 fwmark 0x2 peer {PUBLIC} endpoint [2001:db8::1]:9 allowed-ips 10.0.0.0/8,::/0 persistent-keepalive 3"
        );
        if wg(&set).is_none() {
            return;
        }
        let now = device(ip);
        let server = now.peer(&PUBLIC.parse().unwrap()).unwrap();
        assert_eq!((now.listen_port(), now.mark(), server.keepalive()), (Some(7), Some(2), Some(3)));
        assert_eq!(allowed(&server), ["10.0.0.0/8", "::/0"]);
        compare(ip);
    });
}

/// A device in the words of `wg showconf DEV`.
fn configured(device: &WireguardDevice) -> String {
    let mut lines = vec!["[Interface]".to_owned()];
    let mut say = |name: &str, value: Option<String>| {
        lines.extend(value.map(|value| format!("{name} = {value}")));
    };
    say("ListenPort", device.listen_port().filter(|port| *port != 0).map(|port| port.to_string()));
    say("FwMark", device.mark().filter(|mark| *mark != 0).map(|mark| format!("{mark:#x}")));
    say("PrivateKey", device.private_key().map(|key| key.to_base64()));
    for peer in device.peers() {
        lines.extend([String::new(), "[Peer]".to_owned()]);
        let mut say = |name: &str, value: Option<String>| {
            lines.extend(value.map(|value| format!("{name} = {value}")));
        };
        say("PublicKey", peer.public_key().map(|key| key.to_string()));
        say("PresharedKey", peer.preshared_key().map(|key| key.to_base64()));
        let prefixes: Vec<_> =
            peer.allowed_ips().filter_map(AllowedIp::prefix).map(|ip| ip.to_string()).collect();
        say("AllowedIPs", Some(prefixes.join(", ")).filter(|prefixes| !prefixes.is_empty()));
        say("Endpoint", peer.endpoint().map(|endpoint| endpoint.to_string()));
        say("PersistentKeepalive", peer.keepalive().filter(|time| *time != 0).map(|time| time.to_string()));
    }
    lines.join("\n")
}

/// What `wg showconf` writes is what is read here; and a device that is made from it elsewhere is configured alike.
#[test]
fn configurations_are_those_of_wg_showconf() {
    with_device(|ip| {
        let shown = |name: &str| {
            let lines = wg(&format!("showconf {name}"))?;
            Some(lines.iter().map(|line| line.join("\t")).collect::<Vec<_>>().join("\n"))
        };
        change(
            ip,
            WireguardDevice::build().private_key(PRIVATE).listen_port(51_820).mark(0x1f).peers(peers()),
        );
        let Some(conf) = shown("wg0") else { return };
        assert_eq!(configured(&device(ip)), conf.trim_end());
        ip.link().add(Wireguard::named("wg1")).wait().unwrap();
        ip.wireguard().change("wg1", device(ip).to_request().listen_port(51_821)).wait().unwrap();
        let other = ip.wireguard().get("wg1").wait().unwrap();
        assert_eq!(configured(&other), conf.trim_end().replace("ListenPort = 51820", "ListenPort = 51821"));
        assert_eq!(shown("wg1").unwrap().trim_end(), configured(&other));
    });
}

#[test]
fn all_devices_are_listed() {
    with_device(|ip| {
        change(ip, WireguardDevice::build().private_key(PRIVATE).peers(peers()));
        ip.link().add(Wireguard::named("wg1")).wait().unwrap();
        let told = |devices: Vec<WireguardDevice>| -> Vec<_> {
            devices
                .iter()
                .map(|device| (device.name().unwrap().to_string(), device.peers().count()))
                .collect()
        };
        let wanted = [("wg0".to_owned(), 4), ("wg1".to_owned(), 0)];
        assert_eq!(told(ip.wireguard().list().wait().unwrap()), wanted);
        if let Some(interfaces) = wg("show interfaces") {
            let names: Vec<_> = interfaces.concat().concat().split(' ').map(str::to_owned).collect();
            assert_eq!(names.len(), 2, "{names:?}");
        }
        ip.link().delete("wg1").wait().unwrap();
        assert_eq!(told(ip.wireguard().list().wait().unwrap()), wanted[..1]);
    });
    run(|ip| async move {
        assert!(ip.wireguard().list().await.unwrap().is_empty());
        for number in 0..3 {
            let made_one = ip.link().add(Wireguard::named(format!("wg{number}"))).await;
            if !made(made_one, "wireguard") {
                return;
            }
        }
        assert_eq!(ip.wireguard().list().await.unwrap().len(), 3);
    });
}

/// Nothing that prints a device, a message, a request or an error prints a secret key.
#[test]
fn secrets_are_not_printed() {
    with_device(|ip| {
        let change = WireguardDevice::build().private_key(PRIVATE).peers(peers());
        let hex = |key: &[u8]| key.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
        let private: PrivateKey = PRIVATE.parse().unwrap();
        let is_free = |text: &str| {
            let texts = [PRIVATE.to_owned(), preshared(1).to_base64()];
            assert!(!texts.iter().any(|secret| text.contains(secret)), "{text}");
            let bytes = [hex(private.as_bytes()), hex(preshared(1).as_bytes())];
            for separator in ["", " ", ", "] {
                assert!(!bytes.iter().any(|key| text.contains(&key[..8].join(separator))), "{text}");
            }
        };
        is_free(&format!("{change:?} {:?}", netlink_buffer(&change)));
        ip.wireguard().change("wg0", change).wait().unwrap();
        let now = device(ip);
        is_free(&format!("{now:?} {:?} {:?}", now.messages(), now.to_request()));
        let error = ip.wireguard().change("wg9", now.to_request()).wait().unwrap_err();
        is_free(&format!("{error} {error:?}"));
        assert!(error.is_not_found(), "{error}");
    });
}

fn netlink_buffer(change: &WireguardMessageBuf) -> &iproute2::netlink_packet::Buffer {
    iproute2::netlink_packet::Build::buffer(change)
}

#[test]
fn errors_in_words() {
    with_device(|ip| {
        let refused = |change: WireguardMessageBuf| {
            ip.wireguard().change("wg0", change).wait().unwrap_err().to_string()
        };
        let build = WireguardDevice::build;
        assert_eq!(
            refused(build().private_key("c2hvcnQ=")),
            "change WireGuard device wg0: a WireGuard key has 32 bytes, and this one 5"
        );
        assert_eq!(
            refused(build().private_key("nothing like a key")),
            "change WireGuard device wg0: a WireGuard key is 32 bytes in base64, 44 characters that end with `=`, which this \
             text of 18 is not"
        );
        let no_port = refused(build().peer(Peer::of(PUBLIC).endpoint("192.0.2.9")));
        assert!(
            no_port.starts_with(
                "change WireGuard device wg0: \"192.0.2.9\" is not an endpoint: an address and a port"
            ),
            "{no_port}"
        );
        assert_eq!(
            refused(build().peer(Peer::of(PUBLIC).allow(["10.0.0.0/33"]))),
            "change WireGuard device wg0: \"10.0.0.0/33\" is not a valid IP prefix"
        );
        // Nothing was sent.
        assert_eq!(device(ip).peers().count(), 0);
        let missing = ip.wireguard().get("wg9").wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(missing.to_string(), "get WireGuard device wg9: no such device");
        let other = ip.wireguard().get("lo").wait().unwrap_err();
        assert!(other.is_not_supported(), "{other}");
        assert_eq!(other.kernel_error().map(|error| error.errno), Some(errno::EOPNOTSUPP));
        let zero = ip.wireguard().change(0, build().listen_port(1)).wait().unwrap_err();
        assert_eq!(zero.to_string(), "change WireGuard device 0: no device has index 0");
        // Without a public key, or with zero: a peer that no one can be.
        for peer in [Peer::build().keepalive(1), Peer::of(PublicKey::NONE)] {
            let peer = refused(build().peer(peer));
            assert!(peer.ends_with(": a peer is given by its public key, which is not zero"), "{peer}");
        }
        assert_eq!(
            refused(build().peer(Peer::of(PUBLIC).endpoint("192.0.2.9:0"))),
            "change WireGuard device wg0: 192.0.2.9:0 is not an endpoint: its port is 1 to 65535"
        );
        assert_eq!(device(ip).peers().count(), 0);
    });
}

/// A family whose module is not there.
#[test]
fn without_the_module() {
    run_blocking(|ip| {
        let Err(error) = ip.wireguard().get("lo").wait() else { panic!("lo is none") };
        if !error.is_not_supported() {
            assert_eq!(
                error.to_string(),
                "get WireGuard device lo: family \"wireguard\": not found: is its module loaded?"
            );
        }
    });
}

#[test]
fn an_alternative_name() {
    with_device(|ip| {
        let long = "a-name-of-more-than-15-bytes";
        ip.link().change("wg0", LinkMessage::build().alt_names([long])).wait().unwrap();
        ip.wireguard().change(long, WireguardDevice::build().listen_port(99)).wait().unwrap();
        assert_eq!(ip.wireguard().get(long).wait().unwrap().listen_port(), Some(99));
    });
}
