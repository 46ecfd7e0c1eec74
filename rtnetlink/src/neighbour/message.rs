//! The neighbour message: an ARP or NDP entry, or an FDB entry of a bridge or a VXLAN.

use super::{ActivityNotify, NeighbourExtFlags, NeighbourFlags, NeighbourState};
use crate::route::{RouteProtocol, RouteType};
use crate::{AddressFamily, ClockTicks, HardwareAddress, NamespaceId};
use netlink_packet::{Be, Codec, Flag, IfIndex, NLA_F_NESTED, OwnAddress, Put, Scope, View, netlink};
use std::net::IpAddr;
use std::time::Duration;

netlink! {
    /// A neighbour table (ARP or NDP) entry, or in the family [`BRIDGE`](AddressFamily::BRIDGE) a forwarding
    /// database (FDB) entry of a bridge or VXLAN: `RTM_NEWNEIGH`, `RTM_DELNEIGH` and `RTM_GETNEIGH`
    /// (`struct ndmsg`). [`Neighbour`](super::Neighbour) is a shorter name.
    ///
    /// ```
    /// use rtnetlink::neighbour::{Neighbour, NeighbourState};
    ///
    /// let host = Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07").device("eth0");
    /// assert_eq!(host.view().state(), NeighbourState::PERMANENT);
    ///
    /// let remote = Neighbour::fdb("02:00:00:00:00:07").device("vxlan0").address("198.51.100.7");
    /// assert_eq!(remote.view().address(), Some("198.51.100.7".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct NeighbourMessage / NeighbourMessageBuf
    header ndmsg: 12 {
        /// Address family: IPv4, IPv6, or `BRIDGE` for FDB entries.
        ndm_family = 0 => family: AddressFamily,
        /// Interface index (`ifindex`) of the device.
        ndm_ifindex = 4 => device: u32 as IfIndex<i32>,
        /// NUD state.
        ndm_state = 8 => state: NeighbourState; sent_as(state_to_ask); ignored(is_without_state, "a proxy entry has none but `PERMANENT`, and the kernel gives one to an entry with the flags `USE` or `MANAGED`, which `flag` and `managed` set for an entry without a state; one of a bridge with `USE` or `EXT_LEARNED` is `REACHABLE`"),
        /// Flags; more in [`ext_flags`](NeighbourMessage::ext_flags).
        ndm_flags = 10 => flags: NeighbourFlags; sent_as(flags_to_ask); ignored_bits(flags_to_ignore, "the kernel does not set it for such an entry"),
        /// Route type, such as unicast or multicast.
        ndm_type = 11 => route_type: RouteType; read_only,
    }
    attributes {
        /// Destination: the neighbour's IP address; of a VXLAN FDB entry, the remote VTEP's.
        NDA_DST = 1 => address: IpAddr as OwnAddress; ignored(is_of_bridge),
        /// Link-layer (hardware) address: `lladdr`.
        NDA_LLADDR = 2 => hardware_address: HardwareAddress; ignored(is_without_hardware_address, "only a neighbour in a valid NUD state has one, and neither a proxy entry nor one with the flags `USE` or `MANAGED`"),
        /// Cache information: when the entry was confirmed, used and updated.
        NDA_CACHEINFO = 3 => cache_info: &NeighbourCacheInfo as NeighbourCacheInfo; read_only,
        /// Number of probes sent so far.
        NDA_PROBES = 4 => probes: u32; read_only,
        /// VLAN ID (VID) of an FDB entry.
        NDA_VLAN = 5 => vlan: u16; ignored(is_without_vlan),
        /// UDP destination port of the remote VTEP (big-endian on the wire). VXLAN FDB only.
        NDA_PORT = 6 => port: u16 as Be<u16>; ignored(is_without_remote),
        /// VNI that packets are sent with. VXLAN FDB only.
        NDA_VNI = 7 => vni: u32; ignored(is_without_remote),
        /// Outgoing interface index (`via`) of a VXLAN FDB entry; in a dump request, the interface to list.
        NDA_IFINDEX = 8 => via: u32 as IfIndex; ignored(is_without_remote),
        /// Master device (bridge) index.
        NDA_MASTER = 9 => master: u32 as IfIndex; read_only,
        /// Network namespace id of the underlying link. VXLAN FDB only.
        NDA_LINK_NETNSID = 10 => namespace: NamespaceId; read_only,
        /// Source VNI of an entry in an `external` VXLAN.
        NDA_SRC_VNI = 11 => source_vni: u32; ignored(is_without_remote),
        /// Protocol that added the entry.
        NDA_PROTOCOL = 12 => protocol: RouteProtocol; ignored(is_entry); needs("Linux 5.0"); taken_if(crate::link::is_told_or_zero),
        /// Nexthop group id that frames are forwarded to. VXLAN FDB only.
        NDA_NH_ID = 13 => next_hop_id: u32; ignored(is_without_remote),
        /// Extended FDB attributes of a bridge.
        NDA_FDB_EXT_ATTRS = 14 | NLA_F_NESTED => fdb_extension: &FdbExtension as FdbExtension; ignored(is_without_extension); needs("Linux 5.9"); taken_if(is_extension_taken),
        /// Extended flags.
        NDA_FLAGS_EXT = 15 => ext_flags: NeighbourExtFlags; bits(NeighbourExtFlags::SETTABLE); ignored(is_entry); needs("Linux 5.16"); taken_if(are_flags_taken),
        /// State mask of an FDB flush: NUD state bits that are compared. Requests only.
        NDA_NDM_STATE_MASK = 16 => state_mask: NeighbourState; ignored,
        /// Flags mask of an FDB flush: flag bits that are compared. Requests only.
        NDA_NDM_FLAGS_MASK = 17 => flags_mask: NeighbourFlags; ignored,
    }
}

