//! Foo over UDP: the UDP ports on which the kernel takes tunnelled packets in (`fou`). Feature `fou`.

use super::address::{Either, family_of};
use super::description::describe;
use crate::buffer::Buffer;
use crate::codec::{Be, Flag, IfIndex, Put};
use crate::table::data::Scope;
use crate::view::View;
use crate::{Command, Family, netlink, values};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Unused.
pub const FOU_CMD_UNSPEC: u8 = 0;
/// Adds a port.
pub const FOU_CMD_ADD: u8 = 1;
/// Deletes a port.
pub const FOU_CMD_DEL: u8 = 2;
/// Gets a port, or lists them.
pub const FOU_CMD_GET: u8 = 3;

describe! {
    /// The family: its operations and messages.
    FOU = "fou"
    operations {
        "unspec": FOU_CMD_UNSPEC,
        "add": FOU_CMD_ADD,
        "del": FOU_CMD_DEL,
        "get": FOU_CMD_GET => FOU_CMD_GET,
    }
    groups []
    constants {}
    messages [FouPort]
}

netlink! {
    /// A UDP port on which the kernel takes tunnelled packets in, as `ip fou` shows and adds it.
    ///
    /// ```
    /// use netlink_packet::generic::fou::{FouEncap, FouPort};
    ///
    /// // ip fou add port 5555 ipproto 4
    /// let ipip = FouPort::direct(5555, 4);
    /// assert_eq!((ipip.view().port(), ipip.view().protocol()), (Some(5555), Some(4)));
    /// // ip fou add port 5556 gue local 192.0.2.1 peer 192.0.2.2 peer_port 7777
    /// let gue = FouPort::gue(5556).local("192.0.2.1").peer("192.0.2.2", 7777);
    /// assert_eq!(gue.view().encap(), Some(FouEncap::GUE));
    /// ```
    pub struct FouPort / FouPortBuf
    header genlmsghdr: 4 {
        /// Command: `FOU_CMD_*`.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {
        /// Local UDP port.
        FOU_ATTR_PORT = 1 => port: u16 as Be<u16>,
        /// Address family: 2 (`AF_INET`, the default) or 10 (`AF_INET6`).
        FOU_ATTR_AF = 2 => family: u8,
        /// IP protocol of the packets inside, such as 4 (IPIP), 41 (IPv6) or 47 (GRE); 0 where the packets say it (GUE).
        FOU_ATTR_IPPROTO = 3 => protocol: u8; unless(has_none),
        /// Encapsulation type: plain FOU, or GUE.
        FOU_ATTR_TYPE = 4 => encap: FouEncap,
        /// Remote checksum offload needs the whole packet's checksum (`nopartial`).
        FOU_ATTR_REMCSUM_NOPARTIAL = 5 => remote_checksum_no_partial: bool as Flag,
        /// Local address, IPv4; [`local`](Self::local) is that of either family.
        FOU_ATTR_LOCAL_V4 = 6 => local_v4: Ipv4Addr,
        /// Local address, IPv6.
        FOU_ATTR_LOCAL_V6 = 7 => local_v6: Ipv6Addr,
        /// Peer's address, IPv4; [`peer`](Self::peer) is that of either family.
        FOU_ATTR_PEER_V4 = 8 => peer_v4: Ipv4Addr,
        /// Peer's address, IPv6.
        FOU_ATTR_PEER_V6 = 9 => peer_v6: Ipv6Addr,
        /// Peer's UDP port; 0 for any.
        FOU_ATTR_PEER_PORT = 10 => peer_port: u16 as Be<u16>,
        /// Interface index of the device that packets come in on; 0 for any. Setting it takes a local address, too.
        #[doc(alias = "ifindex")]
        FOU_ATTR_IFINDEX = 11 => device: u32 as IfIndex<i32>,
    }
}

impl Command for FouPort {
    const FAMILY: Family = Family::Generic { name: "fou", version: 1 };
    const COMMAND: u16 = FOU_CMD_GET as u16;
    type Reply = FouPort;
}

/// Whether the packets say what is inside: kernels list protocol 0 then, and refuse it in requests.
fn has_none(scope: &Scope<'_>) -> bool {
    FouPort::cast(scope.bytes()).encap() == Some(FouEncap::GUE)
}

const LOCAL: Either<FouPort> = Either(FouPort::FOU_ATTR_LOCAL_V4, FouPort::FOU_ATTR_LOCAL_V6);
const PEER: Either<FouPort> = Either(FouPort::FOU_ATTR_PEER_V4, FouPort::FOU_ATTR_PEER_V6);

impl FouPort {
    /// A port for packets of one IP protocol: `ip fou add port PORT ipproto PROTO`.
    pub fn direct(port: u16, protocol: u8) -> FouPortBuf {
        Self::build().port(port).protocol(protocol).encap(FouEncap::DIRECT)
    }

    /// A port for Generic UDP Encapsulation, whose packets say what is inside: `ip fou add port PORT gue`.
    pub fn gue(port: u16) -> FouPortBuf {
        Self::build().port(port).encap(FouEncap::GUE)
    }

    /// Local address, unless it is any.
    pub fn local(&self) -> Option<IpAddr> {
        LOCAL.get(self.attributes()).filter(|address| !address.is_unspecified())
    }

    /// Peer's address, unless it is any.
    pub fn peer(&self) -> Option<IpAddr> {
        PEER.get(self.attributes()).filter(|address| !address.is_unspecified())
    }
}

impl FouPortBuf {
    /// For IPv6: `ip -6 fou add`. Addresses say so themselves.
    pub fn ipv6(self) -> Self {
        self.family(super::address::AF_INET6)
    }

    /// Only packets to this local address.
    pub fn local(mut self, address: impl Put<IpAddr>) -> Self {
        let local = LOCAL.set(&mut self.0, address);
        self.of_family(local)
    }

    /// Only packets from this address and UDP port.
    pub fn peer(mut self, address: impl Put<IpAddr>, port: u16) -> Self {
        let peer = PEER.set(&mut self.0, address);
        self.of_family(peer).peer_port(port)
    }

    fn of_family(self, address: Option<IpAddr>) -> Self {
        match address {
            Some(address) => self.family(family_of(address)),
            None => self,
        }
    }
}

/// The port with this number, for IPv4, any address and any device.
impl Put<FouPort> for u16 {
    fn put(self, out: &mut Buffer) {
        Put::<FouPort>::put(FouPort::build().port(self), out);
    }
}

values! {
    /// What stands between the UDP header and the packet inside: `FOU_ENCAP_*`.
    pub struct FouEncap: u8 = "encap-type" {
        /// Unset.
        UNSPEC = 0 => "unspec",
        /// Nothing: plain foo over UDP.
        DIRECT = 1 => "direct",
        /// Generic UDP Encapsulation (GUE).
        GUE = 2 => "gue",
    }
}
