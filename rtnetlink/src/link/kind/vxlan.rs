//! VXLAN tunnels: Ethernet over UDP.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use crate::time::Seconds;
use netlink_packet::{
    Be, Buffer, Codec, Flag, IfIndex, Plain, Put, Schema, Scope, View, append, netlink, values,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

netlink! {
    /// A VXLAN tunnel: Ethernet over UDP (RFC 7348).
    pub struct Vxlan / VxlanBuf
    attributes {
        /// VXLAN network identifier (VNI), 0 to 2^24 - 1: `id`.
        IFLA_VXLAN_ID = 1 => id: u32,
        /// Remote or multicast group IPv4 address; [`remote`](Vxlan::remote) returns either family's.
        IFLA_VXLAN_GROUP = 2 => remote4: Ipv4Addr,
        /// Index of the underlying link: `dev`.
        IFLA_VXLAN_LINK = 3 => device: u32 as IfIndex; when_added(is_without_device),
        /// Local IPv4 address; [`local`](Vxlan::local) returns either family's.
        IFLA_VXLAN_LOCAL = 4 => local4: Ipv4Addr,
        /// Outer TTL or hop limit; 0 for the system's default (1 for multicast).
        IFLA_VXLAN_TTL = 5 => ttl: u8,
        /// Outer TOS or traffic class; 1 inherits the inner packet's.
        IFLA_VXLAN_TOS = 6 => tos: u8,
        /// Learning of source MAC addresses and their remote hosts. Default on.
        IFLA_VXLAN_LEARNING = 7 => learning: bool,
        /// Ageing time of learned FDB entries; default 300 s.
        IFLA_VXLAN_AGEING = 8 => ageing: Duration as Seconds,
        /// Limit of FDB entries (maximum number of addresses); 0 means none.
        IFLA_VXLAN_LIMIT = 9 => max_addresses: u32,
        /// UDP source port range.
        IFLA_VXLAN_PORT_RANGE = 10 => source_ports: &VxlanPortRange as VxlanPortRange,
        /// ARP and neighbour discovery proxy.
        IFLA_VXLAN_PROXY = 11 => proxy: bool,
        /// Route short circuit (RSC): bypass a router when its MAC address is known.
        IFLA_VXLAN_RSC = 12 => route_short_circuit: bool,
        /// L2 miss notifications: for destination MAC addresses without an FDB entry.
        IFLA_VXLAN_L2MISS = 13 => l2_miss: bool,
        /// L3 miss notifications: for IP addresses without a neighbour entry.
        IFLA_VXLAN_L3MISS = 14 => l3_miss: bool,
        /// UDP destination port, which it also listens on (big-endian on the wire); default 8472, not
        /// IANA's 4789.
        IFLA_VXLAN_PORT = 15 => port: u16 as Be<u16>,
        /// Remote or multicast group IPv6 address; [`remote`](Vxlan::remote) returns either family's.
        IFLA_VXLAN_GROUP6 = 16 => remote6: Ipv6Addr,
        /// Local IPv6 address; [`local`](Vxlan::local) returns either family's.
        IFLA_VXLAN_LOCAL6 = 17 => local6: Ipv6Addr,
        /// UDP checksums over IPv4. Default on.
        IFLA_VXLAN_UDP_CSUM = 18 => udp_checksum: bool,
        /// Sends zero UDP checksums over IPv6.
        IFLA_VXLAN_UDP_ZERO_CSUM6_TX = 19 => udp_zero_checksum6_tx: bool,
        /// Accepts zero UDP checksums over IPv6.
        IFLA_VXLAN_UDP_ZERO_CSUM6_RX = 20 => udp_zero_checksum6_rx: bool,
        /// Remote checksum offload (RCO) on transmit.
        IFLA_VXLAN_REMCSUM_TX = 21 => remote_checksum_tx: bool,
        /// Remote checksum offload (RCO) on receive.
        IFLA_VXLAN_REMCSUM_RX = 22 => remote_checksum_rx: bool; unless(has_no_remote_checksum),
        /// Group policy extension (GBP): carries a policy mark.
        IFLA_VXLAN_GBP = 23 => group_policy: bool as Flag,
        /// No partial checksums with remote checksum offload: compute them in full.
        IFLA_VXLAN_REMCSUM_NOPARTIAL = 24 => remote_checksum_no_partial: bool as Flag,
        /// `external` (collect metadata): tunnel parameters come per packet, from lwtunnel routes or tc.
        IFLA_VXLAN_COLLECT_METADATA = 25 => external: bool,
        /// IPv6 flow label of the outer header, 20 bits (big-endian on the wire).
        IFLA_VXLAN_LABEL = 26 => label: u32 as Be<u32>,
        /// Generic protocol extension (GPE): carries other protocols than Ethernet.
        IFLA_VXLAN_GPE = 27 => generic_protocol: bool as Flag,
        /// Inherits the TTL of the inner packet.
        IFLA_VXLAN_TTL_INHERIT = 28 => ttl_inherit: bool as FlagOrByte; separate,
        /// Don't fragment (DF) bit of the outer IPv4 header.
        IFLA_VXLAN_DF = 29 => dont_fragment: VxlanDf; needs("Linux 5.0"),
        /// VNI filtering: accept only configured VNIs. Needs `external`.
        IFLA_VXLAN_VNIFILTER = 30 => vni_filter: bool; needs("Linux 5.18"); taken_if(crate::link::message::is_told_or_zero),
        /// Local bypass: deliver packets for a local VXLAN directly. Default on.
        IFLA_VXLAN_LOCALBYPASS = 31 => local_bypass: bool; needs("Linux 6.5"),
        /// Flow label policy: fixed or inherited.
        IFLA_VXLAN_LABEL_POLICY = 32 => label_policy: VxlanLabelPolicy; needs("Linux 6.8"),
        /// Reserved header bits: packets that have one of them set are dropped. A mask of the 8-byte header.
        IFLA_VXLAN_RESERVED_BITS = 33 => reserved_bits: [u8; 8]; needs("Linux 6.14"),
        /// Multicast routing of outer packets by the host's multicast routes (IPv4).
        IFLA_VXLAN_MC_ROUTE = 34 => multicast_route: bool; needs("Linux 6.17"),
    }
    also ttl_inherit
}

/// Whether it takes no such checksums: a newer kernel takes even this word for a use of the bits, which are reserved then.
fn has_no_remote_checksum(scope: &Scope<'_>) -> bool {
    Vxlan::cast(scope.bytes()).remote_checksum_rx() == Some(false)
}

/// A list says by a byte what a request says by a flag.
fn ttl_inherit(scope: &Scope<'_>, out: &mut Buffer) {
    if Vxlan::cast(scope.bytes()).ttl_inherit() == Some(true) {
        append(out, Vxlan::IFLA_VXLAN_TTL_INHERIT, true);
    }
}

/// Whether the underlying link is taken away.
fn is_without_device(scope: &Scope<'_>) -> bool {
    Vxlan::cast(scope.bytes()).device() == Some(0)
}

impl LinkKind for Vxlan {
    const NAME: &'static str = "vxlan";
}

impl Vxlan {
    /// A VXLAN of this name and VXLAN network identifier (VNI).
    ///
    /// ```
    /// use rtnetlink::link::Vxlan;
    ///
    /// // ip link add vx0 type vxlan id 42
    /// let link = Vxlan::named("vx0", 42);
    /// assert_eq!(link.view().kind::<Vxlan>().and_then(Vxlan::id), Some(42));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, id: u32) -> LinkMessageBuf {
        Vxlan::with_id(id).name(name)
    }

    /// A VXLAN of this number, like `ip link add type vxlan id ID`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::{LinkMessage, Vxlan};
    ///
    /// let link = LinkMessage::build().name("vx0").kind(Vxlan::build().id(42).remote("239.1.1.1").device("eth0"));
    /// let vxlan = link.view().kind::<Vxlan>().unwrap();
    /// assert_eq!(vxlan.remote(), Some([239, 1, 1, 1].into()));
    /// ```
    pub fn with_id(id: u32) -> LinkMessageBuf {
        LinkMessage::build().kind(Vxlan::build().id(id))
    }

    /// Default destination of frames without an FDB entry: the remote endpoint or a multicast group (`remote` and
    /// `group` of `ip`).
    pub fn remote(&self) -> Option<IpAddr> {
        self.remote4().map(IpAddr::V4).or(self.remote6().map(IpAddr::V6))
    }

    /// The address that it sends from.
    pub fn local(&self) -> Option<IpAddr> {
        self.local4().map(IpAddr::V4).or(self.local6().map(IpAddr::V6))
    }
}

