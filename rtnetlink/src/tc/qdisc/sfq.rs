//! Stochastic fairness queueing: `sfq`.

use super::red::{NarrowRedFlags, RedConfig, RedFlags, Unit};
use super::{ClassKind, QdiscKind};
use crate::tc::given::Given as _;
use crate::tc::units::{SECOND, Switch, bytes_of};
use crate::tc::{Percent, Size, TimeIn};
use netlink_packet::{Buffer, Put, Scope, Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Stochastic fairness queueing (SFQ): flows take turns, which are told apart by a hash.
    ///
    /// What is 0 in a request is the default. Kernels do not change it: to have other options, it is deleted and added again.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceQdisc;
    /// use rtnetlink::tc::qdisc::Sfq;
    /// use std::time::Duration;
    ///
    /// // tc qdisc add dev DEV root sfq perturb 10 quantum 1514
    /// let qdisc = Sfq::build().perturb(Duration::from_secs(10)).quantum(1514u32).root();
    /// assert_eq!(qdisc.view().kind::<Sfq>().map(|sfq| sfq.base().quantum), Some(1514));
    /// ```
    pub struct Sfq / SfqBuf
    header tc_sfq_qopt_v1: 72 {
        /// What older kernels have, too.
        v0 = 0 => base: SfqBase,
        /// Depth: length of a flow's queue, in packets, at most 127, the default.
        depth = 20 => depth: u32,
        /// Drop at the head (`headdrop`): of a full queue, the oldest packets are dropped. Default off.
        headdrop = 24 => head_drop: bool as Switch,
        /// Limit of a flow's queue in bytes (`redflowlimit`); kernels have no use for it.
        limit = 28 => flow_limit: u32; ignored,
        /// Lower threshold (`min`) of RED in a flow's queue, in bytes; 0 if there is no RED.
        qth_min = 32 => red_min: u32,
        /// Upper threshold (`max`) of RED in a flow's queue, in bytes.
        qth_max = 36 => red_max: u32,
        /// Averaging weight (`Wlog`, `ewma`) of RED: each packet counts 2⁻ᴺ.
        Wlog = 40 => average_log: u8,
        /// Slope (`Plog`) of RED's probability, as a logarithm; kernels use the probability itself if they have it.
        Plog = 41 => slope_log: u8,
        /// Cell size (`Scell_log`) as a logarithm; without effect here.
        Scell_log = 42 => cell_log: u8,
        /// Flags of RED: [`ECN`](RedFlags::ECN) and [`HARDDROP`](RedFlags::HARDDROP).
        flags = 43 => flags: RedFlags as NarrowRedFlags,
        /// Maximum probability (`max_P`) of RED, that of an average at the upper threshold.
        max_P = 44 => probability: Percent,
        /// Statistics of RED.
        stats = 48 => red_stats: SfqRedStats; read_only,
    }
    also default_limit
}

copied! {
    /// The first part of the options of `sfq`: `struct tc_sfq_qopt`.
    pub struct SfqBase = tc_sfq_qopt: 20 {
        /// Quantum: bytes that a flow may send in a turn, at most 1 MiB; less than 256 becomes 256. Default is the MTU of the
        /// device.
        quantum = 0 => quantum: u32,
        /// Perturbation period (`perturb`): how often the hash changes, in seconds; 0 for never, the default.
        perturb_period = 4 => perturb: Duration as TimeIn<SECOND, i32>,
        /// Limit: length of all queues together, in packets, at most depth × flows. Default 127.
        limit = 8 => limit: u32,
        /// Divisor: size of the hash table, a power of two up to 65536. Default 1024.
        divisor = 12 => divisor: u32,
        /// Flows: how many there are at most, up to 65408. Default 127.
        flows = 16 => flows: u32,
    }
}

copied! {
    /// Statistics of RED in the queues of `sfq`: `struct tc_sfqred_stats`.
    pub struct SfqRedStats = tc_sfqred_stats: 24 {
        /// Packets dropped early, below the upper threshold.
        prob_drop = 0 => early_drops: u32,
        /// Packets dropped above the upper threshold.
        forced_drop = 4 => forced_drops: u32,
        /// Packets marked below the upper threshold.
        prob_mark = 8 => early_marks: u32,
        /// Packets marked above the upper threshold.
        forced_mark = 12 => forced_marks: u32,
        /// Packets marked at the head of a queue, below the upper threshold.
        prob_mark_head = 16 => early_head_marks: u32,
        /// Packets marked at the head of a queue, above the upper threshold.
        forced_mark_head = 20 => forced_head_marks: u32,
    }
}

