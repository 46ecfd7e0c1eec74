//! A kernel that follows a script: each ending, and the accidents.

use super::*;
use crate::BuildError;
use crate::control::{ExtAck, RawError};
use crate::header::{
    HEADER_LEN, Header, Messages, NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP, NLMSG_OVERRUN, align,
};
use crate::{Attr, Build, Nest, View, netlink};
use bytes::Bytes;

const PORT: u32 = 4711;
const OBJECT: u16 = 20;

/// A message of the scripted kernel.
fn message(message_type: u16, flags: Flags, sequence: u32, payload: &[u8]) -> Vec<u8> {
    let length = (HEADER_LEN + payload.len()) as u32;
    let mut bytes = Header { length, message_type, flags, sequence, port: PORT }.to_bytes().to_vec();
    bytes.extend(payload);
    bytes.resize(align(bytes.len()), 0);
    bytes
}

fn object(sequence: u32, value: u32) -> Vec<u8> {
    message(OBJECT, Flags::empty(), sequence, &value.to_ne_bytes())
}

fn part(sequence: u32, value: u32) -> Vec<u8> {
    message(OBJECT, Flags::MULTI, sequence, &value.to_ne_bytes())
}

fn ack(sequence: u32, code: i32) -> Vec<u8> {
    let echoed = Header { length: 16, sequence, ..Header::default() }.to_bytes();
    message(NLMSG_ERROR, Flags::CAPPED, sequence, &[&code.to_ne_bytes()[..], &echoed].concat())
}

fn done(sequence: u32, code: i32) -> Vec<u8> {
    message(NLMSG_DONE, Flags::MULTI, sequence, &code.to_ne_bytes())
}

/// Hands a datagram over; gives the tags of what ended, and how many events there were.
fn receive(conversation: &mut Conversation<char>, messages: &[Vec<u8>]) -> (Vec<char>, usize) {
    let mut datagram = BytesMut::from(&messages.concat()[..]);
    let full_length = datagram.len();
    receive_cut(conversation, &mut datagram, full_length)
}

fn receive_cut(
    conversation: &mut Conversation<char>,
    datagram: &mut BytesMut,
    full_length: usize,
) -> (Vec<char>, usize) {
    let (mut ended, mut events) = (Vec::new(), 0);
    conversation.receive(datagram, full_length, |heard| match heard {
        Incoming::Ended { tag, .. } => ended.push(*tag),
        Incoming::Event(_) => events += 1,
    });
    (ended, events)
}

fn values(outcome: Outcome) -> Vec<u32> {
    outcome.objects.into_iter().map(|object| crate::bytes::u32_at(&object, HEADER_LEN)).collect()
}

fn failure(talk: &mut Conversation<char>, sequence: u32) -> Option<Failure> {
    talk.take(sequence).unwrap().failure.map(|failure| *failure)
}

fn talk() -> Conversation<char> {
    Conversation::new(PORT)
}

#[test]
fn acknowledged() {
    let mut talk = talk();
    let a = talk.open(Expect::Ack, 'a').unwrap();
    assert!(talk.take(a).is_none());
    assert_eq!(receive(&mut talk, &[ack(a, 0)]), (vec!['a'], 0));
    let outcome = talk.take(a).unwrap();
    assert_eq!(outcome.failure, None);
    assert!(talk.is_empty());
}

#[test]
fn an_echo_comes_before_its_acknowledgement() {
    let mut talk = talk();
    let a = talk.open(Expect::Ack, 'a').unwrap();
    assert_eq!(receive(&mut talk, &[object(a, 7)]), (vec![], 0));
    assert_eq!(receive(&mut talk, &[ack(a, 0)]), (vec!['a'], 0));
    assert_eq!(values(talk.take(a).unwrap()), [7]);
}

