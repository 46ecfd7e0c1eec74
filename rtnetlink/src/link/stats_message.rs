//! Statistics messages: `RTM_GETSTATS` and related messages, as in `ip stats`.

use super::{ExtraStats, LinkStats};
use crate::AddressFamily;
use netlink_packet::{Array, IfIndex, Items, NLA_F_NESTED, flags, netlink};

netlink! {
    /// Statistics of a link, by group: `RTM_NEWSTATS` (`struct if_stats_msg`).
    pub struct StatsMessage / StatsMessageBuf
    header if_stats_msg: 12 {
        /// Address family; unused.
        family = 0 => family: AddressFamily,
        /// Interface index.
        ifindex = 4 => index: u32 as IfIndex,
        /// Filter mask: the groups of statistics that were requested.
        filter_mask = 8 => filter: StatsFilter,
    }
    attributes {
        /// Standard link statistics as 64-bit counters.
        IFLA_STATS_LINK_64 = 1 => stats: &LinkStats as LinkStats,
        /// Extra statistics (xstats) of the link's kind, such as a bridge.
        IFLA_STATS_LINK_XSTATS = 2 => extra: &ExtraStats as ExtraStats,
        /// Extra statistics (xstats) of the link as a port (slave) of its master.
        IFLA_STATS_LINK_XSTATS_SLAVE = 3 => port_extra: &ExtraStats as ExtraStats,
        /// Offload statistics: traffic handled in hardware.
        IFLA_STATS_LINK_OFFLOAD_XSTATS = 4 => offload: &OffloadStats as OffloadStats,
        /// Address-family specific statistics.
        IFLA_STATS_AF_SPEC = 5 => family_specs: &FamilyStats as FamilyStats,
    }
}

netlink! {
    /// A request for link statistics (`RTM_GETSTATS`), or a change of what is counted (`RTM_SETSTATS`).
    ///
    /// ```
    /// use rtnetlink::link::{StatsFilter, StatsRequest};
    ///
    /// // ip stats show dev eth0 group link
    /// let get = StatsRequest::build().index("eth0").filter(StatsFilter::LINK_64);
    /// // ip stats set dev eth0 l3_stats on
    /// let set = StatsRequest::build().index("eth0").l3_stats(true);
    /// assert!(set.view().l3_stats() == Some(true) && get.view().filter() == StatsFilter::LINK_64);
    /// ```
    pub struct StatsRequest / StatsRequestBuf
    header if_stats_msg: 12 {
        /// Address family; unused.
        family = 0 => family: AddressFamily,
        /// Interface index; 0 for all links.
        ifindex = 4 => index: u32 as IfIndex,
        /// Filter mask: the groups of statistics to return.
        filter_mask = 8 => filter: StatsFilter,
    }
    attributes {
        /// Filters within the groups of statistics to get.
        IFLA_STATS_GET_FILTERS = 1 | NLA_F_NESTED => filters: &StatsFilters as StatsFilters,
        /// Enables L3 hardware statistics (`l3_stats`): packets routed in hardware.
        IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS = 2 => l3_stats: bool,
    }
}

flags! {
    /// Groups of link statistics: bits by the numbers of `IFLA_STATS_*`.
    pub struct StatsFilter: u32 = "" {
        /// Standard link statistics, 64-bit.
        const LINK_64 = 0x1 => "link";
        /// Extra statistics (xstats) of the link's kind.
        const LINK_XSTATS = 0x2 => "xstats";
        /// Extra statistics (xstats) of the link as a port (slave).
        const LINK_XSTATS_SLAVE = 0x4 => "xstats_slave";
        /// Offload statistics.
        const LINK_OFFLOAD_XSTATS = 0x8 => "offload";
        /// Address-family specific statistics.
        const AF_SPEC = 0x10 => "afstats";
    }
}

netlink! {
    /// Filters within groups of statistics: `IFLA_STATS_GET_FILTERS`.
    pub struct StatsFilters / StatsFiltersBuf
    attributes {
        /// Offload statistics to return.
        IFLA_STATS_LINK_OFFLOAD_XSTATS = 4 => offload: OffloadFilter,
    }
}

flags! {
    /// Kinds of offload statistics: bits by the numbers of `IFLA_OFFLOAD_XSTATS_*`.
    pub struct OffloadFilter: u32 = "" {
        /// CPU-hit statistics: packets that reached the CPU.
        const CPU_HIT = 0x1 => "cpu_hit";
        /// Hardware statistics info: whether counting is requested and in use.
        const HW_S_INFO = 0x2 => "hw_stats_info";
        /// L3 statistics: packets routed in hardware.
        const L3_STATS = 0x4 => "l3_stats";
    }
}

netlink! {
    /// Offload statistics of a link: `IFLA_STATS_LINK_OFFLOAD_XSTATS`.
    pub struct OffloadStats / OffloadStatsBuf
    attributes {
        /// CPU-hit statistics: packets that reached the CPU rather than being forwarded in hardware.
        IFLA_OFFLOAD_XSTATS_CPU_HIT = 1 => cpu_hit: &LinkStats as LinkStats,
        /// Hardware statistics info, by the number of the statistics: 3 is L3.
        IFLA_OFFLOAD_XSTATS_HW_S_INFO = 2 => info: Items<'_, OffloadInfo> as Array<OffloadInfo>,
        /// L3 statistics: packets routed in hardware.
        IFLA_OFFLOAD_XSTATS_L3_STATS = 3 => l3_stats: &HardwareStats as HardwareStats,
    }
}

