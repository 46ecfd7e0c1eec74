//! Forward error correction (FEC).

use super::{BitChange, BitName, Bits, BitsOf, DeviceHeader, StringSetId, bit_verbs};
use crate::{Chunks, Items, NLA_F_NESTED, Packed, Repeated, Uint, netlink};

netlink! {
    /// Forward error correction (FEC): `ETHTOOL_MSG_FEC_GET`, `ethtool --show-fec`.
    pub struct Fec / FecBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_FEC_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Configured FEC modes (encodings): `RS`, `BASER`, `LLRS`, `None`.
        ETHTOOL_A_FEC_MODES = 2 | NLA_F_NESTED => modes: Bits<'_> as BitsOf<{ StringSetId::LINK_MODES.0 }>,
        /// Automatic FEC: the device chooses the encoding.
        ETHTOOL_A_FEC_AUTO = 3 => automatic: bool,
        /// Active FEC encoding, as the number of a link mode.
        ETHTOOL_A_FEC_ACTIVE = 4 => active: u32; read_only,
        /// Statistics, where they were asked for.
        ETHTOOL_A_FEC_STATS = 5 | NLA_F_NESTED => statistics: &FecStatistics as FecStatistics; read_only,
    }
}

bit_verbs! { FecBuf, Fec::ETHTOOL_A_FEC_MODES, "an FEC encoding, such as `RS`" }

impl FecBuf {
    /// Configures just these encodings.
    pub fn only<'a, N: Into<BitName<'a>>>(self, encodings: impl IntoIterator<Item = N>) -> Self {
        self.modes(BitChange::only(encodings))
    }
}

netlink! {
    /// Counters of forward error correction: nested in `ETHTOOL_A_FEC_STATS`. Each has the total first, then one a lane where the
    /// device counts them.
    pub struct FecStatistics / FecStatisticsBuf
    attributes {
        /// Corrected blocks (`aFECCorrectedBlocks`).
        ETHTOOL_A_FEC_STAT_CORRECTED = 2 => corrected: Chunks<'_, u64> as Packed<u64>,
        /// Uncorrectable blocks (`aFECUncorrectableBlocks`).
        ETHTOOL_A_FEC_STAT_UNCORR = 3 => uncorrectable: Chunks<'_, u64> as Packed<u64>,
        /// Corrected bits.
        ETHTOOL_A_FEC_STAT_CORR_BITS = 4 => corrected_bits: Chunks<'_, u64> as Packed<u64>,
        /// Histogram: blocks by their number of errors (since Linux 6.18).
        ETHTOOL_A_FEC_STAT_HIST = 5 | NLA_F_NESTED => histogram: Items<'_, FecBin> as Repeated<FecBin>,
    }
}

netlink! {
    /// A bin of the FEC histogram: nested in `ETHTOOL_A_FEC_STAT_HIST`.
    pub struct FecBin / FecBinBuf
    attributes {
        /// Lowest number of errors that falls into the bin.
        ETHTOOL_A_FEC_HIST_BIN_LOW = 2 => low: u32,
        /// Highest number of errors that falls into the bin.
        ETHTOOL_A_FEC_HIST_BIN_HIGH = 3 => high: u32,
        /// Blocks with that many errors.
        ETHTOOL_A_FEC_HIST_BIN_VAL = 4 => count: u64 as Uint,
        /// The same for each lane.
        ETHTOOL_A_FEC_HIST_BIN_VAL_PER_LANE = 5 => count_per_lane: Chunks<'_, u64> as Packed<u64>,
    }
}
