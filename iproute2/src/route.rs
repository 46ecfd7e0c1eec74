//! Routes: what `ip route` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip route show table all` | [`ip.route().list()`](Routes::list) |
//! | `ip -4 route show table 100 dev eth0 proto static type unicast` | `ip.route().list().family(AddressFamily::INET).table(100).device("eth0").protocol(RouteProtocol::STATIC).route_type(RouteType::UNICAST)` |
//! | `ip route show to match 192.0.2.1` | `ip.route().list().covering("192.0.2.1")` |
//! | `ip route get 192.0.2.1 mark 7 fibmatch` | [`ip.route().get("192.0.2.1").mark(7).fib_match()`](Routes::get) |
//! | `ip route add 198.51.100.0/24 via 192.0.2.254 dev eth0 metric 100` | [`ip.route().add(Route::to("198.51.100.0/24").via("192.0.2.254").device("eth0").metric(100))`](Routes::add) |
//! | `ip route add default nexthop via 192.0.2.253 weight 2 nexthop via 192.0.2.254` | `ip.route().add(Route::to("default").multipath([NextHop::via("192.0.2.253").weight(2), NextHop::via("192.0.2.254")]))` |
//! | `ip route replace ...`, `append`, `change` | [`ip.route().replace(...)`](Routes::replace), [`append`](Routes::append), [`change`](Routes::change) |
//! | `ip route delete 198.51.100.0/24` | [`ip.route().delete("198.51.100.0/24")`](Routes::delete) |
//! | `ip route flush table 100` | [`ip.route().list().family(AddressFamily::INET).table(100).flush()`](List::flush) |
//! | `ip route flush table all` | `ip.route().list().flush().all()`; without [`all`](crate::Flush::all) the table `local` stays |

mod exact;

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::known::removal;
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::order::{Removal, would_be_ignored};
use crate::request::{Added, Answer, Changed, Checked, Checks, Deleted, Request};
use netlink_packet::{
    Buffer, Build, BuildError, Flags, Ignored, Packet, PooledBuffer, Put, RawAttribute, Row, View,
};
use netlink_sys::errno::{ENOENT, ESRCH};
use rtnetlink::ipnet::IpNet;
use rtnetlink::message::{RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE};
use rtnetlink::route::{
    NextHop, RouteFlags, RouteMessage, RouteMessageBuf, RouteProtocol, RouteTable, RouteType,
};
use rtnetlink::{AddressFamily, IntoPrefix, RouteScope, address_of};
use std::net::IpAddr;

impl<D> Handle<D> {
    /// Routes: `ip route`.
    pub fn route(&self) -> Routes<'_, D> {
        Routes(self)
    }
}

verbs! {
    /// The verbs of `ip route`; [`Handle::route`](crate::Handle::route) gives them.
    pub struct Routes
}

