//! Parts that few values have.

use std::ops::{Deref, DerefMut};

/// A part that few values have. It is dropped out of line, so that dropping the others is one comparison in place: what has
/// such a part can stay in registers.
pub(crate) struct Rare<T>(Option<T>);

impl<T> Default for Rare<T> {
    #[inline]
    fn default() -> Self {
        Rare(None)
    }
}

impl<T> Deref for Rare<T> {
    type Target = Option<T>;

    #[inline]
    fn deref(&self) -> &Option<T> {
        &self.0
    }
}

impl<T> DerefMut for Rare<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Option<T> {
        &mut self.0
    }
}

impl<T> Drop for Rare<T> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(part) = self.0.take() {
            drop_some(part);
        }
    }
}

#[cold]
#[inline(never)]
fn drop_some<T>(part: T) {
    drop(part);
}
