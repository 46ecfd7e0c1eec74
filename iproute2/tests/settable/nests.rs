//! Nested attributes: each attribute of a nest that requests can set is sent in a request, and read back.
//!
//! A case is a request. What it sets is counted automatically: a new line of a table that a request can reach has to be
//! added to a case, or to the list of exceptions.

use crate::attributes::text;
use crate::cases;
use crate::support::{enter, is_unknown_kind, skip, skip_always};
use bytes::BytesMut;
use iproute2::netlink_packet::{
    Build, Dump, Family, Flags, Header, IfIndex, Inside, Messages, NLA_F_NESTED, Packet, RawAttributes,
    Schema, Scope, Table, Type, View, netlink,
};
use iproute2::rtnetlink::link::bridge::{BridgeBuf, BridgeOptions, BridgePortState};
use iproute2::rtnetlink::link::vlan::VlanProtocol;
use iproute2::rtnetlink::link::*;
use iproute2::rtnetlink::message::RTM_GETLINK;
use iproute2::rtnetlink::neighbour::{ActivityNotify, FdbExtension};
use iproute2::rtnetlink::route::Realms;
use iproute2::rtnetlink::route::encap::ila::{IlaBuf, IlaChecksumMode, IlaHook, IlaIdentifierType, Locator};
use iproute2::rtnetlink::route::encap::ioam6::{Ioam6Mode, Ioam6Trace};
use iproute2::rtnetlink::route::encap::ip::{
    ErspanOption, GeneveOption, TunnelFlags, TunnelOptions, VxlanOption,
};
use iproute2::rtnetlink::route::encap::seg6_local::{Seg6Action, Seg6Flavor, Seg6Flavors};
use iproute2::rtnetlink::route::encap::{Ila, Ioam6, Ip6Tunnel, IpTunnel, Rpl, Seg6Local, encaps};
use iproute2::{
    AddressFamily, Neighbour, NeighbourFlags, NeighbourMessage, NeighbourState, NextHop, NextHopMessage,
    Result, Route, RouteMessage, blocking,
};
use netlink_sys::{Protocol, Socket};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// An attribute in a nest, by the names of its table and its own.
type Name = (&'static str, &'static str);

/// Tables and attributes without a case, and why.
const NOT_GIVEN: &[(&str, &str)] = &[
    ("LinkInfo", "kinds and ports have tests of their own: kinds/"),
    ("Bpf", "programs that are loaded"),
    ("BpfProgram", "programs that are loaded"),
    ("SEG6_LOCAL_BPF", "a program that is loaded"),
    ("Seg6Program", "a program that is loaded"),
    ("Bucket", "questions for buckets; a request that adds is refused: nexthops.rs"),
    ("SEG6_IPTUNNEL_SRC", "later than the kernels of the matrix"),
];

/// The contents of a nest: names, printed form and bytes; nothing for a nest itself.
struct Leaf {
    name: Name,
    text: String,
    payload: Vec<u8>,
}

/// The contents of all nests of a set.
fn leaves(scope: &Scope<'_>, is_nest: bool, all: &mut Vec<Leaf>) {
    for attribute in scope.attributes() {
        let Some(row) = scope.row(attribute.number()) else { continue };
        let mut nested = Vec::new();
        let is_set = inside(scope, &row.value, attribute.payload, &mut nested);
        if is_nest {
            let name = (scope.table().name, row.name);
            let text =
                if is_set { String::new() } else { text(scope.table(), row.number, attribute.payload) };
            all.push(Leaf { name, text, payload: attribute.payload.to_vec() });
        }
        all.append(&mut nested);
    }
}

/// The contents of a payload, and whether they are attributes.
fn inside(scope: &Scope<'_>, value: &Type, payload: &[u8], all: &mut Vec<Leaf>) -> bool {
    static LIST: Table =
        Table { name: "", header_name: "", header: 0, fields: &[], attributes: true, rows: &[], also: None };
    let mut set = |table: &'static Table, bytes: &[u8]| {
        let is_set = table.attributes && !table.rows.is_empty();
        if let Some(nest) = scope.nest(table, 0, bytes).filter(|_| is_set) {
            leaves(&nest, true, all);
        }
        is_set
    };
    match value.inside(scope) {
        Inside::Set(table) => set(table, payload),
        Inside::Records(table) => {
            let mut rest = payload;
            while let [a, b, ..] = *rest {
                let length = usize::from(u16::from_ne_bytes([a, b]));
                set(table, &rest[..length]);
                rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
            true
        }
        Inside::Items(item) | Inside::Entries(item) => {
            let list = scope.nest(&LIST, 0, payload).unwrap();
            let inner = RawAttributes::new(payload).map(|one| inside(&list, item, one.payload, all));
            inner.fold(false, |all, one| all | one)
        }
        _ => false,
    }
}

/// The nests' attributes of a message.
fn leaves_of<V: View + ?Sized>(view: &V) -> Vec<Leaf> {
    let mut all = Vec::new();
    leaves(&Scope::of(view), false, &mut all);
    all
}

/// What was sent in all cases, and what was wrong.
#[derive(Default)]
struct Tried {
    given: BTreeSet<Name>,
    failures: Vec<String>,
}

