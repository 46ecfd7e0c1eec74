//! Bridges: software switches whose ports are links.

use crate::HardwareAddress;
use crate::hardware_address::Ethernet;
use crate::link::vlan::VlanProtocol;
use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use crate::time::ClockTicks;
use netlink_packet::{
    Be, Buffer, Codec, Fixed, Flag, Plain, Put, Schema, Scope, View, flags, netlink, values,
};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

netlink! {
    /// An Ethernet bridge (IEEE 802.1D). Its ports have it as [`master`](LinkMessage::master).
    pub struct Bridge / BridgeBuf
    attributes {
        /// STP forward delay: time in the listening state, and again in the learning state. 2 to 30 s,
        /// default 15 s.
        IFLA_BR_FORWARD_DELAY = 1 => forward_delay: Duration as ClockTicks<u32>,
        /// STP hello time: interval between configuration BPDUs of the root. 1 to 10 s, default 2 s.
        IFLA_BR_HELLO_TIME = 2 => hello_time: Duration as ClockTicks<u32>,
        /// STP max age: how long received BPDU information is valid. 6 to 40 s, default 20 s.
        IFLA_BR_MAX_AGE = 3 => max_age: Duration as ClockTicks<u32>,
        /// Ageing time of learned FDB entries; zero keeps them forever. Default 300 s.
        IFLA_BR_AGEING_TIME = 4 => ageing_time: Duration as ClockTicks<u32>,
        /// STP state: 0 off, 1 kernel STP, 2 user-space STP.
        IFLA_BR_STP_STATE = 5 => stp_state: u32,
        /// STP bridge priority: the lowest bridge ID becomes root. Default 32768.
        IFLA_BR_PRIORITY = 6 => priority: u16,
        /// VLAN filtering. Default off.
        IFLA_BR_VLAN_FILTERING = 7 => vlan_filtering: bool; unless(lets_vlans_pass),
        /// VLAN protocol for filtering: 802.1Q (default) or 802.1ad. Big-endian on the wire.
        IFLA_BR_VLAN_PROTOCOL = 8 => vlan_protocol: VlanProtocol as Be<VlanProtocol>; needs("CONFIG_BRIDGE_VLAN_FILTERING"),
        /// Group forward mask: bit N lets frames to 01:80:c2:00:00:0N through. Bits 0 to 2 can't be set.
        IFLA_BR_GROUP_FWD_MASK = 9 => group_forward_mask: u16,
        /// Bridge ID of the STP root.
        IFLA_BR_ROOT_ID = 10 => root_id: &BridgeId as BridgeId; read_only,
        /// Bridge ID.
        IFLA_BR_BRIDGE_ID = 11 => bridge_id: &BridgeId as BridgeId; read_only,
        /// Port number of the STP root port; 0 on the root itself.
        IFLA_BR_ROOT_PORT = 12 => root_port: u16; read_only,
        /// STP path cost to the root.
        IFLA_BR_ROOT_PATH_COST = 13 => root_path_cost: u32; read_only,
        /// STP topology change flag.
        IFLA_BR_TOPOLOGY_CHANGE = 14 => topology_change: bool; read_only,
        /// STP topology change detected by this bridge.
        IFLA_BR_TOPOLOGY_CHANGE_DETECTED = 15 => topology_change_detected: bool; read_only,
        /// Time until the STP hello timer expires.
        IFLA_BR_HELLO_TIMER = 16 => hello_timer: Duration as ClockTicks<u64>; read_only,
        /// Time until the STP topology change notification (TCN) timer expires.
        IFLA_BR_TCN_TIMER = 17 => tcn_timer: Duration as ClockTicks<u64>; read_only,
        /// Time until the STP topology change timer expires.
        IFLA_BR_TOPOLOGY_CHANGE_TIMER = 18 => topology_change_timer: Duration as ClockTicks<u64>; read_only,
        /// Time until the next garbage collection (GC) of the FDB.
        IFLA_BR_GC_TIMER = 19 => gc_timer: Duration as ClockTicks<u64>; read_only,
        /// Group address: destination MAC address of STP BPDUs.
        IFLA_BR_GROUP_ADDR = 20 => group_address: HardwareAddress,
        /// Flushes dynamic FDB entries. Requests only.
        IFLA_BR_FDB_FLUSH = 21 => fdb_flush: bool as Flag,
        /// Multicast router mode of the bridge itself; default `temp_query`.
        IFLA_BR_MCAST_ROUTER = 22 => multicast_router: MulticastRouter; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast snooping (IGMP and MLD). Default on.
        IFLA_BR_MCAST_SNOOPING = 23 => multicast_snooping: bool; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Uses the bridge's own IP address as source of multicast queries, instead of 0.0.0.0.
        IFLA_BR_MCAST_QUERY_USE_IFADDR = 24 => multicast_query_use_address: bool; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast querier: the bridge sends IGMP and MLD queries. Default off.
        IFLA_BR_MCAST_QUERIER = 25 => multicast_querier: bool; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast hash elasticity; without effect since Linux 5.0, which reports 16.
        IFLA_BR_MCAST_HASH_ELASTICITY = 26 => multicast_hash_elasticity: u32; ignored(has_other_elasticity, "since Linux 5.0 it is always 16"),
        /// Maximum number of entries in the multicast hash table; default 4096.
        IFLA_BR_MCAST_HASH_MAX = 27 => multicast_hash_max: u32; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast last member query count: queries after a leave before the group is dropped. Default 2.
        IFLA_BR_MCAST_LAST_MEMBER_CNT = 28 => multicast_last_member_count: u32; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast startup query count; default 2.
        IFLA_BR_MCAST_STARTUP_QUERY_CNT = 29 => multicast_startup_query_count: u32; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast last member query interval; default 1 s.
        IFLA_BR_MCAST_LAST_MEMBER_INTVL = 30 => multicast_last_member_interval: Duration as ClockTicks<u64>; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast membership interval: how long a group lives without reports. Default 260 s.
        IFLA_BR_MCAST_MEMBERSHIP_INTVL = 31 => multicast_membership_interval: Duration as ClockTicks<u64>; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast querier interval: silence after which another querier counts as gone. Default 255 s.
        IFLA_BR_MCAST_QUERIER_INTVL = 32 => multicast_querier_interval: Duration as ClockTicks<u64>; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast query interval: time between general queries. Default 125 s.
        IFLA_BR_MCAST_QUERY_INTVL = 33 => multicast_query_interval: Duration as ClockTicks<u64>; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast query response interval: maximum response time in general queries. Default 10 s.
        IFLA_BR_MCAST_QUERY_RESPONSE_INTVL = 34 => multicast_query_response_interval: Duration as ClockTicks<u64>; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Multicast startup query interval; default 31.25 s.
        IFLA_BR_MCAST_STARTUP_QUERY_INTVL = 35 => multicast_startup_query_interval: Duration as ClockTicks<u64>; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// Calls iptables for bridged IPv4 packets (bridge netfilter).
        IFLA_BR_NF_CALL_IPTABLES = 36 => nf_call_iptables: bool; needs("CONFIG_BRIDGE_NETFILTER"),
        /// Calls ip6tables for bridged IPv6 packets (bridge netfilter).
        IFLA_BR_NF_CALL_IP6TABLES = 37 => nf_call_ip6tables: bool; needs("CONFIG_BRIDGE_NETFILTER"),
        /// Calls arptables for bridged ARP packets (bridge netfilter).
        IFLA_BR_NF_CALL_ARPTABLES = 38 => nf_call_arptables: bool; needs("CONFIG_BRIDGE_NETFILTER"),
        /// Default port VLAN ID (PVID) of new ports; 0 for none. Default 1.
        IFLA_BR_VLAN_DEFAULT_PVID = 39 => vlan_default_pvid: u16; needs("CONFIG_BRIDGE_VLAN_FILTERING"),
        /// Per-VLAN statistics. Default off.
        IFLA_BR_VLAN_STATS_ENABLED = 41 => vlan_stats: bool; needs("CONFIG_BRIDGE_VLAN_FILTERING"),
        /// Multicast (IGMP and MLD) statistics. Default off.
        IFLA_BR_MCAST_STATS_ENABLED = 42 => multicast_stats: bool; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// IGMP version for multicast queries: 2 (default) or 3.
        IFLA_BR_MCAST_IGMP_VERSION = 43 => multicast_igmp_version: u8; needs("CONFIG_BRIDGE_IGMP_SNOOPING"),
        /// MLD version for multicast queries: 1 (default) or 2.
        IFLA_BR_MCAST_MLD_VERSION = 44 => multicast_mld_version: u8; needs("CONFIG_BRIDGE_IGMP_SNOOPING and CONFIG_IPV6"),
        /// VLAN statistics per port; can change only while no port has VLANs.
        IFLA_BR_VLAN_STATS_PER_PORT = 45 => vlan_stats_per_port: bool; needs("CONFIG_BRIDGE_VLAN_FILTERING"),
        /// Boolean options; [`set`](BridgeBuf::set) and [`unset`](BridgeBuf::unset) build them.
        IFLA_BR_MULTI_BOOLOPT = 46 => options: &BridgeOptionsChange as BridgeOptionsChange; needs("Linux 5.0, and some options a later one"); taken_if(are_options_taken),
        /// Multicast querier state: the querier elected on the network.
        IFLA_BR_MCAST_QUERIER_STATE = 47 => multicast_querier_state: &BridgeQuerier as BridgeQuerier; read_only,
        /// Number of learned FDB entries.
        IFLA_BR_FDB_N_LEARNED = 48 => fdb_learned: u32; read_only,
        /// Maximum number of learned FDB entries; 0 (default) means no limit.
        IFLA_BR_FDB_MAX_LEARNED = 49 => fdb_max_learned: u32; needs("Linux 6.7"),
        /// STP mode: whether kernel or user space runs the protocol.
        IFLA_BR_STP_MODE = 50 => stp_mode: BridgeStpMode; needs("a later Linux than 6.18"),
    }
}

