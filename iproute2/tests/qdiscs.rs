//! Qdiscs: made, listed, compared with `tc`, changed, replaced and deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::tc::qdisc::htb::HtbQdisc;
use iproute2::rtnetlink::tc::qdisc::{
    Clsact, Codel, Drr, Fifo, FqCodel, Hhf, Htb, Ingress, Mq, Pie, Prio, Tbf,
};
use iproute2::rtnetlink::tc::{PlaceQdisc, QdiscMessage, QdiscMessageBuf, Rate, TcHandle};
use iproute2::{Error, Veth};
use serde_json::Value;
use std::process::Command;
use std::time::Duration;
use support::{Handle, run, skip};

/// What `tc -j` prints; `None` where there is no `tc`.
fn tc_json(arguments: &str) -> Option<Value> {
    let Ok(output) = Command::new("tc").arg("-j").args(arguments.split(' ')).output() else {
        skip("there is no tc");
        return None;
    };
    assert!(output.status.success(), "tc {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn lacks(error: &Error) -> bool {
    error.message().is_some_and(|message| message.contains("Specified qdisc kind is unknown"))
        || error.is_not_found() && error.message().is_none()
}

/// Whether a qdisc was made; says so where this kernel lacks its kind.
async fn made(ip: &Handle, qdisc: QdiscMessageBuf) -> bool {
    let kind = qdisc.view().kind_name().unwrap_or_default().to_owned();
    match ip.qdisc().replace("v0", qdisc).await {
        Ok(()) => true,
        Err(error) if lacks(&error) => {
            skip(&format!("this kernel lacks qdisc {kind}"));
            false
        }
        Err(error) => panic!("{error}"),
    }
}

async fn root(ip: &Handle) -> iproute2::netlink_packet::Packet<QdiscMessage> {
    ip.qdisc().get("v0", TcHandle::ROOT).await.unwrap()
}

/// What `tc` says of the options of the root qdisc of `v0`.
fn options() -> Option<Value> {
    let qdiscs = tc_json("-s qdisc show dev v0 root")?;
    let qdisc = qdiscs.as_array().unwrap().iter().find(|qdisc| qdisc["root"] == true).unwrap().clone();
    Some(qdisc["options"].clone())
}

#[test]
fn those_of_all_devices_are_listed() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        ip.link().add(Veth::pair("w0", "w1").up()).await.unwrap();
        if !made(&ip, Fifo::build().limit(100u32).root().handle("1:")).await {
            return;
        }
        let all = ip.qdisc().list().await.unwrap();
        assert!(all.iter().all(|qdisc| qdisc.malformed().count() == 0), "{all:?}");
        let mine = ip.qdisc().list().device("v0").await.unwrap();
        assert_eq!(mine.len(), 1);
        assert_eq!((mine[0].handle(), mine[0].parent()), (TcHandle::new(1, 0), TcHandle::ROOT));
        assert_eq!(mine[0].kind::<Fifo>().map(Fifo::limit), Some(100));
        assert!(mine[0].stats().is_some_and(|stats| stats.queue().is_some()));
        assert_eq!(ip.qdisc().list().kind("pfifo").await.unwrap().len(), 1);
        if let Some(told) = tc_json("-s qdisc show") {
            let of =
                |qdiscs: &[Value]| qdiscs.iter().map(|qdisc| qdisc["kind"].to_string()).collect::<Vec<_>>();
            let kinds: Vec<_> = all.iter().map(|qdisc| format!("{:?}", qdisc.kind_name().unwrap())).collect();
            assert_eq!(kinds, of(told.as_array().unwrap()));
        }
        let missing = ip.qdisc().list().device("nope").await.unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
    });
}

