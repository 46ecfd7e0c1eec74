//! The kernel's refusals for each kind: with its own message, the operation, the link, and the attribute if it points
//! at one.

use crate::support::{enter, is_unknown_kind, kernel, skip};
use iproute2::rtnetlink::link::{
    BondPort, Geneve, Hsr, LinkMessageBuf, Macsec, Netkit, Xfrm, bond::BondLacpRate, macvlan::MacvlanMode,
    netkit::NetkitPolicy, vlan::VlanProtocol,
};
use iproute2::{
    Bond, BondMode, Bridge, BridgePort, Dummy, LinkMessage, Macvlan, Veth, Vlan, Vrf, Vxlan, blocking,
};

/// The request, and the one line of the error.
enum Refused {
    Add(LinkMessageBuf, &'static str),
    Change(&'static str, LinkMessageBuf, &'static str),
    Delete(&'static str, &'static str),
}

use Refused::{Add, Change, Delete};

fn refused() -> Vec<Refused> {
    let link = |name: &str| LinkMessage::build().name(name);
    let change = LinkMessage::build;
    vec![
        // What exists, and what does not.
        Add(Bridge::named("br0"), "add link br0: file exists"),
        Add(Veth::pair("x0", "v1"), "add link x0: device v1: file exists"),
        Add(Vlan::on("v0", 5).name("x0"), "add link x0: file exists: 8021q: VLAN device already exists"),
        Add(
            Vxlan::with_id(42).name("x0"),
            "add link x0: file exists: A VXLAN device with the specified VNI already exists",
        ),
        Add(Vlan::on("no", 5).name("x0"), "add link x0: device no: no such device"),
        Add(Vlan::on(4711, 5).name("x0"), "add link x0: no such device: 8021q: link does not exist"),
        Change("v0", change().master("no"), "change link v0: device no: no such device"),
        Change("no", change().port(BridgePort::build().cost(5)), "change link no: no such device"),
        Delete("no", "delete link no: no such device"),
        Delete("lo", "delete link lo: operation not supported"),
        // What a kind can't do without.
        Add(link("x0").kind(Vlan::build().id(5)), "add link x0: invalid argument: 8021q: link not specified"),
        Add(
            link("x0").parent("v0").kind(Vlan::build()),
            "add link x0: invalid argument: 8021q: VLAN properties not specified",
        ),
        Add(link("x0").kind(Vrf::build()), "add link x0: invalid argument: VRF table id is missing"),
        Add(link("x0").kind(Xfrm::build()), "add link x0: invalid argument: if_id must be non zero"),
        Add(link("x0").kind(Hsr::build()), "add link x0: invalid argument: hsr: No slave devices specified"),
        // Invalid values.
        Add(
            link("x0").parent("v0").kind(Vlan::build().id(7).protocol(VlanProtocol(0x1234))),
            "add link x0: protocol not supported: 8021q: Invalid VLAN protocol",
        ),
        Add(
            link("x0").kind(Bond::build().mode(BondMode(77))),
            "add link x0: invalid argument: invalid option value (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_BOND_MODE)",
        ),
        Add(
            link("x0").kind(Bond::build().mode(BondMode::ACTIVE_BACKUP).lacp_rate(BondLacpRate::FAST)),
            "add link x0: permission denied: option not supported in mode (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_BOND_AD_LACP_RATE)",
        ),
        Add(link("x0").kind(Bridge::build().vlan_default_pvid(5000)), "add link x0: invalid argument"),
        Add(Macvlan::on("v0", MacvlanMode(77)).name("x0"), "add link x0: invalid argument"),
        Add(link("x0").parent("v0").kind(Macsec::build().icv_length(99)), "add link x0: invalid argument"),
        Add(
            link("x0").kind(Vxlan::build().id(43).local("192.0.2.1").remote("2001:db8::1")),
            "add link x0: invalid argument: Local and remote address must be from the same family",
        ),
        Add(
            link("x0").kind(Vxlan::build().id(43).remote("239.1.1.1")),
            "add link x0: invalid argument: Local interface required for multicast remote destination",
        ),
        Add(
            link("x0").kind(Geneve::build().id(1 << 24).remote("192.0.2.2")),
            "add link x0: numerical result out of range: Geneve ID must be lower than 16777216 (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_GENEVE_ID)",
        ),
        Add(
            link("x0").kind(Netkit::build().policy(NetkitPolicy(77))),
            "add link x0: invalid argument: Provided default xmit policy not supported (IFLA_LINKINFO / IFLA_INFO_DATA / IFLA_NETKIT_POLICY)",
        ),
        Add(
            link("x0").mtu(u32::MAX).kind(Dummy::build()),
            "add link x0: invalid argument: mtu less than device minimum",
        ),
        Add(link("x0").address([1, 2, 3]).kind(Dummy::build()), "add link x0: invalid argument"),
        Add(
            link("x0").address("01:02:03:04:05:06").kind(Dummy::build()),
            "add link x0: cannot assign requested address",
        ),
        // What can't be changed, or not so.
        Change(
            "vx0",
            change().kind(Vxlan::build().id(44)),
            "change link vx0: operation not supported: Cannot change VNI",
        ),
        Change("red", change().kind(Vrf::build().table(11)), "change link red: operation not supported"),
        Change("v0", change().kind(Bridge::build().stp_state(1)), "change link v0: operation not supported"),
        Change(
            "br0",
            change().master("br0"),
            "change link br0: too many levels of symbolic links: Can not enslave a bridge to a bridge",
        ),
        Change("lo", change().master("br0"), "change link lo: invalid argument"),
        Change("v0", change().port(BridgePort::build().cost(5)), "change link v0: operation not supported"),
        Change(
            "p0",
            change().port(BridgePort::build().cost(0)),
            "change link p0: numerical result out of range",
        ),
        Change("v0", change().port(BondPort::build().queue_id(3)), "change link v0: operation not supported"),
        Change(
            "p0",
            change().port(BridgePort::build().backup_port("p0")),
            "change link p0: invalid argument",
        ),
        Change("v0", change().name("v1"), "change link v0: file exists"),
    ]
}

#[test]
fn what_the_kernel_refuses() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let before = [
        Veth::pair("v0", "v1"),
        Bridge::named("br0"),
        Veth::pair("p0", "p1").master("br0"),
        Vxlan::with_id(42).name("vx0"),
        Vrf::named("red", 10),
        Vlan::on("v0", 5).name("v0.5"),
    ];
    for link in before {
        match ip.link().add(link).wait() {
            Err(error) if is_unknown_kind(&error) => {
                return skip(&format!("this kernel lacks a kind: {error}"));
            }
            result => result.unwrap(),
        }
    }
    for refused in refused() {
        let (result, wanted) = match refused {
            Add(link, wanted) => (ip.link().add(link).wait(), wanted),
            Change(device, change, wanted) => (ip.link().change(device, change).wait(), wanted),
            Delete(device, wanted) => (ip.link().delete(device).wait(), wanted),
        };
        let error = result.expect_err(wanted);
        if !(is_unknown_kind(&error) && kernel() < (6, 12)) {
            assert_eq!(error.to_string(), wanted);
        }
    }
}
