//! Controllers of CAN buses.

use crate::link::LinkKind;
use crate::time::Milliseconds;
use netlink_packet::{Chunks, Packed, Scope, flags, netlink, values};
use std::time::Duration;

netlink! {
    /// A controller area network's controller. The kernel makes it for the hardware; virtual buses are of kinds of their own.
    pub struct Can / CanBuf
    attributes {
        /// How fast it is, and when it looks at a bit.
        IFLA_CAN_BITTIMING = 1 => bit_timing: &CanBitTiming as CanBitTiming,
        /// What its timing can be.
        IFLA_CAN_BITTIMING_CONST = 2 => bit_timing_limits: &CanBitTimingLimits as CanBitTimingLimits; read_only,
        /// Its clock.
        IFLA_CAN_CLOCK = 3 => clock: &CanClock as CanClock; read_only,
        /// How it fares on the bus.
        IFLA_CAN_STATE = 4 => state: CanState; read_only,
        /// What it does otherwise than others, and what a request changes of it.
        IFLA_CAN_CTRLMODE = 5 => modes: &CanModesChange as CanModesChange,
        /// How long after it was off the bus it begins again; zero is never.
        IFLA_CAN_RESTART_MS = 6 => restart_after: Duration as Milliseconds<u32>,
        /// Begin again now.
        IFLA_CAN_RESTART = 7 => restart: u32,
        /// How many errors it has seen lately.
        IFLA_CAN_BERR_COUNTER = 8 => bus_errors: &CanBusErrors as CanBusErrors; read_only,
        /// The timing of CAN FD's data.
        IFLA_CAN_DATA_BITTIMING = 9 => data_bit_timing: &CanBitTiming as CanBitTiming,
        /// What the timing of CAN FD's data can be.
        IFLA_CAN_DATA_BITTIMING_CONST = 10 => data_bit_timing_limits: &CanBitTimingLimits as CanBitTimingLimits; read_only,
        /// The resistance that ends the bus, in ohms.
        IFLA_CAN_TERMINATION = 11 => termination: u16,
        /// The resistances that it has.
        IFLA_CAN_TERMINATION_CONST = 12 => terminations: Chunks<'_, u16> as Packed<u16>; read_only,
        /// The speeds that it has, in bits per second, where there are but a few.
        IFLA_CAN_BITRATE_CONST = 13 => bit_rates: Chunks<'_, u32> as Packed<u32>; read_only,
        /// The speeds that it has for CAN FD's data.
        IFLA_CAN_DATA_BITRATE_CONST = 14 => data_bit_rates: Chunks<'_, u32> as Packed<u32>; read_only,
        /// Its highest speed, in bits per second.
        IFLA_CAN_BITRATE_MAX = 15 => max_bit_rate: u32; read_only,
        /// How it makes up for the transmitter's delay with CAN FD.
        IFLA_CAN_TDC = 16 => delay: &CanDelay as CanDelay,
        /// What it can do otherwise than others.
        IFLA_CAN_CTRLMODE_EXT = 17 => modes_limits: &CanModesLimits as CanModesLimits; read_only,
        /// The timing of CAN XL's data.
        IFLA_CAN_XL_DATA_BITTIMING = 18 => xl_data_bit_timing: &CanBitTiming as CanBitTiming,
        /// What the timing of CAN XL's data can be.
        IFLA_CAN_XL_DATA_BITTIMING_CONST = 19 => xl_data_bit_timing_limits: &CanBitTimingLimits as CanBitTimingLimits; read_only,
        /// The speeds that it has for CAN XL's data.
        IFLA_CAN_XL_DATA_BITRATE_CONST = 20 => xl_data_bit_rates: Chunks<'_, u32> as Packed<u32>; read_only,
        /// How it makes up for the transmitter's delay with CAN XL.
        IFLA_CAN_XL_TDC = 21 => xl_delay: &CanDelay as CanDelay,
        /// How it codes CAN XL's data by widths of pulses.
        IFLA_CAN_XL_PWM = 22 => xl_pulses: &CanPulses as CanPulses,
    }
}

impl LinkKind for Can {
    const NAME: &'static str = "can";
}

netlink! {
    /// How fast a controller is, and when it looks at a bit: `struct can_bittiming`. A request gives the speed, or
    /// everything but the speed.
    pub struct CanBitTiming / CanBitTimingBuf
    header can_bittiming: 32 {
        /// Bits per second.
        bitrate = 0 => bit_rate: u32,
        /// When in a bit it looks at it, in thousandths.
        sample_point = 4 => sample_point: u32,
        /// How long a quantum of time is, in nanoseconds.
        tq = 8 => quantum: u32,
        /// Quanta for the way of a signal.
        prop_seg = 12 => propagation_segment: u32,
        /// Quanta before it looks.
        phase_seg1 = 16 => phase_segment1: u32,
        /// Quanta after it has looked.
        phase_seg2 = 20 => phase_segment2: u32,
        /// By how many quanta it may correct itself.
        sjw = 24 => synchronization_jump: u32,
        /// By what it divides its clock.
        brp = 28 => prescaler: u32,
    }
}