/// Without a limit in the request, there may be one more flow than the default one allows: a request that is made from what was
/// listed has none then, either.
fn default_limit(listed: &Scope<'_>, out: &mut Buffer) {
    const AT: usize = 8;
    let base = Sfq::cast(listed.bytes()).base();
    if base.flows > base.limit {
        let limit = out.length() - Sfq::HEADER + AT;
        out.overwrite(limit, 0_u32.to_ne_bytes());
    }
}

impl QdiscKind for Sfq {
    const NAME: &'static str = "sfq";
}

/// Its classes are the flows, which the kernel makes: they have no options.
impl ClassKind for Sfq {
    const NAME: &'static str = "sfq";
    const STATS: Option<fn() -> &'static Table> = Some(SfqStats::table);
}

impl SfqBuf {
    /// Sets the bytes that a flow may send in a turn.
    pub fn quantum(self, quantum: impl Put<Size>) -> Self {
        self.given(bytes_of(quantum), |sfq, quantum| sfq.change(|base| base.quantum = quantum))
    }

    /// Sets how often the hash changes: whole seconds.
    pub fn perturb(self, period: Duration) -> Self {
        self.change(|base| base.perturb = period)
    }

    /// Sets the length of all queues together, in packets. 1 is too short.
    pub fn limit(self, packets: u32) -> Self {
        self.change(|base| base.limit = packets)
    }

    /// Sets the size of the hash table, a power of two.
    pub fn divisor(self, divisor: u32) -> Self {
        self.change(|base| base.divisor = divisor)
    }

    /// Sets how many flows there are at most.
    pub fn flows(self, flows: u32) -> Self {
        self.change(|base| base.flows = flows)
    }

    /// Random early detection in the queue of each flow: `redflowlimit BYTES min BYTES max BYTES ...`. The limit of the
    /// configuration serves only to find the thresholds.
    pub fn red(self, config: RedConfig) -> Self {
        self.given(config.computed(Unit::Bytes), |sfq, computed| {
            let sfq = sfq.red_min(computed.min).red_max(computed.max).probability(computed.probability);
            sfq.average_log(computed.average_log).slope_log(computed.slope_log)
        })
    }

    /// Explicit congestion notification (ECN) of RED: packets are marked rather than dropped.
    pub fn ecn(self, on: bool) -> Self {
        self.flag(RedFlags::ECN, on)
    }

    /// Hard drop of RED: packets are dropped, not marked, from the upper threshold on.
    pub fn harddrop(self, on: bool) -> Self {
        self.flag(RedFlags::HARDDROP, on)
    }

    fn flag(self, flag: RedFlags, on: bool) -> Self {
        let mut flags = self.view().flags();
        flags.set(flag, on);
        self.flags(flags)
    }

    fn change(self, change: impl FnOnce(&mut SfqBase)) -> Self {
        let mut base = self.view().base();
        change(&mut base);
        self.base(base)
    }
}

netlink! {
    /// Extra statistics of a flow of `sfq`: `struct tc_sfq_xstats`.
    pub struct SfqStats / SfqStatsBuf
    header tc_sfq_xstats: 4 {
        /// Allotment: bytes that the flow may still send in this turn; negative where it has sent more.
        allot = 0 => allotment: i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    #[test]
    fn structs_inside() {
        let sfq =
            Sfq::build().limit(500).perturb(Duration::from_secs(10)).quantum("2k").head_drop(true).ecn(true);
        let expected =
            SfqBase { limit: 500, perturb: Duration::from_secs(10), quantum: 2048, ..SfqBase::default() };
        assert_eq!((sfq.view().base(), sfq.view().flags()), (expected, RedFlags::ECN));
        assert_eq!(
            (sfq.view().as_bytes().len(), &sfq.view().as_bytes()[4..8]),
            (72, &10_i32.to_ne_bytes()[..])
        );
        let problem = Sfq::build().quantum("much").buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("\"much\" is not a size")));
    }

    #[test]
    fn a_request_without_a_limit_has_none_again() {
        let of = |limit, flows| {
            let listed = Sfq::build().limit(limit).flows(flows);
            Sfq::cast(listed.buffer().body()).to_request().view().base().limit
        };
        assert_eq!((of(127, 128), of(127, 100), of(500, 128)), (0, 127, 500));
    }

    #[test]
    fn what_is_wrong_with_red_is_refused() {
        let sfq = Sfq::build().red(RedConfig::limit(100_000).min(8000).max(60_000).burst(20));
        assert_eq!(
            (sfq.view().red_min(), sfq.view().red_max(), sfq.buffer().problem()),
            (8000, 60_000, None)
        );
        assert!(Sfq::build().red(RedConfig::limit(100_000).burst(1)).buffer().problem().is_some());
    }
}