impl<D> Routes<'_, D> {
    /// Lists the routes of all tables and families, like `ip route show table all` and the same for other families.
    pub fn list(&self) -> List<D, RouteMessage> {
        // The kernel's error for a table that does not exist.
        self.0.list("list routes", RTM_GETROUTE, RouteMessage::build()).empty_on(ENOENT)
    }

    /// Looks up the route of a packet to this address, like `ip route get ADDRESS`; "network is unreachable" if there
    /// is none.
    ///
    /// Further methods of the request describe the packet, such as its [mark](Request::mark).
    pub fn get(&self, destination: impl IntoPrefix) -> Request<D, Lookup> {
        let message = RouteMessage::build();
        let (message, problem) = match destination.into_prefix() {
            Ok(prefix) => (towards(message, prefix), None),
            Err(problem) => (message, Some(problem)),
        };
        let request = self.0.send("get route", RTM_GETROUTE, Flags::empty(), message);
        match problem {
            Some(problem) => request.refuse(problem),
            None => request,
        }
    }

    /// Adds a route, like `ip route add`; the error [already exists](crate::Error::is_already_exists) if there is one
    /// to the same destination with the same metric.
    ///
    /// A route with what this kernel does not know, such as the source address of a segment list, is deleted again, and the
    /// error is [`UnknownAttributes`](crate::ErrorKind::UnknownAttributes); one that was replaced or changed stays without it.
    #[inline]
    pub fn add(&self, route: impl IntoMessage<RouteMessage>) -> Request<D, Added<RouteMessage>> {
        let route = asked(route.into_message());
        self.0
            .send("add route", RTM_NEWROUTE, Flags::CREATE | Flags::EXCL | Flags::ACK, route)
            .compared::<RouteMessage>()
    }

    /// Adds a route after others to the same destination, like `ip route append`.
    pub fn append(&self, route: impl IntoMessage<RouteMessage>) -> Request<D, Added<RouteMessage>> {
        let route = asked(route.into_message());
        self.0
            .send("append route", RTM_NEWROUTE, Flags::CREATE | Flags::APPEND | Flags::ACK, route)
            .compared::<RouteMessage>()
    }

    /// Adds a route, or replaces the first one to the same destination with the same metric, like
    /// `ip route replace`.
    pub fn replace(&self, route: impl IntoMessage<RouteMessage>) -> Request<D, Added<RouteMessage>> {
        let route = asked(route.into_message());
        self.0
            .send("replace route", RTM_NEWROUTE, Flags::CREATE | Flags::REPLACE | Flags::ACK, route)
            .compared::<RouteMessage>()
    }

    /// Replaces the first route to the same destination with the same metric, like `ip route change`; the error [is not
    /// found](crate::Error::is_not_found) if there is none.
    pub fn change(&self, route: impl IntoMessage<RouteMessage>) -> Request<D, Changed<RouteMessage>> {
        let route = asked(route.into_message());
        self.0
            .send("change route", RTM_NEWROUTE, Flags::REPLACE | Flags::ACK, route)
            .compared::<RouteMessage>()
    }

    /// Deletes a route, like `ip route delete`.
    ///
    /// Text and prefixes select the first route of the main table to this destination. A built route selects the
    /// first one that has its attributes: gateway, device, metric, table and so on. What it leaves out is any: a route without
    /// a metric selects the one with the lowest, and so do metric 0 and the preferred source `0.0.0.0`, which the kernel can't
    /// tell from none. Table 0 is the main table.
    ///
    /// A listed route selects exactly itself: what `&route` or a packet says, and not what is built from it. It is not found
    /// where it was deleted or changed since. To make sure of that, the routes of its table are listed before, of which the
    /// kernel sends those of its protocol; one that the kernel can't tell from another before it is refused, and nothing is
    /// deleted. Only what other programs change between the two requests can make a difference. To delete many listed routes
    /// [flush](List::flush) a list, which takes these steps once for all.
    ///
    /// A message with neither a destination nor a table is refused: the kernel would take it for the default route, which is
    /// `Route::to("default")`. So are device 0, next hop 0 and an unspecified gateway, which it would take for any.
    #[inline]
    pub fn delete(&self, route: impl IntoMessage<RouteMessage>) -> Request<D, Deleted> {
        let listed = route.is_listed();
        let route = route.into_key().about_one().checked_for_zero(nowhere);
        self.0.send("delete route", RTM_DELROUTE, Flags::ACK, route).exactly::<RouteMessage>(listed)
    }
}

/// A route to add or change, if the kernel takes all that it says.
#[inline(always)]
fn asked(route: RouteMessageBuf) -> RouteMessageBuf {
    let view = route.view();
    let is_rare = view.destination_length() == 0 || view.flags().contains(RouteFlags::CLONED);
    let route = if is_rare { examined(route) } else { route };
    route.says_nothing_ignored().checked_for_zero(nowhere)
}

#[cold]
#[inline(never)]
fn examined(route: RouteMessageBuf) -> RouteMessageBuf {
    let route = without_origin(route);
    if route.view().destination_length() == 0 { route.checked(to_some_but_any) } else { route }
}

