//! The checks for each line of the tables.

use crate::again::{differences, said};
use crate::attributes::text;
use crate::shown;
use crate::support::{enter, ip, ip_json, is_unknown_kind, kernel, skip};
use iproute2::netlink_packet::{
    Build, Nest, NestBuf, Packet, PooledBuffer, RawAttributes, Resets, Table, View, nested,
};
use iproute2::rtnetlink::link::{
    Gre, LinkInfo, LinkInfoBuf, LinkMessage, LinkMessageBuf, Tunnel, Xfrm, kinds, port_kinds,
};
use iproute2::{ErrorKind, Veth, blocking};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The pair that is there before, both ends up.
pub(crate) const V0: u32 = 500;
pub(crate) const V1: u32 = 501;

/// A link `x0`, and the commands that make the same.
pub(crate) struct Case {
    pub(crate) link: LinkMessageBuf,
    before: Vec<LinkMessageBuf>,
    commands: &'static str,
    between: Vec<LinkMessageBuf>,
    change: Option<LinkMessageBuf>,
    fixed: bool,
    untold: &'static [&'static str],
    otherwise: &'static [&'static str],
    since: (u32, u32),
    module: &'static str,
    parts: &'static [&'static str],
}

/// A link `x0` that is made by this message, and by `ip link add x0 index 100 ...`; by nothing where `ip` can't.
pub(crate) fn case(link: LinkMessageBuf, commands: &'static str) -> Case {
    let link = link.name("x0").index(100);
    Case {
        link,
        before: Vec::new(),
        commands,
        between: Vec::new(),
        change: None,
        fixed: false,
        untold: &[],
        otherwise: &[],
        since: (0, 0),
        module: "",
        parts: &[],
    }
}

impl Case {
    /// After these links were made.
    pub(crate) fn before(mut self, links: impl Into<Vec<LinkMessageBuf>>) -> Self {
        self.before = links.into();
        self
    }

    /// With these changes of others, before it is changed.
    pub(crate) fn between(mut self, changes: impl Into<Vec<LinkMessageBuf>>) -> Self {
        self.between = changes.into();
        self
    }

    /// What it can be changed to.
    pub(crate) fn change(mut self, change: LinkMessageBuf) -> Self {
        self.change = Some(change);
        self
    }

    /// The kernel changes nothing of this kind, and says so.
    pub(crate) fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// The kernel accepts these attributes and does not report them.
    pub(crate) fn untold(mut self, attributes: &'static [&'static str]) -> Self {
        self.untold = attributes;
        self
    }

    /// The kernel reports these attributes with other values; the output of `ip` is the proof.
    pub(crate) fn otherwise(mut self, attributes: &'static [&'static str]) -> Self {
        self.otherwise = attributes;
        self
    }

    /// Kernels make it from this version on.
    pub(crate) fn since(mut self, version: (u32, u32)) -> Self {
        self.since = version;
        self
    }

    /// With parts of the kind that a kernel may be built without: it then does not report these attributes.
    pub(crate) fn parts(mut self, attributes: &'static [&'static str]) -> Self {
        self.parts = attributes;
        self
    }

    /// With a module that the kernel does not load by itself.
    pub(crate) fn module(mut self, name: &'static str) -> Self {
        self.module = name;
        self
    }
}

/// Attributes that came to the kernel later than Linux 6.1: a request with one that it does not know fails.
const LATER: [(&str, (u32, u32)); 12] = [
    ("IFLA_BR_FDB_MAX_LEARNED", (6, 7)),
    ("IFLA_BRPORT_MAB", (6, 2)),
    ("IFLA_BRPORT_MCAST_MAX_GROUPS", (6, 3)),
    ("IFLA_BRPORT_MCAST_N_GROUPS", (6, 3)),
    ("IFLA_BRPORT_NEIGH_VLAN_SUPPRESS", (6, 4)),
    ("IFLA_BRPORT_BACKUP_NHID", (6, 6)),
    ("IFLA_MACSEC_OFFLOAD", (6, 3)),
    ("IFLA_MACVLAN_BC_CUTOFF", (6, 4)),
    ("IFLA_VXLAN_LOCALBYPASS", (6, 5)),
    ("IFLA_VXLAN_LABEL_POLICY", (6, 8)),
    ("IFLA_GSO_IPV4_MAX_SIZE", (6, 3)),
    ("IFLA_GRO_IPV4_MAX_SIZE", (6, 3)),
];

