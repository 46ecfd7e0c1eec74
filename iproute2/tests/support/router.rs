//! A router that is not there: its advertisements (RFC 4861) come out of a VXLAN, which any UDP socket can put frames into.

use iproute2::rtnetlink::LinkMessageBuf;
use iproute2::{LinkMessage, Vxlan};
use std::io;
use std::net::{Ipv6Addr, UdpSocket};

const PORT: u16 = 4789;
const VNI: u32 = 42;
const ROUTER: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0xaa);
const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);

/// The link that the advertisements come out of.
pub(crate) fn vxlan(name: &str) -> LinkMessageBuf {
    LinkMessage::build().name(name).kind(Vxlan::build().id(VNI).port(PORT).learning(false))
}

/// A router advertisement.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Advertisement {
    pub(crate) hop_limit: u8,
    /// 0x80 managed, 0x40 other; 0x08 a high preference, 0x18 a low one.
    pub(crate) flags: u8,
    /// How long it is a default router, in seconds.
    pub(crate) lifetime: u16,
    /// In milliseconds.
    pub(crate) retransmit: u32,
    pub(crate) mtu: Option<u32>,
    /// An on-link prefix of 64 bits for automatic addresses, with its valid and preferred lifetimes in seconds.
    pub(crate) prefix: Option<(Ipv6Addr, u32, u32)>,
    /// A route to a prefix of 48 bits: preference (as in `flags`) and lifetime in seconds.
    pub(crate) route: Option<(Ipv6Addr, u8, u32)>,
}

impl Advertisement {
    fn message(&self) -> Vec<u8> {
        let mut message = vec![134, 0, 0, 0, self.hop_limit, self.flags];
        message.extend(self.lifetime.to_be_bytes());
        message.extend(0_u32.to_be_bytes());
        message.extend(self.retransmit.to_be_bytes());
        if let Some(mtu) = self.mtu {
            message.extend([5, 1, 0, 0]);
            message.extend(mtu.to_be_bytes());
        }
        if let Some((prefix, valid, preferred)) = self.prefix {
            const ON_LINK_AND_AUTONOMOUS: u8 = 0xc0;
            message.extend([3, 4, 64, ON_LINK_AND_AUTONOMOUS]);
            message.extend([valid.to_be_bytes(), preferred.to_be_bytes(), [0; 4]].concat());
            message.extend(prefix.octets());
        }
        if let Some((prefix, preference, lifetime)) = self.route {
            message.extend([24, 2, 48, preference]);
            message.extend(lifetime.to_be_bytes());
            message.extend(&prefix.octets()[..8]);
        }
        let sum = checksum(&message);
        message[2..4].copy_from_slice(&sum.to_be_bytes());
        message
    }
}

/// The checksum of an ICMPv6 message from the router to all nodes (RFC 4443, section 2.3).
fn checksum(message: &[u8]) -> u16 {
    let mut bytes = [ROUTER.octets(), ALL_NODES.octets()].concat();
    bytes.extend((message.len() as u32).to_be_bytes());
    bytes.extend([0, 0, 0, 58]);
    bytes.extend(message);
    let mut sum: u32 = bytes.chunks(2).map(|two| u32::from(two[0]) << 8 | u32::from(two[1])).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// Sends an advertisement into the VXLAN of the calling thread's namespace, where `lo` must be up.
pub(crate) fn advertise(advertisement: &Advertisement) -> io::Result<()> {
    let message = advertisement.message();
    // The VXLAN header (RFC 7348), Ethernet, IPv6 with a hop limit of 255, ICMPv6.
    let mut packet = vec![0x08, 0, 0, 0];
    packet.extend((VNI << 8).to_be_bytes());
    packet.extend([0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0xaa, 0x86, 0xdd]);
    packet.extend([0x60, 0, 0, 0]);
    packet.extend((message.len() as u16).to_be_bytes());
    packet.extend([58, 255]);
    packet.extend([ROUTER.octets(), ALL_NODES.octets()].concat());
    packet.extend(message);
    UdpSocket::bind("127.0.0.1:0")?.send_to(&packet, ("127.0.0.1", PORT)).map(drop)
}
