//! CAN controllers.

use crate::link::LinkKind;
use crate::time::Milliseconds;
use netlink_packet::{Chunks, Packed, Scope, View, flags, netlink, values};
use std::time::Duration;

netlink! {
    /// A CAN controller (Controller Area Network). The driver creates it; for virtual buses see the kinds
    /// `vcan` and `vxcan`.
    pub struct Can / CanBuf
    attributes {
        /// Bit timing: bit rate, sample point and segments.
        IFLA_CAN_BITTIMING = 1 => bit_timing: &CanBitTiming as CanBitTiming,
        /// Bit timing limits of the hardware (constants).
        IFLA_CAN_BITTIMING_CONST = 2 => bit_timing_limits: &CanBitTimingLimits as CanBitTimingLimits; read_only,
        /// Clock of the controller.
        IFLA_CAN_CLOCK = 3 => clock: &CanClock as CanClock; read_only,
        /// State: error active, bus off, and so on.
        IFLA_CAN_STATE = 4 => state: CanState; read_only,
        /// Controller modes, such as `loopback` or `fd`, with a mask of those to change.
        IFLA_CAN_CTRLMODE = 5 => modes: &CanModesChange as CanModesChange,
        /// Automatic restart delay after bus-off; zero disables automatic restart.
        IFLA_CAN_RESTART_MS = 6 => restart_after: Duration as Milliseconds<u32>,
        /// Restarts the controller now, after bus-off. Requests only.
        IFLA_CAN_RESTART = 7 => restart: u32,
        /// Bus error counters (transmit and receive).
        IFLA_CAN_BERR_COUNTER = 8 => bus_errors: &CanBusErrors as CanBusErrors; read_only,
        /// Data bit timing (CAN FD data phase).
        IFLA_CAN_DATA_BITTIMING = 9 => data_bit_timing: &CanBitTiming as CanBitTiming,
        /// Data bit timing limits of the hardware (CAN FD).
        IFLA_CAN_DATA_BITTIMING_CONST = 10 => data_bit_timing_limits: &CanBitTimingLimits as CanBitTimingLimits; read_only,
        /// Termination resistance in ohms; 0 off.
        IFLA_CAN_TERMINATION = 11 => termination: u16,
        /// Termination resistances that the hardware supports, in ohms.
        IFLA_CAN_TERMINATION_CONST = 12 => terminations: Chunks<'_, u16> as Packed<u16>; read_only,
        /// Bit rates that the hardware supports, in bit/s, where it has a fixed list.
        IFLA_CAN_BITRATE_CONST = 13 => bit_rates: Chunks<'_, u32> as Packed<u32>; read_only,
        /// Data bit rates that the hardware supports, in bit/s (CAN FD).
        IFLA_CAN_DATA_BITRATE_CONST = 14 => data_bit_rates: Chunks<'_, u32> as Packed<u32>; read_only,
        /// Maximum bit rate, in bit/s.
        IFLA_CAN_BITRATE_MAX = 15 => max_bit_rate: u32; read_only,
        /// Transmitter delay compensation (TDC) for CAN FD.
        IFLA_CAN_TDC = 16 => delay: &CanDelay as CanDelay; needs("Linux 5.16"),
        /// Extended controller mode information: supported modes.
        IFLA_CAN_CTRLMODE_EXT = 17 => modes_limits: &CanModesLimits as CanModesLimits; read_only,
        /// CAN XL data bit timing.
        IFLA_CAN_XL_DATA_BITTIMING = 18 => xl_data_bit_timing: &CanBitTiming as CanBitTiming; needs("a later Linux than 6.18"),
        /// CAN XL data bit timing limits of the hardware.
        IFLA_CAN_XL_DATA_BITTIMING_CONST = 19 => xl_data_bit_timing_limits: &CanBitTimingLimits as CanBitTimingLimits; read_only,
        /// CAN XL data bit rates that the hardware supports, in bit/s.
        IFLA_CAN_XL_DATA_BITRATE_CONST = 20 => xl_data_bit_rates: Chunks<'_, u32> as Packed<u32>; read_only,
        /// Transmitter delay compensation (TDC) for CAN XL.
        IFLA_CAN_XL_TDC = 21 => xl_delay: &CanDelay as CanDelay; needs("a later Linux than 6.18"),
        /// CAN XL pulse width modulation (PWM) encoding.
        IFLA_CAN_XL_PWM = 22 => xl_pulses: &CanPulses as CanPulses; needs("a later Linux than 6.18"),
    }
}

