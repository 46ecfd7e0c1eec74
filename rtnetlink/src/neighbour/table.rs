//! Neighbour tables: thresholds, counters, and parameters per link.

use crate::{AddressFamily, Milliseconds};
use netlink_packet::{IfIndex, Scope, View, netlink};
use std::time::Duration;

netlink! {
    /// A neighbour table (`arp_cache` or `ndisc_cache`) or its per-device parameters, like `ip ntable`:
    /// `RTM_NEWNEIGHTBL`, `RTM_GETNEIGHTBL` and `RTM_SETNEIGHTBL`.
    ///
    /// The kernel sends one message for a table with its counters, and one for each link with the parameters there.
    pub struct NeighbourTableMessage / NeighbourTableMessageBuf
    header ndtmsg: 4 {
        /// Address family: IPv4 or IPv6.
        family = 0 => family: AddressFamily,
    }
    attributes {
        /// Table name, such as `arp_cache`.
        NDTA_NAME = 1 => name: &str as str,
        /// Garbage collection threshold 1 (`gc_thresh1`): no collection below this many entries. Default 128.
        NDTA_THRESH1 = 2 => threshold1: u32; separate,
        /// Garbage collection threshold 2 (`gc_thresh2`): above it, collection becomes aggressive. Default 512.
        NDTA_THRESH2 = 3 => threshold2: u32; separate,
        /// Garbage collection threshold 3 (`gc_thresh3`): maximum number of entries. Default 1024.
        NDTA_THRESH3 = 4 => threshold3: u32; separate,
        /// Configuration and state of the table.
        NDTA_CONFIG = 5 => config: &NeighbourTableConfig as NeighbourTableConfig; read_only,
        /// Parameters (parms) of the table: those of one device, or the default ones.
        NDTA_PARMS = 6 => settings: &NeighbourSettings as NeighbourSettings,
        /// Statistics of the table.
        NDTA_STATS = 7 => stats: &NeighbourTableStats as NeighbourTableStats; read_only,
        /// Garbage collection interval (`gc_interval`).
        NDTA_GC_INTERVAL = 8 => collection_interval: Duration as Milliseconds; separate,
    }
}

netlink! {
    /// Parameters of a neighbour table, for a device or by default: `NDTPA_*`.
    pub struct NeighbourSettings / NeighbourSettingsBuf
    attributes {
        /// Interface index of the device; absent in the default parameters.
        NDTPA_IFINDEX = 1 => device: u32 as IfIndex,
        /// Reference count.
        NDTPA_REFCNT = 2 => references: u32; read_only,
        /// Reachable time now in use: random, 0.5 to 1.5 times the base reachable time.
        NDTPA_REACHABLE_TIME = 3 => reachable_time: Duration as Milliseconds; read_only,
        /// Base reachable time: mean time that a confirmed entry counts as reachable. Default 30 s.
        NDTPA_BASE_REACHABLE_TIME = 4 => base_reachable_time: Duration as Milliseconds,
        /// Retransmission time: wait between probes. Default 1 s.
        NDTPA_RETRANS_TIME = 5 => retransmission_time: Duration as Milliseconds,
        /// Stale time (`gc_stale_time`): how long an unused entry is kept. Default 60 s.
        NDTPA_GC_STALETIME = 6 => stale_time: Duration as Milliseconds,
        /// Delay before the first probe of a stale entry that is used. Default 5 s.
        NDTPA_DELAY_PROBE_TIME = 7 => probe_delay: Duration as Milliseconds,
        /// Queue length, in packets, of an unresolved entry.
        NDTPA_QUEUE_LEN = 8 => queue_length: u32; unless(tells_queue_bytes),
        /// Number of probes to a user-space application (ARP daemon); default 0.
        NDTPA_APP_PROBES = 9 => app_probes: u32,
        /// Number of unicast probes; default 3.
        NDTPA_UCAST_PROBES = 10 => unicast_probes: u32,
        /// Number of multicast (or broadcast) probes; default 3.
        NDTPA_MCAST_PROBES = 11 => multicast_probes: u32,
        /// Maximum random delay of answers for an anycast address. Default 1 s.
        NDTPA_ANYCAST_DELAY = 12 => anycast_delay: Duration as Milliseconds,
        /// Maximum random delay of proxy answers. Default 0.8 s.
        NDTPA_PROXY_DELAY = 13 => proxy_delay: Duration as Milliseconds,
        /// Proxy queue length: maximum number of delayed proxy answers. Default 64.
        NDTPA_PROXY_QLEN = 14 => proxy_queue_length: u32,
        /// Lock time: minimum time before the hardware address may change. Default 1 s for ARP.
        NDTPA_LOCKTIME = 15 => lock_time: Duration as Milliseconds,
        /// Queue length, in bytes, of an unresolved entry.
        NDTPA_QUEUE_LENBYTES = 16 => queue_bytes: u32,
        /// Number of multicast probes after unicast and application probes failed; default 0.
        NDTPA_MCAST_REPROBES = 17 => multicast_reprobes: u32,
        /// Probe interval of managed entries. Default 5 s.
        NDTPA_INTERVAL_PROBE_TIME_MS = 19 => probe_interval: Duration as Milliseconds,
    }
}

/// Whether the limit is also given in bytes, which is exact.
fn tells_queue_bytes(scope: &Scope<'_>) -> bool {
    NeighbourSettings::cast(scope.bytes()).queue_bytes().is_some()
}

netlink! {
    /// Configuration and state of a neighbour table: `struct ndt_config`.
    pub struct NeighbourTableConfig / NeighbourTableConfigBuf
    header ndt_config: 32 {
        /// Key length: size of an address, in bytes.
        key_len = 0 => key_length: u16,
        /// Entry size, in bytes.
        entry_size = 2 => entry_size: u16,
        /// Number of entries.
        entries = 4 => entries: u32,
        /// Time since the last flush, in milliseconds.
        last_flush = 8 => last_flush: u32,
        /// Time since the random reachable times were last chosen, in milliseconds.
        last_rand = 12 => last_random: u32,
        /// Hash seed (random).
        hash_rnd = 16 => hash_seed: u32,
        /// Hash mask: number of buckets less one.
        hash_mask = 20 => hash_mask: u32,
        /// Hash chain where garbage collection continues.
        hash_chain_gc = 24 => hash_collection: u32,
        /// Current proxy queue length.
        proxy_qlen = 28 => proxy_queue_length: u32,
    }
}

netlink! {
    /// Statistics of a neighbour table: `struct ndt_stats`.
    pub struct NeighbourTableStats / NeighbourTableStatsBuf
    header ndt_stats: 88 {
        /// Entries allocated.
        allocs = 0 => allocations: u64,
        /// Entries destroyed.
        destroys = 8 => destructions: u64,
        /// Hash table resizes (growths).
        hash_grows = 16 => hash_growths: u64,
        /// Failed resolutions.
        res_failed = 24 => failed: u64,
        /// Lookups.
        lookups = 32 => lookups: u64,
        /// Lookups that hit an entry.
        hits = 40 => hits: u64,
        /// Multicast probes received.
        rcv_probes_mcast = 48 => multicast_probes_received: u64,
        /// Unicast probes received.
        rcv_probes_ucast = 56 => unicast_probes_received: u64,
        /// Periodic garbage collection runs.
        periodic_gc_runs = 64 => periodic_collections: u64,
        /// Forced garbage collection runs, because the table was nearly full.
        forced_gc_runs = 72 => forced_collections: u64,
        /// Table overflows: no room for a new entry (table full).
        table_fulls = 80 => overflows: u64,
    }
}
