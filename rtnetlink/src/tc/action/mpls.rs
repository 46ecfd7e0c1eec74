//! MPLS labels: `mpls`.

use super::{ActionKind, ActionTimes, change};
use crate::tc::EtherType;
use netlink_packet::{Attr, Be, Scope, View as _, netlink, values};

netlink! {
    /// Push, pop or modify an MPLS label stack entry.
    ///
    /// ```
    /// use rtnetlink::tc::action::Mpls;
    ///
    /// // action mpls push label 1000 ttl 64
    /// let push = Mpls::push(1000).ttl(64);
    /// ```
    pub struct Mpls / MplsBuf
    attributes {
        /// Times: when it was added and used.
        TCA_MPLS_TM = 1 => times: &ActionTimes as ActionTimes; read_only,
        /// Parameters (parms).
        TCA_MPLS_PARMS = 2 => parameters: &MplsParameters as MplsParameters,
        /// Protocol: EtherType of what is pushed, or of what is left after a pop.
        TCA_MPLS_PROTO = 4 => protocol: EtherType as Be<EtherType>; unless(has_no_protocol),
        /// Label, 0 to 1048575.
        TCA_MPLS_LABEL = 5 => label: u32,
        /// Traffic class, 0 to 7.
        TCA_MPLS_TC = 6 => traffic_class: u8,
        /// Time to live, 1 to 255.
        TCA_MPLS_TTL = 7 => ttl: u8,
        /// Bottom of stack: 0 or 1.
        TCA_MPLS_BOS = 8 => bottom_of_stack: u8,
    }
}

/// Whether what is done has no protocol, of which kernels list one all the same.
fn has_no_protocol(scope: &Scope<'_>) -> bool {
    let operation = Mpls::cast(scope.bytes()).parameters().map(MplsParameters::operation);
    matches!(operation, Some(MplsOperation::MODIFY | MplsOperation::DEC_TTL))
}

parameters! {
    /// Parameters of MPLS labels: `struct tc_mpls`.
    pub struct MplsParameters / MplsParametersBuf = tc_mpls: 24 {
        /// What is done (`m_action`).
        m_action = 20 => operation: MplsOperation,
    }
}

values! {
    /// What [`Mpls`] does: `TCA_MPLS_ACT_*`.
    pub struct MplsOperation: i32 = "mpls-action" {
        /// Pop the outermost entry.
        POP = 1 => "pop",
        /// Push an entry.
        PUSH = 2 => "push",
        /// Modify the outermost entry.
        MODIFY = 3 => "modify",
        /// Decrement the time to live of the outermost entry.
        DEC_TTL = 4 => "dec_ttl",
        /// Push an entry before the Ethernet header.
        MAC_PUSH = 5 => "mac_push",
    }
}

impl ActionKind for Mpls {
    const NAME: &'static str = "mpls";
    type Parameters = MplsParametersBuf;
    const PARAMETERS: Attr<Mpls, MplsParameters> = Mpls::TCA_MPLS_PARMS;
}

impl Mpls {
    /// Pop the outermost entry, like `action mpls pop protocol PROTOCOL`: what is left is of this protocol.
    pub fn pop(protocol: EtherType) -> MplsBuf {
        Mpls::doing(MplsOperation::POP).protocol(protocol)
    }

    /// Push an entry, like `action mpls push label LABEL`.
    pub fn push(label: u32) -> MplsBuf {
        Mpls::doing(MplsOperation::PUSH).label(label)
    }

    /// Push an entry before the Ethernet header, like `action mpls mac_push label LABEL`.
    pub fn push_before_ethernet(label: u32) -> MplsBuf {
        Mpls::doing(MplsOperation::MAC_PUSH).label(label)
    }

    /// Modify the outermost entry, like `action mpls modify`: what is set of it.
    pub fn modify() -> MplsBuf {
        Mpls::doing(MplsOperation::MODIFY)
    }

    /// Decrement the time to live of the outermost entry, like `action mpls dec_ttl`.
    pub fn decrement_ttl() -> MplsBuf {
        Mpls::doing(MplsOperation::DEC_TTL)
    }

    fn doing(operation: MplsOperation) -> MplsBuf {
        change(Mpls::build(), |all| all.operation(operation))
    }
}
