//! A family that has each kind of attribute there is, and sets that are in themselves.

use netlink_packet::{
    Array, Be, Chunks, Entries, Flag, IfIndex, Items, NLA_F_NESTED, Name, Nest, Numbered, Packed, Repeated,
    Uint, flags, netlink, values,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 32 {
        /// Which lamp.
        lm_index = 0 => index: u32 as IfIndex<i32>,
        /// Its port.
        lm_port = 4 => port: u16 as Be<u16>,
        /// Its colour.
        lm_colour = 6 => colour: Colour,
        /// Whether it shines.
        lm_on = 7 => on: bool,
        /// What it can do.
        lm_flags = 8 => flags: LampFlags,
        /// Its wires.
        lm_wires = 10 => wires: [u8; 6],
        /// Where it is.
        lm_place = 16 => place: Option<Ipv6Addr>,
    }
    attributes {
        /// A number.
        LAMP_U8 = 1 => a_u8: u8,
        /// A number.
        LAMP_S64 = 2 => a_s64: i64,
        /// A number, the other way round.
        LAMP_BE32 = 3 => a_be32: u32 as Be<u32>,
        /// A number of 4 or 8 bytes.
        LAMP_UINT = 4 => a_uint: u64 as Uint,
        /// Yes or nothing.
        LAMP_FLAG = 5 => a_flag: bool as Flag,
        /// Text.
        LAMP_TEXT = 6 => text: &str as str,
        /// A name.
        LAMP_NAME = 7 => name: &Name as Name,
        /// Bytes.
        LAMP_BYTES = 8 => bytes: &[u8] as [u8],
        /// An address.
        LAMP_ADDRESS = 9 => address: IpAddr,
        /// An address of one family.
        LAMP_ADDRESS4 = 10 => address4: Ipv4Addr,
        /// A device.
        LAMP_MASTER = 11 => master: u32 as IfIndex,
        /// An enum.
        LAMP_HUE = 12 => hue: Colour,
        /// Flags.
        LAMP_CAN = 13 => can: LampFlags,
        /// Other names.
        LAMP_ALIASES = 14 => aliases: Items<'_, Name> as Repeated<Name>,
        /// Values.
        LAMP_STEPS = 15 => steps: Chunks<'_, u16> as Packed<u16>,
        /// Values in a nest.
        LAMP_LEVELS = 16 | NLA_F_NESTED => levels: Items<'_, u32> as Array<u32>,
        /// Lamps behind this one, by number.
        LAMP_BY_NUMBER = 17 => by_number: Entries<'_, Numbered<Wire>> as Numbered<Numbered<Wire>>,
        /// The lamp behind it.
        LAMP_NEXT = 18 => next: &Lamp as Lamp,
        /// Its wire.
        LAMP_WIRE = 19 | NLA_F_NESTED => wire: &Wire as Wire,
        /// A struct.
        LAMP_STATS = 20 => stats: &Stats as Stats,
        /// Whatever.
        LAMP_OTHER = 83 => other: &Nest as Nest,
    }
}

netlink! {
    /// A wire: wires are in it.
    pub struct Wire / WireBuf
    attributes {
        /// The wire in it.
        WIRE_INSIDE = 1 => inside: &Wire as Wire,
        /// Its length.
        WIRE_LENGTH = 2 => length: u32,
        /// Wires in it.
        WIRE_STRANDS = 3 => strands: Items<'_, Wire> as Array<Wire>,
        /// Where it ends.
        WIRE_END = 4 => end: u32 as IfIndex,
        /// Wires in it, by number.
        WIRE_BY_NUMBER = 5 => by_number: Entries<'_, Wire> as Numbered<Wire>,
    }
}

netlink! {
    /// A struct whose length is no multiple of 4.
    pub struct Stats / StatsBuf
    header lamp_stats: 10 {
        /// Hours of light.
        hours = 0 => hours: u32,
        /// Times that it was switched on.
        times = 4 => times: u32,
        /// Times that it broke.
        breaks = 8 => breaks: u16,
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
    pub struct LampFlags: u16 = "lamp-flags" {
        /// It can be dimmed.
        const DIMMABLE = 1 => "dimmable";
        /// It can change its colour.
        const COLOURED = 2 => "coloured";
    }
}

/// Numbers that look random and are the same in each run (xorshift64*).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit.max(1)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}