impl LinkKind for Can {
    const NAME: &'static str = "can";
}

netlink! {
    /// CAN bit timing: `struct can_bittiming`. A request sets the bit rate (and sample point), or all the
    /// segments instead.
    pub struct CanBitTiming / CanBitTimingBuf
    header can_bittiming: 32 {
        /// Bit rate, in bit/s.
        bitrate = 0 => bit_rate: u32,
        /// Sample point, in tenths of a percent of the bit time.
        sample_point = 4 => sample_point: u32; ignored(lacks_bit_rate, "it is set with the bit rate"),
        /// Time quantum (TQ), in nanoseconds.
        tq = 8 => quantum: u32; unless(has_bit_rate),
        /// Propagation segment, in time quanta.
        prop_seg = 12 => propagation_segment: u32; ignored(has_bit_rate, "the kernel calculates it from the bit rate"),
        /// Phase buffer segment 1, in time quanta.
        phase_seg1 = 16 => phase_segment1: u32; ignored(has_bit_rate, "the kernel calculates it from the bit rate"),
        /// Phase buffer segment 2, in time quanta.
        phase_seg2 = 20 => phase_segment2: u32; ignored(has_bit_rate, "the kernel calculates it from the bit rate"),
        /// Synchronisation jump width (SJW), in time quanta.
        sjw = 24 => synchronization_jump: u32,
        /// Bit rate prescaler (BRP).
        brp = 28 => prescaler: u32; read_only,
    }
}

/// Whether the segments follow from the bit rate.
fn has_bit_rate(scope: &Scope<'_>) -> bool {
    CanBitTiming::cast(scope.bytes()).bit_rate() != 0
}

/// Whether the bit rate follows from the segments.
fn lacks_bit_rate(scope: &Scope<'_>) -> bool {
    !has_bit_rate(scope)
}

netlink! {
    /// Bit timing limits of a CAN controller: `struct can_bittiming_const`.
    pub struct CanBitTimingLimits / CanBitTimingLimitsBuf
    header can_bittiming_const: 48 {
        /// Controller name, padded with NUL.
        name = 0 => name: [u8; 16],
        /// Minimum of time segment 1 (propagation and phase segment 1), in time quanta.
        tseg1_min = 16 => segment1_min: u32,
        /// Maximum of time segment 1, in time quanta.
        tseg1_max = 20 => segment1_max: u32,
        /// Minimum of time segment 2 (phase segment 2), in time quanta.
        tseg2_min = 24 => segment2_min: u32,
        /// Maximum of time segment 2, in time quanta.
        tseg2_max = 28 => segment2_max: u32,
        /// Maximum synchronisation jump width (SJW), in time quanta.
        sjw_max = 32 => synchronization_jump_max: u32,
        /// Minimum bit rate prescaler.
        brp_min = 36 => prescaler_min: u32,
        /// Maximum bit rate prescaler.
        brp_max = 40 => prescaler_max: u32,
        /// Prescaler increment.
        brp_inc = 44 => prescaler_step: u32,
    }
}

netlink! {
    /// Clock of a CAN controller: `struct can_clock`.
    pub struct CanClock / CanClockBuf
    header can_clock: 4 {
        /// Frequency, in Hz.
        freq = 0 => frequency: u32,
    }
}

