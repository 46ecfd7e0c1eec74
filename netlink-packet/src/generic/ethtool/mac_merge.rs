//! MAC Merge layer (frame preemption, IEEE 802.3 clause 99).

use super::DeviceHeader;
use crate::{NLA_F_NESTED, netlink, values};

netlink! {
    /// MAC Merge layer (frame preemption): `ETHTOOL_MSG_MM_GET`, `ethtool --show-mm` (since Linux 6.3).
    pub struct MacMerge / MacMergeBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_MM_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Preemptible MAC (pMAC) enabled: it can receive preempted frames.
        ETHTOOL_A_MM_PMAC_ENABLED = 2 => pmac_enabled: bool,
        /// Preemption of transmitted frames enabled.
        ETHTOOL_A_MM_TX_ENABLED = 3 => tx_enabled: bool,
        /// Preemption of transmitted frames active.
        ETHTOOL_A_MM_TX_ACTIVE = 4 => tx_active: bool; read_only,
        /// Smallest fragment that is sent but for the last, in bytes without FCS: 60 to 252.
        ETHTOOL_A_MM_TX_MIN_FRAG_SIZE = 5 => tx_min_fragment_size: u32,
        /// Smallest fragment that can be received but for the last, in bytes without FCS.
        ETHTOOL_A_MM_RX_MIN_FRAG_SIZE = 6 => rx_min_fragment_size: u32; read_only,
        /// Verification that the link partner has a MAC Merge layer.
        ETHTOOL_A_MM_VERIFY_ENABLED = 7 => verify_enabled: bool,
        /// Verification status.
        ETHTOOL_A_MM_VERIFY_STATUS = 8 => verify_status: VerifyStatus; read_only,
        /// Time between attempts of the verification, in milliseconds: 1 to 128.
        ETHTOOL_A_MM_VERIFY_TIME = 9 => verify_time: u32,
        /// Longest time between attempts, in milliseconds.
        ETHTOOL_A_MM_MAX_VERIFY_TIME = 10 => verify_time_max: u32; read_only,
        /// Statistics, where they were asked for.
        ETHTOOL_A_MM_STATS = 11 | NLA_F_NESTED => statistics: &MacMergeStatistics as MacMergeStatistics; read_only,
    }
}

values! {
    /// Status of the verification of a MAC Merge layer: `ETHTOOL_MM_VERIFY_STATUS_*`.
    pub struct VerifyStatus: u8 = "" {
        /// Unknown.
        UNKNOWN = 0 => "unknown",
        /// Not started.
        INITIAL = 1 => "initial",
        /// Running.
        VERIFYING = 2 => "verifying",
        /// Succeeded.
        SUCCEEDED = 3 => "succeeded",
        /// Failed.
        FAILED = 4 => "failed",
        /// Disabled.
        DISABLED = 5 => "disabled",
    }
}

netlink! {
    /// Counters of a MAC Merge layer: nested in `ETHTOOL_A_MM_STATS`. Counters that the driver lacks are absent.
    pub struct MacMergeStatistics / MacMergeStatisticsBuf
    attributes {
        /// Frames that could not be reassembled (`aMACMergeFrameAssErrorCount`).
        ETHTOOL_A_MM_STAT_REASSEMBLY_ERRORS = 2 => reassembly_errors: u64,
        /// Frames and fragments with an unexpected start-of-mPacket delimiter (SMD; `aMACMergeFrameSmdErrorCount`).
        ETHTOOL_A_MM_STAT_SMD_ERRORS = 3 => smd_errors: u64,
        /// Frames that were reassembled (`aMACMergeFrameAssOkCount`).
        ETHTOOL_A_MM_STAT_REASSEMBLY_OK = 4 => reassembly_ok: u64,
        /// Fragments received beyond the first of a frame (`aMACMergeFragCountRx`).
        ETHTOOL_A_MM_STAT_RX_FRAG_COUNT = 5 => rx_fragments: u64,
        /// Fragments sent beyond the first of a frame (`aMACMergeFragCountTx`).
        ETHTOOL_A_MM_STAT_TX_FRAG_COUNT = 6 => tx_fragments: u64,
        /// How often transmission was held to let an express frame pass (`aMACMergeHoldCount`).
        ETHTOOL_A_MM_STAT_HOLD_COUNT = 7 => holds: u64,
    }
}
