//! Forwarding databases (FDB) of bridges and VXLANs: `bridge fdb`.
//!
//! Entries without ages (`NDA_CACHEINFO`), which `bridge fdb` shows as well, are left out: the unicast and multicast addresses
//! that devices receive, and the tables of switches in hardware. The kernel changes both silently.
//!
//! Silent changes of the others:
//!
//! | change | known |
//! | --- | --- |
//! | a port's own address, when the port leaves or gets another, becomes that of another port with the same address | at once: the link is notified |
//! | a VXLAN comes from another namespace, or goes there, with its entries | at once: the link is notified |
//! | a next hop is deleted, and entries of VXLANs by it with it | at once: the next hop is notified |
//! | the state and flags of an entry of a VXLAN with several remotes: of one of them the kernel notifies the change | at once |
//! | an entry ages, and becomes stale before it goes | is not a change |
//! | `offload`; the address of a port in a VLAN that it leaves, which another port has as well | by an audit |

use super::facts::{Facts, Role, Types};
use super::list::Topic;
use super::message::{Message, number};
use crate::device::Device;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use crate::watch::silence::rule::{
    Doubts::All, Doubts::Those, Notification, Rule, Sign::Object, Subjects, goes, when,
};
use rtnetlink::link::{LinkKind, LinkMessage, Vxlan};
use rtnetlink::message::{RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH};
use rtnetlink::neighbour::{NeighbourFlags, NeighbourMessage, NeighbourState};
use rtnetlink::{AddressFamily, Group};

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::NEIGH],
    helpers: &[Topic::Link, Topic::NextHop],
    family: AddressFamily::BRIDGE,
    role,
    same_header: |a, b| header(a) == header(b),
    silent: &[NeighbourMessage::NDA_CACHEINFO.number()],
    subjects,
    doubts: &[DOUBTS],
    ..Facts::of::<NeighbourMessage>(
        Types { new: RTM_NEWNEIGH, gone: RTM_DELNEIGH, get: RTM_GETNEIGH },
        write_key,
        |difference| Update::new(difference).map(Change::Fdb),
    )
};

const DOUBTS: &[Rule] = &[
    when(Object(Topic::Link), leaves_or_is_readdressed, Those(is_out_of_place)),
    when(Object(Topic::Link), is_a_vxlan_that_comes, All),
    when(Object(Topic::NextHop), goes, Those(is_by_a_next_hop_that_is_gone)),
    when(Object(Topic::Fdb), shared_part_changes, Those(differs_from_another_remote)),
];

fn role(message: Message<'_>) -> Role {
    let is_entry = message.family() == AddressFamily::BRIDGE && message.has(NeighbourMessage::NDA_CACHEINFO);
    if is_entry { Role::Object } else { Role::Other }
}

/// The bridge or VXLAN whose table the entry is in, the hardware address and the VLAN; where a VXLAN can send to several
/// remotes, the remote as well.
fn write_key(message: Message<'_>, key: &mut Vec<u8>) -> Option<()> {
    let entry: &NeighbourMessage = message.view();
    let address = message.payload(NeighbourMessage::NDA_LLADDR)?;
    let master = write_entry(entry, address, key);
    if master.is_none() && can_have_several(address) {
        key.extend(entry.port().unwrap_or_default().to_be_bytes());
        let numbers = [NeighbourMessage::NDA_VNI, NeighbourMessage::NDA_NH_ID];
        for of in numbers {
            key.extend(message.payload(of).map_or(0, number).to_be_bytes());
        }
        key.extend(entry.via().unwrap_or_default().to_be_bytes());
        let to = message.payload(NeighbourMessage::NDA_DST).unwrap_or_default();
        key.extend(to.get(..to.len().min(LONGEST))?);
    }
    Some(())
}

/// Writes the key of an entry, without its remote. Returns the bridge that has it.
fn write_entry(entry: &NeighbourMessage, address: &[u8], key: &mut Vec<u8>) -> Option<u32> {
    let (master, vlan, vni) = entry.attributes().pick((
        NeighbourMessage::NDA_MASTER,
        NeighbourMessage::NDA_VLAN,
        NeighbourMessage::NDA_SRC_VNI,
    ));
    key.extend(master.unwrap_or(entry.device()).to_be_bytes());
    key.extend(address);
    key.extend(vlan.unwrap_or_default().to_be_bytes());
    key.extend(vni.unwrap_or_default().to_be_bytes());
    master
}

/// Bytes of the longest address in a key.
const LONGEST: usize = 16;

/// Whether a VXLAN can send frames for a hardware address to several remotes: that of a group, or all zeros, the default.
fn can_have_several(address: &[u8]) -> bool {
    let is_group = address.first().is_some_and(|first| first & GROUP_BIT != 0);
    is_group || address.iter().all(|byte| *byte == 0)
}

