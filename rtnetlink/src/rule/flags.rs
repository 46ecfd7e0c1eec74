//! The enums and flags of rules.

use netlink_packet::{flags, values};

values! {
    /// What a rule does with the packets that it is for: `FR_ACT_*`, in the words of `ip`.
    pub struct RuleAction: u8 = "rt-rule/fr-act" {
        /// Not said.
        UNSPEC = 0 => "unspec",
        /// Their way is looked up in a table.
        TO_TBL = 1 => "lookup",
        /// It goes on with another rule.
        GOTO = 2 => "goto",
        /// Nothing: it goes on with the next rule.
        NOP = 3 => "nop",
        /// Not used.
        RES3 = 4 => "res3",
        /// Not used.
        RES4 = 5 => "res4",
        /// They are dropped silently.
        BLACKHOLE = 6 => "blackhole",
        /// They are dropped, and their sender hears that the destination is unreachable.
        UNREACHABLE = 7 => "unreachable",
        /// They are dropped, and their sender hears that it is prohibited.
        PROHIBIT = 8 => "prohibit",
    }
}

flags! {
    /// What a rule is besides: `FIB_RULE_*`.
    pub struct RuleFlags: u32 = "rt-rule/fib-rule-flags" {
        /// It can't be deleted.
        const PERMANENT = 0x1 => "permanent";
        /// It is for all other packets: `ip` says `not`.
        const INVERT = 0x2 => "not";
        /// The rule that it goes on with does not exist: `ip` says `unresolved`.
        const UNRESOLVED = 0x4 => "unresolved";
        /// The device that packets come in by does not exist: `ip` says `detached`.
        const IIF_DETACHED = 0x8 => "iif_detached";
        /// The device that packets leave by does not exist: `ip` says `detached`.
        const OIF_DETACHED = 0x10 => "oif_detached";
        /// It also chooses the source address.
        const FIND_SADDR = 0x10000 => "find_saddr";
    }
}

impl RuleFlags {
    /// The flags that requests can set.
    pub const SETTABLE: Self = Self::INVERT.union(Self::FIND_SADDR);
}
