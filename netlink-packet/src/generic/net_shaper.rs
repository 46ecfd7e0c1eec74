//! Rate limits in the hardware of network devices: shapers of queues and devices, and groups of them (`net-shaper`). Feature
//! `net_shaper`. Since Linux 6.13.

use super::description::describe;
use crate::codec::{Flag, IfIndex, Items, Repeated, Uint};
use crate::{Command, Family, NLA_F_NESTED, netlink, values};

/// Gets a shaper, or lists those of a device.
pub const NET_SHAPER_CMD_GET: u8 = 1;
/// Creates or changes a shaper of a queue or device.
pub const NET_SHAPER_CMD_SET: u8 = 2;
/// Deletes a shaper.
pub const NET_SHAPER_CMD_DELETE: u8 = 3;
/// Creates or changes a group of shapers.
pub const NET_SHAPER_CMD_GROUP: u8 = 4;
/// Gets what a device can do in a scope, or lists it for all scopes.
pub const NET_SHAPER_CMD_CAP_GET: u8 = 5;

/// Largest id of a shaper.
pub const MAX_HANDLE_ID: u32 = 0x3ff_fffe;

/// The family.
pub const FAMILY: Family = Family::Generic { name: "net-shaper", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    NET_SHAPER = "net-shaper"
    operations {
        "get": NET_SHAPER_CMD_GET => NET_SHAPER_CMD_GET,
        "set": NET_SHAPER_CMD_SET,
        "delete": NET_SHAPER_CMD_DELETE,
        "group": NET_SHAPER_CMD_GROUP => NET_SHAPER_CMD_GROUP,
        "cap-get": NET_SHAPER_CMD_CAP_GET => NET_SHAPER_CMD_CAP_GET,
    }
    groups []
    constants { "max-handle-id" = MAX_HANDLE_ID, }
    messages [ShaperMessage, ShaperCapsMessage]
}

netlink! {
    /// A shaper, a rate limit in hardware, and a change of it.
    ///
    /// ```
    /// use netlink_packet::generic::net_shaper::{ShaperHandle, ShaperMessage, ShaperMetric};
    ///
    /// // At most 100 Mbit/s out of queue 3.
    /// let shaper = ShaperMessage::build()
    ///     .handle(ShaperHandle::queue(3))
    ///     .metric(ShaperMetric::BPS)
    ///     .max_bandwidth(100_000_000_u64);
    /// assert_eq!(shaper.view().handle().and_then(ShaperHandle::id), Some(3));
    /// ```
    pub struct ShaperMessage / ShaperMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NET_SHAPER_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Handle: which shaper of the device it is.
        NET_SHAPER_A_HANDLE = 1 | NLA_F_NESTED => handle: &ShaperHandle as ShaperHandle,
        /// Metric: unit of bandwidths and burst: bits or packets.
        NET_SHAPER_A_METRIC = 2 => metric: ShaperMetric,
        /// Guaranteed bandwidth, in bits or packets per second.
        NET_SHAPER_A_BW_MIN = 3 => min_bandwidth: u64 as Uint,
        /// Bandwidth limit, in bits or packets per second; 0 is none.
        NET_SHAPER_A_BW_MAX = 4 => max_bandwidth: u64 as Uint,
        /// Largest burst, in bits or packets.
        NET_SHAPER_A_BURST = 5 => burst: u64 as Uint,
        /// Scheduling priority among the shapers of the same parent.
        NET_SHAPER_A_PRIORITY = 6 => priority: u32,
        /// Weight in the round robin of shapers of the same parent and priority.
        NET_SHAPER_A_WEIGHT = 7 => weight: u32,
        /// Interface index of its device.
        #[doc(alias = "ifindex")]
        NET_SHAPER_A_IFINDEX = 8 => device: u32 as IfIndex,
        /// Handle of its parent, which only a group can set.
        NET_SHAPER_A_PARENT = 9 | NLA_F_NESTED => parent: &ShaperHandle as ShaperHandle,
        /// Leaves: shapers that a group has.
        NET_SHAPER_A_LEAVES = 10 | NLA_F_NESTED => leaves: Items<'_, ShaperLeaf> as Repeated<ShaperLeaf>,
    }
}

impl Command for ShaperMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NET_SHAPER_CMD_GET as u16;
    type Reply = ShaperMessage;
}

