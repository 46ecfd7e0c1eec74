//! In situ operations, administration and maintenance (IOAM, RFC 9197) of IPv6: `encap ioam6`.

use crate::route::{Encap, EncapType};
use netlink_packet::{Be, netlink, values};
use std::net::Ipv6Addr;

netlink! {
    /// In-situ OAM (IOAM, RFC 9197) trace insertion, like
    /// `encap ioam6 mode inline trace prealloc type 0x800000 ns 1 size 12`.
    pub struct Ioam6 / Ioam6Buf
    attributes {
        /// Mode: inline, encapsulation or automatic.
        IOAM6_IPTUNNEL_MODE = 1 => mode: Ioam6Mode,
        /// Tunnel destination address (encapsulation and automatic modes).
        IOAM6_IPTUNNEL_DST = 2 => destination: Ipv6Addr,
        /// Trace option header.
        IOAM6_IPTUNNEL_TRACE = 3 => trace: &Ioam6Trace as Ioam6Trace,
        /// Insertion frequency, k of n: packets that get the option. 1 to 1,000,000.
        IOAM6_IPTUNNEL_FREQ_K = 4 => packets: u32,
        /// Insertion frequency, k of n: out of every so many packets. 1 to 1,000,000.
        IOAM6_IPTUNNEL_FREQ_N = 5 => every: u32,
        /// Tunnel source address; chosen automatically where absent.
        IOAM6_IPTUNNEL_SRC = 6 => source: Ipv6Addr; needs("Linux 6.12"),
    }
}

impl Encap for Ioam6 {
    const TYPE: EncapType = EncapType::IOAM6;
}

values! {
    /// IOAM insertion mode: `IOAM6_IPTUNNEL_MODE_*`, in the words of `ip`.
    pub struct Ioam6Mode: u8 = "rt-route/ioam6-iptunnel-mode" {
        /// Inline: in the packet's own hop-by-hop header.
        INLINE = 1 => "inline",
        /// Encapsulation: in an outer IPv6 header.
        ENCAP = 2 => "encap",
        /// Automatic: inline for local packets, encapsulation for forwarded ones.
        AUTO = 3 => "auto",
    }
}

netlink! {
    /// IOAM pre-allocated trace option (RFC 9197): `struct ioam6_trace_hdr`.
    pub struct Ioam6Trace / Ioam6TraceBuf
    header ioam6_trace_hdr: 8 {
        /// IOAM namespace ID (big-endian on the wire).
        namespace_id = 0 => namespace: u16 as Be<u16>,
        /// Node data length in units of 4 bytes, and the overflow bit; set by the kernel.
        nodelen = 2 => node_length: u8,
        /// Remaining length (free space) in units of 4 bytes; in a request, the size of the whole trace.
        remlen = 3 => room: u8,
        /// Trace type: 24 bits for the data fields to record, in the upper bits. Big-endian on the wire.
        type_be32 = 4 => trace_type: u32 as Be<u32>,
    }
    rest {
        /// Trace data recorded by the nodes.
        data => data: &[u8] as [u8],
    }
}