/// The answer of a lookup, as the route to one host: the kernel says that IPv4 made it for the lookup.
fn without_origin(route: RouteMessageBuf) -> RouteMessageBuf {
    let (family, flags) = (route.view().family(), route.view().flags());
    // Who sets the flag means it.
    let is_meant = route.buffer().may_hold_field() || family != AddressFamily::INET;
    if is_meant { route } else { route.flags(flags - RouteFlags::CLONED) }
}

/// The reason not to add a default route that has a destination.
fn to_some_but_any(message: &Buffer) -> Option<BuildError> {
    let Row { name, field, .. } = *RouteMessage::ROWS.iter().find(|row| row.number == DESTINATION)?;
    let why = "its prefix length is 0";
    has_destination(RouteMessage::cast(message.body()))
        .then(|| BuildError::Invalid(would_be_ignored(&Ignored { name, field, bits: Vec::new(), why })))
}

/// The number of the attribute with the destination.
const DESTINATION: u16 = RouteMessage::RTA_DST.number();

/// Whether it has a destination that is not all zeros.
fn has_destination(route: &RouteMessage) -> bool {
    let destination = route.attributes().raw().payload_of(DESTINATION);
    destination.is_some_and(|destination| destination.iter().any(|byte| *byte != 0))
}

/// What a request to delete lacks that may be about more than one route, or about none.
#[cold]
#[inline(never)]
fn what_lacks(route: &RouteMessage) -> Option<&'static str> {
    // The kernel takes no notice of the flag, and deletes a route to the host that the exception is of.
    if route.flags().contains(RouteFlags::CLONED) && route.family() == AddressFamily::INET {
        return Some(
            "IPv4 has no request to delete a cached exception: /proc/sys/net/ipv4/route/flush deletes all",
        );
    }
    let vague = route.destination_length() == 0
        && route.table() == RouteTable::UNSPEC
        && route.attributes().raw().payload_of(DESTINATION).is_none();
    // IPv6 takes as much of the destination as its prefix length says.
    if route.destination_length() == 0 && has_destination(route) {
        return Some("the prefix length of its destination is 0: the kernel would delete the default route");
    }
    vague.then_some("without a destination the kernel would delete the default route")
}

/// The reason why packets can't leave by a way that a message says, if it says one.
fn nowhere(message: &Buffer) -> Option<BuildError> {
    let route = RouteMessage::cast(message.body());
    let problem = |attribute: RawAttribute<'_>| {
        let is_zero = attribute.payload.iter().all(|byte| *byte == 0);
        match attribute.number() {
            // A device that is named has no index yet.
            kind if kind == RouteMessage::RTA_OIF.number() => {
                (is_zero && message.unresolved().is_empty()).then_some(BuildError::NotAnIndex(0))
            }
            kind if kind == RouteMessage::RTA_NH_ID.number() => {
                is_zero.then(|| BuildError::Invalid("no next hop has id 0".to_owned()))
            }
            kind if kind == RouteMessage::RTA_GATEWAY.number() || kind == RouteMessage::RTA_VIA.number() => {
                route.gateway().filter(IpAddr::is_unspecified).map(unspecified)
            }
            kind if kind == RouteMessage::RTA_MULTIPATH.number() => {
                let gateways = route.next_hops().filter_map(NextHop::gateway);
                gateways.filter(IpAddr::is_unspecified).map(unspecified).next()
            }
            _ => None,
        }
    };
    route.attributes().raw().find_map(problem)
}

/// The reason not to use an unspecified address as a gateway.
pub(crate) fn unspecified(gateway: IpAddr) -> BuildError {
    BuildError::Invalid(format!("{gateway} is not a gateway: leave it out for a route without one"))
}

/// A lookup of the route to the first address of a prefix.
fn towards(message: RouteMessageBuf, prefix: IpNet) -> RouteMessageBuf {
    let (family, flags) = match prefix {
        IpNet::V4(_) => (AddressFamily::INET, RouteFlags::LOOKUP_TABLE),
        // The kernel reports the table anyway, and refuses the flag.
        IpNet::V6(_) => (AddressFamily::INET6, RouteFlags::empty()),
    };
    message.family(family).flags(flags).destination_length(prefix.max_prefix_len()).destination(prefix.addr())
}

