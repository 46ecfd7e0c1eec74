//! Identifier locator addressing: the upper half of an address says where, the lower who.

use crate::route::{Encap, EncapType};
use netlink_packet::{Buffer, BuildError, Codec, Device, Put, Schema, values};
use netlink_packet::netlink;
use std::fmt;
use std::str::FromStr;

netlink! {
    /// How the addresses of packets are translated, like `encap ila 2001:0:0:1`.
    pub struct Ila / IlaBuf
    attributes {
        /// The upper half that the address gets.
        ILA_ATTR_LOCATOR = 1 => locator: Locator,
        /// The lower half that it has.
        ILA_ATTR_IDENTIFIER = 2 => identifier: Locator,
        /// The upper half that it has.
        ILA_ATTR_LOCATOR_MATCH = 3 => locator_match: Locator,
        /// The index of the device that packets come in by.
        ILA_ATTR_IFINDEX = 4 => device: u32 as Device<i32>,
        /// The direction, of old.
        ILA_ATTR_DIR = 5 => direction: u32,
        /// How the checksum of the packet is kept right.
        ILA_ATTR_CSUM_MODE = 7 => checksum_mode: IlaChecksumMode,
        /// What the lower half is.
        ILA_ATTR_IDENT_TYPE = 8 => identifier_type: IlaIdentifierType,
        /// Where packets are translated.
        ILA_ATTR_HOOK_TYPE = 9 => hook: IlaHook,
    }
}

impl Encap for Ila {
    const TYPE: EncapType = EncapType::ILA;
}

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
            _ => Err(BuildError::Invalid(format!("{text:?} is no half of an address"))),
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
    /// How the checksum of a translated packet is kept right: `ILA_CSUM_*`, in the words of `ip`.
    pub struct IlaChecksumMode: u8 = "rt-route/ila-csum-mode" {
        /// That of the transport changes.
        ADJUST_TRANSPORT = 0 => "adj-transport",
        /// The identifier makes up for it.
        NEUTRAL_MAP = 1 => "neutral-map",
        /// Not at all.
        NO_ACTION = 2 => "no-action",
        /// The identifier makes up for it, without a bit that says so.
        NEUTRAL_MAP_AUTO = 3 => "neutral-map-auto",
    }
}

values! {
    /// What an identifier is: `ILA_ATYPE_*`, in the words of `ip`.
    pub struct IlaIdentifierType: u8 = "rt-route/ila-ident-type" {
        /// The identifier of an interface.
        IID = 0 => "iid",
        /// A number that is unique in the site.
        LUID = 1 => "luid",
        /// An IPv4 address of a virtual network.
        VIRT_V4 = 2 => "virt-v4",
        /// An IPv6 address of a virtual network.
        VIRT_UNI_V6 = 3 => "virt-uni-v6",
        /// A group of a virtual network.
        VIRT_MULTI_V6 = 4 => "virt-multi-v6",
        /// An address of another place.
        NONLOCAL_ADDR = 5 => "nonlocal-addr",
        /// Not used yet.
        RSVD_1 = 6 => "rsvd-1",
        /// Not used yet.
        RSVD_2 = 7 => "rsvd-2",
        /// What its own first bits say.
        USE_FORMAT = 32 => "use-format",
    }
}

values! {
    /// Where packets are translated: `ILA_HOOK_*`, in the words of `ip`.
    pub struct IlaHook: u8 = "rt-route/ila-hook-type" {
        /// On their way out.
        ROUTE_OUTPUT = 0 => "output",
        /// On their way in.
        ROUTE_INPUT = 1 => "input",
    }
}
