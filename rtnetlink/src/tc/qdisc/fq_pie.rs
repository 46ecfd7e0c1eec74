//! Fair queueing with PIE: `fq_pie`.

use super::QdiscKind;
use crate::tc::units::{Switch, kept_in_ticks};
use crate::tc::{MICROSECOND, Size, TimeIn};
use netlink_packet::{Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Fair queueing with PIE (FQ-PIE): a queue for each flow, each with a [PIE](super::Pie).
    pub struct FqPie / FqPieBuf
    attributes {
        /// Limit: length of all queues together, in packets. Default 10240.
        TCA_FQ_PIE_LIMIT = 1 => limit: u32,
        /// Flows: number of queues, 1 to 65536. Default 1024.
        TCA_FQ_PIE_FLOWS = 2 => flows: u32; when_added,
        /// Target: the delay that is acceptable. Default 15 ms.
        TCA_FQ_PIE_TARGET = 3 => target: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_in_ticks),
        /// Update interval (`tupdate`): how often the probabilities are computed. Kernels round it up to their clock ticks
        /// (jiffies). Default 15 ms.
        TCA_FQ_PIE_TUPDATE = 4 => update_interval: Duration as TimeIn<MICROSECOND, u32>,
        /// Alpha: weight of the delay's difference from the target, 0 to 32. Default 2.
        TCA_FQ_PIE_ALPHA = 5 => alpha: u32,
        /// Beta: weight of the delay's change, 0 to 32. Default 20.
        TCA_FQ_PIE_BETA = 6 => beta: u32,
        /// Quantum: bytes that a flow may send in a turn; less than 256 becomes 256. Default is the MTU of the device.
        TCA_FQ_PIE_QUANTUM = 7 => quantum: u32 as Size,
        /// Memory limit: bytes that all packets may take. Default 32 MiB.
        TCA_FQ_PIE_MEMORY_LIMIT = 8 => memory_limit: u32 as Size,
        /// ECN probability, in percent: above it, packets are dropped rather than marked. Default 10.
        TCA_FQ_PIE_ECN_PROB = 9 => ecn_probability: u32,
        /// Explicit congestion notification (ECN): packets are marked rather than dropped while the probability is low. Default
        /// off.
        TCA_FQ_PIE_ECN = 10 => ecn: bool as Switch,
        /// Byte mode: the probability is scaled by the size of the packet. Default off.
        TCA_FQ_PIE_BYTEMODE = 11 => byte_mode: bool as Switch,
        /// Dequeue rate estimator (`dq_rate_estimator`): the delay is estimated by the rate rather than measured. Default off.
        TCA_FQ_PIE_DQ_RATE_ESTIMATOR = 12 => rate_estimator: bool as Switch,
    }
}

/// Since Linux 5.6.
impl QdiscKind for FqPie {
    const NAME: &'static str = "fq_pie";
    const STATS: Option<fn() -> &'static Table> = Some(FqPieStats::table);
    const NESTED: bool = true;
}

netlink! {
    /// Extra statistics of `fq_pie`: `struct tc_fq_pie_xstats`.
    pub struct FqPieStats / FqPieStatsBuf
    header tc_fq_pie_xstats: 36 {
        /// Packets that came in.
        packets_in = 0 => packets_in: u32,
        /// Packets dropped by probability.
        dropped = 4 => dropped: u32,
        /// Packets dropped over the limit.
        overlimit = 8 => overlimit_drops: u32,
        /// Packets dropped over the memory limit.
        overmemory = 12 => overmemory_drops: u32,
        /// Packets marked by ECN.
        ecn_mark = 16 => ecn_marks: u32,
        /// New flows: how often a packet came into an empty queue.
        new_flow_count = 20 => new_flows: u32,
        /// Length of the list of new flows.
        new_flows_len = 24 => new_flows_length: u32,
        /// Length of the list of old flows.
        old_flows_len = 28 => old_flows_length: u32,
        /// Memory usage: bytes that the packets take.
        memory_usage = 32 => memory_usage: u32,
    }
}
