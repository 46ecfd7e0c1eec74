//! How many system calls requests and dumps take: counted by strace and perf from outside, where the machine has them.
//!
//! This binary runs itself under them twice, with a different number of requests: the difference is what requests cost.

#![cfg(feature = "tokio")]

mod support;

use bytes::BytesMut;
use iproute2::netlink_packet::{Build, Flags, Header, Messages, NLMSG_DONE};
use iproute2::rtnetlink::link::ExtMask;
use iproute2::{Handle, LinkMessage, Veth, blocking};
use netlink_sys::{Protocol, Socket};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::process::{Command, Stdio};
use support::{current_thread, enter, multi_thread, skip_always};
use tokio::task::JoinSet;

/// What the inner process is to do: a workload and how often.
const WORKLOAD: &str = "NETLINK_TEST_WORKLOAD";

const REQUESTS: u32 = 2_000;

/// The inner process.
#[test]
fn workload() {
    let Ok(workload) = env::var(WORKLOAD) else { return };
    if !enter() {
        return;
    }
    let (name, times) = workload.split_once(' ').unwrap();
    let times: u32 = times.parse().unwrap();
    match name {
        "blocking-get" => with_blocking(|ip| (0..times).for_each(|_| drop(ip.link().get(1).wait().unwrap()))),
        "blocking-change" => with_blocking(|ip| {
            (0..times).for_each(|_| ip.link().change(1, LinkMessage::build().mtu(1500)).wait().unwrap());
        }),
        "blocking-list" => with_blocking(|ip| {
            pairs(&ip);
            (0..times).for_each(|_| assert!(ip.link().list().for_each(|_| ()).is_ok()));
        }),
        "get" => current_thread().block_on(async {
            let ip = iproute2::connect().unwrap();
            for _ in 0..times {
                ip.link().get(1).await.unwrap();
            }
        }),
        "change" => current_thread().block_on(async {
            let ip = iproute2::connect().unwrap();
            for _ in 0..times {
                ip.link().change(1, LinkMessage::build().mtu(1500)).await.unwrap();
            }
        }),
        "list" => current_thread().block_on(async {
            pairs(&blocking::connect().unwrap());
            let ip = iproute2::connect().unwrap();
            for _ in 0..times {
                ip.link().list().for_each(|_| ()).await.unwrap();
            }
        }),
        "tasks" => current_thread().block_on(tasks(times)),
        "tasks-many-threads" => multi_thread().block_on(tasks(times)),
        other => panic!("{other}"),
    }
}

fn with_blocking(work: impl FnOnce(blocking::Handle)) {
    work(blocking::connect().unwrap());
}

/// Enough links that a dump of them is several datagrams.
fn pairs(ip: &blocking::Handle) {
    for n in 0..50 {
        ip.link().add(Veth::pair(format!("v{n}"), format!("w{n}"))).wait().unwrap();
    }
}

/// 64 tasks that share the requests among them.
async fn tasks(times: u32) {
    let ip: Handle = iproute2::connect().unwrap();
    let tasks: JoinSet<()> = (0..64)
        .map(|_| {
            let ip = ip.clone();
            async move {
                for _ in 0..times / 64 {
                    ip.link().get(1).await.unwrap();
                }
            }
        })
        .collect();
    tasks.join_all().await;
}

/// How often the inner process makes each system call; `None` where strace does not work here.
fn strace(workload: &str, times: u32) -> Option<BTreeMap<String, u32>> {
    let file = env::temp_dir().join(format!("calls-{}-{workload}-{times}", std::process::id()));
    let mut strace = Command::new("strace");
    strace.args(["-f", "-c", "-o"]).arg(&file);
    run_inner(&mut strace, workload, times)?;
    let table = fs::read_to_string(&file).ok()?;
    let _ = fs::remove_file(&file);
    let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    // % time, seconds, usecs/call, calls, perhaps errors, name.
    let calls = rows.filter_map(|row| Some((row.last()?.to_string(), row.get(3)?.parse().ok()?)));
    Some(calls.filter(|(name, _)| name != "total").collect())
}

