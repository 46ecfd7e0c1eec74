//! Tunnels over IPv6 through a device that has no settings of its own.

use super::{TunnelFlags, TunnelOptions};
use crate::route::{Encap, EncapType};
use netlink_packet::{Be, netlink};
use std::net::Ipv6Addr;

netlink! {
    /// The outer header of packets, like `encap ip6 id 5 dst 2001:db8::1`.
    pub struct Ip6Tunnel / Ip6TunnelBuf
    attributes {
        /// The number of the tunnel, such as a VXLAN's.
        LWTUNNEL_IP6_ID = 1 => id: u64 as Be<u64>,
        /// The other end.
        LWTUNNEL_IP6_DST = 2 => destination: Ipv6Addr,
        /// This end.
        LWTUNNEL_IP6_SRC = 3 => source: Ipv6Addr,
        /// Hops that the outer packet can take.
        LWTUNNEL_IP6_HOPLIMIT = 4 => hop_limit: u8,
        /// The outer traffic class.
        LWTUNNEL_IP6_TC = 5 => traffic_class: u8,
        /// What the outer packet has.
        LWTUNNEL_IP6_FLAGS = 6 => flags: TunnelFlags as Be<TunnelFlags>,
        /// What is special to a kind of tunnel.
        LWTUNNEL_IP6_OPTS = 8 | netlink_packet::NLA_F_NESTED => options: &TunnelOptions as TunnelOptions,
    }
}

impl Encap for Ip6Tunnel {
    const TYPE: EncapType = EncapType::IP6;
}
