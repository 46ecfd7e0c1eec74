//! Bare UDP tunnels: L3 packets directly in UDP.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, Flag, Put, netlink};

netlink! {
    /// A bareudp tunnel: one L3 protocol over UDP; tunnel parameters come per packet, from lwtunnel routes or
    /// tc.
    pub struct Bareudp / BareudpBuf
    attributes {
        /// UDP destination port, which it also listens on (big-endian on the wire). Required.
        IFLA_BAREUDP_PORT = 1 => port: u16 as Be<u16>,
        /// EtherType of the tunnelled protocol (big-endian on the wire). Required.
        IFLA_BAREUDP_ETHERTYPE = 2 => ethertype: u16 as Be<u16>,
        /// Lowest UDP source port.
        IFLA_BAREUDP_SRCPORT_MIN = 3 => first_source_port: u16,
        /// Multi-protocol mode: IPv6 as well with IPv4, MPLS multicast as well with MPLS unicast.
        IFLA_BAREUDP_MULTIPROTO_MODE = 4 => multiple_protocols: bool as Flag,
    }
}

impl LinkKind for Bareudp {
    const NAME: &'static str = "bareudp";
}

impl Bareudp {
    /// A tunnel with this name, UDP port and ethertype of the encapsulated packets.
    ///
    /// ```
    /// use rtnetlink::link::Bareudp;
    ///
    /// // ip link add bu0 type bareudp dstport 6635 ethertype mpls_uc
    /// let link = Bareudp::named("bu0", 6635, 0x8847);
    /// assert_eq!(link.view().kind::<Bareudp>().and_then(Bareudp::port), Some(6635));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, port: u16, ethertype: u16) -> LinkMessageBuf {
        Bareudp::with_port(port, ethertype).name(name)
    }

    /// A tunnel of this port and protocol, like `ip link add type bareudp dstport PORT ethertype TYPE`: it lacks its name.
    pub fn with_port(port: u16, ethertype: u16) -> LinkMessageBuf {
        LinkMessage::build().kind(Bareudp::build().port(port).ethertype(ethertype))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn bareudp() {
        let (add, reported) = (capture!("add_bareudp"), capture!("link_bu0"));
        for bareudp in [add.link().kind::<Bareudp>().unwrap(), reported.link().kind::<Bareudp>().unwrap()] {
            assert_eq!((bareudp.port(), bareudp.ethertype()), (Some(6635), Some(0x8847)));
            assert_eq!((bareudp.first_source_port(), bareudp.multiple_protocols()), (Some(5000), None));
        }
        let (add, reported) = (capture!("add_bareudp_multi"), capture!("link_bu1"));
        for bareudp in [add.link().kind::<Bareudp>().unwrap(), reported.link().kind::<Bareudp>().unwrap()] {
            assert_eq!((bareudp.ethertype(), bareudp.multiple_protocols()), (Some(0x800), Some(true)));
        }
        let built = Bareudp::build().port(6636).ethertype(0x800).multiple_protocols(true);
        assert_eq!(LinkMessage::build().name("bu1").kind(built).as_bytes(), add.payload);
        let built = Bareudp::with_port(6635, 0x8847);
        assert_eq!(built.view().kind::<Bareudp>().and_then(Bareudp::port), Some(6635));
    }
}
