//! Firewall marks: `fw`.

use super::{FilterKind, HasActions};
use crate::InterfaceName;
use crate::tc::TcHandle;
use crate::tc::action::{Action, Police};
use netlink_packet::{Array, Attr, Items, Name, netlink};

netlink! {
    /// A filter that matches packets by their firewall mark (fwmark), which is the filter's handle.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceFilter;
    /// use rtnetlink::tc::filter::Fw;
    ///
    /// // tc filter add dev DEV parent 1: handle 5 fw classid 1:10
    /// let filter = Fw::build().class("1:10").under("1:").handle(5u32);
    /// ```
    pub struct Fw / FwBuf
    attributes {
        /// Class (`classid`, `flowid`) that the packets go to.
        TCA_FW_CLASSID = 1 => class: TcHandle,
        /// Policer in the old form; an [action](crate::tc::TakeActions::action) does the same.
        TCA_FW_POLICE = 2 => police: &Police as Police,
        /// Input device (`indev`): name of the device that received the packet.
        TCA_FW_INDEV = 3 => input_device: &Name as InterfaceName,
        /// Actions, in order.
        TCA_FW_ACT = 4 => actions: Items<'_, Action> as Array<Action>,
        /// Mask: bits of the mark that are compared. All filters of a priority have the same.
        TCA_FW_MASK = 5 => mask: u32,
    }
}

impl FilterKind for Fw {
    const NAME: &'static str = "fw";
}

impl HasActions for Fw {
    const ACTIONS: Attr<Fw, Array<Action>> = Fw::TCA_FW_ACT;
}
