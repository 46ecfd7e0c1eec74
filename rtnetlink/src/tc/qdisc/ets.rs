//! Enhanced transmission selection: `ets`.

use super::{ClassKind, QdiscKind};
use crate::tc::given::Given as _;
use crate::tc::units::bytes_of;
use netlink_packet::{
    Buffer, Build as _, BuildError, Codec, Items, Plain, PooledBuffer, Put, Repeated, Schema, Scope, netlink,
};

netlink! {
    /// Enhanced transmission selection (ETS, IEEE 802.1Qaz): strict bands, which come first in order, and bands that share the
    /// rest by their quanta. Each band is a class, from `1:1` on. The options of the qdisc and those of a class are in one
    /// table.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Ets;
    /// use rtnetlink::tc::{PlaceClass, PlaceQdisc};
    ///
    /// // tc qdisc add dev DEV root handle 1: ets strict 2 quanta 4500 3000
    /// let qdisc = Ets::build().strict(2).quanta(["4500", "3000"]).root().handle("1:");
    /// let ets = qdisc.view().kind::<Ets>().unwrap();
    /// assert_eq!((ets.bands(), ets.quanta().collect::<Vec<_>>()), (Some(4), vec![4500, 3000]));
    /// // tc class change dev DEV classid 1:3 ets quantum 6000
    /// let class = Ets::build().quantum(6000u32).class("1:3");
    /// ```
    ///
    /// A change of the qdisc sets the defaults of what it leaves out. Classes can only be changed.
    pub struct Ets / EtsBuf
    attributes {
        /// Number of bands, 1 to 16. Default are the strict ones and those with a quantum.
        TCA_ETS_NBANDS = 1 => bands: u8,
        /// Number of strict bands, which are the first. Default none.
        TCA_ETS_NSTRICT = 2 => strict: u8,
        /// Quanta of the bands that are not strict; [`quanta`](Ets::quanta) reads them.
        TCA_ETS_QUANTA = 3 | netlink_packet::NLA_F_NESTED => quanta_list: &EtsQuanta as EtsQuanta; set_by("quanta"),
        /// Quantum of a class: bytes that the band may send in a turn, 256 to 1 MiB.
        TCA_ETS_QUANTA_BAND = 4 => quantum: u32 as Quantum,
        /// Priority map; [`priority_map`](Ets::priority_map) reads it.
        TCA_ETS_PRIOMAP = 5 | netlink_packet::NLA_F_NESTED => priority_list: &EtsPriorityMap as EtsPriorityMap; set_by("priority_map"),
    }
}

netlink! {
    /// Quanta of the bands that share what strict ones leave.
    pub struct EtsQuanta / EtsQuantaBuf
    attributes {
        /// Quanta: bytes that a band may send in a turn, 256 to 1 MiB.
        TCA_ETS_QUANTA_BAND = 4 => quanta: Items<'_, Quantum> as Repeated<Quantum>,
    }
}

netlink! {
    /// The bands of packet priorities.
    pub struct EtsPriorityMap / EtsPriorityMapBuf
    attributes {
        /// Bands, of the priorities from 0 on.
        TCA_ETS_PRIOMAP_BAND = 6 => bands: Items<'_, u8> as Repeated<u8>,
    }
}

/// Codec of a quantum: a [`Size`](crate::tc::Size) that kernels do not change.
#[derive(Debug)]
pub struct Quantum;

/// What kernels accept as it is; they raise what is less, and lower what is more.
const QUANTA: std::ops::RangeInclusive<u32> = std::ops::RangeInclusive::new(256, 1 << 20);

/// Most bands that there can be.
const MOST: u8 = 16;

impl Codec for Quantum {
    type Value<'a> = u32;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<u32> {
        u32::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        u32::decode(payload).into()
    }
}

