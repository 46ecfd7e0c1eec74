//! What a watch costs: there is no counterpart to compare it with.
//!
//! ```text
//! cargo run --release --bin watch            # both of these
//! cargo run --release --bin watch flood      # 200,000 changes of routes at full speed
//! cargo run --release --bin watch memory     # ten thousand routes, a hundred thousand, a million
//! cargo run --release --bin watch gaps       # for how long other tasks of its thread wait for it
//! cargo run --release --bin watch idle       # what a watch of everything costs where nothing happens; three minutes
//! ```

use iproute2::netlink_packet::HEADER_LEN;
use iproute2::watch::{Change, Changes, Mirror, Topics};
use iproute2::{
    AddressFamily, Async, Blocking, Bridge, LinkMessage, Neighbour, NeighbourFlags, NeighbourState, Result,
    Route, RouteMessage, RouteTable, RuleMessage, Veth, blocking,
};
use netlink_bench::world::{DEVICE, GATEWAY, World, destination, enter};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::env;
use std::hint::black_box;
use std::net::IpAddr;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::time::{Duration, Instant};

/// Three quarters of these add a route, the others delete one.
const CHANGES: u32 = 200_000;

/// The receive buffer that a stock machine allows to unprivileged users.
const STOCK_BUFFER: usize = 425_984;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            // Each in a namespace of its own.
            for command in ["flood", "memory", "gaps"] {
                assert!(again(&[command]).wait().unwrap().success());
            }
        }
        ["flood"] => {
            println!("{CHANGES} changes of routes by another process, at full speed");
            assert!(again(&["follow", "default"]).wait().unwrap().success());
            let mut user = Command::new("unshare");
            user.args(["--user", "--map-root-user"])
                .arg(env::current_exe().unwrap())
                .args(["follow", "stock"]);
            assert!(user.status().unwrap().success());
        }
        ["follow", buffer] => follow(buffer).unwrap(),
        ["make"] => make().unwrap(),
        ["memory"] => {
            println!(
                "{:>9} {:>14} {:>12} {:>12} {:>14} {:>16} {:>14}",
                "routes",
                "bytes beyond",
                "µs to list",
                "ns to clone",
                "µs a change",
                "after a clone",
                "ns a look-up"
            );
            for routes in ["10000", "100000", "1000000"] {
                assert!(again(&["mirror", routes]).wait().unwrap().success());
            }
        }
        ["mirror", routes] => mirror(routes.parse().unwrap()).unwrap(),
        ["gaps"] => {
            println!(
                "the longest time in ms that a watch, a list or a batch kept another task of its thread waiting"
            );
            println!(
                "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
                "routes", "begin", "take", "suspect", "relist", "audit", "list", "flush"
            );
            // The kernel rebalances its trie of routes when they become many or few, within one send: in a flush.
            for routes in ["10000", "200000", "1000000"] {
                assert!(again(&["gap", routes]).wait().unwrap().success());
            }
            println!(
                "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
                "", "begin", "take", "suspect", "relist", "audit", "list", "flush"
            );
            for [topic, number] in [["entries", "10000"], ["entries", "100000"], ["settings", "2000"]] {
                assert!(again(&["gap", topic, number]).wait().unwrap().success());
            }
        }
        ["gap", routes] => gaps(routes.parse().unwrap()).unwrap(),
        ["gap", "entries", number] => gaps_of_entries(number.parse().unwrap()).unwrap(),
        ["gap", "settings", links] => gaps_of_settings(links.parse().unwrap()).unwrap(),
        ["idle"] => {
            println!("{:>9} {:>8} {:>16} {:>20}", "routes", "audits", "ms an audit", "ms of CPU an hour");
            let mut idle: Vec<Child> = ["0", "100000"].map(|routes| again(&["rest", routes])).into();
            assert!(idle.iter_mut().all(|watch| watch.wait().unwrap().success()));
        }
        ["rest", routes] => rest(routes.parse().unwrap()).unwrap(),
        _ => panic!("usage: watch [flood | memory | gaps | idle]"),
    }
}

fn again(arguments: &[&str]) -> Child {
    Command::new(env::current_exe().unwrap()).args(arguments).spawn().unwrap()
}

fn route(number: u32) -> iproute2::rtnetlink::route::RouteMessageBuf {
    Route::to(destination(number)).via(IpAddr::from(GATEWAY)).device(DEVICE).metric(100)
}

/// Changes routes, in the namespace that it was started in.
fn make() -> Result<()> {
    let ip = blocking::connect()?;
    let adds = CHANGES / 4 * 3;
    ip.batch((0..adds).map(|n| ip.route().add(route(n)))).try_for_each(|result| result)?;
    ip.batch((0..CHANGES - adds).map(|n| ip.route().delete(route(2 * n)))).try_for_each(|result| result)
}

