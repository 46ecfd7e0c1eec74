//! Network emulator: `netem`, for links with delay, loss, duplicates and a rate.

mod distribution;

pub use distribution::Distribution;

use super::QdiscKind;
use crate::tc::given::Given as _;
use crate::tc::units::{Switch, value_of};
use crate::tc::{Percent, Rate, TICK, TimeIn};
use netlink_packet::{Build as _, BuildError, Chunks, Packed, PooledBuffer, Put, netlink};
use std::time::Duration;

netlink! {
    /// Network emulator (netem): what a device sends is delayed, lost, duplicated, corrupted, reordered or slowed down.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceQdisc;
    /// use rtnetlink::tc::qdisc::Netem;
    /// use rtnetlink::tc::qdisc::netem::Distribution;
    /// use std::time::Duration;
    ///
    /// // tc qdisc add dev DEV root netem delay 100ms 20ms distribution normal loss 1%
    /// let ms = Duration::from_millis;
    /// let qdisc = Netem::build().delay(ms(100)).jitter(ms(20)).distribution(Distribution::normal()).loss("1%").root();
    /// let netem = qdisc.view().kind::<Netem>().unwrap();
    /// assert_eq!((netem.delay(), netem.jitter(), netem.limit()), (ms(100), ms(20), 1000));
    /// ```
    ///
    /// A request that changes it says delay, jitter, limit, gap, losses and duplicates anew: make it
    /// [of the listed one](Netem::to_request). Correlations, reordering, corruption, rate, ECN, slots and distributions that it
    /// leaves out stay.
    ///
    /// No kernel lists distributions: one that is made again has a uniform one, and one that is changed keeps its own.
    pub struct Netem / NetemBuf
    header tc_netem_qopt: 24 {
        /// Latency in ticks of 64 ns, up to 275 s; [`delay`](Netem::delay) reads either form.
        latency = 0 => latency_ticks: u32,
        /// Limit: length of the queue, in packets. Default 1000; a request with 0 says the default.
        limit = 4 => limit: u32,
        /// Probability of random loss. [`loss`](NetemBuf::loss) sets it, and ends a loss model.
        loss = 8 => random_loss: Percent,
        /// Gap: of so many packets, one is reordered; 0 for none.
        gap = 12 => gap: u32,
        /// Probability that a packet is duplicated.
        duplicate = 16 => duplicate: Percent,
        /// Jitter in ticks of 64 ns; [`jitter`](Netem::jitter) reads either form.
        jitter = 20 => jitter_ticks: u32,
    }
    attributes {
        /// Correlations (corr) of delay, random loss and duplicates with those of the packet before.
        TCA_NETEM_CORR = 1 => correlations: &NetemCorrelations as NetemCorrelations,
        /// Distribution of the delay: values for [`distribution`](NetemBuf::distribution). Kernels do not list it.
        TCA_NETEM_DELAY_DIST = 2 => delay_table: Chunks<'_, i16> as Packed<i16>,
        /// Reordering: its probability and correlation.
        TCA_NETEM_REORDER = 3 => reordering: &NetemReorder as NetemReorder,
        /// Corruption: its probability and correlation.
        TCA_NETEM_CORRUPT = 4 => corruption: &NetemCorrupt as NetemCorrupt,
        /// Loss model, instead of random loss.
        TCA_NETEM_LOSS = 5 => loss_model: &NetemLoss as NetemLoss,
        /// Rate with 32 bits, and what the link adds to packets.
        TCA_NETEM_RATE = 6 => rate_parameters: &NetemRate as NetemRate,
        /// Explicit congestion notification (ECN): packets are marked rather than lost. Default off.
        TCA_NETEM_ECN = 7 => ecn: bool as Switch,
        /// Rate with 64 bits; present from 4 GiB/s on. [`rate`](Netem::rate) reads either form.
        TCA_NETEM_RATE64 = 8 => rate64: Rate,
        /// Latency, in nanoseconds; [`delay`](Netem::delay) reads either form.
        TCA_NETEM_LATENCY64 = 10 => latency64: Duration as TimeIn<1, i64>,
        /// Jitter, in nanoseconds; [`jitter`](Netem::jitter) reads either form.
        TCA_NETEM_JITTER64 = 11 => jitter64: Duration as TimeIn<1, i64>,
        /// Slots: packets are collected, and leave in bursts.
        TCA_NETEM_SLOT = 12 => slots: &NetemSlot as NetemSlot,
        /// Distribution of the slots' delay: values for [`slot_distribution`](NetemBuf::slot_distribution). Kernels do not list
        /// it.
        TCA_NETEM_SLOT_DIST = 13 => slot_table: Chunks<'_, i16> as Packed<i16>,
        /// Seed (`seed`) of the random numbers: with the same one, the same packets are lost. Random by default.
        TCA_NETEM_PRNG_SEED = 14 => seed: u64; needs("Linux 6.6"),
    }
}

