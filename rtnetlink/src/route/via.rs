//! A gateway of another address family than the route.

use crate::{AddressFamily, HardwareAddress};
use netlink_packet::{Buffer, BuildError, Codec, Context, Fixed, Plain, Put, Schema, Scope, netlink};
use std::fmt;
use std::net::IpAddr;

netlink! {
    /// A gateway with its own address family: `struct rtvia`.
    pub struct Via / ViaBuf
    header rtvia: 2 {
        /// Address family of the gateway.
        rtvia_family = 0 => family: AddressFamily as WideFamily,
    }
    rest {
        /// Gateway address; `None` where it is not an IP address.
        rtvia_addr => address: IpAddr as ViaAddress,
    }
}

impl Via {
    /// A gateway given by its link-layer address, as MPLS routes can have.
    pub fn hardware_address(&self) -> Option<HardwareAddress> {
        HardwareAddress::new(self.tail()).filter(|_| self.family() == AddressFamily::PACKET)
    }
}

in_width! {
    /// Codec of an address family in 16 bits.
    WideFamily: u16 = AddressFamily, |wide| AddressFamily(u8::try_from(wide).unwrap_or_default()),
        |family| Some(family.0.into())
}

put_words_of! { AddressFamily as WideFamily }

/// Codec of a gateway's address, of the family in front of it.
#[derive(Debug)]
pub struct ViaAddress;

impl ViaAddress {
    fn family(via: &[u8]) -> AddressFamily {
        via.get(..2).map(WideFamily::read).unwrap_or_default()
    }

    fn of_family(family: AddressFamily, payload: &[u8]) -> Option<IpAddr> {
        IpAddr::decode(payload).filter(|address| family_of(*address) == family)
    }
}

impl Codec for ViaAddress {
    type Value<'a> = IpAddr;
    const SCHEMA: Schema = <IpAddr as Codec>::SCHEMA;

    fn decode(payload: &[u8]) -> Option<IpAddr> {
        IpAddr::decode(payload)
    }

    fn decode_among<'a>(payload: &'a [u8], context: Context<'a>) -> Option<IpAddr> {
        ViaAddress::of_family(ViaAddress::family(context.set), payload)
    }

    fn accepts(payload: &[u8], scope: &Scope<'_>) -> bool {
        match ViaAddress::family(scope.bytes()) {
            family @ (AddressFamily::INET | AddressFamily::INET6) => {
                ViaAddress::of_family(family, payload).is_some()
            }
            AddressFamily::PACKET => HardwareAddress::new(payload).is_some(),
            _ => true,
        }
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match ViaAddress::of_family(ViaAddress::family(scope.bytes()), payload) {
            Some(address) => fmt::Debug::fmt(&address, f),
            None => <[u8]>::show(payload, scope, f),
        }
    }

    fn plain<'a>(payload: &'a [u8], scope: &Scope<'_>) -> Plain<'a> {
        match ViaAddress::of_family(ViaAddress::family(scope.bytes()), payload) {
            Some(address) => Plain::shown(address),
            None => Plain::hex(payload),
        }
    }
}

impl Put<ViaAddress> for IpAddr {
    fn put(self, out: &mut Buffer) {
        Put::<IpAddr>::put(self, out);
    }
}

/// The family that an address is of.
#[inline]
pub(crate) fn family_of(address: IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::INET,
        IpAddr::V6(_) => AddressFamily::INET6,
    }
}

/// The address, in any form that setters accept.
///
/// ```
/// use rtnetlink::{BuildError, address_of};
///
/// assert_eq!(address_of("192.0.2.1"), Ok([192, 0, 2, 1].into()));
/// assert_eq!(address_of("here"), Err(BuildError::NotAnAddress("here".into())));
/// ```
///
/// # Errors
/// The text is not an address.
#[inline]
pub fn address_of(given: impl Put<IpAddr>) -> Result<IpAddr, BuildError> {
    let mut bytes = Buffer::new(0);
    given.put(&mut bytes);
    <IpAddr as Codec>::decode(bytes.body())
        .ok_or_else(|| bytes.problem().cloned().unwrap_or(BuildError::NotAnAddress(String::new())))
}

impl Put<Via> for IpAddr {
    fn put(self, out: &mut Buffer) {
        Via::build().family(family_of(self)).address(self).put(out);
    }
}

impl Put<Via> for HardwareAddress {
    fn put(self, out: &mut Buffer) {
        Put::<WideFamily>::put(AddressFamily::PACKET, out);
        out.push(self.as_bytes());
    }
}
