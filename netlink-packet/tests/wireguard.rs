//! WireGuard's messages against bytes of `wg` and of a kernel, and devices that come in several messages.

#![cfg(feature = "wireguard")]

mod captures;

use netlink_packet::generic::wireguard::*;
use netlink_packet::{Build, BuildError, HEADER_LEN, Header, Packet, Table, View};
use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

const PRIVATE: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const PEER: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
const PRESHARED: &str = "AAAAAUBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEA=";

fn table(message_type: u16) -> Option<&'static Table> {
    (message_type == 0x1c).then(WireguardMessage::table)
}

macro_rules! capture {
    ($name:literal) => {
        captures::parse(include_str!(concat!("captures/wireguard/", $name, ".hex")), table)
    };
}

/// A message as the kernel would send it.
fn packet(message: WireguardMessageBuf) -> Packet<WireguardMessage> {
    let mut buffer = message.into_buffer();
    Packet::new(buffer.set_header(Header::default()).unwrap().to_vec().into()).unwrap()
}

fn public(number: u8) -> PublicKey {
    [number; WG_KEY_LEN].into()
}

fn prefixes<'a>(ips: impl Iterator<Item = &'a AllowedIp>) -> Vec<String> {
    ips.filter_map(AllowedIp::prefix).map(|prefix| prefix.to_string()).collect()
}

#[test]
fn what_wg_sets() {
    let bytes = capture!("set");
    let set = WireguardMessage::new(&bytes[HEADER_LEN..]).unwrap();
    assert_eq!(set.malformed().count(), 0, "{set:?}");
    let peer = Peer::of(PEER)
        .flags(PeerFlags::REPLACE_ALLOWEDIPS)
        .preshared_key(PRESHARED)
        .endpoint("192.0.2.9:51820")
        .keepalive(25)
        .allow(["10.0.0.0/8", "2001:db8::/48"]);
    let built = WireguardMessage::build()
        .command(WG_CMD_SET_DEVICE)
        .version(1)
        .name("wg0")
        .private_key(PRIVATE)
        .listen_port(51_820)
        .mark(0x1f)
        .peer(peer);
    // `wg` writes flags of the device that say nothing; the order of the rest is its own.
    let written = |message: &WireguardMessage| {
        let peer = message.peers().unwrap().next().unwrap();
        let keys = (message.private_key(), message.public_key(), peer.public_key(), peer.preshared_key());
        let settings =
            (message.listen_port(), message.mark(), peer.endpoint(), peer.keepalive(), peer.flags());
        (keys, settings, prefixes(peer.allowed_ips().unwrap()))
    };
    assert_eq!(written(&built), written(set));
    assert_eq!(built.as_bytes().len(), bytes.len() - HEADER_LEN, "{set:?}\n{built:?}");
}

#[test]
fn what_the_kernel_says() {
    let bytes = capture!("device");
    let message = WireguardMessage::new(&bytes[HEADER_LEN..]).unwrap();
    assert_eq!(message.malformed().count(), 0, "{message:?}");
    assert_eq!((message.private_key(), message.public_key()), (PRIVATE.parse().ok(), PUBLIC.parse().ok()));
    let device = WireguardDevice::new(vec![Packet::new(bytes.into()).unwrap()]).unwrap();
    assert_eq!(
        (device.name().unwrap().to_string(), device.listen_port(), device.mark()),
        ("wg0".into(), Some(51_820), Some(31))
    );
    let peer = device.peer(&PEER.parse().unwrap()).unwrap();
    assert_eq!((peer.rx_bytes(), peer.last_handshake(), peer.protocol_version()), (Some(0), None, Some(1)));
    assert_eq!(prefixes(peer.allowed_ips()), ["10.0.0.0/8", "2001:db8::/48"]);
    assert_eq!(
        format!("{peer:?}"),
        format!(
            "WireguardPeer {{ public_key: Some({PEER}), preshared_key: Some((hidden)), endpoint: Some(192.0.2.9:51820), keepalive: \
             Some(25), last_handshake: None, rx_bytes: Some(0), tx_bytes: Some(0), allowed_ips: [10.0.0.0/8, 2001:db8::/48] }}"
        )
    );
    assert!(WireguardDevice::new(Vec::new()).is_none());
}

