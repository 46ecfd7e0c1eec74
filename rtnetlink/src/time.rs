//! Durations in the kernel's units: clock ticks, milliseconds, seconds.

use netlink_packet::{Buffer, BuildError, Codec, Fixed, Plain, Put, Schema, Scope, values};
use std::marker::PhantomData;
use std::time::Duration;

/// Codec of a duration in hundredths of a second (`clock_t`): `hello_time: Duration as ClockTicks<u32>`.
///
/// A time that the integer can't hold, or that is shorter than a hundredth and not zero, is refused.
#[derive(Debug)]
pub struct ClockTicks<T>(PhantomData<T>);

/// Codec of a duration in whole seconds: `ageing: Duration as Seconds`.
///
/// A time that 32 bits can't hold, or that is shorter than a second and not zero, is refused.
#[derive(Debug)]
pub struct Seconds;

/// Codec of a duration in milliseconds: `locktime: Duration as Milliseconds`, `miimon: Duration as Milliseconds<u32>`.
///
/// A time that the integer can't hold, or that is shorter than a millisecond and not zero, is refused.
#[derive(Debug)]
pub struct Milliseconds<T = u64>(PhantomData<T>);

/// Milliseconds in a tick.
const TICK: u64 = 10;
/// Milliseconds in a second.
const SECOND: u64 = 1000;

/// The time in units of so many milliseconds, of which a part is left out; refused where it is too long, or so short that it
/// would become none.
fn units<T: TryFrom<u128> + Default>(time: Duration, unit: u64, out: &mut Buffer) -> T {
    let units = time.as_millis() / u128::from(unit);
    let units = if units == 0 && !time.is_zero() { None } else { T::try_from(units).ok() };
    units.unwrap_or_else(|| {
        out.refuse(BuildError::Invalid(format!("{time:?} can't be written in units of {unit} ms")));
        T::default()
    })
}

macro_rules! ticks {
    ($($int:ident)*) => { $(
        impl Codec for ClockTicks<$int> {
            type Value<'a> = Duration;
            const SCHEMA: Schema = <$int as Codec>::SCHEMA;

            fn decode(payload: &[u8]) -> Option<Duration> {
                $int::decode(payload).map(|ticks| Duration::from_millis(u64::from(ticks).saturating_mul(TICK)))
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl Fixed for ClockTicks<$int> {
            type Owned = Duration;
            const SIZE: usize = size_of::<$int>();

            fn read(bytes: &[u8]) -> Duration {
                Self::decode(bytes).unwrap_or_default()
            }
        }

        impl Put<ClockTicks<$int>> for Duration {
            fn put(self, out: &mut Buffer) {
                let ticks: $int = units(self, TICK, out);
                out.push(&ticks.to_ne_bytes());
            }
        }
    )* };
}

ticks! { u32 u64 }

impl Codec for Seconds {
    type Value<'a> = Duration;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Duration> {
        u32::decode(payload).map(|seconds| Duration::from_secs(seconds.into()))
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Put<Seconds> for Duration {
    fn put(self, out: &mut Buffer) {
        let seconds: u32 = units(self, SECOND, out);
        out.push(&seconds.to_ne_bytes());
    }
}

macro_rules! milliseconds {
    ($($int:ident)*) => { $(
        impl Codec for Milliseconds<$int> {
            type Value<'a> = Duration;
            const SCHEMA: Schema = <$int as Codec>::SCHEMA;

            fn decode(payload: &[u8]) -> Option<Duration> {
                $int::decode(payload).map(|milliseconds| Duration::from_millis(milliseconds.into()))
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                Self::decode(payload).into()
            }
        }

        impl Put<Milliseconds<$int>> for Duration {
            fn put(self, out: &mut Buffer) {
                let milliseconds: $int = units(self, 1, out);
                out.push(&milliseconds.to_ne_bytes());
            }
        }
    )* };
}

milliseconds! { u32 u64 }

values! {
    /// Valid or preferred lifetime of an address, in seconds, or forever.
    ///
    /// ```
    /// use rtnetlink::Lifetime;
    /// use std::time::Duration;
    ///
    /// assert_eq!(Lifetime::from(Duration::from_secs(3600)), Lifetime(3600));
    /// assert_eq!(Lifetime::FOREVER.as_duration(), None);
    /// assert_eq!(Lifetime::FOREVER.to_string(), "forever");
    /// ```
    pub struct Lifetime: u32 = "" {
        /// Forever: an infinite lifetime (`INFINITY_LIFE_TIME`).
        FOREVER = 0xffff_ffff => "forever",
    }
}

impl Lifetime {
    /// The remaining time; `None` for an unlimited lifetime.
    pub fn as_duration(self) -> Option<Duration> {
        (self != Self::FOREVER).then(|| Duration::from_secs(self.0.into()))
    }
}

impl From<Duration> for Lifetime {
    /// Whole seconds; more than fit into 32 bits are forever.
    fn from(duration: Duration) -> Self {
        u32::try_from(duration.as_secs()).map_or(Self::FOREVER, Lifetime)
    }
}

impl Put<Lifetime> for Duration {
    fn put(self, out: &mut Buffer) {
        Put::<Lifetime>::put(Lifetime::from(self), out);
    }
}
