//! A random walk over all that a watch keeps: after each few steps the mirror has to be what the kernel lists, though the kernel
//! changes much of it without a notification.
//!
//! A seed takes some hundred steps, and 2,000 with `NETLINK_TEST_FULL=1`; `NETLINK_WALK_STEPS=N` takes N.
//! `NETLINK_WALK_SEED=N` repeats the walk of this seed.

#![cfg(feature = "tokio")]

#[path = "support/router.rs"]
mod router;
#[path = "support/state.rs"]
mod state;
mod support;

use iproute2::rtnetlink::link::{
    Gre, Ipvlan, Tunnel, Tunnel6, ipvlan::IpvlanMode, macvlan::MacvlanMode, vlan::VlanProtocol,
};
use iproute2::rtnetlink::neighbour::NeighbourExtFlags;
use iproute2::rtnetlink::nexthop::GroupMember;
use iproute2::rtnetlink::route::{NextHop, RouteMessageBuf, RouteMetrics, RouteTable};
use iproute2::rtnetlink::rule::RuleMessage;
use iproute2::rtnetlink::{LinkMessageBuf, ipnet::IpNet};
use iproute2::watch::{Changes, Topics};
use iproute2::{
    AddressFlags, AddressMessage, Blocking, Bond, BondMode, Bridge, BridgePort, LinkMessage, Macvlan,
    Namespace, Neighbour, NeighbourFlags, NeighbourState, NextHopMessage, Result, Route, RouteType, Veth,
    Vlan, Vrf, Vxlan, blocking,
};
use router::Advertisement;
use state::{LINK, Random, State, apply, compare, difference, mirrored, number};
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::ops::Range;
use std::thread;
use std::time::{Duration, Instant};

/// How long the kernel may take to tell what it tells late: a second for a carrier, some more for a machine under load.
const PATIENCE: Duration = Duration::from_secs(6);

/// The last steps, which a failure shows.
const SHOWN: usize = 12;

const LINKS: &[&str] = &[
    "v0", "v1", "v2", "v3", "d0", "d1", "b0", "b1", "o0", "r0", "r1", "l0", "l1", "m0", "m1", "i0", "g0",
    "p0", "s0", "t0", "x0", "x1", "n0", "n1",
];

/// Those that get other names.
const RENAMED: &[&str] = &["d0", "d1", "b1", "g0", "r1", "n0", "n1"];

struct Walk {
    seed: u64,
    /// Whether the watch compares with the kernel's lists now and then, and finds what nothing gives away.
    audited: bool,
    ip: blocking::Handle,
    inside: blocking::Handle,
    here: Namespace,
    elsewhere: Namespace,
    random: Random,
    changes: Changes<Blocking>,
    told: State,
    steps: VecDeque<String>,
    done: u32,
    taken: u32,
    /// How long it waited for the mirror, and at most.
    waited: Duration,
    slowest: Duration,
}

impl Walk {
    fn one_of<T: Copy>(&mut self, these: &[T]) -> T {
        these[self.random.below(these.len() as u32) as usize]
    }

