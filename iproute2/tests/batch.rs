//! Batches: each request has its own result, whatever the others' are.

mod support;

use iproute2::{Bridge, Dummy, Error, LinkMessage, Operation, Route, Veth, blocking};
use std::net::Ipv4Addr;
use std::ops::Range;

fn host(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(0x0a00_0000 + number)
}

/// A handle in a fresh namespace with a bridge `b0` that is up.
fn with_bridge() -> Option<blocking::Handle> {
    if !support::enter() {
        return None;
    }
    let ip = blocking::connect().unwrap();
    ip.link().add(LinkMessage::build().name("b0").kind(Bridge::build()).up()).wait().unwrap();
    Some(ip)
}

/// Carries out this many operations that all fail, each in one of three ways, and looks for the error of each.
fn all_fail(ip: &blocking::Handle, count: u32) {
    let operations = (0..count).map(|number| -> Operation {
        match number % 3 {
            0 => ip.address().add("b0", host(1)).into(),
            1 => ip.address().delete("b0", host(number + 2)).into(),
            _ => ip.route().delete(Route::to(host(number)).table(77)).into(),
        }
    });
    let mut results = 0;
    for (number, result) in (0..).zip(ip.batch(operations)) {
        let error = result.unwrap_err();
        let (operation, object, is_so) = match number % 3 {
            0 => ("add address", host(1), error.is_already_exists()),
            1 => ("delete address", host(number + 2), error.is_not_found()),
            _ => ("delete route", host(number), error.is_not_found()),
        };
        assert_eq!((error.operation(), error.object()), (operation, &*format!("{object}/32")));
        assert!(is_so, "{number} of {count}: {error}");
        results += 1;
    }
    assert_eq!(results, count);
}

const COUNTS: [u32; 5] = [1, 64, 208, 209, 256];

#[test]
fn each_failure_has_its_own_error() {
    let Some(ip) = with_bridge() else { return };
    ip.address().add("b0", host(1)).wait().unwrap();
    COUNTS.into_iter().chain([30_000]).for_each(|count| all_fail(&ip, count));
}

#[test]
fn beside_a_dump_that_nobody_reads() {
    let Some(ip) = with_bridge() else { return };
    let added = ip.batch((0..2000).map(|number| ip.address().add("b0", host(number)))).wait();
    assert!(added.iter().all(Result::is_ok), "{:?}", added.iter().find(|result| result.is_err()));
    let mut waiting = ip.address().list().iter();
    assert!(waiting.next().is_some());
    let results = ip.batch((0..2000).map(|number| ip.address().add("b0", host(number)))).wait();
    assert!(results.iter().all(|result| result.as_ref().is_err_and(Error::is_already_exists)));
    assert!(waiting.all(|address| address.is_ok()));
}

#[test]
fn each_failure_has_its_own_error_beside_a_dump() {
    let Some(ip) = with_bridge() else { return };
    ip.address().add("b0", host(1)).wait().unwrap();
    let beside =
        ip.batch((0..2000).map(|number| ip.route().add(Route::to(host(number)).device("b0").table(78))));
    assert!(beside.wait().iter().all(Result::is_ok));
    for count in COUNTS.into_iter().chain([10_000]) {
        let mut waiting = ip.route().list().table(78).iter();
        assert!(waiting.next().is_some());
        all_fail(&ip, count);
        assert_eq!(waiting.map(Result::unwrap).count(), 1999);
    }
}

