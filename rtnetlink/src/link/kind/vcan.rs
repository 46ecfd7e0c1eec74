//! Virtual CAN (`vcan`) links: frames that one program sends are received by all others on the link.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A virtual CAN bus (Controller Area Network) inside the host. It has no attributes of its own.
    pub struct Vcan / VcanBuf
    attributes {}
}

impl LinkKind for Vcan {
    const NAME: &'static str = "vcan";
}

impl Vcan {
    /// One of this name, like `ip link add NAME type vcan`.
    ///
    /// ```
    /// use rtnetlink::link::Vcan;
    ///
    /// // ip link add vcan0 type vcan
    /// let link = Vcan::named("vcan0");
    /// assert_eq!(link.view().kind_name(), Some("vcan"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Vcan::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn vcan() {
        let add = capture!("add_vcan");
        assert_eq!(Vcan::named("vcan0").as_bytes(), add.payload);
        let reported = capture!("link_vcan0");
        assert!(reported.link().kind::<Vcan>().is_some_and(|reported| reported.as_bytes().is_empty()));
    }
}
