//! ethtool, by a kernel whose drivers have what those here lack.

use super::*;
use crate::ErrorKind;
use crate::ethtool::*;
use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL, GenericMessage, GenericMessageBuf};
use netlink_packet::{Build, Flags, View};
use netlink_sys::errno::{EINVAL, EOPNOTSUPP};
use std::sync::{Arc, Mutex};

const ID: u16 = 21;

/// What a kernel was asked: the flags of the message, and its body.
type Log = Arc<Mutex<Vec<(Flags, Vec<u8>)>>>;

/// A kernel with the family, whose string sets are `zero`, `one`, `two`; another function answers all other commands.
fn devices(mut answer: impl FnMut(&Asked, u8) -> Vec<Vec<u8>> + Send + 'static) -> (Kernel, Log) {
    let log = Log::default();
    let kept = Arc::clone(&log);
    let kernel = Kernel::answering(move |asked| {
        if asked.header.message_type == GENL_ID_CTRL {
            let family = ControllerMessage::build().command(1).name("ethtool").id(ID);
            return vec![asked.message(GENL_ID_CTRL, Flags::empty(), family.into_buffer().body())];
        }
        assert_eq!(asked.header.message_type, ID);
        kept.lock().unwrap().push((asked.header.flags, asked.body.to_vec()));
        match GenericMessage::new(&asked.body).unwrap().command() {
            ETHTOOL_MSG_STRSET_GET => vec![strings(asked)],
            command => answer(asked, command),
        }
    });
    (kernel, log)
}

/// The string sets that were asked for.
fn strings(asked: &Asked) -> Vec<u8> {
    let wanted = StringSets::new(&asked.body).unwrap();
    assert!(wanted.device().is_some(), "the kernel wants a header");
    let sets = wanted.list().unwrap().sets().unwrap().map(|set| {
        let strings = ["zero", "one", "two"].iter().zip(0..);
        let strings = strings.map(|(name, index)| IndexedString::build().index(index).value(*name));
        StringSet::build().id(set.id().unwrap()).count(3).lists([StringList::build().strings(strings)])
    });
    reply(asked, ETHTOOL_MSG_STRSET_GET_REPLY, StringSets::build().list(StringSetList::build().sets(sets)))
}

fn reply<B: Build>(asked: &Asked, command: u8, message: B) -> Vec<u8> {
    let message = GenericMessageBuf::from_buffer(message.into_buffer()).command(command).version(1);
    asked.message(ID, Flags::empty(), message.into_buffer().body())
}

/// A compact bitset of three bits: a list, or values with a mask.
fn bits(value: u32, mask: Option<u32>) -> BitsetBuf {
    let bitset = Bitset::build().size(3).value([value]);
    match mask {
        Some(mask) => bitset.mask([mask]),
        None => bitset.is_list(true),
    }
}

/// A blocking handle whose generic netlink is this kernel.
fn played(route: &Kernel, kernel: &Kernel) -> crate::blocking::Handle {
    let ip = blocking(route.connection(0));
    kernel.play_generic(&ip, 2);
    ip
}

/// The commands that a kernel was asked, and whether for an acknowledgement.
fn commands(log: &Log) -> Vec<(u8, bool)> {
    let log = log.lock().unwrap();
    let of = |(flags, body): &(Flags, Vec<u8>)| {
        (GenericMessage::new(body).unwrap().command(), flags.contains(Flags::ACK))
    };
    log.iter().map(of).collect()
}

/// The header of the last request.
fn last_device<M: DeviceRequest + View + ?Sized>(log: &Log) -> (Option<String>, Option<u32>, HeaderFlags) {
    let log = log.lock().unwrap();
    let (_, body) = log.last().unwrap();
    let device = M::cast(body).attributes_of().get(<M as DeviceRequest>::DEVICE).unwrap();
    (device.name().map(ToString::to_string), device.index(), device.flags().unwrap_or_default())
}

