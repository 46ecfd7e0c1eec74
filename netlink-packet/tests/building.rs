//! Builders: in any order, again and again, long and short, with devices by name and values that can't be written.

mod lamp;

use lamp::*;
use netlink_packet::{
    Attr, Build, BuildError, HEADER_LEN, Name, Nest, NestBuf, RawAttributes, Unresolved, nested,
};

fn unresolved(message: &impl Build) -> Vec<(usize, &str)> {
    let devices = message.buffer().unresolved().iter();
    devices.map(|Unresolved { at, name, .. }| (at - HEADER_LEN, std::str::from_utf8(name).unwrap())).collect()
}

/// Gives the devices indices from 100 on, last first, and the bytes then.
fn resolved(message: impl Build) -> Vec<u8> {
    let mut buffer = message.into_buffer();
    let count = buffer.unresolved().len() as u32;
    for index in (0..count).rev() {
        buffer.resolve_last(100 + index, b"unused");
    }
    assert_eq!(buffer.unresolved(), []);
    buffer.body().to_vec()
}

#[test]
fn what_is_set_again_is_replaced() {
    let twice = Lamp::build().a_u8(1).text("a long text").levels([1u32, 2]).aliases(["a", "b"]).a_u8(2);
    let twice = twice.aliases(["c"]).text("short").levels([3u32]).a_flag(true).a_flag(false);
    let once = Lamp::build().a_u8(2).aliases(["c"]).text("short").levels([3u32]);
    assert_eq!(twice.as_bytes(), once.as_bytes());
    assert_eq!(Lamp::build().aliases(["a"]).aliases([""; 0]).as_bytes(), Lamp::build().as_bytes());
}

#[test]
fn numbers_that_share_a_bit_are_told_apart() {
    // 83 and 19 are the same modulo 64.
    let lamp = Lamp::build().wire(Wire::build().length(1)).other(Nest::build()).wire(Wire::build().length(2));
    assert_eq!(lamp.view().wire().and_then(Wire::length), Some(2));
    assert!(lamp.view().other().is_some());
    assert_eq!(lamp.attributes().raw().count(), 2);
}

#[test]
fn attributes_move_with_the_devices_they_name() {
    let mut from = Lamp::build().index("first").a_u8(1).master("second").text("text").into_buffer();
    let mut to = Lamp::build().port(80).into_buffer();
    let master = Lamp::LAMP_MASTER.number();
    from.move_attributes::<Lamp>(&mut to, |kind| kind == master);
    let (from, to) = (LampBuf::from_buffer(from), LampBuf::from_buffer(to).master("third"));
    assert_eq!(unresolved(&from), [(0, "first")]);
    assert_eq!(from.attributes().raw().count(), 2);
    assert_eq!(unresolved(&to).into_iter().map(|(_, name)| name).collect::<Vec<_>>(), ["third"]);
    assert_eq!(resolved(to), resolved(Lamp::build().port(80).master("third")));
}

#[test]
fn fields_after_attributes() {
    let fields_first = Lamp::build().index(1u32).port(2).wires([3; 6]).a_u8(4).text("text");
    let fields_last = Lamp::build().a_u8(4).text("text").port(9).wires([3; 6]).port(2).index(1u32);
    assert_eq!(fields_first.as_bytes(), fields_last.as_bytes());
}

#[test]
fn a_message_that_outgrows_its_room() {
    let mut lamp = Lamp::build().index("first").port(80);
    let mut nest = Nest::build();
    for kind in 1..200 {
        let key: Attr<_, u32> = Attr::new(kind, "SOME");
        nest = nest.with(key, u32::from(kind));
        lamp = lamp.other(&nest).master("second");
        assert_eq!(lamp.view().other().unwrap().attributes().get(key), Some(u32::from(kind)));
    }
    lamp = lamp.port(81);
    let at_master = lamp.as_bytes().len() - 4;
    assert_eq!(unresolved(&lamp), [(0, "first"), (at_master, "second")]);
    assert_eq!((lamp.view().port(), lamp.view().other().unwrap().attributes().raw().count()), (81, 199));
    let bytes = resolved(lamp);
    assert_eq!((Lamp::new(&bytes).unwrap().index(), Lamp::new(&bytes).unwrap().master()), (100, Some(101)));
}

