//! Address families (`AF_*`): the protocol of a message or an address.

use netlink_packet::values;

values! {
    /// Address family: `AF_*`, by the words of `ip`.
    pub struct AddressFamily: u8 = "" {
        /// Unspecified: a request covers all families.
        UNSPEC = 0 => "unspec",
        /// IPv4.
        INET = 2 => "inet",
        /// Bridge: ports, VLANs and the forwarding database.
        BRIDGE = 7 => "bridge",
        /// IPv6.
        INET6 = 10 => "inet6",
        /// Link-layer (packet) addresses.
        PACKET = 17 => "link",
        /// MPLS labels.
        MPLS = 28 => "mpls",
        /// Phonet, the protocol of Nokia modems.
        PHONET = 35 => "phonet",
        /// Management Component Transport Protocol (MCTP).
        MCTP = 45 => "mctp",
        /// IPv4 multicast routing.
        IPMR = 128 => "ipmr",
        /// IPv6 multicast routing.
        IP6MR = 129 => "ip6mr",
    }
}