netlink! {
    /// Correlations with the packet before: `struct tc_netem_corr`.
    pub struct NetemCorrelations / NetemCorrelationsBuf
    header tc_netem_corr: 12 {
        /// Correlation of the delay.
        delay_corr = 0 => delay: Percent,
        /// Correlation of random loss.
        loss_corr = 4 => loss: Percent,
        /// Correlation of duplicates.
        dup_corr = 8 => duplicate: Percent,
    }
}

netlink! {
    /// Reordering: `struct tc_netem_reorder`.
    pub struct NetemReorder / NetemReorderBuf
    header tc_netem_reorder: 8 {
        /// Probability that a packet is sent at once.
        probability = 0 => probability: Percent,
        /// Correlation with the packet before.
        correlation = 4 => correlation: Percent,
    }
}

netlink! {
    /// Corruption: `struct tc_netem_corrupt`.
    pub struct NetemCorrupt / NetemCorruptBuf
    header tc_netem_corrupt: 8 {
        /// Probability that a bit of the packet is inverted.
        probability = 0 => probability: Percent,
        /// Correlation with the packet before.
        correlation = 4 => correlation: Percent,
    }
}

netlink! {
    /// Loss model: one of these.
    pub struct NetemLoss / NetemLossBuf
    attributes {
        /// General and intuitive (GI), a Markov chain of four states.
        NETEM_LOSS_GI = 1 => four_states: &FourStates as FourStates,
        /// Gilbert-Elliott (GE).
        NETEM_LOSS_GE = 2 => gilbert_elliott: &GilbertElliott as GilbertElliott,
    }
}

netlink! {
    /// Loss by a Markov chain of four states: `struct tc_netem_gimodel`. In state 1 packets are received, in 3 lost in a burst, in 2
    /// received within a burst, in 4 lost alone.
    pub struct FourStates / FourStatesBuf
    header tc_netem_gimodel: 20 {
        /// Probability from state 1 to state 3.
        p13 = 0 => p13: Percent,
        /// Probability from state 3 to state 1.
        p31 = 4 => p31: Percent,
        /// Probability from state 3 to state 2.
        p32 = 8 => p32: Percent,
        /// Probability from state 1 to state 4.
        p14 = 12 => p14: Percent,
        /// Probability from state 2 to state 3.
        p23 = 16 => p23: Percent,
    }
}

netlink! {
    /// Loss by the Gilbert-Elliott model: `struct tc_netem_gemodel`.
    pub struct GilbertElliott / GilbertElliottBuf
    header tc_netem_gemodel: 16 {
        /// Probability from the good state to the bad one.
        p = 0 => p: Percent,
        /// Probability from the bad state to the good one.
        r = 4 => r: Percent,
        /// Probability (`h`) that a packet is received in the bad state. `tc` takes 1 − `h`, as
        /// [`bad_loss`](GilbertElliottBuf::bad_loss) does.
        h = 8 => h: Percent,
        /// Probability (1 − `k`) that a packet is lost in the good state.
        k1 = 12 => good_loss: Percent,
    }
}

netlink! {
    /// Rate and what the link adds to packets: `struct tc_netem_rate`.
    pub struct NetemRate / NetemRateBuf
    header tc_netem_rate: 16 {
        /// Rate in bytes per second; all ones from 4 GiB/s on, where another attribute has it.
        rate = 0 => rate: u32,
        /// Overhead in bytes that is added to each packet; may be negative.
        packet_overhead = 4 => packet_overhead: i32,
        /// Cell size in bytes: packets are split into whole cells; 0 for none.
        cell_size = 8 => cell_size: u32,
        /// Overhead in bytes that is added to each cell; may be negative.
        cell_overhead = 12 => cell_overhead: i32,
    }
}

