//! Watches, held against the kernel: another process changes things at random beside them, and whenever it pauses what they
//! know, and what they reported from the beginning, must be what the kernel lists.
//!
//! It makes three thousand changes, and a hundred thousand with `NETLINK_TEST_FULL=1`; `NETLINK_WALK=N` makes N.
//! `NETLINK_SEED=N` repeats what it tries, though not how the two processes take turns.

#![cfg(any(feature = "smol", feature = "tokio"))]

#[path = "support/state.rs"]
mod state;
mod support;

use futures::future::{Either, select};
use iproute2::rtnetlink::ipnet::IpNet;
use iproute2::rtnetlink::route::{NextHop, RouteMessageBuf};
use iproute2::rtnetlink::rule::RuleMessage;
use iproute2::watch::{Change, Changes, Mirror, Statistics, Topics, Update};
use iproute2::{
    AddressFamily, AddressFlags, AddressMessage, Blocking, Bridge, LinkMessage, Namespace, Neighbour,
    NextHopMessage, Operation, Route, RouteMessage, Veth, blocking,
};
use state::{Random, State, apply, difference, listed, mirrored, number, seed};
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use support::{Async, RUNTIMES, Runtime, sleep, timeout, yield_now};

/// Long enough for the kernel to notify of what it notifies of late: the state of a carrier, once a second at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that changes things at random. Much of what it tries is refused; that is part of it.
struct Walk {
    ip: blocking::Handle,
    random: Random,
    here: Namespace,
    elsewhere: Namespace,
    inside: blocking::Handle,
    /// What the kernel took.
    changes: u32,
}

impl Walk {
    fn link(&mut self) -> String {
        format!("a{}{}", self.random.below(4), ["", "p"][self.random.below(2) as usize])
    }

    fn v4(&mut self) -> Ipv4Addr {
        Ipv4Addr::new(
            10,
            self.random.below(4) as u8,
            self.random.below(3) as u8,
            self.random.below(8) as u8 + 1,
        )
    }

    fn v6(&mut self) -> Ipv6Addr {
        let (net, host) = (self.random.below(4) as u16, self.random.below(8) as u16 + 1);
        Ipv6Addr::new(0x2001, 0xdb8, net, 0, 0, 0, 0, host)
    }

    fn step(&mut self) {
        self.changes += if self.random.one_in(4) { self.burst() } else { self.single() };
    }

    /// Many changes in few system calls: thousands a second.
    fn burst(&mut self) -> u32 {
        let count = 1 + self.random.below(200);
        // What is steady is there in most of them.
        let link = if self.random.one_in(4) { self.link() } else { "s0".to_owned() };
        let ip = self.ip.clone();
        let kind = self.random.below(8);
        let operations: Vec<Operation> = (0..count).map(|_| self.operation(kind, &link)).collect();
        ip.batch(operations).wait().iter().filter(|result| result.is_ok()).count() as u32
    }

    fn operation(&mut self, kind: u32, link: &str) -> Operation {
        let (v4, v6, ip) = (IpAddr::from(self.v4()), IpAddr::from(self.v6()), self.ip.clone());
        let low = self.random.below(200) as u8;
        match kind {
            0 => {
                ip.neighbour().replace(link, Neighbour::of(v4).hardware_address([2, 0, 0, 0, 0, low])).into()
            }
            1 if low < 100 => ip.address().add(link, IpAddr::from([10, 9, low, 1])).into(),
            1 => ip.address().delete(link, IpAddr::from([10, 9, low - 100, 1])).into(),
            2 => {
                let rule = RuleMessage::lookup(100 + u32::from(low) % 3).priority(1000 + u32::from(low) % 40);
                let rule = rule.from("10.0.0.0/8");
                if self.random.one_in(2) { ip.rule().add(rule).into() } else { ip.rule().delete(rule).into() }
            }
            3 => {
                let to = format!("2001:db8:fe{low:02x}::/48");
                let route = Route::to(&*to).via(v6).device(link).on_link();
                if self.random.one_in(3) {
                    ip.route().delete(route).into()
                } else {
                    ip.route().replace(route).into()
                }
            }
            _ => {
                let to = IpNet::from(IpAddr::from([198, 18, self.random.below(2) as u8, low]));
                let route = Route::to(to).table([254, 100][self.random.below(2) as usize]);
                if self.random.one_in(4) {
                    return ip.route().delete(route).into();
                }
                ip.route().replace(route.via(v4).device(link).on_link()).into()
            }
        }
    }

    fn single(&mut self) -> u32 {
        let (ip, link) = (self.ip.clone(), self.link());
        let result = match self.random.below(40) {
            0 => ip.link().add(Veth::pair(&*format!("a{}", link.as_bytes()[1] - b'0'), &*link).up()).wait(),
            1 if self.random.one_in(3) => ip.link().delete(&link).wait(),
            2 => ip.link().change(&link, LinkMessage::build().up()).wait(),
            3 if self.random.one_in(2) => ip.link().change(&link, LinkMessage::build().down()).wait(),
            4 => {
                let mtu = 1300 + self.random.below(50);
                ip.link().change(&link, LinkMessage::build().mtu(mtu)).wait()
            }
            5 if self.random.one_in(4) => self.rename(&link),
            6 => ip.link().add(Bridge::build_named("b0")).wait(),
            // Both ends of a pair in a bridge would be a storm.
            7 if !link.ends_with('p') => ip.link().change(&link, LinkMessage::build().master("b0")).wait(),
            8 => ip.link().change(&link, LinkMessage::build().no_master()).wait(),
            9 if self.random.one_in(5) => ip.link().delete("b0").wait(),
            10 if self.random.one_in(3) => self.wander(&link),
            11..=14 => self.address(&link),
            15..=18 => self.neighbour(&link),
            19 | 20 => self.rule(),
            21..=23 => self.next_hop(&link),
            24..=32 => self.route4(&link),
            33..=39 => self.route6(&link),
            _ if self.random.one_in(10) => self.namespace(&link),
            _ => return 0,
        };
        // What fails would fail again.
        u32::from(result.is_ok())
    }

    fn rename(&mut self, link: &str) -> iproute2::Result<()> {
        let other = self.link();
        self.ip.link().change(link, LinkMessage::build().name(&*other)).wait()
    }

    /// Moves a link to the other namespace, or one back.
    fn wander(&mut self, link: &str) -> iproute2::Result<()> {
        let away = LinkMessage::build().namespace_file(&self.elsewhere);
        self.ip.link().change(link, away).wait()?;
        if self.random.one_in(2) {
            let back = LinkMessage::build().namespace_file(&self.here);
            self.inside.link().change(link, back).wait()?;
        }
        Ok(())
    }

