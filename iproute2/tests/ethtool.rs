//! Settings and state of devices: read, changed, and compared with `ethtool`.

#![cfg(all(feature = "tokio", feature = "ethtool"))]

mod support;

use iproute2::ethtool::{
    BitChange, Channels, Coalesce, DebugMask, DeviceHeader, Duplex, Eee, Eeprom, Features, Fec, LinkInfo,
    LinkModes, LinkState, Module, Named, Notification, Pause, PhcVclocks, Phy, Port, PowerModePolicy,
    PrivateFlags, Rings, Statistics, StatisticsGroupId, StringSetId, StringSets, Timestamping, TunnelInfo,
    WakeOnLan,
};
use iproute2::netlink_packet::BuildError;
use iproute2::watch::Event;
use iproute2::{Device, ErrorKind, LinkMessage, Operation, Veth, blocking};
use serde_json::Value;
use std::future::IntoFuture;
use std::io;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use support::{made, run, run_blocking, skip, skip_always, with_simulated};

/// A namespace with a pair of devices, `v0` and `v1`.
fn with_pair(test: impl Fn(&blocking::Handle)) {
    run_blocking(|ip| {
        if made(ip.link().add(Veth::pair("v0", "v1").up()).wait(), "veth") && has_ethtool(&ip) {
            ip.link().change("v1", LinkMessage::build().up()).wait().unwrap();
            test(&ip);
        }
    });
}

fn has_ethtool(ip: &blocking::Handle) -> bool {
    match ip.ethtool().get::<LinkState>("lo").wait() {
        Err(error) if matches!(error.kind(), ErrorKind::UnknownFamily(_)) => {
            skip("this kernel lacks ethtool");
            false
        }
        _ => true,
    }
}

/// What `ethtool --json` prints of a device; `None` where there is no `ethtool`, or one that is older: some print no JSON of all, or
/// other values.
fn ethtool(since: (u32, u32), arguments: &str) -> Option<Value> {
    let run = |arguments: &[&str]| match Command::new("ethtool").args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => panic!("ethtool: {error}"),
    };
    let Some(version) = run(&["--version"]) else {
        skip_always("there is no ethtool");
        return None;
    };
    // `ethtool version 6.14.2`
    let version = String::from_utf8(version.stdout).unwrap();
    let mut numbers =
        version.trim().rsplit(' ').next().unwrap().split('.').map(|number| number.parse().unwrap());
    let version: (u32, u32) = (numbers.next().unwrap(), numbers.next().unwrap_or(0));
    if version < since {
        skip_always(&format!("ethtool is older than {}.{}", since.0, since.1));
        return None;
    }
    let arguments: Vec<_> = ["--json"].into_iter().chain(arguments.split(' ')).collect();
    let output = run(&arguments)?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ethtool {arguments:?}: {errors}");
    let mut devices: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    devices.pop()
}

fn name(device: Option<&DeviceHeader>) -> String {
    device.and_then(DeviceHeader::name).unwrap().to_string()
}

fn features(ip: &blocking::Handle) -> Named<Features> {
    let features = ip.ethtool().get::<Features>("v0").wait().unwrap();
    assert_eq!(features.malformed().count(), 0, "{features:?}");
    features
}

#[test]
fn link() {
    with_pair(|ip| {
        let modes = ip.ethtool().get::<LinkModes>("v0").wait().unwrap();
        assert_eq!((modes.speed(), modes.duplex()), (Some(10_000), Some(Duplex::FULL)));
        assert_eq!((modes.autonegotiation(), modes.supported().count()), (Some(false), 0));
        assert_eq!(modes.malformed().count(), 0);
        let info = ip.ethtool().get::<LinkInfo>("v0").wait().unwrap();
        assert_eq!((info.port(), info.phy_address()), (Some(Port::TWISTED_PAIR), Some(0)));
        let state = ip.ethtool().get::<LinkState>("v0").wait().unwrap();
        assert_eq!((state.link(), name(state.device())), (Some(true), "v0".to_owned()));

        let Some(theirs) = ethtool((6, 14), "v0") else { return };
        assert_eq!(theirs["speed"], 10_000);
        assert_eq!(theirs["duplex"], "Full");
        assert_eq!(theirs["port"], "Twisted Pair");
        assert_eq!(theirs["link-detected"], true);
    });
}

