//! Rates, sizes, times and percentages as people write them: `10mbit`, `15k`, `80ms`, `0.5%`.

use netlink_packet::{Buffer, BuildError, Codec, Fixed, Plain, Put, Schema, Scope};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

/// A rate in bytes per second. Text is as in `tc`.
///
/// | unit | means |
/// | --- | --- |
/// | `bit`, `kbit`, `mbit`, `gbit`, `tbit`, or none | bits per second, by powers of 1000 |
/// | `kibit`, `mibit`, `gibit`, `tibit` | bits per second, by powers of 1024 |
/// | `bps`, `kbps`, `mbps`, `gbps`, `tbps` | **bytes** per second, by powers of 1000 |
/// | `kibps`, `mibps`, `gibps`, `tibps` | bytes per second, by powers of 1024 |
///
/// ```
/// use rtnetlink::tc::Rate;
///
/// assert_eq!("10mbit".parse(), Ok(Rate::mbit(10)));
/// assert_eq!("1.5kbps".parse(), Ok(Rate(1500)));
/// assert_eq!(Rate::mbit(10).to_string(), "10Mbit");
/// assert!("fast".parse::<Rate>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(
    /// Bytes per second.
    pub u64,
);

impl Rate {
    /// So many bits per second, rounded down to whole bytes.
    pub const fn bit(bits: u64) -> Self {
        Rate(bits / 8)
    }

    /// So many thousand bits per second; the highest rate where that does not fit.
    pub const fn kbit(kilobits: u64) -> Self {
        Rate(kilobits.saturating_mul(125))
    }

    /// So many million bits per second; the highest rate where that does not fit.
    pub const fn mbit(megabits: u64) -> Self {
        Rate(megabits.saturating_mul(125_000))
    }

    /// So many thousand million bits per second; the highest rate where that does not fit.
    pub const fn gbit(gigabits: u64) -> Self {
        Rate(gigabits.saturating_mul(125_000_000))
    }

    /// Bits per second.
    pub fn bits(self) -> u128 {
        u128::from(self.0) * 8
    }

    /// How long so many bytes take at this rate; `None` where nothing is ever sent.
    pub fn time_of(self, bytes: u32) -> Option<Duration> {
        let nanoseconds = (u128::from(bytes) * 1_000_000_000).checked_div(self.0.into())?;
        Some(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)))
    }

    /// How many bytes are sent in this time at this rate, rounded to the nearest; at most what 32 bits hold.
    pub fn bytes_in(self, time: Duration) -> u32 {
        let second = 1_000_000_000;
        let bytes = u128::from(self.0).saturating_mul(time.as_nanos()).saturating_add(second / 2) / second;
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }

    /// The rate in the 32 bits of older structs, where a rate from 4 GiB/s on is all ones: another attribute has it.
    pub(crate) fn narrow(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }
}

/// As `tc` prints it, in bits per second: with the largest unit of which it is a whole number.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.bits();
        let units =
            [(1_000_000_000_000, "Tbit"), (1_000_000_000, "Gbit"), (1_000_000, "Mbit"), (1000, "Kbit")];
        let unit = units.iter().find(|(unit, _)| bits >= *unit && bits % unit == 0);
        let (unit, name) = unit.copied().unwrap_or((1, "bit"));
        f.pad(&format!("{}{name}", bits / unit))
    }
}

impl FromStr for Rate {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let rate = amount(text).and_then(|(number, unit)| {
            let (factor, unit) = prefixed(unit, 1000.0);
            let divisor = match unit.to_ascii_lowercase().as_str() {
                // A letter of its own, such as `10k`, is no rate.
                "" if factor == 1.0 => 8.0,
                "bit" => 8.0,
                "bps" => 1.0,
                _ => return None,
            };
            whole(number, factor / divisor)
        });
        rate.map(Rate).ok_or_else(|| {
            BuildError::Invalid(format!("{text:?} is not a rate, such as \"10mbit\" or \"1.5gbit\""))
        })
    }
}

impl TryFrom<&str> for Rate {
    type Error = BuildError;

    fn try_from(text: &str) -> Result<Self, BuildError> {
        text.parse()
    }
}

impl TryFrom<&String> for Rate {
    type Error = BuildError;

    fn try_from(text: &String) -> Result<Self, BuildError> {
        text.parse()
    }
}