    /// Makes a namespace, which gets an id by the link that goes there, or ends one with all that is in it.
    fn namespace(&mut self, link: &str) -> iproute2::Result<()> {
        let name = format!("n{}", self.random.below(3));
        match Namespace::create(&name) {
            Ok(new) => self.ip.link().change(link, LinkMessage::build().namespace_file(&new)).wait(),
            Err(_) => Namespace::delete(&name),
        }
    }

    fn address(&mut self, link: &str) -> iproute2::Result<()> {
        let (v4, v6, length) = (self.v4(), self.v6(), 16 + self.random.below(2) * 8);
        let prefix = if self.random.one_in(2) { format!("{v4}/{length}") } else { format!("{v6}/64") };
        match self.random.one_in(3) {
            true => self.ip.address().delete(link, &*prefix).wait(),
            false => {
                let address = AddressMessage::build().prefix(&*prefix);
                let nodad = prefix.contains(':') && self.random.one_in(2);
                let address = if nodad { address.flags(AddressFlags::NODAD) } else { address };
                self.ip.address().add(link, address).wait()
            }
        }
    }

    fn neighbour(&mut self, link: &str) -> iproute2::Result<()> {
        let (v4, v6) = (self.v4(), self.v6());
        let address = if self.random.one_in(2) { IpAddr::from(v4) } else { IpAddr::from(v6) };
        let hardware = format!("02:00:00:00:00:{:02x}", self.random.below(200));
        match self.random.below(3) {
            0 => self.ip.neighbour().delete(link, address).wait(),
            _ => {
                self.ip.neighbour().replace(link, Neighbour::of(address).hardware_address(&*hardware)).wait()
            }
        }
    }

    fn rule(&mut self) -> iproute2::Result<()> {
        let priority = 1000 + self.random.below(20);
        let rule = RuleMessage::lookup(100 + self.random.below(3)).priority(priority);
        let rule = if self.random.one_in(2) { rule.from("10.0.0.0/8") } else { rule.from("2001:db8::/32") };
        let rule = if self.random.one_in(4) { rule.input_device(&*self.link()) } else { rule };
        match self.random.one_in(2) {
            true => self.ip.rule().add(rule).wait(),
            false => self.ip.rule().delete(rule).wait(),
        }
    }

    fn next_hop(&mut self, link: &str) -> iproute2::Result<()> {
        let id = 1 + self.random.below(10);
        let v4 = self.v4();
        match self.random.below(4) {
            0 => self.ip.nexthop().delete(id).wait(),
            _ => self
                .ip
                .nexthop()
                .replace(NextHopMessage::via(IpAddr::from(v4)).device(link).id(id).on_link())
                .wait(),
        }
    }

    fn route4(&mut self, link: &str) -> iproute2::Result<()> {
        let (to, via) = (self.random.below(24) as u8, self.v4());
        let route = Route::to(&*format!("198.51.{to}.0/24"));
        let route = match self.random.below(8) {
            0 => route.next_hop(1 + self.random.below(10)),
            1 => {
                let (other, other_via) = (self.link(), self.v4());
                let hop = |via, link: &str| NextHop::via(IpAddr::from(via)).device(link).on_link();
                route.multipath([hop(via, link), hop(other_via, &other)])
            }
            2 => route.device(link).preferred_source(IpAddr::from(self.v4())),
            3 => route.device(link).tos(4 * self.random.below(3) as u8),
            _ => route.via(IpAddr::from(via)).device(link).on_link(),
        };
        self.route(route)
    }

    fn route6(&mut self, link: &str) -> iproute2::Result<()> {
        let (to, via) = (self.random.below(16), self.v6());
        let route = Route::to(&*format!("2001:db8:ff{to:02x}::/48"));
        let route = match self.random.below(6) {
            0 => route.device(link),
            1 => {
                let (other, other_via) = (self.link(), self.v6());
                let hop = |via, link: &str| NextHop::via(IpAddr::from(via)).device(link).on_link();
                route.multipath([hop(via, link), hop(other_via, &other)])
            }
            _ => route.via(IpAddr::from(via)).device(link).on_link(),
        };
        self.route(route)
    }

    fn route(&mut self, route: RouteMessageBuf) -> iproute2::Result<()> {
        let route = route.table([254, 100, 1000][self.random.below(3) as usize]);
        let route = if self.random.one_in(2) { route.metric(10 + self.random.below(3)) } else { route };
        match self.random.below(8) {
            0..=2 => self.ip.route().add(route).wait(),
            3 => self.ip.route().append(route).wait(),
            4 => self.ip.route().replace(route).wait(),
            _ => self.ip.route().delete(route).wait(),
        }
    }
}

trait Named {
    fn build_named(name: &str) -> iproute2::rtnetlink::LinkMessageBuf;
}

impl Named for Bridge {
    fn build_named(name: &str) -> iproute2::rtnetlink::LinkMessageBuf {
        LinkMessage::build().name(name).kind(Bridge::build()).up()
    }
}

/// The process that walks, and the changes that it has made so far.
struct Walker {
    process: Child,
    orders: ChildStdin,
    paused: Receiver<u32>,
    changes: u32,
}

/// In the process that walks, the namespace that it does that in.
const WALK_IN: &str = "NETLINK_WALK_IN";

impl Walker {
    /// Begins in the namespace of the calling thread.
    fn start(seed: u64) -> Self {
        let thread = std::fs::read_link("/proc/thread-self").unwrap();
        let mut process = Command::new("/proc/self/exe")
            .args(["--exact", "walker", "--ignored", "--nocapture", "--test-threads=1"])
            .env(WALK_IN, Path::new("/proc").join(thread).join("ns/net"))
            .env("NETLINK_SEED", seed.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let (pause, paused) = sync_channel(1);
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(changes) = line.strip_prefix("paused ") {
                    let _ = pause.send(changes.parse().unwrap());
                }
            }
        });
        Walker { process, orders, paused, changes: 0 }
    }

    fn go(&mut self, steps: u32) {
        writeln!(self.orders, "{steps}").unwrap();
    }

    fn has_paused(&mut self) -> bool {
        match self.paused.try_recv() {
            Ok(changes) => self.changes = changes,
            Err(TryRecvError::Empty) => return false,
            Err(TryRecvError::Disconnected) => {
                panic!("the process that walks has ended: {:?}", self.process.wait())
            }
        }
        true
    }
}

impl Drop for Walker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The process that walks: so many steps for each number that it reads. It begins like all tests here, in a namespace of
/// its own, which stays empty.
#[test]
#[ignore = "the other tests start it"]
fn walker() {
    let Some(path) = std::env::var_os(WALK_IN) else { return };
    let here = Namespace::at(path).unwrap();
    let elsewhere = Namespace::create("elsewhere").unwrap();
    let inside = blocking::connect_in(&elsewhere).unwrap();
    let ip = blocking::connect_in(&here).unwrap();
    ip.link().add(Veth::pair("s0", "s1").up()).wait().unwrap();
    ip.link().change("s1", LinkMessage::build().up()).wait().unwrap();
    let mut walk = Walk { ip, random: Random(seed()), here, elsewhere, inside, changes: 0 };
    for steps in std::io::stdin().lines().map_while(Result::ok) {
        (0..steps.parse().unwrap()).for_each(|_| walk.step());
        // The harness has begun a line.
        println!("\npaused {}", walk.changes);
    }
}