#[test]
fn answered_by_one_object_or_by_parts() {
    let mut talk = talk();
    let (a, b) = (talk.open(Expect::Answer, 'a').unwrap(), talk.open(Expect::Answer, 'b').unwrap());
    assert_eq!(receive(&mut talk, &[part(b, 1), object(a, 9), part(b, 2)]), (vec!['a'], 0));
    assert_eq!(receive(&mut talk, &[done(b, 0)]), (vec!['b'], 0));
    assert_eq!(values(talk.take(a).unwrap()), [9]);
    assert_eq!(values(talk.take(b).unwrap()), [1, 2]);
}

#[test]
fn refused() {
    let mut talk = talk();
    let a = talk.open(Expect::Answer, 'a').unwrap();
    receive(&mut talk, &[ack(a, -19)]);
    let Some(Failure::Kernel(refusal)) = failure(&mut talk, a) else { panic!("not refused") };
    assert_eq!((refusal.errno, refusal.extended.len()), (19, 0));
}

#[test]
fn a_dump_ends_with_its_code() {
    for (code, refused) in [(0, false), (-22, true)] {
        let mut talk = talk();
        let a = talk.open(Expect::Dump, 'a').unwrap();
        assert_eq!(receive(&mut talk, &[part(a, 1), part(a, 2)]), (vec![], 0));
        assert_eq!(receive(&mut talk, &[done(a, code)]), (vec!['a'], 0));
        let outcome = talk.take(a).unwrap();
        assert_eq!(
            matches!(outcome.failure.as_deref(), Some(Failure::Kernel(RawError { errno: 22, .. }))),
            refused
        );
        assert_eq!(values(outcome), [1, 2]);
    }
}

#[test]
fn a_dump_fails_in_the_middle() {
    let mut talk = talk();
    let a = talk.open(Expect::Dump, 'a').unwrap();
    receive(&mut talk, &[part(a, 1)]);
    assert_eq!(receive(&mut talk, &[ack(a, -105)]), (vec!['a'], 0));
    let outcome = talk.take(a).unwrap();
    assert!(matches!(outcome.failure.as_deref(), Some(Failure::Kernel(RawError { errno: 105, .. }))));
}

#[test]
fn an_interrupted_dump_says_so_wherever_the_flag_is() {
    for (on_part, on_done) in [(true, false), (false, true)] {
        let flag = |set| if set { Flags::MULTI | Flags::DUMP_INTR } else { Flags::MULTI };
        let mut talk = talk();
        let a = talk.open(Expect::Dump, 'a').unwrap();
        receive(&mut talk, &[message(OBJECT, flag(on_part), a, &[0; 4]), part(a, 2)]);
        receive(&mut talk, &[message(NLMSG_DONE, flag(on_done), a, &[0; 4])]);
        assert_eq!(failure(&mut talk, a), Some(Failure::Interrupted));
    }
}

#[test]
fn an_overrun_loses_what_is_not_answered_by_the_queue() {
    let mut talk = talk();
    let (a, b) = (talk.open(Expect::Ack, 'a').unwrap(), talk.open(Expect::Ack, 'b').unwrap());
    talk.overrun();
    let c = talk.open(Expect::Ack, 'c').unwrap();
    receive(&mut talk, &[ack(a, 0)]);
    let mut lost = Vec::new();
    talk.queue_is_empty(|heard| {
        lost.extend(matches!(heard, Incoming::Ended { tag: 'b', .. }).then_some('b'))
    });
    assert_eq!(lost, ['b']);
    assert_eq!(failure(&mut talk, a), None);
    assert_eq!(failure(&mut talk, b), Some(Failure::Lost));
    assert!(talk.take(c).is_none(), "what was sent after the overrun goes on");
    assert_eq!(receive(&mut talk, &[message(NLMSG_OVERRUN, Flags::empty(), c, &[])]), (vec!['c'], 0));
    assert_eq!(failure(&mut talk, c), Some(Failure::Lost));
}

