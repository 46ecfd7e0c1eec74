//! Channels: interrupts with their queues.

use super::DeviceHeader;
use crate::{NLA_F_NESTED, netlink};

netlink! {
    /// Channel counts: `ETHTOOL_MSG_CHANNELS_GET`, `ethtool -l`. A channel is an interrupt with the queues that trigger it.
    pub struct Channels / ChannelsBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_CHANNELS_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Maximum number of receive (RX) channels.
        ETHTOOL_A_CHANNELS_RX_MAX = 2 => rx_max: u32; read_only,
        /// Maximum number of transmit (TX) channels.
        ETHTOOL_A_CHANNELS_TX_MAX = 3 => tx_max: u32; read_only,
        /// Most other channels.
        ETHTOOL_A_CHANNELS_OTHER_MAX = 4 => other_max: u32; read_only,
        /// Most combined channels.
        ETHTOOL_A_CHANNELS_COMBINED_MAX = 5 => combined_max: u32; read_only,
        /// Number of receive (RX) channels.
        ETHTOOL_A_CHANNELS_RX_COUNT = 6 => rx: u32,
        /// Number of transmit (TX) channels.
        ETHTOOL_A_CHANNELS_TX_COUNT = 7 => tx: u32,
        /// Number of other channels, such as that for link interrupts.
        ETHTOOL_A_CHANNELS_OTHER_COUNT = 8 => other: u32,
        /// Number of combined channels, each for receive and transmit queues.
        ETHTOOL_A_CHANNELS_COMBINED_COUNT = 9 => combined: u32,
    }
}