#[test]
fn link_goes_down() {
    with_pair(|ip| {
        ip.link().change("v1", LinkMessage::build().down()).wait().unwrap();
        assert_eq!(ip.ethtool().get::<LinkState>("v0").wait().unwrap().link(), Some(false));
    });
}

#[test]
fn features_as_ethtool_prints_them() {
    with_pair(|ip| {
        let ours = features(ip);
        let Some(theirs) = ethtool((6, 1), "-k v0") else { return };
        let mut compared = 0;
        for (name, is_on, is_fixed) in ours.features() {
            // Some are printed under an older name.
            let Some(printed) = theirs.get(name) else { continue };
            assert_eq!((&printed["active"], &printed["fixed"]), (&is_on.into(), &is_fixed.into()), "{name}");
            compared += 1;
        }
        assert!(compared > 30, "{compared}");
    });
}

#[test]
fn features_are_switched() {
    with_pair(|ip| {
        let before = features(ip);
        assert_eq!(before.is_on("tx-sctp-segmentation"), Some(true));
        assert_eq!(before.is_on("no-such-feature"), None);
        let change = Features::build().off("tx-sctp-segmentation").on("rx-gro-list");
        ip.ethtool().change("v0", change).wait().unwrap();
        let after = features(ip);
        assert_eq!(after.is_on("tx-sctp-segmentation"), Some(false));
        assert_eq!(after.is_on("rx-gro-list"), Some(true));
        for (name, is_on, _) in before.features() {
            if !["tx-sctp-segmentation", "rx-gro-list"].contains(&name) {
                assert_eq!(after.is_on(name), Some(is_on), "{name}");
            }
        }
        // What was read is sent back.
        ip.ethtool().change("v0", before.to_request()).wait().unwrap();
        assert_eq!(features(ip).active(), before.active());
    });
}

#[test]
fn a_change_is_by_number_too_and_by_index_of_the_device() {
    with_pair(|ip| {
        let index = ip.link().get("v0").wait().unwrap().index();
        let names = ip.ethtool().names([StringSetId::FEATURES]).wait().unwrap();
        let tso = names.index(StringSetId::FEATURES, "tx-tcp-segmentation").unwrap();
        ip.ethtool().change(index, Features::build().off(tso)).wait().unwrap();
        assert_eq!(features(ip).is_on("tx-tcp-segmentation"), Some(false));
        let link = ip.link().get("v0").wait().unwrap();
        let features = ip.ethtool().get::<Features>(&link).wait().unwrap();
        assert!(!features.active().unwrap().contains(tso));
    });
}

#[test]
fn what_is_not_done_is_an_error() {
    with_pair(|ip| {
        let fixed = Features::build().on("vlan-challenged").off("tx-tcp-segmentation");
        let error = ip.ethtool().change("v0", fixed).wait().unwrap_err();
        // It can never be changed, so that nothing was.
        assert_eq!(error.errno(), Some(iproute2::errno::EINVAL), "{error}");
        assert_eq!(features(ip).is_on("tx-tcp-segmentation"), Some(true));

        let fixed = Features::build().on("rx-vlan-filter").off("tx-tcp-segmentation");
        let error = ip.ethtool().change("v0", fixed).wait().unwrap_err();
        assert_eq!(error.to_string(), "change features v0: not as requested: rx-vlan-filter");
        assert!(matches!(error.kind(), ErrorKind::Unchanged(names) if *names == ["rx-vlan-filter"]));
        assert_eq!(features(ip).is_on("tx-tcp-segmentation"), Some(false));
    });
}

