//! Defaults of verbs: the same as those of the commands listed beside them, compared by what both leave in a namespace
//! of their own; the exceptions are documented.

#![cfg(feature = "tokio")]

mod support;

use iproute2::rtnetlink::route::RouteFlags;
use iproute2::{
    AddressFamily, AddressFlags, AddressMessage, Bridge, LinkFlags, LinkMessage, Neighbour, NeighbourFlags,
    NeighbourMessage, NeighbourState, NextHopMessage, Route, RouteProtocol, RouteTable, RouteType, Rule,
    RuleMessage, Veth, Vxlan, blocking,
};
use std::process::Command;
use support::{made, skip};

/// A verb and a command, run in equal namespaces.
struct Case {
    command: &'static str,
    ours: fn(&blocking::Handle),
}

macro_rules! case {
    ($command:literal, $ours:expr) => {
        Case { command: $command, ours: $ours }
    };
}

/// Compares what each verb and its command leave of what was prepared.
fn leave_the_same(
    prepare: fn(&blocking::Handle) -> bool,
    left: fn(&blocking::Handle) -> Vec<String>,
    cases: &[Case],
) {
    for Case { command, ours } in cases {
        let mut results = Vec::new();
        for theirs in [false, true] {
            if !support::enter() {
                return;
            }
            let ip = blocking::connect().unwrap();
            if !prepare(&ip) {
                return;
            }
            match theirs {
                true if !run(command) => return,
                true => (),
                false => ours(&ip),
            }
            results.push(left(&ip));
        }
        assert_eq!(results[0], results[1], "{command}");
    }
}

/// Runs commands, separated by semicolons; whether there is such a tool. A failing command shows in what is left.
fn run(commands: &str) -> bool {
    commands.split("; ").all(|command| {
        let mut words = command.split(' ');
        let Ok(output) = Command::new(words.next().unwrap()).args(words).output() else {
            skip(&format!("there is no tool for {command}"));
            return false;
        };
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!error.contains("Usage") && !error.contains("unknown"), "{command}: {error}");
        true
    })
}

