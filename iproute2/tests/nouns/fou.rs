//! Foo over UDP.

use super::support::{ip as program, ip_json, run_blocking};
use super::{refused, where_allowed};
use iproute2::fou::{FouEncap, FouPort};
use iproute2::{Veth, blocking};
use std::net::IpAddr;

fn tested(test: impl Fn(&blocking::Handle)) {
    // What may be listed need not be one's to change.
    where_allowed(
        |ip| {
            ip.fou().add(FouPort::gue(4)).wait()?;
            ip.fou().delete(4).wait()
        },
        test,
    );
}

#[test]
fn ports_are_added_listed_and_deleted() {
    tested(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        ip.address().add("v0", "192.0.2.1/24").wait().unwrap();
        let v0 = ip.link().get("v0").wait().unwrap().index();
        let fou = ip.fou();
        fou.add(FouPort::direct(5555, 4)).wait().unwrap();
        fou.add(FouPort::direct(5555, 41).ipv6()).wait().unwrap();
        let bound = FouPort::gue(5556).local("192.0.2.1").peer("192.0.2.2", 7777).device("v0");
        fou.add(&bound).wait().unwrap();
        let ports = fou.list().wait().unwrap();
        let one = |number: u16, family: u8| {
            let mut found =
                ports.iter().filter(|port| (port.port(), port.family()) == (Some(number), Some(family)));
            (found.next().unwrap(), found.count()).0
        };
        for port in &ports {
            assert_eq!(port.malformed().count(), 0, "{port:?}");
        }
        assert_eq!(ports.len(), 3);
        assert_eq!((one(5555, 2).encap(), one(5555, 2).protocol()), (Some(FouEncap::DIRECT), Some(4)));
        assert_eq!(
            (one(5555, 2).local(), one(5555, 2).peer_port(), one(5555, 2).device()),
            (None, Some(0), Some(0))
        );
        assert_eq!(one(5555, 10).protocol(), Some(41));
        let gue = one(5556, 2);
        let address = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        assert_eq!((gue.encap(), gue.device()), (Some(FouEncap::GUE), Some(v0)));
        assert_eq!((gue.local(), gue.peer()), (address("192.0.2.1"), address("192.0.2.2")));
        assert_eq!(gue.peer_port(), Some(7777));
        if let Some(shown) = ip_json("fou show") {
            let shown = shown.as_array().unwrap();
            let of = |port: u16, family: &str| {
                shown.iter().find(|each| each["port"] == port && each["family"] == family).unwrap()
            };
            assert_eq!(of(5555, "inet")["ipproto"], 4);
            assert_eq!(of(5555, "inet6")["ipproto"], 41);
            let gue = of(5556, "inet");
            assert_eq!((&gue["local"], &gue["peer"]), (&"192.0.2.1".into(), &"192.0.2.2".into()));
            assert_eq!((&gue["peer_port"], &gue["dev"]), (&7777.into(), &"v0".into()));
            assert_eq!(shown.len(), 3);
        }

        let got = fou.get(&bound).wait().unwrap();
        assert_eq!(got.device(), Some(v0));
        let in_use = fou.add(FouPort::direct(5555, 4)).wait().unwrap_err();
        assert_eq!(in_use.to_string(), "add FOU port 5555: address already in use");
        fou.delete(5555).wait().unwrap();
        assert!(fou.get(5555).wait().unwrap_err().is_not_found());
        // As they were listed.
        for port in &fou.list().wait().unwrap() {
            fou.delete(port).wait().unwrap();
        }
        assert!(fou.list().wait().unwrap().is_empty());
        let missing = fou.delete(5555).wait().unwrap_err();
        assert!(missing.is_invalid(), "{missing}");
    });
}

#[test]
fn what_ip_adds_is_read() {
    tested(|ip| {
        if program("fou add port 5557 ipproto 47") && program("-6 fou add port 5558 gue") {
            let ports = ip.fou().list().wait().unwrap();
            let mut read: Vec<_> =
                ports.iter().map(|port| (port.port(), port.encap(), port.protocol())).collect();
            read.sort();
            assert_eq!(read[0], (Some(5557), Some(FouEncap::DIRECT), Some(47)));
            assert_eq!(read[1].0, Some(5558));
            assert_eq!(read[1].1, Some(FouEncap::GUE));
        }
    });
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let fou = ip.fou();
        let of = |error| refused(error);
        assert_eq!(
            of(fou.add(5555).wait().unwrap_err()),
            "add FOU port 5555: a FOU port needs an encapsulation: FouPort::direct or FouPort::gue"
        );
        assert!(of(fou.add(FouPort::direct(5555, 0)).wait().unwrap_err()).contains("1 to 255"));
        assert!(of(fou.add(FouPort::gue(0)).wait().unwrap_err()).contains("1 to 65535"));
        let mixed = FouPort::gue(1).local("192.0.2.1").peer("2001:db8::1", 1);
        assert!(of(fou.add(mixed).wait().unwrap_err()).contains("different families"));
        assert!(of(fou.add(FouPort::gue(1).device("lo")).wait().unwrap_err()).contains("local address"));
        let inside = FouPort::gue(1).protocol(4);
        assert!(of(fou.add(inside).wait().unwrap_err()).contains("has no IP protocol"));
        for peer in [FouPort::gue(1).peer("192.0.2.1", 0), FouPort::gue(1).peer_port(7)] {
            let error = of(fou.add(peer).wait().unwrap_err());
            assert!(error.contains("peer"), "{error}");
        }
        let other = FouPort::gue(1).local("192.0.2.1").ipv6();
        assert!(of(fou.add(other).wait().unwrap_err()).contains("another family"));
        assert_eq!(
            of(fou.delete(FouPort::gue(7).local("nowhere")).wait().unwrap_err()),
            "delete FOU port 7: \"nowhere\" is not a valid IP address"
        );
    });
}
