//! GRE tunnels over IPv4 and IPv6: of packets, of Ethernet frames, and of mirrored frames (ERSPAN).

use crate::link::info::kind_around;
use crate::link::tunnel::{Encapsulation, EncapsulationFlags};
use crate::link::tunnel6::FlowInfo;
use crate::link::tunnel6::Tunnel6Flags;
use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, Flag, IfIndex, Put, Resets, Scope, View, flags, netlink, values};
use std::net::IpAddr;

netlink! {
    /// A GRE tunnel (RFC 2784, RFC 2890): `gre` and `ip6gre` carry packets, `gretap` and `ip6gretap` Ethernet
    /// frames, `erspan` and `ip6erspan` mirrored frames.
    pub struct Gre / GreBuf
    attributes {
        /// Index of the underlying link: `dev`.
        IFLA_GRE_LINK = 1 => device: u32 as IfIndex,
        /// Input flags: GRE header fields required of received packets (big-endian on the wire).
        IFLA_GRE_IFLAGS = 2 => input_flags: GreFlags as Be<GreFlags>,
        /// Output flags: GRE header fields of sent packets (big-endian on the wire).
        IFLA_GRE_OFLAGS = 3 => output_flags: GreFlags as Be<GreFlags>,
        /// Input key: GRE key of received packets (big-endian on the wire).
        IFLA_GRE_IKEY = 4 => input_key: u32 as Be<u32>,
        /// Output key: GRE key of sent packets (big-endian on the wire).
        IFLA_GRE_OKEY = 5 => output_key: u32 as Be<u32>,
        /// Local address of the outer header.
        IFLA_GRE_LOCAL = 6 => local: IpAddr,
        /// Remote address of the outer header.
        IFLA_GRE_REMOTE = 7 => remote: IpAddr; unless(has_no_remote),
        /// Outer TTL or hop limit; 0 inherits the inner packet's.
        IFLA_GRE_TTL = 8 => ttl: u8,
        /// Outer TOS over IPv4; 1 inherits the inner packet's.
        IFLA_GRE_TOS = 9 => tos: u8; ignored(is_over_ipv6),
        /// Path MTU discovery (sets DF on the outer header). Default on.
        IFLA_GRE_PMTUDISC = 10 => path_mtu_discovery: bool; ignored(is_over_ipv6),
        /// Tunnel encapsulation limit (RFC 2473) over IPv6; `ip` sets 4 by default.
        IFLA_GRE_ENCAP_LIMIT = 11 => encap_limit: u8; ignored(is_over_ipv4),
        /// Flow label and traffic class over IPv6.
        IFLA_GRE_FLOWINFO = 12 => flow_info: FlowInfo; ignored(is_over_ipv4),
        /// Tunnel flags over IPv6: `IP6_TNL_F_*`.
        IFLA_GRE_FLAGS = 13 => flags: Tunnel6Flags; ignored(is_over_ipv4),
        /// Secondary UDP encapsulation type: FOU or GUE.
        IFLA_GRE_ENCAP_TYPE = 14 => encap_type: Encapsulation,
        /// Flags of the secondary UDP encapsulation.
        IFLA_GRE_ENCAP_FLAGS = 15 => encap_flags: EncapsulationFlags,
        /// UDP source port of the encapsulation (big-endian on the wire); 0 chooses one per flow.
        IFLA_GRE_ENCAP_SPORT = 16 => encap_source_port: u16 as Be<u16>,
        /// UDP destination port of the encapsulation (big-endian on the wire).
        IFLA_GRE_ENCAP_DPORT = 17 => encap_port: u16 as Be<u16>,
        /// `external` (collect metadata): tunnel parameters come per packet, from lwtunnel routes or tc.
        IFLA_GRE_COLLECT_METADATA = 18 => external: bool as Flag; when_added(is_over_ipv6),
        /// Ignores the inner packet's DF bit: fragments it where needed.
        IFLA_GRE_IGNORE_DF = 19 => ignore_df: bool; ignored(is_over_ipv6),
        /// Firewall mark (fwmark) of outer packets, for the route lookup.
        IFLA_GRE_FWMARK = 20 => mark: u32,
        /// ERSPAN index of the mirrored port, 20 bits; version 1 only.
        IFLA_GRE_ERSPAN_INDEX = 21 => erspan_index: u32; ignored(is_not_of_erspan1),
        /// ERSPAN version: 0, 1 (type II) or 2 (type III).
        IFLA_GRE_ERSPAN_VER = 22 => erspan_version: u8; ignored(is_no_erspan),
        /// ERSPAN direction of the mirrored traffic; version 2 only.
        IFLA_GRE_ERSPAN_DIR = 23 => erspan_direction: ErspanDirection; ignored(is_not_of_erspan2),
        /// ERSPAN hardware ID of the mirroring engine, 6 bits; version 2 only.
        IFLA_GRE_ERSPAN_HWID = 24 => erspan_hardware_id: u16; ignored(is_not_of_erspan2),
    }
}

