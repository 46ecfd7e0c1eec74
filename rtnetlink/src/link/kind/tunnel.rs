//! Tunnels over IPv4: `ipip` and `sit`.

use crate::link::info::kind_around;
use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{
    Be, Codec, Fixed, Flag, IfIndex, Plain, Put, Resets, Schema, Scope, View, flags, netlink, values,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

netlink! {
    /// An IP tunnel over IPv4: `ipip` (IPv4 in IPv4, RFC 2003) or `sit` (IPv6 in IPv4, RFC 4213).
    pub struct Tunnel / TunnelBuf
    attributes {
        /// Index of the underlying link: `dev`.
        IFLA_IPTUN_LINK = 1 => device: u32 as IfIndex,
        /// Local address of the outer header.
        IFLA_IPTUN_LOCAL = 2 => local: IpAddr,
        /// Remote address of the outer header.
        IFLA_IPTUN_REMOTE = 3 => remote: IpAddr,
        /// Outer TTL; 0 inherits the inner packet's.
        IFLA_IPTUN_TTL = 4 => ttl: u8,
        /// Outer TOS; 1 inherits the inner packet's.
        IFLA_IPTUN_TOS = 5 => tos: u8,
        /// Tunnel encapsulation limit (RFC 2473). Tunnels over IPv6 only.
        IFLA_IPTUN_ENCAP_LIMIT = 6 => encap_limit: u8; ignored,
        /// Flow label and traffic class (big-endian on the wire). Tunnels over IPv6 only.
        IFLA_IPTUN_FLOWINFO = 7 => flow_info: u32 as Be<u32>; ignored,
        /// Tunnel flags.
        IFLA_IPTUN_FLAGS = 8 => flags: TunnelFlags as TunnelFlagsHostOrder; ignored(is_not_sit); when_added,
        /// Inner protocol.
        IFLA_IPTUN_PROTO = 9 => protocol: TunnelProtocol; when_added,
        /// Path MTU discovery (sets DF on the outer header). Default on.
        IFLA_IPTUN_PMTUDISC = 10 => path_mtu_discovery: bool; ignored(is_on_with_ttl),
        /// 6rd prefix (RFC 5969): IPv6 addresses in it embed the remote IPv4 address.
        IFLA_IPTUN_6RD_PREFIX = 11 => rapid_prefix: Ipv6Addr; ignored(is_not_sit),
        /// 6rd relay prefix: common IPv4 prefix of the remote addresses.
        IFLA_IPTUN_6RD_RELAY_PREFIX = 12 => rapid_relay_prefix: Ipv4Addr; ignored(is_not_sit),
        /// Length of the 6rd prefix, in bits.
        IFLA_IPTUN_6RD_PREFIXLEN = 13 => rapid_prefix_length: u16; ignored(is_not_sit),
        /// Length of the 6rd relay prefix, in bits.
        IFLA_IPTUN_6RD_RELAY_PREFIXLEN = 14 => rapid_relay_prefix_length: u16; ignored(is_not_sit),
        /// Secondary UDP encapsulation type: FOU or GUE.
        IFLA_IPTUN_ENCAP_TYPE = 15 => encap_type: Encapsulation,
        /// Flags of the secondary UDP encapsulation.
        IFLA_IPTUN_ENCAP_FLAGS = 16 => encap_flags: EncapsulationFlags,
        /// UDP source port of the encapsulation (big-endian on the wire); 0 chooses one per flow.
        IFLA_IPTUN_ENCAP_SPORT = 17 => encap_source_port: u16 as Be<u16>,
        /// UDP destination port of the encapsulation (big-endian on the wire).
        IFLA_IPTUN_ENCAP_DPORT = 18 => encap_port: u16 as Be<u16>,
        /// `external` (collect metadata): tunnel parameters come per packet, from lwtunnel routes or tc.
        IFLA_IPTUN_COLLECT_METADATA = 19 => external: bool as Flag; ignored(is_sit),
        /// Firewall mark (fwmark) of outer packets, for the route lookup.
        IFLA_IPTUN_FWMARK = 20 => mark: u32,
    }
}

fn is_sit(scope: &Scope<'_>) -> bool {
    kind_around(scope) == Some("sit")
}

fn is_not_sit(scope: &Scope<'_>) -> bool {
    kind_around(scope).is_some_and(|kind| kind != "sit")
}

/// Whether path MTU discovery is off beside a TTL, with which the kernel does it all the same.
fn is_on_with_ttl(scope: &Scope<'_>) -> bool {
    let tunnel = Tunnel::cast(scope.bytes());
    tunnel.path_mtu_discovery() == Some(false) && tunnel.ttl().is_some_and(|ttl| ttl != 0)
}

impl LinkKind for Tunnel {
    const NAME: &'static str = "ipip";
    const ALIASES: &'static [&'static str] = &["sit"];
    const RESETS: Resets = Resets::All;
}

