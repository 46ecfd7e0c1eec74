//! Times as the kernel sends them.

use netlink_packet::{Buffer, Codec, Fixed, Put, Schema, values};
use std::marker::PhantomData;
use std::time::Duration;

/// The codec of a time in hundredths of a second (`clock_t`): `hello_time: Duration as Ticks<u32>`.
///
/// Hundredths that an integer can't hold are written as the most that it can.
pub struct Ticks<T>(PhantomData<T>);

/// The codec of a time in whole seconds: `ageing: Duration as Seconds`.
pub struct Seconds;

/// The codec of a time in milliseconds: `locktime: Duration as Milliseconds`, `miimon: Duration as Milliseconds<u32>`.
///
/// Milliseconds that an integer can't hold are written as the most that it can.
pub struct Milliseconds<T = u64>(PhantomData<T>);

/// Milliseconds in a tick.
const TICK: u64 = 10;

macro_rules! ticks {
    ($($int:ident)*) => { $(
        impl Codec for Ticks<$int> {
            type Value<'a> = Duration;
            const SCHEMA: Schema = <$int as Codec>::SCHEMA;

            fn decode(payload: &[u8]) -> Option<Duration> {
                $int::decode(payload).map(|ticks| Duration::from_millis(u64::from(ticks).saturating_mul(TICK)))
            }
        }

        impl Fixed for Ticks<$int> {
            type Owned = Duration;
            const SIZE: usize = size_of::<$int>();

            fn read(bytes: &[u8]) -> Duration {
                Self::decode(bytes).unwrap_or_default()
            }
        }

        impl Put<Ticks<$int>> for Duration {
            fn put(self, out: &mut Buffer) {
                let ticks = $int::try_from(self.as_millis() / u128::from(TICK)).unwrap_or($int::MAX);
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
}

impl Put<Seconds> for Duration {
    fn put(self, out: &mut Buffer) {
        out.push(&u32::try_from(self.as_secs()).unwrap_or(u32::MAX).to_ne_bytes());
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
        }

        impl Put<Milliseconds<$int>> for Duration {
            fn put(self, out: &mut Buffer) {
                out.push(&$int::try_from(self.as_millis()).unwrap_or($int::MAX).to_ne_bytes());
            }
        }
    )* };
}

milliseconds! { u32 u64 }

values! {
    /// How long an address is still valid or preferred, in seconds, or for ever.
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
        /// Without an end: `INFINITY_LIFE_TIME`.
        FOREVER = 0xffff_ffff => "forever",
    }
}

impl Lifetime {
    /// The time that is left; `None` where it never ends.
    pub fn as_duration(self) -> Option<Duration> {
        (self != Self::FOREVER).then(|| Duration::from_secs(self.0.into()))
    }
}

impl From<Duration> for Lifetime {
    /// Whole seconds; more than fit into 32 bits are for ever.
    fn from(duration: Duration) -> Self {
        u32::try_from(duration.as_secs()).map_or(Self::FOREVER, Lifetime)
    }
}

impl Put<Lifetime> for Duration {
    fn put(self, out: &mut Buffer) {
        Put::<Lifetime>::put(Lifetime::from(self), out);
    }
}
