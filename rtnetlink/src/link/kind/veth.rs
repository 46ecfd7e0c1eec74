//! Virtual Ethernet (veth) pairs: a frame sent on one end is received on the other.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// One end of a virtual Ethernet (veth) pair. Requests name the peer, which the kernel never reports
    /// here; its index is the link's [`parent`](LinkMessage::parent).
    pub struct Veth / VethBuf
    attributes {
        /// Peer: the link message of the other end. Requests only.
        VETH_INFO_PEER = 1 => peer: &LinkMessage as LinkMessage,
    }
}

impl LinkKind for Veth {
    const NAME: &'static str = "veth";
}

impl Veth {
    /// Both ends of a new pair by their names, like `ip link add FIRST type veth peer name SECOND`.
    ///
    /// ```
    /// use rtnetlink::link::Veth;
    ///
    /// let pair = Veth::pair("v0", "v1").up();
    /// let peer = pair.view().kind::<Veth>().and_then(Veth::peer);
    /// assert_eq!(peer.map(|peer| peer.name().to_string()), Some("v1".to_owned()));
    /// ```
    pub fn pair(first: impl Put<InterfaceName>, second: impl Put<InterfaceName>) -> LinkMessageBuf {
        let peer = LinkMessage::build().name(second);
        LinkMessage::build().name(first).kind(Veth::build().peer(peer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn veth() {
        let add = capture!("add_veth");
        assert_eq!(Veth::pair("v0", "v1").as_bytes(), add.payload);
    }

    #[test]
    fn both_ends_with_more_than_names() {
        let add = capture!("add_veth_full");
        let link = add.link();
        let peer = link.kind::<Veth>().and_then(Veth::peer).unwrap();
        assert_eq!(
            (link.name(), link.mtu(), link.tx_queues(), link.rx_queues()),
            ("v2".into(), Some(1400), Some(2), Some(3))
        );
        assert_eq!((peer.name(), peer.mtu()), ("v3".into(), Some(1400)));
        assert_eq!(peer.address(), Some([2, 0, 0, 0, 0, 2].into()));

        let peer = LinkMessage::build().mtu(1400).address("02:00:00:00:00:02").name("v3");
        let built = LinkMessage::build().mtu(1400).address([2, 0, 0, 0, 0, 1]).tx_queues(2).rx_queues(3);
        let built = built.name("v2").kind(Veth::build().peer(peer));
        assert_eq!(built.as_bytes(), add.payload);
    }

    #[test]
    fn as_the_kernel_reports_it() {
        for reported in [capture!("link_v0"), capture!("link_v0_6_18")] {
            let link = reported.link();
            assert!(link.kind::<Veth>().is_some_and(|veth| veth.peer().is_none()));
            assert_eq!((link.name(), link.mtu(), link.is_up()), ("v0".into(), Some(1500), false));
            assert!(link.parent().is_some());
        }
        // The other end of this one is in another namespace.
        assert!(capture!("link_v0").link().parent_namespace().is_none());
    }
}
