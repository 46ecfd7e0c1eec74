//! Multiqueue priority: `mqprio`.

use super::QdiscKind;
use crate::tc::given::Given as _;
use crate::tc::traffic_classes::{SixteenNumbers, joined, split};
use crate::tc::{FramePreemption, Queues, Rate};
use netlink_packet::{
    Build as _, BuildError, Items, NLA_F_NESTED, PooledBuffer, Put, Repeated, Scope, View as _, netlink,
    values,
};

netlink! {
    /// Multiqueue priority (mqprio): maps packet priorities to traffic classes, and these to transmit queues of the device, each
    /// of which is a class with a qdisc of its own. It can only be at the root of a device with several queues.
    ///
    /// All but the map and the queues takes [hardware](MqprioBuf::hardware) that does the work. No kernel changes it in place.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Mqprio;
    /// use rtnetlink::tc::PlaceQdisc;
    ///
    /// // tc qdisc add dev DEV root mqprio num_tc 2 map 0 0 0 0 1 1 1 1 0 0 0 0 0 0 0 0 queues 1@0 3@1 hw 0
    /// let mqprio = Mqprio::build().priority_map([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    /// let qdisc = mqprio.queues(["1@0", "3@1"]).root();
    /// assert_eq!(qdisc.view().kind::<Mqprio>().map(Mqprio::classes), Some(2));
    /// ```
    pub struct Mqprio / MqprioBuf
    header tc_mqprio_qopt: 82 {
        /// Number of traffic classes (`num_tc`), at most 16.
        num_tc = 0 => classes: u8,
        /// Priority map (`map`): the traffic class of each packet priority, 0 to 15.
        prio_tc_map = 1 => priority_map: [u8; 16],
        /// Hardware offload (`hw`): whether the device does the work. Default no, unlike that of `tc`.
        hw = 17 => hardware: bool,
        /// Numbers of queues of each traffic class; [`queues`](Mqprio::queues) has them with the offsets.
        count = 18 => queue_counts: [u16; 16] as SixteenNumbers,
        /// Offsets: the first queue of each traffic class; [`queues`](Mqprio::queues) has them with the counts.
        offset = 50 => queue_offsets: [u16; 16] as SixteenNumbers,
    }
    attributes {
        /// Mode: whether only traffic classes are offloaded, or channels.
        TCA_MQPRIO_MODE = 1 => mode: MqprioMode,
        /// Shaper: who limits the rates.
        TCA_MQPRIO_SHAPER = 2 => shaper: MqprioShaper,
        /// Minimum rates; [`min_rates`](Mqprio::min_rates) reads them.
        TCA_MQPRIO_MIN_RATE64 = 3 | NLA_F_NESTED => min_rate_list: &MqprioMinRates as MqprioMinRates; set_by("min_rates"),
        /// Maximum rates; [`max_rates`](Mqprio::max_rates) reads them.
        TCA_MQPRIO_MAX_RATE64 = 4 | NLA_F_NESTED => max_rate_list: &MqprioMaxRates as MqprioMaxRates; set_by("max_rates"),
        /// Entries of traffic classes. Kernels list them also without hardware, but do not take them there.
        TCA_MQPRIO_TC_ENTRY = 5 | NLA_F_NESTED => entries: Items<'_, MqprioClass> as Repeated<MqprioClass>; unless(is_in_software); needs("Linux 6.4"),
    }
}

/// Whether the kernel itself does the work: it then takes no attributes.
fn is_in_software(scope: &Scope<'_>) -> bool {
    !Mqprio::cast(scope.bytes()).hardware()
}

values! {
    /// Mode of [`Mqprio`].
    pub struct MqprioMode: u16 = "mqprio-mode" {
        /// DCB: only the map and the queues are offloaded.
        DCB = 0 => "dcb",
        /// Channel: queues and rates are offloaded.
        CHANNEL = 1 => "channel",
    }
}

values! {
    /// Shaper of [`Mqprio`].
    pub struct MqprioShaper: u16 = "mqprio-shaper" {
        /// DCB: rates are limited as data centre bridging says.
        DCB = 0 => "dcb",
        /// Bandwidth rate limit: rates are limited as the minimum and maximum rates say.
        BW_RATE = 1 => "bw_rlimit",
    }
}

netlink! {
    /// Minimum rates of traffic classes.
    pub struct MqprioMinRates / MqprioMinRatesBuf
    attributes {
        /// Rates, of the traffic classes from 0 on.
        TCA_MQPRIO_MIN_RATE64 = 3 => rates: Items<'_, Rate> as Repeated<Rate>,
    }
}

netlink! {
    /// Maximum rates of traffic classes.
    pub struct MqprioMaxRates / MqprioMaxRatesBuf
    attributes {
        /// Rates, of the traffic classes from 0 on.
        TCA_MQPRIO_MAX_RATE64 = 4 => rates: Items<'_, Rate> as Repeated<Rate>,
    }
}

netlink! {
    /// What is special to a traffic class of `mqprio`.
    pub struct MqprioClass / MqprioClassBuf
    attributes {
        /// Index of the traffic class, 0 to 15.
        TCA_MQPRIO_TC_ENTRY_INDEX = 1 => index: u32,
        /// Frame preemption (`fp`). Default express.
        TCA_MQPRIO_TC_ENTRY_FP = 2 => frame_preemption: FramePreemption,
    }
}

impl QdiscKind for Mqprio {
    const NAME: &'static str = "mqprio";

