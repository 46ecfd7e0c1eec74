//! Scopes: how far an address or a route reaches.

use netlink_packet::values;

values! {
    /// How far an address is valid, or how far a route's destination is away: `RT_SCOPE_*`.
    ///
    /// The numbers between the named ones are the administrator's (`/etc/iproute2/rt_scopes`).
    pub struct RouteScope: u8 = "rt-route/route-scope" {
        /// Everywhere.
        UNIVERSE = 0 => "global",
        /// Inside of this site.
        SITE = 200 => "site",
        /// On this link.
        LINK = 253 => "link",
        /// On this host.
        HOST = 254 => "host",
        /// Nowhere: a destination that does not exist.
        NOWHERE = 255 => "nowhere",
    }
}
