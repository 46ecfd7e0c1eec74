//! The link message: a network interface as the kernel reports it, or as a request changes it.

use super::{
    AddressGeneration, AltName, BondPort, BridgePort, BridgeSpec, DevlinkPort, DpllPin, ExtMask, FamilySpecs,
    FamilySpecsBuf, FamilySpecsOf, Inet6Spec, Inet6SpecBuf, InetSpec, InterfaceName, Ipvlan, LinkEvent,
    LinkFlags, LinkInfo, LinkInfoBuf, LinkKind, LinkMap, LinkMode, LinkProperties, LinkStats, LinkStats32,
    LinkType, MulticastSpec, Netkit, OperState, PortKind, PortProfile, PortProfiles, ProtoDownReason,
    ProtocolInfo, Vf, VfBuf, VfList, VfListBuf, VfSettings, Xdp,
};
use crate::link::netkit::NetkitMode;
use crate::{AddressFamily, HardwareAddress, NamespaceId, Unterminated};
use netlink_packet::{
    Buffer, Build, Descriptor, IfIndex, NLA_F_NESTED, Name, Nest, Put, Scope, Uint, View, built, nested,
    netlink,
};
use std::net::Ipv6Addr;

netlink! {
    /// A network interface (link): `RTM_NEWLINK`, `RTM_DELLINK`, `RTM_GETLINK` and `RTM_SETLINK`
    /// (`struct ifinfomsg`).
    ///
    /// ```
    /// use rtnetlink::LinkMessage;
    ///
    /// // ip link set dev eth0 up mtu 1400
    /// let set = LinkMessage::build().name("eth0").up().mtu(1400);
    /// assert!(set.view().is_up() && set.view().mtu() == Some(1400));
    /// ```
    pub struct LinkMessage / LinkMessageBuf
    header ifinfomsg: 16 {
        /// Address family that the message is about, usually unspecified; see [`crate::link`].
        ifi_family = 0 => family: AddressFamily; ignored(is_of_other_family, "links are changed by the families `UNSPEC` and `BRIDGE`"),
        /// Link-layer type (ARP hardware type), such as Ethernet.
        ifi_type = 2 => link_type: LinkType; read_only,
        /// Interface index (`ifindex`). A request with 0 selects by name, or lets the kernel choose for a new
        /// link.
        ifi_index = 4 => index: u32 as IfIndex<i32>,
        /// Interface flags, such as UP.
        ifi_flags = 8 => flags: LinkFlags; sent_as(flags_to_ask); ignored_bits(flags_to_ignore, "only the kernel sets it, or `changed` lacks it"),
        /// Change mask: flags that a request changes, or that have changed in a notification.
        ifi_change = 12 => changed: LinkFlags; sent_as(flags_to_change); ignored_bits(changes_to_ignore, "only the kernel sets it"),
    }
    attributes {
        /// Hardware (MAC) address.
        IFLA_ADDRESS = 1 => address: HardwareAddress; unless(has_fixed_address),
        /// Broadcast hardware address; on a point-to-point link, the peer's address.
        IFLA_BROADCAST = 2 => broadcast: HardwareAddress,
        /// Interface name, at most 15 bytes; [`name`](LinkMessage::name) returns it without the `Option`.
        IFLA_IFNAME = 3 => interface_name: &Name as InterfaceName; set_by("name"),
        /// Maximum transmission unit (MTU), in bytes.
        IFLA_MTU = 4 => mtu: u32,
        /// Index of the parent (lower) link, such as a VLAN's; of a veth, the peer. The link lives in the
        /// namespace [`parent_namespace`](LinkMessage::parent_namespace), where there is one.
        IFLA_LINK = 5 => parent: u32 as IfIndex; when_added,
        /// Root queueing discipline (qdisc), by kind.
        IFLA_QDISC = 6 => qdisc: &str as str; read_only,
        /// Statistics as 32-bit counters, which wrap.
        IFLA_STATS = 7 => stats32: &LinkStats32 as LinkStats32; read_only,
        /// Index of the master that the link is a port of, such as a bridge; setting 0 releases it.
        IFLA_MASTER = 10 => master: u32 as IfIndex,
        /// Wireless extensions event (`struct iw_event`, legacy).
        IFLA_WIRELESS = 11 => wireless: &[u8] as [u8]; read_only,
        /// Protocol information of the message's family; [`bridge_port`](LinkMessage::bridge_port) and
        /// [`inet6`](LinkMessage::inet6) read it.
        IFLA_PROTINFO = 12 | NLA_F_NESTED => protocol_info: &Nest as ProtocolInfo; later(is_of_bridge),
        /// Transmit queue length (`qlen`), in packets.
        IFLA_TXQLEN = 13 => tx_queue_length: u32,
        /// Hardware resource map: memory, I/O port, interrupt.
        IFLA_MAP = 14 => map: &LinkMap as LinkMap; separate,
        /// Weight; current kernels ignore it.
        IFLA_WEIGHT = 15 => weight: u32; read_only,
        /// Operational state (RFC 2863).
        IFLA_OPERSTATE = 16 => state: OperState; separate,
        /// Link mode: the operational state to enter when the carrier comes up.
        IFLA_LINKMODE = 17 => mode: LinkMode,
        /// Link info: the kind, with its attributes, and those of a port.
        IFLA_LINKINFO = 18 => info: &LinkInfo as LinkInfo; set_by(has_port, "port"); set_by(has_kind, "kind"),
        /// Network namespace to move the link to, by the PID of a process in it. Requests only.
        IFLA_NET_NS_PID = 19 => namespace_of_pid: u32,
        /// Alias: a free-form description, up to 255 bytes; an empty one removes it.
        IFLA_IFALIAS = 20 => alias: &Name as Unterminated<Name>; later,
        /// Number of virtual functions (VF) of an SR-IOV device.
        IFLA_NUM_VF = 21 => vf_count: u32; read_only,
        /// Virtual function information, per VF; [`vfs`](LinkMessage::vfs) iterates over it.
        IFLA_VFINFO_LIST = 22 => vf_list: &VfList as VfList; separate; later; set_by("vf"),
        /// Statistics as 64-bit counters.
        IFLA_STATS64 = 23 => stats: &LinkStats as LinkStats; read_only,
        /// Port profiles of the virtual functions (VF).
        IFLA_VF_PORTS = 24 => vf_ports: &PortProfiles as PortProfiles; separate; later,
        /// Port profile of the device itself.
        IFLA_PORT_SELF = 25 => port_profile: &PortProfile as PortProfile; separate; later,
        /// Address-family specific settings. In messages of the family `BRIDGE` it is a [`BridgeSpec`], which
        /// [`bridge_spec`](LinkMessage::bridge_spec) reads, and in those of `IPMR` a [`MulticastSpec`]. Setting either sets
        /// the family of a message that has none.
        IFLA_AF_SPEC = 26 => family_specs: &FamilySpecs as FamilySpecsOf; ignored(is_of_multicast); later,
        /// IfIndex group; default 0.
        IFLA_GROUP = 27 => group: u32,
        /// Network namespace to move the link to, as an open file descriptor. Requests only.
        IFLA_NET_NS_FD = 28 => namespace_file: u32 as Descriptor,
        /// Extended info mask: what a reply includes or leaves out.
        IFLA_EXT_MASK = 29 => ext_mask: ExtMask; separate,
        /// Promiscuity count: how many users hold promiscuous mode.
        IFLA_PROMISCUITY = 30 => promiscuity: u32; read_only,
        /// Number of transmit queues.
        IFLA_NUM_TX_QUEUES = 31 => tx_queues: u32; when_added,
        /// Number of receive queues.
        IFLA_NUM_RX_QUEUES = 32 => rx_queues: u32; when_added,
        /// Carrier: the physical link is up.
        IFLA_CARRIER = 33 => carrier: bool; separate; later,
        /// Physical port id; functions that share a port have the same one.
        IFLA_PHYS_PORT_ID = 34 => physical_port_id: &[u8] as [u8]; read_only,
        /// Number of carrier changes (up and down).
        IFLA_CARRIER_CHANGES = 35 => carrier_changes: u32; read_only,
        /// Physical switch id; ports of one switch have the same one.
        IFLA_PHYS_SWITCH_ID = 36 => switch_id: &[u8] as [u8]; read_only,
        /// Network namespace id of the [`parent`](LinkMessage::parent) link, where it is in another one.
        IFLA_LINK_NETNSID = 37 => parent_namespace: NamespaceId; when_added,
        /// Physical port name, such as `p1`.
        IFLA_PHYS_PORT_NAME = 38 => physical_port_name: &str as str; read_only,
        /// Protodown: user space holds the link down, such as after a protocol error.
        IFLA_PROTO_DOWN = 39 => proto_down: bool; unless(is_not_held_down); later,
        /// Maximum number of segments in a GSO packet.
        IFLA_GSO_MAX_SEGS = 40 => gso_max_segments: u32,
        /// Maximum size of a GSO packet, in bytes.
        IFLA_GSO_MAX_SIZE = 41 => gso_max_size: u32,
        /// XDP programs (express data path).
        IFLA_XDP = 43 => xdp: &Xdp as Xdp; separate; later,
        /// Event that caused the notification.
        IFLA_EVENT = 44 => event: LinkEvent; read_only,
        /// New network namespace id, in the notification that the link has left.
        IFLA_NEW_NETNSID = 45 => new_namespace: NamespaceId; read_only,
        /// Target network namespace id: the namespace that a request is for or a reply comes from.
        IFLA_TARGET_NETNSID = 46 => namespace: NamespaceId; separate,
        /// Number of carrier up events.
        IFLA_CARRIER_UP_COUNT = 47 => carrier_up_count: u32; read_only,
        /// Number of carrier down events.
        IFLA_CARRIER_DOWN_COUNT = 48 => carrier_down_count: u32; read_only,
        /// New interface index in the namespace that the link moves or has moved to.
        IFLA_NEW_IFINDEX = 49 => new_index: i32; separate,
        /// Minimum MTU that the device supports, in bytes.
        IFLA_MIN_MTU = 50 => min_mtu: u32; read_only,
        /// Maximum MTU that the device supports, in bytes; 0 where no limit is known.
        IFLA_MAX_MTU = 51 => max_mtu: u32; read_only,
        /// Property list, such as alternative names; [`alt_names`](LinkMessage::alt_names) reads it.
        IFLA_PROP_LIST = 52 | NLA_F_NESTED => properties: &LinkProperties as LinkProperties; later; set_by("alt_names"),
        /// Alternative name (altname) by which a request selects the link.
        IFLA_ALT_IFNAME = 53 => alt_name: &Name as AltName,
        /// Permanent hardware address, as set by the manufacturer.
        IFLA_PERM_ADDRESS = 54 => permanent_address: HardwareAddress; read_only,
        /// Protodown reasons, as a bit mask.
        IFLA_PROTO_DOWN_REASON = 55 | NLA_F_NESTED => proto_down_reason: &ProtoDownReason as ProtoDownReason; later; needs("Linux 5.9"); taken_if(is_reason_taken),
        /// Name of the parent device on its bus, such as `0000:03:00.0`.
        IFLA_PARENT_DEV_NAME = 56 => parent_device: &str as str; when_added,
        /// Bus name of the parent device, such as `pci`.
        IFLA_PARENT_DEV_BUS_NAME = 57 => parent_bus: &str as str; read_only,
        /// Maximum size of an aggregated GRO packet, in bytes.
        IFLA_GRO_MAX_SIZE = 58 => gro_max_size: u32; needs("Linux 5.17"),
        /// Maximum size of a TSO packet that the hardware segments, in bytes.
        IFLA_TSO_MAX_SIZE = 59 => tso_max_size: u32; read_only,
        /// Maximum number of segments of a TSO packet.
        IFLA_TSO_MAX_SEGS = 60 => tso_max_segments: u32; read_only,
        /// All-multicast count: how many users hold allmulti mode.
        IFLA_ALLMULTI = 61 => all_multicast_count: u32; read_only,
        /// Devlink port of the link.
        IFLA_DEVLINK_PORT = 62 => devlink_port: &DevlinkPort as DevlinkPort; read_only,
        /// Maximum size of an IPv4 GSO packet, in bytes.
        IFLA_GSO_IPV4_MAX_SIZE = 63 => gso_ipv4_max_size: u32; needs("Linux 6.3"),
        /// Maximum size of an aggregated IPv4 GRO packet, in bytes.
        IFLA_GRO_IPV4_MAX_SIZE = 64 => gro_ipv4_max_size: u32; needs("Linux 6.3"),
        /// DPLL pin: the clock pin associated with the link.
        IFLA_DPLL_PIN = 65 => dpll_pin: &DpllPin as DpllPin; read_only,
        /// Maximum pacing offload horizon: how far ahead the hardware can schedule a packet, in nanoseconds.
        IFLA_MAX_PACING_OFFLOAD_HORIZON = 66 => max_pacing_offload_horizon: u64 as Uint; read_only,
        /// Netns-immutable: the link can't be moved to another network namespace.
        IFLA_NETNS_IMMUTABLE = 67 => namespace_immutable: bool; read_only,
        /// Headroom that the device needs in front of each packet, in bytes.
        IFLA_HEADROOM = 68 => headroom: u16; read_only,
        /// Tailroom that the device needs behind each packet, in bytes.
        IFLA_TAILROOM = 69 => tailroom: u16; read_only,
    }
}

