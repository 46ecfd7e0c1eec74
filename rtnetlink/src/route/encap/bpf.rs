//! Programs: what they make of packets.

use crate::route::{Encap, EncapType};
use netlink_packet::{Descriptor, netlink};

netlink! {
    /// Programs that packets pass, like `encap bpf in obj FILE`.
    pub struct Bpf / BpfBuf
    attributes {
        /// The program for packets on their way in.
        LWT_BPF_IN = 1 | netlink_packet::NLA_F_NESTED => input: &BpfProgram as BpfProgram,
        /// The program for packets on their way out, before they are looked up.
        LWT_BPF_OUT = 2 | netlink_packet::NLA_F_NESTED => output: &BpfProgram as BpfProgram,
        /// The program for packets that are being sent, which may change them.
        LWT_BPF_XMIT = 3 | netlink_packet::NLA_F_NESTED => transmit: &BpfProgram as BpfProgram,
        /// Bytes that this one may put before them.
        LWT_BPF_XMIT_HEADROOM = 4 => transmit_headroom: u32,
    }
}

impl Encap for Bpf {
    const TYPE: EncapType = EncapType::BPF;
}

netlink! {
    /// A program.
    pub struct BpfProgram / BpfProgramBuf
    attributes {
        /// The program, as an open file.
        LWT_BPF_PROG_FD = 1 => program: u32 as Descriptor,
        /// Its name, which the kernel shows.
        LWT_BPF_PROG_NAME = 2 => name: &str as str,
    }
}
