//! Automatic multicast tunneling (AMT): multicast groups for networks without multicast.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, IfIndex, Put, netlink, values};
use std::net::Ipv4Addr;

netlink! {
    /// An AMT gateway or relay: Automatic Multicast Tunneling (RFC 7450).
    pub struct Amt / AmtBuf
    attributes {
        /// Mode: gateway or relay. Required.
        IFLA_AMT_MODE = 1 => mode: AmtMode,
        /// UDP port of the relay (big-endian on the wire); default 2268.
        IFLA_AMT_RELAY_PORT = 2 => relay_port: u16 as Be<u16>,
        /// UDP port of the gateway (big-endian on the wire); default 2268.
        IFLA_AMT_GATEWAY_PORT = 3 => gateway_port: u16 as Be<u16>,
        /// Index of the underlying link. Required.
        IFLA_AMT_LINK = 4 => device: u32 as IfIndex,
        /// Local IPv4 address. Required.
        IFLA_AMT_LOCAL_IP = 5 => local: Ipv4Addr,
        /// Remote IPv4 address: the relay that a gateway has discovered.
        IFLA_AMT_REMOTE_IP = 6 => remote: Ipv4Addr,
        /// Discovery IPv4 address, to which a gateway sends relay discovery messages. Required of gateways.
        IFLA_AMT_DISCOVERY_IP = 7 => discovery: Ipv4Addr,
        /// Maximum number of tunnels of a relay; default 128.
        IFLA_AMT_MAX_TUNNELS = 8 => max_tunnels: u32,
    }
}

impl LinkKind for Amt {
    const NAME: &'static str = "amt";
}

impl Amt {
    /// A relay of this name on a link.
    ///
    /// ```
    /// use rtnetlink::link::{Amt, amt::AmtMode};
    ///
    /// // ip link add amt0 type amt mode relay local 192.0.2.1 dev eth0
    /// let link = Amt::relay("amt0", "eth0", "192.0.2.1");
    /// assert_eq!(link.view().kind::<Amt>().and_then(Amt::mode), Some(AmtMode::RELAY));
    /// ```
    pub fn relay(
        name: impl Put<InterfaceName>,
        device: impl Put<IfIndex>,
        local: impl Put<Ipv4Addr>,
    ) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Amt::build().mode(AmtMode::RELAY).device(device).local(local))
    }

    /// A gateway of this name on a link, which finds its relay by this address.
    ///
    /// ```
    /// use rtnetlink::link::{Amt, amt::AmtMode};
    ///
    /// // ip link add amt0 type amt mode gateway local 192.0.2.1 discovery 192.0.2.2 dev eth0
    /// let link = Amt::gateway("amt0", "eth0", "192.0.2.1", "192.0.2.2");
    /// assert_eq!(link.view().kind::<Amt>().and_then(Amt::mode), Some(AmtMode::GATEWAY));
    /// ```
    pub fn gateway(
        name: impl Put<InterfaceName>,
        device: impl Put<IfIndex>,
        local: impl Put<Ipv4Addr>,
        discovery: impl Put<Ipv4Addr>,
    ) -> LinkMessageBuf {
        let amt = Amt::build().mode(AmtMode::GATEWAY).device(device).local(local).discovery(discovery);
        LinkMessage::build().name(name).kind(amt)
    }
}

values! {
    /// Mode of an AMT device: `AMT_MODE_*`, in the words of `ip`.
    pub struct AmtMode: u32 = "amt-mode" {
        /// Gateway: receives multicast traffic from a relay.
        GATEWAY = 0 => "gateway",
        /// Relay: sends multicast traffic to gateways.
        RELAY = 1 => "relay",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn gateway() {
        let (add, reported) = (capture!("add_amt_gateway"), capture!("link_amt0"));
        for amt in [add.link().kind::<Amt>().unwrap(), reported.link().kind::<Amt>().unwrap()] {
            assert_eq!((amt.mode(), amt.local()), (Some(AmtMode::GATEWAY), Some([192, 0, 2, 1].into())));
            assert_eq!((amt.discovery(), amt.gateway_port()), (Some([192, 0, 2, 2].into()), Some(2269)));
            assert_eq!(amt.relay_port(), Some(2270));
        }
        let device = add.link().kind::<Amt>().and_then(Amt::device).unwrap();
        let built = Amt::build().mode(AmtMode::GATEWAY).local("192.0.2.1").device(device);
        let built = built.discovery("192.0.2.2").gateway_port(2269).relay_port(2270);
        assert_eq!(LinkMessage::build().name("amt0").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn relay() {
        let (add, reported) = (capture!("add_amt_relay"), capture!("link_amt1"));
        for amt in [add.link().kind::<Amt>().unwrap(), reported.link().kind::<Amt>().unwrap()] {
            assert_eq!((amt.mode(), amt.max_tunnels()), (Some(AmtMode::RELAY), Some(8)));
            assert!(amt.device().is_some());
        }
    }
}
