//! Options and ports of teams. Reading them takes the machine's root as well.

#![cfg(all(feature = "tokio", feature = "team"))]

mod support;

use iproute2::rtnetlink::link::Team;
use iproute2::team::{CHANGE_EVENT, FAMILY, TeamMessage, TeamOption, TeamValue};
use iproute2::watch::Event;
use iproute2::{Dummy, LinkMessage, blocking};
use std::io;
use std::process::Command;
use std::time::Duration;
use support::{made, run, run_blocking, skip_always};

/// A team with two ports; `None` where this kernel has none, or the caller may not read it.
fn team(ip: &blocking::Handle) -> Option<(u32, u32)> {
    if !made(ip.link().add(Team::named("team0")).wait(), "team") {
        return None;
    }
    if let Err(error) = ip.team().options("team0").wait() {
        assert!(error.is_not_permitted(), "{error}");
        skip_always("teams take the machine's root");
        return None;
    }
    ip.team().change("team0", TeamOption::text("mode", "activebackup")).wait().unwrap();
    for name in ["d0", "d1"] {
        ip.link().add(Dummy::named(name)).wait().unwrap();
        ip.link().change(name, LinkMessage::build().master("team0")).wait().unwrap();
    }
    let index = |name| ip.link().get(name).wait().unwrap().index();
    Some((index("team0"), index("d0")))
}

#[test]
fn options_are_set_and_read_back() {
    run_blocking(|ip| {
        let Some((team, port)) = team(&ip) else { return };
        let options = ip.team().options("team0").wait().unwrap();
        assert!(options.messages().iter().all(|message| message.malformed().count() == 0), "{options:?}");
        assert_eq!(options.index(), Some(team));
        assert_eq!(options.get("mode"), Some(TeamValue::Text("activebackup")));
        assert_eq!(options.get("notify_peers_count"), Some(TeamValue::Number(0)));
        assert_eq!(options.of_port("enabled", port), Some(TeamValue::Switch(true)));
        assert_eq!(options.of_port("priority", port), Some(TeamValue::Signed(0)));
        assert_eq!((options.get("enabled"), options.get("nothing")), (None, None));
        let change = [
            TeamOption::number("notify_peers_count", 7),
            TeamOption::switch("enabled", false).port("d0"),
            TeamOption::signed("priority", -5).port(port),
            TeamOption::number("activeport", port),
        ];
        let batch = ip.batch(change.map(|option| ip.team().change(team, option).into()));
        assert!(batch.wait().iter().all(Result::is_ok));
        let options = ip.team().options(team).wait().unwrap();
        assert_eq!(options.get("notify_peers_count"), Some(TeamValue::Number(7)));
        assert_eq!(options.of_port("enabled", port), Some(TeamValue::Switch(false)));
        assert_eq!(options.of_port("priority", port), Some(TeamValue::Signed(-5)));
        assert_eq!(options.get("activeport"), Some(TeamValue::Number(port)));
        ip.team().change(team, TeamOption::switch("enabled", true).port(port)).wait().unwrap();
        assert_eq!(
            ip.team().options(team).wait().unwrap().of_port("enabled", port),
            Some(TeamValue::Switch(true))
        );
    });
}

/// What `teamnl` prints, by lines; `None` where there is no `teamnl`.
fn teamnl(arguments: &[&str]) -> Option<Vec<String>> {
    let output = match Command::new("teamnl").args(arguments).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            skip_always("there is no teamnl");
            return None;
        }
        Err(error) => panic!("teamnl: {error}"),
    };
    assert!(output.status.success(), "teamnl {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim().to_owned()).collect())
}

/// Options as `teamnl` prints them: `priority (port:d0) -5`.
fn printed(ip: &blocking::Handle) -> Vec<String> {
    let options = ip.team().options("team0").wait().unwrap();
    let print = |option: &TeamOption| {
        let port = option.port().map(|index| ip.link().get(index).wait().unwrap().name().to_string());
        let port = port.map(|name| format!(" (port:{name})")).unwrap_or_default();
        let value = match option.value().unwrap() {
            TeamValue::Number(number) => number.to_string(),
            TeamValue::Signed(number) => number.to_string(),
            TeamValue::Text(text) => text.to_owned(),
            TeamValue::Switch(is_on) => is_on.to_string(),
            value => format!("{value:?}"),
        };
        format!("{}{port} {value}", option.name().unwrap())
    };
    options.options().map(print).collect()
}

