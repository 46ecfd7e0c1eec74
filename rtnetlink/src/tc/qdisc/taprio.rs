//! Time-aware priority: `taprio`.

use super::{ClassKind, QdiscKind};
use crate::tc::clock::ClockNumber;
use crate::tc::given::Given as _;
use crate::tc::units::time;
use crate::tc::{ClockId, FramePreemption, Queues, TimeIn, TrafficClasses, TrafficClassesBuf};
use netlink_packet::{
    Attr, Buffer, BuildError, Codec, Items, NLA_F_NESTED, Put, Repeated, Scope, Table, View, append, flags,
    netlink, values,
};
use std::time::Duration;

netlink! {
    /// Time-aware priority (taprio, IEEE 802.1Qbv): a schedule opens and closes the gates of traffic classes by the clock. It can
    /// only be at the root of a device with several transmit queues, each of which is a class with a qdisc of its own.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Taprio;
    /// use rtnetlink::tc::PlaceQdisc;
    /// use std::time::Duration;
    ///
    /// // tc qdisc add dev DEV root taprio num_tc 2 map 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 queues 1@0 1@1
    /// //     base-time 1000000000 sched-entry S 01 300000 sched-entry S 02 200000 clockid CLOCK_TAI
    /// let taprio = Taprio::build()
    ///     .priority_map([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    ///     .queues(["1@0", "1@1"])
    ///     .base_time(Duration::from_secs(1))
    ///     .schedule(["S 01 300000", "S 02 200000"])
    ///     .clock("CLOCK_TAI");
    /// let qdisc = taprio.root();
    /// let entries: Vec<_> = qdisc.view().kind::<Taprio>().unwrap().schedule().collect();
    /// assert_eq!((entries[1].gates(), entries[1].interval()), (Some(2), Some(Duration::from_micros(200))));
    /// ```
    ///
    /// What a request says is the *administrative* schedule; from its base time on it is the *operational* one. A list has the
    /// operational one in these attributes, if there is one yet, and the administrative one, if there is one left, in
    /// [`admin`](Taprio::admin). A request made from it has the latest of them.
    ///
    /// A change replaces the schedule, keeps what it leaves out of the traffic classes, and has to say the same clock, and the
    /// same flags if there are any. No kernel changes these, the map or the queues.
    pub struct Taprio / TaprioBuf
    attributes {
        /// Priority map and queues of the traffic classes.
        TCA_TAPRIO_ATTR_PRIOMAP = 1 => traffic_classes: &TrafficClasses as TrafficClasses,
        /// Entries of the schedule; [`schedule`](Taprio::schedule) reads them.
        TCA_TAPRIO_ATTR_SCHED_ENTRY_LIST = 2 | NLA_F_NESTED => entry_list: &TaprioEntries as TaprioEntries; unless(has_admin); set_by("schedule"),
        /// Base time: when the schedule begins, by the clock. Where that is over, it begins so many whole cycles later.
        TCA_TAPRIO_ATTR_SCHED_BASE_TIME = 3 => base_time: Duration as TimeIn<1, i64>; unless(has_admin),
        /// A single entry. Kernels refuse it.
        TCA_TAPRIO_ATTR_SCHED_SINGLE_ENTRY = 4 | NLA_F_NESTED => single_entry: &TaprioEntry as TaprioEntry,
        /// Clock of the schedule; without hardware that has one of its own, it is mandatory.
        TCA_TAPRIO_ATTR_SCHED_CLOCKID = 5 => clock: ClockId as ClockNumber,
        /// Administrative schedule: the one that is to begin.
        TCA_TAPRIO_ATTR_ADMIN_SCHED = 7 => admin: &TaprioSchedule as TaprioSchedule; read_only,
        /// Cycle time: after how long the schedule begins again, up to 2.1 s; that of all entries by default.
        TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME = 8 => cycle_time: Duration as TimeIn<1, i64>; unless(has_admin),
        /// Cycle time extension: by how much the last cycle may be longer before another schedule begins.
        TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME_EXTENSION = 9 => cycle_time_extension: Duration as TimeIn<1, i64>; unless(has_admin),
        /// Flags: who does the work.
        TCA_TAPRIO_ATTR_FLAGS = 10 => flags: TaprioFlags; needs("Linux 5.3"); taken_if(crate::link::is_told_or_zero),
        /// Transmission time delay (`txtime-delay`): how long a packet takes at most to the device, in TXTIME-assist mode.
        TCA_TAPRIO_ATTR_TXTIME_DELAY = 11 => txtime_delay: Duration as TimeIn<1, u32>; needs("Linux 5.3"); taken_if(crate::link::is_told_or_zero),
        /// Entries of traffic classes, from Linux 6.1 on. Kernels list them while there is an operational schedule.
        TCA_TAPRIO_ATTR_TC_ENTRY = 12 | NLA_F_NESTED => class_entries: Items<'_, TaprioClass> as Repeated<TaprioClass>,
    }
    also latest
}