impl Codec for Rate {
    type Value<'a> = Rate;
    const SCHEMA: Schema = <u64 as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<Rate> {
        u64::decode(payload).map(Rate)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        u64::decode(payload).into()
    }
}

impl Put<Rate> for Rate {
    #[inline]
    fn put(self, out: &mut Buffer) {
        Put::<u64>::put(self.0, out);
    }
}

impl Put<Rate> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<Rate>() {
            Ok(rate) => Put::<Rate>::put(rate, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

/// Codec of a rate in the 32 bits of older attributes: `max_rate: Rate as NarrowRate`. A rate from 4 GiB/s on is refused; all
/// ones are no limit.
#[derive(Debug)]
pub struct NarrowRate;

impl NarrowRate {
    /// All ones: no limit.
    pub const UNLIMITED: Rate = Rate(u32::MAX as u64);
}

impl Codec for NarrowRate {
    type Value<'a> = Rate;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<Rate> {
        u32::decode(payload).map(|rate| Rate(rate.into()))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        u32::decode(payload).into()
    }
}

impl Put<NarrowRate> for Rate {
    fn put(self, out: &mut Buffer) {
        match u32::try_from(self.0) {
            Ok(rate) => Put::<u32>::put(rate, out),
            Err(_) => {
                out.refuse(BuildError::Invalid(format!("{self} is 4 GiB/s or more, which is too fast here")))
            }
        }
    }
}

impl Put<NarrowRate> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<Rate>() {
            Ok(rate) => Put::<NarrowRate>::put(rate, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

/// Codec of a number of bytes: `limit: u32 as Size`. Text is as in `tc`: `15k`, `1mb`, `1500b`, of which `k` is 1024, and
/// `mbit` and the like are bits.
///
/// ```
/// use rtnetlink::tc::Size;
///
/// assert_eq!(Size::parse("15k"), Ok(15 * 1024));
/// assert_eq!(Size::parse("8kbit"), Ok(1024));
/// assert!(Size::parse("5g").is_err());
/// ```
#[derive(Debug)]
pub struct Size;

impl Size {
    /// The number of bytes that a text says.
    ///
    /// # Errors
    /// It says no size, or one that 32 bits can't hold.
    pub fn parse(text: &str) -> Result<u32, BuildError> {
        let size = amount(text).and_then(|(number, unit)| {
            let (factor, unit) = prefixed(unit, 1024.0);
            let divisor = match unit.to_ascii_lowercase().as_str() {
                "" | "b" => 1.0,
                "bit" => 8.0,
                _ => return None,
            };
            u32::try_from(whole(number, factor / divisor)?).ok()
        });
        size.ok_or_else(|| {
            BuildError::Invalid(format!("{text:?} is not a size of up to 4 GiB, such as \"15k\" or \"1mb\""))
        })
    }
}

/// The bytes that a size says.
pub(crate) fn bytes_of(size: impl Put<Size>) -> Result<u32, BuildError> {
    value_of::<Size>(size)
}

/// The value that a setter of this codec is given.
pub(crate) fn value_of<C: Fixed>(value: impl Put<C>) -> Result<C::Owned, BuildError> {
    let mut out = Buffer::new(0);
    value.put(&mut out);
    match out.problem() {
        Some(problem) => Err(problem.clone()),
        None => Ok(C::read(out.body())),
    }
}

impl Codec for Size {
    type Value<'a> = u32;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<u32> {
        u32::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        u32::decode(payload).into()
    }
}

impl Fixed for Size {
    type Owned = u32;
    const SIZE: usize = size_of::<u32>();

    #[inline]
    fn read(bytes: &[u8]) -> u32 {
        u32::decode(bytes).unwrap_or_default()
    }
}

impl Put<Size> for u32 {
    #[inline]
    fn put(self, out: &mut Buffer) {
        Put::<u32>::put(self, out);
    }

