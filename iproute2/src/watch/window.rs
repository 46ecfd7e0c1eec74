//! A list under way, or one that has ended and is brought together with what is known.
//!
//! What the list tells of objects that are known alike is not kept: where it comes in the order of the mirror, as the
//! kernel's routes do, runs of records are enough, of which only the first and the last are remembered.

use super::mirror::Mirror;
use super::topic::{Message, SLOT, Topic};
use super::tree::{Record, Records, Tree};
use std::collections::BTreeSet;

/// A run of fewer records takes more memory than they do by themselves.
const SHORT: usize = 4;
/// With more runs than this the list has no order.
const RUNS: usize = 64;
/// Records that a list may pass over, to come back to them.
const NEAR: usize = 40;

/// Room that is used again and again.
#[derive(Default)]
pub(super) struct Room {
    pub(super) scratch: Vec<u8>,
    pub(super) key: Vec<u8>,
}

/// A list, and what has come beside it.
pub(super) struct Window {
    pub(super) topic: Topic,
    /// Whether nothing was in doubt: it is made to see whether all is known.
    pub(super) is_audit: bool,
    /// What was listed and is known.
    pub(super) seen: Runs,
    /// What else was listed, under keys that are numbered in the order of the list.
    pub(super) fresh: Tree,
    /// What events were about since the list began.
    pub(super) touched: BTreeSet<Box<[u8]>>,
    pub(super) stage: Stage,
}

/// How far a list has come.
pub(super) enum Stage {
    Listing,
    Ended(End),
    Merging(Merge),
}

/// The end of a list.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// Whether what was not listed does not exist.
    pub(super) complete: bool,
    /// Datagrams that may still have been queued when it ended.
    pub(super) queued: usize,
}

/// How far a list has been brought together with what is known.
pub(super) struct Merge {
    pub(super) complete: bool,
    /// Whether something is left open, and the list has to be made again.
    pub(super) is_unsure: bool,
    pub(super) step: Step,
}

/// What is looked at, and up to which key that is done.
pub(super) enum Step {
    /// What events were about and the list did not tell apart.
    Touched(Option<Box<[u8]>>),
    /// What was listed and is not known alike.
    Listed(Option<Box<[u8]>>),
    /// What is known and was not listed; here the key is the one to go on from.
    Missing(Option<Box<[u8]>>),
}

impl Window {
    pub(super) fn new(topic: Topic, is_audit: bool) -> Self {
        Window {
            topic,
            is_audit,
            seen: Runs::default(),
            fresh: Tree::default(),
            touched: BTreeSet::new(),
            stage: Stage::Listing,
        }
    }

    /// Messages of the list.
    pub(super) fn listed<'m>(
        &mut self,
        mirror: &Mirror,
        room: &mut Room,
        messages: impl Iterator<Item = (u16, &'m [u8])>,
    ) {
        let (facts, known) = (self.topic.facts(), mirror.tree(self.topic));
        let mut cursor = Cursor::behind(known, self.seen.last().map(Record::key));
        for (kind, bytes) in messages {
            let Some(message) = self.topic.listed(kind, bytes) else { continue };
            room.key.clear();
            if (facts.key)(message, &mut room.key).is_none() {
                continue;
            }
            if !self.has_order() || !self.take_in_order(&mut cursor, message, room) {
                self.keep(known, message, room);
            }
        }
    }

    /// Whether what is listed has an order, as far as can be seen.
    fn has_order(&self) -> bool {
        self.topic.facts().is_ordered && self.seen.runs.len() < RUNS
    }

