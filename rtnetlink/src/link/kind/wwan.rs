//! WWAN links: networks (data sessions) of a modem.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A WWAN (cellular modem) data link; the modem is its
    /// [`parent_device`](crate::LinkMessage::parent_device).
    pub struct Wwan / WwanBuf
    attributes {
        /// Link ID on the modem.
        IFLA_WWAN_LINK_ID = 1 => link_id: u32,
    }
}

impl LinkKind for Wwan {
    const NAME: &'static str = "wwan";
}

impl Wwan {
    /// A data link of this name and link id, of a modem by the name that it has among devices.
    ///
    /// ```
    /// use rtnetlink::link::Wwan;
    ///
    /// // ip link add wwan0-2 parentdev wwan0 type wwan linkid 2
    /// let link = Wwan::named("wwan0-2", "wwan0", 2);
    /// assert_eq!(link.view().kind::<Wwan>().and_then(Wwan::link_id), Some(2));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, modem: impl Put<str>, link_id: u32) -> LinkMessageBuf {
        LinkMessage::build().name(name).parent_device(modem).kind(Wwan::build().link_id(link_id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn wwan() {
        let add = capture!("add_wwan");
        assert_eq!(add.link().parent_device(), Some("wwan0"));
        let built =
            LinkMessage::build().parent_device("wwan0").name("wwan0.7").kind(Wwan::build().link_id(7));
        assert_eq!(built.as_bytes(), add.payload);
    }
}