    #[inline]
    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        Put::<u32>::put_as(self, key, out);
    }
}

impl Put<Size> for &str {
    fn put(self, out: &mut Buffer) {
        match Size::parse(self) {
            Ok(size) => Put::<u32>::put(size, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

/// Codec of a time in units of so many nanoseconds: `target: Duration as TimeIn<MICROSECOND, u32>`. Text is as in `tc`: `80ms`,
/// `1.5s`, `100us`, `64ns`; a number alone is microseconds.
///
/// A time that the integer can't hold, or that is not zero and would become none, is refused; others are rounded to the
/// nearest unit.
#[derive(Debug)]
pub struct TimeIn<const UNIT: u64, T>(PhantomData<T>);

/// Nanoseconds in a microsecond, for [`TimeIn`].
pub const MICROSECOND: u64 = 1000;
/// Nanoseconds in a tick of packet schedulers, for [`TimeIn`] (`PSCHED_TICKS2NS`).
pub const TICK: u64 = 64;
/// Nanoseconds in a second, for [`TimeIn`].
pub(crate) const SECOND: u64 = 1_000_000_000;
/// Nanoseconds in a millisecond, for [`TimeIn`].
pub(crate) const MILLISECOND: u64 = 1_000_000;

/// The time that a text says.
pub(crate) fn time(text: &str) -> Result<Duration, BuildError> {
    let nanoseconds = amount(text).and_then(|(number, unit)| {
        let unit = match unit.to_ascii_lowercase().as_str() {
            "s" | "sec" | "secs" => 1e9,
            "ms" | "msec" | "msecs" => 1e6,
            "" | "us" | "usec" | "usecs" => 1e3,
            "ns" | "nsec" | "nsecs" => 1.0,
            _ => return None,
        };
        whole(number, unit)
    });
    nanoseconds
        .map(Duration::from_nanos)
        .ok_or_else(|| BuildError::Invalid(format!("{text:?} is not a time, such as \"80ms\" or \"1.5s\"")))
}

/// The time that a value says.
pub(crate) fn duration_of(time: impl Put<TimeIn<1, u64>>) -> Result<Duration, BuildError> {
    let mut out = Buffer::new(0);
    time.put(&mut out);
    match out.problem() {
        Some(problem) => Err(problem.clone()),
        None => Ok(TimeIn::<1, u64>::read(out.body())),
    }
}

/// The time in units of so many nanoseconds.
pub(crate) fn units<T: TryFrom<u128>>(time: Duration, unit: u64) -> Result<T, BuildError> {
    let unit = u128::from(unit);
    let units = (time.as_nanos() + unit / 2) / unit;
    let units = if units == 0 && !time.is_zero() { None } else { T::try_from(units).ok() };
    units.ok_or_else(|| BuildError::Invalid(format!("{time:?} can't be written in units of {unit} ns")))
}

macro_rules! times {
    ($($int:ident)*) => { $(
        impl<const UNIT: u64> Codec for TimeIn<UNIT, $int> {
            type Value<'a> = Duration;
            const SCHEMA: Schema = <$int as Codec>::SCHEMA;

            fn decode(payload: &[u8]) -> Option<Duration> {
                let units = u64::try_from($int::decode(payload)?).ok()?;
                Some(Duration::from_nanos(units.saturating_mul(UNIT)))
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl<const UNIT: u64> Fixed for TimeIn<UNIT, $int> {
            type Owned = Duration;
            const SIZE: usize = size_of::<$int>();

            fn read(bytes: &[u8]) -> Duration {
                Self::decode(bytes).unwrap_or_default()
            }
        }

        impl<const UNIT: u64> Put<TimeIn<UNIT, $int>> for Duration {
            fn put(self, out: &mut Buffer) {
                match units::<$int>(self, UNIT) {
                    Ok(units) => out.push(&units.to_ne_bytes()),
                    Err(problem) => out.refuse(problem),
                }
            }
        }

        impl<const UNIT: u64> Put<TimeIn<UNIT, $int>> for &str {
            fn put(self, out: &mut Buffer) {
                match time(self) {
                    Ok(time) => Put::<TimeIn<UNIT, $int>>::put(time, out),
                    Err(problem) => out.refuse(problem),
                }
            }
        }
    )* };
}

times! { u32 u64 i32 i64 }

/// A time in microseconds that kernels keep in units of so many nanoseconds: sent again as it was listed, it would become
/// shorter each time, so that it is rounded up to what is listed again.
fn kept<const UNIT: u64>(_: &Scope<'_>, listed: u64) -> u64 {
    let again = |time: u64| time.saturating_mul(MICROSECOND) / UNIT * UNIT / MICROSECOND;
    if again(listed) < listed { listed + 1 } else { listed }
}

/// A time that CoDel keeps in units of 1024 ns (`CODEL_SHIFT`).
pub(super) fn kept_by_codel(scope: &Scope<'_>, listed: u64) -> u64 {
    kept::<1024>(scope, listed)
}

/// A time that is kept in ticks of packet schedulers.
pub(super) fn kept_in_ticks(scope: &Scope<'_>, listed: u64) -> u64 {
    kept::<TICK>(scope, listed)
}

in_width! {
    /// Codec of a yes or no in 32 bits: `ecn: bool as Switch`.
    Switch: u32 = bool, |switch| switch != 0, |switch| Some(switch.into())
}

/// A probability: a share of 2³² − 1. Setters take a percentage as a number, or text such as `0.5%`.
///
/// ```
/// use rtnetlink::tc::Percent;
///
/// assert_eq!("50%".parse::<Percent>(), Percent::try_from(50.0));
/// assert_eq!("0.5%".parse::<Percent>().map(|loss| loss.to_string()), Ok("0.5%".into()));
/// assert!(Percent::try_from(100.1).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(
    /// The kernel's number: the share of `u32::MAX`.
    pub u32,
);

impl Percent {
    /// The percentage, 0 to 100.
    pub fn percentage(self) -> f64 {
        f64::from(self.0) / f64::from(u32::MAX) * 100.0
    }
}

/// With up to four digits after the point.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:.4}", self.percentage());
        f.pad(&format!("{}%", digits.trim_end_matches('0').trim_end_matches('.')))
    }
}

/// A percentage.
impl TryFrom<f64> for Percent {
    type Error = BuildError;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and `u32::MAX`")]
    fn try_from(percentage: f64) -> Result<Self, BuildError> {
        if (0.0..=100.0).contains(&percentage) {
            Ok(Percent((percentage / 100.0 * f64::from(u32::MAX)).round() as u32))
        } else {
            Err(BuildError::Invalid(format!("{percentage} is not a percentage, 0 to 100")))
        }
    }
}

impl FromStr for Percent {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let percentage = amount(text).filter(|(_, unit)| matches!(*unit, "" | "%")).map(|(number, _)| number);
        let percentage = percentage.and_then(|percentage| Percent::try_from(percentage).ok());
        percentage
            .ok_or_else(|| BuildError::Invalid(format!("{text:?} is not a percentage, such as \"0.5%\"")))
    }
}

impl Codec for Percent {
    type Value<'a> = Percent;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<Percent> {
        u32::decode(payload).map(Percent)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).map_or(Plain::Null, |percent| percent.to_string().into())
    }
}

impl Fixed for Percent {
    type Owned = Percent;
    const SIZE: usize = size_of::<u32>();

