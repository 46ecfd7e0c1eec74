//! Network devices beyond `rtnetlink`: XDP features, queues, NAPI instances, page pools and their statistics (`netdev`). Feature
//! `netdev`.
//!
//! A message type each: [`NetdevMessage`], [`QueueMessage`], [`NapiMessage`], [`PagePoolMessage`], [`PagePoolStatsMessage`],
//! [`QueueStatsMessage`], [`DmabufMessage`].

use super::description::describe;
use crate::buffer::Buffer;
use crate::codec::{Codec, Descriptor, IfIndex, Items, Put, Repeated, Uint};
use crate::table::data::{Plain, Schema, Scope};
use crate::{Command, Family, NLA_F_NESTED, flags, netlink, values};
use std::fmt;

/// Gets a device, or lists them.
pub const NETDEV_CMD_DEV_GET: u8 = 1;
/// A device appeared.
pub const NETDEV_CMD_DEV_ADD_NTF: u8 = 2;
/// A device disappeared.
pub const NETDEV_CMD_DEV_DEL_NTF: u8 = 3;
/// A device was changed.
pub const NETDEV_CMD_DEV_CHANGE_NTF: u8 = 4;
/// Gets a page pool, or lists them.
pub const NETDEV_CMD_PAGE_POOL_GET: u8 = 5;
/// A page pool was created.
pub const NETDEV_CMD_PAGE_POOL_ADD_NTF: u8 = 6;
/// A page pool was destroyed.
pub const NETDEV_CMD_PAGE_POOL_DEL_NTF: u8 = 7;
/// A page pool was changed.
pub const NETDEV_CMD_PAGE_POOL_CHANGE_NTF: u8 = 8;
/// Gets the statistics of a page pool, or of all.
pub const NETDEV_CMD_PAGE_POOL_STATS_GET: u8 = 9;
/// Gets a queue, or lists them.
pub const NETDEV_CMD_QUEUE_GET: u8 = 10;
/// Gets a NAPI instance, or lists them.
pub const NETDEV_CMD_NAPI_GET: u8 = 11;
/// Lists the statistics of queues or devices: a dump.
pub const NETDEV_CMD_QSTATS_GET: u8 = 12;
/// Binds a dma-buf to receive queues.
pub const NETDEV_CMD_BIND_RX: u8 = 13;
/// Changes a NAPI instance.
pub const NETDEV_CMD_NAPI_SET: u8 = 14;
/// Binds a dma-buf to a device for sending.
pub const NETDEV_CMD_BIND_TX: u8 = 15;
/// Creates a queue of a virtual device.
pub const NETDEV_CMD_QUEUE_CREATE: u8 = 16;

/// The multicast group that tells of devices.
pub const MGMT: &str = "mgmt";
/// The multicast group that tells of page pools.
pub const PAGE_POOL: &str = "page-pool";

/// The family.
pub const FAMILY: Family = Family::Generic { name: "netdev", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    NETDEV = "netdev"
    operations {
        "dev-get": NETDEV_CMD_DEV_GET => NETDEV_CMD_DEV_GET,
        "dev-add-ntf": => NETDEV_CMD_DEV_ADD_NTF,
        "dev-del-ntf": => NETDEV_CMD_DEV_DEL_NTF,
        "dev-change-ntf": => NETDEV_CMD_DEV_CHANGE_NTF,
        "page-pool-get": NETDEV_CMD_PAGE_POOL_GET => NETDEV_CMD_PAGE_POOL_GET,
        "page-pool-add-ntf": => NETDEV_CMD_PAGE_POOL_ADD_NTF,
        "page-pool-del-ntf": => NETDEV_CMD_PAGE_POOL_DEL_NTF,
        "page-pool-change-ntf": => NETDEV_CMD_PAGE_POOL_CHANGE_NTF,
        "page-pool-stats-get": NETDEV_CMD_PAGE_POOL_STATS_GET => NETDEV_CMD_PAGE_POOL_STATS_GET,
        "queue-get": NETDEV_CMD_QUEUE_GET => NETDEV_CMD_QUEUE_GET,
        "napi-get": NETDEV_CMD_NAPI_GET => NETDEV_CMD_NAPI_GET,
        "qstats-get": NETDEV_CMD_QSTATS_GET => NETDEV_CMD_QSTATS_GET,
        "bind-rx": NETDEV_CMD_BIND_RX => NETDEV_CMD_BIND_RX,
        "napi-set": NETDEV_CMD_NAPI_SET,
        "bind-tx": NETDEV_CMD_BIND_TX => NETDEV_CMD_BIND_TX,
        "queue-create": NETDEV_CMD_QUEUE_CREATE => NETDEV_CMD_QUEUE_CREATE,
    }
    groups ["mgmt", "page-pool"]
    // The size of a page is the machine's; the specification has 0 in its place.
    constants { "page-size" = 0, }
    messages [
        NetdevMessage, PagePoolMessage, PagePoolStatsMessage, QueueMessage, NapiMessage, QueueStatsMessage, DmabufMessage
    ]
}

