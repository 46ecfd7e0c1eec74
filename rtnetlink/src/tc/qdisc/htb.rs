//! Hierarchical token bucket: `htb`.

use super::{ClassKind, QdiscKind};
use crate::tc::given::Given as _;
use crate::tc::units::bytes_of;
use crate::tc::{Rate, RateSpec, Size, TICK, TcHandle, TimeIn};
use netlink_packet::{Build as _, BuildError, Flag, PooledBuffer, Put, Scope, Table, View, netlink};
use std::time::Duration;

netlink! {
    /// Hierarchical token bucket (HTB): classes with a rate that each may send at, and a ceil up to which it borrows from its
    /// parent. The options of the qdisc and those of a class are in one table.
    ///
    /// ```
    /// use rtnetlink::tc::qdisc::Htb;
    /// use rtnetlink::tc::{PlaceClass, PlaceQdisc, Rate};
    ///
    /// // tc qdisc add dev DEV root handle 1: htb default 30
    /// let qdisc = Htb::build().default_class("1:30").root().handle("1:");
    /// assert_eq!(qdisc.view().kind::<Htb>().and_then(Htb::default_class), Some(0x30));
    /// // tc class add dev DEV parent 1: classid 1:10 htb rate 10mbit ceil 20mbit prio 1
    /// let class = Htb::build().rate("10mbit").ceil("20mbit").priority(1).class("1:10");
    /// let htb = class.view().kind::<Htb>().unwrap();
    /// assert_eq!((htb.rate(), htb.ceil()), (Some(Rate::mbit(10)), Some(Rate::mbit(20))));
    /// ```
    pub struct Htb / HtbBuf
    attributes {
        /// Parameters (parms) of a class.
        TCA_HTB_PARMS = 1 => class_parameters: &HtbClass as HtbClass,
        /// Initial parameters (init) of the qdisc.
        TCA_HTB_INIT = 2 => qdisc_parameters: &HtbQdisc as HtbQdisc,
        /// Ceil table (ctab) in the old form; requests with a link layer need none.
        TCA_HTB_CTAB = 3 => ceil_table: &[u8] as [u8],
        /// Rate table (rtab) in the old form; requests with a link layer need none.
        TCA_HTB_RTAB = 4 => rate_table: &[u8] as [u8],
        /// Direct queue length (`direct_qlen`): packets that wait without a class. Default is that of the device.
        TCA_HTB_DIRECT_QLEN = 5 => direct_queue_length: u32,
        /// Rate with 64 bits; present from 4 GiB/s on. [`rate`](Htb::rate) reads either form.
        TCA_HTB_RATE64 = 6 => rate64: Rate,
        /// Ceil with 64 bits; present from 4 GiB/s on. [`ceil`](Htb::ceil) reads either form.
        TCA_HTB_CEIL64 = 7 => ceil64: Rate,
        /// Offload: the hardware does the work.
        TCA_HTB_OFFLOAD = 9 => offload: bool as Flag; when_added,
    }
}

netlink! {
    /// Parameters of the qdisc: `struct tc_htb_glob`.
    pub struct HtbQdisc / HtbQdiscBuf
    header tc_htb_glob: 20 {
        /// Version of the interface: 3. Kernels report more in its upper half.
        version = 0 => version: u32; sent_as(interface_version),
        /// Rate to quantum (`r2q`): a class's quantum is its rate divided by this, unless it has one of its own. Default 10.
        rate2quantum = 4 => rate_to_quantum: u32,
        /// Default class: minor number of the class for packets that no filter classifies; 0 for none.
        defcls = 8 => default_class: u32,
        /// Debug flags; without effect.
        debug = 12 => debug: u32,
        /// Direct packets: how many were sent without a class.
        direct_pkts = 16 => direct_packets: u32; read_only,
    }
}

/// The version of the interface, of what a list says.
fn interface_version(_: &Scope<'_>, listed: u64) -> u64 {
    listed >> 16
}

