//! WireGuard tunnels.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A WireGuard tunnel; the `wireguard` family of generic netlink manages its keys and peers. It has no
    /// attributes of its own.
    pub struct Wireguard / WireguardBuf
    attributes {}
}

impl LinkKind for Wireguard {
    const NAME: &'static str = "wireguard";
}

impl Wireguard {
    /// One of this name, like `ip link add NAME type wireguard`.
    ///
    /// ```
    /// use rtnetlink::link::Wireguard;
    ///
    /// // ip link add wg0 type wireguard
    /// let link = Wireguard::named("wg0");
    /// assert_eq!(link.view().kind_name(), Some("wireguard"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Wireguard::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn wireguard() {
        let add = capture!("add_wireguard");
        assert_eq!(Wireguard::named("wg0").as_bytes(), add.payload);
        let reported = capture!("link_wg0");
        assert!(reported.link().kind::<Wireguard>().is_some_and(|reported| reported.as_bytes().is_empty()));
    }
}
