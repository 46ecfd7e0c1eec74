//! A kernel that never answers, or stops in the middle: every await and every wait ends by its timeout.

use super::kernel::{Asked, Kernel, LONG};
use super::{SHORT, assert_at_rest, in_both, namespace};
use crate::device::Device;
use crate::handle::Handle;
use crate::watch::{Change, Topics};
use crate::{AddressFamily, Error, LinkMessage, Neighbour, NextHop, Operation, Route, RuleMessage};
use netlink_packet::Flags;
use rtnetlink::Group;
use rtnetlink::message::RTM_NEWLINK;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

const HOST: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// A kernel that acknowledges what is to be done, and answers no question.
fn reticent_kernel() -> Kernel {
    Kernel::answering(|asked| match asked.header.message_type {
        RTM_NEWLINK => vec![asked.ack(0)],
        _ => Vec::new(),
    })
}

/// A kernel that begins each list, and never ends it.
fn faltering_kernel() -> Kernel {
    Kernel::answering(|asked: &Asked| match asked.header.flags.contains(Flags::DUMP) {
        true => vec![asked.part(1)],
        false => Vec::new(),
    })
}

/// A kernel whose lists are interrupted by changes, each and forever.
fn restless_kernel() -> Kernel {
    Kernel::answering(|asked: &Asked| match asked.header.flags.contains(Flags::DUMP) {
        true => vec![asked.interrupted_part(1), asked.done(0)],
        false => Vec::new(),
    })
}

fn is_timed_out(what: &str, error: Option<Error>) {
    let error = error.unwrap_or_else(|| panic!("{what} has succeeded"));
    assert!(error.is_timed_out(), "{what}: {error}");
}

/// Each wait of the library, by what it is called and as the error that it must end in, for handles of both modes: `$wait`
/// is how a request ends there.
macro_rules! waits {
    ($ip:ident, $await:ident, [$($within:tt)*]) => {
        // Requests by index, and by names that have to be looked up first.
        is_timed_out("get", $await!($ip.link().get(7)).err());
        is_timed_out("get by name", $await!($ip.link().get("eth0")).err());
        is_timed_out("add", $await!($ip.link().add(LinkMessage::build().name("eth0"))).err());
        is_timed_out("created", $await!($ip.link().add(LinkMessage::build().name("eth0")).created()).err());
        is_timed_out("change", $await!($ip.link().change("eth0", LinkMessage::build().mtu(1400))).err());
        is_timed_out("delete", $await!($ip.link().delete("eth0")).err());
        is_timed_out("add address", $await!($ip.address().add("eth0", HOST)).err());
        is_timed_out("add route", $await!($ip.route().add(Route::to(HOST).device("eth0"))).err());
        is_timed_out("get route", $await!($ip.route().get(HOST)).err());
        is_timed_out("add neighbour", $await!($ip.neighbour().add("eth0", Neighbour::of(HOST))).err());
        is_timed_out("get neighbour", $await!($ip.neighbour().get("eth0", HOST)).err());
        is_timed_out("add rule", $await!($ip.rule().add(RuleMessage::lookup(100))).err());
        is_timed_out("get next hop", $await!($ip.nexthop().get(1)).err());
        is_timed_out("get settings", $await!($ip.netconf().all(AddressFamily::INET)).err());
        is_timed_out("a longer time of its own", $await!($ip.link().get(7).timeout(2 * SHORT)).err());
        // Lists, with and without a device to look up.
        is_timed_out("list", $await!($ip.link().list()).err());
        is_timed_out("list of a device", $await!($ip.address().list().device("eth0")).err());
        is_timed_out("list of addresses", $await!($ip.address().list()).err());
        is_timed_out("list of neighbours", $await!($ip.neighbour().list()).err());
        is_timed_out("list of routes", $await!($ip.route().list()).err());
        is_timed_out("list of rules", $await!($ip.rule().list()).err());
        is_timed_out("list of next hops", $await!($ip.nexthop().list()).err());
        is_timed_out("list of namespaces", $await!($ip.namespace_id().list()).err());
        is_timed_out("flush", $await!($ip.address().list().flush()).err());
        is_timed_out("flush of a device", $await!($ip.address().list().device("eth0").flush()).err());
        // Batches: the packet, and the device that has to be looked up before it.
        let deletions = || (1..=3u32).map(|index| Operation::from($ip.link().delete(index)));
        for result in $await!($ip.batch(deletions())) {
            is_timed_out("batch", result.err());
        }
        let hop = NextHop::via(HOST).device("eth0");
        let named = || [Operation::from($ip.route().add(Route::to(HOST).multipath([hop.clone()])))];
        for result in $await!($ip.batch(named())) {
            is_timed_out("batch with a name", result.err());
        }
        // Watches, and what is built on them.
        is_timed_out("watch", $await!($ip.watch(Topics::LINK)).err());
        is_timed_out("watch of everything", $await!($ip.watch(Topics::all())).err());
        is_timed_out("until exists", $($within)*($ip.link().until_exists("eth0", SHORT)).err());
        is_timed_out("until up", $($within)*($ip.link().until_up(Device::from(7), SHORT)).err());
        is_timed_out("until gone", $($within)*($ip.link().until_gone("eth0", SHORT)).err());
        is_timed_out("until ready", $($within)*($ip.address().until_ready("eth0", HOST, SHORT)).err());
    };
}

