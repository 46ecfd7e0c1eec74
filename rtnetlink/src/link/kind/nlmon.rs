//! Netlink monitors (nlmon): links on which a program can capture all netlink messages of its namespace.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A netlink monitor (nlmon): packet captures on it see the netlink messages of its namespace. It has no
    /// attributes of its own.
    pub struct Nlmon / NlmonBuf
    attributes {}
}

impl LinkKind for Nlmon {
    const NAME: &'static str = "nlmon";
}

impl Nlmon {
    /// One of this name, like `ip link add NAME type nlmon`.
    ///
    /// ```
    /// use rtnetlink::link::Nlmon;
    ///
    /// // ip link add nlmon0 type nlmon
    /// let link = Nlmon::named("nlmon0");
    /// assert_eq!(link.view().kind_name(), Some("nlmon"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Nlmon::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn nlmon() {
        let add = capture!("add_nlmon");
        assert_eq!(Nlmon::named("nlmon0").as_bytes(), add.payload);
        let reported = capture!("link_nlmon0");
        assert!(reported.link().kind::<Nlmon>().is_some_and(|reported| reported.as_bytes().is_empty()));
    }
}
