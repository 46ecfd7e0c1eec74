//! Statistics by themselves: `RTM_GETSTATS` and its kin, as `ip stats` has them.

use super::{ExtraStats, LinkStats};
use crate::AddressFamily;
use netlink_packet::{Array, Device, Items, NLA_F_NESTED, flags, netlink};

pub use filters::{StatsFilters, StatsFiltersBuf};

netlink! {
    /// What a link has counted, as much as was asked for: `RTM_NEWSTATS`.
    pub struct StatsMessage / StatsMessageBuf
    header if_stats_msg: 12 {
        /// Without meaning.
        family = 0 => family: AddressFamily,
        /// The link.
        ifindex = 4 => index: u32 as Device,
        /// What was asked for.
        filter_mask = 8 => filter: StatsFilter,
    }
    attributes {
        /// What every link counts.
        IFLA_STATS_LINK_64 = 1 => stats: &LinkStats as LinkStats,
        /// What its kind counts, such as a bridge.
        IFLA_STATS_LINK_XSTATS = 2 => extra: &ExtraStats as ExtraStats,
        /// What its master's kind counts for it as a port.
        IFLA_STATS_LINK_XSTATS_SLAVE = 3 => port_extra: &ExtraStats as ExtraStats,
        /// What its hardware counts that the host does not see.
        IFLA_STATS_LINK_OFFLOAD_XSTATS = 4 => offload: &OffloadStats as OffloadStats,
        /// What the address families count.
        IFLA_STATS_AF_SPEC = 5 => family_specs: &FamilyStats as FamilyStats,
    }
}

netlink! {
    /// Asks for what links have counted (`RTM_GETSTATS`), or says what they shall count (`RTM_SETSTATS`).
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
        /// Without meaning.
        family = 0 => family: AddressFamily,
        /// The link; 0 for all.
        ifindex = 4 => index: u32 as Device,
        /// What is asked for.
        filter_mask = 8 => filter: StatsFilter,
    }
    attributes {
        /// What is asked for of each group of statistics.
        IFLA_STATS_GET_FILTERS = 1 | NLA_F_NESTED => filters: &StatsFilters as StatsFilters,
        /// Its hardware shall count what it routes.
        IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS = 2 => l3_stats: bool,
    }
}

flags! {
    /// Which statistics are asked for: bits by the numbers of `IFLA_STATS_*`.
    pub struct StatsFilter: u32 = "" {
        /// What every link counts.
        const LINK_64 = 0x1 => "link";
        /// What its kind counts.
        const LINK_XSTATS = 0x2 => "xstats";
        /// What its master's kind counts for it as a port.
        const LINK_XSTATS_SLAVE = 0x4 => "xstats_slave";
        /// What its hardware counts that the host does not see.
        const LINK_OFFLOAD_XSTATS = 0x8 => "offload";
        /// What the address families count.
        const AF_SPEC = 0x10 => "afstats";
    }
}

// In a module of its own, as its constant is called as that of the statistics.
mod filters {
    use super::OffloadFilter;
    use netlink_packet::netlink;

    netlink! {
        /// What is asked for of each group of statistics.
        pub struct StatsFilters / StatsFiltersBuf
        attributes {
            /// Of what hardware counts.
            IFLA_STATS_LINK_OFFLOAD_XSTATS = 4 => offload: OffloadFilter,
        }
    }
}

flags! {
    /// Which of what hardware counts is asked for: bits by the numbers of `IFLA_OFFLOAD_XSTATS_*`.
    pub struct OffloadFilter: u32 = "" {
        /// What reached the host.
        const CPU_HIT = 0x1 => "cpu_hit";
        /// Whether it counts.
        const HW_S_INFO = 0x2 => "hw_stats_info";
        /// What it routed.
        const L3_STATS = 0x4 => "l3_stats";
    }
}

netlink! {
    /// What a link's hardware counts that the host does not see.
    pub struct OffloadStats / OffloadStatsBuf
    attributes {
        /// What of all that passed the hardware reached the host.
        IFLA_OFFLOAD_XSTATS_CPU_HIT = 1 => cpu_hit: &LinkStats as LinkStats,
        /// Whether it counts, by the numbers of the statistics: 3 is what it routed.
        IFLA_OFFLOAD_XSTATS_HW_S_INFO = 2 => info: Items<'_, OffloadInfo> as Array<OffloadInfo>,
        /// What it routed.
        IFLA_OFFLOAD_XSTATS_L3_STATS = 3 => l3_stats: &HardwareStats as HardwareStats,
    }
}

