//! A running dump. Nothing here waits.

use super::over::Parts;
use super::plan::Plan;
use crate::connection::{ANY_PORT, Connection};
use crate::driver::call::send;
use crate::driver::dump::DumpSocket;
use crate::driver::receive::Received;
use crate::error::{Error, ErrorKind, Result, failure_kind, io_kind, unsendable};
use crate::family::Finder;
use bytes::{Buf, Bytes};
use netlink_packet::control::{Diagnostic, ExtAck};
use netlink_packet::{DecodeError, Dump, Failure, Flags, Header, Messages, Packet, PooledBuffer, View};
use netlink_sys::errno::{EAGAIN, EINVAL, ENOENT};
use std::io;
use std::sync::Arc;

/// How often a list is retried after changes interrupted it.
const TRIES: u32 = 16;

/// A running dump.
pub(super) struct Run<M: View + ?Sized> {
    connection: Arc<Connection>,
    pub(super) plan: Plan<M>,
    /// `None` once the dump has ended.
    pub(super) socket: Option<DumpSocket>,
    dump: Dump,
    /// The unread rest of a datagram.
    datagram: Bytes,
    /// An object in it is too short.
    short: Option<DecodeError>,
    /// Whether the kernel sent objects, wanted or not.
    seen: bool,
    /// Whether some of them were wanted.
    found: bool,
    plain: bool,
    tries: u32,
    /// Where a dump is made for each device.
    parts: Option<Parts>,
}

impl<M: View + ?Sized> Run<M> {
    /// Requests the dump, or the first of several.
    pub(super) fn start(connection: Arc<Connection>, plan: Plan<M>, parts: Option<Parts>) -> Result<Self> {
        let mut run = Run {
            connection,
            plain: plan.here,
            plan,
            socket: None,
            dump: Dump::new(ANY_PORT, 0),
            datagram: Bytes::new(),
            short: None,
            seen: false,
            found: false,
            tries: TRIES,
            parts,
        };
        run.advance();
        run.ask()?;
        Ok(run)
    }

    pub(super) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Names the next device in the request; `false` where no other dump follows.
    fn advance(&mut self) -> bool {
        let Plan { message, plain, .. } = &mut self.plan;
        self.parts.as_mut().is_some_and(|parts| parts.advance([message].into_iter().chain(plain)))
    }

    fn ask(&mut self) -> Result<()> {
        let Plan { target, command, timeout, .. } = self.plan;
        if let Some(finder) = target.finder {
            let found = (finder.message_type)(&self.connection, target.family, command, timeout);
            self.plan.message_type = found.map_err(|kind| self.plan.error(kind))?;
        }
        self.try_ask().map_err(|error| self.plan.error(io_kind(error)))
    }

    fn try_ask(&mut self) -> io::Result<()> {
        let mut socket = self.connection.dump_socket()?;
        let sequence = socket.sequence;
        socket.sequence = sequence.checked_add(1).unwrap_or(1);
        let flags = Flags::REQUEST | Flags::DUMP;
        let header = Header { message_type: self.plan.message_type, flags, sequence, ..Header::default() };
        let tables = &self.plan.target.tables;
        let message = self.plan.asked_mut(self.plain).set_header(header).map_err(unsendable)?;
        send(&socket.room.log, &socket.socket, message, tables)?;
        socket.chunk.clear();
        self.dump = Dump::new(ANY_PORT, sequence);
        self.datagram = Bytes::new();
        self.socket = Some(socket);
        self.seen = false;
        Ok(())
    }

    /// Processes what was received.
    pub(super) fn received(&mut self, received: io::Result<Received>) -> Result<()> {
        match received {
            Ok(Received::Datagram { full_length }) => {
                if let Some(socket) = self.socket.as_ref().filter(|socket| full_length > socket.chunk.len()) {
                    self.dump.truncated(full_length);
                    self.connection.make_room(socket.room.bytes);
                }
                Ok(())
            }
            Ok(Received::Overrun) => {
                self.dump.overrun();
                Ok(())
            }
            Err(error) => Err(self.plan.error(io_kind(error))),
        }
    }

    /// The next wanted object of the datagrams received so far.
    pub(super) fn next(&mut self) -> Option<Result<Packet<M>>> {
        if let Some(packet) = self.next_of_datagram() {
            return Some(Ok(packet));
        }
        if let Some(error) = self.short.take() {
            return Some(Err(self.plan.error(ErrorKind::TooShort(error))));
        }
        let chunk = &mut self.socket.as_mut()?.chunk;
        if chunk.is_empty() {
            return None;
        }
        self.datagram = chunk.split().freeze();
        self.next()
    }

