//! Channel identifiers, packet numbers, keys and their ids.

use crate::buffer::Buffer;
use crate::codec::{Be, Codec, Put};
use crate::error::BuildError;
use crate::generic::secret::{from_hex, put_or_refuse, secret};
use crate::table::data::{Plain, Schema, Scope};
use std::fmt;
use std::str::FromStr;

/// Secure channel identifier (SCI): a MAC address (6 bytes) and a port (2 bytes). It prints as 16 hexadecimal digits, as `ip` does.
///
/// ```
/// use netlink_packet::generic::macsec::Sci;
///
/// let sci = Sci::new([2, 0, 0, 0, 0, 1], 7);
/// assert_eq!(sci.to_string(), "0200000000010007");
/// assert_eq!("0200000000010007".parse(), Ok(sci));
/// assert_eq!("02:00:00:00:00:01/7".parse(), Ok(sci));
/// assert_eq!((sci.address(), sci.port()), ([2, 0, 0, 0, 0, 1], 7));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sci(
    /// The number, whose upper 48 bits are the address.
    pub u64,
);

impl Sci {
    /// The channel of this MAC address and port.
    pub const fn new(address: [u8; 6], port: u16) -> Self {
        let ([a, b, c, d, e, f], [high, low]) = (address, port.to_be_bytes());
        Sci(u64::from_be_bytes([a, b, c, d, e, f, high, low]))
    }

    /// MAC address.
    pub const fn address(self) -> [u8; 6] {
        let [a, b, c, d, e, f, ..] = self.0.to_be_bytes();
        [a, b, c, d, e, f]
    }

    /// Port.
    pub const fn port(self) -> u16 {
        let [.., high, low] = self.0.to_be_bytes();
        u16::from_be_bytes([high, low])
    }
}

impl fmt::Display for Sci {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Sci {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// 16 hexadecimal digits, or an address with a port: `02:00:00:00:00:01/7`.
impl FromStr for Sci {
    type Err = BuildError;

    fn from_str(text: &str) -> Result<Self, BuildError> {
        let whole = || text.get(..16).filter(|_| text.len() == 16).and_then(from_hex);
        let parts = || {
            let (address, port) = text.split_once('/')?;
            let digits: String = address.split(':').filter(|group| group.len() == 2).collect();
            let mut bytes = from_hex(&digits).filter(|_| address.len() == 17)?;
            bytes.extend(port.parse::<u16>().ok()?.to_be_bytes());
            Some(bytes)
        };
        let number = |bytes: Vec<u8>| bytes.try_into().ok().map(u64::from_be_bytes);
        whole().or_else(parts).and_then(number).map(Sci).ok_or_else(|| {
            BuildError::Invalid(format!(
                "{text:?} is not a secure channel identifier: 16 hexadecimal digits, or an address and a port, such as \
                 02:00:00:00:00:01/1"
            ))
        })
    }
}

impl From<u64> for Sci {
    fn from(number: u64) -> Self {
        Sci(number)
    }
}

impl Codec for Sci {
    type Value<'a> = Sci;
    const SCHEMA: Schema = <Be<u64> as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Sci> {
        <Be<u64> as Codec>::decode(payload).map(Sci)
    }
}

impl Put<Sci> for Sci {
    fn put(self, out: &mut Buffer) {
        out.push(&self.0.to_be_bytes());
    }
}

impl Put<Sci> for u64 {
    fn put(self, out: &mut Buffer) {
        out.push(&self.to_be_bytes());
    }
}

impl Put<Sci> for ([u8; 6], u16) {
    fn put(self, out: &mut Buffer) {
        Sci::new(self.0, self.1).put(out);
    }
}

impl Put<Sci> for &str {
    fn put(self, out: &mut Buffer) {
        put_or_refuse(self.parse::<Sci>(), out);
    }
}

/// Codec of a packet number: 4 bytes, or 8 where the cipher suite has extended packet numbering (XPN).
///
/// Setting a `u32` writes 4 bytes. 8 are written by [`extended_packet_number`](super::MacsecSaBuf::extended_packet_number).
#[derive(Debug)]
pub struct PacketNumber;

impl Codec for PacketNumber {
    type Value<'a> = u64;
    const SCHEMA: Schema = Schema::new("uint");

