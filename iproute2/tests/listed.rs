//! Listed objects can be sent back: each object of one of everything is deleted as it was listed and created again, and
//! is the same except for what only the kernel sets. Links are tested like this in `kinds`.

#![cfg(feature = "tokio")]

#[path = "support/again.rs"]
mod again;
#[path = "support/cases.rs"]
mod cases;
mod support;

use again::changed;
use cases::*;
use iproute2::netlink_packet::{Packet, View};
use iproute2::rtnetlink::address::AddressProtocol;
use iproute2::rtnetlink::link::BridgePort;
use iproute2::rtnetlink::neighbour::NeighbourSettings;
use iproute2::rtnetlink::route::{NextHopFlags, RouteFlags};
use iproute2::rtnetlink::{Lifetime, NamespaceId, RouteScope};
use iproute2::{
    AddressFamily, AddressFlags, AddressLabelMessage, AddressMessage, Error, LinkMessage, Namespace,
    Neighbour, NeighbourFlags, NeighbourState, NeighbourTableMessage, NextHop, NextHopMessage, Route,
    RouteMessage, RouteTable, RouteType, Rule, RuleMessage, Veth, blocking,
};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use support::skip;

/// The objects of a noun, and its verbs.
struct Noun<M: View + ?Sized> {
    list: fn(&blocking::Handle) -> Vec<Packet<M>>,
    delete: fn(&blocking::Handle, &Packet<M>) -> Result<(), Error>,
    add: fn(&blocking::Handle, &Packet<M>) -> Result<(), Error>,
    /// In which order they are made again: what others need, comes first.
    place: fn(&M) -> u8,
    /// Why the kernel keeps an object, or creates it itself.
    kept: fn(&M) -> Option<&'static str>,
    /// Attributes that differ afterwards; the reason is given with each.
    otherwise: &'static [&'static str],
}

impl<M: View + ?Sized> Noun<M> {
    /// Deletes each object as it was listed, and makes it again.
    fn goes_back(&self, ip: &blocking::Handle) -> Vec<String> {
        let before = (self.list)(ip);
        let mut failures = Vec::new();
        let mut again: Vec<&Packet<M>> = Vec::new();
        for object in before.iter().filter(|object| (self.kept)(object).is_none()) {
            match (self.delete)(ip, object) {
                Ok(()) => again.push(object),
                Err(error) => failures.push(format!("{error}: {object:?}")),
            }
        }
        let left = (self.list)(ip);
        let left = left.iter().filter(|object| (self.kept)(object).is_none());
        failures.extend(left.map(|object| format!("not deleted: {object:?}")));
        again.sort_by_key(|object| (self.place)(object));
        for object in again {
            if let Err(error) = (self.add)(ip, object) {
                failures.push(format!("{error}: {object:?}"));
            }
        }
        failures.extend(changed(&before, &(self.list)(ip), self.otherwise));
        failures
    }
}

/// Makes objects, of which a kernel may lack some.
fn make<B>(objects: Vec<(B, &str)>, add: impl Fn(B) -> Result<(), Error>) {
    for (object, command) in objects {
        match add(object) {
            Ok(()) => (),
            Err(error) if is_lacking(&error, command) => {
                skip(&format!("this kernel lacks {command}: {error}"))
            }
            Err(error) => panic!("{command}: {error}"),
        }
    }
}

