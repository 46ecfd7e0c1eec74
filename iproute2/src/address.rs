//! Addresses of network interfaces: what `ip address` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip address show` | [`ip.address().list()`](Addresses::list) |
//! | `ip -4 address show dev eth0 scope global` | `ip.address().list().device("eth0").family(AddressFamily::INET).scope(RouteScope::UNIVERSE)` |
//! | `ip address add 192.0.2.1/24 dev eth0` | [`ip.address().add("eth0", "192.0.2.1/24")`](Addresses::add) |
//! | `ip address replace ...` | [`ip.address().replace(...)`](Addresses::replace) |
//! | `ip address add 192.0.2.1/24 brd + valid_lft 60 dev eth0` | `ip.address().add("eth0", AddressMessage::build().prefix("192.0.2.1/24").automatic_broadcast()...)` |
//! | `ip address delete 192.0.2.1/24 dev eth0` | [`ip.address().delete("eth0", "192.0.2.1/24")`](Addresses::delete) |
//! | `ip address flush dev eth0` | [`ip.address().list().device("eth0").flush()`](List::flush) |

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::known::{is_known, may_be_unknown, removal};
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::order::{Check, Order, Planner, Removal, Steps};
use crate::request::{Added, Checked, Checks, Deleted, Request};
use netlink_packet::{Build, BuildError, Flags, PooledBuffer, Scope, View};
use rtnetlink::address::{AddressFlags, AddressMessage, AddressMessageBuf};
use rtnetlink::message::{RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR};
use rtnetlink::{AddressFamily, IntoPrefix, RouteScope};

impl<D> Handle<D> {
    /// Addresses of network interfaces: `ip address`.
    pub fn address(&self) -> Addresses<'_, D> {
        Addresses(self)
    }
}

verbs! {
    /// The verbs of `ip address`; [`Handle::address`](crate::Handle::address) gives them.
    pub struct Addresses
}

impl<D> Addresses<'_, D> {
    /// Lists addresses, like `ip address show`.
    pub fn list(&self) -> List<D, AddressMessage> {
        self.0.list("list addresses", RTM_GETADDR, AddressMessage::build())
    }

    /// Adds an address to a link, like `ip address add PREFIX dev DEV`; the error [already
    /// exists](crate::Error::is_already_exists) if the link has the address.
    ///
    /// The address is a prefix such as `"192.0.2.1/24"`, an address (a prefix of full length), or a message with more
    /// attributes: [`AddressMessage::build()`](AddressMessage::build). [`replace`](Self::replace) changes an
    /// existing address instead of failing.
    pub fn add(
        &self,
        device: impl Into<Device>,
        address: impl IntoMessage<AddressMessage>,
    ) -> Request<D, Added<AddressMessage>> {
        let message = address.into_message().device(one(device)).says_nothing_ignored();
        self.0.send("add address", RTM_NEWADDR, Flags::CREATE | Flags::EXCL | Flags::ACK, message)
    }

    /// Adds an address to a link, or changes the existing one, like `ip address replace PREFIX dev DEV`.
    pub fn replace(
        &self,
        device: impl Into<Device>,
        address: impl IntoMessage<AddressMessage>,
    ) -> Request<D, Added<AddressMessage>> {
        self.add(device, address).replacing("replace address", Flags::REPLACE)
    }

    /// Deletes an address of a link, like `ip address delete PREFIX dev DEV`.
    ///
    /// With a primary IPv4 address the kernel deletes the secondary ones of its network, unless `promote_secondaries` is set
    /// on the link.
    ///
    /// A message without a local address is refused: the kernel would delete the first one of the link or network.
    pub fn delete(
        &self,
        device: impl Into<Device>,
        address: impl IntoMessage<AddressMessage>,
    ) -> Request<D, Deleted> {
        let message = address.into_key().device(one(device)).about_one();
        self.0.send("delete address", RTM_DELADDR, Flags::ACK, message)
    }
}

/// The prefix as an address message.
fn of_prefix(prefix: impl IntoPrefix) -> AddressMessageBuf {
    AddressMessage::build().prefix(prefix)
}

into_message! {
    AddressMessage / AddressMessageBuf,
    of_prefix: &str &String String std::net::IpAddr std::net::Ipv4Addr std::net::Ipv6Addr
        &std::net::IpAddr &std::net::Ipv4Addr &std::net::Ipv6Addr
        rtnetlink::ipnet::IpNet rtnetlink::ipnet::Ipv4Net rtnetlink::ipnet::Ipv6Net
        &rtnetlink::ipnet::IpNet &rtnetlink::ipnet::Ipv4Net &rtnetlink::ipnet::Ipv6Net
}

/// Filters of a list of addresses. The first two are applied by the kernel.
impl<D> List<D, AddressMessage> {
    /// Only addresses of this link, like `ip address show dev DEV`.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask(|message: AddressMessageBuf| message.device(one(device)))
            .wanted(|address, request| address.device() == request.device())
    }

    /// Only addresses of this family, like `ip -6 address show`.
    pub fn family(self, family: impl TryInto<AddressFamily, Error: Into<BuildError>>) -> Self {
        self.given(family, |list, family: AddressFamily| {
            list.ask(|message: AddressMessageBuf| message.family(family)).of_family(family)
        })
    }

    /// Only addresses of this scope, like `ip address show scope SCOPE`. Applied in user space.
    pub fn scope(self, scope: impl TryInto<RouteScope, Error: Into<BuildError>>) -> Self {
        self.given(scope, |list, scope: RouteScope| list.filter(move |address| address.scope() == scope))
    }

    /// Only addresses in this prefix, like `ip address show to PREFIX`. Applied in user space.
    pub fn to(self, prefix: impl IntoPrefix) -> Self {
        match prefix.into_prefix() {
            Ok(within) => {
                self.filter(move |address| address.prefix().is_some_and(|own| within.contains(&own.addr())))
            }
            Err(problem) => self.refuse(problem),
        }
    }
}