netlink! {
    /// Which shaper of a device: nested in `NET_SHAPER_A_HANDLE` and `NET_SHAPER_A_PARENT`.
    pub struct ShaperHandle / ShaperHandleBuf
    attributes {
        /// Scope: what the id counts.
        NET_SHAPER_A_HANDLE_SCOPE = 1 => scope: ShaperScope,
        /// Id in the scope: of a queue its index, of a node its number.
        NET_SHAPER_A_HANDLE_ID = 2 => id: u32,
    }
}

impl ShaperHandle {
    /// The shaper of the whole device.
    pub fn device() -> ShaperHandleBuf {
        ShaperHandle::build().scope(ShaperScope::NETDEV)
    }

    /// The shaper of the transmit queue with this index.
    pub fn queue(id: u32) -> ShaperHandleBuf {
        ShaperHandle::build().scope(ShaperScope::QUEUE).id(id)
    }

    /// The node with this number: a group of shapers.
    pub fn node(id: u32) -> ShaperHandleBuf {
        ShaperHandle::build().scope(ShaperScope::NODE).id(id)
    }

    /// A node that is to be created; the kernel chooses its number.
    pub fn new_node() -> ShaperHandleBuf {
        ShaperHandle::build().scope(ShaperScope::NODE)
    }
}

values! {
    /// Scope of a shaper: `NET_SHAPER_SCOPE_*`.
    pub struct ShaperScope: u32 = "scope" {
        /// Not specified.
        UNSPEC = 0 => "unspec",
        /// The whole device.
        NETDEV = 1 => "netdev",
        /// A transmit queue.
        QUEUE = 2 => "queue",
        /// A group of queues or nodes.
        NODE = 3 => "node",
    }
}

values! {
    /// Unit of a shaper: `NET_SHAPER_METRIC_*`.
    pub struct ShaperMetric: u32 = "metric" {
        /// Bits per second.
        BPS = 0 => "bps",
        /// Packets per second.
        PPS = 1 => "pps",
    }
}

netlink! {
    /// A shaper of a group: nested in `NET_SHAPER_A_LEAVES`.
    pub struct ShaperLeaf / ShaperLeafBuf
    attributes {
        /// Handle of the shaper.
        NET_SHAPER_A_HANDLE = 1 | NLA_F_NESTED => handle: &ShaperHandle as ShaperHandle,
        /// Scheduling priority in the group.
        NET_SHAPER_A_PRIORITY = 6 => priority: u32,
        /// Weight in the round robin of those with the same priority.
        NET_SHAPER_A_WEIGHT = 7 => weight: u32,
    }
}

netlink! {
    /// What a device can do in a scope.
    pub struct ShaperCapsMessage / ShaperCapsMessageBuf
    header genlmsghdr: 4 {
        /// Command: `NET_SHAPER_CMD_CAP_GET`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Interface index of the device.
        #[doc(alias = "ifindex")]
        NET_SHAPER_A_CAPS_IFINDEX = 1 => device: u32 as IfIndex,
        /// Scope.
        NET_SHAPER_A_CAPS_SCOPE = 2 => scope: ShaperScope,
        /// Limits in bits per second.
        NET_SHAPER_A_CAPS_SUPPORT_METRIC_BPS = 3 => has_bps: bool as Flag,
        /// Limits in packets per second.
        NET_SHAPER_A_CAPS_SUPPORT_METRIC_PPS = 4 => has_pps: bool as Flag,
        /// Its shapers can be put below nodes.
        NET_SHAPER_A_CAPS_SUPPORT_NESTING = 5 => has_nesting: bool as Flag,
        /// Guaranteed bandwidth.
        NET_SHAPER_A_CAPS_SUPPORT_BW_MIN = 6 => has_min_bandwidth: bool as Flag,
        /// Bandwidth limit.
        NET_SHAPER_A_CAPS_SUPPORT_BW_MAX = 7 => has_max_bandwidth: bool as Flag,
        /// Largest burst.
        NET_SHAPER_A_CAPS_SUPPORT_BURST = 8 => has_burst: bool as Flag,
        /// Priorities.
        NET_SHAPER_A_CAPS_SUPPORT_PRIORITY = 9 => has_priority: bool as Flag,
        /// Weighted round robin.
        NET_SHAPER_A_CAPS_SUPPORT_WEIGHT = 10 => has_weight: bool as Flag,
    }
}

impl Command for ShaperCapsMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = NET_SHAPER_CMD_CAP_GET as u16;
    type Reply = ShaperCapsMessage;
}