    /// Takes note of an object that is known, as the only one of its key; `false` if it is not.
    fn take_in_order(&mut self, cursor: &mut Cursor<'_>, message: Message<'_>, room: &mut Room) -> bool {
        let (topic, key) = (self.topic, room.key.as_slice());
        let known = match self.seen.place_of(topic, key) {
            Place::Listed => {
                self.keep_seen(cursor.tree, key);
                return false;
            }
            Place::Hole => {
                let hole = of_base(&self.seen.holes, topic, key).next().cloned();
                let Some(hole) = hole.and_then(|hole| self.seen.holes.remove(hole.key())) else {
                    return false;
                };
                // An event may have changed it since it was passed over: then it decides anyway.
                self.seen.lengthen();
                hole
            }
            Place::Outside => {
                if !self.find(cursor, key) {
                    return false;
                }
                let Some(known) = cursor.advance() else { return false };
                self.seen.add(known);
                known.clone()
            }
        };
        if Message::of(&known).body() == message.body() {
            self.seen.keep_short(&known);
        } else {
            self.fresh.insert(Record::new(&mut room.scratch, known.key(), message.bytes));
        }
        true
    }

    /// Brings the cursor to the only record with this key; `false` if there is none, or there are several.
    fn find(&mut self, cursor: &mut Cursor<'_>, key: &[u8]) -> bool {
        if cursor.is_at(self.topic, key) {
            return cursor.is_alone(self.topic);
        }
        match self.look_ahead(cursor, key) {
            Some(found) => found,
            None => {
                let place = Cursor::at(cursor.tree, key);
                let found = place.is_at(self.topic, key) && place.is_alone(self.topic);
                if found {
                    self.seen.close(self.topic, &mut self.fresh);
                    *cursor = place;
                }
                found
            }
        }
    }

    /// Looks for the record among the next ones, and passes over others, which may be listed later: the kernel lists longer
    /// prefixes first. `None` if it may be elsewhere.
    fn look_ahead(&mut self, cursor: &mut Cursor<'_>, key: &[u8]) -> Option<bool> {
        let topic = self.topic;
        if self.seen.last().is_none_or(|last| topic.base(last.key()) >= key) {
            return None;
        }
        let (mut place, mut holes) = (cursor.clone(), Vec::new());
        while holes.len() < NEAR {
            let Some(next) = place.next.filter(|next| topic.base(next.key()) <= key) else {
                return Some(false);
            };
            let base = topic.base(next.key());
            if !place.is_alone(topic) || !matches!(self.seen.place_of(topic, base), Place::Outside) {
                return None;
            }
            if base == key {
                *cursor = place;
                holes.into_iter().for_each(|hole: &Record| drop(self.seen.holes.insert(hole.clone())));
                return Some(true);
            }
            holes.push(next);
            place.advance();
        }
        None
    }

    /// Has what was listed with this key already, and is in a run, stand beside what comes now.
    fn keep_seen(&mut self, known: &Tree, key: &[u8]) {
        if self.topic.has_slots() && !self.keeps(key) {
            let seen: Vec<Record> = of_base(known, self.topic, key).cloned().collect();
            seen.into_iter().for_each(|record| drop(self.fresh.insert(record)));
        }
    }

    /// Keeps an object as it was listed. What is known alike is shared, and takes little memory.
    fn keep(&mut self, known: &Tree, message: Message<'_>, room: &mut Room) {
        if self.topic.has_slots() {
            add_slot(&self.fresh, &mut room.key);
        }
        let known = known.get(&room.key);
        let record = match known.filter(|known| Message::of(known).body() == message.body()) {
            Some(known) => known.clone(),
            None => Record::new(&mut room.scratch, &room.key, message.bytes),
        };
        self.fresh.insert(record);
    }

    /// Whether something was kept that has this in common.
    fn keeps(&self, base: &[u8]) -> bool {
        of_base(&self.fresh, self.topic, base).next().is_some()
    }

    /// What was kept and has this in common.
    pub(super) fn kept(&self, base: &[u8]) -> Vec<Record> {
        of_base(&self.fresh, self.topic, base).cloned().collect()
    }

    /// Whether something that has this in common was listed.
    pub(super) fn has_listed(&self, base: &[u8]) -> bool {
        matches!(self.seen.run_with(self.topic, base), Some((_, false))) || self.keeps(base)
    }

    pub(super) fn is_merging(&self) -> bool {
        matches!(self.stage, Stage::Merging(_))
    }

