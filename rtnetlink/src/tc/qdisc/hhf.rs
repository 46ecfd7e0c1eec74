//! Heavy-hitter filter: `hhf`.

use super::QdiscKind;
use crate::tc::{MICROSECOND, Size, TimeIn};
use netlink_packet::{Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Heavy-hitter filter (HHF): flows that send much are found and get less than the others.
    pub struct Hhf / HhfBuf
    attributes {
        /// Backlog limit: length of the queue, in packets. Default 1000.
        TCA_HHF_BACKLOG_LIMIT = 1 => backlog_limit: u32,
        /// Quantum: bytes that a bucket may send in a turn. Default is the MTU of the device.
        TCA_HHF_QUANTUM = 2 => quantum: u32 as Size,
        /// Heavy-hitter flows limit (`hh_limit`): how many are remembered. Default 2048.
        TCA_HHF_HH_FLOWS_LIMIT = 3 => heavy_flows_limit: u32,
        /// Reset timeout: how long the counters of the filter are valid. Default 40 ms.
        TCA_HHF_RESET_TIMEOUT = 4 => reset_timeout: Duration as TimeIn<MICROSECOND, u32>,
        /// Admit bytes: what a flow may send in that time before it counts as heavy. Default 128 KiB.
        TCA_HHF_ADMIT_BYTES = 5 => admit_bytes: u32 as Size,
        /// Evict timeout: how long a heavy flow is remembered while it is quiet. Default 1 s.
        TCA_HHF_EVICT_TIMEOUT = 6 => evict_timeout: Duration as TimeIn<MICROSECOND, u32>,
        /// Weight of the other flows (`non_hh_weight`): how many times their turn is longer. Default 2.
        TCA_HHF_NON_HH_WEIGHT = 7 => other_weight: u32,
    }
}

impl QdiscKind for Hhf {
    const NAME: &'static str = "hhf";
    const STATS: Option<fn() -> &'static Table> = Some(HhfStats::table);
}

netlink! {
    /// Extra statistics of `hhf`: `struct tc_hhf_xstats`.
    pub struct HhfStats / HhfStatsBuf
    header tc_hhf_xstats: 16 {
        /// Packets dropped over the limit.
        drop_overlimit = 0 => overlimit_drops: u32,
        /// Heavy hitters that were not remembered, since there were too many.
        hh_overlimit = 4 => overlimit_flows: u32,
        /// Heavy hitters found so far (total).
        hh_tot_count = 8 => total_flows: u32,
        /// Heavy hitters at present (current).
        hh_cur_count = 12 => current_flows: u32,
    }
}
