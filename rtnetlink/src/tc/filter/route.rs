//! Routing realms: `route`.

use super::{FilterKind, HasActions};
use crate::tc::TcHandle;
use crate::tc::action::{Action, Police};
use netlink_packet::{Array, Attr, Items, netlink};

netlink! {
    /// A filter that matches IPv4 packets by the realms of their route, or by the device that received them.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceFilter;
    /// use rtnetlink::tc::filter::Route;
    ///
    /// // tc filter add dev DEV parent 1: protocol ip route to 10 classid 1:10
    /// let filter = Route::build().to(10).class("1:10").under("1:").protocol("ip");
    /// ```
    pub struct Route / RouteBuf
    attributes {
        /// Class (`classid`, `flowid`) that the packets go to.
        TCA_ROUTE4_CLASSID = 1 => class: TcHandle,
        /// Destination realm (`to`), 0 to 255.
        TCA_ROUTE4_TO = 2 => to: u32,
        /// Source realm (`from`), 0 to 255; not together with a device.
        TCA_ROUTE4_FROM = 3 => from: u32,
        /// Interface index of the device that received the packet (`fromif`). It is part of the handle, so that a name won't do.
        TCA_ROUTE4_IIF = 4 => input_device: u32,
        /// Policer in the old form; an [action](crate::tc::TakeActions::action) does the same.
        TCA_ROUTE4_POLICE = 5 => police: &Police as Police,
        /// Actions, in order.
        TCA_ROUTE4_ACT = 6 => actions: Items<'_, Action> as Array<Action>,
    }
}

impl FilterKind for Route {
    const NAME: &'static str = "route";

    /// Kernels want the realms, or the device, in the handle.
    fn handle_of(&self) -> Option<u32> {
        let to = self.to().map_or(NO_DESTINATION, |realm| realm & REALM);
        let of_device = || self.input_device().map(|index| (index | DEVICE) & 0xffff);
        let from = self.from().map(|realm| realm & REALM).or_else(of_device).unwrap_or(NO_SOURCE);
        Some(from << 16 | to)
    }
}

/// The bits of a realm.
const REALM: u32 = 0xff;
/// The lower half of a handle without a destination.
const NO_DESTINATION: u32 = 0x8000;
/// The upper half of a handle without a source.
const NO_SOURCE: u32 = 0xffff;
/// The bit of the upper half that says that it is a device's index.
const DEVICE: u32 = 0x8000;

impl HasActions for Route {
    const ACTIONS: Attr<Route, Array<Action>> = Route::TCA_ROUTE4_ACT;
}
