//! When to compare the mirror with what the kernel lists.
//!
//! The topics are audited in rounds, one after the other. A round begins
//!
//! - a moment ([`QUIET`]) after the last notification, or after a round that found something;
//! - if nothing was found: after twice the previous interval, up to the period;
//! - if notifications never stop: a period after the last round;
//!
//! but not before a hundred times the work of the last round has passed: rounds use at most 1 % of one CPU.
//!
//! There is no clock: the caller passes the time.

use super::topic::list::{Topic, TopicSet};
use std::time::{Duration, Instant};

/// How long there must be no notification before a round.
const QUIET: Duration = Duration::from_secs(1);
/// The longest time between two rounds by default.
pub(super) const PERIOD: Duration = Duration::from_secs(60);
/// The minimum wait after a round, as a multiple of its work.
const REST: u32 = 100;

/// The audits of a watch.
pub(super) struct Audits {
    /// The longest time between two rounds; `None` without audits.
    period: Option<Duration>,
    /// How long there must be no notification before the next round.
    pause: Duration,
    /// The time of the last notification.
    quiet: Instant,
    /// Notifications received, and differing objects found, by then.
    heard: u64,
    found: u64,
    /// When the last round ended.
    ended: Instant,
    /// When the limit on CPU time allows the next one.
    rested: Instant,
    /// The topics left to audit in this round.
    round: TopicSet,
    /// How long the round has worked.
    worked: Duration,
    is_running: bool,
    /// Whether the caller waits for the round: then a topic that can't be audited at the first attempt is retried.
    is_awaited: bool,
}

impl Audits {
    pub(super) fn new(period: Option<Duration>, now: Instant) -> Self {
        Audits {
            period,
            pause: QUIET,
            quiet: now,
            heard: 0,
            found: 0,
            ended: now,
            rested: now,
            round: TopicSet::default(),
            worked: Duration::ZERO,
            is_running: false,
            is_awaited: false,
        }
    }

    /// When the next round is due, unless notifications postpone it.
    pub(super) fn due(&self) -> Option<Instant> {
        let period = self.period.filter(|_| !self.is_running)?;
        // A period beyond the range of the clock never ends.
        let quiet = self.quiet.checked_add(self.pause.min(period));
        let regular = self.ended.checked_add(period);
        Some(quiet.into_iter().chain(regular).min()?.max(self.rested))
    }

    /// Takes the number of notifications received so far, and begins a round of these topics if it is due.
    pub(super) fn look(&mut self, now: Instant, heard: u64, topics: TopicSet) {
        if self.heard != heard {
            (self.heard, self.quiet, self.pause) = (heard, now, QUIET);
        }
        if self.due().is_some_and(|due| due <= now) {
            self.begin(topics);
        }
    }

    /// Begins a round of these topics that the caller waits for; a running one starts over.
    pub(super) fn begin_awaited(&mut self, topics: TopicSet) {
        self.begin(topics);
        self.is_awaited = true;
    }

    fn begin(&mut self, topics: TopicSet) {
        (self.round, self.is_running) = (topics, true);
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.is_awaited
    }

    /// The caller stopped waiting.
    pub(super) fn give_up(&mut self) {
        if std::mem::take(&mut self.is_awaited) {
            self.round = TopicSet::default();
        }
    }

    /// The list of a topic is not complete, since changes interrupted it.
    pub(super) fn interrupted(&mut self, topic: Topic) {
        if self.is_running && self.is_awaited {
            self.round.add(topic);
        }
    }

    pub(super) fn is_running(&self) -> bool {
        self.is_running
    }

    /// The topic to audit now. After the last one the round has ended. `found` objects differed in all audits so far.
    pub(super) fn next(&mut self, now: Instant, found: u64) -> Option<Topic> {
        let next = self.round.iter().next();
        match next {
            Some(topic) => self.round.remove(topic),
            None if self.is_running => self.end(now, found),
            None => (),
        }
        next
    }

    fn end(&mut self, now: Instant, found: u64) {
        let longer = self.pause.saturating_mul(2).min(self.period.unwrap_or(PERIOD)).max(QUIET);
        self.pause = if found == self.found { longer } else { QUIET };
        let rest = std::mem::take(&mut self.worked).saturating_mul(REST);
        self.rested = now.checked_add(rest).unwrap_or(now);
        (self.found, self.ended, self.quiet) = (found, now, now);
        (self.is_running, self.is_awaited) = (false, false);
    }