#[test]
fn names_are_looked_up_once() {
    let (kernel, log) = devices(|asked, command| match command {
        ETHTOOL_MSG_WOL_GET => {
            let wol = WakeOnLan::build().modes(bits(0b010, Some(0b110))).password([1, 2, 3, 4, 5, 6]);
            vec![reply(asked, ETHTOOL_MSG_WOL_GET_REPLY, wol)]
        }
        ETHTOOL_MSG_EEE_GET => {
            let eee = Eee::build().ours(bits(0b100, Some(0b101))).peer(bits(0b001, None)).active(true);
            vec![reply(asked, ETHTOOL_MSG_EEE_GET_REPLY, eee.tx_lpi_timer(250))]
        }
        _ => vec![asked.ack(0)],
    });
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    for _ in 0..3 {
        let wol = ip.clone().ethtool().get::<WakeOnLan>("eth0").wait().unwrap();
        assert_eq!(wol.on(wol.modes()).collect::<Vec<_>>(), ["one"]);
        assert_eq!(wol.masked(wol.modes()).collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(wol.password(), Some([1, 2, 3, 4, 5, 6]));
    }
    let eee = ip.ethtool().get::<Eee>(7).wait().unwrap();
    assert_eq!((eee.on(eee.ours()).next(), eee.on(eee.peer()).next()), (Some("two"), Some("zero")));
    assert_eq!((eee.active(), eee.tx_lpi_timer()), (Some(true), Some(250)));
    let (wol, eee, strings) = (ETHTOOL_MSG_WOL_GET, ETHTOOL_MSG_EEE_GET, ETHTOOL_MSG_STRSET_GET);
    let asked: Vec<_> = commands(&log).into_iter().map(|(command, _)| command).collect();
    assert_eq!(asked, [strings, wol, wol, wol, strings, eee]);
    assert_eq!(last_device::<Eee>(&log), (None, Some(7), HeaderFlags::COMPACT_BITSETS));

    // Nor does a change ask again, and it wants no reply.
    ip.ethtool().change("eth0", WakeOnLan::build().only(["one", "two"])).wait().unwrap();
    assert_eq!(commands(&log).last(), Some(&(ETHTOOL_MSG_WOL_SET, true)));
    assert_eq!(commands(&log).len(), 7);
    assert_eq!(last_device::<WakeOnLan>(&log), (Some("eth0".to_owned()), None, HeaderFlags::OMIT_REPLY));
    // What was read is sent back, to the other device.
    let read = ip.ethtool().get::<WakeOnLan>("eth0").wait().unwrap();
    ip.ethtool().change("eth1", read.to_request()).wait().unwrap();
    assert_eq!(last_device::<WakeOnLan>(&log).0.as_deref(), Some("eth1"));
    let sent = log.lock().unwrap().last().unwrap().1.clone();
    assert_eq!((sent[0], WakeOnLan::new(&sent).unwrap().modes()), (ETHTOOL_MSG_WOL_SET, read.modes()));
}

#[test]
fn an_invalid_name_is_not_sent() {
    let (kernel, log) = devices(|asked, _| vec![asked.ack(0)]);
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    for _ in 0..2 {
        let error = ip.ethtool().change("eth0", Fec::build().on("zero").off("three")).wait().unwrap_err();
        assert_eq!(error.to_string(), "change FEC eth0: \"three\" is not in the string set link-modes");
    }
    // A driver's own flags are asked of the device.
    let error = ip.ethtool().change("eth0", PrivateFlags::build().on("three")).wait().unwrap_err();
    assert_eq!(error.to_string(), "change private flags eth0: \"three\" is not in the string set priv-flags");
    assert_eq!(last_device::<StringSets>(&log).0.as_deref(), Some("eth0"));
    assert!(commands(&log).iter().all(|(command, _)| *command == ETHTOOL_MSG_STRSET_GET));
    ip.ethtool().change("eth0", PrivateFlags::build().on("two")).wait().unwrap();
    // By number nobody is asked.
    let asked = commands(&log).len();
    ip.ethtool().change("eth0", PrivateFlags::build().on(1)).wait().unwrap();
    assert_eq!(commands(&log)[asked..], [(ETHTOOL_MSG_PRIVFLAGS_SET, true)]);
}

#[test]
fn a_batch_asks_for_names_that_are_not_known() {
    let (kernel, log) = devices(|asked, _| vec![asked.ack(0)]);
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    let ethtool = ip.ethtool();
    let fec = |name| ethtool.change("eth0", Fec::build().on(name));
    let results = ip.batch((fec("zero"), fec("three"), ethtool.change("eth0", Rings::build().rx(1)))).wait();
    let errors: Vec<_> =
        results.into_iter().map(|result| result.err().map(|error| error.to_string())).collect();
    let unknown = "change FEC eth0: \"three\" is not in the string set link-modes";
    assert_eq!(errors, [None, Some(unknown.to_owned()), None]);
    let asks = (ETHTOOL_MSG_STRSET_GET, false);
    let sent = [asks, (ETHTOOL_MSG_FEC_SET, true), asks, (ETHTOOL_MSG_RINGS_SET, true)];
    assert_eq!(commands(&log), sent);
    // A driver's own names are asked of the device, and others not once they are known.
    ethtool.names([StringSetId::LINK_MODES]).wait().unwrap();
    let before = commands(&log).len();
    let flags = |name| ethtool.change("eth0", PrivateFlags::build().on(name));
    let results = ip.batch((fec("one"), fec("three"), flags("two"), flags("four"))).wait();
    assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false]);
    let sent = [(ETHTOOL_MSG_FEC_SET, true), asks, (ETHTOOL_MSG_PRIVFLAGS_SET, true), asks];
    assert_eq!(commands(&log)[before..], sent);
    assert_eq!(last_device::<StringSets>(&log).0.as_deref(), Some("eth0"));
}

