//! Seeds: the captures, and replies of a kernel.

use crate::{captures, input, sets};
use netlink_packet::control::ExtAck;
use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL};
use netlink_packet::{
    AttributeType, Flags, HEADER_LEN, Header, Message, Messages, NLMSG_DONE, NLMSG_ERROR, NLMSG_OVERRUN,
    Policy, Table, View,
};
use rtnetlink::message;
use std::fs;
use std::path::Path;

/// The port of the socket in conversations.
pub(crate) const PORT: u32 = 7;

/// The table of a captured message.
fn table(message_type: u16) -> Option<&'static Table> {
    let controller = (message_type == GENL_ID_CTRL).then(ControllerMessage::table);
    message::table(message_type).or(controller)
}

/// The messages of all captures, in the order of their names.
fn captured() -> Vec<Vec<u8>> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut texts = Vec::new();
    // In the controller's captures 16 is its own number, and elsewhere that of a new link.
    for (directory, table) in [
        ("rtnetlink/captures", message::table as fn(u16) -> _),
        ("netlink-packet/tests/captures/generic", |message_type| {
            (message_type == GENL_ID_CTRL).then(ControllerMessage::table)
        }),
    ] {
        let files = fs::read_dir(top.join(directory)).expect("the captures are there");
        let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        paths.sort();
        texts.extend(paths.into_iter().map(|path| {
            let text = fs::read_to_string(&path).expect("captures are text");
            captures::parse(&text, table)
        }));
    }
    texts
}

/// Every captured message, with what reads it.
fn each<T>(mut seed: impl FnMut(&'static Table, &Message<'_>) -> Option<T>) -> Vec<T> {
    let mut seeds = Vec::new();
    for bytes in captured() {
        for message in Messages::new(&bytes) {
            let Some(table) = table(message.header.message_type) else { continue };
            seeds.extend(seed(table, &message));
        }
    }
    seeds
}

/// Captured messages as inputs of [`messages`](crate::messages()), and a few bytes of every set.
pub fn messages() -> Vec<Vec<u8>> {
    let captured = each(|table, message| Some(input(sets::place(table), message.payload())));
    let small = (0..sets::all().len()).map(|place| input(place, &[0; 64]));
    captured.into_iter().chain(small).collect()
}

/// Captured messages as inputs of [`building`](crate::building()).
pub fn building() -> Vec<Vec<u8>> {
    each(|table, message| Some(input(crate::building::place(table)?, message.payload())))
}

/// Answers of a kernel as inputs of [`conversation`](crate::conversation()).
pub fn conversation() -> Vec<Vec<u8>> {
    let extended = ExtAck::build()
        .message("no")
        .offset(60)
        .missing_type(2)
        .missing_nest(60)
        .policy(Policy::build().attribute_type(AttributeType::U16).min(1).max(4095));
    let message = |message_type, flags, sequence, payload: &[u8]| {
        let length = (HEADER_LEN + payload.len()) as u32;
        let header = Header { length, message_type, flags, sequence, port: PORT };
        [&header.to_bytes()[..], payload].concat()
    };
    let echo = Header { length: 16, message_type: 20, sequence: 1, ..Header::default() }.to_bytes();
    let ack = |sequence, code: i32| {
        message(NLMSG_ERROR, Flags::CAPPED, sequence, &[&code.to_ne_bytes()[..], &echo].concat())
    };
    let told = |sequence, code: i32| {
        let payload = [&code.to_ne_bytes()[..], &echo, extended.as_bytes()].concat();
        message(NLMSG_ERROR, Flags::CAPPED | Flags::ACK_TLVS, sequence, &payload)
    };
    let part = |sequence| message(16, Flags::MULTI, sequence, &[0; 32]);
    let done = |sequence, code: i32| message(NLMSG_DONE, Flags::MULTI, sequence, &code.to_ne_bytes());
    let interrupted = |sequence| message(16, Flags::MULTI | Flags::DUMP_INTR, sequence, &[0; 16]);
    let event = message(17, Flags::empty(), 0, &[0; 32]);

    let open = |op: u8| vec![op, 3, 0, 0];
    let datagram = |messages: &[Vec<u8>]| {
        let bytes = messages.concat();
        let length = u16::try_from(bytes.len()).expect("seeds are short");
        [&[RECEIVE, 0][..], &length.to_le_bytes(), &bytes].concat()
    };
    let all = [open(0), open(1), open(2), open(3)].concat();
    let with = |more: &[Vec<u8>]| [all.clone(), more.concat()].concat();
    vec![
        with(&[datagram(&[ack(1, 0)]), datagram(&[part(2)]), datagram(&[done(2, 0)]), open(6)]),
        with(&[datagram(&[part(3), part(3), done(3, 0)]), datagram(&[ack(4, 0), told(5, -22), ack(6, 0)])]),
        with(&[
            datagram(&[interrupted(3), event.clone()]),
            datagram(&[done(3, -4), told(1, -17)]),
            open(6),
            open(7),
        ]),
        with(&[open(4), datagram(&[part(3)]), open(5), datagram(&[ack(1, 0), ack(2, 0), ack(3, 0)])]),
        with(&[
            datagram(&[message(NLMSG_OVERRUN, Flags::empty(), 3, &[]), event]),
            datagram(&[told(4, 0), told(6, 0)]),
        ]),
        with(&[
            open(8),
            open(8),
            datagram(&[ack(1, 0), part(2), done(3, 0), ack(6, 0)]),
            open(6),
            open(6),
            open(6),
        ]),
    ]
}

/// The operation that is a datagram.
pub(crate) const RECEIVE: u8 = 9;
