//! Everything at once on one handle: dumps, requests and changes side by side, in loops over each other, dropped
//! midway.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use futures::{FutureExt, TryStreamExt, future, poll};
use iproute2::{LinkMessage, Veth, blocking};
use std::fs;
use std::sync::OnceLock;
use support::{Handle, RUNTIMES, current_thread, enter, join_all, run, run_blocking};

/// Creates veth pairs.
async fn pairs(ip: &Handle, count: u32) {
    for n in 0..count {
        ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).await.unwrap();
    }
}

#[test]
fn two_lists_at_once() {
    run(|ip| async move {
        pairs(&ip, 50).await;
        let (one, two) = (ip.clone(), ip.clone());
        let lists = future::join3(
            one.link().list().into_future(),
            two.link().list().into_future(),
            ip.address().list().into_future(),
        );
        let (one, two, addresses) = lists.await;
        assert_eq!(
            (one.unwrap().len(), two.unwrap().len()),
            (101 + extra(&ip).await, 101 + extra(&ip).await)
        );
        addresses.unwrap();

        let tasks = (0..20).map(|_| {
            let ip = ip.clone();
            async move { ip.link().list().kind("veth").await.unwrap().len() }
        });
        assert_eq!(join_all(tasks).await, [100; 20]);
    });
}

/// Links that this kernel puts into each namespace besides `lo`.
async fn extra(ip: &Handle) -> usize {
    ip.link()
        .list()
        .filter(|link| link.kind_name() != Some("veth") && link.name() != "lo")
        .await
        .unwrap()
        .len()
}

#[test]
fn a_loop_over_a_stream_lists_and_changes() {
    run(|ip| async move {
        pairs(&ip, 50).await;
        let mut links = ip.link().list().kind("veth").stream();
        let mut count = 0;
        while let Some(link) = links.try_next().await.unwrap() {
            ip.link().change(&link, LinkMessage::build().mtu(1400)).await.unwrap();
            ip.address().add(&link, format!("10.0.0.{count}/32")).await.unwrap();
            assert_eq!(ip.address().list().device(&link).await.unwrap().len(), 1);
            assert_eq!(ip.link().get(&link).await.unwrap().mtu(), Some(1400));
            count += 1;
        }
        assert_eq!(count, 100);
    });
    run_blocking(|ip| {
        for n in 0..50 {
            ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).wait().unwrap();
        }
        let mut count = 0;
        for link in ip.link().list().kind("veth").iter() {
            let link = link.unwrap();
            ip.link().change(&link, LinkMessage::build().mtu(1400)).wait().unwrap();
            ip.address().add(&link, format!("10.0.0.{count}/32")).wait().unwrap();
            assert_eq!(ip.address().list().device(&link).wait().unwrap().len(), 1);
            count += 1;
        }
        assert_eq!(count, 100);
    });
}

#[test]
fn a_stream_that_is_dropped_leaves_the_next_list_alone() {
    run(|ip| async move {
        pairs(&ip, 80).await;
        for read in [0, 1, 5, 100] {
            let mut links = ip.link().list().kind("veth").stream();
            for _ in 0..read {
                assert!(links.next().await.unwrap().is_ok());
            }
            drop(links);
            assert_eq!(ip.link().list().kind("veth").await.unwrap().len(), 160);
        }
        // Lists and requests that are dropped before they end.
        for _ in 0..20 {
            let mut list = Box::pin(ip.link().list().into_future());
            assert!(poll!(&mut list).is_pending());
            drop(list);
            let _ = ip.link().get("v1").into_future().now_or_never();
            drop(ip.link().get("v1").into_future());
        }
        assert_eq!(ip.link().list().kind("veth").await.unwrap().len(), 160);
        assert_eq!(ip.link().get("v7").await.unwrap().name(), "v7");
    });
    run_blocking(|ip| {
        for n in 0..100 {
            ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).wait().unwrap();
        }
        for read in [0, 1, 50] {
            assert_eq!(ip.link().list().iter().take(read).count(), read);
            assert_eq!(ip.link().list().kind("veth").wait().unwrap().len(), 200);
        }
    });
}

/// Resident memory of this process, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn ten_thousand_requests_beside_a_stream_that_nobody_reads() {
    run(|ip| async move {
        pairs(&ip, 80).await;
        let mut unread = ip.link().list().stream();
        assert!(unread.next().await.unwrap().is_ok());
        for _ in 0..100 {
            ip.link().get("v1").await.unwrap();
        }
        let before = resident();
        for _ in 0..10_000 {
            ip.link().get("v1").await.unwrap();
        }
        let grown = resident().saturating_sub(before);
        // Other tests of this process run at the same time.
        assert!(grown < 8 * 1024, "{grown} KiB more");
        eprintln!("10,000 requests beside an unread stream: {grown} KiB more");
        assert!(unread.try_fold(1, async |count, _| Ok(count + 1)).await.unwrap() > 160);
    });
}

