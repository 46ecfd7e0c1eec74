//! IPv4 tunnel parameters for an `external` (collect metadata) tunnel device: `encap ip`.

use crate::route::{Encap, EncapType};
use netlink_packet::{Be, Joined, Parts, Scope, View, flags, netlink};
use std::net::Ipv4Addr;

netlink! {
    /// IPv4 tunnel parameters of a lightweight tunnel, like `encap ip id 5 dst 192.0.2.1`: `LWTUNNEL_IP_*`.
    pub struct IpTunnel / IpTunnelBuf
    attributes {
        /// Tunnel ID (key), such as a VNI (big-endian on the wire).
        LWTUNNEL_IP_ID = 1 => id: u64 as Be<u64>,
        /// Destination (remote) address of the outer header.
        LWTUNNEL_IP_DST = 2 => destination: Ipv4Addr,
        /// Source (local) address of the outer header.
        LWTUNNEL_IP_SRC = 3 => source: Ipv4Addr,
        /// TTL of the outer header.
        LWTUNNEL_IP_TTL = 4 => ttl: u8,
        /// TOS of the outer header.
        LWTUNNEL_IP_TOS = 5 => tos: u8,
        /// Tunnel flags (big-endian on the wire).
        LWTUNNEL_IP_FLAGS = 6 => flags: TunnelFlags as Be<TunnelFlags>,
        /// Tunnel options: GENEVE, VXLAN or ERSPAN.
        LWTUNNEL_IP_OPTS = 8 | netlink_packet::NLA_F_NESTED => options: &TunnelOptions as TunnelOptions,
    }
}

impl Encap for IpTunnel {
    const TYPE: EncapType = EncapType::IP;
}

flags! {
    /// Tunnel flags of a lightweight tunnel: `TUNNEL_*`, in the words of `ip`.
    pub struct TunnelFlags: u16 = "" {
        /// Checksum in the tunnel header.
        const CSUM = 0x1 => "csum";
        /// Key (tunnel ID) in the tunnel header.
        const KEY = 0x4 => "key";
        /// Sequence number in the tunnel header.
        const SEQ = 0x8 => "seq";
        /// Don't fragment (DF) bit in the outer header.
        const DONT_FRAGMENT = 0x100 => "dont_fragment";
        /// OAM packet: operations, administration and maintenance.
        const OAM = 0x200 => "oam";
        /// GENEVE options are present.
        const GENEVE_OPT = 0x800 => "geneve_opt";
        /// VXLAN options are present.
        const VXLAN_OPT = 0x1000 => "vxlan_opt";
        /// ERSPAN options are present.
        const ERSPAN_OPT = 0x4000 => "erspan_opt";
    }
}

netlink! {
    /// Tunnel options of a lightweight tunnel: `LWTUNNEL_IP_OPTS_*`.
    pub struct TunnelOptions / TunnelOptionsBuf
    attributes {
        /// GENEVE options. The kernel lists several in one attribute, and takes each in one of its own.
        LWTUNNEL_IP_OPTS_GENEVE = 1 | netlink_packet::NLA_F_NESTED
            => geneve: Parts<'_, GeneveOption> as Joined<GeneveOption>,
        /// VXLAN options.
        LWTUNNEL_IP_OPTS_VXLAN = 2 | netlink_packet::NLA_F_NESTED => vxlan: &VxlanOption as VxlanOption,
        /// ERSPAN options.
        LWTUNNEL_IP_OPTS_ERSPAN = 3 | netlink_packet::NLA_F_NESTED => erspan: &ErspanOption as ErspanOption,
    }
}

netlink! {
    /// A GENEVE option (RFC 8926): `LWTUNNEL_IP_OPT_GENEVE_*`.
    pub struct GeneveOption / GeneveOptionBuf
    attributes {
        /// Option class (big-endian on the wire).
        LWTUNNEL_IP_OPT_GENEVE_CLASS = 1 => class: u16 as Be<u16>,
        /// Option type within the class.
        LWTUNNEL_IP_OPT_GENEVE_TYPE = 2 => option_type: u8,
        /// Option data: a multiple of 4 bytes, 4 to 124.
        LWTUNNEL_IP_OPT_GENEVE_DATA = 3 => data: &[u8] as [u8],
    }
}

netlink! {
    /// VXLAN options: `LWTUNNEL_IP_OPT_VXLAN_*`.
    pub struct VxlanOption / VxlanOptionBuf
    attributes {
        /// Group policy (GBP) id and flags.
        LWTUNNEL_IP_OPT_VXLAN_GBP = 1 => group_policy: u32,
    }
}

netlink! {
    /// ERSPAN options: `LWTUNNEL_IP_OPT_ERSPAN_*`.
    pub struct ErspanOption / ErspanOptionBuf
    attributes {
        /// ERSPAN version, 1 (type II) or 2 (type III).
        LWTUNNEL_IP_OPT_ERSPAN_VER = 1 => version: u8,
        /// ERSPAN index of the mirrored port (big-endian on the wire). Version 1 only.
        LWTUNNEL_IP_OPT_ERSPAN_INDEX = 2 => index: u32 as Be<u32>; ignored(is_index_of_version2),
        /// Direction of the mirrored traffic: 0 ingress, 1 egress. Version 2 only.
        LWTUNNEL_IP_OPT_ERSPAN_DIR = 3 => direction: u8; ignored(is_direction_of_version1),
        /// Hardware ID of the mirroring engine. Version 2 only.
        LWTUNNEL_IP_OPT_ERSPAN_HWID = 4 => hardware_id: u8; ignored(is_hardware_of_version1),
    }
}

/// Whether there is an index (other than 0, which `ip` sends), although version 2 has none.
fn is_index_of_version2(scope: &Scope<'_>) -> bool {
    let option = ErspanOption::cast(scope.bytes());
    option.version() == Some(2) && option.index() != Some(0)
}

fn is_direction_of_version1(scope: &Scope<'_>) -> bool {
    let option = ErspanOption::cast(scope.bytes());
    option.version() == Some(1) && option.direction() != Some(0)
}

fn is_hardware_of_version1(scope: &Scope<'_>) -> bool {
    let option = ErspanOption::cast(scope.bytes());
    option.version() == Some(1) && option.hardware_id() != Some(0)
}
