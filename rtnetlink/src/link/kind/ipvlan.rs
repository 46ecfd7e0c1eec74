//! IPVLAN and ipvtap: links with IP addresses of their own that share the hardware address of another link.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{IfIndex, Put, flags, netlink, values};

netlink! {
    /// An IPVLAN: shares the MAC address of its [`parent`](LinkMessage::parent). The kind `ipvtap` is one for
    /// a user-space program.
    pub struct Ipvlan / IpvlanBuf
    attributes {
        /// Mode: how packets are switched or routed; default `l3`.
        IFLA_IPVLAN_MODE = 1 => mode: IpvlanMode,
        /// Flags: isolation between links of one parent; bridge mode where none is set.
        IFLA_IPVLAN_FLAGS = 2 => flags: IpvlanFlags,
    }
}

impl LinkKind for Ipvlan {
    const NAME: &'static str = "ipvlan";
    const ALIASES: &'static [&'static str] = &["ipvtap"];
}

impl Ipvlan {
    /// A link of this name and mode on another.
    ///
    /// ```
    /// use rtnetlink::link::{Ipvlan, ipvlan::IpvlanMode};
    ///
    /// // ip link add link eth0 name iv0 type ipvlan mode l3
    /// let link = Ipvlan::named("iv0", "eth0", IpvlanMode::L3);
    /// assert_eq!(link.view().kind::<Ipvlan>().and_then(Ipvlan::mode), Some(IpvlanMode::L3));
    /// ```
    pub fn named(
        name: impl Put<InterfaceName>,
        parent: impl Put<IfIndex>,
        mode: IpvlanMode,
    ) -> LinkMessageBuf {
        Ipvlan::on(parent, mode).name(name)
    }

    /// The same for a program that reads and writes frames by a character device.
    ///
    /// ```
    /// use rtnetlink::link::{Ipvlan, ipvlan::IpvlanMode};
    ///
    /// // ip link add link eth0 name ivt0 type ipvtap mode l2
    /// let link = Ipvlan::tap("ivt0", "eth0", IpvlanMode::L2);
    /// assert_eq!(link.view().kind_name(), Some("ipvtap"));
    /// ```
    pub fn tap(name: impl Put<InterfaceName>, parent: impl Put<IfIndex>, mode: IpvlanMode) -> LinkMessageBuf {
        LinkMessage::build().name(name).parent(parent).kind_named("ipvtap", Ipvlan::build().mode(mode))
    }

    /// A link of this mode on another, like `ip link add link PARENT type ipvlan mode MODE`: it lacks its name.
    ///
    /// ```
    /// use rtnetlink::link::{Ipvlan, ipvlan::IpvlanMode};
    ///
    /// let link = Ipvlan::on("eth0", IpvlanMode::L3).name("iv0");
    /// assert_eq!(link.view().kind::<Ipvlan>().and_then(Ipvlan::mode), Some(IpvlanMode::L3));
    /// ```
    pub fn on(parent: impl Put<IfIndex>, mode: IpvlanMode) -> LinkMessageBuf {
        LinkMessage::build().parent(parent).kind(Ipvlan::build().mode(mode))
    }
}

values! {
    /// IPVLAN mode: `IPVLAN_MODE_*`, in the words of `ip`.
    pub struct IpvlanMode: u16 = "ipvlan-mode" {
        /// L2: switches by IP address; handles its own ARP and neighbour discovery.
        L2 = 0 => "l2",
        /// L3: routes in the parent's namespace; no broadcast or multicast.
        L3 = 1 => "l3",
        /// L3 symmetric: as L3, but packets pass netfilter in the parent's namespace.
        L3S = 2 => "l3s",
    }
}

flags! {
    /// Isolation of the IPVLANs of one parent: `IPVLAN_F_*`, in the words of `ip`. Without a flag (bridge
    /// mode) all can talk to each other.
    pub struct IpvlanFlags: u16 = "ipvlan-flags" {
        /// Private: no traffic between the links of one parent.
        const PRIVATE = 1 => "private";
        /// VEPA: traffic between them goes through an external switch.
        const VEPA = 2 => "vepa";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn ipvlan() {
        let add = capture!("add_ipvlan");
        let built = Ipvlan::build().mode(IpvlanMode::L3).flags(IpvlanFlags::PRIVATE);
        let built = LinkMessage::build().parent(add.link().parent().unwrap()).name("iv0").kind(built);
        assert_eq!(built.as_bytes(), add.payload);
        // All links on one parent share the mode and flags of the last one that was created.
        let reported = capture!("link_iv0");
        assert_eq!(reported.link().kind::<Ipvlan>().and_then(Ipvlan::mode), Some(IpvlanMode::L3S));
        let reported = capture!("link_iv1");
        let ipvlan = reported.link().kind::<Ipvlan>().unwrap();
        assert_eq!((ipvlan.mode(), ipvlan.flags()), (Some(IpvlanMode::L2), Some(IpvlanFlags::VEPA)));
    }

    #[test]
    fn ipvtap_has_the_same_attributes() {
        let (add, reported) = (capture!("add_ipvtap"), capture!("link_it0"));
        for link in [add.link(), reported.link()] {
            assert_eq!(link.kind_name(), Some("ipvtap"));
            assert_eq!(link.kind::<Ipvlan>().and_then(Ipvlan::mode), Some(IpvlanMode::L3S));
        }
    }
}