#[test]
fn results_come_in_order_and_one_failure_stops_nothing() {
    let Some(ip) = with_bridge() else { return };
    let operations: [Operation; 8] = [
        ip.link().add(Veth::pair("v0", "v1").up()).into(),
        // The device is created by the operation before.
        ip.address().add("v0", "192.0.2.1/24").into(),
        ip.address().add("missing", "192.0.2.1/24").into(),
        ip.address().add("v1", "nonsense").into(),
        ip.link().add(LinkMessage::build().name("v0").kind(Dummy::build())).into(),
        ip.link().change("v1", LinkMessage::build().up().mtu(1400)).into(),
        ip.address().delete("v0", "192.0.2.9/24").into(),
        ip.link().delete("v1").into(),
    ];
    let results = ip.batch(operations).wait();
    let errors: Vec<_> = results.iter().map(|result| result.as_ref().err().map(Error::to_string)).collect();
    assert_eq!(results.len(), 8);
    assert_eq!((&errors[0], &errors[1], &errors[5], &errors[7]), (&None, &None, &None, &None), "{errors:?}");
    assert_eq!(errors[2].as_deref(), Some("add address 192.0.2.1/24: device missing: no such device"));
    assert_eq!(errors[3].as_deref(), Some("add address v1: \"nonsense\" is not a valid IP prefix"));
    assert_eq!(errors[4].as_deref(), Some("add link v0: file exists"));
    assert!(errors[6].as_deref().is_some_and(|error| error.starts_with("delete address 192.0.2.9/24: ")));
    assert!(ip.link().get("v0").wait().unwrap_err().is_not_found());
}

#[test]
fn a_name_means_the_device_that_has_it_at_the_time() {
    let Some(ip) = with_bridge() else { return };
    let bridge = || LinkMessage::build().name("x").kind(Bridge::build());
    let operations: [Operation; 5] = [
        ip.link().add(bridge()).into(),
        ip.address().add("x", host(1)).into(),
        ip.link().delete("x").into(),
        ip.link().add(bridge()).into(),
        ip.address().add("x", host(2)).into(),
    ];
    assert!(ip.batch(operations).all(|result| result.is_ok()));
    let addresses = ip.address().list().device("x").wait().unwrap();
    let addresses: Vec<_> = addresses.iter().filter_map(|address| address.local()).collect();
    assert_eq!(addresses, [host(2)]);
}

#[cfg(any(feature = "smol", feature = "tokio"))]
#[test]
fn in_a_runtime_from_an_iterator_and_from_a_stream() {
    if with_bridge().is_none() {
        return;
    }
    support::current_thread().block_on(async {
        let ip = support::connect().unwrap();
        let results = ip.batch((0..1000).map(|number| ip.address().add("b0", host(number % 900)))).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 900);
        assert_eq!(results.iter().position(Result::is_err), Some(900));
        let deletions = futures::stream::iter((0..900).map(|number| ip.address().delete("b0", host(number))));
        let mut results = ip.batch_stream(deletions).stream();
        let mut count = 0;
        while let Some(result) = results.next().await {
            result.unwrap();
            count += 1;
        }
        assert_eq!(count, 900);
        assert!(
            ip.address().list().device("b0").family(iproute2::AddressFamily::INET).await.unwrap().is_empty()
        );
    });
}

#[cfg(any(feature = "smol", feature = "tokio"))]
#[test]
fn a_slow_stream_keeps_nothing_back() {
    if with_bridge().is_none() {
        return;
    }
    support::current_thread().block_on(async {
        let ip = support::connect().unwrap();
        let (sender, receiver) = futures::channel::mpsc::unbounded();
        let mut results = ip.batch_stream(receiver).stream();
        sender.unbounded_send(ip.address().add("b0", host(1))).unwrap();
        results.next().await.unwrap().unwrap();
        sender.unbounded_send(ip.address().add("b0", host(1))).unwrap();
        assert!(results.next().await.unwrap().unwrap_err().is_already_exists());
        drop(sender);
        assert!(results.next().await.is_none());
    });
}

#[cfg(any(feature = "smol", feature = "tokio"))]
#[test]
fn dropped_midway_it_disturbs_nobody() {
    if with_bridge().is_none() {
        return;
    }
    support::current_thread().block_on(async {
        let ip = support::connect().unwrap();
        let links = ip.link().list().await.unwrap().len();
        for _ in 0..20 {
            let mut results = ip.batch((0..1000).map(|_| ip.address().add("b0", host(1)))).stream();
            results.next().await.unwrap().ok();
            drop(results);
            assert_eq!(ip.link().list().await.unwrap().len(), links);
        }
    });
}

