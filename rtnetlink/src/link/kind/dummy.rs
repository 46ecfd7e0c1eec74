//! Dummy links, which drop what they are told to send.

use crate::link::LinkKind;
use netlink_packet::netlink;

netlink! {
    /// A dummy link: nothing is special to it, and what is sent through it is dropped.
    pub struct Dummy / DummyBuf
    attributes {}
}

impl LinkKind for Dummy {
    const NAME: &'static str = "dummy";
}
