//! What is allocated for messages and requests, counted by the allocator of this binary.

#![cfg(feature = "tokio")]
#![allow(unsafe_code, reason = "an allocator that counts")]

mod support;

use futures::StreamExt;
use iproute2::{Handle, LinkMessage, Veth, blocking};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use support::{current_thread, enter};

/// Counts what each thread allocates.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn count() -> usize {
    COUNT.with(Cell::get)
}

fn counted() {
    // A thread that ends has nothing more to tell.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: all is done by the system's allocator, under the same contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        counted();
        // SAFETY: by contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        counted();
        // SAFETY: by contract.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: by contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What is allocated by doing something a second time: the first time buffers grow.
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
    let ip = runtime.block_on(async { iproute2::connect().unwrap() });
    let stream = few_and_many(|| runtime.block_on(ip.link().list().stream().count()));
    check("stream", stream);
}

#[test]
fn an_async_dump_that_is_visited_allocates_nothing_per_message() {
    if !enter() {
        return;
    }
    let runtime = current_thread();
    let ip = runtime.block_on(async { iproute2::connect().unwrap() });
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
        let ip: Handle = iproute2::connect().unwrap();
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
