//! Tables of bridges: the VLAN database, and the VNIs of VXLAN devices.
//!
//! | `bridge` | here |
//! | --- | --- |
//! | `bridge vlan add dev p0 vid 10 pvid untagged` | `VlanMessage::of(VlanEntry::of(10).pvid().untagged())` |
//! | `bridge vlan set dev p0 vid 10-20 state blocking` | `VlanMessage::of(VlanEntry::of(10..=20).state(BridgePortState::BLOCKING).options_only())` |
//! | `bridge vlan global set dev br0 vid 10 mcast_snooping 1` | `VlanMessage::of(VlanOptions::of(10).multicast_snooping(true))` |
//! | `bridge vlan show dev p0` | `VlanRequest::build().device("p0")` |
//! | `bridge vni add dev vx0 vni 100-200 group 239.1.1.1` | `VniMessage::of(VniEntry::of(100..=200).group(group))` |

mod range;
mod router_port;
mod vlan;
mod vni;

pub use range::IntoRange;
pub use router_port::{Router, RouterBuf, RouterPort, RouterPortBuf};
pub use vlan::{
    VlanDump, VlanEntry, VlanEntryBuf, VlanMessage, VlanMessageBuf, VlanOptions, VlanOptionsBuf, VlanRequest,
    VlanRequestBuf, VlanRouterPorts, VlanRouterPortsBuf, VlanStats, VlanStatsBuf, VlanTunnel, VlanTunnelBuf,
    VlanTunnelCommand,
};
pub use vni::{VniDump, VniEntry, VniEntryBuf, VniMessage, VniMessageBuf, VniStats, VniStatsBuf};
