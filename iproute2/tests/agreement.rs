//! Routes, rules, next hops, neighbours and neighbour tables, compared with `ip` and `bridge` in both directions, field
//! by field: they show what we create as we read it, and what they create reads as the same bytes.

#![cfg(feature = "tokio")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/mod.rs"]
mod support;
#[path = "support/words.rs"]
mod words;

use cases::*;
use iproute2::netlink_packet::{Packet, View};
use iproute2::rtnetlink::neighbour::NeighbourSettings;
use iproute2::rtnetlink::rule::RuleMessageBuf;
use iproute2::{
    AddressFamily, Error, Neighbour, NeighbourTableMessage, Route, RouteMessage, RouteProtocol, blocking,
};
use serde_json::Value;
use std::process::Command;
use support::{skip, skip_always};
use words::{Names, assert_agree, objects};

/// Values that change while they are listed.
const PASSING: [&str; 10] = [
    "used",
    "updated",
    "confirmed",
    "refcnt",
    "expires",
    "probes",
    "last_flush",
    "last_rand",
    "lookups",
    "hits",
];

/// A list of a tool, as its name and command, and the same list by us.
type List<M> = (&'static str, &'static str, Lister<M>);
type Lister<M> = fn(&blocking::Handle) -> Vec<Packet<M>>;

/// The header of a message, under 0, and its attributes.
type Content = Vec<(u16, Vec<u8>)>;

/// Our list and that of a tool at the same moment: it is retried if the kernel changes something meanwhile, such as
/// addresses of links that have just come up.
fn at_once<M: View + ?Sized>(
    (tool, command, list): List<M>,
    ip: &blocking::Handle,
) -> Option<(Vec<Packet<M>>, Vec<Value>)> {
    let settled = |objects: &[Value]| -> Vec<Value> {
        let settled = objects.iter().map(|object| {
            let mut object = object.clone();
            object.as_object_mut().unwrap().retain(|key, _| !PASSING.contains(&&**key));
            object
        });
        settled.collect()
    };
    let mut before = objects(tool, command)?;
    for _ in 0..100 {
        let listed = list(ip);
        let after = objects(tool, command)?;
        if settled(&before) == settled(&after) {
            return Some((listed, after));
        }
        before = after;
    }
    panic!("{tool} {command} never stands still");
}

/// Creates objects by us and then by a tool, and compares both lists each time.
struct Both<B, M: View + ?Sized> {
    /// Prepares a namespace; false if this kernel can't.
    prepare: fn(&blocking::Handle) -> bool,
    add: fn(&blocking::Handle, B) -> Result<(), Error>,
    /// The command that creates the same, before the arguments.
    tool: &'static str,
    lists: Vec<List<M>>,
    words: fn(&Names, &M) -> Value,
    /// Whether an object is one of those created here; the kernel's own are compared, but not remembered.
    remembered: fn(&M) -> bool,
}

impl<B, M: View + ?Sized> Both<B, M> {
    fn agree(&self, cases: Vec<(B, &'static str)>) {
        let Some(ip) = pair() else { return };
        if !(self.prepare)(&ip) {
            return;
        }
        let mut commands = Vec::new();
        for (object, command) in cases {
            match (self.add)(&ip, object) {
                Ok(()) => commands.push(command),
                Err(error) if is_lacking(&error, command) => {
                    skip(&format!("this kernel lacks {command}: {error}"))
                }
                Err(error) => panic!("{command}: {error}"),
            }
        }
        let Some(ours) = self.compare(&ip) else { return };
        let ip = pair().unwrap();
        assert!((self.prepare)(&ip));
        for command in commands {
            match command.strip_prefix("-6 ") {
                Some(command) => run(&format!("{} {command}", self.tool.replace("ip ", "ip -6 "))),
                None => run(&format!("{} {command}", self.tool)),
            }
        }
        let theirs = self.compare(&ip).unwrap();
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs);
        }
    }

    /// Compares all lists; returns what to remember of each object.
    fn compare(&self, ip: &blocking::Handle) -> Option<Vec<Content>> {
        let mut remembered = Vec::new();
        for list in self.lists.iter().copied() {
            let (listed, shown) = at_once(list, ip)?;
            let names = Names::new(ip);
            let said: Vec<_> = listed.iter().map(|object| (self.words)(&names, object)).collect();
            assert_agree(&said, &shown, &PASSING);
            for object in &listed {
                let object: &M = object;
                assert_eq!(object.malformed_in(), []);
                if (self.remembered)(object) {
                    remembered.push(content(object));
                }
            }
        }
        // Some lists are in the order of a hash.
        remembered.sort();
        Some(remembered)
    }
}