/// Whether a schedule is to begin.
fn has_admin(scope: &Scope<'_>) -> bool {
    scope.get(Taprio::TCA_TAPRIO_ATTR_ADMIN_SCHED).is_some()
}

/// Appends the schedule that is to begin.
fn latest(listed: &Scope<'_>, out: &mut Buffer) {
    fn copy<C: Codec + ?Sized>(from: &TaprioSchedule, key: Attr<Taprio, C>, out: &mut Buffer)
    where
        for<'a> C::Value<'a>: Put<C>,
    {
        let key_there: Attr<TaprioSchedule, C> = Attr::new(key.number(), key.name());
        if let Some(value) = from.attributes().get(key_there) {
            append(out, key, value);
        }
    }
    let Some(admin) = Taprio::cast(listed.bytes()).admin() else { return };
    if let Some(entries) = admin.entry_list() {
        append(out, Taprio::TCA_TAPRIO_ATTR_SCHED_ENTRY_LIST, entries.to_request());
    }
    copy(admin, Taprio::TCA_TAPRIO_ATTR_SCHED_BASE_TIME, out);
    copy(admin, Taprio::TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME, out);
    copy(admin, Taprio::TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME_EXTENSION, out);
}

netlink! {
    /// A schedule that is to begin.
    pub struct TaprioSchedule / TaprioScheduleBuf
    attributes {
        /// Entries; [`schedule`](TaprioSchedule::schedule) reads them.
        TCA_TAPRIO_ATTR_SCHED_ENTRY_LIST = 2 => entry_list: &TaprioEntries as TaprioEntries,
        /// Base time: when it begins, by the clock.
        TCA_TAPRIO_ATTR_SCHED_BASE_TIME = 3 => base_time: Duration as TimeIn<1, i64>,
        /// Cycle time: after how long it begins again.
        TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME = 8 => cycle_time: Duration as TimeIn<1, i64>,
        /// Cycle time extension: by how much its last cycle may be longer.
        TCA_TAPRIO_ATTR_SCHED_CYCLE_TIME_EXTENSION = 9 => cycle_time_extension: Duration as TimeIn<1, i64>,
    }
}

netlink! {
    /// The entries of a schedule.
    pub struct TaprioEntries / TaprioEntriesBuf
    attributes {
        /// Entries, in order.
        TCA_TAPRIO_SCHED_ENTRY = 1 | NLA_F_NESTED => entries: Items<'_, TaprioEntry> as Repeated<TaprioEntry>,
    }
}

netlink! {
    /// An entry of a schedule: `sched-entry S 01 300000`.
    ///
    /// Text is as in `tc`: a command, the gates in hexadecimal, and the interval, which is in nanoseconds where it says no unit.
    pub struct TaprioEntry / TaprioEntryBuf
    attributes {
        /// Index of the entry: its place in the schedule.
        TCA_TAPRIO_SCHED_ENTRY_INDEX = 1 => index: u32; read_only,
        /// Command.
        TCA_TAPRIO_SCHED_ENTRY_CMD = 2 => command: GateCommand,
        /// Gate mask: a bit for each traffic class whose gate is open.
        TCA_TAPRIO_SCHED_ENTRY_GATE_MASK = 3 => gates: u32,
        /// Interval: how long. It has to be enough for the smallest frame.
        TCA_TAPRIO_SCHED_ENTRY_INTERVAL = 4 => interval: Duration as TimeIn<1, u32>,
    }
}

netlink! {
    /// What is special to a traffic class of `taprio`.
    pub struct TaprioClass / TaprioClassBuf
    attributes {
        /// Index of the traffic class, 0 to 15.
        TCA_TAPRIO_TC_ENTRY_INDEX = 1 => index: u32,
        /// Maximum service data unit (`max-sdu`), in bytes: longer packets are dropped; 0, the default, for no limit. From Linux
        /// 6.3 on, lists have what the longest open interval lets through if that is less.
        TCA_TAPRIO_TC_ENTRY_MAX_SDU = 2 => max_sdu: u32,
        /// Frame preemption (`fp`); it takes hardware. Default express.
        TCA_TAPRIO_TC_ENTRY_FP = 3 => frame_preemption: FramePreemption; needs("Linux 6.4"); taken_if(is_preemption_taken),
    }
}

