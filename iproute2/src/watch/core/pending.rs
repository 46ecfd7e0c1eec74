//! Changes that the caller has not received yet.

use crate::watch::topic::list::Topic;
use crate::watch::tree::Record;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// What an object is identified by.
type Name = (Topic, Arc<[u8]>);

/// Objects whose changes the caller has not received yet, as they were last reported. However often an object changes, it is
/// here once.
///
/// There may be a million. Trees grow and shrink a node at a time; a hash map or a contiguous queue is moved as a whole now and
/// then, which blocks the thread meanwhile.
#[derive(Default)]
pub(super) struct Pending {
    before: BTreeMap<Name, (u64, Option<Record>)>,
    /// The same objects by the number of their first change.
    order: BTreeMap<u64, Name>,
    next: u64,
}

impl Pending {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.before.len()
    }

    /// An object changed from this state, and now exists or does not.
    pub(super) fn note(&mut self, topic: Topic, key: &[u8], before: Option<Record>, exists: bool) {
        let name: Name = (topic, key.into());
        match self.before.entry(name.clone()) {
            // Created and deleted since: never reported.
            Entry::Occupied(known) if known.get().1.is_none() && !exists => {
                self.order.remove(&known.remove().0);
            }
            Entry::Occupied(_) => (),
            Entry::Vacant(place) => {
                self.next += 1;
                place.insert((self.next, before));
                self.order.insert(self.next, name);
            }
        }
    }

    /// Takes the first object, with its previous state.
    pub(super) fn pop(&mut self) -> Option<(Topic, Arc<[u8]>, Option<Record>)> {
        let (_, name) = self.order.pop_first()?;
        let (_, before) = self.before.remove(&name)?;
        Some((name.0, name.1, before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_come_in_the_order_of_their_first_change() {
        let record = |key: &[u8]| Record::new(&mut Vec::new(), key, b"as it was");
        let mut pending = Pending::default();
        pending.note(Topic::Link, b"3", None, true);
        pending.note(Topic::Route4, b"2", Some(record(b"2")), true);
        pending.note(Topic::Link, b"2", None, true);
        // One that the caller knows stays in its place, one that it does not know is forgotten, and then comes anew.
        pending.note(Topic::Route4, b"2", None, false);
        pending.note(Topic::Link, b"3", Some(record(b"3")), false);
        pending.note(Topic::Link, b"1", Some(record(b"1")), false);
        pending.note(Topic::Link, b"3", None, true);
        assert_eq!((pending.before.len(), pending.order.len()), (4, 4));
        let all: Vec<_> = std::iter::from_fn(|| pending.pop())
            .map(|(topic, key, before)| (topic, key.to_vec(), before.is_some()))
            .collect();
        let expected = [(Topic::Route4, b"2", true), (Topic::Link, b"2", false), (Topic::Link, b"1", true)];
        let expected = expected.into_iter().chain([(Topic::Link, b"3", false)]);
        let expected: Vec<_> = expected.map(|(topic, key, before)| (topic, key.to_vec(), before)).collect();
        assert_eq!(all, expected);
        assert_eq!((pending.before.len(), pending.order.len()), (0, 0));
    }
}
