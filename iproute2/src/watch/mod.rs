//! Watches: the present state, then each change, without a gap.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip monitor link address` | [`ip.watch(Topics::LINK \| Topics::ADDRESS)`](crate::Handle::watch), with the present state first |
//! | `ip monitor all-nsid link` | [`ip.events([Group::LINK]).all_namespaces()`](crate::Handle::events), just the messages |
//! | a loop until a link is up | [`ip.link().until_up("eth0", timeout)`](crate::link::Links::until_up) |
//!
//! A watch lists, and follows. Where the kernel's receive buffer overflows it lists again and tells the differences, so what
//! it told is always what there is, or was a moment ago: changes may come late and several in one, but none is missing
//! and none comes twice. Its [`Mirror`] answers questions about the state at any time.
//!
//! # What is known when
//!
//! The kernel does not notify everything that it changes.
//!
//! | what changed | is known |
//! | --- | --- |
//! | what the kernel notifies | at once |
//! | what a notification gives away: IPv4 routes go silently when their link goes down, for one | at once: the topic is listed again |
//! | IPv6 addresses that are still tentative, which the kernel notifies when duplicate address detection ends | at once, but for a temporary address that replaces another |
//! | everything else | by an [audit](#audits): a second after the last notification, at the latest after a minute |
//! | counters, ages, timers | as of the last message; that they change is no change |
//!
//! Nothing gives away these, which audits alone find:
//!
//! - settings of a link that is down other than its name, address, MTU and queue length (alternative names, alias, group,
//!   options of its kind), until it goes up; limits of segmentation offload (GSO, GRO); the owner of a TUN or TAP; the state
//!   of LACP (802.3ad) of a bond's ports;
//! - hop limit and route preferences in a router advertisement (RFC 4861) without a prefix, an option for programs (such as
//!   RDNSS), a new MTU or a new flag;
//! - among the settings of protocols `bc_forwarding` of IPv4, until its link is notified, `proxy_ndp`, where something else is
//!   changed at the same time, and in Linux 6.1 `ignore_routes_with_linkdown` of IPv6 for one link;
//! - `offload` of forwarding entries; the address of a bridge's port in a VLAN that it leaves, where another port has it too;
//! - `trap` and `offload` of routes in hardware, unless `net.ipv4.fib_notify_on_flag_change` (of IPv6: `net.ipv6...`) is 1;
//! - the carrier of a link that is down, where its lower link's is notified before it comes or goes;
//! - the other end of a link, or its lower link, that moves back here or between other namespaces; settings in `/sys` and `/proc/sys`, and
//!   what follows from them for routes and addresses; and what a later kernel changes silently.
//!
//! Left out are neighbours that have not answered yet (`INCOMPLETE`) or need not be asked (`NOARP`, which `ip neighbour`
//! hides, too): when one that failed is asked for again, the mirror has it as failed until it answers. Left out of forwarding
//! databases is what says nothing of its age (`NDA_CACHEINFO`): the unicast and multicast addresses that a device receives,
//! which the kernel changes silently, and tables in hardware. These are not kept, nor are proxy entries; their messages come
//! as [`Change::Other`].
//!
//! # Audits
//!
//! An audit lists a topic and compares the list with the mirror. What differs comes as ordinary changes, is counted in
//! [`Statistics`] and logged (`debug`). The topics are audited one after the other, in rounds:
//!
//! - a second after the last notification; then, as long as nothing happens and nothing is found, after 2, 4, 8, ...
//!   seconds, up to the period of 60 seconds ([`Watch::audit_every`]);
//! - once a period where notifications never stop;
//! - never sooner than a hundred times as long after a round as that has taken: audits use 1 % of one CPU at most.
//!
//! They don't disturb the reader: a list is read in turns of about a millisecond, between which changes are handed out and,
//! in a tokio runtime, other tasks run. Of a list of routes nothing is kept but what differs, however long it is. Audits run
//! while somebody waits for the next change: a blocking iterator wakes for them, and an async watch by the runtime's
//! timer (a runtime without timers makes them when something else wakes the watch).
//! [`Changes::audit_now`] makes one and waits for it, [`Watch::without_audit`] does without.
//!
//! A watch of everything where nothing happens, on Linux 6.18: with a few links a round is 110 system calls and 0.4 ms of
//! CPU, so 6,600 calls and 0.02 s an hour; with 100,000 routes a round takes 46 ms, 2.8 s an hour (0.08 %).

