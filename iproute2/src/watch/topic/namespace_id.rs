//! Ids of network namespaces (nsid).

use super::facts::{Facts, Types};
use super::list::Topic;
use super::message::write_id;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use rtnetlink::Group;
use rtnetlink::message::{RTM_DELNSID, RTM_GETNSID, RTM_NEWNSID};
use rtnetlink::namespace::NamespaceIdMessage;

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::NSID],
    ..Facts::of::<NamespaceIdMessage>(
        Types { new: RTM_NEWNSID, gone: RTM_DELNSID, get: RTM_GETNSID },
        |id, key| write_id(id.payload(NamespaceIdMessage::NETNSA_NSID), key),
        |difference| Update::new(difference).map(Change::NamespaceId),
    )
};

/// Ids of network namespaces (nsid).
impl Mirror {
    /// All ids of network namespaces.
    pub fn namespace_ids(&self) -> impl Iterator<Item = &NamespaceIdMessage> {
        self.all(Topic::NamespaceId)
    }
}
