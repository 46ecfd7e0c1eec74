//! Network namespace ids (nsid), by which this namespace refers to others: what `ip netns set` and `ip netns list-id` do.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip netns list-id` | [`ip.namespace_id().list()`](NamespaceIds::list) |
//! | `ip netns list-id target-nsid 5` | `ip.namespace_id().list().target(NamespaceId(5))` |
//! | `ip netns list-id nsid 7` | [`ip.namespace_id().get(NamespaceId(7))`](NamespaceIds::get) |
//! | `ip netns list-id target-nsid 5 nsid 7` | `ip.namespace_id().get(NamespaceIdMessage::of_id(NamespaceId(7)).target(NamespaceId(5)))` |
//! | `ip netns set blue 5` | [`ip.namespace_id().set(&Namespace::named("blue")?, NamespaceId(5))`](NamespaceIds::set) |
//! | `ip netns set blue auto` | `ip.namespace_id().set(&Namespace::named("blue")?, NamespaceId::UNASSIGNED)` |
//!
//! [`Namespace`] creates and names namespaces.

use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::namespace::Namespace;
use crate::object::{IntoMessage, Object, into_message};
use crate::request::{Added, Checked, Request};
use netlink_packet::{Build, Flags, Packet, PooledBuffer};
use rtnetlink::NamespaceId;
use rtnetlink::message::{RTM_GETNSID, RTM_NEWNSID};
use rtnetlink::namespace::{NamespaceIdMessage, NamespaceIdMessageBuf};

impl<D> Handle<D> {
    /// Network namespace ids (nsid): `ip netns set`, `ip netns list-id`.
    pub fn namespace_id(&self) -> NamespaceIds<'_, D> {
        NamespaceIds(self)
    }
}

verbs! {
    /// The verbs of `ip netns set` and `ip netns list-id`; [`Handle::namespace_id`](crate::Handle::namespace_id) gives
    /// them.
    pub struct NamespaceIds
}

impl<D> NamespaceIds<'_, D> {
    /// Lists the ids of namespaces that have one here, like `ip netns list-id`.
    pub fn list(&self) -> List<D, NamespaceIdMessage> {
        self.0.list("list namespace ids", RTM_GETNSID, NamespaceIdMessage::build())
    }

    /// Gets the id of a namespace; [`NamespaceId::UNASSIGNED`] if it has none here.
    ///
    /// Given an id, it checks that there is such a namespace, like `ip netns list-id nsid ID`; the error [is not
    /// found](crate::Error::is_not_found) if there is none.
    pub fn get(
        &self,
        namespace: impl IntoMessage<NamespaceIdMessage>,
    ) -> Request<D, Packet<NamespaceIdMessage>> {
        let message = namespace.into_message();
        self.0.send("get namespace id", RTM_GETNSID, Flags::empty(), message)
    }

    /// Assigns an id to a namespace, like `ip netns set NAME ID`: with [`NamespaceId::UNASSIGNED`] the kernel chooses
    /// one. The error [already exists](crate::Error::is_already_exists) if the namespace has an id, or the id belongs
    /// to another.
    ///
    /// An id can't be changed while the namespace exists.
    pub fn set(
        &self,
        namespace: impl IntoMessage<NamespaceIdMessage>,
        id: NamespaceId,
    ) -> Request<D, Added<NamespaceIdMessage>> {
        let message = namespace.into_message().id(id).says_nothing_ignored();
        self.0.send("set namespace id", RTM_NEWNSID, Flags::ACK, message)
    }
}

into_message! {
    NamespaceIdMessage / NamespaceIdMessageBuf,
    NamespaceIdMessage::of_file: &Namespace,
    NamespaceIdMessage::of_id: NamespaceId
}

/// Options of a list of namespace ids.
impl<D> List<D, NamespaceIdMessage> {
    /// The ids that another namespace uses, like `ip netns list-id target-nsid ID`; each with the id that
    /// the namespace has here ([`current`](NamespaceIdMessage::current)).
    pub fn target(self, id: NamespaceId) -> Self {
        self.ask(|message: NamespaceIdMessageBuf| message.target(id))
    }
}

impl Object for NamespaceIdMessage {
    type Builder = NamespaceIdMessageBuf;

    fn label(&self) -> String {
        match (self.id().and_then(NamespaceId::assigned), self.process()) {
            (Some(id), _) => id.to_string(),
            (None, Some(process)) => format!("of process {process}"),
            (None, None) => String::new(),
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        let id = self.id().and_then(NamespaceId::assigned);
        let message = match (id, self.process()) {
            (Some(id), _) => NamespaceIdMessage::of_id(id),
            (None, process) => NamespaceIdMessage::of_process(process?),
        };
        Some((RTM_GETNSID, message.into_buffer()))
    }
}
