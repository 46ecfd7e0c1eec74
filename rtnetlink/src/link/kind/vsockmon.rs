//! Monitors of vsock: sockets between virtual machines and their host.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink};

netlink! {
    /// A vsock monitor: packet captures on it see the traffic of virtual machine sockets (AF_VSOCK). It has
    /// no attributes of its own.
    pub struct Vsockmon / VsockmonBuf
    attributes {}
}

impl LinkKind for Vsockmon {
    const NAME: &'static str = "vsockmon";
}

impl Vsockmon {
    /// One of this name, like `ip link add NAME type vsockmon`.
    ///
    /// ```
    /// use rtnetlink::link::Vsockmon;
    ///
    /// // ip link add vsockmon0 type vsockmon
    /// let link = Vsockmon::named("vsockmon0");
    /// assert_eq!(link.view().kind_name(), Some("vsockmon"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>) -> LinkMessageBuf {
        LinkMessage::build().name(name).kind(Vsockmon::build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn vsockmon() {
        let add = capture!("add_vsockmon");
        assert_eq!(Vsockmon::named("vsockmon0").as_bytes(), add.payload);
        let reported = capture!("link_vsockmon0");
        assert!(reported.link().kind::<Vsockmon>().is_some_and(|reported| reported.as_bytes().is_empty()));
    }
}
