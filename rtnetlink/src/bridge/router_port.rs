//! Ports behind which there are multicast routers.

use crate::link::bridge::MulticastRouter;
use crate::time::ClockTicks;
use netlink_packet::{Items, Repeated, netlink};
use std::time::Duration;

netlink! {
    /// Multicast router ports of a bridge, or of one VLAN of it: `MDBA_ROUTER`.
    pub struct Router / RouterBuf
    attributes {
        /// Ports with a multicast router.
        MDBA_ROUTER_PORT = 1 => ports: Items<'_, RouterPort> as Repeated<RouterPort>,
    }
}

netlink! {
    /// A port with a multicast router behind it: `struct br_mdb_router_port`.
    pub struct RouterPort / RouterPortBuf
    header br_mdb_router_port: 4 {
        /// Interface index of the port.
        ifindex = 0 => port: u32,
    }
    attributes {
        /// Timer: time until the router expires, the longer one of IPv4 and IPv6; 0 for a permanent one.
        MDBA_ROUTER_PATTR_TIMER = 1 => timer: Duration as ClockTicks<u32>,
        /// Type: whether the port was configured, or the router was noticed by its queries.
        MDBA_ROUTER_PATTR_TYPE = 2 => router_type: MulticastRouter,
        /// Timer of the IPv4 router.
        MDBA_ROUTER_PATTR_INET_TIMER = 3 => inet_timer: Duration as ClockTicks<u32>,
        /// Timer of the IPv6 router.
        MDBA_ROUTER_PATTR_INET6_TIMER = 4 => inet6_timer: Duration as ClockTicks<u32>,
        /// VLAN ID (VID), where VLANs have routers of their own.
        MDBA_ROUTER_PATTR_VID = 5 => vlan: u16,
    }
}