/// Whether the kernel took the frame preemption of a class. It lists none before the schedule is operational, which it is at once
/// on hardware that preempts.
fn is_preemption_taken(given: &[u8], told: Option<&[u8]>) -> bool {
    told.is_some() || FramePreemption::decode(given) == Some(FramePreemption::EXPRESS)
}

values! {
    /// What an entry of a schedule does.
    pub struct GateCommand: u8 = "" {
        /// Set: the gates are opened or closed.
        SET = 0 => "S",
        /// Set and hold: also no preemptible frame is sent.
        HOLD = 1 => "H",
        /// Set and release: also preemptible frames are sent again.
        RELEASE = 2 => "R",
    }
}

flags! {
    /// Who does the work of [`Taprio`]; without them, the kernel does.
    pub struct TaprioFlags: u32 = "" {
        /// TXTIME-assist mode: the kernel computes when packets are sent, and [`Etf`](super::Etf) in the classes or the device
        /// sends them then.
        const TXTIME_ASSIST = 1 => "txtime-assist";
        /// Full offload: the device has the schedule.
        const FULL_OFFLOAD = 2 => "full-offload";
    }
}

impl QdiscKind for Taprio {
    const NAME: &'static str = "taprio";
    const STATS: Option<fn() -> &'static Table> = Some(TaprioStats::table);
}

/// Its classes are the transmit queues: they have no options.
impl ClassKind for Taprio {
    const NAME: &'static str = "taprio";
    const STATS: Option<fn() -> &'static Table> = Some(TaprioStats::table);
}

/// Entries of a list of them.
fn entries(list: Option<&TaprioEntries>) -> impl Iterator<Item = &TaprioEntry> {
    list.and_then(TaprioEntries::entries).into_iter().flatten()
}

impl Taprio {
    /// An entry that opens these gates, and closes all others: `sched-entry S GATES INTERVAL`.
    pub fn open(gates: u32, interval: Duration) -> TaprioEntryBuf {
        TaprioEntry::build().command(GateCommand::SET).gates(gates).interval(interval)
    }

    /// Entries of the operational schedule.
    pub fn schedule(&self) -> impl Iterator<Item = &TaprioEntry> {
        entries(self.entry_list())
    }

    /// The transmit queues of each traffic class.
    pub fn queues(&self) -> impl Iterator<Item = Queues> {
        self.traffic_classes().into_iter().flat_map(TrafficClasses::queues)
    }

    /// Priority map: the traffic class of each packet priority, 0 to 15.
    pub fn priority_map(&self) -> Option<[u8; 16]> {
        self.traffic_classes().map(TrafficClasses::priority_map)
    }

    /// Maximum service data units of the traffic classes that the kernel lists, in bytes, by their index; 0 for no limit.
    pub fn max_sdus(&self) -> impl Iterator<Item = (u32, u32)> {
        let entries = self.class_entries().into_iter().flatten();
        entries.filter_map(|entry| Some((entry.index()?, entry.max_sdu()?)))
    }
}

impl TaprioSchedule {
    /// Its entries.
    pub fn schedule(&self) -> impl Iterator<Item = &TaprioEntry> {
        entries(self.entry_list())
    }
}

impl TaprioBuf {
    /// Sets the traffic class of each packet priority, 0 to 15: `map`.
    pub fn priority_map(self, map: [u8; 16]) -> Self {
        self.classes(|classes| classes.priority_map(map))
    }

    /// Sets the transmit queues of each traffic class, and so how many there are: `num_tc 2 queues 1@0 3@1`.
    pub fn queues<Q: TryInto<Queues, Error: Into<BuildError>>>(
        self,
        queues: impl IntoIterator<Item = Q>,
    ) -> Self {
        self.classes(|classes| classes.queues(queues))
    }

    /// Sets the entries of the schedule, as text or by [`Taprio::open`].
    pub fn schedule<E: TryInto<TaprioEntryBuf, Error: Into<BuildError>>>(
        self,
        entries: impl IntoIterator<Item = E>,
    ) -> Self {
        let entries: Result<Vec<_>, BuildError> =
            entries.into_iter().map(|entry| entry.try_into().map_err(Into::into)).collect();
        self.given(entries, |taprio, entries| taprio.entry_list(TaprioEntries::build().entries(entries)))
    }

