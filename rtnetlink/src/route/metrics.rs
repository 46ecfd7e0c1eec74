//! The metrics of a route: what is known of the path to a destination.

use netlink_packet::{Attr, flags, netlink};

netlink! {
    /// What is known of the path to a destination; where nothing is said, the kernel finds out.
    pub struct RouteMetrics / RouteMetricsBuf
    attributes {
        /// Which of them the kernel must not change: [`lock`](RouteMetricsBuf::lock) sets them.
        RTAX_LOCK = 1 => locked: LockedMetrics,
        /// The largest packet, in bytes.
        RTAX_MTU = 2 => mtu: u32,
        /// The largest window that TCP announces, in bytes.
        RTAX_WINDOW = 3 => window: u32,
        /// How long an answer takes at first, in eighths of a millisecond.
        RTAX_RTT = 4 => rtt: u32,
        /// How much that varies, in quarters of a millisecond.
        RTAX_RTTVAR = 5 => rtt_variance: u32,
        /// Where slow start ends, in packets.
        RTAX_SSTHRESH = 6 => slow_start_threshold: u32,
        /// The largest congestion window, in packets.
        RTAX_CWND = 7 => congestion_window: u32,
        /// The largest segment that TCP announces, in bytes.
        RTAX_ADVMSS = 8 => advertised_mss: u32,
        /// How much TCP expects packets to be out of order.
        RTAX_REORDERING = 9 => reordering: u32,
        /// Hops that packets can take.
        RTAX_HOPLIMIT = 10 => hop_limit: u32,
        /// The congestion window at first, in packets.
        RTAX_INITCWND = 11 => initial_congestion_window: u32,
        /// What connections use or do without.
        RTAX_FEATURES = 12 => features: RouteFeatures,
        /// The least time before TCP sends again, in milliseconds. It counts only where it is
        /// [locked](RouteMetricsBuf::lock), which `ip` does by itself.
        RTAX_RTO_MIN = 13 => least_timeout: u32,
        /// The window that TCP announces at first, in packets.
        RTAX_INITRWND = 14 => initial_receive_window: u32,
        /// Nonzero where every packet is acknowledged at once.
        RTAX_QUICKACK = 15 => quick_ack: u32,
        /// How TCP avoids congestion, such as `cubic`.
        RTAX_CC_ALGO = 16 => congestion_control: &str as str,
        /// Nonzero where TCP fast open needs no cookie.
        RTAX_FASTOPEN_NO_COOKIE = 17 => fast_open_without_cookie: u32,
    }
}

impl RouteMetricsBuf {
    /// Sets a metric that the kernel must not change, like `mtu lock 1400`.
    ///
    /// ```
    /// use rtnetlink::route::{LockedMetrics, RTAX_MTU, RouteMetrics};
    ///
    /// let metrics = RouteMetrics::build().lock(RTAX_MTU, 1400);
    /// assert_eq!(metrics.view().mtu(), Some(1400));
    /// assert_eq!(metrics.view().locked(), Some(LockedMetrics::MTU));
    /// ```
    pub fn lock(self, metric: Attr<RouteMetrics, u32>, value: u32) -> Self {
        let locked = self.view().locked().unwrap_or_default();
        let metric_bit = LockedMetrics::from_bits_retain(1u32.checked_shl(metric.kind().into()).unwrap_or(0));
        self.with(metric, value).locked(locked | metric_bit)
    }
}

flags! {
    /// Metrics that the kernel must not change, in the words of `ip`.
    pub struct LockedMetrics: u32 = "" {
        /// The largest packet.
        const MTU = 0x4 => "mtu";
        /// The largest window.
        const WINDOW = 0x8 => "window";
        /// How long an answer takes.
        const RTT = 0x10 => "rtt";
        /// How much that varies.
        const RTTVAR = 0x20 => "rttvar";
        /// Where slow start ends.
        const SSTHRESH = 0x40 => "ssthresh";
        /// The largest congestion window.
        const CWND = 0x80 => "cwnd";
        /// The largest segment.
        const ADVMSS = 0x100 => "advmss";
        /// How much packets are out of order.
        const REORDERING = 0x200 => "reordering";
        /// Hops that packets can take.
        const HOPLIMIT = 0x400 => "hoplimit";
        /// The congestion window at first.
        const INITCWND = 0x800 => "initcwnd";
        /// What connections use.
        const FEATURES = 0x1000 => "features";
        /// The least time before TCP sends again.
        const RTO_MIN = 0x2000 => "rto_min";
        /// The window announced at first.
        const INITRWND = 0x4000 => "initrwnd";
        /// Acknowledgements at once.
        const QUICKACK = 0x8000 => "quickack";
        /// How TCP avoids congestion.
        const CC_ALGO = 0x10000 => "congctl";
        /// TCP fast open without a cookie.
        const FASTOPEN_NO_COOKIE = 0x20000 => "fastopen_no_cookie";
    }
}

flags! {
    /// What connections to a destination use or do without: `RTAX_FEATURE_*`, in the words of `ip`.
    pub struct RouteFeatures: u32 = "rt-route/rtax-feature" {
        /// Explicit congestion notification.
        const ECN = 1 => "ecn";
        /// Of old.
        const SACK = 2 => "sack";
        /// Of old.
        const TIMESTAMP = 4 => "timestamp";
        /// Every packet to it has a fragment header.
        const ALLFRAG = 8 => "allfrag";
        /// TCP's timestamps count microseconds.
        const TCP_USEC_TS = 16 => "tcp_usec_ts";
    }
}