#[test]
fn a_reply_that_does_not_decode_fails_its_own_exchange() {
    let mut talk = talk();
    let (a, b, c) = (
        talk.open(Expect::Ack, 'a').unwrap(),
        talk.open(Expect::Dump, 'b').unwrap(),
        talk.open(Expect::Ack, 'c').unwrap(),
    );
    let short = message(NLMSG_ERROR, Flags::empty(), a, &[0; 3]);
    let mut lying = part(b, 1);
    lying[0] = 60;
    assert_eq!(receive(&mut talk, &[short, lying]), (vec!['a', 'b'], 0));
    assert_eq!(failure(&mut talk, a), Some(Failure::Malformed));
    assert_eq!(failure(&mut talk, b), Some(Failure::Malformed));
    assert!(talk.take(c).is_none());
}

#[test]
fn a_truncated_datagram_says_how_long_it_was() {
    let mut talk = talk();
    let a = talk.open(Expect::Answer, 'a').unwrap();
    let whole = message(OBJECT, Flags::empty(), a, &[0xa5; 100]);
    let mut datagram = BytesMut::from(&whole[..60]);
    assert_eq!(receive_cut(&mut talk, &mut datagram, whole.len()), (vec!['a'], 0));
    assert_eq!(failure(&mut talk, a), Some(Failure::Truncated { length: 116 }));
}

/// Wherever the room ends, what was cut off ends its exchange: nothing more comes for it.
#[test]
fn a_datagram_truncated_anywhere_ends_its_exchange() {
    for expect in [Expect::Answer, Expect::Dump] {
        let whole = [part(1, 10), part(1, 20), done(1, 0)].concat();
        for cut in 0..whole.len() {
            let failure_of = |outcome: Option<Outcome>| outcome.unwrap().failure.map(|failure| *failure);
            // Without a header it is unknown whose messages they were.
            let lost = match cut < HEADER_LEN {
                true => Failure::Lost,
                false => Failure::Truncated { length: whole.len() },
            };
            let mut talk = talk();
            let a = talk.open(expect, 'a').unwrap();
            let other = talk.open(expect, 'b').unwrap();
            receive_cut(&mut talk, &mut BytesMut::from(&whole[..cut]), whole.len());
            assert!(talk.take(other).is_none(), "{cut}");
            talk.queue_is_empty(|_| ());
            assert_eq!(failure_of(talk.take(a)), Some(lost.clone()), "{cut}");
            assert_eq!(talk.take(other).is_some(), cut < HEADER_LEN, "{cut}");

            let mut alone = Exchange::new(PORT, 1, expect);
            alone.receive(&mut BytesMut::from(&whole[..cut]), whole.len());
            alone.queue_is_empty();
            assert!(alone.is_ended());
            assert_eq!(failure_of(Some(alone.into_outcome())), Some(lost), "{cut}");
        }
    }
}

#[test]
fn a_late_reply_is_dropped() {
    let mut talk = talk();
    let (a, b) = (talk.open(Expect::Answer, 'a').unwrap(), talk.open(Expect::Answer, 'b').unwrap());
    assert_eq!(talk.close(a), Some('a'));
    assert_eq!(receive(&mut talk, &[object(a, 1), object(b, 2)]), (vec!['b'], 0));
    assert_eq!(values(talk.take(b).unwrap()), [2]);
    assert!(talk.close(a).is_none() && talk.take(a).is_none());
}

#[test]
fn an_unsolicited_message_is_an_event() {
    let mut talk = talk();
    let a = talk.open(Expect::Ack, 'a').unwrap();
    let own = message(OBJECT, Flags::empty(), 0, &[]);
    let mut other = message(OBJECT, Flags::empty(), 99, &[]);
    other[12..16].copy_from_slice(&7u32.to_ne_bytes());
    let nothing = message(NLMSG_NOOP, Flags::empty(), a, &[]);
    assert_eq!(receive(&mut talk, &[own, other, nothing, ack(a, 0)]), (vec!['a'], 2));
}

