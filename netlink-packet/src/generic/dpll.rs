//! Digital phase locked loops (DPLL), which synchronize the clocks of network devices, and their pins (`dpll`). Feature `dpll`. Since
//! Linux 6.7.

use super::description::describe;
use crate::codec::{Items, Repeated, Sint};
use crate::{Command, Family, NLA_F_NESTED, flags, netlink, values};

/// Finds the id of a device.
pub const DPLL_CMD_DEVICE_ID_GET: u8 = 1;
/// Gets a device, or lists them.
pub const DPLL_CMD_DEVICE_GET: u8 = 2;
/// Changes a device.
pub const DPLL_CMD_DEVICE_SET: u8 = 3;
/// A device appeared.
pub const DPLL_CMD_DEVICE_CREATE_NTF: u8 = 4;
/// A device disappeared.
pub const DPLL_CMD_DEVICE_DELETE_NTF: u8 = 5;
/// A device changed.
pub const DPLL_CMD_DEVICE_CHANGE_NTF: u8 = 6;
/// Finds the id of a pin.
pub const DPLL_CMD_PIN_ID_GET: u8 = 7;
/// Gets a pin, or lists them.
pub const DPLL_CMD_PIN_GET: u8 = 8;
/// Changes a pin.
pub const DPLL_CMD_PIN_SET: u8 = 9;
/// A pin appeared.
pub const DPLL_CMD_PIN_CREATE_NTF: u8 = 10;
/// A pin disappeared.
pub const DPLL_CMD_PIN_DELETE_NTF: u8 = 11;
/// A pin changed.
pub const DPLL_CMD_PIN_CHANGE_NTF: u8 = 12;

/// The multicast group that tells of devices and pins.
pub const MONITOR: &str = "monitor";

/// Units of a degree in [temperatures](DpllMessage::temperature).
pub const TEMP_DIVIDER: u64 = 1_000;
/// 1 Hz.
pub const PIN_FREQUENCY_1_HZ: u64 = 1;
/// 10 kHz.
pub const PIN_FREQUENCY_10_KHZ: u64 = 10_000;
/// 77.5 kHz.
pub const PIN_FREQUENCY_77_5_KHZ: u64 = 77_500;
/// 10 MHz.
pub const PIN_FREQUENCY_10_MHZ: u64 = 10_000_000;
/// Units of a picosecond in [phase offsets](DpllParentDevice::phase_offset).
pub const PHASE_OFFSET_DIVIDER: u64 = 1_000;
/// Units of a hertz in [measured frequencies](DpllPinMessage::measured_frequency).
pub const PIN_MEASURED_FREQUENCY_DIVIDER: u64 = 1_000;

/// The family.
pub const FAMILY: Family = Family::Generic { name: "dpll", version: 1 };

describe! {
    /// The family: its operations, groups and messages.
    DPLL = "dpll"
    operations {
        "device-id-get": DPLL_CMD_DEVICE_ID_GET => DPLL_CMD_DEVICE_ID_GET,
        "device-get": DPLL_CMD_DEVICE_GET => DPLL_CMD_DEVICE_GET,
        "device-set": DPLL_CMD_DEVICE_SET,
        "device-create-ntf": => DPLL_CMD_DEVICE_CREATE_NTF,
        "device-delete-ntf": => DPLL_CMD_DEVICE_DELETE_NTF,
        "device-change-ntf": => DPLL_CMD_DEVICE_CHANGE_NTF,
        "pin-id-get": DPLL_CMD_PIN_ID_GET => DPLL_CMD_PIN_ID_GET,
        "pin-get": DPLL_CMD_PIN_GET => DPLL_CMD_PIN_GET,
        "pin-set": DPLL_CMD_PIN_SET,
        "pin-create-ntf": => DPLL_CMD_PIN_CREATE_NTF,
        "pin-delete-ntf": => DPLL_CMD_PIN_DELETE_NTF,
        "pin-change-ntf": => DPLL_CMD_PIN_CHANGE_NTF,
    }
    groups ["monitor"]
    constants {
        "temp-divider" = TEMP_DIVIDER,
        "pin-frequency-1-hz" = PIN_FREQUENCY_1_HZ,
        "pin-frequency-10-khz" = PIN_FREQUENCY_10_KHZ,
        "pin-frequency-77-5-khz" = PIN_FREQUENCY_77_5_KHZ,
        "pin-frequency-10-mhz" = PIN_FREQUENCY_10_MHZ,
        "phase-offset-divider" = PHASE_OFFSET_DIVIDER,
        "pin-measured-frequency-divider" = PIN_MEASURED_FREQUENCY_DIVIDER,
    }
    messages [DpllMessage, DpllPinMessage]
}

