//! Filters: made by `tc` and by us, which has to be the same, listed, changed, replaced and deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod ebpf;
mod support;

use ebpf::{load_program, pin_program};
use iproute2::filter::Block;
use iproute2::netlink_packet::Packet;
use iproute2::rtnetlink::HardwareAddress;
use iproute2::rtnetlink::link::vlan::VlanProtocol;
use iproute2::rtnetlink::tc::action::Bpf as ActionBpf;
use iproute2::rtnetlink::tc::action::csum::CsumFlags;
use iproute2::rtnetlink::tc::action::gact::GactProbability;
use iproute2::rtnetlink::tc::action::ife::{IfeMetadata, Metadata};
use iproute2::rtnetlink::tc::action::pedit::{PeditCommand, PeditEdit, PeditField, PeditHeader, PeditKey};
use iproute2::rtnetlink::tc::action::skbedit::{PacketType, SkbeditFlags};
use iproute2::rtnetlink::tc::action::tunnel_key::{
    TunnelKeyGeneveOption, TunnelKeyOptions, TunnelKeyOptionsBuf, TunnelKeyVxlanOption,
};
use iproute2::rtnetlink::tc::action::{
    Connmark, Csum, Ct, Ctinfo, Gact, Gate, Ife, Mirred, Mpls, Nat, Pedit, Police, Sample, Simple, Skbedit,
    Skbmod, TunnelKey, Vlan,
};
use iproute2::rtnetlink::tc::ematch::cmp::{CmpBuf, CmpFlags, Comparison};
use iproute2::rtnetlink::tc::ematch::meta::MetaId;
use iproute2::rtnetlink::tc::ematch::{
    Canid, Cmp, Condition, Ipset, Ipt, Layer, Meta, Nbyte, Text, U32 as U32Ematch,
};
use iproute2::rtnetlink::tc::filter::bpf::BpfFlags;
use iproute2::rtnetlink::tc::filter::flow::FlowKeys;
use iproute2::rtnetlink::tc::filter::flower::{
    CtState, FlowerBuf, FlowerCfm, FlowerErspanOption, FlowerGeneveOption, FlowerGtpOption, FlowerKeyFlags,
    FlowerMplsEntries, FlowerMplsEntry, FlowerTunnelOptions, FlowerTunnelOptionsBuf, FlowerVxlanOption,
    TcpFlags,
};
use iproute2::rtnetlink::tc::filter::u32::U32Buf;
use iproute2::rtnetlink::tc::filter::{
    Basic, Bpf, Cgroup, FilterFlags, Flow, Flower, Fw, Matchall, Route, U32, u32,
};
use iproute2::rtnetlink::tc::qdisc::{Clsact, Htb};
use iproute2::rtnetlink::tc::{
    BuildAction, ChainMessage, EtherType, FilterMessage, FilterMessageBuf, IntoAction, PlaceFilter,
    PlaceQdisc, TakeActions, TcHandle, Verdict,
};
use iproute2::{Error, Veth};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::Command;
use std::time::Duration;
use support::{Handle, run, skip, skip_always};

/// Runs `tc`; `None` where there is none. What fails is an error in its words.
fn tc(arguments: &str) -> Option<Result<String, String>> {
    // A space inside of an argument is a tilde here.
    let words = arguments.split_ascii_whitespace().map(|word| word.replace('~', " "));
    let Ok(output) = Command::new("tc").args(words).output() else {
        skip("there is no tc");
        return None;
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Some(if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) })
}

/// What `tc` says of the filters of what `v0` receives, but for times and for numbers that the kernel chose.
fn told() -> Value {
    fn without_what_differs(value: &mut Value) {
        match value {
            Value::Object(all) => {
                for key in ["installed", "last_used", "first_used", "expires", "index"] {
                    all.remove(key);
                }
                all.values_mut().for_each(without_what_differs);
            }
            Value::Array(all) => all.iter_mut().for_each(without_what_differs),
            _ => (),
        }
    }
    let text = tc("-j -s -d filter show dev v0 ingress").unwrap().unwrap();
    let Ok(mut value) = serde_json::from_str::<Value>(&text) else {
        // Of some kinds, older versions print what is no JSON.
        let text = tc("-s -d filter show dev v0 ingress").unwrap().unwrap();
        let known = |line: &&str| !line.contains("installed");
        let lines = text.lines().filter(known).map(|line| line.split(" index ").next().unwrap_or(line));
        return lines.collect::<Vec<_>>().join("\n").into();
    };
    without_what_differs(&mut value);
    value
}

fn lacks(error: &Error) -> bool {
    let unknown = ["TC classifier not found", "Failed to load TC action module", "Specified qdisc kind"];
    error.message().is_some_and(|message| unknown.iter().any(|words| message.contains(words)))
}

/// Whether a kernel is too old for something, which Debian's are for some keys.
fn is_too_old(error: &Error) -> bool {
    error.to_string().contains("(needs Linux")
}

/// A device with a place for filters; says so where this kernel lacks it.
async fn prepared(ip: &Handle) -> bool {
    ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
    match ip.qdisc().add("v0", Clsact::build().ingress()).await {
        Err(error) if lacks(&error) || error.is_not_found() => {
            skip("this kernel lacks qdisc clsact");
            false
        }
        result => {
            result.unwrap();
            true
        }
    }
}

/// Whether a filter was made; says so where this kernel lacks its kind, or an action's.
async fn made(ip: &Handle, filter: FilterMessageBuf) -> bool {
    let kind = filter.view().kind_name().unwrap_or_default().to_owned();
    match ip.filter().add("v0", filter.clone()).await {
        Ok(()) => true,
        Err(error) if lacks(&error) => {
            skip(&format!("this kernel lacks filter {kind}, or something of it: {error}"));
            false
        }
        Err(error) if is_too_old(&error) => {
            skip_always(&error.to_string());
            false
        }
        Err(error) => panic!("{error}: {filter:?}"),
    }
}

/// The only filter of what `v0` receives.
async fn only(ip: &Handle) -> Packet<FilterMessage> {
    let mut listed = ip.filter().list().device("v0").ingress().await.unwrap();
    // The hash tables of u32 are no filters.
    listed.retain(|filter| filter.kind::<U32>().and_then(U32::divisor).is_none());
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0].malformed().count(), 0, "{:?}", listed[0]);
    listed.remove(0)
}

/// The same filter made by `tc`, by us, and by us from what was listed of that of `tc`, is the same to all.
async fn same(ip: &Handle, arguments: &str, ours: FilterMessageBuf) {
    if !made(ip, ours.clone()).await {
        return;
    }
    let read = only(ip).await;
    let request = read.to_request();
    ip.filter().delete("v0", &read).await.unwrap();
    // As it was listed, it can be made again, and is the same.
    let again = ip.filter().add("v0", request.clone()).await;
    again.unwrap_or_else(|error| panic!("{error}: {arguments}: {read:?}"));
    assert_eq!(only(ip).await.to_request(), request, "{arguments}");
    let is_theirs = tc("-V").is_some();
    let our_words = is_theirs.then(told);
    ip.filter().delete("v0", &only(ip).await).await.unwrap();
    let Some(our_words) = our_words else { return };
    match tc(&format!("filter add dev v0 ingress {arguments}")).unwrap() {
        Err(problem) if problem.contains("ematch_map") => skip_always("tc has no numbers of ematches"),
        Err(problem) => panic!("tc filter add dev v0 ingress {arguments}: {problem}"),
        Ok(_) => {
            let (theirs, words) = (only(ip).await, told());
            assert_eq!(theirs.to_request(), request, "{arguments}:\n{theirs:?}\n{read:?}");
            assert_eq!(words, our_words, "{arguments}");
            ip.filter().delete("v0", &theirs).await.unwrap();
        }
    }
}

#[test]
fn those_of_matchall() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        same(
            &ip,
            "prio 10 handle 7 matchall classid 1:10 skip_hw action pass",
            Matchall::build()
                .class("1:10")
                .flags(FilterFlags::SKIP_HW)
                .action(Gact::pass())
                .ingress()
                .priority(10)
                .handle(7u32),
        )
        .await;
        let ip_only = Matchall::build().action(Gact::drop()).ingress().priority(3).protocol("ip").chain(5u32);
        same(&ip, "protocol ip prio 3 chain 5 matchall action drop", ip_only).await;
    });
}

