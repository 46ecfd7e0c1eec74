//! Clocks of the kernel, as qdiscs and actions name them.

use netlink_packet::{Buffer, Put, values};

values! {
    /// A clock: `CLOCK_*`. Setters also accept the names with that prefix.
    pub struct ClockId: u32 = "" {
        /// Time of day (`CLOCK_REALTIME`), which is set and steered.
        REALTIME = 0 => "REALTIME",
        /// Time since the boot without what the machine slept (`CLOCK_MONOTONIC`).
        MONOTONIC = 1 => "MONOTONIC",
        /// Time since the boot (`CLOCK_BOOTTIME`).
        BOOTTIME = 7 => "BOOTTIME",
        /// International atomic time (`CLOCK_TAI`): time of day without leap seconds.
        TAI = 11 => "TAI",
    }
}

in_width! {
    /// Codec of a clock, whose number has a sign: `clock: ClockId as ClockNumber`.
    ClockNumber: i32 = ClockId, |number| ClockId(u32::from_ne_bytes(number.to_ne_bytes())),
    |clock| Some(i32::from_ne_bytes(clock.0.to_ne_bytes()))
}

impl Put<ClockNumber> for &str {
    fn put(self, out: &mut Buffer) {
        match self.strip_prefix("CLOCK_").unwrap_or(self).parse::<ClockId>() {
            Ok(clock) => Put::<ClockNumber>::put(clock, out),
            Err(unknown) => out.refuse(unknown.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Codec as _;

    #[test]
    fn names_with_and_without_prefix() {
        for (text, clock) in
            [("CLOCK_TAI", ClockId::TAI), ("tai", ClockId::TAI), ("MONOTONIC", ClockId::MONOTONIC)]
        {
            let mut out = Buffer::new(0);
            Put::<ClockNumber>::put(text, &mut out);
            assert_eq!(ClockNumber::decode(out.body()), Some(clock), "{text}");
        }
        let mut out = Buffer::new(0);
        Put::<ClockNumber>::put("CLOCK_SUNDIAL", &mut out);
        assert!(out.problem().is_some());
    }
}
