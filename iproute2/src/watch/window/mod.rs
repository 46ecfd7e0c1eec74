//! A running list, or one that has ended and is merged with what is known.
//!
//! Objects that are listed as they are known are not kept: where they come in the order of the mirror, as the kernel's routes
//! do, they form [runs](runs::Runs), of which only the first and the last record are kept.

mod cursor;
mod runs;
#[cfg(test)]
mod tests;

use self::cursor::Cursor;
use self::runs::{Place, Runs};
use super::marks::Mark;
use super::mirror::Mirror;
use super::topic::list::{Topic, TopicSet};
use super::topic::message::Message;
use super::topic::slot::{SLOT, add_slot, of_base};
use super::tree::{Record, Tree};
use std::collections::BTreeSet;

/// Records that a list may skip, and come back to.
const NEAR: usize = 40;

/// Buffers that are used again and again.
#[derive(Default)]
pub(super) struct Room {
    pub(super) scratch: Vec<u8>,
    pub(super) key: Vec<u8>,
}

/// A list, and what has come beside it.
pub(super) struct Window {
    pub(super) topic: Topic,
    /// Whether nothing was in doubt: the list is an audit.
    pub(super) is_audit: bool,
    /// How many lists were begun before.
    pub(super) number: u64,
    /// What was listed and is known.
    seen: Runs,
    /// What else was listed, under keys with slots in the order of the list.
    pub(super) fresh: Tree,
    /// The bases of the keys of objects that were notified since the list began.
    pub(super) touched: BTreeSet<Box<[u8]>>,
    pub(super) stage: Stage,
    /// Topics of which it turned out in merging that more may have changed.
    pub(super) hinted: TopicSet,
}

/// How far a list has come.
pub(super) enum Stage {
    Listing,
    Ended(End),
    Merging(Merge),
}

/// The end of a list.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// Whether the list has all objects: what is not in it does not exist.
    pub(super) complete: bool,
    /// The mark behind what was queued when it ended.
    pub(super) unread: Mark,
}

/// How far a list has been merged with what is known.
pub(super) struct Merge {
    pub(super) complete: bool,
    /// Whether something is left open, so that the list has to be made again.
    pub(super) is_unsure: bool,
    pub(super) step: Step,
}

/// What is merged, and the key up to which it is.
pub(super) enum Step {
    /// Objects that were notified, where the list may leave open which of several it has.
    Touched(Option<Box<[u8]>>),
    /// Objects that were listed and are known differently, or not at all.
    Listed(Option<Box<[u8]>>),
    /// Objects that are known and were not listed; here the key is the one to go on from.
    Missing(Option<Box<[u8]>>),
}

impl Window {
    pub(super) fn new(topic: Topic, is_audit: bool, number: u64) -> Self {
        Window {
            topic,
            is_audit,
            number,
            seen: Runs::default(),
            fresh: Tree::default(),
            touched: BTreeSet::new(),
            stage: Stage::Listing,
            hinted: TopicSet::EMPTY,
        }
    }

    /// Takes messages of the list.
    pub(super) fn listed<'m>(
        &mut self,
        mirror: &Mirror,
        room: &mut Room,
        messages: impl Iterator<Item = (u16, &'m [u8])>,
    ) {
        let (facts, known) = (self.topic.facts(), mirror.tree(self.topic));
        let mut cursor = Cursor::behind(known, self.seen.last().map(Record::key));
        for (kind, bytes) in messages {
            let Some(message) = self.topic.listed(kind, bytes) else { continue };
            room.key.clear();
            if (facts.key)(message, &mut room.key).is_none() {
                continue;
            }
            if !self.has_order() || !self.take_in_order(&mut cursor, message, room) {
                self.keep(known, message, room);
            }
        }
    }

    /// Whether the list has an order, as far as can be seen.
    fn has_order(&self) -> bool {
        self.topic.facts().is_ordered && self.seen.has_order()
    }

    /// Takes an object that is known, as the only one of its base; `false` if it is not.
    fn take_in_order(&mut self, cursor: &mut Cursor<'_>, message: Message<'_>, room: &mut Room) -> bool {
        let (topic, key) = (self.topic, room.key.as_slice());
        let known = match self.seen.place_of(topic, key) {
            Place::Listed => {
                self.keep_seen(cursor.tree, key);
                return false;
            }
            // A notification may have changed it since it was skipped: then that counts anyway.
            Place::Hole => match self.seen.fill_hole(topic, key) {
                Some(known) => known,
                None => return false,
            },
            Place::Outside => {
                if !self.find(cursor, key) {
                    return false;
                }
                let Some(known) = cursor.advance() else { return false };
                self.seen.add(known);
                known.clone()
            }
        };
        if Message::of(&known).body() == message.body() {
            self.seen.keep_short(&known);
        } else {
            self.fresh.insert(Record::new(&mut room.scratch, known.key(), message.bytes));
        }
        true
    }

    /// Brings the cursor to the only record of this base; `false` if there is none, or there are several.
    fn find(&mut self, cursor: &mut Cursor<'_>, base: &[u8]) -> bool {
        if cursor.is_at(self.topic, base) {
            return cursor.is_alone(self.topic);
        }
        if let Some(found) = self.look_ahead(cursor, base) {
            return found;
        }
        let place = Cursor::at(cursor.tree, base);
        let found = place.is_at(self.topic, base) && place.is_alone(self.topic);
        if found {
            self.seen.close(self.topic, &mut self.fresh);
            *cursor = place;
        }
        found
    }

