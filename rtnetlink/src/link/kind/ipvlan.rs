//! Links with IP addresses of their own and the hardware address of another link.

use crate::link::{LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Device, Put, flags, netlink, values};

netlink! {
    /// A link with the hardware address of the link that is its [`parent`](LinkMessage::parent); an `ipvtap`
    /// is one for a program.
    pub struct Ipvlan / IpvlanBuf
    attributes {
        /// How packets find it.
        IFLA_IPVLAN_MODE = 1 => mode: IpvlanMode,
        /// Who may talk to whom.
        IFLA_IPVLAN_FLAGS = 2 => flags: IpvlanFlags,
    }
}

impl LinkKind for Ipvlan {
    const NAME: &'static str = "ipvlan";
    const ALIASES: &'static [&'static str] = &["ipvtap"];
}

impl Ipvlan {
    /// A link of this mode on another, like `ip link add link PARENT type ipvlan mode MODE`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::{Ipvlan, IpvlanMode};
    ///
    /// let link = Ipvlan::on("eth0", IpvlanMode::L3).name("iv0");
    /// assert_eq!(link.view().kind::<Ipvlan>().and_then(Ipvlan::mode), Some(IpvlanMode::L3));
    /// ```
    pub fn on(parent: impl Put<Device>, mode: IpvlanMode) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Ipvlan::build().mode(mode))
    }
}

values! {
    /// How packets find a link: `IPVLAN_MODE_*`, in the words of `ip`.
    pub struct IpvlanMode: u16 = "ipvlan-mode" {
        /// As on Ethernet: it asks for neighbours itself.
        L2 = 0 => "l2",
        /// By routes of the parent.
        L3 = 1 => "l3",
        /// By routes of the parent, and they pass its filters.
        L3S = 2 => "l3s",
    }
}

flags! {
    /// Who may talk to whom among the links on one parent: `IPVLAN_F_*`, in the words of `ip`; all to all without one.
    pub struct IpvlanFlags: u16 = "ipvlan-flags" {
        /// Nobody to another.
        const PRIVATE = 1 => "private";
        /// All, through a switch outside.
        const VEPA = 2 => "vepa";
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ipvlan() {
        let add = capture!("add_ipvlan");
        let built = Ipvlan::build().mode(IpvlanMode::L3).flags(IpvlanFlags::PRIVATE);
        let built = LinkMessage::build().parent(add.link().parent().unwrap()).name("iv0").kind(built);
        assert_eq!(built.as_bytes(), add.payload);
        // All links on one parent have the mode and the flags of the last one that was made.
        let told = capture!("link_iv0");
        assert_eq!(told.link().kind::<Ipvlan>().and_then(Ipvlan::mode), Some(IpvlanMode::L3S));
        let told = capture!("link_iv1");
        let ipvlan = told.link().kind::<Ipvlan>().unwrap();
        assert_eq!((ipvlan.mode(), ipvlan.flags()), (Some(IpvlanMode::L2), Some(IpvlanFlags::VEPA)));
    }

    #[test]
    fn ipvtap_has_the_same_attributes() {
        let (add, told) = (capture!("add_ipvtap"), capture!("link_it0"));
        for link in [add.link(), told.link()] {
            assert_eq!(link.kind_name(), Some("ipvtap"));
            assert_eq!(link.kind::<Ipvlan>().and_then(Ipvlan::mode), Some(IpvlanMode::L3S));
        }
    }
}
