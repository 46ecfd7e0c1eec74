//! What each message asks and changes: its commands, its header, and the string sets that name its bits.

use super::*;
use crate::view::View;
use crate::{Attr, Build, Command, Family, PooledBuffer};

/// The name and version of the family.
pub const FAMILY: Family = Family::Generic { name: "ethtool", version: 1 };

/// A request of the family, which names a device.
pub trait DeviceRequest: Command {
    /// The attribute that names the device.
    const DEVICE: Attr<Self, DeviceHeader>;
}

/// A message that asks something of a device, and is the answer to that: `ETHTOOL_MSG_*_GET`.
pub trait Question: DeviceRequest + Command<Reply = Self> {
    /// Its builder.
    type Builder: Build<View = Self>;

    /// The string sets of the kernel that name its bits and counters.
    const NAMES: &'static [StringSetId];

    /// What getting, listing and changing it is called in errors, such as `get rings`.
    const OPERATIONS: [&'static str; 3];

    /// Whether a kernel may do without a reply where a device has nothing to tell. It acknowledges such a question, if asked to.
    const MAY_LACK_REPLY: bool = false;

    /// The request, where nothing is said but the device.
    fn question() -> Self::Builder {
        Build::from_buffer(PooledBuffer::new(<Self as View>::START))
    }
}

/// A message that also changes what it tells: `ETHTOOL_MSG_*_SET`.
pub trait Setting: Question {
    /// The command that changes it.
    const SET: u8;

    /// Whether the kernel replies to a change with what it did not do of it.
    const HAS_REPLY: bool = false;

    /// Bitsets that a change may have.
    fn bitsets(&self) -> impl Iterator<Item = Bits<'_>>;

    /// In the [reply](Self::HAS_REPLY) to a change: bits that are not as it asked, in the mask.
    fn unchanged(&self) -> Option<Bits<'_>> {
        None
    }
}

macro_rules! questions {
    ($(
        $Message:ident / $Buf:ident $topic:literal $(or $nothing:ident)?: $get:ident, header $HEADER:ident
        $(, names [$($NAME:ident),*])? $(, question $question:expr)? $(, notify [$($notify:ident),*])? $(, set $set:ident [$($bits:ident),*] $(, reply $reply:ident)?)?;
    )*) => { $(
        impl Command for $Message {
            const FAMILY: Family = FAMILY;
            const COMMAND: u16 = $get as u16;
            // One without notifications is no command of the kernel.
            const NOTIFICATIONS: &'static [u16] = &[0 $($(, $notify as u16)*)?];
            type Reply = $Message;
        }

        impl DeviceRequest for $Message {
            const DEVICE: Attr<Self, DeviceHeader> = $Message::$HEADER;
        }

        impl Question for $Message {
            type Builder = $Buf;
            const NAMES: &'static [StringSetId] = &[$($(StringSetId::$NAME),*)?];
            const OPERATIONS: [&'static str; 3] =
                [concat!("get ", $topic), concat!("list ", $topic), concat!("change ", $topic)];
            const MAY_LACK_REPLY: bool = !stringify!($($nothing)?).is_empty();

            $(fn question() -> $Buf {
                $question
            })?
        }

        $(impl Setting for $Message {
            const SET: u8 = $set;

            fn bitsets(&self) -> impl Iterator<Item = Bits<'_>> {
                let bitsets: [Option<Bits<'_>>; _] = [$(self.$bits()),*];
                bitsets.into_iter().flatten()
            }

            $(
                const HAS_REPLY: bool = true;

                fn unchanged(&self) -> Option<Bits<'_>> {
                    self.$reply()
                }
            )?
        })?
    )* };
}

