//! VLANs of bridges and bridge ports: what `bridge vlan` does.
//!
//! | `bridge` | here |
//! | --- | --- |
//! | `bridge vlan show` | [`ip.bridge_vlan().list()`](Vlans::list) |
//! | `bridge -s vlan show dev p0` | `ip.bridge_vlan().list().device("p0").statistics()` |
//! | `bridge vlan add dev p0 vid 10 pvid untagged` | [`ip.bridge_vlan().add("p0", VlanEntry::of(10).pvid().untagged())`](Vlans::add) |
//! | `bridge vlan add dev br0 vid 10-20 self` | `ip.bridge_vlan().add("br0", VlanEntry::of(10..=20))` |
//! | `bridge vlan add dev vx0 vid 10-20 tunnel_info id 110-120` | `ip.bridge_vlan().change("vx0", VlanEntry::of(10..=20).tunnel(110))` |
//! | `bridge vlan set dev p0 vid 10 state blocking` | [`ip.bridge_vlan().change("p0", VlanEntry::of(10).state(BridgePortState::BLOCKING))`](Vlans::change) |
//! | `bridge vlan delete dev p0 vid 10-20` | [`ip.bridge_vlan().delete("p0", 10..=20)`](Vlans::delete) |
//! | `bridge vlan flush dev p0` | `ip.bridge_vlan().delete("p0", 1..=4094)` |
//! | `bridge vlan global show dev br0` | [`ip.bridge_vlan().list_global().device("br0")`](Vlans::list_global) |
//! | `bridge vlan global set dev br0 vid 10 mcast_snooping 1` | [`ip.bridge_vlan().change_global("br0", VlanOptions::of(10).multicast_snooping(true))`](Vlans::change_global) |
//!
//! A bridge follows them where `vlan_filtering` is on: [`Bridge::build().vlan_filtering(true)`](rtnetlink::link::Bridge). The requests
//! need Linux 5.6, global options 5.15. [`events`](crate::Handle::events) of the group
//! [`BRVLAN`](rtnetlink::Group::BRVLAN) report what changes.

use super::label_of;
use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::List;
use crate::object::Object;
use crate::request::{Changed, Request};
use netlink_packet::{Build, BuildError, Flags, PooledBuffer};
use rtnetlink::AddressFamily;
use rtnetlink::bridge::{
    IntoRange, VlanDump, VlanEntry, VlanEntryBuf, VlanMessage, VlanMessageBuf, VlanOptionsBuf, VlanRequest,
    VlanRequestBuf,
};
use rtnetlink::link::BridgeVlanFlags;
use rtnetlink::message::{RTM_DELVLAN, RTM_GETVLAN, RTM_NEWVLAN};

impl<D> Handle<D> {
    /// VLANs of bridges and bridge ports: `bridge vlan`.
    pub fn bridge_vlan(&self) -> Vlans<'_, D> {
        Vlans(self)
    }
}

verbs! {
    /// The verbs of `bridge vlan`; [`Handle::bridge_vlan`](crate::Handle::bridge_vlan) gives them.
    pub struct Vlans
}