/// Has the kernel tell an address, if the request sets something that may stay unchanged: what a replacement leaves as it
/// was, what needs a newer kernel, or a setting.
fn plan(order: &mut Order) -> std::result::Result<Option<Box<Steps>>, BuildError> {
    let address = AddressMessage::cast(order.message.body());
    let replaces = order.flags.contains(Flags::REPLACE);
    if address.family() == AddressFamily::INET6 {
        let may_stay = replaces
            || address.flags().contains(AddressFlags::OPTIMISTIC)
            || may_be_unknown::<AddressMessage>(&order.message);
        return Ok(may_stay.then(|| compared(is_done, replaces)));
    }
    let plain = address.local() == address.address()
        && address.label().is_none()
        && address.broadcast().is_none()
        && address.protocol().is_none()
        && address.scope() == RouteScope::UNIVERSE
        && address.flags().is_empty();
    if replaces && !plain {
        return Ok(Some(Steps::compared(is_replaced)));
    }
    Ok(may_be_unknown::<AddressMessage>(&order.message).then(|| compared(is_known::<AddressMessage>, false)))
}

/// Compares the address with the request, which deletes it again where it differs, unless it may have been there before.
fn compared(check: Check, replaces: bool) -> Box<Steps> {
    match AddressMessage::REMOVAL {
        Some(Removal(take_back)) if !replaces => Steps::compared_or_undone(check, take_back),
        _ => Steps::compared(check),
    }
}

/// Compares an IPv6 address with the request that added or replaced it.
fn is_done(is: &[u8], asked: &[u8]) -> std::result::Result<(), crate::ErrorKind> {
    let [told, wanted] = [is, asked].map(AddressMessage::cast);
    if told.prefix_length() != wanted.prefix_length() {
        return Err(kept("the prefix length"));
    }
    let lacks_optimism = wanted.flags() - told.flags() == AddressFlags::OPTIMISTIC;
    // Once duplicate address detection is over, there is nothing left to be optimistic about.
    if lacks_optimism && told.flags().contains(AddressFlags::TENTATIVE) {
        let problem =
            "the kernel ignores flags OPTIMISTIC: the setting `optimistic_dad` of the device is off";
        return Err(BuildError::Invalid(problem.to_owned()).into());
    }
    is_known::<AddressMessage>(is, asked)
}

/// The error for what a replacement leaves as it was.
fn kept(what: &str) -> crate::ErrorKind {
    BuildError::Invalid(format!("{what} can be set only when the address is added")).into()
}

/// Compares an address with the request that replaced it: the kernel silently keeps what can be set only when an
/// address is added. Which attributes these are differs between kernels.
fn is_replaced(is: &[u8], asked: &[u8]) -> std::result::Result<(), crate::ErrorKind> {
    let [is, asked] = [is, asked].map(AddressMessage::cast);
    let text = |payload: &[u8]| payload.strip_suffix(&[0]).unwrap_or(payload).to_vec();
    let value = |number| is.attributes().raw().payload_of(number).map(text);
    let scope = Scope::of(asked);
    let stays = scope.attributes().find_map(|attribute| {
        let row = scope.row(attribute.number()).filter(|row| row.marks.is_when_added(&scope))?;
        (value(attribute.number()) != Some(text(attribute.payload))).then_some(row.setter(Some(&scope)))
    });
    let flags = (asked.flags() & AddressFlags::SETTABLE) - is.flags();
    let scope = ![is.scope(), RouteScope::UNIVERSE].contains(&asked.scope());
    let others = || if flags.is_empty() { scope.then_some("scope") } else { Some("flags") };
    match stays.or_else(others) {
        Some(what) => Err(kept(what)),
        None => Ok(()),
    }
}

impl Object for AddressMessage {
    type Builder = AddressMessageBuf;

    const STEPS: Option<Planner> = Some(Planner { message_types: &[RTM_NEWADDR], plan });

    const REMOVAL: Option<Removal> = Some(removal::<AddressMessage>());

    #[inline]
    fn lacks(&self) -> Option<&'static str> {
        let address =
            self.local().or_else(|| self.address().filter(|_| self.family() == AddressFamily::INET6));
        address.is_none().then_some("without a local address the kernel would delete the first one")
    }

    fn label(&self) -> String {
        self.prefix().map(|prefix| prefix.to_string()).unwrap_or_default()
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        // IPv4 can't get a single address, but always echoes.
        let address = self.local().or(self.address()).filter(|_| self.family() == AddressFamily::INET6)?;
        let message = AddressMessage::build().family(self.family()).device(self.device()).address(address);
        Some((RTM_GETADDR, message.into_buffer()))
    }
}

impl Deletable for AddressMessage {
    const DELETION: (&'static str, u16) = ("delete address", RTM_DELADDR);

    const DELETED_AGAIN: &'static str = "the address was deleted again";
}
