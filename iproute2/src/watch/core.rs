//! A watch without I/O: datagrams of the groups, messages of lists and accidents go in, changes come out.
//!
//! A list and the events beside it are two streams without a common clock. What is known of an object after a list:
//!
//! ```text
//!          list begins       reads the object      list ends     all that was queued by then is read
//! events ------+---- e1 ----------- | -------- e2 -----+---------------------+------
//!              '---------------------- the window ---------------------------'
//! ```
//! The last event of the window is the object's state, be it older or newer than what the list read: had it
//! changed after e2, there were another event. Only of what no event of the window is about the list decides. That holds
//! for objects that events tell whole; where they tell only a part (one of several routes that have all in common, say),
//! or where the kernel is silent, there is doubt, and the topic is listed again.
//!
//! A list is brought together with what is known in turns of some hundred objects, between which events are read: none of
//! them keeps a thread for long. An event about something whose turn has not come is preceded by that turn.
//!
//! After an overrun the kernel queues nothing more until the queue is read to its end; only then a list may begin.

use super::change::Difference;
use super::message::EventMessage;
use super::mirror::Mirror;
use super::silence::{Inquiry, Notification, Sign, Suspects};
use super::statistics::Statistics;
use super::topic::{self, Message, SLOT, Slots, Told, Topic, TopicSet, says_the_same};
use super::tree::{Record, Tree};
use super::window::{End, Merge, Room, Stage, Step, Window, add_slot, of_base};
use bytes::Bytes;
use netlink_packet::{Flags, HEADER_LEN, Messages, NLMSG_MIN_TYPE};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

/// Messages that are no objects and wait to be taken. More are lost, and it is said.
const OTHERS: usize = 1024;
/// Datagrams that are read before a list begins for which there is no hurry: one list is for all that they give away.
const PATIENCE: u32 = 1024;

/// What is known, what is told, and what is still to be found out.
pub(super) struct Core {
    /// What the caller wants to hear of.
    wanted: TopicSet,
    /// The same with the topics that help.
    tracked: TopicSet,
    /// The groups whose messages are handed on where they are no objects.
    raw_groups: Vec<u32>,
    pub(super) mirror: Mirror,
    /// Topics that were listed.
    listed: TopicSet,
    /// Topics that are to be listed.
    doubted: TopicSet,
    suspects: Suspects,
    /// Suspects that are being looked into.
    inquiry: Option<Inquiry>,
    window: Option<Window>,
    /// Whether what is taken over was found by an audit.
    is_auditing: bool,
    /// What is to be dropped, in turns as well.
    rubbish: Vec<Tree>,
    /// Whether the queue must be read to its end first.
    overrun: bool,
    patience: u32,
    introduction: Introduction,
    pending: Pending,
    others: VecDeque<EventMessage>,
    /// Whether the caller has to hear that something was lost.
    lost: bool,
    pub(super) statistics: Statistics,
    room: Room,
}

/// How far the present state has been told.
enum Introduction {
    /// It is not known yet.
    Before,
    /// All topics before this one, and of it all objects up to this key.
    Within(usize, Option<Box<[u8]>>),
    Over,
}

/// What comes out.
pub(super) enum Output {
    Difference(Difference),
    Complete,
    Lost,
    Other(EventMessage),
}

impl Core {
    pub(super) fn new(wanted: TopicSet, raw_groups: Vec<u32>) -> Self {
        let tracked = wanted.with_helpers();
        Core {
            wanted,
            tracked,
            raw_groups,
            mirror: Mirror::default(),
            listed: TopicSet::default(),
            doubted: tracked,
            suspects: Suspects::default(),
            inquiry: None,
            window: None,
            is_auditing: false,
            rubbish: Vec::new(),
            overrun: false,
            patience: PATIENCE,
            // Of what is not watched nothing has to be known.
            introduction: match tracked.is_empty() {
                true => Introduction::Within(0, None),
                false => Introduction::Before,
            },
            pending: Pending::default(),
            others: VecDeque::new(),
            lost: false,
            statistics: Statistics::default(),
            room: Room::default(),
        }
    }

    /// Whether the present state is known.
    pub(super) fn is_ready(&self) -> bool {
        !matches!(self.introduction, Introduction::Before)
    }

