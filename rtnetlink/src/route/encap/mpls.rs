//! MPLS labels that are pushed onto packets: `encap mpls`.

use crate::route::{Encap, EncapType, LabelStack, Labels};
use netlink_packet::netlink;

netlink! {
    /// MPLS encapsulation: pushes labels, like `encap mpls 100/200`.
    pub struct Mpls / MplsBuf
    attributes {
        /// Destination: the label stack to push, outermost label first.
        MPLS_IPTUNNEL_DST = 1 => labels: Labels<'_> as LabelStack,
        /// TTL of the pushed labels; without it the packet's TTL, or the system's default.
        MPLS_IPTUNNEL_TTL = 2 => ttl: u8,
    }
}

impl Encap for Mpls {
    const TYPE: EncapType = EncapType::MPLS;
}
