//! Common applications kept enhanced: `cake`.

use super::{ClassKind, QdiscKind};
use crate::tc::given::Given as _;
use crate::tc::units::{Switch, duration_of};
use crate::tc::{MICROSECOND, Rate, Size, TimeIn};
use netlink_packet::{
    Array, Buffer, Build as _, BuildError, Codec, Items, Plain, PooledBuffer, Put, Schema, Scope, Table,
    View, netlink, values,
};
use std::time::Duration;

netlink! {
    /// Common applications kept enhanced (CAKE): a shaper with fair queueing and active queue management, for the bottleneck of
    /// a connection.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Cake;
    /// use rtnetlink::tc::{PlaceQdisc, Rate};
    /// use std::time::Duration;
    ///
    /// // tc qdisc add dev DEV root cake bandwidth 100mbit diffserv4 dual-srchost nat rtt 50ms overhead 44
    /// let cake = Cake::build().bandwidth("100mbit").diffserv("diffserv4").flow_mode("dual-srchost").nat(true);
    /// let qdisc = cake.round_trip("50ms").overhead(44).root();
    /// let cake = qdisc.view().kind::<Cake>().unwrap();
    /// assert_eq!((cake.bandwidth(), cake.target()), (Some(Rate::mbit(100)), Some(Duration::from_micros(2500))));
    /// ```
    ///
    /// A change keeps what it leaves out, and the packets in the queues.
    pub struct Cake / CakeBuf
    attributes {
        /// Bandwidth: rate of the shaper; 0, the default, for none (`unlimited`).
        TCA_CAKE_BASE_RATE64 = 2 => bandwidth: Rate,
        /// Diffserv mode: which priority tins there are. Default `diffserv3`.
        TCA_CAKE_DIFFSERV_MODE = 3 => diffserv: CakeDiffserv,
        /// ATM compensation: framing of the link layer. Default none.
        TCA_CAKE_ATM = 4 => atm: CakeAtm,
        /// Flow mode: what flows and hosts are isolated by. Default `triple-isolate`.
        TCA_CAKE_FLOW_MODE = 5 => flow_mode: CakeFlowMode,
        /// Overhead in bytes that the link layer adds to each packet, -64 to 256 in `tc`; it may be negative.
        TCA_CAKE_OVERHEAD = 6 => overhead: i32,
        /// Round-trip time (RTT), the interval of the queue management, at least 1 µs. Default 100 ms.
        /// [`round_trip`](CakeBuf::round_trip) sets the target, too.
        TCA_CAKE_RTT = 7 => rtt: Duration as TimeIn<MICROSECOND, u32>,
        /// Target: the delay that is acceptable, at least 1 µs. Default 5 ms. At low rates a tin has at least the time of 1.5
        /// packets.
        TCA_CAKE_TARGET = 8 => target: Duration as TimeIn<MICROSECOND, u32>,
        /// Automatic rate (`autorate-ingress`): the bandwidth follows what comes in. Default off.
        TCA_CAKE_AUTORATE = 9 => autorate: bool as Switch,
        /// Memory limit (`memlimit`): bytes that the queues may take; 0, the default, lets the kernel compute it by the
        /// bandwidth and the RTT.
        TCA_CAKE_MEMORY = 10 => memory_limit: u32 as Size,
        /// NAT: flows are told apart by the addresses before network address translation. Default off.
        TCA_CAKE_NAT = 11 => nat: bool as Switch,
        /// Raw: packets count by the length that the kernel has for them, without overhead. The default, until an overhead is
        /// set.
        TCA_CAKE_RAW = 12 => raw: bool as Presence,
        /// Wash: the DS field of packets is cleared after it was used. Default off.
        TCA_CAKE_WASH = 13 => wash: bool as Switch,
        /// Minimum packet unit (MPU): the size in bytes that shorter packets count as, with the overhead.
        TCA_CAKE_MPU = 14 => mpu: u32,
        /// Ingress: the shaper counts dropped packets, too, since they have passed the bottleneck. Default off.
        TCA_CAKE_INGRESS = 15 => ingress_mode: bool as Switch,
        /// ACK filter: drops TCP acknowledgements that later ones make superfluous. Default off.
        TCA_CAKE_ACK_FILTER = 16 => ack_filter: CakeAckFilter,
        /// Split GSO: large packets of segmentation offload are split. Default on.
        TCA_CAKE_SPLIT_GSO = 17 => split_gso: bool as Switch,
        /// Mask of the firewall mark (`fwmark`) by which packets get their tin; 0, the default, for none.
        TCA_CAKE_FWMARK = 18 => fwmark: u32; needs("Linux 5.1"),
    }
}

