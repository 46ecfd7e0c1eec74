//! Noqueue: packets are sent at once or dropped.

use super::QdiscKind;
use netlink_packet::netlink;

netlink! {
    /// The qdisc `noqueue`, which has no options and no queue: packets are sent at once, or dropped. Virtual devices have it by
    /// default.
    pub struct Noqueue / NoqueueBuf
}

impl QdiscKind for Noqueue {
    const NAME: &'static str = "noqueue";
}
