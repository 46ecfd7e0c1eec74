//! Hierarchical fair service curve: `hfsc`.

use super::{ClassKind, QdiscKind};
use crate::tc::{ServiceCurve, TcHandle};
use netlink_packet::{Buffer, Codec, Fixed, Plain, Put, Schema, Scope, Table, View, netlink};

netlink! {
    /// Hierarchical fair service curve (HFSC): classes with guarantees of both rate and delay. [`HfscClass`] has the options of
    /// a class.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Hfsc;
    /// use rtnetlink::tc::qdisc::hfsc::HfscClass;
    /// use rtnetlink::tc::{PlaceClass, PlaceQdisc, Rate};
    ///
    /// // tc qdisc add dev DEV root handle 1: hfsc default 30
    /// let qdisc = Hfsc::build().default_class("1:30").root().handle("1:");
    /// assert_eq!(qdisc.view().kind::<Hfsc>().map(Hfsc::default_class), Some(0x30));
    /// // tc class add dev DEV parent 1: classid 1:10 hfsc rt umax 1500b dmax 10ms rate 1mbit ls m2 2mbit
    /// let class = HfscClass::build().real_time("umax 1500b dmax 10ms rate 1mbit").link_share("m2 2mbit").class("1:10");
    /// let curve = class.view().kind::<HfscClass>().and_then(HfscClass::real_time).unwrap();
    /// assert_eq!((curve.m1, curve.m2), (Rate::kbit(1200), Rate::mbit(1)));
    /// ```
    pub struct Hfsc / HfscBuf
    header tc_hfsc_qopt: 2 {
        /// Default class: minor number of the class for packets that no filter classifies; 0 for none. Of a handle, the minor
        /// number counts.
        defcls = 0 => default_class: u16 as MinorNumber,
    }
}

netlink! {
    /// Options of a class of `hfsc`: its service curves. It needs a curve for real time or for link sharing.
    ///
    /// A change keeps the curves that it leaves out, and none can be removed.
    pub struct HfscClass / HfscClassBuf
    attributes {
        /// Real-time service curve (`rt`): what is guaranteed to the class whatever others do. Only leaves have it.
        TCA_HFSC_RSC = 1 => real_time: ServiceCurve,
        /// Link-sharing service curve (`ls`): the class's share of what its parent has.
        TCA_HFSC_FSC = 2 => link_share: ServiceCurve,
        /// Upper-limit service curve (`ul`): the most that the class gets by link sharing.
        TCA_HFSC_USC = 3 => upper_limit: ServiceCurve,
    }
}

/// Codec of the minor number of a handle: text such as `1:30` or `:30` is a handle.
#[derive(Debug)]
pub struct MinorNumber;

impl Codec for MinorNumber {
    type Value<'a> = u16;
    const SCHEMA: Schema = <u16 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<u16> {
        u16::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        u16::decode(payload).into()
    }
}

impl Fixed for MinorNumber {
    type Owned = u16;
    const SIZE: usize = size_of::<u16>();

    fn read(bytes: &[u8]) -> u16 {
        u16::decode(bytes).unwrap_or_default()
    }
}

impl Put<MinorNumber> for u16 {
    fn put(self, out: &mut Buffer) {
        Put::<u16>::put(self, out);
    }
}

impl Put<MinorNumber> for TcHandle {
    fn put(self, out: &mut Buffer) {
        Put::<u16>::put(self.minor(), out);
    }
}

impl Put<MinorNumber> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<TcHandle>() {
            Ok(handle) => Put::<MinorNumber>::put(handle, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

impl QdiscKind for Hfsc {
    const NAME: &'static str = "hfsc";
}

impl ClassKind for HfscClass {
    const NAME: &'static str = "hfsc";
    const STATS: Option<fn() -> &'static Table> = Some(HfscStats::table);
}

impl HfscClassBuf {
    /// Sets the curve for both real time and link sharing: `sc`.
    pub fn service_curve(self, curve: impl Put<ServiceCurve> + Clone) -> Self {
        self.real_time(curve.clone()).link_share(curve)
    }
}

netlink! {
    /// Extra statistics of a class of `hfsc`: `struct tc_hfsc_stats`.
    pub struct HfscStats / HfscStatsBuf
    header tc_hfsc_stats: 24 {
        /// Work: bytes sent.
        work = 0 => work: u64,
        /// Real-time work: bytes sent by the real-time curve.
        rtwork = 8 => real_time_work: u64,
        /// Period: how often the class became active.
        period = 16 => period: u32,
        /// Level in the hierarchy: 0 for a leaf.
        level = 20 => level: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::PlaceQdisc as _;
    use netlink_packet::Build as _;

    #[test]
    fn the_default_class_is_a_minor_number() {
        let default = |hfsc: HfscBuf| hfsc.view().default_class();
        assert_eq!(default(Hfsc::build().default_class("1:30")), 0x30);
        assert_eq!(default(Hfsc::build().default_class(":30")), 0x30);
        assert_eq!(default(Hfsc::build().default_class(TcHandle::new(1, 7))), 7);
        assert_eq!(default(Hfsc::build().default_class(8u16)), 8);
        let problem =
            Hfsc::build().default_class("1:12345").root().buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("is not a handle")));
    }

    #[test]
    fn a_curve_for_both() {
        let class = HfscClass::build().service_curve("rate 1mbit");
        let linear = ServiceCurve::linear("1mbit").ok();
        assert_eq!((class.view().real_time(), class.view().link_share()), (linear, linear));
        assert_eq!(class.view().upper_limit(), None);
    }
}