#[test]
fn each_request_of_a_batch_has_its_own_result() {
    let mut talk = talk();
    let batch = talk.open(Expect::Batch { count: 4 }, 'a').unwrap();
    let next = talk.open(Expect::Ack, 'b').unwrap();
    assert_eq!(next, batch + 4);
    assert_eq!(receive(&mut talk, &[ack(batch + 1, -17), ack(batch + 2, -3)]), (vec![], 0));
    assert_eq!(receive(&mut talk, &[ack(batch + 3, 0), ack(next, 0)]), (vec!['a', 'b'], 0));
    let outcome = talk.take(batch).unwrap();
    let refused: Vec<_> = outcome.errors().iter().map(|(place, refusal)| (*place, refusal.errno)).collect();
    assert_eq!(refused, [(1, 17), (2, 3)]);
    assert!(!outcome.is_uncertain() && outcome.failure.is_none());
}

#[test]
fn silence_after_an_overrun_is_not_success() {
    let mut talk = talk();
    let batch = talk.open(Expect::Batch { count: 3 }, 'a').unwrap();
    talk.overrun();
    receive(&mut talk, &[ack(batch, -17), ack(batch + 2, 0)]);
    let outcome = talk.take(batch).unwrap();
    assert!(outcome.is_uncertain());
    assert_eq!(outcome.errors().len(), 1);
}

#[test]
fn sequence_numbers_wrap_past_zero_and_past_those_in_use() {
    let mut talk = Conversation::starting_at(PORT, u32::MAX - 1);
    let numbers: Vec<_> = (0..4).map(|_| talk.open(Expect::Ack, 'x').unwrap()).collect();
    assert_eq!(numbers, [u32::MAX - 1, u32::MAX, 1, 2]);
    talk.next += u64::from(u32::MAX) - 5;
    assert_eq!(
        talk.open(Expect::Batch { count: 4 }, 'y').unwrap(),
        3,
        "those up to 2 are in use, and a batch does not wrap"
    );

    let mut old = Conversation::starting_at(PORT, 5);
    old.open(Expect::Ack, 'o').unwrap();
    old.next = u64::from(u32::MAX) + 1 + 4;
    assert_eq!(old.open(Expect::Batch { count: 3 }, 'n').unwrap(), 6, "5 is in use");
}

#[test]
fn objects_share_their_datagram_and_acknowledgements_leave_its_room() {
    let mut talk = talk();
    let a = talk.open(Expect::Ack, 'a').unwrap();
    let mut chunk = BytesMut::with_capacity(4096);
    chunk.extend_from_slice(&ack(a, 0));
    let (room, length) = (chunk.as_ptr(), chunk.len());
    receive_cut(&mut talk, &mut chunk, length);
    assert!(chunk.is_empty() && chunk.capacity() == 4096 && chunk.as_ptr() == room);

    let b = talk.open(Expect::Answer, 'b').unwrap();
    chunk.extend_from_slice(&object(b, 5));
    let length = chunk.len();
    receive_cut(&mut talk, &mut chunk, length);
    let object = talk.take(b).unwrap().objects.take_first().unwrap();
    assert_eq!(object.as_ptr(), room);
}

#[test]
fn an_exchange_alone_ends_like_any_other() {
    let receive = |exchange: &mut Exchange, messages: &[Vec<u8>]| {
        let mut datagram = BytesMut::from(&messages.concat()[..]);
        let full_length = datagram.len();
        exchange.receive(&mut datagram, full_length);
    };
    let mut acknowledged = Exchange::new(PORT, 7, Expect::Ack);
    receive(&mut acknowledged, &[ack(6, -1), object(7, 1), object(8, 2)]);
    assert!(!acknowledged.is_ended());
    receive(&mut acknowledged, &[ack(7, 0), ack(7, -1)]);
    assert!(acknowledged.is_ended());
    let outcome = acknowledged.into_outcome();
    assert_eq!(outcome.failure, None);
    assert_eq!(values(outcome), [1]);

    let mut lost = Exchange::new(PORT, 7, Expect::Answer);
    assert!(!lost.queue_is_empty());
    lost.overrun();
    assert!(lost.queue_is_empty() && lost.is_ended());
    assert_eq!(lost.into_outcome().failure.as_deref(), Some(&Failure::Lost));

    let mut lying = ack(7, 0);
    lying[0] = 200;
    let mut cut = Exchange::new(PORT, 7, Expect::Ack);
    receive(&mut cut, &[lying]);
    assert_eq!(cut.into_outcome().failure.as_deref(), Some(&Failure::Malformed));
}

