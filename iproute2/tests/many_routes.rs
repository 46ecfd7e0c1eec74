//! Very many routes in and out, in bounded memory. This has a binary of its own, whose memory is that of the test.

#[path = "../../netlink-sys/tests/namespace/mod.rs"]
mod namespace;

use iproute2::{AddressFamily, LinkMessage, Operation, Route, RouteTable, Veth, blocking};
use std::net::Ipv4Addr;
use std::time::Instant;

const TABLE: RouteTable = RouteTable(1000);

/// How much the process may grow, in KiB, however many routes there are: send and receive buffers, and what the C
/// library keeps.
const ROOM: u64 = 2048;

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn destination(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(0x0a00_0000 + number)
}

/// Carries out operations, each of which must succeed.
fn carry_out<O: Into<Operation>>(
    ip: &blocking::Handle,
    done: &str,
    operations: impl Iterator<Item = O>,
) -> u32 {
    let began = Instant::now();
    let mut count = 0;
    for result in ip.batch(operations) {
        result.unwrap();
        count += 1;
    }
    println!("{count} {done}: {:.0} a second", f64::from(count) / began.elapsed().as_secs_f64());
    count
}

fn in_and_out(count: u32) {
    if !namespace::enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    let add = |number| ip.route().add(Route::to(destination(number)).device("v0").table(TABLE));
    let delete = |number| ip.route().delete(Route::to(destination(number)).device("v0").table(TABLE));
    // The buffers have their size after the first ones.
    carry_out(&ip, "added", (0..1000).map(add));
    let before = peak();

    assert_eq!(carry_out(&ip, "added", (1000..count).map(add)), count - 1000);
    let mut listed = 0;
    let list = || ip.route().list().table(TABLE).family(AddressFamily::INET);
    list().for_each(|_| listed += 1).unwrap();
    assert_eq!(listed, count);
    assert_eq!(list().iter().map(Result::unwrap).count(), count as usize);
    assert_eq!(carry_out(&ip, "deleted", (0..count).map(delete)), count);
    assert_eq!(list().iter().count(), 0);

    let grown = peak() - before;
    println!("{count} routes in and out took {grown} KiB more than the first 1,000");
    assert!(grown < ROOM, "{grown} KiB");
}

#[test]
fn twenty_thousand_in_and_out() {
    in_and_out(20_000);
}

/// `cargo test --release --test many_routes -- --ignored --nocapture`
#[test]
#[ignore = "takes some ten seconds, and a kernel with room for so many: `.ci/run` asks for it"]
fn a_million_in_and_out() {
    in_and_out(1_000_000);
}
