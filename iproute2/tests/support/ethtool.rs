//! Whether a link has a carrier, asked of ethtool: a generic netlink family, declared as a program declares one of its own.

use iproute2::netlink_packet::{Command, Family, IfIndex, NLA_F_NESTED, netlink};

pub(crate) const ETHTOOL: Family = Family::Generic { name: "ethtool", version: 1 };

netlink! {
    /// The state of a link.
    pub(crate) struct LinkState / LinkStateBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The link that the message is about.
        ETHTOOL_A_LINKSTATE_HEADER = 1 | NLA_F_NESTED => device: &Device as Device,
        /// Whether the link has a carrier.
        ETHTOOL_A_LINKSTATE_LINK = 2 => carrier: bool,
    }
}

netlink! {
    /// The link that a message of ethtool is about.
    pub(crate) struct Device / DeviceBuf
    attributes {
        /// Index of the link.
        ETHTOOL_A_HEADER_DEV_INDEX = 1 => index: u32 as IfIndex,
        /// Name of the link.
        ETHTOOL_A_HEADER_DEV_NAME = 2 => name: &str as str,
        /// Request flags.
        ETHTOOL_A_HEADER_FLAGS = 3 => flags: u32,
    }
}

impl Command for LinkState {
    const FAMILY: Family = ETHTOOL;
    const COMMAND: u16 = 6; // ETHTOOL_MSG_LINKSTATE_GET
    type Reply = LinkState;
}

/// A request for the state of the loopback device.
pub(crate) fn on_lo() -> LinkStateBuf {
    LinkState::build().device(Device::build().name("lo"))
}
