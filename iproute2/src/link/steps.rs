//! The steps of requests about links that one message can't carry out.
//!
//! The kernel silently ignores some attributes in a request that creates a link, and others in one that changes it: the
//! tables of [`LinkMessage`], [`LinkInfo`] and the kinds say which. Those that it accepts later are sent in further
//! messages, as part of the request; those that it accepts only when the link is created fail a change, unless the link
//! already has that value; those that it ignores in both fail. If the kernel takes the options of a kind only as a
//! whole, a change is completed with the link's options. Of a listed link that is sent back, only the differences reach
//! the kernel, which refuses much of the rest.

use crate::device::Device;
use crate::error::ErrorKind;
use crate::known::known;
use crate::order::{self, Further, Order, Planner, Probe, Step, Steps, Undo};
use netlink_packet::{
    Attr, Buffer, Build, BuildError, Flags, Marks, Nest, NestBuf, PooledBuffer, Put, RawAttribute,
    RawAttributes, Resets, Row, Scope, View, nested,
};
use rtnetlink::AddressFamily;
use rtnetlink::link::*;
use rtnetlink::message::{RTM_DELLINK, RTM_NEWLINK, RTM_NEWLINKPROP, RTM_SETLINK};

pub(super) const STEPS: Planner = Planner { message_types: &[RTM_NEWLINK], plan };

type Result<T> = std::result::Result<T, BuildError>;

/// The namespace that a link is created in or moved to.
const NAMESPACES: [u16; 3] = [
    LinkMessage::IFLA_NET_NS_PID.number(),
    LinkMessage::IFLA_NET_NS_FD.number(),
    LinkMessage::IFLA_TARGET_NETNSID.number(),
];

/// The other end of a pair, which has the same number in all kinds of pairs.
const PEER: Attr<Nest, LinkMessage> = Attr::new(Veth::VETH_INFO_PEER.number(), "PEER");
const _: () = assert!(
    Vxcan::VXCAN_INFO_PEER.number() == PEER.number()
        && Netkit::IFLA_NETKIT_PEER_INFO.number() == PEER.number()
);

/// Which message sets an attribute of an existing link.
fn message_type_of(link: &LinkMessage, number: u16) -> u16 {
    let of_bridges = [LinkMessage::IFLA_AF_SPEC.number(), LinkMessage::IFLA_PROTINFO.number()];
    match number {
        _ if number == LinkMessage::IFLA_PROP_LIST.number() => RTM_NEWLINKPROP,
        _ if link.family() == AddressFamily::BRIDGE && of_bridges.contains(&number) => RTM_SETLINK,
        _ => RTM_NEWLINK,
    }
}

fn plan(order: &mut Order) -> Result<Option<Box<Steps>>> {
    let mut may_be_unknown = false;
    if order.message.may_hold(LinkMessage::SUSPECTS | PROTOCOL_INFO) {
        may_be_unknown = examine(LinkMessage::cast(order.message.body()))?;
    }
    let asked = may_be_unknown.then(|| order.message.clone());
    let steps = if order.flags.contains(Flags::CREATE) { creation(order) } else { change(order) }?;
    Ok(match asked {
        Some(asked) => Some(checked(steps.unwrap_or_default(), asked, order.flags)),
        None => steps,
    })
}

/// The bit of what only messages of the family BRIDGE have a table for.
const PROTOCOL_INFO: u64 = 1 << LinkMessage::IFLA_PROTINFO.number();

/// Fails if the link has what the kernel would ignore in any request; tells whether it has what not every kernel knows.
fn examine(link: &LinkMessage) -> Result<bool> {
    refuse_ignored(link)?;
    Ok(Scope::of(link).find(&mut |row, _| row.marks.needs().is_some()).is_some())
}

/// Asks whether the kernel knows the options of a kind that it does not tell: to change them, to one byte, of a link that there
/// is not. A kernel that knows them finds them too short, and others that there is no such link.
fn probe(link: &LinkMessage) -> Option<Probe> {
    let mut rows = Vec::new();
    Scope::of(link).find(&mut |row, _| {
        rows.extend(row.marks.is_untold().then_some(row));
        false
    });
    let kind = link.kind_name().filter(|_| !rows.is_empty())?;
    let options = rows
        .iter()
        .fold(Nest::build(), |options, row| options.with(Attr::<Nest, u8>::new(row.number, row.name), 0));
    let info = LinkInfo::build().kind_name(kind).with(LinkInfo::IFLA_INFO_DATA, options.buffer());
    let message = LinkMessage::build().index(NO_LINK).info(info).into_buffer();
    Some(Probe { message_type: RTM_NEWLINK, message, rows })
}