fn pair(ip: &blocking::Handle) -> bool {
    ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
    // Addresses that the kernel generates appear at any time.
    for (name, peer) in [("v0", "v1"), ("w0", "w1")] {
        ip.link().add(Veth::pair(name, peer)).wait().unwrap();
        for name in [name, peer] {
            let path = format!("/proc/sys/net/ipv6/conf/{name}/addr_gen_mode");
            std::fs::write(path, "1").unwrap();
            ip.link().change(name, LinkMessage::build().up()).wait().unwrap();
        }
    }
    for address in ["192.0.2.1/24", "192.0.2.2/24", "198.18.0.1/15", "2001:db8::1/64"] {
        let flags = if address.contains(':') { AddressFlags::NODAD } else { AddressFlags::empty() };
        let address = AddressMessage::build().prefix(address).flags(flags);
        ip.address().add("v0", address).wait().unwrap();
    }
    true
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// Addresses without what changes over time.
fn addresses(ip: &blocking::Handle) -> Vec<String> {
    let list = ip.address().list().wait().unwrap();
    let line = |address: &AddressMessage| {
        let (flags, scope) = (address.flags(), address.scope());
        let label = address.label().map(ToString::to_string);
        format!("{} {:?} {:?} {scope} {flags} {label:?}", address.device(), address.prefix(), address.peer())
    };
    sorted(list.iter().map(|address| line(address)).collect())
}

#[test]
fn addresses_are_left_alike() {
    leave_the_same(
        pair,
        addresses,
        &[
            case!("ip address add 127.0.0.2/8 dev lo", |ip| {
                ip.address().add("lo", "127.0.0.2/8").wait().unwrap();
            }),
            case!("ip address add 203.0.113.1 dev v0", |ip| {
                ip.address().add("v0", "203.0.113.1").wait().unwrap();
            }),
            case!("ip address add 203.0.113.1 peer 203.0.113.2/32 dev v0", |ip| {
                let address = AddressMessage::build().prefix("203.0.113.1").peer("203.0.113.2/32");
                ip.address().add("v0", address).wait().unwrap();
            }),
            case!("ip address add 203.0.113.1/24 brd + label v0:1 dev v0", |ip| {
                let address =
                    AddressMessage::build().prefix("203.0.113.1/24").automatic_broadcast().label("v0:1");
                ip.address().add("v0", address).wait().unwrap();
            }),
            case!("ip address add 2001:db8:1::1/64 nodad dev v0", |ip| {
                let address = AddressMessage::build().prefix("2001:db8:1::1/64").flags(AddressFlags::NODAD);
                ip.address().add("v0", address).wait().unwrap();
            }),
            case!("ip address replace 192.0.2.2/24 dev v0", |ip| {
                ip.address().replace("v0", "192.0.2.2/24").wait().unwrap();
            }),
            case!("ip address delete 192.0.2.1/24 dev v0", |ip| {
                ip.address().delete("v0", "192.0.2.1/24").wait().unwrap();
            }),
            case!("ip address delete 192.0.2.1/32 dev v0", |ip| {
                ip.address().delete("v0", "192.0.2.1").wait().unwrap_err();
            }),
            case!("ip address delete 2001:db8::1/64 dev v0", |ip| {
                ip.address().delete("v0", "2001:db8::1/64").wait().unwrap();
            }),
            case!("ip address flush dev v0", |ip| {
                ip.address().list().device("v0").flush().wait().unwrap();
            }),
            case!("ip address flush dev lo", |ip| {
                ip.address().list().device("lo").flush().wait().unwrap();
            }),
            case!("ip -6 address flush dev v0", |ip| {
                let list = ip.address().list().family(AddressFamily::INET6).device("v0");
                list.flush().wait().unwrap();
            }),
            case!("ip address flush scope host", |ip| {
                ip.address().list().scope("host").flush().wait().unwrap();
            }),
            case!("ip address flush dev v0 secondary", |ip| {
                let list = ip.address().list().device("v0").family(AddressFamily::INET);
                let list = list.filter(|address| address.flags().contains(AddressFlags::SECONDARY));
                assert_eq!(list.flush().wait().unwrap(), 1);
            }),
            case!("ip -4 address flush dev v0 to 192.0.2.0/24", |ip| {
                ip.address().list().device("v0").to("192.0.2.0/24").flush().wait().unwrap();
            }),
        ],
    );
}

/// Routes to one destination that differ, in both families.
fn routed(ip: &blocking::Handle) -> bool {
    let by = |prefix: &str| Route::to(prefix).via("192.0.2.254");
    let routes = [
        by("203.0.113.0/24").metric(200),
        by("203.0.113.0/24").metric(100),
        by("203.0.113.0/24").tos(0x10),
        by("203.0.113.0/24").table(100).protocol(RouteProtocol::BGP),
        by("203.0.113.0/25").protocol(RouteProtocol::BGP),
        by("default"),
        by("default").table(100),
        Route::of(RouteType::BLACKHOLE, "203.0.113.0/24").metric(300),
        Route::to("2001:db8:1::/48").via("2001:db8::fe").metric(100),
        Route::to("2001:db8:1::/48").via("2001:db8::fe").metric(200),
        Route::to("2001:db8:2::/48").via("2001:db8::fe").table(100),
        Route::to("::/0").via("2001:db8::fe").metric(1024),
        Route::to("::/0").via("2001:db8::fd").table(100),
        Route::of(RouteType::UNREACHABLE, "::/0").device("lo").metric(u32::MAX),
    ];
    pair(ip) && routes.into_iter().all(|route| ip.route().add(route).wait().map(|()| true).unwrap())
}

fn routes(ip: &blocking::Handle) -> Vec<String> {
    // The kernel adds those of IPv6's table `local` at any time.
    let settled = |route: &Route| route.family() == AddressFamily::INET || route.table() != RouteTable::LOCAL;
    let list = ip.route().list().filter(settled).wait().unwrap();
    let line = |route: &Route| {
        let (table, tos, metric) = (route.table(), route.tos(), route.metric());
        let (of, by, scope, device) = (route.route_type(), route.protocol(), route.scope(), route.device());
        format!(
            "{table:?} {:?} {tos} {metric:?} {of} {by} {scope} {device:?} {:?}",
            route.prefix(),
            route.gateway()
        )
    };
    sorted(list.iter().map(|route| line(route)).collect())
}

#[test]
fn routes_are_left_alike() {
    leave_the_same(
        routed,
        routes,
        &[
            case!("ip route delete 203.0.113.0/24", |ip| {
                ip.route().delete("203.0.113.0/24").wait().unwrap();
            }),
            case!("ip route delete 203.0.113.0/24 metric 100", |ip| {
                ip.route().delete(Route::to("203.0.113.0/24").metric(100)).wait().unwrap();
            }),
            case!("ip route delete 203.0.113.0/24 tos 0x10", |ip| {
                ip.route().delete(Route::to("203.0.113.0/24").tos(0x10)).wait().unwrap();
            }),
            case!("ip route delete 203.0.113.0/24 table 100", |ip| {
                ip.route().delete(Route::to("203.0.113.0/24").table(100)).wait().unwrap();
            }),
            case!("ip route delete blackhole 203.0.113.0/24", |ip| {
                ip.route().delete(Route::of(RouteType::BLACKHOLE, "203.0.113.0/24")).wait().unwrap();
            }),
            case!("ip route delete 203.0.113.0/24 via 192.0.2.253", |ip| {
                ip.route().delete(Route::to("203.0.113.0/24").via("192.0.2.253")).wait().unwrap_err();
            }),
            case!("ip route delete default", |ip| {
                ip.route().delete(Route::to("default")).wait().unwrap();
            }),
            case!("ip route delete 203.0.113.7", |ip| {
                ip.route().delete("203.0.113.7").wait().unwrap_err();
            }),
            case!("ip -6 route delete 2001:db8:1::/48", |ip| {
                ip.route().delete("2001:db8:1::/48").wait().unwrap();
            }),
            case!("ip -6 route delete 2001:db8:1::/48 metric 200", |ip| {
                ip.route().delete(Route::to("2001:db8:1::/48").metric(200)).wait().unwrap();
            }),
            case!("ip -6 route delete 2001:db8:2::/48", |ip| {
                let result = ip.route().delete("2001:db8:2::/48").wait();
                assert!(result.unwrap_err().is_not_found());
            }),
            case!("ip route replace 203.0.113.0/24 via 192.0.2.253", |ip| {
                ip.route().replace(Route::to("203.0.113.0/24").via("192.0.2.253")).wait().unwrap();
            }),
            case!("ip route change 203.0.113.0/24 via 192.0.2.253 metric 100", |ip| {
                let route = Route::to("203.0.113.0/24").via("192.0.2.253").metric(100);
                ip.route().change(route).wait().unwrap();
            }),
            case!("ip route append 203.0.113.0/24 via 192.0.2.253 metric 100", |ip| {
                let route = Route::to("203.0.113.0/24").via("192.0.2.253").metric(100);
                ip.route().append(route).wait().unwrap();
            }),
            case!("ip -6 route replace 2001:db8:1::/48 via 2001:db8::fd metric 100", |ip| {
                let route = Route::to("2001:db8:1::/48").via("2001:db8::fd").metric(100);
                ip.route().replace(route).wait().unwrap();
            }),
            case!("ip route flush table 100", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(100);
                list.flush().wait().unwrap();
            }),
            case!("ip -6 route flush table 100", |ip| {
                let list = ip.route().list().family(AddressFamily::INET6).table(100);
                list.flush().wait().unwrap();
            }),
            case!("ip route flush table main; ip -6 route flush table main", |ip| {
                // The route that says that there is none stays only where no table is named.
                let list = ip.route().list().table(RouteTable::MAIN);
                let list = list.filter(|route| route.route_type() != RouteType::UNREACHABLE);
                list.flush().wait().unwrap();
            }),
            case!("ip route flush proto bgp", |ip| {
                ip.route()
                    .list()
                    .table(RouteTable::MAIN)
                    .protocol(RouteProtocol::BGP)
                    .flush()
                    .wait()
                    .unwrap();
            }),
            case!("ip route flush dev v0; ip -6 route flush dev v0", |ip| {
                ip.route().list().table(RouteTable::MAIN).device("v0").flush().wait().unwrap();
            }),
            case!("ip route flush dev v0 table 100; ip -6 route flush dev v0 table 100", |ip| {
                ip.route().list().table(100).device("v0").flush().wait().unwrap();
            }),
            // Another device has neither.
            case!("ip route flush dev v1; ip -6 route flush dev v1", |ip| {
                let list = ip.route().list().table(RouteTable::MAIN).device("v1");
                list.filter(|route| route.metric() != Some(u32::MAX)).flush().wait().unwrap();
            }),
            case!("ip route flush dev lo", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(RouteTable::MAIN);
                assert_eq!(list.device("lo").flush().wait().unwrap(), 0);
            }),
            // What the kernel made by itself goes where it is asked for.
            case!("ip route flush proto kernel", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(RouteTable::MAIN);
                assert!(list.protocol(RouteProtocol::KERNEL).flush().wait().unwrap() > 0);
            }),
            case!("ip route flush table local", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(RouteTable::LOCAL);
                assert!(list.flush().wait().unwrap() > 0);
            }),
            case!("ip route flush exact default", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(RouteTable::MAIN);
                list.to("0.0.0.0/0").flush().wait().unwrap();
            }),
            case!("ip -6 route flush exact default via 2001:db8::fe", |ip| {
                let list = ip.route().list().family(AddressFamily::INET6).table(RouteTable::MAIN);
                let list = list.to("::/0").via("2001:db8::fe".parse::<std::net::IpAddr>().unwrap());
                assert_eq!(list.flush().wait().unwrap(), 1);
            }),
            case!("ip route flush root 203.0.113.0/24", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(RouteTable::MAIN);
                list.within("203.0.113.0/24").flush().wait().unwrap();
            }),
            case!("ip route flush type blackhole", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(RouteTable::MAIN);
                list.route_type(RouteType::BLACKHOLE).flush().wait().unwrap();
            }),
            case!("ip route flush scope link", |ip| {
                let list = ip.route().list().family(AddressFamily::INET).table(RouteTable::MAIN);
                list.scope("link").flush().wait().unwrap();
            }),
            case!("ip route flush table all", |ip| {
                let list = ip.route().list();
                let list = list.filter(|route| route.metric() != Some(u32::MAX));
                list.flush().all().wait().unwrap();
            }),
        ],
    );
}