#[test]
fn actions_in_order() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let all = Matchall::build()
            .action(Mirred::mirror("v1"))
            .action(Gact::pipe().at_random(Verdict::DROP, 10).index(33))
            .action(Gact::pipe().each_nth(Verdict::PASS, 7))
            .action(Gact::jump(1))
            .action(Gact::trap())
            .action(Gact::goto_chain(42))
            .action(Mirred::redirect("v1").into_action().cookie(&[0xc0, 0x01][..]));
        let theirs = "prio 9 matchall action mirred egress mirror dev v1 \
            action pipe random netrand drop 10 index 33 action pipe random determ pass 7 action jump 1 \
            action trap action goto chain 42 action mirred egress redirect dev v1 cookie c001";
        same(&ip, theirs, all.ingress().priority(9)).await;
        let inward = Matchall::build().action(Mirred::mirror_to_ingress("v1")).action(Gact::next_filter());
        same(
            &ip,
            "prio 9 matchall action mirred ingress mirror dev v1 action continue",
            inward.ingress().priority(9),
        )
        .await;
        let back = Matchall::build()
            .action(Mirred::redirect_to_ingress("v1"))
            .action(Gact::reclassify().verdict("goto chain 3"));
        same(
            &ip,
            "prio 9 matchall action mirred ingress redirect dev v1 action goto chain 3",
            back.ingress().priority(9),
        )
        .await;
        let two = Matchall::build().action(Gact::drop().index(77)).action(Mirred::mirror("v1"));
        if !made(&ip, two.ingress()).await {
            return;
        }
        let read = only(&ip).await;
        let actions: Vec<_> = read.kind::<Matchall>().unwrap().actions().unwrap().collect();
        assert_eq!(
            (actions[0].index(), actions[0].verdict(), actions[0].kind_name()),
            (Some(77), Some(Verdict::DROP), Some("gact"))
        );
        let gact = actions[0].kind::<Gact>().unwrap();
        assert_eq!(gact.parameters().map(|all| (all.references(), all.bindings())), Some((1, 1)));
        assert!(gact.times().is_some() && gact.probability().map(GactProbability::one_in).is_none());
        let v1 = ip.link().get("v1").await.unwrap().index();
        assert_eq!(actions[1].kind::<Mirred>().and_then(Mirred::device), Some(v1));
        assert!(actions[1].stats().is_some_and(|stats| stats.bytes() == 0 && stats.queue().is_some()));
    });
}

fn options() -> FlowerTunnelOptionsBuf {
    FlowerTunnelOptions::build()
}

fn geneve(options_of: [(u16, u8, [u8; 4]); 2]) -> FlowerTunnelOptionsBuf {
    let option = |(class, kind, data): (u16, u8, [u8; 4])| {
        FlowerGeneveOption::build().class(class).option_type(kind).data(&data[..])
    };
    options().geneve(options_of.map(option))
}

fn erspan(version: u8, index: u32) -> FlowerTunnelOptionsBuf {
    options().erspan(FlowerErspanOption::build().version(version).index(index))
}

fn gtp(pdu_type: u8, qos_flow: u8) -> FlowerTunnelOptionsBuf {
    options().gtp(FlowerGtpOption::build().pdu_type(pdu_type).qos_flow(qos_flow))
}

fn label() -> [u8; 16] {
    let mut label = [0; 16];
    label[15] = 1;
    label
}

fn tunnel_geneve() -> TunnelKeyOptionsBuf {
    let option = |class: u16, kind: u8, data: [u8; 4]| {
        TunnelKeyGeneveOption::build().class(class).option_type(kind).data(&data[..])
    };
    let options = [option(0x0102, 3, [1, 2, 3, 4]), option(0x0105, 6, [0xa1, 0xb2, 0xc3, 0xd4])];
    TunnelKeyOptions::build().geneve(options)
}

fn v4(last: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, last])
}

fn v6(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The same action, in a filter of all packets.
async fn same_action(ip: &Handle, arguments: &str, action: impl IntoAction) {
    let ours = Matchall::build().action(action).ingress().priority(9);
    same(ip, &format!("prio 9 matchall action {arguments}"), ours).await;
}

#[test]
fn each_kind_of_action() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let ms = Duration::from_millis;
        same_action(&ip, "vlan pop", Vlan::pop()).await;
        same_action(
            &ip,
            "vlan push id 5 protocol 802.1ad priority 3",
            Vlan::push(5).protocol(VlanProtocol::DOT1AD).priority(3),
        )
        .await;
        same_action(
            &ip,
            "vlan modify id 6 priority 2",
            Vlan::modify(6).protocol(VlanProtocol::DOT1Q).priority(2),
        )
        .await;
        same_action(&ip, "vlan pop_eth", Vlan::pop_ethernet()).await;
        same_action(
            &ip,
            "vlan push_eth dst_mac 02:00:00:00:00:01 src_mac 02:00:00:00:00:02",
            Vlan::push_ethernet("02:00:00:00:00:01", "02:00:00:00:00:02"),
        )
        .await;
        same_action(
            &ip,
            "skbedit priority 1:10 mark 5/0xff ptype otherhost",
            Skbedit::build().priority("1:10").mark(5).mask(0xff).packet_type(PacketType::OTHERHOST),
        )
        .await;
        same_action(&ip, "skbedit inheritdsfield", Skbedit::build().flags(SkbeditFlags::INHERITDSFIELD))
            .await;
        same_action(
            &ip,
            "nat egress 192.0.2.0/24 198.51.100.0",
            Nat::source("192.0.2.0/24", [198, 51, 100, 0].into()),
        )
        .await;
        same_action(
            &ip,
            "nat ingress 192.0.2.1 198.51.100.1",
            Nat::destination("192.0.2.1", [198, 51, 100, 1].into()),
        )
        .await;
        same_action(
            &ip,
            "csum ip4h and tcp and udp",
            Csum::of(CsumFlags::IPV4HDR | CsumFlags::TCP | CsumFlags::UDP),
        )
        .await;
        same_action(
            &ip,
            "mpls push label 1000 tc 3 ttl 64 bos 1 protocol mpls_mc",
            Mpls::push(1000).traffic_class(3).ttl(64).bottom_of_stack(1).protocol(EtherType::MPLS_MULTICAST),
        )
        .await;
        same_action(&ip, "mpls pop protocol ip", Mpls::pop(EtherType::IPV4)).await;
        same_action(&ip, "mpls modify label 7 ttl 9", Mpls::modify().label(7).ttl(9)).await;
        same_action(
            &ip,
            "mpls mac_push label 8 ttl 9",
            Mpls::push_before_ethernet(8).protocol(EtherType::MPLS_UNICAST).ttl(9),
        )
        .await;
        same_action(&ip, "mpls dec_ttl", Mpls::decrement_ttl()).await;
        same_action(&ip, "connmark zone 7", Connmark::in_zone(7)).await;
        same_action(
            &ip,
            "ctinfo dscp 0xfc000000 0x01000000 cpmark 0x00ffffff zone 3",
            Ctinfo::build()
                .dscp_mask(0xfc00_0000)
                .dscp_state_mask(0x0100_0000)
                .mark_mask(0x00ff_ffff)
                .zone(3),
        )
        .await;
        same_action(
            &ip,
            "skbmod set dmac 02:00:00:00:00:01 set smac 02:00:00:00:00:02 set etype 0x1234",
            Skbmod::build()
                .set_destination("02:00:00:00:00:01")
                .set_source("02:00:00:00:00:02")
                .set_ether_type(EtherType(0x1234)),
        )
        .await;
        same_action(&ip, "skbmod swap mac", Skbmod::swap()).await;
        same_action(&ip, "skbmod ecn", Skbmod::ecn()).await;
        same_action(&ip, "sample rate 100 group 5 trunc 128", Sample::one_in(100, 5).truncate(128)).await;
        same_action(&ip, "simple sdata hello", Simple::build().text("hello")).await;
        same_action(&ip, "tunnel_key set src_ip 192.0.2.1 dst_ip 192.0.2.2 id 7 dst_port 4789 tos 4 ttl 9 nocsum geneve_opts 0102:03:01020304,0105:06:a1b2c3d4", TunnelKey::between([192, 0, 2, 1].into(), [192, 0, 2, 2].into()).id(7).destination_port(4789).tos(4).ttl(9).no_checksum(true).options(tunnel_geneve())).await;
        same_action(
            &ip,
            "tunnel_key set src_ip 2001:db8::1 dst_ip 2001:db8::2 id 7 csum vxlan_opts 5",
            TunnelKey::between(v6("2001:db8::1"), v6("2001:db8::2"))
                .id(7)
                .no_checksum(false)
                .options(TunnelKeyOptions::build().vxlan(TunnelKeyVxlanOption::build().group_policy(5))),
        )
        .await;
        same_action(&ip, "tunnel_key unset", TunnelKey::release()).await;
        same_action(
            &ip,
            "ct commit force zone 7 mark 5/0xff nat src addr 192.0.2.1-192.0.2.9 port 1000-2000",
            Ct::commit()
                .force()
                .zone(7)
                .mark(5)
                .mark_mask(0xff)
                .nat_source(v4(1)..=v4(9))
                .nat_ports(1000..=2000),
        )
        .await;
        same_action(&ip, "ct commit nat dst addr 2001:db8::1 label 00000000000000000000000000000001/00000000000000000000000000000001", Ct::commit().nat_destination(v6("2001:db8::1")..=v6("2001:db8::1")).labels(label()).labels_mask(label())).await;
        same_action(&ip, "ct zone 5", Ct::build().zone(5)).await;
        same_action(&ip, "ct nat pipe", Ct::nat()).await;
        same_action(&ip, "ct clear", Ct::clear()).await;
        same_action(&ip, "gate base-time 0 clockid CLOCK_TAI sched-entry open 200000000 -1 8000000 sched-entry close 100000000 -1 -1", Gate::of([Gate::open(ms(200)).max_octets(8_000_000), Gate::closed(ms(100))]).clock("CLOCK_TAI")).await;
        same_action(
            &ip,
            "ife encode type 0xDEAD allow mark use prio 7 dst 02:00:00:00:00:01 src 02:00:00:00:00:02",
            Ife::encode()
                .ether_type(0xdead)
                .destination("02:00:00:00:00:01")
                .source("02:00:00:00:00:02")
                .metadata(IfeMetadata::build().mark(Metadata::Allow).priority(Metadata::Use(7))),
        )
        .await;
        same_action(&ip, "ife decode", Ife::decode()).await;
        same_action(
            &ip,
            "police rate 1mbit burst 10k conform-exceed drop/pass",
            Police::at("1mbit", "10k").verdict(Verdict::DROP).conform(Verdict::PASS),
        )
        .await;
        same_action(
            &ip,
            "police rate 8mbit burst 100k mtu 9000 peakrate 16mbit",
            Police::at("8mbit", "100k").mtu(9000u32).peak_rate("16mbit"),
        )
        .await;
        same_action(&ip, "police rate 80gbit burst 64000000", Police::at("80gbit", 64_000_000u32)).await;
        same_action(&ip, "police pkts_rate 1000 pkts_burst 50", Police::at_packets(1000, 50)).await;
    });
}

