//! Random early detection: `red`, and what it has in common with other kinds.

use super::QdiscKind;
use crate::tc::given::Given as _;
use crate::tc::units::value_of;
use crate::tc::{Percent, Rate, Size, TICK};
use netlink_packet::{
    Bitfield, Buffer, BuildError, Codec, Plain, Put, Schema, Scope, Table, View, append, flags, netlink,
};

netlink! {
    /// Random early detection (RED): drops or marks packets with a probability that grows with the average length of the queue.
    ///
    /// Kernels take numbers that are computed: [`RedConfig`] has those that `tc` takes.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceQdisc;
    /// use rtnetlink::tc::qdisc::Red;
    /// use rtnetlink::tc::qdisc::red::RedConfig;
    ///
    /// // tc qdisc add dev DEV root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 probability 0.02 bandwidth 10mbit ecn
    /// let config = RedConfig::limit(400_000).min(30_000).max(90_000).average_packet(1000).burst(55);
    /// let qdisc = Red::of(config.probability("2%").bandwidth("10mbit")).ecn(true).root();
    /// let red = qdisc.view().kind::<Red>().and_then(Red::parameters).unwrap();
    /// assert_eq!((red.min(), red.max(), red.average_log()), (30_000, 90_000, 5));
    /// ```
    pub struct Red / RedBuf
    attributes {
        /// Parameters (parms): limit and thresholds.
        TCA_RED_PARMS = 1 => parameters: &RedParameters as RedParameters,
        /// Idle damping table (stab), 256 bytes: by how much the average shrinks while the queue is empty. Kernels do not list it: a
        /// request that is made from what was listed has one that fits.
        TCA_RED_STAB = 2 => idle_table: &[u8] as [u8],
        /// Maximum probability (`max_P`), that of an average at the upper threshold.
        TCA_RED_MAX_P = 3 => probability: Percent,
        /// Flags, with those that the [parameters](RedParameters::flags) can't have; [`flags`](Red::flags) reads either form.
        TCA_RED_FLAGS = 4 => all_flags: RedFlags as AllRedFlags; needs("Linux 5.7"),
        /// Early drop block (`qevent early_drop block`): the number of the block of filters for packets that are dropped early.
        TCA_RED_EARLY_DROP_BLOCK = 5 => early_drop_block: u32; needs("Linux 5.9"),
        /// Mark block (`qevent mark block`): the number of the block of filters for packets that are marked.
        TCA_RED_MARK_BLOCK = 6 => mark_block: u32; needs("Linux 5.9"),
    }
    also idle_table_of_red
}

netlink! {
    /// Parameters of random early detection: `struct tc_red_qopt`. Lengths are in bytes, those of `choke` in packets.
    pub struct RedParameters / RedParametersBuf
    header tc_red_qopt: 16 {
        /// Limit: length of the queue.
        limit = 0 => limit: u32 as Size,
        /// Lower threshold (`min`): below this average, nothing is dropped.
        qth_min = 4 => min: u32 as Size,
        /// Upper threshold (`max`): from this average on, all is dropped.
        qth_max = 8 => max: u32 as Size,
        /// Averaging weight (`Wlog`, `ewma`): each packet counts 2⁻ᴺ.
        Wlog = 12 => average_log: u8,
        /// Slope (`Plog`) of the probability, as a logarithm; kernels use the probability itself if they have it.
        Plog = 13 => slope_log: u8,
        /// Cell size of the idle damping table (`Scell_log`), as a logarithm.
        Scell_log = 14 => cell_log: u8,
        /// Flags.
        flags = 15 => flags: RedFlags as NarrowRedFlags; sent_as(flags_of_parameters),
    }
}

flags! {
    /// Flags of random early detection: `TC_RED_*`.
    pub struct RedFlags: u32 = "red-flags" {
        /// Explicit congestion notification (ECN): packets are marked rather than dropped.
        const ECN = 1 => "ecn";
        /// Hard drop: packets are dropped, not marked, from the upper threshold on.
        const HARDDROP = 2 => "harddrop";
        /// Adaptive: the probability follows the average, 1% to 50%.
        const ADAPTATIVE = 4 => "adaptive";
        /// No drop: packets that can't be marked are queued rather than dropped early. It needs ECN.
        const NODROP = 8 => "nodrop";
    }
}

in_width! {
    /// Codec of flags in a byte: `flags: RedFlags as NarrowRedFlags`.
    NarrowRedFlags: u8 = RedFlags, |flags| RedFlags::from_bits_retain(flags.into()),
    |flags| u8::try_from(flags.bits()).ok()
}