netlink! {
    /// What the timing of a controller can be: `struct can_bittiming_const`.
    pub struct CanBitTimingLimits / CanBitTimingLimitsBuf
    header can_bittiming_const: 48 {
        /// The name of the hardware, padded with NUL.
        name = 0 => name: [u8; 16],
        /// The least quanta before it looks.
        tseg1_min = 16 => segment1_min: u32,
        /// The most quanta before it looks.
        tseg1_max = 20 => segment1_max: u32,
        /// The least quanta after it has looked.
        tseg2_min = 24 => segment2_min: u32,
        /// The most quanta after it has looked.
        tseg2_max = 28 => segment2_max: u32,
        /// The most quanta by which it may correct itself.
        sjw_max = 32 => synchronization_jump_max: u32,
        /// The least by which it divides its clock.
        brp_min = 36 => prescaler_min: u32,
        /// The most by which it divides its clock.
        brp_max = 40 => prescaler_max: u32,
        /// The steps in which that goes.
        brp_inc = 44 => prescaler_step: u32,
    }
}

netlink! {
    /// The clock of a controller: `struct can_clock`.
    pub struct CanClock / CanClockBuf
    header can_clock: 4 {
        /// Ticks per second.
        freq = 0 => frequency: u32,
    }
}

values! {
    /// How a controller fares on its bus: `CAN_STATE_*`, in the words of `ip`.
    pub struct CanState: u32 = "can-state" {
        /// Few errors.
        ERROR_ACTIVE = 0 => "ERROR-ACTIVE",
        /// Many errors.
        ERROR_WARNING = 1 => "ERROR-WARNING",
        /// So many errors that it no longer says so.
        ERROR_PASSIVE = 2 => "ERROR-PASSIVE",
        /// So many errors that it has left the bus.
        BUS_OFF = 3 => "BUS-OFF",
        /// It is off.
        STOPPED = 4 => "STOPPED",
        /// It sleeps.
        SLEEPING = 5 => "SLEEPING",
    }
}

flags! {
    /// What a controller does otherwise than others: `CAN_CTRLMODE_*`, in the words of `ip`.
    pub struct CanModes: u32 = "can-ctrlmode-flags" {
        /// What it sends comes back.
        const LOOPBACK = 0x1 => "LOOPBACK";
        /// It only listens.
        const LISTENONLY = 0x2 => "LISTEN-ONLY";
        /// It looks three times at each bit.
        const TRIPLE_SAMPLING = 0x4 => "TRIPLE-SAMPLING";
        /// It sends each frame once only.
        const ONE_SHOT = 0x8 => "ONE-SHOT";
        /// It tells of errors on the bus.
        const BERR_REPORTING = 0x10 => "BERR-REPORTING";
        /// It speaks CAN FD.
        const FD = 0x20 => "FD";
        /// It does not mind that nobody acknowledges.
        const PRESUME_ACK = 0x40 => "PRESUME-ACK";
        /// It speaks CAN FD as it was before the standard.
        const FD_NON_ISO = 0x80 => "FD-NON-ISO";
        /// Lengths of short frames beyond 8 are kept.
        const CC_LEN8_DLC = 0x100 => "CC-LEN8-DLC";
        /// It finds the transmitter's delay out.
        const TDC_AUTO = 0x200 => "TDC-AUTO";
        /// It was told the transmitter's delay.
        const TDC_MANUAL = 0x400 => "TDC-MANUAL";
        /// It hears and acknowledges, and sends nothing.
        const RESTRICTED = 0x800 => "RESTRICTED";
        /// It speaks CAN XL.
        const XL = 0x1000 => "XL";
        /// It finds the transmitter's delay with CAN XL out.
        const XL_TDC_AUTO = 0x2000 => "XL-TDC-AUTO";
        /// It was told the transmitter's delay with CAN XL.
        const XL_TDC_MANUAL = 0x4000 => "XL-TDC-MANUAL";
        /// Its transceiver changes to another mode with CAN XL.
        const XL_TMS = 0x8000 => "XL-TMS";
    }
}

