//! Neighbours (ARP and NDP entries), forwarding database (FDB) entries of bridges and VXLANs, and the parameters of
//! neighbour tables.
//!
//! ```
//! use rtnetlink::neighbour::{Neighbour, NeighbourState, NeighbourTableMessage};
//!
//! // ip neighbour add 192.0.2.7 lladdr 02:00:00:00:00:07 dev eth0 nud permanent
//! let host = Neighbour::of("192.0.2.7").hardware_address("02:00:00:00:00:07").device("eth0").state(NeighbourState::PERMANENT);
//! // bridge fdb append 00:00:00:00:00:00 dev vxlan0 dst 198.51.100.7
//! let entry = Neighbour::fdb("00:00:00:00:00:00").device("vxlan0").address("198.51.100.7");
//! // ip ntable change name arp_cache thresh3 4096
//! let table = NeighbourTableMessage::build().name("arp_cache").threshold3(4096u32);
//! assert_eq!(host.view().address(), Some("192.0.2.7".parse().unwrap()));
//! ```

// | file | what |
// | --- | --- |
// | `message.rs` | `NeighbourMessage`, or `Neighbour`: everything that is known of a neighbour or an entry |
// | `flags.rs` | `NeighbourState`, `NeighbourFlags` |
// | `table.rs` | `NeighbourTableMessage`: the settings and counters of a table |

mod flags;
mod message;
mod table;
#[cfg(test)]
mod tests;

pub use flags::*;
pub use message::*;
pub use table::*;

/// A shorter name of the message of a neighbour.
pub type Neighbour = NeighbourMessage;
