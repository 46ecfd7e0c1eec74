//! What `ip -j -d -s` and `bridge -j -d -s` of iproute2 6.1 say, put together from what is read here: each key that
//! they print, and none that they don't.

use iproute2::netlink_packet::{Nest, View};
use iproute2::rtnetlink::neighbour::{NeighbourExtFlags, NeighbourSettings, NeighbourTableStats};
use iproute2::rtnetlink::nexthop::{Bucket, GroupType};
use iproute2::rtnetlink::route::encap::{
    self, EncapType, Ip6Tunnel, IpTunnel, Mpls, Seg6, Seg6Local, Xfrm,
    ip::{GeneveOption, TunnelFlags, TunnelOptions},
    seg6::SegmentHeader,
};
use iproute2::rtnetlink::route::{
    Labels, NextHopFlags, Realms, RouteFeatures, RouteFlags, RouteMetrics, RouterPreference, Via,
};
use iproute2::rtnetlink::rule::RuleFlags;
use iproute2::{
    AddressFamily, NeighbourFlags, NeighbourMessage, NeighbourState, NeighbourTableMessage, NextHop,
    NextHopMessage, RouteMessage, RuleAction, RuleMessage, blocking,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The version of `ip` and `bridge` whose words these are.
const VERSION: &str = "6.1.0";

/// What a tool prints with this command, one JSON object each; `None` where there is none of the version that is known.
pub(crate) fn objects(tool: &str, arguments: &str) -> Option<Vec<Value>> {
    let run = |arguments: &str| Command::new(tool).env("TZ", "UTC").args(arguments.split(' ')).output();
    let version = match run("-V") {
        Ok(output) => String::from_utf8(output.stdout).unwrap(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            super::skip(&format!("there is no {tool}"));
            return None;
        }
        Err(error) => panic!("{tool}: {error}"),
    };
    if !version.contains(VERSION) {
        super::skip_always(&format!("the words of {} are not known", version.trim()));
        return None;
    }
    let output = run(&format!("-j -d -s {arguments}")).unwrap();
    assert!(output.status.success(), "{tool} {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let Value::Array(objects) = serde_json::from_str(&without_twins(&text)).unwrap() else {
        panic!("{text}")
    };
    // Some lists have empty objects for what is filtered out.
    Some(objects.into_iter().filter(|object| *object != json!({})).collect())
}

/// The same JSON, in which no object has a key twice: `ip` prints the destination of an encapsulation beside that of its
/// route.
fn without_twins(text: &str) -> String {
    let mut out = String::new();
    // The keys of the objects around; an array has none.
    let mut open: Vec<Option<Vec<String>>> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first != '"' {
            match first {
                '{' => open.push(Some(Vec::new())),
                '[' => open.push(None),
                '}' | ']' => drop(open.pop()),
                _ => (),
            }
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = 1 + rest[1..].find('"').unwrap();
        let (word, after) = (&rest[1..end], &rest[end + 1..]);
        match open.last_mut() {
            Some(Some(keys)) if after.trim_start().starts_with(':') => {
                out += &format!("\"{}\"", twin(keys, word));
                keys.push(word.to_owned());
            }
            _ => out += &format!("\"{word}\""),
        }
        rest = after;
    }
    out
}

/// The key, with a number where it is there already.
fn twin(keys: &[String], key: &str) -> String {
    match keys.iter().filter(|one| *one == key).count() {
        0 => key.to_owned(),
        others => format!("{key} #{}", others + 1),
    }
}

/// Says where two lists differ, but for values that go on while they are told: those may differ a little.
pub(crate) fn assert_agree(ours: &[Value], theirs: &[Value], passing: &[&str]) {
    assert_eq!(ours.len(), theirs.len(), "{ours:#?}\n{theirs:#?}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        let (mut settled, theirs_object) = (ours.clone(), theirs.as_object().unwrap());
        for key in passing {
            let (Some(our), Some(their)) = (settled.get(key), theirs_object.get(*key)) else { continue };
            let near = match (our.as_f64(), their.as_f64()) {
                (Some(our), Some(their)) => (our - their).abs() <= 2.0,
                _ => time(our).zip(time(their)).is_some_and(|(our, their)| our.abs_diff(their) <= 2),
            };
            if near {
                settled[key] = their.clone();
            }
        }
        assert_eq!(&settled, theirs);
    }
}

/// Seconds since 1970 of a time as it is printed here.
fn time(text: &Value) -> Option<u64> {
    let text = text.as_str()?;
    let number = |from: usize, length| text.get(from..from + length)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    // Years that begin in March, so that the day of a leap year is their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
    Some(((days * 24 + number(11, 2)?) * 60 + number(14, 2)?) * 60 + number(17, 2)?)
}

/// An object on its way to JSON, key by key, as `ip` prints it.
#[derive(Default)]
struct Said(Map<String, Value>, Vec<String>);

impl Said {
    fn say(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(twin(&self.1, key), value.into());
        self.1.push(key.to_owned());
        self
    }

    fn maybe(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.say(key, value),
            None => self,
        }
    }

    /// A key alone, where this is so.
    fn mark(self, key: &str, so: bool) -> Self {
        if so { self.say(key, Value::Null) } else { self }
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn text(value: impl ToString) -> Value {
    Value::String(value.to_string())
}

fn hex(number: impl std::fmt::LowerHex) -> Value {
    Value::String(format!("{number:#x}"))
}

fn words<T: ToString>(list: impl IntoIterator<Item = T>) -> Value {
    list.into_iter().map(text).collect()
}

fn seconds(time: Duration) -> Value {
    time.as_secs().into()
}

fn milliseconds(time: Duration) -> Value {
    u64::try_from(time.as_millis()).unwrap().into()
}

/// An address alone, or with its length where that is not all of it.
fn prefix(address: Option<IpAddr>, length: u8) -> Option<Value> {
    let address = address?;
    let whole = if address.is_ipv4() { 32 } else { 128 };
    Some(if length == whole { text(address) } else { text(format!("{address}/{length}")) })
}

fn labels(labels: Labels<'_>) -> Value {
    text(labels.map(|label| label.to_string()).collect::<Vec<_>>().join("/"))
}

fn realms(realms: Realms) -> Value {
    let from = Some(realms.from).filter(|from| *from != 0).map(text);
    Said::default().maybe("from", from).say("to", text(realms.to)).done()
}

fn via(via: &Via) -> Value {
    json!({ "family": via.family().to_string(), "host": via.address().unwrap().to_string() })
}

/// What has to be known besides a message: the names of links, and next hops by their ids.
pub(crate) struct Names {
    links: HashMap<u32, String>,
    hops: HashMap<u32, Value>,
}

impl Names {
    pub(crate) fn new(ip: &blocking::Handle) -> Self {
        let link = |link: iproute2::netlink_packet::Packet<iproute2::LinkMessage>| {
            (link.index(), link.name().to_string())
        };
        let links = ip.link().list().wait().unwrap().into_iter().map(link).collect();
        let mut names = Names { links, hops: HashMap::new() };
        let hops = ip.nexthop().list().wait().unwrap();
        names.hops = hops.iter().map(|hop| (hop.id().unwrap(), names.next_hop(hop))).collect();
        names
    }

    fn link(&self, index: u32) -> Value {
        match index {
            // A device of the kernel's own that nobody sees.
            0 => text("*"),
            index => text(&self.links[&index]),
        }
    }

    pub(crate) fn route(&self, route: &RouteMessage) -> Value {
        let of_labels = route.family() == AddressFamily::MPLS;
        let destination = match of_labels {
            true => labels(route.labels()),
            false => {
                prefix(route.destination(), route.destination_length()).unwrap_or_else(|| text("default"))
            }
        };
        let cloned = route.flags().contains(RouteFlags::CLONED);
        let said = Said::default()
            .say("type", text(route.route_type()))
            .say("dst", destination)
            .maybe("from", prefix(route.source(), route.source_length()))
            .maybe("nhid", route.next_hop_id())
            .maybe("to", route.new_labels().map(labels));
        let said = self
            .encap(said, route.encap_type(), route.raw_encap())
            .maybe("tos", Some(route.tos()).filter(|tos| *tos != 0).map(hex))
            .maybe("gateway", route.raw_gateway().map(text))
            .maybe("via", route.raw_via().map(via))
            .maybe("dev", route.device().map(|index| self.link(index)))
            .say("table", text(route.table()))
            .maybe("protocol", (!cloned).then(|| text(route.protocol())))
            .maybe("scope", (!cloned).then(|| text(route.scope())))
            .maybe("prefsrc", route.preferred_source().map(text))
            .maybe("metric", route.metric())
            .say("flags", route_flags(route.flags()))
            .maybe("mark", route.mark())
            .maybe("flow", route.realms().map(realms))
            .maybe("uid", route.uid())
            .maybe("cache", (cloned && route.family() == AddressFamily::INET).then(|| json!([])));
        let cache = route.cache_info();
        let some = |number: u32| Some(number).filter(|number| *number != 0);
        said.maybe("expires", route.expires_in().map(seconds))
            .maybe("error", cache.and_then(|cache| some(cache.error())))
            .maybe("users", cache.and_then(|cache| some(cache.references())))
            .maybe("used", cache.and_then(|cache| some(cache.used())))
            .maybe("age", cache.map(|cache| cache.last_used()).filter(|age| !age.is_zero()).map(seconds))
            .maybe("metrics", route.metrics().filter(|all| all.attributes().raw().count() > 0).map(metrics))
            .maybe("iif", route.input_device().map(|index| self.link(index)))
            .maybe("pref", route.preference().map(|preference: RouterPreference| text(preference)))
            // So it is spelt.
            .maybe("ttl-propogate", route.ttl_propagate())
            .maybe("nh_info", route.next_hop_id().and_then(|id| self.hops.get(&id).cloned()))
            .maybe("nexthops", route.raw_next_hops().map(|hops| self.paths(hops, of_labels)))
            .done()
    }

    fn paths<'a>(&self, hops: impl Iterator<Item = &'a NextHop>, of_labels: bool) -> Value {
        let path = |hop: &NextHop| {
            let flags = hop.flags();
            self.encap(Said::default(), hop.encap_type(), hop.raw_encap())
                .maybe("to", hop.new_labels().map(labels))
                .maybe("gateway", hop.raw_gateway().map(text))
                .maybe("via", hop.raw_via().map(via))
                .maybe("flow", hop.realms().map(realms))
                .say("dev", self.link(hop.device()))
                .maybe("weight", (!of_labels).then(|| hop.weight()))
                .say("flags", hop_flags(flags))
                .done()
        };
        hops.map(path).collect()
    }

    fn encap(&self, said: Said, encap_type: Option<EncapType>, data: Option<&Nest>) -> Said {
        let Some((encap_type, data)) = encap_type.zip(data) else { return said };
        let said = said.say("encap", text(encap_type));
        match encap_type {
            EncapType::MPLS => {
                let mpls = Mpls::cast(data.as_bytes());
                said.say("dst", labels(mpls.labels().unwrap())).maybe("ttl", mpls.ttl())
            }
            EncapType::IP => {
                let tunnel = IpTunnel::cast(data.as_bytes());
                let said = said
                    .maybe("id", tunnel.id())
                    .maybe("src", tunnel.source().map(text))
                    .maybe("dst", tunnel.destination().map(text))
                    .maybe("ttl", tunnel.ttl())
                    .maybe("tos", tunnel.tos());
                tunnel_end(said, tunnel.flags(), tunnel.options())
            }
            EncapType::IP6 => {
                let tunnel = Ip6Tunnel::cast(data.as_bytes());
                let said = said
                    .maybe("id", tunnel.id())
                    .maybe("src", tunnel.source().map(text))
                    .maybe("dst", tunnel.destination().map(text))
                    .maybe("hoplimit", tunnel.hop_limit())
                    .maybe("tc", tunnel.traffic_class());
                tunnel_end(said, tunnel.flags(), tunnel.options())
            }
            EncapType::SEG6 => {
                let seg6 = Seg6::cast(data.as_bytes());
                said.maybe("mode", seg6.mode().map(text)).say("segs", words(seg6.path()))
            }
            EncapType::SEG6_LOCAL => {
                let local = Seg6Local::cast(data.as_bytes());
                let header = |header: &SegmentHeader| json!({ "segs": words(header.path()) });
                let counters = |counters: &encap::seg6_local::Seg6Counters| {
                    let (packets, bytes, errors) = (counters.packets(), counters.bytes(), counters.errors());
                    json!({ "packets": packets, "bytes": bytes, "errors": errors })
                };
                said.maybe("action", local.action().map(text))
                    .maybe("srh", local.header().map(header))
                    .maybe("table", local.table().map(text))
                    .maybe("vrftable", local.vrf_table().map(text))
                    .maybe("nh4", local.next_hop4().map(text))
                    .maybe("nh6", local.next_hop6().map(text))
                    .maybe("iif", local.input_device().map(|index| self.link(index)))
                    .maybe("oif", local.device().map(|index| self.link(index)))
                    .maybe("stats64", local.counters().map(counters))
            }
            EncapType::XFRM => {
                let xfrm = Xfrm::cast(data.as_bytes());
                let link = xfrm.device().map(|index| self.link(index));
                said.maybe("if_id", xfrm.interface_id()).maybe("link_dev", link)
            }
            other => panic!("{other} is not compared"),
        }
    }

    pub(crate) fn next_hop(&self, hop: &NextHopMessage) -> Value {
        let member = |member: iproute2::rtnetlink::nexthop::GroupMember| {
            let weight = Some(member.weight).filter(|weight| *weight != 1);
            Said::default().say("id", member.id).maybe("weight", weight).done()
        };
        let said = Said::default()
            .maybe("id", hop.id())
            .maybe("group", hop.group().map(|members| members.map(member).collect::<Value>()))
            .maybe("type", hop.group_type().filter(|kind| *kind != GroupType::MPATH).map(text))
            .maybe(
                "resilient_args",
                hop.resilient().map(|group| {
                    Said::default()
                        .maybe("buckets", group.buckets())
                        .maybe("idle_timer", group.idle_timer().map(hundredths))
                        .maybe("unbalanced_timer", group.unbalanced_timer().map(hundredths))
                        .maybe("unbalanced_time", group.unbalanced_time().map(hundredths))
                        .done()
                }),
            );
        self.encap(said, hop.encap_type(), hop.raw_encap())
            .maybe("gateway", hop.gateway().map(text))
            .maybe("dev", hop.device().map(|index| self.link(index)))
            .say("scope", text(hop.scope()))
            .mark("blackhole", hop.blackhole() == Some(true))
            .say("protocol", text(hop.protocol()))
            .say("flags", hop_flags(hop.flags()))
            .mark("fdb", hop.fdb() == Some(true))
            .done()
    }

    pub(crate) fn bucket(&self, hop: &NextHopMessage) -> Value {
        let bucket = |bucket: &Bucket| {
            Said::default()
                .maybe("index", bucket.index())
                .maybe("idle_time", bucket.idle_time().map(hundredths))
                .maybe("nhid", bucket.member_id())
                .done()
        };
        Said::default()
            .maybe("id", hop.id())
            .maybe("bucket", hop.bucket().map(bucket))
            .say("flags", hop_flags(hop.flags()))
            .done()
    }

    pub(crate) fn neighbour(&self, neighbour: &NeighbourMessage) -> Value {
        let flags = neighbour.flags();
        let ext_flags = neighbour.ext_flags().unwrap_or_default();
        let cache = neighbour.cache_info();
        let proxy = flags.contains(NeighbourFlags::PROXY);
        Said::default()
            .maybe("dst", neighbour.address().map(text))
            .say("dev", self.link(neighbour.device()))
            .maybe("lladdr", neighbour.hardware_address().map(text))
            .mark("router", flags.contains(NeighbourFlags::ROUTER))
            .mark("proxy", proxy)
            .mark("managed", ext_flags.contains(NeighbourExtFlags::MANAGED))
            .mark("extern_learn", flags.contains(NeighbourFlags::EXT_LEARNED))
            .mark("offload", flags.contains(NeighbourFlags::OFFLOADED))
            .maybe("refcnt", cache.map(|cache| cache.references()).filter(|count| *count != 0))
            .maybe("used", cache.map(|cache| seconds(cache.used())))
            .maybe("confirmed", cache.map(|cache| seconds(cache.confirmed())))
            .maybe("updated", cache.map(|cache| seconds(cache.updated())))
            .maybe("probes", neighbour.probes())
            .maybe(
                "state",
                (!proxy && !neighbour.state().is_empty()).then(|| words(neighbour.state().iter())),
            )
            .maybe("protocol", neighbour.protocol().map(text))
            .done()
    }

    /// As `bridge fdb show` has it.
    pub(crate) fn entry(&self, entry: &NeighbourMessage) -> Value {
        let (flags, state) = (entry.flags(), entry.state());
        let listed = [
            (NeighbourFlags::SELF, "self"),
            (NeighbourFlags::ROUTER, "router"),
            (NeighbourFlags::EXT_LEARNED, "extern_learn"),
            (NeighbourFlags::OFFLOADED, "offload"),
            (NeighbourFlags::STICKY, "sticky"),
        ];
        let listed = listed.into_iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, word)| word);
        let state = match state {
            state if state.contains(NeighbourState::PERMANENT) => "permanent",
            state if state.contains(NeighbourState::NOARP) => "static",
            state if state.contains(NeighbourState::STALE) => "stale",
            state if state.contains(NeighbourState::REACHABLE) => "",
            state => panic!("{state:?}"),
        };
        let cache = entry.cache_info();
        Said::default()
            .maybe("mac", entry.hardware_address().map(text))
            .say("ifname", self.link(entry.device()))
            .maybe("dst", entry.address().map(text))
            .maybe("vlan", entry.vlan())
            .maybe("port", entry.port())
            .maybe("vni", entry.vni())
            .maybe("src_vni", entry.source_vni())
            .maybe("viaIf", entry.via().map(|index| self.link(index)))
            .maybe("nhid", entry.next_hop_id())
            .maybe("used", cache.map(|cache| seconds(cache.used())))
            .maybe("updated", cache.map(|cache| seconds(cache.updated())))
            .say("flags", words(listed))
            .maybe("master", entry.master().map(|index| self.link(index)))
            .say("state", state)
            .done()
    }

    pub(crate) fn rule(&self, rule: &RuleMessage) -> Value {
        let flags = rule.flags();
        let side = |said: Said, keys: [&str; 2], address: Option<IpAddr>, length: u8| match address {
            Some(address) => {
                let whole = if address.is_ipv4() { 32 } else { 128 };
                said.say(keys[0], text(address))
                    .maybe(keys[1], Some(length).filter(|length| *length != whole))
            }
            None => said,
        };
        let said = Said::default()
            .say("priority", rule.priority().unwrap_or_default())
            .mark("not", flags.contains(RuleFlags::INVERT));
        let said = match rule.source() {
            Some(_) => side(said, ["src", "srclen"], rule.source(), rule.source_length()),
            None => said.say("src", "all"),
        };
        let mask = rule.mark_mask().filter(|mask| *mask != u32::MAX);
        let ports = |said: Said, keys: [&str; 3], ports: Option<std::ops::RangeInclusive<u16>>| match ports {
            Some(ports) if ports.start() == ports.end() => said.say(keys[0], *ports.start()),
            Some(ports) => said.say(keys[1], *ports.start()).say(keys[2], *ports.end()),
            None => said,
        };
        let said = side(said, ["dst", "dstlen"], rule.destination(), rule.destination_length())
            .maybe("tos", Some(rule.tos()).filter(|tos| *tos != 0).map(hex))
            .maybe("fwmark", rule.mark().filter(|mark| *mark != 0 || mask.is_some()).map(hex))
            .maybe("fwmask", mask.map(hex))
            .maybe("iif", rule.input_device().map(text))
            .mark("iif_detached", flags.contains(RuleFlags::IIF_DETACHED))
            .maybe("oif", rule.device().map(text))
            .mark("oif_detached", flags.contains(RuleFlags::OIF_DETACHED))
            .mark("l3mdev", rule.of_vrf() == Some(true))
            .maybe("uid_start", rule.uids().map(|uids| uids.first()))
            .maybe("uid_end", rule.uids().map(|uids| uids.last()))
            .maybe("ipproto", rule.ip_protocol().map(protocol));
        let said = ports(
            said,
            ["sport", "sport_start", "sport_end"],
            rule.source_ports().map(|ports| ports.range()),
        );
        let said = ports(
            said,
            ["dport", "dport_start", "dport_end"],
            rule.destination_ports().map(|ports| ports.range()),
        );
        let looks_up = rule.action() == RuleAction::TO_TBL && rule.of_vrf() != Some(true);
        let said = said
            .maybe("tun_id", rule.tunnel_id())
            .maybe("table", looks_up.then(|| text(rule.table())))
            .maybe("suppress_prefixlen", rule.suppress_prefix_length())
            .maybe("suppress_ifgroup", rule.suppress_group().filter(|group| *group != u32::MAX).map(text))
            .maybe("flow_from", rule.realms().map(|realms| realms.from).filter(|from| *from != 0).map(text))
            .maybe("flow_to", rule.realms().map(|realms| realms.to).filter(|to| *to != 0).map(text));
        let said = match rule.action() {
            RuleAction::TO_TBL => said,
            RuleAction::GOTO => {
                said.maybe("goto", rule.target()).mark("unresolved", flags.contains(RuleFlags::UNRESOLVED))
            }
            RuleAction::NOP => said.mark("nop", true),
            action => said.say("action", text(action)),
        };
        said.maybe("protocol", rule.protocol().map(text)).done()
    }

    pub(crate) fn table(&self, table: &NeighbourTableMessage) -> Value {
        let settings = table.settings();
        let of = |read: fn(&NeighbourSettings) -> Option<u32>| settings.and_then(read);
        let time =
            |read: fn(&NeighbourSettings) -> Option<Duration>| settings.and_then(read).map(milliseconds);
        let device = of(NeighbourSettings::device).map(|index| self.link(index));
        let mut said = Said::default()
            .say("family", text(table.family()))
            .maybe("name", table.name())
            .maybe("dev", device)
            .maybe("thresh1", table.threshold1())
            .maybe("thresh2", table.threshold2())
            .maybe("thresh3", table.threshold3())
            .maybe("gc_interval", table.collection_interval().map(milliseconds));
        if let Some(config) = table.config() {
            said = said
                .say("key_length", config.key_length())
                .say("entry_size", config.entry_size())
                .say("entries", config.entries())
                .say("last_flush", ago(config.last_flush()))
                .say("last_rand", ago(config.last_random()))
                .say("hash_rnd", config.hash_seed())
                .say("hash_mask", text(format!("{:#x}", config.hash_mask())))
                .say("hash_chain_gc", config.hash_collection())
                .say("proxy_qlen", config.proxy_queue_length());
        }
        said = said
            .maybe("refcnt", of(NeighbourSettings::references))
            .maybe("reachable", time(NeighbourSettings::reachable_time))
            .maybe("base_reachable", time(NeighbourSettings::base_reachable_time))
            .maybe("retrans", time(NeighbourSettings::retransmission_time))
            .maybe("gc_stale", time(NeighbourSettings::stale_time))
            .maybe("delay_probe", time(NeighbourSettings::probe_delay))
            .maybe("queue", of(NeighbourSettings::queue_length))
            .maybe("app_probes", of(NeighbourSettings::app_probes))
            .maybe("ucast_probes", of(NeighbourSettings::unicast_probes))
            .maybe("mcast_probes", of(NeighbourSettings::multicast_probes))
            .maybe("anycast_delay", time(NeighbourSettings::anycast_delay))
            .maybe("proxy_delay", time(NeighbourSettings::proxy_delay))
            .maybe("proxy_queue", of(NeighbourSettings::proxy_queue_length))
            .maybe("locktime", time(NeighbourSettings::lock_time));
        type Count = fn(&NeighbourTableStats) -> u64;
        let counted: [(&str, Count); 11] = [
            ("allocs", NeighbourTableStats::allocations),
            ("destroys", NeighbourTableStats::destructions),
            ("hash_grows", NeighbourTableStats::hash_growths),
            ("res_failed", NeighbourTableStats::failed),
            ("lookups", NeighbourTableStats::lookups),
            ("hits", NeighbourTableStats::hits),
            ("rcv_probes_mcast", NeighbourTableStats::multicast_probes_received),
            ("rcv_probes_ucast", NeighbourTableStats::unicast_probes_received),
            ("periodic_gc_runs", NeighbourTableStats::periodic_collections),
            ("forced_gc_runs", NeighbourTableStats::forced_collections),
            ("table_fulls", NeighbourTableStats::overflows),
        ];
        for (key, read) in counted {
            said = said.maybe(key, table.stats().map(read));
        }
        said.done()
    }
}