#[test]
fn edits_of_packets() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let mac = |last| HardwareAddress::from([2, 0, 0, 0, 0, last]);
        let ethernet = Pedit::set(PeditField::ETHERNET_DESTINATION, mac(1))
            .set(PeditField::ETHERNET_SOURCE, mac(2))
            .set(PeditField::ETHERNET_TYPE, 0x0806);
        same_action(
            &ip,
            "pedit ex munge eth dst set 02:00:00:00:00:01 munge eth src set 02:00:00:00:00:02 munge eth type set 0x0806",
            ethernet,
        )
        .await;
        let ipv4 = Pedit::set(PeditField::IPV4_TTL, 64)
            .set(PeditField::IPV4_TOS, 0x10)
            .set(PeditField::IPV4_SOURCE, Ipv4Addr::new(192, 0, 2, 1))
            .set(PeditField::IPV4_DESTINATION, Ipv4Addr::new(192, 0, 2, 9))
            .set(PeditField::IPV4_PROTOCOL, 17)
            .add(PeditField::IPV4_TTL, 255)
            .set_bits(PeditField::IPV4_TOS, 0x0c, 0xfc)
            .invert(PeditField::IPV4_TOS);
        same_action(
            &ip,
            "pedit ex munge ip ttl set 64 munge ip tos set 0x10 munge ip src set 192.0.2.1 munge ip dst set 192.0.2.9 \
             munge ip protocol set 17 munge ip ttl add 255 munge ip tos set 0x0c retain 0xfc munge ip tos invert",
            ipv4,
        )
        .await;
        let to = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9);
        let ipv6 = Pedit::set(PeditField::IPV6_SOURCE, Ipv6Addr::LOCALHOST)
            .set(PeditField::IPV6_DESTINATION, to)
            .set(PeditField::IPV6_HOP_LIMIT, 9)
            .set(PeditField::IPV6_TRAFFIC_CLASS, 0x12)
            // `tc` leaves the highest of its 20 bits as it is.
            .set_bits(PeditField::IPV6_FLOW_LABEL, 0x12345, 0x7ffff);
        same_action(
            &ip,
            "pedit ex munge ip6 src set ::1 munge ip6 dst set 2001:db8::9 munge ip6 hoplimit set 9 \
             munge ip6 traffic_class set 0x12 munge ip6 flow_lbl set 0x12345",
            ipv6,
        )
        .await;
        let ports = Pedit::set(PeditField::TCP_SOURCE_PORT, 1024)
            .set(PeditField::TCP_DESTINATION_PORT, 80)
            .set(PeditField::TCP_FLAGS, 0x10)
            .set(PeditField::UDP_SOURCE_PORT, 53)
            .add(PeditField::UDP_DESTINATION_PORT, 1)
            .verdict(Verdict::PIPE);
        same_action(
            &ip,
            "pedit ex munge tcp sport set 1024 munge tcp dport set 80 munge tcp flags set 0x10 munge udp sport set 53 \
             munge udp dport add 1 pipe",
            ports,
        )
        .await;
        let plain = |byte: u16| PeditField::<u8>::new(PeditHeader::NETWORK, byte * 8, 8);
        same_action(
            &ip,
            "pedit munge ip ttl set 64 munge offset 1 u8 set 0x10",
            Pedit::set(plain(8), 64).set(plain(1), 0x10),
        )
        .await;
        let key = PeditKey {
            value: 80,
            mask: 0xffff_0000,
            offset: 20,
            offset_at: 0,
            offset_mask: 0x0f,
            offset_shift: 0,
        };
        let variable = PeditEdit { header: PeditHeader::NETWORK, command: PeditCommand::SET, key };
        same_action(&ip, "pedit munge offset 22 u16 at 0 f 0 set 80", Pedit::build().edit(variable)).await;
    });
}

#[test]
fn conditions_of_ematches() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let of = async |arguments: &str, condition: Condition| {
            let ours = Basic::build().ematches(condition).class("1:10").ingress().priority(10);
            same(&ip, &format!("prio 10 basic match {arguments} classid 1:10"), ours).await;
        };
        let udp = || Cmp::u8(Layer::NETWORK, 9).equals(17);
        let long = || Meta::of(MetaId::PKTLEN).greater_than(100);
        of("cmp(u8 at 9 layer network eq 17)", udp().into()).await;
        of(
            "cmp(u16 at 2 layer transport mask 0xff00 gt 1024) and cmp(u32 at 4 layer link trans lt 7)",
            Cmp::u16(Layer::TRANSPORT, 2).mask(0xff00).greater_than(1024)
                & transformed(Cmp::u32(Layer::LINK, 4).less_than(7)),
        )
        .await;
        of("nbyte(abcdef at 3 layer network)", Nbyte::at(Layer::NETWORK, 3, b"abcdef").into()).await;
        of("u32(u32 0xc0000200 0xffffff00 at 12)", U32Ematch::word(0xc000_0200, 0xffff_ff00, 12).into())
            .await;
        of("meta(priority mask 0xff eq 5)", Meta::of(MetaId::PRIORITY).mask(0xff).equals(5).into()).await;
        of("meta(nf_mark shift 4 lt 9)", Meta::of(MetaId::NFMARK).shift(4).less_than(9).into()).await;
        of("meta(tc_index eq nf_mark)", Meta::of(MetaId::TCINDEX).equals_meta(MetaId::NFMARK).into()).await;
        of(
            "canid(sff 0x123 sff 0x200:0x700 eff 0x12345678)",
            Canid::build()
                .standard(0x123, 0x7ff)
                .standard(0x200, 0x700)
                .extended(0x1234_5678, 0x1fff_ffff)
                .into(),
        )
        .await;
        of("not cmp(u8 at 9 layer network eq 17)", !udp()).await;
        of(
            "cmp(u8 at 9 layer network eq 17) and meta(pkt_len gt 100) and not meta(dev eq 7)",
            udp() & long() & !Meta::of(MetaId::DEV).equals(7),
        )
        .await;
        of(
            "cmp(u8 at 9 layer network eq 17) and not (meta(pkt_len gt 100) or cmp(u8 at 9 layer network eq 17))",
            udp() & !(long() | udp()),
        )
        .await;
        of(
            "(cmp(u8 at 9 layer network eq 17) or meta(pkt_len gt 100)) and (meta(pkt_len gt 100) or (cmp(u8 at 9 layer network eq 17) and meta(pkt_len gt 100)))",
            (udp() | long()) & (long() | (udp() & long())),
        )
        .await;
    });
}

