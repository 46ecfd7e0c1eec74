//! Physical layer collision avoidance (PLCA) of 10BASE-T1S.

use super::DeviceHeader;
use crate::{NLA_F_NESTED, netlink};

/// The attributes of PLCA, of which the configuration and the status are two questions.
macro_rules! plca {
    ($(#[$meta:meta])* $Plca:ident / $Buf:ident) => {
        netlink! {
            $(#[$meta])*
            pub struct $Plca / $Buf
            header genlmsghdr: 4 {}
            attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_PLCA_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Version of the PLCA register map.
        ETHTOOL_A_PLCA_VERSION = 2 => version: u16; read_only,
        /// PLCA enabled.
        ETHTOOL_A_PLCA_ENABLED = 3 => enabled: bool,
        /// PLCA status: whether the coordinator's beacon is received.
        ETHTOOL_A_PLCA_STATUS = 4 => status: bool; read_only,
        /// PLCA node count (of the coordinator): 1 to 255.
        ETHTOOL_A_PLCA_NODE_CNT = 5 => node_count: u32,
        /// PLCA node id: 0 is the coordinator, 255 disables PLCA.
        ETHTOOL_A_PLCA_NODE_ID = 6 => node_id: u32,
        /// Transmit opportunity timer, in bit times: 0 to 255. All nodes must have the same.
        ETHTOOL_A_PLCA_TO_TMR = 7 => transmit_opportunity_timer: u32,
        /// Burst count: further packets that a node may send in its turn.
        ETHTOOL_A_PLCA_BURST_CNT = 8 => burst_count: u32,
        /// Burst timer: how long the PHY waits for a further packet, in bit times.
        ETHTOOL_A_PLCA_BURST_TMR = 9 => burst_timer: u32,
            }
        }
    };
}

plca! {
    /// Configuration of physical layer collision avoidance (PLCA): `ETHTOOL_MSG_PLCA_GET_CFG`, `ethtool --get-plca-cfg`
    /// (since Linux 6.3).
    Plca / PlcaBuf
}

plca! {
    /// Status of physical layer collision avoidance (PLCA): `ETHTOOL_MSG_PLCA_GET_STATUS`, `ethtool --get-plca-status`
    /// (since Linux 6.3).
    PlcaStatus / PlcaStatusBuf
}