questions! {
    StringSets / StringSetsBuf "string sets": ETHTOOL_MSG_STRSET_GET, header ETHTOOL_A_STRSET_HEADER;
    LinkInfo / LinkInfoBuf "link information": ETHTOOL_MSG_LINKINFO_GET, header ETHTOOL_A_LINKINFO_HEADER,
        notify [ETHTOOL_MSG_LINKINFO_NTF], set ETHTOOL_MSG_LINKINFO_SET [];
    LinkModes / LinkModesBuf "link modes": ETHTOOL_MSG_LINKMODES_GET, header ETHTOOL_A_LINKMODES_HEADER,
        names [LINK_MODES], notify [ETHTOOL_MSG_LINKMODES_NTF], set ETHTOOL_MSG_LINKMODES_SET [ours];
    LinkState / LinkStateBuf "link state": ETHTOOL_MSG_LINKSTATE_GET, header ETHTOOL_A_LINKSTATE_HEADER;
    DebugMask / DebugMaskBuf "debug mask": ETHTOOL_MSG_DEBUG_GET, header ETHTOOL_A_DEBUG_HEADER,
        names [MSG_CLASSES], notify [ETHTOOL_MSG_DEBUG_NTF], set ETHTOOL_MSG_DEBUG_SET [classes];
    WakeOnLan / WakeOnLanBuf "wake-on-LAN": ETHTOOL_MSG_WOL_GET, header ETHTOOL_A_WOL_HEADER,
        names [WOL_MODES], notify [ETHTOOL_MSG_WOL_NTF], set ETHTOOL_MSG_WOL_SET [modes];
    Features / FeaturesBuf "features": ETHTOOL_MSG_FEATURES_GET, header ETHTOOL_A_FEATURES_HEADER,
        names [FEATURES], notify [ETHTOOL_MSG_FEATURES_NTF], set ETHTOOL_MSG_FEATURES_SET [wanted], reply wanted;
    PrivateFlags / PrivateFlagsBuf "private flags": ETHTOOL_MSG_PRIVFLAGS_GET, header ETHTOOL_A_PRIVFLAGS_HEADER,
        notify [ETHTOOL_MSG_PRIVFLAGS_NTF], set ETHTOOL_MSG_PRIVFLAGS_SET [flags];
    Rings / RingsBuf "rings": ETHTOOL_MSG_RINGS_GET, header ETHTOOL_A_RINGS_HEADER, notify [ETHTOOL_MSG_RINGS_NTF], set ETHTOOL_MSG_RINGS_SET [];
    Channels / ChannelsBuf "channels": ETHTOOL_MSG_CHANNELS_GET, header ETHTOOL_A_CHANNELS_HEADER,
        notify [ETHTOOL_MSG_CHANNELS_NTF], set ETHTOOL_MSG_CHANNELS_SET [];
    Coalesce / CoalesceBuf "coalescing": ETHTOOL_MSG_COALESCE_GET, header ETHTOOL_A_COALESCE_HEADER,
        notify [ETHTOOL_MSG_COALESCE_NTF], set ETHTOOL_MSG_COALESCE_SET [];
    Pause / PauseBuf "pause frames": ETHTOOL_MSG_PAUSE_GET, header ETHTOOL_A_PAUSE_HEADER,
        notify [ETHTOOL_MSG_PAUSE_NTF], set ETHTOOL_MSG_PAUSE_SET [];
    Eee / EeeBuf "EEE": ETHTOOL_MSG_EEE_GET, header ETHTOOL_A_EEE_HEADER,
        names [LINK_MODES], notify [ETHTOOL_MSG_EEE_NTF], set ETHTOOL_MSG_EEE_SET [ours];
    Timestamping / TimestampingBuf "timestamping": ETHTOOL_MSG_TSINFO_GET, header ETHTOOL_A_TSINFO_HEADER,
        names [SOF_TIMESTAMPING, TS_TX_TYPES, TS_RX_FILTERS];
    TunnelInfo / TunnelInfoBuf "tunnel offloads": ETHTOOL_MSG_TUNNEL_INFO_GET, header ETHTOOL_A_TUNNEL_INFO_HEADER,
        names [UDP_TUNNEL_TYPES];
    Fec / FecBuf "FEC": ETHTOOL_MSG_FEC_GET, header ETHTOOL_A_FEC_HEADER,
        names [LINK_MODES], notify [ETHTOOL_MSG_FEC_NTF], set ETHTOOL_MSG_FEC_SET [modes];
    Eeprom / EepromBuf "module EEPROM": ETHTOOL_MSG_MODULE_EEPROM_GET, header ETHTOOL_A_MODULE_EEPROM_HEADER,
        question Eeprom::part(0, 0, 128);
    Statistics / StatisticsBuf "statistics": ETHTOOL_MSG_STATS_GET, header ETHTOOL_A_STATS_HEADER,
        names [STATS_STD, STATS_ETH_PHY, STATS_ETH_MAC, STATS_ETH_CTRL, STATS_RMON],
        question Statistics::of((0..4).map(StatisticsGroupId));
    PhcVclocks / PhcVclocksBuf "virtual clocks": ETHTOOL_MSG_PHC_VCLOCKS_GET, header ETHTOOL_A_PHC_VCLOCKS_HEADER;
    Module / ModuleBuf "module": ETHTOOL_MSG_MODULE_GET, header ETHTOOL_A_MODULE_HEADER,
        notify [ETHTOOL_MSG_MODULE_NTF], set ETHTOOL_MSG_MODULE_SET [];
    Pse / PseBuf "PSE": ETHTOOL_MSG_PSE_GET, header ETHTOOL_A_PSE_HEADER, set ETHTOOL_MSG_PSE_SET [];
    Rss / RssBuf "RSS": ETHTOOL_MSG_RSS_GET, header ETHTOOL_A_RSS_HEADER,
        names [RSS_HASH_FUNCS], notify [ETHTOOL_MSG_RSS_NTF, ETHTOOL_MSG_RSS_CREATE_NTF, ETHTOOL_MSG_RSS_DELETE_NTF], set ETHTOOL_MSG_RSS_SET [];
    Plca / PlcaBuf "PLCA": ETHTOOL_MSG_PLCA_GET_CFG, header ETHTOOL_A_PLCA_HEADER, notify [ETHTOOL_MSG_PLCA_NTF], set ETHTOOL_MSG_PLCA_SET_CFG [];
    PlcaStatus / PlcaStatusBuf "PLCA status": ETHTOOL_MSG_PLCA_GET_STATUS, header ETHTOOL_A_PLCA_HEADER;
    MacMerge / MacMergeBuf "MAC Merge": ETHTOOL_MSG_MM_GET, header ETHTOOL_A_MM_HEADER, notify [ETHTOOL_MSG_MM_NTF], set ETHTOOL_MSG_MM_SET [];
    // Linux 6.12 says nothing of a device without one.
    Phy / PhyBuf "PHY" or nothing: ETHTOOL_MSG_PHY_GET, header ETHTOOL_A_PHY_HEADER,
        notify [ETHTOOL_MSG_PHY_NTF];
    TimestampConfig / TimestampConfigBuf "timestamping configuration": ETHTOOL_MSG_TSCONFIG_GET,
        header ETHTOOL_A_TSCONFIG_HEADER, names [TS_TX_TYPES, TS_RX_FILTERS, TS_FLAGS],
        set ETHTOOL_MSG_TSCONFIG_SET [tx_types, rx_filters, flags];
    MeanSquareError / MeanSquareErrorBuf "mean square error": ETHTOOL_MSG_MSE_GET, header ETHTOOL_A_MSE_HEADER;
}