values! {
    /// Diffserv mode: the tins of priorities that [`Cake`] has.
    pub struct CakeDiffserv: u32 = "" {
        /// Three tins: bulk, best effort, voice.
        DIFFSERV3 = 0 => "diffserv3",
        /// Four tins: bulk, best effort, video, voice.
        DIFFSERV4 = 1 => "diffserv4",
        /// Eight tins.
        DIFFSERV8 = 2 => "diffserv8",
        /// A single tin.
        BESTEFFORT = 3 => "besteffort",
        /// Eight tins by the old IP precedence.
        PRECEDENCE = 4 => "precedence",
    }
}

values! {
    /// Flow mode: what [`Cake`] isolates flows and hosts by.
    pub struct CakeFlowMode: u32 = "" {
        /// No isolation: all packets are in one queue.
        NONE = 0 => "flowblind",
        /// Hosts, by their source address.
        SRC_IP = 1 => "srchost",
        /// Hosts, by their destination address.
        DST_IP = 2 => "dsthost",
        /// Pairs of hosts.
        HOSTS = 3 => "hosts",
        /// Flows.
        FLOWS = 4 => "flows",
        /// Flows, and then hosts by their source address.
        DUAL_SRC = 5 => "dual-srchost",
        /// Flows, and then hosts by their destination address.
        DUAL_DST = 6 => "dual-dsthost",
        /// Flows, and then hosts by both addresses.
        TRIPLE = 7 => "triple-isolate",
    }
}

values! {
    /// ACK filter of [`Cake`].
    pub struct CakeAckFilter: u32 = "" {
        /// Acknowledgements are not filtered.
        NONE = 0 => "no-ack-filter",
        /// Acknowledgements without further information are filtered.
        FILTER = 1 => "ack-filter",
        /// More of them are filtered.
        AGGRESSIVE = 2 => "ack-filter-aggressive",
    }
}

values! {
    /// Framing of the link layer that [`Cake`] compensates for.
    pub struct CakeAtm: u32 = "" {
        /// None.
        NONE = 0 => "noatm",
        /// ATM: packets become cells of 48 bytes, each of which takes 53.
        ATM = 1 => "atm",
        /// PTM: 64 bytes take 65.
        PTM = 2 => "ptm",
    }
}

/// Codec of a number whose presence is its meaning: `raw: bool as Presence` reads as `Some(true)` or `None`, and setting it to
/// `false` writes nothing.
#[derive(Debug)]
pub struct Presence;

impl Codec for Presence {
    type Value<'a> = bool;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    fn decode(_: &[u8]) -> Option<bool> {
        Some(true)
    }

    fn plain<'a>(_: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        true.into()
    }
}

impl Put<Presence> for bool {
    fn put(self, _: &mut Buffer) {}

    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        if self {
            Put::<u32>::put_as(0, key, out);
        }
    }
}

impl QdiscKind for Cake {
    const NAME: &'static str = "cake";
    const STATS: Option<fn() -> &'static Table> = Some(CakeStats::table);

    fn complete(options: PooledBuffer) -> PooledBuffer {
        let cake = CakeBuf::from_buffer(options);
        if ![cake.view().rtt(), cake.view().target()].contains(&Some(Duration::ZERO)) {
            return cake.into_buffer();
        }
        let problem = "a round-trip time or target of 0 is none: kernels make it 1 µs";
        cake.given(Err::<(), _>(BuildError::Invalid(problem.into())), |cake, ()| cake).into_buffer()
    }
}

/// Its classes are the flows, which the kernel makes: they have no options. Their numbers count 1024 for each tin.
impl ClassKind for Cake {
    const NAME: &'static str = "cake";
    const STATS: Option<fn() -> &'static Table> = Some(CakeStats::table);
}

impl CakeBuf {
    /// Sets the round-trip time, and the target to a twentieth of it, like `rtt TIME`.
    pub fn round_trip(self, time: impl Put<TimeIn<1, u64>>) -> Self {
        self.given(duration_of(time), |cake, time| {
            let target = (time / 20).max(Duration::from_micros(1));
            cake.rtt(time).target(target)
        })
    }
}

