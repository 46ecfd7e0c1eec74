//! Forwarding databases of bridges and VXLANs: what is notified, what is not and can be worked out, and what audits find.

#![cfg(feature = "tokio")]

mod support;

use iproute2::rtnetlink::link::{BridgeSpec, BridgeVlan, LinkKind};
use iproute2::watch::{Change, Changes, Topics, Update};
use iproute2::{
    Blocking, Bridge, LinkMessage, Namespace, Neighbour, NeighbourFlags, NeighbourMessage, NeighbourState,
    NextHopMessage, Veth, Vxlan, blocking,
};
use std::time::{Duration, Instant};

/// Long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(20);

/// What an entry says, but for its age.
fn said(entry: &NeighbourMessage) -> String {
    let age = NeighbourMessage::NDA_CACHEINFO.number();
    let attributes = entry.attributes().raw().filter(|one| one.number() != age);
    let mut attributes: Vec<_> = attributes.map(|one| (one.number(), one.payload)).collect();
    attributes.sort();
    // One that was not used for long goes soon.
    let state = match entry.state() {
        NeighbourState::STALE => NeighbourState::REACHABLE,
        state => state,
    };
    format!("{} {state} {:?} {attributes:02x?}", entry.device(), entry.flags())
}

fn known(changes: &Changes<Blocking>) -> Vec<String> {
    let mut known: Vec<_> = changes.mirror().fdb().map(said).collect();
    known.sort();
    known
}

/// What the kernel lists, without the addresses that devices receive.
fn listed(ip: &blocking::Handle) -> Vec<String> {
    let is_entry = |entry: &NeighbourMessage| entry.cache_info().is_some();
    let listed = ip.neighbour().fdb().filter(is_entry).wait().unwrap();
    let mut listed: Vec<_> = listed.iter().map(|entry| said(entry)).collect();
    listed.sort();
    listed
}

