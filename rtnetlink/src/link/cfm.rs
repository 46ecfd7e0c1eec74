//! Connectivity fault management of bridges (IEEE 802.1Q, clause 18): end points that watch whether they hear each other.

use crate::HardwareAddress;
use netlink_packet::{Device, Items, NLA_F_NESTED, Repeated, netlink};

netlink! {
    /// What a bridge is told of end points, or tells: the `cfm` of a [`BridgeSpec`](super::BridgeSpec).
    pub struct Cfm / CfmBuf
    attributes {
        /// Makes an end point.
        IFLA_BRIDGE_CFM_MEP_CREATE = 1 | NLA_F_NESTED => create: &CfmEndPoint as CfmEndPoint,
        /// Removes an end point.
        IFLA_BRIDGE_CFM_MEP_DELETE = 2 | NLA_F_NESTED => delete: &CfmDeletedEndPoint as CfmDeletedEndPoint,
        /// Sets an end point's names.
        IFLA_BRIDGE_CFM_MEP_CONFIG = 3 | NLA_F_NESTED => config: &CfmConfig as CfmConfig,
        /// Sets how an end point checks.
        IFLA_BRIDGE_CFM_CC_CONFIG = 4 | NLA_F_NESTED => check: &CfmCheck as CfmCheck,
        /// Adds another end point that should be heard.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_ADD = 5 | NLA_F_NESTED => add_peer: &CfmPeer as CfmPeer,
        /// Removes another end point that should be heard.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_REMOVE = 6 | NLA_F_NESTED => remove_peer: &CfmPeer as CfmPeer,
        /// Sets whether an end point tells others of a defect.
        IFLA_BRIDGE_CFM_CC_RDI = 7 | NLA_F_NESTED => remote_defect: &CfmRemoteDefect as CfmRemoteDefect,
        /// Begins to send checks.
        IFLA_BRIDGE_CFM_CC_CCM_TX = 8 | NLA_F_NESTED => send: &CfmSending as CfmSending,
        /// The end points that there are.
        IFLA_BRIDGE_CFM_MEP_CREATE_INFO = 9 | NLA_F_NESTED => end_points: Items<'_, CfmEndPoint> as Repeated<CfmEndPoint>,
        /// Their names.
        IFLA_BRIDGE_CFM_MEP_CONFIG_INFO = 10 | NLA_F_NESTED => configs: Items<'_, CfmConfig> as Repeated<CfmConfig>,
        /// How they check.
        IFLA_BRIDGE_CFM_CC_CONFIG_INFO = 11 | NLA_F_NESTED => checks: Items<'_, CfmCheck> as Repeated<CfmCheck>,
        /// Whether they tell others of a defect.
        IFLA_BRIDGE_CFM_CC_RDI_INFO = 12 | NLA_F_NESTED =>
            remote_defects: Items<'_, CfmRemoteDefect> as Repeated<CfmRemoteDefect>,
        /// What they send.
        IFLA_BRIDGE_CFM_CC_CCM_TX_INFO = 13 | NLA_F_NESTED => sendings: Items<'_, CfmSending> as Repeated<CfmSending>,
        /// Whom they should hear.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_INFO = 14 | NLA_F_NESTED => peers: Items<'_, CfmPeer> as Repeated<CfmPeer>,
        /// What is odd about what they hear.
        IFLA_BRIDGE_CFM_MEP_STATUS_INFO = 15 | NLA_F_NESTED => statuses: Items<'_, CfmStatus> as Repeated<CfmStatus>,
        /// What they hear of each other.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_INFO = 16 | NLA_F_NESTED =>
            peer_statuses: Items<'_, CfmPeerStatus> as Repeated<CfmPeerStatus>,
    }
}

netlink! {
    /// An end point.
    pub struct CfmEndPoint / CfmEndPointBuf
    attributes {
        /// Which end point.
        IFLA_BRIDGE_CFM_MEP_CREATE_INSTANCE = 1 => instance: u32,
        /// Whether it is of a port (0) or of a VLAN (1).
        IFLA_BRIDGE_CFM_MEP_CREATE_DOMAIN = 2 => domain: u32,
        /// Whether it looks out of the port (0) or into the bridge (1).
        IFLA_BRIDGE_CFM_MEP_CREATE_DIRECTION = 3 => direction: u32,
        /// Its port.
        IFLA_BRIDGE_CFM_MEP_CREATE_IFINDEX = 4 => port: u32 as Device,
    }
}

netlink! {
    /// An end point to be removed.
    pub struct CfmDeletedEndPoint / CfmDeletedEndPointBuf
    attributes {
        /// Which end point.
        IFLA_BRIDGE_CFM_MEP_DELETE_INSTANCE = 1 => instance: u32,
    }
}