/// Codec of all flags, of which a request sets some and clears the others.
#[derive(Debug)]
pub struct AllRedFlags;

impl Codec for AllRedFlags {
    type Value<'a> = RedFlags;
    const SCHEMA: Schema = <Bitfield<RedFlags> as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<RedFlags> {
        Bitfield::<RedFlags>::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        Bitfield::<RedFlags>::plain(payload, scope)
    }
}

impl Put<AllRedFlags> for RedFlags {
    fn put(self, out: &mut Buffer) {
        let known = RedFlags::ECN | RedFlags::HARDDROP | RedFlags::ADAPTATIVE | RedFlags::NODROP;
        out.push(&self.bits().to_ne_bytes());
        out.push(&(known | self).bits().to_ne_bytes());
    }
}

/// Where there is an attribute for the flags, kernels refuse those of the parameters.
fn flags_of_parameters(parameters: &Scope<'_>, listed: u64) -> u64 {
    let has_all = |outer: &Scope<'_>| outer.get(Red::TCA_RED_FLAGS).is_some();
    if parameters.outer().is_some_and(has_all) { 0 } else { listed }
}

impl QdiscKind for Red {
    const NAME: &'static str = "red";
    const STATS: Option<fn() -> &'static Table> = Some(RedStats::table);
}

impl Red {
    /// With these lengths and this probability: `red limit BYTES min BYTES max BYTES avpkt BYTES ...`.
    pub fn of(config: RedConfig) -> RedBuf {
        Red::build().given(config.computed(Unit::Bytes), |red, computed| {
            let (parameters, table) = computed.parameters();
            red.parameters(parameters).idle_table(&table[..]).probability(computed.probability)
        })
    }

    /// Flags, in either form.
    pub fn flags(&self) -> RedFlags {
        let narrow = || self.parameters().map(RedParameters::flags);
        self.all_flags().or_else(narrow).unwrap_or_default()
    }
}

impl RedBuf {
    /// Sets the flags. [`NODROP`](RedFlags::NODROP) needs Linux 5.7.
    pub fn flags(self, flags: RedFlags) -> Self {
        let parameters = self.view().parameters().map(RedParameters::to_buf).unwrap_or_default();
        if flags.contains(RedFlags::NODROP) {
            self.parameters(parameters.flags(RedFlags::empty())).all_flags(flags)
        } else {
            self.parameters(parameters.flags(flags)).without(Red::TCA_RED_FLAGS)
        }
    }

    /// Explicit congestion notification (ECN): packets are marked rather than dropped.
    pub fn ecn(self, on: bool) -> Self {
        self.flag(RedFlags::ECN, on)
    }

    /// Hard drop: packets are dropped, not marked, from the upper threshold on.
    pub fn harddrop(self, on: bool) -> Self {
        self.flag(RedFlags::HARDDROP, on)
    }

    /// Adaptive: the probability follows the average, 1% to 50%.
    pub fn adaptive(self, on: bool) -> Self {
        self.flag(RedFlags::ADAPTATIVE, on)
    }

    /// No drop: packets that can't be marked are queued rather than dropped early. It needs ECN, and Linux 5.7.
    pub fn nodrop(self, on: bool) -> Self {
        self.flag(RedFlags::NODROP, on)
    }

    fn flag(self, flag: RedFlags, on: bool) -> Self {
        let mut flags = self.view().flags();
        flags.set(flag, on);
        self.flags(flags)
    }
}

/// Appends the idle damping table, which lists lack.
fn idle_table_of_red(listed: &Scope<'_>, out: &mut Buffer) {
    if let Some(parameters) = Red::cast(listed.bytes()).parameters() {
        append(out, Red::TCA_RED_STAB, &fitting_table(parameters)[..]);
    }
}

netlink! {
    /// Extra statistics of `red`: `struct tc_red_xstats`.
    pub struct RedStats / RedStatsBuf
    header tc_red_xstats: 16 {
        /// Packets dropped early.
        early = 0 => early_drops: u32,
        /// Packets dropped over the limit.
        pdrop = 4 => limit_drops: u32,
        /// Packets dropped otherwise; 0 in kernels of today.
        other = 8 => other_drops: u32,
        /// Packets marked by ECN.
        marked = 12 => marks: u32,
    }
}

