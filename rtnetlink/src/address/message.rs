//! The address message: an address of a link, with its scope, flags and lifetimes.

use super::{AddressFlags, AddressProtocol, HeaderFlags};
use crate::family::{is_ipv4, is_not_ipv4};
use crate::{AddressFamily, IntoPrefix, Lifetime, NamespaceId, RouteScope};
use ipnet::IpNet;
use netlink_packet::{BuildError, IfIndex, Name, OwnAddress, Put, Scope, View, netlink};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

netlink! {
    /// An address of an interface: `RTM_NEWADDR`, `RTM_DELADDR` and `RTM_GETADDR` (`struct ifaddrmsg`).
    ///
    /// ```
    /// use rtnetlink::AddressMessage;
    ///
    /// let address = AddressMessage::build().device(2).prefix("192.0.2.1/24").label("eth0:web");
    /// assert_eq!(address.view().prefix(), Some("192.0.2.1/24".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct AddressMessage / AddressMessageBuf
    header ifaddrmsg: 8 {
        /// Address family: IPv4 or IPv6.
        ifa_family = 0 => family: AddressFamily,
        /// Prefix length in bits.
        ifa_prefixlen = 1 => prefix_length: u8,
        /// Low 8 bits of the flags; [`flags`](AddressMessage::flags) returns all of them.
        ifa_flags = 2 => header_flags: AddressFlags as HeaderFlags; ignored(is_in_attribute, "`IFA_FLAGS` has other ones"); bits(AddressFlags::SETTABLE); ignored_bits(of_ipv6, "it is for IPv6 addresses"); set_by(is_in_header_alone, "flags"),
        /// Scope in which the address is valid.
        ifa_scope = 3 => scope: RouteScope; ignored(is_of_ipv6_address, "an IPv6 address has the scope that its prefix implies"),
        /// Interface index (`ifindex`) of the device that has the address.
        ifa_index = 4 => device: u32 as IfIndex,
    }
    attributes {
        /// Interface address; on a point-to-point link, the peer's address.
        /// [`prefix`](AddressMessage::prefix) and [`peer`](AddressMessage::peer) tell the two apart.
        IFA_ADDRESS = 1 => address: IpAddr as OwnAddress; when_added(is_ipv4); set_by(has_peer, "peer"),
        /// Local address. IPv6 omits it unless there is a peer address.
        IFA_LOCAL = 2 => local: IpAddr as OwnAddress,
        /// Label: interface name, optionally followed by `:` and text. IPv4 only, at most 15 bytes.
        IFA_LABEL = 3 => label: &Name as Name; ignored(is_not_ipv4); when_added,
        /// Broadcast address of the subnet. IPv4 only.
        IFA_BROADCAST = 4 => broadcast: Ipv4Addr; ignored(is_not_ipv4); when_added,
        /// Anycast address. IPv6 only, in lists of anycast addresses.
        IFA_ANYCAST = 5 => anycast: IpAddr as OwnAddress; read_only,
        /// Cache information: lifetimes, and when the address was created and last updated.
        IFA_CACHEINFO = 6 => cache_info: &AddressCacheInfo as AddressCacheInfo,
        /// Multicast group address that the interface has joined.
        IFA_MULTICAST = 7 => multicast: IpAddr as OwnAddress; read_only,
        /// All 32 bits of the flags; [`flags`](AddressMessage::flags) falls back to those of the header.
        IFA_FLAGS = 8 => all_flags: AddressFlags; bits(AddressFlags::SETTABLE); ignored_bits(of_ipv6, "it is for IPv6 addresses"); set_by("flags"),
        /// Metric (priority) of the prefix route that comes with the address.
        IFA_RT_PRIORITY = 9 => metric: u32,
        /// Target network namespace id: the namespace that a request is for or a reply comes from.
        IFA_TARGET_NETNSID = 10 => namespace: NamespaceId; ignored,
        /// Protocol that added the address.
        IFA_PROTO = 11 => protocol: AddressProtocol; when_added(is_ipv4); needs("Linux 5.18"); taken_if(crate::link::is_told_or_zero),
        /// Number of users of the multicast group.
        IFA_MC_USERS = 12 => multicast_users: u32; read_only,
    }
}

/// Whether `IFA_FLAGS` has other flags than the header, so that they are taken from there.
fn is_in_attribute(scope: &Scope<'_>) -> bool {
    let address = AddressMessage::cast(scope.bytes());
    address.all_flags().is_some_and(|flags| !flags.contains(address.header_flags()))
}