/// Whether the kernel took reasons: it does not tell none.
fn is_reason_taken(given: &[u8], told: Option<&[u8]>) -> bool {
    told.is_some() || ProtoDownReason::cast(given).value().unwrap_or_default() == 0
}

/// Whether the kernel took a value of which it does not tell zero.
pub(crate) fn is_told_or_zero(given: &[u8], told: Option<&[u8]>) -> bool {
    told.is_some() || given.iter().all(|byte| *byte == 0)
}

/// The flags to ask for.
fn flags_to_ask(scope: &Scope<'_>, flags: u64) -> u64 {
    flags & flags_to_change(scope, 0)
}

/// The flags that a request sets. A bond takes only ports that are down, and sets them up by itself.
fn flags_to_change(scope: &Scope<'_>, _: u64) -> u64 {
    let link = LinkMessage::cast(scope.bytes());
    let is_set_up = link.info().and_then(LinkInfo::port_kind_name) == Some(BondPort::NAME);
    let others = if is_set_up { LinkFlags::UP } else { LinkFlags::empty() };
    (LinkFlags::SETTABLE - others).bits().into()
}

/// The flags that a request does not set: those that none can, and those outside of its mask, if it has one.
fn flags_to_ignore(scope: &Scope<'_>) -> u64 {
    let changed = LinkMessage::cast(scope.bytes()).changed();
    let outside = if changed.is_empty() { LinkFlags::empty() } else { !changed };
    u64::from(outside.bits()) | changes_to_ignore(scope)
}

