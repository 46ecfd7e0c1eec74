//! TCP metrics: what the kernel remembers of the hosts that it had TCP connections with (`tcp_metrics`). Feature `tcp_metrics`.

use super::address::{Either, keyed_by_address};
use super::description::describe;
use crate::codec::Put;
use crate::{Command, Family, netlink};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Gets the metrics of a host, or lists those of all.
pub const TCP_METRICS_CMD_GET: u8 = 1;
/// Deletes the metrics of a host, or of all.
pub const TCP_METRICS_CMD_DEL: u8 = 2;

/// `TCP_FASTOPEN_COOKIE_MAX`: most bytes of a Fast Open cookie.
pub const TCP_FASTOPEN_COOKIE_MAX: usize = 16;

describe! {
    /// The family: its operations and messages.
    TCP_METRICS = "tcp_metrics"
    operations {
        "get": TCP_METRICS_CMD_GET => TCP_METRICS_CMD_GET,
        "del": TCP_METRICS_CMD_DEL,
    }
    groups []
    constants { "tcp-fastopen-cookie-max" = TCP_FASTOPEN_COOKIE_MAX, }
    messages [TcpMetrics]
}

netlink! {
    /// What the kernel remembers of TCP connections with a host, as `ip tcp_metrics` shows it.
    pub struct TcpMetrics / TcpMetricsBuf
    header genlmsghdr: 4 {
        /// Command: `TCP_METRICS_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Destination address (of the host), IPv4; [`destination`](Self::destination) is that of either family.
        TCP_METRICS_ATTR_ADDR_IPV4 = 1 => destination_v4: Ipv4Addr,
        /// Destination address, IPv6.
        TCP_METRICS_ATTR_ADDR_IPV6 = 2 => destination_v6: Ipv6Addr,
        /// Age of the entry, in milliseconds; [`age`](TcpMetrics::age) as a duration.
        TCP_METRICS_ATTR_AGE = 3 => age_ms: u64; read_only,
        /// Last time stamp received (unused since Linux 4.10).
        TCP_METRICS_ATTR_TW_TSVAL = 4 => time_stamp: u32; read_only,
        /// Its age, in seconds (unused since Linux 4.10).
        TCP_METRICS_ATTR_TW_TS_STAMP = 5 => time_stamp_age: i32; read_only,
        /// Metrics.
        TCP_METRICS_ATTR_VALS = 6 => values: &TcpMetricValues as TcpMetricValues; read_only,
        /// Maximum segment size (MSS) that the host announced with its Fast Open cookie, in bytes.
        TCP_METRICS_ATTR_FOPEN_MSS = 7 => fast_open_mss: u16; read_only,
        /// Fast Open: how many SYNs with data were lost.
        TCP_METRICS_ATTR_FOPEN_SYN_DROPS = 8 => fast_open_syn_drops: u16; read_only,
        /// Fast Open: milliseconds since the last of them was lost.
        TCP_METRICS_ATTR_FOPEN_SYN_DROP_TS = 9 => fast_open_syn_drop_age_ms: u64; read_only,
        /// Fast Open cookie of the host, 4 to 16 bytes.
        TCP_METRICS_ATTR_FOPEN_COOKIE = 10 => fast_open_cookie: &[u8] as [u8]; read_only,
        /// Source address (of this machine), IPv4; [`source`](Self::source) is that of either family.
        TCP_METRICS_ATTR_SADDR_IPV4 = 11 => source_v4: Ipv4Addr,
        /// Source address, IPv6.
        TCP_METRICS_ATTR_SADDR_IPV6 = 12 => source_v6: Ipv6Addr,
    }
}

impl Command for TcpMetrics {
    const FAMILY: Family = Family::Generic { name: "tcp_metrics", version: 1 };
    const COMMAND: u16 = TCP_METRICS_CMD_GET as u16;
    type Reply = TcpMetrics;
}

