//! Foo over UDP: the UDP ports on which the kernel takes tunnelled packets in, as `ip fou` shows and adds them. Feature `fou`.
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip fou add port 5555 ipproto 4` | [`ip.fou().add(FouPort::direct(5555, 4))`](Fou::add) |
//! | `ip fou add port 5556 gue` | `ip.fou().add(FouPort::gue(5556))` |
//! | `... local 192.0.2.1 peer 192.0.2.2 peer_port 7777 dev eth0` | `FouPort::gue(5556).local("192.0.2.1").peer("192.0.2.2", 7777).device("eth0")` |
//! | `ip -6 fou add port 5555 ipproto 41` | `ip.fou().add(FouPort::direct(5555, 41).ipv6())` |
//! | `ip fou show` | [`ip.fou().list()`](Fou::list) |
//! | `ip fou del port 5555` | [`ip.fou().delete(5555)`](Fou::delete) |
//!
//! ```no_run
//! use iproute2::fou::FouPort;
//!
//! # fn main() -> iproute2::Result<()> {
//! let ip = iproute2::blocking::connect()?;
//! ip.fou().add(FouPort::direct(5555, 4)).wait()?;
//! for port in ip.fou().list().wait()? {
//!     println!("{:?} {:?} {:?}", port.port(), port.encap(), port.protocol());
//! }
//! ip.fou().delete(5555).wait()?;
//! # Ok(())
//! # }
//! ```
//!
//! The module `fou` has to be loaded (for IPv6 `fou6`, too), and adding and deleting takes the rights of the machine's root.

use crate::list::List;
use crate::noun::door;
use crate::request::{Checked, Done, Request, invalid};
use crate::target::Noun;
use netlink_packet::generic::fou::{FOU_CMD_ADD, FOU_CMD_DEL, FOU_CMD_GET};
pub use netlink_packet::generic::fou::{FouEncap, FouPort, FouPortBuf};
use netlink_packet::{Buffer, BuildError, Packet, Put, View, built};
use rtnetlink::AddressFamily;

door! {
    /// Foo over UDP: `ip fou`.
    fou =>
    /// The verbs of `ip fou`.
    Fou
}

impl<D> Fou<'_, D> {
    /// Adds a port, like `ip fou add`.
    ///
    /// The future's errors: `EADDRINUSE` where a socket has the port already.
    pub fn add(&self, port: impl Put<FouPort>) -> Request<D, Done> {
        self.0.act("add FOU port", FOU_CMD_ADD, request(port).checked(is_whole))
    }

    /// Lists the ports, like `ip fou show`.
    pub fn list(&self) -> List<D, FouPort> {
        self.0.list_noun("list FOU ports", FouPort::build())
    }

    /// Gets a port, given as to [`delete`](Self::delete).
    ///
    /// The future's errors: [not found](crate::Error::is_not_found) where there is no such port.
    pub fn get(&self, port: impl Put<FouPort>) -> Request<D, Packet<FouPort>> {
        self.0.ask("get FOU port", FOU_CMD_GET, request(port).checked(has_port))
    }

    /// Deletes a port, like `ip fou del`: given by its number, with the addresses and the device that it was added with, or as it was
    /// listed.
    ///
    /// The future's errors: [invalid](crate::Error::is_invalid) where there is no such port, since the kernel says just that.
    pub fn delete(&self, port: impl Put<FouPort>) -> Request<D, Done> {
        self.0.act("delete FOU port", FOU_CMD_DEL, request(port).checked(has_port))
    }
}

/// A request about a port, which may have been listed: kernels list the protocol 0 of GUE, and refuse it.
fn request(port: impl Put<FouPort>) -> FouPortBuf {
    let port: FouPortBuf = built(port);
    match (port.view().encap(), port.view().protocol()) {
        (Some(FouEncap::GUE), Some(0)) => port.without(FouPort::FOU_ATTR_IPPROTO),
        _ => port,
    }
}

fn has_port(message: &Buffer) -> Option<BuildError> {
    let port = FouPort::cast(message.body());
    let is_mixed =
        port.local_v4().or(port.peer_v4()).is_some() && port.local_v6().or(port.peer_v6()).is_some();
    let is_ipv6 = port.family().map(AddressFamily) == Some(AddressFamily::INET6);
    let is_other = match is_ipv6 {
        true => port.local_v4().or(port.peer_v4()).is_some(),
        false => port.local_v6().or(port.peer_v6()).is_some(),
    };
    let has_peer = port.peer_v4().is_some() || port.peer_v6().is_some();
    // Kernels list the address 0 where there is none.
    let is_listed = port.peer().is_none();
    let problem = match port.port() {
        None | Some(0) => "a FOU port needs a number from 1 to 65535",
        _ if is_mixed => "the local and the peer's address are of different families",
        _ if port.device().is_some() && port.local_v4().is_none() && port.local_v6().is_none() => {
            "a FOU port with a device needs a local address, too"
        }
        _ if is_other => "the addresses are of another family than the FOU port",
        _ if has_peer && port.peer_port().unwrap_or_default() == 0 && !is_listed => {
            "the peer of a FOU port has a port, 1 to 65535"
        }
        _ if port.peer_port().is_some_and(|port| port != 0) && !has_peer => {
            "a FOU port with the port of a peer has the peer's address, too"
        }
        _ => return None,
    };
    invalid(problem)
}

fn is_whole(message: &Buffer) -> Option<BuildError> {
    let port = FouPort::cast(message.body());
    let problem = match (port.encap(), port.protocol()) {
        (None | Some(FouEncap::UNSPEC), _) => {
            "a FOU port needs an encapsulation: FouPort::direct or FouPort::gue"
        }
        (Some(FouEncap::DIRECT), None | Some(0)) => {
            "a FOU port needs the IP protocol of its payload, from 1 to 255"
        }
        (Some(FouEncap::GUE), Some(_)) => {
            "packets say by themselves what is inside GUE: it has no IP protocol"
        }
        _ => return has_port(message),
    };
    invalid(problem)
}

impl Noun for FouPort {
    fn label(&self) -> String {
        self.port().map(|port| port.to_string()).unwrap_or_default()
    }
}