netlink! {
    /// A network device: what it supports of XDP and AF_XDP.
    pub struct NetdevMessage / NetdevMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NETDEV_CMD_DEV_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index.
        #[doc(alias = "ifindex")]
        NETDEV_A_DEV_IFINDEX = 1 => index: u32 as IfIndex,
        /// XDP features that are enabled.
        NETDEV_A_DEV_XDP_FEATURES = 3 => xdp_features: XdpFeatures,
        /// Most fragments of a packet in AF_XDP zero copy mode; absent where the device has no such mode.
        NETDEV_A_DEV_XDP_ZC_MAX_SEGS = 4 => max_zero_copy_segments: u32,
        /// Receive metadata that the device exposes to XDP programs.
        NETDEV_A_DEV_XDP_RX_METADATA_FEATURES = 5 => rx_metadata_features: XdpRxMetadata,
        /// AF_XDP transmit features that are enabled.
        NETDEV_A_DEV_XSK_FEATURES = 6 => xsk_features: XskFeatures,
    }
}

impl Command for NetdevMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NETDEV_CMD_DEV_GET as u16;
    const NOTIFICATIONS: &'static [u16] =
        &[NETDEV_CMD_DEV_ADD_NTF as u16, NETDEV_CMD_DEV_DEL_NTF as u16, NETDEV_CMD_DEV_CHANGE_NTF as u16];
    type Reply = NetdevMessage;
}

flags! {
    /// XDP features of a device: `NETDEV_XDP_ACT_*`.
    pub struct XdpFeatures: u64 = "xdp-act" {
        /// The actions that all drivers support: `XDP_ABORTED`, `XDP_DROP`, `XDP_PASS`, `XDP_TX`.
        const BASIC = 0x1 => "basic";
        /// `XDP_REDIRECT`.
        const REDIRECT = 0x2 => "redirect";
        /// Packets can be redirected to it (`ndo_xdp_xmit`).
        const NDO_XMIT = 0x4 => "ndo-xmit";
        /// AF_XDP in zero copy mode.
        const XSK_ZEROCOPY = 0x8 => "xsk-zerocopy";
        /// XDP offloaded to hardware.
        const HW_OFFLOAD = 0x10 => "hw-offload";
        /// Fragmented (multi-buffer) packets on receive.
        const RX_SG = 0x20 => "rx-sg";
        /// Fragmented (multi-buffer) packets can be redirected to it.
        const NDO_XMIT_SG = 0x40 => "ndo-xmit-sg";
    }
}

flags! {
    /// Receive metadata for XDP programs: `NETDEV_XDP_RX_METADATA_*`.
    pub struct XdpRxMetadata: u64 = "xdp-rx-metadata" {
        /// Hardware receive timestamp (`bpf_xdp_metadata_rx_timestamp`).
        const TIMESTAMP = 0x1 => "timestamp";
        /// Receive packet hash (`bpf_xdp_metadata_rx_hash`).
        const HASH = 0x2 => "hash";
        /// VLAN tag of the packet (`bpf_xdp_metadata_rx_vlan_tag`).
        const VLAN_TAG = 0x4 => "vlan-tag";
    }
}

