//! Multipath TCP: the endpoints and limits of the path manager, subflows, and events (`mptcp_pm`). Feature `mptcp`.
//!
//! [`MptcpEndpoint`] is an endpoint, [`MptcpMessage`] the message in which the kernel sends one, and the limits; [`MptcpEvent`] is
//! what the group [`EVENTS`] tells.

use super::address::{Either, family_of, keyed_by_address};
use super::description::describe;
use crate::codec::{Be, IfIndex, Put};
use crate::view::Packet;
use crate::{Command, Family, NLA_F_NESTED, flags, netlink, values};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Unused.
pub const MPTCP_PM_CMD_UNSPEC: u8 = 0;
/// Adds an endpoint.
pub const MPTCP_PM_CMD_ADD_ADDR: u8 = 1;
/// Deletes an endpoint.
pub const MPTCP_PM_CMD_DEL_ADDR: u8 = 2;
/// Gets an endpoint, or lists them.
pub const MPTCP_PM_CMD_GET_ADDR: u8 = 3;
/// Deletes all endpoints.
pub const MPTCP_PM_CMD_FLUSH_ADDRS: u8 = 4;
/// Changes the limits.
pub const MPTCP_PM_CMD_SET_LIMITS: u8 = 5;
/// Gets the limits.
pub const MPTCP_PM_CMD_GET_LIMITS: u8 = 6;
/// Changes flags of an endpoint, or of a subflow.
pub const MPTCP_PM_CMD_SET_FLAGS: u8 = 7;
/// Announces an address to the peer of a connection.
pub const MPTCP_PM_CMD_ANNOUNCE: u8 = 8;
/// Withdraws an address from the peer of a connection.
pub const MPTCP_PM_CMD_REMOVE: u8 = 9;
/// Creates a subflow of a connection.
pub const MPTCP_PM_CMD_SUBFLOW_CREATE: u8 = 10;
/// Closes a subflow of a connection.
pub const MPTCP_PM_CMD_SUBFLOW_DESTROY: u8 = 11;

/// The multicast group of [events](MptcpEvent); listening takes `CAP_NET_ADMIN`.
pub const EVENTS: &str = "mptcp_pm_events";

const FAMILY: Family = Family::Generic { name: "mptcp_pm", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    MPTCP = "mptcp_pm"
    operations {
        "unspec": MPTCP_PM_CMD_UNSPEC,
        "add-addr": MPTCP_PM_CMD_ADD_ADDR,
        "del-addr": MPTCP_PM_CMD_DEL_ADDR,
        "get-addr": MPTCP_PM_CMD_GET_ADDR => MPTCP_PM_CMD_GET_ADDR,
        "flush-addrs": MPTCP_PM_CMD_FLUSH_ADDRS,
        "set-limits": MPTCP_PM_CMD_SET_LIMITS,
        "get-limits": MPTCP_PM_CMD_GET_LIMITS => MPTCP_PM_CMD_GET_LIMITS,
        "set-flags": MPTCP_PM_CMD_SET_FLAGS,
        "announce": MPTCP_PM_CMD_ANNOUNCE,
        "remove": MPTCP_PM_CMD_REMOVE,
        "subflow-create": MPTCP_PM_CMD_SUBFLOW_CREATE,
        "subflow-destroy": MPTCP_PM_CMD_SUBFLOW_DESTROY,
    }
    groups ["mptcp_pm_cmds", "mptcp_pm_events"]
    constants {}
    messages [MptcpEndpointMessage, MptcpMessage, MptcpEvent, SubflowAttributes]
}

netlink! {
    /// What adds or deletes an MPTCP endpoint.
    pub struct MptcpEndpointMessage / MptcpEndpointMessageBuf
    header genlmsghdr: 4 {
        /// Command: `MPTCP_PM_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// The endpoint.
        MPTCP_PM_ENDPOINT_ADDR = 1 | NLA_F_NESTED => endpoint: &MptcpEndpoint as MptcpEndpoint,
    }
}

impl Command for MptcpEndpointMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = MPTCP_PM_CMD_ADD_ADDR as u16;
    type Reply = MptcpEndpointMessage;
}

