//! Links that carry Ethernet frames, most of them on other links.

use crate::proof::{Case, V0, V1, case, prove};
use iproute2::rtnetlink::link::{
    Hsr, Ifb, Ipvlan, LinkMode, Macsec, Netkit, ProtoDownReason,
    hsr::HsrProtocol,
    ipvlan::{IpvlanFlags, IpvlanMode},
    macsec::{MacsecCipher, MacsecOffload, MacsecValidation},
    macvlan::{MacvlanAddressChange, MacvlanAddresses, MacvlanFlags, MacvlanMode},
    netkit::{NetkitMode, NetkitPolicy},
    vlan::{VlanFlags, VlanProtocol},
};
use iproute2::{Dummy, LinkMessage, Macvlan, Veth, Vlan};

#[test]
fn links_of_ethernet() {
    prove(
        cases(),
        &[
            // What only the kernel sets.
            "IFLA_HSR_SEQ_NR",
            "IFLA_HSR_SUPERVISION_ADDR",
            "IFLA_MACVLAN_BC_QUEUE_LEN_USED",
            "IFLA_MACVLAN_MACADDR_COUNT",
            "IFLA_NETKIT_PRIMARY",
            // Later than Linux 6.12.
            "IFLA_HSR_INTERLINK",
            "IFLA_NETKIT_HEADROOM",
            "IFLA_NETKIT_PAIRING",
            "IFLA_NETKIT_PEER_SCRUB",
            "IFLA_NETKIT_SCRUB",
            "IFLA_NETKIT_TAILROOM",
        ],
    );
}