netlink! {
    /// Extra statistics of `cake`: those of the qdisc, or those of a flow, which begin with the [deficit](CakeStats::deficit).
    pub struct CakeStats / CakeStatsBuf
    attributes {
        /// Capacity estimate: rate at which packets come in, if the bandwidth follows it.
        TCA_CAKE_STATS_CAPACITY_ESTIMATE64 = 2 => capacity_estimate: Rate,
        /// Memory limit, in bytes.
        TCA_CAKE_STATS_MEMORY_LIMIT = 3 => memory_limit: u32,
        /// Memory used: the most bytes that the queues took.
        TCA_CAKE_STATS_MEMORY_USED = 4 => memory_used: u32,
        /// Average network offset: bytes of the link-layer header, averaged over some hundred packets.
        TCA_CAKE_STATS_AVG_NETOFF = 5 => average_network_offset: u32,
        /// Smallest packet at the network layer, in bytes; with its link-layer header if it counts raw. All ones before the first.
        TCA_CAKE_STATS_MIN_NETLEN = 6 => min_network_length: u32,
        /// Largest packet at the network layer, in bytes; with its link-layer header if it counts raw.
        TCA_CAKE_STATS_MAX_NETLEN = 7 => max_network_length: u32,
        /// Smallest packet as it counts, with overhead, in bytes; all ones before the first.
        TCA_CAKE_STATS_MIN_ADJLEN = 8 => min_adjusted_length: u32,
        /// Largest packet as it counts, with overhead, in bytes.
        TCA_CAKE_STATS_MAX_ADJLEN = 9 => max_adjusted_length: u32,
        /// Tins, from the lowest priority on.
        TCA_CAKE_STATS_TIN_STATS = 10 => tins: Items<'_, CakeTin> as Array<CakeTin>,
        /// Deficit of a flow: bytes that it may still send in this turn; negative where it has sent more.
        TCA_CAKE_STATS_DEFICIT = 11 => deficit: i32,
        /// COBALT count of a flow: drops or marks since the dropping state was entered.
        TCA_CAKE_STATS_COBALT_COUNT = 12 => cobalt_count: u32,
        /// Dropping state of a flow: whether packets are being dropped.
        TCA_CAKE_STATS_DROPPING = 13 => dropping: bool as Switch,
        /// Time since the next drop of a flow was due, in microseconds; negative until then. Only in the dropping state.
        TCA_CAKE_STATS_DROP_NEXT_US = 14 => next_drop: i32,
        /// Drop probability of a flow (BLUE): a share of 2³² - 1.
        TCA_CAKE_STATS_P_DROP = 15 => drop_probability: u32,
        /// Time since the drop probability of a flow changed, in microseconds. Only if there is one.
        TCA_CAKE_STATS_BLUE_TIMER_US = 16 => blue_timer: i32,
        /// Active queues: how many of a `cake_mq` share the bandwidth.
        TCA_CAKE_STATS_ACTIVE_QUEUES = 17 => active_queues: u32,
    }
}

