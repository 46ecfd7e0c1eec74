//! Netkit pairs: like veth pairs, with BPF programs on their ends.

use crate::link::{InterfaceName, LinkKind, LinkMessage, LinkMessageBuf};
use netlink_packet::{Put, netlink, values};

netlink! {
    /// One end of a netkit pair, to which BPF programs are attached; only the primary end can be changed. The
    /// peer's index is the link's [`parent`](LinkMessage::parent).
    pub struct Netkit / NetkitBuf
    attributes {
        /// Peer: the link message of the other end. Requests only; the kernel never reports it.
        IFLA_NETKIT_PEER_INFO = 1 => peer: &LinkMessage as LinkMessage,
        /// Primary end of the pair.
        IFLA_NETKIT_PRIMARY = 2 => primary: bool; read_only,
        /// Policy for packets that no BPF program decides about; default `forward`.
        IFLA_NETKIT_POLICY = 3 => policy: NetkitPolicy,
        /// Policy of the peer; default `forward`.
        IFLA_NETKIT_PEER_POLICY = 4 => peer_policy: NetkitPolicy,
        /// Mode: L2 or L3 (default).
        IFLA_NETKIT_MODE = 5 => mode: NetkitMode,
        /// Scrub: whether the packet's mark and priority are cleared. Fixed at creation.
        IFLA_NETKIT_SCRUB = 6 => scrub: NetkitScrub; needs("Linux 6.12"),
        /// Scrub setting of the peer. Fixed at creation.
        IFLA_NETKIT_PEER_SCRUB = 7 => peer_scrub: NetkitScrub; needs("Linux 6.12"),
        /// Headroom in front of each packet, in bytes.
        IFLA_NETKIT_HEADROOM = 8 => headroom: u16; needs("Linux 6.14"),
        /// Tailroom after each packet, in bytes.
        IFLA_NETKIT_TAILROOM = 9 => tailroom: u16; needs("Linux 6.14"),
        /// Pairing: a pair, or a single device without a peer.
        IFLA_NETKIT_PAIRING = 10 => pairing: NetkitPairing; needs("a later Linux than 6.18"),
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
    /// Default policy of a netkit device: `NETKIT_*`, in the words of `ip`.
    pub struct NetkitPolicy: u32 = "netkit-policy" {
        /// Forwards packets.
        FORWARD = 0 => "forward",
        /// Blackhole: drop packets.
        BLACKHOLE = 2 => "blackhole",
    }
}

values! {
    /// Netkit mode: `NETKIT_L*`, in the words of `ip`.
    pub struct NetkitMode: u32 = "netkit-mode" {
        /// L2: Ethernet frames.
        L2 = 0 => "l2",
        /// L3: IP packets.
        L3 = 1 => "l3",
    }
}

values! {
    /// Scrubbing of packets between namespaces: `NETKIT_SCRUB_*`, in the words of `ip`.
    pub struct NetkitScrub: u32 = "netkit-scrub" {
        /// None: mark and priority are left to the BPF program.
        NONE = 0 => "none",
        /// Default: mark and priority are cleared where the peer is in another namespace.
        DEFAULT = 1 => "default",
    }
}

values! {
    /// Pairing of a netkit device: `NETKIT_DEVICE_*`.
    pub struct NetkitPairing: u32 = "netkit-pairing" {
        /// Pair of devices.
        PAIR = 0 => "pair",
        /// Single device without a peer.
        SINGLE = 1 => "single",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn netkit() {
        let built = LinkMessage::build().name("netk0").kind(Netkit::build());
        assert_eq!(built.as_bytes(), capture!("add_netkit").payload);
        let reported = capture!("link_netk0");
        let netkit = reported.link().kind::<Netkit>().unwrap();
        assert_eq!((netkit.primary(), netkit.mode()), (Some(true), Some(NetkitMode::L3)));
        assert_eq!(
            (netkit.policy(), netkit.peer_policy()),
            (Some(NetkitPolicy::FORWARD), Some(NetkitPolicy::FORWARD))
        );
        assert!(reported.link().parent().is_some());
    }
}
