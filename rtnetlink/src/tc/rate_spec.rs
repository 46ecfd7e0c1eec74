//! Rates as the structs of qdiscs have them: `struct tc_ratespec`.

use super::Rate;
use netlink_packet::{Buffer, Codec, Fixed, Inside, Plain, Put, Schema, Scope, View, values};

/// The struct itself, of which [`RateSpec`] is a copy.
mod wire {
    use super::LinkLayer;
    use netlink_packet::netlink;

    netlink! {
        /// A rate: `struct tc_ratespec`.
        pub(super) struct RateSpec / RateSpecBuf
        header tc_ratespec: 12 {
            /// Cell size as a logarithm.
            cell_log = 0 => cell_log: u8,
            /// Link layer.
            linklayer = 1 => link_layer: LinkLayer,
            /// Overhead of each packet.
            overhead = 2 => overhead: u16,
            /// Cell alignment.
            cell_align = 4 => cell_align: i16,
            /// Minimum packet unit (MPU).
            mpu = 6 => mpu: u16,
            /// Rate in bytes per second.
            rate = 8 => rate: u32,
        }
    }
}

/// A rate with what the link layer adds to each packet: `struct tc_ratespec`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RateSpec {
    /// Cell size as a logarithm, for rate tables.
    pub cell_log: u8,
    /// Link layer, which says how packets become cells.
    pub link_layer: LinkLayer,
    /// Overhead in bytes that is added to each packet.
    pub overhead: u16,
    /// Cell alignment, for rate tables.
    pub cell_align: i16,
    /// Minimum packet unit (MPU): the size in bytes that shorter packets count as.
    pub mpu: u16,
    /// Rate in bytes per second; all ones from 4 GiB/s on, where another attribute has it.
    pub rate: u32,
}

values! {
    /// Link layer of a rate: `TC_LINKLAYER_*`.
    pub struct LinkLayer: u8 = "" {
        /// Unaware: a rate table says how long packets take.
        UNAWARE = 0 => "unspec",
        /// Ethernet.
        ETHERNET = 1 => "ethernet",
        /// ATM: packets become cells of 48 bytes, each of which takes 53.
        ATM = 2 => "atm",
    }
}

impl RateSpec {
    /// The rate, which another attribute has where 32 bits do not suffice.
    pub(super) fn with(self, long: Option<Rate>) -> Rate {
        long.unwrap_or_else(|| Rate(self.rate.into()))
    }

    /// The same with this rate. Without a link layer it gets Ethernet's, for which the kernel needs no rate table.
    pub(super) fn at(self, rate: Rate) -> Self {
        let link_layer = match self.link_layer {
            LinkLayer::UNAWARE => LinkLayer::ETHERNET,
            layer => layer,
        };
        RateSpec { rate: rate.narrow(), link_layer, ..self }
    }
}

impl Codec for RateSpec {
    type Value<'a> = RateSpec;
    const SCHEMA: Schema = Schema { set: Some(wire::RateSpec::table), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<RateSpec> {
        (payload.len() >= Self::SIZE).then(|| Self::read(payload))
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Set(wire::RateSpec::table())
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::raw(payload)
    }
}

impl Fixed for RateSpec {
    type Owned = RateSpec;
    const SIZE: usize = wire::RateSpec::HEADER;

    fn read(bytes: &[u8]) -> RateSpec {
        let spec = wire::RateSpec::cast(bytes);
        RateSpec {
            cell_log: spec.cell_log(),
            link_layer: spec.link_layer(),
            overhead: spec.overhead(),
            cell_align: spec.cell_align(),
            mpu: spec.mpu(),
            rate: spec.rate(),
        }
    }
}

impl Put<RateSpec> for RateSpec {
    fn put(self, out: &mut Buffer) {
        let spec = wire::RateSpec::build()
            .cell_log(self.cell_log)
            .link_layer(self.link_layer)
            .overhead(self.overhead);
        spec.cell_align(self.cell_align).mpu(self.mpu).rate(self.rate).put(out);
    }
}