mod audit;
mod change;
mod core;
mod event_group;
mod events;
mod feed;
mod message;
mod mirror;
mod silence;
mod socket;
mod statistics;
mod topic;
mod tree;
mod wait;
mod window;

pub use change::{Change, Update};
pub use event_group::EventGroup;
pub use events::{Event, Events, Listen};
pub use message::EventMessage;
pub use mirror::Mirror;
pub use statistics::Statistics;
pub use topic::Topics;

use self::feed::{Feed, failed};
use self::topic::Topic;
use crate::connection::Connection;
use crate::driver::blocking::Deadline;
use crate::driver::receive::try_recv;
use crate::error::{Error, ErrorKind, Result, io_kind};
use crate::handle::Handle;
use crate::mode::Blocking;
use rtnetlink::Group;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A watch that has not begun: it begins when it is awaited, or by [`wait`](Self::wait) on a blocking handle.
#[must_use = "a watch begins when it is awaited, or by `wait` on a blocking handle"]
pub struct Watch<D> {
    connection: Arc<Connection>,
    timeout: Option<Duration>,
    groups: Topics,
    others: Vec<u32>,
    buffer: Option<usize>,
    audits: Option<Duration>,
    mode: PhantomData<fn() -> D>,
}

impl<D> Handle<D> {
    /// Watches: the present state, then each change, without a gap; see [`watch`](crate::watch).
    ///
    /// The watch has sockets of its own. The handle stays usable for everything else.
    ///
    /// ```no_run
    /// use iproute2::watch::{Change, Topics};
    ///
    /// # #[cfg(feature = "tokio")]
    /// # async fn run() -> iproute2::Result<()> {
    /// let ip = iproute2::connect()?;
    /// let mut changes = ip.watch(Topics::LINK | Topics::ADDRESS).await?;
    /// while let Some(change) = changes.try_next().await? {
    ///     if let Change::Link(link) = &change {
    ///         println!("{} {:?}", link.object().name(), link.differences());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(&self, groups: Topics) -> Watch<D> {
        Watch::new(self.connection(), self.timeout(), groups)
    }
}

impl<D> Watch<D> {
    pub(crate) fn new(connection: &Arc<Connection>, timeout: Option<Duration>, groups: Topics) -> Self {
        let connection = Arc::clone(connection);
        let (others, audits) = (Vec::new(), Some(audit::PERIOD));
        Watch { connection, timeout, groups, others, buffer: None, audits, mode: PhantomData }
    }

    /// Listens to another group too, and hands its messages on as [`Change::Other`].
    pub fn group(mut self, group: Group) -> Self {
        self.others.push(group.0);
        self
    }

    /// Has this many bytes of receive buffer, in place of 8 MiB. Without privileges over the machine it is at most
    /// what `net.core.rmem_max` allows. The smaller it is, the more often the watch has to list again.
    pub fn receive_buffer(mut self, bytes: usize) -> Self {
        self.buffer = Some(bytes);
        self
    }

    /// Audits at least this often, instead of once a minute, as far as the share of time for it allows: see
    /// [audits](self#audits).
    pub fn audit_every(mut self, period: Duration) -> Self {
        self.audits = Some(period);
        self
    }

    /// Makes no audits but those that [are asked for](Changes::audit_now): what the kernel changes silently, and no event
    /// gives away, stays unknown.
    pub fn without_audit(mut self) -> Self {
        self.audits = None;
        self
    }

    fn open(self) -> Result<Changes<D>> {
        let feed =
            Feed::open(&self.connection, self.groups.topics(), &self.others, self.buffer, self.audits)?;
        Ok(Changes {
            feed,
            timeout: self.timeout,
            list_clock: Deadline::new(self.timeout),
            handed: 0,
            is_drained: false,
            #[cfg(feature = "tokio")]
            reactors: polling::Reactors::new(self.timeout),
            mode: PhantomData,
        })
    }
}

/// Changes that are handed out between two looks at the queue of events.
const BATCH: u32 = 32;

/// Datagrams of events that are read at a time, before a list under way goes on.
const EVENTS: u32 = 64;