#[test]
fn a_name_that_the_kernel_lacks_is_refused() {
    with_pair(|ip| {
        let error = ip.ethtool().change("v0", Features::build().on("rx-grow")).wait().unwrap_err();
        assert_eq!(error.to_string(), "change features v0: \"rx-grow\" is not in the string set features");
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error:?}");
        let error = ip.ethtool().change("v0", LinkModes::build().only(["1baseT"])).wait().unwrap_err();
        assert_eq!(error.to_string(), "change link modes v0: \"1baseT\" is not in the string set link-modes");
        // By number the kernel says it.
        let error = ip.ethtool().change("v0", Features::build().on(4_000)).wait().unwrap_err();
        assert_eq!(error.message(), Some("bit index too high"), "{error}");
    });
}

#[test]
fn devices_are_refused() {
    with_pair(|ip| {
        let error = ip.ethtool().get::<Features>("nosuch").wait().unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert!(error.to_string().starts_with("get features nosuch: "), "{error}");
        let error = ip.ethtool().get::<Features>(0).wait().unwrap_err();
        assert_eq!(error.to_string(), "get features 0: no device has index 0");
        let error = ip.ethtool().get::<Features>("").wait().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
        let error = ip.ethtool().change("nosuch", Rings::build().rx(1)).wait().unwrap_err();
        assert!(error.is_not_found() && error.to_string().starts_with("change rings nosuch: "), "{error}");
        // The kernel would look up the part before the NUL, and change that device.
        let error =
            ip.ethtool().change("v0\0", Features::build().off("tx-tcp-segmentation")).wait().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid(BuildError::Nul)), "{error}");
        let error = ip.ethtool().get::<Features>("x".repeat(128)).wait().unwrap_err();
        assert!(error.to_string().ends_with("is not a valid alternative name"), "{error}");
        assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error}");
        // An alternative name is one, too.
        ip.link().add_alt_names("v0", ["a-name-longer-than-others"]).wait().unwrap();
        let state = ip.ethtool().get::<LinkState>("a-name-longer-than-others").wait().unwrap();
        assert_eq!(name(state.device()), "v0");
    });
}

#[test]
fn a_change_that_says_nothing_is_refused() {
    with_pair(|ip| {
        for error in [
            ip.ethtool().change("v0", Features::build()).wait().unwrap_err(),
            ip.ethtool().change("v0", Rings::build()).wait().unwrap_err(),
        ] {
            assert!(error.to_string().ends_with(" v0: it says nothing to be changed"), "{error}");
            assert!(matches!(error.kind(), ErrorKind::Invalid(_)), "{error:?}");
        }
    });
}

/// What a batch is made of here.
fn mixed(ip: &blocking::Handle) -> [Operation; 6] {
    let ethtool = ip.ethtool();
    [
        ethtool.change("v0", Features::build().off("tx-tcp-segmentation")).into(),
        ethtool.change("v0", Features::build().off("tx-nonsense")).into(),
        ip.link().change("v0", LinkMessage::build().mtu(1400)).into(),
        ethtool.change("v0", Features::build().on("rx-vlan-filter").off("tx-udp-segmentation")).into(),
        ethtool.change("v0", PrivateFlags::build().on("none-of-veth")).into(),
        ethtool.change("nosuch", Channels::build().rx(1)).into(),
    ]
}

