//! Errors without privileges, and what works without privileges on older kernels: as the user who runs the tests, in
//! the namespace where they run. The tests only list, and delete what does not exist, which is refused before it is
//! looked for.

use iproute2::watch::Topics;
use iproute2::{Namespace, blocking};
use std::env;
use std::io::{self, Write};
use std::process::Command;

/// Unprivileged, a test is run again without these options.
const NOBODY: &[&str] =
    &["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all"];

/// That a test is the inner one.
const INNER: &str = "NETLINK_TEST_INNER";

#[test]
fn without_privileges_errors_say_so() {
    let ip = blocking::connect().unwrap();
    assert!(ip.link().list().wait().is_ok(), "anybody may look");
    let errors = [
        ip.link().delete("no-such-link").wait().unwrap_err(),
        ip.address().delete(u32::MAX >> 1, "192.0.2.1/24").wait().unwrap_err(),
    ];
    if errors.iter().all(|error| error.is_not_found()) {
        return run_again(&[], "without_privileges_errors_say_so");
    }
    let [link, address] = errors;
    assert!(link.is_not_permitted() && address.is_not_permitted(), "{link}, {address}");
    assert_eq!(link.to_string(), "delete link no-such-link: operation not permitted");
    assert_eq!(address.to_string(), "delete address 192.0.2.1/24: operation not permitted");
    who_may_not_enter_is_told_so();
}

/// Each error names the namespace.
fn who_may_not_enter_is_told_so() {
    let current = Namespace::current().unwrap();
    let errors = [
        ("add namespace nobodys: ", Namespace::create("nobodys").map(drop)),
        ("open namespace of process 1: ", Namespace::of_process(1).map(drop)),
        ("connect in namespace of this thread: ", blocking::connect_in(&current).map(drop)),
        ("enter namespace of this thread: ", current.run(|| ())),
    ];
    for (begin, result) in errors {
        let error = result.expect_err(begin);
        assert!(error.is_not_permitted(), "{error}");
        let line = error.to_string();
        assert!(line.starts_with(begin) && line.len() > begin.len(), "{line}");
    }
}

/// Everything that opens sockets of its own: lists, also of names and side by side, and watches.
fn look() {
    let ip = blocking::connect().unwrap();
    let loopback = ip.link().get("lo").wait().unwrap().index();
    let mut links = ip.link().list().iter();
    assert!(links.next().unwrap().is_ok());
    assert!(
        !ip.route().list().device("lo").wait().unwrap().iter().any(|route| route.device() != Some(loopback))
    );
    assert!(links.all(|link| link.is_ok()));
    let changes = ip.watch(Topics::LINK).wait().unwrap();
    assert!(changes.mirror().link("lo").is_some());
    drop(ip.events([iproute2::rtnetlink::Group::LINK]).open().unwrap());
}

/// Before Linux 5.14 there is no `SO_NETNS_COOKIE`, and an unprivileged process can't enter its own namespace.
#[test]
fn anyone_may_list_without_namespace_cookies() {
    if env::var_os(INNER).is_some() {
        return look();
    }
    let strace = ["strace", "-f", "-o", "/dev/null", "-e", "inject=getsockopt:error=ENOPROTOOPT"];
    run_again(&strace, "anyone_may_list_without_namespace_cookies");
}

/// Runs a test as the user nobody, under a tool, if both exist.
fn run_again(tool: &[&str], test: &str) {
    let words = [NOBODY, tool].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).arg(env::current_exe().unwrap()).args(["--exact", test]).env(INNER, "1");
    let skipped = match command.output() {
        Ok(output) if output.status.success() => return,
        // The test may be in a place that only this user can read, or a tool may be missing.
        Ok(output) if matches!(output.status.code(), Some(126 | 127)) => "nobody may run this",
        // An unprivileged user can't become nobody, and need not.
        Ok(_) if !is_root() => return run_as_it_is(tool, test),
        Ok(output) => panic!("{}{}", text(&output.stdout), text(&output.stderr)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "there is no setpriv",
        Err(error) => panic!("setpriv: {error}"),
    };
    skip(skipped, test);
}

fn run_as_it_is(tool: &[&str], test: &str) {
    let Some((first, rest)) = tool.split_first() else { return };
    let mut command = Command::new(first);
    command.args(rest).arg(env::current_exe().unwrap()).args(["--exact", test]).env(INNER, "1");
    match command.output() {
        Ok(output) => assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => skip("there is no strace", test),
        Err(error) => panic!("{first}: {error}"),
    }
}

fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status").unwrap().contains("Uid:\t0\t0")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn skip(why: &str, test: &str) {
    let line = format!("skipped: {why} ({test})\n");
    assert!(env::var_os("NETLINK_TEST_FULL").is_none_or(|full| full != "1"), "{line}");
    let _ = std::io::stderr().write_all(line.as_bytes());
}