/// Structs of flags and a mask: the kernel reports all flags.
pub(crate) const CHANGES: [&str; 2] = ["IFLA_VLAN_FLAGS", "IFLA_BR_MULTI_BOOLOPT"];

/// Options that change others of their kind, and what these are.
const AFFECTED: [(&str, &str); 12] = [
    // The hardware addresses of a tunnel.
    ("IFLA_VTI_LOCAL", "IFLA_ADDRESS"),
    ("IFLA_VTI_REMOTE", "IFLA_BROADCAST"),
    ("IFLA_GRE_REMOTE", "IFLA_BROADCAST"),
    // The operation on sources, which are not given then.
    ("IFLA_MACVLAN_MACADDR_MODE", "IFLA_MACVLAN_MACADDR_COUNT"),
    ("IFLA_MACVLAN_MACADDR_MODE", "IFLA_MACVLAN_MACADDR_DATA"),
    // Delays are multiples of it.
    ("IFLA_BOND_MIIMON", "IFLA_BOND_UPDELAY"),
    ("IFLA_BOND_MIIMON", "IFLA_BOND_DOWNDELAY"),
    ("IFLA_BOND_MIIMON", "IFLA_BOND_PEER_NOTIF_DELAY"),
    ("IFLA_BOND_MODE", "IFLA_BOND_ARP_VALIDATE"),
    // The kernel computes this anew in each change (since Linux 6.14), and refuses it there.
    ("", "IFLA_VXLAN_RESERVED_BITS"),
    // It refuses these two together with it.
    ("IFLA_GENEVE_REMOTE6", "IFLA_GENEVE_UDP_ZERO_CSUM6_RX"),
    ("IFLA_GENEVE_REMOTE6", "IFLA_GENEVE_UDP_ZERO_CSUM6_TX"),
];

/// What differs between two links that were created one after another.
const OF_THE_MOMENT: [&str; 12] = [
    "IFLA_BOND_SLAVE_PERM_HWADDR",
    "IFLA_BR_GC_TIMER",
    "IFLA_BRPORT_FORWARD_DELAY_TIMER",
    "IFLA_STATS",
    "IFLA_STATS64",
    "IFLA_AF_SPEC",
    "IFLA_LINKINFO",
    "IFLA_OPERSTATE",
    "IFLA_CARRIER",
    "IFLA_CARRIER_CHANGES",
    "IFLA_CARRIER_UP_COUNT",
    "IFLA_CARRIER_DOWN_COUNT",
];

/// The kinds that these lines make.
pub(crate) fn kinds_of(cases: &[Case]) -> impl Iterator<Item = String> {
    cases.iter().filter_map(|case| case.link.view().kind_name().map(str::to_owned))
}

/// The kinds of masters whose ports these lines configure.
pub(crate) fn of_ports(cases: &[Case]) -> impl Iterator<Item = &'static str> {
    let names: BTreeSet<String> = cases.iter().filter_map(|case| port_kind(case.link.view())).collect();
    port_kinds().map(|(name, _)| name).filter(move |name| names.contains(*name))
}

fn port_kind(link: &LinkMessage) -> Option<String> {
    link.info().and_then(LinkInfo::port_kind_name).map(str::to_owned)
}