/// A watch, async or blocking.
trait Follow {
    fn next_within(&mut self, timeout: Duration) -> Option<Change>;
    fn mirror(&self) -> &Mirror;
    fn is_settled(&self) -> bool;
    fn statistics(&self) -> Statistics;
}

impl Follow for Changes<Blocking> {
    fn next_within(&mut self, timeout: Duration) -> Option<Change> {
        self.next_within(timeout).unwrap()
    }

    fn mirror(&self) -> &Mirror {
        self.mirror()
    }

    fn is_settled(&self) -> bool {
        self.is_settled()
    }

    fn statistics(&self) -> Statistics {
        self.statistics()
    }
}

/// Most of its futures are dropped before they are ready.
impl Follow for (Runtime, Changes<Async>) {
    fn next_within(&mut self, time: Duration) -> Option<Change> {
        let (runtime, changes) = self;
        let next = async { timeout(time, changes.try_next()).await };
        runtime.block_on(next).map(|change| change.unwrap().unwrap())
    }

    fn mirror(&self) -> &Mirror {
        self.1.mirror()
    }

    fn is_settled(&self) -> bool {
        self.1.is_settled()
    }

    fn statistics(&self) -> Statistics {
        self.1.statistics()
    }
}

/// Somebody who follows the walk, and knows what was reported.
struct Follower {
    name: &'static str,
    watch: Box<dyn Follow>,
    state: State,
    reported: u64,
}

impl Follower {
    fn new(name: &'static str, watch: impl Follow + 'static) -> Self {
        Follower { name, watch: Box::new(watch), state: State::new(), reported: 0 }
    }

    /// Takes one change, if there is one within this time.
    fn take(&mut self, timeout: Duration) -> bool {
        let change = self.watch.next_within(timeout);
        change.iter().for_each(|change| apply(&mut self.state, change));
        self.reported += u64::from(change.is_some());
        change.is_some()
    }

    /// In what its mirror differs from the kernel, and what was reported to it from its mirror.
    fn differs(&self, kernel: &State) -> Option<String> {
        let mirror = mirrored(self.watch.mirror());
        let is_settled = self.watch.is_settled();
        (!is_settled || mirror != *kernel || self.state != mirror).then(|| {
            format!(
                "{}: settled: {is_settled}\nmirror + kernel -:\n{}\nreplay + mirror -:\n{}",
                self.name,
                difference(&mirror, kernel),
                difference(&self.state, &mirror)
            )
        })
    }
}

/// Room for a few events, where overruns are certain, and room for all, where what events tell has to do.
#[test]
fn what_is_reported_is_what_is() {
    const FEW: usize = 4096;

    if !support::enter() {
        return;
    }
    let full = std::env::var_os("NETLINK_TEST_FULL").is_some_and(|full| full == "1");
    let wanted = number("NETLINK_WALK").unwrap_or(if full { 100_000 } else { 3_000 }) as u32;
    let seed = seed();
    let ip = blocking::connect().unwrap();
    let _ = ip.link().change("lo", LinkMessage::build().up()).wait();
    let mut random = Random(seed ^ 0x5eed);
    let mut walker = Walker::start(seed);
    // Something is there, and something happens, when the watches begin.
    walker.go(100);
    // An audit would hide what is not worked out.
    let watch = || ip.watch(all_groups()).without_audit();
    let (first, last) = (RUNTIMES[0], RUNTIMES[RUNTIMES.len() - 1]);
    let mut followers = [
        Follower::new("blocking, overruns", watch().receive_buffer(FEW).wait().unwrap()),
        Follower::new("async, overruns", watch_on(first(), Some(FEW))),
        Follower::new("blocking", watch().wait().unwrap()),
        Follower::new("async", watch_on(last(), None)),
    ];
    let (begun, mut walking, mut pauses) = (Instant::now(), Duration::ZERO, 0_u32);
    loop {
        // While it walks: now faster, now slower than it, and now and then not at all.
        let walks = Instant::now();
        while !walker.has_paused() {
            let follower = &mut followers[random.below(4) as usize];
            let most = 1 + random.below(100);
            (0..most).take_while(|_| follower.take(Duration::from_micros(500))).for_each(drop);
            if random.one_in(100) {
                thread::sleep(Duration::from_millis(random.below(20).into()));
            }
        }
        walking += walks.elapsed();
        let paused = Instant::now();
        loop {
            for follower in &mut followers {
                // A list may take longer than it is waited for.
                let lags = |follower: &Follower| !follower.watch.is_settled() && paused.elapsed() < PATIENCE;
                while follower.take(Duration::from_millis(5)) || lags(follower) {}
            }
            // One that goes on changing is interrupted.
            let Ok(kernel) = listed(&ip) else { continue };
            let Some(differs) = followers.iter().find_map(|follower| follower.differs(&kernel)) else {
                break;
            };
            assert!(paused.elapsed() < PATIENCE, "{differs}");
        }
        pauses += 1;
        if walker.changes >= wanted {
            break;
        }
        walker.go(1 + random.below(if wanted > 10_000 { 300 } else { 100 }));
    }
    let elapsed = begun.elapsed();
    support::say(&format!(
        "NETLINK_SEED={seed}: {} changes in {walking:.0?} of {elapsed:.0?}, {pauses} pauses",
        walker.changes
    ));
    for Follower { name, watch, reported, .. } in &followers {
        let statistics = watch.statistics();
        support::say(&format!("{name}: {reported} changes reported, {statistics:?}"));
        // The kernel says so too where it had no memory for a message, whatever the buffer.
        assert!(statistics.overruns > 0 || !name.contains("overruns"));
    }
}

fn all_groups() -> Topics {
    Topics::all()
}

fn watch_on(runtime: Runtime, buffer: Option<usize>) -> (Runtime, Changes<Async>) {
    let changes = runtime.block_on(async {
        let ip = support::connect().unwrap();
        let watch = ip.watch(all_groups()).without_audit();
        let watch = if let Some(buffer) = buffer { watch.receive_buffer(buffer) } else { watch };
        watch.await.unwrap()
    });
    (runtime, changes)
}

/// A change of a link with this name, or the end of the present state.
fn is_link(change: &Change, name: &str) -> bool {
    matches!(change, Change::Link(update) if update.object().name() == name)
}

