//! Links that have ports, and the options of their ports.

use crate::proof::{Case, case, prove};
use iproute2::rtnetlink::link::{
    Bond, BondPort, BridgePort, LinkMessageBuf, Team, TeamPort, Vrf, VrfPort,
    bond::{
        BondAdSelect, BondArpAllTargets, BondArpValidate, BondFailOverMac, BondLacpRate, BondMode,
        BondPrimaryReselect, BondTransmitHash,
    },
    bridge::{BridgeOptions, BridgePortState, MulticastRouter},
    vlan::VlanProtocol,
};
use iproute2::{Bridge, Dummy, LinkMessage};
use std::time::Duration;

#[test]
fn masters() {
    prove(
        cases(),
        &[
            // What only the kernel sets.
            "IFLA_BOND_AD_INFO",
            "IFLA_BR_BRIDGE_ID",
            "IFLA_BR_FDB_N_LEARNED",
            "IFLA_BR_GC_TIMER",
            "IFLA_BR_HELLO_TIMER",
            "IFLA_BR_MCAST_QUERIER_STATE",
            "IFLA_BR_ROOT_ID",
            "IFLA_BR_ROOT_PATH_COST",
            "IFLA_BR_ROOT_PORT",
            "IFLA_BR_TCN_TIMER",
            "IFLA_BR_TOPOLOGY_CHANGE",
            "IFLA_BR_TOPOLOGY_CHANGE_DETECTED",
            "IFLA_BR_TOPOLOGY_CHANGE_TIMER",
            // Later than Linux 6.12.
            "IFLA_BOND_BROADCAST_NEIGH",
            "IFLA_BOND_LACP_STRICT",
            "IFLA_BR_STP_MODE",
        ],
    );
}

/// Two links to be ports of `x0`, and how they become them.
fn dummies() -> [LinkMessageBuf; 2] {
    [91, 92].map(|index| dummy(index).name(format!("p{index}")))
}

fn dummy(index: u32) -> LinkMessageBuf {
    LinkMessage::build().index(index).address([2, 0, 0, 0, 0, index as u8]).kind(Dummy::build())
}

fn attached() -> [LinkMessageBuf; 3] {
    let link = |index| LinkMessage::build().index(index);
    [link(91).master(100), link(92).master(100), link(100).up()]
}

