//! A watch that has not started: what to watch, and how.

use super::audit;
use super::changes::Changes;
use super::event_group::EventGroup;
use super::feed::{Feed, failed};
use super::source::{Options, Source, by_protocol, route_groups};
use super::topic::list::{Topic, Topics};
use crate::connection::{Connection, Others};
use crate::driver::thread::wait;
use crate::error::{ErrorKind, Result};
use crate::family;
use crate::handle::Handle;
use crate::mode::{Blocking, Runtime, Wait};
use netlink_packet::Family;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// A watch that has not started: it starts when it is awaited, or by [`wait`](Self::wait) on a blocking handle.
#[must_use = "a watch starts when it is awaited, or by `wait` on a blocking handle"]
pub struct Watch<D> {
    connection: Arc<Connection>,
    others: Arc<Others>,
    timeout: Option<Duration>,
    topics: Topics,
    groups: Vec<(Arc<Connection>, EventGroup)>,
    buffer: Option<usize>,
    audits: Option<Duration>,
    mode: PhantomData<fn() -> D>,
}

impl<D> Handle<D> {
    /// Watches objects: the current state, then each change, without a gap; see [`watch`](crate::watch).
    ///
    /// The watch has its own sockets; the handle stays usable for everything else.
    ///
    /// ```no_run
    /// use iproute2::watch::{Change, Topics};
    ///
    /// # async fn run<R: iproute2::Runtime>(ip: iproute2::Handle<R>) -> iproute2::Result<()> {
    /// let mut changes = ip.watch(Topics::LINK | Topics::ADDRESS).await?;
    /// while let Some(change) = changes.try_next().await? {
    ///     if let Change::Link(link) = &change {
    ///         println!("{} {:?}", link.object().name(), link.differences());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(&self, topics: Topics) -> Watch<D> {
        Watch::new(self.connection(), self.others(), self.timeout(), topics)
    }
}

impl<D> Watch<D> {
    pub(crate) fn new(
        connection: &Arc<Connection>,
        others: &Arc<Others>,
        timeout: Option<Duration>,
        topics: Topics,
    ) -> Self {
        let (connection, others) = (Arc::clone(connection), Arc::clone(others));
        let (groups, audits) = (Vec::new(), Some(audit::PERIOD));
        Watch { connection, others, timeout, topics, groups, buffer: None, audits, mode: PhantomData }
    }

    /// Listens to another multicast group as well, of any family, and reports its messages as [`Change::Other`](super::Change::Other).
    ///
    /// Groups outside the route family have one socket for each netlink protocol. If a group's family or name is unknown, the
    /// watch fails to start, unless it is [waited for](EventGroup::or_later).
    ///
    /// ```no_run
    /// use iproute2::netlink_packet::Command;
    /// use iproute2::netlink_packet::generic::ControllerMessage;
    /// use iproute2::watch::{Change, Topics};
    ///
    /// # fn main() -> iproute2::Result<()> {
    /// let ip = iproute2::blocking::connect()?;
    /// for change in ip.watch(Topics::LINK).group((ControllerMessage::FAMILY, "notify")).wait()? {
    ///     match change? {
    ///         Change::Link(link) => println!("{}", link.object().name()),
    ///         Change::Other(message) => println!("{:?}", message.of::<ControllerMessage>()),
    ///         _ => (),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn group(mut self, group: impl Into<EventGroup>) -> Self {
        let group = group.into();
        let opened = self.others.of(&self.connection, family::protocol(group.family()));
        self.groups.push((opened.unwrap_or_else(|_| Arc::clone(&self.connection)), group));
        self
    }

    /// Size of the receive buffer in bytes, instead of 8 MiB. Without `CAP_NET_ADMIN` in the initial user namespace it is limited
    /// by `net.core.rmem_max`. The smaller it is, the more often notifications are lost and the watch lists again.
    pub fn receive_buffer(mut self, bytes: usize) -> Self {
        self.buffer = Some(bytes);
        self
    }

    /// Audits at least this often, instead of once a minute, within the limit on CPU time: see
    /// [audits](crate::watch#audits).
    pub fn audit_every(mut self, period: Duration) -> Self {
        self.audits = Some(period);
        self
    }

    /// Audits only [on request](Changes::audit_now): silent changes that no notification implies stay unnoticed.
    pub fn without_audit(mut self) -> Self {
        self.audits = None;
        self
    }
}

