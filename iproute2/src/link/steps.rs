//! What requests about links take besides one message.
//!
//! The kernel ignores some attributes in a request that creates a link, and others in one that changes it, without a word.
//! The first are sent in further messages, as one request; the second fail the request, unless they say what is the case
//! already. Changes of kinds whose options the kernel takes as a whole are completed by what the link has. Of a link that was
//! listed and is sent back, only what is to be changed reaches the kernel, which refuses much of the rest.

use crate::device::Device;
use crate::order::{Further, Order, Planner, Step, Steps, Undo};
use netlink_packet::{
    Attr, Buffer, Build, BuildError, Flags, Nest, NestBuf, PooledBuffer, Put, RawAttribute, RawAttributes,
    Resets, Table, View, nested,
};
use rtnetlink::AddressFamily;
use rtnetlink::link::*;
use rtnetlink::message::{RTM_DELLINK, RTM_NEWLINK, RTM_NEWLINKPROP, RTM_SETLINK};

pub(super) const STEPS: Planner = Planner { message_type: RTM_NEWLINK, plan };

type Result<T> = std::result::Result<T, BuildError>;

/// What the kernel takes of a link that exists, and ignores in a request that creates one.
const LATER: [u16; 9] = [
    LinkMessage::IFLA_IFALIAS.number(),
    LinkMessage::IFLA_VFINFO_LIST.number(),
    LinkMessage::IFLA_VF_PORTS.number(),
    LinkMessage::IFLA_PORT_SELF.number(),
    LinkMessage::IFLA_AF_SPEC.number(),
    LinkMessage::IFLA_CARRIER.number(),
    LinkMessage::IFLA_PROTO_DOWN.number(),
    LinkMessage::IFLA_PROTO_DOWN_REASON.number(),
    LinkMessage::IFLA_XDP.number(),
];

/// The same of the other end of a pair.
const LATER_OF_PEERS: [u16; 1] = [LinkMessage::IFLA_MASTER.number()];

/// What the kernel takes in a request that creates a link, and ignores in one that changes it.
const AT_CREATION: [u16; 5] = [
    LinkMessage::IFLA_NUM_TX_QUEUES.number(),
    LinkMessage::IFLA_NUM_RX_QUEUES.number(),
    LinkMessage::IFLA_LINK.number(),
    LinkMessage::IFLA_LINK_NETNSID.number(),
    LinkMessage::IFLA_PARENT_DEV_NAME.number(),
];

/// The same of a kind's options; other kinds refuse a change of theirs.
const OPTIONS_AT_CREATION: [(&str, u16); 3] = [
    (Vlan::NAME, Vlan::IFLA_VLAN_ID.number()),
    (Vlan::NAME, Vlan::IFLA_VLAN_PROTOCOL.number()),
    (Ipoib::NAME, Ipoib::IFLA_IPOIB_PKEY.number()),
];

/// What belongs to the message's family where that is `BRIDGE`, and has requests of its own.
const OF_BRIDGES: [u16; 2] = [LinkMessage::IFLA_AF_SPEC.number(), LinkMessage::IFLA_PROTINFO.number()];

/// What a link's master is told of it.
const OF_PORTS: [u16; 2] = [LinkInfo::IFLA_INFO_SLAVE_KIND.number(), LinkInfo::IFLA_INFO_SLAVE_DATA.number()];

/// What the kernel ignores in a change of a group.
const OF_LINKS: [u16; 2] = [LinkMessage::IFLA_PROP_LIST.number(), LinkMessage::IFLA_LINKINFO.number()];

/// The namespace that a link is created in or moved to.
const NAMESPACES: [u16; 3] = [
    LinkMessage::IFLA_NET_NS_PID.number(),
    LinkMessage::IFLA_NET_NS_FD.number(),
    LinkMessage::IFLA_TARGET_NETNSID.number(),
];

/// The alternative names.
const NAMES: [u16; 1] = [LinkMessage::IFLA_PROP_LIST.number()];

/// The other end, which the kinds of pairs all have under one number.
const PEER: Attr<Nest, LinkMessage> = Attr::new(Veth::VETH_INFO_PEER.number(), "PEER");
const _: () = assert!(
    Vxcan::VXCAN_INFO_PEER.number() == PEER.number()
        && Netkit::IFLA_NETKIT_PEER_INFO.number() == PEER.number()
);

