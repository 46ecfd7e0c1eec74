//! Ports of bonds.

use crate::HardwareAddress;
use crate::link::PortKind;
use netlink_packet::{Scope, View, flags, netlink, values};

netlink! {
    /// What a bond knows of one of its ports.
    pub struct BondPort / BondPortBuf
    attributes {
        /// Whether it is used.
        IFLA_BOND_SLAVE_STATE = 1 => state: BondPortState; read_only,
        /// What its carrier does.
        IFLA_BOND_SLAVE_MII_STATUS = 2 => mii_status: BondPortMii; read_only,
        /// How often it went down.
        IFLA_BOND_SLAVE_LINK_FAILURE_COUNT = 3 => link_failures: u32; read_only,
        /// The address that it had before and gets back.
        IFLA_BOND_SLAVE_PERM_HWADDR = 4 => permanent_address: HardwareAddress; read_only,
        /// The number by which a queue of the bond leads to it; 0 for none.
        IFLA_BOND_SLAVE_QUEUE_ID = 5 => queue_id: u16,
        /// The number of its aggregate.
        IFLA_BOND_SLAVE_AD_AGGREGATOR_ID = 6 => ad_aggregator_id: u16; read_only,
        /// What it has told the other end by LACP.
        IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE = 7 => ad_actor_state: LacpState as LacpStateByte; read_only,
        /// What the other end has told it by LACP.
        IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE = 8 => ad_partner_state: LacpState; read_only,
        /// Its priority in becoming the active one: the most wins.
        IFLA_BOND_SLAVE_PRIO = 9 => priority: i32; unless(has_default_priority),
        /// Its priority in LACP.
        IFLA_BOND_SLAVE_ACTOR_PORT_PRIO = 10 => actor_port_priority: u16,
        /// Whether it settles.
        IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE = 11 => ad_churn_actor_state: BondPortChurn; read_only,
        /// Whether the other end settles.
        IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE = 12 => ad_churn_partner_state: BondPortChurn; read_only,
    }
}

/// Whether nobody chose a priority, which only bonds of some modes can be told.
fn has_default_priority(scope: &Scope<'_>) -> bool {
    BondPort::cast(scope.bytes()).priority() == Some(0)
}

impl PortKind for BondPort {
    const NAME: &'static str = "bond";
}

values! {
    /// Whether a port of a bond is used: `BOND_STATE_*`, in the words of `ip`.
    pub struct BondPortState: u8 = "bond-state" {
        /// It is.
        ACTIVE = 0 => "ACTIVE",
        /// It waits until others are down.
        BACKUP = 1 => "BACKUP",
    }
}

values! {
    /// What the carrier of a port does: `BOND_LINK_*`, in the words of `ip`.
    pub struct BondPortMii: u8 = "bond-link" {
        /// It is there.
        UP = 0 => "UP",
        /// It went just now.
        FAIL = 1 => "GOING_DOWN",
        /// It is not there.
        DOWN = 2 => "DOWN",
        /// It came just now.
        BACK = 3 => "GOING_BACK",
    }
}

values! {
    /// Whether an end of a link settles to what LACP shall lead to: `AD_CHURN*`, in the words of `/proc/net/bonding`.
    pub struct BondPortChurn: u8 = "" {
        /// It is being watched.
        MONITOR = 0 => "monitoring",
        /// It does not.
        CHURN = 1 => "churned",
        /// It has.
        NO_CHURN = 2 => "none",
    }
}

flags! {
    /// What an end of a link tells the other by LACP: `LACP_STATE_*`, in the words of `ip`.
    pub struct LacpState: u16 = "" {
        /// It speaks unasked.
        const LACP_ACTIVITY = 0x1 => "active";
        /// It wants to hear something every second.
        const LACP_TIMEOUT = 0x2 => "short_timeout";
        /// It can be part of an aggregate.
        const AGGREGATION = 0x4 => "aggregating";
        /// It is in the right aggregate.
        const SYNCHRONIZATION = 0x8 => "in_sync";
        /// It receives.
        const COLLECTING = 0x10 => "collecting";
        /// It sends.
        const DISTRIBUTING = 0x20 => "distributing";
        /// It has heard nothing and assumes what the administrator said.
        const DEFAULTED = 0x40 => "defaulted";
        /// It has heard nothing for too long.
        const EXPIRED = 0x80 => "expired";
    }
}

in_width! {
    /// The codec of a [`LacpState`] in one byte.
    LacpStateByte: u8 = LacpState, |state| LacpState::from_bits_retain(state.into()), 
        |state| u8::try_from(state.bits()).ok()
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn as_ip_sets_it() {
        let set = capture!("set_bond_port");
        let port = set.link().port::<BondPort>().unwrap();
        assert_eq!((port.queue_id(), port.priority()), (Some(3), Some(5)));
        let built = LinkMessage::build().index(3).port(BondPort::build().queue_id(3).priority(5));
        assert_eq!(built.view().port::<BondPort>(), Some(port));
    }

    #[test]
    fn as_kernels_tell() {
        for told in [capture!("link_bond_port"), capture!("link_bond_port_6_1")] {
            let port = told.link().port::<BondPort>().unwrap();
            assert_eq!((port.queue_id(), port.priority()), (Some(3), Some(5)));
            assert_eq!(port.state().map(|state| state.to_string()), Some("ACTIVE".to_owned()));
            assert_eq!(port.permanent_address(), told.link().address());
        }
    }

    #[test]
    fn lacp() {
        let told = capture!("link_bond_port_lacp");
        let port = told.link().port::<BondPort>().unwrap();
        let state = port.ad_actor_state().unwrap();
        assert!(state.contains(LacpState::AGGREGATION | LacpState::LACP_TIMEOUT), "{state}");
        assert!(port.ad_partner_state().is_some() && port.ad_aggregator_id().is_some());
    }
}
