//! Dual queue with a coupled controller: `dualpi2`.

use super::QdiscKind;
use crate::tc::{MICROSECOND, Size, TimeIn};
use netlink_packet::{Buffer, BuildError, Codec, Plain, Put, Schema, Scope, Table, View, netlink, values};
use std::time::Duration;

netlink! {
    /// Dual queue, coupled, with a proportional integral controller improved with a square (DualPI2, RFC 9332): one queue for
    /// classic traffic, and one for that of low latency (L4S). Linux 6.17 and later have it.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Dualpi2;
    /// use rtnetlink::tc::qdisc::dualpi2::Dualpi2EcnMask;
    /// use rtnetlink::tc::PlaceQdisc;
    ///
    /// // tc qdisc add dev DEV root dualpi2 limit 5000 target 20ms any_ect
    /// let qdisc = Dualpi2::build().limit(5000).target("20ms").ecn_mask("any_ect").root();
    /// let dualpi2 = qdisc.view().kind::<Dualpi2>().unwrap();
    /// assert_eq!((dualpi2.limit(), dualpi2.ecn_mask()), (Some(5000), Some(Dualpi2EcnMask::ANY_ECT)));
    /// ```
    pub struct Dualpi2 / Dualpi2Buf
    attributes {
        /// Limit: length of both queues together, in packets. Default 10000. A request that sets it without a memory limit sets
        /// this to twice as many packets of the MTU.
        TCA_DUALPI2_LIMIT = 1 => limit: u32,
        /// Memory limit: bytes that all packets may take.
        TCA_DUALPI2_MEMORY_LIMIT = 2 => memory_limit: u32 as Size,
        /// Target: the delay that is acceptable to classic traffic. Default 15 ms.
        TCA_DUALPI2_TARGET = 3 => target: Duration as TimeIn<MICROSECOND, u32>,
        /// Update interval (`tupdate`): how often the probability is computed, up to 4.29 s. Default 16 ms.
        TCA_DUALPI2_TUPDATE = 4 => update_interval: Duration as ShortTime,
        /// Alpha: integral gain, in 1/256 Hz. Default 41, which is 0.16 Hz. Kernels keep it less exactly: 41 is listed as 40.
        TCA_DUALPI2_ALPHA = 5 => alpha: u32; sent_as(kept),
        /// Beta: proportional gain, in 1/256 Hz. Default 819, which is 3.2 Hz. Kernels keep it less exactly, too.
        TCA_DUALPI2_BETA = 6 => beta: u32; sent_as(kept),
        /// Step threshold in packets: length of the L4S queue from which on its packets are marked; in the place of one in time.
        TCA_DUALPI2_STEP_THRESH_PKTS = 7 => step_threshold_packets: u32,
        /// Step threshold in time: delay of the L4S queue from which on its packets are marked, up to 4.29 s. Default 1 ms.
        TCA_DUALPI2_STEP_THRESH_US = 8 => step_threshold: Duration as ShortTime,
        /// Minimum queue length for the step threshold, in packets. Default 0.
        TCA_DUALPI2_MIN_QLEN_STEP = 9 => min_step_queue: u32,
        /// Coupling factor: how many times as often as classic packets are dropped those of L4S are marked. Default 2.
        TCA_DUALPI2_COUPLING = 10 => coupling: u8,
        /// Overload strategy: whether packets are dropped, or the queue fills up. Default is to drop.
        TCA_DUALPI2_DROP_OVERLOAD = 11 => drop_overload: Dualpi2Overload,
        /// Where classic packets are dropped. Default is the end of the queue where they leave.
        TCA_DUALPI2_DROP_EARLY = 12 => drop_early: Dualpi2Drop,
        /// Protection of classic traffic: its share of the turns, in percent. Default 10.
        TCA_DUALPI2_C_PROTECTION = 13 => classic_protection: u8,
        /// ECN mask: which packets get into the L4S queue. Default are those that ECN marks as L4S.
        TCA_DUALPI2_ECN_MASK = 14 => ecn_mask: Dualpi2EcnMask,
        /// Split GSO: whether large packets of segmentation offload are split. Default yes.
        TCA_DUALPI2_SPLIT_GSO = 15 => split_gso: Dualpi2Gso,
    }
}

values! {
    /// What [`Dualpi2`] does with too many packets.
    pub struct Dualpi2Overload: u8 = "dualpi2-drop-overload" {
        /// The queue fills up.
        OVERFLOW = 0 => "overflow",
        /// Packets are dropped, which keeps the latency.
        DROP = 1 => "drop_on_overload",
    }
}

values! {
    /// Where [`Dualpi2`] drops classic packets.
    pub struct Dualpi2Drop: u8 = "dualpi2-drop-early" {
        /// Where they leave the queue.
        DROP_DEQUEUE = 0 => "drop_dequeue",
        /// Where they come into the queue.
        DROP_ENQUEUE = 1 => "drop_enqueue",
    }
}

values! {
    /// Which packets get into the L4S queue of [`Dualpi2`].
    pub struct Dualpi2EcnMask: u8 = "dualpi2-ecn-mask" {
        /// Those with ECT(1).
        L4S_ECT = 1 => "l4s_ect",
        /// Those with ECT(0).
        CLA_ECT = 2 => "cla_ect",
        /// Those with either.
        ANY_ECT = 3 => "any_ect",
    }
}