/// The types of what `into` makes are inferred.
#[test]
fn made_of_iterators_vectors_arrays_and_tuples() {
    let Some(ip) = with_bridge() else { return };
    let add = |number| ip.address().add("b0", host(number));
    let delete = |number| ip.address().delete("b0", host(number));
    let done = [
        ip.batch((1..=3).map(add)).wait(),
        ip.batch((1..=3).map(delete).collect::<Vec<_>>()).wait(),
        ip.batch([add(1).into(), delete(1).into()]).wait(),
        ip.batch((add(1), ip.link().change("b0", LinkMessage::build().mtu(1400)), delete(1))).wait(),
        ip.batch(vec![Operation::from(add(1)), delete(1).into()]).wait(),
        ip.batch(&mut (1..=2).map(add)).wait(),
    ];
    assert_eq!(done.each_ref().map(Vec::len), [3, 3, 2, 3, 2, 2]);
    assert!(done.iter().flatten().all(Result::is_ok), "{done:?}");
    assert_eq!(ip.batch([]).wait().len(), 0);
}

#[test]
fn flush_deletes_all_that_is_listed() {
    let Some(ip) = with_bridge() else { return };
    let added = ip.batch(
        (1..=500)
            .map(|number| ip.address().add("b0", format!("10.0.{}.{}/16", number / 250, number % 250 + 1))),
    );
    assert!(added.map(|result| result.unwrap()).count() == 500);
    let flushed =
        ip.address().list().device("b0").family(iproute2::AddressFamily::INET).flush().wait().unwrap();
    assert!((1..=500).contains(&flushed), "secondary addresses may go with the first one: {flushed}");
    assert!(
        ip.address().list().device("b0").family(iproute2::AddressFamily::INET).wait().unwrap().is_empty()
    );
    assert_eq!(
        ip.address().list().device("b0").family(iproute2::AddressFamily::INET).flush().wait().unwrap(),
        0
    );
}

#[cfg(any(feature = "smol", feature = "tokio"))]
#[test]
fn others_have_their_turn_while_links_are_deleted() {
    use futures::future::{Either, select};
    use std::pin::pin;

    let Some(ip) = with_bridge() else { return };
    for number in 0..30 {
        let pair = Veth::pair(format!("x{number}"), format!("y{number}")).master("b0");
        ip.link().add(pair).wait().unwrap();
    }
    support::current_thread().block_on(async {
        let ip = support::connect().unwrap();
        let turns = std::rc::Rc::new(std::cell::Cell::new(0));
        let flush = async {
            ip.link().list().await.unwrap();
            turns.set(0);
            let deleted = ip.link().list().master("b0").flush().await.unwrap();
            assert_eq!(deleted, 30);
            turns.get()
        };
        let others = async {
            loop {
                support::yield_now().await;
                turns.set(turns.get() + 1);
            }
        };
        // Deleting one may take 20 ms, and a packet is carried out within the send.
        let Either::Left((turns, _)) = select(pin!(flush), pin!(others)).await;
        assert!(turns >= 2, "{turns}");
    });
}

/// The index of a link that was deleted and recreated.
fn made_anew(ip: &blocking::Handle) -> u32 {
    ip.link().delete("x0").wait().unwrap();
    ip.link().add(Veth::pair("x0", "x1").up()).wait().unwrap();
    ip.link().get("x0").wait().unwrap().index()
}

fn devices_of(ip: &blocking::Handle, hosts: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let addresses = ip.address().list().wait().unwrap();
    let of = |address| addresses.iter().find(|own| own.local() == Some(address)).map(|own| own.device());
    hosts.into_iter().map(|number| of(host(number).into()).unwrap()).collect()
}

/// A handle in a fresh namespace with a pair `x0`, `x1`.
fn with_pair() -> Option<blocking::Handle> {
    if !support::enter() {
        return None;
    }
    let ip = blocking::connect().unwrap();
    ip.link().add(Veth::pair("x0", "x1").up()).wait().unwrap();
    Some(ip)
}

#[test]
fn a_name_is_looked_up_again_where_an_iterator_takes_its_time() {
    let Some(ip) = with_pair() else { return };
    let anew = std::cell::Cell::new(0);
    // More than fit into a packet.
    let first = (1..3_000).map(|number| ip.address().add("x0", host(number)));
    let late = std::iter::once_with(|| {
        anew.set(made_anew(&ip));
        std::thread::sleep(std::time::Duration::from_millis(150));
    });
    let second = (3_001..6_000).map(|number| ip.address().add("x0", host(number)));
    let late = late.flat_map(|()| None::<Operation>);
    let operations = first.map(Operation::from).chain(late).chain(second.map(Operation::from));
    let results = ip.batch(operations).wait();
    let lost = results.iter().filter(|result| result.is_err()).count();
    // Requests already in the packet were for the deleted one.
    assert!(lost < 500, "{lost}");
    assert_eq!(devices_of(&ip, [4_000, 5_999]), [anew.get(); 2]);
}