    /// The topic that has to be listed before the present state is known.
    pub(super) fn awaited(&self) -> Option<Topic> {
        self.tracked.iter().find(|topic| !self.listed.contains(*topic))
    }

    /// Whether nothing is in doubt: what was read of the queue, and of lists, is all there is to know. An audit doubts
    /// nothing.
    pub(super) fn is_settled(&self) -> bool {
        self.is_quiet() && !self.overrun && self.window.as_ref().is_none_or(|window| window.is_audit)
    }

    /// Whether the list under way is an audit.
    pub(super) fn is_auditing(&self) -> bool {
        self.window.as_ref().is_some_and(|window| window.is_audit)
    }

    /// A datagram of a group, or of none: then it is for nobody.
    pub(super) fn datagram(&mut self, datagram: &[u8], group: Option<u32>, namespace: Option<i32>) {
        let mut messages = Messages::new(datagram);
        for message in messages.by_ref().filter(|message| message.header.message_type >= NLMSG_MIN_TYPE) {
            self.statistics.events += 1;
            self.message(message, group, namespace);
        }
        if !messages.rest().is_empty() {
            log::warn!("a multicast datagram ends with bytes that are not a message");
            self.lose();
        }
        self.patience = self.patience.saturating_sub(1);
        self.count_down();
    }

    fn message(&mut self, message: netlink_packet::Message<'_>, group: Option<u32>, namespace: Option<i32>) {
        let (header, bytes) = (message.header, message.bytes);
        match topic::told(header.message_type, bytes) {
            Told::New(topic, new) if self.tracked.contains(topic) => {
                return self.new_object(topic, new, header.flags);
            }
            Told::Gone(topic, gone) if self.tracked.contains(topic) => return self.gone_object(topic, gone),
            Told::Part(topic, part) if self.tracked.contains(topic) => {
                self.part_of_object(topic, part);
                if topic.facts().is_told_in_parts {
                    return;
                }
            }
            _ => (),
        }
        // What is no object may give some away.
        self.suspect(Sign::Message(header.message_type), None, Some(Message { bytes }));
        if group.is_none_or(|group| self.raw_groups.contains(&group)) {
            self.other(EventMessage::new(Bytes::copy_from_slice(bytes), group, namespace));
        }
    }

    /// A message tells a part of an object.
    fn part_of_object(&mut self, topic: Topic, part: Message<'_>) {
        if !self.take_key(topic, part) {
            return self.doubt(topic);
        }
        if self.window.as_ref().is_some_and(|window| window.topic == topic) {
            // The list may have read the object before this, or after.
            return self.doubt(topic);
        }
        let facts = topic.facts();
        let whole = match self.mirror.tree(topic).get(&self.room.key) {
            Some(object) => (facts.with_part)(Message::of(object), part),
            // The first notification of an object tells all of it. Of one that was missed the list to come does.
            None if facts.is_told_in_parts && !self.doubted.contains(topic) => Some(part.bytes.to_vec()),
            None => None,
        };
        if let Some(message) = whole {
            let record = Record::new(&mut self.room.scratch, &self.room.key, &message);
            self.put(topic, record);
        }
    }

    /// Whether the message says by what its object is known, which is in the room for keys then.
    fn take_key(&mut self, topic: Topic, message: Message<'_>) -> bool {
        self.room.key.clear();
        (topic.facts().key)(message, &mut self.room.key).is_some()
    }

    fn other(&mut self, message: EventMessage) {
        if self.others.len() < OTHERS {
            self.others.push_back(message);
        } else {
            self.lost = true;
        }
    }

    /// Events were lost in an overrun of the receive buffer.
    pub(super) fn overrun(&mut self) {
        self.statistics.overruns += 1;
        self.lose();
    }

    /// An event was cut off.
    pub(super) fn truncated(&mut self) {
        self.statistics.truncated += 1;
        self.lose();
    }

    fn lose(&mut self) {
        self.lost |= self.is_ready();
        self.overrun = true;
        self.doubted = self.tracked;
    }