fn none_of(failures: Vec<String>) {
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

fn of_routes() -> Noun<RouteMessage> {
    Noun {
        list: |ip| ip.route().list().wait().unwrap(),
        delete: |ip, route| ip.route().delete(route).wait(),
        // Some differ by their next hop alone.
        add: |ip, route| ip.route().append(route).wait(),
        place: |route| match (route.table(), route.route_type()) {
            (RouteTable::LOCAL, RouteType::LOCAL) => 32u8.saturating_sub(route.destination_length()),
            (RouteTable::LOCAL, _) => 33,
            _ if route.gateway().is_none() && route.next_hops().count() == 0 => 34,
            _ => 35,
        },
        kept: |route| {
            let of_host = route.family() == AddressFamily::INET6 && route.metric() == Some(0);
            of_host.then_some(
                "IPv6 gives its routes for this host's own addresses metric 0, which means 1024 in requests",
            )
        },
        otherwise: &[],
    }
}

#[test]
fn routes_go_back() {
    let Some(ip) = settled_pair() else { return };
    assert!(for_routes(&ip));
    make(routes(), |route| ip.route().add(route).wait());
    let expiring =
        Route::to("2001:db8:77::/64").via("2001:db8::fe").device("v0").expires(Duration::from_secs(300));
    ip.route().add(expiring).wait().unwrap();
    none_of(of_routes().goes_back(&ip));
    let left = of_expiring(&ip).and_then(|route| route.expires_in()).unwrap().as_secs();
    assert!((200..=300).contains(&left), "{left}");
    assert!(ip.route().list().flush().wait().unwrap() > 20);
    let left = ip.route().list().filter(|route| route.table() != RouteTable::LOCAL).wait().unwrap();
    assert_eq!(left.len(), 0, "{left:?}");
}

/// A pair of links, once the kernel has made all routes and addresses that it makes for them.
fn settled_pair() -> Option<blocking::Handle> {
    let ip = pair()?;
    until(|| {
        let addresses = ip.address().list().family(AddressFamily::INET6).wait().unwrap();
        let routes = ip.route().list().family(AddressFamily::INET6).table(RouteTable::LOCAL).wait().unwrap();
        let own = routes.iter().filter(|route| route.route_type() == RouteType::LOCAL).count();
        let is_tentative = |one: &Packet<AddressMessage>| one.flags().contains(AddressFlags::TENTATIVE);
        addresses.len() == 4 && own == 4 && !addresses.iter().any(is_tentative)
    });
    Some(ip)
}

fn of_expiring(ip: &blocking::Handle) -> Option<Packet<RouteMessage>> {
    ip.route().list().to("2001:db8:77::/64").wait().unwrap().into_iter().next()
}

/// Without a carrier, routes of IPv4 say so, and of several next hops those that are down.
#[test]
fn routes_go_back_without_a_carrier() {
    let Some(ip) = settled_pair() else { return };
    assert!(for_routes(&ip));
    make(routes(), |route| ip.route().add(route).wait());
    ip.link().add(Veth::pair("w0", "w1").up()).wait().unwrap();
    ip.link().change("w1", LinkMessage::build().up()).wait().unwrap();
    let hops = [NextHop::via("192.0.2.254").device("v0"), NextHop::via("203.0.113.1").device("w0").on_link()];
    ip.route().add(Route::to("198.51.99.0/24").multipath(hops)).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().down()).wait().unwrap();
    let of_link = |ip: &blocking::Handle| ip.route().list().to("192.0.2.0/24").wait().unwrap().remove(0);
    until(|| of_link(&ip).flags().contains(RouteFlags::LINK_DOWN));
    let mut noun = of_routes();
    // IPv4 next-hop objects are removed with the carrier, and so are routes that use them; IPv6 routes need a carrier.
    noun.list = |ip| ip.route().list().family(AddressFamily::INET).wait().unwrap();
    noun.kept = |route| {
        let is_dead = route.next_hops().any(|hop| hop.flags().contains(NextHopFlags::DEAD));
        is_dead.then_some("a next hop can be added only where its device is up")
    };
    // The kernel notes on a new route by a gateway of IPv6 that its link is down only when that changes.
    noun.otherwise = &["rtm_flags"];
    none_of(noun.goes_back(&ip));
    // A next hop whose device is down: its route can be deleted, and made again once the device is up.
    ip.link().change("w0", LinkMessage::build().down()).wait().unwrap();
    let dead = ip.route().list().to("198.51.99.0/24").wait().unwrap().remove(0);
    assert!(dead.next_hops().any(|hop| hop.flags().contains(NextHopFlags::DEAD)), "{dead:?}");
    ip.route().delete(&dead).wait().unwrap();
    ip.link().change("w0", LinkMessage::build().up()).wait().unwrap();
    ip.route().add(&dead).wait().unwrap();
    assert!(ip.route().list().family(AddressFamily::INET).flush().wait().unwrap() > 10);
    let left = ip.route().list().family(AddressFamily::INET).wait().unwrap();
    assert!(left.iter().all(|route| route.table() == RouteTable::LOCAL), "{left:?}");
}