const DESTINATION: Either<TcpMetrics> =
    Either(TcpMetrics::TCP_METRICS_ATTR_ADDR_IPV4, TcpMetrics::TCP_METRICS_ATTR_ADDR_IPV6);
const SOURCE: Either<TcpMetrics> =
    Either(TcpMetrics::TCP_METRICS_ATTR_SADDR_IPV4, TcpMetrics::TCP_METRICS_ATTR_SADDR_IPV6);

impl TcpMetrics {
    /// The metrics of the host with this address, in a request.
    pub fn of(destination: impl Put<IpAddr>) -> TcpMetricsBuf {
        Self::build().destination(destination)
    }

    /// Destination address, of the host.
    pub fn destination(&self) -> Option<IpAddr> {
        DESTINATION.get(self.attributes())
    }

    /// Source address, of this machine.
    pub fn source(&self) -> Option<IpAddr> {
        SOURCE.get(self.attributes())
    }

    /// Age of the entry.
    pub fn age(&self) -> Option<Duration> {
        self.age_ms().map(Duration::from_millis)
    }

    /// Smoothed round trip time (RTT).
    pub fn rtt(&self) -> Option<Duration> {
        self.values().and_then(|values| time(values.rtt_us(), values.rtt_ms(), 3))
    }

    /// Variance of the round trip time (RTTVAR).
    pub fn rtt_variance(&self) -> Option<Duration> {
        self.values().and_then(|values| time(values.rtt_variance_us(), values.rtt_variance_ms(), 2))
    }
}

/// A time that the kernel says in microseconds and, before Linux 3.15, only in milliseconds, shifted left.
fn time(microseconds: Option<u32>, milliseconds: Option<u32>, shift: u32) -> Option<Duration> {
    let microseconds = match (microseconds, milliseconds) {
        (Some(time), _) => u64::from(time),
        (None, time) => u64::from(time?) * 1000,
    };
    Some(Duration::from_nanos((microseconds * 1000) >> shift))
}

impl TcpMetricsBuf {
    /// Sets the destination address, of the host.
    pub fn destination(mut self, address: impl Put<IpAddr>) -> Self {
        DESTINATION.set(&mut self.0, address);
        self
    }

    /// Sets the source address, of this machine: without it, a request is about all of them.
    pub fn source(mut self, address: impl Put<IpAddr>) -> Self {
        SOURCE.set(&mut self.0, address);
        self
    }
}

keyed_by_address! { TcpMetrics }

netlink! {
    /// TCP metrics: nested in `TCP_METRICS_ATTR_VALS`. Those that are 0 are left out.
    pub struct TcpMetricValues / TcpMetricValuesBuf
    attributes {
        /// Smoothed round trip time (RTT), in 1/8 milliseconds; [`TcpMetrics::rtt`] as a duration.
        TCP_METRICS_A_METRICS_RTT = 1 => rtt_ms: u32,
        /// Variance of the round trip time, in 1/4 milliseconds; [`TcpMetrics::rtt_variance`] as a duration.
        TCP_METRICS_A_METRICS_RTTVAR = 2 => rtt_variance_ms: u32,
        /// Slow start threshold (ssthresh), in segments.
        TCP_METRICS_A_METRICS_SSTHRESH = 3 => ssthresh: u32,
        /// Congestion window (cwnd), in segments.
        TCP_METRICS_A_METRICS_CWND = 4 => cwnd: u32,
        /// Reordering: by how many segments the network reorders.
        TCP_METRICS_A_METRICS_REODERING = 5 => reordering: u32,
        /// Smoothed round trip time (RTT), in 1/8 microseconds.
        TCP_METRICS_A_METRICS_RTT_US = 6 => rtt_us: u32,
        /// Variance of the round trip time, in 1/4 microseconds.
        TCP_METRICS_A_METRICS_RTTVAR_US = 7 => rtt_variance_us: u32,
    }
}
