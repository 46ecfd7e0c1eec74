//! What the kernel says to those who may not: as whoever runs the tests, in the namespace where they run. All that is
//! asked for is to delete what does not exist, which is refused before it is looked for.

use iproute2::{Namespace, blocking};
use std::io::{ErrorKind, Write};
use std::process::Command;

/// Who has no privileges runs the test again without these words.
const NOBODY: &str = "setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all";

#[test]
fn who_may_not_is_told_so() {
    let ip = blocking::connect().unwrap();
    assert!(ip.link().list().wait().is_ok(), "anybody may look");
    let errors = [
        ip.link().delete("no-such-link").wait().unwrap_err(),
        ip.address().delete(u32::MAX >> 1, "192.0.2.1/24").wait().unwrap_err(),
    ];
    if errors.iter().all(|error| error.is_not_found()) {
        return as_nobody();
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

fn as_nobody() {
    let mut words = NOBODY.split(' ');
    let mut setpriv = Command::new(words.next().unwrap());
    setpriv.args(words).arg(std::env::current_exe().unwrap()).args(["--exact", "who_may_not_is_told_so"]);
    let skipped = match setpriv.output() {
        Ok(output) if output.status.success() => return,
        // The test may lie where nobody else can read it.
        Ok(output) if matches!(output.status.code(), Some(126 | 127)) => "nobody may run this",
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) if error.kind() == ErrorKind::NotFound => "there is no setpriv",
        Err(error) => panic!("setpriv: {error}"),
    };
    let line = format!("skipped: {skipped} (who_may_not_is_told_so)\n");
    assert!(std::env::var_os("NETLINK_TEST_FULL").is_none_or(|full| full != "1"), "{line}");
    let _ = std::io::stderr().write_all(line.as_bytes());
}
