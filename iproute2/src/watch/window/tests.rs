//! Routes that change beside lists of them, in the order in which the kernel lists, and in none.

use crate::watch::core::Core;
use crate::watch::topic::list::{Topic, TopicSet};
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

    /// Adds a route, appends one, or deletes one; silently where nothing is notified.
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
                .flat_map(|key| self.routes.get(key).into_iter().flatten().map(|gateway| (*key, *gateway)))
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
        core.list_ended(true);
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
        for route in core.mirror().routes() {
            let (to, Some(IpAddr::V4(via))) = (route.prefix().unwrap(), route.gateway()) else { panic!() };
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
            // Beside the list something may have been changed silently again.
            kernel.audit(&mut core, 0);
            kernel.assert_known(&core, &format!("round {round}, seed {seed}"));
        }
        while core.next().is_some() {}
        found += core.statistics().audit_differences;
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
