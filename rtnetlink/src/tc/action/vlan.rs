//! VLAN tags: `vlan`.

use super::{ActionKind, ActionTimes, change};
use crate::link::vlan::VlanProtocol;
use crate::{Ethernet, HardwareAddress};
use netlink_packet::{Attr, Be, Put, netlink, values};

netlink! {
    /// Push, pop or modify a VLAN tag, or the Ethernet header.
    ///
    /// ```
    /// use rtnetlink::tc::action::Vlan;
    ///
    /// // action vlan push id 5 priority 3
    /// let push = Vlan::push(5).priority(3);
    /// assert_eq!((push.view().id(), push.view().priority()), (Some(5), Some(3)));
    /// ```
    pub struct Vlan / VlanBuf
    attributes {
        /// Times: when it was added and used.
        TCA_VLAN_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_VLAN_PARMS = 2 => parameters: &VlanParameters as VlanParameters,
        /// VLAN ID, 0 to 4095.
        TCA_VLAN_PUSH_VLAN_ID = 3 => id: u16,
        /// VLAN protocol of the tag; 802.1Q by default.
        TCA_VLAN_PUSH_VLAN_PROTOCOL = 4 => protocol: VlanProtocol as Be<VlanProtocol>,
        /// Priority, 0 to 7. A tag that is modified keeps its own where none is set.
        TCA_VLAN_PUSH_VLAN_PRIORITY = 6 => priority: u8,
        /// Destination MAC address of the Ethernet header to push (`dst_mac`).
        TCA_VLAN_PUSH_ETH_DST = 7 => destination_mac: HardwareAddress as Ethernet; needs("Linux 5.11"),
        /// Source MAC address of the Ethernet header to push (`src_mac`).
        TCA_VLAN_PUSH_ETH_SRC = 8 => source_mac: HardwareAddress as Ethernet; needs("Linux 5.11"),
    }
}

parameters! {
    /// Parameters of VLAN tags: `struct tc_vlan`.
    pub struct VlanParameters / VlanParametersBuf = tc_vlan: 24 {
        /// What is done (`v_action`).
        v_action = 20 => operation: VlanOperation,
    }
}

values! {
    /// What [`Vlan`] does: `TCA_VLAN_ACT_*`.
    pub struct VlanOperation: i32 = "vlan-action" {
        /// Pop the outer tag.
        POP = 1 => "pop",
        /// Push a tag.
        PUSH = 2 => "push",
        /// Modify the outer tag.
        MODIFY = 3 => "modify",
        /// Pop the Ethernet header.
        POP_ETH = 4 => "pop_eth",
        /// Push an Ethernet header.
        PUSH_ETH = 5 => "push_eth",
    }
}

impl ActionKind for Vlan {
    const NAME: &'static str = "vlan";
    type Parameters = VlanParametersBuf;
    const PARAMETERS: Attr<Vlan, VlanParameters> = Vlan::TCA_VLAN_PARMS;
}

impl Vlan {
    /// Pop the outer tag, like `action vlan pop`.
    pub fn pop() -> VlanBuf {
        Vlan::doing(VlanOperation::POP)
    }

    /// Push a tag, like `action vlan push id ID`.
    pub fn push(id: u16) -> VlanBuf {
        Vlan::doing(VlanOperation::PUSH).id(id)
    }

    /// Modify the outer tag, like `action vlan modify id ID`.
    pub fn modify(id: u16) -> VlanBuf {
        Vlan::doing(VlanOperation::MODIFY).id(id)
    }

    /// Pop the Ethernet header, like `action vlan pop_eth`.
    pub fn pop_ethernet() -> VlanBuf {
        Vlan::doing(VlanOperation::POP_ETH)
    }

    /// Push an Ethernet header, like `action vlan push_eth dst_mac MAC src_mac MAC`.
    pub fn push_ethernet(destination: impl Put<Ethernet>, source: impl Put<Ethernet>) -> VlanBuf {
        Vlan::doing(VlanOperation::PUSH_ETH).destination_mac(destination).source_mac(source)
    }

    fn doing(operation: VlanOperation) -> VlanBuf {
        change(Vlan::build(), |all| all.operation(operation))
    }
}
