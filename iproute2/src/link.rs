//! Network interfaces: what `ip link` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip link show` | [`ip.link().list()`](Links::list) |
//! | `ip link show master br0 type veth up` | `ip.link().list().master("br0").kind("veth").up()` |
//! | `ip link show dev eth0` | [`ip.link().get("eth0")`](Links::get) |
//! | `ip link add v0 type veth peer v1` | [`ip.link().add(Veth::pair("v0", "v1"))`](Links::add) |
//! | `ip link set dev v0 up mtu 1400` | [`ip.link().change("v0", LinkMessage::build().up().mtu(1400))`](Links::change) |
//! | `ip link add bond0 type bond mode active-backup` | `ip.link().add(Bond::named("bond0", BondMode::ACTIVE_BACKUP))` |
//! | `ip link set dev v0 master bond0` | `ip.link().change("v0", LinkMessage::build().master("bond0"))` |
//! | `ip link set dev p0 type bridge_slave cost 5` | `ip.link().change("p0", LinkMessage::build().port(BridgePort::build().cost(5)))` |
//! | `ip link set dev eth0 vf 1 vlan 5` | `ip.link().change("eth0", LinkMessage::build().vf(VfSettings::of(1).vlan(5)))` |
//! | `ip link set dev v0 addrgenmode none` | `ip.link().change("v0", LinkMessage::build().address_generation("none"))` |
//! | `ip token set ::5 dev v0` | `ip.link().change("v0", LinkMessage::build().token("::5"))` |
//! | `ip link set dev v1 netns blue` | `ip.link().change("v1", LinkMessage::build().namespace_file(&blue))` |
//! | `ip link property add dev v0 altname left` | [`ip.link().add_alt_names("v0", ["left"])`](Links::add_alt_names) |
//! | `bridge vlan add dev p0 vid 5` | `ip.link().change("p0", LinkMessage::build().family_specs(BridgeSpec::build().vlans([BridgeVlan::build().id(5)])))` |
//! | `bridge vlan delete dev p0 vid 5` | [`ip.link().delete_bridge_spec("p0", BridgeSpec::build().vlans([BridgeVlan::build().id(5)]))`](Links::delete_bridge_spec) |
//! | `ip link delete dev v0` | [`ip.link().delete("v0")`](Links::delete) |
//! | `ip link set group 7 down` | [`ip.link().change_group(7, LinkMessage::build().down())`](Links::change_group) |
//! | `ip link delete group 7` | [`ip.link().delete_group(7)`](Links::delete_group) |

mod steps;

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::order::Planner;
use crate::request::{Added, Changed, Checked as _, Deleted, Done, Request, invalid};
use crate::resolve::named;
use netlink_packet::{Buffer, Build, BuildError, Flags, Name, Packet, PooledBuffer, Put, View};
use rtnetlink::AddressFamily;
use rtnetlink::link::{AltName, BridgeSpecBuf, ExtMask, LinkFlags, LinkInfo, LinkMessage, LinkMessageBuf};
use rtnetlink::message::{RTM_DELLINK, RTM_DELLINKPROP, RTM_GETLINK, RTM_NEWLINK, RTM_NEWLINKPROP};

impl<D> Handle<D> {
    /// Network interfaces: `ip link`.
    pub fn link(&self) -> Links<'_, D> {
        Links(self)
    }
}

verbs! {
    /// The verbs of `ip link`; [`Handle::link`](crate::Handle::link) gives them.
    pub struct Links
}