fn follow(buffer: &str) -> Result<()> {
    enter(World::Link)?;
    let ip = blocking::connect()?;
    let watch = ip.watch(Topics::ROUTE_IPV4);
    let mut changes =
        if buffer == "stock" { watch.receive_buffer(STOCK_BUFFER).wait()? } else { watch.wait()? };
    to_the_end(&mut changes)?;
    let (wall, cpu) = (Instant::now(), cpu());
    let mut maker = again(&["make"]);
    let mut told = 0_u64;
    let mut is_over = false;
    loop {
        match changes.next_within(Duration::from_millis(if is_over { 0 } else { 10 })).unwrap() {
            Some(Change::Route(update)) => {
                told += u64::from(black_box(update.object().metric()) == Some(100))
            }
            Some(_) => (),
            None if is_over && changes.is_settled() => break,
            None => is_over = is_over || maker.try_wait().unwrap().is_some_and(|status| status.success()),
        }
    }
    maker.wait().unwrap();
    let (wall, now) = (wall.elapsed(), self::cpu());
    let [user, system] = [now[0] - cpu[0], now[1] - cpu[1]].map(|time| time.as_nanos() / u128::from(CHANGES));
    let kernel = ip.route().list().wait()?;
    let of_ipv4 = kernel.iter().filter(|route| route.family() == AddressFamily::INET);
    let mut kernel: Vec<&[u8]> = of_ipv4.map(|route| route.as_bytes()).collect();
    let mut known: Vec<&[u8]> = changes.mirror().routes().map(RouteMessage::as_bytes).collect();
    known.sort();
    kernel.sort();
    assert!(known == kernel, "{} routes are known, {} there", known.len(), kernel.len());
    let statistics = changes.statistics();
    let who = match buffer {
        "stock" => format!("in a user namespace, with {STOCK_BUFFER} bytes"),
        _ => "privileged, with the default buffer".to_owned(),
    };
    println!(
        "  {who}: the mirror ends equal, {} routes\n    {told} changes told, {} events heard, {} overruns, {} lists, \
         {:.1} s; a change takes {user} ns here and {system} in the kernel",
        known.len(),
        statistics.events,
        statistics.overruns,
        statistics.lists,
        wall.as_secs_f64(),
    );
    Ok(())
}

/// Takes the state, and what has changed since.
fn to_the_end(changes: &mut Changes<Blocking>) -> Result<()> {
    while changes.next_within(Duration::ZERO)?.is_some() || !changes.is_settled() {}
    Ok(())
}

/// CPU time of the calling process, in user space and in the kernel.
fn cpu() -> [Duration; 2] {
    // SAFETY: the struct is made of integers, for which zero is a value, and it is the kernel's to fill.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::getrusage(libc::RUSAGE_SELF, &raw mut usage), 0);
        usage
    };
    let time = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    [time(usage.ru_utime), time(usage.ru_stime)]
}

/// Total CPU time of this process: other programs don't count.
fn work() -> Duration {
    cpu().into_iter().sum()
}

fn mirror(routes: u32) -> Result<()> {
    const ROUNDS: u32 = 200;

    enter(World::Routes(routes))?;
    let ip = blocking::connect()?;
    let (held, began) = (held(), work());
    let mut changes = ip.watch(Topics::ROUTE_IPV4).wait()?;
    let listed = work() - began;
    to_the_end(&mut changes)?;
    let messages: usize = changes.mirror().routes().map(|route| HEADER_LEN + route.as_bytes().len()).sum();
    let beyond = (self::held() - held - messages as isize) as f64 / f64::from(routes);

    let began = work();
    let clones: Vec<Mirror> = (0..ROUNDS).map(|_| changes.mirror().clone()).collect();
    let cloned = (work() - began) / ROUNDS;
    drop(clones);

    let mut change = |keep: bool| -> Result<Duration> {
        let mut sum = Duration::ZERO;
        for round in 0..ROUNDS {
            let number = round.wrapping_mul(7919) % routes;
            ip.route().replace(route(number).tos(0)).wait()?;
            let snapshot = keep.then(|| changes.mirror().clone());
            ip.route().add(route(number).metric(200 + u32::from(keep))).wait()?;
            let began = work();
            changes.refresh()?;
            sum += work() - began;
            drop(snapshot);
        }
        to_the_end(&mut changes)?;
        Ok(sum / ROUNDS)
    };
    let (alone, beside) = (change(false)?, change(true)?);

    let began = work();
    for n in 0..100_000_u32 {
        let to = destination(n.wrapping_mul(7919) % routes).into();
        assert!(changes.mirror().route_for(RouteTable::MAIN, to).is_some());
    }
    let looked = (work() - began) / 100_000;
    println!(
        "{routes:>9} {beyond:>14.1} {:>12.3} {:>12} {:>14.2} {:>16.2} {:>14}",
        listed.as_secs_f64() * 1e6 / f64::from(routes),
        cloned.as_nanos(),
        alone.as_secs_f64() * 1e6,
        beside.as_secs_f64() * 1e6,
        looked.as_nanos(),
    );
    Ok(())
}

