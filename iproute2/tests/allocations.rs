//! Allocations of messages and requests, counted by the allocator of this binary.

#![cfg(any(feature = "smol", feature = "tokio"))]
#![allow(unsafe_code, reason = "an allocator that counts")]

mod support;

use futures::StreamExt;
use iproute2::netlink_packet::HEADER_LEN;
use iproute2::rtnetlink::Group;
use iproute2::watch::{Change, Changes, Event, Topics};
use iproute2::{Blocking, LinkMessage, Route, Veth, blocking};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use support::{Handle, current_thread, enter};

/// Counts what each thread allocates, and the bytes of it that it has not given back.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<isize> = const { Cell::new(0) };
}

fn count() -> usize {
    COUNT.with(Cell::get)
}

fn counted() {
    // An exiting thread no longer counts.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

/// Bytes as the allocator counts them: with what fills a block up, and the word before it.
fn hold(pointer: *mut u8, sign: isize) {
    // SAFETY: the pointer is the allocator's, and still in use.
    let usable = unsafe { libc::malloc_usable_size(pointer.cast()) };
    let _ = HELD.try_with(|held| held.set(held.get() + sign * (usable + size_of::<usize>()) as isize));
}

// SAFETY: all is done by the system's allocator, under the same contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        counted();
        // SAFETY: by contract.
        let pointer = unsafe { System.alloc(layout) };
        hold(pointer, 1);
        pointer
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        counted();
        hold(pointer, -1);
        // SAFETY: by contract.
        let pointer = unsafe { System.realloc(pointer, layout, size) };
        hold(pointer, 1);
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        hold(pointer, -1);
        // SAFETY: by contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations when something is done for the second time: the first time buffers grow.
fn allocations(mut work: impl FnMut()) -> usize {
    work();
    let before = count();
    work();
    count() - before
}

const FEW: u32 = 5;
const MANY: u32 = 500;

/// Two links for each number, besides those that are there.
fn pairs(ip: &blocking::Handle, numbers: std::ops::Range<u32>) {
    for n in numbers {
        ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).wait().unwrap();
    }
}

/// What a dump of few links and one of many allocate.
fn few_and_many(mut dump: impl FnMut() -> usize) -> [usize; 2] {
    let ip = blocking::connect().unwrap();
    [0..FEW, FEW..MANY].map(|numbers| {
        let end = numbers.end;
        pairs(&ip, numbers);
        allocations(|| assert!(dump() > end as usize))
    })
}

#[test]
fn a_dump_that_is_read_and_dropped_allocates_nothing_per_message() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let iter = few_and_many(|| ip.link().list().iter().filter(Result::is_ok).count());
    check("iter", iter);
}

#[test]
fn a_dump_that_is_visited_allocates_nothing_per_message() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let visited = few_and_many(|| {
        let mut seen = 0;
        ip.link().list().for_each(|_| seen += 1).unwrap();
        seen
    });
    check("for_each", visited);
}

#[test]
fn an_async_dump_allocates_nothing_per_message() {
    if !enter() {
        return;
    }
    let runtime = current_thread();
    let ip = runtime.block_on(async { support::connect().unwrap() });
    let stream = few_and_many(|| runtime.block_on(ip.link().list().stream().count()));
    check("stream", stream);
}

#[test]
fn an_async_dump_that_is_visited_allocates_nothing_per_message() {
    if !enter() {
        return;
    }
    let runtime = current_thread();
    let ip = runtime.block_on(async { support::connect().unwrap() });
    let visited = few_and_many(|| {
        let mut seen = 0;
        runtime.block_on(ip.link().list().for_each(|_| seen += 1).into_future()).unwrap();
        seen
    });
    check("async for_each", visited);
}

fn check(what: &str, [few, many]: [usize; 2]) {
    eprintln!("{what}: {few} allocations for a dump of few links, {many} for one of 1,000");
    // Chunks of 64 KiB, of which a link takes some 1.6, are what may be more.
    assert!(many <= few + 2, "{what}: {few} allocations for few links, {many} for many");
    assert!(few <= 4, "{what}: {few} allocations");
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1, 2, 3]))), 1);
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    assert!(allocations(|| drop(ip.link().list().wait().unwrap())) >= 1, "the list itself");
}

const REQUESTS: usize = 1_000;

fn each(allocations: usize) -> f64 {
    allocations as f64 / REQUESTS as f64
}

