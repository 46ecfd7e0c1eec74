//! Tunnels over IPv6: `ip6tnl`.

use crate::link::{
    InterfaceName, LinkKind, LinkMessage, LinkMessageBuf,
    tunnel::{Encapsulation, EncapsulationFlags},
};
use netlink_packet::{
    Be, Buffer, BuildError, Codec, Flag, IfIndex, Plain, Put, Resets, Schema, Scope, flags, netlink, values,
};
use std::net::Ipv6Addr;

netlink! {
    /// An IP tunnel over IPv6 (RFC 2473): IPv4, IPv6 or both.
    pub struct Tunnel6 / Tunnel6Buf
    attributes {
        /// Index of the underlying link: `dev`.
        IFLA_IPTUN_LINK = 1 => device: u32 as IfIndex,
        /// Local address of the outer header.
        IFLA_IPTUN_LOCAL = 2 => local: Ipv6Addr,
        /// Remote address of the outer header.
        IFLA_IPTUN_REMOTE = 3 => remote: Ipv6Addr,
        /// Outer hop limit; 0 inherits the inner packet's.
        IFLA_IPTUN_TTL = 4 => hop_limit: u8,
        /// Tunnel encapsulation limit (RFC 2473); `ip` sets 4 by default.
        IFLA_IPTUN_ENCAP_LIMIT = 6 => encap_limit: u8,
        /// Flow label and traffic class of the outer header.
        IFLA_IPTUN_FLOWINFO = 7 => flow_info: FlowInfo,
        /// Tunnel flags.
        IFLA_IPTUN_FLAGS = 8 => flags: Tunnel6Flags,
        /// Inner protocol.
        IFLA_IPTUN_PROTO = 9 => protocol: Tunnel6Protocol,
        /// Secondary UDP encapsulation type: FOU or GUE.
        IFLA_IPTUN_ENCAP_TYPE = 15 => encap_type: Encapsulation,
        /// Flags of the secondary UDP encapsulation.
        IFLA_IPTUN_ENCAP_FLAGS = 16 => encap_flags: EncapsulationFlags,
        /// UDP source port of the encapsulation (big-endian on the wire); 0 chooses one per flow.
        IFLA_IPTUN_ENCAP_SPORT = 17 => encap_source_port: u16 as Be<u16>,
        /// UDP destination port of the encapsulation (big-endian on the wire).
        IFLA_IPTUN_ENCAP_DPORT = 18 => encap_port: u16 as Be<u16>,
        /// `external` (collect metadata): tunnel parameters come per packet, from lwtunnel routes or tc.
        IFLA_IPTUN_COLLECT_METADATA = 19 => external: bool as Flag,
        /// Firewall mark (fwmark) of outer packets, for the route lookup.
        IFLA_IPTUN_FWMARK = 20 => mark: u32,
    }
}

impl LinkKind for Tunnel6 {
    const NAME: &'static str = "ip6tnl";
    const RESETS: Resets = Resets::All;
}

impl Tunnel6 {
    /// IPv6 over IPv6, by this name.
    ///
    /// ```
    /// use rtnetlink::link::Tunnel6;
    ///
    /// // ip link add tun1 type ip6tnl local 2001:db8::1 remote 2001:db8::2
    /// let link = Tunnel6::named("tun1", "2001:db8::1", "2001:db8::2");
    /// assert_eq!(link.view().kind::<Tunnel6>().and_then(Tunnel6::remote), Some("2001:db8::2".parse().unwrap()));
    /// ```
    pub fn named(
        name: impl Put<InterfaceName>,
        local: impl Put<Ipv6Addr>,
        remote: impl Put<Ipv6Addr>,
    ) -> LinkMessageBuf {
        Tunnel6::between(local, remote).name(name)
    }

    /// IPv6 over IPv6, like `ip link add type ip6tnl local LOCAL remote REMOTE`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Tunnel6;
    ///
    /// let link = Tunnel6::between("2001:db8::1", "2001:db8::2").name("t0");
    /// assert_eq!(link.view().kind::<Tunnel6>().and_then(Tunnel6::remote), "2001:db8::2".parse().ok());
    /// ```
    pub fn between(local: impl Put<Ipv6Addr>, remote: impl Put<Ipv6Addr>) -> LinkMessageBuf {
        LinkMessage::build().kind(Tunnel6::build().local(local).remote(remote))
    }
}

values! {
    /// Inner protocol of a tunnel over IPv6, in the words of `ip`.
    pub struct Tunnel6Protocol: u8 = "" {
        /// Any: IPv4 and IPv6.
        ANY = 0 => "any",
        /// IPv4 in IPv6.
        IPV4 = 4 => "ipip6",
        /// IPv6 in IPv6.
        IPV6 = 41 => "ip6ip6",
    }
}

