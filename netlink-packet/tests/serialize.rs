//! The feature `serde`: what messages are as JSON.

#![cfg(feature = "serde")]

mod lamp;

use lamp::{Colour, Lamp, LampBuf, LampFlags, Stats, Wire};
use netlink_packet::{Attr, Build, Escaped, Header, Name, Nest, Packet, Plain, Scope, View};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

/// A field of what is built; the word `nothing` where the map does not have it.
fn value(of: &LampBuf, name: &str) -> Value {
    serde_json::to_value(of).unwrap().get(name).cloned().unwrap_or(json!("nothing"))
}

#[test]
fn exact_text() {
    let lamp = Lamp::build()
        .index(3)
        .port(80)
        .colour(Colour::RED)
        .on(true)
        .flags(LampFlags::DIMMABLE | LampFlags::from_bits_retain(0x10))
        .wires([1, 2, 3, 4, 5, 0xff])
        .a_be32(5)
        .name("desk")
        .address(IpAddr::from([192, 0, 2, 1]))
        .hue(Colour(9))
        .aliases(["one", "two"])
        .steps([10, 20])
        .levels([7, 8])
        .wire(Wire::build().length(4));
    let text = r#"{"index":3,"port":80,"colour":"red","on":true,"flags":["dimmable",16],"wires":"0102030405ff","place":"::","a_be32":5,"name":"desk","address":"192.0.2.1","hue":9,"aliases":["one","two"],"steps":[10,20],"levels":[7,8],"wire":{"length":4}}"#;
    assert_eq!(serde_json::to_string(&lamp).unwrap(), text);
    assert_eq!(serde_json::to_string(lamp.view()).unwrap(), text);

    let mut buffer = lamp.into_buffer();
    let message = buffer.set_header(Header::default()).unwrap().to_vec();
    let packet = Packet::<Lamp>::new(message.into()).unwrap();
    assert_eq!(serde_json::to_string(&packet).unwrap(), text);
    assert_eq!(serde_json::to_string(&[packet]).unwrap(), format!("[{text}]"));
}

#[test]
fn every_kind_of_value() {
    let lamp =
        Lamp::build().a_u8(255).a_s64(-5).a_uint(1 << 40).a_flag(true).text("caf\u{e9}").bytes([0, 0xab]);
    let lamp = lamp.master(7).can(LampFlags::empty()).place(Ipv6Addr::LOCALHOST);
    assert_eq!(value(&lamp, "a_u8"), 255);
    assert_eq!(value(&lamp, "a_s64"), -5);
    assert_eq!(value(&lamp, "a_uint"), 1_u64 << 40);
    assert_eq!(value(&lamp, "a_flag"), true);
    assert_eq!(value(&lamp, "text"), "caf\u{e9}");
    assert_eq!(value(&lamp, "bytes"), "00ab");
    assert_eq!(value(&lamp, "master"), 7);
    assert_eq!(value(&lamp, "can"), json!([]));
    assert_eq!(value(&lamp, "place"), "::1");
    assert_eq!(value(&lamp, "name"), "nothing", "what isn't there has no key");
    let strand = |length| Wire::build().length(length);
    let wires = Wire::build().strands([strand(1), strand(2)]).by_number([(9, strand(3)), (300, strand(4))]);
    let lamp = Lamp::build().wire(wires).by_number([(6, [(1, strand(5))])]);
    assert_eq!(
        value(&lamp, "wire"),
        json!({"strands": [{"length": 1}, {"length": 2}], "by_number": {"9": {"length": 3}, "300": {"length": 4}}})
    );
    assert_eq!(value(&lamp, "by_number"), json!({"6": {"1": {"length": 5}}}));
}

