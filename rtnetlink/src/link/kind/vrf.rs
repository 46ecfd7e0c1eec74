//! VRFs (virtual routing and forwarding): links whose ports use a routing table of their own.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A virtual routing and forwarding (VRF) device. Its ports have it as [`master`](LinkMessage::master).
    pub struct Vrf / VrfBuf
    attributes {
        /// Routing table of the VRF. Required; fixed at creation.
        IFLA_VRF_TABLE = 1 => table: u32,
    }
}

impl LinkKind for Vrf {
    const NAME: &'static str = "vrf";
}

impl Vrf {
    /// A virtual router of this name and table, like `ip link add NAME type vrf table TABLE`.
    ///
    /// ```
    /// use rtnetlink::link::Vrf;
    ///
    /// let vrf = Vrf::named("red", 10);
    /// assert_eq!(vrf.view().kind::<Vrf>().and_then(Vrf::table), Some(10));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, table: u32) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Vrf::build().table(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn vrf() {
        assert_eq!(Vrf::named("red", 10).as_bytes(), capture!("add_vrf").payload);
        assert_eq!(capture!("link_red").link().kind::<Vrf>().and_then(Vrf::table), Some(10));
    }
}