/// Makes, reads, compares and changes each link, and takes it away; then has `ip` make it, and compares that.
pub(crate) fn prove(cases: Vec<Case>, refused: &[&str]) {
    let mut failures = Vec::new();
    complete(&cases, refused, &mut failures);
    for case in &cases {
        if !enter() {
            return;
        }
        if case.is_missing() {
            continue;
        }
        let ours = match make(case, &mut failures) {
            Ok(ours) => ours,
            Err(error) if is_unknown_kind(&error) => {
                skip(&format!("this kernel lacks kind {}", kind(case)));
                continue;
            }
            Err(error) => {
                failures.push(format!("{}: {error}", what(case)));
                continue;
            }
        };
        if !case.commands.is_empty() {
            assert!(enter());
            prepare(case).unwrap();
            note(case, same_by_ip(case, &ours), &mut failures);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// An attribute that is not reported for a link of the same kind; `None` if there is no such kind at all.
fn missing_part(case: &Case) -> Option<&'static str> {
    let handle = blocking::connect().unwrap();
    let info = LinkInfo::build().kind_name(&*kind(case));
    let plain = case.parts.first().map(|_| LinkMessage::build().name("x0").info(info))?;
    handle.link().add(plain).wait().ok()?;
    let told = handle.link().get("x0").wait().unwrap();
    handle.link().delete("x0").wait().unwrap();
    case.parts.iter().copied().find(|part| !everything(&told).contains_key(part))
}

fn note(case: &Case, differences: Vec<String>, failures: &mut Vec<String>) {
    failures.extend(differences.into_iter().map(|difference| format!("{}: {difference}", what(case))));
}

fn what(case: &Case) -> String {
    format!("{} ({})", kind(case), case.commands)
}

fn kind(case: &Case) -> String {
    let link = case.link.view();
    link.kind_name().map(str::to_owned).or_else(|| port_kind(link)).unwrap_or_default()
}

impl Case {
    pub(crate) fn kind(&self) -> String {
        kind(self)
    }

    /// Whether this kernel does not make it; says so.
    pub(crate) fn is_missing(&self) -> bool {
        if kernel() < self.since {
            println!("{}: since Linux {:?}", what(self), self.since);
            return true;
        }
        if !self.module.is_empty() && !Path::new("/sys/module").join(self.module).exists() {
            skip(&format!("the module {} is not loaded", self.module));
            return true;
        }
        if let Some(part) = missing_part(self) {
            skip(&format!("this kernel's kind {} lacks {part}", kind(self)));
            return true;
        }
        false
    }
}

pub(crate) fn prepare(case: &Case) -> iproute2::Result<blocking::Handle> {
    let handle = blocking::connect().unwrap();
    let peer = LinkMessage::build().name("v1").index(V1).address("02:00:00:00:00:11");
    let pair = LinkMessage::build().name("v0").index(V0).address("02:00:00:00:00:10").up();
    handle.link().add(pair.kind(Veth::build().peer(peer))).wait().unwrap();
    handle.link().change("v1", LinkMessage::build().up()).wait().unwrap();
    handle.address().add("v0", "192.0.2.1/24").wait().unwrap();
    for link in &case.before {
        handle.link().add(link.clone()).wait()?;
    }
    Ok(handle)
}

fn commands(all: &'static str) -> impl Iterator<Item = &'static str> {
    all.split(';').map(str::trim).filter(|command| !command.is_empty())
}

/// Creates the link by a request, and returns what the kernel reports.
fn make(case: &Case, failures: &mut Vec<String>) -> iproute2::Result<Packet<LinkMessage>> {
    let handle = prepare(case)?;
    make_only(case, &handle)?;
    let told = handle.link().get("x0").wait()?;
    assert_eq!(told.malformed().count(), 0, "{}: {told:?}", what(case));
    note(case, same_as_given(case, &case.link, &told), failures);
    note(case, same_to_ip(&handle), failures);
    note(case, goes_back(case, &handle), failures);

    if let Some(change) = &case.change {
        for change in &case.between {
            handle.link().change(change.view(), change.clone()).wait()?;
        }
        as_far_as_known(change.clone(), |change| handle.link().change("x0", change).wait())?;
        let changed = handle.link().get("x0").wait()?;
        note(case, same_as_given(case, change, &changed), failures);
        note(case, same_to_ip(&handle), failures);
    }
    note(case, one_by_one(case, &handle), failures);
    if case.fixed {
        let again = handle.link().change("x0", case.link.clone()).wait();
        let refused = again.as_ref().is_err_and(|error| error.is_not_supported());
        note(case, (!refused).then(|| format!("a change gives {again:?}")).into_iter().collect(), failures);
    }
    handle.link().delete("x0").wait()?;
    assert!(handle.link().get("x0").wait().unwrap_err().is_not_found());
    Ok(told)
}

/// Makes the link by a request, after those that are to be there before.
pub(crate) fn make_only(case: &Case, handle: &blocking::Handle) -> iproute2::Result<()> {
    if port_kind(case.link.view()).is_some() {
        let link = case.link.clone().without(LinkMessage::IFLA_IFNAME);
        return as_far_as_known(link, |link| handle.link().change(case.link.view(), link).wait());
    }
    as_far_as_known(case.link.clone(), |link| handle.link().add(link).wait())
}

/// Sends a link; where this kernel does not know a part of it, which is refused, once more without.
fn as_far_as_known(
    link: LinkMessageBuf,
    send: impl Fn(LinkMessageBuf) -> iproute2::Result<()>,
) -> iproute2::Result<()> {
    let Err(error) = send(link.clone()) else {
        let later = everything(&link).into_keys().find(|name| is_later(name));
        assert!(later.is_none(), "{later:?} was taken: {link:?}");
        return Ok(());
    };
    let ErrorKind::UnknownAttributes(unknown) = error.kind() else { return Err(error) };
    assert!(error.is_not_supported(), "{error}");
    let names: BTreeSet<&str> = unknown.iter().map(|row| row.name).collect();
    let later: BTreeSet<&str> = everything(&link).into_keys().filter(|name| is_later(name)).collect();
    assert_eq!(names, later, "{error}");
    println!("{error}");
    send(without(link, &names))
}

/// Whether this kernel is older than the attribute.
fn is_later(name: &str) -> bool {
    LATER.iter().any(|(later, since)| *later == name && kernel() < *since)
}

/// Takes these attributes out of a link, its options and those of a port.
fn without(link: LinkMessageBuf, names: &BTreeSet<&str>) -> LinkMessageBuf {
    let numbers = |table: &Table| -> BTreeSet<u16> {
        table.rows.iter().filter(|row| names.contains(row.name)).map(|row| row.number).collect()
    };
    let mut left = link.clone().into_buffer();
    let own = numbers(LinkMessage::table());
    left.move_attributes::<LinkMessage>(&mut NestBuf::default().into_buffer(), |number| {
        own.contains(&number)
    });
    let mut left = LinkMessageBuf::from_buffer(left);
    for of_port in [false, true] {
        let Some((table, _)) = part(link.view(), of_port) else { continue };
        let info: LinkInfoBuf = nested(left.buffer(), LinkMessage::IFLA_LINKINFO);
        let numbers = numbers(table);
        let left_of = |mut options: PooledBuffer| {
            options.move_attributes::<Nest>(&mut NestBuf::default().into_buffer(), |number| {
                numbers.contains(&number)
            });
            options
        };
        let info = match of_port {
            false => {
                let options =
                    left_of(nested::<_, _, NestBuf>(info.buffer(), LinkInfo::IFLA_INFO_DATA).into_buffer());
                info.with(LinkInfo::IFLA_INFO_DATA, &*options)
            }
            true => {
                let options = left_of(
                    nested::<_, _, NestBuf>(info.buffer(), LinkInfo::IFLA_INFO_SLAVE_DATA).into_buffer(),
                );
                info.with(LinkInfo::IFLA_INFO_SLAVE_DATA, &*options)
            }
        };
        left = left.info(info);
    }
    left
}

/// Each option of the kind that was given, changed alone, leaves the others as they are; or the kernel refuses that.
fn one_by_one(case: &Case, handle: &blocking::Handle) -> Vec<String> {
    let mut differences = Vec::new();
    for given in std::iter::once(&case.link).chain(&case.change) {
        let info: LinkInfoBuf = nested(given.buffer(), LinkMessage::IFLA_LINKINFO);
        let data: NestBuf = nested(info.buffer(), LinkInfo::IFLA_INFO_DATA);
        let table = kinds().find(|(name, _)| Some(*name) == info.view().kind_name()).map(|(_, table)| table);
        let numbers: BTreeSet<u16> = data.attributes().raw().map(|option| option.number()).collect();
        for (number, table) in numbers.into_iter().filter_map(|number| Some((number, table?))) {
            let mut one = data.clone().into_buffer();
            one.move_attributes::<Nest>(&mut NestBuf::default().into_buffer(), |kind| kind != number);
            let change = LinkMessage::build().info(info.clone().with(LinkInfo::IFLA_INFO_DATA, &*one));
            let name = table.rows.iter().find(|row| row.number == number).unwrap().name;
            let before = handle.link().get("x0").wait().unwrap();
            match handle.link().change("x0", change).wait() {
                Ok(()) => {
                    let after = handle.link().get("x0").wait().unwrap();
                    let others = changed(&before, &after).into_iter();
                    let others = others.filter(|(other, ..)| *other != name && !is_affected(name, other));
                    differences.extend(others.map(|(other, before, after)| {
                        format!("{name} alone makes {other} of {before:?} {after:?}")
                    }));
                }
                Err(error) if is_later(name) => {
                    let unknown = matches!(error.kind(), ErrorKind::UnknownAttributes(_));
                    differences.extend((!unknown).then(|| format!("{name} alone: {error}")));
                }
                // Of kinds whose options the kernel takes as a whole, each can be changed.
                Err(error) if data.buffer().resets() == Resets::All && !is_external(&data) => {
                    differences.push(format!("{name} alone: {error}"));
                }
                Err(_) => (),
            }
        }
    }
    differences
}

fn is_affected(by: &str, other: &str) -> bool {
    AFFECTED.iter().any(|(option, affected)| *affected == other && ["", by].contains(option))
}

/// Whether it is a tunnel whose packets say where they go: of those the kernel changes nothing.
fn is_external(data: &NestBuf) -> bool {
    let external = [
        Gre::IFLA_GRE_COLLECT_METADATA.number(),
        Tunnel::IFLA_IPTUN_COLLECT_METADATA.number(),
        Xfrm::IFLA_XFRM_COLLECT_METADATA.number(),
    ];
    data.attributes().raw().any(|option| external.contains(&option.number()) && option.payload.is_empty())
}

/// The attributes that are not the same of a link before and after a change of it.
fn changed(
    before: &LinkMessage,
    after: &LinkMessage,
) -> Vec<(&'static str, Option<Content>, Option<Content>)> {
    let (before, after) = (everything(before), everything(after));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let names = names.into_iter().filter(|name| !OF_THE_MOMENT.contains(name));
    let pairs = names.map(|name| (name, before.get(name).cloned(), after.get(name).cloned()));
    pairs.filter(|(_, before, after)| before != after).collect()
}

/// What differs in a link that was deleted and created again as it was listed.
const NOT_AGAIN: [(&str, &[&str]); 4] = [
    // States of the moment, which come back a little later.
    ("", &["IFLA_OPERSTATE", "IFLA_CARRIER"]),
    // The other end of a pair is created again, with a new index.
    ("veth", &["IFLA_LINK"]),
    ("vxcan", &["IFLA_LINK"]),
    ("netkit", &["IFLA_LINK"]),
];

/// Kinds of which a list lacks what they can't be made without.
const NOT_TOLD: [(&str, &str); 1] = [("gtp", "sockets of a program")];

/// Deletes the link as it was listed, and makes it again.
fn goes_back(case: &Case, handle: &blocking::Handle) -> Vec<String> {
    let listed = handle.link().get("x0").wait().unwrap();
    let kind = kind(case);
    if NOT_TOLD.iter().any(|(lacking, _)| *lacking == kind) {
        return Vec::new();
    }
    handle.link().delete(&listed).wait().unwrap();
    if let Err(error) = handle.link().add(&listed).wait() {
        make_only(case, handle).unwrap();
        return vec![format!("as it was listed: {error}: {:?}", listed.to_request())];
    }
    let again = handle.link().get("x0").wait().unwrap();
    let apart = NOT_AGAIN.iter().filter(|(of, _)| of.is_empty() || *of == kind);
    let apart: Vec<&str> = apart.flat_map(|(_, names)| names.iter().copied()).collect();
    let found = differences(&said(&*listed), &said(&*again), &apart);
    let mut found: Vec<_> =
        found.into_iter().map(|difference| format!("made again as it was listed: {difference}")).collect();

    // One part of what was listed is changed, and all of it sent.
    let change = again.to_request().group(7);
    if let Err(error) = handle.link().change(&again, change).wait() {
        found.push(format!("changed as it was listed: {error}"));
        return found;
    }
    let changed = handle.link().get("x0").wait().unwrap();
    found.extend((changed.group() != Some(7)).then(|| "its group is not changed".to_owned()));
    let apart: Vec<&str> = apart.into_iter().chain(["IFLA_GROUP"]).collect();
    let differences = differences(&said(&*again), &said(&*changed), &apart);
    found.extend(differences.into_iter().map(|difference| format!("changed as it was listed: {difference}")));
    found
}

/// Everything that was set is reported.
fn same_as_given(case: &Case, given: &LinkMessageBuf, told: &LinkMessage) -> Vec<String> {
    let (given, told) = (everything(given), everything(told));
    let mut differences = Vec::new();
    for (name, given) in given.iter().filter(|(name, _)| **name != "IFLA_LINKINFO") {
        let told = told.get(name);
        let later = LATER.iter().find(|(later, since)| later == name && kernel() < *since);
        let as_wanted = if case.untold.contains(name) || later.is_some() {
            told.is_none()
        } else if case.otherwise.contains(name) {
            told.is_some_and(|told| told != given)
        } else if CHANGES.contains(name) {
            told.is_some_and(|told| told.contained(given))
        } else {
            told == Some(given)
        };
        if !as_wanted {
            differences.push(format!("{name}: {given:?} was given, {told:?} is told"));
        }
    }
    differences
}

/// `ip` reads what we read.
pub(crate) fn same_to_ip(handle: &blocking::Handle) -> Vec<String> {
    let mut tries = 20;
    loop {
        let Some(Value::Array(shown)) = ip_json("-d -s link show") else { return Vec::new() };
        let links = handle.link().list().wait().unwrap();
        let is_pair = |name: &str| ["v0", "v1"].contains(&name);
        let differences = shown::differences(&links, shown, |link| !is_pair(&link.name().to_string()));
        // In between the kernel may have watched a carrier, or sent a packet.
        tries -= 1;
        if differences.is_empty() || tries == 0 {
            return differences;
        }
    }
}

/// What `ip` makes reads as what we made.
fn same_by_ip(case: &Case, ours: &LinkMessage) -> Vec<String> {
    for command in commands(case.commands) {
        let made = if command.starts_with("set ") {
            ip(&format!("link {command}"))
        } else {
            ip(&format!("link add x0 index 100 {command}"))
        };
        if !made {
            return Vec::new();
        }
    }
    let handle = blocking::connect().unwrap();
    let theirs = handle.link().get("x0").wait().unwrap();
    let (mut ours, mut theirs) = (everything(ours), everything(&theirs));
    let given = everything(case.link.view());
    for all in [&mut ours, &mut theirs] {
        all.retain(|name, _| !OF_THE_MOMENT.contains(name));
        for chosen_at_random in ["IFLA_ADDRESS", "IFLA_PERM_ADDRESS"] {
            if !given.contains_key("IFLA_ADDRESS") {
                all.remove(chosen_at_random);
            }
        }
    }
    let names: BTreeSet<&str> = ours.keys().chain(theirs.keys()).copied().collect();
    names
        .into_iter()
        .filter(|name| ours.get(name) != theirs.get(name))
        .map(|name| format!("{name}: {:?} is {:?} by ip", ours.get(name), theirs.get(name)))
        .collect()
}

/// What an attribute has in it: its bytes, and how they print.
#[derive(Clone, Default)]
struct Content {
    bytes: Vec<u8>,
    text: String,
}

impl Content {
    /// Whether a struct of flags and a mask agrees with another.
    fn contained(&self, given: &Content) -> bool {
        let numbers = |content: &Content| {
            let (flags, meant) = content.bytes.split_at(4);
            [flags, meant].map(|bytes| u32::from_ne_bytes(bytes.try_into().unwrap()))
        };
        let ([told, _], [given, meant]) = (numbers(self), numbers(given));
        told & meant == given & meant
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// The attributes of a link, of its kind and of it as a port, each by the kernel's name.
fn everything(link: &LinkMessage) -> BTreeMap<&'static str, Content> {
    let mut all = attributes(LinkMessage::table(), link.attributes().raw());
    for (table, nest) in parts(link) {
        all.extend(attributes(table, nest));
    }
    all
}

/// The kind's or port's options in a link.
pub(crate) fn part(link: &LinkMessage, of_port: bool) -> Option<(&'static Table, RawAttributes<'_>)> {
    let port = port_kind(link).and_then(|kind| port_kinds().find(|(name, _)| **name == kind));
    let is_port = |table: &&'static Table| port.is_some_and(|(_, port)| std::ptr::eq(port, *table));
    parts(link).find(|(table, _)| is_port(table) == of_port)
}

fn parts(link: &LinkMessage) -> impl Iterator<Item = (&'static Table, RawAttributes<'_>)> {
    let info = link.info();
    let kind = link.kind_name().and_then(|kind| kinds().find(|(name, _)| *name == kind));
    let port = port_kind(link).and_then(|kind| port_kinds().find(|(name, _)| **name == kind));
    let data = info.and_then(LinkInfo::data).map(|data| data.attributes().raw());
    let port_data = info.and_then(LinkInfo::port_data).map(|data| data.attributes().raw());
    let of_kind = kind.zip(data).map(|((_, table), data)| (table, data));
    of_kind.into_iter().chain(port.zip(port_data).map(|((_, table), data)| (table, data)))
}

fn attributes(table: &'static Table, raw: RawAttributes<'_>) -> BTreeMap<&'static str, Content> {
    let mut all = BTreeMap::<_, Content>::new();
    for attribute in raw {
        let row = table.rows.iter().find(|row| row.number == attribute.number());
        let row = row.unwrap_or_else(|| panic!("{} has no row for {attribute:?}", table.name));
        let content = all.entry(row.name).or_default();
        content.bytes.extend(attribute.payload);
        content.text.push_str(&text(table, attribute.number(), attribute.payload));
    }
    all
}

/// Each attribute of these kinds is given in a line, or is among those that no request sets.
fn complete(cases: &[Case], refused: &[&str], failures: &mut Vec<String>) {
    let mut given = BTreeMap::<&str, BTreeSet<&str>>::new();
    let mut known = BTreeMap::<&str, BTreeSet<&str>>::new();
    for case in cases {
        for link in std::iter::once(&case.link).chain(&case.change) {
            let name = link.view().kind_name().or(case.link.view().kind_name());
            let tables = kinds().filter(|(kind, _)| Some(*kind) == name).map(|(_, table)| table);
            let port = port_kind(link.view());
            let tables = tables.chain(
                port_kinds().filter(|(kind, _)| Some(*kind) == port.as_deref()).map(|(_, table)| table),
            );
            for table in tables {
                known.entry(table.name).or_default().extend(table.rows.iter().map(|row| row.name));
            }
            for (table, nest) in parts(link.view()) {
                given.entry(table.name).or_default().extend(attributes(table, nest).keys());
            }
        }
    }
    let mut missing: BTreeSet<&str> = BTreeSet::new();
    for (table, rows) in &known {
        let none = BTreeSet::new();
        missing.extend(rows.difference(given.get(table).unwrap_or(&none)));
    }
    let is_read_only = |name: &&&str| {
        let tables = kinds().chain(port_kinds());
        let mut rows = tables.flat_map(|(_, table)| table.rows).filter(|row| row.name == **name);
        rows.any(|row| row.marks.is_read_only())
    };
    let read_only = given.values().flatten().filter(is_read_only);
    failures.extend(read_only.map(|name| format!("{name} is given in a line, and said to be read-only")));
    let refused: BTreeSet<&str> = refused.iter().copied().collect();
    failures.extend(missing.difference(&refused).map(|name| format!("{name} is given in no line")));
    failures
        .extend(refused.difference(&missing).map(|name| format!("{name} is given in a line, or unknown")));
}
