//! Policing by a rate: `police`.

use super::{ActionKind, ActionTimes, change};
use crate::tc::given::Given as _;
use crate::tc::qdisc::htb::{bytes, time};
use crate::tc::units::bytes_of;
use crate::tc::{LinkLayer, Rate, RateSpec, Size, TICK, TimeIn, Verdict};
use netlink_packet::{Attr, Buffer, BuildError, Put, Scope, View as _, append, netlink};
use std::time::Duration;

netlink! {
    /// Policer: packets beyond a rate get another verdict than those within it.
    ///
    /// ```
    /// use rtnetlink::tc::action::Police;
    /// use rtnetlink::tc::{BuildAction, Rate, Verdict};
    ///
    /// // action police rate 1mbit burst 10k conform-exceed drop/pass
    /// let police = Police::at("1mbit", "10k").conform(Verdict::PASS).verdict(Verdict::DROP);
    /// assert_eq!((police.view().rate(), police.view().burst()), (Some(Rate::mbit(1)), Some(10_240)));
    /// ```
    pub struct Police / PoliceBuf
    attributes {
        /// Parameters (tbf): rates, burst and what happens to packets beyond them.
        TCA_POLICE_TBF = 1 => parameters: &PoliceParameters as PoliceParameters; separate,
        /// Rate table, which kernels want with a rate but do not use; [`rate`](PoliceBuf::rate) writes it.
        TCA_POLICE_RATE = 2 => rate_table: &[u8] as [u8],
        /// Peak rate table, which kernels want with a peak rate but do not use; [`peak_rate`](PoliceBuf::peak_rate) writes it.
        TCA_POLICE_PEAKRATE = 3 => peak_rate_table: &[u8] as [u8],
        /// Average rate (`avrate`) in bytes per second, measured by an estimator: packets beyond it exceed.
        TCA_POLICE_AVRATE = 4 => average_rate: u32,
        /// Result: control action (verdict) of packets that conform. By default, the next action follows.
        TCA_POLICE_RESULT = 5 => conform: Verdict as AsUnsigned,
        /// Times: when it was added and used.
        TCA_POLICE_TM = 6 => times: &ActionTimes as ActionTimes; read_only,
        /// Rate with 64 bits; present from 4 GiB/s on. [`rate`](Police::rate) reads either form.
        TCA_POLICE_RATE64 = 8 => rate64: Rate; needs("Linux 5.2"); set_by("rate"),
        /// Peak rate with 64 bits; present from 4 GiB/s on. [`peak_rate`](Police::peak_rate) reads either form.
        TCA_POLICE_PEAKRATE64 = 9 => peak_rate64: Rate; needs("Linux 5.2"); set_by("peak_rate"),
        /// Packet rate (`pkts_rate`), in packets per second; instead of a rate, and with a burst.
        TCA_POLICE_PKTRATE64 = 10 => packet_rate: u64; needs("Linux 5.13"),
        /// Packet burst (`pkts_burst`): how long it takes at the packet rate. [`packet_burst`](Police::packet_burst) counts packets.
        TCA_POLICE_PKTBURST64 = 11 => packet_burst_time: Duration as TimeIn<TICK, u64>; needs("Linux 5.13"),
    }
    also tables
}

in_width! {
    /// Codec of a verdict in an attribute that the specification has without a sign.
    AsUnsigned: u32 = Verdict, |number| Verdict(i32::from_ne_bytes(number.to_ne_bytes())),
    |verdict| Some(u32::from_ne_bytes(verdict.0.to_ne_bytes()))
}

netlink! {
    /// Parameters of a policer: `struct tc_police`.
    pub struct PoliceParameters / PoliceParametersBuf
    header tc_police: 56 {
        /// Index of the action among those of its kind; 0 in a request lets the kernel choose one. A request made from a filter's
        /// action leaves it out, unless the action exists without a filter, too.
        index = 0 => index: u32; unless(super::is_of_its_filters),
        /// Control action (verdict) of packets that exceed.
        action = 4 => verdict: Verdict,
        /// Limit; without effect.
        limit = 8 => limit: u32,
        /// Burst: how long one takes at the rate.
        burst = 12 => burst: Duration as TimeIn<TICK, u32>,
        /// Maximum packet unit (MTU), in bytes: longer packets exceed. By default what the rate table holds, 2040.
        mtu = 16 => mtu: u32 as Size,
        /// Rate, with 32 bits; 0 for none.
        rate = 20 => rate: RateSpec,
        /// Peak rate, with 32 bits; 0 for none.
        peakrate = 32 => peak_rate: RateSpec,
        /// References: by filters, and one more for an action that was added by itself.
        refcnt = 44 => references: i32; read_only,
        /// Bindings: references by filters.
        bindcnt = 48 => bindings: i32; read_only,
        /// Capabilities; without effect.
        capab = 52 => capabilities: u32; read_only,
    }
}

