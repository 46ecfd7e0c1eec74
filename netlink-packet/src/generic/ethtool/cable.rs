//! Cable tests: the requests that start them, and the notifications that bring the results.

use super::DeviceHeader;
use crate::{Items, NLA_F_NESTED, Repeated, netlink, values};

netlink! {
    /// Starts a cable test: `ETHTOOL_MSG_CABLE_TEST_ACT`, `ethtool --cable-test`.
    pub struct CableTest / CableTestBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_CABLE_TEST_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
    }
}

netlink! {
    /// Notification of a cable test: that it started, or its results: `ETHTOOL_MSG_CABLE_TEST_NTF`.
    pub struct CableTestNotification / CableTestNotificationBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_CABLE_TEST_NTF_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Status: started, or completed.
        ETHTOOL_A_CABLE_TEST_NTF_STATUS = 2 => status: CableTestStatus,
        /// Results, of a test that completed.
        ETHTOOL_A_CABLE_TEST_NTF_NEST = 3 | NLA_F_NESTED => results: &CableResults as CableResults,
    }
}

values! {
    /// Status of a cable test: `ETHTOOL_A_CABLE_TEST_NTF_STATUS_*`.
    pub struct CableTestStatus: u8 = "" {
        /// It has started.
        STARTED = 1 => "started",
        /// It has completed.
        COMPLETED = 2 => "completed",
    }
}

netlink! {
    /// Results of a cable test: nested in `ETHTOOL_A_CABLE_TEST_NTF_NEST`.
    pub struct CableResults / CableResultsBuf
    attributes {
        /// Result of each pair.
        ETHTOOL_A_CABLE_NEST_RESULT = 1 | NLA_F_NESTED => pairs: Items<'_, CableResult> as Repeated<CableResult>,
        /// Distance to the fault, of pairs that have one.
        ETHTOOL_A_CABLE_NEST_FAULT_LENGTH = 2 | NLA_F_NESTED => faults: Items<'_, CableFault> as Repeated<CableFault>,
    }
}

netlink! {
    /// Result of a pair: nested in `ETHTOOL_A_CABLE_NEST_RESULT`.
    pub struct CableResult / CableResultBuf
    attributes {
        /// Pair.
        ETHTOOL_A_CABLE_RESULT_PAIR = 1 => pair: CablePair,
        /// Result code: what was found.
        ETHTOOL_A_CABLE_RESULT_CODE = 2 => code: CableCode,
        /// Source of the result: how it was found (since Linux 6.12).
        ETHTOOL_A_CABLE_RESULT_SRC = 3 => source: CableSource,
    }
}

netlink! {
    /// Distance to a fault: nested in `ETHTOOL_A_CABLE_NEST_FAULT_LENGTH`.
    pub struct CableFault / CableFaultBuf
    attributes {
        /// Pair.
        ETHTOOL_A_CABLE_FAULT_LENGTH_PAIR = 1 => pair: CablePair,
        /// Distance to the fault, in centimetres.
        ETHTOOL_A_CABLE_FAULT_LENGTH_CM = 2 => centimetres: u32,
        /// Source of the length: how it was found (since Linux 6.12).
        ETHTOOL_A_CABLE_FAULT_LENGTH_SRC = 3 => source: CableSource,
    }
}

values! {
    /// A pair of a cable: `ETHTOOL_A_CABLE_PAIR_*`.
    pub struct CablePair: u8 = "" {
        /// Pair A.
        A = 0 => "A",
        /// Pair B.
        B = 1 => "B",
        /// Pair C.
        C = 2 => "C",
        /// Pair D.
        D = 3 => "D",
    }
}

values! {
    /// What a cable test found of a pair: `ETHTOOL_A_CABLE_RESULT_CODE_*`.
    pub struct CableCode: u8 = "" {
        /// Nothing is known.
        UNSPEC = 0 => "unspec",
        /// No fault.
        OK = 1 => "ok",
        /// Open circuit.
        OPEN = 2 => "open",
        /// Short within the pair.
        SAME_SHORT = 3 => "same-short",
        /// Short to another pair.
        CROSS_SHORT = 4 => "cross-short",
        /// Impedance mismatch (since Linux 6.12).
        IMPEDANCE_MISMATCH = 5 => "impedance-mismatch",
        /// Too much noise for a test (since Linux 6.12).
        NOISE = 6 => "noise",
        /// The fault can't be located, or is too far away (since Linux 6.12).
        RESOLUTION_NOT_POSSIBLE = 7 => "resolution-not-possible",
    }
}

values! {
    /// How a result of a cable test was found: `ETHTOOL_A_CABLE_INF_SRC_*`.
    pub struct CableSource: u32 = "" {
        /// Nothing is known.
        UNSPEC = 0 => "unspec",
        /// Time domain reflectometry (TDR).
        TDR = 1 => "tdr",
        /// Active link cable diagnostic (ALCD).
        ALCD = 2 => "alcd",
    }
}