/// The flags that no request sets.
fn changes_to_ignore(_: &Scope<'_>) -> u64 {
    (!LinkFlags::SETTABLE).bits().into()
}

/// Whether it is of a family whose messages about links are only told.
fn is_of_other_family(scope: &Scope<'_>) -> bool {
    let family = LinkMessage::cast(scope.bytes()).family();
    !matches!(family, AddressFamily::UNSPEC | AddressFamily::BRIDGE)
}

/// Whether it has options of a port.
fn has_port(scope: &Scope<'_>) -> bool {
    let info = LinkMessage::cast(scope.bytes()).info();
    info.is_some_and(|info| info.port_kind_name().is_some())
}

/// Whether it has a kind.
fn has_kind(scope: &Scope<'_>) -> bool {
    LinkMessage::cast(scope.bytes()).kind_name().is_some()
}

/// Whether the message is about bridge ports (family `BRIDGE`).
fn is_of_bridge(scope: &Scope<'_>) -> bool {
    LinkMessage::cast(scope.bytes()).family() == AddressFamily::BRIDGE
}

/// Whether the message is about multicast routing (families `IPMR` and `IP6MR`), which is read-only.
fn is_of_multicast(scope: &Scope<'_>) -> bool {
    matches!(LinkMessage::cast(scope.bytes()).family(), AddressFamily::IPMR | AddressFamily::IP6MR)
}