#[test]
fn the_handle_stays_usable_beside_its_watch() {
    support::run(|ip| async move {
        let mut changes = ip.watch(Topics::LINK | Topics::ADDRESS).await.unwrap();
        assert!(changes.mirror().link("lo").is_some(), "the state is known when the watch is there");
        let mut reported = 0;
        while let Some(change) = changes.try_next().await.unwrap() {
            match change {
                Change::Complete => break,
                Change::Link(Update::Added(_)) => reported += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(reported, ip.link().list().await.unwrap().len());
        // One task, the same handle.
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        let before = changes.mirror().clone();
        let added = loop {
            match changes.next().await.unwrap().unwrap() {
                Change::Address(Update::Added(address)) => break address,
                change => assert!(is_link(&change, "v0") || is_link(&change, "v1"), "{change:?}"),
            }
        };
        assert_eq!(added.prefix(), Some("192.0.2.1/24".parse().unwrap()));
        assert!(before.link("v0").is_none(), "a snapshot stays as it is");
        let mirror = changes.mirror();
        assert_eq!(mirror.addresses_of("v0").count(), 1);
        assert_eq!(mirror.link("v0").map(LinkMessage::index), Some(added.device()));

        ip.link().change("v0", LinkMessage::build().mtu(1400)).await.unwrap();
        loop {
            let Change::Link(update) = changes.try_next().await.unwrap().unwrap() else { continue };
            let resized = update.differs(iproute2::rtnetlink::link::LinkMessage::IFLA_MTU);
            if resized && update.before().is_some() {
                assert_eq!(update.now().unwrap().mtu(), Some(1400));
                assert!(update.differences().contains(&"mtu".to_owned()), "{:?}", update.differences());
                break;
            }
        }
        ip.link().delete("v0").await.unwrap();
        let mut gone = 0;
        while gone < 3 {
            let change = changes.try_next().await.unwrap().unwrap();
            gone += match &change {
                Change::Link(update) => u32::from(update.is_removed()),
                Change::Address(update) => u32::from(update.is_removed()),
                _ => 0,
            };
        }
        changes.refresh().await.unwrap();
        assert!(changes.mirror().link("v0").is_none() && changes.is_settled());
    });
}

#[test]
fn routes_that_vanish_without_a_word_are_missed() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
        let route = Route::to("198.51.100.0/24").via(IpAddr::from([192, 0, 2, 254]));
        ip.route().add(route.table(100)).wait().unwrap();
        let mut changes = ip.watch(Topics::ROUTE).wait().unwrap();
        while !matches!(changes.next().unwrap().unwrap(), Change::Complete) {}
        assert_eq!(changes.mirror().routes_in(100).count(), 1);
        ip.link().change("v0", LinkMessage::build().down()).wait().unwrap();
        loop {
            // Links help, and are not heard of.
            let Change::Route(update) = changes.next().unwrap().unwrap() else { panic!("no route") };
            if update.is_removed() && update.object().table().0 == 100 {
                break;
            }
        }
        assert_eq!(changes.mirror().routes_in(100).count(), 0);
    });
}

/// After each of these the kernel's state has changed, and its messages do not tell all of it.
#[test]
fn what_the_kernel_is_silent_about_is_found_out() {
    type Act = fn(&blocking::Handle) -> iproute2::Result<()>;
    const QUIETLY: &[(&str, Act)] = &[
        ("a rule goes to one that comes", |ip| ip.rule().add(RuleMessage::lookup(100).priority(200)).wait()),
        ("a rule goes to one that goes", |ip| {
            ip.rule().delete(RuleMessage::lookup(100).priority(200)).wait()
        }),
        ("an address of IPv6 gets another peer", |ip| {
            let address = AddressMessage::build().prefix("2001:db8::1").peer("2001:db8::3/64");
            ip.address().replace("v0", address).wait()
        }),
        ("a route's MTU falls with its link's", |ip| {
            ip.link().change("v0", LinkMessage::build().mtu(1300)).wait()
        }),
        ("the last address goes, and routes with it", |ip| ip.address().delete("v0", "192.0.2.1/24").wait()),
        ("the first address comes, and a path comes back", |ip| {
            ip.address().add("v0", "192.0.2.1/24").wait()
        }),
        ("addresses are kept of a link that goes down", |ip| {
            ip.link().change("v0", LinkMessage::build().down()).wait()
        }),
        ("they are tentative when it is up again", |ip| {
            ip.link().change("v0", LinkMessage::build().up()).wait()
        }),
    ];

    support::run_blocking(|ip| {
        for pair in [("v0", "p0"), ("v1", "p1")] {
            ip.link().add(Veth::pair(pair.0, pair.1).up()).wait().unwrap();
            ip.link().change(pair.1, LinkMessage::build().up()).wait().unwrap();
        }
        let _ = std::fs::write("/proc/sys/net/ipv6/conf/v0/keep_addr_on_down", "1");
        ip.rule().add(RuleMessage::goto(200).priority(100)).wait().unwrap();
        ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
        ip.address().add("v1", "203.0.113.1/24").wait().unwrap();
        let six = AddressMessage::build().prefix("2001:db8::1").peer("2001:db8::2/64");
        ip.address().add("v0", six).wait().unwrap();
        ip.route().add(Route::to("198.51.100.0/24").device("v0")).wait().unwrap();
        let hop = |via: [u8; 4], link: &str| NextHop::via(IpAddr::from(via)).device(link);
        let hops = [hop([192, 0, 2, 2], "v0"), hop([203, 0, 113, 2], "v1")];
        ip.route().add(Route::to("198.18.0.0/24").multipath(hops)).wait().unwrap();
        ip.route().add(Route::to("2001:db8:1::/64").device("v0").mtu(1400)).wait().unwrap();
        let mut follower = Follower::new("blocking", ip.watch(all_groups()).without_audit().wait().unwrap());
        for (what, act) in QUIETLY {
            act(&ip).unwrap_or_else(|error| panic!("{what}: {error}"));
            let begun = Instant::now();
            while let Some(differs) = {
                while follower.take(Duration::from_millis(5)) {}
                follower.differs(&listed(&ip).unwrap())
            } {
                assert!(begun.elapsed() < PATIENCE, "{what}: {differs}");
            }
        }
    });
}

