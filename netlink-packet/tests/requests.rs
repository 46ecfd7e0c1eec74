//! From what was listed to a request: what a table's lines say of it.

use netlink_packet::{
    Array, Attr, Buffer, Items, NLA_F_NESTED, Nest, Recorded, Records, Repeated, Row, Scope, View, append,
    flags, netlink,
};

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 8 {
        /// Which lamp.
        lm_index = 0 => index: u32,
        /// What it does.
        lm_flags = 4 => flags: LampFlags; bits(LampFlags::BRIGHT); ignored_bits(glare, "it is the last one"),
        /// How warm it is.
        lm_warmth = 5 => warmth: u8; read_only,
        /// How bright it is.
        lm_level = 6 => level: u16; sent_as(half); ignored(is_dark_lamp, "a dark lamp has no level"); set_by(has_hours, "shine"),
    }
    attributes {
        /// Its name.
        LAMP_NAME = 1 => name: &str as str,
        /// Hours of light.
        LAMP_HOURS = 2 => hours: u32; read_only; set_by("shine"),
        /// Its wire.
        LAMP_WIRE = 3 | NLA_F_NESTED => wire: &Wire as Wire,
        /// Its counters.
        LAMP_COUNTERS = 4 => counters: &Counters as Counters,
        /// The lamp behind it.
        LAMP_NEXT = 5 => next: u32; unless(is_dark),
        /// The same in another way.
        LAMP_NEXT_NAME = 6 => next_name: &str as str; separate,
        /// Wires, one after another.
        LAMP_WIRES = 7 => wires: Items<'_, Wire> as Repeated<Wire>,
        /// Wires in a nest.
        LAMP_STRANDS = 8 => strands: Items<'_, Wire> as Array<Wire>,
        /// Sockets.
        LAMP_SOCKETS = 9 => sockets: Records<'_, Socket> as Recorded<Socket>,
        /// What it may do.
        LAMP_MAY = 10 => may: LampFlags; bits(LampFlags::BRIGHT),
        /// Whatever.
        LAMP_OTHER = 11 => other: &Nest as Nest,
        /// How long it shall be on.
        LAMP_TIME = 12 => time: u32; separate,
    }
    also time_left
}

netlink! {
    /// A wire.
    pub struct Wire / WireBuf
    attributes {
        /// Its length.
        WIRE_LENGTH = 1 => length: u32,
        /// Its voltage.
        WIRE_VOLTAGE = 2 => voltage: u32; read_only,
    }
}

netlink! {
    /// What it counts, and how often.
    pub struct Counters / CountersBuf
    header lamp_counters: 8 {
        /// How often it counts.
        interval = 0 => interval: u32,
        /// What it has counted.
        count = 4 => count: u32; read_only,
    }
}

netlink! {
    /// A socket.
    pub struct Socket / SocketBuf
    header lamp_socket: 4 {
        /// Bytes of it all.
        length = 0 => length: u16,
        /// What it does.
        flags = 2 => flags: u16; bits(Held(1)),
    }
    attributes {
        /// Its wire.
        SOCKET_WIRE = 1 => wire: &Wire as Wire,
        /// Its temperature.
        SOCKET_HEAT = 2 => heat: u8; read_only,
    }
}

/// A mask that is no set of flags.
struct Held(u16);

impl Held {
    const fn bits(&self) -> u16 {
        self.0
    }
}

flags! {
    /// What a lamp does.
    pub struct LampFlags: u8 = "" {
        /// It shines brightly.
        const BRIGHT = 1 => "bright";
        /// It is broken.
        const BROKEN = 2 => "broken";
    }
}

fn is_dark(scope: &Scope<'_>) -> bool {
    Lamp::cast(scope.bytes()).level() == 0
}

/// The lamp that is dark.
const DARK: u32 = 13;

fn is_dark_lamp(scope: &Scope<'_>) -> bool {
    Lamp::cast(scope.bytes()).index() == DARK
}

fn has_hours(scope: &Scope<'_>) -> bool {
    Lamp::cast(scope.bytes()).hours().is_some()
}

fn glare(scope: &Scope<'_>) -> u64 {
    if Lamp::cast(scope.bytes()).index() == u32::MAX { LampFlags::BRIGHT.bits().into() } else { 0 }
}

fn half(_: &Scope<'_>, level: u64) -> u64 {
    level / 2
}

fn time_left(scope: &Scope<'_>, out: &mut Buffer) {
    if let Some(hours) = Lamp::cast(scope.bytes()).hours() {
        append(out, Lamp::LAMP_TIME, hours + 1);
    }
}

const UNKNOWN: Attr<Lamp, u32> = Attr::new(99, "LAMP_UNKNOWN");
const NEWER: Attr<Wire, u32> = Attr::new(99, "WIRE_NEWER");
const ANY: Attr<Nest, u32> = Attr::new(5, "ANY");

fn wire() -> WireBuf {
    Wire::build().length(3).voltage(230).with(NEWER, 1)
}