netlink! {
    /// Slots: `struct tc_netem_slot`.
    pub struct NetemSlot / NetemSlotBuf
    header tc_netem_slot: 40 {
        /// Minimum time between slots.
        min_delay = 0 => min_delay: Duration as TimeIn<1, i64>,
        /// Maximum time between slots.
        max_delay = 8 => max_delay: Duration as TimeIn<1, i64>,
        /// Maximum packets in a slot; 0 for no limit.
        max_packets = 16 => max_packets: i32,
        /// Maximum bytes in a slot; 0 for no limit.
        max_bytes = 20 => max_bytes: i32,
        /// Mean time between slots, with a distribution.
        dist_delay = 24 => mean_delay: Duration as TimeIn<1, i64>,
        /// Jitter of that time, with a distribution.
        dist_jitter = 32 => jitter: Duration as TimeIn<1, i64>,
    }
}

/// Packets of a queue where none are given: as many as `tc` has.
const LIMIT: u32 = 1000;
/// The longest jitter that kernels compute with, in nanoseconds.
const MAX_JITTER: Duration = Duration::from_nanos(i32::MAX as u64);

impl QdiscKind for Netem {
    const NAME: &'static str = "netem";

    fn complete(options: PooledBuffer) -> PooledBuffer {
        let netem = NetemBuf::from_buffer(options);
        let problem = netem.view().without_effect();
        let limit = netem.view().limit();
        let mut options = netem.limit(if limit == 0 { LIMIT } else { limit }).into_buffer();
        if let Some(problem) = problem {
            options.refuse(BuildError::Invalid(problem.to_owned()));
        }
        options
    }
}

impl Netem {
    /// Delay (latency), in either form.
    pub fn delay(&self) -> Duration {
        self.latency64().unwrap_or_else(|| time(self.latency_ticks()))
    }

    /// Jitter: by how much the delay differs, in either form.
    pub fn jitter(&self) -> Duration {
        self.jitter64().unwrap_or_else(|| time(self.jitter_ticks()))
    }

    /// Probability of random loss; `None` if there is a loss model instead.
    pub fn loss(&self) -> Option<Percent> {
        self.loss_model().is_none().then(|| self.random_loss())
    }

    /// Rate, in either form; `None` if there is none.
    pub fn rate(&self) -> Option<Rate> {
        let narrow = || Rate(self.rate_parameters().map_or(0, NetemRate::rate).into());
        Some(self.rate64().unwrap_or_else(narrow)).filter(|rate| rate.0 != 0)
    }

    /// What a kernel takes, but does nothing with.
    fn without_effect(&self) -> Option<&'static str> {
        let has_reordering = self.reordering().is_some_and(|all| all.probability() != Percent(0));
        let has_loss = self.loss_model().is_some() || self.random_loss() != Percent(0);
        if has_reordering && self.delay().is_zero() {
            Some("packets are reordered only if there is a delay")
        } else if self.delay_table().is_some() && self.jitter().is_zero() {
            Some("the delay has a distribution only if there is a jitter")
        } else if self.ecn() == Some(true) && !has_loss {
            Some("packets are marked by ECN only if there is a loss")
        } else {
            None
        }
    }
}

/// The time of so many ticks.
fn time(ticks: u32) -> Duration {
    Duration::from_nanos(u64::from(ticks) * TICK)
}

/// A time in ticks, as far as 32 bits suffice.
fn ticks(time: Duration) -> u32 {
    u32::try_from(time.as_nanos() / u128::from(TICK)).unwrap_or(u32::MAX)
}

/// A jitter, of which kernels do not cut anything.
fn checked(jitter: Duration) -> Result<Duration, BuildError> {
    if jitter <= MAX_JITTER {
        Ok(jitter)
    } else {
        Err(BuildError::Invalid(format!("a jitter of {jitter:?} is longer than {MAX_JITTER:?}")))
    }
}

impl NetemBuf {
    /// Sets the delay (latency) of packets: a [`Duration`], or text such as `100ms`.
    pub fn delay(self, delay: impl Put<TimeIn<1, i64>>) -> Self {
        self.given(value_of(delay), |netem, delay| netem.latency_ticks(ticks(delay)).latency64(delay))
    }

