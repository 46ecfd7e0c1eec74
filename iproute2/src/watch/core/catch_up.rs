//! How the mirror becomes as new as the moment when somebody asked for it, whatever happens since.
//!
//! First all is read that was queued at that moment. A list that begins then has all that it gave away; what happens beside that
//! list is in the notifications. So one list of each topic in doubt is enough, unless changes interrupt it or leave it open.

use crate::watch::topic::list::{Topic, TopicSet};

#[derive(Default)]
pub(super) struct CatchUp {
    /// Datagrams that may have been queued and are not read yet; `None` when all are.
    unread: Option<usize>,
    /// The number of the first list that counts.
    first: u64,
    /// Topics of which such a list has ended, and left nothing open.
    listed: TopicSet,
}

impl CatchUp {
    pub(super) fn begin(&mut self, queued: usize) {
        self.unread = Some(queued);
    }

    pub(super) fn is_reading(&self) -> bool {
        self.unread.is_some()
    }

    /// A datagram was read. `lists` were begun so far.
    pub(super) fn count_down(&mut self, lists: u64) {
        self.unread = self.unread.map(|unread| unread.saturating_sub(1));
        if self.unread == Some(0) {
            self.has_read(lists);
        }
    }

    /// All is read that was queued.
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