    #[inline]
    fn read(bytes: &[u8]) -> Percent {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<Percent> for Percent {
    #[inline]
    fn put(self, out: &mut Buffer) {
        Put::<u32>::put(self.0, out);
    }
}

/// A percentage.
impl Put<Percent> for f64 {
    fn put(self, out: &mut Buffer) {
        match Percent::try_from(self) {
            Ok(percent) => Put::<Percent>::put(percent, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

impl Put<Percent> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<Percent>() {
            Ok(percent) => Put::<Percent>::put(percent, out),
            Err(problem) => out.refuse(problem),
        }
    }
}

/// The number that a text begins with, and its unit.
fn amount(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|one: char| !one.is_ascii_digit() && one != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim_start()))
}

/// A number of so many units as an integer, rounded; `None` where it does not fit.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is compared with the limits")]
fn whole(number: f64, unit: f64) -> Option<u64> {
    // The largest number below 2⁶⁴ that a float can be.
    const MOST: f64 = 18_446_744_073_709_549_568.0;
    let value = (number * unit).round();
    (0.0..=MOST).contains(&value).then_some(value as u64)
}

/// The factor that a unit's first letters stand for, and the rest of the unit: `k` is `kilo`, `ki` is 1024.
fn prefixed(unit: &str, kilo: f64) -> (f64, &str) {
    let power = match unit.bytes().next().map(|letter| letter.to_ascii_lowercase()) {
        Some(b'k') => 1,
        Some(b'm') => 2,
        Some(b'g') => 3,
        Some(b't') => 4,
        _ => return (1.0, unit),
    };
    let rest = unit.get(1..).unwrap_or_default();
    match rest.strip_prefix(['i', 'I']) {
        Some(rest) => (1024_f64.powi(power), rest),
        None => (kilo.powi(power), rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet::View as _;

    #[test]
    fn rates_as_tc_reads_them() {
        for (text, bytes) in [
            ("8bit", 1),
            ("8000", 1000),
            ("10kbit", 1250),
            ("10mbit", 1_250_000),
            ("10Mbit", 1_250_000),
            ("1gbit", 125_000_000),
            ("40gbit", 5_000_000_000),
            ("1tbit", 125_000_000_000),
            ("8kibit", 1024),
            ("1mibit", 131_072),
            ("1bps", 1),
            ("1kbps", 1000),
            ("1MBps", 1_000_000),
            ("1kibps", 1024),
            ("1.5mbit", 187_500),
            ("0", 0),
        ] {
            assert_eq!(text.parse(), Ok(Rate(bytes)), "{text}");
        }
        for text in [
            "",
            "mbit",
            "10k",
            "10parsec",
            "-1mbit",
            "1e3bit",
            "1.2.3bit",
            "99999999999tbit",
            "10 mbit per s",
        ] {
            let problem = text.parse::<Rate>().expect_err(text).to_string();
            assert!(problem.starts_with(&format!("{text:?} is not a rate")), "{problem}");
        }
        assert_eq!(Rate::gbit(40).narrow(), u32::MAX);
    }

    #[test]
    fn rates_print_as_they_are_read() {
        for text in ["0bit", "8bit", "10Kbit", "1500Kbit", "10Mbit", "40Gbit", "1Tbit"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn bytes_and_their_time() {
        assert_eq!(Rate::mbit(8).time_of(1_000_000), Some(Duration::from_secs(1)));
        assert_eq!(Rate(0).time_of(1), None);
        assert_eq!(Rate::mbit(8).bytes_in(Duration::from_millis(15)), 15_000);
        assert_eq!(Rate(u64::MAX).bytes_in(Duration::from_secs(u64::MAX)), u32::MAX);
        assert_eq!(Rate(1).time_of(u32::MAX), Some(Duration::from_secs(u32::MAX.into())));
    }

    #[test]
    fn sizes_as_tc_reads_them() {
        for (text, bytes) in [
            ("1500", 1500),
            ("1500b", 1500),
            ("15k", 15_360),
            ("1.5kb", 1536),
            ("1mb", 1 << 20),
            ("1g", 1 << 30),
            ("8mbit", 1 << 20),
        ] {
            assert_eq!(Size::parse(text), Ok(bytes), "{text}");
        }
        for text in ["", "k", "4g", "15q", "-1", "1kk"] {
            assert!(Size::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_as_tc_reads_them() {
        for (text, nanoseconds) in
            [("80ms", 80_000_000), ("1.5s", 1_500_000_000), ("100us", 100_000), ("64ns", 64), ("5", 5000)]
        {
            assert_eq!(time(text), Ok(Duration::from_nanos(nanoseconds)), "{text}");
        }
        for text in ["", "ms", "1h", "-1s", "99999999999s"] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_in_units() {
        assert_eq!(units::<u32>(Duration::from_millis(80), TICK), Ok(1_250_000));
        assert_eq!(units::<u32>(Duration::ZERO, TICK), Ok(0));
        assert_eq!(units::<u32>(Duration::from_nanos(40), TICK), Ok(1));
        let short = units::<u32>(Duration::from_nanos(31), TICK).expect_err("too short").to_string();
        assert_eq!(short, "31ns can't be written in units of 64 ns");
        assert!(units::<u32>(Duration::from_secs(275), TICK).is_err());
    }

    #[test]
    fn what_kernels_keep_stays_as_it_is_listed() {
        let scope = Scope::new(netlink_packet::Nest::table(), &[]);
        for asked in 0..20_000 {
            let codel = |time: u64| time * 1000 / 1024 * 1024 / 1000;
            let ticks = |time: u64| time * 1000 / 64 * 64 / 1000;
            assert_eq!(codel(kept_by_codel(&scope, codel(asked))), codel(asked), "{asked}");
            assert_eq!(ticks(kept_in_ticks(&scope, ticks(asked))), ticks(asked), "{asked}");
        }
    }

    #[test]
    fn percentages() {
        assert_eq!(Percent::try_from(100.0), Ok(Percent(u32::MAX)));
        assert_eq!("0.5%".parse(), Ok(Percent(21_474_836)));
        assert_eq!(Percent(21_474_836).to_string(), "0.5%");
        for wrong in ["", "101%", "-1%", "x", "5ms"] {
            assert!(wrong.parse::<Percent>().is_err(), "{wrong}");
        }
        assert!(Percent::try_from(f64::NAN).is_err());
    }
}