/// Whether VLAN filtering is off, which a kernel without it refuses as an attribute.
fn lets_vlans_pass(scope: &Scope<'_>) -> bool {
    Bridge::cast(scope.bytes()).vlan_filtering() == Some(false)
}

/// Whether the kernel knows all options that a request meant: it tells which it knows.
fn are_options_taken(given: &[u8], told: Option<&[u8]>) -> bool {
    let known = told.map(|told| BridgeOptionsChange::cast(told).changed()).unwrap_or_default();
    known.contains(BridgeOptionsChange::cast(given).changed())
}

/// The options that are on. In a list the mask has all of them, of which a kernel may lack some.
fn those_that_are_set(scope: &Scope<'_>, _: u64) -> u64 {
    BridgeOptionsChange::cast(scope.bytes()).options().bits().into()
}

impl LinkKind for Bridge {
    const NAME: &'static str = "bridge";
}

impl Bridge {
    /// A bridge of this name, like `ip link add NAME type bridge`.
    ///
    /// ```
    /// use rtnetlink::link::Bridge;
    ///
    /// assert!(Bridge::named("br0").view().kind::<Bridge>().is_some());
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Bridge::build())
    }
}

impl BridgeBuf {
    /// Sets these options, and leaves the others.
    pub fn set(self, options: BridgeOptions) -> Self {
        self.change(options, options)
    }

