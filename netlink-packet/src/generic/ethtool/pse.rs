//! Power sourcing equipment (PSE): Power over Ethernet and over data line.

use super::{AsUint, DeviceHeader, as_uint};
use crate::{Items, NLA_F_NESTED, Repeated, flags, netlink, values};

netlink! {
    /// Power sourcing equipment (PSE): `ETHTOOL_MSG_PSE_GET`, `ethtool --show-pse` (since Linux 6.2; `c33`, which is Power over
    /// Ethernet, since Linux 6.10).
    pub struct Pse / PseBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_PSE_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// PoDL (power over data line): administrative state.
        ETHTOOL_A_PODL_PSE_ADMIN_STATE = 2 => podl_admin_state: PseAdminState; read_only,
        /// PoDL: the administrative state that is set.
        ETHTOOL_A_PODL_PSE_ADMIN_CONTROL = 3 => podl_admin_control: PseAdminState,
        /// PoDL: power detection status.
        ETHTOOL_A_PODL_PSE_PW_D_STATUS = 4 => podl_power_status: PodlPowerStatus; read_only,
        /// PoE (clause 33): administrative state.
        ETHTOOL_A_C33_PSE_ADMIN_STATE = 5 => c33_admin_state: PseAdminState; read_only,
        /// PoE: the administrative state that is set.
        ETHTOOL_A_C33_PSE_ADMIN_CONTROL = 6 => c33_admin_control: PseAdminState,
        /// PoE: power detection status.
        ETHTOOL_A_C33_PSE_PW_D_STATUS = 7 => c33_power_status: C33PowerStatus; read_only,
        /// PoE: power class of the powered device.
        ETHTOOL_A_C33_PSE_PW_CLASS = 8 => c33_power_class: u32; read_only,
        /// PoE: power that is drawn, in milliwatts.
        ETHTOOL_A_C33_PSE_ACTUAL_PW = 9 => c33_actual_power: u32; read_only,
        /// PoE: extended state, why no power is delivered.
        ETHTOOL_A_C33_PSE_EXT_STATE = 10 => c33_extended_state: C33ExtendedState; read_only,
        /// PoE: extended substate, whose meaning depends on the extended state (`ETHTOOL_C33_PSE_EXT_SUBSTATE_*`).
        ETHTOOL_A_C33_PSE_EXT_SUBSTATE = 11 => c33_extended_substate: u32; read_only,
        /// PoE: available power limit, in milliwatts.
        ETHTOOL_A_C33_PSE_AVAIL_PW_LIMIT = 12 => c33_power_limit: u32,
        /// PoE: ranges that the power limit can be in.
        ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES = 13 | NLA_F_NESTED => c33_power_limit_ranges: Items<'_, PowerLimitRange> as Repeated<PowerLimitRange>; read_only,
        /// PSE power domain index (since Linux 6.17).
        ETHTOOL_A_PSE_PW_D_ID = 14 => power_domain: u32; read_only,
        /// Lowest priority: the largest number of one (since Linux 6.17).
        ETHTOOL_A_PSE_PRIO_MAX = 15 => priority_max: u32; read_only,
        /// Priority when the budget is exceeded; 0 is the highest (since Linux 6.17).
        ETHTOOL_A_PSE_PRIO = 16 => priority: u32,
    }
}

values! {
    /// Administrative state of power sourcing equipment: `ETHTOOL_C33_PSE_ADMIN_STATE_*`, `ETHTOOL_PODL_PSE_ADMIN_STATE_*`.
    pub struct PseAdminState: u32 = "" {
        /// Unknown.
        UNKNOWN = 1 => "unknown",
        /// Disabled.
        DISABLED = 2 => "disabled",
        /// Enabled.
        ENABLED = 3 => "enabled",
    }
}

values! {
    /// Power detection status of PoDL: `ETHTOOL_PODL_PSE_PW_D_STATUS_*`.
    pub struct PodlPowerStatus: u32 = "" {
        /// Unknown.
        UNKNOWN = 1 => "unknown",
        /// Disabled.
        DISABLED = 2 => "disabled",
        /// Searching for a powered device.
        SEARCHING = 3 => "searching",
        /// Delivering power.
        DELIVERING = 4 => "delivering power",
        /// Sleep.
        SLEEP = 5 => "sleep",
        /// Idle.
        IDLE = 6 => "idle",
        /// Error.
        ERROR = 7 => "error",
    }
}

