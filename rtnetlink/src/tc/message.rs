//! The messages of qdiscs and classes, and their statistics, whose extra part depends on the message they are in.

use super::TcHandle;
use super::given::Given as _;
use super::qdisc::{CLASSES, ClassKind, QDISCS, QdiscKind, Traits};
use super::size_table::SizeTable;
use super::stats::{ByteStats, Estimator, OldStats, QueueStats, RateEstimate, RateEstimate64};
use crate::AddressFamily;
use netlink_packet::{
    Attr, Buffer, Build, BuildError, Chosen, Codec, Flag, IfIndex, Inside, NLA_F_NESTED, Nest, Scope,
    Selector, Table, View, append, netlink,
};

netlink! {
    /// A queueing discipline (qdisc), like `tc qdisc`: `RTM_NEWQDISC`, `RTM_DELQDISC` and `RTM_GETQDISC`.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::FqCodel;
    /// use rtnetlink::tc::{PlaceQdisc, TcHandle};
    ///
    /// let qdisc = FqCodel::build().limit(1000).root().handle("1:");
    /// let qdisc = qdisc.view();
    /// assert_eq!((qdisc.handle(), qdisc.parent()), (TcHandle::new(1, 0), TcHandle::ROOT));
    /// assert_eq!(qdisc.kind::<FqCodel>().and_then(FqCodel::limit), Some(1000));
    /// ```
    pub struct QdiscMessage / QdiscMessageBuf
    header tcmsg: 20 {
        /// Address family; unspecified.
        family = 0 => family: AddressFamily,
        /// Interface index of the device.
        ifindex = 4 => device: u32 as IfIndex<i32>,
        /// Handle: `1:`. In a request, [`TcHandle::UNSPEC`] lets the kernel choose one.
        handle = 8 => handle: TcHandle,
        /// Parent: the root of the device, a class of another qdisc, or [`TcHandle::INGRESS`].
        parent = 12 => parent: TcHandle,
        /// Reference count.
        info = 16 => references: u32; read_only,
    }
    attributes {
        /// Kind of the qdisc, such as `fq_codel`.
        TCA_KIND = 1 => kind_name: &str as str,
        /// Options of the kind as raw attributes; [`kind`](QdiscMessage::kind) reads them.
        TCA_OPTIONS = 2 => options: &Nest as Chosen<QdiscOptions>; unless(are_nested),
        /// Statistics in the old form, with packets and rates of 32 bits; [`stats`](QdiscMessage::stats) has all.
        TCA_STATS = 3 => old_stats: &OldStats as OldStats; read_only,
        /// Extra statistics (xstats) of the kind in the old form, as bytes; [`extra_stats`](QdiscMessage::extra_stats) reads them.
        TCA_XSTATS = 4 => old_extra_stats: &Nest as Chosen<ExtraStats>; read_only,
        /// Rate estimator: how the kernel measures the rate of what is sent.
        TCA_RATE = 5 => estimator: &Estimator as Estimator,
        /// Statistics, second form (`stats2`): bytes, packets, drops, queue lengths and estimated rates.
        TCA_STATS2 = 7 => stats: &TcStats as TcStats; read_only,
        /// Size table (stab): by which the size of packets is adapted to what a link layer adds.
        TCA_STAB = 8 => size_table: &SizeTable as SizeTable,
        /// Invisible qdiscs in a dump: also the default ones, which the kernel otherwise leaves out. Requests only.
        TCA_DUMP_INVISIBLE = 10 => dump_invisible: bool as Flag; separate,
        /// Hardware offload: whether the hardware does the work.
        TCA_HW_OFFLOAD = 12 => hardware_offload: bool; read_only,
        /// Ingress block: the number of the block of filters that it shares for what is received.
        TCA_INGRESS_BLOCK = 13 => ingress_block: u32,
        /// Egress block: the number of the block of filters that it shares for what is sent.
        TCA_EGRESS_BLOCK = 14 => egress_block: u32,
        /// Extended warning message (extack) in a notification.
        TCA_EXT_WARN_MSG = 16 => warning: &str as str; read_only,
    }
    also nested_options
}

