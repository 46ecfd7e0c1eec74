//! Links.

use crate::support::enter;
use crate::walk::What::{Not, Refused, Shown, Told};
use crate::walk::{Row, not, row, walk};
use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::LinkMessageBuf;
use iproute2::rtnetlink::link::{
    AddressGeneration, BridgePort, FamilySpecs, Inet6Spec, LinkMap, LinkMode, Macvlan, OperState,
    PortProfile, PortProfiles, ProtoDownReason, Veth, VfSettings, Xdp,
};
use iproute2::{Bridge, Dummy, Error, ErrorKind, LinkMessage, Namespace, NamespaceId, Result, blocking};
use std::fs::File;
use std::thread;

/// Links that are there before.
const PARENT: u32 = 501;
const OTHER_PARENT: u32 = 502;
const MASTER: u32 = 503;

#[test]
fn links() {
    walk(&rows(), add, change);
}

/// What exists before; the bridge if a row needs it.
fn prepare(ip: &blocking::Handle, row: &Row<LinkMessageBuf>) -> Result<()> {
    let end = |index: u32, name: &str| LinkMessage::build().index(index).name(name);
    let pair = end(PARENT, "v0").kind(Veth::build().peer(end(OTHER_PARENT, "v1")));
    ip.link().add(pair).wait()?;
    ip.link().change("v0", LinkMessage::build().up()).wait()?;
    ip.link().change("v1", LinkMessage::build().up()).wait()?;
    if row.attribute == "IFLA_MASTER" {
        ip.link().add(LinkMessage::build().index(MASTER).name("m0").kind(Bridge::build())).wait()?;
    }
    ip.namespace_id().set(&elsewhere(), NamespaceId(7)).wait()
}

thread_local! {
    static ELSEWHERE: Namespace = thread::spawn(|| {
        assert!(enter());
        Namespace::current().unwrap()
    })
    .join()
    .unwrap();
}

/// Another namespace, the same for all tests of a thread.
fn elsewhere() -> Namespace {
    ELSEWHERE.with(|namespace| namespace.try_clone().unwrap())
}

/// A link that is elsewhere is not echoed: looks for it there, and takes it away.
fn moved(
    ip: &blocking::Handle,
    row: &Row<LinkMessageBuf>,
    by_process: &str,
    answered: Result<Packet<LinkMessage>>,
) -> Result<Packet<LinkMessage>> {
    if let Err(ErrorKind::NotEchoed) = answered.as_ref().map_err(Error::kind) {
        let (namespace, name) = match row.attribute {
            "IFLA_NET_NS_PID" => (Namespace::of_process(std::process::id())?, by_process),
            _ => (elsewhere(), "x0"),
        };
        let there = blocking::connect_in(&namespace)?;
        there.link().get(name).wait()?;
        there.link().delete(name).wait()?;
        assert!(ip.link().get("x0").wait().unwrap_err().is_not_found());
    }
    answered
}

/// The link without the row's attribute.
fn base(row: &Row<LinkMessageBuf>) -> LinkMessageBuf {
    let link = LinkMessage::build().name("x0");
    match row.base {
        "dummy" => link.kind(Dummy::build()).up(),
        "macvlan" => link.parent(PARENT).kind(Macvlan::build()),
        _ => link.kind(Veth::build().peer(LinkMessage::build().name("x1"))),
    }
}

fn add(ip: &blocking::Handle, row: &Row<LinkMessageBuf>) -> Result<Packet<LinkMessage>> {
    prepare(ip, row)?;
    moved(ip, row, "added", ip.link().add((row.set)(base(row))).created().wait())
}

fn change(ip: &blocking::Handle, row: &Row<LinkMessageBuf>) -> Result<Packet<LinkMessage>> {
    prepare(ip, row)?;
    ip.link().add(base(row)).wait()?;
    let answered = ip.link().change("x0", (row.changed)(LinkMessage::build())).changed().wait();
    moved(ip, row, "changed", answered)
}

fn no_program() -> File {
    File::open("/proc/self/status").unwrap()
}