netlink! {
    /// Whether hardware counts something.
    pub struct OffloadInfo / OffloadInfoBuf
    attributes {
        /// It is asked to.
        IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST = 1 => requested: bool,
        /// It does.
        IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED = 2 => used: bool,
    }
}

netlink! {
    /// What hardware has counted: `struct rtnl_hw_stats64`.
    pub struct HardwareStats / HardwareStatsBuf
    header rtnl_hw_stats64: 72 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u64,
        /// Packets sent.
        tx_packets = 8 => tx_packets: u64,
        /// Bytes received.
        rx_bytes = 16 => rx_bytes: u64,
        /// Bytes sent.
        tx_bytes = 24 => tx_bytes: u64,
        /// Bad packets received.
        rx_errors = 32 => rx_errors: u64,
        /// Packets that could not be sent.
        tx_errors = 40 => tx_errors: u64,
        /// Packets dropped on their way in.
        rx_dropped = 48 => rx_dropped: u64,
        /// Packets dropped on their way out.
        tx_dropped = 56 => tx_dropped: u64,
        /// Packets received for groups.
        multicast = 64 => multicast: u64,
    }
}

netlink! {
    /// What the address families count for a link.
    pub struct FamilyStats / FamilyStatsBuf
    attributes {
        /// Labelled packets.
        AF_MPLS = 28 => mpls: &MplsStats as MplsStats,
    }
}

netlink! {
    /// What is counted of labelled packets.
    pub struct MplsStats / MplsStatsBuf
    attributes {
        /// The packets of a link.
        MPLS_STATS_LINK = 1 => link: &MplsLinkStats as MplsLinkStats,
    }
}

netlink! {
    /// What a link has counted of labelled packets: `struct mpls_link_stats`.
    pub struct MplsLinkStats / MplsLinkStatsBuf
    header mpls_link_stats: 72 {
        /// Packets received.
        rx_packets = 0 => rx_packets: u64,
        /// Packets sent.
        tx_packets = 8 => tx_packets: u64,
        /// Bytes received.
        rx_bytes = 16 => rx_bytes: u64,
        /// Bytes sent.
        tx_bytes = 24 => tx_bytes: u64,
        /// Bad packets received.
        rx_errors = 32 => rx_errors: u64,
        /// Packets that could not be sent.
        tx_errors = 40 => tx_errors: u64,
        /// Packets dropped on their way in.
        rx_dropped = 48 => rx_dropped: u64,
        /// Packets dropped on their way out.
        tx_dropped = 56 => tx_dropped: u64,
        /// Packets received without a route for their label.
        rx_noroute = 64 => rx_no_route: u64,
    }
}

#[cfg(all(test, target_endian = "little"))]
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
        let told = capture!("stats_link");
        let stats = StatsMessage::new(&told.payload).unwrap();
        assert_eq!(stats.filter(), StatsFilter::LINK_64);
        assert!(stats.stats().is_some_and(|stats| stats.tx_packets() > 0 && stats.tail().is_empty()));
        assert_eq!(stats.malformed().count(), 0);
    }

    #[test]
    fn what_hardware_counts() {
        let told = capture!("stats_offload");
        let offload = StatsMessage::new(&told.payload).unwrap().offload().unwrap();
        let info: Vec<_> = offload.info().unwrap().numbered().collect();
        assert_eq!(
            info.iter().map(|(number, info)| (*number, info.requested())).collect::<Vec<_>>(),
            [(3, Some(false))]
        );

        let told = capture!("stats_offload_on");
        let offload = StatsMessage::new(&told.payload).unwrap().offload().unwrap();
        let info: Vec<_> = offload.info().unwrap().collect();
        assert_eq!((info[0].requested(), info[0].used()), (Some(true), Some(false)));
        assert!(offload.l3_stats().is_some_and(|stats| stats.rx_errors() == 0));
    }

    #[test]
    fn labelled_packets() {
        let told = capture!("stats_mpls");
        let families = StatsMessage::new(&told.payload).unwrap().family_specs().unwrap();
        let link = families.mpls().and_then(MplsStats::link).unwrap();
        assert_eq!((link.rx_packets(), link.tail().len()), (0, 0));
    }
}
