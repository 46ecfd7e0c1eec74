//! Segment routing over IPv6 (SRv6): the segment list that packets get: `encap seg6`.

use crate::route::{Encap, EncapType};
use netlink_packet::{Buffer, BuildError, Codec, Plain, Put, Schema, Scope, netlink, values};
use std::fmt;
use std::net::Ipv6Addr;

netlink! {
    /// Segment routing over IPv6 (SRv6), like `encap seg6 mode encap segs fc00::1,fc00::2`.
    pub struct Seg6 / Seg6Buf
    attributes {
        /// Segment routing header (SRH) with the encapsulation mode.
        SEG6_IPTUNNEL_SRH = 1 => tunnel: &Seg6Tunnel as Seg6Tunnel,
        /// Tunnel source address of the outer header.
        SEG6_IPTUNNEL_SRC = 2 => source: Ipv6Addr; needs("a later Linux than 6.18"),
    }
}

impl Encap for Seg6 {
    const TYPE: EncapType = EncapType::SEG6;
}

impl Seg6 {
    /// Packets are put into others that visit these segments, in this order: `mode encap`.
    pub fn encap<I>(segments: I) -> Seg6Buf
    where
        I: IntoIterator,
        I::Item: Put<Ipv6Addr>,
    {
        Seg6::with_mode(Seg6Mode::ENCAP, segments)
    }

    /// The header is put into the packets themselves, which visit these segments and then where they go: `mode inline`.
    pub fn inline<I>(segments: I) -> Seg6Buf
    where
        I: IntoIterator,
        I::Item: Put<Ipv6Addr>,
    {
        Seg6::with_mode(Seg6Mode::INLINE, segments)
    }

    /// Packets visit these segments, in this order, in another way.
    pub fn with_mode<I>(mode: Seg6Mode, segments: I) -> Seg6Buf
    where
        I: IntoIterator,
        I::Item: Put<Ipv6Addr>,
    {
        let header = SegmentHeader::through(segments, mode == Seg6Mode::INLINE);
        Seg6::build().tunnel(Seg6Tunnel::build().mode(mode).header(header))
    }

    /// SRv6 encapsulation mode.
    pub fn mode(&self) -> Option<Seg6Mode> {
        self.tunnel().map(Seg6Tunnel::mode)
    }

    /// The segments, in the order of the visits. In the mode `inline` the last is unspecified: where the packet goes.
    pub fn path(&self) -> impl Iterator<Item = Ipv6Addr> + '_ {
        self.tunnel().and_then(Seg6Tunnel::header).into_iter().flat_map(SegmentHeader::path)
    }
}

values! {
    /// SRv6 encapsulation mode: `SEG6_IPTUN_MODE_*`, in the words of `ip`.
    pub struct Seg6Mode: i32 = "rt-route/seg6-iptun-mode" {
        /// Inline: inserts the SRH into the packet (H.Insert).
        INLINE = 0 => "inline",
        /// Encapsulation in an outer IPv6 header with an SRH (H.Encaps).
        ENCAP = 1 => "encap",
        /// Encapsulation of the Ethernet frame (H.Encaps.L2).
        L2ENCAP = 2 => "l2encap",
        /// Reduced encapsulation: the SRH omits the first segment (H.Encaps.Red).
        ENCAP_RED = 3 => "encap.red",
        /// Reduced encapsulation of the Ethernet frame (H.Encaps.L2.Red).
        L2ENCAP_RED = 4 => "l2encap.red",
    }
}

netlink! {
    /// SRv6 encapsulation mode and segment routing header: `struct seg6_iptunnel_encap`.
    pub struct Seg6Tunnel / Seg6TunnelBuf
    header seg6_iptunnel_encap: 4 {
        /// Encapsulation mode.
        mode = 0 => mode: Seg6Mode,
    }
    rest {
        /// Segment routing header (SRH).
        srh => header: &SegmentHeader as SegmentHeader,
    }
}