netlink! {
    /// What a controller does otherwise than others, and which of it is meant: `struct can_ctrlmode`.
    pub struct CanModesChange / CanModesChangeBuf
    header can_ctrlmode: 8 {
        /// What a request changes.
        mask = 0 => changed: CanModes; sent_as(all_modes),
        /// What it does.
        flags = 4 => modes: CanModes,
    }
}

/// A list tells all modes, and not that they are changed.
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
    /// What a controller can do otherwise than others.
    pub struct CanModesLimits / CanModesLimitsBuf
    attributes {
        /// What can be turned on.
        IFLA_CAN_CTRLMODE_SUPPORTED = 1 => supported: CanModes,
    }
}

netlink! {
    /// How many errors a controller has seen lately: `struct can_berr_counter`.
    pub struct CanBusErrors / CanBusErrorsBuf
    header can_berr_counter: 4 {
        /// While sending.
        txerr = 0 => tx: u16,
        /// While receiving.
        rxerr = 2 => rx: u16,
    }
}

netlink! {
    /// How a controller makes up for the transmitter's delay, in ticks of its clock.
    pub struct CanDelay / CanDelayBuf
    attributes {
        /// The least that the delay can be.
        IFLA_CAN_TDC_TDCV_MIN = 1 => value_min: u32; read_only,
        /// The most that the delay can be.
        IFLA_CAN_TDC_TDCV_MAX = 2 => value_max: u32; read_only,
        /// The least that can be added.
        IFLA_CAN_TDC_TDCO_MIN = 3 => offset_min: u32; read_only,
        /// The most that can be added.
        IFLA_CAN_TDC_TDCO_MAX = 4 => offset_max: u32; read_only,
        /// The least that the window of the filter can be.
        IFLA_CAN_TDC_TDCF_MIN = 5 => filter_min: u32; read_only,
        /// The most that the window of the filter can be.
        IFLA_CAN_TDC_TDCF_MAX = 6 => filter_max: u32; read_only,
        /// The delay.
        IFLA_CAN_TDC_TDCV = 7 => value: u32,
        /// What is added to it.
        IFLA_CAN_TDC_TDCO = 8 => offset: u32,
        /// The window of the filter.
        IFLA_CAN_TDC_TDCF = 9 => filter: u32,
    }
}

netlink! {
    /// How a controller codes data by widths of pulses, in ticks of its clock.
    pub struct CanPulses / CanPulsesBuf
    attributes {
        /// The least that the short part can be.
        IFLA_CAN_PWM_PWMS_MIN = 1 => short_min: u32; read_only,
        /// The most that the short part can be.
        IFLA_CAN_PWM_PWMS_MAX = 2 => short_max: u32; read_only,
        /// The least that the long part can be.
        IFLA_CAN_PWM_PWML_MIN = 3 => long_min: u32; read_only,
        /// The most that the long part can be.
        IFLA_CAN_PWM_PWML_MAX = 4 => long_max: u32; read_only,
        /// The least that the offset can be.
        IFLA_CAN_PWM_PWMO_MIN = 5 => offset_min: u32; read_only,
        /// The most that the offset can be.
        IFLA_CAN_PWM_PWMO_MAX = 6 => offset_max: u32; read_only,
        /// The short part.
        IFLA_CAN_PWM_PWMS = 7 => short: u32,
        /// The long part.
        IFLA_CAN_PWM_PWML = 8 => long: u32,
        /// The offset.
        IFLA_CAN_PWM_PWMO = 9 => offset: u32,
    }
}

netlink! {
    /// What a controller has counted, in [`extra_stats`](crate::link::LinkInfo::extra_stats): `struct can_device_stats`.
    pub struct CanStats / CanStatsBuf
    header can_device_stats: 24 {
        /// Errors on the bus.
        bus_error = 0 => bus_errors: u32,
        /// How often it became [`ERROR_WARNING`](CanState::ERROR_WARNING).
        error_warning = 4 => error_warning: u32,
        /// How often it became [`ERROR_PASSIVE`](CanState::ERROR_PASSIVE).
        error_passive = 8 => error_passive: u32,
        /// How often it left the bus.
        bus_off = 12 => bus_off: u32,
        /// How often another one went first.
        arbitration_lost = 16 => arbitration_lost: u32,
        /// How often it began again.
        restarts = 20 => restarts: u32,
    }
}

#[cfg(all(test, target_endian = "little"))]
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
    fn what_it_has_counted() {
        let stats = CanStats::build().bus_errors(1).restarts(2);
        let info = crate::link::LinkInfo::build().kind_name("can").extra_stats(stats.as_bytes());
        let read = info.view().extra_stats().and_then(|bytes| CanStats::new(bytes).ok()).unwrap();
        assert_eq!((read.bus_errors(), read.restarts()), (1, 2));
    }
}