    /// All events that were queued when the list ended are read: now it can be brought together with what is known.
    pub(super) fn begin_to_merge(&mut self) {
        let Stage::Ended(End { complete, .. }) = self.stage else { return };
        self.seen.close(self.topic, &mut self.fresh);
        self.seen.sort();
        let step = if self.topic.has_slots() { Step::Touched(None) } else { Step::Listed(None) };
        self.stage = Stage::Merging(Merge { complete, is_unsure: false, step });
    }

    /// The next groups of what was kept, behind a key; no more than so many.
    pub(super) fn kept_behind(&self, last: Option<&[u8]>, most: usize) -> Vec<Vec<Record>> {
        let mut groups = Vec::<Vec<Record>>::new();
        let base = |record: &'_ Record| -> usize { self.topic.base(record.key()).len() };
        let is_of = |group: &[Record], record: &Record| {
            group
                .first()
                .is_some_and(|first| first.key().get(..base(first)) == record.key().get(..base(record)))
        };
        let records = self.fresh.from(last.unwrap_or_default());
        let behind = records.skip_while(|record| Some(self.topic.base(record.key())) <= last);
        for (count, record) in behind.enumerate() {
            match groups.last_mut() {
                Some(group) if is_of(group, record) => group.push(record.clone()),
                _ if count >= most => break,
                _ => groups.push(vec![record.clone()]),
            }
        }
        groups
    }

    /// Looks at no more than so many of what is known from a key on, and gives those that were not listed, and that no event
    /// was about; and the key to go on from, if there are more.
    pub(super) fn missing_from(
        &self,
        known: &Tree,
        from: Option<&[u8]>,
        most: usize,
    ) -> (Vec<Record>, Option<Box<[u8]>>) {
        let mut missing = Vec::new();
        let mut cursor = Cursor::at(known, from.unwrap_or_default());
        for _ in 0..most {
            let Some(record) = cursor.next else { break };
            let base = self.topic.base(record.key());
            if let Some((run, false)) = self.seen.run_with(self.topic, base) {
                // All of it was listed, up to the next one that was passed over.
                let hole = self.seen.holes.from(record.key()).next();
                cursor = match hole.filter(|hole| hole.key() < run.last.key()) {
                    Some(hole) => Cursor::at(known, hole.key()),
                    // Others may have come beside the last one.
                    None => {
                        let last = [self.topic.base(run.last.key()), &[0xff; SLOT + 1]].concat();
                        Cursor::at(known, &last)
                    }
                };
                continue;
            }
            cursor.advance();
            if !self.touched.contains(base) && !self.keeps(base) {
                missing.push(record.clone());
            }
        }
        (missing, cursor.next.map(|next| next.key().into()))
    }
}

/// Records that have this in common.
pub(super) fn of_base<'a>(
    tree: &'a Tree,
    topic: Topic,
    base: &'a [u8],
) -> impl Iterator<Item = &'a Record> + 'a {
    tree.under(base).filter(move |record| topic.base(record.key()) == base)
}

/// Puts the first number behind a key that no object has.
pub(super) fn add_slot(tree: &Tree, key: &mut Vec<u8>) {
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

/// A place in a mirror's records, in front of the next one.
#[derive(Clone)]
struct Cursor<'a> {
    tree: &'a Tree,
    records: Records<'a>,
    passed: Option<&'a Record>,
    next: Option<&'a Record>,
    behind: Option<&'a Record>,
}

impl<'a> Cursor<'a> {
    /// In front of the first record with this key, or a greater one.
    fn at(tree: &'a Tree, key: &[u8]) -> Self {
        let mut records = tree.from(key);
        let (next, behind) = (records.next(), records.next());
        Cursor { tree, records, passed: None, next, behind }
    }

    /// Behind a key.
    fn behind(tree: &'a Tree, key: Option<&[u8]>) -> Self {
        let mut cursor = Cursor::at(tree, key.unwrap_or_default());
        if cursor.next.is_some_and(|next| Some(next.key()) == key) {
            cursor.advance();
        }
        cursor
    }

