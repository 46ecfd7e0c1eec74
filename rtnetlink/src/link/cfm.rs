//! Connectivity fault management (CFM) of bridges (IEEE 802.1Q, clause 18): maintenance end points (MEP) that exchange CCMs.

use crate::HardwareAddress;
use netlink_packet::{IfIndex, Items, NLA_F_NESTED, Repeated, netlink};

netlink! {
    /// Connectivity Fault Management (CFM, IEEE 802.1Q) of a bridge: `IFLA_BRIDGE_CFM`.
    pub struct Cfm / CfmBuf
    attributes {
        /// Creates a maintenance association end point (MEP).
        IFLA_BRIDGE_CFM_MEP_CREATE = 1 | NLA_F_NESTED => create: &CfmEndPoint as CfmEndPoint,
        /// Deletes a MEP.
        IFLA_BRIDGE_CFM_MEP_DELETE = 2 | NLA_F_NESTED => delete: &CfmDeletedEndPoint as CfmDeletedEndPoint,
        /// Configures a MEP.
        IFLA_BRIDGE_CFM_MEP_CONFIG = 3 | NLA_F_NESTED => config: &CfmConfig as CfmConfig,
        /// Configures continuity check (CC) of a MEP.
        IFLA_BRIDGE_CFM_CC_CONFIG = 4 | NLA_F_NESTED => check: &CfmCheck as CfmCheck,
        /// Adds a peer MEP to be monitored.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_ADD = 5 | NLA_F_NESTED => add_peer: &CfmPeer as CfmPeer,
        /// Removes a peer MEP.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_REMOVE = 6 | NLA_F_NESTED => remove_peer: &CfmPeer as CfmPeer,
        /// Sets the remote defect indication (RDI) in transmitted continuity check messages.
        IFLA_BRIDGE_CFM_CC_RDI = 7 | NLA_F_NESTED => remote_defect: &CfmRemoteDefect as CfmRemoteDefect,
        /// Starts or stops transmission of continuity check messages (CCM).
        IFLA_BRIDGE_CFM_CC_CCM_TX = 8 | NLA_F_NESTED => send: &CfmSending as CfmSending,
        /// MEPs that exist, as created.
        IFLA_BRIDGE_CFM_MEP_CREATE_INFO = 9 | NLA_F_NESTED => end_points: Items<'_, CfmEndPoint> as Repeated<CfmEndPoint>; read_only,
        /// MEP configurations.
        IFLA_BRIDGE_CFM_MEP_CONFIG_INFO = 10 | NLA_F_NESTED => configs: Items<'_, CfmConfig> as Repeated<CfmConfig>; read_only,
        /// Continuity check configurations.
        IFLA_BRIDGE_CFM_CC_CONFIG_INFO = 11 | NLA_F_NESTED => checks: Items<'_, CfmCheck> as Repeated<CfmCheck>; read_only,
        /// Remote defect indications being sent.
        IFLA_BRIDGE_CFM_CC_RDI_INFO = 12 | NLA_F_NESTED =>
            remote_defects: Items<'_, CfmRemoteDefect> as Repeated<CfmRemoteDefect>; read_only,
        /// CCM transmission settings.
        IFLA_BRIDGE_CFM_CC_CCM_TX_INFO = 13 | NLA_F_NESTED => sendings: Items<'_, CfmSending> as Repeated<CfmSending>; read_only,
        /// Configured peer MEPs.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_INFO = 14 | NLA_F_NESTED => peers: Items<'_, CfmPeer> as Repeated<CfmPeer>; read_only,
        /// MEP status.
        IFLA_BRIDGE_CFM_MEP_STATUS_INFO = 15 | NLA_F_NESTED => statuses: Items<'_, CfmStatus> as Repeated<CfmStatus>; read_only,
        /// Status of the peer MEPs.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_INFO = 16 | NLA_F_NESTED =>
            peer_statuses: Items<'_, CfmPeerStatus> as Repeated<CfmPeerStatus>; read_only,
    }
}

netlink! {
    /// A maintenance association end point (MEP), as created.
    pub struct CfmEndPoint / CfmEndPointBuf
    attributes {
        /// MEP instance number.
        IFLA_BRIDGE_CFM_MEP_CREATE_INSTANCE = 1 => instance: u32,
        /// Domain of the MEP: 0 port, 1 VLAN.
        IFLA_BRIDGE_CFM_MEP_CREATE_DOMAIN = 2 => domain: u32,
        /// Direction of the MEP: 0 down (towards the LAN), 1 up (towards the bridge relay).
        IFLA_BRIDGE_CFM_MEP_CREATE_DIRECTION = 3 => direction: u32,
        /// Interface index of the bridge port where the MEP resides.
        IFLA_BRIDGE_CFM_MEP_CREATE_IFINDEX = 4 => port: u32 as IfIndex,
    }
}

netlink! {
    /// A MEP to be deleted.
    pub struct CfmDeletedEndPoint / CfmDeletedEndPointBuf
    attributes {
        /// MEP instance number.
        IFLA_BRIDGE_CFM_MEP_DELETE_INSTANCE = 1 => instance: u32,
    }
}

netlink! {
    /// Configuration of a MEP.
    pub struct CfmConfig / CfmConfigBuf
    attributes {
        /// MEP instance number.
        IFLA_BRIDGE_CFM_MEP_CONFIG_INSTANCE = 1 => instance: u32,
        /// Unicast MAC address of the MEP.
        IFLA_BRIDGE_CFM_MEP_CONFIG_UNICAST_MAC = 2 => address: HardwareAddress,
        /// Maintenance domain level (MD level), 0 to 7.
        IFLA_BRIDGE_CFM_MEP_CONFIG_MDLEVEL = 3 => level: u32,
        /// MEP ID within the maintenance association, 0 to 8191.
        IFLA_BRIDGE_CFM_MEP_CONFIG_MEPID = 4 => id: u32,
    }
}