impl Tried {
    /// A request succeeded: everything it set is reported. `otherwise` names what is reported differently.
    fn told<G: Build, V: View + ?Sized>(
        &mut self,
        what: &str,
        given: &G,
        told: Result<Packet<V>>,
        otherwise: &[&str],
    ) {
        let by_name = !given.buffer().unresolved().is_empty();
        let given = leaves_of(G::View::cast(given.buffer().body()));
        self.given.extend(given.iter().map(|leaf| leaf.name));
        let told = match told {
            Ok(told) => leaves_of(&*told),
            Err(error) => return self.failures.push(format!("{what}: {error}")),
        };
        for leaf in given.iter().filter(|leaf| !otherwise.contains(&leaf.name.1)) {
            let of_name = || told.iter().filter(|told| told.name == leaf.name);
            // A device given by name is not in the message until it is sent.
            let is_device = by_name && leaf.payload == [0; 4];
            let is_told = |told: &Leaf| told.text == leaf.text || is_device && told.payload != leaf.payload;
            let is_none = of_name().next().is_none() && leaf.payload.iter().all(|byte| *byte == 0);
            if !of_name().any(is_told) && !is_none {
                let told: Vec<_> = of_name().map(|told| &told.text).collect();
                self.failures
                    .push(format!("{what}: {:?}: {} was given, {told:?} is told", leaf.name, leaf.text));
            }
        }
    }

    /// A request failed with these words.
    fn refused<G: Build, T>(&mut self, given: &G, result: Result<T>, words: &str) {
        let given = leaves_of(G::View::cast(given.buffer().body()));
        self.given.extend(given.iter().map(|leaf| leaf.name));
        match result {
            Err(error) if error.to_string().contains(words) => (),
            Err(error) => self.failures.push(format!("{words:?} is not what is said: {error}")),
            Ok(_) => {
                self.failures.push(format!("{:?} is not refused: {words}", given.first().map(|one| one.name)))
            }
        }
    }

    /// An attribute is sent that can't be read back on this kernel or in this test.
    fn given<G: Build>(&mut self, given: &G) {
        let given = leaves_of(G::View::cast(given.buffer().body()));
        self.given.extend(given.iter().map(|leaf| leaf.name));
    }
}

/// The attributes of the nests that can be reached from a message, with what can be set of them.
fn reachable(table: &'static Table, is_nest: bool, all: &mut BTreeMap<Name, ()>) {
    for row in table.rows.iter().filter(|row| !row.marks.is_read_only()) {
        if is_nest && all.insert((table.name, row.name), ()).is_some() {
            continue;
        }
        let mut schemas = vec![row.value.schema];
        while let Some(Schema { set, element, formats, .. }) = schemas.pop() {
            schemas.extend(element.copied());
            if let Some(set) = set.map(|set| set()).filter(|set| set.attributes) {
                reachable(set, true, all);
            }
            if formats == Some("rt-route/encap-msg") {
                encaps().for_each(|(_, table)| reachable(table, true, all));
            }
        }
    }
}

#[test]
fn all_that_nests_hold() {
    let mut tried = Tried::default();
    let cases: [fn(&mut Tried); 9] =
        [routes, next_hops, families, bridges, trees, rings_and_end_points, entries, functions, programs];
    for case in cases {
        case(&mut tried);
    }
    let mut wanted = BTreeMap::new();
    for table in [<RouteMessage as View>::table(), NextHopMessage::table(), NeighbourMessage::table()] {
        reachable(table, false, &mut wanted);
    }
    reachable(LinkMessage::table(), false, &mut wanted);
    reachable(BridgeSpec::table(), true, &mut wanted);
    // Neighbour tables and kinds of links have tests of their own.
    let is_excused = |name: &Name| NOT_GIVEN.iter().any(|(excused, _)| [name.0, name.1].contains(excused));
    let missing = wanted.keys().filter(|name| !tried.given.contains(*name) && !is_excused(name));
    tried.failures.extend(missing.map(|name| format!("{name:?} is given in no case")));
    for (name, why) in NOT_GIVEN {
        let is_named = |wanted: &&Name| [wanted.0, wanted.1].contains(name);
        let is_wanted = wanted.keys().filter(is_named).any(|wanted| !tried.given.contains(wanted));
        tried.failures.extend((!is_wanted).then(|| format!("{name} is given, or unknown: {why}")));
    }
    assert!(tried.failures.is_empty(), "{}", tried.failures.join("\n"));
}