/// Watches everything while nothing happens, for two of the longest periods between audits.
fn rest(routes: u32) -> Result<()> {
    const PERIODS: u32 = 2;

    enter(if routes == 0 { World::Link } else { World::Routes(routes) })?;
    let ip = blocking::connect()?;
    let mut changes = ip.watch(Topics::all()).wait()?;
    // The audits of the first minute are more frequent. Changes reported meanwhile are those of links that have just
    // been created.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(70) {
        changes.next_within(Duration::from_secs(1))?;
    }
    let (audits, began) = (changes.statistics().audits, work());
    let until = Instant::now() + PERIODS * Duration::from_secs(60);
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        changes.next_within(left)?;
    }
    let (audits, worked) = (changes.statistics().audits - audits, (work() - began).as_secs_f64() * 1e3);
    println!(
        "{routes:>9} {audits:>8} {:>16.3} {:>20.1}",
        worked / audits as f64,
        worked * 60. / f64::from(PERIODS)
    );
    Ok(())
}

/// CPU time of the calling thread, in user space and in the kernel: other programs don't count.
fn thread_time() -> Duration {
    // SAFETY: the struct is made of integers, for which zero is a value, and it is the kernel's to fill.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        assert_eq!(libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time), 0);
        time
    };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The longest time between two turns of a task that shares its thread only with the measured work.
async fn longest_gap<T>(what: impl Future<Output = Result<T>>) -> Result<(T, f64)> {
    let gap = Cell::new(Duration::ZERO);
    let tick = async {
        let mut last = thread_time();
        loop {
            tokio::task::yield_now().await;
            let now = thread_time();
            gap.set(gap.get().max(now - last));
            last = now;
        }
    };
    tokio::select! {
        biased;
        () = tick => unreachable!(),
        done = what => Ok((done?, gap.get().as_secs_f64() * 1e3)),
    }
}

/// Makes a watch do all of its long work, beside a task that only yields.
fn gaps(routes: u32) -> Result<()> {
    enter(World::Routes(routes))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ip = iproute2::connect()?;
        // Without a rule the tables of local addresses and of routes are one, and the kernel walks through all of it for the
        // first, within one receive.
        ip.rule().add(RuleMessage::lookup(100).priority(1_000)).await?;
        let watch = async { ip.watch(Topics::ROUTE_IPV4).receive_buffer(1 << 18).await };
        let (mut changes, begin) = longest_gap(watch).await?;
        let (_, take) = longest_gap(all_of(&mut changes)).await?;
        // The carrier of a link changes, which may concern each route.
        ip.link().add(Veth::pair("v0", "v1").up()).await?;
        ip.link().change("v1", LinkMessage::build().up()).await?;
        changes.refresh().await?;
        ip.link().change("v1", LinkMessage::build().down()).await?;
        let (_, suspect) = longest_gap(settle(&mut changes)).await?;
        // More than the receive buffer has room for.
        for mtu in 0..2_000 {
            ip.link().change("v0", LinkMessage::build().mtu(1_000 + mtu)).await?;
        }
        let (_, relist) = longest_gap(settle(&mut changes)).await?;
        assert!(changes.statistics().overruns > 0);
        let (_, audit) = longest_gap(async { changes.audit_now().await }).await?;
        drop(changes);
        let (list, listed) = longest_gap(async { ip.route().list().await }).await?;
        drop(list);
        let (_, flushed) = longest_gap(async { ip.route().list().device(DEVICE).flush().await }).await?;
        println!(
            "{routes:>9} {begin:>9.1} {take:>9.1} {suspect:>9.1} {relist:>9.1} {audit:>9.1} {listed:>9.1} {flushed:>9.1}"
        );
        Ok(())
    })
}

