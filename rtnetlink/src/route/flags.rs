//! Route types, protocols, tables, and flags of routes and next hops.

use netlink_packet::{flags, values};

values! {
    /// Route type: what happens to packets for the destination (`RTN_*`), in the words of `ip`.
    pub struct RouteType: u8 = "rtm-type" {
        /// Unspecified.
        UNSPEC = 0 => "none",
        /// Unicast: through a gateway or directly.
        UNICAST = 1 => "unicast",
        /// Local: delivered to this host.
        LOCAL = 2 => "local",
        /// Broadcast: accepted and sent as broadcasts.
        BROADCAST = 3 => "broadcast",
        /// Anycast: accepted as broadcasts, sent as unicasts.
        ANYCAST = 4 => "anycast",
        /// Multicast.
        MULTICAST = 5 => "multicast",
        /// Blackhole: dropped silently.
        BLACKHOLE = 6 => "blackhole",
        /// Unreachable: dropped with an ICMP error, destination unreachable.
        UNREACHABLE = 7 => "unreachable",
        /// Prohibit: dropped with an ICMP error, administratively prohibited.
        PROHIBIT = 8 => "prohibit",
        /// Throw: the lookup in this table ends without a route, and the next rule is tried.
        THROW = 9 => "throw",
        /// Network address translation; not supported since Linux 2.6.
        NAT = 10 => "nat",
        /// External resolver; not implemented.
        XRESOLVE = 11 => "xresolve",
    }
}

values! {
    /// Protocol: what installed a route, a rule or a nexthop (`RTPROT_*`), in the words of `ip`.
    ///
    /// Programs choose any number above 4; `/etc/iproute2/rt_protos` names those that are known.
    pub struct RouteProtocol: u8 = "rt-route/route-protocol" {
        /// Unspecified.
        UNSPEC = 0 => "unspec",
        /// ICMP redirect.
        REDIRECT = 1 => "redirect",
        /// Kernel, such as for an interface address.
        KERNEL = 2 => "kernel",
        /// Boot: the default of `ip`.
        BOOT = 3 => "boot",
        /// Static: the administrator.
        STATIC = 4 => "static",
        /// GateD.
        GATED = 8 => "gated",
        /// Router advertisements, handled in user space.
        RA = 9 => "ra",
        /// Merit MRT.
        MRT = 10 => "mrt",
        /// Zebra and FRR.
        ZEBRA = 11 => "zebra",
        /// BIRD.
        BIRD = 12 => "bird",
        /// DECnet routing daemon.
        DNROUTED = 13 => "dnrouted",
        /// XORP.
        XORP = 14 => "xorp",
        /// Netsukuku.
        NTK = 15 => "ntk",
        /// DHCP client.
        DHCP = 16 => "dhcp",
        /// Multicast routing daemon (mrouted).
        MROUTED = 17 => "mrouted",
        /// Keepalived.
        KEEPALIVED = 18 => "keepalived",
        /// Babel.
        BABEL = 42 => "babel",
        /// OVN.
        OVN = 84 => "ovn",
        /// Open/R.
        OPENR = 99 => "openr",
        /// BGP.
        BGP = 186 => "bgp",
        /// IS-IS.
        ISIS = 187 => "isis",
        /// OSPF.
        OSPF = 188 => "ospf",
        /// RIP.
        RIP = 189 => "rip",
        /// EIGRP.
        EIGRP = 192 => "eigrp",
    }
}

values! {
    /// Routing table, by number; some have a name, in the words of `ip`.
    pub struct RouteTable: u32 = "rt-route/route-table" {
        /// Unspecified; in dump requests, all tables.
        UNSPEC = 0 => "unspec",
        /// Placeholder (compat) in the 8-bit header field for a table number above 255.
        COMPAT = 252 => "compat",
        /// Default table: looked up last, usually empty.
        DEFAULT = 253 => "default",
        /// Main table: used unless another one is given.
        MAIN = 254 => "main",
        /// Local table: local and broadcast addresses, maintained by the kernel.
        LOCAL = 255 => "local",
    }
}

in_width! {
    /// Codec of a table's number in 8 bits; those that need more stand in an attribute.
    HeaderTable: u8 = RouteTable, |byte| RouteTable(byte.into()), |table| u8::try_from(table.0).ok()
}

put_words_of! { RouteTable as HeaderTable }