    /// Looks for the record among the next ones, and skips others, which may be listed later: the kernel lists longer
    /// prefixes first. `None` if it may be elsewhere.
    fn look_ahead(&mut self, cursor: &mut Cursor<'_>, base: &[u8]) -> Option<bool> {
        let topic = self.topic;
        if self.seen.last().is_none_or(|last| topic.base(last.key()) >= base) {
            return None;
        }
        let (mut place, mut holes) = (cursor.clone(), Vec::new());
        while holes.len() < NEAR {
            let Some(next) = place.next.filter(|next| topic.base(next.key()) <= base) else {
                return Some(false);
            };
            let own = topic.base(next.key());
            if !place.is_alone(topic) || !matches!(self.seen.place_of(topic, own), Place::Outside) {
                return None;
            }
            if own == base {
                *cursor = place;
                self.seen.skip(holes);
                return Some(true);
            }
            holes.push(next);
            place.advance();
        }
        None
    }

    /// Keeps what was listed with this base already, and is in a run, beside what comes now.
    fn keep_seen(&mut self, known: &Tree, base: &[u8]) {
        if self.topic.has_slots() && !self.keeps(base) {
            let seen: Vec<Record> = of_base(known, self.topic, base).cloned().collect();
            seen.into_iter().for_each(|record| drop(self.fresh.insert(record)));
        }
    }

    /// Keeps an object as it was listed. One that is known so shares the record, and takes little memory.
    fn keep(&mut self, known: &Tree, message: Message<'_>, room: &mut Room) {
        if self.topic.has_slots() {
            add_slot(&self.fresh, &mut room.key);
        }
        let known = known.get(&room.key);
        let record = match known.filter(|known| Message::of(known).body() == message.body()) {
            Some(known) => known.clone(),
            None => Record::new(&mut room.scratch, &room.key, message.bytes),
        };
        self.fresh.insert(record);
    }

    /// Whether a record of this base was kept.
    fn keeps(&self, base: &[u8]) -> bool {
        of_base(&self.fresh, self.topic, base).next().is_some()
    }

    /// The records of this base that were kept.
    pub(super) fn kept(&self, base: &[u8]) -> Vec<Record> {
        of_base(&self.fresh, self.topic, base).cloned().collect()
    }

    /// Whether nothing was listed that is known.
    pub(super) fn is_all_fresh(&self) -> bool {
        self.seen.is_empty()
    }

    /// Whether an object of this base was listed.
    pub(super) fn has_listed(&self, base: &[u8]) -> bool {
        matches!(self.seen.run_with(self.topic, base), Some((_, false))) || self.keeps(base)
    }

    pub(super) fn is_merging(&self) -> bool {
        matches!(self.stage, Stage::Merging(_))
    }

    /// The mark behind what is to be read before the list can be merged.
    pub(super) fn unread(&self) -> Option<Mark> {
        match &self.stage {
            Stage::Ended(end) => Some(end.unread),
            Stage::Listing | Stage::Merging(_) => None,
        }
    }

    /// All notifications that were queued when the list ended are read: now it can be merged with what is known.
    pub(super) fn begin_to_merge(&mut self) {
        let Stage::Ended(End { complete, .. }) = self.stage else { return };
        self.seen.close(self.topic, &mut self.fresh);
        self.seen.sort();
        let step = if self.topic.has_slots() { Step::Touched(None) } else { Step::Listed(None) };
        self.stage = Stage::Merging(Merge { complete, is_unsure: false, step });
    }

    /// The next records that were kept, behind a base, in groups of the same base: up to `most` records, and the rest of the
    /// last group.
    pub(super) fn kept_behind(&self, last: Option<&[u8]>, most: usize) -> Vec<Vec<Record>> {
        let mut groups = Vec::<Vec<Record>>::new();
        let is_of = |group: &[Record], record: &Record| {
            group.first().map(|first| base_of(self.topic, first)) == Some(base_of(self.topic, record))
        };
        let records = self.fresh.from(last.unwrap_or_default());
        let behind = records.skip_while(|record| Some(self.topic.base(record.key())) <= last);
        for (count, record) in behind.enumerate() {
            match groups.last_mut() {
                Some(group) if is_of(group, record) => group.push(record.clone()),
                _ if count >= most => break,
                _ => groups.push(vec![record.clone()]),
            }
        }
        groups
    }

    /// Looks at up to `most` records of the mirror from a key on. Returns those that were not listed and not notified, and the
    /// key to go on from, if there are more.
    pub(super) fn missing_from(
        &self,
        known: &Tree,
        from: Option<&[u8]>,
        most: usize,
    ) -> (Vec<Record>, Option<Box<[u8]>>) {
        let mut missing = Vec::new();
        let mut cursor = Cursor::at(known, from.unwrap_or_default());
        for _ in 0..most {
            let Some(record) = cursor.next else { break };
            let base = self.topic.base(record.key());
            if let Some((run, false)) = self.seen.run_with(self.topic, base) {
                // All of the run was listed, up to the next hole.
                cursor = match self.seen.hole_from(record.key(), run) {
                    Some(hole) => Cursor::at(known, hole.key()),
                    // Others may have come beside the last one.
                    None => {
                        Cursor::at(known, &[self.topic.base(run.last().key()), &[0xff; SLOT + 1]].concat())
                    }
                };
                continue;
            }
            cursor.advance();
            if !self.touched.contains(base) && !self.keeps(base) {
                missing.push(record.clone());
            }
        }
        (missing, cursor.next.map(|next| next.key().into()))
    }
}

fn base_of(topic: Topic, record: &Record) -> &[u8] {
    topic.base(record.key())
}
