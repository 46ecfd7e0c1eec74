//! Bonds: several links that work as one.

use crate::HardwareAddress;
use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use crate::time::Milliseconds;
use netlink_packet::{Array, Device, Items, Put, Scope, View, netlink, values};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

netlink! {
    /// Several links as one; they have it as [`master`](LinkMessage::master).
    pub struct Bond / BondBuf
    attributes {
        /// How its ports are used.
        IFLA_BOND_MODE = 1 => mode: BondMode,
        /// The index of the port that sends, where one does.
        IFLA_BOND_ACTIVE_SLAVE = 2 => active_port: u32 as Device; separate,
        /// How often it looks whether its ports have a carrier; zero is never.
        IFLA_BOND_MIIMON = 3 => miimon: Duration as Milliseconds<u32>,
        /// How long a port has a carrier before it is used.
        IFLA_BOND_UPDELAY = 4 => up_delay: Duration as Milliseconds<u32>; unless(lacks_link_monitor),
        /// How long a port lacks a carrier before it is no longer used.
        IFLA_BOND_DOWNDELAY = 5 => down_delay: Duration as Milliseconds<u32>; unless(lacks_link_monitor),
        /// It believes what its ports say of their carriers; newer kernels always do.
        IFLA_BOND_USE_CARRIER = 6 => use_carrier: bool,
        /// How often it asks for the addresses of its targets; zero is never.
        IFLA_BOND_ARP_INTERVAL = 7 => arp_interval: Duration as Milliseconds<u32>; unless(lacks_arp_monitor),
        /// The hosts that it asks for over IPv4, up to 16.
        IFLA_BOND_ARP_IP_TARGET = 8 => arp_targets: Items<'_, Ipv4Addr> as Array<Ipv4Addr, 0>,
        /// Which answers count.
        IFLA_BOND_ARP_VALIDATE = 9 => arp_validate: BondArpValidate; unless(lacks_arp_monitor),
        /// How many targets must answer.
        IFLA_BOND_ARP_ALL_TARGETS = 10 => arp_all_targets: BondArpAllTargets,
        /// The index of the port that is used rather than others.
        IFLA_BOND_PRIMARY = 11 => primary: u32 as Device,
        /// When the primary port is used again after it was down.
        IFLA_BOND_PRIMARY_RESELECT = 12 => primary_reselect: BondPrimaryReselect,
        /// Which hardware addresses its ports have.
        IFLA_BOND_FAIL_OVER_MAC = 13 => fail_over_mac: BondFailOverMac,
        /// By what it chooses the port for a packet.
        IFLA_BOND_XMIT_HASH_POLICY = 14 => transmit_hash_policy: BondTransmitHash,
        /// How often it joins its groups again after another port has become active.
        IFLA_BOND_RESEND_IGMP = 15 => resend_igmp: u32,
        /// How often it announces its addresses after another port has become active.
        IFLA_BOND_NUM_PEER_NOTIF = 16 => peer_notifications: u8,
        /// It takes what ports receive that are not active.
        IFLA_BOND_ALL_SLAVES_ACTIVE = 17 => all_ports_active: bool,
        /// How many ports must be up for it to have a carrier.
        IFLA_BOND_MIN_LINKS = 18 => min_links: u32,
        /// How often it sends learning packets to each port's peer, in seconds.
        IFLA_BOND_LP_INTERVAL = 19 => learning_interval: u32,
        /// How many packets it sends through a port before the next one; 0 chooses a port at random.
        IFLA_BOND_PACKETS_PER_SLAVE = 20 => packets_per_port: u32; unless(is_no_round_robin),
        /// How often the other end shall send it messages of LACP.
        IFLA_BOND_AD_LACP_RATE = 21 => lacp_rate: BondLacpRate; unless(lacks_lacp),
        /// Which aggregate of ports it uses.
        IFLA_BOND_AD_SELECT = 22 => ad_select: BondAdSelect,
        /// The aggregate in use.
        IFLA_BOND_AD_INFO = 23 => ad_info: &BondAdInfo as BondAdInfo; read_only,
        /// Its priority in LACP.
        IFLA_BOND_AD_ACTOR_SYS_PRIO = 24 => ad_actor_system_priority: u16,
        /// The upper part of its ports' keys, 0 to 1023.
        IFLA_BOND_AD_USER_PORT_KEY = 25 => ad_user_port_key: u16,
        /// Its address in LACP.
        IFLA_BOND_AD_ACTOR_SYSTEM = 26 => ad_actor_system: HardwareAddress; unless(has_own_system),
        /// It moves flows to other ports by their load.
        IFLA_BOND_TLB_DYNAMIC_LB = 27 => tlb_dynamic: bool; unless(is_no_tlb),
        /// How long it waits between announcements of its addresses.
        IFLA_BOND_PEER_NOTIF_DELAY = 28 => peer_notification_delay: Duration as Milliseconds<u32>; unless(lacks_link_monitor),
        /// It speaks LACP unasked.
        IFLA_BOND_AD_LACP_ACTIVE = 29 => lacp_active: bool; unless(lacks_lacp),
        /// How many answers may be missing before a port counts as down.
        IFLA_BOND_MISSED_MAX = 30 => arp_missed_max: u8; unless(lacks_arp_monitor),
        /// The hosts that it asks for over IPv6, up to 16.
        IFLA_BOND_NS_IP6_TARGET = 31 => ns_targets: Items<'_, Ipv6Addr> as Array<Ipv6Addr, 0>,
        /// Its ports begin to receive and to send together.
        IFLA_BOND_COUPLED_CONTROL = 32 => coupled_control: bool; unless(lacks_lacp),
        /// It asks for neighbours through all ports.
        IFLA_BOND_BROADCAST_NEIGH = 33 => broadcast_neighbour: bool; unless(lacks_lacp),
        /// It has no carrier while no port has found a partner.
        IFLA_BOND_LACP_STRICT = 34 => lacp_strict: bool; unless(lacks_lacp),
    }
}

