//! Media redundancy protocol (MRP) of bridges (IEC 62439-2): rings of switches that survive one broken link.

use netlink_packet::{IfIndex, Items, NLA_F_NESTED, Repeated, netlink, values};

netlink! {
    /// Media Redundancy Protocol (MRP, IEC 62439-2) of a bridge: `IFLA_BRIDGE_MRP`.
    pub struct Mrp / MrpBuf
    attributes {
        /// Creates or deletes an MRP instance.
        IFLA_BRIDGE_MRP_INSTANCE = 1 | NLA_F_NESTED => instance: &MrpInstance as MrpInstance,
        /// Sets the MRP state of a port.
        IFLA_BRIDGE_MRP_PORT_STATE = 2 | NLA_F_NESTED => port_state: &MrpPort as MrpPort,
        /// Sets the MRP role of a port.
        IFLA_BRIDGE_MRP_PORT_ROLE = 3 | NLA_F_NESTED => port_role: &MrpPortRoleOf as MrpPortRoleOf,
        /// Sets the ring state.
        IFLA_BRIDGE_MRP_RING_STATE = 4 | NLA_F_NESTED => ring_state: &MrpRing as MrpRing,
        /// Sets the ring role.
        IFLA_BRIDGE_MRP_RING_ROLE = 5 | NLA_F_NESTED => ring_role: &MrpRingRoleOf as MrpRingRoleOf,
        /// Starts or stops sending MRP test frames on the ring.
        IFLA_BRIDGE_MRP_START_TEST = 6 | NLA_F_NESTED => start_test: &MrpTest as MrpTest,
        /// MRP instances (rings) with their state.
        IFLA_BRIDGE_MRP_INFO = 7 | NLA_F_NESTED => rings: Items<'_, MrpInfo> as Repeated<MrpInfo>; read_only,
        /// Sets the interconnect role.
        IFLA_BRIDGE_MRP_IN_ROLE = 8 | NLA_F_NESTED => interconnect_role: &MrpInterconnectRole as MrpInterconnectRole,
        /// Sets the interconnect state.
        IFLA_BRIDGE_MRP_IN_STATE = 9 | NLA_F_NESTED => interconnect_state: &MrpInterconnect as MrpInterconnect,
        /// Starts or stops sending interconnect test frames.
        IFLA_BRIDGE_MRP_START_IN_TEST = 10 | NLA_F_NESTED =>
            start_interconnect_test: &MrpInterconnectTest as MrpInterconnectTest,
    }
}

netlink! {
    /// An MRP instance: a ring.
    pub struct MrpInstance / MrpInstanceBuf
    attributes {
        /// Ring ID.
        IFLA_BRIDGE_MRP_INSTANCE_RING_ID = 1 => ring: u32,
        /// Interface index of the primary ring port.
        IFLA_BRIDGE_MRP_INSTANCE_P_IFINDEX = 2 => primary: u32 as IfIndex,
        /// Interface index of the secondary ring port.
        IFLA_BRIDGE_MRP_INSTANCE_S_IFINDEX = 3 => secondary: u32 as IfIndex,
        /// Priority of this node as manager of the ring: lower is better. Default 0x8000.
        IFLA_BRIDGE_MRP_INSTANCE_PRIO = 4 => priority: u16,
    }
}

netlink! {
    /// MRP state of a port.
    pub struct MrpPort / MrpPortBuf
    attributes {
        /// Port state.
        IFLA_BRIDGE_MRP_PORT_STATE_STATE = 1 => state: MrpPortState,
    }
}

netlink! {
    /// MRP role of a port.
    pub struct MrpPortRoleOf / MrpPortRoleOfBuf
    attributes {
        /// Port role.
        IFLA_BRIDGE_MRP_PORT_ROLE_ROLE = 1 => role: MrpPortRole,
    }
}

