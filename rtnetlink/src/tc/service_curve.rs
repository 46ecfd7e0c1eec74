//! Service curves: what a class is served over time, in two straight segments.

use super::units::{bytes_of, duration_of, time, units};
use super::{MICROSECOND, Rate, Size, TimeIn};
use netlink_packet::{Buffer, BuildError, Codec, Fixed, Inside, Plain, Put, Schema, Scope, View};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The struct itself, of which [`ServiceCurve`] is a copy.
mod wire {
    use netlink_packet::netlink;

    netlink! {
        /// A service curve: `struct tc_service_curve`.
        pub(super) struct ServiceCurve / ServiceCurveBuf
        header tc_service_curve: 12 {
            /// Slope of the first segment, in bytes per second.
            m1 = 0 => m1: u32,
            /// Length of the first segment, in microseconds.
            d = 4 => d: u32,
            /// Slope of the second segment, in bytes per second.
            m2 = 8 => m2: u32,
        }
    }
}

/// A service curve: a rate for some time, and another one from then on.
///
/// Text is as in `tc`: `m1 RATE d TIME m2 RATE`, of which a part may be missing, or `umax SIZE dmax TIME rate RATE`, where a packet
/// of so many bytes is sent within that time. `rate RATE` alone is the same rate from the beginning.
///
/// ```
/// use rtnetlink::tc::{Rate, ServiceCurve};
/// use std::time::Duration;
///
/// let curve: ServiceCurve = "m1 2mbit d 10ms m2 1mbit".parse()?;
/// assert_eq!(curve, ServiceCurve { m1: Rate::mbit(2), d: Duration::from_millis(10), m2: Rate::mbit(1) });
/// assert_eq!("umax 2500b dmax 10ms rate 1mbit".parse(), Ok(curve));
/// assert_eq!(curve.to_string(), "m1 2Mbit d 10000us m2 1Mbit");
/// # Ok::<(), rtnetlink::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ServiceCurve {
    /// Slope of the first segment; up to 4 GiB/s.
    pub m1: Rate,
    /// Length of the first segment, in whole microseconds.
    pub d: Duration,
    /// Slope of the second segment; up to 4 GiB/s.
    pub m2: Rate,
}

impl ServiceCurve {
    /// The same rate from the beginning: `rate RATE`.
    ///
    /// # Errors
    /// A text is not a rate.
    pub fn linear(rate: impl TryInto<Rate, Error: Into<BuildError>>) -> Result<Self, BuildError> {
        Ok(ServiceCurve { m2: rate.try_into().map_err(Into::into)?, ..Self::default() })
    }

    /// A rate, and so many bytes within this time: `umax SIZE dmax TIME rate RATE`. Rates and times are rounded up.
    ///
    /// # Errors
    /// A text is not a size, a time or a rate.
    pub fn within(
        packet: impl Put<Size>,
        delay: impl Put<TimeIn<1, u64>>,
        rate: impl TryInto<Rate, Error: Into<BuildError>>,
    ) -> Result<Self, BuildError> {
        let (packet, m2) = (bytes_of(packet)?, rate.try_into().map_err(Into::into)?);
        let delay = duration_of(delay)?;
        let work = u128::from(packet) * SECOND;
        let needed = work.div_ceil(delay.as_nanos().max(1));
        if needed > m2.0.into() {
            let m1 = Rate(u64::try_from(needed).unwrap_or(u64::MAX));
            return Ok(ServiceCurve { m1, d: delay, m2 });
        }
        // There is more time than the rate needs, so that the class can begin later.
        let spare = delay.as_nanos() - work.checked_div(m2.0.into()).unwrap_or_default();
        let micros = u64::try_from(spare.div_ceil(MICROSECOND.into())).unwrap_or(u64::MAX);
        Ok(ServiceCurve { m1: Rate(0), d: Duration::from_micros(micros), m2 })
    }
}

/// Nanoseconds in a second.
const SECOND: u128 = 1_000_000_000;

/// As `tc` prints it: `m1 2Mbit d 10000us m2 1Mbit`.
impl fmt::Display for ServiceCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("m1 {} d {}us m2 {}", self.m1, self.d.as_micros(), self.m2))
    }
}

impl FromStr for ServiceCurve {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let unknown = || {
            BuildError::Invalid(format!(
                "{text:?} is not a service curve, such as \"m1 2mbit d 10ms m2 1mbit\", \"umax 1500b dmax 10ms rate 1mbit\" or \"rate 1mbit\""
            ))
        };
        let words: Vec<_> = text.split_whitespace().collect();
        let pairs = words.chunks(2).map(|pair| <[&str; 2]>::try_from(pair).ok());
        let pairs: Vec<_> = pairs.collect::<Option<_>>().ok_or_else(unknown)?;
        let keys: Vec<_> = pairs.iter().map(|[key, _]| *key).collect();
        let of = |key: &str| pairs.iter().find(|[found, _]| *found == key).map(|[_, value]| *value);
        let rate = |key: &str| of(key).map_or(Ok(Rate::default()), str::parse);
        let after = |key: &str| of(key).map_or(Ok(Duration::ZERO), time);
        match *keys {
            ["umax", "dmax", "rate"] => {
                ServiceCurve::within(of("umax").unwrap_or_default(), after("dmax")?, rate("rate")?)
            }
            ["rate"] => ServiceCurve::linear(rate("rate")?),
            ["m1", "d", "m2"] | ["m1", "d"] | ["d", "m2"] | ["m2"] => {
                Ok(ServiceCurve { m1: rate("m1")?, d: after("d")?, m2: rate("m2")? })
            }
            _ => Err(unknown()),
        }
    }
}