    /// Nothing more is in the queue of events. Tells whether there is something to be done in [turns](Self::turn) now.
    pub(super) fn queue_is_empty(&mut self) -> bool {
        self.overrun = false;
        self.patience = 0;
        if let Some(window) = &mut self.window {
            window.begin_to_merge();
        }
        self.has_work()
    }

    fn count_down(&mut self) {
        let Some(window) = &mut self.window else { return };
        if let Stage::Ended(end) = &mut window.stage {
            end.queued = end.queued.saturating_sub(1);
            if end.queued == 0 {
                window.begin_to_merge();
            }
        }
    }

    /// The topic that is to be listed now.
    pub(super) fn begin_list(&mut self) -> Option<Topic> {
        if !self.may_list() {
            return None;
        }
        self.inquire();
        if self.inquiry.is_some() {
            return None;
        }
        let topic = self.doubted.iter().next()?;
        self.doubted.remove(topic);
        self.window = Some(Window::new(topic, false));
        self.statistics.lists += 1;
        Some(topic)
    }

    fn may_list(&self) -> bool {
        self.window.is_none() && !self.overrun && self.patience == 0
    }

    /// Whether nothing is to be listed, and a list can be made to see whether all is known.
    pub(super) fn may_audit(&self) -> bool {
        self.is_ready() && self.window.is_none() && self.is_settled()
    }

    /// Begins to list a topic of which nothing is in doubt.
    pub(super) fn begin_audit(&mut self, topic: Topic) {
        self.window = Some(Window::new(topic, true));
        self.statistics.audits += 1;
    }

    /// What is followed, for the caller or to help.
    pub(super) fn tracked(&self) -> TopicSet {
        self.tracked
    }

