//! What requests and replies begin with: the device, and what the reply is to have.

use crate::{Name, flags, netlink};

netlink! {
    /// The header of requests and replies (`ETHTOOL_A_HEADER`): which device it is about, and what the reply is to have.
    ///
    /// The verbs of `iproute2` fill in the device and the flags.
    pub struct DeviceHeader / DeviceHeaderBuf
    attributes {
        /// Interface index of the device.
        #[doc(alias = "ifindex")]
        ETHTOOL_A_HEADER_DEV_INDEX = 1 => index: u32,
        /// Interface name of the device, or an alternative name in a request.
        ETHTOOL_A_HEADER_DEV_NAME = 2 => name: &Name as Name,
        /// Request flags.
        ETHTOOL_A_HEADER_FLAGS = 3 => flags: HeaderFlags,
        /// Index of the PHY that a request is about, on a device with several (since Linux 6.12).
        ETHTOOL_A_HEADER_PHY_INDEX = 4 => phy_index: u32,
    }
}

flags! {
    /// What a request wants of its reply: `ETHTOOL_FLAG_*`.
    pub struct HeaderFlags: u32 = "header-flags" {
        /// Compact bitsets: as bitmaps, without names: `ETHTOOL_FLAG_COMPACT_BITSETS`.
        const COMPACT_BITSETS = 0x1 => "compact-bitsets";
        /// No reply to a request that sets or starts something: `ETHTOOL_FLAG_OMIT_REPLY`.
        const OMIT_REPLY = 0x2 => "omit-reply";
        /// Statistics, where the driver has them: `ETHTOOL_FLAG_STATS`.
        const STATS = 0x4 => "stats";
    }
}
