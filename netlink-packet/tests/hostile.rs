//! Bytes from outside: whatever they are, nothing panics, loops or reads what isn't there.

mod lamp;

use bytes::BytesMut;
use lamp::*;
use netlink_packet::control::{ExtAck, Reply};
use netlink_packet::generic::{ControllerMessage, GenericMessage};
use netlink_packet::{
    Attr, AttributeType, Attributes, Build, Conversation, Expect, Failure, Flags, HEADER_LEN, Header,
    Incoming, Messages, NLMSG_ERROR, Nest, Packet, Policy, RawAttributes, Scope, View,
};
use std::fmt::Write;

/// Takes what it is written, and counts.
struct Sink(usize);

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Calls all that reads the bytes as this.
fn read<V: View + ?Sized>(bytes: &[u8]) {
    let view = V::cast(bytes);
    let mut sink = Sink(0);
    write!(sink, "{view:?} {view:#?}").unwrap();
    let scope = Scope::of(view);
    for malformed in scope.malformed() {
        assert!(malformed.offset + malformed.length <= bytes.len(), "{malformed:?} of {}", bytes.len());
        assert!(!scope.path(malformed.offset).is_empty() || malformed.path.is_empty() || V::HEADER > 0);
    }
    for offset in [0, 1, 4, bytes.len() / 2, bytes.len(), bytes.len() + 1, usize::MAX] {
        assert!(scope.path(offset).len() <= 17);
        assert!(scope.missing(Some(offset), 1).len() <= 18);
    }
    assert!(
        view.attributes_of().raw().map(|attribute| attribute.payload.len() + 4).sum::<usize>() <= bytes.len()
    );
    let _ = V::read(bytes);
}

/// Calls the getters of a lamp: those of its fields and attributes, and in its lists and nests.
fn get(lamp: &Lamp, depth: usize) {
    let _ = (lamp.index(), lamp.port(), lamp.colour(), lamp.on(), lamp.flags(), lamp.wires(), lamp.place());
    let _ =
        (lamp.a_u8(), lamp.a_s64(), lamp.a_be32(), lamp.a_uint(), lamp.a_flag(), lamp.text(), lamp.name());
    let _ = (lamp.bytes(), lamp.address(), lamp.address4(), lamp.master(), lamp.hue(), lamp.can());
    let keys = (
        Lamp::LAMP_U8,
        Lamp::LAMP_S64,
        Lamp::LAMP_BE32,
        Lamp::LAMP_UINT,
        Lamp::LAMP_TEXT,
        Lamp::LAMP_NAME,
        Lamp::LAMP_ADDRESS,
        Lamp::LAMP_MASTER,
    );
    let picked = lamp.attributes().pick(keys);
    let got = (
        lamp.a_u8(),
        lamp.a_s64(),
        lamp.a_be32(),
        lamp.a_uint(),
        lamp.text(),
        lamp.name(),
        lamp.address(),
        lamp.master(),
    );
    assert_eq!(picked, got);

    let limit = lamp.as_bytes().len();
    assert!(lamp.aliases().is_none_or(|aliases| aliases.count() <= limit));
    assert!(lamp.steps().is_none_or(|steps| steps.count() <= limit));
    assert!(lamp.levels().is_none_or(|levels| levels.count() <= limit));
    let numbered = lamp.by_number().into_iter().flatten().flat_map(|(_, wires)| wires);
    assert!(numbered.count() <= limit);
    let _ = lamp.stats().map(|stats| (stats.hours(), stats.times(), stats.breaks(), stats.tail().len()));
    let _ = lamp.other().map(|other| other.attributes().get(Attr::<Nest, u32>::new(1, "SOME")));
    if let (Some(next), true) = (lamp.next(), depth < 20) {
        get(next, depth + 1);
    }
}

