//! Proportional integral controller, enhanced: `pie`.

use super::QdiscKind;
use crate::tc::units::{Switch, kept_in_ticks};
use crate::tc::{MICROSECOND, TimeIn};
use netlink_packet::{Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Proportional integral controller, enhanced (PIE, RFC 8033): drops packets with a probability that follows the delay.
    pub struct Pie / PieBuf
    attributes {
        /// Target: the delay that is acceptable. Default 15 ms.
        TCA_PIE_TARGET = 1 => target: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_in_ticks),
        /// Limit: length of the queue, in packets. Default 1000.
        TCA_PIE_LIMIT = 2 => limit: u32,
        /// Update interval (`tupdate`): how often the probability is computed. Default 15 ms.
        TCA_PIE_TUPDATE = 3 => update_interval: Duration as TimeIn<MICROSECOND, u32>,
        /// Alpha: weight of the delay's difference from the target, 0 to 32. Default 2.
        TCA_PIE_ALPHA = 4 => alpha: u32,
        /// Beta: weight of the delay's change, 0 to 32. Default 20.
        TCA_PIE_BETA = 5 => beta: u32,
        /// Explicit congestion notification (ECN): packets are marked rather than dropped while the probability is low. Default
        /// off.
        TCA_PIE_ECN = 6 => ecn: bool as Switch,
        /// Byte mode: the probability is scaled by the size of the packet. Default off.
        TCA_PIE_BYTEMODE = 7 => byte_mode: bool as Switch,
        /// Dequeue rate estimator (`dq_rate_estimator`): the delay is estimated by the rate rather than measured. Default off.
        TCA_PIE_DQ_RATE_ESTIMATOR = 8 => rate_estimator: bool as Switch; needs("Linux 5.5"),
    }
}

impl QdiscKind for Pie {
    const NAME: &'static str = "pie";
    const STATS: Option<fn() -> &'static Table> = Some(PieStats::table);
}

netlink! {
    /// Extra statistics of `pie`: `struct tc_pie_xstats`.
    pub struct PieStats / PieStatsBuf
    header tc_pie_xstats: 40 {
        /// Drop probability: a share of 2⁶⁴ - 1 (2⁵⁶ - 1 in kernels that scale it so).
        prob = 0 => probability: u64,
        /// Current delay, in milliseconds.
        delay = 8 => delay: u32,
        /// Average dequeue rate, in bytes per second, if it is estimated.
        avg_dq_rate = 12 => average_rate: u32,
        /// Dequeue rate estimating: whether the rate is being measured.
        dq_rate_estimating = 16 => rate_estimating: u32,
        /// Packets that came in.
        packets_in = 20 => packets_in: u32,
        /// Packets dropped by probability.
        dropped = 24 => dropped: u32,
        /// Packets dropped over the limit.
        overlimit = 28 => overlimit_drops: u32,
        /// Maximum queue length so far, in packets.
        maxq = 32 => max_queue: u32,
        /// Packets marked by ECN.
        ecn_mark = 36 => ecn_marks: u32,
    }
}