impl VxlanBuf {
    /// Sets the default destination of frames without an FDB entry: the remote endpoint or a multicast group.
    pub fn remote(self, address: impl Put<IpAddr>) -> Self {
        super::set_either(self, address, Vxlan::IFLA_VXLAN_GROUP, Vxlan::IFLA_VXLAN_GROUP6)
    }

    /// Sets the address that it sends from.
    pub fn local(self, address: impl Put<IpAddr>) -> Self {
        super::set_either(self, address, Vxlan::IFLA_VXLAN_LOCAL, Vxlan::IFLA_VXLAN_LOCAL6)
    }
}

/// Codec of a switch that the kernel takes as a flag and reports as a byte.
#[derive(Debug)]
pub struct FlagOrByte;

impl Codec for FlagOrByte {
    type Value<'a> = bool;
    const SCHEMA: Schema = <Flag as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<bool> {
        if payload.is_empty() { Some(true) } else { bool::decode(payload) }
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Put<FlagOrByte> for bool {
    fn put(self, out: &mut Buffer) {
        Put::<Flag>::put(self, out);
    }

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        Put::<Flag>::put_as(self, key, out);
    }
}

netlink! {
    /// UDP source port range of a VXLAN tunnel: `struct ifla_vxlan_port_range`.
    pub struct VxlanPortRange / VxlanPortRangeBuf
    header ifla_vxlan_port_range: 4 {
        /// Lowest port (big-endian on the wire).
        low = 0 => low: u16 as Be<u16>,
        /// Highest port (big-endian on the wire).
        high = 2 => high: u16 as Be<u16>,
    }
}

values! {
    /// Don't fragment (DF) bit of outer IPv4 headers: `VXLAN_DF_*`, in the words of `ip`.
    pub struct VxlanDf: u8 = "vxlan-df" {
        /// Unset: outer packets may be fragmented.
        UNSET = 0 => "unset",
        /// Set: outer packets must not be fragmented.
        SET = 1 => "set",
        /// Inherits from the inner packet.
        INHERIT = 2 => "inherit",
    }
}

values! {
    /// Flow label policy of a VXLAN tunnel: `VXLAN_LABEL_*`.
    pub struct VxlanLabelPolicy: u32 = "vxlan-label-policy" {
        /// Fixed: the configured flow label.
        FIXED = 0 => "fixed",
        /// Inherits from the inner packet.
        INHERIT = 1 => "inherit",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use netlink_packet::BuildError;

    #[test]
    fn vxlan() {
        let add = capture!("add_vxlan");
        let vxlan = add.link().kind::<Vxlan>().unwrap();
        assert_eq!((vxlan.id(), vxlan.device(), vxlan.port()), (Some(42), Some(2), Some(4789)));
        assert_eq!((vxlan.remote(), vxlan.local()), (Some([239, 1, 1, 1].into()), None));
        let built = Vxlan::build().device(2).id(42).remote("239.1.1.1").learning(true).port(4789);
        assert_eq!(LinkMessage::build().name("vx0").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_vxlan_full");
        let built = Vxlan::build().ttl(7).tos(8).dont_fragment(VxlanDf::SET);
        let built = built.source_ports(VxlanPortRange::build().low(1000).high(2000));
        let built = built.ageing(Duration::from_secs(300)).max_addresses(99);
        let built = built.proxy(true).route_short_circuit(true).l2_miss(true).l3_miss(true);
        let built = built.udp_checksum(true).udp_zero_checksum6_tx(true).udp_zero_checksum6_rx(true);
        let built = built.remote_checksum_tx(true).remote_checksum_rx(true).group_policy(true).id(43);
        let built = built.local("192.0.2.1").remote(Ipv4Addr::new(192, 0, 2, 2)).learning(false).port(4790);
        assert_eq!(LinkMessage::build().name("vx1").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn over_ipv6() {
        let add = capture!("add_vxlan6");
        let vxlan = add.link().kind::<Vxlan>().unwrap();
        assert_eq!(vxlan.remote(), "2001:db8::2".parse().ok());
        assert_eq!((vxlan.label(), vxlan.ttl_inherit()), (Some(0x1234), Some(true)));
        let built = Vxlan::build().label(0x1234).ttl_inherit(true).id(44);
        let built = built.local("2001:db8::1").remote("2001:db8::2").learning(true).port(4791);
        assert_eq!(LinkMessage::build().name("vx2").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn external() {
        let add = capture!("add_vxlan_external");
        let built = Vxlan::build().external(true).vni_filter(true).generic_protocol(true);
        let built = built.learning(false).port(4792);
        assert_eq!(LinkMessage::build().name("vx3").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn as_kernels_report_it() {
        for reported in [capture!("link_vx1_6_1"), capture!("link_vx1"), capture!("link_vx1_6_18")] {
            let vxlan = reported.link().kind::<Vxlan>().unwrap();
            assert_eq!(
                (vxlan.id(), vxlan.port(), vxlan.ttl(), vxlan.tos()),
                (Some(43), Some(4790), Some(7), Some(8))
            );
            assert_eq!(
                (vxlan.local(), vxlan.remote()),
                (Some([192, 0, 2, 1].into()), Some([192, 0, 2, 2].into()))
            );
            assert_eq!(vxlan.source_ports().map(|ports| (ports.low(), ports.high())), Some((1000, 2000)));
            assert_eq!((vxlan.ageing(), vxlan.max_addresses()), (Some(Duration::from_secs(300)), Some(99)));
            let off = [vxlan.learning(), vxlan.external(), vxlan.ttl_inherit()];
            assert_eq!(off, [Some(false); 3]);
            let on = [
                vxlan.proxy(),
                vxlan.route_short_circuit(),
                vxlan.l2_miss(),
                vxlan.l3_miss(),
                vxlan.group_policy(),
            ];
            assert_eq!(on, [Some(true); 5]);
            assert_eq!(vxlan.dont_fragment(), Some(VxlanDf::SET));
        }
    }

    #[test]
    fn invalid_addresses() {
        let built = LinkMessage::build().kind(Vxlan::build().remote("somewhere"));
        let problem = netlink_packet::Build::buffer(&built).problem();
        assert_eq!(problem, Some(&BuildError::NotAnAddress("somewhere".into())));
    }
}
