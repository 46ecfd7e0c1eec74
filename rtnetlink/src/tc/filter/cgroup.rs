//! Control groups: `cgroup`.

use super::{FilterKind, HasActions};
use crate::tc::action::{Action, Police};
use crate::tc::ematch::EmatchTree;
use netlink_packet::{Array, Attr, Items, netlink};

netlink! {
    /// A filter that puts packets of local sockets into the class that their control group has in `net_cls.classid`.
    ///
    /// There is one of a priority. Kernels get none by its handle: adding another one replaces it, unless the handle differs, and
    /// it is deleted by its priority.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceFilter;
    /// use rtnetlink::tc::filter::Cgroup;
    ///
    /// // tc filter add dev DEV parent 1: protocol ip prio 10 handle 1 cgroup
    /// let filter = Cgroup::build().under("1:").protocol("ip").priority(10);
    /// assert_eq!(filter.view().handle(), 1);
    /// ```
    pub struct Cgroup / CgroupBuf
    attributes {
        /// Actions, in order.
        TCA_CGROUP_ACT = 1 => actions: Items<'_, Action> as Array<Action>,
        /// Policer in the old form; an [action](crate::tc::TakeActions::action) does the same.
        TCA_CGROUP_POLICE = 2 => police: &Police as Police,
        /// Ematches: a condition (`match`) that packets have to meet, too.
        TCA_CGROUP_EMATCHES = 3 => ematches: &EmatchTree as EmatchTree,
    }
}

impl FilterKind for Cgroup {
    const NAME: &'static str = "cgroup";

    /// Kernels want one.
    fn handle_of(&self) -> Option<u32> {
        Some(1)
    }
}

impl HasActions for Cgroup {
    const ACTIONS: Attr<Cgroup, Array<Action>> = Cgroup::TCA_CGROUP_ACT;
}
