//! Network namespace ids (nsid): how one network namespace refers to another.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip netns set blue 5` | `NamespaceIdMessage::of_file(&blue).id(NamespaceId(5))` |
//! | `ip netns list-id target-nsid 5` | `NamespaceIdMessage::build().target(NamespaceId(5))` |

use netlink_packet::{Descriptor, Put, netlink, values};

values! {
    /// Network namespace id (nsid): the number by which one namespace knows another, as `ip netns list-id`
    /// shows it.
    ///
    /// It is neither a process id nor a file descriptor, and means another namespace, or none, elsewhere.
    pub struct NamespaceId: i32 = "" {}
}

impl NamespaceId {
    /// The namespace has no number here: `NETNSA_NSID_NOT_ASSIGNED`. As the number to assign: any.
    pub const UNASSIGNED: Self = NamespaceId(-1);

    /// The id, where one is assigned.
    pub fn assigned(self) -> Option<Self> {
        (self != Self::UNASSIGNED).then_some(self)
    }
}

netlink! {
    /// A network namespace id: `RTM_NEWNSID`, `RTM_DELNSID` and `RTM_GETNSID` (`struct rtgenmsg`).
    ///
    /// ```
    /// use rtnetlink::NamespaceId;
    /// use rtnetlink::namespace::NamespaceIdMessage;
    ///
    /// // ip netns set blue 5, where process 1234 is in it
    /// let set = NamespaceIdMessage::of_process(1234).id(NamespaceId(5));
    /// assert_eq!((set.view().process(), set.view().id()), (Some(1234), Some(NamespaceId(5))));
    /// ```
    pub struct NamespaceIdMessage / NamespaceIdMessageBuf
    header rtgenmsg: 1 {
        /// Address family; unused.
        family = 0 => family: u8; ignored,
    }
    attributes {
        /// Network namespace id (nsid); [`UNASSIGNED`](NamespaceId::UNASSIGNED) in a reply where there is
        /// none.
        NETNSA_NSID = 1 => id: NamespaceId,
        /// Process id (PID) of a process in the namespace. Requests only.
        NETNSA_PID = 2 => process: u32,
        /// File descriptor of the namespace. Requests only.
        NETNSA_FD = 3 => file: u32 as Descriptor,
        /// Target namespace id: look the id up in that namespace instead of the socket's own.
        NETNSA_TARGET_NSID = 4 => target: NamespaceId,
        /// Id in the socket's current namespace, in replies to a lookup in another one.
        NETNSA_CURRENT_NSID = 5 => current: NamespaceId; read_only,
    }
}

impl NamespaceIdMessage {
    /// A request about the namespace of an open file, like `ip netns set NAME`.
    pub fn of_file(file: impl Put<Descriptor>) -> NamespaceIdMessageBuf {
        NamespaceIdMessage::build().file(file)
    }

    /// A request about the namespace of a process id.
    pub fn of_process(process: u32) -> NamespaceIdMessageBuf {
        NamespaceIdMessage::build().process(process)
    }

    /// A request about the namespace with this id.
    pub fn of_id(id: NamespaceId) -> NamespaceIdMessageBuf {
        NamespaceIdMessage::build().id(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use netlink_packet::Attr;

    #[test]
    fn asked_for_as_ip_does() {
        let set = capture!("set_nsid");
        let asked: &NamespaceIdMessage = set.view();
        assert_eq!(asked.id(), Some(NamespaceId(5)));
        // The descriptor has another number here.
        let built =
            NamespaceIdMessage::build().with(FILE, asked.file().unwrap_or_default()).id(NamespaceId(5));
        assert_eq!(built.view(), asked);
        let get = capture!("get_nsid");
        let built = NamespaceIdMessage::of_id(NamespaceId(5)).target(NamespaceId(6));
        assert_eq!(built.view(), get.view::<NamespaceIdMessage>());
    }

    /// The number of an open file as it is.
    const FILE: Attr<NamespaceIdMessage, u32> = Attr::new(3, "NETNSA_FD");

    #[test]
    fn listed_numbers_are_read() {
        let reported = capture!("nsid");
        let message: &NamespaceIdMessage = reported.view();
        assert_eq!((message.id(), message.current()), (Some(NamespaceId(5)), None));
        let reported = capture!("nsid_of_another");
        let message: &NamespaceIdMessage = reported.view();
        assert_eq!((message.id(), message.current()), (Some(NamespaceId(0)), Some(NamespaceId(5))));
        let reported = capture!("nsid_unassigned");
        let message: &NamespaceIdMessage = reported.view();
        assert_eq!(message.id(), Some(NamespaceId::UNASSIGNED));
        assert_eq!(message.id().and_then(NamespaceId::assigned), None);
    }

    #[test]
    fn files_are_held_open() {
        let file = std::fs::File::open("/dev/null").unwrap();
        let asked = NamespaceIdMessage::of_file(&file);
        drop(file);
        assert!(asked.view().file().is_some());
        assert_eq!(asked.view().attributes().raw().count(), 1);
    }
}