/// Whether the kernel took extended flags: of none it tells nothing.
fn are_flags_taken(given: &[u8], told: Option<&[u8]>) -> bool {
    let flags = |bytes| NeighbourExtFlags::decode(bytes).unwrap_or_default();
    flags(told.unwrap_or_default()).contains(flags(given))
}

/// Whether a bridge took extended attributes. It tells of notifications alone.
fn is_extension_taken(given: &[u8], told: Option<&[u8]>) -> bool {
    told.is_some() || FdbExtension::cast(given).activity_notify().is_none()
}

/// Whether it is an FDB entry of a bridge or VXLAN.
fn is_entry(scope: &Scope<'_>) -> bool {
    NeighbourMessage::cast(scope.bytes()).family() == AddressFamily::BRIDGE
}

/// Whether it is for the table of a bridge alone, which has no remote hosts.
fn is_of_bridge(scope: &Scope<'_>) -> bool {
    is_entry(scope) && !NeighbourMessage::cast(scope.bytes()).flags().contains(NeighbourFlags::SELF)
}

/// Whether it is no entry of a VXLAN.
fn is_without_remote(scope: &Scope<'_>) -> bool {
    !is_entry(scope) || is_of_bridge(scope)
}

/// Whether it is no entry of a bridge: one with a remote host is a VXLAN's, unless it is for both tables.
fn is_without_vlan(scope: &Scope<'_>) -> bool {
    let entry = NeighbourMessage::cast(scope.bytes());
    let has_remote = entry.address().is_some() || entry.next_hop_id().is_some();
    !is_entry(scope) || has_remote && !entry.flags().contains(NeighbourFlags::MASTER)
}

/// Whether the bridge ignores the extended attributes of an entry.
fn is_without_extension(scope: &Scope<'_>) -> bool {
    let flags = NeighbourMessage::cast(scope.bytes()).flags();
    is_without_vlan(scope) || flags.intersects(NeighbourFlags::USE | NeighbourFlags::EXT_LEARNED)
}

