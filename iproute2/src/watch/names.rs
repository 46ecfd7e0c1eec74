//! The multicast groups of a socket outside the route family: those of generic netlink families have names, and get new
//! numbers whenever their family is registered. Nothing here waits.

use super::event_group::{EventGroup, Which};
use crate::connection::Connection;
use crate::error::{ErrorKind, io_kind};
use crate::family::{ask_family, protocol};
use netlink_packet::generic::{CTRL_CMD_DELFAMILY, CTRL_CMD_NEWFAMILY, ControllerMessage, GENL_ID_CTRL};
use netlink_packet::{Command, Family, Messages, View};
use netlink_sys::{Protocol, Socket};
use std::io;
use std::sync::Arc;

/// The number of the controller's group `notify`, to which it announces families: the only fixed one.
const NOTIFY: u32 = GENL_ID_CTRL as u32;

/// The groups of one socket.
pub(super) struct Names {
    connection: Arc<Connection>,
    wanted: Vec<EventGroup>,
    /// Those that the socket has joined, by their current numbers.
    joined: Vec<(u32, Arc<EventGroup>)>,
}

impl Names {
    /// Joins groups of the connection's protocol.
    pub(super) fn join(
        connection: &Arc<Connection>,
        wanted: Vec<EventGroup>,
        socket: &Socket,
    ) -> Result<Self, ErrorKind> {
        let mut names = Names { connection: Arc::clone(connection), wanted, joined: Vec::new() };
        // Numbers above 32 are only in the packet info.
        socket.set_packet_info(true).map_err(io_kind)?;
        if names.is_generic() {
            // First, so that no announcement is missed.
            socket.add_membership(NOTIFY).map_err(io_kind)?;
        }
        for group in names.wanted.clone() {
            match names.number(&group) {
                Ok(number) => names.add(number, group, socket).map_err(io_kind)?,
                Err(ErrorKind::UnknownFamily(_)) if group.is_patient() => (),
                Err(kind) => return Err(kind),
            }
        }
        Ok(names)
    }

    fn is_generic(&self) -> bool {
        self.connection.protocol() == Protocol::GENERIC
    }

    fn number(&self, group: &EventGroup) -> Result<u32, ErrorKind> {
        let family = group.family();
        match (group.which(), family) {
            _ if self.connection.protocol() != protocol(family) => {
                Err(io_kind(self.connection.why_not(protocol(family))))
            }
            (Which::Number(number), _) => Ok(number),
            (Which::Name(group), Family::Protocol(_)) => Err(ErrorKind::UnknownGroup { family, group }),
            (Which::Name(group), Family::Generic { name, .. }) => {
                let found = ask_family(&self.connection, name, None)?;
                found.multicast_group(group).ok_or(ErrorKind::UnknownGroup { family, group })
            }
        }
    }

    fn add(&mut self, number: u32, group: EventGroup, socket: &Socket) -> io::Result<()> {
        socket.add_membership(number)?;
        self.joined.push((number, Arc::new(group)));
        Ok(())
    }

    /// The group that a datagram was sent to; `None` if it was not requested.
    pub(super) fn of(&self, number: Option<u32>) -> Option<Arc<EventGroup>> {
        let number = number.unwrap_or_default();
        let joined = self.joined.iter().find(|(of, _)| *of == number).map(|(_, group)| Arc::clone(group));
        // A protocol that does not set the group of a datagram.
        joined.or_else(|| {
            let family = Family::Protocol(self.connection.protocol().0);
            (!self.is_generic()).then(|| Arc::new((family, number).into()))
        })
    }

    /// Follows the controller's announcements. Returns whether a group was joined: messages sent to it before are lost.
    #[inline]
    pub(super) fn follow(
        &mut self,
        number: Option<u32>,
        datagram: &[u8],
        socket: &Socket,
    ) -> io::Result<bool> {
        if number == Some(NOTIFY) && self.is_generic() { self.announced(datagram, socket) } else { Ok(false) }
    }

    #[cold]
    fn announced(&mut self, datagram: &[u8], socket: &Socket) -> io::Result<bool> {
        let mut has_joined = false;
        for message in Messages::new(datagram).filter(|message| message.header.message_type == GENL_ID_CTRL) {
            let Ok(family) = ControllerMessage::read(message.payload()) else { continue };
            match family.command() {
                CTRL_CMD_NEWFAMILY => {
                    for (number, group) in self.registered(family) {
                        self.add(number, group, socket)?;
                        has_joined = true;
                    }
                    self.set_id(family, family.id());
                }
                CTRL_CMD_DELFAMILY => {
                    self.joined.retain(|(_, group)| !is_of(group, family));
                    self.set_id(family, None);
                }
                _ => (),
            }
        }
        Ok(has_joined)
    }

    /// The requested groups of a family that the socket has not joined, with their numbers.
    fn registered(&self, family: &ControllerMessage) -> Vec<(u32, EventGroup)> {
        let is_joined = |wanted: &EventGroup| self.joined.iter().any(|(_, group)| **group == *wanted);
        let wanted = self.wanted.iter().filter(|group| is_of(group, family) && !is_joined(group));
        wanted.filter_map(|group| Some((family.multicast_group(group.name()?)?, *group))).collect()
    }

    /// Makes requests use the new id of the family.
    fn set_id(&self, family: &ControllerMessage, id: Option<u16>) {
        if let Some(Family::Generic { name, .. }) =
            self.wanted.iter().find(|group| is_of(group, family)).map(EventGroup::family)
        {
            self.connection.set_family_id(name, id);
        }
    }

