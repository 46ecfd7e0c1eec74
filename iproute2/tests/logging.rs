//! What is logged: messages at trace level, decoded; malformed attributes; and nothing at all while it is off.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::netlink_packet::Attr;
use iproute2::rtnetlink::link::LinkInfo;
use iproute2::{LinkMessage, Veth, blocking};
use log::{LevelFilter, Log, Metadata, Record};
use std::cell::RefCell;
use std::fmt;
use support::ethtool::{Device, LinkState, on_lo};
use support::{current_thread, enter, run_blocking, skip};

/// Records what each thread logs.
struct Kept;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static LEVEL: RefCell<LevelFilter> = const { RefCell::new(LevelFilter::Off) };
}

impl Log for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= LEVEL.with_borrow(|level| *level)
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{} {}", record.level(), record.args());
            LINES.with_borrow_mut(|lines| lines.push(line));
        }
    }

    fn flush(&self) {}
}

/// What this thread logs while it works, at a level of its own.
fn logged(level: LevelFilter, work: impl FnOnce()) -> Vec<String> {
    log::set_max_level(LevelFilter::Trace);
    let _ = log::set_logger(&Kept);
    LEVEL.set(level);
    LINES.take();
    work();
    LEVEL.set(LevelFilter::Off);
    LINES.take()
}

fn position(lines: &[String], parts: &[&str]) -> usize {
    let found = lines.iter().position(|line| parts.iter().all(|part| line.contains(part)));
    found.unwrap_or_else(|| panic!("{parts:?} is in none of {lines:#?}"))
}

#[test]
fn messages_are_logged_in_words() {
    run_blocking(|ip| {
        let lines = logged(LevelFilter::Trace, || {
            ip.link().add(Veth::pair("v0", "v1").mtu(1400)).wait().unwrap();
            ip.link().get("v0").wait().unwrap();
            ip.link().list().wait().unwrap();
            ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
            assert!(ip.link().delete("no").wait().is_err());
        });
        let add = position(
            &lines,
            &["TRACE -> #1 <REQUEST,ACK,EXCL,CREATE> RTM_NEWLINK", "\"v0\"", "\"v1\"", "mtu: 1400", "veth"],
        );
        let done_adding = position(&lines, &["TRACE <- #1 <CAPPED> NLMSG_ERROR 0"]);
        let get = position(&lines, &["TRACE -> ", "RTM_GETLINK", "\"v0\""]);
        let got = position(&lines, &["TRACE <- ", "RTM_NEWLINK", "\"v0\"", "mtu: 1400"]);
        let list = position(&lines, &["TRACE -> #1 <REQUEST,DUMP> RTM_GETLINK"]);
        let done = position(&lines, &["TRACE <- #1 <MULTI> NLMSG_DONE 0"]);
        let address = position(&lines, &["TRACE -> ", "RTM_NEWADDR", "192.0.2.1"]);
        let refused = position(&lines, &["TRACE <- ", "NLMSG_ERROR -19"]);
        let order = [add, done_adding, get, got, list, done, address, refused];
        assert!(order.is_sorted(), "{order:?} {lines:#?}");
        lines.iter().for_each(|line| assert!(!line.contains('\n'), "{line}"));
        // The kernel's own message.
        let no_kind = LinkMessage::build().name("x0").info(LinkInfo::build().kind_name("no"));
        let lines = logged(LevelFilter::Trace, || assert!(ip.link().add(no_kind).wait().is_err()));
        position(&lines, &["<CAPPED,ACK_TLVS> NLMSG_ERROR -95", "Unknown device type"]);
    });
}

#[test]
fn the_async_handle_logs_the_same() {
    if !enter() {
        return;
    }
    let lines = logged(LevelFilter::Trace, || {
        current_thread().block_on(async {
            let ip = support::connect().unwrap();
            ip.link().get("lo").await.unwrap();
            ip.link().list().await.unwrap();
        });
    });
    position(&lines, &["TRACE -> ", "RTM_GETLINK", "\"lo\""]);
    position(&lines, &["TRACE <- ", "RTM_NEWLINK", "\"lo\""]);
    position(&lines, &["TRACE <- #1 <MULTI> NLMSG_DONE 0"]);
}

