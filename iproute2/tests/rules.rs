//! Rules: added, read back, compared with `ip`, deleted.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::rtnetlink::rule::{PortRange, RuleFlags, RuleMessageBuf, UidRange};
use iproute2::{AddressFamily, RouteProtocol, RouteTable, Rule, RuleAction, RuleMessage, Veth, blocking};
use std::future::IntoFuture;
use std::process::Command;
use support::{ip, kernel, run, run_blocking};

/// The output of `ip rule`, lines without trailing spaces.
fn text(arguments: &str) -> Option<Vec<String>> {
    let output = Command::new("ip").args(arguments.split(' ')).output().ok()?;
    let lines = String::from_utf8(output.stdout).unwrap();
    // Without /etc/protocols `ip` has no name for a protocol.
    let tidy = |line: &str| line.trim_end().replace('\t', " ").replace("ipproto-17", "udp");
    Some(lines.lines().map(tidy).collect())
}

/// Rules, with the output of `ip rule show`.
fn rules() -> Vec<(RuleMessageBuf, &'static str)> {
    vec![
        (Rule::lookup(100).from("192.0.2.0/24").priority(1000), "1000: from 192.0.2.0/24 lookup 100"),
        (
            Rule::lookup(1000).to("198.51.100.0/24").priority(1001),
            "1001: from all to 198.51.100.0/24 lookup 1000",
        ),
        (
            Rule::of(RuleAction::UNREACHABLE).inverted().masked_mark(7, 0xff).uids(0).priority(1002),
            "1002: not from all fwmark 0x7/0xff uidrange 0-0 unreachable",
        ),
        (Rule::goto(1001).tos(0x10).priority(900), "900: from all tos 0x10 goto 1001"),
        (
            Rule::lookup(101).ip_protocol(17).source_ports(53).destination_ports(8000..=8999).priority(1003),
            "1003: from all ipproto udp sport 53 dport 8000-8999 lookup 101",
        ),
        (
            Rule::lookup(254).suppress_prefix_length(0).priority(1004),
            "1004: from all lookup main suppress_prefixlength 0",
        ),
        (
            Rule::of(RuleAction::BLACKHOLE)
                .input_device("v0")
                .device("v1")
                .protocol(RouteProtocol::BGP)
                .priority(1005),
            "1005: from all iif v0 oif v1 blackhole proto bgp",
        ),
        (Rule::of(RuleAction::NOP).priority(1006), "1006: from all nop"),
        (Rule::l3mdev().priority(1007), "1007: from all lookup [l3mdev-table]"),
        (Rule::lookup(100).from("2001:db8::/32").priority(1000), "1000: from 2001:db8::/32 lookup 100"),
    ]
}

#[test]
fn ip_shows_what_we_add() {
    run(|handle| async move {
        handle.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let mut added = Vec::new();
        for (rule, shown) in rules() {
            let created = handle.rule().add(rule.clone()).created().await.unwrap();
            assert_eq!(created.malformed().count(), 0, "{created:?}");
            let wanted = rule.view();
            assert_eq!((created.action(), created.table()), (wanted.action(), wanted.table()));
            assert_eq!(created.uids().map(UidRange::range), wanted.uids().map(UidRange::range));
            assert_eq!(
                created.source_ports().map(PortRange::range),
                wanted.source_ports().map(PortRange::range)
            );
            assert_eq!(created.suppress_prefix_length(), wanted.suppress_prefix_length());
            let family = if created.family() == AddressFamily::INET6 { "-6" } else { "-4" };
            let twice = handle.rule().add(rule).await.unwrap_err();
            assert!(twice.is_already_exists(), "{twice}");
            if let Some(lines) = text(&format!("{family} rule show")) {
                // How a forward target is shown depends on the version of `ip`.
                let found =
                    |line: &String| line == shown || shown.contains("goto") && line.starts_with(shown);
                assert!(lines.iter().any(found), "{shown}: {lines:#?}");
            }
            added.push(created);
        }
        for rule in &added {
            handle.rule().delete(rule).await.unwrap();
        }
        // Those that a namespace begins with.
        for (family, count) in [(AddressFamily::INET, 3), (AddressFamily::INET6, 2)] {
            assert_eq!(handle.rule().list().family(family).await.unwrap().len(), count);
        }
    });
}

