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
use crate::request::{Added, Changed, Deleted, Done, Request};
use crate::resolve::named;
use netlink_packet::{Build, BuildError, Flags, Name, Packet, PooledBuffer, Put};
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

    /// Gets one link by its name, an alternative name or its index, like `ip link show dev DEV`;
    /// an error that [is not found](crate::Error::is_not_found) where there is none.
    pub fn get(&self, device: impl Into<Device>) -> Request<D, Packet<LinkMessage>> {
        let message = about(LinkMessage::build().ext_mask(ExtMask::VF), device.into());
        self.0.send("get link", RTM_GETLINK, Flags::empty(), message)
    }

    /// Creates a link, like `ip link add`; an error that [already exists](crate::Error::is_already_exists) where the name is taken.
    ///
    /// A listed link is created again with its index, if no other link has it by now. Of a veth pair only the listed end has
    /// its name again; the kernel chooses the peer's.
    ///
    /// The kernel ignores some attributes in a request that creates a link: alias, alternative names, port options of its
    /// master, settings of address families, `proto_down`, and for the peer of a pair also its
    /// master. They are set by further messages, as one request, before the link is set up. If one is refused, the link is
    /// deleted again and the error names the [`step`](crate::Error::step). Such a message must have the link's name or
    /// index.
    pub fn add(&self, link: impl IntoMessage<LinkMessage>) -> Request<D, Added<LinkMessage>> {
        self.0.send("add link", RTM_NEWLINK, Flags::CREATE | Flags::EXCL | Flags::ACK, link.into_message())
    }

    /// Creates a link, or changes the one that has its name, as `replace` of `ip` does with other objects.
    ///
    /// It fails if that link is of another kind, or differs in what can be set only when a link is created. The other end of
    /// a pair that exists stays as it is. All else is as [`add`](Self::add) does it.
    pub fn replace(&self, link: impl IntoMessage<LinkMessage>) -> Request<D, Added<LinkMessage>> {
        // `NLM_F_REPLACE` is refused for links: to create without `NLM_F_EXCL` is to change what exists.
        self.add(link).replacing("replace link", Flags::empty())
    }

    /// Changes a link, like `ip link set dev DEV ...`: whatever the message sets.
    ///
    /// A name in the message renames the link; most links must be down for that. Alternative names are added to the
    /// existing ones.
    ///
    /// Options of a kind that the kernel [resets](rtnetlink::link::LinkKind::RESETS) where a change leaves them out, as those
    /// of most tunnels, are read first and sent unchanged, and so is the MTU. What can be set only when a
    /// link is created (number of queues, parent, VLAN id, kind) must not differ from the link's.
    ///
    /// A listed link can be sent back with a part of it changed, `change(&link, link.to_request().mtu(1400))`: it is
    /// read, and only what differs is sent.
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
        // For this family the kernel looks up no names.
        let is_bridge = change.view().family() == AddressFamily::BRIDGE;
        let device = device.into();
        let message = match renames || is_bridge {
            // The kernel would take the new name for the one to look up, so it gets the index; the old name is for errors.
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

    /// Changes all links of a group, like `ip link set group GROUP ...`: whatever the message sets. A group without links
    /// is no error.
    ///
    /// They are changed one after another; where one fails, those before it stay changed.
    pub fn change_group(&self, group: u32, change: LinkMessageBuf) -> Request<D, Done> {
        let problem = names_a_link(&change)
            .then(|| BuildError::Invalid("a group's name, index and group can't be changed".to_owned()));
        let request = self.0.send("change links", RTM_NEWLINK, Flags::ACK, change.group(group));
        match problem {
            Some(problem) => request.refuse(problem),
            None => request,
        }
    }

    /// Deletes all links of a group, like `ip link delete group GROUP`; an error that
    /// [is not found](crate::Error::is_not_found) where there are none, and that
    /// [is not permitted](crate::Error::is_not_permitted) for group 0, the default group.
    pub fn delete_group(&self, group: u32) -> Request<D, Done> {
        let message = LinkMessage::build().group(group);
        self.0.send("delete links", RTM_DELLINK, Flags::ACK, message)
    }

    /// Deletes VLANs, tunnel ids and the like from a bridge port, like `bridge vlan delete dev DEV vid VLAN`;
    /// [`change`](Self::change) with a message of the family `BRIDGE` adds them.
    ///
    /// [`BridgeTarget::SELF`](rtnetlink::link::BridgeTarget::SELF) among its flags means the bridge itself, like
    /// `bridge vlan delete dev BRIDGE vid VLAN self`.
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
        let message = LinkMessage::build().index(one(device)).alt_names(names);
        let flags = Flags::CREATE | Flags::EXCL | Flags::APPEND | Flags::ACK;
        self.0.send("add alternative names to link", RTM_NEWLINKPROP, flags, message)
    }

    /// Deletes alternative names of a link, like `ip link property delete dev DEV altname NAME`.
    pub fn delete_alt_names<I>(&self, device: impl Into<Device>, names: I) -> Request<D, Changed<LinkMessage>>
    where
        I: IntoIterator,
        I::Item: Put<AltName>,
    {
        let message = LinkMessage::build().index(one(device)).alt_names(names);
        self.0.send("delete alternative names of link", RTM_DELLINKPROP, Flags::ACK, message)
    }
}

/// Whether a change says which link it is about, or what only one can have.
fn names_a_link(change: &LinkMessage) -> bool {
    let mut numbers = change.attributes().raw().map(|attribute| attribute.number());
    let of_one = [
        LinkMessage::IFLA_IFNAME.number(),
        LinkMessage::IFLA_ALT_IFNAME.number(),
        LinkMessage::IFLA_GROUP.number(),
    ];
    change.index() != 0 || numbers.any(|number| of_one.contains(&number))
}

/// Makes a request about this device, which the kernel looks up itself.
#[inline(always)]
fn about(message: LinkMessageBuf, device: Device) -> LinkMessageBuf {
    match device {
        Device::Index(_) => message.index(one(device)),
        Device::Name(name) => named(message, &name),
    }
}

/// Makes a change about this device. An alternative name is no name that the kernel could take for a new one, and it
/// looks it up among all.
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
        let device = one(device);
        self.ask(|message: LinkMessageBuf| message.master(device))
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

    /// Without the statistics of IPv6 and of virtual functions: shorter messages. The kernel always sends the link's own
    /// [`stats`](LinkMessage::stats).
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
        // A link that gets another name is known by the one that it has.
        let name = self.alt_name().or(self.interface_name()).map(Name::to_string);
        let alt_name = || self.alt_names().next().map(Name::to_string);
        let group = || self.group().map(|group| format!("of group {group}"));
        match (name, self.index()) {
            (Some(name), _) => name,
            (None, 0) => alt_name().or_else(group).unwrap_or_default(),
            (None, index) => index.to_string(),
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