netlink! {
    /// An MPTCP endpoint that was listed; the limits; or an address or subflow of a connection, and what becomes of it.
    ///
    /// ```
    /// use netlink_packet::generic::mptcp::{MptcpEndpoint, MptcpFlags, MptcpMessage};
    ///
    /// // ip mptcp endpoint add 192.0.2.1 dev eth0 id 1 signal
    /// let endpoint = MptcpEndpoint::of("192.0.2.1").device("eth0").id(1).signal();
    /// assert_eq!(endpoint.view().flags(), Some(MptcpFlags::SIGNAL));
    /// // ip mptcp limits set subflows 2 add_addr_accepted 4
    /// let limits = MptcpMessage::build().subflows(2).accepted_addresses(4);
    /// assert_eq!((limits.view().subflows(), limits.view().accepted_addresses()), (Some(2), Some(4)));
    /// ```
    pub struct MptcpMessage / MptcpMessageBuf
    header genlmsghdr: 4 {
        /// Command: `MPTCP_PM_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// The endpoint, or the local address of a subflow.
        MPTCP_PM_ATTR_ADDR = 1 | NLA_F_NESTED => endpoint: &MptcpEndpoint as MptcpEndpoint,
        /// Limit of ADD_ADDR suboptions: how many addresses that the peer announces are accepted for each connection
        /// (`add_addr_accepted`), 0 to 8.
        #[doc(alias = "add_addr_accepted")]
        MPTCP_PM_ATTR_RCV_ADD_ADDRS = 2 => accepted_addresses: u32,
        /// Limit of additional subflows of each connection, 0 to 8.
        MPTCP_PM_ATTR_SUBFLOWS = 3 => subflows: u32,
        /// Token by which a connection is known locally, as events tell it; for path managers in user space.
        MPTCP_PM_ATTR_TOKEN = 4 => token: u32,
        /// Local address identifier (address id).
        MPTCP_PM_ATTR_LOC_ID = 5 => local_id: u8,
        /// Remote address of a subflow.
        MPTCP_PM_ATTR_ADDR_REMOTE = 6 | NLA_F_NESTED => remote: &MptcpEndpoint as MptcpEndpoint,
    }
}

impl Command for MptcpMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = MPTCP_PM_CMD_GET_ADDR as u16;
    type Reply = MptcpMessage;
}

netlink! {
    /// An MPTCP endpoint: an address, with what connections do with it. Nested in `MPTCP_PM_ATTR_ADDR`.
    pub struct MptcpEndpoint / MptcpEndpointBuf
    attributes {
        /// Address family: 2 (`AF_INET`) or 10 (`AF_INET6`).
        MPTCP_PM_ADDR_ATTR_FAMILY = 1 => family: u16,
        /// Endpoint id (address identifier), 1 to 255; 0 is that of a connection's first subflow.
        MPTCP_PM_ADDR_ATTR_ID = 2 => id: u8,
        /// IPv4 address; [`address`](Self::address) is that of either family.
        MPTCP_PM_ADDR_ATTR_ADDR4 = 3 => address_v4: Ipv4Addr,
        /// IPv6 address.
        MPTCP_PM_ADDR_ATTR_ADDR6 = 4 => address_v6: Ipv6Addr,
        /// TCP port (host order), only of endpoints that are announced (`signal`); 0 or absent where there is none.
        MPTCP_PM_ADDR_ATTR_PORT = 5 => port: u16,
        /// Endpoint flags.
        MPTCP_PM_ADDR_ATTR_FLAGS = 6 => flags: MptcpFlags,
        /// Interface index of the device that subflows use; 0 or absent for any.
        #[doc(alias = "ifindex")]
        MPTCP_PM_ADDR_ATTR_IF_IDX = 7 => device: u32 as IfIndex<i32>,
    }
}

const ADDRESS: Either<MptcpEndpoint> =
    Either(MptcpEndpoint::MPTCP_PM_ADDR_ATTR_ADDR4, MptcpEndpoint::MPTCP_PM_ADDR_ATTR_ADDR6);

impl MptcpEndpoint {
    /// The endpoint with this address.
    pub fn of(address: impl Put<IpAddr>) -> MptcpEndpointBuf {
        Self::build().address(address)
    }

    /// Address of the endpoint.
    pub fn address(&self) -> Option<IpAddr> {
        ADDRESS.get(self.attributes())
    }
}