netlink! {
    /// A DPLL device, and a change of it.
    pub struct DpllMessage / DpllMessageBuf
    header genlmsghdr: 4 {
        /// Command: `DPLL_CMD_DEVICE_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Id of the device.
        DPLL_A_ID = 1 => id: u32,
        /// Name of the kernel module that registered it.
        DPLL_A_MODULE_NAME = 2 => module: &str as str,
        /// Clock id: which clock it is, an EUI-64 as a rule.
        DPLL_A_CLOCK_ID = 4 => clock_id: u64,
        /// Mode: how it selects its input.
        DPLL_A_MODE = 5 => mode: DpllMode,
        /// Modes that it has.
        DPLL_A_MODE_SUPPORTED = 6 => supported_modes: Items<'_, DpllMode> as Repeated<DpllMode>,
        /// Lock status.
        DPLL_A_LOCK_STATUS = 7 => lock_status: DpllLockStatus,
        /// Temperature, in thousandths of a degree Celsius.
        DPLL_A_TEMP = 8 => temperature: i32,
        /// Type of the device.
        DPLL_A_TYPE = 9 => dpll_type: DpllType,
        /// Why the lock status changed, if something failed.
        DPLL_A_LOCK_STATUS_ERROR = 10 => lock_error: DpllLockError,
        /// Quality levels of the clock, mostly in holdover.
        DPLL_A_CLOCK_QUALITY_LEVEL = 11 => clock_quality: Items<'_, DpllClockQuality> as Repeated<DpllClockQuality>,
        /// Phase offset monitor: whether it measures and notifies the phase offsets of all inputs.
        DPLL_A_PHASE_OFFSET_MONITOR = 12 => phase_offset_monitor: DpllFeature,
        /// Averaging factor of the phase offsets that it tells.
        DPLL_A_PHASE_OFFSET_AVG_FACTOR = 13 => phase_offset_average: u32,
        /// Frequency monitor: whether it measures the frequencies of all inputs.
        DPLL_A_FREQUENCY_MONITOR = 14 => frequency_monitor: DpllFeature,
    }
}

impl Command for DpllMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = DPLL_CMD_DEVICE_GET as u16;
    const NOTIFICATIONS: &'static [u16] = &[
        DPLL_CMD_DEVICE_CREATE_NTF as u16,
        DPLL_CMD_DEVICE_DELETE_NTF as u16,
        DPLL_CMD_DEVICE_CHANGE_NTF as u16,
    ];
    type Reply = DpllMessage;
}

values! {
    /// Mode of a DPLL: `DPLL_MODE_*`.
    pub struct DpllMode: u32 = "mode" {
        /// The input is selected by request.
        MANUAL = 1 => "manual",
        /// The input with the highest priority is selected.
        AUTOMATIC = 2 => "automatic",
    }
}

values! {
    /// Lock status of a DPLL: `DPLL_LOCK_STATUS_*`.
    pub struct DpllLockStatus: u32 = "lock-status" {
        /// Not locked to an input.
        UNLOCKED = 1 => "unlocked",
        /// Locked to an input, without holdover.
        LOCKED = 2 => "locked",
        /// Locked to an input, with holdover acquired.
        LOCKED_HO_ACQ = 3 => "locked-ho-acq",
        /// In holdover: it lost its input.
        HOLDOVER = 4 => "holdover",
    }
}

values! {
    /// Failure that changed the lock status of a DPLL: `DPLL_LOCK_STATUS_ERROR_*`.
    pub struct DpllLockError: u32 = "lock-status-error" {
        /// None.
        NONE = 1 => "none",
        /// Unknown.
        UNDEFINED = 2 => "undefined",
        /// The link of the input went down.
        MEDIA_DOWN = 3 => "media-down",
        /// The frequency of the input was too far off.
        FRACTIONAL_FREQUENCY_OFFSET_TOO_HIGH = 4 => "fractional-frequency-offset-too-high",
    }
}

