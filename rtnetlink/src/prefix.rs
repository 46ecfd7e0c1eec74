//! IP prefixes from addresses, networks and text.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use netlink_packet::BuildError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is accepted as an IP prefix: a prefix, text such as `192.0.2.1/24`, or an address, which stands for itself
/// alone (`/32` or `/128`).
///
/// ```
/// use rtnetlink::{BuildError, IntoPrefix};
///
/// assert_eq!("192.0.2.1/24".into_prefix().map(|prefix| prefix.prefix_len()), Ok(24));
/// assert_eq!("2001:db8::1".into_prefix().map(|prefix| prefix.prefix_len()), Ok(128));
/// assert_eq!("192.0.2.1/33".into_prefix(), Err(BuildError::NotAPrefix("192.0.2.1/33".into())));
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is neither an IP prefix nor an address nor text")]
pub trait IntoPrefix {
    /// The prefix, host bits and all.
    ///
    /// # Errors
    /// The text is neither a prefix nor an address.
    fn into_prefix(self) -> Result<IpNet, BuildError>;
}

macro_rules! into_prefix {
    ($($type:ty)*) => { $(
        impl IntoPrefix for $type {
            #[inline]
            fn into_prefix(self) -> Result<IpNet, BuildError> {
                Ok(self.into())
            }
        }
    )* };
}

into_prefix! { IpNet Ipv4Net Ipv6Net IpAddr }

impl IntoPrefix for Ipv4Addr {
    #[inline]
    fn into_prefix(self) -> Result<IpNet, BuildError> {
        Ok(IpAddr::V4(self).into())
    }
}

impl IntoPrefix for Ipv6Addr {
    #[inline]
    fn into_prefix(self) -> Result<IpNet, BuildError> {
        Ok(IpAddr::V6(self).into())
    }
}

/// By reference as by value.
macro_rules! by_reference {
    ($($type:ty)*) => { $(
        impl IntoPrefix for &$type {
            #[inline]
            fn into_prefix(self) -> Result<IpNet, BuildError> {
                (*self).into_prefix()
            }
        }
    )* };
}

by_reference! { IpNet Ipv4Net Ipv6Net IpAddr Ipv4Addr Ipv6Addr }

impl IntoPrefix for &str {
    fn into_prefix(self) -> Result<IpNet, BuildError> {
        let address = || self.parse::<IpAddr>().map(IpNet::from);
        self.parse().or_else(|_| address()).map_err(|_| BuildError::NotAPrefix(self.to_owned()))
    }
}

impl IntoPrefix for &String {
    fn into_prefix(self) -> Result<IpNet, BuildError> {
        self.as_str().into_prefix()
    }
}

impl IntoPrefix for String {
    fn into_prefix(self) -> Result<IpNet, BuildError> {
        self.as_str().into_prefix()
    }
}
