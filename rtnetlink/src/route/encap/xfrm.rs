//! IPsec of an interface that many routes share.

use crate::route::{Encap, EncapType};
use netlink_packet::{Device, netlink};

netlink! {
    /// By which policies packets are encrypted, like `encap xfrm if_id 5`.
    pub struct Xfrm / XfrmBuf
    attributes {
        /// The number that states and policies have.
        LWT_XFRM_IF_ID = 1 => interface_id: u32,
        /// The index of the device that the encrypted packets leave by.
        LWT_XFRM_LINK = 2 => device: u32 as Device,
    }
}

impl Encap for Xfrm {
    const TYPE: EncapType = EncapType::XFRM;
}
