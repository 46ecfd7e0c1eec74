//! CAIF links to a modem.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A CAIF network device: a connection to a modem (Communication CPU to Application CPU Interface).
    pub struct Caif / CaifBuf
    attributes {
        /// IPv4 connection ID.
        IFLA_CAIF_IPV4_CONNID = 1 => ipv4_connection: u32,
        /// IPv6 connection ID.
        IFLA_CAIF_IPV6_CONNID = 2 => ipv6_connection: u32,
        /// Loopback: sent packets come back.
        IFLA_CAIF_LOOPBACK = 3 => loopback: bool,
    }
}

impl LinkKind for Caif {
    const NAME: &'static str = "caif";
}

impl Caif {
    /// One of this name; `ip` has no options for it.
    ///
    /// ```
    /// use rtnetlink::link::Caif;
    ///
    /// // ip link add caif0 type caif
    /// let link = Caif::named("caif0");
    /// assert_eq!(link.view().kind_name(), Some("caif"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Caif::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;

    #[test]
    fn caif() {
        // ip knows nothing of it.
        let built = Caif::build().ipv4_connection(1).ipv6_connection(2).loopback(true);
        let link = LinkMessage::build().name("caif0").kind(built);
        let caif = link.view().kind::<Caif>().unwrap();
        assert_eq!((caif.ipv4_connection(), caif.ipv6_connection()), (Some(1), Some(2)));
        assert_eq!((caif.loopback(), caif.malformed().count()), (Some(true), 0));
    }
}