netlink! {
    /// Continuity check (CC) configuration of a MEP.
    pub struct CfmCheck / CfmCheckBuf
    attributes {
        /// MEP instance number.
        IFLA_BRIDGE_CFM_CC_CONFIG_INSTANCE = 1 => instance: u32,
        /// Enables continuity check monitoring where nonzero.
        IFLA_BRIDGE_CFM_CC_CONFIG_ENABLE = 2 => enable: u32,
        /// Expected CCM interval: `BR_CFM_CCM_INTERVAL_*`, from 1 (3.3 ms) to 7 (10 minutes).
        IFLA_BRIDGE_CFM_CC_CONFIG_EXP_INTERVAL = 3 => expected_interval: u32,
        /// Expected maintenance association ID (MAID), 48 bytes as encoded in CCMs.
        IFLA_BRIDGE_CFM_CC_CONFIG_EXP_MAID = 4 => expected_association: &[u8] as [u8],
    }
}

netlink! {
    /// A peer MEP that a MEP monitors.
    pub struct CfmPeer / CfmPeerBuf
    attributes {
        /// MEP instance that monitors the peer.
        IFLA_BRIDGE_CFM_CC_PEER_MEP_INSTANCE = 1 => instance: u32,
        /// MEP ID of the peer.
        IFLA_BRIDGE_CFM_CC_PEER_MEPID = 2 => id: u32,
    }
}

netlink! {
    /// Remote defect indication (RDI) of a MEP.
    pub struct CfmRemoteDefect / CfmRemoteDefectBuf
    attributes {
        /// MEP instance number.
        IFLA_BRIDGE_CFM_CC_RDI_INSTANCE = 1 => instance: u32,
        /// RDI flag: transmitted CCMs carry it where nonzero.
        IFLA_BRIDGE_CFM_CC_RDI_RDI = 2 => defect: u32,
    }
}

netlink! {
    /// CCM transmission of a MEP.
    pub struct CfmSending / CfmSendingBuf
    attributes {
        /// MEP instance number.
        IFLA_BRIDGE_CFM_CC_CCM_TX_INSTANCE = 1 => instance: u32,
        /// Destination MAC address of the CCMs.
        IFLA_BRIDGE_CFM_CC_CCM_TX_DMAC = 2 => destination: HardwareAddress,
        /// Updates (increments) the CCM sequence number where nonzero.
        IFLA_BRIDGE_CFM_CC_CCM_TX_SEQ_NO_UPDATE = 3 => sequence_update: u32,
        /// Transmission period in seconds: how long CCMs are sent before user space must renew it; 0 stops.
        IFLA_BRIDGE_CFM_CC_CCM_TX_PERIOD = 4 => period: u32,
        /// Includes the interface status TLV where nonzero.
        IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV = 5 => interface_state: u32,
        /// Value of the interface status TLV.
        IFLA_BRIDGE_CFM_CC_CCM_TX_IF_TLV_VALUE = 6 => interface_state_value: u8,
        /// Includes the port status TLV where nonzero.
        IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV = 7 => port_state: u32,
        /// Value of the port status TLV.
        IFLA_BRIDGE_CFM_CC_CCM_TX_PORT_TLV_VALUE = 8 => port_state_value: u8,
    }
}

netlink! {
    /// MEP status. The `seen` values are nonzero where the event happened since the last report; a report
    /// clears them.
    pub struct CfmStatus / CfmStatusBuf
    attributes {
        /// MEP instance number.
        IFLA_BRIDGE_CFM_MEP_STATUS_INSTANCE = 1 => instance: u32,
        /// A CFM PDU with an unexpected opcode was received.
        IFLA_BRIDGE_CFM_MEP_STATUS_OPCODE_UNEXP_SEEN = 2 => unexpected_opcode: u32,
        /// A CFM PDU with an unexpected version was received.
        IFLA_BRIDGE_CFM_MEP_STATUS_VERSION_UNEXP_SEEN = 3 => unexpected_version: u32,
        /// A CFM PDU with a lower MD level was received.
        IFLA_BRIDGE_CFM_MEP_STATUS_RX_LEVEL_LOW_SEEN = 4 => low_level: u32,
    }
}

netlink! {
    /// Status of a peer MEP.
    pub struct CfmPeerStatus / CfmPeerStatusBuf
    attributes {
        /// MEP instance that monitors the peer.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_INSTANCE = 1 => instance: u32,
        /// MEP ID of the peer.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_PEER_MEPID = 2 => id: u32,
        /// CCM defect: nonzero where no CCM arrived from the peer for 3.5 times the expected interval.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_CCM_DEFECT = 3 => defect: u32,
        /// RDI received from the peer: nonzero where its last CCM had the flag set.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_RDI = 4 => remote_defect: u32,
        /// Port status TLV value last received from the peer.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_PORT_TLV_VALUE = 5 => port_state: u8,
        /// Interface status TLV value last received from the peer.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_IF_TLV_VALUE = 6 => interface_state: u8,
        /// Seen: nonzero where a CCM arrived from the peer since the last report.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEEN = 7 => seen: u32,
        /// TLV seen: nonzero where a CCM with a status TLV arrived since the last report.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_TLV_SEEN = 8 => state_seen: u32,
        /// Unexpected sequence number seen: nonzero where one arrived since the last report.
        IFLA_BRIDGE_CFM_CC_PEER_STATUS_SEQ_UNEXP_SEEN = 9 => unexpected_sequence: u32,
    }
}
