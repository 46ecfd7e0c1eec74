//! Next hops.

use super::facts::{Facts, Types};
use super::link_change;
use super::list::Topic;
use super::message::{Message, number, write_id};
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{Doubts::Those, Rule, Sign::Object, Subjects, when};
use rtnetlink::Group;
use rtnetlink::message::{RTM_DELNEXTHOP, RTM_GETNEXTHOP, RTM_NEWNEXTHOP};
use rtnetlink::nexthop::NextHopMessage;

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::NEXTHOP],
    helpers: &[Topic::Link],
    is_ordered: true,
    doubts: &[DOUBTS],
    ..Facts::of::<NextHopMessage>(
        Types { new: RTM_NEWNEXTHOP, gone: RTM_DELNEXTHOP, get: RTM_GETNEXTHOP },
        |hop, key| write_id(hop.payload(NextHopMessage::NHA_ID), key),
        |difference| Update::new(difference).map(Change::NextHop),
    )
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Link), link_change::state_changes, Those(is_over)),
    when(Object(Topic::Link), link_change::vrf_changes, Those(is_over)),
];

/// A next hop over one of the links, or a group, which has only the ids of its members and changes with them.
fn is_over(_: &Mirror, hop: Message<'_>, subjects: &Subjects) -> bool {
    let link = hop.payload(NextHopMessage::NHA_OIF);
    link.is_none_or(|link| subjects.links.contains(&number(link)))
}

/// Next hops.
impl Mirror {
    /// All next hops, by id.
    pub fn next_hops(&self) -> impl Iterator<Item = &NextHopMessage> {
        self.all(Topic::NextHop)
    }

    /// A next hop by its id.
    pub fn next_hop(&self, id: u32) -> Option<&NextHopMessage> {
        self.get(Topic::NextHop, &id.to_be_bytes())
    }
}
