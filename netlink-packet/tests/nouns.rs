//! Messages of the smaller families against the bytes that `ip` 6.1 sent to Linux 6.12.

#![cfg(all(
    feature = "fou",
    feature = "ila",
    feature = "ioam6",
    feature = "l2tp",
    feature = "macsec",
    feature = "mptcp",
    feature = "seg6",
    feature = "tcp_metrics"
))]

mod captures;

use netlink_packet::generic::fou::FouPort;
use netlink_packet::generic::ila::{IlaChecksumMode, IlaMapping};
use netlink_packet::generic::ioam6::{Ioam6Event, Ioam6EventType, Ioam6Message};
use netlink_packet::generic::l2tp::{L2tpSession, L2tpTunnel};
use netlink_packet::generic::macsec::{MacsecKey, MacsecMessage, MacsecRxSc, MacsecSa, PacketNumber};
use netlink_packet::generic::mptcp::{MptcpEndpoint, MptcpEndpointMessage};
use netlink_packet::generic::seg6::{Seg6Message, Seg6Secret};
use netlink_packet::generic::tcp_metrics::{TcpMetricValues, TcpMetrics};
use netlink_packet::{Build, Codec, HEADER_LEN, RawAttributes, View, requested};
use std::time::Duration;

const KEY: &str = "00112233445566778899aabbccddeeff";

/// The message without its netlink header, in this machine's byte order.
fn sent<V: View + ?Sized>(hex: &str) -> Vec<u8> {
    captures::parse(hex, |_| Some(V::table()))[HEADER_LEN..].to_vec()
}

/// The attributes by number, whose order is a tool's own, without flags.
fn sorted(attributes: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut all: Vec<_> =
        RawAttributes::new(attributes).map(|each| (each.number(), each.payload.to_vec())).collect();
    all.sort();
    all
}

/// The same of a nest in a message.
fn nested(message: &[u8], number: u16) -> Vec<(u16, Vec<u8>)> {
    sorted(RawAttributes::new(&message[4..]).payload_of(number).unwrap())
}