netlink! {
    /// The names of an end point.
    pub struct CfmConfig / CfmConfigBuf
    attributes {
        /// Which end point.
        IFLA_BRIDGE_CFM_MEP_CONFIG_INSTANCE = 1 => instance: u32,
        /// Its address.
        IFLA_BRIDGE_CFM_MEP_CONFIG_UNICAST_MAC = 2 => address: HardwareAddress,
        /// Its level, 0 to 7.
        IFLA_BRIDGE_CFM_MEP_CONFIG_MDLEVEL = 3 => level: u32,
        /// Its number among those that hear each other.
        IFLA_BRIDGE_CFM_MEP_CONFIG_MEPID = 4 => id: u32,
    }
}

netlink! {
    /// How an end point checks.
    pub struct CfmCheck / CfmCheckBuf
    attributes {
        /// Which end point.
        IFLA_BRIDGE_CFM_CC_CONFIG_INSTANCE = 1 => instance: u32,
        /// Nonzero where it does.
        IFLA_BRIDGE_CFM_CC_CONFIG_ENABLE = 2 => enable: u32,
        /// How often it expects to hear: `BR_CFM_CCM_INTERVAL_*`, 1 for 3.3 ms to 7 for 10 minutes.
        IFLA_BRIDGE_CFM_CC_CONFIG_EXP_INTERVAL = 3 => expected_interval: u32,
        /// The name of those that hear each other, as it is sent.
        IFLA_BRIDGE_CFM_CC_CONFIG_EXP_MAID = 4 => expected_association: &[u8] as [u8],
    }
}

netlink! {
    /// Another end point that should be heard.
    pub struct CfmPeer / CfmPeerBuf
    attributes {
        /// Which end point should hear it.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_INSTANCE = 1 => instance: u32,
        /// Its number.
        IFLA_BRIDGE_CFM_CC_PEER_MEPID = 2 => id: u32,
    }
}

netlink! {
    /// Whether an end point tells others of a defect.
    pub struct CfmRemoteDefect / CfmRemoteDefectBuf
    attributes {
        /// Which end point.
        IFLA_BRIDGE_CFM_CC_RDI_INSTANCE = 1 => instance: u32,
        /// Nonzero where it does.
        IFLA_BRIDGE_CFM_CC_RDI_RDI = 2 => defect: u32,
    }
}

netlink! {
    /// What an end point sends.
    pub struct CfmSending / CfmSendingBuf
    attributes {
        /// Which end point.
        IFLA_BRIDGE_CFM_CC_CCM_TX_INSTANCE = 1 => instance: u32,
        /// Where to.
        IFLA_BRIDGE_CFM_CC_CCM_TX_DMAC = 2 => destination: HardwareAddress,
        /// Nonzero where it counts what it sends.
        IFLA_BRIDGE_CFM_CC_CCM_TX_SEQ_NO_UPDATE = 3 => sequence_update: u32,
        /// For how long, in seconds; 0 ends it.
        IFLA_BRIDGE_CFM_CC_CCM_TX_PERIOD = 4 => period: u32,
        /// Nonzero where it says the state of its interface.
        IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV = 5 => interface_state: u32,
        /// The state that it says.
        IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV_VALUE = 6 => interface_state_value: u8,
        /// Nonzero where it says the state of its port.
        IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV = 7 => port_state: u32,
        /// The state that it says.
        IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV_VALUE = 8 => port_state_value: u8,
    }
}

netlink! {
    /// What is odd about what an end point hears; each is nonzero where it was since the last time that it was told.
    pub struct CfmStatus / CfmStatusBuf
    attributes {
        /// Which end point.
        IFLA_BRIDGE_CFM_MEP_STATUS_INSTANCE = 1 => instance: u32,
        /// A message of another kind.
        IFLA_BRIDGE_CFM_MEP_STATUS_OPCODE_UNEXP_SEEN = 2 => unexpected_opcode: u32,
        /// A message of another version.
        IFLA_BRIDGE_CFM_MEP_STATUS_VERSION_UNEXP_SEEN = 3 => unexpected_version: u32,
        /// A message of a lower level.
        IFLA_BRIDGE_CFM_MEP_STATUS_RX_LEVEL_LOW_SEEN = 4 => low_level: u32,
    }
}

netlink! {
    /// What an end point hears of another.
    pub struct CfmPeerStatus / CfmPeerStatusBuf
    attributes {
        /// Which end point hears it.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_INSTANCE = 1 => instance: u32,
        /// The number of the other.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_PEER_MEPID = 2 => id: u32,
        /// Nonzero where it was not heard for three and a half intervals.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_CCM_DEFECT = 3 => defect: u32,
        /// Nonzero where it tells of a defect itself.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_RDI = 4 => remote_defect: u32,
        /// The state of its port, as it says.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_PORT_TLV_VALUE = 5 => port_state: u8,
        /// The state of its interface, as it says.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_IF_TLV_VALUE = 6 => interface_state: u8,
        /// Nonzero where it was heard since the last time that this was told.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEEN = 7 => seen: u32,
        /// Nonzero where it said a state since then.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_TLV_SEEN = 8 => state_seen: u32,
        /// Nonzero where it counted wrong since then.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEQ_UNEXP_SEEN = 9 => unexpected_sequence: u32,
    }
}
