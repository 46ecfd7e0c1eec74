//! Kinds of qdiscs and of their classes: a file, a table and a line in the lists below for each.
//!
//! They are what follows the kind's name in `tc qdisc add ... fq_codel limit 1000`; see [`tc`](super) for how to use them.

use netlink_packet::{Kind, PooledBuffer, Table, View, kinds};

/// A kind of qdisc: the table of its options. See [`crate::tc`] for a kind of your own.
pub trait QdiscKind: View {
    /// The name that the kernel has for it, such as `fq_codel`.
    const NAME: &'static str;

    /// Other kinds that have the same options, as `bfifo` has those of `pfifo`.
    const ALIASES: &'static [&'static str] = &[];

    /// The table of the extra statistics that it reports, if any.
    const STATS: Option<fn() -> &'static Table> = None;

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
}

/// The table of a kind's extra statistics.
type StatsTable = Option<fn() -> &'static Table>;

kinds! {
    /// The kinds of qdiscs that have a table here.
    pub(super) static QDISCS: &'static str, StatsTable = qdisc_kind {
        clsact: Clsact,
        codel: Codel,
        drr: Drr,
        fifo: Fifo,
        fq_codel: FqCodel,
        hhf: Hhf,
        htb: Htb,
        ingress: Ingress,
        mq: Mq,
        multiq: Multiq,
        noqueue: Noqueue,
        pie: Pie,
        prio: Prio,
        tbf: Tbf,
    }
}

kinds! {
    /// The kinds of qdiscs whose classes have a table here.
    pub(super) static CLASSES: &'static str, StatsTable = class_kind { Drr, FqCodel, Htb, }
}

const fn qdisc_kind<K: QdiscKind + ?Sized>() -> Kind<&'static str, StatsTable> {
    Kind::new::<K>(K::NAME, K::ALIASES, K::STATS)
}

const fn class_kind<K: ClassKind + ?Sized>() -> Kind<&'static str, StatsTable> {
    Kind::new::<K>(K::NAME, &[], K::STATS)
}

/// The kinds of qdiscs that have a table here: their names, and the table.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    QDISCS.tables()
}

/// The kinds with extra statistics: their names, and the table of these, of a qdisc or, if it has none, of its classes.
pub fn stats_kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    let has_own = |name| QDISCS.get(name).is_some_and(|kind| kind.more.is_some());
    let of_classes = CLASSES.iter().filter(move |kind| !has_own(kind.name));
    QDISCS.iter().chain(of_classes).filter_map(|kind| Some((kind.name, (kind.more?)())))
}
