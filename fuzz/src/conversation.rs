//! Arbitrary datagrams against open exchanges: each ends at most once, as it would alone on its socket, and keeps no
//! more than was received.

use crate::seeds::{PORT, RECEIVE};
use bytes::BytesMut;
use netlink_packet::control::{Reply, is_acknowledgement};
use netlink_packet::{
    Conversation, Dump, Exchange, Expect, Failure, Header, Incoming, Messages, NLMSG_MIN_TYPE, Outcome, View,
};
use rtnetlink::LinkMessage;

/// Executes the input: operations of four bytes, one of which carries a datagram.
///
/// | first byte modulo 10 | what |
/// | --- | --- |
/// | 0 to 3 | opens an exchange of each kind, of a batch with as many requests as the next byte says |
/// | 4 | an overrun |
/// | 5 | nothing more is in the queue |
/// | 6 | takes the outcome of the exchange that the next byte chooses |
/// | 7 | closes it |
/// | 8 | a plain acknowledgement of it |
/// | 9 | a datagram, whose length the last two bytes say, cut off by as much as the next one says |
pub fn conversation(mut input: &[u8]) {
    let mut model =
        Model { conversation: Conversation::new(PORT), exchanges: Vec::new(), received: 0, lost: false };
    while let Some((operation, rest)) = input.split_first_chunk::<4>() {
        input = rest;
        let [number, argument, low, high] = *operation;
        match number % 10 {
            0 => model.open(Expect::Ack),
            1 => model.open(Expect::Answer),
            2 => model.open(Expect::Dump),
            3 if argument == 255 => model.open(Expect::Batch { count: u32::MAX }),
            3 => model.open(Expect::Batch { count: argument.into() }),
            4 => model.overrun(),
            5 => model.queue_is_empty(),
            6 => model.take(argument),
            7 => model.close(argument),
            8 => model.acknowledge(argument),
            RECEIVE.. => {
                let length = usize::from(u16::from_le_bytes([low, high])).min(input.len());
                let (datagram, rest) = input.split_at(length);
                model.receive(datagram, length + usize::from(argument));
                input = rest;
            }
        }
        model.check();
    }
    model.end();
}

/// The conversation, and its expected state.
struct Model {
    conversation: Conversation<usize>,
    exchanges: Vec<Open>,
    /// Bytes received in total.
    received: usize,
    /// Whether something was lost, which a dump alone knows to be its own.
    lost: bool,
}

/// An exchange beside the conversation's.
struct Open {
    sequence: u32,
    span: u32,
    expect: Expect,
    /// The same, alone.
    alone: Exchange,
    dump: Dump,
    objects: usize,
    ended: bool,
}

impl Model {
    fn open(&mut self, expect: Expect) {
        let span = if let Expect::Batch { count } = expect { count.max(1) } else { 1 };
        let tag = self.exchanges.len();
        let Ok(sequence) = self.conversation.open(expect, tag) else {
            let taken: u64 = self.exchanges.iter().map(|open| u64::from(open.span)).sum();
            assert!(taken + u64::from(span) > u64::from(u32::MAX) / 2, "{taken} numbers are taken");
            return;
        };
        assert_ne!(sequence, 0);
        assert!(sequence.checked_add(span - 1).is_some());
        let last = sequence + (span - 1);
        for other in &self.exchanges {
            assert!(
                last < other.sequence || sequence > other.sequence + (other.span - 1),
                "{sequence} is taken"
            );
        }
        let (alone, dump) = (Exchange::new(PORT, sequence, expect), Dump::new(PORT, sequence));
        self.exchanges.push(Open { sequence, span, expect, alone, dump, objects: 0, ended: false });
    }

    fn receive(&mut self, bytes: &[u8], full_length: usize) {
        self.received += bytes.len();
        self.lost |= full_length > bytes.len();
        let mut datagram = BytesMut::from(bytes);
        let mut events = 0;
        let mut ended = Vec::new();
        self.conversation.receive(&mut datagram, full_length, |incoming| match incoming {
            Incoming::Ended { sequence, .. } => ended.push(sequence),
            Incoming::Event(message) => {
                assert!(message.bytes.len() >= 16);
                events += 1;
            }
            other => panic!("nothing says what {other:?} should be like"),
        });
        assert!(datagram.is_empty() && ended.len() + events <= bytes.len() / 16 + 1);
        ended.into_iter().for_each(|sequence| self.ended(sequence));
        for open in &mut self.exchanges {
            open.alone.receive(&mut BytesMut::from(bytes), full_length);
            open.read_dump(bytes, full_length);
        }
        for message in Messages::new(bytes) {
            let _ = format!("{:?}", Reply::of(&message));
            let _ = is_acknowledgement(bytes, message.header.sequence);
        }
    }

    fn ended(&mut self, sequence: u32) {
        let open = self.exchanges.iter_mut().find(|open| open.sequence == sequence).expect("it is open");
        assert!(!open.ended, "{sequence} ends twice");
        open.ended = true;
    }

