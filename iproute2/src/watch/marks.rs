//! Marks in the queue of notifications: empty requests on its socket, whose answers the kernel queues behind everything that was
//! queued before. How many datagrams a queue holds can't be asked for, and a reader that is slower than the kernel never finds it
//! empty.

/// The number of a mark.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::watch) struct Mark(u32);

#[derive(Default)]
pub(in crate::watch) struct Marks {
    /// The number of the last one that was sent.
    sent: u32,
}

impl Marks {
    /// The next to be sent: once that is read, all is read that is queued now.
    pub(in crate::watch) fn next(&self) -> Mark {
        Mark(self.sent.wrapping_add(1))
    }

    /// The next was sent.
    pub(in crate::watch) fn sent(&mut self) {
        self.sent = self.next().0;
    }
}

impl Mark {
    /// As a request's sequence number.
    pub(in crate::watch) fn sequence(self) -> u32 {
        self.0
    }

    /// Whether the mark of this sequence number is this one, or a later one.
    pub(in crate::watch) fn is_reached_by(self, sequence: u32) -> bool {
        // Numbers start again after 2^32.
        sequence.wrapping_sub(self.0) < 1 << 31
    }
}
