//! The messages: a device, its peers, and their allowed IPs.

use super::{Endpoint, HandshakeTime, PresharedKey, PrivateKey, PublicKey, WG_KEY_LEN};
use crate::buffer::Buffer;
use crate::codec::{Codec, IfIndex, Name, Put, Spread, SpreadItems, spread};
use crate::generic::description::describe;
use crate::table::data::{Inside, Schema, Scope};
use crate::{Command, Family, NLA_F_NESTED, flags, netlink};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::time::SystemTime;

/// Gets a device with its peers: a dump.
pub const WG_CMD_GET_DEVICE: u8 = 0;
/// Changes a device and its peers.
pub const WG_CMD_SET_DEVICE: u8 = 1;

describe! {
    /// The family: its operations and messages.
    WIREGUARD = "wireguard"
    operations {
        "get-device": WG_CMD_GET_DEVICE => WG_CMD_GET_DEVICE,
        "set-device": WG_CMD_SET_DEVICE,
    }
    groups []
    constants { "key-len" = WG_KEY_LEN, }
    messages [WireguardMessage]
}

netlink! {
    /// A WireGuard device with its peers, or a part of them, and a change of it.
    ///
    /// ```
    /// use netlink_packet::generic::wireguard::{Peer, PublicKey, WireguardMessage};
    ///
    /// let peer: PublicKey = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=".parse()?;
    /// // wg set wg0 listen-port 51820 peer HIgo9xNz... endpoint 192.0.2.9:51820 allowed-ips 10.0.0.0/8,2001:db8::/48
    /// let change = WireguardMessage::build()
    ///     .listen_port(51820)
    ///     .peer(Peer::of(peer).endpoint("192.0.2.9:51820").allow(["10.0.0.0/8", "2001:db8::/48"]));
    /// assert_eq!(change.view().peers().unwrap().next().and_then(Peer::public_key), Some(peer));
    /// # Ok::<(), netlink_packet::BuildError>(())
    /// ```
    pub struct WireguardMessage / WireguardMessageBuf
    header genlmsghdr: 4 {
        /// Command: `WG_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index.
        #[doc(alias = "ifindex")]
        WGDEVICE_A_IFINDEX = 1 => index: u32 as IfIndex,
        /// Interface name.
        WGDEVICE_A_IFNAME = 2 => name: &Name as Name,
        /// Private key; absent where the device has none, and for readers without `CAP_NET_ADMIN`.
        WGDEVICE_A_PRIVATE_KEY = 3 => private_key: PrivateKey,
        /// Public key, which follows from the private key.
        WGDEVICE_A_PUBLIC_KEY = 4 => public_key: PublicKey; read_only,
        /// Device flags of a change.
        WGDEVICE_A_FLAGS = 5 => flags: WireguardFlags,
        /// Listen port (UDP); 0 in a request lets the kernel choose one.
        WGDEVICE_A_LISTEN_PORT = 6 => listen_port: u16,
        /// Firewall mark (fwmark) of outgoing packets; 0 is none.
        #[doc(alias = "fwmark")]
        WGDEVICE_A_FWMARK = 7 => mark: u32,
        /// Peers. A device with many comes in several messages, of which the next may go on with the last peer's allowed IPs:
        /// [`WireguardDevice`](super::WireguardDevice) is all of them.
        WGDEVICE_A_PEERS = 8 | NLA_F_NESTED => peers: SpreadItems<'_, PeerEntry> as Spread<PeerEntry>,
    }
}

impl Command for WireguardMessage {
    const FAMILY: Family = Family::Generic { name: "wireguard", version: 1 };
    const COMMAND: u16 = WG_CMD_GET_DEVICE as u16;
    type Reply = WireguardMessage;
}

impl WireguardMessageBuf {
    /// Adds a peer to those that the change is about.
    pub fn peer(mut self, peer: impl Put<PeerEntry>) -> Self {
        spread::append(&mut self.0, WireguardMessage::WGDEVICE_A_PEERS, peer);
        self
    }

    /// Removes all peers of the device before those of the change are added, like `wg setconf`.
    pub fn replace_peers(self) -> Self {
        self.flags(WireguardFlags::REPLACE_PEERS)
    }

