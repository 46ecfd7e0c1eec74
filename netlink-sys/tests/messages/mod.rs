//! The few route messages that tests send, as bytes, and what they look for in answers.

#![allow(dead_code)] // Each test binary needs some of it.

use bytes::BytesMut;
use netlink_sys::{Protocol, Socket};

/// `RTM_NEWLINK`.
pub(crate) const NEW_LINK: u16 = 16;
/// `RTM_NEWADDR`.
pub(crate) const NEW_ADDRESS: u16 = 20;
/// `NLMSG_ERROR`, which an acknowledgement is, too.
pub(crate) const ERROR: u16 = 2;

/// `ip link show dev lo`: `RTM_GETLINK` with `NLM_F_REQUEST`.
pub(crate) fn get_link() -> Vec<u8> {
    link_request(18, 0x1, false)
}

/// `ip link set dev lo up` or `down`: `RTM_NEWLINK` with `NLM_F_REQUEST | NLM_F_ACK`.
pub(crate) fn set_link(up: bool) -> Vec<u8> {
    link_request(NEW_LINK, 0x5, up)
}

fn link_request(kind: u16, flags: u16, up: bool) -> Vec<u8> {
    const HEADER: usize = 16;
    let loopback = 1u32; // Its index in every network namespace.
    let mut bytes = vec![0; HEADER + 16];
    bytes[..4].copy_from_slice(&32u32.to_ne_bytes());
    bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
    bytes[6..8].copy_from_slice(&flags.to_ne_bytes());
    bytes[HEADER + 4..][..4].copy_from_slice(&loopback.to_ne_bytes());
    bytes[HEADER + 8..][..4].copy_from_slice(&u32::from(up).to_ne_bytes());
    bytes[HEADER + 12..][..4].copy_from_slice(&1u32.to_ne_bytes()); // Change IFF_UP.
    bytes
}

/// `nlmsg_type` of the first message.
pub(crate) fn message_type(datagram: &[u8]) -> u16 {
    u16::from_ne_bytes([datagram[4], datagram[5]])
}

/// Sends a request on a socket of its own, in this thread's namespace, and has it acknowledged.
pub(crate) fn request(bytes: &[u8]) {
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    socket.send(bytes).unwrap();
    let mut buffer = BytesMut::with_capacity(8192);
    socket.recv(&mut buffer).unwrap();
    assert_eq!((message_type(&buffer), &buffer[16..20]), (ERROR, &[0; 4][..]));
}
