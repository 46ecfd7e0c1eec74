//! OpenVPN tunnels.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink, values};

netlink! {
    /// An OpenVPN tunnel whose packets the kernel encrypts; generic netlink sets its keys and peers.
    pub struct Ovpn / OvpnBuf
    attributes {
        /// To how many peers it goes.
        IFLA_OVPN_MODE = 1 => mode: OvpnMode,
    }
}

impl LinkKind for Ovpn {
    const NAME: &'static str = "ovpn";
}

impl Ovpn {
    /// A tunnel of this name and mode, like `ip link add NAME type ovpn mode MODE`.
    pub fn named(name: impl Put<InterfaceName>, mode: OvpnMode) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Ovpn::build().mode(mode))
    }
}

values! {
    /// To how many peers a tunnel goes: `OVPN_MODE_*`, in the words of `ip`.
    pub struct OvpnMode: u8 = "ovpn-mode" {
        /// To one.
        P2P = 0 => "p2p",
        /// To several.
        MP = 1 => "mp",
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ovpn() {
        // The ip of that capture knows no mode.
        let built = LinkMessage::build().name("ovpn0").kind(Ovpn::build());
        assert_eq!(built.as_bytes(), capture!("add_ovpn").payload);
        let built = Ovpn::named("ovpn0", OvpnMode::MP);
        assert_eq!(built.view().kind::<Ovpn>().and_then(Ovpn::mode), Some(OvpnMode::MP));
    }
}