    /// A link, mostly one that exists.
    fn link(&mut self) -> &'static str {
        let link = self.one_of(LINKS);
        if self.random.one_in(8) || self.changes.mirror().link(link).is_some() {
            return link;
        }
        let exists = |link: &&&str| self.changes.mirror().link(**link).is_some();
        let existing: Vec<_> = LINKS.iter().filter(exists).copied().collect();
        if existing.is_empty() { link } else { self.one_of(&existing) }
    }

    /// Whether it is told what is set of a link: that it is up, by the kernel, since the mirror may not know yet.
    fn is_told(&self, link: &str) -> bool {
        self.audited || self.ip.link().get(link).wait().is_ok_and(|link| link.is_up())
    }

    fn flag(&mut self) -> bool {
        self.random.one_in(2)
    }

    fn v4(&mut self) -> IpAddr {
        IpAddr::from([10, self.random.below(3) as u8, 0, self.random.below(4) as u8 + 1])
    }

    fn v6(&mut self) -> IpAddr {
        let (net, host) = (self.random.below(3) as u16, self.random.below(4) as u16 + 1);
        Ipv6Addr::new(0x2001, 0xdb8, net, 0, 0, 0, 0, host).into()
    }

    fn address(&mut self) -> IpAddr {
        if self.flag() { self.v4() } else { self.v6() }
    }

    fn step(&mut self) {
        let (what, result) = match self.random.below(100) {
            0..13 => self.make_link(),
            13..17 => self.delete_link(),
            17..30 => self.switch_link(),
            30..40 => self.change_link(),
            40..47 => self.change_master(),
            47..50 => self.change_kind(),
            50..52 => self.wander(),
            52..62 => self.change_address(),
            62..67 => self.advertise(),
            67..79 => self.change_route(),
            79..85 => self.change_next_hop(),
            85..88 => self.change_rule(),
            88 if self.audited => self.set(),
            88..90 => self.speak(),
            90..94 => self.change_entry(),
            94..96 => self.configure(),
            _ => self.change_neighbour(),
        };
        self.done += 1;
        self.taken += u32::from(result.is_ok());
        self.steps.truncate(SHOWN - 1);
        let outcome = result.map_or_else(|error| format!(" ({error})"), |()| String::new());
        self.steps.push_front(format!("{}. {what}{outcome}", self.done));
    }

    fn make_link(&mut self) -> (String, Result<()>) {
        let (on, mode) = (self.link(), self.one_of(&[BondMode::ACTIVE_BACKUP, BondMode::BALANCE_RR]));
        // The state of LACP (802.3ad) changes by itself.
        let mode = if self.audited && self.random.one_in(3) { BondMode::DOT3AD } else { mode };
        let (first, second) = (self.one_of(&[0, 1]), self.random.below(3) as u8 + 1);
        let (local, remote) = (Ipv4Addr::new(10, 0, 0, second), Ipv4Addr::new(10, 1, 0, 9));
        let link = match self.random.below(14) {
            0 => Veth::pair("v0", "v1"),
            1 => Veth::pair("v2", "v3"),
            2 => LinkMessage::build().name(["d0", "d1"][first]).kind(iproute2::Dummy::build()),
            3 => Bridge::named(["b0", "b1"][first]),
            4 => Bond::named("o0", mode),
            5 => Vrf::named(["r0", "r1"][first], 100 + first as u32),
            6 | 7 => Vlan::on(on, 5 + first as u16).name(["l0", "l1"][first]),
            8 => {
                Macvlan::on(on, [MacvlanMode::BRIDGE, MacvlanMode::PRIVATE][first]).name(["m0", "m1"][first])
            }
            9 => Ipvlan::on(on, IpvlanMode::L3).name("i0"),
            10 => Gre::between(IpAddr::from(local), IpAddr::from(remote)).name("g0"),
            11 if first == 0 => Tunnel::between(local, remote).name("p0"),
            11 => Tunnel::sit_between(local, remote).name("s0"),
            12 if first == 0 => Tunnel6::between(
                "2001:db8::1".parse::<Ipv6Addr>().unwrap(),
                "2001:db8::9".parse::<Ipv6Addr>().unwrap(),
            )
            .name("t0"),
            12 => LinkMessage::build().name("x1").kind(Vxlan::build().id(7).port(4790).device(on)),
            _ => router::vxlan("x0"),
        };
        let name = link.view().name().to_string();
        let link = if self.flag() { link.up() } else { link };
        let result = self.ip.link().add(link).wait();
        // A neighbour that does not answer is unknown for a third of a second, not for three.
        for family in ["ipv4", "ipv6"] {
            let _ = std::fs::write(format!("/proc/sys/net/{family}/neigh/{name}/retrans_time_ms"), "100");
        }
        (format!("add {name} on {on}"), result)
    }

    fn delete_link(&mut self) -> (String, Result<()>) {
        let link = self.link();
        (format!("delete {link}"), self.ip.link().delete(link).wait())
    }

    fn change(&self, link: &str, what: String, change: LinkMessageBuf) -> (String, Result<()>) {
        (format!("{link}: {what}"), self.ip.link().change(link, change).wait())
    }

    fn switch_link(&mut self) -> (String, Result<()>) {
        let link = self.link();
        match self.random.one_in(3) {
            true => self.change(link, "down".into(), LinkMessage::build().down()),
            false => self.change(link, "up".into(), LinkMessage::build().up()),
        }
    }

    fn change_link(&mut self) -> (String, Result<()>) {
        let (link, low) = (self.link(), self.random.below(4));
        let change = LinkMessage::build();
        match self.random.below(15) {
            0..3 => {
                let mtu = [1280, 1300, 1400, 1500][low as usize];
                self.change(link, format!("mtu {mtu}"), change.mtu(mtu))
            }
            3 => {
                let (link, name) = (self.one_of(RENAMED), self.one_of(RENAMED));
                self.change(link, format!("name {name}"), change.name(name))
            }
            4 => self.change(link, format!("address {low}"), change.address([2, 0, 0, 0, 1, low as u8])),
            5 => self.change(link, format!("txqlen {low}"), change.tx_queue_length(1000 + low)),
            6 if self.is_told(link) => {
                self.change(link, format!("carrier {}", low > 0), change.carrier(low > 0))
            }
            7 => self.change(link, format!("arp {}", low > 0), change.arp(low > 0)),
            8 => self.change(link, format!("multicast {}", low > 0), change.multicast(low > 0)),
            9 => self.change(link, format!("allmulticast {}", low > 1), change.all_multicast(low > 1)),
            10 => self.change(link, format!("promisc {}", low > 1), change.promiscuous(low > 1)),
            11 if self.is_told(link) => {
                self.change(link, format!("alias {low}"), change.alias(&*low.to_string()))
            }
            12 if self.is_told(link) => self.change(link, format!("group {low}"), change.group(low)),
            13 if self.audited => {
                self.change(link, format!("gso_max_segs {low}"), change.gso_max_segments(1000 + low))
            }
            _ if self.is_told(link) => {
                self.change(link, format!("proto_down {}", low > 1), change.proto_down(low > 1))
            }
            _ => self.change(link, "up".into(), change.up()),
        }
    }

    fn change_master(&mut self) -> (String, Result<()>) {
        let (link, master) = (self.link(), self.one_of(&["b0", "b1", "o0", "r0", "r1"]));
        // With both ends of a pair in bridges there would be a storm.
        let master = if matches!(link, "v1" | "v3") { "r0" } else { master };
        if self.random.one_in(3) {
            return self.change(link, "no master".into(), LinkMessage::build().no_master());
        }
        self.change(link, format!("master {master}"), LinkMessage::build().master(master))
    }

    /// Changes what is special to kinds of links. Of one that is down the kernel does not tell that.
    fn change_kind(&mut self) -> (String, Result<()>) {
        let (on, link, bridge) = (self.flag(), self.link(), self.one_of(&["b0", "b1"]));
        let change = LinkMessage::build();
        let (target, what, change) = match self.random.below(7) {
            0 => (bridge, "stp", change.kind(Bridge::build().stp_state(u32::from(on)))),
            1 => (bridge, "vlan_filtering", change.kind(Bridge::build().vlan_filtering(on))),
            2 => {
                let protocol = if on { VlanProtocol::DOT1AD } else { VlanProtocol::DOT1Q };
                (bridge, "802.1ad", change.kind(Bridge::build().vlan_protocol(protocol)))
            }
            3 => (link, "cost", change.port(BridgePort::build().cost(10 + u32::from(on)))),
            4 => ("o0", link, change.kind(Bond::build().active_port(link))),
            5 => (
                "o0",
                "miimon",
                change.kind(Bond::build().miimon(Duration::from_millis(if on { 50 } else { 0 }))),
            ),
            _ => ("o0", "min_links", change.kind(Bond::build().min_links(u32::from(on)))),
        };
        if !self.is_told(target) {
            return self.change(target, "up".into(), LinkMessage::build().up());
        }
        self.change(target, format!("{what} {on}"), change)
    }

    /// Moves a link to the other namespace, or one back.
    fn wander(&mut self) -> (String, Result<()>) {
        let link = self.link();
        let comes = self.flag();
        // What stands on a link that comes back nothing gives away.
        if comes && !self.audited {
            return ("nothing comes back".into(), Ok(()));
        }
        if comes {
            let back = LinkMessage::build().namespace_file(&self.here);
            return (format!("{link} comes back"), self.inside.link().change(link, back).wait());
        }
        self.change(link, "goes".into(), LinkMessage::build().namespace_file(&self.elsewhere))
    }

    fn change_address(&mut self) -> (String, Result<()>) {
        let (link, own, peer) = (self.link(), self.address(), self.random.below(4) as u8 + 1);
        let length = if own.is_ipv4() { self.one_of(&[24, 16, 32]) } else { self.one_of(&[64, 128]) };
        let prefix = IpNet::new(own, length).unwrap();
        if self.random.one_in(4) {
            return (format!("{link}: no address {prefix}"), self.ip.address().delete(link, prefix).wait());
        }
        let address = AddressMessage::build().prefix(prefix);
        let (what, address) = match self.random.below(8) {
            0 if own.is_ipv4() => {
                let peer = IpNet::new(IpAddr::from([10, 2, 0, peer]), 24).unwrap();
                (format!("peer {peer}"), AddressMessage::build().prefix(own).peer(peer))
            }
            0 => {
                let peer =
                    IpNet::new(Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, peer.into()).into(), 64).unwrap();
                (format!("peer {peer}"), AddressMessage::build().prefix(own).peer(peer))
            }
            1 => {
                let second = Duration::from_secs(1);
                ("for a second".into(), address.valid_lifetime(second).preferred_lifetime(second))
            }
            2 => ("noprefixroute".into(), address.flags(AddressFlags::NOPREFIXROUTE)),
            3 => ("metric 77".into(), address.metric(77)),
            4 => ("home".into(), address.flags(AddressFlags::HOMEADDRESS)),
            _ => (String::new(), address),
        };
        let addresses = self.ip.address();
        let replaces = self.random.one_in(3);
        let request = if replaces { addresses.replace(link, address) } else { addresses.add(link, address) };
        (format!("{link}: address {prefix} {what}"), request.wait())
    }

    fn advertise(&mut self) -> (String, Result<()>) {
        let net = |net: u32| Ipv6Addr::new(0x2001, 0xdb8, 0xaa00 + net as u16, 0, 0, 0, 0, 0);
        let prefix = (net(self.random.below(2)), self.one_of(&[0, 7200, 9000]), self.one_of(&[0, 7000]));
        let route = (net(8 + self.random.below(2)), self.one_of(&[0, 8, 0x18]), self.one_of(&[0, 1000]));
        let advertisement = Advertisement {
            hop_limit: self.one_of(&[0, 64, 77]),
            flags: self.one_of(&[0, 0x80, 0x40, 0x08, 0x18]),
            lifetime: self.one_of(&[0, 1800, 1000]),
            retransmit: self.one_of(&[0, 0, 100]),
            mtu: self.one_of(&[None, Some(1400), Some(1300)]),
            prefix: Some(prefix).filter(|_| !self.audited || self.flag()),
            route: Some(route).filter(|_| self.flag()),
        };
        router::advertise(&advertisement).unwrap();
        (format!("{advertisement:?}"), Ok(()))
    }

    fn change_route(&mut self) -> (String, Result<()>) {
        let v6 = self.flag();
        let to = match v6 {
            false => IpNet::new(IpAddr::from([198, 51, self.random.below(4) as u8, 0]), 24),
            true => IpNet::new(
                Ipv6Addr::new(0x2001, 0xdb8, 0xff00 + self.random.below(4) as u16, 0, 0, 0, 0, 0).into(),
                48,
            ),
        };
        let route = match self.random.below(10) {
            0 => Route::of(RouteType::BLACKHOLE, to.unwrap()),
            1 => Route::of(RouteType::UNREACHABLE, to.unwrap()),
            _ => self.way(Route::to(to.unwrap()), v6),
        };
        let route = match self.random.below(6) {
            0 => route.metric(10 + self.random.below(2)),
            1 => route.table(RouteTable(100 + self.random.below(2))),
            2 => route.mtu(1400),
            3 => route.metrics(RouteMetrics::build().hop_limit(33)),
            _ => route,
        };
        let what = words(route.view());
        let (verb, request) = match self.random.below(8) {
            0..4 => ("add", self.ip.route().add(route).wait()),
            4 => ("append", self.ip.route().append(route).wait()),
            5 => ("replace", self.ip.route().replace(route).wait()),
            _ => ("delete", self.ip.route().delete(route).wait()),
        };
        (format!("{verb} route {what}"), request)
    }

    /// Where a route leads.
    fn way(&mut self, route: RouteMessageBuf, v6: bool) -> RouteMessageBuf {
        let (link, other) = (self.link(), self.link());
        let mut via = |_| if v6 { self.v6() } else { self.v4() };
        let (one, two) = (via(0), via(1));
        let hop = |via, link: &str| NextHop::via(via).device(link).on_link();
        match self.random.below(9) {
            0 => route.device(link),
            1 => route.device(link).preferred_source(one),
            2 => route.via(one),
            3 => route.multipath([hop(one, link), hop(two, other).weight(3)]),
            4 => route.multipath([NextHop::via(one), NextHop::via(two)]),
            5 => route.next_hop(1 + self.random.below(8)),
            6 if !v6 => route.via(self.v6()).device(link).on_link(),
            7 => route.via(one).device(link).on_link().preferred_source(two),
            _ => route.via(one).device(link).on_link(),
        }
    }

    fn change_next_hop(&mut self) -> (String, Result<()>) {
        let (id, link, via) = (1 + self.random.below(5), self.link(), self.address());
        let group = 6 + self.random.below(3);
        let (one, two) = (1 + self.random.below(5), 1 + self.random.below(5));
        let (what, hop) = match self.random.below(8) {
            0 => return (format!("delete next hop {id}"), self.ip.nexthop().delete(id).wait()),
            1 => return (format!("delete next hop {group}"), self.ip.nexthop().delete(group).wait()),
            2 | 3 => {
                let members = [GroupMember::from(one), GroupMember::from((two, 3))];
                (format!("{group} group {one} {two}"), NextHopMessage::group_of(members).id(group))
            }
            4 => (format!("{id} on {link}"), NextHopMessage::on(link).id(id)),
            5 => (format!("{id} blackhole"), NextHopMessage::dropping().id(id)),
            _ => {
                (format!("{id} via {via} on {link}"), NextHopMessage::via(via).device(link).on_link().id(id))
            }
        };
        match self.flag() {
            true => (format!("add next hop {what}"), self.ip.nexthop().add(hop).wait()),
            false => (format!("replace next hop {what}"), self.ip.nexthop().replace(hop).wait()),
        }
    }

    fn change_rule(&mut self) -> (String, Result<()>) {
        let (priority, link, target) =
            (1000 + self.random.below(8), self.link(), 1000 + self.random.below(8));
        let table = 100 + self.random.below(3);
        let rule = match self.random.below(6) {
            0 => RuleMessage::goto(target),
            1 => RuleMessage::l3mdev(),
            2 => RuleMessage::lookup(table).input_device(link),
            3 => RuleMessage::lookup(table).device(link),
            _ => RuleMessage::lookup(table).mark(table),
        };
        let rule = rule.priority(priority);
        let rule = if self.flag() { rule.from("10.0.0.0/8") } else { rule.from("2001:db8::/32") };
        let what = format!("{priority}, table {table}, goto {target}, {link}");
        match self.random.one_in(3) {
            true => (format!("delete rule {what}"), self.ip.rule().delete(rule).wait()),
            false => (format!("add rule {what}"), self.ip.rule().add(rule).wait()),
        }
    }

    fn change_neighbour(&mut self) -> (String, Result<()>) {
        let (link, address, low) = (self.link(), self.address(), self.random.below(3) as u8);
        let hardware = [2, 0, 0, 0, 2, low];
        let neighbour = Neighbour::of(address);
        let (what, neighbour) = match self.random.below(8) {
            0 | 1 => {
                return (
                    format!("{link}: no neighbour {address}"),
                    self.ip.neighbour().delete(link, address).wait(),
                );
            }
            2 => ("proxy", Neighbour::proxy(address)),
            3 => ("managed", neighbour.ext_flags(NeighbourExtFlags::MANAGED)),
            4 => ("extern_learn", neighbour.hardware_address(hardware).flag(NeighbourFlags::EXT_LEARNED)),
            5 => ("stale", neighbour.hardware_address(hardware).state(NeighbourState::STALE)),
            6 => ("router", neighbour.hardware_address(hardware).flag(NeighbourFlags::ROUTER)),
            _ => ("", neighbour.hardware_address(hardware)),
        };
        let request = self.ip.neighbour().replace(link, neighbour);
        (format!("{link}: neighbour {address} {what} {low}"), request.wait())
    }

    /// Changes an entry of a bridge's or a VXLAN's forwarding database. Links get the same addresses.
    fn change_entry(&mut self) -> (String, Result<()>) {
        let (link, low) = (self.link(), self.random.below(4) as u8);
        let entry = Neighbour::fdb([2, 0, 0, 0, 1, low]);
        let of_port = NeighbourFlags::MASTER;
        let to = IpAddr::from([10, 1, 0, 9 + low]);
        let (link, what, entry) = match self.random.below(6) {
            0 => (link, "static", entry.flags(of_port).state(NeighbourState::NOARP)),
            1 => (link, "dynamic", entry.flags(of_port).state(NeighbourState::REACHABLE)),
            2 => (link, "permanent", entry.flags(of_port)),
            3 => (link, "received", entry),
            4 => (self.one_of(&["x0", "x1"]), "to", entry.address(to)),
            _ => (self.one_of(&["x0", "x1"]), "else", Neighbour::fdb([0; 6]).address(to)),
        };
        let neighbours = self.ip.neighbour();
        let (verb, result) = match self.random.below(4) {
            0 => ("delete", neighbours.delete(link, entry).wait()),
            1 => ("append", neighbours.append(link, entry).wait()),
            2 => ("add", neighbours.add(link, entry).wait()),
            _ => ("replace", neighbours.replace(link, entry).wait()),
        };
        (format!("{link}: {verb} forwarding entry {what} {low}"), result)
    }

    /// Changes a setting of a link, or of those for which it was never set, that the kernel notifies.
    fn configure(&mut self) -> (String, Result<()>) {
        self.write(&[
            "ipv4/conf/LINK/rp_filter",
            "ipv4/conf/LINK/proxy_arp",
            "ipv4/conf/all/proxy_arp",
            "ipv4/conf/default/rp_filter",
        ])
    }

    /// Changes a setting of a link that the kernel tells nobody of.
    fn set(&mut self) -> (String, Result<()>) {
        self.write(&[
            "ipv4/conf/LINK/bc_forwarding",
            "ipv6/conf/LINK/proxy_ndp",
            "ipv4/conf/LINK/ignore_routes_with_linkdown",
            "ipv6/conf/LINK/ignore_routes_with_linkdown",
            "ipv6/conf/LINK/disable_ipv6",
            "ipv6/conf/LINK/hop_limit",
            "ipv6/conf/LINK/accept_ra",
        ])
    }

    fn write(&mut self, settings: &[&str]) -> (String, Result<()>) {
        let (setting, link, value) = (self.one_of(settings), self.link(), 1 + self.random.below(2));
        let value = if setting.contains("hop") { value } else { value - 1 };
        let path = format!("/proc/sys/net/{}", setting.replace("LINK", link));
        let written = std::fs::write(&path, value.to_string());
        (format!("{path} = {value} {:?}", written.err()), Ok(()))
    }

    /// Sends a datagram, which has the kernel ask for neighbours.
    fn speak(&mut self) -> (String, Result<()>) {
        let to = self.address();
        let socket = UdpSocket::bind((if to.is_ipv4() { "0.0.0.0" } else { "::" }, 0)).unwrap();
        (format!("speak to {to}: {:?}", socket.send_to(&[0], (to, 9)).err()), Ok(()))
    }

    /// Waits until the mirror is what the kernel lists.
    fn settle(&mut self) {
        let begun = Instant::now();
        loop {
            self.changes.refresh().unwrap();
            // A list that changes interrupt is made again.
            if let Ok((mirror, kernel)) = compare(self.changes.mirror(), &self.ip) {
                if mirror == kernel || (!self.audited && told(&mirror) == told(&kernel)) {
                    break;
                }
                assert!(begun.elapsed() < PATIENCE, "{}", self.report(&mirror, &kernel));
            }
            if self.audited {
                // Once would do, if the kernel did not change by itself meanwhile.
                self.changes.audit_now().unwrap();
            } else {
                thread::sleep(begun.elapsed().min(Duration::from_millis(20)));
            }
        }
        self.waited += begun.elapsed();
        self.slowest = self.slowest.max(begun.elapsed());
        while let Some(change) = self.changes.next_within(Duration::ZERO).unwrap() {
            apply(&mut self.told, &change);
        }
    }

    /// Whether what was told from the beginning is what the mirror has.
    fn check_told(&self) {
        let mirror = mirrored(self.changes.mirror());
        assert!(self.told == mirror, "told + mirror -\n{}", difference(&self.told, &mirror));
    }

    fn report(&self, mirror: &State, kernel: &State) -> String {
        let steps: Vec<_> = self.steps.iter().rev().map(String::as_str).collect();
        let difference = difference(mirror, kernel);
        let (seed, steps) = (self.seed, steps.join("\n"));
        format!("NETLINK_WALK_SEED={seed}: mirror + kernel -\n{difference}\nafter these steps:\n{steps}")
    }
}

