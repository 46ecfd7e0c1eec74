//! MACsec (IEEE 802.1AE): the secure channels and associations of devices, as `ip macsec` shows and sets them. Feature `macsec`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip link add link eth0 name macsec0 type macsec` | [`ip.link().add(Macsec::named("macsec0", "eth0"))`](rtnetlink::link::Macsec) |
//! | `ip macsec show` | [`ip.macsec().list()`](MacsecDevices::list) |
//! | `ip macsec show macsec0` | [`ip.macsec().get("macsec0")`](MacsecDevices::get) |
//! | `ip macsec add macsec0 tx sa 0 pn 1 on key 01 KEY` | [`ip.macsec().add_tx_sa("macsec0", MacsecSa::number(0).packet_number(1).on().key("01", KEY))`](MacsecDevices::add_tx_sa) |
//! | `ip macsec set macsec0 tx sa 0 off` | [`ip.macsec().change_tx_sa("macsec0", MacsecSa::number(0).off())`](MacsecDevices::change_tx_sa) |
//! | `ip macsec del macsec0 tx sa 0` | [`ip.macsec().delete_tx_sa("macsec0", 0)`](MacsecDevices::delete_tx_sa) |
//! | `ip macsec add macsec0 rx port 1 address 02:00:00:00:00:02 on` | [`ip.macsec().add_rx_sc("macsec0", "02:00:00:00:00:02/1", true)`](MacsecDevices::add_rx_sc) |
//! | `ip macsec set macsec0 rx SCI off` | [`ip.macsec().change_rx_sc("macsec0", SCI, false)`](MacsecDevices::change_rx_sc) |
//! | `ip macsec del macsec0 rx SCI` | [`ip.macsec().delete_rx_sc("macsec0", SCI)`](MacsecDevices::delete_rx_sc) |
//! | `ip macsec add macsec0 rx SCI sa 0 pn 1 on key 02 KEY` | [`ip.macsec().add_rx_sa("macsec0", SCI, MacsecSa::number(0).packet_number(1).on().key("02", KEY))`](MacsecDevices::add_rx_sa) |
//! | `ip macsec set macsec0 rx SCI sa 0 off` | [`ip.macsec().change_rx_sa("macsec0", SCI, MacsecSa::number(0).off())`](MacsecDevices::change_rx_sa) |
//! | `ip macsec del macsec0 rx SCI sa 0` | [`ip.macsec().delete_rx_sa("macsec0", SCI, 0)`](MacsecDevices::delete_rx_sa) |
//! | `... xpn 1 ssci 1 salt SALT ...` | `MacsecSa::number(0).extended_packet_number(1).ssci(1).salt(SALT)` |
//! | `ip macsec offload macsec0 mac` | [`ip.macsec().change_offload("macsec0", MacsecOffload::MAC)`](MacsecDevices::change_offload) |
//!
//! ```no_run
//! use iproute2::macsec::MacsecSa;
//! use iproute2::rtnetlink::link::Macsec;
//!
//! # fn main() -> iproute2::Result<()> {
//! # let (ours, theirs) = ([0x11; 16], [0x22; 16]);
//! let ip = iproute2::blocking::connect()?;
//! let peer = "02:00:00:00:00:02/1";
//! ip.link().add(Macsec::named("macsec0", "eth0").up()).wait()?;
//! ip.macsec().add_tx_sa("macsec0", MacsecSa::number(0).packet_number(1).on().key("01", ours)).wait()?;
//! ip.macsec().add_rx_sc("macsec0", peer, true).wait()?;
//! ip.macsec().add_rx_sa("macsec0", peer, MacsecSa::number(0).packet_number(1).on().key("02", theirs)).wait()?;
//! for channel in ip.macsec().get("macsec0").wait()?.rx_scs().into_iter().flatten() {
//!     println!("{:?} {:?}", channel.sci(), channel.stats().and_then(|stats| stats.in_packets_ok()));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Keys are never printed: not by `Debug`, not by errors, not in the log; the kernel tells them to nobody. Changes take the rights of the
//! machine's root.

