//! Bonds: several links aggregated into one.

use crate::HardwareAddress;
use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use crate::time::Milliseconds;
use netlink_packet::{Array, IfIndex, Items, Put, Scope, View, netlink, values};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

netlink! {
    /// A bond: link aggregation. Its ports (slaves) have it as [`master`](LinkMessage::master).
    pub struct Bond / BondBuf
    attributes {
        /// Bonding mode; default `balance-rr`.
        IFLA_BOND_MODE = 1 => mode: BondMode,
        /// Index of the active port (slave), in the modes that have one.
        IFLA_BOND_ACTIVE_SLAVE = 2 => active_port: u32 as IfIndex; separate,
        /// MII monitoring interval; zero disables it.
        IFLA_BOND_MIIMON = 3 => miimon: Duration as Milliseconds<u32>,
        /// Up delay: how long a link must be up before the port is used. A multiple of `miimon`.
        IFLA_BOND_UPDELAY = 4 => up_delay: Duration as Milliseconds<u32>; unless(lacks_link_monitor),
        /// Down delay: how long a link must be down before the port is disabled. A multiple of `miimon`.
        IFLA_BOND_DOWNDELAY = 5 => down_delay: Duration as Milliseconds<u32>; unless(lacks_link_monitor),
        /// Uses the driver's carrier state for MII monitoring; newer kernels always do.
        IFLA_BOND_USE_CARRIER = 6 => use_carrier: bool,
        /// ARP monitoring interval; zero disables it.
        IFLA_BOND_ARP_INTERVAL = 7 => arp_interval: Duration as Milliseconds<u32>; unless(lacks_arp_monitor),
        /// IPv4 targets of ARP monitoring, up to 16.
        IFLA_BOND_ARP_IP_TARGET = 8 => arp_targets: Items<'_, Ipv4Addr> as Array<Ipv4Addr, 0>,
        /// Validation of ARP probes and replies.
        IFLA_BOND_ARP_VALIDATE = 9 => arp_validate: BondArpValidate; unless(lacks_arp_monitor),
        /// Whether any or all ARP targets must be reachable for a port to count as up.
        IFLA_BOND_ARP_ALL_TARGETS = 10 => arp_all_targets: BondArpAllTargets,
        /// Index of the primary port: preferred as the active one while it is up.
        IFLA_BOND_PRIMARY = 11 => primary: u32 as IfIndex,
        /// Reselection policy for the primary port after a failure.
        IFLA_BOND_PRIMARY_RESELECT = 12 => primary_reselect: BondPrimaryReselect,
        /// MAC address policy at failover in `active-backup` mode.
        IFLA_BOND_FAIL_OVER_MAC = 13 => fail_over_mac: BondFailOverMac,
        /// Transmit hash policy: packet fields that choose the port.
        IFLA_BOND_XMIT_HASH_POLICY = 14 => transmit_hash_policy: BondTransmitHash,
        /// Number of IGMP membership reports to resend after a failover, 0 to 255; default 1.
        IFLA_BOND_RESEND_IGMP = 15 => resend_igmp: u32,
        /// Number of peer notifications (gratuitous ARP, unsolicited NA) after a failover, 0 to 255;
        /// default 1.
        IFLA_BOND_NUM_PEER_NOTIF = 16 => peer_notifications: u8,
        /// All ports active: accept frames received on inactive ports too.
        IFLA_BOND_ALL_SLAVES_ACTIVE = 17 => all_ports_active: bool,
        /// Minimum number of links that must be up for the bond to have carrier.
        IFLA_BOND_MIN_LINKS = 18 => min_links: u32,
        /// Learning packet interval of `balance-tlb` and `balance-alb`, in seconds; default 1.
        IFLA_BOND_LP_INTERVAL = 19 => learning_interval: u32,
        /// Packets to send through a port before the next one (`balance-rr`); 0 chooses at random. Default 1.
        IFLA_BOND_PACKETS_PER_SLAVE = 20 => packets_per_port: u32; unless(is_no_round_robin),
        /// LACP rate: how often the partner is asked to send LACPDUs.
        IFLA_BOND_AD_LACP_RATE = 21 => lacp_rate: BondLacpRate; unless(lacks_lacp),
        /// 802.3ad aggregation selection logic.
        IFLA_BOND_AD_SELECT = 22 => ad_select: BondAdSelect,
        /// 802.3ad information: the active aggregator.
        IFLA_BOND_AD_INFO = 23 => ad_info: &BondAdInfo as BondAdInfo; read_only,
        /// 802.3ad actor system priority, 1 to 65535; default 65535.
        IFLA_BOND_AD_ACTOR_SYS_PRIO = 24 => ad_actor_system_priority: u16,
        /// User-defined upper 10 bits of the 802.3ad port key, 0 to 1023.
        IFLA_BOND_AD_USER_PORT_KEY = 25 => ad_user_port_key: u16,
        /// 802.3ad actor system MAC address.
        IFLA_BOND_AD_ACTOR_SYSTEM = 26 => ad_actor_system: HardwareAddress; unless(has_own_system),
        /// Dynamic load balancing: `balance-tlb` and `balance-alb` shuffle flows by load. Default on.
        IFLA_BOND_TLB_DYNAMIC_LB = 27 => tlb_dynamic_lb: bool; unless(is_no_tlb),
        /// Delay between peer notifications.
        IFLA_BOND_PEER_NOTIF_DELAY = 28 => peer_notification_delay: Duration as Milliseconds<u32>; unless(lacks_link_monitor); needs("Linux 5.3"),
        /// Active LACP: send LACPDUs periodically, rather than only in answer. Default on.
        IFLA_BOND_AD_LACP_ACTIVE = 29 => lacp_active: bool; unless(lacks_lacp); needs("Linux 5.15"),
        /// Maximum number of missed ARP monitoring checks before a port counts as down; default 2.
        IFLA_BOND_MISSED_MAX = 30 => arp_missed_max: u8; unless(lacks_arp_monitor); needs("Linux 5.17"),
        /// IPv6 targets of neighbour solicitation (NS) monitoring, up to 16.
        IFLA_BOND_NS_IP6_TARGET = 31 => ns_targets: Items<'_, Ipv6Addr> as Array<Ipv6Addr, 0>,
        /// Coupled control: the LACP MUX enters collecting and distributing together. Default on.
        IFLA_BOND_COUPLED_CONTROL = 32 => coupled_control: bool; unless(lacks_lacp); needs("Linux 6.9"),
        /// Broadcasts ARP and neighbour discovery packets on all ports (`802.3ad` mode).
        IFLA_BOND_BROADCAST_NEIGH = 33 => broadcast_neighbour: bool; unless(lacks_lacp); needs("Linux 6.17"),
        /// Strict LACP: the bond has no carrier while no port has found an LACP partner.
        IFLA_BOND_LACP_STRICT = 34 => lacp_strict: bool; unless(lacks_lacp); needs("a later Linux than 6.18"),
    }
}