#[test]
fn each_kind_is_made_as_tc_reads_it() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        let ms = Duration::from_millis;
        let wanted: [(QdiscMessageBuf, &[(&str, Value)]); 9] = [
            (Fifo::build().limit(77u32).root(), &[("limit", 77.into())]),
            (Fifo::of_bytes("64k"), &[("limit", 65_536.into())]),
            (Fifo::dropping_at_head(55), &[("limit", 55.into())]),
            (Prio::usual().bands(4).band(7, 3).root(), &[("bands", 4.into())]),
            (
                Tbf::shaped("1mbit", "15k", ms(80)).root(),
                &[("rate", 125_000.into()), ("burst", 15_360.into())],
            ),
            (
                Codel::build().limit(500).target(ms(7)).interval(ms(90)).ecn(true).root(),
                &[("limit", 500.into()), ("target", 6999.into()), ("ecn", true.into())],
            ),
            (
                FqCodel::build().limit(900).flows(64).quantum(3000u32).memory_limit("8mb").ecn(false).root(),
                &[
                    ("limit", 900.into()),
                    ("flows", 64.into()),
                    ("quantum", 3000.into()),
                    ("memory_limit", 8_388_608.into()),
                ],
            ),
            (
                Pie::build().limit(200).alpha(3).beta(21).byte_mode(true).root(),
                &[("limit", 200.into()), ("alpha", 3.into()), ("beta", 21.into()), ("bytemode", true.into())],
            ),
            (
                Hhf::build().backlog_limit(300).quantum(2000u32).other_weight(3).root(),
                &[("limit", 300.into()), ("quantum", 2000.into()), ("non_hh_weight", 3.into())],
            ),
        ];
        for (qdisc, keys) in wanted {
            let name = qdisc.view().kind_name().unwrap().to_owned();
            if !made(&ip, qdisc.clone()).await {
                continue;
            }
            let read = root(&ip).await;
            assert_eq!((read.kind_name(), read.malformed().count()), (Some(name.as_str()), 0), "{read:?}");
            if let Some(told) = options() {
                for (key, value) in keys {
                    // Times pass through units of about a microsecond.
                    let is = &told[*key];
                    let near = is.as_i64().zip(value.as_i64()).is_some_and(|(a, b)| (a - b).abs() <= 1);
                    assert!(near || is == value, "{name}: {key} is {is} and not {value}: {told}");
                }
            }
            // As it was listed, it can be made again, and is the same.
            let request = read.to_request();
            ip.qdisc().delete("v0", &read).await.unwrap();
            ip.qdisc().add("v0", request).await.unwrap();
            let again = root(&ip).await;
            assert_eq!(again.options(), read.options(), "{name}");
            ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
        }
    });
}

#[test]
fn what_reads_has_the_values_that_were_asked_for() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        if made(&ip, Tbf::shaped("40gbit", "10mb", Duration::from_millis(10)).root()).await {
            let read = root(&ip).await;
            let tbf = read.kind::<Tbf>().unwrap();
            // In a tick, it sends 320 bytes.
            assert_eq!(tbf.rate(), Some(Rate::gbit(40)));
            assert!(tbf.burst().is_some_and(|burst| burst.abs_diff(10 << 20) <= 320), "{tbf:?}");
        }
        if made(&ip, Htb::build().default_class("1:30").root().handle("1:")).await {
            let read = root(&ip).await;
            let htb = read.kind::<Htb>().unwrap();
            assert_eq!(
                (htb.default_class(), htb.qdisc_parameters().map(HtbQdisc::rate_to_quantum)),
                (Some(0x30), Some(10))
            );
            ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
        }
        if made(&ip, Drr::build().root().handle("2:")).await {
            assert_eq!(root(&ip).await.handle(), TcHandle::new(2, 0));
        }
    });
}

