//! Digital phase locked loops (DPLL), which synchronize the clocks of network devices, and their pins. Feature `dpll`.
//!
//! | `ynl --family dpll` | here |
//! | --- | --- |
//! | `--dump device-get` | [`ip.dpll().list()`](Dplls::list) |
//! | `--do device-get`, `device-set` | [`ip.dpll().get(0)`](Dplls::get), [`ip.dpll().change(0, DpllMessage::build()...)`](Dplls::change) |
//! | `--do device-id-get` | [`ip.dpll().find(DpllMessage::build().module("ice").clock_id(id))`](Dplls::find) |
//! | `--dump pin-get` | [`ip.dpll().pins()`](Dplls::pins) |
//! | `--do pin-get`, `pin-set`, `pin-id-get` | [`pin`](Dplls::pin), [`change_pin`](Dplls::change_pin), [`find_pin`](Dplls::find_pin) |
//! | `--subscribe monitor` | `ip.events([(dpll::FAMILY, dpll::MONITOR)])`, each a [`DpllMessage`] or a [`DpllPinMessage`] |
//!
//! ```no_run
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! for device in ip.dpll().list().wait()? {
//!     println!("{:?} {:?}: {:?}", device.id(), device.dpll_type(), device.lock_status());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! All of them take `CAP_NET_ADMIN` in the initial user namespace.

use crate::list::List;
use crate::noun::door;
use crate::request::{Done, Request};
use crate::target::Noun;
use netlink_packet::Packet;
use netlink_packet::generic::dpll::{
    DPLL_CMD_DEVICE_GET, DPLL_CMD_DEVICE_ID_GET, DPLL_CMD_DEVICE_SET, DPLL_CMD_PIN_GET, DPLL_CMD_PIN_ID_GET,
    DPLL_CMD_PIN_SET,
};
pub use netlink_packet::generic::dpll::{
    DpllClockQuality, DpllFeature, DpllFrequencyRange, DpllLockError, DpllLockStatus, DpllMessage,
    DpllMessageBuf, DpllMode, DpllParentDevice, DpllParentPin, DpllPinCapabilities, DpllPinDirection,
    DpllPinMessage, DpllPinMessageBuf, DpllPinOperState, DpllPinState, DpllPinType, DpllReferenceSync,
    DpllType, FAMILY, MONITOR,
};

door! {
    /// DPLL devices and their pins.
    dpll =>
    /// The verbs of the family `dpll`.
    Dplls
}

impl<D> Dplls<'_, D> {
    /// Lists the devices.
    pub fn list(&self) -> List<D, DpllMessage> {
        self.0.list_noun("list DPLLs", DpllMessage::build())
    }

    /// Gets a device by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device.
    pub fn get(&self, id: u32) -> Request<D, Packet<DpllMessage>> {
        self.0.ask("get DPLL", DPLL_CMD_DEVICE_GET, DpllMessage::build().id(id))
    }

    /// Finds the device with the module, clock id and type that the message says; the reply has its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none, `EINVAL` where there are several.
    pub fn find(&self, by: DpllMessageBuf) -> Request<D, Packet<DpllMessage>> {
        self.0.ask("find DPLL", DPLL_CMD_DEVICE_ID_GET, by)
    }

    /// Changes the mode or a monitor of a device: what the message does not say stays as it is.
    pub fn change(&self, id: u32, change: DpllMessageBuf) -> Request<D, Done> {
        self.0.act("change DPLL", DPLL_CMD_DEVICE_SET, change.id(id))
    }

    /// Lists the pins.
    pub fn pins(&self) -> List<D, DpllPinMessage> {
        self.0.list_noun("list DPLL pins", DpllPinMessage::build())
    }

    /// Gets a pin by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such pin.
    pub fn pin(&self, id: u32) -> Request<D, Packet<DpllPinMessage>> {
        self.0.ask("get DPLL pin", DPLL_CMD_PIN_GET, DpllPinMessage::build().id(id))
    }

    /// Finds the pin with the module, clock id, labels and type that the message says; the reply has its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is none, `EINVAL` where there are several.
    pub fn find_pin(&self, by: DpllPinMessageBuf) -> Request<D, Packet<DpllPinMessage>> {
        self.0.ask("find DPLL pin", DPLL_CMD_PIN_ID_GET, by)
    }

    /// Changes a pin: its frequency, phase adjustment or SYNC signal; and for each [parent](DpllPinMessageBuf::parent_devices) that the
    /// message names its direction, priority and state.
    pub fn change_pin(&self, id: u32, change: DpllPinMessageBuf) -> Request<D, Done> {
        self.0.act("change DPLL pin", DPLL_CMD_PIN_SET, change.id(id))
    }
}

fn number(id: Option<u32>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

impl Noun for DpllMessage {
    fn label(&self) -> String {
        number(self.id())
    }
}

impl Noun for DpllPinMessage {
    fn label(&self) -> String {
        number(self.id())
    }
}
