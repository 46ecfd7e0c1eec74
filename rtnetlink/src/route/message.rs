//! The route message: destination, next hops, metrics and encapsulation of a route.

use super::encap::{Encap, EncapData, EncapType};
use super::next_hop::{Hops, NextHop};
use super::via::{Via, family_of};
use super::{
    DeletionReason, Expiry, HeaderTable, LabelStack, Labels, MulticastStats, Realms, RouteAddress,
    RouteCacheInfo, RouteFlags, RouteMetrics, RouteMetricsBuf, RouteProtocol, RouteTable, RouteType,
    RouterPreference,
};
use crate::family::{is_ip, is_ipv4, is_ipv6};
use crate::{AddressFamily, IntoPrefix, RouteScope};
use ipnet::IpNet;
use netlink_packet::{
    ATTRIBUTE_HEADER_LEN, Be, Buffer, Build, BuildError, Chosen, Codec, IfIndex, Nest, OwnAddress, Put,
    Recorded, Records, Scope, View, append, nested, netlink, set_field,
};
use std::net::IpAddr;
use std::time::Duration;

/// Bytes of an attribute that is an IPv4 address.
const IPV4_ATTRIBUTE: usize = ATTRIBUTE_HEADER_LEN + 4;

/// Bytes of an attribute that is an IPv6 address.
const IPV6_ATTRIBUTE: usize = ATTRIBUTE_HEADER_LEN + 16;

/// The number of the attribute with the encapsulation type.
const ENCAP_TYPE: u16 = RouteMessage::RTA_ENCAP_TYPE.number();

/// Offsets of fields of the header that builders set by themselves.
const TABLE: usize = 4;
const SCOPE: usize = 6;