/// Messages that start something on a device: `ETHTOOL_MSG_*_ACT`.
macro_rules! actions {
    ($($Message:ident: $act:ident, header $HEADER:ident, notify [$($notify:ident)?];)*) => { $(
        impl Command for $Message {
            const FAMILY: Family = FAMILY;
            const COMMAND: u16 = $act as u16;
            const NOTIFICATIONS: &'static [u16] = &[0 $(, $notify as u16)?];
            type Reply = $Message;
        }

        impl DeviceRequest for $Message {
            const DEVICE: Attr<Self, DeviceHeader> = $Message::$HEADER;
        }
    )* };
}

actions! {
    CableTest: ETHTOOL_MSG_CABLE_TEST_ACT, header ETHTOOL_A_CABLE_TEST_HEADER, notify [];
    CableTestTdr: ETHTOOL_MSG_CABLE_TEST_TDR_ACT, header ETHTOOL_A_CABLE_TEST_TDR_HEADER, notify [];
    ModuleFirmware: ETHTOOL_MSG_MODULE_FW_FLASH_ACT, header ETHTOOL_A_MODULE_FW_FLASH_HEADER,
        notify [ETHTOOL_MSG_MODULE_FW_FLASH_NTF];
}

macro_rules! only_notifications {
    ($($Message:ident: $notify:ident;)*) => { $(
        impl Command for $Message {
            const FAMILY: Family = FAMILY;
            // It is not requested.
            const COMMAND: u16 = 0;
            const NOTIFICATIONS: &'static [u16] = &[$notify as u16];
            type Reply = $Message;
        }
    )* };
}

// What comes just as notifications.
only_notifications! {
    CableTestNotification: ETHTOOL_MSG_CABLE_TEST_NTF;
    CableTestTdrNotification: ETHTOOL_MSG_CABLE_TEST_TDR_NTF;
    PseNotification: ETHTOOL_MSG_PSE_NTF;
}