    /// Sets the maximum service data units of the traffic classes from 0 on, in bytes; 0 for no limit: `max-sdu`.
    ///
    /// It replaces what is set for classes by [`class_entries`](TaprioBuf::class_entries), which can also say the frame
    /// preemption.
    pub fn max_sdus(self, sizes: impl IntoIterator<Item = u32>) -> Self {
        let entry = |(index, size)| TaprioClass::build().index(index).max_sdu(size);
        self.class_entries((0u32..).zip(sizes).map(entry))
    }

    fn classes(self, change: impl FnOnce(TrafficClassesBuf) -> TrafficClassesBuf) -> Self {
        let classes = self.view().traffic_classes().map(TrafficClasses::to_buf).unwrap_or_default();
        self.traffic_classes(change(classes))
    }
}

/// As in `tc`: `S 01 300000`.
impl TryFrom<&str> for TaprioEntryBuf {
    type Error = BuildError;

    fn try_from(text: &str) -> Result<Self, BuildError> {
        let unknown = || {
            BuildError::Invalid(format!(
                "{text:?} is not an entry of a schedule: a command, gates in hexadecimal and an interval, such as \"S 01 300us\""
            ))
        };
        let words: Vec<_> = text.split_whitespace().collect();
        let [command, gates, interval] = *words.as_slice() else { return Err(unknown()) };
        let command: GateCommand = command.parse().map_err(|_| unknown())?;
        let gates =
            u32::from_str_radix(gates.strip_prefix("0x").unwrap_or(gates), 16).map_err(|_| unknown())?;
        let interval = match interval.parse() {
            Ok(nanoseconds) => Duration::from_nanos(nanoseconds),
            Err(_) => time(interval)?,
        };
        Ok(TaprioEntry::build().command(command).gates(gates).interval(interval))
    }
}

netlink! {
    /// Extra statistics of `taprio` on hardware, of the qdisc or of a class.
    pub struct TaprioStats / TaprioStatsBuf
    attributes {
        /// Window drops: packets dropped because they do not fit into an interval.
        TCA_TAPRIO_OFFLOAD_STATS_WINDOW_DROPS = 2 => window_drops: u64,
        /// Transmit overruns: packets that were sent on after their gate had closed.
        TCA_TAPRIO_OFFLOAD_STATS_TX_OVERRUNS = 3 => tx_overruns: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    fn entry(text: &str) -> (Option<GateCommand>, Option<u32>, Option<Duration>) {
        let entry = TaprioEntryBuf::try_from(text).unwrap();
        (entry.view().command(), entry.view().gates(), entry.view().interval())
    }

    #[test]
    fn entries_as_tc_reads_them() {
        let micros = |number| Some(Duration::from_micros(number));
        assert_eq!(entry("S 01 300000"), (Some(GateCommand::SET), Some(1), micros(300)));
        assert_eq!(entry("H 1f 1ms"), (Some(GateCommand::HOLD), Some(0x1f), micros(1000)));
        assert_eq!(entry("R 0x80 5us"), (Some(GateCommand::RELEASE), Some(0x80), micros(5)));
        for text in ["", "S 01", "S zz 5", "X 01 5", "S 01 soon", "S 01 5 6"] {
            assert!(TaprioEntryBuf::try_from(text).is_err(), "{text}");
        }
        let problem = Taprio::build().schedule(["S 01 5s"]).buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("5s can't be written in units of 1 ns")));
    }

    #[test]
    fn a_request_has_the_latest_schedule() {
        let ms = Duration::from_millis;
        let admin = TaprioSchedule::build().base_time(ms(7)).cycle_time(ms(5));
        let admin = admin.entry_list(TaprioEntries::build().entries([Taprio::open(2, ms(5)).index(0)]));
        let operational =
            Taprio::build().schedule(["S 01 3ms"]).base_time(ms(1)).cycle_time_extension(ms(2)).clock("TAI");
        let asked = operational.view().to_request();
        assert_eq!((asked.view().base_time(), asked.view().schedule().count()), (Some(ms(1)), 1));
        let both = operational.admin(admin);
        let asked = both.view().to_request();
        let is = asked.view();
        assert_eq!(
            (is.base_time(), is.cycle_time(), is.cycle_time_extension()),
            (Some(ms(7)), Some(ms(5)), None)
        );
        assert_eq!(
            is.schedule().map(|entry| (entry.index(), entry.gates())).collect::<Vec<_>>(),
            [(None, Some(2))]
        );
        assert_eq!((is.clock(), is.admin().is_none()), (Some(ClockId::TAI), true));
    }
}
