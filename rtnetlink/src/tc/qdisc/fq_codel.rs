//! Fair queueing with controlled delay: `fq_codel`.

use super::{ClassKind, QdiscKind};
use crate::tc::units::{Switch, kept_by_codel};
use crate::tc::{MICROSECOND, Size, TimeIn};
use netlink_packet::{Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Fair queueing with controlled delay (FQ-CoDel, RFC 8290): a queue for each flow, each with CoDel.
    ///
    /// Kernels keep its times in units of 1024 ns: 7 ms are listed as 6.999 ms.
    pub struct FqCodel / FqCodelBuf
    attributes {
        /// Target: the delay that is acceptable. Default 5 ms.
        TCA_FQ_CODEL_TARGET = 1 => target: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_by_codel),
        /// Limit: length of all queues together, in packets. Default 10240.
        TCA_FQ_CODEL_LIMIT = 2 => limit: u32,
        /// Interval: how long the delay may stay above the target, about the round-trip time. Default 100 ms.
        TCA_FQ_CODEL_INTERVAL = 3 => interval: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_by_codel),
        /// Explicit congestion notification (ECN): packets are marked rather than dropped. Default on.
        TCA_FQ_CODEL_ECN = 4 => ecn: bool as Switch,
        /// Flows: number of queues. Default 1024.
        TCA_FQ_CODEL_FLOWS = 5 => flows: u32; when_added,
        /// Quantum: bytes that a flow may send in a turn, at least 256. Default is the MTU of the device.
        TCA_FQ_CODEL_QUANTUM = 6 => quantum: u32 as Size,
        /// CE threshold: the delay above which all ECN packets are marked.
        TCA_FQ_CODEL_CE_THRESHOLD = 7 => ce_threshold: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_by_codel),
        /// Drop batch size: most packets that are dropped at once over the limit. Default 64.
        TCA_FQ_CODEL_DROP_BATCH_SIZE = 8 => drop_batch_size: u32,
        /// Memory limit: bytes that all packets may take. Default 32 MiB.
        TCA_FQ_CODEL_MEMORY_LIMIT = 9 => memory_limit: u32 as Size,
        /// Selector of the CE threshold: it holds for packets whose DS field, masked, is this.
        TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR = 10 => ce_threshold_selector: u8; needs("Linux 5.16"),
        /// Mask of the CE threshold's selector.
        TCA_FQ_CODEL_CE_THRESHOLD_MASK = 11 => ce_threshold_mask: u8; needs("Linux 5.16"),
    }
}

impl QdiscKind for FqCodel {
    const NAME: &'static str = "fq_codel";
    const STATS: Option<fn() -> &'static Table> = Some(FqCodelStats::table);
}

/// Its classes are the flows, which the kernel makes: they have no options.
impl ClassKind for FqCodel {
    const NAME: &'static str = "fq_codel";
    const STATS: Option<fn() -> &'static Table> = Some(FqCodelFlowStats::table);
}

netlink! {
    /// Extra statistics of `fq_codel`: `struct tc_fq_codel_xstats` of a qdisc.
    pub struct FqCodelStats / FqCodelStatsBuf
    header tc_fq_codel_xstats: 40 {
        /// Type of the statistics: 0, those of a qdisc.
        type = 0 => stats_type: u32,
        /// Largest packet seen so far, in bytes.
        maxpacket = 4 => max_packet: u32,
        /// Packets dropped over the limit.
        drop_overlimit = 8 => overlimit_drops: u32,
        /// Packets marked by ECN.
        ecn_mark = 12 => ecn_marks: u32,
        /// New flows: how often a packet came into an empty queue.
        new_flow_count = 16 => new_flows: u32,
        /// Length of the list of new flows.
        new_flows_len = 20 => new_flows_length: u32,
        /// Length of the list of old flows.
        old_flows_len = 24 => old_flows_length: u32,
        /// Packets marked for the CE threshold.
        ce_mark = 28 => ce_marks: u32,
        /// Memory usage: bytes that the packets take.
        memory_usage = 32 => memory_usage: u32,
        /// Packets dropped over the memory limit.
        drop_overmemory = 36 => overmemory_drops: u32,
    }
}

netlink! {
    /// Extra statistics of a flow of `fq_codel`: `struct tc_fq_codel_xstats` of a class.
    pub struct FqCodelFlowStats / FqCodelFlowStatsBuf
    header tc_fq_codel_cl_stats: 28 {
        /// Type of the statistics: 1, those of a class.
        type = 0 => stats_type: u32,
        /// Deficit: bytes that the flow may still send in this turn; negative where it has sent more.
        deficit = 4 => deficit: i32,
        /// Delay of the last packet, in microseconds.
        ldelay = 8 => last_delay: u32,
        /// Count of drops since the dropping state was entered.
        count = 12 => count: u32,
        /// Count at the last entry into the dropping state.
        lastcount = 16 => last_count: u32,
        /// Dropping state: whether packets are being dropped.
        dropping = 20 => dropping: u32,
        /// Time until the next drop, in microseconds; negative if it is overdue.
        drop_next = 24 => next_drop: i32,
    }
}