    fn advance(&mut self) -> Option<&'a Record> {
        self.passed =
            std::mem::replace(&mut self.next, std::mem::replace(&mut self.behind, self.records.next()));
        self.passed
    }

    fn is_at(&self, topic: Topic, base: &[u8]) -> bool {
        self.next.is_some_and(|next| topic.base(next.key()) == base)
    }

    /// Whether the next record is the only one that has in common what it has.
    fn is_alone(&self, topic: Topic) -> bool {
        let base = |record: Option<&'a Record>| record.map(|record| topic.base(record.key()));
        let own = base(self.next);
        !topic.has_slots() || base(self.behind) != own && base(self.passed) != own
    }
}

/// Records that were listed, as the runs of the mirror that they are.
#[derive(Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    open: Option<Run>,
    /// Records within the runs that were not listed.
    holes: Tree,
}

struct Run {
    first: Record,
    last: Record,
    count: usize,
    /// All of those that are as they were listed, while they are few.
    few: Vec<Record>,
}

/// Where a key is among what was listed.
enum Place {
    Listed,
    /// In a run, and not listed so far.
    Hole,
    Outside,
}

impl Run {
    fn has(&self, topic: Topic, base: &[u8]) -> bool {
        topic.base(self.first.key()) <= base && base <= topic.base(self.last.key())
    }
}

