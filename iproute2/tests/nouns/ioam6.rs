//! In-situ OAM.

use super::support::{ip as program, ip_json, run_blocking, skip_always};
use super::{refused, where_allowed};
use iproute2::ioam6::{EVENTS, Ioam6Event, Ioam6EventType, Ioam6Message};
use iproute2::netlink_packet::Command as _;
use iproute2::rtnetlink::address::AddressFlags;
use iproute2::rtnetlink::route::encap::Ioam6;
use iproute2::rtnetlink::route::encap::ioam6::{Ioam6Mode, Ioam6Trace};
use iproute2::watch::Event;
use iproute2::{AddressMessage, ErrorKind, LinkMessage, Namespace, Route, Veth, blocking};
use std::fs;
use std::net::UdpSocket;
use std::time::Duration;

fn tested(test: impl Fn(&blocking::Handle)) {
    where_allowed(|ip| ip.ioam6().namespaces().wait(), test);
}

#[test]
fn namespaces_and_schemas() {
    tested(|ip| {
        let ioam6 = ip.ioam6();
        assert!(ioam6.namespaces().wait().unwrap().is_empty());
        ioam6
            .add_namespace(Ioam6Message::namespace(7).data(0xbeef).wide_data(0x1_0000_0002_u64))
            .wait()
            .unwrap();
        ioam6.add_namespace(Ioam6Message::namespace(8)).wait().unwrap();
        ioam6.add_schema(3, "border").wait().unwrap();
        ioam6.add_schema(0xff_ffff, [7; 1020]).wait().unwrap();
        let find = |id: u16| {
            let mut found =
                ioam6.namespaces().filter(move |each| each.namespace_id() == Some(id)).wait().unwrap();
            found.pop().unwrap()
        };
        assert_eq!(
            (find(7).data(), find(7).wide_data(), find(7).schema_id()),
            (Some(0xbeef), Some(0x1_0000_0002), None)
        );
        assert_eq!((find(8).data(), find(8).wide_data()), (None, None));
        let schemas = ioam6.schemas().wait().unwrap();
        let schema = schemas.iter().find(|schema| schema.schema_id() == Some(3)).unwrap();
        assert_eq!((schema.schema_data(), schema.namespace_id()), (Some(&b"border\0\0"[..]), None));
        for message in schemas.iter().chain(&ioam6.namespaces().wait().unwrap()) {
            assert_eq!(message.malformed().count(), 0, "{message:?}");
        }

        ioam6.assign_schema(7, 3).wait().unwrap();
        assert_eq!(find(7).schema_id(), Some(3));
        if let Some(shown) = ip_json("ioam namespace show") {
            let shown = shown.as_array().unwrap();
            let one = shown.iter().find(|namespace| namespace["namespace"] == 7).unwrap();
            assert_eq!(one["schema"], 3, "{one}");
            assert_eq!((&one["data"], &one["wide"]), (&"beef".into(), &"0x100000002".into()), "{one}");
        }
        if let Some(shown) = ip_json("ioam schema show") {
            let shown = shown.as_array().unwrap();
            let one = shown.iter().find(|schema| schema["schema"] == 3).unwrap();
            assert_eq!(one["namespace"], 7, "{one}");
        }
        // It goes over to another.
        ioam6.assign_schema(8, 3).wait().unwrap();
        assert_eq!((find(7).schema_id(), find(8).schema_id()), (None, Some(3)));
        ioam6.assign_schema(8, None).wait().unwrap();
        assert_eq!(find(8).schema_id(), None);

        let exists = ioam6.add_namespace(Ioam6Message::namespace(7)).wait().unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        assert!(ioam6.add_schema(3, "again").wait().unwrap_err().is_already_exists());
        // As it was listed.
        ioam6.assign_schema(7, 3).wait().unwrap();
        let listed = find(7);
        ioam6.delete_namespace(7).wait().unwrap();
        ioam6.add_namespace(&listed).wait().unwrap();
        assert_eq!((find(7).data(), find(7).schema_id()), (Some(0xbeef), Some(3)));
        let lost = ioam6.add_namespace(Ioam6Message::namespace(9).schema_id(4)).wait().unwrap_err();
        assert!(lost.is_not_found() && !lost.is_partly_done(), "{lost}");
        assert_eq!(
            lost.to_string(),
            "add IOAM namespace 9: schema 4: no such file or directory (the namespace was deleted again)"
        );
        assert_eq!(ioam6.namespaces().wait().unwrap().len(), 2);
        ioam6.delete_namespace(7).wait().unwrap();
        ioam6.delete_schema(3).wait().unwrap();
        let missing = ioam6.delete_namespace(7).wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(missing.to_string(), "delete IOAM namespace 7: no such file or directory");
        assert!(ioam6.delete_schema(3).wait().unwrap_err().is_not_found());
        let lost = ioam6.assign_schema(8, 3).wait().unwrap_err();
        assert!(lost.is_not_found(), "{lost}");
        assert_eq!(lost.to_string(), "assign IOAM schema 3 to namespace 8: no such file or directory");
        let lost = ioam6.assign_schema(9, None).wait().unwrap_err();
        assert_eq!(lost.to_string(), "assign IOAM schema none to namespace 9: no such file or directory");
        assert_eq!((ioam6.namespaces().wait().unwrap().len(), ioam6.schemas().wait().unwrap().len()), (1, 1));
    });
}

