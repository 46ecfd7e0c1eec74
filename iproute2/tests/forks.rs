//! Handles on both sides of a fork: the child has sockets of its own, and what the parent started stays the parent's.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use futures::{FutureExt, StreamExt};
use iproute2::rtnetlink::Group;
use iproute2::watch::Topics;
use iproute2::{
    AddressFamily, Error, ErrorKind, LinkMessage, Namespace, Operation, Route, RouteTable, Veth, blocking,
};
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::{current_thread, enter, in_child, join_child, start_child};

/// Creates two links, and returns their indices.
fn pair(ip: &blocking::Handle) -> [u32; 2] {
    ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
    ["v0", "v1"].map(|name| ip.link().get(name).wait().unwrap().index())
}

/// Whether each answer is the one to its request.
fn gets(ip: &blocking::Handle, index: u32) -> bool {
    (0..1_000).all(|_| ip.link().get(index).wait().is_ok_and(|link| link.index() == index))
}

fn is_forked(error: Option<Error>) -> bool {
    error.is_some_and(|error| matches!(error.kind(), ErrorKind::Forked))
}

#[test]
fn parent_and_child_each_get_their_own_answers() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    let [v0, v1] = pair(&ip);
    let list = ip.link().list().wait().unwrap().len();
    let child = start_child(|| {
        let lists = (0..100).all(|_| ip.link().list().wait().is_ok_and(|links| links.len() == list));
        // A clone from before the fork, and the child of the child.
        gets(&ip, v1) && lists && gets(&ip.clone(), v1) && in_child(|| gets(&ip, v1))
    });
    assert!(gets(&ip, v0), "the parent got the child's answers");
    assert!(join_child(child), "the child got the parent's answers, or none");
    assert!(gets(&ip, v0));
}

#[test]
fn a_child_goes_on_in_the_same_namespace() {
    if !enter() {
        return;
    }
    let there = Namespace::current().unwrap();
    let ip = blocking::connect_in(&there).unwrap();
    let [v0, _] = pair(&ip);
    let count = ip.link().list().wait().unwrap().len();
    assert!(enter(), "the thread is elsewhere by now");
    assert!(in_child(|| ip.link().get("v0").wait().is_ok_and(|link| link.index() == v0)));
    assert!(in_child(|| ip.link().list().wait().is_ok_and(|links| links.len() == count)));
}

#[test]
fn a_runtime_of_the_child_drives_the_parents_handle() {
    if !enter() {
        return;
    }
    let waiting = blocking::connect().unwrap();
    let [v0, v1] = pair(&waiting);
    let count = waiting.link().list().wait().unwrap().len();
    let ip = current_thread().block_on(async { support::connect().unwrap() });
    let gets = |index| {
        current_thread().block_on(async {
            for _ in 0..1_000 {
                if !ip.link().get(index).await.is_ok_and(|link| link.index() == index) {
                    return false;
                }
            }
            ip.link().list().await.is_ok_and(|links| links.len() == count)
        })
    };
    let child = start_child(|| gets(v1));
    assert!(gets(v0), "the parent got the child's answers");
    assert!(join_child(child), "the child got the parent's answers, or none");
}

#[test]
fn what_the_parent_began_stays_the_parents() {
    if !enter() {
        return;
    }
    let ip = blocking::connect().unwrap();
    for n in 0..100 {
        ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).wait().unwrap();
    }
    let count = ip.link().list().wait().unwrap().len();
    // So many that the rest is not received yet.
    let mut links = ip.link().list().iter();
    links.next().unwrap().unwrap();
    let mut changes = ip.watch(Topics::LINK).wait().unwrap();
    let mut events = ip.events([Group::LINK]).open().unwrap();
    let change = || ip.link().change("v0", LinkMessage::build().mtu(1400));
    let mut batch = ip.batch((0..10_000).map(|_| change()));
    batch.next().unwrap().unwrap();

    let moment = Duration::from_millis(1);
    assert!(in_child(|| is_forked(links.by_ref().find_map(Result::err))));
    assert!(in_child(|| is_forked(batch.by_ref().find_map(Result::err))));
    // Changes that the parent already knew come first.
    assert!(in_child(|| is_forked(changes.by_ref().find_map(Result::err))));
    assert!(in_child(|| is_forked(events.next_within(moment).err())));
    assert!(in_child(|| ip.watch(Topics::LINK).wait().is_ok() && change().wait().is_ok()));
    assert_eq!(1 + links.filter(|link| link.is_ok()).count(), count);
    assert!(batch.all(|result| result.is_ok()));
    change().wait().unwrap();
    ip.link().change("v0", LinkMessage::build().mtu(1300)).wait().unwrap();
    assert!(events.next_within(Duration::from_secs(10)).unwrap().is_some());
    changes.next_within(Duration::from_secs(10)).unwrap();
}