fn plan(order: &mut Order) -> Result<Option<Box<Steps>>> {
    if order.flags.contains(Flags::CREATE) { creation(order) } else { change(order) }
}

/// Splits what the kernel would ignore off the message that creates a link. Of a link that exists and is replaced it would
/// ignore more.
fn creation(order: &mut Order) -> Result<Option<Box<Steps>>> {
    let link = LinkMessage::cast(order.message.body());
    let replaces = !order.flags.contains(Flags::EXCL);
    let keeps = replaces && (link.kind_name().is_some() || has(link, &AT_CREATION));
    let steps = created(order)?;
    if !keeps {
        return Ok(steps);
    }
    let mut steps = steps.unwrap_or_default();
    steps.read_if_there(keep);
    Ok(Some(steps))
}

/// Checks that a link which exists has what can only be made with it. The other end of a pair is left out, and the address
/// and name that it has: Linux 6.1 refuses to set them again while the link is up.
fn keep(present: &[u8], order: &mut Order, _: &mut Steps) -> Result<()> {
    let present = LinkMessage::cast(present);
    check_creation(LinkMessage::cast(order.message.body()), present)?;
    let link = take(order);
    let so = same(link.attributes().raw(), present.attributes().raw());
    let is_by_index = link.view().index() != 0;
    let link = moved(link, &mut PooledBuffer::new(0), |kind| {
        let is_refused = kind == LinkMessage::IFLA_ADDRESS.number()
            || kind == LinkMessage::IFLA_IFNAME.number() && is_by_index;
        is_refused && so.contains(&kind)
    });
    order.message = link.into_buffer();
    let link = LinkMessage::cast(order.message.body());
    if peer(link).is_none() {
        return Ok(());
    }
    let link = take(order);
    let info: LinkInfoBuf = nested(link.buffer(), LinkMessage::IFLA_LINKINFO);
    let data = nested::<_, _, NestBuf>(info.buffer(), LinkInfo::IFLA_INFO_DATA).without(PEER);
    order.message = link.info(info.with(LinkInfo::IFLA_INFO_DATA, data.buffer())).into_buffer();
    Ok(())
}

/// The steps after the message that creates a link.
fn created(order: &mut Order) -> Result<Option<Box<Steps>>> {
    let link = LinkMessage::cast(order.message.body());
    if has(link, &[LinkMessage::IFLA_NEW_IFINDEX.number()]) {
        return Err(invalid(
            "new_index is for a link that changes its namespace: index chooses that of a new one",
        ));
    }
    if has(link, &[LinkMessage::IFLA_ALT_IFNAME.number()]) && order.flags.contains(Flags::EXCL) {
        return Err(invalid(
            "alt_name says which link a request is about: alt_names gives a link such names",
        ));
    }
    let peer = peer(link);
    if !is_more_than_created(link) && !peer.is_some_and(is_more_than_created_of_peers) {
        // The kernel echoes the link before that is a port.
        let echoes_early =
            order.flags.contains(Flags::ECHO) && has(link, &[LinkMessage::IFLA_MASTER.number()]);
        return Ok(echoes_early.then(|| Steps::after([], None)));
    }
    let has_peer = peer.is_some();
    let replaces = !order.flags.contains(Flags::EXCL);
    let mut rest = Rest { link: take(order), whose: "", after: Vec::new() };
    if has_peer {
        rest.split_peer()?;
    }
    let undo = about(&rest.link).filter(|_| !replaces).map(|link| Undo {
        message_type: RTM_DELLINK,
        message: link.into_buffer(),
        done: "the link was deleted again",
    });
    rest.split(replaces)?;
    let names = replaces && has(&rest.link, &NAMES);
    order.message = rest.link.into_buffer();
    let after = rest.after.into_iter().map(Step::Send).chain(names.then_some(Step::Ask(add_names)));
    Ok(Some(Steps::after(after, undo)))
}

/// Whether the kernel ignores a part of this in a request that creates the link.
fn is_more_than_created(link: &LinkMessage) -> bool {
    let bridge = link.family() == AddressFamily::BRIDGE && has(link, &OF_BRIDGES);
    bridge || has(link, &LATER) || has(link, &NAMES) || is_port(link)
}