netlink! {
    /// Parameters of a class: `struct tc_htb_opt`.
    pub struct HtbClass / HtbClassBuf
    header tc_htb_opt: 44 {
        /// Rate, with 32 bits.
        rate = 0 => rate: RateSpec,
        /// Ceil, with 32 bits.
        ceil = 12 => ceil: RateSpec,
        /// Buffer: how long a burst takes at the rate.
        buffer = 24 => buffer: Duration as TimeIn<TICK, u32>,
        /// Ceil buffer (`cbuffer`): how long a burst takes at the ceil.
        cbuffer = 28 => ceil_buffer: Duration as TimeIn<TICK, u32>,
        /// Quantum: bytes that the class may borrow in a turn; 0 lets the kernel compute it.
        quantum = 32 => quantum: u32 as Size,
        /// Level in the hierarchy: 0 for a leaf.
        level = 36 => level: u32; read_only,
        /// Priority, 0 to 7: classes with a lower one borrow first.
        prio = 40 => priority: u32,
    }
}

impl QdiscKind for Htb {
    const NAME: &'static str = "htb";

    fn complete(options: PooledBuffer) -> PooledBuffer {
        HtbBuf::from_buffer(options).qdisc(std::convert::identity).into_buffer()
    }
}

impl ClassKind for Htb {
    const NAME: &'static str = "htb";
    const STATS: Option<fn() -> &'static Table> = Some(HtbStats::table);
}

/// Bytes of a burst where none is given: those that `tc` has.
const BURST: u32 = 1600;

/// Version of the interface.
const VERSION: u32 = 3;

impl Htb {
    /// Rate of the class, in either form.
    pub fn rate(&self) -> Option<Rate> {
        Some(self.class_parameters()?.rate().with(self.rate64()))
    }

    /// Ceil of the class, in either form.
    pub fn ceil(&self) -> Option<Rate> {
        Some(self.class_parameters()?.ceil().with(self.ceil64()))
    }

    /// Burst of the class at its rate, in bytes, rounded to what it sends in a tick of 64 ns.
    pub fn burst(&self) -> Option<u32> {
        Some(bytes(self.rate()?, self.class_parameters()?.buffer()))
    }

    /// Burst of the class at its ceil (`cburst`), in bytes, rounded to what it sends in a tick of 64 ns.
    pub fn ceil_burst(&self) -> Option<u32> {
        Some(bytes(self.ceil()?, self.class_parameters()?.ceil_buffer()))
    }

    /// Quantum of the class: bytes that it may borrow in a turn.
    pub fn quantum(&self) -> Option<u32> {
        self.class_parameters().map(HtbClass::quantum)
    }

    /// Priority of the class.
    pub fn priority(&self) -> Option<u32> {
        self.class_parameters().map(HtbClass::priority)
    }

    /// Default class of the qdisc: the minor number of the class for packets that no filter classifies; 0 for none.
    pub fn default_class(&self) -> Option<u32> {
        self.qdisc_parameters().map(HtbQdisc::default_class)
    }
}

/// The bytes of a burst that takes so long. While there is no rate, a tick stands for a byte.
pub(in crate::tc) fn bytes(rate: Rate, time: Duration) -> u32 {
    let rate = if rate.0 == 0 { Rate(1_000_000_000 / TICK) } else { rate };
    rate.bytes_in(time)
}

/// How long so many bytes take, and no less than a tick.
pub(in crate::tc) fn time(rate: Rate, bytes: u32) -> Duration {
    let rate = if rate.0 == 0 { Rate(1_000_000_000 / TICK) } else { rate };
    let time = rate.time_of(bytes).unwrap_or_default();
    if bytes == 0 { time } else { time.max(Duration::from_nanos(TICK)) }
}