use crate::device::{Device, one};
use crate::error::ErrorKind;
use crate::list::{Gathered, Get, List};
use crate::noun::door;
use crate::request::{Checked, Done, Request, invalid};
use crate::target::Noun;
pub use netlink_packet::generic::macsec::{
    KeyId, MacsecCipher, MacsecKey, MacsecMessage, MacsecMessageBuf, MacsecOffload, MacsecRxSc,
    MacsecRxScStats, MacsecSa, MacsecSaBuf, MacsecSaStats, MacsecSecy, MacsecSecyStats, MacsecTxScStats,
    MacsecValidation, Salt, Sci,
};
use netlink_packet::generic::macsec::{
    MACSEC_CMD_ADD_RXSA, MACSEC_CMD_ADD_RXSC, MACSEC_CMD_ADD_TXSA, MACSEC_CMD_DEL_RXSA, MACSEC_CMD_DEL_RXSC,
    MACSEC_CMD_DEL_TXSA, MACSEC_CMD_UPD_OFFLOAD, MACSEC_CMD_UPD_RXSA, MACSEC_CMD_UPD_RXSC,
    MACSEC_CMD_UPD_TXSA, MacsecOffloading,
};
use netlink_packet::{Buffer, BuildError, Packet, Put, View};
use netlink_sys::errno::ENODEV;
use std::io;

door! {
    /// MACsec devices: `ip macsec`.
    macsec =>
    /// The verbs of `ip macsec`. All take a device by its name, its index, or as a link that was listed.
    MacsecDevices
}

