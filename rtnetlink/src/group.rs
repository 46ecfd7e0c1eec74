//! Multicast groups of the route family: `RTNLGRP_*`.

use netlink_packet::values;

values! {
    /// A multicast group of `NETLINK_ROUTE`: `RTNLGRP_*`.
    pub struct Group: u32 = "" {
        /// Links: interfaces are added, changed or removed.
        LINK = 1 => "link",
        /// Unused; the kernel sends nothing to it.
        NOTIFY = 2 => "notify",
        /// Neighbour table entries and bridge forwarding database entries.
        NEIGH = 3 => "neigh",
        /// Traffic control: qdiscs, classes, filters, chains and actions.
        TC = 4 => "tc",
        /// IPv4 interface addresses.
        IPV4_IFADDR = 5 => "ipv4-ifaddr",
        /// IPv4 multicast routes.
        IPV4_MROUTE = 6 => "ipv4-mroute",
        /// IPv4 routes.
        IPV4_ROUTE = 7 => "ipv4-route",
        /// IPv4 policy routing rules.
        IPV4_RULE = 8 => "ipv4-rule",
        /// IPv6 interface addresses.
        IPV6_IFADDR = 9 => "ipv6-ifaddr",
        /// IPv6 multicast routes.
        IPV6_MROUTE = 10 => "ipv6-mroute",
        /// IPv6 routes.
        IPV6_ROUTE = 11 => "ipv6-route",
        /// IPv6 interface information: per-link IPv6 state and settings.
        IPV6_IFINFO = 12 => "ipv6-ifinfo",
        /// IPv6 prefixes received in router advertisements.
        IPV6_PREFIX = 18 => "ipv6-prefix",
        /// IPv6 policy routing rules.
        IPV6_RULE = 19 => "ipv6-rule",
        /// Neighbour discovery user options: options of router advertisements for user space, such as DNS
        /// servers.
        ND_USEROPT = 20 => "nd-useropt",
        /// Phonet interface addresses.
        PHONET_IFADDR = 21 => "phonet-ifaddr",
        /// Phonet routes.
        PHONET_ROUTE = 22 => "phonet-route",
        /// Data Center Bridging (DCB).
        DCB = 23 => "dcb",
        /// IPv4 per-device configuration (netconf).
        IPV4_NETCONF = 24 => "ipv4-netconf",
        /// IPv6 per-device configuration (netconf).
        IPV6_NETCONF = 25 => "ipv6-netconf",
        /// Bridge multicast database (MDB) entries.
        MDB = 26 => "mdb",
        /// MPLS routes.
        MPLS_ROUTE = 27 => "mpls-route",
        /// Network namespace ids (nsid).
        NSID = 28 => "nsid",
        /// MPLS per-device configuration (netconf).
        MPLS_NETCONF = 29 => "mpls-netconf",
        /// IPv4 multicast route cache reports: packets that match no multicast route. Needs `CAP_NET_ADMIN`.
        IPV4_MROUTE_R = 30 => "ipv4-mroute-r",
        /// IPv6 multicast route cache reports: packets that match no multicast route. Needs `CAP_NET_ADMIN`.
        IPV6_MROUTE_R = 31 => "ipv6-mroute-r",
        /// Nexthop objects.
        NEXTHOP = 32 => "nexthop",
        /// Bridge VLANs.
        BRVLAN = 33 => "brvlan",
        /// MCTP interface addresses.
        MCTP_IFADDR = 34 => "mctp-ifaddr",
        /// Tunnels: VNI filter entries of VXLAN devices.
        TUNNEL = 35 => "tunnel",
        /// Interface statistics (`RTM_NEWSTATS`).
        STATS = 36 => "stats",
        /// IPv4 multicast group memberships of interfaces.
        IPV4_MCADDR = 37 => "ipv4-mcaddr",
        /// IPv6 multicast group memberships of interfaces.
        IPV6_MCADDR = 38 => "ipv6-mcaddr",
        /// IPv6 anycast addresses of interfaces.
        IPV6_ACADDR = 39 => "ipv6-acaddr",
    }
}
