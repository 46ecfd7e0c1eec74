//! Parameters of tunnels: `tunnel_key`.

use super::{ActionKind, ActionTimes, change};
use netlink_packet::{Attr, Be, Flag, Joined, NLA_F_NESTED, Parts, netlink, values};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

netlink! {
    /// Sets the tunnel parameters of a packet, for a tunnel in `external` mode, or releases those that it came with.
    ///
    /// ```
    /// use rtnetlink::tc::action::TunnelKey;
    ///
    /// // action tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 7 dst_port 4789
    /// let set = TunnelKey::between([192, 0, 2, 1].into(), [192, 0, 2, 2].into()).id(7).destination_port(4789);
    /// assert_eq!(set.view().destination(), Some([192, 0, 2, 2].into()));
    /// ```
    pub struct TunnelKey / TunnelKeyBuf
    attributes {
        /// Times: when it was added and used.
        TCA_TUNNEL_KEY_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_TUNNEL_KEY_PARMS = 2 => parameters: &TunnelKeyParameters as TunnelKeyParameters,
        /// IPv4 source address of the outer header (`src_ip`).
        TCA_TUNNEL_KEY_ENC_IPV4_SRC = 3 => ipv4_source: Ipv4Addr,
        /// IPv4 destination address of the outer header (`dst_ip`).
        TCA_TUNNEL_KEY_ENC_IPV4_DST = 4 => ipv4_destination: Ipv4Addr,
        /// IPv6 source address of the outer header (`src_ip`).
        TCA_TUNNEL_KEY_ENC_IPV6_SRC = 5 => ipv6_source: Ipv6Addr,
        /// IPv6 destination address of the outer header (`dst_ip`).
        TCA_TUNNEL_KEY_ENC_IPV6_DST = 6 => ipv6_destination: Ipv6Addr,
        /// Key ID: VNI or key of the tunnel.
        TCA_TUNNEL_KEY_ENC_KEY_ID = 7 => id: u32 as Be<u32>,
        /// UDP destination port of the outer header (`dst_port`).
        TCA_TUNNEL_KEY_ENC_DST_PORT = 9 => destination_port: u16 as Be<u16>,
        /// No checksum (`nocsum`) in the outer UDP header.
        TCA_TUNNEL_KEY_NO_CSUM = 10 => no_checksum: bool,
        /// Options of one kind of tunnel.
        TCA_TUNNEL_KEY_ENC_OPTS = 11 | NLA_F_NESTED => options: &TunnelKeyOptions as TunnelKeyOptions,
        /// Type of service of the outer header.
        TCA_TUNNEL_KEY_ENC_TOS = 12 => tos: u8,
        /// Time to live of the outer header.
        TCA_TUNNEL_KEY_ENC_TTL = 13 => ttl: u8,
        /// No fragments (`nofrag`): sets DF on the outer header.
        TCA_TUNNEL_KEY_NO_FRAG = 14 => no_fragments: bool as Flag; needs("Linux 6.3"),
    }
}

parameters! {
    /// Parameters of `tunnel_key`: `struct tc_tunnel_key`.
    pub struct TunnelKeyParameters / TunnelKeyParametersBuf = tc_tunnel_key: 24 {
        /// What is done (`t_action`).
        t_action = 20 => operation: TunnelKeyOperation,
    }
}

values! {
    /// What [`TunnelKey`] does: `TCA_TUNNEL_KEY_ACT_*`.
    pub struct TunnelKeyOperation: i32 = "tunnel-key-action" {
        /// Set the parameters.
        SET = 1 => "set",
        /// Release them: the packet no longer has any.
        RELEASE = 2 => "unset",
    }
}