fn transformed(cmp: CmpBuf) -> CmpBuf {
    let comparison = cmp.view().comparison();
    cmp.comparison(Comparison { flags: CmpFlags::TRANS, ..comparison })
}

/// Ematches that `tc` does not have, or gets wrong, or that need something besides.
#[test]
fn other_ematches() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let text = Text::find("kmp", b"needle").from(Layer::NETWORK, 1).to(Layer::TRANSPORT, 100);
        let address_type = Ipt::of("addrtype", 1, &[4, 0, 0, 0, 0, 0, 0, 0]);
        let device = Meta::of(MetaId::DEV).equals_name("v0");
        for condition in [Condition::from(text), address_type.into(), device.into()] {
            let filter = Basic::build().ematches(condition.clone()).ingress().priority(10);
            if !made(&ip, filter).await {
                continue;
            }
            let read = only(&ip).await;
            let tree = read.kind::<Basic>().unwrap().ematches().unwrap();
            let ematch = tree.list().unwrap().next().unwrap();
            let Condition::Ematch(asked) = condition else { panic!("{condition}") };
            assert_eq!(ematch.ematch_type(), asked.view().ematch_type());
            if let Some(text) = ematch.kind::<Text>() {
                assert_eq!((text.algorithm(), text.pattern()), (Some("kmp"), Some(&b"needle"[..])));
                assert_eq!((text.layers().from, text.layers().to), (Layer::NETWORK, Layer::TRANSPORT));
                assert_eq!((text.from_offset(), text.to_offset()), (1, 100));
            }
            if let Some(ipt) = ematch.kind::<Ipt>() {
                assert_eq!((ipt.match_name(), ipt.revision()), (Some("addrtype"), Some(1)));
                assert_eq!((ipt.hook(), ipt.protocol_family()), (Some(0), Some(2)));
                assert_eq!(ipt.match_data(), Some(&[4, 0, 0, 0, 0, 0, 0, 0][..]));
            }
            if let Some(meta) = ematch.kind::<Meta>() {
                assert_eq!((meta.left().id, meta.right_value()), (MetaId::DEV, Some(&b"v0"[..])));
            }
            ip.filter().delete("v0", &read).await.unwrap();
            ip.filter().add("v0", read.to_request()).await.unwrap();
            let again = only(&ip).await;
            let again = again.kind::<Basic>().unwrap().ematches().unwrap();
            assert_eq!(again.condition(), tree.condition());
            ip.filter().delete("v0", &read).await.unwrap();
        }
        // The first set of a namespace has the index 0.
        match Command::new("ipset").args(["create", "s0", "hash:net,port"]).output() {
            Ok(made) if made.status.success() => (),
            _ => return skip_always("no IP set can be made"),
        }
        let set = Basic::build().ematches(Ipset::of(0).source().destination()).class("1:10");
        let set = set.ingress().priority(10);
        same(&ip, "prio 10 basic match ipset(s0~src,dst) classid 1:10", set).await;
    });
}

#[test]
fn those_with_ematches() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let place = |filter: FilterMessageBuf| filter.priority(10);
        same(
            &ip,
            "prio 10 basic classid 1:10 action drop",
            place(Basic::build().class("1:10").action(Gact::drop()).ingress()),
        )
        .await;
        same(&ip, "prio 10 handle 1 cgroup", place(Cgroup::build().ingress())).await;
        let long = || Meta::of(MetaId::PKTLEN).greater_than(100);
        same(
            &ip,
            "protocol ip prio 10 handle 1 cgroup match meta(pkt_len gt 100) action drop",
            place(Cgroup::build().ematches(long()).action(Gact::drop()).ingress()).protocol("ip"),
        )
        .await;
        let hash = Flow::hash(FlowKeys::SRC | FlowKeys::DST | FlowKeys::PROTO_SRC | FlowKeys::RXHASH)
            .divisor(1024)
            .base_class("1:1")
            .perturb(Duration::from_secs(10))
            .ematches(long())
            .action(Gact::pass());
        same(
            &ip,
            "prio 10 handle 1 flow hash keys src,dst,proto-src,rxhash divisor 1024 baseclass 1:1 perturb 10 match meta(pkt_len gt 100) action pass",
            place(hash.ingress()),
        )
        .await;
        let map = Flow::map(FlowKeys::DST).mask(0xff00).xor(0x100).right_shift(8).addend(3).divisor(16);
        same(
            &ip,
            "prio 10 handle 7 flow map key dst and 0xff00 xor 0x100 rshift 8 addend 3 divisor 16",
            place(map.ingress()).handle(7u32),
        )
        .await;

        for filter in [Flow::map(FlowKeys::DST).ingress(), Basic::build().ingress()] {
            if !made(&ip, filter.priority(11)).await {
                return;
            }
            ip.filter().delete("v0", FilterMessage::ingress().priority(11)).await.unwrap();
        }
        let refused =
            async |filter: FilterMessageBuf| ip.filter().add("v0", filter).await.unwrap_err().to_string();
        let shifted = refused(place(Flow::hash(FlowKeys::SRC).right_shift(3).ingress())).await;
        assert!(shifted.contains("ignores right_shift") && shifted.contains("that of a hash"), "{shifted}");
        let variable =
            refused(place(Basic::build().ematches(U32Ematch::word(1, 1, 0).offset_mask(-1)).ingress())).await;
        assert!(variable.contains("ignores offset_mask"), "{variable}");
        let narrow =
            refused(place(Basic::build().ematches(Cmp::u8(Layer::LINK, 0).equals(256)).ingress())).await;
        assert!(narrow.contains("256 is no number of 8 bits"), "{narrow}");
        let keys = refused(place(Flow::map(FlowKeys::SRC | FlowKeys::DST).ingress())).await;
        assert!(keys.contains("nvalid argument"), "{keys}");
    });
}

#[test]
fn queues_are_set_of_what_is_sent() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let queues = Skbedit::build().queue(0).queue_max(3).flags(SkbeditFlags::TXQ_SKBHASH);
        for skbedit in [Skbedit::build().queue(0), queues] {
            let wanted = (skbedit.view().queue(), skbedit.view().queue_max());
            if !made(&ip, Matchall::build().action(skbedit).egress().priority(4)).await {
                continue;
            }
            let listed = ip.filter().list().device("v0").egress().await.unwrap();
            let action = listed[0].kind::<Matchall>().unwrap().actions().unwrap().next().unwrap();
            let read = action.kind::<Skbedit>().unwrap();
            assert_eq!((read.queue(), read.queue_max()), wanted, "{read:?}");
            ip.filter().delete("v0", &listed[0]).await.unwrap();
        }
    });
}

/// A classic program that matches all packets: `ret #0xffffffff`.
const ALL: [u8; 8] = [6, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];

