//! Settings and state of network devices (`ethtool`), as `ethtool` shows and sets them. Feature `ethtool`.
//!
//! Each message is the answer to one question: [`Rings`], [`Features`], [`LinkModes`] and so on; what it has that can be changed is sent
//! back in one of the same type. Bits of features, link modes and the like are [`Bits`], whose names come from string sets:
//! [`BitNames`].

// | file | what |
// | --- | --- |
// | `bitset.rs` | bitsets and the names of their bits |
// | `cable.rs` | cable tests and their results |
// | `channels.rs` | channel counts |
// | `coalesce.rs` | interrupt coalescing |
// | `command.rs` | the numbers of commands |
// | `debug.rs` | debug message mask |
// | `eee.rs` | Energy-Efficient Ethernet |
// | `features.rs` | features (offloads) |
// | `fec.rs` | forward error correction |
// | `header.rs` | the header of requests and replies |
// | `link.rs` | link information, modes, state |
// | `mac_merge.rs` | MAC Merge layer (frame preemption) |
// | `module.rs` | modules: power mode, EEPROM, firmware |
// | `named.rs` | a reply with the names of its bits |
// | `notification.rs` | notifications by what they are about |
// | `pause.rs` | pause frames |
// | `phy.rs` | PHYs, mean square error |
// | `plca.rs` | physical layer collision avoidance |
// | `private_flags.rs` | a driver's private flags |
// | `pse.rs` | power sourcing equipment |
// | `question.rs` | what each message asks and changes |
// | `rings.rs` | ring sizes |
// | `rss.rs` | receive-side scaling |
// | `statistics.rs` | standard statistics |
// | `strings.rs` | string sets |
// | `timestamping.rs` | timestamping and clocks |
// | `tunnels.rs` | tunnel offloads |
// | `uint.rs` | flags in integers of 4 or 8 bytes |
// | `wake_on_lan.rs` | wake-on-LAN |

mod bitset;
mod cable;
mod channels;
mod coalesce;
mod command;
mod debug;
mod eee;
mod features;
mod fec;
mod header;
mod link;
mod mac_merge;
mod module;
mod named;
mod notification;
mod pause;
mod phy;
mod plca;
mod private_flags;
mod pse;
mod question;
mod rings;
mod rss;
mod statistics;
mod strings;
mod timestamping;
mod tunnels;
mod uint;
mod wake_on_lan;

pub use bitset::{
    Bit, BitChange, BitList, BitListBuf, BitName, BitNames, Bits, BitsOf, Bitset, BitsetBuf, NamedBit,
    NamedBitBuf,
};
pub use cable::*;
pub use channels::*;
pub use coalesce::*;
pub use command::*;
pub use debug::*;
pub use eee::*;
pub use features::*;
pub use fec::*;
pub use header::*;
pub use link::*;
pub use mac_merge::*;
pub use module::*;
pub use named::*;
pub use notification::*;
pub use pause::*;
pub use phy::*;
pub use plca::*;
pub use private_flags::*;
pub use pse::*;
pub use question::*;
pub use rings::*;
pub use rss::*;
pub use statistics::*;
pub use strings::*;
pub use timestamping::*;
pub use tunnels::*;
pub use uint::AsUint;
pub use wake_on_lan::*;

use super::description::describe;
use bitset::bit_verbs;
use uint::as_uint;

