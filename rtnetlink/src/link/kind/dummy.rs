//! Dummy links, which drop everything sent through them.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A dummy link: drops what is sent through it. It has no attributes of its own.
    pub struct Dummy / DummyBuf
    attributes {}
}

impl LinkKind for Dummy {
    const NAME: &'static str = "dummy";
}

impl Dummy {
    /// One of this name.
    ///
    /// ```
    /// use rtnetlink::link::Dummy;
    ///
    /// // ip link add dummy0 type dummy
    /// let link = Dummy::named("dummy0");
    /// assert_eq!(link.view().kind_name(), Some("dummy"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Dummy::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn dummy() {
        let add = capture!("add_dummy");
        assert_eq!(add.link().name(), "dummy0");
        assert!(add.link().kind::<Dummy>().is_some_and(|dummy| dummy.as_bytes().is_empty()));
        let built = LinkMessage::build().name("dummy0").kind(Dummy::build());
        assert_eq!(built.as_bytes(), add.payload);
    }
}
