//! Ports of bridges.

use super::{BridgeId, BridgePortState};
use crate::link::PortKind;
use crate::time::Ticks;
use netlink_packet::{Device, Flag, netlink, values};
use std::time::Duration;

netlink! {
    /// What a bridge knows of one of its ports.
    pub struct BridgePort / BridgePortBuf
    attributes {
        /// What the spanning tree lets it do.
        IFLA_BRPORT_STATE = 1 => state: BridgePortState; separate,
        /// Its priority in the spanning tree, 0 to 63.
        IFLA_BRPORT_PRIORITY = 2 => priority: u16,
        /// What a way through it costs.
        IFLA_BRPORT_COST = 3 => cost: u32,
        /// Packets may leave through it that came in by it.
        IFLA_BRPORT_MODE = 4 => hairpin: bool,
        /// It drops the messages of spanning trees.
        IFLA_BRPORT_GUARD = 5 => guard: bool,
        /// It can't become the way to the root.
        IFLA_BRPORT_PROTECT = 6 => root_block: bool,
        /// It leaves groups at once when told so.
        IFLA_BRPORT_FAST_LEAVE = 7 => fast_leave: bool,
        /// It learns which addresses are behind it.
        IFLA_BRPORT_LEARNING = 8 => learning: bool,
        /// It sends packets to unknown destinations.
        IFLA_BRPORT_UNICAST_FLOOD = 9 => flood: bool,
        /// The bridge answers for neighbours that are known to be behind it.
        IFLA_BRPORT_PROXYARP = 10 => proxy_arp: bool,
        /// Its hardware tells what it learns.
        IFLA_BRPORT_LEARNING_SYNC = 11 => learning_sync: bool,
        /// The bridge answers for neighbours, by the rules of wireless networks.
        IFLA_BRPORT_PROXYARP_WIFI = 12 => proxy_arp_wifi: bool,
        /// The root of the tree, as it hears.
        IFLA_BRPORT_ROOT_ID = 13 => root_id: &BridgeId as BridgeId; read_only,
        /// The bridge that leads to the root, as it hears.
        IFLA_BRPORT_BRIDGE_ID = 14 => bridge_id: &BridgeId as BridgeId; read_only,
        /// That bridge's port.
        IFLA_BRPORT_DESIGNATED_PORT = 15 => designated_port: u16; read_only,
        /// What the way to the root costs from there.
        IFLA_BRPORT_DESIGNATED_COST = 16 => designated_cost: u16; read_only,
        /// Its number and priority in the spanning tree.
        IFLA_BRPORT_ID = 17 => id: u16; read_only,
        /// Its number.
        IFLA_BRPORT_NO = 18 => number: u16; read_only,
        /// It still acknowledges a change of the tree.
        IFLA_BRPORT_TOPOLOGY_CHANGE_ACK = 19 => topology_change_ack: bool; read_only,
        /// It still announces itself.
        IFLA_BRPORT_CONFIG_PENDING = 20 => config_pending: bool; read_only,
        /// Until what it heard of the tree is too old.
        IFLA_BRPORT_MESSAGE_AGE_TIMER = 21 => message_age_timer: Duration as Ticks<u64>; read_only,
        /// Until it does more than now.
        IFLA_BRPORT_FORWARD_DELAY_TIMER = 22 => forward_delay_timer: Duration as Ticks<u64>; read_only,
        /// Until it may announce itself again.
        IFLA_BRPORT_HOLD_TIMER = 23 => hold_timer: Duration as Ticks<u64>; read_only,
        /// Forget what was learned by it.
        IFLA_BRPORT_FLUSH = 24 => fdb_flush: bool as Flag,
        /// Whether routers for groups are behind it.
        IFLA_BRPORT_MULTICAST_ROUTER = 25 => multicast_router: MulticastRouter,
        /// It sends packets for unknown groups.
        IFLA_BRPORT_MCAST_FLOOD = 27 => multicast_flood: bool,
        /// It sends a group's packets to each member by itself.
        IFLA_BRPORT_MCAST_TO_UCAST = 28 => multicast_to_unicast: bool,
        /// Its VLANs become numbers of tunnels.
        IFLA_BRPORT_VLAN_TUNNEL = 29 => vlan_tunnel: bool,
        /// It sends broadcasts.
        IFLA_BRPORT_BCAST_FLOOD = 30 => broadcast_flood: bool,
        /// Which link-local groups it passes on that bridges must not, by the last digit of their addresses.
        IFLA_BRPORT_GROUP_FWD_MASK = 31 => group_forward_mask: u16,
        /// The bridge answers for neighbours instead of asking through it.
        IFLA_BRPORT_NEIGH_SUPPRESS = 32 => neighbour_suppress: bool,
        /// It talks to no other isolated port.
        IFLA_BRPORT_ISOLATED = 33 => isolated: bool,
        /// The port that takes over when it has no carrier.
        IFLA_BRPORT_BACKUP_PORT = 34 => backup_port: u32 as Device,
        /// Its ring is open.
        IFLA_BRPORT_MRP_RING_OPEN = 35 => mrp_ring_open: bool; read_only,
        /// Its connection of rings is open.
        IFLA_BRPORT_MRP_IN_OPEN = 36 => mrp_in_open: bool; read_only,
        /// How many hosts it keeps apart by their groups at most.
        IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT = 37 => multicast_hosts_limit: u32,
        /// How many hosts it keeps apart by their groups.
        IFLA_BRPORT_MCAST_EHT_HOSTS_CNT = 38 => multicast_hosts: u32; read_only,
        /// Only hosts that are known to be behind it may send.
        IFLA_BRPORT_LOCKED = 39 => locked: bool,
        /// While locked it tells of hosts that want to send.
        IFLA_BRPORT_MAB = 40 => mac_auth_bypass: bool,
        /// How many groups it is in.
        IFLA_BRPORT_MCAST_N_GROUPS = 41 => multicast_groups: u32; read_only,
        /// How many groups it may be in; 0 is without limit.
        IFLA_BRPORT_MCAST_MAX_GROUPS = 42 => multicast_max_groups: u32,
        /// Each of its VLANs says whether the bridge answers for neighbours.
        IFLA_BRPORT_NEIGH_VLAN_SUPPRESS = 43 => neighbour_vlan_suppress: bool,
        /// The next hop that packets take to the backup port.
        IFLA_BRPORT_BACKUP_NHID = 44 => backup_nexthop: u32,
        /// It passes on what neighbours announce unasked, in spite of suppressing.
        IFLA_BRPORT_NEIGH_FORWARD_GRAT = 45 => neighbour_forward_gratuitous: bool,
    }
}

