//! Tunnels over UDP without any header of their own.

use crate::link::{LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, Flag, netlink};

netlink! {
    /// A tunnel of one protocol over UDP; routes and filters say for each packet where it goes.
    pub struct Bareudp / BareudpBuf
    attributes {
        /// The port that it sends to and listens on.
        IFLA_BAREUDP_PORT = 1 => port: u16 as Be<u16>,
        /// The number of the protocol, as on Ethernet.
        IFLA_BAREUDP_ETHERTYPE = 2 => ethertype: u16 as Be<u16>,
        /// The first of the ports that it sends from.
        IFLA_BAREUDP_SRCPORT_MIN = 3 => first_source_port: u16,
        /// It carries the protocol's relatives too: IPv6 with IPv4, groups' labelled packets with others.
        IFLA_BAREUDP_MULTIPROTO_MODE = 4 => multiple_protocols: bool as Flag,
    }
}

impl LinkKind for Bareudp {
    const NAME: &'static str = "bareudp";
}

impl Bareudp {
    /// A tunnel of this port and protocol, like `ip link add type bareudp dstport PORT ethertype TYPE`: it lacks its name.
    pub fn with_port(port: u16, ethertype: u16) -> LinkMessageBuf {
        LinkMessage::build().kind(Bareudp::build().port(port).ethertype(ethertype))
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn bareudp() {
        let (add, told) = (capture!("add_bareudp"), capture!("link_bu0"));
        for bareudp in [add.link().kind::<Bareudp>().unwrap(), told.link().kind::<Bareudp>().unwrap()] {
            assert_eq!((bareudp.port(), bareudp.ethertype()), (Some(6635), Some(0x8847)));
            assert_eq!((bareudp.first_source_port(), bareudp.multiple_protocols()), (Some(5000), None));
        }
        let (add, told) = (capture!("add_bareudp_multi"), capture!("link_bu1"));
        for bareudp in [add.link().kind::<Bareudp>().unwrap(), told.link().kind::<Bareudp>().unwrap()] {
            assert_eq!((bareudp.ethertype(), bareudp.multiple_protocols()), (Some(0x800), Some(true)));
        }
        let built = Bareudp::build().port(6636).ethertype(0x800).multiple_protocols(true);
        assert_eq!(LinkMessage::build().name("bu1").kind(built).as_bytes(), add.payload);
        let built = Bareudp::with_port(6635, 0x8847);
        assert_eq!(built.view().kind::<Bareudp>().and_then(Bareudp::port), Some(6635));
    }
}