values! {
    /// Power detection status of PoE: `ETHTOOL_C33_PSE_PW_D_STATUS_*`.
    pub struct C33PowerStatus: u32 = "" {
        /// Unknown.
        UNKNOWN = 1 => "unknown",
        /// Disabled.
        DISABLED = 2 => "disabled",
        /// Searching for a powered device.
        SEARCHING = 3 => "searching",
        /// Delivering power.
        DELIVERING = 4 => "delivering power",
        /// Test mode.
        TEST = 5 => "test",
        /// Fault.
        FAULT = 6 => "fault",
        /// Another fault, which the implementation defines.
        OTHERFAULT = 7 => "otherfault",
    }
}

values! {
    /// Extended state of PoE: `ETHTOOL_C33_PSE_EXT_STATE_*`.
    pub struct C33ExtendedState: u32 = "c33-pse-ext-state" {
        /// None.
        NONE = 0 => "none",
        /// Error condition (`error_condition`).
        ERROR_CONDITION = 1 => "error-condition",
        /// Maintain power signature (`mr_mps_valid`).
        MR_MPS_VALID = 2 => "mr-mps-valid",
        /// Disabled by management (`mr_pse_enable`).
        MR_PSE_ENABLE = 3 => "mr-pse-enable",
        /// Detection delayed (`option_detect_ted`).
        OPTION_DETECT_TED = 4 => "option-detect-ted",
        /// Supply voltage outside its limits (`option_vport_lim`).
        OPTION_VPORT_LIM = 5 => "option-vport-lim",
        /// Overload detected (`ovld_detected`).
        OVLD_DETECTED = 6 => "ovld-detected",
        /// Type of the powered device, by data link layer classification (`pd_dll_power_type`).
        PD_DLL_POWER_TYPE = 7 => "pd-dll-power-type",
        /// Power not available (`power_not_available`).
        POWER_NOT_AVAILABLE = 8 => "power-not-available",
        /// Short circuit detected (`short_detected`).
        SHORT_DETECTED = 9 => "short-detected",
    }
}

netlink! {
    /// A range of power limits: nested in `ETHTOOL_A_C33_PSE_PW_LIMIT_RANGES`.
    pub struct PowerLimitRange / PowerLimitRangeBuf
    attributes {
        /// Lowest power limit, in milliwatts.
        ETHTOOL_A_C33_PSE_PW_LIMIT_MIN = 1 => low: u32,
        /// Highest power limit, in milliwatts.
        ETHTOOL_A_C33_PSE_PW_LIMIT_MAX = 2 => high: u32,
    }
}

netlink! {
    /// Notification of events of power sourcing equipment: `ETHTOOL_MSG_PSE_NTF` (since Linux 6.17).
    pub struct PseNotification / PseNotificationBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_PSE_NTF_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Events: what happened.
        ETHTOOL_A_PSE_NTF_EVENTS = 2 => events: PseEvents as AsUint<PseEvents>,
    }
}

flags! {
    /// Events of power sourcing equipment: `ETHTOOL_PSE_EVENT_*`, `ETHTOOL_C33_PSE_EVENT_*`.
    pub struct PseEvents: u64 = "pse-event" {
        /// Output current too high.
        const PSE_EVENT_OVER_CURRENT = 0x1 => "over-current";
        /// Temperature too high.
        const PSE_EVENT_OVER_TEMP = 0x2 => "over-temp";
        /// Detection of a powered device.
        const C33_PSE_EVENT_DETECTION = 0x4 => "detection";
        /// Classification of a powered device.
        const C33_PSE_EVENT_CLASSIFICATION = 0x8 => "classification";
        /// Powered device disconnected.
        const C33_PSE_EVENT_DISCONNECTION = 0x10 => "disconnection";
        /// Turned off since the power budget is exceeded.
        const PSE_EVENT_OVER_BUDGET = 0x20 => "over-budget";
        /// Power could not be controlled by software.
        const PSE_EVENT_SW_PW_CONTROL_ERROR = 0x40 => "sw-pw-control-error";
    }
}

as_uint! { PseEvents }