/// Whether packets can go anywhere, which tunnels of frames say by no address.
fn has_no_remote(scope: &Scope<'_>) -> bool {
    Gre::cast(scope.bytes()).remote().is_some_and(|remote| remote.is_unspecified())
}

/// Whether the tunnel goes over IPv4; not where its kind is not known.
fn is_over_ipv4(scope: &Scope<'_>) -> bool {
    kind_around(scope).is_some_and(|kind| !kind.starts_with("ip6"))
}

fn is_over_ipv6(scope: &Scope<'_>) -> bool {
    kind_around(scope).is_some_and(|kind| kind.starts_with("ip6"))
}

fn is_no_erspan(scope: &Scope<'_>) -> bool {
    kind_around(scope).is_some_and(|kind| !kind.ends_with("erspan"))
}

fn is_not_of_erspan1(scope: &Scope<'_>) -> bool {
    is_no_erspan(scope) || Gre::cast(scope.bytes()).erspan_version().is_some_and(|version| version != 1)
}

fn is_not_of_erspan2(scope: &Scope<'_>) -> bool {
    is_no_erspan(scope) || Gre::cast(scope.bytes()).erspan_version().is_some_and(|version| version != 2)
}

impl LinkKind for Gre {
    const NAME: &'static str = "gre";
    const ALIASES: &'static [&'static str] = &["gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan"];
    const RESETS: Resets = Resets::All;
}

impl Gre {
    /// A tunnel of IP packets by this name; `ip6gre` between IPv6 addresses.
    ///
    /// ```
    /// use rtnetlink::link::Gre;
    ///
    /// // ip link add gre1 type gre local 192.0.2.1 remote 192.0.2.2
    /// let link = Gre::named("gre1", "192.0.2.1", "192.0.2.2");
    /// assert_eq!(link.view().kind_name(), Some("gre"));
    /// ```
    pub fn named(
        name: impl Put<InterfaceName>,
        local: impl Put<IpAddr>,
        remote: impl Put<IpAddr>,
    ) -> LinkMessageBuf {
        Gre::between(local, remote).name(name)
    }

    /// A tunnel of Ethernet frames by this name; `ip6gretap` between IPv6 addresses.
    ///
    /// ```
    /// use rtnetlink::link::Gre;
    ///
    /// // ip link add gretap1 type gretap local 192.0.2.1 remote 192.0.2.2
    /// let link = Gre::tap("gretap1", "192.0.2.1", "192.0.2.2");
    /// assert_eq!(link.view().kind_name(), Some("gretap"));
    /// ```
    pub fn tap(
        name: impl Put<InterfaceName>,
        local: impl Put<IpAddr>,
        remote: impl Put<IpAddr>,
    ) -> LinkMessageBuf {
        Gre::tap_between(local, remote).name(name)
    }

    /// A tunnel of packets, like `ip link add type gre local LOCAL remote REMOTE`, or `ip6gre` between IPv6 addresses: it
    /// lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Gre;
    ///
    /// let link = Gre::between("2001:db8::1", "2001:db8::2").name("gre1");
    /// assert_eq!(link.view().kind_name(), Some("ip6gre"));
    /// ```
    pub fn between(local: impl Put<IpAddr>, remote: impl Put<IpAddr>) -> LinkMessageBuf {
        ends(local, remote, ["gre", "ip6gre"])
    }

    /// A tunnel of Ethernet frames, like `ip link add type gretap local LOCAL remote REMOTE`, or `ip6gretap` between IPv6
    /// addresses: it lacks its name.
    pub fn tap_between(local: impl Put<IpAddr>, remote: impl Put<IpAddr>) -> LinkMessageBuf {
        ends(local, remote, ["gretap", "ip6gretap"])
    }
}

