//! Error numbers are written nowhere but in libc: they differ between architectures.

use std::fs;
use std::path::Path;

use netlink_sys::errno::ENOBUFS;
use netlink_sys::is_overrun;

#[test]
fn an_overrun_is_what_this_architecture_calls_one() {
    assert_eq!(ENOBUFS, libc::ENOBUFS);
    for errno in (1..200).filter(|errno| *errno != libc::ENOBUFS) {
        assert!(!is_overrun(&std::io::Error::from_raw_os_error(errno)), "{errno}");
    }
}

/// A constant such as `ENOBUFS: i32 = 105`.
fn retypes_an_errno(line: &str) -> bool {
    let Some((name, value)) = line.split_once("const E").and_then(|(_, rest)| rest.split_once(": i32 ="))
    else {
        return false;
    };
    name.chars().all(|letter| letter.is_ascii_uppercase())
        && value.contains(|digit: char| digit.is_ascii_digit())
}

fn look_through(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "target" {
            look_through(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| retypes_an_errno(line));
            found.extend(lines.map(|line| format!("{}: {}", path.display(), line.trim())));
        }
    }
}

#[test]
fn no_error_number_is_retyped() {
    assert!(retypes_an_errno("const ENOBUFS: i32 = 105;") && retypes_an_errno("    const EPERM: i32 = -1;"));
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    look_through(workspace, &mut found);
    // This file has the example above.
    found.retain(|line| !line.contains("tests/errno.rs"));
    assert_eq!(found, [""; 0]);
}