/// An index that no link has: the last one.
const NO_LINK: u32 = i32::MAX as u32;

/// Looks at the link once all is done, whether the kernel knew what it was asked for.
fn checked(mut steps: Box<Steps>, asked: PooledBuffer, flags: Flags) -> Box<Steps> {
    let link = LinkMessage::cast(asked.body());
    let creates = flags.contains(Flags::CREATE);
    if has(link, &NAMESPACES) || !creates && is_of_group(&asked) {
        // What every link has of which the kernel knows, it tells of this one.
        let loopback = LinkMessage::build().index(LOOPBACK).into_buffer();
        steps.after.push_back(Step::AskAbout(loopback, check_by_another));
    } else if creates && about(link).is_none() {
        steps.echoed = Some(|told, asked| known(unknown(LinkMessage::cast(asked), LinkMessage::cast(told))));
    } else {
        if creates && flags.contains(Flags::EXCL) && steps.undo.is_none() {
            steps.undo = about(link).map(deletion);
        }
        steps.after.push_back(Step::Ask(check));
    }
    steps.after.extend(probe(link).map(Step::Probe));
    steps.asked = Some(asked);
    steps
}

/// The index of the loopback device, in each namespace.
const LOOPBACK: u32 = 1;

/// Compares a link with what was asked for.
fn check(present: &[u8], _: &mut Order, steps: &mut Steps) -> std::result::Result<(), ErrorKind> {
    let Some(asked) = &steps.asked else { return Ok(()) };
    known(unknown(LinkMessage::cast(asked.body()), LinkMessage::cast(present)))
}

/// Compares another link with what was asked for, as far as every link has it.
fn check_by_another(present: &[u8], _: &mut Order, steps: &mut Steps) -> std::result::Result<(), ErrorKind> {
    let Some(asked) = &steps.asked else { return Ok(()) };
    let (asked, present) = (LinkMessage::cast(asked.body()), LinkMessage::cast(present));
    let peers = peer(asked).map(|peer| unknown_of_all(peer, present)).unwrap_or_default();
    known(unknown_of_all(asked, present).into_iter().chain(peers).collect())
}

/// What the kernel did not know of what was asked for, by the link that it tells.
fn unknown(asked: &LinkMessage, present: &LinkMessage) -> Vec<&'static Row> {
    let scope = Scope::of(asked);
    if asked.family() == AddressFamily::BRIDGE {
        let port = present.info().map_or(RawAttributes::new(&[]), of_port);
        let look = |of_port: &Scope<'_>| of_port.unknown(port);
        return scope.within(LinkMessage::IFLA_PROTINFO.number(), look).unwrap_or_default();
    }
    let mut unknown = scope.unknown(present.attributes().raw());
    unknown.extend(peer(asked).map(|peer| unknown_of_all(peer, present)).unwrap_or_default());
    unknown
}

/// The same of what each link has, by any link.
fn unknown_of_all(asked: &LinkMessage, present: &LinkMessage) -> Vec<&'static Row> {
    let scope = Scope::of(asked);
    let rows = scope.attributes().filter_map(|attribute| scope.row(attribute.number()));
    let of_all = rows.filter(|row| row.marks.needs().is_some() && row.marks.is_always_told());
    of_all.filter(|row| !has(present, &[row.number])).collect()
}

/// Fails if the message has what the kernel ignores in every request.
fn refuse_ignored(link: &LinkMessage) -> Result<()> {
    match Scope::of(link).ignored() {
        Some(ignored) => Err(BuildError::Invalid(order::would_be_ignored(&ignored))),
        None => Ok(()),
    }
}

/// The numbers of the attributes in a set that have this mark.
fn marked(scope: &Scope<'_>, is: impl Fn(&Marks, &Scope<'_>) -> bool) -> Vec<u16> {
    let numbers = scope.attributes().map(|attribute| attribute.number());
    numbers.filter(|number| scope.row(*number).is_some_and(|row| is(&row.marks, scope))).collect()
}