impl PortKind for BridgePort {
    const NAME: &'static str = "bridge";
}

values! {
    /// Whether routers for groups are behind a port, or the bridge is one: `MDB_RTR_TYPE_*`.
    pub struct MulticastRouter: u8 = "" {
        /// There are none.
        DISABLED = 0 => "disabled",
        /// The bridge finds out.
        TEMP_QUERY = 1 => "temp_query",
        /// There are always.
        PERMANENT = 2 => "perm",
        /// There was one lately.
        TEMPORARY = 3 => "temp",
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::{AddressFamily, LinkMessage};

    #[test]
    fn as_ip_sets_it() {
        let set = capture!("set_port");
        let port = set.link().port::<BridgePort>().unwrap();
        assert_eq!((port.state(), port.priority(), port.cost()), (Some(BridgePortState::FORWARDING), Some(5), Some(17)));
        assert_eq!((port.guard(), port.learning(), port.isolated()), (Some(true), Some(false), Some(true)));
        assert_eq!(port.multicast_router(), Some(MulticastRouter::PERMANENT));
        let set = capture!("set_backup_port");
        assert!(set.link().port::<BridgePort>().is_some_and(|port| port.backup_port().is_some()));

        // We say the master's kind where ip says a kind of its own; the kernel reads neither.
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
    fn as_the_kernel_tells() {
        for told in [capture!("link_p0"), capture!("port_p0")] {
            let (link, port) = (told.link(), told.link().bridge_port().unwrap());
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
        let devices: Vec<_> = netlink_packet::Build::buffer(&link).unresolved().iter().map(|device| &device.name).collect();
        assert_eq!(devices, [b"p1".as_slice(), b"eth0".as_slice()]);
    }
}
