//! Handles on the reactor of smol: everything that waits, in tasks of one thread and of several, with or without tokio.

#![cfg(feature = "smol")]

#[path = "../../netlink-sys/tests/namespace/mod.rs"]
mod namespace;

use async_io::{Timer, block_on};
use futures::future::{Either, join, join_all, select};
use futures::{StreamExt, TryStreamExt, stream};
use iproute2::rtnetlink::Group;
use iproute2::smol::{self, Handle};
use iproute2::watch::{Change, Event, Topics};
use iproute2::{Device, Error, LinkMessage, Operation, Result, Veth, blocking};
use namespace::enter;
use std::cell::Cell;
use std::net::Ipv4Addr;
use std::pin::pin;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(30);

/// Longer than it takes until the other side waits, and shorter than a test.
const SOON: Duration = Duration::from_millis(50);

/// Runs a test in a namespace of its own. A task that is not woken fails by the timeout, which is longer than any test
/// takes.
fn run<F: Future<Output = ()>>(test: impl FnOnce(Handle) -> F) {
    if enter() {
        let ip = smol::connect().unwrap();
        let test = pin!(test(ip));
        assert!(block_on(is_in_time(test, LONG)), "somebody was not woken");
    }
}

/// Whether it ends within this time; else it is dropped.
async fn is_in_time(work: impl Future + Unpin, time: Duration) -> bool {
    matches!(select(work, Timer::after(time)).await, Either::Left(_))
}

/// Does something in the same namespace, by another connection, once the other side waits.
fn soon(work: impl FnOnce(blocking::Handle) + Send) -> impl FnOnce() {
    // The thread that is spawned inherits the namespace.
    move || {
        thread::sleep(SOON);
        work(blocking::connect().unwrap());
    }
}

async fn pair(ip: &Handle) {
    ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
    ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
}

#[test]
fn requests_end() {
    run(|ip| async move {
        let made = ip.link().add(Veth::pair("v0", "v1")).created().await.unwrap();
        assert_eq!(made.name(), "v0");
        assert!(ip.link().add(Veth::pair("v0", "v1")).await.unwrap_err().is_already_exists());
        ip.link().change("v0", LinkMessage::build().mtu(1400).alias("a")).await.unwrap();
        let link = ip.link().get(made.index()).await.unwrap();
        assert_eq!((link.mtu(), link.alias()), (Some(1400), Some("a".into())));
        ip.link().delete("v0").await.unwrap();
        assert!(ip.link().get("v1").await.unwrap_err().is_not_found());
    });
}

#[test]
fn lists_are_collected_streamed_and_visited() {
    run(|ip| async move {
        pair(&ip).await;
        assert_eq!(ip.link().list().await.unwrap().len(), 3);
        let mut links = ip.link().list().kind("veth").stream();
        let mut seen = 0;
        while let Some(link) = links.try_next().await.unwrap() {
            // The stream continues beside requests.
            ip.link().change(&link, LinkMessage::build().mtu(1400)).await.unwrap();
            seen += 1;
        }
        assert_eq!(seen, 2);
        let names: Vec<_> =
            ip.link().list().stream().map_ok(|link| link.name().to_string()).try_collect().await.unwrap();
        assert!(names.contains(&"v1".to_owned()), "{names:?}");
        let mut visited = 0;
        ip.link().list().for_each(|_| visited += 1).await.unwrap();
        assert_eq!(visited, 3);
        let error = ip.address().list().device("no").await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    });
}

#[test]
fn batches_and_flushes() {
    run(|ip| async move {
        pair(&ip).await;
        let hosts = || (1..=200).map(|host| Ipv4Addr::new(192, 0, 2, host));
        let added = ip.batch(hosts().map(|host| ip.address().add("v0", host))).await;
        assert_eq!(added.iter().filter(|result| result.is_ok()).count(), 200);
        let again = ip.batch(hosts().map(|host| ip.address().add("v0", host))).stream();
        assert!(
            again.all(|result| async move { result.is_err_and(|error| error.is_already_exists()) }).await
        );
        // A source that has to be waited for.
        let late = stream::iter(hosts()).then(|host| {
            let ip = ip.clone();
            async move {
                if host.octets()[3] % 50 == 0 {
                    Timer::after(Duration::from_millis(2)).await;
                }
                ip.address().delete("v0", host)
            }
        });
        let deleted = ip.batch_stream(pin!(late)).await;
        assert_eq!(deleted.into_iter().collect::<Result<Vec<_>>>().unwrap().len(), 200);
        // An operation of several steps between others.
        let several: [Operation; 2] = [
            ip.link().add(Veth::pair("w0", "w1").alias("a")).into(),
            ip.address().add("w0", Ipv4Addr::new(192, 0, 2, 1)).into(),
        ];
        assert!(ip.batch(several).await.iter().all(Result::is_ok));
        assert_eq!(ip.address().list().device("w0").flush().await.unwrap(), 1);
    });
}