/// The same in the part of a request that creates the other end of a pair.
fn is_more_than_created_of_peers(peer: &LinkMessage) -> bool {
    is_more_than_created(peer) || has(peer, &LATER_OF_PEERS)
}

fn is_port(link: &LinkMessage) -> bool {
    link.info().is_some_and(|info| info.port_data().is_some())
}

/// The other end of a pair that is created; `None` where there is nothing to be split off it.
pub(super) fn peer(link: &LinkMessage) -> Option<&LinkMessage> {
    let veth = || link.kind::<Veth>().and_then(Veth::peer);
    let vxcan = || link.kind::<Vxcan>().and_then(Vxcan::peer);
    veth().or_else(vxcan).or_else(|| link.kind::<Netkit>().and_then(Netkit::peer))
}

/// What is left of a message that creates a link, and the messages after it.
struct Rest {
    link: LinkMessageBuf,
    /// Whose attributes they are, in words for errors: none, or the peer's.
    whose: &'static str,
    after: Vec<Further>,
}

impl Rest {
    /// Splits the other end of a pair.
    fn split_peer(&mut self) -> Result<()> {
        let info: LinkInfoBuf = nested(self.link.buffer(), LinkMessage::IFLA_LINKINFO);
        let data: NestBuf = nested(info.buffer(), LinkInfo::IFLA_INFO_DATA);
        let mut peer = Rest { link: nested(data.buffer(), PEER), whose: "peer's ", after: Vec::new() };
        if is_more_than_created_of_peers(&peer.link) {
            peer.split(false)?;
            let info = info.with(LinkInfo::IFLA_INFO_DATA, data.with(PEER, peer.link).buffer());
            self.link = std::mem::take(&mut self.link).info(info);
            self.after.append(&mut peer.after);
        }
        Ok(())
    }

    /// Splits what the kernel would ignore; in the order in which one depends on the other.
    fn split(&mut self, replaces: bool) -> Result<()> {
        let is_peer = !self.whose.is_empty();
        let later = |kind| LATER.contains(&kind) || is_peer && LATER_OF_PEERS.contains(&kind);
        let is_bridge = self.link.view().family() == AddressFamily::BRIDGE;
        let ignored = |kind| later(kind) || NAMES.contains(&kind) || is_bridge && OF_BRIDGES.contains(&kind);
        if !(is_port(&self.link) || self.link.attributes().raw().any(|attribute| ignored(attribute.number())))
        {
            return Ok(());
        }
        let about = self.about(fields(&self.link, ignored))?;
        let is_up = self.link.view().changed().contains(LinkFlags::UP) && self.link.is_up();
        self.send(|kind| later(kind) && !(is_bridge && OF_BRIDGES.contains(&kind)), RTM_NEWLINK, &about);
        self.send_port(&about);
        if is_bridge {
            let about = by_index(about.clone()).family(AddressFamily::BRIDGE);
            self.send(|kind| OF_BRIDGES.contains(&kind), RTM_SETLINK, &about);
        }
        if !replaces {
            self.send(|kind| NAMES.contains(&kind), RTM_NEWLINKPROP, &about);
        }
        if is_up && !self.after.is_empty() {
            let (flags, changed) = (self.link.view().flags(), self.link.view().changed());
            let link = std::mem::take(&mut self.link).flags(flags - LinkFlags::UP);
            self.link = link.changed(changed - LinkFlags::UP);
            self.push("up".to_owned(), RTM_NEWLINK, about.up().into_buffer());
        }
        Ok(())
    }

    /// The beginning of a message about the link once it exists; the fields are what the message would be for.
    fn about(&self, fields: Vec<&'static str>) -> Result<LinkMessageBuf> {
        let fields = if fields.is_empty() { "port".to_owned() } else { fields.join(", ") };
        let what = format!("{}{fields} can be set only once the link exists", self.whose);
        if has(&self.link, &NAMESPACES) {
            return Err(BuildError::Invalid(format!("{what}, which is in another namespace: set it there")));
        }
        about(&self.link).ok_or_else(|| BuildError::Invalid(format!("{what}: give it a name or an index")))
    }

