//! Marks of connections: `connmark`.

use super::{ActionKind, ActionTimes, change};
use netlink_packet::{Attr, netlink};

netlink! {
    /// Sets the packet's firewall mark to that of its connection.
    pub struct Connmark / ConnmarkBuf
    attributes {
        /// Parameters (parms).
        TCA_CONNMARK_PARMS = 1 => parameters: &ConnmarkParameters as ConnmarkParameters,
        /// Times: when it was added and used.
        TCA_CONNMARK_TM = 2 => times: &ActionTimes as ActionTimes; read_only,
    }
}

parameters! {
    /// Parameters of `connmark`: `struct tc_connmark`.
    pub struct ConnmarkParameters / ConnmarkParametersBuf = tc_connmark: 24 {
        /// Zone of connection tracking.
        zone = 20 => zone: u16,
    }
}

impl ActionKind for Connmark {
    const NAME: &'static str = "connmark";
    type Parameters = ConnmarkParametersBuf;
    const PARAMETERS: Attr<Connmark, ConnmarkParameters> = Connmark::TCA_CONNMARK_PARMS;
}

impl Connmark {
    /// The mark of the connection in this zone, like `action connmark zone ZONE`.
    pub fn in_zone(zone: u16) -> ConnmarkBuf {
        change(Connmark::build(), |all| all.zone(zone))
    }
}
