//! A reply together with the names of its bits.

use super::{BitNames, Bits, Features, LinkModes, Statistics, StatisticsGroupId};
use crate::view::{Packet, View};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A reply together with the string sets that name its bits. It derefs to the message.
pub struct Named<M: ?Sized> {
    packet: Packet<M>,
    names: Arc<BitNames>,
}

impl<M: View + ?Sized> Named<M> {
    /// A reply with names.
    pub fn new(packet: Packet<M>, names: Arc<BitNames>) -> Self {
        Named { packet, names }
    }

    /// The message.
    pub fn packet(&self) -> &Packet<M> {
        &self.packet
    }

    /// The names of bits and counters.
    pub fn names(&self) -> &BitNames {
        &self.names
    }

    /// The names of the bits that are on, in a bitset of the reply.
    pub fn on<'a>(&'a self, bits: Option<Bits<'a>>) -> impl Iterator<Item = &'a str> {
        bits.into_iter().flat_map(|bits| self.names.on(bits))
    }

    /// The names of the bits in the mask, in a bitset of the reply.
    pub fn masked<'a>(&'a self, bits: Option<Bits<'a>>) -> impl Iterator<Item = &'a str> {
        bits.into_iter().flat_map(|bits| self.names.masked(bits))
    }
}

impl<M: View + ?Sized> Deref for Named<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.packet
    }
}

impl<M: ?Sized> Clone for Named<M> {
    fn clone(&self) -> Self {
        Named { packet: self.packet.clone(), names: Arc::clone(&self.names) }
    }
}

/// As the message.
impl<M: View + ?Sized> fmt::Debug for Named<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// By the messages.
impl<M: View + PartialEq + ?Sized> PartialEq for Named<M> {
    fn eq(&self, other: &Self) -> bool {
        self.packet == other.packet
    }
}

impl<M: View + Eq + ?Sized> Eq for Named<M> {}

/// As the message.
#[cfg(feature = "serde")]
impl<M: View + ?Sized> serde::Serialize for Named<M> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.packet.serialize(serializer)
    }
}

impl Named<Features> {
    /// Whether a feature is on, such as `rx-gro-hw`; `None` where the kernel knows none of this name.
    pub fn is_on(&self, name: &str) -> Option<bool> {
        self.names.is_on(self.active()?, name)
    }

    /// Whether a feature can't be changed on this device; `None` where the kernel knows none of this name.
    pub fn is_fixed(&self, name: &str) -> Option<bool> {
        let changeable = self.changeable()?;
        let index = self.names.index(changeable.string_set(), name)?;
        Some(!changeable.contains(index) || self.fixed().is_some_and(|fixed| fixed.contains(index)))
    }

    /// The features that the kernel knows, in the order of their numbers: name, whether it is on, and whether it can't be changed.
    pub fn features(&self) -> impl Iterator<Item = (&str, bool, bool)> {
        let (active, fixed) = (self.active(), self.fixed());
        self.changeable().into_iter().flat_map(move |changeable| {
            let name = self.names.namer(changeable);
            changeable.iter().filter_map(move |bit| {
                let is_in = |bits: Option<Bits<'_>>| Some(bits?.contains(bit.index?));
                let is_fixed = !bit.is_on || is_in(fixed).unwrap_or_default();
                Some((name(bit)?, is_in(active).unwrap_or_default(), is_fixed))
            })
        })
    }
}

impl Named<LinkModes> {
    /// The names of the supported link modes.
    pub fn supported(&self) -> impl Iterator<Item = &str> {
        self.masked(self.ours())
    }

    /// The names of the advertised link modes.
    pub fn advertised(&self) -> impl Iterator<Item = &str> {
        self.on(self.ours())
    }
}

impl Named<Statistics> {
    /// The counters of a group by name, such as `FramesTransmittedOK`.
    pub fn counters(&self, group: StatisticsGroupId) -> impl Iterator<Item = (&str, u64)> {
        let group = self.group(group);
        group.into_iter().flat_map(move |group| {
            let set = group.string_set().unwrap_or_default();
            group.counters().filter_map(move |(index, value)| Some((self.names.name(set, index)?, value)))
        })
    }
}