#[test]
fn what_ip_adds_is_read() {
    tested(|ip| {
        if program("ioam namespace add 9 data 5 wide 6") && program("ioam schema add 4 text") {
            let namespaces = ip.ioam6().namespaces().wait().unwrap();
            let one = namespaces.iter().find(|namespace| namespace.namespace_id() == Some(9)).unwrap();
            assert_eq!((one.data(), one.wide_data()), (Some(5), Some(6)));
            assert_eq!(ip.ioam6().schemas().wait().unwrap()[0].schema_data(), Some(&b"text"[..]));
        }
    });
}

/// The other side sends traces with what it answers, and this one is told of them.
#[test]
fn traces_are_events() {
    tested(|ip| {
        let mut events = match ip.events([(Ioam6Event::FAMILY, EVENTS)]).open() {
            Err(error) if matches!(error.kind(), ErrorKind::UnknownGroup { .. }) => {
                return skip_always("this kernel has no events of IOAM");
            }
            events => events.unwrap(),
        };
        // ip -6 route add PREFIX encap ioam6 trace prealloc type 0x800000 ns 123 size 12 dev DEV
        let traced = |prefix: &str, device: &str| {
            let trace = Ioam6Trace::build().namespace(123_u16).trace_type(0x8000_0000_u32).room(3);
            let encap = Ioam6::build().mode(Ioam6Mode::INLINE).trace(trace);
            Route::to(prefix).device(device).encap(encap)
        };
        match ip.route().add(traced("2001:db8:7::/64", "lo")).wait() {
            Err(error) if error.is_not_supported() => {
                return skip_always("this kernel lacks encapsulation ioam6");
            }
            done => done.unwrap(),
        }
        let Ok(there) = Namespace::create("there") else {
            return skip_always("no namespace can be made");
        };
        let sysctl = "/proc/sys/net/ipv6/conf/v0/ioam6_enabled";
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        fs::write(sysctl, "1").unwrap();
        ip.link().change("v1", LinkMessage::build().namespace_file(&there)).wait().unwrap();
        let peer = blocking::connect_in(&there).unwrap();
        peer.link().change("v1", LinkMessage::build().up()).wait().unwrap();
        let address = |prefix: &str| AddressMessage::build().prefix(prefix).flags(AddressFlags::NODAD);
        ip.address().add("v0", address("2001:db8::1/64")).wait().unwrap();
        peer.address().add("v1", address("2001:db8::2/64")).wait().unwrap();
        ip.ioam6().add_namespace(Ioam6Message::namespace(123)).wait().unwrap();
        peer.ioam6().add_namespace(Ioam6Message::namespace(123)).wait().unwrap();
        peer.route().add(traced("2001:db8::1/128", "v1")).wait().unwrap();
        // Nobody has that port there, which is what comes back, with the trace.
        let socket = UdpSocket::bind("[2001:db8::1]:0").unwrap();
        socket.connect("[2001:db8::2]:9").unwrap();
        let event = (0..20).find_map(|_| {
            let _ = socket.send(b"hello");
            events.next_within(Duration::from_millis(500)).unwrap()
        });
        let Some(Event::Message(message)) = event else { panic!("{event:?}") };
        let told = message.of::<Ioam6Event>().unwrap();
        assert_eq!(told.malformed().count(), 0, "{told:?}");
        assert_eq!((told.event(), told.namespace_id()), (Ioam6EventType::TRACE, Some(123)));
        assert_eq!((told.node_length(), told.trace_type()), (Some(1), Some(0x8000_0000)));
        // A hop limit, and the id of the node, of each node: the sender's and this one's.
        let nodes: Vec<_> = told.data().unwrap().chunks(4).collect();
        assert!(nodes.len() == 2 && nodes.iter().all(|node| node.len() == 4), "{told:?}");
        drop((peer, there));
        Namespace::delete("there").unwrap();
    });
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let ioam6 = ip.ioam6();
        let of = |error| refused(error);
        assert_eq!(
            of(ioam6.add_schema(0x100_0000, "x").wait().unwrap_err()),
            "add IOAM schema 16777216: an IOAM schema id has at most 24 bits: 16777216 is too large"
        );
        assert!(of(ioam6.add_schema(1, "").wait().unwrap_err()).contains("1 to 1020 bytes, not 0"));
        assert!(of(ioam6.add_schema(1, [0; 1021]).wait().unwrap_err()).contains("not 1021"));
        let both = Ioam6Message::namespace(1).schema_data(b"x");
        assert!(of(ioam6.add_namespace(both).wait().unwrap_err()).contains("data of a schema"));
        assert!(of(ioam6.add_namespace(Ioam6Message::build()).wait().unwrap_err()).contains("needs an id"));
    });
}
