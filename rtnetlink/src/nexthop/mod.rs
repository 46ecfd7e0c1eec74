//! Next-hop objects, which routes share by id, and groups of them.
//!
//! The next hops inside a multipath route are [`route::NextHop`](crate::route::NextHop).
//!
//! ```
//! use rtnetlink::nexthop::NextHopMessage;
//!
//! // ip nexthop add id 10 via 192.0.2.254 dev eth0
//! let hop = NextHopMessage::via("192.0.2.254").device("eth0").id(10);
//! // ip nexthop add id 11 blackhole
//! let nowhere = NextHopMessage::dropping().id(11);
//! // ip nexthop add id 20 group 10/11,3
//! let group = NextHopMessage::group_of([(10, 1), (11, 3)]).id(20);
//! assert_eq!(group.view().members().map(|member| member.weight).collect::<Vec<_>>(), [1, 3]);
//! ```

// | file | what |
// | --- | --- |
// | `message.rs` | `NextHopMessage`: everything that is known of a next hop, a group or a bucket |
// | `group.rs` | `GroupMember`, `ResilientGroup`, `Bucket`, `GroupStats` |

mod group;
mod message;
#[cfg(test)]
mod tests;

pub use group::*;
pub use message::*;