/// Whether the bond has one of these modes. In all other modes the kernel refuses each option below, even to unset it.
fn is_of(scope: &Scope<'_>, modes: &[BondMode]) -> bool {
    Bond::cast(scope.bytes()).mode().is_some_and(|mode| modes.contains(&mode))
}

fn lacks_link_monitor(scope: &Scope<'_>) -> bool {
    Bond::cast(scope.bytes()).miimon() == Some(Duration::ZERO)
}

fn lacks_arp_monitor(scope: &Scope<'_>) -> bool {
    is_of(scope, &[BondMode::DOT3AD, BondMode::BALANCE_TLB, BondMode::BALANCE_ALB])
}

fn is_no_round_robin(scope: &Scope<'_>) -> bool {
    !is_of(scope, &[BondMode::BALANCE_RR])
}

fn lacks_lacp(scope: &Scope<'_>) -> bool {
    !is_of(scope, &[BondMode::DOT3AD])
}

fn is_no_tlb(scope: &Scope<'_>) -> bool {
    !is_of(scope, &[BondMode::BALANCE_TLB, BondMode::BALANCE_ALB])
}

/// Whether LACP names the system by the bond's own address.
fn has_own_system(scope: &Scope<'_>) -> bool {
    let system = Bond::cast(scope.bytes()).ad_actor_system();
    system.is_none_or(|system| system.as_bytes().iter().all(|byte| *byte == 0))
}

impl LinkKind for Bond {
    const NAME: &'static str = "bond";
}

impl Bond {
    /// A bond of this name and mode, like `ip link add NAME type bond mode MODE`.
    ///
    /// ```
    /// use rtnetlink::link::{Bond, bond::BondMode};
    ///
    /// let bond = Bond::named("bond0", BondMode::ACTIVE_BACKUP);
    /// assert_eq!(bond.view().kind::<Bond>().and_then(Bond::mode), Some(BondMode::ACTIVE_BACKUP));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, mode: BondMode) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Bond::build().mode(mode))
    }
}

netlink! {
    /// The active 802.3ad aggregator of a bond: `IFLA_BOND_AD_INFO`.
    pub struct BondAdInfo / BondAdInfoBuf
    attributes {
        /// Aggregator ID.
        IFLA_BOND_AD_INFO_AGGREGATOR = 1 => aggregator: u16,
        /// Number of ports in the aggregator.
        IFLA_BOND_AD_INFO_NUM_PORTS = 2 => ports: u16,
        /// Actor key.
        IFLA_BOND_AD_INFO_ACTOR_KEY = 3 => actor_key: u16,
        /// Partner key.
        IFLA_BOND_AD_INFO_PARTNER_KEY = 4 => partner_key: u16,
        /// Partner system MAC address.
        IFLA_BOND_AD_INFO_PARTNER_MAC = 5 => partner_address: HardwareAddress,
    }
}

