//! The namespaces in which everything runs, and their contents.

use iproute2::wireguard::{Peer, PeerBuf, PublicKey, WireguardDevice};
use iproute2::{LinkMessage, Neighbour, Result, Route, Veth, Wireguard, blocking};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::{fs, io};

/// The index of the link that routes use.
pub const DEVICE: u32 = 7;

/// The name of that link.
pub const NAME: &str = "bench0";

/// The name of the WireGuard device.
pub const WIREGUARD: &str = "wg0";

/// The gateway of all routes.
pub const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 254);

/// The destination of one of many routes, or the address of one of many neighbours.
#[inline]
pub fn destination(number: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(0x0a00_0000 + number)
}

/// What a workload starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// A link that is up, with an address, and its other end.
    Link,
    /// In addition, this many routes.
    Routes(u32),
    /// In addition, this many neighbours.
    Neighbours(u32),
    /// This many links in pairs, all down.
    Links(u32),
    /// A WireGuard device that is down, with this many peers.
    Peers(u32),
}

/// Moves this process, which has one thread, into a fresh network namespace with all that.
pub fn enter(world: World) -> Result<()> {
    unshare().expect("this machine forbids network namespaces");
    let ip = blocking::connect()?;
    if let World::Links(count) = world {
        return all(
            ip.batch((0..count / 2).map(|n| ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}")))))
        );
    }
    if let World::Peers(count) = world {
        ip.link().add(Wireguard::named(WIREGUARD)).wait()?;
        let device = WireguardDevice::build().peers((0..count).map(peer));
        return ip.wireguard().change(WIREGUARD, device).wait();
    }
    ip.link().add(Veth::pair(NAME, "bench1").index(DEVICE)).wait()?;
    for name in [NAME, "bench1"] {
        ip.link().change(name, LinkMessage::build().up()).wait()?;
    }
    ip.address().add(DEVICE, "192.0.2.1/24").wait()?;
    match world {
        World::Link | World::Links(_) | World::Peers(_) => Ok(()),
        World::Routes(count) => all(ip.batch(
            (0..count)
                .map(|n| ip.route().add(Route::to(destination(n)).via(GATEWAY).device(DEVICE).metric(100))),
        )),
        World::Neighbours(count) => all(ip.batch((0..count).map(|n| {
            let [a, b, c, d] = n.to_be_bytes();
            let neighbour = Neighbour::of(destination(n)).hardware_address([2, 0, a, b, c, d]);
            ip.neighbour().add(DEVICE, neighbour)
        }))),
    }
}

/// One of many peers: with an endpoint, and an allowed IP of each family.
fn peer(number: u32) -> PeerBuf {
    let mut key = [0xa5; 32];
    key[..4].copy_from_slice(&number.to_be_bytes());
    key[31] = number as u8;
    let address = destination(number);
    let allowed: [IpAddr; 2] = [address.into(), Ipv6Addr::from_bits(0xfd << 120 | u128::from(number)).into()];
    Peer::of(PublicKey::from(key)).endpoint((address, 51820)).keepalive(25).allow(allowed)
}

fn all(mut results: impl Iterator<Item = Result<()>>) -> Result<()> {
    results.try_for_each(|result| result)
}

/// As root, or as root of a user namespace.
fn unshare() -> io::Result<()> {
    // SAFETY: these take nothing, or no pointers, and change nothing but this thread, the only one.
    unsafe {
        if libc::unshare(libc::CLONE_NEWNET) == 0 {
            return Ok(());
        }
        let (user, group) = (libc::geteuid(), libc::getegid());
        if libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET) != 0 {
            return Err(io::Error::last_os_error());
        }
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", format!("0 {user} 1"))?;
        fs::write("/proc/self/gid_map", format!("0 {group} 1"))
    }
}
