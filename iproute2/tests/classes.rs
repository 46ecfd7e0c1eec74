//! Classes of qdiscs: made, listed, compared with `tc`, changed and deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::tc::qdisc::hfsc::{HfscClass, HfscStats};
use iproute2::rtnetlink::tc::qdisc::htb::HtbStats;
use iproute2::rtnetlink::tc::qdisc::qfq::QfqStats;
use iproute2::rtnetlink::tc::qdisc::{Drr, Ets, Hfsc, Htb, Qfq};
use iproute2::rtnetlink::tc::{ClassMessage, PlaceClass, PlaceQdisc, Rate, ServiceCurve, TcHandle};
use iproute2::{Error, Veth};
use std::process::Command;
use support::{Handle, run, skip};

/// What `tc` prints of the classes of `v0`, a line for each; `None` where there is no `tc`. Its older versions know no JSON here.
fn tc_lines() -> Option<Vec<String>> {
    let Ok(output) = Command::new("tc").args(["class", "show", "dev", "v0"]).output() else {
        skip("there is no tc");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect())
}

/// A device with a qdisc that has classes; says so where this kernel lacks its kind.
async fn with_qdisc(ip: &Handle, qdisc: iproute2::rtnetlink::tc::QdiscMessageBuf) -> bool {
    ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
    let unknown = |error: &Error| {
        error.message().is_some_and(|message| message.contains("kind is unknown")) || error.is_not_found()
    };
    match ip.qdisc().add("v0", qdisc).await {
        Err(error) if unknown(&error) => {
            skip("this kernel lacks a qdisc with classes");
            false
        }
        result => {
            result.unwrap();
            true
        }
    }
}

#[test]
fn those_of_htb() {
    run(|ip| async move {
        if !with_qdisc(&ip, Htb::build().default_class("1:30").root().handle("1:")).await {
            return;
        }
        let classes = ip.class();
        classes.add("v0", Htb::build().rate("100mbit").class("1:1")).await.unwrap();
        let class = Htb::build()
            .rate("10mbit")
            .ceil("20mbit")
            .burst("15k")
            .ceil_burst("30k")
            .priority(3)
            .quantum(3000u32);
        classes.add("v0", class.class("1:10").parent("1:1")).await.unwrap();
        classes.add("v0", Htb::build().rate("40gbit").class("1:30").parent("1:1")).await.unwrap();

        let listed = classes.list().device("v0").await.unwrap();
        assert_eq!(listed.len(), 3);
        assert!(listed.iter().all(|class| class.malformed().count() == 0), "{listed:?}");
        let read = classes.get("v0", "1:10").await.unwrap();
        assert_eq!((read.handle(), read.parent()), (TcHandle::new(1, 0x10), TcHandle::new(1, 1)));
        let htb = read.kind::<Htb>().unwrap();
        assert_eq!((htb.rate(), htb.ceil()), (Some(Rate::mbit(10)), Some(Rate::mbit(20))));
        assert_eq!((htb.burst(), htb.ceil_burst()), (Some(15_360), Some(30_720)));
        assert_eq!((htb.priority(), htb.quantum()), (Some(3), Some(3000)));
        assert!(read.extra_stats::<HtbStats>().is_some(), "{read:?}");
        assert!(read.stats().is_some_and(|stats| stats.bytes() == 0 && stats.queue().is_some()));
        let fast = classes.get("v0", "1:30").await.unwrap();
        assert_eq!(fast.kind::<Htb>().and_then(Htb::rate), Some(Rate::gbit(40)));
        if let Some(lines) = tc_lines() {
            let of = |handle: &str| lines.iter().find(|line| line.contains(handle)).unwrap().clone();
            let line = of("htb 1:10 ");
            for words in ["parent 1:1", "prio 3", "rate 10Mbit", "ceil 20Mbit", "burst 15Kb", "cburst 30Kb"] {
                assert!(line.contains(words), "{words}: {line}");
            }
            assert!(of("htb 1:30 ").contains("rate 40Gbit"), "{lines:?}");
            assert_eq!(lines.len(), 3);
        }
        let children = classes.list().device("v0").parent("1:1").await.unwrap();
        assert_eq!(children.len(), 2);
        assert_eq!(classes.list().device("v0").qdisc("1:").await.unwrap().len(), 3);
        assert_eq!(classes.list().device("v0").parent("1:").await.unwrap().len(), 1);

        // As it was listed, it can be made again, and is the same.
        classes.delete("v0", &read).await.unwrap();
        classes.add("v0", read.to_request()).await.unwrap();
        assert_eq!(classes.get("v0", "1:10").await.unwrap().options(), read.options());
        let slower = read.kind::<Htb>().unwrap().to_request().rate("5mbit");
        classes.change("v0", slower.class("1:10").parent("1:1")).await.unwrap();
        let changed = classes.get("v0", "1:10").await.unwrap();
        let htb = changed.kind::<Htb>().unwrap();
        assert_eq!(
            (htb.rate(), htb.ceil(), htb.burst()),
            (Some(Rate::mbit(5)), Some(Rate::mbit(20)), Some(15_360))
        );
    });
}

