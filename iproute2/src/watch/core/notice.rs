//! How notifications change what is known.

use super::Core;
use super::merge;
use crate::watch::marks::Mark;
use crate::watch::message::EventMessage;
use crate::watch::silence::rule::Sign;
use crate::watch::topic::classify::{Subject, classify};
use crate::watch::topic::list::Topic;
use crate::watch::topic::message::Message;
use crate::watch::window::Window;
use bytes::Bytes;
use netlink_packet::{Flags, Messages, NLMSG_ERROR, NLMSG_MIN_TYPE};

impl Core {
    /// Takes a datagram of a group. Datagrams without one are ignored.
    pub(in crate::watch) fn datagram(&mut self, datagram: &[u8], group: Option<u32>, namespace: Option<i32>) {
        let mut messages = Messages::new(datagram);
        for message in &mut messages {
            match message.header.message_type {
                NLMSG_ERROR => self.reach(message.header.sequence),
                NLMSG_MIN_TYPE.. => {
                    self.state.statistics.events += 1;
                    self.message(message, group, namespace);
                }
                _ => (),
            }
        }
        if !messages.rest().is_empty() {
            log::warn!("a multicast datagram ends with bytes that are not a message");
            self.lose();
        }
        self.state.doubts.count_down();
    }

    /// Datagrams were lost in an overrun of the receive buffer.
    pub(in crate::watch) fn overrun(&mut self) {
        self.state.statistics.overruns += 1;
        self.lose();
    }

    /// A datagram was truncated.
    pub(in crate::watch) fn truncated(&mut self) {
        self.state.statistics.truncated += 1;
        self.lose();
    }

    /// The queue is empty. Returns whether there is work for [turns](Self::turn) now.
    pub(in crate::watch) fn queue_is_empty(&mut self) -> bool {
        self.overrun = false;
        self.state.doubts.stop_waiting();
        self.catch_up.has_read(self.state.statistics.lists);
        if let Some(window) = &mut self.window {
            window.begin_to_merge();
        }
        self.has_work()
    }

    /// A message of a family other than the route family.
    pub(in crate::watch) fn foreign(&mut self, message: EventMessage) {
        self.state.backlog.other(message);
    }

    /// Messages of other families were lost, which does not affect objects.
    pub(in crate::watch) fn lose_foreign(&mut self) {
        self.state.backlog.lose_others();
    }

    /// The answer to the mark of this sequence number: all is read that was queued when it was sent.
    fn reach(&mut self, sequence: u32) {
        let is_reached = |mark: Mark| mark.is_reached_by(sequence);
        if self.catch_up.unread().is_some_and(is_reached) {
            self.catch_up.has_read(self.state.statistics.lists);
        }
        if let Some(window) = self.window.as_mut().filter(|window| window.unread().is_some_and(is_reached)) {
            window.begin_to_merge();
        }
    }

    fn lose(&mut self) {
        self.state.backlog.lose();
        self.overrun = true;
        self.state.doubts.add_all();
        self.catch_up.reopen(self.tracked());
    }

    fn message(&mut self, message: netlink_packet::Message<'_>, group: Option<u32>, namespace: Option<i32>) {
        let (header, bytes) = (message.header, message.bytes);
        match classify(header.message_type, bytes) {
            Subject::New(topic, new) if self.tracked().contains(topic) => {
                return self.new_object(topic, new, header.flags);
            }
            Subject::Gone(topic, gone) if self.tracked().contains(topic) => {
                return self.gone_object(topic, gone);
            }
            Subject::Part(topic, part) if self.tracked().contains(topic) => {
                self.part_of_object(topic, part);
                if topic.facts().is_notified_in_parts {
                    return;
                }
            }
            _ => (),
        }
        // A message that is not an object may hint at changes of some.
        self.state.hint(Sign::Message(header.message_type), None, Some(Message { bytes }));
        if group.is_none_or(|group| self.raw_groups.contains(&group)) {
            let message = EventMessage::new(Bytes::copy_from_slice(bytes), group, namespace);
            self.state.backlog.other(message);
        }
    }

    fn new_object(&mut self, topic: Topic, message: Message<'_>, flags: Flags) {
        if !self.take_key(topic, message) {
            return self.doubt(topic);
        }
        self.touch(topic);
        let key = std::mem::take(&mut self.room.key);
        match &topic.facts().slots {
            Some(slots) => {
                if !self.state.put_in_group((topic, slots), &key, message, flags) {
                    self.doubt(topic);
                }
            }
            None => self.new_single(topic, &key, message),
        }
        self.room.key = key;
    }

    /// A notification about an object that is the only one with its key.
    fn new_single(&mut self, topic: Topic, key: &[u8], message: Message<'_>) {
        let facts = topic.facts();
        let known = self.state.mirror.tree(topic).get(key).map(Message::of);
        let whole = known.and_then(|known| topic.with_listed(message, known));
        let bytes = whole.as_deref().unwrap_or(message.bytes);
        let is_news = self.state.put(topic, key, bytes);
        if !is_news && facts.is_repeated {
            self.state.hint(Sign::Object(topic), Some(message), Some(message));
        }
        if facts.only_listed.is_some_and(|of| (of.may_change)(Message { bytes })) {
            self.state.doubts.add(topic);
        }
    }

    fn gone_object(&mut self, topic: Topic, message: Message<'_>) {
        if !self.take_key(topic, message) {
            return self.doubt(topic);
        }
        self.touch(topic);
        let key = std::mem::take(&mut self.room.key);
        match &topic.facts().slots {
            Some(slots) => {
                if !self.state.take_from_group((topic, slots), &key, message) {
                    self.doubt(topic);
                }
            }
            None => self.state.take(topic, &key),
        }
        self.room.key = key;
    }

    /// A notification with a part of an object.
    fn part_of_object(&mut self, topic: Topic, part: Message<'_>) {
        if !self.take_key(topic, part) {
            return self.doubt(topic);
        }
        if self.window.as_ref().is_some_and(|window| window.topic == topic) {
            // The list may have read the object before this, or after.
            return self.doubt(topic);
        }
        let facts = topic.facts();
        let whole = match self.state.mirror.tree(topic).get(&self.room.key) {
            Some(object) => (facts.with_part)(Message::of(object), part),
            // The first notification of an object is complete. If it was missed, the next list is.
            None if facts.is_notified_in_parts && !self.state.doubts.is_doubted(topic) => {
                Some(part.bytes.to_vec())
            }
            None => None,
        };
        if let Some(message) = whole {
            self.state.put(topic, &self.room.key, &message);
        }
    }

    /// Writes the key of an object; `false` if the message lacks a part of it.
    fn take_key(&mut self, topic: Topic, message: Message<'_>) -> bool {
        self.room.key.clear();
        (topic.facts().key)(message, &mut self.room.key).is_some()
    }

    /// A notification about the object with this key: its state in the running list does not count.
    fn touch(&mut self, topic: Topic) {
        let key = self.room.key.as_slice();
        let is_new = |window: &mut Window| window.topic == topic && !window.touched.contains(key);
        let Some(mut window) = self.window.take_if(is_new) else { return };
        window.touched.insert(key.into());
        if window.is_merging() && topic.has_slots() {
            merge::settle(&window, &mut self.state, key);
        }
        self.window = Some(window);
    }
}
