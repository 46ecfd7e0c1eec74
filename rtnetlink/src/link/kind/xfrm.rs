//! XFRM interfaces (IPsec): packets are matched against the policies with the interface's id.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Flag, IfIndex, Put, Resets, netlink};

netlink! {
    /// An XFRM interface: IPsec states and policies with its interface ID apply to its packets.
    pub struct Xfrm / XfrmBuf
    attributes {
        /// Index of the underlying link: `dev`.
        IFLA_XFRM_LINK = 1 => device: u32 as IfIndex,
        /// Interface ID (`if_id`), nonzero.
        IFLA_XFRM_IF_ID = 2 => id: u32,
        /// `external` (collect metadata): the interface ID comes per packet, from lwtunnel routes or tc.
        IFLA_XFRM_COLLECT_METADATA = 3 => external: bool as Flag,
    }
}

impl LinkKind for Xfrm {
    const NAME: &'static str = "xfrm";
    const RESETS: Resets = Resets::All;
}

impl Xfrm {
    /// An interface of this name and interface id.
    ///
    /// ```
    /// use rtnetlink::link::Xfrm;
    ///
    /// // ip link add xfrm0 type xfrm if_id 7
    /// let link = Xfrm::named("xfrm0", 7);
    /// assert_eq!(link.view().kind::<Xfrm>().and_then(Xfrm::id), Some(7));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, id: u32) -> LinkMessageBuf {
        Xfrm::with_id(id).name(name)
    }

    /// A link of this number, like `ip link add type xfrm if_id ID`: it lacks its name.
    pub fn with_id(id: u32) -> LinkMessageBuf {
        LinkMessage::build().kind(Xfrm::build().id(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn xfrm() {
        let (add, reported) = (capture!("add_xfrm"), capture!("link_xfrm0"));
        for xfrm in [add.link().kind::<Xfrm>().unwrap(), reported.link().kind::<Xfrm>().unwrap()] {
            assert!(xfrm.device().is_some());
            assert_eq!(xfrm.id(), Xfrm::with_id(7).view().kind::<Xfrm>().and_then(Xfrm::id));
        }
        let device = add.link().kind::<Xfrm>().and_then(Xfrm::device).unwrap();
        let built = Xfrm::build().id(7).device(device);
        assert_eq!(LinkMessage::build().name("xfrm0").kind(built).as_bytes(), add.payload);
        let (add, reported) = (capture!("add_xfrm_external"), capture!("link_xfrm1"));
        for link in [add.link(), reported.link()] {
            assert_eq!(link.kind::<Xfrm>().and_then(Xfrm::external), Some(true));
        }
    }
}