    /// Sets the jitter: by how much the delay differs, up to 2.147 s. It is uniform, unless there is a
    /// [distribution](NetemBuf::distribution).
    pub fn jitter(self, jitter: impl Put<TimeIn<1, i64>>) -> Self {
        let jitter = value_of(jitter).and_then(checked);
        self.given(jitter, |netem, jitter| netem.jitter_ticks(ticks(jitter)).jitter64(jitter))
    }

    /// Sets the correlation of the delay with that of the packet before.
    pub fn delay_correlation(self, correlation: impl Put<Percent>) -> Self {
        self.correlate(|all| all.delay(correlation))
    }

    /// Sets the distribution of the delay, whose standard deviation is the jitter: `distribution normal`.
    pub fn distribution(self, distribution: Distribution) -> Self {
        self.given(distribution.checked(), |netem, values| netem.delay_table(values))
    }

    /// Sets the probability of random loss: a percentage. It replaces a loss model.
    pub fn loss(self, loss: impl Put<Percent>) -> Self {
        self.random_loss(loss).without(Netem::TCA_NETEM_LOSS)
    }

    /// Sets the correlation of random loss with that of the packet before.
    pub fn loss_correlation(self, correlation: impl Put<Percent>) -> Self {
        self.correlate(|all| all.loss(correlation))
    }

    /// Loss by the Gilbert-Elliott model: `loss gemodel P R 1-H 1-K`. It replaces another loss.
    pub fn gilbert_elliott(self, model: GilbertElliottBuf) -> Self {
        self.random_loss(Percent(0)).loss_model(NetemLoss::build().gilbert_elliott(model))
    }

    /// Loss by a Markov chain of four states: `loss state P13 P31 P32 P23 P14`. It replaces another loss.
    pub fn four_states(self, model: FourStatesBuf) -> Self {
        self.random_loss(Percent(0)).loss_model(NetemLoss::build().four_states(model))
    }

    /// Sets the correlation of duplicates with that of the packet before.
    pub fn duplicate_correlation(self, correlation: impl Put<Percent>) -> Self {
        self.correlate(|all| all.duplicate(correlation))
    }

    /// Sets the probability that a bit of a packet is inverted: a percentage.
    pub fn corrupt(self, probability: impl Put<Percent>) -> Self {
        let corruption = self.view().corruption().map(NetemCorrupt::to_buf).unwrap_or_default();
        self.corruption(corruption.probability(probability))
    }

    /// Sets the correlation of corruption with that of the packet before.
    pub fn corrupt_correlation(self, correlation: impl Put<Percent>) -> Self {
        let corruption = self.view().corruption().map(NetemCorrupt::to_buf).unwrap_or_default();
        self.corruption(corruption.correlation(correlation))
    }

    /// Sets the probability that a packet is sent at once, before those that are delayed: a percentage. The gap becomes 1 if there
    /// is none.
    pub fn reorder(self, probability: impl Put<Percent>) -> Self {
        let reordering = self.view().reordering().map(NetemReorder::to_buf).unwrap_or_default();
        let gap = self.view().gap().max(1);
        self.reordering(reordering.probability(probability)).gap(gap)
    }

    /// Sets the correlation of reordering with that of the packet before.
    pub fn reorder_correlation(self, correlation: impl Put<Percent>) -> Self {
        let reordering = self.view().reordering().map(NetemReorder::to_buf).unwrap_or_default();
        self.reordering(reordering.correlation(correlation))
    }

    /// Sets the rate at which packets are sent, beside the delay: `rate 1mbit`.
    pub fn rate(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.given(rate.try_into(), |netem, rate: Rate| {
            let netem = netem.rates(|all| all.rate(rate.narrow()));
            if rate.narrow() == u32::MAX {
                netem.rate64(rate)
            } else {
                netem.without(Netem::TCA_NETEM_RATE64)
            }
        })
    }

    /// Sets the overhead in bytes that is added to each packet; may be negative.
    pub fn packet_overhead(self, bytes: i32) -> Self {
        self.rates(|all| all.packet_overhead(bytes))
    }

