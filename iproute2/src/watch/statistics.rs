//! How a watch fared.

/// How a watch fared so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Messages that groups told.
    pub events: u64,
    /// How often the receive buffer overflowed, and events were lost.
    pub overruns: u64,
    /// Events that were longer than the room for them, which then grew.
    pub truncated: u64,
    /// Lists that were made: one for each kind of object at first, and others where there was doubt.
    pub lists: u64,
    /// Those of them that changes interrupted, and that were made again.
    pub interrupted: u64,
    /// Lists that were compared with the mirror: [audits](super#audits).
    pub audits: u64,
    /// Objects that differed in an audit: the kernel had changed them silently. One that it was just about to tell of
    /// counts, too.
    pub audit_differences: u64,
}
