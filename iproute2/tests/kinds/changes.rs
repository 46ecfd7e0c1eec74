//! Each option of a kind and of a port, alone in a change, with a new value: the link has it then, or the request
//! fails. The lists have the exceptions, and why.

use crate::attributes::text;
use crate::proof::{CHANGES, Case, make_only, part, prepare};
use crate::support::{enter, is_unknown_kind, skip};
use crate::{ethernet, masters, others, tunnels};
use iproute2::blocking;
use iproute2::netlink_packet::{Build, NestBuf, RawAttributes, Row, Schema, Scope, Table};
use iproute2::rtnetlink::link::{LinkInfo, LinkMessage, LinkMessageBuf};
use std::collections::{BTreeMap, BTreeSet};

/// Options of which the kernel reports some values differently, or not at all, and why.
const OTHERWISE: [(&str, &str); 29] = [
    ("IFLA_BOND_PRIMARY", "it is told once it is a port"),
    ("IFLA_BOND_UPDELAY", "a multiple of the interval at which the bond looks at carriers"),
    ("IFLA_BOND_DOWNDELAY", "as the other delay"),
    ("IFLA_BOND_PEER_NOTIF_DELAY", "as the other delays"),
    ("IFLA_BRPORT_FLUSH", "something to be done, and nothing to be told"),
    ("IFLA_BRPORT_STATE", "without STP a bridge chooses states by itself"),
    ("IFLA_BR_FDB_FLUSH", "something to be done, and nothing to be told"),
    ("IFLA_BR_STP_STATE", "on or off, where no program does STP"),
    ("IFLA_BR_AGEING_TIME", "in whole ticks of the kernel"),
    ("IFLA_BR_FORWARD_DELAY", "in whole ticks"),
    ("IFLA_BR_HELLO_TIME", "in whole ticks"),
    ("IFLA_BR_MAX_AGE", "in whole ticks"),
    ("IFLA_BR_MCAST_LAST_MEMBER_INTVL", "in whole ticks"),
    ("IFLA_BR_MCAST_MEMBERSHIP_INTVL", "in whole ticks"),
    ("IFLA_BR_MCAST_QUERIER_INTVL", "in whole ticks"),
    ("IFLA_BR_MCAST_QUERY_INTVL", "in whole ticks, and at least a second"),
    ("IFLA_BR_MCAST_QUERY_RESPONSE_INTVL", "in whole ticks"),
    ("IFLA_BR_MCAST_STARTUP_QUERY_INTVL", "in whole ticks, and at least a second"),
    ("IFLA_GRE_FLAGS", "with what the kernel finds out"),
    ("IFLA_GRE_IFLAGS", "copies of frames always have a key"),
    ("IFLA_GRE_OFLAGS", "copies of frames always have a key"),
    ("IFLA_IPTUN_FLAGS", "with what the kernel finds out"),
    ("IFLA_MACSEC_WINDOW", "told where replay protection is on"),
    ("IFLA_MACVLAN_BC_CUTOFF", "1 is the default, and not told"),
    ("IFLA_MACVLAN_MACADDR", "it is among the sources, if they are to be accepted"),
    ("IFLA_MACVLAN_MACADDR_MODE", "what is done with the sources, which are told"),
    ("IFLA_VLAN_EGRESS_QOS", "a change adds to the map"),
    ("IFLA_VLAN_INGRESS_QOS", "a change adds to the map"),
    ("IFLA_VXLAN_AGEING", "0 is the default"),
];

#[test]
fn options_of_ethernet() {
    try_all(&ethernet::cases());
}

#[test]
fn options_of_tunnels() {
    try_all(&tunnels::cases());
}

#[test]
fn options_of_others() {
    try_all(&others::cases());
}

#[test]
fn options_of_masters() {
    try_all(&masters::cases());
}

#[test]
fn options_of_ports() {
    try_all(&masters::ports());
}

/// The results for the values of an option.
#[derive(Default)]
struct Tried {
    told: usize,
    refused: BTreeSet<String>,
    otherwise: Vec<String>,
}