impl<D: Wait> Watch<D> {
    fn open(self) -> Result<Changes<D>> {
        let Watch { connection, timeout, topics, groups, buffer, audits, .. } = self;
        let (own, foreign): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(_, group)| group.family() == Family::ROUTE);
        let own: Vec<_> = own.into_iter().map(|(_, group)| group).collect();
        let own = route_groups(&own, &connection).map_err(|kind| failed("", kind))?;
        let options = Options { buffer, ..Options::default() };
        let sources = by_protocol(foreign).into_iter();
        let sources = sources.map(|(connection, groups)| Source::open(&connection, groups, options));
        let sources = sources.collect::<std::result::Result<_, _>>().map_err(|kind| failed("", kind))?;
        let feed = Feed::open(&connection, topics.topics(), &own, buffer, audits)?;
        Ok(Changes::new(feed, sources, timeout))
    }
}

impl Watch<Blocking> {
    /// Starts the watch: lists everything, and returns when the current state is known.
    ///
    /// # Errors
    /// A socket can't be opened, or the kernel refuses a list. [Is timed out](crate::Error::is_timed_out) if one of the
    /// lists does not become complete within the handle's timeout.
    pub fn wait(self) -> Result<Changes<Blocking>> {
        let mut watching = Watching::new(self);
        wait(|cx| watching.poll_begin(cx))
    }
}

impl<R: Runtime> IntoFuture for Watch<R> {
    type Output = Result<Changes<R>>;
    type IntoFuture = Watching<R>;

    fn into_future(self) -> Watching<R> {
        Watching::new(self)
    }
}

/// The future of a [`Watch`]: it lists everything, and is ready when the current state is known.
#[must_use = "futures do nothing unless polled"]
pub struct Watching<D: Wait>(Begun<D>);

enum Begun<D: Wait> {
    Not(Option<Watch<D>>),
    Yes(Option<Box<Changes<D>>>, Beginning),
}

impl<D: Wait> Watching<D> {
    pub(super) fn new(watch: Watch<D>) -> Self {
        Watching(Begun::Not(Some(watch)))
    }

    pub(super) fn poll_begin(&mut self, cx: &mut Context<'_>) -> Poll<Result<Changes<D>>> {
        if let Begun::Not(watch) = &mut self.0 {
            let Some(watch) = watch.take() else { return Poll::Pending };
            self.0 = Begun::Yes(Some(Box::new(watch.open()?)), Beginning::new());
        }
        let Begun::Yes(begun, beginning) = &mut self.0 else { return Poll::Pending };
        let Some(changes) = begun else { return Poll::Pending };
        while !beginning.is_over(&changes.feed, changes.timeout)? {
            ready!(changes.poll_list_all(cx))?;
        }
        begun.take().map_or(Poll::Pending, |changes| Poll::Ready(Ok(*changes)))
    }
}

impl<R: Runtime> Future for Watching<R> {
    type Output = Result<Changes<R>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.poll_begin(cx)
    }
}

/// The time limit for the start of a watch. Each complete list restarts it.
struct Beginning {
    since: Instant,
    awaited: Option<Topic>,
}

impl Beginning {
    fn new() -> Self {
        Beginning { since: Instant::now(), awaited: None }
    }

    /// Whether the current state is known; an error if it is not in time.
    fn is_over(&mut self, feed: &Feed, timeout: Option<Duration>) -> Result<bool> {
        if feed.core.is_ready() {
            return Ok(true);
        }
        let awaited = feed.core.awaited();
        if self.awaited != awaited {
            *self = Beginning { since: Instant::now(), awaited };
        }
        match timeout.filter(|timeout| self.since.elapsed() >= *timeout) {
            Some(after) => {
                Err(failed(awaited.map_or("", |topic| topic.name()), ErrorKind::Expired { after }))
            }
            None => Ok(false),
        }
    }
}
