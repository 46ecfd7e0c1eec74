//! What a watch knows and what the kernel lists, in a form that can be compared. An oracle of its own: nothing is taken from
//! the watch.

#![allow(dead_code, reason = "each test binary uses a part")]

use iproute2::netlink_packet::{HEADER_LEN, Packet, RawAttributes, Table, View};
use iproute2::rtnetlink::namespace::NamespaceIdMessage;
use iproute2::rtnetlink::rule::RuleMessage;
use iproute2::rtnetlink::tc::QdiscMessage;
use iproute2::watch::{Change, Mirror, Update};
use iproute2::{
    AddressMessage, LinkMessage, NeighbourMessage, NeighbourState, NetconfMessage, NextHopMessage,
    RouteMessage, blocking,
};
use std::collections::BTreeMap;
use std::time::Instant;

/// Numbers that look random, and are the same for the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as u32) % end
    }

    pub(crate) fn one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }
}

pub(crate) fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Where the generator of a test begins: `NETLINK_SEED`, or anywhere.
pub(crate) fn seed() -> u64 {
    let clock = || Instant::now().elapsed().as_nanos() as u64 ^ u64::from(std::process::id()) << 20;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed =
        number("NETLINK_SEED").unwrap_or_else(|| now.map_or_else(|_| clock(), |now| now.as_nanos() as u64));
    eprintln!("NETLINK_SEED={seed}");
    seed.max(1)
}

/// What a message says, without what the kernel changes silently.
fn said(tag: u8, body: &[u8]) -> Said {
    let (header, silent): (usize, &[u16]) = match tag {
        LINK => (16, &[7, 11, 23, 30, 35, 44, 47, 48, 61]),
        ADDRESS => (8, &[6]),
        NEIGHBOUR => (12, &[3, 4]),
        FDB => (12, &[3]),
        ROUTE => (12, &[12]),
        RULE => (12, &[]),
        NEXT_HOP => (8, &[]),
        NAMESPACE_ID | NETCONF => (4, &[]),
        QDISC => (20, &[3, 4, 7]),
        _ => unreachable!(),
    };
    let mut fixed = body[..header].to_vec();
    if tag == LINK {
        fixed[12..16].fill(0);
    }
    // The references to a qdisc.
    if tag == QDISC {
        fixed[16..20].fill(0);
    }
    // A neighbour that is used becomes DELAY for 5 seconds: nothing but a list tells that.
    if tag == NEIGHBOUR && fixed[8] == DELAY {
        fixed[8] = STALE;
    }
    // An entry that was not used for long is about to go.
    if tag == FDB && fixed[8] == STALE {
        fixed[8] = REACHABLE;
    }
    let mut parts = vec![(u16::from(tag), fixed)];
    for attribute in RawAttributes::new(&body[header..]) {
        let (kind, payload) = (attribute.number(), attribute.payload);
        match (tag, kind) {
            _ if silent.contains(&kind) => (),
            (LINK, 18) => parts.extend(info(payload)),
            (LINK, 26) => parts.extend(families(payload)),
            // The paths of a route of IPv6 come in any order.
            (ROUTE, 9) if body[0] == 10 => {
                let mut rest = payload;
                while rest.len() >= 8 {
                    let length = usize::from(u16::from_ne_bytes([rest[0], rest[1]]));
                    parts.push((kind, rest[..length].to_vec()));
                    rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
                }
            }
            _ => parts.push((kind, payload.to_vec())),
        }
    }
    parts[1..].sort();
    parts
}

const REACHABLE: u8 = 2;
const STALE: u8 = 4;
const DELAY: u8 = 8;
const FAILED: u8 = 0x20;

pub(crate) const LINK: u8 = 0;
const ADDRESS: u8 = 1;
const NEIGHBOUR: u8 = 2;
const ROUTE: u8 = 3;
const RULE: u8 = 4;
const NEXT_HOP: u8 = 5;
const NAMESPACE_ID: u8 = 6;
const NETCONF: u8 = 7;
const FDB: u8 = 8;
const QDISC: u8 = 9;

/// The fixed header under the kind of object, then the attributes by number.
type Said = Vec<(u16, Vec<u8>)>;

/// What address families say of a link: of IPv6 no statistics and no times, and of its flags what routers announce.
fn families(payload: &[u8]) -> Said {
    let mut out = Vec::new();
    for family in RawAttributes::new(payload) {
        for attribute in RawAttributes::new(family.payload) {
            let kind = 3000 + 100 * family.number() + attribute.number();
            match (family.number(), attribute.number()) {
                (10, 3 | 5 | 6) => (),
                (10, 1) => out.push((kind, vec![attribute.payload[0] & 0xc0])),
                _ => out.push((kind, attribute.payload.to_vec())),
            }
        }
    }
    out
}