values! {
    /// Bonding mode: `BOND_MODE_*`, in the words of `ip`.
    pub struct BondMode: u8 = "bond-mode" {
        /// Round-robin over the ports.
        BALANCE_RR = 0 => "balance-rr",
        /// Active backup: one port at a time; another takes over when it fails.
        ACTIVE_BACKUP = 1 => "active-backup",
        /// XOR: a hash of the packet chooses the port.
        BALANCE_XOR = 2 => "balance-xor",
        /// Broadcast: everything on all ports.
        BROADCAST = 3 => "broadcast",
        /// IEEE 802.3ad dynamic link aggregation (LACP).
        DOT3AD = 4 => "802.3ad",
        /// Adaptive transmit load balancing (TLB); one port receives.
        BALANCE_TLB = 5 => "balance-tlb",
        /// Adaptive load balancing (ALB) in both directions, by ARP negotiation.
        BALANCE_ALB = 6 => "balance-alb",
    }
}

values! {
    /// Validation of ARP monitoring: `BOND_ARP_VALIDATE_*`, in the words of `ip`.
    pub struct BondArpValidate: u32 = "" {
        /// None: any traffic shows that a port works.
        NONE = 0 => "none",
        /// Active port only.
        ACTIVE = 1 => "active",
        /// Backup ports only.
        BACKUP = 2 => "backup",
        /// All ports.
        ALL = 3 => "all",
        /// Filter: only ARP counts, without validation.
        FILTER = 4 => "filter",
        /// Filter, and validate on the active port.
        FILTER_ACTIVE = 5 => "filter_active",
        /// Filter, and validate on backup ports.
        FILTER_BACKUP = 6 => "filter_backup",
    }
}

values! {
    /// How many ARP targets must be reachable: `BOND_ARP_TARGETS_*`, in the words of `ip`.
    pub struct BondArpAllTargets: u32 = "" {
        /// Any one target.
        ANY = 0 => "any",
        /// All targets.
        ALL = 1 => "all",
    }
}

values! {
    /// Reselection of the primary port: `BOND_PRI_RESELECT_*`, in the words of `ip`.
    pub struct BondPrimaryReselect: u8 = "" {
        /// Always: as soon as it is up again.
        ALWAYS = 0 => "always",
        /// When it is better than the active one: by speed and duplex.
        BETTER = 1 => "better",
        /// Only after a failure of the active port.
        FAILURE = 2 => "failure",
    }
}

values! {
    /// MAC address policy at failover: `BOND_FOM_*`, in the words of `ip`.
    pub struct BondFailOverMac: u8 = "" {
        /// None: all ports have the bond's MAC address.
        NONE = 0 => "none",
        /// Active: the bond takes the active port's MAC address.
        ACTIVE = 1 => "active",
        /// Follow: a port gets the bond's MAC address when it becomes active.
        FOLLOW = 2 => "follow",
    }
}

values! {
    /// Transmit hash policy: `BOND_XMIT_POLICY_*`, in the words of `ip`.
    pub struct BondTransmitHash: u8 = "bond-xmit-policy" {
        /// Layer 2: MAC addresses and EtherType.
        LAYER2 = 0 => "layer2",
        /// Layers 3 and 4: IP addresses and ports.
        LAYER34 = 1 => "layer3+4",
        /// Layers 2 and 3: MAC and IP addresses.
        LAYER23 = 2 => "layer2+3",
        /// Layers 2 and 3, inner headers of encapsulated packets included.
        ENCAP23 = 3 => "encap2+3",
        /// Layers 3 and 4, inner headers of encapsulated packets included.
        ENCAP34 = 4 => "encap3+4",
        /// VLAN ID and source MAC address.
        VLAN_SRCMAC = 5 => "vlan+srcmac",
    }
}

values! {
    /// LACP rate: `AD_LACP_*`, in the words of `ip`.
    pub struct BondLacpRate: u8 = "" {
        /// Slow: every 30 seconds.
        SLOW = 0 => "slow",
        /// Fast: every second.
        FAST = 1 => "fast",
    }
}

