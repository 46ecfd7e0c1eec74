//! Links that neither carry Ethernet frames nor are tunnels.

use crate::proof::{Case, V0, case, prove, same_to_ip};
use crate::support::{enter, ip as ip_runs, skip};
use iproute2::rtnetlink::link::{
    Batadv, Gtp, Nlmon, Tun, Vcan, Vsockmon, Vxcan, Wireguard, Xfrm, gtp::GtpRole, tun::TunMode,
};
use iproute2::{LinkMessage, blocking};
use std::fs::File;

#[test]
fn links_of_other_protocols() {
    prove(
        cases(),
        &[
            // Sockets of a program, instead of those that the kernel creates.
            "IFLA_GTP_FD0",
            "IFLA_GTP_FD1",
            // Later than Linux 6.12.
            "IFLA_GTP_LOCAL",
            "IFLA_GTP_LOCAL6",
        ],
    );
}

pub(crate) fn cases() -> Vec<Case> {
    let link = LinkMessage::build;
    vec![
        case(link().kind(Nlmon::build()), "type nlmon"),
        case(link().kind(Vsockmon::build()), "type vsockmon"),
        case(link().kind(Vcan::build()), "type vcan"),
        case(
            link().kind(Vxcan::build().peer(link().name("x1").index(101))),
            "type vxcan peer name x1 index 101",
        )
        .untold(&["VXCAN_INFO_PEER"]),
        case(link().kind(Wireguard::build()), "type wireguard"),
        case(link().kind(Batadv::build().algorithm("BATMAN_IV")), "type batadv ra BATMAN_IV")
            .untold(&["IFLA_BATADV_ALGO_NAME"]),
        case(link().kind(Xfrm::build().device(V0).id(7)), "type xfrm dev v0 if_id 7"),
        case(link().kind(Xfrm::build().external(true)), "type xfrm external"),
        case(
            link()
                .kind(Gtp::build().create_sockets(true).role(GtpRole::SGSN).hash_size(512).restart_count(3)),
            "type gtp role sgsn hsize 512 restart_count 3",
        )
        .untold(&["IFLA_GTP_CREATE_SOCKETS"]),
    ]
}

/// These are only created through their device file; `ip` does so.
#[test]
fn tun_and_tap() {
    for (options, mode) in
        [("mode tun", TunMode::TUN), ("mode tap user 4711 group 4712 pi vnet_hdr multi_queue", TunMode::TAP)]
    {
        if !enter() {
            return;
        }
        if let Err(error) = File::options().write(true).open("/dev/net/tun") {
            return skip(&format!("/dev/net/tun can't be opened: {error}"));
        }
        if !ip_runs(&format!("tuntap add dev x0 {options}")) {
            return;
        }
        let handle = blocking::connect().unwrap();
        let link = handle.link().get("x0").wait().unwrap();
        let tun = link.kind::<Tun>().unwrap();
        assert_eq!((tun.mode(), tun.persist(), tun.malformed().count()), (Some(mode), Some(true), 0));
        let many = mode == TunMode::TAP;
        assert_eq!((tun.owner(), tun.group()), (many.then_some(4711), many.then_some(4712)));
        assert_eq!(tun.packet_info(), Some(many));
        assert_eq!((tun.virtual_header(), tun.multi_queue()), (Some(many), Some(many)));
        assert_eq!(same_to_ip(&handle), [""; 0]);
        handle.link().change("x0", LinkMessage::build().mtu(1400)).wait().unwrap();
        handle.link().delete("x0").wait().unwrap();
    }
}
