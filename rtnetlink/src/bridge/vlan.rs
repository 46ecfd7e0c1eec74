//! The VLAN database: VLANs of bridges and of their ports with their options, and the options of a VLAN on a whole bridge.

use super::{IntoRange, Router};
use crate::AddressFamily;
use crate::link::bridge::{BridgePortState, BridgeQuerier, MulticastRouter};
use crate::link::{BridgeVlan, BridgeVlanFlags};
use crate::time::ClockTicks;
use netlink_packet::{IfIndex, Items, NLA_F_NESTED, Repeated, flags, netlink, values};
use std::ops::RangeInclusive;
use std::time::Duration;

netlink! {
    /// VLANs of a bridge or bridge port, like `bridge vlan`: `RTM_NEWVLAN` and `RTM_DELVLAN`. A list has one for each device.
    ///
    /// ```
    /// use rtnetlink::bridge::{VlanEntry, VlanMessage};
    ///
    /// let vlans = VlanMessage::of(VlanEntry::of(10..=20).untagged()).device("p0");
    /// let entry = vlans.view().entries().unwrap().next().unwrap();
    /// assert_eq!(entry.vlans(), Some(10..=20));
    /// ```
    pub struct VlanMessage / VlanMessageBuf
    header br_vlan_msg: 8 {
        /// Address family: bridge.
        family = 0 => family: AddressFamily,
        /// Interface index of the bridge or port.
        ifindex = 4 => device: u32 as IfIndex,
    }
    attributes {
        /// VLAN entries: VLANs, or ranges of VLANs that are alike, with their options on this device.
        BRIDGE_VLANDB_ENTRY = 1 | NLA_F_NESTED => entries: Items<'_, VlanEntry> as Repeated<VlanEntry>,
        /// Global options of VLANs on the whole bridge, for each VLAN or range.
        BRIDGE_VLANDB_GLOBAL_OPTIONS = 2 | NLA_F_NESTED => global_options: Items<'_, VlanOptions> as Repeated<VlanOptions>,
    }
}

netlink! {
    /// A request for VLANs, like `bridge vlan show`: `RTM_GETVLAN`.
    pub struct VlanRequest / VlanRequestBuf
    header br_vlan_msg: 8 {
        /// Address family: bridge.
        family = 0 => family: AddressFamily,
        /// Interface index of the bridge or port; 0 for all.
        ifindex = 4 => device: u32 as IfIndex,
    }
    attributes {
        /// Dump flags: what is listed.
        BRIDGE_VLANDB_DUMP_FLAGS = 1 => flags: VlanDump,
    }
}

flags! {
    /// What a list of VLANs has: `BRIDGE_VLANDB_DUMPF_*`.
    pub struct VlanDump: u32 = "vlandb-dump-flags" {
        /// Statistics of each VLAN, which then stands in no range.
        const STATS = 0x1 => "stats";
        /// Global options of bridges, in place of the VLANs of devices.
        const GLOBAL = 0x2 => "global";
    }
}

netlink! {
    /// A VLAN of a bridge or port, or a range of VLANs that are alike: `BRIDGE_VLANDB_ENTRY`.
    pub struct VlanEntry / VlanEntryBuf
    attributes {
        /// VLAN information: ID and flags of the VLAN, or of the first one of a range.
        BRIDGE_VLANDB_ENTRY_INFO = 1 => info: &BridgeVlan as BridgeVlan,
        /// End of the range: ID of the last VLAN.
        BRIDGE_VLANDB_ENTRY_RANGE = 2 => range_end: u16,
        /// STP state of the port in this VLAN.
        BRIDGE_VLANDB_ENTRY_STATE = 3 => state: BridgePortState,
        /// Tunnel information: the tunnel ID that the VLAN is mapped to.
        BRIDGE_VLANDB_ENTRY_TUNNEL_INFO = 4 | NLA_F_NESTED => tunnel_info: &VlanTunnel as VlanTunnel,
        /// Statistics of the VLAN: bytes and packets; present if the request asks for them.
        BRIDGE_VLANDB_ENTRY_STATS = 5 => stats: &VlanStats as VlanStats; read_only,
        /// Multicast router mode of the port in this VLAN.
        BRIDGE_VLANDB_ENTRY_MCAST_ROUTER = 6 => multicast_router: MulticastRouter,
        /// Number of multicast groups that the port has joined in this VLAN.
        BRIDGE_VLANDB_ENTRY_MCAST_N_GROUPS = 7 => multicast_groups: u32; read_only,
        /// Maximum number of multicast groups that the port may join in this VLAN; 0 for no limit.
        BRIDGE_VLANDB_ENTRY_MCAST_MAX_GROUPS = 8 => multicast_max_groups: u32,
        /// Neighbour suppression: answers ARP and ND requests of this VLAN from what the bridge knows.
        BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS = 9 => neighbour_suppress: bool,
        /// Forwards gratuitous ARP and unsolicited ND messages although neighbours are suppressed.
        BRIDGE_VLANDB_ENTRY_NEIGH_FORWARD_GRAT = 10 => neighbour_forward_gratuitous: bool,
    }
}

