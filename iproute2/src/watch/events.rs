//! Events as they come: the messages of multicast groups, and where some were lost.

use super::event_group::EventGroup;
use super::message::{EventMessage, FOREIGN, Origin};
use super::socket::{Taken, open_socket, take};
use crate::connection::Connection;
use crate::driver::receive::{ROOM, own};
use crate::driver::thread::wait;
use crate::error::{Error, ErrorKind, Result, io_kind};
use crate::family;
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use crate::trace;
use bytes::{Bytes, BytesMut};
use netlink_packet::{Family, Header, Messages};
use netlink_sys::{Protocol, Socket};
use std::future::poll_fn;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// What a listener receives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A message.
    Message(EventMessage),
    /// Messages were lost here: the receive buffer overflowed, or a message was truncated. What they would have said has to be
    /// requested.
    Lost,
}

/// What to listen to; [`open`](Self::open) begins.
#[must_use = "nobody listens before `open`"]
#[derive(Clone)]
pub struct Listen<D> {
    connection: Arc<Connection>,
    groups: Vec<EventGroup>,
    all_namespaces: bool,
    buffer: Option<usize>,
    mode: PhantomData<fn() -> D>,
}

impl<D> Handle<D> {
    /// Listens to multicast groups, and returns their messages as they come, like `ip monitor`.
    ///
    /// ```no_run
    /// use iproute2::rtnetlink::Group;
    /// use iproute2::watch::Event;
    ///
    /// # #[cfg(feature = "tokio")]
    /// # async fn run() -> iproute2::Result<()> {
    /// let ip = iproute2::connect()?;
    /// let mut events = ip.events([Group::LINK, Group::NEIGH]).open()?;
    /// loop {
    ///     match events.next().await? {
    ///         Event::Message(message) => println!("{message:?}"),
    ///         Event::Lost => println!("some were lost here"),
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// Groups of other families are named by name or number (see [`EventGroup`]); one listener receives those of one netlink
    /// protocol, to which all generic netlink families belong:
    ///
    /// ```no_run
    /// use iproute2::netlink_packet::Command;
    /// use iproute2::netlink_packet::generic::ControllerMessage;
    /// use iproute2::watch::Event;
    ///
    /// # fn main() -> iproute2::Result<()> {
    /// let ip = iproute2::blocking::connect()?;
    /// for event in ip.events([(ControllerMessage::FAMILY, "notify")]).open()? {
    ///     if let Event::Message(message) = event? {
    ///         println!("{:?}", message.view::<ControllerMessage>()?.name());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn events<G: Into<EventGroup>>(&self, groups: impl IntoIterator<Item = G>) -> Listen<D> {
        let groups: Vec<EventGroup> = groups.into_iter().map(Into::into).collect();
        let family = groups.first().map_or(Family::ROUTE, EventGroup::family);
        Listen::new(&self.connection_of(family), groups)
    }
}

impl<D> Listen<D> {
    pub(crate) fn new(connection: &Arc<Connection>, groups: Vec<EventGroup>) -> Self {
        let connection = Arc::clone(connection);
        Listen { connection, groups, all_namespaces: false, buffer: None, mode: PhantomData }
    }

    /// Listens also to all network namespaces that have an id (nsid) in the handle's, like `ip monitor all-nsid`:
    /// [`namespace`](EventMessage::namespace) says which one it was. It requires `CAP_NET_BROADCAST`.
    pub fn all_namespaces(mut self) -> Self {
        self.all_namespaces = true;
        self
    }

    /// Size of the receive buffer in bytes, instead of 8 MiB. Without `CAP_NET_ADMIN` in the initial user namespace it is limited
    /// by `net.core.rmem_max`.
    pub fn receive_buffer(mut self, bytes: usize) -> Self {
        self.buffer = Some(bytes);
        self
    }
}

impl<D: Wait> Listen<D> {
    /// Begins to listen.
    ///
    /// # Errors
    /// A socket can't be opened, there is no such family or group, the groups are of different protocols, or the caller may not
    /// listen to them or to all namespaces.
    pub fn open(self) -> Result<Events<D>> {
        let groups = self.numbers().map_err(|kind| Error::new("listen", String::new(), kind))?;
        let opened = open_socket(&self.connection, &groups, &[], self.buffer).and_then(|socket| {
            if self.all_namespaces {
                socket.set_listen_all_namespaces(true)?;
            }
            Ok(socket)
        });
        let socket = opened.map_err(failed)?;
        Ok(Events {
            socket: Arc::new(socket),
            chunk: BytesMut::new(),
            room: ROOM,
            datagram: Bytes::new(),
            from: Origin::new(None, None),
            family: if self.connection.protocol() == Protocol::ROUTE { 0 } else { FOREIGN },
            lost: false,
            place: D::Place::default(),
            alarm: D::Alarm::default(),
        })
    }
}

impl<D> Listen<D> {
    /// The numbers of the groups.
    fn numbers(&self) -> std::result::Result<Vec<u32>, ErrorKind> {
        let protocol = |group: &EventGroup| family::protocol(group.family());
        if self.groups.windows(2).any(|two| protocol(&two[0]) != protocol(&two[1])) {
            return Err(ErrorKind::MixedProtocols);
        }
        self.groups.iter().map(|group| group.number(&self.connection)).collect()
    }
}

fn failed(error: io::Error) -> Error {
    Error::new("listen", String::new(), io_kind(error))
}

/// The events of groups, as they come. It has no end, and an error of the socket does not end it.
pub struct Events<D: Wait> {
    socket: Arc<Socket>,
    chunk: BytesMut,
    room: usize,
    /// What is left of the datagram received last, and the group and the namespace that it came from.
    datagram: Bytes,
    from: Origin,
    /// Which family it is: see [`Origin::of`].
    family: u32,
    lost: bool,
    place: D::Place,
    alarm: D::Alarm,
}

