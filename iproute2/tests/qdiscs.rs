//! Qdiscs: made, listed, compared with `tc`, changed, replaced and deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::netlink_packet::View;
use iproute2::rtnetlink::tc::qdisc::cake::{CakeAckFilter, CakeStats, CakeTin};
use iproute2::rtnetlink::tc::qdisc::choke::ChokeStats;
use iproute2::rtnetlink::tc::qdisc::etf::EtfFlags;
use iproute2::rtnetlink::tc::qdisc::fq::FqStats;
use iproute2::rtnetlink::tc::qdisc::fq_pie::FqPieStats;
use iproute2::rtnetlink::tc::qdisc::htb::HtbQdisc;
use iproute2::rtnetlink::tc::qdisc::netem::{Distribution, FourStates, GilbertElliott};
use iproute2::rtnetlink::tc::qdisc::plug::PlugBuf;
use iproute2::rtnetlink::tc::qdisc::red::{RedConfig, RedFlags, RedStats};
use iproute2::rtnetlink::tc::qdisc::sfb::SfbStats;
use iproute2::rtnetlink::tc::qdisc::sfq::SfqStats;
use iproute2::rtnetlink::tc::qdisc::taprio::{TaprioFlags, TaprioStats};
use iproute2::rtnetlink::tc::qdisc::{
    Cake, Cbs, Choke, Clsact, Codel, Drr, Etf, Ets, Fifo, Fq, FqCodel, FqPie, Gred, Hfsc, Hhf, Htb, Ingress,
    Mq, Mqprio, Netem, PfifoFast, Pie, Plug, Prio, Red, Sfb, Sfq, Skbprio, Taprio, Tbf, Teql,
};
use iproute2::rtnetlink::tc::{ClockId, PlaceQdisc, QdiscMessage, QdiscMessageBuf, Rate, TcHandle};
use iproute2::{Dummy, Error, LinkMessage, Neighbour, Veth};
use serde_json::{Value, json};
use std::fs;
use std::net::UdpSocket;
use std::process::Command;
use std::time::{Duration, Instant};
use support::{Handle, run, skip, skip_always, with_simulated};

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

