//! How families are found: generic netlink families by name, whose ids and groups come from the controller.

use crate::connection::{ANY_PORT, Connection};
use crate::driver::call::send;
use crate::driver::receive::{Received, receive};
use crate::error::{ErrorKind, failure_kind, io_kind, unsendable};
use crate::trace::Tables;
use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL};
use netlink_packet::{
    Buffer, Build, Command, Exchange, Expect, Family, Flags, Header, Outcome, Packet, View,
};
use netlink_sys::Protocol;
use netlink_sys::errno::ENOENT;
use std::io;
use std::time::Duration;

/// How the message type of any family is found. Code that sends such messages passes it in, so other programs do not
/// link it.
pub(crate) struct Finder {
    pub(crate) message_type: fn(&Connection, Family, u16, Option<Duration>) -> Result<u16, ErrorKind>,
    pub(crate) renewed: fn(&Connection, Family, u16, Option<Duration>) -> Option<u16>,
}

pub(crate) static FINDER: Finder = Finder { message_type, renewed };

/// The protocol that a family's messages belong to.
pub(crate) fn protocol(family: Family) -> Protocol {
    match family {
        Family::Protocol(number) => Protocol(number),
        Family::Generic { .. } => Protocol::GENERIC,
    }
}

/// The message type of a family, on a connection of its protocol: the command, or the id of the generic netlink family,
/// which is looked up once per connection.
fn message_type(
    connection: &Connection,
    family: Family,
    command: u16,
    timeout: Option<Duration>,
) -> Result<u16, ErrorKind> {
    if connection.protocol() != protocol(family) {
        return Err(io_kind(connection.why_not(protocol(family))));
    }
    match family {
        Family::Protocol(_) => Ok(command),
        // The controller's own id is fixed.
        _ if family == ControllerMessage::FAMILY => Ok(GENL_ID_CTRL),
        Family::Generic { name, .. } => match connection.family_id(name) {
            Some(id) => Ok(id),
            None => ask_family(connection, name, timeout).map(|family| family.id().unwrap_or_default()),
        },
    }
}

/// The current id of a generic netlink family, if it has changed because its module was reloaded.
fn renewed(connection: &Connection, family: Family, id: u16, timeout: Option<Duration>) -> Option<u16> {
    let Family::Generic { name, .. } = family else { return None };
    let family = ask_family(connection, name, timeout).ok()?;
    family.id().filter(|new| *new != id)
}

/// Forgets the id of a generic netlink family, so that it is looked up again.
pub(crate) fn forget(connection: &Connection, family: Family) {
    if let Family::Generic { name, .. } = family {
        connection.set_family_id(name, None);
    }
}

/// Asks the controller for a generic netlink family. The kernel replies within the sending call, so this never waits,
/// not even in tasks.
pub(crate) fn ask_family(
    connection: &Connection,
    name: &'static str,
    timeout: Option<Duration>,
) -> Result<Packet<ControllerMessage>, ErrorKind> {
    let mut question = ControllerMessage::get_family().name(name).into_buffer();
    let mut outcome = exchange(connection, &mut question, timeout).map_err(io_kind)?;
    match outcome.failure {
        Some(failure) => match failure_kind(*failure, question.as_written(), ControllerMessage::table) {
            ErrorKind::Kernel(refused) if refused.errno == ENOENT => Err(ErrorKind::UnknownFamily(name)),
            kind => Err(kind),
        },
        None => {
            let found =
                Packet::<ControllerMessage>::new(outcome.objects.take_first().ok_or(ErrorKind::Malformed)?)?;
            connection.set_family_id(name, Some(found.id().ok_or(ErrorKind::Malformed)?));
            Ok(found)
        }
    }
}

/// Sends a request to the controller through a socket of its own, and receives the reply.
fn exchange(
    connection: &Connection,
    question: &mut Buffer,
    timeout: Option<Duration>,
) -> io::Result<Outcome> {
    let mut socket = connection.dump_socket()?;
    let sequence = socket.sequence;
    socket.sequence = sequence.checked_add(1).unwrap_or(1);
    let header = Header { message_type: GENL_ID_CTRL, flags: Flags::REQUEST, sequence, ..Header::default() };
    let question = question.set_header(header).map_err(unsendable)?;
    send(&socket.room.log, &socket.socket, question, const { &Tables::own::<ControllerMessage>() })?;
    socket.chunk.clear();
    let mut exchange = Exchange::new(ANY_PORT, sequence, Expect::Answer);
    while !exchange.is_ended() {
        match receive(&mut socket.chunk, &mut socket.room, &socket.socket) {
            Ok(Received::Datagram { full_length }) => exchange.receive(&mut socket.chunk, full_length),
            Ok(Received::Overrun) => exchange.overrun(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !exchange.queue_is_empty() && !socket.socket.wait_readable(timeout)? {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Err(error),
        }
    }
    connection.give_back(socket);
    Ok(exchange.into_outcome())
}