values! {
    /// Whether [`Dualpi2`] splits large packets of segmentation offload.
    pub struct Dualpi2Gso: u8 = "dualpi2-split-gso" {
        /// They stay whole.
        NO_SPLIT_GSO = 0 => "no_split_gso",
        /// They are split.
        SPLIT_GSO = 1 => "split_gso",
    }
}

/// Codec of a time in microseconds that kernels keep in 32 bits of nanoseconds.
#[derive(Debug)]
pub struct ShortTime;

impl Codec for ShortTime {
    type Value<'a> = Duration;
    const SCHEMA: Schema = <TimeIn<MICROSECOND, u32> as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Duration> {
        <TimeIn<MICROSECOND, u32> as Codec>::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

/// The longest time that kernels keep.
const LONGEST: Duration = Duration::from_nanos(u32::MAX as u64);

impl Put<ShortTime> for Duration {
    fn put(self, out: &mut Buffer) {
        if self > LONGEST {
            return out
                .refuse(BuildError::Invalid(format!("{self:?} is too long: kernels make it {LONGEST:?}")));
        }
        Put::<TimeIn<MICROSECOND, u32>>::put(self, out);
    }
}

impl Put<ShortTime> for &str {
    fn put(self, out: &mut Buffer) {
        match crate::tc::units::time(self) {
            Ok(time) => Put::<ShortTime>::put(time, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

/// A gain as it was listed: sent again it would become less each time, so that it is rounded up to what is listed again.
fn kept(_: &Scope<'_>, listed: u64) -> u64 {
    if listed_for(listed) < listed { listed + 1 } else { listed }
}

/// What kernels list for a gain: they keep a share of 2³² - 1 in units of 64 ns.
fn listed_for(gain: u64) -> u64 {
    const SECOND: u128 = 1_000_000_000;
    let most = u128::from(u32::MAX);
    let share = ((u128::from(gain) * most) >> 2) / SECOND;
    u64::try_from(((share * SECOND) << 2) / most).unwrap_or(u64::MAX)
}

impl QdiscKind for Dualpi2 {
    const NAME: &'static str = "dualpi2";
    const STATS: Option<fn() -> &'static Table> = Some(Dualpi2Stats::table);
    const NESTED: bool = true;
}

netlink! {
    /// Extra statistics of `dualpi2`: `struct tc_dualpi2_xstats`.
    pub struct Dualpi2Stats / Dualpi2StatsBuf
    header tc_dualpi2_xstats: 48 {
        /// Base probability: a share of 2³² - 1.
        prob = 0 => probability: u32,
        /// Delay of the classic queue, in microseconds.
        delay_c = 4 => classic_delay: u32,
        /// Delay of the L4S queue, in microseconds.
        delay_l = 8 => l4s_delay: u32,
        /// Packets that came into the classic queue.
        pkts_in_c = 12 => classic_packets: u32,
        /// Packets that came into the L4S queue.
        pkts_in_l = 16 => l4s_packets: u32,
        /// Maximum queue length so far, in packets.
        maxq = 20 => max_queue: u32,
        /// Packets marked by ECN.
        ecn_mark = 24 => ecn_marks: u32,
        /// Packets marked for the step threshold.
        step_mark = 28 => step_marks: u32,
        /// Credit: whose turn it is; the classic queue's if it is positive.
        credit = 32 => credit: i32,
        /// Memory used: bytes that the packets take.
        memory_used = 36 => memory_used: u32,
        /// The most bytes that the packets took so far.
        max_memory_used = 40 => max_memory_used: u32,
        /// Memory limit, in bytes.
        memory_limit = 44 => memory_limit: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::PlaceQdisc as _;
    use netlink_packet::{Build as _, NLA_F_NESTED};

    #[test]
    fn gains_stay_as_they_are_listed() {
        assert_eq!((listed_for(41), listed_for(819)), (40, 818));
        let scope = Scope::new(Dualpi2::table(), &[]);
        for asked in 1..20_000 {
            let listed = listed_for(asked);
            assert_eq!(listed_for(kept(&scope, listed)), listed, "{asked}");
        }
        let listed = Dualpi2::build().alpha(40).beta(7);
        assert_eq!(listed.view().to_request().view().alpha(), Some(41));
    }

    #[test]
    fn options_are_marked_as_a_nest() {
        let qdisc = Dualpi2::build().limit(5).split_gso("no_split_gso").drop_overload("overflow").root();
        let marked = |qdisc: &crate::tc::QdiscMessage| {
            let mut attributes = qdisc.attributes().raw();
            attributes.find(|one| one.number() == 2).map(|one| one.number_and_flags == 2 | NLA_F_NESTED)
        };
        assert_eq!(marked(qdisc.view()), Some(true));
        assert_eq!(marked(qdisc.view().to_request().view()), Some(true));
    }

    #[test]
    fn times_that_kernels_would_cut() {
        let problem =
            |dualpi2: Dualpi2Buf| dualpi2.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert!(problem(Dualpi2::build().update_interval("5s")).contains("5s is too long"));
        assert!(problem(Dualpi2::build().step_threshold("soon")).contains("\"soon\" is not a time"));
        assert_eq!(problem(Dualpi2::build().step_threshold("4s")), "");
    }
}