netlink! {
    /// Segment routing header (SRH, RFC 8754): `struct ipv6_sr_hdr`.
    pub struct SegmentHeader / SegmentHeaderBuf
    header ipv6_sr_hdr: 8 {
        /// Next header: IP protocol number.
        nexthdr = 0 => next_header: u8,
        /// Header length in units of 8 bytes, without the first 8.
        hdrlen = 1 => header_length: u8,
        /// Routing type: 4.
        type = 2 => routing_type: u8,
        /// Segments left: segments still to be visited.
        segments_left = 3 => segments_left: u8,
        /// Last entry: index of the first segment to be visited, which is last in the list.
        first_segment = 4 => first_segment: u8,
        /// Flags of the SRH.
        flags = 5 => flags: u8,
        /// Tag: groups packets of one class.
        tag = 6 => tag: u16,
    }
    rest {
        /// Segment list, last segment first; [`path`](SegmentHeader::path) reverses it.
        segments => segments: Segments<'_> as SegmentList,
    }
}

/// The kind of routing header that lists segments.
const ROUTING_TYPE: u8 = 4;

impl SegmentHeader {
    /// A header for packets that visit these segments, in this order. Where the packet's own destination is the last one,
    /// as with the mode `inline`, room is left for it.
    pub fn through<I>(segments: I, own_destination: bool) -> SegmentHeaderBuf
    where
        I: IntoIterator,
        I::Item: Put<Ipv6Addr>,
    {
        let mut list = Vec::new();
        let mut scratch = Buffer::new(0);
        for segment in segments {
            let start = scratch.body().len();
            segment.put(&mut scratch);
            let address = scratch.body().get(start..).and_then(Ipv6Addr::decode);
            list.push(address.unwrap_or(Ipv6Addr::UNSPECIFIED));
        }
        if own_destination {
            list.push(Ipv6Addr::UNSPECIFIED);
        }
        list.reverse();
        let count = count_of(&list);
        let last = count.as_ref().map_or(0, |count| count.saturating_sub(1));
        let mut header = SegmentHeader::build()
            .header_length(count.as_ref().map_or(0, |count| 2 * count))
            .routing_type(ROUTING_TYPE)
            .segments_left(last)
            .first_segment(last)
            .segments(list.as_slice());
        if let Some(problem) = scratch.problem().cloned().or(count.err()) {
            header.0.refuse(problem);
        }
        header
    }

    /// Segments, in the order in which packets visit them.
    pub fn path(&self) -> impl Iterator<Item = Ipv6Addr> + '_ {
        let count = usize::from(self.first_segment()) + 1;
        let mut segments: Vec<_> = self.segments().into_iter().flatten().take(count).collect();
        segments.reverse();
        segments.into_iter()
    }
}

/// Most segments in a header: its length field has 8 bits, in units of half an address.
const MOST_SEGMENTS: u8 = 127;

/// How many addresses a header lists.
pub(super) fn count_of(list: &[Ipv6Addr]) -> Result<u8, BuildError> {
    match u8::try_from(list.len()) {
        Ok(count @ 1..=MOST_SEGMENTS) => Ok(count),
        _ => Err(BuildError::Invalid(format!(
            "{} segments: a segment routing header has 1 to {MOST_SEGMENTS}",
            list.len()
        ))),
    }
}

/// Codec of an array of IPv6 addresses.
#[derive(Debug)]
pub struct SegmentList;

/// Iterates over an array of IPv6 addresses.
#[derive(Clone, Copy)]
pub struct Segments<'a>(&'a [u8]);

impl Iterator for Segments<'_> {
    type Item = Ipv6Addr;

    fn next(&mut self) -> Option<Ipv6Addr> {
        let segment = self.0.get(..16).and_then(Ipv6Addr::decode)?;
        self.0 = self.0.get(16..).unwrap_or_default();
        Some(segment)
    }
}

impl fmt::Debug for Segments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl Codec for SegmentList {
    type Value<'a> = Segments<'a>;
    const SCHEMA: Schema = Schema::new("binary");

    fn decode(payload: &[u8]) -> Option<Segments<'_>> {
        Some(Segments(payload))
    }

    fn show(payload: &[u8], scope: &Scope<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = Segments(payload);
        match payload.len() % 16 {
            0 => fmt::Debug::fmt(&whole, f),
            _ => <[u8]>::show(payload, scope, f),
        }
    }

    fn plain<'a>(payload: &'a [u8], _: &Scope<'_>) -> Plain<'a> {
        match payload.len() % 16 {
            0 => Segments(payload).map(Plain::shown).collect(),
            _ => Plain::hex(payload),
        }
    }
}

impl Put<SegmentList> for &[Ipv6Addr] {
    fn put(self, out: &mut Buffer) {
        self.iter().for_each(|segment| out.push(&segment.octets()));
    }
}
