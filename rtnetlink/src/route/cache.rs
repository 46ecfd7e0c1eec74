//! What the kernel counts of routes.

use crate::Ticks;
use netlink_packet::netlink;
use std::time::Duration;

netlink! {
    /// How a route is used, and when it expires: `struct rta_cacheinfo`.
    pub struct RouteCacheInfo / RouteCacheInfoBuf
    header rta_cacheinfo: 32 {
        /// How many hold it.
        rta_clntref = 0 => references: u32,
        /// How long ago it was used.
        rta_lastuse = 4 => last_used: Duration as Ticks<u32>,
        /// When it expires, in hundredths of a second from now; 0 is never, negative is over.
        rta_expires = 8 => expires: u32,
        /// Why it can't be used: an errno, negative.
        rta_error = 12 => error: u32,
        /// How often it was used.
        rta_used = 16 => used: u32,
        /// Of old.
        rta_id = 20 => id: u32,
        /// Of old.
        rta_ts = 24 => timestamp: u32,
        /// Of old.
        rta_tsage = 28 => timestamp_age: u32,
    }
}

impl RouteCacheInfo {
    /// How long it is until the route expires; `None` where it never does.
    pub fn expires_in(&self) -> Option<Duration> {
        // It is signed to the kernel: one that is late is about to go.
        let left = i32::try_from(self.expires()).unwrap_or_default().unsigned_abs();
        (self.expires() != 0).then(|| Duration::from_millis(10 * u64::from(left)))
    }
}

netlink! {
    /// What went over a multicast route: `struct rta_mfc_stats`.
    pub struct MulticastStats / MulticastStatsBuf
    header rta_mfc_stats: 24 {
        /// Packets.
        mfcs_packets = 0 => packets: u64,
        /// Bytes.
        mfcs_bytes = 8 => bytes: u64,
        /// Packets that came from a wrong device.
        mfcs_wrong_if = 16 => wrong_device: u64,
    }
}
