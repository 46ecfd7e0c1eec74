//! Stochastic fair blue: `sfb`.

use super::QdiscKind;
use crate::tc::units::MILLISECOND;
use crate::tc::{Percent, TimeIn};
use netlink_packet::{Build as _, PooledBuffer, Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Stochastic fair blue (SFB): packets are dropped with a probability that each flow has of its own, in Bloom filters, and flows
    /// that do not react are limited to a rate.
    ///
    /// What a request leaves out is what `tc` has by default.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceQdisc;
    /// use rtnetlink::tc::qdisc::Sfb;
    /// use std::time::Duration;
    ///
    /// // tc qdisc add dev DEV root sfb limit 1000 target 20 max 25 penalty_rate 10 penalty_burst 20
    /// let qdisc = Sfb::usual().limit(1000).target(20).max(25).penalty_rate(10).penalty_burst(20).root();
    /// ```
    pub struct Sfb / SfbBuf
    attributes {
        /// Parameters (parms).
        TCA_SFB_PARMS = 1 => parameters: &SfbParameters as SfbParameters,
    }
}

netlink! {
    /// Parameters of stochastic fair blue: `struct tc_sfb_qopt`.
    pub struct SfbParameters / SfbParametersBuf
    header tc_sfb_qopt: 36 {
        /// Rehash interval: how often the hashes change. Kernels keep it in their clock ticks (jiffies).
        rehash_interval = 0 => rehash_interval: Duration as TimeIn<MILLISECOND, u32>,
        /// Warmup time (`db`, double buffering): how long before that the new hashes are used beside the old ones.
        warmup_time = 4 => warmup_time: Duration as TimeIn<MILLISECOND, u32>,
        /// Max: length of a flow's queue in packets, from which on all are dropped.
        max = 8 => max: u32,
        /// Bin size (target): length of a flow's queue in packets, from which on the probability grows.
        bin_size = 12 => target: u32,
        /// Increment of the probability.
        increment = 16 => increment: Percent as Percent16,
        /// Decrement of the probability, while the queue is empty.
        decrement = 20 => decrement: Percent as Percent16,
        /// Limit: length of the queue, in packets; 0 in a request is the length of the device's transmit queue.
        limit = 24 => limit: u32,
        /// Penalty rate, in packets per second: what all flows together get that do not react.
        penalty_rate = 28 => penalty_rate: u32,
        /// Penalty burst, in packets.
        penalty_burst = 32 => penalty_burst: u32,
    }
}

in_width! {
    /// Codec of a probability as a share of 2¹⁶ − 1: `increment: Percent as Percent16`. It is rounded to the nearest, 0.0015%; a
    /// lower one than that half is refused, unless it is 0.
    Percent16: u32 = Percent, percent_of, share_of
}

/// 2³² − 1 is so many times 2¹⁶ − 1.
const TIMES: u32 = 65_537;

fn percent_of(share: u32) -> Percent {
    Percent(share.saturating_mul(TIMES))
}

fn share_of(Percent(share): Percent) -> Option<u32> {
    let rounded = share / TIMES + u32::from(share % TIMES > TIMES / 2);
    (rounded != 0 || share == 0).then_some(rounded)
}