#[test]
fn changes_go_into_a_batch() {
    with_pair(|ip| {
        // At first the handle knows no names, and then it does.
        for knows in [false, true] {
            ip.link().change("v0", LinkMessage::build().mtu(1500)).wait().unwrap();
            let both = Features::build().on("tx-tcp-segmentation").on("tx-udp-segmentation");
            let other = blocking::connect().unwrap();
            other.ethtool().change("v0", both).wait().unwrap();
            if knows {
                ip.ethtool().names([StringSetId::FEATURES]).wait().unwrap();
            }
            let [first, unknown, mtu, fixed, flags, missing]: [_; 6] =
                ip.batch(mixed(ip)).wait().try_into().unwrap();
            first.unwrap();
            mtu.unwrap();
            let unknown = unknown.unwrap_err();
            assert_eq!(
                unknown.to_string(),
                "change features v0: \"tx-nonsense\" is not in the string set features"
            );
            let fixed = fixed.unwrap_err();
            assert!(
                matches!(fixed.kind(), ErrorKind::Unchanged(names) if *names == ["rx-vlan-filter"]),
                "{fixed}"
            );
            assert!(flags.unwrap_err().is_not_supported());
            let missing = missing.unwrap_err();
            assert!(missing.is_not_found() && missing.to_string().starts_with("change channels nosuch: "));
            let after = self::features(&other);
            assert_eq!(after.is_on("tx-tcp-segmentation"), Some(false));
            assert_eq!(after.is_on("tx-udp-segmentation"), Some(false));
            assert_eq!(ip.link().get("v0").wait().unwrap().mtu(), Some(1400));
        }
    });
}

#[test]
fn a_device_without_a_phy() {
    with_pair(|ip| {
        // Linux 6.12 has no reply.
        let error = ip.ethtool().get::<Phy>("v0").wait().unwrap_err();
        assert!(error.is_not_supported(), "{error}");
        assert!(error.to_string().starts_with("get PHY v0: "), "{error}");
    });
}

#[test]
fn lists_have_the_names_of_bits() {
    with_pair(|ip| {
        ip.ethtool().change("v1", Features::build().off("tx-tcp-segmentation")).wait().unwrap();
        // Another handle knows no names yet.
        let other = blocking::connect().unwrap();
        let listed = other.ethtool().list::<Features>().wait().unwrap();
        let of = |device: &str| listed.iter().find(|one| name(one.device()) == device).unwrap();
        assert_eq!(of("v0").is_on("tx-tcp-segmentation"), Some(true));
        assert_eq!(of("v1").is_on("tx-tcp-segmentation"), Some(false));
        let one = ip.ethtool().get::<Features>("v0").wait().unwrap();
        assert!(of("v0").features().eq(one.features()) && one.features().count() > 40);
        let mut streamed: Vec<_> = ip.ethtool().list::<Features>().iter().map(|one| one.unwrap()).collect();
        streamed.retain(|one| one.is_on("tx-tcp-segmentation") == Some(false));
        assert!(streamed.iter().any(|one| name(one.device()) == "v1"));
        assert!(streamed.iter().all(|one| name(one.device()) != "v0"));
        let stamps = ip.ethtool().list::<Timestamping>().wait().unwrap();
        let stamps = stamps.iter().find(|one| name(one.device()) == "v0").unwrap();
        assert!(stamps.on(stamps.capabilities()).any(|name| name == "software-receive"));
        let numbers = ip.ethtool().list::<Features>().by_number().wait().unwrap();
        assert_eq!(numbers.len(), listed.len());
    });
}

#[test]
fn what_a_driver_lacks_is_not_supported() {
    with_pair(|ip| {
        fn lacks<T>(result: iproute2::Result<T>, message: &str) {
            let Err(error) = result else { panic!("{message}") };
            assert!(error.is_not_supported() && error.to_string().starts_with(message), "{error}");
        }
        lacks(ip.ethtool().get::<Eee>("v0").wait(), "get EEE v0: ");
        lacks(ip.ethtool().get::<Eeprom>("v0").wait(), "get module EEPROM v0: ");
        let module = ip.ethtool().get::<Module>("v0").wait().unwrap();
        assert_eq!((module.power_mode_policy(), module.power_mode()), (None, None));
        lacks(ip.ethtool().get::<Pause>("v0").statistics().wait(), "get pause frames v0: ");
        lacks(ip.ethtool().get::<PrivateFlags>("v0").wait(), "get private flags v0: ");
        lacks(ip.ethtool().get::<WakeOnLan>("v0").wait(), "get wake-on-LAN v0: ");
        lacks(ip.ethtool().get::<DebugMask>("v0").wait(), "get debug mask v0: ");
        lacks(ip.ethtool().cable_test("v0").wait(), "test cable v0: ");
        lacks(ip.ethtool().change("v0", DebugMask::build().only(["drv"])).wait(), "change debug mask v0: ");
        lacks(
            ip.ethtool().change("v0", Module::build().power_mode_policy(PowerModePolicy::AUTO)).wait(),
            "change module v0: ",
        );
    });
}