flags! {
    /// AF_XDP transmit features: `NETDEV_XSK_FLAGS_*`.
    pub struct XskFeatures: u64 = "xsk-flags" {
        /// Hardware transmit timestamps.
        const TX_TIMESTAMP = 0x1 => "tx-timestamp";
        /// Checksum offload.
        const TX_CHECKSUM = 0x2 => "tx-checksum";
        /// Launch time offload: packets are sent at a given time, in order.
        const TX_LAUNCH_TIME_FIFO = 0x4 => "tx-launch-time-fifo";
    }
}

netlink! {
    /// A page pool: memory from which a driver receives packets.
    pub struct PagePoolMessage / PagePoolMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NETDEV_CMD_PAGE_POOL_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Id of the page pool.
        NETDEV_A_PAGE_POOL_ID = 1 => id: u64 as Uint,
        /// Interface index of its device; absent where the device is gone, and the pool waits for memory in use.
        #[doc(alias = "ifindex")]
        NETDEV_A_PAGE_POOL_IFINDEX = 2 => device: u32 as IfIndex,
        /// Id of the NAPI instance that uses it.
        NETDEV_A_PAGE_POOL_NAPI_ID = 3 => napi_id: u64 as Uint,
        /// References in use: pages that were allocated and not freed.
        NETDEV_A_PAGE_POOL_INFLIGHT = 4 => in_flight: u64 as Uint,
        /// Memory in use, in bytes.
        NETDEV_A_PAGE_POOL_INFLIGHT_MEM = 5 => in_flight_bytes: u64 as Uint,
        /// When the driver gave the pool up, in seconds of `CLOCK_BOOTTIME`; absent while the pool is used.
        NETDEV_A_PAGE_POOL_DETACH_TIME = 6 => detach_time: u64 as Uint,
        /// Id of the dma-buf binding that its memory comes from.
        NETDEV_A_PAGE_POOL_DMABUF = 7 => dmabuf: u32,
        /// The io_uring memory provider that its memory comes from.
        NETDEV_A_PAGE_POOL_IO_URING = 8 | NLA_F_NESTED => io_uring: &IoUringProvider as IoUringProvider,
    }
}

impl Command for PagePoolMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NETDEV_CMD_PAGE_POOL_GET as u16;
    const NOTIFICATIONS: &'static [u16] = &[
        NETDEV_CMD_PAGE_POOL_ADD_NTF as u16,
        NETDEV_CMD_PAGE_POOL_DEL_NTF as u16,
        NETDEV_CMD_PAGE_POOL_CHANGE_NTF as u16,
    ];
    type Reply = PagePoolMessage;
}

netlink! {
    /// An io_uring memory provider.
    pub struct IoUringProvider / IoUringProviderBuf
    attributes {
        /// Length of its receive buffers, in bytes.
        NETDEV_A_IO_URING_PROVIDER_INFO_RX_BUF_LEN = 1 => rx_buffer_length: u64 as Uint,
    }
}

