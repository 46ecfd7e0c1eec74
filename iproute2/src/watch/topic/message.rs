//! The bytes of a message, seen as messages of a topic.

use crate::watch::tree::Record;
use netlink_packet::{Attr, HEADER_LEN, RawAttributes, View};
use rtnetlink::AddressFamily;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A message with its header.
#[derive(Clone, Copy)]
pub(in crate::watch) struct Message<'a> {
    pub(in crate::watch) bytes: &'a [u8],
}

impl<'a> Message<'a> {
    pub(in crate::watch) fn of(record: &'a Record) -> Self {
        Message { bytes: record.message() }
    }

    /// What follows the header.
    #[inline]
    pub(in crate::watch) fn body(self) -> &'a [u8] {
        self.bytes.get(HEADER_LEN..).unwrap_or_default()
    }

    /// The message as one of this type. Fields that it is too short for read as zero.
    #[inline]
    pub(in crate::watch) fn view<M: View + ?Sized>(self) -> &'a M {
        M::cast(self.body())
    }

    /// The same, if it is long enough.
    pub(in crate::watch) fn read<M: View + ?Sized>(self) -> Option<&'a M> {
        M::read(self.body()).ok()
    }

    /// The address family, with which all messages of the route family begin.
    #[inline]
    pub(super) fn family(self) -> AddressFamily {
        AddressFamily(self.body().first().copied().unwrap_or_default())
    }

    /// The attributes, which begin there.
    #[inline]
    pub(super) fn attributes_from(self, start: usize) -> RawAttributes<'a> {
        RawAttributes::new(self.body().get(start..).unwrap_or_default())
    }

    /// The attributes of a message of this type.
    #[inline]
    pub(super) fn attributes<M: View + ?Sized>(self) -> RawAttributes<'a> {
        self.attributes_from(M::START)
    }

    /// The payload of an attribute, whatever is in it.
    pub(super) fn payload<M: View + ?Sized, C: ?Sized>(self, key: Attr<M, C>) -> Option<&'a [u8]> {
        self.attributes::<M>().payload_of(key.number())
    }

    pub(super) fn has<M: View + ?Sized, C: ?Sized>(self, key: Attr<M, C>) -> bool {
        self.payload(key).is_some()
    }
}

/// Bytes of an address of this family.
pub(super) fn address_length(family: AddressFamily) -> usize {
    if family == AddressFamily::INET { size_of::<Ipv4Addr>() } else { size_of::<Ipv6Addr>() }
}

pub(super) fn family_of(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

pub(super) fn is_ip(family: AddressFamily) -> bool {
    matches!(family, AddressFamily::INET | AddressFamily::INET6)
}

/// The number in a payload; 0 if it is too short.
pub(super) fn number(payload: &[u8]) -> u32 {
    payload.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes))
}

/// Writes an id into a key so that keys are in the order of ids.
pub(super) fn write_id(payload: Option<&[u8]>, key: &mut Vec<u8>) -> Option<()> {
    let id: &[u8; 4] = payload?.first_chunk()?;
    key.extend(u32::from_ne_bytes(*id).to_be_bytes());
    Some(())
}