pub(crate) fn cases() -> Vec<Case> {
    let link = LinkMessage::build;
    let milliseconds = Duration::from_millis;
    let ticks = |hundredths: u64| Duration::from_millis(10 * hundredths);
    let fresh = || link().address("02:00:00:00:00:01");
    vec![
        case(link().kind(Team::build()), "type team"),
        case(link().kind(Vrf::build().table(10)), "type vrf table 10").fixed(),
        case(
            link().kind(
                Bond::build()
                    .mode(BondMode::ACTIVE_BACKUP)
                    .miimon(milliseconds(100))
                    .up_delay(milliseconds(200))
                    .down_delay(milliseconds(300))
                    .peer_notification_delay(milliseconds(500))
                    .use_carrier(true)
                    .primary_reselect(BondPrimaryReselect::BETTER)
                    .fail_over_mac(BondFailOverMac::ACTIVE)
                    .resend_igmp(3)
                    .peer_notifications(2)
                    .all_ports_active(true)
                    .min_links(1),
            ),
            "type bond mode active-backup miimon 100 updelay 200 downdelay 300 peer_notify_delay 500 use_carrier 1 \
             primary_reselect better fail_over_mac active resend_igmp 3 num_grat_arp 2 all_slaves_active 1 min_links 1",
        )
        .change(
            link().kind(Bond::build().miimon(milliseconds(50)).up_delay(milliseconds(100)).resend_igmp(4)),
        ),
        // Without a look at carriers a port is used as soon as it is there.
        case(
            link().kind(Bond::build().mode(BondMode::ACTIVE_BACKUP)),
            "type bond mode active-backup",
        )
        .before(dummies())
        .between(attached())
        .change(link().kind(Bond::build().primary(92).active_port(92))),
        case(
            link().kind(
                Bond::build()
                    .mode(BondMode::ACTIVE_BACKUP)
                    .arp_interval(milliseconds(100))
                    .arp_validate(BondArpValidate::ACTIVE)
                    .arp_all_targets(BondArpAllTargets::ALL)
                    .arp_targets(["192.0.2.1", "192.0.2.2"])
                    .ns_targets(["2001:db8::1", "2001:db8::2"])
                    .arp_missed_max(3),
            ),
            "type bond mode active-backup arp_interval 100 arp_validate active arp_all_targets all arp_ip_target \
             192.0.2.1,192.0.2.2 ns_ip6_target 2001:db8::1,2001:db8::2 arp_missed_max 3",
        )
        .change(link().kind(Bond::build().arp_targets(["192.0.2.3"]).arp_interval(milliseconds(200)))),
        case(
            link().kind(
                Bond::build()
                    .mode(BondMode::DOT3AD)
                    .miimon(milliseconds(100))
                    .transmit_hash_policy(BondTransmitHash::LAYER34)
                    .lacp_rate(BondLacpRate::FAST)
                    .ad_select(BondAdSelect::BANDWIDTH)
                    .ad_actor_system_priority(1000)
                    .ad_user_port_key(5)
                    .ad_actor_system("02:00:00:00:00:09")
                    .lacp_active(false)
                    .learning_interval(2),
            ),
            "type bond mode 802.3ad miimon 100 xmit_hash_policy layer3+4 lacp_rate fast ad_select bandwidth \
             ad_actor_sys_prio 1000 ad_user_port_key 5 ad_actor_system 02:00:00:00:00:09 lacp_active off lp_interval 2",
        )
        .before(dummies())
        .between(attached())
        .change(link().kind(Bond::build().all_ports_active(true).resend_igmp(4))),
        case(link().kind(Bond::build().mode(BondMode::DOT3AD).coupled_control(false)), "")
            .change(link().kind(Bond::build().lacp_rate(BondLacpRate::FAST))),
        case(
            link().kind(Bond::build().mode(BondMode::BALANCE_RR).packets_per_port(3)),
            "type bond mode balance-rr packets_per_slave 3",
        ),
        case(
            link().kind(
                Bond::build()
                    .mode(BondMode::BALANCE_TLB)
                    .tlb_dynamic_lb(false)
                    .transmit_hash_policy(BondTransmitHash::VLAN_SRCMAC),
            ),
            "type bond mode balance-tlb tlb_dynamic_lb 0 xmit_hash_policy vlan+srcmac",
        ),
        case(
            fresh().kind(
                Bridge::build()
                    .forward_delay(ticks(400))
                    .hello_time(ticks(100))
                    .max_age(ticks(600))
                    .ageing_time(ticks(12_000))
                    .stp_state(1)
                    .priority(4096)
                    .group_forward_mask(8)
                    .group_address("01:80:c2:00:00:05")
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
                    .set(BridgeOptions::NO_LL_LEARN | BridgeOptions::MCAST_VLAN_SNOOPING),
            ),
            "address 02:00:00:00:00:01 type bridge forward_delay 400 hello_time 100 max_age 600 ageing_time 12000 stp_state 1 \
             priority 4096 group_fwd_mask 8 group_address 01:80:c2:00:00:05 vlan_filtering 1 vlan_protocol 802.1ad \
             vlan_default_pvid 7 vlan_stats_enabled 1 vlan_stats_per_port 1 mcast_snooping 1 no_linklocal_learn 1 \
             mcast_vlan_snooping 1 mcast_router 2 mcast_query_use_ifaddr 1 mcast_querier 1 mcast_hash_elasticity 16 \
             mcast_hash_max 512 mcast_last_member_count 3 mcast_startup_query_count 4 mcast_last_member_interval 200 \
             mcast_membership_interval 20000 mcast_querier_interval 30000 mcast_query_interval 10000 \
             mcast_query_response_interval 900 mcast_startup_query_interval 3000 mcast_stats_enabled 1 \
             mcast_igmp_version 3 mcast_mld_version 2 nf_call_iptables 1 nf_call_ip6tables 1 nf_call_arptables 1",
        )
        .parts(&["IFLA_BR_VLAN_DEFAULT_PVID", "IFLA_BR_MCAST_SNOOPING", "IFLA_BR_NF_CALL_IPTABLES"])
        .change(
            link().kind(
                Bridge::build()
                    .forward_delay(ticks(500))
                    .stp_state(0)
                    .vlan_stats(false)
                    .vlan_protocol(VlanProtocol::DOT1Q)
                    .unset(BridgeOptions::NO_LL_LEARN)
                    .fdb_max_learned(1000),
            ),
        ),
        case(
            fresh().kind(
                Bridge::build()
                    .vlan_filtering(true)
                    .vlan_default_pvid(0)
                    .set(BridgeOptions::MST_ENABLE),
            ),
            "",
        )
        .parts(&["IFLA_BR_VLAN_DEFAULT_PVID"])
        .change(link().kind(Bridge::build().unset(BridgeOptions::MST_ENABLE))),
        case(fresh().kind(Bridge::build()), "address 02:00:00:00:00:01 type bridge")
            .change(link().kind(Bridge::build().fdb_flush(true)))
            .untold(&["IFLA_BR_FDB_FLUSH"]),
    ]
}

