//! OpenVPN's data channel in the kernel: the peers and keys of `ovpn` devices (`ovpn`). Feature `ovpn`. Since Linux 6.16.
//!
//! [`OvpnMessage`] has a [peer](OvpnPeer) or a [key](OvpnKey) of a device. Keys print as `(hidden)`, whatever prints them.

use super::description::describe;
pub use super::key_material::KeyMaterial;
use crate::codec::{Be, Descriptor, IfIndex, Put, Uint};
use crate::{Command, Family, NLA_F_NESTED, netlink, values};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Adds a peer.
pub const OVPN_CMD_PEER_NEW: u8 = 1;
/// Changes a peer.
pub const OVPN_CMD_PEER_SET: u8 = 2;
/// Gets a peer, or lists them.
pub const OVPN_CMD_PEER_GET: u8 = 3;
/// Deletes a peer.
pub const OVPN_CMD_PEER_DEL: u8 = 4;
/// A peer was deleted.
pub const OVPN_CMD_PEER_DEL_NTF: u8 = 5;
/// Adds a key of a peer.
pub const OVPN_CMD_KEY_NEW: u8 = 6;
/// Gets what is not secret of a key.
pub const OVPN_CMD_KEY_GET: u8 = 7;
/// Swaps the primary and the secondary key of a peer.
pub const OVPN_CMD_KEY_SWAP: u8 = 8;
/// A key is used up, and has to be renewed.
pub const OVPN_CMD_KEY_SWAP_NTF: u8 = 9;
/// Deletes a key of a peer.
pub const OVPN_CMD_KEY_DEL: u8 = 10;
/// A peer floated: it has another UDP address.
pub const OVPN_CMD_PEER_FLOAT_NTF: u8 = 11;

/// The multicast group that tells of peers that are gone or float, and of keys that are used up.
pub const PEERS: &str = "peers";

/// Length of the tail of a nonce, in bytes.
pub const NONCE_TAIL_SIZE: usize = 8;

/// The family.
pub const FAMILY: Family = Family::Generic { name: "ovpn", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    OVPN = "ovpn"
    operations {
        "peer-new": OVPN_CMD_PEER_NEW,
        "peer-set": OVPN_CMD_PEER_SET,
        "peer-get": OVPN_CMD_PEER_GET => OVPN_CMD_PEER_GET,
        "peer-del": OVPN_CMD_PEER_DEL,
        "peer-del-ntf": => OVPN_CMD_PEER_DEL_NTF,
        "key-new": OVPN_CMD_KEY_NEW,
        "key-get": OVPN_CMD_KEY_GET => OVPN_CMD_KEY_GET,
        "key-swap": OVPN_CMD_KEY_SWAP,
        "key-swap-ntf": => OVPN_CMD_KEY_SWAP_NTF,
        "key-del": OVPN_CMD_KEY_DEL,
        "peer-float-ntf": => OVPN_CMD_PEER_FLOAT_NTF,
    }
    groups ["peers"]
    constants { "nonce-tail-size" = NONCE_TAIL_SIZE, }
    messages [OvpnMessage]
}

netlink! {
    /// A peer of an `ovpn` device, or a key of a peer, and a change of it.
    ///
    /// ```
    /// use netlink_packet::generic::ovpn::{OvpnMessage, OvpnPeer};
    ///
    /// let peer = OvpnPeer::of(7).remote("192.0.2.9".parse::<std::net::IpAddr>()?, 1194).keepalive(10, 60);
    /// let message = OvpnMessage::build().device(3_u32).peer(peer);
    /// assert_eq!(message.view().peer().and_then(OvpnPeer::remote_port), Some(1194));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub struct OvpnMessage / OvpnMessageBuf
    header genlmsghdr: 4 {
        /// Command: `OVPN_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index of the device.
        #[doc(alias = "ifindex")]
        OVPN_A_IFINDEX = 1 => device: u32 as IfIndex,
        /// The peer.
        OVPN_A_PEER = 2 | NLA_F_NESTED => peer: &OvpnPeer as OvpnPeer,
        /// The key.
        OVPN_A_KEYCONF = 3 | NLA_F_NESTED => key: &OvpnKey as OvpnKey,
    }
}

impl Command for OvpnMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = OVPN_CMD_PEER_GET as u16;
    const NOTIFICATIONS: &'static [u16] =
        &[OVPN_CMD_PEER_DEL_NTF as u16, OVPN_CMD_KEY_SWAP_NTF as u16, OVPN_CMD_PEER_FLOAT_NTF as u16];
    type Reply = OvpnMessage;
}