#[test]
fn a_flush_of_routes_leaves_this_host_its_addresses() {
    if !support::enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    routed(&ip);
    let local = |ip: &blocking::Handle| ip.route().list().table(RouteTable::LOCAL).wait().unwrap().len();
    let before = local(&ip);
    ip.route().list().device("v0").flush().wait().unwrap();
    ip.route().list().flush().wait().unwrap();
    let left = ip.route().list().filter(|route| route.table() != RouteTable::LOCAL).wait().unwrap();
    assert_eq!(left.iter().map(|route| route.metric()).collect::<Vec<_>>(), [Some(u32::MAX)], "{left:?}");
    // Those of IPv6 addresses come when duplicate address detection has ended, maybe meanwhile.
    assert!(local(&ip) >= before, "{} of {before}", local(&ip));
    ip.route().list().table(RouteTable::LOCAL).flush().wait().unwrap();
    assert_eq!(local(&ip), 0);
}

/// What a list of the cache tells of a host that another router was better for: the kernel would take it for a route.
#[test]
fn an_exception_is_no_route() {
    if !support::enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    pair(&ip);
    let route = || Route::to("203.0.113.7").via("192.0.2.254");
    ip.route().add(route()).wait().unwrap();
    let cached = ip.route().get("203.0.113.7").wait().unwrap();
    assert!(cached.flags().contains(RouteFlags::CLONED), "{cached:?}");
    for error in [
        ip.route().delete(&cached).wait().unwrap_err(),
        ip.route().delete(route().flags(RouteFlags::CLONED)).wait().unwrap_err(),
    ] {
        assert!(error.is_invalid() && error.to_string().contains("cached exception"), "{error}");
    }
    assert_eq!(ip.route().list().cached().flush().wait().unwrap(), 0);
    assert_eq!(ip.route().list().to("203.0.113.7").wait().unwrap().len(), 1);
    ip.route().delete("203.0.113.7").wait().unwrap();
}

