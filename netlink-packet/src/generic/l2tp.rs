//! L2TP (RFC 2661, RFC 3931): tunnels and sessions (`l2tp`). Feature `l2tp`.

use super::address::Either;
use super::description::describe;
use crate::buffer::Buffer;
use crate::codec::{Codec, Descriptor, Flag, Name, Put};
use crate::table::data::{Plain, Schema, Scope};
use crate::{Command, Family, netlink, values};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Creates a tunnel.
pub const L2TP_CMD_TUNNEL_CREATE: u8 = 1;
/// Deletes a tunnel.
pub const L2TP_CMD_TUNNEL_DELETE: u8 = 2;
/// Changes a tunnel.
pub const L2TP_CMD_TUNNEL_MODIFY: u8 = 3;
/// Gets a tunnel, or lists them.
pub const L2TP_CMD_TUNNEL_GET: u8 = 4;
/// Creates a session.
pub const L2TP_CMD_SESSION_CREATE: u8 = 5;
/// Deletes a session.
pub const L2TP_CMD_SESSION_DELETE: u8 = 6;
/// Changes a session.
pub const L2TP_CMD_SESSION_MODIFY: u8 = 7;
/// Gets a session, or lists them.
pub const L2TP_CMD_SESSION_GET: u8 = 8;

/// The multicast group that tells of tunnels and sessions, by the messages of requests.
pub const EVENTS: &str = "l2tp";

const FAMILY: Family = Family::Generic { name: "l2tp", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    L2TP = "l2tp"
    operations {
        "tunnel-create": L2TP_CMD_TUNNEL_CREATE,
        "tunnel-delete": L2TP_CMD_TUNNEL_DELETE,
        "tunnel-modify": L2TP_CMD_TUNNEL_MODIFY,
        "tunnel-get": L2TP_CMD_TUNNEL_GET => L2TP_CMD_TUNNEL_GET,
        "session-create": L2TP_CMD_SESSION_CREATE,
        "session-delete": L2TP_CMD_SESSION_DELETE,
        "session-modify": L2TP_CMD_SESSION_MODIFY,
        "session-get": L2TP_CMD_SESSION_GET => L2TP_CMD_SESSION_GET,
    }
    groups ["l2tp"]
    constants {}
    messages [L2tpTunnel, L2tpSession]
}

