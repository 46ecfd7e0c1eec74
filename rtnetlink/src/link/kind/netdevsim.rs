//! Simulated network devices (netdevsim), to test the kernel's hardware offload interfaces.

use crate::link::LinkKind;
use netlink_packet::netlink;

netlink! {
    /// A simulated port (netdevsim). It can't be created by netlink, but by writing to
    /// `/sys/bus/netdevsim/new_device`.
    pub struct Netdevsim / NetdevsimBuf
    attributes {}
}

impl LinkKind for Netdevsim {
    const NAME: &'static str = "netdevsim";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LinkMessage;
    use crate::capture::capture;

    #[test]
    fn netdevsim() {
        // This kernel reports the parent device, but not the kind.
        let reported = capture!("link_eth1");
        assert_eq!((reported.link().parent_bus(), reported.link().kind_name()), (Some("netdevsim"), None));
        let built = LinkMessage::build().kind(Netdevsim::build());
        assert_eq!(built.view().kind_name(), Some("netdevsim"));
    }
}