/// An address of IPv6 that is tentative is listed long before the kernel notifies of it.
#[test]
fn tentative_addresses_are_known_at_once() {
    /// What is listed of a link, and what is known: addresses with their flags.
    fn of_link<'a>(addresses: impl Iterator<Item = &'a AddressMessage>) -> Vec<(IpAddr, AddressFlags)> {
        let mut all: Vec<_> = addresses.map(|own| (own.address().unwrap(), own.flags())).collect();
        all.sort_by_key(|(address, _)| *address);
        all
    }

    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        // Seconds to look at them.
        for (setting, value) in [("dad_transmits", "20"), ("use_tempaddr", "2")] {
            std::fs::write(format!("/proc/sys/net/ipv6/conf/v0/{setting}"), value).unwrap();
        }
        let mut changes = ip.watch(Topics::ADDRESS).without_audit().wait().unwrap();
        let mut become_known = |what: &str, count: usize| {
            let begun = Instant::now();
            loop {
                let listed = ip.address().list().device("v0").wait().unwrap();
                changes.refresh().unwrap();
                let listed = of_link(listed.iter().map(|address| &**address));
                let known = of_link(changes.mirror().addresses_of("v0"));
                let tentative = listed.iter().filter(|(_, flags)| flags.contains(AddressFlags::TENTATIVE));
                if tentative.count() == count && known == listed {
                    break;
                }
                // The carrier is notified of once a second at most.
                assert!(begun.elapsed() < Duration::from_secs(4), "{what}: {known:?}, listed: {listed:?}");
                thread::sleep(Duration::from_millis(5));
            }
        };
        ip.link().change("v0", LinkMessage::build().up()).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        become_known("its own", 1);
        let managing = AddressMessage::build().prefix("2001:db8::1/64").flags(AddressFlags::MANAGETEMPADDR);
        ip.address()
            .add(
                "v0",
                managing
                    .valid_lifetime(Duration::from_secs(7200))
                    .preferred_lifetime(Duration::from_secs(3600)),
            )
            .wait()
            .unwrap();
        become_known("a temporary one", 3);
    });
}

/// What IPv6 says of a link is no counter, and changes without another word about the link.
#[test]
fn settings_of_ipv6_are_changes() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let mut changes = ip.watch(Topics::LINK).wait().unwrap();
        while !matches!(changes.next().unwrap().unwrap(), Change::Complete) {}
        for command in ["link set v0 addrgenmode none", "token set ::5 dev v0"] {
            while changes.next_within(Duration::from_millis(50)).unwrap().is_some() {}
            if !support::ip(command) {
                return;
            }
            let begun = Instant::now();
            loop {
                assert!(begun.elapsed() < PATIENCE, "{command}");
                let change = changes.next_within(Duration::from_millis(50)).unwrap();
                let Some(Change::Link(Update::Changed { before, now })) = change else { continue };
                let spec =
                    |link: &LinkMessage| link.inet6().map(|own| (own.address_generation(), own.token()));
                if now.name() == "v0" && spec(&before) != spec(&now) {
                    break;
                }
            }
        }
        let listed = ip.link().get("v0").wait().unwrap();
        let (known, listed) = (changes.mirror().link("v0").unwrap(), &*listed);
        assert_eq!(known.inet6().unwrap().token(), listed.inet6().unwrap().token());
        assert!(listed.inet6().unwrap().token().is_some_and(|token| token.to_string() == "::5"));
    });
}

/// Changes something of which no event is sent: a setting of IPv6 that is part of a link.
fn change_silently(value: u32) {
    std::fs::write("/proc/sys/net/ipv6/conf/v0/hop_limit", value.to_string()).unwrap();
}

/// The hop limit of IPv6 in what a link says.
fn hop_limit(link: &LinkMessage) -> Option<u32> {
    use iproute2::rtnetlink::link::Ipv6Setting;
    let settings = link.inet6()?.settings()?;
    settings.get(Ipv6Setting::HOPLIMIT).and_then(|value| u32::try_from(value).ok())
}

/// Whether a change reports that the hop limit of v0 has become this.
fn reports_hop_limit(change: &Change, value: u32) -> bool {
    let Change::Link(Update::Changed { before, now }) = change else { return false };
    now.name() == "v0" && hop_limit(before) != Some(value) && hop_limit(now) == Some(value)
}

/// What the kernel changes silently is found by audits: soon after something was heard, each period, and when it is asked.
#[test]
fn audits_find_what_is_changed_silently() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        let mut without = ip.watch(Topics::LINK).without_audit().wait().unwrap();
        let mut changes = ip.watch(all_groups()).wait().unwrap();
        let mut often = ip.watch(Topics::LINK).audit_every(Duration::from_millis(50)).wait().unwrap();
        for watch in [&mut without, &mut changes, &mut often] {
            watch.refresh().unwrap();
        }
        change_silently(77);
        // It wakes for what is due, though nothing comes.
        for watch in [&mut changes, &mut often] {
            while !reports_hop_limit(&watch.next().unwrap().unwrap(), 77) {}
            let statistics = watch.statistics();
            assert!(statistics.audits > 0 && statistics.audit_differences > 0, "{statistics:?}");
            assert!(watch.is_settled());
        }
        change_silently(78);
        while !reports_hop_limit(&often.next_within(PATIENCE).unwrap().unwrap(), 78) {}
        assert!(changes.audit_now().unwrap() > 0);
        assert_eq!(changes.mirror().link("v0").and_then(hop_limit), Some(78));
        assert_eq!(changes.audit_now().unwrap(), 0, "nothing is found twice");
        // Changes that an audit finds are taken as all are.
        let reported = std::iter::from_fn(|| changes.next_within(Duration::ZERO).unwrap());
        assert_eq!(reported.filter(|change| reports_hop_limit(change, 78)).count(), 1);
        while let Some(change) = without.next_within(Duration::from_millis(10)).unwrap() {
            assert!(!reports_hop_limit(&change, 77) && !reports_hop_limit(&change, 78));
        }
        assert_eq!(without.statistics().audits, 0);
        assert!(without.audit_now().unwrap() > 0);
    });
    support::run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let mut changes = ip.watch(all_groups()).await.unwrap();
        changes.refresh().await.unwrap();
        change_silently(79);
        let found = async { while !reports_hop_limit(&changes.try_next().await.unwrap().unwrap(), 79) {} };
        timeout(PATIENCE, found).await.expect("it is not woken");
        change_silently(80);
        assert!(changes.audit_now().await.unwrap() > 0);
        assert_eq!(changes.mirror().link("v0").and_then(hop_limit), Some(80));
        assert_eq!(changes.audit_now().await.unwrap(), 0);
        assert!(changes.is_settled());
    });
}

/// Runs a task while others, which never end, have their turn first whenever it yields.
async fn beside<T>(others: impl Future<Output = ()> + Unpin, task: impl Future<Output = T>) -> T {
    match select(others, std::pin::pin!(task)).await {
        Either::Left(_) => unreachable!("the others never end"),
        Either::Right((output, _)) => output,
    }
}