/// The same of the forwarding database of a bridge.
fn gaps_of_entries(number: u32) -> Result<()> {
    enter(World::Link)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ip = iproute2::connect()?;
        ip.link().add(Bridge::named("b0")).await?;
        ip.link().add(Veth::pair("v0", "v1").master("b0").up()).await?;
        let entry = |n: u32| {
            let [a, b, c, d] = n.to_be_bytes();
            let entry = Neighbour::fdb([2, 0, a, b, c, d]).flags(NeighbourFlags::MASTER);
            ip.neighbour().add("v0", entry.state(NeighbourState::NOARP))
        };
        ip.batch((0..number).map(entry)).await.into_iter().collect::<Result<()>>()?;
        let watch = async { ip.watch(Topics::FDB).receive_buffer(1 << 18).await };
        let (mut changes, begin) = longest_gap(watch).await?;
        let (_, take) = longest_gap(all_of(&mut changes)).await?;
        assert!(changes.mirror().fdb().count() > number as usize);
        // A port that goes down may lose what was learned from it.
        ip.link().change("v1", LinkMessage::build().up()).await?;
        changes.refresh().await?;
        ip.link().change("v1", LinkMessage::build().down()).await?;
        let (_, suspect) = longest_gap(settle(&mut changes)).await?;
        for flags in [NeighbourFlags::STICKY, NeighbourFlags::empty()] {
            let entry = |n: u32| {
                let entry = Neighbour::fdb([2, 9, 0, 0, n.to_be_bytes()[2], n.to_be_bytes()[3]]);
                let entry = entry.flags(NeighbourFlags::MASTER | flags).state(NeighbourState::NOARP);
                ip.neighbour().replace("v0", entry)
            };
            ip.batch((0..2_000).map(entry)).await.into_iter().collect::<Result<()>>()?;
        }
        let (_, relist) = longest_gap(settle(&mut changes)).await?;
        assert!(changes.statistics().overruns > 0);
        let (_, audit) = longest_gap(async { changes.audit_now().await }).await?;
        drop(changes);
        let (list, listed) = longest_gap(async { ip.neighbour().fdb().device("v0").await }).await?;
        drop(list);
        let (_, flushed) = longest_gap(async { ip.neighbour().fdb().device("v0").flush().await }).await?;
        println!(
            "{number:>9} {begin:>9.1} {take:>9.1} {suspect:>9.1} {relist:>9.1} {audit:>9.1} {listed:>9.1} {flushed:>9.1} forwarding entries"
        );
        Ok(())
    })
}

/// The same of the settings that protocols keep of each link; no verb deletes those.
fn gaps_of_settings(links: u32) -> Result<()> {
    enter(World::Links(links))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ip = iproute2::connect()?;
        let watch = async { ip.watch(Topics::NETCONF).receive_buffer(1 << 16).await };
        let (mut changes, begin) = longest_gap(watch).await?;
        let (_, take) = longest_gap(all_of(&mut changes)).await?;
        assert!(changes.mirror().netconf().count() > links as usize);
        // The setting of all links changes that of each.
        std::fs::write("/proc/sys/net/ipv4/conf/all/forwarding", "1").unwrap();
        let (_, suspect) = longest_gap(settle(&mut changes)).await?;
        for on in ["0", "1", "0", "1"] {
            std::fs::write("/proc/sys/net/ipv4/conf/all/forwarding", on).unwrap();
            std::fs::write("/proc/sys/net/ipv6/conf/all/forwarding", on).unwrap();
        }
        let (_, relist) = longest_gap(settle(&mut changes)).await?;
        assert!(changes.statistics().overruns > 0);
        let (_, audit) = longest_gap(async { changes.audit_now().await }).await?;
        drop(changes);
        let (list, listed) = longest_gap(async { ip.netconf().list().await }).await?;
        drop(list);
        println!(
            "{links:>9} {begin:>9.1} {take:>9.1} {suspect:>9.1} {relist:>9.1} {audit:>9.1} {listed:>9.1} {:>9} links' settings",
            "-"
        );
        Ok(())
    })
}

/// Takes the present state.
async fn all_of(changes: &mut Changes<Async>) -> Result<()> {
    while !matches!(changes.try_next().await?, Some(Change::Complete)) {}
    Ok(())
}

async fn settle(changes: &mut Changes<Async>) -> Result<()> {
    changes.refresh().await?;
    while !changes.is_settled() {
        changes.refresh().await?;
    }
    Ok(())
}

/// Allocated bytes, as the allocator counts them: with the padding of a block, and the word before it.
struct Counting;

static HELD: AtomicIsize = AtomicIsize::new(0);

fn held() -> isize {
    HELD.load(Ordering::Relaxed)
}

fn hold(pointer: *mut u8, sign: isize) {
    // SAFETY: the pointer is the allocator's, and still in use.
    let usable = unsafe { libc::malloc_usable_size(pointer.cast()) };
    HELD.fetch_add(sign * (usable + size_of::<usize>()) as isize, Ordering::Relaxed);
}

// SAFETY: all is done by the system's allocator, under the same contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by contract.
        let pointer = unsafe { System.alloc(layout) };
        hold(pointer, 1);
        pointer
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        hold(pointer, -1);
        // SAFETY: by contract.
        let pointer = unsafe { System.realloc(pointer, layout, size) };
        hold(pointer, 1);
        pointer
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        hold(pointer, -1);
        // SAFETY: by contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