netlink! {
    /// An L2TP tunnel, as `ip l2tp` shows and adds it.
    ///
    /// ```
    /// use netlink_packet::generic::l2tp::{L2tpEncap, L2tpTunnel};
    ///
    /// // ip l2tp add tunnel tunnel_id 1 peer_tunnel_id 2 local 192.0.2.1 remote 192.0.2.2 udp_sport 5000 udp_dport 6000
    /// let tunnel = L2tpTunnel::between(1, 2).local("192.0.2.1").remote("192.0.2.2").udp(5000, 6000);
    /// assert_eq!((tunnel.view().tunnel_id(), tunnel.view().encap()), (Some(1), Some(L2tpEncap::UDP)));
    /// ```
    pub struct L2tpTunnel / L2tpTunnelBuf
    header genlmsghdr: 4 {
        /// Command: `L2TP_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Encapsulation of L2TP packets: UDP or IP.
        L2TP_ATTR_ENCAP_TYPE = 2 => encap: L2tpEncap,
        /// Version of the L2TP protocol: 3, or 2 for PPP.
        L2TP_ATTR_PROTO_VERSION = 7 => protocol_version: u8,
        /// Tunnel id (connection id), by which the tunnel is known here.
        L2TP_ATTR_CONN_ID = 9 => tunnel_id: u32,
        /// Tunnel id of the peer.
        L2TP_ATTR_PEER_CONN_ID = 10 => peer_tunnel_id: u32,
        /// Checksums of UDP packets over IPv4.
        L2TP_ATTR_UDP_CSUM = 13 => udp_checksum: bool as UdpChecksum,
        /// Debug flags; kernels report 0.
        L2TP_ATTR_DEBUG = 17 => debug: u32; read_only,
        /// Whether IPsec protects the tunnel.
        L2TP_ATTR_USING_IPSEC = 21 => using_ipsec: bool; read_only,
        /// Socket of a managed tunnel, which a program opened and speaks the control protocol through.
        L2TP_ATTR_FD = 23 => socket: u32 as Descriptor,
        /// Local address, IPv4; [`local`](Self::local) is that of either family.
        L2TP_ATTR_IP_SADDR = 24 => local_v4: Ipv4Addr; set_by("local"),
        /// Remote address, IPv4; [`remote`](Self::remote) is that of either family.
        L2TP_ATTR_IP_DADDR = 25 => remote_v4: Ipv4Addr; set_by("remote"),
        /// Local UDP port (host order).
        L2TP_ATTR_UDP_SPORT = 26 => local_port: u16,
        /// Remote UDP port (host order).
        L2TP_ATTR_UDP_DPORT = 27 => remote_port: u16,
        /// Statistics.
        L2TP_ATTR_STATS = 30 => stats: &L2tpStats as L2tpStats; read_only,
        /// Local address, IPv6.
        L2TP_ATTR_IP6_SADDR = 31 => local_v6: Ipv6Addr; set_by("local"),
        /// Remote address, IPv6.
        L2TP_ATTR_IP6_DADDR = 32 => remote_v6: Ipv6Addr; set_by("remote"),
        /// Transmits UDP packets over IPv6 without checksums.
        L2TP_ATTR_UDP_ZERO_CSUM6_TX = 33 => udp6_zero_checksum_tx: bool as Flag,
        /// Accepts UDP packets over IPv6 without checksums.
        L2TP_ATTR_UDP_ZERO_CSUM6_RX = 34 => udp6_zero_checksum_rx: bool as Flag,
    }
}

impl Command for L2tpTunnel {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = L2TP_CMD_TUNNEL_GET as u16;
    const NOTIFICATIONS: &'static [u16] =
        &[L2TP_CMD_TUNNEL_CREATE as u16, L2TP_CMD_TUNNEL_DELETE as u16, L2TP_CMD_TUNNEL_MODIFY as u16];
    type Reply = L2tpTunnel;
}

const LOCAL: Either<L2tpTunnel> = Either(L2tpTunnel::L2TP_ATTR_IP_SADDR, L2tpTunnel::L2TP_ATTR_IP6_SADDR);
const REMOTE: Either<L2tpTunnel> = Either(L2tpTunnel::L2TP_ATTR_IP_DADDR, L2tpTunnel::L2TP_ATTR_IP6_DADDR);

impl L2tpTunnel {
    /// A tunnel of L2TPv3 between these ids, the local one first; over UDP, unless it says something else.
    pub fn between(tunnel_id: u32, peer_tunnel_id: u32) -> L2tpTunnelBuf {
        let tunnel = Self::build().protocol_version(3).encap(L2tpEncap::UDP);
        tunnel.tunnel_id(tunnel_id).peer_tunnel_id(peer_tunnel_id)
    }

    /// Local address.
    pub fn local(&self) -> Option<IpAddr> {
        LOCAL.get(self.attributes())
    }

    /// Remote address.
    pub fn remote(&self) -> Option<IpAddr> {
        REMOTE.get(self.attributes())
    }
}

impl L2tpTunnelBuf {
    /// Sets the local address.
    pub fn local(mut self, address: impl Put<IpAddr>) -> Self {
        LOCAL.set(&mut self.0, address);
        self
    }

    /// Sets the remote address.
    pub fn remote(mut self, address: impl Put<IpAddr>) -> Self {
        REMOTE.set(&mut self.0, address);
        self
    }

    /// Over UDP, between these ports, the local one first.
    pub fn udp(self, local_port: u16, remote_port: u16) -> Self {
        self.encap(L2tpEncap::UDP).local_port(local_port).remote_port(remote_port)
    }

    /// Over IP, without UDP: `encap ip`.
    pub fn ip(self) -> Self {
        self.encap(L2tpEncap::IP)
    }
}

