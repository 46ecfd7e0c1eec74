//! The messages of Linux's route family: links, addresses and what belongs to them.

mod bare;
#[cfg(all(test, target_endian = "little"))]
mod capture;
mod family;
mod group;
mod hardware_address;
mod interface_name;
mod namespace;
mod prefix;
mod scope;
mod time;

pub mod address;
pub mod link;
pub mod message;

pub use address::{AddressMessage, AddressMessageBuf};
pub use bare::Bare;
pub use family::AddressFamily;
pub use group::Group;
pub use hardware_address::{Ethernet, HardwareAddress, LONGEST_ADDRESS, Padded};
pub use interface_name::{AltName, InterfaceName, LONGEST_ALT_NAME, LONGEST_NAME};
pub use ipnet;
pub use link::{LinkMessage, LinkMessageBuf};
pub use namespace::NamespaceId;
pub use netlink_packet::{self, BuildError, Descriptor, Device, Name};
pub use prefix::IntoPrefix;
pub use scope::RouteScope;
pub use time::{Lifetime, Seconds, Ticks};