fn rows() -> Vec<Row<LinkMessageBuf>> {
    const ELSEWHERE: &str = "done, but the kernel did not return the object";
    vec![
        row("IFLA_ADDRESS", |link: LinkMessageBuf| link.address("02:00:00:00:00:09"), Told, Told),
        row("IFLA_BROADCAST", |link: LinkMessageBuf| link.broadcast("ff:ff:ff:ff:ff:fe"), Told, Told),
        row("IFLA_IFNAME", |link: LinkMessageBuf| link.name("x9"), Told, Told),
        row("IFLA_MTU", |link: LinkMessageBuf| link.mtu(1400), Told, Told),
        row(
            "IFLA_LINK",
            |link: LinkMessageBuf| link.parent(OTHER_PARENT),
            Told,
            Refused("parent can be set only when the link is created"),
        )
        .of("macvlan"),
        row("IFLA_MASTER", |link: LinkMessageBuf| link.master(MASTER), Told, Told),
        row(
            "IFLA_PROTINFO",
            |link: LinkMessageBuf| link.protocol_info(BridgePort::build().cost(5)),
            Refused("operation not supported"),
            Refused("of the family BRIDGE only"),
        ),
        row("IFLA_TXQLEN", |link: LinkMessageBuf| link.tx_queue_length(77), Told, Told),
        row(
            "IFLA_MAP",
            |link: LinkMessageBuf| link.map(LinkMap::build().interrupt(5)),
            Refused("operation not supported"),
            Refused("operation not supported"),
        ),
        row("IFLA_OPERSTATE", |link: LinkMessageBuf| link.state(OperState::DORMANT), Told, Told).of("dummy"),
        row("IFLA_LINKMODE", |link: LinkMessageBuf| link.mode(LinkMode::DORMANT), Told, Told),
        not("IFLA_LINKINFO", "its kinds and ports have tests of their own"),
        row(
            "IFLA_NET_NS_PID",
            |link: LinkMessageBuf| link.namespace_of_pid(std::process::id()).name("added"),
            Refused(ELSEWHERE),
            Refused(ELSEWHERE),
        )
        .changed(|link: LinkMessageBuf| link.namespace_of_pid(std::process::id()).name("changed")),
        row("IFLA_IFALIAS", |link: LinkMessageBuf| link.alias("an alias"), Told, Told),
        row(
            "IFLA_VFINFO_LIST",
            |link: LinkMessageBuf| link.vf(VfSettings::of(0).vlan(5)),
            Refused("vf: operation not supported"),
            Refused("operation not supported"),
        ),
        row(
            "IFLA_VF_PORTS",
            |link: LinkMessageBuf| link.vf_ports(PortProfiles::build()),
            Refused("vf_ports: operation not supported"),
            Refused("operation not supported"),
        ),
        row(
            "IFLA_PORT_SELF",
            |link: LinkMessageBuf| link.port_profile(PortProfile::build()),
            Refused("port_profile: operation not supported"),
            Refused("operation not supported"),
        ),
        row(
            "IFLA_AF_SPEC",
            |link: LinkMessageBuf| {
                let inet6 = Inet6Spec::build().address_generation(AddressGeneration::NONE);
                link.family_specs(FamilySpecs::build().inet6(inet6))
            },
            Shown,
            Shown,
        )
        .shown(|link| link.inet6().unwrap().address_generation() == Some(AddressGeneration::NONE)),
        row("IFLA_GROUP", |link: LinkMessageBuf| link.group(5), Told, Told),
        row(
            "IFLA_NET_NS_FD",
            |link: LinkMessageBuf| link.namespace_file(&elsewhere()),
            Refused(ELSEWHERE),
            Refused(ELSEWHERE),
        ),
        not("IFLA_EXT_MASK", "it is a question's"),
        row(
            "IFLA_NUM_TX_QUEUES",
            |link: LinkMessageBuf| link.tx_queues(3),
            Told,
            Refused("tx_queues can be set only when the link is created"),
        )
        .changed(|link: LinkMessageBuf| link.tx_queues(4)),
        row(
            "IFLA_NUM_RX_QUEUES",
            |link: LinkMessageBuf| link.rx_queues(3),
            Told,
            Refused("rx_queues can be set only when the link is created"),
        )
        .changed(|link: LinkMessageBuf| link.rx_queues(4)),
        row("IFLA_CARRIER", |link: LinkMessageBuf| link.carrier(false), Told, Told).of("dummy"),
        row(
            "IFLA_LINK_NETNSID",
            |link: LinkMessageBuf| link.parent_namespace(NamespaceId(7)),
            Told,
            Refused("parent_namespace can be set only when the link is created"),
        ),
        row("IFLA_PROTO_DOWN", |link: LinkMessageBuf| link.proto_down(true), Told, Told).of("macvlan"),
        row("IFLA_GSO_MAX_SEGS", |link: LinkMessageBuf| link.gso_max_segments(50), Told, Told),
        row("IFLA_GSO_MAX_SIZE", |link: LinkMessageBuf| link.gso_max_size(40_000), Told, Told),
        row(
            "IFLA_XDP",
            |link: LinkMessageBuf| link.xdp(Xdp::attach(&no_program())),
            Refused("xdp: invalid argument"),
            Refused("invalid argument"),
        ),
        row(
            "IFLA_TARGET_NETNSID",
            |link: LinkMessageBuf| link.namespace(NamespaceId(7)),
            Refused(ELSEWHERE),
            Refused(ELSEWHERE),
        ),
        row(
            "IFLA_NEW_IFINDEX",
            |link: LinkMessageBuf| link.new_index(900),
            Refused("new_index is for a link that changes its namespace"),
            Refused("new_index is for a link that changes its namespace"),
        ),
        row("IFLA_PROP_LIST", |link: LinkMessageBuf| link.alt_names(["another"]), Told, Told),
        row(
            "IFLA_ALT_IFNAME",
            |link: LinkMessageBuf| link.alt_name("another"),
            Refused("alt_name says which link a request is about"),
            Not("it says which link is changed"),
        ),
        row(
            "IFLA_PROTO_DOWN_REASON",
            |link: LinkMessageBuf| {
                link.proto_down_reason(ProtoDownReason::build().mask(4).value(4)).proto_down(true)
            },
            Shown,
            Shown,
        )
        .shown(|link| link.proto_down_reason().and_then(ProtoDownReason::value) == Some(4))
        .of("macvlan"),
        row(
            "IFLA_PARENT_DEV_NAME",
            |link: LinkMessageBuf| link.parent_device("nothing"),
            Not("of modems"),
            Refused("parent_device can be set only when the link is created"),
        ),
        row("IFLA_GRO_MAX_SIZE", |link: LinkMessageBuf| link.gro_max_size(30_000), Told, Told),
        row("IFLA_GSO_IPV4_MAX_SIZE", |link: LinkMessageBuf| link.gso_ipv4_max_size(20_000), Told, Told)
            .known_since((6, 3)),
        row("IFLA_GRO_IPV4_MAX_SIZE", |link: LinkMessageBuf| link.gro_ipv4_max_size(20_001), Told, Told)
            .known_since((6, 3)),
    ]
}
