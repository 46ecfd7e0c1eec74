//! MPTCP: endpoints, limits, and connections of a path manager in user space.

use super::support::{ip, ip_json, run, run_blocking, skip_always};
use super::{ip_lines, is_allowed, refused, where_allowed};
use iproute2::mptcp::{EVENTS, MptcpEndpoint, MptcpEvent, MptcpEventType, MptcpFlags, MptcpMessage};
use iproute2::netlink_packet::Command as _;
use iproute2::watch::{Event, Events};
use iproute2::{Blocking, LinkMessage, Veth, blocking};
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn endpoints(ip: &blocking::Handle) -> Vec<(u8, IpAddr, u16, MptcpFlags, u32)> {
    let mut all: Vec<_> = ip
        .mptcp()
        .list()
        .wait()
        .unwrap()
        .iter()
        .map(|message| {
            assert_eq!(message.malformed().count(), 0, "{message:?}");
            let endpoint = message.endpoint().unwrap();
            let device = endpoint.device().unwrap_or_default();
            let (id, address) = (endpoint.id().unwrap(), endpoint.address().unwrap());
            (id, address, endpoint.port().unwrap_or_default(), endpoint.flags().unwrap(), device)
        })
        .collect();
    all.sort();
    all
}

fn tested(test: impl Fn(&blocking::Handle)) {
    where_allowed(|ip| ip.mptcp().limits().wait(), test);
}

#[test]
fn endpoints_are_added_listed_changed_and_deleted() {
    tested(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let v0 = ip.link().get("v0").wait().unwrap().index();
        // Where there is a port, the kernel listens.
        ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
        let mptcp = ip.mptcp();
        mptcp.add(MptcpEndpoint::of("192.0.2.1").id(7).device("v0").signal().port(8080)).wait().unwrap();
        mptcp.add(MptcpEndpoint::of("2001:db8::1").id(8).subflow().backup().fullmesh()).wait().unwrap();
        mptcp.add("192.0.2.2").wait().unwrap();
        let (signal, none) = (MptcpFlags::SIGNAL, MptcpFlags::empty());
        let subflow = MptcpFlags::SUBFLOW;
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let all = endpoints(ip);
        assert_eq!(all.len(), 3);
        let chosen = all.iter().find(|endpoint| endpoint.1 == address("192.0.2.2")).unwrap().0;
        assert!(all.contains(&(7, address("192.0.2.1"), 8080, signal, v0)), "{all:?}");
        let both = MptcpFlags::BACKUP | MptcpFlags::FULLMESH;
        assert!(all.contains(&(8, address("2001:db8::1"), 0, subflow | both, 0)), "{all:?}");
        assert!(all.contains(&(chosen, address("192.0.2.2"), 0, none, 0)), "{all:?}");
        if let Some(shown) = ip_json("mptcp endpoint show") {
            let shown = shown.as_array().unwrap();
            let of = |id: u8| shown.iter().find(|endpoint| endpoint["id"] == id).unwrap();
            assert_eq!(of(7)["address"], "192.0.2.1");
            assert_eq!(
                (&of(7)["port"], &of(7)["dev"], &of(7)["signal"]),
                (&json!(8080), &json!("v0"), &json!(true))
            );
            assert_eq!((&of(8)["backup"], &of(8)["fullmesh"]), (&json!(true), &json!(true)));
            assert_eq!(shown.len(), 3);
        }

        let one = mptcp.get(8).wait().unwrap();
        assert_eq!(one.endpoint().unwrap().address(), Some(address("2001:db8::1")));
        mptcp.change(8, MptcpFlags::BACKUP).wait().unwrap();
        assert!(endpoints(ip).contains(&(8, address("2001:db8::1"), 0, subflow | MptcpFlags::BACKUP, 0)));
        mptcp.change("2001:db8::1", none).wait().unwrap();
        assert!(endpoints(ip).contains(&(8, address("2001:db8::1"), 0, subflow, 0)));

        let exists = mptcp.add("192.0.2.2").wait().unwrap_err();
        // Linux 6.1 says it in words.
        assert!(exists.is_already_exists() || exists.to_string().contains("duplicate"), "{exists}");
        assert!(exists.to_string().starts_with("add MPTCP endpoint 192.0.2.2: "), "{exists}");
        // As it was listed.
        let listed = mptcp.list().filter(|message| message.endpoint().and_then(MptcpEndpoint::id) == Some(7));
        mptcp.delete(&listed.wait().unwrap()[0]).wait().unwrap();
        mptcp.delete(8).wait().unwrap();
        assert_eq!(endpoints(ip).len(), 1);
        for missing in [mptcp.get(8).wait().map(drop), mptcp.delete(8).wait()] {
            let missing = missing.unwrap_err();
            assert!(missing.is_not_found(), "{missing}");
        }
        mptcp.flush().wait().unwrap();
        assert!(endpoints(ip).is_empty());
    });
}

