//! Tunnels over IPv4 through a device that has no settings of its own, such as an `external` VXLAN.

use crate::route::{Encap, EncapType};
use netlink_packet::{Be, Items, Repeated, flags, netlink};
use std::net::Ipv4Addr;

netlink! {
    /// The outer header of packets, like `encap ip id 5 dst 192.0.2.1`.
    pub struct IpTunnel / IpTunnelBuf
    attributes {
        /// The number of the tunnel, such as a VXLAN's.
        LWTUNNEL_IP_ID = 1 => id: u64 as Be<u64>,
        /// The other end.
        LWTUNNEL_IP_DST = 2 => destination: Ipv4Addr,
        /// This end.
        LWTUNNEL_IP_SRC = 3 => source: Ipv4Addr,
        /// Hops that the outer packet can take.
        LWTUNNEL_IP_TTL = 4 => ttl: u8,
        /// The outer type of service.
        LWTUNNEL_IP_TOS = 5 => tos: u8,
        /// What the outer packet has.
        LWTUNNEL_IP_FLAGS = 6 => flags: TunnelFlags as Be<TunnelFlags>,
        /// What is special to a kind of tunnel.
        LWTUNNEL_IP_OPTS = 8 | netlink_packet::NLA_F_NESTED => options: &TunnelOptions as TunnelOptions,
    }
}

impl Encap for IpTunnel {
    const TYPE: EncapType = EncapType::IP;
}

flags! {
    /// What the outer packet of a tunnel has: `TUNNEL_*`, in the words of `ip`.
    pub struct TunnelFlags: u16 = "" {
        /// A checksum.
        const CSUM = 0x1 => "csum";
        /// A key.
        const KEY = 0x4 => "key";
        /// A sequence number.
        const SEQ = 0x8 => "seq";
        /// It can't be cut into fragments.
        const DONT_FRAGMENT = 0x100 => "dont_fragment";
        /// It is for maintenance.
        const OAM = 0x200 => "oam";
        /// Options of Geneve.
        const GENEVE_OPT = 0x800 => "geneve_opt";
        /// Options of VXLAN.
        const VXLAN_OPT = 0x1000 => "vxlan_opt";
        /// Options of ERSPAN.
        const ERSPAN_OPT = 0x4000 => "erspan_opt";
    }
}

netlink! {
    /// What is special to a kind of tunnel.
    pub struct TunnelOptions / TunnelOptionsBuf
    attributes {
        /// Options of Geneve, one after another.
        LWTUNNEL_IP_OPTS_GENEVE = 1 | netlink_packet::NLA_F_NESTED
            => geneve: Items<'_, GeneveOption> as Repeated<GeneveOption>,
        /// What VXLAN has.
        LWTUNNEL_IP_OPTS_VXLAN = 2 | netlink_packet::NLA_F_NESTED => vxlan: &VxlanOption as VxlanOption,
        /// What ERSPAN has.
        LWTUNNEL_IP_OPTS_ERSPAN = 3 | netlink_packet::NLA_F_NESTED => erspan: &ErspanOption as ErspanOption,
    }
}

netlink! {
    /// An option of Geneve.
    pub struct GeneveOption / GeneveOptionBuf
    attributes {
        /// Who defined it.
        LWTUNNEL_IP_OPT_GENEVE_CLASS = 1 => class: u16 as Be<u16>,
        /// Which option of theirs.
        LWTUNNEL_IP_OPT_GENEVE_TYPE = 2 => option_type: u8,
        /// What it says: a multiple of 4 bytes, up to 124.
        LWTUNNEL_IP_OPT_GENEVE_DATA = 3 => data: &[u8] as [u8],
    }
}

netlink! {
    /// What VXLAN has.
    pub struct VxlanOption / VxlanOptionBuf
    attributes {
        /// The group that the packet belongs to by policy.
        LWTUNNEL_IP_OPT_VXLAN_GBP = 1 => group_policy: u32,
    }
}

netlink! {
    /// What ERSPAN has.
    pub struct ErspanOption / ErspanOptionBuf
    attributes {
        /// Its version, 1 or 2.
        LWTUNNEL_IP_OPT_ERSPAN_VER = 1 => version: u8,
        /// The session, in version 1.
        LWTUNNEL_IP_OPT_ERSPAN_INDEX = 2 => index: u32 as Be<u32>,
        /// Whether packets were sent (1) or received (0), in version 2.
        LWTUNNEL_IP_OPT_ERSPAN_DIR = 3 => direction: u8,
        /// The hardware that saw them, in version 2.
        LWTUNNEL_IP_OPT_ERSPAN_HWID = 4 => hardware_id: u8,
    }
}
