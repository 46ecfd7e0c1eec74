//! Pairs of links: what is sent into one comes out of the other.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// One end of a pair. The kernel takes the other end in requests and never tells it; the index
    /// of the peer is the link's [`parent`](LinkMessage::parent).
    pub struct Veth / VethBuf
    attributes {
        /// The other end.
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
