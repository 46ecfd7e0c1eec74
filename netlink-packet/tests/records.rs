//! Structs that begin with their own length, and what follows a struct's fields.

use netlink_packet::{
    Build, Chunks, IfIndex, Items, Malformed, Nest, Packed, Recorded, Records, Repeated, Scope, netlink,
};

netlink! {
    /// A stop on a way.
    pub struct Stop / StopBuf
    header stopmsg: 8 {
        /// Bytes of it all.
        st_len = 0 => length: u16,
        /// How long it takes.
        st_pause = 3 => pause: u8,
        /// Where it is.
        st_device = 4 => device: u32 as IfIndex,
    }
    attributes {
        /// Its colour.
        STOP_COLOUR = 1 => colour: u32,
    }
}

netlink! {
    /// A way.
    pub struct Way / WayBuf
    attributes {
        /// The stops.
        WAY_STOPS = 1 => stops: Records<'_, Stop> as Recorded<Stop>,
        /// Its name.
        WAY_NAMES = 2 => names: Items<'_, str> as Repeated<str>,
        /// Its steps.
        WAY_STEPS = 3 => steps: &Steps as Steps,
    }
}

netlink! {
    /// Steps.
    pub struct Steps / StepsBuf
    header steps: 4 {
        /// The foot that begins.
        foot = 0 => foot: u8,
    }
    rest {
        /// How long each is.
        lengths => lengths: Chunks<'_, u16> as Packed<u16>,
    }
}

fn way() -> WayBuf {
    let stops = [Stop::build().pause(3).device(7u32).colour(9), Stop::build().device("eth0")];
    Way::build().names(["a", "b"]).stops(stops)
}

#[test]
fn lengths_are_filled_in() {
    let way = way();
    let stops: Vec<_> =
        way.view().stops().unwrap().map(|stop| (stop.length(), stop.device(), stop.colour())).collect();
    assert_eq!(stops, [(16, 7, Some(9)), (8, 0, None)]);
    let names: Vec<_> = way.buffer().unresolved().iter().map(|device| device.name.clone()).collect();
    assert_eq!(names, [b"eth0"]);
    assert_eq!(
        format!("{way:?}"),
        r#"Way { names: "a", names: "b", stops: [Stop { length: 16, pause: 3, device: 7, colour: 9 }, Stop { length: 8, pause: 0, device: 0 }] }"#
    );
}

#[test]
fn a_name_in_a_record_is_resolved_in_its_place() {
    let mut buffer = way().into_buffer();
    buffer.resolve_last(0x11, b"unused");
    let way = WayBuf::from_buffer(buffer);
    assert_eq!(way.view().stops().unwrap().map(Stop::device).collect::<Vec<_>>(), [7, 0x11]);
}

#[test]
fn errors_point_inside() {
    let way = way();
    let colour = way.as_bytes().windows(4).position(|bytes| bytes == 9u32.to_ne_bytes()).unwrap() - 4;
    assert_eq!(Scope::of(way.view()).path(colour), ["WAY_STOPS", "STOP_COLOUR"]);
    let first = colour - 8 - 4;
    assert_eq!(Scope::of(way.view()).path(first), ["WAY_STOPS"]);
    assert_eq!(Scope::of(way.view()).missing(Some(first), 1), ["WAY_STOPS", "STOP_COLOUR"]);
}

#[test]
fn invalid_lengths_end_the_list() {
    for length in [0u16, 1, 7, 9, 0xffff] {
        let mut bytes = Vec::new();
        for (length, colour) in [(8u16, 0u32), (length, 1)] {
            bytes.extend(length.to_ne_bytes());
            bytes.extend([0; 2]);
            bytes.extend(colour.to_ne_bytes());
        }
        let way = Nest::build().with(netlink_packet::Attr::<Nest, [u8]>::new(1, "STOPS"), &bytes);
        let way = Way::new(way.as_bytes()).unwrap();
        assert_eq!(way.stops().unwrap().count(), 1, "length {length}");
        let malformed = Malformed { path: "WAY_STOPS".into(), offset: 12, length: 8 };
        assert_eq!(way.malformed().collect::<Vec<_>>(), [malformed], "length {length}");
        assert!(format!("{way:?}").contains("malformed ["), "{way:?}");
    }
}

#[test]
fn the_rest_after_the_fields() {
    let steps = Steps::build().foot(1).lengths([1u16, 2]).lengths([3u16, 4, 5]);
    assert_eq!(steps.as_bytes().len(), 10);
    assert_eq!(steps.view().lengths().unwrap().collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(
        format!("{:?}", Way::build().steps(&steps)),
        "Way { steps: Steps { foot: 1, lengths: [3, 4, 5] } }"
    );
    assert_eq!(Steps::new(&[]).unwrap().lengths().map(Iterator::count), None);
    assert_eq!(Steps::new(&[1, 0, 0, 0]).unwrap().lengths().map(Iterator::count), Some(0));
}

#[test]
fn attributes_are_removed() {
    let way = way().steps(Steps::build()).without(Way::WAY_STOPS).without(Way::WAY_NAMES);
    assert_eq!(format!("{way:?}"), "Way { steps: Steps { foot: 0, lengths: [] } }");
    assert!(way.buffer().unresolved().is_empty());
    let names = way.names(["c"]);
    assert_eq!(names.view().names().unwrap().collect::<Vec<_>>(), ["c"]);
}