netlink! {
    /// Mapping of a VLAN to a tunnel ID: `BRIDGE_VLANDB_TINFO_*`.
    pub struct VlanTunnel / VlanTunnelBuf
    attributes {
        /// Tunnel ID, such as a VNI. In a range it is the one of the first VLAN; the next VLANs have the next IDs.
        BRIDGE_VLANDB_TINFO_ID = 1 => id: u32,
        /// Command: whether a request adds the mapping or deletes it.
        BRIDGE_VLANDB_TINFO_CMD = 2 => command: VlanTunnelCommand,
    }
}

values! {
    /// What a request does with a mapping: the number of `RTM_SETLINK` or `RTM_DELLINK`.
    pub struct VlanTunnelCommand: u32 = "" {
        /// Adds the mapping.
        ADD = 19 => "add",
        /// Deletes the mapping.
        DELETE = 17 => "delete",
    }
}

netlink! {
    /// Statistics of a VLAN: `BRIDGE_VLANDB_STATS_*`.
    pub struct VlanStats / VlanStatsBuf
    attributes {
        /// Bytes received.
        BRIDGE_VLANDB_STATS_RX_BYTES = 1 => rx_bytes: u64,
        /// Packets received.
        BRIDGE_VLANDB_STATS_RX_PACKETS = 2 => rx_packets: u64,
        /// Bytes transmitted.
        BRIDGE_VLANDB_STATS_TX_BYTES = 3 => tx_bytes: u64,
        /// Packets transmitted.
        BRIDGE_VLANDB_STATS_TX_PACKETS = 4 => tx_packets: u64,
    }
}

netlink! {
    /// Options of a VLAN on a whole bridge, like `bridge vlan global`: `BRIDGE_VLANDB_GLOBAL_OPTIONS`.
    pub struct VlanOptions / VlanOptionsBuf
    attributes {
        /// VLAN ID (VID), or the first one of a range.
        BRIDGE_VLANDB_GOPTS_ID = 1 => id: u16,
        /// End of the range: ID of the last VLAN.
        BRIDGE_VLANDB_GOPTS_RANGE = 2 => range_end: u16,
        /// Multicast snooping (IGMP and MLD) in this VLAN.
        BRIDGE_VLANDB_GOPTS_MCAST_SNOOPING = 3 => multicast_snooping: bool,
        /// Multicast: IGMP version of queries, 2 or 3.
        BRIDGE_VLANDB_GOPTS_MCAST_IGMP_VERSION = 4 => multicast_igmp_version: u8,
        /// Multicast: MLD version of queries, 1 or 2.
        BRIDGE_VLANDB_GOPTS_MCAST_MLD_VERSION = 5 => multicast_mld_version: u8,
        /// Multicast: last member count, the queries sent after a host leaves a group.
        BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_CNT = 6 => multicast_last_member_count: u32,
        /// Multicast: startup query count.
        BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_CNT = 7 => multicast_startup_query_count: u32,
        /// Multicast: last member interval, between the queries after a host leaves a group.
        BRIDGE_VLANDB_GOPTS_MCAST_LAST_MEMBER_INTVL = 8 => multicast_last_member_interval: Duration as ClockTicks<u64>,
        /// Multicast: membership interval, after which a member that does not report has left.
        BRIDGE_VLANDB_GOPTS_MCAST_MEMBERSHIP_INTVL = 10 => multicast_membership_interval: Duration as ClockTicks<u64>,
        /// Multicast: querier interval, after which another querier that is silent has gone.
        BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_INTVL = 11 => multicast_querier_interval: Duration as ClockTicks<u64>,
        /// Multicast: query interval, between general queries.
        BRIDGE_VLANDB_GOPTS_MCAST_QUERY_INTVL = 12 => multicast_query_interval: Duration as ClockTicks<u64>,
        /// Multicast: query response interval, within which hosts answer.
        BRIDGE_VLANDB_GOPTS_MCAST_QUERY_RESPONSE_INTVL = 13 => multicast_query_response_interval: Duration as ClockTicks<u64>,
        /// Multicast: startup query interval, between the first queries.
        BRIDGE_VLANDB_GOPTS_MCAST_STARTUP_QUERY_INTVL = 14 => multicast_startup_query_interval: Duration as ClockTicks<u64>,
        /// Multicast querier: the bridge sends queries in this VLAN.
        BRIDGE_VLANDB_GOPTS_MCAST_QUERIER = 15 => multicast_querier: bool,
        /// Multicast router ports of this VLAN.
        BRIDGE_VLANDB_GOPTS_MCAST_ROUTER_PORTS = 16 => router_ports: &VlanRouterPorts as VlanRouterPorts; read_only,
        /// Multicast querier state: the querier elected in this VLAN.
        BRIDGE_VLANDB_GOPTS_MCAST_QUERIER_STATE = 17 => querier_state: &BridgeQuerier as BridgeQuerier; read_only,
        /// MSTI: the multiple spanning tree instance of this VLAN.
        BRIDGE_VLANDB_GOPTS_MSTI = 18 => msti: u16,
    }
}