impl HtbBuf {
    /// Sets the default class of the qdisc, for packets that no filter classifies: `default 30`. Of the handle, the minor
    /// number counts.
    pub fn default_class(self, class: impl TryInto<TcHandle, Error: Into<BuildError>>) -> Self {
        self.given(class.try_into(), |htb, class: TcHandle| {
            htb.qdisc(|qdisc| qdisc.default_class(u32::from(class.minor())))
        })
    }

    /// Sets by what the rate of a class is divided for its quantum: `r2q`.
    pub fn rate_to_quantum(self, divisor: u32) -> Self {
        self.qdisc(|qdisc| qdisc.rate_to_quantum(divisor))
    }

    /// Sets the rate of the class. Its ceil becomes the same if it has none yet, or the old rate; its burst stays as it is in
    /// bytes, and is 1600 if none is set.
    pub fn rate(self, rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.given(rate.try_into(), |htb, rate: Rate| {
            let before = htb.view().rate().unwrap_or_default();
            let burst = htb.view().burst().filter(|burst| *burst != 0).unwrap_or(BURST);
            let follows = htb.view().ceil().is_none_or(|ceil| ceil.0 == 0 || ceil == before);
            let htb = htb.class_of(|class| {
                let spec = class.view().rate().at(rate);
                class.rate(spec).buffer(time(rate, burst))
            });
            let htb =
                if rate.narrow() == u32::MAX { htb.rate64(rate) } else { htb.without(Htb::TCA_HTB_RATE64) };
            if follows { htb.ceil(rate) } else { htb }
        })
    }

    /// Sets the ceil of the class: the rate up to which it borrows. Its burst at the ceil stays as it is in bytes, and is 1600
    /// if none is set.
    pub fn ceil(self, ceil: impl TryInto<Rate, Error: Into<BuildError>>) -> Self {
        self.given(ceil.try_into(), |htb, ceil: Rate| {
            let burst = htb.view().ceil_burst().filter(|burst| *burst != 0).unwrap_or(BURST);
            let htb = htb.class_of(|class| {
                let spec = class.view().ceil().at(ceil);
                class.ceil(spec).ceil_buffer(time(ceil, burst))
            });
            if ceil.narrow() == u32::MAX { htb.ceil64(ceil) } else { htb.without(Htb::TCA_HTB_CEIL64) }
        })
    }

    /// Sets the burst of the class at its rate, in bytes: `burst 15k`.
    pub fn burst(self, burst: impl Put<Size>) -> Self {
        self.given(bytes_of(burst), |htb, burst| {
            let rate = htb.view().rate().unwrap_or_default();
            htb.class_of(|class| class.buffer(time(rate, burst)))
        })
    }

    /// Sets the burst of the class at its ceil, in bytes: `cburst 15k`.
    pub fn ceil_burst(self, burst: impl Put<Size>) -> Self {
        self.given(bytes_of(burst), |htb, burst| {
            let ceil = htb.view().ceil().unwrap_or_default();
            htb.class_of(|class| class.ceil_buffer(time(ceil, burst)))
        })
    }

    /// Sets the quantum of the class: bytes that it may borrow in a turn.
    pub fn quantum(self, quantum: impl Put<Size>) -> Self {
        self.class_of(|class| class.quantum(quantum))
    }

    /// Sets the priority of the class, 0 to 7: classes with a lower one borrow first.
    pub fn priority(self, priority: u32) -> Self {
        self.class_of(|class| class.priority(priority))
    }
}

impl HtbBuf {
    /// Changes the parameters of the qdisc; where there are none yet, those that `tc` has by default.
    fn qdisc(self, change: impl FnOnce(HtbQdiscBuf) -> HtbQdiscBuf) -> Self {
        let usual = || HtbQdisc::build().version(VERSION).rate_to_quantum(10);
        let parameters = self.view().qdisc_parameters().map_or_else(usual, HtbQdisc::to_buf);
        self.qdisc_parameters(change(parameters))
    }