#[test]
fn a_name_is_looked_up_again_behind_requests_that_may_change_it() {
    let Some(ip) = with_pair() else { return };
    let index = |name: &str| ip.link().get(name).wait().unwrap().index();
    ip.link().add(Veth::pair("y0", "y1").up()).wait().unwrap();
    let (x, y) = (index("x0"), index("y0"));
    let rename = |index: u32, name: &str| ip.link().change(index, LinkMessage::build().name(name));
    let operations: Vec<Operation> = vec![
        ip.address().add("x0", host(1)).into(),
        rename(x, "z0").into(),
        rename(y, "x0").into(),
        ip.address().add("x0", host(2)).into(),
        ip.link().delete(y).into(),
        ip.link().add(Veth::pair("x0", "y1")).into(),
        ip.address().add("x0", host(3)).into(),
        ip.link().add_alt_names("z0", ["other"]).into(),
        ip.address().add("other", host(4)).into(),
        ip.link().delete_alt_names("z0", ["other"]).into(),
        ip.link().add_alt_names("x0", ["other"]).into(),
        ip.address().add("other", host(5)).into(),
    ];
    // Links that are up may be renamed since Linux 6.2.
    for link in [x, y] {
        ip.link().change(link, LinkMessage::build().down()).wait().unwrap();
    }
    let results = ip.batch(operations).wait();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let anew = index("x0");
    assert_eq!(devices_of(&ip, [1, 3, 4, 5]), [x, anew, x, anew]);
}

#[test]
fn a_name_is_looked_up_again_after_its_link_left() {
    let Some(ip) = with_pair() else { return };
    let blue = iproute2::Namespace::create("batch-blue").unwrap();
    let index = ip.link().get("x0").wait().unwrap().index();
    let operations: Vec<Operation> = vec![
        ip.address().add("x0", host(1)).into(),
        ip.link().change(index, LinkMessage::build().namespace_file(&blue)).into(),
        ip.link().add(Veth::pair("x0", "x2")).into(),
        ip.address().add("x0", host(2)).into(),
    ];
    let results = ip.batch(operations).wait();
    iproute2::Namespace::delete("batch-blue").unwrap();
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(devices_of(&ip, [2]), [ip.link().get("x0").wait().unwrap().index()]);
}

#[cfg(any(feature = "smol", feature = "tokio"))]
#[test]
fn a_name_is_looked_up_again_after_a_stream_was_waited_for() {
    let Some(other) = with_pair() else { return };
    support::current_thread().block_on(async {
        let ip = support::connect().unwrap();
        let (sender, receiver) = futures::channel::mpsc::unbounded();
        let mut results = ip.batch_stream(receiver).stream();
        for number in 1..10 {
            sender.unbounded_send(ip.address().add("x0", host(number))).unwrap();
            results.next().await.unwrap().unwrap();
            // The stream is not ready, and meanwhile another program makes changes.
            assert!(futures::poll!(std::pin::pin!(results.next())).is_pending());
            let anew = made_anew(&other);
            sender.unbounded_send(ip.address().add("x0", host(100 + number))).unwrap();
            results.next().await.unwrap().unwrap();
            assert_eq!(devices_of(&other, [100 + number]), [anew]);
        }
    });
}

/// Items of a source that deletes and recreates `x0` before every tenth of them, through a handle of its own.
fn of_changing_links<'a, D>(
    of_source: &'a blocking::Handle,
    ip: &'a iproute2::Handle<D>,
) -> impl Iterator<Item = iproute2::Request<D, iproute2::Added<iproute2::AddressMessage>>> + use<'a, D> {
    (0..100).map(|number| {
        if number % 10 == 0 {
            made_anew(of_source);
        }
        ip.address().add("x0", host(number))
    })
}