/// Splits off what the kernel ignores in the message that creates a link. If the link exists and is replaced, it
/// ignores more.
fn creation(order: &mut Order) -> Result<Option<Box<Steps>>> {
    let link = LinkMessage::cast(order.message.body());
    let is_of_port = has(link, &[LinkMessage::IFLA_PROTINFO.number(), LinkMessage::IFLA_AF_SPEC.number()]);
    if link.family() == AddressFamily::BRIDGE && !is_of_port {
        return Err(BuildError::Invalid(
            "a message of the family BRIDGE is about a port's settings: without them it adds no link"
                .to_owned(),
        ));
    }
    let replaces = !order.flags.contains(Flags::EXCL);
    let keeps = replaces
        && (link.kind_name().is_some() || !marked(&Scope::of(link), Marks::is_when_added).is_empty());
    let steps = created(order)?;
    if !keeps {
        return Ok(steps);
    }
    let mut steps = steps.unwrap_or_default();
    steps.read_if_there(keep);
    Ok(Some(steps))
}

/// Checks that an existing link has what can be set only when it is created. The other end of a pair is left out, and
/// so are the current address and name: Linux 6.1 refuses to set them again while the link is up.
fn keep(present: &[u8], order: &mut Order, _: &mut Steps) -> std::result::Result<(), ErrorKind> {
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
    if !is_more_than_created(link, "") && !peer.is_some_and(|peer| is_more_than_created(peer, PEERS)) {
        // The kernel echoes the link before it becomes a port.
        let echoes_early =
            order.flags.contains(Flags::ECHO) && has(link, &[LinkMessage::IFLA_MASTER.number()]);
        return Ok(echoes_early.then(|| Steps::after([], None)));
    }
    let has_peer = peer.is_some();
    let asked = order.message.clone();
    let replaces = !order.flags.contains(Flags::EXCL);
    let mut rest = Rest { link: take(order), whose: "", after: Vec::new() };
    if has_peer {
        rest.split_peer()?;
    }
    let undo = about(&rest.link).filter(|_| !replaces).map(deletion);
    rest.split(replaces)?;
    let names = replaces && has(&rest.link, &[LinkMessage::IFLA_PROP_LIST.number()]);
    order.message = rest.link.into_buffer();
    let after = rest.after.into_iter().map(Step::Send).chain(names.then_some(Step::Ask(add_names)));
    let mut steps = Steps::after(after, undo);
    steps.asked = Some(asked);
    Ok(Some(steps))
}

/// Takes back what created a link.
fn deletion(link: LinkMessageBuf) -> Undo {
    let (message_type, message) = (RTM_DELLINK, link.into_buffer());
    Undo { message_type, message, listing: None, done: "the link was deleted again" }
}

/// Whether the kernel ignores part of this in a request that creates the link or the other end of a pair.
fn is_more_than_created(link: &LinkMessage, whose: &str) -> bool {
    let scope = Scope::of(link);
    scope.attributes().any(|attribute| is_later(&scope, attribute.number(), whose)) || is_port(&scope)
}

/// Whether the kernel accepts it once the link exists; this includes the master of a pair's other end.
fn is_later(link: &Scope<'_>, number: u16, whose: &str) -> bool {
    let of_peer = whose == PEERS && number == LinkMessage::IFLA_MASTER.number();
    of_peer || link.row(number).is_some_and(|row| row.marks.is_later(link))
}

/// Whether it sets port options, which go to the link's master.
fn is_port(link: &Scope<'_>) -> bool {
    let later = |info: &Scope<'_>| !marked(info, Marks::is_later).is_empty();
    link.within(LinkMessage::IFLA_LINKINFO.number(), later).unwrap_or_default()
}

/// The other end of a pair to be created; `None` if nothing has to be split off it.
pub(super) fn peer(link: &LinkMessage) -> Option<&LinkMessage> {
    let veth = || link.kind::<Veth>().and_then(Veth::peer);
    let vxcan = || link.kind::<Vxcan>().and_then(Vxcan::peer);
    veth().or_else(vxcan).or_else(|| link.kind::<Netkit>().and_then(Netkit::peer))
}

/// The rest of a message about a link, and the messages after it.
struct Rest {
    link: LinkMessageBuf,
    /// Whose attributes they are, for errors: empty, or the peer's.
    whose: &'static str,
    after: Vec<Further>,
}

/// How errors refer to attributes of the other end of a pair.
const PEERS: &str = "peer's ";

