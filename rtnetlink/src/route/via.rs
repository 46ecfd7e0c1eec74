//! A gateway of another address family than the route.

use crate::{AddressFamily, HardwareAddress};
use netlink_packet::{Buffer, BuildError, Codec, Put, netlink};
use std::net::IpAddr;

netlink! {
    /// A gateway with its own address family: `struct rtvia`.
    pub struct Via / ViaBuf
    header rtvia: 2 {
        /// The gateway's family.
        rtvia_family = 0 => family: AddressFamily as WideFamily,
    }
    rest {
        /// Its address; `None` where it is none of IP.
        rtvia_addr => address: IpAddr,
    }
}

impl Via {
    /// A gateway by its link-layer address, as routes of labels can have it.
    pub fn hardware_address(&self) -> Option<HardwareAddress> {
        HardwareAddress::new(self.tail()).filter(|_| self.family() == AddressFamily::PACKET)
    }
}

in_width! {
    /// The codec of an address family in 16 bits.
    WideFamily: u16 = AddressFamily, |wide| AddressFamily(u8::try_from(wide).unwrap_or_default()),
        |family| Some(family.0.into())
}

/// The family that an address is of.
#[inline]
pub(crate) fn family_of(address: IpAddr) -> AddressFamily {
    match address {
        IpAddr::V4(_) => AddressFamily::INET,
        IpAddr::V6(_) => AddressFamily::INET6,
    }
}

/// The address that is given, in whatever form.
#[inline]
pub(crate) fn address_of(given: impl Put<IpAddr>) -> Result<IpAddr, BuildError> {
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
