//! VLANs (802.1Q, 802.1ad): links that tag the frames they send through another link.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, Buffer, IfIndex, Items, Put, Repeated, Scope, View, flags, netlink, values};

netlink! {
    /// A VLAN (IEEE 802.1Q) on its [`parent`](LinkMessage::parent).
    pub struct Vlan / VlanBuf
    attributes {
        /// VLAN ID (VID), 0 to 4094.
        IFLA_VLAN_ID = 1 => id: u16; when_added,
        /// Flags with a change mask; [`set`](VlanBuf::set) and [`unset`](VlanBuf::unset) build it.
        IFLA_VLAN_FLAGS = 2 => flags: &VlanFlagsChange as VlanFlagsChange,
        /// Egress QoS map: packet priority to VLAN priority (PCP).
        IFLA_VLAN_EGRESS_QOS = 3 => egress_qos: &VlanQos as VlanQos,
        /// Ingress QoS map: VLAN priority (PCP) to packet priority.
        IFLA_VLAN_INGRESS_QOS = 4 => ingress_qos: &VlanQos as VlanQos,
        /// VLAN protocol: 802.1Q (default) or 802.1ad. Big-endian on the wire.
        IFLA_VLAN_PROTOCOL = 5 => protocol: VlanProtocol as Be<VlanProtocol>; when_added,
    }
}

impl LinkKind for Vlan {
    const NAME: &'static str = "vlan";
}

impl Vlan {
    /// A VLAN of this name and VLAN ID on a link.
    ///
    /// ```
    /// use rtnetlink::link::Vlan;
    ///
    /// // ip link add link eth0 name eth0.5 type vlan id 5
    /// let link = Vlan::named("eth0.5", "eth0", 5);
    /// assert_eq!(link.view().kind::<Vlan>().and_then(Vlan::id), Some(5));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, parent: impl Put<IfIndex>, id: u16) -> LinkMessageBuf {
        Vlan::on(parent, id).name(name)
    }

    /// A VLAN with this number on a link, like `ip link add link PARENT type vlan id ID`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Vlan;
    ///
    /// let vlan = Vlan::on("eth0", 5).name("eth0.5");
    /// assert_eq!(vlan.view().kind::<Vlan>().and_then(Vlan::id), Some(5));
    /// ```
    pub fn on(parent: impl Put<IfIndex>, id: u16) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Vlan::build().id(id))
    }
}

impl VlanBuf {
    /// Sets these flags, and leaves the others.
    pub fn set(self, flags: VlanFlags) -> Self {
        self.change(flags, flags)
    }

    /// Unsets these flags, and leaves the others.
    pub fn unset(self, flags: VlanFlags) -> Self {
        self.change(VlanFlags::empty(), flags)
    }

    fn change(self, flags: VlanFlags, changed: VlanFlags) -> Self {
        let (before, all) = match self.view().flags() {
            Some(before) => (before.flags() - changed, before.changed() | changed),
            None => (VlanFlags::empty(), changed),
        };
        self.flags(VlanFlagsChange::build().flags(before | flags).changed(all))
    }
}

flags! {
    /// VLAN flags: `VLAN_FLAG_*`, in the words and the order of `ip`.
    pub struct VlanFlags: u32 = "vlan-flags" {
        /// Reorder header: present received frames as if they were untagged. Default on.
        const REORDER_HDR = 0x1 => "REORDER_HDR";
        /// Registers the VLAN by GVRP (GARP VLAN Registration Protocol).
        const GVRP = 0x2 => "GVRP";
        /// Registers the VLAN by MVRP (Multiple VLAN Registration Protocol).
        const MVRP = 0x8 => "MVRP";
        /// Loose binding: operational state does not follow the parent's.
        const LOOSE_BINDING = 0x4 => "LOOSE_BINDING";
        /// Bridge binding: carrier follows the bridge ports that are members of the VLAN.
        const BRIDGE_BINDING = 0x10 => "BRIDGE_BINDING";
    }
}

impl VlanFlags {
    /// The flags that requests can set: a list says that all are meant, and requests must not.
    pub const SETTABLE: Self = Self::REORDER_HDR
        .union(Self::GVRP)
        .union(Self::LOOSE_BINDING)
        .union(Self::MVRP)
        .union(Self::BRIDGE_BINDING);
}

/// The flags that a request leaves as they are.
fn unchanged(scope: &Scope<'_>) -> u64 {
    (!VlanFlagsChange::cast(scope.bytes()).changed()).bits().into()
}

