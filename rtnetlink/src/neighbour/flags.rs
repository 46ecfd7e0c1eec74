//! Neighbour states (`NUD_*`) and flags (`NTF_*`).

use netlink_packet::flags;

flags! {
    /// NUD state (neighbour unreachability detection): `NUD_*`, in the words of `ip`. An entry has at most
    /// one state; several set are those that a request selects.
    pub struct NeighbourState: u16 = "rt-neigh/nud-state" {
        /// Incomplete: address resolution is in progress.
        const INCOMPLETE = 0x01 => "INCOMPLETE";
        /// Reachable: recently confirmed.
        const REACHABLE = 0x02 => "REACHABLE";
        /// Stale: not confirmed recently; verified when next used.
        const STALE = 0x04 => "STALE";
        /// Delay: used while stale; a probe follows unless something confirms it.
        const DELAY = 0x08 => "DELAY";
        /// Probe: unicast probes are being sent.
        const PROBE = 0x10 => "PROBE";
        /// Failed: resolution or probing got no answer.
        const FAILED = 0x20 => "FAILED";
        /// No ARP: needs no resolution or verification.
        const NOARP = 0x40 => "NOARP";
        /// Permanent: configured, never expires.
        const PERMANENT = 0x80 => "PERMANENT";
    }
}

flags! {
    /// Flags of a neighbour or FDB entry: `NTF_*`, in the words of `ip` and `bridge`.
    pub struct NeighbourFlags: u8 = "rt-neigh/ntf-flags" {
        /// Use: the request has the kernel resolve the entry now.
        const USE = 0x01 => "use";
        /// Self: the entry is in the device's own FDB, such as a VXLAN's.
        const SELF = 0x02 => "self";
        /// Master: the entry is in the FDB of the device's bridge.
        const MASTER = 0x04 => "master";
        /// Proxy entry: this host answers for the address.
        const PROXY = 0x08 => "proxy";
        /// Externally learned: by a user-space control plane or by hardware.
        const EXT_LEARNED = 0x10 => "extern_learn";
        /// Offloaded to hardware.
        const OFFLOADED = 0x20 => "offload";
        /// Sticky: the FDB entry does not move to another port.
        const STICKY = 0x40 => "sticky";
        /// Router: the neighbour is an IPv6 router.
        const ROUTER = 0x80 => "router";
    }
}

flags! {
    /// Extended flags of a neighbour or FDB entry: `NTF_EXT_*`, in the words of `ip`.
    pub struct NeighbourExtFlags: u32 = "rt-neigh/ntf-ext-flags" {
        /// Managed: the kernel keeps the entry reachable.
        const MANAGED = 0x1 => "managed";
        /// Locked: created by a locked bridge port for a host that is not authorised (MAB).
        const LOCKED = 0x2 => "locked";
        /// Externally validated: a user-space control plane checks reachability.
        const EXT_VALIDATED = 0x4 => "extern_valid";
    }
}

flags! {
    /// Activity notifications of an FDB entry: `FDB_NOTIFY_*`, in the words of `bridge`.
    pub struct ActivityNotify: u8 = "rt-neigh/fdb-notify" {
        /// Notifies when the entry becomes active or inactive.
        const BIT = 0x1 => "activity_notify";
        /// The entry is inactive.
        const INACTIVE_BIT = 0x2 => "inactive";
    }
}

impl NeighbourExtFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::MANAGED.union(Self::EXT_VALIDATED);
}
