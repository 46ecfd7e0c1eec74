//! Turns: long work lets other tasks run, whatever the runtime's own budget.

use super::waiter::Waiter;
use std::task::{Context, Poll};

/// The steps left before other tasks have their turn.
pub(crate) struct Turn {
    left: u8,
    whole: u8,
}

impl Turn {
    /// Turns of so many steps.
    pub(crate) fn of(steps: u8) -> Self {
        Turn { left: steps, whole: steps }
    }

    /// Yields to others if this turn is over.
    #[inline]
    pub(crate) fn poll<W: Waiter>(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if W::TAKES_TURNS && self.left == 0 {
            self.left = self.whole;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// Counts a step.
    #[inline]
    pub(crate) fn step(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    /// Ends the turn.
    pub(crate) fn end(&mut self) {
        self.left = 0;
    }
}
