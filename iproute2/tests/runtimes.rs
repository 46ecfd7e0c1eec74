//! Runtimes that were built without I/O, without timers, or without both: requests that need neither work, the others
//! say what is missing.

#![cfg(feature = "tokio")]

mod support;

use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::Group;
use iproute2::watch::Topics;
use iproute2::{ErrorKind, Handle, LinkMessage, Result, Veth};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use support::enter;
use tokio::runtime::{Builder, Runtime};

const LONG: Duration = Duration::from_secs(30);

/// The drivers of a runtime.
#[derive(Clone, Copy, PartialEq)]
struct Has {
    io: bool,
    timers: bool,
}

const NEITHER: Has = Has { io: false, timers: false };
const IO: Has = Has { io: true, ..NEITHER };
const TIMERS: Has = Has { timers: true, ..NEITHER };

fn runtime(mut builder: Builder, has: Has) -> Runtime {
    if has.io {
        builder.enable_io();
    }
    if has.timers {
        builder.enable_time();
    }
    builder.worker_threads(2).build().unwrap()
}

/// Runs a test in both flavours of runtime, each time in a namespace of its own.
fn run<F: Future<Output = ()>>(has: Has, test: impl Fn(Handle) -> F) {
    for builder in [Builder::new_current_thread, Builder::new_multi_thread] {
        if enter() {
            runtime(builder(), has).block_on(async { test(iproute2::connect().unwrap()).await });
        }
    }
}

/// Requests, lists and batches, which the kernel answers at once.
async fn what_needs_neither(ip: &Handle) {
    ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
    ip.link().change("v0", LinkMessage::build().up()).await.unwrap();
    ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
    assert_eq!(ip.link().list().kind("veth").await.unwrap().len(), 2);
    ip.route().list().for_each(|_| ()).await.unwrap();
    let hosts = (1..=100).map(|host| ip.address().add("v0", Ipv4Addr::new(192, 0, 2, host)));
    assert!(ip.batch(hosts).await.iter().all(Result::is_ok));
    ip.address().list().device("v0").flush().await.unwrap();
}

fn is_without_io<T>(result: Result<T>) {
    let error = result.err().expect("it waited without I/O");
    assert!(matches!(error.kind(), ErrorKind::NoIo), "{error}");
    let words = "this tokio runtime has no I/O: build it with enable_all or enable_io";
    assert!(error.to_string().ends_with(words), "{error}");
}

fn is_without_timers<T>(result: Result<T>) {
    let error = result.err().expect("it waited without timers");
    assert!(matches!(error.kind(), ErrorKind::NoTimers), "{error}");
    let words = "this tokio runtime has no timers: build it with enable_all or enable_time";
    assert!(error.to_string().ends_with(words), "{error}");
}

/// Waits for something that does not happen, each in its own way. The errors say what was waited for.
async fn waits(ip: &Handle) -> [Result<Packet<LinkMessage>>; 2] {
    let waits = [ip.link().until_exists("no", LONG).await, ip.link().until_up("lo", LONG).await];
    let said = waits.each_ref().map(|wait| wait.as_ref().map(drop).unwrap_err().to_string());
    assert!(said[0].starts_with("wait for link no to exist: "), "{said:?}");
    assert!(said[1].starts_with("wait for link lo to be up: "), "{said:?}");
    waits
}

#[test]
fn without_io_nothing_can_be_waited_for() {
    for has in [NEITHER, TIMERS] {
        run(has, |ip| async move {
            what_needs_neither(&ip).await;
            waits(&ip).await.into_iter().for_each(is_without_io);
            is_without_io(ip.link().until_gone("v0", LONG).await);
            let host = IpAddr::V4(Ipv4Addr::LOCALHOST);
            is_without_io(ip.address().until_ready("v0", host, LONG).await);
            let watch = async {
                let mut changes = ip.watch(Topics::ROUTE).await?;
                while changes.try_next().await?.is_some() {}
                Ok(())
            };
            is_without_io(watch.await);
            let mut events = ip.events([Group::NEIGH]).open().unwrap();
            is_without_io(events.next().await);
            // The handle stays usable.
            assert_eq!(ip.link().get("v0").await.unwrap().name(), "v0");
        });
    }
}

#[test]
fn without_timers_no_time_can_be_waited_for() {
    run(IO, |ip| async move {
        what_needs_neither(&ip).await;
        waits(&ip).await.into_iter().for_each(is_without_timers);
        is_without_timers(ip.link().until_gone("v0", LONG).await);
        // Waiting without a timeout needs no timers.
        let mut events = ip.events([Group::IPV4_IFADDR]).open().unwrap();
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        events.next().await.unwrap();
        let mut changes = ip.with_timeout(None).watch(Topics::ADDRESS).await.unwrap();
        ip.address().delete("v0", "192.0.2.1/24").await.unwrap();
        assert!(changes.try_next().await.unwrap().is_some());
    });
}
