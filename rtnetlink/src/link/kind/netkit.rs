//! Pairs of links whose packets pass programs: what is sent into one comes out of the other.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink, values};

netlink! {
    /// One end of a pair that programs are attached to; only the primary one can be changed. The index of
    /// the peer is the link's [`parent`](LinkMessage::parent).
    pub struct Netkit / NetkitBuf
    attributes {
        /// The other end. The kernel takes it in requests and never tells it.
        IFLA_NETKIT_PEER_INFO = 1 => peer: &LinkMessage as LinkMessage,
        /// It is the primary end.
        IFLA_NETKIT_PRIMARY = 2 => primary: bool; read_only,
        /// What becomes of packets that no program decides about.
        IFLA_NETKIT_POLICY = 3 => policy: NetkitPolicy,
        /// The same at the other end.
        IFLA_NETKIT_PEER_POLICY = 4 => peer_policy: NetkitPolicy,
        /// What it carries.
        IFLA_NETKIT_MODE = 5 => mode: NetkitMode,
        /// What packets lose when they come out of it.
        IFLA_NETKIT_SCRUB = 6 => scrub: NetkitScrub,
        /// The same at the other end.
        IFLA_NETKIT_PEER_SCRUB = 7 => peer_scrub: NetkitScrub,
        /// Bytes that it wants before each packet.
        IFLA_NETKIT_HEADROOM = 8 => headroom: u16,
        /// Bytes that it wants behind each packet.
        IFLA_NETKIT_TAILROOM = 9 => tailroom: u16,
        /// Whether there is another end.
        IFLA_NETKIT_PAIRING = 10 => pairing: NetkitPairing,
    }
}

impl LinkKind for Netkit {
    const NAME: &'static str = "netkit";
}

impl Netkit {
    /// Both ends of a new pair by their names, like `ip link add FIRST type netkit peer name SECOND`.
    ///
    /// ```
    /// use rtnetlink::link::Netkit;
    ///
    /// let pair = Netkit::pair("nk0", "nk1").up();
    /// let peer = pair.view().kind::<Netkit>().and_then(Netkit::peer);
    /// assert_eq!(peer.map(|peer| peer.name().to_string()), Some("nk1".to_owned()));
    /// ```
    pub fn pair(first: impl Put<InterfaceName>, second: impl Put<InterfaceName>) -> LinkMessageBuf {
        let peer = LinkMessage::build().name(second);
        LinkMessage::build().name(first).kind(Netkit::build().peer(peer))
    }
}

values! {
    /// What becomes of packets that no program decides about: `NETKIT_*`, in the words of `ip`.
    pub struct NetkitPolicy: u32 = "netkit-policy" {
        /// They are passed on.
        FORWARD = 0 => "forward",
        /// They are dropped.
        BLACKHOLE = 2 => "blackhole",
    }
}

values! {
    /// What a pair carries: `NETKIT_L*`, in the words of `ip`.
    pub struct NetkitMode: u32 = "netkit-mode" {
        /// Ethernet.
        L2 = 0 => "l2",
        /// IP.
        L3 = 1 => "l3",
    }
}

values! {
    /// What packets lose when they come out: `NETKIT_SCRUB_*`, in the words of `ip`.
    pub struct NetkitScrub: u32 = "netkit-scrub" {
        /// Nothing.
        NONE = 0 => "none",
        /// Their mark and priority, between namespaces.
        DEFAULT = 1 => "default",
    }
}

values! {
    /// Whether there is another end: `NETKIT_DEVICE_*`.
    pub struct NetkitPairing: u32 = "netkit-pairing" {
        /// There is.
        PAIR = 0 => "pair",
        /// There is none.
        SINGLE = 1 => "single",
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn netkit() {
        let built = LinkMessage::build().name("netk0").kind(Netkit::build());
        assert_eq!(built.as_bytes(), capture!("add_netkit").payload);
        let told = capture!("link_netk0");
        let netkit = told.link().kind::<Netkit>().unwrap();
        assert_eq!((netkit.primary(), netkit.mode()), (Some(true), Some(NetkitMode::L3)));
        assert_eq!(
            (netkit.policy(), netkit.peer_policy()),
            (Some(NetkitPolicy::FORWARD), Some(NetkitPolicy::FORWARD))
        );
        assert!(told.link().parent().is_some());
    }
}