    /// Sets the cell size in bytes: packets are split into whole cells.
    pub fn cell_size(self, bytes: u32) -> Self {
        self.rates(|all| all.cell_size(bytes))
    }

    /// Sets the overhead in bytes that is added to each cell; may be negative.
    pub fn cell_overhead(self, bytes: i32) -> Self {
        self.rates(|all| all.cell_overhead(bytes))
    }

    /// Packets are collected, and leave in bursts, with a time between these from `min` to `max`: `slot MIN MAX`.
    pub fn slot(self, min: Duration, max: Duration) -> Self {
        self.slotted(|slots| slots.min_delay(min).max_delay(max))
    }

    /// Packets are collected, and leave in bursts, with a time between these of a distribution: `slot distribution NAME DELAY
    /// JITTER`.
    pub fn slot_distribution(self, delay: Duration, jitter: Duration, distribution: Distribution) -> Self {
        let values = checked(jitter).and_then(|_| distribution.checked());
        self.given(values, |netem, values| {
            netem.slotted(|slots| slots.mean_delay(delay).jitter(jitter)).slot_table(values)
        })
    }

    /// Sets how many packets leave in a slot at most.
    pub fn slot_packets(self, packets: i32) -> Self {
        self.slotted(|slots| slots.max_packets(packets))
    }

    /// Sets how many bytes leave in a slot at most.
    pub fn slot_bytes(self, bytes: i32) -> Self {
        self.slotted(|slots| slots.max_bytes(bytes))
    }

    fn correlate(self, change: impl FnOnce(NetemCorrelationsBuf) -> NetemCorrelationsBuf) -> Self {
        let correlations = self.view().correlations().map(NetemCorrelations::to_buf).unwrap_or_default();
        self.correlations(change(correlations))
    }

    fn rates(self, change: impl FnOnce(NetemRateBuf) -> NetemRateBuf) -> Self {
        let rates = self.view().rate_parameters().map(NetemRate::to_buf).unwrap_or_default();
        self.rate_parameters(change(rates))
    }

    fn slotted(self, change: impl FnOnce(NetemSlotBuf) -> NetemSlotBuf) -> Self {
        let slots = self.view().slots().map(NetemSlot::to_buf).unwrap_or_default();
        self.slots(change(slots))
    }
}

/// The rest of a probability to 100%.
fn rest(Percent(share): Percent) -> Percent {
    Percent(u32::MAX - share)
}

impl GilbertElliott {
    /// With this probability from the good state to the bad one. What is not set is as `tc` has it: the way back has the rest to
    /// 100%, all packets are lost in the bad state, and none in the good one.
    pub fn of(p: impl Put<Percent>) -> GilbertElliottBuf {
        let model = GilbertElliott::build().p(p);
        let r = rest(model.view().p());
        model.r(r)
    }
}

impl GilbertElliottBuf {
    /// Sets the probability (1 − `h`) that a packet is lost in the bad state.
    pub fn bad_loss(self, loss: impl Put<Percent>) -> Self {
        self.given(value_of(loss), |model, loss| model.h(rest(loss)))
    }
}

