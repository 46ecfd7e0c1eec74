//! When lists begin, how they end, and the turns in which they are merged with what is known.

use super::Core;
use super::merge::merge;
use crate::watch::topic::list::Topic;
use crate::watch::window::{End, Merge, Stage, Window};

impl Core {
    /// The topic to list now.
    pub(in crate::watch) fn begin_list(&mut self) -> Option<Topic> {
        if self.catch_up.is_running() && self.has_caught_up() {
            self.catch_up.end();
        }
        if !self.may_list() {
            return None;
        }
        let topic = self.state.doubts.next(&self.state.mirror)?;
        self.window = Some(Window::new(topic, false, self.state.statistics.lists));
        self.state.statistics.lists += 1;
        Some(topic)
    }

    fn may_list(&self) -> bool {
        // Who wants to catch up does not wait for more doubts than those that stand.
        let is_early = match self.catch_up.is_running() {
            true => self.catch_up.unread().is_some(),
            false => self.state.doubts.is_waiting(),
        };
        self.window.is_none() && !self.overrun && !is_early
    }

    /// Whether no list is needed, so that an audit may begin.
    pub(in crate::watch) fn may_audit(&self) -> bool {
        self.is_ready() && self.window.is_none() && self.is_settled()
    }

    /// Begins to list a topic that is not in doubt.
    pub(in crate::watch) fn begin_audit(&mut self, topic: Topic) {
        self.window = Some(Window::new(topic, true, self.state.statistics.lists));
        self.state.statistics.audits += 1;
    }

    /// Takes messages of the running list.
    pub(in crate::watch) fn listed<'m>(&mut self, messages: impl Iterator<Item = (u16, &'m [u8])>) {
        if let Some(window) = &mut self.window {
            window.listed(&self.state.mirror, &mut self.room, messages);
        }
    }

    /// The list has ended. One that was interrupted is not complete: what it lacks may exist.
    pub(in crate::watch) fn list_ended(&mut self, complete: bool) {
        let Some(window) = &mut self.window else { return };
        window.stage = Stage::Ended(End { complete, unread: self.marks.next() });
        if !complete {
            self.state.statistics.interrupted += 1;
            // There will be another audit.
            if !window.is_audit {
                self.state.doubts.again(window.topic);
            }
        }
    }

    /// The list failed, and has to be repeated unless it is an audit.
    pub(in crate::watch) fn list_failed(&mut self) {
        if let Some(window) = self.window.take() {
            if !window.is_audit {
                self.state.doubts.again(window.topic);
            }
            self.state.rubbish.push(window.fresh);
        }
    }

    /// Does one turn of long work: processes about `most` objects. Returns whether there is more to do.
    pub(in crate::watch) fn turn(&mut self, most: usize) -> bool {
        if let Some(mut window) = self.window.take_if(|window| window.is_merging()) {
            let is_over = merge(&mut window, &mut self.state, most);
            self.catch_up.reopen(window.hinted);
            if is_over {
                self.merged(window);
            } else {
                self.window = Some(window);
            }
        } else if self.state.doubts.is_inquiring() {
            self.state.doubts.inquire(&self.state.mirror, most);
        } else if self.state.rubbish.last_mut().is_some_and(|rubbish| rubbish.shed(most)) {
            self.state.rubbish.pop();
        }
        self.has_work()
    }

    /// A list was merged with what is known.
    fn merged(&mut self, window: Window) {
        let Window { topic, number, is_audit, hinted, fresh, stage, .. } = window;
        let Stage::Merging(Merge { complete, is_unsure, .. }) = stage else { return };
        if fresh.len() > 0 {
            self.state.rubbish.push(fresh);
        }
        if is_unsure {
            self.doubt(topic);
        } else if complete && !is_audit && !hinted.contains(topic) {
            self.catch_up.listed(topic, number);
        }
        if complete {
            self.state.listed.add(topic);
        }
        if self.state.listed == self.tracked() && !self.is_ready() {
            self.state.backlog.introduce();
        }
    }
}