/// Reads until the mirror is what the kernel lists.
fn until_known(changes: &mut Changes<Blocking>, ip: &blocking::Handle, what: &str) {
    let begun = Instant::now();
    loop {
        changes.refresh().unwrap();
        let (known, listed) = (known(changes), listed(ip));
        if known == listed {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: known {known:#?}, listed {listed:#?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What is reported of the entry with this hardware address, until nothing more comes.
fn reported_of(changes: &mut Changes<Blocking>, address: [u8; 6]) -> Vec<Update<NeighbourMessage>> {
    let mut reported = Vec::new();
    while let Some(change) = changes.next_within(Duration::ZERO).unwrap() {
        match change {
            Change::Fdb(update) if is_of(update.object(), address) => reported.push(update),
            Change::Fdb(_) | Change::Complete | Change::Lost => (),
            // What the kernel's own addresses are is not kept, nor are neighbours.
            Change::Other(_) => (),
            other => panic!("{other:?}"),
        }
    }
    reported
}

/// Whether it is the entry with this hardware address; a bridge that knows VLANs has another in each.
fn is_of(entry: &NeighbourMessage, address: [u8; 6]) -> bool {
    entry.vlan().is_none() && entry.hardware_address().is_some_and(|own| own.as_bytes() == address)
}

/// The device of the entry of a bridge with this hardware address.
fn device_of(changes: &Changes<Blocking>, bridge: &str, address: [u8; 6]) -> Option<u32> {
    changes.mirror().fdb_of(bridge).find(|entry| is_of(entry, address)).map(NeighbourMessage::device)
}

/// A bridge with the ports `v0` and `v1`, which nobody sends to.
fn bridge(ip: &blocking::Handle) -> bool {
    if !support::made(ip.link().add(Bridge::named("b0")).wait(), Bridge::NAME) {
        return false;
    }
    for (port, other) in [("v0", "p0"), ("v1", "p1")] {
        ip.link().add(Veth::pair(port, other)).wait().unwrap();
        ip.link().change(port, LinkMessage::build().master("b0")).wait().unwrap();
    }
    true
}

fn index(ip: &blocking::Handle, link: &str) -> u32 {
    ip.link().get(link).wait().unwrap().index()
}

const HOST: [u8; 6] = [2, 0, 0, 0, 0, 0x77];

/// An entry of a bridge's table, which stays.
fn entry() -> iproute2::rtnetlink::neighbour::NeighbourMessageBuf {
    Neighbour::fdb(HOST).flags(NeighbourFlags::MASTER).state(NeighbourState::NOARP)
}

#[test]
fn entries_of_a_bridge_are_followed() {
    support::run_blocking(|ip| {
        if !bridge(&ip) {
            return;
        }
        ip.neighbour().add("v0", entry()).wait().unwrap();
        let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
        let reported = reported_of(&mut changes, HOST);
        assert!(matches!(reported.as_slice(), [Update::Added(_)]), "the present state: {reported:?}");
        assert_eq!(known(&changes), listed(&ip));
        assert!(changes.mirror().fdb_of("b0").count() >= 3, "its own, its ports' and the host's");

        // To another port it moves, and no word says that it left this one.
        ip.neighbour().replace("v1", entry()).wait().unwrap();
        until_known(&mut changes, &ip, "it moves");
        let reported = reported_of(&mut changes, HOST);
        let [Update::Changed { before, now }] = reported.as_slice() else { panic!("{reported:?}") };
        assert_eq!((before.device(), now.device()), (index(&ip, "v0"), index(&ip, "v1")));
        assert_eq!(reported[0].differences(), ["device"]);

        ip.neighbour().delete("v1", entry()).wait().unwrap();
        until_known(&mut changes, &ip, "it is deleted");
        assert!(matches!(reported_of(&mut changes, HOST).as_slice(), [Update::Removed(_)]));

        // With its ports their entries go.
        ip.neighbour().add("v0", entry()).wait().unwrap();
        ip.link().delete("v0").wait().unwrap();
        until_known(&mut changes, &ip, "its port is deleted");
        ip.link().delete("b0").wait().unwrap();
        until_known(&mut changes, &ip, "the bridge is deleted");
        assert_eq!(changes.mirror().fdb().filter(|entry| entry.master().is_some()).count(), 0);
    });
}

#[test]
fn a_bridge_learns_and_forgets() {
    support::run_blocking(|ip| {
        if !bridge(&ip) {
            return;
        }
        let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
        let host = ip.link().get("p0").wait().unwrap().address().unwrap();
        let host: [u8; 6] = host.as_bytes().try_into().unwrap();
        for link in ["b0", "v0", "p0"] {
            ip.link().change(link, LinkMessage::build().up()).wait().unwrap();
        }
        // The other end of a port looks for routers and for its own address: the bridge learns where it is.
        let (begun, port) = (Instant::now(), index(&ip, "v0"));
        while device_of(&changes, "b0", host) != Some(port) {
            assert!(begun.elapsed() < PATIENCE, "{:#?}", known(&changes));
            changes.next_within(Duration::from_millis(50)).unwrap();
        }
        until_known(&mut changes, &ip, "it learns");
        ip.neighbour().fdb().master("b0").flush().wait().unwrap();
        ip.link().change("v0", LinkMessage::build().down()).wait().unwrap();
        until_known(&mut changes, &ip, "it forgets");
        assert_eq!(device_of(&changes, "b0", host), None);
    });
}

#[test]
fn destinations_of_a_vxlan() {
    support::run_blocking(|ip| {
        let vxlan = LinkMessage::build().name("x0").kind(Vxlan::build().id(42).port(4789)).up();
        if !support::made(ip.link().add(vxlan).wait(), Vxlan::NAME) {
            return;
        }
        let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
        let to = |host: [u8; 6], last: u8| {
            Neighbour::fdb(host).address(std::net::IpAddr::from([198, 51, 100, last]))
        };
        // What is for all others goes to several.
        for last in [7, 8, 9] {
            ip.neighbour().append("x0", to([0; 6], last)).wait().unwrap();
        }
        ip.neighbour().add("x0", to(HOST, 7)).wait().unwrap();
        until_known(&mut changes, &ip, "added");
        assert_eq!(changes.mirror().fdb_of("x0").count(), 4);
        assert_eq!(reported_of(&mut changes, [0; 6]).len(), 3);
        ip.neighbour().delete("x0", to([0; 6], 8)).wait().unwrap();
        ip.neighbour().replace("x0", to(HOST, 9)).wait().unwrap();
        until_known(&mut changes, &ip, "one is deleted, one is replaced");
        let reported = reported_of(&mut changes, HOST);
        let [.., Update::Changed { now, .. }] = reported.as_slice() else { panic!("{reported:?}") };
        assert_eq!(now.address().unwrap().to_string(), "198.51.100.9");
        ip.link().delete("x0").wait().unwrap();
        until_known(&mut changes, &ip, "it is deleted");
        assert_eq!(changes.mirror().fdb().count(), 0);
    });
}

/// The entries go with the group of next hops that they are by, or with its last member.
#[test]
fn a_next_hop_takes_its_entries_away() {
    support::run_blocking(|ip| {
        let vxlan = LinkMessage::build().name("x0").kind(Vxlan::build().id(44).port(4791)).up();
        if !support::made(ip.link().add(vxlan).wait(), Vxlan::NAME) {
            return;
        }
        for deleted in [20u32, 10] {
            let hop = NextHopMessage::via("198.51.100.7").fdb(true).id(10);
            match ip.nexthop().replace(hop).wait() {
                Err(error) if error.is_not_supported() => {
                    return support::skip("this kernel lacks next hops for forwarding entries");
                }
                result => result.unwrap(),
            }
            ip.nexthop().add(NextHopMessage::group_of([10]).fdb(true).id(20)).wait().unwrap();
            ip.neighbour().add("x0", Neighbour::fdb(HOST).next_hop_id(20)).wait().unwrap();
            let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
            reported_of(&mut changes, HOST);
            assert_eq!(changes.mirror().fdb_of("x0").count(), 1);
            ip.nexthop().delete(deleted).wait().unwrap();
            until_known(&mut changes, &ip, "they go");
            assert_eq!(changes.mirror().fdb().count(), 0);
            assert!(matches!(reported_of(&mut changes, HOST).as_slice(), [Update::Removed(_)]));
        }
    });
}

/// Addresses that devices receive are in `bridge fdb`, and in no forwarding database.
#[test]
fn what_devices_receive_is_not_kept() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
        while !matches!(changes.next().unwrap().unwrap(), Change::Complete) {}
        ip.neighbour().add("v0", Neighbour::fdb(HOST)).wait().unwrap();
        let all = ip.neighbour().fdb().device("v0").wait().unwrap();
        assert!(all.iter().any(|entry| is_of(entry, HOST)), "{all:?}");
        until_known(&mut changes, &ip, "an address that it receives");
        let mut others = std::iter::from_fn(|| changes.next_within(Duration::ZERO).unwrap());
        let is_it = |change: Change| match change {
            Change::Other(message) => {
                message.view::<NeighbourMessage>().is_ok_and(|entry| is_of(entry, HOST))
            }
            _ => false,
        };
        assert!(others.any(is_it), "it comes as it was notified");
        assert_eq!(changes.mirror().fdb().count(), 0);
    });
}

#[test]
fn what_the_kernel_is_silent_about() {
    support::run_blocking(|ip| {
        if !bridge(&ip) {
            return;
        }
        let address = [2, 0, 0, 0, 0, 1];
        for port in ["v0", "v1"] {
            ip.link().change(port, LinkMessage::build().address(address)).wait().unwrap();
        }
        let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
        let (first, second) = (index(&ip, "v0"), index(&ip, "v1"));
        assert_eq!(device_of(&changes, "b0", address), Some(first));
        // Another port has the address as well: the entry is that port's without a word.
        let other = LinkMessage::build().address([2, 0, 0, 0, 0, 2]);
        ip.link().change("v0", other).wait().unwrap();
        until_known(&mut changes, &ip, "a port gets another address");
        assert_eq!(device_of(&changes, "b0", address), Some(second));
        ip.link().change("v0", LinkMessage::build().address(address)).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().no_master()).wait().unwrap();
        until_known(&mut changes, &ip, "a port leaves");
        assert_eq!(device_of(&changes, "b0", address), Some(first));
    });
}

