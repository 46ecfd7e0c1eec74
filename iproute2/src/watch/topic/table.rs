//! The table of topics: the facts of each, and what follows from them.

use super::facts::{Facts, Role};
use super::list::{Topic, TopicSet, topics};
use super::message::Message;
use super::part::with_those_of;

macro_rules! table {
    ($($(#[$($doc:tt)*])* $BIT:ident => $Topic:ident: $file:ident, $name:literal;)*) => {
        static FACTS: [Facts; Topic::ALL.len()] = [$(super::$file::TOPIC),*];
    };
}

topics!(table);

impl Topic {
    #[inline]
    pub(in crate::watch) const fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// What follows the header of the request for a list.
    pub(in crate::watch) fn request(self) -> Vec<u8> {
        let mut body = vec![0; self.facts().start];
        body[0] = self.facts().family.0;
        let _ = (self.facts().filter)(&mut body);
        body
    }

    /// The object in a message of a list.
    pub(in crate::watch) fn listed(self, message_type: u16, bytes: &[u8]) -> Option<Message<'_>> {
        let (facts, message) = (self.facts(), Message { bytes });
        let is_object = message_type == facts.types.new
            && message.body().len() >= facts.header
            && (facts.role)(message) == Role::Object;
        is_object.then_some(message)
    }

    /// The message of an object with the attributes that only lists have, as in `listed`; `None` where the topic has no such
    /// attributes, or neither message does.
    pub(in crate::watch) fn with_listed(self, object: Message<'_>, listed: Message<'_>) -> Option<Vec<u8>> {
        let attributes = self.facts().only_listed.as_ref()?.attributes;
        with_those_of(object, listed, self.facts().start, attributes)
    }
}

impl TopicSet {
    /// These, and those whose changes hint at what the kernel is silent about.
    pub(in crate::watch) fn with_helpers(mut self) -> Self {
        self.extend(self.iter().flat_map(|topic| topic.facts().helpers).copied());
        self
    }
}
