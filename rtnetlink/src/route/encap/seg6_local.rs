//! Local SRv6 behaviours (RFC 8986): `encap seg6local`.

use crate::route::encap::seg6::SegmentHeader;
use crate::route::{Encap, EncapType, RouteTable};
use netlink_packet::{Descriptor, IfIndex, Scope, View, flags, netlink, values};
use std::net::{Ipv4Addr, Ipv6Addr};

netlink! {
    /// SRv6 local action (endpoint behaviour, RFC 8986), like `encap seg6local action End.DX4 nh4 192.0.2.1`.
    pub struct Seg6Local / Seg6LocalBuf
    attributes {
        /// Action: the endpoint behaviour.
        SEG6_LOCAL_ACTION = 1 => action: Seg6Action,
        /// Segment routing header (SRH) to apply, for End.B6 and End.B6.Encaps.
        SEG6_LOCAL_SRH = 2 => header: &SegmentHeader as SegmentHeader;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END_B6, Seg6Action::END_B6_ENCAP])),
        /// Routing table for the lookup, for End.T and End.DT6.
        SEG6_LOCAL_TABLE = 3 => table: RouteTable;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END_T, Seg6Action::END_DT6])),
        /// IPv4 next hop, for End.DX4.
        SEG6_LOCAL_NH4 = 4 => next_hop4: Ipv4Addr;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END_DX4])),
        /// IPv6 next hop, for End.X and End.DX6.
        SEG6_LOCAL_NH6 = 5 => next_hop6: Ipv6Addr;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END_X, Seg6Action::END_DX6])),
        /// Input interface (`iif`) index.
        SEG6_LOCAL_IIF = 6 => input_device: u32 as IfIndex; ignored,
        /// Output interface (`oif`) index, for End.DX2.
        SEG6_LOCAL_OIF = 7 => device: u32 as IfIndex;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END_DX2])),
        /// BPF program, for End.BPF.
        SEG6_LOCAL_BPF = 8 => program: &Seg6Program as Seg6Program;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END_BPF])),
        /// VRF table for the lookup, for End.DT4, End.DT6 and End.DT46.
        SEG6_LOCAL_VRFTABLE = 9 => vrf_table: RouteTable;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END_DT4, Seg6Action::END_DT6, Seg6Action::END_DT46])),
        /// Counters; an empty set in a request enables them.
        SEG6_LOCAL_COUNTERS = 10 => counters: &Seg6Counters as Seg6Counters,
        /// Flavours of the action.
        SEG6_LOCAL_FLAVORS = 11 => flavors: &Seg6Flavors as Seg6Flavors;
            ignored(|scope| is_not_for(scope, &[Seg6Action::END, Seg6Action::END_X])),
    }
}

impl Encap for Seg6Local {
    const TYPE: EncapType = EncapType::SEG6_LOCAL;
}

/// Whether the action is none of these, which are the only ones to accept the attribute.
fn is_not_for(scope: &Scope<'_>, actions: &[Seg6Action]) -> bool {
    Seg6Local::cast(scope.bytes()).action().is_some_and(|action| !actions.contains(&action))
}

values! {
    /// SRv6 local action (endpoint behaviour, RFC 8986): `SEG6_LOCAL_ACTION_*`, in the words of `ip`.
    pub struct Seg6Action: u32 = "rt-route/seg6-local-action" {
        /// Unspecified.
        UNSPEC = 0 => "unspec",
        /// End: forwards to the next segment.
        END = 1 => "End",
        /// End.X: forwards to the next segment through the given next hop.
        END_X = 2 => "End.X",
        /// End.T: forwards to the next segment by a lookup in the given table.
        END_T = 3 => "End.T",
        /// End.DX2: decapsulates the Ethernet frame and sends it from the given interface.
        END_DX2 = 4 => "End.DX2",
        /// End.DX6: decapsulates IPv6 and forwards it to the given next hop.
        END_DX6 = 5 => "End.DX6",
        /// End.DX4: decapsulates IPv4 and forwards it to the given next hop.
        END_DX4 = 6 => "End.DX4",
        /// End.DT6: decapsulates IPv6 and looks it up in the given table.
        END_DT6 = 7 => "End.DT6",
        /// End.DT4: decapsulates IPv4 and looks it up in the given table.
        END_DT4 = 8 => "End.DT4",
        /// End.B6: inserts another SRH.
        END_B6 = 9 => "End.B6",
        /// End.B6.Encaps: encapsulates with another SRH.
        END_B6_ENCAP = 10 => "End.B6.Encaps",
        /// End.BM: encapsulates in MPLS. Not implemented by Linux.
        END_BM = 11 => "End.BM",
        /// End.S: looks the last segment up in the given table. Not implemented by Linux.
        END_S = 12 => "End.S",
        /// End.AS: static proxy to a function that does not know SRv6. Not implemented by Linux.
        END_AS = 13 => "End.AS",
        /// End.AM: masquerading proxy to a function that does not know SRv6. Not implemented by Linux.
        END_AM = 14 => "End.AM",
        /// End.BPF: runs a BPF program.
        END_BPF = 15 => "End.BPF",
        /// End.DT46: decapsulates IPv4 or IPv6 and looks it up in the given table.
        END_DT46 = 16 => "End.DT46",
    }
}

netlink! {
    /// BPF program of the action End.BPF: `SEG6_LOCAL_BPF`.
    pub struct Seg6Program / Seg6ProgramBuf
    attributes {
        /// Program: an open file descriptor in requests, the program id in replies.
        SEG6_LOCAL_BPF_PROG = 1 => program: u32 as Descriptor,
        /// Program name.
        SEG6_LOCAL_BPF_PROG_NAME = 2 => name: &str as str,
    }
}

netlink! {
    /// Counters of an SRv6 local action: `SEG6_LOCAL_COUNTERS`.
    pub struct Seg6Counters / Seg6CountersBuf
    attributes {
        /// Packets processed.
        SEG6_LOCAL_CNT_PACKETS = 2 => packets: u64,
        /// Bytes processed.
        SEG6_LOCAL_CNT_BYTES = 3 => bytes: u64,
        /// Errors: packets that could not be processed.
        SEG6_LOCAL_CNT_ERRORS = 4 => errors: u64,
    }
}

netlink! {
    /// Flavours of an SRv6 local action: `SEG6_LOCAL_FLAVORS`.
    pub struct Seg6Flavors / Seg6FlavorsBuf
    attributes {
        /// Flavour operations, such as PSP.
        SEG6_LOCAL_FLV_OPERATION = 1 => operations: Seg6Flavor,
        /// Locator-Block length for NEXT-C-SID, in bits; default 32.
        SEG6_LOCAL_FLV_LCBLOCK_BITS = 2 => block_bits: u8,
        /// Locator-Node and Function length for NEXT-C-SID, in bits; default 16.
        SEG6_LOCAL_FLV_LCNODE_FN_BITS = 3 => node_function_bits: u8,
    }
}

flags! {
    /// Flavours of an SRv6 local action (RFC 8986): `SEG6_LOCAL_FLV_OP_*`, in the words of `ip`.
    pub struct Seg6Flavor: u32 = "rt-route/seg6-local-flavor" {
        /// Penultimate segment pop (PSP) of the SRH.
        const PSP = 0x2 => "psp";
        /// Ultimate segment pop (USP) of the SRH.
        const USP = 0x4 => "usp";
        /// Ultimate segment decapsulation (USD).
        const USD = 0x8 => "usd";
        /// NEXT-C-SID: compressed segment identifiers (RFC 9800).
        const NEXT_CSID = 0x10 => "next-csid";
    }
}
