//! What a bridge knows of its VLANs and more, in messages of the family `BRIDGE`.

use super::kind::BridgePortState;
use super::{Cfm, Mrp};
use netlink_packet::{Items, NLA_F_NESTED, Repeated, flags, netlink, values};
use std::ops::RangeInclusive;

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
        /// Rings of switches.
        IFLA_BRIDGE_MRP = 4 | NLA_F_NESTED => mrp: &Mrp as Mrp,
        /// End points that watch whether they hear each other.
        IFLA_BRIDGE_CFM = 5 | NLA_F_NESTED => cfm: &Cfm as Cfm,
        /// Several spanning trees.
        IFLA_BRIDGE_MST = 6 | NLA_F_NESTED => trees: &BridgeTrees as BridgeTrees,
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

impl BridgeVlan {
    /// A range of VLANs that a port treats alike: its two ends, or the one VLAN that it is.
    pub fn range(ids: RangeInclusive<u16>, flags: BridgeVlanFlags) -> Vec<BridgeVlanBuf> {
        let vlan = |id: &u16, end| BridgeVlan::build().id(*id).flags(flags | end);
        match (ids.start(), ids.end()) {
            (first, last) if first == last => vec![vlan(first, BridgeVlanFlags::empty())],
            (first, last) => {
                vec![vlan(first, BridgeVlanFlags::RANGE_BEGIN), vlan(last, BridgeVlanFlags::RANGE_END)]
            }
        }
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
        IFLA_BRIDGE_MST_ENTRY = 1 | NLA_F_NESTED => entries: Items<'_, BridgeTree> as Repeated<BridgeTree>,
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

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::{AddressFamily, LinkMessage, LinkMessageBuf};

    fn port(spec: BridgeSpecBuf) -> LinkMessageBuf {
        LinkMessage::build().family(AddressFamily::BRIDGE).index(3).family_specs(spec)
    }

    #[test]
    fn vlans() {
        let add = capture!("add_port_vlan1");
        let both = BridgeVlanFlags::PVID | BridgeVlanFlags::UNTAGGED;
        let vlans = add.link().bridge_spec().and_then(BridgeSpec::vlans).unwrap();
        assert_eq!(vlans.map(|vlan| (vlan.id(), vlan.flags())).collect::<Vec<_>>(), [(5, both)]);
        let built = port(BridgeSpec::build().vlans([BridgeVlan::build().flags(both).id(5)]));
        assert_eq!(built.as_bytes(), add.payload);
    }

    #[test]
    fn a_range_of_vlans() {
        let add = capture!("add_port_vlan");
        let built = port(BridgeSpec::build().vlans(BridgeVlan::range(10..=20, BridgeVlanFlags::UNTAGGED)));
        assert_eq!(built.as_bytes(), add.payload);
        let one = BridgeVlan::range(5..=5, BridgeVlanFlags::PVID);
        assert_eq!(one.len(), 1);
        assert_eq!((one[0].view().id(), one[0].view().flags()), (5, BridgeVlanFlags::PVID));
    }

    #[test]
    fn tunnels() {
        let set = capture!("set_port_tunnel");
        let tunnel = BridgeVlanTunnel::build().id(100).vlan(5).flags(BridgeVlanFlags::empty());
        assert_eq!(port(BridgeSpec::build().tunnels([tunnel])).as_bytes(), set.payload);
    }

    #[test]
    fn as_the_kernel_tells() {
        let told = capture!("vlans_p0");
        let spec = told.link().bridge_spec().unwrap();
        let ids: Vec<_> = spec.vlans().unwrap().map(BridgeVlan::id).collect();
        assert_eq!(ids, [1, 5].into_iter().chain(10..=20).collect::<Vec<_>>());
        let tunnels: Vec<_> = spec.tunnels().unwrap().map(|tunnel| (tunnel.vlan(), tunnel.id())).collect();
        assert_eq!(tunnels, [(Some(5), Some(100))]);
        assert!(capture!("vlans_br0").link().bridge_spec().is_some());
        assert!(capture!("link_br0").link().bridge_spec().is_none(), "another family");
    }
}