/// Whether its address can't be set: a tunnel's is its local endpoint, and others have none, or their parent's.
fn has_fixed_address(scope: &Scope<'_>) -> bool {
    let link = LinkMessage::cast(scope.bytes());
    let is_tunnel = matches!(
        link.link_type(),
        LinkType::TUNNEL | LinkType::TUNNEL6 | LinkType::SIT | LinkType::IPGRE | LinkType::IP6GRE
    );
    let is_of_packets = link.kind().and_then(Netkit::mode) == Some(NetkitMode::L3);
    is_tunnel || is_of_packets || link.kind::<Ipvlan>().is_some()
}

/// Whether protodown is off: only some links accept it.
fn is_not_held_down(scope: &Scope<'_>) -> bool {
    LinkMessage::cast(scope.bytes()).proto_down() == Some(false)
}

impl LinkMessage {
    /// Interface name (`IFLA_IFNAME`); empty in a message without one, which the kernel never sends.
    pub fn name(&self) -> &Name {
        self.interface_name().unwrap_or(Name::new(""))
    }

    /// Alternative names (`IFLA_ALT_IFNAME`).
    pub fn alt_names(&self) -> impl Iterator<Item = &Name> {
        self.properties().and_then(LinkProperties::alt_names).into_iter().flatten()
    }

