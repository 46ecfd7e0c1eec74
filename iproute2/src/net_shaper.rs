//! Rate limits in the hardware of network devices: shapers of queues, devices and groups (`net-shaper`). Feature `net_shaper`.
//!
//! | `ynl --family net-shaper` | here |
//! | --- | --- |
//! | `--dump get --json '{"ifindex":2}'` | [`ip.net_shaper().list("eth0")`](NetShapers::list) |
//! | `--do get` | [`ip.net_shaper().get("eth0", ShaperHandle::queue(3))`](NetShapers::get) |
//! | `--do set` | [`ip.net_shaper().change("eth0", ShaperMessage::build()...)`](NetShapers::change) |
//! | `--do group` | [`ip.net_shaper().group("eth0", ShaperMessage::build()...)`](NetShapers::group) |
//! | `--do delete` | [`ip.net_shaper().delete("eth0", ShaperHandle::queue(3))`](NetShapers::delete) |
//! | `--dump cap-get` | [`ip.net_shaper().capabilities("eth0")`](NetShapers::capabilities) |
//!
//! ```no_run
//! use iproute2::net_shaper::{ShaperHandle, ShaperMessage, ShaperMetric};
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! let limit = ShaperMessage::build().handle(ShaperHandle::queue(3)).metric(ShaperMetric::BPS).max_bandwidth(100_000_000_u64);
//! ip.net_shaper().change("eth0", limit).wait()?;
//! for shaper in ip.net_shaper().list("eth0").wait()? {
//!     println!("{:?} {:?}", shaper.handle(), shaper.max_bandwidth());
//! }
//! # Ok(())
//! # }
//! ```

use crate::device::{Device, one};
use crate::list::List;
use crate::noun::door;
use crate::request::{Done, Request};
use crate::target::Noun;
use netlink_packet::generic::net_shaper::{
    NET_SHAPER_CMD_CAP_GET, NET_SHAPER_CMD_DELETE, NET_SHAPER_CMD_GET, NET_SHAPER_CMD_GROUP,
    NET_SHAPER_CMD_SET,
};
pub use netlink_packet::generic::net_shaper::{
    ShaperCapsMessage, ShaperHandle, ShaperHandleBuf, ShaperLeaf, ShaperLeafBuf, ShaperMessage,
    ShaperMessageBuf, ShaperMetric, ShaperScope,
};
use netlink_packet::{Packet, Put};

door! {
    /// Rate limits in hardware: the family `net-shaper`.
    net_shaper =>
    /// The verbs of the family `net-shaper`.
    NetShapers
}

impl<D> NetShapers<'_, D> {
    /// Lists the shapers of a device.
    pub fn list(&self, device: impl Into<Device>) -> List<D, ShaperMessage> {
        self.0.list_noun("list shapers", of_device(device))
    }

    /// Gets a shaper of a device.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device or shaper,
    /// [not supported](crate::Error::is_not_supported) where the device has no shapers.
    pub fn get(
        &self,
        device: impl Into<Device>,
        shaper: impl Put<ShaperHandle>,
    ) -> Request<D, Packet<ShaperMessage>> {
        self.0.ask("get shaper", NET_SHAPER_CMD_GET, of_device(device).handle(shaper))
    }

    /// Creates or changes a shaper of a queue or of the device, which the message names; those of nodes are changed by
    /// [`group`](Self::group).
    pub fn change(&self, device: impl Into<Device>, shaper: ShaperMessageBuf) -> Request<D, Done> {
        let message = shaper.device(one(device.into()));
        self.0.act("change shaper", NET_SHAPER_CMD_SET, message)
    }

    /// Creates or changes a group: the shaper of a node, or of the device, with its leaves, all or nothing. The reply has the
    /// handle, in which the kernel chose the number of a [new node](ShaperHandle::new_node).
    pub fn group(
        &self,
        device: impl Into<Device>,
        group: ShaperMessageBuf,
    ) -> Request<D, Packet<ShaperMessage>> {
        let message = group.device(one(device.into()));
        self.0.ask("group shapers", NET_SHAPER_CMD_GROUP, message)
    }

    /// Deletes a shaper. The leaves of a node go over to its parent.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such shaper.
    pub fn delete(&self, device: impl Into<Device>, shaper: impl Put<ShaperHandle>) -> Request<D, Done> {
        self.0.act("delete shaper", NET_SHAPER_CMD_DELETE, of_device(device).handle(shaper))
    }

    /// Lists what a device can do, by scopes.
    pub fn capabilities(&self, device: impl Into<Device>) -> List<D, ShaperCapsMessage> {
        let message = ShaperCapsMessage::build().device(one(device.into()));
        self.0.list_noun("list capabilities of shapers", message)
    }

    /// Gets what a device can do in a scope.
    pub fn capability(
        &self,
        device: impl Into<Device>,
        scope: impl Put<ShaperScope>,
    ) -> Request<D, Packet<ShaperCapsMessage>> {
        let message = ShaperCapsMessage::build().device(one(device.into())).scope(scope);
        self.0.ask("get capabilities of shapers", NET_SHAPER_CMD_CAP_GET, message)
    }
}

fn of_device(device: impl Into<Device>) -> ShaperMessageBuf {
    ShaperMessage::build().device(one(device.into()))
}

impl Noun for ShaperMessage {
    fn label(&self) -> String {
        let handle = self.handle().and_then(|handle| Some((handle.scope()?, handle.id())));
        match handle {
            Some((scope, Some(id))) => format!("{scope} {id}"),
            Some((scope, None)) => scope.to_string(),
            None => String::new(),
        }
    }

    fn on_device(&self) -> Option<u32> {
        self.device()
    }
}

impl Noun for ShaperCapsMessage {
    fn label(&self) -> String {
        String::new()
    }

    fn on_device(&self) -> Option<u32> {
        self.device()
    }
}
