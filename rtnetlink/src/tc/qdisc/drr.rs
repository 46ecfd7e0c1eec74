//! Deficit round robin: `drr`.

use super::{ClassKind, QdiscKind};
use crate::tc::Size;
use netlink_packet::{Table, View, netlink};

netlink! {
    /// Deficit round robin (DRR): classes take turns, each with so many bytes. The qdisc itself has no options.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Drr;
    /// use rtnetlink::tc::PlaceClass;
    ///
    /// let class = Drr::build().quantum("3000b").class("1:10");
    /// assert_eq!(class.view().kind::<Drr>().and_then(Drr::quantum), Some(3000));
    /// ```
    pub struct Drr / DrrBuf
    attributes {
        /// Quantum: bytes that the class may send in a turn. Default is the MTU of the device.
        TCA_DRR_QUANTUM = 1 => quantum: u32 as Size,
    }
}

impl QdiscKind for Drr {
    const NAME: &'static str = "drr";
}

impl ClassKind for Drr {
    const NAME: &'static str = "drr";
    const STATS: Option<fn() -> &'static Table> = Some(DrrStats::table);
}

netlink! {
    /// Extra statistics of a class of `drr`: `struct tc_drr_stats`.
    pub struct DrrStats / DrrStatsBuf
    header tc_drr_stats: 4 {
        /// Deficit: bytes that the class may still send in this turn.
        deficit = 0 => deficit: u32,
    }
}
