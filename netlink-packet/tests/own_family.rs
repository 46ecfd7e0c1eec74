//! What a crate of someone else can declare: an attribute, a codec, a nest, a message and a family,
//! with the macros and without them, and without `unsafe`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

use netlink_packet::generic::{ControllerMessage, GENL_ID_CTRL, GenericMessage};
use netlink_packet::{
    Attr, Be, Buffer, Build, BuildError, Chunks, Codec, Fixed, Flags, HEADER_LEN, Header, Items, Message,
    Messages, NLA_F_NESTED, Name, Packed, Packet, Put, Repeated, Schema, Scope, View, flags, netlink, values,
};

netlink! {
    /// A message of the lamps' family.
    pub struct LampMessage / LampMessageBuf
    header genlmsghdr: 8 {
        /// What is asked: `LAMP_CMD_*`.
        cmd = 0 => command: u8,
        /// The family's version.
        version = 1 => version: u8,
        /// The house that the lamp is in: the family's own header.
        house = 4 => house: u32,
    }
    attributes {
        /// The lamp's name.
        LAMP_NAME = 1 => name: &Name as Name,
        /// Its colour now.
        LAMP_COLOUR = 2 => colour: Colour,
        /// What it can do.
        LAMP_CAN = 3 => can: Abilities,
        /// Where it is.
        LAMP_PLACE = 4 | NLA_F_NESTED => place: &Place as Place,
        /// Its light: a type that is ours.
        LAMP_LIGHT = 5 => light: Brightness,
        /// Its steps of light.
        LAMP_STEPS = 6 => steps: Chunks<'_, Be<u16>> as Packed<Be<u16>>,
        /// The names of its switches.
        LAMP_SWITCHES = 7 => switches: Items<'_, str> as Repeated<str>,
    }
}

netlink! {
    /// Where a lamp is.
    pub struct Place / PlaceBuf
    attributes {
        /// The floor, counted from the cellar.
        PLACE_FLOOR = 1 => floor: i32,
        /// The room.
        PLACE_ROOM = 2 => room: &str as str,
    }
}

values! {
    /// The colour of a lamp.
    pub struct Colour: u8 = "lamp-colour" {
        /// As a sunset.
        RED = 1 => "red",
        /// As the sea.
        BLUE = 2 => "blue",
    }
}

flags! {
    /// What a lamp can do.
    pub struct Abilities: u32 = "lamp-abilities" {
        /// It can be dimmed.
        const DIMMABLE = 1 => "dimmable";
        /// It can change its colour.
        const COLOURED = 2 => "coloured";
    }
}

const LAMP_CMD_SET: u8 = 2;

/// Brightness in percent: two bytes, in thousandths. A codec that is written by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Brightness(f32);

impl Codec for Brightness {
    type Value<'a> = Brightness;
    const SCHEMA: Schema = u16::SCHEMA;

    fn decode(payload: &[u8]) -> Option<Brightness> {
        let thousandths = u16::decode(payload).filter(|thousandths| *thousandths <= 1000)?;
        Some(Brightness(f32::from(thousandths) / 10.0))
    }
}

impl Put<Brightness> for Brightness {
    fn put(self, out: &mut Buffer) {
        if !(0.0..=100.0).contains(&self.0) {
            out.refuse(BuildError::Invalid(format!("a brightness of {} percent", self.0)));
        }
        out.push(&((self.0 * 10.0) as u16).to_ne_bytes());
    }
}

/// Percent can be given as a whole number, too.
impl Put<Brightness> for u8 {
    fn put(self, out: &mut Buffer) {
        Brightness(self.into()).put(out);
    }
}

/// Brightness can also be in a header.
impl Fixed for Brightness {
    type Owned = Brightness;
    const SIZE: usize = 2;

    fn read(bytes: &[u8]) -> Brightness {
        Self::decode(bytes).unwrap_or_default()
    }
}

/// Attributes that the tables above don't have yet.
const LAMP_HOURS: Attr<LampMessage, u64> = Attr::new(8, "LAMP_HOURS");
const PLACE_SHELF: Attr<Place, Brightness> = Attr::new(3, "PLACE_SHELF");

/// A message as it comes from the kernel.
fn received(message: impl Build, kind: u16) -> Vec<u8> {
    let mut buffer = message.into_buffer();
    buffer
        .set_header(Header { message_type: kind, flags: Flags::MULTI, sequence: 3, ..Header::default() })
        .unwrap()
        .to_vec()
}

fn lamp() -> LampMessageBuf {
    LampMessage::build()
        .command(LAMP_CMD_SET)
        .version(1)
        .house(12)
        .name("desk")
        .colour(Colour::BLUE)
        .can(Abilities::DIMMABLE | Abilities::COLOURED)
        .place(Place::build().floor(-1).room("workshop").with(PLACE_SHELF, 50))
        .light(Brightness(12.5))
        .steps([10u16, 500])
        .switches(["door", "window"])
        .with(LAMP_HOURS, 1_000)
}

