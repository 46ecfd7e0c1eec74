//! Events as received: the messages of multicast groups, and the places where some were lost.

use super::event_group::EventGroup;
use super::message::Event;
use super::source::{Options, Source, by_protocol};
use crate::connection::Connection;
use crate::driver::thread::wait;
use crate::error::{Error, Result, io_kind};
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use netlink_sys::Socket;
use std::future::poll_fn;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// Events of one socket that are returned before another one gets its turn.
const TURN: u8 = 32;

/// Multicast groups to listen to; [`open`](Self::open) joins them.
#[must_use = "no group is joined before `open`"]
#[derive(Clone)]
pub struct Listen<D> {
    /// The connection of the route family.
    route: Arc<Connection>,
    groups: Vec<(Arc<Connection>, EventGroup)>,
    options: Options,
    mode: PhantomData<fn() -> D>,
}

impl<D> Handle<D> {
    /// Listens to multicast groups and returns their messages as received, like `ip monitor`.
    ///
    /// ```no_run
    /// use iproute2::rtnetlink::Group;
    /// use iproute2::watch::Event;
    ///
    /// # async fn run<R: iproute2::Runtime>(ip: iproute2::Handle<R>) -> iproute2::Result<()> {
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
    /// Groups of other families are given by name or number (see [`EventGroup`]), and can be mixed with those of the route family:
    /// [`of`](super::EventMessage::of) decodes a message as a type if it is of that type. There is one socket for each netlink
    /// protocol; all generic netlink families share one. Messages of one protocol are received in the order in which they were
    /// sent; across protocols there is no order.
    ///
    /// ```no_run
    /// use iproute2::netlink_packet::Command;
    /// use iproute2::netlink_packet::generic::ControllerMessage;
    /// use iproute2::watch::Event;
    ///
    /// # fn main() -> iproute2::Result<()> {
    /// let ip = iproute2::blocking::connect()?;
    /// for event in ip.events([(ControllerMessage::FAMILY, "notify")]).open()? {
    ///     let Event::Message(message) = event? else { continue };
    ///     if let Some(family) = message.of::<ControllerMessage>() {
    ///         println!("{:?}", family.name());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn events<G: Into<EventGroup>>(&self, groups: impl IntoIterator<Item = G>) -> Listen<D> {
        let groups = groups.into_iter().map(Into::into);
        let groups = groups.map(|group: EventGroup| (self.connection_of(group.family()), group)).collect();
        Listen::new(self.connection(), groups)
    }
}

impl<D> Listen<D> {
    pub(crate) fn new(route: &Arc<Connection>, groups: Vec<(Arc<Connection>, EventGroup)>) -> Self {
        Listen { route: Arc::clone(route), groups, options: Options::default(), mode: PhantomData }
    }

    /// Listens also to all network namespaces that have an id (nsid) in the handle's (`NETLINK_LISTEN_ALL_NSID`), like `ip monitor
    /// all-nsid`: [`namespace`](super::EventMessage::namespace) says where a message is from. Requires `CAP_NET_BROADCAST`.
    pub fn all_namespaces(mut self) -> Self {
        self.options.all_namespaces = true;
        self
    }

    /// Size of the receive buffer in bytes, instead of 8 MiB. Without `CAP_NET_ADMIN` in the initial user namespace it is limited
    /// by `net.core.rmem_max`.
    pub fn receive_buffer(mut self, bytes: usize) -> Self {
        self.options.buffer = Some(bytes);
        self
    }
}

impl<D: Wait> Listen<D> {
    /// Joins the groups.
    ///
    /// # Errors
    /// A socket can't be opened, there is no such family or group (unless it is [waited for](EventGroup::or_later)), or the caller
    /// lacks the privileges to listen to it or to all namespaces.
    pub fn open(self) -> Result<Events<D>> {
        let Listen { route, groups, options, .. } = self;
        let open = |connection: &Arc<Connection>, groups| {
            let opened = Source::open(connection, groups, options);
            opened.map_err(|kind| Error::new("listen", String::new(), kind))
        };
        let mut sources = by_protocol(groups).into_iter();
        let first = match sources.next() {
            Some((connection, groups)) => open(&connection, groups)?,
            None => open(&route, Vec::new())?,
        };
        let more = sources.map(|(connection, groups)| open(&connection, groups)).collect::<Result<_>>()?;
        Ok(Events { first, more, turn: 0, taken: 0, alarm: D::Alarm::default() })
    }
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::new("listen", String::new(), io_kind(error))
}