impl ActionKind for Police {
    const NAME: &'static str = "police";
    type Parameters = PoliceParametersBuf;
    const PARAMETERS: Attr<Police, PoliceParameters> = Police::TCA_POLICE_TBF;
    const VERDICT_AT: usize = 4;
    const VERDICT: Verdict = Verdict::RECLASSIFY;
}

/// Nanoseconds in a second.
const SECOND: u128 = 1_000_000_000;
/// Cells of a rate table.
const CELLS: u32 = 256;
/// Logarithm of the cell size of `tc`, for packets of up to 2040 bytes.
const CELL_LOG: u8 = 3;

/// A rate as kernels want it with a table.
fn tabled(spec: RateSpec, rate: Rate) -> RateSpec {
    let spec = RateSpec { cell_log: CELL_LOG, cell_align: -1, ..spec }.at(rate);
    RateSpec { link_layer: LinkLayer::ETHERNET, ..spec }
}

/// A rate table: how long packets take, by their length in cells.
fn table(rate: Rate) -> Vec<u8> {
    let ticks = |cell: u32| {
        let nanoseconds = rate.time_of((cell + 1) << CELL_LOG).unwrap_or_default().as_nanos();
        u32::try_from(nanoseconds / u128::from(TICK)).unwrap_or(u32::MAX)
    };
    (0..CELLS).flat_map(|cell| ticks(cell).to_ne_bytes()).collect()
}

/// Appends the parameters with tables, of which lists have neither the cells nor the times.
fn tables(listed: &Scope<'_>, out: &mut Buffer) {
    let police = Police::cast(listed.bytes());
    let Some(parameters) = police.parameters() else { return };
    let (rate, peak_rate) = (police.rate(), police.peak_rate());
    let request = rate.into_iter().fold(parameters.to_request(), |all, rate| {
        let spec = tabled(parameters.rate(), rate);
        all.rate(spec)
    });
    let request = peak_rate.into_iter().fold(request, |all, rate| {
        let spec = tabled(parameters.peak_rate(), rate);
        all.peak_rate(spec)
    });
    append(out, Police::TCA_POLICE_TBF, request);
    if let Some(rate) = rate {
        append(out, Police::TCA_POLICE_RATE, &*table(rate));
    }
    if let Some(rate) = peak_rate {
        append(out, Police::TCA_POLICE_PEAKRATE, &*table(rate));
    }
}

impl Police {
    /// A rate with a burst in bytes, like `action police rate RATE burst BURST`.
    pub fn at(rate: impl TryInto<Rate, Error: Into<BuildError>>, burst: impl Put<Size>) -> PoliceBuf {
        Police::build().rate(rate).burst(burst)
    }

    /// A rate in packets per second with a burst in packets, like `action police pkts_rate RATE pkts_burst BURST`.
    pub fn at_packets(rate: u64, burst: u64) -> PoliceBuf {
        let police = Police::build().packet_rate(rate);
        let nanoseconds = (u128::from(burst) * SECOND).checked_div(rate.into()).unwrap_or_default();
        let time = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX));
        police.packet_burst_time(time)
    }

    /// Rate, in either form; `None` if there is none.
    pub fn rate(&self) -> Option<Rate> {
        Some(self.parameters()?.rate().with(self.rate64())).filter(|rate| rate.0 != 0)
    }

    /// Peak rate, in either form; `None` if there is none.
    pub fn peak_rate(&self) -> Option<Rate> {
        Some(self.parameters()?.peak_rate().with(self.peak_rate64())).filter(|rate| rate.0 != 0)
    }

    /// Burst in bytes, rounded to what is sent in a tick of 64 ns.
    pub fn burst(&self) -> Option<u32> {
        Some(bytes(self.rate().unwrap_or_default(), self.parameters()?.burst()))
    }

    /// Packet burst, in packets, rounded to what comes in a tick of 64 ns.
    pub fn packet_burst(&self) -> Option<u64> {
        let packets = u128::from(self.packet_rate()?) * self.packet_burst_time()?.as_nanos();
        u64::try_from((packets + SECOND / 2) / SECOND).ok()
    }

    /// Maximum packet unit (MTU), in bytes: longer packets exceed.
    pub fn mtu(&self) -> Option<u32> {
        self.parameters().map(PoliceParameters::mtu)
    }
}

