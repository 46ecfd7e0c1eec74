//! Segment routing.

use super::support::{run_blocking, skip_always};
use super::{ip_lines, refused, where_allowed};
use iproute2::blocking;
use iproute2::seg6::{Seg6Algorithm, Seg6Secret};
use std::net::Ipv6Addr;

fn tested(test: impl Fn(&blocking::Handle)) {
    where_allowed(|ip| ip.seg6().tunnel_source().wait(), test);
}

#[test]
fn the_source_of_tunnels() {
    tested(|ip| {
        let source = || ip.seg6().tunnel_source().wait().unwrap().tunnel_source();
        assert_eq!(source(), Some(Ipv6Addr::UNSPECIFIED));
        ip.seg6().set_tunnel_source("2001:db8::1").wait().unwrap();
        assert_eq!(source(), "2001:db8::1".parse().ok());
        if let Some(lines) = ip_lines("sr tunsrc show") {
            assert_eq!(lines, ["tunsrc addr 2001:db8::1"]);
        }
        ip.seg6().set_tunnel_source(Ipv6Addr::UNSPECIFIED).wait().unwrap();
        assert_eq!(source(), Some(Ipv6Addr::UNSPECIFIED));
    });
}

#[test]
fn keys() {
    tested(|ip| {
        let seg6 = ip.seg6();
        if let Err(error) = seg6.set_hmac(7, "sha256", "correct horse").wait() {
            // ENOTSUPP, as kernels say that are built without CONFIG_IPV6_SEG6_HMAC.
            assert_eq!(error.kernel_error().map(|error| error.errno), Some(524), "{error}");
            return skip_always("this kernel is built without HMAC of segment routing");
        }
        seg6.set_hmac(8, Seg6Algorithm::SHA1, [1, 2, 3]).wait().unwrap();
        let keys = seg6.hmacs().wait().unwrap();
        assert_eq!(keys.len(), 2);
        let one = |id: u32| keys.iter().find(|key| key.key_id() == Some(id)).unwrap();
        assert_eq!(one(7).secret().as_ref().map(Seg6Secret::as_bytes), Some(&b"correct horse"[..]));
        assert_eq!((one(7).secret_length(), one(7).algorithm()), (Some(13), Some(Seg6Algorithm::SHA256)));
        assert_eq!(one(8).algorithm(), Some(Seg6Algorithm::SHA1));
        for key in &keys {
            assert_eq!(key.malformed().count(), 0, "{key:?}");
            assert!(format!("{key:?}").contains("(hidden)"), "{key:?}");
        }
        if let Some(lines) = ip_lines("sr hmac show") {
            let shown = lines.iter().find(|line| line.starts_with("hmac 7")).unwrap();
            assert!(shown.contains("sha256") && shown.contains("correct horse"), "{lines:?}");
        }
        // In the place of the one that it was.
        seg6.set_hmac(7, Seg6Algorithm::SHA1, "battery").wait().unwrap();
        let keys = seg6.hmacs().filter(|key| key.key_id() == Some(7)).wait().unwrap();
        assert_eq!(keys[0].secret().as_ref().map(Seg6Secret::as_bytes), Some(&b"battery"[..]));
        seg6.delete_hmac(7).wait().unwrap();
        seg6.delete_hmac(8).wait().unwrap();
        assert!(seg6.hmacs().wait().unwrap().is_empty());
        let missing = seg6.delete_hmac(7).wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(missing.to_string(), "delete HMAC key 7: no such file or directory");
    });
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let seg6 = ip.seg6();
        let of = |error| refused(error);
        assert_eq!(
            of(seg6.set_hmac(0, "sha1", "x").wait().unwrap_err()),
            "set HMAC key 0: an HMAC key needs an id other than 0"
        );
        assert!(
            of(seg6.set_hmac(1, "md5", "x").wait().unwrap_err())
                .contains("\"md5\" is not a valid Seg6Algorithm")
        );
        assert!(
            of(seg6.set_hmac(1, "sha1", "").wait().unwrap_err()).contains("1 to 64 bytes, and this one 0")
        );
        let long = "x".repeat(65);
        let error = of(seg6.set_hmac(1, "sha1", &long).wait().unwrap_err());
        assert!(error.contains("this one 65") && !error.contains("xxx"), "{error}");
        assert!(
            of(seg6.set_tunnel_source("192.0.2.1").wait().unwrap_err())
                .contains("\"192.0.2.1\" is an IPv4 address, and not an IPv6 one")
        );
    });
}