impl Runs {
    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.open.is_none()
    }

    /// The last record of the run that goes on.
    fn last(&self) -> Option<&Record> {
        self.open.as_ref().map(|run| &run.last)
    }

    fn add(&mut self, record: &Record) {
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

    /// One that was passed over was listed after all.
    fn lengthen(&mut self) {
        if let Some(run) = &mut self.open {
            run.count += 1;
        }
    }

    /// Remembers a record of a run that may stay short.
    fn keep_short(&mut self, record: &Record) {
        if let Some(run) = self.open.as_mut().filter(|run| run.count <= SHORT) {
            run.few.push(record.clone());
        }
    }

    /// Ends a run. Records of a short one are kept by themselves.
    fn close(&mut self, topic: Topic, fresh: &mut Tree) {
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

    fn place_of(&self, topic: Topic, base: &[u8]) -> Place {
        match self.open.iter().chain(&self.runs).any(|run| run.has(topic, base)) {
            false => Place::Outside,
            true if self.is_hole(topic, base) => Place::Hole,
            true => Place::Listed,
        }
    }

    fn is_hole(&self, topic: Topic, base: &[u8]) -> bool {
        of_base(&self.holes, topic, base).next().is_some()
    }

    /// The run with this, once they are in order, and whether it is a hole of it.
    fn run_with(&self, topic: Topic, base: &[u8]) -> Option<(&Run, bool)> {
        let at = self.runs.partition_point(|run| topic.base(run.first.key()) <= base);
        let run = self.runs.get(at.checked_sub(1)?).filter(|run| run.has(topic, base))?;
        Some((run, self.is_hole(topic, base)))
    }

    fn sort(&mut self) {
        self.runs.sort_by(|a, b| a.first.key().cmp(b.first.key()));
    }
}

/// Routes that change beside lists of them, in the order in which the kernel lists, and in none.
#[cfg(test)]
mod tests {
    use crate::watch::core::Core;
    use crate::watch::topic::{Topic, TopicSet};
    use netlink_packet::{Build, Flags, Header};
    use rtnetlink::Group;
    use rtnetlink::ipnet::IpNet;
    use rtnetlink::message::{RTM_DELROUTE, RTM_NEWROUTE};
    use rtnetlink::route::Route;
    use std::cmp::Reverse;
    use std::collections::{BTreeMap, VecDeque};
    use std::net::{IpAddr, Ipv4Addr};

    /// Where a route is in the kernel's list: longer prefixes first.
    type Key = (u32, Reverse<u8>, u32);

    fn message(kind: u16, flags: Flags, key: Key, gateway: u8) -> Vec<u8> {
        let (address, Reverse(length), metric) = key;
        let to = IpNet::new(Ipv4Addr::from(address).into(), length).unwrap();
        let via = IpAddr::from([192, 0, 2, gateway]);
        let mut buffer = Route::to(to).via(via).device(2).metric(metric).into_buffer();
        buffer.set_header(Header { message_type: kind, flags, ..Header::default() }).unwrap();
        buffer.message().unwrap().to_vec()
    }

    struct Kernel {
        /// The gateways of routes: several where they were appended.
        routes: BTreeMap<Key, Vec<u8>>,
        queue: VecDeque<Vec<u8>>,
        random: u64,
        lists_in_order: bool,
    }

    impl Kernel {
        fn below(&mut self, end: u32) -> u32 {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            (self.random % u64::from(end)) as u32
        }

        fn key(&mut self) -> Key {
            let length = [24, 24, 24, 20, 16][self.below(5) as usize];
            let address = 0x0a00_0000 + (self.below(200) << 8 & u32::MAX << (32 - length));
            (address, Reverse(length), 1 + self.below(2))
        }

        /// Adds a route, appends one, or deletes one; silently where nobody is told.
        fn change(&mut self, is_told: bool) {
            let (key, gateway) = (self.key(), 1 + self.below(250) as u8);
            let group = self.routes.entry(key).or_default();
            let mut events = Vec::new();
            match self.random % 3 {
                0 if group.is_empty() => {
                    group.push(gateway);
                    events.push(message(RTM_NEWROUTE, Flags::CREATE | Flags::EXCL, key, gateway));
                }
                1 if group.len() < 3 && !group.contains(&gateway) && self.random % 5 == 0 => {
                    group.push(gateway);
                    events.push(message(RTM_NEWROUTE, Flags::CREATE | Flags::APPEND, key, gateway));
                }
                2 if !group.is_empty() => {
                    let gone = group.remove(0);
                    events.push(message(RTM_DELROUTE, Flags::empty(), key, gone));
                }
                _ => (),
            }
            self.routes.retain(|_, group| !group.is_empty());
            if is_told {
                self.queue.extend(events);
            }
        }

        fn receive(&mut self, core: &mut Core) {
            match self.queue.pop_front() {
                Some(event) => core.datagram(&event, Some(Group::IPV4_ROUTE.0), None),
                None => drop(core.queue_is_empty()),
            }
        }

        /// Makes a list, and changes more beside it.
        fn list(&mut self, core: &mut Core, changes: u32) {
            let mut last = None;
            let mut keys: Vec<Key> = self.routes.keys().copied().collect();
            if !self.lists_in_order {
                (1..keys.len()).for_each(|at| keys.swap(at, self.below(at as u32 + 1) as usize));
            }
            loop {
                // A datagram of routes: as they are now.
                let next: Vec<Key> = match self.lists_in_order {
                    true => {
                        let behind = last.map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
                        self.routes
                            .range((behind, std::ops::Bound::Unbounded))
                            .take(7)
                            .map(|(key, _)| *key)
                            .collect()
                    }
                    false => keys.split_off(keys.len().saturating_sub(7)),
                };
                let Some(end) = next.last() else { break };
                last = Some(*end);
                let messages: Vec<Vec<u8>> = next
                    .iter()
                    .flat_map(|key| {
                        self.routes.get(key).into_iter().flatten().map(|gateway| (*key, *gateway))
                    })
                    .map(|(key, gateway)| message(RTM_NEWROUTE, Flags::empty(), key, gateway))
                    .collect();
                core.listed(messages.iter().map(|message| (RTM_NEWROUTE, message.as_slice())));
                for _ in 0..self.below(changes + 1) {
                    self.change(true);
                    if self.below(2) == 0 {
                        self.receive(core);
                    }
                }
            }
            core.list_ended(true, self.queue.len());
        }

        /// Does all that is to be done, in small turns, and changes more meanwhile.
        fn settle(&mut self, core: &mut Core, changes: u32) {
            let mut left = changes;
            let mut rounds = 0;
            while !core.may_audit() || !self.queue.is_empty() || core.has_work() {
                rounds += 1;
                assert!(rounds < 100_000, "it does not settle");
                self.receive(core);
                if core.begin_list().is_some() {
                    self.list(core, 0);
                }
                if core.has_work() && left > 0 && self.below(3) == 0 {
                    left -= 1;
                    self.change(true);
                }
                core.turn(1 + self.random as usize % 5);
            }
        }

        fn audit(&mut self, core: &mut Core, changes: u32) {
            core.begin_audit(Topic::Route4);
            self.list(core, changes);
            self.settle(core, 10 * changes);
        }

        fn known(core: &Core) -> BTreeMap<Key, Vec<u8>> {
            let mut known = BTreeMap::<Key, Vec<u8>>::new();
            for route in core.mirror.routes() {
                let (to, Some(IpAddr::V4(via))) = (route.prefix().unwrap(), route.gateway()) else {
                    panic!()
                };
                let IpAddr::V4(address) = to.addr() else { panic!() };
                let key = (address.to_bits(), Reverse(to.prefix_len()), route.metric().unwrap());
                known.entry(key).or_default().push(via.octets()[3]);
            }
            known
        }

        fn assert_known(&self, core: &Core, what: &str) {
            let (mut known, mut routes) = (Kernel::known(core), self.routes.clone());
            known.values_mut().chain(routes.values_mut()).for_each(|group| group.sort());
            let differs = |(key, group): &(&Key, &Vec<u8>)| routes.get(*key) != Some(*group);
            let wrong: Vec<_> = known.iter().filter(differs).collect();
            let missing: Vec<_> = routes.iter().filter(|(key, _)| !known.contains_key(*key)).collect();
            assert!(known == routes, "{what}: {wrong:?}, missing: {missing:?}");
        }
    }

    #[test]
    fn lists_beside_changes() {
        let mut found = 0;
        for seed in 1..=100_u64 {
            let mut kernel = Kernel {
                routes: BTreeMap::new(),
                queue: VecDeque::new(),
                random: 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed),
                lists_in_order: seed % 4 != 0,
            };
            let mut core = Core::new(TopicSet::from_iter([Topic::Route4]), vec![Group::IPV4_ROUTE.0]);
            (0..600).for_each(|_| kernel.change(false));
            kernel.settle(&mut core, 5);
            kernel.assert_known(&core, &format!("at first, seed {seed}"));
            for round in 0..6 {
                (0..kernel.below(30)).for_each(|_| kernel.change(true));
                kernel.settle(&mut core, 0);
                (0..kernel.below(8)).for_each(|_| kernel.change(false));
                let changes = round % 2 * kernel.below(3);
                kernel.audit(&mut core, changes);
                // Beside changes something may have been changed silently again, by what events don't tell.
                kernel.audit(&mut core, 0);
                kernel.assert_known(&core, &format!("round {round}, seed {seed}"));
            }
            while core.next().is_some() {}
            found += core.statistics.audit_differences;
        }
        assert!(found > 500, "{found}");
    }

    /// What comes in the order of the mirror takes no memory, however much it is.
    #[test]
    fn what_is_known_is_not_kept_again() {
        let mut kernel =
            Kernel { routes: BTreeMap::new(), queue: VecDeque::new(), random: 7, lists_in_order: true };
        let mut core = Core::new(TopicSet::from_iter([Topic::Route4]), vec![Group::IPV4_ROUTE.0]);
        (0..3_000).for_each(|_| kernel.change(false));
        kernel.routes.values_mut().for_each(|group| group.truncate(1));
        kernel.settle(&mut core, 0);
        core.begin_audit(Topic::Route4);
        let count = kernel.routes.len();
        kernel.list(&mut core, 0);
        let kept = core.kept();
        assert!(count > 200 && kept < 4, "{kept} of {count}");
    }
}
