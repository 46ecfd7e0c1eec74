//! Checksums: `csum`.

use super::{ActionKind, ActionTimes, change};
use crate::tc::Verdict;
use netlink_packet::{Attr, flags, netlink};

netlink! {
    /// Updates checksums of a packet that was changed.
    ///
    /// ```
    /// use rtnetlink::tc::action::Csum;
    /// use rtnetlink::tc::action::csum::CsumFlags;
    ///
    /// // action csum ip4h udp
    /// let csum = Csum::of(CsumFlags::IPV4HDR | CsumFlags::UDP);
    /// ```
    pub struct Csum / CsumBuf
    attributes {
        /// Parameters (parms).
        TCA_CSUM_PARMS = 1 => parameters: &CsumParameters as CsumParameters,
        /// Times: when it was added and used.
        TCA_CSUM_TM = 2 => times: &ActionTimes as ActionTimes; read_only,
    }
}

parameters! {
    /// Parameters of checksums: `struct tc_csum`.
    pub struct CsumParameters / CsumParametersBuf = tc_csum: 24 {
        /// Update flags: the checksums to compute.
        update_flags = 20 => checksums: CsumFlags,
    }
}

flags! {
    /// Checksums that [`Csum`] computes: `TCA_CSUM_UPDATE_FLAG_*`.
    pub struct CsumFlags: u32 = "csum-flags" {
        /// IPv4 header.
        const IPV4HDR = 0x1 => "ip4h";
        /// ICMP.
        const ICMP = 0x2 => "icmp";
        /// IGMP.
        const IGMP = 0x4 => "igmp";
        /// TCP.
        const TCP = 0x8 => "tcp";
        /// UDP.
        const UDP = 0x10 => "udp";
        /// UDP-Lite.
        const UDPLITE = 0x20 => "udplite";
        /// SCTP.
        const SCTP = 0x40 => "sctp";
    }
}

impl ActionKind for Csum {
    const NAME: &'static str = "csum";
    type Parameters = CsumParametersBuf;
    const PARAMETERS: Attr<Csum, CsumParameters> = Csum::TCA_CSUM_PARMS;
    const VERDICT: Verdict = Verdict::PASS;
}

impl Csum {
    /// Computes these checksums, like `action csum ip4h and udp`.
    pub fn of(checksums: CsumFlags) -> CsumBuf {
        change(Csum::build(), |all| all.checksums(checksums))
    }
}