/// The kernel goes on with a peer's allowed IPs in the next message, and in further ones.
#[test]
fn a_device_in_several_messages() {
    let part = |number: u8, ips: &[&str]| Peer::of(public(number)).allow(ips.iter().copied());
    let message = || WireguardMessage::build().name("wg0");
    let parts = [
        message()
            .listen_port(7)
            .peers([part(1, &["10.0.0.0/8"]).keepalive(5), part(2, &["10.1.0.0/16"]).keepalive(6)]),
        message().peer(part(2, &["10.2.0.0/16"])),
        message(),
        message().peers([part(2, &["10.3.0.0/16"]), part(3, &[])]),
        message().peer(part(4, &["::/0"])),
    ];
    let device = WireguardDevice::new(parts.map(packet).into()).unwrap();
    let peers: Vec<_> =
        device.peers().map(|peer| (peer.public_key().unwrap(), prefixes(peer.allowed_ips()))).collect();
    let expected: [(u8, &[&str]); 4] =
        [(1, &["10.0.0.0/8"]), (2, &["10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"]), (3, &[]), (4, &["::/0"])];
    let expected: Vec<_> = expected
        .map(|(number, ips)| (public(number), ips.iter().map(|ip| (*ip).to_owned()).collect::<Vec<_>>()))
        .into();
    assert_eq!(peers, expected);
    assert_eq!(device.peer(&public(2)).unwrap().keepalive(), Some(6));
    assert_eq!(device.listen_port(), Some(7));
    assert_eq!(device.peer(&public(9)).map(|peer| peer.keepalive()), None);

    let request = device.to_request();
    assert_eq!((request.view().name(), request.view().flags()), (None, Some(WireguardFlags::REPLACE_PEERS)));
    let again: Vec<_> = request
        .view()
        .peers()
        .unwrap()
        .map(|peer| prefixes(peer.allowed_ips().into_iter().flatten()))
        .collect();
    assert_eq!(again, expected.iter().map(|(_, ips)| ips.clone()).collect::<Vec<_>>());
}

#[test]
fn a_change_in_several_messages() {
    let ips = |count: u32| (0..count).map(Ipv4Addr::from);
    let rich = Peer::of(public(1)).update_only().replace_allowed_ips().keepalive(3).allow(ips(5_000));
    let change = WireguardMessage::build()
        .private_key(PRIVATE)
        .replace_peers()
        .peers((10..200).map(|number| Peer::of(public(number)).allow(ips(3))))
        .peer(rich)
        .peer(Peer::of(public(2)))
        .name("wg0");
    let messages: Vec<_> = change.into_messages().collect();
    assert!(messages.len() > 2, "{}", messages.len());
    let mut found = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        assert!(message.as_bytes().len() < 66_000, "{}", message.as_bytes().len());
        assert_eq!(message.malformed().count(), 0);
        assert_eq!(message.view().name().unwrap(), "wg0");
        let of_device = (message.view().private_key().is_some(), message.view().flags().is_some());
        assert_eq!(of_device, (index == 0, index == 0));
        assert_eq!(message.attributes().raw().filter(|attribute| attribute.number() == 8).count(), 1);
        for peer in message.view().peers().unwrap() {
            found.push((
                peer.public_key().unwrap(),
                peer.flags(),
                peer.keepalive(),
                peer.allowed_ips().into_iter().flatten().count(),
            ));
        }
    }
    let (rich, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|(key, ..)| *key == public(1));
    assert_eq!(others.len(), 191);
    assert!(rich.len() > 1);
    assert_eq!(rich.iter().map(|(.., ips)| ips).sum::<usize>(), 5_000);
    assert_eq!(
        (rich[0].1, rich[0].2),
        (Some(PeerFlags::UPDATE_ONLY | PeerFlags::REPLACE_ALLOWEDIPS), Some(3))
    );
    assert!(
        rich[1..]
            .iter()
            .all(|(_, flags, keepalive, _)| (*flags, *keepalive) == (Some(PeerFlags::UPDATE_ONLY), None))
    );
    // What fits is one.
    assert_eq!(WireguardMessage::build().peer(Peer::of(public(1))).into_messages().len(), 1);
    assert_eq!(WireguardMessage::build().into_messages().len(), 1);
}