netlink! {
    /// A route: `RTM_NEWROUTE`, `RTM_DELROUTE` and `RTM_GETROUTE` (`struct rtmsg`). [`Route`](super::Route)
    /// is a shorter name.
    ///
    /// ```
    /// use rtnetlink::route::{NextHop, Route};
    ///
    /// let route = Route::to("198.51.100.0/24").via("192.0.2.254").device("eth0").metric(100);
    /// assert_eq!(route.view().prefix(), Some("198.51.100.0/24".parse()?));
    ///
    /// let hops = [NextHop::via("192.0.2.254").weight(2), NextHop::via("2001:db8::1").device(3)];
    /// let route = Route::to("default").multipath(hops);
    /// let weights: Vec<_> = route.view().next_hops().map(NextHop::weight).collect();
    /// assert_eq!(weights, [2, 1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RouteMessage / RouteMessageBuf
    header rtmsg: 12 {
        /// Address family: IPv4, IPv6, MPLS, or multicast routing of either IP.
        rtm_family = 0 => family: AddressFamily,
        /// Destination prefix length, in bits.
        rtm_dst_len = 1 => destination_length: u8,
        /// Source prefix length, in bits.
        rtm_src_len = 2 => source_length: u8; ignored(is_ipv4, "IPv4 routes have no source prefix"); set_by(has_source, "from"),
        /// TOS that packets must have; 0 matches any.
        rtm_tos = 3 => tos: u8,
        /// Routing table, where its number fits into 8 bits; [`table`](RouteMessage::table) returns the whole
        /// number.
        rtm_table = 4 => header_table: RouteTable as HeaderTable; ignored(is_table_in_attribute, "`RTA_TABLE` has another one"),
        /// Routing protocol that installed the route.
        rtm_protocol = 5 => protocol: RouteProtocol,
        /// Scope: distance to the destination. IPv4 only.
        rtm_scope = 6 => scope: RouteScope; ignored(is_ipv6, "IPv6 routes have no scope"),
        /// Route type, such as unicast or blackhole.
        rtm_type = 7 => route_type: RouteType,
        /// Route flags, and those of a single next hop.
        rtm_flags = 8 => flags: RouteFlags; sent_as(flags_to_ask); ignored_bits(flags_to_ignore, "a route that is added or changed does not get it"),
    }
    attributes {
        /// Destination address; absent for default routes. [`prefix`](RouteMessage::prefix) adds the prefix
        /// length.
        RTA_DST = 1 => destination: IpAddr as RouteAddress,
        /// Source address that packets must have; [`source_prefix`](RouteMessage::source_prefix) adds the
        /// prefix length.
        RTA_SRC = 2 => source: IpAddr as OwnAddress; ignored(is_ipv4); ignored(is_any_source, "its prefix length is 0"); set_by(has_source_length, "from"),
        /// Input interface (`iif`) index.
        RTA_IIF = 3 => input_device: u32 as IfIndex; ignored(is_ip),
        /// Output interface (`oif`) index: `dev`.
        RTA_OIF = 4 => device: u32 as IfIndex; unless(is_by_next_hop_object),
        /// Gateway of the route's own family; [`gateway`](RouteMessage::gateway) returns one of either
        /// family.
        RTA_GATEWAY = 5 => raw_gateway: IpAddr as OwnAddress; unless(is_by_next_hop_object),
        /// Metric (priority): among routes to the same destination the lowest wins.
        RTA_PRIORITY = 6 => metric: u32,
        /// Preferred source address of locally generated packets (`prefsrc`): `src`.
        RTA_PREFSRC = 7 => preferred_source: IpAddr as OwnAddress,
        /// Metrics, such as MTU and initial congestion window.
        RTA_METRICS = 8 => metrics: &RouteMetrics as RouteMetrics,
        /// Multipath next hops; [`next_hops`](RouteMessage::next_hops) iterates over them.
        RTA_MULTIPATH = 9 => raw_next_hops: Records<'_, NextHop> as Recorded<NextHop>; unless(is_by_next_hop_object),
        /// Routing realms (flow).
        RTA_FLOW = 11 => realms: Realms; unless(is_by_next_hop_object); ignored(is_ipv6),
        /// Cache information: usage and expiry.
        RTA_CACHEINFO = 12 => cache_info: &RouteCacheInfo as RouteCacheInfo; read_only,
        /// Routing table; [`table`](RouteMessage::table) falls back to that of the header.
        RTA_TABLE = 15 => raw_table: RouteTable,
        /// Firewall mark (fwmark) for a route lookup. Requests only.
        RTA_MARK = 16 => mark: u32; ignored(is_ip),
        /// Statistics of a multicast route (multicast forwarding cache, MFC).
        RTA_MFC_STATS = 17 => multicast_stats: &MulticastStats as MulticastStats; read_only,
        /// Gateway of another family: `via inet6 ADDRESS`.
        RTA_VIA = 18 => raw_via: &Via as Via; unless(is_by_next_hop_object),
        /// New destination: MPLS label stack that replaces the incoming label.
        RTA_NEWDST = 19 => new_labels: Labels<'_> as LabelStack; ignored(is_ip),
        /// Router preference (RFC 4191). IPv6 only.
        RTA_PREF = 20 => preference: RouterPreference; ignored(is_ipv4); ignored(is_no_preference, "only `low`, `medium` and `high` are preferences"),
        /// Lightweight tunnel encapsulation type.
        RTA_ENCAP_TYPE = 21 => encap_type: EncapType; unless(is_by_next_hop_object),
        /// Encapsulation parameters as raw attributes; [`encap`](RouteMessage::encap) reads them.
        RTA_ENCAP = 22 | netlink_packet::NLA_F_NESTED => raw_encap: &Nest as Chosen<EncapData<ENCAP_TYPE>>; unless(is_by_next_hop_object),
        /// Expiry time of a route to add, counted from now; [`expires_in`](RouteMessage::expires_in) reads a
        /// listed route's. In a multicast route, the time since its last use.
        RTA_EXPIRES = 23 => expires: Duration as Expiry; separate; ignored(is_ipv4),
        /// User id (UID) for a route lookup. Requests only.
        RTA_UID = 25 => uid: u32; ignored(is_ip),
        /// Propagates the TTL between IP header and MPLS label.
        RTA_TTL_PROPAGATE = 26 => ttl_propagate: bool; ignored(is_ip),
        /// IP protocol for a route lookup. Requests only.
        RTA_IP_PROTO = 27 => ip_protocol: u8; ignored(is_ip),
        /// Source port for a route lookup (big-endian on the wire). Requests only.
        RTA_SPORT = 28 => source_port: u16 as Be<u16>; ignored(is_ip),
        /// Destination port for a route lookup (big-endian on the wire). Requests only.
        RTA_DPORT = 29 => destination_port: u16 as Be<u16>; ignored(is_ip),
        /// Nexthop object id; builders set it by [`next_hop`](RouteMessageBuf::next_hop).
        RTA_NH_ID = 30 => next_hop_id: u32,
        /// IPv6 flow label for a route lookup (big-endian on the wire). Requests only.
        RTA_FLOWLABEL = 31 => flow_label: u32 as Be<u32>; ignored(is_ip),
        /// Deletion reason, in notifications of deleted routes.
        RTA_DEL_REASON = 32 => deletion_reason: DeletionReason; read_only,
    }
    also expiry
}

