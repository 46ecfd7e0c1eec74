use netlink_packet::{flags, netlink, values};

netlink! {
    /// A lamp.
    pub struct Lamp / LampBuf
    attributes {
        /// Its size.
        LAMP_SIZE = 1 => size: u16
        /// What is written on it.
        //~^ no rules expected
        LAMP_TEXT = 2 => text: &str as str,
    }
}

netlink! {
    /// A bulb.
    pub struct Bulb / BulbBuf
    attributes {
        /// Its size.
        BULB_SIZE = 1 => size: u16
    } //~ no rules expected
}

values! {
    /// The colour of a lamp.
    pub struct Colour: u8 = "lamp-colour" {
        /// As a sunset.
        RED = 1 => "red"
        /// As the sea.
        //~^ no rules expected
        BLUE = 2 => "blue",
    }
}

flags! {
    /// What a lamp can do.
    pub struct LampFlags: u16 = "lamp-flags" {
        /// It can be dimmed.
        const DIMMABLE = 1 => "dimmable", //~ no rules expected
    }
}
