//! Address families (`AF_*`): the protocol of a message or an address.

use netlink_packet::{Scope, values};

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

/// The family of the message around a set, for what a table says of its lines.
fn around(scope: &Scope<'_>) -> Option<AddressFamily> {
    scope.family().map(AddressFamily)
}

pub(crate) fn is_ipv4(scope: &Scope<'_>) -> bool {
    around(scope) == Some(AddressFamily::INET)
}

pub(crate) fn is_not_ipv4(scope: &Scope<'_>) -> bool {
    !is_ipv4(scope)
}

pub(crate) fn is_ipv6(scope: &Scope<'_>) -> bool {
    around(scope) == Some(AddressFamily::INET6)
}

pub(crate) fn is_ip(scope: &Scope<'_>) -> bool {
    is_ipv4(scope) || is_ipv6(scope)
}