#[test]
fn a_dump_alone_reads_objects_and_every_ending() {
    let read = |datagrams: &[Vec<u8>]| {
        let mut dump = Dump::new(PORT, 3);
        let mut count = 0;
        for datagram in datagrams {
            let mut messages = Messages::new(datagram);
            while dump.read(&mut messages).is_some() {
                count += 1;
            }
        }
        (count, dump.ending().cloned())
    };
    let refusal = |errno| Failure::Kernel(RawError { errno, extended: Bytes::new() });
    assert_eq!(read(&[part(3, 1), [part(3, 2), done(3, 0)].concat()]), (2, Some(Ok(()))));
    assert_eq!(read(&[part(3, 1), done(3, -22)]), (1, Some(Err(refusal(22)))));
    assert_eq!(read(&[part(3, 1), ack(3, -105)]), (1, Some(Err(refusal(105)))));
    assert_eq!(read(&[part(2, 1), done(2, 0)]), (0, None), "an older dump's");
    let interrupted = message(OBJECT, Flags::MULTI | Flags::DUMP_INTR, 3, &[0; 4]);
    assert_eq!(read(&[interrupted, done(3, 0)]), (1, Some(Err(Failure::Interrupted))));
    let mut lying = part(3, 1);
    lying[0] = 40;
    assert_eq!(read(&[part(3, 1), lying, done(3, 0)]), (1, Some(Err(Failure::Malformed))));
    let mut lost = Dump::new(PORT, 3);
    lost.overrun();
    assert_eq!(lost.ending(), Some(&Err(Failure::Lost)));
    let mut cut = Dump::new(PORT, 3);
    cut.truncated(70_000);
    assert_eq!(cut.ending(), Some(&Err(Failure::Truncated { length: 70_000 })));
}

netlink! {
    /// A request of a made-up family.
    struct Order / OrderBuf
    header ordermsg: 4 {
        /// Which one.
        om_index = 0 => index: u32,
    }
    attributes {
        /// How much.
        ORDER_AMOUNT = 1 => amount: u16,
        /// Its parts.
        ORDER_PARTS = 2 => parts: &OrderParts as OrderParts,
    }
}

netlink! {
    /// The parts of an order.
    struct OrderParts / OrderPartsBuf
    attributes {
        /// One part.
        ORDER_PART_SIZE = 1 => size: u32,
        /// Its colour.
        ORDER_PART_COLOUR = 2 => colour: u8,
    }
}