/// Rules of both families that differ, one of them before all others.
fn ruled(ip: &blocking::Handle) -> bool {
    let rules = [
        Rule::lookup(100).from("192.0.2.0/24").priority(7),
        Rule::lookup(100).from("2001:db8::/32").priority(7),
        Rule::lookup(100).to("192.0.2.0/24").priority(7),
        Rule::lookup(100).from("203.0.113.0/24").priority(0),
        Rule::lookup(101).masked_mark(7, 0xff).priority(8),
    ];
    rules.into_iter().all(|rule| ip.rule().add(rule).wait().map(|()| true).unwrap())
}

fn rules(ip: &blocking::Handle) -> Vec<String> {
    let list = ip.rule().list().wait().unwrap();
    list.iter().map(|rule| format!("{rule:?}")).collect()
}

#[test]
fn rules_are_left_alike() {
    leave_the_same(
        ruled,
        rules,
        &[
            case!("ip rule delete pref 7", |ip| {
                ip.rule().delete(7).wait().unwrap();
            }),
            case!("ip -6 rule delete pref 7", |ip| {
                ip.rule().delete(Rule::at(7).family(AddressFamily::INET6)).wait().unwrap();
            }),
            case!("ip -6 rule delete pref 8", |ip| {
                let result = ip.rule().delete(Rule::at(8).family(AddressFamily::INET6)).wait();
                assert!(result.unwrap_err().is_not_found());
            }),
            case!("ip rule delete from 192.0.2.0/24", |ip| {
                ip.rule().delete(RuleMessage::build().from("192.0.2.0/24")).wait().unwrap();
            }),
            case!("ip rule delete lookup 100", |ip| {
                ip.rule().delete(RuleMessage::build().table(100)).wait().unwrap();
            }),
            case!("ip rule delete fwmark 7/0xff", |ip| {
                ip.rule().delete(RuleMessage::build().masked_mark(7, 0xff)).wait().unwrap();
            }),
            case!("ip rule flush", |ip| {
                ip.rule().list().family(AddressFamily::INET).flush().wait().unwrap();
            }),
            case!("ip rule flush; ip -6 rule flush", |ip| {
                ip.rule().list().flush().wait().unwrap();
            }),
            case!("ip -6 rule flush table 100", |ip| {
                ip.rule().list().family(AddressFamily::INET6).table(100).flush().wait().unwrap();
            }),
            case!("ip rule flush lookup 100", |ip| {
                ip.rule().list().family(AddressFamily::INET).table(100).flush().wait().unwrap();
            }),
        ],
    );
}