    fn complete(options: PooledBuffer) -> PooledBuffer {
        let mqprio = MqprioBuf::from_buffer(options);
        let classes = usize::from(mqprio.view().classes());
        let rates = mqprio.view().min_rates().count().max(mqprio.view().max_rates().count());
        if rates <= classes {
            return mqprio.into_buffer();
        }
        let problem =
            format!("{rates} rates are more than the {classes} traffic classes: kernels ignore them");
        mqprio.given(Err::<(), _>(BuildError::Invalid(problem)), |mqprio, ()| mqprio).into_buffer()
    }
}

impl Mqprio {
    /// The transmit queues of each traffic class.
    pub fn queues(&self) -> impl Iterator<Item = Queues> {
        joined(self.classes(), self.queue_counts(), self.queue_offsets())
    }

    /// Minimum rates of the traffic classes from 0 on.
    pub fn min_rates(&self) -> impl Iterator<Item = Rate> {
        self.min_rate_list().and_then(MqprioMinRates::rates).into_iter().flatten()
    }

    /// Maximum rates of the traffic classes from 0 on.
    pub fn max_rates(&self) -> impl Iterator<Item = Rate> {
        self.max_rate_list().and_then(MqprioMaxRates::rates).into_iter().flatten()
    }

    /// Frame preemption of the traffic classes that the kernel lists, by their index.
    pub fn frame_preemption(&self) -> impl Iterator<Item = (u32, FramePreemption)> {
        let entries = self.entries().into_iter().flatten();
        entries.filter_map(|entry| Some((entry.index()?, entry.frame_preemption()?)))
    }
}

impl MqprioBuf {
    /// Sets the transmit queues of each traffic class, and so how many there are: `num_tc 2 queues 1@0 3@1`.
    pub fn queues<Q: TryInto<Queues, Error: Into<BuildError>>>(
        self,
        queues: impl IntoIterator<Item = Q>,
    ) -> Self {
        self.given(split(queues), |mqprio, (classes, counts, offsets)| {
            mqprio.classes(classes).queue_counts(counts).queue_offsets(offsets)
        })
    }

    /// Sets the minimum rates of the traffic classes from 0 on: `min_rate`. They take hardware, and the shaper `bw_rlimit`.
    pub fn min_rates(self, rates: impl IntoIterator<Item: Put<Rate>>) -> Self {
        self.min_rate_list(MqprioMinRates::build().rates(rates))
    }

    /// Sets the maximum rates of the traffic classes from 0 on: `max_rate`. They take hardware, and the shaper `bw_rlimit`.
    pub fn max_rates(self, rates: impl IntoIterator<Item: Put<Rate>>) -> Self {
        self.max_rate_list(MqprioMaxRates::build().rates(rates))
    }

    /// Sets the frame preemption of the traffic classes from 0 on: `fp E P`. It takes hardware.
    pub fn frame_preemption(self, classes: impl IntoIterator<Item: Put<FramePreemption>>) -> Self {
        let entry = |(index, class)| MqprioClass::build().index(index).frame_preemption(class);
        self.entries((0u32..).zip(classes).map(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::tc::{PlaceQdisc as _, QdiscMessage};

    fn two() -> MqprioBuf {
        Mqprio::build()
            .priority_map([0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            .queues([(1, 0), (2, 1)])
    }

    #[test]
    fn as_tc_sends_it() {
        let capture = capture!("add_qdisc_mqprio");
        let qdisc: &QdiscMessage = capture.view();
        let is = qdisc.kind::<Mqprio>().unwrap();
        // It always says 16 rates.
        let padded = |rates: [u64; 2]| rates.into_iter().map(Rate::gbit).chain([Rate(0); 14]);
        let mqprio = two().hardware(true).mode("channel").shaper("bw_rlimit");
        let mqprio = mqprio.min_rates(padded([1, 2])).max_rates(padded([3, 4]));
        assert_eq!(mqprio.view(), is);
        assert_eq!(is.max_rates().nth(1), Some(Rate::gbit(4)));
    }

    #[test]
    fn attributes_follow_the_struct() {
        let mqprio = two().hardware(true).mode("channel").shaper("bw_rlimit").min_rates(["1gbit", "2gbit"]);
        let qdisc = mqprio.max_rates([Rate::gbit(3)]).frame_preemption(["E", "P"]).root();
        let is = qdisc.view().kind::<Mqprio>().unwrap();
        assert_eq!((is.classes(), is.hardware(), is.mode()), (2, true, Some(MqprioMode::CHANNEL)));
        assert_eq!(is.shaper(), Some(MqprioShaper::BW_RATE));
        assert_eq!(is.queues().map(|queues| queues.to_string()).collect::<Vec<_>>(), ["1@0", "2@1"]);
        assert_eq!(is.min_rates().collect::<Vec<_>>(), [Rate::gbit(1), Rate::gbit(2)]);
        assert_eq!(is.max_rates().collect::<Vec<_>>(), [Rate::gbit(3)]);
        let preemption: Vec<_> = is.frame_preemption().collect();
        assert_eq!(preemption, [(0, FramePreemption::EXPRESS), (1, FramePreemption::PREEMPTIBLE)]);
        assert_eq!(is.malformed().count(), 0);
    }

    #[test]
    fn a_request_has_no_attributes_that_kernels_refuse() {
        let entries = |hardware| {
            let listed = two().hardware(hardware).frame_preemption(["E"]);
            listed.view().to_request().view().entries().is_some()
        };
        assert_eq!((entries(true), entries(false)), (true, false));
    }

    #[test]
    fn rates_of_no_class() {
        let qdisc = two().hardware(true).min_rates(["1gbit", "1gbit", "1gbit"]).root();
        let problem = qdisc.buffer().problem().map(ToString::to_string);
        assert_eq!(
            problem.as_deref(),
            Some("3 rates are more than the 2 traffic classes: kernels ignore them")
        );
    }
}