#[test]
fn invalid_values_are_refused_without_their_text() {
    let problem = |message: WireguardMessageBuf| match message.buffer().problem() {
        Some(BuildError::Invalid(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    let short = &PRIVATE[4..];
    let text = problem(WireguardMessage::build().private_key(short));
    assert!(!text.contains(&short[..8]), "{text}");
    assert!(text.starts_with("a WireGuard key"), "{text}");
    let of_peer = problem(WireguardMessage::build().peer(Peer::of(PEER).preshared_key(&PRESHARED[1..])));
    assert!(of_peer.starts_with("a WireGuard key") && !of_peer.contains(&PRESHARED[1..9]), "{of_peer}");
    assert!(PrivateKey::try_from(&[7; 31][..]).is_err());
    assert!(
        problem(WireguardMessage::build().peer(Peer::of(PEER).endpoint("192.0.2.9")))
            .contains("not an endpoint")
    );
    let prefix = WireguardMessage::build().peer(Peer::of(PEER).allow(["10.0.0.0/33"]));
    assert_eq!(prefix.buffer().problem(), Some(&BuildError::NotAPrefix("10.0.0.0/33".to_owned())));
}

/// A secret that is cut off, or of a wrong length, is not printed either.
#[test]
fn secrets_are_hidden_whatever_the_bytes() {
    let bytes = capture!("device");
    let body = &bytes[HEADER_LEN..];
    let secrets: [&[u8]; 2] = [
        PrivateKey::as_bytes(&PRIVATE.parse().unwrap()),
        PresharedKey::as_bytes(&PRESHARED.parse().unwrap()),
    ]
    .map(|key: &[u8; 32]| &*Box::leak(Box::new(*key)) as &[u8]);
    let parts: Vec<String> = secrets
        .iter()
        .flat_map(|key| {
            key.windows(4)
                .map(|part| part.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "))
        })
        .filter(|part| !part.contains("40 40 40"))
        .collect();
    let is_free = |text: String| {
        assert!(!text.contains(PRIVATE) && !text.contains(PRESHARED));
        assert!(!parts.iter().any(|part| text.contains(part)), "{text}");
    };
    for end in 4..=body.len() {
        is_free(format!("{:?}", WireguardMessage::cast(&body[..end])));
    }
    // Lengths that are not true.
    for at in 0..body.len() {
        for value in [0, 1, 4, 5, 30, 0x23, 0x25, 0xff] {
            let mut hostile = body.to_vec();
            hostile[at] = value;
            let message = WireguardMessage::cast(&hostile);
            let _ = (message.malformed().count(), message.peers().map(Iterator::count));
            if at % 4 == 0 && value < 0x30 {
                is_free(format!("{message:?}"));
            }
        }
    }
    #[cfg(feature = "serde")]
    for end in 4..=body.len() {
        let text = serde_json::to_string(WireguardMessage::cast(&body[..end])).unwrap();
        assert!(!parts.iter().any(|part| text.contains(&part.replace(' ', ""))), "{text}");
        assert!(!text.contains(PRIVATE) && !text.contains(PRESHARED), "{text}");
    }
    let buffer = WireguardMessage::cast(body).to_buf().private_key(PRIVATE);
    is_free(format!("{:?} {:?}", buffer.buffer(), buffer.clone()));
}

#[test]
fn endpoints_and_times() {
    for endpoint in ["192.0.2.9:51820", "[2001:db8::9]:1", "[fe80::1%3]:65535"] {
        let peer = Peer::of(PEER).endpoint(endpoint);
        assert_eq!(peer.view().endpoint().map(|endpoint| endpoint.to_string()), Some(endpoint.to_owned()));
    }
    let time = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 5);
    assert_eq!(Peer::build().last_handshake(time).view().last_handshake(), Some(time));
    let never = Peer::build().last_handshake(SystemTime::UNIX_EPOCH);
    assert_eq!((never.view().last_handshake(), never.malformed().count()), (None, 0));
    assert_eq!(format!("{never:?}"), "Peer { last_handshake: never }");
    let removed = Peer::build().preshared_key(PresharedKey::NONE);
    assert_eq!((removed.view().preshared_key(), removed.malformed().count()), (None, 0));
}
