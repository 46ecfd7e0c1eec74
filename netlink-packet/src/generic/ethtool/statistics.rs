//! Standard statistics (IEEE 802.3, RMON).

use super::{BitChange, Bits, BitsOf, DeviceHeader, StringSetId};
use crate::{Items, NLA_F_NESTED, Numbered, Repeated, netlink, values};

netlink! {
    /// Standard statistics: `ETHTOOL_MSG_STATS_GET`, `ethtool -S DEV --groups`.
    ///
    /// Counters that the driver lacks are left out.
    pub struct Statistics / StatisticsBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_STATS_HEADER = 2 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Groups of statistics that are asked for: `eth-phy`, `eth-mac`, `eth-ctrl`, `rmon`, `phydev`.
        ETHTOOL_A_STATS_GROUPS = 3 | NLA_F_NESTED => requested: Bits<'_> as BitsOf<{ StringSetId::STATS_STD.0 }>,
        /// The groups of statistics.
        ETHTOOL_A_STATS_GRP = 4 | NLA_F_NESTED => groups: Items<'_, StatisticsGroup> as Repeated<StatisticsGroup>; read_only,
        /// Source of the statistics, of devices with a MAC Merge layer (since Linux 6.3).
        ETHTOOL_A_STATS_SRC = 5 => source: StatisticsSource,
    }
}

impl Statistics {
    /// Asks for these groups.
    pub fn of(groups: impl IntoIterator<Item = StatisticsGroupId>) -> StatisticsBuf {
        Statistics::build().requested(BitChange::only(groups.into_iter().map(|group| group.0)))
    }

    /// The group with this id.
    pub fn group(&self, id: StatisticsGroupId) -> Option<&StatisticsGroup> {
        self.groups()?.find(|group| group.id() == Some(id))
    }
}

values! {
    /// A group of standard statistics: `ETHTOOL_STATS_*`.
    pub struct StatisticsGroupId: u32 = "" {
        /// IEEE 802.3 PHY.
        ETH_PHY = 0 => "eth-phy",
        /// IEEE 802.3 MAC.
        ETH_MAC = 1 => "eth-mac",
        /// IEEE 802.3 MAC Control.
        ETH_CTRL = 2 => "eth-ctrl",
        /// RMON (RFC 2819).
        RMON = 3 => "rmon",
        /// The PHY (since Linux 6.14).
        PHYDEV = 4 => "phydev",
    }
}

values! {
    /// Source of statistics, on devices with a MAC Merge layer: `ETHTOOL_MAC_STATS_SRC_*`.
    pub struct StatisticsSource: u32 = "" {
        /// Both MACs together; on a device without MAC Merge layer its only one.
        AGGREGATE = 0 => "aggregate",
        /// Express MAC.
        EMAC = 1 => "emac",
        /// Preemptible MAC.
        PMAC = 2 => "pmac",
    }
}

netlink! {
    /// A group of statistics: nested in `ETHTOOL_A_STATS_GRP`.
    pub struct StatisticsGroup / StatisticsGroupBuf
    attributes {
        /// Group id.
        ETHTOOL_A_STATS_GRP_ID = 2 => id: StatisticsGroupId,
        /// String set that names its counters.
        ETHTOOL_A_STATS_GRP_SS_ID = 3 => string_set: StringSetId,
        /// Counters, each in a nest of its own: [`StatisticsGroup::counters`] reads them.
        ETHTOOL_A_STATS_GRP_STAT = 4 => raw_counters: Items<'_, Numbered<u64>> as Repeated<Numbered<u64>>,
        /// RX histogram: received packets by size.
        ETHTOOL_A_STATS_GRP_HIST_RX = 5 | NLA_F_NESTED => rx_histogram: Items<'_, StatisticsBucket> as Repeated<StatisticsBucket>,
        /// TX histogram: sent packets by size.
        ETHTOOL_A_STATS_GRP_HIST_TX = 6 | NLA_F_NESTED => tx_histogram: Items<'_, StatisticsBucket> as Repeated<StatisticsBucket>,
        /// Lowest size of a bucket, in bytes. It is in the nests of the histograms.
        ETHTOOL_A_STATS_GRP_HIST_BKT_LOW = 7 => bucket_low: u32,
        /// Highest size of a bucket, in bytes. It is in the nests of the histograms.
        ETHTOOL_A_STATS_GRP_HIST_BKT_HI = 8 => bucket_high: u32,
        /// Packets of these sizes. It is in the nests of the histograms.
        ETHTOOL_A_STATS_GRP_HIST_VAL = 9 => bucket_packets: u64,
    }
}

impl StatisticsGroup {
    /// The counters: each by the number of its name in the [string set](Self::string_set), with its value.
    pub fn counters(&self) -> impl Iterator<Item = (u32, u64)> {
        let counters: Option<Items<'_, Numbered<u64>>> = self.raw_counters();
        counters.into_iter().flatten().flatten().map(|(number, value)| (number.into(), value))
    }

    /// The counter with this number, such as 1 (`FramesTransmittedOK`) in the group `eth-mac`'s numbering from 0.
    pub fn counter(&self, number: u32) -> Option<u64> {
        self.counters().find(|(of, _)| *of == number).map(|(_, value)| value)
    }
}

netlink! {
    /// A bucket of a histogram of packet sizes: nested in `ETHTOOL_A_STATS_GRP_HIST_RX` and `ETHTOOL_A_STATS_GRP_HIST_TX`.
    pub struct StatisticsBucket / StatisticsBucketBuf
    attributes {
        /// Lowest size in the bucket, in bytes.
        ETHTOOL_A_STATS_GRP_HIST_BKT_LOW = 7 => low: u32,
        /// Highest size in the bucket, in bytes.
        ETHTOOL_A_STATS_GRP_HIST_BKT_HI = 8 => high: u32,
        /// Packets of these sizes.
        ETHTOOL_A_STATS_GRP_HIST_VAL = 9 => packets: u64,
    }
}
