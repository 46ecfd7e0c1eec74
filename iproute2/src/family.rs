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
use std::time::{Duration, Instant};

/// How long to wait at most for the controller, in which a task blocks its thread: there is nothing to wait for, unless
/// the reply was lost without an overrun.
const LONGEST: Duration = Duration::from_secs(2);

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

/// Asks the controller for a generic netlink family. Tasks ask in the same way as threads do: the controller replies
/// within the sending call, in which it also loads the module, so its reply is there before anything could wait for it.
/// If it is not, this fails after the timeout or [`LONGEST`], whichever is shorter.
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
    let due = Instant::now() + timeout.map_or(LONGEST, |timeout| timeout.min(LONGEST));
    loop {
        match receive(&mut socket.chunk, &mut socket.room, &socket.socket) {
            Ok(Received::Datagram { full_length }) => exchange.receive(&mut socket.chunk, full_length),
            Ok(Received::Overrun) => exchange.overrun(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !exchange.queue_is_empty() {
                    let left = due.saturating_duration_since(Instant::now());
                    socket.socket.wait_readable(Some(left))?;
                }
            }
            Err(error) => return Err(error),
        }
        if exchange.is_ended() {
            connection.give_back(socket);
            return Ok(exchange.into_outcome());
        }
        // Also while there is always something to receive that is not the reply.
        if Instant::now() >= due {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Others;
    use crate::driver::dump::DumpSocket;
    use crate::driver::receive::{ROOM, Room};
    use bytes::BytesMut;
    use netlink_packet::HEADER_LEN;
    use netlink_sys::{Address, Socket};
    use std::sync::Arc;
    use std::thread;

    /// Asks a program that plays the controller and runs `reply` for the question it received, by its sender.
    fn ask(timeout: Option<Duration>, reply: impl FnOnce(&Socket, Address) + Send) -> (io::Error, Duration) {
        let controller = Socket::new(Protocol::USERSOCK).unwrap();
        let address = controller.bind_auto().unwrap();
        let socket = || {
            let socket = Socket::new(Protocol::USERSOCK).unwrap();
            socket.connect(address).unwrap();
            socket
        };
        let route = Arc::new(Connection::open(None).unwrap());
        let connection = Others::default().put(&route, Protocol::GENERIC, socket());
        connection.give_back(DumpSocket::new(socket(), Room::new(ROOM, &Arc::default())));
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut buffer = BytesMut::with_capacity(ROOM);
                let sender = controller.recv(&mut buffer).unwrap().sender;
                reply(&controller, sender);
            });
            let began = Instant::now();
            let mut question = ControllerMessage::get_family().name("lamp").into_buffer();
            let error = exchange(&connection, &mut question, timeout).map(drop).unwrap_err();
            (error, began.elapsed())
        })
    }

    #[test]
    fn a_controller_that_is_silent_holds_no_thread() {
        for timeout in [None, Some(Duration::MAX)] {
            let (error, after) = ask(timeout, |_, _| ());
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert!(after >= LONGEST, "{after:?}");
        }
        let (error, after) = ask(Some(Duration::from_millis(1)), |_, _| ());
        assert!(error.kind() == io::ErrorKind::TimedOut && after < LONGEST, "{error}, {after:?}");
    }

    #[test]
    fn a_controller_that_talks_of_something_else_holds_no_thread() {
        let header = Header {
            length: HEADER_LEN as u32,
            message_type: GENL_ID_CTRL,
            sequence: 99,
            ..Header::default()
        };
        // It talks until nobody listens any more.
        let (error, _) =
            ask(None, |socket, sender| while socket.send_to(&header.to_bytes(), sender).is_ok() {});
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
