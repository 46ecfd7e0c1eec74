//! Neighbours: what `ip neighbour`, `ip ntable` and `bridge fdb` do.
//!
//! | `ip`, `bridge` | here |
//! | --- | --- |
//! | `ip neighbour show nud all` | [`ip.neighbour().list()`](Neighbours::list) |
//! | `ip -4 neighbour show dev eth0 nud reachable` | `ip.neighbour().list().family(AddressFamily::INET).device("eth0").state(NeighbourState::REACHABLE)` |
//! | `ip neighbour show proxy` | `ip.neighbour().list().proxy()` |
//! | `ip neighbour get 192.0.2.7 dev eth0` | [`ip.neighbour().get("eth0", "192.0.2.7")`](Neighbours::get) |
//! | `ip neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev eth0` | [`ip.neighbour().add("eth0", Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07"))`](Neighbours::add) |
//! | `ip neighbour add 192.0.2.7 dev eth0 managed`, `use` | `ip.neighbour().add("eth0", Neighbour::of("192.0.2.7").managed())`, `....flag(NeighbourFlags::USE)` |
//! | `ip neighbour replace ...`, `change` | [`ip.neighbour().replace(...)`](Neighbours::replace), [`change`](Neighbours::change) |
//! | `ip neighbour delete 192.0.2.7 dev eth0` | [`ip.neighbour().delete("eth0", "192.0.2.7")`](Neighbours::delete) |
//! | `ip neighbour flush dev eth0` | [`ip.neighbour().list().device("eth0").flush()`](List::flush) |
//! | `ip neighbour flush dev eth0 nud permanent`, `nud all` | `ip.neighbour().list().device("eth0").state(NeighbourState::PERMANENT).flush()`, [`....flush().all()`](crate::Flush::all) |
//! | `bridge fdb show br br0` | [`ip.neighbour().fdb().master("br0")`](Neighbours::fdb) |
//! | `bridge monitor fdb` | [`ip.watch(Topics::FDB)`](crate::watch::Topics::FDB) |
//! | `bridge fdb flush dev br0` | `ip.neighbour().fdb().master("br0").flush()` |
//! | `bridge fdb append 00:00:00:00:00:00 dev vxlan0 dst 198.51.100.7` | [`ip.neighbour().append("vxlan0", Neighbour::fdb("00:00:00:00:00:00").address("198.51.100.7"))`](Neighbours::append) |
//! | `ip ntable show dev eth0` | [`ip.neighbour_table().list().device("eth0")`](NeighbourTables::list) |
//! | `ip ntable change name arp_cache thresh3 4096` | [`ip.neighbour_table().change(NeighbourTableMessage::build().name("arp_cache").threshold3(4096u32))`](NeighbourTables::change) |

use crate::device::{Device, one};
use crate::error::ErrorKind;
use crate::handle::{Handle, verbs};
use crate::known::{self, may_be_unknown, removal};
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::order::{About, Order, Premise, Question, Removal, Steps, Subject};
use crate::request::{Added, Changed, Checked, Deleted, Request};
use netlink_packet::{Buffer, Build, BuildError, Flags, Packet, PooledBuffer, Put, View};
use rtnetlink::link::{Bridge, LinkFlags, LinkKind, LinkMessage, Vxlan};
use rtnetlink::message::{RTM_DELNEIGH, RTM_GETNEIGH, RTM_GETNEIGHTBL, RTM_NEWNEIGH, RTM_SETNEIGHTBL};
use rtnetlink::neighbour::{
    NeighbourFlags, NeighbourMessage, NeighbourMessageBuf, NeighbourSettings, NeighbourState,
    NeighbourTableMessage, NeighbourTableMessageBuf,
};
use rtnetlink::{AddressFamily, HardwareAddress, address_of};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;

impl<D> Handle<D> {
    /// Neighbours (ARP, NDP), and FDB entries of bridges and VXLANs: `ip neighbour`, `bridge fdb`.
    pub fn neighbour(&self) -> Neighbours<'_, D> {
        Neighbours(self)
    }

    /// Neighbour tables and their parameters: `ip ntable`.
    pub fn neighbour_table(&self) -> NeighbourTables<'_, D> {
        NeighbourTables(self)
    }
}

