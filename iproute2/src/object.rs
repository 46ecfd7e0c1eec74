//! What the verbs need to know of the messages that they send.

use netlink_packet::{Draft, Flags, View};

/// A message that describes something that the verbs of this crate list, create and delete.
///
/// It is implemented for the messages of `rtnetlink` that have verbs here.
pub trait Object: View {
    /// The flag that lets a request to add it replace what exists.
    const REPLACE: Flags;

    /// What errors and logs call the object: `eth0`, `192.0.2.1/24`.
    fn label(&self) -> String;

    /// The request that gets the object which this request makes, as its kind and message; `None` where it does not say
    /// enough to find it.
    fn read_back(&self) -> Option<(u16, Draft)>;

    /// What a request to delete this lacks to be about one object, in words: the kernel would take the first one.
    fn lacks(&self) -> Option<&'static str> {
        None
    }

    /// Whether this object, which was read back, is the one that a request made: another may have been found in its place.
    fn is_made_by(&self, request: &Self) -> bool {
        let _ = request;
        true
    }
}

/// A message that describes something that can be deleted.
pub trait Deletable: Object {
    /// Whether a [flush](crate::Flush) of the list that was asked for by this request spares it.
    fn is_spared(&self, request: &Self) -> bool {
        let _ = request;
        false
    }

    /// The request that deletes the object: its operation in words, kind and message.
    fn deletion(&self) -> (&'static str, u16, Draft);
}