netlink! {
    /// A peer of an `ovpn` device: nested in `OVPN_A_PEER`.
    pub struct OvpnPeer / OvpnPeerBuf
    attributes {
        /// Peer id, 0 to 16777215: received packets carry it.
        OVPN_A_PEER_ID = 1 => id: u32,
        /// IPv4 address of the remote end; [`remote`](OvpnPeerBuf::remote) sets that of either family.
        OVPN_A_PEER_REMOTE_IPV4 = 2 => remote_v4: Ipv4Addr,
        /// IPv6 address of the remote end.
        OVPN_A_PEER_REMOTE_IPV6 = 3 => remote_v6: Ipv6Addr,
        /// Scope id of an IPv6 address of the remote end.
        OVPN_A_PEER_REMOTE_IPV6_SCOPE_ID = 4 => remote_scope_id: u32,
        /// UDP port of the remote end (host order).
        OVPN_A_PEER_REMOTE_PORT = 5 => remote_port: u16 as Be<u16>,
        /// Socket over which it is reached, UDP or TCP: in a request a file descriptor, in a reply the socket's inode number.
        OVPN_A_PEER_SOCKET = 6 => socket: u32 as Descriptor,
        /// Id (nsid) of the network namespace of the socket.
        OVPN_A_PEER_SOCKET_NETNSID = 7 => socket_namespace: i32; read_only,
        /// IPv4 address of the peer in the VPN.
        OVPN_A_PEER_VPN_IPV4 = 8 => vpn_v4: Ipv4Addr,
        /// IPv6 address of the peer in the VPN.
        OVPN_A_PEER_VPN_IPV6 = 9 => vpn_v6: Ipv6Addr,
        /// Own IPv4 address by which it is reached (UDP only).
        OVPN_A_PEER_LOCAL_IPV4 = 10 => local_v4: Ipv4Addr,
        /// Own IPv6 address by which it is reached (UDP only).
        OVPN_A_PEER_LOCAL_IPV6 = 11 => local_v6: Ipv6Addr,
        /// Own UDP port by which it is reached (host order).
        OVPN_A_PEER_LOCAL_PORT = 12 => local_port: u16 as Be<u16>; read_only,
        /// Keepalive interval, in seconds: after how long without a packet to it one is sent.
        OVPN_A_PEER_KEEPALIVE_INTERVAL = 13 => keepalive_interval: u32,
        /// Keepalive timeout, in seconds: after how long without a packet from it it is given up.
        OVPN_A_PEER_KEEPALIVE_TIMEOUT = 14 => keepalive_timeout: u32,
        /// Why it was deleted.
        OVPN_A_PEER_DEL_REASON = 15 => deletion_reason: OvpnDeletionReason; read_only,
        /// Bytes received through the tunnel.
        OVPN_A_PEER_VPN_RX_BYTES = 16 => vpn_rx_bytes: u64 as Uint; read_only,
        /// Bytes transmitted through the tunnel.
        OVPN_A_PEER_VPN_TX_BYTES = 17 => vpn_tx_bytes: u64 as Uint; read_only,
        /// Packets received through the tunnel.
        OVPN_A_PEER_VPN_RX_PACKETS = 18 => vpn_rx_packets: u64 as Uint; read_only,
        /// Packets transmitted through the tunnel.
        OVPN_A_PEER_VPN_TX_PACKETS = 19 => vpn_tx_packets: u64 as Uint; read_only,
        /// Bytes received by the transport.
        OVPN_A_PEER_LINK_RX_BYTES = 20 => link_rx_bytes: u64 as Uint; read_only,
        /// Bytes transmitted by the transport.
        OVPN_A_PEER_LINK_TX_BYTES = 21 => link_tx_bytes: u64 as Uint; read_only,
        /// Packets received by the transport.
        OVPN_A_PEER_LINK_RX_PACKETS = 22 => link_rx_packets: u64 as Uint; read_only,
        /// Packets transmitted by the transport.
        OVPN_A_PEER_LINK_TX_PACKETS = 23 => link_tx_packets: u64 as Uint; read_only,
        /// Peer id that packets to it carry, where that is another one.
        OVPN_A_PEER_TX_ID = 24 => tx_id: u32,
    }
}

impl OvpnPeer {
    /// The peer with this id.
    pub fn of(id: u32) -> OvpnPeerBuf {
        Self::build().id(id)
    }

    /// Address of the remote end.
    pub fn remote(&self) -> Option<IpAddr> {
        self.remote_v4().map(IpAddr::V4).or_else(|| self.remote_v6().map(IpAddr::V6))
    }
}

