//! Address families: which protocol a message or an address is of.

use netlink_packet::values;

values! {
    /// An address family: `AF_*`, by the words of `ip`.
    pub struct AddressFamily: u8 = "" {
        /// None in particular: requests mean all of them.
        UNSPEC = 0 => "unspec",
        /// IPv4.
        INET = 2 => "inet",
        /// The bridge's view of its ports.
        BRIDGE = 7 => "bridge",
        /// IPv6.
        INET6 = 10 => "inet6",
        /// Link-layer addresses.
        PACKET = 17 => "link",
        /// Labels.
        MPLS = 28 => "mpls",
        /// Phonet, of modems.
        PHONET = 35 => "phonet",
        /// The management component transport protocol.
        MCTP = 45 => "mctp",
        /// Multicast routes of IPv4.
        IPMR = 128 => "ipmr",
        /// Multicast routes of IPv6.
        IP6MR = 129 => "ip6mr",
    }
}