/// What the parameters of random early detection are computed from, as `tc` does it: of [`Red`], a queue of
/// [`Gred`](super::Gred), [`Choke`](super::Choke) and [`Sfq`](super::Sfq).
///
/// | `tc` | here | default |
/// | --- | --- | --- |
/// | `limit 400k` | [`RedConfig::limit("400k")`](RedConfig::limit) | |
/// | `min 30k` | [`min`](RedConfig::min) | a third of `max` |
/// | `max 90k` | [`max`](RedConfig::max) | three times `min` if that is given, else a quarter of the limit |
/// | `avpkt 1000` | [`average_packet`](RedConfig::average_packet) | 1000 |
/// | `burst 55` | [`burst`](RedConfig::burst) | (2 × `min` + `max`) / (3 × `avpkt`) |
/// | `probability 0.02` | [`probability`](RedConfig::probability) | 2% |
/// | `bandwidth 10mbit` | [`bandwidth`](RedConfig::bandwidth) | 10mbit |
///
/// Lengths are in bytes, those of `choke` in packets.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct RedConfig {
    limit: u32,
    min: Option<u32>,
    max: Option<u32>,
    average_packet: u32,
    burst: Option<u32>,
    probability: Percent,
    bandwidth: Rate,
    problem: Option<BuildError>,
}

impl RedConfig {
    /// With this limit: length of the queue.
    pub fn limit(limit: impl Put<Size>) -> Self {
        let config = RedConfig {
            limit: 0,
            min: None,
            max: None,
            average_packet: 1000,
            burst: None,
            // 2%.
            probability: Percent(85_899_346),
            bandwidth: Rate::mbit(10),
            problem: None,
        };
        config.set(value_of(limit), |config, limit| config.limit = limit)
    }

    /// Lower threshold: below this average length, nothing is dropped.
    pub fn min(self, min: impl Put<Size>) -> Self {
        self.set(value_of(min), |config, min| config.min = Some(min))
    }

    /// Upper threshold: from this average length on, all is dropped.
    pub fn max(self, max: impl Put<Size>) -> Self {
        self.set(value_of(max), |config, max| config.max = Some(max))
    }

    /// Average packet size, in bytes.
    pub fn average_packet(self, bytes: impl Put<Size>) -> Self {
        self.set(value_of(bytes), |config, bytes| config.average_packet = bytes)
    }

    /// Burst: about how many packets may come at once before any is dropped. Longer ones make the average slower.
    pub fn burst(self, packets: u32) -> Self {
        self.set(Ok(packets), |config, packets| config.burst = Some(packets))
    }

    /// Maximum probability of a drop, that at the upper threshold. Percentages: 2.0 is what `tc` writes as 0.02.
    pub fn probability(self, probability: impl Put<Percent>) -> Self {
        self.set(value_of(probability), |config, probability| config.probability = probability)
    }

    /// Bandwidth of the link, by which the average shrinks while the queue is empty.
    pub fn bandwidth(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.set(rate.try_into().map_err(Into::into), |config, rate| config.bandwidth = rate)
    }

    fn set<T>(mut self, value: Result<T, BuildError>, set: impl FnOnce(&mut Self, T)) -> Self {
        match value {
            Ok(value) => set(&mut self, value),
            Err(problem) => self.problem = self.problem.or(Some(problem)),
        }
        self
    }
}

/// What the lengths of a [`RedConfig`] count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes,
    Packets,
}

/// The numbers that a kernel takes.
pub(super) struct Computed {
    pub(super) limit: u32,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) average_log: u8,
    pub(super) slope_log: u8,
    pub(super) probability: Percent,
    /// Time of an average packet, in ticks.
    packet_time: f64,
}

impl RedConfig {
    /// The numbers for a kernel.
    pub(super) fn computed(self, unit: Unit) -> Result<Computed, BuildError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        let invalid = |problem: String| Err(BuildError::Invalid(problem));
        let RedConfig { limit, average_packet, probability, bandwidth, .. } = self;
        let max = self.max.unwrap_or(self.min.map_or(limit / 4, |min| min.saturating_mul(3)));
        let min = self.min.unwrap_or(max / 3);
        if limit == 0 || average_packet == 0 || bandwidth.0 == 0 {
            return invalid("a limit, an average packet or a bandwidth of 0 means nothing to RED".to_owned());
        }
        if min > max {
            return invalid(format!("a min of {min} is more than a max of {max}"));
        }
        // How many bytes one of these lengths is, and how many make a packet.
        let (bytes, per_packet) = match unit {
            Unit::Bytes => (1.0, average_packet),
            Unit::Packets => (f64::from(average_packet), 1),
        };
        let usual_burst = (2 * u64::from(min) + u64::from(max)) / (3 * u64::from(per_packet));
        let burst = self.burst.unwrap_or(u32::try_from(usual_burst).unwrap_or(u32::MAX));
        let min_packets = f64::from(min) / f64::from(per_packet);
        let Some(average_log) = average_log(min_packets, burst) else {
            let needed = min / per_packet + 1;
            return invalid(format!(
                "a burst of {burst} packets is too short for a min of {min}, at least {needed}"
            ));
        };
        let Some(slope_log) = slope_log(f64::from(max - min) * bytes, probability) else {
            return invalid(format!("a probability of {probability} is too low for a max of {max}"));
        };
        if max
            .checked_shl(average_log.into())
            .is_none_or(|shifted| shifted >> average_log != max || shifted >> 31 != 0)
        {
            return invalid(format!("a max of {max} is too large for a burst of {burst} packets"));
        }
        let packet_time = bandwidth.time_of(average_packet).unwrap_or_default().as_nanos() / u128::from(TICK);
        let packet_time = f64::from(u32::try_from(packet_time).unwrap_or(u32::MAX).max(1));
        if table(average_log, packet_time).is_none() {
            return invalid(format!("a bandwidth of {bandwidth} is too low for a burst of {burst} packets"));
        }
        Ok(Computed { limit, min, max, average_log, slope_log, probability, packet_time })
    }
}