/// What a link's kind and its port kind say: no statistics, and no timers and counters.
fn info(payload: &[u8]) -> Said {
    let text = |number: u16| RawAttributes::new(payload).payload_of(number).unwrap_or_default();
    let mut out = Vec::new();
    for attribute in RawAttributes::new(payload) {
        match attribute.number() {
            3 => (),
            2 | 5 => {
                let clocks: &[u16] = match (attribute.number(), text(attribute.number() - 1)) {
                    (2, b"bridge\0") => &[16, 17, 18, 19, 48],
                    (2, b"hsr\0") => &[5],
                    (5, b"bridge\0") => &[21, 22, 23, 38, 41],
                    _ => &[],
                };
                for inner in RawAttributes::new(attribute.payload) {
                    match inner.number() {
                        number if clocks.contains(&number) => (),
                        // The timers of another querier.
                        47 if text(1) == b"bridge\0" => {
                            let querier = RawAttributes::new(inner.payload);
                            let querier = querier.filter(|inner| !matches!(inner.number(), 3 | 7));
                            out.extend(querier.map(|inner| (2900 + inner.number(), inner.payload.to_vec())));
                        }
                        number => out.push((2000 + number, inner.payload.to_vec())),
                    }
                }
            }
            kind => out.push((1000 + kind, attribute.payload.to_vec())),
        }
    }
    out
}

/// How often each thing is said.
pub(crate) type State = BTreeMap<Said, u32>;

fn add(state: &mut State, said: Said) {
    *state.entry(said).or_default() += 1;
}

pub(crate) fn remove(state: &mut State, said: &Said) {
    let count = state.get_mut(said).unwrap_or_else(|| panic!("was never told of: {said:02x?}"));
    *count -= 1;
    if *count == 0 {
        state.remove(said);
    }
}

fn replay<M: View + ?Sized>(state: &mut State, tag: u8, update: &Update<M>) {
    if let Some(before) = update.before() {
        remove(state, &said(tag, before.as_bytes()));
    }
    if let Some(now) = update.now() {
        add(state, said(tag, now.as_bytes()));
    }
}

pub(crate) fn apply(state: &mut State, change: &Change) {
    match change {
        Change::Link(update) => {
            assert!(!matches!(update, Update::Changed { .. }) || !update.differences().is_empty());
            replay(state, LINK, update);
        }
        Change::Address(update) => replay(state, ADDRESS, update),
        Change::Neighbour(update) => replay(state, NEIGHBOUR, update),
        Change::Route(update) => replay(state, ROUTE, update),
        Change::Rule(update) => replay(state, RULE, update),
        Change::NextHop(update) => replay(state, NEXT_HOP, update),
        Change::NamespaceId(update) => replay(state, NAMESPACE_ID, update),
        Change::Netconf(update) => replay(state, NETCONF, update),
        Change::Fdb(update) => replay(state, FDB, update),
        Change::Qdisc(update) => replay(state, QDISC, update),
        _ => (),
    }
}

/// Objects by their topic and their message without its header.
type Objects = Vec<(u8, Vec<u8>)>;

pub(crate) fn mirrored(mirror: &Mirror) -> State {
    state(&objects_of(mirror))
}

pub(crate) fn listed(ip: &blocking::Handle) -> iproute2::Result<State> {
    Ok(state(&list(ip)?))
}

/// What only the mirror has, and what only the kernel lists. Not compared are neighbours that did not answer: when the kernel
/// asks for one again it becomes `INCOMPLETE` silently.
pub(crate) fn compare(mirror: &Mirror, ip: &blocking::Handle) -> iproute2::Result<(State, State)> {
    let (mut theirs, mut ours) = (list(ip)?, objects_of(mirror));
    let has_failed = |tag: u8, body: &[u8]| tag == NEIGHBOUR && body[8] == FAILED;
    ours.retain(|(tag, body)| !has_failed(*tag, body));
    theirs.retain(|(tag, body)| !has_failed(*tag, body));
    // Most are the same to the byte.
    ours.sort();
    theirs.sort();
    let only = |these: &Objects, those: &Objects| -> Objects {
        these.iter().filter(|object| those.binary_search(object).is_err()).cloned().collect()
    };
    let (mut ours, mut theirs) = (state(&only(&ours, &theirs)), state(&only(&theirs, &ours)));
    let both: Vec<_> = ours.keys().filter(|said| theirs.get(*said) == ours.get(*said)).cloned().collect();
    for said in both {
        ours.remove(&said);
        theirs.remove(&said);
    }
    Ok((ours, theirs))
}

fn state(objects: &Objects) -> State {
    let mut state = State::new();
    objects.iter().for_each(|(tag, body)| add(&mut state, said(*tag, body)));
    state
}

fn objects_of(mirror: &Mirror) -> Objects {
    fn all<'a, M: View + ?Sized + 'a>(out: &mut Objects, tag: u8, objects: impl Iterator<Item = &'a M>) {
        out.extend(objects.map(|object| (tag, object.as_bytes().to_vec())));
    }
    let mut out = Objects::new();
    all(&mut out, LINK, mirror.links());
    all(&mut out, ADDRESS, mirror.addresses());
    all(&mut out, NEIGHBOUR, mirror.neighbours());
    all(&mut out, ROUTE, mirror.routes());
    all(&mut out, RULE, mirror.rules());
    all(&mut out, NEXT_HOP, mirror.next_hops());
    all(&mut out, NAMESPACE_ID, mirror.namespace_ids());
    all(&mut out, NETCONF, mirror.netconf());
    all(&mut out, FDB, mirror.fdb());
    all(&mut out, QDISC, mirror.qdiscs());
    out
}