describe! {
    /// The family: its operations, groups and messages.
    ETHTOOL = "ethtool"
    operations {
        "strset-get": ETHTOOL_MSG_STRSET_GET => ETHTOOL_MSG_STRSET_GET_REPLY,
        "linkinfo-get": ETHTOOL_MSG_LINKINFO_GET => ETHTOOL_MSG_LINKINFO_GET_REPLY,
        "linkinfo-set": ETHTOOL_MSG_LINKINFO_SET,
        "linkinfo-ntf": => ETHTOOL_MSG_LINKINFO_NTF,
        "linkmodes-get": ETHTOOL_MSG_LINKMODES_GET => ETHTOOL_MSG_LINKMODES_GET_REPLY,
        "linkmodes-set": ETHTOOL_MSG_LINKMODES_SET,
        "linkmodes-ntf": => ETHTOOL_MSG_LINKMODES_NTF,
        "linkstate-get": ETHTOOL_MSG_LINKSTATE_GET => ETHTOOL_MSG_LINKSTATE_GET_REPLY,
        "debug-get": ETHTOOL_MSG_DEBUG_GET => ETHTOOL_MSG_DEBUG_GET_REPLY,
        "debug-set": ETHTOOL_MSG_DEBUG_SET,
        "debug-ntf": => ETHTOOL_MSG_DEBUG_NTF,
        "wol-get": ETHTOOL_MSG_WOL_GET => ETHTOOL_MSG_WOL_GET_REPLY,
        "wol-set": ETHTOOL_MSG_WOL_SET,
        "wol-ntf": => ETHTOOL_MSG_WOL_NTF,
        "features-get": ETHTOOL_MSG_FEATURES_GET => ETHTOOL_MSG_FEATURES_GET_REPLY,
        "features-set": ETHTOOL_MSG_FEATURES_SET => ETHTOOL_MSG_FEATURES_SET_REPLY,
        "features-ntf": => ETHTOOL_MSG_FEATURES_NTF,
        "privflags-get": ETHTOOL_MSG_PRIVFLAGS_GET => ETHTOOL_MSG_PRIVFLAGS_GET_REPLY,
        "privflags-set": ETHTOOL_MSG_PRIVFLAGS_SET,
        "privflags-ntf": => ETHTOOL_MSG_PRIVFLAGS_NTF,
        "rings-get": ETHTOOL_MSG_RINGS_GET => ETHTOOL_MSG_RINGS_GET_REPLY,
        "rings-set": ETHTOOL_MSG_RINGS_SET,
        "rings-ntf": => ETHTOOL_MSG_RINGS_NTF,
        "channels-get": ETHTOOL_MSG_CHANNELS_GET => ETHTOOL_MSG_CHANNELS_GET_REPLY,
        "channels-set": ETHTOOL_MSG_CHANNELS_SET,
        "channels-ntf": => ETHTOOL_MSG_CHANNELS_NTF,
        "coalesce-get": ETHTOOL_MSG_COALESCE_GET => ETHTOOL_MSG_COALESCE_GET_REPLY,
        "coalesce-set": ETHTOOL_MSG_COALESCE_SET,
        "coalesce-ntf": => ETHTOOL_MSG_COALESCE_NTF,
        "pause-get": ETHTOOL_MSG_PAUSE_GET => ETHTOOL_MSG_PAUSE_GET_REPLY,
        "pause-set": ETHTOOL_MSG_PAUSE_SET,
        "pause-ntf": => ETHTOOL_MSG_PAUSE_NTF,
        "eee-get": ETHTOOL_MSG_EEE_GET => ETHTOOL_MSG_EEE_GET_REPLY,
        "eee-set": ETHTOOL_MSG_EEE_SET,
        "eee-ntf": => ETHTOOL_MSG_EEE_NTF,
        "tsinfo-get": ETHTOOL_MSG_TSINFO_GET => ETHTOOL_MSG_TSINFO_GET_REPLY,
        "cable-test-act": ETHTOOL_MSG_CABLE_TEST_ACT,
        "cable-test-ntf": => ETHTOOL_MSG_CABLE_TEST_NTF,
        "cable-test-tdr-act": ETHTOOL_MSG_CABLE_TEST_TDR_ACT,
        "cable-test-tdr-ntf": => ETHTOOL_MSG_CABLE_TEST_TDR_NTF,
        "tunnel-info-get": ETHTOOL_MSG_TUNNEL_INFO_GET => ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY,
        "fec-get": ETHTOOL_MSG_FEC_GET => ETHTOOL_MSG_FEC_GET_REPLY,
        "fec-set": ETHTOOL_MSG_FEC_SET,
        "fec-ntf": => ETHTOOL_MSG_FEC_NTF,
        "module-eeprom-get": ETHTOOL_MSG_MODULE_EEPROM_GET => ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY,
        "stats-get": ETHTOOL_MSG_STATS_GET => ETHTOOL_MSG_STATS_GET_REPLY,
        "phc-vclocks-get": ETHTOOL_MSG_PHC_VCLOCKS_GET => ETHTOOL_MSG_PHC_VCLOCKS_GET_REPLY,
        "module-get": ETHTOOL_MSG_MODULE_GET => ETHTOOL_MSG_MODULE_GET_REPLY,
        "module-set": ETHTOOL_MSG_MODULE_SET,
        "module-ntf": => ETHTOOL_MSG_MODULE_NTF,
        "pse-get": ETHTOOL_MSG_PSE_GET => ETHTOOL_MSG_PSE_GET_REPLY,
        "pse-set": ETHTOOL_MSG_PSE_SET,
        "rss-get": ETHTOOL_MSG_RSS_GET => ETHTOOL_MSG_RSS_GET_REPLY,
        "plca-get-cfg": ETHTOOL_MSG_PLCA_GET_CFG => ETHTOOL_MSG_PLCA_GET_CFG_REPLY,
        "plca-set-cfg": ETHTOOL_MSG_PLCA_SET_CFG,
        "plca-get-status": ETHTOOL_MSG_PLCA_GET_STATUS => ETHTOOL_MSG_PLCA_GET_STATUS_REPLY,
        "plca-ntf": => ETHTOOL_MSG_PLCA_NTF,
        "mm-get": ETHTOOL_MSG_MM_GET => ETHTOOL_MSG_MM_GET_REPLY,
        "mm-set": ETHTOOL_MSG_MM_SET,
        "mm-ntf": => ETHTOOL_MSG_MM_NTF,
        "module-fw-flash-act": ETHTOOL_MSG_MODULE_FW_FLASH_ACT,
        "module-fw-flash-ntf": => ETHTOOL_MSG_MODULE_FW_FLASH_NTF,
        "phy-get": ETHTOOL_MSG_PHY_GET => ETHTOOL_MSG_PHY_GET_REPLY,
        "phy-ntf": => ETHTOOL_MSG_PHY_NTF,
        "tsconfig-get": ETHTOOL_MSG_TSCONFIG_GET => ETHTOOL_MSG_TSCONFIG_GET_REPLY,
        "tsconfig-set": ETHTOOL_MSG_TSCONFIG_SET => ETHTOOL_MSG_TSCONFIG_SET_REPLY,
        "pse-ntf": => ETHTOOL_MSG_PSE_NTF,
        "rss-set": ETHTOOL_MSG_RSS_SET,
        "rss-ntf": => ETHTOOL_MSG_RSS_NTF,
        "rss-create-act": ETHTOOL_MSG_RSS_CREATE_ACT => ETHTOOL_MSG_RSS_CREATE_ACT_REPLY,
        "rss-create-ntf": => ETHTOOL_MSG_RSS_CREATE_NTF,
        "rss-delete-act": ETHTOOL_MSG_RSS_DELETE_ACT,
        "rss-delete-ntf": => ETHTOOL_MSG_RSS_DELETE_NTF,
        "mse-get": ETHTOOL_MSG_MSE_GET => ETHTOOL_MSG_MSE_GET_REPLY,
    }
    groups ["monitor"]
    constants {}
    messages [StringSets, LinkInfo, LinkModes, LinkState, DebugMask, WakeOnLan, Features, PrivateFlags, Rings, Channels, Coalesce, Pause, Eee, Timestamping, TimestampConfig, PhcVclocks, CableTest, CableTestNotification, CableTestTdr, CableTestTdrNotification, TunnelInfo, Fec, Module, Eeprom, ModuleFirmware, Statistics, Pse, PseNotification, Rss, Plca, PlcaStatus, MacMerge, Phy, MeanSquareError]
}