verbs! {
    /// The verbs of `ip neighbour` and `bridge fdb`; [`Handle::neighbour`](crate::Handle::neighbour) gives them.
    pub struct Neighbours
}

impl<D> Neighbours<'_, D> {
    /// Lists the neighbours of all states, like `ip neighbour show nud all`; proxy entries only with
    /// [`proxy`](List::proxy).
    pub fn list(&self) -> List<D, NeighbourMessage> {
        self.of_family("list neighbours", AddressFamily::UNSPEC)
    }

    /// Lists the FDB entries of bridges, their ports and VXLANs, like `bridge fdb show`.
    pub fn fdb(&self) -> List<D, NeighbourMessage> {
        self.of_family("list forwarding entries", AddressFamily::BRIDGE)
    }

    fn of_family(&self, operation: &'static str, family: AddressFamily) -> List<D, NeighbourMessage> {
        self.0.list(operation, RTM_GETNEIGH, NeighbourMessage::build().family(family))
    }

    /// Gets one neighbour, like `ip neighbour get ADDRESS dev DEV`, or one FDB entry, like `bridge fdb get LLADDR dev
    /// DEV`; the error [is not found](crate::Error::is_not_found) if there is none.
    pub fn get(
        &self,
        device: impl Into<Device>,
        neighbour: impl IntoMessage<NeighbourMessage>,
    ) -> Request<D, Packet<NeighbourMessage>> {
        let message = key_of(neighbour.into_key().view());
        let message = on(message, device);
        self.0.send("get neighbour", RTM_GETNEIGH, Flags::empty(), message)
    }

    /// Adds a neighbour on a link, like `ip neighbour add`, or an FDB entry, like `bridge fdb add`; the error [already
    /// exists](crate::Error::is_already_exists) if there is one.
    ///
    /// The device is read before (in a batch once, not for each neighbour), as in the other verbs that add or change one: the
    /// kernel ignores hardware addresses where the device has none, the remote host of an entry where it is no VXLAN, and the
    /// like, which is refused.
    pub fn add(
        &self,
        device: impl Into<Device>,
        neighbour: impl IntoMessage<NeighbourMessage>,
    ) -> Request<D, Added<NeighbourMessage>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::ACK;
        let neighbour = on(neighbour.into_message(), device).says_nothing_ignored();
        checked(self.0.send("add neighbour", RTM_NEWNEIGH, flags, neighbour))
    }

    /// Adds another remote host for a hardware address to the FDB of a VXLAN, like `bridge fdb append`.
    ///
    /// Only multicast addresses and the zero one have several; where another one has an entry, which the kernel would leave as
    /// it is, the error [already exists](crate::Error::is_already_exists).
    pub fn append(
        &self,
        device: impl Into<Device>,
        neighbour: impl IntoMessage<NeighbourMessage>,
    ) -> Request<D, Added<NeighbourMessage>> {
        let neighbour = neighbour.into_message();
        let exclusive = if has_one_host(neighbour.view()) { Flags::EXCL } else { Flags::empty() };
        let flags = Flags::CREATE | Flags::APPEND | Flags::ACK | exclusive;
        let neighbour = on(neighbour, device).says_nothing_ignored();
        checked(self.0.send("append neighbour", RTM_NEWNEIGH, flags, neighbour))
    }

    /// Adds a neighbour, or changes the existing one, like `ip neighbour replace`.
    pub fn replace(
        &self,
        device: impl Into<Device>,
        neighbour: impl IntoMessage<NeighbourMessage>,
    ) -> Request<D, Added<NeighbourMessage>> {
        let flags = Flags::CREATE | Flags::REPLACE | Flags::ACK;
        let neighbour = on(neighbour.into_message(), device).says_nothing_ignored();
        checked(self.0.send("replace neighbour", RTM_NEWNEIGH, flags, neighbour))
    }

    /// Changes a neighbour, like `ip neighbour change`; the error [is not found](crate::Error::is_not_found) if there
    /// is none.
    pub fn change(
        &self,
        device: impl Into<Device>,
        neighbour: impl IntoMessage<NeighbourMessage>,
    ) -> Request<D, Changed<NeighbourMessage>> {
        let flags = Flags::REPLACE | Flags::ACK;
        let neighbour = on(neighbour.into_message(), device).says_nothing_ignored();
        checked(self.0.send("change neighbour", RTM_NEWNEIGH, flags, neighbour))
    }

    /// Deletes a neighbour of a link, like `ip neighbour delete ADDRESS dev DEV`, or an FDB entry, like `bridge fdb delete`.
    ///
    /// An FDB entry that is built without a VLAN selects those of all VLANs of the port, and one of a VXLAN without a remote
    /// host all remote hosts, as with `bridge`. A listed one selects exactly itself: where it has no VLAN, the entries of the
    /// device are listed before, and if the kernel would delete others with it, that is an error and nothing is deleted.
    pub fn delete(
        &self,
        device: impl Into<Device>,
        neighbour: impl IntoMessage<NeighbourMessage>,
    ) -> Request<D, Deleted> {
        let listed = neighbour.is_listed();
        let message = on(neighbour.into_key(), device);
        let is_vague = message.view().family() == AddressFamily::BRIDGE && message.view().vlan().is_none();
        self.0
            .send("delete neighbour", RTM_DELNEIGH, Flags::ACK, message)
            .exactly::<NeighbourMessage>(listed && is_vague)
    }
}

