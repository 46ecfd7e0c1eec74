//! B.A.T.M.A.N. advanced mesh interfaces.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A B.A.T.M.A.N. Advanced mesh interface. Its ports have it as [`master`](LinkMessage::master); the
    /// `batadv` family of generic netlink has more.
    pub struct Batadv / BatadvBuf
    attributes {
        /// Routing algorithm name, such as `BATMAN_IV` or `BATMAN_V`.
        IFLA_BATADV_ALGO_NAME = 1 => algorithm: &str as str,
    }
}

impl LinkKind for Batadv {
    const NAME: &'static str = "batadv";
}

impl Batadv {
    /// A mesh of this name, like `ip link add NAME type batadv`.
    ///
    /// ```
    /// use rtnetlink::link::Batadv;
    ///
    /// // ip link add bat0 type batadv
    /// let link = Batadv::named("bat0");
    /// assert_eq!(link.view().kind_name(), Some("batadv"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Batadv::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn batadv() {
        let (add, reported) = (capture!("add_batadv"), capture!("link_bat0"));
        let built = LinkMessage::build().name("bat0").kind(Batadv::build().algorithm("BATMAN_IV"));
        assert_eq!(built.as_bytes(), add.payload);
        assert!(reported.link().kind::<Batadv>().is_some());
        assert_eq!(Batadv::named("bat0").view().kind_name(), Some("batadv"));
    }
}
