//! The fields that every program reads of an object: the sums prove that all have read the same.

use std::net::{IpAddr, SocketAddr};

/// The result of reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    /// All fields of all objects, added up.
    pub value: u64,
    /// Objects or requests.
    pub count: u64,
    /// Wall time.
    pub nanoseconds: u64,
    /// CPU time.
    pub cpu: u64,
}

impl Sum {
    #[inline]
    fn add(&mut self, value: u64) {
        self.value = self.value.wrapping_mul(3).wrapping_add(value);
    }

    /// Seven fields of a route.
    #[inline]
    #[allow(clippy::too_many_arguments, reason = "a field each")]
    pub fn route(
        &mut self,
        destination: Option<IpAddr>,
        length: u8,
        gateway: Option<IpAddr>,
        device: Option<u32>,
        metric: Option<u32>,
        table: u32,
        protocol: u8,
    ) {
        self.add(address(destination) + (u64::from(length) << 32));
        self.add(address(gateway) + (u64::from(table) << 32));
        self.add(u64::from(device.unwrap_or(0)) + (u64::from(metric.unwrap_or(0)) << 32));
        self.value += u64::from(protocol);
        self.count += 1;
    }

    /// Eight fields of a link, of which the statistics are two numbers.
    #[inline]
    #[allow(clippy::too_many_arguments, reason = "a field each")]
    pub fn link(
        &mut self,
        index: u32,
        flags: u32,
        name: &[u8],
        mtu: Option<u32>,
        address: &[u8],
        state: Option<u8>,
        kind: &[u8],
        bytes: (u64, u64),
    ) {
        self.add(u64::from(index) + (u64::from(flags) << 32));
        self.add(u64::from(mtu.unwrap_or(0)) + (u64::from(state.unwrap_or(0)) << 32));
        self.add(text(name) + (text(kind) << 16) + (text(address) << 32));
        self.add(bytes.0.wrapping_add(bytes.1));
        self.count += 1;
    }

    /// Five fields of a neighbour.
    #[inline]
    pub fn neighbour(
        &mut self,
        destination: Option<IpAddr>,
        link: &[u8],
        device: u32,
        state: u16,
        flags: u8,
    ) {
        self.add(address(destination) + (text(link) << 32));
        self.add(u64::from(device) + (u64::from(state) << 32) + (u64::from(flags) << 48));
        self.count += 1;
    }

    /// Three fields of the link that a request got.
    #[inline]
    pub fn one_link(&mut self, index: u32, name: &[u8], mtu: Option<u32>) {
        self.add(u64::from(index) + (text(name) << 32));
        self.add(u64::from(mtu.unwrap_or(0)));
        self.count += 1;
    }

    /// Six fields of a peer of a WireGuard device, without its allowed IPs. The time is in seconds, 0 for never.
    #[inline]
    pub fn peer(
        &mut self,
        key: &[u8; 32],
        endpoint: Option<SocketAddr>,
        keepalive: u16,
        handshake: u64,
        bytes: (u64, u64),
    ) {
        let (to, port) = endpoint.map_or((None, 0), |endpoint| (Some(endpoint.ip()), endpoint.port()));
        self.add(text(key) + (address(to) << 24) + (u64::from(port) << 8));
        self.add(u64::from(keepalive) + (handshake << 16));
        self.add(bytes.0.wrapping_add(bytes.1));
        self.count += 1;
    }

    /// An allowed IP of the peer.
    #[inline]
    pub fn allowed_ip(&mut self, prefix: Option<IpAddr>, length: u8) {
        self.add(address(prefix).wrapping_add(u64::from(length) << 56));
    }

    /// A feature that is on. They come in any order.
    #[inline]
    pub fn feature(&mut self, name: &[u8]) {
        self.value += text(name);
    }

    /// A request that was carried out.
    #[inline]
    pub fn done(&mut self) {
        self.value += 1;
        self.count += 1;
    }
}

#[inline]
fn address(address: Option<IpAddr>) -> u64 {
    match address {
        Some(IpAddr::V4(address)) => u64::from(address.to_bits()),
        Some(IpAddr::V6(address)) => address.to_bits() as u64,
        None => 0,
    }
}

/// Length and ends of a text: objects differ in the last byte.
#[inline]
fn text(text: &[u8]) -> u64 {
    match text {
        [] => 0,
        [only] => u64::from(*only),
        [first, .., last] => text.len() as u64 + u64::from(*first) + (u64::from(*last) << 8),
    }
}
