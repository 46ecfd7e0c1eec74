//! The message of a neighbour, and of an entry of a bridge's or a VXLAN's table.

use super::{ActivityNotify, NeighbourExtFlags, NeighbourFlags, NeighbourState};
use crate::route::{RouteProtocol, RouteType};
use crate::{AddressFamily, HardwareAddress, NamespaceId, Ticks};
use netlink_packet::{Be, Device, Flag, OwnAddress, Put, Scope, View, netlink};
use std::net::IpAddr;
use std::time::Duration;

netlink! {
    /// A host on a link, with its addresses; or, of the family [`BRIDGE`](AddressFamily::BRIDGE), where a bridge or a
    /// VXLAN sends frames for a hardware address: `RTM_NEWNEIGH` and its kin. [`Neighbour`](super::Neighbour) is a
    /// shorter name.
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
        /// IPv4, IPv6, or the table of a bridge or a VXLAN.
        ndm_family = 0 => family: AddressFamily,
        /// The index of the link that it is on.
        ndm_ifindex = 4 => device: u32 as Device<i32>,
        /// How it stands.
        ndm_state = 8 => state: NeighbourState; sent_as(state_to_ask),
        /// What it is.
        ndm_flags = 10 => flags: NeighbourFlags; sent_as(flags_to_ask),
        /// What becomes of packets to it.
        ndm_type = 11 => route_type: RouteType; read_only,
    }
    attributes {
        /// Its address; of an entry of a VXLAN's table, the host that frames are sent to.
        NDA_DST = 1 => address: IpAddr as OwnAddress,
        /// Its hardware address: `ip` says `lladdr`.
        NDA_LLADDR = 2 => hardware_address: HardwareAddress,
        /// When it was used and confirmed.
        NDA_CACHEINFO = 3 => cache_info: &NeighbourCacheInfo as NeighbourCacheInfo; read_only,
        /// How often it was asked for.
        NDA_PROBES = 4 => probes: u32; read_only,
        /// The VLAN that the entry is for.
        NDA_VLAN = 5 => vlan: u16,
        /// The port of UDP that frames are sent to.
        NDA_PORT = 6 => port: u16 as Be<u16>,
        /// The number of the VXLAN that frames are sent with.
        NDA_VNI = 7 => vni: u32,
        /// The index of the device that frames of a VXLAN leave by: `bridge` says `via`. In a request for a list, of
        /// the link that is meant.
        NDA_IFINDEX = 8 => via: u32 as Device,
        /// The index of the master of its link.
        NDA_MASTER = 9 => master: u32 as Device; read_only,
        /// The namespace of the device that frames leave by.
        NDA_LINK_NETNSID = 10 => namespace: NamespaceId; read_only,
        /// The number of the VXLAN that frames came with.
        NDA_SRC_VNI = 11 => source_vni: u32,
        /// Who made it.
        NDA_PROTOCOL = 12 => protocol: RouteProtocol,
        /// The id of the next hop group that frames are sent to.
        NDA_NH_ID = 13 => next_hop_id: u32,
        /// What a bridge does with the entry besides.
        NDA_FDB_EXT_ATTRS = 14 => fdb_extension: &FdbExtension as FdbExtension,
        /// What it is besides.
        NDA_FLAGS_EXT = 15 => ext_flags: NeighbourExtFlags; bits(NeighbourExtFlags::SETTABLE),
        /// The states that a request changes.
        NDA_NDM_STATE_MASK = 16 => state_mask: NeighbourState,
        /// The flags that a request changes.
        NDA_NDM_FLAGS_MASK = 17 => flags_mask: NeighbourFlags,
    }
}

/// The state to ask for: a neighbour that is being asked for is unconfirmed, or not known yet, and one that a bridge did
/// not hear of for long can only be made afresh.
fn state_to_ask(scope: &Scope<'_>, state: u64) -> u64 {
    let entry = NeighbourMessage::cast(scope.bytes());
    let asked = match entry.state() {
        NeighbourState::STALE if entry.family() == AddressFamily::BRIDGE => NeighbourState::REACHABLE,
        NeighbourState::DELAY | NeighbourState::PROBE => NeighbourState::STALE,
        NeighbourState::INCOMPLETE => NeighbourState::empty(),
        _ => return state,
    };
    asked.bits().into()
}

/// The flags to ask for. A bridge does not say whose table an entry is in: the bridge's own are its device's, and those of
/// its ports their master's.
fn flags_to_ask(scope: &Scope<'_>, _: u64) -> u64 {
    let entry = NeighbourMessage::cast(scope.bytes());
    let flags = entry.flags() - NeighbourFlags::OFFLOADED;
    let is_told = flags.intersects(NeighbourFlags::SELF | NeighbourFlags::MASTER);
    let table = match entry.master() {
        _ if is_told || entry.family() != AddressFamily::BRIDGE => NeighbourFlags::empty(),
        Some(master) if master != entry.device() => NeighbourFlags::MASTER,
        _ => NeighbourFlags::SELF,
    };
    (flags | table).bits().into()
}

impl NeighbourMessage {
    /// The neighbour that has this address, like `ip neighbour add ADDRESS`: a permanent one, until its state is set.
    pub fn of(address: impl Put<IpAddr>) -> NeighbourMessageBuf {
        NeighbourMessage::build().state(NeighbourState::PERMANENT).of(address)
    }

    /// An address that this host answers for, like `ip neighbour add proxy ADDRESS`.
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

    /// Whether packets can be sent to it as it stands.
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

    /// Sets flags besides those that are set.
    pub fn flag(self, flags: NeighbourFlags) -> Self {
        let before = self.view().flags();
        self.flags(before | flags)
    }
}

netlink! {
    /// When a neighbour was used and confirmed: `struct nda_cacheinfo`.
    pub struct NeighbourCacheInfo / NeighbourCacheInfoBuf
    header nda_cacheinfo: 16 {
        /// How long ago it was confirmed.
        confirmed = 0 => confirmed: Duration as Ticks<u32>,
        /// How long ago it was used.
        used = 4 => used: Duration as Ticks<u32>,
        /// How long ago it was changed.
        updated = 8 => updated: Duration as Ticks<u32>,
        /// How many hold it.
        refcnt = 12 => references: u32,
    }
}

netlink! {
    /// What a bridge does with an entry of its table besides.
    pub struct FdbExtension / FdbExtensionBuf
    attributes {
        /// What it tells of the entry's activity.
        NFEA_ACTIVITY_NOTIFY = 1 => activity_notify: ActivityNotify,
        /// A request does not make it look used.
        NFEA_DONT_REFRESH = 2 => dont_refresh: bool as Flag,
    }
}
