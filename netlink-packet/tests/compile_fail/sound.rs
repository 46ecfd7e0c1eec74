//! No mistake: the other files are like this one.

use netlink_packet::{Be, Items, Name, Repeated, flags, netlink, values};

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 8 {
        /// Which lamp.
        lm_index = 0 => index: u32,
        /// Its port.
        lm_port = 4 => port: u16 as Be<u16>,
    }
    attributes {
        /// Its name.
        LAMP_NAME = 1 => name: &Name as Name,
        /// Other names.
        LAMP_ALIAS = 2 => aliases: Items<'_, Name> as Repeated<Name>,
        /// Its colour.
        LAMP_COLOUR = 3 => colour: Colour,
        /// What it can do.
        LAMP_FLAGS = 4 => flags: LampFlags,
    }
}

values! {
    /// The colour of a lamp.
    pub struct Colour: u8 = "lamp-colour" {
        /// As a sunset.
        RED = 1 => "red",
    }
}

flags! {
    /// What a lamp can do.
    pub struct LampFlags: u16 = "lamp-flags" {
        /// It can be dimmed.
        const DIMMABLE = 1 => "dimmable";
    }
}

pub fn lamp() -> LampBuf {
    Lamp::build().index(1).port(2).name("desk").aliases(["a", "b"]).colour(Colour::RED).flags(LampFlags::DIMMABLE)
}
