//! Counts of what a watch does.

/// Counts of what a watch has read and listed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Messages received from multicast groups.
    pub events: u64,
    /// Overruns of the receive buffer (`ENOBUFS`), in which notifications were lost.
    pub overruns: u64,
    /// Datagrams that were truncated, after which the room for them grew.
    pub truncated: u64,
    /// Lists that were made: one of each topic at first, and others where there was doubt.
    pub lists: u64,
    /// Lists that changes interrupted (`NLM_F_DUMP_INTR`), and that were made again.
    pub interrupted: u64,
    /// Lists that were compared with the mirror: [audits](super#audits).
    pub audits: u64,
    /// Objects that differed in an audit: the kernel had changed them silently, or was just about to notify the change.
    pub audit_differences: u64,
}
