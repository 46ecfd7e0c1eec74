//! A socket that listens to the multicast groups of one protocol.

use super::event_group::{EventGroup, Which};
use super::message::{Event, EventMessage, Origin};
use super::names::Names;
use super::socket::{open_socket, receive};
use crate::connection::Connection;
use crate::driver::receive::{ROOM, own};
use crate::error::{ErrorKind, io_kind};
use crate::mode::Wait;
use crate::trace;
use bytes::{Bytes, BytesMut};
use netlink_packet::{Header, Messages};
use netlink_sys::{Protocol, Socket};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// How to open a source.
#[derive(Clone, Copy, Default)]
pub(super) struct Options {
    pub(super) all_namespaces: bool,
    pub(super) buffer: Option<usize>,
}

/// A socket that listens.
pub(super) struct Source<D: Wait> {
    pub(super) socket: Arc<Socket>,
    chunk: BytesMut,
    room: usize,
    /// The rest of the last datagram, its origin, and its group if that is not one of the route family.
    datagram: Bytes,
    from: Origin,
    group: Option<Arc<EventGroup>>,
    lost: bool,
    place: D::Place,
    /// Its groups, unless they are of the route family.
    names: Option<Box<Names>>,
}

impl<D: Wait> Source<D> {
    /// Listens to groups of the connection's protocol.
    pub(super) fn open(
        connection: &Arc<Connection>,
        groups: Vec<EventGroup>,
        options: Options,
    ) -> Result<Self, ErrorKind> {
        let is_route = connection.protocol() == Protocol::ROUTE;
        let numbers = if is_route { route_groups(&groups, connection)? } else { Vec::new() };
        let socket = open_socket(connection, &numbers, &[], options.buffer).map_err(io_kind)?;
        if options.all_namespaces {
            socket.set_listen_all_namespaces(true).map_err(io_kind)?;
        }
        let names = if is_route { None } else { Some(Box::new(Names::join(connection, groups, &socket)?)) };
        Ok(Source {
            socket: Arc::new(socket),
            chunk: BytesMut::new(),
            room: ROOM,
            datagram: Bytes::new(),
            from: Origin::new(None, None),
            group: None,
            lost: false,
            place: D::Place::default(),
            names,
        })
    }

    /// The rest of the last datagram.
    #[inline]
    fn advance(&mut self) -> Option<Event> {
        if self.lost || !self.datagram.is_empty() { self.split() } else { None }
    }

    /// A loss, or the first of several messages of a datagram. Bytes that are not a message count as lost.
    #[cold]
    fn split(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.lost) {
            return Some(Event::Lost);
        }
        let mut messages = Messages::new(&self.datagram);
        let Some(message) = messages.next() else {
            self.datagram.clear();
            return Some(Event::Lost);
        };
        let bytes = self.datagram.slice_ref(message.bytes);
        self.datagram = self.datagram.slice_ref(messages.rest());
        Some(Event::Message(EventMessage { bytes, from: self.from, group: self.group.clone() }))
    }

    #[cold]
    fn overrun(&mut self) -> io::Result<()> {
        self.lost = true;
        self.names.as_mut().map_or(Ok(()), |names| names.rejoin(&self.socket))
    }

    /// Finds the group of a datagram by its number; `false` if it was not requested.
    fn is_wanted(&mut self, group: Option<u32>) -> io::Result<bool> {
        let Some(names) = &mut self.names else { return Ok(true) };
        self.lost |= names.follow(group, &self.chunk, &self.socket)?;
        self.group = names.of(group);
        Ok(self.group.is_some())
    }

    /// The next event; `Pending` if there is none.
    #[inline]
    pub(super) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        loop {
            if let Some(event) = self.advance() {
                return Poll::Ready(Ok(event));
            }
            own(&self.socket)?;
            let (chunk, room) = (&mut self.chunk, &mut self.room);
            let receive = |socket: &Socket| receive(chunk, room, socket);
            let received = ready!(D::poll_io(&mut self.place, &self.socket, cx, receive))?;
            trace::heard(&self.chunk, || self.names.is_none().then_some(&trace::ROUTE));
            let Some(datagram) = received else {
                self.overrun()?;
                continue;
            };
            if self.chunk.is_empty() {
                continue;
            }
            if datagram.is_truncated() {
                self.lost = true;
                continue;
            }
            if self.names.is_some() && !self.is_wanted(datagram.group)? {
                continue;
            }
            let from = Origin::new(datagram.group, datagram.namespace_id);
            let bytes = self.chunk.split().freeze();
            // There is nearly always one message.
            if Header::read(&bytes).is_some_and(|header| header.length as usize == bytes.len()) {
                let message = EventMessage { bytes, from, group: self.group.take() };
                return Poll::Ready(Ok(Event::Message(message)));
            }
            (self.datagram, self.from) = (bytes, from);
        }
    }

    #[cfg(test)]
    pub(super) fn hear(&mut self, datagram: &[u8]) -> Vec<Event> {
        self.datagram = Bytes::copy_from_slice(datagram);
        std::iter::from_fn(|| self.advance()).collect()
    }
}

/// The numbers of groups of the route family, which has no names for them.
pub(super) fn route_groups(groups: &[EventGroup], connection: &Connection) -> Result<Vec<u32>, ErrorKind> {
    let number = |group: &EventGroup| match (group.which(), group.family()) {
        (_, family) if crate::family::protocol(family) != connection.protocol() => {
            Err(io_kind(connection.why_not(crate::family::protocol(family))))
        }
        (Which::Number(number), _) => Ok(number),
        (Which::Name(name), family) => Err(ErrorKind::UnknownGroup { family, group: name }),
    };
    groups.iter().map(number).collect()
}

/// Sorts groups by the connections of their protocols: one source is opened for each protocol.
pub(super) fn by_protocol(
    groups: Vec<(Arc<Connection>, EventGroup)>,
) -> Vec<(Arc<Connection>, Vec<EventGroup>)> {
    let mut sources: Vec<(Arc<Connection>, Vec<EventGroup>)> = Vec::new();
    for (connection, group) in groups {
        match sources.iter_mut().find(|(of, _)| of.protocol() == connection.protocol()) {
            Some((_, groups)) => groups.push(group),
            None => sources.push((connection, vec![group])),
        }
    }
    sources
}
