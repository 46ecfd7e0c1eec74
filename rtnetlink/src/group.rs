//! The multicast groups of the route family: what a socket can listen to.

use netlink_packet::values;

values! {
    /// A multicast group of the route family: `RTNLGRP_*`.
    pub struct Group: u32 = "" {
        /// Links.
        LINK = 1 => "link",
        /// Qdiscs and the like, of old; no kernel sends it.
        NOTIFY = 2 => "notify",
        /// Neighbours.
        NEIGH = 3 => "neigh",
        /// Traffic control.
        TC = 4 => "tc",
        /// Addresses of IPv4.
        IPV4_IFADDR = 5 => "ipv4-ifaddr",
        /// Multicast routes of IPv4.
        IPV4_MROUTE = 6 => "ipv4-mroute",
        /// Routes of IPv4.
        IPV4_ROUTE = 7 => "ipv4-route",
        /// Rules of IPv4.
        IPV4_RULE = 8 => "ipv4-rule",
        /// Addresses of IPv6.
        IPV6_IFADDR = 9 => "ipv6-ifaddr",
        /// Multicast routes of IPv6.
        IPV6_MROUTE = 10 => "ipv6-mroute",
        /// Routes of IPv6.
        IPV6_ROUTE = 11 => "ipv6-route",
        /// What IPv6 knows of links.
        IPV6_IFINFO = 12 => "ipv6-ifinfo",
        /// Prefixes that routers tell.
        IPV6_PREFIX = 18 => "ipv6-prefix",
        /// Rules of IPv6.
        IPV6_RULE = 19 => "ipv6-rule",
        /// Options of routers' announcements for programs.
        ND_USEROPT = 20 => "nd-useropt",
        /// Addresses of Phonet.
        PHONET_IFADDR = 21 => "phonet-ifaddr",
        /// Routes of Phonet.
        PHONET_ROUTE = 22 => "phonet-route",
        /// Data centre bridging.
        DCB = 23 => "dcb",
        /// Settings of IPv4 for links.
        IPV4_NETCONF = 24 => "ipv4-netconf",
        /// Settings of IPv6 for links.
        IPV6_NETCONF = 25 => "ipv6-netconf",
        /// Members of groups behind bridges.
        MDB = 26 => "mdb",
        /// Routes of MPLS.
        MPLS_ROUTE = 27 => "mpls-route",
        /// Numbers of namespaces.
        NSID = 28 => "nsid",
        /// Settings of MPLS for links.
        MPLS_NETCONF = 29 => "mpls-netconf",
        /// Packets of IPv4 for groups without a route.
        IPV4_MROUTE_R = 30 => "ipv4-mroute-r",
        /// Packets of IPv6 for groups without a route.
        IPV6_MROUTE_R = 31 => "ipv6-mroute-r",
        /// Next hops.
        NEXTHOP = 32 => "nexthop",
        /// VLANs of bridges.
        BRVLAN = 33 => "brvlan",
        /// Addresses of MCTP.
        MCTP_IFADDR = 34 => "mctp-ifaddr",
        /// Numbers of VXLANs.
        TUNNEL = 35 => "tunnel",
        /// Statistics of links.
        STATS = 36 => "stats",
        /// Groups of IPv4 that links are in.
        IPV4_MCADDR = 37 => "ipv4-mcaddr",
        /// Groups of IPv6 that links are in.
        IPV6_MCADDR = 38 => "ipv6-mcaddr",
        /// Anycast addresses of IPv6.
        IPV6_ACADDR = 39 => "ipv6-acaddr",
    }
}
