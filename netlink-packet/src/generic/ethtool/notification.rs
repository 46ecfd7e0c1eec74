//! Notifications of the multicast group `monitor`, by what they are about.

use super::*;
use crate::error::DecodeError;
use crate::generic::GenericMessage;
use crate::view::Packet;
use bytes::Bytes;

macro_rules! notifications {
    ($($(#[$meta:meta])* $Variant:ident($Message:ident) = $command:ident,)*) => {
        /// A notification of the multicast group `monitor`: something of a device was changed, or has ended.
        ///
        /// The kernel sends those of changes that came by netlink, and by the ioctl of old programs; features also as the kernel
        /// changes them itself. Bitsets in them are compact or verbose, as the kernel likes.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Notification {
            $($(#[$meta])* $Variant(Packet<$Message>),)*
            /// Any other, of a newer kernel.
            Other(Packet<GenericMessage>),
        }

        impl Notification {
            /// Reads a message of the group, with its header.
            ///
            /// # Errors
            /// It is shorter than the header of a generic netlink message.
            pub fn new(message: Bytes) -> Result<Self, DecodeError> {
                let other = Packet::<GenericMessage>::new(message.clone())?;
                Ok(match other.command() {
                    $($command => Notification::$Variant(Packet::new(message)?),)*
                    _ => Notification::Other(other),
                })
            }

            /// The device that it is about.
            pub fn device(&self) -> Option<&DeviceHeader> {
                match self {
                    $(Notification::$Variant(message) => message.device(),)*
                    Notification::Other(_) => None,
                }
            }
        }
    };
}

notifications! {
    /// Link information changed.
    LinkInfo(LinkInfo) = ETHTOOL_MSG_LINKINFO_NTF,
    /// Link modes changed.
    LinkModes(LinkModes) = ETHTOOL_MSG_LINKMODES_NTF,
    /// The debug message mask changed.
    DebugMask(DebugMask) = ETHTOOL_MSG_DEBUG_NTF,
    /// Wake-on-LAN changed.
    WakeOnLan(WakeOnLan) = ETHTOOL_MSG_WOL_NTF,
    /// Features changed.
    Features(Features) = ETHTOOL_MSG_FEATURES_NTF,
    /// Private flags changed.
    PrivateFlags(PrivateFlags) = ETHTOOL_MSG_PRIVFLAGS_NTF,
    /// Ring sizes changed.
    Rings(Rings) = ETHTOOL_MSG_RINGS_NTF,
    /// Channel counts changed.
    Channels(Channels) = ETHTOOL_MSG_CHANNELS_NTF,
    /// Interrupt coalescing changed.
    Coalesce(Coalesce) = ETHTOOL_MSG_COALESCE_NTF,
    /// Pause frames changed.
    Pause(Pause) = ETHTOOL_MSG_PAUSE_NTF,
    /// Energy-Efficient Ethernet changed.
    Eee(Eee) = ETHTOOL_MSG_EEE_NTF,
    /// A cable test started, or completed with these results.
    CableTest(CableTestNotification) = ETHTOOL_MSG_CABLE_TEST_NTF,
    /// A TDR cable test started, or completed with these measurements.
    CableTestTdr(CableTestTdrNotification) = ETHTOOL_MSG_CABLE_TEST_TDR_NTF,
    /// Forward error correction changed.
    Fec(Fec) = ETHTOOL_MSG_FEC_NTF,
    /// The power mode of a module changed.
    Module(Module) = ETHTOOL_MSG_MODULE_NTF,
    /// The PLCA configuration changed.
    Plca(Plca) = ETHTOOL_MSG_PLCA_NTF,
    /// The MAC Merge layer changed.
    MacMerge(MacMerge) = ETHTOOL_MSG_MM_NTF,
    /// Progress of flashing a module's firmware.
    ModuleFirmware(ModuleFirmware) = ETHTOOL_MSG_MODULE_FW_FLASH_NTF,
    /// A PHY changed.
    Phy(Phy) = ETHTOOL_MSG_PHY_NTF,
    /// Power sourcing equipment reports an event.
    Pse(PseNotification) = ETHTOOL_MSG_PSE_NTF,
    /// Receive-side scaling changed.
    Rss(Rss) = ETHTOOL_MSG_RSS_NTF,
    /// An RSS context was created.
    RssCreated(Rss) = ETHTOOL_MSG_RSS_CREATE_NTF,
    /// An RSS context was deleted.
    RssDeleted(Rss) = ETHTOOL_MSG_RSS_DELETE_NTF,
}