/// Without a device a list has the classes of all.
#[test]
fn of_all_devices() {
    run(|ip| async move {
        if !with_qdisc(&ip, Htb::build().root().handle("1:")).await {
            return;
        }
        ip.qdisc().add("v1", Htb::build().root().handle("2:")).await.unwrap();
        let classes = ip.class();
        classes.add("v0", Htb::build().rate("10mbit").class("1:1")).await.unwrap();
        classes.add("v1", Htb::build().rate("20mbit").class("2:1")).await.unwrap();
        classes.add("v1", Htb::build().rate("20mbit").class("2:2")).await.unwrap();
        let mut handles: Vec<_> =
            classes.list().await.unwrap().iter().map(|class| class.handle().to_string()).collect();
        handles.sort();
        assert_eq!(handles, ["1:1", "2:1", "2:2"]);
        let of_one = classes.list().parent("2:").await.unwrap();
        assert_eq!(of_one.len(), 2, "a filter without a device");
        let mut count = 0;
        classes.list().for_each(|_| count += 1).await.unwrap();
        assert_eq!(count, 3);
        assert_eq!(classes.list().device("v0").await.unwrap().len(), 1);
        assert!(classes.list().device("lo").await.unwrap().is_empty());
        assert!(classes.list().device("nope").await.unwrap_err().is_not_found());
    });
}

#[test]
fn those_of_drr() {
    run(|ip| async move {
        if !with_qdisc(&ip, Drr::build().root().handle("1:")).await {
            return;
        }
        ip.class().add("v0", Drr::build().quantum("3000b").class("1:10")).await.unwrap();
        let read = ip.class().get("v0", "1:10").await.unwrap();
        assert_eq!(read.kind::<Drr>().and_then(Drr::quantum), Some(3000));
    });
}