/// Without the carrier of links that are down, which nothing gives away if it follows that of the lower link late.
fn told(state: &State) -> State {
    let without = |(said, count): (&Vec<(u16, Vec<u8>)>, &u32)| {
        let (tag, header) = &said[0];
        let is_down = *tag == u16::from(LINK) && header[8] & 1 == 0;
        let parts = said.iter().filter(|(kind, _)| !is_down || *kind != LinkMessage::IFLA_CARRIER.number());
        (parts.cloned().collect(), *count)
    };
    state.iter().map(without).collect()
}

fn words(route: &iproute2::RouteMessage) -> String {
    format!("{route:?}")
}

/// Makes addresses usable at once, routes of advertisements welcome, and advertisements of all kinds taken.
fn prepare(ip: &blocking::Handle) {
    for (setting, value) in
        [("all/accept_dad", "0"), ("default/accept_dad", "0"), ("default/accept_ra_rt_info_max_plen", "64")]
    {
        let _ = std::fs::write(format!("/proc/sys/net/ipv6/conf/{setting}"), value);
    }
    ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
}

fn walk(seed: u64, steps: u32, audited: bool) {
    if !support::enter() {
        return;
    }
    let elsewhere = Namespace::create(format!("walk{seed}")).unwrap();
    let thread = std::fs::read_link("/proc/thread-self").unwrap();
    let here = Namespace::at(std::path::Path::new("/proc").join(thread).join("ns/net")).unwrap();
    let inside = blocking::connect_in(&elsewhere).unwrap();
    let ip = blocking::connect().unwrap();
    prepare(&ip);
    // An audit would hide what is not worked out.
    let changes = ip.watch(Topics::all()).without_audit().wait().unwrap();
    let mut walk = Walk {
        seed,
        audited,
        ip,
        inside,
        here,
        elsewhere,
        random: Random(seed),
        changes,
        told: State::new(),
        steps: VecDeque::new(),
        done: 0,
        taken: 0,
        waited: Duration::ZERO,
        slowest: Duration::ZERO,
    };
    let begun = Instant::now();
    while walk.done < steps {
        let together = 1 + walk.random.below(10);
        (0..together).for_each(|_| walk.step());
        walk.settle();
    }
    walk.check_told();
    let statistics = walk.changes.statistics();
    support::say(&format!(
        "NETLINK_WALK_SEED={seed}: {} of {} steps taken in {:.1?}, waited {:.1?}, {:.1?} at most, {statistics:?}",
        walk.taken,
        walk.done,
        begun.elapsed(),
        walk.waited,
        walk.slowest
    ));
    Namespace::delete(format!("walk{seed}")).unwrap();
}

/// Walks of several seeds, or of the one that is asked for, with so many steps each.
fn walks(seeds: Range<u64>, (usual, full): (u32, u32), audited: bool) {
    let is_full = std::env::var_os("NETLINK_TEST_FULL").is_some_and(|full| full == "1");
    let steps = number("NETLINK_WALK_STEPS").map_or(if is_full { full } else { usual }, |steps| steps as u32);
    let seeds = number("NETLINK_WALK_SEED").map_or(seeds, |seed| seed..seed + 1);
    // Side by side, since much of the time the kernel waits. Each has a namespace of its own.
    thread::scope(|scope| seeds.for_each(|seed| drop(scope.spawn(move || walk(seed, steps, audited)))));
}

#[test]
fn the_mirror_is_what_the_kernel_lists() {
    walks(1..4, (500, 2_000), false);
}

/// With what nothing gives away: settings of links that are down, advertisements that are notified to nobody, LACP, `/proc/sys`.
#[test]
fn an_audit_finds_the_rest() {
    walks(101..103, (200, 400), true);
}
