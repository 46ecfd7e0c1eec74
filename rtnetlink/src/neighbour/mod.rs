//! Neighbours: the hosts on a link and their hardware addresses, the tables of bridges and VXLANs, and how those of
//! neighbours work.
//!
//! | file | what |
//! | --- | --- |
//! | `message.rs` | [`NeighbourMessage`], or [`Neighbour`]: everything that is known of a neighbour or an entry |
//! | `flags.rs` | [`NeighbourState`], [`NeighbourFlags`] |
//! | `table.rs` | [`NeighbourTableMessage`]: the settings and counters of a table |

mod flags;
mod message;
mod table;
#[cfg(all(test, target_endian = "little"))]
mod tests;

pub use flags::*;
pub use message::*;
pub use table::*;

/// A shorter name of the message of a neighbour.
pub type Neighbour = NeighbourMessage;
