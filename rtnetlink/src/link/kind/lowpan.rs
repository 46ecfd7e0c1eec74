//! 6LoWPAN links: IPv6 over IEEE 802.15.4.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
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
    /// One of this name on a link.
    ///
    /// ```
    /// use rtnetlink::link::Lowpan;
    ///
    /// // ip link add link wpan0 name lowpan0 type lowpan
    /// let link = Lowpan::named("lowpan0", "wpan0");
    /// assert_eq!(link.view().kind_name(), Some("lowpan"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, parent: impl Put<IfIndex>) -> LinkMessageBuf {
        Lowpan::on(parent).name(name)
    }

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
        let reported = capture!("link_lowpan0");
        assert!(reported.link().kind::<Lowpan>().is_some_and(|reported| reported.as_bytes().is_empty()));
        assert_eq!(reported.link().parent(), Some(parent));
    }
}