    /// Sends these attributes in a message of their own.
    fn send(&mut self, wanted: impl Fn(u16) -> bool, kind: u16, about: &LinkMessageBuf) {
        let fields = fields(&self.link, &wanted);
        if !fields.is_empty() {
            let mut message = about.clone().into_buffer();
            self.link = moved(std::mem::take(&mut self.link), &mut message, wanted);
            self.push(fields.join(", "), kind, message);
        }
    }

    /// Sends what the link's master is told of it.
    fn send_port(&mut self, about: &LinkMessageBuf) {
        if is_port(&self.link) {
            let mut info =
                nested::<_, _, LinkInfoBuf>(self.link.buffer(), LinkMessage::IFLA_LINKINFO).into_buffer();
            let mut port = LinkInfo::build().into_buffer();
            info.move_attributes::<LinkInfo>(&mut port, |kind| OF_PORTS.contains(&kind));
            self.link = std::mem::take(&mut self.link).info(LinkInfoBuf::from_buffer(info));
            let message = about.clone().info(LinkInfoBuf::from_buffer(port));
            self.push("port".to_owned(), RTM_NEWLINK, message.into_buffer());
        }
    }

    fn push(&mut self, part: String, message_type: u16, message: PooledBuffer) {
        self.after.push(further(format!("{}{part}", self.whose), message_type, message));
    }
}

fn further(part: String, message_type: u16, message: PooledBuffer) -> Further {
    let flags = match message_type {
        RTM_NEWLINKPROP => Flags::CREATE | Flags::EXCL | Flags::APPEND | Flags::ACK,
        _ => Flags::ACK,
    };
    Further { part, message_type, flags, message }
}

/// Finds out whether the link has to be read before it is changed.
fn change(order: &mut Order) -> Result<Option<Box<Steps>>> {
    let link = LinkMessage::cast(order.message.body());
    let is_bridge = link.family() == AddressFamily::BRIDGE;
    if has(link, &[LinkMessage::IFLA_PROTINFO.number()]) && !is_bridge {
        return Err(invalid("protocol_info is changed in messages of the family BRIDGE only"));
    }
    if has(link, &[LinkMessage::IFLA_NEW_IFINDEX.number()]) && !has(link, &NAMESPACES) {
        return Err(invalid("new_index is for a link that changes its namespace"));
    }
    if is_group(order) {
        let ignored = fields(link, |kind| OF_LINKS.contains(&kind) || AT_CREATION.contains(&kind));
        return match ignored.first() {
            Some(field) => Err(invalid(&format!("{field} can be changed of one link, not of a group"))),
            None => Ok(None),
        };
    }
    let is_partial = order.message.resets() != Resets::None || is_partial(link);
    let reads = is_partial || has(link, &AT_CREATION) || has(link, &NAMES);
    if is_bridge && has(link, &OF_BRIDGES) {
        if !reads && is_only(link, &OF_BRIDGES) {
            order.message_type = RTM_SETLINK;
            return Ok(None);
        }
    } else if !reads {
        return Ok(None);
    }
    Ok(Some(Steps::before(complete)))
}

/// Whether the kernel would ignore a part of what a change says of the link's kind, or reset what it does not say. The kind
/// alone it ignores.
fn is_partial(link: &LinkMessage) -> bool {
    let Some(kind) = link.kind_name() else { return false };
    let mut options = options_of(link).peekable();
    kind_resets(kind) != Resets::None
        || options.peek().is_none()
        || options.any(|option| OPTIONS_AT_CREATION.contains(&(kind, option.number())))
}

/// Whether the message is about the links of a group: those alone have no name or index in it.
fn is_group(order: &Order) -> bool {
    let link = LinkMessage::cast(order.message.body());
    let by_name = has(link, &[LinkMessage::IFLA_IFNAME.number(), LinkMessage::IFLA_ALT_IFNAME.number()]);
    link.index() == 0 && !by_name && order.message.is_complete()
}

/// Whether the message sets nothing but these attributes.
fn is_only(link: &LinkMessage, only: &[u16]) -> bool {
    let meant = LinkMessage::IFLA_ALT_IFNAME.number();
    let others = link
        .attributes()
        .raw()
        .any(|attribute| attribute.number() != meant && !only.contains(&attribute.number()));
    !others && link.flags().is_empty() && link.changed().is_empty()
}