impl OvpnPeerBuf {
    /// Sets the address and UDP port of the remote end.
    pub fn remote(self, address: impl Into<IpAddr>, port: u16) -> Self {
        match address.into() {
            IpAddr::V4(address) => self.remote_v4(address),
            IpAddr::V6(address) => self.remote_v6(address),
        }
        .remote_port(port)
    }

    /// Sets the address that the peer has in the VPN; one of each family can be set.
    pub fn vpn(self, address: impl Into<IpAddr>) -> Self {
        match address.into() {
            IpAddr::V4(address) => self.vpn_v4(address),
            IpAddr::V6(address) => self.vpn_v6(address),
        }
    }

    /// Sets the keepalive interval and timeout, in seconds.
    pub fn keepalive(self, interval: u32, timeout: u32) -> Self {
        self.keepalive_interval(interval).keepalive_timeout(timeout)
    }
}

values! {
    /// Why a peer was deleted: `OVPN_DEL_PEER_REASON_*`.
    pub struct OvpnDeletionReason: u32 = "del-peer-reason" {
        /// The device was deleted.
        TEARDOWN = 0 => "teardown",
        /// By request.
        USERSPACE = 1 => "userspace",
        /// It was silent for longer than the keepalive timeout.
        EXPIRED = 2 => "expired",
        /// The transport failed.
        TRANSPORT_ERROR = 3 => "transport-error",
        /// The transport was closed.
        TRANSPORT_DISCONNECT = 4 => "transport-disconnect",
    }
}

netlink! {
    /// A key of a peer: nested in `OVPN_A_KEYCONF`. The kernel tells only what is not secret.
    pub struct OvpnKey / OvpnKeyBuf
    attributes {
        /// Peer id.
        OVPN_A_KEYCONF_PEER_ID = 1 => peer_id: u32,
        /// Slot of the key.
        OVPN_A_KEYCONF_SLOT = 2 => slot: OvpnKeySlot,
        /// Key id, 0 to 7: packets carry it.
        OVPN_A_KEYCONF_KEY_ID = 3 => id: u32,
        /// Cipher.
        OVPN_A_KEYCONF_CIPHER_ALG = 4 => cipher: OvpnCipher,
        /// Encryption: key for sending.
        OVPN_A_KEYCONF_ENCRYPT_DIR = 5 | NLA_F_NESTED => encryption: &OvpnKeyDirection as OvpnKeyDirection,
        /// Decryption: key for receiving.
        OVPN_A_KEYCONF_DECRYPT_DIR = 6 | NLA_F_NESTED => decryption: &OvpnKeyDirection as OvpnKeyDirection,
    }
}

impl OvpnKey {
    /// The key in this slot of a peer.
    pub fn of(peer: u32, slot: OvpnKeySlot) -> OvpnKeyBuf {
        Self::build().peer_id(peer).slot(slot)
    }
}

values! {
    /// Slot of a key: `OVPN_KEY_SLOT_*`.
    pub struct OvpnKeySlot: u32 = "key-slot" {
        /// The primary key, which encrypts.
        PRIMARY = 0 => "primary",
        /// The secondary key, which only decrypts.
        SECONDARY = 1 => "secondary",
    }
}

values! {
    /// Cipher of a key: `OVPN_CIPHER_ALG_*`.
    pub struct OvpnCipher: u32 = "cipher-alg" {
        /// None: nothing is encrypted.
        NONE = 0 => "none",
        /// AES-GCM.
        AES_GCM = 1 => "aes-gcm",
        /// ChaCha20-Poly1305.
        CHACHA20_POLY1305 = 2 => "chacha20-poly1305",
    }
}

netlink! {
    /// The key of a direction: nested in `OVPN_A_KEYCONF_ENCRYPT_DIR` and `OVPN_A_KEYCONF_DECRYPT_DIR`.
    pub struct OvpnKeyDirection / OvpnKeyDirectionBuf
    attributes {
        /// Key of the cipher, at most 256 bytes.
        OVPN_A_KEYDIR_CIPHER_KEY = 1 => key: KeyMaterial,
        /// Tail of the nonce, 8 bytes.
        OVPN_A_KEYDIR_NONCE_TAIL = 2 => nonce_tail: KeyMaterial,
    }
}

impl OvpnKeyDirection {
    /// A key with the tail of its nonces.
    pub fn of(key: impl Put<KeyMaterial>, nonce_tail: impl Put<KeyMaterial>) -> OvpnKeyDirectionBuf {
        Self::build().key(key).nonce_tail(nonce_tail)
    }
}