impl Rest {
    /// Splits the other end of a pair.
    fn split_peer(&mut self) -> Result<()> {
        let info: LinkInfoBuf = nested(self.link.buffer(), LinkMessage::IFLA_LINKINFO);
        let data: NestBuf = nested(info.buffer(), LinkInfo::IFLA_INFO_DATA);
        let mut peer = Rest { link: nested(data.buffer(), PEER), whose: PEERS, after: Vec::new() };
        if is_more_than_created(&peer.link, PEERS) {
            peer.split(false)?;
            let info = info.with(LinkInfo::IFLA_INFO_DATA, data.with(PEER, peer.link).buffer());
            self.link = std::mem::take(&mut self.link).info(info);
            self.after.append(&mut peer.after);
        }
        Ok(())
    }

    /// Splits what the kernel would ignore in a request that creates the link.
    fn split(&mut self, replaces: bool) -> Result<()> {
        if !is_more_than_created(&self.link, self.whose) {
            return Ok(());
        }
        let later = self.later();
        let about = self.about(fields(&self.link, |number| later.contains(&number)))?;
        let is_up = self.link.view().changed().contains(LinkFlags::UP) && self.link.is_up();
        self.send(RTM_NEWLINK, &about, |number| later.contains(&number));
        self.send_port(&about);
        self.send(RTM_SETLINK, &about, |_| true);
        if !replaces {
            self.send(RTM_NEWLINKPROP, &about, |_| true);
        }
        if is_up && !self.after.is_empty() {
            let (flags, changed) = (self.link.view().flags(), self.link.view().changed());
            let link = std::mem::take(&mut self.link).flags(flags - LinkFlags::UP);
            self.link = link.changed(changed - LinkFlags::UP);
            self.push("up".to_owned(), RTM_NEWLINK, about.up().into_buffer());
        }
        Ok(())
    }

    /// What the kernel takes once the link exists.
    fn later(&self) -> Vec<u16> {
        let scope = Scope::of(self.link.view());
        let numbers = scope.attributes().map(|attribute| attribute.number());
        numbers.filter(|number| is_later(&scope, *number, self.whose)).collect()
    }

    /// The beginning of a message about the link once it exists, to set these fields.
    fn about(&self, fields: Vec<&'static str>) -> Result<LinkMessageBuf> {
        let fields = if fields.is_empty() { "port".to_owned() } else { fields.join(", ") };
        let what = format!("{}{fields} can be set only once the link exists", self.whose);
        if has(&self.link, &NAMESPACES) {
            return Err(BuildError::Invalid(format!("{what}, which is in another namespace: set it there")));
        }
        about(&self.link).ok_or_else(|| BuildError::Invalid(format!("{what}: give it a name or an index")))
    }

    /// Moves the wanted attributes that this message type sets into a message of their own.
    fn send(&mut self, message_type: u16, about: &LinkMessageBuf, wanted: impl Fn(u16) -> bool) {
        let of_type: Vec<u16> = numbers(&self.link)
            .filter(|number| message_type_of(&self.link, *number) == message_type && wanted(*number))
            .collect();
        if of_type.is_empty() {
            return;
        }
        let fields = fields(&self.link, |number| of_type.contains(&number));
        let about = match message_type {
            // For this family the kernel does not look up names.
            RTM_SETLINK => by_index(about.clone()).family(AddressFamily::BRIDGE),
            _ => about.clone(),
        };
        let mut message = about.into_buffer();
        self.link = moved(std::mem::take(&mut self.link), &mut message, |number| of_type.contains(&number));
        self.push(fields.join(", "), message_type, message);
    }

