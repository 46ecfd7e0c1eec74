//! What a list has in the order of the mirror, in little memory.

use crate::watch::topic::list::Topic;
use crate::watch::topic::slot::of_base;
use crate::watch::tree::{Record, Tree};

/// A run of fewer records takes more memory than they do by themselves.
const SHORT: usize = 4;
/// A list with more runs than this has no order.
const RUNS: usize = 64;

/// Records that were listed, as runs of consecutive records of the mirror.
#[derive(Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    open: Option<Run>,
    /// Records within the runs that were not listed.
    holes: Tree,
}

/// Consecutive records of the mirror.
pub(super) struct Run {
    first: Record,
    last: Record,
    count: usize,
    /// Those that were listed as they are known, while they are few.
    few: Vec<Record>,
}

/// Where a base is among what was listed.
pub(super) enum Place {
    Listed,
    /// In a run, and not listed so far.
    Hole,
    Outside,
}

impl Run {
    fn has(&self, topic: Topic, base: &[u8]) -> bool {
        topic.base(self.first.key()) <= base && base <= topic.base(self.last.key())
    }

    pub(super) fn last(&self) -> &Record {
        &self.last
    }
}

impl Runs {
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.open.is_none()
    }

    /// Whether the list has an order so far.
    pub(super) fn has_order(&self) -> bool {
        self.runs.len() < RUNS
    }

    /// The last record of the open run.
    pub(super) fn last(&self) -> Option<&Record> {
        self.open.as_ref().map(|run| &run.last)
    }

    /// Extends the open run, or begins one.
    pub(super) fn add(&mut self, record: &Record) {
        match &mut self.open {
            Some(run) => {
                run.last = record.clone();
                run.count += 1;
            }
            None => {
                let (first, last) = (record.clone(), record.clone());
                self.open = Some(Run { first, last, count: 1, few: Vec::new() });
            }
        }
    }

    /// Leaves these out of the run that is extended next.
    pub(super) fn skip(&mut self, holes: Vec<&Record>) {
        holes.into_iter().for_each(|hole| drop(self.holes.insert(hole.clone())));
    }

    /// A record that was skipped is listed after all.
    pub(super) fn fill_hole(&mut self, topic: Topic, base: &[u8]) -> Option<Record> {
        let hole = of_base(&self.holes, topic, base).next().cloned()?;
        let hole = self.holes.remove(hole.key())?;
        if let Some(run) = &mut self.open {
            run.count += 1;
        }
        Some(hole)
    }

    /// Remembers a record of a run that may stay short.
    pub(super) fn keep_short(&mut self, record: &Record) {
        if let Some(run) = self.open.as_mut().filter(|run| run.count <= SHORT) {
            run.few.push(record.clone());
        }
    }

    /// Ends the open run. The records of a short one go to `fresh`.
    pub(super) fn close(&mut self, topic: Topic, fresh: &mut Tree) {
        let Some(run) = self.open.take() else { return };
        if run.count >= SHORT {
            return self.runs.push(run);
        }
        let from = self.holes.from(run.first.key());
        let holes: Vec<Record> =
            from.take_while(|hole| run.has(topic, topic.base(hole.key()))).cloned().collect();
        holes.iter().for_each(|hole| drop(self.holes.remove(hole.key())));
        run.few.into_iter().for_each(|record| drop(fresh.insert(record)));
    }

    pub(super) fn place_of(&self, topic: Topic, base: &[u8]) -> Place {
        match self.open.iter().chain(&self.runs).any(|run| run.has(topic, base)) {
            false => Place::Outside,
            true if self.is_hole(topic, base) => Place::Hole,
            true => Place::Listed,
        }
    }

    fn is_hole(&self, topic: Topic, base: &[u8]) -> bool {
        of_base(&self.holes, topic, base).next().is_some()
    }

    /// The first hole of a run from a key on.
    pub(super) fn hole_from(&self, key: &[u8], run: &Run) -> Option<&Record> {
        self.holes.from(key).next().filter(|hole| hole.key() < run.last.key())
    }

    /// The run that a base is in, once they are sorted, and whether it is a hole of it.
    pub(super) fn run_with(&self, topic: Topic, base: &[u8]) -> Option<(&Run, bool)> {
        let at = self.runs.partition_point(|run| topic.base(run.first.key()) <= base);
        let run = self.runs.get(at.checked_sub(1)?).filter(|run| run.has(topic, base))?;
        Some((run, self.is_hole(topic, base)))
    }

    pub(super) fn sort(&mut self) {
        self.runs.sort_by(|a, b| a.first.key().cmp(b.first.key()));
    }
}
