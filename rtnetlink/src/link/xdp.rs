//! XDP programs attached to a link.

use netlink_packet::{Attr, Descriptor, Scope, View, flags, netlink, values};
use std::os::fd::AsFd;

netlink! {
    /// XDP programs of a link, or the program to attach: `IFLA_XDP`.
    pub struct Xdp / XdpBuf
    attributes {
        /// File descriptor (fd) of the program to attach; -1 detaches. Requests only.
        IFLA_XDP_FD = 1 => fd: i32,
        /// Attach mode in use.
        IFLA_XDP_ATTACHED = 2 => attached: XdpAttached; read_only,
        /// Flags of the attach request.
        IFLA_XDP_FLAGS = 3 => flags: XdpFlags,
        /// BPF program id, where one program is attached.
        IFLA_XDP_PROG_ID = 4 => program_id: u32; read_only,
        /// BPF program id in driver (native) mode.
        IFLA_XDP_DRV_PROG_ID = 5 => driver_program_id: u32; read_only,
        /// BPF program id in generic (skb) mode.
        IFLA_XDP_SKB_PROG_ID = 6 => generic_program_id: u32; read_only,
        /// BPF program id in hardware (offload) mode.
        IFLA_XDP_HW_PROG_ID = 7 => hardware_program_id: u32; read_only,
        /// File descriptor (fd) of the program expected to be attached, with [`REPLACE`](XdpFlags::REPLACE).
        IFLA_XDP_EXPECTED_FD = 8 => expected_fd: i32; ignored(is_not_expected),
    }
}

/// Whether no program is to be replaced: then the expected one is irrelevant.
fn is_not_expected(scope: &Scope<'_>) -> bool {
    !Xdp::cast(scope.bytes()).flags().is_some_and(|flags| flags.contains(XdpFlags::REPLACE))
}

impl Xdp {
    /// Attaches a program that is loaded already, like `ip link set dev DEV xdp pinned FILE`.
    pub fn attach(program: &impl AsFd) -> XdpBuf {
        const FD: Attr<Xdp, Descriptor> = Attr::new(Xdp::IFLA_XDP_FD.number(), Xdp::IFLA_XDP_FD.name());
        Xdp::build().with(FD, program)
    }

    /// Detaches the program, like `ip link set dev DEV xdp off`.
    pub fn detach() -> XdpBuf {
        Xdp::build().fd(-1)
    }
}

values! {
    /// XDP attach mode: `XDP_ATTACHED_*`.
    pub struct XdpAttached: u8 = "xdp-attached" {
        /// None: no program is attached.
        NONE = 0 => "none",
        /// Driver (native) mode.
        DRV = 1 => "driver",
        /// Generic (skb) mode, after the driver.
        SKB = 2 => "generic",
        /// Hardware (offload) mode.
        HW = 3 => "offload",
        /// Multiple: programs in several modes.
        MULTI = 4 => "multi",
    }
}

flags! {
    /// Flags of an XDP attach request: `XDP_FLAGS_*`.
    pub struct XdpFlags: u32 = "xdp-flags" {
        /// Fails with `EBUSY` where a program is already attached.
        const UPDATE_IF_NOEXIST = 0x1 => "update_if_noexist";
        /// Generic (skb) mode, after the driver.
        const SKB_MODE = 0x2 => "generic";
        /// Driver (native) mode.
        const DRV_MODE = 0x4 => "driver";
        /// Hardware (offload) mode.
        const HW_MODE = 0x8 => "offload";
        /// Replaces the program expected in `IFLA_XDP_EXPECTED_FD`, and fails with `EEXIST` where it is
        /// another.
        const REPLACE = 0x10 => "replace";
    }
}
