//! From the names of devices to their indices and back, through the handle's own socket: the calling thread may be in
//! another namespace.

use crate::driver::call::Call;
use crate::error::{Error, ErrorKind, failure_kind, io_kind};
use crate::object::Object;
use crate::order::Subject;
use crate::trace::Tables;
use bytes::Bytes;
use netlink_packet::{
    Buffer, Build, Expect, Flags, HEADER_LEN, Outcome, Packet, PooledBuffer, Table, Unresolved, View,
};
use rtnetlink::link::{ExtMask, LinkMessage, LinkMessageBuf};
use rtnetlink::message::{
    RTM_DELLINK, RTM_DELLINKPROP, RTM_GETLINK, RTM_NEWLINK, RTM_NEWLINKPROP, RTM_SETLINK,
};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The type of the query.
const KIND: u16 = RTM_GETLINK;

/// Longest name that fits into `IFLA_IFNAME`: `IFNAMSIZ` without the NUL. Longer ones are alternative names.
pub(crate) const NAME_LEN: usize = 15;

/// The query for the last unresolved device of the message; `None` if there is none.
#[inline]
pub(crate) fn question(message: &Buffer) -> Option<PooledBuffer> {
    message.unresolved().last().map(question_for)
}

fn question_for(device: &Unresolved) -> PooledBuffer {
    let question = LinkMessage::build().ext_mask(ExtMask::SKIP_STATS);
    let question = match device.index {
        0 => named(question, &device.name),
        index => question.index(index),
    };
    question.into_buffer()
}

/// The query for the device with this index.
pub(crate) fn question_about(index: u32) -> PooledBuffer {
    LinkMessage::build().ext_mask(ExtMask::SKIP_STATS).index(index).into_buffer()
}

/// The call of a query.
pub(crate) fn call(question: &mut PooledBuffer, timeout: Option<Duration>) -> Call<'_> {
    Call {
        message: question,
        message_type: KIND,
        flags: Flags::empty(),
        expect: Expect::Answer,
        timeout,
        for_route: true,
        tables: const { &Tables::of::<LinkMessage>() },
    }
}

/// Identifies the device by name in a request; the kernel looks it up.
pub(crate) fn named(message: LinkMessageBuf, name: &[u8]) -> LinkMessageBuf {
    if name.len() <= NAME_LEN {
        message.name(name)
    } else {
        message.with(rtnetlink::link::LinkMessage::IFLA_ALT_IFNAME, name)
    }
}

/// Writes the index or name from the answer into the message.
pub(crate) fn answer(message: &mut Buffer, object: Option<Bytes>) -> Result<(), ErrorKind> {
    let link = Packet::<LinkMessage>::new(object.ok_or(ErrorKind::Malformed)?)?;
    message.resolve_last(link.index(), link.name().as_bytes());
    Ok(())
}

/// A resolved device, to be written into a message.
pub(crate) struct Found {
    asked: Unresolved,
    index: u32,
    name: Vec<u8>,
}

impl Found {
    /// Reads the answer to the query for the last unresolved device of the message.
    pub(crate) fn read(
        message: &Buffer,
        question: &Buffer,
        outcome: std::io::Result<Outcome>,
    ) -> Result<Self, ErrorKind> {
        let mut outcome = outcome.map_err(io_kind)?;
        if let Some(failure) = outcome.failure {
            return Err(failure_kind(*failure, question.as_written(), table));
        }
        let link = Packet::<LinkMessage>::new(outcome.objects.take_first().ok_or(ErrorKind::Malformed)?)?;
        let asked = message.unresolved().last().cloned().ok_or(ErrorKind::Malformed)?;
        Ok(Found { asked, index: link.index(), name: link.name().as_bytes().to_vec() })
    }

    /// Whether it is this device.
    pub(crate) fn is(&self, device: &Unresolved) -> bool {
        self.asked.name == device.name && self.asked.index == device.index
    }

    /// Writes it into a message, as its last unresolved device.
    pub(crate) fn write(&self, message: &mut Buffer) {
        message.resolve_last(self.index, &self.name);
    }
}

/// Whether a request of this type may change names of devices.
#[inline]
pub(crate) fn changes_names(kind: u16) -> bool {
    matches!(kind, RTM_NEWLINK | RTM_DELLINK | RTM_SETLINK | RTM_NEWLINKPROP | RTM_DELLINKPROP)
}

/// How many requests of such types this process has sent, by any handle.
static CHANGES: AtomicU32 = AtomicU32::new(0);

/// The generation of device names: resolved names are stale once it has changed.
#[inline]
pub(crate) fn names() -> u32 {
    CHANGES.load(Ordering::Relaxed)
}

/// A request of this type was sent; the kernel carried it out within the call.
#[inline(always)]
pub(crate) fn sent(kind: u16) {
    if changes_names(kind) {
        names_changed();
    }
}

/// Requests that may change names were sent.
#[cold]
pub(crate) fn names_changed() {
    CHANGES.fetch_add(1, Ordering::Relaxed);
}

/// The error of a request for which this query of a device failed.
#[cold]
pub(crate) fn failed(subject: &Subject, message: &Buffer, question: &Buffer, kind: ErrorKind) -> Error {
    let device = label(question);
    if asks_for_object(message, (subject.object.target.table)()) || subject.lacks_only_its_device(message) {
        return Error::new(subject.operation, device, kind);
    }
    subject.error_beside(message, kind).about_device(device)
}

/// Whether the last unresolved device of the message is the link that the message is about.
fn asks_for_object(message: &Buffer, table: &Table) -> bool {
    const INDEX: usize = HEADER_LEN + 4;
    table.name == self::table().name && message.unresolved().last().is_some_and(|device| device.at == INDEX)
}

/// How errors refer to the queried device.
pub(crate) fn label(question: &Buffer) -> String {
    LinkMessage::cast(question.body()).label()
}

pub(crate) fn table() -> &'static Table {
    LinkMessage::table()
}
