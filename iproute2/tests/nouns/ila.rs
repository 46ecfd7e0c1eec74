//! Identifier locator addressing.

use super::support::{ip as program, run_blocking};
use super::{ip_lines, refused, where_allowed};
use iproute2::ila::{IlaChecksumMode, IlaIdentifierType, IlaMapping, Locator};
use iproute2::{Veth, blocking};

fn tested(test: impl Fn(&blocking::Handle)) {
    where_allowed(|ip| ip.ila().flush().wait(), test);
}

fn locator(text: &str) -> Option<Locator> {
    Some(text.parse().unwrap())
}

#[test]
fn mappings_are_added_listed_and_deleted() {
    tested(|ip| {
        ip.link().add(Veth::pair("v0", "v1").up()).wait().unwrap();
        let v0 = ip.link().get("v0").wait().unwrap().index();
        let ila = ip.ila();
        ila.add(IlaMapping::of("2001:db8:0:1").locator("2001:db8:0:2")).wait().unwrap();
        let bound = IlaMapping::of("2001:db8:0:1").locator("2001:db8:0:3").device("v0");
        let bound = bound.checksum_mode(IlaChecksumMode::NEUTRAL_MAP).identifier_type("luid");
        ila.add(&bound).wait().unwrap();
        let mappings = ila.list().wait().unwrap();
        assert_eq!(mappings.len(), 2);
        for mapping in &mappings {
            assert_eq!(mapping.malformed().count(), 0, "{mapping:?}");
            assert_eq!(mapping.locator_match(), locator("2001:db8:0:1"));
        }
        let any = ila.get("2001:db8:0:1").wait().unwrap();
        assert_eq!((any.locator(), any.device()), (locator("2001:db8:0:2"), Some(0)));
        assert_eq!(any.checksum_mode(), Some(IlaChecksumMode::NO_ACTION));
        let read = ila.get(IlaMapping::of("2001:db8:0:1").device("v0")).wait().unwrap();
        assert_eq!((read.locator(), read.device()), (locator("2001:db8:0:3"), Some(v0)));
        assert_eq!(read.checksum_mode(), Some(IlaChecksumMode::NEUTRAL_MAP));
        assert_eq!(read.identifier_type(), Some(IlaIdentifierType::LUID));
        if let Some(lines) = ip_lines("ila list") {
            // Not the locators, of which this version prints something else.
            assert_eq!(lines.len(), 2, "{lines:?}");
            let of_v0 = lines.iter().find(|line| line.contains("v0")).unwrap();
            assert!(of_v0.contains("neutral-map") && of_v0.contains("luid"), "{lines:?}");
        }

        let exists = ila.add(IlaMapping::of("2001:db8:0:1").locator("1:2:3:4")).wait().unwrap_err();
        assert!(exists.is_already_exists(), "{exists}");
        assert!(exists.to_string().starts_with("add ILA mapping 2001:db8:0:1: "), "{exists}");
        // As it was listed: the other stays.
        ila.delete(&read).wait().unwrap();
        assert_eq!(ila.list().wait().unwrap().len(), 1);
        ila.delete(locator("2001:db8:0:1").unwrap()).wait().unwrap();
        assert!(ila.list().wait().unwrap().is_empty());
        assert!(ila.get("2001:db8:0:1").wait().unwrap_err().is_not_found());
        ila.add(&bound).wait().unwrap();
        ila.flush().wait().unwrap();
        assert!(ila.list().wait().unwrap().is_empty());
    });
}

#[test]
fn what_ip_adds_is_read() {
    tested(|ip| {
        if program("ila add loc_match 1:2:3:4 loc 5:6:7:8 csum-mode adj-transport ident-type luid") {
            let read = ip.ila().get("1:2:3:4").wait().unwrap();
            assert_eq!(read.locator(), locator("5:6:7:8"));
            assert_eq!(read.checksum_mode(), Some(IlaChecksumMode::ADJUST_TRANSPORT));
        }
    });
}

#[test]
fn requests_refused_before_sending() {
    run_blocking(|ip| {
        let ila = ip.ila();
        let of = |error| refused(error);
        assert_eq!(
            of(ila.add("1:2:3:4").wait().unwrap_err()),
            "add ILA mapping 1:2:3:4: an ILA mapping needs the locator that replaces the matched one"
        );
        assert!(of(ila.delete(IlaMapping::build()).wait().unwrap_err()).contains("needs the locator"));
        assert!(of(ila.get("1:2:3").wait().unwrap_err()).contains("not a valid ILA locator"));
    });
}
