//! How the mirror becomes as new as the moment when somebody asked for it, whatever happens since.
//!
//! First all is read that was queued at that moment. A list that begins then has all that it gave away; what happens beside that
//! list is in the notifications. So one list of each topic in doubt is enough, unless changes interrupt it or leave it open.

use crate::watch::marks::Mark;
use crate::watch::topic::list::{Topic, TopicSet};

#[derive(Default)]
pub(super) struct CatchUp {
    /// Whether somebody may be waiting.
    is_running: bool,
    /// The mark behind what was queued; `None` when that is read.
    unread: Option<Mark>,
    /// The number of the first list that counts.
    first: u64,
    /// Topics of which such a list has ended, and left nothing open.
    listed: TopicSet,
}

impl CatchUp {
    /// What is queued in front of this mark is to be read.
    pub(super) fn begin(&mut self, mark: Mark) {
        (self.is_running, self.unread) = (true, Some(mark));
    }

    pub(super) fn is_running(&self) -> bool {
        self.is_running
    }

    pub(super) fn end(&mut self) {
        self.is_running = false;
    }

    pub(super) fn unread(&self) -> Option<Mark> {
        self.unread
    }

    /// All is read that was queued. `lists` were begun so far.
    pub(super) fn has_read(&mut self, lists: u64) {
        if self.unread.take().is_some() {
            (self.first, self.listed) = (lists, TopicSet::EMPTY);
        }
    }

    /// A list of this number has ended, and is complete.
    pub(super) fn listed(&mut self, topic: Topic, number: u64) {
        if number >= self.first {
            self.listed.add(topic);
        }
    }

    /// It is open again how these topics are.
    pub(super) fn reopen(&mut self, topics: TopicSet) {
        self.listed = self.listed.without(topics);
    }

    /// Whether these topics, which are in doubt, may stay so.
    pub(super) fn is_over(&self, open: TopicSet) -> bool {
        self.unread.is_none() && open.without(self.listed).is_empty()
    }
}