values! {
    /// Quality level of a clock (ITU-T G.8264, table 11-7): `DPLL_CLOCK_QUALITY_LEVEL_*`.
    pub struct DpllClockQuality: u32 = "clock-quality-level" {
        /// PRC.
        ITU_OPT1_PRC = 1 => "itu-opt1-prc",
        /// SSU-A.
        ITU_OPT1_SSU_A = 2 => "itu-opt1-ssu-a",
        /// SSU-B.
        ITU_OPT1_SSU_B = 3 => "itu-opt1-ssu-b",
        /// EEC1.
        ITU_OPT1_EEC1 = 4 => "itu-opt1-eec1",
        /// PRTC.
        ITU_OPT1_PRTC = 5 => "itu-opt1-prtc",
        /// ePRTC.
        ITU_OPT1_EPRTC = 6 => "itu-opt1-eprtc",
        /// eEEC.
        ITU_OPT1_EEEC = 7 => "itu-opt1-eeec",
        /// ePRC.
        ITU_OPT1_EPRC = 8 => "itu-opt1-eprc",
    }
}

values! {
    /// Type of a DPLL: `DPLL_TYPE_*`.
    pub struct DpllType: u32 = "type" {
        /// It produces a signal of one pulse per second (PPS).
        PPS = 1 => "pps",
        /// It drives the Ethernet equipment clock (EEC).
        EEC = 2 => "eec",
        /// Neither.
        GENERIC = 3 => "generic",
    }
}

values! {
    /// State of a feature: `DPLL_FEATURE_STATE_*`.
    pub struct DpllFeature: u32 = "feature-state" {
        /// Off.
        DISABLE = 0 => "disable",
        /// On.
        ENABLE = 1 => "enable",
    }
}