impl Computed {
    /// The parameters, and the idle damping table.
    pub(super) fn parameters(&self) -> (RedParametersBuf, [u8; CELLS]) {
        let (cell_log, table) = self.table();
        let parameters = RedParameters::build().limit(self.limit).min(self.min).max(self.max);
        let parameters = parameters.average_log(self.average_log).slope_log(self.slope_log);
        (parameters.cell_log(cell_log), table)
    }

    /// The idle damping table, and its cell size.
    pub(super) fn table(&self) -> (u8, [u8; CELLS]) {
        table(self.average_log, self.packet_time).unwrap_or((0, [0; CELLS]))
    }
}

/// The averaging weight W = 2⁻ᴺ with which a burst of so many packets does not bring the average to the lower threshold:
/// burst + 1 − min ≤ (1 − (1 − W)^burst) / W, lengths in packets (Floyd and Jacobson, 1993).
fn average_log(min: f64, burst: u32) -> Option<u8> {
    let wanted = f64::from(burst) + 1.0 - min;
    let reached = |log: &u8| {
        let weight = 0.5_f64.powi(i32::from(*log));
        wanted <= (1.0 - (1.0 - weight).powf(f64::from(burst))) / weight
    };
    (1..32).find(reached).filter(|_| wanted >= 1.0)
}

/// The logarithm of how many times the probability of one more byte has to be doubled to be more than 1.
fn slope_log(bytes: f64, probability: Percent) -> Option<u8> {
    let slope = probability.percentage() / 100.0 / bytes;
    if bytes == 0.0 { Some(0) } else { (0..32).find(|log: &u8| slope * 2_f64.powi(i32::from(*log)) > 1.0) }
}

/// Cells of an idle damping table.
const CELLS: usize = 256;
/// By how much an average can be shifted at most.
const MOST: u8 = 31;

/// The idle damping table, and the logarithm of the cells' size: how many times an average is halved after a time without
/// packets, in which so many of this duration could have been sent. The last cell is the longest time.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 31")]
fn table(average_log: u8, packet_time: f64) -> Option<(u8, [u8; CELLS])> {
    let decay = -(1.0 - 0.5_f64.powi(average_log.into())).ln() / packet_time;
    let longest = f64::from(MOST) / decay;
    let cell_log = (0..32).find(|log: &u8| longest / 2_f64.powi(i32::from(*log)) < 512.0)?;
    let mut cells = [MOST; CELLS];
    for (cell, time) in cells.iter_mut().take(CELLS - 1).zip(0_u32..) {
        let halvings = f64::from(time) * 2_f64.powi(cell_log.into()) * decay;
        *cell = halvings.min(MOST.into()) as u8;
    }
    Some((cell_log, cells))
}

/// A table for parameters of which only the cell size is known: that of packets of 1000 bytes at 10 Mbit/s if it has such
/// cells, or else one from the middle of those that have.
pub(super) fn fitting_table(parameters: &RedParameters) -> [u8; CELLS] {
    cells_of(parameters.average_log(), parameters.cell_log())
}

