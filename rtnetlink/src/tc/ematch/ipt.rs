//! Matches of `iptables`: `ipt`.

use super::{EmatchKind, EmatchType};
use netlink_packet::netlink;

netlink! {
    /// Matches as an extension of `iptables` does. Kernels take `policy` of revision 0, and `addrtype` of revision 1.
    ///
    /// ```
    /// use rtnetlink::tc::ematch::Ipt;
    ///
    /// // ipt(-m addrtype --src-type LOCAL): `struct xt_addrtype_info_v1`, source 1 << RTN_LOCAL, destination, flags
    /// let data: Vec<u8> = [[4_u16, 0], [0, 0]].concat().into_iter().flat_map(u16::to_ne_bytes).collect();
    /// let ipt = Ipt::of("addrtype", 1, &data);
    /// ```
    pub struct Ipt / IptBuf
    attributes {
        /// Hook of netfilter: 0 is prerouting.
        TCA_EM_IPT_HOOK = 1 => hook: u32,
        /// Name of the match.
        TCA_EM_IPT_MATCH_NAME = 2 => match_name: &str as str,
        /// Revision of the match.
        TCA_EM_IPT_MATCH_REVISION = 3 => revision: u8,
        /// Protocol family of netfilter (`NFPROTO_*`): 2 for IPv4, 10 for IPv6.
        TCA_EM_IPT_NFPROTO = 4 => protocol_family: u8,
        /// Data of the match: a struct of its own.
        TCA_EM_IPT_MATCH_DATA = 5 => match_data: &[u8] as [u8],
    }
}

impl EmatchKind for Ipt {
    const TYPE: EmatchType = EmatchType::IPT;
}

impl Ipt {
    /// A match of IPv4 by name, revision and data, in the hook prerouting: like `ipt(-m NAME ...)`.
    pub fn of(name: &str, revision: u8, data: &[u8]) -> IptBuf {
        const IPV4: u8 = 2;
        let ipt = Ipt::build().hook(0).match_name(name).revision(revision);
        ipt.protocol_family(IPV4).match_data(data)
    }
}
