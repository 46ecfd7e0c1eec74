use netlink_packet::{flags, values};

values! {
    /// The colour of a lamp.
    pub struct Colour: u8 = "lamp-colour" {
        /// As a sunset.
        RED = 1 => "red",
        /// As the sky of today.
        GREY = 400 => "grey", //~ literal out of range for `u8`
    }
}

flags! {
    /// What a lamp can do.
    pub struct LampFlags: u16 = "lamp-flags" {
        /// It can be dimmed.
        const DIMMABLE = 1 => "dimmable";
        /// It can change its colour.
        const COLOURED = 0x20000 => "coloured"; //~ literal out of range for `u16`
    }
}
