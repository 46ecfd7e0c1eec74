//! Tunnels by GRE, over IPv4 and IPv6: of packets, of Ethernet frames, of copies of frames.

use super::FlowInfo;
use super::Tunnel6Flags;
use crate::link::{LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, Device, Flag, Put, Resets, flags, netlink, values, Scope, View};
use std::net::IpAddr;

netlink! {
    /// A tunnel by generic routing encapsulation: `gre` and `ip6gre` carry packets, `gretap` and `ip6gretap` Ethernet
    /// frames, `erspan` and `ip6erspan` copies of frames for whoever watches a network.
    pub struct Gre / GreBuf
    attributes {
        /// The link that it sends through.
        IFLA_GRE_LINK = 1 => device: u32 as Device,
        /// What the packets that it takes have in their headers.
        IFLA_GRE_IFLAGS = 2 => input_flags: GreFlags as Be<GreFlags>,
        /// What the packets that it sends have in their headers.
        IFLA_GRE_OFLAGS = 3 => output_flags: GreFlags as Be<GreFlags>,
        /// The number of the tunnel in packets that it takes.
        IFLA_GRE_IKEY = 4 => input_key: u32 as Be<u32>,
        /// The number of the tunnel in packets that it sends.
        IFLA_GRE_OKEY = 5 => output_key: u32 as Be<u32>,
        /// Its own address.
        IFLA_GRE_LOCAL = 6 => local: IpAddr,
        /// The other end.
        IFLA_GRE_REMOTE = 7 => remote: IpAddr; unless(has_no_remote),
        /// How many hops its packets can make; 0 takes it from the packet inside.
        IFLA_GRE_TTL = 8 => ttl: u8,
        /// The type of service of its packets over IPv4; 1 takes that of the packet inside.
        IFLA_GRE_TOS = 9 => tos: u8,
        /// It finds out how long packets can be on the way.
        IFLA_GRE_PMTUDISC = 10 => path_mtu_discovery: bool,
        /// How often its packets over IPv6 may be put into further tunnels.
        IFLA_GRE_ENCAP_LIMIT = 11 => encap_limit: u8,
        /// The flow label and class of its packets over IPv6.
        IFLA_GRE_FLOWINFO = 12 => flow_info: FlowInfo,
        /// What it does otherwise than others over IPv6.
        IFLA_GRE_FLAGS = 13 => flags: Tunnel6Flags,
        /// What its packets are put into besides.
        IFLA_GRE_ENCAP_TYPE = 14 => encap_type: Encapsulation,
        /// How they are.
        IFLA_GRE_ENCAP_FLAGS = 15 => encap_flags: EncapsulationFlags,
        /// The port that they are sent from; 0 chooses one for each flow.
        IFLA_GRE_ENCAP_SPORT = 16 => encap_source_port: u16 as Be<u16>,
        /// The port that they are sent to.
        IFLA_GRE_ENCAP_DPORT = 17 => encap_port: u16 as Be<u16>,
        /// Routes and filters say for each packet where it goes.
        IFLA_GRE_COLLECT_METADATA = 18 => external: bool as Flag,
        /// It fragments packets that must not be.
        IFLA_GRE_IGNORE_DF = 19 => ignore_df: bool,
        /// The mark by which the way to the other end is chosen.
        IFLA_GRE_FWMARK = 20 => mark: u32,
        /// The number of the copied port, in the first version of ERSPAN.
        IFLA_GRE_ERSPAN_INDEX = 21 => erspan_index: u32,
        /// The version of ERSPAN: 0, 1 or 2.
        IFLA_GRE_ERSPAN_VER = 22 => erspan_version: u8,
        /// Which direction is copied, in the second version of ERSPAN.
        IFLA_GRE_ERSPAN_DIR = 23 => erspan_direction: ErspanDirection,
        /// The number of the copying engine, in the second version of ERSPAN.
        IFLA_GRE_ERSPAN_HWID = 24 => erspan_hardware_id: u16,
    }
}

/// Whether packets can go anywhere, which tunnels of frames say by no address.
fn has_no_remote(scope: &Scope<'_>) -> bool {
    Gre::cast(scope.bytes()).remote().is_some_and(|remote| remote.is_unspecified())
}

impl LinkKind for Gre {
    const NAME: &'static str = "gre";
    const ALIASES: &'static [&'static str] = &["gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan"];
    const RESETS: Resets = Resets::All;
}

