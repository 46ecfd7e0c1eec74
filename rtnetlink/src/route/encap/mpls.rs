//! Labels: packets go on as packets of MPLS.

use crate::route::{Encap, EncapType, LabelStack, Labels};
use netlink_packet::netlink;

netlink! {
    /// Labels that packets get, like `encap mpls 100/200`.
    pub struct Mpls / MplsBuf
    attributes {
        /// The labels, outermost first.
        MPLS_IPTUNNEL_DST = 1 => labels: Labels<'_> as LabelStack,
        /// Hops that the labelled packet can take; without it those of the packet, or the system's.
        MPLS_IPTUNNEL_TTL = 2 => ttl: u8,
    }
}

impl Encap for Mpls {
    const TYPE: EncapType = EncapType::MPLS;
}