/// Whether the header alone has flags: where an attribute has some, [`flags`](AddressMessageBuf::flags) leaves it without.
fn is_in_header_alone(scope: &Scope<'_>) -> bool {
    AddressMessage::cast(scope.bytes()).all_flags().is_none()
}

/// Whether it has a peer address.
fn has_peer(scope: &Scope<'_>) -> bool {
    AddressMessage::cast(scope.bytes()).peer().is_some()
}

/// The flags that only IPv6 addresses have, if it is another one.
fn of_ipv6(scope: &Scope<'_>) -> u64 {
    let flags = AddressFlags::NODAD
        | AddressFlags::OPTIMISTIC
        | AddressFlags::HOMEADDRESS
        | AddressFlags::MANAGETEMPADDR;
    if is_ipv4(scope) { flags.bits().into() } else { 0 }
}

/// Whether it is an IPv6 address with another scope than it will have.
fn is_of_ipv6_address(scope: &Scope<'_>) -> bool {
    let message = AddressMessage::cast(scope.bytes());
    match message.local().or(message.address()) {
        Some(IpAddr::V6(address)) => message.scope() != scope_of(address),
        _ => false,
    }
}

/// The scope that the kernel gives an IPv6 address.
fn scope_of(address: Ipv6Addr) -> RouteScope {
    const SITE_LOCAL: u16 = 0xfec0;
    match address.segments()[0] & 0xffc0 {
        0xfe80 => RouteScope::LINK,
        SITE_LOCAL => RouteScope::SITE,
        _ if address.is_loopback() => RouteScope::HOST,
        _ => RouteScope::UNIVERSE,
    }
}

netlink! {
    /// Lifetimes and timestamps of an address: `struct ifa_cacheinfo`.
    pub struct AddressCacheInfo / AddressCacheInfoBuf
    header ifa_cacheinfo: 16 {
        /// Preferred lifetime: how long new connections should still use the address.
        ifa_prefered = 0 => preferred: Lifetime,
        /// Valid lifetime: how long until the address is removed.
        ifa_valid = 4 => valid: Lifetime,
        /// Creation timestamp, in hundredths of a second since boot.
        cstamp = 8 => created: u32; read_only,
        /// Timestamp of the last update, in hundredths of a second since boot.
        tstamp = 12 => changed: u32; read_only,
    }
}

impl AddressMessage {
    /// The link's own address, and how many bits of it are its network. Where there is a
    /// [`peer`](Self::peer), the network is the peer's, and the address stands for itself alone.
    pub fn prefix(&self) -> Option<IpNet> {
        // Where one is told that can't be read, the other is not it: it may be a peer's.
        let is_told = self.attributes().raw().payload_of(AddressMessage::IFA_LOCAL.number()).is_some();
        let own = if is_told { self.local() } else { self.address() }?;
        match self.peer() {
            Some(_) => Some(own.into()),
            None => IpNet::new(own, self.prefix_length()).ok(),
        }
    }

    /// Peer address of a point-to-point link, with its prefix length; `None` where there is none.
    pub fn peer(&self) -> Option<IpNet> {
        let peer = self.address().filter(|address| self.local().is_some_and(|own| own != *address))?;
        IpNet::new(peer, self.prefix_length()).ok()
    }

    /// Address flags: those of the header, or of `IFA_FLAGS` where it is present.
    pub fn flags(&self) -> AddressFlags {
        self.all_flags().unwrap_or(self.header_flags())
    }

    /// Remaining valid lifetime.
    pub fn valid_lifetime(&self) -> Option<Lifetime> {
        self.cache_info().map(AddressCacheInfo::valid)
    }

    /// Remaining preferred lifetime: how long new connections should use the address.
    pub fn preferred_lifetime(&self) -> Option<Lifetime> {
        self.cache_info().map(AddressCacheInfo::preferred)
    }
}

impl AddressMessageBuf {
    /// Sets the address with its network, as `ip address add 192.0.2.1/24` does; without a length the
    /// address stands for itself alone. Addresses of 127/8 get the scope of the host.
    pub fn prefix(self, prefix: impl IntoPrefix) -> Self {
        match prefix.into_prefix() {
            Ok(prefix) => self.of_prefix(prefix),
            Err(problem) => self.refuse(problem),
        }
    }

    fn of_prefix(self, prefix: IpNet) -> Self {
        let host = matches!(prefix, IpNet::V4(v4) if v4.addr().is_loopback());
        let scoped = if host { self.scope(RouteScope::HOST) } else { self };
        scoped
            .family(family(prefix))
            .prefix_length(prefix.prefix_len())
            .local(prefix.addr())
            .address(prefix.addr())
    }

