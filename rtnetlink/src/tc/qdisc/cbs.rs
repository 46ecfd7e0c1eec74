//! Credit-based shaper: `cbs`.

use super::QdiscKind;
use crate::tc::Rate;
use crate::tc::given::Given as _;
use netlink_packet::{Build as _, BuildError, PooledBuffer, netlink};

netlink! {
    /// Credit-based shaper (CBS, IEEE 802.1Qav): packets are sent while there is credit, which sending takes and waiting gives.
    /// It is mostly in a class of [`Mqprio`](super::Mqprio) or [`Taprio`](super::Taprio).
    ///
    /// A change sets all values again.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Cbs;
    /// use rtnetlink::tc::{PlaceQdisc, Rate};
    ///
    /// // tc qdisc add dev DEV parent 100:1 cbs idleslope 20000 sendslope -980000 hicredit 30 locredit -1470
    /// let cbs = Cbs::build().idle_slope("20mbit").send_slope("980mbit").high_credit(30).low_credit(-1470);
    /// let qdisc = cbs.under("100:1");
    /// let cbs = qdisc.view().kind::<Cbs>().unwrap();
    /// assert_eq!((cbs.idle_slope(), cbs.send_slope()), (Some(Rate::mbit(20)), Some(Rate::mbit(980))));
    /// ```
    pub struct Cbs / CbsBuf
    attributes {
        /// Parameters (parms): slopes, credits and offload.
        TCA_CBS_PARMS = 1 => parameters: &CbsParameters as CbsParameters,
    }
}

netlink! {
    /// Parameters of `cbs`: `struct tc_cbs_qopt`.
    pub struct CbsParameters / CbsParametersBuf
    header tc_cbs_qopt: 20 {
        /// Offload: whether the device does the work.
        offload = 0 => offload: bool,
        /// High credit: the most that there may be, in bytes.
        hicredit = 4 => high_credit: i32,
        /// Low credit: the least that there may be, in bytes; not positive.
        locredit = 8 => low_credit: i32,
        /// Idle slope: how fast credit grows while packets wait, in kbit/s.
        idleslope = 12 => idle_slope: i32,
        /// Send slope: how fast credit changes while packets are sent, in kbit/s; not positive.
        sendslope = 16 => send_slope: i32,
    }
}

impl QdiscKind for Cbs {
    const NAME: &'static str = "cbs";

    fn complete(options: PooledBuffer) -> PooledBuffer {
        CbsBuf::from_buffer(options).change(std::convert::identity).into_buffer()
    }
}

/// Bytes per second in a kbit/s.
const KBIT: u64 = Rate::kbit(1).0;

impl Cbs {
    /// Idle slope: how fast credit grows while packets wait, which is the rate that is reserved.
    pub fn idle_slope(&self) -> Option<Rate> {
        let slope = self.parameters()?.idle_slope();
        u64::try_from(slope).ok().map(Rate::kbit)
    }

    /// Send slope without its sign: how fast credit falls while packets are sent.
    pub fn send_slope(&self) -> Option<Rate> {
        let slope = self.parameters()?.send_slope();
        (slope <= 0).then(|| Rate::kbit(slope.unsigned_abs().into()))
    }

    /// High credit: the most that there may be, in bytes.
    pub fn high_credit(&self) -> Option<i32> {
        self.parameters().map(CbsParameters::high_credit)
    }

    /// Low credit: the least that there may be, in bytes; not positive.
    pub fn low_credit(&self) -> Option<i32> {
        self.parameters().map(CbsParameters::low_credit)
    }

    /// Offload: whether the device does the work.
    pub fn offload(&self) -> Option<bool> {
        self.parameters().map(CbsParameters::offload)
    }
}

impl CbsBuf {
    /// Sets how fast credit grows while packets wait, which is the rate that is reserved; whole kbit/s.
    pub fn idle_slope(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.given(slope(rate), |cbs, slope| cbs.change(|all| all.idle_slope(slope)))
    }

    /// Sets how fast credit falls while packets are sent, **without the sign** that `tc` wants: the rate of the device without
    /// the idle slope; whole kbit/s.
    pub fn send_slope(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.given(slope(rate), |cbs, slope| cbs.change(|all| all.send_slope(-slope)))
    }

    /// Sets the most credit that there may be, in bytes.
    pub fn high_credit(self, bytes: i32) -> Self {
        self.change(|all| all.high_credit(bytes))
    }

    /// Sets the least credit that there may be, in bytes; not positive.
    pub fn low_credit(self, bytes: i32) -> Self {
        self.change(|all| all.low_credit(bytes))
    }

    /// Sets whether the device does the work. Default no.
    pub fn offload(self, on: bool) -> Self {
        self.change(|all| all.offload(on))
    }

    fn change(self, change: impl FnOnce(CbsParametersBuf) -> CbsParametersBuf) -> Self {
        let parameters = self.view().parameters().map(CbsParameters::to_buf).unwrap_or_default();
        self.parameters(change(parameters))
    }
}

/// A rate in kbit/s.
fn slope(rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Result<i32, BuildError> {
    let rate = rate.try_into().map_err(Into::into)?;
    let whole = (rate.0 % KBIT == 0).then(|| i32::try_from(rate.0 / KBIT).ok()).flatten();
    whole.ok_or_else(|| BuildError::Invalid(format!("{rate} can't be written in kbit/s with 31 bits")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_whole_kbits() {
        let cbs = Cbs::build().send_slope("980mbit").idle_slope("1kbit");
        let all = cbs.view().parameters().unwrap();
        assert_eq!((all.send_slope(), all.idle_slope()), (-980_000, 1));
        let problem = |cbs: CbsBuf| cbs.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert!(problem(Cbs::build().idle_slope("100bit")).contains("104bit can't be written in kbit/s"));
        assert!(problem(Cbs::build().send_slope(Rate(u64::MAX))).contains("can't be written in kbit/s"));
        assert!(problem(Cbs::build().idle_slope("fast")).contains("\"fast\" is not a rate"));
    }
}
