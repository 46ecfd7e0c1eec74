//! Locators, and the modes of translation: what routes have, too.

use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::error::BuildError;
use crate::table::data::Schema;
use crate::values;
use std::fmt;
use std::str::FromStr;

/// Half an IPv6 address, in the order of the network: it prints and is read as four groups, `2001:0:0:1`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locator(
    /// Its bytes.
    pub [u8; 8],
);

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g, h, i] = self.0;
        let group = |high, low| u16::from_be_bytes([high, low]);
        write!(f, "{:x}:{:x}:{:x}:{:x}", group(a, b), group(c, d), group(e, g), group(h, i))
    }
}

impl fmt::Debug for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Locator {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let groups: Option<Vec<u16>> =
            text.split(':').map(|group| u16::from_str_radix(group, 16).ok()).collect();
        match groups.as_deref() {
            Some([a, b, c, d]) => {
                let value = [a, b, c, d].iter().fold(0, |value, group| value << 16 | u64::from(**group));
                Ok(Locator(value.to_be_bytes()))
            }
            _ => Err(BuildError::Invalid(format!("{text:?} is not a valid ILA locator"))),
        }
    }
}

impl Codec for Locator {
    type Value<'a> = Locator;
    const SCHEMA: Schema = <u64 as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Locator> {
        payload.try_into().ok().map(Locator)
    }
}

impl Put<Locator> for Locator {
    fn put(self, out: &mut Buffer) {
        out.push(&self.0);
    }
}

impl Put<Locator> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<Locator>() {
            Ok(locator) => out.push(&locator.0),
            Err(problem) => out.refuse(problem),
        }
    }
}

values! {
    /// ILA checksum mode: `ILA_CSUM_*`, in the words of `ip`.
    pub struct IlaChecksumMode: u8 = "rt-route/ila-csum-mode" {
        /// Adjusts the transport checksum.
        ADJUST_TRANSPORT = 0 => "adj-transport",
        /// Checksum-neutral mapping in the identifier, marked by its C-bit.
        NEUTRAL_MAP = 1 => "neutral-map",
        /// No action.
        NO_ACTION = 2 => "no-action",
        /// Checksum-neutral mapping without C-bit.
        NEUTRAL_MAP_AUTO = 3 => "neutral-map-auto",
    }
}

values! {
    /// ILA identifier type: `ILA_ATYPE_*`, in the words of `ip`.
    pub struct IlaIdentifierType: u8 = "rt-route/ila-ident-type" {
        /// Interface identifier (IID).
        IID = 0 => "iid",
        /// Locally unique identifier (LUID).
        LUID = 1 => "luid",
        /// Virtual network IPv4 address.
        VIRT_V4 = 2 => "virt-v4",
        /// Virtual network unicast IPv6 address.
        VIRT_UNI_V6 = 3 => "virt-uni-v6",
        /// Virtual network multicast IPv6 address.
        VIRT_MULTI_V6 = 4 => "virt-multi-v6",
        /// Non-local address.
        NONLOCAL_ADDR = 5 => "nonlocal-addr",
        /// Reserved.
        RSVD_1 = 6 => "rsvd-1",
        /// Reserved.
        RSVD_2 = 7 => "rsvd-2",
        /// Uses the format: the type field in the identifier tells.
        USE_FORMAT = 32 => "use-format",
    }
}

values! {
    /// ILA hook: `ILA_HOOK_*`, in the words of `ip`.
    pub struct IlaHook: u8 = "rt-route/ila-hook-type" {
        /// Route output: packets that are sent.
        ROUTE_OUTPUT = 0 => "output",
        /// Route input: packets that are received.
        ROUTE_INPUT = 1 => "input",
    }
}
