//! Stateless address translation: `nat`.

use super::{ActionKind, ActionTimes, change};
use crate::IntoPrefix;
use crate::tc::Verdict;
use crate::tc::given::Given as _;
use ipnet::IpNet;
use netlink_packet::{Attr, BuildError, flags, netlink};
use std::net::Ipv4Addr;

netlink! {
    /// Stateless network address translation (NAT) of IPv4: a prefix of addresses becomes another one.
    ///
    /// ```
    /// use rtnetlink::tc::action::Nat;
    ///
    /// // action nat egress 192.0.2.0/24 198.51.100.0
    /// let nat = Nat::source("192.0.2.0/24", [198, 51, 100, 0].into());
    /// assert_eq!(nat.view().parameters().and_then(|all| all.mask()), Some([255, 255, 255, 0].into()));
    /// ```
    pub struct Nat / NatBuf
    attributes {
        /// Parameters (parms).
        TCA_NAT_PARMS = 1 => parameters: &NatParameters as NatParameters,
        /// Times: when it was added and used.
        TCA_NAT_TM = 2 => times: &ActionTimes as ActionTimes; read_only,
    }
}

parameters! {
    /// Parameters of address translation: `struct tc_nat`.
    pub struct NatParameters / NatParametersBuf = tc_nat: 36 {
        /// Old address.
        old_addr = 20 => old_address: Option<Ipv4Addr>,
        /// New address.
        new_addr = 24 => new_address: Option<Ipv4Addr>,
        /// Mask: bits of the address that are compared and replaced.
        mask = 28 => mask: Option<Ipv4Addr>,
        /// Flags.
        flags = 32 => flags: NatFlags,
    }
}

flags! {
    /// Flags of [`Nat`]: `TCA_NAT_FLAG_*`.
    pub struct NatFlags: u32 = "" {
        /// Egress: source addresses are translated, not destination addresses.
        const EGRESS = 0x1 => "egress";
    }
}

impl ActionKind for Nat {
    const NAME: &'static str = "nat";
    type Parameters = NatParametersBuf;
    const PARAMETERS: Attr<Nat, NatParameters> = Nat::TCA_NAT_PARMS;
    const VERDICT: Verdict = Verdict::PASS;
}

impl Nat {
    /// Source addresses in this prefix become those of the other, like `action nat egress OLD NEW`.
    pub fn source(old: impl IntoPrefix, new: Ipv4Addr) -> NatBuf {
        Nat::translating(old, new, NatFlags::EGRESS)
    }

    /// Destination addresses in this prefix become those of the other, like `action nat ingress OLD NEW`.
    pub fn destination(old: impl IntoPrefix, new: Ipv4Addr) -> NatBuf {
        Nat::translating(old, new, NatFlags::empty())
    }

    fn translating(old: impl IntoPrefix, new: Ipv4Addr, flags: NatFlags) -> NatBuf {
        let old = old.into_prefix().and_then(|old| match old {
            IpNet::V4(old) => Ok(old),
            IpNet::V6(old) => {
                Err(BuildError::Invalid(format!("{old} is not IPv4, which this action translates")))
            }
        });
        Nat::build().given(old, |nat, old| {
            change(nat, |all| all.old_address(old.addr()).new_address(new).mask(old.netmask()).flags(flags))
        })
    }
}
