//! Rules as `ip` asks for them and as the kernel tells them.

use super::*;
use crate::AddressFamily;
use crate::capture::capture;
use crate::route::{RouteProtocol, RouteTable};
use netlink_packet::{Build, Unresolved};

/// Attributes in any order, since `ip` writes them in the order of its arguments.
fn sorted(rule: &RuleMessage) -> (Vec<u8>, Vec<(u16, Vec<u8>)>) {
    let mut attributes: Vec<_> =
        rule.attributes().raw().map(|one| (one.number(), one.payload.to_vec())).collect();
    attributes.sort();
    (rule.as_bytes()[..12].to_vec(), attributes)
}

macro_rules! as_asked {
    ($($name:literal: $rule:expr,)*) => { $(
        let asked = capture!($name);
        assert_eq!(sorted(($rule).view()), sorted(asked.view()), $name);
    )* };
}

#[test]
fn built_as_ip_does() {
    as_asked! {
        "add_rule": Rule::lookup(1000)
            .from("192.0.2.0/24")
            .to("198.51.100.0/24")
            .input_device("eth0")
            .masked_mark(7, 0xff)
            .priority(1000u32),
        "add_rule_not": Rule::of(RuleAction::UNREACHABLE)
            .inverted()
            .uids(1000..=1999)
            .ip_protocol(17)
            .source_ports(53)
            .destination_ports(8000..=8999)
            .priority(1001u32),
        "add_rule_goto": Rule::goto(1001).tos(0x10).priority(900u32),
        "add_rule6": Rule::lookup(RouteTable::MAIN)
            .from("2001:db8::/32")
            .device("v1")
            .suppress_prefix_length(0)
            .suppress_group(9u32)
            .protocol(RouteProtocol::BGP)
            .tunnel_id(5u64)
            .realms(crate::route::Realms { from: 3, to: 4 })
            .priority(1002u32),
        "add_rule_l3mdev": Rule::l3mdev().priority(1003u32),
    }
}

#[test]
fn listed_rules_are_read() {
    let reported = capture!("rule");
    let rule: &RuleMessage = reported.view();
    assert_eq!(rule.source_prefix(), "192.0.2.0/24".parse().ok());
    assert_eq!(rule.destination_prefix(), "198.51.100.0/24".parse().ok());
    assert_eq!((rule.input_device().unwrap(), rule.table()), ("eth0".into(), RouteTable(1000)));
    assert_eq!((rule.mark(), rule.mark_mask(), rule.priority()), (Some(7), Some(0xff), Some(1000)));
    assert_eq!((rule.suppress_prefix_length(), rule.raw_suppress_prefix_length()), (None, Some(u32::MAX)));
    let reported = capture!("rule_not");
    let rule: &RuleMessage = reported.view();
    assert!(rule.is_inverted());
    assert_eq!((rule.action(), rule.ip_protocol()), (RuleAction::UNREACHABLE, Some(17)));
    assert_eq!(rule.uids().map(UidRange::range), Some(1000..=1999));
    assert_eq!(rule.source_ports().map(PortRange::range), Some(53..=53));
    assert_eq!(rule.destination_ports().map(PortRange::range), Some(8000..=8999));
    let reported = capture!("rule_goto");
    let rule: &RuleMessage = reported.view();
    assert_eq!((rule.action(), rule.target(), rule.tos()), (RuleAction::GOTO, Some(1001), 0x10));
    let reported = capture!("rule6");
    let rule: &RuleMessage = reported.view();
    assert_eq!((rule.family(), rule.tunnel_id()), (AddressFamily::INET6, Some(5)));
    assert_eq!((rule.suppress_prefix_length(), rule.suppress_group()), (Some(0), Some(9)));
    let reported = capture!("rule_l3mdev");
    assert_eq!(reported.view::<RuleMessage>().of_vrf(), Some(true));
}

#[test]
fn devices_whose_names_are_looked_up() {
    let rule = Rule::lookup(1).input_device(7u32).device("a-name-of-more-than-15-bytes");
    let wanted: Vec<_> = rule.buffer().unresolved().to_vec();
    let [Unresolved { index: 7, wants_name: true, .. }, Unresolved { index: 0, wants_name: true, name, .. }] =
        &*wanted
    else {
        panic!("{wanted:?}")
    };
    assert_eq!(name, b"a-name-of-more-than-15-bytes");
    let mut buffer = rule.into_buffer();
    buffer.resolve_last(9, b"fifteen-bytes-x-and-more");
    buffer.resolve_last(7, b"eth0");
    let rule = RuleMessageBuf::from_buffer(buffer);
    assert_eq!(rule.view().input_device().unwrap(), "eth0");
    assert_eq!(rule.view().device().unwrap(), "fifteen-bytes-x");
}