impl<D: Wait> Events<D> {
    /// What is left of what was received.
    #[inline]
    fn advance(&mut self) -> Option<Event> {
        if self.lost || !self.datagram.is_empty() { self.split() } else { None }
    }

    /// What was lost, or the first of several messages of a datagram. Bytes that are not a message are lost.
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
        Some(Event::Message(EventMessage { bytes, from: self.from }))
    }

    /// The first event of what was received, where that is one message as nearly always.
    #[inline]
    fn taken(&mut self, taken: Taken) -> Option<Event> {
        trace::heard(&self.chunk, || (self.family == 0).then_some(&trace::ROUTE));
        let Taken::DatagramInfo(datagram) = taken else {
            self.lost |= matches!(taken, Taken::Overrun);
            return None;
        };
        if datagram.is_truncated() {
            self.lost = true;
            return None;
        }
        let from = Origin::new(datagram.group, datagram.namespace_id).of(self.family);
        let bytes = self.chunk.split().freeze();
        let is_whole = Header::read(&bytes).is_some_and(|header| header.length as usize == bytes.len());
        if is_whole {
            return Some(Event::Message(EventMessage { bytes, from }));
        }
        (self.datagram, self.from) = (bytes, from);
        None
    }

    /// The next event, or `None` if none comes until then.
    #[inline]
    fn poll_until(
        &mut self,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Option<Event>>> {
        loop {
            if let Some(event) = self.advance() {
                return Poll::Ready(Ok(Some(event)));
            }
            own(&self.socket)?;
            let (chunk, room) = (&mut self.chunk, &mut self.room);
            let receive = |socket: &Socket| take(chunk, room, |chunk| socket.try_recv(chunk));
            match D::poll_io(&mut self.place, &self.socket, cx, receive) {
                Poll::Ready(taken) => {
                    if let Some(event) = self.taken(taken?) {
                        return Poll::Ready(Ok(Some(event)));
                    }
                }
                Poll::Pending => {
                    if !ready!(D::poll_sleep(&mut self.alarm, &self.socket, until, cx))? {
                        return Poll::Ready(Ok(None));
                    }
                }
            }
        }
    }

    /// The same in turn with other tasks.
    #[inline]
    pub(crate) fn poll_event(
        &mut self,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Event>>> {
        D::poll_in_turn(cx, |cx| self.poll_until(until, cx)).map_err(failed)
    }
}

impl Events<Blocking> {
    /// The next event, if there is one within this time.
    ///
    /// # Errors
    /// The socket fails.
    pub fn next_within(&mut self, timeout: Duration) -> Result<Option<Event>> {
        let until = Instant::now().checked_add(timeout);
        wait(|cx| self.poll_event(until, cx))
    }
}

impl Iterator for Events<Blocking> {
    type Item = Result<Event>;

    /// Waits for the next event.
    #[inline]
    fn next(&mut self) -> Option<Result<Event>> {
        wait(|cx| self.poll_event(None, cx)).transpose()
    }
}

impl<R: Runtime> Events<R> {
    /// The next event. Dropping the future loses none.
    ///
    /// # Errors
    /// The socket fails.
    pub async fn next(&mut self) -> Result<Event> {
        loop {
            if let Some(event) = poll_fn(|cx| self.poll_event(None, cx)).await? {
                return Ok(event);
            }
        }
    }

    /// The next event, if there is one within this time. Dropping the future loses none.
    ///
    /// # Errors
    /// The socket fails.
    pub async fn next_within(&mut self, timeout: Duration) -> Result<Option<Event>> {
        let until = R::now().checked_add(timeout);
        poll_fn(|cx| self.poll_event(until, cx)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::{Flags, HEADER_LEN};

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let length = (HEADER_LEN + body.len()) as u32;
        let header = Header { length, message_type: kind, flags: Flags::empty(), sequence: 0, port: 0 };
        let mut bytes = [&header.to_bytes(), body].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    /// What is heard of a datagram: lengths of payloads, and 999 for what is lost.
    fn heard(datagram: &[u8]) -> Vec<usize> {
        let connection = Arc::new(Connection::open(None).unwrap());
        let mut events = Listen::<Blocking>::new(&connection, Vec::new()).open().unwrap();
        events.datagram = Bytes::copy_from_slice(datagram);
        let length = |event| match event {
            Event::Message(message) => EventMessage::payload(&message).len(),
            Event::Lost => 999,
        };
        std::iter::from_fn(|| events.advance()).map(length).collect()
    }

    #[test]
    fn a_datagram_is_taken_apart() {
        let (one, two) = (message(30, &[1; 8]), message(31, &[2; 5]));
        assert_eq!(heard(&one), [8]);
        assert_eq!(heard(&two), [5], "what fills it up is no message");
        assert_eq!(heard(&[&*one, &two, &one].concat()), [8, 5, 8]);
    }

    #[test]
    fn lengths_that_lie_lose_what_is_behind_them() {
        let (one, mut lies) = (message(30, &[1; 8]), message(30, &[1; 8]));
        for length in [0, 1, 15, 25, u32::MAX] {
            lies[..4].copy_from_slice(&length.to_ne_bytes());
            assert_eq!(heard(&lies), [999], "{length}");
            assert_eq!(heard(&[&*one, &lies].concat()), [8, 999], "{length}");
        }
        assert_eq!(heard(&one[..15]), [999]);
        lies[..4].copy_from_slice(&16_u32.to_ne_bytes());
        assert_eq!(heard(&lies), [0, 999]);
    }
}
