//! Scopes: the area in which an address or a route is valid.

use netlink_packet::values;

values! {
    /// Scope of an address or route: how far the address is valid, or how far away the destination is
    /// (`RT_SCOPE_*`).
    ///
    /// The numbers between the named ones are the administrator's (`/etc/iproute2/rt_scopes`).
    pub struct RouteScope: u8 = "rt-route/route-scope" {
        /// Global (universe): valid everywhere; routes through a gateway.
        UNIVERSE = 0 => "global",
        /// Site: inside this site. IPv6 only.
        SITE = 200 => "site",
        /// Link: directly connected.
        LINK = 253 => "link",
        /// Host: this host itself.
        HOST = 254 => "host",
        /// Nowhere: the destination does not exist.
        NOWHERE = 255 => "nowhere",
    }
}
