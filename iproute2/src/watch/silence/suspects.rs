//! The rules of all topics in one table, and the notifications that match them.

use super::rule::{Doubts, Notification, Rule, Sign, Subjects, always, when};
use crate::watch::topic::list::{Topic, TopicSet};
use crate::watch::topic::message::Message;
use rtnetlink::advertisement::{NdOptionMessage, PrefixMessage};
use rtnetlink::link::LinkMessage;
use rtnetlink::message::{RTM_DELLINK, RTM_NEWLINK, RTM_NEWNDUSEROPT, RTM_NEWPREFIX};

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

/// The rules of all topics.
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

/// The topics whose changes hint at others.
static HINTING: TopicSet = {
    let (mut topics, mut at) = (TopicSet::EMPTY, 0);
    while at < COUNT {
        if let Sign::Object(topic) = RULES[at].1.of {
            topics.add(topic);
        }
        at += 1;
    }
    topics
};

impl Subjects {
    fn add(&mut self, notification: &Notification<'_>) {
        let messages = || notification.before.into_iter().chain(notification.now);
        match notification.of {
            Sign::Object(topic) => messages().for_each(|object| (topic.facts().subjects)(object, self)),
            Sign::Message(kind) => self.links.extend(messages().filter_map(|message| link_of(kind, message))),
        }
    }
}

/// The link that a message is about, where the message is not an object.
fn link_of(message_type: u16, message: Message<'_>) -> Option<u32> {
    match message_type {
        RTM_NEWLINK | RTM_DELLINK => message.read().map(LinkMessage::index),
        RTM_NEWPREFIX => message.read().map(PrefixMessage::device),
        RTM_NEWNDUSEROPT => message.read().map(NdOptionMessage::device),
        _ => None,
    }
}

/// What may have changed objects silently, by the index of the rule.
#[derive(Default)]
pub(in crate::watch) struct Suspects(Vec<(usize, Subjects)>);

impl Suspects {
    pub(in crate::watch) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Records a notification for the rules that match it. Topics of which anything may have changed are added to `doubted`.
    /// Returns whether a rule of one of these topics matches.
    pub(in crate::watch) fn note(
        &mut self,
        topics: TopicSet,
        doubted: &mut TopicSet,
        notification: &Notification<'_>,
    ) -> bool {
        let mut applied = false;
        if matches!(notification.of, Sign::Object(topic) if !HINTING.contains(topic)) {
            return false;
        }
        for (at, (topic, rule)) in RULES.iter().enumerate() {
            if rule.of != notification.of || !topics.contains(*topic) || !(rule.when)(notification) {
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

    fn applied(&self) -> impl Iterator<Item = (Topic, Doubts, &Subjects)> {
        self.0.iter().filter_map(|(rule, subjects)| {
            RULES.get(*rule).map(|(topic, rule)| (*topic, rule.doubts, subjects))
        })
    }

    /// The topics of which something may have changed.
    pub(in crate::watch) fn topics(&self) -> TopicSet {
        self.applied().map(|(topic, ..)| topic).collect()
    }

    pub(super) fn doubts_about(&self, topic: Topic) -> Vec<(Doubts, &Subjects)> {
        let about = self.applied().filter(|(of, ..)| *of == topic);
        about.map(|(_, doubts, subjects)| (doubts, subjects)).collect()
    }
}
