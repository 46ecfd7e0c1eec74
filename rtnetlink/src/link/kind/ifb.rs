//! Intermediate functional blocks (IFB): links with queues that shape what other links receive.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// An intermediate functional block (IFB): redirect received traffic to it to shape it with qdiscs. It
    /// has no attributes of its own.
    pub struct Ifb / IfbBuf
    attributes {}
}

impl LinkKind for Ifb {
    const NAME: &'static str = "ifb";
}

impl Ifb {
    /// One of this name, like `ip link add NAME type ifb`.
    ///
    /// ```
    /// use rtnetlink::link::Ifb;
    ///
    /// // ip link add ifb0 type ifb
    /// let link = Ifb::named("ifb0");
    /// assert_eq!(link.view().kind_name(), Some("ifb"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Ifb::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ifb() {
        let add = capture!("add_ifb");
        assert_eq!(Ifb::named("ifb0").as_bytes(), add.payload);
        let reported = capture!("link_ifb0");
        assert!(reported.link().kind::<Ifb>().is_some_and(|reported| reported.as_bytes().is_empty()));
    }
}
