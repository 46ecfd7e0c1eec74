//! GTP tunnels of mobile networks.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Descriptor, Put, netlink, values};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

netlink! {
    /// A GTP-U device (GPRS Tunnelling Protocol, 3GPP TS 29.281); the `gtp` family of generic netlink manages
    /// its tunnels.
    pub struct Gtp / GtpBuf
    attributes {
        /// File descriptor (fd) of the GTPv0 UDP socket, opened by the caller.
        IFLA_GTP_FD0 = 1 => socket0: u32 as Descriptor,
        /// File descriptor (fd) of the GTPv1 UDP socket, opened by the caller.
        IFLA_GTP_FD1 = 2 => socket1: u32 as Descriptor,
        /// PDP context hash table size; default 1024.
        IFLA_GTP_PDP_HASHSIZE = 3 => hash_size: u32,
        /// Role: GGSN (default) or SGSN.
        IFLA_GTP_ROLE = 4 => role: GtpRole,
        /// Creates the GTP sockets in the kernel.
        IFLA_GTP_CREATE_SOCKETS = 5 => create_sockets: bool,
        /// Restart counter sent in echo responses.
        IFLA_GTP_RESTART_COUNT = 6 => restart_count: u8,
        /// Local IPv4 address of the kernel's sockets; [`local`](Gtp::local) returns either family's.
        IFLA_GTP_LOCAL = 7 => local4: Ipv4Addr; needs("Linux 6.10"); untold; set_by("local"),
        /// Local IPv6 address of the kernel's sockets; [`local`](Gtp::local) returns either family's.
        IFLA_GTP_LOCAL6 = 8 => local6: Ipv6Addr; needs("Linux 6.10"); untold; set_by("local"),
    }
}

impl LinkKind for Gtp {
    const NAME: &'static str = "gtp";
}

impl Gtp {
    /// A link of this role for which the kernel opens the sockets, like `ip link add NAME type gtp role ROLE`.
    ///
    /// ```
    /// use rtnetlink::link::{Gtp, gtp::GtpRole};
    ///
    /// // ip link add gtp0 type gtp role ggsn
    /// let link = Gtp::named("gtp0", GtpRole::GGSN);
    /// assert_eq!(link.view().kind_name(), Some("gtp"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, role: GtpRole) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Gtp::build().create_sockets(true).role(role))
    }

    /// The address of the sockets that the kernel opens.
    pub fn local(&self) -> Option<IpAddr> {
        self.local4().map(IpAddr::V4).or(self.local6().map(IpAddr::V6))
    }
}

impl GtpBuf {
    /// Sets the address of the sockets that the kernel opens.
    pub fn local(self, address: impl Put<IpAddr>) -> Self {
        super::set_either(self, address, Gtp::IFLA_GTP_LOCAL, Gtp::IFLA_GTP_LOCAL6)
    }
}

values! {
    /// Role in a GPRS network: `GTP_ROLE_*`, in the words of `ip`.
    pub struct GtpRole: u32 = "gtp-role" {
        /// Gateway GPRS support node (GGSN): towards other networks.
        GGSN = 0 => "ggsn",
        /// Serving GPRS support node (SGSN): towards mobile stations.
        SGSN = 1 => "sgsn",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn gtp() {
        let (add, reported) = (capture!("add_gtp"), capture!("link_gtp0"));
        for gtp in [add.link().kind::<Gtp>().unwrap(), reported.link().kind::<Gtp>().unwrap()] {
            assert_eq!((gtp.role(), gtp.restart_count()), (Some(GtpRole::SGSN), Some(3)));
        }
        let built = Gtp::build().create_sockets(true).role(GtpRole::SGSN).hash_size(512).restart_count(3);
        assert_eq!(LinkMessage::build().name("gtp0").kind(built).as_bytes(), add.payload);
        let built = Gtp::named("gtp0", GtpRole::SGSN);
        assert_eq!(built.view().kind::<Gtp>().and_then(Gtp::role), Some(GtpRole::SGSN));
        let built = Gtp::build().local("2001:db8::1");
        assert_eq!(built.view().local(), "2001:db8::1".parse().ok());
    }
}
