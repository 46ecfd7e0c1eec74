//! The parts of statistics that are the same for all kinds.

use netlink_packet::netlink;

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