#[test]
fn a_vxlan_brings_its_entries_and_takes_them_away() {
    support::run_blocking(|ip| {
        let vxlan = LinkMessage::build().name("x0").kind(Vxlan::build().id(43).port(4790));
        if !support::made(ip.link().add(vxlan).wait(), Vxlan::NAME) {
            return;
        }
        let thread = std::fs::read_link("/proc/thread-self").unwrap();
        let here = Namespace::at(std::path::Path::new("/proc").join(thread).join("ns/net")).unwrap();
        let elsewhere = Namespace::create("fdb").unwrap();
        let inside = blocking::connect_in(&elsewhere).unwrap();
        let to = Neighbour::fdb(HOST).address(std::net::IpAddr::from([198, 51, 100, 7]));
        ip.neighbour().add("x0", to).wait().unwrap();
        let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
        assert_eq!(changes.mirror().fdb().count(), 1);
        ip.link().change("x0", LinkMessage::build().namespace_file(&elsewhere)).wait().unwrap();
        until_known(&mut changes, &ip, "it goes");
        assert_eq!(changes.mirror().fdb().count(), 0);
        inside.link().change("x0", LinkMessage::build().namespace_file(&here)).wait().unwrap();
        until_known(&mut changes, &ip, "it comes back");
        assert_eq!(changes.mirror().fdb().count(), 1);
        Namespace::delete("fdb").unwrap();
    });
}