#[test]
fn a_flush_of_rules_spares_what_it_is_not_asked_for() {
    if !support::enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    ruled(&ip);
    let left = |ip: &blocking::Handle| -> Vec<_> {
        let list = ip.rule().list().wait().unwrap();
        list.iter().map(|rule| (rule.family(), rule.priority().unwrap_or_default())).collect()
    };
    let multicast = |left: &[(AddressFamily, u32)]| left.iter().filter(|(family, _)| family.0 >= 128).count();
    let before = multicast(&left(&ip));
    ip.rule().list().flush().wait().unwrap();
    assert!(left(&ip).iter().all(|(family, priority)| *priority == 0 || family.0 >= 128));
    assert_eq!(multicast(&left(&ip)), before);
    ip.rule().list().family(AddressFamily::IPMR).flush().wait().unwrap();
    assert!(!left(&ip).iter().any(|(family, _)| *family == AddressFamily::IPMR));
    ip.rule().list().priority(0).filter(|rule| rule.table() != RouteTable::LOCAL).flush().wait().unwrap();
    ip.rule().list().flush().all().wait().unwrap();
    assert_eq!(left(&ip), []);
}

/// A neighbour in each state.
fn met(ip: &blocking::Handle) -> bool {
    let states = [
        NeighbourState::PERMANENT,
        NeighbourState::NOARP,
        NeighbourState::REACHABLE,
        NeighbourState::STALE,
        NeighbourState::FAILED,
        NeighbourState::empty(),
    ];
    pair(ip);
    for (host, state) in (10..).zip(states) {
        let neighbour = |host: u8| {
            let hardware = format!("02:00:00:00:00:{host}");
            let neighbour = Neighbour::of(std::net::IpAddr::from([192, 0, 2, host])).state(state);
            if neighbour.view().is_valid() { neighbour.hardware_address(&*hardware) } else { neighbour }
        };
        ip.neighbour().add("v0", neighbour(host)).wait().unwrap();
        let learned = neighbour(host + 20).flags(NeighbourFlags::EXT_LEARNED);
        ip.neighbour().add("v0", learned).wait().unwrap();
    }
    ip.neighbour().add("v0", Neighbour::proxy("192.0.2.60")).wait().unwrap();
    ip.neighbour().add("v0", Neighbour::proxy("192.0.2.10")).wait().unwrap();
    true
}

fn neighbours(ip: &blocking::Handle) -> Vec<String> {
    let (all, proxies) =
        (ip.neighbour().list().wait().unwrap(), ip.neighbour().list().proxy().wait().unwrap());
    let line = |neighbour: &NeighbourMessage| {
        let (state, flags) = (neighbour.state(), neighbour.flags());
        let by = neighbour.protocol();
        format!("{:?} {:?} {state} {flags} {by:?}", neighbour.address(), neighbour.hardware_address())
    };
    // The kernel joins multicast groups at any time.
    let own = |neighbour: &&NeighbourMessage| neighbour.family() == AddressFamily::INET;
    let all = all.iter().chain(&proxies).map(|neighbour| &**neighbour);
    sorted(all.filter(own).map(line).collect())
}