/// The result of a lookup contains the request and is the route of one packet: it is sent back as the route to one
/// host.
#[test]
fn the_answer_of_a_lookup_goes_back() {
    let Some(ip) = settled_pair() else { return };
    ip.route().add(Route::to("198.51.100.0/24").via("192.0.2.254").mtu(1400)).wait().unwrap();
    ip.route().add(Route::to("2001:db8:9::/64").via("2001:db8::fe").device("v0")).wait().unwrap();
    for (host, gateway) in [("198.51.100.9", "192.0.2.254"), ("2001:db8:9::9", "2001:db8::fe")] {
        let way = ip.route().get(host).mark(7).uid(0).wait().unwrap();
        ip.route().add(&way).wait().unwrap_or_else(|error| panic!("{error}: {way:?}"));
        let route = ip.route().list().to(host).wait().unwrap().remove(0);
        assert_eq!(route.gateway(), gateway.parse().ok(), "{route:?}");
        ip.route().delete(&route).wait().unwrap();
    }
}

/// Routes with a next-hop object are listed with its contents, which requests must not have besides it.
#[test]
fn many_routes_by_a_next_hop_are_flushed() {
    const COUNT: u32 = 20_000;
    let Some(ip) = pair() else { return };
    ip.nexthop().add(NextHopMessage::via("192.0.2.254").device("v0").id(10)).wait().unwrap();
    ip.nexthop().add(NextHopMessage::group_of([(10, 1)]).id(20)).wait().unwrap();
    let route = |number: u32| {
        let to = Ipv4Addr::from(0x0a00_0000 + number);
        ip.route().add(Route::to(to).next_hop(if number % 2 == 0 { 10 } else { 20 }).table(100))
    };
    assert!(ip.batch((0..COUNT).map(route)).all(|result| result.is_ok()));
    let one = ip.route().list().table(100).to("10.0.0.7").wait().unwrap().remove(0);
    assert!(
        one.next_hop_id().is_some() && (one.device().is_some() || one.next_hops().count() > 0),
        "{one:?}"
    );
    ip.route().replace(&one).wait().unwrap();
    ip.route().replace(one.to_request().metric(9)).wait().unwrap();
    let began = Instant::now();
    assert_eq!(ip.route().list().table(100).flush().wait().unwrap(), COUNT as usize + 1);
    println!("{} flushed a second", f64::from(COUNT) / began.elapsed().as_secs_f64());
    assert_eq!(ip.route().list().table(100).wait().unwrap().len(), 0);
}

/// Waits for what the kernel does a moment later.
fn until(holds: impl Fn() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the kernel never did it");
}

#[test]
fn routes_of_labels_go_back() {
    let Some(ip) = pair() else { return };
    if !for_labels() {
        return;
    }
    make(labels(), |route| ip.route().add(route).wait());
    let mut noun = of_routes();
    noun.list = |ip| ip.route().list().family(AddressFamily::MPLS).wait().unwrap();
    noun.add = |ip, route| ip.route().add(route).wait();
    none_of(noun.goes_back(&ip));
    assert_eq!(ip.route().list().family(AddressFamily::MPLS).flush().wait().unwrap(), labels().len());
}

