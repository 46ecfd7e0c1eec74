//! The state of a batch. Nothing here waits.

use super::outgoing::Outgoing;
use super::pace::Pace;
use crate::connection::{ANY_PORT, Connection, Others};
use crate::driver::dump::DumpSocket;
use crate::driver::receive::{Received, own};
use crate::error::{ErrorKind, Result, io_kind, unanswered};
use crate::family;
use crate::order::Order;
use crate::request::Plan;
use crate::resolve;
use netlink_packet::{Buffer, Exchange, Expect, Family, Outcome, PooledBuffer};
use netlink_sys::{Protocol, Socket};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of the receive buffer that an answer may occupy, whatever its length, on Linux 6.1 to 6.18.
const ANSWER: usize = 1024;

/// Size that a batch asks for the receive buffer: the usual limit, and twice the usual default.
const ROOM: usize = 425_984;

/// How long a resolved name is considered valid.
const NAMES_LAST: Duration = Duration::from_millis(10);

/// The state of a batch.
pub(super) struct Run {
    /// The connection in use.
    pub(super) connection: Arc<Connection>,
    /// Connections of other protocols, if requests may use them.
    pub(super) others: Option<Arc<Others>>,
    pub(super) timeout: Option<Duration>,
    pub(super) socket: Option<DumpSocket>,
    pub(super) outgoing: Outgoing,
    pace: Pace,
    /// Whether the source has ended; it is not polled again.
    pub(super) is_over: bool,
    /// The next operation: taken from the source, but not in the packet yet.
    next: Option<Order>,
    /// The same, if it takes several steps.
    steps: Option<Box<Plan>>,
    /// Resolved devices by name, and when the first of them was resolved.
    devices: Vec<resolve::Found>,
    /// Whether a request to the route family can go into the packet unchanged: no device has been resolved, and the
    /// packet is for that family.
    plain: bool,
    /// Generic netlink families whose ids have been looked up.
    families: Vec<Family>,
    looked_up: Option<Instant>,
    /// The generation of device names before that.
    names: u32,
    /// What the operation of several steps depends on, if on nothing else.
    asks_for: Option<Vec<u8>>,
    /// The same of those that were carried out, and when.
    found: Vec<(Vec<u8>, Instant)>,
    /// The exchange of the packet, while it is in flight.
    pub(super) exchange: Option<Exchange>,
}

/// The outcome of an attempt to put the next operation into the packet.
pub(super) enum Fit {
    /// It is in.
    Yes,
    /// The packet has to be sent first, or the operation failed without being sent.
    Full,
    /// A device has to be resolved first.
    Ask(PooledBuffer),
    /// It takes several steps and can't go into a packet.
    Steps(Box<Plan>),
}

impl Run {
    pub(super) fn new(connection: &Arc<Connection>, timeout: Option<Duration>) -> Self {
        Run {
            connection: Arc::clone(connection),
            others: None,
            timeout,
            socket: None,
            outgoing: Outgoing::default(),
            pace: Pace::default(),
            is_over: false,
            next: None,
            steps: None,
            devices: Vec::new(),
            plain: connection.protocol() == Protocol::ROUTE,
            families: Vec::new(),
            looked_up: None,
            names: resolve::names(),
            asks_for: None,
            found: Vec::new(),
            exchange: None,
        }
    }

    /// Puts an operation into the packet.
    #[inline(always)]
    pub(super) fn add(&mut self, order: Order) -> Fit {
        let Order { subject, message_type, flags, mut message } = order;
        let (batch, buffer) = (&mut self.outgoing, &mut *message);
        if !batch.subjects.is_empty()
            && self.plain
            && subject.is_plain()
            && batch.has_room(buffer.length())
            && batch.push(subject, message_type, flags, buffer).is_ok()
        {
            return Fit::Yes;
        }
        self.next = Some(Order { subject, message_type, flags, message });
        self.add_next()
    }

    /// Whether an operation has been taken that is not in the packet yet.
    pub(super) fn has_next(&self) -> bool {
        self.next.is_some() || self.steps.is_some()
    }