/// A watch: first the present state, then each change. It has no end.
///
/// A caller that is slow hears of fewer changes, not of other ones: all that happened to an object since
/// the caller last heard of it is one change. That bounds the memory by the number of objects.
///
/// An error does not end it: it goes on with the next call.
pub struct Changes<D> {
    feed: Feed,
    timeout: Option<Duration>,
    /// How long the list under way has been silent, where a thread waits for it.
    list_clock: Deadline,
    handed: u32,
    /// Whether all events were read when something was last done.
    is_drained: bool,
    #[cfg(feature = "tokio")]
    reactors: polling::Reactors,
    mode: PhantomData<fn() -> D>,
}

impl<D> Changes<D> {
    /// All that is known now, ahead of the changes that were not taken yet. A clone is a snapshot.
    pub fn mirror(&self) -> &Mirror {
        &self.feed.core.mirror
    }

    /// Whether all that the kernel notified has been taken in, with what it gave away: the mirror is what the kernel lists,
    /// but for what it changed silently. It is not while the watch lists again; an audit under way doubts nothing.
    pub fn is_settled(&self) -> bool {
        self.feed.core.is_settled()
    }

    /// How it fared so far.
    pub fn statistics(&self) -> Statistics {
        self.feed.core.statistics
    }

    /// Whether all is read that there is, and nothing is in doubt, or all that had come by then.
    fn is_fresh(&self, then: Statistics) -> bool {
        self.is_drained && self.is_settled() || self.has_read_enough(then)
    }

    /// Begins an audit that is waited for.
    fn begin_audit(&mut self) -> Audit {
        self.feed.audits.begin_awaited(self.feed.core.tracked());
        let until = self.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Audit { until, found: self.statistics().audit_differences }
    }

    /// How many objects differed, when the audit is over.
    fn audited(&mut self, audit: &Audit) -> Result<Option<u64>> {
        if !self.feed.audits.is_running() {
            return Ok(Some(self.statistics().audit_differences - audit.found));
        }
        match self.timeout.filter(|_| audit.until.is_some_and(|until| until <= Instant::now())) {
            Some(after) => {
                self.feed.audits.give_up();
                Err(Error::new("audit", String::new(), ErrorKind::Expired { after }))
            }
            None => Ok(None),
        }
    }

    /// Whether all is read that had come by then, however much comes now.
    fn has_read_enough(&self, then: Statistics) -> bool {
        let now = self.statistics();
        now.events > then.events + self.feed.capacity as u64
            || now.lists > then.lists + 3 * self.feed.core.tracked().iter().count() as u64
    }

    fn hand_out(&mut self) -> Option<Change> {
        if self.handed >= BATCH {
            return None;
        }
        self.handed += 1;
        std::iter::from_fn(|| self.feed.core.next()).find_map(Change::new)
    }
}

impl<D> fmt::Debug for Changes<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Changes");
        out.field("mirror", self.mirror()).field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

/// The time that a watch may take to begin. Each list that is had whole starts it over.
struct Beginning {
    since: Instant,
    awaited: Option<Topic>,
}

impl Beginning {
    fn new() -> Self {
        Beginning { since: Instant::now(), awaited: None }
    }

    /// Whether the present state is known; an error when it is not in time.
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
                Err(failed(awaited.map_or("", |topic| topic.facts().name), ErrorKind::Expired { after }))
            }
            None => Ok(false),
        }
    }
}

impl Watch<Blocking> {
    /// Begins the watch: lists everything, and knows the present state when it returns.
    ///
    /// # Errors
    /// A socket can't be opened, or the kernel refuses a list. [Is timed out](crate::Error::is_timed_out) if one of the
    /// lists can't be had whole within the handle's timeout.
    pub fn wait(self) -> Result<Changes<Blocking>> {
        let mut changes = self.open()?;
        let mut beginning = Beginning::new();
        while !beginning.is_over(&changes.feed, changes.timeout)? {
            changes.work(Until { events: None, lists: None })?;
        }
        Ok(changes)
    }
}

/// An audit that is waited for: until when, and how many objects had been found to differ before.
struct Audit {
    until: Option<Instant>,
    found: u64,
}

/// Until when to wait for events, and for the list under way.
#[derive(Clone, Copy)]
struct Until {
    events: Option<Instant>,
    lists: Option<Instant>,
}

