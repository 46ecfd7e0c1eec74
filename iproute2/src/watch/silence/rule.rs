//! Rules about silent changes: which notification hints at them, and which objects they may concern.

use crate::watch::mirror::Mirror;
use crate::watch::topic::list::Topic;
use crate::watch::topic::message::Message;
use netlink_packet::View;
use std::collections::HashSet;

/// A rule: after such a notification, objects of a topic may have changed silently.
#[derive(Clone, Copy)]
pub(in crate::watch) struct Rule {
    /// What the notification is about.
    pub(super) of: Sign,
    /// Whether the rule applies to the notification.
    pub(super) when: fn(&Notification<'_>) -> bool,
    pub(super) doubts: Doubts,
}

/// What a notification is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::watch) enum Sign {
    /// A change of an object.
    Object(Topic),
    /// A message of this type that is not an object.
    Message(u16),
}

/// Which objects of a topic may have changed silently.
#[derive(Clone, Copy)]
pub(in crate::watch) enum Doubts {
    /// Any, including objects that are not known.
    All,
    /// Those that depend on what changed, if there are any.
    Those(fn(&Mirror, Message<'_>, &Subjects) -> bool),
}

pub(in crate::watch) const fn when(of: Sign, when: fn(&Notification<'_>) -> bool, doubts: Doubts) -> Rule {
    Rule { of, when, doubts }
}

/// A notification. A change of an object is in the mirror already.
pub(in crate::watch) struct Notification<'a> {
    pub(in crate::watch) of: Sign,
    pub(in crate::watch) before: Option<Message<'a>>,
    pub(in crate::watch) now: Option<Message<'a>>,
    pub(in crate::watch) mirror: &'a Mirror,
}

impl<'a> Notification<'a> {
    /// The object or its last state; or the message that is not an object.
    pub(in crate::watch) fn object(&self) -> Option<Message<'a>> {
        self.now.or(self.before)
    }

    /// Whether a value differs, if the object existed before and exists now.
    pub(in crate::watch) fn differs<M: View + ?Sized, T: PartialEq>(
        &self,
        value: impl Fn(&'a M) -> T,
    ) -> bool {
        self.before.zip(self.now).is_some_and(|(before, now)| value(before.view()) != value(now.view()))
    }
}

pub(in crate::watch) fn always(_: &Notification<'_>) -> bool {
    true
}

pub(in crate::watch) fn comes_or_goes(change: &Notification<'_>) -> bool {
    change.before.is_some() != change.now.is_some()
}

/// The object exists now.
pub(in crate::watch) fn exists(change: &Notification<'_>) -> bool {
    change.now.is_some()
}

pub(in crate::watch) fn goes(change: &Notification<'_>) -> bool {
    change.now.is_none()
}

/// The object existed before.
pub(in crate::watch) fn was_there(change: &Notification<'_>) -> bool {
    change.before.is_some()
}

/// What changed under a rule.
#[derive(Default)]
pub(in crate::watch) struct Subjects {
    /// The indices of the links, or of the links of the addresses or routes.
    pub(in crate::watch) links: HashSet<u32>,
    /// The addresses.
    pub(in crate::watch) addresses: HashSet<Box<[u8]>>,
}