    /// Puts the next operation into the packet: the slow path.
    #[inline(never)]
    pub(super) fn add_next(&mut self) -> Fit {
        if self.outgoing.apart.is_some() {
            return Fit::Full;
        }
        if let Some(mut order) = self.next.take() {
            let protocol = family::protocol(order.subject.object.target.family);
            if protocol != self.connection.protocol() {
                // The packet is for another protocol and has to be sent first.
                if !self.outgoing.subjects.is_empty() {
                    self.next = Some(order);
                    return Fit::Full;
                }
                if let Err(error) = self.turn_to(protocol) {
                    self.outgoing.apart = Some(Err(order.error(io_kind(error))));
                    return Fit::Full;
                }
            }
            match self.address(&mut order).and_then(|()| order.steps()) {
                Ok(None) => return self.add_one(order),
                Ok(Some(steps)) if self.has_found(steps.premise_alone()) => return self.add_one(order),
                Ok(Some(steps)) => {
                    self.asks_for = steps.premise_alone().map(<[u8]>::to_vec);
                    self.steps = Some(Box::new(Plan::of_steps(order, steps, self.timeout)));
                }
                Err(error) => self.outgoing.apart = Some(Err(error)),
            }
        }
        // The packet has to be carried out before it.
        match self.steps.take_if(|_| self.outgoing.subjects.is_empty()) {
            Some(plan) => Fit::Steps(plan),
            None => Fit::Full,
        }
    }

    /// Continues on the connection of another protocol.
    #[cold]
    fn turn_to(&mut self, protocol: Protocol) -> io::Result<()> {
        let others = self.others.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let connection = others.of(self.connection.shared_route(), protocol)?;
        if let Some(socket) = self.socket.take() {
            self.connection.give_back(socket);
        }
        self.connection = connection;
        self.is_plain();
        Ok(())
    }

    /// Finds the message type of any family. That of a generic netlink family may have changed since an earlier batch.
    fn address(&mut self, order: &mut Order) -> Result<()> {
        let family = order.subject.object.target.family;
        if order.subject.has_own_id() && !self.families.contains(&family) {
            self.families.push(family);
            family::forget(&self.connection, family);
        }
        order.address(&self.connection, self.timeout)
    }

    /// Records whether requests can go into the packet unchanged.
    fn is_plain(&mut self) {
        self.plain = self.devices.is_empty() && self.connection.protocol() == Protocol::ROUTE;
    }

    /// The operation that takes several steps is done.
    pub(super) fn done(&mut self, result: Result<()>) {
        match self.asks_for.take().filter(|_| result.is_ok()) {
            // It read another object, and is no more than one message.
            Some(found) => self.found.push((found, Instant::now())),
            None => self.forget_devices(),
        }
        self.outgoing.apart = Some(result);
    }

    /// Whether an operation before depended on the same of an object, which was so a moment ago.
    fn has_found(&mut self, premise: Option<&[u8]>) -> bool {
        let Some(premise) = premise else { return false };
        self.found.retain(|(_, since)| since.elapsed() <= NAMES_LAST);
        self.found.iter().any(|(found, _)| found == premise)
    }

    /// Puts an operation of one message into the packet.
    fn add_one(&mut self, mut order: Order) -> Fit {
        // For example by the source, through another handle.
        if self.names != resolve::names() {
            self.forget_devices();
        }
        // The operation for the next packet still has names of devices; an unknown one may be created by this packet.
        let fits = self.outgoing.has_room(order.message.length());
        if !fits || (!self.outgoing.subjects.is_empty() && !self.knows_devices_of(&order)) {
            self.next = Some(order);
            return Fit::Full;
        }
        while let Some(device) = order.message.unresolved().last() {
            let Some(found) = self.devices.iter().find(|found| found.is(device)) else {
                let question = resolve::question(&order.message);
                self.next = Some(order);
                return question.map_or(Fit::Yes, Fit::Ask);
            };
            found.write(&mut order.message);
        }
        if self.outgoing.subjects.is_empty() {
            if let Err(error) = self.prepare() {
                self.outgoing.apart = Some(Err(order.error(io_kind(error))));
                return Fit::Full;
            }
        }
        if self.connection.protocol() == Protocol::ROUTE && resolve::changes_names(order.message_type) {
            self.forget_devices();
            self.outgoing.changes_names = true;
            self.outgoing.window = self.outgoing.window.min(self.pace.of_links());
        }
        match self.outgoing.push(order.subject, order.message_type, order.flags, &mut order.message) {
            Ok(()) => Fit::Yes,
            Err(problem) => {
                self.outgoing.apart = Some(Err(order.error(ErrorKind::Invalid(problem))));
                Fit::Full
            }
        }
    }

    /// Whether all devices that an operation names have been resolved.
    fn knows_devices_of(&self, order: &Order) -> bool {
        order.message.unresolved().iter().all(|device| self.devices.iter().any(|found| found.is(device)))
    }

    /// Begins the next packet.
    pub(super) fn begin(&mut self) {
        self.outgoing.clear();
        if self.looked_up.is_some_and(|since| since.elapsed() > NAMES_LAST) {
            self.forget_devices();
        }
    }