/// Has it compared with the neighbour that the kernel then has, if it says what not every kernel knows; and its device
/// looked at, if not every device does what it says.
fn checked<D, T>(request: Request<D, T>) -> Request<D, T> {
    request.planned(|operation, message| {
        let may_stay = depends_on_device(message) || is_new(message);
        may_stay
            .then_some(Subject { operation, object: const { &About::of::<NeighbourMessage>(Some(plan)) } })
    })
}

/// Whether it says what not every kernel knows.
fn is_new(message: &Buffer) -> bool {
    message.may_hold(NeighbourMessage::SUSPECTS) && may_be_unknown::<NeighbourMessage>(message)
}

/// Whether some devices ignore a part of it.
fn depends_on_device(message: &Buffer) -> bool {
    let entry = NeighbourMessage::cast(message.body());
    match entry.family() {
        AddressFamily::BRIDGE => has_remote(entry) || !flags_of_own(entry).is_empty(),
        _ => has_key_of_device(entry) || length_of_address(entry) != 0,
    }
}

/// Whether it is an IPv4 neighbour with an address: some devices have one for all of them.
fn has_key_of_device(entry: &NeighbourMessage) -> bool {
    let is_proxy = entry.flags().contains(NeighbourFlags::PROXY);
    !is_proxy && matches!(entry.address(), Some(IpAddr::V4(address)) if !address.is_unspecified())
}

/// Whether it is an FDB entry with a remote host.
fn has_remote(entry: &NeighbourMessage) -> bool {
    remote(entry) != (None, None, None, None) || entry.next_hop_id().is_some() || entry.source_vni().is_some()
}

/// The flags of an FDB entry in a device's own table, besides the one that says so.
fn flags_of_own(entry: &NeighbourMessage) -> NeighbourFlags {
    let tables = NeighbourFlags::SELF | NeighbourFlags::MASTER;
    let is_own = entry.flags().contains(NeighbourFlags::SELF);
    if is_own { entry.flags() - tables } else { NeighbourFlags::empty() }
}

/// Bytes of its hardware address; 0 for none.
fn length_of_address(entry: &NeighbourMessage) -> usize {
    let address = entry.attributes().raw().payload_of(NeighbourMessage::NDA_LLADDR.number());
    address.map_or(0, <[u8]>::len)
}

fn plan(order: &mut Order) -> std::result::Result<Option<Box<Steps>>, BuildError> {
    let mut steps = match is_new(&order.message) {
        true => (known::plan_of::<NeighbourMessage>())(order)?.unwrap_or_default(),
        false => Box::default(),
    };
    if depends_on_device(&order.message) {
        let entry = NeighbourMessage::cast(order.message.body());
        let mut key = entry.device().to_ne_bytes().to_vec();
        // What the device has to have.
        key.extend([entry.family().0, has_remote(entry).into(), has_key_of_device(entry).into()]);
        let length = u8::try_from(length_of_address(entry)).unwrap_or(u8::MAX);
        key.extend([u8::from(!flags_of_own(entry).is_empty()), length]);
        key.extend(order.message.unresolved().iter().flat_map(|device| device.name.clone()));
        steps.before = Some(suits);
        steps.premise = Some(Premise { question: of_device, key });
    }
    Ok(Some(steps))
}

