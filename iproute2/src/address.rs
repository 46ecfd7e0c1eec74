//! Addresses of network interfaces: what `ip address` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip address show` | [`ip.address().list()`](Addresses::list) |
//! | `ip -4 address show dev eth0 scope global` | `ip.address().list().device("eth0").family(AddressFamily::INET).scope(RouteScope::UNIVERSE)` |
//! | `ip address add 192.0.2.1/24 dev eth0` | [`ip.address().add("eth0", "192.0.2.1/24")`](Addresses::add) |
//! | `ip address replace ...` | `ip.address().add(...).replace()` |
//! | `ip address add 192.0.2.1/24 brd + valid_lft 60 dev eth0` | `ip.address().add("eth0", AddressMessage::build().prefix("192.0.2.1/24").automatic_broadcast()...)` |
//! | `ip address delete 192.0.2.1/24 dev eth0` | [`ip.address().delete("eth0", "192.0.2.1/24")`](Addresses::delete) |
//! | `ip address flush dev eth0` | [`ip.address().list().device("eth0").flush()`](List::flush) |

use crate::device::{Device, one};
use crate::handle::verbs;
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::request::{Added, Deleted, Request};
use netlink_packet::{Build, Draft, Flags};
use rtnetlink::address::{AddressMessage, AddressMessageBuf};
use rtnetlink::message::{RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR};
use rtnetlink::{AddressFamily, IntoPrefix, RouteScope};

verbs! {
    /// The verbs of `ip address`; [`Handle::address`](crate::Handle::address) gives them.
    pub struct Addresses
}

impl<D> Addresses<'_, D> {
    /// Lists addresses, like `ip address show`.
    pub fn list(&self) -> List<D, AddressMessage> {
        self.0.list("list addresses", RTM_GETADDR, AddressMessage::build())
    }

    /// Adds an address to a link, like `ip address add PREFIX dev DEV`; an error that
    /// [exists](crate::Error::is_exists) where it has that already.
    ///
    /// The address is a prefix such as `"192.0.2.1/24"`, an address (which stands for itself alone), or a message that
    /// says more: [`AddressMessage::build()`](AddressMessage::build). [`replace`](Request::replace) changes an address
    /// that is there in place of failing.
    pub fn add(
        &self,
        device: impl Into<Device>,
        address: impl IntoMessage<AddressMessage>,
    ) -> Request<D, Added<AddressMessage>> {
        let message = address.into_message().device(one(device));
        self.0.request("add address", RTM_NEWADDR, Flags::CREATE | Flags::EXCL | Flags::ACK, message)
    }

    /// Deletes an address of a link, like `ip address delete PREFIX dev DEV`.
    ///
    /// A message that holds no local address is refused: the kernel would delete the first one of the link or network.
    pub fn delete(
        &self,
        device: impl Into<Device>,
        address: impl IntoMessage<AddressMessage>,
    ) -> Request<D, Deleted> {
        let message = address.into_key().device(one(device));
        self.0.request("delete address", RTM_DELADDR, Flags::ACK, message).about_one::<AddressMessage>()
    }
}

/// The address of this prefix.
fn of_prefix(prefix: impl IntoPrefix) -> AddressMessageBuf {
    AddressMessage::build().prefix(prefix)
}

into_message! {
    AddressMessage / AddressMessageBuf,
    of_prefix: &str &String String std::net::IpAddr std::net::Ipv4Addr std::net::Ipv6Addr
        rtnetlink::ipnet::IpNet rtnetlink::ipnet::Ipv4Net rtnetlink::ipnet::Ipv6Net
}

/// Filters of a list of addresses. The kernel applies the first two, so that others are not even sent.
impl<D> List<D, AddressMessage> {
    /// Only addresses of this link, like `ip address show dev DEV`.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = one(device);
        self.ask(|message: AddressMessageBuf| message.device(device))
            .wanted(|address, request| address.device() == request.device())
    }

    /// Only addresses of this family, like `ip -6 address show`.
    pub fn family(self, family: AddressFamily) -> Self {
        self.ask(|message: AddressMessageBuf| message.family(family))
            .wanted(|address, request| address.family() == request.family())
    }

    /// Only addresses that are valid this far, like `ip address show scope SCOPE`. It is applied here.
    pub fn scope(self, scope: RouteScope) -> Self {
        self.filter(move |address| address.scope() == scope)
    }

    /// Only this address, or those of this network, like `ip address show to PREFIX`. It is applied here.
    pub fn to(self, prefix: impl IntoPrefix) -> Self {
        match prefix.into_prefix() {
            Ok(within) => {
                self.filter(move |address| address.prefix().is_some_and(|own| within.contains(&own.addr())))
            }
            Err(problem) => self.refuse(problem),
        }
    }
}

impl Object for AddressMessage {
    type Builder = AddressMessageBuf;

    const REPLACE: Flags = Flags::REPLACE;

    #[inline]
    fn lacks(&self) -> Option<&'static str> {
        let address =
            self.local().or_else(|| self.address().filter(|_| self.family() == AddressFamily::INET6));
        address.is_none().then_some("it has no local address, and the kernel would delete the first one")
    }

    fn label(&self) -> String {
        self.prefix().map(|prefix| prefix.to_string()).unwrap_or_default()
    }

    fn read_back(&self) -> Option<(u16, Draft)> {
        // IPv4 has no request for one address, and always echoes.
        let address = self.local().or(self.address()).filter(|_| self.family() == AddressFamily::INET6)?;
        let message = AddressMessage::build().family(self.family()).device(self.device()).address(address);
        Some((RTM_GETADDR, message.into_buffer()))
    }
}

impl Deletable for AddressMessage {
    const DELETION: (&'static str, u16) = ("delete address", RTM_DELADDR);
}
