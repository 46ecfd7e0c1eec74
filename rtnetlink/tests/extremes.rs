//! Values at the ends of what setters take: each is read back as it was set, or reported as a problem. None is cut, and
//! nothing panics.

use netlink_packet::{
    ATTRIBUTE_HEADER_LEN, Array, Attr, Buffer, Build, BuildError, NLA_TYPE_MASK, Nest, Packed, View,
};
use rtnetlink::address::{AddressFlags, AddressMessage};
use rtnetlink::link::tunnel6::FlowInfo;
use rtnetlink::link::*;
use rtnetlink::nexthop::NextHopMessage;
use rtnetlink::route::encap::{Mpls, Rpl, Seg6};
use rtnetlink::route::{NextHop, NextHopFlags, Realms, Route, RouteTable};
use rtnetlink::rule::{Rule, RuleMessage};
use rtnetlink::{HardwareAddress, Lifetime};
use std::net::Ipv6Addr;
use std::time::Duration;

/// Whether it can be sent.
fn is_sound<B: Build>(built: &B) -> bool {
    built.buffer().problem().is_none()
}

/// Reads back what was built, unless it was reported.
fn is_kept<B: Build>(built: B, is_read: impl FnOnce(&B::View) -> bool) -> bool {
    !is_sound(&built) || is_read(B::View::cast(built.buffer().body()))
}

const WORDS: [u32; 14] =
    [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x3ffe, 0x3fff, 0x4000, 0xffff, 0x1_0000, 0xf_ffff, 0x10_0000, u32::MAX];

#[test]
fn settings_keep_their_numbers() {
    for number in WORDS {
        let built = InetSpec::build().settings([(Ipv4Setting(number), 7)]);
        let known = number < u32::from(NLA_TYPE_MASK);
        assert_eq!(is_sound(&built), known, "{number}");
        if known {
            let nest = built.view().attributes().raw().next().unwrap();
            let setting = Nest::new(nest.payload).unwrap().attributes().raw().next().unwrap();
            assert_eq!(u32::from(setting.number_and_flags), number + 1);
        }
        let built = Inet6Spec::build().settings([(Ipv6Setting(number), 7)]);
        assert_eq!(is_sound(&built), known, "{number}");
    }
    assert!(is_sound(&InetSpec::build().settings([(Ipv4Setting::FORWARDING, 1)])));
}

#[test]
fn segment_lists_fit_into_their_header() {
    let path =
        |count: u16| (0..count).map(|last| Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, last)).collect::<Vec<_>>();
    for count in [0, 1, 2, 126, 127, 128, 200, 255, 256, 300] {
        let segments = path(count);
        let built = Seg6::encap(segments.iter().copied());
        assert_eq!(is_sound(&built), (1..=127).contains(&count), "{count}");
        assert!(is_kept(built, |built| built.path().eq(segments.iter().copied())), "{count}");
        let inline = Seg6::inline(segments.iter().copied());
        assert_eq!(is_sound(&inline), (0..=126).contains(&count), "{count}, inline");
        let built = Rpl::through(segments.iter().copied());
        assert_eq!(is_sound(&built), (1..=127).contains(&count), "{count}");
    }
    let route = Route::to("2001:db8::/32").encap(Seg6::encap(path(200)));
    let problem = route.buffer().problem().map(ToString::to_string);
    assert_eq!(problem.as_deref(), Some("200 segments: a segment routing header has 1 to 127"));
}

#[test]
fn narrow_fields_hold_what_is_set() {
    for number in WORDS {
        let table = RouteTable(number);
        assert_eq!(Route::to("default").table(table).view().table(), table);
        assert!(is_sound(&Route::to("default").table(table)));
        assert_eq!(Rule::lookup(table).view().table(), table);
        assert_eq!(RuleMessage::build().table(300).table(table).view().table(), table);
        assert!(is_kept(Route::build().header_table(table), |route| route.header_table() == table));
        let flags = NextHopFlags::from_bits_retain(number);
        assert!(is_kept(NextHop::via("192.0.2.1").flags(flags), |hop| hop.flags() == flags), "{number}");
        let flags = AddressFlags::from_bits_retain(number);
        assert!(is_sound(&AddressMessage::build().flags(flags)));
        assert_eq!(AddressMessage::build().flags(flags).view().flags(), flags);
        let built = AddressMessage::build().header_flags(flags);
        assert!(is_kept(built, |address| address.header_flags() == flags));
    }
    assert!(!is_sound(&NextHop::via("192.0.2.1").flags(NextHopFlags::from_bits_retain(0x100))));
}

#[test]
fn labels_have_20_bits() {
    for number in WORDS {
        let fits = number <= 0xf_ffff;
        assert_eq!(is_sound(&Route::label(number)), fits, "{number}");
        let built = Mpls::build().labels([number]);
        assert_eq!(is_sound(&built), fits, "{number}");
        let is_read = |mpls: &Mpls| mpls.labels().and_then(|mut labels| labels.next());
        assert!(is_kept(built, |mpls| is_read(mpls).is_some_and(|label| label.label() == number)));
        let info = FlowInfo { class: 0xff, label: number };
        let built = Tunnel6::build().flow_info(info);
        assert_eq!(is_sound(&built), fits, "{number}");
        assert!(is_kept(built, |tunnel| tunnel.flow_info() == Some(info)), "{number}");
    }
}

