//! Filters (classifiers): which packets, and what happens to them. A file, a table and a line in the list below for each kind.
//!
//! They are what follows the kind's name in `tc filter add ... flower ip_proto tcp dst_port 80`; see [`tc`](super) for how to use
//! them.

mod chain;
mod info;
mod message;
mod place;

pub use chain::{ChainMessage, ChainMessageBuf};
pub use info::FilterInfo;
pub use message::{FilterDumpFlags, FilterMessage, FilterMessageBuf, FilterOptions};
pub use place::{PlaceFilter, TakeActions};

use super::action::Action;
use super::ether_type::EtherType;
use netlink_packet::{Array, Attr, Kind, Table, View, flags, kinds};

/// A kind of filter: the table of its options.
///
/// A kind of your own is a table ([`netlink!`](netlink_packet::netlink)) and a name, as for qdiscs: [`tc`](super).
pub trait FilterKind: View {
    /// The name that the kernel has for it, such as `flower`.
    const NAME: &'static str;

    /// The protocol that these options are about, where they say one.
    fn protocol_of(&self) -> Option<EtherType> {
        None
    }

    /// The handle that the kernel wants for these options, where they decide it.
    fn handle_of(&self) -> Option<u32> {
        None
    }
}

/// A kind of filter that has actions.
pub trait HasActions: FilterKind {
    /// The key of its actions.
    const ACTIONS: Attr<Self, Array<Action>>;
}

kinds! {
    /// The kinds of filters that have a table here.
    pub(super) static FILTERS: &'static str = filter_kind {
        basic: Basic,
        bpf: Bpf,
        cgroup: Cgroup,
        flow: Flow,
        flower: Flower,
        fw: Fw,
        matchall: Matchall,
        route: Route,
        u32: U32,
    }
}

const fn filter_kind<K: FilterKind + ?Sized>() -> Kind<&'static str> {
    Kind::new::<K>(K::NAME, &[], ())
}

/// The kinds that have a table here: their names, and the table.
pub fn kinds() -> impl Iterator<Item = (&'static str, &'static Table)> {
    FILTERS.tables()
}

flags! {
    /// Flags of a filter: `TCA_CLS_FLAGS_*`. Where neither is set, hardware does what it can, and software the rest.
    pub struct FilterFlags: u32 = "cls-flags" {
        /// Skip hardware: the filter is not offloaded.
        const SKIP_HW = 0x1 => "skip_hw";
        /// Skip software: only hardware has the filter.
        const SKIP_SW = 0x2 => "skip_sw";
        /// In hardware: the filter is offloaded. Only the kernel sets it.
        const IN_HW = 0x4 => "in_hw";
        /// Not in hardware: the filter is not offloaded. Only the kernel sets it.
        const NOT_IN_NW = 0x8 => "not_in_hw";
        /// Verbose: warnings of a driver about a filter that it does not offload are sent, too.
        const VERBOSE = 0x10 => "verbose";
    }
}

impl FilterFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::SKIP_HW.union(Self::SKIP_SW).union(Self::VERBOSE);
}