fn routes(tried: &mut Tried) {
    let on = |prefix: &str| Route::to(prefix).device("v0");
    let mut routes = cases::routes();
    let ila = Ila::build()
        .locator(Locator([0x20, 1, 0xd, 0xb8, 0, 0, 0, 7]))
        .checksum_mode(IlaChecksumMode::NO_ACTION);
    let ila = ila.identifier_type(IlaIdentifierType::LUID).hook(IlaHook::ROUTE_INPUT);
    let trace = Ioam6Trace::build().namespace(123u16).node_length(1u8).room(4u8);
    let ioam6 = Ioam6::build()
        .mode(Ioam6Mode::ENCAP)
        .destination("2001:db8::9")
        .packets(1u32)
        .every(2u32)
        .source("2001:db8::1");
    let flavors =
        Seg6Flavors::build().operations(Seg6Flavor::NEXT_CSID).block_bits(32u8).node_function_bits(16u8);
    let next_csid = Seg6Local::build().action(Seg6Action::END).flavors(flavors);
    routes.extend([
        (on("2001:db8:71::/48").encap(ila), "encap ila"),
        (on("2001:db8:72::/48").encap(ioam6.trace(trace.trace_type(0x8000_0000u32))), "encap ioam6"),
        (on("2001:db8:73::/48").encap(Rpl::through(["2001:db8::5", "2001:db8::6"])), "encap rpl"),
        (on("2001:db8:74::/48").encap(next_csid), "encap seg6local flavors next-csid"),
    ]);
    let options = || {
        let geneve = GeneveOption::build().class(0).option_type(1).data(&[0xab, 0xcd, 0x12, 0x34][..]);
        let erspan = ErspanOption::build().version(2).index(0).direction(1).hardware_id(12);
        let options = TunnelOptions::build().geneve([geneve]).erspan(erspan);
        options.vxlan(VxlanOption::build().group_policy(77))
    };
    let over_ipv6 = Ip6Tunnel::build().id(42).destination("2001:db8::9").flags(TunnelFlags::KEY);
    let all = on("2001:db8:75::/48").encap(over_ipv6.clone().options(options()));
    tried.given(&all);
    tried.given(&on("198.51.100.0/24").encap(IpTunnel::build().options(options())));
    routes.push((on("2001:db8:76::/48").encap(over_ipv6), "encap ip6 flags"));
    for (number, (route, words)) in routes.into_iter().enumerate() {
        let Some(ip) = cases::pair() else { return };
        cases::for_routes(&ip);
        let prefix = route.view().prefix().unwrap();
        for replaces in [false, true] {
            if replaces {
                // In the place of a plain one.
                let _ = ip.route().delete(&route).wait();
                let metric = route.view().metric().unwrap_or_default();
                let _ = ip.route().add(Route::to(prefix).device("v0").metric(metric)).wait();
            }
            let told = match replaces {
                false => ip.route().add(&route).created().wait(),
                true => ip.route().replace(&route).created().wait(),
            };
            match told {
                Err(error) if cases::is_lacking(&error, words) || error.is_not_supported() => {
                    tried.given(&route);
                    // The tested kernels are built without these.
                    let without = ["rpl", "ioam6", "ila"].iter().any(|name| words.contains(name));
                    let say = if without { skip_always } else { skip };
                    say(&format!("this kernel lacks what {words:?} needs"));
                }
                told => tried.told(&format!("{number}: {words}"), &route, told, &[]),
            }
        }
    }
    ignored_in_routes(tried);
    labels(tried);
}

/// What the kernel would ignore in nests of a route.
fn ignored_in_routes(tried: &mut Tried) {
    let Some(ip) = cases::pair() else { return };
    let hop = || NextHop::build().device("v0");
    let realms = Realms { from: 1, to: 2 };
    let on = |ila: IlaBuf| Route::to("2001:db8:1::/48").device("v0").encap(ila);
    let of_label = Seg6Local::build().action(Seg6Action::END).next_hop4("192.0.2.254");
    let routes = [
        Route::to("198.51.100.0/24").multipath([hop().new_labels([7u32])]),
        Route::to("2001:db8:1::/48").multipath([hop().new_labels([7u32])]),
        Route::to("2001:db8:1::/48").multipath([hop().realms(realms)]),
        Route::to("2001:db8:1::/48").multipath([hop().raw_via(std::net::IpAddr::from([192, 0, 2, 9]))]),
        Route::to("2001:db8:1::/48").device("v0").encap(of_label),
        on(Ila::build().identifier(Locator([1; 8]))),
        on(Ila::build().locator_match(Locator([1; 8]))),
        on(Ila::build().device("v0")),
        on(Ila::build().direction(1u32)),
        Route::to("2001:db8:1::/48").device("v0").encap(Seg6Local::build().input_device("v0")),
    ];
    for route in routes {
        tried.refused(&route, ip.route().add(&route).wait(), "the kernel ignores ");
        tried.refused(&route, ip.route().change(&route).wait(), "the kernel ignores ");
    }
}

fn labels(tried: &mut Tried) {
    let labels = cases::labels();
    labels.iter().for_each(|(route, _)| tried.given(route));
    let Some(ip) = cases::pair() else { return };
    if cases::for_labels() {
        for (route, words) in labels {
            tried.told(words, &route, ip.route().add(&route).created().wait(), &[]);
        }
    }
}

fn next_hops(tried: &mut Tried) {
    let Some(ip) = cases::pair() else { return };
    for (hop, words) in cases::next_hops() {
        for replaces in [false, true] {
            let told = match replaces {
                false => ip.nexthop().add(&hop).created().wait(),
                true => ip.nexthop().replace(&hop).created().wait(),
            };
            match told {
                Err(error) if cases::is_lacking(&error, words) => tried.given(&hop),
                told => tried.told(words, &hop, told, &[]),
            }
        }
    }
}

/// Two ends of a pair, the first up.
fn pair() -> Option<blocking::Handle> {
    if !enter() {
        return None;
    }
    let ip = blocking::connect().unwrap();
    ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
    ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    Some(ip)
}

