//! Debug messages of a driver.

use super::{BitChange, BitName, Bits, BitsOf, DeviceHeader, StringSetId, bit_verbs};
use crate::{NLA_F_NESTED, netlink};

netlink! {
    /// Debug message mask of a driver (`msglvl`): `ETHTOOL_MSG_DEBUG_GET`.
    pub struct DebugMask / DebugMaskBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_DEBUG_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Message classes that the driver logs, such as `drv` and `link`.
        ETHTOOL_A_DEBUG_MSGMASK = 2 | NLA_F_NESTED => classes: Bits<'_> as BitsOf<{ StringSetId::MSG_CLASSES.0 }>,
    }
}

bit_verbs! { DebugMaskBuf, DebugMask::ETHTOOL_A_DEBUG_MSGMASK, "a message class, such as `link`" }

impl DebugMaskBuf {
    /// Logs just these message classes.
    pub fn only<'a, N: Into<BitName<'a>>>(self, classes: impl IntoIterator<Item = N>) -> Self {
        self.classes(BitChange::only(classes))
    }
}