/// A question of which a kernel acknowledges that there is nothing to tell.
#[test]
fn no_reply_but_an_acknowledgement() {
    let (kernel, log) = devices(|asked, _| vec![asked.ack(0)]);
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    let error = ip.ethtool().get::<Phy>("eth0").wait().unwrap_err();
    assert!(error.is_not_supported(), "{error}");
    assert_eq!(error.to_string(), "get PHY eth0: operation not supported");
    assert_eq!(commands(&log), [(ETHTOOL_MSG_PHY_GET, true)]);
}

#[test]
fn what_was_not_switched_is_an_error() {
    let (kernel, log) = devices(|asked, command| match command {
        ETHTOOL_MSG_FEATURES_SET => {
            // Two bits that can't be as they were asked for.
            let bit = |(index, name, value)| NamedBit::build().index(index).name(name).value(value);
            let wanted = BitList::build().bits([(0, "zero", false), (2, "two", true)].map(bit));
            let told = Features::build().wanted(Bitset::build().size(3).verbose(wanted));
            vec![reply(asked, ETHTOOL_MSG_FEATURES_SET_REPLY, told), asked.ack(0)]
        }
        _ => Vec::new(),
    });
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    let error = ip.ethtool().change("eth0", Features::build().on("two").off("zero")).wait().unwrap_err();
    assert_eq!(error.to_string(), "change features eth0: not as requested: zero, two");
    assert!(matches!(error.kind(), ErrorKind::Unchanged(names) if *names == ["zero", "two"]));
    // The names of the few bits come with the reply.
    assert_eq!(last_device::<Features>(&log).2, HeaderFlags::empty());
    // The same by a future, with the names known and unknown.
    in_both(async || {
        let ip = handle(route.connection(0));
        kernel.play_generic(&ip, 2);
        for _ in 0..2 {
            let error = ip.ethtool().change("eth0", Features::build().on(2)).await.unwrap_err();
            assert_eq!(error.to_string(), "change features eth0: not as requested: zero, two");
        }
    });
}

