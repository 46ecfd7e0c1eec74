//! Per-interface protocol settings (forwarding, `rp_filter`, ...) that the kernel notifies: `RTM_NEWNETCONF`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip netconf show dev eth0` | `NetconfMessage::build().family(AddressFamily::INET).device("eth0")` |
//!
//! They can be read and monitored; sysctls or a [`LinkMessage`](crate::LinkMessage) change them.

use crate::AddressFamily;
use netlink_packet::{IfIndex, netlink, values};

netlink! {
    /// Per-device protocol configuration, like `ip netconf`: `RTM_NEWNETCONF`, `RTM_DELNETCONF` and
    /// `RTM_GETNETCONF`.
    ///
    /// Each protocol reports only the settings that it has; notifications have one changed setting each.
    pub struct NetconfMessage / NetconfMessageBuf
    header netconfmsg: 1 {
        /// Address family whose settings these are: IPv4, IPv6 or MPLS.
        family = 0 => family: AddressFamily,
    }
    attributes {
        /// Interface index, or [`ALL`](NetconfMessage::ALL) or [`DEFAULT`](NetconfMessage::DEFAULT).
        NETCONFA_IFINDEX = 1 => device: u32 as IfIndex<i32>,
        /// Unicast forwarding is enabled on the interface.
        NETCONFA_FORWARDING = 2 => forwarding: bool as Switch; read_only,
        /// Reverse path filter mode (RFC 3704). IPv4 only.
        NETCONFA_RP_FILTER = 3 => reverse_path_filter: ReversePathFilter; read_only,
        /// Multicast forwarding is enabled: a multicast routing daemon uses the interface.
        NETCONFA_MC_FORWARDING = 4 => multicast_forwarding: bool as Switch; read_only,
        /// Proxy neighbour: answers ARP (`proxy_arp`) or neighbour solicitations (`proxy_ndp`) for other
        /// hosts.
        NETCONFA_PROXY_NEIGH = 5 => proxy_neighbours: bool as Switch; read_only,
        /// Ignores routes through the interface while its link is down.
        NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN = 6 => ignore_routes_with_link_down: bool as Switch; read_only,
        /// MPLS input: accept labelled packets.
        NETCONFA_INPUT = 7 => input: bool as Switch; read_only,
        /// Forwards directed broadcasts (RFC 2644). IPv4 only.
        NETCONFA_BC_FORWARDING = 8 => broadcast_forwarding: bool as Switch; read_only,
        /// Forces forwarding of packets received here, even where global forwarding is off. IPv6 only.
        NETCONFA_FORCE_FORWARDING = 9 => force_forwarding: bool as Switch; read_only,
    }
}

impl NetconfMessage {
    /// Instead of a link: the settings for all links, `NETCONFA_IFINDEX_ALL`.
    pub const ALL: u32 = u32::MAX;

    /// In place of a link: what new ones begin with, `NETCONFA_IFINDEX_DEFAULT`.
    pub const DEFAULT: u32 = u32::MAX - 1;
}

in_width! {
    /// Codec of yes and no in four bytes.
    Switch: i32 = bool, |number| number != 0, |on| Some(on.into())
}

values! {
    /// Reverse path filter mode (RFC 3704), in the words of `ip netconf`.
    pub struct ReversePathFilter: i32 = "" {
        /// Off: no source validation.
        OFF = 0 => "off",
        /// Strict: the route back to the source must leave through the receiving interface.
        STRICT = 1 => "strict",
        /// Loose: some route back to the source must exist.
        LOOSE = 2 => "loose",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn asked_for_as_ip_does() {
        let asked = capture!("get_netconf");
        let built = NetconfMessage::build().family(AddressFamily::INET).device(1);
        assert_eq!(built.view(), asked.view::<NetconfMessage>());
    }

    #[test]
    fn listed_settings_are_read() {
        let reported = capture!("netconf");
        let settings: &NetconfMessage = reported.view();
        assert_eq!((settings.family(), settings.device()), (AddressFamily::INET, Some(1)));
        assert_eq!((settings.forwarding(), settings.multicast_forwarding()), (Some(true), Some(false)));
        assert_eq!(settings.reverse_path_filter(), Some(ReversePathFilter::LOOSE));
        assert_eq!(
            (settings.proxy_neighbours(), settings.broadcast_forwarding()),
            (Some(false), Some(false))
        );
        assert_eq!((settings.ignore_routes_with_link_down(), settings.input()), (Some(true), None));
        let reported = capture!("netconf6_all");
        let settings: &NetconfMessage = reported.view();
        assert_eq!((settings.family(), settings.device()), (AddressFamily::INET6, Some(NetconfMessage::ALL)));
        assert_eq!((settings.forwarding(), settings.reverse_path_filter()), (Some(false), None));
        let reported = capture!("netconf6_default");
        assert_eq!(reported.view::<NetconfMessage>().device(), Some(NetconfMessage::DEFAULT));
        let reported = capture!("netconf_mpls");
        let settings: &NetconfMessage = reported.view();
        assert_eq!((settings.family(), settings.input()), (AddressFamily::MPLS, Some(true)));
    }
}