netlink! {
    /// Options of one kind of tunnel.
    pub struct TunnelKeyOptions / TunnelKeyOptionsBuf
    attributes {
        /// Geneve options, in order.
        TCA_TUNNEL_KEY_ENC_OPTS_GENEVE = 1 | NLA_F_NESTED => geneve: Parts<'_, TunnelKeyGeneveOption> as Joined<TunnelKeyGeneveOption>,
        /// VXLAN option.
        TCA_TUNNEL_KEY_ENC_OPTS_VXLAN = 2 | NLA_F_NESTED => vxlan: &TunnelKeyVxlanOption as TunnelKeyVxlanOption; needs("Linux 5.5"),
        /// ERSPAN option.
        TCA_TUNNEL_KEY_ENC_OPTS_ERSPAN = 3 | NLA_F_NESTED => erspan: &TunnelKeyErspanOption as TunnelKeyErspanOption; needs("Linux 5.5"),
    }
}

netlink! {
    /// Geneve option, which has all of these.
    pub struct TunnelKeyGeneveOption / TunnelKeyGeneveOptionBuf
    attributes {
        /// Option class.
        TCA_TUNNEL_KEY_ENC_OPT_GENEVE_CLASS = 1 => class: u16 as Be<u16>,
        /// Option type.
        TCA_TUNNEL_KEY_ENC_OPT_GENEVE_TYPE = 2 => option_type: u8,
        /// Data: 4 to 124 bytes, a multiple of 4.
        TCA_TUNNEL_KEY_ENC_OPT_GENEVE_DATA = 3 => data: &[u8] as [u8],
    }
}

netlink! {
    /// VXLAN option.
    pub struct TunnelKeyVxlanOption / TunnelKeyVxlanOptionBuf
    attributes {
        /// Group based policy (GBP).
        TCA_TUNNEL_KEY_ENC_OPT_VXLAN_GBP = 1 => group_policy: u32,
    }
}

netlink! {
    /// ERSPAN option.
    pub struct TunnelKeyErspanOption / TunnelKeyErspanOptionBuf
    attributes {
        /// Version: 1 or 2.
        TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_VER = 1 => version: u8,
        /// Index, of version 1.
        TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_INDEX = 2 => index: u32 as Be<u32>,
        /// Direction, of version 2.
        TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_DIR = 3 => direction: u8,
        /// Hardware ID, of version 2.
        TCA_TUNNEL_KEY_ENC_OPT_ERSPAN_HWID = 4 => hardware_id: u8,
    }
}

impl ActionKind for TunnelKey {
    const NAME: &'static str = "tunnel_key";
    type Parameters = TunnelKeyParametersBuf;
    const PARAMETERS: Attr<TunnelKey, TunnelKeyParameters> = TunnelKey::TCA_TUNNEL_KEY_PARMS;
}

impl TunnelKey {
    /// Sets the outer addresses, like `action tunnel_key set src_ip SOURCE dst_ip DESTINATION`. Both are of one family, or the
    /// kernel refuses them.
    pub fn between(source: IpAddr, destination: IpAddr) -> TunnelKeyBuf {
        let key = TunnelKey::doing(TunnelKeyOperation::SET);
        let key = match source {
            IpAddr::V4(source) => key.ipv4_source(source),
            IpAddr::V6(source) => key.ipv6_source(source),
        };
        match destination {
            IpAddr::V4(destination) => key.ipv4_destination(destination),
            IpAddr::V6(destination) => key.ipv6_destination(destination),
        }
    }

    /// Releases the parameters that a packet came with, like `action tunnel_key unset`.
    pub fn release() -> TunnelKeyBuf {
        TunnelKey::doing(TunnelKeyOperation::RELEASE)
    }

    /// Source address of the outer header.
    pub fn source(&self) -> Option<IpAddr> {
        self.ipv4_source().map(IpAddr::V4).or_else(|| self.ipv6_source().map(IpAddr::V6))
    }

    /// Destination address of the outer header.
    pub fn destination(&self) -> Option<IpAddr> {
        self.ipv4_destination().map(IpAddr::V4).or_else(|| self.ipv6_destination().map(IpAddr::V6))
    }

    fn doing(operation: TunnelKeyOperation) -> TunnelKeyBuf {
        change(TunnelKey::build(), |all| all.operation(operation))
    }
}