/// The name of a protocol in `/etc/protocols`, where there are such names.
fn protocol(number: u8) -> Value {
    let names = std::fs::read_to_string("/etc/protocols").unwrap_or_default();
    let name = names.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        (words.next()? == number.to_string()).then_some(name)
    });
    name.map_or_else(|| text(format!("ipproto-{number}")), text)
}

fn route_flags(flags: RouteFlags) -> Value {
    let listed = [
        (RouteFlags::DEAD, "dead"),
        (RouteFlags::ON_LINK, "onlink"),
        (RouteFlags::PERVASIVE, "pervasive"),
        (RouteFlags::LINK_DOWN, "linkdown"),
        (RouteFlags::UNRESOLVED, "unresolved"),
    ];
    words(listed.into_iter().filter(|(flag, _)| flags.contains(*flag)).map(|(_, word)| word))
}

fn hop_flags(flags: NextHopFlags) -> Value {
    words(flags.iter())
}

fn tunnel_end(said: Said, flags: Option<TunnelFlags>, options: Option<&TunnelOptions>) -> Said {
    let flags = flags.unwrap_or_default();
    let so = |flag| flags.contains(flag).then_some(true);
    let geneve = |option: &GeneveOption| {
        let data: String = option.data().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        json!({ "class": option.class(), "type": option.option_type(), "data": data })
    };
    let geneve = options.and_then(TunnelOptions::geneve).map(|list| list.map(geneve).collect::<Value>());
    let vxlan =
        options.and_then(TunnelOptions::vxlan).map(|option| json!([{ "gbp": option.group_policy() }]));
    let erspan = options.and_then(TunnelOptions::erspan).map(|option| {
        json!([{
            "ver": option.version(),
            "index": option.index().unwrap_or_default(),
            "dir": option.direction().unwrap_or_default(),
            "hwid": option.hardware_id().unwrap_or_default(),
        }])
    });
    said.maybe("key", so(TunnelFlags::KEY))
        .maybe("csum", so(TunnelFlags::CSUM))
        .maybe("seq", so(TunnelFlags::SEQ))
        .maybe("geneve_opts", geneve)
        .maybe("vxlan_opts", vxlan)
        .maybe("erspan_opts", erspan)
}