/// The individual/group bit of an Ethernet address.
const GROUP_BIT: u8 = 1;

fn subjects(message: Message<'_>, subjects: &mut Subjects) {
    subjects.links.insert(message.view::<NeighbourMessage>().device());
    subjects.addresses.extend(message.payload(NeighbourMessage::NDA_LLADDR).map(Into::into));
}

/// The fixed header. An entry that was not used for a long time becomes stale before it goes.
fn header(message: Message<'_>) -> impl PartialEq {
    let entry: &NeighbourMessage = message.view();
    (entry.family(), entry.device(), shared(entry), entry.route_type())
}

/// What is one for all remotes of an entry of a VXLAN.
fn shared(entry: &NeighbourMessage) -> (NeighbourState, NeighbourFlags) {
    let state = match entry.state() {
        NeighbourState::STALE => NeighbourState::REACHABLE,
        state => state,
    };
    (state, entry.flags())
}

/// A link goes, leaves its bridge, or gets another address.
fn leaves_or_is_readdressed(change: &Notification<'_>) -> bool {
    goes(change) || change.differs(LinkMessage::master) || change.differs(LinkMessage::address)
}

/// A VXLAN comes, possibly from another namespace with its entries.
fn is_a_vxlan_that_comes(change: &Notification<'_>) -> bool {
    let kind = |link: Message<'_>| link.view::<LinkMessage>().kind_name() == Some(Vxlan::NAME);
    change.before.is_none() && change.now.is_some_and(kind)
}

/// A remote of a VXLAN's entry, which can have others, is new or has another state or other flags.
fn shared_part_changes(change: &Notification<'_>) -> bool {
    let Some(now) = change.now else { return false };
    let of = |message: Message<'_>| shared(message.view());
    is_one_of_several(now) && change.before.is_none_or(|before| of(before) != of(now))
}

/// Whether it is one of the remotes that an entry of a VXLAN can have.
fn is_one_of_several(entry: Message<'_>) -> bool {
    let address = entry.payload(NeighbourMessage::NDA_LLADDR).unwrap_or_default();
    !entry.has(NeighbourMessage::NDA_MASTER) && can_have_several(address)
}

/// A remote of an entry that is known with another state, or other flags, than the first remote.
fn differs_from_another_remote(mirror: &Mirror, message: Message<'_>, subjects: &Subjects) -> bool {
    let entry: &NeighbourMessage = message.view();
    let address = message.payload(NeighbourMessage::NDA_LLADDR).unwrap_or_default();
    if !subjects.links.contains(&entry.device())
        || !subjects.addresses.contains(address)
        || !is_one_of_several(message)
    {
        return false;
    }
    let mut remotes = Vec::with_capacity(address.len() + 10);
    write_entry(entry, address, &mut remotes);
    let first = mirror.under(Topic::Fdb, Some(remotes)).next();
    first.is_some_and(|first: &NeighbourMessage| shared(first) != shared(entry))
}

/// An entry for one of the links that is out of date: the link is gone, is not a port of this bridge, or the entry is for an
/// address that was its own.
fn is_out_of_place(mirror: &Mirror, message: Message<'_>, subjects: &Subjects) -> bool {
    let entry: &NeighbourMessage = message.view();
    if !subjects.links.contains(&entry.device()) {
        return false;
    }
    let Some(link) = mirror.link(entry.device()) else { return true };
    let is_strange = |master| master != entry.device() && link.master() != Some(master);
    let had_address = || {
        let address = message.payload(NeighbourMessage::NDA_LLADDR).unwrap_or_default();
        entry.state().contains(NeighbourState::PERMANENT)
            && subjects.addresses.contains(address)
            && link.address().is_none_or(|own| own.as_bytes() != address)
    };
    entry.master().is_some_and(is_strange) || had_address()
}

/// An entry by a next hop that does not exist any more.
fn is_by_a_next_hop_that_is_gone(mirror: &Mirror, entry: Message<'_>, _: &Subjects) -> bool {
    entry.payload(NeighbourMessage::NDA_NH_ID).is_some_and(|id| mirror.next_hop(number(id)).is_none())
}

/// Forwarding databases.
impl Mirror {
    /// The entries of the forwarding databases of all bridges and VXLANs: `bridge fdb show`, without the addresses that
    /// devices receive (entries without `NDA_CACHEINFO`).
    pub fn fdb(&self) -> impl Iterator<Item = &NeighbourMessage> {
        self.all(Topic::Fdb)
    }

    /// The entries of a bridge or a VXLAN, by hardware address: `bridge fdb show br DEV`.
    pub fn fdb_of(&self, device: impl Into<Device>) -> impl Iterator<Item = &NeighbourMessage> {
        let index = self.index(device.into());
        self.under(Topic::Fdb, index.map(|index| index.to_be_bytes().to_vec()))
    }
}