fn read_all(bytes: &[u8]) {
    read::<Lamp>(bytes);
    read::<Wire>(bytes);
    read::<Stats>(bytes);
    read::<Nest>(bytes);
    read::<GenericMessage>(bytes);
    read::<ControllerMessage>(bytes);
    get(Lamp::cast(bytes), 0);
    for message in Messages::new(bytes) {
        assert!(message.bytes.len() >= 16);
    }
    let _ = Packet::<Lamp>::new(bytes.to_vec().into()).map(|packet| get(&packet, 0));
    // What was read can be built on.
    let more = Lamp::cast(bytes).to_buf().a_u8(7).port(9).text("more");
    assert_eq!((more.view().a_u8(), more.view().port(), more.view().text()), (Some(7), 9, Some("more")));
    let request = Lamp::cast(bytes).to_request().a_u8(7);
    assert_eq!(request.view().a_u8(), Some(7));
    let more = Stats::cast(bytes).to_buf().breaks(3);
    assert_eq!(more.view().breaks(), 3);
}

/// A lamp with all there is.
fn sound() -> Vec<u8> {
    let wire = Wire::build()
        .length(3)
        .strands([Wire::build().length(1), Wire::build().inside(Wire::build().end(5))]);
    let lamp = Lamp::build()
        .index(7u32)
        .port(80)
        .a_u8(1)
        .a_s64(-1)
        .a_be32(2)
        .a_uint(3)
        .a_flag(true)
        .text("text")
        .name("name")
        .bytes([1, 2, 3])
        .address("192.0.2.1")
        .address4("192.0.2.2")
        .master(4u32)
        .hue(Colour::RED)
        .can(LampFlags::DIMMABLE)
        .aliases(["a", "bc"])
        .steps([1u16, 2, 3])
        .levels([1u32, 2])
        .by_number([(1, [(2, wire.clone())])])
        .wire(wire)
        .stats(Stats::build().hours(1))
        .other(Nest::build());
    let lamp = lamp.clone().next(lamp);
    assert_eq!(lamp.malformed().collect::<Vec<_>>(), []);
    lamp.as_bytes().to_vec()
}

#[test]
fn random_bytes() {
    let mut dice = Dice(1);
    for length in 0..600 {
        read_all(&dice.bytes(length));
    }
}

#[test]
fn random_attributes() {
    let mut dice = Dice(2);
    for _ in 0..500 {
        let mut bytes = dice.bytes(32);
        for _ in 0..dice.below(20) {
            let payload = dice.below(40);
            let lie = if dice.below(8) == 0 { dice.below(9) } else { 0 };
            bytes.extend(((payload + 4 + lie) as u16).to_ne_bytes());
            bytes.extend((dice.below(24) as u16).to_ne_bytes());
            bytes.extend(dice.bytes(payload.next_multiple_of(4)));
        }
        read_all(&bytes);
    }
}

#[test]
fn truncated_anywhere() {
    let bytes = sound();
    for length in 0..bytes.len() {
        read_all(&bytes[..length]);
    }
}

#[test]
fn any_byte_wrong() {
    let mut bytes = sound();
    for at in 0..bytes.len() {
        for wrong in [0, 1, 3, 0x7f, 0xff] {
            let right = std::mem::replace(&mut bytes[at], wrong);
            read_all(&bytes);
            bytes[at] = right;
        }
    }
}

/// A nest in a nest and so on, as deep as lengths go, in `kinds` by turns.
fn deep(kinds: &[u16]) -> Vec<u8> {
    let levels = 0xffff / 4;
    (0..levels)
        .flat_map(|level| {
            let length = (4 * (levels - level)) as u16;
            [length.to_ne_bytes(), kinds[level % kinds.len()].to_ne_bytes()].concat()
        })
        .collect()
}

#[test]
fn endless_nests() {
    for kinds in [&[1][..], &[3, 1], &[5, 1], &[3, 7], &[1, 3, 4, 5, 6]] {
        let bytes = deep(kinds);
        assert!(bytes.len() > 65_000);
        read::<Wire>(&bytes);
        let mut wire = Wire::cast(&bytes);
        let mut depth = 0;
        while let Some(inside) = wire.inside() {
            (wire, depth) = (inside, depth + 1);
        }
        assert!(depth < 16_384);
    }
    let mut lamp = vec![0; 32];
    lamp.extend([0xff_u8, 0xff].iter().chain(&18u16.to_ne_bytes()));
    lamp.extend(vec![0; 0xffff]);
    read_all(&lamp);
}

