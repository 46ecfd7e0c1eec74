use netlink_packet::netlink;

netlink! { //~ the name `LAMP_COLOUR` is defined multiple times
    //~^ the name `attributes` is defined multiple times
    /// A lamp.
    pub struct Lamp / LampBuf
    header lampmsg: 4 {
        /// Which lamp.
        lm_index = 0 => index: u32,
    }
    attributes {
        /// Its size.
        LAMP_SIZE = 1 => size: u16,
        /// Its width.
        LAMP_WIDTH = 2 => size: u16, //~ the name `size` is defined multiple times
        /// Its number.
        LAMP_INDEX = 3 => index: u32, //~ the name `index` is defined multiple times
        /// Its colour.
        LAMP_COLOUR = 4 => colour: u32,
        /// Its other colour.
        LAMP_COLOUR = 5 => other_colour: u32,
        /// A name that each view has.
        LAMP_ATTRIBUTES = 6 => attributes: u32,
    }
}
