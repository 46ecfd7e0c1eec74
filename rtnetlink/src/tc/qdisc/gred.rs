//! Generalized random early detection: `gred`.

use super::QdiscKind;
use super::red::{NarrowRedFlags, RedConfig, RedFlags, Unit, cells_of};
use crate::tc::given::Given as _;
use crate::tc::{Percent, Size};
use netlink_packet::{Chunks, Items, Packed, Repeated, netlink};

netlink! {
    /// Generalized random early detection (GRED): up to 16 virtual queues, each with the parameters of [`red`](super::Red). The lowest 4
    /// bits of `tc_index` of a packet, which a filter sets, say its virtual queue.
    ///
    /// A request that adds the qdisc sets it up; each request that changes it configures one virtual queue, or sets it up anew.
    ///
    /// ```
    /// use rtnetlink::tc::PlaceQdisc;
    /// use rtnetlink::tc::qdisc::Gred;
    /// use rtnetlink::tc::qdisc::red::RedConfig;
    ///
    /// // tc qdisc add dev DEV root gred setup vqs 3 default 0 grio
    /// let qdisc = Gred::setup(3, 0).rio(true).root();
    /// // tc qdisc change dev DEV root gred limit 60k min 15k max 25k avpkt 1000 burst 20 bandwidth 10mbit vq 1 prio 2
    /// let config = RedConfig::limit("60k").min("15k").max("25k").average_packet(1000).burst(20);
    /// let change = Gred::queue(1, 2, config.bandwidth("10mbit")).root();
    /// ```
    pub struct Gred / GredBuf
    attributes {
        /// Parameters (parms) of a virtual queue; a list has 16 of them, of which [`queues`](Gred::queues) are those that exist.
        TCA_GRED_PARMS = 1 => parameters: Chunks<'_, GredQueue> as Packed<GredQueue>; separate,
        /// Idle damping table (stab) of a virtual queue, 256 bytes. Kernels do not list it.
        TCA_GRED_STAB = 2 => idle_table: Chunks<'_, u8> as Packed<u8>; separate,
        /// Setup (DPs): number of virtual queues.
        TCA_GRED_DPS = 3 => general: &GredSetup as GredSetup,
        /// Maximum probability (`max_P`) of a virtual queue; a list has those of 16.
        TCA_GRED_MAX_P = 4 => probabilities: Chunks<'_, Percent> as Packed<Percent>; separate,
        /// Limit: length of all virtual queues together, in bytes. Default is what the transmit queue of the device holds.
        TCA_GRED_LIMIT = 5 => limit: u32 as Size,
        /// List of virtual queues (`vq_list`): flags and statistics.
        TCA_GRED_VQ_LIST = 6 => queue_list: &GredQueueList as GredQueueList; separate,
    }
}

netlink! {
    /// Setup of the qdisc: `struct tc_gred_sopt`.
    pub struct GredSetup / GredSetupBuf
    header tc_gred_sopt: 12 {
        /// Number of virtual queues (DPs), 1 to 16.
        DPs = 0 => queue_count: u32,
        /// Default virtual queue, for packets whose own does not exist.
        def_DP = 4 => default_queue: u32,
        /// RIO (`grio`): virtual queues have a priority, and the average of each includes those of higher priority.
        grio = 8 => rio: bool,
        /// Flags of all virtual queues; each may have its own instead.
        flags = 9 => flags: RedFlags as NarrowRedFlags,
    }
}

