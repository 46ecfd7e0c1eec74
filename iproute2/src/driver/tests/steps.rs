//! Requests of several steps, between which somebody else deletes the link.

use super::*;
use crate::LinkMessage;
use crate::error::Error;
use netlink_sys::errno::{EBUSY, EEXIST, ENODEV, ENOENT};
use rtnetlink::message::{RTM_DELLINK, RTM_GETLINK};
use std::sync::atomic::{AtomicU32, Ordering};

/// A kernel that carries out this many messages. The next is refused with an errno, and questions and deletions after it with
/// another, or none.
fn kernel(carried_out: u32, refused: i32, then: i32) -> Kernel {
    let changes = AtomicU32::new(0);
    Kernel::answering(move |asked| {
        let after = || changes.load(Ordering::Relaxed) > carried_out;
        vec![match asked.header.message_type {
            RTM_GETLINK if after() && then != 0 => asked.ack(then),
            RTM_GETLINK => asked.object(7),
            RTM_DELLINK => asked.ack(then),
            _ if changes.fetch_add(1, Ordering::Relaxed) == carried_out => asked.ack(refused),
            _ => asked.ack(0),
        }]
    })
}

/// The errors of one request, by each way to send it.
fn errors(
    kernel: impl Fn() -> Kernel,
    request: impl Fn(&crate::link::Links<'_, Async>) -> crate::Operation,
) -> [Error; 2] {
    let in_batch = || async {
        let kernel = kernel();
        let ip = handle(kernel.connection(0));
        ip.batch([request(&ip.link())]).await.remove(0).unwrap_err()
    };
    [current_thread().block_on(in_batch()), multi_thread().block_on(in_batch())]
}

fn two_steps() -> rtnetlink::LinkMessageBuf {
    LinkMessage::build().mtu(1400).alt_names(["first"])
}

#[test]
fn a_link_that_is_deleted_between_the_steps_of_a_change() {
    for errno in [ENODEV, ENOENT] {
        let kernel = kernel(1, errno, ENODEV);
        let ip = blocking(kernel.connection(0));
        let error = ip.link().change(7, two_steps()).wait().unwrap_err();
        assert!(error.to_string().ends_with("(it was deleted meanwhile)"), "{error}");
        assert!(error.to_string().starts_with("change link 7: alt_names: no such "), "{error}");
        assert!(error.is_deleted_meanwhile() && error.is_not_found() && !error.is_partly_done());
        assert_eq!((error.errno(), error.step()), (Some(errno), Some("alt_names")));
        assert_at_rest(&ip);
    }
    for error in errors(|| kernel(1, ENODEV, ENODEV), |links| links.change(7, two_steps()).into()) {
        assert_eq!(error.to_string(), "change link 7: alt_names: no such device (it was deleted meanwhile)");
    }
}

#[test]
fn a_link_that_is_there_when_a_step_of_a_change_finds_nothing() {
    for (then, carried_out) in [(0, 1), (EBUSY, 1)] {
        let kernel = kernel(carried_out, ENODEV, then);
        let ip = blocking(kernel.connection(0));
        let error = ip.link().change(7, two_steps()).wait().unwrap_err();
        assert_eq!(error.to_string(), "change link 7: alt_names: no such device (the rest was done)");
        assert!(error.is_partly_done() && !error.is_deleted_meanwhile());
    }
    // Nothing was done before.
    let kernel = kernel(0, ENODEV, ENODEV);
    let ip = blocking(kernel.connection(0));
    let error = ip.link().change(7, two_steps()).wait().unwrap_err();
    assert_eq!(error.to_string(), "change link 7: no such device");
    assert!(!error.is_deleted_meanwhile() && !error.is_partly_done());
}

#[test]
fn a_link_that_is_deleted_while_it_is_made() {
    let make = |refused, then| {
        let kernel = kernel(1, refused, then);
        let ip = blocking(kernel.connection(0));
        let link = LinkMessage::build().name("d0").alias("one").kind(crate::Dummy::build());
        ip.link().add(link).wait().unwrap_err()
    };
    let error = make(ENODEV, ENODEV);
    assert_eq!(error.to_string(), "add link d0: alias: no such device (it was deleted meanwhile)");
    assert!(error.is_deleted_meanwhile() && error.is_not_found() && !error.is_partly_done());
    let error = make(EEXIST, ENODEV);
    assert_eq!(error.to_string(), "add link d0: alias: file exists (it was deleted meanwhile)");
    assert!(error.is_already_exists() && !error.is_partly_done());
    let error = make(ENODEV, EBUSY);
    assert_eq!(error.to_string(), "add link d0: alias: no such device (the rest was done)");
    assert!(error.is_partly_done() && !error.is_deleted_meanwhile());
    let error = make(ENODEV, 0);
    assert_eq!(error.to_string(), "add link d0: alias: no such device (the link was deleted again)");
    assert!(!error.is_partly_done() && !error.is_deleted_meanwhile());
}
