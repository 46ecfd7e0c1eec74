//! A watch without I/O: datagrams of multicast groups, messages of lists and failures go in, changes come out.
//!
//! A list and the notifications beside it are two streams without a common clock. What is known of an object after a list:
//!
//! ```text
//!                list begins    reads the object      list ends     all that was queued by then is read
//! notifications ------+---- e1 ------- | -------- e2 -----+---------------------+------
//!                     '------------------ the window -------------------------'
//! ```
//! The last notification in the window is the state of the object, whether the list read it before or after: had it
//! changed after e2, there would be another notification. The list counts only for objects without a notification in the
//! window. That holds for objects that notifications describe in full; where they describe only a part (one of several routes
//! of the same key, say), or where the kernel is silent, there is doubt, and the topic is listed again.
//!
//! A list is merged with what is known in turns of some hundred objects, between which notifications are read: none of
//! them keeps a thread for long. A notification about an object whose turn has not come is preceded by that turn.
//!
//! After an overrun the kernel queues nothing more until the queue is read to its end; only then may a list begin.

mod backlog;
mod catch_up;
mod doubts;
mod lists;
mod merge;
mod notice;
mod pending;
mod slots;
mod state;

use self::catch_up::CatchUp;
use self::state::State;
use super::change::Change;
use super::marks::{Mark, Marks};
use super::mirror::Mirror;
use super::statistics::Statistics;
use super::topic::list::{Topic, TopicSet};
use super::window::{Room, Stage, Window};

/// What is known, what the caller has not received yet, and what is still to be found out.
pub(super) struct Core {
    state: State,
    /// The groups whose messages are reported if they are not objects.
    raw_groups: Vec<u32>,
    /// The running list, or the one that is being merged.
    window: Option<Window>,
    /// Whether the queue must be emptied first.
    overrun: bool,
    catch_up: CatchUp,
    marks: Marks,
    room: Room,
}

impl Core {
    pub(super) fn new(wanted: TopicSet, raw_groups: Vec<u32>) -> Self {
        Core {
            state: State::new(wanted),
            raw_groups,
            window: None,
            overrun: false,
            catch_up: CatchUp::default(),
            marks: Marks::default(),
            room: Room::default(),
        }
    }

    pub(super) fn mirror(&self) -> &Mirror {
        &self.state.mirror
    }

    pub(super) fn statistics(&self) -> Statistics {
        self.state.statistics
    }

    /// The topics that are followed, for the caller or to help.
    pub(super) fn tracked(&self) -> TopicSet {
        self.state.doubts.tracked()
    }

    /// Whether the topic only helps: its changes are not reported.
    pub(super) fn is_helper(&self, topic: Topic) -> bool {
        !self.state.backlog.is_wanted(topic)
    }

    /// The next change for the caller.
    pub(super) fn next(&mut self) -> Option<Change> {
        self.state.backlog.next(&self.state.mirror)
    }

    /// Whether the initial state is known.
    pub(super) fn is_ready(&self) -> bool {
        self.state.backlog.is_introduced()
    }

    /// The topic that must be listed before the initial state is known.
    pub(super) fn awaited(&self) -> Option<Topic> {
        self.tracked().without(self.state.listed).iter().next()
    }

    /// Whether nothing is in doubt: the mirror has all that was notified or listed. An audit doubts nothing.
    pub(super) fn is_settled(&self) -> bool {
        self.state.doubts.is_empty()
            && !self.overrun
            && self.window.as_ref().is_none_or(|window| window.is_audit)
    }

    /// Whether the running list is an audit.
    pub(super) fn is_auditing(&self) -> bool {
        self.window.as_ref().is_some_and(|window| window.is_audit)
    }

    /// Whether the caller must say when the queue of notifications is empty.
    pub(super) fn asks_for_the_end(&self) -> bool {
        self.catch_up.unread().is_some()
            || match &self.window {
                Some(window) => self.overrun || matches!(window.stage, Stage::Ended(_)),
                None => !self.is_settled(),
            }
    }

    /// Begins to catch up with the kernel.
    pub(super) fn begin_to_catch_up(&mut self) {
        self.catch_up.begin(self.marks.next());
    }

    /// A mark that has to be sent, unless the queue of notifications turns out to be empty before.
    pub(super) fn unsent_mark(&self) -> Option<Mark> {
        let awaited = [self.catch_up.unread(), self.window.as_ref().and_then(Window::unread)];
        Some(self.marks.next()).filter(|next| awaited.contains(&Some(*next)))
    }

    pub(super) fn mark_sent(&mut self) {
        self.marks.sent();
    }

    /// Whether the mirror is at least as new as the last call of [`begin_to_catch_up`](Self::begin_to_catch_up): all that was
    /// queued then is read, and what that left in doubt is listed. What happened since may be in doubt.
    pub(super) fn has_caught_up(&self) -> bool {
        let listing = self.window.as_ref().filter(|window| !window.is_audit).map(|window| window.topic);
        let mut open = self.state.doubts.topics();
        open.extend(listing);
        !self.overrun && self.catch_up.is_over(open)
    }

    /// Whether there is something to do in [turns](Self::turn).
    pub(super) fn has_work(&self) -> bool {
        self.window.as_ref().is_some_and(Window::is_merging)
            || self.state.doubts.is_inquiring()
            || !self.state.rubbish.is_empty()
    }

    /// The mirror may be wrong about a topic.
    fn doubt(&mut self, topic: Topic) {
        self.state.doubts.add(topic);
        self.catch_up.reopen([topic].into_iter().collect());
    }

    /// The number of objects that the running list holds.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.window.as_ref().map_or(0, |window| window.fresh.len())
    }

    /// The number of objects whose changes the caller has not received yet.
    #[cfg(test)]
    pub(super) fn pending(&self) -> usize {
        self.state.backlog.pending()
    }
}
