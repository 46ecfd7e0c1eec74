//! Geneve tunnels: Ethernet over UDP, with options.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf, vxlan::VxlanDf};
use netlink_packet::{Be, Flag, Put, Scope, View, netlink};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

netlink! {
    /// A GENEVE tunnel: Ethernet over UDP with options (RFC 8926).
    pub struct Geneve / GeneveBuf
    attributes {
        /// Virtual network identifier (VNI), 0 to 2^24 - 1: `id`.
        IFLA_GENEVE_ID = 1 => id: u32,
        /// Remote IPv4 address; [`remote`](Geneve::remote) returns either family's.
        IFLA_GENEVE_REMOTE = 2 => remote4: Ipv4Addr,
        /// Outer TTL or hop limit; 0 for the system's default.
        IFLA_GENEVE_TTL = 3 => ttl: u8,
        /// Outer TOS or traffic class; 1 inherits the inner packet's.
        IFLA_GENEVE_TOS = 4 => tos: u8,
        /// UDP destination port, which it also listens on (big-endian on the wire); default 6081.
        IFLA_GENEVE_PORT = 5 => port: u16 as Be<u16>,
        /// `external` (collect metadata): tunnel parameters come per packet, from lwtunnel routes or tc.
        IFLA_GENEVE_COLLECT_METADATA = 6 => external: bool as Flag,
        /// Remote IPv6 address; [`remote`](Geneve::remote) returns either family's.
        IFLA_GENEVE_REMOTE6 = 7 => remote6: Ipv6Addr,
        /// UDP checksums over IPv4. Default off.
        IFLA_GENEVE_UDP_CSUM = 8 => udp_checksum: bool,
        /// Sends zero UDP checksums over IPv6.
        IFLA_GENEVE_UDP_ZERO_CSUM6_TX = 9 => udp_zero_checksum6_tx: bool,
        /// Accepts zero UDP checksums over IPv6.
        IFLA_GENEVE_UDP_ZERO_CSUM6_RX = 10 => udp_zero_checksum6_rx: bool,
        /// IPv6 flow label of the outer header, 20 bits (big-endian on the wire).
        IFLA_GENEVE_LABEL = 11 => label: u32 as Be<u32>,
        /// Inherits the TTL of the inner packet.
        IFLA_GENEVE_TTL_INHERIT = 12 => ttl_inherit: bool; unless(has_own_ttl),
        /// Don't fragment (DF) bit of the outer IPv4 header.
        IFLA_GENEVE_DF = 13 => dont_fragment: VxlanDf; needs("Linux 5.0"),
        /// Inherits the inner protocol: carries IP packets without an Ethernet header.
        IFLA_GENEVE_INNER_PROTO_INHERIT = 14 => inner_protocol_inherit: bool as Flag; needs("Linux 5.18"),
        /// UDP source port range.
        IFLA_GENEVE_PORT_RANGE = 15 => source_ports: &GenevePortRange as GenevePortRange; needs("Linux 6.15"),
        /// GRO hint: an option that lets the receiver aggregate packets.
        IFLA_GENEVE_GRO_HINT = 16 => gro_hint: bool as Flag; needs("a later Linux than 6.18"),
        /// Local IPv4 address; [`local`](Geneve::local) returns either family's.
        IFLA_GENEVE_LOCAL = 17 => local4: Ipv4Addr; needs("a later Linux than 6.18"); taken_if(crate::link::message::is_told_or_zero); set_by("local"),
        /// Local IPv6 address; [`local`](Geneve::local) returns either family's.
        IFLA_GENEVE_LOCAL6 = 18 => local6: Ipv6Addr; needs("a later Linux than 6.18"); taken_if(crate::link::message::is_told_or_zero); set_by("local"),
    }
}

/// Whether it has a TTL of its own, which the kernel overlooks beside any word on another.
fn has_own_ttl(scope: &Scope<'_>) -> bool {
    Geneve::cast(scope.bytes()).ttl_inherit() == Some(false)
}

impl LinkKind for Geneve {
    const NAME: &'static str = "geneve";
}

