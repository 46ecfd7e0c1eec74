//! Tunnels.

use crate::proof::{Case, V0, case, prove};
use iproute2::LinkMessage;
use iproute2::Vxlan;
use iproute2::rtnetlink::link::{
    Geneve, Gre, Tunnel, Tunnel6, Vti,
    gre::{ErspanDirection, GreFlags},
    tunnel::{Encapsulation, EncapsulationFlags, TunnelFlags, TunnelProtocol},
    tunnel6::{FlowInfo, Tunnel6Flags, Tunnel6Protocol},
    vxlan::{VxlanDf, VxlanLabelPolicy, VxlanPortRange},
};
use std::time::Duration;

#[test]
fn tunnels() {
    prove(
        cases(),
        &[
            // Over IPv6 only, which has a table of its own.
            "IFLA_IPTUN_ENCAP_LIMIT",
            "IFLA_IPTUN_FLOWINFO",
            // Later than Linux 6.12.
            "IFLA_GENEVE_GRO_HINT",
            "IFLA_GENEVE_LOCAL",
            "IFLA_GENEVE_LOCAL6",
            "IFLA_GENEVE_PORT_RANGE",
            "IFLA_VXLAN_MC_ROUTE",
            "IFLA_VXLAN_RESERVED_BITS",
        ],
    );
}

