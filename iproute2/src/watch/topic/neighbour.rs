//! Neighbours of IPv4 and IPv6.

use super::facts::{Facts, Role, Types};
use super::list::Topic;
use super::message::{Message, address_length, family_of, is_ip};
use crate::device::Device;
use crate::watch::change::{Change, Update};
use crate::watch::mirror::Mirror;
use rtnetlink::Group;
use rtnetlink::message::{RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH};
use rtnetlink::neighbour::{NeighbourFlags, NeighbourMessage, NeighbourState};
use std::net::IpAddr;

pub(super) const TOPIC: Facts = Facts {
    groups: &[Group::NEIGH],
    // They are also found by the names of their links.
    helpers: &[Topic::Link],
    role,
    silent: &[NeighbourMessage::NDA_CACHEINFO.number(), NeighbourMessage::NDA_PROBES.number()],
    ..Facts::of::<NeighbourMessage>(
        Types { new: RTM_NEWNEIGH, gone: RTM_DELNEIGH, get: RTM_GETNEIGH },
        write_key,
        |difference| Update::new(difference).map(Change::Neighbour),
    )
};

/// Neighbours without a state, and those that are `INCOMPLETE` or `NOARP`, are created silently: they are not kept.
fn role(message: Message<'_>) -> Role {
    let neighbour: &NeighbourMessage = message.view();
    if !is_ip(neighbour.family()) || neighbour.flags().intersects(NeighbourFlags::PROXY) {
        return Role::Other;
    }
    let silent = NeighbourState::INCOMPLETE | NeighbourState::NOARP;
    if silent.contains(neighbour.state()) { Role::Gone } else { Role::Object }
}

fn write_key(message: Message<'_>, key: &mut Vec<u8>) -> Option<()> {
    let neighbour: &NeighbourMessage = message.view();
    key.push(neighbour.family().0);
    key.extend(message.payload(NeighbourMessage::NDA_DST)?.get(..address_length(neighbour.family()))?);
    key.extend(neighbour.device().to_be_bytes());
    Some(())
}

/// Neighbours.
impl Mirror {
    /// All neighbours, by address.
    pub fn neighbours(&self) -> impl Iterator<Item = &NeighbourMessage> {
        self.all(Topic::Neighbour)
    }

    /// The neighbours with an address: at most one on each link.
    pub fn neighbours_at(&self, address: IpAddr) -> impl Iterator<Item = &NeighbourMessage> {
        let mut key = vec![family_of(address).0];
        match address {
            IpAddr::V4(address) => key.extend(address.octets()),
            IpAddr::V6(address) => key.extend(address.octets()),
        }
        self.under(Topic::Neighbour, Some(key))
    }

    /// The neighbour with an address on a link.
    pub fn neighbour(&self, device: impl Into<Device>, address: IpAddr) -> Option<&NeighbourMessage> {
        let index = self.index(device.into())?;
        self.neighbours_at(address).find(|neighbour| neighbour.device() == index)
    }
}