#[test]
fn a_watch_hears_what_others_do() {
    run(|ip| async move {
        pair(&ip).await;
        let mut changes = ip.watch(Topics::LINK | Topics::ADDRESS).await.unwrap();
        assert!(changes.mirror().link(Device::from("v0")).is_some());
        while !matches!(changes.next_within(LONG).await.unwrap(), Some(Change::Complete)) {}
        // Until nothing happens: duplicate address detection may take a second.
        while changes.next_within(SOON).await.unwrap().is_some() {}
        thread::scope(|scope| {
            scope.spawn(soon(|ip| ip.address().add("v0", "192.0.2.1/24").wait().unwrap()));
            let added = block_on(async {
                loop {
                    if let Some(Ok(Change::Address(address))) = changes.next().await {
                        return address.object().local();
                    }
                }
            });
            assert_eq!(added, Some("192.0.2.1".parse().unwrap()));
        });
        ip.address().delete("v0", "192.0.2.1/24").await.unwrap();
        changes.refresh().await.unwrap();
        assert!(changes.is_settled());
        assert!(changes.mirror().addresses_of(Device::from("v0")).all(|address| address.local().is_none()));
        changes.audit_now().await.unwrap();
        assert!(changes.statistics().audits > 0);
    });
}

#[test]
fn events_are_heard_in_time_or_not() {
    run(|ip| async move {
        let mut events = ip.events([Group::LINK]).open().unwrap();
        let began = Instant::now();
        assert!(events.next_within(SOON).await.unwrap().is_none());
        assert!(began.elapsed() >= SOON);
        thread::scope(|scope| {
            scope.spawn(soon(|ip| ip.link().add(Veth::pair("v0", "v1")).wait().unwrap()));
            let event = block_on(events.next()).unwrap();
            let Event::Message(message) = event else { panic!("{event:?}") };
            assert!(message.view::<LinkMessage>().unwrap().name().to_string().starts_with('v'));
        });
        assert!(StreamExt::next(&mut events).await.unwrap().is_ok());
    });
}

#[test]
fn links_and_addresses_are_waited_for() {
    run(|ip| async move {
        let error = ip.link().until_exists("v0", SOON).await.unwrap_err();
        assert_eq!(error.to_string(), "wait for link v0 to exist: timed out after 50 ms");
        thread::scope(|scope| {
            scope.spawn(soon(|ip| ip.link().add(Veth::pair("v0", "v1")).wait().unwrap()));
            block_on(ip.link().until_exists("v0", LONG)).unwrap();
            scope.spawn(soon(|ip| {
                for name in ["v0", "v1"] {
                    ip.link().change(name, LinkMessage::build().up()).wait().unwrap();
                }
            }));
            assert!(block_on(ip.link().until_up("v0", LONG)).unwrap().is_up());
            scope.spawn(soon(|ip| ip.address().add("v0", "192.0.2.1/24").wait().unwrap()));
            block_on(ip.address().until_ready("v0", "192.0.2.1".parse().unwrap(), LONG)).unwrap();
            scope.spawn(soon(|ip| ip.link().delete("v0").wait().unwrap()));
            block_on(ip.link().until_gone("v0", LONG)).unwrap();
        });
    });
}

#[test]
fn what_is_dropped_leaves_the_handle_usable() {
    run(|ip| async move {
        for _ in 0..3 {
            let links = ip.link();
            assert!(!is_in_time(pin!(links.until_exists("v0", LONG)), SOON).await);
        }
        let mut changes = ip.watch(Topics::LINK).await.unwrap();
        while !matches!(changes.next().await, Some(Ok(Change::Complete))) {}
        assert!(!is_in_time(pin!(changes.next()), SOON).await);
        pair(&ip).await;
        assert!(matches!(changes.next().await, Some(Ok(Change::Link(_)))), "dropping it lost no change");
        drop(ip.link().list().stream().next().await);
        assert_eq!(ip.link().list().await.unwrap().len(), 3);
    });
}

