//! Multicast groups of any family, by name or number.

use netlink_packet::Family;
use rtnetlink::Group;

/// A multicast group to listen to: a [`Group`] of the route family, or a family and the name or number of one of its groups.
///
/// Groups of generic netlink families have names; the kernel assigns their numbers when the family is registered. The number is
/// looked up, and the group joined again when the family's module is reloaded.
///
/// ```
/// use iproute2::netlink_packet::Family;
/// use iproute2::rtnetlink::Group;
/// use iproute2::watch::EventGroup;
///
/// const MPTCP: Family = Family::Generic { name: "mptcp_pm", version: 1 };
/// const TEAM: Family = Family::Generic { name: "team", version: 1 };
///
/// let groups: [EventGroup; 4] = [
///     Group::LINK.into(),
///     (MPTCP, "mptcp_pm_events").into(),
///     // As soon as the module is loaded.
///     EventGroup::from((TEAM, "change_event")).or_later(),
///     (Family::XFRM, 2).into(),
/// ];
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventGroup {
    family: Family,
    group: Which,
    is_patient: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Number(u32),
    Name(&'static str),
}

impl EventGroup {
    const fn new(family: Family, group: Which) -> Self {
        EventGroup { family, group, is_patient: false }
    }

    /// If the generic netlink family is not registered, because its module is not loaded, waits for it instead of failing.
    ///
    /// When the family is registered, [`Event::Lost`](super::Event::Lost) is reported ([`Change::Lost`](super::Change::Lost) in a
    /// watch): from then on every message is received, and the state before has to be requested.
    #[must_use]
    pub fn or_later(mut self) -> Self {
        self.is_patient = true;
        self
    }

    /// The family of the group.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The name of the group, if it was given by name.
    pub fn name(&self) -> Option<&'static str> {
        match self.group {
            Which::Name(name) => Some(name),
            Which::Number(_) => None,
        }
    }

    pub(super) fn which(&self) -> Which {
        self.group
    }

    /// Whether a family that is not registered is waited for.
    pub(super) fn is_patient(&self) -> bool {
        self.is_patient
    }
}

impl From<Group> for EventGroup {
    fn from(group: Group) -> Self {
        EventGroup::new(Family::ROUTE, Which::Number(group.0))
    }
}

/// A group of a generic netlink family, by name.
impl From<(Family, &'static str)> for EventGroup {
    fn from((family, name): (Family, &'static str)) -> Self {
        EventGroup::new(family, Which::Name(name))
    }
}

/// A group by number, of a netlink protocol without group names.
impl From<(Family, u32)> for EventGroup {
    fn from((family, number): (Family, u32)) -> Self {
        EventGroup::new(family, Which::Number(number))
    }
}
