//! What names another network namespace in a message.

use netlink_packet::{Buffer, Codec, Put, Schema, values};
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

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

/// An open file, by its descriptor: `namespace_file: u32 as Descriptor`.
///
/// It is written from whatever has a descriptor, such as a `&File`, which must stay open until the message has been
/// sent; it reads as a number, though no kernel sends one.
pub struct Descriptor;

impl Codec for Descriptor {
    type Value<'a> = u32;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<u32> {
        u32::decode(payload)
    }
}

macro_rules! put_descriptor {
    ($($file:ty)*) => { $(
        impl Put<Descriptor> for $file {
            fn put(self, out: &mut Buffer) {
                out.push(&self.as_fd().as_raw_fd().to_ne_bytes());
            }
        }
    )* };
}

put_descriptor! { BorrowedFd<'_> &OwnedFd &File }