impl Changes<Blocking> {
    /// The next change, if there is one within this time.
    ///
    /// # Errors
    /// A socket fails, or the kernel refuses a list.
    pub fn next_within(&mut self, timeout: Duration) -> Result<Option<Change>> {
        self.next_until(Instant::now().checked_add(timeout))
    }

    /// Reads what has come without waiting for more, so that the mirror is up to date. Changes stay to be taken. Where they
    /// come faster than they can be read it does not wait for that to end: then the watch
    /// [is not settled](Self::is_settled).
    ///
    /// # Errors
    /// A socket fails, or the kernel refuses a list.
    pub fn refresh(&mut self) -> Result<()> {
        let begun = self.statistics();
        while self.work(Until { events: Some(Instant::now()), lists: None })? && !self.is_fresh(begun) {}
        Ok(())
    }

    /// Audits all that is watched now, whatever the period, and waits for it. Changes stay to be taken. Gives how many
    /// objects differed.
    ///
    /// # Errors
    /// A socket fails, or the kernel refuses a list. [Is timed out](crate::Error::is_timed_out) after the handle's timeout.
    pub fn audit_now(&mut self) -> Result<u64> {
        let audit = self.begin_audit();
        loop {
            if let Some(found) = self.audited(&audit)? {
                return Ok(found);
            }
            let worked = self.work(Until { events: Some(Instant::now()), lists: audit.until });
            worked.inspect_err(|_| self.feed.audits.give_up())?;
        }
    }

    fn next_until(&mut self, until: Option<Instant>) -> Result<Option<Change>> {
        loop {
            if let Some(change) = self.hand_out() {
                return Ok(Some(change));
            }
            // With changes at hand it only looks.
            let now = (self.handed >= BATCH).then(Instant::now);
            let wait = now.or(until);
            let worked = self.work(Until { events: wait, lists: wait })?;
            let looked = std::mem::take(&mut self.handed) >= BATCH;
            // Under a flood of what folds into nothing there is always more to read.
            let is_late = || until.is_some_and(|until| until <= Instant::now());
            if !looked && (!worked || is_late()) {
                return Ok(self.hand_out());
            }
        }
    }

    /// Reads some of what has come, and waits for it until then; `false` if nothing came.
    fn work(&mut self, until: Until) -> Result<bool> {
        let socket = Arc::clone(&self.feed.socket);
        self.is_drained = false;
        for events in 0..EVENTS {
            match self.feed.receive_event(try_recv(&socket)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.is_drained = true;
                    let works = self.feed.core.queue_is_empty();
                    if works || events > 0 || self.feed.list.is_some() || self.feed.begin_list()? {
                        break;
                    }
                    if !self.feed.core.has_work() {
                        return self.sleep(until.events);
                    }
                }
                result => result.map_err(|error| failed("", io_kind(error)))?,
            }
        }
        if self.feed.core.has_work() {
            self.feed.turn();
        } else if self.feed.list.is_some() || self.feed.begin_list()? {
            let began = self.feed.begin_to_work();
            let worked = self.work_on_list(until.lists);
            self.feed.end_work(began);
            return worked;
        }
        Ok(true)
    }

    /// Waits for events until then, or until it is time for an audit; `false` if it is neither.
    fn sleep(&mut self, until: Option<Instant>) -> Result<bool> {
        let due = self.feed.audits.due();
        let wake = until.into_iter().chain(due).min();
        let left = wake.map(|wake| wake.saturating_duration_since(Instant::now()));
        let is_readable = self.feed.socket.wait_readable(left).map_err(|error| failed("", io_kind(error)))?;
        Ok(is_readable || due.is_some_and(|due| until.is_none_or(|until| due < until)))
    }

    /// Receives a datagram of the list; `false` where none came until then.
    fn work_on_list(&mut self, until: Option<Instant>) -> Result<bool> {
        let Some(list) = &mut self.feed.list else { return Ok(true) };
        let received = loop {
            let socket = &mut list.socket;
            match socket.receive() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    match self.list_clock.wait_until(&socket.socket, until) {
                        Ok(true) => (),
                        Ok(false) => return Ok(false),
                        Err(error) => break Err(error),
                    }
                }
                received => break received,
            }
        };
        self.list_clock = Deadline::new(self.timeout);
        self.feed.list_received(received)?;
        if self.feed.list_is_over() {
            self.feed.end_list()?;
        }
        Ok(true)
    }
}