#[test]
fn a_kernel_without_a_string_set() {
    let (answers, log) = (Arc::new(Mutex::new(Vec::new())), Log::default());
    let kept = Arc::clone(&answers);
    let kernel = Kernel::answering(move |asked| {
        if asked.header.message_type == GENL_ID_CTRL {
            let family = ControllerMessage::build().command(1).name("ethtool").id(ID);
            return vec![asked.message(GENL_ID_CTRL, Flags::empty(), family.into_buffer().body())];
        }
        let command = GenericMessage::new(&asked.body).unwrap().command();
        kept.lock().unwrap().push(command);
        match command {
            ETHTOOL_MSG_STRSET_GET => vec![asked.ack(EOPNOTSUPP)],
            ETHTOOL_MSG_TSCONFIG_GET => {
                let config = TimestampConfig::build().tx_types(bits(0b010, None));
                vec![reply(asked, ETHTOOL_MSG_TSCONFIG_GET_REPLY, config)]
            }
            _ => vec![asked.ack(0)],
        }
    });
    drop(log);
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    let config = ip.ethtool().get::<TimestampConfig>("eth0").wait().unwrap();
    assert_eq!(config.tx_types().unwrap().on().collect::<Vec<_>>(), [1]);
    assert_eq!(config.on(config.tx_types()).count(), 0, "it has no name");
    // Then the kernel judges names.
    ip.ethtool().change("eth0", TimestampConfig::build().tx_types(BitChange::only(["on"]))).wait().unwrap();
    assert_eq!(answers.lock().unwrap().last(), Some(&ETHTOOL_MSG_TSCONFIG_SET));
}

#[test]
fn operations_are_started() {
    let (kernel, log) = devices(|asked, command| match command {
        ETHTOOL_MSG_RSS_CREATE_ACT => {
            vec![reply(asked, ETHTOOL_MSG_RSS_CREATE_ACT_REPLY, Rss::build().context(5))]
        }
        ETHTOOL_MSG_CABLE_TEST_TDR_ACT => vec![asked.ack(EINVAL)],
        _ => vec![asked.ack(0)],
    });
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    ip.ethtool().cable_test("eth0").wait().unwrap();
    assert_eq!(last_device::<CableTest>(&log), (Some("eth0".to_owned()), None, HeaderFlags::OMIT_REPLY));
    let test = CableTestTdr::build().config(TdrConfig::build().first(100).last(5_000).pair("A"));
    let error = ip.ethtool().cable_test_tdr("eth0", test).wait().unwrap_err();
    assert_eq!(error.to_string(), "test cable by TDR eth0: invalid argument");
    let firmware = ModuleFirmware::build().file_name("module.bin").password(7);
    ip.ethtool().flash_module("eth0", firmware).wait().unwrap();
    let context = Rss::build().indirection([0u32, 1, 0, 1]);
    let created = ip.ethtool().create_rss_context("eth0", context).wait().unwrap();
    assert_eq!(created.context(), Some(5));
    ip.ethtool().delete_rss_context("eth0", 5).wait().unwrap();
    let asked: Vec<_> = commands(&log).into_iter().map(|(command, _)| command).collect();
    let expected = [
        ETHTOOL_MSG_CABLE_TEST_ACT,
        ETHTOOL_MSG_CABLE_TEST_TDR_ACT,
        ETHTOOL_MSG_MODULE_FW_FLASH_ACT,
        ETHTOOL_MSG_RSS_CREATE_ACT,
        ETHTOOL_MSG_RSS_DELETE_ACT,
    ];
    assert_eq!(asked, expected);
}