    /// The next wanted object of the datagram that is being read; `None` where it is read, or one is
    /// [too short](Run::short).
    #[inline]
    pub(super) fn next_of_datagram(&mut self) -> Option<Packet<M>> {
        while !self.datagram.is_empty() {
            let mut messages = Messages::new(&self.datagram);
            let Some(message) = self.dump.read(&mut messages) else {
                self.datagram = Bytes::new();
                return None;
            };
            self.seen = true;
            // Messages that are not part of this dump may have been skipped.
            let start = message.bytes.as_ptr().addr() - self.datagram.as_ptr().addr();
            let (length, end) = (message.bytes.len(), self.datagram.len() - messages.rest().len());
            let bytes = self.datagram.slice(start..start + length);
            if end < self.datagram.len() {
                self.datagram.advance(end);
            } else {
                // Its memory is reused as soon as its objects are dropped.
                self.datagram = Bytes::new();
            }
            match Packet::new(bytes) {
                Ok(packet) if self.plan.wants(&packet, self.plan.request()) => {
                    self.found = true;
                    return Some(packet);
                }
                Ok(_) => (),
                Err(error) => {
                    self.short = Some(error);
                    return None;
                }
            }
        }
        None
    }

    /// Lends the wanted objects of the datagram received last.
    pub(super) fn visit(&mut self, visit: &mut impl FnMut(&M)) -> Result<()> {
        let Some(socket) = &mut self.socket else { return Ok(()) };
        let mut messages = Messages::new(&socket.chunk);
        let request = self.plan.request();
        let mut found = self.found;
        while let Some(message) = self.dump.read(&mut messages) {
            self.seen = true;
            let object = match M::read(message.payload()) {
                Ok(object) => object,
                Err(error) => return Err(self.plan.error(ErrorKind::TooShort(error))),
            };
            if self.plan.wants(object, request) {
                found = true;
                visit(object);
            }
        }
        self.found = found;
        socket.chunk.clear();
        Ok(())
    }

    /// The query for a device whose objects were asked for, if none were found.
    pub(super) fn doubt(&mut self) -> Option<PooledBuffer> {
        if self.found { None } else { self.plan.doubt() }
    }

    pub(super) fn is_over(&self) -> bool {
        self.dump.ending().is_some()
    }

    /// How the dump ended, once everything received has been read; `None` while there is more to receive.
    pub(super) fn ending(&mut self) -> Option<Result<()>> {
        let ending = self.dump.ending()?.clone();
        let refused = match &ending {
            Err(Failure::Kernel(refusal)) if !self.seen => Some(refusal.errno),
            _ => None,
        };
        self.finish();
        match ending {
            Err(_) if refused.is_some() && refused == self.plan.empty_on => Some(Ok(())),
            // Kernels before 4.20 refuse some filters.
            Err(_) if refused == Some(EINVAL) && !self.plain && self.plan.is_filtered() => {
                self.plain = true;
                self.ask().err().map(Err)
            }
            // Its module may have been reloaded since.
            Err(_) if refused == Some(ENOENT) && self.has_other_id() => self.ask().err().map(Err),
            // So dumps of some generic families say that changes interrupted them, such as those of ILA.
            Err(Failure::Kernel(refusal)) if refusal.errno == EAGAIN => {
                Some(Err(self.plan.error(ErrorKind::Interrupted)))
            }
            Err(failure) => {
                let message = self.plan.asked(self.plain).as_written();
                Some(Err(self.plan.error(failure_kind(failure, message, self.plan.target.table))))
            }
            Ok(()) => {
                if let Some(ext_ack) = self.dump.ext_ack() {
                    self.warn(ext_ack);
                }
                if self.advance() { self.ask().err().map(Err) } else { Some(Ok(())) }
            }
        }
    }

    /// Whether the family's id has changed since it was used.
    fn has_other_id(&self) -> bool {
        let Plan { target, message_type, timeout, .. } = self.plan;
        let renewed =
            |finder: &Finder| (finder.renewed)(&self.connection, target.family, message_type, timeout);
        target.finder.and_then(renewed).is_some()
    }

    /// Every warning of the kernel is logged.
    #[cold]
    fn warn(&self, ext_ack: &[u8]) {
        let message = self.plan.asked(self.plain).as_written();
        let table = Some((self.plan.target.table)());
        let text = Diagnostic::new(ExtAck::cast(ext_ack), message, table).to_string();
        if !text.is_empty() {
            log::warn!("{}: {text}", self.plan.operation);
        }
    }

    /// The dump is over. If its end was read, its socket is free for the next one, however it ended.
    fn finish(&mut self) {
        if let Some(socket) = self.socket.take().filter(|_| self.dump.is_finished()) {
            self.connection.give_back(socket);
        }
    }

    /// Whether to retry a list that ended with this error; if so, it has been restarted.
    pub(super) fn again(&mut self, error: &Error) -> Result<bool> {
        let passing =
            matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::Truncated { .. } | ErrorKind::Lost);
        if !passing || self.tries <= 1 {
            return Ok(false);
        }
        self.tries -= 1;
        if let Some(parts) = &mut self.parts {
            parts.restart();
            self.advance();
        }
        self.ask().map(|()| true)
    }
}
