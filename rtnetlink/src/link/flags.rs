//! The enums and flags of a link itself.

use netlink_packet::{flags, values};

flags! {
    /// What a link is and does: `IFF_*`, in the words and the order of `ip`.
    ///
    /// Which of them can be set, and which the kernel alone decides, netdevice(7) says.
    pub struct LinkFlags: u32 = "ifinfo-flags" {
        /// It is the loopback device.
        const LOOPBACK = 0x8 => "LOOPBACK";
        /// It can send to all at once.
        const BROADCAST = 0x2 => "BROADCAST";
        /// It has a peer and no neighbours.
        const POINT_TO_POINT = 0x10 => "POINTOPOINT";
        /// It can send to groups.
        const MULTICAST = 0x1000 => "MULTICAST";
        /// It does not resolve addresses.
        const NO_ARP = 0x80 => "NOARP";
        /// It receives what is for any group.
        const ALL_MULTI = 0x200 => "ALLMULTI";
        /// It receives what is for anybody.
        const PROMISC = 0x100 => "PROMISC";
        /// It bundles others.
        const MASTER = 0x400 => "MASTER";
        /// It is one of a bundle.
        const SLAVE = 0x800 => "SLAVE";
        /// Its driver tells more.
        const DEBUG = 0x4 => "DEBUG";
        /// Its address is lost when it goes down.
        const DYNAMIC = 0x8000 => "DYNAMIC";
        /// It chooses its medium.
        const AUTO_MEDIA = 0x4000 => "AUTOMEDIA";
        /// Its medium can be chosen.
        const PORTSEL = 0x2000 => "PORTSEL";
        /// It avoids trailers.
        const NO_TRAILERS = 0x20 => "NOTRAILERS";
        /// It can carry packets; `ip` says `NO-CARRIER` where this is missing and it is up.
        const RUNNING = 0x40 => "RUNNING";
        /// The administrator wants it up.
        const UP = 0x1 => "UP";
        /// The layer below is up.
        const LOWER_UP = 0x10000 => "LOWER_UP";
        /// Up but waiting for something, such as a key.
        const DORMANT = 0x20000 => "DORMANT";
        /// It hears what it sends.
        const ECHO = 0x40000 => "ECHO";
    }
}

impl LinkFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::UP
        .union(Self::DEBUG)
        .union(Self::NO_TRAILERS)
        .union(Self::NO_ARP)
        .union(Self::PROMISC)
        .union(Self::ALL_MULTI)
        .union(Self::MULTICAST)
        .union(Self::PORTSEL)
        .union(Self::AUTO_MEDIA)
        .union(Self::DYNAMIC);
}

values! {
    /// How a link works at present (RFC 2863): `IF_OPER_*`, in the words of `ip`.
    pub struct OperState: u8 = "operstate" {
        /// The driver does not say.
        UNKNOWN = 0 => "UNKNOWN",
        /// Something is missing, typically hardware.
        NOTPRESENT = 1 => "NOTPRESENT",
        /// It is down.
        DOWN = 2 => "DOWN",
        /// What it stands on is down.
        LOWERLAYERDOWN = 3 => "LOWERLAYERDOWN",
        /// It is being tested.
        TESTING = 4 => "TESTING",
        /// It waits for something outside, such as 802.1X.
        DORMANT = 5 => "DORMANT",
        /// It works.
        UP = 6 => "UP",
    }
}

values! {
    /// What a link becomes when it gets a carrier: `IF_LINK_MODE_*`, in the words of `ip`.
    pub struct LinkMode: u8 = "linkmode" {
        /// Up.
        DEFAULT = 0 => "DEFAULT",
        /// Dormant, until a program says that it is up.
        DORMANT = 1 => "DORMANT",
        /// Testing, until a program says that it is up.
        TESTING = 2 => "TESTING",
    }
}

values! {
    /// Why a link is announced again: `IFLA_EVENT_*`, in the words of `ip monitor`.
    pub struct LinkEvent: u32 = "link-event" {
        /// No special reason.
        NONE = 0 => "NONE",
        /// Its driver started again from nothing.
        REBOOT = 1 => "REBOOT",
        /// Its features changed.
        FEATURES = 2 => "FEATURE CHANGE",
        /// A bond has another active port.
        BONDING_FAILOVER = 3 => "BONDING FAILOVER",
        /// The neighbours should learn its address again.
        NOTIFY_PEERS = 4 => "NOTIFY PEERS",
        /// Memberships should be reported again.
        IGMP_RESEND = 5 => "RESEND IGMP",
        /// Options of a bond changed.
        BONDING_OPTIONS = 6 => "BONDING OPTION",
    }
}

flags! {
    /// What a listing of links holds besides, and what it leaves out: `RTEXT_FILTER_*`.
    pub struct ExtMask: u32 = "rtext-filter" {
        /// With virtual functions.
        const VF = 0x1 => "vf";
        /// With the VLANs of bridges.
        const BRVLAN = 0x2 => "brvlan";
        /// With the VLANs of bridges, as ranges.
        const BRVLAN_COMPRESSED = 0x4 => "brvlan_compressed";
        /// Without statistics.
        const SKIP_STATS = 0x8 => "skip_stats";
        /// With media redundancy.
        const MRP = 0x10 => "mrp";
        /// With the configuration of connectivity fault management.
        const CFM_CONFIG = 0x20 => "cfm_config";
        /// With the status of connectivity fault management.
        const CFM_STATUS = 0x40 => "cfm_status";
        /// With spanning trees for each VLAN.
        const MST = 0x80 => "mst";
        /// Names and nothing else.
        const NAME_ONLY = 0x100 => "name_only";
    }
}