#[test]
fn every_await_ends() {
    if !namespace::enter() {
        return;
    }
    in_both(|| async {
        let kernel = Kernel::silent();
        let ip = Handle::<crate::tokio::Async>::over(kernel.connection(1)).with_timeout(Some(SHORT));
        macro_rules! awaited {
            ($wait:expr) => {{
                // What timed out has closed its socket.
                spare_socket(&kernel, &ip);
                let wait = async { $wait.await };
                ::tokio::time::timeout(LONG, wait).await.expect(stringify!($wait))
            }};
        }
        waits!(ip, awaited, [awaited!]);
        spare_socket(&kernel, &ip);
        let mut links = ip.link().list().stream();
        is_timed_out("stream", awaited!(links.next()).and_then(Result::err));
        is_timed_out("for_each", awaited!(ip.link().list().for_each(|_| ())).err());
        let operations = futures::stream::iter([ip.link().delete(7)]);
        let mut results = ip.batch_stream(operations).stream();
        is_timed_out("batch_stream", awaited!(results.next()).and_then(Result::err));
        assert_at_rest(&ip);
    });
}

#[cfg(feature = "smol")]
#[test]
fn every_await_on_smol_ends() {
    if !namespace::enter() {
        return;
    }
    async_io::block_on(async {
        let kernel = Kernel::silent();
        let ip = Handle::<crate::smol::Smol>::over(kernel.connection(1)).with_timeout(Some(SHORT));
        let began = Instant::now();
        macro_rules! awaited {
            ($wait:expr) => {{
                spare_socket(&kernel, &ip);
                $wait.await
            }};
        }
        waits!(ip, awaited, [awaited!]);
        is_timed_out("for_each", awaited!(ip.link().list().for_each(|_| ())).err());
        assert!(began.elapsed() < LONG);
        assert_at_rest(&ip);
    });
}

#[test]
fn every_wait_ends() {
    if !namespace::enter() {
        return;
    }
    let kernel = Kernel::silent();
    let ip = Handle::<crate::Blocking>::over(kernel.connection(1)).with_timeout(Some(SHORT));
    let began = Instant::now();
    macro_rules! waited {
        ($wait:expr) => {{
            spare_socket(&kernel, &ip);
            $wait.wait()
        }};
    }
    macro_rules! bare {
        ($wait:expr) => {{
            spare_socket(&kernel, &ip);
            $wait
        }};
    }
    waits!(ip, waited, [bare!]);
    is_timed_out("iter", bare!(ip.link().list().iter().next()).and_then(Result::err));
    is_timed_out("for_each", bare!(ip.link().list().for_each(|_| ())).err());
    assert!(began.elapsed() < LONG);
}

/// Gives the connection a socket to this kernel for the next dump.
fn spare_socket<D>(kernel: &Kernel, ip: &Handle<D>) {
    kernel.give_socket(ip.connection());
}

#[test]
fn what_is_created_and_not_echoed_ends() {
    in_both(|| async {
        let kernel = reticent_kernel();
        let ip = Handle::<crate::Async>::over(kernel.connection(0)).with_timeout(Some(SHORT));
        let created = ip.link().add(LinkMessage::build().name("eth0")).created();
        is_timed_out("created", created.await.err());
        assert_at_rest(&ip);
    });
    let kernel = reticent_kernel();
    let ip = Handle::<crate::Blocking>::over(kernel.connection(0)).with_timeout(Some(SHORT));
    is_timed_out("created", ip.link().add(LinkMessage::build().name("eth0")).created().wait().err());
}

