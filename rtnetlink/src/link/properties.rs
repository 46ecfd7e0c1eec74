//! Properties of a link: its alternative names.

use super::AltName;
use netlink_packet::{Items, Repeated, netlink};

netlink! {
    /// Property list of a link: `IFLA_PROP_LIST`.
    pub struct LinkProperties / LinkPropertiesBuf
    attributes {
        /// Alternative names (altnames), up to 127 bytes each.
        IFLA_ALT_IFNAME = 53 => alt_names: Items<'_, AltName> as Repeated<AltName>,
    }
}