#[test]
fn those_of_other_kinds() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let place = |filter: FilterMessageBuf| filter.priority(10);
        let fw = Fw::build().class("1:10").mask(0xffu32).input_device("v1").action(Gact::drop());
        same(
            &ip,
            "prio 10 handle 5 fw classid 1:10 indev v1 action drop",
            place(Fw::build().class("1:10").input_device("v1").action(Gact::drop()).ingress()).handle(5u32),
        )
        .await;
        same(
            &ip,
            "prio 10 handle 5/0xff fw classid 1:10 indev v1 action drop",
            place(fw.ingress()).handle(5u32),
        )
        .await;
        let route = Route::build().to(10).from(20).class("1:10").action(Gact::pass());
        same(
            &ip,
            "protocol ip prio 10 route from 20 to 10 classid 1:10 action pass",
            place(route.ingress()).protocol("ip"),
        )
        .await;
        let v1 = ip.link().get("v1").await.unwrap().index();
        let by_device = Route::build().to(10).input_device(v1).class("1:10");
        same(
            &ip,
            "protocol ip prio 10 route fromif v1 to 10 classid 1:10",
            place(by_device.ingress()).protocol("ip"),
        )
        .await;
        let classic = Bpf::build().classic(&ALL).class("1:10").bpf_flags(BpfFlags::ACT_DIRECT);
        same(&ip, "prio 10 bpf da bytecode 1,6~0~0~4294967295, classid 1:10", place(classic.ingress())).await;
        let words = U32::build()
            .ipv4_source("192.0.2.0/24")
            .ipv4_destination("198.51.100.1")
            .ip_protocol(6)
            .source_port(1024)
            .destination_port(80)
            .key(0x0203_0405, u32::MAX, -16)
            .with_mark(5, 0xff)
            .class("1:10")
            .input_device("v1")
            .action(Gact::drop());
        same(
            &ip,
            "protocol ip prio 10 u32 match ip src 192.0.2.0/24 match ip dst 198.51.100.1 match ip protocol 6 0xff \
             match ip sport 1024 0xffff match ip dport 80 0xffff match u32 0x02030405 0xffffffff at -16 match mark 5 0xff \
             flowid 1:10 indev v1 action drop",
            place(words.ingress()).protocol("ip"),
        )
        .await;
    });
}

/// eBPF programs of filters and actions, by descriptor: the same as those that `tc` takes from a pin.
#[test]
fn programs_by_descriptor() {
    const SCHED_CLS: u32 = 3;
    const SCHED_ACT: u32 = 4;
    // What `tc` calls one that it takes from a pin.
    const NAME: &str = "passes:[*fsobj]";
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let programs =
            load_program(SCHED_CLS, 0).and_then(|of_filter| Ok((of_filter, load_program(SCHED_ACT, 0)?)));
        let (of_filter, of_action) = match programs {
            Ok(programs) => programs,
            Err(error) => return skip(&format!("this kernel loads no eBPF programs: {error}")),
        };
        let filter = || Bpf::direct(&of_filter, NAME).class("1:10").ingress().priority(10);
        if !made(&ip, filter()).await {
            return;
        }
        let read = only(&ip).await;
        let bpf = read.kind::<Bpf>().unwrap();
        assert_eq!((bpf.name(), bpf.class()), (Some(NAME), Some(TcHandle::new(1, 0x10))));
        assert_eq!((bpf.bpf_flags(), bpf.program()), (Some(BpfFlags::ACT_DIRECT), None));
        assert!(bpf.id().is_some_and(|id| id != 0) && bpf.tag().is_some_and(|tag| tag != [0; 8]), "{bpf:?}");
        ip.filter().delete("v0", &read).await.unwrap();
        // What was listed lacks the program alone.
        let lacking = ip.filter().add("v0", &read).await.unwrap_err();
        assert!(lacking.to_string().contains("nvalid argument"), "{lacking}");
        let again = bpf.to_request().program(&of_filter).ingress().priority(10);
        ip.filter().add("v0", again).await.unwrap();
        assert_eq!(only(&ip).await.kind::<Bpf>(), Some(bpf));
        let ours = tc("-V").map(|_| told());
        ip.filter().delete("v0", &read).await.unwrap();

        let action = ActionBpf::of(&of_action, NAME).verdict(Verdict::PIPE);
        if !made(&ip, Matchall::build().action(action).ingress().priority(9)).await {
            return;
        }
        let with_action = only(&ip).await;
        let listed = with_action.kind::<Matchall>().unwrap().actions().unwrap().next().unwrap();
        let listed = listed.kind::<ActionBpf>().unwrap();
        assert_eq!((listed.name(), listed.program()), (Some(NAME), None));
        assert!(
            listed.id().is_some_and(|id| id != 0 && Some(id) != bpf.id()) && listed.tag() == bpf.tag(),
            "{listed:?}"
        );
        let our_action = tc("-V").map(|_| told());
        ip.filter().delete("v0", &with_action).await.unwrap();

        let named = Bpf::build().classic(&ALL).name("of no use").ingress().priority(9);
        let named = ip.filter().add("v0", named).await.unwrap_err().to_string();
        assert!(named.contains("ignores name") && named.contains("classic"), "{named}");
        let named = ActionBpf::build().classic(&ALL).name("of no use");
        let named =
            ip.filter().add("v0", Matchall::build().action(named).ingress()).await.unwrap_err().to_string();
        assert!(named.contains("ignores name") && named.contains("classic"), "{named}");
        // One of an action is none of a filter.
        let other =
            ip.filter().add("v0", Bpf::direct(&of_action, "other").ingress().priority(9)).await.unwrap_err();
        assert!(other.to_string().contains("nvalid argument"), "{other}");

        let (Some(ours), Some(our_action)) = (ours, our_action) else { return };
        let path = pin_program(&of_filter, "passes").unwrap();
        let theirs = format!("filter add dev v0 ingress prio 10 bpf da object-pinned {path} classid 1:10");
        tc(&theirs).unwrap().unwrap();
        let theirs = only(&ip).await;
        let of_tc = theirs.kind::<Bpf>().unwrap();
        assert_eq!((of_tc.id(), of_tc.tag(), of_tc.bpf_flags()), (bpf.id(), bpf.tag(), bpf.bpf_flags()));
        assert_eq!((told(), of_tc.name()), (ours, bpf.name()));
        ip.filter().delete("v0", &theirs).await.unwrap();
        let path = pin_program(&of_action, "passes").unwrap();
        tc(&format!("filter add dev v0 ingress prio 9 matchall action bpf object-pinned {path} pipe"))
            .unwrap()
            .unwrap();
        assert_eq!(told(), our_action);
    });
}

