//! Extended statistics (xstats) of bridges, bonds and their ports.

use super::BridgeVlanFlags;
use netlink_packet::{Buffer, Codec, Fixed, Items, Plain, Put, Repeated, Schema, Scope, netlink};

netlink! {
    /// Statistics of a kind of link (`xstats`), in [`StatsMessage`](super::StatsMessage).
    pub struct ExtraStats / ExtraStatsBuf
    attributes {
        /// Bridge statistics.
        LINK_XSTATS_TYPE_BRIDGE = 1 => bridge: &BridgeStats as BridgeStats,
        /// Bond statistics.
        LINK_XSTATS_TYPE_BOND = 2 => bond: &BondStats as BondStats,
    }
}

netlink! {
    /// Extended statistics of a bridge or a bridge port: `BRIDGE_XSTATS_*`.
    pub struct BridgeStats / BridgeStatsBuf
    attributes {
        /// Per-VLAN statistics.
        BRIDGE_XSTATS_VLAN = 1 => vlans: Items<'_, BridgeVlanStats> as Repeated<BridgeVlanStats>,
        /// Multicast (IGMP and MLD) statistics.
        BRIDGE_XSTATS_MCAST = 2 => multicast: &BridgeMulticastStats as BridgeMulticastStats,
        /// STP statistics of a port.
        BRIDGE_XSTATS_STP = 4 => stp: &BridgeStpStats as BridgeStpStats,
    }
}

netlink! {
    /// Statistics of a VLAN on a bridge: `struct bridge_vlan_xstats`.
    pub struct BridgeVlanStats / BridgeVlanStatsBuf
    header bridge_vlan_xstats: 40 {
        /// Bytes received.
        rx_bytes = 0 => rx_bytes: u64,
        /// Packets received.
        rx_packets = 8 => rx_packets: u64,
        /// Bytes transmitted.
        tx_bytes = 16 => tx_bytes: u64,
        /// Packets transmitted.
        tx_packets = 24 => tx_packets: u64,
        /// VLAN ID (VID).
        vid = 32 => id: u16,
        /// VLAN flags, such as PVID and untagged.
        flags = 34 => flags: BridgeVlanFlags,
    }
}

netlink! {
    /// STP statistics of a bridge port: `struct bridge_stp_xstats`.
    pub struct BridgeStpStats / BridgeStpStatsBuf
    header bridge_stp_xstats: 48 {
        /// Transitions to the blocking state.
        transition_blk = 0 => blocking_transitions: u64,
        /// Transitions to the forwarding state.
        transition_fwd = 8 => forwarding_transitions: u64,
        /// BPDUs received.
        rx_bpdu = 16 => rx_bpdu: u64,
        /// BPDUs transmitted.
        tx_bpdu = 24 => tx_bpdu: u64,
        /// Topology change notifications (TCN) received.
        rx_tcn = 32 => rx_tcn: u64,
        /// Topology change notifications (TCN) transmitted.
        tx_tcn = 40 => tx_tcn: u64,
    }
}

netlink! {
    /// Multicast statistics of a bridge or a bridge port: `struct br_mcast_stats`.
    pub struct BridgeMulticastStats / BridgeMulticastStatsBuf
    header br_mcast_stats: 240 {
        /// IGMPv1 queries.
        igmp_v1queries = 0 => igmp_v1_queries: RxTx,
        /// IGMPv2 queries.
        igmp_v2queries = 16 => igmp_v2_queries: RxTx,
        /// IGMPv3 queries.
        igmp_v3queries = 32 => igmp_v3_queries: RxTx,
        /// IGMP leave messages.
        igmp_leaves = 48 => igmp_leaves: RxTx,
        /// IGMPv1 membership reports.
        igmp_v1reports = 64 => igmp_v1_reports: RxTx,
        /// IGMPv2 membership reports.
        igmp_v2reports = 80 => igmp_v2_reports: RxTx,
        /// IGMPv3 membership reports.
        igmp_v3reports = 96 => igmp_v3_reports: RxTx,
        /// Malformed IGMP messages received (parse errors).
        igmp_parse_errors = 112 => igmp_parse_errors: u64,
        /// MLDv1 queries.
        mld_v1queries = 120 => mld_v1_queries: RxTx,
        /// MLDv2 queries.
        mld_v2queries = 136 => mld_v2_queries: RxTx,
        /// MLD done (leave) messages.
        mld_leaves = 152 => mld_leaves: RxTx,
        /// MLDv1 listener reports.
        mld_v1reports = 168 => mld_v1_reports: RxTx,
        /// MLDv2 listener reports.
        mld_v2reports = 184 => mld_v2_reports: RxTx,
        /// Malformed MLD messages received (parse errors).
        mld_parse_errors = 200 => mld_parse_errors: u64,
        /// Bytes of multicast traffic.
        mcast_bytes = 208 => bytes: RxTx,
        /// Multicast packets.
        mcast_packets = 224 => packets: RxTx,
    }
}