    /// Adds to the work of the round.
    pub(super) fn worked(&mut self, time: Duration) {
        self.worked = self.worked.saturating_add(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A simulated clock, and the counts by then.
    struct Test {
        audits: Audits,
        begun: Instant,
        now: Instant,
        heard: u64,
        found: u64,
    }

    impl Test {
        fn new(period: Option<Duration>) -> Self {
            let now = Instant::now();
            Test { audits: Audits::new(period, now), begun: now, now, heard: 0, found: 0 }
        }

        fn topics() -> TopicSet {
            [Topic::Link, Topic::Route4].into_iter().collect()
        }

        /// Sleeps until a round begins, as a driver would. Returns the seconds since the start.
        fn until_round(&mut self) -> f64 {
            while !self.audits.is_running() {
                self.now = self.audits.due().unwrap().max(self.now);
                self.audits.look(self.now, self.heard, Test::topics());
            }
            (self.now - self.begun).as_secs_f64()
        }

        /// Works through a round, in which each topic takes so long.
        fn round(&mut self, milliseconds: u64) {
            let work = Duration::from_millis(milliseconds);
            for topic in [Topic::Link, Topic::Route4] {
                assert_eq!(self.audits.next(self.now, self.found), Some(topic));
                self.now += work;
                self.audits.worked(work);
            }
            assert_eq!(self.audits.next(self.now, self.found), None);
            assert!(!self.audits.is_running());
        }

        /// When the next rounds begin, one after another.
        fn rounds(&mut self, count: usize, milliseconds: u64) -> Vec<f64> {
            let next = |_| {
                let begins = self.until_round();
                self.round(milliseconds);
                begins
            };
            (0..count).map(next).collect()
        }
    }

    #[test]
    fn where_nothing_happens_rounds_become_rare() {
        let mut test = Test::new(Some(PERIOD));
        assert_eq!(test.rounds(9, 0), [1., 3., 7., 15., 31., 63., 123., 183., 243.]);
        // A period below `QUIET`.
        let mut test = Test::new(Some(Duration::from_millis(250)));
        assert_eq!(test.rounds(3, 0), [0.25, 0.5, 0.75]);
    }

    #[test]
    fn events_and_findings_start_over() {
        let mut test = Test::new(Some(PERIOD));
        test.rounds(5, 0);
        test.now += Duration::from_secs(5);
        test.heard += 1;
        test.audits.look(test.now, test.heard, Test::topics());
        assert!(!test.audits.is_running());
        assert_eq!(test.rounds(3, 0), [37., 39., 43.]);
        test.until_round();
        test.found += 1;
        test.round(0);
        assert_eq!(test.rounds(2, 0), [52., 54.]);
    }

    #[test]
    fn where_events_never_stop_there_is_a_round_a_period() {
        let mut test = Test::new(Some(PERIOD));
        let mut begun = Vec::new();
        for _ in 0..2_000 {
            test.now += Duration::from_millis(100);
            test.heard += 1;
            test.audits.look(test.now, test.heard, Test::topics());
            if test.audits.is_running() {
                begun.push((test.now - test.begun).as_secs());
                test.round(0);
            }
        }
        assert_eq!(begun, [60, 120, 180]);
    }

    #[test]
    fn rounds_take_a_hundredth_of_the_time() {
        let mut test = Test::new(Some(PERIOD));
        // Something is found each time, so only the minimum wait delays the next round.
        for _ in 0..20 {
            test.until_round();
            test.found += 1;
            test.round(250);
        }
        let share = 20. * 0.5 / (test.until_round() - 1.);
        assert!(share <= 0.01, "{share}");
    }

    #[test]
    fn audits_are_made_only_on_request() {
        let mut test = Test::new(None);
        assert_eq!(test.audits.due(), None);
        test.audits.look(test.now + 100 * PERIOD, 7, Test::topics());
        assert!(!test.audits.is_running() && test.audits.next(test.now, 0).is_none());
        test.audits.begin_awaited(Test::topics());
        test.round(0);
        assert_eq!(test.audits.due(), None);
    }

    #[test]
    fn times_beyond_the_clock_are_none() {
        let mut test = Test::new(Some(Duration::MAX));
        assert_eq!(test.until_round(), 1.);
        test.round(0);
        test.audits.begin_awaited(Test::topics());
        test.audits.worked(Duration::MAX);
        test.audits.next(test.now, 0);
        test.audits.next(test.now, 0);
        assert_eq!(test.audits.next(test.now, 0), None);
        assert!(test.audits.due().is_some());
    }
}
