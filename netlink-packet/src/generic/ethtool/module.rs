//! Transceiver modules: power mode, EEPROM, firmware.

use super::DeviceHeader;
use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::table::data::{Plain, Schema, Scope};
use crate::{NLA_F_NESTED, Uint, netlink, values};
use std::fmt;

netlink! {
    /// Power mode of a transceiver module: `ETHTOOL_MSG_MODULE_GET`, `ethtool --show-module`.
    pub struct Module / ModuleBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_MODULE_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Power mode policy.
        ETHTOOL_A_MODULE_POWER_MODE_POLICY = 2 => power_mode_policy: PowerModePolicy,
        /// Operational power mode; absent where no module is plugged in.
        ETHTOOL_A_MODULE_POWER_MODE = 3 => power_mode: PowerMode; read_only,
    }
}

values! {
    /// Power mode policy of a module: `ETHTOOL_MODULE_POWER_MODE_POLICY_*`.
    pub struct PowerModePolicy: u8 = "" {
        /// Always in high power mode.
        HIGH = 1 => "high",
        /// In high power mode while the port is administratively up.
        AUTO = 2 => "auto",
    }
}

values! {
    /// Power mode of a module: `ETHTOOL_MODULE_POWER_MODE_*`.
    pub struct PowerMode: u8 = "" {
        /// Low power mode.
        LOW = 1 => "low",
        /// High power mode.
        HIGH = 2 => "high",
    }
}

netlink! {
    /// Part of the EEPROM of a transceiver module: `ETHTOOL_MSG_MODULE_EEPROM_GET`, `ethtool -m`.
    ///
    /// A request reads up to 128 bytes, in the lower half (offsets 0 to 127, page 0 only) or in the upper one (128 to 255).
    pub struct Eeprom / EepromBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_MODULE_EEPROM_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Offset of the first byte, 0 to 255.
        ETHTOOL_A_MODULE_EEPROM_OFFSET = 2 => offset: u32,
        /// Length in bytes, 1 to 128.
        ETHTOOL_A_MODULE_EEPROM_LENGTH = 3 => length: u32,
        /// Page number.
        ETHTOOL_A_MODULE_EEPROM_PAGE = 4 => page: u8,
        /// Bank number.
        ETHTOOL_A_MODULE_EEPROM_BANK = 5 => bank: u8,
        /// I2C address: 0x50, or 0x51 for the diagnostics of SFP modules.
        ETHTOOL_A_MODULE_EEPROM_I2C_ADDRESS = 6 => i2c_address: u8,
        /// Data: the bytes read.
        ETHTOOL_A_MODULE_EEPROM_DATA = 7 => data: &[u8] as [u8]; read_only,
    }
}

impl Eeprom {
    /// The I2C address of a module's identification.
    pub const I2C_ADDRESS: u8 = 0x50;

    /// Asks for the bytes from `offset` on, of a page of bank 0, at the I2C address 0x50.
    pub fn part(page: u8, offset: u32, length: u32) -> EepromBuf {
        Eeprom::build().offset(offset).length(length).page(page).bank(0).i2c_address(Self::I2C_ADDRESS)
    }

    /// Identifier: the type of the module (SFF-8024), the first byte of the lower half. That is what is asked for by default.
    pub fn identifier(&self) -> Option<ModuleIdentifier> {
        self.data()?.first().copied().map(ModuleIdentifier)
    }
}

