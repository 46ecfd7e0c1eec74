//! Classes of qdiscs: made, listed, compared with `tc`, changed and deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::tc::qdisc::htb::HtbStats;
use iproute2::rtnetlink::tc::qdisc::{Drr, Htb};
use iproute2::rtnetlink::tc::{ClassMessage, PlaceClass, PlaceQdisc, Rate, TcHandle};
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

        let listed = classes.list("v0").await.unwrap();
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
        let children = classes.list("v0").parent("1:1").await.unwrap();
        assert_eq!(children.len(), 2);
        assert_eq!(classes.list("v0").qdisc("1:").await.unwrap().len(), 3);
        assert_eq!(classes.list("v0").parent("1:").await.unwrap().len(), 1);

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
        assert!(classes.list("nope").await.unwrap_err().is_not_found());
        let created =
            classes.replace("v0", Htb::build().rate("2mbit").class("1:12")).created().await.unwrap();
        let of = |class: &ClassMessage| class.kind::<Htb>().and_then(Htb::rate);
        assert_eq!(of(&created), Some(Rate::mbit(2)));
        assert_eq!(classes.list("v0").flush().await.unwrap(), 2);
        assert!(classes.list("v0").await.unwrap().is_empty());
    });
}
