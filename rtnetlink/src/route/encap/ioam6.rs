//! Telemetry that packets of IPv6 gather on their way (RFC 9197).

use crate::route::{Encap, EncapType};
use netlink_packet::{Be, netlink, values};
use std::net::Ipv6Addr;

netlink! {
    /// What packets gather, like `encap ioam6 mode inline trace prealloc type 0x800000 ns 1 size 12`.
    pub struct Ioam6 / Ioam6Buf
    attributes {
        /// Where they carry it.
        IOAM6_IPTUNNEL_MODE = 1 => mode: Ioam6Mode,
        /// Where the outer packet goes.
        IOAM6_IPTUNNEL_DST = 2 => destination: Ipv6Addr,
        /// What they gather.
        IOAM6_IPTUNNEL_TRACE = 3 => trace: &Ioam6Trace as Ioam6Trace,
        /// How many packets of [`every`](Ioam6::every) gather it.
        IOAM6_IPTUNNEL_FREQ_K = 4 => packets: u32,
        /// Of how many packets.
        IOAM6_IPTUNNEL_FREQ_N = 5 => every: u32,
        /// The source address of the outer packet.
        IOAM6_IPTUNNEL_SRC = 6 => source: Ipv6Addr,
    }
}

impl Encap for Ioam6 {
    const TYPE: EncapType = EncapType::IOAM6;
}

values! {
    /// Where packets carry what they gather: `IOAM6_IPTUNNEL_MODE_*`, in the words of `ip`.
    pub struct Ioam6Mode: u8 = "rt-route/ioam6-iptunnel-mode" {
        /// In themselves.
        INLINE = 1 => "inline",
        /// In another packet around them.
        ENCAP = 2 => "encap",
        /// In themselves where they are this host's, else in another packet.
        AUTO = 3 => "auto",
    }
}

netlink! {
    /// What packets gather: `struct ioam6_trace_hdr`.
    pub struct Ioam6Trace / Ioam6TraceBuf
    header ioam6_trace_hdr: 8 {
        /// The namespace that what they gather means something in.
        namespace_id = 0 => namespace: u16 as Be<u16>,
        /// Words that each node adds, and whether there was no room: the kernel fills it in.
        nodelen = 2 => node_length: u8,
        /// Room that is left, in words of 4 bytes: in a request, all the room.
        remlen = 3 => room: u8,
        /// Which data they gather, 24 bits, in the upper ones.
        type_be32 = 4 => trace_type: u32 as Be<u32>,
    }
    rest {
        /// What they have gathered.
        data => data: &[u8] as [u8],
    }
}
