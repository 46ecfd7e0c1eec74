//! Every field of the fixed headers, and every flag of them: given in a request that creates an object, and read back. The kernel
//! takes it, and tells it, or the request is refused. Each field has a row, so that what becomes of it is said for every new one.

use crate::support::{enter, kernel, run_blocking, skip};
use iproute2::netlink_packet::{Build, Field, Packet, View};
use iproute2::rtnetlink::address::AddressMessageBuf;
use iproute2::rtnetlink::address_label::AddressLabelMessageBuf;
use iproute2::rtnetlink::link::{BridgePort, Dummy, LinkInfo, LinkMessageBuf, Tunnel, Vti};
use iproute2::rtnetlink::namespace::NamespaceIdMessage;
use iproute2::rtnetlink::neighbour::{NeighbourExtFlags, NeighbourMessageBuf, NeighbourTableMessage};
use iproute2::rtnetlink::nexthop::NextHopMessageBuf;
use iproute2::rtnetlink::route::{NextHop, NextHopFlags, RouteFlags, RouteMessageBuf, RouteTable, RouteType};
use iproute2::rtnetlink::rule::{RuleAction, RuleFlags, RuleMessageBuf};
use iproute2::{
    AddressFamily, AddressFlags, AddressLabelMessage, AddressMessage, Bridge, Error, LinkFlags, LinkMessage,
    Namespace, NamespaceId, Neighbour, NeighbourFlags, NeighbourMessage, NeighbourState, NextHopMessage,
    Result, Route, RouteMessage, RouteProtocol, RouteScope, Rule, Veth, Vxlan, blocking,
};
use std::net::{Ipv4Addr, Ipv6Addr};

const DEVICE: u32 = 501;
const OTHER: u32 = 502;

/// What is tried of a field.
enum Try<B: 'static> {
    /// Nothing: it says which object it is, or it is tested elsewhere.
    Not(&'static str),
    /// These values, each of which the object then has.
    Done(&'static [fn(B) -> B]),
    /// These values, each of which is refused before it is sent, with these words.
    Refused(&'static str, &'static [fn(B) -> B]),
    /// Each flag: those in this list are done, the others are refused.
    Flags(fn(B, u64) -> B, &'static [&'static str]),
    /// The same, where these are done and not told.
    FlagsAndActions(fn(B, u64) -> B, &'static [&'static str], &'static [&'static str]),
    /// It is the kernel's alone: nothing but 0 is accepted.
    ReadOnly(fn(B) -> B),
}

use Try::{Done, Flags, FlagsAndActions, Not, ReadOnly, Refused};

/// Makes the objects that are needed, and adds one.
type Add<B> = fn(&blocking::Handle, B) -> Result<Packet<<B as Build>::View>>;