/// Whether the route uses a next-hop object: lists resolve it besides its id, but requests must not.
fn is_by_next_hop_object(scope: &Scope<'_>) -> bool {
    RouteMessage::cast(scope.bytes()).next_hop_id().is_some()
}

/// Bits that a request may set: of a route by a next hop object, those that are the route's own.
fn flags_to_ask(scope: &Scope<'_>, flags: u64) -> u64 {
    let next_hops = if is_by_next_hop_object(scope) { RouteFlags::ON_LINK } else { RouteFlags::empty() };
    flags & u64::from((RouteFlags::SETTABLE - next_hops).bits())
}

/// Bits that no new route can be given. `CLONED` says where a message is from, and which route of IPv6 to delete.
fn flags_to_ignore(scope: &Scope<'_>) -> u64 {
    let of_origin = if is_ipv4(scope) { RouteFlags::CLONED } else { RouteFlags::empty() };
    (!RouteFlags::SETTABLE | of_origin).bits().into()
}

/// Whether it has a source address, as a source prefix has.
fn has_source(scope: &Scope<'_>) -> bool {
    RouteMessage::cast(scope.bytes()).source().is_some()
}

/// Whether it is from all sources, though it has an address.
fn is_any_source(scope: &Scope<'_>) -> bool {
    let route = RouteMessage::cast(scope.bytes());
    route.source_length() == 0 && route.source().is_some_and(|address| !address.is_unspecified())
}

/// Whether its preference is one that the kernel makes medium.
fn is_no_preference(scope: &Scope<'_>) -> bool {
    let preference = RouteMessage::cast(scope.bytes()).preference();
    let are = [RouterPreference::LOW, RouterPreference::MEDIUM, RouterPreference::HIGH];
    preference.is_some_and(|preference| !are.contains(&preference))
}

/// Whether it has the length of a source prefix.
fn has_source_length(scope: &Scope<'_>) -> bool {
    RouteMessage::cast(scope.bytes()).source_length() != 0
}

/// Whether an attribute says another table than the header, in which it may not have room.
fn is_table_in_attribute(scope: &Scope<'_>) -> bool {
    let route = RouteMessage::cast(scope.bytes());
    let header = route.header_table();
    route.raw_table().is_some_and(|table| table != header && header != RouteTable::COMPAT)
}

/// The time until a route expires, which a list says with how it is used.
fn expiry(scope: &Scope<'_>, out: &mut Buffer) {
    if let Some(left) = RouteMessage::cast(scope.bytes()).expires_in() {
        append(out, RouteMessage::RTA_EXPIRES, left.max(Duration::from_secs(1)));
    }
}

