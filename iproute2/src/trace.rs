//! What goes out and comes in, in words, for the log.

use netlink_packet::control::{Ack, Reply};
use netlink_packet::{Flags, Header, Messages, NLMSG_ERROR};
use rtnetlink::message;
use std::fmt;

/// Logs the messages of a datagram, decoded, where somebody listens at trace level.
#[inline]
pub(crate) fn trace(direction: &str, datagram: &[u8]) {
    if log::log_enabled!(log::Level::Trace) {
        trace_messages(direction, datagram);
    }
}

#[cold]
fn trace_messages(direction: &str, datagram: &[u8]) {
    for message in Messages::new(datagram) {
        let Header { message_type, sequence, .. } = message.header;
        let flags = FlagNames(message.header);
        let ack = |name, Ack { errno, .. }: &Ack<'_>, extended: &dyn fmt::Debug| {
            log::trace!("{direction} #{sequence} {flags} {name} {} {extended:?}", -errno);
        };
        match Reply::of(&message) {
            Reply::Ack(answer) => ack("NLMSG_ERROR", &answer, &answer.extended()),
            Reply::Done(answer) => ack("NLMSG_DONE", &answer, &answer.extended()),
            _ => {
                let body = message::describe(message_type, message.payload());
                log::trace!("{direction} #{sequence} {flags} {body:?}");
            }
        }
    }
}

/// The flags of a message by their names. What the upper ones mean depends on the message.
struct FlagNames(Header);

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
    /// Numbers of the route family come in fours: new, delete, get, set.
    fn upper(&self) -> &'static [(Flags, &'static str)] {
        match (self.0.message_type, self.0.message_type % 4) {
            (NLMSG_ERROR, _) => VERDICT,
            (_, 1) => DELETE,
            (_, 2) => GET,
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
