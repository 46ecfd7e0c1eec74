//! Bridge part of a link (`IFLA_AF_SPEC` of the family `BRIDGE`): VLANs, tunnel ids, MRP, CFM, MST.

use super::{Cfm, Mrp};
use crate::link::bridge::BridgePortState;
use netlink_packet::{Items, NLA_F_NESTED, Repeated, Scope, View, flags, netlink, values};
use std::ops::RangeInclusive;

netlink! {
    /// Bridge-specific link attributes: the `IFLA_AF_SPEC` of `AF_BRIDGE` messages.
    pub struct BridgeSpec / BridgeSpecBuf
    attributes {
        /// Flags: whether a request is for the bridge (`master`), the device itself (`self`), or both.
        IFLA_BRIDGE_FLAGS = 0 => flags: BridgeTarget,
        /// Bridge mode of an embedded (SR-IOV) switch: VEB or VEPA.
        IFLA_BRIDGE_MODE = 1 => mode: BridgeMode; ignored(is_not_of_driver),
        /// VLAN entries, or first and last entry of VLAN ranges.
        IFLA_BRIDGE_VLAN_INFO = 2 => vlans: Items<'_, BridgeVlan> as Repeated<BridgeVlan>,
        /// VLAN-to-tunnel mappings, or first and last entry of mapped ranges.
        IFLA_BRIDGE_VLAN_TUNNEL_INFO = 3 => tunnels: Items<'_, BridgeVlanTunnel> as Repeated<BridgeVlanTunnel>,
        /// Media Redundancy Protocol (MRP) instances.
        IFLA_BRIDGE_MRP = 4 | NLA_F_NESTED => mrp: &Mrp as Mrp,
        /// Connectivity Fault Management (CFM) instances.
        IFLA_BRIDGE_CFM = 5 | NLA_F_NESTED => cfm: &Cfm as Cfm,
        /// Multiple spanning tree (MST) state per instance.
        IFLA_BRIDGE_MST = 6 | NLA_F_NESTED => mst: &BridgeMst as BridgeMst,
    }
}

/// Whether it is for the bridge that the link is a port of (`master`), not for the link itself (`self`).
fn is_not_of_driver(scope: &Scope<'_>) -> bool {
    !BridgeSpec::cast(scope.bytes()).flags().is_some_and(|flags| flags.contains(BridgeTarget::SELF))
}

flags! {
    /// Target of an `AF_BRIDGE` request: `BRIDGE_FLAGS_*`.
    pub struct BridgeTarget: u16 = "bridge-flags" {
        /// The bridge that the port belongs to: `master`.
        const MASTER = 1 => "master";
        /// The device itself: `self`.
        const SELF = 2 => "self";
    }
}

values! {
    /// Forwarding mode of an embedded switch: `BRIDGE_MODE_*`, in the words of `bridge`.
    pub struct BridgeMode: u16 = "bridge-mode" {
        /// Virtual Ethernet bridge (VEB): frames between functions are switched locally.
        VEB = 0 => "VEB",
        /// Virtual Ethernet port aggregator (VEPA): all frames go through the external switch.
        VEPA = 1 => "VEPA",
    }
}

netlink! {
    /// A VLAN of a bridge port, or one end of a VLAN range: `struct bridge_vlan_info`.
    pub struct BridgeVlan / BridgeVlanBuf
    header bridge_vlan_info: 4 {
        /// VLAN flags, such as PVID and untagged.
        flags = 0 => flags: BridgeVlanFlags,
        /// VLAN ID (VID), 1 to 4094.
        vid = 2 => id: u16,
    }
}

impl BridgeVlan {
    /// A VLAN range: entries for its first and its last VLAN, or one entry for a single VLAN.
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
    /// Flags of a VLAN on a bridge port: `BRIDGE_VLAN_INFO_*`.
    pub struct BridgeVlanFlags: u16 = "bridge-vlan-info-flags" {
        /// Master: applies to the bridge device itself too.
        const MASTER = 0x1 => "master";
        /// Port VLAN ID (PVID): the VLAN of untagged frames at ingress.
        const PVID = 0x2 => "pvid";
        /// Frames of this VLAN leave untagged at egress.
        const UNTAGGED = 0x4 => "untagged";
        /// First VLAN of a range.
        const RANGE_BEGIN = 0x8 => "range_begin";
        /// Last VLAN of a range.
        const RANGE_END = 0x10 => "range_end";
        /// Entry of the bridge device itself, which takes part in the VLAN.
        const BRENTRY = 0x20 => "brentry";
        /// Only the VLAN's options are changed, not its membership.
        const ONLY_OPTS = 0x40 => "only_opts";
    }
}

netlink! {
    /// Mapping of a VLAN to a tunnel ID, or one end of a mapped range.
    pub struct BridgeVlanTunnel / BridgeVlanTunnelBuf
    attributes {
        /// Tunnel ID, such as a VNI.
        IFLA_BRIDGE_VLAN_TUNNEL_ID = 1 => id: u32,
        /// VLAN ID (VID) that is mapped.
        IFLA_BRIDGE_VLAN_TUNNEL_VID = 2 => vlan: u16,
        /// Flags: whether the mapping begins or ends a range.
        IFLA_BRIDGE_VLAN_TUNNEL_FLAGS = 3 => flags: BridgeVlanFlags,
    }
}

netlink! {
    /// Multiple spanning tree (MST) state of a bridge port.
    pub struct BridgeMst / BridgeMstBuf
    attributes {
        /// Entries, one per multiple spanning tree instance (MSTI).
        IFLA_BRIDGE_MST_ENTRY = 1 | NLA_F_NESTED => entries: Items<'_, BridgeMstEntry> as Repeated<BridgeMstEntry>,
    }
}

netlink! {
    /// State of a bridge port in one multiple spanning tree instance (MSTI).
    pub struct BridgeMstEntry / BridgeMstEntryBuf
    attributes {
        /// MSTI: number of the multiple spanning tree instance.
        IFLA_BRIDGE_MST_ENTRY_MSTI = 1 => id: u16,
        /// STP state of the port in this instance.
        IFLA_BRIDGE_MST_ENTRY_STATE = 2 => state: BridgePortState,
    }
}

#[cfg(test)]
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
    fn as_the_kernel_reports_it() {
        let reported = capture!("vlans_p0");
        let spec = reported.link().bridge_spec().unwrap();
        let ids: Vec<_> = spec.vlans().unwrap().map(BridgeVlan::id).collect();
        assert_eq!(ids, [1, 5].into_iter().chain(10..=20).collect::<Vec<_>>());
        let tunnels: Vec<_> = spec.tunnels().unwrap().map(|tunnel| (tunnel.vlan(), tunnel.id())).collect();
        assert_eq!(tunnels, [(Some(5), Some(100))]);
        assert!(capture!("vlans_br0").link().bridge_spec().is_some());
        assert!(capture!("link_br0").link().bridge_spec().is_none(), "another family");
    }
}
