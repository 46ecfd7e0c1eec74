//! OpenVPN tunnels.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink, values};

netlink! {
    /// An OpenVPN data channel device (ovpn, since Linux 6.16); the `ovpn` family of generic netlink manages
    /// its peers and keys.
    pub struct Ovpn / OvpnBuf
    attributes {
        /// Mode: point-to-point (default) or multi-peer. Fixed at creation.
        IFLA_OVPN_MODE = 1 => mode: OvpnMode,
    }
}

impl LinkKind for Ovpn {
    const NAME: &'static str = "ovpn";
}

impl Ovpn {
    /// A tunnel of this name and mode, like `ip link add NAME type ovpn mode MODE`.
    ///
    /// ```
    /// use rtnetlink::link::{Ovpn, ovpn::OvpnMode};
    ///
    /// // ip link add ovpn0 type ovpn mode p2p
    /// let link = Ovpn::named("ovpn0", OvpnMode::P2P);
    /// assert_eq!(link.view().kind_name(), Some("ovpn"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, mode: OvpnMode) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Ovpn::build().mode(mode))
    }
}

values! {
    /// Mode of an OpenVPN device: `OVPN_MODE_*`, in the words of `ip`.
    pub struct OvpnMode: u8 = "ovpn-mode" {
        /// Point-to-point (P2P): one peer.
        P2P = 0 => "p2p",
        /// Multi-peer (MP): several peers.
        MP = 1 => "mp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ovpn() {
        // The version of ip that was captured does not know modes.
        let built = LinkMessage::build().name("ovpn0").kind(Ovpn::build());
        assert_eq!(built.as_bytes(), capture!("add_ovpn").payload);
        let built = Ovpn::named("ovpn0", OvpnMode::MP);
        assert_eq!(built.view().kind::<Ovpn>().and_then(Ovpn::mode), Some(OvpnMode::MP));
    }
}
