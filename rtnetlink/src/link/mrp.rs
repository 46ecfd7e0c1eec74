//! Media redundancy of bridges (IEC 62439-2): rings of switches that survive one broken link.

use netlink_packet::{Device, Items, NLA_F_NESTED, Repeated, netlink, values};

netlink! {
    /// What a bridge is told of rings, or tells: the `mrp` of a [`BridgeSpec`](super::BridgeSpec).
    pub struct Mrp / MrpBuf
    attributes {
        /// Makes or removes a ring.
        IFLA_BRIDGE_MRP_INSTANCE = 1 | NLA_F_NESTED => instance: &MrpInstance as MrpInstance,
        /// Sets the state of a port.
        IFLA_BRIDGE_MRP_PORT_STATE = 2 | NLA_F_NESTED => port_state: &MrpPort as MrpPort,
        /// Sets the role of a port.
        IFLA_BRIDGE_MRP_PORT_ROLE = 3 | NLA_F_NESTED => port_role: &MrpPortRoleOf as MrpPortRoleOf,
        /// Sets the state of a ring.
        IFLA_BRIDGE_MRP_RING_STATE = 4 | NLA_F_NESTED => ring_state: &MrpRing as MrpRing,
        /// Sets the role in a ring.
        IFLA_BRIDGE_MRP_RING_ROLE = 5 | NLA_F_NESTED => ring_role: &MrpRingRoleOf as MrpRingRoleOf,
        /// Begins to test a ring.
        IFLA_BRIDGE_MRP_START_TEST = 6 | NLA_F_NESTED => start_test: &MrpTest as MrpTest,
        /// The rings that there are.
        IFLA_BRIDGE_MRP_INFO = 7 | NLA_F_NESTED => rings: Items<'_, MrpInfo> as Repeated<MrpInfo>,
        /// Sets the role in the connection of two rings.
        IFLA_BRIDGE_MRP_IN_ROLE = 8 | NLA_F_NESTED => interconnect_role: &MrpInterconnectRole as MrpInterconnectRole,
        /// Sets the state of the connection of two rings.
        IFLA_BRIDGE_MRP_IN_STATE = 9 | NLA_F_NESTED => interconnect_state: &MrpInterconnect as MrpInterconnect,
        /// Begins to test the connection of two rings.
        IFLA_BRIDGE_MRP_START_IN_TEST = 10 | NLA_F_NESTED =>
            start_interconnect_test: &MrpInterconnectTest as MrpInterconnectTest,
    }
}

netlink! {
    /// A ring.
    pub struct MrpInstance / MrpInstanceBuf
    attributes {
        /// Which ring.
        IFLA_BRIDGE_MRP_INSTANCE_RING_ID = 1 => ring: u32,
        /// Its first port.
        IFLA_BRIDGE_MRP_INSTANCE_P_IFINDEX = 2 => primary: u32 as Device,
        /// Its second port.
        IFLA_BRIDGE_MRP_INSTANCE_S_IFINDEX = 3 => secondary: u32 as Device,
        /// The switch's priority in it.
        IFLA_BRIDGE_MRP_INSTANCE_PRIO = 4 => priority: u16,
    }
}

netlink! {
    /// The state of a port.
    pub struct MrpPort / MrpPortBuf
    attributes {
        /// The state.
        IFLA_BRIDGE_MRP_PORT_STATE_STATE = 1 => state: MrpPortState,
    }
}

netlink! {
    /// The role of a port.
    pub struct MrpPortRoleOf / MrpPortRoleOfBuf
    attributes {
        /// The role.
        IFLA_BRIDGE_MRP_PORT_ROLE_ROLE = 1 => role: MrpPortRole,
    }
}

netlink! {
    /// The state of a ring.
    pub struct MrpRing / MrpRingBuf
    attributes {
        /// Which ring.
        IFLA_BRIDGE_MRP_RING_STATE_RING_ID = 1 => ring: u32,
        /// The state.
        IFLA_BRIDGE_MRP_RING_STATE_STATE = 2 => state: MrpRingState,
    }
}

netlink! {
    /// The switch's role in a ring.
    pub struct MrpRingRoleOf / MrpRingRoleOfBuf
    attributes {
        /// Which ring.
        IFLA_BRIDGE_MRP_RING_ROLE_RING_ID = 1 => ring: u32,
        /// The role.
        IFLA_BRIDGE_MRP_RING_ROLE_ROLE = 2 => role: MrpRingRole,
    }
}

netlink! {
    /// A test of a ring.
    pub struct MrpTest / MrpTestBuf
    attributes {
        /// Which ring.
        IFLA_BRIDGE_MRP_START_TEST_RING_ID = 1 => ring: u32,
        /// How long it waits between tests, in microseconds; 0 ends them.
        IFLA_BRIDGE_MRP_START_TEST_INTERVAL = 2 => interval: u32,
        /// How many tests may be lost before the ring counts as open.
        IFLA_BRIDGE_MRP_START_TEST_MAX_MISS = 3 => max_missed: u32,
        /// How long it tests, in microseconds.
        IFLA_BRIDGE_MRP_START_TEST_PERIOD = 4 => period: u32,
        /// Nonzero where it only watches the tests of another.
        IFLA_BRIDGE_MRP_START_TEST_MONITOR = 5 => monitor: u32,
    }
}