/// The events of multicast groups, as received. It never ends, not even after an error of a socket.
pub struct Events<D: Wait> {
    first: Source<D>,
    /// Those of other protocols.
    more: Vec<Source<D>>,
    /// The source whose turn it is, and how many events it has returned in it.
    turn: usize,
    taken: u8,
    alarm: D::Alarm,
}

impl<D: Wait> Events<D> {
    /// The next event of any source. The sources take turns, or a flood of one would starve the others.
    fn poll_sources(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        if self.taken >= TURN {
            self.next_turn();
        }
        for _ in 0..=self.more.len() {
            let source = self.turn.checked_sub(1).and_then(|at| self.more.get_mut(at));
            if let Poll::Ready(event) = source.unwrap_or(&mut self.first).poll_event(cx) {
                self.taken += 1;
                return Poll::Ready(event);
            }
            self.next_turn();
        }
        Poll::Pending
    }

    fn next_turn(&mut self) {
        self.taken = 0;
        self.turn = if self.turn < self.more.len() { self.turn + 1 } else { 0 };
    }

    /// The next event; `None` if there is none by then.
    #[inline]
    fn poll_until(&mut self, until: Option<Instant>, cx: &mut Context<'_>) -> Poll<Result<Option<Event>>> {
        // Separate, since an event that may come from either would be moved once more.
        if self.more.is_empty() {
            self.follow(until, cx, |events, cx| events.first.poll_event(cx))
        } else {
            self.follow(until, cx, Self::poll_sources)
        }
    }

    #[inline(always)]
    fn follow(
        &mut self,
        until: Option<Instant>,
        cx: &mut Context<'_>,
        poll: impl Fn(&mut Self, &mut Context<'_>) -> Poll<io::Result<Event>>,
    ) -> Poll<Result<Option<Event>>> {
        loop {
            match poll(self, cx) {
                Poll::Ready(Ok(event)) => return Poll::Ready(Ok(Some(event))),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(failed(error))),
                Poll::Pending => (),
            }
            if !ready!(self.poll_sleep(until, cx)).map_err(failed)? {
                return Poll::Ready(Ok(None));
            }
        }
    }

    fn poll_sleep(&mut self, until: Option<Instant>, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if self.more.is_empty() {
            return D::poll_sleep(&mut self.alarm, &[&self.first.socket], until, cx);
        }
        let sources = std::iter::once(&self.first).chain(&self.more);
        let sockets: Vec<&Socket> = sources.map(|source| &*source.socket).collect();
        D::poll_sleep(&mut self.alarm, &sockets, until, cx)
    }

    /// The same in turn with other tasks.
    #[inline]
    pub(crate) fn poll_event(
        &mut self,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Event>>> {
        D::poll_in_turn(cx, |cx| self.poll_until(until, cx))
    }
}

impl Events<Blocking> {
    /// The next event; `None` if there is none within this time.
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
    /// The next event. Dropping the future loses no event.
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

    /// The next event; `None` if there is none within this time. Dropping the future loses no event.
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
    use netlink_packet::{Flags, HEADER_LEN, Header};

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
        let length = |event| match event {
            Event::Message(message) => message.payload().len(),
            Event::Lost => 999,
        };
        events.first.hear(datagram).into_iter().map(length).collect()
    }

    #[test]
    fn a_datagram_is_taken_apart() {
        let (one, two) = (message(30, &[1; 8]), message(31, &[2; 5]));
        assert_eq!(heard(&one), [8]);
        assert_eq!(heard(&two), [5], "what fills it up is no message");
        assert_eq!(heard(&[&*one, &two, &one].concat()), [8, 5, 8]);
    }

    #[test]
    fn what_follows_an_invalid_length_is_lost() {
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
