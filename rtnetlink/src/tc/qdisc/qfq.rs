//! Quick fair queueing: `qfq`.

use super::{ClassKind, QdiscKind};
use crate::tc::Size;
use netlink_packet::{Table, View, netlink};

netlink! {
    /// Quick fair queueing (QFQ): classes share the device by their weights. The qdisc itself has no options.
    ///
    /// A change sets the default of what it leaves out.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Qfq;
    /// use rtnetlink::tc::PlaceClass;
    ///
    /// // tc class add dev DEV parent 1: classid 1:10 qfq weight 10 maxpkt 2048
    /// let class = Qfq::build().weight(10).max_packet("2k").class("1:10");
    /// let qfq = class.view().kind::<Qfq>().unwrap();
    /// assert_eq!((qfq.weight(), qfq.max_packet()), (Some(10), Some(2048)));
    /// ```
    pub struct Qfq / QfqBuf
    attributes {
        /// Weight of the class, 1 to 1024; all together 65536 at most. Default 1.
        TCA_QFQ_WEIGHT = 1 => weight: u32,
        /// Largest packet of the class (`maxpkt`), in bytes, 512 to 65536. Default is the MTU of the device with its header.
        TCA_QFQ_LMAX = 2 => max_packet: u32 as Size,
    }
}

impl QdiscKind for Qfq {
    const NAME: &'static str = "qfq";
}

impl ClassKind for Qfq {
    const NAME: &'static str = "qfq";
    const STATS: Option<fn() -> &'static Table> = Some(QfqStats::table);
}

netlink! {
    /// Extra statistics of a class of `qfq`: `struct tc_qfq_stats`.
    pub struct QfqStats / QfqStatsBuf
    header tc_qfq_stats: 8 {
        /// Weight of the class.
        weight = 0 => weight: u32,
        /// Largest packet of the class, in bytes.
        lmax = 4 => max_packet: u32,
    }
}
