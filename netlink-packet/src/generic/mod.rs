//! Generic netlink: families that are found by name, such as `ethtool`, `nl80211` or one of your own.
//!
//! ```text
//!  0               16        17        18        20
//!  | nlmsghdr      | command | version | reserved | the family's own header, attributes ...
//! ```
//! A family's id is not fixed: the kernel assigns it when the family is registered, and it is the message type in the
//! message header. The controller, a family with the fixed id [`GENL_ID_CTRL`], resolves names to ids: ask with
//! [`ControllerMessage::get_family`].
//!
//! # A family of your own
//!
//! Its messages begin with the 4 bytes of `genlmsghdr`, of which you name the fields that you need. If the family has a
//! header of its own, as `ovs_vport` has its datapath, its fields begin at offset 4.
//!
//! ```
//! use netlink_packet::netlink;
//!
//! /// The name by which the controller knows the family.
//! const FAMILY: &str = "ovs_vport";
//! const OVS_VPORT_CMD_GET: u8 = 3;
//!
//! netlink! {
//!     /// A port of a virtual switch.
//!     pub struct PortMessage / PortMessageBuf
//!     header genlmsghdr: 8 {
//!         /// What is asked, or was done.
//!         cmd = 0 => command: u8,
//!         /// The version of the family that is spoken.
//!         version = 1 => version: u8,
//!         /// The switch that it belongs to.
//!         dp_ifindex = 4 => datapath: u32,
//!     }
//!     attributes {
//!         /// Its number in the switch.
//!         OVS_VPORT_ATTR_PORT_NO = 1 => number: u32,
//!         /// Its name.
//!         OVS_VPORT_ATTR_NAME = 3 => name: &str as str,
//!     }
//! }
//!
//! let get = PortMessage::build().command(OVS_VPORT_CMD_GET).version(1).datapath(7).name("port1");
//! assert_eq!(get.as_bytes()[..8], [[3, 1, 0, 0], 7u32.to_ne_bytes()].concat());
//! ```
//!
//! If the message implements [`Command`](crate::Command), `iproute2` sends it like one of its own, finds the family by
//! name and fills in command and version: then `header genlmsghdr: 4 {}` is all that the table needs.
//!
//! A family without a table can be used through [`GenericMessage`] and keys ([`Attr`](crate::Attr)) of your own.

// | file | what |
// | --- | --- |
// | `address.rs` | an address of either family in two attributes |
// | `controller.rs` | the controller: families, their operations, multicast groups and policies |
// | `description.rs` | what is known of a family as data |
// | `families.rs` | the list of those that have tables here |
// | `dpll.rs` | DPLL devices and pins |
// | `ethtool/` | settings and state of network devices |
// | `fou.rs` | ports of foo over UDP |
// | `handshake.rs` | TLS handshakes |
// | `ila/` | mappings of identifier locator addressing |
// | `ioam6.rs` | namespaces and schemas of in-situ OAM |
// | `key_material.rs` | keys of any length, which nothing prints |
// | `l2tp.rs` | L2TP tunnels and sessions |
// | `macsec/` | channels and associations of MACsec devices |
// | `mptcp.rs` | MPTCP endpoints, limits, subflows and events |
// | `net_shaper.rs` | rate limits in hardware |
// | `netdev.rs` | queues, NAPI instances, page pools |
// | `ovpn.rs` | peers and keys of OpenVPN devices |
// | `policies.rs` | what the operations of a family take |
// | `psp.rs` | PSP devices and keys |
// | `secret.rs` | secrets of no one length |
// | `seg6.rs` | keys and the tunnel source of segment routing |
// | `tcp_metrics.rs` | what is remembered of hosts with TCP connections |
// | `team.rs` | options and ports of teams |
// | `wireguard/` | WireGuard devices and their peers |

#[cfg(any(feature = "fou", feature = "l2tp", feature = "mptcp", feature = "tcp_metrics"))]
mod address;
mod controller;
mod description;
#[cfg(feature = "dpll")]
pub mod dpll;
#[cfg(feature = "ethtool")]
pub mod ethtool;
mod families;
#[cfg(feature = "fou")]
pub mod fou;
#[cfg(feature = "handshake")]
pub mod handshake;
pub mod ila;
#[cfg(feature = "ioam6")]
pub mod ioam6;
#[cfg(any(feature = "ovpn", feature = "psp"))]
mod key_material;
#[cfg(feature = "l2tp")]
pub mod l2tp;
pub mod macsec;
#[cfg(feature = "mptcp")]
pub mod mptcp;
#[cfg(feature = "net_shaper")]
pub mod net_shaper;
#[cfg(feature = "netdev")]
pub mod netdev;
#[cfg(feature = "ovpn")]
pub mod ovpn;
mod policies;
#[cfg(feature = "psp")]
pub mod psp;
#[cfg(any(feature = "macsec", feature = "ovpn", feature = "psp", feature = "seg6", feature = "wireguard"))]
mod secret;
#[cfg(feature = "seg6")]
pub mod seg6;
#[cfg(feature = "tcp_metrics")]
pub mod tcp_metrics;
#[cfg(feature = "team")]
pub mod team;
#[cfg(feature = "wireguard")]
pub mod wireguard;

pub use crate::policy::*;
pub use controller::*;
pub use description::{Description, OperationDescription};
pub use families::DESCRIPTIONS;
pub use policies::FamilyPolicies;

/// `GENL_NAMSIZ`: largest length of a family's or group's name, with the terminating NUL.
pub const GENL_NAMSIZ: usize = 16;
/// `GENL_HDRLEN`: bytes of the header of every generic message.
pub const GENL_HDRLEN: usize = 4;
/// `GENL_MIN_ID`: the smallest family id.
pub const GENL_MIN_ID: u16 = crate::NLMSG_MIN_TYPE;
/// `GENL_MAX_ID`: the largest family id.
pub const GENL_MAX_ID: u16 = 1023;
/// `GENL_ID_CTRL`: the controller's id.
pub const GENL_ID_CTRL: u16 = 0x10;
/// `GENL_ID_VFS_DQUOT`: the id of the family that reports exceeded disk quotas.
pub const GENL_ID_VFS_DQUOT: u16 = 0x11;
/// `GENL_ID_PMCRAID`: the id of a disk driver's family.
pub const GENL_ID_PMCRAID: u16 = 0x12;
/// `GENL_START_ALLOC`: the first id that is assigned dynamically.
pub const GENL_START_ALLOC: u16 = 0x13;

crate::netlink! {
    /// A generic netlink message (`struct genlmsghdr`) of a family without a table here; read and write its
    /// attributes with keys of your own.
    ///
    /// ```
    /// use netlink_packet::Attr;
    /// use netlink_packet::generic::GenericMessage;
    ///
    /// const TCP_METRICS_ATTR_ADDR_IPV4: Attr<GenericMessage, [u8; 4]> = Attr::new(1, "TCP_METRICS_ATTR_ADDR_IPV4");
    /// let get = GenericMessage::build().command(1).version(1).with(TCP_METRICS_ATTR_ADDR_IPV4, [192, 0, 2, 1]);
    /// assert_eq!(get.attributes().get(TCP_METRICS_ATTR_ADDR_IPV4), Some([192, 0, 2, 1]));
    /// ```
    pub struct GenericMessage / GenericMessageBuf
    header genlmsghdr: 4 {
        /// Command of the family.
        cmd = 0 => command: u8,
        /// Version of the family's interface.
        version = 1 => version: u8,
    }
    attributes {}
}