impl<D> Links<'_, D> {
    /// Lists links, like `ip link show`.
    pub fn list(&self) -> List<D, LinkMessage> {
        self.0.list("list links", RTM_GETLINK, LinkMessage::build().ext_mask(ExtMask::VF))
    }

    /// Gets one link by its name, an alternative name or its index, like `ip link show dev DEV`; the error [is not
    /// found](crate::Error::is_not_found) if there is none.
    pub fn get(&self, device: impl Into<Device>) -> Request<D, Packet<LinkMessage>> {
        let message = about(LinkMessage::build().ext_mask(ExtMask::VF), device.into());
        self.0.send("get link", RTM_GETLINK, Flags::empty(), message)
    }

    /// Creates a link, like `ip link add`; the error [already exists](crate::Error::is_already_exists) if the name is
    /// taken.
    ///
    /// A listed link is created again with its index, unless another link has it by now. Of a veth pair only the listed
    /// end gets its name back; the kernel chooses the peer's.
    ///
    /// The kernel ignores some attributes in a request that creates a link: alias, alternative names, port options of
    /// its master, settings of address families, `proto_down`, and for the peer of a pair also its master. They are set
    /// by further messages, as part of the same request, before the link is set up. If one is refused, the link is
    /// deleted again and the error names the [`step`](crate::Error::step). Such a message must have the link's name or
    /// index.
    ///
    /// Other attributes not every kernel knows (their docs say what they need), and one that does not ignores them. A request
    /// with such an attribute reads the link once all is done; where the attribute is missing there, the link is deleted
    /// again and the error is [`UnknownAttributes`](crate::ErrorKind::UnknownAttributes). Of a link in another namespace
    /// that is found out only for what every link has, not for the options of its kind; of one whose name the kernel
    /// chooses where the kernel echoes it (not Linux 6.1).
    pub fn add(&self, link: impl IntoMessage<LinkMessage>) -> Request<D, Added<LinkMessage>> {
        self.0.send("add link", RTM_NEWLINK, Flags::CREATE | Flags::EXCL | Flags::ACK, link.into_message())
    }

    /// Creates a link, or changes the existing one of that name, like `replace` for other objects.
    ///
    /// Fails if that link is of another kind, or differs in what can be set only when a link is created. The other end
    /// of an existing pair is left alone. Otherwise it works like [`add`](Self::add).
    pub fn replace(&self, link: impl IntoMessage<LinkMessage>) -> Request<D, Added<LinkMessage>> {
        // The kernel refuses `NLM_F_REPLACE` for links: creating without `NLM_F_EXCL` changes an existing one.
        self.add(link).replacing("replace link", Flags::empty())
    }

    /// Changes a link, like `ip link set dev DEV ...`: whatever the message sets.
    ///
    /// A name in the message renames the link; most links must be down for that. Alternative names are added to the
    /// existing ones.
    ///
    /// Options that the kernel [resets](rtnetlink::link::LinkKind::RESETS) if a change omits them, as it does for most
    /// tunnels, are read first and sent unchanged, and so is the MTU. What can be set only when a link is created
    /// (number of queues, parent, VLAN id, kind) must equal the link's.
    ///
    /// Where the kernel does not know an attribute, the error is
    /// [`UnknownAttributes`](crate::ErrorKind::UnknownAttributes), as of [`add`](Self::add), and the rest was done.
    ///
    /// A listed link can be sent back with some attributes changed, `change(&link, link.to_request().mtu(1400))`: the
    /// link is read again, and only what differs is sent.
    ///
    /// A message of the family [`BRIDGE`](AddressFamily::BRIDGE) with
    /// [`family_specs`](LinkMessageBuf::family_specs) (a `BridgeSpec` sets the family) or [`protocol_info`](LinkMessageBuf::protocol_info) changes
    /// the bridge part of a port: VLANs are added, like `bridge vlan add`, and port options changed, like `bridge link set`.
    pub fn change(
        &self,
        device: impl Into<Device>,
        change: impl IntoMessage<LinkMessage>,
    ) -> Request<D, Changed<LinkMessage>> {
        let change = change.into_message();
        let renames = change.view().interface_name().is_some();
        // For this family the kernel does not look up names.
        let is_bridge = change.view().family() == AddressFamily::BRIDGE;
        let device = device.into();
        let change = if device == Device::Index(0) { change.checked(of_a_group) } else { change };
        let message = match renames || is_bridge {
            // The kernel would look the link up by its new name, so the message has the index; the old name is for
            // errors.
            true => of(change, device.clone()).index(one(device)),
            false => of(change, device),
        };
        self.0.send("change link", RTM_NEWLINK, Flags::ACK, message)
    }

    /// Deletes a link, like `ip link delete dev DEV`.
    pub fn delete(&self, device: impl Into<Device>) -> Request<D, Deleted> {
        let message = about(LinkMessage::build(), device.into());
        self.0.send("delete link", RTM_DELLINK, Flags::ACK, message)
    }

    /// Changes all links of a group, like `ip link set group GROUP ...`: whatever the message sets. An empty group is
    /// not an error.
    ///
    /// The links are changed one after another; if one fails, those before it stay changed.
    pub fn change_group(&self, group: u32, change: LinkMessageBuf) -> Request<D, Done> {
        let problem = names_a_link(&change)
            .then(|| BuildError::Invalid("a group's name, index and group can't be changed".to_owned()));
        let request = self.0.send("change links", RTM_NEWLINK, Flags::ACK, change.group(group));
        match problem {
            Some(problem) => request.refuse(problem),
            None => request,
        }
    }

    /// Deletes all links of a group, like `ip link delete group GROUP`; the error [is not
    /// found](crate::Error::is_not_found) if the group is empty, and [is not permitted](crate::Error::is_not_permitted)
    /// for group 0, the default group.
    pub fn delete_group(&self, group: u32) -> Request<D, Done> {
        let message = LinkMessage::build().group(group);
        self.0.send("delete links", RTM_DELLINK, Flags::ACK, message)
    }

    /// Deletes VLANs, tunnel ids and the like from a bridge port, like `bridge vlan delete dev DEV vid VLAN`;
    /// [`change`](Self::change) with a message of the family `BRIDGE` adds them.
    ///
    /// [`BridgeTarget::SELF`](rtnetlink::link::BridgeTarget::SELF) in the flags means the bridge itself, like `bridge
    /// vlan delete dev BRIDGE vid VLAN self`.
    pub fn delete_bridge_spec(
        &self,
        device: impl Into<Device>,
        spec: BridgeSpecBuf,
    ) -> Request<D, Changed<LinkMessage>> {
        let device = device.into();
        let message = LinkMessage::build().family(AddressFamily::BRIDGE).family_specs(spec);
        let message = of(message, device.clone()).index(one(device));
        self.0.send("delete from bridge port", RTM_DELLINK, Flags::ACK, message)
    }

    /// Adds alternative names to a link, like `ip link property add dev DEV altname NAME`.
    pub fn add_alt_names<I>(&self, device: impl Into<Device>, names: I) -> Request<D, Changed<LinkMessage>>
    where
        I: IntoIterator,
        I::Item: Put<AltName>,
    {
        let message = of(LinkMessage::build().alt_names(names), device.into());
        let flags = Flags::CREATE | Flags::EXCL | Flags::APPEND | Flags::ACK;
        self.0.send("add alternative names to link", RTM_NEWLINKPROP, flags, message)
    }

    /// Deletes alternative names of a link, like `ip link property delete dev DEV altname NAME`.
    pub fn delete_alt_names<I>(&self, device: impl Into<Device>, names: I) -> Request<D, Changed<LinkMessage>>
    where
        I: IntoIterator,
        I::Item: Put<AltName>,
    {
        // By its index: the name may be among those that are deleted.
        let device = device.into();
        let message = of(LinkMessage::build().alt_names(names), device.clone()).index(one(device));
        self.0.send("delete alternative names of link", RTM_DELLINKPROP, Flags::ACK, message)
    }
}