    /// Joins the groups by their current numbers, after an overrun in which announcements may have been lost.
    #[cold]
    pub(super) fn rejoin(&mut self, socket: &Socket) -> io::Result<()> {
        if !self.is_generic() {
            return Ok(());
        }
        self.joined.clear();
        for group in self.wanted.clone() {
            match self.number(&group) {
                Ok(number) => self.add(number, group, socket)?,
                Err(kind) => log::debug!("{}: {kind}", group.family()),
            }
        }
        Ok(())
    }
}

/// Whether a group belongs to this family and has a name. The controller itself is always registered.
fn is_of(group: &EventGroup, family: &ControllerMessage) -> bool {
    match group.family() {
        Family::Generic { name, .. } => {
            family.name() == Some(name)
                && group.name().is_some()
                && group.family() != ControllerMessage::FAMILY
        }
        Family::Protocol(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::generic::{ControllerMessageBuf, MulticastGroup};
    use netlink_packet::{Flags, HEADER_LEN, Header};

    const LAMP: Family = Family::Generic { name: "no_such_lamp", version: 1 };
    const OTHER: u16 = GENL_ID_CTRL + 9;

    /// The controller's announcements of one family or several.
    fn announcements(families: &[ControllerMessageBuf]) -> Vec<u8> {
        let message = |family: &ControllerMessageBuf| {
            let body = family.as_bytes();
            let length = (HEADER_LEN + body.len()) as u32;
            let header =
                Header { length, message_type: GENL_ID_CTRL, flags: Flags::empty(), ..Header::default() };
            [&header.to_bytes(), body].concat()
        };
        families.iter().flat_map(message).collect()
    }

    fn registered(name: &str, group: &str, number: u32) -> ControllerMessageBuf {
        let groups = [
            MulticastGroup::build().name("another").id(99_u32),
            MulticastGroup::build().name(group).id(number),
        ];
        ControllerMessage::build().command(CTRL_CMD_NEWFAMILY).name(name).id(OTHER).multicast_groups(groups)
    }

    fn gone(name: &str) -> ControllerMessageBuf {
        ControllerMessage::build().command(CTRL_CMD_DELFAMILY).name(name)
    }

    fn connection() -> Arc<Connection> {
        let route = Arc::new(Connection::open(None).unwrap());
        crate::connection::Others::default().of(&route, Protocol::GENERIC).unwrap()
    }

    #[test]
    fn a_family_comes_goes_and_comes_again_with_another_number() {
        let connection = connection();
        let socket = connection.another_socket().unwrap();
        let patient = EventGroup::from((LAMP, "light")).or_later();
        let mut names = Names::join(&connection, vec![patient], &socket).unwrap();
        let follow = |names: &mut Names, families: &[ControllerMessageBuf]| {
            names.follow(Some(NOTIFY), &announcements(families), &socket).unwrap()
        };
        let of = |names: &Names, number| names.of(Some(number)).map(|group| group.name());
        // Another family, and another group: nothing to join, and the controller's own group was not requested.
        assert!(!follow(
            &mut names,
            &[registered("other", "light", 17), registered("no_such_lamp", "heat", 17)]
        ));
        assert_eq!((of(&names, 17), of(&names, NOTIFY)), (None, None));
        assert!(follow(&mut names, &[registered("no_such_lamp", "light", 17)]));
        assert_eq!((of(&names, 17), of(&names, 18), of(&names, 99)), (Some(Some("light")), None, None));
        assert_eq!(connection.family_id("no_such_lamp"), Some(OTHER));
        // Announced twice, as with several namespaces.
        assert!(!follow(&mut names, &[registered("no_such_lamp", "light", 17)]));
        assert!(!follow(&mut names, &[gone("other"), gone("no_such_lamp")]));
        assert_eq!((of(&names, 17), connection.family_id("no_such_lamp")), (None, None));
        // Gone and back in one datagram.
        assert!(follow(&mut names, &[gone("no_such_lamp"), registered("no_such_lamp", "light", 18)]));
        assert_eq!((of(&names, 17), of(&names, 18)), (None, Some(Some("light"))));
        // After an overrun the controller is queried, and knows no such family.
        names.rejoin(&socket).unwrap();
        assert_eq!(of(&names, 18), None);
        // Messages of other groups are not from the controller.
        assert!(
            !names
                .follow(Some(17), &announcements(&[registered("no_such_lamp", "light", 17)]), &socket)
                .unwrap()
        );
    }

    #[test]
    fn groups_are_joined_by_the_numbers_that_they_have() {
        let connection = connection();
        let socket = connection.another_socket().unwrap();
        let notify = EventGroup::from((ControllerMessage::FAMILY, "notify"));
        let mut names = Names::join(&connection, vec![notify], &socket).unwrap();
        assert_eq!(names.of(Some(NOTIFY)).as_deref(), Some(&notify));
        // It stays, whatever is announced about it.
        names.follow(Some(NOTIFY), &announcements(&[gone("nlctrl")]), &socket).unwrap();
        assert_eq!(names.of(Some(NOTIFY)).as_deref(), Some(&notify));
        names.rejoin(&socket).unwrap();
        assert_eq!(names.of(Some(NOTIFY)).as_deref(), Some(&notify));
        let refused = |group: EventGroup| Names::join(&connection, vec![group], &socket).err().unwrap();
        assert!(matches!(refused((LAMP, "light").into()), ErrorKind::UnknownFamily("no_such_lamp")));
        let unknown = refused(EventGroup::from((ControllerMessage::FAMILY, "no")).or_later());
        assert!(matches!(unknown, ErrorKind::UnknownGroup { group: "no", .. }), "{unknown}");
    }
}