/// Completes a change by what the link has.
fn complete(present: &[u8], order: &mut Order, steps: &mut Steps) -> Result<()> {
    let present = LinkMessage::cast(present);
    check_creation(LinkMessage::cast(order.message.body()), present)?;
    let resets = match order.message.resets() {
        Resets::None => LinkMessage::cast(order.message.body()).kind_name().map_or(Resets::None, kind_resets),
        resets => resets,
    };
    let link = take(order).index(present.index());
    let about = LinkMessage::build().index(present.index());
    let mut link = without_what_is_so(link, present, resets);
    if resets != Resets::None {
        link = with_present_options(link, present, resets);
    }
    let mut messages = Vec::new();
    if let Some(names) = names_to_add(&link, present) {
        messages.push(further("alt_names".to_owned(), RTM_NEWLINKPROP, names));
    }
    link = link.without(LinkMessage::IFLA_PROP_LIST);
    if link.view().family() == AddressFamily::BRIDGE && has(&link, &OF_BRIDGES) {
        let part = fields(&link, |kind| OF_BRIDGES.contains(&kind)).join(", ");
        let mut message = about.family(AddressFamily::BRIDGE).into_buffer();
        link = moved(link, &mut message, |kind| OF_BRIDGES.contains(&kind));
        messages.push(further(part, RTM_SETLINK, message));
    }
    // Once it is in another namespace nothing more can be done to it.
    let is_last = has(&link, &NAMESPACES);
    let own =
        Further { flags: order.flags, ..further("the rest".to_owned(), RTM_NEWLINK, link.into_buffer()) };
    let at = if is_last { messages.len() } else { 0 };
    if messages.is_empty() || !is_only(LinkMessage::cast(own.message.body()), &[]) {
        messages.insert(at, own);
    }
    let mut messages = messages.into_iter();
    if let Some(Further { message_type, flags, message, .. }) = messages.next() {
        (order.message_type, order.flags, order.message) = (message_type, flags, message);
    }
    steps.after = messages.map(Step::Send).collect();
    Ok(())
}

/// What only a request that creates a link can set, the link has to have as it is given; its kind above all.
fn check_creation(link: &LinkMessage, present: &LinkMessage) -> Result<()> {
    if let Some(kind) = link.kind_name() {
        if present.kind_name() != Some(kind) {
            let kind = present.kind_name().unwrap_or("none");
            return Err(BuildError::Invalid(format!("a link of another kind exists: {kind}")));
        }
        let (asked, is) = (options_of(link), options_of(present));
        for (_, option) in OPTIONS_AT_CREATION.iter().filter(|(name, _)| *name == kind) {
            let name =
                || kinds().find(|(name, _)| *name == kind).map_or("", |(_, table)| name_in(table, *option));
            check_same(*option, asked, is, name)?;
        }
    }
    let mut kinds = AT_CREATION.into_iter();
    kinds.try_for_each(|kind| {
        check_same(kind, link.attributes().raw(), present.attributes().raw(), || field(kind))
    })
}

/// Whether an attribute that is asked for is so already.
fn check_same(
    kind: u16,
    asked: RawAttributes<'_>,
    is: RawAttributes<'_>,
    name: impl FnOnce() -> &'static str,
) -> Result<()> {
    let Some(asked) = asked.payload_of(kind) else { return Ok(()) };
    let is = is.payload_of(kind).unwrap_or_default();
    // No parent is told by none.
    if asked == is || is.is_empty() && asked.iter().all(|byte| *byte == 0) {
        return Ok(());
    }
    Err(invalid(&format!("{} can be set only when the link is created", name())))
}