    /// Sets the other end of a point-to-point link with its network, after
    /// [`prefix`](Self::prefix), like `ip address add LOCAL peer PEER`.
    pub fn peer(self, peer: impl IntoPrefix) -> Self {
        match peer.into_prefix() {
            Ok(peer) => self.address(peer.addr()).prefix_length(peer.prefix_len()),
            Err(problem) => self.refuse(problem),
        }
    }

    /// Sets the broadcast address to the last of the network, like `ip address add ... broadcast +`;
    /// after [`prefix`](Self::prefix). Networks of fewer than four addresses and IPv6 have none.
    pub fn automatic_broadcast(self) -> Self {
        match self.view().prefix() {
            Some(IpNet::V4(prefix)) if prefix.prefix_len() <= 30 => self.broadcast(prefix.broadcast()),
            _ => self,
        }
    }

    /// Sets the flags, including those that only `IFA_FLAGS` has room for.
    pub fn flags(self, flags: impl TryInto<AddressFlags, Error: Into<BuildError>>) -> Self {
        let flags: AddressFlags = match flags.try_into() {
            Ok(flags) => flags,
            Err(problem) => return self.refuse(problem.into()),
        };
        let fits = flags.bits() <= 0xff && self.view().all_flags().is_none();
        if fits {
            self.header_flags(flags)
        } else {
            self.header_flags(AddressFlags::empty()).all_flags(flags)
        }
    }

    /// Sets the valid lifetime, like `ip address add ... valid_lft TIME`; forever by default.
    pub fn valid_lifetime(self, lifetime: impl Put<Lifetime>) -> Self {
        let lifetimes = self.lifetimes();
        self.cache_info(lifetimes.valid(lifetime))
    }

    /// Sets how long new connections should use it, like `ip address add ... preferred_lft TIME`.
    /// Before, it is forever.
    pub fn preferred_lifetime(self, lifetime: impl Put<Lifetime>) -> Self {
        let lifetimes = self.lifetimes();
        self.cache_info(lifetimes.preferred(lifetime))
    }

    fn lifetimes(&self) -> AddressCacheInfoBuf {
        let forever = || AddressCacheInfo::build().valid(Lifetime::FOREVER).preferred(Lifetime::FOREVER);
        self.view().cache_info().map_or_else(forever, AddressCacheInfo::to_buf)
    }

    fn refuse(mut self, problem: BuildError) -> Self {
        self.0.refuse(problem);
        self
    }
}