#[test]
fn neighbours_are_left_alike() {
    leave_the_same(
        met,
        neighbours,
        &[
            case!("ip neighbour flush dev v0", |ip| {
                ip.neighbour().list().device("v0").flush().wait().unwrap();
            }),
            case!("ip neighbour flush dev v0 nud permanent", |ip| {
                // The tool takes those that were learned externally, whatever their state.
                let list = ip.neighbour().list().device("v0").filter(|neighbour| {
                    let learned = neighbour.flags().contains(NeighbourFlags::EXT_LEARNED);
                    learned || neighbour.state() == NeighbourState::PERMANENT
                });
                list.flush().all().wait().unwrap();
            }),
            case!("ip neighbour flush dev v0 nud stale", |ip| {
                let list = ip.neighbour().list().device("v0").filter(|neighbour| {
                    let learned = neighbour.flags().contains(NeighbourFlags::EXT_LEARNED);
                    learned || neighbour.state() == NeighbourState::STALE
                });
                list.flush().wait().unwrap();
            }),
            case!("ip neighbour flush all", |ip| {
                ip.neighbour().list().flush().wait().unwrap();
            }),
            case!("ip -4 neighbour flush dev v0", |ip| {
                ip.neighbour().list().family(AddressFamily::INET).device("v0").flush().wait().unwrap();
            }),
            case!("ip neighbour flush to 192.0.2.13", |ip| {
                ip.neighbour().list().to("192.0.2.13").flush().wait().unwrap();
            }),
            case!("ip neighbour delete 192.0.2.10 dev v0", |ip| {
                ip.neighbour().delete("v0", "192.0.2.10").wait().unwrap();
            }),
            case!("ip neighbour delete proxy 192.0.2.10 dev v0", |ip| {
                ip.neighbour().delete("v0", Neighbour::proxy("192.0.2.10")).wait().unwrap();
            }),
            case!("ip neighbour add 192.0.2.70 lladdr 02:00:00:00:00:70 dev v0", |ip| {
                let neighbour = Neighbour::of("192.0.2.70").hardware_address("02:00:00:00:00:70");
                ip.neighbour().add("v0", neighbour).wait().unwrap();
            }),
            case!("ip neighbour replace 192.0.2.13 lladdr 02:00:00:00:00:70 dev v0", |ip| {
                let neighbour = Neighbour::of("192.0.2.13").hardware_address("02:00:00:00:00:70");
                ip.neighbour().replace("v0", neighbour).wait().unwrap();
            }),
            case!("ip neighbour change 192.0.2.13 lladdr 02:00:00:00:00:70 dev v0 nud reachable", |ip| {
                let neighbour = Neighbour::of("192.0.2.13").hardware_address("02:00:00:00:00:70");
                let neighbour = neighbour.state(NeighbourState::REACHABLE);
                ip.neighbour().change("v0", neighbour).wait().unwrap();
            }),
            case!("ip neighbour add proxy 192.0.2.71 dev v0", |ip| {
                ip.neighbour().add("v0", Neighbour::proxy("192.0.2.71")).wait().unwrap();
            }),
        ],
    );
}

#[test]
fn a_flush_takes_the_neighbours_that_it_is_asked_for() {
    if !support::enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    met(&ip);
    let with = |ip: &blocking::Handle, state: NeighbourState| {
        let list = ip.neighbour().list().family(AddressFamily::INET).state(state);
        list.filter(|neighbour| !neighbour.flags().contains(NeighbourFlags::EXT_LEARNED))
            .wait()
            .unwrap()
            .len()
    };
    ip.neighbour().list().device("v0").flush().wait().unwrap();
    let lasting = [NeighbourState::PERMANENT, NeighbourState::NOARP];
    assert_eq!(lasting.map(|state| with(&ip, state)), [1, 1]);
    ip.neighbour().list().device("v0").state(NeighbourState::PERMANENT).flush().wait().unwrap();
    assert_eq!(lasting.map(|state| with(&ip, state)), [0, 1]);
    ip.neighbour().list().device("v0").flush().all().wait().unwrap();
    assert_eq!(ip.neighbour().list().device("v0").family(AddressFamily::INET).wait().unwrap().len(), 0);
}

