//! The enums and flags of routes: types, protocols, tables and what is said of next hops.

use netlink_packet::{flags, values};

values! {
    /// What becomes of packets to a destination: `RTN_*`, in the words of `ip`.
    pub struct RouteType: u8 = "rtm-type" {
        /// Not said.
        UNSPEC = 0 => "none",
        /// They go to a gateway or out of a device.
        UNICAST = 1 => "unicast",
        /// They are for this host.
        LOCAL = 2 => "local",
        /// They are taken and sent as broadcasts.
        BROADCAST = 3 => "broadcast",
        /// They are taken as broadcasts and sent as unicasts.
        ANYCAST = 4 => "anycast",
        /// They are for a group.
        MULTICAST = 5 => "multicast",
        /// They are dropped silently.
        BLACKHOLE = 6 => "blackhole",
        /// They are dropped, and their sender hears that the destination is unreachable.
        UNREACHABLE = 7 => "unreachable",
        /// They are dropped, and their sender hears that it is prohibited.
        PROHIBIT = 8 => "prohibit",
        /// This table does not know: the next rule decides.
        THROW = 9 => "throw",
        /// Their addresses are translated; no kernel does it any more.
        NAT = 10 => "nat",
        /// A program decides.
        XRESOLVE = 11 => "xresolve",
    }
}

values! {
    /// Who made a route, a rule or a next hop: `RTPROT_*`, in the words of `ip`.
    ///
    /// Programs choose any number above 4; `/etc/iproute2/rt_protos` names those that are known.
    pub struct RouteProtocol: u8 = "rt-route/route-protocol" {
        /// Not said.
        UNSPEC = 0 => "unspec",
        /// The kernel, as a redirect told.
        REDIRECT = 1 => "redirect",
        /// The kernel.
        KERNEL = 2 => "kernel",
        /// Somebody while the machine started; `ip` says so of what it makes.
        BOOT = 3 => "boot",
        /// The administrator.
        STATIC = 4 => "static",
        /// GateD.
        GATED = 8 => "gated",
        /// A program that listens to routers.
        RA = 9 => "ra",
        /// Merit MRT.
        MRT = 10 => "mrt",
        /// Zebra and FRR.
        ZEBRA = 11 => "zebra",
        /// BIRD.
        BIRD = 12 => "bird",
        /// DECnet's daemon.
        DNROUTED = 13 => "dnrouted",
        /// XORP.
        XORP = 14 => "xorp",
        /// Netsukuku.
        NTK = 15 => "ntk",
        /// A DHCP client.
        DHCP = 16 => "dhcp",
        /// A daemon for multicast.
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
    /// A table of routes: a number, some with a name, in the words of `ip`.
    pub struct RouteTable: u32 = "rt-route/route-table" {
        /// Not said; in requests for a list, all tables.
        UNSPEC = 0 => "unspec",
        /// In the 8 bits of the header, a number that does not fit into them.
        COMPAT = 252 => "compat",
        /// Looked at last; mostly empty.
        DEFAULT = 253 => "default",
        /// Where routes are unless somebody says otherwise.
        MAIN = 254 => "main",
        /// The kernel's own: this host's addresses and broadcasts.
        LOCAL = 255 => "local",
    }
}

in_width! {
    /// The codec of a table's number in 8 bits; those that need more stand in an attribute.
    HeaderTable: u8 = RouteTable, |byte| RouteTable(byte.into()), |table| u8::try_from(table.0).ok()
}

flags! {
    /// What is said of a route: `RTM_F_*`, and of its only next hop: `RTNH_F_*`, in the words of `ip`.
    pub struct RouteFlags: u32 = "rt-route/route-flags" {
        /// No packet can take the next hop: it is down.
        const DEAD = 0x1 => "dead";
        /// The gateway is looked up for each packet.
        const PERVASIVE = 0x2 => "pervasive";
        /// The gateway is on the link, whatever its address.
        const ON_LINK = 0x4 => "onlink";
        /// The next hop is in hardware; [`OFFLOAD`](Self::OFFLOAD) says it of routes.
        const NEXT_HOP_OFFLOAD = 0x8 => "offload";
        /// The next hop's device has no carrier.
        const LINK_DOWN = 0x10 => "linkdown";
        /// The next hop of a multicast route is unresolved.
        const UNRESOLVED = 0x20 => "unresolved";
        /// Hardware hands packets for the next hop to the host.
        const NEXT_HOP_TRAP = 0x40 => "trap";
        /// A request asks for news about the route.
        const NOTIFY = 0x100 => "notify";
        /// It is an exception that the kernel learned, such as a path's MTU.
        const CLONED = 0x200 => "cache";
        /// Packets are spread over its next hops one by one; no kernel does it any more.
        const EQUALIZE = 0x400 => "equalize";
        /// It is for a prefix that a router told.
        const PREFIX = 0x800 => "prefix";
        /// An answer shall tell the table that it is in.
        const LOOKUP_TABLE = 0x1000 => "table";
        /// An answer shall be the route as it is in its table, and not as a packet would take it.
        const FIB_MATCH = 0x2000 => "fibmatch";
        /// It is in hardware.
        const OFFLOAD = 0x4000 => "rt_offload";
        /// Hardware hands its packets to the host.
        const TRAP = 0x8000 => "rt_trap";
        /// It could not be put into hardware.
        const OFFLOAD_FAILED = 0x2000_0000 => "rt_offload_failed";
    }
}

flags! {
    /// What is said of a next hop: `RTNH_F_*`, in the words of `ip`.
    pub struct NextHopFlags: u32 = "rt-route/nexthop-flags" {
        /// No packet can take it: it is down.
        const DEAD = 0x1 => "dead";
        /// The gateway is looked up for each packet.
        const PERVASIVE = 0x2 => "pervasive";
        /// The gateway is on the link, whatever its address.
        const ONLINK = 0x4 => "onlink";
        /// It is in hardware.
        const OFFLOAD = 0x8 => "offload";
        /// Its device has no carrier.
        const LINKDOWN = 0x10 => "linkdown";
        /// It is not resolved, of a multicast route.
        const UNRESOLVED = 0x20 => "unresolved";
        /// Hardware hands its packets to the host.
        const TRAP = 0x40 => "trap";
    }
}

in_width! {
    /// The codec of a next hop's flags in 8 bits.
    ShortNextHopFlags: u8 = NextHopFlags, |byte| NextHopFlags::from_bits_retain(byte.into()),
        |flags| u8::try_from(flags.bits()).ok()
}

impl RouteFlags {
    /// The flags that requests to add or delete a route can set.
    pub const SETTABLE: Self = Self::PERVASIVE.union(Self::ON_LINK).union(Self::CLONED);
}

impl NextHopFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::PERVASIVE.union(Self::ONLINK);
}

values! {
    /// How a router wants to be preferred to others (RFC 4191): `ICMPV6_ROUTER_PREF_*`, in the words of `ip`.
    pub struct RouterPreference: u8 = "rt-route/router-pref" {
        /// As others.
        MEDIUM = 0 => "medium",
        /// Before others.
        HIGH = 1 => "high",
        /// A value that says nothing.
        INVALID = 2 => "invalid",
        /// After others.
        LOW = 3 => "low",
    }
}

values! {
    /// Why the kernel removed a route: `RT_DEL_REASON_*`.
    pub struct DeletionReason: u32 = "rt-route/del-reason" {
        /// Not said.
        UNSPEC = 0 => "unspec",
        /// Its time was over.
        EXPIRED = 1 => "expired",
        /// The router that told it took it back.
        RA_WITHDRAWN = 2 => "ra-withdrawn",
    }
}