#[test]
fn those_of_flower() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let place = |flower: FlowerBuf| flower.ingress().priority(10);
        let flower = Flower::build;
        same(
            &ip,
            "protocol ip prio 10 flower dst_ip 198.51.100.0/24 src_ip 192.0.2.1 ip_proto tcp dst_port 80 src_port 1024 \
             tcp_flags 0x2/0x12 ip_tos 0x10/0xfc ip_ttl 64 ip_flags nofrag classid 1:7 indev v1 skip_hw action drop",
            place(
                flower()
                    .destination("198.51.100.0/24")
                    .source("192.0.2.1")
                    .tcp()
                    .destination_port(80)
                    .source_port(1024)
                    .tcp_flags(TcpFlags::SYN)
                    .tcp_flags_mask(TcpFlags::SYN | TcpFlags::ACK)
                    .tos(0x10)
                    .tos_mask(0xfc)
                    .ttl(64)
                    .ttl_mask(0xff)
                    .ip_flags(FlowerKeyFlags::empty())
                    .ip_flags_mask(FlowerKeyFlags::FRAG)
                    .class("1:7")
                    .input_device("v1")
                    .flags(FilterFlags::SKIP_HW)
                    .action(Gact::drop()),
            ),
        )
        .await;
        same(
            &ip,
            "protocol ipv6 prio 10 flower dst_ip 2001:db8::/32 src_ip 2001:db8:1::1 ip_proto udp dst_port 53 src_port 100-200",
            place(
                flower().destination("2001:db8::/32").source("2001:db8:1::1").udp().destination_port(53).source_ports(100..=200),
            ),
        )
        .await;
        same(
            &ip,
            "protocol ip prio 10 flower ip_proto sctp src_port 7 dst_port 1000-2000",
            place(flower().ether_type(EtherType::IPV4).sctp().source_port(7).destination_ports(1000..=2000)),
        )
        .await;
        same(
            &ip,
            "protocol ip prio 10 flower ip_proto icmp type 8 code 0",
            place(flower().icmp().icmpv4_type(8).icmpv4_code(0)),
        )
        .await;
        same(
            &ip,
            "protocol ipv6 prio 10 flower ip_proto icmpv6 type 128/240 code 0",
            place(flower().icmpv6().icmpv6_type(128).icmpv6_type_mask(0xf0).icmpv6_code(0)),
        )
        .await;
        same(
            &ip,
            "protocol all prio 10 flower dst_mac 02:00:00:00:00:01 src_mac 02:00:00:00:00:00/ff:ff:ff:00:00:00",
            place(
                flower().destination_mac("02:00:00:00:00:01").source_mac("02:00:00:00:00:00").source_mac_mask("ff:ff:ff:00:00:00"),
            ),
        )
        .await;
        same(
            &ip,
            "protocol 802.1Q prio 10 flower vlan_id 5 vlan_prio 3 vlan_ethtype ipv4 dst_ip 192.0.2.1",
            place(flower().destination("192.0.2.1").vlan(5).vlan_priority(3)),
        )
        .await;
        same(
            &ip,
            "protocol 802.1ad prio 10 flower vlan_id 5 vlan_ethtype 802.1Q cvlan_id 6 cvlan_prio 2 cvlan_ethtype ipv4 ip_proto udp",
            place(
                flower().ether_type(EtherType::DOT1AD).vlan_id(5).vlan_ether_type(EtherType::DOT1Q).inner_vlan_id(6).inner_vlan_priority(2).inner_vlan_ether_type(EtherType::IPV4).udp(),
            ),
        )
        .await;
        same(
            &ip,
            "protocol arp prio 10 flower arp_sip 192.0.2.0/24 arp_tip 192.0.2.1 arp_op reply arp_sha 02:00:00:00:00:01 arp_tha 02:00:00:00:00:02/ff:ff:ff:ff:ff:00",
            place(
                flower().ether_type(EtherType::ARP).arp_sender_ip(Ipv4Addr::new(192, 0, 2, 0)).arp_sender_ip_mask(Ipv4Addr::new(255, 255, 255, 0)).arp_target_ip(Ipv4Addr::new(192, 0, 2, 1)).arp_operation(2).arp_sender_mac("02:00:00:00:00:01").arp_target_mac("02:00:00:00:00:02").arp_target_mac_mask("ff:ff:ff:ff:ff:00"),
            ),
        )
        .await;
        same(
            &ip,
            "protocol mpls_uc prio 10 flower mpls_label 1000 mpls_tc 3 mpls_bos 1 mpls_ttl 64",
            place(
                flower()
                    .ether_type(EtherType::MPLS_UNICAST)
                    .mpls_label(1000)
                    .mpls_traffic_class(3)
                    .mpls_bottom_of_stack(1)
                    .mpls_ttl(64),
            ),
        )
        .await;
        same(
            &ip,
            "protocol mpls_uc prio 10 flower mpls lse depth 1 label 5 tc 1 bos 0 ttl 9 lse depth 2 label 6",
            place(flower().ether_type(EtherType::MPLS_UNICAST).mpls_entries(
                FlowerMplsEntries::build().entries([
                    FlowerMplsEntry::build().depth(1).ttl(9).bottom_of_stack(0).traffic_class(1).label(5),
                    FlowerMplsEntry::build().depth(2).label(6),
                ]),
            )),
        )
        .await;
        same(
            &ip,
            "protocol ip prio 10 flower enc_key_id 7 enc_dst_ip 192.0.2.0/24 enc_src_ip 192.0.2.9 enc_dst_port 4789 enc_tos 4 enc_ttl 9 geneve_opts 0102:03:01020304/ffff:ff:ffffff00,0105:06:a1b2c3d4",
            place(
                flower().ether_type(EtherType::IPV4).tunnel_id(7).tunnel_destination("192.0.2.0/24").tunnel_source("192.0.2.9").tunnel_destination_port(4789).tunnel_tos(4).tunnel_ttl(9).tunnel_options(geneve([(0x0102, 3, [1, 2, 3, 4]), (0x0105, 6, [0xa1, 0xb2, 0xc3, 0xd4])])).tunnel_options_mask(geneve([(0xffff, 0xff, [0xff, 0xff, 0xff, 0]), (0xffff, 0xff, [0xff; 4])])),
            ),
        )
        .await;
        same(
            &ip,
            "protocol ip prio 10 flower enc_key_id 7 enc_dst_ip 2001:db8::/32 enc_src_ip 2001:db8::1 vxlan_opts 5/0xff",
            place(
                flower().ether_type(EtherType::IPV4).tunnel_id(7).tunnel_destination("2001:db8::/32").tunnel_source("2001:db8::1").tunnel_options(options().vxlan(FlowerVxlanOption::build().group_policy(5))).tunnel_options_mask(options().vxlan(FlowerVxlanOption::build().group_policy(0xff))),
            ),
        )
        .await;
        same(
            &ip,
            "protocol ip prio 10 flower erspan_opts 1:2:0:0/1:255:0:0",
            place(
                flower()
                    .ether_type(EtherType::IPV4)
                    .tunnel_options(erspan(1, 2))
                    .tunnel_options_mask(erspan(1, 255)),
            ),
        )
        .await;
        same(
            &ip,
            "protocol ip prio 10 flower gtp_opts 1:2/ff:ff",
            place(
                flower()
                    .ether_type(EtherType::IPV4)
                    .tunnel_options(gtp(1, 2))
                    .tunnel_options_mask(gtp(0xff, 0xff)),
            ),
        )
        .await;
        same(
            &ip,
            "protocol ip prio 10 flower ct_state +trk+est-inv ct_zone 7 ct_mark 5/0xff ct_label 00000000000000000000000000000001",
            place(
                flower().ether_type(EtherType::IPV4).ct_state(CtState::TRACKED | CtState::ESTABLISHED).ct_state_mask(CtState::TRACKED | CtState::ESTABLISHED | CtState::INVALID).ct_zone(7).ct_mark(5).ct_mark_mask(0xff).ct_labels(label()),
            ),
        )
        .await;
        same(
            &ip,
            "protocol ppp_ses prio 10 flower pppoe_sid 7 ppp_proto ip dst_ip 192.0.2.1",
            place(
                flower()
                    .ether_type(EtherType::PPPOE_SESSION)
                    .pppoe_session(7)
                    .ppp_protocol(0x21)
                    .destination("192.0.2.1"),
            ),
        )
        .await;
    });
}

/// What newer kernels know, and the `tc` of none here: read back by us.
#[test]
fn newer_keys_of_flower() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let esp =
            Flower::build().ether_type(EtherType::IPV4).ip_protocol(50).spi(0x1001u32).spi_mask(0xffffu32);
        let cfm = FlowerCfm::build().level(5).opcode(1);
        let cfm = Flower::build().ether_type(EtherType::CFM).cfm(cfm);
        let missed = Flower::build().l2_miss(true);
        let tunnel = Flower::build()
            .tunnel_flags(FlowerKeyFlags::TUNDF)
            .tunnel_flags_mask(FlowerKeyFlags::TUNDF | FlowerKeyFlags::TUNOAM);
        let l2tp = Flower::build().ether_type(EtherType::IPV4).ip_protocol(115).l2tpv3_session(77u32);
        let hash = Flower::build().ether_type(EtherType::IPV4).hash(5).hash_mask(0xf);
        let tags = Flower::build().vlan_count(2).vlan_id(5);
        for flower in [esp, cfm, missed, tunnel, l2tp, hash, tags] {
            let filter = flower.ingress().priority(10);
            if !made(&ip, filter.clone()).await {
                continue;
            }
            let read = only(&ip).await;
            let (told, asked) = (read.kind::<Flower>().unwrap(), filter.view().kind::<Flower>().unwrap());
            assert_eq!((told.spi(), told.spi_mask()), (asked.spi(), asked.spi_mask()));
            assert_eq!(told.l2tpv3_session(), asked.l2tpv3_session());
            assert_eq!((told.hash(), told.hash_mask()), (asked.hash(), asked.hash_mask()));
            assert_eq!((told.vlan_count(), told.vlan_id()), (asked.vlan_count(), asked.vlan_id()));
            assert_eq!((told.l2_miss(), told.tunnel_flags()), (asked.l2_miss(), asked.tunnel_flags()));
            assert_eq!(told.tunnel_flags_mask(), asked.tunnel_flags_mask());
            assert_eq!(
                told.cfm().map(|cfm| (cfm.level(), cfm.opcode())),
                asked.cfm().map(|cfm| (cfm.level(), cfm.opcode()))
            );
            ip.filter().delete("v0", &read).await.unwrap();
        }
    });
}