netlink! {
    /// Statistics of a page pool, on kernels that count them (`CONFIG_PAGE_POOL_STATS`).
    pub struct PagePoolStatsMessage / PagePoolStatsMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NETDEV_CMD_PAGE_POOL_STATS_GET`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// The page pool.
        NETDEV_A_PAGE_POOL_STATS_INFO = 1 | NLA_F_NESTED => pool: &PagePoolId as PagePoolId,
        /// Allocations from the cache.
        NETDEV_A_PAGE_POOL_STATS_ALLOC_FAST = 8 => alloc_fast: u64 as Uint,
        /// Allocations of single pages from the page allocator.
        NETDEV_A_PAGE_POOL_STATS_ALLOC_SLOW = 9 => alloc_slow: u64 as Uint,
        /// Allocations of higher-order pages from the page allocator.
        NETDEV_A_PAGE_POOL_STATS_ALLOC_SLOW_HIGH_ORDER = 10 => alloc_slow_high_order: u64 as Uint,
        /// Times that the ring was empty, so that the page allocator was used.
        NETDEV_A_PAGE_POOL_STATS_ALLOC_EMPTY = 11 => alloc_empty: u64 as Uint,
        /// Refills of the cache from the ring.
        NETDEV_A_PAGE_POOL_STATS_ALLOC_REFILL = 12 => alloc_refill: u64 as Uint,
        /// Pages of the ring that were not used, being on another NUMA node.
        NETDEV_A_PAGE_POOL_STATS_ALLOC_WAIVE = 13 => alloc_waive: u64 as Uint,
        /// Pages that were recycled into the cache.
        NETDEV_A_PAGE_POOL_STATS_RECYCLE_CACHED = 14 => recycle_cached: u64 as Uint,
        /// Times that the cache was full.
        NETDEV_A_PAGE_POOL_STATS_RECYCLE_CACHE_FULL = 15 => recycle_cache_full: u64 as Uint,
        /// Pages that were recycled into the ring.
        NETDEV_A_PAGE_POOL_STATS_RECYCLE_RING = 16 => recycle_ring: u64 as Uint,
        /// Pages that were released since the ring was full.
        NETDEV_A_PAGE_POOL_STATS_RECYCLE_RING_FULL = 17 => recycle_ring_full: u64 as Uint,
        /// Pages that were released instead of recycled since somebody else held a reference.
        NETDEV_A_PAGE_POOL_STATS_RECYCLE_RELEASED_REFCNT = 18 => recycle_released: u64 as Uint,
    }
}

impl Command for PagePoolStatsMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NETDEV_CMD_PAGE_POOL_STATS_GET as u16;
    const NOTIFICATIONS: &'static [u16] = &[NETDEV_CMD_PAGE_POOL_STATS_GET as u16];
    type Reply = PagePoolStatsMessage;
}

netlink! {
    /// Which page pool: by its id, or those of a device.
    pub struct PagePoolId / PagePoolIdBuf
    attributes {
        /// Id of the page pool.
        NETDEV_A_PAGE_POOL_ID = 1 => id: u64 as Uint,
        /// Interface index of its device.
        #[doc(alias = "ifindex")]
        NETDEV_A_PAGE_POOL_IFINDEX = 2 => device: u32 as IfIndex,
    }
}

netlink! {
    /// A NAPI instance, which polls queues, and a change of it.
    pub struct NapiMessage / NapiMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NETDEV_CMD_NAPI_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index of its device.
        #[doc(alias = "ifindex")]
        NETDEV_A_NAPI_IFINDEX = 1 => device: u32 as IfIndex,
        /// NAPI id.
        NETDEV_A_NAPI_ID = 2 => id: u32,
        /// Interrupt (IRQ) number.
        NETDEV_A_NAPI_IRQ = 3 => irq: u32,
        /// Process id (PID) of its thread; absent where it is polled in softirq context.
        NETDEV_A_NAPI_PID = 4 => pid: u32,
        /// Deferred hard interrupts: how many polls in a row have to be empty before interrupts are enabled again.
        NETDEV_A_NAPI_DEFER_HARD_IRQS = 5 => defer_hard_irqs: u32,
        /// GRO flush timeout, in nanoseconds: when the watchdog polls, with interrupts deferred; with it, packets are held for GRO longer than a poll.
        NETDEV_A_NAPI_GRO_FLUSH_TIMEOUT = 6 => gro_flush_timeout: u64 as Uint,
        /// IRQ suspend timeout, in nanoseconds: how long interrupts stay off while busy polling finds events (since Linux 6.13).
        NETDEV_A_NAPI_IRQ_SUSPEND_TIMEOUT = 7 => irq_suspend_timeout: u64 as Uint,
        /// Threaded mode (since Linux 6.17).
        NETDEV_A_NAPI_THREADED = 8 => threaded: NapiThreaded,
    }
}

impl Command for NapiMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NETDEV_CMD_NAPI_GET as u16;
    const NOTIFICATIONS: &'static [u16] = &[NETDEV_CMD_NAPI_GET as u16];
    type Reply = NapiMessage;
}

values! {
    /// Threaded mode of a NAPI instance: `NETDEV_NAPI_THREADED_*`.
    pub struct NapiThreaded: u32 = "napi-threaded" {
        /// It is polled in softirq context.
        DISABLED = 0 => "disabled",
        /// It is polled in a thread of its own.
        ENABLED = 1 => "enabled",
        /// Its thread polls without pause.
        BUSY_POLL = 2 => "busy-poll",
    }
}

netlink! {
    /// A queue of a device.
    pub struct QueueMessage / QueueMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NETDEV_CMD_QUEUE_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Queue id: its index, among those of its type, from 0.
        NETDEV_A_QUEUE_ID = 1 => id: u32,
        /// Interface index of its device.
        #[doc(alias = "ifindex")]
        NETDEV_A_QUEUE_IFINDEX = 2 => device: u32 as IfIndex,
        /// Queue type.
        NETDEV_A_QUEUE_TYPE = 3 => queue_type: QueueType,
        /// Id of the NAPI instance that serves it.
        NETDEV_A_QUEUE_NAPI_ID = 4 => napi_id: u32,
        /// Id of the dma-buf binding that its memory comes from.
        NETDEV_A_QUEUE_DMABUF = 5 => dmabuf: u32,
        /// The io_uring memory provider that its memory comes from.
        NETDEV_A_QUEUE_IO_URING = 6 | NLA_F_NESTED => io_uring: &IoUringProvider as IoUringProvider,
        /// XSK: present where an AF_XDP socket is bound to it.
        NETDEV_A_QUEUE_XSK = 7 | NLA_F_NESTED => xsk: &XskInfo as XskInfo,
        /// The queue of a physical device that a virtual device has leased.
        NETDEV_A_QUEUE_LEASE = 8 | NLA_F_NESTED => lease: &QueueLease as QueueLease,
    }
}

impl Command for QueueMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NETDEV_CMD_QUEUE_GET as u16;
    const NOTIFICATIONS: &'static [u16] = &[NETDEV_CMD_QUEUE_GET as u16];
    type Reply = QueueMessage;
}

values! {
    /// Type of a queue: `NETDEV_QUEUE_TYPE_*`.
    pub struct QueueType: u32 = "queue-type" {
        /// Receive queue.
        RX = 0 => "rx",
        /// Transmit queue.
        TX = 1 => "tx",
    }
}

netlink! {
    /// An AF_XDP socket that is bound to a queue, of which nothing is told yet.
    pub struct XskInfo / XskInfoBuf
    attributes {}
}

netlink! {
    /// A queue of another device that a virtual device uses as its own.
    pub struct QueueLease / QueueLeaseBuf
    attributes {
        /// Interface index of the device whose queue it is.
        #[doc(alias = "ifindex")]
        NETDEV_A_LEASE_IFINDEX = 1 => device: u32 as IfIndex,
        /// The queue.
        NETDEV_A_LEASE_QUEUE = 2 | NLA_F_NESTED => queue: &QueueId as QueueId,
        /// Id (nsid) of the network namespace of that device.
        NETDEV_A_LEASE_NETNS_ID = 3 => namespace_id: i32,
    }
}

netlink! {
    /// Which queue of a device.
    pub struct QueueId / QueueIdBuf
    attributes {
        /// Queue id: its index, among those of its type, from 0.
        NETDEV_A_QUEUE_ID = 1 => id: u32,
        /// Queue type.
        NETDEV_A_QUEUE_TYPE = 3 => queue_type: QueueType,
    }
}

impl QueueId {
    /// The receive queue with this index.
    pub fn rx(id: u32) -> QueueIdBuf {
        QueueId::build().queue_type(QueueType::RX).id(id)
    }

    /// The transmit queue with this index.
    pub fn tx(id: u32) -> QueueIdBuf {
        QueueId::build().queue_type(QueueType::TX).id(id)
    }
}

netlink! {
    /// Statistics of a device or of a queue, as far as its driver counts them.
    ///
    /// Those of a device are since it was registered; those of its queues may be since they were set up, and need not add up.
    pub struct QueueStatsMessage / QueueStatsMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NETDEV_CMD_QSTATS_GET`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index of the device.
        #[doc(alias = "ifindex")]
        NETDEV_A_QSTATS_IFINDEX = 1 => device: u32 as IfIndex,
        /// Queue type, where the statistics are of a queue.
        NETDEV_A_QSTATS_QUEUE_TYPE = 2 => queue_type: QueueType,
        /// Queue index, where the statistics are of a queue.
        NETDEV_A_QSTATS_QUEUE_ID = 3 => queue_id: u32,
        /// Scope: of what statistics are asked for: queues, or devices if absent.
        NETDEV_A_QSTATS_SCOPE = 4 => scope: QueueStatsScope as ScopeBits,
        /// Received packets, of which XDP programs may have consumed some.
        NETDEV_A_QSTATS_RX_PACKETS = 8 => rx_packets: u64 as Uint,
        /// Received bytes.
        NETDEV_A_QSTATS_RX_BYTES = 9 => rx_bytes: u64 as Uint,
        /// Transmitted packets.
        NETDEV_A_QSTATS_TX_PACKETS = 10 => tx_packets: u64 as Uint,
        /// Transmitted bytes.
        NETDEV_A_QSTATS_TX_BYTES = 11 => tx_bytes: u64 as Uint,
        /// Failed allocations of packets or buffers on receive, which need not have lost a packet.
        NETDEV_A_QSTATS_RX_ALLOC_FAIL = 12 => rx_alloc_failures: u64 as Uint,
        /// Packets that the device received and dropped, for whatever reason.
        NETDEV_A_QSTATS_RX_HW_DROPS = 13 => rx_hardware_drops: u64 as Uint,
        /// Packets that the device dropped for lack of buffers, descriptors and the like.
        NETDEV_A_QSTATS_RX_HW_DROP_OVERRUNS = 14 => rx_hardware_drop_overruns: u64 as Uint,
        /// Packets with the checksum over all of them (`CHECKSUM_COMPLETE`).
        NETDEV_A_QSTATS_RX_CSUM_COMPLETE = 15 => rx_checksum_complete: u64 as Uint,
        /// Packets whose checksum the device verified (`CHECKSUM_UNNECESSARY`).
        NETDEV_A_QSTATS_RX_CSUM_UNNECESSARY = 16 => rx_checksum_unnecessary: u64 as Uint,
        /// Packets whose checksum the device did not look at.
        NETDEV_A_QSTATS_RX_CSUM_NONE = 17 => rx_checksum_none: u64 as Uint,
        /// Packets with a wrong checksum, which are delivered all the same.
        NETDEV_A_QSTATS_RX_CSUM_BAD = 18 => rx_checksum_bad: u64 as Uint,
        /// Packets that hardware GRO made of several.
        NETDEV_A_QSTATS_RX_HW_GRO_PACKETS = 19 => rx_hardware_gro_packets: u64 as Uint,
        /// Bytes of packets that hardware GRO made of several.
        NETDEV_A_QSTATS_RX_HW_GRO_BYTES = 20 => rx_hardware_gro_bytes: u64 as Uint,
        /// Packets that hardware GRO joined.
        NETDEV_A_QSTATS_RX_HW_GRO_WIRE_PACKETS = 21 => rx_hardware_gro_wire_packets: u64 as Uint,
        /// Bytes of packets that hardware GRO joined.
        NETDEV_A_QSTATS_RX_HW_GRO_WIRE_BYTES = 22 => rx_hardware_gro_wire_bytes: u64 as Uint,
        /// Packets that the device dropped on receive for exceeding a rate limit.
        NETDEV_A_QSTATS_RX_HW_DROP_RATELIMITS = 23 => rx_hardware_drop_rate_limits: u64 as Uint,
        /// Packets that the device did not transmit, for whatever reason.
        NETDEV_A_QSTATS_TX_HW_DROPS = 24 => tx_hardware_drops: u64 as Uint,
        /// Packets that the device did not transmit since they were invalid.
        NETDEV_A_QSTATS_TX_HW_DROP_ERRORS = 25 => tx_hardware_drop_errors: u64 as Uint,
        /// Packets for which the device had no checksum to calculate.
        NETDEV_A_QSTATS_TX_CSUM_NONE = 26 => tx_checksum_none: u64 as Uint,
        /// Packets for which the device calculated a checksum.
        NETDEV_A_QSTATS_TX_NEEDS_CSUM = 27 => tx_needs_checksum: u64 as Uint,
        /// Packets that the device segmented.
        NETDEV_A_QSTATS_TX_HW_GSO_PACKETS = 28 => tx_hardware_gso_packets: u64 as Uint,
        /// Bytes of packets that the device segmented.
        NETDEV_A_QSTATS_TX_HW_GSO_BYTES = 29 => tx_hardware_gso_bytes: u64 as Uint,
        /// Packets that the device made by segmentation.
        NETDEV_A_QSTATS_TX_HW_GSO_WIRE_PACKETS = 30 => tx_hardware_gso_wire_packets: u64 as Uint,
        /// Bytes of packets that the device made by segmentation.
        NETDEV_A_QSTATS_TX_HW_GSO_WIRE_BYTES = 31 => tx_hardware_gso_wire_bytes: u64 as Uint,
        /// Packets that the device dropped on transmit for exceeding a rate limit.
        NETDEV_A_QSTATS_TX_HW_DROP_RATELIMITS = 32 => tx_hardware_drop_rate_limits: u64 as Uint,
        /// Times that the driver stopped the queue, which was full.
        NETDEV_A_QSTATS_TX_STOP = 33 => tx_stop: u64 as Uint,
        /// Times that the driver started the queue again.
        NETDEV_A_QSTATS_TX_WAKE = 34 => tx_wake: u64 as Uint,
    }
}