/// The reason not to change link 0 into a group: to the kernel this is about the links of the group.
fn of_a_group(change: &Buffer) -> Option<BuildError> {
    let group = LinkMessage::cast(change.body()).group()?;
    invalid(format!("no device has index 0: `change_group({group}, ..)` changes the links of a group"))
}

/// Whether a change identifies a link, or sets what only one link can have.
fn names_a_link(change: &LinkMessage) -> bool {
    let mut numbers = change.attributes().raw().map(|attribute| attribute.number());
    let of_one = [
        LinkMessage::IFLA_IFNAME.number(),
        LinkMessage::IFLA_ALT_IFNAME.number(),
        LinkMessage::IFLA_GROUP.number(),
    ];
    change.index() != 0 || numbers.any(|number| of_one.contains(&number))
}

/// Identifies this device in a request; the kernel looks the name up.
#[inline(always)]
fn about(message: LinkMessageBuf, device: Device) -> LinkMessageBuf {
    match device {
        Device::Index(_) => message.index(one(device)),
        Device::Name(name) => named(message, &name),
    }
}

/// Identifies this device in a change. An alternative name can't be mistaken for a new name, and the kernel looks it up
/// among all names.
fn of(change: LinkMessageBuf, device: Device) -> LinkMessageBuf {
    match device {
        Device::Index(_) => change.index(one(device)),
        Device::Name(name) => change.index(0).with(LinkMessage::IFLA_ALT_IFNAME, name.as_slice()),
    }
}

