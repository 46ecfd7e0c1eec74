//! BPF programs of a route: `encap bpf`.

use crate::route::{Encap, EncapType};
use netlink_packet::{Descriptor, netlink};

netlink! {
    /// Lightweight tunnel of BPF programs, like `encap bpf in obj FILE`: `LWT_BPF_*`.
    pub struct Bpf / BpfBuf
    attributes {
        /// Input program: runs on received packets after the route lookup.
        LWT_BPF_IN = 1 | netlink_packet::NLA_F_NESTED => input: &BpfProgram as BpfProgram,
        /// Output program: runs on locally generated packets after the route lookup.
        LWT_BPF_OUT = 2 | netlink_packet::NLA_F_NESTED => output: &BpfProgram as BpfProgram,
        /// Transmit program: runs just before transmission; may change the packet.
        LWT_BPF_XMIT = 3 | netlink_packet::NLA_F_NESTED => transmit: &BpfProgram as BpfProgram,
        /// Headroom for the transmit program to add headers, in bytes; at most 256.
        LWT_BPF_XMIT_HEADROOM = 4 => transmit_headroom: u32,
    }
}

impl Encap for Bpf {
    const TYPE: EncapType = EncapType::BPF;
}

netlink! {
    /// A BPF program of a lightweight tunnel: `LWT_BPF_PROG_*`.
    pub struct BpfProgram / BpfProgramBuf
    attributes {
        /// Program, as an open file descriptor (fd). Requests only.
        LWT_BPF_PROG_FD = 1 => program: u32 as Descriptor,
        /// Program name, for display.
        LWT_BPF_PROG_NAME = 2 => name: &str as str,
    }
}