/// Many routes are listed, brought together with what is known and audited in turns, between which other tasks run.
#[test]
fn other_tasks_have_their_turns() {
    const ROUTES: u32 = 5_000;
    support::run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        let to = |number: u32| IpAddr::from((0x0a00_0000 + number).to_be_bytes());
        let routes = (0..ROUTES).map(|number| ip.route().add(Route::to(to(number)).device("v0").table(100)));
        assert!(ip.batch(routes).await.iter().all(Result::is_ok));
        let turns = std::cell::Cell::new(0_u32);
        let others = async {
            loop {
                yield_now().await;
                turns.set(turns.get() + 1);
            }
        };
        let mut others = std::pin::pin!(others);
        let watch = ip.watch(Topics::ROUTE_IPV4).receive_buffer(4096);
        let mut changes = beside(&mut others, watch.into_future()).await.unwrap();
        // More than there is room for: all is listed again. Then the carrier of a link goes, which may concern each route.
        for mtu in 0..50 {
            ip.link().change("v0", LinkMessage::build().mtu(1400 + mtu)).await.unwrap();
        }
        turns.set(0);
        beside(&mut others, changes.refresh()).await.unwrap();
        assert!(changes.statistics().overruns > 0 && changes.is_settled());
        // Some 18 datagrams, four in a turn.
        let relisted = turns.replace(0);
        let found = beside(&mut others, changes.audit_now()).await.unwrap();
        let audited = turns.get();
        assert!(relisted >= 4 && audited >= 4 && found == 0, "{relisted}, {audited}, {found}");
        assert_eq!(changes.mirror().routes_in(100).count(), ROUTES as usize);
    });
}

#[test]
fn neighbours_are_found_by_the_names_of_their_links() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let host = IpAddr::from([192, 0, 2, 7]);
        ip.neighbour().add("v0", Neighbour::of(host).hardware_address([2, 0, 0, 0, 0, 1])).wait().unwrap();
        let mut changes = ip.watch(Topics::NEIGHBOUR).wait().unwrap();
        assert!(changes.mirror().neighbour("v0", host).is_some());
        ip.link().add_alt_names("v0", ["another"]).wait().unwrap();
        changes.refresh().unwrap();
        assert!(changes.mirror().neighbour("another", host).is_some());
        // Links help, and are not heard of.
        while let Some(change) = changes.next_within(Duration::ZERO).unwrap() {
            assert!(matches!(change, Change::Neighbour(_) | Change::Complete), "{change:?}");
        }
    });
}

#[test]
fn waiting_ends_when_it_is_true() {
    support::run(|ip| async move {
        let soon = Duration::from_millis(50);
        let error = ip.link().until_exists("v0", soon).await.unwrap_err();
        assert_eq!(error.to_string(), "wait for link v0 to exist: timed out after 50 ms");
        assert!(error.is_timed_out());
        let later = async {
            sleep(soon).await;
            ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
            ip.address().add("v0", "2001:db8::1/64").await.unwrap();
            ip.link().change("v1", LinkMessage::build().up()).await.unwrap();
            ip.link().change("v0", LinkMessage::build().up()).await.unwrap();
        };
        let waits = async {
            let exists = ip.link().until_exists("v0", PATIENCE).await.unwrap();
            let up = ip.link().until_up(&exists, PATIENCE).await.unwrap();
            assert!(up.is_up() && up.index() == exists.index());
            let address = "2001:db8::1".parse().unwrap();
            let ready = ip.address().until_ready("v0", address, PATIENCE).await.unwrap();
            assert!(!ready.flags().contains(AddressFlags::TENTATIVE));
        };
        futures::join!(later, waits);
        let links = ip.link();
        let gone = links.until_gone("v0", PATIENCE);
        let deletion = async { ip.link().delete("v0").await };
        let (gone, deleted) = futures::join!(gone, deletion);
        gone.and(deleted).unwrap();
    });
    support::run_blocking(|ip| {
        assert!(ip.link().until_up("lo", Duration::from_millis(20)).unwrap_err().is_timed_out());
        ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
        ip.link().until_up("lo", PATIENCE).unwrap();
        ip.address().until_ready("lo", IpAddr::from([127, 0, 0, 1]), PATIENCE).unwrap();
        ip.link().until_gone("v0", PATIENCE).unwrap();
    });
}

#[test]
fn events_come_as_they_are_sent() {
    use iproute2::rtnetlink::Group;
    use iproute2::rtnetlink::message::RTM_NEWLINK;
    use iproute2::watch::Event;

    support::run(|ip| async move {
        let mut events = ip.events([Group::LINK, Group::IPV4_IFADDR]).open().unwrap();
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        ip.address().add("v0", "192.0.2.1/24").await.unwrap();
        let mut links = 0;
        loop {
            let Event::Message(message) = events.next().await.unwrap() else { panic!("lost") };
            match message.group() {
                Some(Group::LINK) => {
                    assert_eq!(message.message_type(), RTM_NEWLINK);
                    assert!(message.read::<LinkMessage>().unwrap().index() > 1);
                    links += 1;
                }
                Some(Group::IPV4_IFADDR) => break,
                other => panic!("{other:?}"),
            }
        }
        assert!(links >= 2);
    });
    support::run_blocking(|ip| {
        // Room for little, and nobody reads.
        let mut events = ip.events([Group::LINK]).receive_buffer(4096).open().unwrap();
        for mtu in 0..200 {
            let _ = ip.link().change("lo", LinkMessage::build().mtu(1000 + mtu)).wait();
        }
        let mut lost = 0;
        while let Some(event) = events.next_within(Duration::from_millis(20)).unwrap() {
            lost += u32::from(matches!(event, Event::Lost));
        }
        assert_eq!(lost, 1, "it is said once, in its place");
    });
}

#[test]
fn events_of_all_namespaces() {
    use iproute2::rtnetlink::Group;
    use iproute2::watch::Event;

    support::run_blocking(|ip| {
        let other = Namespace::create("all-nsid").unwrap();
        // A link whose other end is there gives the namespace an id here.
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().namespace_file(&other)).wait().unwrap();
        let id = ip.link().get("v0").wait().unwrap().parent_namespace().unwrap();
        let mut events = ip.events([Group::LINK]).all_namespaces().open().unwrap();
        let inside = blocking::connect_in(&other).unwrap();
        inside.link().change("v1", LinkMessage::build().mtu(1400)).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().mtu(1300)).wait().unwrap();
        let mut heard = Vec::new();
        while let Some(event) = events.next_within(Duration::from_millis(50)).unwrap() {
            let Event::Message(message) = event else { panic!("lost") };
            heard.push((message.namespace(), message.read::<LinkMessage>().unwrap().mtu()));
        }
        assert!(heard.contains(&(Some(id), Some(1400))), "{heard:?}");
        assert!(heard.contains(&(None, Some(1300))), "{heard:?}");
        Namespace::delete("all-nsid").unwrap();
    });
}

