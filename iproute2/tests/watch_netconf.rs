//! Settings of protocols, of which the kernel notifies what changed, and some of which it changes silently.

#![cfg(feature = "tokio")]

mod support;

use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::link::{FamilySpecs, InetSpec, Ipv4Setting, LinkMessage};
use iproute2::rtnetlink::netconf::ReversePathFilter;
use iproute2::watch::{Change, Changes, Topics, Update};
use iproute2::{AddressFamily, Blocking, NetconfMessage, Veth, blocking};
use std::time::{Duration, Instant};

const INET: AddressFamily = AddressFamily::INET;

/// Long enough for a machine under load.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a message says, in one order.
fn said(settings: &NetconfMessage) -> (AddressFamily, Vec<(u16, Vec<u8>)>) {
    let attributes = settings.attributes().raw().map(|one| (one.number(), one.payload.to_vec()));
    let mut attributes: Vec<_> = attributes.collect();
    attributes.sort();
    (settings.family(), attributes)
}

fn known(changes: &Changes<Blocking>) -> Vec<impl PartialEq + std::fmt::Debug> {
    let mut known: Vec<_> = changes.mirror().netconf().map(said).collect();
    known.sort_by_key(|(family, attributes)| (family.0, attributes.clone()));
    known
}

fn listed(ip: &blocking::Handle) -> Vec<impl PartialEq + std::fmt::Debug> {
    let mut listed: Vec<_> = ip.netconf().list().wait().unwrap().iter().map(|one| said(one)).collect();
    listed.sort_by_key(|(family, attributes)| (family.0, attributes.clone()));
    listed
}

/// Reads until the mirror is what the kernel lists.
fn until_known(changes: &mut Changes<Blocking>, ip: &blocking::Handle, what: &str) {
    let begun = Instant::now();
    loop {
        changes.refresh().unwrap();
        let (known, listed) = (format!("{:?}", known(changes)), format!("{:?}", listed(ip)));
        if known == listed {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: known {known}, listed {listed}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A watch without audits, whose present state was taken.
fn watch(ip: &blocking::Handle) -> Changes<Blocking> {
    let mut changes = ip.watch(Topics::NETCONF).without_audit().wait().unwrap();
    while !matches!(changes.next().unwrap().unwrap(), Change::Complete) {}
    changes
}

fn next(changes: &mut Changes<Blocking>) -> Update<NetconfMessage> {
    match changes.next_within(PATIENCE).unwrap() {
        Some(Change::Netconf(update)) => update,
        other => panic!("{other:?}"),
    }
}

/// Writes a setting of the thread's own namespace; says so where it can't.
fn set(setting: &str, value: &str) -> bool {
    let path = format!("/proc/sys/net/{setting}");
    match std::fs::write(&path, value) {
        Ok(()) => true,
        Err(error) => {
            support::skip_always(&format!("{path} can't be written: {error}"));
            false
        }
    }
}

fn filter(changes: &Changes<Blocking>, link: &str) -> Option<ReversePathFilter> {
    let index = changes.mirror().netconf().count();
    assert!(index > 0);
    changes.mirror().netconf_of(INET, link)?.reverse_path_filter()
}

#[test]
fn what_is_notified_is_laid_over_what_is_known() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let mut changes = ip.watch(Topics::NETCONF).without_audit().wait().unwrap();
        let mut reported = Vec::new();
        loop {
            match changes.next().unwrap().unwrap() {
                Change::Netconf(Update::Added(now)) => reported.push(said(&now)),
                Change::Complete => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(reported.len(), ip.netconf().list().wait().unwrap().len());
        until_known(&mut changes, &ip, "the present state");
        if !set("ipv4/conf/v0/rp_filter", "2") {
            return;
        }
        let update = next(&mut changes);
        assert_eq!(update.differences(), ["reverse_path_filter"]);
        let now = update.now().unwrap();
        assert_eq!(now.reverse_path_filter(), Some(ReversePathFilter::LOOSE));
        // The notification says nothing of this.
        let before = update.before().unwrap();
        assert!(now.forwarding().is_some() && now.forwarding() == before.forwarding());
        assert_eq!(filter(&changes, "v0"), Some(ReversePathFilter::LOOSE));
        // Of all links, of new ones, and of each.
        assert!(set("ipv4/ip_forward", if now.forwarding() == Some(true) { "0" } else { "1" }));
        until_known(&mut changes, &ip, "forwarding");
        assert!(set("ipv6/conf/all/ignore_routes_with_linkdown", "1"));
        until_known(&mut changes, &ip, "routes of links that are down");
        let of_ipv6 = changes.mirror().netconf_of(AddressFamily::INET6, "v1").unwrap();
        assert_eq!(of_ipv6.ignore_routes_with_link_down(), Some(true));
    });
}

#[test]
fn links_come_and_go() {
    support::run_blocking(|ip| {
        let mut changes = watch(&ip);
        let before = changes.mirror().netconf().count();
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        until_known(&mut changes, &ip, "a pair comes");
        let mut reported = Vec::new();
        while let Some(change) = changes.next_within(Duration::ZERO).unwrap() {
            match change {
                Change::Netconf(Update::Added(now)) => reported.push(now),
                other => panic!("{other:?}"),
            }
        }
        let of =
            |family| reported.iter().filter(|now: &&Packet<NetconfMessage>| now.family() == family).count();
        assert_eq!((of(INET), of(AddressFamily::INET6)), (2, 2));
        // Of MPLS, where its module is loaded, they tell only of input.
        let mut of_ip = reported.iter().filter(|now| now.family() != AddressFamily::MPLS);
        assert!(of_ip.all(|now| now.forwarding().is_some()), "{reported:?}");
        // A name is also that of the settings: they go, and come again.
        ip.link().change("v1", LinkMessage::build().name("w1")).wait().unwrap();
        until_known(&mut changes, &ip, "another name");
        ip.link().delete("v0").wait().unwrap();
        until_known(&mut changes, &ip, "the pair goes");
        assert_eq!(changes.mirror().netconf().count(), before);
        let mut gone = 0;
        while let Some(change) = changes.next_within(Duration::ZERO).unwrap() {
            gone += usize::from(matches!(change, Change::Netconf(Update::Removed(_))));
        }
        assert_eq!(gone, reported.len());
    });
}

#[test]
fn what_the_kernel_is_silent_about() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let mut changes = watch(&ip);
        if !set("ipv4/conf/default/rp_filter", "2") {
            return;
        }
        // What was never set of a link follows the default.
        until_known(&mut changes, &ip, "links follow the default");
        assert_eq!(filter(&changes, "v0"), Some(ReversePathFilter::LOOSE));
        // A request for the link notifies of the link alone.
        let inet = InetSpec::build().settings([(Ipv4Setting::PROXY_ARP, 1)]);
        let change = LinkMessage::build().family_specs(FamilySpecs::build().inet(inet));
        ip.link().change("v0", change).wait().unwrap();
        until_known(&mut changes, &ip, "a setting by the link");
        let settings = changes.mirror().netconf_of(INET, "v0").unwrap();
        assert_eq!(settings.proxy_neighbours(), Some(true));
    });
}