#[test]
fn devices_by_name_index_and_object() {
    run(|handle| async move {
        handle.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let link = handle.link().get("v0").await.unwrap();
        handle.link().add_alt_names("v0", ["an-alternative-name"]).await.unwrap();
        let rules = [
            Rule::lookup(100).input_device("v0"),
            Rule::lookup(101).input_device(link.index()),
            Rule::lookup(102).input_device(&link),
            Rule::lookup(103).input_device("an-alternative-name").device(iproute2::Device::from(&link)),
        ];
        for rule in rules {
            let created = handle.rule().add(rule).created().await.unwrap();
            assert_eq!(created.input_device().unwrap(), "v0");
            assert!(!created.flags().contains(RuleFlags::IIF_DETACHED));
        }
        assert_eq!(handle.rule().list().input_device("v0").await.unwrap().len(), 4);
        assert_eq!(handle.rule().list().input_device(&link).await.unwrap().len(), 4);
        assert_eq!(handle.rule().list().input_device(link.index()).table(101).await.unwrap().len(), 1);
        assert_eq!(handle.rule().list().device("an-alternative-name").await.unwrap().len(), 1);
        let detached = handle.rule().add(Rule::lookup(104).input_device("later")).created().await.unwrap();
        assert!(detached.flags().contains(RuleFlags::IIF_DETACHED));
        assert!(handle.rule().add(Rule::lookup(105).device(999u32)).await.unwrap_err().is_not_found());
        let in_one_go = [Rule::lookup(106).input_device(&link), Rule::lookup(107).input_device(link.index())];
        for rule in in_one_go {
            handle.rule().add(rule).await.unwrap();
        }
    });
}

#[test]
fn lists_and_deletions() {
    run(|handle| async move {
        let rules = handle.rule();
        rules.add(Rule::lookup(100).from("192.0.2.0/24").priority(1000)).await.unwrap();
        rules.add(Rule::lookup(100).from("2001:db8::/32").priority(1001)).await.unwrap();
        rules.add(Rule::lookup(300).priority(1002).protocol(RouteProtocol::BGP)).await.unwrap();
        rules.add(Rule::lookup(300).priority(1003)).await.unwrap();
        assert_eq!(rules.list().table(100).await.unwrap().len(), 2);
        assert_eq!(rules.list().table(100).family(AddressFamily::INET6).await.unwrap().len(), 1);
        assert_eq!(rules.list().priority(1000).await.unwrap().len(), 1);
        assert_eq!(rules.list().protocol(RouteProtocol::BGP).await.unwrap().len(), 1);
        assert!(rules.list().action(RuleAction::BLACKHOLE).await.unwrap().is_empty());
        rules.delete(1000).await.unwrap();
        let gone = rules.delete(1000).await.unwrap_err();
        assert!(gone.is_not_found() && gone.to_string().starts_with("delete rule 1000 of IPv4: "), "{gone}");
        rules.delete(RuleMessage::build().from("2001:db8::/32")).await.unwrap();
        assert_eq!(rules.list().table(300).flush().await.unwrap(), 2);
        let bad = rules.add(Rule::goto(5).priority(10)).await.unwrap_err();
        assert!(bad.to_string().starts_with("add rule 10: goto: invalid argument"), "{bad}");
    });
}

#[test]
fn what_ip_adds_is_listed() {
    run(|handle| async move {
        if !ip(
            "rule add pref 77 from 192.0.2.1 to 198.51.100.0/24 fwmark 0x1/0x3 realms 3/4 table 555 protocol static suppress_ifgroup 9",
        ) {
            return;
        }
        let rules = handle.rule().list().priority(77).await.unwrap();
        let rule = &rules[0];
        assert_eq!(rule.source_prefix().unwrap().to_string(), "192.0.2.1/32");
        assert_eq!(rule.destination_prefix().unwrap().to_string(), "198.51.100.0/24");
        assert_eq!((rule.mark(), rule.mark_mask()), (Some(1), Some(3)));
        assert_eq!((rule.table().0, rule.suppress_group()), (555, Some(9)));
        assert_eq!(rule.realms().unwrap().to_string(), "3/4");
        assert_eq!(rule.protocol(), Some(RouteProtocol::STATIC));
    });
}

