//! What a kernel remarks of requests that it carries out.

use super::*;
use crate::LinkMessage;
use log::{Level, LevelFilter, Log, Metadata, Record};
use netlink_packet::Flags;
use std::cell::RefCell;

/// Keeps what each thread warns of.
struct Kept;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

impl Log for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            LINES.with_borrow_mut(|lines| lines.push(record.args().to_string()));
        }
    }

    fn flush(&self) {}
}

/// What this thread warns of while it works.
fn warned(work: impl FnOnce()) -> Vec<String> {
    let _ = log::set_logger(&Kept);
    log::set_max_level(LevelFilter::Warn);
    LINES.take();
    work();
    LINES.take()
}

fn warning_kernel() -> Kernel {
    Kernel::answering(|asked| match asked.header.flags.contains(Flags::DUMP) {
        true => vec![asked.part(1), asked.done_warning("some are left out")],
        false => vec![asked.warning("this will go")],
    })
}

#[test]
fn a_warning_reaches_the_log_each_time() {
    let kernel = warning_kernel();
    let ip = blocking(kernel.connection(1));
    let lines = warned(|| {
        for _ in 0..2 {
            ip.link().change(7, LinkMessage::build().mtu(1400)).wait().unwrap();
            assert_eq!(ip.link().list().wait().unwrap().len(), 1);
        }
        ip.link().list().for_each(|_| ()).unwrap();
        assert_eq!(ip.link().list().iter().filter(Result::is_ok).count(), 1);
        assert!(ip.batch([ip.link().delete(7).into()]).wait().iter().all(Result::is_ok));
    });
    let (change, list) = ("change link 7: this will go", "list links: some are left out");
    assert_eq!(lines, [change, list, change, list, list, list, "delete link 7: this will go"]);
}

#[test]
fn a_warning_reaches_the_log_where_tasks_wait() {
    let kernel = warning_kernel();
    let ip = handle(kernel.connection(1));
    let lines = warned(|| {
        current_thread().block_on(async {
            ip.link().change(7, LinkMessage::build().mtu(1400)).await.unwrap();
            assert_eq!(ip.link().list().await.unwrap().len(), 1);
        });
    });
    assert_eq!(lines, ["change link 7: this will go", "list links: some are left out"]);
}