/// A bridge with a pair's end and a VXLAN as ports, and entries of all kinds.
fn bridged(ip: &blocking::Handle) -> bool {
    pair(ip);
    let bridge = made(ip.link().add(Bridge::named("br0").up()).wait(), "bridge");
    if !bridge || !made(ip.link().add(Vxlan::with_id(5).name("vx0").up()).wait(), "vxlan") {
        return false;
    }
    for port in ["v0", "vx0"] {
        ip.link().change(port, LinkMessage::build().master("br0")).wait().unwrap();
    }
    let entry = |last: u8| Neighbour::fdb(&*format!("02:00:00:00:00:0{last}")).flags(NeighbourFlags::MASTER);
    let states = [NeighbourState::PERMANENT, NeighbourState::NOARP, NeighbourState::REACHABLE];
    for (last, state) in (1..).zip(states) {
        ip.neighbour().add("v0", entry(last).state(state)).wait().unwrap();
    }
    ip.neighbour().add("vx0", Neighbour::fdb("02:00:00:00:00:05").address("198.51.100.7")).wait().unwrap();
    ip.neighbour().append("vx0", Neighbour::fdb("00:00:00:00:00:00").address("198.51.100.7")).wait().unwrap();
    ip.neighbour().append("vx0", Neighbour::fdb("00:00:00:00:00:00").address("198.51.100.8")).wait().unwrap();
    ip.neighbour().add("vx0", entry(5)).wait().unwrap();
    true
}

fn entries(ip: &blocking::Handle) -> Vec<String> {
    let list = ip.neighbour().fdb().wait().unwrap();
    // Random addresses of devices, and groups that the kernel joins at any time.
    let made = |entry: &&NeighbourMessage| {
        entry.hardware_address().is_some_and(|address| {
            let address = address.to_string();
            address.starts_with("02:00:00") || address.starts_with("00:00:00")
        })
    };
    let line = |entry: &NeighbourMessage| {
        let (state, flags, to) = (entry.state(), entry.flags(), entry.address());
        format!("{} {:?} {state} {flags} {to:?} {:?}", entry.device(), entry.hardware_address(), entry.vlan())
    };
    sorted(list.iter().map(|entry| &**entry).filter(made).map(line).collect())
}

#[test]
fn forwarding_entries_are_left_alike() {
    leave_the_same(
        bridged,
        entries,
        &[
            case!("bridge fdb flush dev br0", |ip| {
                let list = ip.neighbour().fdb().master("br0");
                // The bridge's own.
                let list = list.filter(|entry| entry.master() != Some(entry.device()));
                list.flush().wait().unwrap();
            }),
            case!("bridge fdb add 02:00:00:00:00:09 dev v0 master", |ip| {
                let entry = Neighbour::fdb("02:00:00:00:00:09").flags(NeighbourFlags::MASTER);
                ip.neighbour().add("v0", entry.state(NeighbourState::PERMANENT)).wait().unwrap();
            }),
            case!("bridge fdb add 02:00:00:00:00:09 dev vx0 dst 198.51.100.9", |ip| {
                let entry = Neighbour::fdb("02:00:00:00:00:09").address("198.51.100.9");
                ip.neighbour().add("vx0", entry).wait().unwrap();
            }),
            case!("bridge fdb add 02:00:00:00:00:09 dev v0", |ip| {
                ip.neighbour().add("v0", Neighbour::fdb("02:00:00:00:00:09")).wait().unwrap();
            }),
            case!("bridge fdb replace 02:00:00:00:00:05 dev vx0 dst 198.51.100.9", |ip| {
                let entry = Neighbour::fdb("02:00:00:00:00:05").address("198.51.100.9");
                ip.neighbour().replace("vx0", entry).wait().unwrap();
            }),
            case!("bridge fdb delete 02:00:00:00:00:05 dev vx0", |ip| {
                ip.neighbour().delete("vx0", Neighbour::fdb("02:00:00:00:00:05")).wait().unwrap();
            }),
            case!("bridge fdb delete 02:00:00:00:00:05 dev vx0 master", |ip| {
                let entry = Neighbour::fdb("02:00:00:00:00:05").flags(NeighbourFlags::MASTER);
                ip.neighbour().delete("vx0", entry).wait().unwrap();
            }),
            case!("bridge fdb delete 00:00:00:00:00:00 dev vx0 dst 198.51.100.8", |ip| {
                let entry = Neighbour::fdb("00:00:00:00:00:00").address("198.51.100.8");
                ip.neighbour().delete("vx0", entry).wait().unwrap();
            }),
            case!("bridge fdb delete 02:00:00:00:00:02 dev v0", |ip| {
                ip.neighbour().delete("v0", Neighbour::fdb("02:00:00:00:00:02")).wait().unwrap_err();
            }),
        ],
    );
}

