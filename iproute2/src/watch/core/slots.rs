//! Objects of the same key, such as routes that were appended: which of them a message is about, and what it leaves open.

use super::state::State;
use crate::watch::topic::differing::says_the_same;
use crate::watch::topic::facts::Slots;
use crate::watch::topic::list::Topic;
use crate::watch::topic::message::Message;
use crate::watch::topic::slot::{SLOT, add_slot, of_base};
use crate::watch::tree::Record;
use netlink_packet::Flags;

impl State {
    /// The objects of this base.
    pub(super) fn group(&self, topic: Topic, base: &[u8]) -> Vec<Record> {
        of_base(self.mirror.tree(topic), topic, base).cloned().collect()
    }

    /// Applies a notification about an object of this base. Returns whether it is clear what has changed.
    pub(super) fn put_in_group(
        &mut self,
        (topic, slots): (Topic, &Slots),
        base: &[u8],
        message: Message<'_>,
        flags: Flags,
    ) -> bool {
        let olds = self.group(topic, base);
        let same = olds.iter().find(|old| (slots.is_same)(Message::of(old), message));
        let replaces = flags.contains(Flags::REPLACE) && slots.are_replaced;
        let joins = (slots.joins)(message);
        let mut class = olds.iter().filter(|old| (slots.joins)(Message::of(old)) == joins);
        let replaced = match (class.next(), class.next()) {
            (Some(one), None) => Some(one),
            (None, _) if olds.len() == 1 => olds.first(),
            _ => None,
        };
        // The kernel does not say which of several it replaced, nor whether an equal one now exists twice or was listed already.
        let is_unsure = match same {
            Some(_) if replaces => slots.can_be_equal || (olds.len() > 1 && !joins),
            Some(old) => slots.can_be_equal || (joins && !(slots.agree)(Message::of(old), message)),
            None => replaces && replaced.is_none() && !olds.is_empty(),
        };
        let key = match same.or(replaced.filter(|_| replaces)) {
            Some(old) => old.key().to_vec(),
            None => self.free_key(topic, base, olds.is_empty()),
        };
        self.put(topic, &key, message.bytes);
        !is_unsure
    }

    /// The key of another object of this base.
    fn free_key(&self, topic: Topic, base: &[u8], is_only: bool) -> Vec<u8> {
        let mut key = Vec::with_capacity(base.len() + SLOT);
        key.extend(base);
        match is_only {
            true => key.extend([0; SLOT]),
            false => add_slot(self.mirror.tree(topic), &mut key),
        }
        key
    }

    /// Applies the deletion of an object of this base. Returns whether it is clear which one, and what is left.
    pub(super) fn take_from_group(
        &mut self,
        (topic, slots): (Topic, &Slots),
        base: &[u8],
        message: Message<'_>,
    ) -> bool {
        let olds = self.group(topic, base);
        let same = olds.iter().rev().find(|old| (slots.is_same)(Message::of(old), message));
        match same {
            // One of several paths is gone; the kernel does not say what is left.
            Some(old) if (slots.joins)(message) && !(slots.has_paths_of)(message, Message::of(old)) => false,
            Some(old) => {
                self.take(topic, old.key());
                true
            }
            None => olds.is_empty(),
        }
    }

    /// Replaces the objects of a base. Those that are known keep their slots.
    pub(super) fn set_group(&mut self, topic: Topic, base: &[u8], news: &[Record]) {
        let mut olds = self.group(topic, base);
        let mut left = Vec::new();
        for new in news {
            let same = olds.iter().position(|old| topic.is_same_object(Message::of(old), Message::of(new)));
            match same {
                Some(at) => self.put_under(topic, olds.remove(at).key(), new),
                None => left.push(new),
            }
        }
        let mut olds = olds.into_iter();
        for new in left {
            match olds.next() {
                Some(old) => self.put_under(topic, old.key(), new),
                None => {
                    let mut key = base.to_vec();
                    if topic.has_slots() {
                        add_slot(self.mirror.tree(topic), &mut key);
                    }
                    self.put_under(topic, &key, new);
                }
            }
        }
        olds.for_each(|old| self.take(topic, old.key()));
    }

    /// Whether a whole group is known by the very same records, and no others.
    pub(super) fn is_known(&self, topic: Topic, group: &[Record]) -> bool {
        let base = group.first().map(|record| topic.base(record.key())).unwrap_or_default();
        let tree = self.mirror.tree(topic);
        let mut known = tree.from(base).take_while(|record| topic.base(record.key()) == base);
        group.iter().all(|record| known.next().is_some_and(|known| known.is(record)))
            && known.next().is_none()
    }

    /// Whether notifications about objects of this base are ambiguous if a list has these.
    pub(super) fn is_unsure(&self, topic: Topic, base: &[u8], listed: &[Record]) -> bool {
        if !topic.has_slots() {
            return false;
        }
        let mut known = self.group(topic, base);
        if known.len() <= 1 && listed.len() <= 1 {
            // The notification may have been about another one, if the listed one is not known from before.
            let is_known = |listed: &Record| {
                known
                    .first()
                    .is_some_and(|known| topic.is_same_object(Message::of(known), Message::of(listed)))
            };
            return !self.listed.contains(topic) && !listed.iter().all(is_known);
        }
        let facts = topic.facts();
        let all_known = listed.iter().all(|listed| {
            let same = |known: &Record| says_the_same(facts, Message::of(known), Message::of(listed));
            known.iter().position(same).map(|at| known.remove(at)).is_some()
        });
        !all_known || !known.is_empty()
    }
}
