//! Cache information of routes, and counters of multicast routes.

use crate::ClockTicks;
use netlink_packet::netlink;
use std::time::Duration;

netlink! {
    /// Usage and expiry of a route: `struct rta_cacheinfo`.
    pub struct RouteCacheInfo / RouteCacheInfoBuf
    header rta_cacheinfo: 32 {
        /// Reference count (clients).
        rta_clntref = 0 => references: u32,
        /// Time since the route was last used.
        rta_lastuse = 4 => last_used: Duration as ClockTicks<u32>,
        /// Time until expiry, in hundredths of a second; 0 never expires, negative has expired.
        rta_expires = 8 => expires: u32,
        /// Error returned when the route is used: a negative errno, or 0.
        rta_error = 12 => error: u32,
        /// Usage count.
        rta_used = 16 => used: u32,
        /// Id (obsolete).
        rta_id = 20 => id: u32,
        /// Timestamp (obsolete).
        rta_ts = 24 => timestamp: u32,
        /// Timestamp age (obsolete).
        rta_tsage = 28 => timestamp_age: u32,
    }
}

impl RouteCacheInfo {
    /// Time until the route expires; `None` where it doesn't.
    pub fn expires_in(&self) -> Option<Duration> {
        // It is signed in the kernel: an overdue entry is about to be removed.
        let left = i32::try_from(self.expires()).unwrap_or_default().unsigned_abs();
        (self.expires() != 0).then(|| Duration::from_millis(10 * u64::from(left)))
    }
}

netlink! {
    /// Statistics of a multicast route: `struct rta_mfc_stats`.
    pub struct MulticastStats / MulticastStatsBuf
    header rta_mfc_stats: 24 {
        /// Packets forwarded.
        mfcs_packets = 0 => packets: u64,
        /// Bytes forwarded.
        mfcs_bytes = 8 => bytes: u64,
        /// Packets that arrived on the wrong interface.
        mfcs_wrong_if = 16 => wrong_device: u64,
    }
}