#[test]
fn channels_are_changed() {
    with_pair(|ip| {
        ip.link().delete("v0").wait().unwrap();
        ip.link().add(Veth::pair("v0", "v1").up().tx_queues(4).rx_queues(4)).wait().unwrap();
        let before = ip.ethtool().get::<Channels>("v0").wait().unwrap();
        assert_eq!((before.rx_max(), before.tx_max(), before.combined_max()), (Some(4), Some(4), None));
        ip.ethtool().change("v0", Channels::build().rx(2).tx(3)).wait().unwrap();
        let after = ip.ethtool().get::<Channels>("v0").wait().unwrap();
        assert_eq!((after.rx(), after.tx()), (Some(2), Some(3)));
        ip.ethtool().change("v0", before.to_request()).wait().unwrap();
        let again = ip.ethtool().get::<Channels>("v0").wait().unwrap();
        assert_eq!((again.rx(), again.tx()), (before.rx(), before.tx()));

        let error = ip.ethtool().change("v0", Channels::build().rx(5)).wait().unwrap_err();
        assert_eq!(error.message(), Some("requested channel count exceeds maximum"));
        assert!(error.to_string().ends_with("(ETHTOOL_A_CHANNELS_RX_COUNT)"), "{error}");
    });
}

#[test]
fn timestamping_and_clocks() {
    with_pair(|ip| {
        let stamps = ip.ethtool().get::<Timestamping>("v0").wait().unwrap();
        let names: Vec<_> = stamps.on(stamps.capabilities()).collect();
        assert_eq!(names, ["software-transmit", "software-receive", "software-system-clock"]);
        assert_eq!(stamps.phc_index(), None);
        let clocks = ip.ethtool().get::<PhcVclocks>("v0").wait().unwrap();
        assert_eq!(clocks.count().unwrap_or(0), 0);
    });
}

#[test]
fn string_sets() {
    with_pair(|ip| {
        let names = ip.ethtool().names([StringSetId::LINK_MODES, StringSetId::WOL_MODES]).wait().unwrap();
        assert_eq!(names.name(StringSetId::LINK_MODES, 5), Some("1000baseT/Full"));
        assert_eq!(names.index(StringSetId::WOL_MODES, "magic"), Some(5));
        // Those of the driver.
        let sets = ip.ethtool().get::<StringSets>("v0").wait().unwrap();
        let own = sets.set(StringSetId::STATS).unwrap();
        assert_eq!(own.strings().count(), own.count().unwrap() as usize);
        assert!(own.strings().any(|(_, name)| name == "peer_ifindex"));
        let counts = StringSets::of([StringSetId::FEATURES]).counts_only(true);
        let counts = ip.ethtool().ask("v0", counts).wait().unwrap();
        let features = counts.set(StringSetId::FEATURES).unwrap();
        assert!(features.count().unwrap() > 40 && features.strings().next().is_none());
        let error = ip.ethtool().names([StringSetId(4_000)]).wait().unwrap_err();
        assert!(error.is_not_supported(), "{error}");
    });
}