/// Whether the kernel finds out by itself about an entry, whatever the request says.
fn is_resolved(entry: &NeighbourMessage) -> bool {
    let is_managed = entry.ext_flags().is_some_and(|flags| flags.contains(NeighbourExtFlags::MANAGED));
    entry.family() != AddressFamily::BRIDGE && (entry.flags().contains(NeighbourFlags::USE) || is_managed)
}

/// Whether the state of an entry is ignored.
fn is_without_state(scope: &Scope<'_>) -> bool {
    let entry = NeighbourMessage::cast(scope.bytes());
    let (state, flags) = (entry.state(), entry.flags());
    if !is_entry(scope) {
        return is_resolved(entry)
            || flags.contains(NeighbourFlags::PROXY) && state != NeighbourState::PERMANENT;
    }
    // A bridge takes it for one that it learned.
    flags.contains(NeighbourFlags::MASTER)
        && flags.intersects(NeighbourFlags::USE | NeighbourFlags::EXT_LEARNED)
        && state != NeighbourState::REACHABLE
}

/// Whether the hardware address of a neighbour is ignored.
fn is_without_hardware_address(scope: &Scope<'_>) -> bool {
    let entry = NeighbourMessage::cast(scope.bytes());
    let is_proxy = entry.flags().contains(NeighbourFlags::PROXY);
    !is_entry(scope) && (is_proxy || is_resolved(entry) || !entry.is_valid())
}

/// The flags that the kernel ignores.
fn flags_to_ignore(scope: &Scope<'_>) -> u64 {
    let entry = NeighbourMessage::cast(scope.bytes());
    let flags = entry.flags();
    let of_bridges = NeighbourFlags::SELF | NeighbourFlags::MASTER | NeighbourFlags::STICKY;
    let ignored = if !is_entry(scope) && flags.contains(NeighbourFlags::PROXY) {
        of_bridges | NeighbourFlags::USE
    } else if !is_entry(scope) {
        let is_set = entry.is_valid() && !is_resolved(entry);
        of_bridges | if is_set { NeighbourFlags::empty() } else { NeighbourFlags::ROUTER }
    } else if is_of_bridge(scope) {
        let learned = if flags.contains(NeighbourFlags::USE) {
            NeighbourFlags::STICKY | NeighbourFlags::EXT_LEARNED
        } else if flags.contains(NeighbourFlags::EXT_LEARNED) {
            NeighbourFlags::STICKY
        } else {
            NeighbourFlags::empty()
        };
        NeighbourFlags::ROUTER | NeighbourFlags::PROXY | learned
    } else {
        NeighbourFlags::empty()
    };
    (ignored | NeighbourFlags::OFFLOADED).bits().into()
}

/// The state to ask for: a neighbour that is being asked for is unconfirmed, or not known yet, and one that a bridge did
/// not hear of for long can only be made afresh.
fn state_to_ask(scope: &Scope<'_>, state: u64) -> u64 {
    let entry = NeighbourMessage::cast(scope.bytes());
    let asked = match entry.state() {
        // One that is ignored.
        _ if state == 0 => return 0,
        NeighbourState::STALE | NeighbourState::DELAY | NeighbourState::PROBE => {
            let is_of_bridge = entry.family() == AddressFamily::BRIDGE;
            if is_of_bridge { NeighbourState::REACHABLE } else { NeighbourState::STALE }
        }
        NeighbourState::INCOMPLETE => NeighbourState::empty(),
        _ => return state,
    };
    asked.bits().into()
}

/// The flags to ask for. A bridge does not say whose table an entry is in: the bridge's own are its device's, and those of
/// its ports their master's.
fn flags_to_ask(scope: &Scope<'_>, _: u64) -> u64 {
    let entry = NeighbourMessage::cast(scope.bytes());
    let flags = entry.flags();
    let is_told = flags.intersects(NeighbourFlags::SELF | NeighbourFlags::MASTER);
    let table = match entry.master() {
        _ if is_told || entry.family() != AddressFamily::BRIDGE => NeighbourFlags::empty(),
        Some(master) if master != entry.device() => NeighbourFlags::MASTER,
        _ => NeighbourFlags::SELF,
    };
    u64::from((flags | table).bits()) & !flags_to_ignore(scope)
}