impl<D> Vlans<'_, D> {
    /// Lists the VLANs of all bridges and ports, like `bridge vlan show`: a message for each device that has some, with an entry for
    /// each VLAN or range of VLANs that are alike.
    pub fn list(&self) -> List<D, VlanMessage> {
        self.0.list("list bridge VLANs", RTM_GETVLAN, asking(VlanDump::empty()))
    }

    /// Lists the global options of the VLANs of all bridges, like `bridge vlan global show`.
    pub fn list_global(&self) -> List<D, VlanMessage> {
        self.0.list("list global bridge VLANs", RTM_GETVLAN, asking(VlanDump::GLOBAL))
    }

    /// Adds VLANs to a port, or to a bridge as a device of its own host, like `bridge vlan add`. A VLAN that is there gets these
    /// flags. Options are set as well; where the kernel refuses one, the VLANs stay added.
    pub fn add(&self, device: impl Into<Device>, vlans: VlanEntryBuf) -> Request<D, Changed<VlanMessage>> {
        let message = VlanMessage::of(vlans).device(one(device));
        self.0.send("add bridge VLAN", RTM_NEWVLAN, Flags::ACK, message)
    }

    /// Changes options of VLANs that are there, such as their STP state, like `bridge vlan set`; flags stay as they are. The error
    /// [is not found](crate::Error::is_not_found) if one of them is not there.
    pub fn change(&self, device: impl Into<Device>, vlans: VlanEntryBuf) -> Request<D, Changed<VlanMessage>> {
        let flags = vlans.view().flags().difference(BridgeVlanFlags::ONLY_OPTS);
        let message = VlanMessage::of(vlans.options_only()).device(one(device));
        let request = self.0.send("change bridge VLAN", RTM_NEWVLAN, Flags::ACK, message);
        if flags.is_empty() {
            return request;
        }
        request.refuse(BuildError::Invalid(format!(
            "flags of VLANs ({flags:?}) are set by `add`, not with options"
        )))
    }

    /// Takes a VLAN, or those of a range that are there, from a port or the bridge itself, like `bridge vlan delete`.
    pub fn delete(
        &self,
        device: impl Into<Device>,
        vlans: impl IntoRange<u16>,
    ) -> Request<D, Changed<VlanMessage>> {
        let message = VlanMessage::of(VlanEntry::of(vlans)).device(one(device));
        self.0.send("delete bridge VLAN", RTM_DELVLAN, Flags::ACK, message)
    }

    /// Changes options of VLANs on a whole bridge, like `bridge vlan global set`. The error
    /// [is not found](crate::Error::is_not_found) if the bridge has not all of them.
    pub fn change_global(
        &self,
        bridge: impl Into<Device>,
        options: VlanOptionsBuf,
    ) -> Request<D, Changed<VlanMessage>> {
        let message = VlanMessage::of(options).device(one(bridge));
        self.0.send("change global bridge VLAN", RTM_NEWVLAN, Flags::ACK, message)
    }
}

/// The request for a list, in the buffer of what it lists.
fn asking(flags: VlanDump) -> VlanMessageBuf {
    let request = VlanRequest::build().family(AddressFamily::BRIDGE);
    let request = if flags.is_empty() { request } else { request.flags(flags) };
    VlanMessageBuf::from_buffer(request.into_buffer())
}

/// What a list of VLANs has.
impl<D> List<D, VlanMessage> {
    /// Only VLANs of this bridge or port, like `bridge vlan show dev DEV`. The error [is not
    /// found](crate::Error::is_not_found) if there is no such device.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask(|message: VlanMessageBuf| message.device(one(device)))
            .wanted(|vlans, request| vlans.device() == request.device())
    }

    /// With statistics of each VLAN, like `bridge -s vlan show`: each VLAN is an entry of its own.
    pub fn statistics(self) -> Self {
        self.ask_for_more(|message: VlanMessageBuf| {
            let request = VlanRequestBuf::from_buffer(message.into_buffer());
            let flags = request.view().flags().unwrap_or_default() | VlanDump::STATS;
            VlanMessageBuf::from_buffer(request.flags(flags).into_buffer())
        })
    }
}

impl Object for VlanMessage {
    type Builder = VlanMessageBuf;

    fn label(&self) -> String {
        self.label_by(&|index| index.to_string())
    }

    fn label_by(&self, device: &dyn Fn(u32) -> String) -> String {
        let ranges = self.entries().into_iter().flatten().filter_map(VlanEntry::vlans);
        let global = self.global_options().into_iter().flatten().filter_map(|options| options.vlans());
        label_of(ranges.chain(global), self.device(), device)
    }

    fn read_back(&self) -> Option<(u16, PooledBuffer)> {
        None
    }
}