/// A refusal of the request with this extended ack, capped or with the request echoed, in an ack or a dump's end.
fn explained(extended: &crate::control::ExtAckBuf, message_type: u16, capped: bool) -> String {
    let mut request = Order::build().amount(3).parts(OrderParts::build().size(8)).into_buffer();
    let mut talk = talk();
    let a = talk.request(&mut request, 21, Flags::empty(), Expect::Ack, 'a').unwrap();
    let request = request.message().unwrap();
    let echo = if capped { &request[..HEADER_LEN] } else { request };
    let echo = if message_type == NLMSG_DONE { &[] } else { echo };
    let payload = [&(-34i32).to_ne_bytes()[..], echo, extended.view().as_bytes()].concat();
    let flags = Flags::ACK_TLVS | if capped { Flags::CAPPED } else { Flags::empty() };
    receive(&mut talk, &[message(message_type, flags, a, &payload)]);
    match failure(&mut talk, a) {
        Some(Failure::Kernel(refusal)) => refusal.diagnose(request, Some(Order::table())).to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_extended_ack_is_resolved_to_names() {
    // The header, the fixed header, the amount, the header of the parts: there their first attribute begins.
    let size_at = (HEADER_LEN + 4 + 8 + 4) as u32;
    let parts_at = size_at - 4;
    let policy = crate::Policy::build().attribute_type(crate::AttributeType::U32).max(7).min(1);
    let offset = ExtAck::build().message("too big").offset(size_at).policy(policy);
    let missing = ExtAck::build().missing_type(2).missing_nest(parts_at);
    let unknown = ExtAck::build().missing_type(77);
    for message_type in [NLMSG_ERROR, NLMSG_DONE] {
        for capped in [true, false] {
            assert_eq!(
                explained(&offset, message_type, capped),
                "too big (ORDER_PARTS / ORDER_PART_SIZE: expected u32 from 1 to 7)"
            );
            assert_eq!(
                explained(&missing, message_type, capped),
                "(missing ORDER_PARTS / ORDER_PART_COLOUR)"
            );
            assert_eq!(explained(&unknown, message_type, capped), "(missing attribute 77)");
            let outside = ExtAck::build().offset(9_999_999).missing_type(1).missing_nest(3);
            assert_eq!(explained(&outside, message_type, capped), "(missing ORDER_AMOUNT)");
        }
    }
}

#[test]
fn an_error_prints_the_kernels_message() {
    let extended = ExtAck::build().message("too big");
    let mut talk = talk();
    let a = talk.open(Expect::Ack, 'a').unwrap();
    let payload = [&(-34i32).to_ne_bytes()[..], &[0; HEADER_LEN], extended.view().as_bytes()].concat();
    receive(&mut talk, &[message(NLMSG_ERROR, Flags::ACK_TLVS | Flags::CAPPED, a, &payload)]);
    let failure = failure(&mut talk, a).unwrap();
    assert_eq!(failure.to_string(), format!("refused: {}: too big", std::io::Error::from_raw_os_error(34)));
    let debug = r#"Kernel(RawError { errno: 34, extended: ExtAck { message: "too big" } })"#;
    assert_eq!(format!("{failure:?}"), debug);
}

#[test]
fn a_success_can_carry_a_message_and_a_cookie() {
    const EXTRA: Attr<Nest, u32> = Attr::new(1, "EXTRA");
    let mut talk = talk();
    let a = talk.open(Expect::Ack, 'a').unwrap();
    let echoed = Header { length: 24, ..Header::default() }.to_bytes();
    let body = Nest::build().with(EXTRA, 3).into_buffer();
    let ext_ack = ExtAck::build().message("deprecated").cookie([1, 2, 3]).into_buffer();
    let payload = [&[0; 4][..], &echoed, body.body(), ext_ack.body()].concat();
    receive(&mut talk, &[message(NLMSG_ERROR, Flags::ACK_TLVS, a, &payload)]);
    let outcome = talk.take(a).unwrap();
    let said = outcome.ext_ack().unwrap().clone();
    let said = ExtAck::cast(&said);
    assert_eq!((said.message().unwrap().to_str(), said.cookie()), (Some("deprecated"), Some(&[1, 2, 3][..])));
    assert_eq!(outcome.failure, None);
}

#[test]
fn what_another_programs_request_caused_is_an_event() {
    let foreign = |message_type, flags, port| {
        let mut bytes = message(message_type, flags, 1, &[0; 4]);
        bytes[12..16].copy_from_slice(&u32::to_ne_bytes(port));
        bytes
    };
    for expect in [Expect::Ack, Expect::Answer, Expect::Dump, Expect::Batch { count: 3 }] {
        // ethtool numbers its notifications from 1, without a port id.
        for port in [0, PORT + 1] {
            let mut talk = talk();
            let a = talk.open(expect, 'a').unwrap();
            assert_eq!(a, 1, "as theirs");
            let others = [
                foreign(OBJECT, Flags::empty(), port),
                foreign(OBJECT, Flags::MULTI, port),
                foreign(NLMSG_ERROR, Flags::CAPPED, port),
                foreign(NLMSG_DONE, Flags::MULTI, port),
                // Cut short.
                Header { length: 40, message_type: OBJECT, flags: Flags::empty(), sequence: 1, port }
                    .to_bytes()
                    .to_vec(),
            ];
            assert_eq!(receive(&mut talk, &others), (vec![], 4), "{expect:?}");
            assert_eq!(talk.waiting().count(), 1);

            let mut alone = Exchange::new(PORT, 1, expect);
            let mut datagram = BytesMut::from(&others.concat()[..]);
            let length = datagram.len();
            alone.receive(&mut datagram, length);
            assert!(!alone.is_ended() && alone.into_outcome().objects.into_iter().next().is_none());

            let mut dump = Dump::new(PORT, 1);
            assert!(dump.read(&mut Messages::new(&others.concat())).is_none() && dump.ending().is_none());
        }
    }
}

#[test]
fn without_a_port_only_the_number_counts() {
    let mut talk = Conversation::new(0);
    let (a, b) = (talk.open(Expect::Ack, 'a').unwrap(), talk.open(Expect::Answer, 'b').unwrap());
    assert_eq!(receive(&mut talk, &[ack(a, 0), object(b, 5), object(99, 1)]), (vec!['a', 'b'], 1));
    let mut exchange = Exchange::new(0, 7, Expect::Ack);
    let mut datagram = BytesMut::from(&ack(7, 0)[..]);
    let length = datagram.len();
    exchange.receive(&mut datagram, length);
    assert!(exchange.is_ended());
    let mut dump = Dump::new(0, 3);
    assert!(dump.read(&mut Messages::new(&part(3, 1))).is_some());
}

#[test]
fn an_acknowledgement_ends_a_dump() {
    let mut talk = talk();
    let a = talk.open(Expect::Dump, 'a').unwrap();
    assert_eq!(receive(&mut talk, &[part(a, 1)]), (vec![], 0));
    assert_eq!(receive(&mut talk, &[ack(a, 0)]), (vec!['a'], 0));
    let outcome = talk.take(a).unwrap();
    assert_eq!(outcome.failure, None);
    assert_eq!(values(outcome), [1]);

    let interrupted = message(OBJECT, Flags::MULTI | Flags::DUMP_INTR, 3, &[0; 4]);
    for (first, ending) in [(part(3, 1), Ok(())), (interrupted, Err(Failure::Interrupted))] {
        let datagram = [first, ack(3, 0)].concat();
        let (mut dump, mut messages) = (Dump::new(PORT, 3), Messages::new(&datagram));
        assert!(dump.read(&mut messages).is_some() && dump.read(&mut messages).is_none());
        assert_eq!(dump.ending(), Some(&ending));
        assert!(!dump.is_finished(), "the kernel did not say that the socket is free");
    }
}

#[test]
fn only_its_end_makes_a_dumps_socket_free() {
    let finished = |datagram: &[u8]| {
        let mut dump = Dump::new(PORT, 3);
        while dump.read(&mut Messages::new(datagram)).is_some() && dump.ending().is_none() {}
        assert!(dump.ending().is_some());
        dump.is_finished()
    };
    assert!(finished(&done(3, 0)) && finished(&done(3, -22)));
    // ENOBUFS if it could not begin: it continues with the next receive.
    assert!(!finished(&ack(3, -105)) && !finished(&ack(3, 0)));
    assert!(!finished(&message(NLMSG_OVERRUN, Flags::empty(), 3, &[])));
}

#[test]
fn a_request_gets_the_flags_it_needs() {
    let flags = |expect, flags| {
        let mut request = Order::build().amount(3).into_buffer();
        talk().request(&mut request, 21, flags, expect, 'a').unwrap();
        Header::read(request.message().unwrap()).unwrap().flags
    };
    assert_eq!(flags(Expect::Ack, Flags::empty()), Flags::REQUEST | Flags::ACK);
    assert_eq!(flags(Expect::Ack, Flags::CREATE), Flags::REQUEST | Flags::ACK | Flags::CREATE);
    assert_eq!(flags(Expect::Dump, Flags::empty()), Flags::REQUEST | Flags::DUMP);
    assert_eq!(flags(Expect::Answer, Flags::empty()), Flags::REQUEST);
    assert_eq!(flags(Expect::Batch { count: 1 }, Flags::empty()), Flags::REQUEST | Flags::ACK);
    assert_eq!(flags(Expect::Batch { count: 2 }, Flags::empty()), Flags::REQUEST, "the last of them asks");
}

#[test]
fn an_incomplete_request_is_not_sent() {
    let mut refused = Order::build().into_buffer();
    refused.refuse(BuildError::Nul);
    let mut unresolved = Order::build().into_buffer();
    unresolved.push_device(b"eth\n0");
    let unknown = BuildError::Unresolved(unresolved.unresolved()[0].clone());
    assert_eq!(unknown.to_string(), r#"device "eth\n0" is not resolved"#);
    for (mut request, why) in [(refused, BuildError::Nul), (unresolved.clone(), unknown)] {
        let mut talk = talk();
        let begun = talk.request(&mut request, 21, Flags::empty(), Expect::Ack, 'a');
        assert_eq!(begun, Err(RequestError::Incomplete(why.clone())));
        assert!(talk.is_empty(), "no exchange waits for what can't be sent");
        assert_eq!(request.set_header(Header::default()), Err(why.clone()));
        assert_eq!(request.message(), Err(why));
    }
    unresolved.resolve_last(7, b"eth0");
    assert_eq!(unresolved.message(), Err(BuildError::NoHeader));
    talk().request(&mut unresolved, 21, Flags::empty(), Expect::Ack, 'a').unwrap();
    assert_eq!(unresolved.message().unwrap()[HEADER_LEN + 4..], 7u32.to_ne_bytes());
    // What is added after the header was written is not sent either.
    unresolved.push(&[0; 4]);
    assert_eq!(unresolved.message(), Err(BuildError::NoHeader));
}

#[test]
fn no_exchange_without_a_free_number() {
    let mut talk = talk();
    let all = talk.open(Expect::Batch { count: u32::MAX }, 'a').unwrap();
    assert_eq!(all, 1);
    assert_eq!(talk.open(Expect::Ack, 'b'), Err(RequestError::NoNumber));
    let mut request = Order::build().into_buffer();
    let begun = talk.request(&mut request, 21, Flags::empty(), Expect::Ack, 'b');
    assert_eq!((begun, talk.len()), (Err(RequestError::NoNumber), 1));
    talk.close(all);
    assert_eq!(talk.open(Expect::Ack, 'b'), Ok(1));

    // What is left are 76 numbers below them and 125 above.
    let mut talk = Conversation::starting_at(PORT, 77);
    let half = Expect::Batch { count: u32::MAX / 2 - 100 };
    let (first, second) = (talk.open(half, 'a').unwrap(), talk.open(half, 'b').unwrap());
    assert_eq!((first, second), (77, u32::MAX / 2 - 23));
    assert_eq!(talk.open(half, 'c'), Err(RequestError::NoNumber));
    let small: Vec<_> = (0..277).map(|_| talk.open(Expect::Ack, 'd')).collect();
    assert_eq!(small.iter().filter(|number| number.is_ok()).count(), 76 + 125);
    talk.close(first);
    assert_eq!(talk.open(half, 'c'), Ok(77));
}
