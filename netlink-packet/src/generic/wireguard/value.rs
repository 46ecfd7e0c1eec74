//! What stands in attributes of peers: endpoints, allowed IPs, and times.

use crate::buffer::Buffer;
use crate::codec::{Codec, Put};
use crate::error::BuildError;
use crate::table::data::{Plain, Schema, Scope};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::time::{Duration, SystemTime};

const AF_INET: u16 = 2;
const AF_INET6: u16 = 10;

/// Codec of a socket address: `struct sockaddr_in` or `struct sockaddr_in6`.
///
/// Text is an address with its port: `192.0.2.9:51820`, `[2001:db8::9]:51820`.
#[derive(Debug)]
pub struct Endpoint;

impl Codec for Endpoint {
    type Value<'a> = SocketAddr;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<SocketAddr> {
        let (family, rest) = payload.split_first_chunk::<2>()?;
        let (port, rest) = rest.split_first_chunk::<2>()?;
        let port = u16::from_be_bytes(*port);
        match u16::from_ne_bytes(*family) {
            AF_INET => {
                let (address, _) = rest.split_first_chunk::<4>()?;
                (payload.len() >= 16).then(|| SocketAddrV4::new(Ipv4Addr::from(*address), port).into())
            }
            AF_INET6 => {
                let (flow_info, rest) = rest.split_first_chunk::<4>()?;
                let (address, rest) = rest.split_first_chunk::<16>()?;
                let (scope_id, _) = rest.split_first_chunk::<4>()?;
                let (flow_info, scope_id) = (u32::from_ne_bytes(*flow_info), u32::from_ne_bytes(*scope_id));
                Some(SocketAddrV6::new(Ipv6Addr::from(*address), port, flow_info, scope_id).into())
            }
            _ => None,
        }
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::decode(payload).map(|address| address.to_string()).into()
    }
}

impl Put<Endpoint> for SocketAddr {
    fn put(self, out: &mut Buffer) {
        if self.port() == 0 {
            out.refuse(BuildError::Invalid(format!("{self} is not an endpoint: its port is 1 to 65535")));
        }
        match self {
            SocketAddr::V4(address) => {
                out.push(&AF_INET.to_ne_bytes());
                out.push(&address.port().to_be_bytes());
                out.push(&address.ip().octets());
                out.push(&[0; 8]);
            }
            SocketAddr::V6(address) => {
                out.push(&AF_INET6.to_ne_bytes());
                out.push(&address.port().to_be_bytes());
                out.push(&address.flowinfo().to_ne_bytes());
                out.push(&address.ip().octets());
                out.push(&address.scope_id().to_ne_bytes());
            }
        }
    }
}

impl Put<Endpoint> for &SocketAddr {
    fn put(self, out: &mut Buffer) {
        (*self).put(out);
    }
}

impl Put<Endpoint> for SocketAddrV4 {
    fn put(self, out: &mut Buffer) {
        SocketAddr::V4(self).put(out);
    }
}

impl Put<Endpoint> for SocketAddrV6 {
    fn put(self, out: &mut Buffer) {
        SocketAddr::V6(self).put(out);
    }
}

impl<A: Into<IpAddr>> Put<Endpoint> for (A, u16) {
    fn put(self, out: &mut Buffer) {
        SocketAddr::from((self.0.into(), self.1)).put(out);
    }
}

impl Put<Endpoint> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<SocketAddr>() {
            Ok(address) => address.put(out),
            Err(_) => out.refuse(BuildError::Invalid(format!(
                "{self:?} is not an endpoint: an address and a port, such as 192.0.2.9:51820 or [2001:db8::9]:51820"
            ))),
        }
    }
}

impl Put<Endpoint> for &String {
    fn put(self, out: &mut Buffer) {
        Put::<Endpoint>::put(self.as_str(), out);
    }
}

crate::netlink! {
    /// A point in time (`struct __kernel_timespec`), since 1970.
    pub struct Timespec / TimespecBuf
    header __kernel_timespec: 16 {
        /// Seconds.
        sec = 0 => seconds: u64,
        /// Nanoseconds below a second.
        nsec = 8 => nanoseconds: u64,
    }
}

/// Codec of the time of the last handshake (`struct __kernel_timespec`), which is zero where there was none: then it reads as
/// absent.
#[derive(Debug)]
pub struct HandshakeTime;

