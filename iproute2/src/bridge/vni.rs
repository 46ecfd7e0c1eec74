//! VNIs of VXLAN devices that filter them: what `bridge vni` does.
//!
//! | `bridge` | here |
//! | --- | --- |
//! | `bridge vni show` | [`ip.vni().list()`](Vnis::list) |
//! | `bridge -s vni show dev vx0` | `ip.vni().list().device("vx0").statistics()` |
//! | `bridge vni add dev vx0 vni 100-200` | [`ip.vni().add("vx0", VniEntry::of(100..=200))`](Vnis::add) |
//! | `bridge vni add dev vx0 vni 100 group 239.1.1.1` | `ip.vni().add("vx0", VniEntry::of(100).group("239.1.1.1".parse()?))` |
//! | `bridge vni delete dev vx0 vni 100-200` | [`ip.vni().delete("vx0", 100..=200)`](Vnis::delete) |
//!
//! The device is one made with `external` and `vnifilter`: [`Vxlan::build().external(true).vni_filter(true)`](rtnetlink::link::Vxlan).
//! Since Linux 5.18. [`events`](crate::Handle::events) of the group [`TUNNEL`](rtnetlink::Group::TUNNEL) report what changes.

use super::label_of;
use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::Object;
use crate::request::{Changed, Request};
use netlink_packet::{Flags, PooledBuffer};
use rtnetlink::AddressFamily;
use rtnetlink::bridge::{IntoRange, VniDump, VniEntry, VniEntryBuf, VniMessage, VniMessageBuf};
use rtnetlink::message::{RTM_DELTUNNEL, RTM_GETTUNNEL, RTM_NEWTUNNEL};

impl<D> Handle<D> {
    /// VNIs of VXLAN devices: `bridge vni`.
    pub fn vni(&self) -> Vnis<'_, D> {
        Vnis(self)
    }
}

verbs! {
    /// The verbs of `bridge vni`; [`Handle::vni`](crate::Handle::vni) gives them.
    pub struct Vnis
}

impl<D> Vnis<'_, D> {
    /// Lists the VNIs of all VXLAN devices that filter them, like `bridge vni show`: a message for each device that has some, with an
    /// entry for each VNI or range of VNIs that are alike.
    pub fn list(&self) -> List<D, VniMessage> {
        self.0.list("list VNIs", RTM_GETTUNNEL, VniMessage::build().family(AddressFamily::BRIDGE))
    }

    /// Adds VNIs to a VXLAN device, like `bridge vni add`. One that is there gets this group.
    pub fn add(&self, device: impl Into<Device>, vnis: VniEntryBuf) -> Request<D, Changed<VniMessage>> {
        let message = VniMessage::of(vnis).device(one(device));
        self.0.send("add VNI", RTM_NEWTUNNEL, Flags::ACK, message)
    }

    /// Deletes a VNI or a range of VNIs, like `bridge vni delete`. The error [is not found](crate::Error::is_not_found) if one is not
    /// there; those before it are deleted.
    pub fn delete(
        &self,
        device: impl Into<Device>,
        vnis: impl IntoRange<u32>,
    ) -> Request<D, Changed<VniMessage>> {
        let message = VniMessage::of(VniEntry::of(vnis)).device(one(device));
        self.0.send("delete VNI", RTM_DELTUNNEL, Flags::ACK, message)
    }
}

/// What a list of VNIs has.
impl<D> List<D, VniMessage> {
    /// Only VNIs of this device, like `bridge vni show dev DEV`. The error [is not found](crate::Error::is_not_found) if there is no
    /// such device.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask(|message: VniMessageBuf| message.device(one(device)))
            .wanted(|vnis, request| vnis.device() == request.device())
    }

    /// With statistics of each VNI, like `bridge -s vni show`: each VNI is an entry of its own.
    pub fn statistics(self) -> Self {
        self.ask_for_more(|message: VniMessageBuf| message.flags(VniDump::STATS))
    }
}

impl Object for VniMessage {
    type Builder = VniMessageBuf;

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        let ranges = self.entries().into_iter().flatten().filter_map(VniEntry::vnis);
        label_of(ranges, self.device(), device)
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        None
    }
}