#[test]
fn what_falls_silent_ends() {
    if !namespace::enter() {
        return;
    }
    in_both(|| async {
        let kernel = faltering_kernel();
        let ip = Handle::<crate::Async>::over(kernel.connection(1)).with_timeout(Some(SHORT));
        is_timed_out("list", ip.link().list().await.err());
        spare_socket(&kernel, &ip);
        is_timed_out("watch", ip.watch(Topics::LINK).await.err());
    });
    let kernel = faltering_kernel();
    let ip = Handle::<crate::Blocking>::over(kernel.connection(1)).with_timeout(Some(SHORT));
    is_timed_out("list", ip.link().list().wait().err());
    spare_socket(&kernel, &ip);
    is_timed_out("watch", ip.watch(Topics::LINK).wait().err());
}

/// A list that never comes to a good end is silent as well: there is always something to receive, and never enough.
#[test]
fn a_watch_that_cannot_begin_ends() {
    if !namespace::enter() {
        return;
    }
    let patience = 10 * SHORT;
    in_both(|| async {
        let kernel = restless_kernel();
        let ip = Handle::<crate::Async>::over(kernel.connection(1)).with_timeout(Some(patience));
        let error = ip.watch(Topics::LINK).await.err();
        assert_eq!(error.unwrap().to_string(), "watch links: timed out after 20 ms");
        spare_socket(&kernel, &ip);
        let error = ip.link().until_up("eth0", patience).await.err();
        assert_eq!(error.unwrap().to_string(), "wait for link eth0 to be up: timed out after 20 ms");
    });
    let kernel = restless_kernel();
    let ip = Handle::<crate::Blocking>::over(kernel.connection(1)).with_timeout(Some(patience));
    let error = ip.watch(Topics::LINK).wait().err();
    assert_eq!(error.unwrap().to_string(), "watch links: timed out after 20 ms");
    spare_socket(&kernel, &ip);
    let error = ip.link().until_gone("eth0", patience).err();
    assert_eq!(error.unwrap().to_string(), "wait for link eth0 to be gone: timed out after 20 ms");
}

/// A kernel that lists what there is so many times, and falls silent then.
fn tired_kernel(lists: usize) -> Kernel {
    let mut left = lists;
    Kernel::answering(move |asked: &Asked| match asked.header.flags.contains(Flags::DUMP) {
        true if left > 0 => {
            left -= 1;
            vec![asked.part(1), asked.done(0)]
        }
        _ => Vec::new(),
    })
}

/// An audit that is waited for ends, and one that nobody waits for disturbs nobody.
#[test]
fn an_audit_that_is_not_answered_ends() {
    if !namespace::enter() {
        return;
    }
    let patience = 125 * SHORT;
    in_both(|| async {
        let kernel = tired_kernel(1);
        let ip = Handle::<crate::Async>::over(kernel.connection(4)).with_timeout(Some(patience));
        let mut changes = ip.watch(Topics::LINK).audit_every(SHORT).await.unwrap();
        is_timed_out("audit", changes.audit_now().await.err());
        while !matches!(changes.try_next().await.unwrap(), Some(Change::Complete)) {}
        let next = ::tokio::time::timeout(2 * patience, changes.try_next()).await;
        assert!(next.is_err() && changes.is_settled(), "{next:?}");
    });
    let kernel = tired_kernel(1);
    let ip = Handle::<crate::Blocking>::over(kernel.connection(4)).with_timeout(Some(patience));
    let mut changes = ip.watch(Topics::LINK).audit_every(SHORT).wait().unwrap();
    is_timed_out("audit", changes.audit_now().err());
    while !matches!(changes.next_within(LONG).unwrap(), Some(Change::Complete)) {}
    assert!(changes.next_within(2 * patience).unwrap().is_none() && changes.is_settled());
}

/// Of what is nothing there is nothing to know: it begins at once.
#[test]
fn a_watch_of_nothing_begins() {
    if !namespace::enter() {
        return;
    }
    in_both(|| async {
        let ip = crate::connect().unwrap();
        let watch = IntoFuture::into_future(ip.watch(Topics::empty()).group(Group(26)));
        let mut changes = ::tokio::time::timeout(LONG, watch).await.unwrap().unwrap();
        assert!(matches!(changes.try_next().await.unwrap(), Some(Change::Complete)));
        changes.refresh().await.unwrap();
        assert!(changes.is_settled());
    });
    let ip = crate::blocking::connect().unwrap();
    let mut changes = ip.watch(Topics::empty()).group(Group(26)).wait().unwrap();
    assert!(matches!(changes.next_within(LONG).unwrap(), Some(Change::Complete)));
    assert!(changes.next_within(SHORT).unwrap().is_none());
    let mut events = ip.events([Group::LINK]).open().unwrap();
    assert!(events.next_within(SHORT).unwrap().is_none());
}
