//! Which topics have to be listed, and what has to be checked before.

use crate::watch::mirror::Mirror;
use crate::watch::silence::inquiry::Inquiry;
use crate::watch::silence::rule::Notification;
use crate::watch::silence::suspects::Suspects;
use crate::watch::topic::list::{Topic, TopicSet};

/// Datagrams that are read before a list that is not urgent: one list resolves all doubts that they raise.
const PATIENCE: u32 = 1024;

pub(super) struct Doubts {
    /// The topics that are followed: those of the caller, and those that help.
    tracked: TopicSet,
    /// Topics to list.
    doubted: TopicSet,
    /// Topics of which a list has begun: of others, no notification leaves more in doubt.
    begun: TopicSet,
    /// The topic that was listed last: the others come first.
    last: Option<Topic>,
    suspects: Suspects,
    /// Suspects that are being checked.
    inquiry: Option<Inquiry>,
    /// Datagrams that may still be read before the next list.
    patience: u32,
}

impl Doubts {
    /// Everything is in doubt.
    pub(super) fn new(tracked: TopicSet) -> Self {
        Doubts {
            tracked,
            doubted: tracked,
            begun: TopicSet::EMPTY,
            last: None,
            suspects: Suspects::default(),
            inquiry: None,
            patience: 0,
        }
    }

    pub(super) fn tracked(&self) -> TopicSet {
        self.tracked
    }

    pub(super) fn is_empty(&self) -> bool {
        self.doubted.is_empty() && self.suspects.is_empty() && self.inquiry.is_none()
    }

    /// What is in doubt, or may be.
    pub(super) fn topics(&self) -> TopicSet {
        let mut topics = self.doubted;
        topics.extend(self.suspects.topics().iter());
        topics.extend(self.inquiry.iter().flat_map(|inquiry| inquiry.topics().iter()));
        topics
    }

    pub(super) fn is_doubted(&self, topic: Topic) -> bool {
        self.doubted.contains(topic)
    }

    /// A topic has to be listed. More such doubts may follow soon: a list waits for them.
    pub(super) fn add(&mut self, topic: Topic) {
        if self.tracked.contains(topic) {
            if self.is_empty() {
                self.patience = PATIENCE;
            }
            self.doubted.add(topic);
        }
    }

    /// A list failed or is incomplete: it has to be repeated at once.
    pub(super) fn again(&mut self, topic: Topic) {
        self.doubted.add(topic);
    }

    /// Everything has to be listed.
    pub(super) fn add_all(&mut self) {
        self.doubted = self.tracked;
    }

    /// Takes a notification that may hint at silent changes.
    pub(super) fn note(&mut self, notification: &Notification<'_>) {
        let was_empty = self.is_empty();
        if self.suspects.note(self.begun, &mut self.doubted, notification) && was_empty {
            self.patience = PATIENCE;
        }
    }

    /// A datagram was read.
    pub(super) fn count_down(&mut self) {
        self.patience = self.patience.saturating_sub(1);
    }

    /// The queue is empty: no list waits any longer.
    pub(super) fn stop_waiting(&mut self) {
        self.patience = 0;
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.patience > 0
    }

    pub(super) fn is_inquiring(&self) -> bool {
        self.inquiry.is_some()
    }

    /// The topic to list now; `None` until the suspects are checked by [`inquire`](Self::inquire).
    pub(super) fn next(&mut self, mirror: &Mirror) -> Option<Topic> {
        if !self.suspects.is_empty() && self.inquiry.is_none() {
            let sure = self.tracked.without(self.doubted);
            self.inquiry = Some(Inquiry::new(std::mem::take(&mut self.suspects), sure));
            self.inquire(mirror, 0);
        }
        if self.inquiry.is_some() {
            return None;
        }
        let behind = |topic: &Topic| Some(*topic) > self.last;
        let next = self.doubted.iter().find(behind).or_else(|| self.doubted.iter().next());
        self.last = next;
        self.doubted.remove(next?);
        self.begun.extend(next);
        next
    }

    /// Checks suspects: up to `most` objects.
    pub(super) fn inquire(&mut self, mirror: &Mirror, most: usize) {
        if let Some(mut inquiry) = self.inquiry.take() {
            let has_more = inquiry.go_on(mirror, &mut self.doubted, most);
            self.inquiry = Some(inquiry).filter(|_| has_more);
        }
    }
}
