//! HSR and PRP links: redundancy over two networks at once.

use crate::HardwareAddress;
use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Buffer, IfIndex, Put, Scope, View, append, netlink, values};

netlink! {
    /// An HSR or PRP interface (IEC 62439-3): sends each frame through two ports for redundancy.
    pub struct Hsr / HsrBuf
    attributes {
        /// Index of port A (slave 1).
        IFLA_HSR_SLAVE1 = 1 => port1: u32 as IfIndex,
        /// Index of port B (slave 2).
        IFLA_HSR_SLAVE2 = 2 => port2: u32 as IfIndex,
        /// Last byte of the multicast address for supervision frames.
        IFLA_HSR_MULTICAST_SPEC = 3 => supervision: u8,
        /// Supervision frame multicast address.
        IFLA_HSR_SUPERVISION_ADDR = 4 => supervision_address: HardwareAddress; read_only,
        /// Sequence number of the next frame.
        IFLA_HSR_SEQ_NR = 5 => sequence: u16; read_only,
        /// HSR version: 0 (2010) or 1 (2012).
        IFLA_HSR_VERSION = 6 => version: u8,
        /// Protocol: HSR or PRP.
        IFLA_HSR_PROTOCOL = 7 => protocol: HsrProtocol,
        /// Interlink port: index of a link to nodes without HSR, or to another ring.
        IFLA_HSR_INTERLINK = 8 => interlink: u32 as IfIndex; needs("Linux 6.10"); untold,
    }    also supervision
}

/// The last byte of the multicast address; a list has the whole address.
fn supervision(scope: &Scope<'_>, out: &mut Buffer) {
    let group = Hsr::cast(scope.bytes()).supervision_address();
    if let Some(last) = group.as_ref().and_then(|group| group.as_bytes().last()) {
        append(out, Hsr::IFLA_HSR_MULTICAST_SPEC, *last);
    }
}

impl LinkKind for Hsr {
    const NAME: &'static str = "hsr";
}

impl Hsr {
    /// A ring (HSR, or PRP) of this name over two other links.
    ///
    /// ```
    /// use rtnetlink::link::Hsr;
    ///
    /// // ip link add hsr0 type hsr slave1 eth1 slave2 eth2
    /// let link = Hsr::named("hsr0", "eth1", "eth2");
    /// assert_eq!(link.view().kind_name(), Some("hsr"));
    /// ```
    pub fn named(
        name: impl Put<InterfaceName>,
        first: impl Put<IfIndex>,
        second: impl Put<IfIndex>,
    ) -> LinkMessageBuf {
        Hsr::over(first, second).name(name)
    }

    /// A link over two others, like `ip link add type hsr slave1 FIRST slave2 SECOND`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Hsr;
    ///
    /// let link = Hsr::over(3, 4).name("hsr0");
    /// assert_eq!(link.view().kind::<Hsr>().and_then(Hsr::port2), Some(4));
    /// ```
    pub fn over(first: impl Put<IfIndex>, second: impl Put<IfIndex>) -> LinkMessageBuf {
        LinkMessage::build().kind(Hsr::build().port1(first).port2(second))
    }
}

values! {
    /// Redundancy protocol: `HSR_PROTOCOL_*`.
    pub struct HsrProtocol: u8 = "hsr-protocol" {
        /// High-availability Seamless Redundancy (HSR): a ring.
        HSR = 0 => "hsr",
        /// Parallel Redundancy Protocol (PRP): two independent networks.
        PRP = 1 => "prp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn hsr() {
        let add = capture!("add_hsr");
        let hsr = add.link().kind::<Hsr>().unwrap();
        let (first, second) = (hsr.port1().unwrap(), hsr.port2().unwrap());
        let built = Hsr::build().port1(first).port2(second).supervision(45).version(1);
        assert_eq!(LinkMessage::build().name("hsr0").kind(built).as_bytes(), add.payload);

        let reported = capture!("link_hsr0");
        let hsr = reported.link().kind::<Hsr>().unwrap();
        assert_eq!(
            (hsr.port1(), hsr.port2(), hsr.protocol()),
            (Some(first), Some(second), Some(HsrProtocol::HSR))
        );
        assert_eq!(hsr.supervision_address(), Some([0x01, 0x15, 0x4e, 0, 0x01, 45].into()));
    }

    #[test]
    fn prp() {
        let add = capture!("add_prp");
        let hsr = add.link().kind::<Hsr>().unwrap();
        let built =
            Hsr::build().port1(hsr.port1().unwrap()).port2(hsr.port2().unwrap()).protocol(HsrProtocol::PRP);
        assert_eq!(LinkMessage::build().name("prp0").kind(built).as_bytes(), add.payload);
        let reported = capture!("link_prp0");
        assert_eq!(reported.link().kind::<Hsr>().and_then(Hsr::protocol), Some(HsrProtocol::PRP));
    }
}