/// Whether the bond is of one of these modes. Each option below is refused in all other modes, even to be set to nothing.
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
    /// use rtnetlink::link::{Bond, BondMode};
    ///
    /// let bond = Bond::named("bond0", BondMode::ACTIVE_BACKUP);
    /// assert_eq!(bond.view().kind::<Bond>().and_then(Bond::mode), Some(BondMode::ACTIVE_BACKUP));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, mode: BondMode) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Bond::build().mode(mode))
    }
}

netlink! {
    /// The aggregate of ports that a bond uses.
    pub struct BondAdInfo / BondAdInfoBuf
    attributes {
        /// Its number.
        IFLA_BOND_AD_INFO_AGGREGATOR = 1 => aggregator: u16,
        /// How many ports are in it.
        IFLA_BOND_AD_INFO_NUM_PORTS = 2 => ports: u16,
        /// The key of its ports.
        IFLA_BOND_AD_INFO_ACTOR_KEY = 3 => actor_key: u16,
        /// The key of the ports at the other end.
        IFLA_BOND_AD_INFO_PARTNER_KEY = 4 => partner_key: u16,
        /// The address of the other end.
        IFLA_BOND_AD_INFO_PARTNER_MAC = 5 => partner_address: HardwareAddress,
    }
}

values! {
    /// How the ports of a bond are used: `BOND_MODE_*`, in the words of `ip`.
    pub struct BondMode: u8 = "bond-mode" {
        /// One after another.
        BALANCE_RR = 0 => "balance-rr",
        /// One, and another when that is down.
        ACTIVE_BACKUP = 1 => "active-backup",
        /// One for each flow.
        BALANCE_XOR = 2 => "balance-xor",
        /// All for each packet.
        BROADCAST = 3 => "broadcast",
        /// As both ends agree by LACP (IEEE 802.3ad).
        DOT3AD = 4 => "802.3ad",
        /// One for each flow by its load; one of them receives.
        BALANCE_TLB = 5 => "balance-tlb",
        /// One for each flow by its load, in both directions.
        BALANCE_ALB = 6 => "balance-alb",
    }
}

values! {
    /// Which answers of targets count: `BOND_ARP_VALIDATE_*`, in the words of `ip`.
    pub struct BondArpValidate: u32 = "" {
        /// All that comes counts as one.
        NONE = 0 => "none",
        /// True answers at the active port.
        ACTIVE = 1 => "active",
        /// True answers at other ports.
        BACKUP = 2 => "backup",
        /// True answers at all ports.
        ALL = 3 => "all",
        /// All that is ARP.
        FILTER = 4 => "filter",
        /// All that is ARP, and true answers at the active port.
        FILTER_ACTIVE = 5 => "filter_active",
        /// All that is ARP, and true answers at other ports.
        FILTER_BACKUP = 6 => "filter_backup",
    }
}