netlink! {
    /// VLAN flags with a change mask: `struct ifla_vlan_flags`.
    pub struct VlanFlagsChange / VlanFlagsChangeBuf
    header ifla_vlan_flags: 8 {
        /// Flags.
        flags = 0 => flags: VlanFlags; ignored_bits(unchanged, "`changed` lacks it"),
        /// Mask: flags that a request changes.
        mask = 4 => changed: VlanFlags; bits(VlanFlags::SETTABLE),
    }
}

values! {
    /// VLAN protocol (tag EtherType), by the words of `ip`.
    pub struct VlanProtocol: u16 = "vlan-protocols" {
        /// IEEE 802.1Q customer tag (C-tag).
        DOT1Q = 0x8100 => "802.1Q",
        /// IEEE 802.1ad service tag (S-tag), around a customer tag.
        DOT1AD = 0x88a8 => "802.1ad",
    }
}

netlink! {
    /// A VLAN priority map: `IFLA_VLAN_EGRESS_QOS` or `IFLA_VLAN_INGRESS_QOS`.
    pub struct VlanQos / VlanQosBuf
    attributes {
        /// Mappings from one priority to another; `(1, 2)` is one.
        IFLA_VLAN_QOS_MAPPING = 1 => mappings: Items<'_, VlanQosMapping> as Repeated<VlanQosMapping>,
    }
}

netlink! {
    /// A priority mapping: `struct ifla_vlan_qos_mapping`.
    pub struct VlanQosMapping / VlanQosMappingBuf
    header ifla_vlan_qos_mapping: 8 {
        /// Priority to map from.
        from = 0 => from: u32,
        /// Priority to map to.
        to = 4 => to: u32,
    }
}

impl Put<VlanQosMapping> for (u32, u32) {
    fn put(self, out: &mut Buffer) {
        VlanQosMapping::build().from(self.0).to(self.1).put(out);
    }
}

/// Pairs of priorities where the nest around them is wanted.
impl<const N: usize> Put<VlanQos> for [(u32, u32); N] {
    fn put(self, out: &mut Buffer) {
        VlanQos::build().mappings(self).put(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn vlan() {
        let add = capture!("add_vlan");
        let link = add.link();
        assert_eq!((link.name(), link.parent()), ("eth0.5".into(), Some(2)));
        assert_eq!(link.kind::<Vlan>().and_then(Vlan::id), Some(5));
        let built = LinkMessage::build().parent(2).name("eth0.5").kind(Vlan::build().id(5));
        assert_eq!(built.as_bytes(), add.payload);
        assert_eq!(Vlan::on(2, 5).name("eth0.5").view().kind::<Vlan>(), link.kind());
    }

    #[test]
    fn everything_that_ip_sets() {
        let add = capture!("add_vlan_full");
        let vlan = add.link().kind::<Vlan>().unwrap();
        assert_eq!((vlan.id(), vlan.protocol()), (Some(6), Some(VlanProtocol::DOT1AD)));
        let pairs = |qos: Option<&VlanQos>| -> Vec<_> {
            qos.and_then(VlanQos::mappings).unwrap().map(|pair| (pair.from(), pair.to())).collect()
        };
        assert_eq!(
            (pairs(vlan.ingress_qos()), pairs(vlan.egress_qos())),
            (vec![(1, 2), (3, 4)], vec![(5, 6)])
        );

        let flags = VlanFlags::GVRP | VlanFlags::MVRP | VlanFlags::LOOSE_BINDING | VlanFlags::BRIDGE_BINDING;
        let built = Vlan::build().protocol(VlanProtocol::DOT1AD).id(6);
        let built = built.ingress_qos([(1, 2), (3, 4)]).egress_qos([(5, 6)]);
        let built = built.unset(VlanFlags::REORDER_HDR).set(flags);
        assert_eq!(LinkMessage::build().parent(2).name("eth0.6").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn as_the_kernel_reports_it() {
        let reported = capture!("link_eth0_6");
        let vlan = reported.link().kind::<Vlan>().unwrap();
        assert_eq!((vlan.id(), vlan.protocol()), (Some(6), Some(VlanProtocol::DOT1AD)));
        let flags = vlan.flags().map(VlanFlagsChange::flags).unwrap();
        assert_eq!(flags.to_string(), "GVRP,MVRP,LOOSE_BINDING,BRIDGE_BINDING");
        assert_eq!(reported.link().parent(), Some(2));
    }
}
