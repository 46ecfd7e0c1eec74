//! Timestamping: what a device can do, how it is set, and its clocks.

use super::{Bits, BitsOf, DeviceHeader, StringSetId};
use crate::{Chunks, NLA_F_NESTED, Packed, Uint, netlink, values};

netlink! {
    /// Timestamping capabilities: `ETHTOOL_MSG_TSINFO_GET`, `ethtool -T`.
    pub struct Timestamping / TimestampingBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_TSINFO_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Timestamping flags that the device supports (`SOF_TIMESTAMPING_*`).
        ETHTOOL_A_TSINFO_TIMESTAMPING = 2 | NLA_F_NESTED => capabilities: Bits<'_> as BitsOf<{ StringSetId::SOF_TIMESTAMPING.0 }>; read_only,
        /// Hardware timestamping of transmitted packets that it supports (`HWTSTAMP_TX_*`).
        ETHTOOL_A_TSINFO_TX_TYPES = 3 | NLA_F_NESTED => tx_types: Bits<'_> as BitsOf<{ StringSetId::TS_TX_TYPES.0 }>; read_only,
        /// Hardware timestamping of received packets that it supports (`HWTSTAMP_FILTER_*`).
        ETHTOOL_A_TSINFO_RX_FILTERS = 4 | NLA_F_NESTED => rx_filters: Bits<'_> as BitsOf<{ StringSetId::TS_RX_FILTERS.0 }>; read_only,
        /// Index of the PTP hardware clock (PHC): 0 is `/dev/ptp0`.
        ETHTOOL_A_TSINFO_PHC_INDEX = 5 => phc_index: u32; read_only,
        /// Statistics, where they were asked for (since Linux 6.10).
        ETHTOOL_A_TSINFO_STATS = 6 | NLA_F_NESTED => statistics: &TimestampStatistics as TimestampStatistics; read_only,
        /// Provider of hardware timestamps that it is about (since Linux 6.14).
        ETHTOOL_A_TSINFO_HWTSTAMP_PROVIDER = 7 | NLA_F_NESTED => provider: &TimestampProvider as TimestampProvider,
        /// Source of hardware timestamps (kernels newer than 6.14).
        ETHTOOL_A_TSINFO_HWTSTAMP_SOURCE = 8 => source: TimestampSource; read_only,
        /// Index of the PHY that hardware timestamps come from.
        ETHTOOL_A_TSINFO_HWTSTAMP_PHYINDEX = 9 => source_phy: u32; read_only,
    }
}

values! {
    /// Source of hardware timestamps: `HWTSTAMP_SOURCE_*`.
    pub struct TimestampSource: u32 = "hwtstamp-source" {
        /// The MAC, or a device of MAC and PHY.
        NETDEV = 1 => "netdev",
        /// A PHY.
        PHYLIB = 2 => "phylib",
    }
}

netlink! {
    /// Provider of hardware timestamps: nested in `ETHTOOL_A_TSINFO_HWTSTAMP_PROVIDER` and `ETHTOOL_A_TSCONFIG_HWTSTAMP_PROVIDER`.
    pub struct TimestampProvider / TimestampProviderBuf
    attributes {
        /// Index of the PTP hardware clock (PHC).
        ETHTOOL_A_TS_HWTSTAMP_PROVIDER_INDEX = 1 => phc_index: u32,
        /// Qualifier: how precise the timestamps are.
        ETHTOOL_A_TS_HWTSTAMP_PROVIDER_QUALIFIER = 2 => qualifier: TimestampQualifier,
    }
}

values! {
    /// How precise hardware timestamps are: `HWTSTAMP_PROVIDER_QUALIFIER_*`.
    pub struct TimestampQualifier: u32 = "" {
        /// Precise, as IEEE 1588 asks for.
        PRECISE = 0 => "precise",
        /// Approximate, such as taken by DMA.
        APPROX = 1 => "approx",
    }
}

netlink! {
    /// Counters of transmit timestamps: nested in `ETHTOOL_A_TSINFO_STATS`.
    pub struct TimestampStatistics / TimestampStatisticsBuf
    attributes {
        /// Packets with a transmit timestamp.
        ETHTOOL_A_TS_STAT_TX_PKTS = 1 => tx_packets: u64 as Uint,
        /// Lost transmit timestamps, which never came.
        ETHTOOL_A_TS_STAT_TX_LOST = 2 => tx_lost: u64 as Uint,
        /// Errors: packets whose transmit timestamp failed.
        ETHTOOL_A_TS_STAT_TX_ERR = 3 => tx_errors: u64 as Uint,
        /// Packets with a one-step timestamp that the device does not confirm (since Linux 6.15).
        ETHTOOL_A_TS_STAT_TX_ONESTEP_PKTS_UNCONFIRMED = 4 => tx_onestep_unconfirmed: u64 as Uint,
    }
}

netlink! {
    /// Hardware timestamping as it is set: `ETHTOOL_MSG_TSCONFIG_GET` (since Linux 6.14).
    pub struct TimestampConfig / TimestampConfigBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_TSCONFIG_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Provider of the timestamps.
        ETHTOOL_A_TSCONFIG_HWTSTAMP_PROVIDER = 2 | NLA_F_NESTED => provider: &TimestampProvider as TimestampProvider,
        /// Timestamping of transmitted packets: one of `HWTSTAMP_TX_*`.
        ETHTOOL_A_TSCONFIG_TX_TYPES = 3 | NLA_F_NESTED => tx_types: Bits<'_> as BitsOf<{ StringSetId::TS_TX_TYPES.0 }>,
        /// Timestamping of received packets: one of `HWTSTAMP_FILTER_*`.
        ETHTOOL_A_TSCONFIG_RX_FILTERS = 4 | NLA_F_NESTED => rx_filters: Bits<'_> as BitsOf<{ StringSetId::TS_RX_FILTERS.0 }>,
        /// Timestamping flags (`HWTSTAMP_FLAG_*`).
        ETHTOOL_A_TSCONFIG_HWTSTAMP_FLAGS = 5 | NLA_F_NESTED => flags: Bits<'_> as BitsOf<{ StringSetId::TS_FLAGS.0 }>,
    }
}

netlink! {
    /// Virtual clocks of a PTP hardware clock (PHC): `ETHTOOL_MSG_PHC_VCLOCKS_GET`.
    pub struct PhcVclocks / PhcVclocksBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_PHC_VCLOCKS_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Number of virtual clocks.
        ETHTOOL_A_PHC_VCLOCKS_NUM = 2 => count: u32; read_only,
        /// Their PHC indexes.
        ETHTOOL_A_PHC_VCLOCKS_INDEX = 3 => indexes: Chunks<'_, i32> as Packed<i32>; read_only,
    }
}
