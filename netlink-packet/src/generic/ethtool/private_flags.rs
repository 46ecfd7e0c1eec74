//! Private flags: switches of a driver.

use super::{Bits, BitsOf, DeviceHeader, StringSetId, bit_verbs};
use crate::{NLA_F_NESTED, netlink};

netlink! {
    /// Private flags of a driver: `ETHTOOL_MSG_PRIVFLAGS_GET`, `ethtool --show-priv-flags`.
    pub struct PrivateFlags / PrivateFlagsBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_PRIVFLAGS_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Private flags; their names are the driver's.
        ETHTOOL_A_PRIVFLAGS_FLAGS = 2 | NLA_F_NESTED => flags: Bits<'_> as BitsOf<{ StringSetId::PRIV_FLAGS.0 }>,
    }
}

bit_verbs! { PrivateFlagsBuf, PrivateFlags::ETHTOOL_A_PRIVFLAGS_FLAGS, "a private flag by the driver's name" }