#[test]
fn next_hops_go_back() {
    let Some(ip) = pair() else { return };
    make(next_hops(), |hop| ip.nexthop().add(hop).wait());
    let noun = Noun::<NextHopMessage> {
        list: |ip| ip.nexthop().list().wait().unwrap(),
        // With its last member a group goes as well.
        delete: |ip, hop| {
            ip.nexthop().delete(hop).wait().or_else(|error| {
                if hop.group().is_some() && error.is_not_found() { Ok(()) } else { Err(error) }
            })
        },
        add: |ip, hop| ip.nexthop().add(hop).wait(),
        place: |hop| u8::from(hop.group().is_some()),
        kept: |_| None,
        otherwise: &[],
    };
    none_of(noun.goes_back(&ip));
    // As they are listed with all that they have counted, too.
    let listed = ip.nexthop().list().stats().wait().unwrap();
    for hop in &listed {
        ip.nexthop().replace(hop).wait().unwrap();
    }
    none_of(changed(&listed, &ip.nexthop().list().stats().wait().unwrap(), &[]));
    assert!(ip.nexthop().list().flush().wait().unwrap() > 0);
    assert_eq!(ip.nexthop().list().wait().unwrap().len(), 0);
}

#[test]
fn rules_go_back() {
    let Some(ip) = pair() else { return };
    for (rule, command) in rules() {
        ip.rule().add(rule).wait().unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    ip.rule().add(Rule::lookup(9).priority(0)).wait().unwrap();
    let noun = Noun::<RuleMessage> {
        list: |ip| ip.rule().list().wait().unwrap(),
        delete: |ip, rule| ip.rule().delete(rule).wait(),
        add: |ip, rule| ip.rule().add(rule).wait(),
        place: |_| 0,
        kept: |rule| {
            let of_multicast = !matches!(rule.family(), AddressFamily::INET | AddressFamily::INET6);
            of_multicast.then_some("multicast routing's own")
        },
        otherwise: &[],
    };
    none_of(noun.goes_back(&ip));
    assert!(ip.rule().list().flush().wait().unwrap() >= rules().len());
    let left = ip.rule().list().wait().unwrap();
    assert!(left.iter().all(|rule| rule.priority().is_none() || (noun.kept)(rule).is_some()), "{left:?}");
}

#[test]
fn neighbours_go_back() {
    let Some(ip) = pair() else { return };
    make(neighbours(), |neighbour| ip.neighbour().add("v0", neighbour).wait());
    // The kernel asks for it, and it has no state that a request could ask for.
    ip.neighbour()
        .add("v0", Neighbour::of("192.0.2.77").state(NeighbourState::empty()).flags(NeighbourFlags::USE))
        .wait()
        .unwrap();
    let mut noun = Noun::<Neighbour> {
        list: |ip| {
            ip.neighbour().list().filter(|one| is_made(one) && one.ext_flags().is_none()).wait().unwrap()
        },
        delete: |ip, one| ip.neighbour().delete(one.device(), one).wait(),
        add: |ip, one| ip.neighbour().add(one.device(), one).wait(),
        place: |_| 0,
        kept: |_| None,
        // Some are being resolved: their state keeps changing.
        otherwise: &[],
    };
    let asked = |one: &Neighbour| one.address().is_some_and(|address| address.to_string() == "192.0.2.77");
    let asked = ip.neighbour().list().filter(asked).wait().unwrap().remove(0);
    assert!(asked.state().intersects(NeighbourState::INCOMPLETE | NeighbourState::FAILED), "{asked:?}");
    ip.neighbour().delete("v0", &asked).wait().unwrap();
    ip.neighbour().add("v0", &asked).wait().unwrap();
    ip.neighbour().delete("v0", &asked).wait().unwrap();
    none_of(noun.goes_back(&ip));
    noun.list =
        |ip| ip.neighbour().list().filter(|one| is_made(one) && one.ext_flags().is_some()).wait().unwrap();
    noun.otherwise = &["ndm_state"];
    if !(noun.list)(&ip).is_empty() {
        none_of(noun.goes_back(&ip));
    }
    noun.list = |ip| ip.neighbour().list().proxy().wait().unwrap();
    noun.otherwise = &[];
    none_of(noun.goes_back(&ip));
    ip.neighbour().list().flush().all().wait().unwrap();
    ip.neighbour().list().proxy().flush().all().wait().unwrap();
    let left = ip.neighbour().list().filter(is_made).wait().unwrap();
    assert_eq!(left.len() + ip.neighbour().list().proxy().wait().unwrap().len(), 0, "{left:?}");
}

#[test]
fn forwarding_entries_go_back() {
    let Some(ip) = pair() else { return };
    if !for_entries(&ip) {
        return;
    }
    // The bridge would learn of what the other end of the pair sends.
    ip.link().change("v1", LinkMessage::build().port(BridgePort::build().learning(false))).wait().unwrap();
    for ((device, entry), command) in entries() {
        ip.neighbour().append(device, entry).wait().unwrap_or_else(|error| panic!("{command}: {error}"));
    }
    ip.neighbour().add("br0", Neighbour::fdb("02:00:00:00:00:42").vlan(1)).wait().unwrap();
    let noun = Noun::<Neighbour> {
        // The kernel deletes one without a VLAN with those of all VLANs, so those come last.
        list: |ip| {
            let mut all = ip.neighbour().fdb().wait().unwrap();
            all.sort_by_key(|one| one.vlan().is_none());
            all
        },
        delete: |ip, one| ip.neighbour().delete(one.device(), one).wait(),
        add: |ip, one| ip.neighbour().append(one.device(), one).wait(),
        place: |one| u8::from(one.vlan().is_some()),
        kept: |one| {
            let is_group = one.hardware_address().is_some_and(|address| address.as_bytes()[0] & 1 != 0);
            is_group.then_some("the groups that the host is in come and go with its addresses")
        },
        otherwise: &[],
    };
    let all = (noun.list)(&ip);
    assert!(all.iter().any(|entry| entry.master() == Some(entry.device())), "a bridge's own: {all:?}");
    none_of(noun.goes_back(&ip));
    ip.neighbour().fdb().flush().all().wait().unwrap();
    let left = (noun.list)(&ip);
    assert!(left.iter().all(|one| (noun.kept)(one).is_some()), "{left:?}");
}

#[test]
fn addresses_go_back() {
    let Some(ip) = settled_pair() else { return };
    ip.link().add(Veth::pair("d0", "d1").up()).wait().unwrap();
    ip.link().change("d1", LinkMessage::build().up()).wait().unwrap();
    let index = ip.link().get("d0").wait().unwrap().index();
    let all = [
        AddressMessage::build().prefix("198.51.100.1/24").automatic_broadcast().label("d0:web").metric(77),
        AddressMessage::build().prefix("198.51.100.2/24"),
        AddressMessage::build().prefix("198.51.101.1/24").flags(AddressFlags::NOPREFIXROUTE),
        AddressMessage::build().prefix("198.51.102.1").peer("198.51.102.2/24").scope(RouteScope::LINK),
        AddressMessage::build()
            .prefix("198.51.103.1/24")
            .valid_lifetime(Lifetime(3600))
            .preferred_lifetime(Lifetime(1800)),
        AddressMessage::build().prefix("198.51.104.1/24").protocol(AddressProtocol(9)),
        AddressMessage::build()
            .prefix("2001:db8:2::1/64")
            .flags(AddressFlags::NODAD | AddressFlags::MANAGETEMPADDR),
        AddressMessage::build().prefix("2001:db8:3::1").peer("2001:db8:3::2").flags(AddressFlags::NODAD),
        AddressMessage::build()
            .prefix("2001:db8:4::1/64")
            .flags(AddressFlags::NODAD | AddressFlags::HOMEADDRESS | AddressFlags::NOPREFIXROUTE)
            .metric(7)
            .valid_lifetime(Lifetime(3600))
            .preferred_lifetime(Lifetime(0)),
        AddressMessage::build().prefix("2001:db8:5::1/64"),
    ];
    for address in all {
        ip.address().add(index, address).wait().unwrap();
    }
    // The last one is checked for others that have it, for some seconds.
    until(|| {
        !ip.address().list().wait().unwrap().iter().any(|one| one.flags().contains(AddressFlags::TENTATIVE))
    });
    let noun = Noun::<AddressMessage> {
        // Secondary ones go with the first of their network, so those come last.
        list: |ip| {
            let mut all = ip.address().list().wait().unwrap();
            all.sort_by_key(|one| !one.flags().contains(AddressFlags::SECONDARY));
            all
        },
        delete: |ip, one| ip.address().delete(one.device(), one).wait(),
        add: |ip, one| ip.address().add(one.device(), one.clone()).wait(),
        place: |one| u8::from(one.flags().contains(AddressFlags::SECONDARY)),
        kept: |one| {
            let is_temporary =
                one.family() == AddressFamily::INET6 && one.flags().contains(AddressFlags::SECONDARY);
            is_temporary.then_some("the kernel makes temporary addresses by itself")
        },
        // The remaining time.
        otherwise: &["ifa_valid", "ifa_prefered"],
    };
    let lifetimes = |ip: &blocking::Handle| -> Vec<_> {
        let mut all: Vec<_> = ip
            .address()
            .list()
            .wait()
            .unwrap()
            .iter()
            .map(|one| {
                (
                    one.prefix(),
                    one.valid_lifetime().map(|left| left.0 / 60),
                    one.preferred_lifetime().map(|left| left.0 / 60),
                )
            })
            .collect();
        all.sort();
        all
    };
    let before = lifetimes(&ip);
    none_of(noun.goes_back(&ip));
    until(|| {
        !ip.address().list().wait().unwrap().iter().any(|one| one.flags().contains(AddressFlags::TENTATIVE))
    });
    assert_eq!(before, lifetimes(&ip));
    assert!(ip.address().list().flush().all().wait().unwrap() >= 10);
    assert_eq!(ip.address().list().wait().unwrap().len(), 0);
}

#[test]
fn address_labels_go_back() {
    let Some(ip) = pair() else { return };
    let of_device = AddressLabelMessage::of("2001:db8:1::/48").device("v0");
    ip.address_label().add("2001:db8::/32", 99).wait().unwrap();
    ip.address_label().add(of_device, 98).wait().unwrap();
    let noun = Noun::<AddressLabelMessage> {
        list: |ip| ip.address_label().list().wait().unwrap(),
        delete: |ip, one| ip.address_label().delete(one).wait(),
        add: |ip, one| ip.address_label().add(one, one.label().unwrap()).wait(),
        place: |_| 0,
        kept: |_| None,
        otherwise: &[],
    };
    assert!((noun.list)(&ip).len() > 5);
    none_of(noun.goes_back(&ip));
    ip.address_label().list().flush().wait().unwrap();
    assert_eq!((noun.list)(&ip).len(), 0);
}

#[test]
fn namespace_ids_go_back() {
    let Some(ip) = pair() else { return };
    let (blue, red) = (Namespace::create("blue").unwrap(), Namespace::create("red").unwrap());
    ip.namespace_id().set(&blue, NamespaceId(5)).wait().unwrap();
    ip.namespace_id().set(&red, NamespaceId(7)).wait().unwrap();
    let listed = ip.namespace_id().list().wait().unwrap();
    assert_eq!(listed.len(), 2);
    for one in &listed {
        assert_eq!(ip.namespace_id().get(one).wait().unwrap().id(), one.id());
    }
}

#[test]
fn tables_of_neighbours_go_back() {
    let Some(ip) = pair() else { return };
    let settings = NeighbourSettings::build()
        .device("v0")
        .unicast_probes(7)
        .queue_bytes(4096)
        .probe_interval(Duration::from_secs(9));
    let change =
        NeighbourTableMessage::build().family(AddressFamily::INET).name("arp_cache").settings(settings);
    ip.neighbour_table().change(change).wait().unwrap();
    // If a list takes several datagrams, the kernel repeats the defaults of a table in the next one.
    let of_links = || {
        let of_link =
            |table: &NeighbourTableMessage| table.settings().is_some_and(|it| it.device().is_some());
        ip.neighbour_table().list().filter(of_link).wait().unwrap()
    };
    let listed = of_links();
    assert!(listed.len() >= 4, "of v0 and v1, by ARP and by neighbour discovery");
    for table in &listed {
        ip.neighbour_table().change(table).wait().unwrap_or_else(|error| panic!("{error}: {table:?}"));
    }
    none_of(changed(&listed, &of_links(), &[]));
}
