//! PHYs of a device, and how well they receive.

use super::DeviceHeader;
use crate::{NLA_F_NESTED, Uint, netlink, values};

netlink! {
    /// A PHY that is attached to a device: `ETHTOOL_MSG_PHY_GET` (since Linux 6.12).
    pub struct Phy / PhyBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_PHY_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// PHY index, by which requests name it.
        ETHTOOL_A_PHY_INDEX = 2 => index: u32; read_only,
        /// Name of the PHY's driver.
        ETHTOOL_A_PHY_DRVNAME = 3 => driver: &str as str; read_only,
        /// Name of the PHY.
        ETHTOOL_A_PHY_NAME = 4 => name: &str as str; read_only,
        /// Upstream type: what the PHY is attached to.
        ETHTOOL_A_PHY_UPSTREAM_TYPE = 5 => upstream_type: PhyUpstream; read_only,
        /// Index of the PHY that it is attached to.
        ETHTOOL_A_PHY_UPSTREAM_INDEX = 6 => upstream_index: u32; read_only,
        /// Name of the SFP bus that it is attached by.
        ETHTOOL_A_PHY_UPSTREAM_SFP_NAME = 7 => upstream_sfp: &str as str; read_only,
        /// Name of the SFP bus behind it.
        ETHTOOL_A_PHY_DOWNSTREAM_SFP_NAME = 8 => downstream_sfp: &str as str; read_only,
    }
}

values! {
    /// What a PHY is attached to: `PHY_UPSTREAM_*`.
    pub struct PhyUpstream: u32 = "phy-upstream-type" {
        /// A MAC.
        MAC = 0 => "mac",
        /// Another PHY.
        PHY = 1 => "phy",
    }
}

netlink! {
    /// Mean square error (MSE) of a PHY's receiver, a measure of the quality of the signal: `ETHTOOL_MSG_MSE_GET` (since Linux 6.19).
    pub struct MeanSquareError / MeanSquareErrorBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_MSE_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Capabilities: what the PHY measures, and how.
        ETHTOOL_A_MSE_CAPABILITIES = 2 | NLA_F_NESTED => capabilities: &MseCapabilities as MseCapabilities; read_only,
        /// Measured on channel A.
        ETHTOOL_A_MSE_CHANNEL_A = 3 | NLA_F_NESTED => channel_a: &MseSnapshot as MseSnapshot; read_only,
        /// Measured on channel B.
        ETHTOOL_A_MSE_CHANNEL_B = 4 | NLA_F_NESTED => channel_b: &MseSnapshot as MseSnapshot; read_only,
        /// Measured on channel C.
        ETHTOOL_A_MSE_CHANNEL_C = 5 | NLA_F_NESTED => channel_c: &MseSnapshot as MseSnapshot; read_only,
        /// Measured on channel D.
        ETHTOOL_A_MSE_CHANNEL_D = 6 | NLA_F_NESTED => channel_d: &MseSnapshot as MseSnapshot; read_only,
        /// Measured on the worst channel.
        ETHTOOL_A_MSE_WORST_CHANNEL = 7 | NLA_F_NESTED => worst_channel: &MseSnapshot as MseSnapshot; read_only,
        /// Measured of the link as a whole.
        ETHTOOL_A_MSE_LINK = 8 | NLA_F_NESTED => link: &MseSnapshot as MseSnapshot; read_only,
    }
}

netlink! {
    /// What a PHY measures of the mean square error: nested in `ETHTOOL_A_MSE_CAPABILITIES`.
    pub struct MseCapabilities / MseCapabilitiesBuf
    attributes {
        /// Largest value of the average MSE.
        ETHTOOL_A_MSE_CAPABILITIES_MAX_AVERAGE_MSE = 1 => average_max: u64 as Uint,
        /// Largest value of the peak MSE.
        ETHTOOL_A_MSE_CAPABILITIES_MAX_PEAK_MSE = 2 => peak_max: u64 as Uint,
        /// How often the values are refreshed, in picoseconds.
        ETHTOOL_A_MSE_CAPABILITIES_REFRESH_RATE_PS = 3 => refresh_rate: u64 as Uint,
        /// Number of symbols that a measurement takes.
        ETHTOOL_A_MSE_CAPABILITIES_NUM_SYMBOLS = 4 => symbols: u64 as Uint,
    }
}

netlink! {
    /// A measurement of the mean square error (MSE): nested in `ETHTOOL_A_MSE_LINK` and those of the channels.
    pub struct MseSnapshot / MseSnapshotBuf
    attributes {
        /// Average MSE.
        ETHTOOL_A_MSE_SNAPSHOT_AVERAGE_MSE = 1 => average: u64 as Uint,
        /// Peak MSE.
        ETHTOOL_A_MSE_SNAPSHOT_PEAK_MSE = 2 => peak: u64 as Uint,
        /// Worst peak MSE since it was last read.
        ETHTOOL_A_MSE_SNAPSHOT_WORST_PEAK_MSE = 3 => worst_peak: u64 as Uint,
    }
}
