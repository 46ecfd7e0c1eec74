//! Namespaces: named as `ip netns` names them, entered, connected to, and links moved between them.

#![cfg(any(feature = "smol", feature = "tokio"))]

mod support;

use iproute2::netlink_packet::Name;
use iproute2::{ErrorKind, LinkMessage, Namespace, NamespaceId, NamespaceIdMessage, Veth, blocking};
use std::ffi::OsString;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use support::{ip, ip_json, run, run_blocking};

/// Names are of the process, whose mounts all tests share: each test has its own.
fn names() -> Vec<OsString> {
    Namespace::names().unwrap()
}

#[test]
fn names_are_those_of_ip() {
    run_blocking(|_| {
        let ours = Namespace::create("ours").unwrap();
        assert!(Namespace::create("ours").unwrap_err().is_already_exists());
        assert!(names().contains(&"ours".into()));
        if ip("netns add theirs") {
            assert!(names().contains(&"theirs".into()));
            let listed = ip_json("netns list").unwrap();
            let listed: Vec<_> =
                listed.as_array().unwrap().iter().filter_map(|n| n["name"].as_str()).collect();
            assert!(listed.contains(&"ours") && listed.contains(&"theirs"), "{listed:?}");

            // Each sees what the other made.
            let theirs = Namespace::named("theirs").unwrap();
            let inside = blocking::connect_in(&theirs).unwrap();
            inside.link().add(Veth::pair("t0", "t1")).wait().unwrap();
            assert!(ip("-n theirs link set t0 up"));
            assert!(inside.link().get("t0").wait().unwrap().is_up());
            blocking::connect_in(&ours).unwrap().link().add(Veth::pair("o0", "o1")).wait().unwrap();
            assert!(ip("-n ours link set o0 up"));

            // And takes away what the other made.
            Namespace::delete("theirs").unwrap();
            assert!(ip("netns delete ours"));
        } else {
            Namespace::delete("ours").unwrap();
        }
        assert!(!names().contains(&"ours".into()) && !names().contains(&"theirs".into()));
        assert!(Namespace::named("ours").unwrap_err().is_not_found());
        assert!(Namespace::delete("ours").unwrap_err().is_not_found());
        // A namespace that is held open exists without its name.
        assert!(blocking::connect_in(&ours).unwrap().link().get("lo").wait().is_ok());
        Namespace::create("ours").unwrap();
        Namespace::delete("ours").unwrap();
    });
}

#[test]
fn what_is_left_of_a_name_can_be_deleted() {
    run_blocking(|_| {
        Namespace::create("left").unwrap();
        Namespace::delete("left").unwrap();
        File::create("/run/netns/left").unwrap();
        assert!(Namespace::create("left").unwrap_err().is_already_exists());
        assert!(matches!(Namespace::named("left").unwrap_err().kind(), ErrorKind::NotANamespace));
        Namespace::delete("left").unwrap();
        assert!(!names().contains(&"left".into()));
    });
}

#[test]
fn a_link_moves() {
    run(|ip| async move {
        let blue = Namespace::create("blue").unwrap();
        let inside = support::connect_in(&blue).unwrap();
        ip.link().add(Veth::pair("v0", "v1")).await.unwrap();
        ip.link().add(Veth::pair("w0", "w1")).await.unwrap();
        let here = Namespace::current().unwrap();

        ip.link().change("v1", LinkMessage::build().namespace_file(&blue)).await.unwrap();
        assert!(ip.link().get("v1").await.unwrap_err().is_not_found());
        let moved = inside.link().get("v1").await.unwrap();
        assert!(moved.parent_namespace().is_some(), "its other end is elsewhere");
        // With another name, at once.
        ip.link().change("w1", LinkMessage::build().namespace_file(&blue).name("eth0")).await.unwrap();
        assert_eq!(inside.link().get("eth0").await.unwrap().name(), "eth0");
        // And back, by an open file.
        inside.link().change(&moved, LinkMessage::build().namespace_file(&here)).await.unwrap();
        assert_eq!(ip.link().get("v1").await.unwrap().name(), "v1");

        // Made there, from here.
        ip.link().add(Veth::pair("x0", "x1").namespace_file(&blue)).await.unwrap();
        assert!(ip.link().get("x0").await.unwrap_err().is_not_found());
        assert!(inside.link().get("x0").await.is_ok());
        let peer = LinkMessage::build().name("y1").namespace_file(&blue);
        let pair = LinkMessage::build().name("y0").kind(Veth::build().peer(peer));
        ip.link().add(pair).await.unwrap();
        assert!(ip.link().get("y0").await.is_ok() && inside.link().get("y1").await.is_ok());
        // The message keeps what it was given open: the request may be sent when the caller's is gone.
        let request = {
            let again = blue.try_clone().unwrap();
            ip.link().change("y0", LinkMessage::build().namespace_file(&again))
        };
        request.await.unwrap();
        assert!(inside.link().get("y0").await.is_ok());
        Namespace::delete("blue").unwrap();
    });
}