    /// Unsets these options, and leaves the others.
    pub fn unset(self, options: BridgeOptions) -> Self {
        self.change(BridgeOptions::empty(), options)
    }

    fn change(self, options: BridgeOptions, changed: BridgeOptions) -> Self {
        let (before, all) = match self.view().options() {
            Some(before) => (before.options() - changed, before.changed() | changed),
            None => (BridgeOptions::empty(), changed),
        };
        self.options(BridgeOptionsChange::build().options(before | options).changed(all))
    }
}

flags! {
    /// Boolean options of a bridge: `BR_BOOLOPT_*`, in the words of `ip`.
    pub struct BridgeOptions: u32 = "br-boolopt" {
        /// No learning from link-local frames (01:80:c2:00:00:0X).
        const NO_LL_LEARN = 0x1 => "no_linklocal_learn";
        /// Multicast snooping per VLAN.
        const MCAST_VLAN_SNOOPING = 0x2 => "mcast_vlan_snooping";
        /// Multiple spanning trees (MST).
        const MST_ENABLE = 0x4 => "mst_enable";
        /// Notifies user space when offload of an MDB entry fails.
        const MDB_OFFLOAD_FAIL_NOTIFICATION = 0x8 => "mdb_offload_fail_notification";
        /// Keeps local FDB entries in VLAN 0 only, rather than in each VLAN.
        const FDB_LOCAL_VLAN_0 = 0x10 => "fdb_local_vlan_0";
    }
}

/// Whether it asks for another elasticity than the only one.
fn has_other_elasticity(scope: &Scope<'_>) -> bool {
    Bridge::cast(scope.bytes()).multicast_hash_elasticity() != Some(16)
}

