//! Statistics of qdiscs, classes and actions.

use super::message::{ClassMessage, QdiscMessage};
use super::qdisc::{CLASSES, QDISCS};
use netlink_packet::{Chosen, Nest, Scope, Selector, Table, View, netlink};

netlink! {
    /// Statistics: `TCA_STATS2`.
    pub struct TcStats / TcStatsBuf
    attributes {
        /// Basic statistics: bytes and packets. [`packets`](TcStats::packets) counts beyond 32 bits.
        TCA_STATS_BASIC = 1 => basic: &ByteStats as ByteStats,
        /// Estimated rates (`rate_est`), with 32 bits.
        TCA_STATS_RATE_EST = 2 => rate_estimate: &RateEstimate as RateEstimate,
        /// Queue statistics: length, backlog, drops, requeues and overlimits.
        TCA_STATS_QUEUE = 3 => queue: &QueueStats as QueueStats,
        /// Application statistics (app): what the kind counts, as bytes.
        TCA_STATS_APP = 4 => extra: &Nest as Chosen<ExtraStats>,
        /// Estimated rates (`rate_est64`), with 64 bits; present where 32 do not suffice.
        TCA_STATS_RATE_EST64 = 5 => rate_estimate64: &RateEstimate64 as RateEstimate64,
        /// Basic statistics of the hardware: what it handled, included in [`basic`](TcStats::basic).
        TCA_STATS_BASIC_HW = 7 => basic_hardware: &ByteStats as ByteStats,
        /// Packets, with 64 bits; present where 32 do not suffice.
        TCA_STATS_PKT64 = 8 => packets64: u64,
    }
}

impl TcStats {
    /// Bytes sent.
    pub fn bytes(&self) -> u64 {
        self.basic().map(ByteStats::bytes).unwrap_or_default()
    }

    /// Packets sent.
    pub fn packets(&self) -> u64 {
        let short = || self.basic().map(ByteStats::packets).unwrap_or_default().into();
        self.packets64().unwrap_or_else(short)
    }
}

netlink! {
    /// Bytes and packets: `struct gnet_stats_basic`.
    pub struct ByteStats / ByteStatsBuf
    header gnet_stats_basic: 16 {
        /// Bytes.
        bytes = 0 => bytes: u64,
        /// Packets, modulo 2³².
        packets = 8 => packets: u32,
    }
}

netlink! {
    /// Estimated rates: `struct gnet_stats_rate_est`.
    pub struct RateEstimate / RateEstimateBuf
    header gnet_stats_rate_est: 8 {
        /// Bytes per second.
        bps = 0 => bytes_per_second: u32,
        /// Packets per second.
        pps = 4 => packets_per_second: u32,
    }
}

netlink! {
    /// Estimated rates with 64 bits: `struct gnet_stats_rate_est64`.
    pub struct RateEstimate64 / RateEstimate64Buf
    header gnet_stats_rate_est64: 16 {
        /// Bytes per second.
        bps = 0 => bytes_per_second: u64,
        /// Packets per second.
        pps = 8 => packets_per_second: u64,
    }
}

netlink! {
    /// Queue statistics: `struct gnet_stats_queue`.
    pub struct QueueStats / QueueStatsBuf
    header gnet_stats_queue: 20 {
        /// Queue length, in packets.
        qlen = 0 => length: u32,
        /// Backlog: bytes in the queue.
        backlog = 4 => backlog: u32,
        /// Packets dropped.
        drops = 8 => drops: u32,
        /// Requeues: packets that the device did not take at first.
        requeues = 12 => requeues: u32,
        /// Overlimits: how often something had to wait, or was over a limit.
        overlimits = 16 => overlimits: u32,
    }
}

netlink! {
    /// Statistics in the old form: `struct tc_stats`.
    pub struct OldStats / OldStatsBuf
    header tc_stats: 40 {
        /// Bytes.
        bytes = 0 => bytes: u64,
        /// Packets, modulo 2³².
        packets = 8 => packets: u32,
        /// Packets dropped.
        drops = 12 => drops: u32,
        /// Overlimits: how often something had to wait, or was over a limit.
        overlimits = 16 => overlimits: u32,
        /// Estimated bytes per second.
        bps = 20 => bytes_per_second: u32,
        /// Estimated packets per second.
        pps = 24 => packets_per_second: u32,
        /// Queue length, in packets.
        qlen = 28 => queue_length: u32,
        /// Backlog: bytes in the queue.
        backlog = 32 => backlog: u32,
    }
}

netlink! {
    /// Rate estimator: `struct gnet_estimator`.
    pub struct Estimator / EstimatorBuf
    header gnet_estimator: 2 {
        /// Interval of the samples: 2ᴺ seconds, N from -2 (250 ms) to 3 (8 s).
        interval = 0 => interval: i8,
        /// Logarithm (`ewma_log`) of the averaging weight: each sample counts 2⁻ᴺ.
        ewma_log = 1 => average_log: u8,
    }
}

/// Chooses the table of extra statistics: the kind of the qdisc does, or that of the class where the handle is a class's.
#[derive(Debug)]
pub struct ExtraStats;

impl Selector for ExtraStats {
    const FORMATS: &'static str = "tca-stats-app-msg";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        // The old form is in the message itself, the new one in a nest.
        let message = set.outer().unwrap_or(set);
        let kind = message.get(QdiscMessage::TCA_KIND)?;
        let is_class = std::ptr::eq(message.table(), ClassMessage::table());
        let stats = if is_class { CLASSES.get(kind)?.more } else { QDISCS.get(kind)?.more };
        stats.map(|table| table())
    }
}