#[test]
fn with_the_macros() {
    let datagram = [received(lamp(), 0x20), received(LampMessage::build().name("hall"), 0x20)].concat();
    let messages: Vec<_> = Messages::new(&datagram).collect();
    let lamp = LampMessage::new(messages[0].payload()).unwrap();

    assert_eq!((lamp.command(), lamp.version(), lamp.house()), (LAMP_CMD_SET, 1, 12));
    assert_eq!((lamp.name().unwrap().to_str(), lamp.colour()), (Some("desk"), Some(Colour::BLUE)));
    let place = lamp.place().unwrap();
    assert_eq!((place.floor(), place.room()), (Some(-1), Some("workshop")));
    assert_eq!(place.attributes().get(PLACE_SHELF), Some(Brightness(50.0)));
    assert_eq!(lamp.light(), Some(Brightness(12.5)));
    assert_eq!(lamp.steps().unwrap().collect::<Vec<_>>(), [10, 500]);
    assert_eq!(lamp.switches().unwrap().collect::<Vec<_>>(), ["door", "window"]);
    assert_eq!(
        lamp.attributes().pick((LAMP_HOURS, LampMessage::LAMP_CAN)),
        (Some(1_000), Some(Abilities::DIMMABLE | Abilities::COLOURED))
    );
    assert_eq!(lamp.malformed().count(), 0);
    assert_eq!(LampMessage::new(messages[1].payload()).unwrap().name().unwrap(), "hall");
    // The shelf is no row of the table, so it is shown by its number.
    let shelf = if cfg!(target_endian = "little") { "[f4 01]" } else { "[01 f4]" };
    assert!(
        format!("{lamp:?}")
            .contains(&format!(r#"place: Place {{ floor: -1, room: "workshop", 3: {shelf} }}"#))
    );
}

#[test]
fn a_packet_of_it() {
    let packet = Packet::<LampMessage>::new(received(lamp(), 0x20).into()).unwrap();
    let other_thread = std::thread::spawn(move || packet.name().unwrap().to_string());
    assert_eq!(other_thread.join().unwrap(), "desk");
    assert!(Packet::<LampMessage>::new(vec![0; HEADER_LEN + 7].into()).is_err());
}

#[test]
fn what_its_codec_refuses() {
    let dark = lamp().light(Brightness(100.5));
    assert_eq!(dark.buffer().problem().unwrap().to_string(), "a brightness of 100.5 percent");
    let odd = lamp().with(Attr::<LampMessage, u16>::new(5, "ODD"), 1001);
    assert_eq!(odd.view().light(), None);
    assert_eq!(odd.malformed().map(|malformed| malformed.path).collect::<Vec<_>>(), ["LAMP_LIGHT"]);
}

#[test]
fn an_offset_leads_to_its_attribute() {
    let lamp = lamp();
    let offset =
        (0..lamp.as_bytes().len()).find(|at| lamp.as_bytes()[*at..].starts_with(b"workshop")).unwrap();
    assert_eq!(Scope::of(lamp.view()).path(offset - 4), ["LAMP_PLACE", "PLACE_ROOM"]);
}

#[test]
fn its_table_lists_it() {
    let table = LampMessage::table();
    assert_eq!((table.name, table.header_name, table.header), ("LampMessage", "genlmsghdr", 8));
    assert_eq!(
        table.fields.iter().map(|field| (field.name, field.at, field.size)).next_back(),
        Some(("house", 4, 4))
    );
    let row = &table.rows[1];
    assert_eq!(
        (row.name, row.field, row.number, row.value.schema.data_type),
        ("LAMP_COLOUR", "colour", 2, "u8")
    );
    assert_eq!(row.value.schema.values.map(|values| (values.list)()), Some(vec![("RED", 1), ("BLUE", 2)]));
    assert_eq!(table.rows[3].value.schema.set.map(|set| set().name), Some("Place"));
}

/// The same family without any macro: keys for a message that has no table.
mod by_hand {
    use super::*;
    use netlink_packet::Nest;

    const LAMP_NAME: Attr<GenericMessage, Name> = Attr::new(1, "LAMP_NAME");
    const LAMP_PLACE: Attr<GenericMessage, Nest> = Attr::new(4 | NLA_F_NESTED, "LAMP_PLACE");
    const PLACE_ROOM: Attr<Nest, str> = Attr::new(2, "PLACE_ROOM");

    #[test]
    fn without_the_macros() {
        let place = Nest::build().with(PLACE_ROOM, "workshop");
        let by_hand =
            GenericMessage::build().command(LAMP_CMD_SET).with(LAMP_NAME, "desk").with(LAMP_PLACE, place);
        let (name, place) = by_hand.attributes().pick((LAMP_NAME, LAMP_PLACE));
        assert_eq!(name.unwrap(), "desk");
        assert_eq!(place.unwrap().attributes().get(PLACE_ROOM), Some("workshop"));
    }
}

#[test]
fn the_number_of_a_family_is_asked_for() {
    let question = ControllerMessage::get_family().name("lamps");
    let mut buffer = question.into_buffer();
    let header =
        Header { message_type: GENL_ID_CTRL, flags: Flags::REQUEST, sequence: 1, ..Header::default() };
    let sent: Message<'_> = Messages::new(buffer.set_header(header).unwrap()).next().unwrap();
    assert_eq!(ControllerMessage::new(sent.payload()).unwrap().name(), Some("lamps"));
}

/// Attributes whose table another attribute chooses: by a name, by a number, and from further away.
mod kinds {
    use super::*;
    use netlink_packet::{Chosen, Kind, Nest, Selector, Table, kinds};

    netlink! {
        /// A device of the house, whose kind chooses two tables.
        pub struct Device / DeviceBuf
        attributes {
            /// Its kind.
            DEVICE_KIND = 1 => kind_name: &str as str,
            /// What is special to its kind.
            DEVICE_OPTIONS = 2 => options: &Nest as Chosen<Options>,
            /// What is counted.
            DEVICE_STATS = 3 | NLA_F_NESTED => stats: &Stats as Stats,
            /// Where it gets its power from.
            DEVICE_SUPPLY = 4 | NLA_F_NESTED => supply: &Supply as Supply,
        }
    }

    netlink! {
        /// What is counted of a device.
        pub struct Stats / StatsBuf
        attributes {
            /// What is counted of this kind.
            STATS_EXTRA = 1 => extra: &Nest as Chosen<Extra>,
        }
    }

    netlink! {
        /// Where power comes from.
        pub struct Supply / SupplyBuf
        attributes {
            /// By what.
            SUPPLY_TYPE = 1 => supply_type: SupplyType,
            /// How.
            SUPPLY_DATA = 2 => data: &Nest as Chosen<SupplyData>,
        }
    }

    values! {
        /// What power comes by.
        pub struct SupplyType: u16 = "supply-type" {
            /// A battery.
            BATTERY = 1 => "battery",
            /// The sun.
            SUN = 2 => "sun",
        }
    }

    /// A kind of device.
    trait DeviceKind: View {
        /// The kernel's name.
        const NAME: &'static str;
        /// Other kinds with the same options.
        const ALIASES: &'static [&'static str] = &[];
        /// What is counted.
        type Stats: View + ?Sized;
    }

    kinds! {
        /// The kinds, and the tables of their statistics.
        static DEVICES: &'static str, fn() -> &'static Table = device {
            Oven,
            Fan,
        }
    }

    const fn device<K: DeviceKind + ?Sized>() -> Kind<&'static str, fn() -> &'static Table> {
        Kind::new::<K>(K::NAME, K::ALIASES, K::Stats::table)
    }

    /// A kind of supply.
    trait SupplyKind: View {
        /// The kernel's number.
        const TYPE: SupplyType;
    }

    kinds! {
        /// The supplies.
        static SUPPLIES: SupplyType = supply {
            Battery,
        }
    }

    const fn supply<K: SupplyKind + ?Sized>() -> Kind<SupplyType> {
        Kind::new::<K>(K::TYPE, &[], ())
    }

    /// Chooses the table of the options by the kind beside them.
    #[derive(Debug)]
    pub struct Options;

    impl Selector for Options {
        const FORMATS: &'static str = "device-options-msg";
        const OMIT_EMPTY: bool = true;

        fn table(device: &Scope<'_>) -> Option<&'static Table> {
            DEVICES.table(device.get(Device::DEVICE_KIND)?)
        }
    }

    /// Chooses the table of the statistics by the kind of the device around them.
    #[derive(Debug)]
    pub struct Extra;

    impl Selector for Extra {
        const FORMATS: &'static str = "device-stats-msg";

        fn table(stats: &Scope<'_>) -> Option<&'static Table> {
            let kind = DEVICES.get(stats.outer()?.get(Device::DEVICE_KIND)?)?;
            Some((kind.more)())
        }
    }

    /// Chooses the table of a supply's data by a number.
    #[derive(Debug)]
    pub struct SupplyData;

    impl Selector for SupplyData {
        const FORMATS: &'static str = "supply-data-msg";

        fn table(supply: &Scope<'_>) -> Option<&'static Table> {
            SUPPLIES.table(supply.get(Supply::SUPPLY_TYPE)?)
        }
    }

    netlink! {
        /// An oven.
        pub struct Oven / OvenBuf
        attributes {
            /// Power, in watts.
            OVEN_POWER = 1 => power: u32,
        }
    }

    impl DeviceKind for Oven {
        const NAME: &'static str = "oven";
        const ALIASES: &'static [&'static str] = &["kiln"];
        type Stats = OvenStats;
    }

    netlink! {
        /// What is counted of an oven: a struct.
        pub struct OvenStats / OvenStatsBuf
        header oven_stats: 4 {
            /// Loaves.
            loaves = 0 => loaves: u32,
        }
    }

    netlink! {
        /// A fan: a struct with attributes behind it.
        pub struct Fan / FanBuf
        header fan_options: 4 {
            /// Turns a minute.
            turns = 0 => turns: u32,
        }
        attributes {
            /// Which way.
            FAN_REVERSED = 1 => reversed: bool,
        }
    }

    impl DeviceKind for Fan {
        const NAME: &'static str = "fan";
        type Stats = Nest;
    }

    netlink! {
        /// A battery.
        pub struct Battery / BatteryBuf
        attributes {
            /// Charge in percent.
            BATTERY_CHARGE = 1 => charge: u8,
        }
    }

    impl SupplyKind for Battery {
        const TYPE: SupplyType = SupplyType::BATTERY;
    }

    impl Device {
        fn kind<K: DeviceKind + ?Sized>(&self) -> Option<&K> {
            let kind = self.kind_name()?;
            let matches = kind == K::NAME || K::ALIASES.contains(&kind);
            matches.then(|| self.options().unwrap_or_default()).and_then(Nest::read_as)
        }
    }

    #[test]
    fn one_name_chooses_options_and_statistics() {
        let options = Oven::build().power(2_000);
        let extra = OvenStats::build().loaves(12);
        let device = Device::build()
            .stats(Stats::build().extra(extra.buffer()))
            .options(options.buffer())
            .kind_name("oven");
        assert_eq!(
            format!("{device:?}"),
            r#"Device { stats: Stats { extra: OvenStats { loaves: 12 } }, options: Oven { power: 2000 }, kind_name: "oven" }"#,
            "the name may stand behind what it chooses"
        );
        assert_eq!(device.kind::<Oven>().and_then(Oven::power), Some(2_000));
        assert!(device.kind::<Fan>().is_none());

        let alias = Device::build().kind_name("kiln").options(options.buffer());
        assert_eq!(alias.kind::<Oven>().and_then(Oven::power), Some(2_000));
        assert!(format!("{alias:?}").contains("Oven { power: 2000 }"));
        let unknown = Device::build().kind_name("press").options(options.buffer());
        assert!(!format!("{unknown:?}").contains("Oven"), "{unknown:?}");
        assert_eq!(unknown.malformed().count(), 0);
    }

    #[test]
    fn a_number_chooses() {
        let battery = Battery::build().charge(80);
        let supply = |by| Supply::build().data(battery.buffer()).supply_type(by);
        let device = Device::build().supply(supply(SupplyType::BATTERY));
        assert_eq!(
            format!("{device:?}"),
            "Device { supply: Supply { data: Battery { charge: 80 }, supply_type: battery } }"
        );
        let device = Device::build().supply(supply(SupplyType::SUN));
        assert_eq!(format!("{device:?}"), "Device { supply: Supply { data: [1: [50]], supply_type: sun } }");
    }

    #[test]
    fn data_of_a_kind_that_begins_with_a_header() {
        let fan = Device::build().kind_name("fan").options(Fan::build().turns(9).reversed(true).buffer());
        assert_eq!(fan.kind::<Fan>().map(|fan| (fan.turns(), fan.reversed())), Some((9, Some(true))));
        let short = Device::build().kind_name("fan").with(Attr::<Device, u8>::new(2, "SHORT"), 1);
        assert!(short.kind::<Fan>().is_none());
        let malformed: Vec<_> = short.malformed().map(|malformed| malformed.path).collect();
        assert_eq!(malformed, ["DEVICE_OPTIONS"]);
    }

    #[test]
    fn nothing_is_left_out_where_the_selector_says_so() {
        assert!(Device::build().options(Oven::build().buffer()).as_bytes().is_empty());
        assert_eq!(Supply::build().data(Battery::build().buffer()).as_bytes().len(), 4);
        assert!(Device::build().kind_name("oven").kind::<Oven>().is_some_and(|oven| oven.power().is_none()));
    }

    #[test]
    fn the_lists_name_their_tables() {
        let names: Vec<_> = DEVICES.tables().map(|(name, table)| (name, table.name)).collect();
        assert_eq!(names, [("oven", "Oven"), ("kiln", "Oven"), ("fan", "Fan")]);
        assert_eq!(SUPPLIES.iter().map(|kind| kind.name).collect::<Vec<_>>(), [SupplyType::BATTERY]);
        let row = &Device::table().rows[1];
        assert_eq!(row.value.schema.formats, Some("device-options-msg"));
    }
}