/// Leaves out what the link has already.
fn without_what_is_so(link: LinkMessageBuf, present: &LinkMessage, resets: Resets) -> LinkMessageBuf {
    let present = present.to_request();
    let link = without_flags_that_are_so(link, &present);
    let info = LinkInfo::cast(present.view().info().map_or(&[][..], View::as_bytes));
    let own: LinkInfoBuf = nested(link.buffer(), LinkMessage::IFLA_LINKINFO);
    let own = without_options_that_are_so(own, info, resets);
    let so = same(link.attributes().raw(), present.attributes().raw());
    let link = if has(&link, &[LinkMessage::IFLA_LINKINFO.number()]) { link.info(own) } else { link };
    let is_empty = link.view().info().is_some_and(|info| info.as_bytes().is_empty());
    moved(link, &mut PooledBuffer::new(0), |kind| match kind {
        _ if kind == LinkMessage::IFLA_LINKINFO.number() => is_empty,
        _ => so.contains(&kind) || AT_CREATION.contains(&kind),
    })
}

/// Leaves out the flags where none is to be changed.
fn without_flags_that_are_so(link: LinkMessageBuf, present: &LinkMessage) -> LinkMessageBuf {
    // To the kernel, none that are changed means all.
    let (flags, changed) = (link.view().flags(), link.view().changed());
    let changed = if changed.is_empty() { LinkFlags::SETTABLE } else { changed };
    let is_so = flags & changed == present.flags() & changed;
    if is_so { link.flags(LinkFlags::empty()).changed(LinkFlags::empty()) } else { link }
}

/// Leaves out the options that the link has already, of its own and as a port, but for those that the kernel would reset.
fn without_options_that_are_so(info: LinkInfoBuf, present: &LinkInfo, resets: Resets) -> LinkInfoBuf {
    let is_same_kind = info.view().kind_name() == present.kind_name();
    let (so, so_as_port) =
        (same(of_kind(info.view()), of_kind(present)), same(of_port(info.view()), of_port(present)));
    let differs = !is_same_kind || of_kind(info.view()).any(|option| !so.contains(&option.number()));
    let info = match differs {
        false => info.without(LinkInfo::IFLA_INFO_KIND).without(LinkInfo::IFLA_INFO_DATA),
        true if is_same_kind => without_options(info, LinkInfo::IFLA_INFO_DATA, |kind| {
            so.contains(&kind) && !resets.contains(kind)
        }),
        true => info,
    };
    if of_port(info.view()).all(|option| so_as_port.contains(&option.number())) {
        return info.without(LinkInfo::IFLA_INFO_SLAVE_KIND).without(LinkInfo::IFLA_INFO_SLAVE_DATA);
    }
    without_options(info, LinkInfo::IFLA_INFO_SLAVE_DATA, |kind| so_as_port.contains(&kind))
}

/// The options of a link's kind.
fn options_of(link: &LinkMessage) -> RawAttributes<'_> {
    link.info().map_or(RawAttributes::new(&[]), of_kind)
}

fn of_kind(info: &LinkInfo) -> RawAttributes<'_> {
    RawAttributes::new(info.data().map_or(&[], Nest::as_bytes))
}

fn of_port(info: &LinkInfo) -> RawAttributes<'_> {
    RawAttributes::new(info.port_data().map_or(&[], Nest::as_bytes))
}

/// Leaves out these options of a kind or port.
fn without_options<C: ?Sized>(
    info: LinkInfoBuf,
    options: Attr<LinkInfo, C>,
    wanted: impl Fn(u16) -> bool,
) -> LinkInfoBuf
where
    for<'a> &'a Buffer: Put<C>,
{
    let mut left = nested::<_, _, NestBuf>(info.buffer(), options).into_buffer();
    left.move_attributes::<Nest>(&mut PooledBuffer::new(0), wanted);
    info.with(options, &*left)
}

/// The attributes that are the same in both.
fn same(ours: RawAttributes<'_>, theirs: RawAttributes<'_>) -> Vec<u16> {
    let of = |all: RawAttributes<'_>, kind| -> Vec<Vec<u8>> {
        all.filter(|one| one.number() == kind).map(|one| one.payload.to_vec()).collect()
    };
    let kinds = ours.map(|attribute| attribute.number());
    kinds.filter(|kind| of(ours, *kind) == of(theirs, *kind)).collect()
}

