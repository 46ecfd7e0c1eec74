//! What the caller has not received yet: the initial state first, then changes.

use super::pending::Pending;
use crate::watch::change::{Change, Difference};
use crate::watch::message::EventMessage;
use crate::watch::mirror::Mirror;
use crate::watch::topic::differing::says_the_same;
use crate::watch::topic::list::{Topic, TopicSet};
use crate::watch::topic::message::Message;
use crate::watch::tree::Record;
use std::collections::VecDeque;

/// Limit of queued messages that are not objects. Beyond it they are lost, and [`Change::Lost`] is reported.
const OTHERS: usize = 1024;

pub(super) struct Backlog {
    /// What the caller wants to receive.
    wanted: TopicSet,
    introduction: Introduction,
    pending: Pending,
    others: VecDeque<EventMessage>,
    /// Whether [`Change::Lost`] is to be reported.
    lost: bool,
}

/// How much of the initial state has been reported.
enum Introduction {
    /// Nothing: it is not known yet.
    Before,
    /// All topics before this one, and its objects up to this key.
    Within(usize, Option<Box<[u8]>>),
    Over,
}

impl Backlog {
    pub(super) fn new(wanted: TopicSet) -> Self {
        Backlog {
            wanted,
            introduction: Introduction::Before,
            pending: Pending::default(),
            others: VecDeque::new(),
            lost: false,
        }
    }

    pub(super) fn is_wanted(&self, topic: Topic) -> bool {
        self.wanted.contains(topic)
    }

    /// Whether the initial state is known.
    pub(super) fn is_introduced(&self) -> bool {
        !matches!(self.introduction, Introduction::Before)
    }

    /// The initial state is known now.
    pub(super) fn introduce(&mut self) {
        self.introduction = Introduction::Within(0, None);
    }

    #[cfg(test)]
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Keeps the state of an object before it changed, if the caller has received it.
    pub(super) fn note(&mut self, topic: Topic, key: &[u8], before: Option<Record>, exists: bool) {
        let has_received = match &self.introduction {
            Introduction::Before => false,
            Introduction::Within(at, last) => {
                let place = topic as usize;
                place < *at || (place == *at && last.as_deref().is_some_and(|last| key <= last))
            }
            Introduction::Over => true,
        };
        if has_received && self.wanted.contains(topic) {
            self.pending.note(topic, key, before, exists);
        }
    }

    /// A message that is not an object.
    pub(super) fn other(&mut self, message: EventMessage) {
        if self.others.len() < OTHERS {
            self.others.push_back(message);
        } else {
            self.lost = true;
        }
    }

    /// Notifications were lost.
    pub(super) fn lose(&mut self) {
        self.lost |= self.is_introduced();
    }

    /// Messages that are not objects were lost.
    pub(super) fn lose_others(&mut self) {
        self.lost = true;
    }

    /// The next change for the caller. Objects that do not decode, which are never kept, are skipped.
    pub(super) fn next(&mut self, mirror: &Mirror) -> Option<Change> {
        while let Introduction::Within(..) = self.introduction {
            match self.next_known(mirror) {
                Some((topic, now)) => {
                    let change = (topic.facts().change)(Difference { before: None, now: Some(now) });
                    if change.is_some() {
                        return change;
                    }
                }
                None => return Some(Change::Complete),
            }
        }
        if std::mem::take(&mut self.lost) {
            return Some(Change::Lost);
        }
        while let Some((topic, key, before)) = self.pending.pop() {
            let now = mirror.tree(topic).get(&key).cloned();
            if !is_same(topic, before.as_ref(), now.as_ref()) {
                let change = (topic.facts().change)(Difference { before, now });
                if change.is_some() {
                    return change;
                }
            }
        }
        self.others.pop_front().map(Change::Other)
    }

    /// The next object of the initial state; `None` at its end.
    fn next_known(&mut self, mirror: &Mirror) -> Option<(Topic, Record)> {
        while let Introduction::Within(at, last) = &mut self.introduction {
            let Some(topic) = Topic::ALL.get(*at).copied() else {
                self.introduction = Introduction::Over;
                break;
            };
            let next = match last.as_deref().filter(|_| self.wanted.contains(topic)) {
                Some(last) => mirror.tree(topic).from(last).find(|record| record.key() != last),
                None => mirror.tree(topic).iter().next(),
            };
            match next.filter(|_| self.wanted.contains(topic)) {
                Some(record) => {
                    *last = Some(record.key().into());
                    return Some((topic, record.clone()));
                }
                None => self.introduction = Introduction::Within(*at + 1, None),
            }
        }
        None
    }
}

fn is_same(topic: Topic, before: Option<&Record>, now: Option<&Record>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => says_the_same(topic.facts(), Message::of(before), Message::of(now)),
        (before, now) => before.is_none() && now.is_none(),
    }
}