#[test]
fn a_namespace_of_a_process() {
    run_blocking(|ip| {
        // Another process, in a namespace of its own.
        let elsewhere = Namespace::create("elsewhere").unwrap();
        let spawned =
            elsewhere.run(|| Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn());
        let mut child = spawned.unwrap().unwrap();
        Namespace::delete("elsewhere").unwrap();

        let of_child = Namespace::of_process(child.id()).unwrap();
        let inside = blocking::connect_in(&of_child).unwrap();
        ip.link().add(Veth::pair("v0", "v1")).wait().unwrap();
        ip.link().change("v1", LinkMessage::build().namespace_of_pid(child.id())).wait().unwrap();
        assert!(inside.link().get("v1").wait().is_ok());
        let same = Namespace::at(format!("/proc/{}/ns/net", child.id())).unwrap();
        assert!(blocking::connect_in(&same).unwrap().link().get("v1").wait().is_ok());
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(Namespace::of_process(child.id()).unwrap_err().is_not_found());
    });
}

#[test]
fn the_calling_thread_stays_where_it_is() {
    run_blocking(|ip| {
        ip.link().add(Veth::pair("here", "here1")).wait().unwrap();
        let other = Namespace::create("other").unwrap();
        let links = |ip: blocking::Handle| {
            let links = ip.link().list().wait().unwrap();
            links.iter().map(|link| link.name().to_string()).collect::<Vec<_>>()
        };
        assert!(!links(blocking::connect_in(&other).unwrap()).contains(&"here".to_owned()));
        let inside = other.run(|| links(blocking::connect().unwrap())).unwrap();
        assert!(!inside.contains(&"here".to_owned()));
        assert!(links(blocking::connect().unwrap()).contains(&"here".to_owned()));
        let panicked = std::panic::catch_unwind(|| other.run(|| panic!("as it should")));
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"as it should"));
        Namespace::delete("other").unwrap();
    });
}

/// A handle stays in its namespace, whichever thread requests lists, whose sockets are new.
#[test]
fn a_list_is_of_the_handles_namespace() {
    run(|ip| async move {
        let far = Namespace::create("far").unwrap();
        let inside = support::connect_in(&far).unwrap();
        inside.link().add(Veth::pair("far0", "far1")).await.unwrap();
        ip.link().add(Veth::pair("near0", "near1")).await.unwrap();
        let mut streams: Vec<_> =
            (0..8).map(|_| Box::pin(inside.link().list().kind("veth").stream())).collect();
        for stream in &mut streams {
            let first = futures::StreamExt::next(stream).await.unwrap().unwrap();
            assert!(first.name().to_string().starts_with("far"));
        }
        // From a thread that is elsewhere.
        let near = ip.clone();
        let names = far.run(move || {
            let runtime = support::current_thread();
            let links = runtime.block_on(near.link().list().kind("veth").into_future()).unwrap();
            links.iter().map(|link| Name::to_string(link.name())).collect::<Vec<_>>()
        });
        assert_eq!(names.unwrap(), ["near1", "near0"]);
        Namespace::delete("far").unwrap();
    });
}

#[test]
fn any_open_file_is_accepted() {
    run_blocking(|_| {
        let file = File::open("/proc/thread-self/ns/net").unwrap();
        let namespace = Namespace::from(OwnedFd::from(file));
        assert!(blocking::connect_in(&namespace).unwrap().link().get("lo").wait().is_ok());
    });
}

#[test]
fn their_ids() {
    run(|handle| async move {
        let ids = handle.namespace_id();
        let (blue, green) = (Namespace::create("blue").unwrap(), Namespace::create("green").unwrap());
        let nothing = ids.get(&blue).await.unwrap();
        assert_eq!((nothing.id(), nothing.malformed().count()), (Some(NamespaceId::UNASSIGNED), 0));
        assert!(ids.list().await.unwrap().is_empty());

        let created = ids.set(&blue, NamespaceId(5)).created().await.unwrap();
        assert_eq!(created.id(), Some(NamespaceId(5)));
        let twice = ids.set(&blue, NamespaceId(6)).await.unwrap_err();
        assert!(twice.is_already_exists(), "{twice}");
        assert!(
            twice.to_string().starts_with("set namespace id 6: file exists: Peer netns already has"),
            "{twice}"
        );
        let taken = ids.set(&green, NamespaceId(5)).await.unwrap_err();
        assert!(taken.is_already_exists(), "{taken}");
        // By a process in it, and any number.
        let child = green.run(|| Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn());
        let mut child = child.unwrap().unwrap();
        let of_child = || NamespaceIdMessage::of_process(child.id());
        let chosen = ids.set(of_child(), NamespaceId::UNASSIGNED).created().await.unwrap().id().unwrap();
        assert!(chosen.assigned().is_some() && chosen != NamespaceId(5));
        assert_eq!(ids.get(of_child()).await.unwrap().id(), Some(chosen));
        drop(child.stdin.take());
        child.wait().unwrap();
        assert_eq!(ids.get(&green).await.unwrap().id(), Some(chosen));

        let mut listed: Vec<_> = ids.list().await.unwrap().iter().filter_map(|one| one.id()).collect();
        listed.sort();
        assert_eq!(listed, [chosen, NamespaceId(5)]);
        if let Some(shown) = ip_json("netns list-id") {
            let number = |one: &serde_json::Value| one["nsid"].as_i64().unwrap() as i32;
            let mut shown: Vec<_> = shown.as_array().unwrap().iter().map(number).collect();
            shown.sort();
            assert_eq!(shown, [chosen.0, 5]);
        }

        // What another one calls its others, and what they are called here.
        let inside = support::connect_in(&green).unwrap();
        inside.namespace_id().set(&blue, NamespaceId(77)).await.unwrap();
        let told = ids.list().target(chosen).await.unwrap();
        let told: Vec<_> = told.iter().map(|one| (one.id(), one.current())).collect();
        assert!(told.contains(&(Some(NamespaceId(77)), Some(NamespaceId(5)))), "{told:?}");
        let there = ids.get(NamespaceIdMessage::of_id(NamespaceId(5)).target(chosen)).await.unwrap();
        assert_eq!((there.id(), there.current()), (Some(NamespaceId(77)), Some(NamespaceId(5))));

        assert_eq!(ids.get(NamespaceId(5)).await.unwrap().id(), Some(NamespaceId(5)));
        let missing = ids.get(NamespaceId(4711)).await.unwrap_err();
        assert!(
            missing.is_not_found() && missing.to_string().starts_with("get namespace id 4711: "),
            "{missing}"
        );
        Namespace::delete("blue").unwrap();
        Namespace::delete("green").unwrap();
    });
}