/// The options that a request leaves as they are.
fn unchanged(scope: &Scope<'_>) -> u64 {
    (!BridgeOptionsChange::cast(scope.bytes()).changed()).bits().into()
}

netlink! {
    /// Boolean options with a change mask: `struct br_boolopt_multi`.
    pub struct BridgeOptionsChange / BridgeOptionsChangeBuf
    header br_boolopt_multi: 8 {
        /// Option values.
        optval = 0 => options: BridgeOptions; ignored_bits(unchanged, "`changed` lacks it"),
        /// Option mask: those that a request changes.
        optmask = 4 => changed: BridgeOptions; sent_as(those_that_are_set),
    }
}

netlink! {
    /// Bridge ID (IEEE 802.1D): `struct ifla_bridge_id`.
    pub struct BridgeId / BridgeIdBuf
    header ifla_bridge_id: 8 {
        /// Bridge priority: the lowest wins.
        prio = 0 => priority: u16 as BridgePriority,
        /// MAC address.
        addr = 2 => address: HardwareAddress as Ethernet,
    }
}

/// Codec of a priority in a spanning tree: two bytes, the high one first, which the kernel's own specification
/// takes for an integer in the host's order.
#[derive(Debug)]
pub struct BridgePriority;

impl Codec for BridgePriority {
    type Value<'a> = u16;
    const SCHEMA: Schema = <u16 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<u16> {
        <Be<u16> as Codec>::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Fixed for BridgePriority {
    type Owned = u16;
    const SIZE: usize = 2;

    fn read(bytes: &[u8]) -> u16 {
        <Be<u16> as Fixed>::read(bytes)
    }
}

impl Put<BridgePriority> for u16 {
    fn put(self, out: &mut Buffer) {
        Put::<Be<u16>>::put(self, out);
    }
}

/// As `ip` prints it: `8000.2:0:0:0:0:1`.
impl fmt::Display for BridgeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}.", self.priority())?;
        let address = self.address();
        let octets = address.as_bytes();
        octets.iter().enumerate().try_for_each(|(i, octet)| {
            let colon = if i == 0 { "" } else { ":" };
            write!(f, "{colon}{octet:x}")
        })
    }
}

netlink! {
    /// State of the multicast querier elected on the network: `BRIDGE_QUERIER_*`.
    pub struct BridgeQuerier / BridgeQuerierBuf
    attributes {
        /// IPv4 address of the IGMP querier.
        BRIDGE_QUERIER_IP_ADDRESS = 1 => ip_address: Ipv4Addr,
        /// Interface index of the port to the IPv4 (IGMP) querier.
        BRIDGE_QUERIER_IP_PORT = 2 => ip_port: u32,
        /// Time until the other IPv4 querier expires.
        BRIDGE_QUERIER_IP_OTHER_TIMER = 3 => ip_other_timer: Duration as ClockTicks<u64>,
        /// IPv6 address of the MLD querier.
        BRIDGE_QUERIER_IPV6_ADDRESS = 5 => ipv6_address: Ipv6Addr,
        /// Interface index of the port to the IPv6 (MLD) querier.
        BRIDGE_QUERIER_IPV6_PORT = 6 => ipv6_port: u32,
        /// Time until the other IPv6 querier expires.
        BRIDGE_QUERIER_IPV6_OTHER_TIMER = 7 => ipv6_other_timer: Duration as ClockTicks<u64>,
    }
}

values! {
    /// Who runs STP on a bridge: `BR_STP_MODE_*`.
    pub struct BridgeStpMode: u32 = "br-stp-mode" {
        /// Automatic: user space where a daemon takes over, else the kernel.
        AUTO = 0 => "auto",
        /// User space.
        USER = 1 => "user",
        /// Kernel.
        KERNEL = 2 => "kernel",
    }
}

values! {
    /// STP port state: `BR_STATE_*`, in the words of `bridge`.
    pub struct BridgePortState: u8 = "br-port-state" {
        /// Disabled: no traffic, not even BPDUs.
        DISABLED = 0 => "disabled",
        /// Listening: processes BPDUs only.
        LISTENING = 1 => "listening",
        /// Learning: BPDUs, and learns MAC addresses.
        LEARNING = 2 => "learning",
        /// Forwarding: fully active.
        FORWARDING = 3 => "forwarding",
        /// Blocking: receives BPDUs only, to prevent a loop.
        BLOCKING = 4 => "blocking",
    }
}