/// Counters of both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RxTx {
    /// Received.
    pub rx: u64,
    /// Transmitted.
    pub tx: u64,
}

impl Codec for RxTx {
    type Value<'a> = RxTx;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<RxTx> {
        (payload.len() == Self::SIZE).then(|| Self::read(payload))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        let RxTx { rx, tx } = Self::read(payload);
        Plain::Map(vec![("rx".into(), rx.into()), ("tx".into(), tx.into())])
    }
}

impl Fixed for RxTx {
    type Owned = RxTx;
    const SIZE: usize = 16;

    fn read(bytes: &[u8]) -> RxTx {
        let [rx, tx] = [0..8, 8..16].map(|half| bytes.get(half).map(u64::read).unwrap_or_default());
        RxTx { rx, tx }
    }
}

impl Put<RxTx> for RxTx {
    fn put(self, out: &mut Buffer) {
        Put::<u64>::put(self.rx, out);
        Put::<u64>::put(self.tx, out);
    }
}

netlink! {
    /// Extended statistics of a bond or a bond port: `BOND_XSTATS_*`.
    pub struct BondStats / BondStatsBuf
    attributes {
        /// IEEE 802.3ad (LACP) statistics.
        BOND_XSTATS_3AD = 1 => lacp: &LacpStats as LacpStats,
    }
}

netlink! {
    /// LACP statistics: `BOND_3AD_STAT_*`.
    pub struct LacpStats / LacpStatsBuf
    attributes {
        /// LACPDUs received.
        BOND_3AD_STAT_LACPDU_RX = 0 => lacpdu_rx: u64,
        /// LACPDUs transmitted.
        BOND_3AD_STAT_LACPDU_TX = 1 => lacpdu_tx: u64,
        /// Unknown LACPDUs received.
        BOND_3AD_STAT_LACPDU_UNKNOWN_RX = 2 => lacpdu_unknown_rx: u64,
        /// Illegal (malformed) LACPDUs received.
        BOND_3AD_STAT_LACPDU_ILLEGAL_RX = 3 => lacpdu_illegal_rx: u64,
        /// Marker PDUs received.
        BOND_3AD_STAT_MARKER_RX = 4 => marker_rx: u64,
        /// Marker PDUs transmitted.
        BOND_3AD_STAT_MARKER_TX = 5 => marker_tx: u64,
        /// Marker response PDUs received.
        BOND_3AD_STAT_MARKER_RESP_RX = 6 => marker_response_rx: u64,
        /// Marker response PDUs transmitted.
        BOND_3AD_STAT_MARKER_RESP_TX = 7 => marker_response_tx: u64,
        /// Unknown marker PDUs received.
        BOND_3AD_STAT_MARKER_UNKNOWN_RX = 8 => marker_unknown_rx: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::link::StatsMessage;

    #[test]
    fn of_a_bridge() {
        let reported = capture!("stats_bridge");
        let stats = StatsMessage::new(&reported.payload).unwrap();
        let bridge = stats.extra().and_then(ExtraStats::bridge).unwrap();
        let vlans: Vec<_> = bridge.vlans().unwrap().map(|vlan| (vlan.id(), vlan.flags())).collect();
        let all = BridgeVlanFlags::MASTER
            | BridgeVlanFlags::PVID
            | BridgeVlanFlags::UNTAGGED
            | BridgeVlanFlags::BRENTRY;
        assert_eq!(vlans, [(1, all)]);
        let multicast = bridge.multicast().unwrap();
        assert_eq!((multicast.igmp_v1_queries(), multicast.tail().len()), (RxTx::default(), 0));
        assert_eq!(stats.malformed().count(), 0);
    }

    #[test]
    fn of_a_port_of_a_bridge() {
        let reported = capture!("stats_bridge_port");
        let stats = StatsMessage::new(&reported.payload).unwrap();
        let bridge = stats.port_extra().and_then(ExtraStats::bridge).unwrap();
        assert!(bridge.stp().is_some_and(|tree| tree.tx_bpdu() > 0));
        assert!(stats.extra().is_none());
    }

    #[test]
    fn of_a_bond_and_its_port() {
        for (reported, of_port) in [(capture!("stats_bond"), false), (capture!("stats_bond_port"), true)] {
            let stats = StatsMessage::new(&reported.payload).unwrap();
            let extra = if of_port { stats.port_extra() } else { stats.extra() };
            let lacp = extra.and_then(ExtraStats::bond).and_then(BondStats::lacp).unwrap();
            assert_eq!((lacp.lacpdu_rx(), lacp.marker_unknown_rx()), (Some(0), Some(0)));
            assert!(lacp.lacpdu_tx().is_some());
        }
    }

    #[test]
    fn rx_and_tx() {
        let ways = RxTx { rx: 1, tx: 2 };
        let stats = BridgeMulticastStats::build().bytes(ways);
        assert_eq!((stats.view().bytes(), stats.view().packets()), (ways, RxTx::default()));
    }
}