netlink! {
    /// A ring, as the kernel tells of it.
    pub struct MrpInfo / MrpInfoBuf
    attributes {
        /// Which ring.
        IFLA_BRIDGE_MRP_INFO_RING_ID = 1 => ring: u32,
        /// Its first port.
        IFLA_BRIDGE_MRP_INFO_P_IFINDEX = 2 => primary: u32 as Device,
        /// Its second port.
        IFLA_BRIDGE_MRP_INFO_S_IFINDEX = 3 => secondary: u32 as Device,
        /// The switch's priority in it.
        IFLA_BRIDGE_MRP_INFO_PRIO = 4 => priority: u16,
        /// Its state.
        IFLA_BRIDGE_MRP_INFO_RING_STATE = 5 => state: MrpRingState,
        /// The switch's role in it.
        IFLA_BRIDGE_MRP_INFO_RING_ROLE = 6 => role: MrpRingRole,
        /// How long it waits between tests, in microseconds.
        IFLA_BRIDGE_MRP_INFO_TEST_INTERVAL = 7 => test_interval: u32,
        /// How many tests may be lost.
        IFLA_BRIDGE_MRP_INFO_TEST_MAX_MISS = 8 => test_max_missed: u32,
        /// Nonzero where it only watches the tests of another.
        IFLA_BRIDGE_MRP_INFO_TEST_MONITOR = 9 => test_monitor: u32,
        /// The port to the other ring.
        IFLA_BRIDGE_MRP_INFO_I_IFINDEX = 10 => interconnect: u32 as Device,
        /// The state of the connection to the other ring.
        IFLA_BRIDGE_MRP_INFO_IN_STATE = 11 => interconnect_state: MrpRingState,
        /// The switch's role in that connection: 0 none, 1 client, 2 manager.
        IFLA_BRIDGE_MRP_INFO_IN_ROLE = 12 => interconnect_role: u32,
        /// How long it waits between tests of that connection, in microseconds.
        IFLA_BRIDGE_MRP_INFO_IN_TEST_INTERVAL = 13 => interconnect_test_interval: u32,
        /// How many of those may be lost.
        IFLA_BRIDGE_MRP_INFO_IN_TEST_MAX_MISS = 14 => interconnect_test_max_missed: u32,
    }
}

netlink! {
    /// The state of the connection of two rings.
    pub struct MrpInterconnect / MrpInterconnectBuf
    attributes {
        /// Which connection.
        IFLA_BRIDGE_MRP_IN_STATE_IN_ID = 1 => id: u32,
        /// The state.
        IFLA_BRIDGE_MRP_IN_STATE_STATE = 2 => state: MrpRingState,
    }
}

netlink! {
    /// The switch's role in the connection of two rings.
    pub struct MrpInterconnectRole / MrpInterconnectRoleBuf
    attributes {
        /// Which ring.
        IFLA_BRIDGE_MRP_IN_ROLE_RING_ID = 1 => ring: u32,
        /// Which connection.
        IFLA_BRIDGE_MRP_IN_ROLE_IN_ID = 2 => id: u16,
        /// The role: 0 none, 1 client, 2 manager.
        IFLA_BRIDGE_MRP_IN_ROLE_ROLE = 3 => role: u32,
        /// The port to the other ring.
        IFLA_BRIDGE_MRP_IN_ROLE_I_IFINDEX = 4 => port: u32 as Device,
    }
}

netlink! {
    /// A test of the connection of two rings.
    pub struct MrpInterconnectTest / MrpInterconnectTestBuf
    attributes {
        /// Which connection.
        IFLA_BRIDGE_MRP_START_IN_TEST_IN_ID = 1 => id: u32,
        /// How long it waits between tests, in microseconds; 0 ends them.
        IFLA_BRIDGE_MRP_START_IN_TEST_INTERVAL = 2 => interval: u32,
        /// How many tests may be lost before the connection counts as open.
        IFLA_BRIDGE_MRP_START_IN_TEST_MAX_MISS = 3 => max_missed: u32,
        /// How long it tests, in microseconds.
        IFLA_BRIDGE_MRP_START_IN_TEST_PERIOD = 4 => period: u32,
    }
}

values! {
    /// What a port does in a ring: `BR_MRP_PORT_STATE_*`.
    pub struct MrpPortState: u32 = "br-mrp-port-state" {
        /// It drops everything.
        DISABLED = 0 => "disabled",
        /// It passes on what keeps the ring alone.
        BLOCKED = 1 => "blocked",
        /// It passes on everything.
        FORWARDING = 2 => "forwarding",
        /// It has no carrier.
        NOT_CONNECTED = 3 => "not connected",
    }
}

values! {
    /// What a port is in a ring: `BR_MRP_PORT_ROLE_*`.
    pub struct MrpPortRole: u32 = "br-mrp-port-role" {
        /// The first.
        PRIMARY = 0 => "primary",
        /// The second.
        SECONDARY = 1 => "secondary",
        /// The one to another ring.
        INTER = 2 => "inter",
    }
}

values! {
    /// Whether a ring is whole: `BR_MRP_RING_STATE_*`.
    pub struct MrpRingState: u32 = "br-mrp-ring-state" {
        /// It is broken somewhere.
        OPEN = 0 => "open",
        /// It is whole.
        CLOSED = 1 => "closed",
    }
}

values! {
    /// What a switch is in a ring: `BR_MRP_RING_ROLE_*`.
    pub struct MrpRingRole: u32 = "br-mrp-ring-role" {
        /// No part of it.
        DISABLED = 0 => "disabled",
        /// A client.
        MRC = 1 => "client",
        /// The manager, who keeps it open.
        MRM = 2 => "manager",
        /// A client that would be the manager.
        MRA = 3 => "auto",
    }
}