impl MptcpEndpointBuf {
    /// Sets the address, and the address family with it.
    pub fn address(mut self, address: impl Put<IpAddr>) -> Self {
        match ADDRESS.set(&mut self.0, address) {
            Some(address) => self.family(u16::from(family_of(address))),
            None => self,
        }
    }

    /// Announces the address to peers (ADD_ADDR): the flag `signal`.
    pub fn signal(self) -> Self {
        self.flag(MptcpFlags::SIGNAL)
    }

    /// Creates subflows from the address: the flag `subflow`.
    pub fn subflow(self) -> Self {
        self.flag(MptcpFlags::SUBFLOW)
    }

    /// Marks subflows as backup paths: the flag `backup`.
    pub fn backup(self) -> Self {
        self.flag(MptcpFlags::BACKUP)
    }

    /// Creates subflows to each known address of the peer, not just one: the flag `fullmesh`.
    pub fn fullmesh(self) -> Self {
        self.flag(MptcpFlags::FULLMESH)
    }

    fn flag(self, flag: MptcpFlags) -> Self {
        let flags = self.view().flags().unwrap_or_default();
        self.flags(flags | flag)
    }
}

flags! {
    /// What connections do with an endpoint: `MPTCP_PM_ADDR_FLAG_*`.
    pub struct MptcpFlags: u32 = "" {
        /// Announced to peers: `MPTCP_PM_ADDR_FLAG_SIGNAL`.
        const SIGNAL = 0x1 => "signal";
        /// Subflows are created from it: `MPTCP_PM_ADDR_FLAG_SUBFLOW`.
        const SUBFLOW = 0x2 => "subflow";
        /// Subflows are backup paths: `MPTCP_PM_ADDR_FLAG_BACKUP`.
        const BACKUP = 0x4 => "backup";
        /// Subflows to each known address of the peer: `MPTCP_PM_ADDR_FLAG_FULLMESH`.
        const FULLMESH = 0x8 => "fullmesh";
        /// Made by the kernel for a subflow whose address was not configured: `MPTCP_PM_ADDR_FLAG_IMPLICIT`.
        const IMPLICIT = 0x10 => "implicit";
        /// Subflows to announced addresses, one each: `MPTCP_PM_ADDR_FLAG_LAMINAR`. Kernels before Linux 6.18 ignore it.
        const LAMINAR = 0x20 => "laminar";
    }
}

keyed_by_address! { MptcpEndpoint }

/// An endpoint by its id.
impl Put<MptcpEndpoint> for u8 {
    fn put(self, out: &mut crate::Buffer) {
        Put::<MptcpEndpoint>::put(MptcpEndpoint::build().id(self), out);
    }
}

/// The endpoint that a message is about.
impl Put<MptcpEndpoint> for &MptcpMessage {
    fn put(self, out: &mut crate::Buffer) {
        if let Some(endpoint) = self.endpoint() {
            Put::<MptcpEndpoint>::put(endpoint, out);
        }
    }
}

/// The endpoint that a message is about.
impl Put<MptcpEndpoint> for &Packet<MptcpMessage> {
    fn put(self, out: &mut crate::Buffer) {
        Put::<MptcpEndpoint>::put(&**self, out);
    }
}

