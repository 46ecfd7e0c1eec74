//! The verbs of `genl ctrl`: families, and what their operations take.

#![cfg(feature = "tokio")]

mod support;

use iproute2::netlink_packet::generic::{
    AttributeType, CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY, ControllerMessage, GENL_ID_CTRL, GenericMessage,
};
use iproute2::netlink_packet::{Command as Message, Family, netlink};
use iproute2::rtnetlink::link::Team;
use iproute2::watch::{Change, Event, EventGroup, EventMessage, Topics};
use iproute2::{Dummy, LinkMessage, blocking, errno};
use std::process::Command;
use std::time::{Duration, Instant};
use support::{run, run_blocking, skip_always};

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
fn policies_of_operations() {
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

const TEAM: Family = Family::Generic { name: "team", version: 1 };
const SOON: Duration = Duration::from_secs(10);

netlink! {
    /// A team, as its family tells of it.
    struct TeamMessage / TeamMessageBuf
    header genlmsghdr: 4 {}
    attributes {
        /// Its index.
        TEAM_ATTR_TEAM_IFINDEX = 1 => index: u32,
    }
}

impl Message for TeamMessage {
    const FAMILY: Family = TEAM;
    const COMMAND: u16 = 2; // TEAM_CMD_OPTIONS_GET
    type Reply = TeamMessage;
}

/// Whether modules can be unloaded here: only in the virtual machines, since it would take them from the whole machine.
fn may_unload() -> bool {
    let is_full = std::env::var_os("NETLINK_TEST_FULL").is_some_and(|full| full == "1");
    if !is_full {
        skip_always("modules are unloaded only with NETLINK_TEST_FULL=1");
    }
    is_full
}

/// Unloads a module and those that use it, once the namespaces of other tests are gone, which the kernel tears down late.
fn unload(module: &str) {
    let began = Instant::now();
    loop {
        let loaded = loaded_with(module);
        let Some(last) = loaded.first() else { return };
        let output = Command::new("rmmod").arg(last).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() || began.elapsed() < SOON, "{last}: {error}");
        std::thread::yield_now();
    }
}

/// The loaded modules whose names begin like this, those that use others first.
fn loaded_with(module: &str) -> Vec<String> {
    let modules = std::fs::read_to_string("/proc/modules").unwrap();
    let names = modules.lines().filter_map(|line| line.split(' ').next());
    let mut loaded: Vec<_> = names.filter(|name| name.starts_with(module)).map(str::to_owned).collect();
    loaded.sort_by_key(|name| std::cmp::Reverse(name.len()));
    loaded
}

/// The id of a family changes with each load of its module, and requests find it again.
#[cfg(feature = "wireguard")]
#[test]
fn a_family_is_found_again_after_its_module_was_unloaded() {
    use iproute2::Wireguard;
    use iproute2::wireguard::WireguardDevice;
    if !may_unload() {
        return;
    }
    run_blocking(|ip| {
        let mut ids = Vec::new();
        for port in 1..=6 {
            // What asks first after the module was loaded anew: a dump, a request, one in a batch.
            ip.link().add(Wireguard::named("wg0")).wait().unwrap();
            let change = ip.wireguard().change("wg0", WireguardDevice::build().listen_port(port));
            match port % 3 {
                0 => assert_eq!(ip.wireguard().get("wg0").wait().unwrap().listen_port(), Some(0)),
                1 => change.wait().unwrap(),
                _ => assert!(ip.batch([change.into()]).wait().iter().all(Result::is_ok)),
            }
            let set = if port % 3 == 0 { 0 } else { port };
            assert_eq!(ip.wireguard().get("wg0").wait().unwrap().listen_port(), Some(set));
            ids.push(ip.generic_family().get("wireguard").wait().unwrap().id().unwrap());
            ip.link().delete("wg0").wait().unwrap();
            unload("wireguard");
        }
        ids.dedup();
        assert_eq!(ids.len(), 6, "the id changes: {ids:?}");
    });
}

fn add_port(ip: &blocking::Handle) -> u32 {
    ip.link().add(Dummy::named("d0")).wait().unwrap();
    let index = ip.link().get("team0").wait().unwrap().index();
    ip.link().change("d0", LinkMessage::build().master(index)).wait().unwrap();
    index
}

fn delete_team(ip: &blocking::Handle) {
    ip.link().delete("d0").wait().unwrap();
    ip.link().delete("team0").wait().unwrap();
    unload("team");
}

/// Groups are joined as soon as the family is there, and again by their new numbers.
#[test]
fn a_family_that_appears_later_is_joined() {
    if !may_unload() {
        return;
    }
    run_blocking(|ip| {
        unload("team");
        let group = EventGroup::from((TEAM, "change_event"));
        let error = ip.events([group]).open().err().unwrap();
        assert_eq!(error.to_string(), "listen: family \"team\": not found: is its module loaded?");
        let controller: EventGroup = (ControllerMessage::FAMILY, "notify").into();
        let mut events = ip.events([group.or_later(), controller]).open().unwrap();
        let mut changes = ip.watch(Topics::LINK).group(group.or_later()).wait().unwrap();
        let mut numbers = Vec::new();
        for _ in 0..3 {
            ip.link().add(Team::named("team0")).wait().unwrap();
            let family = ip.generic_family().get("team").wait().unwrap();
            numbers.push(family.multicast_group("change_event").unwrap());
            // What was sent before the group was joined is lost, which is said once.
            let mut families = 0;
            loop {
                match events.next_within(SOON).unwrap().expect("nothing came") {
                    Event::Lost => break,
                    Event::Message(message) => {
                        let family = message.of::<ControllerMessage>().unwrap();
                        families += u32::from(family.name() == Some("team"));
                    }
                }
            }
            while !matches!(changes.next_within(SOON).unwrap().expect("nothing came"), Change::Lost) {}
            let index = add_port(&ip);
            let is_of_team = |message: &EventMessage| {
                let Some(team) = message.of::<TeamMessage>() else { return false };
                assert_eq!((team.index(), message.group_name()), (Some(index), Some("change_event")));
                assert_eq!(message.command(), Some(message.view::<GenericMessage>().unwrap().command()));
                true
            };
            loop {
                match events.next_within(SOON).unwrap().expect("nothing came") {
                    Event::Lost => panic!("lost"),
                    Event::Message(message) if is_of_team(&message) => break,
                    Event::Message(_) => families += 1,
                }
            }
            assert!(families > 0);
            loop {
                match changes.next_within(SOON).unwrap().expect("nothing came") {
                    Change::Lost => panic!("lost"),
                    Change::Other(message) if is_of_team(&message) => break,
                    _ => (),
                }
            }
            delete_team(&ip);
            while events.next_within(Duration::from_millis(50)).unwrap().is_some() {}
            while changes.next_within(Duration::from_millis(50)).unwrap().is_some() {}
        }
        assert_eq!(numbers.len(), 3);
    });
}
