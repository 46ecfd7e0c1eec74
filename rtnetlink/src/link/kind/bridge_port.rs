//! Ports of bridges.

use crate::link::PortKind;
use crate::link::bridge::{BridgeId, BridgePortState, MulticastRouter};
use crate::time::ClockTicks;
use netlink_packet::{Flag, IfIndex, netlink};
use std::time::Duration;

netlink! {
    /// A port of a bridge: `IFLA_BRPORT_*`.
    pub struct BridgePort / BridgePortBuf
    attributes {
        /// STP state.
        IFLA_BRPORT_STATE = 1 => state: BridgePortState; separate,
        /// STP port priority, 0 to 63; default 32.
        IFLA_BRPORT_PRIORITY = 2 => priority: u16,
        /// STP path cost, 1 to 65535.
        IFLA_BRPORT_COST = 3 => cost: u32,
        /// Hairpin mode: frames may leave through the port that they came in by.
        IFLA_BRPORT_MODE = 4 => hairpin: bool,
        /// BPDU guard: a received BPDU disables the port.
        IFLA_BRPORT_GUARD = 5 => guard: bool,
        /// Root block (root guard): the port can't become the root port.
        IFLA_BRPORT_PROTECT = 6 => root_block: bool,
        /// Fast leave: leaves a multicast group at the first leave message.
        IFLA_BRPORT_FAST_LEAVE = 7 => fast_leave: bool,
        /// MAC address learning. Default on.
        IFLA_BRPORT_LEARNING = 8 => learning: bool,
        /// Floods unicast frames with unknown destination. Default on.
        IFLA_BRPORT_UNICAST_FLOOD = 9 => flood: bool,
        /// Proxy ARP: the bridge answers ARP requests arriving here for known neighbours.
        IFLA_BRPORT_PROXYARP = 10 => proxy_arp: bool,
        /// Learning sync: addresses learned in hardware are added to the bridge FDB.
        IFLA_BRPORT_LEARNING_SYNC = 11 => learning_sync: bool; ignored,
        /// Proxy ARP by the rules of IEEE 802.11 and Hotspot 2.0 (Wi-Fi).
        IFLA_BRPORT_PROXYARP_WIFI = 12 => proxy_arp_wifi: bool,
        /// Bridge ID of the root in the last BPDU.
        IFLA_BRPORT_ROOT_ID = 13 => root_id: &BridgeId as BridgeId; read_only,
        /// Bridge ID of the designated bridge.
        IFLA_BRPORT_BRIDGE_ID = 14 => bridge_id: &BridgeId as BridgeId; read_only,
        /// Designated port.
        IFLA_BRPORT_DESIGNATED_PORT = 15 => designated_port: u16; read_only,
        /// Designated path cost to the root.
        IFLA_BRPORT_DESIGNATED_COST = 16 => designated_cost: u16; read_only,
        /// Port ID: priority and number.
        IFLA_BRPORT_ID = 17 => id: u16; read_only,
        /// Port number.
        IFLA_BRPORT_NO = 18 => number: u16; read_only,
        /// Topology change acknowledgement is due in the next BPDU.
        IFLA_BRPORT_TOPOLOGY_CHANGE_ACK = 19 => topology_change_ack: bool; read_only,
        /// Configuration BPDU is pending.
        IFLA_BRPORT_CONFIG_PENDING = 20 => config_pending: bool; read_only,
        /// Time until the message age timer expires.
        IFLA_BRPORT_MESSAGE_AGE_TIMER = 21 => message_age_timer: Duration as ClockTicks<u64>; read_only,
        /// Time until the forward delay timer expires.
        IFLA_BRPORT_FORWARD_DELAY_TIMER = 22 => forward_delay_timer: Duration as ClockTicks<u64>; read_only,
        /// Time until the hold timer expires.
        IFLA_BRPORT_HOLD_TIMER = 23 => hold_timer: Duration as ClockTicks<u64>; read_only,
        /// Flushes dynamic FDB entries of the port. Requests only.
        IFLA_BRPORT_FLUSH = 24 => fdb_flush: bool as Flag,
        /// Multicast router mode: whether there are multicast routers behind the port.
        IFLA_BRPORT_MULTICAST_ROUTER = 25 => multicast_router: MulticastRouter; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Floods multicast frames of unknown groups. Default on.
        IFLA_BRPORT_MCAST_FLOOD = 27 => multicast_flood: bool,
        /// Multicast to unicast: a copy for each member, sent to its MAC address.
        IFLA_BRPORT_MCAST_TO_UCAST = 28 => multicast_to_unicast: bool,
        /// VLAN-to-tunnel mapping. Default off.
        IFLA_BRPORT_VLAN_TUNNEL = 29 => vlan_tunnel: bool,
        /// Floods broadcast frames. Default on.
        IFLA_BRPORT_BCAST_FLOOD = 30 => broadcast_flood: bool,
        /// Group forward mask: bit N lets frames to 01:80:c2:00:00:0N through.
        IFLA_BRPORT_GROUP_FWD_MASK = 31 => group_forward_mask: u16,
        /// Neighbour suppression: the bridge answers ARP and ND for known neighbours instead of flooding.
        IFLA_BRPORT_NEIGH_SUPPRESS = 32 => neighbour_suppress: bool,
        /// Isolated: no traffic to other isolated ports.
        IFLA_BRPORT_ISOLATED = 33 => isolated: bool,
        /// Backup port: takes the traffic while this one has no carrier; setting 0 removes it.
        IFLA_BRPORT_BACKUP_PORT = 34 => backup_port: u32 as IfIndex,
        /// MRP ring is open: test frames do not come back.
        IFLA_BRPORT_MRP_RING_OPEN = 35 => mrp_ring_open: bool; read_only,
        /// MRP interconnect is open: test frames do not come back.
        IFLA_BRPORT_MRP_IN_OPEN = 36 => mrp_in_open: bool; read_only,
        /// Limit of hosts tracked for multicast (explicit host tracking, EHT); default 512.
        IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT = 37 => multicast_hosts_limit: u32; needs("Linux 5.12, with CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Number of hosts tracked for multicast (EHT) now.
        IFLA_BRPORT_MCAST_EHT_HOSTS_CNT = 38 => multicast_hosts: u32; read_only,
        /// Locked: only source addresses in the FDB may send (802.1X).
        IFLA_BRPORT_LOCKED = 39 => locked: bool; needs("Linux 5.18"),
        /// MAC authentication bypass (MAB): unknown hosts on a locked port create locked FDB entries.
        IFLA_BRPORT_MAB = 40 => mac_auth_bypass: bool; needs("Linux 6.2"),
        /// Number of multicast groups (MDB entries) of the port now.
        IFLA_BRPORT_MCAST_N_GROUPS = 41 => multicast_groups: u32; read_only,
        /// Maximum number of multicast groups (MDB entries); 0 (default) means no limit.
        IFLA_BRPORT_MCAST_MAX_GROUPS = 42 => multicast_max_groups: u32; needs("Linux 6.3, with CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Neighbour suppression is set per VLAN.
        IFLA_BRPORT_NEIGH_VLAN_SUPPRESS = 43 => neighbour_vlan_suppress: bool; needs("Linux 6.4"),
        /// Nexthop ID attached to packets redirected to the backup port; 0 for none.
        IFLA_BRPORT_BACKUP_NHID = 44 => backup_nexthop: u32; needs("Linux 6.6"); taken_if(crate::link::message::is_told_or_zero),
        /// Forwards gratuitous ARP and unsolicited NA despite neighbour suppression.
        IFLA_BRPORT_NEIGH_FORWARD_GRAT = 45 => neighbour_forward_gratuitous: bool; needs("a later Linux than 6.18"),
    }
}

impl PortKind for BridgePort {
    const NAME: &'static str = "bridge";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::{AddressFamily, LinkMessage};

    #[test]
    fn as_ip_sets_it() {
        let set = capture!("set_port");
        let port = set.link().port::<BridgePort>().unwrap();
        assert_eq!(
            (port.state(), port.priority(), port.cost()),
            (Some(BridgePortState::FORWARDING), Some(5), Some(17))
        );
        assert_eq!((port.guard(), port.learning(), port.isolated()), (Some(true), Some(false), Some(true)));
        assert_eq!(port.multicast_router(), Some(MulticastRouter::PERMANENT));
        let set = capture!("set_backup_port");
        assert!(set.link().port::<BridgePort>().is_some_and(|port| port.backup_port().is_some()));

        // We send the master's kind, ip one of its own; the kernel ignores both.
        let built = LinkMessage::build().index(3).port(BridgePort::build().cost(17));
        assert_eq!(built.view().port::<BridgePort>().and_then(BridgePort::cost), Some(17));
    }

    #[test]
    fn as_bridge_sets_it() {
        let set = capture!("set_port_link");
        let port = set.link().bridge_port().unwrap();
        assert_eq!((port.learning(), port.cost()), (Some(true), Some(20)));
        let built = LinkMessage::build().family(AddressFamily::BRIDGE).index(3);
        let built = built.protocol_info(BridgePort::build().learning(true).cost(20));
        assert_eq!(built.as_bytes(), set.payload);
    }

    #[test]
    fn as_the_kernel_reports_it() {
        for reported in [capture!("link_p0"), capture!("port_p0")] {
            let (link, port) = (reported.link(), reported.link().bridge_port().unwrap());
            assert_eq!(link.port::<BridgePort>().is_some(), link.family() == AddressFamily::UNSPEC);
            assert_eq!((port.state(), port.priority()), (Some(BridgePortState::FORWARDING), Some(5)));
            assert_eq!(port.root_id().map(BridgeId::priority), Some(0x8000));
            assert_eq!((port.number(), port.id()), (Some(1), Some(5 << 10 | 1)));
            assert!(port.backup_port().is_some_and(|index| index > 0));
        }
    }

    #[test]
    fn kinds_and_ports_in_one_message() {
        let link = LinkMessage::build().port(BridgePort::build().cost(1).backup_port("p1"));
        let link = link.kind(super::super::Vxlan::build().id(7).device("eth0"));
        assert_eq!(link.view().port::<BridgePort>().and_then(BridgePort::cost), Some(1));
        assert_eq!(link.view().kind::<super::super::Vxlan>().and_then(|vxlan| vxlan.id()), Some(7));
        let devices: Vec<_> =
            netlink_packet::Build::buffer(&link).unresolved().iter().map(|device| &device.name).collect();
        assert_eq!(devices, [b"p1".as_slice(), b"eth0".as_slice()]);
    }
}