/// What does not let other tasks run while there is a flood would stop them all.
#[test]
fn a_flood_leaves_time_for_others() {
    support::run(|ip| async move {
        ip.link().add(Veth::pair("v0", "v1").up()).await.unwrap();
        let mut changes = ip.watch(Topics::ROUTE_IPV4).await.unwrap();
        let reading = async {
            loop {
                if let Change::Route(update) = changes.try_next().await.unwrap().unwrap() {
                    if update.object().metric() == Some(7777) {
                        return;
                    }
                }
            }
        };
        let flood = async {
            for number in 0..5_000_u32 {
                let to = IpAddr::from((0x0a00_0000 + number).to_be_bytes());
                ip.route().add(Route::to(to).device("v0")).await.unwrap();
            }
            ip.route().add(Route::to("198.51.100.0/24").device("v0").metric(7777)).await.unwrap();
        };
        futures::join!(reading, flood);
        changes.refresh().await.unwrap();
        assert!(changes.mirror().routes_in(254).count() >= 5_001);
        assert_eq!(
            changes.mirror().route_for(254, "10.0.0.77".parse().unwrap()).and_then(RouteMessage::prefix),
            Some("10.0.0.77/32".parse().unwrap())
        );
    });
}

/// What happens while it lists is notified: one list is enough to be up to date, however fast changes come.
#[test]
fn a_refresh_lists_once_beside_a_flood() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.link().add(Veth::pair("w0", "w1").up()).wait().unwrap();
        let mut changes = ip.watch(Topics::LINK).without_audit().wait().unwrap();
        changes.refresh().unwrap();
        let is_over = AtomicBool::new(false);
        let mut lists = 0;
        thread::scope(|scope| {
            scope.spawn(|| {
                let (ip, begun) = (blocking::connect().unwrap(), Instant::now());
                for mtu in (1300..1500).cycle() {
                    if is_over.load(Ordering::Relaxed) || begun.elapsed() > PATIENCE {
                        break;
                    }
                    ip.link().change("v0", LinkMessage::build().mtu(mtu)).wait().unwrap();
                    // A flood that can't be read as fast as it comes ends in overruns: that is another matter.
                    thread::sleep(Duration::from_millis(1));
                }
            });
            for mtu in 1300..1400 {
                ip.link().change("w0", LinkMessage::build().mtu(mtu)).wait().unwrap();
                let before = changes.statistics();
                changes.refresh().unwrap();
                let after = changes.statistics();
                // IPv6 takes it over later than the link says so, and only a list shows that.
                let known = changes.mirror().link("w0").map(|link| (link.mtu(), mtu_of_ipv6(link)));
                assert_eq!(known, Some((Some(mtu), Some(mtu))));
                let made = after.lists - before.lists;
                let again = after.interrupted - before.interrupted + after.overruns - before.overruns;
                assert!(made <= 1 + again, "{made} lists, {again} of them again");
                lists += made;
            }
            is_over.store(true, Ordering::Relaxed);
        });
        assert!(lists >= 100, "{lists}");
    });
}

/// A watch begins though changes come as fast as it can read.
#[test]
fn a_watch_begins_beside_a_flood() {
    support::run_blocking(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let is_over = &AtomicBool::new(false);
        thread::scope(|scope| {
            for device in ["v0", "v1"] {
                scope.spawn(move || {
                    let (ip, begun) = (blocking::connect().unwrap(), Instant::now());
                    for mtu in (1300..1500).cycle() {
                        if is_over.load(Ordering::Relaxed) || begun.elapsed() > Duration::from_secs(10) {
                            break;
                        }
                        ip.link().change(device, LinkMessage::build().mtu(mtu)).wait().unwrap();
                    }
                });
            }
            let begun = (0..3).map(|_| ip.watch(Topics::all()).wait().map(drop));
            let begun = begun.collect::<iproute2::Result<Vec<()>>>();
            is_over.store(true, Ordering::Relaxed);
            begun.unwrap();
        });
    });
}

fn mtu_of_ipv6(link: &LinkMessage) -> Option<u32> {
    use iproute2::rtnetlink::link::Ipv6Setting;
    let settings = link.inet6()?.settings()?;
    settings.get(Ipv6Setting::MTU6).and_then(|value| u32::try_from(value).ok())
}

#[test]
fn many_watches_at_once() {
    support::run(|ip| async move {
        let before = ip.link().list().await.unwrap().len();
        let watches =
            futures::future::join_all((0..40).map(|_| async { ip.watch(Topics::LINK).await.unwrap() }));
        let mut watches = watches.await;
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let waits = watches.iter_mut().map(|changes| async move {
            while !is_link(&changes.try_next().await.unwrap().unwrap(), "v0") {}
            changes.mirror().links().count()
        });
        let known = futures::future::join_all(waits).await;
        assert_eq!(known, [before + 2; 40]);
    });
}

/// Its lists are made on other sockets, after an overrun as well.
#[test]
fn a_watch_of_another_namespace() {
    support::run_blocking(|ip| {
        let other = Namespace::create("watched").unwrap();
        let inside = blocking::connect_in(&other).unwrap();
        let before = inside.link().list().wait().unwrap().len();
        let mut changes = inside.watch(Topics::LINK).receive_buffer(4096).wait().unwrap();
        for mtu in 0..200 {
            ip.link().change("lo", LinkMessage::build().mtu(1000 + mtu)).wait().unwrap();
            inside.link().change("lo", LinkMessage::build().mtu(2000 + mtu)).wait().unwrap();
        }
        inside.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        changes.refresh().unwrap();
        assert!(changes.statistics().overruns > 0 && changes.is_settled());
        let mirror = changes.mirror();
        assert_eq!((mirror.links().count(), mirror.link("lo").unwrap().mtu()), (before + 2, Some(2199)));
        Namespace::delete("watched").unwrap();
    });
}

/// A runtime that is idle drives nothing: whoever polls in another one must not wait for it.
#[test]
fn a_watch_moves_to_another_runtime() {
    if !support::enter() {
        return;
    }
    let first = support::current_thread();
    let ip = blocking::connect().unwrap();
    let (mut changes, mut events) = first.block_on(async {
        let ip = support::connect().unwrap();
        let mut changes = ip.watch(Topics::LINK).await.unwrap();
        while !matches!(changes.try_next().await.unwrap().unwrap(), Change::Complete) {}
        let mut events = ip.events([iproute2::rtnetlink::Group::LINK]).open().unwrap();
        // Both have waited here.
        let soon = Duration::from_millis(20);
        assert!(timeout(soon, changes.try_next()).await.is_none());
        assert!(timeout(soon, events.next()).await.is_none());
        (changes, events)
    });
    ip.link().change("lo", LinkMessage::build().mtu(1400)).wait().unwrap();
    let mut reported = async || {
        let change = timeout(PATIENCE, changes.try_next()).await.unwrap().unwrap().unwrap();
        assert!(is_link(&change, "lo"), "{change:?}");
        timeout(PATIENCE, events.next()).await.unwrap().unwrap();
    };
    // One that ends.
    support::current_thread().block_on(reported());
    // The next one comes while it waits.
    let third = support::current_thread();
    third.block_on(async {
        let later = async {
            sleep(Duration::from_millis(20)).await;
            ip.link().change("lo", LinkMessage::build().mtu(1500)).wait().unwrap();
        };
        futures::join!(reported(), later);
    });
}