/// The key of a built route: without what builders set by default.
#[inline(always)]
fn built_key(route: RouteMessageBuf) -> RouteMessageBuf {
    let view = route.view();
    let (protocol, route_type) = (view.protocol(), view.route_type());
    let protocol = if protocol == RouteProtocol::BOOT { RouteProtocol::UNSPEC } else { protocol };
    let route_type = if route_type == RouteType::UNICAST { RouteType::UNSPEC } else { route_type };
    route.protocol(protocol).route_type(route_type).scope(RouteScope::NOWHERE)
}

into_message! {
    RouteMessage / RouteMessageBuf found by built_key,
    RouteMessage::to: &str &String String std::net::IpAddr std::net::Ipv4Addr std::net::Ipv6Addr
        &std::net::IpAddr &std::net::Ipv4Addr &std::net::Ipv6Addr
        rtnetlink::ipnet::IpNet rtnetlink::ipnet::Ipv4Net rtnetlink::ipnet::Ipv6Net
        &rtnetlink::ipnet::IpNet &rtnetlink::ipnet::Ipv4Net &rtnetlink::ipnet::Ipv6Net
}

/// The answer of a route lookup: the route.
pub struct Lookup(());

impl Answer for Lookup {
    type Output = Packet<RouteMessage>;

    fn read(object: Option<bytes::Bytes>) -> Result<Packet<RouteMessage>, crate::ErrorKind> {
        <Packet<RouteMessage> as Answer>::read(object)
    }
}

/// Attributes of the packet in a route lookup, in the words of `ip route get`.
impl<D> Request<D, Lookup> {
    /// Source address: `from ADDRESS`.
    pub fn from(self, address: impl IntoPrefix) -> Self {
        self.ask(|message: RouteMessageBuf| message.from(address))
    }

    /// Input interface: `iif DEV`.
    pub fn input_device(self, device: impl Into<Device>) -> Self {
        let device = one(device);
        self.ask(|message: RouteMessageBuf| message.input_device(device))
    }

    /// Output interface, or the VRF: `oif DEV`, `vrf DEV`.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = one(device);
        self.ask(|message: RouteMessageBuf| message.device(device))
    }

    /// Firewall mark (fwmark): `mark MARK`.
    pub fn mark(self, mark: u32) -> Self {
        self.ask(|message: RouteMessageBuf| message.mark(mark))
    }

    /// User id of the sender: `uid UID`.
    pub fn uid(self, uid: u32) -> Self {
        self.ask(|message: RouteMessageBuf| message.uid(uid))
    }

    /// Type of service (TOS): `tos TOS`.
    pub fn tos(self, tos: u8) -> Self {
        self.ask(|message: RouteMessageBuf| message.tos(tos))
    }

    /// IP protocol number: `ipproto PROTOCOL`; 6 is TCP, 17 UDP.
    pub fn ip_protocol(self, protocol: u8) -> Self {
        self.ask(|message: RouteMessageBuf| message.ip_protocol(protocol))
    }

    /// Source port: `sport PORT`.
    pub fn source_port(self, port: u16) -> Self {
        self.ask(|message: RouteMessageBuf| message.source_port(port))
    }

    /// Destination port: `dport PORT`.
    pub fn destination_port(self, port: u16) -> Self {
        self.ask(|message: RouteMessageBuf| message.destination_port(port))
    }

    /// IPv6 flow label: `flowlabel LABEL`.
    pub fn flow_label(self, label: u32) -> Self {
        self.ask(|message: RouteMessageBuf| message.flow_label(label))
    }

    /// Returns the matching entry of the routing table instead of the resolved route: `fibmatch`.
    pub fn fib_match(self) -> Self {
        self.ask(|message: RouteMessageBuf| {
            let flags = message.view().flags();
            message.flags(flags | RouteFlags::FIB_MATCH)
        })
    }
}