flags! {
    /// Route flags (`RTM_F_*`), and those of a single next hop (`RTNH_F_*`), in the words of `ip`.
    pub struct RouteFlags: u32 = "rt-route/route-flags" {
        /// Dead: the next hop is down.
        const DEAD = 0x1 => "dead";
        /// Pervasive: recursive gateway lookup.
        const PERVASIVE = 0x2 => "pervasive";
        /// Onlink: the gateway is taken to be on the link, whatever its prefix.
        const ON_LINK = 0x4 => "onlink";
        /// Offload: the next hop is in hardware; [`OFFLOAD`](Self::OFFLOAD) is the route's.
        const NEXT_HOP_OFFLOAD = 0x8 => "offload";
        /// Linkdown: the next hop's device has no carrier.
        const LINK_DOWN = 0x10 => "linkdown";
        /// Unresolved multicast route entry.
        const UNRESOLVED = 0x20 => "unresolved";
        /// Trap: hardware sends packets for the next hop to the CPU.
        const NEXT_HOP_TRAP = 0x40 => "trap";
        /// Notifies the user of changes of the route. Requests only.
        const NOTIFY = 0x100 => "notify";
        /// Cloned (cache): an exception learned by the kernel, such as a path MTU.
        const CLONED = 0x200 => "cache";
        /// Equalize: per-packet multipath; not implemented.
        const EQUALIZE = 0x400 => "equalize";
        /// Prefix route from a router advertisement.
        const PREFIX = 0x800 => "prefix";
        /// Lookup table: the reply names the table of the result. Requests only.
        const LOOKUP_TABLE = 0x1000 => "table";
        /// FIB match: the reply is the matching route of the table, not the resolved result. Requests only.
        const FIB_MATCH = 0x2000 => "fibmatch";
        /// Offload: the route is in hardware.
        const OFFLOAD = 0x4000 => "rt_offload";
        /// Trap: hardware sends packets for the route to the CPU.
        const TRAP = 0x8000 => "rt_trap";
        /// Offload failed: the route could not be installed in hardware.
        const OFFLOAD_FAILED = 0x2000_0000 => "rt_offload_failed";
    }
}

flags! {
    /// Next hop flags: `RTNH_F_*`, in the words of `ip`.
    pub struct NextHopFlags: u32 = "rt-route/nexthop-flags" {
        /// Dead: the next hop is down.
        const DEAD = 0x1 => "dead";
        /// Pervasive: recursive gateway lookup.
        const PERVASIVE = 0x2 => "pervasive";
        /// Onlink: the gateway is taken to be on the link, whatever its prefix.
        const ONLINK = 0x4 => "onlink";
        /// Offload: the next hop is in hardware.
        const OFFLOAD = 0x8 => "offload";
        /// Linkdown: the device has no carrier.
        const LINKDOWN = 0x10 => "linkdown";
        /// Unresolved multicast route entry.
        const UNRESOLVED = 0x20 => "unresolved";
        /// Trap: hardware sends packets for the next hop to the CPU.
        const TRAP = 0x40 => "trap";
    }
}

in_width! {
    /// Codec of a next hop's flags in 8 bits.
    ShortNextHopFlags: u8 = NextHopFlags, |byte| NextHopFlags::from_bits_retain(byte.into()),
        |flags| u8::try_from(flags.bits()).ok()
}

put_words_of! { NextHopFlags as ShortNextHopFlags }

impl RouteFlags {
    /// The flags that requests to add or delete a route can set.
    pub const SETTABLE: Self = Self::ON_LINK.union(Self::CLONED);
}

impl NextHopFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::ONLINK;
}

values! {
    /// Router preference (RFC 4191): `ICMPV6_ROUTER_PREF_*`, in the words of `ip`.
    pub struct RouterPreference: u8 = "rt-route/router-pref" {
        /// Medium (default).
        MEDIUM = 0 => "medium",
        /// High.
        HIGH = 1 => "high",
        /// Invalid: reserved value, treated as medium.
        INVALID = 2 => "invalid",
        /// Low.
        LOW = 3 => "low",
    }
}

values! {
    /// Reason for which the kernel deleted a route: `RT_DEL_REASON_*`.
    pub struct DeletionReason: u32 = "rt-route/del-reason" {
        /// Unspecified.
        UNSPEC = 0 => "unspec",
        /// Expired: its lifetime ended.
        EXPIRED = 1 => "expired",
        /// Withdrawn by a router advertisement (RA) with lifetime zero.
        RA_WITHDRAWN = 2 => "ra-withdrawn",
    }
}