    fn decode(payload: &[u8]) -> Option<u64> {
        crate::Uint::decode(payload)
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).into()
    }
}

impl Put<PacketNumber> for u32 {
    fn put(self, out: &mut Buffer) {
        out.push(&self.to_ne_bytes());
    }
}

/// An extended packet number.
pub(super) struct Extended(pub(super) u64);

impl Put<PacketNumber> for Extended {
    fn put(self, out: &mut Buffer) {
        out.push(&self.0.to_ne_bytes());
    }
}

secret! {
    /// Secure association key (SAK) of 16 or 32 bytes, as the cipher suite has it. It prints as `(hidden)`; text is hexadecimal digits.
    ///
    /// ```
    /// use netlink_packet::generic::macsec::MacsecKey;
    ///
    /// let key: MacsecKey = "00112233445566778899aabbccddeeff".parse()?;
    /// assert_eq!(format!("{key:?}"), "(hidden)");
    /// assert_eq!(key.as_bytes()[..2], [0x00, 0x11]);
    /// assert!("0011".parse::<MacsecKey>().is_err());
    /// # Ok::<(), netlink_packet::BuildError>(())
    /// ```
    MacsecKey, 32
}

impl MacsecKey {
    fn check(bytes: &[u8]) -> Result<(), BuildError> {
        match bytes.len() {
            16 | 32 => Ok(()),
            length => {
                Err(BuildError::Invalid(format!("a MACsec key has 16 or 32 bytes, and this one {length}")))
            }
        }
    }

    fn parse(text: &str) -> Result<Self, BuildError> {
        let bytes = from_hex(text).ok_or_else(|| {
            let length = text.chars().count();
            BuildError::Invalid(format!(
                "a MACsec key is 32 or 64 hexadecimal digits, which this text of {length} is not"
            ))
        })?;
        Self::try_from(bytes.as_slice())
    }
}

/// Makes a type of bytes that prints as hexadecimal digits.
macro_rules! hexadecimal {
    ($($(#[$meta:meta])* $Name:ident $length:literal $shortest:literal $what:literal;)*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(
            /// The bytes.
            pub [u8; $length],
        );

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $Name {
            type Err = BuildError;

            fn from_str(text: &str) -> Result<Self, BuildError> {
                let bytes = from_hex(text).filter(|bytes| ($shortest..=$length).contains(&bytes.len()));
                let mut bytes = bytes.ok_or_else(|| {
                    BuildError::Invalid(format!(concat!("{:?} is not ", $what), text))
                })?;
                bytes.resize($length, 0);
                Ok($Name(bytes.try_into().unwrap_or_default()))
            }
        }

        impl Codec for $Name {
            type Value<'a> = $Name;
            const SCHEMA: Schema = Schema::new("binary");

            fn decode(payload: &[u8]) -> Option<$Name> {
                payload.try_into().ok().map($Name)
            }
        }

        impl Put<$Name> for $Name {
            fn put(self, out: &mut Buffer) {
                out.push(&self.0);
            }
        }

        impl Put<$Name> for [u8; $length] {
            fn put(self, out: &mut Buffer) {
                out.push(&self);
            }
        }

        impl Put<$Name> for &str {
            fn put(self, out: &mut Buffer) {
                put_or_refuse(self.parse::<$Name>(), out);
            }
        }
    )* };
}

hexadecimal! {
    /// Key identifier: 16 bytes that tell keys apart, and are no secret. Shorter text is filled with zeros at its end, as by `ip`: `01`.
    KeyId 16 1 "a key identifier: up to 32 hexadecimal digits, two for each byte";
    /// Salt of extended packet numbering, 12 bytes.
    Salt 12 12 "a salt: 24 hexadecimal digits";
}