netlink! {
    /// A pin of DPLL devices, an input or output, and a change of it.
    pub struct DpllPinMessage / DpllPinMessageBuf
    header genlmsghdr: 4 {
        /// Command: `DPLL_CMD_PIN_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Id of the pin.
        DPLL_A_PIN_ID = 1 => id: u32,
        /// Id of the parent.
        DPLL_A_PIN_PARENT_ID = 2 => parent_id: u32,
        /// Name of the kernel module that registered it.
        DPLL_A_PIN_MODULE_NAME = 3 => module: &str as str,
        /// Clock id.
        DPLL_A_PIN_CLOCK_ID = 5 => clock_id: u64,
        /// Label on the board.
        DPLL_A_PIN_BOARD_LABEL = 6 => board_label: &str as str,
        /// Label on the panel.
        DPLL_A_PIN_PANEL_LABEL = 7 => panel_label: &str as str,
        /// Label of the package.
        DPLL_A_PIN_PACKAGE_LABEL = 8 => package_label: &str as str,
        /// Type of the pin.
        DPLL_A_PIN_TYPE = 9 => pin_type: DpllPinType,
        /// Direction.
        DPLL_A_PIN_DIRECTION = 10 => direction: DpllPinDirection,
        /// Frequency, in Hz.
        DPLL_A_PIN_FREQUENCY = 11 => frequency: u64,
        /// Frequencies that it can have.
        DPLL_A_PIN_FREQUENCY_SUPPORTED = 12 | NLA_F_NESTED => supported_frequencies: Items<'_, DpllFrequencyRange> as Repeated<DpllFrequencyRange>,
        /// Minimum (`min`) frequency, in Hz.
        DPLL_A_PIN_FREQUENCY_MIN = 13 => min_frequency: u64,
        /// Maximum (`max`) frequency, in Hz.
        DPLL_A_PIN_FREQUENCY_MAX = 14 => max_frequency: u64,
        /// Priority: the lowest number is selected first.
        DPLL_A_PIN_PRIO = 15 => priority: u32,
        /// State that was set.
        DPLL_A_PIN_STATE = 16 => state: DpllPinState,
        /// Capabilities: what can be changed.
        DPLL_A_PIN_CAPABILITIES = 17 => capabilities: DpllPinCapabilities,
        /// Devices that it belongs to, with what it is to each.
        DPLL_A_PIN_PARENT_DEVICE = 18 | NLA_F_NESTED => parent_devices: Items<'_, DpllParentDevice> as Repeated<DpllParentDevice>,
        /// Pins that it belongs to, with its state there.
        DPLL_A_PIN_PARENT_PIN = 19 | NLA_F_NESTED => parent_pins: Items<'_, DpllParentPin> as Repeated<DpllParentPin>,
        /// Lowest phase adjustment, in picoseconds.
        DPLL_A_PIN_PHASE_ADJUST_MIN = 20 => min_phase_adjustment: i32,
        /// Highest phase adjustment, in picoseconds.
        DPLL_A_PIN_PHASE_ADJUST_MAX = 21 => max_phase_adjustment: i32,
        /// Phase adjustment, in picoseconds.
        DPLL_A_PIN_PHASE_ADJUST = 22 => phase_adjustment: i32,
        /// Phase offset, in thousandths of a picosecond.
        DPLL_A_PIN_PHASE_OFFSET = 23 => phase_offset: i64,
        /// Fractional frequency offset (FFO), in parts per million.
        DPLL_A_PIN_FRACTIONAL_FREQUENCY_OFFSET = 24 => frequency_offset_ppm: i64 as Sint,
        /// Frequency of the embedded SYNC signal, in Hz.
        DPLL_A_PIN_ESYNC_FREQUENCY = 25 => esync_frequency: u64,
        /// Frequencies that an embedded SYNC signal can have.
        DPLL_A_PIN_ESYNC_FREQUENCY_SUPPORTED = 26 | NLA_F_NESTED => supported_esync_frequencies: Items<'_, DpllFrequencyRange> as Repeated<DpllFrequencyRange>,
        /// Pulse of the embedded SYNC signal: how much of the period it is high, in percent.
        DPLL_A_PIN_ESYNC_PULSE = 27 => esync_pulse: u32,
        /// Pins that it can form a reference-sync pair with.
        DPLL_A_PIN_REFERENCE_SYNC = 28 | NLA_F_NESTED => reference_sync: Items<'_, DpllReferenceSync> as Repeated<DpllReferenceSync>,
        /// Granularity of phase adjustments, in picoseconds.
        DPLL_A_PIN_PHASE_ADJUST_GRAN = 29 => phase_adjustment_step: u32,
        /// Fractional frequency offset (FFO), in parts per trillion.
        DPLL_A_PIN_FRACTIONAL_FREQUENCY_OFFSET_PPT = 30 => frequency_offset_ppt: i64 as Sint,
        /// Measured frequency, in thousandths of a Hz.
        DPLL_A_PIN_MEASURED_FREQUENCY = 31 => measured_frequency: u64,
        /// Operational state.
        DPLL_A_PIN_OPERSTATE = 32 => operational_state: DpllPinOperState,
    }
}

impl Command for DpllPinMessage {
    const FAMILY: Family = FAMILY;
    const COMMAND: u16 = DPLL_CMD_PIN_GET as u16;
    const NOTIFICATIONS: &'static [u16] =
        &[DPLL_CMD_PIN_CREATE_NTF as u16, DPLL_CMD_PIN_DELETE_NTF as u16, DPLL_CMD_PIN_CHANGE_NTF as u16];
    type Reply = DpllPinMessage;
}

netlink! {
    /// A device that a pin belongs to: nested in `DPLL_A_PIN_PARENT_DEVICE`.
    pub struct DpllParentDevice / DpllParentDeviceBuf
    attributes {
        /// Id of the device.
        DPLL_A_PIN_PARENT_ID = 2 => device: u32,
        /// Direction.
        DPLL_A_PIN_DIRECTION = 10 => direction: DpllPinDirection,
        /// Priority: the lowest number is selected first.
        DPLL_A_PIN_PRIO = 15 => priority: u32,
        /// State that was set.
        DPLL_A_PIN_STATE = 16 => state: DpllPinState,
        /// Operational state.
        DPLL_A_PIN_OPERSTATE = 32 => operational_state: DpllPinOperState,
        /// Phase offset to the device, in thousandths of a picosecond.
        DPLL_A_PIN_PHASE_OFFSET = 23 => phase_offset: i64,
        /// Fractional frequency offset to the device, in parts per million.
        DPLL_A_PIN_FRACTIONAL_FREQUENCY_OFFSET = 24 => frequency_offset_ppm: i64 as Sint,
        /// Fractional frequency offset to the device, in parts per trillion.
        DPLL_A_PIN_FRACTIONAL_FREQUENCY_OFFSET_PPT = 30 => frequency_offset_ppt: i64 as Sint,
    }
}

