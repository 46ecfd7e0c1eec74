//! Ematches: `basic`.

use super::{FilterKind, HasActions};
use crate::tc::TcHandle;
use crate::tc::action::{Action, Police};
use crate::tc::ematch::EmatchTree;
use netlink_packet::{Array, Attr, Items, netlink};

netlink! {
    /// A filter that matches packets by [ematches](crate::tc::ematch).
    ///
    /// ```
    /// use rtnetlink::tc::PlaceFilter;
    /// use rtnetlink::tc::ematch::meta::MetaId;
    /// use rtnetlink::tc::ematch::{Cmp, Layer, Meta};
    /// use rtnetlink::tc::filter::Basic;
    ///
    /// // tc filter add dev DEV parent 1: protocol ip basic match 'cmp(u8 at 9 layer network eq 17) and meta(pkt_len gt 100)' classid 1:10
    /// let long_udp = Cmp::u8(Layer::NETWORK, 9).equals(17) & Meta::of(MetaId::PKTLEN).greater_than(100);
    /// let filter = Basic::build().ematches(long_udp).class("1:10").under("1:").protocol("ip");
    /// ```
    pub struct Basic / BasicBuf
    attributes {
        /// Class (`classid`, `flowid`) that the packets go to.
        TCA_BASIC_CLASSID = 1 => class: TcHandle,
        /// Ematches: the condition (`match`). Without one, all packets match.
        TCA_BASIC_EMATCHES = 2 => ematches: &EmatchTree as EmatchTree,
        /// Actions, in order.
        TCA_BASIC_ACT = 3 => actions: Items<'_, Action> as Array<Action>,
        /// Policer in the old form; an [action](crate::tc::TakeActions::action) does the same.
        TCA_BASIC_POLICE = 4 => police: &Police as Police,
        /// Packet counts (`pcnt`).
        TCA_BASIC_PCNT = 5 => counts: &BasicCounts as BasicCounts; read_only,
    }
}

netlink! {
    /// Packet counts of `basic`: `struct tc_basic_pcnt`.
    pub struct BasicCounts / BasicCountsBuf
    header tc_basic_pcnt: 16 {
        /// Packets that the filter saw.
        rcnt = 0 => seen: u64,
        /// Hits: packets that matched.
        rhit = 8 => hits: u64,
    }
}

impl FilterKind for Basic {
    const NAME: &'static str = "basic";
}

impl HasActions for Basic {
    const ACTIONS: Attr<Basic, Array<Action>> = Basic::TCA_BASIC_ACT;
}
