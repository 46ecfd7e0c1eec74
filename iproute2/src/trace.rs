//! Messages sent and received, decoded for the log: each by the table of its request.

use netlink_packet::control::{Ack, Reply};
use netlink_packet::{
    Codec, Command, Family, Flags, Header, Message, Messages, NLMSG_ERROR, Nest, Scope, Table, View,
};
use netlink_sys::Socket;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

/// The tables of an exchange's messages, by type. Code that sends a message passes them in, so that a program links
/// only the tables that it uses.
pub(crate) struct Tables {
    family: Family,
    request: fn(u16) -> Option<&'static Table>,
    reply: fn(u16) -> Option<&'static Table>,
}

impl Tables {
    /// A request of the route family, whose replies are of the same type.
    pub(crate) const fn of<M: View + ?Sized>() -> Self {
        Tables { family: Family::ROUTE, request: |_| Some(M::table()), reply: |_| Some(M::table()) }
    }

    /// A request of any family.
    pub(crate) const fn own<M: Command + ?Sized>() -> Self {
        let (request, reply) = (|_| Some(M::table()), |_| Some(M::Reply::table()));
        Tables { family: M::FAMILY, request, reply }
    }

    /// Logs a message by its table.
    fn tell(&self, direction: &str, message: &Message<'_>, table: fn(u16) -> Option<&'static Table>) {
        tell(direction, message, Some((self.family, table(message.header.message_type))));
    }
}

/// All messages of the route family, for listeners to its groups.
pub(crate) static ROUTE: Tables =
    Tables { family: Family::ROUTE, request: rtnetlink::message::table, reply: rtnetlink::message::table };

/// Most requests that are remembered for their replies; answered ones are forgotten.
const REMEMBERED: usize = 1_024;

