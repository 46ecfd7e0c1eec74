//! From the names of devices to their indices, through the handle's own socket: the calling thread may be in another
//! namespace.

use crate::error::Kind;
use crate::object::Object;
use crate::request::{failure_kind, io_kind};
use bytes::Bytes;
use netlink_packet::{Buffer, Build, Outcome, Packet, Table, View};
use rtnetlink::link::{ExtMask, LinkMessage, LinkMessageBuf};
use rtnetlink::message::{
    RTM_DELLINK, RTM_DELLINKPROP, RTM_GETLINK, RTM_NEWLINK, RTM_NEWLINKPROP, RTM_SETLINK,
};

/// The kind of the question.
pub(crate) const KIND: u16 = RTM_GETLINK;

/// Bytes that fit into `IFLA_IFNAME`, whose limit is `IFNAMSIZ` with the NUL. Longer ones are alternative names.
const NAME_LEN: usize = 15;

/// The question for the device that the message names last; `None` where it names none.
pub(crate) fn question(message: &Buffer) -> Option<Buffer> {
    let device = message.unresolved().last()?;
    let question = LinkMessage::build().ext_mask(ExtMask::SKIP_STATS);
    Some(named(question, &device.name).into_buffer())
}

/// Makes a request about the device with this name, which the kernel looks up itself.
pub(crate) fn named(message: LinkMessageBuf, name: &[u8]) -> LinkMessageBuf {
    if name.len() <= NAME_LEN {
        message.name(name)
    } else {
        message.with(rtnetlink::link::IFLA_ALT_IFNAME, name)
    }
}

/// Writes the index that the answer tells into the message.
pub(crate) fn answer(message: &mut Buffer, object: Option<Bytes>) -> Result<(), Kind> {
    let link = Packet::<LinkMessage>::new(object.ok_or(Kind::Malformed)?)?;
    message.resolve_last(link.index());
    Ok(())
}

/// Reads the index out of an answer by itself.
pub(crate) fn index(question: &Buffer, outcome: std::io::Result<Outcome>) -> Result<u32, Kind> {
    let mut outcome = outcome.map_err(io_kind)?;
    if let Some(failure) = outcome.failure {
        return Err(failure_kind(*failure, question.message(), table));
    }
    let object = outcome.objects.take_first().ok_or(Kind::Malformed)?;
    Ok(Packet::<LinkMessage>::new(object)?.index())
}

/// Whether a request of this kind may change which device has which name.
pub(crate) fn changes_names(kind: u16) -> bool {
    [RTM_NEWLINK, RTM_DELLINK, RTM_SETLINK, RTM_NEWLINKPROP, RTM_DELLINKPROP].contains(&kind)
}

/// What errors call the device that was asked for.
pub(crate) fn label(question: &Buffer) -> String {
    LinkMessage::cast(question.body()).label()
}

pub(crate) fn table() -> &'static Table {
    LinkMessage::table()
}