impl RouteMessage {
    /// A unicast route to a destination, like `ip route add PREFIX`, in the table `main`. A route of another type begins with
    /// [`of`](Self::of), which chooses its table and scope: `Route::to(..).route_type(RouteType::LOCAL)` would be in `main`,
    /// where `ip route add local PREFIX` puts it into `local`.
    ///
    /// The destination is a prefix such as `"198.51.100.0/24"`, an address, which
    /// stands for itself alone, or `"default"`.
    ///
    /// `"default"` is of IPv4, until a gateway of IPv6 is set; `"::/0"` is of IPv6 from the start.
    ///
    /// Of address bits behind the prefix length, as in `192.0.2.1/24`, the kernel refuses those of IPv4 and drops those of IPv6.
    #[inline(always)]
    pub fn to(prefix: impl IntoPrefix) -> RouteMessageBuf {
        RouteMessage::of(RouteType::UNICAST, prefix)
    }

    /// A route of another type, like `ip route add blackhole PREFIX`. Those for this host's own addresses are put into the
    /// table `local`, all others into `main`.
    ///
    /// ```
    /// use rtnetlink::route::{Route, RouteType};
    ///
    /// let route = Route::of(RouteType::BLACKHOLE, "198.51.100.0/24");
    /// assert_eq!(route.view().route_type(), RouteType::BLACKHOLE);
    /// ```
    #[inline(always)]
    pub fn of(route_type: RouteType, prefix: impl IntoPrefix) -> RouteMessageBuf {
        let table = match route_type {
            RouteType::LOCAL | RouteType::BROADCAST | RouteType::ANYCAST | RouteType::NAT => {
                RouteTable::LOCAL
            }
            _ => RouteTable::MAIN,
        };
        let route = RouteMessage::build().table(table).protocol(RouteProtocol::BOOT).route_type(route_type);
        match prefix.into_prefix() {
            Ok(prefix) => route.to(prefix, route_type),
            Err(BuildError::NotAPrefix(text)) if matches!(&*text, "default" | "any" | "all") => {
                route.family(AddressFamily::INET).automatic_scope(AddressFamily::INET, route_type)
            }
            Err(problem) => route.refuse(problem),
        }
    }

    /// A route for packets with a label, like `ip -f mpls route add LABEL`. What becomes of them, `via` says, and
    /// [`new_labels`](RouteMessageBuf::new_labels).
    ///
    /// ```
    /// use rtnetlink::route::Route;
    ///
    /// let route = Route::label(100).new_labels([200, 300]).via("192.0.2.254").device("eth0");
    /// assert_eq!(route.view().labels().map(|label| label.label()).collect::<Vec<_>>(), [100]);
    /// ```
    pub fn label(label: u32) -> RouteMessageBuf {
        RouteMessage::build()
            .family(AddressFamily::MPLS)
            .destination_length(20)
            .table(RouteTable::MAIN)
            .protocol(RouteProtocol::BOOT)
            .route_type(RouteType::UNICAST)
            .destination(super::Label(label))
    }

    /// Destination prefix: `0.0.0.0/0` or `::/0` for a default route; `None` for routes other than IPv4 and IPv6.
    #[inline]
    pub fn prefix(&self) -> Option<IpNet> {
        let reported = self.attributes().raw().payload_of(RouteMessage::RTA_DST.number());
        let address = match reported {
            Some(_) => Some(self.destination()?),
            None => None,
        };
        match (address, self.destination_length()) {
            // It is there, and can't be read.
            (None, 1..) => None,
            (address, length) => self.prefix_of(address, length),
        }
    }

    /// Source prefix; `None` where the route has none.
    pub fn source_prefix(&self) -> Option<IpNet> {
        self.prefix_of(Some(self.source()?), self.source_length())
    }

    #[inline]
    fn prefix_of(&self, address: Option<IpAddr>, length: u8) -> Option<IpNet> {
        let unspecified = match self.family() {
            AddressFamily::INET => IpAddr::from([0; 4]),
            AddressFamily::INET6 => IpAddr::from([0; 16]),
            _ => return None,
        };
        IpNet::new(address.unwrap_or(unspecified), length).ok()
    }

