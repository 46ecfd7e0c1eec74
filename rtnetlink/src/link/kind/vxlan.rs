//! VXLANs: Ethernet over UDP.

use crate::link::{LinkKind, LinkMessage, LinkMessageBuf};
use crate::time::Seconds;
use netlink_packet::{Be, Buffer, Codec, Device, Flag, Put, Schema, netlink, values, Scope, View, append};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

netlink! {
    /// An Ethernet that is carried over UDP.
    pub struct Vxlan / VxlanBuf
    attributes {
        /// The number of the network, less than 2^24: its VNI.
        IFLA_VXLAN_ID = 1 => id: u32,
        /// The other end or the group, over IPv4; [`remote`](Vxlan::remote) is over either.
        IFLA_VXLAN_GROUP = 2 => remote4: Ipv4Addr,
        /// The link that it sends through.
        IFLA_VXLAN_LINK = 3 => device: u32 as Device,
        /// Its own address, over IPv4; [`local`](Vxlan::local) is over either.
        IFLA_VXLAN_LOCAL = 4 => local4: Ipv4Addr,
        /// How many hops its packets can make; 0 where that is left to the host.
        IFLA_VXLAN_TTL = 5 => ttl: u8,
        /// The type of service of its packets; 1 takes that of the packet inside.
        IFLA_VXLAN_TOS = 6 => tos: u8,
        /// It learns from which host each address came.
        IFLA_VXLAN_LEARNING = 7 => learning: bool,
        /// How long it remembers what it learned.
        IFLA_VXLAN_AGEING = 8 => ageing: Duration as Seconds,
        /// How many addresses it remembers; 0 is without limit.
        IFLA_VXLAN_LIMIT = 9 => max_addresses: u32,
        /// The ports that it sends from.
        IFLA_VXLAN_PORT_RANGE = 10 => source_ports: &VxlanPortRange as VxlanPortRange,
        /// It answers for neighbours that it knows.
        IFLA_VXLAN_PROXY = 11 => proxy: bool,
        /// It sends to a router's address without the router.
        IFLA_VXLAN_RSC = 12 => route_short_circuit: bool,
        /// It tells of destinations whose address it doesn't know.
        IFLA_VXLAN_L2MISS = 13 => l2_miss: bool,
        /// It tells of neighbours that it doesn't know.
        IFLA_VXLAN_L3MISS = 14 => l3_miss: bool,
        /// The port that it sends to and listens on.
        IFLA_VXLAN_PORT = 15 => port: u16 as Be<u16>,
        /// The other end or the group, over IPv6; [`remote`](Vxlan::remote) is over either.
        IFLA_VXLAN_GROUP6 = 16 => remote6: Ipv6Addr,
        /// Its own address, over IPv6; [`local`](Vxlan::local) is over either.
        IFLA_VXLAN_LOCAL6 = 17 => local6: Ipv6Addr,
        /// It writes checksums over IPv4.
        IFLA_VXLAN_UDP_CSUM = 18 => udp_checksum: bool,
        /// It leaves checksums out over IPv6.
        IFLA_VXLAN_UDP_ZERO_CSUM6_TX = 19 => udp_zero_checksum6_tx: bool,
        /// It takes packets without checksums over IPv6.
        IFLA_VXLAN_UDP_ZERO_CSUM6_RX = 20 => udp_zero_checksum6_rx: bool,
        /// It leaves checksums to the receiver.
        IFLA_VXLAN_REMCSUM_TX = 21 => remote_checksum_tx: bool,
        /// It completes checksums that senders left to it.
        IFLA_VXLAN_REMCSUM_RX = 22 => remote_checksum_rx: bool; unless(has_no_remote_checksum),
        /// It carries the mark of a group policy.
        IFLA_VXLAN_GBP = 23 => group_policy: bool as Flag,
        /// Checksums left to the receiver are always written in full.
        IFLA_VXLAN_REMCSUM_NOPARTIAL = 24 => remote_checksum_no_partial: bool as Flag,
        /// Routes and filters say for each packet where it goes.
        IFLA_VXLAN_COLLECT_METADATA = 25 => external: bool,
        /// The flow label of its packets.
        IFLA_VXLAN_LABEL = 26 => label: u32 as Be<u32>,
        /// It carries any protocol, not just Ethernet.
        IFLA_VXLAN_GPE = 27 => generic_protocol: bool as Flag,
        /// It takes the number of hops from the packet inside.
        IFLA_VXLAN_TTL_INHERIT = 28 => ttl_inherit: bool as FlagOrByte; separate,
        /// Whether its packets may be fragmented.
        IFLA_VXLAN_DF = 29 => dont_fragment: VxlanDf,
        /// It takes only the numbers that it was told.
        IFLA_VXLAN_VNIFILTER = 30 => vni_filter: bool,
        /// It hands packets for this host over without sending them.
        IFLA_VXLAN_LOCALBYPASS = 31 => local_bypass: bool,
        /// Where the flow label comes from.
        IFLA_VXLAN_LABEL_POLICY = 32 => label_policy: VxlanLabelPolicy,
        /// The bits of the header that may not be set in what it takes.
        IFLA_VXLAN_RESERVED_BITS = 33 => reserved_bits: [u8; 8],
        /// It routes multicast packets over IPv4 as the host does.
        IFLA_VXLAN_MC_ROUTE = 34 => multicast_route: bool,
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
        append(out, IFLA_VXLAN_TTL_INHERIT, true);
    }
}

