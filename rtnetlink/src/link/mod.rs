//! Links: network interfaces, physical ones and those of every kind that the kernel creates.
//!
//! # Families of a link message
//!
//! Most messages are of the family `UNSPEC` and describe the whole link. A message of the family `BRIDGE` describes a bridge
//! port, with [`bridge_port`](LinkMessage::bridge_port) and [`bridge_spec`](LinkMessage::bridge_spec); one of the
//! family `INET6` the IPv6 part, with [`inet6`](LinkMessage::inet6). The same attribute number then has another
//! table; printing, error paths and these getters choose the right one.
//!
//! # Kinds and ports
//!
//! | `ip` | here |
//! | --- | --- |
//! | `ip link add v0 type veth peer name v1` | `Veth::pair("v0", "v1")` |
//! | `ip link add link eth0 name eth0.5 type vlan id 5` | `Vlan::on("eth0", 5).name("eth0.5")` |
//! | `ip link add br0 type bridge vlan_filtering 1` | `LinkMessage::build().name("br0").kind(Bridge::build().vlan_filtering(true))` |
//! | `ip link set dev p0 master br0` | `LinkMessage::build().name("p0").master("br0")` |
//! | `ip link set dev p0 type bridge_slave cost 5` | `LinkMessage::build().name("p0").port(BridgePort::build().cost(5))` |
//! | `ip -d link show dev vx0` | `link.kind::<Vxlan>()`, `link.port::<BridgePort>()` |
//!
//! The builder, enums and flags of a kind are in its own module: [`vlan::VlanFlags`], [`bond::BondMode`].
//!
//! # A kind of your own
//!
//! ```
//! use rtnetlink::link::{LinkKind, LinkMessage};
//! use rtnetlink::netlink_packet::netlink;
//!
//! netlink! {
//!     /// Options of a lamp that is a network interface.
//!     pub struct Lamp / LampBuf
//!     attributes {
//!         /// Colour: RGB, 8 bits each.
//!         IFLA_LAMP_COLOUR = 1 => colour: u32,
//!     }
//! }
//!
//! impl LinkKind for Lamp {
//!     const NAME: &'static str = "lamp";
//! }
//!
//! let link = LinkMessage::build().name("lamp0").kind(Lamp::build().colour(0xff8800));
//! assert_eq!(link.view().kind::<Lamp>().and_then(Lamp::colour), Some(0xff8800));
//! ```

// | file | what |
// | --- | --- |
// | `message.rs` | `LinkMessage`: everything that is known of a link, at the top |
// | `flags.rs`, `link_type.rs` | `LinkFlags`, `OperState`, `LinkType` and other enums of a link itself |
// | `stats.rs` | `LinkStats`: what it has counted |
// | `stats_message.rs`, `extra_stats.rs` | `StatsMessage`: the same and more by itself; what bridges and bonds count |
// | `info.rs` | `LinkInfo`: what kind of link it is, and as whose port |
// | `kind/` | `Vlan`, `Veth` and the other kinds, a file each; the ports of masters too |
// | `family_spec.rs`, `inet.rs`, `bridge_spec.rs` | what IPv4, IPv6 and bridges know of it |
// | `mrp.rs`, `cfm.rs` | rings of bridges, and how they watch each other |
// | `vf.rs`, `port_profile.rs`, `xdp.rs`, `properties.rs`, `hardware.rs` | what only some links have |

mod bridge_spec;
mod cfm;
mod extra_stats;
mod family_spec;
mod flags;
mod hardware;
mod inet;
mod info;
mod kind;
mod link_type;
mod message;
mod mrp;
mod port_profile;
mod properties;
mod stats;
mod stats_message;
mod vf;
mod xdp;

pub use crate::interface_name::{AltName, InterfaceName};
pub use bridge_spec::*;
pub use cfm::*;
pub use extra_stats::*;
pub use family_spec::*;
pub use flags::*;
pub use hardware::*;
pub use inet::*;
pub use info::*;
pub use kind::*;
pub use link_type::*;
pub use message::*;
pub use mrp::*;
pub use port_profile::*;
pub use properties::*;
pub use stats::*;
pub use stats_message::*;
pub use vf::*;
pub use xdp::*;
