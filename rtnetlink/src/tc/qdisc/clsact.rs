//! Clsact: no queue, but the place of filters of what a device receives and sends: `tc qdisc add dev DEV clsact`.

use super::QdiscKind;
use netlink_packet::netlink;

netlink! {
    /// The qdisc `clsact`, which has no options: filters of what a device receives and of what it sends are attached to it.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Clsact;
    /// use rtnetlink::tc::{PlaceQdisc, TcHandle};
    ///
    /// let qdisc = Clsact::build().ingress();
    /// assert_eq!((qdisc.view().parent(), qdisc.view().handle()), (TcHandle::INGRESS, TcHandle::new(0xffff, 0)));
    /// ```
    pub struct Clsact / ClsactBuf
}

impl QdiscKind for Clsact {
    const NAME: &'static str = "clsact";
}
