//! A position in a mirror's records.

use crate::watch::topic::list::Topic;
use crate::watch::tree::{Record, Records, Tree};

/// A position in a mirror's records, in front of the next one.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) tree: &'a Tree,
    records: Records<'a>,
    passed: Option<&'a Record>,
    pub(super) next: Option<&'a Record>,
    behind: Option<&'a Record>,
}

impl<'a> Cursor<'a> {
    /// In front of the first record with this key, or a greater one.
    pub(super) fn at(tree: &'a Tree, key: &[u8]) -> Self {
        let mut records = tree.from(key);
        let (next, behind) = (records.next(), records.next());
        Cursor { tree, records, passed: None, next, behind }
    }

    /// Behind a key.
    pub(super) fn behind(tree: &'a Tree, key: Option<&[u8]>) -> Self {
        let mut cursor = Cursor::at(tree, key.unwrap_or_default());
        if cursor.next.is_some_and(|next| Some(next.key()) == key) {
            cursor.advance();
        }
        cursor
    }

    pub(super) fn advance(&mut self) -> Option<&'a Record> {
        self.passed =
            std::mem::replace(&mut self.next, std::mem::replace(&mut self.behind, self.records.next()));
        self.passed
    }

    pub(super) fn is_at(&self, topic: Topic, base: &[u8]) -> bool {
        self.next.is_some_and(|next| topic.base(next.key()) == base)
    }

    /// Whether the next record is the only one of its base.
    pub(super) fn is_alone(&self, topic: Topic) -> bool {
        let base = |record: Option<&'a Record>| record.map(|record| topic.base(record.key()));
        let own = base(self.next);
        !topic.has_slots() || base(self.behind) != own && base(self.passed) != own
    }
}