impl PoliceBuf {
    /// Sets the rate. The burst stays as it is in bytes.
    pub fn rate(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.given(rate.try_into(), |police, rate: Rate| {
            let burst = police.view().burst().unwrap_or_default();
            let police = change(police, |all| {
                let spec = tabled(all.view().rate(), rate);
                all.rate(spec).burst(time(rate, burst))
            });
            let police = police.rate_table(&*table(rate));
            if rate.narrow() == u32::MAX {
                police.rate64(rate)
            } else {
                police.without(Police::TCA_POLICE_RATE64)
            }
        })
    }

    /// Sets the peak rate: how fast even a burst is. It needs a rate, and an [MTU](PoliceBuf::mtu).
    pub fn peak_rate(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.given(rate.try_into(), |police, rate: Rate| {
            let police = change(police, |all| {
                let spec = tabled(all.view().peak_rate(), rate);
                all.peak_rate(spec)
            });
            let police = police.peak_rate_table(&*table(rate));
            match rate.narrow() {
                u32::MAX => police.peak_rate64(rate),
                _ => police.without(Police::TCA_POLICE_PEAKRATE64),
            }
        })
    }

    /// Sets the burst in bytes: what may come at once after a pause.
    pub fn burst(self, burst: impl Put<Size>) -> Self {
        self.given(bytes_of(burst), |police, burst| {
            let rate = police.view().rate().unwrap_or_default();
            change(police, |all| all.burst(time(rate, burst)))
        })
    }

    /// Sets the maximum packet unit (MTU), in bytes: longer packets exceed.
    pub fn mtu(self, mtu: impl Put<Size>) -> Self {
        change(self, |all| all.mtu(mtu))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::Build as _;

    #[test]
    fn rate_and_burst_in_any_order() {
        let police = Police::build().burst("10k").rate("8mbit");
        assert_eq!((police.view().rate(), police.view().burst()), (Some(Rate::mbit(8)), Some(10_240)));
        // 8 bytes at 1 MB/s are 8 µs, which are 125 ticks.
        let table = police.view().rate_table().unwrap();
        assert_eq!((table.len(), &table[..4]), (1024, &125_u32.to_ne_bytes()[..]));
        assert_eq!(police.view().parameters().map(PoliceParameters::verdict), Some(Verdict::RECLASSIFY));
        let fast = police.rate("100gbit");
        assert_eq!(
            (fast.view().rate(), fast.view().rate64()),
            (Some(Rate::gbit(100)), Some(Rate::gbit(100)))
        );
    }

    #[test]
    fn packets_take_time() {
        let police = Police::at_packets(1000, 50);
        assert_eq!(police.view().packet_burst_time(), Some(Duration::from_millis(50)));
        assert_eq!((police.view().packet_rate(), police.view().packet_burst()), (Some(1000), Some(50)));
    }

    #[test]
    fn a_request_has_the_tables_again() {
        let police = Police::at("8mbit", "10k").peak_rate("16mbit");
        let listed = police.clone().without(Police::TCA_POLICE_RATE).without(Police::TCA_POLICE_PEAKRATE);
        let request = Police::cast(listed.buffer().body()).to_request();
        assert_eq!(request.view().rate_table(), police.view().rate_table());
        assert_eq!(request.view().peak_rate_table(), police.view().peak_rate_table());
    }

    #[test]
    fn what_is_no_rate() {
        let problem = Police::at("fast", "10k").buffer().problem().map(ToString::to_string);
        assert!(problem.is_some_and(|problem| problem.contains("\"fast\" is not a rate")));
    }
}
