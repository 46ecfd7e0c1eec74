//! Link-layer addresses of any length.

use crate::link::LinkType;
use netlink_packet::{Buffer, BuildError, Codec, Fixed, Put, Schema};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The longest hardware address that the kernel has: `MAX_ADDR_LEN`.
pub const MAX_ADDRESS_LEN: usize = 32;

/// A link-layer address: 6 bytes on Ethernet, 4 and 16 on IP tunnels, 20 on InfiniBand, at most 32.
///
/// ```
/// use rtnetlink::HardwareAddress;
///
/// let address: HardwareAddress = "02:00:00:00:00:01".parse()?;
/// assert_eq!(address, HardwareAddress::from([2, 0, 0, 0, 0, 1]));
/// assert_eq!(address.to_string(), "02:00:00:00:00:01");
/// assert_eq!("192.0.2.1".parse(), Ok(HardwareAddress::from([192, 0, 2, 1])));
/// # Ok::<(), rtnetlink::BuildError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HardwareAddress {
    // Bytes after `length` are zero, so that equal addresses have equal bytes.
    bytes: [u8; MAX_ADDRESS_LEN],
    length: u8,
}

impl HardwareAddress {
    /// An address from its bytes; `None` for more than 32 bytes (`MAX_ADDR_LEN`).
    #[inline]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        // Most are Ethernet addresses.
        match <[u8; 6]>::try_from(bytes) {
            Ok(six) => Some(six.into()),
            Err(_) => Self::of_any_length(bytes),
        }
    }

    #[inline(never)]
    fn of_any_length(bytes: &[u8]) -> Option<Self> {
        let length = u8::try_from(bytes.len()).ok()?;
        let mut address = HardwareAddress { bytes: [0; MAX_ADDRESS_LEN], length };
        address.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(address)
    }

    /// The bytes of the address.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Prints it as `ip` does for a link of this type: those of IP tunnels are IP addresses.
    ///
    /// ```
    /// use rtnetlink::{HardwareAddress, link::LinkType};
    ///
    /// let address = HardwareAddress::from([192, 0, 2, 1]);
    /// assert_eq!(address.on(LinkType::SIT).to_string(), "192.0.2.1");
    /// assert_eq!(address.on(LinkType::ETHER).to_string(), "c0:00:02:01");
    /// ```
    pub fn on(self, link_type: LinkType) -> impl fmt::Display + fmt::Debug {
        const OVER_IPV4: [LinkType; 3] = [LinkType::TUNNEL, LinkType::SIT, LinkType::IPGRE];
        const OVER_IPV6: [LinkType; 2] = [LinkType::TUNNEL6, LinkType::IP6GRE];
        let address = self.as_bytes();
        match (<[u8; 4]>::try_from(address), <[u8; 16]>::try_from(address)) {
            (Ok(v4), _) if OVER_IPV4.contains(&link_type) => Shown::V4(v4.into()),
            (_, Ok(v6)) if OVER_IPV6.contains(&link_type) => Shown::V6(v6.into()),
            _ => Shown::Bytes(self),
        }
    }
}

/// A hardware address on its way to a formatter.
enum Shown {
    Bytes(HardwareAddress),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shown::Bytes(address) => address.fmt(f),
            Shown::V4(address) => address.fmt(f),
            Shown::V6(address) => address.fmt(f),
        }
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let octets: Vec<_> = self.as_bytes().iter().map(|octet| format!("{octet:02x}")).collect();
        f.pad(&octets.join(":"))
    }
}

impl fmt::Debug for HardwareAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Its text.
#[cfg(feature = "serde")]
impl netlink_packet::serde::Serialize for HardwareAddress {
    fn serialize<S: netlink_packet::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Default for HardwareAddress {
    /// The address without bytes, as devices without link-layer addresses have it.
    fn default() -> Self {
        HardwareAddress { bytes: [0; MAX_ADDRESS_LEN], length: 0 }
    }
}

impl AsRef<[u8]> for HardwareAddress {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl TryFrom<&[u8]> for HardwareAddress {
    type Error = BuildError;

    /// At most 32 bytes are an address.
    fn try_from(bytes: &[u8]) -> Result<Self, BuildError> {
        let shown = || bytes.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":");
        HardwareAddress::new(bytes).ok_or_else(|| BuildError::NotAHardwareAddress(shown()))
    }
}

impl TryFrom<&str> for HardwareAddress {
    type Error = BuildError;

    fn try_from(text: &str) -> Result<Self, BuildError> {
        text.parse()
    }
}

/// Reads `02:00:00:00:00:01`, of any length, and the IP addresses that tunnels have.
impl FromStr for HardwareAddress {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let octet = |octet: &str| match octet.len() {
            1 | 2 => u8::from_str_radix(octet, 16).ok().filter(|_| !octet.starts_with('+')),
            _ => None,
        };
        let octets = text.split(':').map(octet).collect::<Option<Vec<u8>>>();
        let address = octets
            .filter(|_| text.contains(':'))
            .or_else(|| text.parse().ok().map(|v4: Ipv4Addr| v4.octets().to_vec()))
            .or_else(|| text.parse().ok().map(|v6: Ipv6Addr| v6.octets().to_vec()));
        address
            .and_then(|bytes| HardwareAddress::new(&bytes))
            .ok_or_else(|| BuildError::NotAHardwareAddress(text.to_owned()))
    }
}

