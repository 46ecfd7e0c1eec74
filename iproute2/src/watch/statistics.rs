//! Statistics of a watch.

/// Statistics of a watch: what it has read and listed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Messages received from multicast groups.
    pub events: u64,
    /// Overruns of the receive buffer (`ENOBUFS`), in which notifications were lost.
    pub overruns: u64,
    /// Datagrams that were truncated (`MSG_TRUNC`); the buffer was enlarged afterwards.
    pub truncated: u64,
    /// Lists: one of each topic at first, and more where the state was in doubt.
    pub lists: u64,
    /// Lists that changes interrupted (`NLM_F_DUMP_INTR`) and that were repeated.
    pub interrupted: u64,
    /// Lists that were compared with the mirror: [audits](super#audits).
    pub audits: u64,
    /// Objects that differed in an audit: the kernel had changed them silently, or had not yet notified the change.
    pub audit_differences: u64,
}
