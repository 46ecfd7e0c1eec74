//! In-situ OAM for IPv6 (IOAM, RFC 9197): namespaces, schemas and traces (`IOAM6`). Feature `ioam6`.

use super::description::describe;
use crate::codec::Flag;
use crate::{Command, Family, netlink, values};

/// Adds a namespace.
pub const IOAM6_CMD_ADD_NAMESPACE: u8 = 1;
/// Deletes a namespace.
pub const IOAM6_CMD_DEL_NAMESPACE: u8 = 2;
/// Lists the namespaces: a dump.
pub const IOAM6_CMD_DUMP_NAMESPACES: u8 = 3;
/// Adds a schema.
pub const IOAM6_CMD_ADD_SCHEMA: u8 = 4;
/// Deletes a schema.
pub const IOAM6_CMD_DEL_SCHEMA: u8 = 5;
/// Lists the schemas: a dump.
pub const IOAM6_CMD_DUMP_SCHEMAS: u8 = 6;
/// Assigns a schema to a namespace, or none.
pub const IOAM6_CMD_NS_SET_SCHEMA: u8 = 7;

/// `IOAM6_MAX_SCHEMA_DATA_LEN`: most bytes of a schema.
pub const IOAM6_MAX_SCHEMA_DATA_LEN: usize = 255 * 4;

/// The multicast group of [traces](Ioam6Event), on Linux 6.9 and later; listening takes `CAP_NET_ADMIN`.
pub const EVENTS: &str = "ioam6_events";

const FAMILY: Family = Family::Generic { name: "IOAM6", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    IOAM6 = "ioam6"
    operations {
        "add-namespace": IOAM6_CMD_ADD_NAMESPACE,
        "del-namespace": IOAM6_CMD_DEL_NAMESPACE,
        "dump-namespaces": IOAM6_CMD_DUMP_NAMESPACES => IOAM6_CMD_DUMP_NAMESPACES,
        "add-schema": IOAM6_CMD_ADD_SCHEMA,
        "del-schema": IOAM6_CMD_DEL_SCHEMA,
        "dump-schemas": IOAM6_CMD_DUMP_SCHEMAS => IOAM6_CMD_DUMP_SCHEMAS,
        "ns-set-schema": IOAM6_CMD_NS_SET_SCHEMA,
    }
    groups ["ioam6_events"]
    constants {}
    messages [Ioam6Message, Ioam6Event]
}

netlink! {
    /// An IOAM namespace with its data and the schema assigned to it, or a schema with its data and its namespace.
    ///
    /// ```
    /// use netlink_packet::generic::ioam6::Ioam6Message;
    ///
    /// // ip ioam namespace add 7 data 1 wide 2
    /// let namespace = Ioam6Message::namespace(7).data(1_u32).wide_data(2_u64);
    /// assert_eq!((namespace.view().namespace_id(), namespace.view().data()), (Some(7), Some(1)));
    /// ```
    pub struct Ioam6Message / Ioam6MessageBuf
    header genlmsghdr: 4 {
        /// Command: `IOAM6_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Namespace id.
        IOAM6_ATTR_NS_ID = 1 => namespace_id: u16,
        /// Namespace data, 32 bits; ~0 is none.
        IOAM6_ATTR_NS_DATA = 2 => data: u32,
        /// Namespace data, 64 bits (wide); ~0 is none.
        IOAM6_ATTR_NS_DATA_WIDE = 3 => wide_data: u64,
        /// Schema id, 24 bits.
        IOAM6_ATTR_SC_ID = 4 => schema_id: u32,
        /// Schema data, up to 1,020 bytes; kernels fill it up with zeros to a multiple of 4.
        IOAM6_ATTR_SC_DATA = 5 => schema_data: &[u8] as [u8],
        /// No schema, in a request that assigns one.
        IOAM6_ATTR_SC_NONE = 6 => no_schema: bool as Flag,
    }
}

impl Command for Ioam6Message {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = IOAM6_CMD_DUMP_NAMESPACES as u16;
    type Reply = Ioam6Message;
}

impl Ioam6Message {
    /// The namespace with this id.
    pub fn namespace(id: u16) -> Ioam6MessageBuf {
        Self::build().namespace_id(id)
    }

    /// The schema with this id.
    pub fn schema(id: u32) -> Ioam6MessageBuf {
        Self::build().schema_id(id)
    }
}

netlink! {
    /// A trace that arrived at its destination: a message of the group [`EVENTS`].
    pub struct Ioam6Event / Ioam6EventBuf
    header genlmsghdr: 4 {
        /// What happened.
        cmd = 0 => event: Ioam6EventType,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Namespace id of the trace.
        IOAM6_EVENT_ATTR_TRACE_NAMESPACE = 1 => namespace_id: u16,
        /// Data of each node, in units of 4 bytes.
        IOAM6_EVENT_ATTR_TRACE_NODELEN = 2 => node_length: u8,
        /// Trace type: 24 bits of what each node says, in the upper bits (RFC 9197, section 4.4.1).
        IOAM6_EVENT_ATTR_TRACE_TYPE = 3 => trace_type: u32,
        /// Data of the nodes, the last one first.
        IOAM6_EVENT_ATTR_TRACE_DATA = 4 => data: &[u8] as [u8],
    }
}

/// Only received: there is nothing to ask for.
impl Command for Ioam6Event {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = 0;
    type Reply = Ioam6Event;
}

values! {
    /// What happened: `IOAM6_EVENT_*`.
    pub struct Ioam6EventType: u8 = "" {
        /// Unused.
        UNSPEC = 0 => "unspec",
        /// A trace arrived.
        TRACE = 1 => "trace",
    }
}