/// Per-family settings of a link: each setting of IPv4, in both requests, also by `/proc`.
fn families(tried: &mut Tried) {
    let Some(ip) = pair() else { return };
    let inet6 = |spec| LinkMessage::build().family_specs(FamilySpecs::build().inet6(spec));
    let change = inet6(Inet6Spec::build().address_generation(AddressGeneration::RANDOM));
    tried.told("inet6", &change, ip.link().change("v0", change.clone()).changed().wait(), &[]);
    let change = inet6(Inet6Spec::build().token("::5"));
    tried.told("token", &change, ip.link().change("v0", change.clone()).changed().wait(), &[]);
    let mctp = LinkMessage::build().family_specs(FamilySpecs::build().mctp(MctpSpec::build().network(3u32)));
    // Of links of MCTP, which only hardware has, and of this family's kernels.
    tried.refused(&mctp, ip.link().change("v0", mctp.clone()).wait(), "address family not supported");

    let last = ip.link().get("v0").wait().unwrap().inet().unwrap().settings().unwrap().iter().count();
    let read = |setting: Ipv4Setting| {
        let link = ip.link().get("v0").wait().unwrap();
        link.inet().and_then(InetSpec::settings).and_then(|settings| settings.get(setting))
    };
    for index in 0..u32::try_from(last).unwrap() {
        let setting = Ipv4Setting(index);
        let value = if read(setting) == Some(1) { 0 } else { 1 };
        let specs = FamilySpecs::build().inet(InetSpec::build().settings([(setting, value)]));
        let change = LinkMessage::build().family_specs(specs);
        tried.given(&change);
        match ip.link().change("v0", change).wait() {
            Ok(()) if read(setting) == Some(value) => {
                let shown = fs::read_to_string(format!("/proc/sys/net/ipv4/conf/v0/{setting}"));
                let shown = shown.ok().and_then(|shown| shown.trim().parse().ok());
                let differs = shown.is_some_and(|shown: i32| shown != value);
                tried.failures.extend(differs.then(|| format!("{setting}: {value} is shown as {shown:?}")));
            }
            result => {
                tried.failures.push(format!("{setting}: {value} gives {result:?}, {:?}", read(setting)))
            }
        }
    }
    // In a request that creates a link: all of it is there before the link is up.
    let specs = FamilySpecs::build()
        .inet(InetSpec::build().settings([(Ipv4Setting::RP_FILTER, 2)]))
        .inet6(Inet6Spec::build().address_generation(AddressGeneration::NONE));
    let link = LinkMessage::build().name("x0").kind(Veth::build()).family_specs(specs).up();
    let told = ip.link().add(link).created().wait().unwrap();
    let filter = told.inet().and_then(InetSpec::settings).and_then(|all| all.get(Ipv4Setting::RP_FILTER));
    let generation = told.inet6().and_then(Inet6Spec::address_generation);
    if (filter, generation) != (Some(2), Some(AddressGeneration::NONE)) {
        tried.failures.push(format!("families at creation: {filter:?}, {generation:?}"));
    }
    let names = LinkMessage::build().alt_names(["other"]);
    tried.told("names", &names, ip.link().change("x0", names.clone()).changed().wait(), &[]);
    let reason = ProtoDownReason::build().mask(4).value(4);
    let down = LinkMessage::build().proto_down(true).proto_down_reason(reason);
    tried.given(&down);
    let link = LinkMessage::build().name("m0").parent("v0").kind(Macvlan::build());
    match ip.link().add(link).wait() {
        Err(error) if is_unknown_kind(&error) => skip("this kernel lacks kind macvlan"),
        made => {
            made.unwrap();
            let told = ip.link().change("m0", down.clone()).changed().wait();
            // The mask says which bits are meant.
            tried.told("reason", &down, told, &["IFLA_PROTO_DOWN_REASON_MASK"]);
        }
    }
}

/// Bridges and their ports in messages of the family `BRIDGE`.
fn of_bridge(mask: ExtMask) -> Vec<Leaf> {
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    let mut dump = Dump::new(socket.bind_auto().unwrap().port, 1);
    let mut request = LinkMessage::build().family(AddressFamily::BRIDGE).ext_mask(mask).into_buffer();
    let flags = Flags::REQUEST | Flags::DUMP;
    let header = Header { length: 0, message_type: RTM_GETLINK, flags, sequence: 1, port: 0 };
    socket.send(request.set_header(header).unwrap()).unwrap();
    let mut all = Vec::new();
    while !dump.is_finished() {
        let mut room = BytesMut::with_capacity(64 * 1024);
        socket.recv(&mut room).unwrap();
        let mut messages = Messages::new(&room);
        while let Some(message) = dump.read(&mut messages) {
            all.extend(leaves_of(LinkMessage::cast(message.payload())));
        }
    }
    all
}

/// A bridge, and two ports of it.
fn ports(bridge: BridgeBuf) -> Option<blocking::Handle> {
    let ip = pair()?;
    match ip.link().add(LinkMessage::build().name("br0").kind(bridge).up()).wait() {
        Err(error) if is_unknown_kind(&error) => {
            skip("this kernel lacks kind bridge");
            return None;
        }
        Err(error) if error.is_not_supported() => {
            skip(&format!("this kernel's bridges lack something: {error}"));
            return None;
        }
        made => made.unwrap(),
    }
    ip.link().add(Veth::pair("p0", "p1").up()).wait().unwrap();
    for port in ["v0", "v1", "p0"] {
        ip.link().change(port, LinkMessage::build().master("br0")).wait().unwrap();
    }
    Some(ip)
}