macro_rules! from_octets {
    ($($length:literal)*) => { $(
        impl From<[u8; $length]> for HardwareAddress {
            #[inline]
            fn from(octets: [u8; $length]) -> Self {
                let mut bytes = [0; MAX_ADDRESS_LEN];
                bytes[..$length].copy_from_slice(&octets);
                HardwareAddress { bytes, length: $length }
            }
        }

        impl Put<HardwareAddress> for [u8; $length] {
            fn put(self, out: &mut Buffer) {
                out.push(&self);
            }
        }
    )* };
}

from_octets! { 1 2 3 4 5 6 7 8 16 20 32 }

impl Codec for HardwareAddress {
    type Value<'a> = HardwareAddress;
    const SCHEMA: Schema = Schema::new("binary");

    #[inline]
    fn decode(payload: &[u8]) -> Option<HardwareAddress> {
        HardwareAddress::new(payload)
    }
}

impl Put<HardwareAddress> for HardwareAddress {
    #[inline]
    fn put(self, out: &mut Buffer) {
        out.push(self.as_bytes());
    }
}

/// Codec of an Ethernet address in a struct: always 6 bytes.
#[derive(Debug)]
pub struct Ethernet;

impl Codec for Ethernet {
    type Value<'a> = HardwareAddress;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<HardwareAddress> {
        <[u8; 6]>::try_from(payload).ok().map(HardwareAddress::from)
    }
}

impl Fixed for Ethernet {
    type Owned = HardwareAddress;
    const SIZE: usize = 6;

    fn read(bytes: &[u8]) -> HardwareAddress {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<Ethernet> for HardwareAddress {
    fn put(self, out: &mut Buffer) {
        match self.length {
            6 => out.push(self.as_bytes()),
            _ => out.refuse(BuildError::NotAHardwareAddress(self.to_string())),
        }
    }
}

impl Put<Ethernet> for [u8; 6] {
    fn put(self, out: &mut Buffer) {
        out.push(&self);
    }
}

/// Codec of an address of any length in a field of 32 bytes padded with zeros: it reads as the shortest of 6, 20 and 32
/// bytes that omits only zeros.
#[derive(Debug)]
pub struct Padded;

impl Codec for Padded {
    type Value<'a> = HardwareAddress;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<HardwareAddress> {
        let used = payload.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
        let length = [6, 20].into_iter().find(|length| used <= *length).unwrap_or(payload.len());
        HardwareAddress::new(payload.get(..length).unwrap_or(payload))
    }
}

impl Fixed for Padded {
    type Owned = HardwareAddress;
    const SIZE: usize = MAX_ADDRESS_LEN;

    fn read(bytes: &[u8]) -> HardwareAddress {
        Self::decode(bytes).unwrap_or_default()
    }
}

impl Put<Padded> for HardwareAddress {
    fn put(self, out: &mut Buffer) {
        out.push(&self.bytes);
    }
}

impl Put<Padded> for [u8; 6] {
    fn put(self, out: &mut Buffer) {
        out.push(&HardwareAddress::from(self).bytes);
    }
}

/// Text is read as an address, and references are taken as well as values.
macro_rules! put_address {
    ($($Codec:ident)*) => { $(
        impl Put<$Codec> for &HardwareAddress {
            fn put(self, out: &mut Buffer) {
                Put::<$Codec>::put(*self, out);
            }
        }

        impl Put<$Codec> for &[u8; 6] {
            fn put(self, out: &mut Buffer) {
                Put::<$Codec>::put(*self, out);
            }
        }

        impl Put<$Codec> for &str {
            fn put(self, out: &mut Buffer) {
                match self.parse::<HardwareAddress>() {
                    Ok(address) => Put::<$Codec>::put(address, out),
                    Err(problem) => out.refuse(problem),
                }
            }
        }

        impl Put<$Codec> for &String {
            fn put(self, out: &mut Buffer) {
                Put::<$Codec>::put(self.as_str(), out);
            }
        }

        impl Put<$Codec> for String {
            fn put(self, out: &mut Buffer) {
                Put::<$Codec>::put(self.as_str(), out);
            }
        }
    )* };
}

put_address! { HardwareAddress Ethernet Padded }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_there_and_back() {
        for text in ["00", "02:00:00:00:00:01", "ff:ff:ff:ff", &["a5"; 20].join(":"), &["a5"; 32].join(":")] {
            let Ok(address) = text.parse::<HardwareAddress>() else { continue };
            assert_eq!(address.to_string(), text);
        }
        assert_eq!("2:0:0:0:0:1".parse(), Ok(HardwareAddress::from([2, 0, 0, 0, 0, 1])));
        let v6 = "2001:db8::1".parse::<HardwareAddress>().unwrap();
        assert_eq!(v6.on(LinkType::IP6GRE).to_string(), "2001:db8::1");
    }

    #[test]
    fn invalid_text() {
        for text in ["", ":", "02:", "1", "2:0g", "+2:00", "-1:00", "123:0", "02 :00", &["a5"; 33].join(":")]
        {
            assert_eq!(text.parse::<HardwareAddress>(), Err(BuildError::NotAHardwareAddress(text.into())));
        }
    }

    #[test]
    fn too_long_is_an_error() {
        assert_eq!(HardwareAddress::new(&[0xa5; 33]), None);
        assert_eq!(HardwareAddress::new(&[0xa5; 300]), None);
        assert_eq!(HardwareAddress::new(&[]), Some(HardwareAddress::default()));
    }
}
