//! The tables of neighbours, and how they work on each link.

use crate::{AddressFamily, Milliseconds};
use netlink_packet::{Device, Scope, View, netlink};
use std::time::Duration;

netlink! {
    /// A table of neighbours, or its settings for one link: `RTM_NEWNEIGHTBL` and its kin.
    ///
    /// The kernel tells a table once with its counters, and once for each link with the settings there.
    pub struct NeighbourTableMessage / NeighbourTableMessageBuf
    header ndtmsg: 4 {
        /// IPv4 or IPv6.
        family = 0 => family: AddressFamily,
    }
    attributes {
        /// Its name, such as `arp_cache`.
        NDTA_NAME = 1 => name: &str as str,
        /// As many neighbours are never forgotten.
        NDTA_THRESH1 = 2 => threshold1: u32; separate,
        /// More neighbours than this are soon forgotten.
        NDTA_THRESH2 = 3 => threshold2: u32; separate,
        /// More neighbours than this there can't be.
        NDTA_THRESH3 = 4 => threshold3: u32; separate,
        /// How it is built.
        NDTA_CONFIG = 5 => config: &NeighbourTableConfig as NeighbourTableConfig; read_only,
        /// How it works, on the link that these settings name.
        NDTA_PARMS = 6 => settings: &NeighbourSettings as NeighbourSettings,
        /// What it has counted.
        NDTA_STATS = 7 => stats: &NeighbourTableStats as NeighbourTableStats; read_only,
        /// How often it forgets neighbours.
        NDTA_GC_INTERVAL = 8 => collection_interval: Duration as Milliseconds; separate,
    }
}

netlink! {
    /// How a table of neighbours works on a link, or where nothing else is said.
    pub struct NeighbourSettings / NeighbourSettingsBuf
    attributes {
        /// The index of the link; none where it is what other links begin with.
        NDTPA_IFINDEX = 1 => device: u32 as Device,
        /// How many hold these settings.
        NDTPA_REFCNT = 2 => references: u32; read_only,
        /// How long a neighbour counts as reachable: chosen at random around the next.
        NDTPA_REACHABLE_TIME = 3 => reachable_time: Duration as Milliseconds; read_only,
        /// How long that is in the middle.
        NDTPA_BASE_REACHABLE_TIME = 4 => base_reachable_time: Duration as Milliseconds,
        /// How long an answer is waited for.
        NDTPA_RETRANS_TIME = 5 => retransmission_time: Duration as Milliseconds,
        /// How long an unused neighbour is kept.
        NDTPA_GC_STALETIME = 6 => stale_time: Duration as Milliseconds,
        /// How long a neighbour that is used again is not asked.
        NDTPA_DELAY_PROBE_TIME = 7 => probe_delay: Duration as Milliseconds,
        /// How many packets wait for an answer.
        NDTPA_QUEUE_LEN = 8 => queue_length: u32; unless(tells_queue_bytes),
        /// How often a program is asked.
        NDTPA_APP_PROBES = 9 => program_probes: u32,
        /// How often the neighbour is asked.
        NDTPA_UCAST_PROBES = 10 => unicast_probes: u32,
        /// How often all are asked.
        NDTPA_MCAST_PROBES = 11 => multicast_probes: u32,
        /// How long at most an answer for an anycast address is delayed.
        NDTPA_ANYCAST_DELAY = 12 => anycast_delay: Duration as Milliseconds,
        /// How long at most an answer for another host is delayed.
        NDTPA_PROXY_DELAY = 13 => proxy_delay: Duration as Milliseconds,
        /// How many such answers can wait.
        NDTPA_PROXY_QLEN = 14 => proxy_queue_length: u32,
        /// How long a neighbour keeps its hardware address at least.
        NDTPA_LOCKTIME = 15 => lock_time: Duration as Milliseconds,
        /// How many bytes of packets wait for an answer.
        NDTPA_QUEUE_LENBYTES = 16 => queue_bytes: u32,
        /// How often all are asked again after the neighbour did not answer.
        NDTPA_MCAST_REPROBES = 17 => multicast_reprobes: u32,
        /// How often neighbours that are kept fresh are asked.
        NDTPA_INTERVAL_PROBE_TIME_MS = 19 => probe_interval: Duration as Milliseconds,
    }
}

/// Whether the same is said in bytes, which is exact.
fn tells_queue_bytes(scope: &Scope<'_>) -> bool {
    NeighbourSettings::cast(scope.bytes()).queue_bytes().is_some()
}

netlink! {
    /// How a table of neighbours is built: `struct ndt_config`.
    pub struct NeighbourTableConfig / NeighbourTableConfigBuf
    header ndt_config: 32 {
        /// Bytes of an address.
        key_len = 0 => key_length: u16,
        /// Bytes of an entry.
        entry_size = 2 => entry_size: u16,
        /// Entries.
        entries = 4 => entries: u32,
        /// How long ago it was flushed, in milliseconds.
        last_flush = 8 => last_flush: u32,
        /// How long ago it chose random times, in milliseconds.
        last_rand = 12 => last_random: u32,
        /// The seed of its hash.
        hash_rnd = 16 => hash_seed: u32,
        /// The mask of its hash.
        hash_mask = 20 => hash_mask: u32,
        /// Where it goes on forgetting.
        hash_chain_gc = 24 => hash_collection: u32,
        /// Answers for others that wait.
        proxy_qlen = 28 => proxy_queue_length: u32,
    }
}

netlink! {
    /// What a table of neighbours has counted: `struct ndt_stats`.
    pub struct NeighbourTableStats / NeighbourTableStatsBuf
    header ndt_stats: 88 {
        /// Entries made.
        allocs = 0 => allocations: u64,
        /// Entries removed.
        destroys = 8 => destructions: u64,
        /// Times that the hash grew.
        hash_grows = 16 => hash_growths: u64,
        /// Neighbours that did not answer.
        res_failed = 24 => failed: u64,
        /// Lookups.
        lookups = 32 => lookups: u64,
        /// Lookups that found something.
        hits = 40 => hits: u64,
        /// Questions to all that were received.
        rcv_probes_mcast = 48 => multicast_probes_received: u64,
        /// Questions to this host that were received.
        rcv_probes_ucast = 56 => unicast_probes_received: u64,
        /// Times that it forgot neighbours as often as it does.
        periodic_gc_runs = 64 => periodic_collections: u64,
        /// Times that it forgot neighbours for want of room.
        forced_gc_runs = 72 => forced_collections: u64,
        /// Times that it was full.
        table_fulls = 80 => overflows: u64,
    }
}
