//! Ethernet headers: `skbmod`.

use super::{ActionKind, ActionTimes, change};
use crate::tc::EtherType;
use crate::{Ethernet, HardwareAddress};
use netlink_packet::{Attr, Put, flags, netlink};

netlink! {
    /// Changes the Ethernet header of a packet, or marks it by ECN.
    ///
    /// ```
    /// use rtnetlink::tc::action::Skbmod;
    ///
    /// // action skbmod set dmac 02:00:00:00:00:01
    /// let modify = Skbmod::build().set_destination("02:00:00:00:00:01");
    /// ```
    pub struct Skbmod / SkbmodBuf
    attributes {
        /// Times: when it was added and used.
        TCA_SKBMOD_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_SKBMOD_PARMS = 2 => parameters: &SkbmodParameters as SkbmodParameters,
        /// Destination MAC address. [`set_destination`](SkbmodBuf::set_destination) sets its flag, too.
        TCA_SKBMOD_DMAC = 3 => destination: HardwareAddress as Ethernet,
        /// Source MAC address. [`set_source`](SkbmodBuf::set_source) sets its flag, too.
        TCA_SKBMOD_SMAC = 4 => source: HardwareAddress as Ethernet,
        /// EtherType. [`set_ether_type`](SkbmodBuf::set_ether_type) sets its flag, too.
        TCA_SKBMOD_ETYPE = 5 => ether_type: EtherType,
    }
}

parameters! {
    /// Parameters of `skbmod`: `struct tc_skbmod`.
    pub struct SkbmodParameters / SkbmodParametersBuf = tc_skbmod: 32 {
        /// Flags: what is changed.
        flags = 24 => flags: SkbmodFlags,
    }
}

flags! {
    /// What [`Skbmod`] changes: `SKBMOD_F_*`.
    pub struct SkbmodFlags: u64 = "skbmod-flags" {
        /// Destination MAC address.
        const DMAC = 0x1 => "dmac";
        /// Source MAC address.
        const SMAC = 0x2 => "smac";
        /// EtherType.
        const ETYPE = 0x4 => "etype";
        /// Swap the MAC addresses.
        const SWAPMAC = 0x8 => "swap";
        /// ECN: congestion experienced (CE), where the packet takes part in ECN.
        const ECN = 0x10 => "ecn";
    }
}

impl ActionKind for Skbmod {
    const NAME: &'static str = "skbmod";
    type Parameters = SkbmodParametersBuf;
    const PARAMETERS: Attr<Skbmod, SkbmodParameters> = Skbmod::TCA_SKBMOD_PARMS;
}

impl Skbmod {
    /// Swap the MAC addresses, like `action skbmod swap mac`.
    pub fn swap() -> SkbmodBuf {
        Skbmod::build().also(SkbmodFlags::SWAPMAC)
    }

    /// Marks packets by ECN, like `action skbmod ecn`.
    pub fn ecn() -> SkbmodBuf {
        Skbmod::build().also(SkbmodFlags::ECN)
    }
}

impl SkbmodBuf {
    /// Sets the destination MAC address of packets, like `set dmac MAC`.
    pub fn set_destination(self, address: impl Put<Ethernet>) -> Self {
        self.destination(address).also(SkbmodFlags::DMAC)
    }

    /// Sets the source MAC address of packets, like `set smac MAC`.
    pub fn set_source(self, address: impl Put<Ethernet>) -> Self {
        self.source(address).also(SkbmodFlags::SMAC)
    }

    /// Sets the EtherType of packets, like `set etype TYPE`.
    pub fn set_ether_type(self, ether_type: EtherType) -> Self {
        self.ether_type(ether_type).also(SkbmodFlags::ETYPE)
    }

    fn also(self, flags: SkbmodFlags) -> Self {
        change(self, |all| {
            let before = all.view().flags();
            all.flags(before | flags)
        })
    }
}