#[test]
fn a_blocking_request_allocates_nothing() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let mtu = || LinkMessage::build().mtu(1500);
    let change = allocations(|| (0..REQUESTS).for_each(|_| ip.link().change(1, mtu()).wait().unwrap()));
    let get = allocations(|| (0..REQUESTS).for_each(|_| drop(ip.link().get(1).wait().unwrap())));
    let by_name = allocations(|| (0..REQUESTS).for_each(|_| drop(ip.link().get("lo").wait().unwrap())));
    let text = format!("{} allocations a change, {} a get", each(change), each(get));
    eprintln!("blocking: {text}, {} a get by name", each(by_name));
    assert!(each(by_name) <= 1.0, "{by_name}");
    // An object is a slice of a chunk, which is free again once all its objects are gone.
    assert!(each(change) == 0.0 && each(get) < 0.1, "{change} {get}");
}

#[test]
fn an_async_request_allocates_once_at_most() {
    if !enter() {
        return;
    }
    let runtime = current_thread();
    let (change, get) = runtime.block_on(async {
        let ip: Handle = support::connect().unwrap();
        let mut counts = [0; 2];
        for _ in 0..2 {
            let before = count();
            for _ in 0..REQUESTS {
                ip.link().change(1, LinkMessage::build().mtu(1500)).await.unwrap();
            }
            let between = count();
            for _ in 0..REQUESTS {
                ip.link().get(1).await.unwrap();
            }
            counts = [between - before, count() - between];
        }
        (counts[0], counts[1])
    });
    eprintln!("async: {} allocations a change, {} a get", each(change), each(get));
    assert!(each(change) <= 1.0 && each(get) <= 1.0, "{change} {get}");
}

const ROUTES: u32 = 20_000;

fn route(number: u32) -> iproute2::rtnetlink::route::RouteMessageBuf {
    Route::to(Ipv4Addr::from(0x0a00_0000 + number)).via(IpAddr::from([192, 0, 2, 254])).metric(100)
}

/// A watch of many routes, from which the state was taken.
fn watch_routes(ip: &blocking::Handle) -> Changes<Blocking> {
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
    ip.batch((0..ROUTES).map(|n| ip.route().add(route(n)))).for_each(|result| result.unwrap());
    let mut changes = ip.watch(Topics::ROUTE_IPV4).wait().unwrap();
    while !matches!(changes.next().unwrap().unwrap(), Change::Complete) {}
    changes
}

/// In 130 bytes beyond its message, in a mirror that has grown, and in one that has changed all over.
#[test]
fn a_route_in_a_mirror_takes_little() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let before = HELD.get();
    let mut changes = watch_routes(&ip);
    let beyond = |changes: &Changes<Blocking>| {
        let message = |route: &iproute2::RouteMessage| HEADER_LEN + route.as_bytes().len();
        let messages: usize = changes.mirror().routes().map(message).sum();
        (HELD.get() - before - messages as isize) / changes.mirror().routes().count() as isize
    };
    let listed = beyond(&changes);
    // Half of them go, in no order, and others come between them.
    let some = || (0..ROUTES).map(|n| n.wrapping_mul(7919) % ROUTES).step_by(2);
    ip.batch(some().map(|n| ip.route().delete(route(n)))).for_each(drop);
    ip.batch(some().map(|n| ip.route().replace(route(n).tos(4)))).for_each(drop);
    changes.refresh().unwrap();
    while changes.next_within(Duration::ZERO).unwrap().is_some() {}
    let changed = beyond(&changes);
    support::say(&format!("a route takes {listed} bytes beyond its message, and {changed} after changes"));
    assert!(listed <= 130 && changed <= 130, "{listed} {changed}");
}

/// A snapshot costs a few counts, and the next change the way to what changes.
#[test]
fn a_snapshot_takes_little() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let mut changes = watch_routes(&ip);
    let before = HELD.get();
    let snapshots: Vec<_> = (0..100).map(|_| changes.mirror().clone()).collect();
    let cloned = (HELD.get() - before) / 100;
    ip.route().replace(route(777).tos(4)).wait().unwrap();
    changes.refresh().unwrap();
    let next = HELD.get() - before - 100 * cloned;
    support::say(&format!("a snapshot takes {cloned} bytes, the next change {next}"));
    assert!(cloned <= 512 && next <= 16 * 1024, "{cloned} {next}");
    assert_eq!(snapshots[99].routes().count() + 1, changes.mirror().routes().count());
}

#[test]
fn events_allocate_nothing() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let mut events = ip.events([Group::LINK]).open().unwrap();
    let mut hear = |many: u32| {
        for mtu in 0..many {
            ip.link().change("lo", LinkMessage::build().mtu(1000 + mtu)).wait().unwrap();
        }
        let before = count();
        let mut heard = 0;
        while let Some(event) = events.next_within(Duration::ZERO).unwrap() {
            let Event::Message(message) = event else { panic!("lost") };
            assert!(message.view::<LinkMessage>().unwrap().mtu().is_some());
            heard += 1;
        }
        assert!(heard >= many);
        count() - before
    };
    hear(10);
    assert_eq!(hear(500), 0);
}
