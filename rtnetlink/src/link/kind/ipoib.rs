//! IP over InfiniBand.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{IfIndex, Put, netlink, values};

netlink! {
    /// An IP over InfiniBand (IPoIB) partition of its [`parent`](LinkMessage::parent).
    pub struct Ipoib / IpoibBuf
    attributes {
        /// Partition key (P_Key); the high bit (0x8000) means full membership.
        IFLA_IPOIB_PKEY = 1 => partition: u16; when_added,
        /// Mode: datagram or connected.
        IFLA_IPOIB_MODE = 2 => mode: IpoibMode,
        /// User-space multicast: lets user space manage multicast group membership.
        IFLA_IPOIB_UMCAST = 3 => user_multicast: bool as IpoibSwitch,
    }
}

impl LinkKind for Ipoib {
    const NAME: &'static str = "ipoib";
}

impl Ipoib {
    /// A partition of this name and key on a link.
    ///
    /// ```
    /// use rtnetlink::link::Ipoib;
    ///
    /// // ip link add link ib0 name ib0.8001 type ipoib pkey 0x8001
    /// let link = Ipoib::named("ib0.8001", "ib0", 0x8001);
    /// assert_eq!(link.view().kind_name(), Some("ipoib"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, parent: impl Put<IfIndex>, partition: u16) -> LinkMessageBuf {
        Ipoib::on(parent, partition).name(name)
    }

    /// A partition of a link, like `ip link add link PARENT type ipoib pkey PARTITION`: it lacks its name.
    pub fn on(parent: impl Put<IfIndex>, partition: u16) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Ipoib::build().partition(partition))
    }
}

values! {
    /// IPoIB transport mode: `IPOIB_MODE_*`, in the words of `ip`.
    pub struct IpoibMode: u16 = "ipoib-mode" {
        /// Datagram: unreliable datagram (UD) transport.
        DATAGRAM = 0 => "datagram",
        /// Connected: reliable connected (RC) transport, which allows a larger MTU.
        CONNECTED = 1 => "connected",
    }
}

in_width! {
    /// Codec of yes and no in two bytes.
    IpoibSwitch: u16 = bool, |number| number != 0, |on| Some(on.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ipoib() {
        let add = capture!("add_ipoib");
        let built = Ipoib::build().partition(0x8001).mode(IpoibMode::CONNECTED);
        let built = LinkMessage::build().parent(add.link().parent().unwrap()).name("ib0").kind(built);
        assert_eq!(built.as_bytes(), add.payload);
        let built = Ipoib::build().user_multicast(true);
        let wide = 1u16.to_ne_bytes();
        assert_eq!(built.view().user_multicast(), Some(true));
        assert_eq!(built.attributes().raw().payload_of(3), Some(&wide[..]));
    }
}