impl Iterator for Changes<Blocking> {
    type Item = Result<Change>;

    /// Waits for the next change.
    fn next(&mut self) -> Option<Result<Change>> {
        self.next_until(None).transpose()
    }
}

#[cfg(feature = "tokio")]
pub use polling::Watching;

#[cfg(feature = "tokio")]
mod polling {
    use super::*;
    use crate::driver::clock::{Alarm, Timer};
    use crate::driver::tokio::poll_dump;
    use crate::driver::waiting::Place;
    use crate::mode::Async;
    use std::future::{Future, IntoFuture, poll_fn};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    /// The places of a watch in the reactor, and the clock of the list under way.
    pub(super) struct Reactors {
        events: Place,
        list: Place,
        timer: Timer,
        /// When the next audit is due.
        alarm: Alarm,
        /// Whether the queue itself has to be asked: the reactor may not have heard yet of what is in it.
        look: bool,
        /// What may still be done before other tasks have their turn.
        turn: u8,
        /// Whether they have it now.
        has_yielded: bool,
    }

    /// Datagrams of lists that are read before other tasks have their turn, which take about a millisecond.
    const TURN: u8 = 4;

    impl Reactors {
        pub(super) fn new(timeout: Option<Duration>) -> Self {
            Reactors {
                events: Place::default(),
                list: Place::default(),
                timer: Timer::new(timeout),
                alarm: Alarm::default(),
                look: false,
                turn: TURN,
                has_yielded: false,
            }
        }
    }

    impl IntoFuture for Watch<Async> {
        type Output = Result<Changes<Async>>;
        type IntoFuture = Watching;

        fn into_future(self) -> Watching {
            Watching(Begun::Not(Some(self)))
        }
    }

    /// The future of a [`Watch`]: it lists all, and is ready when the present state is known.
    #[must_use = "futures do nothing unless polled"]
    pub struct Watching(Begun);

    enum Begun {
        Not(Option<Watch<Async>>),
        Yes(Option<Box<Changes<Async>>>, Beginning),
    }