impl FourStates {
    /// With this probability from state 1 to state 3. What is not set is as `tc` has it: the way back has the rest to 100%, and the
    /// other states are not entered.
    pub fn of(p13: impl Put<Percent>) -> FourStatesBuf {
        let model = FourStates::build().p13(p13).p23(Percent(u32::MAX));
        let p31 = rest(model.view().p13());
        model.p31(p31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::PlaceQdisc as _;
    use netlink_packet::Scope;

    fn problem(netem: NetemBuf) -> String {
        netem.root().buffer().problem().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn times_in_both_forms() {
        let netem = Netem::build().delay("100ms").jitter(Duration::from_micros(20));
        assert_eq!((netem.view().latency_ticks(), netem.view().jitter_ticks()), (1_562_500, 312));
        assert_eq!(netem.view().jitter(), Duration::from_micros(20));
        let long = Netem::build().delay(Duration::from_secs(3600));
        assert_eq!((long.view().latency_ticks(), long.view().delay()), (u32::MAX, Duration::from_secs(3600)));
        let old = Netem::build().latency_ticks(1_562_500);
        assert_eq!(old.view().delay(), Duration::from_millis(100));
    }

    #[test]
    fn losses_replace_each_other() {
        let netem = Netem::build().loss(1.0);
        assert_eq!(netem.view().loss().map(|loss| loss.to_string()).as_deref(), Some("1%"));
        let netem = netem.gilbert_elliott(GilbertElliott::of("1%").bad_loss("70%").good_loss("0.1%"));
        assert_eq!((netem.view().loss(), netem.view().random_loss()), (None, Percent(0)));
        let model = netem.view().loss_model().and_then(NetemLoss::gilbert_elliott).unwrap();
        let words = [model.p(), model.r(), model.h(), model.good_loss()].map(|percent| percent.to_string());
        assert_eq!(words, ["1%", "99%", "30%", "0.1%"]);
        let netem = netem.four_states(FourStates::of("2%"));
        let models = netem.view().loss_model().unwrap();
        assert!(models.gilbert_elliott().is_none());
        let model = models.four_states().unwrap();
        let words =
            [model.p13(), model.p31(), model.p32(), model.p14(), model.p23()].map(|all| all.to_string());
        assert_eq!(words, ["2%", "98%", "0%", "0%", "100%"]);
        assert_eq!(netem.loss(0.0).view().loss(), Some(Percent(0)));
    }

    #[test]
    fn rates_beyond_32_bits() {
        let netem = Netem::build().packet_overhead(-14).rate("40gbit");
        assert_eq!(
            (netem.view().rate(), netem.view().rate64()),
            (Some(Rate::gbit(40)), Some(Rate::gbit(40)))
        );
        let netem = netem.rate("1gbit");
        assert_eq!((netem.view().rate(), netem.view().rate64()), (Some(Rate::gbit(1)), None));
        assert_eq!(netem.view().rate_parameters().map(NetemRate::packet_overhead), Some(-14));
    }

    #[test]
    fn a_request_has_a_limit() {
        let limit = |netem: NetemBuf| netem.root().view().kind::<Netem>().map(Netem::limit);
        assert_eq!((limit(Netem::build()), limit(Netem::build().limit(7))), (Some(1000), Some(7)));
    }

    #[test]
    fn what_has_no_effect_is_refused() {
        let ms = Duration::from_millis;
        assert!(problem(Netem::build().reorder("25%")).contains("reordered only if there is a delay"));
        assert_eq!(problem(Netem::build().reorder("25%").delay(ms(10))), "");
        let shaped = || Netem::build().delay(ms(10)).distribution(Distribution::pareto());
        assert!(problem(shaped()).contains("only if there is a jitter"));
        assert_eq!(problem(shaped().jitter(ms(1))), "");
        assert!(problem(Netem::build().ecn(true)).contains("only if there is a loss"));
        assert_eq!(problem(Netem::build().ecn(true).four_states(FourStates::of("1%"))), "");
    }

    #[test]
    fn what_kernels_would_cut_is_refused() {
        let seconds = Duration::from_secs;
        assert!(
            problem(Netem::build().jitter(seconds(3))).contains("a jitter of 3s is longer than 2.147483647s")
        );
        let slots = Netem::build().slot_distribution(seconds(3), seconds(3), Distribution::normal());
        assert!(problem(slots).contains("a jitter of 3s"));
        assert!(problem(Netem::build().loss("150%")).contains("\"150%\" is not a percentage"));
        assert!(problem(Netem::build().rate("fast")).contains("\"fast\" is not a rate"));
        assert!(problem(Netem::build().delay("soon")).contains("\"soon\" is not a time"));
    }

    #[test]
    fn what_a_kernel_does_not_know_is_found_after_the_struct() {
        let seed = Netem::build().seed(7).root();
        let unknown = |told: &NetemBuf| {
            let told = told.to_buf().root();
            let unknown = Scope::of(seed.view()).unknown(told.view().attributes().raw());
            unknown.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(unknown(&Netem::build()), ["TCA_NETEM_PRNG_SEED"]);
        assert_eq!(unknown(&Netem::build().seed(8)), [""; 0]);
    }

    #[test]
    fn reordering_needs_a_gap() {
        assert_eq!(Netem::build().reorder(25.0).view().gap(), 1);
        assert_eq!(Netem::build().gap(5).reorder(25.0).view().gap(), 5);
    }
}
