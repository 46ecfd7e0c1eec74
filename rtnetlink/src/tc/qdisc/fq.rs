//! Fair queueing with pacing: `fq`.

use super::{Prio, QdiscKind};
use crate::tc::units::Switch;
use crate::tc::{MICROSECOND, NarrowRate, Rate, Size, TimeIn};
use netlink_packet::{BuildError, Chunks, Codec, Fixed, Packed, Plain, Schema, Scope, Table, View, netlink};
use std::marker::PhantomData;
use std::time::Duration;

netlink! {
    /// Fair queueing (FQ): a queue for each socket, which is paced: packets leave at the rate that TCP or the application asks for.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Fq;
    /// use rtnetlink::tc::{PlaceQdisc, Rate};
    ///
    /// // tc qdisc add dev DEV root fq maxrate 100mbit quantum 3028
    /// let qdisc = Fq::build().max_rate("100mbit").quantum(3028u32).root();
    /// assert_eq!(qdisc.view().kind::<Fq>().and_then(Fq::max_rate), Some(Rate::mbit(100)));
    /// ```
    pub struct Fq / FqBuf
    attributes {
        /// Limit (`plimit`): length of all queues together, in packets. Default 10000.
        TCA_FQ_PLIMIT = 1 => limit: u32,
        /// Flow limit (`flow_plimit`): length of a flow's queue, in packets. Default 100.
        TCA_FQ_FLOW_PLIMIT = 2 => flow_limit: u32,
        /// Quantum: bytes that a flow may send in a turn, 256 to 1 MiB: what is outside becomes the nearest of them. Default is
        /// twice the MTU of the device.
        TCA_FQ_QUANTUM = 3 => quantum: u32 as Size,
        /// Initial quantum: bytes that a new flow may send at once. Default is ten times the MTU of the device.
        TCA_FQ_INITIAL_QUANTUM = 4 => initial_quantum: u32 as Size,
        /// Pacing (`pacing`, `nopacing`): packets leave at the rate of their flow. Default on.
        TCA_FQ_RATE_ENABLE = 5 => pacing: bool as Switch,
        /// Default rate of a flow; no kernel uses it any more.
        TCA_FQ_FLOW_DEFAULT_RATE = 6 => default_rate: Rate as NarrowRate; ignored,
        /// Maximum rate (`maxrate`) of a flow, below 4 GiB/s. Default is no limit, [`NarrowRate::UNLIMITED`].
        TCA_FQ_FLOW_MAX_RATE = 7 => max_rate: Rate as NarrowRate,
        /// Buckets: number of hash buckets, as a logarithm: 1 to 18. Default 10; [`buckets`](FqBuf::buckets) takes the number itself.
        TCA_FQ_BUCKETS_LOG = 8 => buckets_log: u32,
        /// Refill delay: after how long without packets a flow gets new credit. Kernels round it up to their clock ticks (jiffies).
        /// Default 40 ms.
        TCA_FQ_FLOW_REFILL_DELAY = 9 => refill_delay: Duration as TimeIn<MICROSECOND, u32>,
        /// Orphan mask: bits of the hash of packets without a socket that choose their flow. Default 1023.
        TCA_FQ_ORPHAN_MASK = 10 => orphan_mask: u32,
        /// Low rate threshold: below this rate, each packet of a flow is paced on its own. Default 550 kbit/s.
        TCA_FQ_LOW_RATE_THRESHOLD = 11 => low_rate_threshold: Rate as NarrowRate,
        /// CE threshold: the delay above which all ECN packets are marked. Default is the longest, about 4295 s.
        TCA_FQ_CE_THRESHOLD = 12 => ce_threshold: Duration as TimeIn<MICROSECOND, u32>; needs("Linux 5.0"),
        /// Timer slack: how much later a packet may leave, so that several leave at one wakeup. Default 10 µs.
        TCA_FQ_TIMER_SLACK = 13 => timer_slack: Duration as TimeIn<1, u32>; needs("Linux 5.7"),
        /// Horizon: how far in the future the departure time of a packet may be. Default 10 s.
        TCA_FQ_HORIZON = 14 => horizon: Duration as TimeIn<MICROSECOND, u32>; needs("Linux 5.8"),
        /// What happens to packets beyond the horizon: they are dropped (`horizon_drop`, the default), or leave at the horizon
        /// (`horizon_cap`).
        TCA_FQ_HORIZON_DROP = 15 => horizon_drop: bool; needs("Linux 5.8"),
        /// Priority map (`priomap`): the band of each packet priority, of 3 bands.
        TCA_FQ_PRIOMAP = 16 => priority_map: &Prio as Prio; needs("Linux 6.7"),
        /// Weights of the 3 bands: bytes that each may send in a turn, at least 16384. Default 589824, 196608 and 65536.
        TCA_FQ_WEIGHTS = 17 => weights: Chunks<'_, i32> as Packed<i32>; needs("Linux 6.7"),
        /// Offload horizon: packets that leave within this time are paced by the device, at most as far ahead as it can. Default is
        /// none.
        TCA_FQ_OFFLOAD_HORIZON = 18 => offload_horizon: Duration as TimeIn<MICROSECOND, u32>; needs("Linux 6.13"),
    }
}

impl QdiscKind for Fq {
    const NAME: &'static str = "fq";
    const STATS: Option<fn() -> &'static Table> = Some(FqStats::table);
}

