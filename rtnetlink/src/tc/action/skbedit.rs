//! Fields that the kernel keeps of a packet: `skbedit`.

use super::{ActionKind, ActionTimes};
use crate::tc::TcHandle;
use netlink_packet::{Attr, flags, netlink, values};

netlink! {
    /// Sets what the kernel keeps of a packet beside its bytes: priority, mark, queue and type.
    pub struct Skbedit / SkbeditBuf
    attributes {
        /// Times: when it was added and used.
        TCA_SKBEDIT_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_SKBEDIT_PARMS = 2 => parameters: &SkbeditParameters as SkbeditParameters,
        /// Priority: the class that a qdisc such as `htb` puts the packet into, as in `priority 1:10`.
        TCA_SKBEDIT_PRIORITY = 3 => priority: TcHandle,
        /// Queue mapping: the transmit queue; the first of several with `TXQ_SKBHASH`.
        TCA_SKBEDIT_QUEUE_MAPPING = 4 => queue: u16,
        /// Firewall mark (fwmark).
        TCA_SKBEDIT_MARK = 5 => mark: u32,
        /// Packet type (`ptype`).
        TCA_SKBEDIT_PTYPE = 7 => packet_type: PacketType,
        /// Mask of the mark: bits that are set.
        TCA_SKBEDIT_MASK = 8 => mask: u32,
        /// Flags. Those of what is set are set with it.
        TCA_SKBEDIT_FLAGS = 9 => flags: SkbeditFlags; bits(SkbeditFlags::SETTABLE),
        /// Queue mapping, last: of the transmit queues of which a hash chooses one, with the flag `TXQ_SKBHASH`.
        TCA_SKBEDIT_QUEUE_MAPPING_MAX = 10 => queue_max: u16; needs("Linux 6.1"),
    }
}

parameters! {
    /// Parameters of `skbedit`: `struct tc_skbedit`.
    pub struct SkbeditParameters / SkbeditParametersBuf = tc_skbedit: 20 {}
}

flags! {
    /// What [`Skbedit`] sets: `SKBEDIT_F_*`.
    pub struct SkbeditFlags: u64 = "" {
        /// Priority.
        const PRIORITY = 0x1 => "priority";
        /// Queue mapping.
        const QUEUE_MAPPING = 0x2 => "queue_mapping";
        /// Mark.
        const MARK = 0x4 => "mark";
        /// Packet type.
        const PTYPE = 0x8 => "ptype";
        /// Mask of the mark.
        const MASK = 0x10 => "mask";
        /// Inherit the DS field: the priority is that of the packet's DSCP (`inheritdsfield`).
        const INHERITDSFIELD = 0x20 => "inheritdsfield";
        /// Transmit queue by the hash of the packet (`skbhash`).
        const TXQ_SKBHASH = 0x40 => "skbhash";
    }
}

impl SkbeditFlags {
    /// The flags that requests can set: the kernel adds the others.
    pub const SETTABLE: Self = Self::INHERITDSFIELD.union(Self::TXQ_SKBHASH);
}

values! {
    /// Packet type: `PACKET_*`.
    pub struct PacketType: u16 = "" {
        /// To this host.
        HOST = 0 => "host",
        /// To all.
        BROADCAST = 1 => "broadcast",
        /// To a multicast group.
        MULTICAST = 2 => "multicast",
        /// To another host.
        OTHERHOST = 3 => "otherhost",
    }
}

impl ActionKind for Skbedit {
    const NAME: &'static str = "skbedit";
    type Parameters = SkbeditParametersBuf;
    const PARAMETERS: Attr<Skbedit, SkbeditParameters> = Skbedit::TCA_SKBEDIT_PARMS;
}
