//! The commands of the family: what programs send, and what the kernel does. The numbers of the two overlap.

/// Gets string sets.
pub const ETHTOOL_MSG_STRSET_GET: u8 = 1;
/// Gets link information.
pub const ETHTOOL_MSG_LINKINFO_GET: u8 = 2;
/// Changes link information.
pub const ETHTOOL_MSG_LINKINFO_SET: u8 = 3;
/// Gets link modes.
pub const ETHTOOL_MSG_LINKMODES_GET: u8 = 4;
/// Changes link modes.
pub const ETHTOOL_MSG_LINKMODES_SET: u8 = 5;
/// Gets the link state.
pub const ETHTOOL_MSG_LINKSTATE_GET: u8 = 6;
/// Gets the debug message mask.
pub const ETHTOOL_MSG_DEBUG_GET: u8 = 7;
/// Changes the debug message mask.
pub const ETHTOOL_MSG_DEBUG_SET: u8 = 8;
/// Gets wake-on-LAN.
pub const ETHTOOL_MSG_WOL_GET: u8 = 9;
/// Changes wake-on-LAN.
pub const ETHTOOL_MSG_WOL_SET: u8 = 10;
/// Gets features.
pub const ETHTOOL_MSG_FEATURES_GET: u8 = 11;
/// Changes features.
pub const ETHTOOL_MSG_FEATURES_SET: u8 = 12;
/// Gets private flags.
pub const ETHTOOL_MSG_PRIVFLAGS_GET: u8 = 13;
/// Changes private flags.
pub const ETHTOOL_MSG_PRIVFLAGS_SET: u8 = 14;
/// Gets ring sizes.
pub const ETHTOOL_MSG_RINGS_GET: u8 = 15;
/// Changes ring sizes.
pub const ETHTOOL_MSG_RINGS_SET: u8 = 16;
/// Gets channel counts.
pub const ETHTOOL_MSG_CHANNELS_GET: u8 = 17;
/// Changes channel counts.
pub const ETHTOOL_MSG_CHANNELS_SET: u8 = 18;
/// Gets interrupt coalescing.
pub const ETHTOOL_MSG_COALESCE_GET: u8 = 19;
/// Changes interrupt coalescing.
pub const ETHTOOL_MSG_COALESCE_SET: u8 = 20;
/// Gets pause frames.
pub const ETHTOOL_MSG_PAUSE_GET: u8 = 21;
/// Changes pause frames.
pub const ETHTOOL_MSG_PAUSE_SET: u8 = 22;
/// Gets Energy-Efficient Ethernet.
pub const ETHTOOL_MSG_EEE_GET: u8 = 23;
/// Changes Energy-Efficient Ethernet.
pub const ETHTOOL_MSG_EEE_SET: u8 = 24;
/// Gets timestamping capabilities.
pub const ETHTOOL_MSG_TSINFO_GET: u8 = 25;
/// Starts a cable test.
pub const ETHTOOL_MSG_CABLE_TEST_ACT: u8 = 26;
/// Starts a TDR cable test.
pub const ETHTOOL_MSG_CABLE_TEST_TDR_ACT: u8 = 27;
/// Gets tunnel offloads.
pub const ETHTOOL_MSG_TUNNEL_INFO_GET: u8 = 28;
/// Gets forward error correction.
pub const ETHTOOL_MSG_FEC_GET: u8 = 29;
/// Changes forward error correction.
pub const ETHTOOL_MSG_FEC_SET: u8 = 30;
/// Gets the EEPROM of a module.
pub const ETHTOOL_MSG_MODULE_EEPROM_GET: u8 = 31;
/// Gets standard statistics.
pub const ETHTOOL_MSG_STATS_GET: u8 = 32;
/// Gets virtual PTP clocks.
pub const ETHTOOL_MSG_PHC_VCLOCKS_GET: u8 = 33;
/// Gets the power mode of a module.
pub const ETHTOOL_MSG_MODULE_GET: u8 = 34;
/// Changes the power mode of a module.
pub const ETHTOOL_MSG_MODULE_SET: u8 = 35;
/// Gets power sourcing equipment.
pub const ETHTOOL_MSG_PSE_GET: u8 = 36;
/// Changes power sourcing equipment.
pub const ETHTOOL_MSG_PSE_SET: u8 = 37;
/// Gets receive-side scaling.
pub const ETHTOOL_MSG_RSS_GET: u8 = 38;
/// Gets the PLCA configuration.
pub const ETHTOOL_MSG_PLCA_GET_CFG: u8 = 39;
/// Changes the PLCA configuration.
pub const ETHTOOL_MSG_PLCA_SET_CFG: u8 = 40;
/// Gets the PLCA status.
pub const ETHTOOL_MSG_PLCA_GET_STATUS: u8 = 41;
/// Gets the MAC Merge layer.
pub const ETHTOOL_MSG_MM_GET: u8 = 42;
/// Changes the MAC Merge layer.
pub const ETHTOOL_MSG_MM_SET: u8 = 43;
/// Flashes the firmware of a module.
pub const ETHTOOL_MSG_MODULE_FW_FLASH_ACT: u8 = 44;
/// Gets PHYs.
pub const ETHTOOL_MSG_PHY_GET: u8 = 45;
/// Gets the configuration of timestamping.
pub const ETHTOOL_MSG_TSCONFIG_GET: u8 = 46;
/// Changes the configuration of timestamping.
pub const ETHTOOL_MSG_TSCONFIG_SET: u8 = 47;
/// Changes receive-side scaling.
pub const ETHTOOL_MSG_RSS_SET: u8 = 48;
/// Creates an RSS context.
pub const ETHTOOL_MSG_RSS_CREATE_ACT: u8 = 49;
/// Deletes an RSS context.
pub const ETHTOOL_MSG_RSS_DELETE_ACT: u8 = 50;
/// Gets the mean square error.
pub const ETHTOOL_MSG_MSE_GET: u8 = 51;
/// Reply to [`ETHTOOL_MSG_STRSET_GET`].
pub const ETHTOOL_MSG_STRSET_GET_REPLY: u8 = 1;
/// Reply to [`ETHTOOL_MSG_LINKINFO_GET`].
pub const ETHTOOL_MSG_LINKINFO_GET_REPLY: u8 = 2;
/// Notification of a change of link information.
pub const ETHTOOL_MSG_LINKINFO_NTF: u8 = 3;
/// Reply to [`ETHTOOL_MSG_LINKMODES_GET`].
pub const ETHTOOL_MSG_LINKMODES_GET_REPLY: u8 = 4;
/// Notification of a change of link modes.
pub const ETHTOOL_MSG_LINKMODES_NTF: u8 = 5;
/// Reply to [`ETHTOOL_MSG_LINKSTATE_GET`].
pub const ETHTOOL_MSG_LINKSTATE_GET_REPLY: u8 = 6;
/// Reply to [`ETHTOOL_MSG_DEBUG_GET`].
pub const ETHTOOL_MSG_DEBUG_GET_REPLY: u8 = 7;
/// Notification of a change of the debug message mask.
pub const ETHTOOL_MSG_DEBUG_NTF: u8 = 8;
/// Reply to [`ETHTOOL_MSG_WOL_GET`].
pub const ETHTOOL_MSG_WOL_GET_REPLY: u8 = 9;
/// Notification of a change of wake-on-LAN.
pub const ETHTOOL_MSG_WOL_NTF: u8 = 10;
/// Reply to [`ETHTOOL_MSG_FEATURES_GET`].
pub const ETHTOOL_MSG_FEATURES_GET_REPLY: u8 = 11;
/// Reply to [`ETHTOOL_MSG_FEATURES_SET`].
pub const ETHTOOL_MSG_FEATURES_SET_REPLY: u8 = 12;
/// Notification of a change of features.
pub const ETHTOOL_MSG_FEATURES_NTF: u8 = 13;
/// Reply to [`ETHTOOL_MSG_PRIVFLAGS_GET`].
pub const ETHTOOL_MSG_PRIVFLAGS_GET_REPLY: u8 = 14;
/// Notification of a change of private flags.
pub const ETHTOOL_MSG_PRIVFLAGS_NTF: u8 = 15;
/// Reply to [`ETHTOOL_MSG_RINGS_GET`].
pub const ETHTOOL_MSG_RINGS_GET_REPLY: u8 = 16;
/// Notification of a change of ring sizes.
pub const ETHTOOL_MSG_RINGS_NTF: u8 = 17;
/// Reply to [`ETHTOOL_MSG_CHANNELS_GET`].
pub const ETHTOOL_MSG_CHANNELS_GET_REPLY: u8 = 18;
/// Notification of a change of channel counts.
pub const ETHTOOL_MSG_CHANNELS_NTF: u8 = 19;
/// Reply to [`ETHTOOL_MSG_COALESCE_GET`].
pub const ETHTOOL_MSG_COALESCE_GET_REPLY: u8 = 20;
/// Notification of a change of interrupt coalescing.
pub const ETHTOOL_MSG_COALESCE_NTF: u8 = 21;
/// Reply to [`ETHTOOL_MSG_PAUSE_GET`].
pub const ETHTOOL_MSG_PAUSE_GET_REPLY: u8 = 22;
/// Notification of a change of pause frames.
pub const ETHTOOL_MSG_PAUSE_NTF: u8 = 23;
/// Reply to [`ETHTOOL_MSG_EEE_GET`].
pub const ETHTOOL_MSG_EEE_GET_REPLY: u8 = 24;
/// Notification of a change of Energy-Efficient Ethernet.
pub const ETHTOOL_MSG_EEE_NTF: u8 = 25;
/// Reply to [`ETHTOOL_MSG_TSINFO_GET`].
pub const ETHTOOL_MSG_TSINFO_GET_REPLY: u8 = 26;
/// A cable test started, or completed.
pub const ETHTOOL_MSG_CABLE_TEST_NTF: u8 = 27;
/// A TDR cable test started, or completed.
pub const ETHTOOL_MSG_CABLE_TEST_TDR_NTF: u8 = 28;
/// Reply to [`ETHTOOL_MSG_TUNNEL_INFO_GET`].
pub const ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY: u8 = 29;
/// Reply to [`ETHTOOL_MSG_FEC_GET`].
pub const ETHTOOL_MSG_FEC_GET_REPLY: u8 = 30;
/// Notification of a change of forward error correction.
pub const ETHTOOL_MSG_FEC_NTF: u8 = 31;
/// Reply to [`ETHTOOL_MSG_MODULE_EEPROM_GET`].
pub const ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY: u8 = 32;
/// Reply to [`ETHTOOL_MSG_STATS_GET`].
pub const ETHTOOL_MSG_STATS_GET_REPLY: u8 = 33;
/// Reply to [`ETHTOOL_MSG_PHC_VCLOCKS_GET`].
pub const ETHTOOL_MSG_PHC_VCLOCKS_GET_REPLY: u8 = 34;
/// Reply to [`ETHTOOL_MSG_MODULE_GET`].
pub const ETHTOOL_MSG_MODULE_GET_REPLY: u8 = 35;
/// Notification of a change of the power mode of a module.
pub const ETHTOOL_MSG_MODULE_NTF: u8 = 36;
/// Reply to [`ETHTOOL_MSG_PSE_GET`].
pub const ETHTOOL_MSG_PSE_GET_REPLY: u8 = 37;
/// Reply to [`ETHTOOL_MSG_RSS_GET`].
pub const ETHTOOL_MSG_RSS_GET_REPLY: u8 = 38;
/// Reply to [`ETHTOOL_MSG_PLCA_GET_CFG`].
pub const ETHTOOL_MSG_PLCA_GET_CFG_REPLY: u8 = 39;
/// Reply to [`ETHTOOL_MSG_PLCA_GET_STATUS`].
pub const ETHTOOL_MSG_PLCA_GET_STATUS_REPLY: u8 = 40;
/// The PLCA configuration changed.
pub const ETHTOOL_MSG_PLCA_NTF: u8 = 41;
/// Reply to [`ETHTOOL_MSG_MM_GET`].
pub const ETHTOOL_MSG_MM_GET_REPLY: u8 = 42;
/// Notification of a change of the MAC Merge layer.
pub const ETHTOOL_MSG_MM_NTF: u8 = 43;
/// Progress of flashing a module's firmware.
pub const ETHTOOL_MSG_MODULE_FW_FLASH_NTF: u8 = 44;
/// Reply to [`ETHTOOL_MSG_PHY_GET`].
pub const ETHTOOL_MSG_PHY_GET_REPLY: u8 = 45;
/// PHYs changed.
pub const ETHTOOL_MSG_PHY_NTF: u8 = 46;
/// Reply to [`ETHTOOL_MSG_TSCONFIG_GET`].
pub const ETHTOOL_MSG_TSCONFIG_GET_REPLY: u8 = 47;
/// Reply to [`ETHTOOL_MSG_TSCONFIG_SET`].
pub const ETHTOOL_MSG_TSCONFIG_SET_REPLY: u8 = 48;
/// Power sourcing equipment reports an event.
pub const ETHTOOL_MSG_PSE_NTF: u8 = 49;
/// Notification of a change of receive-side scaling.
pub const ETHTOOL_MSG_RSS_NTF: u8 = 50;
/// Reply to [`ETHTOOL_MSG_RSS_CREATE_ACT`].
pub const ETHTOOL_MSG_RSS_CREATE_ACT_REPLY: u8 = 51;
/// An RSS context was created.
pub const ETHTOOL_MSG_RSS_CREATE_NTF: u8 = 52;
/// An RSS context was deleted.
pub const ETHTOOL_MSG_RSS_DELETE_NTF: u8 = 53;
/// Reply to [`ETHTOOL_MSG_MSE_GET`].
pub const ETHTOOL_MSG_MSE_GET_REPLY: u8 = 54;
