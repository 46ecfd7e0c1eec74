//! What a link is in other parts of the kernel, and why it is kept down.

use netlink_packet::netlink;

netlink! {
    /// A port of devlink; the numbers are those of the family `devlink`.
    pub struct DevlinkPort / DevlinkPortBuf
    attributes {
        /// The bus of its device.
        DEVLINK_ATTR_BUS_NAME = 1 => bus: &str as str,
        /// Its device on the bus.
        DEVLINK_ATTR_DEV_NAME = 2 => device: &str as str,
        /// Its number on the device.
        DEVLINK_ATTR_PORT_INDEX = 3 => port_index: u32,
    }
}

netlink! {
    /// A pin of a clock; the number is that of the family `dpll`.
    pub struct DpllPin / DpllPinBuf
    attributes {
        /// Which pin.
        DPLL_A_ID = 1 => id: u32,
    }
}

netlink! {
    /// Why a link is kept down: bits that the administrator gives a meaning.
    pub struct ProtoDownReason / ProtoDownReasonBuf
    attributes {
        /// The bits that a request changes.
        IFLA_PROTO_DOWN_REASON_MASK = 1 => mask: u32,
        /// The bits.
        IFLA_PROTO_DOWN_REASON_VALUE = 2 => value: u32,
    }
}
