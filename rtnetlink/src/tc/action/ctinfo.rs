//! What connection tracking keeps of a packet: `ctinfo`.

use super::{ActionKind, ActionTimes};
use netlink_packet::{Attr, netlink};

netlink! {
    /// Restores the DSCP or the mark of a packet from the mark of its connection.
    pub struct Ctinfo / CtinfoBuf
    attributes {
        /// Times: when it was added and used.
        TCA_CTINFO_TM = 2 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (act).
        TCA_CTINFO_ACT = 3 => parameters: &CtinfoParameters as CtinfoParameters,
        /// Zone of connection tracking.
        TCA_CTINFO_ZONE = 4 => zone: u16,
        /// DSCP mask: six consecutive bits of the connection's mark that are the DSCP.
        TCA_CTINFO_PARMS_DSCP_MASK = 5 => dscp_mask: u32,
        /// DSCP state mask: bits of the connection's mark of which one has to be set for the DSCP to be restored.
        TCA_CTINFO_PARMS_DSCP_STATEMASK = 6 => dscp_state_mask: u32,
        /// Mark mask (`cpmark`): bits of the connection's mark that become the packet's.
        TCA_CTINFO_PARMS_CPMARK_MASK = 7 => mark_mask: u32,
        /// Packets whose DSCP was set.
        TCA_CTINFO_STATS_DSCP_SET = 8 => dscp_set: u64; read_only,
        /// Packets whose DSCP could not be set.
        TCA_CTINFO_STATS_DSCP_ERROR = 9 => dscp_errors: u64; read_only,
        /// Packets whose mark was set.
        TCA_CTINFO_STATS_CPMARK_SET = 10 => marks_set: u64; read_only,
    }
}

parameters! {
    /// Parameters of `ctinfo`: `struct tc_ctinfo`.
    pub struct CtinfoParameters / CtinfoParametersBuf = tc_ctinfo: 20 {}
}

impl ActionKind for Ctinfo {
    const NAME: &'static str = "ctinfo";
    type Parameters = CtinfoParametersBuf;
    const PARAMETERS: Attr<Ctinfo, CtinfoParameters> = Ctinfo::TCA_CTINFO_ACT;
}
