//! The map that a mirror keeps its messages in: ordered, and cheap to copy, since copies share all that neither of them
//! has changed since.
//!
//! ```text
//! branch | key, node | key, node | ...           up to 32 of each
//! leaf   | record | record | ...
//! record | key length, key, message |            one allocation, shared by mirrors and changes
//! ```

use std::cmp::Ordering;
use std::sync::Arc;

/// Records of a leaf, and nodes of a branch.
const WIDTH: usize = 32;
/// A node with fewer joins its neighbour, if both fit into one.
const SPARSE: usize = WIDTH / 4;

/// A message under its key.
#[derive(Clone)]
pub(super) struct Record {
    /// How the key begins: what most comparisons need, without a look into the memory behind.
    start: u64,
    bytes: Arc<[u8]>,
}

impl Record {
    /// Copies a message, and what it is found by (at most 255 bytes). `scratch` is room that can be used again.
    #[expect(clippy::cast_possible_truncation, reason = "keys are no longer")]
    pub(super) fn new(scratch: &mut Vec<u8>, key: &[u8], message: &[u8]) -> Self {
        scratch.clear();
        scratch.push(key.len() as u8);
        scratch.extend_from_slice(key);
        scratch.extend_from_slice(message);
        Record { start: start(key), bytes: Arc::from(scratch.as_slice()) }
    }

    #[inline]
    fn parts(&self) -> (&[u8], &[u8]) {
        let (length, rest) = self.bytes.split_first().unwrap_or((&0, &[]));
        rest.split_at_checked(usize::from(*length)).unwrap_or_default()
    }

    #[inline]
    pub(super) fn key(&self) -> &[u8] {
        self.parts().0
    }

    /// The whole message with its header.
    #[inline]
    pub(super) fn message(&self) -> &[u8] {
        self.parts().1
    }

    #[inline]
    fn cmp(&self, start: u64, key: &[u8]) -> Ordering {
        self.start.cmp(&start).then_with(|| self.key().cmp(key))
    }

    pub(super) fn is(&self, other: &Record) -> bool {
        Arc::ptr_eq(&self.bytes, &other.bytes)
    }
}

impl AsRef<[u8]> for Record {
    fn as_ref(&self) -> &[u8] {
        self.message()
    }
}

/// Records in the order of their keys. A clone is a snapshot.
#[derive(Clone, Default)]
pub(super) struct Tree {
    root: Option<Arc<Node>>,
    len: usize,
}

#[derive(Clone)]
enum Node {
    Leaf(Vec<Record>),
    Branch(Vec<Child>),
}

#[derive(Clone)]
struct Child {
    /// No key of the node is less than this, but for the first node of a branch.
    from: Arc<[u8]>,
    start: u64,
    node: Arc<Node>,
}

/// The first bytes of a key as a number that has the same order.
#[inline]
fn start(key: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = key.len().min(8);
    first[..length].copy_from_slice(&key[..length]);
    u64::from_be_bytes(first)
}

