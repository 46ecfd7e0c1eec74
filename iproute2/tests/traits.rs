//! The traits that users of Rust expect of types: this file does not compile without them. And what they do.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::blocking;
use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::link::Veth;
use iproute2::{
    AddressFamily, AddressMessage, Device, Error, KernelError, LinkMessage, List, Namespace, Operation,
    Request, Route, RouteMessage, RouteScope, RouteTable, Rule,
};
use std::borrow::Borrow;
use std::collections::HashSet;
use std::error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::io;
use std::str::FromStr;

fn shared<T: Send + Sync + ?Sized>() {}
fn handle<T: Clone + Debug + Send + Sync + Unpin>() {}
fn key<T: Clone + Debug + Display + Eq + Ord + Hash + FromStr + Send + Sync>() {}
fn failure<E: error::Error + Into<io::Error> + Send + Sync + 'static>() {}
fn object<T: Clone + Debug + Eq + Hash + Borrow<LinkMessage> + Send + Sync>() {}
fn iterable<T: IntoIterator<Item = iproute2::Result<Packet<LinkMessage>>>>() {}

#[test]
fn traits_are_there() {
    handle::<blocking::Handle>();
    handle::<support::Handle>();
    key::<Device>();
    failure::<Error>();
    shared::<KernelError>();
    shared::<Namespace>();
    shared::<Request<iproute2::Blocking, Packet<LinkMessage>>>();
    shared::<List<iproute2::Blocking, LinkMessage>>();
    object::<Packet<LinkMessage>>();
    iterable::<List<iproute2::Blocking, LinkMessage>>();
}

/// By their names, and without what they carry.
#[test]
fn what_is_not_sent_yet_prints_briefly() {
    support::run_blocking(|ip| {
        let add = || ip.link().add(Veth::pair("v0", "v1").alias("secret"));
        assert_eq!(format!("{:?}", add()), "Request { operation: \"add link\", object: \"v0\", .. }");
        let operation = Operation::from(add());
        assert_eq!(format!("{operation:?}"), "Operation { operation: \"add link\", object: \"v0\", .. }");
        let list = || ip.link().list().kind("veth");
        assert_eq!(format!("{:?}", list()), "List { operation: \"list links\", .. }");
        let flush = "Flush { list: List { operation: \"list links\", .. }, all: true }";
        assert_eq!(format!("{:?}", list().flush().all()), flush);
        assert_eq!(format!("{:?}", list().iter()), "Stream { .. }");
        assert_eq!(format!("{:?}", ip.batch([add().into()])), "Batch { .. }");
        assert!(format!("{:?}", ip.link()).starts_with("Links(Handle { socket: Socket"), "{:?}", ip.link());
        assert_eq!(ip.link().list().kind("veth").wait().unwrap().len(), 0, "nothing was sent");
    });
}

#[test]
fn devices_are_read_as_they_print() {
    for name in ["eth0", "eth0.5", "2", "an-alternative-name-of-more-than-15-bytes"] {
        let device: Device = name.parse().unwrap();
        assert_eq!((&device, device.to_string()), (&Device::from(name), name.to_owned()));
    }
    for wrong in ["", "a b", "a/b", ".", "a\0", &"a".repeat(128)] {
        assert!(wrong.parse::<Device>().is_err(), "{wrong:?}");
    }
    assert_eq!(Device::from(2).to_string(), "2");
    assert_eq!(Device::from(&b"e\x1b[2J"[..]).to_string(), "e\\u{1b}[2J");
    let devices = HashSet::from([Device::from(2), Device::from("2"), Device::from(&2), Device::from(&"2")]);
    assert_eq!(devices.len(), 2);
}

#[test]
fn verbs_and_filters_take_references_and_words() {
    support::run_blocking(|ip| {
        let (name, address) = ("d0".to_owned(), "192.0.2.1/24".to_owned());
        ip.link().add(Veth::pair(&name, "d1").up()).wait().unwrap();
        ip.address().add(&name, &address).wait().unwrap();
        ip.address().replace(&name, &address).wait().unwrap();
        let gateway = "192.0.2.254".to_owned();
        let prefix = "198.51.100.0/24".parse().unwrap();
        let prefix: &iproute2::rtnetlink::ipnet::IpNet = &prefix;
        ip.route().add(Route::to(prefix).via(&gateway).table("main")).wait().unwrap();

        let routes = |list: List<iproute2::Blocking, RouteMessage>| list.to(prefix).wait().unwrap().len();
        let list = || ip.route().list();
        assert_eq!(routes(list().table("main")), 1);
        assert_eq!(routes(list().table(RouteTable::MAIN)), 1);
        assert_eq!(routes(list().table(254).via(&gateway)), 1);
        assert_eq!(routes(list().scope("global").family("inet").protocol("boot").route_type("unicast")), 1);
        assert_eq!(routes(list().scope(RouteScope::LINK)), 0);
        let error = list().table("mein").wait().unwrap_err();
        assert_eq!(error.to_string(), "list routes: \"mein\" is not a valid RouteTable");
        assert!(error.is_invalid() && io::Error::from(error).kind() == io::ErrorKind::InvalidInput);
        let error = list().via("nowhere").wait().unwrap_err();
        assert_eq!(error.to_string(), "list routes: \"nowhere\" is not a valid IP address");

        ip.rule().add(Rule::lookup("main").priority(100)).wait().unwrap();
        assert_eq!(ip.rule().list().table("main").priority(100).wait().unwrap().len(), 1);
        let addresses = ip.address().list().device(&name).scope("global").family(AddressFamily::INET);
        assert_eq!(addresses.wait().unwrap().len(), 1);

        let mut names = Vec::new();
        for link in ip.link().list().kind("veth") {
            names.push(link.unwrap().name().to_string());
        }
        names.sort();
        assert_eq!(names, ["d0", "d1"]);
        ip.route().delete(prefix).wait().unwrap();
        ip.link().delete(&name).wait().unwrap();
    });
}

#[test]
fn what_was_listed_twice_is_equal() {
    support::run_blocking(|ip| {
        let list = || ip.address().list().wait().unwrap();
        let seen: HashSet<Packet<AddressMessage>> = list().into_iter().collect();
        assert!(list().iter().all(|address| seen.contains(address)));
    });
}
