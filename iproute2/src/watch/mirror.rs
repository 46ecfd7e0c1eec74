//! The state that a watch knows, to be asked at any moment.

use super::topic::{Message, Topic};
use super::tree::{Record, Tree};
use netlink_packet::View;
use rtnetlink::AddressFamily;
use std::fmt;
use std::net::IpAddr;

/// What a watch knows of its [topics](super::Topics), and of those by which it finds out what the kernel is silent about.
///
/// A clone is a snapshot: it takes no time, and stays as it is while the watch goes on. The two share all that has not
/// changed since.
///
/// Counters, ages and lifetimes are those of the last message about an object: the kernel does not tell when they change.
#[derive(Clone, Default)]
pub struct Mirror {
    trees: [Tree; Topic::ALL.len()],
    /// The keys of objects by their names, such as links'.
    names: Tree,
}

/// How the topics answer for it.
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

    /// The objects whose keys begin like this; none without such a beginning.
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

/// How the watch writes it.
impl Mirror {
    pub(super) fn insert(&mut self, topic: Topic, record: Record) -> Option<Record> {
        let before = self.trees[topic as usize].insert(record.clone());
        self.rename(topic, before.as_ref(), Some(&record));
        before
    }

    pub(super) fn remove(&mut self, topic: Topic, key: &[u8]) -> Option<Record> {
        let before = self.trees[topic as usize].remove(key);
        self.rename(topic, before.as_ref(), None);
        before
    }

    /// Puts a whole list in the place of what was known of a topic whose objects have no names; gives what was known.
    pub(super) fn replace(&mut self, topic: Topic, tree: Tree) -> Tree {
        std::mem::replace(&mut self.trees[topic as usize], tree)
    }

    fn rename(&mut self, topic: Topic, before: Option<&Record>, now: Option<&Record>) {
        let Some(names) = topic.facts().names else { return };
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
            // Another one may have taken it over.
            if self.names.get(&name).is_some_and(|record| record.message() == key) {
                self.names.remove(&name);
            }
        }
        for name in new {
            self.names.insert(Record::new(&mut Vec::new(), &name, key));
        }
    }
}

/// What a name is found by; of a longer one than the kernel has anywhere, its beginning.
fn name_key(topic: Topic, name: &[u8]) -> Vec<u8> {
    let name = name.get(..LONGEST).unwrap_or(name);
    [&[topic as u8], name].concat()
}

/// Bytes of a name that a key has room for.
const LONGEST: usize = 254;

fn view<M: View + ?Sized>(record: &Record) -> &M {
    Message::of(record).view()
}

pub(super) fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Mirror");
        for topic in Topic::ALL {
            out.field(topic.facts().name, &self.tree(topic).len());
        }
        out.finish()
    }
}
