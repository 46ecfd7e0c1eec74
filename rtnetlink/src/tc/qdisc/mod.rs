//! Kinds of qdiscs and of their classes: a file, a table and a line in the lists below for each.
//!
//! They are what follows the kind's name in `tc qdisc add ... fq_codel limit 1000`; see [`tc`](super) for how to use them.

use hfsc::HfscClass;
use netlink_packet::{Kind, PooledBuffer, Table, View, kinds};

/// A kind of qdisc: the table of its options. See [`crate::tc`] for a kind of your own.
pub trait QdiscKind: View {
    /// The name that the kernel has for it, such as `fq_codel`.
    const NAME: &'static str;

    /// Other kinds that have the same options, as `bfifo` has those of `pfifo`.
    const ALIASES: &'static [&'static str] = &[];

    /// The table of the extra statistics that it reports, if any.
    const STATS: Option<fn() -> &'static Table> = None;

    /// Whether the kernel wants its options marked as a nest ([`NLA_F_NESTED`](netlink_packet::NLA_F_NESTED)).
    const NESTED: bool = false;

    /// Adds to a builder's options what the kernel needs to be told, with the values that `tc` has by default.
    fn complete(options: PooledBuffer) -> PooledBuffer {
        options
    }
}

/// A kind of qdisc that has classes: the table of their options.
pub trait ClassKind: View {
    /// The name that the kernel has for the kind of the qdisc, such as `htb`.
    const NAME: &'static str;

    /// The table of the extra statistics of its classes, if any.
    const STATS: Option<fn() -> &'static Table> = None;

    /// Whether the kernel wants its options marked as a nest ([`NLA_F_NESTED`](netlink_packet::NLA_F_NESTED)).
    const NESTED: bool = false;
}

/// What a list says of a kind beside its table.
#[derive(Debug)]
pub(super) struct Traits {
    /// The table of its extra statistics.
    pub(super) stats: Option<fn() -> &'static Table>,
    /// Whether its options are marked as a nest.
    pub(super) nested: bool,
}

kinds! {
    /// The kinds of qdiscs that have a table here.
    pub(super) static QDISCS: &'static str, Traits = qdisc_kind {
        cake: Cake,
        cbs: Cbs,
        choke: Choke,
        clsact: Clsact,
        codel: Codel,
        drr: Drr,
        dualpi2: Dualpi2,
        etf: Etf,
        ets: Ets,
        fifo: Fifo,
        fq: Fq,
        fq_codel: FqCodel,
        fq_pie: FqPie,
        gred: Gred,
        hfsc: Hfsc,
        hhf: Hhf,
        htb: Htb,
        ingress: Ingress,
        mq: Mq,
        mqprio: Mqprio,
        multiq: Multiq,
        netem: Netem,
        noqueue: Noqueue,
        pfifo_fast: PfifoFast,
        pie: Pie,
        plug: Plug,
        prio: Prio,
        qfq: Qfq,
        red: Red,
        sfb: Sfb,
        sfq: Sfq,
        skbprio: Skbprio,
        taprio: Taprio,
        tbf: Tbf,
        teql: Teql,
    }
}

kinds! {
    /// The kinds of qdiscs whose classes have a table here.
    pub(super) static CLASSES: &'static str, Traits = class_kind { Cake, Drr, Ets, FqCodel, HfscClass, Htb, Qfq, Sfq, Taprio, }
}

const fn qdisc_kind<K: QdiscKind + ?Sized>() -> Kind<&'static str, Traits> {
    Kind::new::<K>(K::NAME, K::ALIASES, Traits { stats: K::STATS, nested: K::NESTED })
}

const fn class_kind<K: ClassKind + ?Sized>() -> Kind<&'static str, Traits> {
    Kind::new::<K>(K::NAME, &[], Traits { stats: K::STATS, nested: K::NESTED })
}

/// The kinds of qdiscs that have a table here: their names, and the table.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    QDISCS.tables()
}

/// The kinds whose classes have options of their own, in another table than that of the qdisc: their names, and the table.
pub fn class_kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    let is_same = |name, table| QDISCS.table(name).is_some_and(|other| std::ptr::eq(other, table));
    CLASSES.tables().filter(move |(name, table)| !is_same(*name, *table))
}

/// The kinds with extra statistics: their names, and the table of these, of a qdisc or, if it has none, of its classes.
pub fn stats_kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    let has_own = |name| QDISCS.get(name).is_some_and(|kind| kind.more.stats.is_some());
    let of_classes = CLASSES.iter().filter(move |kind| !has_own(kind.name));
    QDISCS.iter().chain(of_classes).filter_map(|kind| Some((kind.name, (kind.more.stats?)())))
}
