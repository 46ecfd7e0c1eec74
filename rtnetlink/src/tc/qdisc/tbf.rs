//! Token bucket filter: `tbf`.

use super::QdiscKind;
use crate::tc::given::Given as _;
use crate::tc::{Rate, RateSpec, Size, TICK, TimeIn};
use netlink_packet::{BuildError, Put, netlink};
use std::time::Duration;

netlink! {
    /// Token bucket filter (TBF): a device sends at most at this rate, but for bursts.
    ///
    /// It needs a rate, a burst and a limit; [`shaped`](Tbf::shaped) takes a latency rather than a limit.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Tbf;
    /// use rtnetlink::tc::{PlaceQdisc, Rate};
    /// use std::time::Duration;
    ///
    /// // tc qdisc add dev DEV root tbf rate 1mbit burst 15k latency 80ms
    /// let qdisc = Tbf::shaped("1mbit", "15k", Duration::from_millis(80)).root();
    /// let tbf = qdisc.view().kind::<Tbf>().unwrap();
    /// assert_eq!((tbf.rate(), tbf.burst(), tbf.limit()), (Some(Rate::mbit(1)), Some(15_360), Some(25_360)));
    /// ```
    pub struct Tbf / TbfBuf
    attributes {
        /// Parameters (parms): rates, limit and burst.
        TCA_TBF_PARMS = 1 => parameters: &TbfParameters as TbfParameters,
        /// Rate table (rtab) in the old form; requests with a link layer need none.
        TCA_TBF_RTAB = 2 => rate_table: &[u8] as [u8],
        /// Peak rate table (ptab) in the old form; requests with a link layer need none.
        TCA_TBF_PTAB = 3 => peak_rate_table: &[u8] as [u8],
        /// Rate with 64 bits; present from 4 GiB/s on. [`rate`](Tbf::rate) reads either form.
        TCA_TBF_RATE64 = 4 => rate64: Rate,
        /// Peak rate (prate) with 64 bits; present from 4 GiB/s on. [`peak_rate`](Tbf::peak_rate) reads either form.
        TCA_TBF_PRATE64 = 5 => peak_rate64: Rate,
        /// Burst in bytes, exactly. Kernels report only how long it takes, in the [parameters](TbfParameters::buffer).
        TCA_TBF_BURST = 6 => exact_burst: u32 as Size,
        /// Peak burst (pburst) in bytes, exactly. Kernels report only how long it takes, in the [parameters](TbfParameters::mtu).
        TCA_TBF_PBURST = 7 => exact_peak_burst: u32 as Size,
    }
}

netlink! {
    /// Parameters of a token bucket filter: `struct tc_tbf_qopt`.
    pub struct TbfParameters / TbfParametersBuf
    header tc_tbf_qopt: 36 {
        /// Rate, with 32 bits.
        rate = 0 => rate: RateSpec,
        /// Peak rate, with 32 bits; 0 for none.
        peakrate = 12 => peak_rate: RateSpec,
        /// Limit: length of the queue, in bytes.
        limit = 24 => limit: u32 as Size,
        /// Buffer: how long a burst takes at the rate.
        buffer = 28 => buffer: Duration as TimeIn<TICK, u32>,
        /// MTU: how long a burst takes at the peak rate.
        mtu = 32 => mtu: Duration as TimeIn<TICK, u32>,
    }
}

impl QdiscKind for Tbf {
    const NAME: &'static str = "tbf";
}

impl Tbf {
    /// A rate with a burst, and a queue in which packets wait no longer than this: `rate RATE burst SIZE latency TIME`.
    pub fn shaped(
        rate: impl TryInto<Rate, Error: Into<BuildError>>,
        burst: impl Put<Size>,
        latency: Duration,
    ) -> TbfBuf {
        let tbf = Tbf::build().rate(rate).burst(burst);
        let (rate, burst) =
            (tbf.view().rate().unwrap_or_default(), tbf.view().exact_burst().unwrap_or_default());
        let limit = rate.bytes_in(latency).saturating_add(burst);
        tbf.limit(limit)
    }

