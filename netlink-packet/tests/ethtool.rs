//! Messages of ethtool against bytes: bitsets in both forms, with sizes that are invalid, and what is sent back.

#![cfg(feature = "ethtool")]

use netlink_packet::generic::ethtool::*;
use netlink_packet::{Build, HEADER_LEN, NLA_F_NESTED, Packet, RawAttributes, View};
use std::sync::Arc;

/// An attribute, padded.
fn attribute(number: u16, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len() + 4).unwrap();
    let mut bytes = [length.to_ne_bytes(), number.to_ne_bytes()].concat();
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn nest(number: u16, payload: &[Vec<u8>]) -> Vec<u8> {
    attribute(number | NLA_F_NESTED, &payload.concat())
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

/// A compact bitset: `NOMASK`, `SIZE`, `VALUE`, `MASK`.
fn compact(number: u16, size: u32, value: &[u32], mask: Option<&[u32]>) -> Vec<u8> {
    let mut parts = vec![attribute(2, &size.to_ne_bytes()), attribute(4, &words(value))];
    match mask {
        Some(mask) => parts.push(attribute(5, &words(mask))),
        None => parts.insert(0, attribute(1, &[])),
    }
    nest(number, &parts)
}

/// A bit of a verbose bitset: `INDEX`, `NAME`, `VALUE`.
fn bit(index: u32, name: &str, is_on: bool) -> Vec<u8> {
    let mut parts =
        vec![attribute(1, &index.to_ne_bytes()), attribute(2, &[name.as_bytes(), b"\0"].concat())];
    if is_on {
        parts.push(attribute(3, &[]));
    }
    nest(1, &parts)
}

/// A verbose bitset: `NOMASK`, `SIZE`, `BITS`.
fn verbose(number: u16, size: u32, is_list: bool, bits: &[Vec<u8>]) -> Vec<u8> {
    let mut parts = vec![attribute(2, &size.to_ne_bytes()), nest(3, bits)];
    if is_list {
        parts.insert(0, attribute(1, &[]));
    }
    nest(number, &parts)
}

/// A message of the family.
fn message(command: u8, attributes: &[Vec<u8>]) -> Vec<u8> {
    [vec![command, 1, 0, 0], attributes.concat()].concat()
}

fn packet<M: View + ?Sized>(body: &[u8]) -> Packet<M> {
    let length = u32::try_from(HEADER_LEN + body.len()).unwrap();
    let mut bytes = vec![0; HEADER_LEN];
    bytes[..4].copy_from_slice(&length.to_ne_bytes());
    bytes.extend(body);
    Packet::new(bytes.into()).unwrap()
}

fn on(bits: Bits<'_>) -> Vec<u32> {
    bits.on().collect()
}

fn masked(bits: Bits<'_>) -> Vec<u32> {
    bits.masked().collect()
}

#[test]
fn compact_and_verbose_bitsets_say_the_same() {
    // Features 0, 33 and 63 are on; 1 can be changed, too.
    let list = [
        message(11, &[compact(4, 64, &[1, 0x8000_0002], None)]),
        message(11, &[verbose(4, 64, true, &[bit(0, "a", false), bit(33, "b", false), bit(63, "c", false)])]),
    ];
    for bytes in &list {
        let features = Features::new(bytes).unwrap();
        let active = features.active().unwrap();
        assert_eq!((on(active), masked(active), active.is_list()), (vec![0, 33, 63], vec![0, 33, 63], true));
        assert!(
            active.contains(33) && !active.contains(1) && !active.contains(64) && !active.contains(u32::MAX)
        );
        assert_eq!(features.malformed().count(), 0);
    }
    let [compact_list, verbose_list] = &list;
    assert_eq!(Features::new(compact_list).unwrap().active(), Features::new(verbose_list).unwrap().active());

    let some = [
        message(11, &[compact(2, 64, &[2, 0], Some(&[3, 1]))]),
        message(11, &[verbose(2, 64, false, &[bit(0, "a", false), bit(1, "b", true), bit(32, "c", false)])]),
    ];
    for bytes in &some {
        let changeable = Features::new(bytes).unwrap().changeable().unwrap();
        assert_eq!((on(changeable), masked(changeable)), (vec![1], vec![0, 1, 32]));
        assert!(changeable.is_masked(32) && !changeable.contains(32) && !changeable.is_list());
    }
}

#[test]
fn sizes_that_are_invalid() {
    let read = |size, value: &[u32], mask: Option<&[u32]>| {
        let bytes = message(11, &[compact(4, size, value, mask)]);
        let features = Features::new(&bytes).unwrap();
        let bits = features.active().unwrap();
        let _ = format!("{features:?}");
        (on(bits), masked(bits))
    };
    // More bits than words: there are no more than the words have.
    assert_eq!(read(u32::MAX, &[1 << 31], None), (vec![31], vec![31]));
    assert_eq!(read(u32::MAX, &[1 << 31], Some(&[!0, 1])), (vec![31], (0..33).collect()));
    // Fewer bits than words: what is beyond does not count.
    assert_eq!(read(3, &[!0], None), (vec![0, 1, 2], vec![0, 1, 2]));
    assert_eq!(read(0, &[!0], None), (vec![], vec![]));
    // A mask without value, and the reverse.
    assert_eq!(read(32, &[], Some(&[3])), (vec![], vec![0, 1]));
    assert_eq!(read(32, &[3], Some(&[])), (vec![], vec![]));
}

#[test]
fn bitsets_cut_off_anywhere() {
    let whole = [
        message(
            5,
            &[compact(3, 128, &[1, 2, 3, 4], Some(&[5, 6, 7, 8])), attribute(5, &10_000u32.to_ne_bytes())],
        ),
        message(
            5,
            &[verbose(3, 128, false, &[bit(0, "10baseT/Half", true), bit(5, "1000baseT/Full", false)])],
        ),
    ];
    for bytes in &whole {
        for end in 0..bytes.len() {
            let mut cut = bytes[..end].to_vec();
            // The length of the outermost attribute is that of what is left.
            if cut.len() >= 8 {
                let length = u16::try_from(cut.len() - 4).unwrap();
                cut[4..6].copy_from_slice(&length.to_ne_bytes());
            }
            let Ok(modes) = LinkModes::new(&cut) else { continue };
            let bits = modes.ours();
            let _ = format!("{modes:?} {bits:?} {:?} {:?}", modes.malformed().count(), modes.to_request());
            if let Some(bits) = bits {
                assert!(bits.on().all(|index| index < 128), "{modes:?}");
                let _ = (masked(bits), bits == bits);
            }
        }
    }
}

#[test]
fn some_and_all_bits_are_told_apart() {
    // ethtool -K eth0 rx-gro-hw on tx-gso-robust off
    let some = Features::build().on("rx-gro-hw").off("tx-gso-robust").on(7);
    let named = |name: &str, is_on| {
        let mut parts = vec![attribute(2, &[name.as_bytes(), b"\0"].concat())];
        if is_on {
            parts.push(attribute(3, &[]));
        }
        nest(1, &parts)
    };
    let by_number = nest(1, &[attribute(1, &7u32.to_ne_bytes()), attribute(3, &[])]);
    let bits = nest(3, &[named("rx-gro-hw", true), named("tx-gso-robust", false), by_number]);
    assert_eq!(some.as_bytes(), [vec![0; 4], nest(3, &[bits])].concat());

    // The last word counts, and each bit is there once.
    let again = some.off("rx-gro-hw");
    let said: Vec<_> =
        again.view().wanted().unwrap().iter().map(|bit| (bit.name, bit.index, bit.is_on)).collect();
    assert_eq!(
        said,
        [(Some("tx-gso-robust"), None, false), (None, Some(7), true), (Some("rx-gro-hw"), None, false)]
    );

    let only = WakeOnLan::build().only(["magic", "phy"]);
    let modes = only.view().modes().unwrap();
    assert!(modes.is_list());
    assert_eq!(
        modes.iter().map(|bit| (bit.name, bit.is_on)).collect::<Vec<_>>(),
        [(Some("magic"), true), (Some("phy"), true)]
    );
    // One is taken out again, or added.
    let fewer = only.off("phy").on(3);
    let modes = fewer.view().modes().unwrap();
    assert!(modes.is_list());
    assert_eq!(
        modes.iter().map(|bit| (bit.name, bit.index)).collect::<Vec<_>>(),
        [(Some("magic"), None), (None, Some(3))]
    );
    // None at all: just the flag and an empty list.
    let none = DebugMask::build().only::<&str>([]);
    assert!(none.view().classes().is_some_and(|bits| bits.is_list() && bits.iter().next().is_none()));
    assert_eq!(none.as_bytes()[4..], nest(2, &[attribute(1, &[]), nest(3, &[])]));
}

#[test]
fn a_name_with_a_nul_fails_the_request() {
    for message in
        [Features::build().on("rx\0gro").into_buffer(), LinkModes::build().only(["10\0"]).into_buffer()]
    {
        assert!(message.problem().is_some());
    }
}

#[test]
fn an_unknown_speed_is_none() {
    let unknown = message(5, &[attribute(5, &u32::MAX.to_ne_bytes()), attribute(6, &[0xff])]);
    let modes = LinkModes::new(&unknown).unwrap();
    assert_eq!((modes.speed(), modes.duplex(), modes.malformed().count()), (None, Some(Duplex::UNKNOWN), 0));
    assert_eq!(format!("{modes:?}"), "LinkModes { speed: unknown, duplex: unknown }");
    // What is unknown is not sent back.
    let request = modes.to_request();
    assert_eq!(request.attributes().raw().count(), 0, "{request:?}");
    let known = message(5, &[attribute(5, &400_000u32.to_ne_bytes())]);
    assert_eq!(LinkModes::new(&known).unwrap().speed(), Some(400_000));
    assert_eq!(LinkModes::new(&known).unwrap().to_request().view().speed(), Some(400_000));
}

#[test]
fn what_was_read_is_sent_back_as_a_change() {
    // hw: 0 and 2 of 0..4 can be changed; wanted: 0, 1; active: 0, 1, 3.
    let listed = message(
        11,
        &[
            compact(2, 4, &[0b0101], Some(&[0b1111])),
            compact(3, 4, &[0b0011], None),
            compact(4, 4, &[0b1011], None),
            compact(5, 4, &[0b1000], None),
        ],
    );
    let request = Features::new(&listed).unwrap().to_request();
    let wanted = request.view().wanted().unwrap();
    assert!(!wanted.is_list());
    let bits: Vec<_> = wanted.iter().map(|bit| (bit.index, bit.is_on)).collect();
    assert_eq!(bits, [(Some(0), true), (Some(2), false)]);
    assert!(request.view().active().is_none() && request.view().changeable().is_none());

    // Of rings just what can be set.
    let rings = message(16, &[attribute(2, &9u32.to_ne_bytes()), attribute(6, &7u32.to_ne_bytes())]);
    let request = Rings::new(&rings).unwrap().to_request();
    assert_eq!((request.view().rx_max(), request.view().rx()), (None, Some(7)));
    // Bits with a mask as they are.
    let modes = message(5, &[compact(3, 8, &[1], Some(&[3])), compact(4, 8, &[1], None)]);
    let request = LinkModes::new(&modes).unwrap().to_request();
    assert_eq!(request.view().ours(), LinkModes::new(&modes).unwrap().ours());
    assert!(request.view().peer().is_none());
}

#[test]
fn names_come_from_string_sets() {
    let string = |index: u32, text: &str| {
        let value = attribute(2, &[text.as_bytes(), b"\0"].concat());
        nest(1, &[attribute(1, &index.to_ne_bytes()), value])
    };
    let strings = nest(3, &[string(0, "tx-a"), string(2, ""), string(3, "rx-b")]);
    let id = attribute(1, &StringSetId::FEATURES.0.to_ne_bytes());
    let set = nest(1, &[id, attribute(2, &4u32.to_ne_bytes()), strings]);
    let reply = message(1, &[nest(2, &[set])]);
    let reply = StringSets::new(&reply).unwrap();
    assert_eq!(
        reply.set(StringSetId::FEATURES).unwrap().strings().collect::<Vec<_>>(),
        [(0, "tx-a"), (2, ""), (3, "rx-b")]
    );
    let mut names = BitNames::default();
    names.add(reply);
    assert_eq!(names.name(StringSetId::FEATURES, 3), Some("rx-b"));
    assert_eq!(names.name(StringSetId::FEATURES, 2), None, "a reserved bit");
    assert_eq!(names.unknown(Features::build().on("").view().wanted().unwrap()), Some(""));
    assert_eq!(
        (names.index(StringSetId::FEATURES, "rx-b"), names.index(StringSetId::FEATURES, "x")),
        (Some(3), None)
    );
    assert!(names.has(StringSetId::FEATURES) && !names.has(StringSetId::LINK_MODES));
    let change = Features::build().on("rx-b").off("rx-c");
    assert_eq!(names.unknown(change.view().wanted().unwrap()), Some("rx-c"));
    let change = LinkModes::build().on("whatever");
    assert_eq!(names.unknown(change.view().ours().unwrap()), None, "the set is not known");

    let listed = message(11, &[compact(2, 4, &[0b1000], Some(&[0b1111])), compact(4, 4, &[0b1010], None)]);
    let features = Named::new(packet::<Features>(&listed), Arc::new(names));
    assert_eq!(
        (features.is_on("rx-b"), features.is_on("tx-a"), features.is_on("rx-c")),
        (Some(true), Some(false), None)
    );
    assert_eq!(features.features().collect::<Vec<_>>(), [("tx-a", false, true), ("rx-b", true, false)]);
    assert_eq!(
        features.on(features.active()).collect::<Vec<_>>(),
        ["rx-b"],
        "one without a name is left out"
    );
}

#[test]
fn statistics_are_by_number_and_name() {
    let stat = |number: u16, value: u64| nest(4, &[attribute(number, &value.to_ne_bytes())]);
    let bucket = |low: u32, high: u32, packets: u64| {
        let parts = [
            attribute(7, &low.to_ne_bytes()),
            attribute(8, &high.to_ne_bytes()),
            attribute(9, &packets.to_ne_bytes()),
        ];
        nest(5, &parts)
    };
    let group = |id: StatisticsGroupId, set: StringSetId, rest: &[Vec<u8>]| {
        let head = [attribute(2, &id.0.to_ne_bytes()), attribute(3, &set.0.to_ne_bytes())];
        nest(4, &[head.concat(), rest.concat()])
    };
    let bytes = message(
        32,
        &[
            group(
                StatisticsGroupId::ETH_MAC,
                StringSetId::STATS_ETH_MAC,
                &[stat(0, 7), stat(3, u64::MAX - 1)],
            ),
            group(StatisticsGroupId::RMON, StringSetId::STATS_RMON, &[bucket(0, 64, 1), bucket(65, 127, 2)]),
        ],
    );
    let statistics = Statistics::new(&bytes).unwrap();
    assert_eq!(statistics.malformed().count(), 0, "{statistics:?}");
    let mac = statistics.group(StatisticsGroupId::ETH_MAC).unwrap();
    assert_eq!(mac.counters().collect::<Vec<_>>(), [(0, 7), (3, u64::MAX - 1)]);
    assert_eq!((mac.counter(3), mac.counter(1)), (Some(u64::MAX - 1), None));
    let rmon = statistics.group(StatisticsGroupId::RMON).unwrap();
    let buckets: Vec<_> =
        rmon.rx_histogram().unwrap().map(|bucket| (bucket.low(), bucket.high(), bucket.packets())).collect();
    assert_eq!(buckets, [(Some(0), Some(64), Some(1)), (Some(65), Some(127), Some(2))]);
    assert!(statistics.group(StatisticsGroupId::ETH_PHY).is_none());
}

#[test]
fn the_results_of_a_cable_test() {
    let result = |pair: u8, code: u8| nest(1, &[attribute(1, &[pair]), attribute(2, &[code])]);
    let fault = |pair: u8, cm: u32| nest(2, &[attribute(1, &[pair]), attribute(2, &cm.to_ne_bytes())]);
    let device = nest(1, &[attribute(1, &7u32.to_ne_bytes()), attribute(2, b"eth0\0")]);
    let results = nest(3, &[result(0, 1), result(1, 2), fault(1, 1_250), result(2, 1), result(3, 1)]);
    let bytes = message(ETHTOOL_MSG_CABLE_TEST_NTF, &[device, attribute(2, &[2]), results]);
    let Notification::CableTest(test) =
        Notification::new(packet::<CableTestNotification>(&bytes).message().clone()).unwrap()
    else {
        panic!()
    };
    assert_eq!(test.status(), Some(CableTestStatus::COMPLETED));
    assert_eq!(test.device().unwrap().name().unwrap(), "eth0");
    let pairs: Vec<_> =
        test.results().unwrap().pairs().unwrap().map(|pair| (pair.pair(), pair.code())).collect();
    assert_eq!(pairs[1], (Some(CablePair::B), Some(CableCode::OPEN)));
    assert_eq!(pairs.len(), 4);
    let faults: Vec<_> = test.results().unwrap().faults().unwrap().map(|fault| fault.centimetres()).collect();
    assert_eq!(faults, [Some(1_250)]);

    let amplitude =
        |pair: u8, value: i16| nest(2, &[attribute(1, &[pair]), attribute(2, &value.to_ne_bytes())]);
    let step = [0u32, 200, 100]
        .iter()
        .zip(1..)
        .map(|(value, number)| attribute(number, &value.to_ne_bytes()))
        .collect::<Vec<_>>();
    let measured = nest(
        3,
        &[
            nest(1, &step),
            nest(3, &[attribute(1, &1_000i16.to_ne_bytes())]),
            amplitude(0, -5),
            amplitude(0, 9),
        ],
    );
    let bytes = message(ETHTOOL_MSG_CABLE_TEST_TDR_NTF, &[attribute(2, &[2]), measured]);
    let Notification::CableTestTdr(test) =
        Notification::new(packet::<CableTestTdrNotification>(&bytes).message().clone()).unwrap()
    else {
        panic!()
    };
    let measurements = test.measurements().unwrap();
    assert_eq!(measurements.step().and_then(TdrStep::last), Some(200));
    assert_eq!(measurements.pulse().and_then(TdrPulse::millivolts), Some(1_000));
    assert_eq!(
        measurements.amplitudes().unwrap().filter_map(TdrAmplitude::millivolts).collect::<Vec<_>>(),
        [-5, 9]
    );
    assert_eq!(test.malformed().count(), 0);
}

#[test]
fn every_notification_is_read_by_its_command() {
    let device = nest(1, &[attribute(2, b"eth0\0")]);
    let read = |command: u8| {
        let bytes = message(command, std::slice::from_ref(&device));
        Notification::new(packet::<LinkState>(&bytes).message().clone()).unwrap()
    };
    let mut typed = 0;
    for operation in ETHTOOL.operations.iter().filter(|operation| operation.request.is_none()) {
        let notification = read(operation.reply.unwrap());
        assert!(!matches!(notification, Notification::Other(_)), "{}", operation.name);
        assert_eq!(notification.device().unwrap().name().unwrap(), "eth0", "{}", operation.name);
        typed += 1;
    }
    assert_eq!(typed, 23);
    assert!(matches!(read(200), Notification::Other(_)));
    assert!(Notification::new(vec![0; HEADER_LEN + 3].into()).is_err());
}

#[test]
fn the_password_is_not_printed() {
    let change = WakeOnLan::build().only(["magicsecure"]).password([0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6]);
    assert_eq!(change.view().password(), Some([0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6]));
    let flash = ModuleFirmware::build().file_name("x.bin").password(0xd1d2_d3d4);
    assert_eq!(flash.view().password(), Some(0xd1d2_d3d4));
    for printed in [format!("{change:?} {change:#?}"), format!("{flash:?} {flash:#?}")] {
        let printed = printed.to_lowercase();
        assert!(
            printed.contains("(hidden)") && !printed.contains("d2") && !printed.contains("209"),
            "{printed}"
        );
        assert!(!printed.contains(&0xd1d2_d3d4u32.to_string()), "{printed}");
    }
}

#[test]
fn flags_in_integers_of_either_length() {
    for bytes in [0x30u64.to_ne_bytes().to_vec(), 0x30u32.to_ne_bytes().to_vec()] {
        let bytes = message(38, &[nest(8, &[attribute(4, &bytes)])]);
        let rss = Rss::new(&bytes).unwrap();
        assert_eq!(rss.flow_hash().and_then(FlowHash::tcp4), Some(HashFields::IP_SRC | HashFields::IP_DST));
        assert_eq!(rss.malformed().count(), 0);
    }
    let change = FlowHash::build().tcp4(HashFields::DISCARD);
    assert_eq!(change.as_bytes(), attribute(4, &0x8000_0000u32.to_ne_bytes()));
}

#[test]
fn module_eeprom() {
    let bytes = message(31, &[attribute(7, &[0x18, 0x40, 0, 7])]);
    let eeprom = Eeprom::new(&bytes).unwrap();
    assert_eq!(
        (eeprom.identifier(), eeprom.data()),
        (Some(ModuleIdentifier::QSFP_DD), Some(&[0x18, 0x40, 0, 7][..]))
    );
    assert_eq!(Eeprom::new(&message(31, &[])).unwrap().identifier(), None);
    let first = Eeprom::question();
    assert_eq!(
        (first.view().offset(), first.view().length(), first.view().i2c_address()),
        (Some(0), Some(128), Some(0x50))
    );
}

#[test]
fn why_there_is_no_link() {
    let bytes = message(6, &[attribute(2, &[0]), attribute(5, &[0]), attribute(6, &[2])]);
    let state = LinkState::new(&bytes).unwrap();
    assert_eq!((state.link(), state.extended_state()), (Some(false), Some(LinkExtendedState::AUTONEG)));
    assert_eq!(state.extended_substate_text(), Some("Ack not received"));
    let bytes = message(6, &[attribute(5, &[10]), attribute(6, &[200])]);
    assert_eq!(LinkState::new(&bytes).unwrap().extended_substate_text(), None);
}

#[test]
fn ports_of_tunnels() {
    let port = nest(3, &[attribute(1, &4_789u16.to_be_bytes()), attribute(2, &0u32.to_ne_bytes())]);
    let table = |ports: &[Vec<u8>]| {
        nest(
            1,
            &[[attribute(1, &4u32.to_ne_bytes()), compact(2, 3, &[0b011], None)].concat(), ports.concat()],
        )
    };
    let bytes = message(29, &[nest(2, &[table(&[port.clone(), port]), table(&[])])]);
    let info = TunnelInfo::new(&bytes).unwrap();
    assert_eq!(info.malformed().count(), 0, "{info:?}");
    let tables: Vec<_> = info.tables().collect();
    assert_eq!(tables.len(), 2);
    let ports: Vec<_> = tables[0].ports().unwrap().map(|port| (port.port(), port.tunnel_type())).collect();
    assert_eq!(ports, [(Some(4_789), Some(UdpTunnelType::VXLAN)); 2]);
    assert_eq!(on(tables[0].types().unwrap()), [0, 1]);
}

fn number(number: u16, value: u32) -> Vec<u8> {
    attribute(number, &value.to_ne_bytes())
}

fn text(number: u16, value: &str) -> Vec<u8> {
    attribute(number, &[value.as_bytes(), b"\0"].concat())
}

/// The header of a reply about `eth0`, which has index 2.
fn eth0() -> Vec<u8> {
    nest(1, &[number(1, 2), text(2, "eth0")])
}

// As `pse_fill_reply` and `pse_put_pw_limit_ranges` of Linux 6.12 write it, in this order.
#[test]
fn power_sourcing_equipment() {
    let range = |low, high| nest(13, &[number(1, low), number(2, high)]);
    let bytes = message(
        36,
        &[
            eth0(),
            number(2, 3),
            number(4, 5),
            number(5, 3),
            number(7, 4),
            number(8, 4),
            number(9, 12_345),
            number(10, 8),
            number(11, 2),
            number(12, 30_000),
            range(15_000, 30_000),
            range(60_000, 90_000),
        ],
    );
    let pse = packet::<Pse>(&bytes);
    assert_eq!(pse.malformed().count(), 0, "{pse:?}");
    assert_eq!(pse.device().unwrap().index(), Some(2));
    assert_eq!(
        (pse.podl_admin_state(), pse.podl_power_status()),
        (Some(PseAdminState::ENABLED), Some(PodlPowerStatus::SLEEP))
    );
    assert_eq!(
        (pse.c33_admin_state(), pse.c33_power_status()),
        (Some(PseAdminState::ENABLED), Some(C33PowerStatus::DELIVERING))
    );
    assert_eq!((pse.c33_power_class(), pse.c33_actual_power()), (Some(4), Some(12_345)));
    assert_eq!(
        (pse.c33_extended_state(), pse.c33_extended_substate()),
        (Some(C33ExtendedState::POWER_NOT_AVAILABLE), Some(2))
    );
    assert_eq!(pse.c33_power_limit(), Some(30_000));
    let ranges: Vec<_> =
        pse.c33_power_limit_ranges().unwrap().map(|range| (range.low(), range.high())).collect();
    assert_eq!(ranges, [(Some(15_000), Some(30_000)), (Some(60_000), Some(90_000))]);
    // A change says what `ethnl_pse_set_policy` takes: 3 and 6 of 2 or 3, and 12.
    let change = Pse::build().c33_admin_control(PseAdminState::DISABLED).c33_power_limit(15_000);
    assert_eq!(change.as_bytes()[4..], [number(6, 2), number(12, 15_000)].concat());
    assert_eq!(pse.to_request().view().attributes().raw().count(), 2, "the header and the limit");
}

// As `mm_fill_reply` and `mm_put_stats` of Linux 6.12 write it, with padding before 64 bits and without what a driver lacks.
#[test]
fn mac_merge() {
    let byte = |number: u16, value: u8| attribute(number, &[value]);
    let counter =
        |number: u16, value: u64| [attribute(1, &[]), attribute(number, &value.to_ne_bytes())].concat();
    let statistics = nest(11, &[counter(2, 1), counter(4, 1 << 40), counter(5, 3), counter(7, 4)]);
    let settings = [byte(3, 1), byte(4, 0), byte(2, 1), byte(7, 1), byte(8, 3)].concat();
    let numbers = [number(9, 10), number(10, 128), number(5, 60), number(6, 124)].concat();
    let bytes = message(42, &[eth0(), settings, numbers, statistics]);
    let merge = packet::<MacMerge>(&bytes);
    assert_eq!(merge.malformed().count(), 0, "{merge:?}");
    assert_eq!(
        (merge.pmac_enabled(), merge.tx_enabled(), merge.tx_active()),
        (Some(true), Some(true), Some(false))
    );
    assert_eq!((merge.tx_min_fragment_size(), merge.rx_min_fragment_size()), (Some(60), Some(124)));
    assert_eq!((merge.verify_enabled(), merge.verify_status()), (Some(true), Some(VerifyStatus::SUCCEEDED)));
    assert_eq!((merge.verify_time(), merge.verify_time_max()), (Some(10), Some(128)));
    let counted = merge.statistics().unwrap();
    assert_eq!((counted.reassembly_errors(), counted.smd_errors()), (Some(1), None));
    assert_eq!((counted.reassembly_ok(), counted.rx_fragments()), (Some(1 << 40), Some(3)));
    assert_eq!((counted.tx_fragments(), counted.holds()), (None, Some(4)));
    // What `ethnl_mm_set_policy` takes is sent back: 2, 3, 5, 7 and 9.
    let back = merge.to_request();
    let mut sent: Vec<u16> = RawAttributes::new(&back.as_bytes()[4..]).map(|each| each.number()).collect();
    sent.sort_unstable();
    assert_eq!(sent, [1, 2, 3, 5, 7, 9]);
}

// As `rss_fill_reply` of Linux 6.12 writes it.
#[test]
fn receive_side_scaling() {
    let key: Vec<u8> = (0..40).collect();
    let table = attribute(4, &words(&[0, 1, 2, 3, 0, 1, 2, 3]));
    let bytes = message(38, &[eth0(), number(2, 1), table, number(3, 1), number(6, 1), attribute(5, &key)]);
    let rss = packet::<Rss>(&bytes);
    assert_eq!(rss.malformed().count(), 0, "{rss:?}");
    assert_eq!((rss.context(), rss.hash_function()), (Some(1), Some(1)));
    assert!(rss.indirection().unwrap().eq([0, 1, 2, 3, 0, 1, 2, 3]));
    assert_eq!(
        (rss.hash_key(), rss.input_transformation()),
        (Some(&key[..]), Some(InputTransformation::SYM_XOR))
    );
    // A table that ends within a number.
    let odd = packet::<Rss>(&message(38, &[attribute(4, &[1, 0, 0, 0, 2])]));
    assert!(odd.indirection().unwrap().eq([1]), "{odd:?}");
    assert_eq!(Rss::build().context(3).as_bytes()[4..], number(2, 3));
}

// As `ethnl_phy_fill_reply` of Linux 6.12 writes it: of a PHY in a module behind another.
#[test]
fn phys() {
    let bytes = message(
        45,
        &[
            eth0(),
            number(2, 2),
            text(4, "i2c:sfp-eth2:16"),
            number(5, 1),
            text(3, "Marvell 88E1111"),
            number(6, 1),
            text(7, "sfp-eth2"),
            text(8, "sfp-eth3"),
        ],
    );
    let phy = packet::<Phy>(&bytes);
    assert_eq!(phy.malformed().count(), 0, "{phy:?}");
    assert_eq!(
        (phy.index(), phy.name(), phy.driver()),
        (Some(2), Some("i2c:sfp-eth2:16"), Some("Marvell 88E1111"))
    );
    assert_eq!((phy.upstream_type(), phy.upstream_index()), (Some(PhyUpstream::PHY), Some(1)));
    assert_eq!((phy.upstream_sfp(), phy.downstream_sfp()), (Some("sfp-eth2"), Some("sfp-eth3")));
}

#[test]
fn no_table_has_a_problem_with_any_bytes() {
    for length in 0..96usize {
        for fill in [0u8, 1, 4, 8, 0xa5, 0xff] {
            let mut bytes = vec![fill; length];
            for (at, byte) in bytes.iter_mut().enumerate().filter(|(at, _)| at % 4 == 0) {
                *byte = u8::try_from(length.saturating_sub(at)).unwrap();
            }
            for table in ETHTOOL.messages {
                let scope = netlink_packet::Scope::new(table(), &bytes);
                let _ = (format!("{scope:?}"), scope.to_request());
            }
        }
    }
}