#[test]
fn what_a_task_began_stays_the_parents() {
    if !enter() {
        return;
    }
    let runtime = current_thread();
    let ip = runtime.block_on(async { support::connect().unwrap() });
    let (all, mut links, mut changes, mut events, mut batch) = runtime.block_on(async {
        let handle = &ip;
        for n in 0..100 {
            ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).await.unwrap();
        }
        let all = ip.link().list().await.unwrap().len();
        let mut links = ip.link().list().stream();
        links.next().await.unwrap().unwrap();
        let ip = ip.clone();
        let changes = (0..10_000).map(move |_| ip.link().change("v0", LinkMessage::build().mtu(1400)));
        let mut batch = handle.batch(changes).stream();
        batch.next().await.unwrap().unwrap();
        let mut changes = handle.watch(Topics::LINK).await.unwrap();
        while changes.next().now_or_never().is_some() {}
        (all, links, changes, handle.events([Group::LINK]).open().unwrap(), batch)
    });
    assert!(in_child(|| {
        current_thread().block_on(async {
            while let Some(link) = links.next().await {
                if let Err(error) = link {
                    return is_forked(Some(error));
                }
            }
            false
        })
    }));
    assert!(in_child(|| {
        current_thread().block_on(async {
            while let Some(result) = batch.next().await {
                if let Err(error) = result {
                    return is_forked(Some(error));
                }
            }
            false
        })
    }));
    assert!(in_child(|| current_thread().block_on(async { is_forked(events.next().await.err()) })));
    assert!(in_child(|| {
        // Changes that the parent already knew come first.
        current_thread().block_on(async {
            is_forked((&mut changes).filter_map(async |change| change.err()).boxed_local().next().await)
        })
    }));
    runtime.block_on(async {
        let mut count = 1;
        while let Some(link) = links.next().await {
            link.unwrap();
            count += 1;
        }
        assert_eq!(count, all);
        while let Some(result) = batch.next().await {
            result.unwrap();
        }
        ip.link().change("v0", LinkMessage::build().mtu(1300)).await.unwrap();
        events.next().await.unwrap();
        changes.next().await.unwrap().unwrap();
    });
}

/// Polls once; nothing of this finishes then.
fn begin<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    assert!(future.as_mut().now_or_never().is_none(), "it is done at once");
    future
}

/// Whether a child can't go on with it.
fn is_forked_in_a_child<T>(future: &mut Pin<Box<impl Future<Output = Result<T, Error>>>>) -> bool {
    in_child(|| {
        let limited = support::timeout(Duration::from_secs(10), future);
        is_forked(current_thread().block_on(limited).and_then(Result::err))
    })
}

/// What takes longer than a turn: waits, flushes, visits, and batches of a stream.
#[test]
fn what_waits_or_takes_turns_stays_the_parents() {
    if !enter() {
        return;
    }
    const COUNT: usize = 20_000;
    let runtime = current_thread();
    let ip = runtime.block_on(async { support::connect().unwrap() });
    runtime.block_on(async {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
        let routes = (0..COUNT).map(|n| {
            let to = std::net::Ipv4Addr::from(0x0a00_0000 + u32::try_from(n).unwrap());
            ip.route().add(Route::to(to).device("v0")).into()
        });
        let mut results = ip.batch(routes.collect::<Vec<Operation>>()).stream();
        while let Some(result) = results.next().await {
            result.unwrap();
        }
    });
    let counted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&counted);
    let links = ip.link();
    let (mut visit, mut flush, mut until, mut streamed) = runtime.block_on(async {
        let each = ip.route().list().table(RouteTable::MAIN).for_each(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let change = || ip.link().change("v0", LinkMessage::build().mtu(1400)).into();
        let changes = futures::stream::iter((0..COUNT).map(|_| change()).collect::<Vec<Operation>>());
        let mut streamed = ip.batch_stream(changes).stream();
        streamed.next().await.unwrap().unwrap();
        (
            begin(each.into_future()),
            begin(
                ip.route().list().family(AddressFamily::INET).table(RouteTable::MAIN).flush().into_future(),
            ),
            begin(links.until_exists("later", Duration::from_secs(30)).into_future()),
            streamed,
        )
    });
    assert!(is_forked_in_a_child(&mut visit), "for_each");
    assert!(is_forked_in_a_child(&mut flush), "flush");
    assert!(is_forked_in_a_child(&mut until), "until_exists");
    assert!(in_child(|| {
        current_thread().block_on(async {
            let first = (&mut streamed).filter_map(async |result| result.err()).boxed_local().next().await;
            is_forked(first)
        })
    }));
    runtime.block_on(async {
        visit.await.unwrap();
        while let Some(result) = streamed.next().await {
            result.unwrap();
        }
        assert_eq!(flush.await.unwrap(), COUNT, "the child has deleted some");
        ip.link().add(Veth::pair("later", "other")).await.unwrap();
        until.await.unwrap();
    });
    assert!(counted.load(Ordering::Relaxed) > 0);
}

#[test]
fn what_a_child_drops_wakes_the_parent_all_the_same() {
    if !enter() {
        return;
    }
    current_thread().block_on(async {
        let ip = support::connect().unwrap();
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let mut events = ip.events([Group::LINK]).open().unwrap();
        assert!(events.next().now_or_never().is_none(), "it waits in the runtime");
        let mut parents = Some(events);
        assert!(in_child(|| parents.take().is_some()));
        ip.link().change("v0", LinkMessage::build().mtu(1300)).await.unwrap();
        let mut events = parents.unwrap();
        let woken = support::timeout(Duration::from_secs(10), events.next()).await;
        woken.expect("the child has taken the socket out of the parent's reactor").unwrap();
    });
}
