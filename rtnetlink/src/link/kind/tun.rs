//! TUN and TAP links: a program reads what is sent through them, and they receive what it writes.

use crate::link::LinkKind;
use netlink_packet::{netlink, values};

netlink! {
    /// A TUN or TAP device, whose other end is a user-space program. It can't be created by netlink, but by
    /// opening `/dev/net/tun`.
    pub struct Tun / TunBuf
    attributes {
        /// Owner: user id (UID) that may open it.
        IFLA_TUN_OWNER = 1 => owner: u32; read_only,
        /// Group id (GID) that may open it.
        IFLA_TUN_GROUP = 2 => group: u32; read_only,
        /// Type: TUN or TAP.
        IFLA_TUN_TYPE = 3 => mode: TunMode; read_only,
        /// Packet information (PI) header in front of each packet: flags and protocol.
        IFLA_TUN_PI = 4 => packet_info: bool; read_only,
        /// Virtio-net header (`vnet_hdr`) in front of each packet: checksum and segmentation offload.
        IFLA_TUN_VNET_HDR = 5 => virtual_header: bool; read_only,
        /// Persistent: remains when the program closes it.
        IFLA_TUN_PERSIST = 6 => persist: bool; read_only,
        /// Multi-queue: several file descriptors, one per queue.
        IFLA_TUN_MULTI_QUEUE = 7 => multi_queue: bool; read_only,
        /// Number of enabled queues.
        IFLA_TUN_NUM_QUEUES = 8 => queues: u32; read_only,
        /// Number of disabled queues.
        IFLA_TUN_NUM_DISABLED_QUEUES = 9 => disabled_queues: u32; read_only,
    }
}

impl LinkKind for Tun {
    const NAME: &'static str = "tun";
}

values! {
    /// Type of a TUN/TAP device: `IFF_TUN` or `IFF_TAP`, in the words of `ip`.
    pub struct TunMode: u8 = "" {
        /// TUN: IP packets (layer 3).
        TUN = 1 => "tun",
        /// TAP: Ethernet frames (layer 2).
        TAP = 2 => "tap",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn tun() {
        let reported = capture!("link_tun0");
        let tun = reported.link().kind::<Tun>().unwrap();
        assert_eq!((tun.mode(), tun.owner(), tun.group()), (Some(TunMode::TUN), Some(1000), Some(1001)));
        assert_eq!(
            (tun.packet_info(), tun.persist(), tun.virtual_header()),
            (Some(true), Some(true), Some(false))
        );
    }

    #[test]
    fn tap() {
        let reported = capture!("link_tap0");
        let tun = reported.link().kind::<Tun>().unwrap();
        assert_eq!((tun.mode(), tun.owner(), tun.virtual_header()), (Some(TunMode::TAP), None, Some(true)));
        assert_eq!((tun.multi_queue(), tun.queues(), tun.disabled_queues()), (Some(true), Some(0), Some(0)));
    }
}
