//! What a notification is about.

use super::facts::{Role, Types};
use super::list::{Topic, TopicSet};
use super::message::Message;

/// What a message of a multicast group is about.
pub(in crate::watch) enum Subject<'a> {
    /// An object was added or changed.
    New(Topic, Message<'a>),
    /// An object is gone.
    Gone(Topic, Message<'a>),
    /// A part of an object changed.
    Part(Topic, Message<'a>),
    /// Nothing that is kept.
    Other,
}

/// Message types of a noun, by the kernel's numbering: `RTM_NEW*`, `RTM_DEL*`, `RTM_GET*`, `RTM_SET*`.
const NOUN: u16 = 4;

/// The topics whose objects a message can be, by the noun of its type.
static BY_NOUN: [TopicSet; 32] = {
    let mut nouns = [TopicSet::EMPTY; 32];
    let mut at = 0;
    while at < Topic::ALL.len() {
        let Types { new, gone, .. } = Topic::ALL[at].facts().types;
        assert!(new / NOUN == gone / NOUN, "both types are of one noun");
        nouns[(new / NOUN) as usize].add(Topic::ALL[at]);
        at += 1;
    }
    nouns
};

/// Finds out what a message of a multicast group is about.
pub(in crate::watch) fn classify(message_type: u16, bytes: &[u8]) -> Subject<'_> {
    let message = Message { bytes };
    let nouns = BY_NOUN.get(usize::from(message_type / NOUN)).copied().unwrap_or_default();
    for topic in nouns.iter() {
        let facts = topic.facts();
        let (is_new, is_gone) = (message_type == facts.types.new, message_type == facts.types.gone);
        if message.body().len() < facts.header || !is_new && !is_gone {
            continue;
        }
        match (facts.role)(message) {
            Role::Object if is_new && facts.is_notified_in_parts => return Subject::Part(topic, message),
            Role::Object if is_new => return Subject::New(topic, message),
            Role::Object | Role::Gone => return Subject::Gone(topic, message),
            Role::Part if is_new => return Subject::Part(topic, message),
            Role::Part | Role::Other => (),
        }
    }
    Subject::Other
}

/// The topic that a message is an object of.
pub(in crate::watch) fn topic_of(message_type: u16, bytes: &[u8]) -> Option<Topic> {
    match classify(message_type, bytes) {
        Subject::New(topic, _) | Subject::Gone(topic, _) | Subject::Part(topic, _) => Some(topic),
        Subject::Other => None,
    }
}