/// The tunnel with this id.
impl Put<L2tpTunnel> for u32 {
    fn put(self, out: &mut Buffer) {
        Put::<L2tpTunnel>::put(L2tpTunnel::build().tunnel_id(self), out);
    }
}

netlink! {
    /// A session in an L2TP tunnel, as `ip l2tp` shows and adds it.
    ///
    /// ```
    /// use netlink_packet::generic::l2tp::L2tpSession;
    ///
    /// // ip l2tp add session name l2tp0 tunnel_id 1 session_id 10 peer_session_id 20
    /// let session = L2tpSession::between(1, 10, 20).name("l2tp0");
    /// assert_eq!(session.view().session_id(), Some(10));
    /// ```
    pub struct L2tpSession / L2tpSessionBuf
    header genlmsghdr: 4 {
        /// Command: `L2TP_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Pseudowire type: what the session carries.
        L2TP_ATTR_PW_TYPE = 1 => pseudowire: L2tpPseudowire,
        /// Offset (unused).
        L2TP_ATTR_OFFSET = 3 => offset: u16; ignored,
        /// Sequencing of data (unused).
        L2TP_ATTR_DATA_SEQ = 4 => data_sequence: u8; ignored,
        /// Layer 2 specific sublayer.
        L2TP_ATTR_L2SPEC_TYPE = 5 => sublayer: L2tpSublayer,
        /// Length of that sublayer (unused).
        L2TP_ATTR_L2SPEC_LEN = 6 => sublayer_length: u8; ignored,
        /// Interface name of the session's device; without it the kernel chooses one.
        L2TP_ATTR_IFNAME = 8 => name: &Name as Name,
        /// Tunnel id.
        L2TP_ATTR_CONN_ID = 9 => tunnel_id: u32,
        /// Tunnel id of the peer.
        L2TP_ATTR_PEER_CONN_ID = 10 => peer_tunnel_id: u32; read_only,
        /// Session id, by which the session is known here.
        L2TP_ATTR_SESSION_ID = 11 => session_id: u32,
        /// Session id of the peer.
        L2TP_ATTR_PEER_SESSION_ID = 12 => peer_session_id: u32,
        /// VLAN id (unused).
        L2TP_ATTR_VLAN_ID = 14 => vlan: u16; ignored,
        /// Cookie that packets carry which are sent to the peer, 4 or 8 bytes.
        L2TP_ATTR_COOKIE = 15 => cookie: &[u8] as [u8],
        /// Cookie that received packets have to carry, 4 or 8 bytes.
        L2TP_ATTR_PEER_COOKIE = 16 => peer_cookie: &[u8] as [u8],
        /// Debug flags; kernels report 0.
        L2TP_ATTR_DEBUG = 17 => debug: u32; read_only,
        /// Received packets carry sequence numbers.
        L2TP_ATTR_RECV_SEQ = 18 => receive_sequence: bool,
        /// Transmitted packets carry sequence numbers.
        L2TP_ATTR_SEND_SEQ = 19 => send_sequence: bool,
        /// L2TP network server (LNS): whether this side says if there are sequence numbers.
        L2TP_ATTR_LNS_MODE = 20 => lns: bool,
        /// Whether IPsec protects the tunnel.
        L2TP_ATTR_USING_IPSEC = 21 => using_ipsec: bool; read_only,
        /// Reorder timeout: how long packets out of order wait for those before them, in milliseconds.
        L2TP_ATTR_RECV_TIMEOUT = 22 => reorder_timeout: u64,
        /// MTU: maximum transmission unit (unused).
        L2TP_ATTR_MTU = 28 => mtu: u16; ignored,
        /// MRU: maximum receive unit (unused).
        L2TP_ATTR_MRU = 29 => mru: u16; ignored,
        /// Statistics.
        L2TP_ATTR_STATS = 30 => stats: &L2tpStats as L2tpStats; read_only,
    }
}