impl Tunnel {
    /// IPv4 over IPv4, by this name.
    ///
    /// ```
    /// use rtnetlink::link::Tunnel;
    ///
    /// // ip link add tun1 type ipip local 192.0.2.1 remote 192.0.2.2
    /// let link = Tunnel::named("tun1", "192.0.2.1", "192.0.2.2");
    /// assert_eq!(link.view().kind_name(), Some("ipip"));
    /// ```
    pub fn named(
        name: impl Put<InterfaceName>,
        local: impl Put<Ipv4Addr>,
        remote: impl Put<Ipv4Addr>,
    ) -> LinkMessageBuf {
        Tunnel::between(local, remote).name(name)
    }

    /// IPv6 over IPv4, by this name.
    ///
    /// ```
    /// use rtnetlink::link::Tunnel;
    ///
    /// // ip link add sit1 type sit local 192.0.2.1 remote 192.0.2.2
    /// let link = Tunnel::sit("sit1", "192.0.2.1", "192.0.2.2");
    /// assert_eq!(link.view().kind_name(), Some("sit"));
    /// ```
    pub fn sit(
        name: impl Put<InterfaceName>,
        local: impl Put<Ipv4Addr>,
        remote: impl Put<Ipv4Addr>,
    ) -> LinkMessageBuf {
        Tunnel::sit_between(local, remote).name(name)
    }

    /// IPv4 over IPv4, like `ip link add type ipip local LOCAL remote REMOTE`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Tunnel;
    ///
    /// let link = Tunnel::between("192.0.2.1", "192.0.2.2").name("t0");
    /// assert_eq!(link.view().kind_name(), Some("ipip"));
    /// ```
    pub fn between(local: impl Put<Ipv4Addr>, remote: impl Put<Ipv4Addr>) -> LinkMessageBuf {
        LinkMessage::build().kind(ends(local, remote))
    }

    /// IPv6 over IPv4, like `ip link add type sit local LOCAL remote REMOTE`: it lacks its name.
    pub fn sit_between(local: impl Put<Ipv4Addr>, remote: impl Put<Ipv4Addr>) -> LinkMessageBuf {
        LinkMessage::build().kind_named("sit", ends(local, remote))
    }
}

fn ends(local: impl Put<Ipv4Addr>, remote: impl Put<Ipv4Addr>) -> TunnelBuf {
    Tunnel::build().with(Tunnel::IFLA_IPTUN_LOCAL, V4(local)).with(Tunnel::IFLA_IPTUN_REMOTE, V4(remote))
}

/// An IPv4 address where one of either family can be.
struct V4<A>(A);

impl<A: Put<Ipv4Addr>> Put<IpAddr> for V4<A> {
    fn put(self, out: &mut netlink_packet::Buffer) {
        self.0.put(out);
    }
}

flags! {
    /// Flags of a `sit` tunnel: `SIT_*`, in the words of `ip`.
    pub struct TunnelFlags: u16 = "" {
        /// ISATAP (RFC 5214): remote addresses are embedded in the interface identifiers.
        const ISATAP = 1 => "isatap";
    }
}

/// Codec of [`TunnelFlags`]: in the host's byte order, though the kernel says that it is that of the network.
#[derive(Debug)]
pub struct TunnelFlagsHostOrder;