#[test]
fn options_and_ports_as_teamnl_prints_and_sets_them() {
    run_blocking(|ip| {
        if team(&ip).is_none() {
            return;
        }
        let change = [
            TeamOption::signed("priority", -5).port("d0"),
            TeamOption::switch("user_linkup_enabled", true).port("d1"),
            TeamOption::number("queue_id", 0).port("d1"),
            TeamOption::number("notify_peers_interval", 30),
            TeamOption::number("mcast_rejoin_count", u32::MAX),
        ];
        let batch = ip.batch(change.map(|option| ip.team().change("team0", option).into()));
        for result in batch.wait() {
            result.unwrap();
        }
        let Some(mut theirs) = teamnl(&["team0", "options"]) else { return };
        let mut ours = printed(&ip);
        theirs.sort();
        ours.sort();
        assert_eq!(ours, theirs);
        assert!(ours.contains(&"priority (port:d0) -5".to_owned()), "{ours:?}");

        for arguments in
            [["-p", "d1", "setoption", "priority", "7"], ["-p", "d1", "setoption", "enabled", "false"]]
        {
            teamnl(&[&["team0"], &arguments[..]].concat());
        }
        teamnl(&["team0", "setoption", "notify_peers_count", "3"]);
        let options = ip.team().options("team0").wait().unwrap();
        let d1 = ip.link().get("d1").wait().unwrap().index();
        assert_eq!(options.of_port("priority", d1), Some(TeamValue::Signed(7)));
        assert_eq!(options.of_port("enabled", d1), Some(TeamValue::Switch(false)));
        assert_eq!(options.get("notify_peers_count"), Some(TeamValue::Number(3)));

        // `4: d0: up 0Mbit HD`
        let ports = ip.team().ports("team0").wait().unwrap();
        let theirs = teamnl(&["team0", "ports"]).unwrap();
        assert_eq!(theirs.len(), 2);
        for port in ports.ports() {
            let (index, is_up) = (port.index().unwrap(), port.is_up() == Some(true));
            let state = if is_up { "up" } else { "down" };
            let begins = format!("{index}: {}: {state}", ip.link().get(index).wait().unwrap().name());
            assert!(theirs.iter().any(|line| line.starts_with(&begins)), "{begins}: {theirs:?}");
        }
    });
}

#[test]
fn ports_are_notified() {
    run_blocking(|ip| {
        let Some((_, port)) = team(&ip) else { return };
        let ports = ip.team().ports("team0").wait().unwrap();
        let indices: Vec<_> = ports.ports().filter_map(|port| port.index()).collect();
        assert_eq!((indices.len(), indices.contains(&port)), (2, true), "{ports:?}");
        ip.link().change("d0", LinkMessage::build().no_master()).wait().unwrap();
        assert_eq!(ip.team().ports("team0").wait().unwrap().ports().count(), 1);
    });
}

#[test]
fn errors_in_words() {
    run_blocking(|ip| {
        if team(&ip).is_none() {
            return;
        }
        let missing = ip.team().options("team9").wait().unwrap_err();
        assert_eq!(
            (missing.is_not_found(), missing.to_string()),
            (true, "get options of team team9: no such device".to_owned())
        );
        assert!(ip.team().ports("lo").wait().unwrap_err().is_invalid());
        let unknown = ip.team().change("team0", TeamOption::number("nothing", 1)).wait().unwrap_err();
        assert!(unknown.is_not_found(), "{unknown}");
        let of_a_port = TeamOption::switch("enabled", true).port("lo");
        let unknown = ip.team().change("team0", of_a_port).wait().unwrap_err();
        assert_eq!(unknown.to_string(), "change option of team team0: no such file or directory");
        let long = TeamOption::text("mode", &"x".repeat(32));
        let long = ip.team().change("team0", long).wait().unwrap_err();
        assert!(long.to_string().ends_with("at most 31 bytes, and this one 32"), "{long}");
        let busy = ip.team().change("team0", TeamOption::text("mode", "roundrobin")).wait().unwrap_err();
        assert!(busy.is_busy(), "{busy}");
        assert_eq!(
            ip.team().options("team0").wait().unwrap().get("mode"),
            Some(TeamValue::Text("activebackup"))
        );
    });
}

#[test]
fn tasks_change_and_listen() {
    run(|ip| async move {
        let waiting = blocking::connect().unwrap();
        let Some((team, _)) = team(&waiting) else { return };
        let mut events = ip.events([(FAMILY, CHANGE_EVENT)]).open().unwrap();
        ip.team().change("team0", TeamOption::number("mcast_rejoin_count", 3)).await.unwrap();
        loop {
            let event = events.next_within(Duration::from_secs(10)).await.unwrap();
            let Some(Event::Message(message)) = event else { panic!("{event:?}") };
            let told = message.of::<TeamMessage>().unwrap();
            let options = told.options().and_then(|list| list.options());
            let is_it = |option: &TeamOption| option.name().is_some_and(|name| name == "mcast_rejoin_count");
            if let Some(option) = options.into_iter().flatten().find(|option| is_it(option)) {
                assert_eq!((told.index(), option.value()), (Some(team), Some(TeamValue::Number(3))));
                assert_eq!(option.is_changed(), Some(true));
                break;
            }
        }
        assert_eq!(
            ip.team().options("team0").await.unwrap().get("mcast_rejoin_count"),
            Some(TeamValue::Number(3))
        );
        assert_eq!(ip.team().ports(team).await.unwrap().ports().count(), 2);
    });
}
