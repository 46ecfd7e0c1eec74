//! OpenVPN's data channel in the kernel: peers and keys of `ovpn` devices. Feature `ovpn`.
//!
//! | `ynl --family ovpn` | here |
//! | --- | --- |
//! | `--do peer-new` | [`ip.ovpn().add("ovpn0", OvpnPeer::of(7)...)`](Ovpn::add) |
//! | `--dump peer-get` | [`ip.ovpn().list("ovpn0")`](Ovpn::list) |
//! | `--do peer-get` | [`ip.ovpn().get("ovpn0", 7)`](Ovpn::get) |
//! | `--do peer-set` | [`ip.ovpn().change("ovpn0", OvpnPeer::of(7).keepalive(10, 60))`](Ovpn::change) |
//! | `--do peer-del` | [`ip.ovpn().delete("ovpn0", 7)`](Ovpn::delete) |
//! | `--do key-new`, `key-get`, `key-swap`, `key-del` | [`add_key`](Ovpn::add_key), [`key`](Ovpn::key), [`swap_keys`](Ovpn::swap_keys), [`delete_key`](Ovpn::delete_key) |
//! | `--subscribe peers` | `ip.events([(ovpn::FAMILY, ovpn::PEERS)])`, each an [`OvpnMessage`] |
//!
//! ```no_run
//! use iproute2::ovpn::{OvpnCipher, OvpnKey, OvpnKeyDirection, OvpnKeySlot, OvpnPeer};
//! use std::net::{Ipv4Addr, UdpSocket};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ip = iproute2::blocking::connect()?;
//! let (socket, key) = (UdpSocket::bind("0.0.0.0:1194")?, [0x42; 32]);
//! let peer = OvpnPeer::of(7).socket(&socket).remote(Ipv4Addr::new(192, 0, 2, 9), 1194).vpn(Ipv4Addr::new(10, 8, 0, 2));
//! ip.ovpn().add("ovpn0", peer).wait()?;
//! let key = OvpnKey::of(7, OvpnKeySlot::PRIMARY)
//!     .id(0)
//!     .cipher(OvpnCipher::AES_GCM)
//!     .encryption(OvpnKeyDirection::of(key, [1; 8]))
//!     .decryption(OvpnKeyDirection::of(key, [2; 8]));
//! ip.ovpn().add_key("ovpn0", key).wait()?;
//! # Ok(())
//! # }
//! ```
//!
//! All of them take `CAP_NET_ADMIN` in the initial user namespace. Keys are never printed, and never read back.

use crate::device::{Device, one};
use crate::list::List;
use crate::noun::door;
use crate::request::{Done, Request};
use crate::target::Noun;
pub use netlink_packet::generic::ovpn::{
    FAMILY, KeyMaterial, OvpnCipher, OvpnDeletionReason, OvpnKey, OvpnKeyBuf, OvpnKeyDirection,
    OvpnKeyDirectionBuf, OvpnKeySlot, OvpnMessage, OvpnPeer, OvpnPeerBuf, PEERS,
};
use netlink_packet::generic::ovpn::{
    OVPN_CMD_KEY_DEL, OVPN_CMD_KEY_GET, OVPN_CMD_KEY_NEW, OVPN_CMD_KEY_SWAP, OVPN_CMD_PEER_DEL,
    OVPN_CMD_PEER_GET, OVPN_CMD_PEER_NEW, OVPN_CMD_PEER_SET, OvpnMessageBuf,
};
use netlink_packet::{Packet, Put};

door! {
    /// Peers and keys of `ovpn` devices.
    ovpn =>
    /// The verbs of the family `ovpn`.
    Ovpn
}

impl<D> Ovpn<'_, D> {
    /// Adds a peer, which has at least an id and a socket.
    ///
    /// The future's errors: [already exists](crate::Error::is_already_exists) where there is one of this id.
    pub fn add(&self, device: impl Into<Device>, peer: impl Put<OvpnPeer>) -> Request<D, Done> {
        self.0.act("add ovpn peer", OVPN_CMD_PEER_NEW, of_device(device).peer(peer))
    }

    /// Changes a peer: what is not given stays as it is.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such peer.
    pub fn change(&self, device: impl Into<Device>, peer: impl Put<OvpnPeer>) -> Request<D, Done> {
        self.0.act("change ovpn peer", OVPN_CMD_PEER_SET, of_device(device).peer(peer))
    }

    /// Lists the peers of a device: each message has [one](OvpnMessage::peer).
    pub fn list(&self, device: impl Into<Device>) -> List<D, OvpnMessage> {
        self.0.list_noun("list ovpn peers", of_device(device))
    }

    /// Gets a peer by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such peer.
    pub fn get(&self, device: impl Into<Device>, peer: u32) -> Request<D, Packet<OvpnMessage>> {
        self.0.ask("get ovpn peer", OVPN_CMD_PEER_GET, of_device(device).peer(OvpnPeer::of(peer)))
    }

    /// Deletes a peer by its id.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such peer.
    pub fn delete(&self, device: impl Into<Device>, peer: u32) -> Request<D, Done> {
        self.0.act("delete ovpn peer", OVPN_CMD_PEER_DEL, of_device(device).peer(OvpnPeer::of(peer)))
    }

    /// Adds a key of a peer, or replaces that in its slot.
    pub fn add_key(&self, device: impl Into<Device>, key: impl Put<OvpnKey>) -> Request<D, Done> {
        self.0.act("add ovpn key", OVPN_CMD_KEY_NEW, of_device(device).key(key))
    }

    /// Gets the id and cipher of a key.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such peer or key.
    pub fn key(
        &self,
        device: impl Into<Device>,
        peer: u32,
        slot: OvpnKeySlot,
    ) -> Request<D, Packet<OvpnMessage>> {
        self.0.ask("get ovpn key", OVPN_CMD_KEY_GET, of_device(device).key(OvpnKey::of(peer, slot)))
    }

    /// Swaps the primary and the secondary key of a peer.
    pub fn swap_keys(&self, device: impl Into<Device>, peer: u32) -> Request<D, Done> {
        let message = of_device(device).key(OvpnKey::build().peer_id(peer));
        self.0.act("swap ovpn keys", OVPN_CMD_KEY_SWAP, message)
    }

    /// Deletes a key of a peer.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such peer or key.
    pub fn delete_key(&self, device: impl Into<Device>, peer: u32, slot: OvpnKeySlot) -> Request<D, Done> {
        self.0.act("delete ovpn key", OVPN_CMD_KEY_DEL, of_device(device).key(OvpnKey::of(peer, slot)))
    }
}

fn of_device(device: impl Into<Device>) -> OvpnMessageBuf {
    OvpnMessage::build().device(one(device.into()))
}

fn peer(message: &OvpnMessage) -> Option<u32> {
    message.peer().and_then(OvpnPeer::id).or_else(|| message.key()?.peer_id())
}

impl Noun for OvpnMessage {
    fn label(&self) -> String {
        peer(self).map(|peer| format!("peer {peer}")).unwrap_or_default()
    }

    fn on_device(&self) -> Option<u32> {
        self.device()
    }
}
