//! True link equalizer: `teql0`.

use super::QdiscKind;
use crate::tc::{PlaceQdisc, QdiscMessageBuf};
use netlink_packet::netlink;

netlink! {
    /// True (or trivial) link equalizer (TEQL), without options: packets of the device `teql0` go in turn over all devices that have
    /// this qdisc at their root.
    ///
    /// The name of the kind is that of the device. The kernel's module makes one, or as many as its parameter
    /// `max_equalizers` says.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceQdisc;
    /// use rtnetlink::tc::qdisc::Teql;
    ///
    /// // tc qdisc add dev DEV root teql0
    /// assert_eq!(Teql::build().root().view().kind_name(), Some("teql0"));
    /// assert!(Teql::of("teql1").view().kind::<Teql>().is_some());
    /// ```
    pub struct Teql / TeqlBuf
}

impl QdiscKind for Teql {
    const NAME: &'static str = "teql0";
    const ALIASES: &'static [&'static str] =
        &["teql1", "teql2", "teql3", "teql4", "teql5", "teql6", "teql7", "teql8", "teql9"];
}

impl Teql {
    /// At the root of a device, whose link is to carry packets of this one, such as `teql1`.
    pub fn of(device: &str) -> QdiscMessageBuf {
        Teql::build().root().kind_name(device)
    }
}
