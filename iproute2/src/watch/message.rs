//! Events: the messages of multicast groups as received, and the places where some were lost.

use super::event_group::EventGroup;
use crate::error::{Error, Result};
use bytes::Bytes;
use netlink_packet::generic::GenericMessage;
use netlink_packet::{Command, Family, HEADER_LEN, Header, Packet, View};
use rtnetlink::{Group, NamespaceId};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What [`Events`](super::Events) returns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A message.
    Message(EventMessage),
    /// Messages were lost here: the receive buffer overran, a message was truncated, or a generic netlink family was registered,
    /// for the first time or again. Request the current state to make up for them.
    Lost,
}

/// A message that the kernel sent to a multicast group.
#[derive(Clone)]
pub struct EventMessage {
    pub(super) bytes: Bytes,
    pub(super) from: Origin,
    /// Its group, if that is not one of the route family.
    pub(super) group: Option<Arc<EventGroup>>,
}

/// The group that it was sent to, and the id of its namespace: 0 and -1 where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Origin(u32, i32);

impl Origin {
    pub(super) fn new(group: Option<u32>, namespace: Option<i32>) -> Self {
        Origin(group.unwrap_or(0), namespace.unwrap_or(-1))
    }
}

impl EventMessage {
    pub(super) fn new(bytes: Bytes, group: Option<u32>, namespace: Option<i32>) -> Self {
        EventMessage { bytes, from: Origin::new(group, namespace), group: None }
    }

    /// The netlink header of the message.
    #[inline]
    pub fn header(&self) -> Header {
        Header::read(&self.bytes).unwrap_or_default()
    }

    /// The message type, such as [`RTM_NEWLINK`](rtnetlink::message::RTM_NEWLINK); the family id in generic netlink.
    #[inline]
    pub fn message_type(&self) -> u16 {
        self.header().message_type
    }

    /// The bytes after the netlink header.
    #[inline]
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(HEADER_LEN..).unwrap_or_default()
    }

    /// Whether it is of a family other than the route family.
    pub(super) fn is_foreign(&self) -> bool {
        self.group.is_some()
    }

    /// The family of the message.
    pub fn family(&self) -> Family {
        self.group.as_ref().map_or(Family::ROUTE, |group| group.family())
    }

    /// The command of a generic netlink message.
    pub fn command(&self) -> Option<u8> {
        match self.family() {
            Family::Generic { .. } => GenericMessage::read(self.payload()).ok().map(GenericMessage::command),
            Family::Protocol(_) => None,
        }
    }

    /// The group that it was sent to. Outside the route family just its number, which means nothing for generic netlink
    /// families: see [`group_name`](Self::group_name).
    #[inline]
    pub fn group(&self) -> Option<Group> {
        (self.from.0 != 0).then_some(Group(self.from.0))
    }

    /// The name of the group that it was sent to, if that was given by name.
    pub fn group_name(&self) -> Option<&'static str> {
        self.group.as_ref()?.name()
    }

    /// The message as one of this type, if it is one: of the type's [family](Command::FAMILY), with one of the type's
    /// [notification commands](Command::NOTIFICATIONS).
    ///
    /// ```no_run
    /// use iproute2::netlink_packet::Command;
    /// use iproute2::netlink_packet::generic::ControllerMessage;
    /// use iproute2::rtnetlink::Group;
    /// use iproute2::watch::{Event, EventGroup};
    ///
    /// # fn main() -> iproute2::Result<()> {
    /// let ip = iproute2::blocking::connect()?;
    /// let groups: [EventGroup; 2] = [Group::LINK.into(), (ControllerMessage::FAMILY, "notify").into()];
    /// for event in ip.events(groups).open()? {
    ///     let Event::Message(message) = event? else { continue };
    ///     match message.of::<ControllerMessage>() {
    ///         Some(family) => println!("a family: {:?}", family.name()),
    ///         None => println!("a link: {message:?}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn of<M: Command + ?Sized>(&self) -> Option<&M> {
        let number = self.command().map_or(self.message_type(), u16::from);
        let is_one = is_same_family(self.family(), M::FAMILY)
            && (M::NOTIFICATIONS.is_empty() || M::NOTIFICATIONS.contains(&number));
        if is_one { M::read(self.payload()).ok() } else { None }
    }

    /// The id (nsid) of the network namespace that it is from, if that is not the handle's: see
    /// [`all_namespaces`](super::Listen::all_namespaces).
    pub fn namespace(&self) -> Option<NamespaceId> {
        (self.from.1 >= 0).then_some(NamespaceId(self.from.1))
    }

    /// The message as one of this type; check its [type](Self::message_type) first.
    ///
    /// # Errors
    /// The message is shorter than the fixed header of this type.
    #[inline]
    pub fn view<M: View + ?Sized>(&self) -> Result<&M> {
        M::read(self.payload()).map_err(|error| Error::new("read event", String::new(), error.into()))
    }

    /// The message as a packet of this type, which can be kept; it shares the memory.
    ///
    /// # Errors
    /// The message is shorter than the fixed header of this type.
    pub fn read<M: View + ?Sized>(&self) -> Result<Packet<M>> {
        Packet::new(self.bytes.clone()).map_err(|error| Error::new("read event", String::new(), error.into()))
    }
}

/// Compares type, contents, group and namespace, but not the sequence number and port.
impl PartialEq for EventMessage {
    fn eq(&self, other: &Self) -> bool {
        let parts = |of: &Self| (of.message_type(), of.from, of.family(), of.group_name());
        parts(self) == parts(other) && self.payload() == other.payload()
    }
}

impl Eq for EventMessage {}

impl Hash for EventMessage {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.message_type(), self.payload(), self.from).hash(state);
    }
}

impl fmt::Debug for EventMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_foreign() {
            return rtnetlink::message::describe(self.message_type(), self.payload()).fmt(f);
        }
        // Only the caller knows its type.
        f.debug_struct("EventMessage")
            .field("family", &format_args!("{}", self.family()))
            .field("group", &self.group_name())
            .field("message_type", &self.message_type())
            .field("command", &self.command())
            .field("payload", &self.payload())
            .finish()
    }
}

/// Whether both are the same family, whatever the version.
fn is_same_family(one: Family, other: Family) -> bool {
    match (one, other) {
        (Family::Generic { name: one, .. }, Family::Generic { name: other, .. }) => one == other,
        (one, other) => one == other,
    }
}
