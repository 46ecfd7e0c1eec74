//! IPv6 address labels of source address selection (RFC 6724): what `ip addrlabel` does.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip addrlabel list` | [`ip.address_label().list()`](AddressLabels::list) |
//! | `ip addrlabel add prefix 2001:db8::/32 label 99` | [`ip.address_label().add("2001:db8::/32", 99)`](AddressLabels::add) |
//! | `... dev eth0` | `ip.address_label().add(AddressLabelMessage::of("2001:db8::/32").device("eth0"), 99)` |
//! | `ip addrlabel delete prefix 2001:db8::/32 label 99` | [`ip.address_label().delete("2001:db8::/32")`](AddressLabels::delete) |
//! | `ip addrlabel flush` | [`ip.address_label().list().flush()`](List::flush) |
//!
//! A new namespace has the default labels of RFC 6724; a flush deletes those too.

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::{Deletable, IntoMessage, Object, into_message};
use crate::request::{Added, Checked, Deleted, Request};
use netlink_packet::{Build, Flags, Packet, PooledBuffer};
use rtnetlink::address_label::{AddressLabelMessage, AddressLabelMessageBuf};
use rtnetlink::message::{RTM_DELADDRLABEL, RTM_GETADDRLABEL, RTM_NEWADDRLABEL};
use rtnetlink::{AddressFamily, IntoPrefix};
use std::net::Ipv6Addr;

impl<D> Handle<D> {
    /// IPv6 address labels: `ip addrlabel`.
    pub fn address_label(&self) -> AddressLabels<'_, D> {
        AddressLabels(self)
    }
}

verbs! {
    /// The verbs of `ip addrlabel`; [`Handle::address_label`](crate::Handle::address_label) gives them.
    pub struct AddressLabels
}

impl<D> AddressLabels<'_, D> {
    /// Lists the labels, like `ip addrlabel list`: the longest prefixes of each kind first.
    pub fn list(&self) -> List<D, AddressLabelMessage> {
        let message = AddressLabelMessage::build().family(AddressFamily::INET6);
        self.0.list("list address labels", RTM_GETADDRLABEL, message)
    }

    /// Gets the label of an address: that of the longest matching prefix.
    pub fn get(&self, address: impl IntoPrefix) -> Request<D, Packet<AddressLabelMessage>> {
        self.0.send("get address label", RTM_GETADDRLABEL, Flags::empty(), of_address(address))
    }

    /// Adds the label of a prefix, like `ip addrlabel add`; the error [already exists](crate::Error::is_already_exists)
    /// if the prefix has one, which [`replace`](Self::replace) changes.
    pub fn add(
        &self,
        prefix: impl IntoMessage<AddressLabelMessage>,
        label: u32,
    ) -> Request<D, Added<AddressLabelMessage>> {
        let flags = Flags::CREATE | Flags::EXCL | Flags::ACK;
        let message = prefix.into_message().label(label).says_nothing_ignored();
        self.0.send("add address label", RTM_NEWADDRLABEL, flags, message)
    }

    /// Sets the label of a prefix, whether or not it has one.
    pub fn replace(
        &self,
        prefix: impl IntoMessage<AddressLabelMessage>,
        label: u32,
    ) -> Request<D, Added<AddressLabelMessage>> {
        self.add(prefix, label).replacing("replace address label", Flags::REPLACE)
    }

    /// Deletes the label of a prefix, like `ip addrlabel delete`; the error [is not found](crate::Error::is_not_found)
    /// if it has none.
    pub fn delete(&self, prefix: impl IntoMessage<AddressLabelMessage>) -> Request<D, Deleted> {
        // The kernel requires a label but does not compare it.
        let message = prefix.into_key().label(0);
        self.0.send("delete address label", RTM_DELADDRLABEL, Flags::ACK, message)
    }
}

/// The request for the label of an address.
fn of_address(address: impl IntoPrefix) -> AddressLabelMessageBuf {
    AddressLabelMessage::of(address)
}

into_message! {
    AddressLabelMessage / AddressLabelMessageBuf,
    AddressLabelMessage::of: &str &String String Ipv6Addr rtnetlink::ipnet::Ipv6Net rtnetlink::ipnet::IpNet
}

/// Filters of a list of address labels, applied in user space.
impl<D> List<D, AddressLabelMessage> {
    /// Only prefixes with this label.
    pub fn label(self, label: u32) -> Self {
        self.filter(move |entry| entry.label() == Some(label))
    }

    /// Only labels of this link.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask_here(|message: AddressLabelMessageBuf| message.device(one(device)))
            .wanted(|entry, request| entry.device() == request.device())
    }
}

impl Object for AddressLabelMessage {
    type Builder = AddressLabelMessageBuf;

    fn label(&self) -> String {
        self.prefix().map(|prefix| prefix.to_string()).unwrap_or_default()
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        // The first address of the prefix may also match a longer one, whose label is not the answer.
        let message = of_address(self.prefix()?.network()).device(self.device());
        Some((RTM_GETADDRLABEL, message.into_buffer()))
    }

    fn is_made_by(&self, request: &Self) -> bool {
        let key = |entry: &Self| (entry.prefix().map(|prefix| prefix.trunc()), entry.device());
        key(self) == key(request)
    }
}

impl Deletable for AddressLabelMessage {
    const DELETION: (&'static str, u16) = ("delete address label", RTM_DELADDRLABEL);
}