/// Changes the bridge part of a port, and looks for it in the bridge's list; for `told_as`, under the second name.
fn port(
    tried: &mut Tried,
    ip: &blocking::Handle,
    spec: BridgeSpecBuf,
    mask: ExtMask,
    told_as: &[(&str, &str)],
    otherwise: &[&str],
) {
    let change = LinkMessage::build().family_specs(spec);
    tried.given(&change);
    match ip.link().change("v0", change.clone()).wait() {
        Err(error) if error.is_not_supported() => {
            // The tested kernels are built without rings (MRP) and end points (CFM).
            let given = format!("{change:?}");
            let say = if given.contains("mrp") || given.contains("cfm") { skip_always } else { skip };
            say(&format!("this kernel's bridges lack something: {error}"))
        }
        Err(error) => tried.failures.push(format!("{change:?}: {error}")),
        Ok(()) => {
            let told = of_bridge(mask);
            for leaf in leaves_of(change.view()) {
                let name = told_as
                    .iter()
                    .find(|(given, _)| *given == leaf.name.1)
                    .map_or(leaf.name.1, |(_, told)| *told);
                let is_told = told.iter().any(|told| told.name.1 == name && told.payload == leaf.payload);
                if !is_told && !leaf.text.is_empty() && !otherwise.contains(&leaf.name.1) {
                    let told: Vec<_> =
                        told.iter().filter(|told| told.name.1 == name).map(|told| &told.text).collect();
                    tried
                        .failures
                        .push(format!("{}: {} was given, {told:?} is told", leaf.name.1, leaf.text));
                }
            }
        }
    }
}

fn bridges(tried: &mut Tried) {
    let vlans = || BridgeSpec::build().vlans([BridgeVlan::build().id(5).flags(BridgeVlanFlags::UNTAGGED)]);
    let tunnel = || {
        let tunnel = BridgeVlanTunnel::build().id(100u32).vlan(5u16).flags(BridgeVlanFlags::empty());
        BridgeSpec::build().tunnels([tunnel])
    };
    for spec in [vlans(), tunnel()] {
        tried.given(&LinkMessage::build().family_specs(spec));
    }
    if let Some(ip) = ports(Bridge::build().vlan_filtering(true)) {
        // Whom a request is for is not told: that the VLAN is the port's says that it was the bridge.
        port(tried, &ip, vlans().flags(BridgeTarget::MASTER), ExtMask::BRVLAN, &[], &["IFLA_BRIDGE_FLAGS"]);
        let tunnels = LinkMessage::build().port(BridgePort::build().vlan_tunnel(true));
        ip.link().change("v0", tunnels).wait().unwrap();
        port(tried, &ip, tunnel(), ExtMask::BRVLAN, &[], &[]);
        // It is for the link's own driver, and a bridge ignores it.
        let mode = BridgeSpec::build().mode(BridgeMode::VEPA);
        let of_driver = mode.clone().flags(BridgeTarget::SELF);
        let mode = LinkMessage::build().family_specs(mode);
        tried.refused(&mode, ip.link().change("v0", mode.clone()).wait(), "the kernel ignores ");
        let mode = LinkMessage::build().family_specs(of_driver);
        tried.refused(&mode, ip.link().change("v0", mode.clone()).wait(), "operation not supported");
    } else {
        tried.given(
            &LinkMessage::build()
                .family_specs(BridgeSpec::build().flags(BridgeTarget::SELF).mode(BridgeMode::VEPA)),
        );
    }
}

netlink! {
    /// A VLAN of a bridge: `struct br_vlan_msg`.
    struct VlanMessage / VlanMessageBuf
    header br_vlan_msg: 8 {
        /// Address family: `BRIDGE`.
        family = 0 => family: AddressFamily,
        /// The bridge.
        ifindex = 4 => bridge: u32 as IfIndex,
    }
    attributes {
        /// What it is to all ports.
        BRIDGE_VLANDB_GLOBAL_OPTIONS = 2 | NLA_F_NESTED => options: &VlanOptions as VlanOptions,
    }
}

netlink! {
    /// What a VLAN is to all ports.
    struct VlanOptions / VlanOptionsBuf
    attributes {
        /// Which VLAN.
        BRIDGE_VLANDB_GOPTS_ID = 1 => id: u16,
        /// The instance of spanning trees that it belongs to.
        BRIDGE_VLANDB_GOPTS_MSTI = 18 => tree: u16,
    }
}

impl iproute2::netlink_packet::Command for VlanMessage {
    const FAMILY: Family = Family::ROUTE;
    const COMMAND: u16 = 112; // RTM_NEWVLAN
    type Reply = VlanMessage;
}