/// Rules with selectors that came later, each with the kernel that knows them first.
fn later() -> [(RuleMessageBuf, (u32, u32)); 5] {
    let label = || Rule::lookup(100).family(AddressFamily::INET6).flow_label(0x12345);
    let tcp = || Rule::lookup(100).ip_protocol(6);
    [
        (Rule::lookup(100).dscp(10), (6, 12)),
        (label().flow_label_mask(0xfffff), (6, 14)),
        (Rule::lookup(100).dscp(8).dscp_mask(0x38), (6, 15)),
        (tcp().source_ports(0x100).source_port_mask(0xff00), (6, 15)),
        (tcp().destination_ports(0x100).destination_port_mask(0xff00), (6, 15)),
    ]
}

/// All rules, as they print.
fn all(ip: &blocking::Handle) -> Vec<String> {
    ip.rule().list().wait().unwrap().iter().map(|rule| format!("{rule:?}")).collect()
}

/// Kernels take selectors that they don't know, and leave them out: such a rule would be for more packets.
#[test]
fn later_selectors() {
    run_blocking(|ip| {
        for (rule, since) in later() {
            let before = all(&ip);
            let result = ip.rule().add(rule.clone().priority(77)).created().wait();
            if kernel() < since {
                let error = result.unwrap_err();
                assert!(
                    error.is_not_supported() && error.to_string().contains("this kernel does not know"),
                    "{error}"
                );
                let needs = format!("(needs Linux {}.{})", since.0, since.1);
                assert!(error.to_string().ends_with("(the rule was deleted again)"), "{error}");
                assert!(error.to_string().contains(&needs), "{error}");
                assert!(!error.is_partly_done(), "{error}");
                assert_eq!(all(&ip), before, "{error}");
                continue;
            }
            let told = result.unwrap();
            let told: &RuleMessage = &told;
            let given = rule.view();
            let same = told.dscp() == given.dscp()
                && given.dscp_mask().is_none_or(|mask| told.dscp_mask() == Some(mask))
                && (told.flow_label(), told.flow_label_mask())
                    == (given.flow_label(), given.flow_label_mask())
                && told.source_port_mask().filter(|mask| *mask != 0xffff) == given.source_port_mask()
                && told.destination_port_mask().filter(|mask| *mask != 0xffff)
                    == given.destination_port_mask();
            assert!(same, "{given:?} is told as {told:?}");
            assert_eq!(told.malformed().count(), 0);
            ip.rule().delete(told.to_buf()).wait().unwrap();
            assert_eq!(all(&ip), before);
        }
    });
}

/// What a kernel does not know selects no rule, and above all not the first one, which a host can't do without.
#[test]
fn later_selectors_delete_what_has_them_or_nothing() {
    run_blocking(|ip| {
        ip.rule().add(Rule::lookup(100).priority(70)).wait().unwrap();
        let inet = || RuleMessage::build().family(AddressFamily::INET);
        let inet6 = || RuleMessage::build().family(AddressFamily::INET6);
        let alone = [
            RuleMessage::build().dscp(11),
            inet().dscp(0),
            inet().dscp(11).dscp_mask(0x3f),
            inet6().dscp(11),
            inet6().flow_label(6),
            inet6().flow_label(0),
            inet6().flow_label_mask(0xff),
            inet().source_port_mask(0xff00),
            inet6().destination_port_mask(0xff00),
            inet().dscp_mask(0x38),
            Rule::at(70).dscp(11),
            Rule::lookup(RouteTable::LOCAL).dscp(11),
        ];
        for selector in alone {
            let before = all(&ip);
            let error = ip.rule().delete(selector.clone()).wait().unwrap_err();
            assert!(error.is_not_found(), "{:?}: {error}", selector.view());
            assert_eq!(error.operation(), "delete rule");
            assert_eq!(all(&ip), before, "{:?}", selector.view());
        }
        for (rule, since) in later() {
            let before = all(&ip);
            let added = ip.rule().add(rule.clone().priority(77)).wait();
            assert_eq!(added.is_ok(), kernel() >= since);
            if added.is_err() {
                continue;
            }
            ip.rule().delete(rule.clone()).wait().unwrap();
            assert_eq!(all(&ip), before);
            assert!(ip.rule().delete(rule).wait().unwrap_err().is_not_found());
        }
    });
}

