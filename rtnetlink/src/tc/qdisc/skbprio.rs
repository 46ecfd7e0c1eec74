//! Strict priority within one queue: `skbprio`.

use super::QdiscKind;
use netlink_packet::{Build as _, PooledBuffer, netlink};

netlink! {
    /// SKB priority queue (skbprio): packets of a higher priority leave first, and where the queue is full, those of the lowest
    /// priority make room. There are 64 priorities, those of the packets (`SO_PRIORITY`).
    pub struct Skbprio / SkbprioBuf
    header tc_skbprio_qopt: 4 {
        /// Limit: length of the queue, in packets. Default 64; a request with 0 says the default.
        limit = 0 => limit: u32,
    }
}

/// Packets of a queue where none are given.
const LIMIT: u32 = 64;

impl QdiscKind for Skbprio {
    const NAME: &'static str = "skbprio";

    fn complete(options: PooledBuffer) -> PooledBuffer {
        let skbprio = SkbprioBuf::from_buffer(options);
        let limit = skbprio.view().limit();
        skbprio.limit(if limit == 0 { LIMIT } else { limit }).into_buffer()
    }
}
