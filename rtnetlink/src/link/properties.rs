//! Properties of a link: its alternative names.

use super::AltName;
use netlink_packet::{Items, Repeated, netlink};

netlink! {
    /// What a link can have several of.
    pub struct LinkProperties / LinkPropertiesBuf
    attributes {
        /// Its alternative names, up to 127 bytes each.
        IFLA_ALT_IFNAME = 53 => alt_names: Items<'_, AltName> as Repeated<AltName>,
    }
}