impl Command for L2tpSession {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = L2TP_CMD_SESSION_GET as u16;
    const NOTIFICATIONS: &'static [u16] =
        &[L2TP_CMD_SESSION_CREATE as u16, L2TP_CMD_SESSION_DELETE as u16, L2TP_CMD_SESSION_MODIFY as u16];
    type Reply = L2tpSession;
}

impl L2tpSession {
    /// An Ethernet session in a tunnel between these session ids, the local one first.
    pub fn between(tunnel_id: u32, session_id: u32, peer_session_id: u32) -> L2tpSessionBuf {
        Self::of(tunnel_id, session_id).peer_session_id(peer_session_id).pseudowire(L2tpPseudowire::ETH)
    }

    /// The session with this id in a tunnel, in a request.
    pub fn of(tunnel_id: u32, session_id: u32) -> L2tpSessionBuf {
        Self::build().tunnel_id(tunnel_id).session_id(session_id)
    }
}

/// Codec of whether there are UDP checksums: the kernel tells it as a byte, and takes any attribute for yes.
#[derive(Debug)]
pub struct UdpChecksum;

impl Codec for UdpChecksum {
    type Value<'a> = bool;
    const SCHEMA: Schema = <bool as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<bool> {
        bool::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Put<UdpChecksum> for bool {
    fn put(self, out: &mut Buffer) {
        out.push(&[u8::from(self)]);
    }

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        if self {
            out.attribute(key.0, [1]);
        }
    }
}

values! {
    /// What a session carries: `L2TP_PWTYPE_*`.
    pub struct L2tpPseudowire: u16 = "l2tp-pwtype" {
        /// Nothing.
        NONE = 0 => "none",
        /// Ethernet with VLANs.
        ETH_VLAN = 4 => "eth-vlan",
        /// Ethernet.
        ETH = 5 => "eth",
        /// PPP.
        PPP = 7 => "ppp",
        /// PPP, of an access concentrator.
        PPP_AC = 8 => "ppp-ac",
        /// IP.
        IP = 11 => "ip",
    }
}

values! {
    /// Encapsulation of L2TP packets: `L2TP_ENCAPTYPE_*`.
    pub struct L2tpEncap: u16 = "l2tp-encap-type" {
        /// UDP.
        UDP = 0 => "udp",
        /// IP.
        IP = 1 => "ip",
    }
}

values! {
    /// Layer 2 specific sublayer: `L2TP_L2SPECTYPE_*`.
    pub struct L2tpSublayer: u8 = "l2tp-l2spec-type" {
        /// None.
        NONE = 0 => "none",
        /// The default one.
        DEFAULT = 1 => "default",
    }
}

netlink! {
    /// Statistics of a tunnel or a session: nested in `L2TP_ATTR_STATS`.
    pub struct L2tpStats / L2tpStatsBuf
    attributes {
        /// Transmitted packets.
        L2TP_ATTR_TX_PACKETS = 1 => tx_packets: u64,
        /// Transmitted bytes.
        L2TP_ATTR_TX_BYTES = 2 => tx_bytes: u64,
        /// Packets that could not be transmitted.
        L2TP_ATTR_TX_ERRORS = 3 => tx_errors: u64,
        /// Received packets.
        L2TP_ATTR_RX_PACKETS = 4 => rx_packets: u64,
        /// Received bytes.
        L2TP_ATTR_RX_BYTES = 5 => rx_bytes: u64,
        /// Received packets dropped for their sequence numbers.
        L2TP_ATTR_RX_SEQ_DISCARDS = 6 => rx_sequence_discards: u64,
        /// Received packets out of order.
        L2TP_ATTR_RX_OOS_PACKETS = 7 => rx_out_of_sequence: u64,
        /// Received packets with errors.
        L2TP_ATTR_RX_ERRORS = 8 => rx_errors: u64,
        /// Received packets dropped for their cookies.
        L2TP_ATTR_RX_COOKIE_DISCARDS = 10 => rx_cookie_discards: u64,
        /// Received packets that are invalid.
        L2TP_ATTR_RX_INVALID = 11 => rx_invalid: u64,
    }
}