/// The question for the device of an entry.
fn of_device(entry: &[u8]) -> Option<Question> {
    let link = LinkMessage::build().index(NeighbourMessage::cast(entry).device()).into_buffer();
    Question::of::<LinkMessage>(link.body())
}

/// Fails if the device ignores a part of the entry.
fn suits(device: &[u8], order: &mut Order, _: &mut Steps) -> std::result::Result<(), ErrorKind> {
    let entry = NeighbourMessage::cast(order.message.body());
    match what_it_ignores(entry, LinkMessage::cast(device)) {
        Some(problem) => Err(BuildError::Invalid(format!("the kernel ignores {problem}")).into()),
        None => Ok(()),
    }
}

/// What a device ignores of a neighbour or entry, and why.
fn what_it_ignores(entry: &NeighbourMessage, device: &LinkMessage) -> Option<String> {
    let kind = device.kind_name();
    if entry.family() != AddressFamily::BRIDGE {
        let one_for_all = LinkFlags::LOOPBACK | LinkFlags::POINT_TO_POINT;
        if has_key_of_device(entry) && device.flags().intersects(one_for_all) {
            let why = "on a loopback or point-to-point device 0.0.0.0 stands for all IPv4 neighbours";
            return Some(format!("the address: {why}"));
        }
        let [asked, taken] = [length_of_address(entry), length_of_own(device)];
        return match taken {
            _ if asked == 0 => None,
            0 => Some("hardware_address: the device has no hardware addresses".to_owned()),
            // The kernel refuses shorter ones.
            _ => (asked > taken)
                .then(|| format!("a part of hardware_address: those of the device have {taken} bytes")),
        };
    }
    let named = kind.unwrap_or("none");
    if has_remote(entry) && kind != Some(Vxlan::NAME) {
        return Some(format!("the remote host of an entry: its device is no VXLAN, but of kind {named}"));
    }
    let flags = flags_of_own(entry);
    let has_flags = matches!(kind, Some(Vxlan::NAME | Bridge::NAME));
    (!flags.is_empty() && !has_flags).then(|| {
        format!("flags {flags} of an entry: its device is neither a VXLAN nor a bridge, but of kind {named}")
    })
}

/// Bytes of a device's hardware addresses.
fn length_of_own(device: &LinkMessage) -> usize {
    let address = device.attributes().raw().payload_of(LinkMessage::IFLA_ADDRESS.number());
    address.map_or(0, <[u8]>::len)
}

/// Sets the device of a neighbour. A proxy entry may be for all devices, which is index 0.
fn on(neighbour: NeighbourMessageBuf, device: impl Into<Device>) -> NeighbourMessageBuf {
    match device.into() {
        Device::Index(0) if neighbour.view().flags().contains(NeighbourFlags::PROXY) => neighbour.device(0),
        device => neighbour.device(one(device)),
    }
}

into_message! {
    NeighbourMessage / NeighbourMessageBuf,
    NeighbourMessage::of: &str &String String IpAddr &IpAddr std::net::Ipv4Addr &std::net::Ipv4Addr std::net::Ipv6Addr
        &std::net::Ipv6Addr
}

/// The request that gets this neighbour or entry: only its key.
fn key_of(neighbour: &NeighbourMessage) -> NeighbourMessageBuf {
    let message = NeighbourMessage::build().family(neighbour.family()).device(neighbour.device());
    if neighbour.family() == AddressFamily::BRIDGE {
        let sides = NeighbourFlags::SELF | NeighbourFlags::MASTER;
        let message = message.flags(neighbour.flags() & sides);
        let message = with(message, neighbour.hardware_address(), NeighbourMessageBuf::hardware_address);
        return with(message, neighbour.vlan(), NeighbourMessageBuf::vlan);
    }
    let message = message.flags(neighbour.flags() & NeighbourFlags::PROXY);
    with(message, neighbour.address(), NeighbourMessageBuf::address)
}

fn with<T>(
    message: NeighbourMessageBuf,
    value: Option<T>,
    set: fn(NeighbourMessageBuf, T) -> NeighbourMessageBuf,
) -> NeighbourMessageBuf {
    match value {
        Some(value) => set(message, value),
        None => message,
    }
}