#[test]
fn what_is_repeated_is_a_list() {
    assert_eq!(value(&Lamp::build().aliases(["one"]), "aliases"), json!(["one"]));
    // An attribute that is not to be repeated is what its getter says: the first that can be read.
    let twice = |first: &[u8], then: &[u8]| {
        let mut buffer = Lamp::build().into_buffer();
        for payload in [first, then] {
            let start = buffer.open(1);
            buffer.push(payload);
            buffer.close(start, "");
        }
        LampBuf::from_buffer(buffer)
    };
    assert_eq!(value(&twice(&[4], &[5]), "a_u8"), 4);
    assert_eq!(value(&twice(&[4, 4], &[5]), "a_u8"), 5);
    assert_eq!(value(&twice(&[4, 4], &[]), "a_u8"), Value::Null);
}

#[test]
fn what_is_unknown_or_malformed() {
    let unknown = |number| Attr::<Lamp, [u8]>::new(number, "");
    let lamp = Lamp::build().with(unknown(61), [1, 2]).with(unknown(3), [0; 3]);
    assert_eq!(value(&lamp, "61"), "0102", "unknown: by number");
    assert_eq!(value(&lamp, "a_be32"), Value::Null, "malformed: as absent as to its getter");
    assert_eq!(lamp.view().a_be32(), None);

    let mut bytes = lamp.as_bytes().to_vec();
    bytes.extend([9, 0, 1]);
    let cut = Lamp::new(&bytes).unwrap();
    assert_eq!(serde_json::to_value(cut).unwrap()["malformed"], "090001", "what is no attribute");
    let long = Stats::new(&[1; 12]).unwrap();
    assert_eq!(
        serde_json::to_value(long).unwrap(),
        json!({"hours": 0x01010101, "times": 0x01010101, "breaks": 0x0101, "tail": "0101"})
    );
    let short = Stats::new(&[]).unwrap();
    assert_eq!(serde_json::to_value(short).unwrap(), json!({"hours": 0, "times": 0, "breaks": 0}));

    // A nest without a table is attributes by number, each as often as it is there.
    let nest = Nest::build().with(Attr::<Nest, netlink_packet::Repeated<u8>>::new(5, ""), [1, 2]);
    assert_eq!(serde_json::to_value(&nest).unwrap(), json!({"5": ["01", "02"]}));
}

#[test]
fn names_need_not_be_text() {
    let lamp = Lamp::build().name(Name::new(b"e\xff0")).aliases(["a\u{1b}b"]);
    assert_eq!(value(&lamp, "name"), r"e\xff0", "as it prints");
    assert_eq!(value(&lamp, "aliases"), json!(["a\u{1b}b"]), "JSON escapes what a terminal would obey");
    assert_eq!(Escaped("a\u{1b}b").to_string(), r"a\u{1b}b");
}

#[test]
fn deep_nests_end_as_bytes() {
    let mut wire = Wire::build().length(1);
    for _ in 0..40 {
        wire = Wire::build().inside(wire);
    }
    let mut value = serde_json::to_value(&wire).unwrap();
    let mut depth = 0;
    while let Some(inside) = value.get_mut("inside") {
        value = inside.take();
        depth += 1;
    }
    assert!(value.is_string() && depth > 8, "{depth} {value}");
}

#[test]
fn enums_flags_and_values_by_themselves() {
    assert_eq!(serde_json::to_value(Colour::BLUE).unwrap(), "blue");
    assert_eq!(serde_json::to_value(Colour(7)).unwrap(), 7);
    assert_eq!(serde_json::to_value(LampFlags::all()).unwrap(), json!(["dimmable", "coloured", 0xfffc]));
    assert_eq!(serde_json::to_value(Name::new("desk")).unwrap(), "desk");
    assert_eq!(serde_json::to_value(Plain::from(Duration::from_millis(1500))).unwrap(), 1.5);
    assert_eq!(serde_json::to_value(Plain::from(None::<u8>)).unwrap(), Value::Null);
}

#[test]
fn any_bytes_serialize() {
    let mut dice = lamp::Dice(7);
    for length in 0..400 {
        let bytes = dice.bytes(length);
        let scope = Scope::new(Lamp::table(), &bytes);
        assert!(serde_json::to_value(scope).unwrap().is_object());
    }
}