values! {
    /// How many targets must answer: `BOND_ARP_TARGETS_*`, in the words of `ip`.
    pub struct BondArpAllTargets: u32 = "" {
        /// One.
        ANY = 0 => "any",
        /// All.
        ALL = 1 => "all",
    }
}

values! {
    /// When the primary port is used again: `BOND_PRI_RESELECT_*`, in the words of `ip`.
    pub struct BondPrimaryReselect: u8 = "" {
        /// As soon as it is up.
        ALWAYS = 0 => "always",
        /// When it is faster than the active one.
        BETTER = 1 => "better",
        /// When the active one goes down.
        FAILURE = 2 => "failure",
    }
}

values! {
    /// Which hardware addresses ports have: `BOND_FOM_*`, in the words of `ip`.
    pub struct BondFailOverMac: u8 = "" {
        /// All have the bond's.
        NONE = 0 => "none",
        /// The bond has that of the active one.
        ACTIVE = 1 => "active",
        /// The active one has the bond's.
        FOLLOW = 2 => "follow",
    }
}

values! {
    /// By what the port for a packet is chosen: `BOND_XMIT_POLICY_*`, in the words of `ip`.
    pub struct BondTransmitHash: u8 = "bond-xmit-policy" {
        /// By hardware addresses.
        LAYER2 = 0 => "layer2",
        /// By addresses and ports.
        LAYER34 = 1 => "layer3+4",
        /// By hardware addresses and addresses.
        LAYER23 = 2 => "layer2+3",
        /// By hardware addresses and addresses, of what is in a tunnel too.
        ENCAP23 = 3 => "encap2+3",
        /// By addresses and ports, of what is in a tunnel too.
        ENCAP34 = 4 => "encap3+4",
        /// By VLAN and the source's hardware address.
        VLAN_SRCMAC = 5 => "vlan+srcmac",
    }
}

values! {
    /// How often the other end sends messages of LACP: `AD_LACP_*`, in the words of `ip`.
    pub struct BondLacpRate: u8 = "" {
        /// Every 30 seconds.
        SLOW = 0 => "slow",
        /// Every second.
        FAST = 1 => "fast",
    }
}

values! {
    /// Which aggregate of ports a bond uses: `BOND_AD_*`, in the words of `ip`.
    pub struct BondAdSelect: u8 = "" {
        /// The one that it has, as long as that has a port.
        STABLE = 0 => "stable",
        /// The fastest one.
        BANDWIDTH = 1 => "bandwidth",
        /// The one with the most ports.
        COUNT = 2 => "count",
        /// The one whose ports have the best priority.
        ACTOR_PORT_PRIO = 3 => "actor_port_prio",
    }
}

#[cfg(all(test, target_endian = "little"))]
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
        for told in [capture!("link_bond1"), capture!("link_bond1_6_1")] {
            let bond = told.link().kind::<Bond>().unwrap();
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
        let told = capture!("link_bond2");
        let bond = told.link().kind::<Bond>().unwrap();
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
        let told = capture!("link_bond3");
        let bond = told.link().kind::<Bond>().unwrap();
        assert_eq!(bond.ad_info().and_then(BondAdInfo::ports), Some(1));
        assert_eq!(bond.mode().map(|mode| mode.to_string()), Some("802.3ad".to_owned()));
        assert_eq!(bond.ad_actor_system(), Some([2, 0, 0, 0, 0, 9].into()));
    }

    #[test]
    fn other_modes() {
        let bond = Bond::build().mode(BondMode::BALANCE_RR).packets_per_port(3);
        assert_eq!(built("bond4", bond), capture!("add_bond_rr").payload);
        let bond = Bond::build().mode(BondMode::BALANCE_TLB).tlb_dynamic(false);
        let bond = bond.transmit_hash_policy(BondTransmitHash::VLAN_SRCMAC);
        assert_eq!(built("bond5", bond), capture!("add_bond_tlb").payload);
        let told = capture!("link_bond5");
        assert_eq!(told.link().kind::<Bond>().and_then(Bond::tlb_dynamic), Some(false));
    }
}
