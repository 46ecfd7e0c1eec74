//! A message of a multicast group, as it came.

use crate::error::{Error, Result};
use bytes::Bytes;
use netlink_packet::{HEADER_LEN, Header, Packet, View};
use rtnetlink::{Group, NamespaceId};
use std::fmt;
use std::hash::{Hash, Hasher};

/// A message that the kernel sent to a multicast group.
#[derive(Clone)]
pub struct EventMessage {
    pub(super) bytes: Bytes,
    pub(super) from: Origin,
}

/// The group that it was sent to, and the namespace that it is from: 0 and -1 where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Origin(u32, i32);

/// Added to the number of the group, which is below it, if it is not a group of the route family.
pub(super) const FOREIGN: u32 = 1 << 31;

impl Origin {
    pub(super) fn new(group: Option<u32>, namespace: Option<i32>) -> Self {
        Origin(group.unwrap_or(0), namespace.unwrap_or(-1))
    }

    /// The same of a family: [`FOREIGN`], or 0 for the route family.
    #[inline]
    pub(super) fn of(self, family: u32) -> Self {
        Origin(self.0 | family, self.1)
    }
}

impl EventMessage {
    pub(super) fn new(bytes: Bytes, group: Option<u32>, namespace: Option<i32>) -> Self {
        EventMessage { bytes, from: Origin::new(group, namespace) }
    }

    /// The message's own header.
    #[inline]
    pub fn header(&self) -> Header {
        Header::read(&self.bytes).unwrap_or_default()
    }

    /// The message type, such as [`RTM_NEWLINK`](rtnetlink::message::RTM_NEWLINK); of generic netlink the id of the family.
    #[inline]
    pub fn kind(&self) -> u16 {
        self.header().message_type
    }

    /// What follows the header.
    #[inline]
    pub fn payload(&self) -> &[u8] {
        self.bytes.get(HEADER_LEN..).unwrap_or_default()
    }

    /// Whether it is of another family than the route family.
    pub(super) fn is_foreign(&self) -> bool {
        self.from.0 & FOREIGN != 0
    }

    /// The group that it was sent to; of another family than the route family just its number.
    #[inline]
    pub fn group(&self) -> Option<Group> {
        let number = self.from.0 & !FOREIGN;
        (number != 0).then_some(Group(number))
    }

    /// The id (nsid) of the network namespace that it is from, if that is not the handle's:
    /// see [`all_namespaces`](super::Listen::all_namespaces).
    pub fn namespace(&self) -> Option<NamespaceId> {
        (self.from.1 >= 0).then_some(NamespaceId(self.from.1))
    }

    /// The message seen as one of this type, according to its [message type](Self::kind).
    ///
    /// # Errors
    /// It is shorter than the fixed header of one.
    #[inline]
    pub fn view<M: View + ?Sized>(&self) -> Result<&M> {
        M::read(self.payload()).map_err(|error| Error::new("read event", String::new(), error.into()))
    }

    /// The message as one of this type, to keep; it shares the memory.
    ///
    /// # Errors
    /// It is shorter than the fixed header of one.
    pub fn read<M: View + ?Sized>(&self) -> Result<Packet<M>> {
        Packet::new(self.bytes.clone()).map_err(|error| Error::new("read event", String::new(), error.into()))
    }
}

/// What the message is and says counts, and where it comes from; not its sequence number and port.
impl PartialEq for EventMessage {
    fn eq(&self, other: &Self) -> bool {
        (self.kind(), self.payload(), self.from) == (other.kind(), other.payload(), other.from)
    }
}

impl Eq for EventMessage {}

impl Hash for EventMessage {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind(), self.payload(), self.from).hash(state);
    }
}

impl fmt::Debug for EventMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_foreign() {
            return rtnetlink::message::describe(self.kind(), self.payload()).fmt(f);
        }
        // Only the caller knows what it is.
        f.debug_struct("EventMessage").field("kind", &self.kind()).field("payload", &self.payload()).finish()
    }
}