fn list(ip: &blocking::Handle) -> iproute2::Result<Objects> {
    fn all<M: View + ?Sized>(out: &mut Objects, tag: u8, list: Vec<Packet<M>>) {
        assert!(list.iter().all(|packet| packet.message().len() >= HEADER_LEN));
        out.extend(list.iter().map(|packet| (tag, packet.as_bytes().to_vec())));
    }
    let mut out = Objects::new();
    all(&mut out, LINK, ip.link().list().wait()?);
    all(&mut out, ADDRESS, ip.address().list().wait()?);
    // What the kernel makes without a word a watch leaves out.
    let told = |neighbour: &NeighbourMessage| {
        !(NeighbourState::INCOMPLETE | NeighbourState::NOARP).contains(neighbour.state())
    };
    all(&mut out, NEIGHBOUR, ip.neighbour().list().filter(told).wait()?);
    all(&mut out, ROUTE, ip.route().list().wait()?);
    all(&mut out, RULE, ip.rule().list().wait()?);
    all(&mut out, NEXT_HOP, ip.nexthop().list().wait()?);
    all(&mut out, NAMESPACE_ID, ip.namespace_id().list().wait()?);
    all(&mut out, NETCONF, ip.netconf().list().wait()?);
    // Nor what devices receive.
    let is_entry = |entry: &NeighbourMessage| entry.cache_info().is_some();
    all(&mut out, FDB, ip.neighbour().fdb().filter(is_entry).wait()?);
    all(&mut out, QDISC, ip.qdisc().list().wait()?);
    Ok(out)
}

/// In what the two differ, by field: `+` is only in ours, `-` only in theirs.
pub(crate) fn difference(ours: &State, theirs: &State) -> String {
    let only = |a: &State, b: &State| -> Vec<Said> {
        let missing = |(said, count): (&Said, &u32)| {
            let more = count.saturating_sub(b.get(said).copied().unwrap_or_default());
            vec![said.clone(); more as usize]
        };
        a.iter().flat_map(missing).collect()
    };
    let (ours, mut theirs) = (only(ours, theirs), only(theirs, ours));
    let mut lines = Vec::new();
    for said in &ours {
        let alike = (0..theirs.len()).filter(|at| theirs[*at][0].0 == said[0].0);
        let Some(closest) = alike.max_by_key(|at| in_common(said, &theirs[*at])) else {
            lines.push(format!("+ {}", words(said, |_| true)));
            continue;
        };
        let other = theirs.swap_remove(closest);
        lines.push(format!("+ {}", words(said, |part| !other.contains(part) || names_it(said, part))));
        lines.push(format!("- {}", words(&other, |part| !said.contains(part) || names_it(&other, part))));
    }
    lines.extend(theirs.iter().map(|said| format!("- {}", words(said, |_| true))));
    lines.join("\n")
}

fn in_common(a: &Said, b: &Said) -> usize {
    a.iter().filter(|part| b.contains(part)).count()
}

/// Whether the object is known by this: the name of a link, or the destination, table and device of a route.
fn names_it(said: &Said, part: &(u16, Vec<u8>)) -> bool {
    match said[0].0 as u8 {
        LINK => part.0 == 3,
        ROUTE => matches!(part.0, 1 | 4 | 15),
        RULE => part.0 == 6,
        _ => matches!(part.0, 1 | 2),
    }
}

fn words(said: &Said, shown: impl Fn(&(u16, Vec<u8>)) -> bool) -> String {
    let table: &Table = match said[0].0 as u8 {
        LINK => <LinkMessage as View>::table(),
        ADDRESS => <AddressMessage as View>::table(),
        NEIGHBOUR | FDB => <NeighbourMessage as View>::table(),
        ROUTE => <RouteMessage as View>::table(),
        RULE => <RuleMessage as View>::table(),
        NEXT_HOP => <NextHopMessage as View>::table(),
        NETCONF => <NetconfMessage as View>::table(),
        QDISC => <QdiscMessage as View>::table(),
        _ => <NamespaceIdMessage as View>::table(),
    };
    let part = |(kind, payload): &(u16, Vec<u8>)| {
        let row = table.rows.iter().find(|row| row.number == *kind);
        let name = row.map_or_else(|| format!("info {kind}"), |row| row.name.to_owned());
        match std::str::from_utf8(payload.strip_suffix(&[0]).unwrap_or(payload)) {
            Ok(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                format!("{name}={text}")
            }
            _ => format!("{name}={payload:02x?}"),
        }
    };
    let parts: Vec<_> = said[1..].iter().filter(|part| shown(part)).map(part).collect();
    format!("{} {:02x?} {}", table.name, said[0].1, parts.join(" "))
}