values! {
    /// State of a CAN controller: `CAN_STATE_*`, in the words of `ip`.
    pub struct CanState: u32 = "can-state" {
        /// Error active: fewer than 96 errors.
        ERROR_ACTIVE = 0 => "ERROR-ACTIVE",
        /// Error warning: fewer than 128 errors.
        ERROR_WARNING = 1 => "ERROR-WARNING",
        /// Error passive: fewer than 256 errors.
        ERROR_PASSIVE = 2 => "ERROR-PASSIVE",
        /// Bus off: 256 errors or more; does not take part in traffic.
        BUS_OFF = 3 => "BUS-OFF",
        /// Stopped.
        STOPPED = 4 => "STOPPED",
        /// Sleeping.
        SLEEPING = 5 => "SLEEPING",
    }
}

flags! {
    /// CAN controller modes: `CAN_CTRLMODE_*`, in the words of `ip`.
    pub struct CanModes: u32 = "can-ctrlmode-flags" {
        /// Loopback mode.
        const LOOPBACK = 0x1 => "LOOPBACK";
        /// Listen-only mode: sends neither frames nor acknowledgements.
        const LISTENONLY = 0x2 => "LISTEN-ONLY";
        /// Triple sampling: each bit is sampled three times (`CAN_CTRLMODE_3_SAMPLES`).
        const TRIPLE_SAMPLING = 0x4 => "TRIPLE-SAMPLING";
        /// One-shot mode: no retransmission.
        const ONE_SHOT = 0x8 => "ONE-SHOT";
        /// Bus error reporting by error frames.
        const BERR_REPORTING = 0x10 => "BERR-REPORTING";
        /// CAN FD.
        const FD = 0x20 => "FD";
        /// Presume acknowledgement: a missing ACK is no error.
        const PRESUME_ACK = 0x40 => "PRESUME-ACK";
        /// Non-ISO CAN FD: the format before ISO 11898-1:2015.
        const FD_NON_ISO = 0x80 => "FD-NON-ISO";
        /// Classical CAN DLC: keep raw DLC values above 8.
        const CC_LEN8_DLC = 0x100 => "CC-LEN8-DLC";
        /// Automatic transmitter delay compensation (TDC): the controller measures the delay.
        const TDC_AUTO = 0x200 => "TDC-AUTO";
        /// Manual transmitter delay compensation (TDC): the configured value is used.
        const TDC_MANUAL = 0x400 => "TDC-MANUAL";
        /// Restricted operation mode: receives and acknowledges, but does not send frames.
        const RESTRICTED = 0x800 => "RESTRICTED";
        /// CAN XL.
        const XL = 0x1000 => "XL";
        /// Automatic transmitter delay compensation (TDC) for CAN XL.
        const XL_TDC_AUTO = 0x2000 => "XL-TDC-AUTO";
        /// Manual transmitter delay compensation (TDC) for CAN XL.
        const XL_TDC_MANUAL = 0x4000 => "XL-TDC-MANUAL";
        /// CAN XL transceiver mode switching (TMS).
        const XL_TMS = 0x8000 => "XL-TMS";
    }
}

netlink! {
    /// CAN controller modes with a change mask: `struct can_ctrlmode`.
    pub struct CanModesChange / CanModesChangeBuf
    header can_ctrlmode: 8 {
        /// Mask: modes that a request changes.
        mask = 0 => changed: CanModes; sent_as(all_modes),
        /// Mode flags.
        flags = 4 => modes: CanModes,
    }
}

/// A list has the values of all modes, but no mask of changes.
fn all_modes(_: &Scope<'_>, _: u64) -> u64 {
    u32::MAX.into()
}

impl CanBuf {
    /// Turns these modes on, and leaves the others.
    pub fn set(self, modes: CanModes) -> Self {
        self.change(modes, modes)
    }

