//! Pause frames (IEEE 802.3 flow control).

use super::{DeviceHeader, StatisticsSource};
use crate::{NLA_F_NESTED, netlink};

netlink! {
    /// Pause frames (flow control): `ETHTOOL_MSG_PAUSE_GET`, `ethtool -a`.
    pub struct Pause / PauseBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_PAUSE_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Pause autonegotiation.
        ETHTOOL_A_PAUSE_AUTONEG = 2 => autonegotiation: bool,
        /// Receive (RX) flow control: pause frames from the link partner are obeyed.
        ETHTOOL_A_PAUSE_RX = 3 => rx: bool,
        /// Transmit (TX) flow control: pause frames are sent.
        ETHTOOL_A_PAUSE_TX = 4 => tx: bool,
        /// Statistics, where they were asked for.
        ETHTOOL_A_PAUSE_STATS = 5 | NLA_F_NESTED => statistics: &PauseStatistics as PauseStatistics; read_only,
        /// Source of the statistics, of devices with a MAC Merge layer (since Linux 6.3).
        ETHTOOL_A_PAUSE_STATS_SRC = 6 => statistics_source: StatisticsSource; separate,
    }
}

netlink! {
    /// Counters of pause frames: nested in `ETHTOOL_A_PAUSE_STATS`. Counters that the driver lacks are absent.
    pub struct PauseStatistics / PauseStatisticsBuf
    attributes {
        /// Pause frames sent (`aPAUSEMACCtrlFramesTransmitted`).
        ETHTOOL_A_PAUSE_STAT_TX_FRAMES = 2 => tx_frames: u64,
        /// Pause frames received (`aPAUSEMACCtrlFramesReceived`).
        ETHTOOL_A_PAUSE_STAT_RX_FRAMES = 3 => rx_frames: u64,
        /// TX pause storm events: how often the device asked for pauses for so long that it gave up (kernels newer than 6.18).
        ETHTOOL_A_PAUSE_STAT_TX_PAUSE_STORM_EVENTS = 4 => tx_storm_events: u64,
    }
}
