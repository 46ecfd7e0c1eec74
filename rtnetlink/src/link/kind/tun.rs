//! Links for programs: what is sent through them a program reads, and what it writes they receive.

use crate::link::LinkKind;
use netlink_packet::{netlink, values};

netlink! {
    /// A link whose other end is a program. The kernel makes none on request: opening `/dev/net/tun` does.
    pub struct Tun / TunBuf
    attributes {
        /// The user who may open it.
        IFLA_TUN_OWNER = 1 => owner: u32; read_only,
        /// The group that may open it.
        IFLA_TUN_GROUP = 2 => group: u32; read_only,
        /// What it carries.
        IFLA_TUN_TYPE = 3 => mode: TunMode; read_only,
        /// Each packet has its protocol before it.
        IFLA_TUN_PI = 4 => packet_info: bool; read_only,
        /// Each packet has before it what a virtual machine's driver says of it.
        IFLA_TUN_VNET_HDR = 5 => virtual_header: bool; read_only,
        /// It stays when the program is gone.
        IFLA_TUN_PERSIST = 6 => persist: bool; read_only,
        /// Several threads can have queues of it.
        IFLA_TUN_MULTI_QUEUE = 7 => multi_queue: bool; read_only,
        /// How many queues it has.
        IFLA_TUN_NUM_QUEUES = 8 => queues: u32; read_only,
        /// How many queues it has that are switched off.
        IFLA_TUN_NUM_DISABLED_QUEUES = 9 => disabled_queues: u32; read_only,
    }
}

impl LinkKind for Tun {
    const NAME: &'static str = "tun";
}

values! {
    /// What a program's link carries: `IFF_TUN` or `IFF_TAP`, in the words of `ip`.
    pub struct TunMode: u8 = "" {
        /// Packets.
        TUN = 1 => "tun",
        /// Ethernet frames.
        TAP = 2 => "tap",
    }
}

#[cfg(all(test, target_endian = "little"))]
mod tests {
    use super::*;
    use crate::capture::capture;

    #[test]
    fn tun() {
        let told = capture!("link_tun0");
        let tun = told.link().kind::<Tun>().unwrap();
        assert_eq!((tun.mode(), tun.owner(), tun.group()), (Some(TunMode::TUN), Some(1000), Some(1001)));
        assert_eq!(
            (tun.packet_info(), tun.persist(), tun.virtual_header()),
            (Some(true), Some(true), Some(false))
        );
    }

    #[test]
    fn tap() {
        let told = capture!("link_tap0");
        let tun = told.link().kind::<Tun>().unwrap();
        assert_eq!((tun.mode(), tun.owner(), tun.virtual_header()), (Some(TunMode::TAP), None, Some(true)));
        assert_eq!((tun.multi_queue(), tun.queues(), tun.disabled_queues()), (Some(true), Some(0), Some(0)));
    }
}