    /// Messages of the list.
    pub(super) fn listed<'m>(&mut self, messages: impl Iterator<Item = (u16, &'m [u8])>) {
        if let Some(window) = &mut self.window {
            window.listed(&self.mirror, &mut self.room, messages);
        }
    }

    /// The list has ended. One that was interrupted does not tell what is gone. `queued` datagrams, or as many more, may
    /// have been in the queue of events.
    pub(super) fn list_ended(&mut self, complete: bool, queued: usize) {
        let Some(window) = &mut self.window else { return };
        window.stage = Stage::Ended(End { complete, queued: queued + 1 });
        if !complete {
            self.statistics.interrupted += 1;
            // There will be another audit.
            if !window.is_audit {
                self.doubted.add(window.topic);
            }
        }
    }

    /// The list came to nothing, and has to be made again, but for an audit.
    pub(super) fn list_failed(&mut self) {
        if let Some(window) = self.window.take() {
            if !window.is_audit {
                self.doubted.add(window.topic);
            }
            self.rubbish.push(window.fresh);
        }
    }

    /// Whether there is something to be done in [turns](Self::turn).
    pub(super) fn has_work(&self) -> bool {
        self.window.as_ref().is_some_and(Window::is_merging)
            || self.inquiry.is_some()
            || !self.rubbish.is_empty()
    }

    /// Does a part of what takes long: looks at about so many objects. Tells whether there is more to do.
    pub(super) fn turn(&mut self, most: usize) -> bool {
        if let Some(window) = self.window.take_if(|window| window.is_merging()) {
            self.merge(window, most);
        } else if let Some(inquiry) = self.inquiry.take() {
            self.go_on(inquiry, most);
        } else if self.rubbish.last_mut().is_some_and(|rubbish| rubbish.shed(most)) {
            self.rubbish.pop();
        }
        self.has_work()
    }

    /// Begins to look into suspects.
    fn inquire(&mut self) {
        if !self.suspects.is_empty() && self.inquiry.is_none() {
            let sure = self.tracked.iter().filter(|topic| !self.doubted.contains(*topic)).collect();
            let suspects = std::mem::take(&mut self.suspects);
            self.go_on(suspects.inquiry(sure), 0);
        }
    }

    fn go_on(&mut self, mut inquiry: Inquiry, most: usize) {
        if inquiry.go_on(&self.mirror, &mut self.doubted, most) {
            self.inquiry = Some(inquiry);
        }
    }

    /// Whether the caller does not hear of the topic: it only helps.
    pub(super) fn is_helper(&self, topic: Topic) -> bool {
        !self.wanted.contains(topic)
    }

    fn doubt(&mut self, topic: Topic) {
        if self.tracked.contains(topic) {
            if self.is_quiet() {
                self.patience = PATIENCE;
            }
            self.doubted.add(topic);
        }
    }

    /// Whether there is nothing to be listed: when there is, more may come that has to be listed too.
    fn is_quiet(&self) -> bool {
        self.doubted.is_empty() && self.suspects.is_empty() && self.inquiry.is_none()
    }

    /// Whether it has to know when the queue of events is empty.
    pub(super) fn asks_for_the_end(&self) -> bool {
        match &self.window {
            Some(window) => self.overrun || matches!(window.stage, Stage::Ended(_)),
            None => !self.is_settled(),
        }
    }

    /// An event is about what has the key.
    fn touch(&mut self, topic: Topic) {
        let key = self.room.key.as_slice();
        let is_new = |window: &mut Window| window.topic == topic && !window.touched.contains(key);
        let Some(mut window) = self.window.take_if(is_new) else { return };
        window.touched.insert(key.into());
        if window.is_merging() && topic.has_slots() {
            let key = self.room.key.clone();
            self.settle(&window, &key);
        }
        self.window = Some(window);
    }

    fn new_object(&mut self, topic: Topic, message: Message<'_>, flags: Flags) {
        if !self.take_key(topic, message) {
            return self.doubt(topic);
        }
        self.touch(topic);
        let key = std::mem::take(&mut self.room.key);
        if let Some(slots) = &topic.facts().slots {
            self.new_in_slot((topic, slots), &key, message, flags);
        } else {
            let known = self.mirror.tree(topic).get(&key).map(Message::of);
            let whole = known.and_then(|known| topic.with_listed(message, known));
            let bytes = whole.as_deref().unwrap_or(message.bytes);
            let record = Record::new(&mut self.room.scratch, &key, bytes);
            let is_news = self.put(topic, record);
            if !is_news && topic.facts().is_repeated {
                self.suspect(Sign::Object(topic), Some(message), Some(message));
            }
            if topic.facts().only_listed.is_some_and(|of| (of.may_change)(Message { bytes })) {
                self.doubt(topic);
            }
        }
        self.room.key = key;
    }

    fn new_in_slot(
        &mut self,
        (topic, slots): (Topic, &Slots),
        base: &[u8],
        message: Message<'_>,
        flags: Flags,
    ) {
        let olds = self.group(topic, base);
        let same = olds.iter().find(|old| (slots.is_same)(Message::of(old), message));
        let replaces = flags.contains(Flags::REPLACE) && slots.are_replaced;
        let joins = (slots.joins)(message);
        let mut class = olds.iter().filter(|old| (slots.joins)(Message::of(old)) == joins);
        let replaced = match (class.next(), class.next()) {
            (Some(one), None) => Some(one),
            (None, _) if olds.len() == 1 => olds.first(),
            _ => None,
        };
        // Which one of several was replaced is not said; nor whether an equal one is there twice now, or was listed already.
        let doubtful = match same {
            Some(_) => slots.can_be_equal || (replaces && olds.len() > 1 && !joins),
            None => replaces && replaced.is_none() && !olds.is_empty(),
        };
        let key = match same.or(replaced.filter(|_| replaces)) {
            Some(old) => old.key().to_vec(),
            None => self.free_key(topic, base, olds.is_empty()),
        };
        let record = Record::new(&mut self.room.scratch, &key, message.bytes);
        self.put(topic, record);
        if doubtful {
            self.doubt(topic);
        }
    }

    /// The key of another object that has this in common with others, or of the only one.
    fn free_key(&self, topic: Topic, base: &[u8], is_only: bool) -> Vec<u8> {
        let mut key = Vec::with_capacity(base.len() + SLOT);
        key.extend(base);
        match is_only {
            true => key.extend([0; SLOT]),
            false => add_slot(self.mirror.tree(topic), &mut key),
        }
        key
    }

    fn gone_object(&mut self, topic: Topic, message: Message<'_>) {
        if !self.take_key(topic, message) {
            return self.doubt(topic);
        }
        self.touch(topic);
        let key = std::mem::take(&mut self.room.key);
        if let Some(slots) = &topic.facts().slots {
            self.gone_from_slot((topic, slots), &key, message);
        } else {
            self.take(topic, &key);
        }
        self.room.key = key;
    }

    fn gone_from_slot(&mut self, (topic, slots): (Topic, &Slots), base: &[u8], message: Message<'_>) {
        let olds = self.group(topic, base);
        let same = olds.iter().rev().find(|old| (slots.is_same)(Message::of(old), message));
        match same {
            // One of several paths is gone; what is left the kernel does not say.
            Some(old) if (slots.joins)(message) && !(slots.has_paths_of)(message, Message::of(old)) => {
                self.doubt(topic);
            }
            Some(old) => self.take(topic, old.key()),
            None if olds.is_empty() => (),
            None => self.doubt(topic),
        }
    }

    /// The objects that have this in common.
    fn group(&self, topic: Topic, base: &[u8]) -> Vec<Record> {
        of_base(self.mirror.tree(topic), topic, base).cloned().collect()
    }

    /// Makes these the objects that have `base` in common. They keep their numbers as far as they are the same.
    fn set_group(&mut self, topic: Topic, base: &[u8], news: &[Record]) {
        let mut olds = self.group(topic, base);
        let mut left = Vec::new();
        for new in news {
            let same = olds.iter().position(|old| topic.is_same_object(Message::of(old), Message::of(new)));
            match same {
                Some(at) => {
                    let old = olds.remove(at);
                    self.put_under(topic, old.key(), new);
                }
                None => left.push(new),
            }
        }
        for new in left {
            if olds.is_empty() {
                let mut key = base.to_vec();
                if topic.has_slots() {
                    add_slot(self.mirror.tree(topic), &mut key);
                }
                self.put_under(topic, &key, new);
            } else {
                let old = olds.remove(0);
                self.put_under(topic, old.key(), new);
            }
        }
        for old in olds {
            self.take(topic, old.key());
        }
    }

    fn put_under(&mut self, topic: Topic, key: &[u8], record: &Record) {
        let record = match record.key() == key {
            true => record.clone(),
            false => Record::new(&mut self.room.scratch, key, record.message()),
        };
        self.put(topic, record);
    }

    /// Takes over how an object is; whether it was not like that.
    fn put(&mut self, topic: Topic, record: Record) -> bool {
        let before = self.mirror.insert(topic, record.clone());
        let same = |before: &Record| says_the_same(topic, Message::of(before), Message::of(&record));
        if before.as_ref().is_some_and(same) {
            return false;
        }
        self.found(topic, before.as_ref(), Some(&record));
        self.suspect(Sign::Object(topic), before.as_ref().map(Message::of), Some(Message::of(&record)));
        self.note(topic, record.key(), before, true);
        true
    }

    fn take(&mut self, topic: Topic, key: &[u8]) {
        if let Some(before) = self.mirror.remove(topic, key) {
            self.found(topic, Some(&before), None);
            self.suspect(Sign::Object(topic), Some(Message::of(&before)), None);
            self.note(topic, key, Some(before), false);
        }
    }

    /// What a notification gives away of silent changes.
    fn suspect(&mut self, of: Sign, before: Option<Message<'_>>, now: Option<Message<'_>>) {
        let was_quiet = self.is_quiet();
        let notification = Notification { of, before, now, mirror: &self.mirror };
        if self.suspects.note(self.tracked, &mut self.doubted, &notification) && was_quiet {
            self.patience = PATIENCE;
        }
    }

    /// An audit found that an object differs.
    fn found(&mut self, topic: Topic, before: Option<&Record>, now: Option<&Record>) {
        if !self.is_auditing {
            return;
        }
        self.statistics.audit_differences += 1;
        if let Some(record) = now.or(before).filter(|_| log::log_enabled!(log::Level::Debug)) {
            let how = match (before, now) {
                (None, _) => "new",
                (_, None) => "gone",
                _ => "different",
            };
            let payload = record.message().get(HEADER_LEN..).unwrap_or_default();
            let object = rtnetlink::message::describe(topic.facts().types.new, payload);
            log::debug!("an audit of {} found an object that is {how}: {object:?}", topic.facts().name);
        }
    }

    /// Brings a list that has ended together with what events told meanwhile, so many objects at a time.
    fn merge(&mut self, mut window: Window, most: usize) {
        self.is_auditing = window.is_audit;
        let is_over = self.merge_some(&mut window, most);
        self.is_auditing = false;
        if is_over { self.merged(window) } else { self.window = Some(window) }
    }

    /// Whether that was all.
    fn merge_some(&mut self, window: &mut Window, most: usize) -> bool {
        let Stage::Merging(Merge { complete, step, .. }) = &mut window.stage else { return true };
        let (complete, step) = (*complete, std::mem::replace(step, Step::Missing(None)));
        let (is_unsure, next) = match step {
            Step::Touched(last) => self.merge_touched(window, last.as_deref(), most),
            Step::Listed(None) if self.takes_over(window, complete, most) => (self.take_over(window), None),
            Step::Listed(last) => self.merge_listed(window, last.as_deref(), most),
            Step::Missing(from) => (false, self.merge_missing(window, complete, from.as_deref(), most)),
        };
        let is_over = next.is_none();
        if let Stage::Merging(merge) = &mut window.stage {
            merge.is_unsure |= is_unsure;
            merge.step = next.unwrap_or(Step::Missing(None));
        }
        is_over
    }

    /// What events were about, behind a key: whether something is left open, and what comes next.
    fn merge_touched(&self, window: &Window, last: Option<&[u8]>, most: usize) -> (bool, Option<Step>) {
        let from = last.map_or(Unbounded, Excluded);
        let bases: Vec<_> = window.touched.range::<[u8], _>((from, Unbounded)).take(most).cloned().collect();
        let is_unsure = bases.iter().any(|base| self.is_unsure_of_touched(window, base));
        let last = bases.into_iter().nth(most.saturating_sub(1));
        (is_unsure, Some(last.map_or(Step::Listed(None), |last| Step::Touched(Some(last)))))
    }

    /// The same of what was listed and is not known alike.
    fn merge_listed(&mut self, window: &Window, last: Option<&[u8]>, most: usize) -> (bool, Option<Step>) {
        let groups = window.kept_behind(last, most);
        let mut is_unsure = false;
        for group in &groups {
            is_unsure |= self.merge_group(window, group);
        }
        let last = groups.last().and_then(|group| group.first());
        let next = match last.map(|record| window.topic.base(record.key()).into()) {
            Some(last) => Step::Listed(Some(last)),
            None => Step::Missing(None),
        };
        (is_unsure, Some(next))
    }

    /// The same of what is known and was not listed, from a key on: it is gone, if the list is complete.
    fn merge_missing(
        &mut self,
        window: &Window,
        complete: bool,
        from: Option<&[u8]>,
        most: usize,
    ) -> Option<Step> {
        if !complete {
            return None;
        }
        let (missing, from) = window.missing_from(self.mirror.tree(window.topic), from, most);
        missing.iter().for_each(|record| self.take(window.topic, record.key()));
        from.map(|from| Step::Missing(Some(from)))
    }

    /// A list was brought together with what is known.
    fn merged(&mut self, window: Window) {
        let Window { topic, fresh, stage: Stage::Merging(Merge { complete, is_unsure, .. }), .. } = window
        else {
            return;
        };
        if fresh.len() > 0 {
            self.rubbish.push(fresh);
        }
        if is_unsure {
            self.doubt(topic);
        }
        if complete {
            self.listed.add(topic);
        }
        if self.listed == self.tracked && !self.is_ready() {
            self.introduction = Introduction::Within(0, None);
        }
    }

    /// Whether a first list can be taken as the state, as it is.
    fn takes_over(&self, window: &Window, complete: bool, most: usize) -> bool {
        let topic = window.topic;
        // Names would take their time.
        topic.facts().names.is_none()
            && complete
            && !self.listed.contains(topic)
            && window.seen.is_empty()
            && window.touched.len() <= most
    }

    /// Takes a list as the state, but for what events told meanwhile.
    fn take_over(&mut self, window: &mut Window) -> bool {
        let topic = window.topic;
        let mut is_unsure = false;
        let told: Vec<_> = window.touched.iter().map(|base| (base, self.group(topic, base))).collect();
        for base in window.touched.iter().filter(|_| topic.has_slots()) {
            is_unsure |= self.is_unsure(topic, base, &window.kept(base));
        }
        let before = self.mirror.replace(topic, std::mem::take(&mut window.fresh));
        self.rubbish.push(before);
        told.iter().for_each(|(base, group)| self.set_group(topic, base, group));
        is_unsure
    }

    /// Takes over what was listed of objects that have this in common, unless an event told of them.
    fn merge_group(&mut self, window: &Window, listed: &[Record]) -> bool {
        let topic = window.topic;
        let base = listed.first().map(|record| topic.base(record.key())).unwrap_or_default();
        if window.touched.contains(base) {
            listed.iter().for_each(|listed| self.complete_from_list(topic, listed));
            return self.is_unsure(topic, base, listed);
        }
        if !self.is_known(topic, listed) {
            self.set_group(topic, base, listed);
        }
        false
    }

    /// Takes over what only a list includes of an object, for all else of which an event counts.
    fn complete_from_list(&mut self, topic: Topic, listed: &Record) {
        let known = self.mirror.tree(topic).get(listed.key()).map(Message::of);
        if let Some(message) = known.and_then(|known| topic.with_listed(known, Message::of(listed))) {
            let record = Record::new(&mut self.room.scratch, listed.key(), &message);
            self.put(topic, record);
        }
    }

    /// Takes over what was listed of objects that have this in common, before an event about one of them counts.
    fn settle(&mut self, window: &Window, base: &[u8]) {
        let Stage::Merging(Merge { complete, .. }) = window.stage else { return };
        self.is_auditing = window.is_audit;
        let listed = window.kept(base);
        if !listed.is_empty() && !self.is_known(window.topic, &listed) {
            self.set_group(window.topic, base, &listed);
        } else if listed.is_empty() && complete && !window.has_listed(base) {
            self.set_group(window.topic, base, &[]);
        }
        self.is_auditing = false;
    }

    /// Whether events about what the list tells nothing of, or nothing new, leave it open how it stands.
    fn is_unsure_of_touched(&self, window: &Window, base: &[u8]) -> bool {
        let topic = window.topic;
        match (window.kept(base).is_empty(), window.has_listed(base)) {
            // Its turn comes with what was kept.
            (false, _) => false,
            // One was listed, alone.
            (true, true) => self.group(topic, base).len() > 1,
            (true, false) => self.is_unsure(topic, base, &[]),
        }
    }

    /// Whether all of a group are known by the very same records, and no others.
    fn is_known(&self, topic: Topic, group: &[Record]) -> bool {
        let base = group.first().map(|record| topic.base(record.key())).unwrap_or_default();
        let tree = self.mirror.tree(topic);
        let mut known = tree.from(base).take_while(|record| topic.base(record.key()) == base);
        group.iter().all(|record| known.next().is_some_and(|known| known.is(record)))
            && known.next().is_none()
    }

    /// Whether events about objects that have this in common leave it open how they stand.
    fn is_unsure(&self, topic: Topic, base: &[u8], listed: &[Record]) -> bool {
        if !topic.has_slots() {
            return false;
        }
        let mut known = self.group(topic, base);
        if known.len() <= 1 && listed.len() <= 1 {
            // An event may have been about another one, if what was listed is not known from before.
            let is_known = |listed: &Record| {
                known
                    .first()
                    .is_some_and(|known| topic.is_same_object(Message::of(known), Message::of(listed)))
            };
            return !self.listed.contains(topic) && !listed.iter().all(is_known);
        }
        let all_known = listed.iter().all(|listed| {
            let same = |known: &Record| says_the_same(topic, Message::of(known), Message::of(listed));
            known.iter().position(same).map(|at| known.remove(at)).is_some()
        });
        !all_known || !known.is_empty()
    }

    /// Takes note that an object was like this before, if the caller has heard of it.
    fn note(&mut self, topic: Topic, key: &[u8], before: Option<Record>, exists: bool) {
        let heard = match &self.introduction {
            Introduction::Before => false,
            Introduction::Within(at, last) => {
                let place = topic as usize;
                place < *at || (place == *at && last.as_deref().is_some_and(|last| key <= last))
            }
            Introduction::Over => true,
        };
        if heard && self.wanted.contains(topic) {
            self.pending.note(topic, key, before, exists);
        }
    }

    /// What the caller hears next.
    pub(super) fn next(&mut self) -> Option<Output> {
        if let Introduction::Within(..) = self.introduction {
            return Some(self.introduce());
        }
        if std::mem::take(&mut self.lost) {
            return Some(Output::Lost);
        }
        while let Some((topic, key, before)) = self.pending.pop() {
            let now = self.mirror.tree(topic).get(&key).cloned();
            let same = match (&before, &now) {
                (Some(before), Some(now)) => says_the_same(topic, Message::of(before), Message::of(now)),
                (before, now) => before.is_none() && now.is_none(),
            };
            if !same {
                return Some(Output::Difference(Difference { topic, before, now }));
            }
        }
        self.others.pop_front().map(Output::Other)
    }

    fn introduce(&mut self) -> Output {
        while let Introduction::Within(at, last) = &mut self.introduction {
            let Some(topic) = Topic::ALL.get(*at).copied() else {
                self.introduction = Introduction::Over;
                break;
            };
            let next = match last.as_deref().filter(|_| self.wanted.contains(topic)) {
                Some(last) => self.mirror.tree(topic).from(last).find(|record| record.key() != last),
                None => self.mirror.tree(topic).iter().next(),
            };
            match next.filter(|_| self.wanted.contains(topic)) {
                Some(record) => {
                    *last = Some(record.key().into());
                    let now = Some(record.clone());
                    return Output::Difference(Difference { topic, before: None, now });
                }
                None => self.introduction = Introduction::Within(*at + 1, None),
            }
        }
        Output::Complete
    }

    /// Objects that the list under way has to keep.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.window.as_ref().map_or(0, |window| window.fresh.len())
    }

    /// Objects whose changes the caller has not taken yet.
    #[cfg(test)]
    pub(super) fn pending(&self) -> usize {
        self.pending.before.len()
    }
}