/// Adds the options that the link has, that the change leaves out, and that the kernel would reset; where those are all,
/// it computes the MTU anew as well.
fn with_present_options(link: LinkMessageBuf, present: &LinkMessage, resets: Resets) -> LinkMessageBuf {
    let options = present.info().and_then(LinkInfo::data).filter(|_| link.kind_name() == present.kind_name());
    let Some(options) = options else { return link };
    let info: LinkInfoBuf = nested(link.buffer(), LinkMessage::IFLA_LINKINFO);
    let data: NestBuf = nested(info.buffer(), LinkInfo::IFLA_INFO_DATA);
    let given: Vec<u16> = data.attributes().raw().map(|attribute| attribute.number()).collect();
    let mut data = data.into_buffer();
    let reset =
        |option: &RawAttribute<'_>| resets.contains(option.number()) && !given.contains(&option.number());
    for option in options.attributes().raw().filter(reset) {
        let start = data.open(option.number_and_flags);
        data.push(option.payload);
        data.close(start, "IFLA_INFO_DATA");
    }
    let mtu = link.view().mtu().or(present.mtu()).filter(|_| resets == Resets::All);
    let link = link.info(info.with(LinkInfo::IFLA_INFO_DATA, &*data));
    mtu.into_iter().fold(link, |link, mtu| link.mtu(mtu))
}

/// Adds the alternative names that a link lacks which was changed or created.
fn add_names(present: &[u8], order: &mut Order, steps: &mut Steps) -> Result<()> {
    let asked = LinkMessage::cast(steps.own().unwrap_or(&order.message).body());
    if let Some(names) = names_to_add(asked, LinkMessage::cast(present)) {
        steps.after.push_front(Step::Send(further("alt_names".to_owned(), RTM_NEWLINKPROP, names)));
    }
    Ok(())
}

/// The message that adds the alternative names which the link lacks.
fn names_to_add(asked: &LinkMessage, present: &LinkMessage) -> Option<PooledBuffer> {
    let lacks = |name: &&netlink_packet::Name| !present.alt_names().any(|has| has == *name);
    let names: Vec<_> = asked.alt_names().filter(lacks).collect();
    let message = (!names.is_empty()).then(|| LinkMessage::build().index(present.index()).alt_names(names));
    message.map(Build::into_buffer)
}

/// Whether it has one of these attributes.
fn has(link: &LinkMessage, kinds: &[u16]) -> bool {
    link.attributes().raw().any(|attribute| kinds.contains(&attribute.number()))
}

/// The names of those attributes that are wanted.
fn fields(link: &LinkMessage, wanted: impl Fn(u16) -> bool) -> Vec<&'static str> {
    let raw: RawAttributes<'_> = link.attributes().raw();
    raw.map(|attribute| attribute.number()).filter(|kind| wanted(*kind)).map(field).collect()
}

/// An attribute by the name of its setter.
fn field(kind: u16) -> &'static str {
    match name_in(LinkMessage::table(), kind) {
        "properties" => "alt_names",
        field => field,
    }
}

fn name_in(table: &Table, kind: u16) -> &'static str {
    table.rows.iter().find(|row| row.number == kind).map_or("", |row| row.field)
}

/// Moves attributes to another message; gives what is left.
fn moved(link: LinkMessageBuf, to: &mut PooledBuffer, wanted: impl Fn(u16) -> bool) -> LinkMessageBuf {
    let mut from = link.into_buffer();
    from.move_attributes::<LinkMessage>(to, wanted);
    LinkMessageBuf::from_buffer(from)
}

/// The beginning of a message about the same link; `None` where the kernel chooses its name.
fn about(link: &LinkMessage) -> Option<LinkMessageBuf> {
    match (link.index(), link.interface_name()) {
        (0, Some(name)) if !name.as_bytes().contains(&b'%') => Some(LinkMessage::build().name(name)),
        (0, _) => None,
        (index, _) => Some(LinkMessage::build().index(index)),
    }
}

/// The same, where the kernel looks up no name.
fn by_index(about: LinkMessageBuf) -> LinkMessageBuf {
    match about.view().interface_name().map(Device::from) {
        Some(name) => about.without(LinkMessage::IFLA_IFNAME).index(name),
        None => about,
    }
}

fn take(order: &mut Order) -> LinkMessageBuf {
    LinkMessageBuf::from_buffer(std::mem::replace(&mut order.message, PooledBuffer::new(0)))
}

fn invalid(problem: &str) -> BuildError {
    BuildError::Invalid(problem.to_owned())
}
