//! Changes that the caller has not taken yet.

use crate::watch::topic::list::Topic;
use crate::watch::tree::Record;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Beyond this many objects, what a burst took is given back after it.
const LARGE: usize = 1024;

/// What an object is identified by.
type Name = (Topic, Arc<[u8]>);

/// Objects whose changes the caller has not taken yet, as they were when it last received one. However often an object changes,
/// it is here once.
#[derive(Default)]
pub(super) struct Pending {
    before: HashMap<Name, (u64, Option<Record>)>,
    /// In the order of their first change. Some are not pending any more, or again with another number.
    queue: VecDeque<(u64, Topic, Arc<[u8]>)>,
    next: u64,
}

impl Pending {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.before.len()
    }

    /// An object changes, was like this before, and exists from now on or does not.
    pub(super) fn note(&mut self, topic: Topic, key: &[u8], before: Option<Record>, exists: bool) {
        let key: Arc<[u8]> = key.into();
        match self.before.entry((topic, Arc::clone(&key))) {
            // Created and deleted since: as if it had never been.
            Entry::Occupied(known) if known.get().1.is_none() && !exists => drop(known.remove()),
            Entry::Occupied(_) => (),
            Entry::Vacant(place) => {
                self.next += 1;
                place.insert((self.next, before));
                self.queue.push_back((self.next, topic, key));
                self.tidy();
            }
        }
    }

    /// Keeps the queue in proportion.
    fn tidy(&mut self) {
        if self.queue.len() > 64 + 2 * self.before.len() {
            let before = &self.before;
            self.queue.retain(|(number, topic, key)| {
                before.get(&(*topic, Arc::clone(key))).is_some_and(|(own, _)| own == number)
            });
        }
    }

    /// What a burst took is not kept for the next one.
    fn shrink(&mut self) {
        if self.before.is_empty() && self.before.capacity() > LARGE {
            (self.before, self.queue) = Default::default();
        }
    }

    /// Takes the first object, with how it was.
    pub(super) fn pop(&mut self) -> Option<(Topic, Arc<[u8]>, Option<Record>)> {
        loop {
            let (number, topic, key) = self.queue.pop_front()?;
            let Entry::Occupied(known) = self.before.entry((topic, key)) else { continue };
            if known.get().0 == number {
                let ((topic, key), (_, before)) = known.remove_entry();
                self.shrink();
                return Some((topic, key, before));
            }
        }
    }
}