/// The same for a weight and a cell size.
pub(super) fn cells_of(average_log: u8, cell_log: u8) -> [u8; CELLS] {
    // 800 µs.
    const USUAL: f64 = 12_500.0;
    let average_log = average_log.clamp(1, 31);
    let decay = -(1.0 - 0.5_f64.powi(average_log.into())).ln();
    let middle = 384.0 * 2_f64.powi(cell_log.into()) / f64::from(MOST) * decay;
    let fits = |time: f64| table(average_log, time).filter(|(log, _)| *log == cell_log);
    let found = fits(USUAL).or_else(|| fits(middle));
    found.map_or([0; CELLS], |(_, cells)| cells)
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    fn problem(config: RedConfig) -> String {
        Red::of(config).buffer().problem().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn the_numbers_of_tc() {
        // tc qdisc add dev v0 root red limit 400000 min 30000 max 90000 avpkt 1000 burst 55 ecn adaptive bandwidth 10mbit
        let config = RedConfig::limit(400_000).min(30_000).max(90_000).average_packet(1000).burst(55);
        let red = Red::of(config).ecn(true).adaptive(true);
        let parameters = red.view().parameters().unwrap();
        assert_eq!((parameters.limit(), parameters.min(), parameters.max()), (400_000, 30_000, 90_000));
        assert_eq!((parameters.average_log(), parameters.slope_log(), parameters.cell_log()), (5, 22, 15));
        assert_eq!(red.view().flags(), RedFlags::ECN | RedFlags::ADAPTATIVE);
        let table = red.view().idle_table().unwrap();
        assert_eq!((table.len(), table[0], table[255]), (256, 0, 31));
        assert!(table.is_sorted());
    }

    #[test]
    fn lengths_that_are_not_given() {
        let of = |config: RedConfig| config.computed(Unit::Bytes).map(|all| (all.min, all.max)).unwrap();
        assert_eq!(of(RedConfig::limit(400_000)), (33_333, 100_000));
        assert_eq!(of(RedConfig::limit(400_000).min(20_000)), (20_000, 60_000));
        assert_eq!(of(RedConfig::limit(400_000).max(60_000)), (20_000, 60_000));
        let packets = RedConfig::limit(1000).computed(Unit::Packets).map(|all| (all.min, all.max)).unwrap();
        assert_eq!(packets, (83, 250));
    }

    #[test]
    fn what_can_not_be() {
        let usual = || RedConfig::limit(400_000).min(30_000).max(90_000);
        assert_eq!(problem(usual()), "");
        assert!(
            problem(usual().burst(10))
                .contains("a burst of 10 packets is too short for a min of 30000, at least 31")
        );
        assert!(problem(usual().min(100_000)).contains("a min of 100000 is more than a max of 90000"));
        assert!(problem(usual().probability(0.0)).contains("a probability of 0% is too low"));
        assert!(problem(usual().bandwidth("8bit")).contains("a bandwidth of 8bit is too low"));
        assert!(problem(usual().bandwidth("fast")).contains("\"fast\" is not a rate"));
        assert!(
            problem(usual().max("1g").burst(3000).probability(100.0))
                .contains("a max of 1073741824 is too large")
        );
        assert!(problem(RedConfig::limit(0)).contains("a limit"));
        assert!(problem(RedConfig::limit("many").min("more")).contains("\"many\" is not a size"));
    }

    #[test]
    fn flags_in_the_form_that_older_kernels_know_while_it_suffices() {
        let red = Red::of(RedConfig::limit(400_000)).ecn(true);
        assert_eq!((red.view().flags(), red.view().all_flags()), (RedFlags::ECN, None));
        let red = red.nodrop(true);
        assert_eq!(red.view().all_flags(), Some(RedFlags::ECN | RedFlags::NODROP));
        assert_eq!(red.view().parameters().map(RedParameters::flags), Some(RedFlags::empty()));
        let raw = red.view().attributes().raw().payload_of(4).unwrap();
        assert_eq!(raw, [9_u32.to_ne_bytes(), 15_u32.to_ne_bytes()].concat());
        let red = red.nodrop(false);
        assert_eq!((red.view().flags(), red.view().all_flags()), (RedFlags::ECN, None));
    }

    #[test]
    fn a_request_has_a_table_and_flags_once() {
        let red = Red::of(RedConfig::limit(400_000)).ecn(true);
        let parameters = red.view().parameters().unwrap().to_buf();
        let listed = Red::build().parameters(parameters).probability(2.0).all_flags(RedFlags::ECN);
        let request = Red::cast(listed.buffer().body()).to_request();
        assert_eq!(request.view().idle_table(), red.view().idle_table());
        assert_eq!(request.view().parameters().map(RedParameters::flags), Some(RedFlags::empty()));
        assert_eq!(request.view().all_flags(), Some(RedFlags::ECN));
    }

    #[test]
    fn a_table_for_any_cell_size() {
        for average_log in 1..=31 {
            for cell_log in 0..32 {
                let cells = cells_of(average_log, cell_log);
                assert!(cells.is_sorted() && cells[255] == 31, "{average_log} {cell_log}: {cells:?}");
            }
        }
    }
}