netlink! {
    /// Starts a cable test by time domain reflectometry (TDR) that reports what it measured: `ETHTOOL_MSG_CABLE_TEST_TDR_ACT`,
    /// `ethtool --cable-test-tdr`.
    pub struct CableTestTdr / CableTestTdrBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_CABLE_TEST_TDR_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Configuration (config) of the test: where is measured.
        ETHTOOL_A_CABLE_TEST_TDR_CFG = 2 | NLA_F_NESTED => config: &TdrConfig as TdrConfig,
    }
}

netlink! {
    /// Where a TDR test measures: nested in `ETHTOOL_A_CABLE_TEST_TDR_CFG`.
    pub struct TdrConfig / TdrConfigBuf
    attributes {
        /// Distance of the first measurement, in centimetres.
        ETHTOOL_A_CABLE_TEST_TDR_CFG_FIRST = 1 => first: u32,
        /// Distance of the last measurement, in centimetres.
        ETHTOOL_A_CABLE_TEST_TDR_CFG_LAST = 2 => last: u32,
        /// Step: the distance between measurements, in centimetres.
        ETHTOOL_A_CABLE_TEST_TDR_CFG_STEP = 3 => step: u32,
        /// Pair; all of them without it.
        ETHTOOL_A_CABLE_TEST_TDR_CFG_PAIR = 4 => pair: CablePair,
    }
}

netlink! {
    /// Notification of a TDR test: that it started, or what it measured: `ETHTOOL_MSG_CABLE_TEST_TDR_NTF`.
    pub struct CableTestTdrNotification / CableTestTdrNotificationBuf
    header genlmsghdr: 4 {}
    attributes {
        /// The device that it is about, and in a request what the reply is to have (request header).
        ETHTOOL_A_CABLE_TEST_TDR_NTF_HEADER = 1 | NLA_F_NESTED => device: &DeviceHeader as DeviceHeader,
        /// Status: started, or completed.
        ETHTOOL_A_CABLE_TEST_TDR_NTF_STATUS = 2 => status: CableTestStatus,
        /// What was measured, by a test that completed.
        ETHTOOL_A_CABLE_TEST_TDR_NTF_NEST = 3 | NLA_F_NESTED => measurements: &TdrMeasurements as TdrMeasurements,
    }
}

netlink! {
    /// What a TDR test measured: nested in `ETHTOOL_A_CABLE_TEST_TDR_NTF_NEST`.
    pub struct TdrMeasurements / TdrMeasurementsBuf
    attributes {
        /// Step: the distances of the measurements, which are in their order.
        ETHTOOL_A_CABLE_TDR_NEST_STEP = 1 | NLA_F_NESTED => step: &TdrStep as TdrStep,
        /// Amplitude of the reflection at each distance.
        ETHTOOL_A_CABLE_TDR_NEST_AMPLITUDE = 2 | NLA_F_NESTED =>
            amplitudes: Items<'_, TdrAmplitude> as Repeated<TdrAmplitude>,
        /// Pulse that was sent.
        ETHTOOL_A_CABLE_TDR_NEST_PULSE = 3 | NLA_F_NESTED => pulse: &TdrPulse as TdrPulse,
    }
}

netlink! {
    /// Distances of measurements: nested in `ETHTOOL_A_CABLE_TDR_NEST_STEP`.
    pub struct TdrStep / TdrStepBuf
    attributes {
        /// Distance of the first measurement, in centimetres.
        ETHTOOL_A_CABLE_STEP_FIRST_DISTANCE = 1 => first: u32,
        /// Distance of the last measurement, in centimetres.
        ETHTOOL_A_CABLE_STEP_LAST_DISTANCE = 2 => last: u32,
        /// Distance between measurements, in centimetres.
        ETHTOOL_A_CABLE_STEP_STEP_DISTANCE = 3 => step: u32,
    }
}

netlink! {
    /// Amplitude of a reflection: nested in `ETHTOOL_A_CABLE_TDR_NEST_AMPLITUDE`.
    pub struct TdrAmplitude / TdrAmplitudeBuf
    attributes {
        /// Pair.
        ETHTOOL_A_CABLE_AMPLITUDE_PAIR = 1 => pair: CablePair,
        /// Amplitude, in millivolts.
        ETHTOOL_A_CABLE_AMPLITUDE_MV = 2 => millivolts: i16,
    }
}

netlink! {
    /// Pulse that a TDR test sent: nested in `ETHTOOL_A_CABLE_TDR_NEST_PULSE`.
    pub struct TdrPulse / TdrPulseBuf
    attributes {
        /// Amplitude, in millivolts.
        ETHTOOL_A_CABLE_PULSE_MV = 1 => millivolts: i16,
    }
}
