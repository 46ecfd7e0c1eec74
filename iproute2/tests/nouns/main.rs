//! Nouns of generic netlink families: added, read back, changed and deleted, beside `ip`.
//!
//! | file | what |
//! | --- | --- |
//! | `fou.rs`, `ila.rs`, `ioam6.rs`, ... | a family |

#![cfg(feature = "tokio")]
#![cfg_attr(
    not(feature = "full"),
    allow(dead_code, unused_imports, reason = "each family uses a part of what they share")
)]

#[path = "../support/mod.rs"]
mod support;

#[cfg(feature = "fou")]
mod fou;
#[cfg(feature = "ila")]
mod ila;
#[cfg(feature = "ioam6")]
mod ioam6;
#[cfg(feature = "l2tp")]
mod l2tp;
#[cfg(feature = "macsec")]
mod macsec;
#[cfg(feature = "mptcp")]
mod mptcp;
#[cfg(feature = "seg6")]
mod seg6;
#[cfg(feature = "tcp_metrics")]
mod tcp_metrics;

use iproute2::{Error, ErrorKind, LinkMessage, Result, blocking};
use std::io;
use std::process::Command;
use support::{run_blocking, skip, skip_always};

/// Runs a test in a namespace of its own, if this list can be had there: not where the kernel lacks the family, or the
/// family wants the rights of the machine's root.
fn where_allowed<T>(list: impl Fn(&blocking::Handle) -> Result<T>, test: impl Fn(&blocking::Handle)) {
    run_blocking(|ip| {
        ip.link().change("lo", LinkMessage::build().up()).wait().unwrap();
        if is_allowed(list(&ip)) {
            test(&ip);
        }
    });
}

/// Whether that could be done; says so where this kernel lacks the family, or the family wants the rights of the
/// machine's root.
fn is_allowed<T>(result: Result<T>) -> bool {
    let error = match result {
        Ok(_) => return true,
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::UnknownFamily(name) => skip(&format!("this kernel lacks {name}")),
        _ if error.is_not_permitted() => skip_always("it takes the rights of the machine's root"),
        _ => panic!("{error}"),
    }
    false
}

/// What `ip` prints, by lines; `None` where there is no `ip`.
fn ip_lines(arguments: &str) -> Option<Vec<String>> {
    let output = match Command::new("ip").args(arguments.split(' ')).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            skip("there is no ip");
            return None;
        }
        Err(error) => panic!("ip: {error}"),
    };
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim().to_owned()).collect())
}

/// What is refused before anything is sent, in words.
fn refused(error: Error) -> String {
    assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
    error.to_string()
}
