//! Multiqueue (mq): a qdisc for each transmit queue of a device.

use super::QdiscKind;
use netlink_packet::netlink;

netlink! {
    /// The qdisc `mq`, which has no options: each transmit queue of the device is a class of it, with a qdisc of its own.
    pub struct Mq / MqBuf
}

impl QdiscKind for Mq {
    const NAME: &'static str = "mq";
}