#[test]
fn what_ip_adds_is_read() {
    tested(|handle| {
        if ip("mptcp endpoint add 192.0.2.3 id 3 signal")
            && ip("mptcp endpoint add 2001:db8::3 id 4 subflow backup")
        {
            let found = endpoints(handle);
            assert_eq!(found[0], (3, "192.0.2.3".parse().unwrap(), 0, MptcpFlags::SIGNAL, 0));
            let flags = MptcpFlags::SUBFLOW | MptcpFlags::BACKUP;
            assert_eq!(found[1], (4, "2001:db8::3".parse().unwrap(), 0, flags, 0));
        }
    });
}

#[test]
fn limits() {
    tested(|ip| {
        ip.mptcp().change_limits(MptcpMessage::build().subflows(3).accepted_addresses(5)).wait().unwrap();
        // What is not given stays.
        ip.mptcp().change_limits(MptcpMessage::build().subflows(4)).wait().unwrap();
        let limits = ip.mptcp().limits().wait().unwrap();
        assert_eq!((limits.subflows(), limits.accepted_addresses()), (Some(4), Some(5)));
        if let Some(lines) = ip_lines("mptcp limits show") {
            assert_eq!(
                lines[0].split_whitespace().collect::<Vec<_>>(),
                ["add_addr_accepted", "5", "subflows", "4"]
            );
        }
        let wrong = ip.mptcp().change_limits(MptcpMessage::build().subflows(99)).wait().unwrap_err();
        assert!(wrong.is_invalid(), "{wrong}");
        assert!(wrong.to_string().contains("limit greater than maximum"), "{wrong}");
    });
}

#[test]
fn async_too() {
    run(|ip| async move {
        if is_allowed(ip.mptcp().add(MptcpEndpoint::of(Ipv4Addr::new(192, 0, 2, 9)).id(9)).await) {
            let endpoints = ip.mptcp().list().await.unwrap();
            assert_eq!(endpoints[0].endpoint().and_then(MptcpEndpoint::id), Some(9));
            assert!(
                ip.mptcp()
                    .add(MptcpEndpoint::of("198.51.100.1").device("nope"))
                    .await
                    .unwrap_err()
                    .is_not_found()
            );
        }
    });
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let mptcp = ip.mptcp();
        let of = |error| refused(error);
        assert_eq!(
            of(mptcp.add("not an address").wait().unwrap_err()),
            "add MPTCP endpoint: \"not an address\" is not a valid IP address"
        );
        assert_eq!(
            of(mptcp.add(MptcpEndpoint::build().id(1)).wait().unwrap_err()),
            "add MPTCP endpoint 1: a new endpoint needs an address"
        );
        assert_eq!(
            of(mptcp.delete("192.0.2.1").wait().unwrap_err()),
            "delete MPTCP endpoint 192.0.2.1: deleting an endpoint needs its id"
        );
        assert!(of(mptcp.delete(0).wait().unwrap_err()).contains("needs its address"));
        assert!(of(mptcp.get("192.0.2.1").wait().unwrap_err()).contains("needs an id"));
        assert!(
            of(mptcp.change(0, MptcpFlags::BACKUP).wait().unwrap_err()).contains("needs an id or an address")
        );
        // What the kernel would ignore.
        assert_eq!(
            of(mptcp.change(1, MptcpFlags::SIGNAL | MptcpFlags::BACKUP).wait().unwrap_err()),
            "change MPTCP endpoint 1: of an endpoint, backup,fullmesh can be changed, and not signal"
        );
        let ends = [MptcpEndpoint::of("192.0.2.1"), MptcpEndpoint::of("192.0.2.2")];
        let full = mptcp.change_subflow(1, &ends[0], &ends[1], MptcpFlags::FULLMESH);
        assert!(of(full.wait().unwrap_err()).contains("backup can be changed, and not fullmesh"));
        let limits = MptcpMessage::build().subflows(2).token(1);
        assert!(of(mptcp.change_limits(limits).wait().unwrap_err()).contains("the kernel ignores token"));
        assert_eq!(
            of(mptcp.announce(0xbeef, "192.0.2.1").wait().unwrap_err()),
            "announce MPTCP endpoint 192.0.2.1 of connection 0xbeef: an endpoint needs an id"
        );
        assert!(of(mptcp.create_subflow(1, "192.0.2.1", 2).wait().unwrap_err()).contains("a remote address"));
    });
}

/// A connection to itself, of a program that waits until its input ends.
struct Connected(Child, u16);