netlink! {
    /// A class of a qdisc, like `tc class`: `RTM_NEWTCLASS`, `RTM_DELTCLASS` and `RTM_GETTCLASS`.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Htb;
    /// use rtnetlink::tc::{PlaceClass, TcHandle};
    ///
    /// let class = Htb::build().rate("10mbit").class("1:10").parent("1:1");
    /// let class = class.view();
    /// assert_eq!((class.handle(), class.parent()), (TcHandle::new(1, 0x10), TcHandle::new(1, 1)));
    /// ```
    pub struct ClassMessage / ClassMessageBuf
    header tcmsg: 20 {
        /// Address family; unspecified.
        family = 0 => family: AddressFamily,
        /// Interface index of the device.
        ifindex = 4 => device: u32 as IfIndex<i32>,
        /// Handle (class ID): `1:10`.
        handle = 8 => handle: TcHandle,
        /// Parent: the qdisc, or another class of it. [`TcHandle::ROOT`] where the kernel reports one that has none.
        parent = 12 => parent: TcHandle,
        /// Leaf information: the handle of the qdisc in this class, [`TcHandle::UNSPEC`] for none.
        info = 16 => leaf: TcHandle; read_only,
    }
    attributes {
        /// Kind of the qdisc that the class belongs to, such as `htb`.
        TCA_KIND = 1 => kind_name: &str as str,
        /// Options of the kind as raw attributes; [`kind`](ClassMessage::kind) reads them.
        TCA_OPTIONS = 2 => options: &Nest as Chosen<ClassOptions>; unless(are_nested),
        /// Statistics in the old form, with packets and rates of 32 bits; [`stats`](ClassMessage::stats) has all.
        TCA_STATS = 3 => old_stats: &OldStats as OldStats; read_only,
        /// Extra statistics (xstats) of the kind in the old form, as bytes; [`extra_stats`](ClassMessage::extra_stats) reads them.
        TCA_XSTATS = 4 => old_extra_stats: &Nest as Chosen<ExtraStats>; read_only,
        /// Rate estimator: how the kernel measures the rate of what is sent.
        TCA_RATE = 5 => estimator: &Estimator as Estimator,
        /// Statistics, second form (`stats2`): bytes, packets, drops, queue lengths and estimated rates.
        TCA_STATS2 = 7 => stats: &TcStats as TcStats; read_only,
        /// Extended warning message (extack) in a notification.
        TCA_EXT_WARN_MSG = 16 => warning: &str as str; read_only,
    }
    also nested_options
}

impl QdiscMessage {
    /// A qdisc of this kind, for its options; `None` if it is of another. They are empty if the kernel reports none.
    pub fn kind<K: QdiscKind + ?Sized>(&self) -> Option<&K> {
        let matches = self.kind_name().is_some_and(|name| is_of::<K>(name));
        matches.then(|| self.options().unwrap_or_default()).and_then(Nest::read_as)
    }

    /// The extra statistics of the kind, such as [`FqCodelStats`](super::qdisc::fq_codel::FqCodelStats): what it counts beside
    /// what all do. `None` where they are another kind's, or none are reported.
    pub fn extra_stats<V: View + ?Sized>(&self) -> Option<&V> {
        extra_stats(self, self.stats(), self.old_extra_stats())
    }
}

impl QdiscMessageBuf {
    /// Sets the kind and its options.
    pub fn kind<B: Build<View: QdiscKind>>(self, kind: B) -> Self {
        let options = B::View::complete(kind.into_buffer());
        self.kind_name(B::View::NAME).with(marked(QdiscMessage::TCA_OPTIONS, B::View::NESTED), &*options)
    }
}

impl ClassMessage {
    /// A class with this handle, whose parent is the qdisc of the same major number.
    pub fn at(handle: impl TryInto<TcHandle, Error: Into<BuildError>>) -> ClassMessageBuf {
        ClassMessage::build()
            .given(handle.try_into(), |class, handle: TcHandle| class.handle(handle).parent(handle.qdisc()))
    }

    /// A class of this kind of qdisc, for its options; `None` if it is of another.
    pub fn kind<K: ClassKind + ?Sized>(&self) -> Option<&K> {
        let matches = self.kind_name() == Some(K::NAME);
        matches.then(|| self.options().unwrap_or_default()).and_then(Nest::read_as)
    }

    /// The extra statistics of the class, such as [`HtbStats`](super::qdisc::htb::HtbStats): what its kind counts beside what
    /// all do. `None` where they are another kind's, or none are reported.
    pub fn extra_stats<V: View + ?Sized>(&self) -> Option<&V> {
        extra_stats(self, self.stats(), self.old_extra_stats())
    }
}

impl ClassMessageBuf {
    /// Sets the kind and its options.
    pub fn kind<B: Build<View: ClassKind>>(self, kind: B) -> Self {
        self.kind_name(B::View::NAME).with(marked(ClassMessage::TCA_OPTIONS, B::View::NESTED), kind.buffer())
    }
}

/// The key of options, which some kinds want marked as a nest.
const fn marked<V: ?Sized, C: ?Sized>(options: Attr<V, C>, nested: bool) -> Attr<V, C> {
    let flag = if nested { NLA_F_NESTED } else { 0 };
    Attr::new(options.number_and_flags() | flag, options.name())
}