    /// Turns these modes off, and leaves the others.
    pub fn unset(self, modes: CanModes) -> Self {
        self.change(CanModes::empty(), modes)
    }

    fn change(self, modes: CanModes, changed: CanModes) -> Self {
        let (before, all) = match self.view().modes() {
            Some(before) => (before.modes() - changed, before.changed() | changed),
            None => (CanModes::empty(), changed),
        };
        self.modes(CanModesChange::build().modes(before | modes).changed(all))
    }
}

netlink! {
    /// Extended information on CAN controller modes: `IFLA_CAN_CTRLMODE_EXT`.
    pub struct CanModesLimits / CanModesLimitsBuf
    attributes {
        /// Supported modes: those that can be changed.
        IFLA_CAN_CTRLMODE_SUPPORTED = 1 => supported: CanModes,
    }
}

netlink! {
    /// Error counters of a CAN controller: `struct can_berr_counter`.
    pub struct CanBusErrors / CanBusErrorsBuf
    header can_berr_counter: 4 {
        /// Transmit error counter.
        txerr = 0 => tx: u16,
        /// Receive error counter.
        rxerr = 2 => rx: u16,
    }
}

netlink! {
    /// Transmitter delay compensation (TDC), in clock periods of the controller: `IFLA_CAN_TDC_*`.
    pub struct CanDelay / CanDelayBuf
    attributes {
        /// Minimum TDC value (TDCV).
        IFLA_CAN_TDC_TDCV_MIN = 1 => value_min: u32; read_only,
        /// Maximum TDC value (TDCV).
        IFLA_CAN_TDC_TDCV_MAX = 2 => value_max: u32; read_only,
        /// Minimum TDC offset (TDCO).
        IFLA_CAN_TDC_TDCO_MIN = 3 => offset_min: u32; read_only,
        /// Maximum TDC offset (TDCO).
        IFLA_CAN_TDC_TDCO_MAX = 4 => offset_max: u32; read_only,
        /// Minimum TDC filter window (TDCF).
        IFLA_CAN_TDC_TDCF_MIN = 5 => filter_min: u32; read_only,
        /// Maximum TDC filter window (TDCF).
        IFLA_CAN_TDC_TDCF_MAX = 6 => filter_max: u32; read_only,
        /// TDC value (TDCV): the transmitter delay, measured or set.
        IFLA_CAN_TDC_TDCV = 7 => value: u32,
        /// TDC offset (TDCO): added to the value to get the secondary sample point.
        IFLA_CAN_TDC_TDCO = 8 => offset: u32,
        /// TDC filter window (TDCF): minimum secondary sample point position; 0 off.
        IFLA_CAN_TDC_TDCF = 9 => filter: u32,
    }
}

netlink! {
    /// CAN XL pulse width modulation (PWM), in clock periods of the controller: `IFLA_CAN_PWM_*`.
    pub struct CanPulses / CanPulsesBuf
    attributes {
        /// Minimum short phase (PWMS).
        IFLA_CAN_PWM_PWMS_MIN = 1 => short_min: u32; read_only,
        /// Maximum short phase (PWMS).
        IFLA_CAN_PWM_PWMS_MAX = 2 => short_max: u32; read_only,
        /// Minimum long phase (PWML).
        IFLA_CAN_PWM_PWML_MIN = 3 => long_min: u32; read_only,
        /// Maximum long phase (PWML).
        IFLA_CAN_PWM_PWML_MAX = 4 => long_max: u32; read_only,
        /// Minimum offset (PWMO).
        IFLA_CAN_PWM_PWMO_MIN = 5 => offset_min: u32; read_only,
        /// Maximum offset (PWMO).
        IFLA_CAN_PWM_PWMO_MAX = 6 => offset_max: u32; read_only,
        /// Short phase (PWMS).
        IFLA_CAN_PWM_PWMS = 7 => short: u32,
        /// Long phase (PWML).
        IFLA_CAN_PWM_PWML = 8 => long: u32,
        /// Offset (PWMO).
        IFLA_CAN_PWM_PWMO = 9 => offset: u32,
    }
}