/// The address family of a prefix.
fn family(prefix: IpNet) -> AddressFamily {
    match prefix {
        IpNet::V4(_) => AddressFamily::INET,
        IpNet::V6(_) => AddressFamily::INET6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use netlink_packet::Build;
    use std::time::Duration;

    fn prefix(text: &str) -> Option<IpNet> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn with_broadcast_and_label() {
        let add = capture!("add_address");
        let address = add.address();
        assert_eq!((address.prefix(), address.peer()), (prefix("192.0.2.1/24"), None));
        assert_eq!((address.device(), address.scope()), (2, RouteScope::UNIVERSE));
        assert_eq!(address.broadcast(), Some(Ipv4Addr::new(192, 0, 2, 255)));
        assert!(address.label().is_some_and(|label| label == "eth0:web"));

        let built =
            AddressMessage::build().device(2).prefix("192.0.2.1/24").automatic_broadcast().label("eth0:web");
        assert_eq!(in_order(&built, &[2, 3, 1, 4]), add.payload);
    }

    /// The bytes with the attributes in this order, which is that of `ip` and does not matter.
    fn in_order(built: &AddressMessageBuf, order: &[u16]) -> Vec<u8> {
        let mut bytes = built.as_bytes()[..8].to_vec();
        for kind in order {
            let payload = built.attributes().raw().payload_of(*kind).unwrap();
            bytes.extend((payload.len() as u16 + 4).to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(payload);
            bytes.resize(netlink_packet::align(bytes.len()), 0);
        }
        assert_eq!(bytes.len(), built.as_bytes().len());
        bytes
    }

    #[test]
    fn with_metric() {
        let add = capture!("add_address_metric");
        assert_eq!(add.address().flags(), AddressFlags::NOPREFIXROUTE);
        let built = AddressMessage::build().device(2).prefix("192.0.2.2/24");
        let built = built.metric(77).flags(AddressFlags::NOPREFIXROUTE);
        assert_eq!(in_order(&built, &[2, 9, 8, 1]), add.payload);
    }

    #[test]
    fn with_peer() {
        for (add, own, peer) in [
            (capture!("add_peer"), "10.0.0.1", "10.0.0.2/24"),
            (capture!("add_peer6"), "2001:db8:1::1", "2001:db8:1::2/128"),
        ] {
            let address = add.address();
            assert_eq!((address.prefix(), address.peer()), (own.into_prefix().ok(), prefix(peer)));
            assert_eq!(AddressMessage::build().device(2).prefix(own).peer(peer).as_bytes(), add.payload);
        }
        let reported = capture!("address_peer");
        assert_eq!(
            (reported.address().prefix(), reported.address().peer()),
            (prefix("10.0.0.1/32"), prefix("10.0.0.2/24"))
        );
        let reported = capture!("address6_peer");
        assert_eq!(reported.address().peer(), prefix("2001:db8:1::2/128"));
    }

    #[test]
    fn of_the_loopback_device() {
        let add = capture!("add_loopback");
        assert_eq!(add.address().scope(), RouteScope::HOST);
        assert_eq!(AddressMessage::build().device(1).prefix("127.0.0.9/8").as_bytes(), add.payload);
        let reported = capture!("address6_loopback");
        assert_eq!(
            (reported.address().prefix(), reported.address().scope()),
            (prefix("::1/128"), RouteScope::HOST)
        );
        assert_eq!(reported.address().protocol(), Some(AddressProtocol::KERNEL_LO));
    }

    #[test]
    fn with_lifetimes() {
        let add = capture!("add_address6");
        let flags = AddressFlags::NODAD | AddressFlags::MANAGETEMPADDR;
        let built = AddressMessage::build()
            .device(2)
            .prefix("2001:db8::1/64")
            .flags(flags)
            .valid_lifetime(Duration::from_secs(3600))
            .preferred_lifetime(Lifetime(1800));
        assert_eq!(in_order(&built, &[2, 8, 1, 6]), add.payload);

        let reported = capture!("address6_lifetime");
        let address = reported.address();
        assert_eq!(address.flags(), flags);
        assert!(
            address.valid_lifetime() < Some(Lifetime(3601))
                && address.valid_lifetime() > Some(Lifetime(3500))
        );
        assert_eq!(capture!("address_label").address().valid_lifetime(), Some(Lifetime::FOREVER));
    }

    #[test]
    fn one_lifetime_leaves_the_other_unlimited() {
        let built = AddressMessage::build().prefix("192.0.2.1").preferred_lifetime(Lifetime(0));
        let (valid, preferred) = (built.view().valid_lifetime(), built.view().preferred_lifetime());
        assert_eq!((valid, preferred), (Some(Lifetime::FOREVER), Some(Lifetime(0))));
    }

    #[test]
    fn flags_of_any_width() {
        let built = AddressMessage::build().flags(AddressFlags::NODAD);
        assert_eq!((built.view().flags(), built.view().all_flags()), (AddressFlags::NODAD, None));
        let built = built.flags(AddressFlags::MCAUTOJOIN);
        assert_eq!(built.view().flags(), AddressFlags::MCAUTOJOIN);
        let built = built.flags(AddressFlags::HOMEADDRESS);
        assert_eq!(built.view().flags(), AddressFlags::HOMEADDRESS);
    }

    #[test]
    fn removed() {
        let del = capture!("del_address");
        assert_eq!(AddressMessage::build().device(2).prefix("192.0.2.2/24").as_bytes(), del.payload);
    }

    #[test]
    fn text_that_is_not_a_prefix() {
        for text in ["", "192.0.2.1/33", "192.0.2/24", "eth0", "::1/129", "1.2.3.4/"] {
            let problem = BuildError::NotAPrefix(text.to_owned());
            assert_eq!(AddressMessage::build().prefix(text).buffer().problem(), Some(&problem));
            assert_eq!(AddressMessage::build().peer(text).buffer().problem(), Some(&problem));
        }
    }

    #[test]
    fn a_local_address_that_cannot_be_read_is_not_the_peers() {
        let address = AddressMessage::build().prefix("192.0.2.1/24").peer("192.0.2.2/24");
        let malformed = address.with(netlink_packet::Attr::<AddressMessage, u8>::new(2, "IFA_LOCAL"), 7);
        assert_eq!((malformed.view().prefix(), malformed.view().malformed().count()), (None, 1));
    }

    #[test]
    fn a_length_that_no_address_has() {
        let address = AddressMessage::build().prefix("192.0.2.1/24").prefix_length(33);
        assert_eq!(address.view().prefix(), None);
        let small = AddressMessage::build().prefix("192.0.2.1/31").automatic_broadcast();
        assert_eq!(small.view().broadcast(), None);
        let v6 = AddressMessage::build().prefix("2001:db8::1/64").automatic_broadcast();
        assert_eq!(v6.view().broadcast(), None);
    }
}
