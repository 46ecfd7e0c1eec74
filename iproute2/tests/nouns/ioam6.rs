//! In-situ OAM.

use super::support::{ip as program, ip_json, run_blocking};
use super::{refused, where_allowed};
use iproute2::blocking;
use iproute2::ioam6::Ioam6Message;

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
        assert_eq!(find(7).data(), Some(0xbeef));
        ioam6.delete_namespace(7).wait().unwrap();
        ioam6.delete_schema(3).wait().unwrap();
        let missing = ioam6.delete_namespace(7).wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(missing.to_string(), "delete IOAM namespace 7: no such file or directory");
        assert!(ioam6.delete_schema(3).wait().unwrap_err().is_not_found());
        assert!(ioam6.assign_schema(8, 3).wait().unwrap_err().is_not_found());
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
        assert!(of(ioam6.add_namespace(Ioam6Message::build()).wait().unwrap_err()).contains("needs an id"));
    });
}