netlink! {
    /// What happened to a connection, a subflow or a listener: a message of the group [`EVENTS`].
    pub struct MptcpEvent / MptcpEventBuf
    header genlmsghdr: 4 {
        /// What happened.
        cmd = 0 => event: MptcpEventType,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Token by which the connection is known locally.
        MPTCP_ATTR_TOKEN = 1 => token: u32,
        /// Address family: 2 (`AF_INET`) or 10 (`AF_INET6`).
        MPTCP_ATTR_FAMILY = 2 => family: u16,
        /// Local address identifier.
        MPTCP_ATTR_LOC_ID = 3 => local_id: u8,
        /// Remote address identifier.
        MPTCP_ATTR_REM_ID = 4 => remote_id: u8,
        /// Source (local) address, IPv4; [`source`](MptcpEvent::source) is that of either family.
        MPTCP_ATTR_SADDR4 = 5 => source_v4: Ipv4Addr,
        /// Source (local) address, IPv6.
        MPTCP_ATTR_SADDR6 = 6 => source_v6: Ipv6Addr,
        /// Destination (remote) address, IPv4; [`destination`](MptcpEvent::destination) is that of either family.
        MPTCP_ATTR_DADDR4 = 7 => destination_v4: Ipv4Addr,
        /// Destination (remote) address, IPv6.
        MPTCP_ATTR_DADDR6 = 8 => destination_v6: Ipv6Addr,
        /// Source port.
        MPTCP_ATTR_SPORT = 9 => source_port: u16 as Be<u16>,
        /// Destination port.
        MPTCP_ATTR_DPORT = 10 => destination_port: u16 as Be<u16>,
        /// Whether the subflow is a backup path.
        MPTCP_ATTR_BACKUP = 11 => backup: bool,
        /// Error of the subflow's socket (errno), if there was one.
        MPTCP_ATTR_ERROR = 12 => error: u8,
        /// Flags of the connection.
        MPTCP_ATTR_FLAGS = 13 => flags: MptcpEventFlags,
        /// Timeout; no kernel sends it.
        MPTCP_ATTR_TIMEOUT = 14 => timeout: u32,
        /// Interface index of the subflow.
        #[doc(alias = "ifindex")]
        MPTCP_ATTR_IF_IDX = 15 => device: u32 as IfIndex<i32>,
        /// Reason for which the subflow was reset (RFC 8684, MP_TCPRST).
        MPTCP_ATTR_RESET_REASON = 16 => reset_reason: MptcpResetReason,
        /// Flags of that reset.
        MPTCP_ATTR_RESET_FLAGS = 17 => reset_flags: u32,
        /// Whether the connection was accepted here, rather than opened.
        MPTCP_ATTR_SERVER_SIDE = 18 => server_side: bool,
    }
}

/// Only received: there is nothing to ask for.
impl Command for MptcpEvent {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = MPTCP_PM_CMD_UNSPEC as u16;
    type Reply = MptcpEvent;
}

impl MptcpEvent {
    /// Source (local) address.
    pub fn source(&self) -> Option<IpAddr> {
        Either(Self::MPTCP_ATTR_SADDR4, Self::MPTCP_ATTR_SADDR6).get(self.attributes())
    }

    /// Destination (remote) address.
    pub fn destination(&self) -> Option<IpAddr> {
        Either(Self::MPTCP_ATTR_DADDR4, Self::MPTCP_ATTR_DADDR6).get(self.attributes())
    }
}

values! {
    /// What happened: `MPTCP_EVENT_*`.
    pub struct MptcpEventType: u8 = "event-type" {
        /// Unused: `MPTCP_EVENT_UNSPEC`.
        UNSPEC = 0 => "unspec",
        /// A connection begins: `MPTCP_EVENT_CREATED`.
        CREATED = 1 => "created",
        /// A connection is established, and can have further subflows: `MPTCP_EVENT_ESTABLISHED`.
        ESTABLISHED = 2 => "established",
        /// A connection has ended: `MPTCP_EVENT_CLOSED`.
        CLOSED = 3 => "closed",
        /// The peer announced an address: `MPTCP_EVENT_ANNOUNCED`.
        ANNOUNCED = 6 => "announced",
        /// The peer withdrew an address: `MPTCP_EVENT_REMOVED`.
        REMOVED = 7 => "removed",
        /// A subflow is established: `MPTCP_EVENT_SUB_ESTABLISHED`.
        SUB_ESTABLISHED = 10 => "sub-established",
        /// A subflow is closed: `MPTCP_EVENT_SUB_CLOSED`.
        SUB_CLOSED = 11 => "sub-closed",
        /// The priority of a subflow has changed: `MPTCP_EVENT_SUB_PRIORITY`.
        SUB_PRIORITY = 13 => "sub-priority",
        /// A listener was created: `MPTCP_EVENT_LISTENER_CREATED`.
        LISTENER_CREATED = 15 => "listener-created",
        /// A listener was closed: `MPTCP_EVENT_LISTENER_CLOSED`.
        LISTENER_CLOSED = 16 => "listener-closed",
    }
}

flags! {
    /// Flags of a connection in events: `MPTCP_PM_EV_FLAG_*`.
    pub struct MptcpEventFlags: u16 = "" {
        /// The peer takes no further subflows to its first address: `MPTCP_PM_EV_FLAG_DENY_JOIN_ID0`.
        const DENY_JOIN_ID0 = 0x1 => "deny-join-id0";
        /// Accepted here (on kernels newer than Linux 6.12): `MPTCP_PM_EV_FLAG_SERVER_SIDE`.
        const SERVER_SIDE = 0x2 => "server-side";
    }
}