/// Requests remembered to decode their replies, by the port and sequence number that replies carry. None are unless the
/// log is at trace level.
#[derive(Default)]
pub(crate) struct Log(Mutex<VecDeque<(u32, u32, &'static Tables)>>);

#[inline(always)]
fn is_heard() -> bool {
    log::log_enabled!(log::Level::Trace)
}

impl Log {
    /// Logs a request sent on this socket.
    #[inline(always)]
    pub(crate) fn sent(&self, socket: &Socket, message: &[u8], tables: &'static Tables) {
        if is_heard() {
            self.tell_sent(socket, message, tables);
        }
    }

    #[cold]
    fn tell_sent(&self, socket: &Socket, message: &[u8], tables: &'static Tables) {
        for message in Messages::new(message) {
            tables.tell("->", &message, tables.request);
            self.remember(socket, &message, tables);
        }
    }

    fn remember(&self, socket: &Socket, message: &Message<'_>, tables: &'static Tables) {
        let Ok(address) = socket.local_address() else { return };
        let mut requests = self.lock();
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back((address.port, message.header.sequence, tables));
    }

    /// Logs a packet of requests, each by its tables.
    #[inline(always)]
    pub(crate) fn sent_packet(
        &self,
        socket: &Socket,
        packet: &[u8],
        tables: impl Fn(usize) -> Option<&'static Tables>,
    ) {
        if is_heard() {
            self.tell_packet(socket, packet, &tables);
        }
    }

    #[cold]
    fn tell_packet(&self, socket: &Socket, packet: &[u8], of: &dyn Fn(usize) -> Option<&'static Tables>) {
        for (index, message) in Messages::new(packet).enumerate() {
            let Some(tables) = of(index) else { continue };
            tables.tell("->", &message, tables.request);
            // The route family sends no objects in reply to batches.
            if tables.family != Family::ROUTE {
                self.remember(socket, &message, tables);
            }
        }
    }

    /// Logs a received datagram.
    #[inline(always)]
    pub(crate) fn received(&self, datagram: &[u8]) {
        if is_heard() {
            self.tell_received(datagram);
        }
    }

    #[cold]
    fn tell_received(&self, datagram: &[u8]) {
        for message in Messages::new(datagram) {
            let Header { sequence, port, flags, .. } = message.header;
            let mut requests = self.lock();
            let asked = requests.iter().position(|request| (request.0, request.1) == (port, sequence));
            let tables = asked.and_then(|at| requests.get(at)).map(|request| request.2);
            // A part of a dump is followed by others, and an object mostly by its acknowledgement.
            let is_end = !flags.contains(Flags::MULTI) && matches!(Reply::of(&message), Reply::Ack(_));
            if let Some(at) = asked.filter(|_| is_end || matches!(Reply::of(&message), Reply::Done(_))) {
                requests.remove(at);
            }
            drop(requests);
            match tables {
                Some(tables) => tables.tell("<-", &message, tables.reply),
                None => tell("<-", &message, None),
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<(u32, u32, &'static Tables)>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Logs received events.
#[inline(always)]
pub(crate) fn heard(datagram: &[u8], tables: impl FnOnce() -> Option<&'static Tables>) {
    if is_heard() {
        tell_heard(datagram, tables());
    }
}

#[cold]
fn tell_heard(datagram: &[u8], tables: Option<&'static Tables>) {
    for message in Messages::new(datagram) {
        match tables {
            Some(tables) => tables.tell("<-", &message, tables.reply),
            None => tell("<-", &message, None),
        }
    }
}

/// The family of a message and its table, if known.
type Known = Option<(Family, Option<&'static Table>)>;

fn tell(direction: &str, message: &Message<'_>, known: Known) {
    let sequence = message.header.sequence;
    let flags = FlagNames(message.header, known.map(|(family, _)| family));
    let ack = |name, Ack { errno, .. }: &Ack<'_>, extended: &dyn fmt::Debug| {
        log::trace!("{direction} #{sequence} {flags} {name} {} {extended:?}", -errno);
    };
    match Reply::of(message) {
        Reply::Ack(answer) => ack("NLMSG_ERROR", &answer, &answer.extended()),
        Reply::Done(answer) => ack("NLMSG_DONE", &answer, &answer.extended()),
        _ => log::trace!("{direction} #{sequence} {flags} {}", Described(message, known)),
    }
}

/// A message by the name of its type, with every attribute by name if its table is known, otherwise its bytes.
struct Described<'a>(&'a Message<'a>, Known);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Described(message, known) = self;
        let (message_type, payload) = (message.header.message_type, message.payload());
        match known {
            Some((Family::Protocol(0), _)) => match rtnetlink::message::name(message_type) {
                Some(name) => write!(f, "{name} ")?,
                None => write!(f, "{message_type} ")?,
            },
            Some((family @ Family::Protocol(_), _)) => write!(f, "{family} {message_type} ")?,
            Some((family, _)) => write!(f, "{family} {} ", payload.first().unwrap_or(&0))?,
            None => write!(f, "{message_type} ")?,
        }
        match known.and_then(|(_, table)| table) {
            Some(table) => write!(f, "{:?}", Scope::new(table, payload)),
            None => <[u8]>::show(payload, &Scope::new(Nest::table(), payload), f),
        }
    }
}

/// The flags of a message by name. The meaning of the upper ones depends on the message.
struct FlagNames(Header, Option<Family>);

const ALL: &[(Flags, &str)] = &[
    (Flags::REQUEST, "REQUEST"),
    (Flags::MULTI, "MULTI"),
    (Flags::ACK, "ACK"),
    (Flags::ECHO, "ECHO"),
    (Flags::DUMP_INTR, "DUMP_INTR"),
    (Flags::DUMP_FILTERED, "DUMP_FILTERED"),
];
const VERDICT: &[(Flags, &str)] = &[(Flags::CAPPED, "CAPPED"), (Flags::ACK_TLVS, "ACK_TLVS")];
const NEW: &[(Flags, &str)] = &[
    (Flags::REPLACE, "REPLACE"),
    (Flags::EXCL, "EXCL"),
    (Flags::CREATE, "CREATE"),
    (Flags::APPEND, "APPEND"),
];
const DELETE: &[(Flags, &str)] = &[(Flags::NONREC, "NONREC"), (Flags::BATCH, "BATCH")];
const GET: &[(Flags, &str)] = &[(Flags::DUMP, "DUMP"), (Flags::ROOT, "ROOT"), (Flags::MATCH, "MATCH")];

impl FlagNames {
    /// Message types of the route family come in fours: new, delete, get, set. Those of other families don't tell the
    /// kind of request, except for dumps.
    fn upper(&self) -> &'static [(Flags, &'static str)] {
        let FlagNames(Header { message_type, flags, .. }, family) = *self;
        match (family, message_type, message_type % 4) {
            (_, NLMSG_ERROR, _) => VERDICT,
            (Some(Family::ROUTE) | None, _, 1) => DELETE,
            (Some(Family::ROUTE) | None, _, 2) => GET,
            (Some(Family::ROUTE) | None, ..) => NEW,
            _ if flags.contains(Flags::DUMP) => GET,
            _ => NEW,
        }
    }
}

impl fmt::Display for FlagNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut left, mut comma) = (self.0.flags, "");
        f.write_str("<")?;
        for &(flag, name) in ALL.iter().chain(self.upper()) {
            if left.contains(flag) {
                write!(f, "{comma}{name}")?;
                (left, comma) = (left - flag, ",");
            }
        }
        if !left.is_empty() {
            write!(f, "{comma}{:#x}", left.bits())?;
        }
        f.write_str(">")
    }
}
