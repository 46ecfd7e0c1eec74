//! IP sets: `ipset`.

use super::{EmatchKind, EmatchType};
use netlink_packet::{BuildError, netlink};

netlink! {
    /// Matches packets whose addresses, ports and so on are in an IP set: `struct xt_set_info`.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::Ipset;
    ///
    /// // ipset(NAME src,dst), if the set's index is 3
    /// let ipset = Ipset::of(3).source().destination();
    /// assert_eq!((ipset.view().dimension(), ipset.view().flags()), (2, 0b10));
    /// ```
    pub struct Ipset / IpsetBuf
    header xt_set_info: 4 {
        /// Index of the set, which `NFNL_SUBSYS_IPSET` and `getsockopt(SO_IP_SET)` tell by its name.
        index = 0 => set: u16,
        /// Dimension: number of the entry's parts.
        dim = 2 => dimension: u8,
        /// Flags: bit N is set if part N, counted from 1, is compared with that of the source.
        flags = 3 => flags: u8,
    }
}

/// The most parts of an entry: `IPSET_DIM_MAX`.
const MOST: u8 = 6;

impl EmatchKind for Ipset {
    const TYPE: EmatchType = EmatchType::IPSET;
}

impl Ipset {
    /// The set with this index. [Sources](IpsetBuf::source) and [destinations](IpsetBuf::destination) follow, for each part of its
    /// entries.
    pub fn of(set: u16) -> IpsetBuf {
        Ipset::build().set(set)
    }
}

impl IpsetBuf {
    /// The next part of the entry is compared with the packet's source: `src`.
    pub fn source(self) -> Self {
        self.part(1)
    }

    /// The next part of the entry is compared with the packet's destination: `dst`.
    pub fn destination(self) -> Self {
        self.part(0)
    }

    fn part(mut self, bit: u8) -> Self {
        let (before, flags) = (self.view().dimension(), self.view().flags());
        if before >= MOST {
            self.0.refuse(BuildError::Invalid(format!("more than {MOST} parts of an entry of a set")));
            return self;
        }
        self.dimension(before + 1).flags(flags | bit << (before + 1))
    }
}