    /// Sends port options, which go to the link's master.
    fn send_port(&mut self, about: &LinkMessageBuf) {
        let scope = Scope::of(self.link.view());
        let of_port = scope.within(LinkMessage::IFLA_LINKINFO.number(), |info| marked(info, Marks::is_later));
        let of_port = of_port.unwrap_or_default();
        if !of_port.is_empty() {
            let mut info =
                nested::<_, _, LinkInfoBuf>(self.link.buffer(), LinkMessage::IFLA_LINKINFO).into_buffer();
            let mut port = LinkInfo::build().into_buffer();
            info.move_attributes::<LinkInfo>(&mut port, |number| of_port.contains(&number));
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

/// Determines whether the link has to be read before it is changed.
fn change(order: &mut Order) -> Result<Option<Box<Steps>>> {
    let link = LinkMessage::cast(order.message.body());
    let is_bridge = link.family() == AddressFamily::BRIDGE;
    if has(link, &[LinkMessage::IFLA_PROTINFO.number()]) && !is_bridge {
        return Err(invalid("protocol_info is changed in messages of the family BRIDGE only"));
    }
    if has(link, &[LinkMessage::IFLA_NEW_IFINDEX.number()]) && !has(link, &NAMESPACES) {
        return Err(invalid("new_index is for a link that changes its namespace"));
    }
    if has(link, &NAMESPACES) && is_port_of_another(&Scope::of(link)) {
        return Err(invalid(
            "port options can be set only once the link is in the other namespace: set them there",
        ));
    }
    let when_added = marked(&Scope::of(link), Marks::is_when_added);
    if is_of_group(&order.message) {
        let of_one = |number| {
            let is_plain = message_type_of(link, number) == RTM_NEWLINK;
            number == LinkMessage::IFLA_LINKINFO.number() || !is_plain || when_added.contains(&number)
        };
        return match fields(link, of_one).first() {
            Some(field) => Err(invalid(&format!("{field} can be changed of one link, not of a group"))),
            None => Ok(None),
        };
    }
    let is_partial = order.message.resets() != Resets::None || is_partial(link);
    let has_of = |message_type| numbers(link).any(|number| message_type_of(link, number) == message_type);
    let reads = is_partial
        || !when_added.is_empty()
        || has_of(RTM_NEWLINKPROP)
        || is_port_of_another(&Scope::of(link));
    if has_of(RTM_SETLINK) {
        if !reads && is_only(link, |number| message_type_of(link, number) == RTM_SETLINK) {
            order.message_type = RTM_SETLINK;
            return Ok(None);
        }
    } else if !reads {
        return Ok(None);
    }
    Ok(Some(Steps::before(complete)))
}

/// Whether the kernel would ignore part of the kind's options in a change, or reset options that it omits. The kind
/// alone is ignored.
fn is_partial(link: &LinkMessage) -> bool {
    let Some(kind) = link.kind_name() else { return false };
    kind_resets(kind) != Resets::None
        || options_of(link).next().is_none()
        || with_options(link, |options| !marked(options, Marks::is_when_added).is_empty()).unwrap_or_default()
}

/// Whether it sets a master and port options: the kernel sets those first, for the master that the link has before.
fn is_port_of_another(link: &Scope<'_>) -> bool {
    let mut numbers = link.attributes().map(|attribute| attribute.number());
    numbers.any(|number| number == LinkMessage::IFLA_MASTER.number()) && is_port(link)
}

/// The result of the function for the options of a link's kind, with the kind's table.
fn with_options<R>(link: &LinkMessage, look: impl FnOnce(&Scope<'_>) -> R) -> Option<R> {
    let look = |info: &Scope<'_>| info.within(LinkInfo::IFLA_INFO_DATA.number(), look);
    Scope::of(link).within(LinkMessage::IFLA_LINKINFO.number(), look).flatten()
}

/// Whether the message is about the links of a group: only then it has neither a name nor an index.
fn is_of_group(message: &Buffer) -> bool {
    let link = LinkMessage::cast(message.body());
    let by_name = has(link, &[LinkMessage::IFLA_IFNAME.number(), LinkMessage::IFLA_ALT_IFNAME.number()]);
    link.index() == 0 && !by_name && message.is_complete()
}

/// Whether the message sets nothing but these attributes.
fn is_only(link: &LinkMessage, only: impl Fn(u16) -> bool) -> bool {
    let others = numbers(link).any(|number| number != LinkMessage::IFLA_ALT_IFNAME.number() && !only(number));
    !others && link.flags().is_empty() && link.changed().is_empty()
}

/// Completes a change with what the link has.
fn complete(present: &[u8], order: &mut Order, steps: &mut Steps) -> std::result::Result<(), ErrorKind> {
    let present = LinkMessage::cast(present);
    check_creation(LinkMessage::cast(order.message.body()), present)?;
    let resets = match order.message.resets() {
        Resets::None => LinkMessage::cast(order.message.body()).kind_name().map_or(Resets::None, kind_resets),
        resets => resets,
    };
    let link = take(order).index(present.index());
    let mut link = without_what_is_so(link, present, resets);
    if resets != Resets::None {
        link = with_present_options(link, present, resets);
        refuse_ignored(&link)?;
    }
    let about = LinkMessage::build().index(present.index());
    let mut rest = Rest { link: with_names_to_add(link, present), whose: "", after: Vec::new() };
    rest.send(RTM_SETLINK, &about, |_| true);
    rest.send(RTM_NEWLINKPROP, &about, |_| true);
    if is_port_of_another(&Scope::of(rest.link.view())) {
        rest.send_port(&about);
    }
    let Rest { link, after: mut messages, .. } = rest;
    // Once the link is in another namespace, it can't be reached from here.
    let at = if has(&link, &NAMESPACES) { messages.len() } else { 0 };
    let own =
        Further { flags: order.flags, ..further("the rest".to_owned(), RTM_NEWLINK, link.into_buffer()) };
    if messages.is_empty() || !is_only(LinkMessage::cast(own.message.body()), |_| false) {
        messages.insert(at, own);
    }
    let mut messages = messages.into_iter();
    if let Some(Further { message_type, flags, message, .. }) = messages.next() {
        (order.message_type, order.flags, order.message) = (message_type, flags, message);
    }
    let checks = std::mem::take(&mut steps.after);
    steps.after = messages.map(Step::Send).chain(checks).collect();
    Ok(())
}

/// The link must already have what only a request that creates it can set; above all its kind.
fn check_creation(link: &LinkMessage, present: &LinkMessage) -> Result<()> {
    if let Some(kind) = link.kind_name() {
        if present.kind_name() != Some(kind) {
            let kind = present.kind_name().unwrap_or("none");
            return Err(BuildError::Invalid(format!("a link of another kind exists: {kind}")));
        }
        with_options(link, |options| check_same(options, options_of(present))).unwrap_or(Ok(()))?;
    }
    check_same(&Scope::of(link), present.attributes().raw())
}

/// Whether the link already has the requested values of what can be set only when a link is created.
fn check_same(asked: &Scope<'_>, is: RawAttributes<'_>) -> Result<()> {
    let differs = |asked: &RawAttribute<'_>| match is.payload_of(asked.number()) {
        Some(is) => is != asked.payload,
        // A link without a parent lacks the attribute.
        None => asked.payload.is_empty() || asked.payload.iter().any(|byte| *byte != 0),
    };
    let mut rows = asked.attributes().filter(differs).filter_map(|attribute| asked.row(attribute.number()));
    match rows.find(|row| row.marks.is_when_added(asked)) {
        Some(row) => {
            Err(invalid(&format!("{} can be set only when the link is created", row.setter(Some(asked)))))
        }
        None => Ok(()),
    }
}

/// Leaves out what the link already has.
fn without_what_is_so(link: LinkMessageBuf, present: &LinkMessage, resets: Resets) -> LinkMessageBuf {
    let present = present.to_request();
    let link = without_flags_that_are_so(link, &present);
    let info = LinkInfo::cast(present.view().info().map_or(&[][..], View::as_bytes));
    let own: LinkInfoBuf = nested(link.buffer(), LinkMessage::IFLA_LINKINFO);
    let mut so = same(link.attributes().raw(), present.attributes().raw());
    // As the port of another master it has none of its port options.
    let is_moved =
        has(&link, &[LinkMessage::IFLA_MASTER.number()]) && !so.contains(&LinkMessage::IFLA_MASTER.number());
    let own = without_options_that_are_so(own, info, resets, !is_moved);
    so.extend(marked(&Scope::of(link.view()), Marks::is_when_added));
    let link = if has(&link, &[LinkMessage::IFLA_LINKINFO.number()]) { link.info(own) } else { link };
    let is_empty = link.view().info().is_some_and(|info| info.as_bytes().is_empty());
    moved(link, &mut PooledBuffer::new(0), |kind| match kind {
        _ if kind == LinkMessage::IFLA_LINKINFO.number() => is_empty,
        _ => so.contains(&kind),
    })
}

/// Leaves out the flags if none is to be changed.
fn without_flags_that_are_so(link: LinkMessageBuf, present: &LinkMessage) -> LinkMessageBuf {
    // To the kernel, an empty change mask means all flags.
    let (flags, changed) = (link.view().flags(), link.view().changed());
    let changed = if changed.is_empty() { LinkFlags::SETTABLE } else { changed };
    let is_so = flags & changed == present.flags() & changed;
    if is_so { link.flags(LinkFlags::empty()).changed(LinkFlags::empty()) } else { link }
}

/// Leaves out the options that the link already has, its own and its port options, except for those that the kernel
/// would reset.
fn without_options_that_are_so(
    info: LinkInfoBuf,
    present: &LinkInfo,
    resets: Resets,
    is_same_port: bool,
) -> LinkInfoBuf {
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
    if !is_same_port {
        return info;
    }
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

/// Removes these options of a kind or port.
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

/// The attributes that are equal in both.
fn same(ours: RawAttributes<'_>, theirs: RawAttributes<'_>) -> Vec<u16> {
    let of = |all: RawAttributes<'_>, kind| -> Vec<Vec<u8>> {
        all.filter(|one| one.number() == kind).map(|one| one.payload.to_vec()).collect()
    };
    let kinds = ours.map(|attribute| attribute.number());
    kinds.filter(|kind| of(ours, *kind) == of(theirs, *kind)).collect()
}

/// Adds the link's options that the change omits and that the kernel would reset. Where it resets all of them, it also
/// recomputes the MTU.
fn with_present_options(link: LinkMessageBuf, present: &LinkMessage, resets: Resets) -> LinkMessageBuf {
    let said = present.to_request();
    let options =
        said.view().info().and_then(LinkInfo::data).filter(|_| link.kind_name() == present.kind_name());
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

/// Adds the alternative names that the changed or created link still lacks.
fn add_names(present: &[u8], order: &mut Order, steps: &mut Steps) -> std::result::Result<(), ErrorKind> {
    let asked = LinkMessage::cast(steps.own().unwrap_or(&order.message).body());
    let present = LinkMessage::cast(present);
    let asked = with_names_to_add(LinkMessage::build().alt_names(asked.alt_names()), present);
    let mut rest = Rest { link: asked, whose: "", after: Vec::new() };
    rest.send(RTM_NEWLINKPROP, &LinkMessage::build().index(present.index()), |_| true);
    rest.after.into_iter().for_each(|names| steps.after.push_front(Step::Send(names)));
    Ok(())
}

/// Leaves out the alternative names that the link already has.
fn with_names_to_add(link: LinkMessageBuf, present: &LinkMessage) -> LinkMessageBuf {
    let lacks = |name: &&netlink_packet::Name| !present.alt_names().any(|has| has == *name);
    let names: Vec<_> = link.view().alt_names().filter(lacks).map(|name| name.as_bytes().to_vec()).collect();
    let link = link.without(LinkMessage::IFLA_PROP_LIST);
    if names.is_empty() { link } else { link.alt_names(names.iter().map(Vec::as_slice)) }
}

/// Whether it has one of these attributes.
fn has(link: &LinkMessage, kinds: &[u16]) -> bool {
    numbers(link).any(|number| kinds.contains(&number))
}

/// The numbers of its attributes.
fn numbers(link: &LinkMessage) -> impl Iterator<Item = u16> + '_ {
    link.attributes().raw().map(|attribute| attribute.number())
}

/// The names of the wanted attributes, as their setters have them.
fn fields(link: &LinkMessage, wanted: impl Fn(u16) -> bool) -> Vec<&'static str> {
    let scope = Scope::of(link);
    let setter = |number| scope.row(number).map_or("", |row| row.setter(Some(&scope)));
    numbers(link).filter(|number| wanted(*number)).map(setter).collect()
}

/// Moves attributes to another message and returns the rest.
fn moved(link: LinkMessageBuf, to: &mut PooledBuffer, wanted: impl Fn(u16) -> bool) -> LinkMessageBuf {
    let mut from = link.into_buffer();
    from.move_attributes::<LinkMessage>(to, wanted);
    LinkMessageBuf::from_buffer(from)
}

/// The beginning of a message about the same link; `None` if the kernel chooses its name.
fn about(link: &LinkMessage) -> Option<LinkMessageBuf> {
    match (link.index(), link.interface_name()) {
        (0, Some(name)) if !name.as_bytes().contains(&b'%') => Some(LinkMessage::build().name(name)),
        (0, _) => None,
        (index, _) => Some(LinkMessage::build().index(index)),
    }
}

/// The same, for messages in which the kernel does not look up names.
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