    /// Destination label stack of an MPLS route; empty for others.
    pub fn labels(&self) -> Labels<'_> {
        let labels = self.attributes().raw().payload_of(RouteMessage::RTA_DST.number());
        let labels = labels.filter(|_| self.family() == AddressFamily::MPLS);
        LabelStack::decode(labels.unwrap_or_default()).unwrap_or_default()
    }

    /// Routing table: `RTA_TABLE`, or that of the header.
    #[inline]
    pub fn table(&self) -> RouteTable {
        self.raw_table().unwrap_or_else(|| self.header_table())
    }

    /// Gateway of either family: `RTA_GATEWAY` or `RTA_VIA`.
    #[inline]
    pub fn gateway(&self) -> Option<IpAddr> {
        self.raw_gateway().or_else(|| self.raw_via().and_then(Via::address))
    }

    /// Next hops of a multipath route; empty where the route itself has the only one.
    pub fn next_hops(&self) -> impl Iterator<Item = &NextHop> {
        self.raw_next_hops().into_iter().flatten()
    }

    /// Lightweight tunnel encapsulation of this type; `None` where it is of another type, or there is none.
    pub fn encap<E: Encap + ?Sized>(&self) -> Option<&E> {
        E::of(self.encap_type()?, self.raw_encap()?)
    }

    /// Path MTU metric, in bytes (`RTAX_MTU`).
    pub fn mtu(&self) -> Option<u32> {
        self.metrics().and_then(RouteMetrics::mtu)
    }

    /// Time until the route expires; `None` where it doesn't.
    pub fn expires_in(&self) -> Option<Duration> {
        self.cache_info().and_then(RouteCacheInfo::expires_in)
    }
}

impl RouteMessageBuf {
    /// Sets where packets go; the scope becomes that of a route without a gateway.
    #[inline(always)]
    fn to(self, prefix: IpNet, route_type: RouteType) -> Self {
        let family = family_of(prefix.addr());
        self.family(family)
            .destination_length(prefix.prefix_len())
            .destination(prefix.addr())
            .automatic_scope(family, route_type)
    }

    /// The scope that `ip` gives to a route of this family and type until it sees a gateway.
    #[inline(always)]
    fn automatic_scope(self, family: AddressFamily, route_type: RouteType) -> Self {
        let scope = match (family, route_type) {
            (AddressFamily::INET, RouteType::LOCAL | RouteType::NAT) => RouteScope::HOST,
            (
                AddressFamily::INET,
                RouteType::UNICAST | RouteType::BROADCAST | RouteType::MULTICAST | RouteType::ANYCAST,
            ) => RouteScope::LINK,
            _ => RouteScope::UNIVERSE,
        };
        self.with_scope(scope)
    }

    /// Sets the scope that follows from the rest, which the kernel does not ignore.
    #[inline(always)]
    fn with_scope(mut self, scope: RouteScope) -> Self {
        set_field::<RouteScope>(&mut self.0, SCOPE, scope);
        self
    }

    /// Sets the table in the header, which no attribute contradicts.
    #[inline(always)]
    fn with_header_table(mut self, table: RouteTable) -> Self {
        set_field::<HeaderTable>(&mut self.0, TABLE, table);
        self
    }

    /// Sets the gateway, like `via ADDRESS`. One of the other family is written with its family, like
    /// `via inet6 ADDRESS`; a `"default"` route becomes one of the gateway's.
    #[inline(always)]
    pub fn via(self, gateway: impl Put<IpAddr>) -> Self {
        let route = self.without(RouteMessage::RTA_GATEWAY);
        let before = route.0.length();
        let mut route = route.raw_gateway(gateway);
        if route.as_bytes().ends_with(&[0; 4]) {
            route.0.note_zero();
        }
        let family = match route.0.length() - before {
            IPV4_ATTRIBUTE => AddressFamily::INET,
            IPV6_ATTRIBUTE => AddressFamily::INET6,
            // The value that could not be written was reported when it was set.
            _ => return route,
        };
        let own = route.view().family();
        let route = route.behind(Some(family));
        if own == family { route } else { route.by_another_family() }
    }