impl netlink_packet::Put<Percent16> for f64 {
    fn put(self, out: &mut netlink_packet::Buffer) {
        match Percent::try_from(self) {
            Ok(percent) => netlink_packet::Put::<Percent16>::put(percent, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

impl netlink_packet::Put<Percent16> for &str {
    fn put(self, out: &mut netlink_packet::Buffer) {
        match self.parse::<Percent>() {
            Ok(percent) => netlink_packet::Put::<Percent16>::put(percent, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

impl QdiscKind for Sfb {
    const NAME: &'static str = "sfb";
    const STATS: Option<fn() -> &'static Table> = Some(SfbStats::table);

    fn complete(options: PooledBuffer) -> PooledBuffer {
        SfbBuf::from_buffer(options).change(std::convert::identity).into_buffer()
    }
}

impl Sfb {
    /// With what `tc` has by default: hashes change every 10 min, with a warmup of 1 min; target 20 and max 25 packets;
    /// 10 packets per second for flows that do not react.
    pub fn usual() -> SfbBuf {
        Sfb::build().change(std::convert::identity)
    }
}

impl SfbBuf {
    /// Sets the rehash interval: how often the hashes change.
    pub fn rehash_interval(self, interval: Duration) -> Self {
        self.change(|all| all.rehash_interval(interval))
    }

    /// Sets the warmup time (`db`), shorter than the rehash interval.
    pub fn warmup_time(self, time: Duration) -> Self {
        self.change(|all| all.warmup_time(time))
    }

    /// Sets the length of a flow's queue in packets, from which on all are dropped.
    pub fn max(self, packets: u32) -> Self {
        self.change(|all| all.max(packets))
    }

    /// Sets the length of a flow's queue in packets, from which on the probability grows.
    pub fn target(self, packets: u32) -> Self {
        self.change(|all| all.target(packets))
    }

    /// Sets the increment of the probability: a percentage, 0.05 is what `tc` writes as 0.0005.
    pub fn increment(self, increment: impl netlink_packet::Put<Percent16>) -> Self {
        self.change(|all| all.increment(increment))
    }

    /// Sets the decrement of the probability: a percentage.
    pub fn decrement(self, decrement: impl netlink_packet::Put<Percent16>) -> Self {
        self.change(|all| all.decrement(decrement))
    }

    /// Sets the length of the queue, in packets.
    pub fn limit(self, packets: u32) -> Self {
        self.change(|all| all.limit(packets))
    }

    /// Sets the rate in packets per second that all flows together get that do not react.
    pub fn penalty_rate(self, packets: u32) -> Self {
        self.change(|all| all.penalty_rate(packets))
    }

    /// Sets the burst of these flows, in packets.
    pub fn penalty_burst(self, packets: u32) -> Self {
        self.change(|all| all.penalty_burst(packets))
    }

    fn change(self, change: impl FnOnce(SfbParametersBuf) -> SfbParametersBuf) -> Self {
        let usual = || {
            let times = SfbParameters::build().rehash_interval(Duration::from_secs(600));
            let lengths = times.warmup_time(Duration::from_secs(60)).max(25).target(20);
            let steps = lengths.increment(percent_of(33)).decrement(percent_of(3));
            steps.penalty_rate(10).penalty_burst(20)
        };
        let parameters = self.view().parameters().map_or_else(usual, SfbParameters::to_buf);
        self.parameters(change(parameters))
    }
}

netlink! {
    /// Extra statistics of `sfb`: `struct tc_sfb_xstats`.
    pub struct SfbStats / SfbStatsBuf
    header tc_sfb_xstats: 36 {
        /// Packets dropped early, by probability.
        earlydrop = 0 => early_drops: u32,
        /// Packets dropped over the penalty rate.
        penaltydrop = 4 => penalty_drops: u32,
        /// Packets dropped over the max of a flow.
        bucketdrop = 8 => max_drops: u32,
        /// Packets dropped over the limit.
        queuedrop = 12 => limit_drops: u32,
        /// Packets dropped by the child qdisc.
        childdrop = 16 => child_drops: u32,
        /// Packets marked by ECN.
        marked = 20 => marks: u32,
        /// Length of the longest queue of a flow, in packets.
        maxqlen = 24 => max_queue: u32,
        /// Highest probability of a flow.
        maxprob = 28 => max_probability: Percent as Percent16,
        /// Average probability of the flows.
        avgprob = 32 => average_probability: Percent as Percent16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_16_bits() {
        let all = |sfb: &SfbBuf| sfb.view().parameters().map(SfbParameters::increment).unwrap();
        assert_eq!(all(&Sfb::usual().increment(100.0)), Percent(u32::MAX));
        assert_eq!(all(&Sfb::usual().increment("0.05%")), percent_of(33));
        assert_eq!(all(&Sfb::usual().increment(0.0)), Percent(0));
        let problem = |sfb: SfbBuf| sfb.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert!(problem(Sfb::usual().increment(0.0001)).contains("0.0001%"));
        assert!(problem(Sfb::usual().decrement("much")).contains("\"much\" is not a percentage"));
        for share in 0..=0xffff {
            assert_eq!(share_of(percent_of(share)), Some(share));
        }
    }
}