#[test]
fn found_by_place_chain_priority_and_protocol() {
    run(|ip| async move {
        if !prepared(&ip).await || !made(&ip, Matchall::build().ingress().priority(1)).await {
            return;
        }
        let filters = ip.filter();
        let all = || Matchall::build().action(Gact::pass());
        filters.add("v0", all().ingress().priority(2).protocol("ip")).await.unwrap();
        filters.add("v0", all().ingress().priority(3).protocol("ipv6").chain(7u32)).await.unwrap();
        filters.add("v0", all().egress().priority(4)).await.unwrap();
        ip.qdisc().add("v0", Htb::build().root().handle("1:")).await.unwrap();
        filters.add("v0", Matchall::build().class("1:10").under("1:").priority(5)).await.unwrap();
        let priorities = |listed: Vec<Packet<FilterMessage>>| {
            listed.iter().map(|filter| filter.priority()).collect::<Vec<_>>()
        };
        let ingress = || filters.list().device("v0").ingress();
        assert_eq!(priorities(ingress().await.unwrap()), [1, 2, 3]);
        assert_eq!(priorities(ingress().chain(7).await.unwrap()), [3]);
        assert_eq!(priorities(ingress().chain(0).await.unwrap()), [1, 2]);
        assert_eq!(priorities(ingress().priority(2).await.unwrap()), [2]);
        assert_eq!(priorities(ingress().protocol("ipv6").await.unwrap()), [3]);
        assert!(priorities(ingress().kind("flower").await.unwrap()).is_empty());
        filters.add("v0", Flower::build().ingress().priority(6).chain(8u32)).await.unwrap();
        let terse = ingress().chain(8).terse().await.unwrap();
        assert_eq!(terse[0].kind::<Flower>().map(|flower| flower.flags().is_some()), Some(true));
        filters.delete("v0", &terse[0]).await.unwrap();
        assert_eq!(priorities(filters.list().device("v0").egress().await.unwrap()), [4]);
        assert_eq!(priorities(filters.list().device("v0").await.unwrap()), [5]);
        assert_eq!(priorities(filters.list().device("v0").parent("1:").await.unwrap()), [5]);
        let got = filters.get("v0", FilterMessage::ingress().priority(2).protocol("ip").handle(1u32)).await;
        assert_eq!(got.unwrap().protocol(), EtherType::IPV4);
        assert!(filters.list().device("nope").ingress().await.unwrap_err().is_not_found());
        assert!(
            filters
                .list()
                .device("v0")
                .parent("1:12345")
                .await
                .unwrap_err()
                .to_string()
                .contains("not a handle")
        );
        assert!(ingress().protocol("nonsense").await.unwrap_err().to_string().contains("nonsense"));

        filters.delete("v0", FilterMessage::ingress().priority(2)).await.unwrap();
        assert_eq!(priorities(ingress().await.unwrap()), [1, 3]);
        assert_eq!(ingress().flush().await.unwrap(), 2);
        assert!(priorities(ingress().await.unwrap()).is_empty());
        assert_eq!(priorities(filters.list().device("v0").egress().await.unwrap()), [4]);
    });
}

#[test]
fn added_changed_replaced_and_refused() {
    run(|ip| async move {
        if !prepared(&ip).await || !made(&ip, Matchall::build().ingress().priority(1)).await {
            return;
        }
        let filters = ip.filter();
        let drop = || Flower::build().destination("192.0.2.1").action(Gact::drop()).ingress().priority(10);
        let created = filters.add("v0", drop()).created().await.unwrap();
        assert_eq!((created.priority(), created.handle()), (10, 1));
        let exists = filters.add("v0", drop().handle(1u32)).await.unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        let words = "add filter flower prio 10 handle 0x1 at ingress of v0: ";
        assert!(exists.to_string().starts_with(words), "{exists}");
        let pass = Flower::build().destination("192.0.2.2").action(Gact::pass()).ingress().priority(10);
        filters.change("v0", pass.clone().handle(1u32)).await.unwrap();
        let read = filters.get("v0", &created).await.unwrap();
        let verdict = |filter: &FilterMessage| {
            filter.kind::<Flower>().unwrap().actions().unwrap().next().unwrap().verdict()
        };
        assert_eq!(verdict(&read), Some(Verdict::PASS));
        filters.replace("v0", drop().handle(1u32)).await.unwrap();
        assert_eq!(verdict(&filters.get("v0", &created).await.unwrap()), Some(Verdict::DROP));
        assert!(filters.change("v0", pass.handle(99u32)).await.unwrap_err().is_not_found());
        assert!(filters.delete("v0", drop().handle(99u32)).await.unwrap_err().is_not_found());
        let other =
            filters.add("v0", Matchall::build().ingress().priority(10).protocol("ip")).await.unwrap_err();
        assert!(other.to_string().contains("Specified filter kind does not match existing one"), "{other}");

        let refused =
            async |filter: FilterMessageBuf| filters.add("v0", filter).await.unwrap_err().to_string();
        let ignored = refused(Flower::build().tcp().ingress()).await;
        assert!(
            ignored.contains("ignores ip_protocol") && ignored.contains("it is of IP packets"),
            "{ignored}"
        );
        let nowhere = filters.add("nope", drop()).await.unwrap_err();
        assert!(nowhere.is_not_found(), "{nowhere}");
        let vague = filters.delete("v0", FilterMessage::ingress()).await.unwrap_err();
        assert!(vague.to_string().contains("a filter is found by its priority"), "{vague}");
        let missing = refused(Matchall::build().under("7:").priority(1)).await;
        assert!(missing.contains("under 7: on v0: ") && missing.contains("Qdisc"), "{missing}");
        let device = refused(Matchall::build().action(Mirred::redirect("nope")).ingress().priority(8)).await;
        assert!(device.contains("nope"), "{device}");
        let nothing = refused(Matchall::build().action(Pedit::build()).ingress().priority(8)).await;
        assert!(nothing.contains("Pedit requires keys to be passed"), "{nothing}");
        let label = Pedit::set(PeditField::IPV6_FLOW_LABEL, 1 << 20);
        let label = refused(Matchall::build().action(label).ingress().priority(8)).await;
        assert!(label.contains("1048576 does not fit into 20 bits of ipv6 from bit 12 on"), "{label}");
        let many = (0..33).fold(Matchall::build(), |all, _| all.action(Gact::pipe()));
        assert!(refused(many.ingress().priority(8)).await.contains("more than 32 actions"));
        let ports = Flower::build().destination("192.0.2.1").udp().source_port_min(200).source_port_max(100);
        let ports = refused(ports.ingress().priority(11)).await;
        assert!(ports.contains("Invalid source port range"), "{ports}");
        assert!(ports.contains("TCA_FLOWER_KEY_PORT_SRC_MIN"), "{ports}");
    });
}

#[test]
fn blocks_that_are_shared() {
    run(|ip| async move {
        if !prepared(&ip).await || !made(&ip, Matchall::build().ingress().priority(1)).await {
            return;
        }
        ip.qdisc().delete("v0", TcHandle::INGRESS).await.unwrap();
        for device in ["v0", "v1"] {
            ip.qdisc().add(device, Clsact::build().ingress().ingress_block(10u32)).await.unwrap();
        }
        let filters = ip.filter();
        filters.add(Block(10), Matchall::build().action(Gact::drop()).block(10).priority(3)).await.unwrap();
        let listed = filters.list().block(10).await.unwrap();
        assert_eq!((listed.len(), listed[0].block(), listed[0].priority()), (1, Some(10), 3));
        // The same by one of the devices.
        let by_device = filters.list().device("v1").ingress().await.unwrap();
        assert_eq!((by_device.len(), by_device[0].block()), (1, Some(10)));
        let exists = filters.add(Block(10), &listed[0]).await.unwrap_err();
        assert!(exists.to_string().contains("in block 10: "), "{exists}");
        ip.chain().add(Block(10), ChainMessage::build().chain(5u32)).await.unwrap();
        let chains: Vec<_> =
            ip.chain().list().block(10).await.unwrap().iter().map(|chain| chain.chain()).collect();
        assert_eq!(chains, [Some(0), Some(5)]);
        filters.delete(Block(10), &listed[0]).await.unwrap();
        assert!(filters.list().block(10).await.unwrap().is_empty());
        let missing = filters.add(Block(11), Matchall::build().block(11).priority(3)).await.unwrap_err();
        assert!(missing.to_string().contains("in block 11: "), "{missing}");
    });
}

