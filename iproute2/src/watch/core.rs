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
//! After an overrun the kernel queues nothing more until the queue is read to its end; only then a list may begin.

use super::Statistics;
use super::events::EventMessage;
use super::hint;
use super::mirror::Mirror;
use super::silence::{Sign, Suspects};
use super::topic::{self, Message, SLOT, Told, Topic, Topics, is_same_object, says_the_same};
use super::tree::{Record, Tree};
use bytes::Bytes;
use netlink_packet::{Flags, Messages, NLMSG_MIN_TYPE};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Messages that are no objects and wait to be taken. More are lost, and it is said.
const OTHERS: usize = 1024;
/// Datagrams that are read before a list begins for which there is no hurry: one list is for all that they give away.
const PATIENCE: u32 = 1024;

/// What is known, what is told, and what is still to be found out.
pub(super) struct Core {
    /// What the caller wants to hear of.
    wanted: Topics,
    /// The same with the topics that help.
    tracked: Topics,
    /// The groups whose messages are handed on where they are no objects.
    raw_groups: Vec<u32>,
    pub(super) mirror: Mirror,
    /// Topics that were listed.
    listed: Topics,
    /// Topics that are to be listed.
    doubted: Topics,
    suspects: Suspects,
    window: Option<Window>,
    /// Whether the queue must be read to its end first.
    overrun: bool,
    patience: u32,
    introduction: Introduction,
    pending: Pending,
    others: VecDeque<EventMessage>,
    /// Whether the caller has to hear that something was lost.
    lost: bool,
    pub(super) statistics: Statistics,
    scratch: Vec<u8>,
    key: Vec<u8>,
}

/// A list under way, or one that has ended and waits for the events that were queued by then.
struct Window {
    topic: Topic,
    /// What was listed, under keys that are numbered in the order of the list.
    fresh: Tree,
    /// What events were about since the list began.
    touched: HashSet<Box<[u8]>>,
    end: Option<End>,
}

/// The end of a list.
struct End {
    /// Whether what was not listed does not exist.
    complete: bool,
    /// Datagrams that may still have been queued when it ended.
    queued: usize,
}

/// How far the present state has been told.
enum Introduction {
    /// It is not known yet.
    Before,
    /// All topics before this one, and of it all objects up to this key.
    Within(usize, Option<Box<[u8]>>),
    Over,
}

/// A change of an object, in the bytes of its messages.
pub(super) struct Difference {
    pub(super) topic: Topic,
    pub(super) before: Option<Record>,
    pub(super) now: Option<Record>,
}

/// What comes out.
pub(super) enum Output {
    Difference(Difference),
    Complete,
    Lost,
    Other(EventMessage),
}