/// Filters of a list of routes. The first five are applied by the kernel; a device that doesn't exist is an error.
impl<D> List<D, RouteMessage> {
    /// Only routes of this table, like `ip route show table TABLE`. A table that doesn't exist is empty.
    pub fn table(self, table: impl TryInto<RouteTable, Error: Into<BuildError>>) -> Self {
        self.given(table, |list, table: RouteTable| {
            list.ask(|message: RouteMessageBuf| message.table(table))
                .wanted(move |route, _| route.table() == table)
        })
    }

    /// Only routes of this family, like `ip -6 route show`.
    pub fn family(self, family: impl TryInto<AddressFamily, Error: Into<BuildError>>) -> Self {
        self.given(family, |list, family: AddressFamily| {
            list.ask(|message: RouteMessageBuf| message.family(family)).of_family(family)
        })
    }

    /// Only routes with this output interface, like `ip route show dev DEV`.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask(|message: RouteMessageBuf| message.device(one(device)))
            .wanted(|route, request| leaves_by(route, request.device().unwrap_or_default()))
    }

    /// Only routes of this protocol (origin), like `ip route show proto PROTOCOL`.
    pub fn protocol(self, protocol: impl TryInto<RouteProtocol, Error: Into<BuildError>>) -> Self {
        self.given(protocol, |list, protocol: RouteProtocol| {
            list.ask(|message: RouteMessageBuf| message.protocol(protocol))
                .wanted(move |route, _| route.protocol() == protocol)
        })
    }

    /// Only routes of this type, like `ip route show type TYPE`.
    pub fn route_type(self, route_type: impl TryInto<RouteType, Error: Into<BuildError>>) -> Self {
        self.given(route_type, |list, route_type: RouteType| {
            list.ask(|message: RouteMessageBuf| message.route_type(route_type))
                .wanted(move |route, _| route.route_type() == route_type)
        })
    }

    /// Cached exceptions (such as a learned path MTU) instead of routes: `ip route show cache`. Other lists leave them out,
    /// and so do flushes. Those of IPv4 can't be deleted one by one, which is refused: the kernel would delete a route to the
    /// same host.
    pub fn cached(self) -> Self {
        self.ask(|message: RouteMessageBuf| message.flags(RouteFlags::CLONED))
            .filter(|route| route.flags().contains(RouteFlags::CLONED))
    }

    /// Only routes of this scope, like `ip route show scope SCOPE`. Applied in user space.
    pub fn scope(self, scope: impl TryInto<RouteScope, Error: Into<BuildError>>) -> Self {
        self.given(scope, |list, scope: RouteScope| list.filter(move |route| route.scope() == scope))
    }

    /// Only routes to exactly this prefix, like `ip route show exact PREFIX`. Applied in user space.
    pub fn to(self, prefix: impl IntoPrefix) -> Self {
        self.prefix(prefix, |own, wanted| own == wanted)
    }

    /// Only routes to this prefix or a more specific one, like `ip route show root PREFIX`. Applied in user space.
    pub fn within(self, prefix: impl IntoPrefix) -> Self {
        self.prefix(prefix, |own, wanted| wanted.contains(own))
    }

    /// Only routes to this prefix or a less specific one, like `ip route show match PREFIX`. Applied in user space.
    pub fn covering(self, prefix: impl IntoPrefix) -> Self {
        self.prefix(prefix, |own, wanted| own.contains(wanted))
    }

    fn prefix(self, prefix: impl IntoPrefix, holds: fn(&IpNet, &IpNet) -> bool) -> Self {
        match prefix.into_prefix() {
            Ok(wanted) => {
                let wanted = wanted.trunc();
                self.filter(move |route| route.prefix().is_some_and(|own| holds(&own, &wanted)))
            }
            Err(problem) => self.refuse(problem),
        }
    }

    /// Only routes with this gateway, like `ip route show via ADDRESS`. Applied in user space.
    pub fn via(self, gateway: impl Put<IpAddr>) -> Self {
        match address_of(gateway) {
            Ok(gateway) => self.filter(move |route| {
                route.gateway() == Some(gateway)
                    || route.next_hops().any(|hop| hop.gateway() == Some(gateway))
            }),
            Err(problem) => self.refuse(problem),
        }
    }
}