/// Filters of a list of neighbours. The first four are applied by the kernel.
impl<D> List<D, NeighbourMessage> {
    /// Only neighbours on this link, like `ip neighbour show dev DEV`; of FDB entries, those of this port or bridge.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask(|message: NeighbourMessageBuf| message.via(one(device)))
            .wanted(|neighbour, request| Some(neighbour.device()) == request.via())
    }

    /// Only neighbours on ports of this link, like `ip neighbour show vrf NAME`; of FDB entries, those of this bridge,
    /// like `bridge fdb show br DEV`.
    pub fn master(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        // The kernel reports a master only for FDB entries.
        let list = self.about(&device).ask(|message: NeighbourMessageBuf| message.master(one(device)));
        list.wanted(|neighbour, request| {
            neighbour.master().is_none() || neighbour.master() == request.master()
        })
    }

    /// Only neighbours of this family, like `ip -6 neighbour show`.
    pub fn family(self, family: impl TryInto<AddressFamily, Error: Into<BuildError>>) -> Self {
        self.given(family, |list, family: AddressFamily| {
            list.ask(|message: NeighbourMessageBuf| message.family(family)).of_family(family)
        })
    }

    /// Proxy entries, for which this host answers, like `ip neighbour show proxy`.
    pub fn proxy(self) -> Self {
        self.ask(|message: NeighbourMessageBuf| message.flags(NeighbourFlags::PROXY))
            .filter(|neighbour| neighbour.flags().contains(NeighbourFlags::PROXY))
    }

    /// Only neighbours in one of these states, like `ip neighbour show nud STATE`. Applied in user space.
    pub fn state(self, states: impl TryInto<NeighbourState, Error: Into<BuildError>>) -> Self {
        self.given(states, |list, states: NeighbourState| {
            list.filter(move |neighbour| neighbour.state().intersects(states)).naming_spared()
        })
    }

    /// Only neighbours with this address, like `ip neighbour show to ADDRESS`. Applied in user space.
    pub fn to(self, address: impl Put<IpAddr>) -> Self {
        match address_of(address) {
            Ok(address) => self.filter(move |neighbour| neighbour.address() == Some(address)),
            Err(problem) => self.refuse(problem),
        }
    }

    /// Only FDB entries of this VLAN, like `bridge fdb show vlan VLAN`. Applied in user space.
    pub fn vlan(self, vlan: u16) -> Self {
        self.filter(move |neighbour| neighbour.vlan() == Some(vlan))
    }
}

impl Object for NeighbourMessage {
    type Builder = NeighbourMessageBuf;

    const REMOVAL: Option<Removal> = Some(removal::<NeighbourMessage>());

    fn label(&self) -> String {
        let hardware = || self.hardware_address().map(|address| address.to_string());
        match self.family() {
            AddressFamily::BRIDGE => hardware().unwrap_or_default(),
            _ => self.address().map(|address| address.to_string()).or_else(hardware).unwrap_or_default(),
        }
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        Some((RTM_GETNEIGH, key_of(self).into_buffer()))
    }
}