    /// Whether the link is administratively up (`IFF_UP`). Whether it is operational is its [`state`](Self::state).
    pub fn is_up(&self) -> bool {
        self.flags().contains(LinkFlags::UP)
    }

    /// Name of the link kind (`IFLA_INFO_KIND`), such as `vlan`; `None` where there is none, as for most hardware.
    pub fn kind_name(&self) -> Option<&str> {
        self.info().and_then(LinkInfo::kind_name)
    }

    /// Options of the link's kind; `None` for a link of another kind.
    pub fn kind<K: LinkKind + ?Sized>(&self) -> Option<&K> {
        self.info().and_then(LinkInfo::kind)
    }

    /// Port options of the link (`IFLA_INFO_SLAVE_DATA`); `None` where its master isn't of this kind.
    pub fn port<P: PortKind + ?Sized>(&self) -> Option<&P> {
        self.info().and_then(LinkInfo::port)
    }

    /// Bridge port options, in messages of any family.
    pub fn bridge_port(&self) -> Option<&BridgePort> {
        self.specific(AddressFamily::BRIDGE, self.protocol_info()).or_else(|| self.port())
    }

    /// Bridge part of the link (VLANs and more), in messages of the family [`BRIDGE`](AddressFamily::BRIDGE).
    pub fn bridge_spec(&self) -> Option<&BridgeSpec> {
        self.spec_of(AddressFamily::BRIDGE)
    }

    /// Multicast routing table, in messages of the family [`IPMR`](AddressFamily::IPMR).
    pub fn multicast_spec(&self) -> Option<&MulticastSpec> {
        self.spec_of(AddressFamily::IPMR)
    }

    /// What messages of this family have instead of the attributes of all families.
    fn spec_of<V: View + ?Sized>(&self, family: AddressFamily) -> Option<&V> {
        let specs = self.attributes().raw().payload_of(LinkMessage::IFLA_AF_SPEC.number())?;
        self.specific(family, Nest::new(specs).ok())
    }

    /// IPv4 part of the link.
    pub fn inet(&self) -> Option<&InetSpec> {
        self.family_specs().and_then(FamilySpecs::inet)
    }

    /// IPv6 part of the link, in messages of any family.
    pub fn inet6(&self) -> Option<&Inet6Spec> {
        let own = self.specific(AddressFamily::INET6, self.protocol_info());
        own.or_else(|| self.family_specs().and_then(FamilySpecs::inet6))
    }

    /// A nest whose set depends on the message's family.
    fn specific<'a, V: View + ?Sized>(&self, family: AddressFamily, nest: Option<&'a Nest>) -> Option<&'a V> {
        nest.filter(|_| self.family() == family).and_then(|nest| V::read(nest.as_bytes()).ok())
    }

    /// Virtual functions (VF), where the request asked for them.
    pub fn vfs(&self) -> impl Iterator<Item = &Vf> {
        self.vf_list().and_then(VfList::vfs).into_iter().flatten()
    }
}

impl LinkMessageBuf {
    /// Sets the name. In a message with an index, it renames that link.
    pub fn name(self, name: impl Put<InterfaceName>) -> Self {
        self.with(LinkMessage::IFLA_IFNAME, name)
    }

    /// Sets the link up, like `ip link set dev DEV up`.
    pub fn up(self) -> Self {
        self.flag(LinkFlags::UP, true)
    }

    /// Sets the link down, like `ip link set dev DEV down`.
    pub fn down(self) -> Self {
        self.flag(LinkFlags::UP, false)
    }

    /// Turns ARP on or off (`IFF_NOARP`), like `ip link set dev DEV arp on`.
    pub fn arp(self, on: bool) -> Self {
        self.flag(LinkFlags::NO_ARP, !on)
    }

    /// Sets promiscuous mode, like `ip link set dev DEV promisc on`.
    pub fn promiscuous(self, on: bool) -> Self {
        self.flag(LinkFlags::PROMISC, on)
    }

    /// Turns multicast on or off (`IFF_MULTICAST`), like `ip link set dev DEV multicast on`.
    pub fn multicast(self, on: bool) -> Self {
        self.flag(LinkFlags::MULTICAST, on)
    }

    /// Turns all-multicast mode on or off (`IFF_ALLMULTI`), like `ip link set dev DEV allmulticast on`.
    pub fn all_multicast(self, on: bool) -> Self {
        self.flag(LinkFlags::ALL_MULTI, on)
    }

