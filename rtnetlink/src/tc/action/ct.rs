//! Connection tracking: `ct`.

use super::{ActionKind, ActionTimes};
use netlink_packet::{Attr, Be, flags, netlink};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

netlink! {
    /// Sends a packet through connection tracking, with network address translation (NAT) if wanted. Filters can then match
    /// the state of its connection.
    ///
    /// ```
    /// use rtnetlink::tc::action::Ct;
    ///
    /// // action ct commit zone 7 mark 5
    /// let commit = Ct::commit().zone(7).mark(5);
    /// // action ct clear
    /// let clear = Ct::clear();
    /// ```
    pub struct Ct / CtBuf
    attributes {
        /// Parameters (parms).
        TCA_CT_PARMS = 1 => parameters: &CtParameters as CtParameters,
        /// Times: when it was added and used.
        TCA_CT_TM = 2 => times: &ActionTimes as ActionTimes; read_only,
        /// Action: what is done.
        TCA_CT_ACTION = 3 => operation: CtOperation,
        /// Zone of connection tracking.
        TCA_CT_ZONE = 4 => zone: u16,
        /// Mark of the connection.
        TCA_CT_MARK = 5 => mark: u32,
        /// Mask of the mark: bits that are set.
        TCA_CT_MARK_MASK = 6 => mark_mask: u32,
        /// Labels of the connection (`label`).
        TCA_CT_LABELS = 7 => labels: [u8; 16],
        /// Mask of the labels: bits that are set.
        TCA_CT_LABELS_MASK = 8 => labels_mask: [u8; 16],
        /// First IPv4 address of those that NAT chooses from.
        TCA_CT_NAT_IPV4_MIN = 9 => nat_ipv4_min: Ipv4Addr,
        /// Last IPv4 address of those that NAT chooses from.
        TCA_CT_NAT_IPV4_MAX = 10 => nat_ipv4_max: Ipv4Addr,
        /// First IPv6 address of those that NAT chooses from.
        TCA_CT_NAT_IPV6_MIN = 11 => nat_ipv6_min: Ipv6Addr,
        /// Last IPv6 address of those that NAT chooses from.
        TCA_CT_NAT_IPV6_MAX = 12 => nat_ipv6_max: Ipv6Addr,
        /// First port of those that NAT chooses from.
        TCA_CT_NAT_PORT_MIN = 13 => nat_port_min: u16 as Be<u16>,
        /// Last port of those that NAT chooses from.
        TCA_CT_NAT_PORT_MAX = 14 => nat_port_max: u16 as Be<u16>,
        /// Helper: name of what follows the protocol of the connection, such as `ftp`.
        TCA_CT_HELPER_NAME = 16 => helper: &str as str; needs("Linux 6.2"),
        /// Helper family: address family of the helper, such as 2 for IPv4.
        TCA_CT_HELPER_FAMILY = 17 => helper_family: u8; needs("Linux 6.2"),
        /// Helper protocol: IP protocol of the helper, such as 6 for TCP.
        TCA_CT_HELPER_PROTO = 18 => helper_protocol: u8; needs("Linux 6.2"),
    }
}

parameters! {
    /// Parameters of connection tracking: `struct tc_ct`.
    pub struct CtParameters / CtParametersBuf = tc_ct: 20 {}
}

flags! {
    /// What [`Ct`] does: `TCA_CT_ACT_*`. With none of them, the state of the connection is looked up.
    pub struct CtOperation: u16 = "ct-action" {
        /// Commit: the connection is kept.
        const COMMIT = 0x1 => "commit";
        /// Force: a connection of the other direction is replaced.
        const FORCE = 0x2 => "force";
        /// Clear: the packet no longer has a state.
        const CLEAR = 0x4 => "clear";
        /// NAT, by what the connection has.
        const NAT = 0x8 => "nat";
        /// NAT of the source address.
        const NAT_SRC = 0x10 => "src";
        /// NAT of the destination address.
        const NAT_DST = 0x20 => "dst";
    }
}

impl ActionKind for Ct {
    const NAME: &'static str = "ct";
    type Parameters = CtParametersBuf;
    const PARAMETERS: Attr<Ct, CtParameters> = Ct::TCA_CT_PARMS;
}

impl Ct {
    /// Keeps the connection, like `action ct commit`.
    pub fn commit() -> CtBuf {
        Ct::build().operation(CtOperation::COMMIT)
    }

    /// Forgets the state of the packet, like `action ct clear`.
    pub fn clear() -> CtBuf {
        Ct::build().operation(CtOperation::CLEAR)
    }

    /// Translates as the connection says, like `action ct nat`.
    pub fn nat() -> CtBuf {
        Ct::build().operation(CtOperation::NAT)
    }
}

impl CtBuf {
    /// Replaces a connection of the other direction, like `commit force`.
    pub fn force(self) -> Self {
        self.also(CtOperation::FORCE)
    }

    /// Translates source addresses to one of these, like `nat src addr FIRST-LAST`.
    pub fn nat_source(self, addresses: RangeInclusive<IpAddr>) -> Self {
        self.also(CtOperation::NAT | CtOperation::NAT_SRC).addresses(&addresses)
    }

    /// Translates destination addresses to one of these, like `nat dst addr FIRST-LAST`.
    pub fn nat_destination(self, addresses: RangeInclusive<IpAddr>) -> Self {
        self.also(CtOperation::NAT | CtOperation::NAT_DST).addresses(&addresses)
    }

    /// Sets the ports that NAT chooses from, like `port FIRST-LAST`.
    pub fn nat_ports(self, ports: RangeInclusive<u16>) -> Self {
        self.nat_port_min(*ports.start()).nat_port_max(*ports.end())
    }

    fn also(self, operation: CtOperation) -> Self {
        let before = self.view().operation().unwrap_or_default();
        self.operation(before | operation)
    }

    fn addresses(self, addresses: &RangeInclusive<IpAddr>) -> Self {
        let ct = match *addresses.start() {
            IpAddr::V4(first) => self.nat_ipv4_min(first),
            IpAddr::V6(first) => self.nat_ipv6_min(first),
        };
        match *addresses.end() {
            IpAddr::V4(last) => ct.nat_ipv4_max(last),
            IpAddr::V6(last) => ct.nat_ipv6_max(last),
        }
    }
}
