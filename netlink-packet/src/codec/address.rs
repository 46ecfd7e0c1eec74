//! IP addresses, in network byte order.

use super::{Codec, Context, Fixed, Put};
use crate::buffer::Buffer;
use crate::error::BuildError;
use crate::table::data::{Plain, Schema, Scope};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// 4 bytes are an IPv4 address, 16 an IPv6 one; any other length is malformed.
impl Codec for IpAddr {
    type Value<'a> = IpAddr;
    const SCHEMA: Schema = Schema::new("binary");

    #[inline]
    fn decode(payload: &[u8]) -> Option<IpAddr> {
        match payload.len() {
            4 => Ipv4Addr::decode(payload).map(IpAddr::V4),
            16 => Ipv6Addr::decode(payload).map(IpAddr::V6),
            _ => None,
        }
    }
}

impl Codec for Ipv4Addr {
    type Value<'a> = Ipv4Addr;
    const SCHEMA: Schema = Schema { big_endian: true, ..Schema::new("u32") };

    #[inline]
    fn decode(payload: &[u8]) -> Option<Ipv4Addr> {
        <[u8; 4]>::try_from(payload).ok().map(Ipv4Addr::from)
    }
}

impl Codec for Ipv6Addr {
    type Value<'a> = Ipv6Addr;
    const SCHEMA: Schema = Schema::new("binary");

    #[inline]
    fn decode(payload: &[u8]) -> Option<Ipv6Addr> {
        <[u8; 16]>::try_from(payload).ok().map(Ipv6Addr::from)
    }
}

/// Accepts a reference wherever the value is accepted.
macro_rules! put_by_reference {
    ($from:ty: $($codec:ty),*) => { $(
        impl Put<$codec> for &$from {
            #[inline]
            fn put(self, out: &mut Buffer) {
                Put::<$codec>::put(*self, out);
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
                Put::<$codec>::put_as(*self, key, out);
            }
        }
    )* };
}

/// An address as a field of a fixed header; missing bytes read as the unspecified address.
macro_rules! fixed_addresses {
    ($($addr:ident $size:literal)*) => { $(
        impl Fixed for Option<$addr> {
            type Owned = Option<$addr>;
            const SIZE: usize = $size;

            fn read(bytes: &[u8]) -> Option<$addr> {
                $addr::decode(bytes)
            }
        }

        impl Codec for Option<$addr> {
            type Value<'a> = Option<$addr>;
            const SCHEMA: Schema = <$addr as Codec>::SCHEMA;

            fn decode(payload: &[u8]) -> Option<Option<$addr>> {
                $addr::decode(payload).map(Some)
            }

            fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
                $addr::decode(payload).map(|address| address.to_string()).into()
            }
        }

        impl Put<Option<$addr>> for $addr {
            fn put(self, out: &mut Buffer) {
                out.push(&self.octets());
            }
        }

        impl Put<$addr> for $addr {
            #[inline]
            fn put(self, out: &mut Buffer) {
                out.push(&self.octets());
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
                out.attribute(key.0, self.octets());
            }
        }

        impl Put<IpAddr> for $addr {
            #[inline]
            fn put(self, out: &mut Buffer) {
                out.push(&self.octets());
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
                out.attribute(key.0, self.octets());
            }
        }

        put_by_reference! { $addr: Option<$addr>, $addr, IpAddr }
    )* };
}

fixed_addresses! { Ipv4Addr 4 Ipv6Addr 16 }

impl Put<IpAddr> for IpAddr {
    #[inline]
    fn put(self, out: &mut Buffer) {
        match self {
            IpAddr::V4(address) => Put::<IpAddr>::put(address, out),
            IpAddr::V6(address) => Put::<IpAddr>::put(address, out),
        }
    }