flags! {
    /// Flags of a tunnel over IPv6: `IP6_TNL_F_*`.
    pub struct Tunnel6Flags: u32 = "" {
        /// Ignores the encapsulation limit: does not add the option.
        const IGN_ENCAP_LIMIT = 0x1 => "ign_encap_limit";
        /// Inherits the traffic class of the inner packet.
        const USE_ORIG_TCLASS = 0x2 => "use_orig_tclass";
        /// Inherits the flow label of the inner packet.
        const USE_ORIG_FLOWLABEL = 0x4 => "use_orig_flowlabel";
        /// Mobile IPv6 device.
        const MIP6_DEV = 0x8 => "mip6";
        /// Copies the outer DSCP to received (decapsulated) packets.
        const RCV_DSCP_COPY = 0x10 => "rcv_dscp_copy";
        /// Inherits the firewall mark (fwmark) of the inner packet.
        const USE_ORIG_FWMARK = 0x20 => "use_orig_fwmark";
        /// Allows a remote address that is local to this host.
        const ALLOW_LOCAL_REMOTE = 0x40 => "allow_local_remote";
        /// Capable of transmitting (set by the kernel).
        const CAP_XMIT = 0x10000 => "cap_xmit";
        /// Capable of receiving (set by the kernel).
        const CAP_RCV = 0x20000 => "cap_rcv";
        /// Capability is determined per packet (set by the kernel).
        const CAP_PER_PACKET = 0x40000 => "cap_per_packet";
    }
}

/// The class and the flow label of a tunnel's packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FlowInfo {
    /// The traffic class.
    pub class: u8,
    /// The flow label, less than 2^20.
    pub label: u32,
}

/// The largest flow label.
const LARGEST_LABEL: u32 = 0xf_ffff;

impl Codec for FlowInfo {
    type Value<'a> = FlowInfo;
    const SCHEMA: Schema = Schema { big_endian: true, ..Schema::new("u32") };

    fn decode(payload: &[u8]) -> Option<FlowInfo> {
        let info = u32::from_be_bytes(payload.try_into().ok()?);
        let [class, ..] = (info << 4).to_be_bytes();
        Some(FlowInfo { class, label: info & LARGEST_LABEL })
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        match Self::decode(payload) {
            Some(FlowInfo { class, label }) => {
                Plain::Map(vec![("class".into(), class.into()), ("label".into(), label.into())])
            }
            None => Plain::Null,
        }
    }
}

impl Put<FlowInfo> for FlowInfo {
    fn put(self, out: &mut Buffer) {
        if self.label > LARGEST_LABEL {
            out.refuse(BuildError::Invalid(format!(
                "{} is not a flow label: it does not fit into 20 bits",
                self.label
            )));
        }
        let info = u32::from(self.class) << 20 | self.label & LARGEST_LABEL;
        out.push(&info.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::link::tunnel::{Encapsulation, EncapsulationFlags};

    #[test]
    fn ip6tnl() {
        let given = capture!("add_ip6tnl");
        let reported = capture!("link_ip6tnl");
        let built = Tunnel6::between("2001:db8::1", "2001:db8::2");
        let ends = |tunnel: &Tunnel6| (tunnel.local(), tunnel.remote());
        for link in [given.link(), reported.link()] {
            assert_eq!(built.view().kind::<Tunnel6>().map(ends), link.kind::<Tunnel6>().map(ends));
        }
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_ip6tnl_full");
        let given = add.link().kind::<Tunnel6>().unwrap();
        let reported = capture!("link_t7");
        for tunnel in [given, reported.link().kind::<Tunnel6>().unwrap()] {
            assert_eq!(tunnel.flow_info(), Some(FlowInfo { class: 0x20, label: 0x12345 }));
            assert_eq!(
                (tunnel.hop_limit(), tunnel.encap_limit(), tunnel.mark()),
                (Some(33), Some(3), Some(8))
            );
            assert_eq!(tunnel.protocol(), Some(Tunnel6Protocol::ANY));
            assert!(tunnel.flags().is_some_and(|flags| flags.contains(Tunnel6Flags::RCV_DSCP_COPY)));
        }
        let built =
            Tunnel6::build().protocol(Tunnel6Protocol::ANY).local("2001:db8::1").remote("2001:db8::3");
        let built = built.hop_limit(33).encap_limit(3).flow_info(FlowInfo { class: 0x20, label: 0x12345 });
        let built = built.flags(Tunnel6Flags::RCV_DSCP_COPY).device(given.device().unwrap()).mark(8);
        let built = built.encap_type(Encapsulation::NONE).encap_flags(EncapsulationFlags::CSUM6);
        let built = built.encap_source_port(0).encap_port(0);
        assert_eq!(LinkMessage::build().name("t7").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn external() {
        let reported = capture!("link_t8");
        for reported in
            [capture!("add_ip6tnl_external").link().kind::<Tunnel6>(), reported.link().kind::<Tunnel6>()]
        {
            assert_eq!(reported.and_then(Tunnel6::external), Some(true));
        }
    }
}