/// Each item was for the link that had the name when the source yielded it: the last one, or one that has been deleted
/// since.
fn were_for_the_link_of_their_time(ip: &blocking::Handle, results: &[Result<(), Error>]) {
    let (gone, last) = results.split_at(90);
    // When a task's turn is over, its packet is sent before the next link is created.
    let is_so = |result: &Result<(), Error>| result.as_ref().map_or_else(Error::is_not_found, |()| true);
    assert!(gone.iter().all(is_so), "{gone:?}");
    assert!(last.len() == 10 && last.iter().all(Result::is_ok), "{last:?}");
    assert_eq!(devices_of(ip, 90..100), [ip.link().get("x0").wait().unwrap().index(); 10]);
}

#[test]
fn a_name_is_looked_up_again_where_an_iterator_makes_its_link_anew() {
    let Some(ip) = with_pair() else { return };
    for of_source in [ip.clone(), blocking::connect().unwrap()] {
        let results = ip.batch(of_changing_links(&of_source, &ip)).wait();
        were_for_the_link_of_their_time(&ip, &results);
    }
}

#[cfg(any(feature = "smol", feature = "tokio"))]
#[test]
fn a_name_is_looked_up_again_where_a_stream_makes_its_link_anew() {
    let Some(other) = with_pair() else { return };
    support::current_thread().block_on(async {
        let ip = support::connect().unwrap();
        let stream = futures::stream::iter(of_changing_links(&other, &ip));
        were_for_the_link_of_their_time(&other, &ip.batch_stream(stream).await);
        // A stream that is never pending: the kernel answers at once.
        let anew = |number| {
            let ip = ip.clone();
            async move {
                if number % 10 == 0 {
                    ip.link().delete("x0").await.unwrap();
                    ip.link().add(Veth::pair("x0", "x1").up()).await.unwrap();
                }
                ip.address().add("x0", host(number))
            }
        };
        let stream = std::pin::pin!(futures::StreamExt::then(futures::stream::iter(0..100), anew));
        were_for_the_link_of_their_time(&other, &ip.batch_stream(stream).await);
    });
}

#[test]
fn a_name_is_looked_up_again_where_a_reader_of_results_makes_its_link_anew() {
    let Some(ip) = with_pair() else { return };
    let count = 4_000;
    let mut anew = 0;
    for (number, result) in (0..).zip(ip.batch((0..count).map(|number| ip.address().add("x0", host(number)))))
    {
        assert!(result.is_ok(), "{number}: {result:?}");
        if number % 1_000 == 500 {
            anew = made_anew(&ip);
        }
    }
    // What was not in a packet by then is for the new link, and the last one was not.
    assert_eq!(devices_of(&ip, [count - 1]), [anew]);
}

/// An iterator or stream that must not be polled again once it has ended.
struct Once(Option<Range<u32>>);

impl Iterator for Once {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let next = self.0.as_mut().expect("asked again after its end").next();
        self.0.take_if(|_| next.is_none());
        next
    }
}

#[test]
fn a_source_is_not_asked_again_once_it_has_ended() {
    let Some(ip) = with_bridge() else { return };
    for count in [0, 1, 2_000] {
        let mut results = ip.batch(Once(Some(0..count)).map(|n| ip.address().delete("b0", host(n))));
        assert_eq!(results.by_ref().count(), count as usize);
        assert!(results.next().is_none());
    }
}

#[cfg(any(feature = "smol", feature = "tokio"))]
#[test]
fn nor_is_it_in_a_runtime() {
    use futures::StreamExt;
    if with_bridge().is_none() {
        return;
    }
    support::current_thread().block_on(async {
        let ip = &support::connect().unwrap();
        for count in [0, 1, 2_000] {
            let deletions = Once(Some(0..count)).map(|n| ip.address().delete("b0", host(n)));
            assert_eq!(ip.batch(deletions).await.len(), count as usize);
            // It panics if it is polled again.
            let deletions = futures::stream::unfold(0, |n| async move {
                (n < count).then(|| (ip.address().delete("b0", host(n)), n + 1))
            });
            let mut results = ip.batch_stream(Box::pin(deletions)).stream();
            assert_eq!(results.by_ref().count().await, count as usize);
            assert!(results.next().await.is_none());
        }
    });
}