/// The settings of a link are in the link as well, also where the settings of a new link, or of one with a new name, were notified
/// while others were in doubt.
#[test]
fn links_have_the_settings_too() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let mut changes = ip.watch(Topics::LINK | Topics::NETCONF).without_audit().wait().unwrap();
        while !matches!(changes.next().unwrap().unwrap(), Change::Complete) {}
        let inet = |link: &LinkMessage| {
            let settings = link.inet().and_then(InetSpec::settings);
            settings.and_then(|settings| settings.get(Ipv4Setting::RP_FILTER))
        };
        let rename = |link: &str, name: &str| {
            ip.link().change(link, LinkMessage::build().name(name)).wait().unwrap();
        };
        let check = |changes: &mut Changes<Blocking>, link: &str, value: i32| {
            changes.refresh().unwrap();
            assert_eq!(inet(&ip.link().get(link).wait().unwrap()), Some(value));
            assert_eq!(changes.mirror().link(link).and_then(inet), Some(value), "{link}");
        };
        let default = |value: &str| set("ipv4/conf/default/rp_filter", value);
        // If another link followed the default, all would be listed.
        if !set("ipv4/conf/v0/rp_filter", "2") || !set("ipv4/conf/lo/rp_filter", "2") {
            return;
        }
        default("0");
        check(&mut changes, "v1", 0);
        default("1");
        rename("v1", "w1");
        default("2");
        check(&mut changes, "w1", 2);
        default("1");
        rename("w1", "v1");
        set("ipv4/conf/v1/rp_filter", "0");
        check(&mut changes, "v1", 0);
        // A new link begins with the default, and does not follow it.
        default("2");
        ip.link().add(Veth::pair("v2", "v3")).wait().unwrap();
        set("ipv4/conf/v3/rp_filter", "1");
        check(&mut changes, "v2", 2);
        check(&mut changes, "v3", 1);
    });
}

#[test]
fn an_audit_finds_the_rest() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let mut changes = watch(&ip);
        if !set("ipv4/conf/v0/bc_forwarding", "1") {
            return;
        }
        changes.refresh().unwrap();
        let settings = |changes: &Changes<Blocking>| {
            changes.mirror().netconf_of(INET, "v0").and_then(NetconfMessage::broadcast_forwarding)
        };
        // A later kernel may notify it.
        let is_known = settings(&changes) == Some(true);
        let found = changes.audit_now().unwrap();
        assert_eq!((found > 0, settings(&changes)), (!is_known, Some(true)), "{found}");
        until_known(&mut changes, &ip, "an audit");
    });
}

#[test]
fn an_overrun_costs_a_list() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let mut changes = ip.watch(Topics::NETCONF).without_audit().receive_buffer(4096).wait().unwrap();
        while !matches!(changes.next().unwrap().unwrap(), Change::Complete) {}
        for number in 0..200 {
            let value = if number % 2 == 0 { "2" } else { "1" };
            if !set("ipv4/conf/v0/rp_filter", value) {
                return;
            }
        }
        until_known(&mut changes, &ip, "after an overrun");
        assert!(changes.statistics().overruns > 0, "{:?}", changes.statistics());
        let mut reported = Vec::new();
        while let Some(change) = changes.next_within(Duration::ZERO).unwrap() {
            reported.push(match change {
                Change::Lost => None,
                Change::Netconf(update) => update.now().and_then(|now| now.reverse_path_filter()),
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(reported, [None, Some(ReversePathFilter::STRICT)]);
    });
}
