//! The state that a watch knows, which can be queried at any time.

use super::topic::list::Topic;
use super::topic::message::Message;
use super::tree::{Record, Tree};
use netlink_packet::View;
use std::fmt;

/// The objects of a watch's [topics](super::Topics), and of those that it follows to detect silent changes.
///
/// A clone is a snapshot: it is made in constant time, and does not change while the watch continues. The two share everything
/// that has not changed since.
///
/// Counters, ages and lifetimes are as of the last message about an object: the kernel does not notify their changes.
#[derive(Clone, Default)]
pub struct Mirror {
    trees: [Tree; Topic::ALL.len()],
    /// The keys of objects by their names, such as links'.
    names: Tree,
}

/// The names of an object.
pub(super) type Names = fn(Message<'_>) -> Vec<&[u8]>;

/// Queries of topics are built on these.
impl Mirror {
    pub(super) fn tree(&self, topic: Topic) -> &Tree {
        &self.trees[topic as usize]
    }

    /// All objects of a topic.
    pub(super) fn all<M: View + ?Sized>(&self, topic: Topic) -> impl Iterator<Item = &M> {
        self.tree(topic).iter().map(view)
    }

    /// The object with this key.
    pub(super) fn get<M: View + ?Sized>(&self, topic: Topic, key: &[u8]) -> Option<&M> {
        self.tree(topic).get(key).map(view)
    }

    /// The objects whose keys have this prefix; none for `None`.
    pub(super) fn under<M: View + ?Sized>(
        &self,
        topic: Topic,
        start: Option<Vec<u8>>,
    ) -> impl Iterator<Item = &M> {
        let from = start.as_deref().map(|start| self.tree(topic).from(start));
        let start = start.unwrap_or_default();
        from.into_iter().flatten().take_while(move |record| record.key().starts_with(&start)).map(view)
    }

    /// The key of the object of a topic that has this name.
    pub(super) fn key_of(&self, topic: Topic, name: &[u8]) -> Option<&[u8]> {
        self.names.get(&name_key(topic, name)).map(Record::message)
    }
}

/// Updates by the watch.
impl Mirror {
    /// Replaces the record that has the same key, and returns that.
    pub(super) fn insert(&mut self, topic: Topic, names: Option<Names>, record: Record) -> Option<Record> {
        let before = self.trees[topic as usize].insert(record.clone());
        self.rename(topic, names, before.as_ref(), Some(&record));
        before
    }

    pub(super) fn remove(&mut self, topic: Topic, names: Option<Names>, key: &[u8]) -> Option<Record> {
        let before = self.trees[topic as usize].remove(key);
        self.rename(topic, names, before.as_ref(), None);
        before
    }

    /// Replaces all records of a topic whose objects have no names by a list. Returns the old ones.
    pub(super) fn replace(&mut self, topic: Topic, tree: Tree) -> Tree {
        std::mem::replace(&mut self.trees[topic as usize], tree)
    }

    fn rename(&mut self, topic: Topic, names: Option<Names>, before: Option<&Record>, now: Option<&Record>) {
        let Some(names) = names else { return };
        let of = |record: Option<&'_ Record>| -> Vec<Vec<u8>> {
            let names = record.map(|record| names(Message::of(record))).unwrap_or_default();
            names.into_iter().map(|name| name_key(topic, name)).collect()
        };
        let (old, new) = (of(before), of(now));
        if old == new {
            return;
        }
        let key = before.or(now).map(Record::key).unwrap_or_default();
        for name in old {
            // Another object may have the name by now.
            if self.names.get(&name).is_some_and(|record| record.message() == key) {
                self.names.remove(&name);
            }
        }
        for name in new {
            self.names.insert(Record::new(&mut Vec::new(), &name, key));
        }
    }
}

/// The key of a name; only its beginning counts if it is longer than any name of the kernel.
fn name_key(topic: Topic, name: &[u8]) -> Vec<u8> {
    let name = name.get(..LONGEST).unwrap_or(name);
    [&[topic as u8], name].concat()
}

/// Length of the longest name in a key, in bytes.
const LONGEST: usize = 254;

fn view<M: View + ?Sized>(record: &Record) -> &M {
    Message::of(record).view()
}

/// The number of objects of each topic.
impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Mirror");
        for topic in Topic::ALL {
            out.field(topic.name(), &self.tree(topic).len());
        }
        out.finish()
    }
}
