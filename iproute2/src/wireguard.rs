//! WireGuard: the keys and peers of devices, as `wg` shows and sets them. Feature `wireguard`.
//!
//! | `wg`, `ip` | here |
//! | --- | --- |
//! | `ip link add wg0 type wireguard` | [`ip.link().add(Wireguard::named("wg0"))`](crate::Wireguard) |
//! | `wg show wg0` | [`ip.wireguard().get("wg0")`](WireguardDevices::get) |
//! | `wg show` | [`ip.wireguard().list()`](WireguardDevices::list) |
//! | `wg show interfaces` | `ip.link().list().kind("wireguard")` |
//! | `wg set wg0 listen-port 51820 private-key FILE` | [`ip.wireguard().change("wg0", WireguardDevice::build().listen_port(51820).private_key(key))`](WireguardDevices::change) |
//! | `wg set wg0 peer KEY endpoint 192.0.2.9:51820 allowed-ips 10.0.0.0/8` | `...change("wg0", WireguardDevice::build().peer(Peer::of(key).endpoint("192.0.2.9:51820").replace_allowed_ips().allow(["10.0.0.0/8"])))` |
//! | `wg set wg0 peer KEY allowed-ips +10.0.0.0/8` | `... .peer(Peer::of(key).allow(["10.0.0.0/8"]))` |
//! | `wg set wg0 peer KEY remove` | `... .peer(Peer::of(key).remove())` |
//! | `wg setconf wg0 FILE` | `...change("wg0", WireguardDevice::build().replace_peers()...)` |
//! | `wg showconf wg0`, and elsewhere `wg setconf` | `...change("wg1", device.to_request())` |
//!
//! ```no_run
//! use iproute2::wireguard::{Peer, PrivateKey, PublicKey, WireguardDevice};
//! use iproute2::{LinkMessage, Wireguard};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ip = iproute2::blocking::connect()?;
//! let own: PrivateKey = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=".parse()?;
//! let server: PublicKey = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=".parse()?;
//!
//! ip.link().add(Wireguard::named("wg0")).wait()?;
//! let peer = Peer::of(server).endpoint("192.0.2.9:51820").allow(["10.0.0.0/8", "2001:db8::/48"]).keepalive(25);
//! ip.wireguard().change("wg0", WireguardDevice::build().private_key(own).peer(peer)).wait()?;
//! ip.link().change("wg0", LinkMessage::build().up()).wait()?;
//!
//! for peer in ip.wireguard().get("wg0").wait()?.peers() {
//!     println!("{:?} {:?}", peer.public_key(), peer.last_handshake());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Private and preshared keys are never printed: not by `Debug`, not by errors, not in the log. The kernel gives them to those with
//! `CAP_NET_ADMIN` only.

use crate::device::{Device, one};
use crate::handle::{Handle, verbs};
use crate::list::{Each, Gathered, Get};
use crate::order::{About, Further, Order, Step, Steps};
use crate::request::{Checked, Done, Request, invalid};
use crate::resolve::NAME_LEN;
use crate::target::Noun;
use netlink_packet::generic::wireguard::WG_CMD_SET_DEVICE;
pub use netlink_packet::generic::wireguard::{
    AllowedIp, Peer, PeerBuf, Peers, PresharedKey, PrivateKey, PublicKey, WireguardDevice, WireguardMessage,
    WireguardMessageBuf, WireguardPeer,
};
use netlink_packet::{Buffer, Build, BuildError, Flags, Packet, PooledBuffer, View};

impl<D> Handle<D> {
    /// WireGuard devices: `wg`.
    pub fn wireguard(&self) -> WireguardDevices<'_, D> {
        WireguardDevices(self)
    }
}

verbs! {
    /// The verbs of `wg`; [`Handle::wireguard`](crate::Handle::wireguard) gives them.
    pub struct WireguardDevices
}

impl<D> WireguardDevices<'_, D> {
    /// Lists all WireGuard devices with all of their peers, like `wg show`: their names by a list of links, then each by itself. A
    /// device that vanishes meanwhile is left out.
    pub fn list(&self) -> Each<D, WireguardDevice> {
        let links = self.0.link().list().kind("wireguard");
        Each::new(self.0, links, |handle, index| handle.wireguard().get(index))
    }

    /// Gets a device with all of its peers, like `wg show DEV`.
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such device,
    /// [not supported](crate::Error::is_not_supported) where it is none of WireGuard.
    pub fn get(&self, device: impl Into<Device>) -> Get<D, WireguardDevice> {
        let message = of_device(WireguardMessage::build(), device.into());
        Get::new(self.0.list_noun("get WireGuard device", message))
    }

    /// Changes a device and its peers, like `wg set DEV` and `wg addconf DEV`: what the message does not say stays as it is. Peers that
    /// don't exist are added.
    ///
    /// Peers that take more room than a message has (about 64 KiB, a thousand peers) are sent in several, one after another: where
    /// one fails, the error says so, and those before it are done.
    pub fn change(&self, device: impl Into<Device>, change: WireguardMessageBuf) -> Request<D, Done> {
        let message = of_device(change, device.into()).command(WG_CMD_SET_DEVICE).checked(names_its_peers);
        self.0.send_noun("change WireGuard device", Flags::ACK, message, &ABOUT)
    }
}

/// Has a message be about this device. The kernel looks up a name itself, unless it is a long one.
fn of_device(message: WireguardMessageBuf, device: Device) -> WireguardMessageBuf {
    let message =
        message.without(WireguardMessage::WGDEVICE_A_IFINDEX).without(WireguardMessage::WGDEVICE_A_IFNAME);
    match device {
        Device::Name(name) if (1..=NAME_LEN).contains(&name.len()) => message.name(&*name),
        device => message.index(one(device)),
    }
}

/// The kernel has no peer whose key is zero, and adds one all the same.
fn names_its_peers(message: &Buffer) -> Option<BuildError> {
    let mut peers = WireguardMessage::cast(message.body()).peers()?;
    match peers.any(|peer| peer.public_key().is_none()) {
        true => invalid("a peer is given by its public key, which is not zero"),
        false => None,
    }
}

static ABOUT: About = About::noun::<WireguardMessage>(in_parts);

/// Splits a change whose peers take more room than one message has.
fn in_parts(order: &mut Order) -> Result<Option<Box<Steps>>, BuildError> {
    let change = std::mem::replace(&mut order.message, PooledBuffer::new(0));
    let mut messages = WireguardMessageBuf::from_buffer(change).into_messages();
    let first = messages.next().unwrap_or_default();
    order.message = first.into_buffer();
    let (message_type, flags) = (order.message_type, order.flags);
    let further = |(index, message): (usize, WireguardMessageBuf)| {
        let part = format!("part {} of its peers", index + 2);
        Step::Send(Further { part, message_type, flags, message: message.into_buffer() })
    };
    let more = messages.len() > 0;
    Ok(more.then(|| Steps::after(messages.enumerate().map(further), None)))
}

impl Noun for WireguardMessage {
    fn label(&self) -> String {
        match (self.name(), self.index()) {
            (Some(name), _) => name.to_string(),
            (None, Some(index)) if index != 0 => index.to_string(),
            _ => String::new(),
        }
    }
}

impl Gathered for WireguardDevice {
    type Part = WireguardMessage;

    fn gather(parts: Vec<Packet<WireguardMessage>>) -> Option<Self> {
        WireguardDevice::new(parts)
    }
}
