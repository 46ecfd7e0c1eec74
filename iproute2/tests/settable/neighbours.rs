//! Neighbours and forwarding entries.

use crate::support::kernel;
use crate::walk::What::{Not, Refused, Told};
use crate::walk::{Row, not, row, walk};
use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::neighbour::{FdbExtension, NeighbourExtFlags, NeighbourMessageBuf};
use iproute2::{
    LinkMessage, Neighbour, NeighbourMessage, NeighbourState, Result, RouteProtocol, Veth, Vxlan, blocking,
};

const DEVICE: u32 = 501;
const OTHER: u32 = 502;
const IGNORED: &str = "the kernel ignores ";

#[test]
fn neighbours() {
    let ignored = |attribute, set: fn(NeighbourMessageBuf) -> NeighbourMessageBuf| {
        row(attribute, set, Refused(IGNORED), Refused(IGNORED))
    };
    let rows = [
        not("NDA_DST", "it says which neighbour it is"),
        row(
            "NDA_LLADDR",
            |neighbour: NeighbourMessageBuf| neighbour.hardware_address("02:00:00:00:00:08"),
            Told,
            Told,
        ),
        row(
            "NDA_PROTOCOL",
            |neighbour: NeighbourMessageBuf| neighbour.protocol(RouteProtocol::STATIC),
            Told,
            Told,
        ),
        row(
            "NDA_FLAGS_EXT",
            |neighbour: NeighbourMessageBuf| {
                let managed = neighbour.ext_flags(NeighbourExtFlags::MANAGED);
                managed.state(NeighbourState::empty()).without(NeighbourMessage::NDA_LLADDR)
            },
            Told,
            if kernel() < (6, 12) {
                Not("Linux 6.1 may drop a permanent neighbour at once that becomes managed")
            } else {
                Told
            },
        ),
        ignored("NDA_VLAN", |neighbour| neighbour.vlan(5)),
        ignored("NDA_PORT", |neighbour| neighbour.port(5)),
        ignored("NDA_VNI", |neighbour| neighbour.vni(5)),
        ignored("NDA_IFINDEX", |neighbour| neighbour.via(DEVICE)),
        ignored("NDA_SRC_VNI", |neighbour| neighbour.source_vni(5)),
        ignored("NDA_NH_ID", |neighbour| neighbour.next_hop_id(5)),
        ignored("NDA_FDB_EXT_ATTRS", |neighbour| {
            neighbour.fdb_extension(FdbExtension::build().dont_refresh(true))
        }),
        ignored("NDA_NDM_STATE_MASK", |neighbour| neighbour.state_mask(NeighbourState::STALE)),
        ignored("NDA_NDM_FLAGS_MASK", |neighbour| neighbour.flags_mask(iproute2::NeighbourFlags::PROXY)),
    ];
    walk(&rows, |ip, row| add(ip, row, neighbour()), |ip, row| change(ip, row, neighbour()));
}

fn neighbour() -> NeighbourMessageBuf {
    Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07")
}

fn add(
    ip: &blocking::Handle,
    row: &Row<NeighbourMessageBuf>,
    base: NeighbourMessageBuf,
) -> Result<Packet<NeighbourMessage>> {
    let end = |index: u32, name: &str| LinkMessage::build().index(index).name(name);
    ip.link().add(end(DEVICE, "v0").kind(Veth::build().peer(end(OTHER, "v1")))).wait()?;
    ip.link().change(DEVICE, LinkMessage::build().up()).wait()?;
    ip.neighbour().add(DEVICE, (row.set)(base)).created().wait()
}

fn change(
    ip: &blocking::Handle,
    row: &Row<NeighbourMessageBuf>,
    base: NeighbourMessageBuf,
) -> Result<Packet<NeighbourMessage>> {
    add(ip, &crate::walk::row("", |message| message, Told, Told), base.clone())?;
    ip.neighbour().replace(DEVICE, (row.changed)(base)).created().wait()
}

#[test]
fn entries_of_a_vxlan() {
    let rows = [
        not("NDA_LLADDR", "it says which entry it is"),
        row("NDA_DST", |entry: NeighbourMessageBuf| entry.address("198.51.100.8"), Told, Told),
        row("NDA_PORT", |entry: NeighbourMessageBuf| entry.port(4790), Told, Told),
        row("NDA_VNI", |entry: NeighbourMessageBuf| entry.vni(50), Told, Told),
        row("NDA_IFINDEX", |entry: NeighbourMessageBuf| entry.via(DEVICE), Told, Told),
        not("NDA_SRC_VNI", "of VXLANs whose packets say where they go"),
        not("NDA_NH_ID", "in place of the others"),
        not("NDA_VLAN", "of bridges"),
        not("NDA_FDB_EXT_ATTRS", "of bridges"),
        not("NDA_FLAGS_EXT", "of bridges"),
        row(
            "NDA_PROTOCOL",
            |entry: NeighbourMessageBuf| entry.protocol(RouteProtocol::STATIC),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row(
            "NDA_NDM_STATE_MASK",
            |entry: NeighbourMessageBuf| entry.state_mask(NeighbourState::STALE),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
        row(
            "NDA_NDM_FLAGS_MASK",
            |entry: NeighbourMessageBuf| entry.flags_mask(iproute2::NeighbourFlags::PROXY),
            Refused(IGNORED),
            Refused(IGNORED),
        ),
    ];
    walk(&rows, add_entry, change_entry);
}

fn entry() -> NeighbourMessageBuf {
    Neighbour::fdb("02:00:00:00:00:07").address("198.51.100.7")
}

fn add_entry(ip: &blocking::Handle, row: &Row<NeighbourMessageBuf>) -> Result<Packet<NeighbourMessage>> {
    let end = |index: u32, name: &str| LinkMessage::build().index(index).name(name);
    ip.link().add(end(DEVICE, "v0").kind(Veth::build().peer(end(OTHER, "v1")))).wait()?;
    ip.link().add(LinkMessage::build().name("x0").kind(Vxlan::build().id(43).port(4789))).wait()?;
    ip.neighbour().add("x0", (row.set)(entry())).wait()?;
    found(ip)
}

fn change_entry(ip: &blocking::Handle, row: &Row<NeighbourMessageBuf>) -> Result<Packet<NeighbourMessage>> {
    add_entry(ip, &crate::walk::row("", |message| message, Told, Told))?;
    ip.neighbour().replace("x0", (row.changed)(entry())).wait()?;
    found(ip)
}

fn found(ip: &blocking::Handle) -> Result<Packet<NeighbourMessage>> {
    let entries = ip.neighbour().fdb().device("x0").wait()?;
    let own = entries
        .into_iter()
        .find(|entry| entry.hardware_address().is_some_and(|it| it == [2, 0, 0, 0, 0, 7].into()));
    Ok(own.unwrap())
}