/// The same by the other ways to send requests.
#[test]
fn later_selectors_in_tasks_and_batches() {
    run(|ip| async move {
        let count = async || ip.rule().list().await.unwrap().len();
        let before = count().await;
        assert!(ip.rule().delete(RuleMessage::build().dscp(11)).await.unwrap_err().is_not_found());
        let results = ip.batch([ip.rule().delete(RuleMessage::build().dscp(11)).into()]).await;
        assert!(results[0].as_ref().is_err_and(iproute2::Error::is_not_found), "{results:?}");
        let many = (0..20).map(|_| ip.rule().delete(RuleMessage::build().dscp(11)).into_future());
        for result in futures::future::join_all(many).await {
            assert!(result.unwrap_err().is_not_found());
        }
        assert_eq!(count().await, before);

        let later = Rule::lookup(100).dscp(10).priority(40);
        let plain = Rule::lookup(100).priority(41);
        let results = ip.batch((ip.rule().add(later.clone()), ip.rule().add(plain))).await;
        assert_eq!(results[0].is_ok(), kernel() >= (6, 12), "{results:?}");
        assert!(results[1].is_ok(), "{results:?}");
        assert_eq!(ip.rule().list().priority(40).await.unwrap().len(), usize::from(kernel() >= (6, 12)));
        assert!(ip.rule().add(later).await.is_err());
        assert_eq!(ip.rule().list().priority(40).await.unwrap().len(), usize::from(kernel() >= (6, 12)));
    });
}

/// The kernel would take a rule with more selectors for one that comes after it.
#[test]
fn a_listed_rule_is_deleted_or_none() {
    run_blocking(|ip| {
        let marked = Rule::lookup(100).priority(50).mark(1);
        let plain = Rule::lookup(100).priority(50);
        let listed = |ip: &blocking::Handle| ip.rule().list().priority(50).wait().unwrap();
        ip.rule().add(marked.clone()).wait().unwrap();
        ip.rule().add(plain.clone()).wait().unwrap();
        let rules = listed(&ip);
        let error = ip.rule().delete(&rules[1]).wait().unwrap_err();
        assert!(error.is_invalid(), "{error}");
        assert!(
            error.to_string().starts_with("delete rule 50: lookup 100: another one comes first"),
            "{error}"
        );
        assert_eq!(listed(&ip).len(), 2);
        let flushed = ip.rule().list().priority(50).filter(|rule| rule.mark().is_none()).flush().wait();
        assert!(flushed.unwrap_err().is_invalid());
        assert_eq!(listed(&ip).len(), 2);

        ip.rule().delete(&rules[0]).wait().unwrap();
        assert!(ip.rule().delete(&rules[0]).wait().unwrap_err().is_not_found());
        assert_eq!(listed(&ip).len(), 1);
        ip.rule().add(marked).wait().unwrap();
        ip.rule().delete(&rules[1]).wait().unwrap();
        assert_eq!(listed(&ip)[0].mark(), Some(1));
        let flushed = ip.rule().list().priority(50).flush().wait().unwrap();
        assert_eq!(flushed, 1);
    });
}

#[test]
fn blocking_verbs() {
    run_blocking(|ip| {
        ip.rule().add(Rule::lookup(100).priority(5)).wait().unwrap();
        assert_eq!(ip.rule().list().table(100).wait().unwrap().len(), 1);
        ip.rule().delete(5).wait().unwrap();
    });
}
