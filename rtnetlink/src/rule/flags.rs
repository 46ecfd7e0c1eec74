//! Rule actions and flags.

use netlink_packet::{flags, values};

values! {
    /// Action of a policy routing rule: `FR_ACT_*`, in the words of `ip`.
    pub struct RuleAction: u8 = "rt-rule/fr-act" {
        /// Unspecified.
        UNSPEC = 0 => "unspec",
        /// Looks the route up in a table.
        TO_TBL = 1 => "lookup",
        /// Goto: continues with another rule.
        GOTO = 2 => "goto",
        /// No operation: continues with the next rule.
        NOP = 3 => "nop",
        /// Reserved.
        RES3 = 4 => "res3",
        /// Reserved.
        RES4 = 5 => "res4",
        /// Blackhole: drop silently.
        BLACKHOLE = 6 => "blackhole",
        /// Unreachable: drop with an ICMP error, destination unreachable.
        UNREACHABLE = 7 => "unreachable",
        /// Prohibit: drop with an ICMP error, administratively prohibited.
        PROHIBIT = 8 => "prohibit",
    }
}

flags! {
    /// Flags of a policy routing rule: `FIB_RULE_*`.
    pub struct RuleFlags: u32 = "rt-rule/fib-rule-flags" {
        /// Permanent: the rule can't be deleted.
        const PERMANENT = 0x1 => "permanent";
        /// Invert (`not`): the rule applies to packets that do not match.
        const INVERT = 0x2 => "not";
        /// Unresolved: the target rule of a goto does not exist.
        const UNRESOLVED = 0x4 => "unresolved";
        /// Input interface (`iif`) does not exist: `detached`.
        const IIF_DETACHED = 0x8 => "iif_detached";
        /// Output interface (`oif`) does not exist: `detached`.
        const OIF_DETACHED = 0x10 => "oif_detached";
        /// Finds a source address: the rule may match before one is chosen. IPv6 only.
        const FIND_SADDR = 0x10000 => "find_saddr";
    }
}

impl RuleFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::INVERT.union(Self::FIND_SADDR);
}
