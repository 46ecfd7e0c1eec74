//! How many requests a packet may have, by how long the kernel takes for them.

use std::time::Duration;

/// How long a send should hold its thread at the most: the kernel carries the requests out within it, nothing can cut it short,
/// and meanwhile a task's thread does nothing else.
const TURN: Duration = Duration::from_millis(5);

/// Requests of the first packet: nobody knows yet how long the kernel takes for one.
const FIRST: usize = 32;

/// The same where some are about links: to delete one may take the kernel 20 ms.
const FIRST_OF_LINKS: usize = 4;

/// How many requests a packet may have.
#[derive(Default)]
pub(super) struct Pace {
    /// As many as the receive buffer has room for the answers of.
    most: usize,
    /// As many as the kernel carries out in a turn, by the last packets.
    now: usize,
    /// Whether there were any.
    is_known: bool,
}

impl Pace {
    /// Begins with a few.
    pub(super) fn new(most: usize) -> Self {
        Pace { most, now: FIRST.min(most), is_known: false }
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// How many requests the next packet may have.
    pub(super) fn now(&self) -> usize {
        self.now
    }

    /// The same where some are about links.
    pub(super) fn of_links(&self) -> usize {
        if self.is_known { self.now } else { self.now.min(FIRST_OF_LINKS) }
    }

    /// So many requests took this long. The next packet may have as many as take no longer than a turn, and no more than
    /// twice as many as this one might.
    pub(super) fn took(&mut self, count: usize, time: Duration) {
        let fitting = TURN.as_nanos() * count as u128 / time.as_nanos().max(1);
        let twice = self.now.saturating_mul(2).min(self.most);
        self.now = usize::try_from(fitting).map_or(twice, |fitting| fitting.min(twice)).max(1);
        self.is_known = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn slow_packets_are_followed_by_smaller_ones() {
        let mut pace = Pace::new(416);
        for now in [32, 64, 128, 256, 416, 416] {
            assert_eq!(pace.now(), now);
            pace.took(pace.now(), MS);
        }
        // What takes 100 ms is cut to what took 5 of them.
        pace.took(400, 100 * MS);
        assert_eq!(pace.now(), 20);
        pace.took(20, 10 * MS);
        assert_eq!(pace.now(), 10);
        pace.took(10, 4 * MS);
        assert_eq!(pace.now(), 12);
        for now in [24, 48, 96, 192, 384, 416, 416] {
            pace.took(pace.now(), 2 * MS);
            assert_eq!(pace.now(), now);
        }
    }

    #[test]
    fn links_begin_with_few() {
        let mut pace = Pace::new(416);
        assert_eq!(pace.of_links(), 4);
        pace.took(4, 8 * MS);
        assert_eq!((pace.now(), pace.of_links()), (2, 2));
        // A source that yields one at a time shows how long one takes.
        pace.took(1, MS / 100);
        assert_eq!(pace.of_links(), 4);
    }

    #[test]
    fn a_packet_has_one_request_at_least() {
        for most in [1, 416] {
            let mut pace = Pace::new(most);
            for _ in 0..10 {
                pace.took(pace.now(), 300 * MS);
            }
            assert_eq!(pace.now(), 1);
        }
    }
}
