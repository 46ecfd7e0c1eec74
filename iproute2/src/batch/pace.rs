//! How many requests fit into a packet, given how long the kernel takes for them.

use std::time::Duration;

/// How long a send should block its thread at most: the kernel carries out the requests within the call, which can't be
/// interrupted, and no other task runs on the thread meanwhile.
const TURN: Duration = Duration::from_millis(5);

/// Requests of the first packet, when it is not yet known how long the kernel takes for one.
const FIRST: usize = 32;

/// The same if some are about links: deleting one may take 20 ms.
const FIRST_OF_LINKS: usize = 4;

/// The limit of requests in a packet.
#[derive(Default)]
pub(super) struct Pace {
    /// The limit set by the receive buffer, which must hold all answers.
    most: usize,
    /// The limit set by time, estimated from the last packets.
    now: usize,
    /// Whether there was a packet before.
    is_known: bool,
}

impl Pace {
    /// Starts with a few.
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

    /// The same if some are about links.
    pub(super) fn of_links(&self) -> usize {
        if self.is_known { self.now } else { self.now.min(FIRST_OF_LINKS) }
    }

    /// Records how long this many requests took. The next packet may have as many as fit into a turn, but at most twice
    /// the current limit.
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
        // A packet that took 100 ms is cut to what takes 5 ms.
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
        // A source that yields one request at a time shows how long one takes.
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