#[test]
fn weights_count_from_1() {
    for number in WORDS {
        let built = NextHopMessage::group_of([(7u32, number)]);
        assert_eq!(is_sound(&built), (1..=0x1_0000).contains(&number), "{number}");
        assert!(is_kept(built, |hop| hop.members().all(|member| member.weight == number)));
        let built = NextHop::via("192.0.2.1").weight(number);
        assert_eq!(is_sound(&built), (1..=256).contains(&number), "{number}");
        assert!(is_kept(built, |hop| hop.weight() == number));
    }
    let most = Realms { from: u16::MAX, to: u16::MAX };
    assert!(is_kept(Route::to("default").realms(most), |route| route.realms() == Some(most)));
}

#[test]
fn times_are_neither_cut_nor_lost() {
    let second = Duration::from_secs(1);
    let times = [
        Duration::ZERO,
        Duration::from_nanos(1),
        Duration::from_millis(1),
        Duration::from_millis(9),
        Duration::from_millis(10),
        Duration::from_millis(999),
        second,
        second * 42_949_672,
        second * 42_949_673,
        second * u32::MAX,
        second * u32::MAX + second,
        Duration::MAX,
    ];
    // A part of a unit is left out; all of it is not.
    let near = |set: Duration, read: Option<Duration>, unit: Duration| {
        read.is_some_and(|read| read <= set && set - read < unit && read.is_zero() == set.is_zero())
    };
    let (tick, milli) = (Duration::from_millis(10), Duration::from_millis(1));
    for time in times {
        let built = Bridge::build().ageing_time(time);
        assert!(is_kept(built, |bridge| near(time, bridge.ageing_time(), tick)), "{time:?}");
        let built = Bridge::build().hello_time(time);
        assert!(is_kept(built, |bridge| near(time, bridge.hello_time(), tick)), "{time:?}");
        let built = Vxlan::build().ageing(time);
        assert!(is_kept(built, |vxlan| near(time, vxlan.ageing(), second)), "{time:?}");
        let built = Route::to("::/0").expires(time);
        assert!(is_kept(built, |route| near(time, route.expires(), second)), "{time:?}");
        let built = Bond::build().miimon(time);
        assert!(is_kept(built, |bond| near(time, bond.miimon(), milli)), "{time:?}");
    }
    assert!(is_sound(&Bridge::build().ageing_time(Duration::ZERO)));
    assert!(!is_sound(&Vxlan::build().ageing(Duration::MAX)));
    assert!(!is_sound(&Bridge::build().hello_time(Duration::from_millis(5))));
    assert_eq!(Lifetime::from(Duration::MAX), Lifetime::FOREVER);
}

#[test]
fn hardware_addresses_of_any_length() {
    for length in [0, 1, 6, 32, 33, 255, 256, 257, 70_000] {
        let bytes = vec![7; length];
        assert_eq!(HardwareAddress::new(&bytes).is_some(), length <= 32, "{length}");
    }
}

const BYTES: Attr<Nest, [u8]> = Attr::new(1, "BYTES");
const LIST: Attr<Nest, Packed<u32>> = Attr::new(2, "LIST");
const INNER: Attr<Nest, Nest> = Attr::new(3, "INNER");
const LONGEST: usize = 0xffff - ATTRIBUTE_HEADER_LEN;

#[test]
fn attributes_fit_into_their_length_field() {
    for length in [0, 1, LONGEST - 1, LONGEST, LONGEST + 1, 0xffff, 0x1_0000, 0x1_0004, 1 << 20] {
        let built = Nest::build().with(BYTES, vec![7; length]);
        assert_eq!(is_sound(&built), length <= LONGEST, "{length}");
        assert!(is_kept(built, |nest| nest.attributes().get(BYTES).map(<[u8]>::len) == Some(length)));
    }
    let problem = Nest::build().with(BYTES, vec![7; 0x1_0000]).buffer().problem().cloned();
    assert_eq!(problem, Some(BuildError::TooLong { attribute: "BYTES", length: 0x1_0000 }));
    let many = |count: u32| Nest::build().with(LIST, 0..count);
    assert!(is_sound(&many(16_382)));
    assert!(!is_sound(&many(16_383)));
    // A nest outgrows its header by attributes each of which has room.
    let half = || Nest::build().with(BYTES, vec![7; 40_000]).with(LIST, 0..7_000);
    assert!(is_sound(&half()));
    assert!(!is_sound(&Nest::build().with(INNER, half())));
    assert!(!is_sound(&Nest::build().with(INNER, Nest::build().with(INNER, half()))));
}

#[test]
fn structs_fit_into_their_length_field() {
    let hops = |count: usize| Route::to("default").multipath((0..count).map(|_| NextHop::via("192.0.2.1")));
    assert!(is_sound(&hops(4_095)));
    assert!(!is_sound(&hops(5_000)));
    let hop = NextHop::via("192.0.2.1").with(Attr::<NextHop, [u8]>::new(99, "OTHER"), vec![7; LONGEST]);
    assert!(!is_sound(&Route::to("default").multipath([hop])));
}

#[test]
fn arrays_have_no_more_items_than_numbers() {
    const ARRAY: Attr<Nest, Array<[u8]>> = Attr::new(4, "ARRAY");
    let many = |count: usize| Nest::build().with(ARRAY, (0..count).map(|_| [0u8; 0]));
    assert!(is_sound(&many(16_382)));
    for count in [16_383, 16_384, 16_385, 65_535, 65_536, 70_000] {
        assert!(!is_sound(&many(count)), "{count}");
    }
    assert!(!is_sound(&Nest::build().with(ARRAY, std::iter::repeat([0u8; 0]))));
}

#[test]
fn a_message_grows_as_it_is_told() {
    let mut buffer = Buffer::new(0);
    for _ in 0..64 {
        buffer.push(&[7; 100_000]);
    }
    assert_eq!(buffer.length(), 16 + 6_400_000);
    assert!(buffer.is_complete());
}