netlink! {
    /// Statistics of a CAN controller, in [`extra_stats`](crate::link::LinkInfo::extra_stats):
    /// `struct can_device_stats`.
    pub struct CanStats / CanStatsBuf
    header can_device_stats: 24 {
        /// Bus errors.
        bus_error = 0 => bus_errors: u32,
        /// Transitions to [`ERROR_WARNING`](CanState::ERROR_WARNING).
        error_warning = 4 => error_warning: u32,
        /// Transitions to [`ERROR_PASSIVE`](CanState::ERROR_PASSIVE).
        error_passive = 8 => error_passive: u32,
        /// Transitions to [`BUS_OFF`](CanState::BUS_OFF).
        bus_off = 12 => bus_off: u32,
        /// Arbitrations lost.
        arbitration_lost = 16 => arbitration_lost: u32,
        /// Restarts after bus-off.
        restarts = 20 => restarts: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn by_speed() {
        let add = capture!("add_can");
        let can = Can::build()
            .restart_after(Duration::from_millis(100))
            .bit_timing(CanBitTiming::build().bit_rate(500_000).sample_point(875).synchronization_jump(2))
            .data_bit_timing(CanBitTiming::build().bit_rate(2_000_000).sample_point(750))
            .set(CanModes::LOOPBACK | CanModes::FD)
            .unset(CanModes::LISTENONLY | CanModes::ONE_SHOT);
        assert_eq!(LinkMessage::build().name("can0").kind(can).as_bytes(), add.payload);
    }

    #[test]
    fn by_quanta() {
        let set = capture!("set_can");
        let can = set.link().kind::<Can>().unwrap();
        let timing = can.bit_timing().unwrap();
        assert_eq!((timing.quantum(), timing.propagation_segment()), (125, 6));
        assert_eq!(
            (timing.phase_segment1(), timing.phase_segment2(), timing.synchronization_jump()),
            (7, 2, 1)
        );
        assert_eq!(can.delay().map(|delay| (delay.offset(), delay.filter())), Some((Some(10), Some(3))));
        assert_eq!(can.termination(), Some(120));
        let modes = can.modes().map(CanModesChange::modes).unwrap();
        assert_eq!(modes.to_string(), "TRIPLE-SAMPLING,BERR-REPORTING,FD,TDC-MANUAL");
    }

    #[test]
    fn a_listed_timing_is_asked_for_by_its_bit_rate() {
        let asked = CanBitTiming::build().bit_rate(500_000).sample_point(875).synchronization_jump(2);
        let listed = asked.clone().quantum(125).propagation_segment(6).phase_segment1(7).phase_segment2(2);
        assert_eq!(listed.prescaler(1u32).view().to_request(), asked);
        let by_quanta = CanBitTiming::build().quantum(125).propagation_segment(6).phase_segment1(7);
        assert_eq!(by_quanta.view().to_request(), by_quanta);
        assert_eq!(Scope::of(by_quanta.view()).ignored(), None);
        for (timing, field) in [
            (asked.clone().phase_segment2(2), "phase_segment2"),
            (asked.prescaler(1), "prescaler"),
            (by_quanta.sample_point(875), "sample_point"),
        ] {
            assert_eq!(Scope::of(timing.view()).ignored().map(|ignored| ignored.field), Some(field));
        }
    }

    #[test]
    fn what_it_has_counted() {
        let stats = CanStats::build().bus_errors(1).restarts(2);
        let info = crate::link::LinkInfo::build().kind_name("can").extra_stats(stats.as_bytes());
        let read = info.view().extra_stats().and_then(|bytes| CanStats::new(bytes).ok()).unwrap();
        assert_eq!((read.bus_errors(), read.restarts()), (1, 2));
    }
}