impl Tree {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, key: &[u8]) -> Option<&Record> {
        let mut node = self.root.as_deref()?;
        loop {
            match node {
                Node::Leaf(records) => return records.get(find(records, key).ok()?),
                Node::Branch(children) => node = &children.get(place(children, key))?.node,
            }
        }
    }

    /// Puts a record in. Returns the one that had its key before.
    pub(super) fn insert(&mut self, record: Record) -> Option<Record> {
        let Some(root) = &mut self.root else {
            self.root = Some(Arc::new(Node::Leaf(full(record))));
            self.len = 1;
            return None;
        };
        let (before, split) = insert(root, record);
        if let Some(right) = split {
            let left = Child { from: Arc::default(), start: 0, node: Arc::clone(root) };
            let mut children = Vec::with_capacity(WIDTH);
            children.extend([left, right]);
            *root = Arc::new(Node::Branch(children));
        }
        self.len += usize::from(before.is_none());
        before
    }

    /// Takes a record out.
    pub(super) fn remove(&mut self, key: &[u8]) -> Option<Record> {
        // A look first, so that nothing is copied for nothing.
        self.get(key)?;
        let root = self.root.as_mut()?;
        let removed = remove(root, key)?;
        self.len -= 1;
        match &**root {
            Node::Branch(children) if children.len() == 1 => {
                let only = children.first().map(|child| Arc::clone(&child.node));
                self.root = only;
            }
            node if node.len() == 0 => self.root = None,
            _ => (),
        }
        Some(removed)
    }

    /// Drops about `most` records, from the end. Returns whether nothing is left.
    pub(super) fn shed(&mut self, most: usize) -> bool {
        for _ in 0..most.div_ceil(WIDTH) {
            if self.root.as_mut().is_none_or(shed) {
                *self = Tree::default();
                return true;
            }
        }
        false
    }

    /// The records from this key on.
    pub(super) fn from(&self, key: &[u8]) -> Records<'_> {
        let mut records = Records { stack: Vec::new() };
        let mut node = self.root.as_deref();
        while let Some(next) = node {
            let at = match next {
                Node::Leaf(records) => find(records, key).unwrap_or_else(|at| at),
                Node::Branch(children) => place(children, key),
            };
            node = match next {
                Node::Branch(children) => children.get(at).map(|child| &*child.node),
                Node::Leaf(_) => None,
            };
            // In a branch, the node that is being read has been passed already.
            records.stack.push((next, at + usize::from(node.is_some())));
        }
        records
    }

    pub(super) fn iter(&self) -> Records<'_> {
        self.from(&[])
    }

    /// The records whose keys begin like this.
    pub(super) fn under<'a>(&'a self, start: &'a [u8]) -> impl Iterator<Item = &'a Record> {
        self.from(start).take_while(move |record| record.key().starts_with(start))
    }

    /// The last record whose key is not greater than this.
    pub(super) fn last_until(&self, key: &[u8]) -> Option<&Record> {
        last_until(self.root.as_deref()?, key)
    }
}

impl Node {
    fn len(&self) -> usize {
        match self {
            Node::Leaf(records) => records.len(),
            Node::Branch(children) => children.len(),
        }
    }
}

fn full(record: Record) -> Vec<Record> {
    let mut records = Vec::with_capacity(WIDTH);
    records.push(record);
    records
}

#[inline]
fn find(records: &[Record], key: &[u8]) -> Result<usize, usize> {
    let start = start(key);
    records.binary_search_by(|record| record.cmp(start, key))
}

/// The child where a key is or would be.
#[inline]
fn place(children: &[Child], key: &[u8]) -> usize {
    let start = start(key);
    let is_until = |child: &Child| child.start.cmp(&start).then_with(|| child.from.as_ref().cmp(key)).is_le();
    children.partition_point(is_until).saturating_sub(1)
}

/// Where to split a full node before something is put in at `at`: what comes in order leaves full nodes.
fn split_point(at: usize) -> usize {
    if at == WIDTH { WIDTH } else { WIDTH / 2 }
}

fn insert(node: &mut Arc<Node>, record: Record) -> (Option<Record>, Option<Child>) {
    match Arc::make_mut(node) {
        Node::Leaf(records) => match find(records, record.key()) {
            Ok(at) => (records.get_mut(at).map(|old| std::mem::replace(old, record)), None),
            Err(at) => (None, put(records, at, record, |right| right.key().into(), Node::Leaf)),
        },
        Node::Branch(children) => {
            let at = place(children, record.key());
            let Some(child) = children.get_mut(at) else { return (None, None) };
            let (before, split) = insert(&mut child.node, record);
            let right = split
                .and_then(|new| put(children, at + 1, new, |right| Arc::clone(&right.from), Node::Branch));
            (before, right)
        }
    }
}