#[test]
fn devices_by_name_keep_their_place() {
    let wire = Wire::build().length(1).end("inner");
    let strands = [Wire::build().end("x"), Wire::build().length(9), Wire::build().end("y")];
    let lamp =
        Lamp::build().text("away").master("m").wire(Wire::build().inside(wire).strands(strands)).index("i");
    let names: Vec<_> = unresolved(&lamp).iter().map(|(_, name)| *name).collect();
    assert_eq!(names, ["m", "inner", "x", "y", "i"]);

    let ends = |lamp: &Lamp| {
        let wire = lamp.wire()?;
        let strands: Vec<_> = wire.strands()?.map(|strand| strand.end()).collect();
        Some((lamp.master()?, wire.inside()?.end()?, strands, lamp.index()))
    };
    // Whatever is removed or replaced before them, they get their index.
    let expected = Some((100, 101, vec![Some(102), None, Some(103)], 104));
    assert_eq!(ends(Lamp::new(&resolved(lamp.clone())).unwrap()), expected);
    let changed = lamp.clone().text("a text that is much longer than the other one").a_u8(1).port(4);
    assert_eq!(ends(Lamp::new(&resolved(changed)).unwrap()), expected);

    assert_eq!(ends(Lamp::new(&resolved(lamp.to_buf())).unwrap()), expected);

    // A replaced device is no longer unresolved.
    assert_eq!(unresolved(&lamp.clone().wire(Wire::build()).index(3u32)).len(), 1);
    assert_eq!(unresolved(&lamp.clone().index("other").master(7u32).wire(Wire::build())), [(0, "other")]);
    let by_index = lamp.master(7u32).wire(Wire::build()).index(3u32);
    assert_eq!(unresolved(&by_index), []);
    assert_eq!((by_index.view().master(), by_index.view().index()), (Some(7), 3));
}

#[test]
fn a_nest_goes_on_with_its_devices() {
    let lamp = Lamp::build().text("away").index("i").wire(Wire::build().length(1).end("x")).master("m");
    let wire: WireBuf = nested(lamp.buffer(), Lamp::LAMP_WIRE);
    assert_eq!(unresolved(&wire), [(12, "x")]);
    let lamp = lamp.wire(wire.length(2));
    let names: Vec<_> = unresolved(&lamp).iter().map(|(_, name)| *name).collect();
    assert_eq!(names, ["i", "m", "x"]);
    assert_eq!(lamp.view().wire().and_then(Wire::length), Some(2));
    let bytes = resolved(lamp);
    assert_eq!(Lamp::new(&bytes).unwrap().wire().and_then(Wire::end), Some(102));

    let none: WireBuf = nested(Lamp::build().a_u8(1).buffer(), Lamp::LAMP_WIRE);
    assert_eq!(none.as_bytes(), Wire::build().as_bytes());
}

#[test]
fn attributes_have_a_longest_length() {
    let longest = vec![7; 65_531];
    let lamp = Lamp::build().bytes(&longest[..]);
    assert_eq!(lamp.buffer().problem(), None);
    assert_eq!(lamp.view().bytes(), Some(&longest[..]));

    let lamp = Lamp::build().bytes(vec![7; 65_532]);
    let problem = BuildError::TooLong { attribute: "LAMP_BYTES", length: 65_532 };
    assert_eq!(lamp.buffer().problem(), Some(&problem));
    assert_eq!(problem.to_string(), "LAMP_BYTES is 65532 bytes long, too long for an attribute");

    // A nest of attributes that are short enough.
    let some: Attr<Nest, [u8]> = Attr::new(1, "SOME");
    let lamp = Lamp::build().a_u8(1).other(Nest::build().with(some, &longest[..]));
    assert_eq!(
        lamp.buffer().problem(),
        Some(&BuildError::TooLong { attribute: "LAMP_OTHER", length: 65_536 })
    );
    // The problem comes out of nests, and stays.
    let lamp = Lamp::build().other(Nest::build().with(some, vec![7; 70_000])).other(Nest::build()).a_u8(1);
    assert_eq!(lamp.buffer().problem(), Some(&BuildError::TooLong { attribute: "SOME", length: 70_000 }));
    // Whatever became of the bytes, they can be read and changed.
    let _ = format!("{:?}", lamp.clone().bytes(vec![0; 70_000]).a_u8(2).bytes([1, 2]));
}