/// A tunnel of the kind for IPv4 or for IPv6.
fn ends(local: impl Put<IpAddr>, remote: impl Put<IpAddr>, kinds: [&str; 2]) -> LinkMessageBuf {
    let gre = Gre::build().local(local).remote(remote);
    let kind = kinds[usize::from(gre.view().remote().is_some_and(|remote| remote.is_ipv6()))];
    LinkMessage::build().kind_named(kind, gre)
}

impl GreBuf {
    /// Sets the number of the tunnel in both directions, like `key KEY` of `ip`.
    pub fn key(self, key: u32) -> Self {
        self.input_key(key).output_key(key).set(GreFlags::KEY)
    }

    /// Adds what packets have in their headers in both directions, like `csum` and `seq` of `ip`.
    pub fn set(self, flags: GreFlags) -> Self {
        let input = self.view().input_flags().unwrap_or_default() | flags;
        let output = self.view().output_flags().unwrap_or_default() | flags;
        self.input_flags(input).output_flags(output)
    }
}

flags! {
    /// GRE header fields: `GRE_*`, in the words of `ip`.
    pub struct GreFlags: u16 = "" {
        /// Checksum.
        const CSUM = 0x8000 => "csum";
        /// Key.
        const KEY = 0x2000 => "key";
        /// Sequence number.
        const SEQ = 0x1000 => "seq";
    }
}