copied! {
    /// A virtual queue: `struct tc_gred_qopt`.
    pub struct GredQueue = tc_gred_qopt: 52 {
        /// Limit: length of the queue, in bytes.
        limit = 0 => limit: u32,
        /// Lower threshold (`min`), in bytes: below this average, nothing is dropped.
        qth_min = 4 => min: u32,
        /// Upper threshold (`max`), in bytes: from this average on, all is dropped.
        qth_max = 8 => max: u32,
        /// Index (DP) of the virtual queue; 16 and more in a list is one that does not exist.
        DP = 12 => index: u32,
        /// Backlog: bytes in the queue.
        backlog = 16 => backlog: u32,
        /// Average length (`qave`), in bytes.
        qave = 20 => average: u32,
        /// Packets dropped above the upper threshold.
        forced = 24 => forced_drops: u32,
        /// Packets dropped early.
        early = 28 => early_drops: u32,
        /// Packets dropped otherwise; 0 in kernels of today.
        other = 32 => other_drops: u32,
        /// Packets dropped over the limit.
        pdrop = 36 => limit_drops: u32,
        /// Averaging weight (`Wlog`, `ewma`): each packet counts 2⁻ᴺ.
        Wlog = 40 => average_log: u8,
        /// Slope (`Plog`) of the probability, as a logarithm; kernels use the probability itself if they have it.
        Plog = 41 => slope_log: u8,
        /// Cell size of the idle damping table (`Scell_log`), as a logarithm.
        Scell_log = 42 => cell_log: u8,
        /// Priority of the virtual queue; 1 is the highest. It counts with RIO only.
        prio = 43 => priority: u8,
        /// Packets that came in.
        packets = 44 => packets: u32,
        /// Bytes that came in.
        bytesin = 48 => bytes: u32,
    }
}

netlink! {
    /// The virtual queues.
    pub struct GredQueueList / GredQueueListBuf
    attributes {
        /// Entry: a virtual queue.
        TCA_GRED_VQ_ENTRY = 1 => entries: Items<'_, GredQueueEntry> as Repeated<GredQueueEntry>,
    }
}

netlink! {
    /// Flags and statistics of a virtual queue.
    pub struct GredQueueEntry / GredQueueEntryBuf
    attributes {
        /// Index (DP) of the virtual queue.
        TCA_GRED_VQ_DP = 2 => index: u32,
        /// Bytes that came in.
        TCA_GRED_VQ_STAT_BYTES = 3 => bytes: u64; read_only,
        /// Packets that came in.
        TCA_GRED_VQ_STAT_PACKETS = 4 => packets: u32; read_only,
        /// Backlog: bytes in the queue.
        TCA_GRED_VQ_STAT_BACKLOG = 5 => backlog: u32; read_only,
        /// Packets dropped early.
        TCA_GRED_VQ_STAT_PROB_DROP = 6 => early_drops: u32; read_only,
        /// Packets marked early.
        TCA_GRED_VQ_STAT_PROB_MARK = 7 => early_marks: u32; read_only,
        /// Packets dropped above the upper threshold.
        TCA_GRED_VQ_STAT_FORCED_DROP = 8 => forced_drops: u32; read_only,
        /// Packets marked above the upper threshold.
        TCA_GRED_VQ_STAT_FORCED_MARK = 9 => forced_marks: u32; read_only,
        /// Packets dropped over the limit.
        TCA_GRED_VQ_STAT_PDROP = 10 => limit_drops: u32; read_only,
        /// Packets dropped otherwise; kernels of today do not report it.
        TCA_GRED_VQ_STAT_OTHER = 11 => other_drops: u32; read_only,
        /// Flags of the virtual queue: [`ECN`](RedFlags::ECN) and [`HARDDROP`](RedFlags::HARDDROP).
        TCA_GRED_VQ_FLAGS = 12 => flags: RedFlags,
    }
}

impl QdiscKind for Gred {
    const NAME: &'static str = "gred";
}

impl Gred {
    /// So many virtual queues, 1 to 16, and the one of packets whose own does not exist: `gred setup vqs N default N`.
    pub fn setup(queues: u32, default_queue: u32) -> GredBuf {
        Gred::build().general(GredSetup::build().queue_count(queues).default_queue(default_queue))
    }

    /// A virtual queue, to change the qdisc: `gred vq N prio N limit BYTES min BYTES ...`. The priority counts with RIO only, in which 0
    /// is that of the default queue.
    pub fn queue(index: u32, priority: u8, config: RedConfig) -> GredBuf {
        Gred::build().given(config.computed(Unit::Bytes), |gred, computed| {
            let (cell_log, table) = computed.table();
            let queue = GredQueue {
                limit: computed.limit,
                min: computed.min,
                max: computed.max,
                index,
                average_log: computed.average_log,
                slope_log: computed.slope_log,
                cell_log,
                priority,
                ..GredQueue::default()
            };
            gred.parameters([queue]).idle_table(table).probabilities([computed.probability])
        })
    }