/// What `ioam6_event` and `ioam6_event_put_trace` of Linux 6.12 write.
#[test]
fn ioam6_trace() {
    let mut bytes = vec![1, 0, 0, 0];
    let data = [64, 0, 0, 2, 63, 0, 0, 1];
    for (number, payload) in
        [(1, &123_u16.to_ne_bytes()[..]), (2, &[1]), (3, &0x8000_0000_u32.to_ne_bytes()), (4, &data)]
    {
        let length = u16::try_from(payload.len() + 4).unwrap();
        bytes.extend([length.to_ne_bytes(), u16::to_ne_bytes(number)].concat());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    let event = Ioam6Event::new(&bytes).unwrap();
    assert_eq!(event.malformed().count(), 0, "{event:?}");
    assert_eq!((event.event(), event.namespace_id()), (Ioam6EventType::TRACE, Some(123)));
    assert_eq!((event.node_length(), event.trace_type()), (Some(1), Some(0x8000_0000)));
    assert_eq!(event.data(), Some(&data[..]));
}

#[test]
fn mptcp() {
    // ip mptcp endpoint add 192.0.2.1 dev v0 id 7 signal port 8080
    let bytes = sent::<MptcpEndpointMessage>(
        "480000001e00050077400a6b00000000010100003400018005000200070000000800060001000000080007000400000006000500901f0000\
         060001000200000008000300c0000201",
    );
    let endpoint = MptcpEndpoint::of("192.0.2.1").device(4).id(7).signal().port(8080);
    let built = MptcpEndpointMessage::build().command(1).version(1).endpoint(endpoint);
    assert_eq!(nested(built.as_bytes(), 1), nested(&bytes, 1));
    assert_eq!(built.as_bytes()[..8], bytes[..8]);
    let read = MptcpEndpointMessage::new(&bytes).unwrap();
    assert_eq!(read.malformed().count(), 0);
    let endpoint = read.endpoint().unwrap();
    assert_eq!(endpoint.address(), Some([192, 0, 2, 1].into()));
    // Another address takes the place of the one that is set, of whichever family.
    let other = endpoint.to_buf().address("2001:db8::1");
    assert_eq!((other.view().address_v4(), other.view().family()), (None, Some(10)));
    assert!(MptcpEndpoint::of("nowhere").buffer().problem().is_some());
}

#[test]
fn fou() {
    // ip fou add port 5556 gue local 192.0.2.1 peer 192.0.2.2 peer_port 7777 dev v0
    let bytes = sent::<FouPort>(
        "4c000000230005007a400a6b00000000010100000600010015b40000050004000200000005000200020000000800060\
         0c000020108000800c000020206000a001e61000008000b0004000000",
    );
    let built = FouPort::gue(5556).local("192.0.2.1").peer("192.0.2.2", 7777).device(4);
    let built = built.command(1).version(1);
    assert_eq!(sorted(&built.as_bytes()[4..]), sorted(&bytes[4..]));
    let read = FouPort::new(&bytes).unwrap();
    assert_eq!(
        (read.port(), read.local(), read.malformed().count()),
        (Some(5556), Some([192, 0, 2, 1].into()), 0)
    );
    // Kernels list a protocol of GUE, 0, that requests must not have.
    assert_eq!(read.to_buf().protocol(0).view().to_request().view().protocol(), None);
    assert_eq!(FouPort::direct(1, 47).view().to_request().view().protocol(), Some(47));
}

#[test]
fn macsec() {
    // ip macsec add macsec0 tx sa 0 pn 7 on key 0102 00112233445566778899aabbccddeeff
    let bytes = sent::<MacsecMessage>(
        "60000000250005007c400a6b00000000040100000800010005000000440003000500010000000000080003000700000014000500010200000000\
         0000000000000000000014000400001122334455667788\
         99aabbccddeeff0500020001000000",
    );
    let sa = MacsecSa::number(0).packet_number(7).on().key("0102", KEY);
    let built = MacsecMessage::build().command(4).version(1).device(5).association(sa);
    assert_eq!(nested(built.as_bytes(), 3), nested(&bytes, 3));
    let read = MacsecMessage::new(&bytes).unwrap();
    assert_eq!((read.device(), read.malformed().count()), (Some(5), 0));
    let key = read.association().unwrap().secret_key().unwrap();
    assert_eq!(key.as_bytes(), KEY.parse::<MacsecKey>().unwrap().as_bytes());
    for shown in [format!("{read:?}"), format!("{built:?}"), format!("{key:?}")] {
        assert!(shown.contains("(hidden)") && !shown.contains("1122"), "{shown}");
    }

    // ip macsec add macsec0 rx port 1 address 02:00:00:00:00:02 on
    let bytes = sent::<MacsecMessage>(
        "34000000250005007e400a6b000000000101000008000100050000001800020\
         00c00010002000000000200010500020001000000",
    );
    let channel = MacsecRxSc::of("02:00:00:00:00:02/1").active(true);
    let built = MacsecMessage::build().command(1).version(1).device(5).channel(channel);
    assert_eq!(nested(built.as_bytes(), 2), nested(&bytes, 2));
    assert_eq!(PacketNumber::decode(&7_u32.to_ne_bytes()), Some(7));
    assert_eq!(PacketNumber::decode(&(1_u64 << 40).to_ne_bytes()), Some(1 << 40));
    let extended = MacsecSa::number(0).extended_packet_number(7);
    assert_eq!(extended.attributes().raw().payload_of(3), Some(&7_u64.to_ne_bytes()[..]));
    // A key of another length can't be set, and is not said.
    let wrong = MacsecSa::number(0).key("01", "0011223344");
    let problem = wrong.buffer().problem().unwrap().to_string();
    assert_eq!(problem, "a MACsec key has 16 or 32 bytes, and this one 5");
}

#[test]
fn l2tp() {
    // ip l2tp add tunnel tunnel_id 1 peer_tunnel_id 2 local 127.0.0.1 remote 127.0.0.2 encap udp udp_sport 5000 udp_dport 6000
    let bytes = sent::<L2tpTunnel>(
        "540000002600050080400a6b00000000010100000800090001000000080\
         00a0002000000050007000300000006000200000000000800\
         18007f000001080019007f00000206001a00881300000600\
         1b0070170000",
    );
    let built = L2tpTunnel::between(1, 2).local("127.0.0.1").remote("127.0.0.2").udp(5000, 6000);
    assert_eq!(sorted(&built.as_bytes()[4..]), sorted(&bytes[4..]));
    assert_eq!(L2tpTunnel::new(&bytes).unwrap().malformed().count(), 0);
    // What is there means yes to kernels, whatever it says.
    let with = built.clone().udp_checksum(true);
    assert_eq!(with.view().udp_checksum(), Some(true));
    assert_eq!(with.udp_checksum(false).view().udp_checksum(), None);

    // ip l2tp add session name l2tp0 tunnel_id 1 session_id 10 peer_session_id 20 cookie 01020304 seq both l2spec_type none
    let bytes = sent::<L2tpSession>(
        "700000002600050081400a6b00000000050100000800090001000000080\
         00a000000000008000b000a00000008000c0014000000060001000500000005000500000000000500060000000000\
         05001200010000000500130001000000\
         08000f00010203040a0008006c3274703000\
         0000",
    );
    let built = L2tpSession::between(1, 10, 20).name("l2tp0").cookie([1, 2, 3, 4]).sublayer("none");
    let built = built.receive_sequence(true).send_sequence(true);
    // `ip` also says two that are ignored.
    let of_ip = sorted(&bytes[4..]).into_iter().filter(|(number, _)| ![6, 10].contains(number));
    assert_eq!(sorted(&built.as_bytes()[4..]), of_ip.collect::<Vec<_>>());
    // A listed session has more than a request takes.
    let listed = built.peer_tunnel_id(2).debug(0);
    let request: netlink_packet::generic::l2tp::L2tpSessionBuf = requested(listed.view());
    assert_eq!((request.view().peer_tunnel_id(), request.view().session_id()), (None, Some(10)));
}

#[test]
fn seg6() {
    // ip sr tunsrc set 2001:db8::1
    let bytes = sent::<Seg6Message>(
        "280000001f00050082400a6b00000000030100001400010020010db8000000000000000000000001",
    );
    let built = Seg6Message::build().command(3).version(1).tunnel_source("2001:db8::1");
    assert_eq!(built.as_bytes(), bytes);
    let key = Seg6Message::build().key_id(7).secret("correct horse").algorithm("sha256");
    assert_eq!(key.view().secret().as_ref().map(Seg6Secret::as_bytes), Some(&b"correct horse"[..]));
    assert!(format!("{key:?}").contains("secret: (hidden)") && !format!("{key:?}").contains("horse"));
}

#[test]
fn ioam6() {
    // ip ioam namespace add 7 data 1 wide 2
    let bytes = sent::<Ioam6Message>(
        "300000002000050083400a6b00000000010100000600010007000000080002000100000\
         00c0003000200000000000000",
    );
    let built = Ioam6Message::namespace(7).command(1).version(1).data(1).wide_data(2);
    assert_eq!(built.as_bytes(), bytes);
    // ip ioam schema add 3 border
    let bytes = sent::<Ioam6Message>(
        "280000002000050084400a6b000000000401000008000400030000000a000500626f726465720000",
    );
    assert_eq!(Ioam6Message::schema(3).command(4).version(1).schema_data(b"border").as_bytes(), bytes);
}

#[test]
fn ila() {
    // ip ila add loc_match 2001:db8:0:1 loc 2001:db8:0:2 csum-mode neutral-map ident-type luid dev v0
    let bytes = sent::<IlaMapping>(
        "44000000240005008640\
         0a6b00000000010100000c00030020010db8000000010c00010020010db8000000020800040004000000050007000100000005000800\
         01000000",
    );
    let built = IlaMapping::of("2001:db8:0:1").locator("2001:db8:0:2").device(4);
    let built = built.checksum_mode(IlaChecksumMode::NEUTRAL_MAP).identifier_type("luid");
    assert_eq!(built.command(1).version(1).as_bytes(), bytes);
}

#[test]
fn tcp_metrics() {
    let values = TcpMetricValues::build().rtt_us(8 * 1500).rtt_ms(12).rtt_variance_ms(4 * 7);
    let host = TcpMetrics::of("2001:db8::1").age_ms(1500).values(values);
    // The finer one, where there is one.
    assert_eq!(host.view().rtt(), Some(Duration::from_micros(1500)));
    assert_eq!(host.view().rtt_variance(), Some(Duration::from_millis(7)));
    assert_eq!(host.view().age(), Some(Duration::from_millis(1500)));
    assert_eq!(host.view().destination(), "2001:db8::1".parse().ok());
    // A request says the addresses alone.
    let request = host.view().to_request();
    assert_eq!((request.view().values().is_none(), request.view().age()), (true, None));
    assert_eq!(request.destination("192.0.2.1").view().destination_v6(), None);
}
