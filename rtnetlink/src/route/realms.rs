//! Routing realms of routes and rules.

use netlink_packet::{Buffer, BuildError, Codec, Plain, Put, Schema, Scope};
use std::fmt;
use std::str::FromStr;

/// Routing realms: the origin and destination of packets as numbers, by which traffic control and counters classify
/// them (`ip route ... realms FROM/TO`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realms {
    /// Source realm; 0 if unspecified.
    pub from: u16,
    /// Destination realm.
    pub to: u16,
}

impl fmt::Display for Realms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Realms { from: 0, to } => write!(f, "{to}"),
            Realms { from, to } => write!(f, "{from}/{to}"),
        }
    }
}

/// Reads them as they are printed: `TO` or `FROM/TO`.
impl FromStr for Realms {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let (from, to) = text.split_once('/').unwrap_or(("0", text));
        match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) => Ok(Realms { from, to }),
            _ => Err(BuildError::Invalid(format!("{text:?} is not a pair of realms"))),
        }
    }
}

impl Put<Realms> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<Realms>() {
            Ok(realms) => realms.put(out),
            Err(problem) => out.refuse(problem),
        }
    }
}

impl Codec for Realms {
    type Value<'a> = Realms;
    const SCHEMA: Schema = <u32 as Codec>::SCHEMA;

    #[inline]
    fn decode(payload: &[u8]) -> Option<Realms> {
        u32::decode(payload).map(|both| {
            let [a, b, c, d] = both.to_be_bytes();
            Realms { from: u16::from_be_bytes([a, b]), to: u16::from_be_bytes([c, d]) }
        })
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        match Self::decode(payload) {
            Some(Realms { from, to }) => {
                Plain::Map(vec![("from".into(), from.into()), ("to".into(), to.into())])
            }
            None => Plain::Null,
        }
    }
}

impl Put<Realms> for Realms {
    fn put(self, out: &mut Buffer) {
        Put::<u32>::put(u32::from(self.from) << 16 | u32::from(self.to), out);
    }
}

/// Only a destination realm.
impl Put<Realms> for u16 {
    fn put(self, out: &mut Buffer) {
        Put::<Realms>::put(Realms { from: 0, to: self }, out);
    }
}
