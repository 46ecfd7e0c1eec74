//! A running watch: when it reads, lists and waits.

use super::change::Change;
use super::feed::{Feed, failed};
use super::message::Event;
use super::mirror::Mirror;
use super::source::Source;
use super::statistics::Statistics;
use crate::driver::clock::Clock;
use crate::driver::thread::wait;
use crate::driver::turn::Turn;
use crate::error::{Error, ErrorKind, Result, io_kind};
use crate::mode::{Blocking, Runtime, Wait};
use netlink_sys::Socket;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// Changes reported between two checks of the notification queue.
const BATCH: u32 = 32;

/// Dump datagrams read before other tasks get their turn: about a millisecond.
const TURN: u8 = 4;

/// Notification datagrams read at a time, before a running list continues.
const EVENTS: u32 = 64;

/// Limit of a refresh's lists, as a multiple of the topics, and of overruns beside it.
const ATTEMPTS: u64 = 4;

/// A running watch: first the current state, then each change. It never ends.
///
/// A slow caller receives fewer changes, not wrong ones: everything that happened to an object since the caller last
/// received a change of it is merged into one change. So memory is bounded by the number of objects.
///
/// An error does not end the watch: the next call continues.
pub struct Changes<D: Wait> {
    pub(super) feed: Feed,
    /// Sockets that listen to groups of other families than the route family.
    foreign: Vec<Source<D>>,
    pub(super) timeout: Option<Duration>,
    handed: u32,
    /// Whether the queue was empty at the last step.
    is_drained: bool,
    /// Registrations for notifications and for the running list.
    events: D::Place,
    list: D::Place,
    /// How long nothing of the running list has been received.
    list_clock: Clock<D>,
    /// When the next audit is due.
    alarm: D::Alarm,
    /// Whether the runtime turned out to lack timers.
    is_timeless: bool,
    turn: Turn,
}

/// Until when to wait for notifications, and for the running list.
#[derive(Clone, Copy)]
struct Until {
    events: Option<Instant>,
    list: Option<Instant>,
}

impl Until {
    const FOREVER: Until = Until { events: None, list: None };
}

impl<D: Wait> Changes<D> {
    pub(super) fn new(feed: Feed, foreign: Vec<Source<D>>, timeout: Option<Duration>) -> Self {
        Changes {
            feed,
            foreign,
            timeout,
            handed: 0,
            is_drained: false,
            events: D::Place::default(),
            list: D::Place::default(),
            list_clock: Clock::new(timeout),
            alarm: D::Alarm::default(),
            is_timeless: false,
            turn: Turn::of(TURN),
        }
    }

    /// The state as known now, including changes that have not been reported yet. A clone is a snapshot.
    pub fn mirror(&self) -> &Mirror {
        self.feed.core.mirror()
    }

    /// Whether nothing is in doubt: the mirror has all notifications that were read, with everything that they imply, so it equals
    /// what the kernel lists, except for silent changes. `false` while the watch lists again, unless that is an audit.
    pub fn is_settled(&self) -> bool {
        self.feed.core.is_settled()
    }

    fn now(&self) -> Instant {
        D::now()
    }

    /// Counts of what the watch has read and listed so far.
    pub fn statistics(&self) -> Statistics {
        self.feed.core.statistics()
    }

    /// Makes the next read try the queue itself. Returns the statistics so far.
    fn begin_refresh(&mut self) -> Statistics {
        D::look(&mut self.events);
        self.is_drained = false;
        self.feed.core.begin_to_catch_up();
        self.statistics()
    }

    /// Whether the mirror is as new as the beginning of the refresh, or the attempts are used up.
    fn is_refreshed(&self, then: Statistics) -> bool {
        self.feed.core.has_caught_up() || self.has_tried_enough(then)
    }

    /// Begins an audit that somebody waits for.
    fn begin_audit(&mut self) -> Audit {
        D::look(&mut self.events);
        self.feed.audits.begin_awaited(self.feed.core.tracked());
        let until = self.timeout.and_then(|timeout| D::now().checked_add(timeout));
        Audit { until, found: self.statistics().audit_differences }
    }

    /// The number of objects that differed; `None` until the audit is over.
    fn audited(&mut self, audit: &Audit) -> Result<Option<u64>> {
        if !self.feed.audits.is_running() {
            return Ok(Some(self.statistics().audit_differences - audit.found));
        }
        match self.timeout.filter(|_| audit.until.is_some_and(|until| until <= D::now())) {
            Some(after) => {
                self.feed.audits.give_up();
                Err(Error::new("audit", String::new(), ErrorKind::Expired { after }))
            }
            None => Ok(None),
        }
    }

    /// Whether overruns and interrupted lists have prevented catching up for long enough.
    fn has_tried_enough(&self, then: Statistics) -> bool {
        let now = self.statistics();
        now.overruns > then.overruns + ATTEMPTS
            || now.lists > then.lists + ATTEMPTS * self.feed.core.tracked().iter().count() as u64
    }

