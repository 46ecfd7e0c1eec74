//! What bridges and bonds count besides, of themselves and of their ports.

use super::BridgeVlanFlags;
use netlink_packet::{Buffer, Codec, Fixed, Items, Put, Repeated, Schema, netlink};

netlink! {
    /// What a kind of link counts besides, in [`StatsMessage`](super::StatsMessage).
    pub struct ExtraStats / ExtraStatsBuf
    attributes {
        /// A bridge.
        LINK_XSTATS_TYPE_BRIDGE = 1 => bridge: &BridgeStats as BridgeStats,
        /// A bond.
        LINK_XSTATS_TYPE_BOND = 2 => bond: &BondStats as BondStats,
    }
}

netlink! {
    /// What a bridge counts, or a port of one.
    pub struct BridgeStats / BridgeStatsBuf
    attributes {
        /// For each VLAN.
        BRIDGE_XSTATS_VLAN = 1 => vlans: Items<'_, BridgeVlanStats> as Repeated<BridgeVlanStats>,
        /// For groups.
        BRIDGE_XSTATS_MCAST = 2 => multicast: &BridgeMulticastStats as BridgeMulticastStats,
        /// For the spanning tree, of a port.
        BRIDGE_XSTATS_STP = 4 => spanning_tree: &BridgeTreeStats as BridgeTreeStats,
    }
}

netlink! {
    /// What was counted for a VLAN: `struct bridge_vlan_xstats`.
    pub struct BridgeVlanStats / BridgeVlanStatsBuf
    header bridge_vlan_xstats: 40 {
        /// Bytes received.
        rx_bytes = 0 => rx_bytes: u64,
        /// Packets received.
        rx_packets = 8 => rx_packets: u64,
        /// Bytes sent.
        tx_bytes = 16 => tx_bytes: u64,
        /// Packets sent.
        tx_packets = 24 => tx_packets: u64,
        /// The number of the VLAN.
        vid = 32 => id: u16,
        /// How the port treats it.
        flags = 34 => flags: BridgeVlanFlags,
    }
}

netlink! {
    /// What was counted for the spanning tree: `struct bridge_stp_xstats`.
    pub struct BridgeTreeStats / BridgeTreeStatsBuf
    header bridge_stp_xstats: 48 {
        /// How often it was blocked.
        transition_blk = 0 => blocked: u64,
        /// How often it began to forward.
        transition_fwd = 8 => forwarding: u64,
        /// Messages of the tree received.
        rx_bpdu = 16 => rx_messages: u64,
        /// Messages of the tree sent.
        tx_bpdu = 24 => tx_messages: u64,
        /// Changes of the tree heard of.
        rx_tcn = 32 => rx_changes: u64,
        /// Changes of the tree told.
        tx_tcn = 40 => tx_changes: u64,
    }
}

netlink! {
    /// What was counted for groups: `struct br_mcast_stats`.
    pub struct BridgeMulticastStats / BridgeMulticastStatsBuf
    header br_mcast_stats: 240 {
        /// Questions of IGMP, version 1.
        igmp_v1queries = 0 => igmp_v1_queries: BothWays,
        /// Questions of IGMP, version 2.
        igmp_v2queries = 16 => igmp_v2_queries: BothWays,
        /// Questions of IGMP, version 3.
        igmp_v3queries = 32 => igmp_v3_queries: BothWays,
        /// Farewells of IGMP.
        igmp_leaves = 48 => igmp_leaves: BothWays,
        /// Answers of IGMP, version 1.
        igmp_v1reports = 64 => igmp_v1_reports: BothWays,
        /// Answers of IGMP, version 2.
        igmp_v2reports = 80 => igmp_v2_reports: BothWays,
        /// Answers of IGMP, version 3.
        igmp_v3reports = 96 => igmp_v3_reports: BothWays,
        /// Messages of IGMP that made no sense.
        igmp_parse_errors = 112 => igmp_parse_errors: u64,
        /// Questions of MLD, version 1.
        mld_v1queries = 120 => mld_v1_queries: BothWays,
        /// Questions of MLD, version 2.
        mld_v2queries = 136 => mld_v2_queries: BothWays,
        /// Farewells of MLD.
        mld_leaves = 152 => mld_leaves: BothWays,
        /// Answers of MLD, version 1.
        mld_v1reports = 168 => mld_v1_reports: BothWays,
        /// Answers of MLD, version 2.
        mld_v2reports = 184 => mld_v2_reports: BothWays,
        /// Messages of MLD that made no sense.
        mld_parse_errors = 200 => mld_parse_errors: u64,
        /// Bytes for groups.
        mcast_bytes = 208 => bytes: BothWays,
        /// Packets for groups.
        mcast_packets = 224 => packets: BothWays,
    }
}

