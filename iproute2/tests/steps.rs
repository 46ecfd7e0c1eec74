//! Requests of several steps: what the kernel does not take in the message that creates or changes a link.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::netlink_packet::{BuildError, Resets, netlink};
use iproute2::rtnetlink::LinkMessageBuf;
use iproute2::rtnetlink::link::{
    AddressGeneration, Bond, BondPort, FamilySpecs, Gre, Inet6Spec, LinkKind, Macvlan, ProtoDownReason, Veth,
    bond::BondMode,
};
use iproute2::{Error, ErrorKind, LinkMessage, Namespace, Operation};
use log::{LevelFilter, Log, Metadata, Record};
use std::cell::RefCell;
use support::{Handle, made, run, run_blocking};

/// One end of a pair: such links are made by every kernel here.
fn end(name: &str) -> LinkMessageBuf {
    Veth::pair(name, format!("{name}-peer"))
}

/// A pair with what the kernel does not take at creation, at both ends.
fn pair() -> LinkMessageBuf {
    let specs = || FamilySpecs::build().inet6(Inet6Spec::build().address_generation(AddressGeneration::NONE));
    let peer = LinkMessage::build().name("v1").alias("right").alt_names(["right"]).master("m1").up();
    let link = LinkMessage::build().name("v0").alias("left").alt_names(["left", "other"]);
    link.family_specs(specs()).mtu(1400).up().kind(Veth::build().peer(peer.family_specs(specs())))
}

fn alt_names(link: &LinkMessage) -> Vec<String> {
    link.alt_names().map(ToString::to_string).collect()
}

fn is_the_pair(left: &LinkMessage, right: &LinkMessage, master: u32) {
    assert_eq!(
        (left.alias().unwrap().to_string(), alt_names(left)),
        ("left".into(), vec!["left".into(), "other".into()])
    );
    assert_eq!(
        (right.alias().unwrap().to_string(), alt_names(right)),
        ("right".into(), vec!["right".into()])
    );
    assert_eq!(
        (right.master(), left.mtu(), left.is_up(), right.is_up()),
        (Some(master), Some(1400), true, true)
    );
    for link in [left, right] {
        assert_eq!(link.inet6().unwrap().address_generation(), Some(AddressGeneration::NONE));
    }
}

