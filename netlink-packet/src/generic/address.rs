//! An address of either family, where a family of messages has an attribute for each.

use crate::attribute::{Attr, Attributes};
use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::error::BuildError;
use crate::set::{set, unset};
use crate::view::View;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `AF_INET`.
#[cfg(any(feature = "fou", feature = "mptcp"))]
pub(super) const AF_INET: u8 = 2;
/// `AF_INET6`.
#[cfg(any(feature = "fou", feature = "mptcp"))]
pub(super) const AF_INET6: u8 = 10;

/// The attributes of an address: for IPv4 and for IPv6.
pub(super) struct Either<M: ?Sized>(pub(super) Attr<M, Ipv4Addr>, pub(super) Attr<M, Ipv6Addr>);

impl<M: View + ?Sized> Either<M> {
    /// The address that is set.
    pub(super) fn get(self, attributes: Attributes<'_, M>) -> Option<IpAddr> {
        let (v4, v6) = attributes.pick((self.0, self.1));
        v4.map(IpAddr::V4).or(v6.map(IpAddr::V6))
    }

    /// Sets the address in the place of one of either family. Text that is not an address fails the message.
    pub(super) fn set(self, buffer: &mut Buffer, address: impl Put<IpAddr>) -> Option<IpAddr> {
        unset(buffer, self.0);
        unset(buffer, self.1);
        let address = written(buffer, address)?;
        match address {
            IpAddr::V4(address) => set(buffer, self.0, address),
            IpAddr::V6(address) => set(buffer, self.1, address),
        }
        Some(address)
    }
}

/// The address that a value writes; what is wrong with it fails the message.
pub(super) fn written(buffer: &mut Buffer, address: impl Put<IpAddr>) -> Option<IpAddr> {
    let mut alone = Buffer::new(0);
    address.put(&mut alone);
    match alone.problem() {
        Some(problem) => buffer.refuse(problem.clone()),
        None => match IpAddr::decode(alone.body()) {
            Some(address) => return Some(address),
            None => buffer.refuse(BuildError::Invalid("not an IP address".to_owned())),
        },
    }
    None
}

/// The address family of an address.
#[cfg(any(feature = "fou", feature = "mptcp"))]
pub(super) fn family_of(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => AF_INET,
        IpAddr::V6(_) => AF_INET6,
    }
}

/// Lets an address stand for what it identifies in arguments: `Table::of` makes that of it.
#[cfg(any(feature = "mptcp", feature = "tcp_metrics"))]
macro_rules! keyed_by_address {
    ($View:ident) => {
        $crate::generic::address::keyed_by_address! { $View: &str, &String, String, IpAddr, &IpAddr, Ipv4Addr, Ipv6Addr }
    };
    ($View:ident: $($address:ty),*) => { $(
        impl Put<$View> for $address {
            fn put(self, out: &mut $crate::Buffer) {
                Put::<$View>::put($View::of(self), out);
            }
        }
    )* };
}

#[cfg(any(feature = "mptcp", feature = "tcp_metrics"))]
pub(super) use keyed_by_address;