impl<D> MacsecDevices<'_, D> {
    /// Lists the MACsec devices with their channels, associations and statistics, like `ip macsec show`.
    pub fn list(&self) -> List<D, MacsecMessage> {
        self.0.list_noun("list MACsec devices", MacsecMessage::build())
    }

    /// Gets a MACsec device, like `ip macsec show DEV`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device, or it is none of MACsec.
    pub fn get(&self, device: impl Into<Device>) -> Get<D, Packet<MacsecMessage>> {
        let list = self.0.list_noun("get MACsec device", of_device(device));
        Get::new(list.wanted(|found, asked| found.device() == asked.device()))
    }

    /// Adds a transmit association, with a key and the number of the first packet, like `ip macsec add DEV tx sa AN`. It is inactive
    /// unless [`on`](MacsecSaBuf::on).
    ///
    /// The future's errors: [busy](crate::Error::is_busy) where there is one with this number, [invalid](crate::Error::is_invalid) where
    /// the length of the key is not that of the device's cipher suite, or just one of the two has extended packet numbering.
    pub fn add_tx_sa(&self, device: impl Into<Device>, sa: impl Put<MacsecSa>) -> Request<D, Done> {
        let message = of_device(device).association(sa);
        self.0.act("add MACsec transmit association", MACSEC_CMD_ADD_TXSA, message.checked(is_new_tx))
    }

    /// Changes a transmit association: whether it is active, and the number of its next packet, like `ip macsec set DEV tx sa AN`.
    pub fn change_tx_sa(&self, device: impl Into<Device>, sa: impl Put<MacsecSa>) -> Request<D, Done> {
        let message = of_device(device).association(sa);
        self.0.act("change MACsec transmit association", MACSEC_CMD_UPD_TXSA, message.checked(is_change))
    }

    /// Deletes a transmit association by its number (AN), like `ip macsec del DEV tx sa AN`.
    ///
    /// The future's errors: [busy](crate::Error::is_busy) while it is active.
    pub fn delete_tx_sa(&self, device: impl Into<Device>, association_number: u8) -> Request<D, Done> {
        let message = of_device(device).association(MacsecSa::number(association_number));
        self.0.act("delete MACsec transmit association", MACSEC_CMD_DEL_TXSA, message.checked(has_number))
    }

    /// Adds a receive channel by its identifier, active or not, like `ip macsec add DEV rx SCI on`. The identifier is an [`Sci`], its
    /// number, an address with a port, or text: `0200000000020001`, `02:00:00:00:00:02/1`.
    ///
    /// The future's errors: [already exists](crate::Error::is_already_exists) where there is one with this identifier.
    pub fn add_rx_sc(&self, device: impl Into<Device>, sci: impl Put<Sci>, active: bool) -> Request<D, Done> {
        let message = of_device(device).channel(MacsecRxSc::of(sci).active(active));
        self.0.act("add MACsec receive channel", MACSEC_CMD_ADD_RXSC, message)
    }

    /// Makes a receive channel active or not, like `ip macsec set DEV rx SCI on`.
    pub fn change_rx_sc(
        &self,
        device: impl Into<Device>,
        sci: impl Put<Sci>,
        active: bool,
    ) -> Request<D, Done> {
        let message = of_device(device).channel(MacsecRxSc::of(sci).active(active));
        self.0.act("change MACsec receive channel", MACSEC_CMD_UPD_RXSC, message)
    }

    /// Deletes a receive channel with its associations, like `ip macsec del DEV rx SCI`.
    pub fn delete_rx_sc(&self, device: impl Into<Device>, sci: impl Put<Sci>) -> Request<D, Done> {
        let message = of_device(device).channel(MacsecRxSc::of(sci));
        self.0.act("delete MACsec receive channel", MACSEC_CMD_DEL_RXSC, message)
    }

    /// Adds an association to a receive channel, with a key, like `ip macsec add DEV rx SCI sa AN`. It is inactive unless
    /// [`on`](MacsecSaBuf::on).
    ///
    /// The future's errors: [busy](crate::Error::is_busy) where there is one with this number, [invalid](crate::Error::is_invalid) as for
    /// [`add_tx_sa`](Self::add_tx_sa).
    pub fn add_rx_sa(
        &self,
        device: impl Into<Device>,
        sci: impl Put<Sci>,
        sa: impl Put<MacsecSa>,
    ) -> Request<D, Done> {
        let message = of_device(device).channel(MacsecRxSc::of(sci)).association(sa);
        self.0.act("add MACsec receive association", MACSEC_CMD_ADD_RXSA, message.checked(is_new))
    }

    /// Changes an association of a receive channel: whether it is active, and the lowest number of its next packet, like
    /// `ip macsec set DEV rx SCI sa AN`.
    pub fn change_rx_sa(
        &self,
        device: impl Into<Device>,
        sci: impl Put<Sci>,
        sa: impl Put<MacsecSa>,
    ) -> Request<D, Done> {
        let message = of_device(device).channel(MacsecRxSc::of(sci)).association(sa);
        self.0.act("change MACsec receive association", MACSEC_CMD_UPD_RXSA, message.checked(is_change))
    }

    /// Deletes an association of a receive channel by its number (AN), like `ip macsec del DEV rx SCI sa AN`.
    ///
    /// The future's errors: [busy](crate::Error::is_busy) while it is active.
    pub fn delete_rx_sa(
        &self,
        device: impl Into<Device>,
        sci: impl Put<Sci>,
        association_number: u8,
    ) -> Request<D, Done> {
        let sa = MacsecSa::number(association_number);
        let message = of_device(device).channel(MacsecRxSc::of(sci)).association(sa);
        self.0.act("delete MACsec receive association", MACSEC_CMD_DEL_RXSA, message.checked(has_number))
    }

    /// Changes what does the work of a device, like `ip macsec offload DEV mac`.
    ///
    /// The future's errors: [busy](crate::Error::is_busy) while the device is up or has associations,
    /// [not supported](crate::Error::is_not_supported) by the device below.
    pub fn change_offload(
        &self,
        device: impl Into<Device>,
        mode: impl Put<MacsecOffload>,
    ) -> Request<D, Done> {
        let message = of_device(device).offload(MacsecOffloading::build().mode(mode));
        self.0.act("change MACsec offload", MACSEC_CMD_UPD_OFFLOAD, message)
    }
}

