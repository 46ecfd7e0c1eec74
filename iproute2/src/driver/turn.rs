//! Turns: what is done at length lets other tasks run, whatever the runtime's own budget.

use super::waiter::Waiter;
use std::task::{Context, Poll};

/// What may still be done before other tasks have their turn.
pub(crate) struct Turn {
    left: u8,
    whole: u8,
}

impl Turn {
    /// Turns of so many steps.
    pub(crate) fn of(steps: u8) -> Self {
        Turn { left: steps, whole: steps }
    }

    /// Lets others have their turn if this one is over.
    #[inline]
    pub(crate) fn poll<W: Waiter>(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if W::TAKES_TURNS && self.left == 0 {
            self.left = self.whole;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// A step was done.
    #[inline]
    pub(crate) fn step(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    /// The turn is over.
    pub(crate) fn end(&mut self) {
        self.left = 0;
    }
}