    impl Future for Watching {
        type Output = Result<Changes<Async>>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            if let Begun::Not(watch) = &mut self.0 {
                let Some(watch) = watch.take() else { return Poll::Pending };
                self.0 = Begun::Yes(Some(Box::new(watch.open()?)), Beginning::new());
            }
            let Begun::Yes(begun, beginning) = &mut self.0 else { return Poll::Pending };
            let Some(changes) = begun else { return Poll::Pending };
            while !beginning.is_over(&changes.feed, changes.timeout)? {
                ready!(changes.poll_work(cx))?;
            }
            match begun.take() {
                Some(changes) => Poll::Ready(Ok(*changes)),
                None => Poll::Pending,
            }
        }
    }

    impl Changes<Async> {
        /// The next change; it is never `None`. Dropping the future loses no change.
        pub async fn next(&mut self) -> Option<Result<Change>> {
            Some(poll_fn(|cx| self.poll_change(cx)).await)
        }

        /// The next change; it is never `None`. Dropping the future loses no change.
        ///
        /// # Errors
        /// A socket fails, or the kernel refuses a list.
        pub async fn try_next(&mut self) -> Result<Option<Change>> {
            poll_fn(|cx| self.poll_change(cx)).await.map(Some)
        }

        /// Reads what has come without waiting for more, so that the mirror is up to date. Changes stay to be taken. Where they
        /// come faster than they can be read it does not wait for that to end: then the watch
        /// [is not settled](Self::is_settled).
        ///
        /// # Errors
        /// A socket fails, or the kernel refuses a list.
        pub async fn refresh(&mut self) -> Result<()> {
            self.reactors.look = true;
            self.is_drained = false;
            let begun = self.statistics();
            poll_fn(|cx| match self.poll_work(cx) {
                Poll::Ready(Ok(())) if self.is_fresh(begun) => Poll::Ready(Ok(())),
                Poll::Ready(Ok(())) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                Poll::Pending if self.is_fresh(begun) => Poll::Ready(Ok(())),
                // It may also be another task's turn.
                Poll::Pending if self.feed.list.is_some() || self.reactors.look => Poll::Pending,
                Poll::Pending if self.reactors.has_yielded => Poll::Pending,
                Poll::Pending => Poll::Ready(Ok(())),
            })
            .await
        }

        /// Audits all that is watched now, whatever the period, and waits for it. Changes stay to be taken. Gives how many
        /// objects differed.
        ///
        /// # Errors
        /// A socket fails, or the kernel refuses a list. [Is timed out](crate::Error::is_timed_out) after the handle's
        /// timeout.
        pub async fn audit_now(&mut self) -> Result<u64> {
            self.reactors.look = true;
            let audit = self.begin_audit();
            poll_fn(|cx| {
                if let Poll::Ready(worked) = self.poll_work(cx) {
                    worked.inspect_err(|_| self.feed.audits.give_up())?;
                    cx.waker().wake_by_ref();
                }
                match self.audited(&audit)? {
                    Some(found) => Poll::Ready(Ok(found)),
                    None => Poll::Pending,
                }
            })
            .await
        }

        pub(super) fn poll_change(&mut self, cx: &mut Context<'_>) -> Poll<Result<Change>> {
            let progress = ready!(::tokio::task::coop::poll_proceed(cx));
            loop {
                if let Some(change) = self.hand_out() {
                    progress.made_progress();
                    return Poll::Ready(Ok(change));
                }
                self.handed = 0;
                match self.poll_work(cx) {
                    Poll::Ready(Ok(())) => (),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => match self.hand_out() {
                        Some(change) => {
                            progress.made_progress();
                            return Poll::Ready(Ok(change));
                        }
                        None => return Poll::Pending,
                    },
                }
            }
        }

        /// Reads some of what has come.
        fn poll_work(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
            // Under a flood there is always more to read: other tasks have their turn.
            let progress = ready!(::tokio::task::coop::poll_proceed(cx));
            let polled = self.poll_sockets(cx);
            if polled.is_ready() {
                progress.made_progress();
            }
            polled
        }

        fn poll_sockets(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
            // What is done at length lets other tasks run, whatever the runtime's budget.
            self.reactors.has_yielded = self.reactors.turn == 0;
            if self.reactors.has_yielded {
                self.reactors.turn = TURN;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let (mut events, mut works) = (0, false);
            self.is_drained = false;
            while !self.is_drained && !works && events < EVENTS {
                match self.feed.poll_event(&mut self.reactors.events, self.reactors.look, cx) {
                    Poll::Ready(result) => {
                        result.map_err(|error| failed("", io_kind(error)))?;
                        events += 1;
                        works = self.feed.core.has_work();
                    }
                    Poll::Pending => {
                        self.is_drained = true;
                        self.reactors.look = false;
                    }
                }
            }
            if self.feed.core.has_work() {
                self.feed.turn();
                self.reactors.turn = 0;
                return Poll::Ready(Ok(()));
            }
            if self.feed.list.is_some() || self.feed.begin_list()? {
                let began = self.feed.begin_to_work();
                let polled = self.poll_list(cx);
                self.feed.end_work(began);
                let polled = polled?;
                return if events > 0 { Poll::Ready(Ok(())) } else { polled.map(Ok) };
            }
            if !self.is_drained || events > 0 || self.feed.core.has_work() {
                return Poll::Ready(Ok(()));
            }
            self.reactors.alarm.poll(self.feed.audits.due(), cx).map(Ok)
        }

        fn poll_list(&mut self, cx: &mut Context<'_>) -> Result<Poll<()>> {
            let Some(list) = &mut self.feed.list else { return Ok(Poll::Ready(())) };
            let received = match poll_dump(&mut list.socket, &mut self.reactors.list, cx) {
                Poll::Ready(received) => received,
                Poll::Pending => match self.reactors.timer.poll(cx) {
                    Poll::Ready(timed_out) => timed_out,
                    Poll::Pending => return Ok(Poll::Pending),
                },
            };
            self.reactors.timer.reset();
            self.reactors.turn -= 1;
            if received.is_err() {
                self.reactors.list = Place::default();
            }
            self.feed.list_received(received)?;
            if self.feed.list_is_over() {
                // Its socket is another's from here on, who may register it.
                self.reactors.list = Place::default();
                self.feed.end_list()?;
            }
            Ok(Poll::Ready(()))
        }
    }

    impl futures_core::Stream for Changes<Async> {
        type Item = Result<Change>;

        fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            self.get_mut().poll_change(cx).map(Some)
        }
    }
}

#[cfg(test)]
mod tests;