impl FqBuf {
    /// Sets the number of hash buckets, a power of two from 2 to 262144: `buckets 1024`.
    pub fn buckets(mut self, buckets: u32) -> Self {
        if buckets.is_power_of_two() && (2..=1 << 18).contains(&buckets) {
            return self.buckets_log(buckets.ilog2());
        }
        let problem = format!("{buckets} is not a number of buckets, a power of two from 2 to 262144");
        self.0.refuse(BuildError::Invalid(problem));
        self
    }
}

netlink! {
    /// Extra statistics of `fq`: `struct tc_fq_qd_stats`. Kernels before 6.7 report less: fields that are missing are 0.
    pub struct FqStats / FqStatsBuf
    header tc_fq_qd_stats: 152 {
        /// Flows that were freed (garbage collection).
        gc_flows = 0 => freed_flows: u64,
        /// Packets of high priority (obsolete): 0 since Linux 6.7.
        highprio_packets = 8 => high_priority_packets: u64,
        /// TCP retransmissions (obsolete): 0.
        tcp_retrans = 16 => tcp_retransmissions: u64,
        /// How often a flow was throttled.
        throttled = 24 => throttled: u64,
        /// Packets dropped over the flow limit.
        flows_plimit = 32 => flow_limit_drops: u64,
        /// Packets too long to be paced as they should.
        pkts_too_long = 40 => packets_too_long: u64,
        /// Allocation errors: flows for which there was no memory.
        allocation_errors = 48 => allocation_errors: u64,
        /// Time until the next delayed flow may send, in nanoseconds; a large number if there is none.
        time_next_delayed_flow = 56 => next_delayed_flow: i64,
        /// Flows at present.
        flows = 64 => flows: u32,
        /// Inactive flows: those without packets.
        inactive_flows = 68 => inactive_flows: u32,
        /// Throttled flows at present.
        throttled_flows = 72 => throttled_flows: u32,
        /// Latency of the timer that ends throttling, in nanoseconds.
        unthrottle_latency_ns = 76 => unthrottle_latency: u32,
        /// Packets marked for the CE threshold.
        ce_mark = 80 => ce_marks: u64,
        /// Packets dropped beyond the horizon.
        horizon_drops = 88 => horizon_drops: u64,
        /// Packets that leave at the horizon, though they should later.
        horizon_caps = 96 => horizon_caps: u64,
        /// Packets sent without queueing (fast path).
        fastpath_packets = 104 => fast_path_packets: u64,
        /// Packets dropped in each band.
        band_drops = 112 => band_drops: [u64; 3] as PerBand<u64>,
        /// Packets in each band at present.
        band_pkt_count = 136 => band_packets: [u32; 3] as PerBand<u32>,
    }
}

/// Codec of a number for each of the 3 bands.
#[derive(Debug)]
pub struct PerBand<T>(PhantomData<T>);

macro_rules! per_band {
    ($($int:ident)*) => { $(
        impl Codec for PerBand<$int> {
            type Value<'a> = [$int; 3];
            const SCHEMA: Schema = Schema { element: Some(&<$int as Codec>::SCHEMA), ..Schema::new("binary") };

            fn decode(payload: &[u8]) -> Option<[$int; 3]> {
                (payload.len() >= Self::SIZE).then(|| Self::read(payload))
            }

            fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
                Packed::<$int>::plain(payload, scope)
            }
        }

        impl Fixed for PerBand<$int> {
            type Owned = [$int; 3];
            const SIZE: usize = 3 * size_of::<$int>();

            fn read(bytes: &[u8]) -> [$int; 3] {
                let mut numbers = Packed::<$int>::decode(bytes).into_iter().flatten();
                [(); 3].map(|()| numbers.next().unwrap_or_default())
            }
        }

        impl netlink_packet::Put<PerBand<$int>> for [$int; 3] {
            fn put(self, out: &mut netlink_packet::Buffer) {
                netlink_packet::Put::<Packed<$int>>::put(self, out);
            }
        }
    )* };
}

per_band! { u32 u64 }

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    #[test]
    fn buckets_are_a_power_of_two() {
        assert_eq!(Fq::build().buckets(2048).view().buckets_log(), Some(11));
        for wrong in [0, 1, 1000, 1 << 19] {
            let problem = Fq::build().buckets(wrong).buffer().problem().map(ToString::to_string);
            assert!(problem.is_some_and(|problem| problem.contains("is not a number of buckets")), "{wrong}");
        }
    }

    #[test]
    fn rates_of_32_bits() {
        let fq = Fq::build().max_rate(NarrowRate::UNLIMITED);
        assert_eq!((fq.view().max_rate(), fq.buffer().problem()), (Some(NarrowRate::UNLIMITED), None));
        let problem = Fq::build().max_rate("40gbit").buffer().problem().map(ToString::to_string);
        assert_eq!(problem.as_deref(), Some("40Gbit is 4 GiB/s or more, which is too fast here"));
        assert!(Fq::build().max_rate("fast").buffer().problem().is_some());
    }

    #[test]
    fn statistics_of_older_kernels_are_shorter() {
        let stats = FqStats::build().flows(7).band_drops([1, 2, 3]).band_packets([4, 5, 6]);
        let all = stats.view().as_bytes();
        assert_eq!((stats.view().band_drops(), stats.view().band_packets()), ([1, 2, 3], [4, 5, 6]));
        let short = FqStats::new(&all[..104]).unwrap();
        assert_eq!((short.flows(), short.band_drops(), short.band_packets()), (7, [0; 3], [0; 3]));
    }
}