#[test]
fn names_and_text() {
    let lamp = Lamp::build().name("a\0b");
    assert_eq!(lamp.buffer().problem(), Some(&BuildError::Nul));
    let lamp = Lamp::build().text(String::from("\0"));
    assert_eq!(lamp.buffer().problem(), Some(&BuildError::Nul));

    let odd = Name::new(b"e\xff0");
    let lamp = Lamp::build().name(odd).aliases([&b"\xfe"[..], b"x"]);
    assert_eq!(lamp.buffer().problem(), None);
    assert_eq!((lamp.view().name(), lamp.malformed().count()), (Some(odd), 0));
    assert_eq!(lamp.view().name().and_then(Name::to_str), None);
    assert!(format!("{lamp:?}").contains(r#"name: b"e\xff0", aliases: b"\xfe", aliases: "x""#), "{lamp:?}");

    // Text that is none is malformed, and shown as such.
    let lamp = Lamp::build().with(Attr::<Lamp, [u8]>::new(6, "RAW_TEXT"), b"\xff\xfe");
    assert_eq!((lamp.view().text(), lamp.malformed().count()), (None, 1));
    assert!(format!("{lamp:?}").contains("text: malformed [ff fe]"), "{lamp:?}");

    // With and without the NUL, and with something after it.
    for bytes in [&b"desk"[..], b"desk\0", b"desk\0\0\0", b"desk\0lamp"] {
        let lamp = Lamp::build().with(Attr::<Lamp, [u8]>::new(7, "RAW_NAME"), bytes);
        assert_eq!(lamp.view().name().unwrap(), "desk");
    }
}

#[test]
fn invalid_addresses() {
    let lamp = Lamp::build().address("192.0.2.300");
    assert_eq!(lamp.buffer().problem(), Some(&BuildError::NotAnAddress("192.0.2.300".into())));
    let lamp = Lamp::build().address("2001:db8::1").address4("::1").address("nonsense");
    let other = BuildError::Invalid("\"::1\" is an IPv6 address, and not an IPv4 one".into());
    assert_eq!(lamp.buffer().problem(), Some(&other));
}

#[test]
fn structs_keep_their_length() {
    let stats = Stats::build().hours(1).breaks(2);
    assert_eq!(stats.as_bytes().len(), 10);
    let lamp = Lamp::build().stats(stats);
    assert_eq!(lamp.attributes().raw().map(|stats| stats.payload.len()).collect::<Vec<_>>(), [10]);

    // A shorter struct grows to the known length when it is changed, a longer one keeps its tail.
    let short = Stats::new(&[1, 0, 0, 0, 2]).unwrap();
    assert_eq!((short.times(), short.breaks()), (0, 0));
    let changed = short.to_buf().breaks(3);
    assert_eq!((changed.as_bytes().len(), changed.view().breaks()), (10, 3));
    let long = Stats::new(&[7; 13]).unwrap();
    assert_eq!((long.tail(), long.to_buf().as_bytes()), (&[7, 7, 7][..], &[7; 13][..]));
    assert!(format!("{long:?}").ends_with("tail: [07 07 07] }"), "{long:?}");
}

/// A wire with some of all that a wire can have.
fn any_wire(dice: &mut Dice, depth: usize) -> WireBuf {
    let mut wire = Wire::build();
    for _ in 0..dice.below(4) {
        wire = match dice.below(if depth < 5 { 5 } else { 2 }) {
            0 => wire.length(dice.below(1 << 30) as u32),
            1 => wire.end(dice.below(9) as u32),
            2 => wire.inside(any_wire(dice, depth + 1)),
            3 => wire.strands((0..dice.below(4)).map(|_| any_wire(dice, depth + 1)).collect::<Vec<_>>()),
            _ => wire.by_number(
                (0..dice.below(4)).map(|n| (n as u16 * 7, any_wire(dice, depth + 1))).collect::<Vec<_>>(),
            ),
        };
    }
    wire
}

/// A lamp with some of all that a lamp can have, in any order.
fn any_lamp(dice: &mut Dice) -> LampBuf {
    let mut lamp = Lamp::build();
    for _ in 0..dice.below(20) {
        let length = dice.below(40);
        lamp = match dice.below(24) {
            0 => lamp.a_u8(dice.below(256) as u8),
            1 => lamp.a_s64(-(dice.below(1 << 30) as i64)),
            2 => lamp.a_be32(dice.below(1 << 30) as u32),
            3 => lamp.a_uint((dice.below(1 << 30) as u64) << dice.below(30)),
            4 => lamp.a_flag(dice.below(2) == 0),
            5 => lamp.text("x".repeat(length)),
            6 => lamp.name(&*dice.bytes(length).into_iter().filter(|byte| *byte != 0).collect::<Vec<_>>()),
            7 => lamp.bytes(dice.bytes(length)),
            8 => lamp.address(["192.0.2.1", "2001:db8::1"][dice.below(2)]),
            9 => lamp.address4("192.0.2.2"),
            10 => lamp.master(dice.below(100) as u32),
            11 => lamp.hue(Colour(dice.below(4) as u8)),
            12 => lamp.can(LampFlags::from_bits_retain(dice.below(9) as u16)),
            13 => lamp.aliases(vec!["alias"; dice.below(3)]),
            14 => lamp.steps((0..dice.below(9)).map(|step| step as u16)),
            15 => lamp.levels((0..dice.below(9)).map(|level| level as u32)),
            16 => lamp.by_number(
                (0..dice.below(3)).map(|n| (n as u16, [(4, any_wire(dice, 0))])).collect::<Vec<_>>(),
            ),
            17 => lamp.wire(any_wire(dice, 0)),
            18 => lamp.stats(Stats::build().breaks(dice.below(99) as u16)),
            19 => lamp.index(dice.below(99) as u32).port(dice.below(99) as u16),
            20 => lamp.colour(Colour::BLUE).on(dice.below(2) == 0).wires([dice.below(9) as u8; 6]),
            21 => lamp.place("2001:db8::9".parse::<std::net::Ipv6Addr>().unwrap()),
            22 => lamp.flags(LampFlags::COLOURED),
            _ => lamp.other(Nest::build().with(Attr::<Nest, [u8]>::new(1, "SOME"), dice.bytes(length))),
        };
    }
    lamp
}

/// Sets all that is set in a lamp in a new one, in the same order.
fn again(lamp: &Lamp) -> LampBuf {
    let mut copy = Lamp::build()
        .index(lamp.index())
        .port(lamp.port())
        .colour(lamp.colour())
        .on(lamp.on())
        .flags(lamp.flags())
        .wires(lamp.wires());
    if let Some(place) = lamp.place() {
        copy = copy.place(place);
    }
    for attribute in lamp.attributes().raw() {
        copy = match attribute.number() {
            1 => copy.a_u8(lamp.a_u8().unwrap()),
            2 => copy.a_s64(lamp.a_s64().unwrap()),
            3 => copy.a_be32(lamp.a_be32().unwrap()),
            4 => copy.a_uint(lamp.a_uint().unwrap()),
            5 => copy.a_flag(lamp.a_flag().unwrap()),
            6 => copy.text(lamp.text().unwrap()),
            7 => copy.name(lamp.name().unwrap()),
            8 => copy.bytes(lamp.bytes().unwrap()),
            9 => copy.address(lamp.address().unwrap()),
            10 => copy.address4(lamp.address4().unwrap()),
            11 => copy.master(lamp.master().unwrap()),
            12 => copy.hue(lamp.hue().unwrap()),
            13 => copy.can(lamp.can().unwrap()),
            14 => copy.aliases(lamp.aliases().unwrap()),
            15 => copy.steps(lamp.steps().unwrap()),
            16 => copy.levels(lamp.levels().unwrap()),
            17 => copy.by_number(lamp.by_number().unwrap()),
            19 => copy.wire(lamp.wire().unwrap()),
            20 => copy.stats(lamp.stats().unwrap()),
            83 => copy.other(lamp.other().unwrap()),
            kind => panic!("nobody set {kind}"),
        };
    }
    copy
}

#[test]
fn built_read_and_built_again() {
    let mut dice = Dice(3);
    for _ in 0..2_000 {
        let built = any_lamp(&mut dice);
        assert_eq!(built.buffer().problem(), None);
        assert_eq!(built.malformed().collect::<Vec<_>>(), [], "{built:?}");
        assert_eq!(built.as_bytes().len() % 4, 0);
        let mut raw = RawAttributes::new(&built.as_bytes()[32..]);
        assert!(raw.by_ref().all(|attribute| attribute.number() > 0) && raw.rest().is_empty());
        assert_eq!(built.to_buf().as_bytes(), built.as_bytes());
        assert_eq!(again(built.view()).as_bytes(), built.as_bytes(), "{built:?}");
    }
}

#[test]
fn a_copy_can_be_changed() {
    let mut dice = Dice(4);
    for _ in 0..500 {
        let lamp = any_lamp(&mut dice);
        let changed = lamp.to_buf().a_u8(1).text("other").wire(Wire::build().length(5)).text("text");
        let expected = lamp.a_u8(1).text("other").wire(Wire::build().length(5)).text("text");
        assert_eq!(changed.as_bytes(), expected.as_bytes());
    }
}

#[test]
fn an_empty_nest_is_a_nest() {
    let lamp = Lamp::build().other(NestBuf::default());
    assert_eq!(lamp.attributes().raw().map(|nest| nest.payload.len()).collect::<Vec<_>>(), [0]);
    assert!(lamp.view().other().is_some());
}