/// Filters of a list of MACsec devices, applied in user space.
impl<D> List<D, MacsecMessage> {
    /// Only this device.
    pub fn device(self, device: impl Into<Device>) -> Self {
        let device = device.into();
        self.about(&device)
            .ask_here(|message: MacsecMessageBuf| message.device(one(device)))
            .wanted(|found, asked| found.device() == asked.device())
    }
}

fn of_device(device: impl Into<Device>) -> MacsecMessageBuf {
    MacsecMessage::build().device(one(device))
}

fn has_number(message: &Buffer) -> Option<BuildError> {
    let sa = MacsecMessage::cast(message.body()).association()?;
    match (sa.association_number(), sa.packet_number()) {
        (None, _) => invalid("an association needs a number from 0 to 3"),
        (Some(number), _) if number > 3 => invalid(format!("associations are numbered 0 to 3, not {number}")),
        (_, Some(0)) => invalid("packet numbers start at 1"),
        _ => None,
    }
}

fn is_new(message: &Buffer) -> Option<BuildError> {
    let sa = MacsecMessage::cast(message.body()).association()?;
    let number = sa.attributes().raw().payload_of(MacsecSa::MACSEC_SA_ATTR_PN.number());
    let is_extended = number.map(|number| number.len() == size_of::<u64>());
    match (sa.secret_key(), sa.key_id(), sa.ssci(), sa.salt()) {
        (None, ..) => invalid("a new association needs a key"),
        (_, None, ..) => invalid("a new association needs a key identifier"),
        (_, _, Some(_), None) => invalid("an association with an SSCI needs a salt, too"),
        (_, _, None, Some(_)) => invalid("an association with a salt needs an SSCI, too"),
        (_, _, Some(_), _) if is_extended == Some(false) => {
            invalid("an association with an SSCI and a salt needs an extended packet number")
        }
        (_, _, None, _) if is_extended == Some(true) => {
            invalid("an association with an extended packet number needs an SSCI and a salt, too")
        }
        _ => has_number(message),
    }
}

fn is_new_tx(message: &Buffer) -> Option<BuildError> {
    let sa = MacsecMessage::cast(message.body()).association()?;
    match sa.packet_number() {
        None => invalid("a new transmit association needs the number of its first packet"),
        Some(_) => is_new(message),
    }
}

fn is_change(message: &Buffer) -> Option<BuildError> {
    let sa = MacsecMessage::cast(message.body()).association()?;
    let is_fixed =
        sa.secret_key().is_some() || sa.key_id().is_some() || sa.salt().is_some() || sa.ssci().is_some();
    match is_fixed {
        true => invalid("the key of an association can't be changed: add another association"),
        false => has_number(message),
    }
}

/// The channel and the association: `rx 0200000000020001 sa 0`.
impl Noun for MacsecMessage {
    fn label(&self) -> String {
        let channel = self.channel().and_then(MacsecRxSc::sci).map(|sci| format!("rx {sci}"));
        let association = self.association().and_then(MacsecSa::association_number);
        let association = association.map(|number| format!("sa {number}"));
        channel.into_iter().chain(association).collect::<Vec<_>>().join(" ")
    }

    fn on_device(&self) -> Option<u32> {
        self.device()
    }
}

impl Gathered for Packet<MacsecMessage> {
    type Part = MacsecMessage;

    fn gather(parts: Vec<Packet<MacsecMessage>>) -> Option<Self> {
        parts.into_iter().next()
    }

    fn missing() -> ErrorKind {
        ErrorKind::Io(io::Error::from_raw_os_error(ENODEV))
    }
}