/// All contents of an object, in order, except values that keep changing.
fn content<M: View + ?Sized>(object: &M) -> Content {
    const CACHE_INFOS: [&str; 3] = ["RTA_CACHEINFO", "NDA_CACHEINFO", "NDA_PROBES"];
    let rows = M::table().rows;
    let passing = |kind| rows.iter().any(|row| row.number == kind && CACHE_INFOS.contains(&row.name));
    let attributes = object.attributes_of().raw().map(|one| (one.number(), one.payload.to_vec()));
    let mut list: Vec<_> = attributes.filter(|(kind, _)| !passing(*kind)).collect();
    list.push((0, object.as_bytes()[..M::HEADER].to_vec()));
    list.sort();
    list
}

fn run(command: &str) {
    let mut parts = command.split(' ');
    let output = Command::new(parts.next().unwrap()).args(parts).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn of_routes() {
    let both = Both {
        prepare: for_routes,
        add: |ip, route| ip.route().add(route).wait(),
        tool: "ip route add",
        lists: vec![
            ("ip", "-4 route show table all", |ip| {
                ip.route().list().family(AddressFamily::INET).wait().unwrap()
            }),
            ("ip", "-6 route show table all", |ip| {
                ip.route().list().family(AddressFamily::INET6).wait().unwrap()
            }),
        ],
        words: Names::route,
        remembered: |route: &RouteMessage| route.protocol() != RouteProtocol::KERNEL,
    };
    both.agree(routes());
}

#[test]
fn of_routes_of_labels() {
    let both = Both {
        prepare: |_| for_labels(),
        add: |ip, route| ip.route().add(route).wait(),
        tool: "ip -M route add",
        lists: vec![("ip", "-M route show table all", |ip| {
            ip.route().list().family(AddressFamily::MPLS).wait().unwrap()
        })],
        words: Names::route,
        remembered: |_| true,
    };
    both.agree(labels());
}

#[test]
fn of_route_lookups() {
    let Some(ip) = pair() else { return };
    ip.route().add(Route::to("198.51.100.0/24").via("192.0.2.254").metric(7)).wait().unwrap();
    let ways = [
        (ip.route().get("198.51.100.9"), "route get 198.51.100.9"),
        (ip.route().get("198.51.100.9").mark(7).uid(0), "route get 198.51.100.9 mark 7 uid 0"),
        (ip.route().get("198.51.100.9").fib_match(), "route get fibmatch 198.51.100.9"),
        (ip.route().get("2001:db8::9"), "route get 2001:db8::9"),
        (
            ip.route().get("192.0.2.7").from("192.0.2.1").device("v0"),
            "route get 192.0.2.7 from 192.0.2.1 oif v0",
        ),
    ];
    let names = Names::new(&ip);
    for (way, command) in ways {
        let way = way.wait().unwrap();
        let Some(mut shown) = objects("ip", command) else { return };
        let mut said = names.route(&way);
        // The requester, and the last request, differ.
        for object in [&mut said, &mut shown[0]] {
            object.as_object_mut().unwrap().retain(|key, _| key != "uid" && key != "age");
        }
        assert_agree(&[said], &shown, &PASSING);
    }
}

#[test]
fn of_next_hops() {
    let both = Both {
        prepare: |_| true,
        add: |ip, hop| ip.nexthop().add(hop).wait(),
        tool: "ip nexthop add",
        lists: vec![("ip", "nexthop show", |ip| ip.nexthop().list().wait().unwrap())],
        words: Names::next_hop,
        remembered: |_| true,
    };
    both.agree(next_hops());
}

#[test]
fn of_buckets() {
    let Some(ip) = pair() else { return };
    for (object, command) in next_hops() {
        if ["id 10 ", "id 11 ", "id 21 "].iter().any(|one| command.starts_with(one)) {
            ip.nexthop().add(object).wait().unwrap();
        }
    }
    let names = Names::new(&ip);
    let buckets = ip.nexthop().buckets().group(21).wait().unwrap();
    assert_eq!(buckets.len(), 8);
    let Some(mut shown) = objects("ip", "nexthop bucket show id 21") else { return };
    let mut said: Vec<_> = buckets.iter().map(|bucket| names.bucket(bucket)).collect();
    // Their idle time keeps changing, but both report it.
    for object in said.iter_mut().chain(&mut shown) {
        let idle = object["bucket"].as_object_mut().unwrap().remove("idle_time");
        assert!(idle.is_some_and(|idle| idle.as_f64().is_some_and(|idle| idle < 60.0)), "{object}");
    }
    assert_agree(&said, &shown, &[]);
}

#[test]
fn of_rules() {
    let both = Both {
        prepare: |_| true,
        add: |ip, rule: RuleMessageBuf| ip.rule().add(rule).wait(),
        tool: "ip rule add",
        lists: vec![
            ("ip", "-4 rule show", |ip| ip.rule().list().family(AddressFamily::INET).wait().unwrap()),
            ("ip", "-6 rule show", |ip| ip.rule().list().family(AddressFamily::INET6).wait().unwrap()),
        ],
        words: Names::rule,
        remembered: |_| true,
    };
    both.agree(rules());
}

fn made_neighbours(ip: &blocking::Handle, family: AddressFamily) -> Vec<Packet<Neighbour>> {
    ip.neighbour().list().family(family).filter(is_made).wait().unwrap()
}

#[test]
fn of_neighbours() {
    let both = Both {
        prepare: |_| true,
        add: |ip, neighbour| ip.neighbour().add("v0", neighbour).wait(),
        tool: "ip neighbour add",
        lists: vec![
            ("ip", "-4 neighbour show to 192.0.2.0/24 nud all", |ip| {
                made_neighbours(ip, AddressFamily::INET)
            }),
            ("ip", "-6 neighbour show to 2001:db8::/64 nud all", |ip| {
                made_neighbours(ip, AddressFamily::INET6)
            }),
            ("ip", "neighbour show proxy", |ip| ip.neighbour().list().proxy().wait().unwrap()),
        ],
        words: Names::neighbour,
        remembered: |_| true,
    };
    both.agree(neighbours());
}

#[test]
fn of_forwarding_entries() {
    let both = Both {
        prepare: for_entries,
        add: |ip, (device, entry)| ip.neighbour().append(device, entry).wait(),
        tool: "bridge fdb append",
        lists: vec![("bridge", "fdb show", |ip| ip.neighbour().fdb().wait().unwrap())],
        words: Names::entry,
        remembered: |entry: &Neighbour| {
            entry.hardware_address().is_some_and(|address| {
                let text = address.to_string();
                text.starts_with("02:00:00:00:00:") || text == "00:00:00:00:00:00"
            })
        },
    };
    both.agree(entries());
}

#[test]
fn of_tables_of_neighbours() {
    let Some(ip) = pair() else { return };
    let settings = NeighbourSettings::build().device("v0").unicast_probes(7).queue_length(9);
    let message =
        NeighbourTableMessage::build().family(AddressFamily::INET).name("arp_cache").settings(settings);
    ip.neighbour_table().change(message).wait().unwrap();
    run("ip ntable change name ndisc_cache dev v1 retrans 500 ucast_probes 5");
    let names = Names::new(&ip);
    let list: Lister<NeighbourTableMessage> = |ip| ip.neighbour_table().list().wait().unwrap();
    let Some((listed, shown)) = at_once(("ip", "ntable show", list), &ip) else { return };
    let said: Vec<_> = listed.iter().map(|table| names.table(table)).collect();
    assert_agree(&said, &shown, &PASSING);
    assert!(said.iter().any(|one| one["ucast_probes"] == 7) && said.iter().any(|one| one["retrans"] == 500));
}