#[test]
fn questions_with_more_than_a_device() {
    let (kernel, log) = devices(|asked, command| match command {
        ETHTOOL_MSG_MODULE_EEPROM_GET => {
            let wanted = Eeprom::new(&asked.body).unwrap();
            let data = vec![wanted.page().unwrap(); wanted.length().unwrap() as usize];
            // Only the kernel sets the bytes: by key.
            let part = Eeprom::build().with(Eeprom::ETHTOOL_A_MODULE_EEPROM_DATA, data);
            vec![reply(asked, ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY, part)]
        }
        ETHTOOL_MSG_PAUSE_GET => {
            let statistics = PauseStatistics::build().rx_frames(3u64);
            let pause = Pause::build().rx(true).with(Pause::ETHTOOL_A_PAUSE_STATS, statistics);
            vec![reply(asked, ETHTOOL_MSG_PAUSE_GET_REPLY, pause)]
        }
        ETHTOOL_MSG_PLCA_GET_STATUS => {
            vec![reply(asked, ETHTOOL_MSG_PLCA_GET_STATUS_REPLY, PlcaStatus::build().status(true))]
        }
        _ => vec![asked.ack(EOPNOTSUPP)],
    });
    let route = Kernel::silent();
    let ip = played(&route, &kernel);
    let part = ip.ethtool().ask("eth0", Eeprom::part(3, 128, 16)).wait().unwrap();
    assert_eq!(part.data(), Some(&[3; 16][..]));
    assert_eq!(ip.ethtool().get::<Eeprom>("eth0").wait().unwrap().data().unwrap().len(), 128);
    let pause = ip.ethtool().get::<Pause>("eth0").statistics().wait().unwrap();
    assert_eq!(last_device::<Pause>(&log), (Some("eth0".to_owned()), None, HeaderFlags::STATS));
    assert_eq!((pause.rx(), pause.statistics().and_then(PauseStatistics::rx_frames)), (Some(true), Some(3)));
    assert_eq!(pause.statistics().and_then(PauseStatistics::tx_frames), None);
    // A PHY of several keeps its place in the header.
    let phy = PlcaStatus::build().device(DeviceHeader::build().phy_index(2));
    assert_eq!(ip.ethtool().ask("eth0", phy).wait().unwrap().status(), Some(true));
    let body = log.lock().unwrap().last().unwrap().1.clone();
    let device = PlcaStatus::new(&body).unwrap().device().unwrap();
    assert_eq!(
        (device.phy_index(), device.name().map(ToString::to_string)),
        (Some(2), Some("eth0".to_owned()))
    );
    for error in [
        ip.ethtool().get::<Pse>("eth0").wait().map(drop).unwrap_err(),
        ip.ethtool().get::<MacMerge>("eth0").wait().map(drop).unwrap_err(),
        ip.ethtool().get::<Rss>("eth0").wait().map(drop).unwrap_err(),
        ip.ethtool().get::<Phy>("eth0").wait().map(drop).unwrap_err(),
        ip.ethtool().get::<MeanSquareError>("eth0").wait().map(drop).unwrap_err(),
    ] {
        assert!(error.is_not_supported() && error.to_string().contains(" eth0: "), "{error}");
    }
}

#[test]
fn a_list_that_ends_with_an_error_fails() {
    let (kernel, _) = devices(|asked, _| {
        let of = |name: &str| {
            let info = TunnelInfo::build().device(DeviceHeader::build().name(name));
            let message = GenericMessageBuf::from_buffer(info.into_buffer()).command(29).version(1);
            asked.message(ID, Flags::MULTI, message.into_buffer().body())
        };
        vec![of("eth0"), of("eth1"), asked.done(EOPNOTSUPP)]
    });
    let route = Kernel::silent();
    let ip = blocking(route.connection(0));
    kernel.play_generic(&ip, 4);
    let error = ip.ethtool().list::<TunnelInfo>().wait().unwrap_err();
    assert!(error.is_not_supported() && error.to_string().starts_with("list tunnel offloads: "), "{error}");
    let told = error.replies::<TunnelInfo>();
    let names: Vec<_> = told.iter().map(|info| info.device().unwrap().name().unwrap().to_string()).collect();
    assert_eq!(names, ["eth0", "eth1"]);
}