/// What was counted in both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BothWays {
    /// What came in.
    pub rx: u64,
    /// What went out.
    pub tx: u64,
}

impl Codec for BothWays {
    type Value<'a> = BothWays;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<BothWays> {
        (payload.len() == Self::SIZE).then(|| Self::read(payload))
    }
}

impl Fixed for BothWays {
    type Owned = BothWays;
    const SIZE: usize = 16;

    fn read(bytes: &[u8]) -> BothWays {
        let [rx, tx] = [0..8, 8..16].map(|half| bytes.get(half).map(u64::read).unwrap_or_default());
        BothWays { rx, tx }
    }
}

impl Put<BothWays> for BothWays {
    fn put(self, out: &mut Buffer) {
        Put::<u64>::put(self.rx, out);
        Put::<u64>::put(self.tx, out);
    }
}

netlink! {
    /// What a bond counts, or a port of one.
    pub struct BondStats / BondStatsBuf
    attributes {
        /// Messages of LACP.
        BOND_XSTATS_3AD = 1 => lacp: &LacpStats as LacpStats,
    }
}

netlink! {
    /// What was counted of messages of LACP.
    pub struct LacpStats / LacpStatsBuf
    attributes {
        /// Messages received.
        BOND_3AD_STAT_LACPDU_RX = 0 => lacpdu_rx: u64,
        /// Messages sent.
        BOND_3AD_STAT_LACPDU_TX = 1 => lacpdu_tx: u64,
        /// Messages received of an unknown kind.
        BOND_3AD_STAT_LACPDU_UNKNOWN_RX = 2 => lacpdu_unknown_rx: u64,
        /// Messages received that made no sense.
        BOND_3AD_STAT_LACPDU_ILLEGAL_RX = 3 => lacpdu_illegal_rx: u64,
        /// Markers received.
        BOND_3AD_STAT_MARKER_RX = 4 => marker_rx: u64,
        /// Markers sent.
        BOND_3AD_STAT_MARKER_TX = 5 => marker_tx: u64,
        /// Answers to markers received.
        BOND_3AD_STAT_MARKER_RESP_RX = 6 => marker_response_rx: u64,
        /// Answers to markers sent.
        BOND_3AD_STAT_MARKER_RESP_TX = 7 => marker_response_tx: u64,
        /// Markers received of an unknown kind.
        BOND_3AD_STAT_MARKER_UNKNOWN_RX = 8 => marker_unknown_rx: u64,
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::link::StatsMessage;

    #[test]
    fn of_a_bridge() {
        let told = capture!("stats_bridge");
        let stats = StatsMessage::new(&told.payload).unwrap();
        let bridge = stats.extra().and_then(ExtraStats::bridge).unwrap();
        let vlans: Vec<_> = bridge.vlans().unwrap().map(|vlan| (vlan.id(), vlan.flags())).collect();
        let all = BridgeVlanFlags::MASTER
            | BridgeVlanFlags::PVID
            | BridgeVlanFlags::UNTAGGED
            | BridgeVlanFlags::BRENTRY;
        assert_eq!(vlans, [(1, all)]);
        let multicast = bridge.multicast().unwrap();
        assert_eq!((multicast.igmp_v1_queries(), multicast.tail().len()), (BothWays::default(), 0));
        assert_eq!(stats.malformed().count(), 0);
    }

    #[test]
    fn of_a_port_of_a_bridge() {
        let told = capture!("stats_bridge_port");
        let stats = StatsMessage::new(&told.payload).unwrap();
        let bridge = stats.port_extra().and_then(ExtraStats::bridge).unwrap();
        assert!(bridge.spanning_tree().is_some_and(|tree| tree.tx_messages() > 0));
        assert!(stats.extra().is_none());
    }

    #[test]
    fn of_a_bond_and_its_port() {
        for (told, of_port) in [(capture!("stats_bond"), false), (capture!("stats_bond_port"), true)] {
            let stats = StatsMessage::new(&told.payload).unwrap();
            let extra = if of_port { stats.port_extra() } else { stats.extra() };
            let lacp = extra.and_then(ExtraStats::bond).and_then(BondStats::lacp).unwrap();
            assert_eq!((lacp.lacpdu_rx(), lacp.marker_unknown_rx()), (Some(0), Some(0)));
            assert!(lacp.lacpdu_tx().is_some());
        }
    }

    #[test]
    fn both_ways() {
        let ways = BothWays { rx: 1, tx: 2 };
        let stats = BridgeMulticastStats::build().bytes(ways);
        assert_eq!((stats.view().bytes(), stats.view().packets()), (ways, BothWays::default()));
    }
}