impl Gre {
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
    /// What the header of a packet has: `GRE_*`, in the words of `ip`.
    pub struct GreFlags: u16 = "" {
        /// A checksum.
        const CSUM = 0x8000 => "csum";
        /// The number of the tunnel.
        const KEY = 0x2000 => "key";
        /// The number of the packet.
        const SEQ = 0x1000 => "seq";
    }
}

values! {
    /// Which direction is copied, in the words of `ip`.
    pub struct ErspanDirection: u8 = "" {
        /// What comes in.
        INGRESS = 0 => "ingress",
        /// What goes out.
        EGRESS = 1 => "egress",
    }
}

values! {
    /// What the packets of a tunnel are put into besides: `TUNNEL_ENCAP_*`, in the words of `ip`.
    pub struct Encapsulation: u16 = "tunnel-encap-type" {
        /// Nothing.
        NONE = 0 => "none",
        /// UDP alone.
        FOU = 1 => "fou",
        /// UDP and a header that tells what is inside.
        GUE = 2 => "gue",
        /// MPLS.
        MPLS = 3 => "mpls",
    }
}

flags! {
    /// How packets are put into UDP: `TUNNEL_ENCAP_FLAG_*`, in the words of `ip`.
    pub struct EncapsulationFlags: u16 = "tunnel-encap-flags" {
        /// With checksums over IPv4.
        const CSUM = 1 => "csum";
        /// With checksums over IPv6.
        const CSUM6 = 2 => "csum6";
        /// With checksums left to the receiver.
        const REMCSUM = 4 => "remcsum";
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;

    /// What `ip` says of tunnels that are put into nothing else.
    fn not_encapsulated(gre: GreBuf) -> GreBuf {
        gre.encap_type(Encapsulation::NONE).encap_flags(EncapsulationFlags::empty())
    }

    #[test]
    fn gre() {
        let (given, told) = (capture!("add_gre"), capture!("link_g1"));
        let built = Gre::between("192.0.2.1", "192.0.2.2");
        let ends = |gre: &Gre| (gre.local(), gre.remote());
        for link in [given.link(), told.link()] {
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
        for told in [capture!("link_g2"), capture!("link_g2_6_1")] {
            let gre = told.link().kind::<Gre>().unwrap();
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
        let (given, told) = (capture!("add_gretap"), capture!("link_g3"));
        for link in [given.link(), told.link()] {
            let gre = link.kind::<Gre>().unwrap();
            assert_eq!((link.kind_name(), gre.ignore_df()), (Some("gretap"), Some(true)));
            assert_eq!(gre.path_mtu_discovery(), Some(false));
        }
        let built = Gre::build().input_key(0).output_key(0).set(GreFlags::empty());
        let built = built.local("192.0.2.1").remote("192.0.2.3").path_mtu_discovery(false).ignore_df(true);
        let built = not_encapsulated(built.tos(0).ttl(0).mark(0)).encap_source_port(0).encap_port(0);
        assert_eq!(LinkMessage::build().name("g3").kind_named("gretap", built).as_bytes(), given.payload);
        let (given, told) = (capture!("add_gretap_external"), capture!("link_g4"));
        for link in [given.link(), told.link()] {
            assert_eq!(link.kind::<Gre>().and_then(Gre::external), Some(true));
        }
    }

    #[test]
    fn copies_of_frames() {
        let (given, told) = (capture!("add_erspan"), capture!("link_e1"));
        for link in [given.link(), told.link()] {
            let gre = link.kind::<Gre>().unwrap();
            assert_eq!(
                (link.kind_name(), gre.erspan_version(), gre.erspan_index()),
                (Some("erspan"), Some(1), Some(123))
            );
            assert_eq!(gre.input_key(), Some(30));
        }
        let (given, told) = (capture!("add_erspan2"), capture!("link_e2"));
        for link in [given.link(), told.link()] {
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
        let told = capture!("link_g6");
        for link in [add.link(), told.link()] {
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
        let (given, told) = (capture!("add_ip6gretap"), capture!("link_g7"));
        for link in [given.link(), told.link()] {
            let flags = link.kind::<Gre>().and_then(Gre::flags).unwrap();
            let inherit = Tunnel6Flags::USE_ORIG_TCLASS | Tunnel6Flags::USE_ORIG_FLOWLABEL;
            assert!(flags.contains(inherit | Tunnel6Flags::IGN_ENCAP_LIMIT), "{flags}");
            assert_eq!(link.kind_name(), Some("ip6gretap"));
        }
        let (given, told) = (capture!("add_ip6erspan"), capture!("link_e6"));
        for link in [given.link(), told.link()] {
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
