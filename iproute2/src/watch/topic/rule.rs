//! Rules.

use super::differing::{Differing, differing};
use super::facts::{Facts, Slots, Types};
use super::link_change;
use super::list::Topic;
use super::message::Message;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{self, Doubts::Those, Sign::Object, Subjects, when};
use rtnetlink::Group;
use rtnetlink::message::{RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE};
use rtnetlink::rule::{RuleAction, RuleMessage};
use std::hash::{DefaultHasher, Hash, Hasher};

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::IPV4_RULE, Group::IPV6_RULE],
    helpers: &[Topic::Link],
    slots: Some(Slots {
        is_same: |a, b| differing(&TOPIC, a, b).all(|difference| difference == Differing::Header),
        are_replaced: false,
        can_be_equal: true,
        joins: |_| false,
        agree: |_, _| true,
        has_paths_of: |_, _| true,
    }),
    doubts: &[DOUBTS],
    ..Facts::of::<RuleMessage>(
        Types { new: RTM_NEWRULE, gone: RTM_DELRULE, get: RTM_GETRULE },
        write_key,
        |difference| Update::new(difference).map(Change::Rule),
    )
};

const DOUBTS: &[rule::Rule] = &[
    when(Object(Topic::Link), link_change::name_changes, Those(names_devices)),
    when(Object(Topic::Rule), rule::comes_or_goes, Those(is_goto)),
];

fn write_key(message: Message<'_>, key: &mut Vec<u8>) -> Option<()> {
    let rule: &RuleMessage = message.view();
    key.push(rule.family().0);
    key.extend(rule.priority().unwrap_or_default().to_be_bytes());
    key.extend(digest(message).to_be_bytes());
    Some(())
}

/// A digest of all that a rule says except its flags, some of which the kernel sets itself.
fn digest(message: Message<'_>) -> u64 {
    let (rule, mut hasher) = (message.view::<RuleMessage>(), DefaultHasher::new());
    (rule.family(), rule.destination_length(), rule.source_length(), rule.tos()).hash(&mut hasher);
    (rule.header_table(), rule.action()).hash(&mut hasher);
    for attribute in message.attributes::<RuleMessage>() {
        (attribute.number(), attribute.payload).hash(&mut hasher);
    }
    hasher.finish()
}

/// A rule that names devices: its flags say whether they exist.
fn names_devices(_: &Mirror, rule: Message<'_>, _: &Subjects) -> bool {
    rule.has(RuleMessage::FRA_IIFNAME) || rule.has(RuleMessage::FRA_OIFNAME)
}

/// A rule that goes to another: its flags say whether that one exists.
fn is_goto(_: &Mirror, rule: Message<'_>, _: &Subjects) -> bool {
    rule.view::<RuleMessage>().action() == RuleAction::GOTO
}

/// Rules.
impl Mirror {
    /// All rules, by family and priority.
    pub fn rules(&self) -> impl Iterator<Item = &RuleMessage> {
        self.all(Topic::Rule)
    }
}