#[test]
fn a_flush_leaves_devices_the_addresses_that_they_receive_for() {
    if !support::enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    pair(&ip);
    let own = |ip: &blocking::Handle| ip.neighbour().fdb().device("v0").wait().unwrap().len();
    ip.neighbour().add("v0", Neighbour::fdb("02:00:00:00:00:09")).wait().unwrap();
    let before = own(&ip);
    assert!(before > 1);
    ip.neighbour().fdb().device("v0").flush().wait().unwrap();
    assert_eq!(own(&ip), before);
}

fn hopped(ip: &blocking::Handle) -> bool {
    pair(ip);
    for (id, by) in [(10, "192.0.2.253"), (11, "192.0.2.254")] {
        let hop = NextHopMessage::via(by).device("v0").id(id);
        ip.nexthop().add(hop).wait().unwrap();
    }
    ip.nexthop().add(NextHopMessage::group_of([(10, 1), (11, 3)]).id(20)).wait().unwrap();
    ip.route().add(Route::to("203.0.113.0/24").next_hop(10)).wait().unwrap();
    true
}

fn hops(ip: &blocking::Handle) -> Vec<String> {
    let list = ip.nexthop().list().wait().unwrap();
    list.iter().map(|hop| format!("{hop:?}")).chain(routes(ip)).collect()
}

#[test]
fn next_hops_are_left_alike() {
    leave_the_same(
        hopped,
        hops,
        &[
            case!("ip nexthop delete id 10", |ip| {
                ip.nexthop().delete(10).wait().unwrap();
            }),
            case!("ip nexthop flush", |ip| {
                ip.nexthop().list().flush().wait().unwrap();
            }),
            case!("ip nexthop flush dev v0", |ip| {
                ip.nexthop().list().device("v0").flush().wait().unwrap();
            }),
            case!("ip nexthop flush groups", |ip| {
                ip.nexthop().list().groups().flush().wait().unwrap();
            }),
            case!("ip nexthop replace id 10 via 192.0.2.77 dev v0", |ip| {
                ip.nexthop().replace(NextHopMessage::via("192.0.2.77").device("v0").id(10)).wait().unwrap();
            }),
            case!("ip nexthop add id 12 via 192.0.2.77 dev v0 onlink", |ip| {
                let hop = NextHopMessage::via("192.0.2.77").device("v0").id(12).on_link();
                ip.nexthop().add(hop).wait().unwrap();
            }),
            case!("ip nexthop add id 12 blackhole", |ip| {
                ip.nexthop().add(NextHopMessage::dropping().id(12)).wait().unwrap();
            }),
        ],
    );
}

fn labels(ip: &blocking::Handle) -> Vec<String> {
    ip.address_label().list().wait().unwrap().iter().map(|label| format!("{label:?}")).collect()
}

#[test]
fn address_labels_are_left_alike() {
    leave_the_same(
        |_| true,
        labels,
        &[
            case!("ip addrlabel flush", |ip| {
                ip.address_label().list().flush().wait().unwrap();
            }),
            case!("ip addrlabel add prefix 2001:db8::/32 label 99", |ip| {
                ip.address_label().add("2001:db8::/32", 99).wait().unwrap();
            }),
            case!("ip addrlabel delete prefix ::/96 label 3", |ip| {
                ip.address_label().delete("::/96").wait().unwrap();
            }),
        ],
    );
}

fn links(ip: &blocking::Handle) -> Vec<String> {
    let list = ip.link().list().wait().unwrap();
    let line = |link: &LinkMessage| {
        let (mtu, up, group) = (link.mtu(), link.flags().contains(LinkFlags::UP), link.group());
        format!("{} {:?} {mtu:?} {up} {group:?}", link.name(), link.kind_name())
    };
    sorted(list.iter().map(|link| line(link)).collect())
}

#[test]
fn links_are_left_alike() {
    leave_the_same(
        |ip| {
            pair(ip);
            ip.link().change("v1", LinkMessage::build().group(7)).wait().unwrap();
            true
        },
        links,
        &[
            case!("ip link add x0 type veth peer x1", |ip| {
                ip.link().add(Veth::pair("x0", "x1")).wait().unwrap();
            }),
            case!("ip link set dev v0 down mtu 1400", |ip| {
                ip.link().change("v0", LinkMessage::build().down().mtu(1400)).wait().unwrap();
            }),
            case!("ip link delete dev v0", |ip| {
                ip.link().delete("v0").wait().unwrap();
            }),
            case!("ip link set group 7 mtu 1400", |ip| {
                ip.link().change_group(7, LinkMessage::build().mtu(1400)).wait().unwrap();
            }),
            case!("ip link delete group 7", |ip| {
                ip.link().delete_group(7).wait().unwrap();
            }),
        ],
    );
}