impl Deletable for NeighbourMessage {
    const DELETION: (&'static str, u16) = ("delete neighbour", RTM_DELNEIGH);

    const DELETED_AGAIN: &'static str = "the neighbour was deleted again";

    fn is_spared(&self, request: &Self) -> bool {
        let (state, flags) = (self.state(), self.flags());
        if self.family() == AddressFamily::BRIDGE {
            // Addresses that a device receives are listed as its own entries, without a remote host.
            let remote = self.address().is_some() || self.next_hop_id().is_some();
            return flags.contains(NeighbourFlags::SELF) && (!remote || request.master().is_some());
        }
        let lasting = state.intersects(NeighbourState::PERMANENT | NeighbourState::NOARP);
        lasting && !flags.intersects(NeighbourFlags::PROXY | NeighbourFlags::EXT_LEARNED)
    }

    /// FDB entries for one hardware address, in the tables of bridges or of devices.
    fn crowd(&self) -> Option<u64> {
        if self.family() != AddressFamily::BRIDGE {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (self.hardware_address(), self.source_vni(), is_of_bridge(self)).hash(&mut hasher);
        Some(hasher.finish())
    }

    /// As `br_fdb_delete` and `__vxlan_fdb_delete` of the kernel compare them.
    fn finds(&self, other: &Self) -> bool {
        self.device() == other.device()
            && (self.vlan().is_none() || self.vlan() == other.vlan())
            && (self.address().is_none() || remote(self) == remote(other))
    }

    fn takes_all(&self) -> bool {
        self.family() == AddressFamily::BRIDGE && self.vlan().is_none() && self.address().is_none()
    }

    fn survey(&self) -> (u16, PooledBuffer) {
        let message = NeighbourMessage::build().family(AddressFamily::BRIDGE);
        let device = Some(self.device()).filter(|device| *device != 0);
        (RTM_GETNEIGH, with(message, device, NeighbourMessageBuf::via).into_buffer())
    }
}

/// Whether an FDB entry is in the table of its device's bridge, listed or as a request.
fn is_of_bridge(entry: &NeighbourMessage) -> bool {
    let flags = entry.flags();
    match entry.master() {
        _ if flags.intersects(NeighbourFlags::SELF | NeighbourFlags::MASTER) => {
            flags.contains(NeighbourFlags::MASTER)
        }
        master => master.is_some_and(|master| master != entry.device()),
    }
}

/// Whether it is an entry of a VXLAN for an address that has one remote host only.
fn has_one_host(entry: &NeighbourMessage) -> bool {
    let is_of_vxlan = entry.family() == AddressFamily::BRIDGE && !is_of_bridge(entry);
    let is_unicast = |address: HardwareAddress| {
        let bytes = address.as_bytes();
        bytes.iter().any(|byte| *byte != 0) && bytes.first().is_some_and(|first| first & 1 == 0)
    };
    is_of_vxlan && entry.address().is_some() && entry.hardware_address().is_some_and(is_unicast)
}

/// The remote host of a VXLAN's FDB entry.
fn remote(entry: &NeighbourMessage) -> (Option<IpAddr>, Option<u16>, Option<u32>, Option<u32>) {
    (entry.address(), entry.port(), entry.vni(), entry.via())
}

verbs! {
    /// The verbs of `ip ntable`; [`Handle::neighbour_table`](crate::Handle::neighbour_table) gives them.
    pub struct NeighbourTables
}

impl<D> NeighbourTables<'_, D> {
    /// Lists the neighbour tables, and their parameters for each link, like `ip ntable show`.
    pub fn list(&self) -> List<D, NeighbourTableMessage> {
        self.0.list("list neighbour tables", RTM_GETNEIGHTBL, NeighbourTableMessage::build())
    }

    /// Changes a table by its name, or its parameters for a link, like `ip ntable change name NAME ...`.
    ///
    /// Thresholds and the garbage collection interval exist in the initial namespace only: elsewhere the error [is not
    /// found](crate::Error::is_not_found).
    pub fn change(
        &self,
        table: impl IntoMessage<NeighbourTableMessage>,
    ) -> Request<D, Changed<NeighbourTableMessage>> {
        let table = table.into_message().says_nothing_ignored();
        self.0.send("change neighbour table", RTM_SETNEIGHTBL, Flags::ACK, table)
    }
}

/// Filters of a list of neighbour tables. The first is applied by the kernel.
impl<D> List<D, NeighbourTableMessage> {
    /// Only tables of this family, like `ip -4 ntable show`.
    pub fn family(self, family: AddressFamily) -> Self {
        self.ask(|message: NeighbourTableMessageBuf| message.family(family)).of_family(family)
    }

    /// Only the parameters for this link, like `ip ntable show dev DEV`. Applied in user space.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        let list = self.about(&device);
        let settings = NeighbourSettings::build().device(one(device));
        let device = |table: &NeighbourTableMessage| table.settings().and_then(NeighbourSettings::device);
        list.ask_here(|message: NeighbourTableMessageBuf| message.settings(settings))
            .wanted(move |table, request| device(table) == device(request))
    }

    /// Only the table with this name, like `ip ntable show name NAME`. Applied in user space.
    pub fn name(self, name: &str) -> Self {
        let name = name.to_owned();
        self.filter(move |table| table.name() == Some(&*name))
    }
}

into_message! { NeighbourTableMessage / NeighbourTableMessageBuf }

impl Object for NeighbourTableMessage {
    type Builder = NeighbourTableMessageBuf;

    fn label(&self) -> String {
        self.name().unwrap_or_default().to_owned()
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        None
    }
}