/// Runs `tc`; says so where there is none.
fn tc(arguments: &str) -> bool {
    let Ok(output) = Command::new("tc").args(arguments.split_whitespace()).output() else {
        skip("there is no tc");
        return false;
    };
    assert!(output.status.success(), "tc {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    true
}

/// Makes a root qdisc, reads it, and compares it with what `tc` says of it, with one that is made again from what was listed, and
/// with one that `tc` makes. Returns what was read; says so where this kernel lacks its kind.
async fn alike(
    ip: &Handle,
    qdisc: QdiscMessageBuf,
    words: &str,
    told: Value,
) -> Option<iproute2::netlink_packet::Packet<QdiscMessage>> {
    if !made(ip, qdisc).await {
        return None;
    }
    let read = root(ip).await;
    assert_eq!(read.malformed().count(), 0, "{read:?}");
    // Older versions of `tc` print no valid JSON of some kinds.
    if let Some((is, told)) = told.as_object().and_then(|told| Some((options()?, told))) {
        for (key, value) in told {
            assert_eq!(&is[key], value, "{key}: {is}");
        }
    }
    ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
    ip.qdisc().add("v0", read.to_request()).await.unwrap();
    let again = root(ip).await;
    assert_eq!(again.options(), read.options(), "{words}");
    assert_eq!(again.to_request(), read.to_request(), "{words}");
    ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
    if tc(&format!("qdisc add dev v0 root handle 100: {words}")) {
        assert_eq!(root(ip).await.options(), read.options(), "{words}");
    }
    Some(read)
}

/// A pair of devices with four transmit queues each, on which the kernel sends nothing by itself.
async fn with_queues(ip: &Handle) {
    let _ = fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
    ip.link().add(Veth::pair("v0", "v1").tx_queues(4).up()).await.unwrap();
}

/// Three traffic classes of four queues.
const MAP: [u8; 16] = [0, 0, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const WORDS_OF_MAP: &str = "num_tc 3 map 0 0 1 1 2 2 0 0 0 0 0 0 0 0 0 0 queues 1@0 1@1 2@2";

#[test]
fn cake_is_made_and_changed() {
    run(|ip| async move {
        with_queues(&ip).await;
        let ms = Duration::from_millis;
        let all = Cake::build().bandwidth("100mbit").diffserv("diffserv4").flow_mode("dual-srchost");
        let all =
            all.round_trip(ms(50)).overhead(44).mpu(64).atm("atm").nat(true).wash(true).ingress_mode(true);
        let all = all.ack_filter("ack-filter").memory_limit("5mb").fwmark(0xf0).split_gso(false);
        let words = "cake bandwidth 100mbit diffserv4 dual-srchost nat wash rtt 50ms overhead 44 mpu 64 atm ack-filter \
                     ingress memlimit 5mb fwmark 0xf0 no-split-gso";
        let told = json!({
            "bandwidth": 12_500_000, "diffserv": "diffserv4", "flowmode": "dual-srchost", "nat": true, "wash": true,
            "ingress": true, "ack-filter": "enabled", "split_gso": false, "rtt": 50_000, "raw": false, "atm": "atm",
            "overhead": 44, "mpu": 64, "memlimit": 5_242_880, "fwmark": "0xf0",
        });
        let Some(read) = alike(&ip, all.root().handle("100:"), words, told).await else { return };
        let before = read.kind::<Cake>().unwrap();
        assert_eq!(
            (before.bandwidth(), before.target()),
            (Some(Rate::mbit(100)), Some(Duration::from_micros(2500)))
        );
        assert_eq!((before.raw(), before.ack_filter()), (None, Some(CakeAckFilter::FILTER)));

        // A change keeps what it leaves out.
        ip.qdisc().change("v0", Cake::build().bandwidth("50mbit").nat(false).root()).await.unwrap();
        let changed = root(&ip).await;
        assert_eq!(changed.handle(), TcHandle::new(0x100, 0));
        let expected = before.to_buf().bandwidth("50mbit").nat(false);
        let [is, wanted] = [changed.kind::<Cake>().unwrap(), expected.view()].map(sorted);
        assert_eq!(is, wanted);
        // `raw` ends an overhead, and an overhead ends it.
        ip.qdisc().change("v0", Cake::build().raw(true).root()).await.unwrap();
        let raw = root(&ip).await;
        assert_eq!(
            raw.kind::<Cake>().map(|cake| (cake.raw(), cake.overhead())),
            Some((Some(true), Some(44)))
        );
        ip.qdisc().change("v0", Cake::build().overhead(-4).root()).await.unwrap();
        let not = root(&ip).await;
        assert_eq!(not.kind::<Cake>().map(|cake| (cake.raw(), cake.overhead())), Some((None, Some(-4))));
        ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();

        let few = Cake::build().diffserv("besteffort").flow_mode("flowblind").raw(true).autorate(true);
        let few = few.bandwidth(Rate::gbit(40)).atm("ptm").ack_filter("ack-filter-aggressive");
        let words =
            "cake bandwidth 40gbit besteffort flowblind raw autorate-ingress ptm ack-filter-aggressive";
        let told = json!({
            "bandwidth": 5_000_000_000_u64, "diffserv": "besteffort", "flowmode": "flowblind", "raw": true, "atm": "ptm",
            "autorate": "autorate-ingress", "ack-filter": "aggressive", "rtt": 100_000,
        });
        alike(&ip, few.root().handle("100:"), words, told).await;
    });
}

/// The attributes of options by number.
fn sorted(cake: &Cake) -> Vec<(u16, Vec<u8>)> {
    let attributes =
        cake.attributes().raw().map(|attribute| (attribute.number(), attribute.payload.to_vec()));
    let mut attributes: Vec<_> = attributes.filter(|(number, _)| *number != 1).collect();
    attributes.sort();
    attributes
}

#[test]
fn cake_counts_by_tin_and_flow() {
    run(|ip| async move {
        let _ = fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
        // It has a carrier at once.
        if !support::made(ip.link().add(Dummy::named("v0").up()).await, "dummy") {
            return;
        }
        // A byte per second: the first packet leaves, and no other does while this runs.
        if !made(&ip, Cake::build().bandwidth("8bit").overhead(18).root().handle("1:")).await {
            return;
        }
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        let socket = UdpSocket::bind("192.0.2.1:0").unwrap();
        for _ in 0..5 {
            socket.send_to(&[0; 500], "192.0.2.2:9").unwrap();
        }
        let read = root(&ip).await;
        let stats = read.extra_stats::<CakeStats>().unwrap();
        let tins: Vec<&CakeTin> = stats.tins().unwrap().collect();
        assert_eq!(tins.len(), 3);
        assert_eq!((tins[1].sent_packets(), tins[1].backlog_bytes()), (Some(5), Some(4 * 542)));
        assert_eq!((stats.max_network_length(), stats.max_adjusted_length()), (Some(528), Some(546)));
        assert_eq!(stats.deficit(), None);
        // A change drops no packets.
        ip.qdisc().change("v0", Cake::build().memory_limit("1mb").root()).await.unwrap();
        let read = root(&ip).await;
        let stats = read.extra_stats::<CakeStats>().unwrap();
        let tins: Vec<&CakeTin> = stats.tins().unwrap().collect();
        assert_eq!((tins[1].backlog_bytes(), stats.memory_limit()), (Some(4 * 542), Some(1 << 20)));
        if let Some(told) = tc_json("-s -d qdisc show dev v0 root") {
            let of = |key: &str| told[0][key].as_u64();
            let number = |number: Option<u32>| number.map(u64::from);
            assert_eq!(number(stats.memory_used()), of("memory_used"));
            assert_eq!(number(stats.memory_limit()), of("memory_limit"));
            assert_eq!(stats.capacity_estimate().map(|rate| rate.0), of("capacity_estimate"));
            assert_eq!(number(stats.min_network_length()), of("min_network_size"));
            assert_eq!(number(stats.max_network_length()), of("max_network_size"));
            assert_eq!(number(stats.min_adjusted_length()), of("min_adj_size"));
            assert_eq!(number(stats.max_adjusted_length()), of("max_adj_size"));
            assert_eq!(number(stats.average_network_offset()), of("avg_hdr_offset"));
            assert_eq!(told[0]["tins"].as_array().map(Vec::len), Some(3));
            for (tin, told) in tins.iter().zip(told[0]["tins"].as_array().unwrap()) {
                let of = |key: &str| told[key].as_u64();
                let micros =
                    |time: Option<Duration>| time.and_then(|time| u64::try_from(time.as_micros()).ok());
                assert_eq!(tin.threshold().map(|rate| rate.0), of("threshold_rate"));
                assert_eq!(tin.sent_bytes(), of("sent_bytes"));
                assert_eq!(number(tin.backlog_bytes()), of("backlog_bytes"));
                assert_eq!(micros(tin.target()), of("target_us"));
                assert_eq!(micros(tin.interval()), of("interval_us"));
                assert_eq!(micros(tin.peak_delay()), of("peak_delay_us"));
                assert_eq!(micros(tin.average_delay()), of("avg_delay_us"));
                assert_eq!(micros(tin.base_delay()), of("base_delay_us"));
                assert_eq!(number(tin.sent_packets()), of("sent_packets"));
                assert_eq!(number(tin.way_indirect_hits()), of("way_indirect_hits"));
                assert_eq!(number(tin.way_misses()), of("way_misses"));
                assert_eq!(number(tin.way_collisions()), of("way_collisions"));
                assert_eq!(number(tin.dropped_packets()), of("drops"));
                assert_eq!(number(tin.ecn_marks()), of("ecn_mark"));
                assert_eq!(number(tin.dropped_acks()), of("ack_drops"));
                assert_eq!(number(tin.sparse_flows()), of("sparse_flows"));
                assert_eq!(number(tin.bulk_flows()), of("bulk_flows"));
                assert_eq!(number(tin.unresponsive_flows()), of("unresponsive_flows"));
                assert_eq!(number(tin.max_packet()), of("max_pkt_len"));
                assert_eq!(number(tin.flow_quantum()), of("flow_quantum"));
            }
        }
        // The flow is a class.
        let flows = ip.class().list().device("v0").await.unwrap();
        assert_eq!(flows.len(), 1, "{flows:?}");
        assert_eq!(flows[0].malformed().count(), 0);
        let stats = flows[0].extra_stats::<CakeStats>().unwrap();
        assert_eq!((stats.dropping(), stats.cobalt_count()), (Some(false), Some(0)));
        assert!(stats.deficit().is_some() && stats.tins().is_none());
        assert_eq!(flows[0].stats().and_then(|stats| stats.queue()).map(|queue| queue.length()), Some(4));
    });
}

#[test]
fn hfsc_has_a_default_class() {
    run(|ip| async move {
        with_queues(&ip).await;
        let hfsc = Hfsc::build().default_class("100:30").root().handle("100:");
        let Some(read) = alike(&ip, hfsc, "hfsc default 30", Value::Null).await else { return };
        assert_eq!(read.kind::<Hfsc>().map(Hfsc::default_class), Some(0x30));
        ip.qdisc().change("v0", Hfsc::build().default_class("100:40").root()).await.unwrap();
        assert_eq!(root(&ip).await.kind::<Hfsc>().map(Hfsc::default_class), Some(0x40));
    });
}

#[test]
fn ets_has_strict_bands_and_quanta() {
    run(|ip| async move {
        with_queues(&ip).await;
        let ets = Ets::build().bands(5).strict(2).quanta(["4500", "3000"]).priority_map([4, 3, 2, 1, 0]);
        let words = "ets bands 5 strict 2 quanta 4500 3000 priomap 4 3 2 1 0";
        // The last band has the MTU of the device, with its header.
        let told = json!({
            "bands": 5, "strict": 2, "quanta": [4500, 3000, 1514],
            "priomap": [4, 3, 2, 1, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4],
        });
        if alike(&ip, ets.root().handle("100:"), words, told).await.is_none() {
            return;
        }
        // A change sets the defaults of what it leaves out.
        ip.qdisc().change("v0", Ets::build().strict(1).quanta([2000u32, 256]).root()).await.unwrap();
        let read = root(&ip).await;
        let is = read.kind::<Ets>().unwrap();
        assert_eq!((is.bands(), is.strict()), (Some(3), Some(1)));
        assert_eq!(is.quanta().collect::<Vec<_>>(), [2000, 256]);
        assert_eq!(is.priority_map().collect::<Vec<_>>(), [2; 16]);
        let small = ip.qdisc().change("v0", Ets::build().quanta([255u32]).root()).await.unwrap_err();
        assert!(small.to_string().contains("255 is not a quantum of ets"), "{small}");
    });
}

#[test]
fn mqprio_maps_priorities_to_queues() {
    run(|ip| async move {
        with_queues(&ip).await;
        let mqprio = || Mqprio::build().priority_map(MAP).queues(["1@0", "1@1", "2@2"]);
        let told = json!({ "tc": 3, "map": MAP, "queues": [[0, 0], [1, 1], [2, 3]] });
        let words = format!("mqprio {WORDS_OF_MAP} hw 0");
        let Some(read) = alike(&ip, mqprio().root().handle("100:"), &words, told).await else { return };
        let is = read.kind::<Mqprio>().unwrap();
        assert_eq!((is.classes(), is.hardware(), is.priority_map()), (3, false, MAP));
        assert_eq!(is.queues().map(|queues| queues.to_string()).collect::<Vec<_>>(), ["1@0", "1@1", "2@2"]);
        // Traffic classes and queues are classes.
        let classes = ip.class().list().device("v0").await.unwrap();
        let of = |handle| classes.iter().find(|class| class.handle() == handle).map(|class| class.parent());
        assert_eq!(classes.len(), 7, "{classes:?}");
        assert_eq!(of(TcHandle::new(0x100, 0xffe2)), Some(TcHandle::ROOT));
        assert_eq!(of(TcHandle::new(0x100, 4)), Some(TcHandle::new(0x100, 0xffe2)));

        let qdisc = ip.qdisc();
        let changed = qdisc.change("v0", mqprio().queues([(4, 0)]).root()).await.unwrap_err();
        assert!(!changed.is_not_found(), "{changed}");
        qdisc.delete("v0", TcHandle::ROOT).await.unwrap();
        let hardware = qdisc.add("v0", mqprio().hardware(true).mode("channel").root().handle("1:")).await;
        assert!(hardware.unwrap_err().is_invalid(), "a veth has no such hardware");
        let rates = mqprio().hardware(true).shaper("bw_rlimit").max_rates(["1gbit"; 4]).root().handle("1:");
        let many = qdisc.add("v0", rates).await.unwrap_err();
        assert!(many.to_string().contains("4 rates are more than the 3 traffic classes"), "{many}");
    });
}

/// Seconds since the epoch that no test sees.
const LATER: Duration = Duration::from_secs(4_000_000_000);

fn taprio() -> iproute2::rtnetlink::tc::qdisc::taprio::TaprioBuf {
    Taprio::build().priority_map(MAP).queues(["1@0", "1@1", "2@2"]).clock("CLOCK_TAI")
}

#[test]
fn taprio_has_schedules() {
    run(|ip| async move {
        with_queues(&ip).await;
        let ns = Duration::from_nanos;
        let later = taprio().base_time(LATER).schedule(["S 01 300000", "S 06 200us"]);
        let later = later.cycle_time(ns(600_000)).cycle_time_extension(ns(50_000));
        let words = format!(
            "taprio {WORDS_OF_MAP} base-time 4000000000000000000 cycle-time 600000 cycle-time-extension 50000 \
             sched-entry S 01 300000 sched-entry S 06 200000 clockid CLOCK_TAI"
        );
        let Some(read) = alike(&ip, later.root().handle("100:"), &words, Value::Null).await else { return };
        // It is to begin: there is an administrative schedule, and no operational one.
        let is = read.kind::<Taprio>().unwrap();
        assert_eq!((is.base_time(), is.schedule().count(), is.clock()), (None, 0, Some(ClockId::TAI)));
        assert_eq!((is.priority_map(), is.queues().count()), (Some(MAP), 3));
        let admin = is.admin().unwrap();
        assert_eq!((admin.base_time(), admin.cycle_time()), (Some(LATER), Some(ns(600_000))));
        assert_eq!(admin.cycle_time_extension(), Some(ns(50_000)));
        let entries: Vec<_> =
            admin.schedule().map(|entry| (entry.index(), entry.gates(), entry.interval())).collect();
        assert_eq!(entries, [(Some(0), Some(1), Some(ns(300_000))), (Some(1), Some(6), Some(ns(200_000)))]);

        // One that began long ago is operational after a cycle.
        let qdisc = ip.qdisc();
        qdisc.delete("v0", TcHandle::ROOT).await.unwrap();
        let now = || taprio().base_time(Duration::ZERO).schedule(["S 01 300000", "S 07 300000"]);
        qdisc.add("v0", now().root().handle("100:")).await.unwrap();
        let read = operational(&ip, ns(600_000)).await;
        let is = read.kind::<Taprio>().unwrap();
        assert_eq!(
            (is.base_time(), is.schedule().count(), is.admin().is_none()),
            (Some(Duration::ZERO), 2, true)
        );
        if let Some(told) = options() {
            let entry =
                |index, gates| json!({ "index": index, "cmd": "S", "gatemask": gates, "interval": 300_000 });
            assert_eq!(told["schedule"], json!([entry(0, "0x1"), entry(1, "0x7")]));
            assert_eq!((&told["cycle_time"], &told["base_time"]), (&json!(600_000), &json!(0)));
        }

        // A change replaces the schedule at its time: until then there are both.
        let other = || now().base_time(LATER).schedule([Taprio::open(3, ns(500_000))]);
        qdisc.change("v0", other().root()).await.unwrap();
        let read = root(&ip).await;
        let both = read.kind::<Taprio>().unwrap();
        assert_eq!(
            (both.schedule().count(), both.admin().map(|admin| admin.schedule().count())),
            (2, Some(1))
        );
        // A request made from it has the one that is to begin.
        let request = both.to_request();
        assert_eq!((request.view().base_time(), request.view().schedule().count()), (Some(LATER), 1));
        qdisc.change("v0", request.root()).await.unwrap();
        assert_eq!(root(&ip).await.options(), read.options());
        // The next one is operational at once.
        qdisc.change("v0", now().schedule(["S 07 400000"]).root()).await.unwrap();
        let read = operational(&ip, ns(400_000)).await;
        assert_eq!(read.kind::<Taprio>().map(|taprio| taprio.schedule().count()), Some(1));

        // Each transmit queue is a class.
        for handle in ["100:1", "100:4"] {
            let class = ip.class().get("v0", handle).await.unwrap();
            assert!(class.kind::<Taprio>().is_some() && class.malformed().count() == 0, "{class:?}");
        }
        // Nothing else can be changed.
        for wrong in [
            now().queues(["2@0", "1@2", "1@3"]),
            now().clock("CLOCK_MONOTONIC"),
            now().flags("txtime-assist").txtime_delay(ns(1000)),
        ] {
            let refused = qdisc.change("v0", wrong.root()).await.unwrap_err();
            assert!(refused.message().is_some_and(|message| message.contains("not supported")), "{refused}");
        }
    });
}

/// The root qdisc once the schedule with this cycle is operational.
async fn operational(ip: &Handle, cycle: Duration) -> iproute2::netlink_packet::Packet<QdiscMessage> {
    let start = Instant::now();
    loop {
        let read = root(ip).await;
        let taprio = read.kind::<Taprio>().unwrap();
        if taprio.cycle_time() == Some(cycle) && taprio.admin().is_none() {
            return read;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{taprio:?}");
    }
}

#[test]
fn taprio_computes_times_and_limits_sizes() {
    run(|ip| async move {
        with_queues(&ip).await;
        let ns = Duration::from_nanos;
        // In this mode the schedule is operational at once.
        let assist = taprio().base_time(Duration::ZERO).schedule(["S 07 300000"]);
        let assist = assist.flags(TaprioFlags::TXTIME_ASSIST).txtime_delay(ns(500_000));
        let words = format!(
            "taprio {WORDS_OF_MAP} base-time 0 sched-entry S 07 300000 flags 0x1 txtime-delay 500000 clockid CLOCK_TAI"
        );
        let told = json!({
            "tc": 3, "flags": "0x1", "txtime_delay": 500_000, "base_time": 0, "cycle_time": 300_000,
            "cycle_time_extension": 0, "clockid": "TAI",
            "queues": [{ "offset": 0, "count": 1 }, { "offset": 1, "count": 1 }, { "offset": 2, "count": 2 }],
            "schedule": [{ "index": 0, "cmd": "S", "gatemask": "0x7", "interval": 300_000 }],
        });
        let Some(read) = alike(&ip, assist.clone().root().handle("100:"), &words, told).await else { return };
        let is = read.kind::<Taprio>().unwrap();
        assert_eq!((is.flags(), is.txtime_delay()), (Some(TaprioFlags::TXTIME_ASSIST), Some(ns(500_000))));

        ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
        ip.qdisc().add("v0", assist.clone().max_sdus([200, 0, 300]).root().handle("100:")).await.unwrap();
        let read = root(&ip).await;
        let sizes: Vec<_> = read.kind::<Taprio>().unwrap().max_sdus().take(3).collect();
        assert_eq!(sizes, [(0, 200), (1, 0), (2, 300)]);
        // A change keeps those that it leaves out.
        ip.qdisc().change("v0", assist.max_sdus([400]).root()).await.unwrap();
        let read = root(&ip).await;
        let request = read.kind::<Taprio>().unwrap().to_request();
        ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
        ip.qdisc().add("v0", request.root().handle("100:")).await.unwrap();
    });
}

#[test]
fn taprio_of_a_device_counts() {
    with_simulated(|ip, device| {
        let map = [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let taprio =
            Taprio::build().priority_map(map).queues(["1@0", "1@1"]).clock("TAI").schedule(["S 03 300000"]);
        let add = |taprio: iproute2::rtnetlink::tc::qdisc::taprio::TaprioBuf| {
            ip.qdisc().add(device, taprio.root().handle("100:")).wait()
        };
        let offload = add(taprio.clone().flags(TaprioFlags::FULL_OFFLOAD)).unwrap_err();
        if lacks(&offload) {
            return skip("this kernel lacks qdisc taprio");
        }
        assert!(!offload.is_not_found(), "{offload}");
        add(taprio.base_time(Duration::ZERO)).unwrap();
        let read = ip.qdisc().get(device, TcHandle::ROOT).wait().unwrap();
        assert_eq!((read.kind_name(), read.malformed().count()), (Some("taprio"), 0));
        // Kernels from 6.5 on ask the device.
        if let Some(stats) = read.extra_stats::<TaprioStats>() {
            assert_eq!((stats.window_drops(), stats.tx_overruns()), (Some(0), Some(0)));
        } else {
            let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
            assert!(release.starts_with("6.1."), "{read:?}");
        }
    });
}

/// The qdisc of `v0` with this handle, as lists have it: with its parent.
async fn inner(ip: &Handle, handle: &str) -> iproute2::netlink_packet::Packet<QdiscMessage> {
    let handle: TcHandle = handle.parse().unwrap();
    let all = ip.qdisc().list().device("v0").await.unwrap();
    all.into_iter().find(|qdisc| qdisc.handle() == handle).unwrap()
}

#[test]
fn etf_and_cbs_are_in_classes() {
    run(|ip| async move {
        with_queues(&ip).await;
        if !made(&ip, Mqprio::build().priority_map(MAP).queues(["1@0", "1@1", "2@2"]).root().handle("100:"))
            .await
        {
            return;
        }
        let qdisc = ip.qdisc();
        let etf = || Etf::build().clock("CLOCK_TAI").delta("300us").deadline_mode(true).skip_sock_check(true);
        let cbs =
            || Cbs::build().idle_slope("20mbit").send_slope("980mbit").high_credit(30).low_credit(-1470);
        for kind in [etf().under("100:1").handle("1:"), cbs().under("100:2").handle("2:")] {
            match qdisc.add("v0", kind).await {
                Err(error) if lacks(&error) => return skip("this kernel lacks qdiscs etf or cbs"),
                result => result.unwrap(),
            }
        }
        let read = inner(&ip, "1:").await;
        let is = read.kind::<Etf>().unwrap();
        assert_eq!((is.clock(), is.delta()), (Some(ClockId::TAI), Some(Duration::from_micros(300))));
        assert_eq!(is.flags(), Some(EtfFlags::DEADLINE_MODE | EtfFlags::SKIP_SOCK_CHECK));
        let other = inner(&ip, "2:").await;
        let shaper = other.kind::<Cbs>().unwrap();
        assert_eq!((shaper.idle_slope(), shaper.send_slope()), (Some(Rate::mbit(20)), Some(Rate::mbit(980))));
        assert_eq!(
            (shaper.high_credit(), shaper.low_credit(), shaper.offload()),
            (Some(30), Some(-1470), Some(false))
        );
        if let Some(told) = tc_json("qdisc show dev v0") {
            let of =
                |kind: &str| told.as_array().unwrap().iter().find(|qdisc| qdisc["kind"] == kind).unwrap();
            let options = json!({
                "clockid": "TAI", "delta": 300_000, "offload": "off", "deadline_mode": "on", "skip_sock_check": "on",
            });
            assert_eq!(of("etf")["options"], options);
            let options = json!({
                "hicredit": 30, "locredit": -1470, "sendslope": -980_000, "idleslope": 20_000, "offload": 0,
            });
            assert_eq!(of("cbs")["options"], options);
        }
        // As they were listed, and as `tc` makes them, they are the same.
        let of_tc = [
            "parent 100:1 handle 1: etf clockid CLOCK_TAI delta 300000 deadline_mode skip_sock_check",
            "parent 100:2 handle 2: cbs idleslope 20000 sendslope -980000 hicredit 30 locredit -1470",
        ];
        for (handle, read, words) in [("1:", &read, of_tc[0]), ("2:", &other, of_tc[1])] {
            qdisc.delete("v0", read).await.unwrap();
            qdisc.add("v0", read.to_request()).await.unwrap();
            assert_eq!(inner(&ip, handle).await.options(), read.options(), "{words}");
            qdisc.delete("v0", read).await.unwrap();
            if tc(&format!("qdisc add dev v0 {words}")) {
                assert_eq!(inner(&ip, handle).await.options(), read.options(), "{words}");
            }
        }
        // A change of cbs says all; etf can't be changed.
        qdisc.change("v0", Cbs::build().idle_slope("30mbit").under("100:2").handle("2:")).await.unwrap();
        let changed = inner(&ip, "2:").await;
        let shaper = changed.kind::<Cbs>().unwrap();
        assert_eq!((shaper.idle_slope(), shaper.high_credit()), (Some(Rate::mbit(30)), Some(0)));
        let fixed = qdisc.change("v0", etf().delta("5us").under("100:1").handle("1:")).await.unwrap_err();
        assert!(!fixed.is_not_found(), "{fixed}");
        // Hardware that there is not.
        let offload = qdisc.change("v0", cbs().offload(true).under("100:2").handle("2:")).await.unwrap_err();
        assert!(offload.message().is_some_and(|message| message.contains("cbs")), "{offload}");
        let clock =
            qdisc.add("v0", Etf::build().clock("MONOTONIC").under("100:3").handle("3:")).await.unwrap_err();
        assert!(clock.message().is_some_and(|message| message.contains("CLOCK_TAI")), "{clock}");
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

/// The root qdisc of `v0`, as `tc` tells it.
fn told() -> Option<Value> {
    let qdiscs = tc_json("-s -d qdisc show dev v0 root")?;
    qdiscs.as_array().unwrap().iter().find(|qdisc| qdisc["root"] == true).cloned()
}

/// The options, but for those that the kernel chooses.
fn chosen(qdisc: &QdiscMessage) -> Option<QdiscMessageBuf> {
    let message = QdiscMessage::build().parent(qdisc.parent()).handle(qdisc.handle());
    match qdisc.kind::<Netem>() {
        Some(netem) => Some(message.kind(netem.to_buf().without(Netem::TCA_NETEM_PRNG_SEED))),
        None => Some(message.kind_name(qdisc.kind_name()?).options(qdisc.options()?)),
    }
}

/// Makes the root qdisc of `v0` again from what was listed, which has to be the same; deletes it then.
async fn again(ip: &Handle, what: &str) {
    let read = root(ip).await;
    assert_eq!(read.malformed().count(), 0, "{what}: {read:?}");
    ip.qdisc().delete("v0", &read).await.unwrap();
    ip.qdisc().add("v0", read.to_request()).await.unwrap();
    assert_eq!(root(ip).await.options(), read.options(), "{what}");
    if read.kind::<Sfq>().is_some() {
        let change = ip.qdisc().change("v0", read.to_request()).await.unwrap_err();
        assert!(
            change.message().is_some_and(|message| message.contains("Change operation not supported")),
            "{change}"
        );
        ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
        return;
    }
    // A change of what is there, to the same; the number of flows can't be changed.
    if read.kind::<FqPie>().is_some_and(|pie| pie.flows().is_some()) {
        let change = ip.qdisc().change("v0", read.to_request()).await.unwrap_err();
        assert!(
            change.message().is_some_and(|message| message.contains("flows cannot be changed")),
            "{change}"
        );
        let rest = read.kind::<FqPie>().unwrap().to_request().without(FqPie::TCA_FQ_PIE_FLOWS);
        ip.qdisc().change("v0", rest.root()).await.unwrap();
    } else {
        ip.qdisc().change("v0", read.to_request()).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    }
    assert_eq!(root(ip).await.options(), read.options(), "{what}");
    ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
}

/// What `tc` makes of these arguments, and we of the same.
fn pairs() -> Vec<(&'static str, QdiscMessageBuf)> {
    let (ms, us, s) = (Duration::from_millis, Duration::from_micros, Duration::from_secs);
    let netem = || Netem::build().delay(ms(100));
    let red = |limit: u32| RedConfig::limit(limit).average_packet(1000);
    let usual = red(400_000).min(30_000).max(90_000).burst(55).bandwidth("10mbit");
    vec![
        ("fq", Fq::build().root()),
        (
            "fq limit 500 flow_limit 50 quantum 3028 initial_quantum 20000 maxrate 100mbit buckets 2048 nopacing \
             refill_delay 80ms orphan_mask 255 low_rate_threshold 1mbit ce_threshold 1ms timer_slack 20us horizon 5s \
             horizon_cap",
            Fq::build()
                .limit(500)
                .flow_limit(50)
                .quantum(3028u32)
                .initial_quantum("20000")
                .max_rate("100mbit")
                .buckets(2048)
                .pacing(false)
                .refill_delay(ms(80))
                .orphan_mask(255)
                .low_rate_threshold("1mbit")
                .ce_threshold(ms(1))
                .timer_slack(us(20))
                .horizon("5s")
                .horizon_drop(false)
                .root(),
        ),
        (
            "fq_pie limit 100 flows 64 target 7ms tupdate 20ms alpha 3 beta 21 quantum 3000 memory_limit 8mb ecn_prob 20 \
             ecn bytemode dq_rate_estimator",
            FqPie::build()
                .limit(100)
                .flows(64)
                .target(ms(7))
                .update_interval(ms(20))
                .alpha(3)
                .beta(21)
                .quantum(3000u32)
                .memory_limit("8mb")
                .ecn_probability(20)
                .ecn(true)
                .byte_mode(true)
                .rate_estimator(true)
                .root(),
        ),
        (
            "netem delay 100ms 20ms 25% distribution normal loss 1% 10% ecn",
            netem()
                .jitter("20ms")
                .delay_correlation("25%")
                .distribution(Distribution::normal())
                .loss(1.0)
                .loss_correlation(10.0)
                .ecn(true)
                .root(),
        ),
        (
            "netem limit 300 delay 200s reorder 25% 50% gap 5 duplicate 1% 5% corrupt 2% 6% rate 1mbit -14 48 5",
            Netem::build()
                .limit(300)
                .delay(s(200))
                .gap(5)
                .reorder(25.0)
                .reorder_correlation("50%")
                .duplicate(1.0)
                .duplicate_correlation(5.0)
                .corrupt(2.0)
                .corrupt_correlation(6.0)
                .rate("1mbit")
                .packet_overhead(-14)
                .cell_size(48)
                .cell_overhead(5)
                .root(),
        ),
        ("netem delay 100ms reorder 25%", netem().reorder(25.0).root()),
        ("netem loss gemodel 1% rate 40gbit", {
            Netem::build().gilbert_elliott(GilbertElliott::of(1.0)).rate("40gbit").root()
        }),
        (
            "netem loss gemodel 1% 10% 70% 0.1%",
            Netem::build()
                .gilbert_elliott(GilbertElliott::of(1.0).r(10.0).bad_loss(70.0).good_loss(0.1))
                .root(),
        ),
        ("netem loss state 2%", Netem::build().four_states(FourStates::of(2.0)).root()),
        (
            "netem loss state 2% 20% 3% 40% 5%",
            Netem::build().four_states(FourStates::of(2.0).p31(20.0).p32(3.0).p23(40.0).p14(5.0)).root(),
        ),
        ("netem slot 800us 1ms packets 3 bytes 1000", {
            Netem::build().slot(us(800), ms(1)).slot_packets(3).slot_bytes(1000).root()
        }),
        (
            "netem slot distribution pareto 10ms 1ms",
            Netem::build().slot_distribution(ms(10), ms(1), Distribution::pareto()).root(),
        ),
        ("sfq", Sfq::build().root()),
        (
            "sfq limit 500 perturb 10 quantum 3000 divisor 512 flows 100 depth 60 headdrop redflowlimit 100000 min 8000 \
             max 60000 avpkt 1000 burst 20 probability 0.05 ecn harddrop",
            Sfq::build()
                .limit(500)
                .perturb(s(10))
                .quantum(3000u32)
                .divisor(512)
                .flows(100)
                .depth(60)
                .head_drop(true)
                .red(red(100_000).min(8000).max(60_000).burst(20).probability(5.0))
                .ecn(true)
                .harddrop(true)
                .root(),
        ),
        ("sfq redflowlimit 100000", Sfq::build().red(RedConfig::limit(100_000)).root()),
        (
            "red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn adaptive bandwidth 10mbit",
            Red::of(usual.clone()).ecn(true).adaptive(true).root(),
        ),
        ("red limit 400000 avpkt 1000", Red::of(red(400_000)).root()),
        (
            "red limit 400000 avpkt 500 probability 0.05 bandwidth 100mbit ecn nodrop harddrop",
            Red::of(red(400_000).average_packet(500).probability("5%").bandwidth("100mbit"))
                .ecn(true)
                .nodrop(true)
                .harddrop(true)
                .root(),
        ),
        (
            "red limit 400000 avpkt 1000 ecn qevent early_drop block 10 qevent mark block 11",
            Red::of(red(400_000)).ecn(true).early_drop_block(10).mark_block(11).root(),
        ),
        ("choke limit 1000 bandwidth 10mbit", Choke::of(RedConfig::limit(1000)).root()),
        (
            "choke limit 500 min 50 max 200 burst 120 bandwidth 1gbit probability 0.1 ecn",
            Choke::of(RedConfig::limit(500).min(50).max(200).burst(120).bandwidth("1gbit").probability(10.0))
                .ecn(true)
                .root(),
        ),
        ("sfb", Sfb::build().root()),
        (
            "sfb limit 500 target 30 max 40 increment 0.001 decrement 0.0001 penalty_rate 7 penalty_burst 9 rehash 100000 \
             db 20000",
            Sfb::build()
                .limit(500)
                .target(30)
                .max(40)
                .increment(0.1)
                .decrement("0.01%")
                .penalty_rate(7)
                .penalty_burst(9)
                .rehash_interval(s(100))
                .warmup_time(s(20))
                .root(),
        ),
        ("skbprio limit 5", Skbprio::build().limit(5).root()),
        ("skbprio", Skbprio::build().root()),
        ("pfifo_head_drop limit 5", Fifo::dropping_at_head(5)),
        ("gred setup vqs 3 default 1 limit 1mb ecn", {
            Gred::setup(3, 1).limit("1mb").flags(RedFlags::ECN).root()
        }),
    ]
}

#[test]
fn what_tc_makes_is_made_the_same() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        for (arguments, ours) in pairs() {
            let ours = ours.handle("1:");
            if !made(&ip, ours.clone()).await {
                continue;
            }
            let (read, tells) = (root(&ip).await, told());
            assert_eq!(read.kind_name(), ours.view().kind_name());
            again(&ip, arguments).await;
            if tells.is_none() || !tc(&format!("qdisc add dev v0 root handle 1: {arguments}")) {
                continue;
            }
            let (theirs, all) = (root(&ip).await, told());
            assert_eq!(
                all.map(|all| all["options"].clone()),
                tells.map(|all| all["options"].clone()),
                "{arguments}"
            );
            // Some numbers are floats before they are integers.
            let [theirs, read] = [chosen(&theirs).unwrap(), chosen(&read).unwrap()];
            let [theirs, read] = [&theirs, &read].map(|message| message.view().options().unwrap().as_bytes());
            assert_eq!(theirs.len(), read.len(), "{arguments}");
            let differ: Vec<_> = theirs.iter().zip(read).filter(|(a, b)| a != b).collect();
            let is_near = differ.iter().all(|(a, b)| a.abs_diff(**b) <= 1) && differ.len() <= 1;
            assert!(is_near, "{arguments}: {theirs:?} and {read:?}");
            again(&ip, arguments).await;
        }
    });
}

/// Whether a kernel is too old for something, which Debian's are for some attributes.
async fn made_if_known(ip: &Handle, qdisc: QdiscMessageBuf) -> bool {
    match ip.qdisc().replace("v0", qdisc).await {
        Ok(()) => true,
        Err(error) if lacks(&error) => {
            skip(&format!("this kernel lacks a qdisc: {error}"));
            false
        }
        Err(error) if error.to_string().contains("(needs Linux") => {
            skip_always(&error.to_string());
            false
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn what_older_versions_of_tc_lack() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        let bands = Prio::usual().band(15, 2);
        if made_if_known(
            &ip,
            Fq::build().priority_map(bands.view()).weights([300_000, 200_000, 100_000]).root(),
        )
        .await
        {
            let read = root(&ip).await;
            let fq = read.kind::<Fq>().unwrap();
            assert_eq!(fq.weights().unwrap().collect::<Vec<_>>(), [300_000, 200_000, 100_000]);
            assert_eq!(fq.priority_map(), Some(bands.view()));
            again(&ip, "fq").await;
        }
        if made_if_known(&ip, Fq::build().offload_horizon(Duration::ZERO).root()).await {
            assert_eq!(root(&ip).await.kind::<Fq>().and_then(Fq::offload_horizon), Some(Duration::ZERO));
            again(&ip, "fq").await;
        }
        if made_if_known(&ip, Netem::build().loss(50.0).seed(7).root()).await {
            assert_eq!(root(&ip).await.kind::<Netem>().and_then(Netem::seed), Some(7));
            again(&ip, "netem").await;
        }
        if made(&ip, Netem::build().delay("400s").root()).await {
            let read = root(&ip).await;
            let netem = read.kind::<Netem>().unwrap();
            assert_eq!((netem.delay(), netem.latency_ticks()), (Duration::from_secs(400), u32::MAX));
            again(&ip, "netem").await;
        }
        if made(&ip, PfifoFast::build().root()).await {
            let read = root(&ip).await;
            let bands = read.kind::<PfifoFast>().map(|all| (all.bands(), all.priority_map()));
            assert_eq!(bands, Some((3, [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])));
        }
        let own = ["teql0", "teql1"].map(Teql::of);
        let [made, missing] = [ip.qdisc().add("v0", &own[0]).await, ip.qdisc().add("v1", &own[1]).await];
        match made {
            Ok(()) => assert!(root(&ip).await.kind::<Teql>().is_some()),
            // Its module is loaded by its own name, not by that of the kind.
            Err(error) if lacks(&error) => skip_always("this kernel lacks qdisc teql0"),
            Err(error) => panic!("{error}"),
        }
        assert!(missing.is_err_and(|error| lacks(&error)));
    });
}

#[test]
fn virtual_queues_of_gred() {
    run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        if !made(&ip, Gred::setup(3, 1).rio(true).root().handle("1:")).await {
            return;
        }
        let config = RedConfig::limit("60k").min("15k").max("25k").burst(20);
        ip.qdisc().change("v0", Gred::queue(1, 2, config.clone()).root()).await.unwrap();
        let marked = Gred::queue(2, 3, config.probability(5.0)).queue_flags(RedFlags::ECN);
        ip.qdisc().change("v0", marked.root()).await.unwrap();
        let (read, ours) = (root(&ip).await, told());
        assert_eq!(read.malformed().count(), 0, "{read:?}");
        let gred = read.kind::<Gred>().unwrap();
        let queues: Vec<_> = gred.queues().map(|queue| (queue.index, queue.priority, queue.limit)).collect();
        assert_eq!(queues, [(1, 2, 61_440), (2, 3, 61_440)]);
        assert_eq!(gred.entry(2).and_then(|entry| entry.flags()), Some(RedFlags::ECN));
        assert_eq!(gred.entry(1).and_then(|entry| entry.packets()), Some(0));
        // As they were listed, they can be made again.
        ip.qdisc().delete("v0", &read).await.unwrap();
        ip.qdisc().add("v0", read.to_request()).await.unwrap();
        for index in [1, 2] {
            ip.qdisc().change("v0", gred.queue_request(index).unwrap().root()).await.unwrap();
        }
        assert_eq!(root(&ip).await.options(), read.options());
        ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
        let queue = "limit 60k min 15k max 25k avpkt 1000 burst 20 bandwidth 10mbit";
        let commands = [
            "qdisc add dev v0 root handle 1: gred setup vqs 3 default 1 grio".to_owned(),
            format!("qdisc change dev v0 root handle 1: gred {queue} vq 1 prio 2 probability 0.02"),
            format!("qdisc change dev v0 root handle 1: gred {queue} vq 2 prio 3 probability 0.05 ecn"),
        ];
        if commands.iter().all(|command| tc(command)) {
            assert_eq!(told().map(|all| all["options"].clone()), ours.map(|all| all["options"].clone()));
        }
    });
}

/// Sends so many packets of 1000 bytes through `v0`; those of each port are a flow.
fn send(count: u32) {
    let socket = UdpSocket::bind("192.0.2.1:0").unwrap();
    for _ in 0..count {
        // What a qdisc drops may be reported here.
        let _ = socket.send_to(&[0; 1000], "192.0.2.2:9");
    }
}

/// A device through which packets can be sent, and nothing else is.
async fn with_neighbour(ip: &Handle) {
    ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
    ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
    ip.address().add("v0", "192.0.2.1/24").await.unwrap();
    let neighbour = Neighbour::of("192.0.2.2").hardware_address("02:00:00:00:00:02");
    ip.neighbour().add("v0", neighbour).await.unwrap();
}

async fn queue(ip: &Handle) -> (u32, u32, u64) {
    let read = root(ip).await;
    let stats = read.stats().unwrap();
    let queue = stats.queue().unwrap();
    (queue.length(), queue.drops(), stats.packets())
}

#[test]
fn a_plug_holds_packets_until_it_is_told() {
    run(|ip| async move {
        with_neighbour(&ip).await;
        if !made(&ip, Plug::of("1mb").root().handle("1:")).await {
            return;
        }
        let command = async |plug: PlugBuf| ip.qdisc().change("v0", plug.root()).await.unwrap();
        let before = queue(&ip).await.2;
        send(3);
        let held = queue(&ip).await;
        assert!(held.0 >= 3 && held.2 == before, "{held:?}");
        command(Plug::hold()).await;
        send(2);
        command(Plug::release_one()).await;
        let released = queue(&ip).await;
        assert!(released.0 >= 2 && released.2 >= before + 3, "{released:?}");
        command(Plug::release()).await;
        assert_eq!(queue(&ip).await.0, 0);
        command(Plug::hold()).await;
        command(Plug::of(100u32)).await;
        let dropped = queue(&ip).await.1;
        send(3);
        assert!(queue(&ip).await.1 >= dropped + 3);
    });
}

#[test]
fn netem_loses_and_delays() {
    run(|ip| async move {
        with_neighbour(&ip).await;
        if !made(&ip, Netem::build().loss(100.0).root().handle("1:")).await {
            return;
        }
        let dropped = queue(&ip).await.1;
        send(5);
        assert!(queue(&ip).await.1 >= dropped + 5);
        // What a change leaves out of the struct is what it says.
        let read = root(&ip).await;
        let slow =
            read.kind::<Netem>().unwrap().to_request().loss(0.0).delay(Duration::from_secs(60)).limit(3);
        ip.qdisc().change("v0", slow.root()).await.unwrap();
        let dropped = queue(&ip).await.1;
        send(5);
        let after = queue(&ip).await;
        assert!(after.0 == 3 && after.1 >= dropped + 2, "{after:?}");
        let deaf = ip.qdisc().change("v0", Netem::build().reorder(5.0).root()).await.unwrap_err();
        assert!(deaf.to_string().contains("reordered only if there is a delay"), "{deaf}");
    });
}

/// The extra statistics of a qdisc below one that sends next to nothing, after it got packets, and what `tc` tells of them.
async fn counted<V: View + ?Sized, const N: usize>(
    ip: &Handle,
    qdisc: QdiscMessageBuf,
    of: impl Fn(&V) -> [(&'static str, u64); N],
) {
    let kind = qdisc.view().kind_name().unwrap().to_owned();
    if !made(ip, qdisc.clone().parent(TcHandle::ROOT)).await {
        return;
    }
    ip.qdisc()
        .replace("v0", Tbf::shaped("8kbit", "2k", Duration::from_secs(60)).root().handle("1:"))
        .await
        .unwrap();
    ip.qdisc().add("v0", qdisc.parent("1:1").handle("2:")).await.unwrap();
    // Up to 8 of them take the fast path of `fq`.
    send(20);
    let count = async || {
        let read = ip.qdisc().get("v0", "2:").await.unwrap();
        assert_eq!(read.malformed().count(), 0, "{read:?}");
        of(read.extra_stats::<V>().unwrap_or_else(|| panic!("{read:?}")))
    };
    let mut stats = count().await;
    assert!(stats[0].1 > 0, "{kind}: {stats:?}");
    // Now and then, a packet is sent, or one of IPv6 comes.
    for attempt in 0.. {
        let told = tc_json("-s -d qdisc show dev v0");
        let before = std::mem::replace(&mut stats, count().await);
        let Some(told) = told else { break };
        if before == stats {
            let told = told.as_array().unwrap().iter().find(|qdisc| qdisc["handle"] == "2:").unwrap();
            for (key, value) in stats {
                assert_eq!(told[key], value, "{kind}: {key}: {told}");
            }
            break;
        }
        assert!(attempt < 20, "{kind}: {before:?} and {stats:?}");
    }
    ip.qdisc().delete("v0", TcHandle::ROOT).await.unwrap();
}

#[test]
fn extra_statistics_are_those_that_tc_tells() {
    run(|ip| async move {
        with_neighbour(&ip).await;
        counted(&ip, Fq::build().flow_limit(3).pacing(false).root(), |fq: &FqStats| {
            [
                ("flows_plimit", fq.flow_limit_drops()),
                ("flows", fq.flows().into()),
                ("inactive", fq.inactive_flows().into()),
                ("gc", fq.freed_flows()),
            ]
        })
        .await;
        counted(&ip, FqPie::build().limit(3).root(), |pie: &FqPieStats| {
            [
                ("overlimit", pie.overlimit_drops()),
                ("pkts_in", pie.packets_in()),
                ("new_flow_count", pie.new_flows()),
                ("memory_used", pie.memory_usage()),
                ("old_flows_len", pie.old_flows_length()),
            ]
            .map(|(key, value)| (key, value.into()))
        })
        .await;
        counted(&ip, Red::of(RedConfig::limit(2000).average_packet(100)).root(), |red: &RedStats| {
            [("early", red.early_drops()), ("pdrop", red.limit_drops()), ("marked", red.marks())]
                .map(|(key, value)| (key, value.into()))
        })
        .await;
        let choke = Choke::of(RedConfig::limit(3).min(2).max(3).burst(10)).root();
        counted(&ip, choke, |choke: &ChokeStats| {
            [
                ("pdrop", choke.limit_drops() + choke.flow_drops() + choke.early_drops()),
                ("marked", choke.marks()),
                ("other", choke.other_drops()),
            ]
            .map(|(key, value)| (key, value.into()))
        })
        .await;
        counted(&ip, Sfb::build().limit(3).root(), |sfb: &SfbStats| {
            [("queuedrop", sfb.limit_drops()), ("earlydrop", sfb.early_drops()), ("maxqlen", sfb.max_queue())]
                .map(|(key, value)| (key, value.into()))
        })
        .await;
    });
}

#[test]
fn flows_of_sfq_are_classes() {
    run(|ip| async move {
        with_neighbour(&ip).await;
        if !made(&ip, Tbf::shaped("8kbit", "2k", Duration::from_secs(60)).root().handle("1:")).await {
            return;
        }
        let sfq = Sfq::build().limit(50).depth(3).under("1:1").handle("2:");
        match ip.qdisc().add("v0", sfq).await {
            Err(error) if lacks(&error) => return skip("this kernel lacks qdisc sfq"),
            result => result.unwrap(),
        }
        send(10);
        let flows = ip.class().list().device("v0").qdisc("2:").await.unwrap();
        let flow = flows.first().unwrap();
        assert_eq!((flow.kind_name(), flow.malformed().count()), (Some("sfq"), 0), "{flow:?}");
        // It has had its turn, or has not.
        let allotment = flow.extra_stats::<SfqStats>().map(|stats| stats.allotment());
        assert!(allotment.is_some_and(|bytes| bytes.abs() <= 1 << 15), "{flow:?}");
        assert!(flow.stats().and_then(|stats| stats.queue()).is_some_and(|queue| queue.length() > 0));
    });
}

#[test]
fn standard_distributions_are_those_of_tc() {
    let places = ["/usr/lib/tc", "/usr/lib/x86_64-linux-gnu/tc", "/usr/lib64/tc", "/usr/share/tc"];
    let Some(place) =
        places.iter().find(|place| std::fs::exists(format!("{place}/normal.dist")).is_ok_and(|is| is))
    else {
        return skip_always("there are no distributions of tc");
    };
    for (name, computed) in [
        ("normal", Distribution::normal()),
        ("pareto", Distribution::pareto()),
        ("paretonormal", Distribution::pareto_normal()),
    ] {
        let file: Distribution =
            std::fs::read_to_string(format!("{place}/{name}.dist")).unwrap().parse().unwrap();
        let differ = computed.values().iter().zip(file.values()).filter(|(a, b)| a != b).count();
        assert_eq!((computed.values().len(), differ), (file.values().len(), 0), "{name}");
    }
}