/// The problem of a request that can't be sent.
fn problem(result: Result<(), Error>) -> String {
    match result.as_ref().unwrap_err().kind() {
        ErrorKind::Invalid(BuildError::Invalid(problem)) => problem.clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_pair_with_all() {
    run(|ip: Handle| async move {
        if !made(ip.link().add(Bond::named("m1", BondMode::BALANCE_RR)).await, "bond") {
            return;
        }
        let master = ip.link().get("m1").await.unwrap().index();
        let left = ip.link().add(pair()).created().await.unwrap();
        is_the_pair(&left, &ip.link().get("v1").await.unwrap(), master);
        // No address was generated before the mode was set.
        assert_eq!(ip.address().list().device("v0").await.unwrap().len(), 0);
        ip.link().delete("v0").await.unwrap();

        // In a batch, between others that depend on each other.
        let operations: [Operation; 3] = [
            ip.link().add(end("d0")).into(),
            ip.link().add(pair()).into(),
            ip.link().change("v1", LinkMessage::build().mtu(1300)).into(),
        ];
        let results = ip.batch(operations).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        let [left, right] = [ip.link().get("left").await.unwrap(), ip.link().get("v1").await.unwrap()];
        is_the_pair(&left, &right, master);
        assert_eq!(right.mtu(), Some(1300));
        let again = ip.batch([ip.link().add(pair()).into()]).await.remove(0).unwrap_err();
        assert!(again.is_already_exists() && again.step().is_none());
    });
}

#[test]
fn of_the_calling_thread() {
    run_blocking(|ip| {
        let link = end("d0").alias("one").alt_names(["first"]).up();
        if !made(ip.link().add(link).wait(), "veth") {
            return;
        }
        let link = ip.link().get("first").wait().unwrap();
        assert_eq!((link.alias().unwrap().to_string(), link.is_up()), ("one".into(), true));
        let results = ip.batch((1..40).map(|n| ip.link().add(end(&format!("d{n}")).alias("many")))).wait();
        assert!(results.iter().all(Result::is_ok));
        let links = ip.link().list().kind("veth").wait().unwrap();
        assert_eq!(links.iter().filter(|link| link.alias().is_some_and(|alias| alias == "many")).count(), 39);
    });
}

#[test]
fn what_was_made_is_deleted_where_a_step_fails() {
    run(|ip: Handle| async move {
        // The alternative name is taken.
        if !made(ip.link().add(end("d0").alt_names(["taken"])).await, "veth") {
            return;
        }
        let wrong = || end("d1").alias("one").alt_names(["free", "taken"]).up();
        let error = ip.link().add(wrong()).await.unwrap_err();
        assert_eq!(error.to_string(), "add link d1: alt_names: file exists (the link was deleted again)");
        assert_eq!(
            (error.step(), error.is_partly_done(), error.is_already_exists()),
            (Some("alt_names"), false, true)
        );
        assert!(ip.link().get("d1").await.unwrap_err().is_not_found());

        // The master of the other end is not there.
        let peer = LinkMessage::build().name("v1").master("nobody");
        let pair = || LinkMessage::build().name("v0").kind(Veth::build().peer(peer.clone()));
        let error = ip.link().add(pair()).await.unwrap_err();
        let words = "add link v0: device nobody: peer's master: no such device (the link was deleted again)";
        assert_eq!(error.to_string(), words);
        assert!(ip.link().get("v0").await.unwrap_err().is_not_found());

        let operations: [Operation; 3] =
            [ip.link().add(end("d2")).into(), ip.link().add(pair()).into(), ip.link().add(end("d3")).into()];
        let results = ip.batch(operations).await;
        let [Ok(()), Err(error), Ok(())] = &results[..] else { panic!("{results:?}") };
        assert_eq!(error.to_string(), words);
        assert!(ip.link().get("v0").await.unwrap_err().is_not_found());

        // What was there before stays.
        let error = ip.link().replace(wrong()).await.unwrap_err();
        assert_eq!(error.to_string(), "replace link d1: alt_names: file exists (the rest was done)");
        assert!(error.is_partly_done() && ip.link().get("d1").await.unwrap().is_up());
    });
}

#[test]
fn what_needs_a_name_or_is_elsewhere_is_refused() {
    run_blocking(|ip| {
        let add = |link: LinkMessageBuf| problem(ip.link().add(link).wait());
        let unnamed = LinkMessage::build().kind(Veth::build());
        let needs = "alias can be set only once the link exists: give it a name or an index";
        assert_eq!(add(unnamed.clone().alias("one")), needs);
        assert_eq!(add(unnamed.name("d%d").alias("one")), needs);
        let here = Namespace::current().unwrap();
        let elsewhere = end("d0").alias("one").alt_names(["first"]).namespace_file(&here);
        let words = "alias, alt_names can be set only once the link exists, which is in another namespace: set it there";
        assert_eq!(add(elsewhere), words);
        assert!(ip.link().get("d0").wait().unwrap_err().is_not_found());

        let link = end("d0").index(77).alias("one");
        if made(ip.link().add(link).wait(), "veth") {
            assert_eq!(ip.link().get(77).wait().unwrap().alias().unwrap().to_string(), "one");
        }
    });
}

#[test]
fn changes_of_alternative_names_and_queues() {
    run(|ip: Handle| async move {
        if !made(ip.link().add(end("d0").tx_queues(2).alt_names(["first"])).await, "veth") {
            return;
        }
        let change = |change: LinkMessageBuf| ip.link().change("d0", change);
        let changed =
            change(LinkMessage::build().alt_names(["first", "second"]).mtu(1400)).changed().await.unwrap();
        assert_eq!(
            (alt_names(&changed), changed.mtu()),
            (vec!["first".to_owned(), "second".into()], Some(1400))
        );
        change(LinkMessage::build().alt_names(["second"])).await.unwrap();
        // By its old name, which it loses.
        change(LinkMessage::build().alt_names(["third"]).name("d1")).await.unwrap();
        assert_eq!(alt_names(&ip.link().get("d1").await.unwrap()).len(), 3);

        let change = |change: LinkMessageBuf| ip.link().change("d1", change);
        change(LinkMessage::build().tx_queues(2).mtu(1300)).await.unwrap();
        assert_eq!(ip.link().get("d1").await.unwrap().mtu(), Some(1300));
        let refused = problem(change(LinkMessage::build().tx_queues(3).mtu(1200)).await);
        assert_eq!(refused, "tx_queues can be set only when the link is created");
        let refused = problem(change(LinkMessage::build().parent("lo")).await);
        assert_eq!(refused, "parent can be set only when the link is created");
        assert_eq!(ip.link().get("d1").await.unwrap().mtu(), Some(1300));
        let replaced = ip.link().replace(LinkMessage::build().name("d1").alt_names(["first", "fourth"]));
        assert_eq!(alt_names(&replaced.created().await.unwrap()).len(), 4);

        let error = problem(ip.link().change_group(7, LinkMessage::build().alt_names(["x"])).await);
        assert_eq!(error, "alt_names can be changed of one link, not of a group");
        let missing = ip.link().change("nobody", LinkMessage::build().alt_names(["x"])).await.unwrap_err();
        assert_eq!(missing.to_string(), "change link nobody: no such device");
    });
}

#[test]
fn ports_and_proto_down() {
    run_blocking(|ip| {
        if !made(ip.link().add(Bond::named("m0", BondMode::ACTIVE_BACKUP)).wait(), "bond") {
            return;
        }
        let link = Veth::pair("v0", "v1").master("m0").port(BondPort::build().priority(7));
        ip.link().add(link).wait().unwrap();
        let port = ip.link().get("v0").wait().unwrap();
        assert_eq!(port.port::<BondPort>().and_then(BondPort::priority), Some(7));

        let reason = ProtoDownReason::build().mask(4).value(4);
        let link = LinkMessage::build().name("v2").parent("v1").kind(Macvlan::build());
        if made(ip.link().add(link.proto_down(true).proto_down_reason(reason)).wait(), "macvlan") {
            assert_eq!(ip.link().get("v2").wait().unwrap().proto_down(), Some(true));
        }
    });
}

netlink! {
    /// A kind of the user's own, which knows three options of a tunnel.
    struct OwnTunnel / OwnTunnelBuf
    attributes {
        LOCAL = 6 => local: std::net::IpAddr,
        REMOTE = 7 => remote: std::net::IpAddr,
        TTL = 8 => ttl: u8,
    }
}

impl LinkKind for OwnTunnel {
    const NAME: &'static str = "gre";
    const RESETS: Resets = Resets::These(&[OwnTunnel::LOCAL.number(), OwnTunnel::REMOTE.number()]);
}

#[test]
fn options_of_a_kind_of_ones_own_that_are_reset_stay() {
    run_blocking(|ip| {
        let tunnel = OwnTunnel::build().local("192.0.2.1").remote("192.0.2.2").ttl(3);
        if !made(ip.link().add(LinkMessage::build().name("t0").kind(tunnel)).wait(), "gre") {
            return;
        }
        let change = |tunnel| ip.link().change("t0", LinkMessage::build().kind(tunnel)).wait();
        change(OwnTunnel::build().remote("192.0.2.3")).unwrap();
        let link = ip.link().get("t0").wait().unwrap();
        let tunnel = link.kind::<OwnTunnel>().unwrap();
        let address = |text: &str| text.parse().ok();
        assert_eq!((tunnel.local(), tunnel.remote()), (address("192.0.2.1"), address("192.0.2.3")));
        assert_eq!(tunnel.ttl(), Some(0), "it is not among those that stay");
    });
}

#[test]
fn options_of_a_tunnel_that_are_not_changed_stay() {
    run(|ip: Handle| async move {
        let gre = Gre::between("192.0.2.1", "192.0.2.2").name("t0").mtu(1333);
        if !made(ip.link().add(gre).await, "gre") {
            return;
        }
        let change = LinkMessage::build().kind(Gre::build().ttl(9));
        let results = ip.batch([ip.link().change("t0", change).into()]).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        ip.link().change("t0", LinkMessage::build().kind(Gre::build().mark(5))).await.unwrap();
        let link = ip.link().get("t0").await.unwrap();
        let gre = link.kind::<Gre>().unwrap();
        assert_eq!((gre.ttl(), gre.mark(), gre.remote()), (Some(9), Some(5), "192.0.2.2".parse().ok()));
        assert_eq!(link.mtu(), Some(1333));
        let of_another = LinkMessage::build().kind_named("gretap", Gre::build().ttl(9));
        let error = ip.link().change("t0", of_another).await.unwrap_err();
        assert_eq!(error.to_string(), "change link t0: a link of another kind exists: gre");
        let missing =
            ip.link().change("t1", LinkMessage::build().kind(Gre::build().ttl(9))).await.unwrap_err();
        assert_eq!(missing.to_string(), "change link t1: no such device");
    });
}

/// Lets each thread do something when a message of a type is sent, before it is.
struct Hook;

/// The name of a type of messages, and what to do.
type OnSent = (&'static str, Box<dyn FnOnce()>);

thread_local! {
    static ON_SENT: RefCell<Option<OnSent>> = const { RefCell::new(None) };
}

impl Log for Hook {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        ON_SENT.with_borrow(Option::is_some)
    }

    fn log(&self, record: &Record<'_>) {
        let line = record.args().to_string();
        let is_meant = |hook: &mut OnSent| line.starts_with("-> ") && line.contains(hook.0);
        if let Some((_, work)) = ON_SENT.with_borrow_mut(|hook| hook.take_if(is_meant)) {
            work();
        }
    }

    fn flush(&self) {}
}

/// Deletes a link when the calling thread is about to send a message of this type.
fn delete_before(message_type: &'static str, link: &'static str) {
    log::set_max_level(LevelFilter::Trace);
    let _ = log::set_logger(&Hook);
    let other = iproute2::blocking::connect().unwrap();
    ON_SENT.set(Some((message_type, Box::new(move || other.link().delete(link).wait().unwrap()))));
}

#[test]
fn a_link_that_somebody_deletes_between_the_steps() {
    let deleted = |error: &Error, words: &str| {
        assert_eq!(error.to_string(), format!("{words}: no such device (it was deleted meanwhile)"));
        assert!(error.is_deleted_meanwhile() && error.is_not_found() && !error.is_partly_done());
    };
    run_blocking(|ip| {
        if !made(ip.link().add(end("d0")).wait(), "veth") {
            return;
        }
        let change = || LinkMessage::build().mtu(1400).alt_names(["first"]);
        delete_before("RTM_NEWLINKPROP", "d0");
        deleted(&ip.link().change("d0", change()).wait().unwrap_err(), "change link d0: alt_names");
        // The other end's goes with it.
        ip.link().add(end("d0")).wait().unwrap();
        delete_before("RTM_NEWLINKPROP", "d0-peer");
        deleted(
            &ip.link().replace(end("d0").alt_names(["first"])).wait().unwrap_err(),
            "replace link d0: alt_names",
        );

        // While it is made, nothing has to be taken back.
        delete_before("RTM_NEWLINKPROP", "d1");
        deleted(&ip.link().add(end("d1").alt_names(["first"])).wait().unwrap_err(), "add link d1: alt_names");
        ip.link().add(end("d0")).wait().unwrap();
        delete_before("RTM_NEWLINKPROP", "d0");
        let error = ip.batch([ip.link().change("d0", change()).into()]).wait().remove(0).unwrap_err();
        deleted(&error, "change link d0: alt_names");

        // Another link that a step names is missing, and this one stays.
        ip.link().add(end("d0")).wait().unwrap();
        let peer = LinkMessage::build().name("d1").master("nobody");
        let pair = LinkMessage::build().name("d0").kind(Veth::build().peer(peer));
        let error = ip.link().replace(pair).wait().unwrap_err();
        assert!(!error.is_deleted_meanwhile(), "{error}");
        assert!(ip.link().get("d0").wait().is_ok());
    });
    run(|ip: Handle| async move {
        if !made(ip.link().add(end("d0")).await, "veth") {
            return;
        }
        delete_before("RTM_NEWLINKPROP", "d0");
        let change = LinkMessage::build().mtu(1400).alt_names(["first"]);
        let error = ip.link().change("d0", change).await.unwrap_err();
        deleted(&error, "change link d0: alt_names");
    });
}
