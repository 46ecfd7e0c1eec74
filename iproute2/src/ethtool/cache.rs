//! String sets that a connection knows.

use netlink_packet::generic::ethtool::{BitNames, StringSetId, StringSets};
use std::sync::{Arc, Mutex, MutexGuard};

/// The string sets of the kernel that were asked for, shared by the clones of a handle.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Arc<BitNames>>);

impl Known {
    fn lock(&self) -> MutexGuard<'_, Arc<BitNames>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// What is known so far.
    pub(super) fn names(&self) -> Arc<BitNames> {
        Arc::clone(&self.lock())
    }

    pub(super) fn add(&self, reply: &StringSets) {
        Arc::make_mut(&mut self.lock()).add(reply);
    }

    /// Those of these sets that are not known yet.
    pub(super) fn lacks(&self, sets: &[StringSetId]) -> Vec<StringSetId> {
        let known = self.lock();
        let is_lacking = |set: &StringSetId| !known.has(*set);
        if sets.iter().any(is_lacking) {
            sets.iter().copied().filter(is_lacking).collect()
        } else {
            Vec::new()
        }
    }
}
