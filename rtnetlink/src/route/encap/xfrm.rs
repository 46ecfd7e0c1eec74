//! XFRM interface id for `external` XFRM interfaces: `encap xfrm`.

use crate::route::{Encap, EncapType};
use netlink_packet::{IfIndex, netlink};

netlink! {
    /// IPsec by XFRM interface ID, like `encap xfrm if_id 5`: `LWT_XFRM_*`.
    pub struct Xfrm / XfrmBuf
    attributes {
        /// XFRM interface ID (`if_id`) of the states and policies.
        LWT_XFRM_IF_ID = 1 => interface_id: u32,
        /// Index of the underlying link.
        LWT_XFRM_LINK = 2 => device: u32 as IfIndex,
    }
}

impl Encap for Xfrm {
    const TYPE: EncapType = EncapType::XFRM;
}
