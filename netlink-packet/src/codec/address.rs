//! IP addresses, in network byte order as everywhere.

use super::{Codec, Fixed, Put};
use crate::buffer::Buffer;
use crate::error::BuildError;
use crate::table::Schema;
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

/// An address as a field of a fixed header; bytes that aren't there read as the unspecified address.
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

/// Text is read as an address; what isn't one fails the request with [`BuildError::NotAnAddress`].
macro_rules! put_parsed {
    ($($addr:ident)*) => { $(
        impl Put<$addr> for &str {
            fn put(self, out: &mut Buffer) {
                match self.parse::<$addr>() {
                    Ok(address) => Put::<$addr>::put(address, out),
                    Err(_) => out.refuse(BuildError::NotAnAddress(self.to_owned())),
                }
            }
        }
    )* };
}

put_parsed! { IpAddr Ipv4Addr Ipv6Addr }