impl TryFrom<&str> for ServiceCurve {
    type Error = BuildError;

    fn try_from(text: &str) -> Result<Self, BuildError> {
        text.parse()
    }
}

impl Codec for ServiceCurve {
    type Value<'a> = ServiceCurve;
    const SCHEMA: Schema = Schema { set: Some(wire::ServiceCurve::table), ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<ServiceCurve> {
        (payload.len() >= Self::SIZE).then(|| Self::read(payload))
    }

    fn inside(_: &Scope<'_>) -> Inside {
        Inside::Set(wire::ServiceCurve::table())
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Plain::raw(payload)
    }
}

impl Fixed for ServiceCurve {
    type Owned = ServiceCurve;
    const SIZE: usize = wire::ServiceCurve::HEADER;

    fn read(bytes: &[u8]) -> ServiceCurve {
        let curve = wire::ServiceCurve::cast(bytes);
        let rate = |bytes: u32| Rate(bytes.into());
        ServiceCurve {
            m1: rate(curve.m1()),
            d: Duration::from_micros(curve.d().into()),
            m2: rate(curve.m2()),
        }
    }
}

impl Put<ServiceCurve> for ServiceCurve {
    fn put(self, out: &mut Buffer) {
        let narrow = |rate: Rate| {
            let problem =
                || BuildError::Invalid(format!("{rate} is more than a service curve can have, 4 GiB/s"));
            u32::try_from(rate.0).map_err(|_| problem())
        };
        let fields = || Ok((narrow(self.m1)?, units::<u32>(self.d, MICROSECOND)?, narrow(self.m2)?));
        match fields() {
            Ok((0, _, 0)) => {
                out.refuse(BuildError::Invalid(
                    "a service curve without a rate is none; kernels ignore it".into(),
                ));
            }
            Ok((m1, d, m2)) => wire::ServiceCurve::build().m1(m1).d(d).m2(m2).put(out),
            Err(problem) => out.refuse(problem),
        }
    }
}

impl Put<ServiceCurve> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<ServiceCurve>() {
            Ok(curve) => curve.put(out),
            Err(problem) => out.refuse(problem),
        }
    }
}

/// A curve, or what is wrong with it.
impl Put<ServiceCurve> for Result<ServiceCurve, BuildError> {
    fn put(self, out: &mut Buffer) {
        match self {
            Ok(curve) => curve.put(out),
            Err(problem) => out.refuse(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(text: &str) -> (u64, u128, u64) {
        let curve: ServiceCurve = text.parse().unwrap();
        (curve.m1.0, curve.d.as_micros(), curve.m2.0)
    }

    #[test]
    fn curves_as_tc_reads_them() {
        assert_eq!(curve("m1 2mbit d 10ms m2 1mbit"), (250_000, 10_000, 125_000));
        assert_eq!(curve("d 10ms m2 1mbit"), (0, 10_000, 125_000));
        assert_eq!(curve("m1 2mbit d 10ms"), (250_000, 10_000, 0));
        assert_eq!(curve("m2 1mbit"), (0, 0, 125_000));
        assert_eq!(curve("rate 1mbit"), (0, 0, 125_000));
        assert_eq!(curve("umax 1500b dmax 10ms rate 1mbit"), (150_000, 10_000, 125_000));
        // Of 100 ms, the rate takes 12 ms.
        assert_eq!(curve("umax 1500b dmax 100ms rate 1mbit"), (0, 88_000, 125_000));
    }

    #[test]
    fn nothing_else_is_a_curve() {
        for text in
            ["", "rate", "1mbit", "m1 1mbit", "m2 1mbit d 10ms", "umax 1500b rate 1mbit", "rt rate 1mbit"]
        {
            let problem = text.parse::<ServiceCurve>().expect_err(text).to_string();
            assert!(problem.contains(&format!("{text:?} is not a service curve")), "{problem}");
        }
        for (text, why) in [
            ("rate fast", "\"fast\" is not a rate"),
            ("d soon m2 1mbit", "\"soon\" is not a time"),
            ("umax much dmax 10ms rate 1mbit", "\"much\" is not a size"),
        ] {
            let problem = text.parse::<ServiceCurve>().expect_err(text).to_string();
            assert!(problem.contains(why), "{problem}");
        }
    }

    #[test]
    fn what_the_kernel_would_not_take() {
        let problem = |curve: ServiceCurve| {
            let mut out = Buffer::new(0);
            curve.put(&mut out);
            out.problem().map(ToString::to_string).unwrap_or_default()
        };
        let linear = |rate| ServiceCurve { m2: rate, ..ServiceCurve::default() };
        assert!(problem(linear(Rate::gbit(40))).contains("40Gbit is more than a service curve can have"));
        assert!(problem(linear(Rate(0))).contains("without a rate is none"));
        assert!(
            problem(ServiceCurve { d: Duration::from_nanos(1), ..linear(Rate(1)) })
                .contains("units of 1000 ns")
        );
        assert_eq!(problem(linear(Rate::gbit(1))), "");
    }

    #[test]
    fn a_curve_is_read_as_it_prints() {
        for text in ["m1 2Mbit d 10000us m2 1Mbit", "m1 0bit d 0us m2 1Gbit"] {
            assert_eq!(text.parse::<ServiceCurve>().unwrap().to_string(), text);
        }
    }
}