/// States of a port in multiple spanning trees (MST), of which each has some of the VLANs.
fn trees(tried: &mut Tried) {
    let tree = |id: u16, state| BridgeMstEntry::build().id(id).state(state);
    let spec = |trees: Vec<BridgeMstEntryBuf>| BridgeSpec::build().mst(BridgeMst::build().entries(trees));
    tried.given(&LinkMessage::build().family_specs(spec(vec![tree(3, BridgePortState::FORWARDING)])));
    let bridge = Bridge::build().vlan_filtering(true).vlan_default_pvid(0u16);
    let Some(ip) = ports(bridge.set(BridgeOptions::MST_ENABLE)) else { return };
    let vlans = BridgeSpec::build().vlans([10, 20].map(|id| BridgeVlan::build().id(id)));
    ip.link().change("v0", LinkMessage::build().family_specs(vlans)).wait().unwrap();
    for (vlan, tree) in [(10u16, 4u16), (20, 3)] {
        let options = VlanOptions::build().id(vlan).tree(tree);
        let vlan = VlanMessage::build().family(AddressFamily::BRIDGE).bridge("br0").options(options);
        ip.request(vlan).wait().unwrap();
    }
    let states = [
        BridgePortState::LEARNING,
        BridgePortState::FORWARDING,
        BridgePortState::BLOCKING,
        BridgePortState::LISTENING,
        BridgePortState::DISABLED,
    ];
    for state in states {
        // One tree, and one of two that go different ways.
        for trees in [vec![tree(3, state)], vec![tree(3, state), tree(4, BridgePortState::LEARNING)]] {
            port(tried, &ip, spec(trees), ExtMask::MST, &[], &[]);
            let Ok(shown) = Command::new("bridge").args("-d -j vlan show dev v0".split(' ')).output() else {
                return skip("there is no bridge");
            };
            let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
            let of_20 = shown[0]["vlans"].as_array().unwrap().iter().find(|vlan| vlan["vlan"] == 20);
            let shown = of_20.map(|vlan| vlan["state"].as_str().unwrap_or_default());
            let differs = shown != Some(&state.to_string());
            tried.failures.extend(differs.then(|| format!("{state} is shown as {shown:?}")));
        }
    }
    let unknown = LinkMessage::build().family_specs(spec(vec![tree(3, BridgePortState(9))]));
    tried.refused(&unknown, ip.link().change("v0", unknown.clone()).wait(), "out of range");
    // Without trees there is nothing that such a state could be of.
    let plain = LinkMessage::build().family_specs(spec(vec![tree(3, BridgePortState::FORWARDING)]));
    let Some(ip) = ports(Bridge::build()) else { return };
    tried.refused(
        &plain,
        ip.link().change("v0", plain.clone()).wait(),
        "Can't modify MST state when MST is disabled",
    );
}