fn check<B: Build + Clone>(add: Add<B>, base: fn() -> B, rows: &[(&str, Try<B>)]) {
    let fields = B::View::table().fields;
    let mut failures = missing(fields, rows.iter().map(|(name, _)| *name));
    for (field, (name, tried)) in fields.iter().zip(rows) {
        let mut tell = |what: &str| failures.push(format!("{name}: {what}"));
        match tried {
            Not(why) => println!("{name}: not tried: {why}"),
            Done(values) => values.iter().for_each(|set| match done(add, field, set(base()), u64::MAX) {
                Ok(None) => (),
                Ok(Some(problem)) => tell(&problem),
                Err(error) => tell(&error.to_string()),
            }),
            Refused(words, values) => {
                values.iter().for_each(|set| refused(add, set(base()), words, &mut tell))
            }
            ReadOnly(set) => refused(add, set(base()), "only the kernel sets it", &mut tell),
            Flags(set, accepted) => flags(add, (field, base), *set, (accepted, &[]), &mut tell),
            FlagsAndActions(set, accepted, untold) => {
                flags(add, (field, base), *set, (accepted, untold), &mut tell);
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Tries each flag of a field.
fn flags<B: Build + Clone>(
    add: Add<B>,
    (field, base): (&Field, fn() -> B),
    set: fn(B, u64) -> B,
    (told, untold): (&[&str], &[&str]),
    tell: &mut impl FnMut(&str),
) {
    for (word, bit) in (field.value.schema.values.unwrap().list)() {
        match done(add, field, set(base(), bit), bit) {
            Ok(None) if told.contains(&word) => (),
            Ok(Some(_)) if untold.contains(&word) => (),
            Err(_) if !told.contains(&word) && !untold.contains(&word) => (),
            Ok(problem) => tell(&format!("{word} is accepted: {}", problem.unwrap_or_default())),
            Err(error) => tell(&format!("{word} is refused: {error}")),
        }
    }
}

/// The fields without a row, and rows without a field, in order.
fn missing<'a>(fields: &[Field], rows: impl Iterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    let rows: Vec<_> = rows.collect();
    if names == rows { Vec::new() } else { vec![format!("the fields are {names:?}, and the rows {rows:?}")] }
}

/// Adds an object, and compares bits of a field of it with what was asked for; the problem, if the kernel took it and did not do it.
fn done<B: Build + Clone>(add: Add<B>, field: &Field, asked: B, mask: u64) -> Result<Option<String>> {
    if !enter() {
        return Ok(None);
    }
    let told = add(&blocking::connect().unwrap(), asked.clone())?;
    let [asked, told] =
        [B::View::cast(asked.buffer().body()), &*told].map(|view| number(field, view.as_bytes()));
    Ok((told & mask != asked & mask).then(|| format!("{asked:#x} was given, {told:#x} is told")))
}

/// Adds an object, which must fail before the kernel is asked.
fn refused<B: Build>(add: Add<B>, asked: B, words: &str, tell: &mut impl FnMut(&str)) {
    if !enter() {
        return;
    }
    match add(&blocking::connect().unwrap(), asked) {
        Ok(_) => tell(&format!("it is accepted: {words}")),
        Err(error) if is_refused(&error, words) => (),
        Err(error) => tell(&error.to_string()),
    }
}

fn is_refused(error: &Error, words: &str) -> bool {
    let text = error.to_string();
    error.errno().is_none() && text.contains("the kernel ignores ") && text.contains(words)
}

/// The number that a field holds.
fn number(field: &Field, bytes: &[u8]) -> u64 {
    let bytes = bytes.get(field.at..field.end()).unwrap_or_default();
    match *bytes {
        [byte] => byte.into(),
        [a, b] => u16::from_ne_bytes([a, b]).into(),
        [a, b, c, d] => u32::from_ne_bytes([a, b, c, d]).into(),
        _ => 0,
    }
}

fn pair(ip: &blocking::Handle) -> Result<()> {
    let end = |index: u32, name: &str| LinkMessage::build().index(index).name(name);
    ip.link().add(end(DEVICE, "v0").kind(Veth::build().peer(end(OTHER, "v1")))).wait()?;
    ip.link().change(DEVICE, LinkMessage::build().up()).wait()?;
    ip.link().change(OTHER, LinkMessage::build().up()).wait()
}

#[test]
fn bridge_ports_are_not_added() {
    run_blocking(|ip| {
        let link = Veth::pair("v0", "v1").family(AddressFamily::BRIDGE);
        let error = ip.link().add(link).wait().unwrap_err();
        assert!(error.to_string().contains("adds no link"), "{error}");
    });
}

/// The flags of a link that requests set.
const LINK_FLAGS: &[&str] = &[
    "UP",
    "DEBUG",
    "NO_TRAILERS",
    "NO_ARP",
    "PROMISC",
    "ALL_MULTI",
    "MULTICAST",
    "PORTSEL",
    "AUTO_MEDIA",
    "DYNAMIC",
];

#[test]
fn of_links() {
    let add: Add<LinkMessageBuf> = |ip, link| ip.link().add(link).created().wait();
    assert_eq!(LINK_FLAGS.len() as u32, LinkFlags::SETTABLE.bits().count_ones());
    check(
        add,
        || Veth::pair("v0", "v1"),
        &[
            ("ifi_family", Refused("families", &[|link| link.family(AddressFamily::INET)])),
            ("ifi_type", ReadOnly(|link| link.link_type(iproute2::rtnetlink::link::LinkType::ETHER))),
            ("ifi_index", Done(&[|link| link.index(77u32)])),
            (
                "ifi_flags",
                Flags(
                    |link, bit| {
                        let flags = LinkFlags::from_bits_retain(bit as u32);
                        link.flags(flags).changed(flags)
                    },
                    LINK_FLAGS,
                ),
            ),
            (
                "ifi_change",
                Refused(
                    "only the kernel sets it",
                    &[
                        |link| link.changed(LinkFlags::LOWER_UP),
                        |link| link.flags(LinkFlags::PROMISC).changed(LinkFlags::UP),
                    ],
                ),
            ),
        ],
    );
}

#[test]
fn of_ipv4_addresses() {
    let add: Add<AddressMessageBuf> = |ip, address| {
        pair(ip)?;
        ip.address().add(DEVICE, address).created().wait()
    };
    check(
        add,
        || AddressMessage::build().prefix("192.0.2.1/24"),
        &[
            ("ifa_family", Not("which address it is")),
            ("ifa_prefixlen", Done(&[|address| address.prefix_length(28)])),
            ("ifa_flags", Flags(flags_of_address, &["NOPREFIXROUTE"])),
            (
                "ifa_scope",
                Done(&[|address| address.scope(RouteScope::LINK), |address| address.scope(RouteScope(77))]),
            ),
            ("ifa_index", Not("the verbs say it")),
        ],
    );
}

#[test]
fn of_ipv6_addresses() {
    let add: Add<AddressMessageBuf> = |ip, address| {
        pair(ip)?;
        ip.address().add(DEVICE, address).created().wait()
    };
    check(
        add,
        || AddressMessage::build().prefix("2001:db8::1/64"),
        &[
            ("ifa_family", Not("which address it is")),
            ("ifa_prefixlen", Done(&[|address| address.prefix_length(56)])),
            (
                "ifa_flags",
                Flags(flags_of_address, &["NODAD", "HOMEADDRESS", "MANAGETEMPADDR", "NOPREFIXROUTE"]),
            ),
            (
                "ifa_scope",
                Refused(
                    "prefix implies",
                    &[|address| address.scope(RouteScope::LINK), |address| address.scope(RouteScope::HOST)],
                ),
            ),
            ("ifa_index", Not("the verbs say it")),
        ],
    );
    let scoped = |prefix: &str, scope| AddressMessage::build().prefix(prefix).scope(scope);
    for (prefix, scope) in [
        ("fe80::5/64", RouteScope::LINK),
        ("fec0::5/64", RouteScope::SITE),
        ("::1/128", RouteScope::HOST),
        ("2001:db8::5/64", RouteScope::UNIVERSE),
    ] {
        run_blocking(|ip| {
            pair(&ip).unwrap();
            let device = if prefix == "::1/128" { 1 } else { DEVICE };
            let told = ip.address().replace(device, scoped(prefix, scope)).created().wait().unwrap();
            assert_eq!(told.scope(), scope, "{prefix}");
        });
    }
}

/// Flags of an address, where they have room, with which it differs from one without.
fn flags_of_address(address: AddressMessageBuf, bit: u64) -> AddressMessageBuf {
    address.flags(AddressFlags::from_bits_retain(bit as u32))
}

#[test]
fn flags_of_an_address_are_not_both_in_the_header_and_in_an_attribute() {
    let address = AddressMessage::build().prefix("2001:db8::1/64").all_flags(AddressFlags::NOPREFIXROUTE);
    run_blocking(|ip| {
        pair(&ip).unwrap();
        let error =
            ip.address().add(DEVICE, address.clone().header_flags(AddressFlags::NODAD)).wait().unwrap_err();
        assert!(is_refused(&error, "header_flags in this request: `IFA_FLAGS` has other ones"), "{error}");
    });
}

#[test]
fn of_neighbours() {
    let add: Add<NeighbourMessageBuf> = |ip, neighbour| {
        pair(ip)?;
        ip.neighbour().add(DEVICE, neighbour).created().wait()
    };
    check(
        add,
        || Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07"),
        &[
            ("ndm_family", Not("which neighbour it is")),
            ("ndm_ifindex", Not("the verbs say it")),
            (
                "ndm_state",
                Done(&[
                    |neighbour| neighbour.state(NeighbourState::NOARP),
                    |neighbour| neighbour.state(NeighbourState::STALE),
                    |neighbour| neighbour.state(NeighbourState::REACHABLE),
                ]),
            ),
            (
                "ndm_flags",
                Flags(
                    |neighbour, bit| neighbour.flags(NeighbourFlags::from_bits_retain(bit as u8)),
                    &["EXT_LEARNED", "ROUTER"],
                ),
            ),
            ("ndm_type", ReadOnly(|neighbour| neighbour.route_type(RouteType::UNICAST))),
        ],
    );
}

#[test]
fn what_neighbours_of_some_kinds_lack() {
    let ignored: &[(NeighbourMessageBuf, &str)] = &[
        (
            Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07").flag(NeighbourFlags::USE),
            "hardware_address",
        ),
        (Neighbour::of("192.0.2.7").state(NeighbourState::STALE).flags(NeighbourFlags::USE), "state"),
        (Neighbour::of("192.0.2.7").flags(NeighbourFlags::USE), "state"),
        (Neighbour::of("192.0.2.7").flag(NeighbourFlags::USE).state(NeighbourState::PERMANENT), "state"),
        (Neighbour::of("192.0.2.7").flag(NeighbourFlags::USE | NeighbourFlags::ROUTER), "flags ROUTER"),
        (Neighbour::of("192.0.2.7").ext_flags(NeighbourExtFlags::MANAGED), "state"),
        (Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07").managed(), "hardware_address"),
        (
            Neighbour::of("192.0.2.7").state(NeighbourState::STALE).ext_flags(NeighbourExtFlags::MANAGED),
            "state",
        ),
        (
            Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07").state(NeighbourState::empty()),
            "hardware_address",
        ),
        (
            Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07").state(NeighbourState::FAILED),
            "hardware_address",
        ),
        (
            Neighbour::of("192.0.2.7").state(NeighbourState::FAILED).flags(NeighbourFlags::ROUTER),
            "flags ROUTER",
        ),
        (Neighbour::proxy("192.0.2.7").hardware_address("02:00:00:00:00:07"), "hardware_address"),
        (Neighbour::proxy("192.0.2.7").state(NeighbourState::REACHABLE), "state"),
        (Neighbour::proxy("192.0.2.7").flag(NeighbourFlags::STICKY), "flags STICKY"),
    ];
    run_blocking(|ip| {
        pair(&ip).unwrap();
        for (neighbour, field) in ignored {
            let error = ip.neighbour().add(DEVICE, neighbour).wait().unwrap_err();
            assert!(is_refused(&error, &format!("the kernel ignores {field} in this request: ")), "{error}");
        }
        ip.neighbour()
            .add(DEVICE, Neighbour::proxy("192.0.2.8").flag(NeighbourFlags::ROUTER))
            .wait()
            .unwrap();
        let proxies = ip.neighbour().list().proxy().wait().unwrap();
        assert_eq!(proxies[0].flags(), NeighbourFlags::PROXY | NeighbourFlags::ROUTER);
        ip.neighbour().add(DEVICE, Neighbour::of("192.0.2.7").flag(NeighbourFlags::USE)).wait().unwrap();
        if kernel() >= (5, 16) {
            ip.neighbour().add(DEVICE, Neighbour::of("192.0.2.9").managed()).wait().unwrap();
        }
        // Those that are resolved by the kernel go back as they are told.
        for listed in ip.neighbour().list().device(DEVICE).wait().unwrap() {
            ip.neighbour().replace(DEVICE, &listed).wait().unwrap();
        }
    });
}

#[test]
fn of_entries_of_a_vxlan() {
    let add: Add<NeighbourMessageBuf> = |ip, entry| {
        let base = Vxlan::build().id(43).port(4789);
        ip.link().add(LinkMessage::build().name("x0").kind(base)).wait()?;
        ip.neighbour().add("x0", entry).wait()?;
        let entries = ip.neighbour().fdb().device("x0").wait()?;
        let own = entries
            .into_iter()
            .find(|entry| entry.hardware_address().is_some_and(|it| it == [2, 0, 0, 0, 0, 7].into()));
        Ok(own.unwrap())
    };
    check(
        add,
        || Neighbour::fdb("02:00:00:00:00:07").address("198.51.100.7"),
        &[
            ("ndm_family", Not("which entry it is")),
            ("ndm_ifindex", Not("the verbs say it")),
            (
                "ndm_state",
                Done(&[
                    |entry| entry.state(NeighbourState::REACHABLE),
                    |entry| entry.state(NeighbourState::PERMANENT),
                ]),
            ),
            (
                "ndm_flags",
                FlagsAndActions(
                    |entry, bit| entry.flag(NeighbourFlags::from_bits_retain(bit as u8)),
                    &["SELF", "MASTER", "PROXY", "EXT_LEARNED", "STICKY", "ROUTER"],
                    &["USE"],
                ),
            ),
            ("ndm_type", ReadOnly(|entry| entry.route_type(RouteType::UNICAST))),
        ],
    );
}

#[test]
fn of_entries_of_a_bridge() {
    let add: Add<NeighbourMessageBuf> = |ip, entry| {
        pair(ip)?;
        ip.link().add(Bridge::named("b0").up()).wait()?;
        ip.link().change(DEVICE, LinkMessage::build().master("b0")).wait()?;
        ip.neighbour().add(DEVICE, entry).wait()?;
        let entries = ip.neighbour().fdb().device(DEVICE).wait()?;
        let own = entries
            .into_iter()
            .find(|entry| entry.hardware_address().is_some_and(|it| it == [2, 0, 0, 0, 0, 7].into()));
        Ok(own.unwrap())
    };
    if !enter() {
        return;
    }
    if blocking::connect().unwrap().link().add(Bridge::named("b0")).wait().is_err() {
        return skip("this kernel lacks bridges");
    }
    check(
        add,
        || Neighbour::fdb("02:00:00:00:00:07").flags(NeighbourFlags::MASTER).state(NeighbourState::NOARP),
        &[
            ("ndm_family", Not("which entry it is")),
            ("ndm_ifindex", Not("the verbs say it")),
            ("ndm_state", Done(&[|entry| entry.state(NeighbourState::PERMANENT)])),
            (
                "ndm_flags",
                FlagsAndActions(
                    |entry, bit| {
                        let flag = NeighbourFlags::from_bits_retain(bit as u8);
                        let is_learned = flag.intersects(NeighbourFlags::USE | NeighbourFlags::EXT_LEARNED);
                        let entry = entry.flags(NeighbourFlags::MASTER | flag);
                        if is_learned { entry.state(NeighbourState::REACHABLE) } else { entry }
                    },
                    &["STICKY", "EXT_LEARNED"],
                    &["USE", "MASTER"],
                ),
            ),
            ("ndm_type", ReadOnly(|entry| entry.route_type(RouteType::UNICAST))),
        ],
    );
}

/// Entries of a bridge that it takes for learned ones.
#[test]
fn what_learned_entries_of_a_bridge_lack() {
    let entry = |flags| Neighbour::fdb("02:00:00:00:00:07").flags(NeighbourFlags::MASTER | flags);
    let reachable = |flags| entry(flags).state(NeighbourState::REACHABLE);
    let (used, learned) = (NeighbourFlags::USE, NeighbourFlags::EXT_LEARNED);
    run_blocking(|ip| {
        pair(&ip).unwrap();
        if ip.link().add(Bridge::named("b0").up()).wait().is_err() {
            return skip("this kernel lacks bridges");
        }
        ip.link().change(DEVICE, LinkMessage::build().master("b0")).wait().unwrap();
        for (entry, field) in [
            (entry(used), "state"),
            (entry(learned), "state"),
            (entry(used).state(NeighbourState::NOARP), "state"),
            (entry(learned).state(NeighbourState::PERMANENT), "state"),
            (reachable(used | learned), "flags EXT_LEARNED"),
            (reachable(used | NeighbourFlags::STICKY), "flags STICKY"),
            (reachable(learned | NeighbourFlags::STICKY), "flags STICKY"),
        ] {
            let error = ip.neighbour().add(DEVICE, entry).wait().unwrap_err();
            assert!(is_refused(&error, &format!("ignores {field} in this request")), "{error}");
        }
        ip.neighbour().add(DEVICE, reachable(learned)).wait().unwrap();
        let listed = ip.neighbour().fdb().device(DEVICE).wait().unwrap();
        let is_own = |entry: &NeighbourMessage| {
            entry.hardware_address() == Some([2, 0, 0, 0, 0, 7].into())
                && entry.state() == NeighbourState::REACHABLE
                && entry.flags().contains(learned)
        };
        assert!(listed.iter().any(|entry| is_own(entry)), "{listed:?}");
        // In a device's own table only a VXLAN and a bridge have flags.
        for flag in [learned, NeighbourFlags::STICKY, NeighbourFlags::ROUTER, used] {
            let entry = Neighbour::fdb("02:00:00:00:00:08").flag(flag);
            let error = ip.neighbour().add(OTHER, entry).wait().unwrap_err();
            assert!(is_refused(&error, "neither a VXLAN nor a bridge, but of kind veth"), "{error}");
        }
        ip.neighbour().add(OTHER, Neighbour::fdb("02:00:00:00:00:08")).wait().unwrap();
    });
}

/// A kind of devices, how to add one, and what it ignores of an IPv4 and of an IPv6 neighbour with an Ethernet address.
type Kind = (&'static str, fn() -> LinkMessageBuf, Option<[&'static str; 2]>);

/// Devices without hardware addresses, with shorter ones than Ethernet's, and with one entry for all IPv4 neighbours.
#[test]
fn neighbours_are_those_of_the_device() {
    const ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
    const ALL: &str = "the address: on a loopback or point-to-point device 0.0.0.0 stands for all";
    const NONE: &str = "hardware_address: the device has no hardware addresses";
    const PART: &str = "a part of hardware_address: those of the device have 4 bytes";
    const KINDS: [Kind; 4] = [
        (
            "wireguard",
            || LinkMessage::build().info(LinkInfo::build().kind_name("wireguard")),
            Some([ALL, NONE]),
        ),
        (
            "vti",
            || LinkMessage::build().kind(Vti::build().local(ADDRESS).remote(Ipv4Addr::LOCALHOST)),
            Some([ALL, PART]),
        ),
        (
            "ipip",
            || LinkMessage::build().kind_named("ipip", Tunnel::build().local(ADDRESS)),
            Some([PART, PART]),
        ),
        ("dummy", || LinkMessage::build().kind(Dummy::build()), None),
    ];
    run_blocking(|ip| {
        for (kind, device, ignored) in KINDS {
            if ip.link().add(device().name("d0").up()).wait().is_err() {
                skip(&format!("this kernel lacks {kind}"));
                continue;
            }
            for (at, address) in ["198.51.100.7", "2001:db8::7"].into_iter().enumerate() {
                let neighbour = Neighbour::of(address).hardware_address([2, 0, 0, 0, 0, 7]);
                let added = ip.neighbour().add("d0", &neighbour).created().wait();
                match (ignored, added) {
                    (None, Ok(told)) => {
                        assert_eq!(told.hardware_address(), Some([2, 0, 0, 0, 0, 7].into()), "{kind}");
                    }
                    (Some(words), Err(error)) => assert!(is_refused(&error, words[at]), "{kind}: {error}"),
                    (_, added) => panic!("{kind}: {added:?}"),
                }
            }
            // What says no more than the device has is taken.
            let known = [Neighbour::of("2001:db8::8"), Neighbour::of("0.0.0.0")];
            for neighbour in known.iter().filter(|_| kind == "wireguard") {
                ip.neighbour().add("d0", neighbour).wait().unwrap();
                let listed = ip.neighbour().list().device("d0").wait().unwrap();
                let told = listed.iter().find(|told| told.address() == neighbour.view().address());
                ip.neighbour().replace("d0", told.unwrap()).wait().unwrap();
            }
            ip.link().delete("d0").wait().unwrap();
        }
    });
}

/// A destination whose prefix length is 0: IPv6 would take it for the default route.
#[test]
fn destinations_of_length_0() {
    let to = |address: &str| {
        let route = RouteMessage::build().family(AddressFamily::INET6).table(RouteTable::MAIN);
        route.route_type(RouteType::UNICAST).destination(address.parse::<Ipv6Addr>().unwrap()).device(DEVICE)
    };
    run_blocking(|ip| {
        pair(&ip).unwrap();
        ip.route().add(Route::to("::/0").device(DEVICE).metric(7)).wait().unwrap();
        let refused = [
            ip.route().add(to("2001:db8::1")).wait().map(drop),
            ip.route().replace(to("2001:db8::1").metric(7)).wait().map(drop),
            ip.route().append(Route::to("2001:db8::1/0").device(DEVICE)).wait().map(drop),
            ip.route().change(to("2001:db8::1").metric(7)).wait().map(drop),
        ];
        for error in refused.map(Result::unwrap_err) {
            assert!(is_refused(&error, "destination in this request: its prefix length is 0"), "{error}");
        }
        let source = "2001:db8::1".parse::<Ipv6Addr>().unwrap();
        let error = ip.route().add(Route::to("2001:db8::/64").source(source)).wait().unwrap_err();
        assert!(is_refused(&error, "source in this request: its prefix length is 0"), "{error}");
        let error = ip.route().delete(to("2001:db8::1")).wait().unwrap_err();
        assert!(error.to_string().contains("would delete the default route"), "{error}");
        // The unspecified address is what a default route is to.
        ip.route().delete(to("::")).wait().unwrap();
    });
}

/// Errors name the method that was called, which is not always the one of the field.
#[test]
fn errors_name_the_methods_that_were_called() {
    let flags = AddressFlags::NODAD;
    run_blocking(|ip| {
        pair(&ip).unwrap();
        let address = |prefix: &str| AddressMessage::build().prefix(prefix);
        let add = |address: AddressMessageBuf| ip.address().add(DEVICE, address).wait().unwrap_err();
        let peer = |other: &str| address("192.0.2.1").peer(other);
        ip.address().add(DEVICE, peer("192.0.2.2/24")).wait().unwrap();
        let hops = || [NextHop::via("192.0.2.9").device(DEVICE), NextHop::via("192.0.2.8").device(DEVICE)];
        let group = |change| ip.link().change_group(7, change).wait().unwrap_err();
        for (error, words) in [
            (add(address("192.0.2.7/24").flags(flags)), "flags NODAD in this request"),
            (
                add(address("192.0.2.7/24").flags(flags | AddressFlags::MCAUTOJOIN)),
                "flags NODAD in this request",
            ),
            (add(address("192.0.2.7/24").header_flags(flags)), "flags NODAD in this request"),
            (
                ip.route().add(Route::to("198.51.100.0/24").from("192.0.2.0/24")).wait().unwrap_err(),
                "from in",
            ),
            (
                ip.route().add(Route::to("198.51.100.0/24").source_length(24)).wait().unwrap_err(),
                "source_length in",
            ),
            (ip.route().add(Route::to("2001:db8::/64").multipath(hops())).wait().unwrap_err(), "via in"),
            (group(LinkMessage::build().alt_names(["left"])), "alt_names can be changed of one link"),
            (group(LinkMessage::build().kind(Veth::build())), "kind can be changed of one link"),
            (
                group(LinkMessage::build().port(BridgePort::build().priority(7u16))),
                "port can be changed of one",
            ),
            (ip.address().replace(DEVICE, peer("192.0.2.3/24")).wait().unwrap_err(), "peer can be set only"),
        ] {
            assert!(error.to_string().contains(&format!(" {words}")), "{words}: {error}");
        }
    });
}

#[test]
fn of_ipv4_routes() {
    check(
        add_route,
        || Route::to("198.51.100.0/24").via("192.0.2.9"),
        &[
            ("rtm_family", Not("which route it is")),
            ("rtm_dst_len", Done(&[|route| route.destination_length(25)])),
            ("rtm_src_len", Refused("no source prefix", &[|route| route.source_length(24)])),
            ("rtm_tos", Done(&[|route| route.tos(0x10)])),
            ("rtm_table", Done(&[|route| route.table(RouteTable(100))])),
            ("rtm_protocol", Done(&[|route| route.protocol(RouteProtocol::STATIC)])),
            (
                "rtm_scope",
                Done(&[|route| {
                    route.without(RouteMessage::RTA_GATEWAY).device(DEVICE).scope(RouteScope(77))
                }]),
            ),
            ("rtm_type", Done(&[|route| route.route_type(RouteType::MULTICAST)])),
            (
                "rtm_flags",
                Flags(
                    |route, bit| route.flags(RouteFlags::from_bits_retain(bit as u32)).device(DEVICE),
                    &["ON_LINK"],
                ),
            ),
        ],
    );
    refused(
        add_route,
        Route::to("198.51.100.0/24").via("192.0.2.9").raw_table(RouteTable(1000)).header_table(RouteTable(7)),
        "header_table",
        &mut |what| panic!("{what}"),
    );
}

#[test]
fn of_ipv6_routes() {
    check(
        add_route,
        || Route::to("2001:db8:1::/64").via("2001:db8::9"),
        &[
            ("rtm_family", Not("which route it is")),
            ("rtm_dst_len", Done(&[|route| route.destination_length(56)])),
            ("rtm_src_len", Not("kernels are built without routes by source, and refuse it")),
            ("rtm_tos", Not("the kernel refuses it")),
            ("rtm_table", Done(&[|route| route.table(RouteTable(100))])),
            ("rtm_protocol", Done(&[|route| route.protocol(RouteProtocol::STATIC)])),
            (
                "rtm_scope",
                Refused(
                    "IPv6 routes have no scope",
                    &[|route| route.scope(RouteScope::LINK), |route| route.scope(RouteScope::HOST)],
                ),
            ),
            (
                "rtm_type",
                Done(&[
                    |route| route.route_type(RouteType::LOCAL),
                    |route| route.without(RouteMessage::RTA_GATEWAY).route_type(RouteType::UNREACHABLE),
                ]),
            ),
            (
                "rtm_flags",
                Flags(
                    |route, bit| route.flags(RouteFlags::from_bits_retain(bit as u32)).device(DEVICE),
                    &["ON_LINK"],
                ),
            ),
        ],
    );
}

fn add_route(ip: &blocking::Handle, route: RouteMessageBuf) -> Result<Packet<RouteMessage>> {
    pair(ip)?;
    ip.address().add(DEVICE, "192.0.2.1/24").wait()?;
    let address = AddressMessage::build().prefix("2001:db8::1/64").flags(AddressFlags::NODAD);
    ip.address().add(DEVICE, address).wait()?;
    ip.route().add(route).created().wait()
}

#[test]
fn of_next_hops_of_a_route() {
    for (to, via, other) in
        [("198.51.100.0/24", "192.0.2.9", "192.0.2.8"), ("2001:db8:1::/64", "2001:db8::9", "2001:db8::8")]
    {
        for (word, bit) in words_of::<NextHop>("rtnh_flags") {
            let hop = NextHop::via(via).device(DEVICE).flags(NextHopFlags::from_bits_retain(bit as u32));
            let hops = [hop, NextHop::via(other).device(DEVICE)];
            if !enter() {
                return;
            }
            match add_route(&blocking::connect().unwrap(), Route::to(to).multipath(hops)) {
                Ok(_) => assert_eq!(word, "ONLINK", "{to}"),
                Err(error) => assert!(word != "ONLINK" && is_refused(&error, word), "{to}: {error}"),
            }
        }
    }
}

/// The flags of a field by their words.
fn words_of<V: View + ?Sized>(name: &str) -> Vec<(&'static str, u64)> {
    let field = V::table().fields.iter().find(|field| field.name == name).unwrap();
    (field.value.schema.values.unwrap().list)()
}

#[test]
fn of_next_hop_objects() {
    let add: Add<NextHopMessageBuf> = |ip, hop| {
        pair(ip)?;
        ip.address().add(DEVICE, "192.0.2.1/24").wait()?;
        ip.nexthop().add(hop).created().wait()
    };
    check(
        add,
        || NextHopMessage::via("192.0.2.9").device(DEVICE).id(5),
        &[
            ("nh_family", Not("that of the gateway")),
            ("nh_scope", ReadOnly(|hop| hop.scope(RouteScope::LINK))),
            ("nh_protocol", Done(&[|hop| hop.protocol(RouteProtocol::STATIC)])),
            ("resvd", ReadOnly(|hop| hop.reserved(1))),
            (
                "nh_flags",
                Flags(|hop, bit| hop.flags(NextHopFlags::from_bits_retain(bit as u32)), &["ONLINK"]),
            ),
        ],
    );
}

#[test]
fn of_rules() {
    let add: Add<RuleMessageBuf> = |ip, rule| ip.rule().add(rule).created().wait();
    check(
        add,
        || Rule::lookup(100).from("192.0.2.0/24"),
        &[
            ("family", Not("which rules it is of")),
            ("dst_len", Done(&[|rule| rule.to("198.51.100.0/24")])),
            ("src_len", Done(&[|rule| rule.source_length(25)])),
            ("tos", Done(&[|rule| rule.tos(0x10)])),
            ("table", Done(&[|rule| rule.table(RouteTable(101))])),
            ("action", Done(&[|rule| rule.action(RuleAction::BLACKHOLE)])),
            (
                "flags",
                Flags(
                    |rule, bit| rule.flags(RuleFlags::from_bits_retain(bit as u32)),
                    &["INVERT", "FIND_SADDR"],
                ),
            ),
        ],
    );
    let address = || "192.0.2.1".parse::<std::net::IpAddr>().unwrap();
    for (rule, field) in [
        (Rule::lookup(100).source(address()), "source"),
        (Rule::lookup(100).destination(address()), "destination"),
        (Rule::lookup(100).raw_table(RouteTable(1000)).header_table(RouteTable(7)), "header_table"),
    ] {
        refused(add, rule, &format!("ignores {field} in"), &mut |what| panic!("{what}"));
    }
}

#[test]
fn of_address_labels() {
    let add: Add<AddressLabelMessageBuf> = |ip, label| ip.address_label().add(label, 99).created().wait();
    check(
        add,
        || AddressLabelMessage::of("2001:db8::/32"),
        &[
            ("family", Not("the kernel refuses another one")),
            ("prefixlen", Done(&[|label| label.prefix_length(40)])),
            ("flags", Refused("flags", &[|label| label.flags(1)])),
            ("index", Done(&[|label| label.device(1u32)])),
            ("seq", ReadOnly(|label| label.sequence(1u32))),
        ],
    );
}

#[test]
fn of_namespace_ids_and_neighbour_tables() {
    assert_eq!(NamespaceIdMessage::table().fields.len(), 1);
    // The family of a neighbour table says which one it is.
    assert_eq!(NeighbourTableMessage::table().fields.len(), 1);
    run_blocking(|ip| {
        let own = Namespace::current().unwrap();
        let message = NamespaceIdMessage::of_file(&own).family(7);
        let error = ip.namespace_id().set(message, NamespaceId(7)).wait().unwrap_err();
        assert!(is_refused(&error, "family"), "{error}");
    });
}

/// What no request sets, of attributes: builders can, and verbs refuse it.
#[test]
fn what_only_the_kernel_sets() {
    run_blocking(|ip| {
        pair(&ip).unwrap();
        let anycast = "2001:db8::2".parse::<std::net::IpAddr>().unwrap();
        let address = AddressMessage::build().prefix("2001:db8::1/64");
        let refused: [Error; 5] = [
            ip.address().add(DEVICE, address.clone().anycast(anycast)).wait().unwrap_err(),
            ip.address().add(DEVICE, address.clone().multicast_users(3u32)).wait().unwrap_err(),
            ip.link().change(DEVICE, LinkMessage::build().carrier_changes(7u32)).wait().unwrap_err(),
            ip.neighbour()
                .add(DEVICE, Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07").probes(3u32))
                .wait()
                .unwrap_err(),
            ip.address()
                .add(
                    DEVICE,
                    address.cache_info(
                        iproute2::rtnetlink::address::AddressCacheInfo::build()
                            .valid(iproute2::rtnetlink::Lifetime::FOREVER)
                            .created(3u32),
                    ),
                )
                .wait()
                .unwrap_err(),
        ];
        for error in refused {
            assert!(is_refused(&error, "only the kernel sets it"), "{error}");
        }
    });
}