pub(crate) fn cases() -> Vec<Case> {
    let link = LinkMessage::build;
    let on_v0 = || link().parent(V0);
    let vlan_flags = VlanFlags::GVRP | VlanFlags::MVRP | VlanFlags::LOOSE_BINDING | VlanFlags::BRIDGE_BINDING;
    vec![
        // What all links have in common.
        case(
            link()
                .address("02:00:00:00:00:01")
                .broadcast("ff:ff:ff:ff:ff:fe")
                .mtu(1400)
                .tx_queue_length(77)
                .group(5)
                .tx_queues(4)
                .rx_queues(3)
                .mode(LinkMode::DORMANT)
                .gso_max_size(40_000)
                .gso_max_segments(50)
                .gro_max_size(30_000)
                .kind(Dummy::build()),
            "address 02:00:00:00:00:01 broadcast ff:ff:ff:ff:ff:fe mtu 1400 txqueuelen 77 group 5 numtxqueues 4 \
             numrxqueues 3 mode dormant gso_max_size 40000 gso_max_segs 50 gro_max_size 30000 type dummy",
        )
        .change(
            link()
                .mtu(1300)
                .address("02:00:00:00:00:02")
                .alias("an \"alias\"")
                .group(0)
                .gso_ipv4_max_size(20_000)
                .gro_ipv4_max_size(20_001)
                .carrier(false),
        ),
        case(link().kind(Ifb::build()), "type ifb"),
        case(
            link().mtu(1400).kind(Veth::build().peer(link().name("x1").index(101).mtu(1300))),
            "mtu 1400 type veth peer name x1 index 101 mtu 1300",
        )
        .untold(&["VETH_INFO_PEER"]),
        case(on_v0().kind(Vlan::build().id(5)), "link v0 type vlan id 5").change(
            link().kind(Vlan::build().set(VlanFlags::LOOSE_BINDING).egress_qos([(1, 2)])),
        ),
        case(
            on_v0().kind(
                Vlan::build()
                    .protocol(VlanProtocol::DOT1AD)
                    .id(6)
                    .unset(VlanFlags::REORDER_HDR)
                    .set(vlan_flags)
                    .ingress_qos([(1, 2), (3, 4)])
                    .egress_qos([(5, 6)]),
            ),
            "link v0 type vlan proto 802.1ad id 6 reorder_hdr off gvrp on mvrp on loose_binding on \
             bridge_binding on ingress-qos-map 1:2 3:4 egress-qos-map 5:6",
        )
        .change(link().kind(Vlan::build().set(VlanFlags::REORDER_HDR).unset(VlanFlags::GVRP))),
        case(
            on_v0().kind(Macvlan::build().mode(MacvlanMode::BRIDGE).broadcast_queue_length(2000)),
            "link v0 type macvlan mode bridge bcqueuelen 2000",
        )
        .change(
            link()
                .proto_down(true)
                .proto_down_reason(ProtoDownReason::build().mask(5).value(5))
                .kind(Macvlan::build().mode(MacvlanMode::PRIVATE).broadcast_cutoff(7)),
        )
        .otherwise(&["IFLA_PROTO_DOWN_REASON"]),
        case(
            on_v0().kind(Macvlan::build().mode(MacvlanMode::PASSTHRU).flags(MacvlanFlags::NOPROMISC)),
            "link v0 type macvlan mode passthru nopromisc",
        ),
        case(
            on_v0().kind(
                Macvlan::build()
                    .mode(MacvlanMode::SOURCE)
                    .flags(MacvlanFlags::NODST)
                    .address_change(MacvlanAddressChange::SET)
                    .sources(MacvlanAddresses::build().addresses(["02:00:00:00:00:03", "02:00:00:00:00:04"])),
            ),
            "link v0 type macvlan mode source nodst macaddr set 02:00:00:00:00:03 02:00:00:00:00:04",
        )
        .untold(&["IFLA_MACVLAN_MACADDR_MODE"])
        .otherwise(&["IFLA_MACVLAN_MACADDR_DATA"]),
        case(
            on_v0().kind(
                Macvlan::build()
                    .mode(MacvlanMode::SOURCE)
                    .address_change(MacvlanAddressChange::ADD)
                    .changed_address("02:00:00:00:00:05"),
            ),
            "link v0 type macvlan mode source macaddr add 02:00:00:00:00:05",
        )
        .untold(&["IFLA_MACVLAN_MACADDR_MODE", "IFLA_MACVLAN_MACADDR"]),
        case(
            on_v0().kind_named("macvtap", Macvlan::build().mode(MacvlanMode::VEPA)),
            "link v0 type macvtap mode vepa",
        )
        .change(link().kind_named("macvtap", Macvlan::build().mode(MacvlanMode::BRIDGE))),
        case(
            on_v0().kind(Ipvlan::build().mode(IpvlanMode::L3).flags(IpvlanFlags::PRIVATE)),
            "link v0 type ipvlan mode l3 private",
        )
        .change(link().kind(Ipvlan::build().mode(IpvlanMode::L2).flags(IpvlanFlags::VEPA))),
        case(
            on_v0().kind_named("ipvtap", Ipvlan::build().mode(IpvlanMode::L3S).flags(IpvlanFlags::VEPA)),
            "link v0 type ipvtap mode l3s vepa",
        )
        .change(
            link().kind_named("ipvtap", Ipvlan::build().mode(IpvlanMode::L2).flags(IpvlanFlags::empty())),
        ),
        case(
            on_v0().kind(Macsec::build().sci(0x0102_0304_0506_0708)),
            "link v0 type macsec sci 0102030405060708",
        )
        .change(link().kind(Macsec::build().encrypt(true).encoding_association(1))),
        case(
            on_v0().address("02:00:00:00:00:06").kind(
                Macsec::build()
                    .port(11)
                    .icv_length(16)
                    .cipher_suite(MacsecCipher::GCM_AES_256)
                    .encrypt(true)
                    .include_sci(false)
                    .end_station(true)
                    .single_copy_broadcast(false)
                    .protect(true)
                    .replay_protect(true)
                    .window(32)
                    .validation(MacsecValidation::CHECK)
                    .encoding_association(2)
                    .offload(MacsecOffload::OFF),
            ),
            "link v0 address 02:00:00:00:00:06 type macsec port 11 icvlen 16 cipher gcm-aes-256 encrypt on send_sci off \
             end_station on scb off protect on replay on window 32 validate check encodingsa 2 offload off",
        )
        .untold(&["IFLA_MACSEC_PORT"])
        .change(
            link().kind(
                Macsec::build()
                    .encrypt(false)
                    .protect(false)
                    .end_station(false)
                    .replay_protect(false)
                    .include_sci(true)
                    .validation(MacsecValidation::STRICT),
            ),
        ),
        case(
            link().kind(
                Netkit::build()
                    .mode(NetkitMode::L2)
                    .policy(NetkitPolicy::BLACKHOLE)
                    .peer_policy(NetkitPolicy::FORWARD)
                    .peer(link().name("x1").index(101)),
            ),
            "",
        )
        .untold(&["IFLA_NETKIT_PEER_INFO"])
        .since((6, 7))
        .change(link().kind(Netkit::build().policy(NetkitPolicy::FORWARD))),
        case(link().kind(Netkit::build()), "type netkit").since((6, 7)),
        case(
            link().kind(Hsr::build().port1(V0).port2(V1).supervision(45).version(1)),
            "type hsr slave1 v0 slave2 v1 supervision 45 version 1",
        )
        .untold(&["IFLA_HSR_MULTICAST_SPEC", "IFLA_HSR_VERSION"])
        .since((6, 12)),
        case(
            link().kind(Hsr::build().port1(V0).port2(V1).protocol(HsrProtocol::PRP)),
            "type hsr slave1 v0 slave2 v1 proto 1",
        )
        .since((6, 12)),
    ]
}