values! {
    /// Reason of a reset (RFC 8684, section 3.6): `MPTCP_RST_*`.
    pub struct MptcpResetReason: u32 = "" {
        /// Unspecified error.
        UNSPECIFIED = 0 => "unspecified",
        /// MPTCP-specific error.
        MPTCP = 1 => "mptcp",
        /// Lack of resources.
        RESOURCES = 2 => "resources",
        /// Administratively prohibited.
        PROHIBITED = 3 => "prohibited",
        /// Too much outstanding data.
        TOO_MUCH_DATA = 4 => "too-much-data",
        /// Unacceptable performance.
        PERFORMANCE = 5 => "performance",
        /// Middlebox interference.
        MIDDLEBOX = 6 => "middlebox",
    }
}

netlink! {
    /// A subflow in the diagnosis of TCP sockets (`INET_ULP_INFO_MPTCP`).
    pub struct SubflowAttributes / SubflowAttributesBuf
    attributes {
        /// Token of the peer.
        MPTCP_SUBFLOW_ATTR_TOKEN_REM = 1 => remote_token: u32,
        /// Local token.
        MPTCP_SUBFLOW_ATTR_TOKEN_LOC = 2 => local_token: u32,
        /// Subflow sequence number of what is written next, relative to the first.
        MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ = 3 => relative_write_sequence: u32,
        /// Data sequence number at which the current mapping begins.
        MPTCP_SUBFLOW_ATTR_MAP_SEQ = 4 => map_sequence: u64,
        /// Subflow sequence number at which it begins.
        MPTCP_SUBFLOW_ATTR_MAP_SFSEQ = 5 => map_subflow_sequence: u32,
        /// Offset of subflow sequence numbers.
        MPTCP_SUBFLOW_ATTR_SSN_OFFSET = 6 => sequence_offset: u32,
        /// Bytes of the mapping.
        MPTCP_SUBFLOW_ATTR_MAP_DATALEN = 7 => map_length: u16,
        /// Subflow flags.
        MPTCP_SUBFLOW_ATTR_FLAGS = 8 => flags: SubflowFlags,
        /// Remote address identifier.
        MPTCP_SUBFLOW_ATTR_ID_REM = 9 => remote_id: u8,
        /// Local address identifier.
        MPTCP_SUBFLOW_ATTR_ID_LOC = 10 => local_id: u8,
    }
}

flags! {
    /// State of a subflow: `MPTCP_SUBFLOW_FLAG_*`.
    pub struct SubflowFlags: u32 = "" {
        /// The peer sent MP_CAPABLE: `MPTCP_SUBFLOW_FLAG_MCAP_REM`.
        const MCAP_REM = 0x1 => "mcap-rem";
        /// MP_CAPABLE was sent: `MPTCP_SUBFLOW_FLAG_MCAP_LOC`.
        const MCAP_LOC = 0x2 => "mcap-loc";
        /// The peer sent MP_JOIN: `MPTCP_SUBFLOW_FLAG_JOIN_REM`.
        const JOIN_REM = 0x4 => "join-rem";
        /// MP_JOIN was sent: `MPTCP_SUBFLOW_FLAG_JOIN_LOC`.
        const JOIN_LOC = 0x8 => "join-loc";
        /// The peer made it a backup path: `MPTCP_SUBFLOW_FLAG_BKUP_REM`.
        const BKUP_REM = 0x10 => "bkup-rem";
        /// It is a backup path here: `MPTCP_SUBFLOW_FLAG_BKUP_LOC`.
        const BKUP_LOC = 0x20 => "bkup-loc";
        /// Fully established: `MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED`.
        const FULLY_ESTABLISHED = 0x40 => "fully-established";
        /// Connected: `MPTCP_SUBFLOW_FLAG_CONNECTED`.
        const CONNECTED = 0x80 => "connected";
        /// A mapping is valid: `MPTCP_SUBFLOW_FLAG_MAPVALID`.
        const MAPVALID = 0x100 => "mapvalid";
    }
}