    fn hand_out(&mut self) -> Option<Change> {
        if self.handed >= BATCH {
            return None;
        }
        self.handed += 1;
        self.feed.core.next()
    }
}

impl<D: Wait> fmt::Debug for Changes<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Changes");
        out.field("mirror", self.mirror()).field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

/// An audit that the caller waits for: until when, and how many objects had differed in earlier ones.
struct Audit {
    until: Option<Instant>,
    found: u64,
}

impl<D: Wait> Changes<D> {
    /// The next change; `None` if there is none by then.
    pub(crate) fn poll_change(
        &mut self,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Change>>> {
        D::poll_in_turn(cx, |cx| {
            loop {
                if let Some(change) = self.hand_out() {
                    return Poll::Ready(Ok(Some(change)));
                }
                // While there are changes, this only checks the queue.
                let looks = std::mem::take(&mut self.handed) >= BATCH;
                let wait = if looks { Some(D::now()) } else { until };
                let Poll::Ready(worked) = self.poll_work(Until { events: wait, list: wait }, cx)? else {
                    return self.hand_out().map_or(Poll::Pending, |change| Poll::Ready(Ok(Some(change))));
                };
                // Under a flood of changes that cancel out, there is always more to read.
                let is_late = || until.is_some_and(|until| until <= D::now());
                if !looks && (!worked || is_late()) {
                    return Poll::Ready(Ok(self.hand_out()));
                }
            }
        })
    }

    /// Reads what was received. `then` is the statistics at the beginning.
    fn poll_refresh(&mut self, then: Statistics, cx: &mut Context<'_>) -> Poll<Result<()>> {
        loop {
            let until = Until { events: Some(D::now()), list: None };
            if !ready!(self.poll_work(until, cx))? || self.is_refreshed(then) {
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn poll_audit(&mut self, audit: &Audit, cx: &mut Context<'_>) -> Poll<Result<u64>> {
        loop {
            if let Some(found) = self.audited(audit)? {
                return Poll::Ready(Ok(found));
            }
            let until = Until { events: Some(D::now()), list: audit.until };
            ready!(self.poll_work(until, cx)).inspect_err(|_| self.feed.audits.give_up())?;
        }
    }

    /// Lists, or waits for what must be known first.
    pub(super) fn poll_list_all(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_work(Until::FOREVER, cx).map_ok(drop)
    }

    /// Waits for notifications until then, and reads some; `false` if there were none. Under a flood there is always more to
    /// read, so other tasks get their turn.
    fn poll_work(&mut self, until: Until, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        D::poll_in_turn(cx, |cx| {
            ready!(self.turn.poll::<D>(cx));
            let any = self.read_events(cx)? | self.read_foreign(cx)?;
            if self.feed.core.has_work() {
                self.feed.turn();
                self.turn.end();
            } else if self.feed.list.is_some() || self.feed.begin_list()? {
                let began = self.feed.begin_to_work();
                let worked = self.poll_list(any, until.list, cx);
                self.feed.end_work(began);
                return worked;
            } else if self.is_drained && !any && !self.feed.core.has_work() {
                return self.poll_idle(until.events, cx);
            }
            Poll::Ready(Ok(true))
        })
    }

    /// Reads notifications until one needs work. Returns whether there were any.
    fn read_events(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        self.is_drained = false;
        for read in 0..EVENTS {
            match self.feed.poll_event::<D>(&mut self.events, cx) {
                Poll::Ready(result) => result.map_err(|error| failed("", io_kind(error)))?,
                Poll::Pending => {
                    self.is_drained = true;
                    return Ok(read > 0);
                }
            }
            if self.feed.core.has_work() {
                return Ok(true);
            }
        }
        // There may be many more.
        self.feed.mark_queue().map_err(|error| failed("", io_kind(error)))?;
        Ok(true)
    }

    /// Reads messages of other families. Returns whether there were any.
    #[inline]
    fn read_foreign(&mut self, cx: &mut Context<'_>) -> Result<bool> {
        let mut any = false;
        for source in &mut self.foreign {
            for _ in 0..EVENTS {
                match source.poll_event(cx) {
                    Poll::Ready(Ok(Event::Message(message))) => self.feed.core.foreign(message),
                    Poll::Ready(Ok(Event::Lost)) => self.feed.core.lose_foreign(),
                    Poll::Ready(Err(error)) => return Err(failed("", io_kind(error))),
                    Poll::Pending => break,
                }
                any = true;
            }
        }
        Ok(any)
    }

    /// Receives a datagram of the list; `false` if there is none by then. After notifications it does not wait for one.
    fn poll_list(
        &mut self,
        after_events: bool,
        until: Option<Instant>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<bool>> {
        let Some(list) = &mut self.feed.list else { return Poll::Ready(Ok(true)) };
        let received = loop {
            match list.socket.poll_receive::<D>(&mut self.list, cx) {
                Poll::Ready(received) => break received,
                Poll::Pending if after_events => return Poll::Ready(Ok(true)),
                Poll::Pending => {
                    match ready!(self.list_clock.poll_sleep_until(until, &list.socket.socket, cx)) {
                        Ok(true) => (),
                        Ok(false) => return Poll::Ready(Ok(false)),
                        Err(error) => break Err(error),
                    }
                }
            }
        };
        self.list_clock.reset();
        self.turn.step();
        if received.is_err() {
            self.list = D::Place::default();
        }
        self.feed.list_received(received)?;
        if self.feed.list_is_over() {
            // From here on the socket may belong to another list, which registers it.
            self.list = D::Place::default();
            self.feed.end_list()?;
        }
        Poll::Ready(Ok(true))
    }

    /// Waits for notifications until then, or until an audit is due; `false` if neither happened.
    fn poll_idle(&mut self, until: Option<Instant>, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        loop {
            let due = self.feed.audits.due().filter(|_| !self.is_timeless);
            let wake = until.into_iter().chain(due).min();
            match ready!(self.poll_sleep(wake, cx)).map_err(io_kind) {
                Err(kind @ ErrorKind::NoTimers) if until.is_none() => {
                    log::warn!("timed work of a watch, such as audits, is off: {kind}");
                    self.is_timeless = true;
                }
                Err(kind) => return Poll::Ready(Err(failed("", kind))),
                Ok(is_readable) => {
                    let is_due = due.is_some_and(|due| until.is_none_or(|until| due < until));
                    return Poll::Ready(Ok(is_readable || is_due));
                }
            }
        }
    }
}

impl<D: Wait> Changes<D> {
    fn poll_sleep(&mut self, wake: Option<Instant>, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        if self.foreign.is_empty() {
            return D::poll_sleep(&mut self.alarm, &[&self.feed.socket], wake, cx);
        }
        let foreign = self.foreign.iter().map(|source| &*source.socket);
        let sockets: Vec<&Socket> = std::iter::once(&*self.feed.socket).chain(foreign).collect();
        D::poll_sleep(&mut self.alarm, &sockets, wake, cx)
    }
}

/// Makes each request to a watch a method, on async and on blocking watches.
macro_rules! asked {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $Type:ty),*) -> $Output:ty
        = |$this:ident| $prepare:expr => |$prepared:ident, $cx:ident| $poll:expr;)*) => {
        impl<R: Runtime> Changes<R> {
            $(
                $(#[$doc])*
                pub async fn $name(&mut self $(, $argument: $Type)*) -> Result<$Output> {
                    let $this = self;
                    let $prepared = $prepare;
                    poll_fn(|$cx| $poll).await
                }
            )*
        }

        impl Changes<Blocking> {
            $(
                $(#[$doc])*
                pub fn $name(&mut self $(, $argument: $Type)*) -> Result<$Output> {
                    let $this = self;
                    let $prepared = $prepare;
                    wait(|$cx| $poll)
                }
            )*
        }
    };
}

asked! {
    /// The next change, if there is one within this time.
    ///
    /// # Errors
    /// A socket fails, or the kernel refuses a list.
    next_within(timeout: Duration) -> Option<Change>
        = |this| this.now().checked_add(timeout) => |until, cx| this.poll_change(until, cx);

    /// Brings the mirror up to date: reads what is queued, without waiting for more, so that the mirror is at least as new as
    /// this call. Changes are still reported afterwards.
    ///
    /// Each topic that is then in doubt is listed once: what changes during that list is in the notifications. It is listed again
    /// only if changes interrupt the list, notifications are lost in an overrun, or it is ambiguous which of several routes or
    /// rules they are about. If changes come faster than they can be read, this does not wait for that to end: what the latest of
    /// them leave in doubt stays in doubt, and the watch [is not settled](Self::is_settled).
    ///
    /// # Errors
    /// A socket fails, or the kernel refuses a list.
    refresh() -> () = |this| this.begin_refresh() => |then, cx| this.poll_refresh(then, cx);

    /// Audits everything that is watched now, whatever the period, and waits for the result: the number of objects that differed.
    /// Changes are still reported afterwards.
    ///
    /// # Errors
    /// A socket fails, or the kernel refuses a list. [Is timed out](crate::Error::is_timed_out) after the handle's timeout.
    audit_now() -> u64 = |this| this.begin_audit() => |audit, cx| this.poll_audit(&audit, cx);
}

impl<R: Runtime> Changes<R> {
    /// The next change; never `None`. Dropping the future loses no change.
    pub async fn next(&mut self) -> Option<Result<Change>> {
        poll_fn(|cx| self.poll_change(None, cx)).await.transpose()
    }

    /// The next change; never `None`. Dropping the future loses no change.
    ///
    /// # Errors
    /// A socket fails, or the kernel refuses a list.
    pub async fn try_next(&mut self) -> Result<Option<Change>> {
        poll_fn(|cx| self.poll_change(None, cx)).await
    }
}

impl Iterator for Changes<Blocking> {
    type Item = Result<Change>;

    /// Waits for the next change.
    fn next(&mut self) -> Option<Result<Change>> {
        wait(|cx| self.poll_change(None, cx)).transpose()
    }
}
