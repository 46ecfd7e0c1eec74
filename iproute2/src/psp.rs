//! PSP: encryption of TCP connections by network devices. Feature `psp`.
//!
//! | `ynl --family psp` | here |
//! | --- | --- |
//! | `--dump dev-get` | [`ip.psp().list()`](Psp::list) |
//! | `--do dev-get`, `dev-set` | [`ip.psp().get(1)`](Psp::get), [`ip.psp().change(1, PspVersions::HDR0_AES_GCM_128)`](Psp::change) |
//! | `--do key-rotate` | [`ip.psp().rotate_key(1)`](Psp::rotate_key) |
//! | `--do rx-assoc`, `tx-assoc` | [`ip.psp().receive(1, version, &socket)`](Psp::receive), [`transmit`](Psp::transmit) |
//! | `--do dev-assoc`, `dev-disassoc` | [`ip.psp().associate(1, "eth0")`](Psp::associate), [`disassociate`](Psp::disassociate) |
//! | `--dump get-stats` | [`ip.psp().stats()`](Psp::stats) |
//! | `--subscribe mgmt` | `ip.events([(psp::FAMILY, psp::MGMT)])`, each a [`PspDeviceMessage`] |
//!
//! ```no_run
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! for device in ip.psp().list().wait()? {
//!     println!("{:?} of {:?}: {:?}", device.id(), device.device(), device.supported_versions());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Keys are never printed.

use crate::device::{Device, one};
use crate::list::List;
use crate::noun::door;
use crate::request::{Done, Request};
use crate::target::Noun;
pub use netlink_packet::generic::psp::{
    FAMILY, KeyMaterial, MGMT, PspAssociatedDevice, PspAssociationMessage, PspDeviceMessage, PspKey,
    PspKeyBuf, PspStatsMessage, PspVersion, PspVersions, USE,
};
use netlink_packet::generic::psp::{
    PSP_CMD_DEV_ASSOC, PSP_CMD_DEV_DISASSOC, PSP_CMD_DEV_GET, PSP_CMD_DEV_SET, PSP_CMD_GET_STATS,
    PSP_CMD_KEY_ROTATE, PSP_CMD_RX_ASSOC, PSP_CMD_TX_ASSOC,
};
use netlink_packet::{Packet, Put};
use std::os::fd::AsFd;

door! {
    /// PSP devices, and the keys of sockets.
    psp =>
    /// The verbs of the family `psp`.
    Psp
}

impl<D> Psp<'_, D> {
    /// Lists the PSP devices.
    pub fn list(&self) -> List<D, PspDeviceMessage> {
        self.0.list_noun("list PSP devices", PspDeviceMessage::build())
    }

    /// Gets a PSP device by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device.
    pub fn get(&self, id: u32) -> Request<D, Packet<PspDeviceMessage>> {
        self.0.ask("get PSP device", PSP_CMD_DEV_GET, PspDeviceMessage::build().id(id))
    }

    /// Sets which versions a PSP device accepts on receive.
    pub fn change(&self, id: u32, versions: impl Put<PspVersions>) -> Request<D, Done> {
        let message = PspDeviceMessage::build().id(id).versions(versions);
        self.0.act("change PSP device", PSP_CMD_DEV_SET, message)
    }

    /// Rotates the key of a PSP device: keys that were derived from the one before the last no longer work.
    pub fn rotate_key(&self, id: u32) -> Request<D, Done> {
        self.0.act("rotate PSP key", PSP_CMD_KEY_ROTATE, PspDeviceMessage::build().id(id))
    }

    /// Associates a network device of this namespace with a PSP device.
    pub fn associate(&self, id: u32, device: impl Into<Device>) -> Request<D, Done> {
        let message = PspDeviceMessage::build().id(id).device(one(device.into()));
        self.0.act("associate PSP device", PSP_CMD_DEV_ASSOC, message)
    }

    /// Ends the association of a network device of this namespace.
    pub fn disassociate(&self, id: u32, device: impl Into<Device>) -> Request<D, Done> {
        let message = PspDeviceMessage::build().id(id).device(one(device.into()));
        self.0.act("disassociate PSP device", PSP_CMD_DEV_DISASSOC, message)
    }

    /// Allocates a key for receiving on a TCP socket. The reply has the [key](PspAssociationMessage::rx_key), with which the peer
    /// transmits.
    pub fn receive<F: AsFd>(
        &self,
        id: u32,
        version: impl Put<PspVersion>,
        socket: &F,
    ) -> Request<D, Packet<PspAssociationMessage>> {
        let message = PspAssociationMessage::build().device(id).psp_version(version).socket(socket);
        self.0.ask("allocate PSP key", PSP_CMD_RX_ASSOC, message)
    }

    /// Sets the key for transmitting on a TCP socket, which the peer allocated.
    pub fn transmit<F: AsFd>(
        &self,
        id: u32,
        version: impl Put<PspVersion>,
        key: impl Put<PspKey>,
        socket: &F,
    ) -> Request<D, Done> {
        let message =
            PspAssociationMessage::build().device(id).psp_version(version).tx_key(key).socket(socket);
        self.0.act("set PSP key", PSP_CMD_TX_ASSOC, message)
    }

    /// Lists the statistics of PSP devices.
    pub fn stats(&self) -> List<D, PspStatsMessage> {
        self.0.list_noun("list PSP statistics", PspStatsMessage::build())
    }

    /// Gets the statistics of a PSP device by its id.
    pub fn stats_of(&self, id: u32) -> Request<D, Packet<PspStatsMessage>> {
        self.0.ask("get PSP statistics", PSP_CMD_GET_STATS, PspStatsMessage::build().device(id))
    }
}

fn number(id: Option<u32>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

impl Noun for PspDeviceMessage {
    fn label(&self) -> String {
        number(self.id())
    }
}

impl Noun for PspAssociationMessage {
    fn label(&self) -> String {
        number(self.device())
    }
}

impl Noun for PspStatsMessage {
    fn label(&self) -> String {
        number(self.device())
    }
}