#[test]
fn statistics_that_the_driver_lacks_are_left_out() {
    with_pair(|ip| {
        let statistics = match ip.ethtool().get::<Statistics>("v0").wait() {
            Ok(statistics) => statistics,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(statistics.counters(StatisticsGroupId::ETH_MAC).count(), 0, "{statistics:?}");
        assert_eq!(statistics.malformed().count(), 0);
        let some = Statistics::build().requested(BitChange::only(["eth-ctrl", "rmon"]));
        let some = ip.ethtool().ask("v0", some).wait().unwrap();
        assert_eq!(some.malformed().count(), 0);
    });
}

#[test]
fn all_devices_are_listed() {
    with_pair(|ip| {
        let mut states = ip.ethtool().list::<LinkState>().wait().unwrap();
        states.sort_by_key(|state| name(state.device()));
        let names: Vec<_> = states.iter().map(|state| name(state.device())).collect();
        assert!(names.ends_with(&["v0".to_owned(), "v1".to_owned()]), "{names:?}");
        // Those that have none are left out.
        let channels = ip.ethtool().list::<Channels>().wait().unwrap();
        assert_eq!(channels.iter().map(|channels| name(channels.device())).collect::<Vec<_>>().len(), 2);

        let names = ip.ethtool().names([StringSetId::FEATURES]).wait().unwrap();
        ip.ethtool().change("v1", Features::build().off("tx-tcp-segmentation")).wait().unwrap();
        let is_off = |features: &Features| {
            names.is_on(features.active().unwrap(), "tx-tcp-segmentation") == Some(false)
        };
        let off = ip.ethtool().list::<Features>().filter({
            let names = Arc::clone(&names);
            move |features| names.is_on(features.active().unwrap(), "tx-tcp-segmentation") == Some(false)
        });
        let off = off.wait().unwrap();
        assert!(off.iter().all(|features| is_off(features)));
        assert!(off.iter().any(|features| name(features.device()) == "v1"));
        assert!(off.iter().all(|features| name(features.device()) != "v0"));
        let mut seen = 0;
        for state in ip.ethtool().list::<LinkState>().iter() {
            let state = state.unwrap();
            // Those of some tunnels have none.
            assert!(state.link().is_some() || !["v0", "v1"].contains(&name(state.device()).as_str()));
            seen += 1;
        }
        assert_eq!(seen, states.len());
    });
}

#[test]
fn changes_are_notified() {
    with_pair(|ip| {
        let mut events = ip.ethtool().events().open().unwrap();
        ip.ethtool().change("v0", Features::build().off("tx-tcp-segmentation")).wait().unwrap();
        let Some(Event::Message(message)) = events.next_within(Duration::from_secs(10)).unwrap() else {
            panic!("nothing was told");
        };
        let Notification::Features(told) = Notification::try_from(&message).unwrap() else {
            panic!("{message:?}");
        };
        assert_eq!(name(told.device()), "v0");
        let names = ip.ethtool().names([StringSetId::FEATURES]).wait().unwrap();
        assert_eq!(names.is_on(told.active().unwrap(), "tx-tcp-segmentation"), Some(false));
        assert_eq!(told.active(), features(ip).active());
        assert_eq!(message.of::<Features>(), Some(&*told));
        assert!(message.of::<Rings>().is_none() && message.of::<LinkState>().is_none());
    });
}

#[test]
fn tasks_request_and_change() {
    run(async |ip| {
        if !made(ip.link().add(Veth::pair("v0", "v1").up()).await, "veth") {
            return;
        }
        ip.ethtool().change("v0", Features::build().off("tx-tcp-segmentation")).await.unwrap();
        let features = ip.ethtool().get::<Features>("v0").await.unwrap();
        assert_eq!(features.is_on("tx-tcp-segmentation"), Some(false));
        let (first, second) = futures::join!(
            ip.ethtool().get::<LinkModes>("v0").into_future(),
            ip.ethtool().get::<LinkModes>(Device::from("v1")).into_future()
        );
        assert_eq!(first.unwrap().speed(), second.unwrap().speed());
        assert_eq!(ip.ethtool().list::<Channels>().await.unwrap().len(), 2);
        let mut listed = ip.ethtool().list::<Features>().stream();
        let mut off = Vec::new();
        while let Some(features) = listed.try_next().await.unwrap() {
            if features.is_on("tx-tcp-segmentation") == Some(false) {
                off.push(name(features.device()));
            }
        }
        assert!(off.contains(&"v0".to_owned()) && !off.contains(&"v1".to_owned()), "{off:?}");
        let on = ip.ethtool().change("v0", Features::build().on("tx-tcp-segmentation"));
        assert!(
            ip.batch((on, ip.link().change("v1", LinkMessage::build().up()))).await.iter().all(Result::is_ok)
        );
        let features = ip.ethtool().get::<Features>("v0").await.unwrap();
        assert_eq!(features.is_on("tx-tcp-segmentation"), Some(true));
        assert!(ip.ethtool().names([StringSetId::FEATURES]).await.unwrap().has(StringSetId::FEATURES));
        let error = ip.ethtool().change("v0", Features::build().on("rx-grow")).await.unwrap_err();
        assert!(error.to_string().contains("rx-grow"), "{error}");
        let error = ip.ethtool().get::<Rings>("nosuch").await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    });
}

#[test]
fn rings_of_a_driver() {
    with_simulated(|ip, device| {
        let before = ip.ethtool().get::<Rings>(device).wait().unwrap();
        assert_eq!((before.rx_max(), before.tx_max()), (Some(4_096), Some(4_096)));
        ip.ethtool().change(device, Rings::build().rx(1_024).tx(256)).wait().unwrap();
        let after = ip.ethtool().get::<Rings>(device).wait().unwrap();
        assert_eq!((after.rx(), after.tx(), after.rx_jumbo()), (Some(1_024), Some(256), before.rx_jumbo()));
        if let Some(theirs) = ethtool((6, 14), &format!("-g {device}")) {
            assert_eq!((theirs["rx"].as_u64(), theirs["tx"].as_u64()), (Some(1_024), Some(256)), "{theirs}");
            assert_eq!(theirs["rx-max"].as_u64(), Some(4_096), "{theirs}");
        }
        // What was read is sent back.
        ip.ethtool().change(device, before.to_request()).wait().unwrap();
        assert_eq!(ip.ethtool().get::<Rings>(device).wait().unwrap(), before);
        let error = ip.ethtool().change(device, Rings::build().rx(5_000)).wait().unwrap_err();
        assert_eq!(error.message(), Some("requested ring size exceeds maximum"), "{error}");
        assert!(error.to_string().ends_with("(ETHTOOL_A_RINGS_RX)"), "{error}");
        let listed = ip.ethtool().list::<Rings>().wait().unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(name(listed[0].device()), device);
    });
}

#[test]
fn coalescing_of_a_driver() {
    with_simulated(|ip, device| {
        let change = Coalesce::build().rx_usecs(70).tx_max_frames(9).adaptive_rx(true);
        ip.ethtool().change(device, change).wait().unwrap();
        let after = ip.ethtool().get::<Coalesce>(device).wait().unwrap();
        assert_eq!(
            (after.rx_usecs(), after.tx_max_frames(), after.adaptive_rx()),
            (Some(70), Some(9), Some(true))
        );
        if let Some(theirs) = ethtool((6, 14), &format!("-c {device}")) {
            assert_eq!(
                (theirs["rx-usecs"].as_u64(), theirs["tx-frames"].as_u64()),
                (Some(70), Some(9)),
                "{theirs}"
            );
            assert_eq!(theirs["adaptive-rx"], true, "{theirs}");
        }
        ip.ethtool().change(device, after.to_request().rx_usecs(3)).wait().unwrap();
        let again = ip.ethtool().get::<Coalesce>(device).wait().unwrap();
        assert_eq!((again.rx_usecs(), again.tx_max_frames()), (Some(3), Some(9)));
    });
}

#[test]
fn pause_frames_of_a_driver() {
    with_simulated(|ip, device| {
        ip.ethtool().change(device, Pause::build().rx(true).tx(false)).wait().unwrap();
        let pause = ip.ethtool().get::<Pause>(device).wait().unwrap();
        assert_eq!((pause.rx(), pause.tx(), pause.statistics()), (Some(true), Some(false), None));
        let counted = ip.ethtool().get::<Pause>(device).statistics().wait().unwrap();
        let counted = counted.statistics().unwrap();
        if let Some(theirs) = ethtool((6, 14), &format!("-I -a {device}")) {
            assert_eq!(
                (theirs["rx"].as_bool(), theirs["tx"].as_bool()),
                (Some(true), Some(false)),
                "{theirs}"
            );
            let statistics = &theirs["statistics"];
            assert_eq!(statistics["tx_pause_frames"].as_u64(), counted.tx_frames(), "{theirs}");
            assert_eq!(statistics["rx_pause_frames"].as_u64(), counted.rx_frames(), "{theirs}");
        }
    });
}

#[test]
fn error_correction_of_a_driver() {
    with_simulated(|ip, device| {
        ip.ethtool().change(device, Fec::build().only(["RS"]).automatic(false)).wait().unwrap();
        let fec = ip.ethtool().get::<Fec>(device).statistics().wait().unwrap();
        assert_eq!(fec.on(fec.modes()).collect::<Vec<_>>(), ["RS"]);
        assert_eq!(fec.automatic(), Some(false));
        let corrected: Vec<u64> = fec.statistics().unwrap().corrected().unwrap().collect();
        if let Some(theirs) = ethtool((6, 1), &format!("-I --show-fec {device}")) {
            assert!(theirs["config"].as_array().unwrap().iter().any(|word| word == "RS"), "{theirs}");
            assert_eq!(
                theirs["statistics"]["corrected_blocks"]["total"].as_u64(),
                corrected.first().copied(),
                "{theirs}"
            );
        }
        ip.ethtool().change(device, Fec::build().off("RS").on("BASER")).wait().unwrap();
        let fec = ip.ethtool().get::<Fec>(device).wait().unwrap();
        assert_eq!(fec.on(fec.modes()).collect::<Vec<_>>(), ["BASER"]);
    });
}

#[test]
fn tunnels_of_a_driver() {
    with_simulated(|ip, device| {
        let info = ip.ethtool().get::<TunnelInfo>(device).wait().unwrap();
        assert_eq!(info.malformed().count(), 0, "{info:?}");
        let tables: Vec<_> = info.tables().collect();
        assert!(!tables.is_empty(), "{info:?}");
        let types: Vec<_> = info.on(tables[0].types()).collect();
        assert!(types.contains(&"vxlan"), "{types:?}");
        assert!(tables[0].size().is_some_and(|size| size > 0));
        assert!(ip.ethtool().get::<TunnelInfo>("lo").wait().unwrap_err().is_not_supported());
        // The list ends with what devices without tables say: what came before is kept.
        match ip.ethtool().list::<TunnelInfo>().wait() {
            Ok(listed) => assert!(!listed.is_empty()),
            Err(error) => {
                assert!(error.is_not_supported(), "{error}");
                let told = error.replies::<TunnelInfo>();
                assert_eq!(name(told[0].device()), device);
            }
        }
    });
}

#[test]
fn changes_of_a_driver_are_notified() {
    with_simulated(|ip, device| {
        let mut events = ip.ethtool().events().open().unwrap();
        ip.ethtool().change(device, Rings::build().rx(512)).wait().unwrap();
        ip.ethtool().change(device, Pause::build().tx(true).rx(false)).wait().unwrap();
        ip.ethtool().change(device, Coalesce::build().rx_usecs(5)).wait().unwrap();
        let mut told = Vec::new();
        while told.len() < 3 {
            let event = events.next_within(Duration::from_secs(20)).unwrap();
            let Some(Event::Message(message)) = event else { panic!("{event:?}") };
            let notification = Notification::try_from(&message).unwrap();
            assert_eq!(name(notification.device()), device);
            told.push(match notification {
                Notification::Rings(rings) => ("rings", rings.rx()),
                Notification::Pause(pause) => ("pause", pause.tx().map(u32::from)),
                Notification::Coalesce(coalesce) => ("coalesce", coalesce.rx_usecs()),
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(told, [("rings", Some(512)), ("pause", Some(1)), ("coalesce", Some(5))]);
    });
}