    #[inline]
    fn put_as(self, key: (u16, &'static str), out: &mut Buffer) {
        match self {
            IpAddr::V4(address) => out.attribute(key.0, address.octets()),
            IpAddr::V6(address) => out.attribute(key.0, address.octets()),
        }
    }
}

put_by_reference! { IpAddr: IpAddr }

/// Codec of an IP address of the message's own family, which is the first field of its header: `gateway: IpAddr as
/// OwnAddress`.
///
/// An address whose length is not that of the family is malformed. In messages without a family, and in those of
/// bridges, 4 bytes are an IPv4 address and 16 an IPv6 one. An address of a family other than IP reads as absent and is
/// not malformed.
#[derive(Debug)]
pub struct OwnAddress;

/// Codec of an IP address in a nest, of the family of the message around it: `gateway: IpAddr as OuterAddress`.
///
/// The nest itself does not know the family: 4 bytes read as an IPv4 address and 16 as an IPv6 one. An address that is
/// not of the message's family is among the message's malformed attributes.
#[derive(Debug)]
pub struct OuterAddress;

const AF_UNSPEC: u8 = 0;
const AF_INET: u8 = 2;
const AF_BRIDGE: u8 = 7;
const AF_INET6: u8 = 10;
const RTNL_FAMILY_IPMR: u8 = 128;
const RTNL_FAMILY_IP6MR: u8 = 129;

/// Which addresses a family has: those of IPv4, of IPv6, or both.
const V4: u8 = 1;
const V6: u8 = 2;
static ADDRESSES: [u8; 256] = {
    let mut addresses = [0; 256];
    addresses[AF_UNSPEC as usize] = V4 | V6;
    addresses[AF_BRIDGE as usize] = V4 | V6;
    addresses[AF_INET as usize] = V4;
    addresses[RTNL_FAMILY_IPMR as usize] = V4;
    addresses[AF_INET6 as usize] = V6;
    addresses[RTNL_FAMILY_IP6MR as usize] = V6;
    addresses
};

/// Which addresses a family has; both, if the family is not known.
fn addresses_of(family: u8) -> u8 {
    ADDRESSES[usize::from(family)]
}

/// Whether a family has these addresses: mostly those of the `usual` family.
#[inline]
fn has(family: u8, usual: u8, addresses: u8) -> bool {
    #[cold]
    #[inline(never)]
    fn other_has(family: u8, addresses: u8) -> bool {
        addresses_of(family) & addresses != 0
    }
    family == usual || other_has(family, addresses)
}

#[inline]
fn of_family(family: u8, payload: &[u8]) -> Option<IpAddr> {
    match payload.len() {
        4 if has(family, AF_INET, V4) => Ipv4Addr::decode(payload).map(IpAddr::V4),
        16 if has(family, AF_INET6, V6) => Ipv6Addr::decode(payload).map(IpAddr::V6),
        _ => None,
    }
}

/// Lets another codec write the same values in the same way.
#[doc(hidden)]
#[macro_export]
macro_rules! put_like {
    ($Codec:ident as $like:ty: $([$($generics:tt)*] $from:ty),*) => { $(
        impl<$($generics)*> $crate::Put<$Codec> for $from {
            #[inline]
            fn put(self, out: &mut $crate::Buffer) {
                $crate::Put::<$like>::put(self, out);
            }

            #[inline]
            fn put_as(self, key: (u16, &'static str), out: &mut $crate::Buffer) {
                $crate::Put::<$like>::put_as(self, key, out);
            }
        }
    )* };
}

macro_rules! family_addresses {
    ($($Codec:ident $context:ident => $family:expr),*) => { $(
        impl Codec for $Codec {
            type Value<'a> = IpAddr;
            const SCHEMA: Schema = <IpAddr as Codec>::SCHEMA;

            #[inline]
            fn decode(payload: &[u8]) -> Option<IpAddr> {
                IpAddr::decode(payload)
            }

            #[inline]
            fn decode_among<'a>(payload: &'a [u8], $context: Context<'a>) -> Option<IpAddr> {
                of_family($family, payload)
            }

            fn accepts(payload: &[u8], scope: &Scope<'_>) -> bool {
                let family = scope.family().unwrap_or(AF_UNSPEC);
                addresses_of(family) == 0 || of_family(family, payload).is_some()
            }

            fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match of_family(scope.family().unwrap_or(AF_UNSPEC), payload) {
                    Some(address) => fmt::Debug::fmt(&address, f),
                    None => <[u8]>::show(payload, scope, f),
                }
            }

            fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
                match of_family(scope.family().unwrap_or(AF_UNSPEC), payload) {
                    Some(address) => Plain::shown(address),
                    None => Plain::hex(payload),
                }
            }
        }

        put_like! { $Codec as IpAddr: [T: Put<IpAddr>] T }
    )* };
}

family_addresses! { OwnAddress context => context.family, OuterAddress _around => AF_UNSPEC }

/// Text is parsed as an address; text that does not parse fails the request with [`BuildError::NotAnAddress`].
macro_rules! put_parsed {
    ($($addr:ident)*) => { $(
        impl Put<$addr> for &str {
            fn put(self, out: &mut Buffer) {
                match self.parse::<$addr>() {
                    Ok(address) => Put::<$addr>::put(address, out),
                    Err(_) => out.refuse(not_of_the_family(self)),
                }
            }
        }

        impl Put<$addr> for &String {
            fn put(self, out: &mut Buffer) {
                Put::<$addr>::put(self.as_str(), out);
            }
        }

        impl Put<$addr> for String {
            fn put(self, out: &mut Buffer) {
                Put::<$addr>::put(self.as_str(), out);
            }
        }
    )* };
}

put_parsed! { IpAddr Ipv4Addr Ipv6Addr }

/// What is wrong with text: it is an address of the other family, or none.
#[cold]
fn not_of_the_family(text: &str) -> BuildError {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => BuildError::Invalid(format!("{text:?} is an IPv4 address, and not an IPv6 one")),
        Ok(IpAddr::V6(_)) => BuildError::Invalid(format!("{text:?} is an IPv6 address, and not an IPv4 one")),
        Err(_) => BuildError::NotAnAddress(text.to_owned()),
    }
}