fn run_inner(tool: &mut Command, workload: &str, times: u32) -> Option<String> {
    tool.arg(env::current_exe().unwrap()).args(["--exact", "workload"]);
    tool.env(WORKLOAD, format!("{workload} {times}")).stdout(Stdio::null()).stderr(Stdio::piped());
    let output = tool.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The system calls that each of many requests costs, in all and by name.
fn calls(workload: &str) -> Option<(f64, BTreeMap<String, u32>)> {
    let (Some(few), Some(many)) = (strace(workload, 100), strace(workload, 100 + REQUESTS)) else {
        skip_always("strace does not work here");
        return None;
    };
    let more = |(name, calls): (String, u32)| {
        let calls = calls.saturating_sub(few.get(&name).copied().unwrap_or(0));
        (calls > REQUESTS / 1_000).then_some((name, calls))
    };
    let more: BTreeMap<String, u32> = many.clone().into_iter().filter_map(more).collect();
    let sum = |calls: &BTreeMap<String, u32>| calls.values().sum::<u32>();
    let each = f64::from(sum(&many) - sum(&few)) / f64::from(REQUESTS);
    eprintln!("{workload}: {each:.4} system calls a request, {more:?}");
    Some((each, more))
}

#[test]
fn a_request_is_two_system_calls() {
    for workload in ["blocking-get", "blocking-change", "get", "change"] {
        let Some((each, calls)) = calls(workload) else { return };
        assert!((1.99..=2.02).contains(&each), "{workload}: {each} calls a request, {calls:?}");
    }
}

/// The datagrams of a dump of links in this namespace, on a socket whose reader has offered much before.
fn datagrams() -> u32 {
    let request = LinkMessage::build().ext_mask(ExtMask::VF).into_buffer();
    let flags = Flags::REQUEST | Flags::DUMP;
    let header = Header { length: request.length() as u32, message_type: 18, flags, sequence: 1, port: 0 };
    let socket = Socket::new(Protocol::ROUTE).unwrap();
    let mut buffer = BytesMut::new();
    let mut dump = || {
        socket.send(&[&header.to_bytes()[..], request.body()].concat()).unwrap();
        for count in 1.. {
            buffer.clear();
            buffer.reserve(64 * 1024);
            socket.recv(&mut buffer).unwrap();
            if Messages::new(&buffer).any(|message| message.header.message_type == NLMSG_DONE) {
                return count;
            }
        }
        unreachable!()
    };
    dump();
    dump()
}

#[test]
fn a_dump_is_no_more_receives_than_datagrams() {
    if !enter() {
        return;
    }
    pairs(&blocking::connect().unwrap());
    let datagrams = datagrams();
    assert!(datagrams > 3);
    for workload in ["blocking-list", "list"] {
        let (Some(few), Some(many)) = (strace(workload, 10), strace(workload, 110)) else {
            return skip_always("strace does not work here");
        };
        let each = |name: &str| f64::from(many.get(name).unwrap_or(&0) - few.get(name).unwrap_or(&0)) / 100.0;
        let (receives, sends) = (each("recvmsg") + each("recvfrom"), each("sendto") + each("sendmsg"));
        eprintln!("{workload}: {receives} receives for {datagrams} datagrams");
        assert!(
            (1.0..=f64::from(datagrams)).contains(&receives),
            "{workload}: {receives} receives for {datagrams} datagrams"
        );
        assert_eq!(sends, 1.0);
        // Its socket is used again, and turns of the runtime are all that is besides.
        assert_eq!(each("socket"), 0.0);
    }
}

/// ptrace slows threads down until they meet where they otherwise do not: perf counts by tracepoints.
#[test]
fn many_tasks_take_hardly_more() {
    for workload in ["tasks", "tasks-many-threads"] {
        let perf = |times| {
            let mut perf = Command::new("perf");
            perf.args(["stat", "-x", ",", "-e", "raw_syscalls:sys_enter"]);
            let output = run_inner(&mut perf, workload, times)?;
            output.lines().find(|line| line.contains("sys_enter"))?.split(',').next()?.parse::<u32>().ok()
        };
        let (Some(few), Some(many)) = (perf(64), perf(64 * 1001)) else {
            return skip_always("perf does not work here");
        };
        let each = f64::from(many - few) / 64_000.0;
        eprintln!("{workload}: {each:.4} system calls a request of 64 tasks");
        assert!((1.99..=2.1).contains(&each), "{workload}: {each} calls a request");
    }
}
