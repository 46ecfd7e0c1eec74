//! The verbs of `genl ctrl`: families, and what their operations take.

#![cfg(feature = "tokio")]

mod support;

use iproute2::errno;
use iproute2::netlink_packet::generic::{
    AttributeType, CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY, GENL_ID_CTRL,
};
use support::{run, run_blocking};

#[test]
fn families_are_listed_and_found() {
    run(|ip| async move {
        let families = ip.generic_family().list().await.unwrap();
        let controller = families.iter().find(|family| family.name() == Some("nlctrl")).unwrap();
        assert_eq!(
            (controller.id(), controller.multicast_group("notify").is_some()),
            (Some(GENL_ID_CTRL), true)
        );
        for family in &families {
            assert_eq!(family.malformed().count(), 0, "{family:?}");
            let (id, name) = (family.id().unwrap(), family.name().unwrap());
            let (by_name, by_id) = (
                ip.generic_family().get(name).await.unwrap(),
                ip.generic_family().get_by_id(id).await.unwrap(),
            );
            assert_eq!((by_name.id(), by_id.name()), (Some(id), Some(name)));
            assert_eq!(by_name.operations().map(Iterator::count), family.operations().map(Iterator::count));
        }
    });
}

#[test]
fn what_operations_take() {
    run_blocking(|ip| {
        let policies = match ip.generic_family().policies("nlctrl").wait() {
            Ok(policies) => policies,
            Err(error) => panic!("{error}"),
        };
        let get: Vec<_> = policies.of_request(u16::from(CTRL_CMD_GETFAMILY)).collect();
        let kinds: Vec<_> = get.iter().map(|(number, policy)| (*number, policy.attribute_type())).collect();
        assert_eq!(kinds, [(1, Some(AttributeType::U16)), (2, Some(AttributeType::NUL_STRING))]);
        // What is a dump only has none for requests.
        assert_eq!(policies.of_request(u16::from(CTRL_CMD_GETPOLICY)).count(), 0);
        let (_, operation) =
            policies.operations().find(|(number, _)| *number == u16::from(CTRL_CMD_GETFAMILY)).unwrap();
        let of_dump = operation.dump().map_or(0, |index| policies.attributes(index).count());
        assert_eq!(policies.of_dump(u16::from(CTRL_CMD_GETFAMILY)).count(), of_dump);
        // Linux 6.18 calls the one of policies, which is only a dump, operation 0.
        assert_eq!(policies.attributes(1).count(), 3);
        assert_eq!(policies.operations().count(), 2);
        assert_eq!(policies.of_dump(99).count() + policies.attributes(99).count(), 0);
    });
}

#[test]
fn errors_name_the_family() {
    run_blocking(|ip| {
        let families = ip.generic_family();
        let missing = families.get("no-such-family").wait().unwrap_err();
        assert!(missing.is_not_found(), "{missing}");
        assert_eq!(
            missing.to_string(),
            "get generic netlink family no-such-family: no such file or directory"
        );
        let by_id = families.get_by_id(9).wait().unwrap_err();
        assert_eq!(
            (by_id.is_not_found(), by_id.to_string().starts_with("get generic netlink family 9: ")),
            (true, true),
            "{by_id}"
        );
        let policies = families.policies("no-such-family").wait().unwrap_err();
        assert_eq!(policies.kernel_error().map(|error| error.errno), Some(errno::ENOENT));
        assert!(policies.to_string().starts_with("get policies no-such-family: "), "{policies}");
    });
}