pub(crate) fn cases() -> Vec<Case> {
    let link = LinkMessage::build;
    let (here, there) = ("192.0.2.1", "192.0.2.2");
    let (here6, there6) = ("2001:db8::1", "2001:db8::2");
    let flow = FlowInfo { class: 0x20, label: 0x12345 };
    let gre = || Gre::build().local(here).remote(there);
    // Defaults of `ip`: the kernel's differ.
    let gre6 = || {
        let gre = Gre::build().local(here6).remote(there6).encap_flags(EncapsulationFlags::CSUM6);
        gre.encap_type(Encapsulation::NONE).encap_limit(4).ttl(64)
    };
    let full6 =
        || gre6().device(V0).key(9).set(GreFlags::CSUM).ttl(33).encap_limit(3).flow_info(flow).mark(8);
    vec![
        case(
            link().kind(
                Vxlan::build()
                    .id(43)
                    .device(V0)
                    .local(here)
                    .remote(there)
                    .ttl(7)
                    .tos(8)
                    .dont_fragment(VxlanDf::SET)
                    .source_ports(VxlanPortRange::build().low(1000).high(2000))
                    .ageing(Duration::from_secs(300))
                    .max_addresses(99)
                    .learning(false)
                    .proxy(true)
                    .route_short_circuit(true)
                    .l2_miss(true)
                    .l3_miss(true)
                    .udp_checksum(true)
                    .udp_zero_checksum6_tx(true)
                    .udp_zero_checksum6_rx(true)
                    .remote_checksum_tx(true)
                    .remote_checksum_rx(true)
                    .group_policy(true)
                    .port(4790),
            ),
            "type vxlan id 43 dev v0 local 192.0.2.1 remote 192.0.2.2 ttl 7 tos 8 df set srcport 1000 2000 ageing 300 \
             maxaddress 99 nolearning proxy rsc l2miss l3miss udpcsum udp6zerocsumtx udp6zerocsumrx remcsumtx \
             remcsumrx gbp dstport 4790",
        )
        .change(
            link().kind(
                Vxlan::build()
                    .id(43)
                    .device(V0)
                    .remote("192.0.2.3")
                    .ageing(Duration::from_secs(200))
                    .ttl(9)
                    .tos(16)
                    .learning(true),
            ),
        ),
        case(
            link().kind(
                Vxlan::build()
                    .id(44)
                    .local(here6)
                    .remote(there6)
                    .label(0x1234)
                    .ttl_inherit(true)
                    .learning(true)
                    .port(4791),
            ),
            "type vxlan id 44 flowlabel 0x1234 local 2001:db8::1 remote 2001:db8::2 ttl inherit dstport 4791",
        ),
        case(
            link().kind(
                Vxlan::build()
                    .id(45)
                    .local(here6)
                    .remote(there6)
                    .label(5)
                    .remote_checksum_no_partial(true)
                    .label_policy(VxlanLabelPolicy::FIXED)
                    .local_bypass(false),
            ),
            "",
        ),
        case(
            link().kind(
                Vxlan::build()
                    .external(true)
                    .vni_filter(true)
                    .generic_protocol(true)
                    .learning(false)
                    .port(4792),
            ),
            "type vxlan external vnifilter gpe dstport 4792",
        ),
        case(
            link().kind(
                Geneve::build()
                    .id(8)
                    .remote("192.0.2.3")
                    .ttl(9)
                    .tos(0x10)
                    .dont_fragment(VxlanDf::SET)
                    .port(6082)
                    .udp_checksum(true),
            ),
            "type geneve id 8 remote 192.0.2.3 ttl 9 tos 0x10 df set dstport 6082 udpcsum",
        )
        .change(link().kind(Geneve::build().id(8).remote("192.0.2.4").ttl(10).tos(8))),
        case(
            link().kind(
                Geneve::build()
                    .id(9)
                    .remote(there6)
                    .label(0x123)
                    .ttl_inherit(true)
                    .udp_zero_checksum6_tx(true)
                    .udp_zero_checksum6_rx(true),
            ),
            "type geneve id 9 remote 2001:db8::2 ttl inherit flowlabel 0x123 udp6zerocsumtx udp6zerocsumrx",
        ),
        case(
            link().kind(Geneve::build().external(true).inner_protocol_inherit(true).port(6083)),
            "type geneve external dstport 6083 innerprotoinherit",
        ),
        case(
            link().kind(
                gre()
                    .device(V0)
                    .ttl(64)
                    .tos(0x10)
                    .input_key(5)
                    .output_key(6)
                    .input_flags(GreFlags::KEY | GreFlags::CSUM)
                    .output_flags(GreFlags::KEY | GreFlags::SEQ)
                    .path_mtu_discovery(true)
                    .mark(7)
                    .encap_type(Encapsulation::FOU)
                    .encap_flags(EncapsulationFlags::CSUM | EncapsulationFlags::REMCSUM)
                    .encap_source_port(7000)
                    .encap_port(7001),
            ),
            "type gre local 192.0.2.1 remote 192.0.2.2 ttl 64 tos 0x10 ikey 5 okey 6 icsum oseq pmtudisc encap fou \
             encap-sport 7000 encap-dport 7001 encap-csum encap-remcsum fwmark 7 dev v0",
        )
        .module("fou")
        .change(link().kind(gre().device(V0).ttl(32).tos(8).input_key(7).output_key(8).mark(9))),
        case(
            link().kind_named("gretap", gre().ttl(0).path_mtu_discovery(false).ignore_df(true)),
            "type gretap local 192.0.2.1 remote 192.0.2.2 ttl 0 nopmtudisc ignore-df",
        )
        .change(link().kind_named("gretap", gre().remote("192.0.2.5").path_mtu_discovery(false))),
        case(link().kind_named("gretap", Gre::build().external(true)), "type gretap external"),
        case(
            link().kind_named(
                "erspan",
                gre().key(30).set(GreFlags::SEQ).erspan_version(1).erspan_index(123),
            ),
            "type erspan local 192.0.2.1 remote 192.0.2.2 seq key 30 erspan_ver 1 erspan 123",
        ),
        case(
            link().kind_named(
                "erspan",
                gre()
                    .key(31)
                    .set(GreFlags::SEQ)
                    .erspan_version(2)
                    .erspan_direction(ErspanDirection::EGRESS)
                    .erspan_hardware_id(17),
            ),
            "type erspan local 192.0.2.1 remote 192.0.2.2 seq key 31 erspan_ver 2 erspan_dir egress erspan_hwid 17",
        ),
        case(
            link().kind_named("ip6gre", full6().flags(Tunnel6Flags::RCV_DSCP_COPY)),
            "type ip6gre local 2001:db8::1 remote 2001:db8::2 hoplimit 33 encaplimit 3 flowlabel 0x12345 tclass 0x20 \
             key 9 csum fwmark 8 dscp inherit dev v0",
        )
        .otherwise(&["IFLA_GRE_FLAGS"])
        .change(link().kind_named("ip6gre", full6().ttl(34))),
        case(
            link().kind_named(
                "ip6gretap",
                gre6().flags(
                    Tunnel6Flags::USE_ORIG_TCLASS
                        | Tunnel6Flags::USE_ORIG_FLOWLABEL
                        | Tunnel6Flags::IGN_ENCAP_LIMIT,
                ),
            ),
            "type ip6gretap local 2001:db8::1 remote 2001:db8::2 encaplimit none flowlabel inherit tclass inherit",
        )
        .otherwise(&["IFLA_GRE_FLAGS"]),
        case(
            link().kind_named(
                "ip6erspan",
                gre6()
                    .key(32)
                    .set(GreFlags::SEQ)
                    .erspan_version(2)
                    .erspan_direction(ErspanDirection::INGRESS)
                    .erspan_hardware_id(7),
            ),
            "type ip6erspan local 2001:db8::1 remote 2001:db8::2 seq key 32 erspan_ver 2 erspan_dir ingress erspan_hwid 7",
        ),
        case(
            link().kind(
                Tunnel::build()
                    .device(V0)
                    .local(here)
                    .remote(there)
                    .protocol(TunnelProtocol::ANY)
                    .ttl(64)
                    .tos(1)
                    .path_mtu_discovery(true)
                    .encap_type(Encapsulation::GUE)
                    .encap_flags(EncapsulationFlags::CSUM6)
                    .encap_source_port(0)
                    .encap_port(5555)
                    .mark(3),
            ),
            "type ipip local 192.0.2.1 remote 192.0.2.2 mode any ttl 64 tos inherit encap gue encap-sport auto encap-dport \
             5555 encap-udp6-csum fwmark 3 dev v0",
        )
        .module("fou")
        .change(link().kind(Tunnel::build().device(V0).local(here).remote(there).ttl(32).mark(4))),
        case(link().kind(Tunnel::build().external(true).protocol(TunnelProtocol::ANY)), "type ipip external"),
        case(
            link().kind_named(
                "sit",
                Tunnel::build()
                    .local(here)
                    .protocol(TunnelProtocol::IPV6)
                    .ttl(64)
                    .path_mtu_discovery(true)
                    .flags(TunnelFlags::ISATAP)
                    .rapid_prefix("2001:db8:1::")
                    .rapid_prefix_length(48)
                    .rapid_relay_prefix("192.0.2.0")
                    .rapid_relay_prefix_length(24),
            ),
            "type sit local 192.0.2.1 ttl 64 mode ip6ip isatap 6rd-prefix 2001:db8:1::/48 6rd-relay_prefix 192.0.2.0/24",
        )
        .change(
            link().kind_named("sit", Tunnel::build().local(here).ttl(32).protocol(TunnelProtocol::IPV6)),
        ),
        case(
            link().kind(
                Tunnel6::build()
                    .device(V0)
                    .local(here6)
                    .remote(there6)
                    .protocol(Tunnel6Protocol::ANY)
                    .hop_limit(33)
                    .encap_limit(3)
                    .flow_info(flow)
                    .flags(Tunnel6Flags::RCV_DSCP_COPY)
                    .encap_type(Encapsulation::FOU)
                    .encap_flags(EncapsulationFlags::CSUM6)
                    .encap_source_port(7000)
                    .encap_port(7001)
                    .mark(8),
            ),
            "type ip6tnl local 2001:db8::1 remote 2001:db8::2 mode any hoplimit 33 encaplimit 3 flowlabel 0x12345 tclass 0x20 \
             dscp inherit encap fou encap-sport 7000 encap-dport 7001 encap-udp6-csum fwmark 8 dev v0",
        )
        .module("fou6")
        .otherwise(&["IFLA_IPTUN_FLAGS"])
        .change(
            link().kind(
                Tunnel6::build()
                    .device(V0)
                    .local(here6)
                    .remote(there6)
                    .hop_limit(34)
                    .mark(9)
                    .protocol(Tunnel6Protocol::IPV6),
            ),
        ),
        case(link().kind(Tunnel6::build().external(true)), "type ip6tnl external"),
        case(
            link().kind(
                Vti::build().device(V0).local(here).remote("192.0.2.9").input_key(1).output_key(2).mark(3),
            ),
            "type vti local 192.0.2.1 remote 192.0.2.9 ikey 1 okey 2 fwmark 3 dev v0",
        )
        .change(
            link().kind(
                Vti::build().device(V0).local(here).remote("192.0.2.8").input_key(3).output_key(4).mark(5),
            ),
        ),
        case(
            link().kind_named("vti6", Vti::build().local(here6).remote(there6).input_key(5).output_key(5)),
            "type vti6 local 2001:db8::1 remote 2001:db8::2 key 5",
        ),
    ]
}
