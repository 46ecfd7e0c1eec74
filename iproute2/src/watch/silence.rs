//! What the kernel changes without a notification, and which notification gives it away.
//!
//! Each topic has [rules](Rule): when something like this is notified, objects of the topic may have changed silently. A
//! topic is listed again only if the mirror has an object there that depends on what changed, or where the rule says so of
//! the [whole topic](Doubts::All).

use super::mirror::Mirror;
use super::topic::{Message, Topic, TopicSet};
use super::tree::Record;
use netlink_packet::View;
use rtnetlink::advertisement::{NdOptionMessage, PrefixMessage};
use rtnetlink::link::LinkMessage;
use rtnetlink::message::{RTM_DELLINK, RTM_NEWLINK, RTM_NEWNDUSEROPT, RTM_NEWPREFIX};
use std::collections::HashSet;

/// When something is notified, objects of a topic may have changed silently.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// What is notified.
    of: Sign,
    /// Whether it is such a change.
    when: fn(&Notification<'_>) -> bool,
    doubts: Doubts,
}

/// What a notification is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// A change of an object.
    Object(Topic),
    /// A message of this type that is no object.
    Message(u16),
}

/// Which objects of a topic may have changed silently.
#[derive(Clone, Copy)]
pub(super) enum Doubts {
    /// Any, those that are not known included.
    All,
    /// Those that depend on what changed, if there are any.
    Those(fn(&Mirror, Message<'_>, &Subjects) -> bool),
}

pub(super) const fn when(of: Sign, when: fn(&Notification<'_>) -> bool, doubts: Doubts) -> Rule {
    Rule { of, when, doubts }
}

const COUNT: usize = {
    let (mut count, mut topic) = (0, 0);
    while topic < Topic::ALL.len() {
        let (lists, mut at) = (Topic::ALL[topic].facts().doubts, 0);
        while at < lists.len() {
            count += lists[at].len();
            at += 1;
        }
        topic += 1;
    }
    count
};

/// The rules of all topics, in one list.
static RULES: [(Topic, Rule); COUNT] = {
    let mut rules = [(Topic::Link, when(Sign::Message(0), always, Doubts::All)); COUNT];
    let (mut count, mut topic) = (0, 0);
    while topic < Topic::ALL.len() {
        let (lists, mut list) = (Topic::ALL[topic].facts().doubts, 0);
        while list < lists.len() {
            let mut at = 0;
            while at < lists[list].len() {
                rules[count] = (Topic::ALL[topic], lists[list][at]);
                (count, at) = (count + 1, at + 1);
            }
            list += 1;
        }
        topic += 1;
    }
    rules
};

/// The topics whose objects give others away when they change.
static GIVE_AWAY: TopicSet = {
    let (mut topics, mut at) = (TopicSet::EMPTY, 0);
    while at < COUNT {
        if let Sign::Object(topic) = RULES[at].1.of {
            topics.add(topic);
        }
        at += 1;
    }
    topics
};

/// What is notified; where it is a change of an object, the mirror knows it already.
pub(super) struct Notification<'a> {
    pub(super) of: Sign,
    pub(super) before: Option<Message<'a>>,
    pub(super) now: Option<Message<'a>>,
    pub(super) mirror: &'a Mirror,
}

impl<'a> Notification<'a> {
    /// The object as it is, or was; or the message that is none.
    pub(super) fn object(&self) -> Option<Message<'a>> {
        self.now.or(self.before)
    }

    /// Whether a value of the object differs, where it exists before and now.
    pub(super) fn differs<M: View + ?Sized, T: PartialEq>(&self, value: impl Fn(&'a M) -> T) -> bool {
        self.before.zip(self.now).is_some_and(|(before, now)| value(before.view()) != value(now.view()))
    }
}

pub(super) fn always(_: &Notification<'_>) -> bool {
    true
}

pub(super) fn comes_or_goes(change: &Notification<'_>) -> bool {
    change.before.is_some() != change.now.is_some()
}

/// It is there, and was.
pub(super) fn changes(change: &Notification<'_>) -> bool {
    change.before.is_some() && change.now.is_some()
}

pub(super) fn goes(change: &Notification<'_>) -> bool {
    change.now.is_none()
}

/// It was there already.
pub(super) fn was_there(change: &Notification<'_>) -> bool {
    change.before.is_some()
}

/// What changed under a rule.
#[derive(Default)]
pub(super) struct Subjects {
    /// The indices of the links, or of those that the addresses or routes are on.
    pub(super) links: HashSet<u32>,
    /// The addresses.
    pub(super) addresses: HashSet<Box<[u8]>>,
}

impl Subjects {
    fn add(&mut self, notification: &Notification<'_>) {
        let messages = || notification.before.into_iter().chain(notification.now);
        match notification.of {
            Sign::Object(topic) => messages().for_each(|object| (topic.facts().subjects)(object, self)),
            Sign::Message(kind) => self.links.extend(messages().filter_map(|message| link_of(kind, message))),
        }
    }
}

/// The link that a message is about which is no object.
fn link_of(message_type: u16, message: Message<'_>) -> Option<u32> {
    match message_type {
        RTM_NEWLINK | RTM_DELLINK => message.read().map(LinkMessage::index),
        RTM_NEWPREFIX => message.read().map(PrefixMessage::device),
        RTM_NEWNDUSEROPT => message.read().map(NdOptionMessage::device),
        _ => None,
    }
}

/// What may have changed objects silently, by the place of the rule.
#[derive(Default)]
pub(super) struct Suspects(Vec<(usize, Subjects)>);

impl Suspects {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes note of what is notified; topics of which all may have changed are in doubt. Tells whether a rule among those for
    /// the topics that are tracked applies to it.
    pub(super) fn note(
        &mut self,
        tracked: TopicSet,
        doubted: &mut TopicSet,
        notification: &Notification<'_>,
    ) -> bool {
        let mut applied = false;
        if matches!(notification.of, Sign::Object(topic) if !GIVE_AWAY.contains(topic)) {
            return false;
        }
        for (at, (topic, rule)) in RULES.iter().enumerate() {
            if rule.of != notification.of || !tracked.contains(*topic) || !(rule.when)(notification) {
                continue;
            }
            applied = true;
            match rule.doubts {
                Doubts::All => doubted.add(*topic),
                Doubts::Those(_) => self.subjects(at).add(notification),
            }
        }
        applied
    }

    fn subjects(&mut self, rule: usize) -> &mut Subjects {
        let at = self.0.iter().position(|(known, _)| *known == rule).unwrap_or_else(|| {
            self.0.push((rule, Subjects::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    fn doubts_about(&self, topic: Topic) -> Vec<(Doubts, &Subjects)> {
        let applied = self.0.iter().filter_map(|(rule, subjects)| Some((RULES.get(*rule)?, subjects)));
        applied
            .filter(|((of, _), _)| *of == topic)
            .map(|((_, rule), subjects)| (rule.doubts, subjects))
            .collect()
    }

    /// Begins to look whether these topics have an object that may have changed.
    pub(super) fn inquiry(self, topics: TopicSet) -> Inquiry {
        Inquiry { suspects: self, topics, last: None }
    }
}

/// Looks whether there are objects that may have changed silently, some at a time. What is told meanwhile is as told.
pub(super) struct Inquiry {
    suspects: Suspects,
    /// What is still to be looked at, the first of them behind a key.
    topics: TopicSet,
    last: Option<Box<[u8]>>,
}

impl Inquiry {
    /// Looks at so many objects, and adds topics to those in doubt; whether there is more to look at.
    pub(super) fn go_on(&mut self, mirror: &Mirror, doubted: &mut TopicSet, most: usize) -> bool {
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
