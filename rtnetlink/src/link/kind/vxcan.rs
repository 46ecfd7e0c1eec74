//! Virtual CAN tunnel (vxcan) pairs: a frame sent on one end is received on the other.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// One end of a virtual CAN (vxcan) pair. Requests name the peer, which the kernel never reports here;
    /// its index is the link's [`parent`](LinkMessage::parent).
    pub struct Vxcan / VxcanBuf
    attributes {
        /// Peer: the link message of the other end. Requests only.
        VXCAN_INFO_PEER = 1 => peer: &LinkMessage as LinkMessage,
    }
}

impl LinkKind for Vxcan {
    const NAME: &'static str = "vxcan";
}

impl Vxcan {
    /// Both ends of a new pair by their names, like `ip link add FIRST type vxcan peer name SECOND`.
    ///
    /// ```
    /// use rtnetlink::link::Vxcan;
    ///
    /// // ip link add vxcan0 type vxcan peer name vxcan1
    /// let link = Vxcan::pair("vxcan0", "vxcan1");
    /// assert_eq!(link.view().kind_name(), Some("vxcan"));
    /// ```
    pub fn pair(first: impl Put<InterfaceName>, second: impl Put<InterfaceName>) -> LinkMessageBuf {
        let peer = LinkMessage::build().name(second);
        LinkMessage::build().name(first).kind(Vxcan::build().peer(peer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn vxcan() {
        assert_eq!(Vxcan::pair("vxcan0", "vxcan1").as_bytes(), capture!("add_vxcan").payload);
        let reported = capture!("link_vxcan0");
        assert!(reported.link().kind::<Vxcan>().is_some_and(|vxcan| vxcan.peer().is_none()));
        assert!(reported.link().parent().is_some());
    }
}
