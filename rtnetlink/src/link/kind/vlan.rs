//! VLANs: links that tag what they send through another one.

use crate::link::{LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Be, Buffer, Device, Items, Put, Repeated, flags, netlink, values};

netlink! {
    /// A VLAN of the link that is its [`parent`](LinkMessage::parent).
    pub struct Vlan / VlanBuf
    attributes {
        /// The number that its frames are tagged with, 0 to 4094.
        IFLA_VLAN_ID = 1 => id: u16,
        /// What it does otherwise than others; [`set`](VlanBuf::set) and [`unset`](VlanBuf::unset) build it.
        IFLA_VLAN_FLAGS = 2 => flags: &VlanFlagsChange as VlanFlagsChange,
        /// Which priority of a packet becomes which priority of its frame.
        IFLA_VLAN_EGRESS_QOS = 3 => egress_qos: &VlanQos as VlanQos,
        /// Which priority of a frame becomes which priority of its packet.
        IFLA_VLAN_INGRESS_QOS = 4 => ingress_qos: &VlanQos as VlanQos,
        /// Which tag its frames have.
        IFLA_VLAN_PROTOCOL = 5 => protocol: VlanProtocol as Be<VlanProtocol>,
    }
}

impl LinkKind for Vlan {
    const NAME: &'static str = "vlan";
}

impl Vlan {
    /// A VLAN with this number on a link, like `ip link add link PARENT type vlan id ID`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::Vlan;
    ///
    /// let vlan = Vlan::on("eth0", 5).name("eth0.5");
    /// assert_eq!(vlan.view().kind::<Vlan>().and_then(Vlan::id), Some(5));
    /// ```
    pub fn on(parent: impl Put<Device>, id: u16) -> LinkMessageBuf {
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
    /// What a VLAN does otherwise than others: `VLAN_FLAG_*`, in the words and the order of `ip`.
    pub struct VlanFlags: u32 = "vlan-flags" {
        /// Untagged packets look as if they had come without a tag.
        const REORDER_HDR = 0x1 => "REORDER_HDR";
        /// It registers itself by GVRP.
        const GVRP = 0x2 => "GVRP";
        /// It registers itself by MVRP.
        const MVRP = 0x8 => "MVRP";
        /// It does not go down with its parent.
        const LOOSE_BINDING = 0x4 => "LOOSE_BINDING";
        /// Its carrier is that of the bridge's ports that are in it.
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

netlink! {
    /// Flags of a VLAN, and which of them are meant: `struct ifla_vlan_flags`.
    pub struct VlanFlagsChange / VlanFlagsChangeBuf
    header ifla_vlan_flags: 8 {
        /// The flags.
        flags = 0 => flags: VlanFlags,
        /// Those that a request changes.
        mask = 4 => changed: VlanFlags; bits(VlanFlags::SETTABLE),
    }
}

values! {
    /// Which tag frames have, by the word of `ip`.
    pub struct VlanProtocol: u16 = "vlan-protocols" {
        /// The customer's tag, which most networks use alone.
        DOT1Q = 0x8100 => "802.1Q",
        /// The provider's tag, around a customer's.
        DOT1AD = 0x88a8 => "802.1ad",
    }
}

netlink! {
    /// How priorities of packets and of frames become each other.
    pub struct VlanQos / VlanQosBuf
    attributes {
        /// The pairs of priorities; `(1, 2)` is one.
        IFLA_VLAN_QOS_MAPPING = 1 => mappings: Items<'_, VlanQosMapping> as Repeated<VlanQosMapping>,
    }
}

netlink! {
    /// Which priority becomes which: `struct ifla_vlan_qos_mapping`.
    pub struct VlanQosMapping / VlanQosMappingBuf
    header ifla_vlan_qos_mapping: 8 {
        /// The priority as it is.
        from = 0 => from: u32,
        /// What it becomes.
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

#[cfg(all(test, target_endian = "little"))]
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
        assert_eq!((pairs(vlan.ingress_qos()), pairs(vlan.egress_qos())), (vec![(1, 2), (3, 4)], vec![(5, 6)]));

        let flags = VlanFlags::GVRP | VlanFlags::MVRP | VlanFlags::LOOSE_BINDING | VlanFlags::BRIDGE_BINDING;
        let built = Vlan::build().protocol(VlanProtocol::DOT1AD).id(6);
        let built = built.ingress_qos([(1, 2), (3, 4)]).egress_qos([(5, 6)]);
        let built = built.unset(VlanFlags::REORDER_HDR).set(flags);
        assert_eq!(LinkMessage::build().parent(2).name("eth0.6").kind(built).as_bytes(), add.payload);
    }

    #[test]
    fn as_the_kernel_tells() {
        let told = capture!("link_eth0_6");
        let vlan = told.link().kind::<Vlan>().unwrap();
        assert_eq!((vlan.id(), vlan.protocol()), (Some(6), Some(VlanProtocol::DOT1AD)));
        let flags = vlan.flags().map(VlanFlagsChange::flags).unwrap();
        assert_eq!(flags.to_string(), "GVRP,MVRP,LOOSE_BINDING,BRIDGE_BINDING");
        assert_eq!(told.link().parent(), Some(2));
    }
}