/// What an object is known by.
type Name = (Topic, Arc<[u8]>);

/// Objects whose changes the caller has not taken: how they were when it last heard of them. However often one changes,
/// it is here once.
#[derive(Default)]
struct Pending {
    before: HashMap<Name, (u64, Option<Record>)>,
    /// In the order of their first change. Some are not pending any more, or again with another number.
    queue: VecDeque<(u64, Topic, Arc<[u8]>)>,
    next: u64,
}

impl Pending {
    fn note(&mut self, topic: Topic, key: &[u8], before: Option<Record>, exists: bool) {
        let key: Arc<[u8]> = key.into();
        match self.before.entry((topic, Arc::clone(&key))) {
            // Made and gone since: as if it had never been.
            Entry::Occupied(known) if known.get().1.is_none() && !exists => drop(known.remove()),
            Entry::Occupied(_) => (),
            Entry::Vacant(place) => {
                self.next += 1;
                place.insert((self.next, before));
                self.queue.push_back((self.next, topic, key));
                self.tidy();
            }
        }
    }

    /// Keeps the queue in proportion.
    fn tidy(&mut self) {
        if self.queue.len() > 64 + 2 * self.before.len() {
            let before = &self.before;
            self.queue.retain(|(number, topic, key)| {
                before.get(&(*topic, Arc::clone(key))).is_some_and(|(own, _)| own == number)
            });
        }
    }

    /// What a burst took is not kept for the next one.
    fn give_room_back(&mut self) {
        if self.before.is_empty() && self.before.capacity() > OTHERS {
            (self.before, self.queue) = Default::default();
        }
    }

    fn pop(&mut self) -> Option<(Topic, Arc<[u8]>, Option<Record>)> {
        loop {
            let (number, topic, key) = self.queue.pop_front()?;
            let Entry::Occupied(known) = self.before.entry((topic, key)) else { continue };
            if known.get().0 == number {
                let ((topic, key), (_, before)) = known.remove_entry();
                self.give_room_back();
                return Some((topic, key, before));
            }
        }
    }
}