#[test]
fn ip_and_we_assign_ids() {
    run_blocking(|handle| {
        let namespace = Namespace::create("numbered").unwrap();
        if ip("netns set numbered 9") {
            let id = handle.namespace_id().get(&namespace).wait().unwrap().id();
            assert_eq!(id, Some(NamespaceId(9)));
            assert_eq!(handle.namespace_id().list().wait().unwrap().len(), 1);
        }
        Namespace::delete("numbered").unwrap();
    });
}

#[test]
fn a_link_that_moved_away_is_not_returned() {
    run(|handle| async move {
        let far = Namespace::create("away").unwrap();
        handle.link().add(Veth::pair("v0", "v1")).await.unwrap();
        let moved = handle.link().change("v1", LinkMessage::build().namespace_file(&far)).changed().await;
        let error = moved.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotEchoed), "{error}");
        assert_eq!(error.to_string(), "change link v1: done, but the kernel did not return the object");
        assert!(support::connect_in(&far).unwrap().link().get("v1").await.is_ok());
        Namespace::delete("away").unwrap();
    });
}

#[test]
fn errors_name_the_namespace_and_the_reason() {
    run_blocking(|_| {
        let line = |error: iproute2::Error| error.to_string();
        let open = |path: &str| Namespace::at(path).unwrap_err();
        for file in ["/etc/passwd", "/proc/self/ns/mnt", "/dev/null"] {
            let error = open(file);
            assert!(error.is_invalid() && matches!(error.kind(), ErrorKind::NotANamespace));
            assert_eq!(line(error), format!("open namespace {file}: not a network namespace"));
        }
        // Nobody ever writes to it.
        assert!(Command::new("mkfifo").arg("/run/fifo").status().unwrap().success());
        assert!(matches!(open("/run/fifo").kind(), ErrorKind::NotANamespace));
        assert_eq!(line(open("/no/such")), "open namespace /no/such: no such file or directory");
        let named = Namespace::named("none-such").unwrap_err();
        assert!(named.is_not_found());
        assert_eq!(line(named), "open namespace none-such: no such file or directory");
        let process = Namespace::of_process(u32::MAX).unwrap_err();
        assert!(process.is_not_found());
        assert_eq!(line(process), "open namespace of process 4294967295: no such process");
        for name in ["a/b", "..", "", "a\0b"] {
            for error in
                [Namespace::named(name).err(), Namespace::create(name).err(), Namespace::delete(name).err()]
            {
                let error = error.unwrap();
                assert!(error.is_invalid(), "{error}");
                assert_eq!(error.object(), name);
            }
        }
        let deleted = Namespace::delete("none-such").unwrap_err();
        assert_eq!(line(deleted), "delete namespace none-such: no such file or directory");
        Namespace::create("twice").unwrap();
        assert_eq!(line(Namespace::create("twice").unwrap_err()), "add namespace twice: file exists");
        Namespace::delete("twice").unwrap();

        // A name whose namespace is gone, and a file that somebody else opened.
        std::fs::write("/run/netns/stale", "").unwrap();
        let stale = Namespace::named("stale").unwrap_err();
        assert_eq!(line(stale), "open namespace stale: not a network namespace");
        Namespace::delete("stale").unwrap();
        let file = Namespace::from(OwnedFd::from(File::open("/etc/passwd").unwrap()));
        let connected = line(blocking::connect_in(&file).unwrap_err());
        assert!(connected.starts_with("connect in namespace of file descriptor "), "{connected}");
        assert!(connected.ends_with(": not a network namespace"), "{connected}");
        assert!(matches!(file.run(|| ()).unwrap_err().kind(), ErrorKind::NotANamespace));
    });
}