    /// The messages in which this one is sent: one, unless its peers take more room than an attribute has. Then the first has
    /// all else that is in it, and each of the others the device and further peers.
    pub fn into_messages(self) -> impl ExactSizeIterator<Item = Self> {
        let device =
            [WireguardMessage::WGDEVICE_A_IFINDEX.number(), WireguardMessage::WGDEVICE_A_IFNAME.number()];
        let parts =
            spread::parts::<WireguardMessage>(self.0, WireguardMessage::WGDEVICE_A_PEERS.number(), &device);
        parts.into_iter().map(Self)
    }
}

flags! {
    /// What a change does to the device besides: `WGDEVICE_F_*`.
    pub struct WireguardFlags: u32 = "wgdevice-flags" {
        /// Remove all peers before those of the change are added: `WGDEVICE_F_REPLACE_PEERS`.
        const REPLACE_PEERS = 0x1 => "replace-peers";
    }
}

netlink! {
    /// A peer of a WireGuard device: nested in `WGDEVICE_A_PEERS`.
    pub struct Peer / PeerBuf
    attributes {
        /// Public key, by which the peer is known.
        WGPEER_A_PUBLIC_KEY = 1 => public_key: PublicKey,
        /// Preshared key; absent where there is none, and for readers without `CAP_NET_ADMIN`.
        WGPEER_A_PRESHARED_KEY = 2 => preshared_key: PresharedKey,
        /// Peer flags of a change.
        WGPEER_A_FLAGS = 3 => flags: PeerFlags,
        /// Endpoint: the address and UDP port that the peer is reached at. Setting takes text such as `192.0.2.9:51820`, too.
        WGPEER_A_ENDPOINT = 4 => endpoint: SocketAddr as Endpoint,
        /// Persistent keepalive interval, in seconds; 0 is off.
        WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL = 5 => keepalive: u16,
        /// Time of the last handshake; absent where there was none.
        WGPEER_A_LAST_HANDSHAKE_TIME = 6 => last_handshake: SystemTime as HandshakeTime; read_only,
        /// Received bytes.
        WGPEER_A_RX_BYTES = 7 => rx_bytes: u64; read_only,
        /// Transmitted bytes.
        WGPEER_A_TX_BYTES = 8 => tx_bytes: u64; read_only,
        /// Allowed IPs: the prefixes that are routed to the peer and accepted from it.
        WGPEER_A_ALLOWEDIPS = 9 | NLA_F_NESTED => allowed_ips: SpreadItems<'_, AllowedIp> as Spread<AllowedIp>,
        /// Version of the WireGuard protocol: 1.
        WGPEER_A_PROTOCOL_VERSION = 10 => protocol_version: u32,
    }
}

impl Peer {
    /// The peer with this public key, to be added or changed.
    pub fn of(key: impl Put<PublicKey>) -> PeerBuf {
        Peer::build().public_key(key)
    }
}

impl PeerBuf {
    /// Adds allowed IPs, such as `10.0.0.0/8`, to those that the peer has. One that another peer of the device has goes over to this
    /// one.
    pub fn allow<P: Put<AllowedIp>>(mut self, prefixes: impl IntoIterator<Item = P>) -> Self {
        for prefix in prefixes {
            spread::append(&mut self.0, Peer::WGPEER_A_ALLOWEDIPS, prefix);
        }
        self
    }

    /// Takes allowed IPs from the peer, on kernels newer than Linux 6.12; others refuse it (`EINVAL`), and the peer keeps them.
    pub fn disallow<P: Put<AllowedIp>>(mut self, prefixes: impl IntoIterator<Item = P>) -> Self {
        for prefix in prefixes {
            let prefix: AllowedIpBuf = crate::built(prefix);
            let prefix = prefix.flags(AllowedIpFlags::REMOVE_ME);
            spread::append(&mut self.0, Peer::WGPEER_A_ALLOWEDIPS, prefix);
        }
        self
    }

    /// Removes all allowed IPs of the peer before those of the change are added.
    pub fn replace_allowed_ips(self) -> Self {
        self.flag(PeerFlags::REPLACE_ALLOWEDIPS)
    }

    /// Changes the peer only if the device has it, and does not add it otherwise.
    pub fn update_only(self) -> Self {
        self.flag(PeerFlags::UPDATE_ONLY)
    }

