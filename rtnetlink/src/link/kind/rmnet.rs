//! RmNet links: the networks behind a modem, one for each mux id.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{IfIndex, Put, flags, netlink};

netlink! {
    /// An rmnet data channel of a Qualcomm modem, on its [`parent`](LinkMessage::parent).
    pub struct Rmnet / RmnetBuf
    attributes {
        /// Multiplexer (mux) ID of the channel, 0 to 254.
        IFLA_RMNET_MUX_ID = 1 => mux_id: u16,
        /// Flags; [`set`](RmnetBuf::set) and [`unset`](RmnetBuf::unset) build them.
        IFLA_RMNET_FLAGS = 2 => flags: &RmnetFlagsChange as RmnetFlagsChange,
    }
}

impl LinkKind for Rmnet {
    const NAME: &'static str = "rmnet";
}

impl Rmnet {
    /// An RmNet link with this name and mux id on a modem's link.
    ///
    /// ```
    /// use rtnetlink::link::Rmnet;
    ///
    /// // ip link add link wwan0 name rmnet0 type rmnet mux_id 1
    /// let link = Rmnet::named("rmnet0", "wwan0", 1);
    /// assert_eq!(link.view().kind_name(), Some("rmnet"));
    /// ```
    pub fn named(name: impl Put<InterfaceName>, parent: impl Put<IfIndex>, mux_id: u16) -> LinkMessageBuf {
        Rmnet::on(parent, mux_id).name(name)
    }

    /// An RmNet link with this mux id on a modem's link, like `ip link add link PARENT type rmnet mux_id ID`; set its
    /// name besides.
    pub fn on(parent: impl Put<IfIndex>, mux_id: u16) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Rmnet::build().mux_id(mux_id))
    }
}

impl RmnetBuf {
    /// Sets these flags, and leaves the others.
    pub fn set(self, flags: RmnetFlags) -> Self {
        self.change(flags, flags)
    }

    /// Unsets these flags, and leaves the others.
    pub fn unset(self, flags: RmnetFlags) -> Self {
        self.change(RmnetFlags::empty(), flags)
    }

    fn change(self, flags: RmnetFlags, changed: RmnetFlags) -> Self {
        let (before, all) = match self.view().flags() {
            Some(before) => (before.flags() - changed, before.changed() | changed),
            None => (RmnetFlags::empty(), changed),
        };
        self.flags(RmnetFlagsChange::build().flags(before | flags).changed(all))
    }
}

flags! {
    /// Data format flags of rmnet: `RMNET_FLAGS_*`, in the words of `ip`.
    pub struct RmnetFlags: u32 = "rmnet-flags" {
        /// Ingress deaggregation: several packets may arrive in one frame.
        const INGRESS_DEAGGREGATION = 0x1 => "ingress-deaggregation";
        /// Ingress MAP commands (multiplexing and aggregation protocol) from the modem.
        const INGRESS_MAP_COMMANDS = 0x2 => "ingress-commands";
        /// Ingress checksum offload with the MAPv4 header.
        const INGRESS_MAP_CKSUMV4 = 0x4 => "ingress-chksumv4";
        /// Egress checksum offload with the MAPv4 header.
        const EGRESS_MAP_CKSUMV4 = 0x8 => "egress-chksumv4";
        /// Ingress checksum offload with the MAPv5 header.
        const INGRESS_MAP_CKSUMV5 = 0x10 => "ingress-chksumv5";
        /// Egress checksum offload with the MAPv5 header.
        const EGRESS_MAP_CKSUMV5 = 0x20 => "egress-chksumv5";
    }
}

netlink! {
    /// Rmnet flags with a change mask: `struct ifla_rmnet_flags`.
    pub struct RmnetFlagsChange / RmnetFlagsChangeBuf
    header ifla_rmnet_flags: 8 {
        /// Flags.
        flags = 0 => flags: RmnetFlags,
        /// Mask: flags that a request changes.
        mask = 4 => changed: RmnetFlags,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn rmnet() {
        let add = capture!("add_rmnet");
        let parent = add.link().parent().unwrap();
        assert_eq!(Rmnet::on(parent, 7).name("rm0").view().kind::<Rmnet>(), add.link().kind());
        let reported = capture!("link_rm0");
        let rmnet = reported.link().kind::<Rmnet>().unwrap();
        assert_eq!(rmnet.mux_id(), Some(7));
        assert_eq!(rmnet.flags().map(RmnetFlagsChange::flags), Some(RmnetFlags::INGRESS_DEAGGREGATION));
    }

    #[test]
    fn flags_add_up() {
        let rmnet =
            Rmnet::build().set(RmnetFlags::EGRESS_MAP_CKSUMV5).unset(RmnetFlags::INGRESS_DEAGGREGATION);
        let change = rmnet.view().flags().unwrap();
        assert_eq!((change.flags().bits(), change.changed().bits()), (0x20, 0x21));
    }
}
