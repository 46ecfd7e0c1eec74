//! Programs that see a link's packets first.

use netlink_packet::{Attr, Descriptor, flags, netlink, values};
use std::os::fd::AsFd;

netlink! {
    /// The programs of a link that see packets first, or the one that a request attaches.
    pub struct Xdp / XdpBuf
    attributes {
        /// The program to attach, as a file descriptor; -1 detaches what is there.
        IFLA_XDP_FD = 1 => fd: i32,
        /// Where one is attached.
        IFLA_XDP_ATTACHED = 2 => attached: XdpAttached,
        /// How it is attached.
        IFLA_XDP_FLAGS = 3 => flags: XdpFlags,
        /// The id of the program, where there is one.
        IFLA_XDP_PROG_ID = 4 => program_id: u32,
        /// The id of the program in the driver.
        IFLA_XDP_DRV_PROG_ID = 5 => driver_program_id: u32,
        /// The id of the program behind the driver.
        IFLA_XDP_SKB_PROG_ID = 6 => generic_program_id: u32,
        /// The id of the program in the hardware.
        IFLA_XDP_HW_PROG_ID = 7 => hardware_program_id: u32,
        /// The program that a request replaces, as a file descriptor.
        IFLA_XDP_EXPECTED_FD = 8 => expected_fd: i32,
    }
}

impl Xdp {
    /// Attaches a program that is loaded already, like `ip link set dev DEV xdp pinned FILE`.
    pub fn attach(program: &impl AsFd) -> XdpBuf {
        const FD: Attr<Xdp, Descriptor> = Attr::new(IFLA_XDP_FD.kind(), IFLA_XDP_FD.name());
        Xdp::build().with(FD, program)
    }

    /// Detaches the program, like `ip link set dev DEV xdp off`.
    pub fn detach() -> XdpBuf {
        Xdp::build().fd(-1)
    }
}

values! {
    /// Where a program is attached: `XDP_ATTACHED_*`.
    pub struct XdpAttached: u8 = "xdp-attached" {
        /// Nowhere.
        NONE = 0 => "none",
        /// In the driver.
        DRV = 1 => "driver",
        /// Behind the driver.
        SKB = 2 => "generic",
        /// In the hardware.
        HW = 3 => "offload",
        /// In several of these places.
        MULTI = 4 => "multi",
    }
}

flags! {
    /// How a program is attached: `XDP_FLAGS_*`.
    pub struct XdpFlags: u32 = "xdp-flags" {
        /// Not where there is one already.
        const UPDATE_IF_NOEXIST = 0x1 => "update_if_noexist";
        /// Behind the driver.
        const SKB_MODE = 0x2 => "generic";
        /// In the driver.
        const DRV_MODE = 0x4 => "driver";
        /// In the hardware.
        const HW_MODE = 0x8 => "offload";
        /// In place of the program that the request says.
        const REPLACE = 0x10 => "replace";
    }
}
