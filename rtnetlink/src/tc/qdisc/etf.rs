//! Earliest transmission time first: `etf`.

use super::QdiscKind;
use crate::tc::clock::ClockNumber;
use crate::tc::{ClockId, TimeIn};
use netlink_packet::{Build as _, PooledBuffer, Put, flags, netlink};
use std::time::Duration;

netlink! {
    /// Earliest transmission time first (ETF): packets leave at the time that their socket said (`SO_TXTIME`), those whose time
    /// is over are dropped. It is mostly in a class of [`Mqprio`](super::Mqprio) or [`Taprio`](super::Taprio). No kernel changes
    /// it in place.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Etf;
    /// use rtnetlink::tc::{ClockId, PlaceQdisc};
    /// use std::time::Duration;
    ///
    /// // tc qdisc add dev DEV parent 100:1 etf clockid CLOCK_TAI delta 300000 skip_sock_check
    /// let qdisc = Etf::build().clock("CLOCK_TAI").delta("300us").skip_sock_check(true).under("100:1");
    /// let etf = qdisc.view().kind::<Etf>().unwrap();
    /// assert_eq!((etf.clock(), etf.delta()), (Some(ClockId::TAI), Some(Duration::from_micros(300))));
    /// ```
    pub struct Etf / EtfBuf
    attributes {
        /// Parameters (parms): clock, delta and flags.
        TCA_ETF_PARMS = 1 => parameters: &EtfParameters as EtfParameters,
    }
}

netlink! {
    /// Parameters of `etf`: `struct tc_etf_qopt`.
    pub struct EtfParameters / EtfParametersBuf
    header tc_etf_qopt: 12 {
        /// Delta: how long before its time a packet leaves the qdisc.
        delta = 0 => delta: Duration as TimeIn<1, i32>,
        /// Clock of the times. Kernels accept TAI only.
        clockid = 4 => clock: ClockId as ClockNumber,
        /// Flags.
        flags = 8 => flags: EtfFlags as SignedFlags,
    }
}

flags! {
    /// Flags of [`Etf`].
    pub struct EtfFlags: u32 = "" {
        /// Deadline mode: a packet may leave before its time, and no later.
        const DEADLINE_MODE = 1 => "deadline_mode";
        /// Offload: the device sends packets at their time.
        const OFFLOAD = 2 => "offload";
        /// Skip the socket check: packets need no socket with `SO_TXTIME` (Linux 5.3).
        const SKIP_SOCK_CHECK = 4 => "skip_sock_check";
    }
}

in_width! {
    /// Codec of flags whose number has a sign.
    SignedFlags: i32 = EtfFlags, |bits| EtfFlags::from_bits_retain(u32::from_ne_bytes(bits.to_ne_bytes())),
    |flags| Some(i32::from_ne_bytes(flags.bits().to_ne_bytes()))
}

put_words_of! { EtfFlags as SignedFlags }

impl QdiscKind for Etf {
    const NAME: &'static str = "etf";

    fn complete(options: PooledBuffer) -> PooledBuffer {
        EtfBuf::from_buffer(options).change(std::convert::identity).into_buffer()
    }
}

impl Etf {
    /// Clock of the times.
    pub fn clock(&self) -> Option<ClockId> {
        self.parameters().map(EtfParameters::clock)
    }

    /// Delta: how long before its time a packet leaves the qdisc.
    pub fn delta(&self) -> Option<Duration> {
        self.parameters().map(EtfParameters::delta)
    }

    /// Flags.
    pub fn flags(&self) -> Option<EtfFlags> {
        self.parameters().map(EtfParameters::flags)
    }
}

impl EtfBuf {
    /// Sets the clock of the times. Default TAI, the only one that kernels accept.
    pub fn clock(self, clock: impl Put<ClockNumber>) -> Self {
        self.change(|all| all.clock(clock))
    }

    /// Sets how long before its time a packet leaves the qdisc. Default 0.
    pub fn delta(self, delta: impl Put<TimeIn<1, i32>>) -> Self {
        self.change(|all| all.delta(delta))
    }

    /// Sets whether the device sends packets at their time. Default no.
    pub fn offload(self, on: bool) -> Self {
        self.flag(EtfFlags::OFFLOAD, on)
    }

    /// Sets whether a packet may leave before its time, and no later. Default no.
    pub fn deadline_mode(self, on: bool) -> Self {
        self.flag(EtfFlags::DEADLINE_MODE, on)
    }

    /// Sets whether packets need no socket with `SO_TXTIME` (Linux 5.3 and later). Default no.
    pub fn skip_sock_check(self, on: bool) -> Self {
        self.flag(EtfFlags::SKIP_SOCK_CHECK, on)
    }

    fn flag(self, flag: EtfFlags, on: bool) -> Self {
        self.change(|all| {
            let mut flags = all.view().flags();
            flags.set(flag, on);
            all.flags(flags)
        })
    }

    /// Changes the parameters; where there are none yet, the clock is TAI.
    fn change(self, change: impl FnOnce(EtfParametersBuf) -> EtfParametersBuf) -> Self {
        let usual = || EtfParameters::build().clock(ClockId::TAI);
        let parameters = self.view().parameters().map_or_else(usual, EtfParameters::to_buf);
        self.parameters(change(parameters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tc::PlaceQdisc as _;

    #[test]
    fn what_is_set_stays() {
        let etf = Etf::build().offload(true).delta("5us").deadline_mode(true).offload(false);
        let is = etf.view();
        assert_eq!((is.flags(), is.clock()), (Some(EtfFlags::DEADLINE_MODE), Some(ClockId::TAI)));
        assert_eq!(is.delta(), Some(Duration::from_micros(5)));
        let plain = Etf::build().root();
        assert_eq!(plain.view().kind::<Etf>().and_then(Etf::clock), Some(ClockId::TAI));
        let problem = Etf::build().delta(Duration::from_secs(3)).buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("3s can't be written")));
    }
}