netlink! {
    /// State of an MRP ring.
    pub struct MrpRing / MrpRingBuf
    attributes {
        /// Ring ID.
        IFLA_BRIDGE_MRP_RING_STATE_RING_ID = 1 => ring: u32,
        /// Ring state.
        IFLA_BRIDGE_MRP_RING_STATE_STATE = 2 => state: MrpRingState,
    }
}

netlink! {
    /// Role of this node in an MRP ring.
    pub struct MrpRingRoleOf / MrpRingRoleOfBuf
    attributes {
        /// Ring ID.
        IFLA_BRIDGE_MRP_RING_ROLE_RING_ID = 1 => ring: u32,
        /// Ring role.
        IFLA_BRIDGE_MRP_RING_ROLE_ROLE = 2 => role: MrpRingRole,
    }
}

netlink! {
    /// Transmission of test frames on an MRP ring.
    pub struct MrpTest / MrpTestBuf
    attributes {
        /// Ring ID.
        IFLA_BRIDGE_MRP_START_TEST_RING_ID = 1 => ring: u32,
        /// Interval between test frames, in microseconds; 0 stops them.
        IFLA_BRIDGE_MRP_START_TEST_INTERVAL = 2 => interval: u32,
        /// Maximum number of missed test frames before the ring counts as open.
        IFLA_BRIDGE_MRP_START_TEST_MAX_MISS = 3 => max_missed: u32,
        /// Period for which test frames are sent, in microseconds.
        IFLA_BRIDGE_MRP_START_TEST_PERIOD = 4 => period: u32,
        /// Monitor mode where nonzero: receives test frames without sending any.
        IFLA_BRIDGE_MRP_START_TEST_MONITOR = 5 => monitor: u32,
    }
}

netlink! {
    /// Configuration and state of an MRP instance.
    pub struct MrpInfo / MrpInfoBuf
    attributes {
        /// Ring ID.
        IFLA_BRIDGE_MRP_INFO_RING_ID = 1 => ring: u32,
        /// Interface index of the primary ring port.
        IFLA_BRIDGE_MRP_INFO_P_IFINDEX = 2 => primary: u32 as IfIndex,
        /// Interface index of the secondary ring port.
        IFLA_BRIDGE_MRP_INFO_S_IFINDEX = 3 => secondary: u32 as IfIndex,
        /// Priority of this node as manager of the ring: lower is better.
        IFLA_BRIDGE_MRP_INFO_PRIO = 4 => priority: u16,
        /// Ring state.
        IFLA_BRIDGE_MRP_INFO_RING_STATE = 5 => state: MrpRingState,
        /// Ring role.
        IFLA_BRIDGE_MRP_INFO_RING_ROLE = 6 => role: MrpRingRole,
        /// Interval between test frames, in microseconds.
        IFLA_BRIDGE_MRP_INFO_TEST_INTERVAL = 7 => test_interval: u32,
        /// Maximum number of missed test frames before the ring counts as open.
        IFLA_BRIDGE_MRP_INFO_TEST_MAX_MISS = 8 => test_max_missed: u32,
        /// Monitor mode where nonzero: receives test frames without sending any.
        IFLA_BRIDGE_MRP_INFO_TEST_MONITOR = 9 => test_monitor: u32,
        /// Interface index of the interconnect port.
        IFLA_BRIDGE_MRP_INFO_I_IFINDEX = 10 => interconnect: u32 as IfIndex,
        /// Interconnect state.
        IFLA_BRIDGE_MRP_INFO_IN_STATE = 11 => interconnect_state: MrpRingState,
        /// Interconnect role: 0 disabled, 1 client (MIC), 2 manager (MIM).
        IFLA_BRIDGE_MRP_INFO_IN_ROLE = 12 => interconnect_role: u32,
        /// Interval between interconnect test frames, in microseconds.
        IFLA_BRIDGE_MRP_INFO_IN_TEST_INTERVAL = 13 => interconnect_test_interval: u32,
        /// Maximum number of missed interconnect test frames.
        IFLA_BRIDGE_MRP_INFO_IN_TEST_MAX_MISS = 14 => interconnect_test_max_missed: u32,
    }
}