impl Codec for TunnelFlagsHostOrder {
    type Value<'a> = TunnelFlags;
    const SCHEMA: Schema = <Be<TunnelFlags> as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<TunnelFlags> {
        (payload.len() == TunnelFlags::SIZE).then(|| TunnelFlags::read(payload))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Put<TunnelFlagsHostOrder> for TunnelFlags {
    fn put(self, out: &mut netlink_packet::Buffer) {
        Put::<TunnelFlags>::put(self, out);
    }
}

values! {
    /// Inner protocol of a tunnel over IPv4, by IP protocol number, in the words of `ip`.
    pub struct TunnelProtocol: u8 = "" {
        /// Any protocol.
        ANY = 0 => "any",
        /// IPv4 in IPv4.
        IPIP = 4 => "ipip",
        /// IPv6 in IPv4.
        IPV6 = 41 => "ip6ip",
        /// MPLS in IPv4.
        MPLS = 137 => "mplsip",
    }
}

values! {
    /// Secondary encapsulation of an IP tunnel: `TUNNEL_ENCAP_*`, in the words of `ip`.
    pub struct Encapsulation: u16 = "tunnel-encap-type" {
        /// None.
        NONE = 0 => "none",
        /// Foo over UDP (FOU): a UDP header only.
        FOU = 1 => "fou",
        /// Generic UDP Encapsulation (GUE).
        GUE = 2 => "gue",
        /// MPLS.
        MPLS = 3 => "mpls",
    }
}

flags! {
    /// Flags of the secondary UDP encapsulation: `TUNNEL_ENCAP_FLAG_*`, in the words of `ip`.
    pub struct EncapsulationFlags: u16 = "tunnel-encap-flags" {
        /// UDP checksums over IPv4.
        const CSUM = 1 => "csum";
        /// UDP checksums over IPv6.
        const CSUM6 = 2 => "csum6";
        /// Remote checksum offload (GUE).
        const REMCSUM = 4 => "remcsum";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ipip() {
        let add = capture!("add_ipip");
        let tunnel = add.link().kind::<Tunnel>().unwrap();
        assert_eq!((tunnel.remote(), tunnel.ttl()), (Some([192, 0, 2, 2].into()), Some(64)));
        let reported = capture!("link_t1");
        let reported = reported.link().kind::<Tunnel>().unwrap();
        assert_eq!((reported.local(), reported.remote()), (tunnel.local(), tunnel.remote()));
        assert_eq!((reported.device(), reported.protocol()), (tunnel.device(), Some(TunnelProtocol::ANY)));
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_ipip_full");
        let link = add.link();
        let given = link.kind::<Tunnel>().unwrap();
        assert_eq!(given.encap_flags(), Some(EncapsulationFlags::CSUM6));
        let reported = capture!("link_t2");
        for tunnel in [given, reported.link().kind::<Tunnel>().unwrap()] {
            assert_eq!(
                (tunnel.protocol(), tunnel.tos(), tunnel.mark()),
                (Some(TunnelProtocol::ANY), Some(1), Some(3))
            );
            assert_eq!((tunnel.encap_type(), tunnel.encap_port()), (Some(Encapsulation::GUE), Some(5555)));
            assert_eq!((tunnel.encap_source_port(), tunnel.path_mtu_discovery()), (Some(0), Some(false)));
        }
        let built = Tunnel::build().protocol(TunnelProtocol::ANY).local("192.0.2.1").remote("192.0.2.3");
        let built = built.path_mtu_discovery(false).tos(1).ttl(0).device(0).mark(3);
        let built = built.encap_type(Encapsulation::GUE).encap_flags(EncapsulationFlags::CSUM6);
        let built = built.encap_source_port(0).encap_port(5555);
        assert_eq!(LinkMessage::build().name("t2").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn sit() {
        let add = capture!("add_sit_6rd");
        assert_eq!(add.link().kind_name(), Some("sit"));
        let reported = capture!("link_t5");
        for tunnel in [add.link().kind::<Tunnel>().unwrap(), reported.link().kind::<Tunnel>().unwrap()] {
            assert_eq!(tunnel.flags(), Some(TunnelFlags::ISATAP));
            assert_eq!(
                (tunnel.rapid_prefix(), tunnel.rapid_prefix_length()),
                ("2001:db8:1::".parse().ok(), Some(48))
            );
            assert_eq!(tunnel.rapid_relay_prefix(), Some([192, 0, 2, 0].into()));
            assert_eq!(tunnel.rapid_relay_prefix_length(), Some(24));
        }
        let built =
            Tunnel::build().protocol(TunnelProtocol::IPV6).local("192.0.2.1").path_mtu_discovery(true);
        let built = built.tos(0).ttl(64).device(0).mark(0).encap_type(Encapsulation::NONE);
        let built = built.encap_flags(EncapsulationFlags::empty()).encap_source_port(0).encap_port(0);
        let built = built.flags(TunnelFlags::ISATAP).rapid_prefix("2001:db8:1::").rapid_prefix_length(48);
        let built = built.rapid_relay_prefix("192.0.2.0").rapid_relay_prefix_length(24);
        assert_eq!(LinkMessage::build().name("t5").kind_named("sit", built).as_bytes(), add.payload);
        let link = Tunnel::sit_between("192.0.2.1", "192.0.2.4").name("t4");
        let given = capture!("add_sit");
        let ends = |tunnel: &Tunnel| (tunnel.local(), tunnel.remote());
        assert_eq!(link.view().kind::<Tunnel>().map(ends), given.link().kind::<Tunnel>().map(ends));
    }

    #[test]
    fn external() {
        let reported = capture!("link_t3");
        for reported in
            [capture!("add_ipip_external").link().kind::<Tunnel>(), reported.link().kind::<Tunnel>()]
        {
            assert_eq!(reported.and_then(Tunnel::external), Some(true));
        }
    }
}
