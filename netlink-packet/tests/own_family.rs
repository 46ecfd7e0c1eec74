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
