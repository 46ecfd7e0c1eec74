//! What the end of a segment does with packets (RFC 8986).

use super::SegmentHeader;
use crate::route::{Encap, EncapType, RouteTable};
use netlink_packet::{Descriptor, Device, flags, netlink, values};
use std::net::{Ipv4Addr, Ipv6Addr};

netlink! {
    /// What the end of a segment does, like `encap seg6local action End.DX4 nh4 192.0.2.1`.
    pub struct Seg6Local / Seg6LocalBuf
    attributes {
        /// What it does.
        SEG6_LOCAL_ACTION = 1 => action: Seg6Action,
        /// The segments that packets visit then.
        SEG6_LOCAL_SRH = 2 => header: &SegmentHeader as SegmentHeader,
        /// The table where the destination is looked up.
        SEG6_LOCAL_TABLE = 3 => table: RouteTable,
        /// The next hop.
        SEG6_LOCAL_NH4 = 4 => next_hop4: Ipv4Addr,
        /// The next hop.
        SEG6_LOCAL_NH6 = 5 => next_hop6: Ipv6Addr,
        /// The index of the device that packets come in by.
        SEG6_LOCAL_IIF = 6 => input_device: u32 as Device,
        /// The index of the device that packets leave by.
        SEG6_LOCAL_OIF = 7 => device: u32 as Device,
        /// The program that decides.
        SEG6_LOCAL_BPF = 8 => program: &Seg6Program as Seg6Program,
        /// The table of the VRF where the destination is looked up.
        SEG6_LOCAL_VRFTABLE = 9 => vrf_table: RouteTable,
        /// What it has counted; in a request, that it shall count.
        SEG6_LOCAL_COUNTERS = 10 => counters: &Seg6Counters as Seg6Counters,
        /// How it does it.
        SEG6_LOCAL_FLAVORS = 11 => flavors: &Seg6Flavors as Seg6Flavors,
    }
}

impl Encap for Seg6Local {
    const TYPE: EncapType = EncapType::SEG6_LOCAL;
}

values! {
    /// What the end of a segment does: `SEG6_LOCAL_ACTION_*`, in the words of `ip`.
    pub struct Seg6Action: u32 = "rt-route/seg6-local-action" {
        /// Nothing.
        UNSPEC = 0 => "unspec",
        /// On to the next segment.
        END = 1 => "End",
        /// On to the next segment by this next hop.
        END_X = 2 => "End.X",
        /// On to the next segment by this table.
        END_T = 3 => "End.T",
        /// The frame inside leaves by this device.
        END_DX2 = 4 => "End.DX2",
        /// The packet of IPv6 inside goes to this next hop.
        END_DX6 = 5 => "End.DX6",
        /// The packet of IPv4 inside goes to this next hop.
        END_DX4 = 6 => "End.DX4",
        /// The packet of IPv6 inside is looked up in this table.
        END_DT6 = 7 => "End.DT6",
        /// The packet of IPv4 inside is looked up in this table.
        END_DT4 = 8 => "End.DT4",
        /// On by these segments.
        END_B6 = 9 => "End.B6",
        /// On in another packet, by these segments.
        END_B6_ENCAP = 10 => "End.B6.Encaps",
        /// On by a path of MPLS.
        END_BM = 11 => "End.BM",
        /// On by a lookup of the last segment.
        END_S = 12 => "End.S",
        /// On to a program that knows no segments.
        END_AS = 13 => "End.AS",
        /// On to a program that knows no segments, with the header masked.
        END_AM = 14 => "End.AM",
        /// What a program says.
        END_BPF = 15 => "End.BPF",
        /// The packet inside is looked up in this table.
        END_DT46 = 16 => "End.DT46",
    }
}

netlink! {
    /// The program that decides what the end of a segment does.
    pub struct Seg6Program / Seg6ProgramBuf
    attributes {
        /// In a request, the program as an open file; from the kernel, its id.
        SEG6_LOCAL_BPF_PROG = 1 => program: u32 as Descriptor,
        /// Its name.
        SEG6_LOCAL_BPF_PROG_NAME = 2 => name: &str as str,
    }
}

netlink! {
    /// What the end of a segment has counted.
    pub struct Seg6Counters / Seg6CountersBuf
    attributes {
        /// Packets.
        SEG6_LOCAL_CNT_PACKETS = 2 => packets: u64,
        /// Bytes.
        SEG6_LOCAL_CNT_BYTES = 3 => bytes: u64,
        /// Packets that it could do nothing with.
        SEG6_LOCAL_CNT_ERRORS = 4 => errors: u64,
    }
}

netlink! {
    /// How the end of a segment does what it does.
    pub struct Seg6Flavors / Seg6FlavorsBuf
    attributes {
        /// Which flavours.
        SEG6_LOCAL_FLV_OPERATION = 1 => operations: Seg6Flavor,
        /// Bits of the block, where several segments are in one.
        SEG6_LOCAL_FLV_LCBLOCK_BITS = 2 => block_bits: u8,
        /// Bits of the node and its function, where several segments are in one.
        SEG6_LOCAL_FLV_LCNODE_FN_BITS = 3 => node_function_bits: u8,
    }
}

flags! {
    /// How the end of a segment does what it does: `SEG6_LOCAL_FLV_OP_*`, in the words of `ip`.
    pub struct Seg6Flavor: u32 = "rt-route/seg6-local-flavor" {
        /// The one before the last takes the header off.
        const PSP = 0x2 => "psp";
        /// The last one takes the header off.
        const USP = 0x4 => "usp";
        /// The last one takes the packet out.
        const USD = 0x8 => "usd";
        /// Several segments are in one, and the next is shifted to its place.
        const NEXT_CSID = 0x10 => "next-csid";
    }
}
