//! What the tests of this crate share: handles in namespaces of their own, and `ip` to ask for a second opinion.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part")]

pub(crate) mod ethtool;
#[path = "../../../netlink-sys/tests/namespace/mod.rs"]
mod namespace;
#[cfg(any(feature = "smol", feature = "tokio"))]
mod runtime;

use iproute2::{Error, Result, blocking};
use serde_json::Value;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) use namespace::{deny, enter, in_child, join_child, start_child};
#[cfg(any(feature = "smol", feature = "tokio"))]
pub(crate) use runtime::*;

/// Runs a test in each flavour of the runtime that the features chose, each time in a namespace of its own.
#[cfg(any(feature = "smol", feature = "tokio"))]
pub(crate) fn run<F: Future<Output = ()>>(test: impl Fn(Handle) -> F) {
    for runtime in RUNTIMES {
        if enter() {
            // The workers start in the namespace.
            runtime().block_on(async { test(connect().unwrap()).await });
        }
    }
}

/// Runs a test of the blocking verbs, in a namespace of its own.
pub(crate) fn run_blocking(test: impl Fn(blocking::Handle)) {
    if enter() {
        test(blocking::connect().unwrap());
    }
}

/// A namespace with a device of netdevsim, by name; it takes root's rights on the machine.
pub(crate) fn with_simulated(test: impl Fn(&blocking::Handle, &str)) {
    const NEW: &str = "/sys/bus/netdevsim/new_device";
    if !Path::new(NEW).exists() {
        return skip_always("this kernel lacks netdevsim");
    }
    run_blocking(|ip| {
        // A number of its own for each test, since they run side by side.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = process::id() * 32 + NUMBER.fetch_add(1, Ordering::Relaxed);
        let names = || ip.link().list().wait().unwrap().iter().map(|link| link.name().to_string()).collect();
        // Not only `lo`: modules of some tunnels add a device to each namespace.
        let before: Vec<String> = names();
        if fs::write(NEW, format!("{number} 1 2")).is_err() {
            return skip_always("only root can make devices of netdevsim");
        }
        let after: Vec<String> = names();
        test(&ip, after.iter().find(|name| !before.contains(name)).unwrap());
        fs::write("/sys/bus/netdevsim/del_device", number.to_string()).unwrap();
    });
}

/// The version of the running kernel.
pub(crate) fn kernel() -> (u32, u32) {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// Says that something is not tested because it is missing here. Where all must be there (`NETLINK_TEST_FULL=1`), that fails.
pub(crate) fn skip(what: &str) {
    let full = std::env::var_os("NETLINK_TEST_FULL").is_some_and(|full| full == "1");
    assert!(!full, "skipped: {what}");
    skip_always(what);
}

/// Says that something is not tested because a tool is missing, which is no fault of the kernel.
pub(crate) fn skip_always(what: &str) {
    let thread = std::thread::current();
    say(&format!("skipped: {what} ({})", thread.name().unwrap_or("a test")));
}

/// Prints a line, not by `eprintln!`, which the test harness swallows.
pub(crate) fn say(line: &str) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// Whether a link was created; says so where this kernel lacks its kind.
pub(crate) fn made(result: Result<()>, kind: &str) -> bool {
    match result {
        Ok(()) => true,
        Err(error) if is_unknown_kind(&error) => {
            skip(&format!("this kernel lacks kind {kind}"));
            false
        }
        Err(error) => panic!("{error}"),
    }
}

pub(crate) fn is_unknown_kind(error: &Error) -> bool {
    error.is_not_supported() && error.message().is_some_and(|message| message.contains("Unknown device type"))
}

/// What `ip -j` prints; `None` where there is no `ip`.
pub(crate) fn ip_json(arguments: &str) -> Option<Value> {
    let output = match Command::new("ip").arg("-j").args(arguments.split(' ')).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            skip("there is no ip");
            return None;
        }
        Err(error) => panic!("ip: {error}"),
    };
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Runs `ip`; whether there is one.
pub(crate) fn ip(arguments: &str) -> bool {
    match Command::new("ip").args(arguments.split(' ')).status() {
        Ok(status) => {
            assert!(status.success(), "ip {arguments}: {status}");
            true
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            skip("there is no ip");
            false
        }
        Err(error) => panic!("ip: {error}"),
    }
}