values! {
    /// Type of a transceiver module, by the identifiers of SFF-8024.
    pub struct ModuleIdentifier: u8 = "" {
        /// Unknown or unspecified.
        UNKNOWN = 0x00 => "unknown",
        /// GBIC.
        GBIC = 0x01 => "GBIC",
        /// Soldered to the board.
        SOLDERED = 0x02 => "soldered",
        /// SFP, SFP+, SFP28.
        SFP = 0x03 => "SFP",
        /// 300-pin XBI.
        XBI = 0x04 => "XBI",
        /// XENPAK.
        XENPAK = 0x05 => "XENPAK",
        /// XFP.
        XFP = 0x06 => "XFP",
        /// XFF.
        XFF = 0x07 => "XFF",
        /// XFP-E.
        XFP_E = 0x08 => "XFP-E",
        /// XPAK.
        XPAK = 0x09 => "XPAK",
        /// X2.
        X2 = 0x0a => "X2",
        /// DWDM-SFP.
        DWDM_SFP = 0x0b => "DWDM-SFP",
        /// QSFP.
        QSFP = 0x0c => "QSFP",
        /// QSFP+.
        QSFP_PLUS = 0x0d => "QSFP+",
        /// CXP.
        CXP = 0x0e => "CXP",
        /// CXP2.
        CXP2 = 0x12 => "CXP2",
        /// QSFP28.
        QSFP28 = 0x11 => "QSFP28",
        /// QSFP-DD.
        QSFP_DD = 0x18 => "QSFP-DD",
        /// OSFP.
        OSFP = 0x19 => "OSFP",
        /// SFP-DD.
        SFP_DD = 0x1a => "SFP-DD",
        /// DSFP.
        DSFP = 0x1b => "DSFP",
        /// QSFP+ with CMIS.
        QSFP_PLUS_CMIS = 0x1e => "QSFP+-CMIS",
        /// SFP-DD with CMIS.
        SFP_DD_CMIS = 0x1f => "SFP-DD-CMIS",
        /// SFP+ with CMIS.
        SFP_PLUS_CMIS = 0x20 => "SFP+-CMIS",
    }
}

netlink! {
    /// Firmware of a transceiver module: the request that flashes it, and notifications of the progress:
    /// `ETHTOOL_MSG_MODULE_FW_FLASH_ACT`, `ethtool --flash-module-firmware` (since Linux 6.11).
    pub struct ModuleFirmware / ModuleFirmwareBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_MODULE_FW_FLASH_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Name of the firmware file, as the kernel's firmware loader finds it.
        ETHTOOL_A_MODULE_FW_FLASH_FILE_NAME = 2 => file_name: &str as str,
        /// Password of the module's firmware commands.
        ETHTOOL_A_MODULE_FW_FLASH_PASSWORD = 3 => password: u32 as FirmwarePassword,
        /// Status of the flashing.
        ETHTOOL_A_MODULE_FW_FLASH_STATUS = 4 => status: FlashStatus; read_only,
        /// Status in words.
        ETHTOOL_A_MODULE_FW_FLASH_STATUS_MSG = 5 => status_message: &str as str; read_only,
        /// Done: bytes flashed so far.
        ETHTOOL_A_MODULE_FW_FLASH_DONE = 6 => done: u64 as Uint; read_only,
        /// Total number of bytes to flash.
        ETHTOOL_A_MODULE_FW_FLASH_TOTAL = 7 => total: u64 as Uint; read_only,
    }
}

/// Codec of a module's password, which is a secret.
#[derive(Debug)]
pub struct FirmwarePassword;

impl Codec for FirmwarePassword {
    type Value<'a> = u32;
    const SCHEMA: Schema = Schema { secret: true, ..<u32 as Codec>::SCHEMA };

    fn decode(payload: &[u8]) -> Option<u32> {
        u32::decode(payload)
    }

    fn show(_: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }

    fn plain<'a>(_: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::Null
    }
}

impl Put<FirmwarePassword> for u32 {
    fn put(self, out: &mut Buffer) {
        out.mark_secret();
        Put::<u32>::put(self, out);
    }
}

values! {
    /// Status of flashing a module's firmware: `ETHTOOL_MODULE_FW_FLASH_STATUS_*`.
    pub struct FlashStatus: u32 = "module-fw-flash-status" {
        /// It has started.
        STARTED = 1 => "started",
        /// It goes on.
        IN_PROGRESS = 2 => "in-progress",
        /// It has completed.
        COMPLETED = 3 => "completed",
        /// It has failed.
        ERROR = 4 => "error",
    }
}