netlink! {
    /// Statistics of a tin of `cake`.
    pub struct CakeTin / CakeTinBuf
    attributes {
        /// Packets sent.
        TCA_CAKE_TIN_STATS_SENT_PACKETS = 2 => sent_packets: u32,
        /// Bytes sent.
        TCA_CAKE_TIN_STATS_SENT_BYTES64 = 3 => sent_bytes: u64,
        /// Packets dropped.
        TCA_CAKE_TIN_STATS_DROPPED_PACKETS = 4 => dropped_packets: u32,
        /// Bytes dropped.
        TCA_CAKE_TIN_STATS_DROPPED_BYTES64 = 5 => dropped_bytes: u64,
        /// Acknowledgements dropped by the ACK filter, in packets.
        TCA_CAKE_TIN_STATS_ACKS_DROPPED_PACKETS = 6 => dropped_acks: u32,
        /// Acknowledgements dropped by the ACK filter, in bytes.
        TCA_CAKE_TIN_STATS_ACKS_DROPPED_BYTES64 = 7 => dropped_ack_bytes: u64,
        /// Packets marked by ECN.
        TCA_CAKE_TIN_STATS_ECN_MARKED_PACKETS = 8 => ecn_marks: u32,
        /// Bytes of the packets marked by ECN.
        TCA_CAKE_TIN_STATS_ECN_MARKED_BYTES64 = 9 => ecn_marked_bytes: u64,
        /// Backlog, in packets.
        TCA_CAKE_TIN_STATS_BACKLOG_PACKETS = 10 => backlog_packets: u32,
        /// Backlog, in bytes.
        TCA_CAKE_TIN_STATS_BACKLOG_BYTES = 11 => backlog_bytes: u32,
        /// Threshold: rate beyond which the tin loses its priority; 0 without a bandwidth.
        TCA_CAKE_TIN_STATS_THRESHOLD_RATE64 = 12 => threshold: Rate,
        /// Target: the delay that is acceptable.
        TCA_CAKE_TIN_STATS_TARGET_US = 13 => target: Duration as TimeIn<MICROSECOND, u32>,
        /// Interval of the queue management.
        TCA_CAKE_TIN_STATS_INTERVAL_US = 14 => interval: Duration as TimeIn<MICROSECOND, u32>,
        /// Indirect hits: packets whose flow was found by searching its set.
        TCA_CAKE_TIN_STATS_WAY_INDIRECT_HITS = 15 => way_indirect_hits: u32,
        /// Misses: packets that began a flow in a queue of its own.
        TCA_CAKE_TIN_STATS_WAY_MISSES = 16 => way_misses: u32,
        /// Collisions: packets that began a flow in a queue that another one has.
        TCA_CAKE_TIN_STATS_WAY_COLLISIONS = 17 => way_collisions: u32,
        /// Peak delay: that of the slower flows, averaged.
        TCA_CAKE_TIN_STATS_PEAK_DELAY_US = 18 => peak_delay: Duration as TimeIn<MICROSECOND, u32>,
        /// Average delay.
        TCA_CAKE_TIN_STATS_AVG_DELAY_US = 19 => average_delay: Duration as TimeIn<MICROSECOND, u32>,
        /// Base delay: that of the faster flows, averaged.
        TCA_CAKE_TIN_STATS_BASE_DELAY_US = 20 => base_delay: Duration as TimeIn<MICROSECOND, u32>,
        /// Sparse flows: those that rarely have more than a packet in the queue.
        TCA_CAKE_TIN_STATS_SPARSE_FLOWS = 21 => sparse_flows: u32,
        /// Bulk flows: those that always have packets in the queue.
        TCA_CAKE_TIN_STATS_BULK_FLOWS = 22 => bulk_flows: u32,
        /// Unresponsive flows: those that do not slow down for drops and marks.
        TCA_CAKE_TIN_STATS_UNRESPONSIVE_FLOWS = 23 => unresponsive_flows: u32,
        /// Largest packet so far, in bytes.
        TCA_CAKE_TIN_STATS_MAX_SKBLEN = 24 => max_packet: u32,
        /// Flow quantum: bytes that a flow may send in a turn.
        TCA_CAKE_TIN_STATS_FLOW_QUANTUM = 25 => flow_quantum: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::PlaceQdisc as _;

    #[test]
    fn words_of_tc() {
        let cake = Cake::build().diffserv("besteffort").flow_mode("flowblind").atm("ptm");
        let cake = cake.ack_filter("ack-filter-aggressive");
        let is = cake.view();
        assert_eq!(
            (is.diffserv(), is.flow_mode()),
            (Some(CakeDiffserv::BESTEFFORT), Some(CakeFlowMode::NONE))
        );
        assert_eq!((is.atm(), is.ack_filter()), (Some(CakeAtm::PTM), Some(CakeAckFilter::AGGRESSIVE)));
        let problem = Cake::build().flow_mode("everything").buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("everything")));
    }

    #[test]
    fn raw_is_there_or_not() {
        let (raw, not) = (Cake::build().raw(true), Cake::build().raw(true).raw(false));
        assert_eq!((raw.view().raw(), not.view().raw()), (Some(true), None));
        assert_eq!(raw.view().attributes().raw().payload_of(12), Some(&[0; 4][..]));
    }

    #[test]
    fn the_target_follows_the_round_trip_time() {
        let times = |rtt| {
            let cake = Cake::build().round_trip(rtt);
            (cake.view().rtt(), cake.view().target())
        };
        let micros = |number| Some(Duration::from_micros(number));
        assert_eq!(times(Duration::from_millis(100)), (micros(100_000), micros(5000)));
        assert_eq!(times(Duration::from_micros(3)), (micros(3), micros(1)));
        let text = Cake::build().round_trip("30ms");
        assert_eq!((text.view().rtt(), text.view().target()), (micros(30_000), micros(1500)));
        let none = Cake::build().target(Duration::ZERO).root().buffer().problem().map(ToString::to_string);
        assert!(none.is_some_and(|problem| problem.contains("target of 0 is none")));
        let problem = Cake::build().round_trip("far").buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("\"far\" is not a time")));
    }
}