values! {
    /// Multicast router mode of a bridge or a bridge port: `MDB_RTR_TYPE_*`.
    pub struct MulticastRouter: u8 = "" {
        /// Disabled: no multicast routers.
        DISABLED = 0 => "disabled",
        /// Temporary by query: learned from received queries (default).
        TEMP_QUERY = 1 => "temp_query",
        /// Permanent: always treated as having a multicast router.
        PERMANENT = 2 => "perm",
        /// Temporary: as permanent, but expires unless renewed.
        TEMPORARY = 3 => "temp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn bridge() {
        assert_eq!(Bridge::named("br0").as_bytes(), capture!("add_bridge").payload);
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_bridge_full");
        let ticks = |hundredths: u64| Duration::from_millis(10 * hundredths);
        let built = Bridge::build()
            .forward_delay(ticks(400))
            .hello_time(ticks(100))
            .max_age(ticks(600))
            .ageing_time(ticks(12_000))
            .stp_state(1)
            .priority(4096)
            .group_forward_mask(8)
            .vlan_filtering(true)
            .vlan_protocol(VlanProtocol::DOT1AD)
            .vlan_default_pvid(7)
            .vlan_stats(true)
            .vlan_stats_per_port(true)
            .multicast_snooping(true)
            .multicast_router(MulticastRouter::PERMANENT)
            .multicast_query_use_address(true)
            .multicast_querier(true)
            .multicast_hash_elasticity(16)
            .multicast_hash_max(512)
            .multicast_last_member_count(3)
            .multicast_startup_query_count(4)
            .multicast_last_member_interval(ticks(200))
            .multicast_membership_interval(ticks(20_000))
            .multicast_querier_interval(ticks(30_000))
            .multicast_query_interval(ticks(10_000))
            .multicast_query_response_interval(ticks(900))
            .multicast_startup_query_interval(ticks(3_000))
            .multicast_stats(true)
            .multicast_igmp_version(3)
            .multicast_mld_version(2)
            .nf_call_iptables(true)
            .nf_call_ip6tables(true)
            .nf_call_arptables(true)
            .set(BridgeOptions::NO_LL_LEARN);
        assert_eq!(LinkMessage::build().name("br1").kind(built).as_bytes(), add.payload);

        let reported = capture!("link_br1");
        let (reported, added) =
            (reported.link().kind::<Bridge>().unwrap(), add.link().kind::<Bridge>().unwrap());
        assert_eq!(reported.max_age(), added.max_age());
        assert_eq!(reported.multicast_membership_interval(), Some(Duration::from_secs(200)));
        assert_eq!(reported.bridge_id().map(BridgeId::to_string), Some("1000.0:0:0:0:0:0".to_owned()));
        assert_eq!(reported.options().map(BridgeOptionsChange::options), Some(BridgeOptions::NO_LL_LEARN));
        let querier = reported.multicast_querier_state();
        assert!(querier.is_some_and(|querier| querier.ipv6_address().is_some()));
    }

    #[test]
    fn as_kernels_report_it() {
        for reported in [capture!("link_br0_6_1"), capture!("link_br0"), capture!("link_br0_6_18")] {
            let bridge = reported.link().kind::<Bridge>().unwrap();
            assert_eq!(bridge.forward_delay(), Some(Duration::from_secs(15)));
            assert_eq!((bridge.priority(), bridge.multicast_igmp_version()), (Some(0x8000), Some(2)));
            // A kernel may be built without bridge VLAN filtering.
            assert!(bridge.vlan_protocol().is_none_or(|protocol| protocol == VlanProtocol::DOT1Q));
            assert_eq!(bridge.bridge_id().map(BridgeId::priority), Some(0x8000));
        }
    }

    #[test]
    fn options_add_up() {
        let bridge = Bridge::build().set(BridgeOptions::MST_ENABLE).set(BridgeOptions::NO_LL_LEARN);
        let bridge = bridge.unset(BridgeOptions::MST_ENABLE | BridgeOptions::MCAST_VLAN_SNOOPING);
        let change = bridge.view().options().unwrap();
        assert_eq!(change.options(), BridgeOptions::NO_LL_LEARN);
        assert_eq!(change.changed().bits(), 0b111);
    }
}