#[test]
fn added_changed_replaced_and_deleted() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        if !made(&ip, FqCodel::build().limit(100).root().handle("1:")).await {
            return;
        }
        let qdisc = ip.qdisc();
        for other in [Fifo::build().limit(5u32).root().handle("3:"), FqCodel::build().root()] {
            let exists = qdisc.add("v0", other).await.unwrap_err();
            assert!(exists.is_already_exists(), "{exists}");
            let label = exists.to_string();
            assert!(label.contains(" 3: on v0: ") || label.contains(" fq_codel root on v0: "), "{exists}");
        }
        let other = qdisc.change("v0", Fifo::build().limit(5u32).root()).await.unwrap_err();
        assert!(other.is_invalid(), "{other}");
        assert_eq!(root(&ip).await.kind_name(), Some("fq_codel"));
        qdisc.change("v0", FqCodel::build().limit(200).root()).await.unwrap();
        let read = root(&ip).await;
        let fq = read.kind::<FqCodel>().unwrap();
        assert_eq!((fq.limit(), read.handle()), (Some(200), TcHandle::new(1, 0)));
        let created =
            qdisc.replace("v0", Fifo::build().limit(9u32).root().handle("7:")).created().await.unwrap();
        assert_eq!((created.kind_name(), created.handle()), (Some("pfifo"), TcHandle::new(7, 0)));
        assert_eq!(qdisc.get("v0", "7:").await.unwrap().kind_name(), Some("pfifo"));
        let vague = qdisc.delete("v0", "7:").await.unwrap_err();
        assert!(vague.to_string().contains("by its parent"), "{vague}");
        qdisc.delete("v0", TcHandle::ROOT).await.unwrap();
        let gone = qdisc.delete("v0", TcHandle::ROOT).await.unwrap_err();
        assert!(gone.is_not_found(), "{gone}");
        assert!(qdisc.get("v0", "7:").await.unwrap_err().is_not_found());
        let wrong = qdisc.get("v0", "1:12345").await.unwrap_err();
        assert!(wrong.to_string().contains("is not a handle"), "{wrong}");
        let nowhere = qdisc.add("nope", Fifo::build().limit(1u32).root()).await.unwrap_err();
        assert!(nowhere.is_not_found(), "{nowhere}");
    });
}

#[test]
fn filters_have_a_place() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        if made(&ip, Clsact::build().ingress()).await {
            let read = ip.qdisc().get("v0", TcHandle::INGRESS).await.unwrap();
            assert_eq!((read.kind_name(), read.handle()), (Some("clsact"), TcHandle::new(0xffff, 0)));
            let other = ip.qdisc().add("v0", Ingress::build().ingress()).await.unwrap_err();
            assert!(other.is_already_exists(), "{other}");
            ip.qdisc().delete("v0", TcHandle::INGRESS).await.unwrap();
        }
        if made(&ip, Ingress::build().ingress()).await {
            let listed = ip.qdisc().get("v0", TcHandle::INGRESS).await.unwrap();
            ip.qdisc().delete("v0", &listed).await.unwrap();
        }
    });
}

#[test]
fn default_ones_inside_of_others_are_invisible() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        if !made(&ip, Tbf::shaped("1mbit", "15k", Duration::from_millis(80)).root().handle("1:")).await {
            return;
        }
        let visible = ip.qdisc().list().device("v0").await.unwrap();
        let all = ip.qdisc().list().device("v0").invisible().await.unwrap();
        assert_eq!((visible.len(), all.len()), (1, 2), "{all:?}");
        assert_eq!((all[1].kind_name(), all[1].parent()), (Some("bfifo"), TcHandle::new(1, 1)));
        // A flush spares them.
        assert_eq!(ip.qdisc().list().device("v0").flush().await.unwrap(), 1);
        let left = ip.qdisc().list().device("v0").await.unwrap();
        assert!(left.iter().all(|qdisc| qdisc.handle() == TcHandle::UNSPEC), "{left:?}");
    });
}

#[test]
fn each_transmit_queue_has_one() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").tx_queues(3).up()).await.unwrap();
        if made(&ip, Mq::build().root().handle("1:")).await {
            let mut parents: Vec<_> =
                ip.qdisc().list().device("v0").await.unwrap().iter().map(|one| one.parent()).collect();
            parents.sort();
            let queue = |number| TcHandle::new(1, number);
            assert_eq!(parents, [queue(1), queue(2), queue(3), TcHandle::ROOT]);
        }
    });
}
