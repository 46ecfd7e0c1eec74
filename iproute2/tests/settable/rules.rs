//! Rules.

use crate::walk::What::{Not, Refused, Told};
use crate::walk::{Row, not, row, walk};
use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::route::Realms;
use iproute2::rtnetlink::rule::{PortRange, RuleAction, RuleMessageBuf, UidRange};
use iproute2::{AddressFamily, Result, RouteProtocol, Rule, RuleMessage, blocking};

/// A rule is not changed: another is added.
const NOT_CHANGED: crate::walk::What = Not("rules are added and deleted");

#[test]
fn of_ipv4() {
    let mut rows = rows();
    rows.extend([
        row("FRA_FLOW", |rule: RuleMessageBuf| rule.realms(Realms { from: 1, to: 2 }), Told, NOT_CHANGED),
        row("FRA_DST", |rule: RuleMessageBuf| rule.to("198.51.100.0/24"), Told, NOT_CHANGED),
        row("FRA_SRC", |rule: RuleMessageBuf| rule.from("192.0.2.0/24"), Told, NOT_CHANGED),
        row(
            "FRA_FLOWLABEL",
            |rule: RuleMessageBuf| rule.flow_label(5u32).flow_label_mask(0xfu32),
            Refused("Flow label"),
            NOT_CHANGED,
        )
        .since((6, 14)),
    ]);
    walk(&rows, |ip, row| add(ip, row, AddressFamily::INET), |ip, row| add(ip, row, AddressFamily::INET));
}

#[test]
fn of_ipv6() {
    let mut rows = rows();
    rows.extend([
        row(
            "FRA_FLOW",
            |rule: RuleMessageBuf| rule.realms(Realms { from: 1, to: 2 }),
            Refused("the kernel ignores "),
            NOT_CHANGED,
        ),
        row("FRA_DST", |rule: RuleMessageBuf| rule.to("2001:db8:1::/48"), Told, NOT_CHANGED),
        row("FRA_SRC", |rule: RuleMessageBuf| rule.from("2001:db8::/48"), Told, NOT_CHANGED),
        row(
            "FRA_FLOWLABEL",
            |rule: RuleMessageBuf| rule.flow_label(5u32).flow_label_mask(0xfu32),
            Told,
            NOT_CHANGED,
        )
        .since((6, 14)),
    ]);
    walk(&rows, |ip, row| add(ip, row, AddressFamily::INET6), |ip, row| add(ip, row, AddressFamily::INET6));
}

fn rows() -> Vec<Row<RuleMessageBuf>> {
    let told = |attribute, set: fn(RuleMessageBuf) -> RuleMessageBuf| row(attribute, set, Told, NOT_CHANGED);
    vec![
        told("FRA_IIFNAME", |rule| rule.input_device("v0")),
        told("FRA_OIFNAME", |rule| rule.device("v0")),
        told("FRA_GOTO", |rule| rule.target(3000)).of("goto"),
        told("FRA_PRIORITY", |rule| rule.priority(900)),
        told("FRA_FWMARK", |rule| rule.mark(5).mark_mask(0xff)),
        told("FRA_FWMASK", |rule| rule.mark(5).mark_mask(0xff)),
        told("FRA_TUN_ID", |rule| rule.tunnel_id(5)),
        told("FRA_SUPPRESS_IFGROUP", |rule| rule.suppress_group(5)),
        told("FRA_SUPPRESS_PREFIXLEN", |rule| rule.suppress_prefix_length(5)),
        told("FRA_TABLE", |rule| rule.table(1000)),
        told("FRA_L3MDEV", |rule| rule.of_vrf(true)).of("VRF"),
        // A user namespace of an unprivileged user knows this one alone.
        told("FRA_UID_RANGE", |rule| rule.uids(UidRange::build().first(0).last(0))),
        told("FRA_PROTOCOL", |rule| rule.protocol(RouteProtocol::BGP)),
        told("FRA_IP_PROTO", |rule| rule.ip_protocol(6)),
        told("FRA_SPORT_RANGE", |rule| rule.source_ports(PortRange::build().first(80).last(90))),
        told("FRA_DPORT_RANGE", |rule| rule.destination_ports(PortRange::build().first(80).last(90))),
        told("FRA_DSCP", |rule| rule.dscp(5)).since((6, 13)),
        not("FRA_FLOWLABEL_MASK", "it stands beside FRA_FLOWLABEL"),
        told("FRA_SPORT_MASK", |rule| rule.source_ports(80).source_port_mask(0xff)).since((6, 15)),
        told("FRA_DPORT_MASK", |rule| rule.destination_ports(80).destination_port_mask(0xff)).since((6, 15)),
        told("FRA_DSCP_MASK", |rule| rule.dscp(5).dscp_mask(0xf)).since((6, 15)),
    ]
}

fn add(
    ip: &blocking::Handle,
    row: &Row<RuleMessageBuf>,
    family: AddressFamily,
) -> Result<Packet<RuleMessage>> {
    let base = match row.base {
        "goto" => Rule::goto(2000).family(family).priority(1000),
        "VRF" => Rule::of(RuleAction::TO_TBL).family(family).priority(1000),
        _ => Rule::lookup(100).family(family).priority(1000),
    };
    ip.rule().add((row.set)(base)).created().wait()
}