netlink! {
    /// Whether hardware statistics are requested and in use.
    pub struct OffloadInfo / OffloadInfoBuf
    attributes {
        /// Requested: the user has enabled them.
        IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST = 1 => requested: bool,
        /// Used: a driver counts them in hardware.
        IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED = 2 => used: bool,
    }
}

netlink! {
    /// Hardware statistics: `struct rtnl_hw_stats64`.
    pub struct HardwareStats / HardwareStatsBuf
    header rtnl_hw_stats64: 72 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u64,
        /// Packets transmitted.
        tx_packets = 8 => tx_packets: u64,
        /// Bytes received.
        rx_bytes = 16 => rx_bytes: u64,
        /// Bytes transmitted.
        tx_bytes = 24 => tx_bytes: u64,
        /// Receive errors.
        rx_errors = 32 => rx_errors: u64,
        /// Transmit errors.
        tx_errors = 40 => tx_errors: u64,
        /// Received packets dropped.
        rx_dropped = 48 => rx_dropped: u64,
        /// Packets dropped before transmission.
        tx_dropped = 56 => tx_dropped: u64,
        /// Multicast packets received.
        multicast = 64 => multicast: u64,
    }
}

netlink! {
    /// Address-family specific statistics of a link: `IFLA_STATS_AF_SPEC`.
    pub struct FamilyStats / FamilyStatsBuf
    attributes {
        /// MPLS statistics.
        AF_MPLS = 28 => mpls: &MplsStats as MplsStats,
    }
}

netlink! {
    /// MPLS statistics.
    pub struct MplsStats / MplsStatsBuf
    attributes {
        /// MPLS statistics of the link.
        MPLS_STATS_LINK = 1 => link: &MplsLinkStats as MplsLinkStats,
    }
}

netlink! {
    /// MPLS statistics of a link: `struct mpls_link_stats`.
    pub struct MplsLinkStats / MplsLinkStatsBuf
    header mpls_link_stats: 72 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u64,
        /// Packets transmitted.
        tx_packets = 8 => tx_packets: u64,
        /// Bytes received.
        rx_bytes = 16 => rx_bytes: u64,
        /// Bytes transmitted.
        tx_bytes = 24 => tx_bytes: u64,
        /// Receive errors.
        rx_errors = 32 => rx_errors: u64,
        /// Transmit errors.
        tx_errors = 40 => tx_errors: u64,
        /// Received packets dropped.
        rx_dropped = 48 => rx_dropped: u64,
        /// Packets dropped before transmission.
        tx_dropped = 56 => tx_dropped: u64,
        /// Received packets dropped because their label had no route.
        rx_noroute = 64 => rx_no_route: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn requests() {
        let get = capture!("get_stats");
        let request = StatsRequest::new(&get.payload).unwrap();
        assert_eq!(request.filter(), StatsFilter::from_bits_retain(0x1f));
        let built = StatsRequest::build().index(request.index()).filter(request.filter());
        assert_eq!(built.as_bytes(), get.payload);

        let set = capture!("set_stats");
        let index = StatsRequest::new(&set.payload).unwrap().index();
        assert_eq!(StatsRequest::build().index(index).l3_stats(true).as_bytes(), set.payload);
        let filters = StatsFilters::build().offload(OffloadFilter::L3_STATS);
        let built = StatsRequest::build().filter(StatsFilter::LINK_OFFLOAD_XSTATS).filters(filters);
        let asked = built.view().filters().and_then(StatsFilters::offload);
        assert_eq!(asked, Some(OffloadFilter::L3_STATS));
    }

    #[test]
    fn what_every_link_counts() {
        let reported = capture!("stats_link");
        let stats = StatsMessage::new(&reported.payload).unwrap();
        assert_eq!(stats.filter(), StatsFilter::LINK_64);
        assert!(stats.stats().is_some_and(|stats| stats.tx_packets() > 0 && stats.tail().is_empty()));
        assert_eq!(stats.malformed().count(), 0);
    }

    #[test]
    fn what_hardware_counts() {
        let reported = capture!("stats_offload");
        let offload = StatsMessage::new(&reported.payload).unwrap().offload().unwrap();
        let info: Vec<_> = offload.info().unwrap().numbered().collect();
        assert_eq!(
            info.iter().map(|(number, info)| (*number, info.requested())).collect::<Vec<_>>(),
            [(3, Some(false))]
        );

        let reported = capture!("stats_offload_on");
        let offload = StatsMessage::new(&reported.payload).unwrap().offload().unwrap();
        let info: Vec<_> = offload.info().unwrap().collect();
        assert_eq!((info[0].requested(), info[0].used()), (Some(true), Some(false)));
        assert!(offload.l3_stats().is_some_and(|stats| stats.rx_errors() == 0));
    }

    #[test]
    fn labelled_packets() {
        let reported = capture!("stats_mpls");
        let families = StatsMessage::new(&reported.payload).unwrap().family_specs().unwrap();
        let link = families.mpls().and_then(MplsStats::link).unwrap();
        assert_eq!((link.rx_packets(), link.tail().len()), (0, 0));
    }
}