#[test]
fn an_audit_finds_the_rest() {
    support::run_blocking(|ip| {
        if !bridge(&ip) {
            return;
        }
        let filtering = LinkMessage::build().kind(Bridge::build().vlan_filtering(true));
        match ip.link().change("b0", filtering).wait() {
            Err(error) if error.is_not_supported() => {
                return support::skip("bridges of this kernel have no VLANs");
            }
            result => result.unwrap(),
        }
        let address = [2, 0, 0, 0, 0, 1];
        for port in ["v0", "v1"] {
            ip.link().change(port, LinkMessage::build().address(address)).wait().unwrap();
        }
        let mut changes = ip.watch(Topics::FDB).without_audit().wait().unwrap();
        // The address in VLAN 1 is the other port's now.
        let vlan = BridgeSpec::build().vlans([BridgeVlan::build().id(1)]);
        ip.link().delete_bridge_spec("v0", vlan).wait().unwrap();
        changes.refresh().unwrap();
        let is_known = known(&changes) == listed(&ip);
        let found = changes.audit_now().unwrap();
        assert_eq!((found > 0, known(&changes)), (!is_known, listed(&ip)), "{found}");
        assert!(!is_known, "nothing gave it away");
    });
}

#[test]
fn an_overrun_costs_a_list() {
    support::run_blocking(|ip| {
        if !bridge(&ip) {
            return;
        }
        let mut changes = ip.watch(Topics::FDB).without_audit().receive_buffer(4096).wait().unwrap();
        reported_of(&mut changes, HOST);
        for number in 0..200 {
            ip.neighbour().replace(["v0", "v1"][number % 2], entry()).wait().unwrap();
        }
        until_known(&mut changes, &ip, "after an overrun");
        assert!(changes.statistics().overruns > 0, "{:?}", changes.statistics());
        let reported = reported_of(&mut changes, HOST);
        let [Update::Added(now)] = reported.as_slice() else { panic!("{reported:?}") };
        assert_eq!(now.device(), index(&ip, "v1"));
    });
}
