//! What the watch knows of a topic: the type of each topic's `TOPIC`.

use super::list::Topic;
use super::message::Message;
use crate::watch::change::{Change, Difference};
use crate::watch::mirror::Names;
use crate::watch::silence::rule::{Rule, Subjects};
use netlink_packet::View;
use rtnetlink::{AddressFamily, Group};

/// What the watch knows of a topic.
#[derive(Clone, Copy)]
pub(in crate::watch) struct Facts {
    /// The multicast groups that its objects are notified to.
    pub(in crate::watch) groups: &'static [Group],
    /// Groups whose messages are not objects of the topic, but hint at changes of them.
    pub(in crate::watch) hints: &'static [Group],
    /// Topics that are followed as well, since their changes hint at silent ones.
    pub(in crate::watch) helpers: &'static [Topic],
    pub(in crate::watch) types: Types,
    /// The address family in the request for a list.
    pub(in crate::watch) family: AddressFamily,
    /// Appends the attributes of that request, which say what optional parts of objects the list has to include.
    pub(in crate::watch) filter: fn(&mut Vec<u8>) -> Option<()>,
    /// The optional parts that notifications leave out.
    pub(in crate::watch) only_listed: Option<OnlyListed>,
    /// Length of the messages' fixed header, and where their attributes begin.
    pub(in crate::watch) header: usize,
    pub(in crate::watch) start: usize,
    /// What a message of one of these types means.
    pub(in crate::watch) role: fn(Message<'_>) -> Role,
    /// Writes the key of an object, without the slot that distinguishes those with the same key. `None` if the message lacks a
    /// part of it.
    pub(in crate::watch) key: fn(Message<'_>, &mut Vec<u8>) -> Option<()>,
    /// For topics in which the kernel can have several objects with the same key.
    pub(in crate::watch) slots: Option<Slots>,
    /// Whether the kernel lists objects roughly in the order of their keys, and unchanged ones with the same bytes.
    pub(in crate::watch) is_ordered: bool,
    /// Whether repeated notifications of an unchanged object are hints.
    pub(in crate::watch) is_repeated: bool,
    /// Whether a notification has only those attributes of an object that changed.
    pub(in crate::watch) is_notified_in_parts: bool,
    /// Additional names of objects.
    pub(in crate::watch) names: Option<Names>,
    /// The message of an object, updated by another message that has a part of it.
    pub(in crate::watch) with_part: fn(Message<'_>, Message<'_>) -> Option<Vec<u8>>,
    /// Whether the fixed headers of two messages are equivalent.
    pub(in crate::watch) same_header: fn(Message<'_>, Message<'_>) -> bool,
    /// Attributes whose changes are not changes of the object: counters, timers, and what the kernel never notifies.
    pub(in crate::watch) silent: &'static [u16],
    /// Whether an attribute whose bytes differ is equivalent in two messages.
    pub(in crate::watch) same_inside: fn(u16, Message<'_>, Message<'_>) -> bool,
    /// What other objects may depend on when this one changes: its link, its addresses.
    pub(in crate::watch) subjects: fn(Message<'_>, &mut Subjects),
    /// What hints at silent changes of its objects.
    pub(in crate::watch) doubts: &'static [&'static [Rule]],
    /// The change to report.
    pub(in crate::watch) change: fn(Difference) -> Option<Change>,
}

/// The types of the messages about an object, and of the request for a list: `RTM_NEW*`, `RTM_DEL*`, `RTM_GET*`.
#[derive(Clone, Copy)]
pub(in crate::watch) struct Types {
    pub(in crate::watch) new: u16,
    pub(in crate::watch) gone: u16,
    pub(in crate::watch) get: u16,
}

/// Attributes that are in lists and in no notification: an object keeps those that it was last listed with.
#[derive(Clone, Copy)]
pub(in crate::watch) struct OnlyListed {
    pub(in crate::watch) attributes: &'static [u16],
    /// Whether those of an object may have changed when it is notified, so that it has to be listed again.
    pub(in crate::watch) may_change: fn(Message<'_>) -> bool,
}

/// How objects with the same key are distinguished: a number, the slot, follows the key.
#[derive(Clone, Copy)]
pub(in crate::watch) struct Slots {
    /// Whether two messages are about the same object.
    pub(in crate::watch) is_same: fn(Message<'_>, Message<'_>) -> bool,
    /// Whether one that is notified with `NLM_F_REPLACE` has replaced another.
    pub(in crate::watch) are_replaced: bool,
    /// Whether two can be equal.
    pub(in crate::watch) can_be_equal: bool,
    /// Whether it is one path or more that the kernel merges with those of equal routes.
    pub(in crate::watch) joins: fn(Message<'_>) -> bool,
    /// Whether two routes whose paths are merged have the rest in common. A path that is appended is notified with its own
    /// metrics and protocol, and listed with those of the first path.
    pub(in crate::watch) agree: fn(Message<'_>, Message<'_>) -> bool,
    /// Whether the first has all paths of the second.
    pub(in crate::watch) has_paths_of: fn(Message<'_>, Message<'_>) -> bool,
}

/// What a message means for a topic.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::watch) enum Role {
    /// An object.
    Object,
    /// An object that is no longer kept.
    Gone,
    /// A part of an object.
    Part,
    /// Nothing.
    Other,
}

impl Facts {
    /// The facts of a topic whose messages are all objects, and whose changes are all notified.
    pub(super) const fn of<M: View + ?Sized>(
        types: Types,
        key: fn(Message<'_>, &mut Vec<u8>) -> Option<()>,
        change: fn(Difference) -> Option<Change>,
    ) -> Facts {
        Facts {
            groups: &[],
            hints: &[],
            helpers: &[],
            types,
            family: AddressFamily::UNSPEC,
            filter: |_| None,
            only_listed: None,
            header: M::HEADER,
            start: M::START,
            role: |_| Role::Object,
            key,
            slots: None,
            is_ordered: false,
            is_repeated: false,
            is_notified_in_parts: false,
            names: None,
            with_part: |_, _| None,
            same_header: |a, b| a.body().get(..M::HEADER) == b.body().get(..M::HEADER),
            silent: &[],
            same_inside: |_, _, _| false,
            subjects: |_, _| (),
            doubts: &[],
            change,
        }
    }
}