/// Puts an item into a node. Returns the right half if the node had to be split.
fn put<T>(
    items: &mut Vec<T>,
    at: usize,
    item: T,
    key: fn(&T) -> Arc<[u8]>,
    node: fn(Vec<T>) -> Node,
) -> Option<Child> {
    if items.len() < WIDTH {
        items.insert(at, item);
        return None;
    }
    let middle = split_point(at);
    let mut right = Vec::with_capacity(WIDTH);
    right.extend(items.drain(middle..));
    if at > middle || right.is_empty() {
        right.insert(at - middle, item);
    } else {
        items.insert(at, item);
    }
    let from = key(right.first()?);
    Some(Child { start: start(&from), from, node: Arc::new(node(right)) })
}

fn remove(node: &mut Arc<Node>, key: &[u8]) -> Option<Record> {
    match Arc::make_mut(node) {
        Node::Leaf(records) => find(records, key).ok().map(|at| records.remove(at)),
        Node::Branch(children) => {
            let at = place(children, key);
            let child = children.get_mut(at)?;
            let removed = remove(&mut child.node, key)?;
            match child.node.len() {
                0 => drop(children.remove(at)),
                1..SPARSE => join(children, at),
                _ => (),
            }
            Some(removed)
        }
    }
}

/// Drops the last leaf, if nobody shares the nodes above it. Returns whether the node is empty now, or can be dropped at once.
fn shed(node: &mut Arc<Node>) -> bool {
    match Arc::get_mut(node) {
        Some(Node::Branch(children)) => {
            if children.last_mut().is_none_or(|last| shed(&mut last.node)) {
                children.pop();
            }
            children.is_empty()
        }
        Some(Node::Leaf(_)) | None => true,
    }
}

/// Joins a sparse node with its neighbour, if there is room.
fn join(children: &mut Vec<Child>, at: usize) {
    let left = at.saturating_sub(1);
    let both = children.get(left..left + 2).map_or(usize::MAX, |two| two.iter().map(|c| c.node.len()).sum());
    if both > WIDTH * 3 / 4 {
        return;
    }
    let Child { from, start, node: right } = children.remove(left + 1);
    let Some(left) = children.get_mut(left) else { return };
    match (Arc::make_mut(&mut left.node), Arc::unwrap_or_clone(right)) {
        (Node::Leaf(left), Node::Leaf(right)) => left.extend(right),
        (Node::Branch(left), Node::Branch(mut right)) => {
            // It may have keys below its own, but not below the branch's.
            if let Some(first) = right.first_mut() {
                (first.from, first.start) = (from, start);
            }
            left.extend(right);
        }
        _ => (),
    }
}

fn last_until<'a>(node: &'a Node, key: &[u8]) -> Option<&'a Record> {
    match node {
        Node::Leaf(records) => {
            let start = start(key);
            let end = records.partition_point(|record| record.cmp(start, key).is_le());
            records.get(end.checked_sub(1)?)
        }
        Node::Branch(children) => {
            let end = place(children, key) + 1;
            children.get(..end)?.iter().rev().find_map(|child| last_until(&child.node, key))
        }
    }
}

/// The records of a tree in order.
#[derive(Clone)]
pub(super) struct Records<'a> {
    /// The nodes down to the position, and what comes next in each.
    stack: Vec<(&'a Node, usize)>,
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a Record;

    fn next(&mut self) -> Option<&'a Record> {
        loop {
            let (node, at) = self.stack.last_mut()?;
            *at += 1;
            let at = *at - 1;
            match *node {
                Node::Leaf(records) => match records.get(at) {
                    Some(record) => return Some(record),
                    None => drop(self.stack.pop()),
                },
                Node::Branch(children) => match children.get(at) {
                    Some(child) => self.stack.push((&child.node, 0)),
                    None => drop(self.stack.pop()),
                },
            }
        }
    }
}