#[test]
fn only_what_a_request_may_have() {
    let listed = Lamp::build()
        .index(7)
        .flags(LampFlags::all())
        .warmth(40)
        .level(9)
        .name("desk")
        .hours(5)
        .wire(wire())
        .counters(Counters::build().interval(3).count(1000))
        .next(8)
        .next_name("hall")
        .wires([wire(), wire()])
        .strands([wire(), Wire::build().length(4)])
        .sockets([Socket::build().flags(3).heat(50).wire(wire()), Socket::build().flags(2)])
        .may(LampFlags::all())
        .other(Nest::build().with(ANY, 6))
        .with(UNKNOWN, 1);
    let wire = || Wire::build().length(3);
    let wanted = Lamp::build()
        .index(7)
        .flags(LampFlags::BRIGHT)
        .level(4)
        .name("desk")
        .wire(wire())
        .counters(Counters::build().interval(3))
        .next(8)
        .wires([wire(), wire()])
        .strands([wire(), Wire::build().length(4)])
        .sockets([Socket::build().flags(1).wire(wire()), Socket::build()])
        .may(LampFlags::BRIGHT)
        .other(Nest::build().with(ANY, 6))
        .time(6);
    let request = listed.view().to_request();
    assert_eq!(format!("{request:?}"), format!("{wanted:?}"));
    assert_eq!(request.as_bytes(), wanted.as_bytes());
    assert_eq!(listed.view().to_buf().as_bytes(), listed.as_bytes(), "a copy is a copy");
    // What a program built is a request already.
    assert_eq!(listed.to_request().as_bytes(), listed.as_bytes());
    // It can be built on.
    let changed = request.name("bed").time(1);
    assert_eq!((changed.view().name(), changed.view().time()), (Some("bed"), Some(1)));
    assert_eq!(changed.view().attributes().raw().count(), wanted.view().attributes().raw().count());
}

#[test]
fn by_what_is_beside_it() {
    assert_eq!(Lamp::build().next(8).view().to_request().as_bytes(), Lamp::build().as_bytes());
}

#[test]
fn an_emptied_nest_is_omitted() {
    let listed = Lamp::build().wire(Wire::build().voltage(230));
    assert_eq!(listed.view().to_request().as_bytes(), Lamp::build().as_bytes());
    let empty = Lamp::build().wire(Wire::build());
    assert_eq!(empty.view().to_request().as_bytes(), empty.as_bytes());
}

/// Kernels send nests without the flag that they want in requests.
#[test]
fn requests_mark_nests() {
    const PLAIN: Attr<Lamp, Wire> = Attr::new(3, "LAMP_WIRE");
    let listed = Lamp::build().with(PLAIN, Wire::build().length(3));
    assert_eq!(listed.view().to_request().as_bytes(), Lamp::build().wire(Wire::build().length(3)).as_bytes());
}

#[test]
fn of_nests_and_structs() {
    assert_eq!(wire().view().to_request().as_bytes(), Wire::build().length(3).as_bytes());
    let longer: Vec<u8> =
        Counters::build().interval(3).count(9).as_bytes().iter().chain(&[7, 7]).copied().collect();
    let request = Counters::cast(&longer).to_request();
    assert_eq!(
        (request.view().interval(), request.view().count(), request.view().tail()),
        (3, 0, &[7, 7][..])
    );
    let shorter = Counters::cast(&longer[..6]).to_request();
    assert_eq!(shorter.view().interval(), 3);
}

#[test]
fn what_would_be_ignored() {
    fn said<V: View + ?Sized>(view: &V) -> Option<String> {
        Scope::of(view).ignored().map(|ignored| ignored.to_string())
    }
    let lamp = || Lamp::build().index(3);
    assert_eq!(said(lamp().flags(LampFlags::BRIGHT).warmth(0u8).level(7u16).view()), None);
    let only = "in this request: only the kernel sets it";
    assert_eq!(said(lamp().warmth(1u8).view()), Some(format!("warmth {only}")));
    assert_eq!(
        said(lamp().flags(LampFlags::BRIGHT | LampFlags::BROKEN).view()),
        Some(format!("flags BROKEN {only}"))
    );
    assert_eq!(said(lamp().may(LampFlags::BROKEN).view()), Some(format!("may BROKEN {only}")));
    assert_eq!(said(lamp().hours(0u32).view()), Some(format!("shine {only}")));
    assert_eq!(said(lamp().wire(wire()).view()), Some(format!("voltage {only}")));
    assert_eq!(said(lamp().counters(Counters::build().count(1u32)).view()), Some(format!("count {only}")));
    let dark = lamp().index(DARK).level(7u16);
    assert_eq!(said(dark.view()), Some("level in this request: a dark lamp has no level".to_owned()));
    assert_eq!(dark.view().to_request().view().level(), 0);
    let shone = said(dark.hours(5u32).view());
    assert_eq!(shone, Some("shine in this request: a dark lamp has no level".to_owned()));
    let last = Lamp::build().index(u32::MAX).flags(LampFlags::BRIGHT);
    assert_eq!(said(last.view()), Some("flags BRIGHT in this request: it is the last one".to_owned()));
    assert_eq!(last.view().to_request().view().flags(), LampFlags::empty());
}

#[test]
fn a_header_is_looked_at_if_something_was_set_that_may_be_ignored() {
    use netlink_packet::Build;
    let may_be = |lamp: &LampBuf| lamp.buffer().may_hold_field();
    assert!(!may_be(&Lamp::build().index(3u32).name("desk").warmth(0u8)));
    assert!(may_be(&Lamp::build().warmth(1u8)) && may_be(&Lamp::build().name("desk").level(256u16)));
    let long = "desk".repeat(100);
    assert!(may_be(&Lamp::build().name(&*long).flags(LampFlags::BRIGHT)));
    assert_ne!(Lamp::SUSPECTS & 1, 0);
}

#[test]
fn tables_tell() {
    let row = |name| Lamp::table().rows.iter().find(|row: &&Row| row.name == name).unwrap();
    assert_eq!((row("LAMP_HOURS").setter(None), row("LAMP_NAME").setter(None)), ("shine", "name"));
    assert!(row("LAMP_HOURS").marks.is_read_only() && !row("LAMP_TIME").marks.is_read_only());
    assert_eq!(format!("{:?}", row("LAMP_NAME").marks), "Marks([])");
    assert_eq!((row("LAMP_WIRE").flags, row("LAMP_WIRE").number), (NLA_F_NESTED, 3));
}
