//! Route metrics (`RTA_METRICS`): MTU, advertised MSS, windows and other path parameters.

use netlink_packet::{Attr, flags, netlink};

netlink! {
    /// Metrics of a route: `RTA_METRICS`. Where one is absent, the kernel uses its own value.
    pub struct RouteMetrics / RouteMetricsBuf
    attributes {
        /// Locked metrics, which the kernel must not update; [`lock`](RouteMetricsBuf::lock) sets them.
        RTAX_LOCK = 1 => locked: LockedMetrics,
        /// Path MTU, in bytes.
        RTAX_MTU = 2 => mtu: u32,
        /// Maximum TCP window to advertise, in bytes.
        RTAX_WINDOW = 3 => window: u32,
        /// Initial round-trip time (RTT) estimate, in units of 1/8 ms.
        RTAX_RTT = 4 => rtt: u32,
        /// Initial round-trip time variance, in units of 1/4 ms.
        RTAX_RTTVAR = 5 => rtt_variance: u32,
        /// Slow start threshold, in packets.
        RTAX_SSTHRESH = 6 => slow_start_threshold: u32,
        /// Congestion window limit, in packets; effective only where locked.
        RTAX_CWND = 7 => congestion_window: u32,
        /// Maximum segment size (MSS) to advertise, in bytes.
        RTAX_ADVMSS = 8 => advertised_mss: u32,
        /// Maximum reordering to tolerate, in packets.
        RTAX_REORDERING = 9 => reordering: u32,
        /// Hop limit (TTL) of sent packets, 1 to 255.
        RTAX_HOPLIMIT = 10 => hop_limit: u32,
        /// Initial congestion window, in packets.
        RTAX_INITCWND = 11 => initial_congestion_window: u32,
        /// Features, such as ECN.
        RTAX_FEATURES = 12 => features: RouteFeatures,
        /// Minimum retransmission timeout (RTO), in milliseconds. It counts only where it is
        /// [locked](RouteMetricsBuf::lock), which `ip` does by itself.
        RTAX_RTO_MIN = 13 => rto_min: u32,
        /// Initial receive window to advertise, in packets (MSS).
        RTAX_INITRWND = 14 => initial_receive_window: u32,
        /// Quick acknowledgements where nonzero.
        RTAX_QUICKACK = 15 => quick_ack: u32,
        /// Congestion control algorithm, such as `cubic`.
        RTAX_CC_ALGO = 16 => congestion_control: &str as str,
        /// TCP Fast Open without cookie where nonzero.
        RTAX_FASTOPEN_NO_COOKIE = 17 => fast_open_no_cookie: u32,
    }
}

impl RouteMetricsBuf {
    /// Sets a metric that the kernel must not change, like `mtu lock 1400`.
    ///
    /// ```
    /// use rtnetlink::route::{LockedMetrics, RouteMetrics};
    ///
    /// let metrics = RouteMetrics::build().lock(RouteMetrics::RTAX_MTU, 1400);
    /// assert_eq!(metrics.view().mtu(), Some(1400));
    /// assert_eq!(metrics.view().locked(), Some(LockedMetrics::MTU));
    /// ```
    pub fn lock(self, metric: Attr<RouteMetrics, u32>, value: u32) -> Self {
        let locked = self.view().locked().unwrap_or_default();
        let metric_bit =
            LockedMetrics::from_bits_retain(1u32.checked_shl(metric.number().into()).unwrap_or(0));
        self.with(metric, value).locked(locked | metric_bit)
    }
}

flags! {
    /// Metrics that the kernel must not update, in the words of `ip`: bits by the numbers of `RTAX_*`.
    pub struct LockedMetrics: u32 = "" {
        /// Path MTU.
        const MTU = 0x4 => "mtu";
        /// Maximum TCP window.
        const WINDOW = 0x8 => "window";
        /// Round-trip time (RTT).
        const RTT = 0x10 => "rtt";
        /// Round-trip time variance.
        const RTTVAR = 0x20 => "rttvar";
        /// Slow start threshold.
        const SSTHRESH = 0x40 => "ssthresh";
        /// Congestion window limit.
        const CWND = 0x80 => "cwnd";
        /// Advertised maximum segment size (MSS).
        const ADVMSS = 0x100 => "advmss";
        /// Reordering.
        const REORDERING = 0x200 => "reordering";
        /// Hop limit.
        const HOPLIMIT = 0x400 => "hoplimit";
        /// Initial congestion window.
        const INITCWND = 0x800 => "initcwnd";
        /// Features.
        const FEATURES = 0x1000 => "features";
        /// Minimum retransmission timeout (RTO).
        const RTO_MIN = 0x2000 => "rto_min";
        /// Initial receive window.
        const INITRWND = 0x4000 => "initrwnd";
        /// Quick acknowledgements.
        const QUICKACK = 0x8000 => "quickack";
        /// Congestion control algorithm.
        const CC_ALGO = 0x10000 => "congctl";
        /// TCP Fast Open without cookie.
        const FASTOPEN_NO_COOKIE = 0x20000 => "fastopen_no_cookie";
    }
}

flags! {
    /// Features of a route: `RTAX_FEATURE_*`, in the words of `ip`.
    pub struct RouteFeatures: u32 = "rt-route/rtax-feature" {
        /// Explicit congestion notification (ECN).
        const ECN = 1 => "ecn";
        /// Selective acknowledgements; unused.
        const SACK = 2 => "sack";
        /// TCP timestamps; unused.
        const TIMESTAMP = 4 => "timestamp";
        /// Fragment header in every packet; unused since Linux 6.7.
        const ALLFRAG = 8 => "allfrag";
        /// TCP timestamps in microseconds.
        const TCP_USEC_TS = 16 => "tcp_usec_ts";
    }
}
