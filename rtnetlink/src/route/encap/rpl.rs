//! RPL source routing header of low-power networks (RFC 6554): `encap rpl`.

use crate::route::encap::seg6::{SegmentList, Segments};
use crate::route::{Encap, EncapType};
use netlink_packet::{Buffer, Codec, Put, netlink};
use std::net::Ipv6Addr;

netlink! {
    /// RPL source routing (RFC 6554), like `encap rpl segs fc00::2,fc00::1`.
    pub struct Rpl / RplBuf
    attributes {
        /// Source routing header (SRH).
        RPL_IPTUNNEL_SRH = 1 => header: &RplHeader as RplHeader,
    }
}

impl Encap for Rpl {
    const TYPE: EncapType = EncapType::RPL;
}

impl Rpl {
    /// Packets visit these addresses, in this order: the kernel makes the first one their destination, and their own
    /// destination comes after the last. `ip` writes, and prints, those of its `segs` the other way round, so that
    /// `segs fc00::1,fc00::2` visits `fc00::2` first.
    pub fn through<I>(segments: I) -> RplBuf
    where
        I: IntoIterator,
        I::Item: Put<Ipv6Addr>,
    {
        let mut scratch = Buffer::new(0);
        segments.into_iter().for_each(|segment| segment.put(&mut scratch));
        let list: Vec<_> = SegmentList::decode(scratch.body()).into_iter().flatten().collect();
        let counted = super::seg6::count_of(&list);
        let count = *counted.as_ref().unwrap_or(&0);
        let mut rpl = Rpl::build().header(
            RplHeader::build()
                .header_length(2 * count)
                .routing_type(ROUTING_TYPE)
                .segments_left(count)
                .segments(list.as_slice()),
        );
        if let Some(problem) = scratch.problem().cloned().or(counted.err()) {
            rpl.0.refuse(problem);
        }
        rpl
    }
}

/// The kind of routing header that it is.
const ROUTING_TYPE: u8 = 3;

netlink! {
    /// RPL source routing header: `struct ipv6_rpl_sr_hdr`.
    pub struct RplHeader / RplHeaderBuf
    header ipv6_rpl_sr_hdr: 8 {
        /// Next header: IP protocol number.
        nexthdr = 0 => next_header: u8,
        /// Header length in units of 8 bytes, without the first 8.
        hdrlen = 1 => header_length: u8,
        /// Routing type: 3.
        type = 2 => routing_type: u8,
        /// Segments left: addresses still to be visited.
        segments_left = 3 => segments_left: u8,
    }
    rest {
        /// Segments (addresses), in the order of the visits.
        segments => segments: Segments<'_> as SegmentList,
    }
}