    /// Forgets resolved devices: their names may belong to others by now.
    pub(super) fn forget_devices(&mut self) {
        self.devices.clear();
        self.looked_up = None;
        self.found.clear();
        self.names = resolve::names();
        self.is_plain();
    }

    /// Takes a socket, and reserves sequence numbers for a packet.
    fn prepare(&mut self) -> io::Result<()> {
        let socket = match &mut self.socket {
            Some(socket) => socket,
            None => {
                let socket = self.connection.dump_socket()?;
                self.pace = Pace::new((room_for_answers(&socket.socket)? / ANSWER).max(1));
                self.socket.insert(socket)
            }
        };
        self.outgoing.window = self.pace.now();
        let window = u32::try_from(self.pace.most()).unwrap_or(u32::MAX);
        if socket.sequence.checked_add(window).is_none_or(|last| last == u32::MAX) {
            socket.sequence = 1;
        }
        self.outgoing.first = socket.sequence;
        Ok(())
    }

    /// Sends the packet.
    pub(super) fn send(&mut self) {
        let count = self.outgoing.count();
        let Some(socket) = self.socket.as_mut().filter(|_| count > 0) else { return };
        socket.sequence += count;
        self.outgoing.close();
        let began = Instant::now();
        let Outgoing { packet, subjects, .. } = &self.outgoing;
        let tables = |index: usize| subjects.get(index).map(|subject| &subject.object.target.tables);
        socket.room.log.sent_packet(&socket.socket, packet, tables);
        match own(&socket.socket).and_then(|()| socket.socket.send(packet)) {
            Ok(_) => {
                self.exchange = Some(Exchange::new(ANY_PORT, self.outgoing.first, Expect::Batch { count }))
            }
            Err(error) => self.outgoing.broken = Some(error),
        }
        self.pace.took(self.outgoing.subjects.len(), began.elapsed());
        if self.outgoing.changes_names {
            resolve::names_changed();
        }
    }

    /// Processes what was received.
    pub(super) fn received(&mut self, received: io::Result<Received>) {
        let (Some(exchange), Some(socket)) = (&mut self.exchange, &mut self.socket) else { return };
        match received {
            Ok(Received::Datagram { full_length }) => exchange.receive(&mut socket.chunk, full_length),
            Ok(Received::Overrun) => exchange.overrun(),
            Err(error) => {
                // A late answer must not be mistaken for one to the next packet.
                self.socket = None;
                // Errors received so far are known; the fate of the others is not.
                self.outgoing.outcome = self.exchange.take().map(Exchange::into_outcome).unwrap_or_default();
                self.outgoing.broken = Some(unanswered(error));
                return;
            }
        }
        self.check();
    }

    /// The receive queue is empty; whether the packet has ended all the same, by an overrun.
    pub(super) fn nothing_received(&mut self) -> bool {
        self.exchange.as_mut().is_none_or(Exchange::queue_is_empty) && self.check()
    }

    /// Ends the exchange if its last answer has arrived.
    fn check(&mut self) -> bool {
        let Some(exchange) = self.exchange.take_if(|exchange| exchange.is_ended()) else {
            return self.exchange.is_none();
        };
        self.outgoing.answered(exchange.into_outcome());
        true
    }

    /// Takes the answer to the lookup of a device that the next operation names.
    pub(super) fn answered(&mut self, question: &Buffer, outcome: io::Result<Outcome>) {
        let Some(mut order) = self.next.take() else { return };
        match resolve::Found::read(&order.message, question, outcome) {
            Ok(found) => {
                found.write(&mut order.message);
                self.looked_up.get_or_insert_with(Instant::now);
                self.devices.push(found);
                self.plain = false;
                self.next = Some(order);
            }
            Err(kind) => {
                let error = resolve::failed(&order.subject, &order.message, question, kind);
                self.outgoing.apart = Some(Err(error));
            }
        }
    }
}

/// Enlarges the receive buffer to hold the answers of a packet, as far as the system's limit allows, and returns its
/// size: fewer packets take fewer system calls.
fn room_for_answers(socket: &Socket) -> io::Result<usize> {
    if socket.recv_buffer()? < ROOM {
        // The kernel doubles what is set.
        socket.set_recv_buffer(ROOM / 2)?;
    }
    socket.recv_buffer()
}

impl Drop for Run {
    fn drop(&mut self) {
        if let (None, Some(socket)) = (&self.exchange, self.socket.take()) {
            self.connection.give_back(socket);
        }
    }
}
