//! Devlink port of a link, and reasons for `proto_down`.

use netlink_packet::netlink;

netlink! {
    /// The devlink port of a link, by the handle that the `devlink` family uses.
    pub struct DevlinkPort / DevlinkPortBuf
    attributes {
        /// Bus name of the devlink device, such as `pci`.
        DEVLINK_ATTR_BUS_NAME = 1 => bus: &str as str,
        /// IfIndex name on that bus, such as `0000:03:00.0`.
        DEVLINK_ATTR_DEV_NAME = 2 => device: &str as str,
        /// Port index on the devlink device.
        DEVLINK_ATTR_PORT_INDEX = 3 => port_index: u32,
    }
}

netlink! {
    /// The clock pin of a link in the `dpll` family.
    pub struct DpllPin / DpllPinBuf
    attributes {
        /// Pin id.
        DPLL_A_ID = 1 => id: u32,
    }
}

netlink! {
    /// Reasons why a link is held in protodown: 32 bits whose meaning is up to the administrator.
    pub struct ProtoDownReason / ProtoDownReasonBuf
    attributes {
        /// Mask of the reason bits that a request changes.
        IFLA_PROTO_DOWN_REASON_MASK = 1 => mask: u32,
        /// Value of the reason bits.
        IFLA_PROTO_DOWN_REASON_VALUE = 2 => value: u32,
    }
}
