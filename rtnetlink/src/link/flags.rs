//! Flags (`IFF_*`), operational state and other enums of a link.

use netlink_packet::{flags, values};

flags! {
    /// Interface flags: `IFF_*`, in the words and the order of `ip`.
    ///
    /// See netdevice(7) for which of them can be set and which only the kernel sets.
    pub struct LinkFlags: u32 = "ifinfo-flags" {
        /// Loopback interface.
        const LOOPBACK = 0x8 => "LOOPBACK";
        /// Broadcast address is valid.
        const BROADCAST = 0x2 => "BROADCAST";
        /// Point-to-point link.
        const POINT_TO_POINT = 0x10 => "POINTOPOINT";
        /// Supports multicast.
        const MULTICAST = 0x1000 => "MULTICAST";
        /// No ARP or neighbour discovery on the interface.
        const NO_ARP = 0x80 => "NOARP";
        /// All-multicast mode: receives all multicast packets.
        const ALL_MULTI = 0x200 => "ALLMULTI";
        /// Promiscuous mode: receives all packets.
        const PROMISC = 0x100 => "PROMISC";
        /// Master of a load-balancing bundle, such as a bond.
        const MASTER = 0x400 => "MASTER";
        /// Slave of a load-balancing bundle, such as a bond port.
        const SLAVE = 0x800 => "SLAVE";
        /// Debugging output of the driver is enabled.
        const DEBUG = 0x4 => "DEBUG";
        /// Dialup device with a dynamic address, which is lost when the interface goes down.
        const DYNAMIC = 0x8000 => "DYNAMIC";
        /// Automatic media selection is active.
        const AUTO_MEDIA = 0x4000 => "AUTOMEDIA";
        /// Can select the media type via ifmap.
        const PORTSEL = 0x2000 => "PORTSEL";
        /// Avoids the use of trailers (historic).
        const NO_TRAILERS = 0x20 => "NOTRAILERS";
        /// Operational: RFC 2863 state UP or unknown. `ip` shows `NO-CARRIER` where it is absent and the link
        /// is up.
        const RUNNING = 0x40 => "RUNNING";
        /// Administratively up.
        const UP = 0x1 => "UP";
        /// The lower layer is up: the driver signals carrier.
        const LOWER_UP = 0x10000 => "LOWER_UP";
        /// Dormant: the driver waits for an event, such as 802.1X authentication.
        const DORMANT = 0x20000 => "DORMANT";
        /// Echoes sent packets back (CAN).
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
    /// Operational state of a link (RFC 2863): `IF_OPER_*`, in the words of `ip`.
    pub struct OperState: u8 = "operstate" {
        /// Unknown: the driver does not report a state.
        UNKNOWN = 0 => "UNKNOWN",
        /// Not present: a component is missing, typically hardware.
        NOTPRESENT = 1 => "NOTPRESENT",
        /// Down.
        DOWN = 2 => "DOWN",
        /// A lower layer is down, such as the parent of a VLAN.
        LOWERLAYERDOWN = 3 => "LOWERLAYERDOWN",
        /// Testing: a test is running, such as cable diagnostics.
        TESTING = 4 => "TESTING",
        /// Dormant: waiting for an external event, such as 802.1X authentication.
        DORMANT = 5 => "DORMANT",
        /// Up: can pass packets.
        UP = 6 => "UP",
    }
}

values! {
    /// Link mode: the operational state a link enters when it gets carrier, `IF_LINK_MODE_*`, in the words of
    /// `ip`.
    pub struct LinkMode: u8 = "linkmode" {
        /// Default: straight to up.
        DEFAULT = 0 => "DEFAULT",
        /// Dormant, until user space sets it to up.
        DORMANT = 1 => "DORMANT",
        /// Testing, until user space sets it to up.
        TESTING = 2 => "TESTING",
    }
}

values! {
    /// Event that caused a link notification: `IFLA_EVENT_*`, in the words of `ip monitor`.
    pub struct LinkEvent: u32 = "link-event" {
        /// None in particular.
        NONE = 0 => "NONE",
        /// The device rebooted (internal reset).
        REBOOT = 1 => "REBOOT",
        /// IfIndex features changed.
        FEATURES = 2 => "FEATURE CHANGE",
        /// Bonding failover: another bond port became active.
        BONDING_FAILOVER = 3 => "BONDING FAILOVER",
        /// Notifies peers, by gratuitous ARP and unsolicited neighbour advertisements.
        NOTIFY_PEERS = 4 => "NOTIFY PEERS",
        /// Resends IGMP membership reports.
        IGMP_RESEND = 5 => "RESEND IGMP",
        /// Bonding options changed.
        BONDING_OPTIONS = 6 => "BONDING OPTION",
    }
}

flags! {
    /// Filter of a link request: what to add to replies or to leave out, `RTEXT_FILTER_*`.
    pub struct ExtMask: u32 = "rtext-filter" {
        /// Includes virtual functions (VF).
        const VF = 0x1 => "vf";
        /// Includes bridge VLANs.
        const BRVLAN = 0x2 => "brvlan";
        /// Includes bridge VLANs, compressed into ranges.
        const BRVLAN_COMPRESSED = 0x4 => "brvlan_compressed";
        /// Skips statistics.
        const SKIP_STATS = 0x8 => "skip_stats";
        /// Includes Media Redundancy Protocol (MRP) instances.
        const MRP = 0x10 => "mrp";
        /// Includes CFM configuration.
        const CFM_CONFIG = 0x20 => "cfm_config";
        /// Includes CFM status.
        const CFM_STATUS = 0x40 => "cfm_status";
        /// Includes multiple spanning tree (MST) state.
        const MST = 0x80 => "mst";
        /// Name and alternative names only.
        const NAME_ONLY = 0x100 => "name_only";
    }
}