#[test]
fn tasks_of_one_thread_have_their_turns() {
    run(|ip| async move {
        pair(&ip).await;
        // A task whose requests are answered at once never has to wait, and others want to run.
        let (others, requests) = (Cell::new(0), Cell::new(0));
        let busy = async {
            while others.get() == 0 && requests.get() < 100_000 {
                ip.link().get("lo").await.unwrap();
                requests.set(requests.get() + 1);
            }
        };
        join(busy, async { others.set(1) }).await;
        assert!(requests.get() < 1_000, "{} requests before another task had its turn", requests.get());
        // The same of a watch under a flood, and of a list: here only that they go on side by side.
        let mut changes = ip.watch(Topics::LINK).await.unwrap();
        let lists = join_all((0..20).map(|_| async { ip.link().list().await.unwrap().len() }));
        let change = async {
            ip.link().change("v0", LinkMessage::build().mtu(1400)).await.unwrap();
            loop {
                if let Some(Change::Link(link)) = changes.try_next().await.unwrap() {
                    if link.differs(LinkMessage::IFLA_MTU) && link.before().is_some() {
                        return;
                    }
                }
            }
        };
        let (lists, ()) = join(lists, change).await;
        assert!(lists.iter().all(|links| *links == 3));
    });
}

#[test]
fn threads_share_a_handle() {
    run(|ip| async move {
        pair(&ip).await;
        thread::scope(|scope| {
            for thread in 0..4_u8 {
                let ip = ip.clone();
                scope.spawn(move || {
                    block_on(async {
                        for host in 0..50 {
                            let address = Ipv4Addr::new(198, 51, thread, host);
                            ip.address().add("v0", address).await?;
                            assert_eq!(ip.link().list().await?.len(), 3);
                            ip.address().delete("v0", address).await?;
                        }
                        Ok::<_, Error>(())
                    })
                    .unwrap();
                });
            }
        });
    });
}

/// Generic netlink: its own connection, questions, changes, batches, lists and events.
#[cfg(feature = "ethtool")]
#[test]
fn generic_families_ask_change_and_hear() {
    use iproute2::ErrorKind;
    use iproute2::ethtool::{DeviceHeader, Features, LinkState, Notification};
    use iproute2::watch::Events;
    use std::future::IntoFuture;

    run(|ip| async move {
        pair(&ip).await;
        let state = match ip.ethtool().get::<LinkState>("v0").await {
            Err(error) if matches!(error.kind(), ErrorKind::UnknownFamily(_)) => return,
            state => state.unwrap(),
        };
        assert_eq!(state.link(), Some(true));
        let mut events = ip.ethtool().events().open().unwrap();
        let change = |features| ip.ethtool().change("v0", features);
        let hear = async |events: &mut Events<smol::Smol>| {
            let Some(Event::Message(message)) = events.next_within(LONG).await.unwrap() else { panic!() };
            let Notification::Features(told) = Notification::try_from(&message).unwrap() else { panic!() };
            told.device().and_then(DeviceHeader::name).unwrap().to_string()
        };
        // The one that listens waits until another thread changes something.
        thread::scope(|scope| {
            scope.spawn(soon(|ip| {
                ip.ethtool().change("v1", Features::build().off("tx-tcp-segmentation")).wait().unwrap();
            }));
            assert_eq!(block_on(hear(&mut events)), "v1");
        });
        change(Features::build().off("tx-tcp-segmentation")).await.unwrap();
        assert_eq!(hear(&mut events).await, "v0");
        let unknown = change(Features::build().off("tx-nonsense")).await.unwrap_err();
        assert!(unknown.to_string().contains("tx-nonsense"), "{unknown}");
        let on = [
            change(Features::build().on("tx-tcp-segmentation")),
            change(Features::build().on("tx-nonsense")),
        ];
        let results = ip.batch(on.into_iter()).await;
        assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false]);
        assert_eq!(hear(&mut events).await, "v0");
        assert!(events.next_within(SOON).await.unwrap().is_none());
        let mut listed = ip.ethtool().list::<Features>().stream();
        let mut on = Vec::new();
        while let Some(features) = listed.try_next().await.unwrap() {
            on.extend(features.is_on("tx-tcp-segmentation"));
        }
        assert!(on.contains(&true) && on.contains(&false), "{on:?}");
        let asked = (0..20).map(|_| ip.ethtool().get::<LinkState>("v1").into_future());
        assert!(join_all(asked).await.into_iter().all(|state| state.unwrap().link() == Some(true)));
        // What is dropped leaves the handle usable.
        let mut listed = ip.ethtool().list::<Features>().stream();
        listed.try_next().await.unwrap();
        drop(listed);
        assert!(ip.ethtool().get::<LinkState>("v0").await.is_ok());
    });
}

#[cfg(feature = "tokio")]
#[test]
fn tokio_stands_beside_it() {
    if !enter() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let tokio = runtime.block_on(async { iproute2::connect().unwrap() });
    let smol = smol::connect().unwrap();
    thread::scope(|scope| {
        scope.spawn(soon(|ip| ip.link().add(Veth::pair("v0", "v1")).wait().unwrap()));
        // Each waits in its own way, the one in the other's task too.
        runtime.block_on(async {
            smol.link().until_exists("v0", LONG).await.unwrap();
            tokio.link().until_exists("v1", LONG).await.unwrap();
        });
    });
}