#[test]
fn families_of_your_own_are_logged_by_their_tables() {
    if !enter() {
        return;
    }
    let (waiting, mut known) = (blocking::connect().unwrap(), true);
    let in_threads = logged(LevelFilter::Trace, || {
        known = waiting.request(on_lo()).wait().is_ok();
        waiting.dump(LinkState::build().device(Device::build())).wait().unwrap_or_default();
        assert!(known == waiting.batch([waiting.request(on_lo()).into()]).wait()[0].is_ok());
        // Beside the route family, whose messages have the same numbers.
        waiting.link().get("lo").wait().unwrap();
    });
    if !known {
        return skip("this kernel lacks ethtool");
    }
    let in_tasks = logged(LevelFilter::Trace, || {
        current_thread().block_on(async {
            let ip = support::connect().unwrap();
            ip.request(on_lo()).await.unwrap();
            ip.dump(LinkState::build().device(Device::build())).await.unwrap();
            assert!(ip.batch([ip.request(on_lo()).into()]).await[0].is_ok());
            ip.link().get("lo").await.unwrap();
        });
    });
    for lines in [in_threads, in_tasks] {
        let asks = "<REQUEST,ACK> ethtool 6 LinkState { device: Device { name: \"lo\" } }";
        let order = [
            position(&lines, &["TRACE -> ", "<REQUEST> nlctrl 3 ControllerMessage", "name: \"ethtool\""]),
            position(&lines, &["TRACE <- ", "nlctrl 1 ControllerMessage", "name: \"ethtool\""]),
            position(&lines, &["TRACE -> ", asks]),
            position(
                &lines,
                &["TRACE <- ", "<> ethtool 6 LinkState { device: Device {", "name: \"lo\"", "carrier: "],
            ),
            position(&lines, &["TRACE <- ", "NLMSG_ERROR 0"]),
            position(&lines, &["TRACE -> ", "<REQUEST,DUMP> ethtool 6 LinkState { device: Device }"]),
            position(&lines, &["TRACE <- ", "<MULTI> ethtool 6 LinkState {", "name: \"lo\""]),
            position(&lines, &["TRACE -> ", "RTM_GETLINK LinkMessage", "\"lo\""]),
            position(&lines, &["TRACE <- ", "RTM_NEWLINK LinkMessage", "\"lo\""]),
        ];
        assert!(order.is_sorted(), "{order:?} {lines:#?}");
        assert_eq!(lines.iter().filter(|line| line.contains(asks)).count(), 2, "{lines:#?}");
    }
}

/// The name as a number, which it is not.
const NAME: Attr<LinkMessage, u64> = Attr::new(3, "IFLA_IFNAME as a number");
const GROUP: Attr<LinkMessage, u64> = Attr::new(27, "IFLA_GROUP as a long number");

#[test]
fn malformed_attributes_are_warned_about_once() {
    run_blocking(|ip| {
        let lo = ip.link().get("lo").wait().unwrap();
        let lines = logged(LevelFilter::Warn, || {
            for _ in 0..10 {
                assert_eq!(lo.attributes().get(NAME), None);
                assert_eq!(lo.attributes().get(GROUP), None);
            }
        });
        assert_eq!(lines.len(), 2, "{lines:#?}");
        position(&lines, &["WARN", "IFLA_IFNAME as a number"]);
        position(&lines, &["WARN", "IFLA_GROUP as a long number"]);
        // Each is logged once, even if nobody listened at the time.
        assert_eq!(logged(LevelFilter::Warn, || assert!(lo.attributes().get(NAME).is_none())), [""; 0]);
    });
}

/// A real kernel sends nothing malformed.
#[test]
fn a_real_kernel_causes_no_warnings() {
    run_blocking(|ip: blocking::Handle| {
        let lines = logged(LevelFilter::Debug, || {
            ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
            for link in ip.link().list().wait().unwrap() {
                assert!(!format!("{link:?}").is_empty());
                assert_eq!(link.malformed().count(), 0);
            }
            for address in ip.address().list().wait().unwrap() {
                assert_eq!(address.malformed().count(), 0);
            }
        });
        assert_eq!(lines, [""; 0]);
    });
}

/// A value that must not be formatted.
struct Silent;

impl fmt::Display for Silent {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("formatted while nobody listens")
    }
}

#[test]
fn nothing_is_formatted_while_it_is_off() {
    run_blocking(|ip| {
        let lines = logged(LevelFilter::Debug, || {
            log::trace!("{Silent}");
            for _ in 0..10 {
                ip.link().list().wait().unwrap();
                ip.link().get("lo").wait().unwrap();
            }
        });
        assert_eq!(lines, [""; 0]);
    });
}