values! {
    /// 802.3ad aggregation selection logic: `BOND_AD_*`, in the words of `ip`.
    pub struct BondAdSelect: u8 = "" {
        /// Stable: keep the active aggregator until it has no working port.
        STABLE = 0 => "stable",
        /// Largest total bandwidth.
        BANDWIDTH = 1 => "bandwidth",
        /// Largest number (count) of ports.
        COUNT = 2 => "count",
        /// Highest sum of actor port priorities.
        ACTOR_PORT_PRIO = 3 => "actor_port_prio",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    fn built(name: &str, bond: BondBuf) -> Vec<u8> {
        LinkMessage::build().name(name).kind(bond).as_bytes().to_vec()
    }

    #[test]
    fn bond() {
        assert_eq!(Bond::named("bond0", BondMode::ACTIVE_BACKUP).as_bytes(), capture!("add_bond").payload);
    }

    #[test]
    fn one_port_at_a_time() {
        let add = capture!("add_bond_full");
        let primary = add.link().kind::<Bond>().and_then(Bond::primary).unwrap();
        let bond = Bond::build()
            .mode(BondMode::ACTIVE_BACKUP)
            .miimon(Duration::from_millis(100))
            .up_delay(Duration::from_millis(200))
            .down_delay(Duration::from_millis(300))
            .peer_notification_delay(Duration::from_millis(500))
            .use_carrier(true)
            .primary(primary)
            .primary_reselect(BondPrimaryReselect::BETTER)
            .fail_over_mac(BondFailOverMac::ACTIVE)
            .resend_igmp(3)
            .peer_notifications(2)
            .all_ports_active(true)
            .min_links(1);
        assert_eq!(built("bond1", bond), add.payload);
        for reported in [capture!("link_bond1"), capture!("link_bond1_6_1")] {
            let bond = reported.link().kind::<Bond>().unwrap();
            assert_eq!(
                (bond.miimon(), bond.up_delay()),
                (Some(Duration::from_millis(100)), Some(Duration::from_millis(200)))
            );
            assert_eq!((bond.resend_igmp(), bond.min_links()), (Some(3), Some(1)));
        }
    }

    #[test]
    fn ports_that_are_watched_by_arp() {
        let add = capture!("add_bond_arp");
        let bond = Bond::build()
            .mode(BondMode::ACTIVE_BACKUP)
            .arp_interval(Duration::from_millis(100))
            .arp_validate(BondArpValidate::ACTIVE)
            .arp_all_targets(BondArpAllTargets::ALL)
            .arp_targets(["192.0.2.1", "192.0.2.2"])
            .ns_targets(["2001:db8::1", "2001:db8::2"])
            .arp_missed_max(3);
        assert_eq!(built("bond2", bond), add.payload);
        let reported = capture!("link_bond2");
        let bond = reported.link().kind::<Bond>().unwrap();
        assert_eq!(
            bond.arp_targets().unwrap().collect::<Vec<_>>(),
            [[192, 0, 2, 1], [192, 0, 2, 2]].map(Ipv4Addr::from)
        );
        assert_eq!(bond.ns_targets().unwrap().count(), 2);
        assert_eq!(bond.arp_validate(), Some(BondArpValidate::ACTIVE));
    }

    #[test]
    fn lacp() {
        let add = capture!("add_bond_lacp");
        let bond = Bond::build()
            .mode(BondMode::DOT3AD)
            .miimon(Duration::from_millis(100))
            .transmit_hash_policy(BondTransmitHash::LAYER34)
            .lacp_rate(BondLacpRate::FAST)
            .ad_select(BondAdSelect::BANDWIDTH)
            .ad_actor_system_priority(1000)
            .ad_user_port_key(5)
            .ad_actor_system("02:00:00:00:00:09")
            .lacp_active(false)
            .learning_interval(2);
        assert_eq!(built("bond3", bond), add.payload);
        let reported = capture!("link_bond3");
        let bond = reported.link().kind::<Bond>().unwrap();
        assert_eq!(bond.ad_info().and_then(BondAdInfo::ports), Some(1));
        assert_eq!(bond.mode().map(|mode| mode.to_string()), Some("802.3ad".to_owned()));
        assert_eq!(bond.ad_actor_system(), Some([2, 0, 0, 0, 0, 9].into()));
    }

    #[test]
    fn other_modes() {
        let bond = Bond::build().mode(BondMode::BALANCE_RR).packets_per_port(3);
        assert_eq!(built("bond4", bond), capture!("add_bond_rr").payload);
        let bond = Bond::build().mode(BondMode::BALANCE_TLB).tlb_dynamic_lb(false);
        let bond = bond.transmit_hash_policy(BondTransmitHash::VLAN_SRCMAC);
        assert_eq!(built("bond5", bond), capture!("add_bond_tlb").payload);
        let reported = capture!("link_bond5");
        assert_eq!(reported.link().kind::<Bond>().and_then(Bond::tlb_dynamic_lb), Some(false));
    }
}