impl LinkKind for Vxlan {
    const NAME: &'static str = "vxlan";
}

impl Vxlan {
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

    /// Where it sends what is for nobody in particular: the other end, or a group (`remote` and `group` of `ip`).
    pub fn remote(&self) -> Option<IpAddr> {
        self.remote4().map(IpAddr::V4).or(self.remote6().map(IpAddr::V6))
    }

    /// The address that it sends from.
    pub fn local(&self) -> Option<IpAddr> {
        self.local4().map(IpAddr::V4).or(self.local6().map(IpAddr::V6))
    }
}

impl VxlanBuf {
    /// Sets where it sends what is for nobody in particular: the other end, or a group.
    pub fn remote(self, address: impl Put<IpAddr>) -> Self {
        super::set_either(self, address, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6)
    }

    /// Sets the address that it sends from.
    pub fn local(self, address: impl Put<IpAddr>) -> Self {
        super::set_either(self, address, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6)
    }
}

/// The codec of a switch that the kernel takes as a flag and tells as a byte.
pub struct FlagOrByte;

impl Codec for FlagOrByte {
    type Value<'a> = bool;
    const SCHEMA: Schema = <Flag as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<bool> {
        if payload.is_empty() { Some(true) } else { bool::decode(payload) }
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
    /// The ports that a VXLAN sends from: `struct ifla_vxlan_port_range`.
    pub struct VxlanPortRange / VxlanPortRangeBuf
    header ifla_vxlan_port_range: 4 {
        /// The first.
        low = 0 => low: u16 as Be<u16>,
        /// The last.
        high = 2 => high: u16 as Be<u16>,
    }
}

values! {
    /// Whether the packets of a VXLAN may be fragmented: `VXLAN_DF_*`, in the words of `ip`.
    pub struct VxlanDf: u8 = "vxlan-df" {
        /// They may.
        UNSET = 0 => "unset",
        /// They may not.
        SET = 1 => "set",
        /// As the packet inside.
        INHERIT = 2 => "inherit",
    }
}

values! {
    /// Where the flow label of a VXLAN's packets comes from: `VXLAN_LABEL_*`.
    pub struct VxlanLabelPolicy: u32 = "vxlan-label-policy" {
        /// From the VXLAN.
        FIXED = 0 => "fixed",
        /// From the packet inside.
        INHERIT = 1 => "inherit",
    }
}

#[cfg(all(test, target_endian = "little"))]
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
    fn as_kernels_tell() {
        for told in [capture!("link_vx1_6_1"), capture!("link_vx1"), capture!("link_vx1_6_18")] {
            let vxlan = told.link().kind::<Vxlan>().unwrap();
            assert_eq!((vxlan.id(), vxlan.port(), vxlan.ttl(), vxlan.tos()), (Some(43), Some(4790), Some(7), Some(8)));
            assert_eq!((vxlan.local(), vxlan.remote()), (Some([192, 0, 2, 1].into()), Some([192, 0, 2, 2].into())));
            assert_eq!(vxlan.source_ports().map(|ports| (ports.low(), ports.high())), Some((1000, 2000)));
            assert_eq!((vxlan.ageing(), vxlan.max_addresses()), (Some(Duration::from_secs(300)), Some(99)));
            let off = [vxlan.learning(), vxlan.external(), vxlan.ttl_inherit()];
            assert_eq!(off, [Some(false); 3]);
            let on = [vxlan.proxy(), vxlan.route_short_circuit(), vxlan.l2_miss(), vxlan.l3_miss(), vxlan.group_policy()];
            assert_eq!(on, [Some(true); 5]);
            assert_eq!(vxlan.dont_fragment(), Some(VxlanDf::SET));
        }
    }

    #[test]
    fn addresses_that_are_none() {
        let built = LinkMessage::build().kind(Vxlan::build().remote("somewhere"));
        let problem = netlink_packet::Build::buffer(&built).problem();
        assert_eq!(problem, Some(&BuildError::NotAnAddress("somewhere".into())));
    }
}