netlink! {
    /// Multicast router ports of a VLAN.
    pub struct VlanRouterPorts / VlanRouterPortsBuf
    attributes {
        /// Multicast router: the list of ports.
        MDBA_ROUTER = 2 => router: &Router as Router; read_only,
    }
}

/// A request about VLANs on one device, which is still to be named.
impl From<VlanEntryBuf> for VlanMessageBuf {
    fn from(vlans: VlanEntryBuf) -> Self {
        VlanMessage::build().family(AddressFamily::BRIDGE).entries([vlans])
    }
}

/// A request about options of VLANs on a whole bridge, which is still to be named.
impl From<VlanOptionsBuf> for VlanMessageBuf {
    fn from(options: VlanOptionsBuf) -> Self {
        VlanMessage::build().family(AddressFamily::BRIDGE).global_options([options])
    }
}

impl VlanMessage {
    /// A request about VLANs of a device, which is still to be named: [`VlanEntry`] on this device, or [`VlanOptions`] on a whole
    /// bridge.
    pub fn of(vlans: impl Into<VlanMessageBuf>) -> VlanMessageBuf {
        vlans.into()
    }
}

impl VlanEntry {
    /// A VLAN (`5`), or a range of VLANs (`10..=20`).
    pub fn of(vlans: impl IntoRange<u16>) -> VlanEntryBuf {
        let (first, last) = vlans.into_range().into_inner();
        let entry = VlanEntry::build().info(BridgeVlan::build().id(first));
        if first == last { entry } else { entry.range_end(last) }
    }

    /// The VLAN, or the range of VLANs.
    pub fn vlans(&self) -> Option<RangeInclusive<u16>> {
        let first = self.info()?.id();
        Some(first..=self.range_end().unwrap_or(first))
    }

    /// VLAN flags, such as PVID and untagged.
    pub fn flags(&self) -> BridgeVlanFlags {
        self.info().map_or(BridgeVlanFlags::empty(), BridgeVlan::flags)
    }

    /// ID of the tunnel that the VLAN, or the first one of the range, is mapped to.
    pub fn tunnel(&self) -> Option<u32> {
        self.tunnel_info()?.id()
    }
}

impl VlanEntryBuf {
    /// Sets further flags.
    pub fn flags(self, flags: BridgeVlanFlags) -> Self {
        let (id, before) = self.view().info().map(|info| (info.id(), info.flags())).unwrap_or_default();
        let end = self.view().range_end();
        let entry = self.info(BridgeVlan::build().id(id).flags(before | flags));
        // In the order of `bridge`.
        if let Some(end) = end { entry.range_end(end) } else { entry }
    }

    /// PVID: the VLAN of frames that come in without a tag, like `pvid`.
    pub fn pvid(self) -> Self {
        self.flags(BridgeVlanFlags::PVID)
    }