/// Whether packets can leave through this device. A next-hop object whose device is not reported counts as matching:
/// the kernel has filtered.
fn leaves_by(route: &RouteMessage, device: u32) -> bool {
    let mut hops = route.next_hops().peekable();
    match (route.device(), hops.peek(), route.next_hop_id()) {
        (Some(own), _, _) => own == device,
        (None, None, Some(_)) => true,
        _ => hops.any(|hop| hop.device() == device),
    }
}

impl Object for RouteMessage {
    type Builder = RouteMessageBuf;

    const REMOVAL: Option<Removal> = Some(removal::<RouteMessage>());

    #[inline(always)]
    fn lacks(&self) -> Option<&'static str> {
        if self.destination_length() != 0 && !self.flags().contains(RouteFlags::CLONED) {
            return None;
        }
        what_lacks(self)
    }

    fn label(&self) -> String {
        match self.prefix() {
            Some(prefix) if prefix.prefix_len() == 0 => "default".to_owned(),
            Some(prefix) => prefix.to_string(),
            None => self.labels().map(|label| label.to_string()).collect::<Vec<_>>().join("/"),
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        // The kernel echoes routes, except one that replaces an equal one. No request gets a route by its key: a lookup
        // finds the longest prefix, in the table that rules select.
        let message = towards(RouteMessage::build(), IpNet::from(inside(self.prefix()?)));
        let flags = message.view().flags() | RouteFlags::FIB_MATCH;
        Some((RTM_GETROUTE, message.flags(flags).into_buffer()))
    }

    fn is_made_by(&self, request: &Self) -> bool {
        let key = |route: &Self| (route.prefix().map(|prefix| prefix.trunc()), route.table(), route.tos());
        let metric = |route: &Self| route.metric().filter(|metric| *metric != 0);
        key(self) == key(request) && metric(request).is_none_or(|wanted| self.metric() == Some(wanted))
    }
}

/// An address in the prefix: the first one, except for the default route, whose first address means this host.
fn inside(prefix: IpNet) -> IpAddr {
    match (prefix.prefix_len(), prefix.network()) {
        (0, IpAddr::V4(_)) => [128, 0, 0, 0].into(),
        (0, IpAddr::V6(_)) => [0x8000, 0, 0, 0, 0, 0, 0, 0].into(),
        (_, first) => first,
    }
}

impl Deletable for RouteMessage {
    const DELETION: (&'static str, u16) = ("delete route", RTM_DELROUTE);

    fn is_spared(&self, request: &Self) -> bool {
        let no_default = self.family() == AddressFamily::INET6
            && self.destination_length() == 0
            && self.route_type() == RouteType::UNREACHABLE
            && self.metric() == Some(u32::MAX);
        let unnamed = request.table() == RouteTable::UNSPEC;
        unnamed && (self.table() == RouteTable::LOCAL || no_default)
    }
    const DELETED_AGAIN: &'static str = "the route was deleted again";
    const MISSING: i32 = ESRCH;

    fn crowd(&self) -> Option<u64> {
        exact::crowd(self)
    }

    fn is_same(&self, other: &Self) -> bool {
        exact::is_same(self, other)
    }

    fn finds(&self, other: &Self) -> bool {
        exact::finds(self, other)
    }

    fn exact_key(&self) -> RouteMessageBuf {
        exact::key(self)
    }

    fn survey(&self) -> (u16, PooledBuffer) {
        let message = RouteMessage::build().family(self.family()).table(self.table());
        (RTM_GETROUTE, message.protocol(self.protocol()).into_buffer())
    }

    fn narrows(&self) -> bool {
        let has = |number| self.attributes().raw().payload_of(number).is_some();
        has(RouteMessage::RTA_OIF.number()) || self.route_type() != RouteType::UNSPEC
    }
}
