//! PFCP links: the packet forwarding control protocol of mobile core networks.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A PFCP interface (Packet Forwarding Control Protocol of mobile networks, 3GPP TS 29.244), for tc
    /// filters and a user-space program. It has no attributes of its own.
    pub struct Pfcp / PfcpBuf
    attributes {}
}

impl LinkKind for Pfcp {
    const NAME: &'static str = "pfcp";
}

impl Pfcp {
    /// One of this name, like `ip link add NAME type pfcp`.
    ///
    /// ```
    /// use rtnetlink::link::Pfcp;
    ///
    /// // ip link add pfcp0 type pfcp
    /// let link = Pfcp::named("pfcp0");
    /// assert_eq!(link.view().kind_name(), Some("pfcp"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Pfcp::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn pfcp() {
        let add = capture!("add_pfcp");
        assert_eq!(Pfcp::named("pfcp0").as_bytes(), add.payload);
        let reported = capture!("link_pfcp0");
        assert!(reported.link().kind::<Pfcp>().is_some_and(|reported| reported.as_bytes().is_empty()));
    }
}
