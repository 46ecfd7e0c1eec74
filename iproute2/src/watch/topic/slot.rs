//! Objects with the same key: their slots, numbers that follow the key, distinguish them.

use super::list::Topic;
use super::message::Message;
use crate::watch::tree::{Record, Tree};

/// Length of a slot, in bytes.
pub(in crate::watch) const SLOT: usize = 2;

impl Topic {
    /// Whether several objects can have the same key.
    #[inline]
    pub(in crate::watch) fn has_slots(self) -> bool {
        self.facts().slots.is_some()
    }

    /// The base of a key: all but its slot.
    #[inline]
    pub(in crate::watch) fn base(self, key: &[u8]) -> &[u8] {
        let slot = if self.has_slots() { SLOT } else { 0 };
        key.get(..key.len() - slot.min(key.len())).unwrap_or_default()
    }

    /// Whether two messages with the same base are about the same object.
    pub(in crate::watch) fn is_same_object(self, a: Message<'_>, b: Message<'_>) -> bool {
        self.facts().slots.is_none_or(|slots| (slots.is_same)(a, b))
    }
}

/// The records whose keys have this base.
pub(in crate::watch) fn of_base<'a>(
    tree: &'a Tree,
    topic: Topic,
    base: &'a [u8],
) -> impl Iterator<Item = &'a Record> + 'a {
    tree.under(base).filter(move |record| topic.base(record.key()) == base)
}

/// Completes a key by the first free slot.
pub(in crate::watch) fn add_slot(tree: &Tree, key: &mut Vec<u8>) {
    let base = key.len();
    for slot in 0..=u16::MAX {
        key.extend(slot.to_be_bytes());
        if tree.get(key).is_none() {
            return;
        }
        key.truncate(base);
    }
    key.extend([0xff; SLOT]);
}