fn try_all(cases: &[Case]) {
    let mut tried = BTreeMap::<(String, &str), Tried>::new();
    for case in cases {
        if !enter() {
            return;
        }
        if case.is_missing() {
            continue;
        }
        let handle = match prepare(case).and_then(|handle| make_only(case, &handle).map(|()| handle)) {
            Err(error) if is_unknown_kind(&error) => {
                skip(&format!("this kernel lacks kind {}", case.kind()));
                continue;
            }
            handle => handle.unwrap(),
        };
        let told = handle.link().get("x0").wait().unwrap();
        for of_port in [false, true] {
            let Some((table, _)) = part(&told, of_port) else { continue };
            for row in table.rows.iter().filter(|row| !row.marks.is_read_only()) {
                let tried = tried.entry((case.kind(), row.name)).or_default();
                try_option(&handle, of_port, table, row, tried);
                // The next one finds the link as it was made.
                if !of_port {
                    handle.link().delete("x0").wait().unwrap();
                }
                make_only(case, &handle).unwrap();
            }
        }
    }
    let failures: Vec<_> = tried.iter().filter_map(failure).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The problem, if any: a value was accepted but is not reported. Prints the result.
fn failure(((kind, name), tried): (&(String, &str), &Tried)) -> Option<String> {
    let Tried { told, refused, otherwise } = tried;
    println!("{kind} {name}: {told} values are told, {} otherwise; refused: {refused:?}", otherwise.len());
    let is_listed = OTHERWISE.iter().any(|(listed, _)| listed == name);
    otherwise.first().filter(|_| !is_listed).map(|first| format!("{kind} {name}: {first}"))
}

fn try_option(
    handle: &blocking::Handle,
    of_port: bool,
    table: &'static Table,
    row: &'static Row,
    tried: &mut Tried,
) {
    let told = || -> (Vec<Vec<u8>>, LinkMessageBuf) {
        let link = handle.link().get("x0").wait().unwrap();
        let raw = part(&link, of_port).map_or(RawAttributes::new(&[]), |(_, raw)| raw);
        let own = raw.filter(|one| one.number() == row.number).map(|one| one.payload.to_vec());
        (own.collect(), link.to_buf())
    };
    let (own, link) = told();
    let values = values_beside(row, own.first().map(Vec::as_slice));
    for value in values.iter().filter(|value| row.value.accepts(value, &Scope::new(table, &[]))) {
        let asked = text(table, row.number, value);
        if asked.contains("malformed") || asked.ends_with("[] }") {
            continue;
        }
        match handle.link().change("x0", change(&link, of_port, row, value)).wait() {
            Ok(()) => {
                let (told, _) = told();
                let shown: String = told.iter().map(|one| text(table, row.number, one)).collect();
                // Zero may be reported as absent.
                let is_none = told.is_empty() && !value.is_empty() && value.iter().all(|byte| *byte == 0);
                match shown == asked || is_contained(row.name, &told, value) {
                    true => tried.told += 1,
                    false if is_none => (),
                    false => tried.otherwise.push(format!("{asked} was given, {shown:?} is told")),
                }
            }
            Err(error) => drop(tried.refused.insert(error.to_string())),
        }
    }
}

/// In a struct of flags and a mask, the kernel reports all flags.
fn is_contained(name: &str, told: &[Vec<u8>], given: &[u8]) -> bool {
    let number = |bytes: &[u8], at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
    let told = told.first().filter(|_| CHANGES.contains(&name)).map(|told| number(told, 0));
    told.is_some_and(|told| told & number(given, 4) == number(given, 0) & number(given, 4))
}

/// A change of one option.
fn change(link: &LinkMessage, of_port: bool, row: &Row, value: &[u8]) -> LinkMessageBuf {
    let mut data = NestBuf::default().into_buffer();
    let start = data.open(row.number | row.flags);
    data.push(value);
    data.close(start, row.name);
    let told = link.info().unwrap();
    let info = LinkInfo::build();
    let info = match of_port {
        true => {
            let info = info.port_kind_name(told.port_kind_name().unwrap());
            info.with(LinkInfo::IFLA_INFO_SLAVE_DATA, &*data)
        }
        false => info.kind_name(told.kind_name().unwrap()).with(LinkInfo::IFLA_INFO_DATA, &*data),
    };
    LinkMessage::build().info(info)
}

/// Values of an option other than the one that it has.
fn values_beside(row: &Row, is: Option<&[u8]>) -> Vec<Vec<u8>> {
    let Schema { data_type, big_endian, values, .. } = row.value.schema;
    let size = match data_type {
        "u8" | "s8" => 1,
        "u16" | "s16" => 2,
        "u32" | "s32" => 4,
        "u64" | "s64" => 8,
        "uint" => is.map_or(4, <[u8]>::len),
        _ => 0,
    };
    let mut others = match (data_type, size, is) {
        ("flag", ..) => vec![Vec::new()],
        ("string", ..) => vec![b"x9\0".to_vec()],
        (_, 0, Some(is)) => (0..is.len()).map(|at| with_other_bit(is, at)).collect(),
        // Addresses, and what has as many bytes.
        (_, 0, None) => vec![
            [192, 0, 2, 77].into(),
            [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77].into(),
            [2, 0, 0, 0, 0, 0x77].into(),
            [1, 0, 0, 0, 1, 0, 0, 0].into(),
        ],
        (_, size, is) => {
            let now = is.map_or(0, |is| number(is, big_endian));
            let mut numbers = vec![1, 2, now + 1, now.wrapping_sub(1), now * 2, 500, 501];
            if let Some(values) = values {
                numbers = (values.list)().into_iter().map(|(_, value)| value).collect();
                numbers.extend(values.flags.then(|| numbers.iter().fold(0, |all, flag| all | flag)));
            }
            numbers.push(0);
            numbers.retain(|other| size == 8 || *other < 1 << (8 * size));
            numbers.into_iter().map(|number| bytes(number, size, big_endian)).collect()
        }
    };
    others.retain(|other| is != Some(&**other));
    others
}

fn with_other_bit(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut other = bytes.to_vec();
    other[at] ^= 1;
    other
}

fn number(bytes: &[u8], big_endian: bool) -> u64 {
    let of = |all: u64, byte: &u8| all << 8 | u64::from(*byte);
    match big_endian || cfg!(target_endian = "big") {
        true => bytes.iter().fold(0, of),
        false => bytes.iter().rev().fold(0, of),
    }
}

fn bytes(number: u64, size: usize, big_endian: bool) -> Vec<u8> {
    match big_endian || cfg!(target_endian = "big") {
        true => number.to_be_bytes()[8 - size..].to_vec(),
        false => number.to_le_bytes()[..size].to_vec(),
    }
}