impl Command for QueueStatsMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NETDEV_CMD_QSTATS_GET as u16;
    const NOTIFICATIONS: &'static [u16] = &[NETDEV_CMD_QSTATS_GET as u16];
    type Reply = QueueStatsMessage;
}

flags! {
    /// Of what statistics are asked for: `NETDEV_QSTATS_SCOPE_*`.
    pub struct QueueStatsScope: u32 = "qstats-scope" {
        /// Of each queue.
        const QUEUE = 0x1 => "queue";
    }
}

/// Codec of scopes of statistics: a number of 4 or 8 bytes.
#[derive(Debug)]
pub struct ScopeBits;

impl Codec for ScopeBits {
    type Value<'a> = QueueStatsScope;
    const SCHEMA: Schema =
        Schema { values: <QueueStatsScope as Codec>::SCHEMA.values, ..<Uint as Codec>::SCHEMA };

    fn decode(payload: &[u8]) -> Option<QueueStatsScope> {
        let bits = u32::try_from(Uint::decode(payload)?).ok()?;
        Some(QueueStatsScope::from_bits_retain(bits))
    }

    fn show(payload: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Self::decode(payload), f)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        Uint::plain(payload, scope)
    }
}

impl<T: Put<QueueStatsScope>> Put<ScopeBits> for T {
    fn put(self, out: &mut Buffer) {
        Put::<QueueStatsScope>::put(self, out);
    }
}

netlink! {
    /// The binding of a dma-buf, memory of another device, to queues of a device.
    pub struct DmabufMessage / DmabufMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NETDEV_CMD_BIND_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index of the device.
        #[doc(alias = "ifindex")]
        NETDEV_A_DMABUF_IFINDEX = 1 => device: u32 as IfIndex,
        /// Receive queues.
        NETDEV_A_DMABUF_QUEUES = 2 | NLA_F_NESTED => queues: Items<'_, QueueId> as Repeated<QueueId>,
        /// File descriptor of the dma-buf.
        NETDEV_A_DMABUF_FD = 3 => buffer: u32 as Descriptor,
        /// Id of the binding.
        NETDEV_A_DMABUF_ID = 4 => id: u32,
        /// Size of the pages that the device writes to, in bytes: a power of two, a memory page by default.
        NETDEV_A_DMABUF_RX_PAGE_SIZE = 5 => rx_page_size: u32,
    }
}

impl Command for DmabufMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NETDEV_CMD_BIND_RX as u16;
    const NOTIFICATIONS: &'static [u16] = &[NETDEV_CMD_BIND_RX as u16];
    type Reply = DmabufMessage;
}
