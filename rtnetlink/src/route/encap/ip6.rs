//! IPv6 tunnel parameters for an `external` (collect metadata) tunnel device: `encap ip6`.

use crate::route::encap::ip::{TunnelFlags, TunnelOptions};
use crate::route::{Encap, EncapType};
use netlink_packet::{Be, netlink};
use std::net::Ipv6Addr;

netlink! {
    /// IPv6 tunnel parameters of a lightweight tunnel, like `encap ip6 id 5 dst 2001:db8::1`:
    /// `LWTUNNEL_IP6_*`.
    pub struct Ip6Tunnel / Ip6TunnelBuf
    attributes {
        /// Tunnel ID (key), such as a VNI (big-endian on the wire).
        LWTUNNEL_IP6_ID = 1 => id: u64 as Be<u64>,
        /// Destination (remote) address of the outer header.
        LWTUNNEL_IP6_DST = 2 => destination: Ipv6Addr,
        /// Source (local) address of the outer header.
        LWTUNNEL_IP6_SRC = 3 => source: Ipv6Addr,
        /// Hop limit of the outer header.
        LWTUNNEL_IP6_HOPLIMIT = 4 => hop_limit: u8,
        /// Traffic class of the outer header.
        LWTUNNEL_IP6_TC = 5 => traffic_class: u8,
        /// Tunnel flags (big-endian on the wire).
        LWTUNNEL_IP6_FLAGS = 6 => flags: TunnelFlags as Be<TunnelFlags>,
        /// Tunnel options: GENEVE, VXLAN or ERSPAN.
        LWTUNNEL_IP6_OPTS = 8 | netlink_packet::NLA_F_NESTED => options: &TunnelOptions as TunnelOptions,
    }
}

impl Encap for Ip6Tunnel {
    const TYPE: EncapType = EncapType::IP6;
}
