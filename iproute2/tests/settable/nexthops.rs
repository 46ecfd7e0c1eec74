//! Next hops.

use crate::walk::What::{Refused, Told};
use crate::walk::{Row, not, row, walk};
use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::nexthop::NextHopMessageBuf;
use iproute2::{AddressFamily, LinkMessage, NextHopMessage, Result, Veth, blocking};

const DEVICE: u32 = 501;
const OTHER: u32 = 502;

#[test]
fn next_hops() {
    const UNKNOWN: &str = "invalid argument";
    let rows = [
        not("NHA_ID", "it says which next hop it is"),
        row("NHA_OIF", |hop: NextHopMessageBuf| hop.device(OTHER), Told, Told),
        row("NHA_GATEWAY", |hop: NextHopMessageBuf| hop.gateway("192.0.2.9"), Told, Told),
        not("NHA_GROUP", "groups have tests of their own"),
        not("NHA_GROUP_TYPE", "groups have tests of their own"),
        not("NHA_RES_GROUP", "groups have tests of their own"),
        not("NHA_HW_STATS_ENABLE", "groups have tests of their own"),
        not("NHA_ENCAP", "the tests of routes have each"),
        not("NHA_ENCAP_TYPE", "the tests of routes have each"),
        row("NHA_BLACKHOLE", |hop: NextHopMessageBuf| hop.blackhole(true), Told, Told).of("nothing"),
        row("NHA_FDB", |hop: NextHopMessageBuf| hop.fdb(true).gateway("192.0.2.9"), Told, Told).of("nothing"),
        row("NHA_GROUPS", |hop: NextHopMessageBuf| hop.groups(true), Refused(UNKNOWN), Refused(UNKNOWN)),
        row("NHA_MASTER", |hop: NextHopMessageBuf| hop.master(DEVICE), Refused(UNKNOWN), Refused(UNKNOWN)),
        row(
            "NHA_RES_BUCKET",
            |hop: NextHopMessageBuf| hop.bucket(iproute2::rtnetlink::nexthop::Bucket::build()),
            Refused(UNKNOWN),
            Refused(UNKNOWN),
        ),
        not("NHA_OP_FLAGS", "it is for what lists hold besides"),
    ];
    walk(&rows, add, change);
}

fn base(ip: &blocking::Handle, row: &Row<NextHopMessageBuf>) -> Result<NextHopMessageBuf> {
    let end = |index: u32, name: &str| LinkMessage::build().index(index).name(name);
    ip.link().add(end(DEVICE, "v0").kind(Veth::build().peer(end(OTHER, "v1")))).wait()?;
    for device in [1, DEVICE, OTHER] {
        ip.link().change(device, LinkMessage::build().up()).wait()?;
    }
    ip.address().add(DEVICE, "192.0.2.1/24").wait()?;
    let hop = NextHopMessage::build().id(7).family(AddressFamily::INET);
    Ok(if row.base == "nothing" { hop } else { hop.device(DEVICE) })
}

fn add(ip: &blocking::Handle, row: &Row<NextHopMessageBuf>) -> Result<Packet<NextHopMessage>> {
    let base = base(ip, row)?;
    ip.nexthop().add((row.set)(base)).created().wait()
}

fn change(ip: &blocking::Handle, row: &Row<NextHopMessageBuf>) -> Result<Packet<NextHopMessage>> {
    let base = base(ip, row)?;
    let before = NextHopMessage::build().id(7).family(AddressFamily::INET);
    let before = if row.attribute == "NHA_FDB" {
        before.fdb(true).gateway("192.0.2.8")
    } else {
        before.device(DEVICE)
    };
    ip.nexthop().add(before).wait()?;
    ip.nexthop().replace((row.changed)(base)).created().wait()
}