fn metrics(metrics: &RouteMetrics) -> Value {
    let features = metrics.features().unwrap_or_default();
    let said = Said::default()
        .maybe("mtu", metrics.mtu())
        .maybe("window", metrics.window())
        .maybe("rtt", metrics.rtt().map(|eighths| eighths / 8))
        .maybe("rttvar", metrics.rtt_variance().map(|quarters| quarters / 4))
        .maybe("ssthresh", metrics.slow_start_threshold())
        .maybe("cwnd", metrics.congestion_window())
        .maybe("advmss", metrics.advertised_mss())
        .maybe("reordering", metrics.reordering())
        .maybe("hoplimit", metrics.hop_limit())
        .maybe("initcwnd", metrics.initial_congestion_window())
        .mark("ecn", features.contains(RouteFeatures::ECN))
        .maybe("rto_min", metrics.rto_min())
        .maybe("initrwnd", metrics.initial_receive_window())
        .maybe("quickack", metrics.quick_ack())
        .maybe("congestion", metrics.congestion_control())
        .maybe("fastopen_no_cookie", metrics.fast_open_no_cookie());
    json!([said.done()])
}

/// Seconds with their hundredths, whole ones as integers.
fn hundredths(time: Duration) -> Value {
    match time.subsec_millis() {
        0 => time.as_secs().into(),
        _ => (time.as_millis() as f64 / 1000.0).into(),
    }
}

/// The time that was so many milliseconds ago.
fn ago(milliseconds: u32) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let then = now - u64::from(milliseconds / 1000);
    let (days, clock) = (then / 86_400 + 719_468, then % 86_400);
    // Eras of 400 years, and years that begin in March.
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year + u64::from(month <= 2);
    let clock = format!("{:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
    text(format!("{year}-{month:02}-{day:02} {clock}"))
}