    fn class_of(self, change: impl FnOnce(HtbClassBuf) -> HtbClassBuf) -> Self {
        let parameters = self.view().class_parameters().map(HtbClass::to_buf).unwrap_or_default();
        self.class_parameters(change(parameters))
    }
}

netlink! {
    /// Extra statistics of a class of `htb`: `struct tc_htb_xstats`.
    pub struct HtbStats / HtbStatsBuf
    header tc_htb_xstats: 20 {
        /// Lends: packets sent within the rate.
        lends = 0 => lends: u32,
        /// Borrows: packets sent beyond the rate, at the parent's expense.
        borrows = 4 => borrows: u32,
        /// Giants: packets too long for a rate table; 0 in kernels without such tables.
        giants = 8 => giants: u32,
        /// Tokens: time that the class may still send at its rate, in ticks; negative where it has sent more.
        tokens = 12 => tokens: i32,
        /// Ceil tokens: the same at its ceil.
        ctokens = 16 => ceil_tokens: i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(htb: &HtbBuf) -> (u64, u64, u32, u32) {
        let htb = htb.view();
        let (rate, ceil) = (htb.rate().unwrap(), htb.ceil().unwrap());
        (rate.0, ceil.0, htb.burst().unwrap(), htb.ceil_burst().unwrap())
    }

    #[test]
    fn a_class_in_any_order() {
        // At these rates a tick is a whole number of bytes.
        let wanted = (15_625_000, 31_250_000, 15_360, 1600);
        let (rate, ceil) = (Rate(15_625_000), Rate(31_250_000));
        assert_eq!(class(&Htb::build().rate(rate).ceil(ceil).burst("15k")), wanted);
        assert_eq!(class(&Htb::build().burst("15k").ceil(ceil).rate(rate)), wanted);
        assert_eq!(class(&Htb::build().ceil(ceil).rate(rate).burst("15k")), wanted);
        assert_eq!(class(&Htb::build().ceil(ceil).burst("15k").rate(rate)), wanted);
    }

    #[test]
    fn the_ceil_follows_the_rate_until_it_has_its_own() {
        let (slow, fast) = (Rate(15_625_000), Rate(31_250_000));
        assert_eq!(class(&Htb::build().rate(slow)), (slow.0, slow.0, 1600, 1600));
        assert_eq!(class(&Htb::build().rate(slow).rate(fast)), (fast.0, fast.0, 1600, 1600));
        assert_eq!(class(&Htb::build().rate(slow).ceil(fast).rate(Rate(1_562_500))).1, fast.0);
    }

    #[test]
    fn rates_beyond_32_bits() {
        let htb = Htb::build().rate("1gbit").ceil("100gbit");
        assert_eq!((htb.view().rate64(), htb.view().ceil64()), (None, Some(Rate::gbit(100))));
        assert_eq!(htb.view().class_parameters().map(|all| all.ceil().rate), Some(u32::MAX));
    }

    #[test]
    fn a_burst_is_at_least_a_tick_and_at_most_what_fits() {
        let short = Htb::build().rate("100gbit").burst(1u32);
        assert_eq!(short.view().class_parameters().map(HtbClass::buffer), Some(Duration::from_nanos(TICK)));
        let long = Htb::build().rate("8bit").burst("1mb");
        let problem = long.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert!(problem.contains("can't be written in units of 64 ns"), "{problem}");
    }

    #[test]
    fn what_is_no_rate_size_or_class() {
        let problem = |htb: HtbBuf| htb.buffer().problem().map(ToString::to_string).unwrap_or_default();
        assert!(problem(Htb::build().rate("fast")).contains("\"fast\" is not a rate"));
        assert!(problem(Htb::build().ceil("10k")).contains("\"10k\" is not a rate"));
        assert!(problem(Htb::build().burst("15x")).contains("\"15x\" is not a size"));
        assert!(problem(Htb::build().default_class("1:12345")).contains("\"1:12345\" is not a handle"));
    }
}