impl Core {
    pub(super) fn new(wanted: Topics, raw_groups: Vec<u32>) -> Self {
        let tracked = wanted.with_helpers();
        Core {
            wanted,
            tracked,
            raw_groups,
            mirror: Mirror::default(),
            listed: Topics::default(),
            doubted: tracked,
            suspects: Suspects::default(),
            window: None,
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
            scratch: Vec::new(),
            key: Vec::new(),
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

    /// Whether nothing is in doubt: what was read of the queue, and of lists, is all there is to know.
    pub(super) fn is_settled(&self) -> bool {
        self.doubted.is_empty() && self.window.is_none() && !self.overrun && self.suspects.is_empty()
    }

    /// A datagram of a group, or of none: then it is for nobody.
    pub(super) fn datagram(&mut self, datagram: &[u8], group: Option<u32>, namespace: Option<i32>) {
        let mut messages = Messages::new(datagram);
        for message in messages.by_ref().filter(|message| message.header.kind >= NLMSG_MIN_TYPE) {
            self.statistics.events += 1;
            let bytes = message.bytes;
            match topic::told(message.header.kind, bytes) {
                Told::New(topic, new) if self.tracked.contains(topic) => {
                    self.new_object(topic, new, message.header.flags);
                }
                Told::Gone(topic, gone) if self.tracked.contains(topic) => self.gone_object(topic, gone),
                told => {
                    self.hint(told);
                    if group.is_none_or(|group| self.raw_groups.contains(&group)) {
                        self.other(EventMessage::new(Bytes::copy_from_slice(bytes), group, namespace));
                    }
                }
            }
        }
        if !messages.rest().is_empty() {
            log::warn!("a datagram of a group ends in bytes that are no message");
            self.lose();
        }
        self.patience = self.patience.saturating_sub(1);
        self.count_down();
    }

    /// What is no object may give some away.
    fn hint(&mut self, told: Told<'_>) {
        match told {
            Told::Ipv6(event) => self.suspect(Sign::Ipv6, None, Some(event)),
            Told::Prefix(event) | Told::RouterOption(event) => {
                self.suspect(Sign::Advertisement, None, Some(event));
            }
            _ => (),
        }
        match told {
            Told::Port => self.doubt(Topic::Link),
            Told::Ipv6(event) => {
                self.ipv6_of_link(event);
                // An address that is made is told of when its duplicate address detection ends.
                self.doubt(Topic::Address);
            }
            Told::Prefix(prefix) if hint::gives_away_addresses(prefix, &self.mirror) => {
                self.doubt(Topic::Address);
            }
            _ => (),
        }
    }

    /// IPv6 tells its part of a link.
    fn ipv6_of_link(&mut self, event: Message<'_>) {
        let key = event.u32(4).to_be_bytes();
        let is_listed_now = self.window.as_ref().is_some_and(|window| window.topic == Topic::Link);
        match self.mirror.tree(Topic::Link).get(&key) {
            // The list may have read the link before this, or after.
            _ if is_listed_now => self.doubt(Topic::Link),
            Some(link) => {
                if let Some(message) = hint::with_ipv6(Message::of(link), event) {
                    let record = Record::new(&mut self.scratch, &key, &message);
                    self.put(Topic::Link, record);
                }
            }
            None => (),
        }
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

    /// Nothing more is in the queue of events. Tells whether that completed a list.
    pub(super) fn queue_is_empty(&mut self) -> bool {
        self.overrun = false;
        self.patience = 0;
        let ended = self.window.as_ref().is_some_and(|window| window.end.is_some());
        if ended {
            self.merge();
        }
        ended
    }

    fn count_down(&mut self) {
        let Some(Window { end: Some(end), .. }) = &mut self.window else { return };
        end.queued = end.queued.saturating_sub(1);
        if end.queued == 0 {
            self.merge();
        }
    }

    /// The topic that is to be listed now.
    pub(super) fn begin_list(&mut self) -> Option<Topic> {
        if self.window.is_some() || self.overrun || self.patience > 0 {
            return None;
        }
        let sure = self.tracked.iter().filter(|topic| !self.doubted.contains(*topic)).collect();
        let doubted = self.suspects.take_doubted(sure, &self.mirror);
        doubted.iter().for_each(|topic| self.doubted.add(topic));
        let topic = self.doubted.iter().next()?;
        self.doubted.remove(topic);
        self.window = Some(Window { topic, fresh: Tree::default(), touched: HashSet::new(), end: None });
        self.statistics.lists += 1;
        Some(topic)
    }

    /// A message of the list.
    pub(super) fn listed(&mut self, kind: u16, bytes: &[u8]) {
        let Some(window) = &mut self.window else { return };
        let topic = window.topic;
        let message = match topic::told(kind, bytes) {
            Told::New(of, message) if of == topic => message,
            _ => return,
        };
        if message.write_key(topic, &mut self.key).is_none() {
            return;
        }
        if topic.has_slots() {
            add_slot(&window.fresh, &mut self.key);
        }
        // What has not changed is shared, and takes no memory.
        let known = self.mirror.tree(topic).get(&self.key);
        let record = match known.filter(|known| known.message().get(16..) == bytes.get(16..)) {
            Some(known) => known.clone(),
            None => Record::new(&mut self.scratch, &self.key, bytes),
        };
        window.fresh.insert(record);
    }

    /// The list has ended. One that was interrupted does not tell what is gone. `queued` datagrams, or as many more, may
    /// have been in the queue of events.
    pub(super) fn list_ended(&mut self, complete: bool, queued: usize) {
        if let Some(window) = &mut self.window {
            window.end = Some(End { complete, queued: queued + 1 });
            if !complete {
                self.statistics.interrupted += 1;
                self.doubted.add(window.topic);
            }
        }
    }

    /// The list came to nothing, and has to be made again.
    pub(super) fn list_failed(&mut self) {
        if let Some(window) = self.window.take() {
            self.doubted.add(window.topic);
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
        self.doubted.is_empty() && self.suspects.is_empty()
    }

    /// Whether it has to know when the queue of events is empty.
    #[cfg(feature = "tokio")]
    pub(super) fn asks_for_the_end(&self) -> bool {
        match &self.window {
            Some(window) => self.overrun || window.end.is_some(),
            None => !self.is_settled(),
        }
    }

    fn touch(&mut self, topic: Topic) {
        if let Some(window) = self.window.as_mut().filter(|window| window.topic == topic) {
            if !window.touched.contains(self.key.as_slice()) {
                window.touched.insert(self.key.as_slice().into());
            }
        }
    }

    fn new_object(&mut self, topic: Topic, message: Message<'_>, flags: Flags) {
        if message.write_key(topic, &mut self.key).is_none() {
            return self.doubt(topic);
        }
        self.touch(topic);
        let key = std::mem::take(&mut self.key);
        if topic.has_slots() {
            self.new_in_slot(topic, &key, message, flags);
        } else {
            let record = Record::new(&mut self.scratch, &key, message.bytes);
            let is_news = self.put(topic, record);
            if !is_news && topic == Topic::Link {
                self.suspect(Sign::Object(topic), Some(message), Some(message));
            }
        }
        self.key = key;
    }

    fn new_in_slot(&mut self, topic: Topic, base: &[u8], message: Message<'_>, flags: Flags) {
        let olds = self.group(topic, base);
        let same = olds.iter().find(|old| is_same_object(topic, Message::of(old), message));
        let replaces = flags.contains(Flags::REPLACE) && topic != Topic::Rule;
        let mut class = olds.iter().filter(|old| Message::of(old).joins(topic) == message.joins(topic));
        let replaced = match (class.next(), class.next()) {
            (Some(one), None) => Some(one),
            (None, _) if olds.len() == 1 => olds.first(),
            _ => None,
        };
        // Which one of several was replaced is not said; nor whether a rule is there twice now, or was listed already.
        let doubtful = match same {
            Some(_) => topic == Topic::Rule || (replaces && olds.len() > 1 && !message.joins(topic)),
            None => replaces && replaced.is_none() && !olds.is_empty(),
        };
        let key = match same.or(replaced.filter(|_| replaces)) {
            Some(old) => old.key().to_vec(),
            None => {
                let mut key = Vec::with_capacity(base.len() + SLOT);
                key.extend(base);
                match olds.is_empty() {
                    true => key.extend([0; SLOT]),
                    false => add_slot(self.mirror.tree(topic), &mut key),
                }
                key
            }
        };
        let record = Record::new(&mut self.scratch, &key, message.bytes);
        self.put(topic, record);
        if doubtful {
            self.doubt(topic);
        }
    }

    fn gone_object(&mut self, topic: Topic, message: Message<'_>) {
        if message.write_key(topic, &mut self.key).is_none() {
            return self.doubt(topic);
        }
        self.touch(topic);
        let key = std::mem::take(&mut self.key);
        if topic.has_slots() {
            self.gone_from_slot(topic, &key, message);
        } else {
            self.take(topic, &key);
        }
        self.key = key;
    }

    fn gone_from_slot(&mut self, topic: Topic, base: &[u8], message: Message<'_>) {
        let olds = self.group(topic, base);
        let same = olds.iter().rev().find(|old| is_same_object(topic, Message::of(old), message));
        match same {
            // One of several paths is gone; what is left the kernel does not say.
            Some(old) if message.joins(topic) && !has_paths_of(topic, message, Message::of(old)) => {
                self.doubt(topic);
            }
            Some(old) => self.take(topic, old.key()),
            None if olds.is_empty() => (),
            None => self.doubt(topic),
        }
    }

    /// The objects that have this in common.
    fn group(&self, topic: Topic, base: &[u8]) -> Vec<Record> {
        self.mirror
            .tree(topic)
            .under(base)
            .filter(|record| topic.base(record.key()) == base)
            .cloned()
            .collect()
    }

    /// Makes these the objects that have `base` in common. They keep their numbers as far as they are the same.
    fn set_group(&mut self, topic: Topic, base: &[u8], news: &[Record]) {
        let mut olds = self.group(topic, base);
        let mut left = Vec::new();
        for new in news {
            let same = olds.iter().position(|old| is_same_object(topic, Message::of(old), Message::of(new)));
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
            false => Record::new(&mut self.scratch, key, record.message()),
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
        self.suspect(Sign::Object(topic), before.as_ref().map(Message::of), Some(Message::of(&record)));
        self.note(topic, record.key(), before, true);
        true
    }

    fn take(&mut self, topic: Topic, key: &[u8]) {
        if let Some(before) = self.mirror.remove(topic, key) {
            self.suspect(Sign::Object(topic), Some(Message::of(&before)), None);
            self.note(topic, key, Some(before), false);
        }
    }

    /// What a notification gives away of silent changes.
    fn suspect(&mut self, of: Sign, before: Option<Message<'_>>, now: Option<Message<'_>>) {
        let was_quiet = self.is_quiet();
        if self.suspects.note((self.tracked, &self.mirror), of, before, now) && was_quiet {
            self.patience = PATIENCE;
        }
    }

    /// Brings a list that has ended together with what events told meanwhile.
    fn merge(&mut self) {
        let Some(Window { topic, fresh, touched, end: Some(End { complete, .. }) }) = self.window.take()
        else {
            return;
        };
        let first = !self.listed.contains(topic);
        let unsure = match first && complete {
            true => self.begin_with(topic, fresh, &touched),
            false => self.merge_groups(topic, &fresh, &touched, complete),
        };
        if unsure {
            self.doubt(topic);
        }
        if complete {
            self.listed.add(topic);
        }
        if self.listed == self.tracked && !self.is_ready() {
            self.introduction = Introduction::Within(0, None);
        }
    }

    /// Takes a list as the state, but for what events told meanwhile.
    fn begin_with(&mut self, topic: Topic, fresh: Tree, touched: &HashSet<Box<[u8]>>) -> bool {
        let mut unsure = false;
        let told: Vec<_> = touched.iter().map(|base| (base, self.group(topic, base))).collect();
        for base in touched.iter().filter(|_| topic.has_slots()) {
            let listed: Vec<_> =
                fresh.under(base).filter(|record| topic.base(record.key()) == &**base).cloned().collect();
            unsure |= self.is_unsure(topic, base, &listed);
        }
        self.mirror.replace(topic, fresh);
        told.iter().for_each(|(base, group)| self.set_group(topic, base, group));
        unsure
    }

    fn merge_groups(
        &mut self,
        topic: Topic,
        fresh: &Tree,
        touched: &HashSet<Box<[u8]>>,
        complete: bool,
    ) -> bool {
        let mut unsure = false;
        let mut listed = fresh.iter().peekable();
        while let Some(record) = listed.next() {
            let base = topic.base(record.key());
            let mut group = vec![record.clone()];
            while let Some(next) = listed.next_if(|next| topic.base(next.key()) == base) {
                group.push(next.clone());
            }
            if touched.contains(base) {
                unsure |= self.is_unsure(topic, base, &group);
            } else if !self.is_known(topic, &group) {
                self.set_group(topic, base, &group);
            }
        }
        if complete {
            let known = self.mirror.tree(topic).clone();
            let mut listed = fresh.iter().peekable();
            for record in known.iter() {
                let base = topic.base(record.key());
                while listed.next_if(|listed| topic.base(listed.key()) < base).is_some() {}
                let is_listed = listed.peek().is_some_and(|listed| topic.base(listed.key()) == base);
                if !is_listed && !touched.contains(base) {
                    self.take(topic, record.key());
                }
            }
            for base in touched.iter().filter(|base| topic.has_slots() && !self.is_listed(topic, fresh, base))
            {
                unsure |= self.is_unsure(topic, base, &[]);
            }
        }
        unsure
    }

    fn is_listed(&self, topic: Topic, fresh: &Tree, base: &[u8]) -> bool {
        fresh.under(base).any(|record| topic.base(record.key()) == base)
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
            return false;
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

    /// Objects whose changes the caller has not taken yet.
    #[cfg(test)]
    pub(super) fn pending(&self) -> usize {
        self.pending.before.len()
    }
}

/// Whether these are all paths of a route.
fn has_paths_of(topic: Topic, these: Message<'_>, route: Message<'_>) -> bool {
    let these = these.hops(topic);
    route.hops(topic).iter().all(|hop| these.iter().any(|this| this.is(hop)))
}

/// Puts the first number behind a key that no object has.
fn add_slot(tree: &Tree, key: &mut Vec<u8>) {
    let base = key.len();
    for slot in 0..=u16::MAX {
        key.extend(slot.to_be_bytes());
        if tree.get(key).is_none() {
            return;
        }
        key.truncate(base);
    }
    key.extend([0xff; SLOT]);
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