    /// Frames of this VLAN leave without a tag, like `untagged`.
    pub fn untagged(self) -> Self {
        self.flags(BridgeVlanFlags::UNTAGGED)
    }

    /// Maps the VLAN to a tunnel ID, and the next VLANs of a range to the next IDs, like `bridge vlan add ... tunnel_info id ID`.
    pub fn tunnel(self, id: u32) -> Self {
        self.tunnel_info(VlanTunnel::build().id(id).command(VlanTunnelCommand::ADD))
    }

    /// Takes the mapping to tunnel IDs away.
    pub fn without_tunnel(self) -> Self {
        self.tunnel_info(VlanTunnel::build().command(VlanTunnelCommand::DELETE))
    }

    /// Only options are changed: a VLAN that is missing is an error, and flags stay as they are.
    pub fn options_only(self) -> Self {
        self.flags(BridgeVlanFlags::ONLY_OPTS)
    }
}

impl VlanOptions {
    /// Options of a VLAN (`5`), or of a range of VLANs (`10..=20`).
    pub fn of(vlans: impl IntoRange<u16>) -> VlanOptionsBuf {
        let (first, last) = vlans.into_range().into_inner();
        let options = VlanOptions::build().id(first);
        if first == last { options } else { options.range_end(last) }
    }

    /// The VLAN, or the range of VLANs.
    pub fn vlans(&self) -> Option<RangeInclusive<u16>> {
        let first = self.id()?;
        Some(first..=self.range_end().unwrap_or(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    /// The request of a capture, built for the same device.
    fn same(name: &crate::capture::Capture, vlans: impl Into<VlanMessageBuf>) {
        let asked = name.view::<VlanMessage>();
        assert_eq!(VlanMessage::of(vlans).device(asked.device()).view(), asked);
    }

    #[test]
    fn built_as_bridge_does() {
        same(&capture!("set_vlan"), VlanEntry::of(10..=12).options_only().state(BridgePortState::BLOCKING));
        let options = VlanOptions::of(10..=11).multicast_snooping(true).multicast_querier(true);
        same(&capture!("set_vlan_global"), options);
        let listed = capture!("get_vlan");
        let asked = VlanRequest::build().family(AddressFamily::BRIDGE).flags(VlanDump::STATS);
        assert_eq!(asked.view(), listed.view::<VlanRequest>());
    }

    #[test]
    fn flags_add_up() {
        let entry = VlanEntry::of(5).pvid().untagged();
        assert_eq!(entry.view().flags(), BridgeVlanFlags::PVID | BridgeVlanFlags::UNTAGGED);
        assert_eq!(entry.view().vlans(), Some(5..=5));
        assert_eq!(VlanEntry::of(10..=12).tunnel(110).view().tunnel(), Some(110));
        let unmapped = VlanEntry::of(10).without_tunnel();
        assert_eq!(
            unmapped.view().tunnel_info().and_then(VlanTunnel::command),
            Some(VlanTunnelCommand::DELETE)
        );
    }

    #[test]
    fn vlans_with_statistics() {
        let listed = capture!("vlan_stats");
        let entries: Vec<_> = listed.view::<VlanMessage>().entries().unwrap().collect();
        let pvid = BridgeVlanFlags::PVID | BridgeVlanFlags::UNTAGGED;
        assert_eq!((entries[0].vlans(), entries[0].flags()), (Some(1..=1), pvid));
        assert_eq!(entries[1].state(), Some(BridgePortState::BLOCKING));
        assert!(entries.iter().all(|entry| entry.stats().is_some_and(|stats| stats.rx_packets().is_some())));
        assert!(entries.iter().all(|entry| entry.malformed().count() == 0));
    }

    #[test]
    fn options_with_router_ports() {
        let listed = capture!("vlan_global");
        let options: Vec<_> = listed.view::<VlanMessage>().global_options().unwrap().collect();
        let first = options[0];
        assert_eq!((first.vlans(), first.multicast_snooping()), (Some(1..=1), Some(true)));
        let routed = options.iter().find_map(|options| options.router_ports()?.router()?.ports()?.next());
        let routed = routed.unwrap();
        assert_eq!((routed.vlan(), routed.router_type()), (Some(10), Some(MulticastRouter::TEMP_QUERY)));
        assert_eq!(first.multicast_query_interval(), Some(Duration::from_secs(125)));
    }
}