#[test]
fn many_tasks_ask_and_change() {
    run(|ip| async move {
        pairs(&ip, 32).await;
        let tasks = (0..32).map(|n| {
            let ip = ip.clone();
            async move {
                let name = format!("v{n}");
                for round in 0..50 {
                    ip.link().change(&name, LinkMessage::build().mtu(1000 + round)).await.unwrap();
                    let link = ip.link().get(&name).await.unwrap();
                    assert_eq!((link.name().to_string(), link.mtu()), (name.clone(), Some(1000 + round)));
                    if round % 10 == n % 10 {
                        assert!(ip.link().list().kind("veth").await.unwrap().len() == 64);
                    }
                }
            }
        });
        join_all(tasks).await;
    });
}

#[test]
fn threads_share_a_blocking_handle() {
    run_blocking(|ip| {
        for n in 0..8 {
            ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).wait().unwrap();
        }
        std::thread::scope(|scope| {
            for n in 0..8 {
                let ip = ip.clone();
                scope.spawn(move || {
                    let name = format!("v{n}");
                    for round in 0..50 {
                        ip.link().change(&name, LinkMessage::build().mtu(1000 + round)).wait().unwrap();
                        assert_eq!(ip.link().get(&name).wait().unwrap().mtu(), Some(1000 + round));
                        assert_eq!(ip.link().list().kind("veth").wait().unwrap().len(), 16);
                    }
                });
            }
        });
    });
}

#[cfg(feature = "tokio")]
#[test]
fn without_a_runtime_connecting_is_an_error() {
    let error = support::connect().unwrap_err();
    assert!(matches!(error.kind(), iproute2::ErrorKind::NoRuntime));
    assert_eq!(
        error.to_string(),
        "connect: no tokio runtime here: call this inside one, or use iproute2::blocking"
    );
}

#[cfg(feature = "tokio")]
#[test]
fn a_handle_outlives_its_runtime() {
    if !enter() {
        return;
    }
    let first = support::multi_thread();
    let ip = first.block_on(async { support::connect().unwrap() });
    first.block_on(async { ip.link().list().await.unwrap() });
    drop(first);
    for runtime in RUNTIMES {
        let runtime = runtime();
        runtime.block_on(async {
            assert_eq!(ip.link().get("lo").await.unwrap().name(), "lo");
            assert!(!ip.link().list().await.unwrap().is_empty());
        });
    }
    // The kernel answers at once, so that even an executor without a reactor will do.
    assert_eq!(futures::executor::block_on(ip.link().get("lo").into_future()).unwrap().name(), "lo");
    assert!(!futures::executor::block_on(ip.link().list().into_future()).unwrap().is_empty());
}

static ASYNC: OnceLock<Handle> = OnceLock::new();
static BLOCKING: OnceLock<blocking::Handle> = OnceLock::new();

#[test]
fn a_handle_may_be_static() {
    if !enter() {
        return;
    }
    let ip = BLOCKING.get_or_init(|| blocking::connect().unwrap());
    let threads: Vec<_> =
        (0..4).map(|_| std::thread::spawn(|| ip.link().list().wait().unwrap().len())).collect();
    threads.into_iter().for_each(|thread| assert!(thread.join().unwrap() > 0));
    for runtime in RUNTIMES.repeat(2) {
        runtime().block_on(async {
            let ip = ASYNC.get_or_init(|| support::connect().unwrap());
            let tasks = (0..8).map(|_| async { ip.link().get("lo").await.is_ok() });
            assert!(join_all(tasks).await.into_iter().all(|found| found));
        });
    }
}

/// What can be sent to other threads and shared between them.
#[test]
fn futures_can_be_spawned() {
    fn is_send<T: Send>(_: T) {}
    fn is_shared<T: Send + Sync + Clone>() {}
    is_shared::<Handle>();
    is_shared::<blocking::Handle>();
    if !enter() {
        return;
    }
    current_thread().block_on(async {
        let ip = support::connect().unwrap();
        is_send(ip.link().get("lo"));
        is_send(ip.link().get("lo").into_future());
        is_send(ip.link().list().stream());
        is_send(ip.link().list().into_future());
        is_send(ip.link().list().for_each(|_| ()));
        is_send(ip.address().list().flush().into_future());
        is_send(ip.link().add(Veth::pair("v0", "v1")).created());
    });
}