/// The longest wait there is, and a flood of what comes to nothing.
#[test]
fn waiting_has_the_end_it_is_given() {
    support::run_blocking(|ip| {
        let mut changes = ip.watch(Topics::LINK).receive_buffer(1 << 18).wait().unwrap();
        assert!(changes.next_within(Duration::MAX).unwrap().is_some());
        let mut events = ip.events([iproute2::rtnetlink::Group::LINK]).open().unwrap();
        ip.link().change("lo", LinkMessage::build().mtu(1400)).wait().unwrap();
        assert!(events.next_within(Duration::MAX).unwrap().is_some());
        while changes.next_within(Duration::ZERO).unwrap().is_some() {}
        thread::scope(|scope| {
            let (stop, stopped) = sync_channel::<()>(0);
            let ip = ip.clone();
            scope.spawn(move || {
                while stopped.try_recv() == Err(TryRecvError::Empty) {
                    for mtu in [1500, 1400] {
                        ip.link().change("lo", LinkMessage::build().mtu(mtu)).wait().unwrap();
                    }
                }
            });
            let begun = Instant::now();
            for _ in 0..5 {
                changes.next_within(Duration::from_millis(5)).unwrap();
                changes.refresh().unwrap();
            }
            assert!(begun.elapsed() < PATIENCE);
            drop(stop);
        });
    });
}

/// What is kept of events does not keep much more.
#[test]
fn events_that_are_kept_share_their_memory() {
    use iproute2::rtnetlink::Group;
    use iproute2::watch::Event;

    support::run_blocking(|ip| {
        let mut events = ip.events([Group::LINK]).open().unwrap();
        for mtu in 0..200 {
            ip.link().change("lo", LinkMessage::build().mtu(1000 + mtu)).wait().unwrap();
        }
        let mut kept = Vec::new();
        while let Some(Event::Message(message)) = events.next_within(Duration::ZERO).unwrap() {
            kept.push(message);
        }
        assert!(kept.len() >= 200, "{}", kept.len());
        let mut at: Vec<_> = kept.iter().map(|message| message.payload().as_ptr() as usize).collect();
        at.sort();
        let apart = at.windows(2).filter(|two| two[1] - two[0] > 4096).count();
        assert!(apart < 20, "in {apart} pieces");
    });
}

#[test]
fn an_address_that_another_host_has_is_never_ready() {
    support::run_blocking(|ip| {
        let other = Namespace::create("duplicate").unwrap();
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().namespace_file(&other)).wait().unwrap();
        let inside = blocking::connect_in(&other).unwrap();
        let address = "2001:db8::1".parse().unwrap();
        let prefix = AddressMessage::build().prefix("2001:db8::1/64");
        inside.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        inside.address().add("v1", prefix.flags(AddressFlags::NODAD)).wait().unwrap();
        ip.link().change("v0", LinkMessage::build().up()).wait().unwrap();
        ip.link().until_up("v0", PATIENCE).unwrap();
        ip.address().add("v0", "2001:db8::1/64").wait().unwrap();
        let error = ip.address().until_ready("v0", address, PATIENCE).unwrap_err();
        assert!(error.is_already_exists() && error.to_string().contains("2001:db8::1 on v0"), "{error}");
        Namespace::delete("duplicate").unwrap();
    });
}

/// Messages of another group come beside the changes, as they are.
#[test]
fn what_is_no_object_comes_raw() {
    use iproute2::rtnetlink::message::RTM_NEWNETCONF;
    use iproute2::rtnetlink::{Group, NetconfMessage};

    support::run(|ip| async move {
        let mut changes = ip.watch(Topics::LINK).group(Group::IPV4_NETCONF).await.unwrap();
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let message = loop {
            match changes.try_next().await.unwrap().unwrap() {
                Change::Other(message) => break message,
                Change::Link(_) | Change::Complete => (),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!((message.message_type(), message.group()), (RTM_NEWNETCONF, Some(Group::IPV4_NETCONF)));
        assert!(message.read::<NetconfMessage>().unwrap().device().is_some());
    });
}

/// Routes of MPLS are neither IPv4's nor IPv6's.
#[test]
fn routes_of_labels_are_in_no_topic() {
    use iproute2::rtnetlink::Group;

    support::run_blocking(|ip| {
        if std::fs::write("/proc/sys/net/mpls/platform_labels", "1000").is_err() {
            return support::skip_always("this kernel has no labels");
        }
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let mut changes = ip.watch(Topics::ROUTE).group(Group::MPLS_ROUTE).wait().unwrap();
        let via = IpAddr::from([192, 0, 2, 2]);
        ip.route().add(Route::label(100).new_labels([200]).via(via).device("v0")).wait().unwrap();
        let message = loop {
            match changes.next().unwrap().unwrap() {
                Change::Other(message) => break message,
                Change::Route(_) | Change::Complete => (),
                other => panic!("{other:?}"),
            }
        };
        let label = message.read::<RouteMessage>().unwrap().labels().next().unwrap();
        assert_eq!((message.group(), label.label()), (Some(Group::MPLS_ROUTE), 100));
        changes.audit_now().unwrap();
        assert!(changes.mirror().routes().all(|route| route.family() != AddressFamily::MPLS));
    });
}

/// A watch that is given up while it begins, or while somebody waits for its next change, leaves all as it was.
#[test]
fn a_watch_that_is_given_up() {
    support::run(|ip| async move {
        for _ in 0..100 {
            let watching = std::pin::pin!(IntoFuture::into_future(ip.watch(Topics::all())));
            drop(futures::poll!(watching));
        }
        let mut changes = ip.watch(Topics::LINK).await.unwrap();
        let mut reported = 0;
        for mtu in 0..50 {
            ip.link().change("lo", LinkMessage::build().mtu(1400 + mtu)).await.unwrap();
            // Now ready at once, now given up.
            let next = std::pin::pin!(changes.try_next());
            if let std::task::Poll::Ready(change) = futures::poll!(next) {
                reported += u32::from(is_link(&change.unwrap().unwrap(), "lo"));
            }
        }
        changes.refresh().await.unwrap();
        assert_eq!(changes.mirror().link("lo").unwrap().mtu(), Some(1449));
        assert!(reported > 0);
        drop(changes);
        assert!(!ip.link().list().await.unwrap().is_empty());
    });
}