    /// Turns the dynamic flag on or off (`IFF_DYNAMIC`), like `ip link set dev DEV dynamic on`.
    pub fn dynamic(self, on: bool) -> Self {
        self.flag(LinkFlags::DYNAMIC, on)
    }

    /// Sets or clears flags, and leaves the others.
    pub fn flag(self, flag: LinkFlags, on: bool) -> Self {
        let (flags, changed) = (self.view().flags(), self.view().changed());
        let flags = if on { flags | flag } else { flags - flag };
        self.flags(flags).changed(changed | flag)
    }

    /// Removes the link from its master, like `ip link set dev DEV nomaster`.
    pub fn no_master(self) -> Self {
        self.master(0)
    }

    /// Sets the kind of the link and its options, like `ip link add ... type KIND ...`.
    pub fn kind<B>(self, kind: B) -> Self
    where
        B: Build,
        B::View: LinkKind,
    {
        self.kind_named(B::View::NAME, kind)
    }

    /// Sets what kind of link it is by a name of its own, where the kind has another's attributes:
    /// `kind_named("macvtap", Macvlan::build())`.
    pub fn kind_named<B>(self, name: &str, kind: B) -> Self
    where
        B: Build,
        B::View: LinkKind,
    {
        let info: LinkInfoBuf = nested(&self.0, LinkMessage::IFLA_LINKINFO);
        self.info(info.kind_named(name, kind))
    }

    /// Sets the port options, like `ip link set dev DEV type bridge_slave ...`.
    pub fn port<B>(self, port: B) -> Self
    where
        B: Build,
        B::View: PortKind,
    {
        let info: LinkInfoBuf = nested(&self.0, LinkMessage::IFLA_LINKINFO);
        self.info(info.port(port))
    }

    /// Adds settings of a virtual function: `ip link set dev DEV vf NUMBER ...`.
    pub fn vf(self, settings: VfSettings) -> Self {
        let before: VfListBuf = nested(&self.0, LinkMessage::IFLA_VFINFO_LIST);
        let before = before.view().vfs().into_iter().flatten().map(Vf::to_buf);
        let vfs: Vec<VfBuf> = before.chain([built(settings)]).collect();
        self.vf_list(VfList::build().vfs(vfs))
    }

    /// Sets how IPv6 generates link-local and autoconfigured addresses: `ip link set dev DEV addrgenmode MODE`.
    pub fn address_generation(self, mode: impl Put<AddressGeneration>) -> Self {
        self.inet6_spec(|spec| spec.address_generation(mode))
    }

    /// Sets the token, the low 64 bits of autoconfigured IPv6 addresses: `ip token set TOKEN dev DEV`; `::` for none.
    pub fn token(self, token: impl Put<Ipv6Addr>) -> Self {
        self.inet6_spec(|spec| spec.token(token))
    }

    fn inet6_spec(self, set: impl FnOnce(Inet6SpecBuf) -> Inet6SpecBuf) -> Self {
        let specs: FamilySpecsBuf = nested(&self.0, LinkMessage::IFLA_AF_SPEC);
        let spec = nested(specs.buffer(), FamilySpecs::AF_INET6);
        self.family_specs(specs.inet6(set(spec)))
    }

    /// Sets the alternative names to add, or to delete: `ip link property add dev DEV altname NAME`.
    pub fn alt_names<I>(self, names: I) -> Self
    where
        I: IntoIterator,
        I::Item: Put<AltName>,
    {
        self.properties(LinkProperties::build().alt_names(names))
    }
}

netlink! {
    /// A request with only an address family: `struct rtgenmsg`. Old programs list links with it.
    pub struct RtGenMessage / RtGenMessageBuf
    header rtgenmsg: 1 {
        /// Address family.
        family = 0 => family: AddressFamily,
    }
}

/// A link where a device is meant: by its index.
macro_rules! as_device {
    ($($index:ty)*) => { $(
        impl Put<IfIndex<$index>> for &LinkMessage {
            #[inline]
            fn put(self, out: &mut Buffer) {
                out.push(&self.index().to_ne_bytes());
            }
        }
    )* };
}