impl NeighbourMessage {
    /// A neighbour with this address, like `ip neighbour add ADDRESS`: permanent, unless its state is set.
    pub fn of(address: impl Put<IpAddr>) -> NeighbourMessageBuf {
        NeighbourMessage::build().state(NeighbourState::PERMANENT).of(address)
    }

    /// A proxy entry: an address for which this host answers, like `ip neighbour add proxy ADDRESS`.
    pub fn proxy(address: impl Put<IpAddr>) -> NeighbourMessageBuf {
        NeighbourMessage::of(address).flags(NeighbourFlags::PROXY)
    }

    /// Where frames for a hardware address are sent, like `bridge fdb add LLADDR`: in the device's own table and
    /// permanently, until flags and state are set.
    pub fn fdb(address: impl Put<HardwareAddress>) -> NeighbourMessageBuf {
        NeighbourMessage::build()
            .family(AddressFamily::BRIDGE)
            .state(NeighbourState::NOARP | NeighbourState::PERMANENT)
            .flags(NeighbourFlags::SELF)
            .hardware_address(address)
    }

    /// Valid state (`NUD_VALID`): packets can be sent to it.
    pub fn is_valid(&self) -> bool {
        let valid = NeighbourState::PERMANENT
            | NeighbourState::NOARP
            | NeighbourState::REACHABLE
            | NeighbourState::PROBE
            | NeighbourState::STALE
            | NeighbourState::DELAY;
        self.state().intersects(valid)
    }
}

impl NeighbourMessageBuf {
    fn of(self, address: impl Put<IpAddr>) -> Self {
        let neighbour = self.address(address);
        match neighbour.view().address() {
            Some(address) => neighbour.family(crate::route::family_of(address)),
            None => neighbour,
        }
    }

    /// Sets further flags. A neighbour with [`USE`](NeighbourFlags::USE), which the kernel resolves, like `ip neighbour add
    /// ADDRESS use`, is no longer permanent.
    pub fn flag(self, flags: NeighbourFlags) -> Self {
        let before = self.view().flags();
        let entry = self.flags(before | flags);
        if flags.contains(NeighbourFlags::USE) { entry.resolved() } else { entry }
    }

    /// The kernel resolves it, and keeps it so (`NTF_EXT_MANAGED`), like `ip neighbour add ADDRESS managed`: it is no longer
    /// permanent. Needs Linux 5.16.
    pub fn managed(self) -> Self {
        let flags = self.view().ext_flags().unwrap_or_default();
        self.ext_flags(flags | NeighbourExtFlags::MANAGED).resolved()
    }

    /// Without the state that builders begin with, where the kernel finds it out.
    fn resolved(self) -> Self {
        match self.view().state() {
            NeighbourState::PERMANENT => self.state(NeighbourState::empty()),
            _ => self,
        }
    }
}

netlink! {
    /// Age and usage of a neighbour entry: `struct nda_cacheinfo`.
    pub struct NeighbourCacheInfo / NeighbourCacheInfoBuf
    header nda_cacheinfo: 16 {
        /// Time since the entry was last confirmed.
        confirmed = 0 => confirmed: Duration as ClockTicks<u32>,
        /// Time since the entry was last used.
        used = 4 => used: Duration as ClockTicks<u32>,
        /// Time since the entry was last updated.
        updated = 8 => updated: Duration as ClockTicks<u32>,
        /// Reference count.
        refcnt = 12 => references: u32,
    }
}

netlink! {
    /// Extended attributes of a bridge FDB entry: `NDA_FDB_EXT_ATTRS`.
    pub struct FdbExtension / FdbExtensionBuf
    attributes {
        /// Activity notification setting and state.
        NFEA_ACTIVITY_NOTIFY = 1 => activity_notify: ActivityNotify,
        /// Don't refresh: the request does not reset the entry's age.
        NFEA_DONT_REFRESH = 2 => dont_refresh: bool as Flag,
    }
}
