//! The states and flags of neighbours.

use netlink_packet::flags;

flags! {
    /// How a neighbour stands: `NUD_*`, in the words of `ip`. It has one state at a time, or none; several are those that a
    /// request is about.
    pub struct NeighbourState: u16 = "rt-neigh/nud-state" {
        /// It was asked for, and has not answered yet.
        const INCOMPLETE = 0x01 => "INCOMPLETE";
        /// It answered a while ago.
        const REACHABLE = 0x02 => "REACHABLE";
        /// It was not heard of for long; it is used until it is asked again.
        const STALE = 0x04 => "STALE";
        /// It is used again, and will be asked soon.
        const DELAY = 0x08 => "DELAY";
        /// It is being asked.
        const PROBE = 0x10 => "PROBE";
        /// It did not answer.
        const FAILED = 0x20 => "FAILED";
        /// It need not be asked.
        const NOARP = 0x40 => "NOARP";
        /// Somebody said so, and it stays.
        const PERMANENT = 0x80 => "PERMANENT";
    }
}

flags! {
    /// What a neighbour or an entry of a bridge's table is: `NTF_*`, in the words of `ip` and `bridge`.
    pub struct NeighbourFlags: u8 = "rt-neigh/ntf-flags" {
        /// The kernel shall ask for it now.
        const USE = 0x01 => "use";
        /// It is the device's own entry, and not that of its bridge.
        const SELF = 0x02 => "self";
        /// It is the bridge's entry.
        const MASTER = 0x04 => "master";
        /// This host answers for it.
        const PROXY = 0x08 => "proxy";
        /// A program learned it.
        const EXT_LEARNED = 0x10 => "extern_learn";
        /// It is in hardware.
        const OFFLOADED = 0x20 => "offload";
        /// It does not move to another port.
        const STICKY = 0x40 => "sticky";
        /// It is a router.
        const ROUTER = 0x80 => "router";
    }
}

flags! {
    /// What a neighbour is besides: `NTF_EXT_*`, in the words of `ip`.
    pub struct NeighbourExtFlags: u32 = "rt-neigh/ntf-ext-flags" {
        /// The kernel keeps it fresh.
        const MANAGED = 0x1 => "managed";
        /// Its port is locked, and it has not been let in.
        const LOCKED = 0x2 => "locked";
        /// A program watches whether it is there.
        const EXT_VALIDATED = 0x4 => "extern_valid";
    }
}

flags! {
    /// What a bridge tells of an entry's activity: `FDB_NOTIFY_*`, in the words of `bridge`.
    pub struct ActivityNotify: u8 = "rt-neigh/fdb-notify" {
        /// When it becomes active or inactive.
        const BIT = 0x1 => "activity_notify";
        /// That it is inactive.
        const INACTIVE_BIT = 0x2 => "inactive";
    }
}

impl NeighbourExtFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::MANAGED.union(Self::EXT_VALIDATED);
}