as_device! { u32 i32 }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;
    use crate::link::{BridgePort, XdpAttached, XdpFlags};
    use netlink_packet::BuildError;

    #[test]
    fn as_the_kernel_reports_it() {
        let reported = capture!("link_eth0");
        let link = reported.link();
        assert_eq!((link.name(), link.index(), link.link_type()), ("eth0".into(), 2, LinkType::ETHER));
        assert_eq!(link.flags().to_string(), "BROADCAST,NOARP,ALLMULTI,PROMISC,DYNAMIC,RUNNING,UP,LOWER_UP");
        assert_eq!((link.mtu(), link.tx_queue_length(), link.group()), (Some(1400), Some(500), Some(7)));
        assert_eq!(link.address(), Some([2, 0, 0, 0, 0, 5].into()));
        assert_eq!(link.broadcast().map(|address| address.to_string()), Some("ff:ff:ff:ff:ff:fe".to_owned()));
        assert_eq!((link.qdisc(), link.kind_name()), (Some("noqueue"), Some("dummy")));
        assert!(link.alias().is_some_and(|alias| alias == "uplink to the world"));
        let names: Vec<_> = link.alt_names().map(Name::to_string).collect();
        assert_eq!(names, ["uplink", "a-name-that-is-longer-than-fifteen-bytes"]);
        assert_eq!((link.promiscuity(), link.all_multicast_count()), (Some(1), Some(1)));
        assert!(link.is_up() && link.carrier() == Some(true) && link.master().is_none());
    }

    #[test]
    fn hardware_addresses_of_tunnels() {
        let reported = capture!("link_gre1");
        let address = reported.link().address().unwrap();
        assert_eq!(address.on(reported.link().link_type()).to_string(), "192.0.2.1");
        let reported = capture!("link_t6");
        let address = reported.link().address().unwrap();
        assert_eq!(address.on(reported.link().link_type()).to_string(), "2001:db8::1");
    }

    #[test]
    fn set() {
        let set = capture!("set_link");
        let built = LinkMessage::build().index(2).up().mtu(1400).tx_queue_length(500);
        let built = built.address("02:00:00:00:00:05").broadcast("ff:ff:ff:ff:ff:fe");
        assert_eq!(built.as_bytes(), set.payload);
    }

    #[test]
    fn set_flags() {
        let set = capture!("set_flags");
        let built = LinkMessage::build().index(2).arp(false).promiscuous(true).multicast(false);
        assert_eq!(built.all_multicast(true).dynamic(true).as_bytes(), set.payload);
        let down = LinkMessage::build().up().down();
        assert_eq!((down.view().flags(), down.view().changed()), (LinkFlags::empty(), LinkFlags::UP));
    }

    #[test]
    fn set_one_thing() {
        let link = |index: u32| LinkMessage::build().index(index);
        assert_eq!(link(3).master(12).as_bytes(), capture!("set_master").payload);
        assert_eq!(link(2).alias("uplink to the world").as_bytes(), capture!("set_alias").payload);
        assert_eq!(link(2).group(7).as_bytes(), capture!("set_group").payload);
        let moved = capture!("set_netns");
        assert_eq!(link(moved.link().index()).namespace_of_pid(1).as_bytes(), moved.payload);
        let renamed = capture!("set_name");
        assert_eq!(link(renamed.link().index()).name("v4").as_bytes(), renamed.payload);
        let carrier = capture!("set_carrier");
        assert_eq!(link(carrier.link().index()).carrier(false).as_bytes(), carrier.payload);
        let deleted = capture!("del_link");
        assert_eq!(link(deleted.link().index()).as_bytes(), deleted.payload);
    }

    #[test]
    fn set_proto_down() {
        let set = capture!("set_protodown");
        let reason = ProtoDownReason::build().mask(1 << 3).value(1 << 3);
        let built = LinkMessage::build().index(set.link().index()).proto_down(true).proto_down_reason(reason);
        assert_eq!(built.as_bytes(), set.payload);
    }

    #[test]
    fn detach_a_program() {
        let set = capture!("set_xdp_off");
        let built = LinkMessage::build().index(2).xdp(Xdp::detach().flags(XdpFlags::UPDATE_IF_NOEXIST));
        assert_eq!(built.as_bytes(), set.payload);
        let attached = capture!("link_eth0").link().xdp().and_then(Xdp::attached);
        assert_eq!(attached, Some(XdpAttached::NONE));
    }

    #[test]
    fn add_alternative_names() {
        let add = capture!("add_altnames");
        let names = ["uplink", "a-name-that-is-longer-than-fifteen-bytes"];
        assert_eq!(LinkMessage::build().index(2).alt_names(names).as_bytes(), add.payload);
    }

    #[test]
    fn the_ipv6_part() {
        let set = capture!("set_addrgenmode");
        let specs =
            FamilySpecs::build().inet6(Inet6Spec::build().address_generation(AddressGeneration::NONE));
        assert_eq!(LinkMessage::build().index(2).family_specs(specs).as_bytes(), set.payload);
        let link = || LinkMessage::build().index(2);
        assert_eq!(link().address_generation("none").as_bytes(), set.payload);
        // One does not take the place of the other.
        let both = link().token("::5").address_generation(AddressGeneration::EUI64);
        let inet6 = both.view().inet6().unwrap();
        assert_eq!(inet6.address_generation(), Some(AddressGeneration::EUI64));
        assert_eq!(inet6.token(), Some("::5".parse().unwrap()));

        // The same in a message of any family and in one of IPv6.
        for reported in [capture!("link_eth0"), capture!("inet6_eth0")] {
            let inet6 = reported.link().inet6().unwrap();
            assert_eq!(inet6.address_generation(), Some(AddressGeneration::NONE));
        }
        assert!(capture!("inet6_eth0").link().inet().is_none());
    }

    #[test]
    fn a_link_is_a_device() {
        let parent = LinkMessage::build().index(7);
        let built = LinkMessage::build().index(parent.view()).parent(parent.view()).master("br0");
        assert_eq!((built.view().index(), built.view().parent()), (7, Some(7)));
        assert_eq!(built.buffer().unresolved().len(), 1);
    }

    #[test]
    fn names_that_are_not_utf8() {
        let name = b"e\xffth\xa0";
        let link = LinkMessage::build().name(&name[..]).alias("x").alt_names([&b"\xfe"[..]]);
        let read = LinkMessage::new(link.as_bytes()).unwrap();
        assert_eq!((read.name().as_bytes(), read.malformed().count()), (&name[..], 0));
        assert_eq!(read.alt_names().map(Name::as_bytes).collect::<Vec<_>>(), [b"\xfe"]);
        assert!(format!("{read:?}").contains(r#"interface_name: b"e\xffth\xa0""#), "{read:?}");
    }

    #[test]
    fn names_that_the_kernel_refuses() {
        for name in ["", "a/b", "more_than_15_byt"] {
            let problem = BuildError::Invalid(format!("{name:?} is not a valid interface name"));
            assert_eq!(LinkMessage::build().name(name).buffer().problem(), Some(&problem));
        }
    }

    #[test]
    fn statistics_of_older_and_newer_kernels() {
        let reported = capture!("link_eth0");
        let whole = reported.link().stats().unwrap();
        assert_eq!((whole.as_bytes().len(), whole.tx_packets(), whole.tail().len()), (200, 2, 0));
        let bytes = [whole.as_bytes(), &[0xa5; 16]].concat();
        for length in 0..bytes.len() {
            let stats = LinkStats::new(&bytes[..length]).unwrap();
            let expected = if length < 16 { 0 } else { 2 };
            assert_eq!((stats.tx_packets(), stats.tail().len()), (expected, length.saturating_sub(200)));
        }
    }

    #[test]
    fn a_wrong_length_costs_only_its_own_reader() {
        let mtu: netlink_packet::Attr<LinkMessage, [u8]> = netlink_packet::Attr::new(4, "IFLA_MTU");
        let link = LinkMessage::build().with(mtu, [0xa5; 3]).name("eth0").group(1);
        assert_eq!(
            (link.view().mtu(), link.view().name(), link.view().group()),
            (None, "eth0".into(), Some(1))
        );
        assert_eq!(link.malformed().map(|found| found.path).collect::<Vec<_>>(), ["IFLA_MTU"]);
    }

    #[test]
    fn errors_find_their_way_into_kinds_and_families() {
        let set = capture!("set_port_link");
        let scope = netlink_packet::Scope::of(set.link());
        assert_eq!(scope.path(set.payload.len() - 8), ["IFLA_PROTINFO", "IFLA_BRPORT_COST"]);
        let add = capture!("add_vlan");
        let scope = netlink_packet::Scope::of(add.link());
        assert_eq!(scope.path(add.payload.len() - 8), ["IFLA_LINKINFO", "IFLA_INFO_DATA", "IFLA_VLAN_ID"]);
        let port = LinkMessage::build().port(BridgePort::build().cost(1));
        let scope = netlink_packet::Scope::of(port.view());
        let path = ["IFLA_LINKINFO", "IFLA_INFO_SLAVE_DATA", "IFLA_BRPORT_COST"];
        assert_eq!(scope.path(port.as_bytes().len() - 8), path);
    }
}