    fn overrun(&mut self) {
        self.lost = true;
        self.conversation.overrun();
        for open in &mut self.exchanges {
            open.alone.overrun();
            open.dump.overrun();
        }
    }

    fn queue_is_empty(&mut self) {
        let mut ended = Vec::new();
        self.conversation.queue_is_empty(|incoming| match incoming {
            Incoming::Ended { sequence, .. } => ended.push(sequence),
            other => panic!("{other:?} of nothing"),
        });
        ended.into_iter().for_each(|sequence| self.ended(sequence));
        for open in &mut self.exchanges {
            open.alone.queue_is_empty();
        }
    }

    /// The place of an open exchange that a byte chooses.
    fn choose(&self, argument: u8) -> Option<usize> {
        (!self.exchanges.is_empty()).then(|| usize::from(argument) % self.exchanges.len())
    }

    fn take(&mut self, argument: u8) {
        let Some(place) = self.choose(argument) else { return };
        let open = &self.exchanges[place];
        let outcome = self.conversation.take(open.sequence);
        assert_eq!(outcome.is_some(), open.ended);
        if let Some(outcome) = outcome {
            let open = self.exchanges.remove(place);
            assert!(self.conversation.take(open.sequence).is_none());
            self.check_outcome(open, outcome);
        }
    }

    /// It ended as it would have alone, and kept no more than was received.
    fn check_outcome(&self, open: Open, outcome: Outcome) {
        let alone = open.alone.into_outcome();
        assert_eq!((&outcome.failure, outcome.ext_ack()), (&alone.failure, alone.ext_ack()));
        assert_eq!((outcome.errors(), outcome.is_uncertain()), (alone.errors(), alone.is_uncertain()));
        assert!(outcome.errors().iter().all(|(place, _)| *place < open.span));
        explain(outcome.failure.as_deref());
        let objects: Vec<_> = outcome.objects.into_iter().collect();
        assert_eq!(objects, alone.objects.into_iter().collect::<Vec<_>>());
        assert!(objects.iter().map(|object| object.len()).sum::<usize>() <= self.received);
        for object in &objects {
            let header = Header::read(object).expect("objects have headers");
            assert!(header.message_type >= NLMSG_MIN_TYPE && header.length as usize == object.len());
            assert!(header.port == PORT && header.sequence.wrapping_sub(open.sequence) < open.span);
        }
        // A dump of which nothing was lost reads the same.
        if open.expect == Expect::Dump && !self.lost {
            if let Some(ending) = open.dump.ending() {
                assert_eq!(ending.clone().err(), outcome.failure.map(|failure| *failure));
                assert_eq!(open.objects, objects.len());
            }
        }
    }

    fn close(&mut self, argument: u8) {
        let Some(place) = self.choose(argument) else { return };
        let open = self.exchanges.remove(place);
        assert!(self.conversation.close(open.sequence).is_some());
        assert_eq!(self.conversation.close(open.sequence), None);
    }

    fn acknowledge(&mut self, argument: u8) {
        let Some(place) = self.choose(argument) else { return };
        let open = &self.exchanges[place];
        if self.conversation.acknowledge(open.sequence) {
            assert!(place == 0 && !open.ended && matches!(open.expect, Expect::Ack | Expect::Answer));
            self.exchanges.remove(0);
        }
    }

    fn check(&mut self) {
        assert_eq!(self.conversation.len(), self.exchanges.len());
        assert_eq!(self.conversation.is_empty(), self.exchanges.is_empty());
        let waiting = self.exchanges.iter().filter(|open| !open.ended).count();
        assert_eq!(self.conversation.waiting().count(), waiting);
        for open in &self.exchanges {
            assert_eq!(open.alone.is_ended(), open.ended, "{}", open.sequence);
            assert!(self.conversation.tag(open.sequence).is_some());
        }
    }

    /// Takes what has ended, and closes what has not.
    fn end(mut self) {
        while let Some(open) = self.exchanges.pop() {
            match self.conversation.take(open.sequence) {
                Some(outcome) => self.check_outcome(open, outcome),
                None => assert!(!open.ended && self.conversation.close(open.sequence).is_some()),
            }
        }
        assert!(self.conversation.is_empty());
    }
}

impl Open {
    fn read_dump(&mut self, bytes: &[u8], full_length: usize) {
        let mut messages = Messages::new(bytes);
        while let Some(message) = self.dump.read(&mut messages) {
            assert!(message.bytes.len() <= bytes.len());
            self.objects += 1;
        }
        if full_length > bytes.len() {
            self.dump.truncated(full_length);
        }
    }
}

/// An error of the kernel, with a request that it may point into.
fn explain(failure: Option<&Failure>) {
    let Some(Failure::Kernel(error)) = failure else { return };
    let request = LinkMessage::build().index(2).name("eth0").mtu(1500).alt_names(["a", "b"]);
    let request = [&Header::default().to_bytes()[..], request.as_bytes()].concat();
    let diagnostic = error.diagnose(&request, Some(LinkMessage::table()));
    let _ = format!("{error} {error:?} {diagnostic} {diagnostic:?}");
}