netlink! {
    /// State of an MRP interconnect: the connection of two rings.
    pub struct MrpInterconnect / MrpInterconnectBuf
    attributes {
        /// Interconnect ID.
        IFLA_BRIDGE_MRP_IN_STATE_IN_ID = 1 => id: u32,
        /// Interconnect state.
        IFLA_BRIDGE_MRP_IN_STATE_STATE = 2 => state: MrpRingState,
    }
}

netlink! {
    /// Role of this node in an MRP interconnect.
    pub struct MrpInterconnectRole / MrpInterconnectRoleBuf
    attributes {
        /// Ring ID.
        IFLA_BRIDGE_MRP_IN_ROLE_RING_ID = 1 => ring: u32,
        /// Interconnect ID.
        IFLA_BRIDGE_MRP_IN_ROLE_IN_ID = 2 => id: u16,
        /// Interconnect role: 0 disabled, 1 client (MIC), 2 manager (MIM).
        IFLA_BRIDGE_MRP_IN_ROLE_ROLE = 3 => role: u32,
        /// Interface index of the interconnect port.
        IFLA_BRIDGE_MRP_IN_ROLE_I_IFINDEX = 4 => port: u32 as IfIndex,
    }
}

netlink! {
    /// Transmission of interconnect test frames.
    pub struct MrpInterconnectTest / MrpInterconnectTestBuf
    attributes {
        /// Interconnect ID.
        IFLA_BRIDGE_MRP_START_IN_TEST_IN_ID = 1 => id: u32,
        /// Interval between interconnect test frames, in microseconds; 0 stops them.
        IFLA_BRIDGE_MRP_START_IN_TEST_INTERVAL = 2 => interval: u32,
        /// Maximum number of missed test frames before the interconnect counts as open.
        IFLA_BRIDGE_MRP_START_IN_TEST_MAX_MISS = 3 => max_missed: u32,
        /// Period for which interconnect test frames are sent, in microseconds.
        IFLA_BRIDGE_MRP_START_IN_TEST_PERIOD = 4 => period: u32,
    }
}

values! {
    /// MRP state of a port: `BR_MRP_PORT_STATE_*`.
    pub struct MrpPortState: u32 = "br-mrp-port-state" {
        /// Disabled: drops all frames.
        DISABLED = 0 => "disabled",
        /// Blocked: forwards only MRP frames.
        BLOCKED = 1 => "blocked",
        /// Forwarding: forwards all frames.
        FORWARDING = 2 => "forwarding",
        /// Not connected: no carrier.
        NOT_CONNECTED = 3 => "not connected",
    }
}

values! {
    /// MRP role of a port: `BR_MRP_PORT_ROLE_*`.
    pub struct MrpPortRole: u32 = "br-mrp-port-role" {
        /// Primary ring port.
        PRIMARY = 0 => "primary",
        /// Secondary ring port.
        SECONDARY = 1 => "secondary",
        /// Interconnect port.
        INTER = 2 => "inter",
    }
}

values! {
    /// State of an MRP ring or interconnect: `BR_MRP_RING_STATE_*`.
    pub struct MrpRingState: u32 = "br-mrp-ring-state" {
        /// Open: the ring is broken, and both ring ports forward.
        OPEN = 0 => "open",
        /// Closed: the ring is complete, and the manager blocks one port.
        CLOSED = 1 => "closed",
    }
}

values! {
    /// Role of a node in an MRP ring: `BR_MRP_RING_ROLE_*`.
    pub struct MrpRingRole: u32 = "br-mrp-ring-role" {
        /// Disabled: takes no part in the ring.
        DISABLED = 0 => "disabled",
        /// Media Redundancy Client (MRC).
        MRC = 1 => "client",
        /// Media Redundancy Manager (MRM): sends test frames and keeps the ring free of loops.
        MRM = 2 => "manager",
        /// Media Redundancy Automanager (MRA): may become the manager.
        MRA = 3 => "auto",
    }
}
