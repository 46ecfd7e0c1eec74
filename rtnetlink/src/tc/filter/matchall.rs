//! All packets: `matchall`.

use super::{FilterFlags, FilterKind, HasActions};
use crate::tc::TcHandle;
use crate::tc::action::Action;
use netlink_packet::{Array, Attr, Items, netlink};

netlink! {
    /// A filter that matches all packets of its protocol.
    pub struct Matchall / MatchallBuf
    attributes {
        /// Class (`classid`, `flowid`) that the packets go to.
        TCA_MATCHALL_CLASSID = 1 => class: TcHandle,
        /// Actions, in order.
        TCA_MATCHALL_ACT = 2 => actions: Items<'_, Action> as Array<Action>,
        /// Flags.
        TCA_MATCHALL_FLAGS = 3 => flags: FilterFlags; bits(FilterFlags::SETTABLE),
        /// Packet count (`pcnt`).
        TCA_MATCHALL_PCNT = 4 => count: &MatchallCount as MatchallCount; read_only,
    }
}

netlink! {
    /// Packet count of `matchall`: `struct tc_matchall_pcnt`.
    pub struct MatchallCount / MatchallCountBuf
    header tc_matchall_pcnt: 8 {
        /// Hits: packets that the filter saw.
        rhit = 0 => hits: u64,
    }
}

impl FilterKind for Matchall {
    const NAME: &'static str = "matchall";
}

impl HasActions for Matchall {
    const ACTIONS: Attr<Matchall, Array<Action>> = Matchall::TCA_MATCHALL_ACT;
}
