//! Interrupt coalescing.

use super::DeviceHeader;
use crate::{Items, NLA_F_NESTED, Repeated, netlink};

netlink! {
    /// Interrupt coalescing: `ETHTOOL_MSG_COALESCE_GET`, `ethtool -c`. Times are in microseconds.
    ///
    /// A reply has what the driver supports; a request with anything else is refused.
    pub struct Coalesce / CoalesceBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_COALESCE_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Delay of an RX interrupt after a packet arrived, in microseconds.
        ETHTOOL_A_COALESCE_RX_USECS = 2 => rx_usecs: u32,
        /// Most packets that are received before an RX interrupt.
        ETHTOOL_A_COALESCE_RX_MAX_FRAMES = 3 => rx_max_frames: u32,
        /// The same as [`rx_usecs`](Self::rx_usecs), while an interrupt is served.
        ETHTOOL_A_COALESCE_RX_USECS_IRQ = 4 => rx_usecs_irq: u32,
        /// The same as [`rx_max_frames`](Self::rx_max_frames), while an interrupt is served.
        ETHTOOL_A_COALESCE_RX_MAX_FRAMES_IRQ = 5 => rx_max_frames_irq: u32,
        /// Delay of a TX interrupt after a packet was sent, in microseconds.
        ETHTOOL_A_COALESCE_TX_USECS = 6 => tx_usecs: u32,
        /// Most packets that are sent before a TX interrupt.
        ETHTOOL_A_COALESCE_TX_MAX_FRAMES = 7 => tx_max_frames: u32,
        /// The same as [`tx_usecs`](Self::tx_usecs), while an interrupt is served.
        ETHTOOL_A_COALESCE_TX_USECS_IRQ = 8 => tx_usecs_irq: u32,
        /// The same as [`tx_max_frames`](Self::tx_max_frames), while an interrupt is served.
        ETHTOOL_A_COALESCE_TX_MAX_FRAMES_IRQ = 9 => tx_max_frames_irq: u32,
        /// How often the device updates its statistics block in memory, in microseconds.
        ETHTOOL_A_COALESCE_STATS_BLOCK_USECS = 10 => stats_block_usecs: u32,
        /// Adaptive RX coalescing, by the rate of packets.
        ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX = 11 => adaptive_rx: bool,
        /// Adaptive TX coalescing, by the rate of packets.
        ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX = 12 => adaptive_tx: bool,
        /// Rate below which the low values are used, in packets per second.
        ETHTOOL_A_COALESCE_PKT_RATE_LOW = 13 => packet_rate_low: u32,
        /// Delay of an RX interrupt at a low rate, in microseconds.
        ETHTOOL_A_COALESCE_RX_USECS_LOW = 14 => rx_usecs_low: u32,
        /// Most packets that are received before an RX interrupt at a low rate.
        ETHTOOL_A_COALESCE_RX_MAX_FRAMES_LOW = 15 => rx_max_frames_low: u32,
        /// Delay of a TX interrupt at a low rate, in microseconds.
        ETHTOOL_A_COALESCE_TX_USECS_LOW = 16 => tx_usecs_low: u32,
        /// Most packets that are sent before a TX interrupt at a low rate.
        ETHTOOL_A_COALESCE_TX_MAX_FRAMES_LOW = 17 => tx_max_frames_low: u32,
        /// Rate above which the high values are used, in packets per second.
        ETHTOOL_A_COALESCE_PKT_RATE_HIGH = 18 => packet_rate_high: u32,
        /// Delay of an RX interrupt at a high rate, in microseconds.
        ETHTOOL_A_COALESCE_RX_USECS_HIGH = 19 => rx_usecs_high: u32,
        /// Most packets that are received before an RX interrupt at a high rate.
        ETHTOOL_A_COALESCE_RX_MAX_FRAMES_HIGH = 20 => rx_max_frames_high: u32,
        /// Delay of a TX interrupt at a high rate, in microseconds.
        ETHTOOL_A_COALESCE_TX_USECS_HIGH = 21 => tx_usecs_high: u32,
        /// Most packets that are sent before a TX interrupt at a high rate.
        ETHTOOL_A_COALESCE_TX_MAX_FRAMES_HIGH = 22 => tx_max_frames_high: u32,
        /// How often the rate of packets is sampled, in seconds.
        ETHTOOL_A_COALESCE_RATE_SAMPLE_INTERVAL = 23 => rate_sample_interval: u32,
        /// TX timer reset by completion queue entries (CQE mode), not only by the interrupt (since Linux 5.15).
        ETHTOOL_A_COALESCE_USE_CQE_MODE_TX = 24 => cqe_mode_tx: bool,
        /// RX timer reset by completion queue entries (CQE mode), not only by the interrupt (since Linux 5.15).
        ETHTOOL_A_COALESCE_USE_CQE_MODE_RX = 25 => cqe_mode_rx: bool,
        /// TX aggregation: most bytes in an aggregate (since Linux 6.3).
        ETHTOOL_A_COALESCE_TX_AGGR_MAX_BYTES = 26 => tx_aggregation_bytes: u32,
        /// TX aggregation: most packets in an aggregate (since Linux 6.3).
        ETHTOOL_A_COALESCE_TX_AGGR_MAX_FRAMES = 27 => tx_aggregation_frames: u32,
        /// TX aggregation: most time from the first packet of an aggregate until it is sent, in microseconds (since Linux 6.3).
        ETHTOOL_A_COALESCE_TX_AGGR_TIME_USECS = 28 => tx_aggregation_usecs: u32,
        /// Profile of dynamic interrupt moderation (DIM) for receiving (since Linux 6.11).
        ETHTOOL_A_COALESCE_RX_PROFILE = 29 | NLA_F_NESTED => rx_profile: &ModerationProfile as ModerationProfile,
        /// Profile of dynamic interrupt moderation (DIM) for sending (since Linux 6.11).
        ETHTOOL_A_COALESCE_TX_PROFILE = 30 | NLA_F_NESTED => tx_profile: &ModerationProfile as ModerationProfile,
        /// RX completion coalescing: most packets in a completion queue entry (kernels newer than 6.18).
        ETHTOOL_A_COALESCE_RX_CQE_FRAMES = 31 => rx_cqe_frames: u32,
        /// RX completion coalescing: most time until a completion queue entry is written, in nanoseconds (kernels newer than 6.18).
        ETHTOOL_A_COALESCE_RX_CQE_NSECS = 32 => rx_cqe_nsecs: u32,
    }
}

netlink! {
    /// A profile of dynamic interrupt moderation (DIM): nested in `ETHTOOL_A_COALESCE_RX_PROFILE` and `ETHTOOL_A_COALESCE_TX_PROFILE`.
    pub struct ModerationProfile / ModerationProfileBuf
    attributes {
        /// The steps of the profile, from the lowest to the highest rate; a request has as many as the device.
        ETHTOOL_A_PROFILE_IRQ_MODERATION = 1 | NLA_F_NESTED => steps: Items<'_, Moderation> as Repeated<Moderation>,
    }
}

netlink! {
    /// A step of a profile of dynamic interrupt moderation: nested in `ETHTOOL_A_PROFILE_IRQ_MODERATION`.
    pub struct Moderation / ModerationBuf
    attributes {
        /// Delay of an interrupt, in microseconds.
        ETHTOOL_A_IRQ_MODERATION_USEC = 1 => usecs: u32,
        /// Most packets before an interrupt.
        ETHTOOL_A_IRQ_MODERATION_PKTS = 2 => packets: u32,
        /// Most completions before an interrupt.
        ETHTOOL_A_IRQ_MODERATION_COMPS = 3 => completions: u32,
    }
}
