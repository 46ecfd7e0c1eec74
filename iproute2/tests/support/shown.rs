//! What `ip -j -d -s link` shows, compared with what we read: field by field, and every field is compared.

use iproute2::netlink_packet::{Name, Packet};
use iproute2::rtnetlink::link::{
    Batadv, Bond, BondPort, BridgePort, Geneve, Gre, Gtp, Hsr, Inet6Spec, Ipvlan, LinkInfo, LinkType, Macsec,
    ProtoDownReason, Tun, Tunnel, Tunnel6, Vrf, VrfPort, Vti, Xfrm,
    bond::{BondAdInfo, BondArpValidate},
    bond_port::LacpState,
    bridge::{BridgeOptions, BridgeOptionsChange},
    gre::GreFlags,
    ipvlan::IpvlanFlags,
    macvlan::{MacvlanAddresses, MacvlanFlags},
    tunnel::{Encapsulation, EncapsulationFlags, TunnelFlags},
    tunnel6::{FlowInfo, Tunnel6Flags},
    vlan::VlanQos,
};
use iproute2::{Bridge, HardwareAddress, LinkFlags, LinkMessage, Macvlan, Vlan, Vxlan};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// The fields of an object as `ip` names them; one that is null is not shown.
type Fields = Vec<(&'static str, Value)>;

/// The names of links by their index.
pub(crate) type Names = BTreeMap<u32, String>;

/// Where what we read differs from what `ip` shows of the same links.
pub(crate) fn differences(
    links: &[Packet<LinkMessage>],
    shown: Vec<Value>,
    wanted: impl Fn(&LinkMessage) -> bool,
) -> Vec<String> {
    assert_eq!(links.len(), shown.len());
    let names: Names = links.iter().map(|link| (link.index(), link.name().to_string())).collect();
    let mut differences = Vec::new();
    for (link, shown) in links.iter().zip(shown).filter(|(link, _)| wanted(link)) {
        let name = link.name();
        let mut compare = |what: &str, ours: Fields, shown: &Value| {
            let nothing = Map::new();
            let shown = shown.as_object().unwrap_or(&nothing);
            let unknown = shown.keys().filter(|key| !ours.iter().any(|(field, _)| field == key));
            for key in unknown {
                differences.push(format!("{what}{key} of {name} is {} to ip: who compares it?", shown[key]));
            }
            for (field, ours) in &ours {
                let shown = shown.get(*field).unwrap_or(&Value::Null);
                let close = field.ends_with("_timer") && about(ours, shown);
                if ours != shown && !close {
                    differences.push(format!("{what}{field} of {name}: {ours} is {shown} to ip"));
                }
            }
        };
        let mut shown = shown;
        adapt(&mut shown);
        let info = shown["linkinfo"].take();
        shown.as_object_mut().unwrap().remove("linkinfo");
        let stats = shown["stats64"].take();
        compare("stats64/", of_stats(link), &json!({ "rx": stats["rx"], "tx": stats["tx"] }));
        shown.as_object_mut().unwrap().remove("stats64");
        compare("", of_link(link, &names), &shown);
        compare("info_data/", of_kind(link, &names), &info["info_data"]);
        compare("info_slave_data/", of_port(link, &names), &info["info_slave_data"]);
        let kinds = vec![
            ("info_kind", json!(link.kind_name())),
            ("info_slave_kind", json!(link.info().and_then(LinkInfo::port_kind_name))),
        ];
        let mut rest = info;
        if let Some(rest) = rest.as_object_mut() {
            rest.retain(|key, _| !["info_data", "info_slave_data"].contains(&key.as_str()));
        }
        compare("linkinfo/", kinds, &rest);
    }
    differences
}

/// Whether two times are of the same few seconds.
fn about(ours: &Value, shown: &Value) -> bool {
    ours.as_f64().zip(shown.as_f64()).is_some_and(|(ours, shown)| (ours - shown).abs() < 10.0)
}

/// Words of `ip` that are not what the kernel said.
fn adapt(shown: &mut Value) {
    if let Some(Value::Array(flags)) = shown.get_mut("flags") {
        flags.retain(|flag| flag != "M-DOWN");
    }
}

fn text<T: ToString>(value: Option<T>) -> Value {
    json!(value.map(|value| value.to_string()))
}

/// What stands for nothing is not shown.
fn unless<T: PartialEq + Into<Value>>(value: Option<T>, nothing: T) -> Value {
    value.filter(|value| *value != nothing).map_or(Value::Null, Into::into)
}

/// Shown where it is on.
fn when(value: Option<bool>) -> Value {
    unless(value, false)
}

fn device(index: Option<u32>, names: &Names) -> Value {
    json!(index.filter(|index| *index != 0).map(|index| names.get(&index)))
}

fn of_link(link: &LinkMessage, names: &Names) -> Fields {
    let flags: Vec<String> = link.flags().to_string().split(',').map(str::to_owned).collect();
    let flags = flags.into_iter().filter(|flag| flag != "RUNNING");
    // A word of `ip` is no flag of the link: what it lacks.
    let no_carrier = link.flags().contains(LinkFlags::UP) && !link.flags().contains(LinkFlags::RUNNING);
    let flags = no_carrier
        .then(|| "NO-CARRIER".to_owned())
        .into_iter()
        .chain(flags)
        .filter(|flag| !flag.is_empty())
        .collect::<Vec<_>>();
    let alt_names: Vec<String> = link.alt_names().map(Name::to_string).collect();
    let is_point_to_point = link.flags().contains(LinkFlags::POINT_TO_POINT);
    let address = |address: Option<HardwareAddress>| {
        json!(address.map(|address| address.on(link.link_type()).to_string()))
    };
    let reasons = link.proto_down_reason().and_then(ProtoDownReason::value).unwrap_or(0);
    let reasons = (0..32).filter(|bit| reasons >> bit & 1 != 0);
    let permanent = link.permanent_address().filter(|address| Some(*address) != link.address());
    let link_type = match link.link_type() {
        // Linux 4.11 has it, and `ip` no word.
        LinkType::VSOCKMON => json!("[826]"),
        link_type => json!(link_type.to_string()),
    };
    let parent = match link.parent_namespace() {
        None => device(link.parent(), names),
        Some(_) => Value::Null,
    };
    vec![
        ("ifindex", json!(link.index())),
        ("link", parent),
        ("ifname", json!(link.name().to_string())),
        ("flags", json!(flags)),
        ("mtu", json!(link.mtu())),
        ("qdisc", json!(link.qdisc())),
        ("master", device(link.master(), names)),
        ("operstate", text(link.state())),
        ("linkmode", text(link.mode().map(|mode| mode.to_string().to_uppercase()))),
        (
            "group",
            json!(link.group().map(|group| if group == 0 { "default".into() } else { group.to_string() })),
        ),
        ("txqlen", unless(link.tx_queue_length(), 0)),
        ("link_type", link_type),
        ("address", address(link.address())),
        ("link_pointtopoint", when(link.address().and(Some(is_point_to_point)))),
        ("broadcast", address(link.broadcast())),
        ("permaddr", address(permanent)),
        ("ifalias", text(link.alias())),
        ("altnames", if alt_names.is_empty() { Value::Null } else { json!(alt_names) }),
        ("proto_down", when(link.proto_down())),
        ("proto_down_reason", list(Some(reasons))),
        ("promiscuity", json!(link.promiscuity())),
        ("allmulti", json!(link.all_multicast_count())),
        ("min_mtu", json!(link.min_mtu())),
        ("max_mtu", json!(link.max_mtu())),
        ("inet6_addr_gen_mode", text(link.inet6().and_then(Inet6Spec::address_generation))),
        ("num_tx_queues", json!(link.tx_queues())),
        ("num_rx_queues", json!(link.rx_queues())),
        ("gso_max_size", json!(link.gso_max_size())),
        ("gso_max_segs", json!(link.gso_max_segments())),
        ("tso_max_size", json!(link.tso_max_size())),
        ("tso_max_segs", json!(link.tso_max_segments())),
        ("gro_max_size", json!(link.gro_max_size())),
    ]
}

fn of_stats(link: &LinkMessage) -> Fields {
    let stats = link.stats().unwrap();
    vec![
        (
            "rx",
            json!({
                "bytes": stats.rx_bytes(),
                "packets": stats.rx_packets(),
                "errors": stats.rx_errors(),
                "dropped": stats.rx_dropped(),
                "over_errors": stats.rx_over_errors(),
                "multicast": stats.multicast(),
            }),
        ),
        (
            "tx",
            json!({
                "bytes": stats.tx_bytes(),
                "packets": stats.tx_packets(),
                "errors": stats.tx_errors(),
                "dropped": stats.tx_dropped(),
                "carrier_errors": stats.tx_carrier_errors(),
                "collisions": stats.collisions(),
            }),
        ),
    ]
}

/// Options of the kind.
fn of_kind(link: &LinkMessage, names: &Names) -> Fields {
    let fields = match link.kind_name().unwrap_or_default() {
        "batadv" => link.kind().map(batadv),
        "bond" => link.kind().map(|bond| self::bond(bond, names)),
        "bridge" => link.kind().map(bridge),
        "geneve" => link.kind().map(geneve),
        "gtp" => link.kind().map(gtp),
        "hsr" => link.kind().map(|hsr| self::hsr(hsr, names)),
        "ipvlan" | "ipvtap" => link.kind().map(ipvlan),
        "macsec" => link.kind().map(macsec),
        "macvlan" | "macvtap" => link.kind().map(macvlan),
        "gre" | "gretap" | "erspan" | "ip6gre" | "ip6gretap" | "ip6erspan" => {
            link.kind().map(|gre| self::gre(gre, names))
        }
        "ip6tnl" => link.kind().map(|tunnel| tunnel6(tunnel, names)),
        "ipip" | "sit" => link.kind().map(|tunnel| self::tunnel(tunnel, names)),
        "tun" => link.kind().map(tun),
        "vlan" => link.kind().map(vlan),
        "vrf" => link.kind().map(|vrf: &Vrf| vec![("table", json!(vrf.table()))]),
        "vxlan" => link.kind().map(|vxlan| self::vxlan(vxlan, names)),
        "vti" | "vti6" => link.kind().map(|vti| self::vti(vti, names)),
        "xfrm" => link.kind().map(xfrm),
        _ => None,
    };
    fields.unwrap_or_default()
}

/// Options as a port of its master.
fn of_port(link: &LinkMessage, names: &Names) -> Fields {
    let vrf = |port: &VrfPort| vec![("table", json!(port.table()))];
    let port = link.port().map(bond_port).or(link.port().map(|port| bridge_port(port, names)));
    port.or(link.port().map(vrf)).unwrap_or_default()
}

/// In the word `ip` has for 0 and others as a number with a prefix.
fn hex<T: Into<u64>>(value: Option<T>) -> Value {
    json!(value.map(Into::into).map(|value| if value == 0 { "0".to_owned() } else { format!("{value:#x}") }))
}

fn bit(value: Option<bool>) -> Value {
    json!(value.map(u8::from))
}

fn milliseconds(time: Option<Duration>) -> Value {
    json!(time.map(|time| time.as_millis()))
}

fn centiseconds(time: Option<Duration>) -> Value {
    json!(time.map(|time| time.as_millis() / 10))
}

fn seconds(time: Option<Duration>) -> Value {
    json!(time.map(|time| time.as_secs_f64()))
}

fn list<T: ToString>(values: Option<impl Iterator<Item = T>>) -> Value {
    let values: Vec<String> = values.into_iter().flatten().map(|value| value.to_string()).collect();
    if values.is_empty() { Value::Null } else { json!(values) }
}

fn batadv(batadv: &Batadv) -> Fields {
    vec![("algo", json!(batadv.algorithm()))]
}

fn bond(bond: &Bond, names: &Names) -> Fields {
    let ad_info = |info: &BondAdInfo| {
        json!({
            "aggregator": info.aggregator(),
            "num_ports": info.ports(),
            "actor_key": info.actor_key(),
            "partner_key": info.partner_key(),
            "partner_mac": info.partner_address().map(|address| address.to_string()),
        })
    };
    let switch = |on: Option<bool>| json!(on.map(|on| if on { "on" } else { "off" }));
    vec![
        ("mode", text(bond.mode())),
        ("active_slave", device(bond.active_port(), names)),
        ("miimon", milliseconds(bond.miimon())),
        ("updelay", milliseconds(bond.up_delay())),
        ("downdelay", milliseconds(bond.down_delay())),
        ("peer_notify_delay", milliseconds(bond.peer_notification_delay())),
        ("use_carrier", bit(bond.use_carrier())),
        ("arp_interval", milliseconds(bond.arp_interval())),
        ("arp_ip_target", list(bond.arp_targets())),
        ("ns_ip6_target", list(bond.ns_targets())),
        ("arp_validate", text(bond.arp_validate().filter(|validate| *validate != BondArpValidate::NONE))),
        ("arp_all_targets", text(bond.arp_all_targets())),
        ("arp_missed_max", json!(bond.arp_missed_max())),
        ("primary", device(bond.primary(), names)),
        ("primary_reselect", text(bond.primary_reselect())),
        ("fail_over_mac", text(bond.fail_over_mac())),
        ("xmit_hash_policy", text(bond.transmit_hash_policy())),
        ("resend_igmp", json!(bond.resend_igmp())),
        ("num_peer_notif", json!(bond.peer_notifications())),
        ("all_slaves_active", bit(bond.all_ports_active())),
        ("min_links", json!(bond.min_links())),
        ("lp_interval", json!(bond.learning_interval())),
        ("packets_per_slave", json!(bond.packets_per_port())),
        ("ad_lacp_active", switch(bond.lacp_active())),
        ("ad_lacp_rate", text(bond.lacp_rate())),
        ("ad_select", text(bond.ad_select())),
        ("ad_info", json!(bond.ad_info().map(ad_info))),
        ("ad_actor_sys_prio", json!(bond.ad_actor_system_priority())),
        ("ad_user_port_key", json!(bond.ad_user_port_key())),
        ("ad_actor_system", text(bond.ad_actor_system())),
        ("tlb_dynamic_lb", bit(bond.tlb_dynamic_lb())),
    ]
}

fn bond_port(port: &BondPort) -> Fields {
    let words = |state: LacpState| {
        let words = state.to_string();
        words.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    vec![
        ("state", text(port.state())),
        ("mii_status", text(port.mii_status())),
        ("link_failure_count", json!(port.link_failures())),
        ("perm_hwaddr", text(port.permanent_address())),
        ("queue_id", json!(port.queue_id())),
        ("prio", json!(port.priority())),
        ("ad_aggregator_id", json!(port.ad_aggregator_id())),
        ("ad_actor_oper_port_state", json!(port.ad_actor_state().map(|state| state.bits()))),
        ("ad_actor_oper_port_state_str", json!(port.ad_actor_state().map(words))),
        ("ad_partner_oper_port_state_str", json!(port.ad_partner_state().map(words))),
        ("ad_partner_oper_port_state", json!(port.ad_partner_state().map(|state| state.bits()))),
    ]
}

fn bridge(bridge: &Bridge) -> Fields {
    let option = |option| {
        let options = bridge.options().map(BridgeOptionsChange::options);
        bit(options.map(|options| options.contains(option)))
    };
    vec![
        ("forward_delay", centiseconds(bridge.forward_delay())),
        ("hello_time", centiseconds(bridge.hello_time())),
        ("max_age", centiseconds(bridge.max_age())),
        ("ageing_time", centiseconds(bridge.ageing_time())),
        ("stp_state", json!(bridge.stp_state())),
        ("priority", json!(bridge.priority())),
        ("vlan_filtering", bit(bridge.vlan_filtering())),
        ("vlan_protocol", text(bridge.vlan_protocol())),
        ("bridge_id", text(bridge.bridge_id())),
        ("root_id", text(bridge.root_id())),
        ("root_port", json!(bridge.root_port())),
        ("root_path_cost", json!(bridge.root_path_cost())),
        ("topology_change", bit(bridge.topology_change())),
        ("topology_change_detected", bit(bridge.topology_change_detected())),
        ("hello_timer", seconds(bridge.hello_timer())),
        ("tcn_timer", seconds(bridge.tcn_timer())),
        ("topology_change_timer", seconds(bridge.topology_change_timer())),
        ("gc_timer", seconds(bridge.gc_timer())),
        ("vlan_default_pvid", json!(bridge.vlan_default_pvid())),
        ("vlan_stats_enabled", bit(bridge.vlan_stats())),
        ("vlan_stats_per_port", bit(bridge.vlan_stats_per_port())),
        ("group_fwd_mask", hex(bridge.group_forward_mask())),
        ("group_addr", text(bridge.group_address())),
        ("mcast_router", json!(bridge.multicast_router().map(|router| router.0))),
        ("mcast_snooping", bit(bridge.multicast_snooping())),
        ("no_linklocal_learn", option(BridgeOptions::NO_LL_LEARN)),
        ("mcast_vlan_snooping", option(BridgeOptions::MCAST_VLAN_SNOOPING)),
        ("mcast_query_use_ifaddr", bit(bridge.multicast_query_use_address())),
        ("mcast_querier", bit(bridge.multicast_querier())),
        ("mcast_hash_elasticity", json!(bridge.multicast_hash_elasticity())),
        ("mcast_hash_max", json!(bridge.multicast_hash_max())),
        ("mcast_last_member_cnt", json!(bridge.multicast_last_member_count())),
        ("mcast_startup_query_cnt", json!(bridge.multicast_startup_query_count())),
        ("mcast_last_member_intvl", centiseconds(bridge.multicast_last_member_interval())),
        ("mcast_membership_intvl", centiseconds(bridge.multicast_membership_interval())),
        ("mcast_querier_intvl", centiseconds(bridge.multicast_querier_interval())),
        ("mcast_query_intvl", centiseconds(bridge.multicast_query_interval())),
        ("mcast_query_response_intvl", centiseconds(bridge.multicast_query_response_interval())),
        ("mcast_startup_query_intvl", centiseconds(bridge.multicast_startup_query_interval())),
        ("mcast_stats_enabled", bit(bridge.multicast_stats())),
        ("mcast_igmp_version", json!(bridge.multicast_igmp_version())),
        ("mcast_mld_version", json!(bridge.multicast_mld_version())),
        ("nf_call_iptables", bit(bridge.nf_call_iptables())),
        ("nf_call_ip6tables", bit(bridge.nf_call_ip6tables())),
        ("nf_call_arptables", bit(bridge.nf_call_arptables())),
    ]
}

fn bridge_port(port: &BridgePort, names: &Names) -> Fields {
    vec![
        ("state", text(port.state())),
        ("priority", json!(port.priority())),
        ("cost", json!(port.cost())),
        ("hairpin", json!(port.hairpin())),
        ("guard", json!(port.guard())),
        ("root_block", json!(port.root_block())),
        ("fastleave", json!(port.fast_leave())),
        ("learning", json!(port.learning())),
        ("flood", json!(port.flood())),
        ("id", hex(port.id())),
        ("no", hex(port.number())),
        ("designated_port", json!(port.designated_port())),
        ("designated_cost", json!(port.designated_cost())),
        ("bridge_id", text(port.bridge_id())),
        ("root_id", text(port.root_id())),
        ("hold_timer", seconds(port.hold_timer())),
        ("message_age_timer", seconds(port.message_age_timer())),
        ("forward_delay_timer", seconds(port.forward_delay_timer())),
        ("topology_change_ack", bit(port.topology_change_ack())),
        ("config_pending", bit(port.config_pending())),
        ("proxy_arp", json!(port.proxy_arp())),
        ("proxy_arp_wifi", json!(port.proxy_arp_wifi())),
        ("multicast_router", json!(port.multicast_router().map(|router| router.0))),
        ("mcast_flood", json!(port.multicast_flood())),
        ("bcast_flood", json!(port.broadcast_flood())),
        ("mcast_to_unicast", json!(port.multicast_to_unicast())),
        ("neigh_suppress", json!(port.neighbour_suppress())),
        ("group_fwd_mask", hex(port.group_forward_mask())),
        ("group_fwd_mask_str", json!(port.group_forward_mask().map(|mask| format!("{mask:#x}")))),
        ("vlan_tunnel", json!(port.vlan_tunnel())),
        ("isolated", json!(port.isolated())),
        ("locked", json!(port.locked())),
        ("backup_port", device(port.backup_port(), names)),
    ]
}

fn geneve(geneve: &Geneve) -> Fields {
    vec![
        ("external", when(geneve.external())),
        ("id", json!(geneve.id())),
        ("remote", text(geneve.remote4())),
        ("remote6", text(geneve.remote6())),
        ("ttl", json!(geneve.ttl().filter(|_| geneve.ttl_inherit() != Some(true)))),
        ("tos", hex(geneve.tos().filter(|tos| *tos != 0))),
        ("df", text(geneve.dont_fragment())),
        ("label", hex(geneve.label().filter(|label| *label != 0))),
        ("port", json!(geneve.port())),
        ("udp_csum", json!(geneve.udp_checksum())),
        ("udp_zero_csum6_tx", json!(geneve.udp_zero_checksum6_tx())),
        ("udp_zero_csum6_rx", json!(geneve.udp_zero_checksum6_rx())),
        ("inner_proto_inherit", when(geneve.inner_protocol_inherit())),
    ]
}

fn gre(gre: &Gre, names: &Names) -> Fields {
    let (input, output) = (gre.input_flags().unwrap_or_default(), gre.output_flags().unwrap_or_default());
    let key =
        |flags: GreFlags, key: Option<u32>| json!(key.filter(|_| flags.contains(GreFlags::KEY)).map(dotted));
    let over_ipv6 = gre.flags().is_some();
    let mut fields = vec![
        ("external", when(gre.external())),
        ("local", end(gre.local())),
        ("remote", end(gre.remote())),
        ("link", device(gre.device(), names)),
        ("ttl", json!(gre.ttl())),
        ("tos", if over_ipv6 { Value::Null } else { hex(gre.tos().filter(|tos| *tos != 0)) }),
        ("pmtudisc", if over_ipv6 { Value::Null } else { json!(gre.path_mtu_discovery()) }),
        ("ikey", key(input, gre.input_key())),
        ("okey", key(output, gre.output_key())),
        ("iseq", when(Some(input.contains(GreFlags::SEQ)))),
        ("oseq", when(Some(output.contains(GreFlags::SEQ)))),
        ("icsum", when(Some(input.contains(GreFlags::CSUM)))),
        ("ocsum", when(Some(output.contains(GreFlags::CSUM)))),
        ("ignore_df", when(gre.ignore_df())),
        ("fwmark", hex(gre.mark().filter(|mark| *mark != 0))),
        (
            "encap",
            encapsulation(gre.encap_type(), gre.encap_flags(), gre.encap_source_port(), gre.encap_port()),
        ),
        ("erspan_index", json!(gre.erspan_index())),
        ("erspan_ver", json!(gre.erspan_version())),
        ("erspan_dir", text(gre.erspan_direction())),
        ("erspan_hwid", hex(gre.erspan_hardware_id())),
    ];
    if let Some(flags) = gre.flags() {
        fields.extend(of_flags(flags, gre.encap_limit(), gre.flow_info()));
    }
    fields
}

/// What all tunnels over IPv6 have.
fn of_flags(flags: Tunnel6Flags, encap_limit: Option<u8>, flow_info: Option<FlowInfo>) -> Fields {
    let is = |flag| when(Some(flags.contains(flag)));
    let or = |flag, value: Value| if flags.contains(flag) { Value::Null } else { value };
    let flow = flow_info.unwrap_or_default();
    vec![
        ("ip6_tnl_f_ign_encap_limit", is(Tunnel6Flags::IGN_ENCAP_LIMIT)),
        ("encap_limit", or(Tunnel6Flags::IGN_ENCAP_LIMIT, json!(encap_limit))),
        ("ip6_tnl_f_use_orig_flowlabel", is(Tunnel6Flags::USE_ORIG_FLOWLABEL)),
        ("flowlabel", or(Tunnel6Flags::USE_ORIG_FLOWLABEL, json!(format!("{:#07x}", flow.label)))),
        ("ip6_tnl_f_use_orig_tclass", is(Tunnel6Flags::USE_ORIG_TCLASS)),
        ("tclass", or(Tunnel6Flags::USE_ORIG_TCLASS, json!(format!("{:#04x}", flow.class)))),
        ("ip6_tnl_f_rcv_dscp_copy", is(Tunnel6Flags::RCV_DSCP_COPY)),
        ("ip6_tnl_f_mip6_dev", is(Tunnel6Flags::MIP6_DEV)),
        ("ip6_tnl_f_use_orig_fwmark", is(Tunnel6Flags::USE_ORIG_FWMARK)),
        ("ip6_tnl_f_allow_local_remote", is(Tunnel6Flags::ALLOW_LOCAL_REMOTE)),
    ]
}

/// An end of a tunnel, which may be open.
fn end(address: Option<impl Into<IpAddr>>) -> Value {
    let address = address.map(Into::into).filter(|address: &IpAddr| !address.is_unspecified());
    json!(address.map_or("any".to_owned(), |address| address.to_string()))
}

/// A key as an address, which is how `ip` shows it.
fn dotted(key: u32) -> String {
    Ipv4Addr::from(key).to_string()
}

fn encapsulation(
    encapsulation: Option<Encapsulation>,
    flags: Option<EncapsulationFlags>,
    source_port: Option<u16>,
    port: Option<u16>,
) -> Value {
    let Some(encapsulation) = encapsulation.filter(|encapsulation| *encapsulation != Encapsulation::NONE)
    else {
        return Value::Null;
    };
    let flags = flags.unwrap_or_default();
    json!({
        "type": encapsulation.to_string(),
        "sport": source_port,
        "dport": port,
        "csum": flags.contains(EncapsulationFlags::CSUM),
        "csum6": flags.contains(EncapsulationFlags::CSUM6),
        "remcsum": flags.contains(EncapsulationFlags::REMCSUM),
    })
}

fn gtp(gtp: &Gtp) -> Fields {
    vec![
        ("hsize", json!(gtp.hash_size())),
        ("role", text(gtp.role())),
        ("restart_count", json!(gtp.restart_count())),
    ]
}

fn hsr(hsr: &Hsr, names: &Names) -> Fields {
    vec![
        ("slave1", device(hsr.port1(), names)),
        ("slave2", device(hsr.port2(), names)),
        ("seq_nr", json!(hsr.sequence())),
        ("supervision_addr", text(hsr.supervision_address())),
        ("proto", json!(hsr.protocol().map(|protocol| protocol.0))),
    ]
}

fn ipvlan(ipvlan: &Ipvlan) -> Fields {
    let is = |flags: IpvlanFlags| ipvlan.flags().filter(|set| *set == flags).map(|_| true);
    vec![
        ("mode", text(ipvlan.mode())),
        ("private", json!(is(IpvlanFlags::PRIVATE))),
        ("vepa", json!(is(IpvlanFlags::VEPA))),
        ("bridge", json!(is(IpvlanFlags::empty()))),
    ]
}

fn macsec(macsec: &Macsec) -> Fields {
    vec![
        ("sci", json!(macsec.sci().map(|sci| format!("{sci:016x}")))),
        ("icv_len", json!(macsec.icv_length())),
        ("cipher_suite", text(macsec.cipher_suite())),
        ("window", unless(macsec.window(), 0)),
        ("encoding_sa", json!(macsec.encoding_association())),
        ("encrypt", json!(macsec.encrypt())),
        ("protect", json!(macsec.protect())),
        ("inc_sci", json!(macsec.include_sci())),
        ("es", json!(macsec.end_station())),
        ("scb", json!(macsec.single_copy_broadcast())),
        ("replay_protect", json!(macsec.replay_protect())),
        ("validation", text(macsec.validation())),
        ("offload", text(macsec.offload())),
    ]
}

fn macvlan(macvlan: &Macvlan) -> Fields {
    let is = |flag: MacvlanFlags| when(macvlan.flags().map(|flags| flags.contains(flag)));
    vec![
        ("mode", text(macvlan.mode())),
        ("nopromisc", is(MacvlanFlags::NOPROMISC)),
        ("nodst", is(MacvlanFlags::NODST)),
        ("macaddr_count", unless(macvlan.source_count(), 0)),
        ("macaddr_data", list(macvlan.sources().and_then(MacvlanAddresses::addresses))),
        ("bcqueuelen", json!(macvlan.broadcast_queue_length())),
        ("usedbcqueuelen", json!(macvlan.broadcast_queue_length_used())),
    ]
}

fn tun(tun: &Tun) -> Fields {
    vec![
        ("type", text(tun.mode())),
        ("user", json!(tun.owner())),
        ("group", json!(tun.group())),
        ("pi", json!(tun.packet_info())),
        ("vnet_hdr", json!(tun.virtual_header())),
        ("persist", json!(tun.persist())),
        ("multi_queue", json!(tun.multi_queue())),
        ("numqueues", json!(tun.queues())),
        ("numdisabled", json!(tun.disabled_queues())),
    ]
}

fn tunnel(tunnel: &Tunnel, names: &Names) -> Fields {
    let rapid = tunnel.rapid_prefix_length().filter(|length| *length != 0);
    let relay = tunnel.rapid_relay_prefix_length().filter(|length| *length != 0);
    let isatap = tunnel.flags().map(|flags| flags.contains(TunnelFlags::ISATAP));
    vec![
        ("external", when(tunnel.external())),
        ("proto", text(tunnel.protocol())),
        ("local", end(tunnel.local())),
        ("remote", end(tunnel.remote())),
        ("link", device(tunnel.device(), names)),
        ("ttl", json!(tunnel.ttl())),
        ("tos", hex(tunnel.tos().filter(|tos| *tos != 0))),
        ("pmtudisc", json!(tunnel.path_mtu_discovery())),
        ("isatap", when(isatap)),
        ("prefix", text(rapid.and(tunnel.rapid_prefix()))),
        ("prefixlen", json!(rapid)),
        ("relay_prefix", text(relay.and(tunnel.rapid_relay_prefix()))),
        ("relay_prefixlen", json!(relay)),
        ("fwmark", hex(tunnel.mark().filter(|mark| *mark != 0))),
        (
            "encap",
            encapsulation(
                tunnel.encap_type(),
                tunnel.encap_flags(),
                tunnel.encap_source_port(),
                tunnel.encap_port(),
            ),
        ),
    ]
}

fn tunnel6(tunnel: &Tunnel6, names: &Names) -> Fields {
    let mut fields = vec![
        ("external", when(tunnel.external())),
        ("proto", text(tunnel.protocol())),
        ("local", end(tunnel.local())),
        ("remote", end(tunnel.remote())),
        ("link", device(tunnel.device(), names)),
        ("ttl", json!(tunnel.hop_limit())),
        ("fwmark", hex(tunnel.mark().filter(|mark| *mark != 0))),
        (
            "encap",
            encapsulation(
                tunnel.encap_type(),
                tunnel.encap_flags(),
                tunnel.encap_source_port(),
                tunnel.encap_port(),
            ),
        ),
    ];
    fields.extend(of_flags(tunnel.flags().unwrap_or_default(), tunnel.encap_limit(), tunnel.flow_info()));
    fields
}

fn vti(vti: &Vti, names: &Names) -> Fields {
    let key = |key: Option<u32>| json!(key.filter(|key| *key != 0).map(dotted));
    vec![
        ("local", end(vti.local())),
        ("remote", end(vti.remote())),
        ("link", device(vti.device(), names)),
        ("ikey", key(vti.input_key())),
        ("okey", key(vti.output_key())),
        ("fwmark", hex(vti.mark().filter(|mark| *mark != 0))),
    ]
}

fn vxlan(vxlan: &Vxlan, names: &Names) -> Fields {
    vec![
        ("id", json!(vxlan.id())),
        ("remote", text(vxlan.remote4())),
        ("remote6", text(vxlan.remote6())),
        ("local", text(vxlan.local4())),
        ("local6", text(vxlan.local6())),
        ("link", device(vxlan.device(), names)),
        ("port", json!(vxlan.port())),
        ("ttl", json!(vxlan.ttl().filter(|_| vxlan.ttl_inherit() != Some(true)))),
        ("tos", hex(vxlan.tos().filter(|tos| *tos != 0))),
        ("df", text(vxlan.dont_fragment())),
        ("label", hex(vxlan.label().filter(|label| *label != 0))),
        (
            "port_range",
            json!(vxlan.source_ports().map(|ports| json!({ "low": ports.low(), "high": ports.high() }))),
        ),
        ("ageing", json!(vxlan.ageing().map(|ageing| ageing.as_secs()))),
        ("limit", unless(vxlan.max_addresses(), 0)),
        ("learning", json!(vxlan.learning())),
        ("proxy", when(vxlan.proxy())),
        ("rsc", when(vxlan.route_short_circuit())),
        ("l2miss", when(vxlan.l2_miss())),
        ("l3miss", when(vxlan.l3_miss())),
        ("udp_csum", json!(vxlan.udp_checksum())),
        ("udp_zero_csum6_tx", json!(vxlan.udp_zero_checksum6_tx())),
        ("udp_zero_csum6_rx", json!(vxlan.udp_zero_checksum6_rx())),
        ("remcsum_tx", when(vxlan.remote_checksum_tx())),
        ("remcsum_rx", when(vxlan.remote_checksum_rx())),
        ("gbp", when(vxlan.group_policy())),
        ("gpe", when(vxlan.generic_protocol())),
        ("external", when(vxlan.external())),
        ("vnifilter", when(vxlan.vni_filter())),
    ]
}

fn xfrm(xfrm: &Xfrm) -> Fields {
    vec![("if_id", hex(xfrm.id().filter(|id| *id != 0))), ("external", when(xfrm.external()))]
}

fn vlan(vlan: &Vlan) -> Fields {
    let flags: Vec<String> = vlan.flags().map(|change| change.flags().to_string()).into_iter().collect();
    let flags: Vec<&str> = flags.iter().flat_map(|flags| flags.split(',')).collect();
    let pairs = |qos: Option<&VlanQos>| {
        let pairs = qos.and_then(VlanQos::mappings)?;
        Some(pairs.map(|pair| json!({ "from": pair.from(), "to": pair.to() })).collect::<Vec<_>>())
    };
    vec![
        ("protocol", text(vlan.protocol())),
        ("id", json!(vlan.id())),
        ("flags", json!(flags)),
        ("ingress_qos", json!(pairs(vlan.ingress_qos()))),
        ("egress_qos", json!(pairs(vlan.egress_qos()))),
    ]
}