    /// Removes the peer, like `wg set DEV peer KEY remove`. The kernel ignores that the device has no such peer.
    pub fn remove(self) -> Self {
        self.flag(PeerFlags::REMOVE_ME)
    }

    fn flag(self, flag: PeerFlags) -> Self {
        let flags = self.view().flags().unwrap_or_default();
        self.flags(flags | flag)
    }
}

flags! {
    /// What a change does to a peer besides: `WGPEER_F_*`.
    pub struct PeerFlags: u32 = "wgpeer-flags" {
        /// Remove the peer: `WGPEER_F_REMOVE_ME`.
        const REMOVE_ME = 0x1 => "remove-me";
        /// Remove all its allowed IPs before those of the change are added: `WGPEER_F_REPLACE_ALLOWEDIPS`.
        const REPLACE_ALLOWEDIPS = 0x2 => "replace-allowedips";
        /// Change it only if it exists: `WGPEER_F_UPDATE_ONLY`.
        const UPDATE_ONLY = 0x4 => "update-only";
    }
}

netlink! {
    /// An allowed IP of a peer, a prefix: nested in `WGPEER_A_ALLOWEDIPS`.
    pub struct AllowedIp / AllowedIpBuf
    attributes {
        /// Address family: 2 (`AF_INET`) or 10 (`AF_INET6`).
        WGALLOWEDIP_A_FAMILY = 1 => family: u16,
        /// Address of the prefix.
        WGALLOWEDIP_A_IPADDR = 2 => address: IpAddr,
        /// Prefix length (CIDR), in bits.
        WGALLOWEDIP_A_CIDR_MASK = 3 => prefix_len: u8,
        /// Flags of a change (on kernels newer than Linux 6.12).
        WGALLOWEDIP_A_FLAGS = 4 => flags: AllowedIpFlags,
    }
}

impl AllowedIp {
    /// The prefix.
    pub fn prefix(&self) -> Option<IpNet> {
        let (address, length) =
            self.attributes().pick((Self::WGALLOWEDIP_A_IPADDR, Self::WGALLOWEDIP_A_CIDR_MASK));
        IpNet::new(address?, length?).ok()
    }
}

flags! {
    /// What a change does with an allowed IP: `WGALLOWEDIP_F_*`.
    pub struct AllowedIpFlags: u32 = "wgallowedip-flags" {
        /// Remove it: `WGALLOWEDIP_F_REMOVE_ME`.
        const REMOVE_ME = 0x1 => "remove-me";
    }
}

/// Codec of a peer in a list: one with more allowed IPs than an attribute has room for is written as several.
#[derive(Debug)]
pub struct PeerEntry;

impl Codec for PeerEntry {
    type Value<'a> = &'a Peer;
    const SCHEMA: Schema = <Peer as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<&Peer> {
        Peer::decode(payload)
    }

    fn inside(scope: &Scope<'_>) -> Inside {
        <Peer as Codec>::inside(scope)
    }
}

impl Put<PeerEntry> for PeerBuf {
    fn put(self, out: &mut Buffer) {
        Put::<Peer>::put(self, out);
    }

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        let update_only = self.view().flags().unwrap_or_default() & PeerFlags::UPDATE_ONLY;
        let (list, key_of_peer) = (Peer::WGPEER_A_ALLOWEDIPS.number(), Peer::WGPEER_A_PUBLIC_KEY.number());
        let parts = spread::parts::<Peer>(self.0, list, &[key_of_peer]).into_iter().map(PeerBuf);
        for (index, part) in parts.enumerate() {
            let is_later = index > 0 && !update_only.is_empty();
            let part = if is_later { part.flags(update_only) } else { part };
            Put::<Peer>::put_as(part, key, out);
        }
    }
}

impl Put<PeerEntry> for &PeerBuf {
    fn put(self, out: &mut Buffer) {
        Put::<Peer>::put(self, out);
    }

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        Put::<PeerEntry>::put_as(self.clone(), key, out);
    }
}

/// As a request says it: without counters.
impl Put<PeerEntry> for &Peer {
    fn put(self, out: &mut Buffer) {
        Put::<Peer>::put(self.to_request(), out);
    }

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        Put::<PeerEntry>::put_as(self.to_request(), key, out);
    }
}
