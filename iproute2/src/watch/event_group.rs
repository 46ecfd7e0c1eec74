//! The multicast groups that a listener names.

use crate::connection::Connection;
use crate::error::{ErrorKind, io_kind};
use crate::family;
use netlink_packet::Family;
use rtnetlink::Group;

/// A multicast group to listen to: a [`Group`] of the route family, or another family with the name or number of a group.
///
/// ```
/// use iproute2::netlink_packet::Family;
/// use iproute2::rtnetlink::Group;
/// use iproute2::watch::EventGroup;
///
/// const MPTCP: Family = Family::Generic { name: "mptcp_pm", version: 1 };
/// const XFRM: Family = Family::Protocol(iproute2::Protocol::XFRM.0);
///
/// let groups: [EventGroup; 3] = [Group::LINK.into(), (MPTCP, "mptcp_pm_events").into(), (XFRM, 2).into()];
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventGroup {
    family: Family,
    group: Which,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Number(u32),
    Name(&'static str),
}

impl EventGroup {
    /// The family whose group it is.
    pub fn family(&self) -> Family {
        self.family
    }

    /// Its number, which is resolved by name for a generic netlink family.
    pub(super) fn number(&self, connection: &Connection) -> Result<u32, ErrorKind> {
        let protocol = family::protocol(self.family);
        match self.group {
            _ if connection.protocol() != protocol => Err(io_kind(connection.why_not(protocol))),
            Which::Number(number) => Ok(number),
            Which::Name(name) => family::group(connection, self.family, name, None),
        }
    }
}

impl From<Group> for EventGroup {
    fn from(group: Group) -> Self {
        EventGroup { family: Family::ROUTE, group: Which::Number(group.0) }
    }
}

/// A group of a generic netlink family, by name.
impl From<(Family, &'static str)> for EventGroup {
    fn from((family, name): (Family, &'static str)) -> Self {
        EventGroup { family, group: Which::Name(name) }
    }
}

/// A group by number: of netlink protocols, which have no names for them.
impl From<(Family, u32)> for EventGroup {
    fn from((family, number): (Family, u32)) -> Self {
        EventGroup { family, group: Which::Number(number) }
    }
}
