//! Tables of bridges: what `bridge vlan` and `bridge vni` do.

pub mod vlan;
pub mod vni;
