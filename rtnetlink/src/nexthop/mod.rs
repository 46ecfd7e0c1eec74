//! Next hops as objects of their own, which many routes share by their ids, and groups of them.
//!
//! | file | what |
//! | --- | --- |
//! | `message.rs` | [`NextHopMessage`]: everything that is known of a next hop, a group or a bucket |
//! | `group.rs` | [`GroupMember`], [`ResilientGroup`], [`Bucket`], [`GroupStats`] |
//!
//! The paths that a route itself holds are [`route::NextHop`](crate::route::NextHop).

mod group;
mod message;
#[cfg(all(test, target_endian = "little"))]
mod tests;

pub use group::*;
pub use message::*;