/// Filters of a list of links. The first two are applied by the kernel.
impl<D> List<D, LinkMessage> {
    /// Only the ports of this link, like `ip link show master DEV`.
    pub fn master(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask(|message: LinkMessageBuf| message.master(one(device)))
            .wanted(|link, request| link.master() == request.master())
    }

    /// Only links of this kind, like `ip link show type KIND`.
    pub fn kind(self, kind: &str) -> Self {
        let of_kind = |message: LinkMessageBuf| message.info(LinkInfo::build().kind_name(kind));
        self.ask(of_kind).wanted(|link, request| link.kind_name() == request.kind_name())
    }

    /// Only links that are administratively up (`IFF_UP`), like `ip link show up`.
    pub fn up(self) -> Self {
        self.filter(|link| link.flags().contains(LinkFlags::UP))
    }

    /// Omits the statistics of IPv6 and of virtual functions, for shorter messages. The kernel always sends the link's
    /// own [`stats`](LinkMessage::stats).
    pub fn without_stats(self) -> Self {
        self.ask(|message: LinkMessageBuf| {
            let mask = message.view().ext_mask().unwrap_or_default();
            message.ext_mask(mask | ExtMask::SKIP_STATS)
        })
    }
}

into_message! { LinkMessage / LinkMessageBuf }

impl Object for LinkMessage {
    type Builder = LinkMessageBuf;

    const STEPS: Option<Planner> = Some(steps::STEPS);
    const CHANGES_NAMES: bool = true;

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        // A link that is renamed is known by its old name.
        let name = self.alt_name().or(self.interface_name()).map(Name::to_string);
        let alt_name = || self.alt_names().next().map(Name::to_string);
        let group = || self.group().map(|group| format!("of group {group}"));
        match (name, self.index()) {
            (Some(name), _) => name,
            (None, 0) => alt_name().or_else(group).unwrap_or_default(),
            (None, index) => device(index),
        }
    }

    fn other(&self) -> Option<String> {
        steps::peer(self)?.interface_name().map(Name::to_string)
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        let message = LinkMessage::build().ext_mask(ExtMask::VF);
        let message =
            match (self.index(), self.interface_name().filter(|name| !name.as_bytes().contains(&b'%'))) {
                (0, None) => message.with(LinkMessage::IFLA_ALT_IFNAME, self.alt_name()?),
                (0, Some(name)) => named(message, name.as_bytes()),
                (index, _) => message.index(index),
            };
        Some((RTM_GETLINK, message.into_buffer()))
    }

    fn key(&self) -> LinkMessageBuf {
        LinkMessage::build().index(self.index())
    }
}

impl Deletable for LinkMessage {
    const DELETION: (&'static str, u16) = ("delete link", RTM_DELLINK);
}