netlink! {
    /// A pin that a pin belongs to: nested in `DPLL_A_PIN_PARENT_PIN`.
    pub struct DpllParentPin / DpllParentPinBuf
    attributes {
        /// Id of the parent pin.
        DPLL_A_PIN_PARENT_ID = 2 => pin: u32,
        /// State that was set.
        DPLL_A_PIN_STATE = 16 => state: DpllPinState,
    }
}

netlink! {
    /// A range of frequencies of a pin.
    pub struct DpllFrequencyRange / DpllFrequencyRangeBuf
    attributes {
        /// Minimum (`min`) frequency, in Hz.
        DPLL_A_PIN_FREQUENCY_MIN = 13 => min: u64,
        /// Maximum (`max`) frequency, in Hz.
        DPLL_A_PIN_FREQUENCY_MAX = 14 => max: u64,
    }
}

netlink! {
    /// A pin that another can form a reference-sync pair with: nested in `DPLL_A_PIN_REFERENCE_SYNC`.
    pub struct DpllReferenceSync / DpllReferenceSyncBuf
    attributes {
        /// Id of the pin.
        DPLL_A_PIN_ID = 1 => pin: u32,
        /// Whether they are a pair: connected, or not.
        DPLL_A_PIN_STATE = 16 => state: DpllPinState,
    }
}

values! {
    /// Type of a pin: `DPLL_PIN_TYPE_*`.
    pub struct DpllPinType: u32 = "pin-type" {
        /// Multiplexer: of several other pins.
        MUX = 1 => "mux",
        /// External input.
        EXT = 2 => "ext",
        /// Recovered clock of an Ethernet port (SyncE).
        SYNCE_ETH_PORT = 3 => "synce-eth-port",
        /// Internal oscillator.
        INT_OSCILLATOR = 4 => "int-oscillator",
        /// Recovered clock of satellite navigation (GNSS).
        GNSS = 5 => "gnss",
        /// Internal numerically controlled oscillator (NCO).
        INT_NCO = 6 => "int-nco",
    }
}

values! {
    /// Direction of a pin: `DPLL_PIN_DIRECTION_*`.
    pub struct DpllPinDirection: u32 = "pin-direction" {
        /// Input.
        INPUT = 1 => "input",
        /// Output.
        OUTPUT = 2 => "output",
    }
}

values! {
    /// State of a pin: `DPLL_PIN_STATE_*`.
    pub struct DpllPinState: u32 = "pin-state" {
        /// Connected: the active input.
        CONNECTED = 1 => "connected",
        /// Disconnected: not considered.
        DISCONNECTED = 2 => "disconnected",
        /// Selectable, by the automatic mode.
        SELECTABLE = 3 => "selectable",
    }
}

values! {
    /// Operational state of a pin: `DPLL_PIN_OPERSTATE_*`.
    pub struct DpllPinOperState: u32 = "pin-operstate" {
        /// Used.
        ACTIVE = 1 => "active",
        /// Good, and not used.
        STANDBY = 2 => "standby",
        /// Without a signal.
        NO_SIGNAL = 3 => "no-signal",
        /// Its signal is not good enough.
        QUAL_FAILED = 4 => "qual-failed",
    }
}

flags! {
    /// What can be changed of a pin: `DPLL_PIN_CAPABILITIES_*`.
    pub struct DpllPinCapabilities: u32 = "pin-capabilities" {
        /// Its direction.
        const DIRECTION_CAN_CHANGE = 0x1 => "direction-can-change";
        /// Its priority.
        const PRIORITY_CAN_CHANGE = 0x2 => "priority-can-change";
        /// Its state.
        const STATE_CAN_CHANGE = 0x4 => "state-can-change";
        /// Its state can be set to connected whatever the mode.
        const STATE_CONNECTED_OVERRIDE = 0x8 => "state-connected-override";
    }
}
