//! IPv6 over links of low power.

use crate::link::{LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{IfIndex, Put, netlink};

netlink! {
    /// A 6LoWPAN interface (RFC 4944): IPv6 over its IEEE 802.15.4 [`parent`](LinkMessage::parent). It has no
    /// attributes of its own.
    pub struct Lowpan / LowpanBuf
    attributes {}
}

impl LinkKind for Lowpan {
    const NAME: &'static str = "lowpan";
}

impl Lowpan {
    /// One on a link, like `ip link add link PARENT type lowpan`: it lacks its name.
    pub fn on(parent: impl Put<IfIndex>) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Lowpan::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn lowpan() {
        let add = capture!("add_lowpan");
        let parent = add.link().parent().unwrap();
        let built = LinkMessage::build().parent(parent).name("lowpan0").kind(Lowpan::build());
        assert_eq!(built.as_bytes(), add.payload);
        assert_eq!(Lowpan::on(parent).view().kind_name(), add.link().kind_name());
        let told = capture!("link_lowpan0");
        assert!(told.link().kind::<Lowpan>().is_some_and(|told| told.as_bytes().is_empty()));
        assert_eq!(told.link().parent(), Some(parent));
    }
}