    /// Rate, in either form.
    pub fn rate(&self) -> Option<Rate> {
        Some(self.parameters()?.rate().with(self.rate64()))
    }

    /// Peak rate, in either form; `None` if there is none.
    pub fn peak_rate(&self) -> Option<Rate> {
        Some(self.parameters()?.peak_rate().with(self.peak_rate64())).filter(|rate| rate.0 != 0)
    }

    /// Burst in bytes. What a kernel reports is rounded to what it sends in a tick of 64 ns.
    pub fn burst(&self) -> Option<u32> {
        let told = || Some(self.rate()?.bytes_in(self.parameters()?.buffer()));
        self.exact_burst().or_else(told)
    }

    /// Peak burst (MTU) in bytes, rounded like the [burst](Tbf::burst); `None` without a peak rate.
    pub fn peak_burst(&self) -> Option<u32> {
        let told = || Some(self.peak_rate()?.bytes_in(self.parameters()?.mtu()));
        self.exact_peak_burst().or_else(told)
    }

    /// Limit: length of the queue, in bytes.
    pub fn limit(&self) -> Option<u32> {
        self.parameters().map(TbfParameters::limit)
    }
}

impl TbfBuf {
    /// Sets the rate.
    pub fn rate(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        let set = |tbf: TbfBuf, rate: Rate| {
            let tbf = tbf.change(|all| {
                let spec = all.view().rate().at(rate);
                all.rate(spec)
            });
            if rate.narrow() == u32::MAX { tbf.rate64(rate) } else { tbf.without(Tbf::TCA_TBF_RATE64) }
        };
        self.given(rate.try_into(), set)
    }

    /// Sets the peak rate: how fast even a burst is sent. It needs a [peak burst](TbfBuf::peak_burst) of at least the MTU.
    pub fn peak_rate(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        let set = |tbf: TbfBuf, rate: Rate| {
            let tbf = tbf.change(|all| {
                let spec = all.view().peak_rate().at(rate);
                all.peak_rate(spec)
            });
            if rate.narrow() == u32::MAX { tbf.peak_rate64(rate) } else { tbf.without(Tbf::TCA_TBF_PRATE64) }
        };
        self.given(rate.try_into(), set)
    }

    /// Sets the burst in bytes: what may be sent at once after a pause.
    pub fn burst(self, burst: impl Put<Size>) -> Self {
        self.exact_burst(burst)
    }

    /// Sets the peak burst (MTU) in bytes: what may be sent at once at the peak rate.
    pub fn peak_burst(self, burst: impl Put<Size>) -> Self {
        self.exact_peak_burst(burst)
    }

    /// Sets the length of the queue, in bytes.
    pub fn limit(self, limit: impl Put<Size>) -> Self {
        self.change(|all| all.limit(limit))
    }

    fn change(self, change: impl FnOnce(TbfParametersBuf) -> TbfParametersBuf) -> Self {
        let parameters = self.view().parameters().map(TbfParameters::to_buf).unwrap_or_default();
        self.parameters(change(parameters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    #[test]
    fn rates_beyond_32_bits() {
        let tbf = Tbf::shaped("40gbit", "10mb", Duration::from_millis(10));
        assert_eq!((tbf.view().rate(), tbf.view().rate64()), (Some(Rate::gbit(40)), Some(Rate::gbit(40))));
        assert_eq!(tbf.view().parameters().map(|all| all.rate().rate), Some(u32::MAX));
        let slower = tbf.rate("1gbit");
        assert_eq!((slower.view().rate(), slower.view().rate64()), (Some(Rate::gbit(1)), None));
    }

    #[test]
    fn what_is_no_rate_or_size() {
        let problem = |tbf: TbfBuf| tbf.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert!(problem(Tbf::shaped("fast", "15k", Duration::ZERO)).contains("\"fast\" is not a rate"));
        assert!(problem(Tbf::shaped("1mbit", "15x", Duration::ZERO)).contains("\"15x\" is not a size"));
        assert!(problem(Tbf::build().limit("much")).contains("\"much\" is not a size"));
    }
}
