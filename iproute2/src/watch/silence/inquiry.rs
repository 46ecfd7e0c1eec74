//! Looking for objects that may have changed silently.

use super::rule::Doubts;
use super::suspects::Suspects;
use crate::watch::mirror::Mirror;
use crate::watch::topic::list::TopicSet;
use crate::watch::topic::message::Message;
use crate::watch::tree::Record;

/// Checks whether topics have objects that may have changed silently, some at a time. Notifications meanwhile are applied as
/// usual.
pub(in crate::watch) struct Inquiry {
    suspects: Suspects,
    /// The topics that are left, and the key to continue from in the first of them.
    topics: TopicSet,
    last: Option<Box<[u8]>>,
}

impl Inquiry {
    pub(in crate::watch) fn new(suspects: Suspects, topics: TopicSet) -> Self {
        Inquiry { suspects, topics, last: None }
    }

    /// The topics that may be found to be in doubt.
    pub(in crate::watch) fn topics(&self) -> TopicSet {
        self.suspects.topics().iter().filter(|topic| self.topics.contains(*topic)).collect()
    }

    /// Checks up to `most` objects, and adds topics to those in doubt. Returns whether there is more to check.
    pub(in crate::watch) fn go_on(&mut self, mirror: &Mirror, doubted: &mut TopicSet, most: usize) -> bool {
        let mut left = most;
        while let Some(topic) = self.topics.iter().next() {
            let doubts = self.suspects.doubts_about(topic);
            let depends = |object: &&Record| {
                doubts.iter().any(|(doubts, subjects)| match doubts {
                    Doubts::All => true,
                    Doubts::Those(depends) => depends(mirror, Message::of(object), subjects),
                })
            };
            if !doubts.is_empty() {
                let mut objects =
                    mirror.tree(topic).from(self.last.as_deref().unwrap_or_default()).peekable();
                let found = objects.by_ref().take(left).inspect(|_| left -= 1).find(depends);
                if found.is_some() {
                    doubted.add(topic);
                } else if let Some(next) = objects.peek() {
                    self.last = Some(next.key().into());
                    return true;
                }
            }
            self.topics.remove(topic);
            self.last = None;
        }
        false
    }
}