/// What the list of kinds says of the kind of a message.
fn traits(message: &Scope<'_>) -> Option<&'static Traits> {
    let kind = message.get(QdiscMessage::TCA_KIND)?;
    let is_class = std::ptr::eq(message.table(), ClassMessage::table());
    let kinds = if is_class { &CLASSES } else { &QDISCS };
    kinds.get(kind).map(|kind| &kind.more)
}

/// Whether options are marked as a nest in requests, which lists do not do.
fn are_nested(message: &Scope<'_>) -> bool {
    traits(message).is_some_and(|kind| kind.nested)
}

/// Appends options that are marked as a nest.
fn nested_options(listed: &Scope<'_>, out: &mut Buffer) {
    const OPTIONS: Attr<QdiscMessage, Chosen<QdiscOptions>> = marked(QdiscMessage::TCA_OPTIONS, true);
    let options = listed.attributes().payload_of(OPTIONS.number()).filter(|_| are_nested(listed));
    let Inside::Set(table) = <Chosen<QdiscOptions>>::inside(listed) else { return };
    if let Some(options) = options.and_then(|options| listed.nest(table, 0, options)) {
        append(out, OPTIONS, &*options.to_request());
    }
}

/// The extra statistics of a message, in the new form or else in the old one, if its kind has them in this view.
fn extra_stats<'a, M, V>(message: &'a M, stats: Option<&'a TcStats>, old: Option<&'a Nest>) -> Option<&'a V>
where
    M: View + ?Sized,
    V: View + ?Sized,
{
    let table = ExtraStats::table(&Scope::of(message))?;
    let stats = stats.and_then(TcStats::extra).or(old)?;
    std::ptr::eq(table, V::table()).then(|| stats.read_as()).flatten()
}

fn is_of<K: QdiscKind + ?Sized>(name: &str) -> bool {
    name == K::NAME || K::ALIASES.contains(&name)
}

/// Chooses the table of [`QdiscMessage::options`]: the kind does.
#[derive(Debug)]
pub struct QdiscOptions;

/// Chooses the table of [`ClassMessage::options`]: the kind does.
#[derive(Debug)]
pub struct ClassOptions;

impl Selector for QdiscOptions {
    const FORMATS: &'static str = "options-msg";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        QDISCS.table(set.get(QdiscMessage::TCA_KIND)?)
    }
}

impl Selector for ClassOptions {
    const FORMATS: &'static str = "options-msg";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        CLASSES.table(set.get(QdiscMessage::TCA_KIND)?)
    }
}

netlink! {
    /// Statistics: `TCA_STATS2`.
    pub struct TcStats / TcStatsBuf
    attributes {
        /// Basic statistics: bytes and packets. [`packets`](TcStats::packets) counts beyond 32 bits.
        TCA_STATS_BASIC = 1 => basic: &ByteStats as ByteStats,
        /// Estimated rates (`rate_est`), with 32 bits.
        TCA_STATS_RATE_EST = 2 => rate_estimate: &RateEstimate as RateEstimate,
        /// Queue statistics: length, backlog, drops, requeues and overlimits.
        TCA_STATS_QUEUE = 3 => queue: &QueueStats as QueueStats,
        /// Application statistics (app): what the kind counts, as bytes.
        TCA_STATS_APP = 4 => extra: &Nest as Chosen<ExtraStats>,
        /// Estimated rates (`rate_est64`), with 64 bits; present where 32 do not suffice.
        TCA_STATS_RATE_EST64 = 5 => rate_estimate64: &RateEstimate64 as RateEstimate64,
        /// Basic statistics of the hardware: what it handled, included in [`basic`](TcStats::basic).
        TCA_STATS_BASIC_HW = 7 => basic_hardware: &ByteStats as ByteStats,
        /// Packets, with 64 bits; present where 32 do not suffice.
        TCA_STATS_PKT64 = 8 => packets64: u64,
    }
}

impl TcStats {
    /// Bytes sent.
    pub fn bytes(&self) -> u64 {
        self.basic().map(ByteStats::bytes).unwrap_or_default()
    }

    /// Packets sent.
    pub fn packets(&self) -> u64 {
        let short = || self.basic().map(ByteStats::packets).unwrap_or_default().into();
        self.packets64().unwrap_or_else(short)
    }
}

/// Chooses the table of extra statistics: the kind of the qdisc does, or that of the class where the handle is a class's.
#[derive(Debug)]
pub struct ExtraStats;

impl Selector for ExtraStats {
    const FORMATS: &'static str = "tca-stats-app-msg";

    fn table(set: &Scope<'_>) -> Option<&'static Table> {
        // The old form is in the message itself, the new one in a nest.
        let message = set.outer().unwrap_or(set);
        traits(message)?.stats.map(|table| table())
    }
}