impl Geneve {
    /// A tunnel of this name and virtual network identifier (VNI) to another end.
    ///
    /// ```
    /// use rtnetlink::link::Geneve;
    ///
    /// // ip link add gnv0 type geneve id 7 remote 192.0.2.2
    /// let link = Geneve::named("gnv0", 7, "192.0.2.2");
    /// assert_eq!(link.view().kind::<Geneve>().and_then(Geneve::remote), Some([192, 0, 2, 2].into()));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, id: u32, remote: impl Put<IpAddr>) -> LinkMessageBuf {
        Geneve::to(id, remote).name(name)
    }

    /// A tunnel of this number to another end, like `ip link add type geneve id ID remote REMOTE`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Geneve;
    ///
    /// let link = Geneve::to(7, "192.0.2.2").name("gnv0");
    /// assert_eq!(link.view().kind::<Geneve>().and_then(Geneve::remote), Some([192, 0, 2, 2].into()));
    /// ```
    pub fn to(id: u32, remote: impl Put<IpAddr>) -> LinkMessageBuf {
        LinkMessage::build().kind(Geneve::build().id(id).remote(remote))
    }

    /// The other end.
    pub fn remote(&self) -> Option<IpAddr> {
        self.remote4().map(IpAddr::V4).or(self.remote6().map(IpAddr::V6))
    }

    /// The address that it sends from.
    pub fn local(&self) -> Option<IpAddr> {
        self.local4().map(IpAddr::V4).or(self.local6().map(IpAddr::V6))
    }
}

impl GeneveBuf {
    /// Sets the other end.
    pub fn remote(self, address: impl Put<IpAddr>) -> Self {
        super::set_either(self, address, Geneve::IFLA_GENEVE_REMOTE, Geneve::IFLA_GENEVE_REMOTE6)
    }

    /// Sets the address that it sends from.
    pub fn local(self, address: impl Put<IpAddr>) -> Self {
        super::set_either(self, address, Geneve::IFLA_GENEVE_LOCAL, Geneve::IFLA_GENEVE_LOCAL6)
    }
}

netlink! {
    /// UDP source port range of a GENEVE tunnel: `struct ifla_geneve_port_range`.
    pub struct GenevePortRange / GenevePortRangeBuf
    header ifla_geneve_port_range: 4 {
        /// Lowest port (big-endian on the wire).
        low = 0 => low: u16 as Be<u16>,
        /// Highest port (big-endian on the wire).
        high = 2 => high: u16 as Be<u16>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn geneve() {
        let (add, reported) = (capture!("add_geneve"), capture!("link_gn0"));
        let built = Geneve::build().id(7).remote("192.0.2.2").label(0).ttl(0).tos(0);
        assert_eq!(LinkMessage::build().name("gn0").kind(built).as_bytes(), add.payload);
        let geneve = reported.link().kind::<Geneve>().unwrap();
        assert_eq!(
            (geneve.id(), geneve.remote(), geneve.port()),
            (Some(7), Some([192, 0, 2, 2].into()), Some(6081))
        );
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_geneve_full");
        let reported = capture!("link_gn1");
        for geneve in [add.link().kind::<Geneve>().unwrap(), reported.link().kind::<Geneve>().unwrap()] {
            assert_eq!((geneve.id(), geneve.ttl(), geneve.tos()), (Some(8), Some(9), Some(0x10)));
            assert_eq!((geneve.dont_fragment(), geneve.port()), (Some(VxlanDf::SET), Some(6082)));
            assert_eq!(geneve.udp_checksum(), Some(true));
        }
        let built = Geneve::build().dont_fragment(VxlanDf::SET).id(8).remote("192.0.2.3").label(0);
        let built = built.ttl(9).tos(0x10).port(6082).udp_checksum(true);
        assert_eq!(LinkMessage::build().name("gn1").kind(built).as_bytes(), add.payload);
        let (add, reported) = (capture!("add_geneve6"), capture!("link_gn2"));
        for geneve in [add.link().kind::<Geneve>().unwrap(), reported.link().kind::<Geneve>().unwrap()] {
            assert_eq!((geneve.remote(), geneve.label()), ("2001:db8::2".parse().ok(), Some(0x123)));
            assert_eq!((geneve.ttl_inherit(), geneve.udp_zero_checksum6_tx()), (Some(true), Some(true)));
        }
        let built = Geneve::build().ttl_inherit(true).id(9).remote("2001:db8::2").label(0x123).ttl(0).tos(0);
        let built = built.udp_zero_checksum6_tx(true).udp_zero_checksum6_rx(true);
        assert_eq!(LinkMessage::build().name("gn2").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn external() {
        let (add, reported) = (capture!("add_geneve_external"), capture!("link_gn3"));
        for geneve in [add.link().kind::<Geneve>().unwrap(), reported.link().kind::<Geneve>().unwrap()] {
            assert_eq!((geneve.external(), geneve.inner_protocol_inherit()), (Some(true), Some(true)));
        }
    }
}