impl Codec for HandshakeTime {
    type Value<'a> = SystemTime;
    const SCHEMA: Schema = Schema { set: <Timespec as Codec>::SCHEMA.set, ..Schema::new("binary") };

    fn decode(payload: &[u8]) -> Option<SystemTime> {
        SystemTime::UNIX_EPOCH.checked_add(Self::since_epoch(payload)?)
    }

    fn check(payload: &[u8]) -> bool {
        payload.len() == 16
    }

    fn show(payload: &[u8], _: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::since_epoch(payload) {
            Some(time) => write!(f, "{}.{:09}", time.as_secs(), time.subsec_nanos()),
            None => f.write_str("never"),
        }
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        Self::since_epoch(payload).map_or(Plain::Null, |time| Plain::Float(time.as_secs_f64()))
    }
}

impl HandshakeTime {
    fn since_epoch(payload: &[u8]) -> Option<Duration> {
        let time = Timespec::new(payload).ok().filter(|_| Self::check(payload))?;
        let nanoseconds = u32::try_from(time.nanoseconds()).ok().filter(|part| *part < 1_000_000_000)?;
        Some(Duration::new(time.seconds(), nanoseconds)).filter(|time| !time.is_zero())
    }
}

impl Put<HandshakeTime> for SystemTime {
    fn put(self, out: &mut Buffer) {
        let time = self.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        out.push(&time.as_secs().to_ne_bytes());
        out.push(&u64::from(time.subsec_nanos()).to_ne_bytes());
    }
}

/// An allowed IP given as a prefix: the attributes of its nest.
macro_rules! prefixes {
    ($($prefix:ident $family:ident),*) => { $(
        impl Put<super::AllowedIp> for $prefix {
            fn put(self, out: &mut Buffer) {
                out.attribute(super::AllowedIp::WGALLOWEDIP_A_FAMILY.number(), $family.to_ne_bytes());
                out.attribute(super::AllowedIp::WGALLOWEDIP_A_IPADDR.number(), self.addr().octets());
                out.attribute(super::AllowedIp::WGALLOWEDIP_A_CIDR_MASK.number(), [self.prefix_len()]);
            }
        }
    )* };
}

prefixes! { Ipv4Net AF_INET, Ipv6Net AF_INET6 }

impl Put<super::AllowedIp> for IpNet {
    fn put(self, out: &mut Buffer) {
        match self {
            IpNet::V4(prefix) => prefix.put(out),
            IpNet::V6(prefix) => prefix.put(out),
        }
    }
}

impl Put<super::AllowedIp> for IpAddr {
    fn put(self, out: &mut Buffer) {
        IpNet::from(self).put(out);
    }
}

impl Put<super::AllowedIp> for Ipv4Addr {
    fn put(self, out: &mut Buffer) {
        IpNet::from(IpAddr::V4(self)).put(out);
    }
}

impl Put<super::AllowedIp> for Ipv6Addr {
    fn put(self, out: &mut Buffer) {
        IpNet::from(IpAddr::V6(self)).put(out);
    }
}

macro_rules! by_reference {
    ($($type:ty),*) => { $(
        impl Put<super::AllowedIp> for &$type {
            fn put(self, out: &mut Buffer) {
                Put::<super::AllowedIp>::put(*self, out);
            }
        }
    )* };
}

by_reference! { IpNet, Ipv4Net, Ipv6Net, IpAddr, Ipv4Addr, Ipv6Addr, &str }

/// `10.0.0.0/8`, or an address by itself; other text fails the request.
impl Put<super::AllowedIp> for &str {
    fn put(self, out: &mut Buffer) {
        match self.parse::<IpNet>().ok().or_else(|| self.parse::<IpAddr>().ok().map(IpNet::from)) {
            Some(prefix) => prefix.put(out),
            None => out.refuse(BuildError::NotAPrefix(self.to_owned())),
        }
    }
}

impl Put<super::AllowedIp> for &String {
    fn put(self, out: &mut Buffer) {
        Put::<super::AllowedIp>::put(self.as_str(), out);
    }
}

impl Put<super::AllowedIp> for String {
    fn put(self, out: &mut Buffer) {
        Put::<super::AllowedIp>::put(self.as_str(), out);
    }
}
