//! The workloads, and the ways to do them.

use netlink_bench::EVENTS;
use netlink_bench::world::World;

/// One way to do a workload.
#[derive(Clone, Copy)]
pub struct Way {
    /// Its name in tables: the crate and the interface.
    pub name: &'static str,
    /// The program, and its name for the interface; a tool of the system has its arguments there.
    pub program: &'static str,
    pub variant: &'static str,
    /// A tool of the system: each run is a process.
    pub is_tool: bool,
}

impl Way {
    /// Whether it is netlink-rs or the floor.
    pub fn is_ours(&self) -> bool {
        matches!(self.program, "floor" | "ours")
    }
}

/// A workload: what is done, in which world, and its size.
pub struct Workload {
    pub name: &'static str,
    /// Its name in tables.
    pub title: &'static str,
    pub world: World,
    pub size: u32,
    /// How often in a round by the clock.
    pub times: u32,
    /// How often when counting: a few times and more, whose difference counts. `None` if another size of the same
    /// workload shows it already.
    pub counted: Option<(u32, u32)>,
    pub ways: &'static [&'static [Way]],
}

const fn way(name: &'static str, program: &'static str, variant: &'static str) -> Way {
    Way { name, program, variant, is_tool: false }
}

const fn tool(name: &'static str, program: &'static str, arguments: &'static str) -> Way {
    Way { name, program, variant: arguments, is_tool: true }
}

pub const FLOOR: &str = "floor";

const LISTS: &[Way] = &[
    way(FLOOR, "floor", "blocking"),
    way("blocking, `for_each`", "ours", "blocking-visit"),
    way("blocking, `iter`", "ours", "blocking-packets"),
    way("tokio, `for_each`", "ours", "current-visit"),
    way("tokio, `stream`", "ours", "current-packets"),
    way("tokio, many threads, `for_each`", "ours", "multi-visit"),
    way("tokio, many threads, `stream`", "ours", "multi-packets"),
];

const REQUESTS: &[Way] = &[
    way(FLOOR, "floor", "blocking"),
    way("blocking", "ours", "blocking"),
    way("tokio", "ours", "current"),
    way("tokio, many threads", "ours", "multi"),
];

/// Other crates: lists.
const OTHER_LISTS: &[Way] = &[
    way("rtnetlink", "rust_netlink", "current"),
    way("rtnetlink, many threads", "rust_netlink", "multi"),
    way("nlink", "nlink", "current"),
    way("nlink, many threads", "nlink", "multi"),
    way("netlink-bindings, blocking", "bindings", "blocking"),
    way("netlink-bindings, blocking, getters", "bindings", "getters"),
    way("netlink-bindings, tokio", "bindings", "current"),
    way("neli, blocking", "neli", "blocking"),
    way("neli, tokio", "neli", "current"),
];

/// Other crates: requests and events.
const OTHER_REQUESTS: &[Way] = &[
    way("rtnetlink", "rust_netlink", "current"),
    way("rtnetlink, many threads", "rust_netlink", "multi"),
    way("nlink", "nlink", "current"),
    way("nlink, many threads", "nlink", "multi"),
    way("netlink-bindings, blocking", "bindings", "blocking"),
    way("netlink-bindings, tokio", "bindings", "current"),
    way("neli, blocking", "neli", "blocking"),
    way("neli, tokio", "neli", "current"),
];

/// Those that have a batch, or something close to one.
const OTHER_BATCHES: &[Way] = &[
    way("rtnetlink, 64 at once", "rust_netlink", "current"),
    way("nlink", "nlink", "current"),
    way("netlink-bindings, blocking", "bindings", "blocking"),
    way("netlink-bindings, tokio", "bindings", "current"),
];

/// A WireGuard device as one object that is kept, and its messages as they come.
const PEERS: &[Way] = &[
    way(FLOOR, "floor", "blocking"),
    way("blocking, `for_each`", "ours", "blocking-visit"),
    way("blocking, `get`", "ours", "blocking-object"),
    way("tokio, `for_each`", "ours", "current-visit"),
    way("tokio, `get`", "ours", "current-object"),
    way("tokio, many threads, `for_each`", "ours", "multi-visit"),
    way("tokio, many threads, `get`", "ours", "multi-object"),
];