values! {
    /// Direction of mirrored traffic in ERSPAN version 2, in the words of `ip`.
    pub struct ErspanDirection: u8 = "" {
        /// Ingress: received traffic.
        INGRESS = 0 => "ingress",
        /// Egress: transmitted traffic.
        EGRESS = 1 => "egress",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    /// What `ip` sends for tunnels without further encapsulation (FOU, GUE).
    fn not_encapsulated(gre: GreBuf) -> GreBuf {
        gre.encap_type(Encapsulation::NONE).encap_flags(EncapsulationFlags::empty())
    }

    #[test]
    fn gre() {
        let (given, reported) = (capture!("add_gre"), capture!("link_g1"));
        let built = Gre::between("192.0.2.1", "192.0.2.2");
        let ends = |gre: &Gre| (gre.local(), gre.remote());
        for link in [given.link(), reported.link()] {
            assert_eq!(link.kind_name(), built.view().kind_name());
            assert_eq!(link.kind::<Gre>().map(ends), built.view().kind::<Gre>().map(ends));
        }
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_gre_full");
        let given = add.link().kind::<Gre>().unwrap();
        let built = Gre::build()
            .input_key(5)
            .output_key(6)
            .input_flags(GreFlags::KEY | GreFlags::CSUM)
            .output_flags(GreFlags::KEY | GreFlags::SEQ)
            .local("192.0.2.1")
            .remote("192.0.2.2")
            .path_mtu_discovery(true)
            .tos(0x10)
            .device(given.device().unwrap())
            .ttl(64)
            .mark(7)
            .encap_type(Encapsulation::FOU)
            .encap_flags(EncapsulationFlags::CSUM | EncapsulationFlags::REMCSUM)
            .encap_source_port(7000)
            .encap_port(7001);
        assert_eq!(LinkMessage::build().name("g2").kind(built).as_bytes(), add.payload);
        for reported in [capture!("link_g2"), capture!("link_g2_6_1")] {
            let gre = reported.link().kind::<Gre>().unwrap();
            assert_eq!((gre.input_key(), gre.output_key(), gre.ttl()), (Some(5), Some(6), Some(64)));
            assert_eq!(gre.output_flags(), given.output_flags());
            assert_eq!(
                (gre.encap_type(), gre.encap_port(), gre.mark()),
                (Some(Encapsulation::FOU), Some(7001), Some(7))
            );
        }
    }

    #[test]
    fn ethernet() {
        let (given, reported) = (capture!("add_gretap"), capture!("link_g3"));
        for link in [given.link(), reported.link()] {
            let gre = link.kind::<Gre>().unwrap();
            assert_eq!((link.kind_name(), gre.ignore_df()), (Some("gretap"), Some(true)));
            assert_eq!(gre.path_mtu_discovery(), Some(false));
        }
        let built = Gre::build().input_key(0).output_key(0).set(GreFlags::empty());
        let built = built.local("192.0.2.1").remote("192.0.2.3").path_mtu_discovery(false).ignore_df(true);
        let built = not_encapsulated(built.tos(0).ttl(0).mark(0)).encap_source_port(0).encap_port(0);
        assert_eq!(LinkMessage::build().name("g3").kind_named("gretap", built).as_bytes(), given.payload);
        let (given, reported) = (capture!("add_gretap_external"), capture!("link_g4"));
        for link in [given.link(), reported.link()] {
            assert_eq!(link.kind::<Gre>().and_then(Gre::external), Some(true));
        }
    }

    #[test]
    fn copies_of_frames() {
        let (given, reported) = (capture!("add_erspan"), capture!("link_e1"));
        for link in [given.link(), reported.link()] {
            let gre = link.kind::<Gre>().unwrap();
            assert_eq!(
                (link.kind_name(), gre.erspan_version(), gre.erspan_index()),
                (Some("erspan"), Some(1), Some(123))
            );
            assert_eq!(gre.input_key(), Some(30));
        }
        let (given, reported) = (capture!("add_erspan2"), capture!("link_e2"));
        for link in [given.link(), reported.link()] {
            let gre = link.kind::<Gre>().unwrap();
            assert_eq!((gre.erspan_version(), gre.erspan_hardware_id()), (Some(2), Some(17)));
            assert_eq!(gre.erspan_direction(), Some(ErspanDirection::EGRESS));
        }
        let built = Gre::build().input_key(31).output_key(31).set(GreFlags::KEY | GreFlags::SEQ);
        let built =
            built.local("192.0.2.1").remote("192.0.2.2").path_mtu_discovery(true).tos(0).ttl(0).mark(0);
        let built = built.erspan_version(2).erspan_direction(ErspanDirection::EGRESS).erspan_hardware_id(17);
        let built = not_encapsulated(built).encap_source_port(0).encap_port(0);
        assert_eq!(LinkMessage::build().name("e2").kind_named("erspan", built).as_bytes(), given.payload);
    }

    #[test]
    fn over_ipv6() {
        let add = capture!("add_ip6gre");
        let reported = capture!("link_g6");
        for link in [add.link(), reported.link()] {
            let gre = link.kind::<Gre>().unwrap();
            assert_eq!(link.kind_name(), Some("ip6gre"));
            assert_eq!(gre.flow_info(), Some(FlowInfo { class: 0x20, label: 0x12345 }));
            assert_eq!((gre.ttl(), gre.encap_limit(), gre.mark()), (Some(33), Some(3), Some(8)));
            assert_eq!((gre.input_key(), gre.remote()), (Some(9), "2001:db8::2".parse().ok()));
            assert_eq!(gre.input_flags(), Some(GreFlags::CSUM | GreFlags::KEY));
        }
        let built = Gre::build().key(9).set(GreFlags::CSUM).local("2001:db8::1").remote("2001:db8::2");
        let built =
            built.device(add.link().kind::<Gre>().and_then(Gre::device).unwrap()).ttl(33).encap_limit(3);
        let built =
            built.flow_info(FlowInfo { class: 0x20, label: 0x12345 }).flags(Tunnel6Flags::empty()).mark(8);
        let built =
            built.erspan_version(1).encap_type(Encapsulation::NONE).encap_flags(EncapsulationFlags::CSUM6);
        let built =
            LinkMessage::build().name("g6").kind_named("ip6gre", built.encap_source_port(0).encap_port(0));
        assert_eq!(built.as_bytes(), add.payload);
        let (given, reported) = (capture!("add_ip6gretap"), capture!("link_g7"));
        for link in [given.link(), reported.link()] {
            let flags = link.kind::<Gre>().and_then(Gre::flags).unwrap();
            let inherit = Tunnel6Flags::USE_ORIG_TCLASS | Tunnel6Flags::USE_ORIG_FLOWLABEL;
            assert!(flags.contains(inherit | Tunnel6Flags::IGN_ENCAP_LIMIT), "{flags}");
            assert_eq!(link.kind_name(), Some("ip6gretap"));
        }
        let (given, reported) = (capture!("add_ip6erspan"), capture!("link_e6"));
        for link in [given.link(), reported.link()] {
            let gre = link.kind::<Gre>().unwrap();
            assert_eq!((link.kind_name(), gre.erspan_hardware_id()), (Some("ip6erspan"), Some(7)));
        }
    }

    #[test]
    fn keys_add_up() {
        let gre = Gre::build().set(GreFlags::SEQ).key(9).set(GreFlags::CSUM);
        let flags = gre.view().input_flags().map(|flags| flags.to_string());
        assert_eq!((flags, gre.view().output_key()), (Some("csum,key,seq".to_owned()), Some(9)));
        assert_eq!(Gre::tap_between("192.0.2.1", "192.0.2.2").view().kind_name(), Some("gretap"));
    }
}