/// Runs `tc`; says so where there is none.
fn tc(arguments: &str) -> bool {
    let Ok(output) = Command::new("tc").args(arguments.split_whitespace()).output() else {
        skip("there is no tc");
        return false;
    };
    assert!(output.status.success(), "tc {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    true
}

/// Asserts that the class is the same if it is made again as it was listed, and as `tc` makes it.
async fn is_alike(ip: &Handle, handle: &str, words: &str) {
    let classes = ip.class();
    let read = classes.get("v0", handle).await.unwrap();
    classes.delete("v0", &read).await.unwrap();
    classes.add("v0", read.to_request()).await.unwrap();
    assert_eq!(classes.get("v0", handle).await.unwrap().options(), read.options(), "{words}");
    classes.delete("v0", &read).await.unwrap();
    if tc(&format!("class add dev v0 {words}")) {
        assert_eq!(classes.get("v0", handle).await.unwrap().options(), read.options(), "{words}");
    }
}

#[test]
fn those_of_hfsc() {
    run(|ip| async move {
        if !with_qdisc(&ip, Hfsc::build().default_class("1:30").root().handle("1:")).await {
            return;
        }
        let classes = ip.class();
        let trunk = HfscClass::build().service_curve("rate 100mbit").upper_limit("rate 100mbit");
        classes.add("v0", trunk.class("1:1")).await.unwrap();
        let class = HfscClass::build()
            .real_time("umax 1500b dmax 10ms rate 1mbit")
            .link_share("m1 3mbit d 5ms m2 2mbit");
        classes.add("v0", class.class("1:10").parent("1:1")).await.unwrap();
        let late = ServiceCurve::within("1500b", "100ms", "1mbit");
        classes.add("v0", HfscClass::build().real_time(late).class("1:30").parent("1:1")).await.unwrap();

        let listed = classes.list().device("v0").await.unwrap();
        assert!(listed.iter().all(|class| class.malformed().count() == 0), "{listed:?}");
        let read = classes.get("v0", "1:10").await.unwrap();
        let hfsc = read.kind::<HfscClass>().unwrap();
        let curve = |text: &str| text.parse::<ServiceCurve>().ok();
        assert_eq!(hfsc.real_time(), curve("m1 1200kbit d 10ms m2 1mbit"));
        assert_eq!((hfsc.link_share(), hfsc.upper_limit()), (curve("m1 3mbit d 5ms m2 2mbit"), None));
        let stats = read.extra_stats::<HfscStats>().unwrap();
        assert_eq!((stats.work(), stats.real_time_work(), stats.level()), (0, 0, 0));
        let trunk = classes.get("v0", "1:1").await.unwrap();
        assert_eq!(trunk.extra_stats::<HfscStats>().map(HfscStats::level), Some(1));
        if let Some(lines) = tc_lines() {
            let of = |handle: &str| lines.iter().find(|line| line.contains(handle)).unwrap().clone();
            assert!(
                of("hfsc 1:10 ").contains("rt m1 1200Kbit d 10ms m2 1Mbit ls m1 3Mbit d 5ms m2 2Mbit"),
                "{lines:?}"
            );
            assert!(of("hfsc 1:30 ").contains("rt m1 0bit d 88ms m2 1Mbit"), "{lines:?}");
            let trunk = of("hfsc 1:1 ");
            assert!(trunk.contains("sc m1 0bit d 0us m2 100Mbit ul m1 0bit d 0us m2 100Mbit"), "{trunk}");
        }
        let words =
            "parent 1:1 classid 1:10 hfsc rt umax 1500b dmax 10ms rate 1mbit ls m1 3mbit d 5ms m2 2mbit";
        is_alike(&ip, "1:10", words).await;
        is_alike(&ip, "1:30", "parent 1:1 classid 1:30 hfsc rt umax 1500b dmax 100ms rate 1mbit").await;

        // A change keeps the curves that it leaves out.
        let change = HfscClass::build().upper_limit("rate 5mbit").class("1:10").parent("1:1");
        classes.change("v0", change).await.unwrap();
        let changed = classes.get("v0", "1:10").await.unwrap();
        let hfsc = changed.kind::<HfscClass>().unwrap();
        assert_eq!(
            (hfsc.link_share(), hfsc.upper_limit()),
            (curve("m1 3mbit d 5ms m2 2mbit"), curve("rate 5mbit"))
        );
        for (wrong, why) in [
            ("rate 0", "without a rate is none"),
            ("rate 40gbit", "more than a service curve can have"),
            ("fast", "is not a service curve"),
        ] {
            let class = HfscClass::build().real_time(wrong).class("1:50");
            let refused = classes.add("v0", class).await.unwrap_err();
            assert!(refused.to_string().contains(why), "{refused}");
        }
    });
}

#[test]
fn those_of_ets() {
    run(|ip| async move {
        if !with_qdisc(&ip, Ets::build().strict(2).quanta(["4500", "3000"]).root().handle("1:")).await {
            return;
        }
        let classes = ip.class();
        assert_eq!(classes.list().device("v0").await.unwrap().len(), 4);
        let quantum = async |handle: &str| {
            classes.get("v0", handle).await.unwrap().kind::<Ets>().and_then(Ets::quantum)
        };
        assert_eq!((quantum("1:2").await, quantum("1:3").await), (None, Some(4500)));
        classes.change("v0", Ets::build().quantum("6k").class("1:3")).await.unwrap();
        assert_eq!((quantum("1:3").await, quantum("1:4").await), (Some(6144), Some(3000)));
        if let Some(lines) = tc_lines() {
            assert!(
                lines.iter().any(|line| line.contains("ets 1:3 ") && line.contains("quantum 6144")),
                "{lines:?}"
            );
        }
        let strict = classes.change("v0", Ets::build().quantum("6k").class("1:1")).await.unwrap_err();
        assert!(strict.message().is_some_and(|message| message.contains("Strict bands")), "{strict}");
        let new = classes.add("v0", Ets::build().quantum("6k").class("1:9")).await.unwrap_err();
        assert!(new.message().is_some_and(|message| message.contains("not supported")), "{new}");
    });
}

#[test]
fn those_of_qfq() {
    run(|ip| async move {
        if !with_qdisc(&ip, Qfq::build().root().handle("1:")).await {
            return;
        }
        let classes = ip.class();
        classes.add("v0", Qfq::build().weight(700).max_packet("2k").class("1:10")).await.unwrap();
        let read = classes.get("v0", "1:10").await.unwrap();
        assert_eq!(read.malformed().count(), 0);
        let qfq = read.kind::<Qfq>().unwrap();
        assert_eq!((qfq.weight(), qfq.max_packet()), (Some(700), Some(2048)));
        let stats = read.extra_stats::<QfqStats>().unwrap();
        assert_eq!((stats.weight(), stats.max_packet()), (700, 2048));
        if let Some(lines) = tc_lines() {
            assert!(lines.iter().any(|line| line.contains("weight 700 maxpkt 2048")), "{lines:?}");
        }
        is_alike(&ip, "1:10", "parent 1: classid 1:10 qfq weight 700 maxpkt 2048").await;
        // A change sets the defaults of what it leaves out.
        classes.change("v0", Qfq::build().max_packet(4096u32).class("1:10")).await.unwrap();
        let changed = classes.get("v0", "1:10").await.unwrap();
        let qfq = changed.kind::<Qfq>().unwrap();
        assert_eq!((qfq.weight(), qfq.max_packet()), (Some(1), Some(4096)));
        let heavy = classes.add("v0", Qfq::build().weight(1025).class("1:11")).await.unwrap_err();
        assert!(!heavy.is_not_found(), "{heavy}");
    });
}

#[test]
fn what_fails_says_why() {
    run(|ip| async move {
        if !with_qdisc(&ip, Htb::build().root().handle("1:")).await {
            return;
        }
        let classes = ip.class();
        classes.add("v0", Htb::build().rate("1mbit").class("1:10")).await.unwrap();
        let exists = classes.add("v0", Htb::build().rate("1mbit").class("1:10")).await.unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        assert!(exists.to_string().starts_with("add class htb 1:10 on v0: "), "{exists}");
        let missing = classes.get("v0", "1:77").await.unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert!(classes.delete("v0", "1:77").await.unwrap_err().is_not_found());
        let vague = classes.delete("v0", "1:").await.unwrap_err();
        assert!(vague.to_string().contains("a class has a handle with a minor number"), "{vague}");
        let wrong = classes.add("v0", Htb::build().rate("fast").class("1:11")).await.unwrap_err();
        assert!(wrong.to_string().contains("\"fast\" is not a rate"), "{wrong}");
        assert!(classes.list().device("nope").await.unwrap_err().is_not_found());
        let created =
            classes.replace("v0", Htb::build().rate("2mbit").class("1:12")).created().await.unwrap();
        let of = |class: &ClassMessage| class.kind::<Htb>().and_then(Htb::rate);
        assert_eq!(of(&created), Some(Rate::mbit(2)));
        assert_eq!(classes.list().device("v0").flush().await.unwrap(), 2);
        assert!(classes.list().device("v0").await.unwrap().is_empty());
    });
}
