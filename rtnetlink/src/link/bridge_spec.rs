//! What a bridge knows of its VLANs and more, in messages of the family `BRIDGE`.

use super::kind::BridgePortState;
use netlink_packet::{Items, Repeated, flags, netlink, values};

netlink! {
    /// What a bridge, or a port of one, knows of VLANs and more.
    pub struct BridgeSpec / BridgeSpecBuf
    attributes {
        /// Whom a request is for.
        IFLA_BRIDGE_FLAGS = 0 => flags: BridgeTarget,
        /// How hardware forwards between its virtual functions.
        IFLA_BRIDGE_MODE = 1 => mode: BridgeMode,
        /// VLANs, or the ends of ranges of VLANs.
        IFLA_BRIDGE_VLAN_INFO = 2 => vlans: Items<'_, BridgeVlan> as Repeated<BridgeVlan>,
        /// Which VLANs become which tunnels.
        IFLA_BRIDGE_VLAN_TUNNEL_INFO = 3 => tunnels: Items<'_, BridgeVlanTunnel> as Repeated<BridgeVlanTunnel>,
        /// Several spanning trees.
        IFLA_BRIDGE_MST = 6 => trees: &BridgeTrees as BridgeTrees,
    }
}

flags! {
    /// Whom a request about a bridge is for: `BRIDGE_FLAGS_*`.
    pub struct BridgeTarget: u16 = "bridge-flags" {
        /// The bridge.
        const MASTER = 1 => "master";
        /// The port's own hardware.
        const SELF = 2 => "self";
    }
}

values! {
    /// How hardware forwards between its virtual functions: `BRIDGE_MODE_*`, in the words of `bridge`.
    pub struct BridgeMode: u16 = "bridge-mode" {
        /// Directly.
        VEB = 0 => "VEB",
        /// Through a switch outside.
        VEPA = 1 => "VEPA",
    }
}

netlink! {
    /// A VLAN of a port, or one end of a range: `struct bridge_vlan_info`.
    pub struct BridgeVlan / BridgeVlanBuf
    header bridge_vlan_info: 4 {
        /// How the port treats it.
        flags = 0 => flags: BridgeVlanFlags,
        /// Its number, 1 to 4094.
        vid = 2 => id: u16,
    }
}

flags! {
    /// How a port treats a VLAN: `BRIDGE_VLAN_INFO_*`.
    pub struct BridgeVlanFlags: u16 = "bridge-vlan-info-flags" {
        /// It is meant for the bridge itself.
        const MASTER = 0x1 => "master";
        /// Untagged packets that come in belong to it.
        const PVID = 0x2 => "pvid";
        /// Its packets leave untagged.
        const UNTAGGED = 0x4 => "untagged";
        /// The first of a range.
        const RANGE_BEGIN = 0x8 => "range_begin";
        /// The last of a range.
        const RANGE_END = 0x10 => "range_end";
        /// The bridge itself is in it.
        const BRENTRY = 0x20 => "brentry";
        /// The message is about its options only.
        const ONLY_OPTS = 0x40 => "only_opts";
    }
}

netlink! {
    /// A VLAN that becomes a tunnel, or one end of a range.
    pub struct BridgeVlanTunnel / BridgeVlanTunnelBuf
    attributes {
        /// The number of the tunnel.
        IFLA_BRIDGE_VLAN_TUNNEL_ID = 1 => id: u32,
        /// The number of the VLAN.
        IFLA_BRIDGE_VLAN_TUNNEL_VID = 2 => vlan: u16,
        /// Whether it is an end of a range.
        IFLA_BRIDGE_VLAN_TUNNEL_FLAGS = 3 => flags: BridgeVlanFlags,
    }
}

netlink! {
    /// The spanning trees of a port.
    pub struct BridgeTrees / BridgeTreesBuf
    attributes {
        /// One after another.
        IFLA_BRIDGE_MST_ENTRY = 1 => entries: Items<'_, BridgeTree> as Repeated<BridgeTree>,
    }
}

netlink! {
    /// What one spanning tree lets a port do.
    pub struct BridgeTree / BridgeTreeBuf
    attributes {
        /// Which tree.
        IFLA_BRIDGE_MST_ENTRY_MSTI = 1 => id: u16,
        /// What it lets the port do.
        IFLA_BRIDGE_MST_ENTRY_STATE = 2 => state: BridgePortState,
    }
}
