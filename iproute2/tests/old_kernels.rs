//! Kernels without some socket options, which are made to fail here: everything works without them, or fails with a
//! reason.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::errno::ENOPROTOOPT;
use iproute2::rtnetlink::Group;
use iproute2::watch::Topics;
use iproute2::{LinkMessage, Result, Route, RouteProtocol, Veth, blocking};
use libc::{SOL_NETLINK, SOL_SOCKET, SYS_getsockopt, SYS_setsockopt, c_int, c_long};
use std::net::Ipv4Addr;
use std::time::Duration;
use support::{current_thread, deny, enter};

const LONG: Duration = Duration::from_secs(30);

/// An option, by the call that fails without it.
#[derive(Clone, Copy, PartialEq)]
struct Lacking(c_long, c_int, c_int);

/// Linux 4.12.
const EXT_ACK: Lacking = Lacking(SYS_setsockopt, SOL_NETLINK, libc::NETLINK_EXT_ACK);
/// Linux 4.3.
const CAP_ACK: Lacking = Lacking(SYS_setsockopt, SOL_NETLINK, libc::NETLINK_CAP_ACK);
/// Linux 4.20.
const STRICT_CHECK: Lacking = Lacking(SYS_setsockopt, SOL_NETLINK, libc::NETLINK_GET_STRICT_CHK);
/// Linux 4.2.
const LISTEN_ALL: Lacking = Lacking(SYS_setsockopt, SOL_NETLINK, libc::NETLINK_LISTEN_ALL_NSID);
/// Linux 5.14.
const COOKIE: Lacking = Lacking(SYS_getsockopt, SOL_SOCKET, libc::SO_NETNS_COOKIE);

/// Runs a test on a thread that lacks these options.
fn without(lacking: &[Lacking], test: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            if enter() {
                for Lacking(call, level, name) in lacking {
                    deny(*call, &[*level as u32, *name as u32], ENOPROTOOPT);
                }
                test();
            }
        });
    });
}

/// Requests, refusals, filtered lists, batches, watches, and all of it from a thread that is elsewhere by now.
fn works(extended: bool) {
    let ip = blocking::connect().unwrap();
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    let error = ip.link().add(Veth::pair("v0", "v2")).wait().unwrap_err();
    assert!(error.is_already_exists(), "{error}");
    let error = ip.route().add(Route::to("198.51.100.0/24").via("192.0.2.254")).wait().unwrap_err();
    assert_eq!(error.message().is_some(), extended, "{error}");

    ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
    let host = |n: u32| Ipv4Addr::from(0x0a00_0000 + n);
    let routes = |table| (0..1_000).map(move |n| Route::to(host(n)).device("v0").table(table));
    for table in [100, 200] {
        let added = ip.batch(routes(table).map(|route| ip.route().add(route))).wait();
        assert!(added.iter().all(Result::is_ok));
        let again = ip.batch(routes(table).map(|route| ip.route().add(route))).wait();
        assert!(again.iter().all(|result| result.as_ref().is_err_and(|error| error.is_already_exists())));
    }
    assert_eq!(ip.route().list().table(100).wait().unwrap().len(), 1_000);
    assert_eq!(ip.route().list().table(100).protocol(RouteProtocol::STATIC).wait().unwrap().len(), 0);
    assert_eq!(ip.route().list().table(77).wait().unwrap().len(), 0);
    assert_eq!(
        ip.address().list().device("v0").family(iproute2::AddressFamily::INET).wait().unwrap().len(),
        1
    );
    ip.route().list().table(100).flush().wait().unwrap();
    assert_eq!(ip.route().list().table(100).wait().unwrap().len(), 0);

    let mut changes = ip.watch(Topics::LINK).wait().unwrap();
    ip.link().change("v0", LinkMessage::build().mtu(1400)).wait().unwrap();
    while changes.mirror().link("v0").unwrap().mtu() != Some(1400) {
        assert!(changes.next_within(LONG).unwrap().is_some());
    }
    // Where tunnels' modules are loaded each namespace has their devices, too.
    let ours = ip.link().list().wait().unwrap().len();
    assert!(ours >= 3, "{ours}");
    let tasks = current_thread().block_on(async {
        let ip = support::connect().unwrap();
        ip.link().until_up("v0", LONG).await.unwrap();
        ip.link().list().await.unwrap().len()
    });
    assert_eq!(tasks, ours);

    assert!(enter(), "elsewhere");
    let mut running = ip.link().list().iter();
    running.next().unwrap().unwrap();
    assert_eq!(ip.link().list().wait().unwrap().len(), ours, "a list of another namespace");
    assert!(ip.watch(Topics::LINK).wait().unwrap().mirror().link("v0").is_some());
}

#[test]
fn one_option_is_missing() {
    for lacking in [EXT_ACK, CAP_ACK, STRICT_CHECK, LISTEN_ALL, COOKIE] {
        without(&[lacking], || works(lacking != EXT_ACK));
    }
}

#[test]
fn all_options_are_missing() {
    without(&[EXT_ACK, CAP_ACK, STRICT_CHECK, LISTEN_ALL, COOKIE], || works(false));
}

#[test]
fn listening_to_all_namespaces_is_not_supported() {
    without(&[LISTEN_ALL], || {
        let ip = blocking::connect().unwrap();
        let error = ip.events([Group::LINK]).all_namespaces().open().err().unwrap();
        assert_eq!(error.errno(), Some(ENOPROTOOPT), "{error}");
    });
}
