//! Tunnel offloads: the UDP ports that a device parses.

use super::{Bits, BitsOf, DeviceHeader, StringSetId};
use crate::{Be, Items, NLA_F_NESTED, Repeated, netlink, values};

netlink! {
    /// Tunnel offloads: `ETHTOOL_MSG_TUNNEL_INFO_GET`, `ethtool --show-tunnels`.
    pub struct TunnelInfo / TunnelInfoBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_TUNNEL_INFO_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Tables of UDP tunnel ports.
        ETHTOOL_A_TUNNEL_INFO_UDP_PORTS = 2 | NLA_F_NESTED => udp_ports: &UdpTunnels as UdpTunnels; read_only,
    }
}

impl TunnelInfo {
    /// The tables of UDP tunnel ports.
    pub fn tables(&self) -> impl Iterator<Item = &UdpTunnelTable> {
        self.udp_ports().into_iter().filter_map(UdpTunnels::tables).flatten()
    }
}

netlink! {
    /// Tables of UDP tunnel ports: nested in `ETHTOOL_A_TUNNEL_INFO_UDP_PORTS`.
    pub struct UdpTunnels / UdpTunnelsBuf
    attributes {
        /// The tables.
        ETHTOOL_A_TUNNEL_UDP_TABLE = 1 | NLA_F_NESTED => tables: Items<'_, UdpTunnelTable> as Repeated<UdpTunnelTable>,
    }
}

netlink! {
    /// A table of UDP tunnel ports: nested in `ETHTOOL_A_TUNNEL_UDP_TABLE`.
    pub struct UdpTunnelTable / UdpTunnelTableBuf
    attributes {
        /// Table size: how many ports it has room for.
        ETHTOOL_A_TUNNEL_UDP_TABLE_SIZE = 1 => size: u32,
        /// Tunnel types that it takes.
        ETHTOOL_A_TUNNEL_UDP_TABLE_TYPES = 2 | NLA_F_NESTED => types: Bits<'_> as BitsOf<{ StringSetId::UDP_TUNNEL_TYPES.0 }>,
        /// The ports in it.
        ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY = 3 | NLA_F_NESTED => ports: Items<'_, UdpTunnelPort> as Repeated<UdpTunnelPort>,
    }
}

netlink! {
    /// A UDP tunnel port: nested in `ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY`.
    pub struct UdpTunnelPort / UdpTunnelPortBuf
    attributes {
        /// UDP port.
        ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT = 1 => port: u16 as Be<u16>,
        /// Tunnel type.
        ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE = 2 => tunnel_type: UdpTunnelType,
    }
}

values! {
    /// Type of a UDP tunnel: `ETHTOOL_UDP_TUNNEL_TYPE_*`.
    pub struct UdpTunnelType: u32 = "udp-tunnel-type" {
        /// VXLAN.
        VXLAN = 0 => "vxlan",
        /// Geneve.
        GENEVE = 1 => "geneve",
        /// VXLAN-GPE.
        VXLAN_GPE = 2 => "vxlan-gpe",
    }
}
