//! How a list that has ended is merged with what is known, and with what was notified meanwhile.

use super::state::State;
use crate::watch::topic::list::Topic;
use crate::watch::topic::message::Message;
use crate::watch::tree::Record;
use crate::watch::window::{Merge, Stage, Step, Window};
use std::ops::Bound::{Excluded, Unbounded};

/// Merges about `most` objects. Returns whether those were the last.
pub(super) fn merge(window: &mut Window, state: &mut State, most: usize) -> bool {
    let doubts = state.doubts.topics();
    state.is_auditing = window.is_audit;
    let is_over = step(window, state, most);
    state.is_auditing = false;
    window.hinted.extend(state.doubts.topics().without(doubts).iter());
    is_over
}

fn step(window: &mut Window, state: &mut State, most: usize) -> bool {
    let Stage::Merging(Merge { complete, step, .. }) = &mut window.stage else { return true };
    let (complete, step) = (*complete, std::mem::replace(step, Step::Missing(None)));
    let (is_unsure, next) = match step {
        Step::Touched(last) => touched(window, state, last.as_deref(), most),
        Step::Listed(None) if is_first(window, state, complete, most) => (take_whole(window, state), None),
        Step::Listed(last) => listed(window, state, last.as_deref(), most),
        Step::Missing(from) => (false, missing(window, state, complete, from.as_deref(), most)),
    };
    let is_over = next.is_none();
    if let Stage::Merging(merge) = &mut window.stage {
        merge.is_unsure |= is_unsure;
        merge.step = next.unwrap_or(Step::Missing(None));
    }
    is_over
}

/// Objects that were notified, behind a base. Returns whether something is left open, and the next step.
fn touched(window: &Window, state: &State, last: Option<&[u8]>, most: usize) -> (bool, Option<Step>) {
    let from = last.map_or(Unbounded, Excluded);
    let bases: Vec<_> = window.touched.range::<[u8], _>((from, Unbounded)).take(most).cloned().collect();
    let is_unsure = bases.iter().any(|base| is_unsure_of(window, state, base));
    let last = bases.into_iter().nth(most.saturating_sub(1));
    (is_unsure, Some(last.map_or(Step::Listed(None), |last| Step::Touched(Some(last)))))
}

/// Whether notifications about objects of a base leave it open how they are, where the list has none of them, or nothing new.
fn is_unsure_of(window: &Window, state: &State, base: &[u8]) -> bool {
    match (window.kept(base).is_empty(), window.has_listed(base)) {
        // Its turn comes with what was kept.
        (false, _) => false,
        // One was listed, alone.
        (true, true) => state.group(window.topic, base).len() > 1,
        (true, false) => state.is_unsure(window.topic, base, &[]),
    }
}

/// The same of objects that were listed and are not known so.
fn listed(window: &Window, state: &mut State, last: Option<&[u8]>, most: usize) -> (bool, Option<Step>) {
    let groups = window.kept_behind(last, most);
    let mut is_unsure = false;
    for group in &groups {
        is_unsure |= take_group(window, state, group);
    }
    let last = groups.last().and_then(|group| group.first());
    let next = match last.map(|record| window.topic.base(record.key()).into()) {
        Some(last) => Step::Listed(Some(last)),
        None => Step::Missing(None),
    };
    (is_unsure, Some(next))
}

/// Takes over the listed objects of a base, unless one was notified. Returns whether something is left open.
fn take_group(window: &Window, state: &mut State, listed: &[Record]) -> bool {
    let topic = window.topic;
    let base = listed.first().map(|record| topic.base(record.key())).unwrap_or_default();
    if window.touched.contains(base) {
        listed.iter().for_each(|listed| complete_from(listed, state, topic));
        return state.is_unsure(topic, base, listed);
    }
    if !state.is_known(topic, listed) {
        state.set_group(topic, base, listed);
    }
    false
}

/// Takes over the attributes of an object that only lists have. For all others the notification counts.
fn complete_from(listed: &Record, state: &mut State, topic: Topic) {
    let known = state.mirror.tree(topic).get(listed.key()).map(Message::of);
    if let Some(message) = known.and_then(|known| topic.with_listed(known, Message::of(listed))) {
        state.put(topic, listed.key(), &message);
    }
}

/// The same of objects that are known and were not listed, from a key on: they are gone, if the list is complete.
fn missing(
    window: &Window,
    state: &mut State,
    complete: bool,
    from: Option<&[u8]>,
    most: usize,
) -> Option<Step> {
    if !complete {
        return None;
    }
    let (missing, from) = window.missing_from(state.mirror.tree(window.topic), from, most);
    missing.iter().for_each(|record| state.take(window.topic, record.key()));
    from.map(|from| Step::Missing(Some(from)))
}

/// Whether it is the first list of a topic, and can be taken over as it is.
fn is_first(window: &Window, state: &State, complete: bool, most: usize) -> bool {
    // Names would take their time.
    window.topic.facts().names.is_none()
        && complete
        && !state.listed.contains(window.topic)
        && window.is_all_fresh()
        && window.touched.len() <= most
}

/// Takes over a list as it is, except for objects that were notified. Returns whether something is left open.
fn take_whole(window: &mut Window, state: &mut State) -> bool {
    let topic = window.topic;
    let notified: Vec<_> = window.touched.iter().map(|base| (base, state.group(topic, base))).collect();
    let is_unsure = topic.has_slots()
        && window.touched.iter().any(|base| state.is_unsure(topic, base, &window.kept(base)));
    let before = state.mirror.replace(topic, std::mem::take(&mut window.fresh));
    state.rubbish.push(before);
    notified.iter().for_each(|(base, group)| state.set_group(topic, base, group));
    is_unsure
}

/// Takes over the listed objects of a base, before a notification about one of them counts.
pub(super) fn settle(window: &Window, state: &mut State, base: &[u8]) {
    let Stage::Merging(Merge { complete, .. }) = window.stage else { return };
    state.is_auditing = window.is_audit;
    let listed = window.kept(base);
    if !listed.is_empty() && !state.is_known(window.topic, &listed) {
        state.set_group(window.topic, base, &listed);
    } else if listed.is_empty() && complete && !window.has_listed(base) {
        state.set_group(window.topic, base, &[]);
    }
    state.is_auditing = false;
}
