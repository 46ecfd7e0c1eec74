//! Links to the networks of a modem that has a driver of its own.

use crate::link::LinkKind;
use netlink_packet::netlink;

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