/// Rings (MRP) and end points (CFM) of bridges, which lists have in other attributes.
fn rings_and_end_points(tried: &mut Tried) {
    let of_ring = |mrp| BridgeSpec::build().mrp(mrp);
    let index = |name: &str, ip: &blocking::Handle| ip.link().get(name).wait().unwrap().index();
    let Some(ip) = ports(Bridge::build()) else { return };
    let (first, second) = (index("v0", &ip), index("v1", &ip));
    let instance = MrpInstance::build().ring(1u32).primary(first).secondary(second).priority(0x9000u16);
    let test =
        MrpTest::build().ring(1u32).interval(100_000u32).max_missed(5u32).period(60_000u32).monitor(0u32);
    let inner = MrpInterconnectRole::build().ring(1u32).id(7u16).role(1u32).port(index("p0", &ip));
    let inner_test =
        MrpInterconnectTest::build().id(7u32).interval(100_000u32).max_missed(6u32).period(60_000u32);
    let rings = [
        Mrp::build().instance(instance),
        Mrp::build().port_role(MrpPortRoleOf::build().role(MrpPortRole::PRIMARY)),
        Mrp::build().port_state(MrpPort::build().state(MrpPortState::FORWARDING)),
        Mrp::build().ring_role(MrpRingRoleOf::build().ring(1u32).role(MrpRingRole::MRM)),
        Mrp::build().ring_state(MrpRing::build().ring(1u32).state(MrpRingState::CLOSED)),
        Mrp::build().start_test(test),
        Mrp::build().interconnect_role(inner),
        Mrp::build().interconnect_state(MrpInterconnect::build().id(7u32).state(MrpRingState::CLOSED)),
        Mrp::build().start_interconnect_test(inner_test),
    ];
    let told_as = [
        ("IFLA_BRIDGE_MRP_INSTANCE_RING_ID", "IFLA_BRIDGE_MRP_INFO_RING_ID"),
        ("IFLA_BRIDGE_MRP_INSTANCE_P_IFINDEX", "IFLA_BRIDGE_MRP_INFO_P_IFINDEX"),
        ("IFLA_BRIDGE_MRP_INSTANCE_S_IFINDEX", "IFLA_BRIDGE_MRP_INFO_S_IFINDEX"),
        ("IFLA_BRIDGE_MRP_INSTANCE_PRIO", "IFLA_BRIDGE_MRP_INFO_PRIO"),
        ("IFLA_BRIDGE_MRP_RING_STATE_RING_ID", "IFLA_BRIDGE_MRP_INFO_RING_ID"),
        ("IFLA_BRIDGE_MRP_RING_STATE_STATE", "IFLA_BRIDGE_MRP_INFO_RING_STATE"),
        ("IFLA_BRIDGE_MRP_RING_ROLE_RING_ID", "IFLA_BRIDGE_MRP_INFO_RING_ID"),
        ("IFLA_BRIDGE_MRP_RING_ROLE_ROLE", "IFLA_BRIDGE_MRP_INFO_RING_ROLE"),
        ("IFLA_BRIDGE_MRP_START_TEST_RING_ID", "IFLA_BRIDGE_MRP_INFO_RING_ID"),
        ("IFLA_BRIDGE_MRP_START_TEST_INTERVAL", "IFLA_BRIDGE_MRP_INFO_TEST_INTERVAL"),
        ("IFLA_BRIDGE_MRP_START_TEST_MAX_MISS", "IFLA_BRIDGE_MRP_INFO_TEST_MAX_MISS"),
        ("IFLA_BRIDGE_MRP_START_TEST_MONITOR", "IFLA_BRIDGE_MRP_INFO_TEST_MONITOR"),
        ("IFLA_BRIDGE_MRP_IN_ROLE_RING_ID", "IFLA_BRIDGE_MRP_INFO_RING_ID"),
        ("IFLA_BRIDGE_MRP_IN_ROLE_ROLE", "IFLA_BRIDGE_MRP_INFO_IN_ROLE"),
        ("IFLA_BRIDGE_MRP_IN_ROLE_I_IFINDEX", "IFLA_BRIDGE_MRP_INFO_I_IFINDEX"),
        ("IFLA_BRIDGE_MRP_IN_STATE_STATE", "IFLA_BRIDGE_MRP_INFO_IN_STATE"),
        ("IFLA_BRIDGE_MRP_START_IN_TEST_INTERVAL", "IFLA_BRIDGE_MRP_INFO_IN_TEST_INTERVAL"),
        ("IFLA_BRIDGE_MRP_START_IN_TEST_MAX_MISS", "IFLA_BRIDGE_MRP_INFO_IN_TEST_MAX_MISS"),
    ];
    // No list has these.
    let untold = [
        "IFLA_BRIDGE_MRP_PORT_STATE_STATE",
        "IFLA_BRIDGE_MRP_PORT_ROLE_ROLE",
        "IFLA_BRIDGE_MRP_START_TEST_PERIOD",
        "IFLA_BRIDGE_MRP_IN_ROLE_IN_ID",
        "IFLA_BRIDGE_MRP_IN_STATE_IN_ID",
        "IFLA_BRIDGE_MRP_START_IN_TEST_IN_ID",
        "IFLA_BRIDGE_MRP_START_IN_TEST_PERIOD",
    ];
    for ring in rings {
        port(tried, &ip, of_ring(ring), ExtMask::MRP, &told_as, &untold);
    }

    let instance = 3u32;
    let end_points = [
        Cfm::build().create(CfmEndPoint::build().instance(instance).domain(0u32).direction(0u32).port(first)),
        Cfm::build()
            .config(CfmConfig::build().instance(instance).address("02:00:00:00:00:33").level(5u32).id(17u32)),
        Cfm::build().check(
            CfmCheck::build()
                .instance(instance)
                .enable(1u32)
                .expected_interval(4u32)
                .expected_association(&[7; 48][..]),
        ),
        Cfm::build().add_peer(CfmPeer::build().instance(instance).id(18u32)),
        Cfm::build().remote_defect(CfmRemoteDefect::build().instance(instance).defect(1u32)),
        Cfm::build().send(
            CfmSending::build()
                .instance(instance)
                .destination("02:00:00:00:00:34")
                .sequence_update(1u32)
                .period(10u32)
                .interface_state(1u32)
                .interface_state_value(4u8)
                .port_state(1u32)
                .port_state_value(5u8),
        ),
    ];
    for end_point in end_points {
        port(tried, &ip, BridgeSpec::build().cfm(end_point), ExtMask::CFM_CONFIG, &[], &[]);
    }
    // What is removed is no longer reported.
    let gone = [
        Cfm::build().remove_peer(CfmPeer::build().instance(instance).id(18u32)),
        Cfm::build().delete(CfmDeletedEndPoint::build().instance(instance)),
    ];
    for gone in gone {
        let change = LinkMessage::build().family_specs(BridgeSpec::build().cfm(gone));
        tried.given(&change);
        if let Err(error) = ip.link().change("v0", change).wait() {
            tried.failures.extend((!error.is_not_supported()).then(|| format!("end points: {error}")));
        }
    }
    let left = of_bridge(ExtMask::CFM_CONFIG);
    let left = left.iter().any(|leaf| leaf.name.1 == "IFLA_BRIDGE_CFM_MEP_CREATE_INSTANCE");
    tried.failures.extend(left.then(|| "an end point is not deleted".to_owned()));
}

/// More of forwarding entries.
fn entries(tried: &mut Tried) {
    let entry = || {
        let of_bridge = Neighbour::fdb("02:00:00:00:00:07").flags(NeighbourFlags::MASTER);
        of_bridge
            .state(NeighbourState::NOARP)
            .fdb_extension(FdbExtension::build().activity_notify(ActivityNotify::BIT).dont_refresh(true))
    };
    tried.given(&entry());
    let Some(ip) = ports(Bridge::build()) else { return };
    for replaces in [false, true] {
        let result = match replaces {
            false => ip.neighbour().add("v0", entry()).wait(),
            true => ip.neighbour().replace("v0", entry()).wait(),
        };
        let entries = ip.neighbour().fdb().device("v0").wait().unwrap();
        let own = |entry: &NeighbourMessage| entry.hardware_address() == Some([2, 0, 0, 0, 0, 7].into());
        let told = result.map(|()| entries.into_iter().find(|entry| own(entry)).unwrap());
        // It is for one change, and told by the time below.
        tried.told("entry", &entry(), told, &["NFEA_DONT_REFRESH"]);
    }
    let find = || {
        let entries = ip.neighbour().fdb().device("v0").wait().unwrap();
        let own = |entry: &NeighbourMessage| entry.hardware_address() == Some([2, 0, 0, 0, 0, 7].into());
        entries.into_iter().find(|entry| own(entry)).unwrap()
    };
    let age = || find().cache_info().unwrap().updated();
    const OLD: Duration = Duration::from_millis(300);
    while age() < OLD {}
    for dont_refresh in [true, false] {
        let flags = if dont_refresh { NeighbourFlags::STICKY } else { NeighbourFlags::empty() };
        let entry = Neighbour::fdb("02:00:00:00:00:07").flags(NeighbourFlags::MASTER | flags);
        let entry = entry.state(NeighbourState::NOARP);
        let extension = FdbExtension::build().activity_notify(ActivityNotify::BIT);
        let extension = if dont_refresh { extension.dont_refresh(true) } else { extension };
        let begun = Instant::now();
        ip.neighbour().replace("v0", entry.fdb_extension(extension)).wait().unwrap();
        // A busy machine may take long to come here.
        let (age, at_most) = (age(), begun.elapsed() + OLD / 2);
        if find().flags().contains(NeighbourFlags::STICKY) != dont_refresh || (age > at_most) != dont_refresh
        {
            tried.failures.push(format!("NFEA_DONT_REFRESH: {dont_refresh} was given, updated {age:?} ago"));
        }
    }
}

