//! A device with all of its peers, however many messages it came in.

use super::{AllowedIp, Peer, PeerEntry, PublicKey, WireguardMessage, WireguardMessageBuf};
use crate::codec::SpreadItems;
use crate::view::Packet;
use std::fmt;
use std::iter::FusedIterator;
use std::ops::Deref;

/// A WireGuard device with all of its peers. It derefs to the message that has the device's own attributes.
///
/// The kernel sends a device in as many messages as its peers take; this keeps them as they came, and reads them as one.
#[derive(Clone, PartialEq, Eq)]
pub struct WireguardDevice(Vec<Packet<WireguardMessage>>);

impl WireguardDevice {
    /// The device that the kernel sent in these messages; `None` where there are none.
    pub fn new(messages: Vec<Packet<WireguardMessage>>) -> Option<Self> {
        (!messages.is_empty()).then_some(WireguardDevice(messages))
    }

    /// A change of a device, with nothing set.
    pub fn build() -> WireguardMessageBuf {
        WireguardMessage::build()
    }

    /// The messages that it came in.
    pub fn messages(&self) -> &[Packet<WireguardMessage>] {
        &self.0
    }

    /// The peers.
    pub fn peers(&self) -> Peers<'_> {
        let mut peers = Peers { entries: None, rest: &self.0, next: None, is_first: false };
        peers.advance();
        peers
    }

    /// The peer with this public key.
    pub fn peer(&self, key: &PublicKey) -> Option<WireguardPeer<'_>> {
        self.peers().find(|peer| peer.public_key().as_ref() == Some(key))
    }

    /// A change that makes a device like this one: its keys, port, mark and peers, in place of those that it has.
    ///
    /// Who may not read keys gets none, and would take those of the device away.
    pub fn to_request(&self) -> WireguardMessageBuf {
        let peers = self.peers().map(|peer| peer.to_request());
        let device = self.0.first().map(|device| device.to_request()).unwrap_or_default();
        let device =
            device.without(WireguardMessage::WGDEVICE_A_IFINDEX).without(WireguardMessage::WGDEVICE_A_IFNAME);
        device.command(0).version(0).replace_peers().peers(peers)
    }
}

impl Deref for WireguardDevice {
    type Target = WireguardMessage;

    fn deref(&self) -> &WireguardMessage {
        // There is one: `new` has seen to it.
        &self.0[0]
    }
}

/// The device's own attributes and its peers. No secret key is printed.
impl fmt::Debug for WireguardDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("WireguardDevice");
        out.field("index", &self.index())
            .field("name", &self.name())
            .field("private_key", &self.private_key());
        out.field("public_key", &self.public_key()).field("listen_port", &self.listen_port());
        out.field("mark", &self.mark());
        out.field("peers", &self.peers()).finish()
    }
}

/// The peers of a [`WireguardDevice`], an iterator.
#[derive(Clone)]
pub struct Peers<'a> {
    /// The peers of the message at hand.
    entries: Option<SpreadItems<'a, PeerEntry>>,
    /// The messages behind it.
    rest: &'a [Packet<WireguardMessage>],
    /// The entry that comes next.
    next: Option<&'a Peer>,
    /// Whether that is the first of its message: only this one may go on with the peer before it.
    is_first: bool,
}

impl<'a> Peers<'a> {
    fn advance(&mut self) {
        self.is_first = false;
        loop {
            self.next = self.entries.as_mut().and_then(Iterator::next);
            if self.next.is_some() {
                return;
            }
            let Some((message, rest)) = self.rest.split_first() else { return };
            (self.entries, self.rest, self.is_first) = (message.peers(), rest, true);
        }
    }

    /// The next entry, if it goes on with the allowed IPs of this peer.
    fn next_of(&mut self, peer: &Peer) -> Option<&'a Peer> {
        let goes_on = |entry: &&Peer| entry.public_key() == peer.public_key();
        let next = self.next.filter(|_| self.is_first).filter(goes_on)?;
        self.advance();
        Some(next)
    }
}

impl<'a> Iterator for Peers<'a> {
    type Item = WireguardPeer<'a>;

    fn next(&mut self) -> Option<WireguardPeer<'a>> {
        let first = self.next?;
        self.advance();
        let behind = self.clone();
        while self.next_of(first).is_some() {}
        Some(WireguardPeer { first, behind })
    }
}

impl FusedIterator for Peers<'_> {}

impl fmt::Debug for Peers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// A peer of a [`WireguardDevice`], with all of its allowed IPs. It derefs to the [`Peer`] that has all else.
#[derive(Clone)]
pub struct WireguardPeer<'a> {
    first: &'a Peer,
    /// What comes behind it, which may be more of its allowed IPs.
    behind: Peers<'a>,
}

impl<'a> WireguardPeer<'a> {
    /// Its allowed IPs.
    pub fn allowed_ips(&self) -> impl Iterator<Item = &'a AllowedIp> + use<'a> {
        let (first, mut behind) = (self.first, self.behind.clone());
        let further = std::iter::from_fn(move || behind.next_of(first));
        std::iter::once(first).chain(further).filter_map(Peer::allowed_ips).flatten()
    }

    /// A request that adds it as it is.
    pub fn to_request(&self) -> super::PeerBuf {
        let peer = self.first.to_request().without(Peer::WGPEER_A_ALLOWEDIPS);
        peer.replace_allowed_ips().allow(self.allowed_ips())
    }
}

impl Deref for WireguardPeer<'_> {
    type Target = Peer;

    fn deref(&self) -> &Peer {
        self.first
    }
}

impl fmt::Debug for WireguardPeer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("WireguardPeer");
        out.field("public_key", &self.public_key()).field("preshared_key", &self.preshared_key());
        out.field("endpoint", &self.endpoint()).field("keepalive", &self.keepalive());
        out.field("last_handshake", &self.last_handshake());
        out.field("rx_bytes", &self.rx_bytes()).field("tx_bytes", &self.tx_bytes());
        let prefixes: Vec<_> = self.allowed_ips().filter_map(AllowedIp::prefix).collect();
        out.field("allowed_ips", &prefixes).finish()
    }
}