#[test]
fn ports_of_masters() {
    prove(
        ports(),
        &[
            // What only the kernel sets.
            "IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE",
            "IFLA_BOND_SLAVE_AD_AGGREGATOR_ID",
            "IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE",
            "IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE",
            "IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE",
            "IFLA_BOND_SLAVE_LINK_FAILURE_COUNT",
            "IFLA_BOND_SLAVE_MII_STATUS",
            "IFLA_BOND_SLAVE_PERM_HWADDR",
            "IFLA_BOND_SLAVE_STATE",
            "IFLA_BRPORT_BRIDGE_ID",
            "IFLA_BRPORT_CONFIG_PENDING",
            "IFLA_BRPORT_DESIGNATED_COST",
            "IFLA_BRPORT_DESIGNATED_PORT",
            "IFLA_BRPORT_FORWARD_DELAY_TIMER",
            "IFLA_BRPORT_HOLD_TIMER",
            "IFLA_BRPORT_ID",
            "IFLA_BRPORT_MCAST_EHT_HOSTS_CNT",
            "IFLA_BRPORT_MCAST_N_GROUPS",
            "IFLA_BRPORT_MESSAGE_AGE_TIMER",
            "IFLA_BRPORT_MRP_IN_OPEN",
            "IFLA_BRPORT_MRP_RING_OPEN",
            "IFLA_BRPORT_NO",
            "IFLA_BRPORT_ROOT_ID",
            "IFLA_BRPORT_TOPOLOGY_CHANGE_ACK",
            "IFLA_VRF_PORT_TABLE",
            // Of hardware only.
            "IFLA_BRPORT_LEARNING_SYNC",
            // Later than Linux 6.12.
            "IFLA_BOND_SLAVE_ACTOR_PORT_PRIO",
            "IFLA_BRPORT_NEIGH_FORWARD_GRAT",
        ],
    );
}

pub(crate) fn ports() -> Vec<Case> {
    let link = LinkMessage::build;
    let master = || link().name("m0").index(90).address("02:00:00:00:00:20");
    let x0 = || dummy(100).name("x0");
    vec![
        case(link().master(90).port(VrfPort::build()), "set x0 master m0")
            .before([master().kind(Vrf::build().table(10)), x0()]),
        case(link().master(90).port(TeamPort::build()), "set x0 master m0")
            .before([master().kind(Team::build()), x0()]),
        case(
            link().port(BondPort::build().queue_id(3).priority(5)),
            "set x0 type bond_slave queue_id 3 prio 5",
        )
        .before([
            master().kind(Bond::build().mode(BondMode::ACTIVE_BACKUP).miimon(Duration::from_millis(100))),
            x0().master(90),
        ]),
        case(
            link().port(
                BridgePort::build()
                    .state(BridgePortState::FORWARDING)
                    .priority(5)
                    .cost(17)
                    .guard(true)
                    .hairpin(true)
                    .fast_leave(true)
                    .root_block(true)
                    .learning(false)
                    .flood(false)
                    .proxy_arp(true)
                    .proxy_arp_wifi(true)
                    .multicast_router(MulticastRouter::PERMANENT)
                    .multicast_flood(false)
                    .broadcast_flood(false)
                    .multicast_to_unicast(true)
                    .group_forward_mask(8)
                    .neighbour_suppress(true)
                    .vlan_tunnel(true)
                    .isolated(true)
                    .locked(true),
            ),
            "set x0 type bridge_slave state 3 priority 5 cost 17 guard on hairpin on fastleave on \
             root_block on learning off flood off proxy_arp on proxy_arp_wifi on mcast_router 2 mcast_flood off \
             bcast_flood off mcast_to_unicast on group_fwd_mask 8 neigh_suppress on vlan_tunnel on isolated on locked on",
        )
        .before([master().kind(Bridge::build()).up(), x0().master(90).up()]),
        // What another kind of configuration excludes, or `ip` can't say.
        case(
            link().port(BridgePort::build().backup_port(91).locked(true).priority(7)),
            "set x0 type bridge_slave backup_port p91 locked on priority 7",
        )
        .before([
            master().kind(Bridge::build()).up(),
            x0().master(90).up(),
            dummy(91).name("p91").master(90),
        ])
        .change(
            link().port(
                BridgePort::build()
                    .mac_auth_bypass(true)
                    .multicast_hosts_limit(100)
                    .multicast_max_groups(200)
                    .neighbour_vlan_suppress(true)
                    .backup_nexthop(7)
                    .fdb_flush(true),
            ),
        )
        .untold(&["IFLA_BRPORT_FLUSH"]),
    ]
}