/// What else reads WireGuard devices.
const OTHER_PEERS: &[Way] = &[
    tool("wg show dump", "wg", "show wg0 dump"),
    way("wireguard-uapi", "wireguard_uapi", "blocking"),
    way("nlink", "nlink", "current"),
    way("nlink, many threads", "nlink", "multi"),
    way("netlink-bindings, blocking", "bindings", "blocking"),
    way("netlink-bindings, blocking, getters", "bindings", "getters"),
    way("netlink-bindings, tokio", "bindings", "current"),
];

/// What else reads features.
const OTHER_FEATURES: &[Way] = &[
    tool("ethtool -k", "ethtool", "-k bench0"),
    way("ethtool (crate)", "rust_netlink", "current"),
    way("ethtool (crate), many threads", "rust_netlink", "multi"),
    way("nlink", "nlink", "current"),
    way("nlink, many threads", "nlink", "multi"),
    way("netlink-bindings, blocking", "bindings", "blocking"),
    way("netlink-bindings, blocking, compact", "bindings", "blocking-compact"),
    way("netlink-bindings, tokio", "bindings", "current"),
    way("netlink-bindings, tokio, compact", "bindings", "current-compact"),
];

const fn workload(
    name: &'static str,
    title: &'static str,
    world: World,
    (size, times): (u32, u32),
    counted: Option<(u32, u32)>,
    ways: &'static [&'static [Way]],
) -> Workload {
    Workload { name, title, world, size, times, counted, ways }
}

pub const WORKLOADS: &[Workload] = &[
    workload(
        "routes",
        "dump 10k routes",
        World::Routes(10_000),
        (10_000, 20),
        Some((1, 6)),
        &[LISTS, OTHER_LISTS],
    ),
    workload("routes", "dump 100k routes", World::Routes(100_000), (100_000, 3), None, &[LISTS, OTHER_LISTS]),
    workload(
        "routes",
        "dump 1M routes",
        World::Routes(1_000_000),
        (1_000_000, 1),
        None,
        &[LISTS, OTHER_LISTS],
    ),
    workload(
        "links",
        "dump 1k links",
        World::Links(1_000),
        (1_000, 20),
        Some((1, 11)),
        &[LISTS, OTHER_LISTS],
    ),
    workload("links", "dump 4k links", World::Links(4_000), (4_000, 5), None, &[LISTS, OTHER_LISTS]),
    workload(
        "neighbours",
        "dump 100k neighbours",
        World::Neighbours(100_000),
        (100_000, 3),
        Some((1, 2)),
        &[LISTS, OTHER_LISTS],
    ),
    workload(
        "change",
        "add and delete routes one by one",
        World::Link,
        (10_000, 2),
        Some((1, 2)),
        &[REQUESTS, OTHER_REQUESTS],
    ),
    workload(
        "batch",
        "add and delete routes in bulk",
        World::Link,
        (20_000, 5),
        Some((1, 2)),
        &[REQUESTS, OTHER_BATCHES],
    ),
    workload(
        "peers",
        "get 10k WireGuard peers",
        World::Peers(10_000),
        (10_000, 10),
        Some((1, 2)),
        &[PEERS, OTHER_PEERS],
    ),
    workload(
        "features",
        "get 1k features",
        World::Link,
        (1_000, 10),
        Some((1, 2)),
        &[REQUESTS, OTHER_FEATURES],
    ),
    workload("get", "get one link", World::Link, (10_000, 3), Some((1, 2)), &[REQUESTS, OTHER_REQUESTS]),
    workload(
        "events",
        "hear of changes",
        World::Link,
        (EVENTS, 1_000),
        Some((10, 110)),
        &[REQUESTS, OTHER_REQUESTS],
    ),
];

/// What must not become slower: a workload, and the way to do it.
pub const CHECKED: &[(&str, &str)] = &[
    ("routes", "blocking, `for_each`"),
    ("routes", "blocking, `iter`"),
    ("links", "blocking, `for_each`"),
    ("change", "blocking"),
    ("change", "tokio"),
    ("batch", "blocking"),
    ("peers", "blocking, `get`"),
    ("peers", "tokio, `get`"),
    ("features", "blocking"),
    ("features", "tokio"),
    ("get", "blocking"),
    ("get", "tokio"),
    ("events", "blocking"),
];

impl Workload {
    /// Operations of a run of a tool.
    pub fn of_a_tool(&self) -> u32 {
        if self.name == "peers" { self.size } else { 1 }
    }

    pub fn ways(&self) -> impl Iterator<Item = &'static Way> {
        self.ways.iter().copied().flatten()
    }
}