    /// The virtual queues that exist, of a list.
    pub fn queues(&self) -> impl Iterator<Item = GredQueue> {
        self.parameters().into_iter().flatten().filter(|queue| queue.index < QUEUES)
    }

    /// Flags and statistics of a virtual queue, of a list.
    pub fn entry(&self, index: u32) -> Option<&GredQueueEntry> {
        self.queue_list()?.entries()?.find(|entry| entry.index() == Some(index))
    }

    /// The request that configures a virtual queue as it was listed.
    ///
    /// Setup requests come from [`to_request`](Gred::to_request), which leaves the virtual queues out.
    pub fn queue_request(&self, index: u32) -> Option<GredBuf> {
        let queue = self.queues().find(|queue| queue.index == index)?;
        let place = usize::try_from(index).ok()?;
        let probability = self.probabilities().and_then(|mut all| all.nth(place)).unwrap_or_default();
        let queue = GredQueue {
            backlog: 0,
            average: 0,
            forced_drops: 0,
            early_drops: 0,
            other_drops: 0,
            limit_drops: 0,
            packets: 0,
            bytes: 0,
            ..queue
        };
        let table = cells_of(queue.average_log, queue.cell_log);
        let request = Gred::build().parameters([queue]).idle_table(table).probabilities([probability]);
        let own = self.entry(index).and_then(GredQueueEntry::flags);
        let flags = own.filter(|flags| self.general().is_some_and(|all| all.flags() != *flags));
        Some(flags.into_iter().fold(request, GredBuf::queue_flags))
    }
}

/// Virtual queues at most.
const QUEUES: u32 = 16;

impl GredBuf {
    /// RIO (`grio`): virtual queues have a priority.
    pub fn rio(self, on: bool) -> Self {
        self.change(|general| general.rio(on))
    }

    /// Sets the flags of all virtual queues: [`ECN`](RedFlags::ECN) and [`HARDDROP`](RedFlags::HARDDROP).
    pub fn flags(self, flags: RedFlags) -> Self {
        self.change(|general| general.flags(flags))
    }

    /// Sets the flags of the virtual queue that the request configures. The qdisc must have none for all.
    pub fn queue_flags(self, flags: RedFlags) -> Self {
        let index = self.view().queues().next().map_or(0, |queue| queue.index);
        let entry = GredQueueEntry::build().index(index).flags(flags);
        self.queue_list(GredQueueList::build().entries([entry]))
    }

    fn change(self, change: impl FnOnce(GredSetupBuf) -> GredSetupBuf) -> Self {
        let general = self.view().general().map(GredSetup::to_buf).unwrap_or_default();
        self.general(change(general))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::{Build as _, View as _};

    #[test]
    fn a_listed_queue_is_configured_again() {
        let config = RedConfig::limit("60k").min("15k").max("25k").burst(20);
        let change = Gred::queue(1, 2, config).queue_flags(RedFlags::ECN);
        let one = change.view().queues().next().unwrap();
        let missing = GredQueue { index: 16, ..GredQueue::default() };
        let listed = Gred::setup(2, 0).parameters([missing, GredQueue { packets: 7, ..one }]);
        let listed = listed.probabilities([Percent(0), Percent::try_from(2.0).unwrap()]);
        let listed = listed.queue_list(
            GredQueueList::build().entries([GredQueueEntry::build().index(1).flags(RedFlags::ECN)]),
        );
        assert_eq!(listed.view().queues().map(|queue| queue.index).collect::<Vec<_>>(), [1]);
        assert_eq!(listed.view().queue_request(1), Some(change));
        assert_eq!(listed.view().queue_request(0), None);
        let setup = Gred::cast(listed.buffer().body()).to_request();
        assert_eq!(setup, Gred::setup(2, 0));
    }

    #[test]
    fn what_is_wrong_with_a_queue_is_refused() {
        let problem =
            Gred::queue(0, 0, RedConfig::limit("60k").burst(1)).buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("a burst of 1 packets is too short")));
    }
}