/// Virtual functions: of `netdevsim`, whose driver takes all that it can; other links refuse.
fn functions(tried: &mut Tried) {
    let vf = |settings: VfSettings| LinkMessage::build().vf(settings);
    let profile = || {
        let profile = PortProfile::build().vf(0u32).profile("one").request(PortRequest::ASSOCIATE);
        profile.instance([1; 16]).host([2; 16])
    };
    let Some(ip) = pair() else { return };
    let all = || {
        let settings = VfSettings::of(0).mac("02:00:00:00:00:44").vlan_as(5, 3, VlanProtocol::DOT1Q).vlan(5);
        let settings =
            settings.rates(50, 200).spoof_check(true).link_state(VfLinkState::ENABLE).rss_query(true);
        settings.trust(true).guids(1, 2)
    };
    let refused = [
        vf(all()),
        LinkMessage::build().vf_ports(PortProfiles::build().ports([profile()])),
        LinkMessage::build().port_profile(profile()),
    ];
    for change in refused {
        tried.refused(&change, ip.link().change("v0", change.clone()).wait(), "operation not supported");
        let link = change.name("x0").kind(Veth::build());
        tried.refused(&link, ip.link().add(link.clone()).wait(), "operation not supported");
    }
    let unused = LinkMessage::build().port_profile(PortProfile::build().vsi_type(PortVsi::build()));
    tried.refused(&unused, ip.link().change("v0", unused.clone()).wait(), "the kernel ignores ");
    // Instead of both limits, the upper one alone.
    let rate = Vf::build().tx_rate(VfTxRate::build().vf(0).rate(100));
    let rate = LinkMessage::build().vf_list(VfList::build().vfs([rate]));
    tried.refused(&rate, ip.link().change("v0", rate.clone()).wait(), "operation not supported");

    let bus = Path::new("/sys/bus/netdevsim");
    if fs::write(bus.join("new_device"), "71 1").is_err() {
        return skip_always("there is no netdevsim");
    }
    fs::write(bus.join("devices/netdevsim71/sriov_numvfs"), "2").unwrap();
    let links = ip.link().list().wait().unwrap();
    let own = links.iter().find(|link| link.parent_device() == Some("netdevsim71"));
    let device = own.unwrap_or_else(|| panic!("{links:?}")).index();
    let settings = |set: fn(VfSettings) -> VfSettings| LinkMessage::build().vf(set(VfSettings::of(1)));
    let changes = [
        settings(|vf| vf.mac("02:00:00:00:00:44")),
        settings(|vf| vf.vlan(6)),
        settings(|vf| vf.vlan_as(5, 3, VlanProtocol::DOT1AD)),
        settings(|vf| vf.rates(50, 200)),
        settings(|vf| vf.spoof_check(true)),
        settings(|vf| vf.link_state(VfLinkState::ENABLE)),
        settings(|vf| vf.rss_query(true)),
        settings(|vf| vf.trust(true)),
    ];
    for change in changes {
        let told = ip.link().change(device, change.clone()).changed().wait();
        tried.told("function", &change, told, &[]);
    }
    fs::write(bus.join("del_device"), "71").unwrap();
}

/// XDP programs: loading one is beyond this crate, so an invalid one is refused in each way.
fn programs(tried: &mut Tried) {
    let Some(ip) = pair() else { return };
    let none = fs::File::open("/proc/self/status").unwrap();
    let attach = LinkMessage::build().xdp(Xdp::attach(&none).flags(XdpFlags::SKB_MODE));
    tried.refused(&attach, ip.link().change("v0", attach.clone()).wait(), "invalid argument");
    let expected = LinkMessage::build().xdp(Xdp::attach(&none).expected_fd(3));
    tried.refused(&expected, ip.link().change("v0", expected.clone()).wait(), "the kernel ignores ");
    let replace = LinkMessage::build().xdp(Xdp::attach(&none).expected_fd(3).flags(XdpFlags::REPLACE));
    tried.refused(&replace, ip.link().change("v0", replace.clone()).wait(), "v0: ");
    let both = LinkMessage::build().xdp(Xdp::detach().flags(XdpFlags::SKB_MODE | XdpFlags::DRV_MODE));
    tried.refused(&both, ip.link().change("v0", both.clone()).wait(), "invalid argument");
    let detached = LinkMessage::build().xdp(Xdp::detach());
    let told = ip.link().change("v0", detached.clone()).changed().wait();
    tried.told("detach", &detached, told, &["IFLA_XDP_FD"]);
}
