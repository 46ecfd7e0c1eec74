//! What is known, and how changes of objects are applied.

use super::backlog::Backlog;
use super::doubts::Doubts;
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{Notification, Sign};
use crate::watch::statistics::Statistics;
use crate::watch::topic::differing::says_the_same;
use crate::watch::topic::list::{Topic, TopicSet};
use crate::watch::topic::message::Message;
use crate::watch::tree::{Record, Tree};
use netlink_packet::HEADER_LEN;

pub(super) struct State {
    pub(super) mirror: Mirror,
    pub(super) doubts: Doubts,
    pub(super) backlog: Backlog,
    pub(super) statistics: Statistics,
    /// Topics that were listed.
    pub(super) listed: TopicSet,
    /// Whether changes being applied were found by an audit.
    pub(super) is_auditing: bool,
    /// Records to be dropped, in turns as well.
    pub(super) rubbish: Vec<Tree>,
    scratch: Vec<u8>,
}

impl State {
    pub(super) fn new(wanted: TopicSet) -> Self {
        let tracked = wanted.with_helpers();
        let mut backlog = Backlog::new(wanted);
        // Without topics, nothing has to be known first.
        if tracked.is_empty() {
            backlog.introduce();
        }
        State {
            mirror: Mirror::default(),
            doubts: Doubts::new(tracked),
            backlog,
            statistics: Statistics::default(),
            listed: TopicSet::EMPTY,
            is_auditing: false,
            rubbish: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// Applies the state of an object; `false` if that is known.
    pub(super) fn put(&mut self, topic: Topic, key: &[u8], message: &[u8]) -> bool {
        let record = Record::new(&mut self.scratch, key, message);
        self.put_record(topic, record)
    }

    /// The same of a record, under another key if need be.
    pub(super) fn put_under(&mut self, topic: Topic, key: &[u8], record: &Record) {
        if record.key() == key {
            self.put_record(topic, record.clone());
        } else {
            self.put(topic, key, record.message());
        }
    }

    fn put_record(&mut self, topic: Topic, record: Record) -> bool {
        let facts = topic.facts();
        let before = self.mirror.insert(topic, facts.names, record.clone());
        let same = |before: &Record| says_the_same(facts, Message::of(before), Message::of(&record));
        if before.as_ref().is_some_and(same) {
            return false;
        }
        self.audited(topic, before.as_ref(), Some(&record));
        self.hint(Sign::Object(topic), before.as_ref().map(Message::of), Some(Message::of(&record)));
        self.backlog.note(topic, record.key(), before, true);
        true
    }

    /// Applies that an object is gone.
    pub(super) fn take(&mut self, topic: Topic, key: &[u8]) {
        if let Some(before) = self.mirror.remove(topic, topic.facts().names, key) {
            self.audited(topic, Some(&before), None);
            self.hint(Sign::Object(topic), Some(Message::of(&before)), None);
            self.backlog.note(topic, key, Some(before), false);
        }
    }

    /// Takes a notification or change that may hint at silent changes.
    pub(super) fn hint(&mut self, of: Sign, before: Option<Message<'_>>, now: Option<Message<'_>>) {
        self.doubts.note(&Notification { of, before, now, mirror: &self.mirror });
    }

    /// Counts and logs a difference, if an audit found it.
    fn audited(&mut self, topic: Topic, before: Option<&Record>, now: Option<&Record>) {
        if !self.is_auditing {
            return;
        }
        self.statistics.audit_differences += 1;
        if let Some(record) = now.or(before).filter(|_| log::log_enabled!(log::Level::Debug)) {
            let how = match (before, now) {
                (None, _) => "new",
                (_, None) => "gone",
                _ => "different",
            };
            let payload = record.message().get(HEADER_LEN..).unwrap_or_default();
            let object = rtnetlink::message::describe(topic.facts().types.new, payload);
            log::debug!("audit of {}: {how}: {object:?}", topic.name());
        }
    }
}