#[test]
fn chains_with_and_without_a_template() {
    run(|ip| async move {
        if !prepared(&ip).await || !made(&ip, Flower::build().ingress().priority(1)).await {
            return;
        }
        let chains = ip.chain();
        chains.add("v0", ChainMessage::ingress(5)).await.unwrap();
        let template = Flower::build().destination("0.0.0.0/24");
        let created = chains.add("v0", ChainMessage::ingress(7).template(template)).created().await.unwrap();
        let mask = created.template::<Flower>().and_then(Flower::ipv4_destination_mask);
        assert_eq!((created.chain(), mask), (Some(7), Some(Ipv4Addr::new(255, 255, 255, 0))));
        let listed = chains.list().device("v0").ingress().await.unwrap();
        assert!(listed.iter().all(|chain| chain.malformed().count() == 0), "{listed:?}");
        assert_eq!(listed.iter().map(|chain| chain.chain()).collect::<Vec<_>>(), [Some(0), Some(5), Some(7)]);
        if let Some(told) = tc("-j chain show dev v0 ingress") {
            let told: Vec<Value> = serde_json::from_str(&told.unwrap()).unwrap();
            assert_eq!(
                told.iter().filter_map(|chain| chain["chain"].as_u64()).collect::<Vec<_>>(),
                [0, 5, 7]
            );
        }
        let exists = chains.add("v0", ChainMessage::ingress(5)).await.unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        assert!(exists.to_string().starts_with("add chain 5 at ingress of v0: "), "{exists}");
        let odd = Flower::build().source("192.0.2.1").ingress().priority(1).chain(7u32);
        let odd = ip.filter().add("v0", odd).await.unwrap_err();
        assert!(odd.to_string().contains("Mask does not fit the template"), "{odd}");
        assert_eq!(chains.get("v0", ChainMessage::ingress(7)).await.unwrap().kind_name(), Some("flower"));
        // Kernels tell neither ingress nor egress.
        let vague = chains.delete("v0", &created).await.unwrap_err();
        assert!(vague.to_string().contains("`ChainMessage::ingress`"), "{vague}");
        chains.delete("v0", ChainMessage::ingress(7)).await.unwrap();
        let missing = chains.delete("v0", ChainMessage::ingress(7)).await.unwrap_err();
        assert!(missing.to_string().contains("Cannot find specified filter chain"), "{missing}");
        let missing = chains.get("v0", ChainMessage::ingress(7)).await.unwrap_err();
        assert!(missing.to_string().contains("Cannot find specified filter chain"), "{missing}");
        let vague = chains.delete("v0", ChainMessage::build()).await.unwrap_err();
        assert!(vague.to_string().contains("a chain has a number"), "{vague}");
        // All of a list, which says where they are.
        let filter = Matchall::build().ingress().priority(1).chain(9u32);
        ip.filter().add("v0", filter).await.unwrap();
        chains.add("v0", ChainMessage::egress(6)).await.unwrap();
        assert_eq!(chains.list().ingress().await.unwrap().len(), 3, "of all devices");
        assert_eq!(chains.list().device("v0").ingress().flush().await.unwrap(), 3);
        let left = |chains: Vec<Packet<ChainMessage>>| -> Vec<_> {
            chains.iter().map(|chain| chain.chain().unwrap()).collect()
        };
        assert!(left(chains.list().device("v0").ingress().await.unwrap()).is_empty());
        assert!(ip.filter().list().device("v0").ingress().await.unwrap().is_empty());
        assert_eq!(left(chains.list().device("v0").egress().await.unwrap()), [6]);
    });
}

/// Hash tables of u32: a table, a filter that leads there, and one in a bucket.
#[test]
fn hash_tables_of_u32() {
    run(|ip| async move {
        if !prepared(&ip).await {
            return;
        }
        let place = |filter: U32Buf| filter.ingress().protocol("ip").priority(5);
        let table = U32::build().divisor(256);
        if !made(&ip, place(table).handle(u32::table(1))).await {
            return;
        }
        let leading = U32::build().ipv4_destination("192.0.2.0/24").hashed_link(u32::table(1), 0xff, 16);
        ip.filter().add("v0", place(leading)).await.unwrap();
        let inside = U32::build().hash_table(u32::bucket(1, 7)).ipv4_destination("192.0.2.7").class("1:7");
        ip.filter().add("v0", place(inside)).await.unwrap();
        let listed = ip.filter().list().device("v0").ingress().await.unwrap();
        let all: Vec<_> =
            listed.iter().map(|filter| (filter.handle(), filter.kind::<U32>().unwrap())).collect();
        let mut tables: Vec<_> =
            all.iter().filter_map(|(handle, u32)| Some((*handle, u32.divisor()?))).collect();
        tables.sort_unstable();
        assert_eq!(tables, [(u32::table(1), 256), (u32::table(0x800), 1)], "{all:?}");
        let leading = all.iter().find(|(_, u32)| u32.link().is_some()).unwrap().1;
        assert_eq!(leading.link(), Some(u32::table(1)));
        let selector = leading.selector().unwrap();
        assert_eq!((selector.hash_mask(), selector.hash_at(), selector.key_count()), (0xff, 16, 1));
        let inside = all.iter().find(|(handle, _)| handle & 0xfff0_f000 == u32::bucket(1, 7)).unwrap().1;
        assert_eq!(inside.class(), Some(TcHandle::new(1, 7)));
        assert!(inside.counts().is_none_or(|counts| counts.key_hits().is_some()));
        if let Some(told) = tc("filter show dev v0 ingress") {
            let told = told.unwrap();
            for words in [
                "fh 1: ht divisor 256",
                "link 1:",
                "hash mask 000000ff at 16",
                "fh 1:7:800",
                "c0000207/ffffffff at 16",
            ] {
                assert!(told.contains(words), "{words}: {told}");
            }
        }
    });
}

#[test]
fn actions_by_themselves() {
    run(|ip| async move {
        let actions = ip.action();
        match actions.add(Gact::drop().index(7)).await {
            Err(error) if lacks(&error) || error.is_not_supported() => {
                return skip("this kernel lacks actions");
            }
            Err(error) if error.is_not_permitted() => {
                return skip("changing actions takes the rights of the machine's root");
            }
            result => result.unwrap(),
        }
        let exists = actions.add(Gact::pass().index(7)).await.unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        assert!(exists.to_string().starts_with("add action gact index 7: "), "{exists}");
        let got = actions.get("gact", 7).await.unwrap();
        let gact = got.action().unwrap();
        assert_eq!((gact.index(), gact.verdict()), (Some(7), Some(Verdict::DROP)));
        actions.replace(Gact::pass().index(7)).await.unwrap();
        let got = actions.get("gact", 7).await.unwrap();
        assert_eq!(got.action().and_then(|gact| gact.verdict()), Some(Verdict::PASS));
        // More than a message holds.
        for index in 100..1100 {
            actions.add(Gact::pipe().index(index)).await.unwrap();
        }
        let listed = actions.list("gact").await.unwrap();
        assert_eq!(listed.iter().count(), 1001);
        assert!(listed.iter().all(|gact| gact.kind::<Gact>().is_some()));
        let mut indices: Vec<_> = listed.iter().filter_map(|gact| gact.index()).collect();
        indices.sort_unstable();
        assert_eq!((indices[0], indices[1], indices[1000]), (7, 100, 1099));
        if let Some(told) = tc("-j actions list action gact index 7") {
            assert!(told.is_ok());
        }
        actions.delete("gact", 7).await.unwrap();
        let missing = actions.get("gact", 7).await.unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert!(actions.delete("gact", 7).await.unwrap_err().is_not_found());
        actions.flush("gact").await.unwrap();
        assert_eq!(actions.list("gact").await.unwrap().iter().count(), 0);
        let vague = actions.delete("gact", 0).await.unwrap_err();
        assert!(vague.to_string().contains("by its kind and its index"), "{vague}");
        let unknown = actions.delete("nonsense", 1).await.unwrap_err();
        assert!(unknown.to_string().contains("delete action nonsense index 1: "), "{unknown}");
        assert_eq!(actions.list("nonsense").await.unwrap().iter().count(), 0);
    });
}
