//! Controlled delay: `codel`.

use super::QdiscKind;
use crate::tc::units::{Switch, kept_by_codel};
use crate::tc::{MICROSECOND, TimeIn};
use netlink_packet::{Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Controlled delay (CoDel, RFC 8289): drops packets of a queue in which they wait too long.
    ///
    /// Kernels keep its times in units of 1024 ns: 7 ms are listed as 6.999 ms.
    pub struct Codel / CodelBuf
    attributes {
        /// Target: the delay that is acceptable. Default 5 ms.
        TCA_CODEL_TARGET = 1 => target: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_by_codel),
        /// Limit: length of the queue, in packets. Default 1000.
        TCA_CODEL_LIMIT = 2 => limit: u32,
        /// Interval: how long the delay may stay above the target, about the round-trip time. Default 100 ms.
        TCA_CODEL_INTERVAL = 3 => interval: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_by_codel),
        /// Explicit congestion notification (ECN): packets are marked rather than dropped. Default off.
        TCA_CODEL_ECN = 4 => ecn: bool as Switch,
        /// CE threshold: the delay above which all ECN packets are marked.
        TCA_CODEL_CE_THRESHOLD = 5 => ce_threshold: Duration as TimeIn<MICROSECOND, u32>; sent_as(kept_by_codel),
    }
}

impl QdiscKind for Codel {
    const NAME: &'static str = "codel";
    const STATS: Option<fn() -> &'static Table> = Some(CodelStats::table);
}

netlink! {
    /// Extra statistics of `codel`: `struct tc_codel_xstats`.
    pub struct CodelStats / CodelStatsBuf
    header tc_codel_xstats: 36 {
        /// Largest packet seen so far, in bytes.
        maxpacket = 0 => max_packet: u32,
        /// Count of drops since the dropping state was entered.
        count = 4 => count: u32,
        /// Count at the last entry into the dropping state.
        lastcount = 8 => last_count: u32,
        /// Delay of the last packet, in microseconds.
        ldelay = 12 => last_delay: u32,
        /// Time until the next drop, in microseconds; negative if it is overdue.
        drop_next = 16 => next_drop: i32,
        /// Packets dropped over the limit.
        drop_overlimit = 20 => overlimit_drops: u32,
        /// Packets marked by ECN.
        ecn_mark = 24 => ecn_marks: u32,
        /// Dropping state: whether packets are being dropped.
        dropping = 28 => dropping: u32,
        /// Packets marked for the CE threshold.
        ce_mark = 32 => ce_marks: u32,
    }
}