#[test]
fn the_first_that_can_be_read() {
    let long: Attr<Nest, u32> = Attr::new(1, "LONG");
    let attribute = |length: u16, payload: u32| {
        [&length.to_ne_bytes()[..], &1u16.to_ne_bytes(), &payload.to_ne_bytes()].concat()
    };
    let bytes = [attribute(5, 9), attribute(8, 7)].concat();
    let attributes: Attributes<'_, Nest> = RawAttributes::new(&bytes).into();
    assert_eq!((attributes.get(long), attributes.pick((long,))), (Some(7), (Some(7),)));
}

#[test]
fn a_generic_message_shows_its_attributes() {
    let message = GenericMessage::build().command(1).with(Attr::<_, u32>::new(3, "SOME"), 7u32.to_be());
    assert_eq!(format!("{message:?}"), "GenericMessage { command: 1, version: 0, 3: [00 00 00 07] }");
    let mut bytes = message.as_bytes().to_vec();
    bytes.extend([1, 2]);
    assert_eq!(
        GenericMessage::cast(&bytes).malformed().map(|m| (m.offset, m.length)).collect::<Vec<_>>(),
        [(12, 2)]
    );
    assert_eq!(message.buffer().problem(), None);
}

/// An acknowledgement that points at all that it can.
fn ack() -> Vec<u8> {
    let extended = ExtAck::build()
        .message("no")
        .offset(60)
        .missing_type(2)
        .missing_nest(60)
        .policy(Policy::build().attribute_type(AttributeType::U16).min(1).max(4095));
    let mut bytes = Header::default().to_bytes().to_vec();
    bytes.extend((-22i32).to_ne_bytes());
    bytes.extend(Header { length: 16, message_type: 20, sequence: 1, ..Header::default() }.to_bytes());
    bytes.extend(extended.as_bytes());
    let flags = Flags::CAPPED | Flags::ACK_TLVS;
    let header =
        Header { length: bytes.len() as u32, message_type: NLMSG_ERROR, flags, sequence: 1, port: 7 };
    bytes[..HEADER_LEN].copy_from_slice(&header.to_bytes());
    bytes
}

/// Hears a datagram in the middle of a conversation, and explains what was refused.
fn hear(bytes: &[u8], request: &[u8]) {
    let mut conversation = Conversation::new(7);
    for expect in [Expect::Ack, Expect::Answer, Expect::Dump, Expect::Batch { count: 3 }] {
        conversation.open(expect, ()).unwrap();
    }
    let mut datagram = BytesMut::from(bytes);
    let mut ended = Vec::new();
    conversation.receive(&mut datagram, bytes.len() + bytes.len() % 2, |heard| {
        if let Incoming::Ended { sequence, .. } = heard {
            ended.push(sequence);
        }
    });
    assert!(ended.len() <= 4);
    for sequence in ended {
        let outcome = conversation.take(sequence).unwrap();
        if let Some(Failure::Kernel(refusal)) = outcome.failure.as_deref() {
            let explained = refusal.diagnose(request, Some(Lamp::table()));
            let _ = format!("{refusal:?} {explained:?} {explained}");
        }
    }
    for message in Messages::new(bytes) {
        let _ = format!("{:?}", Reply::of(&message));
    }
}

#[test]
fn hostile_answers() {
    let mut dice = Dice(5);
    let request = [&Header { length: 16, ..Header::default() }.to_bytes()[..], &sound()].concat();
    let sound = ack();
    hear(&sound, &request);
    for length in 0..sound.len() {
        hear(&sound[..length], &request);
        hear(&sound, &request[..length]);
    }
    for _ in 0..5_000 {
        let mut bytes = sound.repeat(1 + dice.below(3));
        for _ in 0..1 + dice.below(4) {
            let at = dice.below(bytes.len());
            bytes[at] = [0, 1, 2, 3, 4, 16, 20, 0x7f, 0xff][dice.below(9)];
        }
        hear(&bytes, &request);
    }
}