macro_rules! put_quantum {
    ($($from:ty),*) => { $(
        impl Put<Quantum> for $from {
            fn put(self, out: &mut Buffer) {
                match bytes_of(self) {
                    Ok(quantum) if QUANTA.contains(&quantum) => Put::<u32>::put(quantum, out),
                    Ok(quantum) => out.refuse(BuildError::Invalid(format!(
                        "{quantum} is not a quantum of ets, 256 to 1048576: kernels would change it"
                    ))),
                    Err(problem) => out.refuse(problem),
                }
            }
        }
    )* };
}

put_quantum! { u32, &str }

impl QdiscKind for Ets {
    const NAME: &'static str = "ets";
    const NESTED: bool = true;

    fn complete(options: PooledBuffer) -> PooledBuffer {
        let ets = EtsBuf::from_buffer(options);
        if ets.view().bands().is_some() {
            return ets.into_buffer();
        }
        let bands = usize::from(ets.view().strict().unwrap_or_default()) + ets.view().quanta().count();
        let fits = u8::try_from(bands).ok().filter(|bands| *bands <= MOST);
        let too_many = || BuildError::Invalid(format!("{bands} bands are too many, at most {MOST}"));
        ets.given(fits.ok_or_else(too_many), EtsBuf::bands).into_buffer()
    }
}

impl ClassKind for Ets {
    const NAME: &'static str = "ets";
    const NESTED: bool = true;
}

impl Ets {
    /// Quanta of the bands that are not strict: bytes that each may send in a turn.
    pub fn quanta(&self) -> impl Iterator<Item = u32> {
        self.quanta_list().and_then(EtsQuanta::quanta).into_iter().flatten()
    }

    /// Priority map (`priomap`): the band of each packet priority, from 0 on.
    pub fn priority_map(&self) -> impl Iterator<Item = u8> {
        self.priority_list().and_then(EtsPriorityMap::bands).into_iter().flatten()
    }
}

impl EtsBuf {
    /// Sets the quanta of the bands that follow the strict ones: bytes that each may send in a turn, 256 to 1 MiB. Default is
    /// the MTU of the device.
    pub fn quanta(self, quanta: impl IntoIterator<Item: Put<Quantum>>) -> Self {
        self.quanta_list(EtsQuanta::build().quanta(quanta))
    }

    /// Sets the bands of the packet priorities from 0 on, at most 16: `priomap`. Those that are left out get the last band.
    pub fn priority_map(self, bands: impl IntoIterator<Item = u8>) -> Self {
        self.priority_list(EtsPriorityMap::build().bands(bands))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::PlaceQdisc as _;

    #[test]
    fn the_bands_are_those_that_are_described() {
        let bands = |ets: EtsBuf| ets.root().view().kind::<Ets>().and_then(Ets::bands);
        assert_eq!(bands(Ets::build().strict(3)), Some(3));
        assert_eq!(bands(Ets::build().quanta([1000u32, 2000])), Some(2));
        assert_eq!(bands(Ets::build().strict(3).quanta(["1k"])), Some(4));
        assert_eq!(bands(Ets::build().bands(8).strict(3)), Some(8));
        let many = Ets::build().strict(8).quanta([1000u32; 9]).root();
        let problem = many.buffer().problem().map(ToString::to_string);
        assert_eq!(problem.as_deref(), Some("17 bands are too many, at most 16"));
    }

    #[test]
    fn quanta_that_kernels_would_change() {
        let problem = |ets: EtsBuf| ets.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert!(problem(Ets::build().quantum(255u32)).contains("255 is not a quantum"));
        assert!(problem(Ets::build().quanta(["2mb"])).contains("2097152 is not a quantum"));
        assert!(problem(Ets::build().quanta(["much"])).contains("\"much\" is not a size"));
        assert_eq!(problem(Ets::build().quantum("1mb").quanta([256u32])), "");
    }

    #[test]
    fn what_is_set_is_read() {
        let ets = Ets::build().quanta(["3000"]).priority_map([1, 2, 3]);
        assert_eq!(ets.view().priority_map().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(ets.view().quanta().collect::<Vec<_>>(), [3000]);
    }
}
