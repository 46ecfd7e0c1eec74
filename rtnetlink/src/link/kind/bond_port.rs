//! Ports of bonds.

use crate::HardwareAddress;
use crate::link::PortKind;
use netlink_packet::{Scope, View, flags, netlink, values};

netlink! {
    /// A port (slave) of a bond: `IFLA_BOND_SLAVE_*`.
    pub struct BondPort / BondPortBuf
    attributes {
        /// State: active or backup.
        IFLA_BOND_SLAVE_STATE = 1 => state: BondPortState; read_only,
        /// MII status: link state as monitored.
        IFLA_BOND_SLAVE_MII_STATUS = 2 => mii_status: BondPortMii; read_only,
        /// Count of link failures.
        IFLA_BOND_SLAVE_LINK_FAILURE_COUNT = 3 => link_failures: u32; read_only,
        /// Permanent hardware address, restored when the port is released.
        IFLA_BOND_SLAVE_PERM_HWADDR = 4 => permanent_address: HardwareAddress; read_only,
        /// Queue ID: transmit queue of the bond that selects this port; 0 for none.
        IFLA_BOND_SLAVE_QUEUE_ID = 5 => queue_id: u16,
        /// 802.3ad aggregator ID.
        IFLA_BOND_SLAVE_AD_AGGREGATOR_ID = 6 => ad_aggregator_id: u16; read_only,
        /// 802.3ad operational port state of the actor (this end).
        IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE = 7 => ad_actor_state: LacpState as LacpStateByte; read_only,
        /// 802.3ad operational port state of the partner.
        IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE = 8 => ad_partner_state: LacpState; read_only,
        /// Failover priority: the port with the highest becomes active.
        IFLA_BOND_SLAVE_PRIO = 9 => priority: i32; unless(has_default_priority); needs("Linux 6.0"),
        /// 802.3ad actor port priority.
        IFLA_BOND_SLAVE_ACTOR_PORT_PRIO = 10 => actor_port_priority: u16,
        /// 802.3ad churn detection state of the actor (this end).
        IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE = 11 => ad_churn_actor_state: BondPortChurn; read_only,
        /// 802.3ad churn detection state of the partner.
        IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE = 12 => ad_churn_partner_state: BondPortChurn; read_only,
    }
}

/// Whether the priority is unset: only bonds of some modes accept one.
fn has_default_priority(scope: &Scope<'_>) -> bool {
    BondPort::cast(scope.bytes()).priority() == Some(0)
}

impl PortKind for BondPort {
    const NAME: &'static str = "bond";
}

values! {
    /// State of a bond port: `BOND_STATE_*`, in the words of `ip`.
    pub struct BondPortState: u8 = "bond-state" {
        /// Active.
        ACTIVE = 0 => "ACTIVE",
        /// Backup.
        BACKUP = 1 => "BACKUP",
    }
}

values! {
    /// Monitored link state of a bond port: `BOND_LINK_*`, in the words of `ip`.
    pub struct BondPortMii: u8 = "bond-link" {
        /// Up.
        UP = 0 => "UP",
        /// Going down: failed, and the down delay is running.
        FAIL = 1 => "GOING_DOWN",
        /// Down.
        DOWN = 2 => "DOWN",
        /// Coming back: up again, and the up delay is running.
        BACK = 3 => "GOING_BACK",
    }
}

values! {
    /// 802.3ad churn detection state: `AD_CHURN*`, in the words of `/proc/net/bonding`.
    pub struct BondPortChurn: u8 = "" {
        /// Monitoring.
        MONITOR = 0 => "monitoring",
        /// Churned: did not reach synchronisation in time.
        CHURN = 1 => "churned",
        /// No churn: synchronised.
        NO_CHURN = 2 => "none",
    }
}

flags! {
    /// LACP port state bits (IEEE 802.1AX): `LACP_STATE_*`, in the words of `ip`.
    pub struct LacpState: u16 = "" {
        /// Activity: active LACP.
        const LACP_ACTIVITY = 0x1 => "active";
        /// Short timeout: asks for LACPDUs every second.
        const LACP_TIMEOUT = 0x2 => "short_timeout";
        /// Aggregation: the link may be aggregated.
        const AGGREGATION = 0x4 => "aggregating";
        /// Synchronisation: the port is in the right aggregator.
        const SYNCHRONIZATION = 0x8 => "in_sync";
        /// Collecting: receives frames.
        const COLLECTING = 0x10 => "collecting";
        /// Distributing: sends frames.
        const DISTRIBUTING = 0x20 => "distributing";
        /// Defaulted: uses administrative defaults for the partner, having received no LACPDU.
        const DEFAULTED = 0x40 => "defaulted";
        /// Expired: the partner's LACPDUs have timed out.
        const EXPIRED = 0x80 => "expired";
    }
}

in_width! {
    /// Codec of a [`LacpState`] in one byte.
    LacpStateByte: u8 = LacpState, |state| LacpState::from_bits_retain(state.into()),
        |state| u8::try_from(state.bits()).ok()
}

put_words_of! { LacpState as LacpStateByte }

#[cfg(test)]
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
    fn as_kernels_report_it() {
        for reported in [capture!("link_bond_port"), capture!("link_bond_port_6_1")] {
            let port = reported.link().port::<BondPort>().unwrap();
            assert_eq!((port.queue_id(), port.priority()), (Some(3), Some(5)));
            assert_eq!(port.state().map(|state| state.to_string()), Some("ACTIVE".to_owned()));
            assert_eq!(port.permanent_address(), reported.link().address());
        }
    }

    #[test]
    fn lacp() {
        let reported = capture!("link_bond_port_lacp");
        let port = reported.link().port::<BondPort>().unwrap();
        let state = port.ad_actor_state().unwrap();
        assert!(state.contains(LacpState::AGGREGATION | LacpState::LACP_TIMEOUT), "{state}");
        assert!(port.ad_partner_state().is_some() && port.ad_aggregator_id().is_some());
    }
}