    /// Moves the gateway to where one belongs that is of another family than the route, if it still is.
    #[cold]
    fn by_another_family(self) -> Self {
        // A destination of another family does not read as the route's own.
        let gateway = self.view().attributes().raw().payload_of(RouteMessage::RTA_GATEWAY.number());
        match gateway.and_then(IpAddr::decode) {
            Some(gateway) if family_of(gateway) != self.view().family() => {
                self.without(RouteMessage::RTA_GATEWAY).with(RouteMessage::RTA_VIA, gateway)
            }
            _ => self,
        }
    }

    /// Sets the next hops of a multipath route, like `nexthop via ADDRESS dev DEV weight WEIGHT` for each.
    ///
    /// They take part in the choice that [`via`](Self::via) makes between families, so set the destination first.
    pub fn multipath<I>(self, hops: I) -> Self
    where
        I: IntoIterator,
        I::Item: Put<NextHop>,
    {
        let hops = Hops::new(hops);
        let mut route = self.behind(hops.gateway().map(family_of));
        // One of them may say it, which is seen at the end.
        route.0.note_zero();
        let family = route.view().family();
        route.raw_next_hops(hops.in_family(family))
    }

    /// Sets the next-hop object, like `nhid ID`.
    pub fn next_hop(self, id: u32) -> Self {
        let mut route = self.behind(None).next_hop_id(id);
        if id == 0 {
            route.0.note_zero();
        }
        route
    }

    /// Records that the destination is reached through a next hop: not on the link, and of the next hop's family if
    /// none was set.
    #[inline(always)]
    fn behind(self, gateway: Option<AddressFamily>) -> Self {
        let view = self.view();
        let (family, scope) = (view.family(), view.scope());
        let route = if scope == RouteScope::LINK { self.with_scope(RouteScope::UNIVERSE) } else { self };
        match gateway {
            Some(wanted) if wanted != family && route.is_open() => route.family(wanted),
            _ => route,
        }
    }

    /// Whether the family is still unspecified.
    fn is_open(&self) -> bool {
        let ip = matches!(self.view().family(), AddressFamily::UNSPEC | AddressFamily::INET);
        ip && self.view().attributes().raw().payload_of(RouteMessage::RTA_DST.number()).is_none()
    }

    /// Sets the source prefix, like `from PREFIX`.
    pub fn from(self, prefix: impl IntoPrefix) -> Self {
        match prefix.into_prefix() {
            Ok(prefix) => self.source_length(prefix.prefix_len()).source(prefix.addr()),
            Err(problem) => self.refuse(problem),
        }
    }

    /// Sets the routing table, like `table TABLE`: by number, or by a word such as `"main"`.
    #[inline(always)]
    pub fn table(self, table: impl TryInto<RouteTable, Error: Into<BuildError>>) -> Self {
        let table: RouteTable = match table.try_into() {
            Ok(table) => table,
            Err(problem) => return self.refuse(problem.into()),
        };
        let route = self.without(RouteMessage::RTA_TABLE);
        if table.0 > 0xff {
            route.with_header_table(RouteTable::UNSPEC).raw_table(table)
        } else {
            route.with_header_table(table)
        }
    }

    /// Sets the `onlink` flag: the gateway is on the link, even if no prefix of the link matches.
    pub fn on_link(self) -> Self {
        let flags = self.view().flags();
        self.flags(flags | RouteFlags::ON_LINK)
    }

    /// Sets the path MTU metric, in bytes, like `mtu MTU`.
    pub fn mtu(self, mtu: u32) -> Self {
        let metrics: RouteMetricsBuf = nested(&self.0, RouteMessage::RTA_METRICS);
        self.metrics(metrics.mtu(mtu))
    }

    /// Sets the lightweight tunnel encapsulation, like `encap TYPE ...`.
    pub fn encap<B>(self, encap: B) -> Self
    where
        B: Build,
        B::View: Encap,
    {
        self.with(RouteMessage::RTA_ENCAP, encap.buffer()).encap_type(B::View::TYPE)
    }

    fn refuse(mut self, problem: BuildError) -> Self {
        self.0.refuse(problem);
        self
    }
}