impl Connected {
    /// `None` where there is no Python, by which MPTCP sockets can be opened.
    fn open() -> Option<Self> {
        const PROGRAM: &str = "
import socket, sys
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
listener.bind(('127.0.0.1', 0))
listener.listen()
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
client.connect(listener.getsockname())
server, _ = listener.accept()
client.send(b'x'); server.recv(1); server.send(b'x'); client.recv(1)
print('ready', listener.getsockname()[1], flush=True)
sys.stdin.read()
";
        let child = Command::new("python3")
            .args(["-c", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            skip_always("there is no Python to open MPTCP sockets");
            return None;
        };
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("ready ").unwrap().parse().unwrap();
        Some(Connected(child, port))
    }

    fn close(mut self) {
        let mut input = self.0.stdin.take().unwrap();
        input.flush().unwrap();
        drop(input);
        self.0.wait().unwrap();
    }
}

/// The next event of this type.
fn next(events: &mut Events<Blocking>, wanted: MptcpEventType) -> MptcpFacts {
    loop {
        let event = events.next_within(Duration::from_secs(20)).unwrap();
        let Some(Event::Message(message)) = event else { panic!("{wanted}: {event:?}") };
        let event = message.of::<MptcpEvent>().unwrap();
        assert_eq!(event.malformed().count(), 0, "{event:?}");
        if event.event() == wanted {
            return MptcpFacts {
                token: event.token().unwrap_or_default(),
                source: event.source(),
                destination: event.destination(),
                ports: (event.source_port(), event.destination_port()),
                ids: (event.local_id(), event.remote_id()),
            };
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct MptcpFacts {
    token: u32,
    source: Option<IpAddr>,
    destination: Option<IpAddr>,
    ports: (Option<u16>, Option<u16>),
    ids: (Option<u8>, Option<u8>),
}

#[test]
fn a_path_manager_in_user_space() {
    tested(|ip| {
        // Only of this namespace.
        if std::fs::write("/proc/sys/net/mptcp/pm_type", "1").is_err() {
            return skip_always("the sysctl net.mptcp.pm_type can't be written");
        }
        let mut events = ip.events([(MptcpEvent::FAMILY, EVENTS)]).open().unwrap();
        let Some(connected) = Connected::open() else { return };
        let local: IpAddr = [127, 0, 0, 1].into();
        // Both ends are here, and either may be told of first.
        let ends =
            [next(&mut events, MptcpEventType::ESTABLISHED), next(&mut events, MptcpEventType::ESTABLISHED)];
        let is_client = |end: &&MptcpFacts| end.ports.1 == Some(connected.1);
        let client = *ends.iter().find(is_client).unwrap();
        let server = *ends.iter().find(|end| !is_client(end)).unwrap();
        assert_ne!(client.token, server.token);
        assert_eq!((client.source, client.destination), (Some(local), Some(local)));
        assert_eq!((client.ports.0, client.ports.1), (server.ports.1, server.ports.0));

        // What one end announces, the other is told of.
        ip.mptcp().announce(server.token, MptcpEndpoint::of("127.0.0.2").id(5)).wait().unwrap();
        let announced = next(&mut events, MptcpEventType::ANNOUNCED);
        assert_eq!((announced.token, announced.ids.1), (client.token, Some(5)));
        assert_eq!(announced.destination, Some([127, 0, 0, 2].into()));
        ip.mptcp().withdraw(server.token, 5).wait().unwrap();
        let removed = next(&mut events, MptcpEventType::REMOVED);
        assert_eq!((removed.token, removed.ids.1), (client.token, Some(5)));

        // A subflow from another address, and no longer.
        let token = client.token;
        let to = MptcpEndpoint::of("127.0.0.1").port(connected.1);
        ip.mptcp().create_subflow(token, MptcpEndpoint::of("127.0.0.3").id(6), &to).wait().unwrap();
        let subflow = loop {
            let subflow = next(&mut events, MptcpEventType::SUB_ESTABLISHED);
            if subflow.token == token {
                break subflow;
            }
        };
        assert_eq!((subflow.source, subflow.ids.0), (Some([127, 0, 0, 3].into()), Some(6)));
        let from = MptcpEndpoint::of("127.0.0.3").port(subflow.ports.0.unwrap());
        ip.mptcp().change_subflow(token, &from, &to, MptcpFlags::BACKUP).wait().unwrap();
        ip.mptcp().close_subflow(token, &from, &to).wait().unwrap();
        next(&mut events, MptcpEventType::SUB_CLOSED);
        connected.close();
        next(&mut events, MptcpEventType::CLOSED);
        let gone = ip.mptcp().withdraw(token, 5).wait().unwrap_err();
        assert!(
            gone.to_string().starts_with(&format!("withdraw MPTCP endpoint of connection {token:#x}: ")),
            "{gone}"
        );
    });
}

#[test]
fn devices_up_are_not_needed() {
    tested(|ip| {
        ip.link().change("lo", LinkMessage::build().down()).wait().unwrap();
        ip.mptcp().add(MptcpEndpoint::of("192.0.2.1").device("lo")).wait().unwrap();
        assert_eq!(endpoints(ip)[0].4, 1);
    });
}
