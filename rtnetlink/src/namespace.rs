//! What names another network namespace in a message.

use netlink_packet::values;

values! {
    /// A namespace by the number that the namespace of the socket has for it, as `ip netns list-id` shows.
    ///
    /// It is neither a process id nor a file descriptor, and means another namespace, or none, elsewhere.
    pub struct NamespaceId: i32 = "" {}
}

impl NamespaceId {
    /// The namespace has no number here: `NETNSA_NSID_NOT_ASSIGNED`. As the number to assign: any.
    pub const UNASSIGNED: Self = NamespaceId(-1);
}
